/* several.c -- several memories as one: each gives its best hits, which holds all that
 * can be among the best of all, as a hit that is not has better ones of its own memory
 * before it; these are ranked together (docs/lookup.md, "Several memories"). */
#include "answer.h"

#include <stdlib.h>

#define PERCENT_DEFAULT 70
#define HITS_DEFAULT    5u
#define PLACES_DEFAULT  50u

static cq_status no_memory(cq_error *err)
{
    return cq_fail(err, CQ_E_NOMEM, "no memory for the hits");
}

static cq_status add_also(cq_arena *arena, const cq_also **list, size_t *len,
                          const cq_also *more, cq_error *err)
{
    cq_also *grown = cq_arena_alloc(arena, (*len + 1) * sizeof(*grown));

    if (!grown)
        return no_memory(err);
    for (size_t i = 0; i < *len; i++)
        grown[i] = (*list)[i];
    grown[(*len)++] = *more;
    *list = grown;
    return CQ_OK;
}

/* ---- lookup ---------------------------------------------------------------------------
 */

typedef struct merged_hit {
    cq_hit hit;
    cq_ranked ranked;
} merged_hit;

static int by_rank(const void *a, const void *b)
{
    const merged_hit *x = a, *y = b;
    cq_ranked left = x->ranked, right = y->ranked;

    /* Ids say nothing across memories: the one named first goes first. */
    if (x->hit.memory != y->hit.memory) {
        left.unit = x->hit.memory;
        right.unit = y->hit.memory;
    }
    return cq_ranked_compare(&left, &right);
}

static cq_str stored_target(const cq_hit *hit)
{
    return hit->stored.ptr ? hit->stored : hit->target;
}

/* Add the hits of one memory, worth less by its penalty. */
static cq_status ask_one(const cq_asked *asked, size_t place, cq_str query,
                         const cq_lang *from, const cq_lang *to,
                         const cq_lookup_options *opts, cq_answer *made,
                         merged_hit **merged, size_t *len, size_t *capacity,
                         cq_error *err)
{
    cq_lookup_options own = *opts;
    cq_hits *hits;
    cq_status status;

    own.min_percent =
        (opts->min_percent ? opts->min_percent : PERCENT_DEFAULT) + asked->penalty;
    if (own.min_percent > 101)
        return CQ_OK;
    status = cq_memory_lookup(asked->memory, query, from, to, &own, &hits, err);
    if (status != CQ_OK)
        return status;
    made->parts[made->parts_len++] = hits;
    made->public.query = hits->query;
    if (!cq_grow(merged, capacity, *len + hits->len + 1, sizeof(**merged)))
        return no_memory(err);
    for (size_t i = 0; i < hits->len; i++) {
        merged_hit *to_add = &(*merged)[(*len)++];
        const cq_answer *part = (const cq_answer *)(const void *)hits;

        *to_add = (merged_hit){hits->items[i], part->ranked[i]};
        to_add->ranked.percent -= asked->penalty;
        to_add->hit.percent -= asked->penalty;
        to_add->hit.adapted_percent -= to_add->hit.adapted_percent ? asked->penalty : 0;
        to_add->hit.memory = place;
    }
    return CQ_OK;
}

/* The best of the sorted hits, a rendering once. */
static cq_status keep_best(cq_answer *made, const merged_hit *merged, size_t len,
                           size_t most, cq_error *err)
{
    size_t kept = 0;
    cq_status status = CQ_OK;

    most = most < len ? most : len;
    made->items = cq_arena_alloc(&made->arena, (most + 1) * sizeof(*made->items));
    made->ranked = cq_arena_alloc(&made->arena, (most + 1) * sizeof(*made->ranked));
    if (!made->items || !made->ranked)
        return no_memory(err);
    for (size_t i = 0; i < len && status == CQ_OK; i++) {
        cq_also also = {merged[i].hit.memory, merged[i].hit.unit, merged[i].hit.origin};
        size_t same = 0;

        while (same < kept && !cq_str_equal(stored_target(&made->items[same]),
                                            stored_target(&merged[i].hit)))
            same++;
        if (same < kept) {
            status = add_also(&made->arena, &made->items[same].also,
                              &made->items[same].also_len, &also, err);
        } else if (kept < most) {
            made->ranked[kept] = merged[i].ranked;
            made->items[kept++] = merged[i].hit;
        }
    }
    made->public.len = kept;
    made->public.items = made->items;
    return status;
}

cq_status cq_memories_lookup(const cq_asked *asked, size_t len, cq_str query,
                             const cq_lang *from, const cq_lang *to,
                             const cq_lookup_options *opts, cq_hits **hits, cq_error *err)
{
    static const cq_lookup_options defaults = {0};
    merged_hit *merged = NULL;
    size_t found = 0, capacity = 0, most;
    cq_answer *made;
    cq_status status = CQ_OK;

    *hits = NULL;
    opts = opts ? opts : &defaults;
    if (len == 1 && asked->penalty == 0)
        return cq_memory_lookup(asked->memory, query, from, to, opts, hits, err);
    most = opts->max_hits ? opts->max_hits : HITS_DEFAULT;
    made = cq_answer_new(0);
    if (!made)
        return no_memory(err);
    made->parts = cq_arena_alloc(&made->arena, (len + 1) * sizeof(*made->parts));
    if (!made->parts)
        status = no_memory(err);
    for (size_t i = 0; i < len && status == CQ_OK; i++)
        status = ask_one(&asked[i], i, query, from, to, opts, made, &merged, &found,
                         &capacity, err);
    if (found > 1)
        qsort(merged, found, sizeof(*merged), by_rank);
    if (status == CQ_OK)
        status = keep_best(made, merged, found, most, err);
    cq_free(merged);
    if (status == CQ_OK)
        *hits = &made->public;
    else
        cq_hits_free(&made->public);
    return status;
}

/* ---- concordance ----------------------------------------------------------------------
 */

typedef struct gathering {
    cq_arena arena;
    cq_concordance_hit *hits;
    size_t len, capacity, memory;
    int *penalties; /* of the memories */
    cq_error *err;
} gathering;

typedef struct ordered_hit {
    const cq_concordance_hit *hit;
    int penalty;
    size_t place; /* as it came */
} ordered_hit;

static cq_status copy_str(cq_arena *arena, cq_str *s, cq_error *err)
{
    if (!s->ptr)
        return CQ_OK;
    *s = cq_arena_copy(arena, *s);
    return s->ptr ? CQ_OK : no_memory(err);
}

static cq_status gather_hit(void *context, const cq_concordance_hit *hit)
{
    gathering *g = context;
    cq_concordance_hit kept = *hit;
    cq_str *strings[] = {&kept.source, &kept.target, &kept.source_lang, &kept.target_lang,
                         &kept.origin};
    cq_range *ranges = cq_arena_alloc(&g->arena, (hit->ranges_len + 1) * sizeof(*ranges));

    for (size_t i = 0; i < ARRAY_LEN(strings); i++)
        if (copy_str(&g->arena, strings[i], g->err) != CQ_OK)
            return CQ_E_NOMEM;
    if (!ranges || !cq_grow(&g->hits, &g->capacity, g->len + 1, sizeof(*g->hits)))
        return no_memory(g->err);
    for (size_t i = 0; i < hit->ranges_len; i++)
        ranges[i] = hit->ranges[i];
    kept.ranges = ranges;
    kept.memory = g->memory;
    g->hits[g->len++] = kept;
    return CQ_OK;
}

static int by_level(const void *a, const void *b)
{
    const ordered_hit *x = a, *y = b;

    if (x->hit->level != y->hit->level)
        return x->hit->level < y->hit->level ? -1 : 1;
    if (x->penalty != y->penalty)
        return x->penalty < y->penalty ? -1 : 1;
    if (x->hit->weight != y->hit->weight)
        return x->hit->weight < y->hit->weight ? -1 : 1;
    return (x->place > y->place) - (x->place < y->place);
}

static bool is_same_pair(const cq_concordance_hit *a, const cq_concordance_hit *b)
{
    return a->memory != b->memory && cq_str_equal(a->source, b->source) &&
           cq_str_equal(a->target, b->target);
}

/* Texts of a hit as a key of a map. */
static cq_status pair_key(const cq_concordance_hit *hit, cq_buf *key, cq_error *err)
{
    cq_buf_reset(key);
    cq_buf_add_varint(key, hit->source.len);
    cq_buf_add_str(key, hit->source);
    cq_buf_add_str(key, hit->target);
    return cq_buf_check(key, err);
}

/* Put aside what an earlier hit of another memory says too: *hit becomes NULL. */
static cq_status join_pair(gathering *g, cq_map *seen, cq_buf *key, ordered_hit *sorted,
                           size_t at, cq_error *err)
{
    const cq_concordance_hit *hit = sorted[at].hit;
    cq_also also = {hit->memory, hit->unit, hit->origin};
    cq_concordance_hit *first;
    bool is_new;
    uint64_t *place;
    cq_status status = pair_key(hit, key, err);

    if (status != CQ_OK)
        return status;
    place = cq_map_add(seen, cq_buf_str(key), &is_new);
    if (!place)
        return no_memory(err);
    if (is_new) {
        *place = at;
        return CQ_OK;
    }
    first = &g->hits[sorted[*place].hit - g->hits];
    if (!is_same_pair(first, hit))
        return CQ_OK;
    sorted[at].hit = NULL;
    return add_also(&g->arena, &first->also, &first->also_len, &also, err);
}

static cq_status tell_gathered(gathering *g, size_t most, cq_concordance_fn each,
                               void *context, cq_error *err)
{
    ordered_hit *sorted = cq_alloc((g->len + 1) * sizeof(*sorted));
    cq_map seen = {0};
    cq_buf key = {0};
    cq_status status = sorted ? CQ_OK : no_memory(err);

    for (size_t i = 0; i < g->len && sorted; i++)
        sorted[i] = (ordered_hit){&g->hits[i], g->penalties[g->hits[i].memory], i};
    if (sorted && g->len > 1)
        qsort(sorted, g->len, sizeof(*sorted), by_level);
    for (size_t i = 0; i < g->len && status == CQ_OK; i++)
        status = join_pair(g, &seen, &key, sorted, i, err);
    for (size_t i = 0; i < g->len && most > 0 && status == CQ_OK; i++) {
        if (!sorted[i].hit)
            continue;
        most--;
        status = each(context, sorted[i].hit);
        if (status < 0)
            cq_fail(err, status, "the search was stopped");
    }
    cq_map_release(&seen);
    cq_buf_release(&key);
    cq_free(sorted);
    return status;
}

cq_status cq_memories_concordance(const cq_asked *asked, size_t len, cq_str phrase,
                                  const cq_lang *from, const cq_lang *to,
                                  const cq_concordance_options *opts,
                                  cq_concordance_fn each, void *context, cq_error *err)
{
    gathering g = {.err = err};
    size_t most = opts && opts->max_hits ? opts->max_hits : PLACES_DEFAULT;
    cq_status status = CQ_OK;

    if (len == 1)
        return cq_memory_concordance(asked->memory, phrase, from, to, opts, each, context,
                                     err);
    g.penalties = cq_alloc((len + 1) * sizeof(*g.penalties));
    if (!g.penalties)
        return no_memory(err);
    for (; g.memory < len && status == CQ_OK; g.memory++) {
        g.penalties[g.memory] = asked[g.memory].penalty;
        status = cq_memory_concordance(asked[g.memory].memory, phrase, from, to, opts,
                                       gather_hit, &g, err);
    }
    if (status == CQ_OK)
        status = tell_gathered(&g, most, each, context, err);
    cq_arena_release(&g.arena);
    cq_free(g.hits);
    cq_free(g.penalties);
    return status;
}
