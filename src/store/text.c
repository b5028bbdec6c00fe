#include "db.h"

#include <assert.h>

uint64_t cq_store_text_print(uint32_t group, cq_str text)
{
    return cq_hash(text.ptr, text.len, group) >> (64 - CQ_PRINT_BITS);
}

void cq_store_walks_end(cq_store *store)
{
    static const statement open[] = {STMT_TEXT_NEXT, STMT_UNIT_NEXT, STMT_HOLDER_NEXT,
                                     STMT_TEXT_GET, STMT_UNIT_GET};

    store->text_walk.is_open = store->unit_walk.is_open = false;
    store->holder_walk.is_open = false;
    for (size_t i = 0; i < ARRAY_LEN(open); i++)
        if (store->stmts[open[i]])
            sqlite3_reset(store->stmts[open[i]]);
}

typedef struct text_query {
    cq_store *store;
    cq_store_text *text;
} text_query;

static cq_status is_same_text(void *context, uint64_t id, bool *found, cq_error *err)
{
    text_query *wanted = context;
    sqlite3_stmt *stmt = cq_store_stmt(wanted->store, STMT_TEXT_IS, err);
    cq_status status;

    if (!stmt)
        return CQ_E_STORE;
    cq_bind_int(stmt, 1, id);
    status = cq_store_step(wanted->store, stmt, err);
    if (status != CQ_OK)
        return status < 0 ? status : CQ_OK; /* dropped since */
    *found = cq_column_int(stmt, 0) == wanted->text->group &&
             cq_str_equal(cq_column_blob(stmt, 1), wanted->text->text);
    if (*found)
        wanted->text->id = id;
    sqlite3_reset(stmt);
    return CQ_OK;
}

cq_status cq_store_text_find(cq_store *store, cq_store_text *text, cq_error *err)
{
    text_query wanted = {store, text};

    text->id = 0;
    text->print = cq_store_text_print(text->group, text->text);
    return cq_prints_find(store, text->print, is_same_text, &wanted, err);
}

cq_status cq_store_text_add(cq_store *store, cq_store_text *text, cq_error *err)
{
    sqlite3_stmt *stmt = cq_store_stmt(store, STMT_TEXT_ADD, err);
    cq_status status;

    assert(store->in_write);
    if (!stmt)
        return CQ_E_STORE;
    text->id = store->counts[COUNT_NEXT_TEXT];
    cq_bind_int(stmt, 1, text->id);
    cq_bind_int(stmt, 2, text->group);
    cq_bind_int(stmt, 3, text->weight);
    cq_bind_int(stmt, 4, store->counts[COUNT_NEXT_UNIT]);
    cq_bind_blob(stmt, 5, text->text);
    cq_bind_blob(stmt, 6, text->tokens);
    status = cq_store_run(store, stmt, err);
    if (status == CQ_OK)
        status = cq_prints_add(store, text->print, text->id, err);
    if (status != CQ_OK)
        return status;
    store->counts[COUNT_NEXT_TEXT]++;
    store->counts[COUNT_TEXTS]++;
    return CQ_OK;
}

static void read_text(sqlite3_stmt *stmt, cq_store_text *text)
{
    *text = (cq_store_text){.id = cq_column_int(stmt, 0),
                            .group = (uint32_t)cq_column_int(stmt, 1),
                            .weight = cq_column_int(stmt, 2),
                            .text = cq_column_blob(stmt, 3),
                            .tokens = cq_column_blob(stmt, 4)};
}

cq_status cq_store_text_get(cq_store *store, uint64_t id, cq_store_text *text,
                            cq_error *err)
{
    sqlite3_stmt *stmt = cq_store_stmt(store, STMT_TEXT_GET, err);
    cq_status status;

    if (!stmt)
        return CQ_E_STORE;
    cq_bind_int(stmt, 1, id);
    status = cq_store_step(store, stmt, err);
    if (status == CQ_OK)
        read_text(stmt, text);
    return status;
}

cq_status cq_store_text_next(cq_store *store, uint32_t group, uint64_t after,
                             cq_store_text *text, cq_error *err)
{
    open_walk *walk = &store->text_walk;
    sqlite3_stmt *stmt = store->stmts[STMT_TEXT_NEXT];
    cq_status status;

    if (!walk->is_open || walk->at != after) {
        stmt = cq_store_stmt(store, STMT_TEXT_NEXT, err);
        if (!stmt)
            return CQ_E_STORE;
        cq_bind_int(stmt, 1, after);
    }
    do
        status = cq_store_step(store, stmt, err);
    while (status == CQ_OK && group && (uint32_t)cq_column_int(stmt, 1) != group);
    walk->is_open = status == CQ_OK;
    if (status != CQ_OK)
        return status;
    read_text(stmt, text);
    walk->at = text->id;
    return CQ_OK;
}
