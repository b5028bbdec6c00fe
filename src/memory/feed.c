#include "feed.h"

#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <string.h>

#define BATCHES     4u
#define BATCH_UNITS 64u
#define BATCH_BYTES ((size_t)1 << 20)   /* a batch ends early when its units are large */
#define KEPT_BYTES  ((size_t)256 << 10) /* a unit's memory is reused up to this */

/*   reader thread: fill --> [batch][batch][batch][batch] --> take: caller's thread
 *
 * Batches go round in a ring. One belongs to the reader while it is filled and to the
 * caller while its units are taken; `filled` and `taken` count those handed over. The
 * header's record is written before its first batch, or the last one, is handed over, and
 * so never while the other side looks. */
typedef struct batch {
    cq_unit units[BATCH_UNITS];
    size_t len;
    bool is_cut, is_learned;
    cq_cuts cuts;                    /* of all texts of all units */
    size_t first_text[BATCH_UNITS];  /* of each unit, in `cuts` */
    size_t records[BATCH_UNITS + 1]; /* where each unit's begins */
    cq_buf record;
    cq_tmx_progress at;
    cq_status end; /* CQ_OK: more follows; CQ_DONE, or the failure in `err` */
    cq_error err;
} batch;

struct cq_feed {
    cq_tmx_reader *reader;
    cq_tmx_options opts; /* the caller's */
    batch *batches;
    cq_cutter *cutter;
    cq_map groups; /* of tags: place in group_names */
    cq_str *group_names;
    size_t groups_capacity;
    cq_arena arena; /* of these names */
    atomic_bool expects_new;
    cq_buf header, whole_header;
    bool has_header, is_done;
    size_t next; /* unit of the batch being taken */
    bool has_thread;
    pthread_t thread;
    pthread_mutex_t lock;
    pthread_cond_t changed;
    size_t filled, taken;    /* under the lock, as all below */
    const cq_notice *notice; /* that the reader waits to be told */
    bool is_stopped;
};

/* ---- the reader's side ----------------------------------------------------------------
 */

static cq_status encode_header(cq_feed *feed, cq_buf *record, cq_error *err)
{
    cq_buf_reset(record);
    return cq_header_encode(cq_tmx_header(feed->reader), record, err);
}

static void release_large(cq_unit *unit)
{
    if (unit->arena.used > KEPT_BYTES)
        cq_unit_release(unit);
}

/* The group of a tag, remembered. */
static cq_status find_group(cq_feed *feed, cq_str tag, cq_str *group, cq_error *err)
{
    uint64_t *place = cq_map_find(&feed->groups, tag);
    cq_lang lang;
    bool is_valid;
    cq_str name;

    if (!place) {
        name = cq_language_group(&feed->arena, tag, &lang, &is_valid);
        name = cq_arena_copy(&feed->arena, name);
        if (!name.ptr || !cq_grow(&feed->group_names, &feed->groups_capacity,
                                  feed->groups.len + 1, sizeof(*feed->group_names)))
            return cq_fail(err, CQ_E_NOMEM, "no memory for a language tag");
        place = cq_map_add(&feed->groups, tag, NULL);
        if (!place)
            return cq_fail(err, CQ_E_NOMEM, "no memory for a language tag");
        *place = feed->groups.len - 1;
        feed->group_names[*place] = name;
    }
    *group = feed->group_names[*place];
    return CQ_OK;
}

static bool is_wanted(const cq_tmx_options *opts, cq_str tag)
{
    cq_lang lang;

    if (cq_lang_parse(tag, &lang, NULL) != CQ_OK)
        return false;
    return (opts->source && cq_lang_match(opts->source, &lang) > 0) ||
           (opts->target && cq_lang_match(opts->target, &lang) > 0);
}

/* Keep only variants of the wanted languages; false when none is left. */
static bool filter_variants(const cq_tmx_options *opts, cq_unit *unit)
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

/* What was not asked for is left out, but never without a word. */
static void leave_out(cq_feed *feed, const cq_unit *unit)
{
    const cq_lang *source = feed->opts.source, *target = feed->opts.target;
    char why[64 + 2 * CQ_LANG_TAG_MAX];

    if (source && target)
        snprintf(why, sizeof(why), "it has no variant in \"%s\" or \"%s\"", source->tag,
                 target->tag);
    else
        snprintf(why, sizeof(why), "it has no variant in \"%s\"",
                 source ? source->tag : target->tag);
    cq_tmx_leave_out(feed->reader, unit, why);
}

/* Encode a unit that is read, and cut its texts. */
static cq_status prepare(cq_feed *feed, batch *to, const cq_unit *unit, cq_error *err)
{
    cq_status status = cq_unit_encode(unit, &to->record, err);

    to->first_text[to->len] = to->cuts.texts_len;
    for (size_t i = 0; to->is_cut && i < unit->variants_len && status == CQ_OK; i++) {
        cq_str group;

        status = find_group(feed, unit->variants[i].lang, &group, err);
        if (status == CQ_OK)
            status = cq_cutter_add(feed->cutter, group, unit->variants[i].text, &to->cuts,
                                   err);
    }
    to->records[to->len + 1] = to->record.len;
    return status;
}

static void start_batch(cq_feed *feed, batch *to)
{
    to->len = 0;
    to->is_cut = atomic_load_explicit(&feed->expects_new, memory_order_relaxed);
    to->is_learned = false;
    cq_cutter_start(feed->cutter, &to->cuts);
    cq_buf_reset(&to->record);
    to->end = CQ_OK;
    to->err = (cq_error){0};
}

static void fill(cq_feed *feed, batch *to)
{
    size_t bytes = 0;

    start_batch(feed, to);
    while (to->len < BATCH_UNITS && bytes < BATCH_BYTES && to->end == CQ_OK) {
        cq_unit *unit = &to->units[to->len];

        release_large(unit);
        to->end = cq_tmx_read(feed->reader, unit, &to->err);
        if (to->end == CQ_OK && !filter_variants(&feed->opts, unit)) {
            leave_out(feed, unit);
            continue;
        }
        if (to->end != CQ_OK)
            continue;
        bytes += unit->arena.used;
        to->end = prepare(feed, to, unit, &to->err);
        to->len += to->end == CQ_OK;
    }
    if (to->end >= 0 && !feed->has_header) {
        cq_status status = encode_header(feed, &feed->header, &to->err);

        feed->has_header = true;
        to->end = status == CQ_OK ? to->end : status;
    }
    if (to->end == CQ_DONE) {
        cq_status status = encode_header(feed, &feed->whole_header, &to->err);

        to->end = status == CQ_OK ? to->end : status;
    }
    to->at = cq_tmx_at(feed->reader);
}

static void *read_ahead(void *context)
{
    cq_feed *feed = context;
    cq_status end = CQ_OK;

    while (end == CQ_OK) {
        batch *to;

        pthread_mutex_lock(&feed->lock);
        while (feed->filled - feed->taken == BATCHES && !feed->is_stopped)
            pthread_cond_wait(&feed->changed, &feed->lock);
        to = feed->is_stopped ? NULL : &feed->batches[feed->filled % BATCHES];
        pthread_mutex_unlock(&feed->lock);
        if (!to)
            break;
        fill(feed, to);
        end = to->end;
        pthread_mutex_lock(&feed->lock);
        feed->filled++;
        pthread_cond_broadcast(&feed->changed);
        pthread_mutex_unlock(&feed->lock);
    }
    return NULL;
}

/* A notice waits until the caller's thread has told it. */
static void pass_notice(void *context, const cq_notice *notice)
{
    cq_feed *feed = context;

    if (!feed->has_thread) {
        feed->opts.notice(feed->opts.notice_context, notice);
        return;
    }
    pthread_mutex_lock(&feed->lock);
    feed->notice = notice;
    pthread_cond_broadcast(&feed->changed);
    while (feed->notice && !feed->is_stopped)
        pthread_cond_wait(&feed->changed, &feed->lock);
    feed->notice = NULL;
    pthread_mutex_unlock(&feed->lock);
}

/* ---- the caller's side ----------------------------------------------------------------
 */

cq_status cq_feed_open(const char *path, const cq_tmx_options *opts, cq_feed **out,
                       cq_error *err)
{
    cq_feed *feed = cq_zalloc(sizeof(*feed));
    cq_tmx_options own = *opts;
    cq_status status;

    *out = NULL;
    if (feed)
        feed->batches = cq_zalloc(BATCHES * sizeof(*feed->batches));
    if (!feed || !feed->batches) {
        cq_free(feed);
        return cq_fail(err, CQ_E_NOMEM, "no memory to read the file");
    }
    pthread_mutex_init(&feed->lock, NULL);
    pthread_cond_init(&feed->changed, NULL);
    atomic_init(&feed->expects_new, true);
    feed->opts = *opts;
    if (opts->notice) {
        own.notice = pass_notice;
        own.notice_context = feed;
    }
    status = cq_cutter_new(&feed->cutter, err);
    if (status == CQ_OK)
        status = cq_tmx_open(path, &own, &feed->reader, err);
    if (status != CQ_OK) {
        cq_feed_close(feed);
        return status;
    }
    /* Standard input may keep a reader waiting when all is to end; and without a thread
     * each batch is filled when it is wanted. */
    feed->has_thread = strcmp(path, "-") != 0;
    if (feed->has_thread && pthread_create(&feed->thread, NULL, read_ahead, feed) != 0)
        feed->has_thread = false;
    *out = feed;
    return CQ_OK;
}

void cq_feed_close(cq_feed *feed)
{
    if (!feed)
        return;
    if (feed->has_thread) {
        pthread_mutex_lock(&feed->lock);
        feed->is_stopped = true;
        pthread_cond_broadcast(&feed->changed);
        pthread_mutex_unlock(&feed->lock);
        pthread_join(feed->thread, NULL);
    }
    cq_tmx_close(feed->reader);
    for (size_t i = 0; i < BATCHES; i++) {
        for (size_t k = 0; k < BATCH_UNITS; k++)
            cq_unit_release(&feed->batches[i].units[k]);
        cq_cuts_release(&feed->batches[i].cuts);
        cq_buf_release(&feed->batches[i].record);
    }
    cq_free(feed->batches);
    cq_cutter_free(feed->cutter);
    cq_map_release(&feed->groups);
    cq_free(feed->group_names);
    cq_arena_release(&feed->arena);
    cq_buf_release(&feed->header);
    cq_buf_release(&feed->whole_header);
    pthread_cond_destroy(&feed->changed);
    pthread_mutex_destroy(&feed->lock);
    cq_free(feed);
}

/* Wait for the batch at feed->taken, telling notices meanwhile. */
static void await_batch(cq_feed *feed)
{
    if (!feed->has_thread) {
        fill(feed, &feed->batches[feed->taken % BATCHES]);
        feed->filled++;
        return;
    }
    pthread_mutex_lock(&feed->lock);
    while (feed->filled == feed->taken || feed->notice) {
        if (feed->notice) {
            const cq_notice *notice = feed->notice;

            /* The callback may take long; the reader waits for `notice` to be NULL. */
            pthread_mutex_unlock(&feed->lock);
            feed->opts.notice(feed->opts.notice_context, notice);
            pthread_mutex_lock(&feed->lock);
            feed->notice = NULL;
            pthread_cond_broadcast(&feed->changed);
        } else {
            pthread_cond_wait(&feed->changed, &feed->lock);
        }
    }
    pthread_mutex_unlock(&feed->lock);
}

static void give_back(cq_feed *feed)
{
    feed->next = 0;
    if (feed->has_thread)
        pthread_mutex_lock(&feed->lock);
    feed->taken++;
    if (!feed->has_thread)
        return;
    pthread_cond_broadcast(&feed->changed);
    pthread_mutex_unlock(&feed->lock);
}

/* What the reader did for a unit. */
static cq_precut precut_of(const batch *from, size_t unit)
{
    size_t start = from->records[unit], end = from->records[unit + 1];

    return (cq_precut){.cuts = from->is_cut ? &from->cuts : NULL,
                       .first = from->first_text[unit],
                       .record = cq_str_slice(cq_buf_str(&from->record), start, end)};
}

cq_status cq_feed_next(cq_feed *feed, cq_numbering *numbering, const cq_unit **unit,
                       cq_precut *precut, cq_error *err)
{
    for (;;) {
        batch *from = &feed->batches[feed->taken % BATCHES];

        if (feed->next == 0)
            await_batch(feed);
        if (!from->is_learned && cq_numbering_learn(numbering, &from->cuts, err) != CQ_OK)
            return CQ_E_NOMEM;
        from->is_learned = true;
        if (feed->next < from->len) {
            *precut = precut_of(from, feed->next);
            *unit = &from->units[feed->next++];
            return CQ_OK;
        }
        if (from->end != CQ_OK) {
            feed->is_done = from->end == CQ_DONE;
            if (from->end < 0 && err && err->status == CQ_OK)
                *err = from->err;
            return from->end;
        }
        give_back(feed);
    }
}

void cq_feed_expect_new(cq_feed *feed, bool are_new)
{
    atomic_store_explicit(&feed->expects_new, are_new, memory_order_relaxed);
}

cq_str cq_feed_header(const cq_feed *feed)
{
    return cq_buf_str(feed->is_done ? &feed->whole_header : &feed->header);
}

cq_tmx_progress cq_feed_at(const cq_feed *feed)
{
    return feed->batches[feed->taken % BATCHES].at;
}
