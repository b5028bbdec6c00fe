#include "generate.h"

typedef struct dice {
    uint64_t state;
    cq_buf *out;
    const char *prefix; /* "" or "t:" before the names of TMX */
    bool has_foreign;   /* the prefix ex is declared */
    bool has_entities;  /* ent and other are declared */
    int depth;
} dice;

/* SplitMix64 (Steele, Lea and Flood 2014). */
static uint64_t next(dice *d)
{
    uint64_t z = (d->state += UINT64_C(0x9e3779b97f4a7c15));

    z = (z ^ (z >> 30)) * UINT64_C(0xbf58476d1ce4e5b9);
    z = (z ^ (z >> 27)) * UINT64_C(0x94d049bb133111eb);
    return z ^ (z >> 31);
}

static size_t below(dice *d, size_t n) { return (size_t)(next(d) % n); }

static bool one_in(dice *d, size_t n) { return below(d, n) == 0; }

static void put(dice *d, const char *z) { cq_buf_add_z(d->out, z); }

#define PICK(d, array) ((array)[below((d), ARRAY_LEN(array))])

/* ---- small things -------------------------------------------------------------------
 */

static const char *const words[] = {
    "Save",
    "file",
    "Datei",
    "\xd8\xa7\xd9\x84\xd9\x85\xd9\x84\xd9\x81",
    "\xe4\xbf\x9d\xe5\xad\x98",
    "caf\xc3\xa9",
    "cafe\xcc\x81",
    "\xf0\x9f\x98\x80",
    "\xe2\x80\x8f",
    "\xef\xbf\xbd",
    "1,000.5",
    " ",
    "  ",
    "\n",
    "\t",
    "&amp;",
    "&lt;b&gt;",
    "&#13;",
    "&#xA0;",
    "&#x1F600;",
    "]]&gt;",
    "'",
    "\"",
    "&apos;",
    "{1}",
    "\xc2\x85",
};

static void text(dice *d)
{
    for (size_t n = below(d, 6); n; n--) {
        put(d, PICK(d, words));
        put(d, one_in(d, 4) ? "" : " ");
    }
    if (one_in(d, 12))
        put(d, "<![CDATA[<raw> & ]] text]]>");
    if (d->has_entities && one_in(d, 10))
        put(d, one_in(d, 2) ? "&ent;" : "&other;");
}

static void comment(dice *d)
{
    static const char *const all[] = {"<!-- a comment -->", "<!---->", "<?pi some data?>",
                                      "<?pi?>", "<!--<tu>-->"};

    if (one_in(d, 10))
        put(d, PICK(d, all));
}

static void space(dice *d)
{
    static const char *const all[] = {"", "", "\n", "\n  ", " ", "\r\n\t"};

    put(d, PICK(d, all));
    comment(d);
}

static void value(dice *d)
{
    static const char *const all[] = {
        "",
        "x",
        "20240131T235959Z",
        "20241331T235959Z",
        "19000101T000000Z",
        "2024-01-31T00:00:00Z",
        "a b",
        "&#9;tab",
        "&#10;line",
        "&lt;&amp;&quot;",
        "\xc3\xa9t\xc3\xa9",
        "  outer ",
        "12",
        "*all*",
        "{1,2}",
        "a>b",
    };
    const char *quote = one_in(d, 5) ? "'" : "\"";

    put(d, quote);
    put(d, PICK(d, all));
    if (d->has_entities && one_in(d, 20))
        put(d, "&ent;");
    put(d, quote);
}

static void attr(dice *d, const char *name)
{
    put(d, one_in(d, 8) ? "\n  " : " ");
    put(d, name);
    put(d, one_in(d, 9) ? " = " : "=");
    value(d);
}

/* Each of `names` now and then, in their order, so that none stands twice. */
static void attrs(dice *d, const char *const *names, size_t len, size_t rarity)
{
    for (size_t i = 0; i < len; i++)
        if (one_in(d, rarity))
            attr(d, names[i]);
    if (d->has_foreign && one_in(d, 15))
        attr(d, "ex:extra");
    if (one_in(d, 30))
        put(d, " xmlns:own=\"urn:own\" own:a=\"b\"");
}

static void open(dice *d, const char *name)
{
    put(d, "<");
    put(d, d->prefix);
    put(d, name);
}

static void close(dice *d, const char *name)
{
    put(d, "</");
    put(d, d->prefix);
    put(d, name);
    put(d, ">");
}

static const char *const langs[] = {"en",         "en-US",   "EN_us", "fr-FR",
                                    "zh-Hant-TW", "English", "x-foo", "sr-Latn"};

static void lang(dice *d)
{
    static const char *const names[] = {" xml:lang=\"", " xml:lang=\"", " xml:lang=\"",
                                        " lang=\""};

    put(d, PICK(d, names));
    put(d, PICK(d, langs));
    put(d, "\"");
    if (one_in(d, 20))
        put(d, " xml:space=\"preserve\"");
}

/* ---- elements -----------------------------------------------------------------------
 */

static void foreign(dice *d)
{
    static const char *const all[] = {
        "<descripGrp>zz <b a=\"1\">y</b> </descripGrp>", "<empty/>", "<x id=\"1\"></x>",
        "<own:e xmlns:own=\"urn:own\"><seg>not ours</seg></own:e>"};

    put(d, PICK(d, all));
    if (d->has_foreign && one_in(d, 2))
        put(d, "<ex:note ex:id=\"2\">n<ex:i/></ex:note>");
}

static void field(dice *d)
{
    static const char *const names[] = {"type", "o-encoding", "changeid"};
    const char *name = one_in(d, 2) ? "note" : "prop";

    space(d);
    if (one_in(d, 15)) {
        foreign(d);
        return;
    }
    open(d, name);
    attrs(d, names, ARRAY_LEN(names), 2);
    if (one_in(d, 3))
        lang(d);
    put(d, ">");
    text(d);
    if (one_in(d, 25))
        put(d, "<b>inside</b> tail");
    if (one_in(d, 25))
        put(d, "<!--inside-->");
    close(d, name);
}

static void content(dice *d);

static void sub(dice *d)
{
    if (d->depth > 4 || !one_in(d, 4))
        return;
    d->depth++;
    open(d, "sub");
    if (one_in(d, 2))
        put(d, " datatype=\"html\" type=\"alt\"");
    put(d, ">");
    content(d);
    close(d, "sub");
    d->depth--;
}

static void code(dice *d)
{
    static const char *const names[] = {"bpt", "ept", "it", "ph", "ut"};
    static const char *const known[] = {"i", "x", "type", "assoc", "pos", "isTranslate"};
    const char *name = PICK(d, names);

    open(d, name);
    for (size_t i = 0; i < ARRAY_LEN(known); i++)
        if (one_in(d, 3))
            cq_buf_add_format(d->out, " %s=\"%d\"", known[i], (int)below(d, 4));
    if (one_in(d, 4)) {
        put(d, "/>");
        return;
    }
    put(d, ">");
    text(d);
    sub(d);
    text(d);
    close(d, name);
}

/* Content of <seg>, <hi> and <sub>. */
static void content(dice *d)
{
    for (size_t n = below(d, 4); n; n--) {
        text(d);
        comment(d);
        if (one_in(d, 3))
            code(d);
        if (one_in(d, 12) && d->depth < 5) {
            d->depth++;
            open(d, "hi");
            put(d, one_in(d, 2) ? " x=\"1\" type=\"term\">" : ">");
            content(d);
            close(d, "hi");
            d->depth--;
        }
        if (one_in(d, 20))
            put(d, "<ut>{\\cs6\\f1 </ut>&lt;code&gt;<ut>}</ut>");
        if (one_in(d, 30))
            put(d, "<ut>{\\cs6\\f1 </ut>never closed");
        if (one_in(d, 20))
            foreign(d);
    }
    text(d);
}

static const char *const history[] = {
    "o-encoding",    "datatype",     "usagecount",
    "lastusagedate", "creationtool", "creationtoolversion",
    "creationdate",  "creationid",   "changedate",
    "changeid",      "o-tmf",
};

static void variant(dice *d)
{
    space(d);
    open(d, "tuv");
    lang(d);
    attrs(d, history, ARRAY_LEN(history), 8);
    put(d, ">");
    while (one_in(d, 4))
        field(d);
    space(d);
    if (!one_in(d, 40)) {
        open(d, "seg");
        put(d, one_in(d, 30) ? " id=\"s\">" : ">");
        content(d);
        close(d, "seg");
    }
    while (one_in(d, 20))
        field(d);
    space(d);
    close(d, "tuv");
}

static void unit(dice *d)
{
    static const char *const own[] = {"tuid", "segtype", "srclang"};

    space(d);
    if (one_in(d, 30))
        foreign(d);
    if (one_in(d, 60))
        put(d, " stray text ");
    open(d, "tu");
    attrs(d, own, ARRAY_LEN(own), 3);
    attrs(d, history, ARRAY_LEN(history), 5);
    put(d, ">");
    while (one_in(d, 3))
        field(d);
    for (size_t n = below(d, 4); n; n--)
        variant(d);
    while (one_in(d, 15))
        field(d);
    space(d);
    close(d, "tu");
}

static void header(dice *d)
{
    static const char *const required[] = {
        "creationtool", "creationtoolversion", "segtype", "o-tmf", "adminlang", "srclang",
        "datatype",     "targetlang"};

    space(d);
    open(d, "header");
    for (size_t i = 0; i < ARRAY_LEN(required); i++)
        if (!one_in(d, 8))
            attr(d, required[i]);
    put(d, ">");
    while (one_in(d, 2))
        field(d);
    if (one_in(d, 4))
        put(d, "<ude name=\"u\" base=\"m\">\n<map unicode=\"#xF8FF\" code=\"#xF0\"/> "
               "</ude>");
    space(d);
    close(d, "header");
}

static void prolog(dice *d)
{
    static const char *const declarations[] = {
        "", "<?xml version=\"1.0\"?>", "<?xml version=\"1.0\" encoding=\"UTF-8\"?>",
        "<?xml version='1.0' encoding='utf-8' standalone='yes'?>"};

    if (one_in(d, 6))
        put(d, "\xef\xbb\xbf");
    put(d, PICK(d, declarations));
    space(d);
    d->has_entities = one_in(d, 6);
    if (d->has_entities)
        put(d, "<!DOCTYPE tmx [<!-- > ' --><!ENTITY ent \"a 'b' ]>\">\n<!ENTITY other "
               "SYSTEM "
               "\"http://127.0.0.1:9/no\">]>");
    else if (one_in(d, 4))
        put(d, "<!DOCTYPE tmx SYSTEM \"tmx14.dtd\">");
    space(d);
}

static void root(dice *d)
{
    static const char *const versions[] = {"1.4", "1.1", "1.4b", "2.0"};

    open(d, "tmx");
    if (!one_in(d, 10))
        cq_buf_add_format(d->out, " version=\"%s\"", PICK(d, versions));
    if (*d->prefix)
        put(d, " xmlns:t=\"http://www.lisa.org/tmx20\"");
    else if (one_in(d, 8))
        put(d, " xmlns=\"http://www.lisa.org/tmx14\"");
    if (d->has_foreign)
        put(d, " xmlns:ex=\"http://example.com/ns\"");
    put(d, ">");
}

void generate_tmx(uint64_t seed, cq_buf *out)
{
    dice d = {.state = seed, .out = out, .prefix = ""};

    prolog(&d);
    d.has_foreign = one_in(&d, 3);
    if (one_in(&d, 8))
        d.prefix = "t:";
    root(&d);
    header(&d);
    space(&d);
    open(&d, "body");
    put(&d, one_in(&d, 20) ? " id=\"b\">" : ">");
    for (size_t n = below(&d, 8); n; n--)
        unit(&d);
    space(&d);
    close(&d, "body");
    space(&d);
    close(&d, "tmx");
    space(&d);
}
