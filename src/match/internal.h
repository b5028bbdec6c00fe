/* internal.h -- what score.c and explain.c share: the two sides and the edit distance. */
#ifndef CQ_MATCH_INTERNAL_H
#define CQ_MATCH_INTERNAL_H

#include "match.h"

#define CQ_MATCH_FAR UINT64_MAX /* dearer than the limit */

/* One segment made ready. Equal ids (above 0) mean equal (kind, key). */
typedef struct cq_side {
    cq_str text;
    const cq_token *tokens;
    size_t len;
    uint32_t *ids;  /* of each token; 0 for a token that the query lacks */
    uint64_t *sums; /* len + 1: weight of the tokens before each */
    size_t ids_capacity, sums_capacity;
} cq_side;

typedef struct key_slot {
    uint64_t hash;
    uint32_t token; /* number in the query + 1, 0 for a free slot */
} key_slot;

struct cq_matcher {
    cq_side a, b; /* query, candidate */
    cq_tokens tokens;
    cq_arena arena; /* text, keys and forms of the query */
    key_slot *slots;
    size_t slots_len, slots_capacity; /* slots_len is a power of two */
    uint32_t *counts;                 /* by id: occurrences in the query */
    uint32_t *seen;                   /* by id: occurrences in the candidate */
    size_t counts_capacity, seen_capacity, ids_len;
    uint64_t *row; /* of the edit distance */
    size_t row_capacity;
};

/* Where the cheapest script went, one byte a cell of the band. */
typedef struct cq_trace {
    unsigned char *cells;
    size_t *starts; /* a->len + 1: place of the row's first cell */
    size_t *firsts; /* a->len + 1: column of the row's first cell */
    size_t cells_len, cells_capacity;
    size_t cells_max;
    bool is_full; /* it would have passed cells_max */
} cq_trace;

enum { STEP_PAIR = 1, STEP_DELETE, STEP_INSERT };

/* Make the candidate ready; ids are those of the query. */
cq_status cq_match_ready(cq_matcher *matcher, cq_str text, const cq_tokens *tokens,
                         cq_error *err);
/* Weight of the common multiset. */
uint64_t cq_match_shared(cq_matcher *matcher);
/* Cost of a's token i standing for b's token j: 0 when a reader sees no difference. */
uint32_t cq_match_pair(const cq_side *a, size_t i, const cq_side *b, size_t j);
/* Cost of the white space after the last token. */
uint32_t cq_match_tail(const cq_side *a, const cq_side *b);
/* Cost of the cheapest script, CQ_MATCH_FAR when it is above `limit`. @param trace NULL,
 * or filled: false when it would pass cells_max or memory is short. */
bool cq_match_distance(cq_matcher *matcher, uint64_t limit, cq_trace *trace,
                       uint64_t *distance);
/* The same, trying small limits first; `likely` is a first guess of the cost. */
uint64_t cq_match_within(cq_matcher *matcher, uint64_t limit, uint64_t likely);
int cq_match_percent(uint64_t heavier, uint64_t distance, uint64_t shared);
/* The largest distance that still gives `percent`; false when there is none. */
bool cq_match_limit(uint64_t heavier, uint64_t shared, int percent, uint64_t *limit);

#endif
