#include "internal.h"

#include <string.h>

/* What tokens weigh and what small differences cost (docs/matching.md, "Weights"). A
 * difference in the white space before a token counts with that token. */
static const struct kind_cost {
    uint32_t weight, form, letter_case, spelling, gap;
} kinds[] = {
    [CQ_TOKEN_WORD] = {12, 6, 2, 2, 2},  [CQ_TOKEN_CHARACTER] = {6, 2, 2, 2, 2},
    [CQ_TOKEN_NUMBER] = {8, 4, 2, 2, 2}, [CQ_TOKEN_PUNCTUATION] = {3, 2, 2, 2, 1},
    [CQ_TOKEN_SYMBOL] = {3, 2, 2, 2, 1}, [CQ_TOKEN_PLACEABLE] = {8, 4, 2, 2, 2},
};

#define TAIL_COST 2

uint32_t cq_match_weight(cq_token_kind kind) { return kinds[kind].weight; }

uint64_t cq_match_total(const cq_tokens *tokens)
{
    uint64_t total = 0;

    for (size_t i = 0; i < tokens->len; i++)
        total += kinds[tokens->items[i].kind].weight;
    return total;
}

bool cq_match_possible(uint64_t weight_a, uint64_t weight_b, uint64_t shared, int percent)
{
    uint64_t heavier = weight_a > weight_b ? weight_a : weight_b;

    return percent <= 0 || shared * 100 >= heavier * (uint64_t)percent;
}

/* floor(100 * (W - D + M) / 2W), never below 0: D may pass W + M when many light tokens
 * stand against a heavy one. */
int cq_match_percent(uint64_t heavier, uint64_t distance, uint64_t shared)
{
    if (heavier == 0 || distance >= heavier + shared)
        return 0;
    return (int)(100 * (heavier + shared - distance) / (2 * heavier));
}

bool cq_match_limit(uint64_t heavier, uint64_t shared, int percent, uint64_t *limit)
{
    uint64_t needed = (2 * heavier * (uint64_t)percent + 99) / 100;

    if (needed > heavier + shared)
        return false;
    *limit = heavier + shared - needed;
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

uint32_t cq_match_pair(const cq_side *a, size_t i, const cq_side *b, size_t j)
{
    const cq_token *x = &a->tokens[i], *y = &b->tokens[j];
    const struct kind_cost *cost = &kinds[x->kind];
    uint32_t sum = 0;

    if (a->ids[i] == 0 || a->ids[i] != b->ids[j]) {
        uint32_t other = kinds[y->kind].weight;

        return cost->weight > other ? cost->weight : other;
    }
    if (!cq_str_equal(x->form, y->form))
        sum += cost->form;
    if (x->letter_case != y->letter_case)
        sum += cost->letter_case;
    if (sum == 0 && !looks_same(token_text(a, i), token_text(b, j)))
        sum += cost->spelling;
    /* Where one segment begins and the other does not, there is no space to compare. */
    if ((i == 0) == (j == 0) && !looks_same(gap_before(a, i), gap_before(b, j)))
        sum += cost->gap;
    return sum < cost->weight ? sum : cost->weight;
}

uint32_t cq_match_tail(const cq_side *a, const cq_side *b)
{
    return looks_same(gap_before(a, a->len), gap_before(b, b->len)) ? 0 : TAIL_COST;
}
