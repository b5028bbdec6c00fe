#include "db.h"

#include <errno.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define CACHE_KIB 49152

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
void cq_store_reset_statements(cq_store *store)
{
    cq_store_walks_end(store);
    for (size_t i = 0; i < STMT_COUNT; i++)
        sqlite3_reset(store->stmts[i]);
}

void cq_store_disconnect(cq_store *store)
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

    if (rc != SQLITE_OK) {
        cq_status status = store->db ? cq_store_fail(store, rc, "open the memory", err)
                                     : cq_fail(err, CQ_E_NOMEM, "no memory to open");
        cq_store_disconnect(store);
        return status;
    }
    sqlite3_extended_result_codes(store->db, 1);
    sqlite3_busy_timeout(store->db, CQ_STORE_BUSY_MS);
    sqlite3_wal_autocheckpoint(store->db, 0);
    return cq_store_exec(store, "PRAGMA temp_store = MEMORY; PRAGMA trusted_schema = OFF",
                         err);
}

/* Look at the schema, then size the cache: SQLite counts the pages that fit when it is
 * told, and before the first read it takes them for 4 KiB. */
static cq_status first_read(cq_store *store, bool *is_empty, cq_error *err)
{
    cq_status status = cq_store_schema_check(store, is_empty, err);
    char pragma[64];

    snprintf(pragma, sizeof(pragma), "PRAGMA cache_size = -%d", CACHE_KIB);
    return status == CQ_OK ? cq_store_exec(store, pragma, err) : status;
}

/* An empty memory in RAM, which stands for a file that is absent or empty. */
cq_status cq_store_connect_stand_in(cq_store *store, cq_error *err)
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
    cq_store_disconnect(store);
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

/* A first import that was killed before it wrote anything leaves an empty journal, which
 * SQLite does not look at; a transaction of our own takes it away with itself. */
static void clear_journal(cq_store *store)
{
    if (cq_store_beside(store, "-journal") != 0)
        return;
    sqlite3_busy_timeout(store->db, 0);
    if (sqlite3_exec(store->db, "BEGIN IMMEDIATE; CREATE TABLE t(x)", NULL, NULL, NULL) ==
        SQLITE_OK)
        sqlite3_exec(store->db, "ROLLBACK", NULL, NULL, NULL);
    sqlite3_busy_timeout(store->db, CQ_STORE_BUSY_MS);
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
    if (status == CQ_OK && *is_empty)
        clear_journal(store);
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

bool cq_store_is_replaced(const cq_store *store)
{
    struct stat info;

    return stat(store->path, &info) != 0 || (uint64_t)info.st_dev != store->device ||
           (uint64_t)info.st_ino != store->inode;
}

cq_status cq_store_connect_write(cq_store *store, bool *is_empty, cq_error *err)
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
        status = first_read(store, is_empty, err);
    return status;
}

/* Connect as the mode asks, or to a stand-in. */
cq_status cq_store_attach(cq_store *store, cq_error *err)
{
    bool is_empty = false;
    cq_status status = look_at(store, store->mode == CQ_STORE_READ, err);

    store->is_stand_in = false;
    if (status < 0)
        return status;
    if (status == CQ_OK) {
        status = store->mode == CQ_STORE_READ
                     ? connect_read(store, &is_empty, err)
                     : cq_store_connect_write(store, &is_empty, err);
        if (status != CQ_OK || !is_empty)
            return status;
        cq_store_disconnect(store);
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
    return cq_store_connect_stand_in(store, err);
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
    status = cq_store_attach(store, err);
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
    cq_store_disconnect(store);
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
