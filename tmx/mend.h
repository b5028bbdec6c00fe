/* mend.h -- what --repair does: a broken file's text in, well-formed XML out, and a word
 * about everything that was changed (docs/tmx.md, "Repair").
 *
 * It reads tags as a person would: known names are tags however they are spelt, a '<'
 * that begins none is text, what was never closed is closed, and every <tu begins a unit.
 * Two instructions in its output tell the builder what only the input knew: where a unit
 * began (CQ_MEND_AT), and that the open one is to be left out (CQ_MEND_REJECT). */
#ifndef CQ_TMX_MEND_H
#define CQ_TMX_MEND_H

#include "base/base.h"

#define CQ_MEND_AT     "calque-at"     /* data: line, column */
#define CQ_MEND_REJECT "calque-reject" /* data: why */

typedef struct cq_mend cq_mend;

/* Told of every repair: what is wrong, with line and column, and what was done. */
typedef void (*cq_mend_notice)(void *context, const cq_error *what, const char *done);

typedef enum cq_mend_purpose {
    CQ_MEND_TO_READ = 0, /* what other tools miss is added, though no XML demands it: a
                            header, a version, a source language */
    CQ_MEND_TO_JUDGE,    /* what is well-formed stays as it is, and places are known */
} cq_mend_purpose;

cq_status cq_mend_open(cq_mend_purpose purpose, cq_mend_notice notice, void *context,
                       cq_mend **mend, cq_error *err);
void cq_mend_close(cq_mend *mend);

/* Take a piece of UTF-8 of XML's characters and append what can be said of it to `out`;
 * `is_last` with any piece ends the file. */
cq_status cq_mend_run(cq_mend *mend, cq_str piece, bool is_last, cq_buf *out,
                      cq_error *err);

/* Line and column of the tag or text that the byte before `offset` of all output came
 * from, when judging. Offsets that are asked for never go back. */
void cq_mend_place(cq_mend *mend, uint64_t offset, uint64_t *line, uint64_t *column);

#endif
