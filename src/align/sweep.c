#include "align/coarse.h"

#include <math.h>
#include <string.h>

#define KEEP_SCORE    14.0F /* paths that score less than the best by this are left */
#define SAME_SCORE    0.01F /* scores nearer are the same, as sums of floats go */
#define COARSE_SHAPES 8
#define NEVER         -1e30F

typedef struct sweep {
    float move[3][3];
    float shape[COARSE_SHAPES];
    float *rows[4]; /* weights of points of the last four rows, dense */
} sweep;

static size_t state_of(size_t shape) { return shape < CQ_SHAPE_ONE ? shape + 1 : 0; }

static float *cell(const cq_coarse *c, size_t i, size_t j)
{
    return c->forward + 3 * (c->first[i] + j - c->low[i]);
}

/* Write (or wipe) the points of a row of sentences. */
static void set_row(const cq_coarse *c, sweep *s, size_t row, bool is_wiped)
{
    for (uint32_t k = c->row_points[row]; k < c->row_points[row + 1]; k++)
        s->rows[row % 4][c->points[k].j] = is_wiped ? 0 : c->points[k].weight;
}

/* The beads of one shape between two rows of the window: those that end at a column in
 * low..high-1 of the lower row start in the band of the upper one. */
typedef struct step {
    size_t shape, state;
    cq_align_shape size;
    size_t i; /* lower row */
    size_t low, high;
    const float *joint; /* of the lengths, by bin of the target */
    float alone;        /* of the length of the source */
    bool has_points;
} step;

/* @return false when there are none */
static bool find_step(const cq_coarse *c, size_t shape, size_t i, step *to)
{
    cq_align_shape size = cq_align_shapes[shape];
    const cq_align_lengths *lengths = c->lengths;
    size_t start = i - size.source, low, high;
    uint8_t bin;

    if (i < size.source)
        return false;
    low = c->low[start] + (size_t)size.target;
    high = c->high[start] + (size_t)size.target;
    bin = size.source > 0 ? lengths->bins[0][size.source][c->at.i + i] : 0;
    *to = (step){.shape = shape,
                 .state = state_of(shape),
                 .size = size,
                 .i = i,
                 .low = low > c->low[i] ? low : c->low[i],
                 .high = (high < c->high[i] ? high : c->high[i]) + 1,
                 .joint = lengths->joint[bin],
                 .alone = lengths->alone[0][size.source][bin],
                 .has_points = c->row_points[start] < c->row_points[i]};
    return to->low < to->high;
}

static float shared_score(const sweep *s, const step *to, size_t j)
{
    float shared = 0;

    for (size_t a = to->i - to->size.source; a < to->i; a++)
        for (size_t b = j - to->size.target; b < j; b++)
            shared += s->rows[a % 4][b];
    return shared;
}

/* Score of the bead of this shape, both sides with sentences, that ends at column j. */
static inline float bead_score(const cq_coarse *c, const sweep *s, const step *to,
                               size_t j)
{
    size_t target = to->size.target;
    uint8_t bin = c->lengths->bins[1][target][c->at.j + j];
    float shared = to->has_points ? shared_score(s, to, j) : 0;

    return s->shape[to->shape] + shared +
           (to->joint[bin] - to->alone - c->lengths->alone[1][target][bin]);
}

static bool is_allowed(const cq_coarse *c, const step *to, size_t j)
{
    return cq_align_frame_allows(c->frame, to->shape, c->at.i + to->i, c->at.j + j);
}

/* Improve what the lower row has by the beads of one shape. */
static void forward_step(const cq_coarse *c, const sweep *s, const step *to)
{
    const float move[] = {s->move[0][to->state], s->move[1][to->state],
                          s->move[2][to->state]};
    const float *from = cell(c, to->i - to->size.source, to->low - to->size.target);
    float *at = cell(c, to->i, to->low) + to->state;

    for (size_t j = to->low; j < to->high; j++, from += 3, at += 3) {
        float score = cq_coarse_more(cq_coarse_more(from[0] + move[0], from[1] + move[1]),
                                     from[2] + move[2]);

        if (!is_allowed(c, to, j))
            continue;
        if (to->state == 0)
            score += bead_score(c, s, to, j);
        *at = cq_coarse_more(*at, score);
    }
}

/* Beads of the target alone, which start in the row itself, come last. */
static void forward_row(const cq_coarse *c, const sweep *s, size_t i)
{
    float *at = cell(c, i, c->low[i]), *end = cell(c, i, c->high[i]) + 3;
    step to;

    while (at < end)
        *at++ = NEVER;
    if (i == 0 && c->low[0] == 0)
        for (size_t k = 0; k < 3; k++)
            cell(c, 0, 0)[k] = 0;
    for (size_t shape = 0; shape < COARSE_SHAPES; shape++)
        if (shape != CQ_SHAPE_INSERT && find_step(c, shape, i, &to))
            forward_step(c, s, &to);
    if (find_step(c, CQ_SHAPE_INSERT, i, &to))
        forward_step(c, s, &to);
}

static cq_status forward(cq_coarse *c, sweep *s, cq_error *err)
{
    size_t cells = 0, width = c->at.columns + 1;

    if (!cq_grow(&c->first, &c->first_capacity, c->at.rows + 2, sizeof(*c->first)))
        return cq_coarse_no_memory(c, err);
    for (size_t i = 0; i <= c->at.rows; i++) {
        c->first[i] = cells;
        cells += c->high[i] - c->low[i] + 1;
    }
    c->first[c->at.rows + 1] = cells;
    /* Four rows of points and of backward states (three each). */
    if (!cq_grow(&c->forward, &c->forward_capacity, cells * 3, sizeof(*c->forward)) ||
        !cq_grow(&c->rolling, &c->rolling_capacity, width * 16, sizeof(*c->rolling)))
        return cq_coarse_no_memory(c, err);
    memset(c->rolling, 0, width * 4 * sizeof(*c->rolling));
    for (size_t r = 0; r < 4; r++)
        s->rows[r] = c->rolling + r * width;
    for (size_t i = 0; i <= c->at.rows; i++) {
        if (i >= 5)
            set_row(c, s, i - 5, true);
        if (i >= 1)
            set_row(c, s, i - 1, false);
        forward_row(c, s, i);
    }
    return CQ_OK;
}

static bool is_end(const cq_coarse *c, size_t i, size_t j)
{
    if (c->at.is_last)
        return i == c->at.rows && j == c->at.columns;
    return i == c->at.rows || j == c->at.columns;
}

/* Improve the ways on from the upper row by the beads of one shape; from the right, for
 * those that stay in the row. `rows` holds this row and the three below, by state before
 * the node. */
static void backward_step(const cq_coarse *c, const sweep *s, float *rows[4],
                          const step *to)
{
    const float move[] = {s->move[0][to->state], s->move[1][to->state],
                          s->move[2][to->state]};
    const float *below = rows[to->i % 4] + to->state;
    float *row = rows[(to->i - to->size.source) % 4];

    for (size_t j = to->high; j-- > to->low;) {
        float score = below[3 * j], *at = row + 3 * (j - to->size.target);

        if (!is_allowed(c, to, j))
            continue;
        if (to->state == 0)
            score += bead_score(c, s, to, j);
        for (size_t k = 0; k < 3; k++)
            at[k] = cq_coarse_more(at[k], score + move[k]);
    }
}

/* From each node of a row to the best end. */
static void backward_row(const cq_coarse *c, const sweep *s, float *rows[4], size_t i)
{
    step to;

    for (size_t j = c->low[i]; j <= c->high[i]; j++)
        for (size_t k = 0; k < 3; k++)
            rows[i % 4][3 * j + k] = is_end(c, i, j) ? 0 : NEVER;
    for (size_t shape = 0; shape < COARSE_SHAPES; shape++)
        if (shape != CQ_SHAPE_INSERT && i + cq_align_shapes[shape].source <= c->at.rows &&
            find_step(c, shape, i + cq_align_shapes[shape].source, &to))
            backward_step(c, s, rows, &to);
    if (find_step(c, CQ_SHAPE_INSERT, i, &to))
        backward_step(c, s, rows, &to);
}

/* Turns forward[3 * cell] into the score of the best path through the node. */
static void backward(cq_coarse *c, sweep *s)
{
    size_t width = c->at.columns + 1;
    float *rows[4];

    for (size_t r = 0; r < 4; r++)
        rows[r] = c->rolling + (4 + 3 * r) * width;
    memset(c->rolling, 0, width * 4 * sizeof(*c->rolling));
    for (size_t i = c->at.rows + 1; i-- > 0;) {
        if (i + 4 < c->at.rows)
            set_row(c, s, i + 4, true);
        if (i < c->at.rows)
            set_row(c, s, i, false);
        backward_row(c, s, rows, i);
        for (size_t j = c->low[i]; j <= c->high[i]; j++) {
            float *through = cell(c, i, j);
            const float *to = rows[i % 4] + 3 * j;

            through[0] =
                cq_coarse_more(cq_coarse_more(through[0] + to[0], through[1] + to[1]),
                               through[2] + to[2]);
        }
    }
}

/* The node of each row that the best path goes through; where many are as good (the same
 * sentence again and again), the one nearest the diagonal. */
static void find_best(cq_coarse *c)
{
    for (size_t i = 0; i <= c->at.rows; i++) {
        const float *row = c->forward + 3 * c->first[i];
        uint32_t best = c->low[i], low = c->low[i];
        float middle = (float)i * c->slope, best_off = 0;

        for (uint32_t j = low; j <= c->high[i]; j++) {
            float score = row[3 * (j - low)], most = row[3 * (best - low)];
            float off = fabsf((float)j - middle);

            if (j == low || score > most + SAME_SCORE ||
                (score > most - SAME_SCORE && off < best_off)) {
                best = j;
                best_off = off;
            }
        }
        c->best[i] = best;
    }
}

/* Where too many paths are near the best: only what is near the best node of each row. */
static void shrink_to_best(cq_coarse *c)
{
    for (size_t i = 0; i <= c->at.rows; i++) {
        uint32_t best = c->best[i], low = c->low[i], high = c->high[i];

        c->low[i] = best > low + CQ_COARSE_MARGIN ? best - CQ_COARSE_MARGIN : low;
        c->high[i] = best + CQ_COARSE_MARGIN < high ? best + CQ_COARSE_MARGIN : high;
    }
}

/* Shrink the window's band to what paths near the best use. */
static void shrink(cq_coarse *c, size_t cells_wanted)
{
    float best = NEVER, keep = KEEP_SCORE;
    size_t cells = SIZE_MAX, all = (size_t)c->first[c->at.rows + 1];

    for (size_t k = 0; k < all; k++)
        best = cq_coarse_more(best, c->forward[3 * k]);
    for (; keep > 2 && cells > cells_wanted; keep *= 0.7F) {
        cells = 0;
        for (size_t k = 0; k < all; k++)
            cells += c->forward[3 * k] >= best - keep;
    }
    keep /= 0.7F;
    if (cells > cells_wanted) {
        shrink_to_best(c);
        return;
    }
    for (size_t i = 0; i <= c->at.rows; i++) {
        const float *row = c->forward + 3 * c->first[i];
        uint32_t low = c->low[i], high = c->high[i];

        while (low < high && row[3 * (low - c->low[i])] < best - keep)
            low++;
        while (high > low && row[3 * (high - c->low[i])] < best - keep)
            high--;
        c->low[i] = low;
        c->high[i] = high;
    }
}

/* Rows and columns only rise, and each row meets the next. */
static void mend(cq_coarse *c)
{
    c->low[0] = 0;
    c->high[c->at.rows] = (uint32_t)c->at.columns;
    for (size_t i = c->at.rows; i > 0; i--)
        if (c->low[i - 1] > c->low[i])
            c->low[i - 1] = c->low[i];
    for (size_t i = 0; i < c->at.rows; i++) {
        if (c->high[i + 1] < c->high[i])
            c->high[i + 1] = c->high[i];
        if (c->high[i] < c->low[i + 1])
            c->high[i] = c->low[i + 1];
    }
}

cq_status cq_coarse_sweep(cq_coarse *c, cq_error *err)
{
    sweep s;
    cq_status status;

    for (size_t from = 0; from < 3; from++)
        for (size_t to = 0; to < 3; to++)
            s.move[from][to] = (float)c->model->move[from][to];
    for (size_t k = 0; k < COARSE_SHAPES; k++)
        s.shape[k] = (float)c->model->shape[k];
    status = forward(c, &s, err);
    if (status < 0)
        return status;
    backward(c, &s);
    find_best(c);
    shrink(c, 16 * (c->at.rows + c->at.columns + 1));
    mend(c);
    return CQ_OK;
}
