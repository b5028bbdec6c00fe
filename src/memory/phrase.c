#include "wanted.h"

#include <string.h>

#define PHRASE_MAX 4096u /* bytes */
#define EDITS_MAX  3u    /* of a fuzzy phrase */

static cq_status no_memory(cq_error *err)
{
    return cq_fail(err, CQ_E_NOMEM, "no memory to search");
}

/* ---- parts ----------------------------------------------------------------------------
 */

/* The folded phrase from `start` to `end`, and what was typed there. */
static cq_literal make_literal(const cq_phrase *p, size_t start, size_t end)
{
    cq_literal literal = {.folded =
                              cq_str_slice(cq_buf_str(&p->folded.text), start, end)};

    cq_folded_range(&p->folded, &start, &end);
    literal.source = cq_str_slice(p->source, start, end);
    return literal;
}

static cq_status add_codes(cq_phrase *p, cq_wanted *part, cq_error *err)
{
    cq_str folded = part->literals[0].folded;

    part->codes = cq_arena_alloc(&p->arena, folded.len * sizeof(*part->codes));
    if (!part->codes)
        return no_memory(err);
    for (size_t at = 0; at < folded.len;)
        part->codes[part->codes_len++] = cq_text_next(folded, &at);
    part->edits = part->codes_len >= 16  ? EDITS_MAX
                  : part->codes_len >= 8 ? 2
                                         : part->codes_len / 4;
    return CQ_OK;
}

/* The part of the folded phrase from `start` to `end`, cut at its stars. */
static cq_status add_part(cq_phrase *p, size_t start, size_t end, cq_error *err)
{
    cq_str folded = cq_buf_str(&p->folded.text);
    cq_wanted *part = &p->parts[p->parts_len];
    size_t most = 1, from = start;

    *part = (cq_wanted){0};
    for (size_t i = start; i < end; i++)
        most += folded.ptr[i] == '*';
    part->literals = cq_arena_alloc(&p->arena, most * sizeof(*part->literals));
    if (!part->literals)
        return no_memory(err);
    part->is_pattern = most > 1;
    part->opens = end > start && folded.ptr[start] == '*';
    part->closes = end > start && folded.ptr[end - 1] == '*';
    for (size_t i = start; i <= end; i++) {
        if (i < end && folded.ptr[i] != '*')
            continue;
        if (i > from)
            part->literals[part->len++] = make_literal(p, from, i);
        from = i + 1;
    }
    if (part->len == 0)
        return CQ_OK;
    p->parts_len++;
    return p->opts.fuzzy && !part->is_pattern ? add_codes(p, part, err) : CQ_OK;
}

static cq_status add_parts(cq_phrase *p, cq_error *err)
{
    cq_str folded = cq_buf_str(&p->folded.text);
    size_t start = 0, end = folded.len, words = 1;
    cq_status status = CQ_OK;

    while (end > start && folded.ptr[start] == ' ')
        start++;
    while (end > start && folded.ptr[end - 1] == ' ')
        end--;
    for (size_t i = start; i < end; i++)
        words += folded.ptr[i] == ' ';
    p->parts = cq_arena_alloc(&p->arena, words * sizeof(*p->parts));
    if (!p->parts)
        return no_memory(err);
    for (size_t i = start, from = start; i <= end && status == CQ_OK; i++) {
        if (i < end && (folded.ptr[i] != ' ' || !p->opts.words))
            continue;
        if (i > from)
            status = add_part(p, from, i, err);
        from = i + 1;
    }
    return status;
}

/* ---- stems ----------------------------------------------------------------------------
 */

static cq_status add_stem(cq_phrase *p, const cq_token *token, uint32_t group,
                          cq_error *err)
{
    cq_stem *stem = &p->stems[p->stems_len++];

    *stem = (cq_stem){.kind = token->kind, .key = cq_arena_copy(&p->arena, token->key)};
    if (token->kind == CQ_TOKEN_NUMBER || token->kind == CQ_TOKEN_PLACEABLE)
        stem->form = cq_arena_copy(&p->arena, token->form);
    if (!stem->key.ptr)
        return no_memory(err);
    return cq_store_token_find(p->memory->store, group, token->kind, token->key,
                               &stem->token, err);
}

static cq_status add_stems(cq_phrase *p, cq_error *err)
{
    cq_tokens *tokens = &p->memory->query;
    uint32_t group;
    cq_status status = cq_store_group(p->memory->store, p->group, &group, err);

    if (status == CQ_OK)
        status = cq_memory_analyzer(p->memory, p->group, &p->analyzer, err);
    if (status == CQ_OK)
        status = cq_analyzer_run(p->analyzer, p->source, tokens, err);
    if (status != CQ_OK)
        return status;
    p->stems = cq_arena_alloc(&p->arena, (tokens->len + 1) * sizeof(*p->stems));
    if (!p->stems)
        return no_memory(err);
    for (size_t i = 0; i < tokens->len && status == CQ_OK; i++)
        if (!p->opts.words || tokens->items[i].kind != CQ_TOKEN_PUNCTUATION)
            status = add_stem(p, &tokens->items[i], group, err);
    return status;
}

static int count_levels(const cq_phrase *p)
{
    size_t most = 0;
    bool is_plain = false;

    for (size_t i = 0; i < p->parts_len; i++) {
        most = p->parts[i].edits > most ? p->parts[i].edits : most;
        is_plain |= !p->parts[i].is_pattern;
    }
    if (p->opts.inflected)
        return 1;
    return p->opts.fuzzy ? (int)most + 1 : 1 + is_plain;
}

cq_status cq_phrase_check(cq_str phrase, cq_error *err)
{
    size_t valid = cq_text_valid(phrase);

    if (valid < phrase.len)
        return cq_fail_number(
            err, CQ_E_INPUT, ERR_QUERY_TEXT,
            "the text asked for is not valid UTF-8 at byte %zu (0x%02x)", valid + 1,
            (unsigned char)phrase.ptr[valid]);
    if (phrase.len > PHRASE_MAX)
        return cq_fail_number(err, CQ_E_ARG, ERR_QUERY_LONG,
                              "a phrase of %zu bytes is too long to look up; %u is the "
                              "most",
                              phrase.len, PHRASE_MAX);
    return CQ_OK;
}

cq_status cq_phrase_new(cq_memory *memory, const cq_lang *lang, cq_str phrase,
                        const cq_concordance_options *opts, cq_phrase **out,
                        cq_error *err)
{
    cq_phrase *p = cq_zalloc(sizeof(*p));
    cq_status status;

    *out = NULL;
    if (!p)
        return no_memory(err);
    p->memory = memory;
    p->opts = *opts;
    p->source = cq_arena_copy(&p->arena, phrase);
    p->group = cq_arena_copy(&p->arena, cq_str_from(lang->group));
    status = p->source.ptr && p->group.ptr ? cq_memory_folder(memory, &p->folder, err)
                                           : no_memory(err);
    if (status == CQ_OK)
        status = cq_folder_run(p->folder, p->source, &p->folded, err);
    if (status == CQ_OK)
        status = opts->inflected ? add_stems(p, err) : add_parts(p, err);
    if (status == CQ_OK && p->parts_len + p->stems_len == 0)
        status = cq_fail_number(err, CQ_E_ARG, ERR_NO_PHRASE,
                                "the phrase is empty: there is nothing to search for");
    p->levels = count_levels(p);
    if (status == CQ_OK)
        *out = p;
    else
        cq_phrase_free(p);
    return status;
}

void cq_phrase_free(cq_phrase *p)
{
    if (!p)
        return;
    cq_folded_release(&p->folded);
    cq_folded_release(&p->text);
    cq_arena_release(&p->arena);
    cq_free(p->ranges);
    cq_free(p->cells);
    cq_free(p);
}

int cq_phrase_levels(const cq_phrase *phrase) { return phrase->levels; }

/* ---- which texts ----------------------------------------------------------------------
 */

/* Sets of tokens; a text must have one of each. */
typedef struct set_list {
    cq_token_set *items;
    size_t len, capacity;
} set_list;

static cq_token_set *add_set(set_list *sets, cq_error *err)
{
    if (!cq_grow(&sets->items, &sets->capacity, sets->len + 1, sizeof(*sets->items))) {
        no_memory(err);
        return NULL;
    }
    sets->items[sets->len] = (cq_token_set){0};
    return &sets->items[sets->len++];
}

static void release_sets(set_list *sets)
{
    for (size_t i = 0; i < sets->len; i++)
        cq_token_set_release(&sets->items[i]);
    cq_free(sets->items);
    *sets = (set_list){0};
}

/* A set for each piece of a stretch of folded text that is a part of the text's.
 * `starts`, `ends`: its ends are ends of pieces there. What is within it is so anyway,
 * but for what follows marks at the start: these may join it to a word before. */
static cq_status add_pieces(cq_phrase *p, uint32_t group, cq_str folded, bool starts,
                            bool ends, set_list *sets, cq_error *err)
{
    size_t start = 0, end = 0;
    cq_piece_kind kind;
    cq_status status = CQ_OK;

    while (status == CQ_OK && (kind = cq_piece_next(p->folder, folded, &start, &end))) {
        bool is_first = start == 0, is_last = end == folded.len;
        cq_token_set *set;

        if (kind == CQ_PIECE_MARKS && is_first) {
            folded = cq_str_slice(folded, end, folded.len);
            end = 0;
        }
        if (kind == CQ_PIECE_MARKS)
            continue;
        set = add_set(sets, err);
        if (!set)
            return CQ_E_NOMEM;
        status = cq_vocabulary_find(p->memory, group, cq_str_slice(folded, start, end),
                                    !is_first || starts || kind == CQ_PIECE_SINGLE,
                                    !is_last || ends, set, err);
    }
    return status;
}

static cq_status add_part_sets(cq_phrase *p, uint32_t group, const cq_wanted *part,
                               bool is_whole, set_list *sets, cq_error *err)
{
    cq_status status = CQ_OK;

    for (size_t i = 0; i < part->len && status == CQ_OK; i++) {
        bool starts = i == 0 && !part->opens, ends = i + 1 == part->len && !part->closes;

        status = add_pieces(p, group, part->literals[i].folded,
                            starts && (is_whole || part->is_pattern),
                            ends && (is_whole || part->is_pattern), sets, err);
    }
    return status;
}

/* The smallest of some sets, or every text when there is none. */
static const cq_token_set *smallest(const set_list *sets)
{
    static const cq_token_set all = {.is_all = true};
    const cq_token_set *best = &all;

    for (size_t i = 0; i < sets->len; i++)
        if (!sets->items[i].is_all && (best->is_all || sets->items[i].len < best->len))
            best = &sets->items[i];
    return best;
}

/* With at most `edits` edits, one of edits + 1 stretches of the phrase is left as it is
 * (Wu and Manber 1992): a text has a token of one of them. */
static cq_status add_fuzzy_set(cq_phrase *p, uint32_t group, const cq_wanted *part,
                               size_t edits, set_list *sets, cq_error *err)
{
    cq_token_set *joined = add_set(sets, err);
    cq_str folded = part->literals[0].folded;
    size_t at = 0;
    cq_status status = joined ? CQ_OK : CQ_E_NOMEM;

    for (size_t i = 0, code = 0; i <= edits && status == CQ_OK; i++) {
        size_t from = at, until = part->codes_len * (i + 1) / (edits + 1);
        set_list pieces = {0};

        for (; code < until; code++)
            at = cq_char_end(folded, at);
        status = add_pieces(p, group, cq_str_slice(folded, from, at), false, false,
                            &pieces, err);
        if (status == CQ_OK)
            status = cq_token_set_join(joined, smallest(&pieces), err);
        release_sets(&pieces);
    }
    return status;
}

static cq_status add_sets(cq_phrase *p, uint32_t group, int level, set_list *sets,
                          cq_error *err)
{
    cq_status status = CQ_OK;

    for (size_t i = 0; i < p->stems_len && status == CQ_OK; i++) {
        cq_token_set one = {.items = &p->stems[i].token, .len = p->stems[i].token != 0};
        cq_token_set *set = add_set(sets, err);

        status = set ? cq_token_set_join(set, &one, err) : CQ_E_NOMEM;
    }
    for (size_t i = 0; i < p->parts_len && status == CQ_OK; i++) {
        const cq_wanted *part = &p->parts[i];
        size_t edits = part->edits < (size_t)level ? part->edits : (size_t)level;

        status = part->codes ? add_fuzzy_set(p, group, part, edits, sets, err)
                             : add_part_sets(p, group, part, level == 0, sets, err);
    }
    return status;
}

cq_status cq_phrase_walk(cq_phrase *p, uint32_t group, int level, cq_index_walk **walk,
                         cq_error *err)
{
    set_list sets = {0};
    cq_index_any *any = NULL;
    size_t len = 0;
    uint64_t until = UINT64_MAX;
    cq_status status = CQ_OK;

    *walk = NULL;
    if (p->stems_len == 0)
        status = cq_store_words_until(p->memory->store, &until, err);
    if (status == CQ_OK && until > 0)
        status = add_sets(p, group, level, &sets, err);
    if (status == CQ_OK) {
        any = cq_alloc((sets.len + 1) * sizeof(*any));
        status = any ? CQ_OK : no_memory(err);
    }
    for (size_t i = 0; i < sets.len && any; i++)
        if (!sets.items[i].is_all)
            any[len++] = (cq_index_any){sets.items[i].items, sets.items[i].len};
    if (status == CQ_OK)
        status = cq_index_walk_new(cq_memory_index(p->memory), group, any, len, until,
                                   walk, err);
    cq_free(any);
    release_sets(&sets);
    return status;
}
