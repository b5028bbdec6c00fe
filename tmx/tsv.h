/* tsv.h -- tables of texts, TSV and CSV: one reader and one writer with a dialect, and
 * the columns that a table may have (docs/tmx.md, "Tables"). */
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

typedef enum cq_column_kind {
    CQ_COLUMN_SKIPPED = 0,
    CQ_COLUMN_TEXT, /* what: a language tag */
    CQ_COLUMN_NOTE,
    CQ_COLUMN_PROPERTY,  /* what: its type */
    CQ_COLUMN_ATTRIBUTE, /* what: of <tu> */
    CQ_COLUMN_UNIT,      /* number in the memory, only written */
    CQ_COLUMN_ORIGIN,    /* only written */
} cq_column_kind;

typedef struct cq_column {
    cq_column_kind kind;
    cq_str what;
    cq_lang lang; /* of CQ_COLUMN_TEXT */
} cq_column;

typedef struct cq_columns {
    cq_column *items;
    size_t len, capacity;
    cq_arena arena;
} cq_columns;

/* Read what a column is called: a language tag, "source" and "target" for those that were
 * asked for (NULL: none), "note", "tuid", "created", "creator", "changed", "author",
 * "usage", "unit", "origin", "prop:TYPE", or "-" for one to skip. `what` is a part of
 * `name` or static. False for anything else. */
bool cq_column_read(cq_str name, const cq_lang *source, const cq_lang *target,
                    cq_column *column);
/* How it is called in a header row; `what` goes after the prefix that is returned. */
const char *cq_column_prefix(const cq_column *column, cq_str *what);
cq_status cq_columns_add(cq_columns *columns, cq_column column, cq_error *err);
/* Read names separated by commas. CQ_E_ARG for one that is none. */
cq_status cq_columns_read(cq_str list, const cq_lang *source, const cq_lang *target,
                          cq_columns *columns, cq_error *err);
void cq_columns_release(cq_columns *columns);

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

typedef struct cq_tsv_writer cq_tsv_writer;

/* Write the header row.
 * @param columns  copied
 * @param form     who is told of what a table cannot hold; the rest of it is not used */
cq_status cq_tsv_writer_open(cq_sink sink, bool is_csv, const cq_columns *columns,
                             const cq_tmx_form *form, cq_tsv_writer **writer,
                             cq_error *err);
/* One row, or more when a column has several texts.
 * @param wanted  as for cq_tmx_write()
 * @return CQ_DONE when no column has a text of it */
cq_status cq_tsv_write(cq_tsv_writer *writer, const cq_unit *unit, const bool *wanted,
                       uint64_t id, cq_str origin, cq_error *err);
/* Flush and free; the writer is gone also on failure. */
cq_status cq_tsv_writer_close(cq_tsv_writer *writer, cq_error *err);
void cq_tsv_writer_abandon(cq_tsv_writer *writer);

/* Append a cell as the dialect writes it. */
void cq_tsv_put_cell(cq_buf *out, cq_str text, cq_dialect dialect);

#endif
