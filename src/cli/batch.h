/* batch.h -- many pairs of texts at a time: the list (batch.c), what is learned over all
 * of it (training.c), and aligning them (pairs.c). */
#ifndef CLI_BATCH_H
#define CLI_BATCH_H

#include "aligning.h"

#include <pthread.h>

/* One line of the list. */
typedef struct cli_pair {
    char *source, *target, *out; /* `target` and `out` point into `source`'s block */
    uint64_t line;
    bool is_elsewhere; /* of another shard */
    bool is_done;      /* by an earlier run, and nothing has changed since */
    cq_error err;
    double seconds;
    cq_alignment *alignment; /* what a worker made of it */
    bool is_ready;
} cli_pair;

/* Workers take pairs in the order of the list. */
typedef struct cli_batch {
    cli_aligning *run;
    const char *list; /* its name */
    cli_pair *pairs;
    size_t len, capacity;
    size_t jobs;
    pthread_mutex_t lock;
    pthread_cond_t changed; /* a pair is ready, or was finished */
    size_t next;            /* first pair that no worker has */
    size_t finished;        /* pairs that the main thread is through with */
    size_t window;          /* how far ahead of that workers may be */
    bool is_stopped;
} cli_batch;

/* ---- batch.c --------------------------------------------------------------------------
 */

/* Read the list. `fields` is 3 for SOURCE, TARGET and OUT, 2 when OUT may be missing. A
 * line that is none is a pair that fails. @return CLI_DONE; CLI_MISUSED after saying why
 */
int cli_batch_open(cli_batch *batch, cli_aligning *run, const char *list, int fields);
void cli_batch_close(cli_batch *batch);
void cli_pair_fail(cli_pair *pair, const char *file, const char *message);
/* One line for all that failed and one for each. @return how many did */
size_t cli_batch_name_failures(const cli_batch *batch);

/* Start `work` in `batch->jobs` threads; the n-th is given contexts + n * size. Then the
 * main thread does `finish`, and all are waited for.
 * @return CLI_DONE; CLI_FAILED after saying why when no thread could be started */
int cli_batch_run(cli_batch *batch, void *(*work)(void *worker), void *contexts,
                  size_t size, void (*finish)(cli_batch *batch, void *context),
                  void *context);
/* For workers: the next pair, once it is near enough to what is finished; NULL at the
 * end. */
cli_pair *cli_batch_take(cli_batch *batch);
void cli_batch_hand_in(cli_batch *batch, cli_pair *pair);
/* For the main thread. */
void cli_batch_wait(cli_batch *batch, cli_pair *pair);
void cli_batch_go_on(cli_batch *batch, bool is_stopped);

/* ---- training.c -----------------------------------------------------------------------
 */

/* What the pairs of the list teach.
 * @param known      helps to learn; NULL for nothing
 * @param is_sample  learn from some evenly spread ones when there are many, of any shard,
 *                   and pass over what fails
 * @param learned    settled; the caller frees it. NULL on failure
 * @return CLI_DONE; CLI_FAILED after saying why */
int cli_batch_learn(cli_batch *batch, const cq_lexicon *known, bool is_sample,
                    cq_lexicon **learned);

#endif
