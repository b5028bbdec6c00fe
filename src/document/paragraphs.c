#include "parts.h"

#include <string.h>

void cq_paragraphs_release(cq_paragraph_list *list)
{
    cq_buf_release(&list->text);
    cq_buf_release(&list->open);
    cq_buf_release(&list->after);
    cq_free(list->start);
    *list = (cq_paragraph_list){0};
}

void cq_paragraphs_begin(cq_paragraph_list *list)
{
    if (!cq_grow(&list->start, &list->capacity, list->depth + 1, sizeof(*list->start))) {
        list->failed = CQ_E_NOMEM;
        return;
    }
    list->start[list->depth++] = list->open.len;
}

static bool is_space(char c)
{
    return c == ' ' || c == '\t' || c == '\n' || c == '\r' || c == '\f';
}

/* What would end a line: LF, CR, and what the segmenter too takes for line ends (UAX #14,
 * "mandatory break"): vertical tab, form feed, U+0085, U+2028, U+2029. */
static size_t line_end_at(cq_str s)
{
    unsigned char first = (unsigned char)s.ptr[0];

    if (first == '\n' || first == '\r' || first == '\t' || first == '\v' || first == '\f')
        return 1;
    if (cq_str_starts(s, CQ_STR("\xc2\x85")))
        return 2;
    if (cq_str_starts(s, CQ_STR("\xe2\x80\xa8")) ||
        cq_str_starts(s, CQ_STR("\xe2\x80\xa9")))
        return 3;
    return 0;
}

void cq_paragraphs_add(cq_paragraph_list *list, cq_str text)
{
    size_t from = 0;

    if (list->depth == 0)
        return;
    for (size_t at = 0; at < text.len;) {
        size_t end = line_end_at(cq_str_slice(text, at, text.len));

        if (end == 0) {
            at++;
            continue;
        }
        cq_buf_add_str(&list->open, cq_str_slice(text, from, at));
        cq_buf_add_byte(&list->open, ' ');
        at += end;
        from = at;
    }
    cq_buf_add_str(&list->open, cq_str_slice(text, from, text.len));
}

void cq_paragraphs_flow(cq_paragraph_list *list, cq_str text)
{
    for (size_t at = 0; list->depth > 0 && at < text.len;) {
        size_t start = at;
        size_t begin = list->start[list->depth - 1];
        bool is_after_space =
            list->open.len == begin || list->open.ptr[list->open.len - 1] == ' ';

        while (at < text.len && !is_space(text.ptr[at]))
            at++;
        cq_paragraphs_add(list, cq_str_slice(text, start, at));
        if (at == text.len)
            return;
        if (at > start || !is_after_space)
            cq_buf_add_byte(&list->open, ' ');
        while (at < text.len && is_space(text.ptr[at]))
            at++;
    }
}

/* Without white space of any kind at both ends. */
static cq_str trim(cq_str s)
{
    size_t start = 0, end = 0;

    for (size_t at = 0; at < s.len;) {
        bool is_space = cq_char_is_space(cq_text_next(s, &at));

        if (is_space && end == 0)
            start = at;
        if (!is_space)
            end = at;
    }
    return end == 0 ? (cq_str){0} : cq_str_slice(s, start, end);
}

void cq_paragraphs_end(cq_paragraph_list *list)
{
    cq_str open = cq_buf_str(&list->open);
    cq_str text;
    cq_buf *to;

    if (list->depth == 0)
        return;
    to = list->depth == 1 ? &list->text : &list->after;
    text = trim(cq_str_slice(open, list->start[--list->depth], open.len));
    if (text.len > 0) {
        cq_buf_add_str(to, text);
        cq_buf_add_byte(to, '\n');
    }
    cq_buf_cut(&list->open, list->start[list->depth]);
    if (list->depth == 0) {
        cq_buf_add_str(&list->text, cq_buf_str(&list->after));
        cq_buf_cut(&list->after, 0);
    }
}

void cq_paragraphs_after(cq_paragraph_list *list, cq_str lines)
{
    cq_buf_add_str(list->depth > 0 ? &list->after : &list->text, lines);
}

cq_status cq_paragraphs_check(const cq_paragraph_list *list, cq_error *err)
{
    const cq_buf *bufs[] = {&list->text, &list->open, &list->after};

    if (list->failed != CQ_OK)
        return cq_fail(err, list->failed, "no memory for a document");
    for (size_t i = 0; i < ARRAY_LEN(bufs); i++) {
        if (bufs[i]->failed == CQ_E_INPUT || bufs[i]->len > CQ_TEXT_BYTES_MAX)
            return cq_fail_number(err, CQ_E_INPUT, ERR_TOO_LARGE,
                                  "the document has more than %zu MB of text",
                                  CQ_TEXT_BYTES_MAX >> 20);
        if (bufs[i]->failed != CQ_OK)
            return cq_fail(err, bufs[i]->failed, "no memory for a document");
    }
    return CQ_OK;
}
