#include "db.h"

static cq_status find_origin(cq_store *store, cq_str name, cq_str start, uint64_t *id,
                             cq_error *err)
{
    sqlite3_stmt *stmt = cq_store_stmt(store, STMT_ORIGIN_FIND, err);
    cq_status status;

    *id = 0;
    if (!stmt)
        return CQ_E_STORE;
    cq_bind_blob(stmt, 1, name);
    for (;;) {
        status = cq_store_step(store, stmt, err);
        if (status != CQ_OK)
            return status < 0 ? status : CQ_OK;
        if (cq_str_equal(cq_column_blob(stmt, 1), start))
            break;
    }
    *id = cq_column_int(stmt, 0);
    sqlite3_reset(stmt);
    return CQ_OK;
}

cq_status cq_store_origin_add(cq_store *store, cq_str name, cq_str header, uint64_t *id,
                              cq_error *err)
{
    cq_status status = find_origin(store, name, header, id, err);
    sqlite3_stmt *stmt;

    if (status != CQ_OK || *id)
        return status;
    stmt = cq_store_stmt(store, STMT_ORIGIN_ADD, err);
    if (!stmt)
        return CQ_E_STORE;
    cq_bind_blob(stmt, 1, name);
    cq_bind_blob(stmt, 2, header);
    status = cq_store_run(store, stmt, err);
    if (status == CQ_OK)
        *id = (uint64_t)sqlite3_last_insert_rowid(store->db);
    return status;
}

cq_status cq_store_origin_update(cq_store *store, uint64_t id, cq_str header,
                                 cq_error *err)
{
    cq_store_origin old;
    cq_status status = cq_store_origin_get(store, id, &old, err);
    sqlite3_stmt *stmt;

    if (status != CQ_OK)
        return status < 0 ? status : cq_store_damaged(store, "no origin", id, err);
    if (cq_str_equal(old.header, header))
        return CQ_OK;
    stmt = cq_store_stmt(store, STMT_ORIGIN_HEADER, err);
    if (!stmt)
        return CQ_E_STORE;
    cq_bind_int(stmt, 1, id);
    cq_bind_blob(stmt, 2, header);
    return cq_store_run(store, stmt, err);
}

cq_status cq_store_origin_next(cq_store *store, uint64_t after, cq_store_origin *origin,
                               cq_error *err)
{
    sqlite3_stmt *stmt = cq_store_stmt(store, STMT_ORIGIN_GET, err);
    cq_status status;
    int header;

    if (!stmt)
        return CQ_E_STORE;
    cq_bind_int(stmt, 1, after + 1);
    status = cq_store_step(store, stmt, err);
    if (status != CQ_OK)
        return status;
    header = sqlite3_column_type(stmt, 2) == SQLITE_NULL ? 3 : 2;
    *origin = (cq_store_origin){.id = cq_column_int(stmt, 0),
                                .name = cq_column_blob(stmt, 1),
                                .header = cq_column_blob(stmt, header),
                                .units = cq_column_int(stmt, 4)};
    return CQ_OK; /* not reset: the strings are the row's */
}

cq_status cq_store_origin_get(cq_store *store, uint64_t id, cq_store_origin *origin,
                              cq_error *err)
{
    cq_status status = cq_store_origin_next(store, id - 1, origin, err);

    if (status == CQ_OK && origin->id != id)
        return CQ_DONE;
    return status;
}

/* ---- where units are being added ------------------------------------------------------
 */

static cq_status ask_one(cq_store *store, statement which, uint64_t a, uint64_t b,
                         uint64_t *value, bool *is_null, cq_error *err)
{
    sqlite3_stmt *stmt = cq_store_stmt(store, which, err);
    cq_status status;

    if (!stmt)
        return CQ_E_STORE;
    cq_bind_int(stmt, 1, a);
    if (sqlite3_bind_parameter_count(stmt) > 1)
        cq_bind_int(stmt, 2, b);
    status = cq_store_step(store, stmt, err);
    if (status != CQ_OK)
        return status;
    *is_null = sqlite3_column_type(stmt, 0) == SQLITE_NULL;
    *value = cq_column_int(stmt, 0);
    sqlite3_reset(stmt);
    return CQ_OK;
}

cq_status cq_store_origin_use(cq_store *store, uint64_t id, cq_error *err)
{
    current_origin next = {.id = id};
    bool is_null;
    cq_status status;

    if (store->origin.id == id)
        return CQ_OK;
    status = cq_store_origin_save(store, err);
    if (status == CQ_OK)
        status = ask_one(store, STMT_SPAN_LAST, id, 0, &next.anchor, &is_null, err);
    if (status == CQ_OK)
        status = ask_one(store, STMT_SHARED_LAST, id, next.anchor, &next.number, &is_null,
                         err);
    if (status != CQ_OK)
        return status;
    if (!is_null)
        next.number++;
    store->origin = next;
    return CQ_OK;
}

cq_status cq_store_origin_save(cq_store *store, cq_error *err)
{
    current_origin *origin = &store->origin;
    sqlite3_stmt *stmt;
    cq_status status = CQ_OK;

    if (origin->id && origin->first) {
        stmt = cq_store_stmt(store, STMT_SPAN_ADD, err);
        if (!stmt)
            return CQ_E_STORE;
        cq_bind_int(stmt, 1, origin->id);
        cq_bind_int(stmt, 2, origin->first);
        cq_bind_int(stmt, 3, origin->last);
        status = cq_store_run(store, stmt, err);
    }
    if (status == CQ_OK && origin->id && origin->added) {
        stmt = cq_store_stmt(store, STMT_ORIGIN_COUNT, err);
        if (!stmt)
            return CQ_E_STORE;
        cq_bind_int(stmt, 1, origin->id);
        sqlite3_bind_int64(stmt, 2, origin->added);
        status = cq_store_run(store, stmt, err);
    }
    if (status == CQ_OK)
        *origin = (current_origin){0};
    return status;
}
