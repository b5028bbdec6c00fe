#include "db.h"

#include <assert.h>

static sqlite3_stmt *bind_run(cq_store *store, statement which, uint32_t group,
                              uint32_t run, cq_error *err)
{
    sqlite3_stmt *stmt = cq_store_stmt(store, which, err);

    if (!stmt)
        return NULL;
    cq_bind_int(stmt, 1, group);
    cq_bind_int(stmt, 2, run);
    return stmt;
}

cq_status cq_store_word_put(cq_store *store, uint32_t group, uint32_t run, cq_str first,
                            cq_str data, cq_error *err)
{
    sqlite3_stmt *stmt = bind_run(store, STMT_WORD_PUT, group, run, err);

    assert(store->in_write);
    if (!stmt)
        return CQ_E_STORE;
    cq_bind_blob(stmt, 3, first);
    cq_bind_blob(stmt, 4, data);
    return cq_store_run(store, stmt, err);
}

static cq_status find_row(cq_store *store, statement which, uint32_t group, uint32_t run,
                          cq_str word, cq_str *found, cq_str *data, cq_error *err)
{
    sqlite3_stmt *stmt = bind_run(store, which, group, run, err);
    cq_status status;

    if (!stmt)
        return CQ_E_STORE;
    cq_bind_blob(stmt, 3, word);
    status = cq_store_step(store, stmt, err);
    if (status != CQ_OK)
        return status;
    *found = cq_column_blob(stmt, 0);
    *data = cq_column_blob(stmt, 1);
    return CQ_OK;
}

cq_status cq_store_word_get(cq_store *store, uint32_t group, uint32_t run, cq_str first,
                            cq_str *found, cq_str *data, cq_error *err)
{
    return find_row(store, STMT_WORD_GET, group, run, first, found, data, err);
}

cq_status cq_store_word_next(cq_store *store, uint32_t group, uint32_t run, cq_str after,
                             cq_str *found, cq_str *data, cq_error *err)
{
    return find_row(store, STMT_WORD_NEXT, group, run, after, found, data, err);
}

cq_status cq_store_word_erase(cq_store *store, uint32_t group, uint32_t run,
                              cq_error *err)
{
    sqlite3_stmt *stmt = bind_run(store, STMT_WORD_ERASE, group, run, err);

    return stmt ? cq_store_run(store, stmt, err) : CQ_E_STORE;
}

cq_status cq_store_words_until(cq_store *store, uint64_t *until, cq_error *err)
{
    sqlite3_stmt *stmt;
    cq_status status;

    *until = store->counts[COUNT_WORDS_UNTIL];
    if (store->in_write)
        return CQ_OK;
    stmt = cq_store_stmt(store, STMT_META_GET, err);
    if (!stmt)
        return CQ_E_STORE;
    sqlite3_bind_text(stmt, 1, "words_until", -1, SQLITE_STATIC);
    status = cq_store_step(store, stmt, err);
    *until = status == CQ_OK ? cq_column_int(stmt, 0) : 0;
    sqlite3_reset(stmt);
    return status < 0 ? status : CQ_OK;
}

void cq_store_words_reach(cq_store *store, uint64_t until)
{
    assert(store->in_write);
    store->counts[COUNT_WORDS_UNTIL] = until;
}

uint64_t cq_store_next_text(const cq_store *store)
{
    assert(store->in_write);
    return store->counts[COUNT_NEXT_TEXT];
}
