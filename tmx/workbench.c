#include "escape.h"
#include "reader.h"

#include <string.h>

/* What stands in a <ut>, as markup. */
static cq_str inside_ut(const cq_code *code)
{
    cq_str markup = code->markup;
    const char *open = memchr(markup.ptr, '>', markup.len);
    size_t start = open ? (size_t)(open - markup.ptr) + 1 : markup.len, end = markup.len;

    while (end > start && markup.ptr[end - 1] != '<')
        end--;
    return end > start ? cq_str_slice(markup, start, end - 1) : (cq_str){0};
}

/* "{\cs6\f1 ": character style 6 of Trados Workbench is its "internal" one. */
static bool opens_internal(const cq_code *code)
{
    cq_str s = inside_ut(code);

    if (!cq_str_starts(code->markup, CQ_STR("<ut")) || !cq_str_starts(s, CQ_STR("{")))
        return false;
    for (size_t i = 0; i + 4 <= s.len; i++)
        if (memcmp(s.ptr + i, "\\cs6", 4) == 0 &&
            (i + 4 == s.len || s.ptr[i + 4] < '0' || s.ptr[i + 4] > '9'))
            return true;
    return false;
}

static bool closes_internal(const cq_code *code)
{
    return cq_str_starts(code->markup, CQ_STR("<ut")) &&
           cq_str_equal(inside_ut(code), CQ_STR("}"));
}

/* One code in place of two and the text between them. */
static bool join(cq_unit *unit, cq_variant *variant, size_t number, cq_buf *text,
                 cq_buf *scratch)
{
    cq_code *open = &variant->codes[number], *close = open + 1;
    size_t removed = close->at - open->at;

    cq_buf_reset(scratch);
    cq_buf_add_str(scratch, open->markup);
    cq_xml_text(scratch, cq_str_slice(cq_buf_str(text), open->at, close->at));
    cq_buf_add_str(scratch, close->markup);
    open->markup = cq_arena_copy(&unit->arena, cq_buf_str(scratch));
    if (!open->markup.ptr || scratch->failed != CQ_OK)
        return false;
    if (removed)
        memmove(text->ptr + open->at, text->ptr + close->at, text->len - close->at);
    cq_buf_cut(text, text->len - removed);
    variant->codes_len--;
    memmove(close, close + 1, (variant->codes_len - number - 1) * sizeof(*close));
    for (size_t k = number + 1; k < variant->codes_len; k++)
        variant->codes[k].at -= removed;
    return true;
}

bool cq_tmx_join_internal(cq_unit *unit, cq_variant *variant, cq_buf *text,
                          cq_buf *scratch)
{
    for (size_t i = 0; i + 1 < variant->codes_len; i++)
        if (opens_internal(&variant->codes[i]) &&
            closes_internal(&variant->codes[i + 1]) &&
            !join(unit, variant, i, text, scratch))
            return false;
    return true;
}
