/* capture.c -- what is no element of TMX, copied as markup to where it belongs. */
#include "parts.h"

static void add_attr(cq_buf *out, const xmlChar *prefix, const xmlChar *name,
                     cq_str value)
{
    cq_buf_add_byte(out, ' ');
    cq_tmx_add_name(out, prefix, name);
    cq_xml_attr_value(out, value);
}

void cq_tmx_add_start_tag(cq_tmx_reader *reader, const cq_tmx_element *el)
{
    const xmlChar *xmlns = (const xmlChar *)"xmlns";
    cq_buf *out = &reader->capture;

    cq_buf_add_byte(out, '<');
    cq_tmx_add_name(out, el->prefix, el->name);
    for (int i = 0; i < el->namespaces_len; i++) {
        const xmlChar *prefix = el->namespaces[2 * i];

        add_attr(out, prefix ? xmlns : NULL, prefix ? prefix : xmlns,
                 cq_tmx_uri(reader, el->namespaces[2 * i + 1]));
    }
    for (int i = 0; i < el->attributes_len; i++) {
        const xmlChar **at = el->attributes + 5 * i;

        add_attr(out, at[1], at[0], cq_tmx_value(reader, at));
    }
    cq_buf_add_byte(out, '>');
    reader->capture_open = out->len;
}

void cq_tmx_add_end_tag(cq_tmx_reader *reader, const xmlChar *prefix, const xmlChar *name)
{
    if (reader->capture_open == reader->capture.len) { /* nothing inside */
        cq_buf_cut(&reader->capture, reader->capture.len - 1);
        cq_buf_add_z(&reader->capture, "/>");
        reader->capture_open = 0;
        return;
    }
    cq_buf_add_z(&reader->capture, "</");
    cq_tmx_add_name(&reader->capture, prefix, name);
    cq_buf_add_byte(&reader->capture, '>');
}

void cq_tmx_begin_capture(cq_tmx_reader *reader, const cq_tmx_element *el,
                          const char *kind)
{
    cq_buf_reset(&reader->capture);
    reader->captured = kind;
    reader->capture_depth = 1;
    cq_tmx_add_start_tag(reader, el);
}

/* The buffer that markup outside header and units belongs to, at this place. */
static cq_buf *surroundings(cq_tmx_reader *reader)
{
    bool has_header = reader->header.is_present;

    switch (reader->place) {
    case CQ_IN_DOCUMENT:
        return &reader->around[reader->in_prolog ? CQ_BEFORE_TMX : CQ_AFTER_TMX];
    case CQ_IN_TMX:
        return &reader->around[reader->has_body ? CQ_AFTER_BODY
                               : has_header     ? CQ_BEFORE_BODY
                                                : CQ_BEFORE_HEADER];
    case CQ_IN_BODY:
        return &reader->lead; /* becomes CQ_AFTER_UNITS when no unit follows */
    default:
        return NULL;
    }
}

cq_item *cq_tmx_add_item(cq_tmx_reader *reader, cq_tmx_place place, cq_item_kind kind)
{
    cq_header *header = &reader->header;
    cq_unit *unit = &reader->unit;
    cq_variant *variant = reader->variant;
    cq_item *item = NULL;

    if (place == CQ_IN_HEADER)
        item = cq_items_add(&header->arena, &header->items, &header->items_len, kind);
    else if (place == CQ_IN_UNIT)
        item = cq_items_add(&unit->arena, &unit->items, &unit->items_len, kind);
    else if (place == CQ_IN_VARIANT)
        item = cq_items_add(&unit->arena, &variant->items, &variant->items_len, kind);
    if (!item)
        cq_tmx_stop_short(reader);
    return item;
}

cq_arena *cq_tmx_arena(cq_tmx_reader *reader, cq_tmx_place place)
{
    return place == CQ_IN_HEADER ? &reader->header.arena : &reader->unit.arena;
}

void cq_tmx_add_markup(cq_tmx_reader *reader, cq_str markup)
{
    cq_buf *around = surroundings(reader);
    cq_item *item;

    if (around) {
        cq_buf_add_str(around, markup);
        cq_tmx_check_buf(reader, around);
        return;
    }
    item = cq_tmx_add_item(reader, reader->place, CQ_ITEM_MARKUP);
    if (item)
        item->text = cq_arena_copy(cq_tmx_arena(reader, reader->place), markup);
    if (item && !item->text.ptr)
        cq_tmx_stop_short(reader);
}

void cq_tmx_flush_stray(cq_tmx_reader *reader)
{
    cq_str text = cq_buf_str(&reader->stray);

    if (text.len && !cq_tmx_is_blank(text)) {
        cq_buf_reset(&reader->capture);
        cq_xml_text(&reader->capture, cq_str_trim(text));
        cq_tmx_check_buf(reader, &reader->capture);
        cq_tmx_add_markup(reader, cq_buf_str(&reader->capture));
    }
    cq_buf_reset(&reader->stray);
}
