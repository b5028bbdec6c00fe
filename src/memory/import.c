#include "session.h"

#include "feed.h"

#include <string.h>
#include <time.h>

#define TICK_UNITS 512u /* progress is told once in so many units */

typedef struct import_job {
    cq_memory *memory;
    const cq_import_options *opts;
    cq_import_report *report;
    cq_feed *feed;
    cq_adder adder;
    uint64_t origin;
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

static bool is_wanted(const cq_import_options *opts, cq_str tag)
{
    cq_lang lang;

    if (cq_lang_parse(tag, &lang, NULL) != CQ_OK)
        return false;
    return (opts->source && cq_lang_match(opts->source, &lang) > 0) ||
           (opts->target && cq_lang_match(opts->target, &lang) > 0);
}

/* Keep only variants of the wanted languages; false when none is left. */
static bool filter_variants(const cq_import_options *opts, cq_unit *unit)
{
    size_t kept = 0, items = 0;

    if (!opts->source && !opts->target)
        return true;
    for (size_t i = 0; i < unit->items_len; i++) {
        cq_item item = unit->items[i];

        if (item.kind == CQ_ITEM_VARIANT) {
            if (!is_wanted(opts, unit->variants[item.variant].lang))
                continue;
            /* Items stand in the order of their variants, so kept <= item.variant. */
            unit->variants[kept] = unit->variants[item.variant];
            item.variant = kept++;
        }
        unit->items[items++] = item;
    }
    unit->items_len = items;
    unit->variants_len = kept;
    return kept > 0;
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

/* The origin is known once the first unit, and so the header, is read. */
static cq_status begin_origin(import_job *in, cq_str name, cq_error *err)
{
    return cq_store_origin_add(in->memory->store, name, cq_feed_header(in->feed),
                               &in->origin, err);
}

static cq_status end_origin(import_job *in, cq_error *err)
{
    return cq_store_origin_update(in->memory->store, in->origin, cq_feed_header(in->feed),
                                  err);
}

static cq_status add_units(import_job *in, cq_str name, cq_error *err)
{
    cq_status status;
    cq_unit *unit;
    bool is_new;

    while ((status = cq_feed_next(in->feed, &unit, err)) == CQ_OK) {
        if (in->origin == 0)
            status = begin_origin(in, name, err);
        if (status != CQ_OK)
            return status;
        if (!filter_variants(in->opts, unit))
            continue;
        status = cq_adder_add(&in->adder, unit, in->origin, &is_new, err);
        if (status != CQ_OK)
            return status;
        in->report->units++;
        in->report->variants += unit->variants_len;
        *(is_new ? &in->report->added : &in->report->merged) += 1;
        status = tick(in, err);
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
    return cq_memory_end(in->memory, status, err);
}

cq_status cq_memory_import(cq_memory *memory, const char *path,
                           const cq_import_options *opts, cq_import_report *report,
                           cq_error *err)
{
    static const cq_import_options defaults = {0};
    cq_import_report made = {0};
    import_job in = {.memory = memory, .opts = opts ? opts : &defaults, .report = &made};
    cq_tmx_options tmx = {.source = in.opts->source,
                          .target = in.opts->target,
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
    cq_feed_close(in.feed);
    return status;
}
