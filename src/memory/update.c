#include "update.h"

#include "noted.h"

#include <stdlib.h>
#include <string.h>

/* A way by which a unit can be recognised: its tuid, or its source with its context. Of
 * equal ones the oldest comes first. */
typedef struct entry {
    uint64_t hash;
    int64_t changed; /* seconds since 1970; INT64_MIN for a tuid, which needs no date */
    uint64_t unit;
} entry;

struct cq_updater {
    cq_memory *memory;
    entry *entries; /* sorted */
    size_t len, capacity;
    size_t *next;      /* of each entry: the first at or after it that may be free */
    uint64_t *claimed; /* a bit a unit */
    uint64_t units;    /* all ids are below */
    cq_loaded loaded;
    cq_header header;
    cq_buf header_record;
};

#define NO_DATE INT64_MIN

/* ---- what a unit is recognised by -----------------------------------------------------
 */

/* When the unit or any of its variants was last changed, else made. */
static int64_t changed_at(const cq_unit *unit)
{
    int64_t latest = NO_DATE, from, to;

    for (size_t i = 0; i < unit->variants_len; i++)
        if (cq_date_read(cq_unit_changed(unit, &unit->variants[i]), &from, &to) &&
            from > latest)
            latest = from;
    return latest;
}

/* The variant in the source language that unit or header names, else the first. */
static size_t source_of(const cq_unit *unit, const cq_header *header)
{
    cq_str said = cq_attr_find(unit->attrs, unit->attrs_len, "srclang");
    cq_lang wanted, lang;
    size_t found = 0;
    int best = 0;

    if (!said.ptr && header)
        said = cq_attr_find(header->attrs, header->attrs_len, "srclang");
    if (cq_lang_parse(said, &wanted, NULL) != CQ_OK)
        return 0;
    for (size_t i = 0; i < unit->variants_len; i++) {
        int match = cq_lang_parse(unit->variants[i].lang, &lang, NULL) == CQ_OK
                        ? cq_lang_match(&wanted, &lang)
                        : 0;

        if (match > best) {
            best = match;
            found = i;
        }
    }
    return found;
}

/* 0 for a unit without a tuid. */
static uint64_t hash_tuid(const cq_unit *unit)
{
    cq_str tuid = cq_attr_find(unit->attrs, unit->attrs_len, "tuid");

    return tuid.len ? cq_hash(tuid.ptr, tuid.len, 1) | 1 : 0;
}

/* 0 for a unit without variants. */
static uint64_t hash_source(const cq_unit *unit, const uint64_t *texts,
                            const cq_header *header)
{
    uint64_t parts[2];

    if (unit->variants_len == 0)
        return 0;
    parts[0] = texts[source_of(unit, header)];
    parts[1] = cq_noted_hash(unit);
    return cq_hash(parts, sizeof(parts), 2) | 1;
}

/* ---- gathering ------------------------------------------------------------------------
 */

static bool add_entry(cq_updater *u, uint64_t hash, int64_t changed, uint64_t unit)
{
    if (!hash)
        return true;
    if (!cq_grow(&u->entries, &u->capacity, u->len + 1, sizeof(*u->entries)))
        return false;
    u->entries[u->len++] = (entry){hash, changed, unit};
    return true;
}

static cq_status gather_origin(cq_updater *u, uint64_t origin, cq_error *err)
{
    cq_store_cursor cursor = {0};
    cq_store_unit row;
    cq_status status;

    while ((status = cq_store_unit_next(u->memory->store, origin, &cursor, &row, err)) ==
           CQ_OK) {
        const cq_unit *unit = &u->loaded.unit;

        status = cq_loaded_set(u->memory, &row, false, &u->loaded, err);
        if (status != CQ_OK)
            return status;
        if (!add_entry(u, hash_tuid(unit), NO_DATE, row.id) ||
            !add_entry(u, hash_source(unit, u->loaded.texts, &u->header),
                       changed_at(unit), row.id))
            return cq_fail(err, CQ_E_NOMEM, "no memory for the units to update");
        if (row.id >= u->units)
            u->units = row.id + 1;
    }
    return status < 0 ? status : CQ_OK;
}

static cq_status gather(cq_updater *u, cq_str name, cq_error *err)
{
    cq_store_origin origin = {0};
    cq_status status;

    while ((status = cq_store_origin_next(u->memory->store, origin.id, &origin, err)) ==
           CQ_OK) {
        if (!cq_str_equal(origin.name, name))
            continue;
        cq_buf_reset(&u->header_record);
        cq_buf_add_str(&u->header_record, origin.header);
        status = cq_buf_check(&u->header_record, err);
        if (status == CQ_OK)
            status = cq_header_decode(cq_buf_str(&u->header_record), &u->header, err);
        if (status == CQ_OK)
            status = gather_origin(u, origin.id, err);
        if (status != CQ_OK)
            return status;
    }
    return status < 0 ? status : CQ_OK;
}

static int compare_entries(const void *a, const void *b)
{
    const entry *x = a, *y = b;

    if (x->hash != y->hash)
        return x->hash < y->hash ? -1 : 1;
    if (x->changed != y->changed)
        return x->changed < y->changed ? -1 : 1;
    return x->unit < y->unit ? -1 : x->unit > y->unit;
}

cq_status cq_updater_new(cq_memory *memory, cq_str name, cq_updater **updater,
                         cq_error *err)
{
    cq_updater *u = cq_zalloc(sizeof(*u));
    cq_status status;

    *updater = NULL;
    if (!u)
        return cq_fail(err, CQ_E_NOMEM, "no memory for the units to update");
    u->memory = memory;
    status = gather(u, name, err);
    if (status == CQ_OK) {
        u->next = cq_alloc((u->len + 1) * sizeof(*u->next));
        u->claimed = cq_zalloc((u->units / 64 + 1) * sizeof(*u->claimed));
        if (!u->next || !u->claimed)
            status = cq_fail(err, CQ_E_NOMEM, "no memory for the units to update");
    }
    if (status != CQ_OK) {
        cq_updater_free(u);
        return status;
    }
    if (u->len)
        qsort(u->entries, u->len, sizeof(*u->entries), compare_entries);
    for (size_t i = 0; i <= u->len; i++)
        u->next[i] = i;
    *updater = u;
    return CQ_OK;
}

void cq_updater_free(cq_updater *u)
{
    if (!u)
        return;
    cq_loaded_release(&u->loaded);
    cq_header_release(&u->header);
    cq_buf_release(&u->header_record);
    cq_free(u->entries);
    cq_free(u->next);
    cq_free(u->claimed);
    cq_free(u);
}

/* ---- finding --------------------------------------------------------------------------
 */

void cq_updater_claim(cq_updater *u, uint64_t id)
{
    if (id < u->units)
        u->claimed[id / 64] |= UINT64_C(1) << id % 64;
}

static bool is_claimed(const cq_updater *u, uint64_t id)
{
    return u->claimed[id / 64] >> id % 64 & 1;
}

/* The first entry at or after `at` whose unit is free. Paths are halved on the way, so
 * that a million twins are not walked over a million times. */
static size_t first_free(cq_updater *u, size_t at)
{
    for (;;) {
        if (at == u->len)
            return at;
        if (u->next[at] == at && is_claimed(u, u->entries[at].unit))
            u->next[at] = at + 1;
        if (u->next[at] == at)
            return at;
        u->next[at] = u->next[u->next[at]];
        at = u->next[at];
    }
}

static size_t lower_bound(const cq_updater *u, uint64_t hash)
{
    size_t lo = 0, hi = u->len;

    while (lo < hi) {
        size_t mid = lo + (hi - lo) / 2;

        if (u->entries[mid].hash < hash)
            lo = mid + 1;
        else
            hi = mid;
    }
    return lo;
}

/* The oldest free unit of that hash that was changed before `changed`; 0 for none. */
static uint64_t find_hash(cq_updater *u, uint64_t hash, int64_t changed)
{
    size_t at = hash ? first_free(u, lower_bound(u, hash)) : u->len;

    if (at == u->len || u->entries[at].hash != hash || u->entries[at].changed >= changed)
        return 0;
    return u->entries[at].unit;
}

cq_status cq_updater_find(cq_updater *u, const cq_unit *unit, const uint64_t *texts,
                          const cq_header *header, uint64_t *id, cq_error *err)
{
    uint64_t tuid = hash_tuid(unit);
    cq_status status;

    *id = find_hash(u, tuid, INT64_MAX);
    if (*id == 0)
        *id = find_hash(u, hash_source(unit, texts, header), changed_at(unit));
    if (*id == 0)
        return CQ_OK;
    /* Two tuids say that these are two units, whatever their sources are. */
    status = cq_loaded_named(u->memory, *id, false, &u->loaded, err);
    if (status != CQ_OK)
        return status;
    if (tuid && hash_tuid(&u->loaded.unit) && hash_tuid(&u->loaded.unit) != tuid)
        *id = 0;
    else
        cq_updater_claim(u, *id);
    return CQ_OK;
}
