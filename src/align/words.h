/* words.h -- a lexicon that outlives its texts: how often words of two languages stood
 * for each other in the beads that it was learned from. All counts are sums of
 * thousandths, so that lexicons of parts add up to the lexicon of the whole, in any
 * order. */
#ifndef CQ_ALIGN_WORDS_H
#define CQ_ALIGN_WORDS_H

#include "align/align.h"

typedef struct cq_lexicon_word {
    cq_str key;    /* a letter for its kind ('a' + cq_token_kind), and its form */
    uint64_t seen; /* thousandths of tokens */
} cq_lexicon_word;

typedef struct cq_lexicon_pair {
    uint32_t source, target;
    uint64_t count; /* thousandths */
} cq_lexicon_pair;

struct cq_lexicon {
    char group[2][24]; /* languages, as "en-Latn" */
    cq_map ids[2];     /* of source, of target: key to place in `words` */
    cq_lexicon_word *words[2];
    size_t words_len[2], words_capacity[2];
    cq_intmap pair_ids; /* source << 32 | target to place in `pairs` */
    cq_lexicon_pair *pairs;
    size_t pairs_len, pairs_capacity;
    cq_arena arena;
    /* Once settled: words in the order of their bytes, pairs in that of their words. */
    uint64_t *first;    /* by source: where its pairs start; NULL when not settled */
    uint64_t *total[2]; /* sum of the pairs of each word */
};

cq_status cq_lexicon_add_word(cq_lexicon *lexicon, int side, cq_str key, uint64_t seen,
                              uint32_t *id, cq_error *err);
cq_status cq_lexicon_add_pair(cq_lexicon *lexicon, uint32_t source, uint32_t target,
                              uint64_t count, cq_error *err);
/* What of the count of a pair is believed (thousandths): texts that are short explain
 * every word by some other, so the first of each count is chance. */
#define CQ_LEXICON_DISCOUNT 500U
static inline uint64_t cq_lexicon_worth(const cq_lexicon_pair *pair)
{
    return pair->count > CQ_LEXICON_DISCOUNT ? pair->count - CQ_LEXICON_DISCOUNT : 0;
}
/* UINT32_MAX when it is not there. */
uint32_t cq_lexicon_find(const cq_lexicon *lexicon, int side, cq_str key);

#endif
