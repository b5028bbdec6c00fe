#include "session.h"

#include <string.h>

#define HITS_DEFAULT 50u
#define PHRASE_MAX   4096u /* bytes */

/* A phrase is looked for in the folded form of every text of the language. For Chinese
 * characters, each of which is a token whatever stands beside it, the index says which
 * texts have them all; words it cannot serve, as a phrase may begin and end inside one.
 */

typedef struct search {
    cq_memory *memory;
    const cq_lang *from, *to;
    uint32_t group;
    size_t left; /* hits still wanted */
    cq_concordance_fn each;
    void *context;
    cq_str phrase;
    cq_buf folded;    /* the phrase */
    cq_buf text, map; /* a text folded, and where its bytes came from */
    uint32_t *tokens;
    size_t tokens_len, tokens_capacity;
    cq_loaded loaded;
} search;

/* ---- one text -------------------------------------------------------------------------
 */

/* Fold text of ASCII alone, which is most of what there is, without ICU; false for other
 * text. */
static bool fold_ascii(cq_str text, cq_buf *out)
{
    unsigned char seen = 0;
    char *to;

    cq_buf_reset(out);
    to = cq_buf_reserve(out, text.len);
    if (!to)
        return false;
    for (size_t i = 0; i < text.len; i++) {
        unsigned char byte = (unsigned char)text.ptr[i];

        seen |= byte;
        to[i] = (char)(byte + (unsigned)(byte >= 'A' && byte <= 'Z') * 32u);
    }
    out->len += text.len;
    return seen < 0x80;
}

static const char *find_bytes(cq_str in, cq_str what)
{
    const char *at = in.ptr, *end = in.ptr + in.len;

    while ((size_t)(end - at) >= what.len) {
        at = memchr(at, what.ptr[0], (size_t)(end - at) - what.len + 1);
        if (!at || memcmp(at, what.ptr, what.len) == 0)
            return at;
        at++;
    }
    return NULL;
}

/* Where the phrase stands in a text; CQ_DONE when it does not. */
static cq_status find_phrase(search *s, cq_str text, size_t *start, size_t *end,
                             cq_error *err)
{
    const size_t *map;
    const char *found;
    size_t first, last;
    cq_status status;

    if (fold_ascii(text, &s->text)) {
        found = find_bytes(cq_buf_str(&s->text), cq_buf_str(&s->folded));
        if (!found)
            return CQ_DONE;
        *start = (size_t)(found - s->text.ptr);
        *end = *start + s->folded.len;
        return CQ_OK;
    }
    cq_buf_reset(&s->text);
    cq_buf_reset(&s->map);
    status = cq_text_fold(text, &s->text, &s->map, err);
    if (status != CQ_OK)
        return status;
    found = find_bytes(cq_buf_str(&s->text), cq_buf_str(&s->folded));
    if (!found)
        return CQ_DONE;
    map = (const size_t *)(const void *)s->map.ptr;
    first = (size_t)(found - s->text.ptr);
    last = first + s->folded.len;
    /* A character that folds to several, such as U+FB01 for "fi", is given whole. */
    while (last < s->text.len && map[last] == map[last - 1])
        last++;
    *start = map[first];
    *end = map[last];
    return CQ_OK;
}

/* ---- the units that hold it -----------------------------------------------------------
 */

static cq_status best_target(search *s, size_t source, size_t *target, cq_error *err)
{
    int best = 0;

    *target = SIZE_MAX;
    for (size_t i = 0; s->to && i < s->loaded.variants; i++) {
        const cq_language *language;
        cq_status status =
            cq_memory_language_of(s->memory, s->loaded.tags[i], &language, err);
        int match;

        if (status != CQ_OK)
            return status;
        match = language->is_valid ? cq_lang_match(s->to, &language->lang) : 0;
        if (i != source && match > best) {
            best = match;
            *target = i;
        }
    }
    return CQ_OK;
}

static cq_status tell_hit(search *s, size_t source, size_t start, size_t end, bool *told,
                          cq_error *err)
{
    const cq_variant *variants = s->loaded.unit.variants;
    cq_concordance_hit hit = {.unit = s->loaded.id, .start = start, .end = end};
    cq_store_origin origin;
    size_t target;
    cq_status status = best_target(s, source, &target, err);

    *told = false;
    if (status != CQ_OK || (s->to && target == SIZE_MAX))
        return status;
    status = cq_store_origin_get(s->memory->store, s->loaded.origin, &origin, err);
    if (status < 0)
        return status;
    hit.source = variants[source].text;
    hit.source_lang = variants[source].lang;
    if (target != SIZE_MAX) {
        hit.target = variants[target].text;
        hit.target_lang = variants[target].lang;
    }
    hit.origin = origin.name;
    *told = true;
    status = s->each(s->context, &hit);
    return status < 0 ? cq_fail(err, status, "the search was stopped") : CQ_OK;
}

static cq_status tell_unit(search *s, uint64_t unit, uint64_t text, size_t start,
                           size_t end, cq_error *err)
{
    cq_status status = cq_loaded_get(s->memory, unit, true, &s->loaded, err);

    if (status != CQ_OK)
        return status < 0 ? status : CQ_OK;
    for (size_t i = 0; i < s->loaded.variants; i++) {
        bool told;

        if (s->loaded.texts[i] != text)
            continue;
        status = tell_hit(s, i, start, end, &told, err);
        if (status != CQ_OK || told) {
            s->left -= told;
            return status;
        }
    }
    return CQ_OK;
}

/* @return CQ_E_STOP once enough is told */
static cq_status try_text(search *s, uint64_t id, cq_str text, cq_error *err)
{
    cq_store_cursor cursor = {0};
    size_t start, end;
    uint64_t unit;
    cq_status status = find_phrase(s, text, &start, &end, err);

    if (status != CQ_OK)
        return status < 0 ? status : CQ_OK;
    while (s->left > 0 && (status = cq_store_holder_next(s->memory->store, id, &cursor,
                                                         &unit, err)) == CQ_OK) {
        status = tell_unit(s, unit, id, start, end, err);
        if (status != CQ_OK)
            return status;
    }
    if (status < 0)
        return status;
    return s->left == 0 ? CQ_E_STOP : CQ_OK;
}

/* ---- which texts ----------------------------------------------------------------------
 */

static cq_status try_indexed(void *context, uint64_t id, cq_error *err)
{
    search *s = context;
    cq_store_text text;
    cq_status status = cq_store_text_get(s->memory->store, id, &text, err);

    return status == CQ_OK ? try_text(s, id, text.text, err)
                           : (status < 0 ? status : CQ_OK);
}

static cq_status try_all(search *s, cq_error *err)
{
    cq_store_text text = {0};
    cq_status status;

    while ((status = cq_store_text_next(s->memory->store, s->group, text.id, &text,
                                        err)) == CQ_OK) {
        status = try_text(s, text.id, text.text, err);
        if (status != CQ_OK)
            return status;
    }
    return status < 0 ? status : CQ_OK;
}

/* The Chinese characters of the phrase as tokens. @return CQ_DONE when one of them is in
 * no text */
static cq_status known_characters(search *s, cq_error *err)
{
    cq_memory *memory = s->memory;
    cq_analyzer *analyzer;
    cq_status status =
        cq_memory_analyzer(memory, cq_str_from(s->from->group), &analyzer, err);

    if (status == CQ_OK)
        status = cq_analyzer_run(analyzer, s->phrase, &memory->tokens, err);
    if (status == CQ_OK && !cq_grow(&s->tokens, &s->tokens_capacity,
                                    memory->tokens.len + 1, sizeof(*s->tokens)))
        status = cq_fail(err, CQ_E_NOMEM, "no memory to search");
    for (size_t i = 0; i < memory->tokens.len && status == CQ_OK; i++) {
        const cq_token *token = &memory->tokens.items[i];
        size_t at = 0;
        uint32_t code =
            cq_text_next(cq_str_slice(s->phrase, token->start, token->end), &at);

        if (token->kind != CQ_TOKEN_CHARACTER || !cq_char_is_ideograph(code) ||
            at != token->end - token->start)
            continue;
        status = cq_store_token_find(memory->store, s->group, token->kind, token->key,
                                     &s->tokens[s->tokens_len], err);
        if (status == CQ_OK && s->tokens[s->tokens_len] == 0)
            return CQ_DONE;
        s->tokens_len++;
    }
    return status;
}

static cq_status run(search *s, cq_error *err)
{
    bool is_current = false;
    cq_status status =
        cq_store_group(s->memory->store, cq_str_from(s->from->group), &s->group, err);

    if (status == CQ_OK && s->group == 0)
        return CQ_OK;
    if (status == CQ_OK)
        status = cq_memory_is_current(s->memory, &is_current, err);
    if (status == CQ_OK && is_current)
        status = known_characters(s, err);
    if (status != CQ_OK)
        return status < 0 ? status : CQ_OK;
    if (s->tokens_len == 0)
        return try_all(s, err);
    return cq_index_all(cq_memory_index(s->memory), s->group, s->tokens, s->tokens_len,
                        try_indexed, s, err);
}

static cq_status check_phrase(search *s, cq_error *err)
{
    size_t valid = cq_text_valid(s->phrase);
    cq_status status;

    if (valid < s->phrase.len)
        return cq_fail_number(
            err, CQ_E_INPUT, ERR_QUERY_TEXT,
            "the text asked for is not valid UTF-8 at byte %zu (0x%02x)", valid + 1,
            (unsigned char)s->phrase.ptr[valid]);
    if (s->phrase.len > PHRASE_MAX)
        return cq_fail_number(err, CQ_E_ARG, ERR_QUERY_LONG,
                              "a phrase of %zu bytes is too long to look up; %u is the "
                              "most",
                              s->phrase.len, PHRASE_MAX);
    status = cq_text_fold(s->phrase, &s->folded, NULL, err);
    if (status == CQ_OK && s->folded.len == 0)
        status = cq_fail_number(err, CQ_E_ARG, ERR_NO_PHRASE,
                                "the phrase is empty: there is nothing to search for");
    return status;
}

cq_status cq_memory_concordance(cq_memory *memory, cq_str phrase, const cq_lang *from,
                                const cq_lang *to, const cq_concordance_options *opts,
                                cq_concordance_fn each, void *context, cq_error *err)
{
    search s = {.memory = memory,
                .from = from,
                .to = to,
                .left = opts && opts->max_hits ? opts->max_hits : HITS_DEFAULT,
                .each = each,
                .context = context,
                .phrase = cq_str_trim(phrase)};
    cq_status status = check_phrase(&s, err);

    if (status == CQ_OK)
        status = cq_store_begin_read(memory->store, err);
    if (status == CQ_OK) {
        status = run(&s, err);
        cq_store_end_read(memory->store);
        /* Ours when everything wanted is told, the caller's when something is left. */
        if (status == CQ_E_STOP && s.left == 0)
            status = CQ_OK;
    }
    cq_buf_release(&s.folded);
    cq_buf_release(&s.text);
    cq_buf_release(&s.map);
    cq_free(s.tokens);
    cq_loaded_release(&s.loaded);
    return status;
}
