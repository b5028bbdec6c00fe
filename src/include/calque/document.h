/* document.h -- files as people have them, read for their text: plain text in any
 * encoding, Markdown, HTML, .docx and .odt (docs/documents.md). */
#ifndef CALQUE_DOCUMENT_H
#define CALQUE_DOCUMENT_H

#include <calque/base.h>
#include <calque/lang.h>

#ifdef __cplusplus
extern "C" {
#endif

typedef struct cq_document cq_document; /* belongs to one thread */

typedef enum cq_document_kind {
    CQ_DOCUMENT_ANY = 0, /* as the file's name ends; a zip file by what is in it */
    CQ_DOCUMENT_TEXT,
    CQ_DOCUMENT_MARKDOWN,
    CQ_DOCUMENT_HTML,
    CQ_DOCUMENT_DOCX,
    CQ_DOCUMENT_ODT,
} cq_document_kind;

typedef struct cq_document_options {
    cq_document_kind kind;
    const char *encoding; /* of text, Markdown and HTML, by any name that ICU knows; NULL
                             for what the file says, else UTF-8, else what its bytes
                             clearly are. Borrowed until close */
} cq_document_options;

typedef struct cq_document_facts {
    cq_document_kind kind; /* never CQ_DOCUMENT_ANY */
    const char *encoding;  /* "UTF-8", "windows-1251"; "" when not known yet. Valid until
                              close */
    bool is_guessed;       /* nobody said the encoding: its bytes told it */
    bool has_paragraphs;   /* the text has one paragraph a line, with no line end inside:
                              all kinds but plain text */
    size_t skipped;        /* bytes of a mark of UTF-8 before the text */
} cq_document_facts;

/**
 * Open a document.
 * @param path  "-" for standard input, which is plain text unless said or a zip file
 * @param lang  what it is written in, by which encodings are told apart
 * @param opts  NULL for the defaults
 * @return CQ_OK; CQ_E_INPUT, CQ_E_ARG for an encoding that nobody knows, CQ_E_NOMEM
 */
CQ_API cq_status cq_document_open(const char *path, const cq_lang *lang,
                                  const cq_document_options *opts, cq_document **document,
                                  cq_error *err);
CQ_API void cq_document_close(cq_document *document);

/**
 * The next piece of the text: UTF-8, cut between characters, valid until the next call.
 * Plain text streams; all else is read whole at the first call.
 * @return CQ_OK; CQ_DONE at the end; CQ_E_INPUT with file and place, after all that stood
 * before the place was given; CQ_E_NOMEM, CQ_E_SYSTEM
 */
CQ_API cq_status cq_document_next(cq_document *document, cq_str *piece, cq_error *err);

/* What is known of it by now; all of it after the first cq_document_next(). */
CQ_API cq_document_facts cq_document_about(const cq_document *document);

#ifdef __cplusplus
}
#endif
#endif
