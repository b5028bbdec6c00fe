#include "session.h"

#include "feed.h"
#include "update.h"

#include <string.h>
#include <time.h>

#define EXCERPT_MAX 200u /* bytes of a text by which a unit is told */
#define TICK_UNITS  512u /* progress is told once in so many units */

typedef struct import_job {
    cq_memory *memory;
    const cq_import_options *opts;
    cq_import_report *report;
    cq_feed *feed;
    cq_adder adder;
    uint64_t origin;
    const char *path;
    cq_updater *updater;  /* NULL without `update` */
    cq_header header;     /* of the file, for the updater */
    cq_buf header_record; /* owns what the header borrows */
    cq_buf old_text;      /* of the unit that is replaced */
} import_job;

/* What the origin is called: the last part of the path. */
static cq_str origin_name(const char *path, const cq_import_options *opts)
{
    const char *name = opts->name;

    if (!name && strcmp(path, "-") == 0)
        name = "(standard input)";
    if (!name) {
        name = strrchr(path, '/');
        name = name ? name + 1 : path;
    }
    return cq_str_from(name);
}

static cq_status tick(import_job *in, cq_error *err)
{
    const cq_progress *progress = &in->opts->progress;
    cq_tmx_progress at;

    if (!progress->tick || in->report->units % TICK_UNITS != 0)
        return CQ_OK;
    at = cq_feed_at(in->feed);
    if (progress->tick(progress->context, at.bytes, at.total) < 0)
        return cq_fail(err, CQ_E_STOP, "the import was stopped");
    return CQ_OK;
}

/* ---- update ---------------------------------------------------------------------------
 */

static cq_status begin_update(import_job *in, cq_str name, cq_error *err)
{
    cq_status status;

    if (!in->opts->update)
        return CQ_OK;
    cq_buf_add_str(&in->header_record, cq_feed_header(in->feed));
    status = cq_buf_check(&in->header_record, err);
    if (status == CQ_OK)
        status = cq_header_decode(cq_buf_str(&in->header_record), &in->header, err);
    return status == CQ_OK ? cq_updater_new(in->memory, name, &in->updater, err) : status;
}

/* Keep the first text of a unit, by which it is told. */
static cq_status keep_text(import_job *in, const cq_store_unit *row, cq_error *err)
{
    cq_store_text text = {0};
    cq_status status = CQ_OK;

    if (row->variants)
        status = cq_store_text_get(in->memory->store, row->texts[0], &text, err);
    cq_buf_reset(&in->old_text);
    cq_buf_add_str(&in->old_text, text.text);
    return status < 0 ? status : cq_buf_check(&in->old_text, err);
}

static void tell_replaced(import_job *in, const cq_unit *unit, uint64_t id)
{
    cq_error what = {0};
    cq_notice notice = {CQ_NOTICE_REPLACED, &what};
    size_t len = in->old_text.len;

    in->report->replaced++;
    if (!in->opts->notice)
        return;
    /* A long text is cut between two characters. */
    for (len = len < EXCERPT_MAX ? len : EXCERPT_MAX;
         len > 0 && len < in->old_text.len && (in->old_text.ptr[len] & 0xc0) == 0x80;)
        len--;
    cq_fail_number(&what, CQ_E_INPUT, ERR_REPLACED,
                   "unit %llu, \"%.*s\", gives way to this one", (unsigned long long)id,
                   (int)len, len ? in->old_text.ptr : "");
    cq_fail_at(&what, in->path, unit->line, unit->column);
    in->opts->notice(in->opts->notice_context, &notice);
}

/* Put the unit that is prepared in the place of stored unit `id`. */
static cq_status replace_unit(import_job *in, const cq_unit *unit, uint64_t id,
                              cq_error *err)
{
    cq_store_unit old;
    cq_status status = cq_store_unit_get(in->memory->store, id, &old, err);

    if (status == CQ_OK)
        status = keep_text(in, &old, err);
    if (status != CQ_OK)
        return status;
    in->adder.row.id = id;
    in->adder.row.origin = old.origin;
    status = cq_store_unit_replace(in->memory->store, &in->adder.row, err);
    if (status == CQ_OK)
        status = cq_store_unit_share(in->memory->store, &in->adder.row, in->origin, err);
    if (status == CQ_OK)
        tell_replaced(in, unit, id);
    return status;
}

/* Add a unit, unless a stored one is equal, or is an older state of it. */
static cq_status update_unit(import_job *in, const cq_unit *unit, bool *is_new,
                             cq_error *err)
{
    uint64_t id;
    cq_status status = cq_store_unit_equal(in->memory->store, &in->adder.row, &id, err);

    *is_new = true;
    if (status == CQ_OK && id) {
        cq_updater_claim(in->updater, id);
    } else if (status == CQ_OK) {
        status =
            cq_updater_find(in->updater, unit, in->adder.texts, &in->header, &id, err);
        if (status == CQ_OK && id)
            return replace_unit(in, unit, id, err);
    }
    in->adder.row.origin = in->origin;
    return status == CQ_OK
               ? cq_store_unit_add(in->memory->store, &in->adder.row, &id, is_new, err)
               : status;
}

/* ---- the run --------------------------------------------------------------------------
 */

/* The origin is known once the first unit, and so the header, is read. */
static cq_status begin_origin(import_job *in, cq_str name, cq_error *err)
{
    cq_status status = begin_update(in, name, err);

    return status == CQ_OK
               ? cq_store_origin_add(in->memory->store, name, cq_feed_header(in->feed),
                                     &in->origin, err)
               : status;
}

static cq_status end_origin(import_job *in, cq_error *err)
{
    return cq_store_origin_update(in->memory->store, in->origin, cq_feed_header(in->feed),
                                  err);
}

/* A file that is there already needs no cutting ahead; told once in so many texts. */
static void look_at_texts(import_job *in)
{
    cq_adder *adder = &in->adder;

    if (adder->found + adder->added < 256)
        return;
    cq_feed_expect_new(in->feed, adder->added >= adder->found / 8);
    adder->found = adder->added = 0;
}

static cq_status add_unit(import_job *in, const cq_unit *unit, const cq_precut *precut,
                          cq_error *err)
{
    bool is_new;
    uint64_t id;
    cq_status status = cq_adder_prepare(&in->adder, unit, precut, err);

    in->adder.row.origin = in->origin;
    if (status == CQ_OK)
        status = in->updater ? update_unit(in, unit, &is_new, err)
                             : cq_store_unit_add(in->memory->store, &in->adder.row, &id,
                                                 &is_new, err);
    if (status != CQ_OK)
        return status;
    in->report->units++;
    in->report->variants += unit->variants_len;
    *(is_new ? &in->report->added : &in->report->merged) += 1;
    look_at_texts(in);
    return tick(in, err);
}

static cq_status add_units(import_job *in, cq_str name, cq_error *err)
{
    const cq_unit *unit;
    cq_precut precut;
    cq_status status;

    while ((status = cq_feed_next(in->feed, &in->adder.fed, &unit, &precut, err)) ==
           CQ_OK) {
        if (in->origin == 0)
            status = begin_origin(in, name, err);
        if (status == CQ_OK)
            status = add_unit(in, unit, &precut, err);
        if (status != CQ_OK)
            return status;
    }
    if (status == CQ_DONE && in->origin == 0)
        status = begin_origin(in, name, err);
    return status < 0 ? status : CQ_OK;
}

static double seconds_since(const struct timespec *start)
{
    struct timespec now;

    clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)(now.tv_sec - start->tv_sec) +
           (double)(now.tv_nsec - start->tv_nsec) / 1e9;
}

static cq_status run(import_job *in, const char *path, cq_error *err)
{
    cq_status status = cq_memory_begin(in->memory, err);

    if (status != CQ_OK)
        return status;
    status = cq_adder_init(&in->adder, in->memory, err);
    if (status == CQ_OK)
        status = add_units(in, origin_name(path, in->opts), err);
    if (status == CQ_OK)
        status = end_origin(in, err);
    if (status == CQ_OK)
        status = cq_adder_finish(&in->adder, err);
    if (status == CQ_OK && in->updater)
        status = cq_memory_renew_sparse(in->memory, err);
    return cq_memory_end(in->memory, status, err);
}

cq_status cq_memory_import(cq_memory *memory, const char *path,
                           const cq_import_options *opts, cq_import_report *report,
                           cq_error *err)
{
    static const cq_import_options defaults = {0};
    cq_import_report made = {0};
    import_job in = {.memory = memory,
                     .opts = opts ? opts : &defaults,
                     .report = &made,
                     .path = strcmp(path, "-") == 0 ? "(standard input)" : path};
    cq_tmx_options tmx = {.source = in.opts->source,
                          .target = in.opts->target,
                          .columns = in.opts->columns,
                          .encoding = in.opts->encoding,
                          .repair = in.opts->repair,
                          .notice = in.opts->notice,
                          .notice_context = in.opts->notice_context};
    struct timespec start;
    cq_tmx_progress at;
    cq_status status;

    clock_gettime(CLOCK_MONOTONIC, &start);
    status = cq_feed_open(path, &tmx, &in.feed, err);
    if (status == CQ_OK)
        status = run(&in, path, err);
    if (status == CQ_OK) {
        at = cq_feed_at(in.feed);
        made.rejected = at.rejected;
        made.repaired = at.repaired;
        made.units += at.rejected;
        made.seconds = seconds_since(&start);
        *report = made;
    }
    cq_adder_release(&in.adder);
    cq_updater_free(in.updater);
    cq_header_release(&in.header);
    cq_buf_release(&in.header_record);
    cq_buf_release(&in.old_text);
    cq_feed_close(in.feed);
    return status;
}
