#include "internal.h"

#include <stdlib.h>
#include <string.h>

/* How a query is answered (docs/matching.md, "Index"). In each generation, of texts that
 * weigh between lo and hi:
 *
 * 1. Order the query's elements by what reading their lists costs for their weight. Those
 *    that come last and together weigh less than the least common weight wanted cannot
 *    make a candidate alone: only the lists before them, the prefix, are read, and
 * counted window by window of text numbers (Chaudhuri et al. 2006; Bayardo et al. 2007).
 * 2. The rest is probed for the candidates left, list by list; a candidate falls as soon
 *    as all that is still to come would not suffice. What remains has its exact common
 *    weight (Li et al. 2008, "DivideSkip"; Wang et al. 2012, adaptive prefix). */

#define WINDOW_BITS 13
#define WINDOW      (UINT32_C(1) << WINDOW_BITS)
#define POOL        64             /* lists that stay open; queries of more reopen them */
#define PROBE_COST  6              /* postings read in the time of a probe */
#define FOUND_MAX   (1024u * 1024) /* told when so many are gathered */

typedef struct element {
    uint64_t key;
    uint64_t cost; /* postings within the range of numbers, an estimate */
    uint32_t weight;
    uint32_t slot; /* in the pool, UINT32_MAX for none of its own */
} element;

typedef struct candidate {
    uint32_t number, class;
    uint32_t shared; /* weight found so far */
} candidate;

typedef struct found {
    uint64_t weight;
    uint32_t generation; /* place in the list of generations */
    uint32_t number, shared;
} found_text;

typedef struct finder {
    cq_index_io io;
    const cq_index_query *query;
    cq_index_fn each;
    void *context;
    cq_index_cost cost;
    int wanted;       /* by the caller, who raises it */
    int percent;      /* looked for now, at least `wanted` */
    int told_percent; /* texts that could reach it were told before; 101 for none */
    cq_generations generations;
    element *elements; /* of the query */
    element *here;     /* those of the generation, in the order of reading */
    size_t elements_len, here_len;
    cq_list *pool;
    size_t pool_len;
    uint32_t *counters; /* WINDOW */
    uint64_t *bitmap;   /* WINDOW / 64: counters that are not 0 */
    cq_classes classes;
    uint64_t *needs; /* by class: least common weight */
    size_t needs_capacity;
    candidate *candidates;
    size_t candidates_len, candidates_capacity;
    found_text *found;
    size_t found_len, found_capacity;
} finder;

static uint64_t needed(const finder *f, uint64_t weight)
{
    uint64_t heavier = weight > f->query->weight ? weight : f->query->weight;

    return (heavier * (uint64_t)f->percent + 99) / 100;
}

/* ---- the query ------------------------------------------------------------------------
 */

static int by_token(const void *a, const void *b)
{
    uint32_t x = ((const cq_index_token *)a)->token,
             y = ((const cq_index_token *)b)->token;

    return (x > y) - (x < y);
}

static bool make_elements(finder *f)
{
    size_t len = f->query->len;
    cq_index_token *sorted = cq_alloc((len + 1) * sizeof(*sorted));
    uint32_t occurrence = 0;

    f->elements = cq_alloc((len + 1) * sizeof(*f->elements));
    f->here = cq_alloc((len + 1) * sizeof(*f->here));
    if (sorted && f->elements && f->here) {
        if (len)
            memcpy(sorted, f->query->tokens, len * sizeof(*sorted));
        qsort(sorted, len, sizeof(*sorted), by_token);
        for (size_t i = 0; i < len; i++) {
            bool same = i > 0 && sorted[i].token == sorted[i - 1].token;

            occurrence = same ? occurrence + 1 : 0;
            f->elements[i] = (element){.key = cq_element(sorted[i].token, occurrence),
                                       .weight = sorted[i].weight};
        }
        f->elements_len = len;
    }
    cq_free(sorted);
    return sorted && f->elements && f->here;
}

static cq_status open_finder(finder *f, cq_error *err)
{
    f->pool_len = f->query->len < POOL ? f->query->len : POOL;
    f->pool = cq_alloc((f->pool_len + 1) * sizeof(*f->pool));
    f->counters = cq_zalloc(WINDOW * sizeof(*f->counters));
    f->bitmap = cq_zalloc(WINDOW / 8);
    if (!make_elements(f) || !f->pool || !f->counters || !f->bitmap)
        return cq_index_no_memory(err);
    return cq_generations_read(f->io, f->query->group, &f->generations, err);
}

static void close_finder(finder *f)
{
    cq_free(f->generations.items);
    cq_free(f->elements);
    cq_free(f->here);
    cq_free(f->pool);
    cq_free(f->counters);
    cq_free(f->bitmap);
    cq_free(f->classes.items);
    cq_free(f->needs);
    cq_free(f->candidates);
    cq_free(f->found);
}

/* ---- one generation: which lists ------------------------------------------------------
 */

static int by_worth(const void *a, const void *b)
{
    const element *x = a, *y = b;
    uint64_t left = x->cost * y->weight, right = y->cost * x->weight;

    if (left != right)
        return left < right ? -1 : 1;
    return (x->key > y->key) - (x->key < y->key);
}

static cq_status open_list(finder *f, const cq_generation *generation,
                           const element *wanted, cq_list *list, cq_error *err)
{
    cq_index_row row = {f->query->group, generation->number, wanted->key, 0};

    f->cost.lists++;
    return cq_list_open(list, f->io, row, generation->texts, err);
}

/* The query's elements that the generation has, with their costs, best first. */
static cq_status choose_lists(finder *f, const cq_generation *generation, uint32_t span,
                              uint64_t *known, cq_error *err)
{
    f->here_len = 0;
    *known = 0;
    for (size_t i = 0; i < f->elements_len; i++) {
        element *here = &f->here[f->here_len];
        uint32_t slot =
            f->here_len < f->pool_len ? (uint32_t)f->here_len : (uint32_t)f->pool_len - 1;
        cq_list *list = &f->pool[slot];
        cq_status status;

        *here = f->elements[i];
        status = open_list(f, generation, here, list, err);
        if (status < 0)
            return status;
        if (status == CQ_DONE)
            continue;
        here->slot = slot;
        here->cost = list->block.total * span / generation->texts + 1;
        *known += here->weight;
        f->here_len++;
    }
    qsort(f->here, f->here_len, sizeof(*f->here), by_worth);
    return CQ_OK;
}

/* The element's list, opened again when another one took its place. */
static cq_status list_of(finder *f, const cq_generation *generation,
                         const element *wanted, cq_list **list, cq_error *err)
{
    cq_list *l = &f->pool[wanted->slot];
    cq_status status = CQ_OK;

    if (!l->is_open || l->row.token != wanted->key ||
        (f->elements_len > f->pool_len && wanted->slot + 1 == f->pool_len))
        status = open_list(f, generation, wanted, l, err);
    if (status == CQ_DONE)
        return cq_index_damaged(err, f->query->group, generation->number, "postings");
    *list = l;
    return status;
}

/* ---- counting the prefix --------------------------------------------------------------
 */

static cq_status count_list(finder *f, cq_list *list, uint32_t base, uint32_t end,
                            uint32_t weight, cq_error *err)
{
    while (list->at < list->len) {
        uint32_t at = list->at;

        for (; at < list->len && list->numbers[at] < end; at++) {
            uint32_t place = list->numbers[at] - base;

            f->counters[place] += weight;
            f->bitmap[place >> 6] |= UINT64_C(1) << (place & 63);
        }
        f->cost.postings += at - list->at;
        list->at = at;
        if (at < list->len)
            break;
        cq_status status = cq_list_more(list, err);

        if (status != CQ_OK)
            return status;
    }
    return CQ_OK;
}

static bool add_candidate(finder *f, uint32_t number, uint32_t class, uint32_t shared)
{
    if (f->candidates_len == f->candidates_capacity &&
        !cq_grow(&f->candidates, &f->candidates_capacity, f->candidates_len + 1,
                 sizeof(*f->candidates)))
        return false;
    f->candidates[f->candidates_len++] = (candidate){number, class, shared};
    return true;
}

/* Take the window's counters, and those that can still suffice as candidates. */
static cq_status gather_window(finder *f, uint32_t base, uint64_t rest, uint64_t least,
                               size_t *class, cq_error *err)
{
    for (uint32_t word = 0; word < WINDOW / 64; word++) {
        uint64_t bits = f->bitmap[word];

        if (bits == 0)
            continue;
        f->bitmap[word] = 0;
        for (; bits; bits &= bits - 1) {
            uint32_t place = word * 64 + (uint32_t)__builtin_ctzll(bits);
            uint32_t shared = f->counters[place], number = base + place;

            f->counters[place] = 0;
            if (shared + rest < least)
                continue;
            *class = cq_classes_find(&f->classes, *class, number);
            if (shared + rest >= f->needs[*class] &&
                !add_candidate(f, number, (uint32_t) * class, shared))
                return cq_index_no_memory(err);
        }
    }
    return CQ_OK;
}

/* Empty counters after a failure are not needed: the finder ends with it. */
static cq_status count_prefix(finder *f, const cq_generation *generation, size_t prefix,
                              uint64_t rest, uint64_t least, cq_error *err)
{
    const cq_class *last = &f->classes.items[f->classes.len - 1];
    uint32_t end = last->first + last->count;
    size_t class = 0;
    cq_status status = CQ_OK;

    for (uint32_t base = f->classes.items[0].first; base < end && status == CQ_OK;
         base = end - base > WINDOW ? base + WINDOW : end) {
        uint32_t stop = end - base > WINDOW ? base + WINDOW : end;

        for (size_t i = 0; i < prefix && status == CQ_OK; i++) {
            cq_list *list;

            status = list_of(f, generation, &f->here[i], &list, err);
            if (status == CQ_OK)
                status = cq_list_seek(list, base, err);
            if (status == CQ_OK)
                status = count_list(f, list, base, stop, f->here[i].weight, err);
        }
        if (status == CQ_OK)
            status = gather_window(f, base, rest, least, &class, err);
    }
    return status;
}

/* ---- probing the rest -----------------------------------------------------------------
 */

static cq_status probe_list(finder *f, cq_list *list, uint32_t weight, uint64_t rest,
                            cq_error *err)
{
    size_t kept = 0;

    f->cost.probes += f->candidates_len;
    for (size_t i = 0; i < f->candidates_len; i++) {
        candidate c = f->candidates[i];
        bool has;
        cq_status status = cq_list_has(list, c.number, &has, err);

        if (status != CQ_OK)
            return status;
        if (has)
            c.shared += weight;
        if (c.shared + rest >= f->needs[c.class])
            f->candidates[kept++] = c;
    }
    f->candidates_len = kept;
    return CQ_OK;
}

static cq_status probe_rest(finder *f, const cq_generation *generation, size_t prefix,
                            uint64_t rest, cq_error *err)
{
    cq_status status = CQ_OK;

    for (size_t i = prefix; i < f->here_len && status == CQ_OK && f->candidates_len;
         i++) {
        cq_list *list;

        rest -= f->here[i].weight;
        status = list_of(f, generation, &f->here[i], &list, err);
        if (status == CQ_OK)
            status = probe_list(f, list, f->here[i].weight, rest, err);
    }
    return status;
}

static cq_status keep_found(finder *f, uint32_t generation, cq_error *err)
{
    if (!cq_grow(&f->found, &f->found_capacity, f->found_len + f->candidates_len + 1,
                 sizeof(*f->found)))
        return cq_index_no_memory(err);
    for (size_t i = 0; i < f->candidates_len; i++) {
        const candidate *c = &f->candidates[i];

        f->found[f->found_len++] =
            (found_text){.weight = f->classes.items[c->class].weight,
                         .generation = generation,
                         .number = c->number,
                         .shared = c->shared};
    }
    return CQ_OK;
}

static bool make_needs(finder *f)
{
    if (!cq_grow(&f->needs, &f->needs_capacity, f->classes.len + 1, sizeof(*f->needs)))
        return false;
    for (size_t i = 0; i < f->classes.len; i++)
        f->needs[i] = needed(f, f->classes.items[i].weight);
    return true;
}

/* How many lists to read: those that must be, and further ones while reading one costs
 * less than probing it for all the candidates. About half of the postings make one, and
 * each list more leaves a third of them. `*rest` is the weight of the lists left out. */
static size_t choose_prefix(const finder *f, uint64_t least, uint64_t known,
                            uint64_t *rest)
{
    uint64_t candidates = 0;
    size_t prefix = 0;

    for (*rest = known; prefix < f->here_len; prefix++) {
        const element *next = &f->here[prefix];

        if (*rest >= least) {
            candidates += next->cost / 2;
        } else {
            if (next->cost > candidates * PROBE_COST)
                break;
            candidates /= 3;
        }
        *rest -= next->weight;
    }
    return prefix;
}

static cq_status find_in(finder *f, uint32_t place, cq_error *err)
{
    const cq_generation *generation = &f->generations.items[place];
    uint64_t least = needed(f, 0), most = 0, known, rest;
    const cq_class *last;
    uint32_t span;
    size_t prefix;
    cq_status status;

    for (size_t i = 0; i < f->elements_len; i++)
        most += f->elements[i].weight;
    if (most < least)
        return CQ_OK;
    status = cq_classes_read(f->io, f->query->group, generation, least,
                             100 * most / (uint64_t)f->percent, &f->classes, err);
    if (status != CQ_OK || f->classes.len == 0)
        return status;
    if (!make_needs(f))
        return cq_index_no_memory(err);
    last = &f->classes.items[f->classes.len - 1];
    span = last->first + last->count - f->classes.items[0].first;
    status = choose_lists(f, generation, span, &known, err);
    if (status != CQ_OK || known < least)
        return status;
    prefix = choose_prefix(f, least, known, &rest);
    f->candidates_len = 0;
    status = count_prefix(f, generation, prefix, rest, least, err);
    f->cost.candidates += f->candidates_len;
    if (status == CQ_OK)
        status = probe_rest(f, generation, prefix, rest, err);
    return status == CQ_OK ? keep_found(f, place, err) : status;
}

/* ---- telling --------------------------------------------------------------------------
 */

static uint64_t heavier_of(const finder *f, uint64_t weight)
{
    return weight > f->query->weight ? weight : f->query->weight;
}

/* Heavier of each side, beside the texts, so that the order needs no context. */
typedef struct promise {
    uint64_t shared, heavier;
    size_t place;
} promise;

static int by_promise(const void *a, const void *b)
{
    const promise *x = a, *y = b;
    uint64_t left = x->shared * y->heavier, right = y->shared * x->heavier;

    if (left != right)
        return left > right ? -1 : 1;
    return (x->place > y->place) - (x->place < y->place);
}

static bool was_told(const finder *f, const promise *p)
{
    return f->told_percent <= 100 &&
           p->shared * 100 >= p->heavier * (uint64_t)f->told_percent;
}

static cq_status tell(finder *f, const promise *promises, size_t len, cq_ids *ids,
                      cq_error *err)
{
    uint32_t of = UINT32_MAX;

    for (size_t i = 0; i < len; i++) {
        const found_text *found = &f->found[promises[i].place];
        uint64_t id;
        cq_status status;

        if (promises[i].shared * 100 < promises[i].heavier * (uint64_t)f->percent)
            return CQ_OK; /* nor will those that follow suffice */
        if (was_told(f, &promises[i]))
            continue;
        if (found->generation != of) {
            of = found->generation;
            cq_ids_init(ids, f->io, f->query->group, &f->generations.items[of]);
        }
        status = cq_ids_get(ids, found->number, &id, err);
        if (status == CQ_OK)
            status =
                f->each(f->context, id, found->weight, found->shared, &f->wanted, err);
        if (f->wanted > f->percent)
            f->percent = f->wanted;
        if (status != CQ_OK)
            return status;
    }
    return CQ_OK;
}

static cq_status tell_found(finder *f, cq_error *err)
{
    size_t len = f->found_len;
    promise *promises = cq_alloc((len + 1) * sizeof(*promises));
    cq_ids *ids = cq_alloc(sizeof(*ids));
    cq_status status;

    for (size_t i = 0; promises && i < len; i++)
        promises[i] = (promise){f->found[i].shared, heavier_of(f, f->found[i].weight), i};
    if (promises && ids) {
        qsort(promises, len, sizeof(*promises), by_promise);
        status = tell(f, promises, len, ids, err);
    } else {
        status = cq_index_no_memory(err);
    }
    f->found_len = 0;
    cq_free(promises);
    cq_free(ids);
    return status;
}

static cq_status find_level(finder *f, cq_error *err)
{
    cq_status status = CQ_OK;

    for (size_t i = f->generations.len; i-- > 0 && status == CQ_OK;) {
        status = find_in(f, (uint32_t)i, err);
        if (status == CQ_OK && f->found_len > FOUND_MAX)
            status = tell_found(f, err);
    }
    return status == CQ_OK ? tell_found(f, err) : status;
}

/* A low threshold reads most of the index; but where enough good texts are known soon,
 * the caller raises it. So the good ones are looked for first. */
static const int levels[] = {75, 55};

static cq_status find_all(finder *f, cq_error *err)
{
    cq_status status = CQ_OK;

    f->told_percent = 101;
    for (size_t i = 0; i < ARRAY_LEN(levels) && status == CQ_OK; i++) {
        if (f->wanted + 10 > levels[i])
            continue;
        f->percent = levels[i];
        status = find_level(f, err);
        f->told_percent = levels[i];
    }
    if (status != CQ_OK || f->wanted >= f->told_percent)
        return status;
    f->percent = f->wanted;
    return find_level(f, err);
}

cq_status cq_index_find(cq_index_io io, const cq_index_query *query, cq_index_fn each,
                        void *context, cq_index_cost *cost, cq_error *err)
{
    finder f = {.io = io, .query = query, .each = each, .context = context};
    cq_status status;

    f.wanted = query->percent < 1 ? 1 : query->percent;
    if (query->len == 0 || query->weight == 0)
        return CQ_OK;
    status = open_finder(&f, err);
    if (status == CQ_OK)
        status = find_all(&f, err);
    if (cost) {
        cost->lists += f.cost.lists;
        cost->postings += f.cost.postings;
        cost->candidates += f.cost.candidates;
        cost->probes += f.cost.probes;
    }
    close_finder(&f);
    return status;
}
