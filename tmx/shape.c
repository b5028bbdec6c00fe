#include "shape.h"

#include "escape.h"
#include "grammar.h"

#include <string.h>

bool cq_shaper_needed(const cq_tmx_form *form)
{
    return form->version || form->level == 1 || form->tool;
}

cq_status cq_shaper_init(cq_shaper *a, const cq_tmx_form *form, cq_error *err)
{
    *a = (cq_shaper){.form = *form};
    a->version = form->version ? form->version : form->tool ? 14 : 0;
    a->grammar = a->version ? 1u << (a->version - 11) : 0;
    return form->tool ? cq_shape_begin_tool(a, err) : CQ_OK;
}

void cq_shaper_release(cq_shaper *a)
{
    cq_unit_release(&a->unit);
    cq_header_release(&a->header);
    cq_map_release(&a->roles);
    cq_buf_release(&a->markup);
    cq_buf_release(&a->value);
    cq_buf_release(&a->name);
}

static cq_status check(cq_shaper *a, cq_error *err)
{
    bool is_short = a->is_short || a->markup.failed != CQ_OK ||
                    a->value.failed != CQ_OK || a->name.failed != CQ_OK;

    a->is_short = false;
    return is_short ? cq_fail(err, CQ_E_NOMEM, "no memory to write a unit") : CQ_OK;
}

/* ---- telling --------------------------------------------------------------------------
 */

void cq_shape_tell(cq_shaper *a, cq_part part, cq_str name, cq_str was, cq_str now)
{
    a->loss.part = part;
    a->loss.name = name;
    a->loss.was = was;
    a->loss.now = now;
    if (a->form.loss)
        a->form.loss(a->form.loss_context, &a->loss);
}

/* Tell a difference; `element` and `attr` make the name of an attribute. */
static void tell_attr(cq_shaper *a, cq_str element, cq_str attr, cq_str was, cq_str now)
{
    cq_buf_reset(&a->name);
    cq_buf_add_str(&a->name, element);
    cq_buf_add_byte(&a->name, '@');
    cq_buf_add_str(&a->name, attr);
    cq_shape_tell(a, CQ_PART_ATTRIBUTE, cq_buf_str(&a->name), was, now);
}

/* A string that is there, though it may be empty: a NULL one says that nothing is. */
static cq_str there(cq_str s) { return s.ptr ? s : CQ_STR(""); }

/* ---- attributes -----------------------------------------------------------------------
 */

static void add_attr(cq_shaper *a, cq_arena *arena, cq_attr **attrs, size_t *len,
                     cq_str name, cq_str value)
{
    if (!cq_attrs_add(arena, attrs, len, name, value))
        a->is_short = true;
}

/* The name that the language of a text has in this version: xml:lang came with 1.3. Where
 * both stand, xml:lang is the one that counts. */
static cq_str fit_name(const cq_shaper *a, cq_str name, const cq_attr *attrs, size_t len)
{
    bool is_old = cq_str_equal(name, CQ_STR("lang"));
    bool has_both =
        cq_attr_find(attrs, len, "lang").ptr && cq_attr_find(attrs, len, "xml:lang").ptr;

    if (a->version < 13 && cq_str_equal(name, CQ_STR("xml:lang")))
        return CQ_STR("lang");
    if (!is_old || (a->version < 13 && !has_both) || (a->version >= 13 && has_both))
        return name;
    return CQ_STR("xml:lang"); /* before 1.3 there is none: lost */
}

/* References to the document's own entities, which TMX does not have, become text. */
static cq_str fit_references(cq_shaper *a, cq_str value)
{
    if (!value.len || !memchr(value.ptr, CQ_REFERENCE, value.len))
        return value;
    cq_buf_reset(&a->value);
    for (size_t i = 0; i < value.len; i++)
        if (value.ptr[i] != CQ_REFERENCE)
            cq_buf_add_byte(&a->value, (unsigned char)value.ptr[i]);
    return cq_buf_str(&a->value);
}

/* A date as TMX writes it; ptr NULL for what is no date, which tools may refuse. */
static cq_str fit_date(cq_shaper *a, cq_str value)
{
    char date[CQ_DATE_TEXT_MAX];
    int64_t from, to;

    if (!cq_date_read(value, &from, &to))
        return a->form.tool ? (cq_str){0} : fit_references(a, value);
    cq_date_write(from, date);
    cq_buf_reset(&a->value);
    cq_buf_add_z(&a->value, date);
    return cq_buf_str(&a->value);
}

/* srclang of a unit, for a tool that is told one source language: the same, or none. */
static cq_str fit_srclang(cq_shaper *a, cq_str element, cq_str value)
{
    if (!a->form.tool || !a->form.source.len || cq_str_equal(value, a->form.source))
        return fit_references(a, value);
    return cq_str_equal(element, CQ_STR("header")) ? a->form.source : (cq_str){0};
}

/* The value as it must be; ptr NULL when there is none that may be. */
static cq_str fit_value(cq_shaper *a, cq_str element, cq_str name, cq_str value)
{
    if (cq_grammar_has(CQ_STR("creationdate changedate lastusagedate"), ' ', name))
        return fit_date(a, value);
    if (cq_str_equal(name, CQ_STR("srclang")))
        return fit_srclang(a, element, value);
    if (cq_str_equal(name, CQ_STR("xml:lang")) && a->form.tool)
        return cq_shape_tag(a, value);
    return fit_references(a, value);
}

static void fit_attr(cq_shaper *a, cq_str element, const cq_attr *attr, cq_str name,
                     cq_arena *arena, cq_attr **attrs, size_t *len)
{
    cq_grammar_attribute rule;
    cq_str value = {0};

    if (cq_grammar_attribute_of(cq_grammar_find(element, a->grammar), name, &rule) &&
        cq_grammar_allows(&rule, attr->value))
        value = fit_value(a, element, name, there(attr->value));
    if (value.ptr)
        add_attr(a, arena, attrs, len, name, value);
    if (value.ptr && cq_str_equal(name, attr->name)) {
        if (!cq_str_equal(value, attr->value))
            tell_attr(a, element, name, there(attr->value), value);
        return;
    }
    tell_attr(a, element, attr->name, there(attr->value), (cq_str){0});
    if (value.ptr)
        tell_attr(a, element, name, (cq_str){0}, value);
}

/* Copy the attributes that an element may have, with values as they must be. */
static void put_attrs(cq_shaper *a, cq_str element, const cq_attr *given, size_t len,
                      cq_arena *arena, cq_attr **attrs, size_t *attrs_len)
{
    for (size_t i = 0; i < len; i++)
        if (a->version)
            fit_attr(a, element, &given[i], fit_name(a, given[i].name, given, len), arena,
                     attrs, attrs_len);
        else
            add_attr(a, arena, attrs, attrs_len, given[i].name, given[i].value);
}

/* ---- notes, properties, markup --------------------------------------------------------
 */

/* OmegaT takes a unit with a property "file" for a translation of that file alone. */
static cq_str fit_type(const cq_shaper *a, cq_str type)
{
    bool is_file = cq_str_equal(type, CQ_STR("file"));

    return a->form.tool == CQ_TOOL_OMEGAT && is_file ? CQ_STR("x-file") : type;
}

static void fit_prop(cq_shaper *a, const cq_item *given, cq_arena *arena, cq_item *item)
{
    cq_str type = cq_attr_find(given->attrs, given->attrs_len, "type");
    cq_str fit = fit_type(a, type.ptr ? type : CQ_STR("x-untyped"));

    if (type.ptr && cq_str_equal(type, fit))
        return;
    for (size_t i = 0; i < item->attrs_len; i++)
        if (cq_str_equal(item->attrs[i].name, CQ_STR("type"))) {
            item->attrs[i].value = fit;
            tell_attr(a, CQ_STR("prop"), CQ_STR("type"), type, fit);
            return;
        }
    add_attr(a, arena, &item->attrs, &item->attrs_len, CQ_STR("type"), fit);
    tell_attr(a, CQ_STR("prop"), CQ_STR("type"), (cq_str){0}, fit);
}

static void fit_markup(cq_shaper *a, cq_str element, const cq_item *given,
                       cq_arena *arena, cq_item **items, size_t *len)
{
    cq_str fit = given->text;
    cq_item *item;

    if (a->version) {
        cq_buf_reset(&a->markup);
        cq_shape_markup(a, element, given->text, &a->markup);
        fit = cq_arena_copy(arena, cq_buf_str(&a->markup));
        a->is_short = a->is_short || !fit.ptr;
        if (!cq_str_equal(fit, given->text))
            cq_shape_tell(a, CQ_PART_MARKUP, element, there(given->text),
                          fit.len ? fit : (cq_str){0});
        if (fit.len == 0)
            return;
    }
    item = cq_items_add(arena, items, len, given->kind);
    if (item)
        item->text = fit;
    a->is_short = a->is_short || !item;
}

/* Copy a note, property or markup of others; nothing when `element` cannot hold it. */
static void put_item(cq_shaper *a, cq_str element, const cq_item *given, cq_arena *arena,
                     cq_item **items, size_t *len)
{
    bool is_prop = given->kind == CQ_ITEM_PROP;
    cq_item *item;

    if (given->kind == CQ_ITEM_MARKUP || given->kind == CQ_ITEM_LEAD) {
        fit_markup(a, element, given, arena, items, len);
        return;
    }
    item = cq_items_add(arena, items, len, given->kind);
    if (!item) {
        a->is_short = true;
        return;
    }
    item->text = given->text;
    item->name = a->version ? (cq_str){0} : given->name;
    put_attrs(a, is_prop ? CQ_STR("prop") : CQ_STR("note"), given->attrs,
              given->attrs_len, arena, &item->attrs, &item->attrs_len);
    if (is_prop && a->version)
        fit_prop(a, given, arena, item);
}

/* Notes and properties stand first in every version. */
static bool is_out_of_order(const cq_item *items, size_t len, cq_item_kind last)
{
    bool is_past = false;

    for (size_t i = 0; i < len; i++) {
        if (is_past && (items[i].kind == CQ_ITEM_NOTE || items[i].kind == CQ_ITEM_PROP ||
                        (items[i].kind == CQ_ITEM_MARKUP &&
                         !cq_str_starts(items[i].text, CQ_STR("<!--")))))
            return true;
        is_past = is_past || items[i].kind == last;
    }
    return false;
}

static void shape_items(cq_shaper *a, cq_str element, const cq_item *given, size_t len,
                        cq_item_kind last, cq_item **items, size_t *items_len)
{
    if (a->version && is_out_of_order(given, len, last))
        cq_shape_tell(a, CQ_PART_ORDER, element, (cq_str){0}, (cq_str){0});
    for (size_t i = 0; i < len; i++)
        if (given[i].kind != last)
            put_item(a, given[i].kind == CQ_ITEM_LEAD ? CQ_STR("body") : element,
                     &given[i], &a->unit.arena, items, items_len);
}

/* ---- units ----------------------------------------------------------------------------
 */

/* Without a bound by a DTD everything but the codes stays where it was. */
static void copy_in_place(cq_shaper *a, const cq_variant *given, cq_variant *variant)
{
    for (size_t i = 0; i < given->items_len; i++) {
        cq_item *item = cq_items_add(&a->unit.arena, &variant->items, &variant->items_len,
                                     given->items[i].kind);

        if (item)
            *item = given->items[i];
        a->is_short = a->is_short || !item;
    }
    variant->name = given->name;
    variant->seg_name = given->seg_name;
}

static void shape_variant(cq_shaper *a, const cq_variant *given, size_t number)
{
    cq_variant *variant = cq_unit_add_variant(&a->unit, given->lang);

    if (!variant) {
        a->is_short = true;
        return;
    }
    a->loss.variant = number + 1;
    a->loss.lang = given->lang;
    variant->text = given->text;
    put_attrs(a, CQ_STR("tuv"), given->attrs, given->attrs_len, &a->unit.arena,
              &variant->attrs, &variant->attrs_len);
    put_attrs(a, CQ_STR("seg"), given->seg_attrs, given->seg_attrs_len, &a->unit.arena,
              &variant->seg_attrs, &variant->seg_attrs_len);
    cq_shape_codes(a, given, variant);
    if (!a->version) {
        copy_in_place(a, given, variant);
    } else {
        shape_items(a, CQ_STR("tuv"), given->items, given->items_len, CQ_ITEM_SEGMENT,
                    &variant->items, &variant->items_len);
        a->is_short = a->is_short || !cq_items_add(&a->unit.arena, &variant->items,
                                                   &variant->items_len, CQ_ITEM_SEGMENT);
    }
    a->loss.variant = 0;
    a->loss.lang = (cq_str){0};
}

static void shape_attrs_of_unit(cq_shaper *a, const cq_unit *given)
{
    put_attrs(a, CQ_STR("tu"), given->attrs, given->attrs_len, &a->unit.arena,
              &a->unit.attrs, &a->unit.attrs_len);
}

/* Without a bound the variants stay among the other items. */
static void shape_unbound(cq_shaper *a, const cq_unit *given, const bool *wanted)
{
    shape_attrs_of_unit(a, given);
    for (size_t i = 0; i < given->items_len; i++) {
        const cq_item *item = &given->items[i];

        if (item->kind != CQ_ITEM_VARIANT)
            put_item(a, CQ_STR("tu"), item, &a->unit.arena, &a->unit.items,
                     &a->unit.items_len);
        else if (!wanted || wanted[item->variant])
            shape_variant(a, &given->variants[item->variant], item->variant);
    }
    a->unit.name = given->name;
}

static cq_status shape_bound(cq_shaper *a, const cq_unit *given, const bool *wanted)
{
    size_t *order =
        cq_arena_alloc(&a->unit.arena, (given->variants_len + 1) * sizeof(*order));
    size_t len = order ? cq_shape_choose(a, given, wanted, order) : 0;

    if (!order)
        a->is_short = true;
    if (len == 0 && !a->is_short) {
        cq_buf_reset(&a->markup);
        cq_shape_put_unit(&a->markup, given);
        cq_shape_tell(a, CQ_PART_UNIT, CQ_STR("tu"), cq_str_trim(cq_buf_str(&a->markup)),
                      (cq_str){0});
        return CQ_DONE;
    }
    shape_attrs_of_unit(a, given);
    shape_items(a, CQ_STR("tu"), given->items, given->items_len, CQ_ITEM_VARIANT,
                &a->unit.items, &a->unit.items_len);
    for (size_t i = 0; i < len; i++)
        shape_variant(a, &given->variants[order[i]], order[i]);
    return CQ_OK;
}

cq_status cq_shape_unit(cq_shaper *a, const cq_unit *given, const bool *wanted,
                        const cq_unit **shaped, cq_error *err)
{
    cq_status status = CQ_OK, checked;

    cq_unit_reset(&a->unit);
    a->loss = (cq_loss){0};
    if (a->version)
        status = shape_bound(a, given, wanted);
    else
        shape_unbound(a, given, wanted);
    *shaped = &a->unit;
    checked = check(a, err);
    return checked == CQ_OK ? status : checked;
}

/* ---- the header -----------------------------------------------------------------------
 */

/* What the DTD requires and the header does not say. */
static void complete_header(cq_shaper *a)
{
    const cq_attr required[] = {
        {CQ_STR("creationtool"), CQ_STR("calque")},
        {CQ_STR("creationtoolversion"), CQ_STR(CQ_VERSION)},
        {CQ_STR("segtype"), CQ_STR("sentence")},
        {CQ_STR("o-tmf"), CQ_STR("unknown")},
        {CQ_STR("adminlang"), CQ_STR("en")},
        {CQ_STR("srclang"), a->form.source.len ? a->form.source : CQ_STR("*all*")},
        {CQ_STR("datatype"), CQ_STR("unknown")},
    };
    cq_header *header = &a->header;

    for (size_t i = 0; i < ARRAY_LEN(required); i++) {
        if (cq_attr_find(header->attrs, header->attrs_len, required[i].name.ptr).ptr)
            continue;
        add_attr(a, &header->arena, &header->attrs, &header->attrs_len, required[i].name,
                 required[i].value);
        tell_attr(a, CQ_STR("header"), required[i].name, (cq_str){0}, required[i].value);
    }
}

/* What stands between the big elements: remarks may, elements of others may not. */
static void shape_around(cq_shaper *a, const cq_header *given)
{
    cq_header *header = &a->header;

    for (size_t i = 0; i < CQ_PLACES; i++) {
        cq_buf_reset(&a->markup);
        cq_shape_markup(a, CQ_STR("tmx"), given->around[i], &a->markup);
        if (!cq_str_equal(cq_buf_str(&a->markup), given->around[i]))
            cq_shape_tell(a, CQ_PART_MARKUP, CQ_STR("tmx"), given->around[i],
                          a->markup.len ? cq_buf_str(&a->markup) : (cq_str){0});
        header->around[i] = cq_arena_copy(&header->arena, cq_buf_str(&a->markup));
        a->is_short = a->is_short || !header->around[i].ptr;
    }
    if (given->doctype.len)
        cq_shape_tell(a, CQ_PART_MARKUP, CQ_STR("tmx"), given->doctype, (cq_str){0});
}

/* Of <tmx> and <body>: their namespaces go with what was in them. */
static void drop_attrs(cq_shaper *a, cq_str element, const cq_attr *attrs, size_t len)
{
    for (size_t i = 0; i < len; i++)
        if (!cq_str_equal(attrs[i].name, CQ_STR("version")))
            tell_attr(a, element, attrs[i].name, there(attrs[i].value), (cq_str){0});
}

cq_status cq_shape_header(cq_shaper *a, const cq_header *given, const cq_header **shaped,
                          cq_error *err)
{
    cq_header *header = &a->header;

    *shaped = given;
    if (!a->version)
        return CQ_OK;
    cq_header_reset(header);
    a->loss = (cq_loss){0};
    header->is_present = given->is_present;
    drop_attrs(a, CQ_STR("tmx"), given->tmx_attrs, given->tmx_attrs_len);
    drop_attrs(a, CQ_STR("body"), given->body_attrs, given->body_attrs_len);
    shape_around(a, given);
    put_attrs(a, CQ_STR("header"), given->attrs, given->attrs_len, &header->arena,
              &header->attrs, &header->attrs_len);
    for (size_t i = 0; i < given->items_len; i++)
        put_item(a, CQ_STR("header"), &given->items[i], &header->arena, &header->items,
                 &header->items_len);
    if (given->is_present)
        complete_header(a);
    *shaped = header;
    return check(a, err);
}

static void lose_item(cq_shaper *a, const cq_item *item)
{
    bool is_prop = item->kind == CQ_ITEM_PROP, is_note = item->kind == CQ_ITEM_NOTE;
    const cq_str type = CQ_STR("type"), header = CQ_STR("header");

    for (size_t i = 0; i < item->attrs_len; i++)
        if (is_note || !cq_str_equal(item->attrs[i].name, type))
            tell_attr(a, cq_str_from(is_note ? "note" : "prop"), item->attrs[i].name,
                      there(item->attrs[i].value), (cq_str){0});
    cq_shape_tell(a,
                  is_prop   ? CQ_PART_PROPERTY
                  : is_note ? CQ_PART_NOTE
                            : CQ_PART_MARKUP,
                  is_prop ? cq_attr_find(item->attrs, item->attrs_len, "type") : header,
                  there(item->text), (cq_str){0});
}

void cq_tmx_lose_header(const cq_header *header, const cq_tmx_form *form)
{
    cq_shaper a = {.form = *form};

    drop_attrs(&a, CQ_STR("tmx"), header->tmx_attrs, header->tmx_attrs_len);
    drop_attrs(&a, CQ_STR("header"), header->attrs, header->attrs_len);
    drop_attrs(&a, CQ_STR("body"), header->body_attrs, header->body_attrs_len);
    for (size_t i = 0; i < header->items_len; i++)
        lose_item(&a, &header->items[i]);
    for (size_t i = 0; i < CQ_PLACES; i++)
        if (header->around[i].len)
            cq_shape_tell(&a, CQ_PART_MARKUP, CQ_STR("tmx"), header->around[i],
                          (cq_str){0});
    cq_shaper_release(&a);
}
