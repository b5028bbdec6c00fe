/* runs.h -- how a vocabulary is kept: sorted runs of words with their tokens, in rows of
 * the store, which merge as the index's generations do (docs/file-format.md, "Words").
 * For vocabulary.c alone. */
#ifndef CQ_MEMORY_RUNS_H
#define CQ_MEMORY_RUNS_H

#include "session.h"

#define CQ_WORD_MARK '\xff' /* before and after each word of a row; in no UTF-8 */

cq_status cq_word_damaged(uint32_t group, cq_error *err);

/* ---- the list of runs -----------------------------------------------------------------
 */

typedef struct cq_word_run {
    uint32_t number;
    uint64_t words;
} cq_word_run;

/* Row '' of run 0: number of runs, then of each its number and words, oldest first. */
typedef struct cq_word_runs {
    cq_word_run *items;
    size_t len, capacity;
} cq_word_runs;

/* `list` has room for one more. */
cq_status cq_word_runs_read(cq_memory *memory, uint32_t group, cq_word_runs *list,
                            cq_error *err);
cq_status cq_word_runs_write(cq_memory *memory, uint32_t group, const cq_word_runs *list,
                             cq_error *err);
/* Merge the newest runs until each is more than twice what comes after it: so there are
 * few, and a word is copied a few times only. Changes `list`, which is not written. */
cq_status cq_word_runs_merge(cq_memory *memory, uint32_t group, cq_word_runs *list,
                             cq_error *err);

/* ---- writing one ----------------------------------------------------------------------
 */

/* Begins with memory, group and made.number set, the rest empty. */
typedef struct cq_word_writer {
    cq_memory *memory;
    uint32_t group;
    cq_word_run made;
    uint64_t row_words;
    cq_buf first, words, lists, row;
    cq_buf word; /* that tokens come in for */
    uint32_t *tokens;
    size_t len, capacity;
    bool has_word;
} cq_word_writer;

/* Words rise, and the tokens of each; what comes twice counts once. */
cq_status cq_word_writer_add(cq_word_writer *w, cq_str word, uint32_t token,
                             cq_error *err);
/* Write what is left, unless `status` is a failure already, and release all but `made`.
 */
cq_status cq_word_writer_end(cq_word_writer *w, cq_status status, cq_error *err);

/* ---- reading a row --------------------------------------------------------------------
 */

typedef struct cq_word_row {
    uint64_t len;
    cq_str words; /* marks included */
    cq_str lists;
} cq_word_row;

/* False when the bytes are no row. */
bool cq_word_row_open(cq_str data, cq_word_row *out);

#endif
