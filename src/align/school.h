/* school.h -- what the files that learn the lexicon share: lessons.c (the beads that are
 * learned from), cells.c (which words could be each other's translations), model1.c
 * (which are: IBM model 1 in both directions) and lexicon.c (what is kept of it). */
#ifndef CQ_ALIGN_SCHOOL_H
#define CQ_ALIGN_SCHOOL_H

#include "align/parts.h"
#include "align/words.h"

#define CQ_SCHOOL_TOKENS 120 /* of one side of a bead that are learned from */
/* Share of the words that have no counterpart: before anything is learned only what looks
 * alike has one. */
#define CQ_SCHOOL_MISS_START 0.95
#define CQ_SCHOOL_KNOWN_MAX  20.0F /* count that a word brings along at most */

/* A pair of types while it is learned. */
typedef struct cq_school_cell {
    uint32_t source, target;
    float prior;    /* count that it has for its look */
    float known[2]; /* counts that it brings along: of target by source, the reverse */
} cq_school_cell;

#define CQ_SCHOOL_NONE UINT32_MAX /* no cell */

typedef struct cq_school_lesson {
    uint32_t source, target; /* first sentences */
    uint8_t source_len, target_len;
    float weight;
    uint64_t pairs; /* where those of its tokens start, by source token */
} cq_school_lesson;

/* A token of the source in a lesson. */
typedef struct cq_school_place {
    uint32_t lesson;
    uint32_t token;
} cq_school_place;

typedef struct cq_school {
    const cq_align_texts *texts;
    cq_school_lesson *lessons;
    size_t lessons_len;
    cq_school_cell *cells;
    size_t cells_len, cells_capacity;
    float *t[2];      /* of each cell: probability of target by source, and the reverse */
    float *count[2];  /* of each cell: expected in this round */
    uint32_t *at;     /* of one source type: its cell with each target type */
    uint32_t *met;    /* of one source type: sixteenths of a bead with each target type */
    uint64_t *firsts; /* of each source type: its first place */
    cq_school_place *places;
    uint32_t *pairs; /* cell of each pair of tokens of each lesson, or CQ_SCHOOL_NONE */
    float *total[2]; /* of the counts of each source type, of each target type */
    double tokens[2];
    double miss[2];
    bool is_first;              /* no beads yet, at most seeds */
    float *alone[2];            /* as in the lexicon, by type of target and of source */
    float *missed[2], *seen[2]; /* tokens of each: without counterpart, and all */
    float *known_total[2]; /* of the counts that each source, each target brings along */
} cq_school;

cq_status cq_school_no_memory(const cq_school *s, cq_error *err);

/* ---- lessons.c ---- */

/* The lessons: beads of the pass before, each counted by its probability, and seeds. */
cq_status cq_school_take_lessons(cq_school *s, const cq_align_links *links,
                                 cq_error *err);
/* The tokens of a side of a lesson, the first CQ_SCHOOL_TOKENS of them; borrowed. */
size_t cq_school_tokens(const cq_align_text *text, size_t first, size_t len,
                        const uint32_t **tokens);

/* ---- cells.c ---- */

/* Cells for all pairs of types that are met often enough, look alike or are known. */
cq_status cq_school_find_cells(cq_school *s, const cq_align_pairs *cognates,
                               cq_error *err);

/* ---- model1.c ---- */

/* Types of target (direction 0) or of source (1). */
size_t cq_school_types(const cq_school *s, int direction);
/* How often a type of a side comes anyway, as a share of its tokens. */
float cq_school_often(const cq_school *s, int side, uint32_t type);
/* Expected counts of all lessons in one direction: 0 targets from sources, 1 the reverse.
 */
void cq_school_expect(cq_school *s, int direction);
/* From the lessons and cells to probabilities: `t` and `alone`. */
void cq_school_learn(cq_school *s);

#endif
