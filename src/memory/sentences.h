/* sentences.h -- a document read whole and cut into sentences. */
#ifndef CQ_MEMORY_SENTENCES_H
#define CQ_MEMORY_SENTENCES_H

#include "session.h"

#include <calque/align.h>

#define CQ_SENTENCES_BYTES_MAX ((size_t)512 << 20) /* of a text that is read whole */

typedef struct cq_sentences {
    cq_str *sentences; /* bytes in `arena` */
    uint32_t *paragraphs;
    size_t len, sentences_capacity, paragraphs_capacity;
    size_t bytes; /* of the text so far */
    cq_arena arena;
    cq_document_facts facts; /* `encoding` in `arena` */
} cq_sentences;

/* @param path  "-" for standard input
 * @param as    how to read it
 * @param opts  is_split and paragraphs count; with is_split each line is a sentence, also
 * an empty one, so that numbers are those of lines
 * @return CQ_OK; CQ_E_INPUT with file, line and column; CQ_E_ARG, CQ_E_NOMEM */
cq_status cq_sentences_read(const char *path, const cq_lang *lang,
                            const cq_document_options *as, const cq_align_options *opts,
                            cq_sentences *sentences, cq_error *err);
void cq_sentences_release(cq_sentences *sentences);

#endif
