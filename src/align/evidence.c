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

/* Of one source sentence with each target sentence in low..high-1. */
typedef struct row {
    size_t low, high;
    float *target; /* of each target token, from first[low]: sum of forward ratios */
    float *source; /* of each pair of sentences, each source token: of backward ratios */
    size_t target_capacity, source_capacity;
} row;

struct cq_align_evidence {
    const cq_align_texts *texts;
    const cq_align_lexicon *lexicon;
    const cq_align_band *band;
    uint32_t *heads; /* by target type: first hit + 1 */
    hit *hits;
    size_t hits_len, hits_capacity;
    row rows[CQ_ALIGN_SIDE_MAX];
};

static cq_status no_memory(const cq_align_evidence *e, cq_error *err)
{
    return cq_fail(err, CQ_E_NOMEM, "no memory to compare %zu sentences",
                   e->texts->source.len + e->texts->target.len);
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
    if (!e->heads) {
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
    }
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
                 hang(e, sentence);
    if (!has_memory)
        return no_memory(e, err);
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
    unsigned len;
} product;

static void flush(product *p)
{
    p->sum += log(p->whole) + 0.5 * log(p->half);
    p->whole = p->half = 1;
    p->len = 0;
}

static void multiply(product *p, double factor, float weight)
{
    if (weight < 1)
        p->half *= factor;
    else
        p->whole *= factor;
    if (++p->len == 24)
        flush(p);
}

static double tokens_of(const cq_align_text *text, size_t start, size_t end)
{
    return (double)(text->first[end] - text->first[start]);
}

static double forward_score(const cq_align_evidence *e, size_t i, size_t i_end, size_t j,
                            size_t j_end)
{
    const cq_align_text *target = &e->texts->target;
    product p = {.whole = 1, .half = 1};
    const float *alone = e->lexicon->alone[0];
    double scale = (1 - e->lexicon->miss[0]) / tokens_of(&e->texts->source, i, i_end);

    for (uint64_t t = target->first[j]; t < target->first[j_end]; t++) {
        double sum = 0;

        for (size_t a = i; a < i_end; a++) {
            const row *r = &e->rows[a % CQ_ALIGN_SIDE_MAX];
            sum += (double)r->target[t - target->first[r->low]];
        }
        multiply(&p, (double)alone[target->tokens[t]] + scale * sum,
                 target->types[target->tokens[t]].weight);
    }
    flush(&p);
    return p.sum;
}

static double backward_score(const cq_align_evidence *e, size_t i, size_t i_end, size_t j,
                             size_t j_end)
{
    const cq_align_text *source = &e->texts->source;
    product p = {.whole = 1, .half = 1};
    const float *alone = e->lexicon->alone[1];
    double scale = (1 - e->lexicon->miss[1]) / tokens_of(&e->texts->target, j, j_end);

    for (size_t a = i; a < i_end; a++) {
        const row *r = &e->rows[a % CQ_ALIGN_SIDE_MAX];
        size_t tokens = cq_align_tokens(source, a);

        for (size_t t = 0; t < tokens; t++) {
            uint32_t type = source->tokens[source->first[a] + t];
            double sum = 0;

            for (size_t b = j; b < j_end; b++)
                sum += (double)r->source[tokens * (b - r->low) + t];
            multiply(&p, (double)alone[type] + scale * sum, source->types[type].weight);
        }
    }
    flush(&p);
    return p.sum;
}

float cq_align_evidence_score(const cq_align_evidence *e, cq_align_shape shape, size_t i,
                              size_t j)
{
    size_t i_start = i - shape.source, j_start = j - shape.target;

    if (tokens_of(&e->texts->source, i_start, i) < 1 ||
        tokens_of(&e->texts->target, j_start, j) < 1)
        return 0;
    return (float)(TRUST * 0.5 *
                   (forward_score(e, i_start, i, j_start, j) +
                    backward_score(e, i_start, i, j_start, j)));
}
