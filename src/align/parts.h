/* parts.h -- what the files of align/ share. docs/alignment.md tells the method; a score
 * is always the natural logarithm of how much likelier "these are translations of each
 * other" makes what is seen than "they have nothing to do with each other". */
#ifndef CQ_ALIGN_PARTS_H
#define CQ_ALIGN_PARTS_H

#include "align/align.h"

/* ---- texts (features.c) -------------------------------------------------------------
 */

/* A kind of token of one side: a stem, a number's value, a mark, some characters. */
typedef struct cq_align_type {
    cq_str latin; /* of a word: in Latin letters, accents off; else empty. In an arena */
    cq_str
        key; /* by which a lexicon knows it; empty when none is asked for. In an arena */
    uint32_t concept; /* the same on both sides for what is written the same */
    uint32_t count;   /* in the sentences, seeds included */
    uint32_t word; /* in the lexicon known beforehand, UINT32_MAX when it is not there */
    float weight;  /* of one such token as evidence; overlapping ones weigh less */
    uint8_t kind;  /* cq_token_kind */
} cq_align_type;

typedef struct cq_align_text {
    size_t len;       /* sentences to align; those of the seeds follow */
    size_t all;       /* with the seeds */
    float *chars;     /* of each sentence: code points without white space, at least 1 */
    uint64_t *first;  /* all + 1: where the tokens of each sentence start */
    uint32_t *tokens; /* types, in reading order */
    size_t tokens_len, tokens_capacity;
    cq_align_type *types;
    size_t types_len, types_capacity;
    const uint32_t *paragraphs; /* borrowed, NULL when unknown */
    uint32_t *same;             /* of each sentence: the first one that is written so */
} cq_align_text;

typedef struct cq_align_texts {
    cq_align_text source, target;
    cq_map concepts; /* written form to number */
    cq_arena arena;
    size_t seeds;            /* pairs after the sentences of both sides */
    const cq_lexicon *known; /* borrowed; NULL for none */
} cq_align_texts;

/* Tokens of one sentence that are looked at; the middle of longer ones only counts. */
#define CQ_ALIGN_TOKENS_MAX 512

cq_status cq_align_texts_init(cq_align_texts *texts, const cq_align_request *request,
                              cq_error *err);
void cq_align_texts_release(cq_align_texts *texts);

static inline size_t cq_align_tokens(const cq_align_text *text, size_t sentence)
{
    return (size_t)(text->first[sentence + 1] - text->first[sentence]);
}

/* ---- beads ---------------------------------------------------------------------------
 */

#define CQ_ALIGN_SIDE_MAX 5 /* sentences of one side in a bead */

typedef struct cq_align_shape {
    uint8_t source, target; /* sentences */
} cq_align_shape;

#define CQ_ALIGN_SHAPES 15
enum {
    CQ_SHAPE_DELETE = 0,
    CQ_SHAPE_INSERT = 1,
    CQ_SHAPE_ONE = 2,
    CQ_SHAPE_NONE = CQ_ALIGN_SHAPES, /* of a fixed bead that has none of these */
};
extern const cq_align_shape cq_align_shapes[CQ_ALIGN_SHAPES];

/* A bead that may be, with its probability; ends before sentence `source` and `target`.
 */
typedef struct cq_align_link {
    uint32_t source, target;
    float weight;
    uint8_t shape;
} cq_align_link;

typedef struct cq_align_links {
    cq_align_link *items;
    size_t len, capacity;
} cq_align_links;

/* ---- fixed beads (fixed.c) -----------------------------------------------------------
 */

/* Fixed beads of two sides part both texts: each is a stretch, and so is what lies
 * before, between and after them, if only nothing. No bead crosses the border of a
 * stretch. Of fixed beads with an empty side only is known that their sentences stay
 * alone. */
typedef struct cq_align_stretch {
    uint32_t source, source_end, target, target_end; /* sentences */
    uint8_t shape;                                   /* of a fixed bead */
    bool is_fixed;
} cq_align_stretch;

#define CQ_ALIGN_ALONE 0x80000000U

typedef struct cq_align_frame {
    cq_align_stretch *stretches; /* in order; at least one */
    size_t len;
    uint32_t *of[2]; /* of each source, each target sentence: its stretch, and
                        CQ_ALIGN_ALONE; NULL when nothing is fixed */
    bool is_any;
} cq_align_frame;

/* @return CQ_OK; CQ_E_INPUT for beads out of order or out of the texts; CQ_E_NOMEM */
cq_status cq_align_frame_init(cq_align_frame *frame, const cq_align_request *request,
                              cq_error *err);
void cq_align_frame_release(cq_align_frame *frame);
/* Put the fixed beads of the request in the place of those that stand for them. */
void cq_align_frame_restore(const cq_align_request *request, cq_bead *beads,
                            size_t *beads_len);
/* Whether the bead of this shape that ends before sentences i and j may be. */
bool cq_align_frame_checks(const cq_align_frame *frame, size_t shape, size_t i, size_t j);
static inline bool cq_align_frame_allows(const cq_align_frame *frame, size_t shape,
                                         size_t i, size_t j)
{
    return !frame->is_any || cq_align_frame_checks(frame, shape, i, j);
}

/* ---- lengths and shapes (length.c) ---------------------------------------------------
 */

/* The logarithm of target over source length is normal with a variance that falls with
 * the length (Gale and Church 1993 has it for the difference); how long k sentences in a
 * row are, by chance, is normal too. */
typedef struct cq_align_model {
    double ratio;                          /* mean of log(target chars / source chars) */
    double spread_far, spread_near;        /* variance: far + near / chars */
    double mean[2][CQ_ALIGN_SIDE_MAX + 1]; /* of the log of k sentences' length */
    double variance[2][CQ_ALIGN_SIDE_MAX + 1];
    double shape[CQ_ALIGN_SHAPES]; /* log probability after a match */
    double move[3][3];             /* log: from match, deletion, insertion to these */
} cq_align_model;

/* Expected counts of one pass, from which the next model is made. */
typedef struct cq_align_counts {
    double shape[CQ_ALIGN_SHAPES];
    double move[3][3];
} cq_align_counts;

/* How much longer the target is than the source, as a logarithm: what their characters
 * say, as long as languages differ that much (by half at most, in letters as features.c
 * counts them). Beyond that rather some text is missing on one side, the more the
 * further; `*missing` is what of the logarithm of their sizes that explains. */
double cq_align_ratio(const cq_align_texts *texts, const cq_align_stretch *in,
                      double *missing);
void cq_align_model_init(cq_align_model *model, const cq_align_texts *texts);
/* Take the texts for translations, of which little is missing, as long as nothing but
 * lengths is known. */
void cq_align_model_trust(cq_align_model *model);
void cq_align_model_fit_lengths(cq_align_model *model, const cq_align_texts *texts,
                                const cq_align_links *links);
void cq_align_model_fit_shapes(cq_align_model *model, const cq_align_counts *counts);
/* Score of lengths alone; both in characters, both sides with sentences. */
double cq_align_length_score(const cq_align_model *model, cq_align_shape shape,
                             double source_chars, double target_chars);

#define CQ_ALIGN_BINS 160 /* of log length, a twelfth each */

/* The same by table: the length of 1 to 5 sentences ending before each as a bin. */
typedef struct cq_align_lengths {
    uint8_t *bins[2][CQ_ALIGN_SIDE_MAX + 1]; /* text->len + 1 each; [0] is unused */
    float joint[CQ_ALIGN_BINS][CQ_ALIGN_BINS];
    float alone[2][CQ_ALIGN_SIDE_MAX + 1][CQ_ALIGN_BINS];
} cq_align_lengths;

cq_status cq_align_lengths_new(const cq_align_texts *texts, cq_align_lengths **lengths,
                               cq_error *err);
void cq_align_lengths_free(cq_align_lengths *lengths);
void cq_align_lengths_set(cq_align_lengths *lengths, const cq_align_model *model);

/* Score of the bead of this shape that ends before sentences i and j. */
static inline float cq_align_lengths_score(const cq_align_lengths *lengths,
                                           cq_align_shape shape, size_t i, size_t j)
{
    uint8_t source = lengths->bins[0][shape.source][i];
    uint8_t target = lengths->bins[1][shape.target][j];

    return lengths->joint[source][target] - lengths->alone[0][shape.source][source] -
           lengths->alone[1][shape.target][target];
}

/* ---- paragraphs (borders.c) ----------------------------------------------------------
 */

/* How far the ends of paragraphs are where sentences of both sides end: never taken for
 * granted, but found out from the beads. */
typedef struct cq_align_borders {
    uint8_t *ends[2];  /* of each sentence, whether it ends one; NULL when unknown */
    double often[2];   /* share of the sentences that do */
    float joint[2][2]; /* score of a bead whose last sentences do, by source and target */
    float inner;       /* of each end of a paragraph inside a bead */
} cq_align_borders;

cq_status cq_align_borders_init(cq_align_borders *borders, const cq_align_texts *texts,
                                cq_error *err);
void cq_align_borders_release(cq_align_borders *borders);
void cq_align_borders_fit(cq_align_borders *borders, const cq_align_links *links);
/* Of the bead of this shape, both sides with sentences, that ends before i and j. Only
 * where paragraphs are known. */
float cq_align_borders_score(const cq_align_borders *borders, cq_align_shape shape,
                             size_t i, size_t j);

/* ---- lexicon (cognates.c, lexicon.c) -------------------------------------------------
 */

/* How much likelier a target type is where a source type stands, and the reverse: both
 * as ratios to how often they come anyway. */
typedef struct cq_align_entry {
    uint32_t target;
    float forward, backward;
} cq_align_entry;

typedef struct cq_align_lexicon {
    uint64_t *first; /* by source type */
    cq_align_entry *entries;
    size_t types, len;
    double miss[2]; /* part of the tokens that has no counterpart: of target, of source */
    float *alone[2]; /* the same of each type: of target, of source */
} cq_align_lexicon;

/* Pairs of types that look alike, before anything is learned; by source type. */
typedef struct cq_align_pair {
    uint32_t source, target;
    float likeness; /* above 0, at most 1 for the same */
} cq_align_pair;

typedef struct cq_align_pairs {
    cq_align_pair *items;
    size_t len, capacity;
} cq_align_pairs;

cq_status cq_align_cognates(const cq_align_texts *texts, cq_align_pairs *pairs,
                            cq_error *err);

/* Learn from links (and the seeds) by IBM model 1 in both directions. With no links the
 * lexicon of the pairs that look alike. Replaces `lexicon`. */
cq_status cq_align_lexicon_learn(cq_align_lexicon *lexicon, const cq_align_texts *texts,
                                 const cq_align_pairs *cognates,
                                 const cq_align_links *links, cq_error *err);
void cq_align_lexicon_release(cq_align_lexicon *lexicon);
/* Add what the links teach to a lexicon that outlives the texts. */
cq_status cq_align_lexicon_teach(cq_lexicon *lexicon, const cq_align_texts *texts,
                                 const cq_align_pairs *cognates,
                                 const cq_align_links *links, cq_error *err);

/* ---- the band (coarse.c) -------------------------------------------------------------
 */

/* Which nodes of the lattice are looked at: in row i (i source sentences taken) those
 * with low[i] <= j <= high[i]; both never fall. */
typedef struct cq_align_band {
    size_t rows; /* source sentences + 1 */
    uint32_t *low, *high;
} cq_align_band;

cq_status cq_align_band_find(cq_align_band *band, const cq_align_texts *texts,
                             const cq_align_frame *frame, const cq_align_model *model,
                             const cq_align_lengths *lengths, cq_error *err);
void cq_align_band_release(cq_align_band *band);

/* ---- what words say (evidence.c) -----------------------------------------------------
 */

/* How far the words of two runs of sentences explain each other. Rows are given in order,
 * each source sentence one, and the last five are there to be asked for. */
typedef struct cq_align_evidence cq_align_evidence;

/* All is borrowed until it is freed. */
cq_status cq_align_evidence_new(const cq_align_texts *texts,
                                const cq_align_lexicon *lexicon,
                                const cq_align_band *band, cq_align_evidence **evidence,
                                cq_error *err);
void cq_align_evidence_free(cq_align_evidence *evidence);
cq_status cq_align_evidence_row(cq_align_evidence *evidence, size_t sentence,
                                cq_error *err);
/* Of the bead of this shape that ends before source sentence i and target sentence j. */
float cq_align_evidence_score(cq_align_evidence *evidence, cq_align_shape shape, size_t i,
                              size_t j);

/* ---- the lattice (lattice.c, decode.c) -----------------------------------------------
 */

typedef struct cq_align_lattice {
    const cq_align_texts *texts;
    const cq_align_frame *frame;
    uint64_t *first; /* rows + 1: where the nodes of each row start */
    cq_align_band *band;
    float *scores;  /* of the bead of each shape ending at each node: first its score, at
                       the end its probability */
    float *forward; /* of each node: log probability of three states, of three ways on */
    double *base;   /* of each row: what is to be added to these */
    size_t nodes;
} cq_align_lattice;

/* Score every bead in the band, then turn scores into probabilities (forward-backward).
 * `lexicon` may be NULL. `counts` is replaced. */
cq_status cq_align_lattice_run(cq_align_lattice *lattice, const cq_align_texts *texts,
                               const cq_align_frame *frame, cq_align_band *band,
                               const cq_align_model *model,
                               const cq_align_lengths *lengths,
                               const cq_align_borders *borders,
                               const cq_align_lexicon *lexicon, cq_align_counts *counts,
                               cq_error *err);
/* The number of a node, and of the node where the bead of this shape that ends at (i, j)
 * starts; SIZE_MAX when it is not in the band, or no such bead may be. */
static inline size_t cq_align_lattice_node(const cq_align_lattice *l, size_t i, size_t j)
{
    if (j < l->band->low[i] || j > l->band->high[i])
        return SIZE_MAX;
    return (size_t)l->first[i] + j - l->band->low[i];
}

static inline size_t cq_align_lattice_start(const cq_align_lattice *l, size_t shape,
                                            size_t i, size_t j)
{
    cq_align_shape size = cq_align_shapes[shape];

    if (i < size.source || j < size.target ||
        !cq_align_frame_allows(l->frame, shape, i, j))
        return SIZE_MAX;
    return cq_align_lattice_node(l, i - size.source, j - size.target);
}

/* The beads with at least `least` probability, both sides with sentences. Appended. */
cq_status cq_align_lattice_links(const cq_align_lattice *lattice, double least,
                                 cq_align_links *links, cq_error *err);
/* Narrow the band to nodes that some path of at least `least` probability visits. */
void cq_align_lattice_narrow(const cq_align_lattice *lattice, double least,
                             uint32_t margin);
/* The path with the most expected right beads, and how far the texts agree
 * (cq_align_run()). */
cq_status cq_align_lattice_decode(const cq_align_lattice *lattice, cq_bead **beads,
                                  size_t *beads_len, double *agreement, cq_error *err);
void cq_align_lattice_release(cq_align_lattice *lattice);

#endif
