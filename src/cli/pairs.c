#include "batch.h"

#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

/* Workers align; the main thread writes and stores, in the order of the list, so that the
 * outcome does not depend on their number. */

static void *work(void *context)
{
    cli_batch *batch = *(cli_batch **)context;
    const cli_aligning *run = batch->run;
    cq_align_options opts = run->opts;
    cli_pair *pair;

    opts.lexicon = run->lexicon;
    while ((pair = cli_batch_take(batch))) {
        double start = cli_now();

        if (pair->err.status == CQ_OK && !pair->is_done && !pair->is_elsewhere)
            cq_align_files(pair->source, &run->from, pair->target, &run->to, &opts,
                           &pair->alignment, &pair->err);
        pair->seconds = cli_now() - start;
        cli_batch_hand_in(batch, pair);
    }
    return NULL;
}

/* ---- the report ---------------------------------------------------------------------
 */

/* A field of the report: what would end it becomes a space. */
static void put_field(cli_buf *line, const char *text, const char *end)
{
    size_t start = line->len;

    cli_put_valid(line, cli_str(text));
    for (size_t i = start; i < line->len; i++)
        if (line->ptr[i] == '\t' || line->ptr[i] == '\n' || line->ptr[i] == '\r')
            line->ptr[i] = ' ';
    cli_putz(line, end);
}

/* Keep the line of a pair for the report. */
static void report_pair(cli_buf *report, const cli_pair *pair)
{
    put_field(report, pair->source, pair->target ? " + " : "\t");
    if (pair->target)
        put_field(report, pair->target, "\t");
    if (pair->alignment) {
        cq_align_figures figures;

        cq_alignment_figures(pair->alignment, &figures);
        cli_putf(report, "%zu\t%zu\t%.3f\t%.3f\t",
                 figures.source_len + figures.target_len, figures.beads,
                 figures.confidence, pair->seconds);
    } else {
        cli_putz(report, "\t\t\t\t");
    }
    if (pair->err.status != CQ_OK) {
        put_field(report, pair->err.message, "");
        if (pair->err.number)
            cli_putf(report, " [CQ-%03d]", pair->err.number);
    }
    cli_putz(report, "\n");
}

static int write_report(cli_batch *batch, const cli_buf *lines)
{
    static const char head[] =
        "pair\tsentences\tbeads\tmean confidence\tseconds\terror\n";
    cli_target target;
    cq_error err = {0};
    int status = cli_target_open(batch->run->cli, batch->run->report_path, &target);

    if (status != CLI_DONE)
        return status;
    cq_sink sink = cli_target_sink(&target);
    cq_status written = sink.write(sink.context, head, sizeof(head) - 1, &err);
    if (written >= 0)
        written = sink.write(sink.context, lines->ptr, lines->len, &err);
    return cli_target_finish(&target, written, &err);
}

/* ---- the main thread ----------------------------------------------------------------
 */

typedef struct finishing {
    cli_bar bar;
    cli_buf report;
} finishing;

/* Write and store the pairs in order. A pair that cannot be read, or whose output cannot
 * be written, is left to the end; standard output that fails ends it all. */
static void finish(cli_batch *batch, void *context)
{
    finishing *f = context;
    cli_aligning *run = batch->run;
    cq_progress progress = cli_bar_progress(&f->bar);

    for (size_t i = 0; i < batch->len && !run->cli->is_write_failed; i++) {
        cli_pair *pair = &batch->pairs[i];
        int status = CLI_DONE;

        cli_batch_wait(batch, pair);
        if (pair->alignment) {
            cli_bar_clear(&f->bar);
            status = cli_align_finish(run, pair->alignment, pair->source, pair->target,
                                      pair->out);
        }
        if (status != CLI_DONE)
            cli_pair_fail(pair, pair->out, "this output could not be written or stored");
        if (!pair->is_elsewhere && run->report_path)
            report_pair(&f->report, pair);
        cq_alignment_free(pair->alignment);
        pair->alignment = NULL;
        if (progress.tick)
            progress.tick(progress.context, i + 1, batch->len);
        cli_batch_go_on(batch, run->cli->is_write_failed);
    }
}

static int align_all(cli_batch *batch)
{
    cli_aligning *run = batch->run;
    cli_batch **contexts = cli_alloc(batch->jobs * sizeof(*contexts));
    finishing f = {0};
    int status;

    for (size_t i = 0; i < batch->jobs; i++)
        contexts[i] = batch;
    cli_bar_start(&f.bar, run->cli, batch->list);
    f.bar.has_rate = true;
    status = cli_batch_run(batch, work, contexts, sizeof(*contexts), finish, &f);
    cli_bar_clear(&f.bar);
    if (run->cli->is_write_failed)
        status = CLI_FAILED;
    if (status == CLI_DONE && run->report_path)
        status = write_report(batch, &f.report);
    cli_buf_release(&f.report);
    free(contexts);
    return status;
}

/* ---- which pairs --------------------------------------------------------------------
 */

/* Whether `path` was written last, as make has it. */
static bool is_newer(const char *path, const char *than)
{
    struct stat own, other;

    if (stat(path, &own) != 0 || stat(than, &other) != 0)
        return false;
    if (own.st_mtim.tv_sec != other.st_mtim.tv_sec)
        return own.st_mtim.tv_sec > other.st_mtim.tv_sec;
    return own.st_mtim.tv_nsec >= other.st_mtim.tv_nsec;
}

/* Outputs are written whole or not at all, so one that is there is done. */
static bool is_done(const cli_aligning *run, const cli_pair *pair)
{
    return pair->out && is_newer(pair->out, pair->source) &&
           is_newer(pair->out, pair->target) &&
           (!run->lexicon_path || is_newer(pair->out, run->lexicon_path));
}

/* @return how many are left to do */
static size_t choose(cli_batch *batch)
{
    const cli_aligning *run = batch->run;
    size_t left = 0;

    for (size_t i = 0; i < batch->len; i++) {
        cli_pair *pair = &batch->pairs[i];

        pair->is_elsewhere = i % run->shards != run->shard - 1;
        if (pair->is_elsewhere)
            pair->err = (cq_error){0};
        else if (run->is_resumed && pair->err.status == CQ_OK)
            pair->is_done = is_done(run, pair);
        left += !pair->is_elsewhere && !pair->is_done && pair->err.status == CQ_OK;
    }
    return left;
}

/* Learn over the whole list, also when only a share of it is to be aligned, or what is
 * left of it: so that this comes out as it would in one run. */
static int learn_all(cli_batch *batch)
{
    cli_aligning *run = batch->run;
    cq_lexicon *learned;
    cq_error err = {0};
    cq_status status = CQ_OK;
    int result = cli_batch_learn(batch, run->lexicon, true, &learned);

    if (result != CLI_DONE)
        return result;
    if (run->lexicon)
        status = cq_lexicon_merge(learned, run->lexicon, &err);
    if (status == CQ_OK)
        status = cq_lexicon_settle(learned, &err);
    cq_lexicon_free(run->lexicon);
    run->lexicon = learned;
    return status == CQ_OK ? CLI_DONE : cli_report(run->cli, &err);
}

int cli_align_pairs(cli_aligning *run, const char *list)
{
    cli_batch batch;
    int status = cli_batch_open(&batch, run, list, 3);

    if (status == CLI_DONE && run->into_path)
        status = cli_open_named(run->cli, run->into_path, CQ_MEMORY_WRITE, &run->into);
    if (status == CLI_DONE && batch.len > 0) {
        if (choose(&batch) > 0 && batch.len > 1 && !run->is_trained)
            status = learn_all(&batch);
        if (status == CLI_DONE)
            status = align_all(&batch);
        if (status == CLI_DONE && cli_batch_name_failures(&batch) > 0)
            status = CLI_MISUSED;
    }
    cq_memory_close(run->into);
    cli_batch_close(&batch);
    return status;
}

/* ---- training -----------------------------------------------------------------------
 */

static int write_lexicon(cli_aligning *run, cq_lexicon *lexicon, const char *path)
{
    cli_target target;
    cq_error err = {0};
    int status = cli_target_open(run->cli, path, &target);

    if (status != CLI_DONE)
        return status;
    cq_status written = cq_lexicon_write(lexicon, cli_target_sink(&target), &err);
    return cli_target_finish(&target, written, &err);
}

int cli_align_train(cli_aligning *run, const char *list, const char *path)
{
    cli_batch batch;
    cq_lexicon *learned = NULL;
    int status = cli_batch_open(&batch, run, list, 2);

    if (status == CLI_DONE) {
        choose(&batch);
        status = cli_batch_learn(&batch, run->lexicon, false, &learned);
    }
    if (status == CLI_DONE)
        status = write_lexicon(run, learned, path);
    if (status == CLI_DONE && cli_batch_name_failures(&batch) > 0)
        status = CLI_MISUSED;
    cq_lexicon_free(learned);
    cli_batch_close(&batch);
    return status;
}
