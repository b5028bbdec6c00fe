#include "align/parts.h"

#include <math.h>
#include <string.h>

/* Nodes stand between sentences: (i, j) when i of the source and j of the target are
 * taken. A bead is a step between two nodes:
 *
 *         j-2   j-1    j
 *   i-1    o-----+-----+       1-2 ends at (i, j) and starts at (i-1, j-2)
 *           \___       |
 *   i      +-----\-----o
 *
 * What two sentences say about each other is found once for each pair (evidence.c keeps
 * the last five rows) and summed up for the beads that join them. */

#define NEVER (-1e30F)
#define LEAST (-60.0F) /* scores below are never */

/* Probability of a logarithm. One that adds nothing to any sum here is none: most beads
 * of a row are so unlikely. */
static double probability(double whole)
{
    if (whole < -50)
        return 0;
    return whole < 0 ? exp(whole) : 1;
}

/* fmaxf() is a call, for the sake of NaN, which does not occur here. */
static inline float more(float a, float b) { return a > b ? a : b; }

static size_t state_of(size_t shape) { return shape < CQ_SHAPE_ONE ? shape + 1 : 0; }

/* ---- scores --------------------------------------------------------------------------
 */

static void score_row(cq_align_lattice *l, const cq_align_model *model,
                      const cq_align_lengths *lengths, const cq_align_borders *borders,
                      cq_align_evidence *evidence, size_t i)
{
    for (size_t j = l->band->low[i]; j <= l->band->high[i]; j++) {
        float *scores = l->scores + CQ_ALIGN_SHAPES * cq_align_lattice_node(l, i, j);

        for (size_t shape = 0; shape < CQ_ALIGN_SHAPES; shape++) {
            cq_align_shape size = cq_align_shapes[shape];

            scores[shape] = 0;
            if (cq_align_lattice_start(l, shape, i, j) == SIZE_MAX)
                continue;
            scores[shape] = (float)model->shape[shape];
            if (shape < CQ_SHAPE_ONE)
                continue;
            scores[shape] += cq_align_lengths_score(lengths, size, i, j);
            if (borders->ends[0])
                scores[shape] += cq_align_borders_score(borders, size, i, j);
            if (evidence)
                scores[shape] += cq_align_evidence_score(evidence, size, i, j);
            if (scores[shape] < LEAST)
                scores[shape] = NEVER;
        }
    }
}

static cq_status score(cq_align_lattice *l, const cq_align_model *model,
                       const cq_align_lengths *lengths, const cq_align_borders *borders,
                       const cq_align_lexicon *lexicon, cq_error *err)
{
    cq_align_evidence *evidence = NULL;
    cq_status status = CQ_OK;

    if (lexicon)
        status = cq_align_evidence_new(l->texts, lexicon, l->band, &evidence, err);
    for (size_t i = 0; i < l->band->rows && status >= 0; i++) {
        if (evidence && i > 0)
            status = cq_align_evidence_row(evidence, i - 1, err);
        if (status >= 0)
            score_row(l, model, lengths, borders, evidence, i);
    }
    cq_align_evidence_free(evidence);
    return status;
}

/* ---- forward and backward ------------------------------------------------------------
 */

static float log_sum(const float *terms, size_t len)
{
    float most = NEVER, sum = 0;

    for (size_t k = 0; k < len; k++)
        most = more(most, terms[k]);
    if (most <= NEVER)
        return NEVER;
    for (size_t k = 0; k < len; k++)
        if (terms[k] > most - 20)
            sum += expf(terms[k] - most);
    return most + logf(sum);
}

/* Probability, relative to `base`, to be at the node and go on in each way. */
static void forward_node(cq_align_lattice *l, const float move[3][3], size_t i, size_t j)
{
    size_t node = cq_align_lattice_node(l, i, j), len[3] = {0, 0, 0};
    float terms[3][CQ_ALIGN_SHAPES], *at = l->forward + 6 * node, on[3];

    for (size_t shape = 0; shape < CQ_ALIGN_SHAPES; shape++) {
        size_t from = cq_align_lattice_start(l, shape, i, j), state = state_of(shape);
        float score = l->scores[CQ_ALIGN_SHAPES * node + shape];
        double base;

        if (from == SIZE_MAX || score <= NEVER)
            continue;
        base = l->base[i - cq_align_shapes[shape].source] - l->base[i];
        terms[state][len[state]++] =
            l->forward[6 * from + 3 + state] + score + (float)base;
    }
    for (size_t k = 0; k < 3; k++)
        at[k] = more(log_sum(terms[k], len[k]), NEVER);
    if (i + j == 0)
        at[0] = 0;
    for (size_t to = 0; to < 3; to++) {
        for (size_t k = 0; k < 3; k++)
            on[k] = at[k] + move[k][to];
        at[3 + to] = more(log_sum(on, 3), NEVER);
    }
}

/* Bring the best node of the row to about 0, so that single precision is enough. */
static void rebase_row(cq_align_lattice *l, size_t i)
{
    size_t start = (size_t)l->first[i] * 6, end = (size_t)l->first[i + 1] * 6;
    float most = NEVER;

    for (size_t k = start; k < end; k++)
        most = more(most, l->forward[k]);
    if (most <= NEVER / 2)
        return;
    for (size_t k = start; k < end; k++)
        l->forward[k] = more(l->forward[k] - most, NEVER);
    l->base[i] += most;
}

static void forward(cq_align_lattice *l, const float move[3][3])
{
    for (size_t i = 0; i < l->band->rows; i++) {
        l->base[i] = i > 0 ? l->base[i - 1] : 0;
        for (size_t j = l->band->low[i]; j <= l->band->high[i]; j++)
            forward_node(l, move, i, j);
        if (i + 1 < l->band->rows)
            rebase_row(l, i);
    }
}

typedef struct back {
    float *rows[CQ_ALIGN_SIDE_MAX + 1]; /* three states of each node of six rows */
    double base[CQ_ALIGN_SIDE_MAX + 1];
    const float (*move)[3];
    double total;
    cq_align_counts *counts;
} back;

static float *back_at(const cq_align_lattice *l, const back *b, size_t i, size_t j)
{
    return b->rows[i % (CQ_ALIGN_SIDE_MAX + 1)] + 3 * (j - l->band->low[i]);
}

/* From each state at the node to the end; turns the scores of the beads that start here
 * into probabilities. */
static void backward_node(cq_align_lattice *l, back *b, size_t i, size_t j)
{
    size_t node = cq_align_lattice_node(l, i, j), len = 0;
    float ways[CQ_ALIGN_SHAPES], *to = back_at(l, b, i, j), terms[CQ_ALIGN_SHAPES];
    uint8_t states[CQ_ALIGN_SHAPES];
    bool is_end = i + 1 == l->band->rows && j == l->texts->target.len;
    const float *at = l->forward + 6 * node;
    double base = l->base[i] + b->base[i % (CQ_ALIGN_SIDE_MAX + 1)] - b->total;

    for (size_t shape = 0; shape < CQ_ALIGN_SHAPES; shape++) {
        cq_align_shape size = cq_align_shapes[shape];
        size_t i_end = i + size.source, j_end = j + size.target, end;
        size_t state = state_of(shape), six = CQ_ALIGN_SIDE_MAX + 1;
        float *score, rest;
        double whole;

        end = i_end < l->band->rows ? cq_align_lattice_node(l, i_end, j_end) : SIZE_MAX;
        if (end == SIZE_MAX || !cq_align_frame_allows(l->frame, shape, i_end, j_end))
            continue;
        score = &l->scores[CQ_ALIGN_SHAPES * end + shape];
        rest = back_at(l, b, i_end, j_end)[state];
        if (*score <= NEVER || rest <= NEVER / 2) {
            *score = 0;
            continue;
        }
        ways[len] = *score + rest + (float)(b->base[i_end % six] - b->base[i % six]);
        whole = (double)at[3 + state] + (double)ways[len] + base;
        *score = (float)probability(whole);
        b->counts->shape[shape] += *score;
        states[len++] = (uint8_t)state;
    }
    for (size_t k = 0; k < 3; k++) {
        for (size_t w = 0; w < len; w++) {
            terms[w] = ways[w] + b->move[k][states[w]];
            b->counts->move[k][states[w]] +=
                probability((double)at[k] + (double)terms[w] + base);
        }
        to[k] = is_end ? 0 : more(log_sum(terms, len), NEVER);
    }
}

static void rebase_back(const cq_align_lattice *l, back *b, size_t i)
{
    float most = NEVER, *row = back_at(l, b, i, l->band->low[i]);
    size_t len = 3 * (size_t)(l->first[i + 1] - l->first[i]);

    for (size_t k = 0; k < len; k++)
        most = more(most, row[k]);
    if (most <= NEVER / 2)
        return;
    for (size_t k = 0; k < len; k++)
        row[k] = more(row[k] - most, NEVER);
    b->base[i % (CQ_ALIGN_SIDE_MAX + 1)] += most;
}

/* The base of the first row under which `rest` counts is that of the row below. */
static void backward(cq_align_lattice *l, back *b)
{
    for (size_t i = l->band->rows; i-- > 0;) {
        size_t six = CQ_ALIGN_SIDE_MAX + 1;

        b->base[i % six] = i + 1 < l->band->rows ? b->base[(i + 1) % six] : 0;
        for (size_t j = (size_t)l->band->high[i] + 1; j-- > l->band->low[i];)
            backward_node(l, b, i, j);
        if (i + 1 < l->band->rows)
            rebase_back(l, b, i);
    }
}

static cq_status no_memory(const cq_align_lattice *l, cq_error *err)
{
    return cq_fail(err, CQ_E_NOMEM, "no memory for %zu places where sentences may meet",
                   l->nodes);
}

static cq_status make(cq_align_lattice *l, cq_error *err)
{
    size_t rows = l->band->rows;

    l->first = cq_alloc((rows + 1) * sizeof(*l->first));
    l->base = cq_alloc(rows * sizeof(*l->base));
    if (!l->first || !l->base)
        return no_memory(l, err);
    for (size_t i = 0; i < rows; i++) {
        l->first[i] = l->nodes;
        l->nodes += (size_t)l->band->high[i] - l->band->low[i] + 1;
    }
    l->first[rows] = l->nodes;
    l->scores = cq_alloc(l->nodes * CQ_ALIGN_SHAPES * sizeof(*l->scores));
    l->forward = cq_alloc(l->nodes * 6 * sizeof(*l->forward));
    return l->scores && l->forward ? CQ_OK : no_memory(l, err);
}

static cq_status run_backward(cq_align_lattice *l, const float move[3][3],
                              cq_align_counts *counts, cq_error *err)
{
    back b = {.move = move, .counts = counts};
    size_t width = 0, last = l->band->rows - 1;
    const float *end;
    float *rows;

    for (size_t i = 0; i < l->band->rows; i++)
        if (width < l->first[i + 1] - l->first[i])
            width = (size_t)(l->first[i + 1] - l->first[i]);
    rows = cq_alloc(3 * width * (CQ_ALIGN_SIDE_MAX + 1) * sizeof(*rows));
    if (!rows)
        return no_memory(l, err);
    for (size_t k = 0; k <= CQ_ALIGN_SIDE_MAX; k++)
        b.rows[k] = rows + 3 * width * k;
    end = l->forward + 6 * cq_align_lattice_node(l, last, l->texts->target.len);
    b.total = (double)log_sum(end, 3) + l->base[last];
    backward(l, &b);
    cq_free(rows);
    return CQ_OK;
}

cq_status cq_align_lattice_run(cq_align_lattice *lattice, const cq_align_texts *texts,
                               const cq_align_frame *frame, cq_align_band *band,
                               const cq_align_model *model,
                               const cq_align_lengths *lengths,
                               const cq_align_borders *borders,
                               const cq_align_lexicon *lexicon, cq_align_counts *counts,
                               cq_error *err)
{
    float move[3][3];
    cq_status status;

    for (size_t from = 0; from < 3; from++)
        for (size_t to = 0; to < 3; to++)
            move[from][to] = (float)model->move[from][to];
    *counts = (cq_align_counts){0};
    *lattice = (cq_align_lattice){.texts = texts, .frame = frame, .band = band};
    status = make(lattice, err);
    if (status >= 0)
        status = score(lattice, model, lengths, borders, lexicon, err);
    if (status >= 0) {
        forward(lattice, (const float(*)[3])move);
        status = run_backward(lattice, (const float(*)[3])move, counts, err);
    }
    if (status < 0)
        cq_align_lattice_release(lattice);
    return status;
}

void cq_align_lattice_release(cq_align_lattice *lattice)
{
    cq_free(lattice->first);
    cq_free(lattice->base);
    cq_free(lattice->scores);
    cq_free(lattice->forward);
    *lattice = (cq_align_lattice){0};
}
