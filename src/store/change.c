/* change.c -- units that go or change. A text that no unit holds any more is dropped: its
 * row goes, and one in `dropped` remembers what the index and the fingerprints still say
 * of it, until both are written anew. */
#include "db.h"

#include <assert.h>
#include <string.h>

/* ---- texts ----------------------------------------------------------------------------
 */

/* Bind one or two numbers and run. */
static cq_status run_with(cq_store *store, statement which, uint64_t a, uint64_t b,
                          cq_error *err)
{
    sqlite3_stmt *stmt = cq_store_stmt(store, which, err);

    if (!stmt)
        return CQ_E_STORE;
    cq_bind_int(stmt, 1, a);
    if (sqlite3_bind_parameter_count(stmt) > 1)
        cq_bind_int(stmt, 2, b);
    return cq_store_run(store, stmt, err);
}

static cq_status is_held(cq_store *store, uint64_t text, bool *held, cq_error *err)
{
    sqlite3_stmt *stmt = cq_store_stmt(store, STMT_TEXT_HELD, err);
    cq_status status;

    if (!stmt)
        return CQ_E_STORE;
    cq_bind_int(stmt, 1, text);
    status = cq_store_step(store, stmt, err);
    *held = status == CQ_OK;
    sqlite3_reset(stmt);
    return status < 0 ? status : CQ_OK;
}

static cq_status note_dropped(cq_store *store, const cq_store_text *text, cq_error *err)
{
    sqlite3_stmt *stmt = cq_store_stmt(store, STMT_DROPPED_ADD, err);

    if (!stmt)
        return CQ_E_STORE;
    cq_bind_int(stmt, 1, text->id);
    cq_bind_int(stmt, 2, text->group);
    cq_bind_int(stmt, 3, cq_store_text_print(text->group, text->text));
    cq_bind_blob(stmt, 4, text->tokens);
    return cq_store_run(store, stmt, err);
}

/* Drop a text when no unit holds it. */
static cq_status drop_text(cq_store *store, uint64_t id, cq_error *err)
{
    cq_store_text text;
    bool held;
    cq_status status = cq_store_unit_of_text(store, id, &text.id, err);

    if (status != CQ_OK || text.id)
        return status;
    status = is_held(store, id, &held, err);
    if (status != CQ_OK || held)
        return status;
    status = cq_store_text_get(store, id, &text, err);
    if (status != CQ_OK)
        return status < 0 ? status : cq_store_damaged(store, "no text", id, err);
    status = note_dropped(store, &text, err);
    sqlite3_reset(store->stmts[STMT_TEXT_GET]);
    if (status == CQ_OK)
        status = run_with(store, STMT_TEXT_DROP, id, 0, err);
    if (status != CQ_OK)
        return status;
    store->counts[COUNT_TEXTS]--;
    store->counts[COUNT_DROPPED]++;
    return CQ_OK;
}

static cq_status drop_texts(cq_store *store, const cq_store_unit *unit, cq_error *err)
{
    cq_status status = CQ_OK;

    for (size_t i = 0; i < unit->variants && status == CQ_OK; i++)
        if (cq_store_is_first_of(unit, i))
            status = drop_text(store, unit->texts[i], err);
    return status;
}

/* ---- units ----------------------------------------------------------------------------
 */

/* What holders of its texts know the unit by; the variants are then in the blob. */
static cq_status mark_of(cq_store *store, const cq_store_unit *unit, uint64_t *mark,
                         cq_error *err)
{
    cq_status status = cq_store_variants_encode(store, unit, err);

    if (status == CQ_OK)
        *mark = cq_store_unit_mark(cq_buf_str(&store->blob), unit->record);
    return status;
}

static cq_status drop_holder(cq_store *store, uint64_t text, uint64_t mark, uint64_t id,
                             cq_error *err)
{
    sqlite3_stmt *stmt;
    cq_status status = run_with(store, STMT_TEXT_DROP_UNIT, text, id, err);

    if (status != CQ_OK)
        return status;
    stmt = cq_store_stmt(store, STMT_HOLDER_DROP, err);
    if (!stmt)
        return CQ_E_STORE;
    cq_bind_int(stmt, 1, text);
    cq_bind_int(stmt, 2, mark);
    cq_bind_int(stmt, 3, id);
    return cq_store_run(store, stmt, err);
}

/* Let a unit hold nothing any more. */
static cq_status drop_holders(cq_store *store, const cq_store_unit *unit, cq_error *err)
{
    uint64_t mark;
    cq_status status = mark_of(store, unit, &mark, err);

    for (size_t i = 0; i < unit->variants && status == CQ_OK; i++)
        if (cq_store_is_first_of(unit, i))
            status = drop_holder(store, unit->texts[i], mark, unit->id, err);
    if (status == CQ_OK && unit->variants == 0)
        status = drop_holder(store, 0, mark, unit->id, err);
    return status == CQ_OK ? cq_store_tags_count(store, unit, -1, err) : status;
}

/* The unit's row and what it holds; its places are gone already. */
static cq_status drop_unit(cq_store *store, const cq_store_unit *unit, cq_error *err)
{
    cq_status status = drop_holders(store, unit, err);

    sqlite3_reset(store->stmts[STMT_UNIT_GET]);
    if (status == CQ_OK)
        status = run_with(store, STMT_UNIT_DROP, unit->id, 0, err);
    if (status == CQ_OK)
        status = drop_texts(store, unit, err);
    if (status != CQ_OK)
        return status;
    store->counts[COUNT_UNITS]--;
    store->counts[COUNT_VARIANTS] -= unit->variants;
    return CQ_OK;
}

static cq_status count_origin(cq_store *store, uint64_t origin, cq_error *err)
{
    return run_with(store, STMT_ORIGIN_COUNT, origin, (uint64_t)-1, err);
}

/* Take a unit out of the origins that share it. */
static cq_status drop_shared(cq_store *store, uint64_t id, cq_error *err)
{
    sqlite3_stmt *stmt = cq_store_stmt(store, STMT_SHARED_ORIGINS, err);
    cq_status status;

    if (!stmt)
        return CQ_E_STORE;
    cq_bind_int(stmt, 1, id);
    while ((status = cq_store_step(store, stmt, err)) == CQ_OK) {
        status = count_origin(store, cq_column_int(stmt, 0), err);
        if (status != CQ_OK)
            break;
    }
    sqlite3_reset(stmt);
    return status < 0 ? status : run_with(store, STMT_SHARED_DROP, id, 0, err);
}

cq_status cq_store_unit_remove(cq_store *store, uint64_t id, cq_error *err)
{
    cq_store_unit unit;
    cq_store_cursor place;
    cq_status status = cq_store_unit_get(store, id, &unit, err);

    assert(store->in_write);
    if (status != CQ_OK)
        return status;
    /* One that it was left to is counted as sharing it. */
    status = cq_store_shared_place(store, id, unit.origin, &place, err);
    if (status == CQ_DONE)
        status = count_origin(store, unit.origin, err);
    if (status == CQ_OK)
        status = drop_shared(store, id, err);
    return status == CQ_OK ? drop_unit(store, &unit, err) : status;
}

cq_status cq_store_unit_leave(cq_store *store, uint64_t id, uint64_t origin,
                              cq_error *err)
{
    cq_store_unit unit;
    cq_store_cursor place;
    uint64_t other = 0;
    cq_status status = cq_store_unit_get(store, id, &unit, err);

    assert(store->in_write);
    if (status == CQ_OK)
        status = cq_store_place(store, &unit, origin, &place, err);
    if (status != CQ_OK)
        return status;
    status = run_with(store, STMT_SHARED_LEAVE, id, origin, err);
    if (status == CQ_OK)
        status = count_origin(store, origin, err);
    if (status != CQ_OK || unit.origin != origin)
        return status;
    /* Its own origin: one that shares it takes it over, at the place where it has it. */
    status = cq_store_place_next(store, id, &other, &place, err);
    if (status == CQ_DONE)
        return drop_unit(store, &unit, err);
    sqlite3_reset(store->stmts[STMT_UNIT_GET]);
    return status == CQ_OK ? run_with(store, STMT_UNIT_OWN, id, 0 - other, err) : status;
}

static cq_status set_row(cq_store *store, const cq_store_unit *unit, cq_error *err)
{
    sqlite3_stmt *stmt = cq_store_stmt(store, STMT_UNIT_SET, err);

    if (!stmt)
        return CQ_E_STORE;
    cq_bind_int(stmt, 1, unit->id);
    cq_bind_blob(stmt, 2, cq_buf_str(&store->blob));
    cq_bind_blob(stmt, 3, unit->record);
    return cq_store_run(store, stmt, err);
}

/* Let a unit that is there hold its new texts. */
static cq_status hold_texts(cq_store *store, const cq_store_unit *unit, cq_error *err)
{
    uint64_t mark;
    cq_status status = mark_of(store, unit, &mark, err);

    for (size_t i = 0; i < unit->variants && status == CQ_OK; i++)
        if (unit->texts[i] >= store->fresh)
            status = run_with(store, STMT_TEXT_SET_UNIT, unit->texts[i], unit->id, err);
    if (status == CQ_OK)
        status = set_row(store, unit, err);
    if (status == CQ_OK)
        status = cq_store_holders_add(store, unit, unit->id, mark, err);
    return status == CQ_OK ? cq_store_tags_count(store, unit, 1, err) : status;
}

cq_status cq_store_unit_replace(cq_store *store, const cq_store_unit *unit, cq_error *err)
{
    cq_store_unit old;
    cq_status status = cq_store_unit_get(store, unit->id, &old, err);

    assert(store->in_write && unit->texts != store->texts);
    if (status != CQ_OK)
        return status;
    status = drop_holders(store, &old, err);
    sqlite3_reset(store->stmts[STMT_UNIT_GET]);
    if (status == CQ_OK)
        status = hold_texts(store, unit, err);
    if (status == CQ_OK)
        status = drop_texts(store, &old, err);
    if (status != CQ_OK)
        return status;
    store->counts[COUNT_VARIANTS] += unit->variants;
    store->counts[COUNT_VARIANTS] -= old.variants;
    store->fresh = store->counts[COUNT_NEXT_TEXT];
    return status;
}

cq_status cq_store_origin_drop(cq_store *store, uint64_t id, cq_error *err)
{
    cq_store_origin origin;
    cq_status status = cq_store_origin_get(store, id, &origin, err);

    assert(store->in_write && store->origin.id == 0);
    if (status != CQ_OK || origin.units > 0)
        return status < 0 ? status : CQ_OK;
    sqlite3_reset(store->stmts[STMT_ORIGIN_GET]);
    status = run_with(store, STMT_SPAN_DROP, id, 0, err);
    return status == CQ_OK ? run_with(store, STMT_ORIGIN_DROP, id, 0, err) : status;
}

/* ---- what is dropped ------------------------------------------------------------------
 */

/* A file of format 1 that nobody has written to since has no such table. */
static cq_status has_table(cq_store *store, bool *has, cq_error *err)
{
    sqlite3_stmt *stmt = cq_store_stmt(store, STMT_DROPPED_TABLE, err);
    cq_status status;

    if (!stmt)
        return CQ_E_STORE;
    status = cq_store_step(store, stmt, err);
    *has = status == CQ_OK;
    sqlite3_reset(stmt);
    return status < 0 ? status : CQ_OK;
}

cq_status cq_store_dropped_read(cq_store *store, uint64_t *id, uint32_t *group,
                                uint64_t *print, cq_str *tokens, cq_error *err)
{
    bool has = true;
    cq_status status = *id == 0 ? has_table(store, &has, err) : CQ_OK;
    sqlite3_stmt *stmt;

    if (status != CQ_OK || !has)
        return status < 0 ? status : CQ_DONE;
    stmt = cq_store_stmt(store, STMT_DROPPED_NEXT, err);
    if (!stmt)
        return CQ_E_STORE;
    cq_bind_int(stmt, 1, *id);
    status = cq_store_step(store, stmt, err);
    if (status != CQ_OK)
        return status;
    *id = cq_column_int(stmt, 0);
    *group = (uint32_t)cq_column_int(stmt, 1);
    *print = cq_column_int(stmt, 2);
    *tokens = cq_column_blob(stmt, 3);
    return CQ_OK;
}

cq_status cq_store_dropped_next(cq_store *store, uint64_t *id, uint32_t *group,
                                cq_str *tokens, cq_error *err)
{
    uint64_t print;

    return cq_store_dropped_read(store, id, group, &print, tokens, err);
}
