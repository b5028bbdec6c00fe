#include "db.h"

#include <assert.h>
#include <string.h>

/* ---- rows -----------------------------------------------------------------------------
 */

cq_status cq_store_variants_encode(cq_store *store, const cq_store_unit *unit,
                                   cq_error *err)
{
    cq_buf_reset(&store->blob);
    for (size_t i = 0; i < unit->variants; i++) {
        cq_buf_add_varint(&store->blob, unit->texts[i]);
        cq_buf_add_varint(&store->blob, unit->tags[i]);
    }
    return cq_buf_check(&store->blob, err);
}

static cq_status decode_variants(cq_store *store, cq_str blob, cq_store_unit *unit,
                                 cq_error *err)
{
    cq_reader reader = cq_reader_over(blob);

    unit->variants = 0;
    while (reader.at < reader.end && !reader.failed) {
        size_t n = unit->variants++;

        if (!cq_grow(&store->texts, &store->texts_capacity, n + 1,
                     sizeof(*store->texts)) ||
            !cq_grow(&store->tag_ids, &store->tag_ids_capacity, n + 1,
                     sizeof(*store->tag_ids)))
            return cq_fail(err, CQ_E_NOMEM, "no memory for a unit");
        store->texts[n] = cq_read_varint(&reader);
        store->tag_ids[n] = (uint32_t)cq_read_varint(&reader);
    }
    unit->texts = store->texts;
    unit->tags = store->tag_ids;
    return reader.failed ? cq_store_damaged(store, "unit", unit->id, err) : CQ_OK;
}

/* Negative in the row of a unit that its own origin lost and left to another, which goes
 * on to share it. */
static uint64_t origin_of(sqlite3_stmt *stmt, int at)
{
    sqlite3_int64 origin = sqlite3_column_int64(stmt, at);

    return (uint64_t)(origin < 0 ? -origin : origin);
}

cq_status cq_store_unit_read(cq_store *store, sqlite3_stmt *stmt, cq_store_unit *unit,
                             cq_error *err)
{
    *unit = (cq_store_unit){.id = cq_column_int(stmt, 0),
                            .origin = origin_of(stmt, 1),
                            .record = cq_column_blob(stmt, 3)};
    return decode_variants(store, cq_column_blob(stmt, 2), unit, err);
}

uint64_t cq_store_unit_mark(cq_str variants, cq_str record)
{
    uint64_t hash = cq_hash(variants.ptr, variants.len, 0);

    return cq_hash(record.ptr, record.len, hash) >> 33;
}

bool cq_store_is_first_of(const cq_store_unit *unit, size_t variant)
{
    for (size_t i = 0; i < variant; i++)
        if (unit->texts[i] == unit->texts[variant])
            return false;
    return true;
}

/* ---- finding the equal unit -----------------------------------------------------------
 */

static cq_status is_same_unit(cq_store *store, uint64_t id, cq_str variants,
                              cq_str record, bool *is_same, uint64_t *origin,
                              cq_error *err)
{
    sqlite3_stmt *stmt = cq_store_stmt(store, STMT_UNIT_IS, err);
    cq_status status;

    if (!stmt)
        return CQ_E_STORE;
    cq_bind_int(stmt, 1, id);
    status = cq_store_step(store, stmt, err);
    if (status != CQ_OK)
        return status < 0 ? status : cq_store_damaged(store, "no unit", id, err);
    *origin = origin_of(stmt, 0);
    *is_same = cq_str_equal(cq_column_blob(stmt, 1), variants) &&
               cq_str_equal(cq_column_blob(stmt, 2), record);
    sqlite3_reset(stmt);
    return CQ_OK;
}

cq_status cq_store_unit_of_text(cq_store *store, uint64_t text, uint64_t *unit,
                                cq_error *err)
{
    sqlite3_stmt *stmt = cq_store_stmt(store, STMT_TEXT_UNIT, err);
    cq_status status;

    *unit = 0;
    if (!stmt)
        return CQ_E_STORE;
    cq_bind_int(stmt, 1, text);
    status = cq_store_step(store, stmt, err);
    if (status != CQ_OK)
        return status < 0 ? status : CQ_OK;
    *unit = cq_column_int(stmt, 0);
    sqlite3_reset(stmt);
    return CQ_OK;
}

/* A unit that holds any text of this transaction's last ones is new: they came with it.
 */
static bool holds_fresh(const cq_store *store, const cq_store_unit *unit)
{
    for (size_t i = 0; i < unit->variants; i++)
        if (unit->texts[i] >= store->fresh)
            return true;
    return false;
}

static bool is_all_fresh(const cq_store *store, const cq_store_unit *unit)
{
    for (size_t i = 0; i < unit->variants; i++)
        if (unit->texts[i] < store->fresh)
            return false;
    return unit->variants > 0;
}

static cq_status find_equal(cq_store *store, const cq_store_unit *unit, uint64_t mark,
                            uint64_t *id, uint64_t *origin, cq_error *err)
{
    cq_str variants = cq_buf_str(&store->blob);
    uint64_t text = unit->variants ? unit->texts[0] : 0, candidate;
    bool is_same = false;
    sqlite3_stmt *stmt;
    cq_status status;

    *id = 0;
    if (holds_fresh(store, unit))
        return CQ_OK;
    status = cq_store_unit_of_text(store, text, &candidate, err);
    if (status == CQ_OK && candidate)
        status =
            is_same_unit(store, candidate, variants, unit->record, &is_same, origin, err);
    if (is_same)
        *id = candidate;
    if (status != CQ_OK || is_same)
        return status;
    stmt = cq_store_stmt(store, STMT_HOLDER_MARKED, err);
    if (!stmt)
        return CQ_E_STORE;
    cq_bind_int(stmt, 1, text);
    cq_bind_int(stmt, 2, mark);
    while (!is_same && (status = cq_store_step(store, stmt, err)) == CQ_OK) {
        candidate = cq_column_int(stmt, 0);
        status =
            is_same_unit(store, candidate, variants, unit->record, &is_same, origin, err);
        if (status != CQ_OK)
            break;
    }
    sqlite3_reset(stmt);
    if (is_same)
        *id = candidate;
    return status < 0 ? status : CQ_OK;
}

/* ---- adding ---------------------------------------------------------------------------
 */

cq_status cq_store_holders_add(cq_store *store, const cq_store_unit *unit, uint64_t id,
                               uint64_t mark, cq_error *err)
{
    static const uint64_t none[] = {0};
    const uint64_t *texts = unit->variants ? unit->texts : none;
    size_t len = unit->variants ? unit->variants : 1;

    for (size_t i = 0; i < len; i++) {
        sqlite3_stmt *stmt;
        cq_status status;

        if (texts[i] >= store->fresh || (i > 0 && !cq_store_is_first_of(unit, i)))
            continue;
        stmt = cq_store_stmt(store, STMT_HOLDER_ADD, err);
        if (!stmt)
            return CQ_E_STORE;
        cq_bind_int(stmt, 1, texts[i]);
        cq_bind_int(stmt, 2, mark);
        cq_bind_int(stmt, 3, id);
        status = cq_store_run(store, stmt, err);
        if (status != CQ_OK)
            return status;
    }
    return CQ_OK;
}

static cq_status add_row(cq_store *store, const cq_store_unit *unit, uint64_t id,
                         cq_error *err)
{
    sqlite3_stmt *stmt = cq_store_stmt(store, STMT_UNIT_ADD, err);

    if (!stmt)
        return CQ_E_STORE;
    cq_bind_int(stmt, 1, id);
    cq_bind_int(stmt, 2, unit->origin);
    cq_bind_blob(stmt, 3, cq_buf_str(&store->blob));
    cq_bind_blob(stmt, 4, unit->record);
    return cq_store_run(store, stmt, err);
}

cq_status cq_store_tags_count(cq_store *store, const cq_store_unit *unit, int64_t by,
                              cq_error *err)
{
    for (size_t i = 0; i < unit->variants; i++) {
        cq_status status = cq_store_tag_added(store, unit->tags[i], by, err);

        if (status != CQ_OK)
            return status;
    }
    return CQ_OK;
}

static cq_status add_new(cq_store *store, const cq_store_unit *unit, uint64_t mark,
                         uint64_t *id, cq_error *err)
{
    cq_status status;

    *id = store->counts[COUNT_NEXT_UNIT];
    status = add_row(store, unit, *id, err);
    if (status == CQ_OK)
        status = cq_store_holders_add(store, unit, *id, mark, err);
    if (status == CQ_OK)
        status = cq_store_tags_count(store, unit, 1, err);
    if (status != CQ_OK)
        return status;
    store->counts[COUNT_NEXT_UNIT]++;
    store->counts[COUNT_UNITS]++;
    store->counts[COUNT_VARIANTS] += unit->variants;
    store->fresh = store->counts[COUNT_NEXT_TEXT];
    if (!store->origin.first)
        store->origin.first = *id;
    store->origin.last = store->origin.anchor = *id;
    store->origin.number = 0;
    store->origin.added++;
    return CQ_OK;
}

static cq_status share(cq_store *store, uint64_t id, cq_error *err)
{
    current_origin *origin = &store->origin;
    cq_store_cursor place;
    sqlite3_stmt *stmt;
    cq_status status = cq_store_shared_place(store, id, origin->id, &place, err);

    if (status != CQ_DONE)
        return status;
    stmt = cq_store_stmt(store, STMT_SHARED_ADD, err);
    if (!stmt)
        return CQ_E_STORE;
    cq_bind_int(stmt, 1, origin->id);
    cq_bind_int(stmt, 2, origin->anchor);
    cq_bind_int(stmt, 3, origin->number);
    cq_bind_int(stmt, 4, id);
    status = cq_store_run(store, stmt, err);
    if (status != CQ_OK)
        return status;
    origin->number++;
    origin->added++;
    return CQ_OK;
}

cq_status cq_store_unit_add(cq_store *store, const cq_store_unit *unit, uint64_t *id,
                            bool *is_new, cq_error *err)
{
    uint64_t mark = 0, origin = 0;
    cq_status status = cq_store_origin_use(store, unit->origin, err);

    assert(store->in_write);
    if (status == CQ_OK)
        status = cq_store_variants_encode(store, unit, err);
    if (status != CQ_OK)
        return status;
    /* One that brings all its texts has no rows that a mark would stand in. */
    if (!is_all_fresh(store, unit))
        mark = cq_store_unit_mark(cq_buf_str(&store->blob), unit->record);
    status = find_equal(store, unit, mark, id, &origin, err);
    *is_new = *id == 0;
    if (status == CQ_OK && *is_new)
        return add_new(store, unit, mark, id, err);
    if (status == CQ_OK && origin != unit->origin)
        status = share(store, *id, err);
    return status;
}

cq_status cq_store_unit_equal(cq_store *store, const cq_store_unit *unit, uint64_t *id,
                              cq_error *err)
{
    uint64_t origin;
    cq_status status = cq_store_variants_encode(store, unit, err);

    *id = 0;
    return status == CQ_OK
               ? find_equal(store, unit,
                            cq_store_unit_mark(cq_buf_str(&store->blob), unit->record),
                            id, &origin, err)
               : status;
}

cq_status cq_store_unit_share(cq_store *store, const cq_store_unit *unit, uint64_t origin,
                              cq_error *err)
{
    cq_status status = cq_store_origin_use(store, origin, err);

    assert(store->in_write);
    return status == CQ_OK && unit->origin != origin ? share(store, unit->id, err)
                                                     : status;
}

/* ---- reading --------------------------------------------------------------------------
 */

cq_status cq_store_unit_get(cq_store *store, uint64_t id, cq_store_unit *unit,
                            cq_error *err)
{
    sqlite3_stmt *stmt = cq_store_stmt(store, STMT_UNIT_GET, err);
    cq_status status;

    if (!stmt)
        return CQ_E_STORE;
    cq_bind_int(stmt, 1, id);
    status = cq_store_step(store, stmt, err);
    return status == CQ_OK ? cq_store_unit_read(store, stmt, unit, err) : status;
}

/* The first span of an origin that ends after a unit, CQ_DONE for none. */
static cq_status find_span(cq_store *store, statement which, uint64_t origin,
                           uint64_t unit, uint64_t *first, uint64_t *last, cq_error *err)
{
    sqlite3_stmt *stmt = cq_store_stmt(store, which, err);
    cq_status status;

    if (!stmt)
        return CQ_E_STORE;
    cq_bind_int(stmt, 1, origin);
    cq_bind_int(stmt, 2, unit);
    status = cq_store_step(store, stmt, err);
    if (status != CQ_OK)
        return status;
    *first = cq_column_int(stmt, 0);
    *last = cq_column_int(stmt, 1);
    sqlite3_reset(stmt);
    return CQ_OK;
}

/* The origin's next own unit after `after`, as a row of STMT_UNIT_NEXT that stays open
 * for the next call. */
static cq_status next_own(cq_store *store, uint64_t origin, uint64_t after, cq_error *err)
{
    open_walk *walk = &store->unit_walk;
    sqlite3_stmt *stmt = store->stmts[STMT_UNIT_NEXT];
    cq_status status = CQ_OK;
    uint64_t first, last;

    for (;;) {
        if (!walk->is_open || walk->of != origin || walk->at != after) {
            status = find_span(store, STMT_SPAN_NEXT, origin, after, &first, &last, err);
            if (status != CQ_OK)
                return status;
            stmt = cq_store_stmt(store, STMT_UNIT_NEXT, err);
            if (!stmt)
                return CQ_E_STORE;
            cq_bind_int(stmt, 1, after >= first ? after : first - 1);
        }
        status = cq_store_step(store, stmt, err);
        walk->is_open = status == CQ_OK;
        if (status != CQ_OK)
            return status;
        walk->of = origin;
        walk->at = cq_column_int(stmt, 0);
        if (cq_column_int(stmt, 1) == origin)
            return CQ_OK;
        /* The span has ended, or its last units are removed. */
        after = walk->at;
        walk->is_open = false;
    }
}

static cq_status next_shared(cq_store *store, statement which, uint64_t origin,
                             cq_store_cursor *at, uint64_t *unit, cq_error *err)
{
    sqlite3_stmt *stmt = cq_store_stmt(store, which, err);
    cq_status status;

    if (!stmt)
        return CQ_E_STORE;
    cq_bind_int(stmt, 1, origin);
    cq_bind_int(stmt, 2, at->at);
    cq_bind_int(stmt, 3, at->sub);
    status = cq_store_step(store, stmt, err);
    if (status != CQ_OK)
        return status;
    at->at = cq_column_int(stmt, 0);
    at->sub = cq_column_int(stmt, 1);
    *unit = cq_column_int(stmt, 2);
    sqlite3_reset(stmt);
    return CQ_OK;
}

/* An origin's own units stand at (id, 0), and behind each, as (id, 1), (id, 2) ..., the
 * shared ones that came after it; `cursor` is the place last given. */
cq_status cq_store_unit_next(cq_store *store, uint64_t origin, cq_store_cursor *cursor,
                             cq_store_unit *unit, cq_error *err)
{
    cq_store_cursor shared_at = *cursor;
    uint64_t shared = 0;
    cq_status own, status;

    status = next_shared(store, STMT_SHARED_NEXT, origin, &shared_at, &shared, err);
    if (status < 0)
        return status;
    if (status == CQ_OK && shared_at.at == cursor->at) {
        cursor->sub = shared_at.sub + 1;
        return cq_store_unit_get(store, shared, unit, err);
    }
    own = next_own(store, origin, cursor->at, err);
    if (own < 0)
        return own;
    if (status == CQ_OK && (own == CQ_DONE || shared_at.at < store->unit_walk.at)) {
        store->unit_walk.is_open = false;
        *cursor = (cq_store_cursor){shared_at.at, shared_at.sub + 1};
        return cq_store_unit_get(store, shared, unit, err);
    }
    if (own == CQ_DONE)
        return CQ_DONE;
    *cursor = (cq_store_cursor){store->unit_walk.at, 0};
    return cq_store_unit_read(store, store->stmts[STMT_UNIT_NEXT], unit, err);
}

/* The origin's own unit nearest before `limit`, as a row of STMT_UNIT_BEFORE. */
static cq_status own_before(cq_store *store, uint64_t origin, uint64_t limit,
                            sqlite3_stmt **row, cq_error *err)
{
    uint64_t first, last;
    cq_status status;

    /* Of a span all units may be removed. */
    while ((status = find_span(store, STMT_SPAN_BEFORE, origin, limit, &first, &last,
                               err)) == CQ_OK) {
        *row = cq_store_stmt(store, STMT_UNIT_BEFORE, err);
        if (!*row)
            return CQ_E_STORE;
        cq_bind_int(*row, 1, limit);
        cq_bind_int(*row, 2, first);
        cq_bind_int(*row, 3, origin);
        status = cq_store_step(store, *row, err);
        if (status != CQ_DONE)
            return status;
        limit = first;
    }
    return status;
}

cq_status cq_store_unit_before(cq_store *store, uint64_t origin, cq_store_cursor place,
                               cq_store_unit *found, cq_error *err)
{
    cq_store_cursor shared_at = {place.at, place.sub ? place.sub - 1 : 0};
    uint64_t shared = 0;
    sqlite3_stmt *row = NULL;
    cq_status own, status;

    own = own_before(store, origin, place.sub ? place.at + 1 : place.at, &row, err);
    if (own < 0)
        return own;
    status = next_shared(store, STMT_SHARED_BEFORE, origin, &shared_at, &shared, err);
    if (status < 0)
        return status;
    if (status == CQ_OK && (own == CQ_DONE || shared_at.at >= cq_column_int(row, 0)))
        return cq_store_unit_get(store, shared, found, err);
    return own == CQ_OK ? cq_store_unit_read(store, row, found, err) : CQ_DONE;
}

cq_status cq_store_shared_place(cq_store *store, uint64_t unit, uint64_t origin,
                                cq_store_cursor *place, cq_error *err)
{
    sqlite3_stmt *stmt = cq_store_stmt(store, STMT_SHARED_AT, err);
    cq_status status;

    if (!stmt)
        return CQ_E_STORE;
    cq_bind_int(stmt, 1, unit);
    cq_bind_int(stmt, 2, origin);
    status = cq_store_step(store, stmt, err);
    if (status != CQ_OK)
        return status;
    *place = (cq_store_cursor){cq_column_int(stmt, 0), cq_column_int(stmt, 1) + 1};
    sqlite3_reset(stmt);
    return CQ_OK;
}

cq_status cq_store_place(cq_store *store, const cq_store_unit *unit, uint64_t origin,
                         cq_store_cursor *place, cq_error *err)
{
    cq_status status = cq_store_shared_place(store, unit->id, origin, place, err);

    if (status == CQ_DONE && unit->origin == origin) {
        *place = (cq_store_cursor){unit->id, 0};
        return CQ_OK;
    }
    return status;
}

cq_status cq_store_place_next(cq_store *store, uint64_t unit, uint64_t *origin,
                              cq_store_cursor *place, cq_error *err)
{
    sqlite3_stmt *stmt = cq_store_stmt(store, STMT_SHARED_PLACE, err);
    cq_status status;

    if (!stmt)
        return CQ_E_STORE;
    cq_bind_int(stmt, 1, unit);
    cq_bind_int(stmt, 2, *origin);
    status = cq_store_step(store, stmt, err);
    if (status != CQ_OK)
        return status;
    *origin = cq_column_int(stmt, 0);
    *place = (cq_store_cursor){cq_column_int(stmt, 1), cq_column_int(stmt, 2) + 1};
    sqlite3_reset(stmt);
    return CQ_OK;
}

cq_status cq_store_holder_next(cq_store *store, uint64_t text, cq_store_cursor *cursor,
                               uint64_t *unit, cq_error *err)
{
    open_walk *walk = &store->holder_walk;
    sqlite3_stmt *stmt;
    cq_status status;

    /* The one that brought it has no row of its own; marks in `at` are counted from 1. */
    if (cursor->at == 0) {
        cursor->at = 1;
        status = cq_store_unit_of_text(store, text, unit, err);
        if (status != CQ_OK || *unit)
            return status;
    }
    /* A text may have a million holders: the statement stays open from one to the next.
     */
    stmt = store->stmts[STMT_HOLDER_NEXT];
    if (!walk->is_open || walk->of != text || walk->at != cursor->at ||
        walk->sub != cursor->sub) {
        stmt = cq_store_stmt(store, STMT_HOLDER_NEXT, err);
        if (!stmt)
            return CQ_E_STORE;
        cq_bind_int(stmt, 1, text);
        cq_bind_int(stmt, 2, cursor->at - 1);
        cq_bind_int(stmt, 3, cursor->sub);
    }
    status = cq_store_step(store, stmt, err);
    walk->is_open = status == CQ_OK;
    if (status != CQ_OK)
        return status;
    *cursor = (cq_store_cursor){cq_column_int(stmt, 0) + 1, cq_column_int(stmt, 1)};
    *unit = cursor->sub;
    walk->of = text;
    walk->at = cursor->at;
    walk->sub = cursor->sub;
    return CQ_OK;
}
