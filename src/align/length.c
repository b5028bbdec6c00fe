#include "align/parts.h"

#include <math.h>
#include <string.h>

const cq_align_shape cq_align_shapes[CQ_ALIGN_SHAPES] = {
    {1, 0}, {0, 1}, {1, 1}, {1, 2}, {2, 1}, {2, 2}, {1, 3}, {3, 1},
    {2, 3}, {3, 2}, {1, 4}, {4, 1}, {1, 5}, {5, 1}, {3, 3},
};

/* What is expected of a text, in beads: few, so that a few hundred sentences outweigh
 * it. */
typedef struct prior {
    double shape[CQ_ALIGN_SHAPES];
    double move[3][3]; /* from match, deletion, insertion to these */
} prior;

static const prior usual = {
    .shape = {0, 0, 36, 1, 1, 0.3, 0.12, 0.12, 0.06, 0.06, 0.05, 0.05, 0.02, 0.02, 0.02},
    .move = {{38, 1.6, 1.6}, {3, 3, 0.15}, {3, 0.15, 3}},
};

/* As long as no word is known, lengths hardly tell a free translation, of which half the
 * sentences are parted otherwise, from sentences that have nothing to do with each other.
 * So it begins with four times as many beads of other shapes, and with no more than a
 * sentence missing in a row; the words that are then learned tell what else is. */
static const prior trusting = {
    .shape = {0, 0, 36, 4, 4, 1.2, 0.48, 0.48, 0.24, 0.24, 0.2, 0.2, 0.08, 0.08, 0.08},
    .move = {{38, 1.6, 1.6}, {3, 0.3, 0.15}, {3, 0.15, 0.3}},
};

/* The spread of lengths before anything is known (see cq_align_model). */
#define FAR  0.02
#define NEAR 1.2

#define RATIO_MAX 0.4

static double log_chars(double chars) { return log(chars + 1.0); }

/* Mean and variance of the log length of `k` sentences in a row. */
static void fit_marginal(cq_align_model *model, int side, const cq_align_text *text)
{
    for (size_t k = 1; k <= CQ_ALIGN_SIDE_MAX; k++) {
        double n = 0, sum = 0, squares = 0, run = 0;

        for (size_t i = 0; i < text->len; i++) {
            run += text->chars[i];
            if (i >= k)
                run -= text->chars[i - k];
            if (i + 1 < k)
                continue;
            n += 1;
            sum += log_chars(run);
            squares += log_chars(run) * log_chars(run);
        }
        /* As if ten more sentences of the most usual kind had been seen. */
        n += 10;
        sum += 10 * log(60.0 * (double)k);
        squares += 10 * (log(60.0 * (double)k) * log(60.0 * (double)k) + 0.6);
        model->mean[side][k] = sum / n;
        model->variance[side][k] = fmax(squares / n - sum / n * (sum / n), 0.1);
    }
}

static void fit_shapes(cq_align_model *model, const prior *before,
                       const cq_align_counts *counts)
{
    double total = 0;

    for (size_t s = CQ_SHAPE_ONE; s < CQ_ALIGN_SHAPES; s++)
        total += before->shape[s] + counts->shape[s];
    for (size_t s = CQ_SHAPE_ONE; s < CQ_ALIGN_SHAPES; s++)
        model->shape[s] = log((before->shape[s] + counts->shape[s]) / total);
    model->shape[CQ_SHAPE_DELETE] = model->shape[CQ_SHAPE_INSERT] = 0;
    for (size_t from = 0; from < 3; from++) {
        double sum = 0;
        for (size_t to = 0; to < 3; to++)
            sum += before->move[from][to] + counts->move[from][to];
        for (size_t to = 0; to < 3; to++)
            model->move[from][to] =
                log((before->move[from][to] + counts->move[from][to]) / sum);
    }
}

void cq_align_model_fit_shapes(cq_align_model *model, const cq_align_counts *counts)
{
    fit_shapes(model, &usual, counts);
}

static double total_chars(const cq_align_text *text, size_t start, size_t end)
{
    double sum = 0;

    for (size_t i = start; i < end; i++)
        sum += text->chars[i];
    return sum;
}

double cq_align_ratio(const cq_align_texts *texts, const cq_align_stretch *in,
                      double *missing)
{
    double source = total_chars(&texts->source, in->source, in->source_end);
    double target = total_chars(&texts->target, in->target, in->target_end);
    /* A few short sentences say little about how much longer one language is. */
    double ratio = log((target + 300.0) / (source + 300.0)), size = fabs(ratio);

    if (size > RATIO_MAX)
        size = fmax(RATIO_MAX - 0.4 * (size - RATIO_MAX), 0.1);
    size = ratio < 0 ? -size : size;
    *missing = ratio - size;
    return size;
}

void cq_align_model_init(cq_align_model *model, const cq_align_texts *texts)
{
    static const cq_align_counts none;
    cq_align_stretch all = {.source_end = (uint32_t)texts->source.len,
                            .target_end = (uint32_t)texts->target.len};
    double missing;

    *model = (cq_align_model){.spread_far = FAR, .spread_near = NEAR};
    model->ratio = cq_align_ratio(texts, &all, &missing);
    fit_marginal(model, 0, &texts->source);
    fit_marginal(model, 1, &texts->target);
    fit_shapes(model, &usual, &none);
}

void cq_align_model_trust(cq_align_model *model)
{
    static const cq_align_counts none;

    fit_shapes(model, &trusting, &none);
}

static double deviation(const cq_align_model *model, const cq_align_texts *texts,
                        const cq_align_link *link, double *inverse)
{
    double source = texts->source.chars[link->source - 1];
    double target = texts->target.chars[link->target - 1];

    *inverse = 1 / (1 + fmin(source, target));
    return log_chars(target) - log_chars(source) - model->ratio;
}

static void fit_ratio(cq_align_model *model, const cq_align_texts *texts,
                      const cq_align_links *links)
{
    double n = 10, sum = 0;

    for (size_t k = 0; k < links->len; k++) {
        const cq_align_link *link = &links->items[k];
        double inverse, d, weight;

        if (link->shape != CQ_SHAPE_ONE)
            continue;
        d = deviation(model, texts, link, &inverse);
        /* Near the inverse of the variance; the far ones are mistakes. */
        weight = link->weight / (1 + 50 * inverse) / (1 + d * d);
        n += weight;
        sum += weight * d;
    }
    model->ratio += sum / n;
}

/* Least squares of the squared deviation over 1 / chars, with ten long and ten short
 * beads of the usual spread as prior. */
void cq_align_model_fit_lengths(cq_align_model *model, const cq_align_texts *texts,
                                const cq_align_links *links)
{
    double n = 20, sx = 10 * 0.005 + 10 * 0.05;
    double sxx = 10 * 0.005 * 0.005 + 10 * 0.05 * 0.05;
    double sy = 10 * (FAR + NEAR * 0.005) + 10 * (FAR + NEAR * 0.05);
    double sxy = 10 * 0.005 * (FAR + NEAR * 0.005) + 10 * 0.05 * (FAR + NEAR * 0.05);
    double near;

    fit_ratio(model, texts, links);
    for (size_t k = 0; k < links->len; k++) {
        const cq_align_link *link = &links->items[k];
        double x, d;

        if (link->shape != CQ_SHAPE_ONE)
            continue;
        d = deviation(model, texts, link, &x);
        d = fmin(d * d, 1.5);
        n += link->weight;
        sx += link->weight * x;
        sy += link->weight * d;
        sxx += link->weight * x * x;
        sxy += link->weight * x * d;
    }
    near = (n * sxy - sx * sy) / fmax(n * sxx - sx * sx, 1e-9);
    model->spread_near = fmin(fmax(near, 0.2), 10.0);
    model->spread_far = fmin(fmax((sy - model->spread_near * sx) / n, 0.005), 0.5);
}

static double normal(double d, double variance)
{
    return -0.5 * (d * d / variance + log(variance));
}

/* Of log lengths; tails heavier than normal: a free translation is not that rare. */
static double joint_score(const cq_align_model *model, double source, double target)
{
    double shorter = exp(fmin(source, target - model->ratio));
    double variance = model->spread_far + model->spread_near / shorter;
    double d = target - source - model->ratio;

    return log(exp(normal(d, variance)) * 0.97 +
               exp(normal(d, variance * 9 + 0.1)) * 0.03 + 1e-9);
}

/* Half the score of so long `k` sentences by chance, no rarer than makes sense. */
static double alone_score(const cq_align_model *model, int side, size_t k, double length)
{
    double score = normal(length - model->mean[side][k], model->variance[side][k]);

    return 0.5 * fmax(score, -8.0);
}

double cq_align_length_score(const cq_align_model *model, cq_align_shape shape,
                             double source_chars, double target_chars)
{
    double source = log_chars(source_chars), target = log_chars(target_chars);

    return joint_score(model, source, target) -
           alone_score(model, 0, shape.source, source) -
           alone_score(model, 1, shape.target, target);
}

#define BIN 12.0 /* to a factor of e */

static void fill_bins(uint8_t *bins[], const cq_align_text *text)
{
    for (size_t k = 1; k <= CQ_ALIGN_SIDE_MAX; k++)
        for (size_t end = 0; end <= text->len; end++) {
            double chars = 0, bin;

            for (size_t i = end > k ? end - k : 0; i < end; i++)
                chars += text->chars[i];
            bin = floor(log_chars(chars) * BIN);
            bins[k][end] = (uint8_t)fmin(bin, CQ_ALIGN_BINS - 1);
        }
}

cq_status cq_align_lengths_new(const cq_align_texts *texts, cq_align_lengths **lengths,
                               cq_error *err)
{
    cq_align_lengths *made = cq_zalloc(sizeof(*made));
    bool is_made = made != NULL;

    *lengths = NULL;
    for (size_t k = 1; k <= CQ_ALIGN_SIDE_MAX && is_made; k++) {
        made->bins[0][k] = cq_alloc(texts->source.len + 1);
        made->bins[1][k] = cq_alloc(texts->target.len + 1);
        is_made = made->bins[0][k] && made->bins[1][k];
    }
    if (!is_made) {
        cq_align_lengths_free(made);
        return cq_fail(err, CQ_E_NOMEM, "no memory for the lengths of %zu sentences",
                       texts->source.len + texts->target.len);
    }
    fill_bins(made->bins[0], &texts->source);
    fill_bins(made->bins[1], &texts->target);
    *lengths = made;
    return CQ_OK;
}

void cq_align_lengths_free(cq_align_lengths *lengths)
{
    if (!lengths)
        return;
    for (size_t k = 1; k <= CQ_ALIGN_SIDE_MAX; k++) {
        cq_free(lengths->bins[0][k]);
        cq_free(lengths->bins[1][k]);
    }
    cq_free(lengths);
}

void cq_align_lengths_set(cq_align_lengths *lengths, const cq_align_model *model)
{
    for (size_t s = 0; s < CQ_ALIGN_BINS; s++) {
        double source = ((double)s + 0.5) / BIN;

        for (size_t t = 0; t < CQ_ALIGN_BINS; t++)
            lengths->joint[s][t] =
                (float)joint_score(model, source, ((double)t + 0.5) / BIN);
        for (size_t k = 1; k <= CQ_ALIGN_SIDE_MAX; k++) {
            lengths->alone[0][k][s] = (float)alone_score(model, 0, k, source);
            lengths->alone[1][k][s] = (float)alone_score(model, 1, k, source);
        }
    }
}
