/* match.h -- how alike two segments are: weights, edit script, percent
 * (docs/matching.md, "Score").
 *
 * All arithmetic is in integers. A token has a weight by its kind, which the index
 * counts, and a size, which for a word grows with its letters. With W the weight of the
 * heavier segment, M the weight of the common multiset of (kind, key), Z the size of the
 * larger segment, and K the size that the best script keeps in order,
 *
 *     percent = floor(100 * min(M / W, 3/4 K / Z + 1/4 M / W))
 *
 * so that percent * W <= 100 * M, the bound that the index relies on. Two segments
 * without a token score 100 when they are the same and else 0. */
#ifndef CQ_MATCH_MATCH_H
#define CQ_MATCH_MATCH_H

#include "base/base.h"
#include "text/text.h"

#include <calque/explain.h>

/* Weight of a token by kind: an integer above 0, the same for equal (kind, key). */
uint32_t cq_match_weight(cq_token_kind kind);
uint64_t cq_match_total(const cq_tokens *tokens);

/* Size of a token, above 0; the same for equal (kind, key). */
uint32_t cq_match_size(const cq_token *token);

/* Whether common weight `shared` allows `percent` between segments that weigh so much:
 * the bound the index relies on, in the same integers as the score. */
bool cq_match_possible(uint64_t weight_a, uint64_t weight_b, uint64_t shared,
                       int percent);

/* Scores many candidates against one query; keeps its rows between calls. One thread. */
typedef struct cq_matcher cq_matcher;
cq_status cq_matcher_new(cq_matcher **matcher, cq_error *err);
void cq_matcher_free(cq_matcher *matcher);

/* Set the query; everything is copied, so that the same analyzer may then cut the
 * candidates. On failure there is no query: nothing may be scored before the next set. */
cq_status cq_matcher_set(cq_matcher *matcher, cq_str text, const cq_tokens *tokens,
                         cq_error *err);

/**
 * Percent of alikeness of the query and a candidate, 0 to 100; symmetric.
 * @param tokens  of `text`, cut by an analyzer of the query's language group
 * @param least   below this the exact number does not matter: any smaller one may be
 *                given (the computation is then cut off early); 0 for always exact
 */
cq_status cq_matcher_score(cq_matcher *matcher, cq_str text, const cq_tokens *tokens,
                           int least, int *percent, cq_error *err);

/**
 * How near a candidate is to the query letter by letter, which orders what has the same
 * percentage: of 10,000, the share of the longer text that needs no edit (Levenshtein
 * 1966, over code points in NFC). 0 for texts of more than 8,192 code points.
 */
cq_status cq_matcher_letters(cq_matcher *matcher, cq_str text, int *share, cq_error *err);

/* cq_explain() of <calque/explain.h>, with an analyzer that is open already. */
cq_status cq_match_explain(cq_analyzer *analyzer, cq_str a, cq_str b,
                           cq_explanation **explanation, cq_error *err);

#endif
