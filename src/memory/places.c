/* places.c -- where a phrase stands in a text. */
#include "wanted.h"

#include <stdlib.h>
#include <string.h>

/* ---- gathering ------------------------------------------------------------------------
 */

static cq_status no_memory(cq_error *err)
{
    return cq_fail(err, CQ_E_NOMEM, "no memory to search");
}

static cq_status add_range(cq_phrase *p, size_t start, size_t end, cq_error *err)
{
    if (!cq_grow(&p->ranges, &p->ranges_capacity, p->ranges_len + 1, sizeof(*p->ranges)))
        return no_memory(err);
    p->ranges[p->ranges_len++] = (cq_range){start, end};
    return CQ_OK;
}

/* A place in the folded text at a level: kept when no better one is known. `from` is
 * where the part's own ranges begin. */
static cq_status add_place(cq_phrase *p, size_t from, size_t start, size_t end, int level,
                           int *best, cq_error *err)
{
    if (level > *best)
        return CQ_OK;
    if (level < *best) {
        p->ranges_len = from;
        *best = level;
    }
    cq_folded_range(&p->text, &start, &end);
    if (p->ranges_len > from && start < p->ranges[p->ranges_len - 1].end)
        return CQ_OK; /* overlaps the one before */
    return add_range(p, start, end, err);
}

/* ---- plain ----------------------------------------------------------------------------
 */

static bool is_typed_so(const cq_phrase *p, cq_str text, const cq_literal *literal,
                        size_t start)
{
    size_t end = start + literal->folded.len;

    if (!p->opts.exact)
        return true;
    cq_folded_range(&p->text, &start, &end);
    return cq_text_same(cq_str_slice(text, start, end), literal->source);
}

static cq_status find_plain(cq_phrase *p, cq_str text, const cq_wanted *part, int *level,
                            cq_error *err)
{
    cq_str folded = cq_buf_str(&p->text.text);
    const cq_literal *literal = &part->literals[0];
    size_t from = p->ranges_len, at = cq_str_find_from(folded, literal->folded, 0);
    cq_status status = CQ_OK;

    while (at != SIZE_MAX && status == CQ_OK) {
        size_t end = at + literal->folded.len;

        if (is_typed_so(p, text, literal, at))
            status = add_place(p, from, at, end,
                               !(cq_piece_parts(p->folder, folded, at) &&
                                 cq_piece_parts(p->folder, folded, end)),
                               level, err);
        at = cq_str_find_from(folded, literal->folded, at + 1);
    }
    return status;
}

/* ---- with stars -----------------------------------------------------------------------
 */

/* The first place of a literal at or after `from` with no white space before it. */
static size_t seek_literal(cq_str folded, cq_literal *literal, size_t from)
{
    size_t len = literal->folded.len, end;
    const char *space;

    if (literal->is_known && from >= literal->from && from <= literal->until)
        return literal->found;
    space = memchr(folded.ptr + from, ' ', folded.len - from);
    end = space ? (size_t)(space - folded.ptr) : folded.len;
    folded.len = folded.len - end < len ? folded.len : end + len;
    literal->from = from;
    literal->found = cq_str_find_from(folded, literal->folded, from);
    literal->until = literal->found == SIZE_MAX ? end : literal->found;
    literal->is_known = true;
    return literal->found;
}

/* The place of a literal at or after `at` that will do; with `is_fixed` just at `at`. */
static size_t place_literal(const cq_phrase *p, cq_str text, cq_literal *literal,
                            size_t at, bool is_fixed, bool must_end)
{
    cq_str folded = cq_buf_str(&p->text.text);

    if (is_fixed && !cq_str_starts(cq_str_slice(folded, at, folded.len), literal->folded))
        return SIZE_MAX;
    if (!is_fixed)
        at = seek_literal(folded, literal, at);
    while (at != SIZE_MAX &&
           ((must_end && !cq_piece_parts(p->folder, folded, at + literal->folded.len)) ||
            !is_typed_so(p, text, literal, at)))
        at = is_fixed ? SIZE_MAX : seek_literal(folded, literal, at + 1);
    return at;
}

/* Whether the pattern stands at *start, where a piece begins, or after it when it opens
 * with a star: then *start moves up to the piece where it does. What lies between two
 * literals has no white space, so the first place of each leaves most room for the next.
 */
static bool match_pattern(cq_phrase *p, cq_str text, cq_wanted *part, size_t *start,
                          size_t *end)
{
    cq_str folded = cq_buf_str(&p->text.text);
    size_t at = *start;

    for (size_t i = 0; i < part->len; i++) {
        at = place_literal(p, text, &part->literals[i], at, i == 0 && !part->opens,
                           i + 1 == part->len && !part->closes);
        if (at == SIZE_MAX)
            return false;
        if (i == 0)
            for (*start = at; !cq_piece_parts(p->folder, folded, *start);)
                --*start;
        at += part->literals[i].folded.len;
    }
    while (part->closes && !cq_piece_parts(p->folder, folded, at))
        at = cq_char_end(folded, at);
    *end = at;
    return true;
}

static cq_status find_pattern(cq_phrase *p, cq_str text, cq_wanted *part, int *level,
                              cq_error *err)
{
    cq_str folded = cq_buf_str(&p->text.text);
    size_t from = p->ranges_len, end;
    cq_status status = CQ_OK;

    for (size_t i = 0; i < part->len; i++)
        part->literals[i].is_known = false;
    for (size_t at = 0; at < folded.len && status == CQ_OK;) {
        size_t start = at;

        if (folded.ptr[at] != ' ' && cq_piece_parts(p->folder, folded, at) &&
            match_pattern(p, text, part, &start, &end)) {
            status = add_place(p, from, start, end, 0, level, err);
            at = end;
        } else {
            at = cq_char_end(folded, at);
        }
    }
    return status;
}

/* ---- fuzzy ----------------------------------------------------------------------------
 */

/* The cheapest way to the first letters of the phrase, and where in the text it began. */
typedef struct cq_cell {
    size_t edits, start;
} cq_cell;

static cq_cell cheaper(cq_cell a, cq_cell b) { return b.edits < a.edits ? b : a; }

/* One column for a character of the text, at its end `at` (Sellers 1980). A way begins
 * only where a piece does. */
static void next_column(const cq_wanted *part, uint32_t code, size_t at, bool may_begin,
                        const cq_cell *before, cq_cell *column)
{
    column[0] = (cq_cell){before[0].edits + 1, before[0].start};
    if (may_begin)
        column[0] = (cq_cell){0, at};
    for (size_t i = 1; i <= part->codes_len; i++) {
        cq_cell step = before[i - 1];

        step.edits += part->codes[i - 1] != code;
        column[i] = cheaper(step, (cq_cell){before[i].edits + 1, before[i].start});
        column[i] =
            cheaper(column[i], (cq_cell){column[i - 1].edits + 1, column[i - 1].start});
    }
}

static cq_status find_fuzzy(cq_phrase *p, const cq_wanted *part, int *level,
                            cq_error *err)
{
    cq_str folded = cq_buf_str(&p->text.text);
    size_t rows = part->codes_len + 1, from = p->ranges_len;
    cq_cell *column, *before;
    cq_status status = CQ_OK;

    if (!cq_grow(&p->cells, &p->cells_capacity, 2 * rows, sizeof(*p->cells)))
        return no_memory(err);
    column = p->cells;
    before = p->cells + rows;
    for (size_t i = 0; i < rows; i++)
        before[i] = (cq_cell){i, 0};
    for (size_t at = 0; at < folded.len && status == CQ_OK;) {
        uint32_t code = cq_text_next(folded, &at);
        bool parts = cq_piece_parts(p->folder, folded, at);
        cq_cell *other = before;

        next_column(part, code, at, parts, before, column);
        if (parts && column[rows - 1].edits <= part->edits && column[rows - 1].start < at)
            status = add_place(p, from, column[rows - 1].start, at,
                               (int)column[rows - 1].edits, level, err);
        before = column;
        column = other;
    }
    return status;
}

/* ---- inflected ------------------------------------------------------------------------
 */

static bool is_form_of(const cq_token *token, const cq_stem *stem)
{
    return token->kind == stem->kind && cq_str_equal(token->key, stem->key) &&
           (!stem->form.ptr || cq_str_equal(token->form, stem->form));
}

static cq_status find_stem(cq_phrase *p, const cq_tokens *tokens, const cq_stem *stem,
                           cq_error *err)
{
    size_t before = p->ranges_len;
    cq_status status = CQ_OK;

    for (size_t i = 0; i < tokens->len && status == CQ_OK; i++)
        if (is_form_of(&tokens->items[i], stem))
            status = add_range(p, tokens->items[i].start, tokens->items[i].end, err);
    return status == CQ_OK && p->ranges_len == before ? CQ_DONE : status;
}

static cq_status find_row(cq_phrase *p, const cq_tokens *tokens, cq_error *err)
{
    size_t len = p->stems_len;
    cq_status status = CQ_OK;

    for (size_t i = 0; i + len <= tokens->len && status == CQ_OK; i++) {
        size_t same = 0;

        while (same < len && is_form_of(&tokens->items[i + same], &p->stems[same]))
            same++;
        if (same < len)
            continue;
        status =
            add_range(p, tokens->items[i].start, tokens->items[i + len - 1].end, err);
        i += len - 1;
    }
    return status == CQ_OK && p->ranges_len == 0 ? CQ_DONE : status;
}

static cq_status find_stems(cq_phrase *p, cq_str text, cq_error *err)
{
    cq_tokens *tokens = &p->memory->tokens;
    cq_status status = cq_analyzer_run(p->analyzer, text, tokens, err);

    if (status != CQ_OK || !p->opts.words)
        return status == CQ_OK ? find_row(p, tokens, err) : status;
    for (size_t i = 0; i < p->stems_len && status == CQ_OK; i++)
        status = find_stem(p, tokens, &p->stems[i], err);
    return status;
}

/* ---- all ------------------------------------------------------------------------------
 */

static int by_start(const void *a, const void *b)
{
    const cq_range *x = a, *y = b;

    if (x->start != y->start)
        return x->start < y->start ? -1 : 1;
    return (x->end > y->end) - (x->end < y->end);
}

/* Sorted, what overlaps as one. */
static void tidy_ranges(cq_phrase *p)
{
    size_t kept = 0;

    qsort(p->ranges, p->ranges_len, sizeof(*p->ranges), by_start);
    for (size_t i = 0; i < p->ranges_len; i++) {
        if (kept > 0 && p->ranges[i].start < p->ranges[kept - 1].end) {
            if (p->ranges[i].end > p->ranges[kept - 1].end)
                p->ranges[kept - 1].end = p->ranges[i].end;
        } else {
            p->ranges[kept++] = p->ranges[i];
        }
    }
    p->ranges_len = kept;
}

static cq_status find_parts(cq_phrase *p, cq_str text, int *level, cq_error *err)
{
    cq_status status = cq_folder_run(p->folder, text, &p->text, err);

    *level = 0;
    for (size_t i = 0; i < p->parts_len && status == CQ_OK; i++) {
        cq_wanted *part = &p->parts[i];
        size_t before = p->ranges_len;
        int best = p->levels;

        if (part->is_pattern)
            status = find_pattern(p, text, part, &best, err);
        else if (part->codes)
            status = find_fuzzy(p, part, &best, err);
        else
            status = find_plain(p, text, part, &best, err);
        if (status == CQ_OK && p->ranges_len == before)
            return CQ_DONE;
        *level = best > *level ? best : *level;
    }
    return status;
}

cq_status cq_phrase_find(cq_phrase *p, cq_str text, cq_places *places, cq_error *err)
{
    cq_status status;

    p->ranges_len = 0;
    places->level = 0;
    status = p->stems_len ? find_stems(p, text, err)
                          : find_parts(p, text, &places->level, err);
    if (status != CQ_OK)
        return status;
    if (p->stems_len > 1 || p->parts_len > 1)
        tidy_ranges(p);
    places->ranges = p->ranges;
    places->len = p->ranges_len;
    return CQ_OK;
}
