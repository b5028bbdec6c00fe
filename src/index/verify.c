#include "internal.h"

typedef struct verifier {
    cq_index_io io;
    uint32_t group;
    const cq_generation *generation;
    cq_status (*posting)(void *context, uint32_t token, uint64_t text,
                         uint32_t occurrence);
    void *context;
    uint64_t *ids; /* by number */
    cq_list *list;
} verifier;

static cq_status damaged(const verifier *v, const char *what, cq_error *err)
{
    return cq_index_damaged(err, v->group, v->generation->number, what);
}

static cq_status check_classes(verifier *v, const cq_classes *classes, cq_error *err)
{
    uint32_t first = 0;

    for (size_t i = 0; i < classes->len; i++) {
        const cq_class *class = &classes->items[i];

        if (class->first != first || (i > 0 && class->weight <= class[-1].weight))
            return damaged(v, "order of weights", err);
        for (uint32_t n = first; n < first + class->count; n++) {
            if (n > first && v->ids[n] <= v->ids[n - 1])
                return damaged(v, "order of texts", err);
            if (v->ids[n] < v->generation->first_id || v->ids[n] > v->generation->last_id)
                return damaged(v, "range of texts", err);
        }
        first += class->count;
    }
    return first == v->generation->texts ? CQ_OK : damaged(v, "number of texts", err);
}

static cq_status read_ids(verifier *v, cq_error *err)
{
    cq_ids *ids = cq_alloc(sizeof(*ids));
    cq_status status = CQ_OK;

    v->ids = cq_alloc(((size_t)v->generation->texts + 1) * sizeof(*v->ids));
    if (!ids || !v->ids)
        status = cq_index_no_memory(err);
    if (ids)
        cq_ids_init(ids, v->io, v->group, v->generation);
    for (uint32_t n = 0; n < v->generation->texts && status == CQ_OK; n++)
        status = cq_ids_get(ids, n, &v->ids[n], err);
    cq_free(ids);
    return status;
}

/* Tell the postings of the list that `list` has opened. */
static cq_status check_list(verifier *v, uint64_t *postings, cq_error *err)
{
    cq_list *list = v->list;
    uint32_t token = (uint32_t)(list->row.token >> OCCURRENCE_BITS);
    uint32_t occurrence = (uint32_t)(list->row.token & OCCURRENCE_MAX);
    uint64_t total = list->block.total, count = 0, above = 0;
    cq_status status = CQ_OK;

    while (status == CQ_OK && cq_list_number(list) != NO_NUMBER) {
        uint32_t number = cq_list_number(list);

        if (number < above)
            return damaged(v, "order of postings", err);
        above = (uint64_t)number + 1;
        count++;
        status = v->posting(v->context, token, v->ids[number], occurrence);
        if (status == CQ_OK)
            status = cq_list_next(list, err);
    }
    *postings += count;
    if (status == CQ_OK && count != total)
        return damaged(v, "length of a list", err);
    return status;
}

static cq_status check_lists(verifier *v, cq_error *err)
{
    cq_index_row row = {v->group, v->generation->number, ELEMENT_FIRST, 0}, found;
    uint64_t postings = 0;
    cq_str blob;
    cq_status status;

    for (;;) {
        status = v->io.next(v->io.context, row, &found, &blob, err);
        if (status != CQ_OK)
            break;
        if (found.part != 0)
            return damaged(v, "a list's start", err);
        status = cq_list_take(v->list, v->io, found, blob, v->generation->texts, err);
        if (status == CQ_OK)
            status = cq_list_more(v->list, err);
        if (status == CQ_OK)
            status = check_list(v, &postings, err);
        if (status != CQ_OK)
            break;
        row.token = found.token + 1;
    }
    if (status == CQ_DONE && postings != v->generation->postings)
        return damaged(v, "number of postings", err);
    return status == CQ_DONE ? CQ_OK : status;
}

static cq_status check_generation(verifier *v, cq_error *err)
{
    cq_classes classes = {0};
    cq_status status = read_ids(v, err);

    if (status == CQ_OK)
        status =
            cq_classes_read(v->io, v->group, v->generation, 0, UINT64_MAX, &classes, err);
    if (status == CQ_OK)
        status = check_classes(v, &classes, err);
    if (status == CQ_OK)
        status = check_lists(v, err);
    cq_free(classes.items);
    cq_free(v->ids);
    v->ids = NULL;
    return status;
}

cq_status cq_index_verify(cq_index_io io, uint32_t group,
                          cq_status (*posting)(void *context, uint32_t token,
                                               uint64_t text, uint32_t occurrence),
                          void *context, cq_error *err)
{
    verifier v = {.io = io, .group = group, .posting = posting, .context = context};
    cq_generations list = {0};
    cq_status status = cq_generations_read(io, group, &list, err);

    v.list = cq_alloc(sizeof(*v.list));
    if (!v.list)
        status = cq_index_no_memory(err);
    for (size_t i = 0; i < list.len && status == CQ_OK; i++) {
        v.generation = &list.items[i];
        if (i > 0 && list.items[i].first_id <= list.items[i - 1].last_id)
            status = damaged(&v, "order of generations", err);
        if (status == CQ_OK)
            status = check_generation(&v, err);
    }
    cq_free(v.list);
    cq_free(list.items);
    return status;
}
