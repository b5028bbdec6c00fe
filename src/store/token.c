#include "db.h"

#include <assert.h>

#define TOKENS_HELD 100000u /* in memory, in front of the table */

/* Key of the map: the three columns as one string. */
static cq_status map_key(cq_store *store, uint32_t group, uint32_t kind, cq_str key,
                         cq_error *err)
{
    cq_buf_reset(&store->key);
    cq_buf_add_varint(&store->key, group);
    cq_buf_add_varint(&store->key, kind);
    cq_buf_add_str(&store->key, key);
    return cq_buf_check(&store->key, err);
}

static cq_status ask_token(cq_store *store, statement which, uint32_t group,
                           uint32_t kind, cq_str key, uint32_t *id, cq_error *err)
{
    sqlite3_stmt *stmt = cq_store_stmt(store, which, err);
    cq_status status;

    if (!stmt)
        return CQ_E_STORE;
    cq_bind_int(stmt, 1, group);
    cq_bind_int(stmt, 2, kind);
    cq_bind_blob(stmt, 3, key);
    if (which == STMT_TOKEN_ADD) {
        cq_bind_int(stmt, 4, *id);
        return cq_store_run(store, stmt, err);
    }
    status = cq_store_step(store, stmt, err);
    *id = status == CQ_OK ? (uint32_t)cq_column_int(stmt, 0) : 0;
    sqlite3_reset(stmt);
    return status < 0 ? status : CQ_OK;
}

static cq_status find_token(cq_store *store, uint32_t group, uint32_t kind, cq_str key,
                            bool may_add, uint32_t *id, cq_error *err)
{
    cq_status status = map_key(store, group, kind, key, err);
    uint64_t *known;

    if (status != CQ_OK)
        return status;
    known = cq_map_find(&store->tokens, cq_buf_str(&store->key));
    if (known) {
        *id = (uint32_t)*known;
        return CQ_OK;
    }
    status = ask_token(store, STMT_TOKEN_FIND, group, kind, key, id, err);
    if (status == CQ_OK && *id == 0 && may_add) {
        if (store->counts[COUNT_NEXT_TOKEN] > UINT32_MAX)
            return cq_fail_number(err, CQ_E_STORE, ERR_TOO_MANY,
                                  "a memory cannot hold more than %u distinct tokens",
                                  UINT32_MAX);
        *id = (uint32_t)store->counts[COUNT_NEXT_TOKEN];
        status = ask_token(store, STMT_TOKEN_ADD, group, kind, key, id, err);
        if (status == CQ_OK)
            store->counts[COUNT_NEXT_TOKEN]++;
    }
    if (status != CQ_OK || *id == 0)
        return status;
    if (store->tokens.len >= TOKENS_HELD)
        cq_map_release(&store->tokens);
    known = cq_map_add(&store->tokens, cq_buf_str(&store->key), NULL);
    if (known)
        *known = *id; /* without memory the table is asked again */
    return CQ_OK;
}

cq_status cq_store_token_find(cq_store *store, uint32_t group, uint32_t kind, cq_str key,
                              uint32_t *id, cq_error *err)
{
    return find_token(store, group, kind, key, false, id, err);
}

cq_status cq_store_token_add(cq_store *store, uint32_t group, uint32_t kind, cq_str key,
                             uint32_t *id, cq_error *err)
{
    assert(store->in_write);
    return find_token(store, group, kind, key, true, id, err);
}
