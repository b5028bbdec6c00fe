#include "sentences.h"

#include "document/document.h"

#include <calque/segment.h>

#include <stdio.h>
#include <string.h>

static cq_status add_sentence(cq_sentences *sentences, cq_str text, uint64_t paragraph,
                              cq_error *err)
{
    cq_str copy = cq_arena_copy(&sentences->arena, text);
    size_t want = sentences->len + 1;

    if (!copy.ptr ||
        !cq_grow(&sentences->sentences, &sentences->sentences_capacity, want,
                 sizeof(*sentences->sentences)) ||
        !cq_grow(&sentences->paragraphs, &sentences->paragraphs_capacity, want,
                 sizeof(*sentences->paragraphs)))
        return cq_fail(err, CQ_E_NOMEM, "no memory for %zu sentences", want);
    sentences->sentences[sentences->len] = copy;
    sentences->paragraphs[sentences->len++] = (uint32_t)paragraph;
    return CQ_OK;
}

/* The next piece of a document, within the ceiling. */
static cq_status next_piece(cq_sentences *sentences, cq_document *document, cq_str *piece,
                            cq_error *err)
{
    cq_status status = cq_document_next(document, piece, err);

    if (status == CQ_OK)
        sentences->bytes += piece->len;
    if (sentences->bytes > CQ_SENTENCES_BYTES_MAX)
        return cq_fail_number(err, CQ_E_INPUT, ERR_TEXT_TOO_LARGE,
                              "the text is longer than %zu MB",
                              CQ_SENTENCES_BYTES_MAX >> 20);
    return status;
}

/* ---- one sentence a line --------------------------------------------------------------
 */

static cq_status take_lines(cq_sentences *sentences, cq_str text, cq_error *err)
{
    for (size_t at = 0; at < text.len;) {
        const char *end = memchr(text.ptr + at, '\n', text.len - at);
        size_t stop = end ? (size_t)(end - text.ptr) : text.len;
        cq_status status =
            add_sentence(sentences, cq_str_trim(cq_str_slice(text, at, stop)), 0, err);

        if (status != CQ_OK)
            return status;
        at = stop + 1;
    }
    return CQ_OK;
}

static cq_status read_lines(cq_sentences *sentences, cq_document *document, cq_error *err)
{
    cq_buf text = {.max = CQ_SENTENCES_BYTES_MAX};
    cq_status status;
    cq_str piece;

    while ((status = next_piece(sentences, document, &piece, err)) == CQ_OK)
        cq_buf_add_str(&text, piece);
    if (status == CQ_DONE)
        status = cq_buf_check(&text, err);
    if (status == CQ_OK)
        status = take_lines(sentences, cq_buf_str(&text), err);
    cq_buf_release(&text);
    return status;
}

/* ---- sentences to be found ------------------------------------------------------------
 */

static cq_status feed(cq_sentences *sentences, cq_segmenter *segmenter, cq_str piece,
                      bool is_last, cq_error *err)
{
    cq_status status = cq_segmenter_feed(segmenter, piece, is_last, err);
    cq_sentence sentence;

    while (status == CQ_OK &&
           (status = cq_segmenter_next(segmenter, &sentence, err)) == CQ_OK)
        status = add_sentence(sentences, sentence.text, sentence.paragraph, err);
    return status == CQ_DONE ? CQ_OK : status;
}

static cq_status read_sentences(cq_sentences *sentences, cq_document *document,
                                const cq_lang *lang, const cq_align_options *opts,
                                cq_error *err)
{
    cq_segmenter_options cut = {.paragraphs = opts->paragraphs,
                                .locale_folder = opts->locale_folder};
    cq_segmenter *segmenter = NULL;
    cq_str piece = {0};
    cq_status read = next_piece(sentences, document, &piece, err);
    cq_status status = read < 0 ? read : CQ_OK;

    if (cq_document_about(document).has_paragraphs)
        cut.paragraphs = CQ_PARAGRAPHS_LINE;
    if (status == CQ_OK)
        status = cq_segmenter_open(lang, &cut, &segmenter, err);
    while (status == CQ_OK && read == CQ_OK) {
        status = feed(sentences, segmenter, piece, false, err);
        if (status == CQ_OK)
            read = next_piece(sentences, document, &piece, err);
        if (read < 0)
            status = read;
    }
    if (status == CQ_OK)
        status = feed(sentences, segmenter, (cq_str){0}, true, err);
    cq_segmenter_close(segmenter);
    return status;
}

static cq_status keep_facts(cq_sentences *sentences, const cq_document *document,
                            cq_error *err)
{
    cq_str encoding;

    sentences->facts = cq_document_about(document);
    encoding = cq_arena_copy(&sentences->arena, cq_str_from(sentences->facts.encoding));
    sentences->facts.encoding = encoding.ptr ? encoding.ptr : "";
    return encoding.ptr ? CQ_OK : cq_fail(err, CQ_E_NOMEM, "no memory for a document");
}

cq_status cq_sentences_read(const char *path, const cq_lang *lang,
                            const cq_document_options *as, const cq_align_options *opts,
                            cq_sentences *sentences, cq_error *err)
{
    cq_document *document = NULL;
    cq_status status = cq_document_open(path, lang, as, &document, err);

    *sentences = (cq_sentences){0};
    if (status == CQ_OK && opts->is_split)
        status = read_lines(sentences, document, err);
    else if (status == CQ_OK)
        status = read_sentences(sentences, document, lang, opts, err);
    if (status == CQ_OK)
        status = keep_facts(sentences, document, err);
    cq_document_close(document);
    return status;
}

void cq_sentences_release(cq_sentences *sentences)
{
    cq_free(sentences->sentences);
    cq_free(sentences->paragraphs);
    cq_arena_release(&sentences->arena);
    *sentences = (cq_sentences){0};
}
