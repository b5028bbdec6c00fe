#include "align/parts.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* The texts are read through a window of so many source sentences, of which the first
 * part is settled before the window moves on: so time and memory stay linear, and what is
 * rare is judged by its neighbourhood. */
#define WINDOW_ROWS   ((size_t)4096)
#define RARE_PRODUCT  36 /* of the counts on both sides: more says little of the place */
#define RARE_COUNT    16
#define RARE_STEPS    3 /* how often these may be doubled (fourfold) for want of points */
#define POINT_MAX     10.0F /* score that shared tokens give two sentences at most */
#define JUMP_COST     8.0F  /* of leaving the diagonal, however far */
#define LOOK_BACK     64    /* points */
#define MARGIN        10    /* sentences around what is known */
#define BOX_CELLS     ((size_t)1 << 22)
#define FREE_WIDTH    ((size_t)256) /* half the band where nothing is known */
#define KEEP_SCORE    14.0F /* paths that score less than the best by this are left */
#define COARSE_SHAPES 8

/* fmaxf() and fminf() are calls, for the sake of NaN, which does not occur here. */
static inline float more(float a, float b) { return a > b ? a : b; }
static inline float less(float a, float b) { return a < b ? a : b; }

typedef struct point {
    uint32_t i, j;
    float weight, best; /* best: of a chain that ends here */
    uint32_t before;    /* point before it in that chain, UINT32_MAX for none */
} point;

typedef struct window {
    size_t i, j, rows, columns; /* first sentences and counts */
    bool is_last;
} window;

typedef struct coarse {
    const cq_align_texts *texts;
    const cq_align_model *model;
    const cq_align_lengths *lengths;
    window at;
    float slope; /* target sentences for a source sentence, in all */
    uint32_t rare_count, rare_product;
    uint32_t *count[2]; /* of each concept in the window, by side */
    uint32_t *seen[2];  /* last sentence + 1 with each concept */
    uint32_t *end;      /* where the list of target sentences of each concept ends */
    uint32_t *places;   /* these lists */
    size_t places_capacity;
    point *points;
    size_t points_len, points_capacity;
    uint32_t *row_points; /* rows + 1: where the points of each row start */
    size_t row_points_capacity;
    float *tree; /* greatest chain by target sentence (Fenwick) */
    uint32_t *tree_point;
    size_t tree_capacity, tree_point_capacity;
    uint32_t *low, *high; /* of the window, columns; rows + 1 */
    size_t low_capacity, high_capacity;
    uint64_t *first; /* rows + 2 */
    size_t first_capacity;
    float *forward; /* three states a cell */
    size_t forward_capacity;
    float *rolling; /* backward rows and dense point rows */
    size_t rolling_capacity;
} coarse;

static cq_status no_memory(const coarse *c, cq_error *err)
{
    return cq_fail(err, CQ_E_NOMEM, "no memory to align %zu sentences",
                   c->texts->source.len + c->texts->target.len);
}

/* ---- points: sentences that share something rare -------------------------------------
 */

static uint32_t concept_at(const cq_align_text *text, uint64_t token)
{
    return text->types[text->tokens[token]].concept;
}

/* Count in how many sentences of the window each concept is. */
static void count_concepts(coarse *c, const cq_align_text *text, int side, size_t start,
                           size_t len)
{
    for (uint64_t t = text->first[start]; t < text->first[start + len]; t++) {
        uint32_t concept = concept_at(text, t);

        c->count[side][concept] = c->seen[side][concept] = 0;
        if (side == 1)
            c->end[concept] = UINT32_MAX;
    }
    for (size_t k = start; k < start + len; k++)
        for (uint64_t t = text->first[k]; t < text->first[k + 1]; t++) {
            uint32_t concept = concept_at(text, t);

            if (c->seen[side][concept] != k + 1) {
                c->seen[side][concept] = (uint32_t)k + 1;
                c->count[side][concept]++;
            }
        }
}

/* So that the next window does not find what this one counted. */
static void forget_concepts(coarse *c, const cq_align_text *text, int side, size_t start,
                            size_t len)
{
    for (uint64_t t = text->first[start]; t < text->first[start + len]; t++)
        c->count[side][concept_at(text, t)] = 0;
}

static bool is_rare(const coarse *c, uint32_t concept)
{
    uint32_t source = c->count[0][concept], target = c->count[1][concept];

    return source > 0 && target > 0 && source <= c->rare_count &&
           target <= c->rare_count && source * target <= c->rare_product;
}

/* List the target sentences of each rare concept. */
static bool list_places(coarse *c)
{
    const cq_align_text *text = &c->texts->target;
    uint64_t start = text->first[c->at.j], end = text->first[c->at.j + c->at.columns];
    uint32_t len = 0;

    if (!cq_grow(&c->places, &c->places_capacity, (size_t)(end - start) + 1,
                 sizeof(*c->places)))
        return false;
    for (size_t k = 0; k < c->at.columns; k++)
        for (uint64_t t = text->first[c->at.j + k]; t < text->first[c->at.j + k + 1];
             t++) {
            uint32_t concept = concept_at(text, t);

            if (!is_rare(c, concept))
                continue;
            if (c->end[concept] == UINT32_MAX) {
                c->end[concept] = len;
                len += c->count[1][concept];
            } else if (c->places[c->end[concept] - 1] == k) {
                continue;
            }
            c->places[c->end[concept]++] = (uint32_t)k;
        }
    return true;
}

static int compare_points(const void *a, const void *b)
{
    const point *x = a, *y = b;

    return x->j < y->j ? -1 : x->j > y->j;
}

/* Sort the points of one row and join those of one place. */
static void join_row(coarse *c, size_t start)
{
    size_t len = start;

    if (start == c->points_len)
        return;
    qsort(c->points + start, c->points_len - start, sizeof(*c->points), compare_points);
    for (size_t k = start; k < c->points_len; k++)
        if (len > start && c->points[len - 1].j == c->points[k].j)
            c->points[len - 1].weight =
                less(c->points[len - 1].weight + c->points[k].weight, POINT_MAX);
        else
            c->points[len++] = c->points[k];
    c->points_len = len;
}

static bool add_row_points(coarse *c, size_t row)
{
    const cq_align_text *text = &c->texts->source;
    size_t k = c->at.i + row;

    for (uint64_t t = text->first[k]; t < text->first[k + 1]; t++) {
        uint32_t concept = concept_at(text, t), count, share;
        float weight;

        if (!is_rare(c, concept) || c->seen[0][concept] == UINT32_MAX - (uint32_t)row)
            continue;
        c->seen[0][concept] = UINT32_MAX - (uint32_t)row;
        count = c->count[1][concept];
        share = c->count[0][concept] > count ? c->count[0][concept] : count;
        weight = 0.5F * logf((float)(c->at.columns + 1) / (float)share);
        if (!cq_grow(&c->points, &c->points_capacity, c->points_len + count,
                     sizeof(*c->points)))
            return false;
        for (uint32_t p = c->end[concept] - count; p < c->end[concept]; p++)
            c->points[c->points_len++] =
                (point){.i = (uint32_t)row, .j = c->places[p], .weight = weight};
    }
    return true;
}

static bool find_rare(coarse *c)
{
    bool has_memory = list_places(c) && cq_grow(&c->row_points, &c->row_points_capacity,
                                                c->at.rows + 1, sizeof(*c->row_points));

    c->points_len = 0;
    for (size_t row = 0; row < c->at.rows && has_memory; row++) {
        size_t start = c->points_len;

        c->row_points[row] = (uint32_t)start;
        has_memory = add_row_points(c, row);
        if (has_memory)
            join_row(c, start);
    }
    if (has_memory)
        c->row_points[c->at.rows] = (uint32_t)c->points_len;
    return has_memory;
}

static cq_status find_points(coarse *c, cq_error *err)
{
    bool has_memory = true;

    c->points_len = 0;
    c->rare_count = RARE_COUNT;
    c->rare_product = RARE_PRODUCT;
    for (int k = 0; k <= RARE_STEPS && has_memory && c->points_len <= c->at.rows / 16;
         k++) {
        count_concepts(c, &c->texts->source, 0, c->at.i, c->at.rows);
        count_concepts(c, &c->texts->target, 1, c->at.j, c->at.columns);
        has_memory = find_rare(c);
        forget_concepts(c, &c->texts->source, 0, c->at.i, c->at.rows);
        forget_concepts(c, &c->texts->target, 1, c->at.j, c->at.columns);
        c->rare_count *= 2;
        c->rare_product *= 4;
    }
    return has_memory ? CQ_OK : no_memory(c, err);
}

/* ---- the chain of points -------------------------------------------------------------
 */

/* Of going from one point to the next: what the path leaves out on one side. */
static float jump_cost(float rows, float columns, float ratio)
{
    float off = fabsf(rows * ratio - columns);

    return less(JUMP_COST, 0.7F * log2f(1 + off / 1.5F));
}

static void tree_put(coarse *c, uint32_t j, float best, uint32_t k)
{
    for (size_t at = j + 1; at <= c->at.columns; at += at & (~at + 1))
        if (c->tree[at] < best) {
            c->tree[at] = best;
            c->tree_point[at] = k;
        }
}

/* The best chain that ends left of column j. */
static void tree_get(const coarse *c, uint32_t j, float *best, uint32_t *k)
{
    for (size_t at = j; at > 0; at -= at & (~at + 1))
        if (c->tree[at] > *best) {
            *best = c->tree[at];
            *k = c->tree_point[at];
        }
}

static void chain_point(coarse *c, size_t k, float ratio)
{
    point *p = &c->points[k];
    float best = -JUMP_COST, far = 0;
    uint32_t before = UINT32_MAX, far_before = UINT32_MAX;

    best = -jump_cost((float)p->i, (float)p->j, ratio);
    tree_get(c, p->j, &far, &far_before);
    if (far - JUMP_COST > best) {
        best = far - JUMP_COST;
        before = far_before;
    }
    for (size_t b = k; b > 0 && k - b < LOOK_BACK; b--) {
        const point *q = &c->points[b - 1];
        float score;

        if (q->i >= p->i || q->j >= p->j || q->best <= best)
            continue;
        score = q->best - jump_cost((float)(p->i - q->i), (float)(p->j - q->j), ratio);
        if (score > best) {
            best = score;
            before = (uint32_t)b - 1;
        }
    }
    p->best = best + p->weight;
    p->before = before;
}

/* Leaves in points[].before the chain read from its end, which is returned. */
static cq_status find_chain(coarse *c, uint32_t *last, cq_error *err)
{
    float ratio = c->slope, best = 0;
    size_t entered = 0;

    *last = UINT32_MAX;
    if (!cq_grow(&c->tree, &c->tree_capacity, c->at.columns + 2, sizeof(*c->tree)) ||
        !cq_grow(&c->tree_point, &c->tree_point_capacity, c->at.columns + 2,
                 sizeof(*c->tree_point)))
        return no_memory(c, err);
    memset(c->tree, 0, (c->at.columns + 2) * sizeof(*c->tree));
    for (size_t k = 0; k < c->points_len; k++) {
        float score;

        for (; entered < k && c->points[entered].i < c->points[k].i; entered++)
            tree_put(c, c->points[entered].j, c->points[entered].best, (uint32_t)entered);
        chain_point(c, k, ratio);
        score = c->points[k].best;
        if (c->at.is_last)
            score -= jump_cost((float)(c->at.rows - c->points[k].i),
                               (float)(c->at.columns - c->points[k].j), ratio);
        if (score > best) {
            best = score;
            *last = (uint32_t)k;
        }
    }
    return CQ_OK;
}

/* ---- the band around the chain -------------------------------------------------------
 */

static void paint(coarse *c, size_t i, size_t i_end, size_t j, size_t j_end)
{
    i = i > MARGIN ? i - MARGIN : 0;
    j = j > MARGIN ? j - MARGIN : 0;
    i_end = i_end + MARGIN < c->at.rows ? i_end + MARGIN : c->at.rows;
    j_end = j_end + MARGIN < c->at.columns ? j_end + MARGIN : c->at.columns;
    for (size_t row = i; row <= i_end; row++) {
        if (c->low[row] > j)
            c->low[row] = (uint32_t)j;
        if (c->high[row] < j_end)
            c->high[row] = (uint32_t)j_end;
    }
}

/* All that lies between two corners, or a broad diagonal where that were too much. */
static void paint_between(coarse *c, size_t i, size_t i_end, size_t j, size_t j_end)
{
    size_t rows = i_end - i, columns = j_end - j, steps, width;

    if (rows == 0 || columns == 0 || rows <= BOX_CELLS / columns) {
        paint(c, i, i_end, j, j_end);
        return;
    }
    width = FREE_WIDTH;
    steps = rows / 16 + 1;
    for (size_t s = 0; s < steps; s++) {
        size_t row = rows * s / steps, row_end = rows * (s + 1) / steps;
        size_t column = columns * s / steps, column_end = columns * (s + 1) / steps;

        column = column > width ? column - width : 0;
        column_end = column_end + width < columns ? column_end + width : columns;
        paint(c, i + row, i + row_end, j + column, j + column_end);
    }
}

/* A point that its neighbours in the chain do not bear out is likely chance. */
static bool is_lonely(const coarse *c, const point *p, const point *after)
{
    float ratio = c->slope;
    bool is_far = p->before == UINT32_MAX && p->weight < POINT_MAX / 2;

    if (p->before != UINT32_MAX) {
        const point *q = &c->points[p->before];
        is_far = jump_cost((float)(p->i - q->i), (float)(p->j - q->j), ratio) >
                 p->weight * 0.9F;
    }
    if (!is_far || !after)
        return is_far;
    return jump_cost((float)(after->i - p->i), (float)(after->j - p->j), ratio) >
           p->weight * 0.9F;
}

static cq_status paint_chain(coarse *c, uint32_t last, cq_error *err)
{
    size_t i = c->at.rows, j = c->at.columns;
    const point *after = NULL;

    /* The window reaches further than the texts likely do, so as to miss nothing. */
    if (!c->at.is_last) {
        float rest = last == UINT32_MAX ? (float)i : (float)(i - c->points[last].i);
        size_t start = last == UINT32_MAX ? 0 : c->points[last].j;
        size_t end = start + (size_t)(rest * c->slope);
        j = end < j ? end : j;
    }
    if (!cq_grow(&c->low, &c->low_capacity, c->at.rows + 1, sizeof(*c->low)) ||
        !cq_grow(&c->high, &c->high_capacity, c->at.rows + 1, sizeof(*c->high)))
        return no_memory(c, err);
    for (size_t row = 0; row <= c->at.rows; row++) {
        c->low[row] = UINT32_MAX;
        c->high[row] = 0;
    }
    for (uint32_t k = last; k != UINT32_MAX; k = c->points[k].before) {
        const point *p = &c->points[k];

        if (is_lonely(c, p, after))
            continue;
        paint_between(c, p->i, i, p->j, j);
        i = p->i;
        j = p->j;
        after = p;
    }
    paint_between(c, 0, i, 0, j);
    for (size_t row = c->at.rows; row > 0; row--)
        if (c->low[row - 1] > c->low[row])
            c->low[row - 1] = c->low[row];
    for (size_t row = 0; row < c->at.rows; row++)
        if (c->high[row + 1] < c->high[row])
            c->high[row + 1] = c->high[row];
    return CQ_OK;
}

/* ---- the best paths through the band -------------------------------------------------
 */

#define NEVER -1e30F

typedef struct sweep {
    float move[3][3];
    float shape[COARSE_SHAPES];
    float *rows[4]; /* weights of points of the last four rows, dense */
} sweep;

static size_t state_of(size_t shape) { return shape < CQ_SHAPE_ONE ? shape + 1 : 0; }

static float *cell(const coarse *c, size_t i, size_t j)
{
    if (j < c->low[i] || j > c->high[i])
        return NULL;
    return c->forward + 3 * (c->first[i] + j - c->low[i]);
}

/* Write (or wipe) the points of a row of sentences. */
static void set_row(const coarse *c, sweep *s, size_t row, bool is_wiped)
{
    for (uint32_t k = c->row_points[row]; k < c->row_points[row + 1]; k++)
        s->rows[row % 4][c->points[k].j] = is_wiped ? 0 : c->points[k].weight;
}

static float shared_score(const coarse *c, const sweep *s, cq_align_shape size, size_t i,
                          size_t j)
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
static inline float bead_score(const coarse *c, const sweep *s, size_t shape, size_t i,
                               size_t j)
{
    cq_align_shape size = cq_align_shapes[shape];

    return s->shape[shape] + shared_score(c, s, size, i, j) +
           cq_align_lengths_score(c->lengths, size, c->at.i + i, c->at.j + j);
}

static void forward_cell(const coarse *c, const sweep *s, size_t i, size_t j, float *to)
{
    to[0] = to[1] = to[2] = i + j == 0 ? 0 : NEVER;
    for (size_t shape = 0; shape < COARSE_SHAPES; shape++) {
        cq_align_shape size = cq_align_shapes[shape];
        size_t state = state_of(shape);
        const float *from;
        float score;

        if (i < size.source || j < size.target)
            continue;
        from = cell(c, i - size.source, j - size.target);
        if (!from)
            continue;
        score = more(more(from[0] + s->move[0][state], from[1] + s->move[1][state]),
                     from[2] + s->move[2][state]);
        if (state == 0)
            score += bead_score(c, s, shape, i, j);
        to[state] = more(to[state], score);
    }
}

static cq_status forward(coarse *c, sweep *s, cq_error *err)
{
    size_t cells = 0, width = c->at.columns + 1;

    if (!cq_grow(&c->first, &c->first_capacity, c->at.rows + 2, sizeof(*c->first)))
        return no_memory(c, err);
    for (size_t i = 0; i <= c->at.rows; i++) {
        c->first[i] = cells;
        cells += c->high[i] - c->low[i] + 1;
    }
    c->first[c->at.rows + 1] = cells;
    /* Four rows of points and of backward states (three each). */
    if (!cq_grow(&c->forward, &c->forward_capacity, cells * 3, sizeof(*c->forward)) ||
        !cq_grow(&c->rolling, &c->rolling_capacity, width * 16, sizeof(*c->rolling)))
        return no_memory(c, err);
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

static bool is_end(const coarse *c, size_t i, size_t j)
{
    if (c->at.is_last)
        return i == c->at.rows && j == c->at.columns;
    return i == c->at.rows || j == c->at.columns;
}

/* From a node to the best end, by state before it; `rows` holds the four rows below. */
static void backward_cell(const coarse *c, const sweep *s, float *rows[4], size_t i,
                          size_t j, float *to)
{
    to[0] = to[1] = to[2] = is_end(c, i, j) ? 0 : NEVER;
    for (size_t shape = 0; shape < COARSE_SHAPES; shape++) {
        cq_align_shape size = cq_align_shapes[shape];
        size_t state = state_of(shape), i_end = i + size.source, j_end = j + size.target;
        float score;

        if (i_end > c->at.rows || !cell(c, i_end, j_end))
            continue;
        score = rows[i_end % 4][3 * j_end + state];
        if (score <= NEVER)
            continue;
        if (state == 0)
            score += bead_score(c, s, shape, i_end, j_end);
        for (size_t k = 0; k < 3; k++)
            to[k] = more(to[k], score + s->move[k][state]);
    }
}

/* Turns forward[3 * cell] into the score of the best path through the node. */
static void backward(coarse *c, sweep *s)
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
                more(more(through[0] + to[0], through[1] + to[1]), through[2] + to[2]);
        }
    }
}

/* Where every path is as good as another (the same sentence again and again): only what
 * is near the best node of each row, and of these the one nearest the diagonal. */
static void shrink_to_best(coarse *c)
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
        c->low[i] = best > low + MARGIN ? best - MARGIN : low;
        c->high[i] = best + MARGIN < high ? best + MARGIN : high;
    }
}

/* Shrink the window's band to what paths near the best use. */
static void shrink(coarse *c, size_t cells_wanted)
{
    float best = NEVER, keep = KEEP_SCORE;
    size_t cells = SIZE_MAX, all = (size_t)c->first[c->at.rows + 1];

    for (size_t k = 0; k < all; k++)
        best = more(best, c->forward[3 * k]);
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
static void mend(coarse *c)
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

static cq_status sweep_window(coarse *c, cq_error *err)
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

/* ---- window after window -------------------------------------------------------------
 */

/* How much of the window is certain enough to be left behind: a node where the band is
 * narrow, past the middle. */
static void settle(const coarse *c, size_t *rows, size_t *columns)
{
    size_t best = SIZE_MAX;

    *rows = c->at.rows;
    *columns = c->at.columns;
    if (c->at.is_last)
        return;
    for (size_t i = c->at.rows * 7 / 10; i > 0; i--) {
        size_t width = c->high[i] - c->low[i];

        if (c->high[i] > c->at.columns * 9 / 10)
            continue;
        if (best != SIZE_MAX && i < c->at.rows / 2)
            return;
        if (width < best) {
            best = width;
            *rows = i;
            *columns = (c->low[i] + c->high[i]) / 2;
        }
    }
    if (best == SIZE_MAX) { /* the target stands still */
        *rows = 1;
        *columns = (c->low[1] + c->high[1]) / 2;
    }
}

static void place_window(coarse *c)
{
    size_t rows_left = c->texts->source.len - c->at.i;
    size_t columns_left = c->texts->target.len - c->at.j;
    size_t columns = (size_t)((float)WINDOW_ROWS * c->slope * 1.25F) + 64;

    c->at.is_last = rows_left <= WINDOW_ROWS * 5 / 4 && columns_left <= columns * 5 / 4;
    if (c->at.is_last || rows_left <= WINDOW_ROWS / 8 || columns_left <= columns / 8) {
        c->at.is_last = true;
        c->at.rows = rows_left;
        c->at.columns = columns_left;
        return;
    }
    c->at.rows = rows_left < WINDOW_ROWS ? rows_left : WINDOW_ROWS;
    c->at.columns = columns_left < columns ? columns_left : columns;
}

static cq_status step(coarse *c, cq_align_band *band, cq_error *err)
{
    uint32_t last;
    size_t rows, columns;
    cq_status status;

    place_window(c);
    status = find_points(c, err);
    if (status >= 0)
        status = find_chain(c, &last, err);
    if (status >= 0)
        status = paint_chain(c, last, err);
    if (status >= 0)
        status = sweep_window(c, err);
    if (status < 0)
        return status;
    settle(c, &rows, &columns);
    for (size_t i = 0; i <= rows; i++) {
        uint32_t low = (uint32_t)c->at.j + c->low[i];
        uint32_t high = c->high[i] < columns ? c->high[i] : (uint32_t)columns;

        high += (uint32_t)c->at.j;
        if (i > 0 || c->at.i == 0)
            band->low[c->at.i + i] = low;
        band->high[c->at.i + i] = high;
    }
    c->at.i += rows;
    c->at.j += columns;
    return CQ_OK;
}

static cq_status open_coarse(coarse *c, cq_error *err)
{
    size_t concepts = c->texts->concepts.len + 1;

    for (size_t side = 0; side < 2; side++) {
        c->count[side] = cq_zalloc(concepts * sizeof(*c->count[side]));
        c->seen[side] = cq_zalloc(concepts * sizeof(*c->seen[side]));
        if (!c->count[side] || !c->seen[side])
            return no_memory(c, err);
    }
    c->end = cq_zalloc(concepts * sizeof(*c->end));
    return c->end ? CQ_OK : no_memory(c, err);
}

static void close_coarse(coarse *c)
{
    for (size_t side = 0; side < 2; side++) {
        cq_free(c->count[side]);
        cq_free(c->seen[side]);
    }
    cq_free(c->end);
    cq_free(c->places);
    cq_free(c->points);
    cq_free(c->row_points);
    cq_free(c->tree);
    cq_free(c->tree_point);
    cq_free(c->low);
    cq_free(c->high);
    cq_free(c->first);
    cq_free(c->forward);
    cq_free(c->rolling);
}

cq_status cq_align_band_find(cq_align_band *band, const cq_align_texts *texts,
                             const cq_align_model *model, const cq_align_lengths *lengths,
                             cq_error *err)
{
    size_t rows = texts->source.len, columns = texts->target.len;
    coarse c = {.texts = texts, .model = model, .lengths = lengths};
    cq_status status;

    c.slope = (float)(columns + 1) / (float)(rows + 1);
    *band = (cq_align_band){.rows = rows + 1};
    band->low = cq_alloc((rows + 1) * sizeof(*band->low));
    band->high = cq_alloc((rows + 1) * sizeof(*band->high));
    status = band->low && band->high ? open_coarse(&c, err) : no_memory(&c, err);
    do {
        if (status >= 0)
            status = step(&c, band, err);
    } while (status >= 0 && (c.at.i < rows || c.at.j < columns));
    close_coarse(&c);
    if (status < 0)
        cq_align_band_release(band);
    return status;
}

void cq_align_band_release(cq_align_band *band)
{
    cq_free(band->low);
    cq_free(band->high);
    *band = (cq_align_band){0};
}
