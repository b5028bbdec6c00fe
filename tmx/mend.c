#include "mend.h"

#include "entity.h"
#include "escape.h"
#include "text/text.h"

#include <string.h>

#define TOKEN_MAX ((size_t)1024 * 1024) /* a tag or comment that is longer is text */
#define CDATA_MAX ((size_t)17 * 1024 * 1024)
#define ATTRS_MAX ((size_t)256)
#define OPEN_MAX                                                                         \
    ((size_t)250) /* more than the reader allows, so that it is who refuses */

/* How deep a name stands in TMX; 0 for all others. */
typedef enum rank { OTHER = 0, TMX, HEADER_OR_BODY, TU, TUV, SEG } rank;

typedef struct open_element {
    char name[CQ_XML_NAME_MAX + 1];
    rank level;
    bool is_header;
} open_element;

struct cq_mend {
    cq_mend_notice notice;
    void *context;
    cq_buf in;             /* what is not yet understood */
    size_t at;             /* start of the next token in `in` */
    uint64_t line, column; /* of it */
    bool is_last;
    cq_buf *out;
    open_element open[OPEN_MAX];
    size_t open_len;
    bool has_root, has_body, has_variant; /* variant: the open unit has a whole one */
    bool is_over;                   /* after </body>: what comes is held back in `tail` */
    char skip[CQ_XML_NAME_MAX + 1]; /* inside a second header: until its end tag */
    cq_buf tail;
    cq_buf tag; /* the start tag that is being read */
    bool was_mended;
};

/* ---- telling ------------------------------------------------------------------------
 */

static void tell(cq_mend *m, int number, const char *format, ...) CQ_PRINTF(3, 4);
static void tell(cq_mend *m, int number, const char *format, ...)
{
    char message[200];
    cq_error what = {0};
    va_list args;

    va_start(args, format);
    vsnprintf(message, sizeof(message), format, args);
    va_end(args);
    cq_fail_number(&what, CQ_E_INPUT, number, "%s", message);
    cq_fail_at(&what, NULL, m->line, m->column);
    m->notice(m->context, &what);
}

/* Step over `len` bytes of input. */
static void eat(cq_mend *m, size_t len)
{
    const char *at = m->in.ptr + m->at, *end = at + len, *newline;

    while ((newline = memchr(at, '\n', (size_t)(end - at))) != NULL) {
        m->line++;
        m->column = 1;
        at = newline + 1;
    }
    m->column += (uint64_t)(end - at);
    m->at += len;
}

static cq_str rest(const cq_mend *m)
{
    return cq_str_slice(cq_buf_str(&m->in), m->at, m->in.len);
}

/* Where `mark` begins in `s`, s.len when nowhere within `max`. */
static size_t find(cq_str s, cq_str mark, size_t max)
{
    const char *found;

    if (s.len > max)
        s.len = max;
    for (size_t at = 0; at + mark.len <= s.len; at++) {
        found = memchr(s.ptr + at, mark.ptr[0], s.len - at - mark.len + 1);
        if (!found)
            return SIZE_MAX;
        at = (size_t)(found - s.ptr);
        if (memcmp(found, mark.ptr, mark.len) == 0)
            return at;
    }
    return SIZE_MAX;
}

/* ---- names --------------------------------------------------------------------------
 */

static cq_str local(cq_str name)
{
    const char *colon = name.len ? memchr(name.ptr, ':', name.len) : NULL;

    return colon ? cq_str_slice(name, (size_t)(colon - name.ptr) + 1, name.len) : name;
}

static cq_str prefix(cq_str name)
{
    return (cq_str){name.ptr, name.len - local(name).len};
}

/* Level of a name that bears the root's prefix. */
static rank level_of(const cq_mend *m, cq_str name)
{
    static const struct {
        const char *name;
        rank level;
    } levels[] = {{"tmx", TMX},
                  {"header", HEADER_OR_BODY},
                  {"body", HEADER_OR_BODY},
                  {"tu", TU},
                  {"tuv", TUV},
                  {"seg", SEG}};

    if (m->open_len && !cq_str_equal(prefix(name), prefix(cq_str_from(m->open[0].name))))
        return OTHER;
    for (size_t i = 0; i < ARRAY_LEN(levels); i++)
        if (cq_str_equal(local(name), cq_str_from(levels[i].name)))
            return levels[i].level;
    return OTHER;
}

/* Whether a name is so much TMX's that a tag of it is believed however broken. */
static bool is_known(const cq_mend *m, cq_str name)
{
    static const char *const names[] = {"note", "prop", "bpt", "ept", "it",
                                        "ph",   "ut",   "hi",  "sub"};

    if (level_of(m, name) != OTHER)
        return true;
    for (size_t i = 0; i < ARRAY_LEN(names); i++)
        if (cq_str_equal(local(name), cq_str_from(names[i])))
            return true;
    return false;
}

static rank deepest(const cq_mend *m)
{
    for (size_t i = m->open_len; i > 0; i--)
        if (m->open[i - 1].level != OTHER)
            return m->open[i - 1].level;
    return OTHER;
}

/* ---- opening and closing ------------------------------------------------------------
 */

static void push(cq_mend *m, cq_str name, rank level)
{
    open_element *e = &m->open[m->open_len++];

    memcpy(e->name, name.ptr, name.len);
    e->name[name.len] = '\0';
    e->level = level;
    e->is_header = cq_str_equal(local(name), CQ_STR("header"));
}

static void pop(cq_mend *m)
{
    const open_element *e = &m->open[--m->open_len];

    if (e->level == TUV)
        m->has_variant = true;
    cq_buf_add_format(m->out, "</%s>", e->name);
}

/* Close everything above `len`, telling of what was never closed by the file itself. */
static void close_to(cq_mend *m, size_t len)
{
    while (m->open_len > len) {
        tell(m, 63, "<%s> was never closed; closed here", m->open[m->open_len - 1].name);
        pop(m);
    }
}

/* How many elements stay open around one of that level. */
static size_t above_level(const cq_mend *m, rank level)
{
    size_t len = m->open_len;

    while (len && (m->open[len - 1].level == OTHER || m->open[len - 1].level >= level))
        len--;
    return len;
}

static void reject_open(cq_mend *m, const char *why)
{
    cq_buf_add_format(m->out, "<?" CQ_MEND_REJECT " %s?>", why);
}

/* A unit begins although another is open: that one is whole enough when it has a variant
 * and was cut between its elements. */
static void leave_unit(cq_mend *m)
{
    if (deepest(m) >= TUV || !m->has_variant)
        reject_open(m, "it has no end, and another unit begins inside it");
    close_to(m, above_level(m, TU));
}

static void open_plain(cq_mend *m, const char *name, rank level)
{
    char whole[CQ_XML_NAME_MAX + 1];
    cq_str root = m->open_len ? prefix(cq_str_from(m->open[0].name)) : (cq_str){0};

    snprintf(whole, sizeof(whole), "%.*s%s", (int)root.len, root.ptr ? root.ptr : "",
             name);
    cq_buf_add_format(m->out, "<%s%s>", whole, level == TMX ? " version=\"1.4\"" : "");
    push(m, cq_str_from(whole), level);
}

static void need_root(cq_mend *m)
{
    if (m->has_root)
        return;
    tell(m, 72, "<tmx> is missing; added");
    m->has_root = true;
    open_plain(m, "tmx", TMX);
}

static void need_body(cq_mend *m)
{
    need_root(m);
    if (m->is_over) {
        tell(m, 75, "a unit stands after the end of <body>; taken in");
        m->is_over = false;
        cq_buf_add_str(m->out, cq_buf_str(&m->tail));
        cq_buf_reset(&m->tail);
    }
    if (m->open_len > 1 && m->open[1].is_header)
        close_to(m, 1);
    if (m->has_body)
        return;
    close_to(m, 1);
    tell(m, 72, "<body> is missing; added");
    m->has_body = true;
    open_plain(m, "body", HEADER_OR_BODY);
}

/* ---- references ---------------------------------------------------------------------
 */

/* Write the reference that `s` begins with, mended; bytes taken. */
static size_t put_reference(cq_mend *m, cq_str s, cq_buf *out)
{
    static const char *const predefined[] = {"amp", "lt", "gt", "quot", "apos"};
    uint32_t code = 0;
    size_t len = 0;
    cq_str name;

    if (s.len > 1 && s.ptr[1] == '#') {
        len = cq_xml_number(s, &code);
        if (len && cq_xml_is_char(code)) {
            cq_buf_add(out, s.ptr, len);
            return len;
        }
        if (len) {
            tell(m, 53, "a reference to a control character; left out");
            return len;
        }
    }
    name = (cq_str){s.ptr + 1,
                    s.len > 1 ? cq_xml_name_length(cq_str_slice(s, 1, s.len)) : 0};
    if (name.len && name.len + 1 < s.len && s.ptr[name.len + 1] == ';') {
        for (size_t i = 0; i < ARRAY_LEN(predefined); i++)
            if (cq_str_equal(name, cq_str_from(predefined[i]))) {
                cq_buf_add(out, s.ptr, name.len + 2);
                return name.len + 2;
            }
        code = cq_entity_find(name);
        if (code) {
            tell(m, 65, "&%.*s; is no entity of XML; written as the character",
                 (int)name.len, name.ptr);
            cq_text_put(out, code);
            return name.len + 2;
        }
    }
    tell(m, 64, "a bare \"&\"; written as &amp;");
    cq_buf_add_z(out, "&amp;");
    return 1;
}

/* ---- text ---------------------------------------------------------------------------
 */

static bool is_blank(cq_str s) { return cq_str_trim(s).len == 0; }

/* Write the first `len` bytes of what is left as character data, and step over them. */
static void put_text(cq_mend *m, size_t len)
{
    size_t end = m->at + len, from = m->at;

    for (size_t i = from; i < end;) {
        const char *s = m->in.ptr;
        bool ends_cdata = s[i] == '>' && i >= 2 && s[i - 1] == ']' && s[i - 2] == ']';

        if (s[i] != '&' && !ends_cdata) {
            i++;
            continue;
        }
        cq_buf_add(m->out, s + from, i - from);
        eat(m, i - from);
        if (ends_cdata) {
            cq_buf_add_z(m->out, "&gt;");
            from = i + 1;
        } else {
            from = i + put_reference(m, (cq_str){s + i, end - i}, m->out);
        }
        eat(m, from - i);
        i = from;
    }
    cq_buf_add(m->out, m->in.ptr + from, end - from);
    eat(m, end - from);
}

/* Text of the document, all of it before a '<' or the end. */
static void text(cq_mend *m, size_t len)
{
    if (m->open_len && !m->is_over && !m->skip[0]) {
        put_text(m, len);
        return;
    }
    if (!m->skip[0] && !is_blank(cq_str_slice(rest(m), 0, len)))
        tell(m, m->has_root ? 75 : 68, "text outside <tmx>; left out");
    eat(m, len);
}

/* The '<' at the start of what is left is text. */
static void bare_less(cq_mend *m)
{
    if (m->open_len && !m->is_over && !m->skip[0]) {
        tell(m, 69, "a bare \"<\"; written as &lt;");
        cq_buf_add_z(m->out, "&lt;");
    }
    eat(m, 1);
}

/* ---- comments and the like ----------------------------------------------------------
 */

static cq_buf *place_of_markup(cq_mend *m) { return m->is_over ? &m->tail : m->out; }

static void comment(cq_mend *m, size_t end)
{
    cq_str whole = cq_str_slice(rest(m), 0, end + 3);
    cq_str body = cq_str_slice(whole, 4, end < 4 ? 4 : end);

    if (m->skip[0] || end < 4)
        ;
    else if (find(body, CQ_STR("--"), SIZE_MAX) != SIZE_MAX ||
             cq_str_ends(body, CQ_STR("-")))
        tell(m, 77, "a comment has \"--\" in it; left out");
    else
        cq_buf_add_str(place_of_markup(m), whole);
    eat(m, whole.len);
}

static void instruction(cq_mend *m, size_t end)
{
    cq_str whole = cq_str_slice(rest(m), 0, end + 2);
    cq_str body = cq_str_slice(whole, 2, end < 2 ? 2 : end);
    size_t len = cq_xml_name_length(body);
    cq_str name = cq_str_slice(body, 0, len);
    bool is_xml = len == 3 && (name.ptr[0] | 32) == 'x' && (name.ptr[1] | 32) == 'm' &&
                  (name.ptr[2] | 32) == 'l';
    bool is_good = len && !is_xml && !cq_str_starts(name, CQ_STR("calque-")) &&
                   !memchr(name.ptr, ':', len) &&
                   (len == body.len || body.ptr[len] == ' ' || body.ptr[len] == '\n' ||
                    body.ptr[len] == '\t' || body.ptr[len] == '\r');

    if (find(body, CQ_STR("<tu"), SIZE_MAX) != SIZE_MAX) { /* it lost its end */
        bare_less(m);
        return;
    }
    if (is_good && !m->skip[0])
        cq_buf_add_str(place_of_markup(m), whole);
    else if (!is_good && !(is_xml && m->line == 1 && m->column == 1))
        tell(m, 68, "an instruction that is none, or stands in a wrong place; left out");
    eat(m, whole.len);
}

static void cdata(cq_mend *m, size_t end)
{
    cq_str whole = cq_str_slice(rest(m), 0, end + 3);

    if (m->open_len && !m->is_over && !m->skip[0])
        cq_buf_add_str(m->out, whole);
    eat(m, whole.len);
}

/* Without its entities nothing that a document type says matters to TMX. */
static void doctype(cq_mend *m)
{
    cq_str s = rest(m);
    size_t bracket = find(s, CQ_STR("["), TOKEN_MAX),
           end = find(s, CQ_STR(">"), TOKEN_MAX);

    if (bracket < end) {
        size_t close = find(s, CQ_STR("]>"), TOKEN_MAX);

        tell(m, 90, "the document type declares things of its own; left out");
        end = close == SIZE_MAX ? end : close + 1;
    }
    eat(m, end == SIZE_MAX ? s.len : end + 1);
}

/* ---- tags ---------------------------------------------------------------------------
 */

static bool is_space(char c) { return c == ' ' || c == '\t' || c == '\n' || c == '\r'; }

static size_t skip_space(cq_str s, size_t at)
{
    while (at < s.len && is_space(s.ptr[at]))
        at++;
    return at;
}

/* The name of a tag. A letter beyond ASCII that follows a name of TMX is none of it: it
 * came there by damage. */
static cq_str tag_name(const cq_mend *m, cq_str s)
{
    cq_str name = {s.ptr, cq_xml_name_length(s)}, ascii = name;

    for (ascii.len = 0;
         ascii.len < name.len && (unsigned char)name.ptr[ascii.len] < 0x80;)
        ascii.len++;
    return ascii.len && is_known(m, ascii) ? ascii : name;
}

/* Whether the '<' at the start of `s` begins a tag of TMX, so that a value that would
 * hold it has lost its quote. */
static bool begins_tag(const cq_mend *m, cq_str s)
{
    size_t at = s.len > 1 && s.ptr[1] == '/' ? 2 : 1;
    cq_str name = tag_name(m, cq_str_slice(s, at, s.len));

    return name.len && is_known(m, name);
}

/* End of the value that begins at `at` behind a quote; *is_broken when the quote never
 * comes before a tag does. */
static size_t value_end(const cq_mend *m, cq_str s, size_t at, char quote,
                        bool *is_broken)
{
    size_t angle = SIZE_MAX;

    *is_broken = false;
    for (; at < s.len && s.ptr[at] != quote; at++) {
        if (s.ptr[at] == '>' && angle == SIZE_MAX)
            angle = at;
        if (s.ptr[at] == '<' && begins_tag(m, cq_str_slice(s, at, s.len)))
            break;
    }
    if (at < s.len && s.ptr[at] == quote)
        return at;
    *is_broken = true;
    return angle == SIZE_MAX ? at : angle;
}

static void put_value(cq_mend *m, cq_str value)
{
    cq_buf *out = &m->tag;

    for (size_t i = 0; i < value.len;) {
        char c = value.ptr[i];

        if (c == '&') {
            i += put_reference(m, cq_str_slice(value, i, value.len), out);
            continue;
        }
        if (c == '<') {
            tell(m, 69, "a bare \"<\" in an attribute; written as &lt;");
            cq_buf_add_z(out, "&lt;");
            m->was_mended = true;
        } else if (c == '"') {
            cq_buf_add_z(out, "&quot;");
        } else {
            cq_buf_add_byte(out, (unsigned char)c);
        }
        i++;
    }
}

typedef struct tag_reading {
    cq_str s; /* from '<' on */
    size_t at;
    cq_str names[ATTRS_MAX];
    size_t names_len;
    bool is_empty; /* ends in "/>" */
    bool is_clean; /* nothing had to be guessed */
} tag_reading;

static bool has_attr(const tag_reading *t, cq_str name)
{
    for (size_t i = 0; i < t->names_len; i++)
        if (cq_str_equal(t->names[i], name))
            return true;
    return false;
}

/* One attribute into m->tag. */
static void attribute(cq_mend *m, tag_reading *t)
{
    cq_str name = cq_str_slice(t->s, t->at, t->s.len), value = {0};
    size_t mark = m->tag.len;
    char quote;
    bool is_broken = false;

    name.len = cq_xml_name_length(name);
    if (name.len == 0) {
        t->is_clean = false;
        cq_text_next(t->s, &t->at);
        return;
    }
    t->at = skip_space(t->s, t->at + name.len);
    if (t->at >= t->s.len || t->s.ptr[t->at] != '=') {
        t->is_clean = false; /* a word, no attribute */
        return;
    }
    t->at = skip_space(t->s, t->at + 1);
    quote = t->at < t->s.len ? t->s.ptr[t->at] : '>';
    if (quote == '"' || quote == '\'') {
        size_t end = value_end(m, t->s, t->at + 1, quote, &is_broken);

        value = cq_str_slice(t->s, t->at + 1, end);
        t->at = end + !is_broken;
    } else {
        size_t end = t->at;

        while (end < t->s.len && !is_space(t->s.ptr[end]) &&
               !strchr("<>\"'", t->s.ptr[end]))
            end++;
        value = cq_str_slice(t->s, t->at, end);
        t->at = end;
        is_broken = true;
    }
    if (is_broken) {
        tell(m, 71, "the value of %.*s has no quotes; added", (int)name.len, name.ptr);
        m->was_mended = true;
    } else if (t->at < t->s.len && !is_space(t->s.ptr[t->at]) &&
               !strchr("/>", t->s.ptr[t->at])) {
        t->is_clean = false;
    }
    cq_buf_add_byte(&m->tag, ' ');
    cq_buf_add_str(&m->tag, name);
    cq_buf_add_z(&m->tag, "=\"");
    put_value(m, value);
    cq_buf_add_byte(&m->tag, '"');
    if (has_attr(t, name) || t->names_len == ATTRS_MAX) {
        tell(m, 70, "the attribute %.*s stands twice; the first is kept", (int)name.len,
             name.ptr);
        cq_buf_cut(&m->tag, mark);
    } else {
        t->names[t->names_len++] = name;
    }
}

/* Read a start tag into m->tag without its end; false when it is none. */
static bool read_tag(cq_mend *m, cq_str name, tag_reading *t)
{
    cq_buf_reset(&m->tag);
    cq_buf_add_byte(&m->tag, '<');
    cq_buf_add_str(&m->tag, name);
    t->at = 1 + name.len;
    t->is_clean =
        t->at >= t->s.len || is_space(t->s.ptr[t->at]) || strchr("/>", t->s.ptr[t->at]);
    for (;;) {
        t->at = skip_space(t->s, t->at);
        if (t->at >= t->s.len || t->s.ptr[t->at] == '<') {
            t->is_clean = false;
            return true;
        }
        if (t->s.ptr[t->at] == '>') {
            t->at++;
            return true;
        }
        if (t->s.ptr[t->at] == '/') {
            t->is_empty = t->at + 1 < t->s.len && t->s.ptr[t->at + 1] == '>';
            t->is_clean = t->is_clean && t->is_empty;
            t->at += 1 + t->is_empty;
            if (t->is_empty)
                return true;
            continue;
        }
        attribute(m, t);
    }
}

/* Make room for an element of that level; false when its tag is left out. */
static bool make_room(cq_mend *m, cq_str name, rank level)
{
    bool is_body = cq_str_equal(local(name), CQ_STR("body"));

    switch (level) {
    case TMX:
        if (m->has_root) {
            tell(m, 75, "a second <tmx>; its tag is left out");
            return false;
        }
        m->has_root = true;
        return true;
    case HEADER_OR_BODY:
        need_root(m);
        if (m->has_body || (!is_body && m->open_len > 1)) {
            tell(m, 74, "a second <%.*s>; left out", (int)name.len, name.ptr);
            if (!is_body)
                memcpy(m->skip, name.ptr, name.len), m->skip[name.len] = '\0';
            return false;
        }
        close_to(m, 1);
        m->has_body = m->has_body || is_body;
        return true;
    case TU:
        if (deepest(m) >= TU)
            leave_unit(m);
        need_body(m);
        close_to(m, above_level(m, TU));
        m->has_variant = false;
        cq_buf_add_format(m->out, "<?" CQ_MEND_AT " %llu %llu?>",
                          (unsigned long long)m->line, (unsigned long long)m->column);
        return true;
    case TUV:
    case SEG:
        if (deepest(m) < (level == TUV ? TU : TUV)) {
            tell(m, 63, "<%.*s> stands where TMX has none; its tag is left out",
                 (int)name.len, name.ptr);
            return false;
        }
        close_to(m, above_level(m, level));
        return true;
    default:
        return m->open_len > 0 && !m->is_over;
    }
}

static void start_tag(cq_mend *m, cq_str name)
{
    tag_reading t = {.s = rest(m)};
    rank level = level_of(m, name);
    bool is_body = level != OTHER && cq_str_equal(local(name), CQ_STR("body"));

    if (t.s.len > TOKEN_MAX) {
        t.s.len = TOKEN_MAX;
        while ((t.s.ptr[t.s.len] & 0xc0) == 0x80) /* not within a character */
            t.s.len--;
    }
    read_tag(m, name, &t);
    if (!t.is_clean && !is_known(m, name)) {
        bare_less(m);
        return;
    }
    if (!t.is_clean)
        tell(m, 68, "the tag <%.*s> is broken; what can be read of it is kept",
             (int)name.len, name.ptr);
    if (level == TU || is_body)
        m->skip[0] = '\0'; /* whatever is skipped, it is no unit */
    if (!m->skip[0] && m->open_len < OPEN_MAX && make_room(m, name, level)) {
        cq_buf_add_str(m->out, cq_buf_str(&m->tag));
        t.is_empty = t.is_empty && level != TMX; /* more may come */
        cq_buf_add_z(m->out, t.is_empty && !is_body ? "/>" : ">");
        if (!t.is_empty || is_body)
            push(m, name, level);
        m->is_over = m->is_over || (is_body && t.is_empty);
    } else if (t.is_empty && cq_str_equal(name, cq_str_from(m->skip))) {
        m->skip[0] = '\0';
    }
    eat(m, t.at);
}

static void end_tag(cq_mend *m, cq_str name)
{
    cq_str s = rest(m);
    size_t after = skip_space(s, 2 + name.len), len = m->open_len;
    bool is_whole = after < s.len && s.ptr[after] == '>', is_found;
    rank level = level_of(m, name);

    if (m->skip[0]) {
        if (cq_str_equal(name, cq_str_from(m->skip)))
            m->skip[0] = '\0';
    } else {
        while (len && !cq_str_equal(name, cq_str_from(m->open[len - 1].name)) &&
               (level != OTHER || m->open[len - 1].level == OTHER))
            len--;
        is_found = len && cq_str_equal(name, cq_str_from(m->open[len - 1].name));
        if (is_found && level == TMX && m->has_body) /* <body> stays open until the end */
            len = 2;
        if (!is_found) {
            if (!m->is_over)
                tell(m, 63, "</%.*s> closes nothing; left out", (int)name.len, name.ptr);
        } else {
            close_to(m, len);
            if (m->open_len <= 2 && !m->open[m->open_len - 1].is_header)
                m->is_over = m->has_body; /* closed for good at the end of the file */
            else
                pop(m);
        }
    }
    if (!is_whole)
        tell(m, 68, "the tag </%.*s> has no end; added", (int)name.len, name.ptr);
    eat(m, is_whole ? after + 1 : 2 + name.len);
}

/* ---- tokens -------------------------------------------------------------------------
 */

/* Whether more input could change what the token at the start of what is left is. */
static bool may_grow(const cq_mend *m, size_t max)
{
    return !m->is_last && rest(m).len < max;
}

/* A span from `open` to `close`. True when it was dealt with, or *wait is set. */
static bool span(cq_mend *m, cq_str open, cq_str close, size_t max,
                 void (*take)(cq_mend *, size_t), bool *wait)
{
    cq_str s = rest(m);
    size_t end;

    if (!cq_str_starts(s, open))
        return false;
    end = find(cq_str_slice(s, open.len, s.len), close, max);
    if (end != SIZE_MAX) {
        take(m, end + open.len);
        return true;
    }
    *wait = may_grow(m, max);
    return *wait;
}

static bool is_prefix_of(cq_str s, const char *z)
{
    return s.len < strlen(z) && memcmp(s.ptr, z, s.len) == 0;
}

/* Whether all of the tag at the start of what is left has been read: to a '>' or a '<'
 * outside quotes. */
static bool is_tag_whole(const cq_mend *m)
{
    cq_str s = rest(m);
    char quote = 0;

    for (size_t i = 1; i < s.len; i++) {
        if (quote)
            quote = s.ptr[i] == quote ? 0 : quote;
        else if (s.ptr[i] == '"' || s.ptr[i] == '\'')
            quote = s.ptr[i];
        else if (s.ptr[i] == '>' || s.ptr[i] == '<')
            return i + 1 < s.len || s.ptr[i] == '>';
    }
    return false;
}

/* Deal with the '<' at the start of what is left; false to wait for more. */
static bool markup(cq_mend *m)
{
    cq_str s = rest(m), name;
    bool wait = false;
    size_t at = s.len > 1 && s.ptr[1] == '/' ? 2 : 1;

    if (!m->is_last && (s.len <= at || is_prefix_of(s, "<!--") ||
                        is_prefix_of(s, "<![CDATA[") || is_prefix_of(s, "<!DOCTYPE")))
        return false;
    if (span(m, CQ_STR("<!--"), CQ_STR("-->"), TOKEN_MAX, comment, &wait) ||
        span(m, CQ_STR("<![CDATA["), CQ_STR("]]>"), CDATA_MAX, cdata, &wait) ||
        span(m, CQ_STR("<?"), CQ_STR("?>"), TOKEN_MAX, instruction, &wait))
        return !wait;
    if (cq_str_starts(s, CQ_STR("<!DOCTYPE"))) {
        if (may_grow(m, TOKEN_MAX) && find(s, CQ_STR(">"), TOKEN_MAX) == SIZE_MAX)
            return false;
        doctype(m);
        return true;
    }
    name = tag_name(m, cq_str_slice(s, at, s.len));
    if (name.len && may_grow(m, TOKEN_MAX) && !is_tag_whole(m))
        return false;
    if (name.len == 0)
        bare_less(m);
    else if (at == 2)
        end_tag(m, name);
    else
        start_tag(m, name);
    return true;
}

/* Text is dealt with up to the last place where no reference can be cut. */
static bool plain(cq_mend *m)
{
    cq_str s = rest(m);
    const char *less = memchr(s.ptr, '<', s.len);
    size_t len = less ? (size_t)(less - s.ptr) : s.len;

    if (!less && !m->is_last) {
        size_t back = len > CQ_XML_NAME_MAX + 2 ? len - CQ_XML_NAME_MAX - 2 : 0;

        if (len < 4096)
            return false;
        for (size_t i = back; i < len; i++)
            if (s.ptr[i] == '&' || s.ptr[i] == ']')
                len = i;
    }
    text(m, len);
    return len > 0;
}

static void finish(cq_mend *m)
{
    if (m->open_len > 2 || (m->open_len && !m->is_over)) {
        tell(m, 62, "the file ends too early; what is open is closed");
        if (deepest(m) >= TU)
            reject_open(m, "the file ends inside it");
        while (m->open_len > (m->has_body ? 2 : 1))
            pop(m);
    }
    if (m->open_len && !m->has_body) {
        tell(m, 72, "<body> is missing; added");
        open_plain(m, "body", HEADER_OR_BODY);
    }
    if (m->open_len > 1)
        pop(m);
    cq_buf_add_str(m->out, cq_buf_str(&m->tail));
    if (m->open_len)
        pop(m);
}

/* ---- life ---------------------------------------------------------------------------
 */

cq_status cq_mend_open(cq_mend_notice notice, void *context, cq_mend **out, cq_error *err)
{
    cq_mend *m = cq_zalloc(sizeof(*m));

    *out = m;
    if (!m)
        return cq_fail(err, CQ_E_NOMEM, "no memory to repair a file");
    m->notice = notice;
    m->context = context;
    m->line = m->column = 1;
    return CQ_OK;
}

void cq_mend_close(cq_mend *m)
{
    if (!m)
        return;
    cq_buf_release(&m->in);
    cq_buf_release(&m->tail);
    cq_buf_release(&m->tag);
    cq_free(m);
}

cq_status cq_mend_run(cq_mend *m, cq_str piece, bool is_last, cq_buf *out, cq_error *err)
{
    cq_status status;

    m->out = out;
    m->is_last = is_last;
    cq_buf_add_str(&m->in, piece);
    status = cq_buf_check(&m->in, err);
    if (status != CQ_OK)
        return status;
    while (m->at < m->in.len)
        if (!(m->in.ptr[m->at] == '<' ? markup(m) : plain(m)))
            break;
    if (m->at) {
        memmove(m->in.ptr, m->in.ptr + m->at, m->in.len - m->at);
        cq_buf_cut(&m->in, m->in.len - m->at);
        m->at = 0;
    }
    if (is_last)
        finish(m);
    status = cq_buf_check(&m->tail, err);
    if (status == CQ_OK)
        status = cq_buf_check(&m->tag, err);
    return status == CQ_OK ? cq_buf_check(out, err) : status;
}
