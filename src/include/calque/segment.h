/* segment.h -- splitting text into sentences (docs/segmentation.md).
 *
 * Streaming: feed bytes in pieces of any size, take sentences out; the answer does not
 * depend on the pieces. Concatenating the ranges in order, with what lies between them,
 * is the input. */
#ifndef CALQUE_SEGMENT_H
#define CALQUE_SEGMENT_H

#include <calque/base.h>
#include <calque/lang.h>

#ifdef __cplusplus
extern "C" {
#endif

typedef struct cq_segmenter cq_segmenter; /* belongs to one thread */

typedef enum cq_paragraphs {
    CQ_PARAGRAPHS_LINE = 0, /* every line is a paragraph */
    CQ_PARAGRAPHS_BLANK =
        1, /* blank lines separate paragraphs, other line ends are spaces */
    CQ_PARAGRAPHS_UNWRAP = 2, /* hard-wrapped text: blank lines separate blocks, and in
                                 these a paragraph goes on over a line end where the next
                                 word had no room, or begins small, and is no list item */
} cq_paragraphs;

typedef struct cq_segmenter_options {
    cq_paragraphs paragraphs;
    /* Paths, or NULL; borrowed for the call only. */
    const char *srx_path;      /* SRX 2.0 rules that replace calque's own */
    const char *locale_path;   /* a locale file on top of the built-in ones of its
                                  language (docs/first-language.md) */
    const char *locale_folder; /* where more of them may stand, each as <language>.txt */
    bool explains; /* keep why each sentence ends where it does: cq_segmenter_explain() */
} cq_segmenter_options;

typedef struct cq_sentence {
    cq_str text; /* as in the input, without outer white space, never empty; valid until
                    the next call with the segmenter. Where a paragraph has several lines,
                    a line end inside stands as one space (after a wrapped hyphen, and in
                    scripts without spaces, as nothing) */
    uint64_t start, end; /* byte range in the whole input */
    uint64_t paragraph;  /* 0-based; with CQ_PARAGRAPHS_LINE empty lines count as well */
} cq_sentence;

/* @param opts NULL for the defaults. @return CQ_OK; CQ_E_ARG when the locale file is for
 * another language; CQ_E_INPUT with the place of what is wrong in an SRX or locale file;
 * CQ_E_NOMEM */
CQ_API cq_status cq_segmenter_open(const cq_lang *lang, const cq_segmenter_options *opts,
                                   cq_segmenter **segmenter, cq_error *err);
CQ_API void cq_segmenter_close(cq_segmenter *segmenter);

/* Start over with a new input. */
CQ_API void cq_segmenter_reset(cq_segmenter *segmenter);

/**
 * Give the next piece of input; the bytes are copied. Take every sentence out with
 * cq_segmenter_next() before the next call. `is_last` with any piece, also an empty one,
 * ends the input.
 * @return CQ_OK also for bytes that are not UTF-8: cq_segmenter_next() refuses them, once
 * the sentences before them are out; CQ_E_NOMEM
 */
CQ_API cq_status cq_segmenter_feed(cq_segmenter *segmenter, cq_str bytes, bool is_last,
                                   cq_error *err);

/* @return CQ_OK with a sentence; CQ_DONE when more input is needed or the input has
 * ended; CQ_E_INPUT with line and column for bytes that are not UTF-8 */
CQ_API cq_status cq_segmenter_next(cq_segmenter *segmenter, cq_sentence *sentence,
                                   cq_error *err);

/* An item of a locale file that a decision rests on. */
typedef struct cq_evidence {
    const char *list; /* "abbreviations/title"; static */
    cq_str item;      /* as the file writes it */
    const char *file; /* "locales/de.txt" for a built-in one (calque locale show de) */
    uint64_t line, column;
} cq_evidence;

/* A place where a sentence could end, and why it does or does not. */
typedef struct cq_candidate {
    uint64_t at; /* byte offset in the whole input: after the mark and its closers, or
                    where the next item begins */
    bool ends;
    cq_str before, after; /* a few words of the paragraph around it */
    const char *rule;     /* its name: "abbreviation_never"; the message rule_NAME of
                             locales/ says it in words; static */
    const cq_evidence *evidence;
    size_t evidence_len;
} cq_candidate;

/**
 * Every candidate in the sentence that cq_segmenter_next() gave last, in order; the last
 * is most often its end.
 * @param list  set to `len` candidates, valid until the next call with the segmenter;
 *              none without cq_segmenter_options.explains, or with SRX rules
 * @return CQ_OK; CQ_E_NOMEM
 */
CQ_API cq_status cq_segmenter_explain(cq_segmenter *segmenter, const cq_candidate **list,
                                      size_t *len, cq_error *err);

/* ---- text with inline codes -----------------------------------------------------------
 */

typedef enum cq_code_role {
    CQ_CODE_ROLE_ALONE = 0, /* a line break, an image */
    CQ_CODE_ROLE_OPEN,      /* begins what another code ends */
    CQ_CODE_ROLE_CLOSE,
} cq_code_role;

/* Bytes of a text that are a code: TMX's <bpt>...</bpt>, XLIFF's <g>. Empty (start ==
 * end) for one that is kept beside the text. */
typedef struct cq_inline_code {
    size_t start, end;
    cq_code_role role;
} cq_inline_code;

typedef struct cq_span {
    size_t start, end; /* bytes of the text */
} cq_span;

/**
 * Split one text whose codes are known. They are no part of what is read, and no range
 * cuts one. Between two sentences a closing code goes with the one before, every other
 * with the next (SRX 2.0, 5.2); with what lies between them the ranges are the text.
 * @param text    valid UTF-8; an input of its own, so the segmenter starts over
 * @param codes   in order, none inside another
 * @param ranges  set to `len` ranges, freed with cq_spans_free()
 * @return CQ_OK; CQ_E_ARG for codes out of order, CQ_E_INPUT, CQ_E_NOMEM
 */
CQ_API cq_status cq_segment(cq_segmenter *segmenter, cq_str text,
                            const cq_inline_code *codes, size_t codes_len,
                            cq_span **ranges, size_t *len, cq_error *err);
CQ_API void cq_spans_free(cq_span *ranges);

/* ---- SRX ------------------------------------------------------------------------------
 */

typedef struct cq_srx_report {
    size_t samples, reproduced; /* sample texts of the language, and those that the SRX
                                   rules split as it says */
} cq_srx_report;

/**
 * Write what calque knows of a language's sentences as SRX 2.0, as nearly as that can say
 * it.
 * @param opts  its locale files count; may be NULL
 */
CQ_API cq_status cq_segmenter_write_srx(const cq_lang *lang,
                                        const cq_segmenter_options *opts, cq_sink sink,
                                        cq_srx_report *report, cq_error *err);

#ifdef __cplusplus
}
#endif
#endif
