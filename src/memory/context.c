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

/* How many of the two neighbours, those found as properties apart, stand beside a place.
 */
static cq_status count_beside(const cq_context *context, cq_memory *memory,
                              uint64_t origin, cq_store_cursor place, uint32_t group,
                              const bool *known, int *count, cq_error *err)
{
    *count = 0;
    for (int is_after = 0; is_after < 2; is_after++) {
        cq_str wanted = is_after ? context->next : context->previous;
        cq_store_cursor cursor = place;
        cq_store_unit beside;
        bool holds = false;
        cq_status status;

        if (known[is_after] || wanted.len == 0)
            continue;
        status = is_after
                     ? cq_store_unit_next(memory->store, origin, &cursor, &beside, err)
                     : cq_store_unit_before(memory->store, origin, place, &beside, err);
        if (status == CQ_OK)
            status = holds_text(memory, &beside, group, wanted, &holds, err);
        if (status < 0)
            return status;
        *count += holds;
    }
    return CQ_OK;
}

/* The best of all places where the unit stands: in its own origin, and in those that
 * share it. (One that was left to another origin stands in that one twice over.) */
static cq_status count_places(const cq_context *context, cq_memory *memory,
                              const cq_loaded *loaded, size_t variant, const bool *known,
                              int *count, cq_error *err)
{
    const cq_store_unit unit = {.id = loaded->id, .origin = loaded->origin};
    cq_store_cursor place;
    uint64_t origin = 0;
    const cq_language *language;
    int here;
    cq_status status =
        cq_memory_language_of(memory, loaded->tags[variant], &language, err);

    if (status == CQ_OK)
        status = cq_store_place(memory->store, &unit, unit.origin, &place, err);
    if (status == CQ_OK)
        status = count_beside(context, memory, loaded->origin, place, language->group_id,
                              known, count, err);
    while (status == CQ_OK &&
           (status = cq_store_place_next(memory->store, loaded->id, &origin, &place,
                                         err)) == CQ_OK) {
        status = count_beside(context, memory, origin, place, language->group_id, known,
                              &here, err);
        if (status == CQ_OK && here > *count)
            *count = here;
    }
    return status < 0 ? status : CQ_OK;
}

cq_status cq_context_count(const cq_context *context, cq_memory *memory,
                           const cq_loaded *loaded, size_t variant, int *count,
                           cq_error *err)
{
    const cq_variant *source = &loaded->unit.variants[variant];
    bool known[2] = {false, false};
    cq_status status;

    *count = 0;
    if (context->previous.len == 0 && context->next.len == 0)
        return CQ_OK;
    known[0] =
        context->previous.len && has_prop(&loaded->unit, source, previous_types,
                                          ARRAY_LEN(previous_types), context->previous);
    known[1] = context->next.len && has_prop(&loaded->unit, source, next_types,
                                             ARRAY_LEN(next_types), context->next);
    status = count_places(context, memory, loaded, variant, known, count, err);
    *count += known[0] + known[1];
    return status;
}
