/* align.h -- pairing the sentences of a text and its translation (docs/alignment.md). */
#ifndef CALQUE_ALIGN_H
#define CALQUE_ALIGN_H

#include <calque/base.h>
#include <calque/document.h>
#include <calque/lang.h>
#include <calque/memory.h>
#include <calque/segment.h>

#ifdef __cplusplus
extern "C" {
#endif

/* A group of neighbouring sentences on either side that translate each other; a side may
 * be empty. Every sentence stands in exactly one bead, in order. */
typedef struct cq_bead {
    size_t source, source_len; /* first sentence and count */
    size_t target, target_len;
    double confidence; /* 0 to 1: posterior probability of just this bead */
    bool is_fixed;     /* a person said so: it stays when the texts are aligned again */
} cq_bead;

typedef struct cq_alignment cq_alignment;

/* How often words of two languages stood for each other in texts that were aligned
 * (docs/alignment.md, "The lexicon"). */
typedef struct cq_lexicon cq_lexicon;

/* An empty one, which alignments may teach. */
CQ_API cq_status cq_lexicon_new(const cq_lang *source, const cq_lang *target,
                                cq_lexicon **lexicon, cq_error *err);
CQ_API void cq_lexicon_free(cq_lexicon *lexicon);
/* Learn from the units of a memory that have both languages (200,000 at most). */
CQ_API cq_status cq_lexicon_learn_memory(cq_lexicon *lexicon, cq_memory *memory,
                                         const cq_lang *source, const cq_lang *target,
                                         cq_error *err);
/**
 * Read the lexicon of a file.
 * @param source, target  NULL for whatever languages it is for
 * @return CQ_OK; CQ_E_INPUT with file and line for what is none, or for one of other
 * languages; CQ_E_NOMEM
 */
CQ_API cq_status cq_lexicon_read(const char *path, const cq_lang *source,
                                 const cq_lang *target, cq_lexicon **lexicon,
                                 cq_error *err);
CQ_API cq_status cq_lexicon_write(cq_lexicon *lexicon, cq_sink sink, cq_error *err);
/* Make it ready for use as `lexicon` of alignments, by any number of threads at once,
 * after something was added. */
CQ_API cq_status cq_lexicon_settle(cq_lexicon *lexicon, cq_error *err);
/* Add all that `from` has learned. CQ_E_INPUT when its languages are others. */
CQ_API cq_status cq_lexicon_merge(cq_lexicon *to, const cq_lexicon *from, cq_error *err);

typedef struct cq_align_options {
    bool is_split;            /* the inputs have one sentence a line already */
    cq_paragraphs paragraphs; /* of plain text */
    cq_document_options source_as, target_as; /* how to read the two documents */
    const char *locale_folder; /* as cq_segmenter_options; borrowed while it is used */
    bool is_forced;            /* also align what does not look like a translation */
    double min_confidence;     /* 0 to 1: beads below are left out; 0 for none */
    const cq_bead *beads;      /* the fixed ones stay, the others say nothing; borrowed */
    size_t beads_len;
    const cq_lexicon *lexicon; /* what is known of the words beforehand, or NULL */
    cq_lexicon *teach;         /* what comes out is added to it, or NULL */
    cq_progress progress;      /* passes, in thousandths */
} cq_align_options;

/* A bead below this confidence is doubtful: look at it before trusting it. */
#define CQ_BEAD_DOUBTFUL 0.8

/* How an alignment came out, counted before beads were left out for their confidence. */
typedef struct cq_align_figures {
    size_t source_len, target_len; /* sentences */
    size_t beads, doubtful_beads;
    double doubtful_text; /* 0 to 1: share of both texts that doubtful beads hold */
    double confidence;    /* mean of the beads; 1 when there are none */
} cq_align_figures;

/**
 * Read two documents, split them into sentences and pair these.
 * @param source, target  paths; one of them may be "-"
 * @return CQ_OK; CQ_E_INPUT with file, line and column, for texts that are no
 * translations of each other, and for fixed beads that do not fit them; CQ_E_ARG,
 * CQ_E_STORE, CQ_E_NOMEM
 */
CQ_API cq_status cq_align_files(const char *source, const cq_lang *source_lang,
                                const char *target, const cq_lang *target_lang,
                                const cq_align_options *opts, cq_alignment **alignment,
                                cq_error *err);
CQ_API void cq_alignment_free(cq_alignment *alignment);

CQ_API size_t cq_alignment_beads(const cq_alignment *alignment, const cq_bead **beads);
/* Sentence `k` of a side; valid until cq_alignment_free(). */
CQ_API cq_str cq_alignment_source(const cq_alignment *alignment, size_t k);
CQ_API cq_str cq_alignment_target(const cq_alignment *alignment, size_t k);
CQ_API size_t cq_alignment_source_len(const cq_alignment *alignment);
CQ_API size_t cq_alignment_target_len(const cq_alignment *alignment);
/* How a side was read; `encoding` is valid until cq_alignment_free(). */
CQ_API cq_document_facts cq_alignment_source_facts(const cq_alignment *alignment);
CQ_API cq_document_facts cq_alignment_target_facts(const cq_alignment *alignment);

CQ_API void cq_alignment_figures(const cq_alignment *alignment,
                                 cq_align_figures *figures);

/* Write the beads with two non-empty sides as TMX 1.4b; confidence as <prop
 * type="x-confidence">. *replaced is set to how many texts had characters that XML cannot
 * hold, for which U+FFFD stands; NULL when nobody asks. */
CQ_API cq_status cq_alignment_write_tmx(const cq_alignment *alignment, cq_sink sink,
                                        uint64_t *replaced, cq_error *err);

/* Store the beads with two non-empty sides in one transaction, origin `name`. */
CQ_API cq_status cq_alignment_store(const cq_alignment *alignment, cq_memory *memory,
                                    const char *name, cq_import_report *report,
                                    cq_error *err);

#ifdef __cplusplus
}
#endif
#endif
