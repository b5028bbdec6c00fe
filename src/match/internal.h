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
    uint32_t *ids;   /* of each token; 0 for a token that the query lacks */
    uint64_t *sums;  /* len + 1: size of the tokens before each */
    uint64_t weight; /* of all tokens */
    size_t ids_capacity, sums_capacity;
} cq_side;

/* What the percentage is made of, besides the size that is kept in order. */
typedef struct cq_totals {
    uint64_t heavier; /* weight of the heavier segment */
    uint64_t shared;  /* weight of the tokens that both have */
    uint64_t larger;  /* size of the larger segment */
} cq_totals;

typedef struct key_slot {
    uint64_t hash;
    uint32_t token; /* number in the query + 1, 0 for a free slot */
} key_slot;

/* letters.c: where each code point stands in the query, made when first asked for. */
typedef struct cq_letter_slot {
    uint32_t code, place; /* place among the distinct ones, from 1; 0 for a free slot */
} cq_letter_slot;

typedef struct cq_letters {
    bool is_ready;
    size_t len, blocks;    /* of the query: code points, blocks of 64 */
    cq_letter_slot *slots; /* open addressing, at most half full */
    uint64_t *masks;       /* by place and block */
    uint64_t *up, *down;   /* by block: the column at hand */
    size_t slots_len, slots_capacity, masks_capacity, up_capacity, down_capacity;
    cq_buf composed; /* a text in NFC */
} cq_letters;

void cq_letters_release(cq_letters *letters);
/* There is another query. */
void cq_letters_forget(cq_letters *letters);

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
    cq_letters letters;
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

/* Weight of the common multiset. */
uint64_t cq_match_shared(cq_matcher *matcher);

static inline uint32_t cq_side_size(const cq_side *s, size_t i)
{
    return (uint32_t)(s->sums[i + 1] - s->sums[i]);
}

/* What is kept when b's token j, of the same key, stands for a's token i: their
 * size without the costs of what differs, never below 0.
 * @param differs  set to flags cq_differs; may be NULL */
uint32_t cq_match_kept(const cq_side *a, size_t i, const cq_side *b, size_t j,
                       unsigned *differs);
/* Cost of other white space before and after all tokens. */
uint32_t cq_match_edges(const cq_side *a, const cq_side *b);
/* Twice what the best script keeps, taken from the sizes of both: the cost of deleting
 * and inserting all else. CQ_MATCH_FAR when it is above `limit`. @param trace NULL, or
 * filled: false when it would pass cells_max or memory is short. */
bool cq_match_distance(cq_matcher *matcher, uint64_t limit, cq_trace *trace,
                       uint64_t *distance);
/* The same, trying small limits first; `likely` is a first guess of the cost. */
uint64_t cq_match_within(cq_matcher *matcher, uint64_t limit, uint64_t likely);
/* What a script of this cost keeps, less the cost of the edges; 0 when that is more. */
uint64_t cq_match_kept_of(const cq_matcher *matcher, uint64_t distance);
/* What a and b have in common and what not (pieces.c); `why` has all but the pieces. */
cq_status cq_match_pieces(cq_str a, cq_str b, const cq_explanation *why, cq_arena *arena,
                          const cq_piece **pieces, size_t *len, cq_error *err);
int cq_match_percent(const cq_totals *totals, uint64_t kept);
/* The least size that must be kept for `percent`; false when none suffices. */
bool cq_match_least(const cq_totals *totals, int percent, uint64_t *kept);

#endif
