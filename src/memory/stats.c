#include "session.h"

#include <stdlib.h>

typedef struct made_stats {
    cq_stats public; /* first: the caller's pointer is ours */
    cq_arena arena;
    cq_stats_row *languages, *origins;
    size_t languages_capacity, origins_capacity;
} made_stats;

static int compare_rows(const void *a, const void *b)
{
    const cq_stats_row *left = a, *right = b;

    if (left->count != right->count)
        return left->count > right->count ? -1 : 1;
    return cq_str_compare(left->name, right->name);
}

static cq_status add_row(made_stats *made, cq_stats_row **rows, size_t *len,
                         size_t *capacity, cq_str name, uint64_t count, cq_error *err)
{
    cq_str copy = cq_arena_copy(&made->arena, name);

    if (!copy.ptr || !cq_grow(rows, capacity, *len + 1, sizeof(**rows)))
        return cq_fail(err, CQ_E_NOMEM, "no memory for the statistics");
    (*rows)[(*len)++] = (cq_stats_row){copy, count};
    return CQ_OK;
}

static cq_status add_languages(cq_store *store, made_stats *made, cq_error *err)
{
    uint32_t tag = 0;
    uint64_t count;
    cq_status status;

    while ((status = cq_store_tag_count(store, &tag, &count, err)) == CQ_OK) {
        cq_str name;

        if (count == 0)
            continue;
        status = cq_store_tag_get(store, tag, &name, err);
        if (status == CQ_OK)
            status = add_row(made, &made->languages, &made->public.languages_len,
                             &made->languages_capacity, name, count, err);
        if (status < 0)
            return status;
    }
    return status < 0 ? status : CQ_OK;
}

static cq_status add_origins(cq_store *store, made_stats *made, cq_error *err)
{
    cq_store_origin origin = {0};
    cq_status status;

    while ((status = cq_store_origin_next(store, origin.id, &origin, err)) == CQ_OK) {
        status = add_row(made, &made->origins, &made->public.origins_len,
                         &made->origins_capacity, origin.name, origin.units, err);
        if (status != CQ_OK)
            return status;
    }
    return status < 0 ? status : CQ_OK;
}

static cq_status fill(cq_memory *memory, made_stats *made, cq_error *err)
{
    cq_store_counts counts;
    cq_status status = cq_store_count(memory->store, &counts, err);

    if (status != CQ_OK)
        return status;
    made->public.units = counts.units;
    made->public.variants = counts.variants;
    made->public.texts = counts.texts;
    made->public.file_bytes = counts.file_bytes;
    status = add_languages(memory->store, made, err);
    return status == CQ_OK ? add_origins(memory->store, made, err) : status;
}

cq_status cq_memory_stats(cq_memory *memory, cq_stats **stats, cq_error *err)
{
    made_stats *made = cq_zalloc(sizeof(*made));
    cq_status status;

    *stats = NULL;
    if (!made)
        return cq_fail(err, CQ_E_NOMEM, "no memory for the statistics");
    status = cq_store_begin_read(memory->store, err);
    if (status == CQ_OK) {
        status = fill(memory, made, err);
        cq_store_end_read(memory->store);
    }
    if (status != CQ_OK) {
        cq_stats_free(&made->public);
        return status;
    }
    if (made->languages)
        qsort(made->languages, made->public.languages_len, sizeof(*made->languages),
              compare_rows);
    if (made->origins)
        qsort(made->origins, made->public.origins_len, sizeof(*made->origins),
              compare_rows);
    made->public.languages = made->languages;
    made->public.origins = made->origins;
    *stats = &made->public;
    return CQ_OK;
}

void cq_stats_free(cq_stats *stats)
{
    made_stats *made = (made_stats *)(void *)stats;

    if (!made)
        return;
    cq_free(made->languages);
    cq_free(made->origins);
    cq_arena_release(&made->arena);
    cq_free(made);
}
