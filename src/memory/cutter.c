#include "cutter.h"

#include "match/match.h"

#include <string.h>

#define WORDS_MAX ((uint32_t)1 << 17) /* distinct tokens; then an epoch ends */

/* What the cutter notes of a word with the analyzer (cq_token): epoch, number, and
 * whether it was told as a part alone. */
static uint64_t make_note(uint32_t epoch, uint32_t number, bool is_told)
{
    return (uint64_t)epoch << 33 | (uint64_t)number << 1 | is_told;
}

typedef struct cutter_group {
    cq_str name; /* in the arena */
    cq_analyzer *analyzer;
    uint64_t digits_told; /* of numbers of digits alone: a bit for each length told */
} cutter_group;

struct cq_cutter {
    cutter_group *groups;
    size_t groups_len, groups_capacity;
    cq_arena arena;
    cq_map numbers; /* group, kind and key as one string */
    uint32_t epoch, next;
    cq_tokens tokens;
    cq_buf key;
};

static cq_status no_memory(cq_error *err)
{
    return cq_fail(err, CQ_E_NOMEM, "no memory to cut texts into words");
}

void cq_cuts_release(cq_cuts *cuts)
{
    cq_free(cuts->words);
    cq_free(cuts->texts);
    cq_free(cuts->tokens);
    cq_free(cuts->parts);
    cq_free(cuts->starts);
    cq_buf_release(&cuts->keys);
    *cuts = (cq_cuts){0};
}

cq_status cq_cutter_new(cq_cutter **cutter, cq_error *err)
{
    cq_cutter *made = cq_zalloc(sizeof(*made));

    *cutter = NULL;
    if (!made)
        return no_memory(err);
    made->next = made->epoch = 1;
    *cutter = made;
    return CQ_OK;
}

void cq_cutter_free(cq_cutter *cutter)
{
    if (!cutter)
        return;
    for (size_t i = 0; i < cutter->groups_len; i++)
        cq_analyzer_close(cutter->groups[i].analyzer);
    cq_free(cutter->groups);
    cq_arena_release(&cutter->arena);
    cq_map_release(&cutter->numbers);
    cq_tokens_release(&cutter->tokens);
    cq_buf_release(&cutter->key);
    cq_free(cutter);
}

void cq_cutter_start(cq_cutter *cutter, cq_cuts *cuts)
{
    if (cutter->next > WORDS_MAX) {
        cq_map_release(&cutter->numbers);
        for (size_t i = 0; i < cutter->groups_len; i++)
            cutter->groups[i].digits_told = 0;
        cutter->epoch++;
        cutter->next = 1;
    }
    cuts->epoch = cutter->epoch;
    cuts->first = cutter->next;
    cuts->words_len = cuts->texts_len = cuts->tokens_len = 0;
    cuts->parts_len = cuts->starts_len = 0;
    cq_buf_reset(&cuts->keys);
}

/* ---- groups ---------------------------------------------------------------------------
 */

static cq_status find_group(cq_cutter *cutter, cq_str name, size_t *group, cq_error *err)
{
    cutter_group made = {0};
    cq_lang lang = {0};
    cq_status status;

    for (*group = 0; *group < cutter->groups_len; ++*group)
        if (cq_str_equal(cutter->groups[*group].name, name))
            return CQ_OK;
    if (!cq_grow(&cutter->groups, &cutter->groups_capacity, cutter->groups_len + 1,
                 sizeof(*cutter->groups)))
        return no_memory(err);
    made.name = cq_arena_copy(&cutter->arena, name);
    if (!made.name.ptr)
        return no_memory(err);
    if (cq_lang_parse(name, &lang, NULL) != CQ_OK)
        lang = (cq_lang){0};
    status = cq_analyzer_open(&lang, &made.analyzer, err);
    if (status == CQ_OK)
        cutter->groups[cutter->groups_len++] = made;
    return status;
}

/* ---- numbers --------------------------------------------------------------------------
 */

/* Number a token by its key, spelt out when it is new. */
static cq_status find_number(cq_cutter *cutter, size_t group, const cq_token *token,
                             cq_cuts *cuts, uint32_t *number, cq_error *err)
{
    bool is_new;
    uint64_t *value;

    cq_buf_reset(&cutter->key);
    cq_buf_add_varint(&cutter->key, group);
    cq_buf_add_varint(&cutter->key, token->kind);
    cq_buf_add_str(&cutter->key, token->key);
    if (cq_buf_check(&cutter->key, err) != CQ_OK)
        return no_memory(err);
    value = cq_map_add(&cutter->numbers, cq_buf_str(&cutter->key), &is_new);
    if (!value || !cq_grow(&cuts->words, &cuts->words_capacity, cuts->words_len + 1,
                           sizeof(*cuts->words)))
        return no_memory(err);
    if (is_new) {
        cuts->words[cuts->words_len++] =
            (cq_cut_word){cuts->keys.len, (uint32_t)token->key.len, token->kind};
        cq_buf_add_str(&cuts->keys, token->key);
        *value = cutter->next++;
    }
    *number = (uint32_t)*value;
    return cq_buf_check(&cuts->keys, err);
}

/* Most tokens are of words seen before, which have their number noted. */
static cq_status number_token(cq_cutter *cutter, size_t group, const cq_token *token,
                              cq_cuts *cuts, uint32_t *number, cq_error *err)
{
    cq_status status;

    if (token->note && *token->note >> 33 == cutter->epoch) {
        *number = (uint32_t)(*token->note >> 1);
        return CQ_OK;
    }
    status = find_number(cutter, group, token, cuts, number, err);
    if (status == CQ_OK && token->note)
        *token->note = make_note(cutter->epoch, *number, false);
    return status;
}

/* ---- parts ----------------------------------------------------------------------------
 */

/* What a character does to the pieces beside it, as far as that is sure without folding
 * it. */
typedef enum side {
    SIDE_WORD,   /* ASCII letter, digit or joiner: goes on with the like */
    SIDE_SINGLE, /* a piece of its own, unless a mark follows */
    SIDE_UNSURE,
} side;

static side side_of(uint32_t code)
{
    if (code < 0x80) {
        bool is_word = (code >= '0' && code <= '9') || (code >= 'A' && code <= 'Z') ||
                       (code >= 'a' && code <= 'z') || code == '_';

        return is_word ? SIDE_WORD : SIDE_SINGLE;
    }
    /* Unified ideographs, and the commonest marks between them. */
    if ((code >= 0x4e00 && code <= 0x9fff) || (code >= 0x3001 && code <= 0x3003) ||
        (code >= 0x3008 && code <= 0x3011) || code == 0xff01 || code == 0xff08 ||
        code == 0xff09 || code == 0xff0c || code == 0xff1a || code == 0xff1b ||
        code == 0xff1f)
        return SIDE_SINGLE;
    return SIDE_UNSURE;
}

static uint32_t last_code(cq_str text, size_t end)
{
    size_t at = end - 1;

    while (at > 0 && ((unsigned char)text.ptr[at] & 0xc0) == 0x80)
        at--;
    return cq_text_next(text, &at);
}

/* Whether no piece goes across from one token to the next. */
static bool is_parted(cq_str text, const cq_token *left, const cq_token *right)
{
    size_t at = right->start;
    uint32_t code = cq_text_next(text, &at);
    side to = side_of(code), from;

    if (right->gap == CQ_GAP_SPACE)
        return to != SIDE_UNSURE || !cq_char_is_mark(code);
    if (right->gap != CQ_GAP_NONE || to == SIDE_UNSURE)
        return false;
    if (to == SIDE_SINGLE)
        return true;
    from = side_of(last_code(text, left->end));
    return from == SIDE_SINGLE;
}

static bool is_all_digits(cq_str s)
{
    for (size_t i = 0; i < s.len; i++)
        if (s.ptr[i] < '0' || s.ptr[i] > '9')
            return false;
    return true;
}

/* Whether a token that is a part alone has been told before; it is then remembered. Of
 * numbers only plain ones can be, since the vocabulary has all digits as one. */
static bool was_told(cutter_group *group, cq_str text, const cq_token *token)
{
    size_t len = token->end - token->start;
    uint64_t *told = token->note, bit = 1;
    bool was;

    if (!told) {
        if (len >= 64 || !is_all_digits(cq_str_slice(text, token->start, token->end)))
            return false;
        told = &group->digits_told;
        bit <<= len;
    }
    was = *told & bit;
    *told |= bit;
    return was;
}

static cq_status add_part(const cq_tokens *tokens, cq_cut_part part, cq_cuts *cuts,
                          cq_error *err)
{
    if (!cq_grow(&cuts->parts, &cuts->parts_capacity, cuts->parts_len + 1,
                 sizeof(*cuts->parts)) ||
        !cq_grow(&cuts->starts, &cuts->starts_capacity, cuts->starts_len + part.len,
                 sizeof(*cuts->starts)))
        return no_memory(err);
    part.starts = cuts->starts_len;
    for (size_t i = part.token; i < part.token + part.len; i++)
        cuts->starts[cuts->starts_len++] =
            (uint32_t)(tokens->items[i].start - part.start);
    cuts->parts[cuts->parts_len++] = part;
    return CQ_OK;
}

/* Part the text where that is sure, and keep the parts that are new. */
static cq_status add_parts(cq_cutter *cutter, size_t group, cq_str text, cq_cuts *cuts,
                           cq_error *err)
{
    const cq_tokens *tokens = &cutter->tokens;
    cq_status status = CQ_OK;

    for (size_t i = 0, next; i < tokens->len && status == CQ_OK; i = next) {
        const cq_token *first = &tokens->items[i], *last = first;
        cq_cut_part part = {.start = first->start, .token = i};

        for (next = i + 1; next < tokens->len; next++, last++)
            if (is_parted(text, last, &tokens->items[next]))
                break;
        part.end = last->end;
        part.len = next - i;
        /* What is no plain space may be no space at all to the vocabulary. */
        if (i == 0 && first->gap == CQ_GAP_OTHER)
            part.start = 0;
        if (next == tokens->len && tokens->last_gap == CQ_GAP_OTHER)
            part.end = text.len;
        if (part.len == 1 && part.end - part.start == first->end - first->start &&
            was_told(&cutter->groups[group], text, first))
            continue;
        status = add_part(tokens, part, cuts, err);
    }
    return status;
}

cq_status cq_cutter_add(cq_cutter *cutter, cq_str name, cq_str text, cq_cuts *cuts,
                        cq_error *err)
{
    const cq_tokens *tokens = &cutter->tokens;
    size_t group, parts = cuts->parts_len;
    cq_status status = find_group(cutter, name, &group, err);

    if (status == CQ_OK)
        status =
            cq_analyzer_run(cutter->groups[group].analyzer, text, &cutter->tokens, err);
    if (status != CQ_OK)
        return status;
    if (!cq_grow(&cuts->tokens, &cuts->tokens_capacity, cuts->tokens_len + tokens->len,
                 sizeof(*cuts->tokens)) ||
        !cq_grow(&cuts->texts, &cuts->texts_capacity, cuts->texts_len + 1,
                 sizeof(*cuts->texts)))
        return no_memory(err);
    for (size_t i = 0; i < tokens->len && status == CQ_OK; i++)
        status = number_token(cutter, group, &tokens->items[i], cuts,
                              &cuts->tokens[cuts->tokens_len + i], err);
    if (status == CQ_OK)
        status = add_parts(cutter, group, text, cuts, err);
    if (status != CQ_OK)
        return status;
    cuts->texts[cuts->texts_len++] =
        (cq_cut_text){cuts->tokens_len, tokens->len, parts, cuts->parts_len - parts};
    cuts->tokens_len += tokens->len;
    return CQ_OK;
}

/* ---- the store's side -----------------------------------------------------------------
 */

void cq_numbering_release(cq_numbering *numbering)
{
    cq_free(numbering->items);
    cq_free(numbering->words);
    cq_arena_release(&numbering->arena);
    *numbering = (cq_numbering){0};
}

cq_status cq_numbering_learn(cq_numbering *numbering, const cq_cuts *cuts, cq_error *err)
{
    if (numbering->epoch != cuts->epoch) {
        cq_arena_release(&numbering->arena);
        numbering->epoch = cuts->epoch;
        numbering->len = 1;
    }
    if (!cq_grow(&numbering->items, &numbering->items_capacity,
                 numbering->len + cuts->words_len, sizeof(*numbering->items)) ||
        !cq_grow(&numbering->words, &numbering->words_capacity,
                 numbering->len + cuts->words_len, sizeof(*numbering->words)))
        return no_memory(err);
    for (size_t i = 0; i < cuts->words_len; i++) {
        const cq_cut_word *word = &cuts->words[i];
        cq_str key = cq_arena_copy(&numbering->arena,
                                   (cq_str){cuts->keys.ptr + word->key, word->len});

        if (!key.ptr)
            return no_memory(err);
        numbering->items[numbering->len] =
            (cq_index_token){.weight = cq_match_weight(word->kind)};
        numbering->words[numbering->len++] =
            (cq_numbered){.key = key.ptr, .len = word->len, .kind = word->kind};
    }
    return CQ_OK;
}
