/* export.h -- an export under way, shared by export.c (the walk through origins and
 * units), export_output.c (the files that are written) and export_source.c (which
 * language a file for a tool is from). */
#ifndef CQ_MEMORY_EXPORT_H
#define CQ_MEMORY_EXPORT_H

#include "selector.h"
#include "session.h"

#include "tmx/tmx.h"

typedef struct cq_exporter {
    cq_memory *memory;
    const cq_export_options *opts;
    const cq_lang
        *source;   /* as asked for, or for a tool as the units say; NULL for any */
    cq_lang found; /* the latter */
    cq_tmx_form form;
    cq_buf source_tag; /* owns form.source */
    cq_export_report report;
    cq_sink sink;
    cq_gzip *gzip;         /* NULL: not packed */
    cq_tmx_writer *writer; /* of the open file, or */
    cq_tsv_writer *table;
    cq_columns columns;           /* of a table */
    const cq_header *file_header; /* of every file */
    bool is_header_told;          /* what it loses, once for all files */
    uint64_t in_file;             /* units in the open file */
    cq_selector selector;
    cq_loaded loaded;
    cq_header header; /* of the origin being written */
    cq_buf header_record, origin_name;
    cq_header joint; /* of a file of several origins: calque's own, with what they need */
    cq_buf doctype;  /* owns joint.doctype */
    bool *wanted;
    size_t wanted_capacity;
    uint64_t total; /* units, of all origins asked for */
} cq_exporter;

/* The next origin after `origin` that was asked for; CQ_DONE at the end. */
cq_status cq_export_next_origin(cq_exporter *out, cq_store_origin *origin, cq_error *err);

/* export_source.c: find the source language and the tag for it; fills `source` and
 * form.source. @param only  the single origin that is written, whose header is loaded */
cq_status cq_export_find_source(cq_exporter *out, bool is_alone, cq_error *err);

/* export_output.c: the columns of a table, then one file after the other. */
cq_status cq_export_find_columns(cq_exporter *out, cq_error *err);
cq_status cq_export_begin_file(cq_exporter *out, cq_error *err);
/* Write the loaded unit, in the next file when this one is full. @param origin, wanted as
 * for cq_tmx_write(). CQ_DONE when nothing of it could be written. */
cq_status cq_export_put(cq_exporter *out, const cq_header *origin, const bool *wanted,
                        cq_error *err);
cq_status cq_export_end_file(cq_exporter *out, cq_error *err);
/* Release what is open after a failure, and the columns. */
void cq_export_abandon_file(cq_exporter *out);

#endif
