#include "db.h"

#include <assert.h>
#include <errno.h>
#include <string.h>

static const char *const sql[STMT_COUNT] = {
#define STATEMENT(name, text) text,
#include "statements.def"
#undef STATEMENT
};

/* ---- failures -------------------------------------------------------------------------
 */

static cq_status fail_of(int rc, const char *doing, const char *detail, cq_error *err)
{
    switch (rc & 0xff) {
    case SQLITE_NOMEM:
        return cq_fail(err, CQ_E_NOMEM, "no memory to %s", doing);
    case SQLITE_NOTADB:
        return cq_fail_number(err, CQ_E_STORE, ERR_NO_DATABASE,
                              "this file is no calque memory: it is not an SQLite "
                              "database");
    case SQLITE_BUSY:
    case SQLITE_LOCKED:
        return cq_fail_number(err, CQ_E_STORE, ERR_LOCKED,
                              "the memory is locked: another program has been writing "
                              "to it for more than %d seconds",
                              CQ_STORE_BUSY_MS / 1000);
    case SQLITE_FULL:
        return cq_fail_number(err, CQ_E_STORE, ERR_FULL,
                              "the disk is full; the memory is as it was before");
    case SQLITE_CORRUPT:
        return cq_fail_number(err, CQ_E_STORE, ERR_DAMAGED,
                              "the memory is damaged: cannot %s (%s)", doing, detail);
    case SQLITE_READONLY:
        return cq_fail_number(err, CQ_E_STORE, ERR_READ_ONLY,
                              "the memory cannot be written: its file or folder is "
                              "read-only");
    case SQLITE_PERM:
    case SQLITE_AUTH:
        return cq_fail_number(err, CQ_E_STORE, ERR_PERMISSION, "no permission to %s: %s",
                              doing, detail);
    default:
        return cq_fail_number(err, CQ_E_STORE, ERR_IO, "cannot %s: %s", doing, detail);
    }
}

cq_status cq_store_fail(cq_store *store, int rc, const char *doing, cq_error *err)
{
    cq_status status;
    int extended = sqlite3_extended_errcode(store->db);
    int cause = sqlite3_system_errno(store->db);
    const char *detail = sqlite3_errmsg(store->db);

    if ((rc & 0xff) == SQLITE_IOERR && (cause == ENOSPC || cause == EDQUOT))
        rc = SQLITE_FULL;
    else if ((rc & 0xff) == SQLITE_IOERR && cause)
        detail = strerror(cause);
    else if ((rc & 0xff) == SQLITE_ERROR && (extended & 0xff) != SQLITE_ERROR)
        rc = extended;
    status = fail_of(rc, doing, detail, err);
    cq_fail_at(err, store->path, 0, 0);
    return status;
}

cq_status cq_store_damaged(cq_store *store, const char *what, uint64_t id, cq_error *err)
{
    cq_fail_number(err, CQ_E_STORE, ERR_DAMAGED, "the memory is damaged: %s %llu", what,
                   (unsigned long long)id);
    cq_fail_at(err, store->path, 0, 0);
    return CQ_E_STORE;
}

/* ---- statements -----------------------------------------------------------------------
 */

sqlite3_stmt *cq_store_stmt(cq_store *store, statement which, cq_error *err)
{
    int rc;

    if (!store->db) {
        cq_fail(err, CQ_E_NOMEM, "no memory to open the memory again");
        return NULL;
    }
    if (store->stmts[which]) {
        sqlite3_reset(store->stmts[which]);
        return store->stmts[which];
    }
    rc = sqlite3_prepare_v3(store->db, sql[which], -1, SQLITE_PREPARE_PERSISTENT,
                            &store->stmts[which], NULL);
    if (rc != SQLITE_OK) {
        cq_store_fail(store, rc, "read the memory", err);
        return NULL;
    }
    return store->stmts[which];
}

cq_status cq_store_step(cq_store *store, sqlite3_stmt *stmt, cq_error *err)
{
    int rc = sqlite3_step(stmt);

    if (rc == SQLITE_ROW)
        return CQ_OK;
    if (rc != SQLITE_DONE)
        cq_store_fail(
            store, rc,
            sqlite3_stmt_readonly(stmt) ? "read the memory" : "write the memory", err);
    sqlite3_reset(stmt);
    if (rc == SQLITE_DONE)
        return CQ_DONE;
    return (rc & 0xff) == SQLITE_NOMEM ? CQ_E_NOMEM : CQ_E_STORE;
}

cq_status cq_store_run(cq_store *store, sqlite3_stmt *stmt, cq_error *err)
{
    cq_status status = cq_store_step(store, stmt, err);

    assert(status != CQ_OK);
    store->is_changed = true;
    return status < 0 ? status : CQ_OK;
}

cq_status cq_store_exec(cq_store *store, const char *text, cq_error *err)
{
    int rc = sqlite3_exec(store->db, text, NULL, NULL, NULL);

    return rc == SQLITE_OK ? CQ_OK : cq_store_fail(store, rc, "use the memory", err);
}

void cq_bind_blob(sqlite3_stmt *stmt, int at, cq_str bytes)
{
    /* A NULL pointer would bind NULL, not an empty blob. */
    sqlite3_bind_blob64(stmt, at, bytes.len ? bytes.ptr : "", bytes.len, SQLITE_STATIC);
}

cq_str cq_column_blob(sqlite3_stmt *stmt, int at)
{
    const char *ptr = sqlite3_column_blob(stmt, at);

    return (cq_str){ptr ? ptr : "", (size_t)sqlite3_column_bytes(stmt, at)};
}

const char *cq_store_version(void) { return "SQLite " SQLITE_VERSION; }
