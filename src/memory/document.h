/* document.h -- a plain text file read whole and cut into sentences. */
#ifndef CQ_MEMORY_DOCUMENT_H
#define CQ_MEMORY_DOCUMENT_H

#include "session.h"

#include <calque/align.h>

#define CQ_DOCUMENT_MAX ((size_t)512 << 20) /* bytes */

typedef struct cq_document {
    cq_str *sentences; /* bytes in `arena` */
    uint32_t *paragraphs;
    size_t len, sentences_capacity, paragraphs_capacity;
    cq_arena arena;
} cq_document;

/* @param path  "-" for standard input
 * @param opts  is_split and paragraphs count; with is_split each line is a sentence, also
 * an empty one, so that numbers are those of lines
 * @return CQ_OK; CQ_E_INPUT with file, line and column; CQ_E_NOMEM */
cq_status cq_document_read(const char *path, const cq_lang *lang,
                           const cq_align_options *opts, cq_document *document,
                           cq_error *err);
void cq_document_release(cq_document *document);

#endif
