/* match.c -- how much two documents have in common, and which pairs that makes. Terms
 * count by how few documents have them (Spärck Jones 1972), and what two documents share
 * is held against all that each has (the cosine), and against their lengths. */
#include "parts.h"

#include <math.h>
#include <stdlib.h>

#define KEPT_MAX     12u   /* candidates of a source document */
#define COMMON_MAX   2000u /* documents that have a term; commoner ones tell nothing */
#define MARGIN       5.0 /* how fast confidence grows with the lead over the next best */
#define EVIDENCE     2.0 /* shared weight with which a pair without rivals is as likely */
#define NAME_SCORE   0.35 /* what names that agree are worth, in score */
#define SPREAD_START 0.5  /* standard deviation of the logarithm of lengths' ratio */
#define SPREAD_MIN   0.15
#define PAIR_MIN     0.02 /* a score that is worth a look */

typedef struct candidate {
    size_t source, target;
    double score, shared; /* shared: weight in common */
} candidate;

typedef struct matcher {
    cq_pairing *pairing;
    size_t terms;
    double *weights;  /* of each term; 0 for one that only one side has */
    uint32_t *starts; /* of each term: where its target documents begin in `posts` */
    uint32_t *posts;
    double *norms[2];
    double *shared;    /* with each target document, of one source document */
    uint32_t *touched; /* target documents with which it shares anything */
    candidate *candidates;
    size_t len, capacity;
    double ratio, spread; /* of the logarithm of target over source length */
} matcher;

/* Walk the terms of a document: those in common, then those learned. */
static bool next_term(const cq_reading *reading, size_t *at, uint32_t *term)
{
    size_t i = (*at)++;

    if (i < reading->common.len)
        *term = reading->common.items[i];
    else if (i - reading->common.len < reading->learned.len)
        *term = reading->learned.items[i - reading->common.len];
    else
        return false;
    return true;
}

/* ---- weights --------------------------------------------------------------------------
 */

static void count_terms(const cq_shelf *side, uint32_t *counts)
{
    uint32_t term;

    for (size_t i = 0; i < side->from->len; i++)
        for (size_t at = 0; next_term(&side->readings[i], &at, &term);)
            counts[term]++;
}

static bool weigh_terms(matcher *m)
{
    const cq_shelf *sides = m->pairing->sides;
    uint32_t *counts[2] = {cq_zalloc((m->terms + 1) * sizeof(uint32_t)),
                           cq_zalloc((m->terms + 1) * sizeof(uint32_t))};
    double all = (double)(sides[0].from->len + sides[1].from->len);
    bool is_done = counts[0] && counts[1];

    for (int side = 0; is_done && side < 2; side++)
        count_terms(&sides[side], counts[side]);
    for (size_t i = 0; is_done && i < m->terms; i++) {
        uint32_t both = counts[0][i] + counts[1][i];

        if (counts[0][i] && counts[1][i] && counts[1][i] <= COMMON_MAX)
            m->weights[i] = log((all + 1) / both);
        m->starts[i + 1] = m->starts[i] + (m->weights[i] > 0 ? counts[1][i] : 0);
    }
    cq_free(counts[0]);
    cq_free(counts[1]);
    return is_done;
}

/* Which target documents have each term. */
static bool make_posts(matcher *m)
{
    const cq_shelf *side = &m->pairing->sides[1];
    uint32_t *next = cq_alloc((m->terms + 1) * sizeof(*next));
    uint32_t term;

    m->posts = cq_alloc(((size_t)m->starts[m->terms] + 1) * sizeof(*m->posts));
    if (next && m->posts) {
        for (size_t i = 0; i < m->terms; i++)
            next[i] = m->starts[i];
        for (size_t i = 0; i < side->from->len; i++)
            for (size_t at = 0; next_term(&side->readings[i], &at, &term);)
                if (m->weights[term] > 0)
                    m->posts[next[term]++] = (uint32_t)i;
    }
    cq_free(next);
    return next && m->posts;
}

static void measure_norms(matcher *m)
{
    uint32_t term;

    for (int which = 0; which < 2; which++) {
        const cq_shelf *side = &m->pairing->sides[which];

        for (size_t i = 0; i < side->from->len; i++) {
            double sum = 0;

            for (size_t at = 0; next_term(&side->readings[i], &at, &term);)
                sum += m->weights[term] * m->weights[term];
            m->norms[which][i] = sqrt(sum);
        }
    }
}

/* ---- lengths --------------------------------------------------------------------------
 */

static int compare_reals(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;

    return (x > y) - (x < y);
}

/* The middle of the logarithms of the lengths of a side; 0 when it has none. */
static double middle_length(const cq_shelf *side, double *room)
{
    size_t len = 0;

    for (size_t i = 0; i < side->from->len; i++)
        if (side->readings[i].length > 0)
            room[len++] = log(side->readings[i].length);
    if (len == 0)
        return 0;
    qsort(room, len, sizeof(*room), compare_reals);
    return room[len / 2];
}

/* How long a translation is: told by the pairs beyond doubt, else by both sides at large.
 */
static bool measure_lengths(matcher *m)
{
    const cq_shelf *sides = m->pairing->sides;
    size_t most =
        sides[0].from->len > sides[1].from->len ? sides[0].from->len : sides[1].from->len;
    double *room = cq_alloc((most + 1) * sizeof(*room));
    double sum = 0, squares = 0;
    size_t count = 0;

    if (!room)
        return false;
    m->ratio = middle_length(&sides[1], room) - middle_length(&sides[0], room);
    m->spread = SPREAD_START;
    for (size_t i = 0; i < m->pairing->len; i++) {
        const cq_document_pair *pair = &m->pairing->pairs[i];
        double a = sides[0].readings[pair->source].length;
        double b = sides[1].readings[pair->target].length;

        if (pair->confidence < 0.8 || a < 100 || b < 100)
            continue;
        sum += log(b / a);
        squares += log(b / a) * log(b / a);
        count++;
    }
    if (count >= 10) {
        m->ratio = sum / (double)count;
        m->spread = fmax(SPREAD_MIN,
                         sqrt(fmax(0, squares / (double)count - m->ratio * m->ratio)));
    }
    cq_free(room);
    return true;
}

static double fit_of_lengths(const matcher *m, double source, double target)
{
    double off = (log(target / source) - m->ratio) / m->spread;

    return source > 0 && target > 0 ? exp(-off * off / 8) : 1;
}

/* ---- candidates -----------------------------------------------------------------------
 */

static int compare_candidates(const void *a, const void *b)
{
    const candidate *x = a, *y = b;

    if (x->score != y->score)
        return x->score < y->score ? 1 : -1;
    if (x->source != y->source)
        return x->source < y->source ? -1 : 1;
    return (x->target > y->target) - (x->target < y->target);
}

static double score(const matcher *m, size_t source, size_t target)
{
    const cq_shelf *sides = m->pairing->sides;
    const cq_reading *a = &sides[0].readings[source], *b = &sides[1].readings[target];
    double norms = m->norms[0][source] * m->norms[1][target];
    double cosine = norms > 0 ? m->shared[target] / norms : 0;
    double sum = cosine * fit_of_lengths(m, a->length, b->length);

    return a->partner == target ? NAME_SCORE + (1 - NAME_SCORE) * sum : sum;
}

/* Keep the best of one source document. */
static bool keep_candidates(matcher *m, size_t source, size_t touched)
{
    size_t first = m->len;

    if (!cq_grow(&m->candidates, &m->capacity, m->len + touched + 1,
                 sizeof(*m->candidates)))
        return false;
    for (size_t i = 0; i < touched; i++) {
        size_t target = m->touched[i];
        candidate c = {source, target, score(m, source, target), m->shared[target]};

        if (c.score >= PAIR_MIN)
            m->candidates[m->len++] = c;
        m->shared[target] = 0;
    }
    if (m->len > first)
        qsort(m->candidates + first, m->len - first, sizeof(*m->candidates),
              compare_candidates);
    if (m->len - first > KEPT_MAX)
        m->len = first + KEPT_MAX;
    return true;
}

static bool find_candidates(matcher *m, size_t source)
{
    const cq_reading *reading = &m->pairing->sides[0].readings[source];
    size_t touched = 0;
    uint32_t term;

    for (size_t at = 0; next_term(reading, &at, &term);)
        for (uint32_t i = m->starts[term]; i < m->starts[term + 1]; i++) {
            uint32_t target = m->posts[i];

            if (m->shared[target] == 0)
                m->touched[touched++] = target;
            m->shared[target] += m->weights[term] * m->weights[term];
        }
    if (reading->partner != CQ_NO_PAIR && m->shared[reading->partner] == 0)
        m->touched[touched++] = (uint32_t)reading->partner;
    return keep_candidates(m, source, touched);
}

/* ---- the choice -----------------------------------------------------------------------
 */

/* The best score of each document with any but its choice. */
static void find_rivals(const matcher *m, const size_t *chosen[2], double *rivals[2])
{
    for (size_t i = 0; i < m->len; i++) {
        const candidate *c = &m->candidates[i];

        if (chosen[0][c->source] != c->target && c->score > rivals[0][c->source])
            rivals[0][c->source] = c->score;
        if (chosen[1][c->target] != c->source && c->score > rivals[1][c->target])
            rivals[1][c->target] = c->score;
    }
}

/* A lead over both next best, and something to go by. */
static double confidence(const candidate *c, double rival_a, double rival_b,
                         bool is_named)
{
    double lead = pow(c->score, MARGIN);
    double rivals = pow(fmax(rival_a, rival_b), MARGIN);
    double evidence = c->shared / (c->shared + EVIDENCE);

    return lead / (lead + rivals) * (is_named ? 0.9 + 0.1 * evidence : evidence);
}

static bool add_pair(cq_pairing *pairing, cq_document_pair pair)
{
    if (!cq_grow(&pairing->pairs, &pairing->capacity, pairing->len + 1,
                 sizeof(*pairing->pairs)))
        return false;
    pairing->pairs[pairing->len++] = pair;
    return true;
}

static int compare_pairs(const void *a, const void *b)
{
    const cq_document_pair *x = a, *y = b;

    return (x->source > y->source) - (x->source < y->source);
}

/* Best first, each document once. */
static void choose(const matcher *m, size_t *chosen[2])
{
    for (int side = 0; side < 2; side++)
        for (size_t i = 0; i < m->pairing->sides[side].from->len; i++)
            chosen[side][i] = CQ_NO_PAIR;
    for (size_t i = 0; i < m->len; i++) {
        const candidate *c = &m->candidates[i];

        if (chosen[0][c->source] != CQ_NO_PAIR || chosen[1][c->target] != CQ_NO_PAIR)
            continue;
        chosen[0][c->source] = c->target;
        chosen[1][c->target] = c->source;
    }
}

static bool make_pairs(matcher *m, size_t *chosen[2], double *rivals[2])
{
    cq_pairing *pairing = m->pairing;

    if (m->len > 0)
        qsort(m->candidates, m->len, sizeof(*m->candidates), compare_candidates);
    choose(m, chosen);
    find_rivals(m, (const size_t *[2]){chosen[0], chosen[1]}, rivals);
    pairing->len = 0;
    for (size_t i = 0; i < m->len; i++) {
        const candidate *c = &m->candidates[i];
        bool is_named = pairing->sides[0].readings[c->source].partner == c->target;

        if (chosen[0][c->source] == c->target &&
            !add_pair(pairing,
                      (cq_document_pair){c->source, c->target,
                                         confidence(c, rivals[0][c->source],
                                                    rivals[1][c->target], is_named),
                                         is_named}))
            return false;
    }
    if (pairing->len > 0)
        qsort(pairing->pairs, pairing->len, sizeof(*pairing->pairs), compare_pairs);
    return true;
}

static bool match(matcher *m)
{
    const cq_shelf *sides = m->pairing->sides;
    size_t lens[2] = {sides[0].from->len, sides[1].from->len};
    size_t *chosen[2] = {0};
    double *rivals[2] = {0};
    bool is_done = true;

    for (int side = 0; side < 2; side++) {
        m->norms[side] = cq_zalloc((lens[side] + 1) * sizeof(double));
        chosen[side] = cq_zalloc((lens[side] + 1) * sizeof(size_t));
        rivals[side] = cq_zalloc((lens[side] + 1) * sizeof(double));
        is_done = is_done && m->norms[side] && chosen[side] && rivals[side];
    }
    m->weights = cq_zalloc((m->terms + 1) * sizeof(*m->weights));
    m->starts = cq_zalloc((m->terms + 1) * sizeof(*m->starts));
    m->shared = cq_zalloc((lens[1] + 1) * sizeof(*m->shared));
    m->touched = cq_zalloc((lens[1] + 1) * sizeof(*m->touched));
    is_done = is_done && m->weights && m->starts && m->shared && m->touched &&
              weigh_terms(m) && make_posts(m) && measure_lengths(m);
    if (is_done)
        measure_norms(m);
    for (size_t i = 0; is_done && i < lens[0]; i++)
        is_done = find_candidates(m, i);
    is_done = is_done && make_pairs(m, chosen, rivals);
    for (int side = 0; side < 2; side++) {
        cq_free(chosen[side]);
        cq_free(rivals[side]);
    }
    return is_done;
}

cq_status cq_pairing_match(cq_pairing *pairing, cq_error *err)
{
    matcher m = {.pairing = pairing, .terms = pairing->common_len + pairing->learned_len};
    bool is_done = match(&m);

    cq_free(m.weights);
    cq_free(m.starts);
    cq_free(m.posts);
    cq_free(m.norms[0]);
    cq_free(m.norms[1]);
    cq_free(m.shared);
    cq_free(m.touched);
    cq_free(m.candidates);
    return is_done ? CQ_OK : cq_fail(err, CQ_E_NOMEM, "no memory to pair documents");
}
