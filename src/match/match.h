/* match.h -- how alike two segments are: weights, edit script, percent
 * (docs/matching.md).
 *
 * All arithmetic is in integers. With W the sum of a segment's weights and D the cost of
 * the cheapest script, percent = floor(100 * (max(Wa, Wb) - D) / max(Wa, Wb)), 100 only
 * when D is 0; and D >= max(Wa, Wb) - M, where M is the weight of the common multiset of
 * (kind, key). */
#ifndef CQ_MATCH_MATCH_H
#define CQ_MATCH_MATCH_H

#include "base/base.h"
#include "text/text.h"

#include <calque/explain.h>

/* Weight of a token by kind: an integer above 0, the same for equal (kind, key). */
uint32_t cq_match_weight(cq_token_kind kind);
uint64_t cq_match_total(const cq_tokens *tokens);

/* Whether common weight `shared` allows `percent` between segments that weigh so much:
 * the bound the index relies on, in the same integers as the score. */
bool cq_match_possible(uint64_t weight_a, uint64_t weight_b, uint64_t shared,
                       int percent);

/* Scores many candidates against one query; keeps its rows between calls. One thread. */
typedef struct cq_matcher cq_matcher;
cq_status cq_matcher_new(cq_matcher **matcher, cq_error *err);
void cq_matcher_free(cq_matcher *matcher);

/**
 * Percent of alikeness, 0 to 100; symmetric.
 * @param least  below this the exact number does not matter: any smaller one may be given
 * (the computation is then cut off early); 0 for always exact
 */
cq_status cq_matcher_score(cq_matcher *matcher, const cq_tokens *a, const cq_tokens *b,
                           int least, int *percent, cq_error *err);

/* cq_explain() of <calque/explain.h> is implemented here. */

#endif
