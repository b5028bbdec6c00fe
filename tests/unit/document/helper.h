/* helper.h -- what the tests of document/ share. */
#ifndef TESTS_DOCUMENT_HELPER_H
#define TESTS_DOCUMENT_HELPER_H

#include "document/parts.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

/* Write `bytes` to a file of its own; its path, static. remove_file() at the end. */
static char file_path[64];

static inline const char *write_file(cq_str bytes, const char *ending)
{
    FILE *file;

    snprintf(file_path, sizeof(file_path), "/tmp/calque-test-document-%d%s",
             (int)getpid(), ending);
    file = fopen(file_path, "wb");
    assert_non_null(file);
    assert_int_equal(fwrite(bytes.len ? bytes.ptr : "", 1, bytes.len, file), bytes.len);
    assert_int_equal(fclose(file), 0);
    return file_path;
}

static inline void remove_file(void) { unlink(file_path); }

/* All of a document's text, appended to `text`. */
static inline cq_status read_document(const char *path, const char *tag,
                                      const cq_document_options *opts, cq_buf *text,
                                      cq_document_facts *facts, cq_error *err)
{
    cq_document *document = NULL;
    cq_lang lang;
    cq_str piece;
    cq_status status;

    assert_int_equal(cq_lang_parse(cq_str_from(tag), &lang, NULL), CQ_OK);
    status = cq_document_open(path, &lang, opts, &document, err);
    while (status == CQ_OK && (status = cq_document_next(document, &piece, err)) == CQ_OK)
        cq_buf_add_str(text, piece);
    if (status == CQ_DONE && facts) {
        *facts = cq_document_about(document);
        facts->encoding = NULL;
    }
    cq_document_close(document);
    return status == CQ_DONE ? cq_buf_check(text, err) : status;
}

static inline const char *text_of(cq_buf *text)
{
    cq_buf_add(text, "", 0);
    return text->len > 0 ? text->ptr : "";
}

#endif
