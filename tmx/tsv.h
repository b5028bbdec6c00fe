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

/* ---- shared by tsv.c and tsv_header.c -------------------------------------------------
 */

/* Where a walk through a record with quotes is. */
typedef enum cq_quoting {
    CQ_CELL_BEGINS,
    CQ_IN_PLAIN,
    CQ_IN_QUOTES,
    CQ_AFTER_QUOTES
} cq_quoting;

/* A cell of the record that was read last. */
typedef struct cq_cell {
    size_t start, len; /* in `text` */
    size_t at;         /* where it began in the record */
} cq_cell;

struct cq_tsv {
    const char *path; /* borrowed */
    const cq_tmx_options *opts;
    cq_dialect dialect;
    cq_columns columns;
    bool is_settled;  /* the columns are known */
    bool is_waiting;  /* the record that was read first is a unit */
    cq_header header; /* none: tables have no header */
    cq_str piece;     /* what is left of the current one */
    bool is_end;
    cq_buf record;      /* without its line end */
    uint64_t line;      /* where it began */
    uint64_t next;      /* where the next one begins */
    cq_quoting quoting; /* while a record is gathered */
    cq_buf text;        /* of its cells */
    cq_cell *cells;
    size_t cells_len, cells_capacity;
};

/* tsv_header.c: the dialect, by the name of the file and the beginning of its text. */
bool cq_tsv_is_csv_name(const char *path);
cq_dialect cq_tsv_dialect(const char *path, cq_str start);
/* Learn the columns from the first record, which is a header row or a unit. */
cq_status cq_tsv_settle(cq_tsv *tsv, cq_error *err);

/* tsv.c: the cells of the record; the text of one, valid until the next record. */
cq_status cq_tsv_split(cq_tsv *tsv, cq_error *err);
cq_str cq_tsv_cell(const cq_tsv *tsv, size_t number);
/* A failure at a byte of the record. */
cq_status cq_tsv_refuse(const cq_tsv *tsv, int number, size_t at, const char *message,
                        cq_error *err);

#endif
