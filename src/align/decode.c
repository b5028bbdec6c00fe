#include "align/parts.h"

#include <math.h>
#include <string.h>

/* A bead must be this likely to be worth its place: near half of the score aimed at (the
 * decision that makes the most of F1; Lewis 1995). */
#define WORTH     0.45F
#define SIZE_COST 0.1F /* more for each sentence past two */

cq_status cq_align_lattice_links(const cq_align_lattice *l, double least,
                                 cq_align_links *links, cq_error *err)
{
    for (size_t i = 1; i < l->band->rows; i++)
        for (size_t j = l->band->low[i]; j <= l->band->high[i]; j++) {
            const float *scores =
                l->scores + CQ_ALIGN_SHAPES * cq_align_lattice_node(l, i, j);

            for (size_t shape = CQ_SHAPE_ONE; shape < CQ_ALIGN_SHAPES; shape++) {
                if (scores[shape] < (float)least)
                    continue;
                if (!cq_grow(&links->items, &links->capacity, links->len + 1,
                             sizeof(*links->items)))
                    return cq_fail(err, CQ_E_NOMEM, "no memory for %zu beads",
                                   links->len);
                links->items[links->len++] = (cq_align_link){
                    (uint32_t)i, (uint32_t)j, scores[shape], (uint8_t)shape};
            }
        }
    return CQ_OK;
}

/* Probability that the path goes through the node: that a bead ends there. */
static float visited(const cq_align_lattice *l, size_t node)
{
    float sum = 0;

    for (size_t shape = 0; shape < CQ_ALIGN_SHAPES; shape++)
        sum += l->scores[CQ_ALIGN_SHAPES * node + shape];
    return sum;
}

/* The least probability that leaves no more nodes than wanted. */
static double bearable(const cq_align_lattice *l, double least)
{
    size_t wanted = 6 * (l->band->rows + l->texts->target.len), count = SIZE_MAX;

    for (; count > wanted && least < 0.03; least *= 10) {
        count = 0;
        for (size_t node = 0; node < l->nodes; node++)
            count += visited(l, node) >= (float)least;
    }
    return least / 10;
}

void cq_align_lattice_narrow(const cq_align_lattice *l, double least, uint32_t margin)
{
    cq_align_band *band = l->band;
    size_t last = band->rows - 1;
    uint32_t floor_before = 0;

    least = bearable(l, least);
    for (size_t i = 0; i <= last; i++) {
        const uint32_t low = band->low[i], high = band->high[i];
        uint32_t from = high, to = low;

        for (uint32_t j = low; j <= high; j++) {
            float p = i == 0 && j == 0 ? 1 : visited(l, (size_t)l->first[i] + j - low);

            if (p < (float)least)
                continue;
            from = j < from ? j : from;
            to = j > to ? j : to;
        }
        if (from > to) { /* nothing is likely here: leave it */
            from = low;
            to = high;
        }
        from = from > low + margin ? from - margin : low;
        to = to + margin < high ? to + margin : high;
        band->low[i] = from > floor_before ? from : floor_before;
        band->high[i] = to > band->low[i] ? to : band->low[i];
        floor_before = band->low[i];
    }
    for (size_t i = 0; i < last; i++)
        if (band->high[i + 1] < band->high[i])
            band->high[i + 1] = band->high[i];
}

/* ---- the decision --------------------------------------------------------------------
 */

typedef struct best {
    double worth;
    uint8_t shape;
} best;

typedef struct decision {
    const cq_align_lattice *l;
    best *nodes;
    float
        *alone[2]; /* of each source, each target sentence: that it has no counterpart */
} decision;

/* Where a sentence without a counterpart stands among the sentences of the other side
 * means nothing: what counts is that it has none, wherever. */
static void find_alone(decision *d)
{
    const cq_align_lattice *l = d->l;

    for (size_t i = 0; i < l->band->rows; i++)
        for (size_t j = l->band->low[i]; j <= l->band->high[i]; j++) {
            const float *p = l->scores + CQ_ALIGN_SHAPES * cq_align_lattice_node(l, i, j);

            if (i > 0)
                d->alone[0][i - 1] += p[CQ_SHAPE_DELETE];
            if (j > 0)
                d->alone[1][j - 1] += p[CQ_SHAPE_INSERT];
        }
}

/* Probability of the bead of this shape that ends at (i, j), node `node`. */
static float likely(const decision *d, size_t shape, size_t i, size_t j, size_t node)
{
    float p = shape == CQ_SHAPE_DELETE   ? d->alone[0][i - 1]
              : shape == CQ_SHAPE_INSERT ? d->alone[1][j - 1]
                                         : d->l->scores[CQ_ALIGN_SHAPES * node + shape];

    return p < 1 ? p : 1;
}

/* The best way to each node by the sum of (probability - WORTH) of its beads. */
static void weigh(decision *d)
{
    const cq_align_lattice *l = d->l;

    for (size_t i = 0; i < l->band->rows; i++)
        for (size_t j = l->band->low[i]; j <= l->band->high[i]; j++) {
            size_t node = cq_align_lattice_node(l, i, j);
            best *to = &d->nodes[node];

            *to = (best){.worth = i + j == 0 ? 0 : -1e300, .shape = UINT8_MAX};
            for (size_t shape = 0; shape < CQ_ALIGN_SHAPES; shape++) {
                cq_align_shape size = cq_align_shapes[shape];
                size_t from = cq_align_lattice_start(l, shape, i, j);
                float cost, past = (float)(size.source + size.target - 2);
                double worth;

                if (from == SIZE_MAX)
                    continue;
                cost = WORTH * (1 + SIZE_COST * past);
                worth =
                    d->nodes[from].worth + (double)(likely(d, shape, i, j, node) - cost);
                if (worth > to->worth)
                    *to = (best){.worth = worth, .shape = (uint8_t)shape};
            }
        }
}

/* Walk back from the end; with `beads` NULL only counts. */
static size_t walk(const decision *d, cq_bead *beads, size_t len)
{
    size_t i = d->l->band->rows - 1, j = d->l->texts->target.len, count = 0;

    while (i + j > 0) {
        size_t node = cq_align_lattice_node(d->l, i, j);
        uint8_t shape = d->nodes[node].shape;
        cq_align_shape size = cq_align_shapes[shape];

        count++;
        if (beads)
            beads[len - count] = (cq_bead){
                .source = i - size.source,
                .source_len = size.source,
                .target = j - size.target,
                .target_len = size.target,
                .confidence = (double)likely(d, shape, i, j, node),
            };
        i -= size.source;
        j -= size.target;
    }
    return count;
}

/* How likely the two sides of a bead say the same. In a text that says one thing again
 * and again any of its sentences will do, though only one of them makes the very bead. */
static double likely_same(const decision *d, const cq_bead *bead)
{
    const cq_align_lattice *l = d->l;
    const uint32_t *same = l->texts->target.same;
    size_t i = bead->source + 1;
    double sum = 0;

    if (bead->source_len != 1 || bead->target_len != 1)
        return bead->confidence;
    for (size_t j = l->band->low[i]; j <= l->band->high[i]; j++)
        if (j > 0 && same[j - 1] == same[bead->target])
            sum += l->scores[CQ_ALIGN_SHAPES * cq_align_lattice_node(l, i, j) +
                             CQ_SHAPE_ONE];
    return fmin(sum, 1);
}

/* See cq_align_run(). */
static double agree(const decision *d, const cq_bead *beads, size_t len)
{
    double all[2] = {0, 0}, agreed[2] = {0, 0};

    for (size_t k = 0; k < len; k++) {
        double sentences[2] = {(double)beads[k].source_len, (double)beads[k].target_len};

        for (int side = 0; side < 2; side++) {
            all[side] += sentences[side];
            if (sentences[!side] > 0)
                agreed[side] += sentences[side] * likely_same(d, &beads[k]);
        }
    }
    if (all[0] < 1 || all[1] < 1)
        return 1;
    return fmax(agreed[0] / all[0], agreed[1] / all[1]);
}

static cq_status decide(decision *d, cq_bead **beads, size_t *beads_len,
                        double *agreement, cq_error *err)
{
    const cq_align_texts *texts = d->l->texts;
    size_t len;

    d->nodes = cq_alloc(d->l->nodes * sizeof(*d->nodes));
    d->alone[0] = cq_zalloc((texts->source.len + 1) * sizeof(*d->alone[0]));
    d->alone[1] = cq_zalloc((texts->target.len + 1) * sizeof(*d->alone[1]));
    if (!d->nodes || !d->alone[0] || !d->alone[1])
        return cq_fail(err, CQ_E_NOMEM, "no memory to choose among %zu places",
                       d->l->nodes);
    find_alone(d);
    weigh(d);
    len = walk(d, NULL, 0);
    *beads = cq_alloc((len + 1) * sizeof(**beads));
    if (!*beads)
        return cq_fail(err, CQ_E_NOMEM, "no memory for %zu beads", len);
    walk(d, *beads, len);
    *beads_len = len;
    *agreement = agree(d, *beads, len);
    return CQ_OK;
}

cq_status cq_align_lattice_decode(const cq_align_lattice *l, cq_bead **beads,
                                  size_t *beads_len, double *agreement, cq_error *err)
{
    decision d = {.l = l};
    cq_status status;

    *beads = NULL;
    *beads_len = 0;
    status = decide(&d, beads, beads_len, agreement, err);
    cq_free(d.nodes);
    cq_free(d.alone[0]);
    cq_free(d.alone[1]);
    return status;
}
