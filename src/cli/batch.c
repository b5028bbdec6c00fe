#include "batch.h"

#include <stdlib.h>
#include <string.h>

/* ---- the list -----------------------------------------------------------------------
 */

void cli_pair_fail(cli_pair *pair, const char *file, const char *message)
{
    pair->err = (cq_error){.status = CQ_E_INPUT, .number = 156, .line = pair->line};
    snprintf(pair->err.file, sizeof(pair->err.file), "%s", file);
    snprintf(pair->err.message, sizeof(pair->err.message), "%s", message);
}

/* Fields between tabs; none of them may be empty but a fourth, which is not used. */
static bool cut(cli_pair *pair, int fields)
{
    char *first = strchr(pair->source, '\t');
    char *second = first ? strchr(first + 1, '\t') : NULL;
    char *third = second ? strchr(second + 1, '\t') : NULL;

    if (!first || first == pair->source || first[1] == '\0' || first + 1 == second ||
        (second && (second[1] == '\0' || second + 1 == third)) ||
        (third && strchr(third + 1, '\t')) || (!second && fields == 3))
        return false;
    *first = '\0';
    pair->target = first + 1;
    if (third) /* the confidence of calque pair */
        *third = '\0';
    if (second) {
        *second = '\0';
        pair->out = second + 1;
    }
    return true;
}

static void add_pair(cli_batch *batch, cq_str line, uint64_t number, int fields)
{
    if (batch->len == batch->capacity) {
        batch->capacity = batch->capacity * 2 + 16;
        batch->pairs = cli_realloc(batch->pairs, batch->capacity * sizeof(*batch->pairs));
    }
    cli_pair *pair = &batch->pairs[batch->len++];
    *pair =
        (cli_pair){.line = number, .source = cli_format("%.*s", (int)line.len, line.ptr)};
    if (!cut(pair, fields))
        cli_pair_fail(pair, batch->list,
                      fields == 3 ? "the line is not SOURCE, tab, TARGET, tab, OUT"
                                  : "the line is not SOURCE, tab, TARGET");
}

static int by_output(const void *a, const void *b)
{
    const cli_pair *x = *(cli_pair *const *)a, *y = *(cli_pair *const *)b;
    int order = strcmp(x->out, y->out);

    return order ? order : (x->line > y->line) - (x->line < y->line);
}

/* An output that two lines name would be that of the last one done. */
static void refuse_same_outputs(cli_batch *batch)
{
    cli_pair **named = cli_alloc((batch->len + 1) * sizeof(*named));
    size_t len = 0;

    for (size_t i = 0; i < batch->len; i++)
        if (batch->pairs[i].out)
            named[len++] = &batch->pairs[i];
    qsort(named, len, sizeof(*named), by_output);
    for (size_t i = 1; i < len; i++)
        if (strcmp(named[i - 1]->out, named[i]->out) == 0 &&
            !cli_is_written_in_place(named[i]->out))
            cli_pair_fail(named[i], batch->list,
                          "an earlier line has this output already");
    free(named);
}

int cli_batch_open(cli_batch *batch, cli_aligning *run, const char *list, int fields)
{
    cli_input *input = NULL;
    cq_error err = {0};
    cq_str line;
    cq_status status;
    int result = cli_input_open(run->cli, list, &input);

    *batch = (cli_batch){.run = run, .list = list, .jobs = run->jobs};
    if (result != CLI_DONE)
        return result;
    while ((status = cli_input_line(input, &line, &err)) == CQ_OK)
        if (line.len > 0)
            add_pair(batch, line, cli_input_line_number(input), fields);
    if (status < 0)
        result = cli_report(run->cli, &err);
    else if (fields == 3)
        refuse_same_outputs(batch);
    cli_input_close(input);
    return result;
}

void cli_batch_close(cli_batch *batch)
{
    for (size_t i = 0; i < batch->len; i++) {
        cq_alignment_free(batch->pairs[i].alignment);
        free(batch->pairs[i].source);
    }
    free(batch->pairs);
}

size_t cli_batch_name_failures(const cli_batch *batch)
{
    cli_app *cli = batch->run->cli;
    size_t failed = 0, tried = 0;

    for (size_t i = 0; i < batch->len; i++) {
        tried += !batch->pairs[i].is_elsewhere;
        failed += batch->pairs[i].err.status != CQ_OK;
    }
    if (failed == 0)
        return 0;
    cli_say(cli, "pairs_failed",
            CLI_VALUES(CLI_NUMBER("failed", failed), CLI_NUMBER("pairs", tried)));
    for (size_t i = 0; i < batch->len; i++) {
        const cli_pair *pair = &batch->pairs[i];
        if (pair->err.status == CQ_OK)
            continue;
        char *lead =
            pair->target ? cli_format("%s + %s", pair->source, pair->target) : NULL;
        cli_print_error(cli, &pair->err, lead);
        free(lead);
    }
    return failed;
}

/* ---- workers ------------------------------------------------------------------------
 */

cli_pair *cli_batch_take(cli_batch *batch)
{
    cli_pair *taken = NULL;

    pthread_mutex_lock(&batch->lock);
    while (!batch->is_stopped && batch->next < batch->len &&
           batch->next >= batch->finished + batch->window)
        pthread_cond_wait(&batch->changed, &batch->lock);
    if (!batch->is_stopped && batch->next < batch->len)
        taken = &batch->pairs[batch->next++];
    pthread_mutex_unlock(&batch->lock);
    return taken;
}

void cli_batch_hand_in(cli_batch *batch, cli_pair *pair)
{
    pthread_mutex_lock(&batch->lock);
    pair->is_ready = true;
    pthread_cond_broadcast(&batch->changed);
    pthread_mutex_unlock(&batch->lock);
}

void cli_batch_wait(cli_batch *batch, cli_pair *pair)
{
    pthread_mutex_lock(&batch->lock);
    while (!pair->is_ready)
        pthread_cond_wait(&batch->changed, &batch->lock);
    pthread_mutex_unlock(&batch->lock);
}

void cli_batch_go_on(cli_batch *batch, bool is_stopped)
{
    pthread_mutex_lock(&batch->lock);
    batch->finished++;
    batch->is_stopped = batch->is_stopped || is_stopped;
    pthread_cond_broadcast(&batch->changed);
    pthread_mutex_unlock(&batch->lock);
}

static void start_over(cli_batch *batch)
{
    batch->next = batch->finished = 0;
    batch->window = batch->jobs * 4;
    batch->is_stopped = false;
    for (size_t i = 0; i < batch->len; i++)
        batch->pairs[i].is_ready = false;
}

int cli_batch_run(cli_batch *batch, void *(*work)(void *worker), void *contexts,
                  size_t size, void (*finish)(cli_batch *batch, void *context),
                  void *context)
{
    pthread_t *threads = cli_alloc(batch->jobs * sizeof(*threads));
    size_t started = 0;

    start_over(batch);
    pthread_mutex_init(&batch->lock, NULL);
    pthread_cond_init(&batch->changed, NULL);
    while (started < batch->jobs &&
           pthread_create(&threads[started], NULL, work,
                          (char *)contexts + started * size) == 0)
        started++;
    if (started > 0)
        finish(batch, context);
    cli_batch_go_on(batch, true);
    for (size_t i = 0; i < started; i++)
        pthread_join(threads[i], NULL);
    pthread_cond_destroy(&batch->changed);
    pthread_mutex_destroy(&batch->lock);
    free(threads);
    return started > 0
               ? CLI_DONE
               : cli_complain(batch->run->cli, CLI_FAILED, 155, "no_threads", NULL, 0);
}
