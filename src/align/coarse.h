/* coarse.h -- what the files that find the band share: points.c (sentences that share
 * something rare, and the best chain of them), sweep.c (the best paths through a window)
 * and coarse.c (window after window). docs/alignment.md, "The method". */
#ifndef CQ_ALIGN_COARSE_H
#define CQ_ALIGN_COARSE_H

#include "align/parts.h"

#define CQ_COARSE_POINT_MAX                                                              \
    10.0F                   /* score that shared tokens give two sentences at most */
#define CQ_COARSE_MARGIN 10 /* sentences around what is known */

typedef struct cq_coarse_point {
    uint32_t i, j;
    float weight, best; /* best: of a chain that ends here */
    uint32_t before;    /* point before it in that chain, UINT32_MAX for none */
} cq_coarse_point;

typedef struct cq_coarse_window {
    size_t i, j, rows, columns; /* first sentences and counts */
    bool is_last;
} cq_coarse_window;

typedef struct cq_coarse {
    const cq_align_texts *texts;
    const cq_align_frame *frame;
    const cq_align_model *model;
    const cq_align_lengths *lengths;
    cq_coarse_window at;
    size_t i_end, j_end; /* of the stretch that is looked at */
    float slope;         /* target sentences for a source sentence, nothing missing */
    uint32_t rare_count, rare_product;
    uint32_t *count[2]; /* of each concept in the window, by side */
    uint32_t *seen[2];  /* last sentence + 1 with each concept */
    uint32_t *end;      /* where the list of target sentences of each concept ends */
    uint32_t *places;   /* these lists */
    size_t places_capacity;
    cq_coarse_point *points;
    size_t points_len, points_capacity;
    uint32_t *row_points; /* rows + 1: where the points of each row start */
    size_t row_points_capacity;
    float *tree; /* greatest chain by target sentence (Fenwick) */
    uint32_t *tree_point;
    size_t tree_capacity, tree_point_capacity;
    uint32_t *low, *high; /* of the window, columns; rows + 1 */
    uint32_t *best;       /* of each row, where the best path goes through; rows + 1 */
    size_t low_capacity, high_capacity, best_capacity;
    uint64_t *first; /* rows + 2 */
    size_t first_capacity;
    float *forward; /* three states a cell */
    size_t forward_capacity;
    float *rolling; /* backward rows and dense point rows */
    size_t rolling_capacity;
} cq_coarse;

/* fmaxf() and fminf() are calls, for the sake of NaN, which does not occur here. */
static inline float cq_coarse_more(float a, float b) { return a > b ? a : b; }
static inline float cq_coarse_less(float a, float b) { return a < b ? a : b; }

cq_status cq_coarse_no_memory(const cq_coarse *c, cq_error *err);

/* Fill `points` and `row_points` of the window. */
cq_status cq_coarse_find_points(cq_coarse *c, cq_error *err);
/* Leaves in points[].before the best chain, to be read from its end: `*last`, UINT32_MAX
 * for none. */
cq_status cq_coarse_find_chain(cq_coarse *c, uint32_t *last, cq_error *err);
/* What leaving the diagonal between two points costs: `rows` and `columns` apart. */
float cq_coarse_jump_cost(float rows, float columns, float ratio);
/* Narrow `low` and `high` of the window to what paths near the best use; find `best`. */
cq_status cq_coarse_sweep(cq_coarse *c, cq_error *err);

#endif
