#include "align/coarse.h"

#include <math.h>
#include <string.h>

#define KEEP_SCORE    14.0F /* paths that score less than the best by this are left */
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
    if (j < c->low[i] || j > c->high[i])
        return NULL;
    return c->forward + 3 * (c->first[i] + j - c->low[i]);
}

/* Write (or wipe) the points of a row of sentences. */
static void set_row(const cq_coarse *c, sweep *s, size_t row, bool is_wiped)
{
    for (uint32_t k = c->row_points[row]; k < c->row_points[row + 1]; k++)
        s->rows[row % 4][c->points[k].j] = is_wiped ? 0 : c->points[k].weight;
}

static float shared_score(const cq_coarse *c, const sweep *s, cq_align_shape size,
                          size_t i, size_t j)
{
    float shared = 0;

    for (size_t a = i - size.source; a < i; a++) {
        const float *row = s->rows[a % 4];

        if (c->row_points[a] == c->row_points[a + 1])
            continue;
        for (size_t b = j - size.target; b < j; b++)
            shared += row[b];
    }
    return shared;
}

/* Score of the bead of this shape that ends at a node of the window. */
static inline float bead_score(const cq_coarse *c, const sweep *s, size_t shape, size_t i,
                               size_t j)
{
    cq_align_shape size = cq_align_shapes[shape];

    return s->shape[shape] + shared_score(c, s, size, i, j) +
           cq_align_lengths_score(c->lengths, size, c->at.i + i, c->at.j + j);
}

static void forward_cell(const cq_coarse *c, const sweep *s, size_t i, size_t j,
                         float *to)
{
    to[0] = to[1] = to[2] = i + j == 0 ? 0 : NEVER;
    for (size_t shape = 0; shape < COARSE_SHAPES; shape++) {
        cq_align_shape size = cq_align_shapes[shape];
        size_t state = state_of(shape);
        const float *from;
        float score;

        if (i < size.source || j < size.target ||
            !cq_align_frame_allows(c->frame, shape, c->at.i + i, c->at.j + j))
            continue;
        from = cell(c, i - size.source, j - size.target);
        if (!from)
            continue;
        score = cq_coarse_more(
            cq_coarse_more(from[0] + s->move[0][state], from[1] + s->move[1][state]),
            from[2] + s->move[2][state]);
        if (state == 0)
            score += bead_score(c, s, shape, i, j);
        to[state] = cq_coarse_more(to[state], score);
    }
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
        for (size_t j = c->low[i]; j <= c->high[i]; j++)
            forward_cell(c, s, i, j, cell(c, i, j));
    }
    return CQ_OK;
}

static bool is_end(const cq_coarse *c, size_t i, size_t j)
{
    if (c->at.is_last)
        return i == c->at.rows && j == c->at.columns;
    return i == c->at.rows || j == c->at.columns;
}

/* From a node to the best end, by state before it; `rows` holds the four rows below. */
static void backward_cell(const cq_coarse *c, const sweep *s, float *rows[4], size_t i,
                          size_t j, float *to)
{
    to[0] = to[1] = to[2] = is_end(c, i, j) ? 0 : NEVER;
    for (size_t shape = 0; shape < COARSE_SHAPES; shape++) {
        cq_align_shape size = cq_align_shapes[shape];
        size_t state = state_of(shape), i_end = i + size.source, j_end = j + size.target;
        float score;

        if (i_end > c->at.rows || !cell(c, i_end, j_end) ||
            !cq_align_frame_allows(c->frame, shape, c->at.i + i_end, c->at.j + j_end))
            continue;
        score = rows[i_end % 4][3 * j_end + state];
        if (score <= NEVER)
            continue;
        if (state == 0)
            score += bead_score(c, s, shape, i_end, j_end);
        for (size_t k = 0; k < 3; k++)
            to[k] = cq_coarse_more(to[k], score + s->move[k][state]);
    }
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
        for (size_t j = c->high[i] + 1; j-- > c->low[i];) {
            float *through = cell(c, i, j), *to = rows[i % 4] + 3 * j;

            backward_cell(c, s, rows, i, j, to);
            through[0] =
                cq_coarse_more(cq_coarse_more(through[0] + to[0], through[1] + to[1]),
                               through[2] + to[2]);
        }
    }
}

/* Where every path is as good as another (the same sentence again and again): only what
 * is near the best node of each row, and of these the one nearest the diagonal. */
static void shrink_to_best(cq_coarse *c)
{
    for (size_t i = 0; i <= c->at.rows; i++) {
        const float *row = c->forward + 3 * c->first[i];
        uint32_t best = c->low[i], low = c->low[i], high = c->high[i];
        float middle = (float)i * c->slope, best_off = 0;

        for (uint32_t j = low; j <= high; j++) {
            float score = row[3 * (j - low)], most = row[3 * (best - low)];
            float off = fabsf((float)j - middle);

            if (j == low || score > most + 0.01F ||
                (score > most - 0.01F && off < best_off)) {
                best = j;
                best_off = off;
            }
        }
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
    shrink(c, 16 * (c->at.rows + c->at.columns + 1));
    mend(c);
    return CQ_OK;
}
