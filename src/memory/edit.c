#include "session.h"

#include "tmx/tmx.h"

#include <string.h>

typedef struct editing {
    cq_memory *memory;
    cq_adder adder;
    cq_loaded loaded; /* the unit that changes */
    cq_unit segment;  /* of the markup read last; the unit borrows from it */
    cq_arena arena;   /* keeps what the unit borrows */
} editing;

/* ---- where ----------------------------------------------------------------------------
 */

/* The variant that answers a language best; the unit's own count when none does. */
static cq_status find_variant(editing *e, const cq_lang *wanted, size_t *variant,
                              cq_error *err)
{
    int best = 0;
    bool is_tie = false;

    *variant = e->loaded.unit.variants_len;
    for (size_t i = 0; i < e->loaded.unit.variants_len; i++) {
        cq_lang lang;
        int match;

        if (cq_lang_parse(e->loaded.unit.variants[i].lang, &lang, NULL) != CQ_OK)
            continue;
        match = cq_lang_match(wanted, &lang);
        if (match > 0 && match == best)
            is_tie = true;
        if (match > best) {
            best = match;
            is_tie = false;
            *variant = i;
        }
    }
    if (is_tie)
        return cq_fail_number(
            err, CQ_E_ARG, ERR_MANY_VARIANTS,
            "unit %llu has more than one variant that \"%s\" could mean",
            (unsigned long long)e->loaded.id, wanted->tag);
    return CQ_OK;
}

static bool add_variant(editing *e, const cq_lang *lang)
{
    cq_unit *unit = &e->loaded.unit;

    return cq_unit_add_text(unit, cq_str_from(lang->tag), CQ_STR("")) != NULL;
}

/* ---- what -----------------------------------------------------------------------------
 */

static cq_status no_memory(cq_error *err)
{
    return cq_fail(err, CQ_E_NOMEM, "no memory to change a unit");
}

/* A name that XML takes, without a prefix that somebody would have to declare. */
static bool is_name(cq_str name)
{
    static const char first[] = "_ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";

    if (cq_str_equal(name, CQ_STR("xml:lang")))
        return true;
    if (name.len == 0 || !strchr(first, name.ptr[0]))
        return false;
    for (size_t i = 0; i < name.len; i++)
        if (!name.ptr[i] ||
            (!strchr(first, name.ptr[i]) && !strchr("-.0123456789", name.ptr[i])))
            return false;
    return true;
}

/* Text that a file can hold: XML has no place for most control characters. */
static cq_status check_text(cq_str text, cq_error *err)
{
    size_t valid = cq_text_valid(text);

    if (text.len > CQ_SEGMENT_MAX)
        return cq_fail_number(
            err, CQ_E_ARG, ERR_QUERY_LONG,
            "a text of %zu bytes is too long to look up; %u is the most", text.len,
            CQ_SEGMENT_MAX);
    if (valid < text.len)
        return cq_fail_number(
            err, CQ_E_INPUT, ERR_QUERY_TEXT,
            "the text asked for is not valid UTF-8 at byte %zu (0x%02x)", valid + 1,
            (unsigned char)text.ptr[valid]);
    for (size_t i = 0; i < text.len; i++)
        if ((unsigned char)text.ptr[i] < 0x20 && !memchr("\t\n\r", text.ptr[i], 3))
            return cq_fail_number(err, CQ_E_INPUT, ERR_CONTROL,
                                  "the control character 0x%02x cannot stand in a unit",
                                  (unsigned char)text.ptr[i]);
    return CQ_OK;
}

static cq_status set_text(editing *e, cq_variant *variant, cq_str text, cq_error *err)
{
    variant->text = cq_arena_copy(&e->arena, text);
    variant->codes_len = 0;
    return variant->text.ptr ? CQ_OK : no_memory(err);
}

static cq_status set_markup(editing *e, cq_variant *variant, cq_str markup, cq_error *err)
{
    const cq_variant *read;
    cq_status status = cq_tmx_segment(markup, &e->segment, err);

    if (status != CQ_OK)
        return status;
    read = &e->segment.variants[0];
    status = set_text(e, variant, read->text, err);
    for (size_t i = 0; i < read->codes_len && status == CQ_OK; i++) {
        cq_code *code = cq_variant_add_code(&e->loaded.unit, variant, read->codes[i].kind,
                                            read->codes[i].at, read->codes[i].markup);

        if (!code)
            return no_memory(err);
        code->pair = read->codes[i].pair;
        code->link = read->codes[i].link;
    }
    return status;
}

/* Set an attribute, or take it away (value.ptr NULL). */
static cq_status set_attribute(editing *e, cq_attr **attrs, size_t *len, cq_str name,
                               cq_str value, cq_error *err)
{
    size_t at = 0;
    cq_str copy = value.ptr ? cq_arena_copy(&e->arena, value) : value;

    while (at < *len && !cq_str_equal((*attrs)[at].name, name))
        at++;
    if (value.ptr && !copy.ptr)
        return no_memory(err);
    if (at == *len)
        return !value.ptr || cq_attrs_add(&e->loaded.unit.arena, attrs, len, name, copy)
                   ? CQ_OK
                   : no_memory(err);
    if (value.ptr)
        (*attrs)[at].value = copy;
    else
        memmove(*attrs + at, *attrs + at + 1, (--*len - at) * sizeof(**attrs));
    return CQ_OK;
}

static bool is_property(const cq_item *item, cq_str type)
{
    return item->kind == CQ_ITEM_PROP &&
           cq_str_equal(cq_attr_find(item->attrs, item->attrs_len, "type"), type);
}

/* Set the first property of a type and take the others away, or all (value.ptr NULL). */
static cq_status set_property(editing *e, cq_item **items, size_t *len, cq_str type,
                              cq_str value, cq_error *err)
{
    cq_arena *arena = &e->loaded.unit.arena;
    size_t kept = 0, all = *len, first = 0;
    bool is_set = !value.ptr;
    cq_item *item, made;

    for (size_t i = 0; i < all; i++) {
        cq_item now = (*items)[i];

        if (is_property(&now, type)) {
            if (is_set)
                continue;
            now.text = cq_arena_copy(arena, value);
            is_set = true;
            if (!now.text.ptr)
                return no_memory(err);
        }
        (*items)[kept++] = now;
    }
    *len = kept;
    if (is_set)
        return CQ_OK;
    item = cq_items_add(arena, items, len, CQ_ITEM_PROP);
    if (!item)
        return no_memory(err);
    item->text = cq_arena_copy(arena, value);
    if (!item->text.ptr ||
        !cq_attrs_add(arena, &item->attrs, &item->attrs_len, CQ_STR("type"), type))
        return no_memory(err);
    /* It stands first, where TMX wants properties; only what was before the <tu> is
     * before it. */
    made = *item;
    while (first < *len - 1 && (*items)[first].kind == CQ_ITEM_LEAD)
        first++;
    memmove(*items + first + 1, *items + first, (*len - 1 - first) * sizeof(**items));
    (*items)[first] = made;
    return CQ_OK;
}

/* ---- one change -----------------------------------------------------------------------
 */

/* The variant that a change is about, made when it is to get a text; NULL for the unit
 * itself. */
static cq_status open_variant(editing *e, const cq_change *change, cq_variant **variant,
                              cq_error *err)
{
    bool is_text = change->kind == CQ_CHANGE_TEXT || change->kind == CQ_CHANGE_MARKUP;
    size_t at;
    cq_status status;

    *variant = NULL;
    if (!change->lang)
        return is_text ? cq_fail(err, CQ_E_ARG, "a text is in a language: name it")
                       : CQ_OK;
    status = find_variant(e, change->lang, &at, err);
    if (status != CQ_OK)
        return status;
    if (at == e->loaded.unit.variants_len && (!is_text || !change->value.ptr))
        return cq_fail_number(err, CQ_E_ARG, ERR_NO_VARIANT,
                              "unit %llu has no variant in \"%s\"",
                              (unsigned long long)e->loaded.id, change->lang->tag);
    if (at == e->loaded.unit.variants_len && !add_variant(e, change->lang))
        return no_memory(err);
    *variant = &e->loaded.unit.variants[at];
    return CQ_OK;
}

/* Take a variant away; its item goes with it, and those behind are numbered anew. */
static void drop_variant(cq_unit *unit, size_t variant)
{
    size_t kept = 0;

    for (size_t i = 0; i < unit->items_len; i++) {
        cq_item item = unit->items[i];

        if (item.kind == CQ_ITEM_VARIANT && item.variant == variant)
            continue;
        if (item.kind == CQ_ITEM_VARIANT && item.variant > variant)
            item.variant--;
        unit->items[kept++] = item;
    }
    unit->items_len = kept;
    memmove(unit->variants + variant, unit->variants + variant + 1,
            (--unit->variants_len - variant) * sizeof(*unit->variants));
}

static cq_status change_attribute(editing *e, cq_variant *variant,
                                  const cq_change *change, cq_error *err)
{
    cq_unit *unit = &e->loaded.unit;
    cq_str value = change->value;
    bool is_lang = cq_str_equal(change->name, CQ_STR("xml:lang")) ||
                   cq_str_equal(change->name, CQ_STR("lang"));

    if (!is_name(change->name) || (is_lang && (!variant || !value.ptr)))
        return cq_fail_number(err, CQ_E_ARG, ERR_NAME, "\"%.*s\" cannot be set here",
                              (int)(change->name.len < 100 ? change->name.len : 100),
                              change->name.ptr);
    if (!variant)
        return set_attribute(e, &unit->attrs, &unit->attrs_len, change->name, value, err);
    if (is_lang) {
        variant->lang = cq_arena_copy(&unit->arena, value);
        if (!variant->lang.ptr)
            return no_memory(err);
    }
    return set_attribute(e, &variant->attrs, &variant->attrs_len, change->name, value,
                         err);
}

static cq_status apply(editing *e, const cq_change *change, cq_error *err)
{
    cq_unit *unit = &e->loaded.unit;
    cq_variant *variant;
    cq_status status = check_text(change->value, err);

    if (status == CQ_OK)
        status = check_text(change->name, err);
    if (status == CQ_OK)
        status = open_variant(e, change, &variant, err);
    if (status != CQ_OK)
        return status;
    switch (change->kind) {
    case CQ_CHANGE_TEXT:
        if (change->value.ptr)
            return set_text(e, variant, change->value, err);
        drop_variant(unit, (size_t)(variant - unit->variants));
        return CQ_OK;
    case CQ_CHANGE_MARKUP:
        return set_markup(e, variant, change->value, err);
    case CQ_CHANGE_PROPERTY:
        return variant ? set_property(e, &variant->items, &variant->items_len,
                                      change->name, change->value, err)
                       : set_property(e, &unit->items, &unit->items_len, change->name,
                                      change->value, err);
    default:
        return change_attribute(e, variant, change, err);
    }
}

static cq_status run(editing *e, uint64_t unit, const cq_change *changes, size_t len,
                     cq_error *err)
{
    cq_status status = cq_loaded_get(e->memory, unit, true, &e->loaded, err);

    if (status == CQ_DONE)
        return cq_fail_number(err, CQ_E_ARG, ERR_NO_UNIT, "the memory has no unit %llu",
                              (unsigned long long)unit);
    if (status == CQ_OK)
        status = cq_adder_init(&e->adder, e->memory, err);
    for (size_t i = 0; i < len && status == CQ_OK; i++)
        status = apply(e, &changes[i], err);
    if (status == CQ_OK)
        status = cq_adder_replace(&e->adder, unit, &e->loaded.unit, err);
    if (status == CQ_OK)
        status = cq_adder_finish(&e->adder, err);
    cq_adder_release(&e->adder);
    return status == CQ_OK ? cq_memory_renew_sparse(e->memory, err) : status;
}

cq_status cq_memory_edit(cq_memory *memory, uint64_t unit, const cq_change *changes,
                         size_t len, cq_error *err)
{
    editing e = {.memory = memory};
    cq_status status = cq_memory_begin(memory, err);

    if (status != CQ_OK)
        return status;
    status = cq_memory_end(memory, run(&e, unit, changes, len, err), err);
    cq_loaded_release(&e.loaded);
    cq_unit_release(&e.segment);
    cq_arena_release(&e.arena);
    return status;
}
