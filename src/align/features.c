#include "align/parts.h"
#include "align/words.h"

#include <string.h>

/* Of a sentence longer than this only both ends are cut into tokens. */
#define LOOK_MAX ((size_t)16384)

typedef struct reader {
    cq_align_texts *texts;
    cq_align_text *text;
    cq_analyzer *analyzer;
    cq_translit *translit;
    cq_tokens tokens;
    cq_map types; /* kind and key to type */
    cq_map read;  /* sentences to the first place of each */
    cq_buf key, latin;
    size_t tokens_end; /* ceiling of text->tokens_len for the sentence being read */
} reader;

static cq_status no_memory(cq_error *err, size_t sentences)
{
    return cq_fail(err, CQ_E_NOMEM, "no memory to align %zu sentences", sentences);
}

/* What a character of three bytes weighs in the length, in letters: a Han character says
 * as much as three, a kana or a Hangul syllable as two. Only a start: how the lengths of
 * two texts compare is then learned. */
static unsigned letters_of(unsigned char lead, unsigned char next)
{
    if (lead >= 0xE4 && lead <= 0xE9) /* U+4000..9FFF; most of Han */
        return 3;
    if (lead == 0xE3) /* U+3000..3FFF; kana from 3040 */
        return next >= 0x90 ? 3 : next >= 0x81 ? 2 : 1;
    return lead >= 0xEA && lead <= 0xED && (lead > 0xEA || next >= 0xB0) ? 2 : 1;
}

/* Characters that take part in the length: all but white space. */
static float count_chars(cq_str s)
{
    size_t count = 0;

    for (size_t i = 0; i < s.len; i++) {
        unsigned char byte = (unsigned char)s.ptr[i];

        if (byte >= 0xE3 && byte <= 0xED && i + 1 < s.len)
            count += letters_of(byte, (unsigned char)s.ptr[i + 1]);
        else
            count += (byte & 0xC0) != 0x80 && byte > ' ';
    }
    return count > 1 ? (float)count : 1.0F;
}

static bool is_ascii(cq_str s)
{
    for (size_t i = 0; i < s.len; i++)
        if ((unsigned char)s.ptr[i] >= 0x80)
            return false;
    return true;
}

/* Give a type its written form in Latin letters and the number both sides know it by. */
static cq_status name_type(reader *r, cq_align_type *type, cq_str form, cq_error *err)
{
    uint64_t *meaning;
    bool is_new;
    cq_status status = CQ_OK;

    cq_buf_reset(&r->latin);
    cq_buf_add_byte(&r->latin, (unsigned char)('a' + type->kind));
    if (type->kind == CQ_TOKEN_WORD && !is_ascii(form))
        status = cq_translit_run(r->translit, form, &r->latin, err);
    else
        cq_buf_add_str(&r->latin, form);
    if (status < 0)
        return status;
    status = cq_buf_check(&r->latin, err);
    if (status < 0)
        return status;
    meaning = cq_map_add(&r->texts->concepts, cq_buf_str(&r->latin), &is_new);
    if (!meaning)
        return no_memory(err, r->text->all);
    if (is_new)
        *meaning = r->texts->concepts.len;
    type->concept = (uint32_t)*meaning;
    if (type->kind == CQ_TOKEN_WORD) {
        cq_str latin = cq_str_slice(cq_buf_str(&r->latin), 1, r->latin.len);
        type->latin = cq_arena_copy(&r->texts->arena, latin);
        if (!type->latin.ptr)
            return no_memory(err, r->text->all);
    }
    return CQ_OK;
}

/* Add one token, whose kind and key stand in r->key. */
static cq_status add_token(reader *r, cq_token_kind kind, float weight, cq_error *err)
{
    cq_align_text *text = r->text;
    cq_status status = cq_buf_check(&r->key, err);
    uint64_t *type;
    bool is_new;

    if (status < 0)
        return status;
    if (text->tokens_len >= r->tokens_end)
        return CQ_OK;
    type = cq_map_add(&r->types, cq_buf_str(&r->key), &is_new);
    if (!type || !cq_grow(&text->tokens, &text->tokens_capacity, text->tokens_len + 1,
                          sizeof(*text->tokens)))
        return no_memory(err, text->all);
    if (is_new) {
        *type = text->types_len;
        if (!cq_grow(&text->types, &text->types_capacity, text->types_len + 1,
                     sizeof(*text->types)))
            return no_memory(err, text->all);
        text->types[text->types_len++] =
            (cq_align_type){.weight = weight, .kind = (uint8_t)kind, .word = UINT32_MAX};
        status = name_type(r, &text->types[*type],
                           cq_str_slice(cq_buf_str(&r->key), 1, r->key.len), err);
        if (status < 0)
            return status;
    }
    text->types[*type].count++;
    text->tokens[text->tokens_len++] = (uint32_t)*type;
    return CQ_OK;
}

static void start_key(reader *r, cq_token_kind kind)
{
    cq_buf_reset(&r->key);
    cq_buf_add_byte(&r->key, (unsigned char)('a' + kind));
}

static bool is_katakana(cq_str s)
{
    size_t at = 0;
    uint32_t code = s.len ? cq_text_next(s, &at) : 0;

    return (code >= 0x30A1 && code <= 0x30FF) || (code >= 0xFF66 && code <= 0xFF9F);
}

static bool is_han(cq_str s)
{
    size_t at = 0;

    return s.len > 0 && cq_char_is_ideograph(cq_text_next(s, &at)) && !is_katakana(s);
}

static bool is_joined(const cq_tokens *tokens, size_t k)
{
    return k < tokens->len && tokens->items[k].kind == CQ_TOKEN_CHARACTER &&
           tokens->items[k].gap == CQ_GAP_NONE;
}

/* Katakana in a row are a word, most often a foreign one, which its letters betray. */
static cq_status add_katakana(reader *r, size_t *k, cq_error *err)
{
    start_key(r, CQ_TOKEN_WORD);
    do
        cq_buf_add_str(&r->key, r->tokens.items[*k].key);
    while (is_joined(&r->tokens, ++*k) && is_katakana(r->tokens.items[*k].key));
    return add_token(r, CQ_TOKEN_WORD, 1, err);
}

/* Where words are not parted: runs of `size` characters, and of one less. */
static cq_status add_characters(reader *r, size_t k, size_t size, cq_error *err)
{
    for (size_t len = size - 1; len <= size; len++) {
        cq_status status;

        start_key(r, CQ_TOKEN_CHARACTER);
        for (size_t i = 0; i < len; i++) {
            if (i > 0 && !is_joined(&r->tokens, k + i))
                return CQ_OK;
            cq_buf_add_str(&r->key, r->tokens.items[k + i].key);
        }
        status = add_token(r, CQ_TOKEN_CHARACTER, 0.5F, err);
        if (status < 0)
            return status;
    }
    return CQ_OK;
}

static cq_status add_simple(reader *r, const cq_token *token, cq_error *err)
{
    bool has_value = token->kind == CQ_TOKEN_NUMBER || token->kind == CQ_TOKEN_PLACEABLE;

    start_key(r, token->kind);
    cq_buf_add_str(&r->key, has_value ? token->form : token->key);
    return add_token(r, token->kind, 1, err);
}

static cq_status read_tokens(reader *r, cq_str s, cq_error *err)
{
    cq_status status = cq_analyzer_run(r->analyzer, s, &r->tokens, err);

    for (size_t k = 0; k < r->tokens.len && status >= 0;) {
        const cq_token *token = &r->tokens.items[k];

        if (token->kind != CQ_TOKEN_CHARACTER) {
            status = add_simple(r, token, err);
            k++;
        } else if (is_katakana(token->key)) {
            status = add_katakana(r, &k, err);
        } else {
            status = add_characters(r, k, is_han(token->key) ? 2 : 3, err);
            k++;
        }
    }
    return status;
}

static bool is_inside(cq_str s, size_t at)
{
    return at < s.len && ((unsigned char)s.ptr[at] & 0xC0) == 0x80;
}

/* A sentence that stood before has the same tokens. */
static cq_status repeat_sentence(reader *r, size_t before, cq_error *err)
{
    cq_align_text *text = r->text;
    size_t len = cq_align_tokens(text, before);

    if (!cq_grow(&text->tokens, &text->tokens_capacity, text->tokens_len + len,
                 sizeof(*text->tokens)))
        return no_memory(err, text->all);
    for (size_t k = 0; k < len; k++) {
        uint32_t type = text->tokens[text->first[before] + k];

        text->types[type].count++;
        text->tokens[text->tokens_len++] = type;
    }
    return CQ_OK;
}

static cq_status read_new(reader *r, cq_str s, cq_error *err)
{
    size_t head = LOOK_MAX / 2, tail = s.len - LOOK_MAX / 2;
    cq_status status;

    r->tokens_end = r->text->tokens_len + CQ_ALIGN_TOKENS_MAX;
    if (s.len <= LOOK_MAX)
        return read_tokens(r, s, err);
    r->tokens_end -= CQ_ALIGN_TOKENS_MAX / 2;
    while (is_inside(s, head))
        head++;
    while (is_inside(s, tail))
        tail++;
    status = read_tokens(r, cq_str_slice(s, 0, head), err);
    if (status < 0)
        return status;
    r->tokens_end = r->text->tokens_len + CQ_ALIGN_TOKENS_MAX / 2;
    return read_tokens(r, cq_str_slice(s, tail, s.len), err);
}

static cq_status read_sentence(reader *r, size_t sentence, cq_str s, cq_error *err)
{
    bool is_new;
    uint64_t *before = cq_map_add(&r->read, s, &is_new);

    if (!before)
        return no_memory(err, r->text->all);
    r->text->first[sentence] = r->text->tokens_len;
    r->text->same[sentence] = (uint32_t)(is_new ? sentence : *before);
    if (!is_new) {
        r->text->chars[sentence] = r->text->chars[*before];
        return repeat_sentence(r, (size_t)*before, err);
    }
    *before = sentence;
    r->text->chars[sentence] = count_chars(s);
    return read_new(r, s, err);
}

static cq_status read_sentences(reader *r, const cq_side *side, const cq_seed *seeds,
                                size_t seeds_len, bool is_target, cq_error *err)
{
    cq_align_text *text = r->text;
    cq_status status = CQ_OK;

    for (size_t k = 0; k < side->len && status >= 0; k++)
        status = read_sentence(r, k, side->sentences[k], err);
    for (size_t k = 0; k < seeds_len && status >= 0; k++)
        status = read_sentence(r, side->len + k,
                               is_target ? seeds[k].target : seeds[k].source, err);
    text->first[text->all] = text->tokens_len;
    return status;
}

/* Find the types in the lexicon that is known, and keep their keys for one that learns.
 */
static cq_status name_types(reader *r, const cq_align_request *request, bool is_target,
                            cq_error *err)
{
    size_t at = 0;
    cq_str key;
    uint64_t *type;

    if (!request->lexicon && !request->teach)
        return CQ_OK;
    while (cq_map_each(&r->types, &at, &key, &type)) {
        cq_align_type *to = &r->text->types[*type];

        if (request->lexicon)
            to->word = cq_lexicon_find(request->lexicon, is_target, key);
        if (request->teach) {
            to->key = cq_arena_copy(&r->texts->arena, key);
            if (!to->key.ptr)
                return no_memory(err, r->text->all);
        }
    }
    return CQ_OK;
}

static cq_status read_text(cq_align_texts *texts, cq_translit *translit,
                           const cq_align_request *request, bool is_target, cq_error *err)
{
    const cq_side *side = is_target ? &request->target : &request->source;
    cq_align_text *text = is_target ? &texts->target : &texts->source;
    reader r = {.texts = texts, .text = text, .translit = translit};
    cq_status status;

    text->len = side->len;
    text->all = side->len + texts->seeds;
    text->paragraphs = side->paragraphs;
    text->chars = cq_alloc((text->all + 1) * sizeof(*text->chars));
    text->first = cq_alloc((text->all + 1) * sizeof(*text->first));
    text->same = cq_alloc((text->all + 1) * sizeof(*text->same));
    if (!text->chars || !text->first || !text->same)
        return no_memory(err, text->all);
    status = cq_analyzer_open(side->lang, &r.analyzer, err);
    if (status >= 0)
        status = read_sentences(&r, side, request->seeds, texts->seeds, is_target, err);
    if (status >= 0)
        status = name_types(&r, request, is_target, err);
    cq_analyzer_close(r.analyzer);
    cq_tokens_release(&r.tokens);
    cq_map_release(&r.types);
    cq_map_release(&r.read);
    cq_buf_release(&r.key);
    cq_buf_release(&r.latin);
    return status;
}

cq_status cq_align_texts_init(cq_align_texts *texts, const cq_align_request *request,
                              cq_error *err)
{
    cq_translit *translit = NULL;
    cq_status status;

    *texts = (cq_align_texts){.seeds = request->seeds_len, .known = request->lexicon};
    status = cq_translit_open(&translit, err);
    if (status >= 0)
        status = read_text(texts, translit, request, false, err);
    if (status >= 0)
        status = read_text(texts, translit, request, true, err);
    cq_translit_close(translit);
    if (status < 0)
        cq_align_texts_release(texts);
    return status;
}

static void release_text(cq_align_text *text)
{
    cq_free(text->chars);
    cq_free(text->first);
    cq_free(text->same);
    cq_free(text->tokens);
    cq_free(text->types);
}

void cq_align_texts_release(cq_align_texts *texts)
{
    release_text(&texts->source);
    release_text(&texts->target);
    cq_map_release(&texts->concepts);
    cq_arena_release(&texts->arena);
    *texts = (cq_align_texts){0};
}
