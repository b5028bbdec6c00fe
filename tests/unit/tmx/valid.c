/* A walk down the grammar, in which chance decides what stands where it may. */
#include "valid.h"

#include "grammar.h"

#include <string.h>

#define DEPTH_MAX 9 /* of elements; nothing that is not demanded stands deeper */

typedef struct walk {
    uint64_t state;
    unsigned version;
    int minor, depth;
    cq_buf *out;
} walk;

/* SplitMix64 (Steele, Lea and Flood 2014). */
static size_t below(walk *w, size_t n)
{
    uint64_t z = (w->state += UINT64_C(0x9e3779b97f4a7c15));

    z = (z ^ (z >> 30)) * UINT64_C(0xbf58476d1ce4e5b9);
    z = (z ^ (z >> 27)) * UINT64_C(0x94d049bb133111eb);
    return (size_t)((z ^ (z >> 31)) % n);
}

#define PICK(w, array) ((array)[below((w), ARRAY_LEN(array))])

static void put(walk *w, const char *z) { cq_buf_add_z(w->out, z); }

static void text(walk *w)
{
    static const char *const all[] = {
        "Save the file",
        "&lt;b&gt;",
        "caf\xc3\xa9 ",
        " ",
        "\n",
        "&#13;",
        "&amp;",
        "\xd8\xa7\xd9\x84\xd9\x85\xd9\x84\xd9\x81",
        "\xe4\xbf\x9d\xe5\xad\x98",
        "<![CDATA[a<b]]>",
        "\xf0\x9f\x98\x80",
        "<!-- c -->",
        "<?pi d?>",
        "{1}",
        "]]&gt;",
    };

    for (size_t n = below(w, 4); n; n--)
        put(w, PICK(w, all));
}

/* The word of number `n` among words that `part` parts; their count without `n`. */
static cq_str word(cq_str words, char part, size_t n)
{
    for (;; n--) {
        const char *end = memchr(words.ptr, part, words.len);
        size_t len = end ? (size_t)(end - words.ptr) : words.len;

        if (n == 0 || !end)
            return cq_str_slice(words, 0, len);
        words = cq_str_slice(words, len + 1, words.len);
    }
}

static size_t count(cq_str words, char part)
{
    size_t n = 1;

    for (size_t i = 0; i < words.len; i++)
        n += words.ptr[i] == part;
    return n;
}

static void value(walk *w, const cq_grammar_attribute *rule)
{
    static const char *const any[] = {"",     "1",    "20240131T235959Z",  "&lt;&quot;",
                                      "a  b", "&#9;", "\xc3\xa9t\xc3\xa9", "{1,2}"};
    static const char *const langs[] = {"en", "fr-CA", "zh-Hant-TW", "EN-us", "x-own"};
    bool is_lang = cq_str_ends(rule->name, CQ_STR("lang"));

    if (cq_str_equal(rule->name, CQ_STR("version")))
        cq_buf_add_format(w->out, "1.%d", w->minor);
    else if (rule->values.len)
        cq_buf_add_str(w->out,
                       word(rule->values, '|', below(w, count(rule->values, '|'))));
    else
        put(w, is_lang ? PICK(w, langs) : PICK(w, any));
}

static void attributes(walk *w, const cq_grammar_element *rule)
{
    cq_grammar_attribute attribute;
    size_t at = 0;

    while (cq_grammar_next(rule, &at, &attribute)) {
        const char *quote = below(w, 4) ? "\"" : "'";

        if (!attribute.is_required && below(w, 4))
            continue;
        put(w, below(w, 9) ? " " : "\n");
        cq_buf_add_str(w->out, attribute.name);
        put(w, "=");
        put(w, quote);
        value(w, &attribute);
        put(w, quote);
    }
}

static void element(walk *w, cq_str name);

/* Children of one step, as many as it wants and some more where it may. */
static void children(walk *w, const cq_grammar_element *rule, const cq_grammar_step *step)
{
    static const char *const gaps[] = {"", "\n", " ", "<!-- gap -->", "<?gap?>"};
    cq_str names = cq_str_from(step->names);
    size_t more = w->depth < DEPTH_MAX ? below(w, rule->has_text ? 3 : 4) : 0;
    size_t n = step->min + more < step->max ? step->min + more : step->max;

    for (; n; n--) {
        if (rule->has_text)
            text(w);
        else
            put(w, PICK(w, gaps));
        element(w, word(names, ' ', below(w, count(names, ' '))));
    }
}

static void element(walk *w, cq_str name)
{
    const cq_grammar_element *rule = cq_grammar_find(name, w->version);

    w->depth++;
    put(w, "<");
    cq_buf_add_str(w->out, name);
    attributes(w, rule);
    if (!rule->has_text && !rule->steps[0].names) { /* EMPTY */
        put(w, "/>");
    } else {
        put(w, ">");
        for (size_t i = 0; i < CQ_GRAMMAR_STEPS && rule->steps[i].names; i++)
            children(w, rule, &rule->steps[i]);
        if (rule->has_text)
            text(w);
        put(w, "</");
        cq_buf_add_str(w->out, name);
        put(w, ">");
    }
    w->depth--;
}

void generate_valid(uint64_t seed, int minor, cq_buf *out)
{
    walk w = {.state = seed, .version = 1u << (minor - 1), .minor = minor, .out = out};

    put(&w, "<?xml version=\"1.0\"?>\n");
    if (below(&w, 3) == 0)
        cq_buf_add_format(out, "<!DOCTYPE tmx SYSTEM \"tmx1%d.dtd\">\n", minor);
    element(&w, CQ_STR("tmx"));
    put(&w, "\n");
}
