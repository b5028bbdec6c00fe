#include "looking.h"

#include "fit.h"

#include "tmx/tmx.h"

static cq_str keep(cq_answer *made, cq_str s, bool *failed)
{
    cq_str copy = {0};

    if (!s.ptr)
        return copy;
    copy = cq_arena_copy(&made->arena, s);
    *failed |= !copy.ptr;
    return copy;
}

static cq_status fill_hit(cq_looking *look, const cq_ranked *ranked, cq_answer *made,
                          cq_hit *hit, cq_error *err)
{
    cq_store_origin origin;
    const cq_variant *source, *target;
    cq_fitting fitting = {look->from, look->query, &look->marks, !look->as_stored,
                          look->lays_out};
    bool failed = false;
    cq_status status =
        cq_loaded_get(look->memory, ranked->unit, true, &look->loaded, err);

    if (ranked->is_rewritten) {
        fitting.from = &look->twin;
        fitting.query = cq_buf_str(&look->rewritten);
        fitting.lays_out = false;
    }

    if (status == CQ_OK)
        status =
            cq_store_origin_get(look->memory->store, look->loaded.origin, &origin, err);
    if (status != CQ_OK)
        return status < 0 ? status
                          : cq_fail_number(err, CQ_E_STORE, ERR_INDEX,
                                           "the memory is damaged: no unit %llu",
                                           (unsigned long long)ranked->unit);
    source = &look->loaded.unit.variants[ranked->source];
    target = &look->loaded.unit.variants[ranked->target];
    *hit = (cq_hit){
        .percent = ranked->percent,
        .kind = ranked->percent > 100    ? CQ_HIT_CONTEXT
                : ranked->percent == 100 ? CQ_HIT_EXACT
                                         : CQ_HIT_FUZZY,
        .source_lang = keep(made, source->lang, &failed),
        .target_lang = keep(made, target->lang, &failed),
        .origin = keep(made, origin.name, &failed),
        .changed = keep(made, cq_unit_changed(&look->loaded.unit, target), &failed),
        .author = keep(made, cq_unit_author(&look->loaded.unit, target), &failed),
        .unit = ranked->unit,
    };
    if (failed)
        return cq_fail(err, CQ_E_NOMEM, "no memory for the hits");
    return cq_fit(look->memory, &fitting, &look->loaded, ranked->source, ranked->target,
                  &made->arena, hit, err);
}

/* The target's half of a hit by way of another language, whose own target is that text.
 */
static cq_status fill_other(cq_looking *look, const cq_ranked *ranked, cq_answer *made,
                            cq_hit *hit, cq_error *err)
{
    const cq_variant *target;
    cq_buf markup = {0};
    bool failed = false;
    cq_status status =
        cq_loaded_named(look->memory, ranked->other, true, &look->other, err);

    if (status != CQ_OK)
        return status;
    target = &look->other.unit.variants[ranked->target];
    hit->pivot = hit->target;
    hit->pivot_lang = hit->target_lang;
    hit->pivot_unit = ranked->other;
    hit->target = keep(made, target->text, &failed);
    hit->target_lang = keep(made, target->lang, &failed);
    hit->changed = keep(made, cq_unit_changed(&look->other.unit, target), &failed);
    hit->author = keep(made, cq_unit_author(&look->other.unit, target), &failed);
    hit->target_marked = hit->target_markup = (cq_str){0};
    hit->codes = CQ_CODES_NONE;
    if (target->codes_len > 0) {
        cq_tmx_markup(target, &markup);
        failed |= cq_buf_check(&markup, NULL) != CQ_OK;
        hit->target_markup = keep(made, cq_buf_str(&markup), &failed);
    }
    cq_buf_release(&markup);
    return failed ? cq_fail(err, CQ_E_NOMEM, "no memory for the hits") : CQ_OK;
}

static cq_status fill_pivoted(cq_looking *look, const cq_ranked *ranked, cq_answer *made,
                              cq_hit *hit, cq_error *err)
{
    cq_ranked first = *ranked;
    bool as_stored = look->as_stored;
    cq_status status;

    if (!ranked->other)
        return fill_hit(look, ranked, made, hit, err);
    first.target = ranked->pivot;
    look->as_stored = true;
    status = fill_hit(look, &first, made, hit, err);
    look->as_stored = as_stored;
    return status == CQ_OK ? fill_other(look, ranked, made, hit, err) : status;
}

cq_status cq_looking_answer(cq_looking *look, int min_percent, cq_hits **hits,
                            cq_error *err)
{
    cq_answer *made = cq_answer_new(look->ranking.len);
    size_t len = 0;
    cq_status status = CQ_OK;

    if (!made)
        return cq_fail(err, CQ_E_NOMEM, "no memory for the hits");
    /* 101 was searched for as 100. */
    for (size_t i = 0; i < look->ranking.len && status == CQ_OK; i++) {
        if (look->ranking.items[i].percent < min_percent)
            continue;
        made->ranked[len] = look->ranking.items[i];
        status =
            fill_pivoted(look, &look->ranking.items[i], made, &made->items[len++], err);
    }
    if (status == CQ_OK) {
        made->public =
            (cq_hits){len, made->items, cq_arena_copy(&made->arena, look->query)};
        if (!made->public.query.ptr)
            status = cq_fail(err, CQ_E_NOMEM, "no memory for the hits");
    }
    if (status == CQ_OK)
        *hits = &made->public;
    else
        cq_hits_free(&made->public);
    return status;
}
