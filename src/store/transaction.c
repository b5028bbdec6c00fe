#include "db.h"

#include <assert.h>
#include <string.h>
#include <unistd.h>

static const char *const counter_names[COUNT_LEN] = {
    "units",      "variants", "texts",   "next_text",  "next_unit",
    "next_token", "next_run", "dropped", "words_until"};

static cq_status load_counts(cq_store *store, cq_error *err)
{
    for (size_t i = 0; i < COUNT_LEN; i++) {
        sqlite3_stmt *stmt = cq_store_stmt(store, STMT_META_GET, err);
        cq_status status;

        if (!stmt)
            return CQ_E_STORE;
        sqlite3_bind_text(stmt, 1, counter_names[i], -1, SQLITE_STATIC);
        status = cq_store_step(store, stmt, err);
        if (status < 0)
            return status;
        store->counts[i] = status == CQ_OK ? cq_column_int(stmt, 0) : 0;
        store->saved[i] = store->counts[i];
        sqlite3_reset(stmt);
    }
    store->fresh = store->counts[COUNT_NEXT_TEXT];
    return CQ_OK;
}

static cq_status save_counts(cq_store *store, cq_error *err)
{
    for (size_t i = 0; i < COUNT_LEN; i++) {
        sqlite3_stmt *stmt;
        cq_status status;

        if (store->counts[i] == store->saved[i])
            continue;
        stmt = cq_store_stmt(store, STMT_META_PUT, err);
        if (!stmt)
            return CQ_E_STORE;
        sqlite3_bind_text(stmt, 1, counter_names[i], -1, SQLITE_STATIC);
        cq_bind_int(stmt, 2, store->counts[i]);
        status = cq_store_run(store, stmt, err);
        if (status != CQ_OK)
            return status;
    }
    return CQ_OK;
}

/* What memory holds of an open transaction. */
static void forget(cq_store *store)
{
    cq_prints_reset(store->prints);
    cq_store_walks_end(store);
    store->origin = (current_origin){0};
    if (store->tag_capacity)
        memset(store->tag_added, 0, store->tag_capacity * sizeof(*store->tag_added));
    store->is_changed = false;
}

/* The write lock, on the file that bears the path now: one that a failed first import
 * took away again while we waited is another. */
static cq_status lock_file(cq_store *store, bool *is_empty, cq_error *err)
{
    for (int tries = 0; tries < 8; tries++) {
        cq_status status = CQ_OK;

        if (!store->db || store->is_stand_in) {
            cq_store_disconnect(store);
            store->is_stand_in = false;
            store->is_created = access(store->path, F_OK) != 0;
            status = cq_store_connect_write(store, is_empty, err);
        }
        /* Left in the rollback mode of its first filling when a reader was in the way. */
        if (status == CQ_OK && !*is_empty)
            sqlite3_exec(store->db, "PRAGMA journal_mode = WAL", NULL, NULL, NULL);
        if (status == CQ_OK)
            status = cq_store_exec(store,
                                   *is_empty ? "PRAGMA synchronous = FULL"
                                             : "PRAGMA synchronous = NORMAL",
                                   err);
        if (status == CQ_OK)
            status = cq_store_exec(store, "BEGIN IMMEDIATE", err);
        if (status == CQ_OK)
            status = cq_store_schema_check(store, is_empty, err);
        if (status != CQ_OK)
            return status;
        if (!cq_store_is_replaced(store))
            return CQ_OK;
        cq_store_disconnect(store);
    }
    cq_fail_number(err, CQ_E_STORE, ERR_REPLACED,
                   "the memory was taken away or replaced while it was open");
    cq_fail_at(err, store->path, 0, 0);
    return CQ_E_STORE;
}

/* Let go of a file that has no schema: a stand-in shows its emptiness. */
static void detach(cq_store *store)
{
    cq_store_disconnect(store);
    if (cq_store_connect_stand_in(store, NULL) != CQ_OK)
        cq_store_disconnect(store);
}

cq_status cq_store_begin(cq_store *store, cq_error *err)
{
    bool is_empty = store->is_stand_in;
    cq_status status;

    assert(!store->in_write && store->mode == CQ_STORE_WRITE);
    forget(store);
    store->is_created = false;
    status = lock_file(store, &is_empty, err);
    if (status != CQ_OK) {
        detach(store);
        return status;
    }
    store->in_write = true;
    store->is_filled = is_empty;
    status = cq_store_schema_update(store, is_empty, err);
    store->is_changed = false;
    if (status == CQ_OK)
        status = load_counts(store, err);
    if (status != CQ_OK)
        cq_store_rollback(store);
    return status;
}

void cq_store_rollback(cq_store *store)
{
    if (!store->in_write)
        return;
    store->in_write = false;
    forget(store);
    cq_store_names_forget(store);
    cq_map_reset(&store->tokens);
    /* Unlinked while the lock is held, so that nobody else can have begun to fill it. */
    if (store->is_created && store->is_filled && !cq_store_is_replaced(store))
        unlink(store->path);
    sqlite3_exec(store->db, "ROLLBACK", NULL, NULL, NULL);
    if (store->is_filled)
        detach(store);
    store->is_created = store->is_filled = false;
}

void cq_store_checkpoint(cq_store *store)
{
    sqlite3_busy_timeout(store->db, 100);
    sqlite3_wal_checkpoint_v2(store->db, NULL, SQLITE_CHECKPOINT_TRUNCATE, NULL, NULL);
    sqlite3_busy_timeout(store->db, CQ_STORE_BUSY_MS);
}

static cq_status save(cq_store *store, cq_error *err)
{
    cq_status status = cq_prints_flush(store, err);

    if (status == CQ_OK)
        status = cq_store_origin_save(store, err);
    if (status == CQ_OK)
        status = cq_store_names_save(store, err);
    return status == CQ_OK ? save_counts(store, err) : status;
}

cq_status cq_store_commit(cq_store *store, cq_error *err)
{
    cq_status status = save(store, err);

    assert(store->in_write);
    cq_store_reset_statements(store);
    /* An empty import into a new memory makes the memory all the same. */
    if (status == CQ_OK)
        status = cq_store_exec(
            store, store->is_changed || store->is_filled ? "COMMIT" : "ROLLBACK", err);
    if (status != CQ_OK) {
        cq_store_rollback(store);
        return status;
    }
    store->in_write = false;
    if (store->is_filled)
        sqlite3_exec(store->db, "PRAGMA journal_mode = WAL", NULL, NULL, NULL);
    else if (store->is_changed)
        cq_store_checkpoint(store);
    forget(store);
    store->is_created = store->is_filled = false;
    return CQ_OK;
}

cq_status cq_store_begin_read(cq_store *store, cq_error *err)
{
    cq_status status = CQ_OK;

    if (store->readers == 0 && !store->in_write) {
        /* Somebody may have filled the empty file meanwhile. */
        if (!store->db || (store->is_stand_in && cq_store_beside(store, "") > 0)) {
            cq_store_disconnect(store);
            status = cq_store_attach(store, err);
        }
        if (status == CQ_OK)
            status = cq_store_exec(store, "BEGIN", err);
        if (status != CQ_OK)
            return status;
    }
    store->readers++;
    return CQ_OK;
}

void cq_store_end_read(cq_store *store)
{
    assert(store->readers > 0);
    if (--store->readers > 0 || store->in_write)
        return;
    cq_store_reset_statements(store);
    sqlite3_exec(store->db, "ROLLBACK", NULL, NULL, NULL);
}
