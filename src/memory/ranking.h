/* ranking.h -- the best hits of one lookup, kept in their order while candidates come in
 * any order (docs/lookup.md, "Order of hits"). */
#ifndef CQ_MEMORY_RANKING_H
#define CQ_MEMORY_RANKING_H

#include "session.h"

#define CQ_CHANGED_MAX 32

typedef struct cq_ranked {
    int percent;                  /* 0 to 101 */
    int neighbours;               /* how much of the given context the unit has too */
    int region;                   /* cq_lang_match() of source and of target, added */
    int letters;                  /* cq_matcher_letters() of the source */
    bool is_rewritten;            /* found in the other script of the language */
    char changed[CQ_CHANGED_MAX]; /* "" for unknown; later dates compare greater */
    uint64_t unit;
    uint64_t target_text;
    size_t source, target; /* variants */
    /* By way of another language: the unit that `target` is a variant of, which has the
     * text of variant `pivot` of `unit` too; 0 for none. */
    uint64_t other;
    size_t pivot;
} cq_ranked;

/* Negative when `a` comes before `b`; 0 only for the same unit and variants. */
int cq_ranked_compare(const cq_ranked *a, const cq_ranked *b);

typedef struct cq_ranking {
    cq_ranked *items; /* best first; no two with the same target text */
    size_t len, max;
} cq_ranking;

/* Offer a hit; items has room for `max`. */
void cq_ranking_offer(cq_ranking *ranking, const cq_ranked *hit);

#endif
