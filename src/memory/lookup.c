#include "answer.h"

#include "codes.h"
#include "context.h"
#include "fit.h"

#include "tmx/tmx.h"

#include <stdlib.h>
#include <string.h>

#define PERCENT_DEFAULT 70
#define HITS_DEFAULT    5u
#define HOLDERS_MAX     65536u
#define HITS_MAX        100000u
#define SCRIPT_COST     1 /* percent: what is found is to be written in the other script */
#define PIVOT_COST      5 /* percent */

typedef struct lookup {
    cq_memory *memory;
    cq_str query;
    const cq_lang *from, *to;
    const cq_lang *pivot; /* NULL for none */
    cq_context context;
    cq_ranking ranking;
    cq_marks marks, stored_marks; /* of the query; of the unit looked at */
    bool is_verbatim;             /* the text looked at is the query, byte by byte */
    int letters;                  /* of that text, as cq_matcher_letters() */
    int least;                    /* percent that a hit must have */
    bool as_stored;
    bool lays_out;     /* how each source differs */
    bool is_rewritten; /* the query stands in the other script of its language */
    cq_lang twin;      /* the language in that script */
    cq_buf rewritten;  /* the query in it */
    uint32_t group;    /* of the source, as the store numbers it */
    uint64_t weight;   /* of the query */
    bool is_current;   /* index and stored weights are to be trusted */
    cq_analyzer *analyzer;
    cq_index_token *known; /* tokens of the query that the dictionary has */
    size_t known_len;
    cq_loaded loaded, other; /* other: reached by way of the pivot */
    uint64_t *holders;       /* units of one text */
    size_t holders_capacity;
} lookup;

/* ---- units that hold a text -----------------------------------------------------------
 */

static cq_status match_language(lookup *look, const cq_loaded *loaded,
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
static cq_status best_variant(lookup *look, const cq_loaded *loaded,
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
static cq_status charge_codes(lookup *look, cq_ranked *hit, cq_error *err)
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
static cq_status offer_other(lookup *look, const cq_ranked *by, uint64_t unit,
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
static cq_status offer_pivot(lookup *look, const cq_ranked *by, cq_error *err)
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

static cq_status offer_unit(lookup *look, uint64_t unit, uint64_t text, int percent,
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
static cq_status gather_holders(lookup *look, uint64_t text, cq_store_cursor *cursor,
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

static cq_status offer_text(lookup *look, uint64_t text, int percent, cq_error *err)
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

/* ---- candidates -----------------------------------------------------------------------
 */

/* Once enough better hits are known, what is weaker than the last needs no look; what
 * ties with it is decided by the order of hits. */
static void raise(const lookup *look, int *percent)
{
    const cq_ranking *ranking = &look->ranking;

    if (ranking->len == ranking->max &&
        ranking->items[ranking->len - 1].percent > *percent)
        *percent = ranking->items[ranking->len - 1].percent;
    if (*percent > 100)
        *percent = 100;
}

static cq_status score_text(lookup *look, const cq_store_text *text, int *percent,
                            cq_error *err)
{
    uint64_t id = text->id;
    int score;
    cq_status status =
        cq_analyzer_run(look->analyzer, text->text, &look->memory->tokens, err);

    if (status == CQ_OK)
        status = cq_matcher_score(look->memory->matcher, text->text,
                                  &look->memory->tokens, *percent, &score, err);
    if (status != CQ_OK || score < *percent)
        return status;
    status = cq_matcher_letters(look->memory->matcher, text->text, &look->letters, err);
    if (status != CQ_OK)
        return status;
    look->is_verbatim = cq_str_equal(text->text, look->query);
    status = offer_text(look, id, score, err);
    raise(look, percent);
    return status;
}

static cq_status score_candidate(void *context, uint64_t id, uint64_t weight,
                                 uint64_t shared, int *percent, cq_error *err)
{
    lookup *look = context;
    cq_store_text text;
    cq_status status;

    (void)weight;
    (void)shared;
    status = cq_store_text_get(look->memory->store, id, &text, err);
    if (status == CQ_DONE)
        return CQ_OK; /* dropped since the index was written */
    return status == CQ_OK ? score_text(look, &text, percent, err) : status;
}

static cq_status ask_index(lookup *look, int percent, cq_error *err)
{
    cq_index_query query = {.group = look->group,
                            .tokens = look->known,
                            .len = look->known_len,
                            .weight = look->weight,
                            .percent = percent};

    return cq_index_find(cq_memory_index(look->memory), &query, score_candidate, look,
                         NULL, err);
}

/* Every text of the language, without the index. Only those are left out whose weight
 * alone forbids the score, when it can be trusted. */
static cq_status ask_all(lookup *look, int percent, cq_error *err)
{
    cq_store_text text = {0};
    cq_status status;

    while ((status = cq_store_text_next(look->memory->store, look->group, text.id, &text,
                                        err)) == CQ_OK) {
        uint64_t lighter = text.weight < look->weight ? text.weight : look->weight;

        if (look->is_current &&
            (text.weight == 0 ||
             !cq_match_possible(look->weight, text.weight, lighter, percent)))
            continue;
        status = score_text(look, &text, &percent, err);
        if (status != CQ_OK)
            return status;
    }
    return status < 0 ? status : CQ_OK;
}

/* A query without a token (empty, or white space) is found only as it stands. */
static cq_status ask_same(lookup *look, cq_error *err)
{
    cq_store_text text = {.group = look->group, .text = look->query};
    cq_status status = cq_store_text_find(look->memory->store, &text, err);

    look->is_verbatim = true;
    return status == CQ_OK && text.id ? offer_text(look, text.id, 100, err) : status;
}

/* ---- the query ------------------------------------------------------------------------
 */

static cq_status check_query(cq_str query, const cq_lookup_options *opts, cq_error *err)
{
    size_t valid;

    if (query.len > CQ_SEGMENT_MAX)
        return cq_fail_number(
            err, CQ_E_ARG, ERR_QUERY_LONG,
            "a text of %zu bytes is too long to look up; %u is the most", query.len,
            CQ_SEGMENT_MAX);
    valid = cq_text_valid(query);
    if (valid < query.len)
        return cq_fail_number(
            err, CQ_E_INPUT, ERR_QUERY_TEXT,
            "the text asked for is not valid UTF-8 at byte %zu (0x%02x)", valid + 1,
            (unsigned char)query.ptr[valid]);
    if (opts->min_percent < 0 || opts->min_percent > 101)
        return cq_fail_number(err, CQ_E_ARG, ERR_PERCENT,
                              "%d is no percentage from 1 to 101", opts->min_percent);
    return CQ_OK;
}

static cq_status prepare(lookup *look, cq_error *err)
{
    cq_memory *memory = look->memory;
    cq_tokens *tokens = &memory->tokens;
    cq_status status =
        cq_memory_analyzer(memory, cq_str_from(look->from->group), &look->analyzer, err);

    if (status == CQ_OK && !memory->matcher)
        status = cq_matcher_new(&memory->matcher, err);
    if (status == CQ_OK)
        status = cq_analyzer_run(look->analyzer, look->query, tokens, err);
    if (status == CQ_OK)
        status = cq_matcher_set(memory->matcher, look->query, tokens, err);
    if (status != CQ_OK)
        return status;
    look->weight = cq_match_total(tokens);
    look->known = cq_alloc((tokens->len + 1) * sizeof(*look->known));
    if (!look->known)
        return cq_fail(err, CQ_E_NOMEM, "no memory for %zu tokens", tokens->len);
    for (size_t i = 0; i < tokens->len && status == CQ_OK; i++) {
        cq_index_token *token = &look->known[look->known_len];

        token->weight = cq_match_weight(tokens->items[i].kind);
        status = cq_store_token_find(memory->store, look->group, tokens->items[i].kind,
                                     tokens->items[i].key, &token->token, err);
        look->known_len += token->token != 0;
    }
    return status;
}

static cq_status search(lookup *look, const cq_lookup_options *opts, cq_error *err)
{
    int percent = opts->min_percent ? opts->min_percent : PERCENT_DEFAULT;
    cq_status status = cq_store_group(look->memory->store, cq_str_from(look->from->group),
                                      &look->group, err);

    if (status != CQ_OK || look->group == 0)
        return status;
    status = prepare(look, err);
    if (status != CQ_OK)
        return status;
    if (percent > 100)
        percent = 100;
    look->least = percent;
    if (look->weight == 0)
        return ask_same(look, err);
    status = cq_memory_is_current(look->memory, &look->is_current, err);
    if (status != CQ_OK)
        return status;
    return opts->exhaustive || !look->is_current ? ask_all(look, percent, err)
                                                 : ask_index(look, percent, err);
}

/* Ask once more, for what is stored in the other script of the language. */
static cq_status search_twin(lookup *look, const cq_lookup_options *opts, cq_error *err)
{
    cq_str query = look->query;
    const cq_lang *from = look->from;
    cq_status status;

    if (!opts->both_scripts || !cq_lang_twin(from, &look->twin))
        return CQ_OK;
    status = cq_lang_rewrite(query, &look->twin, &look->rewritten, err);
    if (status != CQ_OK)
        return status;
    cq_free(look->known);
    look->known = NULL;
    look->known_len = 0;
    look->is_rewritten = true;
    look->query = cq_buf_str(&look->rewritten);
    look->from = &look->twin;
    status = search(look, opts, err);
    look->query = query;
    look->from = from;
    return status;
}

/* ---- the answer -----------------------------------------------------------------------
 */

static cq_str keep(cq_answer *made, cq_str s, bool *failed)
{
    cq_str copy = {0};

    if (!s.ptr)
        return copy;
    copy = cq_arena_copy(&made->arena, s);
    *failed |= !copy.ptr;
    return copy;
}

static cq_status fill_hit(lookup *look, const cq_ranked *ranked, cq_answer *made,
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
static cq_status fill_other(lookup *look, const cq_ranked *ranked, cq_answer *made,
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

static cq_status fill_pivoted(lookup *look, const cq_ranked *ranked, cq_answer *made,
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

static cq_status make_answer(lookup *look, int min_percent, cq_hits **hits, cq_error *err)
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

/* The query and its neighbours without their marks, in `plain` one after the other. */
static cq_status read_marks(lookup *look, cq_str query, const cq_lookup_options *opts,
                            cq_buf *plain, cq_error *err)
{
    cq_marks unused = {0};
    size_t ends[2];
    cq_status status = cq_marks_read(query, plain, &look->marks, err);

    ends[0] = plain->len;
    if (status == CQ_OK)
        status = cq_marks_read(opts->previous, plain, &unused, err);
    ends[1] = plain->len;
    if (status == CQ_OK)
        status = cq_marks_read(opts->next, plain, &unused, err);
    cq_marks_release(&unused);
    if (status != CQ_OK)
        return status;
    look->query = cq_str_slice(cq_buf_str(plain), 0, ends[0]);
    look->context.previous = cq_str_slice(cq_buf_str(plain), ends[0], ends[1]);
    look->context.next = cq_str_slice(cq_buf_str(plain), ends[1], plain->len);
    return CQ_OK;
}

cq_status cq_memory_lookup(cq_memory *memory, cq_str query, const cq_lang *from,
                           const cq_lang *to, const cq_lookup_options *opts,
                           cq_hits **hits, cq_error *err)
{
    static const cq_lookup_options defaults = {0};
    lookup look = {.memory = memory, .query = query, .from = from, .to = to};
    cq_buf plain = {0};
    cq_status status;

    *hits = NULL;
    if (!opts)
        opts = &defaults;
    status = check_query(query, opts, err);
    if (status != CQ_OK)
        return status;
    look.context = (cq_context){opts->previous, opts->next, opts->context};
    look.ranking.max = opts->max_hits ? opts->max_hits : HITS_DEFAULT;
    if (look.ranking.max > HITS_MAX)
        look.ranking.max = HITS_MAX;
    look.ranking.items = cq_alloc(look.ranking.max * sizeof(*look.ranking.items));
    if (!look.ranking.items)
        return cq_fail(err, CQ_E_NOMEM, "no memory for the hits");
    look.as_stored = opts->as_stored;
    look.pivot = opts->pivot;
    look.lays_out = opts->differences;
    if (opts->has_marks)
        status = read_marks(&look, query, opts, &plain, err);
    if (status == CQ_OK)
        status = cq_store_begin_read(memory->store, err);
    if (status == CQ_OK) {
        status = search(&look, opts, err);
        if (status == CQ_OK)
            status = search_twin(&look, opts, err);
        if (status == CQ_OK)
            status = make_answer(&look, opts->min_percent, hits, err);
        cq_store_end_read(memory->store);
    }
    cq_loaded_release(&look.loaded);
    cq_loaded_release(&look.other);
    cq_marks_release(&look.marks);
    cq_marks_release(&look.stored_marks);
    cq_buf_release(&plain);
    cq_buf_release(&look.rewritten);
    cq_free(look.holders);
    cq_free(look.known);
    cq_free(look.ranking.items);
    return status;
}
