#include "db.h"

/* docs/file-format.md explains each table. Every step takes the schema from its number to
 * the next; a new one is added at the end and never changed afterwards. */
static const char *const migrations[] = {
    "CREATE TABLE meta(name TEXT PRIMARY KEY, value INTEGER NOT NULL)"
    " STRICT, WITHOUT ROWID;"
    "CREATE TABLE language_group(id INTEGER PRIMARY KEY, name BLOB NOT NULL UNIQUE)"
    " STRICT;"
    "CREATE TABLE tag(id INTEGER PRIMARY KEY, name BLOB NOT NULL UNIQUE,"
    " variants INTEGER NOT NULL) STRICT;"
    "CREATE TABLE origin(id INTEGER PRIMARY KEY, name BLOB NOT NULL,"
    " start BLOB NOT NULL, header BLOB, units INTEGER NOT NULL) STRICT;"
    "CREATE INDEX origin_name ON origin(name);"
    "CREATE TABLE span(origin INTEGER NOT NULL, first INTEGER NOT NULL,"
    " last INTEGER NOT NULL, PRIMARY KEY(origin, first)) STRICT, WITHOUT ROWID;"
    "CREATE TABLE shared(origin INTEGER NOT NULL, anchor INTEGER NOT NULL,"
    " number INTEGER NOT NULL, unit INTEGER NOT NULL,"
    " PRIMARY KEY(origin, anchor, number)) STRICT, WITHOUT ROWID;"
    "CREATE INDEX shared_unit ON shared(unit, origin);"
    "CREATE TABLE text(id INTEGER PRIMARY KEY, grp INTEGER NOT NULL,"
    " weight INTEGER NOT NULL, unit INTEGER NOT NULL, text BLOB NOT NULL,"
    " tokens BLOB NOT NULL) STRICT;"
    "CREATE TABLE unit(id INTEGER PRIMARY KEY, origin INTEGER NOT NULL,"
    " variants BLOB NOT NULL, record BLOB NOT NULL) STRICT;"
    "CREATE TABLE holder(text INTEGER NOT NULL, mark INTEGER NOT NULL,"
    " unit INTEGER NOT NULL, PRIMARY KEY(text, mark, unit)) STRICT, WITHOUT ROWID;"
    "CREATE TABLE token(grp INTEGER NOT NULL, kind INTEGER NOT NULL, key BLOB NOT NULL,"
    " id INTEGER NOT NULL, PRIMARY KEY(grp, kind, key)) STRICT, WITHOUT ROWID;"
    "CREATE TABLE print_run(generation INTEGER PRIMARY KEY, entries INTEGER NOT NULL)"
    " STRICT;"
    "CREATE TABLE print(generation INTEGER NOT NULL, first INTEGER NOT NULL,"
    " data BLOB NOT NULL, PRIMARY KEY(generation, first)) STRICT, WITHOUT ROWID;"
    "CREATE TABLE posting(grp INTEGER NOT NULL, generation INTEGER NOT NULL,"
    " token INTEGER NOT NULL, part INTEGER NOT NULL, data BLOB NOT NULL,"
    " PRIMARY KEY(grp, generation, token, part)) STRICT, WITHOUT ROWID;"
    "INSERT INTO meta VALUES('next_text', 1), ('next_unit', 1), ('next_token', 1),"
    " ('next_run', 1);",
    "CREATE TABLE dropped(text INTEGER PRIMARY KEY, grp INTEGER NOT NULL,"
    " print INTEGER NOT NULL, tokens BLOB NOT NULL) STRICT;"
    "CREATE TABLE word(grp INTEGER NOT NULL, run INTEGER NOT NULL, first BLOB NOT NULL,"
    " data BLOB NOT NULL, PRIMARY KEY(grp, run, first)) STRICT, WITHOUT ROWID;",
};

_Static_assert(ARRAY_LEN(migrations) == CQ_STORE_FORMAT, "one step a format");

static cq_status ask(cq_store *store, const char *sql, uint64_t *value, cq_error *err)
{
    sqlite3_stmt *stmt = NULL;
    int rc = sqlite3_prepare_v2(store->db, sql, -1, &stmt, NULL);

    if (rc == SQLITE_OK)
        rc = sqlite3_step(stmt);
    if (rc == SQLITE_ROW)
        *value = cq_column_int(stmt, 0);
    sqlite3_finalize(stmt);
    return rc == SQLITE_ROW ? CQ_OK : cq_store_fail(store, rc, "read the memory", err);
}

cq_status cq_store_schema_check(cq_store *store, bool *is_empty, cq_error *err)
{
    uint64_t tables = 0, application = 0, version = 0;
    cq_status status = ask(store, "SELECT count(*) FROM sqlite_schema", &tables, err);

    if (status == CQ_OK)
        status = ask(store, "PRAGMA application_id", &application, err);
    if (status == CQ_OK)
        status = ask(store, "PRAGMA user_version", &version, err);
    if (status != CQ_OK)
        return status;
    *is_empty = tables == 0 && application == 0 && version == 0;
    if (*is_empty)
        return CQ_OK;
    if (application != STORE_APPLICATION_ID)
        status = cq_fail_number(err, CQ_E_STORE, ERR_NOT_OURS,
                                "this file is no calque memory: it is the SQLite "
                                "database of another program");
    else if (version > CQ_STORE_FORMAT)
        status = cq_fail_number(err, CQ_E_STORE, ERR_NEWER,
                                "the memory has format %llu, and this program reads up "
                                "to %d: it was written by a newer calque",
                                (unsigned long long)version, CQ_STORE_FORMAT);
    if (status != CQ_OK)
        cq_fail_at(err, store->path, 0, 0);
    return status;
}

cq_status cq_store_schema_update(cq_store *store, bool is_empty, cq_error *err)
{
    uint64_t version = 0;
    char pragma[96];
    cq_status status = CQ_OK;

    if (!is_empty)
        status = ask(store, "PRAGMA user_version", &version, err);
    if (status != CQ_OK || version == CQ_STORE_FORMAT)
        return status;
    for (size_t i = version; i < ARRAY_LEN(migrations) && status == CQ_OK; i++)
        status = cq_store_exec(store, migrations[i], err);
    if (status != CQ_OK)
        return status;
    snprintf(pragma, sizeof(pragma),
             "PRAGMA application_id = %d; PRAGMA user_version = %d", STORE_APPLICATION_ID,
             CQ_STORE_FORMAT);
    store->is_filled = true; /* to be committed even if nothing else is written */
    return cq_store_exec(store, pragma, err);
}
