#include "codes.h"

#define COST_MAX 5

/* ---- what a difference costs ----------------------------------------------------------
 */

static size_t count(const cq_marks *marks, cq_mark_kind kind)
{
    size_t found = 0;

    for (size_t i = 0; i < marks->len; i++)
        found += marks->items[i].kind == kind;
    return found;
}

static size_t apart(size_t a, size_t b) { return a > b ? a - b : b - a; }

static bool same_places(const cq_marks *a, const cq_marks *b)
{
    for (size_t i = 0; i < a->len; i++)
        if (a->items[i].at != b->items[i].at)
            return false;
    return true;
}

cq_status cq_codes_cost(const cq_marks *query, bool compares_places,
                        const cq_variant *source, cq_marks *scratch, int *cost,
                        cq_error *err)
{
    cq_status status = cq_marks_of(source, scratch, err);
    size_t differ;

    *cost = 0;
    if (status != CQ_OK || query->len == 0)
        return status;
    differ = apart(count(query, CQ_MARK_OPEN), count(scratch, CQ_MARK_OPEN)) +
             apart(count(query, CQ_MARK_ALONE), count(scratch, CQ_MARK_ALONE));
    if (differ == 0 && !cq_marks_alike(query->items, scratch->items, query->len))
        differ = 1;
    if (differ == 0 && compares_places && !same_places(query, scratch))
        differ = 1;
    *cost = differ < COST_MAX ? (int)differ : COST_MAX;
    return CQ_OK;
}

/* ---- where they belong ----------------------------------------------------------------
 */

/* Where a code stands among tokens: after `before` of them, perhaps within the next. */
typedef struct spot {
    size_t before;
    bool is_within;
} spot;

static spot find_spot(const cq_scored_token *tokens, size_t len, size_t at)
{
    size_t low = 0, high = len;

    while (low < high) {
        size_t middle = low + (high - low) / 2;

        if (tokens[middle].end <= at)
            low = middle + 1;
        else
            high = middle;
    }
    return (spot){low, low < len && tokens[low].start < at};
}

/* Whether the edit script passes between the tokens before both places: then what stands
 * before one is what became of what stands before the other. */
static bool correspond(const cq_explanation *why, size_t in_a, size_t in_b)
{
    spot a = find_spot(why->a, why->a_len, in_a), b = find_spot(why->b, why->b_len, in_b);
    size_t i = 0, j = 0;

    if (a.is_within != b.is_within)
        return false;
    for (size_t k = 0; k < why->edits_len && (i < a.before || j < b.before); k++) {
        i += why->edits[k].a != CQ_NO_TOKEN;
        j += why->edits[k].b != CQ_NO_TOKEN;
    }
    return i == a.before && j == b.before;
}

/* A run of marks that stands for another, code by code. */
typedef struct run {
    const cq_mark *items;
    size_t len;
} run;

static bool runs_correspond(run query, run source, const cq_explanation *why)
{
    if (query.len != source.len || !cq_marks_alike(query.items, source.items, query.len))
        return false;
    for (size_t i = 0; i < query.len; i++)
        if (!correspond(why, source.items[i].at, query.items[i].at))
            return false;
    return true;
}

static bool closes_at(const cq_marks *marks, unsigned number, size_t at)
{
    for (size_t i = 0; i < marks->len; i++)
        if (marks->items[i].kind == CQ_MARK_CLOSE && marks->items[i].number == number)
            return marks->items[i].at == at;
    return false;
}

static bool opens_at(const cq_marks *marks, unsigned number, size_t at)
{
    for (size_t i = 0; i < marks->len; i++)
        if (marks->items[i].kind == CQ_MARK_OPEN && marks->items[i].number == number)
            return marks->items[i].at == at;
    return false;
}

/* The marks without those that enclose the whole text of `len` bytes: codes alone at its
 * ends, and pairs from end to end. `first` is set to how many stand before the rest. */
static run peel(const cq_marks *marks, size_t len, size_t *first)
{
    size_t start = 0, end = marks->len;

    if (len == 0 || marks->len == 0) { /* none, or all before and after nothing */
        *first = 0;
        return (run){marks->items, marks->len};
    }
    while (start < end && marks->items[start].at == 0 &&
           (marks->items[start].kind == CQ_MARK_ALONE ||
            closes_at(marks, marks->items[start].number, len)))
        start++;
    while (end > start && marks->items[end - 1].at == len &&
           (marks->items[end - 1].kind == CQ_MARK_ALONE ||
            opens_at(marks, marks->items[end - 1].number, 0)))
        end--;
    *first = start;
    return (run){marks->items + start, end - start};
}

static cq_status push(cq_marks *placed, cq_mark mark, cq_error *err)
{
    if (!cq_grow(&placed->items, &placed->capacity, placed->len + 1,
                 sizeof(*placed->items)))
        return cq_fail(err, CQ_E_NOMEM, "no memory for the codes of a rendering");
    placed->items[placed->len++] = mark;
    return CQ_OK;
}

/* The query's number for a source's; 0 when the run does not have it. */
static unsigned translate(run source, run query, unsigned number)
{
    for (size_t i = 0; i < source.len; i++)
        if (source.items[i].number == number)
            return query.items[i].number;
    return 0;
}

static bool has_number(run marks, unsigned number)
{
    for (size_t i = 0; i < marks.len; i++)
        if (marks.items[i].number == number)
            return true;
    return false;
}

/* The rendering's marks under the query's numbers. Marks of the source outside `inner`,
 * which enclosed it, go. CQ_DONE for one that is nobody's, or when one is missing. */
static cq_status renumber(const cq_marks *source, run inner, run query,
                          const cq_marks *target, cq_marks *placed, cq_error *err)
{
    run whole = {source->items, source->len};
    size_t first = placed->len;
    cq_status status = CQ_OK;

    for (size_t i = 0; i < target->len && status == CQ_OK; i++) {
        cq_mark mark = target->items[i];
        unsigned number = translate(inner, query, mark.number);

        if (number == 0 && has_number(whole, mark.number))
            continue;
        if (number == 0)
            return CQ_DONE;
        mark.number = number;
        status = push(placed, mark, err);
    }
    return status == CQ_OK && placed->len - first != inner.len ? CQ_DONE : status;
}

/* The query's marks from `start` to `end`, at one place of the rendering. */
static cq_status put_ends(const cq_marks *query, size_t start, size_t end, size_t at,
                          cq_marks *placed, cq_error *err)
{
    cq_status status = CQ_OK;

    for (size_t i = start; i < end && status == CQ_OK; i++) {
        cq_mark mark = query->items[i];

        mark.at = at;
        status = push(placed, mark, err);
    }
    return status;
}

cq_status cq_codes_place(const cq_marks *query, const cq_marks *source,
                         const cq_marks *target, cq_str text, const cq_explanation *why,
                         size_t query_len, size_t source_len, cq_marks *placed,
                         cq_error *err)
{
    run asked = {query->items, query->len}, stored = {source->items, source->len};
    size_t first = 0, unused;
    cq_status status;

    placed->len = 0;
    if (!runs_correspond(asked, stored, why)) {
        asked = peel(query, query_len, &first);
        stored = peel(source, source_len, &unused);
        if (!runs_correspond(asked, stored, why))
            return CQ_DONE;
    }
    status = put_ends(query, 0, first, 0, placed, err);
    if (status == CQ_OK)
        status = renumber(source, stored, asked, target, placed, err);
    if (status == CQ_OK)
        status = put_ends(query, first + asked.len, query->len, text.len, placed, err);
    return status;
}
