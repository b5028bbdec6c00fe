#include "internal.h"

#include <string.h>

/* With so few texts left in a generation, reading further sets costs more than it saves.
 */
#define FEW 64

/* One generation: a bit for each of its texts, by number. */
typedef struct strand {
    const cq_generation *generation;
    uint64_t *wanted;
    cq_classes classes;
    size_t class;
    uint32_t number; /* stood on; NO_NUMBER at the end */
    uint64_t weight;
    cq_ids *ids;
} strand;

struct cq_index_walk {
    cq_index_io io;
    uint32_t group;
    cq_generations generations;
    strand *strands; /* one a generation, by rising ids */
    cq_list *list;
};

static size_t words_of(const strand *s)
{
    return ((size_t)s->generation->texts + 63) / 64;
}

/* ---- which texts ----------------------------------------------------------------------
 */

static cq_status mark_list(cq_index_walk *w, const strand *s, uint32_t token,
                           uint64_t *bits, cq_error *err)
{
    cq_index_row row = {w->group, s->generation->number, cq_element(token, 0), 0};
    cq_list *list = w->list;
    cq_status status = cq_list_open(list, w->io, row, s->generation->texts, err);

    if (status == CQ_OK)
        status = cq_list_more(list, err);
    while (status == CQ_OK && list->at < list->len) {
        for (uint32_t i = 0; i < list->len; i++)
            bits[list->numbers[i] >> 6] |= UINT64_C(1) << (list->numbers[i] & 63);
        status = cq_list_more(list, err);
    }
    return status < 0 ? status : CQ_OK;
}

/* Keep the texts that hold a token of the set; how many are left. */
static cq_status keep_set(cq_index_walk *w, strand *s, const cq_index_any *set,
                          uint64_t *left, cq_error *err)
{
    size_t words = words_of(s);
    uint64_t *bits = cq_zalloc(words * sizeof(*bits));
    cq_status status = bits ? CQ_OK : cq_index_no_memory(err);

    for (size_t i = 0; i < set->len && status == CQ_OK; i++)
        status = mark_list(w, s, set->tokens[i], bits, err);
    *left = 0;
    for (size_t i = 0; i < words && status == CQ_OK; i++) {
        s->wanted[i] &= bits[i];
        *left += (uint64_t)__builtin_popcountll(s->wanted[i]);
    }
    cq_free(bits);
    return status;
}

/* Small sets first: they are read fast, and often leave little. */
static size_t next_set(const cq_index_any *sets, size_t len, size_t after)
{
    size_t best = SIZE_MAX;

    for (size_t i = 0; i < len; i++) {
        bool is_later = after == SIZE_MAX || sets[i].len > sets[after].len ||
                        (sets[i].len == sets[after].len && i > after);

        if (is_later && (best == SIZE_MAX || sets[i].len < sets[best].len))
            best = i;
    }
    return best;
}

static cq_status choose_texts(cq_index_walk *w, strand *s, const cq_index_any *sets,
                              size_t len, uint64_t until, cq_error *err)
{
    size_t words = words_of(s), set = SIZE_MAX;
    uint32_t rest = s->generation->texts % 64;
    uint64_t left = UINT64_MAX;
    cq_status status = CQ_OK;

    memset(s->wanted, 0xff, words * sizeof(*s->wanted));
    if (rest)
        s->wanted[words - 1] = (UINT64_C(1) << rest) - 1;
    if (s->generation->last_id >= until)
        return CQ_OK;
    for (size_t i = 0; i < len && left > FEW && status == CQ_OK; i++) {
        set = next_set(sets, len, set);
        status = keep_set(w, s, &sets[set], &left, err);
    }
    return status;
}

/* ---- the order ------------------------------------------------------------------------
 */

/* Stand on the first wanted text at or after `number`. */
static void seek(strand *s, uint32_t number)
{
    size_t word = number >> 6, words = words_of(s);
    uint64_t bits = word < words ? s->wanted[word] & (UINT64_MAX << (number & 63)) : 0;

    while (bits == 0 && ++word < words)
        bits = s->wanted[word];
    if (bits == 0) {
        s->number = NO_NUMBER;
        return;
    }
    s->number = (uint32_t)(word * 64) + (uint32_t)__builtin_ctzll(bits);
    s->class = cq_classes_find(&s->classes, s->class, s->number);
    s->weight = s->classes.items[s->class].weight;
}

static cq_status open_strand(cq_index_walk *w, strand *s, const cq_index_any *sets,
                             size_t len, uint64_t until, cq_error *err)
{
    cq_status status;

    s->wanted = cq_alloc((words_of(s) + 1) * sizeof(*s->wanted));
    s->ids = cq_alloc(sizeof(*s->ids));
    if (!s->wanted || !s->ids)
        return cq_index_no_memory(err);
    cq_ids_init(s->ids, w->io, w->group, s->generation);
    status =
        cq_classes_read(w->io, w->group, s->generation, 0, UINT64_MAX, &s->classes, err);
    if (status == CQ_OK && s->classes.len == 0)
        status = cq_index_damaged(err, w->group, s->generation->number, "weights");
    if (status == CQ_OK)
        status = choose_texts(w, s, sets, len, until, err);
    if (status == CQ_OK)
        seek(s, 0);
    return status;
}

cq_status cq_index_walk_new(cq_index_io io, uint32_t group, const cq_index_any *sets,
                            size_t len, uint64_t until, cq_index_walk **walk,
                            cq_error *err)
{
    cq_index_walk *w = cq_zalloc(sizeof(*w));
    cq_status status = CQ_OK;

    *walk = NULL;
    if (!w)
        return cq_index_no_memory(err);
    w->io = io;
    w->group = group;
    w->list = cq_alloc(sizeof(*w->list));
    if (!w->list)
        status = cq_index_no_memory(err);
    if (status == CQ_OK)
        status = cq_generations_read(io, group, &w->generations, err);
    if (status == CQ_OK) {
        w->strands = cq_zalloc((w->generations.len + 1) * sizeof(*w->strands));
        if (!w->strands)
            status = cq_index_no_memory(err);
    }
    for (size_t i = 0; i < w->generations.len && status == CQ_OK; i++) {
        w->strands[i].generation = &w->generations.items[i];
        status = open_strand(w, &w->strands[i], sets, len, until, err);
    }
    if (status == CQ_OK)
        *walk = w;
    else
        cq_index_walk_free(w);
    return status;
}

cq_status cq_index_walk_next(cq_index_walk *w, uint64_t *text, uint64_t *weight,
                             cq_error *err)
{
    strand *best = NULL;
    cq_status status;

    for (size_t i = 0; i < w->generations.len; i++) {
        strand *s = &w->strands[i];

        if (s->number != NO_NUMBER && (!best || s->weight < best->weight))
            best = s;
    }
    if (!best)
        return CQ_DONE;
    status = cq_ids_get(best->ids, best->number, text, err);
    if (status != CQ_OK)
        return status;
    *weight = best->weight;
    seek(best, best->number + 1);
    return CQ_OK;
}

void cq_index_walk_free(cq_index_walk *w)
{
    if (!w)
        return;
    for (size_t i = 0; i < w->generations.len && w->strands; i++) {
        cq_free(w->strands[i].wanted);
        cq_free(w->strands[i].ids);
        cq_free(w->strands[i].classes.items);
    }
    cq_free(w->strands);
    cq_free(w->generations.items);
    cq_free(w->list);
    cq_free(w);
}

cq_status cq_index_count(cq_index_io io, uint32_t group, uint32_t token, uint64_t *texts,
                         cq_error *err)
{
    cq_generations list = {0};
    cq_list *opened = cq_alloc(sizeof(*opened));
    cq_status status =
        opened ? cq_generations_read(io, group, &list, err) : cq_index_no_memory(err);

    *texts = 0;
    for (size_t i = 0; i < list.len && status == CQ_OK; i++) {
        cq_index_row row = {group, list.items[i].number, cq_element(token, 0), 0};

        status = cq_list_open(opened, io, row, list.items[i].texts, err);
        if (status == CQ_OK)
            *texts += opened->block.total;
        else if (status == CQ_DONE)
            status = CQ_OK;
    }
    cq_free(list.items);
    cq_free(opened);
    return status;
}

cq_status cq_index_texts(cq_index_io io, uint32_t group, uint64_t *texts, cq_error *err)
{
    cq_generations list = {0};
    cq_status status = cq_generations_read(io, group, &list, err);

    *texts = 0;
    for (size_t i = 0; i < list.len && status == CQ_OK; i++)
        *texts += list.items[i].texts;
    cq_free(list.items);
    return status;
}
