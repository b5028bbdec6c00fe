/* pieces.c -- what two segments have in common and what not, as ranges that cover both:
 * token by token, and inside a changed word letter by letter where that reads better.
 *
 *      the  |red fil|e| now      a       same pieces and changed ones, in turn
 *      the  |fold   |e| right|   b
 */
#include "internal.h"

#include <string.h>

#define UNITS_MAX 64 /* letters of a word; longer ones are shown whole */
#define RUNS_MAX  3  /* changed places in one word; more are confetti */

typedef struct making {
    cq_str a, b;
    cq_piece *items;
    size_t len, capacity, a_at, b_at; /* covered so far */
    bool failed;
} making;

/* Cover up to a_end and b_end; what is like the piece before becomes part of it. */
static void cover(making *made, size_t a_end, size_t b_end, bool is_same)
{
    cq_piece *last = made->len ? &made->items[made->len - 1] : NULL;

    if (a_end == made->a_at && b_end == made->b_at)
        return;
    if (last && last->is_same == is_same) {
        last->a_end = a_end;
        last->b_end = b_end;
    } else if (cq_grow(&made->items, &made->capacity, made->len + 1,
                       sizeof(*made->items))) {
        made->items[made->len++] =
            (cq_piece){made->a_at, a_end, made->b_at, b_end, is_same};
    } else {
        made->failed = true;
    }
    made->a_at = a_end;
    made->b_at = b_end;
}

static bool looks_same(cq_str a, cq_str b)
{
    return cq_str_equal(a, b) || cq_text_same(a, b);
}

/* Cover both as one piece. */
static void cover_whole(making *made, size_t a_end, size_t b_end)
{
    cover(made, a_end, b_end,
          looks_same(cq_str_slice(made->a, made->a_at, a_end),
                     cq_str_slice(made->b, made->b_at, b_end)));
}

/* ---- letters --------------------------------------------------------------------------
 */

/* A word in what must not be parted: grapheme clusters, and consonants that a virama
 * joins, which are one sign to the eye. */
typedef struct units {
    size_t len;
    size_t ends[UNITS_MAX]; /* bytes of the segment */
} units;

static bool ends_in_virama(cq_str cluster)
{
    uint32_t last = 0;

    for (size_t at = 0; at < cluster.len;)
        last = cq_text_next(cluster, &at);
    return cq_char_is_virama(last) || last == 0x200d; /* ZERO WIDTH JOINER */
}

static bool cut_units(cq_str text, size_t start, size_t end, units *cut)
{
    cut->len = 0;
    for (size_t at = start; at < end;) {
        cq_str rest = cq_str_slice(text, at, end);
        size_t len = cq_text_grapheme(rest);
        bool goes_on = ends_in_virama(cq_str_slice(rest, 0, len));

        at += len;
        if (goes_on && at < end)
            continue;
        if (cut->len == UNITS_MAX)
            return false;
        cut->ends[cut->len++] = at;
    }
    return true;
}

static cq_str unit_at(cq_str text, size_t start, const units *cut, size_t i)
{
    return cq_str_slice(text, i ? cut->ends[i - 1] : start, cut->ends[i]);
}

typedef struct letters {
    units a, b;
    bool is_equal[UNITS_MAX][UNITS_MAX];
    unsigned char common[UNITS_MAX + 1][UNITS_MAX + 1]; /* of what follows i and j */
} letters;

static void count_common(const making *made, letters *l)
{
    memset(l->common, 0, sizeof(l->common));
    for (size_t i = l->a.len; i-- > 0;) {
        for (size_t j = l->b.len; j-- > 0;) {
            unsigned char best = l->common[i + 1][j];

            l->is_equal[i][j] = looks_same(unit_at(made->a, made->a_at, &l->a, i),
                                           unit_at(made->b, made->b_at, &l->b, j));
            if (l->common[i][j + 1] > best)
                best = l->common[i][j + 1];
            if (l->is_equal[i][j] && l->common[i + 1][j + 1] + 1 > best)
                best = (unsigned char)(l->common[i + 1][j + 1] + 1);
            l->common[i][j] = best;
        }
    }
}

/* Whether units i and j stand against each other in a longest common subsequence. */
static bool is_kept(const letters *l, size_t i, size_t j)
{
    return i < l->a.len && j < l->b.len && l->is_equal[i][j] &&
           l->common[i][j] == l->common[i + 1][j + 1] + 1;
}

/* One step over what is not kept. */
static void skip(const letters *l, size_t *i, size_t *j)
{
    if (*j == l->b.len || (*i < l->a.len && l->common[*i + 1][*j] == l->common[*i][*j]))
        ++*i;
    else
        ++*j;
}

static size_t count_runs(const letters *l)
{
    size_t runs = 0, i = 0, j = 0;

    while (i < l->a.len || j < l->b.len) {
        runs += !is_kept(l, i, j);
        while ((i < l->a.len || j < l->b.len) && !is_kept(l, i, j))
            skip(l, &i, &j);
        while (is_kept(l, i, j))
            i++, j++;
    }
    return runs;
}

static void cover_units(making *made, const letters *l)
{
    size_t a_start = made->a_at, b_start = made->b_at, i = 0, j = 0;

    while (i < l->a.len || j < l->b.len) {
        bool is_same = is_kept(l, i, j);

        if (is_same)
            i++, j++;
        else
            skip(l, &i, &j);
        cover(made, i ? l->a.ends[i - 1] : a_start, j ? l->b.ends[j - 1] : b_start,
              is_same);
    }
}

/* Whether the words up to a_end and b_end are near enough to be shown by letters; fills
 * `l`. */
static bool are_near(const making *made, size_t a_end, size_t b_end, letters *l)
{
    size_t longer;

    if (!cut_units(made->a, made->a_at, a_end, &l->a) ||
        !cut_units(made->b, made->b_at, b_end, &l->b))
        return false;
    longer = l->a.len > l->b.len ? l->a.len : l->b.len;
    if (2 * l->a.len < longer || 2 * l->b.len < longer)
        return false;
    count_common(made, l);
    return 2 * (size_t)l->common[0][0] >= longer && count_runs(l) <= RUNS_MAX;
}

static void cover_words(making *made, size_t a_end, size_t b_end)
{
    letters l;

    if (are_near(made, a_end, b_end, &l))
        cover_units(made, &l);
    else
        cover(made, a_end, b_end, false);
}

/* ---- tokens ---------------------------------------------------------------------------
 */

static bool has_letters(const cq_scored_token *token)
{
    return token->kind == CQ_TOKEN_WORD || token->kind == CQ_TOKEN_PLACEABLE;
}

/* Two tokens that stand against each other, with the white space before them. */
static void cover_pair(making *made, const cq_scored_token *x, const cq_scored_token *y)
{
    cover_whole(made, x->start, y->start);
    if (looks_same(cq_str_slice(made->a, x->start, x->end),
                   cq_str_slice(made->b, y->start, y->end)))
        cover(made, x->end, y->end, true);
    else if (has_letters(x) && has_letters(y))
        cover_words(made, x->end, y->end);
    else
        cover(made, x->end, y->end, false);
}

static void cover_edits(making *made, const cq_explanation *why)
{
    for (size_t i = 0; i < why->edits_len; i++) {
        const cq_edit *edit = &why->edits[i];

        if (edit->a != CQ_NO_TOKEN && edit->b != CQ_NO_TOKEN)
            cover_pair(made, &why->a[edit->a], &why->b[edit->b]);
        else if (edit->a != CQ_NO_TOKEN)
            cover(made, why->a[edit->a].end, made->b_at, false);
        else
            cover(made, made->a_at, why->b[edit->b].end, false);
    }
    cover_whole(made, made->a.len, made->b.len);
}

/* ---- white space at the borders -------------------------------------------------------
 */

static size_t space_len(cq_str text)
{
    for (size_t at = 0; at < text.len;) {
        size_t next = at;

        if (!cq_char_is_space(cq_text_next(text, &next)))
            return at;
        at = next;
    }
    return text.len;
}

static bool starts_with(cq_str text, const cq_piece *piece, bool of_a, cq_str start)
{
    size_t from = of_a ? piece->a_start : piece->b_start;
    size_t to = of_a ? piece->a_end : piece->b_end;

    return cq_str_starts(cq_str_slice(text, from, to), start);
}

/* "the| red| file" becomes "the |red |file": a word goes with the space after it, as one
 * would mark it. */
static void slide(const making *made, cq_piece *change)
{
    cq_piece *before = change - 1, *after = change + 1;
    cq_str a = cq_str_slice(made->a, change->a_start, change->a_end);
    cq_str b = cq_str_slice(made->b, change->b_start, change->b_end);
    cq_str space = cq_str_slice(a.len ? a : b, 0, space_len(a.len ? a : b));

    if (space.len == a.len + b.len || !starts_with(made->a, after, true, space) ||
        !starts_with(made->b, after, false, space) ||
        after->a_end - after->a_start == space.len)
        return;
    before->a_end = change->a_start += space.len;
    before->b_end = change->b_start += space.len;
    change->a_end = after->a_start += space.len;
    change->b_end = after->b_start += space.len;
}

/* Space before words that replace each other is no change. */
static void trim(const making *made, cq_piece *change)
{
    cq_piece *before = change - 1;
    cq_str a = cq_str_slice(made->a, change->a_start, change->a_end);
    cq_str b = cq_str_slice(made->b, change->b_start, change->b_end);
    size_t space = space_len(a);

    if (space == a.len || space == b.len || space != space_len(b) ||
        !cq_str_starts(b, cq_str_slice(a, 0, space)))
        return;
    before->a_end = change->a_start += space;
    before->b_end = change->b_start += space;
}

/* Changed pieces lie between same ones. */
static void settle(making *made)
{
    for (size_t i = 1; i < made->len; i++) {
        cq_piece *change = &made->items[i];

        if (change->is_same)
            continue;
        if (change->a_end > change->a_start && change->b_end > change->b_start)
            trim(made, change);
        else if (i + 1 < made->len)
            slide(made, change);
    }
}

cq_status cq_match_pieces(cq_str a, cq_str b, const cq_explanation *why, cq_arena *arena,
                          const cq_piece **pieces, size_t *len, cq_error *err)
{
    making made = {.a = a, .b = b};
    cq_piece *kept;

    cover_edits(&made, why);
    settle(&made);
    kept = cq_arena_alloc(arena, (made.len + 1) * sizeof(*kept));
    if (kept && made.len)
        memcpy(kept, made.items, made.len * sizeof(*kept));
    cq_free(made.items);
    if (made.failed || !kept)
        return cq_fail(err, CQ_E_NOMEM, "no memory to lay out the difference");
    *pieces = kept;
    *len = made.len;
    return CQ_OK;
}
