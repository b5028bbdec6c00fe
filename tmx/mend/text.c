/* text.c -- what is no tag: text and references, comments, instructions,
 * CDATA sections and the document type. */
#include "parts.h"

#include "text/text.h"
#include "tmx/doctype.h"
#include "tmx/entity.h"

#include <string.h>

/* ---- references ---------------------------------------------------------------------
 */

size_t cq_mend_reference(cq_mend *m, cq_str s, cq_buf *out)
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
            cq_mend_tell(m, 53, "left out", "%.*s refers to a control character",
                         (int)(len < 20 ? len : 20), s.ptr);
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
        if (m->has_dtd || cq_map_find(&m->entities, name)) {
            cq_buf_add(out, s.ptr, name.len + 2);
            return name.len + 2;
        }
        code = cq_entity_find(name);
        if (code) {
            cq_mend_tell(m, 65, "written as the character", "&%.*s; is no entity of XML",
                         (int)name.len, name.ptr);
            cq_text_put(out, code);
            return name.len + 2;
        }
    }
    cq_mend_tell(m, 64, "written as &amp;", "a bare \"&\"");
    cq_buf_add_z(out, "&amp;");
    return 1;
}

/* ---- text -----------------------------------------------------------------------------
 */

static bool is_blank(cq_str s) { return cq_str_trim(s).len == 0; }

/* Whether text may stand here, in the file that comes out. */
static bool is_inside(const cq_mend *m)
{
    return m->open_len && !m->is_after_root && !m->skip[0];
}

static void tell_outside(cq_mend *m)
{
    if (!m->skip[0])
        cq_mend_tell(m, m->has_root ? 75 : 68, "left out", "text outside <tmx>");
}

/* Write the first `len` bytes of what is left as character data, and step over them. */
static void put_text(cq_mend *m, size_t len)
{
    size_t end = m->at + len, from = m->at;
    cq_buf *out = cq_mend_out(m);

    for (size_t i = from; i < end;) {
        const char *s = m->in.ptr;
        bool ends_cdata = s[i] == '>' && i >= 2 && s[i - 1] == ']' && s[i - 2] == ']';

        if (s[i] != '&' && !ends_cdata) {
            i++;
            continue;
        }
        cq_buf_add(out, s + from, i - from);
        cq_mend_eat(m, i - from);
        if (ends_cdata) {
            cq_mend_tell(m, 69, "written as ]]&gt;", "\"]]>\" stands in the text");
            cq_buf_add_z(out, "&gt;");
            from = i + 1;
        } else {
            from = i + cq_mend_reference(m, (cq_str){s + i, end - i}, out);
        }
        cq_mend_eat(m, from - i);
        i = from;
    }
    cq_buf_add(out, m->in.ptr + from, end - from);
    cq_mend_eat(m, end - from);
}

void cq_mend_text(cq_mend *m, size_t len)
{
    if (is_inside(m)) {
        cq_mend_mark_here(m);
        put_text(m, len);
        return;
    }
    if (!is_blank(cq_str_slice(cq_mend_rest(m), 0, len))) {
        size_t blank = cq_mend_skip_space(cq_mend_rest(m), 0);

        cq_mend_eat(m, blank);
        len -= blank;
        tell_outside(m);
    }
    cq_mend_eat(m, len);
}

bool cq_mend_is_cut_tag(const cq_mend *m)
{
    cq_str s = cq_mend_rest(m);
    char c = s.len > 1 ? (char)(s.ptr[1] | 32) : '/';

    return ((c >= 'a' && c <= 'z') || c == '/') && !memchr(s.ptr + 1, '<', s.len - 1) &&
           !memchr(s.ptr + 1, '>', s.len - 1);
}

void cq_mend_bare_less(cq_mend *m)
{
    if (is_inside(m) && m->is_last &&
        cq_mend_is_cut_tag(m)) { /* told with the end of the file */
        cq_mend_eat(m, cq_mend_rest(m).len);
        return;
    }
    if (is_inside(m)) {
        cq_mend_tell(m, 69, "written as &lt;", "a bare \"<\"");
        cq_buf_add_z(cq_mend_out(m), "&lt;");
    } else {
        tell_outside(m);
    }
    cq_mend_eat(m, 1);
}

/* ---- comments and the like ----------------------------------------------------------
 */

static bool holds(cq_str s, const char *what)
{
    return cq_mend_find(s, cq_str_from(what), SIZE_MAX) != SIZE_MAX;
}

/* A comment that lost its end runs on to that of another: units behind the first "--" are
 * none of it. */
void cq_mend_comment(cq_mend *m, size_t end)
{
    cq_str whole = cq_str_slice(cq_mend_rest(m), 0, end + 3);
    cq_str body = cq_str_slice(whole, 4, end);
    size_t dashes = cq_mend_find(body, CQ_STR("--"), SIZE_MAX);
    bool is_good = dashes == SIZE_MAX && !cq_str_ends(body, CQ_STR("-"));

    if (dashes != SIZE_MAX && holds(cq_str_slice(body, dashes, body.len), "<tu"))
        whole.len = 4 + dashes + 2;
    if (!m->skip[0] && is_good)
        cq_buf_add_str(cq_mend_out(m), whole);
    else if (!m->skip[0])
        cq_mend_tell(m, 77, "left out", "a comment has \"--\" in it");
    cq_mend_eat(m, whole.len);
}

/* Step over `name`, '=' and a quoted value in an XML declaration; *at stays when they do
 * not stand there, behind a space. */
static cq_str declared(cq_str s, size_t *at, cq_str name, bool needs_space)
{
    size_t i = cq_mend_skip_space(s, *at), end;

    if ((needs_space && i == *at) || !cq_str_starts(cq_str_slice(s, i, s.len), name))
        return (cq_str){0};
    i = cq_mend_skip_space(s, i + name.len);
    if (i == s.len || s.ptr[i] != '=')
        return (cq_str){0};
    i = cq_mend_skip_space(s, i + 1);
    if (i == s.len || (s.ptr[i] != '"' && s.ptr[i] != '\''))
        return (cq_str){0};
    for (end = i + 1; end < s.len && s.ptr[end] != s.ptr[i];)
        end++;
    if (end == s.len)
        return (cq_str){0};
    *at = end + 1;
    return cq_str_slice(s, i + 1, end);
}

/* Productions 26 and 81 of XML 1.0; libxml2 takes "1." too. */
static bool is_version(cq_str s)
{
    for (size_t i = 2; i < s.len; i++)
        if (s.ptr[i] < '0' || s.ptr[i] > '9')
            return false;
    return cq_str_starts(s, CQ_STR("1."));
}

static bool is_encoding(cq_str s)
{
    for (size_t i = 0; i < s.len; i++) {
        char c = s.ptr[i];
        bool is_letter = (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z');

        if (!is_letter &&
            (i == 0 || !((c >= '0' && c <= '9') || c == '.' || c == '_' || c == '-')))
            return false;
    }
    return s.len > 0;
}

/* Whether what stands between "<?" and "?>" declares XML (1.0, production 23). */
static bool is_declaration(cq_str s)
{
    size_t at = 3, before;
    cq_str value;

    if (!cq_str_starts(s, CQ_STR("xml")) ||
        !is_version(declared(s, &at, CQ_STR("version"), true)))
        return false;
    before = at;
    value = declared(s, &at, CQ_STR("encoding"), true);
    if (at > before && !is_encoding(value))
        return false;
    /* Behind an encoding libxml2 asks for no space. */
    value = declared(s, &at, CQ_STR("standalone"), at == before);
    if (value.ptr && !cq_str_equal(value, CQ_STR("yes")) &&
        !cq_str_equal(value, CQ_STR("no")))
        return false;
    return cq_mend_skip_space(s, at) == s.len;
}

void cq_mend_instruction(cq_mend *m, size_t end)
{
    cq_str whole = cq_str_slice(cq_mend_rest(m), 0, end + 2);
    cq_str body = cq_str_slice(whole, 2, end);
    size_t len = cq_xml_target_length(body);
    cq_str name = cq_str_slice(body, 0, len);
    bool is_xml = len == 3 && (name.ptr[0] | 32) == 'x' && (name.ptr[1] | 32) == 'm' &&
                  (name.ptr[2] | 32) == 'l';
    bool is_good = len && !is_xml && !cq_str_starts(name, CQ_STR("calque-")) &&
                   (len == body.len || cq_mend_skip_space(body, len) > len);

    if (holds(body, "<tu")) { /* it lost its end */
        cq_mend_bare_less(m);
        return;
    }
    if (is_good && !m->skip[0])
        cq_buf_add_str(cq_mend_out(m), whole);
    else if (is_xml && m->line == 1 && m->column == 1 && !is_declaration(body))
        cq_mend_tell(m, 68, "left out", "the XML declaration is broken");
    else if (!is_good && (!is_xml || m->line > 1 || m->column > 1))
        cq_mend_tell(m, 68, "left out",
                     "an instruction that is none, or stands in a wrong place");
    cq_mend_eat(m, whole.len);
}

void cq_mend_cdata(cq_mend *m, size_t end)
{
    cq_str whole = cq_str_slice(cq_mend_rest(m), 0, end + 3);
    cq_str body = cq_str_slice(whole, 9, end);

    if (holds(body, "<![CDATA[") && holds(body, "<tu")) { /* it lost its end */
        cq_mend_bare_less(m);
        return;
    }
    if (is_inside(m))
        cq_buf_add_str(cq_mend_out(m), whole);
    else
        tell_outside(m);
    cq_mend_eat(m, whole.len);
}

/* A document type that is whole is kept, with the references to its entities; of one that
 * is broken nothing can be believed. */
void cq_mend_doctype(cq_mend *m, size_t len)
{
    cq_str s = cq_mend_rest(m);
    cq_error err = {0};
    bool is_in_place = !m->has_root && !m->has_doctype;

    if (len && is_in_place) {
        cq_status status =
            cq_doctype_read(cq_str_slice(s, 0, len), &m->entities, &m->has_dtd, &err);

        if (status < 0)
            m->failed = status;
        if (status == CQ_OK) {
            m->has_doctype = true;
            cq_buf_add(m->out, s.ptr, len);
            cq_mend_eat(m, len);
            return;
        }
    }
    cq_mend_tell(m, 68, "left out",
                 is_in_place ? "the document type is broken"
                             : "a document type stands where none can");
    if (len == 0)
        for (len = 1; len < s.len && s.ptr[len] != '<' && s.ptr[len - 1] != '>';)
            len++;
    cq_map_reset(&m->entities);
    cq_mend_eat(m, len);
}
