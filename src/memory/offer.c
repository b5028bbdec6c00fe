#include "looking.h"

#include "codes.h"

#include <stdlib.h>
#include <string.h>

#define HOLDERS_MAX 65536u
#define SCRIPT_COST 1 /* percent: what is found is to be written in the other script */
#define PIVOT_COST  5 /* percent */

/* ---- units that hold a text -----------------------------------------------------------
 */

static cq_status match_language(cq_looking *look, const cq_loaded *loaded,
                                const cq_lang *wanted, size_t variant, int *match,
                                cq_error *err)
{
    const cq_language *language;
    cq_status status =
        cq_memory_language_of(look->memory, loaded->tags[variant], &language, err);

    if (status == CQ_OK)
        *match = language->is_valid ? cq_lang_match(wanted, &language->lang) : 0;
    return status;
}

/* The variant that answers `wanted` best, other than `not`; *match is 0 when none does.
 */
static cq_status best_variant(cq_looking *look, const cq_loaded *loaded,
                              const cq_lang *wanted, uint64_t text, size_t not,
                              size_t *variant, int *match, cq_error *err)
{
    *match = 0;
    for (size_t i = 0; i < loaded->variants; i++) {
        int found;
        cq_status status;

        if (i == not || (text && loaded->texts[i] != text))
            continue;
        status = match_language(look, loaded, wanted, i, &found, err);
        if (status != CQ_OK)
            return status;
        if (found > *match) {
            *match = found;
            *variant = i;
        }
    }
    return CQ_OK;
}

static void note_changed(cq_ranked *hit, const cq_unit *unit)
{
    cq_str changed = cq_unit_changed(unit, &unit->variants[hit->target]);
    size_t len = changed.len < CQ_CHANGED_MAX ? changed.len : CQ_CHANGED_MAX - 1;

    if (len)
        memcpy(hit->changed, changed.ptr, len);
    hit->changed[len] = '\0';
}

/* Codes are the unit's, not the text's, which the index knows: they are charged here. */
static cq_status charge_codes(cq_looking *look, cq_ranked *hit, cq_error *err)
{
    const cq_variant *source = &look->loaded.unit.variants[hit->source];
    int cost;
    cq_status status = cq_codes_cost(&look->marks, look->is_verbatim, source,
                                     &look->stored_marks, &cost, err);

    hit->percent -= cost + (look->is_rewritten ? SCRIPT_COST : 0);
    hit->is_rewritten = look->is_rewritten;
    return status;
}

/* ---- by way of another language -------------------------------------------------------
 */

/* Offer what a unit with an equal text in the pivot's language says. */
static cq_status offer_other(cq_looking *look, const cq_ranked *by, uint64_t unit,
                             uint64_t text, cq_error *err)
{
    cq_loaded *other = &look->other;
    cq_ranked hit = *by;
    size_t pivot = 0;
    int match;
    cq_status status = cq_loaded_get(look->memory, unit, false, other, err);

    if (status != CQ_OK)
        return status < 0 ? status : CQ_OK;
    status = best_variant(look, other, look->pivot, text, SIZE_MAX, &pivot, &match, err);
    if (status == CQ_OK && match)
        status = best_variant(look, other, look->to, 0, pivot, &hit.target, &match, err);
    if (status != CQ_OK || !match)
        return status;
    hit.other = unit;
    hit.region += match;
    hit.target_text = other->texts[hit.target];
    note_changed(&hit, &other->unit);
    cq_ranking_offer(&look->ranking, &hit);
    return CQ_OK;
}

/* Offer the renderings of all units that share the unit's text in the pivot's language;
 * `by` is the unit's own half of a hit. */
static cq_status offer_pivot(cq_looking *look, const cq_ranked *by, cq_error *err)
{
    cq_ranked hit = *by;
    cq_status status = CQ_OK;

    hit.percent -= PIVOT_COST;
    for (size_t i = 0; i < look->loaded.variants && status == CQ_OK; i++) {
        cq_store_cursor cursor = {0};
        uint64_t unit;
        int match = 0;

        if (i != hit.source)
            status = match_language(look, &look->loaded, look->pivot, i, &match, err);
        hit.pivot = i;
        while (status == CQ_OK && match && hit.percent >= look->least &&
               (status = cq_store_holder_next(look->memory->store, look->loaded.texts[i],
                                              &cursor, &unit, err)) == CQ_OK)
            if (unit != hit.unit)
                status = offer_other(look, &hit, unit, look->loaded.texts[i], err);
        status = status == CQ_DONE ? CQ_OK : status;
    }
    return status;
}

static cq_status offer_unit(cq_looking *look, uint64_t unit, uint64_t text, int percent,
                            cq_error *err)
{
    cq_ranked hit = {.percent = percent, .letters = look->letters, .unit = unit};
    int source_match, target_match;
    cq_status status = cq_loaded_named(look->memory, unit, false, &look->loaded, err);

    if (status != CQ_OK)
        return status;
    status = best_variant(look, &look->loaded, look->from, text, SIZE_MAX, &hit.source,
                          &source_match, err);
    if (status == CQ_OK && source_match)
        status = best_variant(look, &look->loaded, look->to, 0, hit.source, &hit.target,
                              &target_match, err);
    if (status == CQ_OK && source_match)
        status = charge_codes(look, &hit, err);
    if (status != CQ_OK || !source_match || hit.percent < look->least)
        return status;
    hit.region = source_match;
    if (look->pivot)
        status = offer_pivot(look, &hit, err);
    if (status != CQ_OK || !target_match)
        return status;
    hit.region += target_match;
    hit.target_text = look->loaded.texts[hit.target];
    note_changed(&hit, &look->loaded.unit);
    if (hit.percent == 100) {
        status = cq_context_count(&look->context, look->memory, &look->loaded, hit.source,
                                  &hit.neighbours, err);
        hit.percent += hit.neighbours > 0;
    }
    if (status == CQ_OK)
        cq_ranking_offer(&look->ranking, &hit);
    return status;
}

static int compare_ids(const void *a, const void *b)
{
    uint64_t left = *(const uint64_t *)a, right = *(const uint64_t *)b;

    return left < right ? -1 : left > right;
}

/* The next holders of a text, at most HOLDERS_MAX, by rising id: units lie side by side
 * so, which counts when a text has a million. CQ_DONE after the last. */
static cq_status gather_holders(cq_looking *look, uint64_t text, cq_store_cursor *cursor,
                                size_t *len, cq_error *err)
{
    cq_status status = CQ_OK;

    for (*len = 0; *len < HOLDERS_MAX && status == CQ_OK; *len += status == CQ_OK) {
        if (!cq_grow(&look->holders, &look->holders_capacity, *len + 1,
                     sizeof(*look->holders)))
            return cq_fail(err, CQ_E_NOMEM, "no memory for the units of a text");
        status = cq_store_holder_next(look->memory->store, text, cursor,
                                      &look->holders[*len], err);
    }
    if (status >= 0 && *len > 1)
        qsort(look->holders, *len, sizeof(*look->holders), compare_ids);
    return status;
}

cq_status cq_offer_text(cq_looking *look, uint64_t text, int percent, cq_error *err)
{
    cq_store_cursor cursor = {0};
    cq_status more = CQ_OK;

    while (more == CQ_OK) {
        size_t len;

        more = gather_holders(look, text, &cursor, &len, err);
        if (more < 0)
            return more;
        for (size_t i = 0; i < len; i++) {
            cq_status status = offer_unit(look, look->holders[i], text, percent, err);

            if (status != CQ_OK)
                return status;
        }
    }
    return CQ_OK;
}
