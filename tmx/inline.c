/* inline.c -- the codes in a segment. */
#include "parts.h"

cq_code *cq_tmx_add_code(cq_tmx_reader *reader, cq_code_kind kind, cq_str markup)
{
    cq_code *code = cq_variant_add_code(&reader->unit, reader->variant, kind,
                                        reader->text.len, markup);

    if (!code)
        cq_tmx_stop_short(reader);
    return code;
}

static const struct code_name {
    const char *name;
    cq_code_kind kind;
} code_names[] = {
    {"bpt", CQ_CODE_OPEN},      {"ept", CQ_CODE_CLOSE},     {"it", CQ_CODE_ISOLATED},
    {"ph", CQ_CODE_STANDALONE}, {"ut", CQ_CODE_STANDALONE},
};

static const struct code_name *code_name(const cq_tmx_reader *reader,
                                         const cq_tmx_element *el)
{
    for (size_t i = 0; i < ARRAY_LEN(code_names); i++)
        if (cq_tmx_is(reader, el, code_names[i].name))
            return &code_names[i];
    return NULL;
}

void cq_tmx_open_inline(cq_tmx_reader *reader, const cq_tmx_element *el)
{
    const struct code_name *native = code_name(reader, el);
    cq_code *code;

    if (native) {
        reader->pair = cq_tmx_number(el, "i");
        reader->link = cq_tmx_number(el, "x");
        cq_tmx_begin_capture(reader, el, native->name);
        return;
    }
    cq_buf_reset(&reader->capture);
    cq_tmx_add_start_tag(reader, el);
    code = cq_tmx_add_code(reader, CQ_CODE_TEXT_OPEN, cq_buf_str(&reader->capture));
    if (!code)
        return;
    code->link = cq_tmx_number(el, "x");
    reader->stack[reader->stack_len++] = (cq_tmx_inline){
        .code = reader->variant->codes_len - 1, .is_known = cq_tmx_is(reader, el, "hi")};
}

void cq_tmx_close_inline(cq_tmx_reader *reader, const xmlChar *prefix,
                         const xmlChar *name)
{
    cq_tmx_inline open = reader->stack[--reader->stack_len];
    cq_code *start = &reader->variant->codes[open.code];
    bool is_empty = !open.is_known && open.code == reader->variant->codes_len - 1 &&
                    start->at == reader->text.len;

    cq_buf_reset(&reader->capture);
    if (is_empty) { /* <x id="1"/>: a placeholder by another name */
        cq_buf_add(&reader->capture, start->markup.ptr, start->markup.len - 1);
        cq_buf_add_z(&reader->capture, "/>");
        start->kind = CQ_CODE_STANDALONE;
        start->markup = cq_arena_copy(&reader->unit.arena, cq_buf_str(&reader->capture));
        if (!start->markup.ptr)
            cq_tmx_stop_short(reader);
        return;
    }
    cq_buf_add_z(&reader->capture, "</");
    cq_tmx_add_name(&reader->capture, prefix, name);
    cq_buf_add_byte(&reader->capture, '>');
    cq_tmx_add_code(reader, CQ_CODE_TEXT_CLOSE, cq_buf_str(&reader->capture));
}

static void flush_code(cq_tmx_reader *reader, cq_code_kind kind)
{
    cq_code *code = cq_tmx_add_code(reader, kind, cq_buf_str(&reader->capture));

    cq_buf_reset(&reader->capture);
    if (!code)
        return;
    code->pair = reader->pair;
    code->link = reader->link;
}

void cq_tmx_end_code(cq_tmx_reader *reader)
{
    cq_code_kind kind = CQ_CODE_STANDALONE;

    cq_tmx_check_buf(reader, &reader->capture);
    for (size_t i = 0; i < ARRAY_LEN(code_names); i++)
        if (reader->captured == code_names[i].name)
            kind = code_names[i].kind;
    reader->has_ut = reader->has_ut || strcmp(reader->captured, "ut") == 0;
    flush_code(reader, kind);
}
