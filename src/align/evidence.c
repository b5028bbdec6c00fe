#include "align/parts.h"

#include <math.h>
#include <string.h>

/* Words of a sentence are not independent of each other, so their scores count less. */
#define TRUST 0.6

typedef struct hit {
    uint32_t next;  /* of the same target type + 1, 0 at the end */
    uint32_t token; /* of the source sentence */
    float forward, backward;
} hit;

/* Not asked for yet; no score is that great. */
#define UNKNOWN 1e30

/* What the sentences of a bead say about one of them, which beads of many shapes share:
 * [0] of the one target sentence, from 1 to 5 source sentences; [1] of the one source
 * sentence, from 1 to 5 target sentences. Found when first asked for. */
typedef struct shares {
    double of[2][CQ_ALIGN_SIDE_MAX];
} shares;

/* Of one source sentence with each target sentence in low..high-1. */
typedef struct row {
    size_t low, high;
    float *target;  /* of each target token, from first[low]: sum of forward ratios */
    float *source;  /* of each pair of sentences, each source token: of backward ratios */
    shares *shares; /* of the runs that end with this sentence and each target sentence */
    size_t target_capacity, source_capacity, shares_capacity;
} row;

/* What is asked of a type for each of its tokens, near together. */
typedef struct trait {
    float alone;
    bool is_light; /* weighs less than 1 */
} trait;

struct cq_align_evidence {
    const cq_align_texts *texts;
    const cq_align_lexicon *lexicon;
    const cq_align_band *band;
    trait *traits[2]; /* of each target type, of each source type */
    uint32_t *heads;  /* by target type: first hit + 1 */
    hit *hits;
    size_t hits_len, hits_capacity;
    row rows[CQ_ALIGN_SIDE_MAX];
};

static cq_status no_memory(const cq_align_evidence *e, cq_error *err)
{
    return cq_fail(err, CQ_E_NOMEM, "no memory to compare %zu sentences",
                   e->texts->source.len + e->texts->target.len);
}

static trait *find_traits(const cq_align_text *text, const float *alone)
{
    trait *traits = cq_alloc((text->types_len + 1) * sizeof(*traits));

    for (size_t t = 0; t < text->types_len && traits; t++)
        traits[t] = (trait){.alone = alone[t], .is_light = text->types[t].weight < 1};
    return traits;
}

cq_status cq_align_evidence_new(const cq_align_texts *texts,
                                const cq_align_lexicon *lexicon,
                                const cq_align_band *band, cq_align_evidence **evidence,
                                cq_error *err)
{
    cq_align_evidence *e = cq_zalloc(sizeof(*e));

    *evidence = NULL;
    if (!e)
        return cq_fail(err, CQ_E_NOMEM, "no memory to compare sentences");
    e->texts = texts;
    e->lexicon = lexicon;
    e->band = band;
    e->heads = cq_zalloc((texts->target.types_len + 1) * sizeof(*e->heads));
    e->traits[0] = find_traits(&texts->target, lexicon->alone[0]);
    e->traits[1] = find_traits(&texts->source, lexicon->alone[1]);
    if (!e->heads || !e->traits[0] || !e->traits[1]) {
        cq_align_evidence_free(e);
        return cq_fail(err, CQ_E_NOMEM, "no memory to compare sentences");
    }
    *evidence = e;
    return CQ_OK;
}

void cq_align_evidence_free(cq_align_evidence *e)
{
    if (!e)
        return;
    for (size_t k = 0; k < CQ_ALIGN_SIDE_MAX; k++) {
        cq_free(e->rows[k].target);
        cq_free(e->rows[k].source);
        cq_free(e->rows[k].shares);
    }
    cq_free(e->traits[0]);
    cq_free(e->traits[1]);
    cq_free(e->heads);
    cq_free(e->hits);
    cq_free(e);
}

/* Hang the translations of the sentence's tokens under the target types. */
static bool hang(cq_align_evidence *e, size_t sentence)
{
    const cq_align_text *text = &e->texts->source;
    size_t tokens = cq_align_tokens(text, sentence);

    e->hits_len = 0;
    for (size_t t = 0; t < tokens; t++) {
        uint32_t type = text->tokens[text->first[sentence] + t];
        uint64_t start = e->lexicon->first[type], end = e->lexicon->first[type + 1];

        if (!cq_grow(&e->hits, &e->hits_capacity, e->hits_len + (size_t)(end - start),
                     sizeof(*e->hits)))
            return false;
        for (uint64_t k = start; k < end; k++) {
            const cq_align_entry *entry = &e->lexicon->entries[k];

            e->hits[e->hits_len++] = (hit){.next = e->heads[entry->target],
                                           .token = (uint32_t)t,
                                           .forward = entry->forward,
                                           .backward = entry->backward};
            e->heads[entry->target] = (uint32_t)e->hits_len;
        }
    }
    return true;
}

static void unhang(cq_align_evidence *e, size_t sentence)
{
    const cq_align_text *text = &e->texts->source;

    for (uint64_t t = text->first[sentence]; t < text->first[sentence + 1]; t++)
        for (uint64_t k = e->lexicon->first[text->tokens[t]];
             k < e->lexicon->first[text->tokens[t] + 1]; k++)
            e->heads[e->lexicon->entries[k].target] = 0;
}

/* The target sentences that some bead in the band joins with this source sentence. */
static void place_row(const cq_align_evidence *e, row *r, size_t sentence)
{
    size_t last = e->band->rows - 1;
    size_t before = sentence > 4 ? sentence - 4 : 0;
    size_t after = sentence + 5 < last ? sentence + 5 : last;

    r->low = e->band->low[before];
    r->high = e->band->high[after];
}

static void forget_shares(row *r)
{
    for (size_t j = 0; j < r->high - r->low; j++)
        for (size_t k = 0; k < CQ_ALIGN_SIDE_MAX; k++)
            r->shares[j].of[0][k] = r->shares[j].of[1][k] = UNKNOWN;
}

cq_status cq_align_evidence_row(cq_align_evidence *e, size_t sentence, cq_error *err)
{
    row *r = &e->rows[sentence % CQ_ALIGN_SIDE_MAX];
    const cq_align_text *target = &e->texts->target;
    size_t tokens = cq_align_tokens(&e->texts->source, sentence), width;
    bool has_memory;

    place_row(e, r, sentence);
    width = (size_t)(target->first[r->high] - target->first[r->low]);
    has_memory = cq_grow(&r->target, &r->target_capacity, width + 1, sizeof(float)) &&
                 cq_grow(&r->source, &r->source_capacity, tokens * (r->high - r->low) + 1,
                         sizeof(float)) &&
                 cq_grow(&r->shares, &r->shares_capacity, r->high - r->low + 1,
                         sizeof(*r->shares)) &&
                 hang(e, sentence);
    if (!has_memory)
        return no_memory(e, err);
    forget_shares(r);
    memset(r->source, 0, tokens * (r->high - r->low) * sizeof(float));
    for (size_t j = r->low; j < r->high; j++) {
        float *source = r->source + tokens * (j - r->low);

        for (uint64_t t = target->first[j]; t < target->first[j + 1]; t++) {
            float sum = 0;

            for (uint32_t k = e->heads[target->tokens[t]]; k; k = e->hits[k - 1].next) {
                sum += e->hits[k - 1].forward;
                source[e->hits[k - 1].token] += e->hits[k - 1].backward;
            }
            r->target[t - target->first[r->low]] = sum;
        }
    }
    unhang(e, sentence);
    return CQ_OK;
}

/* Sum of logarithms, by products of a few factors each. */
typedef struct product {
    double whole, half; /* of tokens that weigh 1, that weigh less */
    double sum;
    unsigned len, halves;
} product;

static void flush(product *p)
{
    p->sum += log(p->whole);
    if (p->halves > 0)
        p->sum += 0.5 * log(p->half);
    p->whole = p->half = 1;
    p->len = p->halves = 0;
}

static inline void multiply(product *p, double factor, bool is_light)
{
    if (is_light) {
        p->half *= factor;
        p->halves++;
    } else {
        p->whole *= factor;
    }
    if (++p->len == 24)
        flush(p);
}

static double tokens_of(const cq_align_text *text, size_t start, size_t end)
{
    return (double)(text->first[end] - text->first[start]);
}

/* Of target sentence b, given `len` source sentences that end before i. */
static double explain_target(const cq_align_evidence *e, size_t i, size_t len, size_t b)
{
    const cq_align_text *target = &e->texts->target;
    const uint32_t *types = target->tokens + target->first[b];
    product p = {.whole = 1, .half = 1};
    double scale = (1 - e->lexicon->miss[0]) / tokens_of(&e->texts->source, i - len, i);
    const float *sums[CQ_ALIGN_SIDE_MAX];
    size_t tokens = cq_align_tokens(target, b);

    for (size_t k = 0; k < len; k++) {
        const row *r = &e->rows[(i - len + k) % CQ_ALIGN_SIDE_MAX];
        sums[k] = r->target + (target->first[b] - target->first[r->low]);
    }
    for (size_t t = 0; t < tokens; t++) {
        const trait *type = &e->traits[0][types[t]];
        double sum = 0;

        for (size_t k = 0; k < len; k++)
            sum += (double)sums[k][t];
        multiply(&p, (double)type->alone + scale * sum, type->is_light);
    }
    flush(&p);
    return p.sum;
}

/* Of source sentence a, given `len` target sentences that end before j. */
static double explain_source(const cq_align_evidence *e, size_t a, size_t j, size_t len)
{
    const cq_align_text *source = &e->texts->source;
    const uint32_t *types = source->tokens + source->first[a];
    const row *r = &e->rows[a % CQ_ALIGN_SIDE_MAX];
    product p = {.whole = 1, .half = 1};
    double scale = (1 - e->lexicon->miss[1]) / tokens_of(&e->texts->target, j - len, j);
    size_t tokens = cq_align_tokens(source, a);
    const float *sums = r->source + tokens * (j - len - r->low);

    for (size_t t = 0; t < tokens; t++) {
        const trait *type = &e->traits[1][types[t]];
        double sum = 0;

        for (size_t k = 0; k < len; k++)
            sum += (double)sums[tokens * k + t];
        multiply(&p, (double)type->alone + scale * sum, type->is_light);
    }
    flush(&p);
    return p.sum;
}

static double target_share(cq_align_evidence *e, size_t i, size_t len, size_t b)
{
    row *r = &e->rows[(i - 1) % CQ_ALIGN_SIDE_MAX];
    double *share = &r->shares[b - r->low].of[0][len - 1];

    if (*share >= UNKNOWN)
        *share = explain_target(e, i, len, b);
    return *share;
}

static double source_share(cq_align_evidence *e, size_t a, size_t j, size_t len)
{
    row *r = &e->rows[a % CQ_ALIGN_SIDE_MAX];
    double *share = &r->shares[j - 1 - r->low].of[1][len - 1];

    if (*share >= UNKNOWN)
        *share = explain_source(e, a, j, len);
    return *share;
}

float cq_align_evidence_score(cq_align_evidence *e, cq_align_shape shape, size_t i,
                              size_t j)
{
    size_t i_start = i - shape.source, j_start = j - shape.target;
    double sum = 0;

    if (tokens_of(&e->texts->source, i_start, i) < 1 ||
        tokens_of(&e->texts->target, j_start, j) < 1)
        return 0;
    for (size_t b = j_start; b < j; b++)
        sum += target_share(e, i, shape.source, b);
    for (size_t a = i_start; a < i; a++)
        sum += source_share(e, a, j, shape.target);
    return (float)(TRUST * 0.5 * sum);
}
