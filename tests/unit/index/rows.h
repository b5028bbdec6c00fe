/* rows.h -- an index's storage in memory, for tests and the bench: rows in one sorted
 * array. */
#ifndef TESTS_INDEX_ROWS_H
#define TESTS_INDEX_ROWS_H

#include "index/index.h"

#include <stdlib.h>
#include <string.h>

struct rows {
    struct row {
        cq_index_row key;
        char *bytes;
        size_t len;
    } * items;
    size_t len, capacity;
    uint64_t bytes; /* of all blobs */
    uint64_t reads; /* calls of get and next */
};

static inline int compare_keys(const cq_index_row *a, const cq_index_row *b)
{
    if (a->group != b->group)
        return a->group < b->group ? -1 : 1;
    if (a->generation != b->generation)
        return a->generation < b->generation ? -1 : 1;
    if (a->token != b->token)
        return a->token < b->token ? -1 : 1;
    return (a->part > b->part) - (a->part < b->part);
}

/* Place of the first row at or after `key`. */
static inline size_t rows_at(const struct rows *rows, cq_index_row key)
{
    size_t lo = 0, hi = rows->len;

    if (hi > 0 && compare_keys(&rows->items[hi - 1].key, &key) < 0)
        return hi;
    while (lo < hi) {
        size_t middle = (lo + hi) / 2;

        if (compare_keys(&rows->items[middle].key, &key) < 0)
            lo = middle + 1;
        else
            hi = middle;
    }
    return lo;
}

static inline cq_status rows_put(void *context, cq_index_row key, cq_str blob,
                                 cq_error *err)
{
    struct rows *rows = context;
    size_t at = rows_at(rows, key);
    char *copy = malloc(blob.len + 1);
    bool is_new = at == rows->len || compare_keys(&rows->items[at].key, &key) != 0;

    (void)err;
    if (!copy)
        abort();
    memcpy(copy, blob.ptr, blob.len);
    if (is_new) {
        if (rows->len == rows->capacity) {
            rows->capacity = rows->capacity ? rows->capacity * 2 : 64;
            rows->items = realloc(rows->items, rows->capacity * sizeof(*rows->items));
            if (!rows->items)
                abort();
        }
        memmove(rows->items + at + 1, rows->items + at,
                (rows->len - at) * sizeof(*rows->items));
        rows->len++;
    } else {
        rows->bytes -= rows->items[at].len;
        free(rows->items[at].bytes);
    }
    rows->items[at] = (struct row){key, copy, blob.len};
    rows->bytes += blob.len;
    return CQ_OK;
}

static inline cq_status rows_get(void *context, cq_index_row key, uint64_t *part,
                                 cq_str *blob, cq_error *err)
{
    struct rows *rows = context;
    size_t at = rows_at(rows, key);
    const struct row *found;

    (void)err;
    rows->reads++;
    if (at == rows->len || compare_keys(&rows->items[at].key, &key) != 0) {
        if (at == 0)
            return CQ_DONE;
        at--;
    }
    found = &rows->items[at];
    if (found->key.group != key.group || found->key.generation != key.generation ||
        found->key.token != key.token)
        return CQ_DONE;
    *part = found->key.part;
    *blob = (cq_str){found->bytes, found->len};
    return CQ_OK;
}

static inline cq_status rows_next(void *context, cq_index_row key, cq_index_row *found,
                                  cq_str *blob, cq_error *err)
{
    struct rows *rows = context;
    size_t at = rows_at(rows, key);

    (void)err;
    rows->reads++;
    if (at == rows->len || rows->items[at].key.group != key.group ||
        rows->items[at].key.generation != key.generation)
        return CQ_DONE;
    *found = rows->items[at].key;
    *blob = (cq_str){rows->items[at].bytes, rows->items[at].len};
    return CQ_OK;
}

static inline cq_status rows_erase(void *context, uint32_t group, uint32_t generation,
                                   cq_error *err)
{
    struct rows *rows = context;
    size_t from = rows_at(rows, (cq_index_row){.group = group, .generation = generation});
    size_t to = from;

    (void)err;
    for (; to < rows->len && rows->items[to].key.group == group &&
           rows->items[to].key.generation == generation;
         to++) {
        rows->bytes -= rows->items[to].len;
        free(rows->items[to].bytes);
    }
    memmove(rows->items + from, rows->items + to,
            (rows->len - to) * sizeof(*rows->items));
    rows->len -= to - from;
    return CQ_OK;
}

static inline cq_index_io rows_io(struct rows *rows)
{
    return (cq_index_io){rows, rows_put, rows_get, rows_next, rows_erase};
}

static inline void rows_release(struct rows *rows)
{
    for (size_t i = 0; i < rows->len; i++)
        free(rows->items[i].bytes);
    free(rows->items);
    memset(rows, 0, sizeof(*rows));
}

#endif
