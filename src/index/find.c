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
#define LINE        16             /* counters that are looked at together */
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
    uint32_t lists;  /* that it was found in: the first ones */
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
    uint64_t known; /* weight of `here` */
    uint32_t span;  /* texts of the generation of a possible weight */
    cq_list *pool;
    size_t pool_len;
    uint32_t *counters; /* WINDOW */
    bool is_dense;      /* lines are not marked, as nearly all would be */
    uint64_t *lines;    /* a bit for each LINE of counters that are not all 0 */
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
    f->lines = cq_zalloc(WINDOW / LINE / 8);
    if (!make_elements(f) || !f->pool || !f->counters || !f->lines)
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
    cq_free(f->lines);
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
static cq_status choose_lists(finder *f, const cq_generation *generation, cq_error *err)
{
    f->here_len = 0;
    f->known = 0;
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
        here->cost = list->block.total * f->span / generation->texts + 1;
        f->known += here->weight;
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

    *list = l;
    if (!l->is_open || l->row.token != wanted->key ||
        (f->elements_len > f->pool_len && wanted->slot + 1 == f->pool_len))
        status = open_list(f, generation, wanted, l, err);
    if (status == CQ_DONE)
        return cq_index_damaged(err, f->query->group, generation->number, "postings");
    return status;
}

/* ---- one generation: how many lists ---------------------------------------------------
 */

/* The lists that are read; the others are probed. */
typedef struct prefix {
    size_t len;        /* of f->here */
    uint64_t rest;     /* weight of the lists left out */
    uint64_t postings; /* in those read, within the range of numbers */
    uint32_t floor;    /* what a sum must reach at the least; above 0 */
} prefix;

/* Those must be read without which a text could have all of `least`; and further ones
 * while reading one costs less than probing it for all the candidates. About half of the
 * postings make one, and each list more leaves a third of them. */
static prefix choose_prefix(const finder *f, uint64_t least)
{
    prefix read = {.rest = f->known};
    uint64_t candidates = 0;

    for (; read.len < f->here_len; read.len++) {
        const element *next = &f->here[read.len];

        if (read.rest >= least) {
            candidates += next->cost / 2;
        } else {
            if (next->cost > candidates * PROBE_COST)
                break;
            candidates /= 3;
        }
        read.rest -= next->weight;
        read.postings += next->cost;
    }
    return read;
}

/* For texts that need `least`, no less than those before: never more lists than before,
 * so that what was left once is left for good, and can be probed. */
static void shorten_prefix(const finder *f, uint64_t least, prefix *read)
{
    prefix shorter = choose_prefix(f, least);

    if (shorter.len < read->len)
        *read = shorter;
    read->floor = (uint32_t)(least - read->rest);
}

/* ---- counting the prefix --------------------------------------------------------------
 */

/* Numbers of one run, all of a window, whose texts gain weight. */
static void count_run(finder *f, const uint32_t *numbers, uint32_t len, uint32_t base,
                      uint32_t weight)
{
    if (f->is_dense)
        for (uint32_t i = 0; i < len; i++)
            f->counters[numbers[i] - base] += weight;
    else
        for (uint32_t i = 0; i < len; i++) {
            uint32_t place = numbers[i] - base;

            f->counters[place] += weight;
            f->lines[place / LINE / 64] |= UINT64_C(1) << (place / LINE % 64);
        }
}

/* The place in the run of its first number >= stop. */
static uint32_t first_from(const cq_list *list, uint32_t stop)
{
    uint32_t lo = list->at, hi = list->len;

    if (list->numbers[hi - 1] < stop)
        return hi;
    while (lo < hi) {
        uint32_t middle = (lo + hi) / 2;

        if (list->numbers[middle] < stop)
            lo = middle + 1;
        else
            hi = middle;
    }
    return lo;
}

/* Add a list's weight to the texts below `stop` of the window that begins at `base`. */
static cq_status count_list(finder *f, cq_list *list, uint32_t base, uint32_t stop,
                            uint32_t weight, cq_error *err)
{
    while (list->at < list->len) {
        uint32_t at = list->at, end = first_from(list, stop);
        cq_status status;

        count_run(f, list->numbers + at, end - at, base, weight);
        f->cost.postings += end - at;
        list->at = end;
        if (end < list->len)
            break;
        status = cq_list_more(list, err);
        if (status != CQ_OK)
            return status;
    }
    return CQ_OK;
}

static bool add_candidate(finder *f, const prefix *read, uint32_t number, size_t class,
                          uint32_t shared)
{
    if (f->candidates_len == f->candidates_capacity &&
        !cq_grow(&f->candidates, &f->candidates_capacity, f->candidates_len + 1,
                 sizeof(*f->candidates)))
        return false;
    f->candidates[f->candidates_len++] =
        (candidate){number, (uint32_t) class, shared, (uint32_t)read->len};
    return true;
}

/* Whether one of a line's counters reaches `floor`: then the difference below has its
 * highest bit set, as no sum passes the weight of a segment, which is below 2^31. */
static bool reaches(const uint32_t *counters, uint32_t floor)
{
    uint32_t below = 0;

    for (size_t i = 0; i < LINE; i++)
        below |= floor - 1 - counters[i];
    return below >> 31;
}

/* Those of a line of counters that can still suffice. */
static cq_status gather_line(finder *f, const prefix *read, const uint32_t *counters,
                             uint32_t number, size_t *class, cq_error *err)
{
    for (uint32_t i = 0; i < LINE; i++) {
        if (counters[i] < read->floor)
            continue;
        *class = cq_classes_find(&f->classes, *class, number + i);
        if (counters[i] + read->rest >= f->needs[*class] &&
            !add_candidate(f, read, number + i, *class, counters[i]))
            return cq_index_no_memory(err);
    }
    return CQ_OK;
}

/* Take the window's counters, and what can still suffice as candidates. Most lines have
 * nothing that does, which is told without a look at each counter. */
static cq_status gather_window(finder *f, const prefix *read, uint32_t base,
                               size_t *class, cq_error *err)
{
    cq_status status = CQ_OK;

    if (f->is_dense)
        memset(f->lines, 0xff, WINDOW / LINE / 8);
    for (uint32_t word = 0; word < WINDOW / LINE / 64; word++) {
        uint64_t bits = f->lines[word];

        f->lines[word] = 0;
        for (; bits && status == CQ_OK; bits &= bits - 1) {
            uint32_t place = (word * 64 + (uint32_t)__builtin_ctzll(bits)) * LINE;
            uint32_t *counters = &f->counters[place];

            if (reaches(counters, read->floor))
                status = gather_line(f, read, counters, base + place, class, err);
            memset(counters, 0, LINE * sizeof(*counters));
        }
    }
    return status;
}

/* Count the texts from `base` to `stop`, a window, in the lists of the prefix. Counters
 * that a failure leaves are not needed: the finder ends with it. */
static cq_status count_window(finder *f, const cq_generation *generation,
                              const prefix *read, uint32_t base, uint32_t stop,
                              size_t *class, cq_error *err)
{
    cq_status status = CQ_OK;

    f->is_dense = read->postings / (f->span / WINDOW + 1) >= WINDOW / LINE;
    for (size_t i = 0; i < read->len && status == CQ_OK; i++) {
        cq_list *list;

        status = list_of(f, generation, &f->here[i], &list, err);
        if (status == CQ_OK)
            status = cq_list_seek(list, base, err);
        if (status == CQ_OK)
            status = count_list(f, list, base, stop, f->here[i].weight, err);
    }
    return status == CQ_OK ? gather_window(f, read, base, class, err) : status;
}

/* Heavier texts need more: the further on, the fewer lists must be read. */
static cq_status count_all(finder *f, const cq_generation *generation, prefix *read,
                           cq_error *err)
{
    uint32_t base = f->classes.items[0].first, end = base + f->span, stop;
    size_t class = 0;
    cq_status status = CQ_OK;

    for (; base < end && status == CQ_OK; base = stop) {
        stop = end - base > WINDOW ? base + WINDOW : end;
        class = cq_classes_find(&f->classes, class, base);
        shorten_prefix(f, f->needs[class], read);
        status = count_window(f, generation, read, base, stop, &class, err);
    }
    return status;
}

/* ---- probing the rest -----------------------------------------------------------------
 */

/* Look for the candidates in list number `i`, those that were found in it apart; `rest`
 * is the weight of the lists after it. */
static cq_status probe_list(finder *f, cq_list *list, size_t i, uint64_t rest,
                            cq_error *err)
{
    uint32_t weight = f->here[i].weight;
    size_t kept = 0;

    for (size_t k = 0; k < f->candidates_len; k++) {
        candidate c = f->candidates[k];
        bool has = false;
        cq_status status = CQ_OK;

        if (c.lists > i) {
            f->candidates[kept++] = c;
            continue;
        }
        f->cost.probes++;
        status = cq_list_has(list, c.number, &has, err);
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

/* Probe what was not read, from where the shortest prefix ended. */
static cq_status probe_rest(finder *f, const cq_generation *generation,
                            const prefix *read, cq_error *err)
{
    uint64_t rest = read->rest;
    cq_status status = CQ_OK;

    for (size_t i = read->len; i < f->here_len && status == CQ_OK && f->candidates_len;
         i++) {
        cq_list *list;

        rest -= f->here[i].weight;
        status = list_of(f, generation, &f->here[i], &list, err);
        if (status == CQ_OK)
            status = probe_list(f, list, i, rest, err);
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

static cq_status find_in(finder *f, uint32_t place, cq_error *err)
{
    const cq_generation *generation = &f->generations.items[place];
    uint64_t least = needed(f, 0), most = 0;
    const cq_class *last;
    prefix read;
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
    f->span = last->first + last->count - f->classes.items[0].first;
    status = choose_lists(f, generation, err);
    if (status != CQ_OK || f->known < least)
        return status;
    f->candidates_len = 0;
    read = choose_prefix(f, f->needs[0]);
    status = count_all(f, generation, &read, err);
    f->cost.candidates += f->candidates_len;
    if (status == CQ_OK)
        status = probe_rest(f, generation, &read, err);
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
