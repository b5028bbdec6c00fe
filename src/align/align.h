/* align.h -- pairing sentences: length model, lexicon learned from the texts themselves,
 * posterior confidence (docs/alignment.md). Knows nothing of files. */
#ifndef CQ_ALIGN_ALIGN_H
#define CQ_ALIGN_ALIGN_H

#include "base/base.h"
#include "text/text.h"

#include <calque/align.h>

/* Sentences of one side. Borrowed. */
typedef struct cq_side {
    const cq_lang *lang;
    const cq_str *sentences; /* valid UTF-8, in order */
    size_t len;
    const uint32_t
        *paragraphs; /* of each sentence, rising; NULL when unknown. A soft hint */
} cq_side;

/* Known pairs of segments that teach the lexicon. */
typedef struct cq_seed {
    cq_str source, target;
} cq_seed;

typedef struct cq_align_request {
    cq_side source, target;
    const cq_seed *seeds;
    size_t seeds_len;
    const cq_bead *beads; /* the fixed ones of these stay, the others say nothing */
    size_t beads_len;
    const cq_lexicon *lexicon; /* words known beforehand, settled; NULL for none */
    cq_lexicon *teach;         /* what the beads taught is added here; NULL for nowhere */
    cq_progress progress;
} cq_align_request;

/**
 * Pair the sentences of two sides.
 * Memory is linear in the number of sentences, time nearly so.
 * @param beads  the caller frees it with cq_free(); every sentence stands in exactly one
 * bead
 * @param agreement  how far the texts are translations of each other, 0 to 1: the share
 * of the sentences of a side that beads with two sides hold, each counted by how likely
 * the two say the same; of the side where it is greater, since one text may be a part of
 * the other. Long texts below CQ_ALIGN_AGREEMENT_MIN have nothing to do with each other
 * (docs/alignment.md, "No translation"). 1 when a side has no sentences. May be NULL
 * @return CQ_OK; CQ_E_INPUT for too many sentences, and for fixed beads that are out of
 * order or out of the texts; CQ_E_STOP; CQ_E_NOMEM
 */
cq_status cq_align_run(const cq_align_request *request, cq_bead **beads,
                       size_t *beads_len, double *agreement, cq_error *err);
#define CQ_ALIGN_AGREEMENT_MIN 0.3

/* Learn from known pairs of segments. */
cq_status cq_lexicon_learn(cq_lexicon *lexicon, const cq_lang *source,
                           const cq_lang *target, const cq_seed *seeds, size_t seeds_len,
                           cq_error *err);

#endif
