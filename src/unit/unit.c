#include "unit.h"

#include <string.h>

void cq_unit_reset(cq_unit *unit)
{
    cq_arena arena = unit->arena;

    cq_arena_reset(&arena);
    *unit = (cq_unit){.arena = arena};
}

void cq_unit_release(cq_unit *unit)
{
    cq_arena_release(&unit->arena);
    *unit = (cq_unit){0};
}

void cq_header_reset(cq_header *header)
{
    cq_arena arena = header->arena;

    cq_arena_reset(&arena);
    *header = (cq_header){.arena = arena};
}

void cq_header_release(cq_header *header)
{
    cq_arena_release(&header->arena);
    *header = (cq_header){0};
}

/* What an array outgrows stays behind until the arena is reset. */
static void *push(cq_arena *arena, void *array, size_t len, size_t item)
{
    void *grown;

    if (len != 0 && (len < 4 || (len & (len - 1)) != 0))
        return array;
    if (len > SIZE_MAX / 4 / item)
        return NULL;
    grown = cq_arena_alloc(arena, cq_unit_room(len + 1) * item);
    if (grown && len)
        memcpy(grown, array, len * item);
    return grown;
}

cq_attr *cq_attrs_add(cq_arena *arena, cq_attr **attrs, size_t *len, cq_str name,
                      cq_str value)
{
    cq_attr *grown = push(arena, *attrs, *len, sizeof(**attrs));
    cq_attr attr = {cq_arena_copy(arena, name), cq_arena_copy(arena, value)};

    if (!grown || !attr.name.ptr || !attr.value.ptr)
        return NULL;
    *attrs = grown;
    grown[*len] = attr;
    return &grown[(*len)++];
}

cq_item *cq_items_add(cq_arena *arena, cq_item **items, size_t *len, cq_item_kind kind)
{
    cq_item *grown = push(arena, *items, *len, sizeof(**items));

    if (!grown)
        return NULL;
    *items = grown;
    grown[*len] = (cq_item){.kind = kind};
    return &grown[(*len)++];
}

cq_variant *cq_unit_add_variant(cq_unit *unit, cq_str lang)
{
    cq_variant *grown =
        push(&unit->arena, unit->variants, unit->variants_len, sizeof(*unit->variants));
    cq_str copy = cq_arena_copy(&unit->arena, lang);
    cq_item *item;

    if (!grown || !copy.ptr)
        return NULL;
    item = cq_items_add(&unit->arena, &unit->items, &unit->items_len, CQ_ITEM_VARIANT);
    if (!item)
        return NULL;
    item->variant = unit->variants_len;
    unit->variants = grown;
    grown[unit->variants_len] = (cq_variant){.lang = copy};
    return &grown[unit->variants_len++];
}

cq_variant *cq_unit_add_text(cq_unit *unit, cq_str lang, cq_str text)
{
    cq_variant *variant = cq_unit_add_variant(unit, lang);

    if (!variant ||
        !cq_attrs_add(&unit->arena, &variant->attrs, &variant->attrs_len,
                      CQ_STR("xml:lang"), lang) ||
        !cq_items_add(&unit->arena, &variant->items, &variant->items_len,
                      CQ_ITEM_SEGMENT))
        return NULL;
    variant->text = cq_arena_copy(&unit->arena, text);
    return variant->text.ptr ? variant : NULL;
}

cq_code *cq_variant_add_code(cq_unit *unit, cq_variant *variant, cq_code_kind kind,
                             size_t at, cq_str markup)
{
    cq_code *grown =
        push(&unit->arena, variant->codes, variant->codes_len, sizeof(*variant->codes));
    cq_str copy = cq_arena_copy(&unit->arena, markup);

    if (!grown || !copy.ptr)
        return NULL;
    variant->codes = grown;
    grown[variant->codes_len] =
        (cq_code){.kind = kind, .at = at, .pair = -1, .link = -1, .markup = copy};
    return &grown[variant->codes_len++];
}

cq_str cq_attr_find(const cq_attr *attrs, size_t len, const char *name)
{
    cq_str wanted = cq_str_from(name);

    for (size_t i = 0; i < len; i++)
        if (cq_str_equal(attrs[i].name, wanted))
            return attrs[i].value;
    return (cq_str){0};
}

/* The first of four: `later` then `first` of the variant, then of the unit. */
static cq_str said(const cq_unit *unit, const cq_variant *variant, const char *later,
                   const char *first)
{
    cq_str value = cq_attr_find(variant->attrs, variant->attrs_len, later);

    if (!value.ptr)
        value = cq_attr_find(variant->attrs, variant->attrs_len, first);
    if (!value.ptr)
        value = cq_attr_find(unit->attrs, unit->attrs_len, later);
    if (!value.ptr)
        value = cq_attr_find(unit->attrs, unit->attrs_len, first);
    return value;
}

cq_str cq_unit_changed(const cq_unit *unit, const cq_variant *variant)
{
    return said(unit, variant, "changedate", "creationdate");
}

cq_str cq_unit_author(const cq_unit *unit, const cq_variant *variant)
{
    return said(unit, variant, "changeid", "creationid");
}
