#include "document.h"

#include <calque/segment.h>

#include <errno.h>
#include <stdio.h>
#include <string.h>

#define FEED_BYTES ((size_t)65536)

static cq_status read_bytes(FILE *file, const char *path, cq_buf *bytes, cq_error *err)
{
    size_t got = 1;

    bytes->max = CQ_DOCUMENT_MAX;
    while (got > 0) {
        char *to = cq_buf_reserve(bytes, FEED_BYTES);

        if (!to)
            break;
        got = fread(to, 1, FEED_BYTES, file);
        bytes->len += got;
    }
    if (ferror(file))
        return cq_fail_errno(err, CQ_E_INPUT, ERR_READ_FILE, "cannot read the file",
                             path);
    return cq_buf_check(bytes, err);
}

static cq_status read_file(const char *path, cq_buf *bytes, cq_error *err)
{
    bool is_stdin = strcmp(path, "-") == 0;
    FILE *file = is_stdin ? stdin : fopen(path, "rb");
    cq_status status;

    if (!file)
        return cq_fail_errno(err, CQ_E_INPUT, ERR_READ_FILE, "cannot open the file",
                             path);
    status = read_bytes(file, path, bytes, err);
    if (!is_stdin)
        fclose(file);
    return status;
}

static cq_status add_sentence(cq_document *document, cq_str text, uint64_t paragraph,
                              cq_error *err)
{
    cq_str copy = cq_arena_copy(&document->arena, text);

    if (!copy.ptr ||
        !cq_grow(&document->sentences, &document->sentences_capacity, document->len + 1,
                 sizeof(*document->sentences)) ||
        !cq_grow(&document->paragraphs, &document->paragraphs_capacity, document->len + 1,
                 sizeof(*document->paragraphs)))
        return cq_fail(err, CQ_E_NOMEM, "no memory for %zu sentences", document->len + 1);
    document->sentences[document->len] = copy;
    document->paragraphs[document->len++] = (uint32_t)paragraph;
    return CQ_OK;
}

static cq_status take_lines(cq_document *document, cq_str text, cq_error *err)
{
    for (size_t at = 0; at < text.len;) {
        const char *end = memchr(text.ptr + at, '\n', text.len - at);
        size_t stop = end ? (size_t)(end - text.ptr) : text.len;
        cq_status status =
            add_sentence(document, cq_str_trim(cq_str_slice(text, at, stop)), 0, err);

        if (status != CQ_OK)
            return status;
        at = stop + 1;
    }
    return CQ_OK;
}

static cq_status take_sentences(cq_document *document, cq_segmenter *segmenter,
                                cq_str text, cq_error *err)
{
    cq_status status = CQ_OK;

    for (size_t at = 0; at <= text.len && status == CQ_OK; at += FEED_BYTES) {
        size_t end = text.len - at > FEED_BYTES ? at + FEED_BYTES : text.len;
        cq_sentence sentence;

        status = cq_segmenter_feed(segmenter, cq_str_slice(text, at, end),
                                   end == text.len, err);
        while (status == CQ_OK &&
               (status = cq_segmenter_next(segmenter, &sentence, err)) == CQ_OK)
            status = add_sentence(document, sentence.text, sentence.paragraph, err);
        if (status == CQ_DONE)
            status = CQ_OK;
        if (end == text.len)
            break;
    }
    return status;
}

cq_status cq_document_read(const char *path, const cq_lang *lang,
                           const cq_align_options *opts, cq_document *document,
                           cq_error *err)
{
    cq_segmenter_options cut = {.paragraphs = opts->paragraphs};
    cq_segmenter *segmenter = NULL;
    cq_buf bytes = {0}, text = {.max = CQ_DOCUMENT_MAX};
    cq_status status = read_file(path, &bytes, err);

    *document = (cq_document){0};
    if (status == CQ_OK)
        status = cq_text_decode(cq_buf_str(&bytes), &text, err);
    cq_buf_release(&bytes);
    if (status == CQ_OK && opts->is_split) {
        status = take_lines(document, cq_buf_str(&text), err);
    } else if (status == CQ_OK) {
        status = cq_segmenter_open(lang, &cut, &segmenter, err);
        if (status == CQ_OK)
            status = take_sentences(document, segmenter, cq_buf_str(&text), err);
    }
    if (status != CQ_OK && status != CQ_E_NOMEM)
        cq_fail_at(err, strcmp(path, "-") == 0 ? "(standard input)" : path, 0, 0);
    cq_segmenter_close(segmenter);
    cq_buf_release(&text);
    return status;
}

void cq_document_release(cq_document *document)
{
    cq_free(document->sentences);
    cq_free(document->paragraphs);
    cq_arena_release(&document->arena);
    *document = (cq_document){0};
}
