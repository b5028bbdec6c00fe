/* words.c -- words that go together, learned from the pairs that are beyond doubt: two
 * that stand in the same pairs, and hardly without each other (Dice 1945), become one
 * term that both sides share. */
#include "parts.h"

#define SURE         0.6 /* confidence of pairs that are learned from */
#define PAIRS_MIN    3u  /* pairs that have a word; fewer teach nothing for other pairs */
#define PAIRS_MAX    64u /* that are looked at, spread evenly over all that have it */
#define DICE_ONE     UINT64_C(1000000)
#define DICE_MIN     (DICE_ONE * 2 / 5)
#define TOGETHER_MIN 3u

typedef struct word_learner {
    cq_pairing *pairing;
    uint32_t *counts[2]; /* of each word: pairs beyond doubt that have it */
    uint64_t *best[2];   /* of each word: Dice of the best other << 32 | that word + 1 */
    uint32_t *starts;    /* of each source word: where its pairs begin in `places` */
    uint32_t *places;    /* target documents of those pairs */
    uint32_t *together;  /* with each target word, of one source word */
    cq_terms touched;    /* target words that are not 0 there */
} word_learner;

/* ---- counting -------------------------------------------------------------------------
 */

static const cq_terms *words_of(const word_learner *w, const cq_document_pair *pair,
                                int side)
{
    size_t place = side == 0 ? pair->source : pair->target;

    return &w->pairing->sides[side].readings[place].own;
}

static void count_words(word_learner *w)
{
    for (size_t i = 0; i < w->pairing->len; i++) {
        const cq_document_pair *pair = &w->pairing->pairs[i];

        for (int side = 0; side < 2 && pair->confidence >= SURE; side++)
            for (size_t k = 0; k < words_of(w, pair, side)->len; k++)
                w->counts[side][words_of(w, pair, side)->items[k]]++;
    }
}

/* Of each source word, the target documents of the pairs that have it. */
static bool list_places(word_learner *w)
{
    size_t len = w->pairing->sides[0].own_len;

    for (size_t s = 0; s < len; s++)
        w->starts[s + 2] = w->starts[s + 1] + w->counts[0][s];
    w->places = cq_alloc(((size_t)w->starts[len + 1] + 1) * sizeof(*w->places));
    for (size_t i = 0; w->places && i < w->pairing->len; i++) {
        const cq_document_pair *pair = &w->pairing->pairs[i];
        const cq_terms *words = words_of(w, pair, 0);

        for (size_t k = 0; pair->confidence >= SURE && k < words->len; k++)
            w->places[w->starts[words->items[k] + 1]++] = (uint32_t)pair->target;
    }
    return w->places != NULL;
}

/* ---- choosing -------------------------------------------------------------------------
 */

/* Of each word, which other one goes with it best; between equals the smaller number. */
static void note_best(word_learner *w, uint32_t source, uint32_t target, uint64_t count)
{
    uint32_t words[2] = {source, target};
    uint64_t dice = 2 * count * DICE_ONE / (w->counts[0][source] + w->counts[1][target]);

    if (count < TOGETHER_MIN || dice < DICE_MIN)
        return;
    for (int side = 0; side < 2; side++) {
        uint64_t *best = &w->best[side][words[side]];
        uint32_t other = words[1 - side] + 1;

        if (dice > *best >> 32 || (dice == *best >> 32 && other < (uint32_t)*best))
            *best = dice << 32 | other;
    }
}

/* What stands in the translations of the documents that have a word. */
static bool meet(word_learner *w, uint32_t source)
{
    uint32_t count = w->counts[0][source], looked_at = 0;
    uint32_t step = (count + PAIRS_MAX - 1) / PAIRS_MAX;

    w->touched.len = 0;
    for (uint32_t at = 0; at < count; at += step, looked_at++) {
        const cq_terms *words =
            &w->pairing->sides[1].readings[w->places[w->starts[source] + at]].own;

        for (size_t k = 0; k < words->len; k++)
            if (w->together[words->items[k]]++ == 0 &&
                !cq_terms_add(&w->touched, words->items[k]))
                return false;
    }
    for (size_t i = 0; i < w->touched.len; i++) {
        uint32_t target = w->touched.items[i];

        note_best(w, source, target, (uint64_t)w->together[target] * count / looked_at);
        w->together[target] = 0;
    }
    return true;
}

static bool choose_best(word_learner *w)
{
    for (size_t s = 0; s < w->pairing->sides[0].own_len; s++)
        if (w->counts[0][s] >= PAIRS_MIN && !meet(w, (uint32_t)s))
            return false;
    return true;
}

/* Every document that has a word of a couple gets its term. `first` is the term of the
 * first couple; `starts` has, of each word, where its couples begin in `couples`. */
static bool spread(word_learner *w, int which, const uint32_t *starts,
                   const uint32_t *couples, uint32_t first)
{
    cq_shelf *side = &w->pairing->sides[which];

    for (size_t i = 0; i < side->from->len; i++) {
        cq_reading *reading = &side->readings[i];

        reading->learned.len = 0;
        for (size_t k = 0; k < reading->own.len; k++) {
            uint32_t word = reading->own.items[k];

            for (uint32_t at = starts[word]; at < starts[word + 1]; at++)
                if (!cq_terms_add(&reading->learned, first + couples[at]))
                    return false;
        }
        cq_terms_sort(&reading->learned);
    }
    return true;
}

/* Of each word of a side, its couples: a counting sort. */
static bool spread_side(word_learner *w, int which, const uint64_t *couples, size_t len)
{
    size_t words = w->pairing->sides[which].own_len;
    uint32_t *starts = cq_zalloc((words + 2) * sizeof(*starts));
    uint32_t *sorted = cq_alloc((len + 1) * sizeof(*sorted));
    int shift = which == 0 ? 32 : 0;
    bool is_done = starts && sorted;

    for (size_t i = 0; is_done && i < len; i++)
        starts[(uint32_t)(couples[i] >> shift) + 2]++;
    for (size_t i = 2; is_done && i < words + 2; i++)
        starts[i] += starts[i - 1];
    for (size_t i = 0; is_done && i < len; i++)
        sorted[starts[(uint32_t)(couples[i] >> shift) + 1]++] = (uint32_t)i;
    is_done =
        is_done && spread(w, which, starts, sorted, (uint32_t)w->pairing->common_len);
    cq_free(starts);
    cq_free(sorted);
    return is_done;
}

/* A couple is a word and the one that goes best with it, seen from either side. */
static bool make_couples(word_learner *w)
{
    cq_pairing *pairing = w->pairing;
    size_t source_len = pairing->sides[0].own_len, target_len = pairing->sides[1].own_len;
    uint64_t *couples = cq_alloc((source_len + target_len + 1) * sizeof(*couples));
    size_t len = 0;
    bool is_done = couples != NULL;

    for (size_t s = 0; is_done && s < source_len; s++)
        if ((uint32_t)w->best[0][s])
            couples[len++] = (uint64_t)s << 32 | ((uint32_t)w->best[0][s] - 1);
    for (size_t t = 0; is_done && t < target_len; t++) {
        uint32_t other = (uint32_t)w->best[1][t];

        if (other && (uint32_t)w->best[0][other - 1] != t + 1)
            couples[len++] = (uint64_t)(other - 1) << 32 | t;
    }
    pairing->learned_len = len;
    is_done =
        is_done && spread_side(w, 0, couples, len) && spread_side(w, 1, couples, len);
    cq_free(couples);
    return is_done;
}

static bool learn(word_learner *w)
{
    for (int side = 0; side < 2; side++) {
        size_t len = w->pairing->sides[side].own_len + 1;

        w->counts[side] = cq_zalloc(len * sizeof(*w->counts[side]));
        w->best[side] = cq_zalloc(len * sizeof(*w->best[side]));
        if (!w->counts[side] || !w->best[side])
            return false;
    }
    w->starts = cq_zalloc((w->pairing->sides[0].own_len + 2) * sizeof(*w->starts));
    w->together = cq_zalloc((w->pairing->sides[1].own_len + 1) * sizeof(*w->together));
    if (!w->starts || !w->together)
        return false;
    count_words(w);
    return list_places(w) && choose_best(w) && make_couples(w);
}

cq_status cq_pairing_learn(cq_pairing *pairing, cq_error *err)
{
    word_learner w = {.pairing = pairing};
    bool is_done = learn(&w);

    for (int side = 0; side < 2; side++) {
        cq_free(w.counts[side]);
        cq_free(w.best[side]);
    }
    cq_free(w.starts);
    cq_free(w.places);
    cq_free(w.together);
    cq_free(w.touched.items);
    return is_done ? CQ_OK : cq_fail(err, CQ_E_NOMEM, "no memory to learn words");
}
