/* build.c -- from XML events to units.
 *
 * The elements of TMX steer a small state machine (cq_tmx_place); any other element, and
 * the native codes in a segment, are copied as markup ("capture") until they close. All
 * markup is written the same way (escape.h), so that equal content is equal bytes. */
#include "escape.h"
#include "reader.h"

#include <stdlib.h>
#include <string.h>

static cq_str from_xml(const xmlChar *s) { return cq_str_from((const char *)s); }

static bool is_name(const xmlChar *name, const char *other)
{
    return strcmp((const char *)name, other) == 0;
}

static void stop_short(cq_tmx_reader *reader)
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

static void check_buf(cq_tmx_reader *reader, cq_buf *buf)
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
        stop_short(reader);
}

/* ---- names and attributes -------------------------------------------------------------
 */

/* An element as SAX tells it. */
typedef struct element {
    const xmlChar *name, *prefix, *uri;
    int namespaces_len, attributes_len;
    const xmlChar **namespaces, **attributes;
} element;

static void add_name(cq_buf *out, const xmlChar *prefix, const xmlChar *name)
{
    if (prefix) {
        cq_buf_add_z(out, (const char *)prefix);
        cq_buf_add_byte(out, ':');
    }
    cq_buf_add_z(out, (const char *)name);
}

/* Copy a name with its prefix; empty (not NULL) without a prefix when `only_prefixed`. */
static cq_str full_name(cq_tmx_reader *reader, cq_arena *arena, const xmlChar *prefix,
                        const xmlChar *name, bool only_prefixed)
{
    char *copy;
    size_t prefix_len = prefix ? strlen((const char *)prefix) : 0;
    size_t len = strlen((const char *)name);
    cq_str empty = {0};

    if (only_prefixed && !prefix)
        return empty;
    copy = cq_arena_alloc(arena, prefix_len + len + 2);
    if (!copy) {
        stop_short(reader);
        return empty;
    }
    return (cq_str){copy, (size_t)snprintf(copy, prefix_len + len + 2, "%s%s%s",
                                           prefix ? (const char *)prefix : "",
                                           prefix ? ":" : "", (const char *)name)};
}

/* A value as it is meant, valid until the next call. As long as entities are not
 * expanded, libxml2 writes "&#38;" for each '&' of a value. */
static cq_str plain_value(cq_tmx_reader *reader, cq_str value)
{
    cq_buf *out = &reader->value;
    size_t from = 0;

    if (!value.len || !memchr(value.ptr, '&', value.len))
        return value;
    cq_buf_reset(out);
    for (size_t i = 0; i + 5 <= value.len; i++)
        if (memcmp(value.ptr + i, "&#38;", 5) == 0) {
            cq_buf_add(out, value.ptr + from, i + 1 - from);
            from = i + 5;
            i += 4;
        }
    cq_buf_add(out, value.ptr + from, value.len - from);
    if (out->failed != CQ_OK)
        stop_short(reader);
    return cq_buf_str(out);
}

static cq_str value_of(cq_tmx_reader *reader, const xmlChar **attribute)
{
    return plain_value(reader, (cq_str){(const char *)attribute[3],
                                        (size_t)(attribute[4] - attribute[3])});
}

static cq_str uri_of(cq_tmx_reader *reader, const xmlChar *uri)
{
    return plain_value(reader, from_xml(uri));
}

/* Namespace declarations first, then attributes, in document order. Attributes that an
 * internal subset supplies by default (the last of `attributes`) are not of the document.
 */
static void read_attrs(cq_tmx_reader *reader, cq_arena *arena, const element *el,
                       cq_attr **attrs, size_t *len)
{
    const xmlChar *xmlns = (const xmlChar *)"xmlns";

    for (int i = 0; i < el->namespaces_len; i++) {
        const xmlChar *prefix = el->namespaces[2 * i];
        cq_str name =
            prefix ? full_name(reader, arena, xmlns, prefix, false) : from_xml(xmlns);

        if (!cq_attrs_add(arena, attrs, len, name,
                          uri_of(reader, el->namespaces[2 * i + 1])))
            stop_short(reader);
    }
    for (int i = 0; i < el->attributes_len; i++) {
        const xmlChar **at = el->attributes + 5 * i;
        cq_str name = full_name(reader, arena, at[1], at[0], false);

        if (!cq_attrs_add(arena, attrs, len, name, value_of(reader, at)))
            stop_short(reader);
    }
}

static bool find_attr(const element *el, const char *name, cq_str *value)
{
    for (int i = 0; i < el->attributes_len; i++) {
        const xmlChar **at = el->attributes + 5 * i;

        if (!at[1] && is_name(at[0], name)) {
            *value = (cq_str){(const char *)at[3], (size_t)(at[4] - at[3])};
            return true;
        }
    }
    return false;
}

static int32_t number_attr(const element *el, const char *name)
{
    cq_str value;
    int32_t number = 0;

    if (!find_attr(el, name, &value) || value.len == 0 || value.len > 9)
        return -1;
    for (size_t i = 0; i < value.len; i++) {
        if (value.ptr[i] < '0' || value.ptr[i] > '9')
            return -1;
        number = number * 10 + (value.ptr[i] - '0');
    }
    return number;
}

/* An element of TMX is in no namespace, or in the one that <tmx> is in. */
static bool is_ours(const cq_tmx_reader *reader, const element *el)
{
    if (!el->uri)
        return !el->prefix;
    return cq_str_equal(from_xml(el->uri), reader->root_uri);
}

static bool is_tmx(const cq_tmx_reader *reader, const element *el, const char *name)
{
    return is_name(el->name, name) && is_ours(reader, el);
}

/* ---- capture: copying an element as markup --------------------------------------------
 */

static void add_attr(cq_buf *out, const xmlChar *prefix, const xmlChar *name,
                     cq_str value)
{
    cq_buf_add_byte(out, ' ');
    add_name(out, prefix, name);
    cq_xml_attr_value(out, value);
}

static void add_start_tag(cq_tmx_reader *reader, const element *el)
{
    const xmlChar *xmlns = (const xmlChar *)"xmlns";
    cq_buf *out = &reader->capture;

    cq_buf_add_byte(out, '<');
    add_name(out, el->prefix, el->name);
    for (int i = 0; i < el->namespaces_len; i++) {
        const xmlChar *prefix = el->namespaces[2 * i];

        add_attr(out, prefix ? xmlns : NULL, prefix ? prefix : xmlns,
                 uri_of(reader, el->namespaces[2 * i + 1]));
    }
    for (int i = 0; i < el->attributes_len; i++) {
        const xmlChar **at = el->attributes + 5 * i;

        add_attr(out, at[1], at[0], value_of(reader, at));
    }
    cq_buf_add_byte(out, '>');
    reader->capture_open = out->len;
}

static void add_end_tag(cq_tmx_reader *reader, const xmlChar *prefix, const xmlChar *name)
{
    if (reader->capture_open == reader->capture.len) { /* nothing inside */
        cq_buf_cut(&reader->capture, reader->capture.len - 1);
        cq_buf_add_z(&reader->capture, "/>");
        reader->capture_open = 0;
        return;
    }
    cq_buf_add_z(&reader->capture, "</");
    add_name(&reader->capture, prefix, name);
    cq_buf_add_byte(&reader->capture, '>');
}

static void begin_capture(cq_tmx_reader *reader, const element *el, const char *kind)
{
    cq_buf_reset(&reader->capture);
    reader->captured = kind;
    reader->capture_depth = 1;
    add_start_tag(reader, el);
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

/* What gathered at a place, once it is passed: into the header. */
static void settle(cq_tmx_reader *reader, cq_place place)
{
    cq_header *header = &reader->header;

    if (reader->around[place].len == 0)
        return;
    header->around[place] =
        cq_arena_copy(&header->arena, cq_buf_str(&reader->around[place]));
    if (!header->around[place].ptr)
        stop_short(reader);
}

static cq_item *add_item(cq_tmx_reader *reader, cq_tmx_place place, cq_item_kind kind)
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
        stop_short(reader);
    return item;
}

static cq_arena *arena_of(cq_tmx_reader *reader, cq_tmx_place place)
{
    return place == CQ_IN_HEADER ? &reader->header.arena : &reader->unit.arena;
}

static void add_markup(cq_tmx_reader *reader, cq_str markup)
{
    cq_buf *around = surroundings(reader);
    cq_item *item;

    if (around) {
        cq_buf_add_str(around, markup);
        check_buf(reader, around);
        return;
    }
    item = add_item(reader, reader->place, CQ_ITEM_MARKUP);
    if (item)
        item->text = cq_arena_copy(arena_of(reader, reader->place), markup);
    if (item && !item->text.ptr)
        stop_short(reader);
}

static bool is_blank(cq_str s) { return cq_str_trim(s).len == 0; }

/* Text between elements is formatting unless there is more than white space in it. */
static void flush_stray(cq_tmx_reader *reader)
{
    cq_str text = cq_buf_str(&reader->stray);

    if (text.len && !is_blank(text)) {
        cq_buf_reset(&reader->capture);
        cq_xml_text(&reader->capture, cq_str_trim(text));
        check_buf(reader, &reader->capture);
        add_markup(reader, cq_buf_str(&reader->capture));
    }
    cq_buf_reset(&reader->stray);
}

/* ---- codes in a segment ---------------------------------------------------------------
 */

static cq_code *add_code(cq_tmx_reader *reader, cq_code_kind kind, cq_str markup)
{
    cq_code *code = cq_variant_add_code(&reader->unit, reader->variant, kind,
                                        reader->text.len, markup);

    if (!code)
        stop_short(reader);
    return code;
}

static const struct code_name {
    const char *name;
    cq_code_kind kind;
} code_names[] = {
    {"bpt", CQ_CODE_OPEN},      {"ept", CQ_CODE_CLOSE},     {"it", CQ_CODE_ISOLATED},
    {"ph", CQ_CODE_STANDALONE}, {"ut", CQ_CODE_STANDALONE},
};

static const struct code_name *code_name(const cq_tmx_reader *reader, const element *el)
{
    for (size_t i = 0; i < ARRAY_LEN(code_names); i++)
        if (is_tmx(reader, el, code_names[i].name))
            return &code_names[i];
    return NULL;
}

static void open_inline(cq_tmx_reader *reader, const element *el)
{
    const struct code_name *native = code_name(reader, el);
    cq_code *code;

    if (native) {
        reader->pair = number_attr(el, "i");
        reader->link = number_attr(el, "x");
        begin_capture(reader, el, native->name);
        return;
    }
    cq_buf_reset(&reader->capture);
    add_start_tag(reader, el);
    code = add_code(reader, CQ_CODE_TEXT_OPEN, cq_buf_str(&reader->capture));
    if (!code)
        return;
    code->link = number_attr(el, "x");
    reader->stack[reader->stack_len++] = (cq_tmx_inline){
        .code = reader->variant->codes_len - 1, .is_known = is_tmx(reader, el, "hi")};
}

static void close_inline(cq_tmx_reader *reader, const xmlChar *prefix,
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
            stop_short(reader);
        return;
    }
    cq_buf_add_z(&reader->capture, "</");
    add_name(&reader->capture, prefix, name);
    cq_buf_add_byte(&reader->capture, '>');
    add_code(reader, CQ_CODE_TEXT_CLOSE, cq_buf_str(&reader->capture));
}

static void flush_code(cq_tmx_reader *reader, cq_code_kind kind)
{
    cq_code *code = add_code(reader, kind, cq_buf_str(&reader->capture));

    cq_buf_reset(&reader->capture);
    if (!code)
        return;
    code->pair = reader->pair;
    code->link = reader->link;
}

static void end_code(cq_tmx_reader *reader)
{
    cq_code_kind kind = CQ_CODE_STANDALONE;

    check_buf(reader, &reader->capture);
    for (size_t i = 0; i < ARRAY_LEN(code_names); i++)
        if (reader->captured == code_names[i].name)
            kind = code_names[i].kind;
    reader->has_ut = reader->has_ut || strcmp(reader->captured, "ut") == 0;
    flush_code(reader, kind);
}

/* ---- notes and properties -------------------------------------------------------------
 */

static void begin_field(cq_tmx_reader *reader, const element *el, cq_item_kind kind)
{
    cq_arena *arena = arena_of(reader, reader->place);
    cq_item *item = add_item(reader, reader->place, kind);

    if (!item)
        return;
    item->name = full_name(reader, arena, el->prefix, el->name, true);
    read_attrs(reader, arena, el, &item->attrs, &item->attrs_len);
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
}

static void end_field(cq_tmx_reader *reader, cq_str text)
{
    reader->field->text = cq_arena_copy(arena_of(reader, reader->outer), text);
    if (!reader->field->text.ptr)
        stop_short(reader);
    reader->field = NULL;
    reader->place = reader->outer;
}

/* ---- units and variants ---------------------------------------------------------------
 */

static void begin_unit(cq_tmx_reader *reader, const element *el)
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
            stop_short(reader);
        cq_buf_reset(&reader->lead);
    }
    unit->name = full_name(reader, &unit->arena, el->prefix, el->name, true);
    read_attrs(reader, &unit->arena, el, &unit->attrs, &unit->attrs_len);
    reader->place = CQ_IN_UNIT;
}

static void end_unit(cq_tmx_reader *reader)
{
    size_t had = reader->queue_capacity;

    reader->place = CQ_IN_BODY;
    if (reader->failure.status != CQ_OK)
        return;
    if (reader->is_rejected) {
        cq_error what = {0};

        cq_fail_number(&what, CQ_E_INPUT, 92, "the unit is left out: %s", reader->why);
        cq_fail_at(&what, NULL, reader->unit.line, reader->unit.column);
        cq_tmx_tell(reader, CQ_NOTICE_REJECTED, &what);
        return;
    }
    if (!cq_grow(&reader->queue, &reader->queue_capacity, reader->queue_len + 1,
                 sizeof(*reader->queue))) {
        stop_short(reader);
        return;
    }
    for (size_t i = had; i < reader->queue_capacity; i++)
        reader->queue[i] = (cq_unit){0};
    cq_unit spare = reader->queue[reader->queue_len];
    reader->queue[reader->queue_len++] = reader->unit;
    reader->unit = spare;
}

static void begin_variant(cq_tmx_reader *reader, const element *el)
{
    cq_unit *unit = &reader->unit;
    cq_variant *variant = cq_unit_add_variant(unit, (cq_str){0});

    if (!variant) {
        stop_short(reader);
        return;
    }
    variant->name = full_name(reader, &unit->arena, el->prefix, el->name, true);
    read_attrs(reader, &unit->arena, el, &variant->attrs, &variant->attrs_len);
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

static void begin_segment(cq_tmx_reader *reader, const element *el)
{
    cq_variant *variant = reader->variant;

    for (size_t i = 0; i < variant->items_len; i++)
        if (variant->items[i].kind == CQ_ITEM_SEGMENT) {
            begin_capture(reader, el, "element"); /* a second <seg> says nothing to TMX */
            return;
        }
    if (!add_item(reader, CQ_IN_VARIANT, CQ_ITEM_SEGMENT))
        return;
    variant->seg_name =
        full_name(reader, &reader->unit.arena, el->prefix, el->name, true);
    read_attrs(reader, &reader->unit.arena, el, &variant->seg_attrs,
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
        check_buf(reader, &reader->capture);
        stop_short(reader);
    }
    reader->variant->text = cq_arena_copy(&reader->unit.arena, cq_buf_str(&reader->text));
    if (!reader->variant->text.ptr)
        stop_short(reader);
    reader->place = CQ_IN_VARIANT;
}

/* ---- the document ---------------------------------------------------------------------
 */

static void begin_root(cq_tmx_reader *reader, const element *el)
{
    cq_header *header = &reader->header;

    if (!is_name(el->name, "tmx")) {
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
        reader->root_uri = cq_arena_copy(&header->arena, from_xml(el->uri));
    header->tmx_name = full_name(reader, &header->arena, el->prefix, el->name, true);
    read_attrs(reader, &header->arena, el, &header->tmx_attrs, &header->tmx_attrs_len);
    header->version = cq_attr_find(header->tmx_attrs, header->tmx_attrs_len, "version");
    reader->place = CQ_IN_TMX;
}

/* A unit or variant where TMX has none is kept as any markup, and nobody would find it.
 */
static void warn_of_misplaced(cq_tmx_reader *reader, const element *el)
{
    cq_error what = {0};
    uint64_t line, column;

    if (!is_tmx(reader, el, "tu") && !is_tmx(reader, el, "tuv"))
        return;
    cq_tmx_place_now(reader, '<', &line, &column);
    cq_fail_number(&what, CQ_E_INPUT, 91,
                   "<%s> stands where TMX has none: it is kept as it is, but lookup does "
                   "not see it",
                   (const char *)el->name);
    cq_fail_at(&what, reader->path, line, column);
    cq_tmx_tell(reader, CQ_NOTICE_WARNING, &what);
}

static void begin_other(cq_tmx_reader *reader, const element *el)
{
    warn_of_misplaced(reader, el);
    begin_capture(reader, el, "element");
}

static void begin_in_tmx(cq_tmx_reader *reader, const element *el)
{
    cq_header *header = &reader->header;

    if (is_tmx(reader, el, "header") && !header->is_present) {
        settle(reader, CQ_BEFORE_HEADER);
        header->is_present = true;
        header->header_name =
            full_name(reader, &header->arena, el->prefix, el->name, true);
        read_attrs(reader, &header->arena, el, &header->attrs, &header->attrs_len);
        reader->place = CQ_IN_HEADER;
    } else if (is_tmx(reader, el, "body") && !reader->has_body) {
        settle(reader, header->is_present ? CQ_BEFORE_BODY : CQ_BEFORE_HEADER);
        reader->has_body = true;
        header->body_name = full_name(reader, &header->arena, el->prefix, el->name, true);
        read_attrs(reader, &header->arena, el, &header->body_attrs,
                   &header->body_attrs_len);
        reader->place = CQ_IN_BODY;
    } else if (is_tmx(reader, el, "body") || is_tmx(reader, el, "header")) {
        cq_tmx_stop(reader, CQ_E_INPUT, 74, "the file has a second header or body");
    } else {
        begin_other(reader, el);
    }
}

static void begin_known(cq_tmx_reader *reader, const element *el)
{
    bool holds_fields = reader->place == CQ_IN_HEADER || reader->place == CQ_IN_UNIT ||
                        reader->place == CQ_IN_VARIANT;

    if (reader->place == CQ_IN_DOCUMENT)
        begin_root(reader, el);
    else if (reader->place == CQ_IN_TMX)
        begin_in_tmx(reader, el);
    else if (reader->place == CQ_IN_BODY && is_tmx(reader, el, "tu"))
        begin_unit(reader, el);
    else if (reader->place == CQ_IN_UNIT && is_tmx(reader, el, "tuv"))
        begin_variant(reader, el);
    else if (reader->place == CQ_IN_VARIANT && is_tmx(reader, el, "seg"))
        begin_segment(reader, el);
    else if (reader->place == CQ_IN_SEGMENT)
        open_inline(reader, el);
    else if (holds_fields && is_tmx(reader, el, "note"))
        begin_field(reader, el, CQ_ITEM_NOTE);
    else if (holds_fields && is_tmx(reader, el, "prop"))
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
    element el = {
        name,       prefix,    uri, namespaces_len, attributes_len - defaulted_len,
        namespaces, attributes};

    if (reader->failure.status != CQ_OK)
        return;
    if (++reader->depth > CQ_TMX_DEPTH_MAX) {
        reader->in_tag = true;
        cq_tmx_stop(reader, CQ_E_INPUT, 66,
                    "elements are nested more than 200 deep, which no TMX "
                    "file is");
        return;
    }
    flush_stray(reader);
    if (reader->place == CQ_IN_FIELD && reader->capture_depth == 0)
        field_to_capture(reader);
    if (reader->capture_depth) {
        reader->capture_depth++;
        add_start_tag(reader, &el);
        check_buf(reader, &reader->capture);
        return;
    }
    reader->in_tag = true;
    begin_known(reader, &el);
    reader->in_tag = false;
}

static void end_capture(cq_tmx_reader *reader)
{
    if (reader->place == CQ_IN_SEGMENT) {
        end_code(reader);
        return;
    }
    check_buf(reader, &reader->capture);
    if (reader->place == CQ_IN_FIELD)
        end_field(reader, cq_buf_str(&reader->capture));
    else
        add_markup(reader, cq_buf_str(&reader->capture));
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
    flush_stray(reader);
    if (reader->capture_depth) {
        add_end_tag(reader, prefix, name);
        if (--reader->capture_depth == 0)
            end_capture(reader);
        return;
    }
    if (reader->place == CQ_IN_SEGMENT && reader->stack_len)
        close_inline(reader, prefix, name);
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
        check_buf(reader, &reader->capture);
    } else if (reader->place == CQ_IN_SEGMENT || reader->place == CQ_IN_FIELD) {
        cq_buf_add_str(&reader->text, s);
        check_buf(reader, &reader->text);
    } else if (reader->stray.len || !is_blank(s)) { /* text comes in pieces */
        cq_buf_add_str(&reader->stray, s);
        check_buf(reader, &reader->stray);
    }
}

/* Markup that is no element: kept at its place. */
static void on_markup(cq_tmx_reader *reader, const char *open, const xmlChar *body,
                      const xmlChar *data, const char *close)
{
    cq_buf markup = {.max = CQ_SEGMENT_MAX};

    if (reader->failure.status != CQ_OK || reader->parser->inSubset)
        return;
    flush_stray(reader);
    if (reader->place == CQ_IN_FIELD && reader->capture_depth == 0)
        field_to_capture(reader);
    cq_buf_add_z(&markup, open);
    cq_buf_add_z(&markup, (const char *)body);
    if (data) {
        cq_buf_add_byte(&markup, ' ');
        cq_buf_add_z(&markup, (const char *)data);
    }
    cq_buf_add_z(&markup, close);
    check_buf(reader, &markup);
    if (reader->failure.status != CQ_OK)
        ;
    else if (reader->capture_depth)
        cq_buf_add_str(&reader->capture, cq_buf_str(&markup));
    else if (reader->place == CQ_IN_SEGMENT)
        add_code(reader, CQ_CODE_MARKUP, cq_buf_str(&markup));
    else
        add_markup(reader, cq_buf_str(&markup));
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
    if (is_name(target, CQ_MEND_REJECT)) {
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
    on_markup(context, "<?", target, data, "?>");
}

static void on_reference(void *context, const xmlChar *name)
{
    on_markup(context, "&", name, NULL, ";");
}

static void on_error(void *context, xmlErrorPtr error)
{
    cq_tmx_reader *reader = context;

    if (error->level >= XML_ERR_FATAL)
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
        .cdataBlock = on_text,
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
    flush_stray(reader);
    cq_buf_add_str(&reader->around[CQ_AFTER_UNITS], cq_buf_str(&reader->lead));
    settle(reader, CQ_AFTER_UNITS);
    settle(reader, CQ_AFTER_BODY);
    settle(reader, CQ_AFTER_TMX);
    if (reader->around[CQ_AFTER_UNITS].failed != CQ_OK)
        stop_short(reader);
}
