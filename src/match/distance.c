#include "internal.h"

#include <string.h>

/* The script that keeps most, as the cheapest one (Wagner and Fischer 1974): a token that
 * is deleted or inserted costs its size; one put in place of another is deleted and
 * inserted; two of the same key cost their sizes without twice what is kept. So
 *
 *      cost = size of a + size of b - 2 * kept
 *
 * The table is filled over a band alone (Ukkonen 1985). The size before column j and that
 * before row i differ by what is deleted or inserted until there at the least, and so do
 * the sizes after: a cell whose two differences together pass the limit lies on no script
 * within it.
 *
 *      b ->   . . . .
 *    a  . . . X X . .     row i holds columns first..last, both rising with i
 *    |  . . . X X X .
 *    v  . . . . X X X
 */

#define FAR CQ_MATCH_FAR

struct band {
    const cq_side *a, *b;
    uint64_t limit;
    int64_t ahead, behind; /* how far sums of a and b may part either way */
    size_t first, last;    /* columns of the row, last included */
};

static void open_band(struct band *band)
{
    int64_t limit = (int64_t)band->limit;
    int64_t excess =
        (int64_t)band->a->sums[band->a->len] - (int64_t)band->b->sums[band->b->len];

    /* |d| + |excess - d| <= limit, where d = sum of a - sum of b: d lies between
     * -behind and ahead. Halves are rounded down, towards fewer cells: an odd rest
     * reaches no integer d. */
    band->ahead = (limit + excess) >= 0 ? (limit + excess) / 2 : -1;
    band->behind = (limit - excess) >= 0 ? (limit - excess) / 2 : -1;
    band->first = 0;
    band->last = 0;
}

/* Move the band to row i; false when it is empty. */
static bool move_band(struct band *band, size_t i)
{
    int64_t at = (int64_t)band->a->sums[i];
    const uint64_t *sums = band->b->sums;

    while (band->first <= band->b->len && (int64_t)sums[band->first] < at - band->ahead)
        band->first++;
    while (band->last < band->b->len &&
           (int64_t)sums[band->last + 1] <= at + band->behind)
        band->last++;
    return band->first <= band->last && (int64_t)sums[band->first] <= at + band->behind;
}

static inline uint64_t add(uint64_t cost, uint64_t more)
{
    return cost == FAR ? FAR : cost + more;
}

static bool grow_trace(cq_trace *trace, const struct band *band, size_t i)
{
    size_t width = band->last - band->first + 1;

    if (width > trace->cells_max - trace->cells_len) {
        trace->is_full = true;
        return false;
    }
    if (!cq_grow(&trace->cells, &trace->cells_capacity, trace->cells_len + width, 1))
        return false;
    trace->starts[i] = trace->cells_len;
    trace->firsts[i] = band->first;
    memset(trace->cells + trace->cells_len, 0, width);
    trace->cells_len += width;
    return true;
}

/* Fill row i in place: row[j] still holds the row above. Returns the smallest cell. */
static uint64_t fill_row(const struct band *band, size_t i, uint64_t *row,
                         size_t above_last, unsigned char *steps)
{
    const cq_side *a = band->a, *b = band->b;
    uint64_t size = cq_side_size(a, i - 1), best = FAR, left = FAR;
    uint64_t diagonal = band->first ? row[band->first - 1] : FAR;
    uint32_t id = a->ids[i - 1];

    for (size_t j = band->first; j <= band->last; j++) {
        uint64_t above = j <= above_last ? row[j] : FAR;
        uint64_t cost = add(above, size);
        unsigned char step = STEP_DELETE;

        if (j > 0) {
            uint64_t other = cq_side_size(b, j - 1), insert = add(left, other), pair;

            if (insert < cost) {
                cost = insert;
                step = STEP_INSERT;
            }
            if (id != 0 && id == b->ids[j - 1] && diagonal != FAR) {
                pair =
                    diagonal + size + other - 2 * cq_match_kept(a, i - 1, b, j - 1, NULL);
                /* Of scripts that cost the same, one that keeps more tokens reads
                 * better. */
                if (pair <= cost) {
                    cost = pair;
                    step = STEP_PAIR;
                }
            }
        }
        diagonal = above;
        row[j] = left = cost;
        if (steps)
            steps[j - band->first] = step;
        if (cost < best)
            best = cost;
    }
    return best;
}

bool cq_match_distance(cq_matcher *matcher, uint64_t limit, cq_trace *trace,
                       uint64_t *distance)
{
    struct band band = {.a = &matcher->a, .b = &matcher->b, .limit = limit};
    uint64_t *row = matcher->row;
    size_t above_last = 0, above_first = 0;

    *distance = FAR;
    open_band(&band);
    for (size_t i = 0; i <= band.a->len; i++) {
        unsigned char *steps = NULL;

        if (!move_band(&band, i))
            return true;
        if (trace) {
            if (!grow_trace(trace, &band, i))
                return false;
            steps = trace->cells + trace->starts[i];
        }
        if (i == 0) {
            for (size_t j = 0; j <= band.last; j++) {
                row[j] = band.b->sums[j];
                if (steps && j >= band.first)
                    steps[j - band.first] = STEP_INSERT;
            }
        } else {
            if (band.first > 0 &&
                (band.first - 1 < above_first || band.first - 1 > above_last))
                row[band.first - 1] = FAR;
            if (fill_row(&band, i, row, above_last, steps) > limit)
                return true;
        }
        above_first = band.first;
        above_last = band.last;
    }
    if (band.last == band.b->len && row[band.last] <= limit)
        *distance = row[band.last];
    return true;
}
