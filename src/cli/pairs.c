#include "aligning.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>

/* One line of the list. */
typedef struct pair_job {
    char *source, *target, *out; /* `target` and `out` point into `source`'s block */
    uint64_t line;
    cq_alignment *alignment; /* what a worker made of it */
    cq_error err;
    bool is_ready;
} pair_job;

/* Workers align; the main thread writes and stores, in the order of the list, so that the
 * outcome does not depend on their number. Nobody works further ahead than `window`
 * pairs, which bounds the memory. */
typedef struct batch_run {
    cli_aligning *run;
    pair_job *pairs;
    size_t len, capacity;
    pthread_mutex_t lock;
    pthread_cond_t changed; /* a pair is ready, or was finished */
    size_t next;            /* first pair that no worker has */
    size_t finished;        /* pairs written by the main thread */
    size_t window;
    bool is_stopped;
} batch_run;

/* ---- the list -----------------------------------------------------------------------
 */

static void fail_pair(pair_job *pair, const char *list, const char *message)
{
    pair->err = (cq_error){.status = CQ_E_INPUT, .number = 156, .line = pair->line};
    snprintf(pair->err.file, sizeof(pair->err.file), "%s", list);
    snprintf(pair->err.message, sizeof(pair->err.message), "%s", message);
    pair->is_ready = true;
}

/* Three fields between tabs; a line that has not is a pair that fails. */
static void add_pair(batch_run *batch, const char *list, cq_str line, uint64_t number)
{
    if (batch->len == batch->capacity) {
        batch->capacity = batch->capacity * 2 + 16;
        batch->pairs = cli_realloc(batch->pairs, batch->capacity * sizeof(*batch->pairs));
    }
    pair_job *pair = &batch->pairs[batch->len++];
    memset(pair, 0, sizeof(*pair));
    pair->line = number;
    pair->source = cli_format("%.*s", (int)line.len, line.ptr);
    char *first = strchr(pair->source, '\t');
    char *second = first ? strchr(first + 1, '\t') : NULL;
    if (!second || strchr(second + 1, '\t') || second[1] == '\0') {
        fail_pair(pair, list, "the line is not SOURCE, tab, TARGET, tab, OUT");
        return;
    }
    *first = *second = '\0';
    pair->target = first + 1;
    pair->out = second + 1;
}

static int read_list(batch_run *batch, const char *list)
{
    cli_app *cli = batch->run->cli;
    cli_input *input = NULL;
    cq_error err = {0};
    cq_str line;
    cq_status status;
    int result = cli_input_open(cli, list, &input);

    if (result != CLI_DONE)
        return result;
    while ((status = cli_input_line(input, &line, &err)) == CQ_OK)
        if (line.len > 0)
            add_pair(batch, list, line, cli_input_line_number(input));
    if (status < 0)
        result = cli_report(cli, &err);
    cli_input_close(input);
    return result;
}

/* ---- workers ------------------------------------------------------------------------
 */

/* The next pair to work on, once it is near enough to what is finished; NULL for none. */
static pair_job *take(batch_run *batch)
{
    pair_job *taken = NULL;

    pthread_mutex_lock(&batch->lock);
    while (!batch->is_stopped && batch->next < batch->len &&
           batch->next >= batch->finished + batch->window)
        pthread_cond_wait(&batch->changed, &batch->lock);
    if (!batch->is_stopped && batch->next < batch->len)
        taken = &batch->pairs[batch->next++];
    pthread_mutex_unlock(&batch->lock);
    return taken;
}

static void hand_in(batch_run *batch, pair_job *pair)
{
    pthread_mutex_lock(&batch->lock);
    pair->is_ready = true;
    pthread_cond_broadcast(&batch->changed);
    pthread_mutex_unlock(&batch->lock);
}

/* A memory belongs to one thread: each worker opens the lexicon for itself. */
static void *work(void *context)
{
    batch_run *batch = context;
    const cli_aligning *run = batch->run;
    cq_align_options opts = run->opts;
    cq_memory *lexicon = NULL;
    cq_error no_lexicon = {0};
    pair_job *pair;

    if (run->lexicon_path)
        cq_memory_open(run->lexicon_path, CQ_MEMORY_READ, &lexicon, &no_lexicon);
    opts.lexicon = lexicon;
    while ((pair = take(batch))) {
        if (no_lexicon.status < 0)
            pair->err = no_lexicon;
        else if (pair->err.status == CQ_OK)
            cq_align_files(pair->source, &run->from, pair->target, &run->to, &opts,
                           &pair->alignment, &pair->err);
        hand_in(batch, pair);
    }
    cq_memory_close(lexicon);
    return NULL;
}

/* ---- the main thread ----------------------------------------------------------------
 */

static void wait_for(batch_run *batch, pair_job *pair)
{
    pthread_mutex_lock(&batch->lock);
    while (!pair->is_ready)
        pthread_cond_wait(&batch->changed, &batch->lock);
    pthread_mutex_unlock(&batch->lock);
}

static void go_on(batch_run *batch, bool is_stopped)
{
    pthread_mutex_lock(&batch->lock);
    batch->finished++;
    batch->is_stopped = batch->is_stopped || is_stopped;
    pthread_cond_broadcast(&batch->changed);
    pthread_mutex_unlock(&batch->lock);
}

/* Write and store the pairs in order. A pair that cannot be read, or whose output cannot
 * be written, is left to the end; a memory that fails ends it all.
 * @return the number of pairs that failed, or SIZE_MAX */
static size_t finish_all(batch_run *batch, cli_bar *bar)
{
    cli_aligning *run = batch->run;
    cq_progress progress = cli_bar_progress(bar);
    size_t failed = 0;

    for (size_t i = 0; i < batch->len; i++) {
        pair_job *pair = &batch->pairs[i];
        int status = CLI_DONE;

        wait_for(batch, pair);
        if (pair->err.status == CQ_OK) {
            cli_bar_clear(bar);
            status = cli_align_finish(run, pair->alignment, pair->source, pair->target,
                                      pair->out);
        }
        cq_alignment_free(pair->alignment);
        pair->alignment = NULL;
        if (pair->err.status == CQ_OK && status != CLI_DONE)
            fail_pair(pair, pair->out, "this output could not be written or stored");
        failed += pair->err.status != CQ_OK;
        if (progress.tick)
            progress.tick(progress.context, i + 1, batch->len);
        go_on(batch, run->cli->is_write_failed);
        if (run->cli->is_write_failed)
            return SIZE_MAX;
    }
    return failed;
}

static void name_failures(batch_run *batch, size_t failed)
{
    cli_app *cli = batch->run->cli;

    cli_say(cli, "pairs_failed",
            CLI_VALUES(CLI_NUMBER("failed", failed), CLI_NUMBER("pairs", batch->len)));
    for (size_t i = 0; i < batch->len; i++) {
        pair_job *pair = &batch->pairs[i];
        if (pair->err.status == CQ_OK)
            continue;
        char *lead =
            pair->target ? cli_format("%s + %s", pair->source, pair->target) : NULL;
        cli_print_error(cli, &pair->err, lead);
        free(lead);
    }
}

static size_t run_workers(batch_run *batch, size_t jobs, cli_bar *bar)
{
    pthread_t *threads = cli_alloc(jobs * sizeof(*threads));
    size_t started = 0, failed = SIZE_MAX;

    pthread_mutex_init(&batch->lock, NULL);
    pthread_cond_init(&batch->changed, NULL);
    while (started < jobs && pthread_create(&threads[started], NULL, work, batch) == 0)
        started++;
    if (started > 0)
        failed = finish_all(batch, bar);
    else
        cli_complain(batch->run->cli, CLI_FAILED, 155, "no_threads", NULL, 0);
    go_on(batch, true);
    for (size_t i = 0; i < started; i++)
        pthread_join(threads[i], NULL);
    pthread_cond_destroy(&batch->changed);
    pthread_mutex_destroy(&batch->lock);
    free(threads);
    return failed;
}

static void release(batch_run *batch)
{
    for (size_t i = 0; i < batch->len; i++) {
        cq_alignment_free(batch->pairs[i].alignment);
        free(batch->pairs[i].source);
    }
    free(batch->pairs);
}

int cli_align_pairs(cli_aligning *run, const char *list, size_t jobs)
{
    batch_run batch = {.run = run, .window = jobs * 4};
    cli_bar bar;
    int status = read_list(&batch, list);

    if (status == CLI_DONE && run->into_path)
        status = cli_open_named(run->cli, run->into_path, CQ_MEMORY_WRITE, &run->into);
    if (status == CLI_DONE && batch.len > 0) {
        cli_bar_start(&bar, run->cli, list);
        size_t failed = run_workers(&batch, jobs, &bar);
        cli_bar_clear(&bar);
        if (failed == SIZE_MAX)
            status = CLI_FAILED;
        else if (failed > 0)
            status = CLI_MISUSED;
        if (failed > 0 && failed != SIZE_MAX)
            name_failures(&batch, failed);
    }
    cq_memory_close(run->into);
    release(&batch);
    return status;
}
