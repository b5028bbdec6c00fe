#include "session.h"

#include "selector.h"

/* What goes is gathered first and taken away then: a walk does not like its rows to
 * vanish. */
typedef struct doomed {
    uint64_t unit, origin; /* origin: to leave; 0 to leave all */
} doomed;

typedef struct deleting {
    cq_memory *memory;
    const cq_delete_options *opts;
    cq_selector selector;
    cq_delete_report report;
    cq_loaded loaded;
    uint64_t *origins; /* that bear the name asked for; all when none is */
    size_t origins_len, origins_capacity;
    doomed *items;
    size_t len, capacity;
} deleting;

/* ---- which units ----------------------------------------------------------------------
 */

static cq_status list_origins(deleting *d, cq_error *err)
{
    cq_store_origin origin = {0};
    cq_status status;

    while ((status = cq_store_origin_next(d->memory->store, origin.id, &origin, err)) ==
           CQ_OK) {
        if (d->opts->origin && !cq_str_equal(origin.name, cq_str_from(d->opts->origin)))
            continue;
        if (!cq_grow(&d->origins, &d->origins_capacity, d->origins_len + 1,
                     sizeof(*d->origins)))
            return cq_fail(err, CQ_E_NOMEM, "no memory for the units to delete");
        d->origins[d->origins_len++] = origin.id;
    }
    if (status == CQ_DONE && d->opts->origin && d->origins_len == 0)
        return cq_fail_number(err, CQ_E_ARG, ERR_NO_ORIGIN,
                              "the memory has no origin \"%s\"", d->opts->origin);
    return status < 0 ? status : CQ_OK;
}

static bool is_listed(const deleting *d, uint64_t origin)
{
    for (size_t i = 0; i < d->origins_len; i++)
        if (d->origins[i] == origin)
            return true;
    return false;
}

/* Whether the unit that is loaded stands in an origin that is not asked for too. */
static cq_status is_elsewhere(deleting *d, bool *elsewhere, cq_error *err)
{
    uint64_t origin = 0;
    cq_store_cursor place;
    cq_status status = CQ_OK;

    *elsewhere = !is_listed(d, d->loaded.origin);
    while (!*elsewhere && (status = cq_store_place_next(d->memory->store, d->loaded.id,
                                                        &origin, &place, err)) == CQ_OK)
        *elsewhere = !is_listed(d, origin);
    return status < 0 ? status : CQ_OK;
}

static cq_status doom(deleting *d, uint64_t origin, cq_error *err)
{
    if (!cq_grow(&d->items, &d->capacity, d->len + 1, sizeof(*d->items)))
        return cq_fail(err, CQ_E_NOMEM, "no memory for the units to delete");
    d->items[d->len++] = (doomed){d->loaded.id, origin};
    return CQ_OK;
}

/* Doom the unit that is loaded when the filter means it: as a whole, or in each of the
 * origins asked for. */
static cq_status consider(deleting *d, cq_error *err)
{
    const cq_unit *unit = &d->loaded.unit;
    cq_store_unit row = {.id = d->loaded.id, .origin = d->loaded.origin};
    size_t before = d->len;
    bool takes, elsewhere = false;
    cq_status status = cq_selector_takes(&d->selector, unit, &takes, err);

    if (status != CQ_OK || !takes)
        return status;
    if (!d->opts->origin)
        status = doom(d, 0, err);
    for (size_t i = 0; d->opts->origin && i < d->origins_len && status == CQ_OK; i++) {
        cq_store_cursor place;

        status = cq_store_place(d->memory->store, &row, d->origins[i], &place, err);
        if (status == CQ_OK)
            status = doom(d, d->origins[i], err);
        status = status < 0 ? status : CQ_OK;
    }
    if (status == CQ_OK)
        status = is_elsewhere(d, &elsewhere, err);
    if (status != CQ_OK || d->len == before)
        return status;
    *(elsewhere ? &d->report.kept : &d->report.deleted) += 1;
    if (d->opts->each)
        d->opts->each(d->opts->context, d->loaded.id,
                      unit->variants_len ? unit->variants[0].text : (cq_str){0});
    return CQ_OK;
}

/* Whether the walk over the origins has met the unit in an earlier one. */
static cq_status was_met(deleting *d, const cq_store_unit *row, size_t origin, bool *met,
                         cq_error *err)
{
    *met = false;
    /* Without a name each unit counts where it is at home. */
    if (!d->opts->origin)
        *met = row->origin != d->origins[origin];
    for (size_t i = 0; d->opts->origin && i < origin && !*met; i++) {
        cq_store_cursor place;
        cq_status status =
            cq_store_place(d->memory->store, row, d->origins[i], &place, err);

        if (status < 0)
            return status;
        *met = status == CQ_OK;
    }
    return CQ_OK;
}

static cq_status consider_origin(deleting *d, size_t origin, cq_error *err)
{
    cq_store_cursor cursor = {0};
    cq_store_unit row;
    cq_status status;

    while ((status = cq_store_unit_next(d->memory->store, d->origins[origin], &cursor,
                                        &row, err)) == CQ_OK) {
        bool met;

        status = was_met(d, &row, origin, &met, err);
        if (status == CQ_OK && met)
            continue;
        if (status == CQ_OK)
            status = cq_loaded_set(d->memory, &row, true, &d->loaded, err);
        if (status == CQ_OK)
            status = consider(d, err);
        if (status != CQ_OK)
            return status;
    }
    return status < 0 ? status : CQ_OK;
}

static cq_status consider_named(deleting *d, size_t at, cq_error *err)
{
    uint64_t id = d->opts->units[at];
    cq_status status;

    for (size_t i = 0; i < at; i++)
        if (d->opts->units[i] == id)
            return CQ_OK;
    status = cq_loaded_get(d->memory, id, true, &d->loaded, err);
    if (status == CQ_DONE)
        return cq_fail_number(err, CQ_E_ARG, ERR_NO_UNIT, "the memory has no unit %llu",
                              (unsigned long long)id);
    return status == CQ_OK ? consider(d, err) : status;
}

static cq_status gather(deleting *d, cq_error *err)
{
    cq_status status = list_origins(d, err);

    for (size_t i = 0; i < d->opts->units_len && status == CQ_OK; i++)
        status = consider_named(d, i, err);
    for (size_t i = 0; !d->opts->units_len && i < d->origins_len && status == CQ_OK; i++)
        status = consider_origin(d, i, err);
    return status;
}

/* ---- taking them away -----------------------------------------------------------------
 */

static cq_status take_all_away(deleting *d, cq_error *err)
{
    cq_store *store = d->memory->store;
    cq_status status = CQ_OK;

    for (size_t i = 0; i < d->len && status >= 0; i++)
        status = d->items[i].origin ? cq_store_unit_leave(store, d->items[i].unit,
                                                          d->items[i].origin, err)
                                    : cq_store_unit_remove(store, d->items[i].unit, err);
    for (size_t i = 0; d->opts->origin && i < d->origins_len && status >= 0; i++)
        status = cq_store_origin_drop(store, d->origins[i], err);
    return status < 0 ? status : cq_memory_renew_sparse(d->memory, err);
}

static cq_status run_dry(deleting *d, cq_error *err)
{
    cq_status status = cq_store_begin_read(d->memory->store, err);

    if (status != CQ_OK)
        return status;
    status = gather(d, err);
    cq_store_end_read(d->memory->store);
    return status;
}

static cq_status run(deleting *d, cq_error *err)
{
    cq_status status = cq_memory_begin(d->memory, err);

    if (status != CQ_OK)
        return status;
    status = gather(d, err);
    if (status == CQ_OK)
        status = take_all_away(d, err);
    return cq_memory_end(d->memory, status, err);
}

cq_status cq_memory_delete(cq_memory *memory, const cq_delete_options *opts,
                           cq_delete_report *report, cq_error *err)
{
    deleting d = {.memory = memory, .opts = opts};
    cq_status status = cq_selector_init(&d.selector, opts->filter, err);

    if (status == CQ_OK && !opts->units_len && !opts->origin &&
        !cq_selector_narrows(&d.selector))
        status = cq_fail_number(err, CQ_E_ARG, ERR_DELETE_ALL,
                                "nothing says which units to delete");
    if (status == CQ_OK)
        status = opts->is_dry ? run_dry(&d, err) : run(&d, err);
    if (status == CQ_OK && report)
        *report = d.report;
    cq_selector_release(&d.selector);
    cq_loaded_release(&d.loaded);
    cq_free(d.origins);
    cq_free(d.items);
    return status;
}
