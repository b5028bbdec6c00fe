#include "context.h"

#include "noted.h"

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
    const cq_str wanted[CQ_PLACE_KINDS] = {context->previous, context->next,
                                           context->key};
    bool known[CQ_PLACE_KINDS] = {false};
    cq_status status;

    *count = 0;
    if (context->previous.len == 0 && context->next.len == 0 && context->key.len == 0)
        return CQ_OK;
    status = cq_noted_find(&loaded->unit, wanted, known, err);
    if (status == CQ_OK)
        status = count_places(context, memory, loaded, variant, known, count, err);
    for (size_t i = 0; i < CQ_PLACE_KINDS; i++)
        *count += known[i];
    return status;
}
