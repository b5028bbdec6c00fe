#include "internal.h"

#include <string.h>

/* What tokens weigh, how large they are, and what small differences cost of the size
 * (docs/matching.md, "Weights and sizes"). Stored memories hold sums of the weights, so
 * that these are part of the file format; sizes and costs are free to change. */
static const struct kind_cost {
    uint32_t weight;
    uint32_t size; /* of a word: besides its letters */
    uint32_t form, letter_case, spelling, gap;
} kinds[] = {
    [CQ_TOKEN_WORD] = {12, 6, 3, 2, 2, 2},  [CQ_TOKEN_CHARACTER] = {6, 6, 2, 2, 2, 2},
    [CQ_TOKEN_NUMBER] = {8, 8, 4, 2, 2, 2}, [CQ_TOKEN_PUNCTUATION] = {3, 3, 1, 1, 1, 1},
    [CQ_TOKEN_SYMBOL] = {3, 3, 1, 1, 1, 1}, [CQ_TOKEN_PLACEABLE] = {8, 8, 4, 2, 2, 2},
};

#define LETTERS_MAX 24 /* of a word that count: longer is no word, or a chain of some */
#define EDGE_COST   2  /* of other white space before or after all tokens */

uint32_t cq_match_weight(cq_token_kind kind) { return kinds[kind].weight; }

uint64_t cq_match_total(const cq_tokens *tokens)
{
    uint64_t total = 0;

    for (size_t i = 0; i < tokens->len; i++)
        total += kinds[tokens->items[i].kind].weight;
    return total;
}

/* The letters of the key, so that tokens of one key are of one size, however they are
 * inflected, pointed or composed. */
uint32_t cq_match_size(const cq_token *token)
{
    uint32_t letters = 0;

    if (token->kind != CQ_TOKEN_WORD)
        return kinds[token->kind].size;
    for (size_t i = 0; i < token->key.len && letters < LETTERS_MAX; i++)
        letters += ((unsigned char)token->key.ptr[i] & 0xc0) != 0x80;
    return kinds[CQ_TOKEN_WORD].size + letters;
}

bool cq_match_possible(uint64_t weight_a, uint64_t weight_b, uint64_t shared, int percent)
{
    uint64_t heavier = weight_a > weight_b ? weight_a : weight_b;

    return percent <= 0 || shared * 100 >= heavier * (uint64_t)percent;
}

int cq_match_percent(const cq_totals *t, uint64_t kept)
{
    uint64_t whole = 4 * t->larger * t->heavier, common, mixed;

    if (whole == 0)
        return 0;
    common = 100 * t->shared / t->heavier;
    mixed = 100 * (3 * kept * t->heavier + t->shared * t->larger) / whole;
    return (int)(common < mixed ? common : mixed);
}

bool cq_match_least(const cq_totals *t, int percent, uint64_t *kept)
{
    uint64_t wanted = 4 * t->larger * t->heavier * (uint64_t)percent;
    uint64_t given = 100 * t->shared * t->larger, step = 300 * t->heavier;

    if (t->shared * 100 < t->heavier * (uint64_t)percent)
        return false;
    *kept = wanted > given ? (wanted - given + step - 1) / step : 0;
    return true;
}

static bool looks_same(cq_str a, cq_str b)
{
    return cq_str_equal(a, b) || cq_text_same(a, b);
}

static cq_str token_text(const cq_side *s, size_t i)
{
    return cq_str_slice(s->text, s->tokens[i].start, s->tokens[i].end);
}

static cq_str gap_before(const cq_side *s, size_t i)
{
    size_t from = i ? s->tokens[i - 1].end : 0;
    size_t to = i < s->len ? s->tokens[i].start : s->text.len;

    return cq_str_slice(s->text, from, to);
}

uint32_t cq_match_kept(const cq_side *a, size_t i, const cq_side *b, size_t j,
                       unsigned *differs)
{
    const cq_token *x = &a->tokens[i], *y = &b->tokens[j];
    const struct kind_cost *cost = &kinds[x->kind];
    uint32_t size = cq_side_size(a, i), lost = 0;
    unsigned found = 0;

    if (!cq_str_equal(x->form, y->form))
        found |= CQ_DIFFERS_FORM;
    if (x->letter_case != y->letter_case)
        found |= CQ_DIFFERS_CASE;
    if (found == 0 && !looks_same(token_text(a, i), token_text(b, j)))
        found |= CQ_DIFFERS_SPELLING;
    /* What stands before all tokens is an edge of the segment, not a gap. */
    if (i > 0 && j > 0 && !looks_same(gap_before(a, i), gap_before(b, j)))
        found |= CQ_DIFFERS_SPACE;
    lost += found & CQ_DIFFERS_FORM ? cost->form : 0;
    lost += found & CQ_DIFFERS_CASE ? cost->letter_case : 0;
    lost += found & CQ_DIFFERS_SPELLING ? cost->spelling : 0;
    lost += found & CQ_DIFFERS_SPACE ? cost->gap : 0;
    if (differs)
        *differs = found;
    return size - (lost < size ? lost : size);
}

uint32_t cq_match_edges(const cq_side *a, const cq_side *b)
{
    uint32_t lead = looks_same(gap_before(a, 0), gap_before(b, 0)) ? 0 : EDGE_COST;
    uint32_t tail =
        looks_same(gap_before(a, a->len), gap_before(b, b->len)) ? 0 : EDGE_COST;

    return lead + tail;
}
