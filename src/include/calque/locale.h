/* locale.h -- a language's own file (docs/first-language.md): its text, its samples as
 * tests, and a frame for a new one. */
#ifndef CALQUE_LOCALE_H
#define CALQUE_LOCALE_H

#include <calque/base.h>
#include <calque/lang.h>

#ifdef __cplusplus
extern "C" {
#endif

/* The text of the built-in file of a language, as "fr"; static. False when there is
 * none. */
CQ_API bool cq_locale_source(const char *name, cq_str *text);

typedef enum cq_trial_kind {
    CQ_TRIAL_RIGHT = 0, /* a sample that is split as it says */
    CQ_TRIAL_WRONG,     /* one that is not */
    CQ_TRIAL_SLIP,      /* something that surely was not meant */
} cq_trial_kind;

typedef struct cq_trial {
    cq_trial_kind kind;
    uint64_t line, column; /* in the file */
    cq_str want, got;      /* of a sample, with "|" between sentences */
    const char *slip;      /* one line of English */
} cq_trial;

typedef void cq_trial_told(void *context, const cq_trial *trial);

/**
 * Read a locale file, look for slips, and split every sample of it by the rules of its
 * language with the file on top.
 * @param folder  more of the user's files, as cq_segmenter_options; or NULL
 * @param told    called for every sample and slip, in the order of the file; what it gets
 *                is valid until it returns
 * @return CQ_OK when all is right, CQ_DONE when not; CQ_E_INPUT with the place of what
 * cannot be read; CQ_E_NOMEM
 */
CQ_API cq_status cq_locale_try(const char *path, const char *folder, cq_trial_told *told,
                               void *context, cq_error *err);

/**
 * Write a locale file to fill in: each list with what belongs into it, and what CLDR
 * knows of the language (months, quotation marks) as a start.
 * @return CQ_OK; CQ_E_NOMEM; what the sink says
 */
CQ_API cq_status cq_locale_frame(const cq_lang *lang, cq_sink sink, cq_error *err);

/* ---- learning -------------------------------------------------------------------------
 * Abbreviations that raw text of a language shows, as Kiss and Strunk do without
 * supervision ("Unsupervised Multilingual Sentence Boundary Detection", 2006, section 4):
 * short words that nearly always have a stop after them. */

typedef struct cq_learner cq_learner;

typedef struct cq_proposal {
    cq_str spelling;  /* with its stop */
    const char *kind; /* the list it likely belongs to, as "number"; static */
    double score;     /* of the paper's formula; from 0.3 on it holds an abbreviation */
    uint64_t with, without; /* count with a stop after it, and without */
    /* Of those with a stop, what stood around; what is left stood before the line's end
     * or a sign. */
    uint64_t before_small, before_capital, before_number, after_number;
} cq_proposal;

/* @param folder  as cq_segmenter_options, or NULL: what is known already is not proposed
 */
CQ_API cq_status cq_learner_open(const cq_lang *lang, const char *folder,
                                 cq_learner **learner, cq_error *err);
CQ_API void cq_learner_close(cq_learner *learner);

/* Give the next piece of text, of any size. `is_last` with any piece, also an empty one,
 * ends a file. @return CQ_OK; CQ_E_INPUT with the line of what is not UTF-8; CQ_E_NOMEM
 */
CQ_API cq_status cq_learner_feed(cq_learner *learner, cq_str bytes, bool is_last,
                                 cq_error *err);

/**
 * What the text has shown so far, by kind, then best first.
 * @param min_count  how often it must stand with a stop; 0 for the default of 5
 * @param list  set to `len` proposals, valid until the next call with the learner
 */
CQ_API cq_status cq_learner_propose(cq_learner *learner, uint64_t min_count,
                                    const cq_proposal **list, size_t *len, cq_error *err);
CQ_API uint64_t cq_learner_words(const cq_learner *learner); /* count read */

#ifdef __cplusplus
}
#endif
#endif
