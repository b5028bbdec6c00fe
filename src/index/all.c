#include "internal.h"

#include <stdlib.h>
#include <string.h>

/* Texts that hold all of some tokens: the shortest list is read, the others are probed.
 */
typedef struct gatherer {
    cq_index_io io;
    uint32_t group;
    uint32_t *tokens; /* distinct */
    uint64_t *totals; /* lengths of their lists */
    size_t len;
    cq_list *list;
    uint32_t *numbers;
    size_t numbers_len, numbers_capacity;
    uint64_t *ids;
    size_t ids_capacity;
} gatherer;

static int by_value(const void *a, const void *b)
{
    uint32_t x = *(const uint32_t *)a, y = *(const uint32_t *)b;

    return (x > y) - (x < y);
}

static int by_id(const void *a, const void *b)
{
    uint64_t x = *(const uint64_t *)a, y = *(const uint64_t *)b;

    return (x > y) - (x < y);
}

static cq_status open_gatherer(gatherer *g, const uint32_t *tokens, size_t len,
                               cq_error *err)
{
    g->tokens = cq_alloc((len + 1) * sizeof(*g->tokens));
    g->totals = cq_alloc((len + 1) * sizeof(*g->totals));
    g->list = cq_alloc(sizeof(*g->list));
    if (!g->tokens || !g->totals || !g->list)
        return cq_index_no_memory(err);
    if (len)
        memcpy(g->tokens, tokens, len * sizeof(*tokens));
    qsort(g->tokens, len, sizeof(*tokens), by_value);
    for (size_t i = 0; i < len; i++)
        if (i == 0 || g->tokens[i] != g->tokens[i - 1])
            g->tokens[g->len++] = g->tokens[i];
    return CQ_OK;
}

static void close_gatherer(gatherer *g)
{
    cq_free(g->tokens);
    cq_free(g->totals);
    cq_free(g->list);
    cq_free(g->numbers);
    cq_free(g->ids);
}

static cq_status open_token(gatherer *g, const cq_generation *generation, size_t token,
                            cq_error *err)
{
    cq_index_row row = {g->group, generation->number, cq_element(g->tokens[token], 0), 0};

    return cq_list_open(g->list, g->io, row, generation->texts, err);
}

/* Put the shortest list first; CQ_DONE when a token has none. */
static cq_status measure_lists(gatherer *g, const cq_generation *generation,
                               cq_error *err)
{
    for (size_t i = 0; i < g->len; i++) {
        cq_status status = open_token(g, generation, i, err);

        if (status != CQ_OK)
            return status;
        g->totals[i] = g->list->block.total;
        if (g->totals[i] < g->totals[0]) {
            uint32_t token = g->tokens[0];
            uint64_t total = g->totals[0];

            g->tokens[0] = g->tokens[i];
            g->totals[0] = g->totals[i];
            g->tokens[i] = token;
            g->totals[i] = total;
        }
    }
    return CQ_OK;
}

static bool add_number(gatherer *g, uint32_t number)
{
    if (!cq_grow(&g->numbers, &g->numbers_capacity, g->numbers_len + 1,
                 sizeof(*g->numbers)))
        return false;
    g->numbers[g->numbers_len++] = number;
    return true;
}

static cq_status read_first(gatherer *g, const cq_generation *generation, cq_error *err)
{
    cq_status status = open_token(g, generation, 0, err);

    if (status == CQ_OK)
        status = cq_list_more(g->list, err);
    while (status == CQ_OK && cq_list_number(g->list) != NO_NUMBER) {
        if (!add_number(g, cq_list_number(g->list)))
            return cq_index_no_memory(err);
        status = cq_list_next(g->list, err);
    }
    return status;
}

static cq_status keep_common(gatherer *g, const cq_generation *generation, size_t token,
                             cq_error *err)
{
    cq_status status = open_token(g, generation, token, err);
    size_t kept = 0;

    for (size_t i = 0; i < g->numbers_len && status == CQ_OK; i++) {
        bool has = false;

        status = cq_list_has(g->list, g->numbers[i], &has, err);
        if (has)
            g->numbers[kept++] = g->numbers[i];
    }
    g->numbers_len = kept;
    return status;
}

static cq_status gather_ids(gatherer *g, const cq_generation *generation, cq_error *err)
{
    cq_ids *ids = cq_alloc(sizeof(*ids));
    cq_status status = CQ_OK;

    if (!ids || !cq_grow(&g->ids, &g->ids_capacity, g->numbers_len + 1, sizeof(*g->ids)))
        status = cq_index_no_memory(err);
    if (ids)
        cq_ids_init(ids, g->io, g->group, generation);
    for (size_t i = 0; i < g->numbers_len && status == CQ_OK; i++)
        status = cq_ids_get(ids, g->numbers[i], &g->ids[i], err);
    cq_free(ids);
    if (status == CQ_OK)
        qsort(g->ids, g->numbers_len, sizeof(*g->ids), by_id);
    return status;
}

/* Leaves the ids in g->ids, g->numbers_len of them; none when a token is absent. */
static cq_status gather(gatherer *g, const cq_generation *generation, cq_error *err)
{
    cq_status status = CQ_OK;

    g->numbers_len = 0;
    if (g->len == 0) {
        for (uint32_t n = 0; n < generation->texts; n++)
            if (!add_number(g, n))
                return cq_index_no_memory(err);
    } else {
        status = measure_lists(g, generation, err);
        if (status == CQ_OK)
            status = read_first(g, generation, err);
        for (size_t i = 1; i < g->len && status == CQ_OK; i++)
            status = keep_common(g, generation, i, err);
    }
    if (status == CQ_OK)
        status = gather_ids(g, generation, err);
    return status < 0 ? status : CQ_OK;
}

cq_status cq_index_all(cq_index_io io, uint32_t group, const uint32_t *tokens, size_t len,
                       cq_status (*each)(void *context, uint64_t text, cq_error *err),
                       void *context, cq_error *err)
{
    gatherer g = {.io = io, .group = group};
    cq_generations list = {0};
    cq_status status = open_gatherer(&g, tokens, len, err);

    if (status == CQ_OK)
        status = cq_generations_read(io, group, &list, err);
    for (size_t i = 0; i < list.len && status == CQ_OK; i++) {
        status = gather(&g, &list.items[i], err);
        for (size_t k = 0; k < g.numbers_len && status == CQ_OK; k++)
            status = each(context, g.ids[k], err);
    }
    cq_free(list.items);
    close_gatherer(&g);
    return status;
}
