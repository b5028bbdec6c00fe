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

typedef struct best {
    double worth;
    uint8_t shape;
} best;

/* The best way to each node by the sum of (probability - WORTH) of its beads. */
static void weigh(const cq_align_lattice *l, best *nodes)
{
    for (size_t i = 0; i < l->band->rows; i++)
        for (size_t j = l->band->low[i]; j <= l->band->high[i]; j++) {
            size_t node = cq_align_lattice_node(l, i, j);
            best *to = &nodes[node];

            *to = (best){.worth = i + j == 0 ? 0 : -1e300, .shape = UINT8_MAX};
            for (size_t shape = 0; shape < CQ_ALIGN_SHAPES; shape++) {
                cq_align_shape size = cq_align_shapes[shape];
                float p = l->scores[CQ_ALIGN_SHAPES * node + shape];
                size_t from;
                double worth;

                from = cq_align_lattice_start(l, shape, i, j);
                if (from == SIZE_MAX)
                    continue;
                worth = nodes[from].worth +
                        (double)(p - WORTH * (1 + SIZE_COST * (float)(size.source +
                                                                      size.target - 2)));
                if (worth > to->worth)
                    *to = (best){.worth = worth, .shape = (uint8_t)shape};
            }
        }
}

/* Walk back from the end; with `beads` NULL only counts. */
static size_t walk(const cq_align_lattice *l, const best *nodes, cq_bead *beads,
                   size_t len)
{
    size_t i = l->band->rows - 1, j = l->texts->target.len, count = 0;

    while (i + j > 0) {
        size_t node = cq_align_lattice_node(l, i, j);
        uint8_t shape = nodes[node].shape;
        cq_align_shape size = cq_align_shapes[shape];

        count++;
        i -= size.source;
        j -= size.target;
        if (beads)
            beads[len - count] = (cq_bead){
                .source = i,
                .source_len = size.source,
                .target = j,
                .target_len = size.target,
                .confidence = (double)l->scores[CQ_ALIGN_SHAPES * node + shape],
            };
    }
    return count;
}

cq_status cq_align_lattice_decode(const cq_align_lattice *l, cq_bead **beads,
                                  size_t *beads_len, cq_error *err)
{
    best *nodes = cq_alloc(l->nodes * sizeof(*nodes));
    size_t len;
    cq_bead *made;

    *beads = NULL;
    *beads_len = 0;
    if (!nodes)
        return cq_fail(err, CQ_E_NOMEM, "no memory to choose among %zu places", l->nodes);
    weigh(l, nodes);
    len = walk(l, nodes, NULL, 0);
    made = cq_alloc((len + 1) * sizeof(*made));
    if (made) {
        walk(l, nodes, made, len);
        *beads = made;
        *beads_len = len;
    }
    cq_free(nodes);
    return made ? CQ_OK : cq_fail(err, CQ_E_NOMEM, "no memory for %zu beads", len);
}
