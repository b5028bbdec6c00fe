#include "db.h"

#include <assert.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define BUSY_MS   5000 /* wait so long for another program that writes */
#define CACHE_KIB 49152

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
                              BUSY_MS / 1000);
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

/* ---- connections ----------------------------------------------------------------------
 */

int64_t cq_store_beside(const cq_store *store, const char *suffix)
{
    char path[4096];
    struct stat info;

    if (snprintf(path, sizeof(path), "%s%s", store->path, suffix) >= (int)sizeof(path) ||
        stat(path, &info) != 0)
        return -1;
    return info.st_size;
}

/* An open statement keeps its transaction from ending. */
static void reset_statements(cq_store *store)
{
    cq_store_walks_end(store);
    for (size_t i = 0; i < STMT_COUNT; i++)
        sqlite3_reset(store->stmts[i]);
}

static void disconnect(cq_store *store)
{
    for (size_t i = 0; i < STMT_COUNT; i++) {
        sqlite3_finalize(store->stmts[i]);
        store->stmts[i] = NULL;
    }
    cq_store_walks_end(store);
    sqlite3_close(store->db);
    store->db = NULL;
    store->device = store->inode = 0;
}

static cq_status connect_to(cq_store *store, const char *name, int flags, cq_error *err)
{
    int rc = sqlite3_open_v2(name, &store->db, flags | SQLITE_OPEN_NOMUTEX, NULL);
    char pragma[96];

    if (rc != SQLITE_OK) {
        cq_status status = store->db ? cq_store_fail(store, rc, "open the memory", err)
                                     : cq_fail(err, CQ_E_NOMEM, "no memory to open");
        disconnect(store);
        return status;
    }
    sqlite3_extended_result_codes(store->db, 1);
    sqlite3_busy_timeout(store->db, BUSY_MS);
    sqlite3_wal_autocheckpoint(store->db, 0);
    snprintf(pragma, sizeof(pragma),
             "PRAGMA cache_size = -%d; PRAGMA temp_store = MEMORY; "
             "PRAGMA trusted_schema = OFF",
             CACHE_KIB);
    return cq_store_exec(store, pragma, err);
}

/* An empty memory in RAM, which stands for a file that is absent or empty. */
static cq_status connect_stand_in(cq_store *store, cq_error *err)
{
    cq_status status;

    store->is_stand_in = true;
    status = connect_to(
        store,
        ":memory:", SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE | SQLITE_OPEN_MEMORY, err);
    if (status == CQ_OK)
        status = cq_store_schema_update(store, true, err);
    store->is_changed = false;
    return status;
}

/* "file:" URI of the path, with what a URI cannot hold escaped. */
static char *immutable_uri(const char *path)
{
    cq_buf uri = {0};

    cq_buf_add_z(&uri, "file:");
    for (const char *at = path; *at; at++)
        if (*at == '%' || *at == '?' || *at == '#')
            cq_buf_add_format(&uri, "%%%02x", (unsigned)*at);
        else
            cq_buf_add_byte(&uri, (unsigned char)*at);
    cq_buf_add_z(&uri, "?immutable=1");
    if (cq_buf_check(&uri, NULL) != CQ_OK)
        cq_buf_release(&uri);
    return uri.ptr;
}

/* Whether the file can be read at all: the first touch of its pages. */
static cq_status first_read(cq_store *store, bool *is_empty, cq_error *err)
{
    return cq_store_schema_check(store, is_empty, err);
}

/* A memory in a folder that is read-only: SQLite cannot make the -shm file that a
 * write-ahead log needs. Without a log the file is all there is. */
static cq_status connect_immutable(cq_store *store, bool *is_empty, cq_error *err)
{
    char *uri;
    cq_status status;

    if (cq_store_beside(store, "-wal") > 0) {
        cq_fail_number(err, CQ_E_STORE, ERR_JOURNAL,
                       "the memory has an unfinished log (%s-wal) that cannot be read "
                       "in a read-only folder",
                       store->path);
        cq_fail_at(err, store->path, 0, 0);
        return CQ_E_STORE;
    }
    uri = immutable_uri(store->path);
    if (!uri)
        return cq_fail(err, CQ_E_NOMEM, "no memory to open");
    disconnect(store);
    status = connect_to(store, uri, SQLITE_OPEN_READONLY | SQLITE_OPEN_URI, err);
    cq_free(uri);
    return status == CQ_OK ? first_read(store, is_empty, err) : status;
}

static bool is_folder_read_only(const char *path)
{
    const char *slash = strrchr(path, '/');
    char folder[4096];

    if (!slash)
        return access(".", W_OK) != 0;
    snprintf(folder, sizeof(folder), "%.*s", slash == path ? 1 : (int)(slash - path),
             path);
    return access(folder, W_OK) != 0;
}

static cq_status connect_read(cq_store *store, bool *is_empty, cq_error *err)
{
    bool can_write = access(store->path, W_OK) == 0;
    bool is_fixed = is_folder_read_only(store->path);
    cq_error first = {0};
    cq_status status;

    /* A reader that may write also finishes what a killed writer left behind. */
    status = connect_to(
        store, store->path,
        can_write && !is_fixed ? SQLITE_OPEN_READWRITE : SQLITE_OPEN_READONLY, &first);
    if (status == CQ_OK)
        status = first_read(store, is_empty, &first);
    if (status == CQ_OK)
        return cq_store_exec(store, "PRAGMA query_only = 1", err);
    if (is_fixed && (first.number == ERR_IO || first.number == ERR_READ_ONLY))
        return connect_immutable(store, is_empty, err);
    if (err && err->status == CQ_OK)
        *err = first;
    return status;
}

/* What the file system says of the path: CQ_DONE when there is nothing or an empty file.
 */
static cq_status look_at(cq_store *store, bool must_exist, cq_error *err)
{
    struct stat info;
    int number = ERR_IO;

    if (stat(store->path, &info) == 0) {
        if (S_ISDIR(info.st_mode)) {
            cq_fail_number(err, CQ_E_STORE, ERR_FOLDER, "a folder is no memory");
            cq_fail_at(err, store->path, 0, 0);
            return CQ_E_STORE;
        }
        if (access(store->path, R_OK) == 0)
            /* A journal beside an empty file is a killed first import's: to be cleared.
             */
            return info.st_size > 0 || cq_store_beside(store, "-journal") >= 0 ? CQ_OK
                                                                               : CQ_DONE;
    } else if (errno == ENOENT && !must_exist) {
        return CQ_DONE;
    } else if (errno == ENOENT) {
        cq_fail_number(err, CQ_E_STORE, ERR_ABSENT,
                       "there is no memory here; 'calque import' makes one");
        cq_fail_at(err, store->path, 0, 0);
        return CQ_E_STORE;
    }
    if (errno == EACCES || errno == EPERM)
        number = ERR_PERMISSION;
    return cq_fail_errno(err, CQ_E_STORE, number, "cannot open the memory", store->path);
}

static cq_status make_folder(const char *path, cq_error *err)
{
    char folder[4096];
    size_t len = strlen(path);

    if (len >= sizeof(folder))
        return cq_fail_number(err, CQ_E_STORE, ERR_IO,
                              "the path of the memory is too "
                              "long");
    memcpy(folder, path, len + 1);
    for (size_t i = 1; i < len; i++) {
        if (folder[i] != '/')
            continue;
        folder[i] = '\0';
        if (mkdir(folder, 0777) != 0 && errno != EEXIST && access(folder, F_OK) != 0)
            return cq_fail_errno(err, CQ_E_STORE,
                                 errno == EACCES ? ERR_PERMISSION : ERR_IO,
                                 "cannot make the memory's folder", folder);
        folder[i] = '/';
    }
    return CQ_OK;
}

static cq_status note_inode(cq_store *store, cq_error *err)
{
    struct stat info;

    if (stat(store->path, &info) != 0)
        return cq_fail_errno(err, CQ_E_STORE, ERR_IO, "cannot open the memory",
                             store->path);
    store->device = (uint64_t)info.st_dev;
    store->inode = (uint64_t)info.st_ino;
    return CQ_OK;
}

static bool is_replaced(const cq_store *store)
{
    struct stat info;

    return stat(store->path, &info) != 0 || (uint64_t)info.st_dev != store->device ||
           (uint64_t)info.st_ino != store->inode;
}

static cq_status connect_write(cq_store *store, bool *is_empty, cq_error *err)
{
    cq_status status =
        connect_to(store, store->path, SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE, err);

    if (status == CQ_OK && access(store->path, W_OK) != 0) {
        cq_fail_number(err, CQ_E_STORE, ERR_READ_ONLY,
                       "the memory cannot be written: its file is read-only");
        cq_fail_at(err, store->path, 0, 0);
        status = CQ_E_STORE;
    }
    /* Only an empty file takes the page size. */
    if (status == CQ_OK)
        status = cq_store_exec(store, "PRAGMA page_size = 16384", err);
    if (status == CQ_OK)
        status = note_inode(store, err);
    if (status == CQ_OK)
        status = cq_store_schema_check(store, is_empty, err);
    return status;
}

/* Connect as the mode asks, or to a stand-in. */
static cq_status attach(cq_store *store, cq_error *err)
{
    bool is_empty = false;
    cq_status status = look_at(store, store->mode == CQ_STORE_READ, err);

    store->is_stand_in = false;
    if (status < 0)
        return status;
    if (status == CQ_OK) {
        status = store->mode == CQ_STORE_READ ? connect_read(store, &is_empty, err)
                                              : connect_write(store, &is_empty, err);
        if (status != CQ_OK || !is_empty)
            return status;
        disconnect(store);
    } else if (store->mode == CQ_STORE_WRITE) {
        status = make_folder(store->path, err);
        if (status == CQ_OK && is_folder_read_only(store->path)) {
            cq_fail_number(err, CQ_E_STORE, ERR_PERMISSION,
                           "no permission to make a memory in this folder");
            cq_fail_at(err, store->path, 0, 0);
            return CQ_E_STORE;
        }
        if (status < 0)
            return status;
    }
    return connect_stand_in(store, err);
}

cq_status cq_store_open(const char *path, cq_store_mode mode, cq_store **out,
                        cq_error *err)
{
    cq_store *store = cq_zalloc(sizeof(*store));
    cq_status status;

    *out = NULL;
    if (!store)
        return cq_fail(err, CQ_E_NOMEM, "no memory to open the memory");
    store->mode = mode;
    store->path = cq_alloc(strlen(path) + 1);
    store->prints = cq_prints_new();
    if (!store->path || !store->prints) {
        status = cq_fail(err, CQ_E_NOMEM, "no memory to open the memory");
        goto fail;
    }
    memcpy(store->path, path, strlen(path) + 1);
    status = attach(store, err);
    if (status != CQ_OK)
        goto fail;
    *out = store;
    return CQ_OK;

fail:
    cq_store_close(store);
    return status;
}

void cq_store_close(cq_store *store)
{
    if (!store)
        return;
    cq_store_rollback(store);
    disconnect(store);
    cq_store_names_forget(store);
    cq_prints_free(store->prints);
    cq_map_release(&store->tokens);
    cq_buf_release(&store->key);
    cq_buf_release(&store->blob);
    cq_buf_release(&store->held);
    cq_free(store->tag_added);
    cq_free(store->texts);
    cq_free(store->tag_ids);
    cq_free(store->path);
    cq_free(store);
}

/* ---- transactions ---------------------------------------------------------------------
 */

static const char *const counter_names[COUNT_LEN] = {
    "units", "variants", "texts", "next_text", "next_unit", "next_token", "next_run"};

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
            disconnect(store);
            store->is_stand_in = false;
            store->is_created = access(store->path, F_OK) != 0;
            status = connect_write(store, is_empty, err);
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
        if (!is_replaced(store))
            return CQ_OK;
        disconnect(store);
    }
    cq_fail_number(err, CQ_E_STORE, ERR_REPLACED,
                   "the memory was taken away or replaced while it was open");
    cq_fail_at(err, store->path, 0, 0);
    return CQ_E_STORE;
}

/* Let go of a file that has no schema: a stand-in shows its emptiness. */
static void detach(cq_store *store)
{
    disconnect(store);
    if (connect_stand_in(store, NULL) != CQ_OK)
        disconnect(store);
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
    if (store->is_created && store->is_filled && !is_replaced(store))
        unlink(store->path);
    sqlite3_exec(store->db, "ROLLBACK", NULL, NULL, NULL);
    if (store->is_filled)
        detach(store);
    store->is_created = store->is_filled = false;
}

/* Move the log into the file, so that none is left to grow. A reader that still needs
 * the old state only delays this. */
static void checkpoint(cq_store *store)
{
    sqlite3_busy_timeout(store->db, 100);
    sqlite3_wal_checkpoint_v2(store->db, NULL, SQLITE_CHECKPOINT_TRUNCATE, NULL, NULL);
    sqlite3_busy_timeout(store->db, BUSY_MS);
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
    reset_statements(store);
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
        checkpoint(store);
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
            disconnect(store);
            status = attach(store, err);
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
    reset_statements(store);
    sqlite3_exec(store->db, "ROLLBACK", NULL, NULL, NULL);
}

const char *cq_store_version(void) { return "SQLite " SQLITE_VERSION; }
