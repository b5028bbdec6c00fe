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
            cq_mend_tell(m, 53, "left out", "a reference to a control character");
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
        cq_mend_eat(m, i - from);
        if (ends_cdata) {
            cq_buf_add_z(m->out, "&gt;");
            from = i + 1;
        } else {
            from = i + cq_mend_reference(m, (cq_str){s + i, end - i}, m->out);
        }
        cq_mend_eat(m, from - i);
        i = from;
    }
    cq_buf_add(m->out, m->in.ptr + from, end - from);
    cq_mend_eat(m, end - from);
}

void cq_mend_text(cq_mend *m, size_t len)
{
    if (m->open_len && !m->is_over && !m->skip[0]) {
        cq_mend_mark_here(m);
        put_text(m, len);
        return;
    }
    if (!m->skip[0] && !is_blank(cq_str_slice(cq_mend_rest(m), 0, len)))
        cq_mend_tell(m, m->has_root ? 75 : 68, "left out", "text outside <tmx>");
    cq_mend_eat(m, len);
}

void cq_mend_bare_less(cq_mend *m)
{
    if (m->open_len && !m->is_over && !m->skip[0]) {
        cq_mend_tell(m, 69, "written as &lt;", "a bare \"<\"");
        cq_buf_add_z(m->out, "&lt;");
    }
    cq_mend_eat(m, 1);
}

/* ---- comments and the like ----------------------------------------------------------
 */

static cq_buf *place_of_markup(cq_mend *m) { return m->is_over ? &m->tail : m->out; }

void cq_mend_comment(cq_mend *m, size_t end)
{
    cq_str whole = cq_str_slice(cq_mend_rest(m), 0, end + 3);
    cq_str body = cq_str_slice(whole, 4, end < 4 ? 4 : end);

    if (m->skip[0] || end < 4)
        ;
    else if (cq_mend_find(body, CQ_STR("--"), SIZE_MAX) != SIZE_MAX ||
             cq_str_ends(body, CQ_STR("-")))
        cq_mend_tell(m, 77, "left out", "a comment has \"--\" in it");
    else
        cq_buf_add_str(place_of_markup(m), whole);
    cq_mend_eat(m, whole.len);
}

void cq_mend_instruction(cq_mend *m, size_t end)
{
    cq_str whole = cq_str_slice(cq_mend_rest(m), 0, end + 2);
    cq_str body = cq_str_slice(whole, 2, end < 2 ? 2 : end);
    size_t len = cq_xml_name_length(body);
    cq_str name = cq_str_slice(body, 0, len);
    bool is_xml = len == 3 && (name.ptr[0] | 32) == 'x' && (name.ptr[1] | 32) == 'm' &&
                  (name.ptr[2] | 32) == 'l';
    bool is_good = len && !is_xml && !cq_str_starts(name, CQ_STR("calque-")) &&
                   !memchr(name.ptr, ':', len) &&
                   (len == body.len || body.ptr[len] == ' ' || body.ptr[len] == '\n' ||
                    body.ptr[len] == '\t' || body.ptr[len] == '\r');

    if (cq_mend_find(body, CQ_STR("<tu"), SIZE_MAX) != SIZE_MAX) { /* it lost its end */
        cq_mend_bare_less(m);
        return;
    }
    if (is_good && !m->skip[0])
        cq_buf_add_str(place_of_markup(m), whole);
    else if (!is_good && !(is_xml && m->line == 1 && m->column == 1))
        cq_mend_tell(m, 68, "left out",
                     "an instruction that is none, or stands in a wrong place");
    cq_mend_eat(m, whole.len);
}

void cq_mend_cdata(cq_mend *m, size_t end)
{
    cq_str whole = cq_str_slice(cq_mend_rest(m), 0, end + 3);

    if (m->open_len && !m->is_over && !m->skip[0])
        cq_buf_add_str(m->out, whole);
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
    if (len == 0) {
        len = cq_mend_find(s, CQ_STR(">"), CQ_MEND_TOKEN_MAX);
        len = len == SIZE_MAX ? s.len : len + 1;
    }
    cq_map_reset(&m->entities);
    cq_mend_eat(m, len);
}
