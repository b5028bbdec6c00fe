#include "align/parts.h"

#include <math.h>

/* Before anything is learned: how often the end of a paragraph is one in the translation,
 * and how often one is inside a bead that joins sentences, against anywhere else. Counted
 * as so many beads. */
#define KEPT_START  0.6
#define INNER_START 0.5
#define PRIOR       8.0

static cq_status mark_ends(const cq_align_text *text, uint8_t **ends, double *often,
                           cq_error *err)
{
    double count = 0;

    *ends = cq_zalloc(text->len + 1);
    if (!*ends)
        return cq_fail(err, CQ_E_NOMEM, "no memory for the paragraphs of %zu sentences",
                       text->len);
    for (size_t k = 0; k < text->len; k++) {
        bool is_end =
            k + 1 == text->len || text->paragraphs[k] != text->paragraphs[k + 1];

        (*ends)[k] = is_end;
        count += is_end;
    }
    *often = (count + 1) / ((double)text->len + 2);
    return CQ_OK;
}

cq_status cq_align_borders_init(cq_align_borders *borders, const cq_align_texts *texts,
                                cq_error *err)
{
    static const cq_align_links none = {0};
    cq_status status;

    *borders = (cq_align_borders){0};
    if (!texts->source.paragraphs || !texts->target.paragraphs)
        return CQ_OK;
    status = mark_ends(&texts->source, &borders->ends[0], &borders->often[0], err);
    if (status >= 0)
        status = mark_ends(&texts->target, &borders->ends[1], &borders->often[1], err);
    if (status < 0)
        cq_align_borders_release(borders);
    else
        cq_align_borders_fit(borders, &none);
    return status;
}

void cq_align_borders_release(cq_align_borders *borders)
{
    cq_free(borders->ends[0]);
    cq_free(borders->ends[1]);
    *borders = (cq_align_borders){0};
}

static unsigned inner_ends(const uint8_t *ends, size_t end, unsigned len)
{
    unsigned count = 0;

    for (unsigned k = 2; k <= len; k++)
        count += ends[end - k];
    return count;
}

/* What would be seen of `PRIOR` beads, when paragraphs are kept as is usual. */
static void start_counts(const cq_align_borders *b, double joint[2][2])
{
    double source = b->often[0], target = b->often[1];
    double both = KEPT_START * fmin(source, target) + (1 - KEPT_START) * source * target;

    joint[1][1] = PRIOR * both;
    joint[1][0] = PRIOR * (source - both);
    joint[0][1] = PRIOR * (target - both);
    joint[0][0] = PRIOR * (1 - source - target + both);
}

void cq_align_borders_fit(cq_align_borders *b, const cq_align_links *links)
{
    double joint[2][2], all = PRIOR, inner = 0, expected = 0;

    if (!b->ends[0])
        return;
    start_counts(b, joint);
    for (size_t k = 0; k < links->len; k++) {
        const cq_align_link *link = &links->items[k];
        cq_align_shape size = cq_align_shapes[link->shape];
        double weight = (double)link->weight;

        joint[b->ends[0][link->source - 1]][b->ends[1][link->target - 1]] += weight;
        all += weight;
        inner += weight * (inner_ends(b->ends[0], link->source, size.source) +
                           inner_ends(b->ends[1], link->target, size.target));
        expected +=
            weight * ((size.source - 1) * b->often[0] + (size.target - 1) * b->often[1]);
    }
    for (int s = 0; s < 2; s++)
        for (int t = 0; t < 2; t++) {
            double alone =
                (s ? b->often[0] : 1 - b->often[0]) * (t ? b->often[1] : 1 - b->often[1]);

            b->joint[s][t] = (float)log((joint[s][t] / all + 1e-3) / (alone + 1e-3));
        }
    b->inner = (float)log((inner + PRIOR * INNER_START) / (expected + PRIOR));
    b->inner = b->inner < 0 ? b->inner : 0;
}

float cq_align_borders_score(const cq_align_borders *b, cq_align_shape shape, size_t i,
                             size_t j)
{
    unsigned inner =
        inner_ends(b->ends[0], i, shape.source) + inner_ends(b->ends[1], j, shape.target);

    return b->joint[b->ends[0][i - 1]][b->ends[1][j - 1]] + (float)inner * b->inner;
}
