/* tmx.h -- reading and writing translation memory files: TMX 1.1 to 1.4b and TSV, plain
 * or gzip; and SRX rules, which are XML too. The only module that knows libxml2, zlib and
 * libmd (docs/tmx.md).
 *
 * XML never fetches anything and expands no entity of the document's own. Reading
 * streams: memory does not grow with the file. */
#ifndef CQ_TMX_TMX_H
#define CQ_TMX_TMX_H

#include "base/base.h"
#include "text/text.h"
#include "unit/unit.h"

#include <calque/memory.h>

/* ---- reading --------------------------------------------------------------------------
 */

typedef struct cq_tmx_options {
    const cq_lang *source, *target; /* languages of a table's columns; NULL for TMX */
    const char *columns;            /* of a table, names separated by commas; NULL for
                                       those of its header row, or source and target */
    const char *encoding;           /* NULL for the one that the file says or shows */
    bool repair;
    void (*notice)(void *context, const cq_notice *notice);
    void *notice_context;
} cq_tmx_options;

typedef struct cq_tmx_reader cq_tmx_reader;

/* @param path  "-" for standard input. The kind of file is told by its first bytes. */
cq_status cq_tmx_open(const char *path, const cq_tmx_options *opts,
                      cq_tmx_reader **reader, cq_error *err);
void cq_tmx_close(cq_tmx_reader *reader);

/* The header; complete (with what stands after the units) once cq_tmx_read() has given
 * CQ_DONE. Borrowed until close. */
const cq_header *cq_tmx_header(const cq_tmx_reader *reader);

/* The next unit, into `unit` (reset first). CQ_OK; CQ_DONE at the end of a whole and
 * well-formed file; CQ_E_INPUT with file, line, column. With `repair`, units that cannot
 * be saved are told as CQ_NOTICE_REJECTED and counted. */
cq_status cq_tmx_read(cq_tmx_reader *reader, cq_unit *unit, cq_error *err);

/**
 * Read what stands in a <seg>: text with codes, as cq_tmx_markup() writes it.
 * @param unit  reset; its one variant, in no language, is then the segment. CQ_E_INPUT
 *              with line and column in `markup`
 */
cq_status cq_tmx_segment(cq_str markup, cq_unit *unit, cq_error *err);

/* The caller leaves out a unit that it was given: told and counted as if the reader had.
 */
void cq_tmx_leave_out(cq_tmx_reader *reader, const cq_unit *unit, const char *why);

typedef struct cq_tmx_progress {
    uint64_t bytes, total; /* of the file on disk; total 0 when unknown */
    uint64_t rejected, repaired;
} cq_tmx_progress;
cq_tmx_progress cq_tmx_at(const cq_tmx_reader *reader);

/* ---- writing --------------------------------------------------------------------------
 */

typedef struct cq_tmx_writer cq_tmx_writer;

/* What a file must be, and who is told when something cannot be written as it is. {0} is
 * TMX 1.4 with all that the units have. */
typedef struct cq_tmx_form {
    cq_str source; /* tag that calque's own header, and any for a `tool`, names as
                      srclang; empty for "*all*" */
    cq_str target; /* tag for variants of the target language; empty to keep theirs */
    int version;  /* 11 to 14: what the DTD of that version allows; 0 for no such bound */
    int level;    /* 1: without codes */
    cq_tool tool; /* 0 for none */
    void (*loss)(void *context, const cq_loss *loss); /* `unit` and `origin` are empty */
    void *loss_context;
} cq_tmx_form;

/* @param header  borrowed until close, when what follows the units is written; NULL for
 * calque's own
 * @param form    NULL for {0}; its strings are borrowed until close */
cq_status cq_tmx_writer_open(cq_sink sink, const cq_header *header,
                             const cq_tmx_form *form, cq_tmx_writer **writer,
                             cq_error *err);
/* @param origin  the header of the unit's origin when it differs from the file's, else
 * NULL: its namespaces are then declared on the unit
 * @param wanted  which variants to write, one bool each; NULL for all
 * @return CQ_DONE when nothing of it can be written in this form */
cq_status cq_tmx_write(cq_tmx_writer *writer, const cq_unit *unit,
                       const cq_header *origin, const bool *wanted, cq_error *err);
/* End the document, flush, free; the writer is gone also on failure. */
cq_status cq_tmx_writer_close(cq_tmx_writer *writer, cq_error *err);
void cq_tmx_writer_abandon(cq_tmx_writer *writer);

/* Whether a tool compares languages letter by letter, so that variants get the tags that
 * were asked for (shape_tool.c). */
bool cq_tmx_takes_tags_as_asked(cq_tool tool);
/* Tell all of a header as lost: of an origin that shares a file with others. */
void cq_tmx_lose_header(const cq_header *header, const cq_tmx_form *form);

/* Append a variant's segment as the content of <seg>: text escaped, codes as they are.
 * How many characters became U+FFFD, because XML cannot hold them. */
size_t cq_tmx_markup(const cq_variant *variant, cq_buf *out);

/* ---- what other tools note of a neighbour ---------------------------------------------
 */

/* Append the text of a whole "<seg>...</seg>", without native codes. CQ_DONE when it is
 * none, or too long to be a neighbour's (1 MB). */
cq_status cq_tmx_plain(cq_str markup, cq_buf *out, cq_error *err);

#define CQ_MD5_HEX 33 /* digits and the NUL */
void cq_tmx_md5(cq_str text, char hex[CQ_MD5_HEX]);
uint32_t cq_tmx_crc32(cq_str text);

/* ---- tables ---------------------------------------------------------------------------
 */

/* The columns of a table, TSV or CSV (docs/tmx.md, "Tables"), and what writes one. Tables
 * are read like any file, by cq_tmx_open(). */
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

/* Add one more; `what` is copied. */
cq_status cq_columns_add(cq_columns *columns, cq_column column, cq_error *err);
/* Read names separated by commas; `source` and `target` are what columns of these names
 * mean, NULL for none. CQ_E_ARG for a name that is none. */
cq_status cq_columns_read(cq_str list, const cq_lang *source, const cq_lang *target,
                          cq_columns *columns, cq_error *err);
void cq_columns_release(cq_columns *columns);

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

/* ---- gzip -----------------------------------------------------------------------------
 */

/* Packs what is written to its sink (RFC 1952) and hands it on. */
typedef struct cq_gzip cq_gzip;
cq_status cq_gzip_open(cq_sink to, cq_gzip **gzip, cq_error *err);
cq_sink cq_gzip_sink(cq_gzip *gzip);
/* Write what is left; gone also on failure. */
cq_status cq_gzip_close(cq_gzip *gzip, cq_error *err);
void cq_gzip_abandon(cq_gzip *gzip);

/* ---- SRX ------------------------------------------------------------------------------
 */

typedef struct cq_tmx_srx_rule {
    bool is_break;
    cq_str before, after; /* in the arena */
    uint64_t line;
} cq_tmx_srx_rule;

/* The rules of an SRX 2.0 file that hold for a language, in the order that decides
 * (cascade honoured: SRX 2.0, 3.3). */
cq_status cq_tmx_srx_read(const char *path, const cq_lang *lang, cq_arena *arena,
                          cq_tmx_srx_rule **rules, size_t *len, cq_error *err);

/* Write rules as SRX 2.0, for one language and its regions. */
cq_status cq_tmx_srx_write(const cq_tmx_srx_rule *rules, size_t len, const cq_lang *lang,
                           cq_sink sink, cq_error *err);

/* "libxml2 2.9.14"; static. */
const char *cq_tmx_version(void);

#endif
