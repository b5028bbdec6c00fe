/* fragments.c -- stored parts of a text of which nothing whole is stored: first whole
 * units that are nearly a part of it, then phrases of it that stand in some unit
 * (docs/lookup.md, "Fragments"). */
#include "session.h"

#include <stdlib.h>
#include <string.h>

#define TOKENS_MAX   400u /* of a query; what comes after them is left out */
#define RUN_MAX      40u  /* tokens of a part that may be a unit */
#define UNIT_PERCENT 90

/* How much a token says, so that three words count as much as four characters. */
#define WORD_SIZE   4u
#define SIGN_SIZE   3u
#define UNIT_SIZE   (2 * WORD_SIZE)
#define PHRASE_SIZE (3 * WORD_SIZE)

typedef struct part {
    size_t start, end; /* bytes of the query */
    unsigned size;
} part;

typedef struct answer {
    cq_fragments public; /* first: the caller's pointer is ours */
    cq_arena arena;
} answer;

typedef struct finder {
    const cq_asked *asked;
    size_t memory; /* that is asked now */
    cq_str query;
    const cq_lang *from, *to;
    answer *made;
    cq_fragment *items;
    size_t items_len, items_capacity;
    part *tokens;
    bool *covered; /* by a fragment */
    size_t len;
    cq_error *err;
} finder;

static cq_status no_memory(cq_error *err)
{
    return cq_fail(err, CQ_E_NOMEM, "no memory for the fragments");
}

static cq_str text_of(const finder *f, size_t first, size_t last)
{
    return cq_str_slice(f->query, f->tokens[first].start, f->tokens[last].end);
}

/* Whether tokens first..last may be a fragment of this size: none is part of another, and
 * the ends say something. */
static bool may_be(const finder *f, size_t first, size_t last, unsigned least)
{
    unsigned size = 0;

    for (size_t i = first; i <= last; i++) {
        if (f->covered[i])
            return false;
        size += f->tokens[i].size;
    }
    return size >= least && f->tokens[first].size && f->tokens[last].size;
}

/* Copies the strings. */
static cq_status add_fragment(finder *f, size_t first, size_t last,
                              const cq_fragment *found)
{
    cq_fragment *item;
    cq_str *strings[5];

    if (!cq_grow(&f->items, &f->items_capacity, f->items_len + 1, sizeof(*f->items)))
        return no_memory(f->err);
    item = &f->items[f->items_len++];
    *item = *found;
    item->start = f->tokens[first].start;
    item->end = f->tokens[last].end;
    item->memory = f->memory;
    strings[0] = &item->source;
    strings[1] = &item->target;
    strings[2] = &item->source_lang;
    strings[3] = &item->target_lang;
    strings[4] = &item->origin;
    for (size_t i = 0; i < ARRAY_LEN(strings); i++) {
        *strings[i] = cq_arena_copy(&f->made->arena, *strings[i]);
        if (!strings[i]->ptr)
            return no_memory(f->err);
    }
    for (size_t i = first; i <= last; i++)
        f->covered[i] = true;
    return CQ_OK;
}

/* ---- units ----------------------------------------------------------------------------
 */

static cq_status try_unit(finder *f, size_t first, size_t last)
{
    cq_lookup_options opts = {.min_percent = UNIT_PERCENT, .max_hits = 1};
    cq_fragment found = {0};
    cq_hits *hits;
    cq_status status =
        cq_memory_lookup(f->asked[f->memory].memory, text_of(f, first, last), f->from,
                         f->to, &opts, &hits, f->err);

    if (status == CQ_OK && hits->len > 0) {
        const cq_hit *hit = &hits->items[0];

        found = (cq_fragment){.percent = hit->percent > 100 ? 100 : hit->percent,
                              .source = hit->source,
                              .target = hit->target,
                              .source_lang = hit->source_lang,
                              .target_lang = hit->target_lang,
                              .origin = hit->origin,
                              .unit = hit->unit,
                              .in_source = {0, hit->source.len},
                              .rendered = {0, hit->target.len}};
        status = add_fragment(f, first, last, &found);
    }
    cq_hits_free(hits);
    return status;
}

/* The longest first: what lies within one is not looked at any more. */
static cq_status find_units(finder *f)
{
    size_t longest = f->len < RUN_MAX ? f->len : RUN_MAX;
    cq_status status = CQ_OK;

    for (size_t len = longest; len > 0; len--)
        for (size_t i = 0; i + len <= f->len && status == CQ_OK; i++)
            if (may_be(f, i, i + len - 1, UNIT_SIZE))
                status = try_unit(f, i, i + len - 1);
    return status;
}

/* ---- phrases --------------------------------------------------------------------------
 */

/* Where a phrase ends at the furthest that begins at token `first`. */
typedef struct reach {
    size_t first, last;
} reach;

static cq_status note_hit(void *context, const cq_concordance_hit *hit)
{
    (void)hit;
    *(bool *)context = true;
    return CQ_OK;
}

static cq_status stands_somewhere(finder *f, size_t first, size_t last, bool *stands)
{
    cq_concordance_options opts = {.max_hits = 1, .whole = true};

    *stands = false;
    return cq_memory_concordance(f->asked[f->memory].memory, text_of(f, first, last),
                                 f->from, f->to, &opts, note_hit, stands, f->err);
}

/* The next token that says something; f->len for none, or one that is covered. */
static size_t next_word(const finder *f, size_t at)
{
    while (at < f->len && f->tokens[at].size == 0 && !f->covered[at])
        at++;
    return at < f->len && f->covered[at] ? f->len : at;
}

/* How far a phrase from `first` on reaches; SIZE_MAX when the least one is in no text. A
 * phrase that begins within another reaches at least as far: `known`. */
static cq_status find_reach(finder *f, size_t first, size_t known, size_t *last)
{
    size_t end = known > first && known != SIZE_MAX ? known : first;
    bool stands = true;
    cq_status status = CQ_OK;

    *last = SIZE_MAX;
    while (end < f->len && !may_be(f, first, end, PHRASE_SIZE))
        end = next_word(f, end + 1);
    while (end < f->len && stands && status == CQ_OK) {
        status = stands_somewhere(f, first, end, &stands);
        if (stands) {
            *last = end;
            end = next_word(f, end + 1);
        }
    }
    return status;
}

static int by_length(const void *a, const void *b)
{
    const reach *x = a, *y = b;
    size_t left = x->last - x->first, right = y->last - y->first;

    if (left != right)
        return left > right ? -1 : 1;
    return (x->first > y->first) - (x->first < y->first);
}

typedef struct taking {
    finder *f;
    reach at;
} taking;

static cq_status take_phrase(void *context, const cq_concordance_hit *hit)
{
    taking *t = context;
    cq_fragment found = {.source = hit->source,
                         .target = hit->target,
                         .source_lang = hit->source_lang,
                         .target_lang = hit->target_lang,
                         .origin = hit->origin,
                         .unit = hit->unit,
                         .in_source = {hit->start, hit->end},
                         .rendered = hit->rendered};

    return add_fragment(t->f, t->at.first, t->at.last, &found);
}

static cq_status show_phrase(finder *f, reach at)
{
    cq_concordance_options opts = {.max_hits = 1, .whole = true, .renderings = true};
    taking t = {f, at};

    return cq_memory_concordance(f->asked[f->memory].memory,
                                 text_of(f, at.first, at.last), f->from, f->to, &opts,
                                 take_phrase, &t, f->err);
}

static cq_status find_phrases(finder *f)
{
    reach *found = cq_alloc((f->len + 1) * sizeof(*found));
    size_t len = 0, known = SIZE_MAX;
    cq_status status = found ? CQ_OK : no_memory(f->err);

    for (size_t i = 0; i < f->len && status == CQ_OK; i++) {
        size_t last = SIZE_MAX;

        if (f->tokens[i].size && !f->covered[i])
            status = find_reach(f, i, known, &last);
        if (last != SIZE_MAX && (known == SIZE_MAX || last > known))
            found[len++] = (reach){i, known = last};
    }
    if (len > 1)
        qsort(found, len, sizeof(*found), by_length);
    for (size_t i = 0; i < len && status == CQ_OK; i++)
        if (may_be(f, found[i].first, found[i].last, PHRASE_SIZE))
            status = show_phrase(f, found[i]);
    cq_free(found);
    return status;
}

/* ---- all ------------------------------------------------------------------------------
 */

static unsigned size_of(cq_token_kind kind)
{
    return kind == CQ_TOKEN_WORD ? WORD_SIZE : kind == CQ_TOKEN_CHARACTER ? SIGN_SIZE : 0;
}

static cq_status cut_query(finder *f)
{
    cq_memory *memory = f->asked[0].memory;
    cq_tokens *tokens = &memory->tokens;
    cq_analyzer *analyzer;
    cq_status status =
        cq_memory_analyzer(memory, cq_str_from(f->from->group), &analyzer, f->err);

    if (status == CQ_OK)
        status = cq_analyzer_run(analyzer, f->query, tokens, f->err);
    if (status != CQ_OK)
        return status;
    f->len = tokens->len < TOKENS_MAX ? tokens->len : TOKENS_MAX;
    f->tokens = cq_alloc((f->len + 1) * sizeof(*f->tokens));
    f->covered = cq_zalloc((f->len + 1) * sizeof(*f->covered));
    if (!f->tokens || !f->covered)
        return no_memory(f->err);
    for (size_t i = 0; i < f->len; i++) {
        const cq_token *token = &tokens->items[i];

        f->tokens[i] = (part){token->start, token->end, size_of(token->kind)};
    }
    return CQ_OK;
}

static int by_kind(const void *a, const void *b)
{
    const cq_fragment *x = a, *y = b;
    size_t left = x->end - x->start, right = y->end - y->start;

    if ((x->percent > 0) != (y->percent > 0))
        return x->percent > 0 ? -1 : 1;
    if (left != right)
        return left > right ? -1 : 1;
    return (x->start > y->start) - (x->start < y->start);
}

static cq_status find_all(finder *f, size_t memories)
{
    cq_status status = cut_query(f);

    for (f->memory = 0; f->memory < memories && status == CQ_OK; f->memory++)
        status = find_units(f);
    for (f->memory = 0; f->memory < memories && status == CQ_OK; f->memory++)
        status = find_phrases(f);
    if (f->items_len > 1)
        qsort(f->items, f->items_len, sizeof(*f->items), by_kind);
    return status;
}

cq_status cq_memories_fragments(const cq_asked *asked, size_t len, cq_str query,
                                const cq_lang *from, const cq_lang *to,
                                cq_fragments **fragments, cq_error *err)
{
    finder f = {.asked = asked, .query = query, .from = from, .to = to, .err = err};
    cq_fragment *items;
    cq_status status;

    *fragments = NULL;
    f.made = cq_zalloc(sizeof(*f.made));
    if (!f.made)
        return no_memory(err);
    status = find_all(&f, len);
    items = cq_arena_alloc(&f.made->arena, (f.items_len + 1) * sizeof(*items));
    if (status == CQ_OK && !items)
        status = no_memory(err);
    if (items && f.items_len)
        memcpy(items, f.items, f.items_len * sizeof(*items));
    f.made->public = (cq_fragments){f.items_len, items};
    if (status == CQ_OK)
        *fragments = &f.made->public;
    else
        cq_fragments_free(&f.made->public);
    cq_free(f.items);
    cq_free(f.tokens);
    cq_free(f.covered);
    return status;
}

void cq_fragments_free(cq_fragments *fragments)
{
    answer *made = (answer *)(void *)fragments;

    if (!made)
        return;
    cq_arena_release(&made->arena);
    cq_free(made);
}
