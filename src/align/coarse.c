#include "align/coarse.h"

#include <math.h>
#include <string.h>

/* The texts are read through a window of so many source sentences, of which the first
 * part is settled before the window moves on: so time and memory stay linear, and what is
 * rare is judged by its neighbourhood. */
#define WINDOW_ROWS ((size_t)4096)
#define BOX_CELLS   ((size_t)1 << 22)
#define FREE_WIDTH  ((size_t)256) /* half the band where nothing is known */

cq_status cq_coarse_no_memory(const cq_coarse *c, cq_error *err)
{
    return cq_fail(err, CQ_E_NOMEM, "no memory to align %zu sentences",
                   c->texts->source.len + c->texts->target.len);
}

/* ---- the band around the chain -------------------------------------------------------
 */

static void paint(cq_coarse *c, size_t i, size_t i_end, size_t j, size_t j_end)
{
    i = i > CQ_COARSE_MARGIN ? i - CQ_COARSE_MARGIN : 0;
    j = j > CQ_COARSE_MARGIN ? j - CQ_COARSE_MARGIN : 0;
    i_end = i_end + CQ_COARSE_MARGIN < c->at.rows ? i_end + CQ_COARSE_MARGIN : c->at.rows;
    j_end = j_end + CQ_COARSE_MARGIN < c->at.columns ? j_end + CQ_COARSE_MARGIN
                                                     : c->at.columns;
    for (size_t row = i; row <= i_end; row++) {
        if (c->low[row] > j)
            c->low[row] = (uint32_t)j;
        if (c->high[row] < j_end)
            c->high[row] = (uint32_t)j_end;
    }
}

/* All that lies between two corners, or a broad diagonal where that were too much. */
static void paint_between(cq_coarse *c, size_t i, size_t i_end, size_t j, size_t j_end)
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
static bool is_lonely(const cq_coarse *c, const cq_coarse_point *p,
                      const cq_coarse_point *after)
{
    float ratio = c->slope;
    bool is_far = p->before == UINT32_MAX && p->weight < CQ_COARSE_POINT_MAX / 2;

    if (p->before != UINT32_MAX) {
        const cq_coarse_point *q = &c->points[p->before];
        is_far = cq_coarse_jump_cost((float)(p->i - q->i), (float)(p->j - q->j), ratio) >
                 p->weight * 0.9F;
    }
    if (!is_far || !after)
        return is_far;
    return cq_coarse_jump_cost((float)(after->i - p->i), (float)(after->j - p->j),
                               ratio) > p->weight * 0.9F;
}

static cq_status paint_chain(cq_coarse *c, uint32_t last, cq_error *err)
{
    size_t i = c->at.rows, j = c->at.columns;
    const cq_coarse_point *after = NULL;

    /* The window reaches further than the texts likely do, so as to miss nothing. */
    if (!c->at.is_last) {
        float rest = last == UINT32_MAX ? (float)i : (float)(i - c->points[last].i);
        size_t start = last == UINT32_MAX ? 0 : c->points[last].j;
        size_t end = start + (size_t)(rest * c->slope);
        j = end < j ? end : j;
    }
    if (!cq_grow(&c->low, &c->low_capacity, c->at.rows + 1, sizeof(*c->low)) ||
        !cq_grow(&c->high, &c->high_capacity, c->at.rows + 1, sizeof(*c->high)) ||
        !cq_grow(&c->best, &c->best_capacity, c->at.rows + 1, sizeof(*c->best)))
        return cq_coarse_no_memory(c, err);
    for (size_t row = 0; row <= c->at.rows; row++) {
        c->low[row] = UINT32_MAX;
        c->high[row] = 0;
    }
    for (uint32_t k = last; k != UINT32_MAX; k = c->points[k].before) {
        const cq_coarse_point *p = &c->points[k];

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

/* ---- window after window -------------------------------------------------------------
 */

/* How much of the window is certain enough to be left behind: up to where the best path
 * is in the row, past the middle, in which the band is narrowest. */
static void settle(const cq_coarse *c, size_t *rows, size_t *columns)
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
            *columns = c->best[i];
        }
    }
    if (best == SIZE_MAX) { /* the target stands still */
        *rows = 1;
        *columns = c->best[1];
    }
}

static void place_window(cq_coarse *c)
{
    size_t rows_left = c->i_end - c->at.i;
    size_t columns_left = c->j_end - c->at.j;
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

static void widen(cq_align_band *band, size_t row, size_t low, size_t high)
{
    if (band->low[row] > low)
        band->low[row] = (uint32_t)low;
    if (band->high[row] < high)
        band->high[row] = (uint32_t)high;
}

static cq_status step(cq_coarse *c, cq_align_band *band, cq_error *err)
{
    uint32_t last;
    size_t rows, columns;
    cq_status status;

    place_window(c);
    status = cq_coarse_find_points(c, err);
    if (status >= 0)
        status = cq_coarse_find_chain(c, &last, err);
    if (status >= 0)
        status = paint_chain(c, last, err);
    if (status >= 0)
        status = cq_coarse_sweep(c, err);
    if (status < 0)
        return status;
    settle(c, &rows, &columns);
    for (size_t i = 0; i <= rows; i++) {
        size_t high = c->high[i] < columns ? c->high[i] : columns;

        widen(band, c->at.i + i, c->at.j + c->low[i], c->at.j + high);
    }
    c->at.i += rows;
    c->at.j += columns;
    return CQ_OK;
}

static cq_status open_coarse(cq_coarse *c, cq_error *err)
{
    size_t concepts = c->texts->concepts.len + 1;

    for (size_t side = 0; side < 2; side++) {
        c->count[side] = cq_zalloc(concepts * sizeof(*c->count[side]));
        c->seen[side] = cq_zalloc(concepts * sizeof(*c->seen[side]));
        if (!c->count[side] || !c->seen[side])
            return cq_coarse_no_memory(c, err);
    }
    c->end = cq_zalloc(concepts * sizeof(*c->end));
    return c->end ? CQ_OK : cq_coarse_no_memory(c, err);
}

static void close_coarse(cq_coarse *c)
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
    cq_free(c->best);
    cq_free(c->first);
    cq_free(c->forward);
    cq_free(c->rolling);
}

static cq_status find_in_stretch(cq_coarse *c, const cq_align_stretch *s,
                                 cq_align_band *band, cq_error *err)
{
    cq_status status = CQ_OK;
    double missing;

    cq_align_ratio(c->texts, s, &missing);
    c->at = (cq_coarse_window){.i = s->source, .j = s->target};
    c->i_end = s->source_end;
    c->j_end = s->target_end;
    c->slope = (float)(c->j_end - c->at.j + 1) / (float)(c->i_end - c->at.i + 1) *
               (float)exp(-missing);
    widen(band, c->at.i, c->at.j, c->at.j);
    while (status >= 0 && (c->at.i < c->i_end || c->at.j < c->j_end))
        status = step(c, band, err);
    return status;
}

/* A fixed bead is walked along its border, which is enough for any shape:
 *
 *      +          one or more of the source, then one or more of the target
 *      |
 *      +----+
 */
static void walk_fixed(const cq_align_stretch *s, cq_align_band *band)
{
    for (size_t i = s->source; i <= s->source_end; i++)
        widen(band, i, s->target, s->target);
    widen(band, s->source_end, s->target, s->target_end);
}

static cq_status open_band(cq_align_band *band, size_t rows)
{
    *band = (cq_align_band){.rows = rows};
    band->low = cq_alloc(rows * sizeof(*band->low));
    band->high = cq_zalloc(rows * sizeof(*band->high));
    if (!band->low || !band->high)
        return CQ_E_NOMEM;
    memset(band->low, 0xFF, rows * sizeof(*band->low));
    return CQ_OK;
}

cq_status cq_align_band_find(cq_align_band *band, const cq_align_texts *texts,
                             const cq_align_frame *frame, const cq_align_model *model,
                             const cq_align_lengths *lengths, cq_error *err)
{
    cq_coarse c = {.texts = texts, .frame = frame, .model = model, .lengths = lengths};
    cq_status status = open_band(band, texts->source.len + 1);

    status = status < 0 ? cq_coarse_no_memory(&c, err) : open_coarse(&c, err);
    for (size_t k = 0; k < frame->len && status >= 0; k++)
        if (frame->stretches[k].is_fixed)
            walk_fixed(&frame->stretches[k], band);
        else
            status = find_in_stretch(&c, &frame->stretches[k], band, err);
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
