/* renew.c -- what is derived from the texts, written anew: tokens, index, fingerprints.
 */
#include "db.h"

#include <assert.h>

cq_status cq_store_note_get(cq_store *store, const char *name, uint64_t *value,
                            cq_error *err)
{
    sqlite3_stmt *stmt = cq_store_stmt(store, STMT_META_GET, err);
    cq_status status;

    *value = 0;
    if (!stmt)
        return CQ_E_STORE;
    sqlite3_bind_text(stmt, 1, name, -1, SQLITE_STATIC);
    status = cq_store_step(store, stmt, err);
    if (status == CQ_OK)
        *value = cq_column_int(stmt, 0);
    sqlite3_reset(stmt);
    return status < 0 ? status : CQ_OK;
}

cq_status cq_store_note_put(cq_store *store, const char *name, uint64_t value,
                            cq_error *err)
{
    uint64_t old;
    sqlite3_stmt *stmt;
    cq_status status = cq_store_note_get(store, name, &old, err);

    assert(store->in_write);
    if (status != CQ_OK || old == value)
        return status;
    stmt = cq_store_stmt(store, STMT_META_PUT, err);
    if (!stmt)
        return CQ_E_STORE;
    sqlite3_bind_text(stmt, 1, name, -1, SQLITE_STATIC);
    cq_bind_int(stmt, 2, value);
    return cq_store_run(store, stmt, err);
}

cq_status cq_store_forget_tokens(cq_store *store, cq_error *err)
{
    cq_status status;

    assert(store->in_write && store->origin.id == 0);
    cq_prints_reset(store->prints);
    cq_map_reset(&store->tokens);
    cq_store_walks_end(store);
    status =
        cq_store_exec(store,
                      "DELETE FROM token; DELETE FROM posting; DELETE FROM print;"
                      "DELETE FROM print_run; DELETE FROM dropped; DELETE FROM word;",
                      err);
    store->counts[COUNT_NEXT_TOKEN] = 1;
    store->counts[COUNT_DROPPED] = 0;
    store->counts[COUNT_WORDS_UNTIL] = 0;
    store->is_changed = true;
    return status;
}

cq_status cq_store_text_renew(cq_store *store, const cq_store_text *text, cq_error *err)
{
    sqlite3_stmt *stmt = cq_store_stmt(store, STMT_TEXT_RENEW, err);
    cq_status status;

    assert(store->in_write);
    if (!stmt)
        return CQ_E_STORE;
    cq_bind_int(stmt, 1, text->id);
    cq_bind_int(stmt, 2, text->weight);
    cq_bind_blob(stmt, 3, text->tokens);
    status = cq_store_run(store, stmt, err);
    return status == CQ_OK
               ? cq_prints_add(store, cq_store_text_print(text->group, text->text),
                               text->id, err)
               : status;
}

cq_status cq_store_shrink(cq_store *store, cq_error *err)
{
    cq_status status;

    assert(!store->in_write && store->readers == 0);
    if (!store->db || store->is_stand_in)
        return CQ_OK;
    cq_store_reset_statements(store);
    status = cq_store_exec(store, "VACUUM", err);
    cq_store_checkpoint(store);
    return status;
}
