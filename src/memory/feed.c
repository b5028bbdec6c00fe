#include "feed.h"

#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <string.h>

#define BATCHES     6u
#define BATCH_UNITS 64u
#define BATCH_BYTES ((size_t)1 << 20)   /* a batch ends early when its units are large */
#define KEPT_BYTES  ((size_t)256 << 10) /* a unit's memory is reused up to this */

/*   reader thread: fill --> [batch] --> cutter thread: cut --> [batch] --> caller: take
 *
 * Three threads, since on two cores what is uneven between them then evens out: storing
 * takes longer than cutting, and cutting longer than reading. Batches go round in a ring.
 * One belongs to the reader while it is filled, then to the cutter, and to the caller
 * while its units are taken; `filled`, `cut` and `taken` count those that each is through
 * with. The header's record is written before its first batch, or the last one, is handed
 * over, and so never while another side looks. */
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
    size_t next;                 /* unit of the batch being taken */
    bool has_reader, has_cutter; /* else the caller does their work when it waits */
    pthread_t reading, cutting;
    pthread_mutex_t lock;
    pthread_cond_t changed;
    size_t filled, cut, taken; /* under the lock, as all below */
    const cq_notice *notice;   /* that the reader waits to be told */
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

static void start_batch(batch *to)
{
    to->len = 0;
    to->is_learned = false;
    cq_buf_reset(&to->record);
    to->end = CQ_OK;
    to->err = (cq_error){0};
}

static void fill(cq_feed *feed, batch *to)
{
    size_t bytes = 0;

    start_batch(to);
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
        to->end = cq_unit_encode(unit, &to->record, &to->err);
        to->records[to->len + 1] = to->record.len;
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

/* The batch with this number, once that is below *ready + ahead; NULL to stop. */
static batch *await_turn(cq_feed *feed, size_t number, const size_t *ready, size_t ahead)
{
    batch *to = NULL;

    pthread_mutex_lock(&feed->lock);
    while (number == *ready + ahead && !feed->is_stopped)
        pthread_cond_wait(&feed->changed, &feed->lock);
    if (!feed->is_stopped)
        to = &feed->batches[number % BATCHES];
    pthread_mutex_unlock(&feed->lock);
    return to;
}

/* Count a batch that one side is through with. */
static void hand_over(cq_feed *feed, size_t *count)
{
    pthread_mutex_lock(&feed->lock);
    ++*count;
    pthread_cond_broadcast(&feed->changed);
    pthread_mutex_unlock(&feed->lock);
}

static void *read_ahead(void *context)
{
    cq_feed *feed = context;
    cq_status end = CQ_OK;

    for (size_t number = 0; end == CQ_OK; number++) {
        batch *to = await_turn(feed, number, &feed->taken, BATCHES);

        if (!to)
            break;
        fill(feed, to);
        end = to->end;
        hand_over(feed, &feed->filled);
    }
    return NULL;
}

/* A notice waits until the caller's thread has told it. */
static void pass_notice(void *context, const cq_notice *notice)
{
    cq_feed *feed = context;

    if (!feed->has_reader) {
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

/* ---- the cutter's side ----------------------------------------------------------------
 */

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

static cq_status cut_unit(cq_feed *feed, batch *to, size_t number, cq_error *err)
{
    const cq_unit *unit = &to->units[number];
    cq_status status = CQ_OK;

    to->first_text[number] = to->cuts.texts_len;
    for (size_t i = 0; i < unit->variants_len && status == CQ_OK; i++) {
        cq_str group = {0};

        status = find_group(feed, unit->variants[i].lang, &group, err);
        if (status == CQ_OK)
            status = cq_cutter_add(feed->cutter, group, unit->variants[i].text, &to->cuts,
                                   err);
    }
    return status;
}

/* Cut the texts of a batch; at a failure it ends before the unit that failed. */
static void cut(cq_feed *feed, batch *to)
{
    cq_error err = {0};

    to->is_cut = atomic_load_explicit(&feed->expects_new, memory_order_relaxed);
    cq_cutter_start(feed->cutter, &to->cuts);
    for (size_t i = 0; i < to->len && to->is_cut; i++) {
        cq_status status = cut_unit(feed, to, i, &err);

        if (status == CQ_OK)
            continue;
        to->len = i;
        to->end = status;
        to->err = err;
    }
}

static void *cut_ahead(void *context)
{
    cq_feed *feed = context;
    cq_status end = CQ_OK;

    for (size_t number = 0; end == CQ_OK; number++) {
        batch *to = await_turn(feed, number, &feed->filled, 0);

        if (!to)
            break;
        cut(feed, to);
        end = to->end;
        hand_over(feed, &feed->cut);
    }
    return NULL;
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
     * each batch is filled, or cut, when it is wanted. */
    feed->has_reader = strcmp(path, "-") != 0;
    if (feed->has_reader && pthread_create(&feed->reading, NULL, read_ahead, feed) != 0)
        feed->has_reader = false;
    feed->has_cutter =
        feed->has_reader && pthread_create(&feed->cutting, NULL, cut_ahead, feed) == 0;
    *out = feed;
    return CQ_OK;
}

void cq_feed_close(cq_feed *feed)
{
    if (!feed)
        return;
    pthread_mutex_lock(&feed->lock);
    feed->is_stopped = true;
    pthread_cond_broadcast(&feed->changed);
    pthread_mutex_unlock(&feed->lock);
    if (feed->has_reader)
        pthread_join(feed->reading, NULL);
    if (feed->has_cutter)
        pthread_join(feed->cutting, NULL);
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

/* Tell notices until the batch at feed->taken is there. */
static void await_ready(cq_feed *feed)
{
    const size_t *ready = feed->has_cutter ? &feed->cut : &feed->filled;

    pthread_mutex_lock(&feed->lock);
    while (*ready == feed->taken || feed->notice) {
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

static void await_batch(cq_feed *feed)
{
    batch *to = &feed->batches[feed->taken % BATCHES];

    if (feed->has_reader)
        await_ready(feed);
    else
        fill(feed, to);
    if (!feed->has_cutter)
        cut(feed, to);
}

/* What was done for a unit ahead. */
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
        feed->next = 0;
        hand_over(feed, &feed->taken);
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
