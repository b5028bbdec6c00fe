#include "batch.h"

#include <stdlib.h>
#include <sys/stat.h>

#define SAMPLE    ((size_t)4000)   /* pairs that a batch is learned from */
#define BYTES_MAX ((off_t)4 << 20) /* of a text; longer ones teach themselves enough */

/* What one thread learns. */
typedef struct learner {
    cli_batch *batch;
    const cq_lexicon *known;
    cq_lexicon *lexicon;
    size_t stride; /* of the pairs, every so many-th */
    bool is_sample;
} learner;

static bool is_small(const char *path)
{
    struct stat found;

    return stat(path, &found) == 0 && S_ISREG(found.st_mode) &&
           found.st_size <= BYTES_MAX;
}

static bool is_meant(const learner *l, const cli_pair *pair)
{
    if (pair->err.status != CQ_OK || !pair->target)
        return false;
    if (!l->is_sample)
        return !pair->is_elsewhere;
    return (size_t)(pair - l->batch->pairs) % l->stride == 0 && is_small(pair->source) &&
           is_small(pair->target);
}

static void *learn(void *context)
{
    learner *l = context;
    const cli_aligning *run = l->batch->run;
    cq_align_options opts = run->opts;
    cli_pair *pair;

    opts.lexicon = l->known;
    opts.teach = l->lexicon;
    while ((pair = cli_batch_take(l->batch))) {
        cq_error err = {0};
        cq_alignment *alignment = NULL;

        if (is_meant(l, pair))
            cq_align_files(pair->source, &run->from, pair->target, &run->to, &opts,
                           &alignment, &err);
        cq_alignment_free(alignment);
        if (!l->is_sample && err.status != CQ_OK)
            pair->err = err;
        cli_batch_hand_in(l->batch, pair);
    }
    return NULL;
}

static void watch(cli_batch *batch, void *context)
{
    cli_bar *bar = context;
    cq_progress progress = cli_bar_progress(bar);

    for (size_t i = 0; i < batch->len; i++) {
        cli_batch_wait(batch, &batch->pairs[i]);
        if (progress.tick)
            progress.tick(progress.context, i + 1, batch->len);
        cli_batch_go_on(batch, false);
    }
}

/* All that the learners know goes into the first one's. Counts are whole numbers, so that
 * the order does not matter. */
static cq_status gather(learner *learners, size_t len, cq_error *err)
{
    cq_status status = CQ_OK;

    for (size_t i = 1; i < len && status == CQ_OK; i++)
        status = cq_lexicon_merge(learners[0].lexicon, learners[i].lexicon, err);
    return status == CQ_OK ? cq_lexicon_settle(learners[0].lexicon, err) : status;
}

static cq_status hire(cli_batch *batch, learner *learners, const cq_lexicon *known,
                      bool is_sample, cq_error *err)
{
    cq_status status = CQ_OK;

    for (size_t i = 0; i < batch->jobs; i++) {
        learners[i] = (learner){.batch = batch,
                                .known = known,
                                .stride = (batch->len + SAMPLE - 1) / SAMPLE,
                                .is_sample = is_sample};
        if (status == CQ_OK)
            status = cq_lexicon_new(&batch->run->from, &batch->run->to,
                                    &learners[i].lexicon, err);
    }
    return status;
}

int cli_batch_learn(cli_batch *batch, const cq_lexicon *known, bool is_sample,
                    cq_lexicon **learned)
{
    cli_app *cli = batch->run->cli;
    learner *learners = cli_alloc(batch->jobs * sizeof(*learners));
    cq_error err = {0};
    cq_status status = hire(batch, learners, known, is_sample, &err);
    char *name = cli_format("%s", cli_message(cli, "learning", NULL, 0));
    cli_bar bar;
    int result = CLI_DONE;

    *learned = NULL;
    if (status == CQ_OK) {
        cli_bar_start(&bar, cli, name);
        bar.has_rate = true;
        result = cli_batch_run(batch, learn, learners, sizeof(*learners), watch, &bar);
        cli_bar_clear(&bar);
        status = gather(learners, batch->jobs, &err);
    }
    if (status == CQ_OK && result == CLI_DONE) {
        *learned = learners[0].lexicon;
        learners[0].lexicon = NULL;
    }
    for (size_t i = 0; i < batch->jobs; i++)
        cq_lexicon_free(learners[i].lexicon);
    free(learners);
    free(name);
    return status == CQ_OK ? result : cli_report(cli, &err);
}
