#include "context.h"

/* Properties by which other tools keep a neighbour's text, of unit or variant. */
static const char *const previous_types[] = {"x-context-pre", "x-previous-source-text",
                                             "context_prev", "prev", "x-prev"};
static const char *const next_types[] = {"x-context-post", "x-next-source-text",
                                         "context_next", "next", "x-next"};

/* Whether a property says that `wanted` is the neighbour. */
static bool has_prop(const cq_unit *unit, const cq_variant *variant,
                     const char *const *types, size_t len, cq_str wanted)
{
    for (size_t i = 0; i < len; i++) {
        cq_str said = cq_prop_find(variant->items, variant->items_len, types[i]);

        if (!said.ptr)
            said = cq_prop_find(unit->items, unit->items_len, types[i]);
        /* memoQ writes the neighbour as a <seg> of its own. */
        if (cq_str_starts(said, CQ_STR("<seg>")) && cq_str_ends(said, CQ_STR("</seg>")))
            said = cq_str_slice(said, 5, said.len - 6);
        if (said.ptr && cq_text_same(said, wanted))
            return true;
    }
    return false;
}

/* Whether a unit has `wanted` as a text of the group. */
static cq_status holds_text(cq_memory *memory, const cq_store_unit *unit, uint32_t group,
                            cq_str wanted, bool *holds, cq_error *err)
{
    *holds = false;
    for (size_t i = 0; i < unit->variants && !*holds; i++) {
        cq_store_text text;
        cq_status status = cq_store_text_get(memory->store, unit->texts[i], &text, err);

        if (status != CQ_OK)
            return status;
        *holds = text.group == group && cq_text_same(text.text, wanted);
    }
    return CQ_OK;
}

static cq_status is_beside(cq_memory *memory, const cq_loaded *loaded, size_t variant,
                           bool is_after, cq_str wanted, bool *found, cq_error *err)
{
    const cq_language *language;
    cq_store_unit beside;
    cq_status status =
        cq_memory_language_of(memory, loaded->tags[variant], &language, err);

    *found = false;
    if (status != CQ_OK)
        return status;
    status = cq_store_unit_beside(memory->store, loaded->origin, loaded->id, is_after,
                                  &beside, err);
    if (status != CQ_OK)
        return status < 0 ? status : CQ_OK;
    return holds_text(memory, &beside, language->group_id, wanted, found, err);
}

cq_status cq_context_count(cq_context *context, cq_memory *memory,
                           const cq_loaded *loaded, size_t variant, int *count,
                           cq_error *err)
{
    const cq_variant *source = &loaded->unit.variants[variant];

    *count = 0;
    for (int is_after = 0; is_after < 2; is_after++) {
        cq_str wanted = is_after ? context->next : context->previous;
        bool found;
        cq_status status;

        if (wanted.len == 0)
            continue;
        found = is_after ? has_prop(&loaded->unit, source, next_types,
                                    ARRAY_LEN(next_types), wanted)
                         : has_prop(&loaded->unit, source, previous_types,
                                    ARRAY_LEN(previous_types), wanted);
        if (!found) {
            status = is_beside(memory, loaded, variant, is_after, wanted, &found, err);
            if (status != CQ_OK)
                return status;
        }
        *count += found;
    }
    return CQ_OK;
}
