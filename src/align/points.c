#include "align/coarse.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#define RARE_PRODUCT 36 /* of the counts on both sides: more says little of the place */
#define RARE_COUNT   16
#define RARE_STEPS   3 /* how often these may be doubled (fourfold) for want of points */
#define JUMP_COST    8.0F /* of leaving the diagonal, however far */
#define LOOK_BACK    64   /* points */

/* ---- points: sentences that share something rare -------------------------------------
 */

static uint32_t concept_at(const cq_align_text *text, uint64_t token)
{
    return text->types[text->tokens[token]].concept;
}

/* Count in how many sentences of the window each concept is. */
static void count_concepts(cq_coarse *c, const cq_align_text *text, int side,
                           size_t start, size_t len)
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
static void forget_concepts(cq_coarse *c, const cq_align_text *text, int side,
                            size_t start, size_t len)
{
    for (uint64_t t = text->first[start]; t < text->first[start + len]; t++)
        c->count[side][concept_at(text, t)] = 0;
}

static bool is_rare(const cq_coarse *c, uint32_t concept)
{
    uint32_t source = c->count[0][concept], target = c->count[1][concept];

    return source > 0 && target > 0 && source <= c->rare_count &&
           target <= c->rare_count && source * target <= c->rare_product;
}

/* Whether a person said that the sentence has no counterpart. */
static bool is_alone(const cq_coarse *c, int side, size_t sentence)
{
    return c->frame->is_any && (c->frame->of[side][sentence] & CQ_ALIGN_ALONE);
}

/* List the target sentences of each rare concept. */
static bool list_places(cq_coarse *c)
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
    const cq_coarse_point *x = a, *y = b;

    return x->j < y->j ? -1 : x->j > y->j;
}

/* Sort the points of one row and join those of one place. */
static void join_row(cq_coarse *c, size_t start)
{
    size_t len = start;

    if (start == c->points_len)
        return;
    qsort(c->points + start, c->points_len - start, sizeof(*c->points), compare_points);
    for (size_t k = start; k < c->points_len; k++)
        if (len > start && c->points[len - 1].j == c->points[k].j)
            c->points[len - 1].weight = cq_coarse_less(
                c->points[len - 1].weight + c->points[k].weight, CQ_COARSE_POINT_MAX);
        else
            c->points[len++] = c->points[k];
    c->points_len = len;
}

static bool add_row_points(cq_coarse *c, size_t row)
{
    const cq_align_text *text = &c->texts->source;
    size_t k = c->at.i + row;

    if (is_alone(c, 0, k))
        return true;
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
            if (!is_alone(c, 1, c->at.j + c->places[p]))
                c->points[c->points_len++] = (cq_coarse_point){
                    .i = (uint32_t)row, .j = c->places[p], .weight = weight};
    }
    return true;
}

static bool find_rare(cq_coarse *c)
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

cq_status cq_coarse_find_points(cq_coarse *c, cq_error *err)
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
    return has_memory ? CQ_OK : cq_coarse_no_memory(c, err);
}

/* ---- the chain of points -------------------------------------------------------------
 */

/* Of going from one point to the next: what the path leaves out on one side. */
float cq_coarse_jump_cost(float rows, float columns, float ratio)
{
    float off = fabsf(rows * ratio - columns);

    return cq_coarse_less(JUMP_COST, 0.7F * log2f(1 + off / 1.5F));
}

static void tree_put(cq_coarse *c, uint32_t j, float best, uint32_t k)
{
    for (size_t at = j + 1; at <= c->at.columns; at += at & (~at + 1))
        if (c->tree[at] < best) {
            c->tree[at] = best;
            c->tree_point[at] = k;
        }
}

/* The best chain that ends left of column j. */
static void tree_get(const cq_coarse *c, uint32_t j, float *best, uint32_t *k)
{
    for (size_t at = j; at > 0; at -= at & (~at + 1))
        if (c->tree[at] > *best) {
            *best = c->tree[at];
            *k = c->tree_point[at];
        }
}

static void chain_point(cq_coarse *c, size_t k, float ratio)
{
    cq_coarse_point *p = &c->points[k];
    float best = -JUMP_COST, far = 0;
    uint32_t before = UINT32_MAX, far_before = UINT32_MAX;

    best = -cq_coarse_jump_cost((float)p->i, (float)p->j, ratio);
    tree_get(c, p->j, &far, &far_before);
    if (far - JUMP_COST > best) {
        best = far - JUMP_COST;
        before = far_before;
    }
    for (size_t b = k; b > 0 && k - b < LOOK_BACK; b--) {
        const cq_coarse_point *q = &c->points[b - 1];
        float score;

        if (q->i >= p->i || q->j >= p->j || q->best <= best)
            continue;
        score = q->best -
                cq_coarse_jump_cost((float)(p->i - q->i), (float)(p->j - q->j), ratio);
        if (score > best) {
            best = score;
            before = (uint32_t)b - 1;
        }
    }
    p->best = best + p->weight;
    p->before = before;
}

cq_status cq_coarse_find_chain(cq_coarse *c, uint32_t *last, cq_error *err)
{
    float ratio = c->slope, best = 0;
    size_t entered = 0;

    *last = UINT32_MAX;
    if (!cq_grow(&c->tree, &c->tree_capacity, c->at.columns + 2, sizeof(*c->tree)) ||
        !cq_grow(&c->tree_point, &c->tree_point_capacity, c->at.columns + 2,
                 sizeof(*c->tree_point)))
        return cq_coarse_no_memory(c, err);
    memset(c->tree, 0, (c->at.columns + 2) * sizeof(*c->tree));
    for (size_t k = 0; k < c->points_len; k++) {
        float score;

        for (; entered < k && c->points[entered].i < c->points[k].i; entered++)
            tree_put(c, c->points[entered].j, c->points[entered].best, (uint32_t)entered);
        chain_point(c, k, ratio);
        score = c->points[k].best;
        if (c->at.is_last)
            score -= cq_coarse_jump_cost((float)(c->at.rows - c->points[k].i),
                                         (float)(c->at.columns - c->points[k].j), ratio);
        if (score > best) {
            best = score;
            *last = (uint32_t)k;
        }
    }
    return CQ_OK;
}
