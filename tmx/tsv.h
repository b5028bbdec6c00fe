/* tsv.h -- tables of texts, TSV and CSV: one reader and one writer with a dialect, and
 * what columns are called (docs/tmx.md, "Tables"). What other modules need of it stands
 * in tmx.h. */
#ifndef CQ_TMX_TSV_H
#define CQ_TMX_TSV_H

#include "bytes.h"
#include "text/text.h"
#include "tmx.h"

typedef struct cq_dialect {
    char delimiter;
    bool has_quotes;  /* RFC 4180: a cell in quotes holds anything, a quote doubled */
    bool has_escapes; /* \t \n \r \\ in place of what would end a cell */
} cq_dialect;

/* Read what a column is called: a language tag, "source" and "target" for those that were
 * asked for (NULL: none), "note", "tuid", "created", "creator", "changed", "author",
 * "usage", "unit", "origin", "prop:TYPE", or "-" for one to skip. `what` is a part of
 * `name` or static. False for anything else. */
bool cq_column_read(cq_str name, const cq_lang *source, const cq_lang *target,
                    cq_column *column);
/* How it is called in a header row; `what` goes after the prefix that is returned. */
const char *cq_column_prefix(const cq_column *column, cq_str *what);

/* ---- reading: tsv.c -------------------------------------------------------------------
 */

typedef struct cq_tsv cq_tsv;

/* Whether the text that begins so is a table whose first row names its columns. */
bool cq_tsv_has_header(const char *path, const cq_tmx_options *opts, cq_str start);
/* @param path, opts  borrowed until close; opts says source and target, or columns, or
 * the first row does
 * @param start  the beginning of the text, by which the dialect is told */
cq_status cq_tsv_open(const char *path, const cq_tmx_options *opts, cq_str start,
                      cq_tsv **tsv, cq_error *err);
void cq_tsv_close(cq_tsv *tsv);
cq_status cq_tsv_read(cq_tsv *tsv, cq_bytes *bytes, cq_unit *unit, cq_error *err);
/* Whether the failure concerns one row, so that reading may go on with the next. */
bool cq_tsv_is_row_failure(const cq_error *err);
const cq_header *cq_tsv_header(const cq_tsv *tsv);

/* ---- writing: tsv_writer.c ------------------------------------------------------------
 */

/* Append a cell as the dialect writes it. */
void cq_tsv_put_cell(cq_buf *out, cq_str text, cq_dialect dialect);

#endif
