#include "db.h"

#include <assert.h>

static sqlite3_stmt *bind_row(cq_store *store, statement which, uint32_t group,
                              uint32_t generation, uint64_t token, uint64_t part,
                              cq_error *err)
{
    sqlite3_stmt *stmt = cq_store_stmt(store, which, err);

    assert(token <= INT64_MAX && part <= INT64_MAX);
    if (!stmt)
        return NULL;
    cq_bind_int(stmt, 1, group);
    cq_bind_int(stmt, 2, generation);
    cq_bind_int(stmt, 3, token);
    cq_bind_int(stmt, 4, part);
    return stmt;
}

cq_status cq_store_row_put(cq_store *store, uint32_t group, uint32_t generation,
                           uint64_t token, uint64_t part, cq_str blob, cq_error *err)
{
    sqlite3_stmt *stmt =
        bind_row(store, STMT_ROW_PUT, group, generation, token, part, err);

    if (!stmt)
        return CQ_E_STORE;
    cq_bind_blob(stmt, 5, blob);
    return cq_store_run(store, stmt, err);
}

cq_status cq_store_row_get(cq_store *store, uint32_t group, uint32_t generation,
                           uint64_t token, uint64_t part, uint64_t *found, cq_str *blob,
                           cq_error *err)
{
    sqlite3_stmt *stmt =
        bind_row(store, STMT_ROW_GET, group, generation, token, part, err);
    cq_status status;

    if (!stmt)
        return CQ_E_STORE;
    status = cq_store_step(store, stmt, err);
    if (status != CQ_OK)
        return status;
    *found = cq_column_int(stmt, 0);
    *blob = cq_column_blob(stmt, 1);
    return CQ_OK;
}

cq_status cq_store_row_next(cq_store *store, uint32_t group, uint32_t generation,
                            uint64_t *token, uint64_t *part, cq_str *blob, cq_error *err)
{
    sqlite3_stmt *stmt =
        bind_row(store, STMT_ROW_NEXT, group, generation, *token, *part, err);
    cq_status status;

    if (!stmt)
        return CQ_E_STORE;
    status = cq_store_step(store, stmt, err);
    if (status != CQ_OK)
        return status;
    *token = cq_column_int(stmt, 0);
    *part = cq_column_int(stmt, 1);
    *blob = cq_column_blob(stmt, 2);
    return CQ_OK;
}

cq_status cq_store_row_erase(cq_store *store, uint32_t group, uint32_t generation,
                             cq_error *err)
{
    sqlite3_stmt *stmt = cq_store_stmt(store, STMT_ROW_ERASE, err);

    if (!stmt)
        return CQ_E_STORE;
    cq_bind_int(stmt, 1, group);
    cq_bind_int(stmt, 2, generation);
    return cq_store_run(store, stmt, err);
}
