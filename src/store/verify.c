#include "db.h"

#include <inttypes.h>

/* Whether two sides of the file say the same is compared by order-free checksums, so that
 * verifying takes no memory and reads every table once from end to end. */

typedef struct verifier {
    cq_store *store;
    void (*each)(void *context, const char *problem);
    void *context;
} verifier;

static void tell(const verifier *check, const char *format, ...) CQ_PRINTF(2, 3);

static void tell(const verifier *check, const char *format, ...)
{
    char line[400];
    va_list args;

    va_start(args, format);
    vsnprintf(line, sizeof(line), format, args);
    va_end(args);
    check->each(check->context, line);
}

static cq_status ask_sqlite(const verifier *check, cq_error *err)
{
    sqlite3_stmt *stmt = NULL;
    int rc =
        sqlite3_prepare_v2(check->store->db, "PRAGMA integrity_check", -1, &stmt, NULL);

    if (rc != SQLITE_OK)
        return cq_store_fail(check->store, rc, "check the memory", err);
    while ((rc = sqlite3_step(stmt)) == SQLITE_ROW) {
        const char *said = (const char *)sqlite3_column_text(stmt, 0);

        if (said && !cq_str_equal(cq_str_from(said), CQ_STR("ok")))
            tell(check, "SQLite: %s", said);
    }
    sqlite3_finalize(stmt);
    if ((rc & 0xff) == SQLITE_CORRUPT) {
        tell(check, "SQLite: %s", sqlite3_errmsg(check->store->db));
        return CQ_DONE;
    }
    return rc == SQLITE_DONE ? CQ_OK
                             : cq_store_fail(check->store, rc, "check the memory", err);
}

typedef struct tallies {
    uint64_t texts, dropped, print_sum; /* by the tables of texts */
    uint64_t units, variants;           /* by the table of units */
    uint64_t held, held_sum;            /* (unit, text) pairs as units say */
    uint64_t holding, holding_sum;      /* as texts and holders say */
} tallies;

static cq_status sum_texts(const verifier *check, tallies *sums, cq_error *err)
{
    sqlite3_stmt *stmt = cq_store_stmt(check->store, STMT_SUM_TEXTS, err);
    cq_status status;

    if (!stmt)
        return CQ_E_STORE;
    while ((status = cq_store_step(check->store, stmt, err)) == CQ_OK) {
        uint64_t id = cq_column_int(stmt, 0), unit = cq_column_int(stmt, 2);
        uint32_t group = (uint32_t)cq_column_int(stmt, 1);

        sums->texts++;
        sums->print_sum +=
            cq_prints_mix(cq_store_text_print(group, cq_column_blob(stmt, 3)), id);
        if (unit) {
            sums->holding++;
            sums->holding_sum += cq_prints_mix(id, unit);
        }
    }
    return status < 0 ? status : CQ_OK;
}

static cq_status sum_dropped(const verifier *check, tallies *sums, cq_error *err)
{
    uint64_t id = 0, print;
    uint32_t group;
    cq_str tokens;
    cq_status status;

    while ((status = cq_store_dropped_read(check->store, &id, &group, &print, &tokens,
                                           err)) == CQ_OK) {
        sums->dropped++;
        sums->print_sum += cq_prints_mix(print, id);
    }
    return status < 0 ? status : CQ_OK;
}

static cq_status sum_holders(const verifier *check, tallies *sums, cq_error *err)
{
    sqlite3_stmt *stmt = cq_store_stmt(check->store, STMT_SUM_HOLDERS, err);
    cq_status status;

    if (!stmt)
        return CQ_E_STORE;
    while ((status = cq_store_step(check->store, stmt, err)) == CQ_OK) {
        sums->holding++;
        sums->holding_sum +=
            cq_prints_mix(cq_column_int(stmt, 0), cq_column_int(stmt, 1));
    }
    return status < 0 ? status : CQ_OK;
}

static void sum_unit(const cq_store_unit *unit, tallies *sums)
{
    sums->units++;
    sums->variants += unit->variants;
    if (unit->variants == 0) {
        sums->held++;
        sums->held_sum += cq_prints_mix(0, unit->id);
    }
    for (size_t i = 0; i < unit->variants; i++) {
        bool is_first = true;

        for (size_t k = 0; k < i; k++)
            is_first = is_first && unit->texts[k] != unit->texts[i];
        if (is_first) {
            sums->held++;
            sums->held_sum += cq_prints_mix(unit->texts[i], unit->id);
        }
    }
}

static cq_status sum_units(const verifier *check, tallies *sums, cq_error *err)
{
    sqlite3_stmt *stmt = cq_store_stmt(check->store, STMT_SUM_UNITS, err);
    cq_status status;

    if (!stmt)
        return CQ_E_STORE;
    while ((status = cq_store_step(check->store, stmt, err)) == CQ_OK) {
        cq_store_unit unit;

        status = cq_store_unit_read(check->store, stmt, &unit, err);
        if (status != CQ_OK)
            break;
        sum_unit(&unit, sums);
    }
    sqlite3_reset(stmt);
    return status < 0 ? status : CQ_OK;
}

static cq_status compare(const verifier *check, const tallies *sums, cq_error *err)
{
    cq_store_counts counts;
    uint64_t prints, print_sum;
    cq_status status = cq_store_count(check->store, &counts, err);

    if (status == CQ_OK)
        status = cq_prints_sum(check->store, &prints, &print_sum, err);
    if (status != CQ_OK)
        return status;
    if (counts.units != sums->units || counts.variants != sums->variants ||
        counts.texts != sums->texts)
        tell(check,
             "the counts are wrong: %llu units, %llu variants, %llu texts are counted, "
             "%llu, %llu and %llu are there",
             (unsigned long long)counts.units, (unsigned long long)counts.variants,
             (unsigned long long)counts.texts, (unsigned long long)sums->units,
             (unsigned long long)sums->variants, (unsigned long long)sums->texts);
    if (counts.dropped != sums->dropped)
        tell(check, "the counts are wrong: %llu texts are dropped, %llu say so",
             (unsigned long long)sums->dropped, (unsigned long long)counts.dropped);
    if (prints != sums->texts + sums->dropped || print_sum != sums->print_sum)
        tell(check, "the fingerprints do not fit the texts: %llu for %llu texts",
             (unsigned long long)prints,
             (unsigned long long)sums->texts + (unsigned long long)sums->dropped);
    if (sums->held != sums->holding || sums->held_sum != sums->holding_sum)
        tell(check, "units and texts do not fit: %llu texts are held, %llu say so",
             (unsigned long long)sums->held, (unsigned long long)sums->holding);
    return CQ_OK;
}

static cq_status count_rows(const verifier *check, statement which, uint64_t of,
                            uint64_t *count, cq_error *err)
{
    sqlite3_stmt *stmt = cq_store_stmt(check->store, which, err);
    cq_status status;

    if (!stmt)
        return CQ_E_STORE;
    cq_bind_int(stmt, 1, of);
    status = cq_store_step(check->store, stmt, err);
    if (status == CQ_OK)
        *count = cq_column_int(stmt, 0);
    sqlite3_reset(stmt);
    return status;
}

static cq_status check_origins(const verifier *check, cq_error *err)
{
    cq_store_origin origin = {0};
    cq_status status;

    while ((status = cq_store_origin_next(check->store, origin.id, &origin, err)) ==
           CQ_OK) {
        uint64_t own = 0, shared = 0;

        status = count_rows(check, STMT_SUM_ORIGIN, origin.id, &own, err);
        if (status == CQ_OK)
            status = count_rows(check, STMT_SUM_SHARED, origin.id, &shared, err);
        if (status < 0)
            return status;
        if (own + shared != origin.units)
            tell(check, "origin %" PRIu64 " counts %" PRIu64 " units and has %" PRIu64,
                 origin.id, origin.units, own + shared);
    }
    return status < 0 ? status : CQ_OK;
}

static cq_status check_shared(const verifier *check, cq_error *err)
{
    sqlite3_stmt *stmt = cq_store_stmt(check->store, STMT_SUM_STRAY, err);
    cq_status status;

    if (!stmt)
        return CQ_E_STORE;
    while ((status = cq_store_step(check->store, stmt, err)) == CQ_OK)
        tell(check, "origin %lld shares unit %lld, which is not there",
             sqlite3_column_int64(stmt, 0), sqlite3_column_int64(stmt, 1));
    return status < 0 ? status : CQ_OK;
}

/* Spans must not overlap, or units would be exported twice. */
static cq_status check_spans(const verifier *check, cq_error *err)
{
    sqlite3_stmt *stmt = cq_store_stmt(check->store, STMT_SUM_SPANS, err);
    uint64_t last = 0;
    cq_status status;

    if (!stmt)
        return CQ_E_STORE;
    while ((status = cq_store_step(check->store, stmt, err)) == CQ_OK) {
        if (cq_column_int(stmt, 1) <= last ||
            cq_column_int(stmt, 2) < cq_column_int(stmt, 1))
            tell(check, "origin %lld has a wrong span at unit %lld",
                 sqlite3_column_int64(stmt, 0), sqlite3_column_int64(stmt, 1));
        last = cq_column_int(stmt, 2);
    }
    return status < 0 ? status : CQ_OK;
}

cq_status cq_store_verify(cq_store *store,
                          void (*each)(void *context, const char *problem), void *context,
                          cq_error *err)
{
    static cq_status (*const parts[])(const verifier *, tallies *, cq_error *) = {
        sum_texts, sum_dropped, sum_holders, sum_units};
    static cq_status (*const checks[])(const verifier *, cq_error *) = {
        check_origins, check_shared, check_spans};
    verifier check = {store, each, context};
    tallies sums = {0};
    cq_status status = ask_sqlite(&check, err);

    if (status == CQ_DONE)
        return CQ_OK; /* the rest cannot be read */
    for (size_t i = 0; i < ARRAY_LEN(parts) && status == CQ_OK; i++)
        status = parts[i](&check, &sums, err);
    if (status == CQ_OK)
        status = compare(&check, &sums, err);
    for (size_t i = 0; i < ARRAY_LEN(checks) && status == CQ_OK; i++)
        status = checks[i](&check, err);
    return status;
}

static cq_status read_counts(cq_store *store, cq_store_counts *counts, cq_error *err)
{
    const struct {
        const char *name;
        uint64_t *value;
    } notes[] = {{"units", &counts->units},
                 {"variants", &counts->variants},
                 {"texts", &counts->texts},
                 {"dropped", &counts->dropped}};
    cq_status status = CQ_OK;

    for (size_t i = 0; i < ARRAY_LEN(notes) && status == CQ_OK; i++)
        status = cq_store_note_get(store, notes[i].name, notes[i].value, err);
    return status;
}

cq_status cq_store_count(cq_store *store, cq_store_counts *counts, cq_error *err)
{
    verifier check = {.store = store};
    int64_t bytes = cq_store_beside(store, "");
    cq_status status = CQ_OK;

    /* An open transaction writes its counts down at its end only. */
    if (store->in_write) {
        counts->units = store->counts[COUNT_UNITS];
        counts->variants = store->counts[COUNT_VARIANTS];
        counts->texts = store->counts[COUNT_TEXTS];
        counts->dropped = store->counts[COUNT_DROPPED];
    } else {
        status = read_counts(store, counts, err);
    }
    if (status == CQ_OK)
        status = count_rows(&check, STMT_ORIGIN_LEN, 0, &counts->origins, err);
    counts->file_bytes = bytes > 0 ? (uint64_t)bytes : 0;
    return status < 0 ? status : CQ_OK;
}
