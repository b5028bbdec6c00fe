/* asking.h -- for the commands that may ask several memories: -m given more than once,
 * each with a penalty ("-m B.calque:5"); and for asking them from several threads. */
#ifndef CLI_ASKING_H
#define CLI_ASKING_H

#include "cli.h"

typedef struct cli_memories {
    cq_asked *asked;
    char **names; /* paths */
    size_t len;
    bool is_again; /* opened before by this command: nothing more is said of them */
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

/* ---- one answer -----------------------------------------------------------------------
 */

typedef struct cli_answer {
    cq_str query; /* until the answer is told */
    cq_status status;
    cq_error err;
    cq_hits *hits;           /* freed by the queue, as the fragments are */
    cq_fragments *fragments; /* NULL when not asked for, or with hits */
} cli_answer;

/* What is asked of each text. */
typedef struct cli_asking {
    cq_lang from, to;
    cq_lookup_options opts;
    bool fragments; /* where nothing whole is found */
} cli_asking;

/* Answer one query: `answer->query`. */
void cli_ask(const cli_memories *memories, const cli_asking *asking, cli_answer *answer);
void cli_answer_release(cli_answer *answer);

/* ---- showing it (answer.c) ------------------------------------------------------------
 */

typedef struct cli_showing {
    const cli_memories *memories;
    bool queries;   /* several answers: say to what, and end each with a blank line */
    bool markup;    /* codes as TMX, not as marks */
    bool fragments; /* were asked for */
} cli_showing;

/* One object and a line end. */
void cli_json_answer(cli_buf *out, const cli_showing *how, const cli_answer *answer);
/* For eyes. */
void cli_put_answer(cli_app *cli, cli_buf *out, const cli_showing *how,
                    const cli_answer *answer);

/* ---- places in a text (ranges.c) ------------------------------------------------------
 */

/* An array of [start,end]. */
void cli_json_ranges(cli_buf *out, const char *key, const cq_range *ranges, size_t len);
/* Text from byte `from` to `end` with what lies in the ranges marked, in colour or as
 * [found]. */
void cli_put_marked(const cli_app *cli, cli_buf *out, cq_str text, const cq_range *ranges,
                    size_t len, size_t from, size_t end);

/* ---- fragments (fragments.c) ----------------------------------------------------------
 */

/* "fragments" of an answer, as an array. */
void cli_json_fragments(cli_buf *out, const cli_memories *memories,
                        const cli_answer *answer);
/* The same for eyes; `column`: how wide what stands before a hit's text is. */
void cli_put_fragments(cli_app *cli, cli_buf *out, const cli_memories *memories,
                       const cli_answer *answer, size_t column);

/* ---- queries by several threads (queue.c) ---------------------------------------------
 */

/* Queries go in; answers come out in the same order, told by the thread that puts in. */
typedef struct cli_queue cli_queue;

/* Told each answer; other than CLI_DONE ends the queue's work. */
typedef int (*cli_answer_fn)(void *context, const cli_answer *answer);

/* @param asking  holds for every query, but for the neighbours
 * @return CLI_DONE; CLI_FAILED after saying why */
int cli_queue_open(cli_app *cli, size_t jobs, const cli_asking *asking,
                   cli_answer_fn tell, void *context, cli_queue **queue);
/* Put in a query; may tell earlier answers. A `ptr` of NULL is no neighbour. */
int cli_queue_put(cli_queue *queue, cq_str query, cq_str previous, cq_str next);
/* Tell what is left. */
int cli_queue_end(cli_queue *queue);
void cli_queue_close(cli_queue *queue);

#endif
