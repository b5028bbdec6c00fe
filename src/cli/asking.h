/* asking.h -- for the commands that may ask several memories: -m given more than once,
 * each with a penalty ("-m B.calque:5"); and for asking them from several threads. */
#ifndef CLI_ASKING_H
#define CLI_ASKING_H

#include "cli.h"

typedef struct cli_memories {
    cq_asked *asked;
    char **names; /* paths */
    size_t len;
} cli_memories;

/* Open all that -m names, or the default one. @return CLI_DONE; CLI_FAILED after saying
 * why */
int cli_memories_open(cli_app *cli, cli_memories *memories);
void cli_memories_close(cli_memories *memories);
/* "office.calque: " before what comes from it, when there are several. */
void cli_put_memory(const cli_app *cli, cli_buf *out, const cli_memories *memories,
                    size_t memory);
/* A line that names another place of the same rendering. */
void cli_put_also(const cli_app *cli, cli_buf *out, const cli_memories *memories,
                  const cq_also *also);
/* "memory" and "also" of a hit, when there are several. */
void cli_json_memory(cli_buf *out, const cli_memories *memories, size_t memory,
                     const cq_also *also, size_t also_len);

/* ---- queries by several threads (queue.c) ---------------------------------------------
 */

/* Queries go in; answers come out in the same order, told by the thread that puts in. */
typedef struct cli_queue cli_queue;

typedef struct cli_answer {
    cq_str query; /* until the answer is told */
    cq_status status;
    cq_error err;
    cq_hits *hits; /* freed by the queue */
} cli_answer;

/* Told each answer; other than CLI_DONE ends the queue's work. */
typedef int (*cli_answer_fn)(void *context, const cli_answer *answer);

/* @return CLI_DONE; CLI_FAILED after saying why. `opts` holds but for the neighbours */
int cli_queue_open(cli_app *cli, size_t jobs, const cq_lang *from, const cq_lang *to,
                   const cq_lookup_options *opts, cli_answer_fn tell, void *context,
                   cli_queue **queue);
/* Put in a query; may tell earlier answers. A `ptr` of NULL is no neighbour. */
int cli_queue_put(cli_queue *queue, cq_str query, cq_str previous, cq_str next);
/* Tell what is left. */
int cli_queue_end(cli_queue *queue);
void cli_queue_close(cli_queue *queue);

#endif
