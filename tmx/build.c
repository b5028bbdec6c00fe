/* build.c -- from XML events to units.
 *
 * The elements of TMX steer a small state machine (cq_tmx_place); any other
 * cq_tmx_element, and the native codes in a segment, are copied as markup ("capture")
 * until they close. All markup is written the same way (escape.h), so that equal content
 * is equal bytes. */
#include "parts.h"

#include <stdlib.h>
#include <string.h>

void cq_tmx_stop_short(cq_tmx_reader *reader)
{
    cq_tmx_stop(reader, CQ_E_NOMEM, 0, "no memory to read a unit");
}

/* With --repair a unit that cannot be is left out; without, the file is refused. */
static void reject_unit(cq_tmx_reader *reader, const char *why)
{
    if (!reader->is_rejected)
        snprintf(reader->why, sizeof(reader->why), "%s", why);
    reader->is_rejected = true;
}

void cq_tmx_check_buf(cq_tmx_reader *reader, cq_buf *buf)
{
    bool in_unit = reader->place >= CQ_IN_UNIT && reader->outer != CQ_IN_HEADER;

    if (buf->failed == CQ_E_INPUT && reader->mend && in_unit) {
        reject_unit(reader, "a text in it is longer than 16 MB");
        cq_buf_reset(buf);
    } else if (buf->failed == CQ_E_INPUT)
        cq_tmx_stop(reader, CQ_E_INPUT, 67,
                    "a text is longer than 16 MB; a segment is a sentence "
                    "or a paragraph, so this is no segment");
    else if (buf->failed != CQ_OK)
        cq_tmx_stop_short(reader);
}

/* What gathered at a place, once it is passed: into the header. */
static void settle(cq_tmx_reader *reader, cq_place place)
{
    cq_header *header = &reader->header;

    if (reader->around[place].len == 0)
        return;
    header->around[place] =
        cq_arena_copy(&header->arena, cq_buf_str(&reader->around[place]));
    if (!header->around[place].ptr)
        cq_tmx_stop_short(reader);
}

/* ---- notes and properties -------------------------------------------------------------
 */

static void begin_field(cq_tmx_reader *reader, const cq_tmx_element *el,
                        cq_item_kind kind)
{
    cq_arena *arena = cq_tmx_arena(reader, reader->place);
    cq_item *item = cq_tmx_add_item(reader, reader->place, kind);

    if (!item)
        return;
    item->name = cq_tmx_full_name(reader, arena, el->prefix, el->name, true);
    cq_tmx_read_attrs(reader, arena, el, &item->attrs, &item->attrs_len);
    reader->field = item;
    reader->outer = reader->place;
    reader->place = CQ_IN_FIELD;
    cq_buf_reset(&reader->text);
}

/* Something that is no text stands in a note or prop: copy the whole as markup after all.
 */
static void field_to_capture(cq_tmx_reader *reader)
{
    cq_item *item = reader->field;
    bool is_note = item->kind == CQ_ITEM_NOTE;

    cq_buf_reset(&reader->capture);
    cq_buf_add_byte(&reader->capture, '<');
    if (item->name.len)
        cq_buf_add_str(&reader->capture, item->name);
    else
        cq_buf_add_z(&reader->capture, is_note ? "note" : "prop");
    cq_xml_attrs(&reader->capture, item->attrs, item->attrs_len);
    cq_buf_add_byte(&reader->capture, '>');
    cq_xml_text(&reader->capture, cq_buf_str(&reader->text));
    item->kind = CQ_ITEM_MARKUP;
    item->attrs = NULL;
    item->attrs_len = 0;
    item->name = (cq_str){0};
    reader->captured = "field";
    reader->capture_depth = 1;
    reader->capture_open = 0; /* of another capture: no longer where a tag ends */
}

static void end_field(cq_tmx_reader *reader, cq_str text)
{
    reader->field->text = cq_arena_copy(cq_tmx_arena(reader, reader->outer), text);
    if (!reader->field->text.ptr)
        cq_tmx_stop_short(reader);
    reader->field = NULL;
    reader->place = reader->outer;
}

/* ---- units and variants ---------------------------------------------------------------
 */

static void begin_unit(cq_tmx_reader *reader, const cq_tmx_element *el)
{
    cq_unit *unit = &reader->unit;
    cq_item *item;

    cq_unit_reset(unit);
    reader->is_rejected = false;
    reader->outer = CQ_IN_UNIT;
    if (reader->mend) {
        unit->line = reader->unit_line;
        unit->column = reader->unit_column;
    } else {
        cq_tmx_place_now(reader, '<', &unit->line, &unit->column);
    }
    if (reader->lead.len) {
        item = cq_items_add(&unit->arena, &unit->items, &unit->items_len, CQ_ITEM_LEAD);
        if (item)
            item->text = cq_arena_copy(&unit->arena, cq_buf_str(&reader->lead));
        if (!item || !item->text.ptr)
            cq_tmx_stop_short(reader);
        cq_buf_reset(&reader->lead);
    }
    unit->name = cq_tmx_full_name(reader, &unit->arena, el->prefix, el->name, true);
    cq_tmx_read_attrs(reader, &unit->arena, el, &unit->attrs, &unit->attrs_len);
    reader->place = CQ_IN_UNIT;
}

static void end_unit(cq_tmx_reader *reader)
{
    size_t had = reader->queue_capacity;

    reader->place = CQ_IN_BODY;
    if (reader->failure.status != CQ_OK)
        return;
    if (reader->is_rejected) {
        cq_tmx_leave_out(reader, &reader->unit, reader->why);
        return;
    }
    if (!cq_grow(&reader->queue, &reader->queue_capacity, reader->queue_len + 1,
                 sizeof(*reader->queue))) {
        cq_tmx_stop_short(reader);
        return;
    }
    for (size_t i = had; i < reader->queue_capacity; i++)
        reader->queue[i] = (cq_unit){0};
    cq_unit spare = reader->queue[reader->queue_len];
    reader->queue[reader->queue_len++] = reader->unit;
    reader->unit = spare;
}

static void begin_variant(cq_tmx_reader *reader, const cq_tmx_element *el)
{
    cq_unit *unit = &reader->unit;
    cq_variant *variant = cq_unit_add_variant(unit, (cq_str){0});

    if (!variant) {
        cq_tmx_stop_short(reader);
        return;
    }
    variant->name = cq_tmx_full_name(reader, &unit->arena, el->prefix, el->name, true);
    cq_tmx_read_attrs(reader, &unit->arena, el, &variant->attrs, &variant->attrs_len);
    variant->lang = cq_attr_find(variant->attrs, variant->attrs_len, "xml:lang");
    if (!variant->lang.ptr)
        variant->lang = cq_attr_find(variant->attrs, variant->attrs_len, "lang");
    if (!variant->lang.ptr && reader->mend)
        reject_unit(reader, "a <tuv> has no xml:lang, so its language is unknown");
    else if (!variant->lang.ptr)
        cq_tmx_stop(
            reader, CQ_E_INPUT, 61,
            "<tuv> has no xml:lang, so its language is unknown; --repair leaves its unit "
            "out");
    reader->variant = variant;
    reader->place = CQ_IN_VARIANT;
}

static void begin_segment(cq_tmx_reader *reader, const cq_tmx_element *el)
{
    cq_variant *variant = reader->variant;

    for (size_t i = 0; i < variant->items_len; i++)
        if (variant->items[i].kind == CQ_ITEM_SEGMENT) {
            cq_tmx_begin_capture(reader, el,
                                 "element"); /* a second <seg> says nothing to TMX */
            return;
        }
    if (!cq_tmx_add_item(reader, CQ_IN_VARIANT, CQ_ITEM_SEGMENT))
        return;
    variant->seg_name =
        cq_tmx_full_name(reader, &reader->unit.arena, el->prefix, el->name, true);
    cq_tmx_read_attrs(reader, &reader->unit.arena, el, &variant->seg_attrs,
                      &variant->seg_attrs_len);
    cq_buf_reset(&reader->text);
    reader->stack_len = 0;
    reader->has_ut = false;
    reader->place = CQ_IN_SEGMENT;
}

static void end_segment(cq_tmx_reader *reader)
{
    if (reader->has_ut && !cq_tmx_join_internal(&reader->unit, reader->variant,
                                                &reader->text, &reader->capture)) {
        cq_tmx_check_buf(reader, &reader->capture);
        cq_tmx_stop_short(reader);
    }
    reader->variant->text = cq_arena_copy(&reader->unit.arena, cq_buf_str(&reader->text));
    if (!reader->variant->text.ptr)
        cq_tmx_stop_short(reader);
    reader->place = CQ_IN_VARIANT;
}

/* ---- the document ---------------------------------------------------------------------
 */

static void begin_root(cq_tmx_reader *reader, const cq_tmx_element *el)
{
    cq_header *header = &reader->header;

    if (!cq_xml_is(el->name, "tmx")) {
        char message[128];

        snprintf(message, sizeof(message),
                 "the file begins with <%.40s>, not with <tmx>: it is "
                 "no TMX file",
                 (const char *)el->name);
        cq_tmx_stop(reader, CQ_E_INPUT, 60, message);
        return;
    }
    reader->in_prolog = false;
    settle(reader, CQ_BEFORE_TMX);
    if (el->uri)
        reader->root_uri = cq_arena_copy(&header->arena, cq_xml_str(el->uri));
    header->tmx_name =
        cq_tmx_full_name(reader, &header->arena, el->prefix, el->name, true);
    cq_tmx_read_attrs(reader, &header->arena, el, &header->tmx_attrs,
                      &header->tmx_attrs_len);
    header->version = cq_attr_find(header->tmx_attrs, header->tmx_attrs_len, "version");
    reader->place = CQ_IN_TMX;
}

static void begin_other(cq_tmx_reader *reader, const cq_tmx_element *el)
{
    cq_tmx_warn_of_misplaced(reader, el);
    cq_tmx_begin_capture(reader, el, "element");
}

static void begin_in_tmx(cq_tmx_reader *reader, const cq_tmx_element *el)
{
    cq_header *header = &reader->header;

    if (cq_tmx_is(reader, el, "header") && !header->is_present) {
        settle(reader, CQ_BEFORE_HEADER);
        header->is_present = true;
        header->header_name =
            cq_tmx_full_name(reader, &header->arena, el->prefix, el->name, true);
        cq_tmx_read_attrs(reader, &header->arena, el, &header->attrs, &header->attrs_len);
        reader->place = CQ_IN_HEADER;
    } else if (cq_tmx_is(reader, el, "body") && !reader->has_body) {
        settle(reader, header->is_present ? CQ_BEFORE_BODY : CQ_BEFORE_HEADER);
        reader->has_body = true;
        header->body_name =
            cq_tmx_full_name(reader, &header->arena, el->prefix, el->name, true);
        cq_tmx_read_attrs(reader, &header->arena, el, &header->body_attrs,
                          &header->body_attrs_len);
        reader->place = CQ_IN_BODY;
    } else if (cq_tmx_is(reader, el, "body") || cq_tmx_is(reader, el, "header")) {
        cq_tmx_stop(reader, CQ_E_INPUT, 74, "the file has a second header or body");
    } else {
        begin_other(reader, el);
    }
}

static void begin_known(cq_tmx_reader *reader, const cq_tmx_element *el)
{
    bool holds_fields = reader->place == CQ_IN_HEADER || reader->place == CQ_IN_UNIT ||
                        reader->place == CQ_IN_VARIANT;

    if (reader->place == CQ_IN_DOCUMENT)
        begin_root(reader, el);
    else if (reader->place == CQ_IN_TMX)
        begin_in_tmx(reader, el);
    else if (reader->place == CQ_IN_BODY && cq_tmx_is(reader, el, "tu"))
        begin_unit(reader, el);
    else if (reader->place == CQ_IN_UNIT && cq_tmx_is(reader, el, "tuv"))
        begin_variant(reader, el);
    else if (reader->place == CQ_IN_VARIANT && cq_tmx_is(reader, el, "seg"))
        begin_segment(reader, el);
    else if (reader->place == CQ_IN_SEGMENT)
        cq_tmx_open_inline(reader, el);
    else if (holds_fields && cq_tmx_is(reader, el, "note"))
        begin_field(reader, el, CQ_ITEM_NOTE);
    else if (holds_fields && cq_tmx_is(reader, el, "prop"))
        begin_field(reader, el, CQ_ITEM_PROP);
    else
        begin_other(reader, el);
}

/* ---- SAX callbacks --------------------------------------------------------------------
 */

static void on_start(void *context, const xmlChar *name, const xmlChar *prefix,
                     const xmlChar *uri, int namespaces_len, const xmlChar **namespaces,
                     int attributes_len, int defaulted_len, const xmlChar **attributes)
{
    cq_tmx_reader *reader = context;
    cq_tmx_element el = {
        name,       prefix,    uri, namespaces_len, attributes_len - defaulted_len,
        namespaces, attributes};

    if (reader->failure.status != CQ_OK)
        return;
    reader->cdata = (cq_tmx_cdata){0};
    if (++reader->depth > CQ_TMX_DEPTH_MAX) {
        reader->in_tag = true;
        cq_tmx_stop(reader, CQ_E_INPUT, 66,
                    "elements are nested more than 200 deep, which no TMX "
                    "file is");
        return;
    }
    cq_tmx_flush_stray(reader);
    if (reader->place == CQ_IN_FIELD && reader->capture_depth == 0)
        field_to_capture(reader);
    if (reader->capture_depth || reader->place == CQ_IN_SEGMENT)
        cq_tmx_warn_of_misplaced(reader, &el);
    if (reader->capture_depth) {
        reader->capture_depth++;
        cq_tmx_add_start_tag(reader, &el);
        cq_tmx_check_buf(reader, &reader->capture);
        return;
    }
    reader->in_tag = true;
    begin_known(reader, &el);
    reader->in_tag = false;
}

static void end_capture(cq_tmx_reader *reader)
{
    if (reader->place == CQ_IN_SEGMENT) {
        cq_tmx_end_code(reader);
        return;
    }
    cq_tmx_check_buf(reader, &reader->capture);
    if (reader->place == CQ_IN_FIELD)
        end_field(reader, cq_buf_str(&reader->capture));
    else
        cq_tmx_add_markup(reader, cq_buf_str(&reader->capture));
}

static void on_end(void *context, const xmlChar *name, const xmlChar *prefix,
                   const xmlChar *uri)
{
    static const cq_tmx_place outer[] = {
        [CQ_IN_TMX] = CQ_IN_DOCUMENT,
        [CQ_IN_HEADER] = CQ_IN_TMX,
        [CQ_IN_BODY] = CQ_IN_TMX,
        [CQ_IN_VARIANT] = CQ_IN_UNIT,
    };
    cq_tmx_reader *reader = context;

    (void)uri;
    if (reader->failure.status != CQ_OK)
        return;
    reader->depth--;
    reader->cdata = (cq_tmx_cdata){0};
    cq_tmx_flush_stray(reader);
    if (reader->capture_depth) {
        cq_tmx_add_end_tag(reader, prefix, name);
        if (--reader->capture_depth == 0)
            end_capture(reader);
        return;
    }
    if (reader->place == CQ_IN_SEGMENT && reader->stack_len)
        cq_tmx_close_inline(reader, prefix, name);
    else if (reader->place == CQ_IN_SEGMENT)
        end_segment(reader);
    else if (reader->place == CQ_IN_FIELD)
        end_field(reader, cq_buf_str(&reader->text));
    else if (reader->place == CQ_IN_UNIT)
        end_unit(reader);
    else
        reader->place = outer[reader->place];
}

static void on_text(void *context, const xmlChar *chars, int len)
{
    cq_tmx_reader *reader = context;
    cq_str s = {(const char *)chars, (size_t)len};

    if (reader->failure.status != CQ_OK)
        return;
    if (reader->capture_depth) {
        cq_xml_text(&reader->capture, s);
        cq_tmx_check_buf(reader, &reader->capture);
    } else if (reader->place == CQ_IN_SEGMENT || reader->place == CQ_IN_FIELD) {
        cq_buf_add_str(&reader->text, s);
        cq_tmx_check_buf(reader, &reader->text);
    } else if (reader->stray.len || !cq_tmx_is_blank(s)) { /* text comes in pieces */
        cq_buf_add_str(&reader->stray, s);
        cq_tmx_check_buf(reader, &reader->stray);
    }
}

static void on_cdata(void *context, const xmlChar *chars, int len)
{
    cq_tmx_reader *reader = context;

    if (reader->failure.status == CQ_OK)
        cq_tmx_watch_cdata(reader, (cq_str){(const char *)chars, (size_t)len});
    on_text(context, chars, len);
}

/* Markup that is no element: kept at its place. */
static void on_markup(cq_tmx_reader *reader, const char *open, const xmlChar *body,
                      const xmlChar *data, const char *close)
{
    cq_buf markup = {.max = CQ_SEGMENT_MAX};

    if (reader->failure.status != CQ_OK || reader->parser->inSubset)
        return;
    cq_tmx_flush_stray(reader);
    if (reader->place == CQ_IN_FIELD && reader->capture_depth == 0)
        field_to_capture(reader);
    cq_buf_add_z(&markup, open);
    cq_buf_add_z(&markup, (const char *)body);
    if (data) {
        cq_buf_add_byte(&markup, ' ');
        cq_buf_add_z(&markup, (const char *)data);
    }
    cq_buf_add_z(&markup, close);
    cq_tmx_check_buf(reader, &markup);
    if (reader->failure.status != CQ_OK)
        ;
    else if (reader->capture_depth)
        cq_buf_add_str(&reader->capture, cq_buf_str(&markup));
    else if (reader->place == CQ_IN_SEGMENT)
        cq_tmx_add_code(reader, CQ_CODE_MARKUP, cq_buf_str(&markup));
    else
        cq_tmx_add_markup(reader, cq_buf_str(&markup));
    cq_buf_release(&markup);
}

static void on_comment(void *context, const xmlChar *text)
{
    on_markup(context, "<!--", text, NULL, "-->");
}

/* What mend.c says of the unit; true when it was that. */
static bool heed_mend(cq_tmx_reader *reader, const xmlChar *target, const xmlChar *data)
{
    const char *said = data ? (const char *)data : "";
    char *end;

    if (!reader->mend || strncmp((const char *)target, "calque-", 7) != 0)
        return false;
    if (cq_xml_is(target, CQ_MEND_REJECT)) {
        reject_unit(reader, said);
    } else {
        reader->unit_line = strtoull(said, &end, 10);
        reader->unit_column = strtoull(end, NULL, 10);
    }
    return true;
}

static void on_instruction(void *context, const xmlChar *target, const xmlChar *data)
{
    if (heed_mend(context, target, data))
        return;
    cq_tmx_watch_instruction(context, data);
    on_markup(context, "<?", target, data, "?>");
}

static void on_reference(void *context, const xmlChar *name)
{
    on_markup(context, "&", name, NULL, ";");
}

/* Errors of namespaces that libxml2 passes over, dropping what they are about: a name
 * with two prefixes, and declarations that no one may make. An undeclared prefix is
 * none of them: it is kept as it stands. */
static bool is_lost(int code)
{
    return code == XML_NS_ERR_QNAME || code == XML_NS_ERR_EMPTY ||
           code == XML_NS_ERR_XML_NAMESPACE;
}

static void on_error(void *context, xmlErrorPtr error)
{
    cq_tmx_reader *reader = context;

    if (error->level >= XML_ERR_FATAL || is_lost(error->code))
        cq_tmx_reason(reader, error);
}

xmlSAXHandler *cq_tmx_handler(void)
{
    static xmlSAXHandler handler = {
        /* libxml2 copies it, but asks for it without const */
        .initialized = XML_SAX2_MAGIC,
        .startElementNs = on_start,
        .endElementNs = on_end,
        .characters = on_text,
        .ignorableWhitespace = on_text,
        .cdataBlock = on_cdata,
        .comment = on_comment,
        .processingInstruction = on_instruction,
        .reference = on_reference,
        .entityDecl = cq_tmx_on_entity,
        .getEntity = cq_tmx_on_get_entity,
        .serror = on_error,
        .internalSubset = cq_tmx_on_doctype,
    };

    return &handler;
}

void cq_tmx_finish(cq_tmx_reader *reader)
{
    cq_tmx_flush_stray(reader);
    cq_buf_add_str(&reader->around[CQ_AFTER_UNITS], cq_buf_str(&reader->lead));
    settle(reader, CQ_AFTER_UNITS);
    settle(reader, CQ_AFTER_BODY);
    settle(reader, CQ_AFTER_TMX);
    if (reader->around[CQ_AFTER_UNITS].failed != CQ_OK)
        cq_tmx_stop_short(reader);
}
