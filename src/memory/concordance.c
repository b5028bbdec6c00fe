#include "session.h"

#include "guess.h"
#include "phrase.h"

#include <stdlib.h>

#define HITS_DEFAULT 50u
#define TAUGHT_BY    64u /* hits, the first ones */

/* Hits come in the order of docs/lookup.md, "Concordance": by level, then as the index
 * walks, by weight and id of the text. So a walk a level tells the first hits without
 * having seen the others. */

/* A text that holds the phrase. */
typedef struct found_text {
    int level;
    uint64_t weight, id;
} found_text;

typedef struct search {
    cq_memory *memory;
    const cq_lang *searched, *shown; /* shown: NULL for none */
    bool in_target;
    size_t left;   /* hits still wanted */
    size_t wanted; /* while learning: hits to be told afterwards */
    cq_concordance_fn each;
    void *context;
    cq_phrase *phrase;
    int levels;        /* up to which hits are wanted */
    cq_places places;  /* in the text looked at */
    uint64_t weight;   /* of that text */
    cq_guess *guess;   /* NULL when renderings are not wanted */
    bool is_learning;  /* hits teach the guess, and are not told yet */
    found_text *found; /* the first ones, in their order */
    size_t found_len, found_capacity;
    bool is_found; /* they are all that is wanted: no need to look again */
    cq_loaded loaded;
    uint64_t *holders; /* units of one text */
    size_t holders_capacity;
} search;

/* ---- the units that hold it -----------------------------------------------------------
 */

/* The variant other than `not` that answers `wanted` best; SIZE_MAX for none. */
static cq_status best_other(search *s, size_t not, size_t *other, cq_error *err)
{
    int best = 0;

    *other = SIZE_MAX;
    for (size_t i = 0; s->shown && i < s->loaded.variants; i++) {
        const cq_language *language;
        cq_status status =
            cq_memory_language_of(s->memory, s->loaded.tags[i], &language, err);
        int match;

        if (status != CQ_OK)
            return status;
        match = language->is_valid ? cq_lang_match(s->shown, &language->lang) : 0;
        if (i != not &&match > best) {
            best = match;
            *other = i;
        }
    }
    return CQ_OK;
}

static void put_sides(const search *s, size_t found, size_t other,
                      cq_concordance_hit *hit)
{
    const cq_variant *variants = s->loaded.unit.variants;
    size_t source = s->in_target ? other : found;
    size_t target = s->in_target ? found : other;

    hit->source = variants[source].text;
    hit->source_lang = variants[source].lang;
    if (target == SIZE_MAX)
        return;
    hit->target = variants[target].text;
    hit->target_lang = variants[target].lang;
}

static cq_status tell_hit(search *s, size_t found, bool *told, cq_error *err)
{
    cq_concordance_hit hit = {.unit = s->loaded.id,
                              .start = s->places.ranges[0].start,
                              .end = s->places.ranges[0].end,
                              .ranges = s->places.ranges,
                              .ranges_len = s->places.len,
                              .level = s->places.level,
                              .weight = s->weight};
    cq_store_origin origin = {0};
    size_t other;
    cq_status status = best_other(s, found, &other, err);

    *told = false;
    if (status != CQ_OK || (s->shown && other == SIZE_MAX))
        return status;
    status = cq_store_origin_get(s->memory->store, s->loaded.origin, &origin, err);
    if (status < 0)
        return status;
    put_sides(s, found, other, &hit);
    hit.origin = origin.name;
    *told = true;
    if (s->is_learning)
        return cq_guess_learn(s->guess, s->loaded.texts[other],
                              s->loaded.unit.variants[other].text, err);
    if (s->guess)
        status = cq_guess_find(s->guess, s->loaded.unit.variants[other].text,
                               &hit.rendered, err);
    if (status < 0)
        return status;
    status = s->each(s->context, &hit);
    return status < 0 ? cq_fail(err, status, "the search was stopped") : CQ_OK;
}

static cq_status tell_unit(search *s, uint64_t unit, uint64_t text, cq_error *err)
{
    cq_status status = cq_loaded_get(s->memory, unit, true, &s->loaded, err);

    if (status != CQ_OK)
        return status < 0 ? status : CQ_OK;
    for (size_t i = 0; i < s->loaded.variants; i++) {
        bool told;

        if (s->loaded.texts[i] != text)
            continue;
        status = tell_hit(s, i, &told, err);
        if (status != CQ_OK || told) {
            s->left -= told;
            return status;
        }
    }
    return CQ_OK;
}

static int by_id(const void *a, const void *b)
{
    uint64_t left = *(const uint64_t *)a, right = *(const uint64_t *)b;

    return (left > right) - (left < right);
}

/* All units of a text, by rising id. */
static cq_status gather_holders(search *s, uint64_t text, size_t *len, cq_error *err)
{
    cq_store_cursor cursor = {0};
    cq_status status = CQ_OK;

    for (*len = 0; status == CQ_OK; *len += status == CQ_OK) {
        if (!cq_grow(&s->holders, &s->holders_capacity, *len + 1, sizeof(*s->holders)))
            return cq_fail(err, CQ_E_NOMEM, "no memory for the units of a text");
        status =
            cq_store_holder_next(s->memory->store, text, &cursor, &s->holders[*len], err);
    }
    if (status >= 0 && *len > 1)
        qsort(s->holders, *len, sizeof(*s->holders), by_id);
    return status < 0 ? status : CQ_OK;
}

static cq_status tell_text(search *s, uint64_t text, cq_error *err)
{
    size_t len;
    cq_status status = gather_holders(s, text, &len, err);

    for (size_t i = 0; i < len && s->left > 0 && status == CQ_OK; i++)
        status = tell_unit(s, s->holders[i], text, err);
    return status;
}

/* ---- which texts ----------------------------------------------------------------------
 */

static cq_status keep_found(search *s, int level, uint64_t weight, uint64_t id,
                            cq_error *err)
{
    if (!cq_grow(&s->found, &s->found_capacity, s->found_len + 1, sizeof(*s->found)))
        return cq_fail(err, CQ_E_NOMEM, "no memory to search");
    s->found[s->found_len++] = (found_text){level, weight, id};
    return CQ_OK;
}

/* A level further than that of the last hit wanted teaches nothing. */
static bool has_learned(const search *s)
{
    return s->is_learning && TAUGHT_BY - s->left >= s->wanted;
}

/* Tell the texts that were found before. */
static cq_status tell_found(search *s, cq_error *err)
{
    cq_status status = CQ_OK;

    for (size_t i = 0; i < s->found_len && s->left > 0 && status == CQ_OK &&
                       s->found[i].level < s->levels;
         i++) {
        cq_store_text text;

        if (i > 0 && s->found[i].level > s->found[i - 1].level && has_learned(s))
            break;
        s->weight = s->found[i].weight;
        status = cq_store_text_get(s->memory->store, s->found[i].id, &text, err);
        if (status == CQ_OK)
            status = cq_phrase_find(s->phrase, text.text, &s->places, err);
        if (status == CQ_OK)
            status = tell_text(s, s->found[i].id, err);
    }
    return status < 0 ? status : CQ_OK;
}

/* Tell what a walk brings that stands just at this level. */
static cq_status tell_level(search *s, cq_index_walk *walk, int level, cq_error *err)
{
    uint64_t id;
    cq_status status = CQ_OK;

    while (s->left > 0 &&
           (status = cq_index_walk_next(walk, &id, &s->weight, err)) == CQ_OK) {
        cq_store_text text;

        status = cq_store_text_get(s->memory->store, id, &text, err);
        if (status == CQ_OK)
            status = cq_phrase_find(s->phrase, text.text, &s->places, err);
        if (status == CQ_OK && s->places.level == level) {
            status = s->is_learning ? keep_found(s, level, s->weight, id, err) : CQ_OK;
            if (status == CQ_OK)
                status = tell_text(s, id, err);
        }
        if (status < 0)
            return status;
    }
    return status < 0 ? status : CQ_OK;
}

/* ---- without the index ----------------------------------------------------------------
 */

static int by_order(const void *a, const void *b)
{
    const found_text *x = a, *y = b;

    if (x->level != y->level)
        return x->level < y->level ? -1 : 1;
    if (x->weight != y->weight)
        return x->weight < y->weight ? -1 : 1;
    return (x->id > y->id) - (x->id < y->id);
}

/* The texts that hold the phrase, with the weight that they have now. */
static cq_status scan_texts(search *s, uint32_t group, cq_error *err)
{
    cq_store_text text = {0};
    cq_analyzer *analyzer;
    cq_status status =
        cq_memory_analyzer(s->memory, cq_str_from(s->searched->group), &analyzer, err);

    while (status == CQ_OK &&
           (status = cq_store_text_next(s->memory->store, group, text.id, &text, err)) ==
               CQ_OK) {
        status = cq_phrase_find(s->phrase, text.text, &s->places, err);
        if (status == CQ_OK)
            status = cq_analyzer_run(analyzer, text.text, &s->memory->tokens, err);
        if (status == CQ_OK)
            status = keep_found(s, s->places.level, cq_match_total(&s->memory->tokens),
                                text.id, err);
        else if (status == CQ_DONE)
            status = CQ_OK;
    }
    return status < 0 ? status : CQ_OK;
}

/* The same answer from an index that is not to be trusted. */
static cq_status run_unindexed(search *s, uint32_t group, cq_error *err)
{
    cq_status status = scan_texts(s, group, err);

    if (status != CQ_OK)
        return status;
    if (s->found_len > 1)
        qsort(s->found, s->found_len, sizeof(*s->found), by_order);
    s->is_found = true;
    return tell_found(s, err);
}

static cq_status run(search *s, cq_error *err)
{
    bool is_current = false;
    uint32_t group;
    cq_status status;

    if (s->is_found)
        return tell_found(s, err);
    status =
        cq_store_group(s->memory->store, cq_str_from(s->searched->group), &group, err);
    if (status == CQ_OK && group == 0)
        return CQ_OK;
    if (status == CQ_OK)
        status = cq_memory_is_current(s->memory, &is_current, err);
    if (status == CQ_OK && !is_current)
        return run_unindexed(s, group, err);
    for (int level = 0;
         level < s->levels && s->left > 0 && !has_learned(s) && status == CQ_OK;
         level++) {
        cq_index_walk *walk;

        status = cq_phrase_walk(s->phrase, group, level, &walk, err);
        if (status == CQ_OK)
            status = tell_level(s, walk, level, err);
        cq_index_walk_free(walk);
    }
    return status;
}

/* Learn from the first hits what those to be told may show. */
static cq_status learn(search *s, cq_error *err)
{
    size_t left = s->left;
    cq_status status = cq_guess_new(s->memory, s->shown, &s->guess, err);

    s->is_learning = true;
    s->wanted = left;
    s->left = TAUGHT_BY;
    if (status == CQ_OK)
        status = run(s, err);
    s->is_found |= s->left > 0 || left <= TAUGHT_BY;
    s->is_learning = false;
    s->left = left;
    return status;
}

cq_status cq_memory_concordance(cq_memory *memory, cq_str phrase, const cq_lang *from,
                                const cq_lang *to, const cq_concordance_options *opts,
                                cq_concordance_fn each, void *context, cq_error *err)
{
    static const cq_concordance_options defaults = {0};
    search s = {.memory = memory, .searched = from, .shown = to};
    cq_status status = cq_phrase_check(phrase, err);

    opts = opts ? opts : &defaults;
    s.left = opts->max_hits ? opts->max_hits : HITS_DEFAULT;
    s.each = each;
    s.context = context;
    if (opts->in_target && to) {
        s.in_target = true;
        s.searched = to;
        s.shown = from;
    }
    if (status == CQ_OK)
        status = cq_store_begin_read(memory->store, err);
    if (status != CQ_OK)
        return status;
    status = cq_phrase_new(memory, s.searched, phrase, opts, &s.phrase, err);
    if (status == CQ_OK)
        s.levels = opts->whole ? 1 : cq_phrase_levels(s.phrase);
    if (status == CQ_OK && opts->renderings && s.shown)
        status = learn(&s, err);
    if (status == CQ_OK)
        status = run(&s, err);
    cq_store_end_read(memory->store);
    cq_phrase_free(s.phrase);
    cq_guess_free(s.guess);
    cq_loaded_release(&s.loaded);
    cq_free(s.holders);
    cq_free(s.found);
    return status;
}
