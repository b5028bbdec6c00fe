#include "internal.h"

#include <string.h>

#define LIMIT_MIN 96 /* first guess of the cost: a few words */

cq_status cq_matcher_new(cq_matcher **matcher, cq_error *err)
{
    *matcher = cq_zalloc(sizeof(**matcher));
    if (!*matcher)
        return cq_fail(err, CQ_E_NOMEM, "no memory to compare segments");
    return CQ_OK;
}

static void release_side(cq_side *s)
{
    cq_free(s->ids);
    cq_free(s->sums);
}

void cq_matcher_free(cq_matcher *matcher)
{
    if (!matcher)
        return;
    release_side(&matcher->a);
    release_side(&matcher->b);
    cq_free(matcher->tokens.items);
    cq_arena_release(&matcher->arena);
    cq_free(matcher->slots);
    cq_free(matcher->counts);
    cq_free(matcher->seen);
    cq_free(matcher->row);
    cq_letters_release(&matcher->letters);
    cq_free(matcher);
}

/* ---- ids: the query's distinct (kind, key) numbered from 1 ---------------------------
 */

static uint64_t hash_key(const cq_token *token)
{
    return cq_hash(token->key.ptr, token->key.len, (uint64_t)token->kind);
}

/* The slot of the token's key, or the free one where it belongs. */
static key_slot *slot_of(const cq_matcher *matcher, const cq_token *token, uint64_t hash)
{
    size_t mask = matcher->slots_len - 1, at = (size_t)hash & mask;

    for (;; at = (at + 1) & mask) {
        key_slot *slot = &matcher->slots[at];
        const cq_token *held = &matcher->a.tokens[slot->token ? slot->token - 1 : 0];

        if (slot->token == 0 || (slot->hash == hash && held->kind == token->kind &&
                                 cq_str_equal(held->key, token->key)))
            return slot;
    }
}

static void number_query(cq_matcher *matcher)
{
    cq_side *a = &matcher->a;

    memset(matcher->slots, 0, matcher->slots_len * sizeof(*matcher->slots));
    matcher->ids_len = 1;
    for (size_t i = 0; i < a->len; i++) {
        uint64_t hash = hash_key(&a->tokens[i]);
        key_slot *slot = slot_of(matcher, &a->tokens[i], hash);

        if (slot->token == 0) {
            *slot = (key_slot){hash, (uint32_t)i + 1};
            matcher->counts[matcher->ids_len] = 0;
            matcher->seen[matcher->ids_len] = 0;
            a->ids[i] = (uint32_t)matcher->ids_len++;
        } else {
            a->ids[i] = a->ids[slot->token - 1];
        }
        matcher->counts[a->ids[i]]++;
    }
}

static bool grow_side(cq_side *s, size_t len)
{
    return cq_grow(&s->ids, &s->ids_capacity, len + 1, sizeof(*s->ids)) &&
           cq_grow(&s->sums, &s->sums_capacity, len + 1, sizeof(*s->sums));
}

static void fill_side(cq_side *s, cq_str text, const cq_token *tokens, size_t len)
{
    s->text = text;
    s->tokens = tokens;
    s->len = len;
    s->sums[0] = 0;
    s->weight = 0;
    for (size_t i = 0; i < len; i++) {
        s->sums[i + 1] = s->sums[i] + cq_match_size(&tokens[i]);
        s->weight += cq_match_weight(tokens[i].kind);
    }
}

static bool copy_str(cq_arena *arena, cq_str *s)
{
    *s = cq_arena_copy(arena, *s);
    return s->ptr != NULL;
}

/* Copy text, tokens, keys and forms into the matcher. */
static bool copy_query(cq_matcher *matcher, cq_str *text, const cq_tokens *tokens)
{
    cq_token *items;

    cq_arena_reset(&matcher->arena);
    if (!cq_grow(&matcher->tokens.items, &matcher->tokens.capacity, tokens->len + 1,
                 sizeof(*items)) ||
        !copy_str(&matcher->arena, text))
        return false;
    items = matcher->tokens.items;
    for (size_t i = 0; i < tokens->len; i++) {
        items[i] = tokens->items[i];
        if (!copy_str(&matcher->arena, &items[i].key) ||
            !copy_str(&matcher->arena, &items[i].form))
            return false;
    }
    return true;
}

cq_status cq_matcher_set(cq_matcher *matcher, cq_str text, const cq_tokens *tokens,
                         cq_error *err)
{
    size_t len = tokens->len, slots = 16;

    while (slots < 2 * len)
        slots *= 2;
    matcher->a.len = 0;
    matcher->a.text = (cq_str){0};
    cq_letters_forget(&matcher->letters);
    if (len >= UINT32_MAX / 2 || !copy_query(matcher, &text, tokens) ||
        !grow_side(&matcher->a, len) ||
        !cq_grow(&matcher->slots, &matcher->slots_capacity, slots,
                 sizeof(*matcher->slots)) ||
        !cq_grow(&matcher->counts, &matcher->counts_capacity, len + 2,
                 sizeof(*matcher->counts)) ||
        !cq_grow(&matcher->seen, &matcher->seen_capacity, len + 2,
                 sizeof(*matcher->seen)))
        return cq_fail(err, CQ_E_NOMEM, "no memory to compare a segment of %zu tokens",
                       len);
    matcher->slots_len = slots;
    fill_side(&matcher->a, text, matcher->tokens.items, len);
    number_query(matcher);
    return CQ_OK;
}

/* Make the candidate ready; ids are those of the query. */
static cq_status make_ready(cq_matcher *matcher, cq_str text, const cq_tokens *tokens,
                            cq_error *err)
{
    cq_side *b = &matcher->b;

    if (!grow_side(b, tokens->len) || !cq_grow(&matcher->row, &matcher->row_capacity,
                                               tokens->len + 1, sizeof(*matcher->row)))
        return cq_fail(err, CQ_E_NOMEM, "no memory to compare a segment of %zu tokens",
                       tokens->len);
    fill_side(b, text, tokens->items, tokens->len);
    for (size_t i = 0; i < b->len && matcher->a.len > 0; i++) {
        key_slot *slot = slot_of(matcher, &b->tokens[i], hash_key(&b->tokens[i]));

        b->ids[i] = slot->token ? matcher->a.ids[slot->token - 1] : 0;
    }
    if (matcher->a.len == 0)
        memset(b->ids, 0, b->len * sizeof(*b->ids));
    return CQ_OK;
}

uint64_t cq_match_shared(cq_matcher *matcher)
{
    const cq_side *b = &matcher->b;
    uint64_t shared = 0;

    for (size_t j = 0; j < b->len; j++) {
        uint32_t id = b->ids[j];

        if (id != 0 && matcher->seen[id]++ < matcher->counts[id])
            shared += cq_match_weight(b->tokens[j].kind);
    }
    for (size_t j = 0; j < b->len; j++)
        matcher->seen[b->ids[j]] = 0;
    return shared;
}

static cq_totals totals_of(cq_matcher *matcher)
{
    const cq_side *a = &matcher->a, *b = &matcher->b;
    uint64_t size_a = a->sums[a->len], size_b = b->sums[b->len];

    return (cq_totals){.heavier = a->weight > b->weight ? a->weight : b->weight,
                       .shared = cq_match_shared(matcher),
                       .larger = size_a > size_b ? size_a : size_b};
}

/* ---- score ----------------------------------------------------------------------------
 */

/* Try a small limit first: near segments need few cells (Ukkonen 1985). */
uint64_t cq_match_within(cq_matcher *matcher, uint64_t limit, uint64_t likely)
{
    uint64_t distance = CQ_MATCH_FAR, guess = LIMIT_MIN;

    while (guess < 2 * likely)
        guess *= 2;
    for (;; guess *= 4) {
        bool is_last = guess >= limit;

        cq_match_distance(matcher, is_last ? limit : guess, NULL, &distance);
        if (distance != CQ_MATCH_FAR || is_last)
            return distance;
    }
}

static cq_status score_tokenless(const cq_matcher *matcher, int *percent)
{
    bool same = matcher->a.len == matcher->b.len &&
                cq_text_same(matcher->a.text, matcher->b.text);

    *percent = same ? 100 : 0;
    return CQ_OK;
}

uint64_t cq_match_kept_of(const cq_matcher *matcher, uint64_t distance)
{
    const cq_side *a = &matcher->a, *b = &matcher->b;
    uint64_t kept = (a->sums[a->len] + b->sums[b->len] - distance) / 2;
    uint64_t edges = cq_match_edges(a, b);

    return kept > edges ? kept - edges : 0;
}

cq_status cq_matcher_score(cq_matcher *matcher, cq_str text, const cq_tokens *tokens,
                           int least, int *percent, cq_error *err)
{
    const cq_side *a = &matcher->a, *b = &matcher->b;
    cq_status status = make_ready(matcher, text, tokens, err);
    uint64_t sizes, needed = 0, distance, likely;
    cq_totals totals;

    if (status != CQ_OK)
        return status;
    if (a->len == 0 || b->len == 0)
        return score_tokenless(matcher, percent);
    totals = totals_of(matcher);
    sizes = a->sums[a->len] + b->sums[b->len];
    *percent = 0;
    if (!cq_match_least(&totals, least > 0 ? least : 0, &needed))
        return CQ_OK;
    if (needed)
        needed += cq_match_edges(a, b);
    if (2 * needed > sizes)
        return CQ_OK;
    likely = totals.larger - totals.larger * totals.shared / totals.heavier;
    distance = cq_match_within(matcher, sizes - 2 * needed, 2 * likely);
    if (distance != CQ_MATCH_FAR)
        *percent = cq_match_percent(&totals, cq_match_kept_of(matcher, distance));
    return CQ_OK;
}
