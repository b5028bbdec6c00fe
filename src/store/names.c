#include "db.h"

#include <string.h>

#define NAMES_MAX 65536 /* more distinct language tags than this is no memory */

static void forget_names(name_table *names)
{
    cq_map_release(&names->ids);
    cq_free(names->by_id);
    cq_arena_release(&names->arena);
    memset(names, 0, sizeof(*names));
}

void cq_store_names_forget(cq_store *store)
{
    forget_names(&store->groups);
    forget_names(&store->tags);
}

/* Hold a name in memory. */
static cq_status keep(name_table *names, uint32_t id, cq_str name, cq_error *err)
{
    size_t old = names->capacity;
    cq_str copy;
    uint64_t *value;

    if (!cq_grow(&names->by_id, &names->capacity, (size_t)id + 1, sizeof(cq_str)))
        return cq_fail(err, CQ_E_NOMEM, "no memory for a language tag");
    memset(names->by_id + old, 0, (names->capacity - old) * sizeof(cq_str));
    copy = cq_arena_copy(&names->arena, name);
    value = copy.ptr ? cq_map_add(&names->ids, name, NULL) : NULL;
    if (!value)
        return cq_fail(err, CQ_E_NOMEM, "no memory for a language tag");
    names->by_id[id] = copy;
    *value = id;
    return CQ_OK;
}

static cq_status find_name(cq_store *store, name_table *names, statement find,
                           statement add, cq_str name, uint32_t *id, cq_error *err)
{
    uint64_t *known = cq_map_find(&names->ids, name);
    sqlite3_stmt *stmt;
    cq_status status;

    if (known) {
        *id = (uint32_t)*known;
        return CQ_OK;
    }
    *id = 0;
    stmt = cq_store_stmt(store, find, err);
    if (!stmt)
        return CQ_E_STORE;
    cq_bind_blob(stmt, 1, name);
    status = cq_store_step(store, stmt, err);
    if (status < 0)
        return status;
    if (status == CQ_OK) {
        *id = (uint32_t)cq_column_int(stmt, 0);
        sqlite3_reset(stmt);
    } else if (store->in_write) {
        stmt = cq_store_stmt(store, add, err);
        if (!stmt)
            return CQ_E_STORE;
        cq_bind_blob(stmt, 1, name);
        status = cq_store_run(store, stmt, err);
        if (status != CQ_OK)
            return status;
        *id = (uint32_t)sqlite3_last_insert_rowid(store->db);
        if (*id > NAMES_MAX) {
            cq_fail_number(err, CQ_E_STORE, ERR_TOO_MANY,
                           "a memory cannot hold more than %d language tags", NAMES_MAX);
            cq_fail_at(err, store->path, 0, 0);
            return CQ_E_STORE;
        }
    }
    return *id ? keep(names, *id, name, err) : CQ_OK;
}

static cq_status get_name(cq_store *store, name_table *names, statement get, uint32_t id,
                          cq_str *name, cq_error *err)
{
    sqlite3_stmt *stmt;
    cq_status status;

    *name = (cq_str){0};
    if (id >= names->capacity || !names->by_id[id].ptr) {
        if (id > NAMES_MAX)
            return CQ_DONE;
        stmt = cq_store_stmt(store, get, err);
        if (!stmt)
            return CQ_E_STORE;
        cq_bind_int(stmt, 1, id);
        status = cq_store_step(store, stmt, err);
        if (status != CQ_OK)
            return status;
        status = keep(names, id, cq_column_blob(stmt, 0), err);
        sqlite3_reset(stmt);
        if (status != CQ_OK)
            return status;
    }
    *name = names->by_id[id];
    return CQ_OK;
}

cq_status cq_store_group(cq_store *store, cq_str group, uint32_t *id, cq_error *err)
{
    return find_name(store, &store->groups, STMT_GROUP_FIND, STMT_GROUP_ADD, group, id,
                     err);
}

cq_status cq_store_tag(cq_store *store, cq_str tag, uint32_t *id, cq_error *err)
{
    return find_name(store, &store->tags, STMT_TAG_FIND, STMT_TAG_ADD, tag, id, err);
}

cq_status cq_store_group_get(cq_store *store, uint32_t id, cq_str *group, cq_error *err)
{
    return get_name(store, &store->groups, STMT_GROUP_GET, id, group, err);
}

cq_status cq_store_tag_get(cq_store *store, uint32_t id, cq_str *tag, cq_error *err)
{
    return get_name(store, &store->tags, STMT_TAG_GET, id, tag, err);
}

cq_status cq_store_tag_added(cq_store *store, uint32_t tag, int64_t variants,
                             cq_error *err)
{
    size_t old = store->tag_capacity;

    if (!cq_grow(&store->tag_added, &store->tag_capacity, (size_t)tag + 1,
                 sizeof(*store->tag_added)))
        return cq_fail(err, CQ_E_NOMEM, "no memory for a language tag");
    memset(store->tag_added + old, 0,
           (store->tag_capacity - old) * sizeof(*store->tag_added));
    store->tag_added[tag] += variants;
    return CQ_OK;
}

cq_status cq_store_names_save(cq_store *store, cq_error *err)
{
    for (size_t tag = 0; tag < store->tag_capacity; tag++) {
        sqlite3_stmt *stmt;
        cq_status status;

        if (store->tag_added[tag] == 0)
            continue;
        stmt = cq_store_stmt(store, STMT_TAG_COUNT, err);
        if (!stmt)
            return CQ_E_STORE;
        cq_bind_int(stmt, 1, tag);
        sqlite3_bind_int64(stmt, 2, store->tag_added[tag]);
        status = cq_store_run(store, stmt, err);
        if (status != CQ_OK)
            return status;
        store->tag_added[tag] = 0;
    }
    return CQ_OK;
}

cq_status cq_store_tag_count(cq_store *store, uint32_t *tag, uint64_t *variants,
                             cq_error *err)
{
    sqlite3_stmt *stmt = cq_store_stmt(store, STMT_TAG_NEXT, err);
    cq_status status;

    if (!stmt)
        return CQ_E_STORE;
    cq_bind_int(stmt, 1, *tag);
    status = cq_store_step(store, stmt, err);
    if (status != CQ_OK)
        return status;
    *tag = (uint32_t)cq_column_int(stmt, 0);
    *variants = cq_column_int(stmt, 1);
    sqlite3_reset(stmt);
    return CQ_OK;
}

cq_status cq_store_group_next(cq_store *store, uint32_t *group, cq_error *err)
{
    sqlite3_stmt *stmt = cq_store_stmt(store, STMT_GROUP_NEXT, err);
    cq_status status;

    if (!stmt)
        return CQ_E_STORE;
    cq_bind_int(stmt, 1, *group);
    status = cq_store_step(store, stmt, err);
    if (status != CQ_OK)
        return status;
    *group = (uint32_t)cq_column_int(stmt, 0);
    sqlite3_reset(stmt);
    return CQ_OK;
}
