/* tag.c -- a start tag, read as a person would. */
#include "parts.h"

#include "text/text.h"

#include <string.h>

static bool is_space(char c) { return c == ' ' || c == '\t' || c == '\n' || c == '\r'; }

size_t cq_mend_skip_space(cq_str s, size_t at)
{
    while (at < s.len && is_space(s.ptr[at]))
        at++;
    return at;
}

cq_str cq_mend_tag_name(const cq_mend *m, cq_str s)
{
    cq_str name = {s.ptr, cq_xml_name_length(s)}, ascii = name;

    for (ascii.len = 0;
         ascii.len < name.len && (unsigned char)name.ptr[ascii.len] < 0x80;)
        ascii.len++;
    return ascii.len && cq_mend_is_known(m, ascii) ? ascii : name;
}

/* Whether the '<' at the start of `s` begins a tag of TMX, so that a value that would
 * hold it has lost its quote. */
static bool begins_tag(const cq_mend *m, cq_str s)
{
    size_t at = s.len > 1 && s.ptr[1] == '/' ? 2 : 1;
    cq_str name = cq_mend_tag_name(m, cq_str_slice(s, at, s.len));

    return name.len && cq_mend_is_known(m, name);
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
            i += cq_mend_reference(m, cq_str_slice(value, i, value.len), out);
            continue;
        }
        if (c == '<') {
            cq_mend_tell(m, 69, "written as &lt;", "a bare \"<\" in an attribute");
            cq_buf_add_z(out, "&lt;");
        } else if (c == '"') {
            cq_buf_add_z(out, "&quot;");
        } else {
            cq_buf_add_byte(out, (unsigned char)c);
        }
        i++;
    }
}

bool cq_mend_tag_has(const cq_mend_tag *t, cq_str name)
{
    for (size_t i = 0; i < t->names_len; i++)
        if (cq_str_equal(t->names[i], name))
            return true;
    return false;
}

/* Whether no parser takes that declaration of a namespace: a prefix cannot be declared
 * away, and "xml" and "xmlns" have the one meaning (Namespaces in XML 1.0, 2.2 and 3). */
static bool is_void_declaration(cq_str name, cq_str value)
{
    bool is_xml = cq_str_equal(value, CQ_STR("http://www.w3.org/XML/1998/namespace"));
    bool is_xmlns = cq_str_equal(value, CQ_STR("http://www.w3.org/2000/xmlns/"));

    if (cq_str_equal(name, CQ_STR("xmlns")))
        return is_xml || is_xmlns;
    if (!cq_str_starts(name, CQ_STR("xmlns:")))
        return false;
    return value.len == 0 || is_xmlns || cq_str_equal(name, CQ_STR("xmlns:xmlns")) ||
           is_xml != cq_str_equal(name, CQ_STR("xmlns:xml"));
}

/* What was read of a tag last, from `mark` of m->tag on: kept, unless it cannot stand. */
static void keep_attribute(cq_mend *m, cq_mend_tag *t, cq_str name, cq_str value,
                           size_t mark)
{
    if (is_void_declaration(name, value)) {
        cq_mend_tell(m, 78, "left out", "%.*s cannot be declared so", (int)name.len,
                     name.ptr);
        cq_buf_cut(&m->tag, mark);
    } else if (cq_mend_tag_has(t, name) || t->names_len == CQ_MEND_ATTRS_MAX) {
        cq_mend_tell(m, 70, "the first is kept", "the attribute %.*s stands twice",
                     (int)name.len, name.ptr);
        cq_buf_cut(&m->tag, mark);
    } else {
        t->names[t->names_len++] = name;
    }
}

/* One attribute into m->tag. */
static void attribute(cq_mend *m, cq_mend_tag *t)
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
    t->at = cq_mend_skip_space(t->s, t->at + name.len);
    if (t->at >= t->s.len || t->s.ptr[t->at] != '=') {
        t->is_clean = false; /* a word, no attribute */
        return;
    }
    t->at = cq_mend_skip_space(t->s, t->at + 1);
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
        cq_mend_tell(m, 71, "added", "the value of %.*s has no quotes", (int)name.len,
                     name.ptr);
    } else if (t->at < t->s.len && !is_space(t->s.ptr[t->at]) &&
               !strchr("/>", t->s.ptr[t->at])) {
        t->is_clean = false;
    }
    cq_buf_add_byte(&m->tag, ' ');
    cq_buf_add_str(&m->tag, name);
    cq_buf_add_z(&m->tag, "=\"");
    put_value(m, value);
    cq_buf_add_byte(&m->tag, '"');
    keep_attribute(m, t, name, value, mark);
}

void cq_mend_read_tag(cq_mend *m, cq_str name, cq_mend_tag *t)
{
    cq_buf_reset(&m->tag);
    cq_buf_add_byte(&m->tag, '<');
    cq_buf_add_str(&m->tag, name);
    t->at = 1 + name.len;
    t->is_clean =
        t->at >= t->s.len || is_space(t->s.ptr[t->at]) || strchr("/>", t->s.ptr[t->at]);
    for (;;) {
        t->at = cq_mend_skip_space(t->s, t->at);
        if (t->at >= t->s.len || t->s.ptr[t->at] == '<') {
            t->is_clean = false;
            return;
        }
        if (t->s.ptr[t->at] == '>') {
            t->at++;
            return;
        }
        if (t->s.ptr[t->at] == '/') {
            t->is_empty = t->at + 1 < t->s.len && t->s.ptr[t->at + 1] == '>';
            t->is_clean = t->is_clean && t->is_empty;
            t->at += 1 + t->is_empty;
            if (t->is_empty)
                return;
            continue;
        }
        attribute(m, t);
    }
}
