/* texts.c -- what a document says, as far as pairing asks: numbers by value, addresses
 * and placeholders, and words by their Latin letters, which texts in two languages share;
 * the words themselves, for words.c; and its length. */
#include "parts.h"

#include "document/document.h"

#include <stdlib.h>
#include <string.h>

#define TEXT_MAX  ((size_t)256 * 1024) /* bytes; what comes after says nothing new */
#define LATIN_MIN 4                    /* letters: shorter words are alike by chance */

typedef struct text_reader {
    cq_pairing *pairing;
    cq_shelf *side;
    cq_analyzer *analyzer;
    cq_translit *translit;
    cq_map latin; /* words to the number of their Latin letters + 1; 0 for none */
    cq_tokens tokens;
    cq_buf key, before; /* before: the character token before, for pairs of them */
    cq_reading *reading;
} text_reader;

bool cq_terms_add(cq_terms *terms, uint32_t term)
{
    if (!cq_grow(&terms->items, &terms->capacity, terms->len + 1, sizeof(*terms->items)))
        return false;
    terms->items[terms->len++] = term;
    return true;
}

static int compare_terms(const void *a, const void *b)
{
    uint32_t x = *(const uint32_t *)a, y = *(const uint32_t *)b;

    return (x > y) - (x < y);
}

void cq_terms_sort(cq_terms *terms)
{
    size_t len = 0;

    if (terms->len == 0)
        return;
    qsort(terms->items, terms->len, sizeof(*terms->items), compare_terms);
    for (size_t i = 0; i < terms->len; i++)
        if (i == 0 || terms->items[i] != terms->items[len - 1])
            terms->items[len++] = terms->items[i];
    terms->len = len;
}

/* ---- terms ----------------------------------------------------------------------------
 */

/* The number of a term, new when it is. False when memory is short. */
static bool number_of(cq_map *map, size_t *count, cq_str key, uint32_t *number)
{
    bool is_new;
    uint64_t *value = cq_map_add(map, key, &is_new);

    if (!value)
        return false;
    if (is_new)
        *value = (*count)++;
    *number = (uint32_t)*value;
    return true;
}

/* A term that both sides know by the same letters, behind a mark of its kind. */
static bool add_common(text_reader *r, char kind, cq_str word)
{
    uint32_t number;

    cq_buf_reset(&r->key);
    cq_buf_add_byte(&r->key, (unsigned char)kind);
    cq_buf_add_str(&r->key, word);
    return r->key.failed == CQ_OK &&
           number_of(&r->pairing->common, &r->pairing->common_len, cq_buf_str(&r->key),
                     &number) &&
           cq_terms_add(&r->reading->common, number);
}

static bool add_own(text_reader *r, cq_str word)
{
    uint32_t number;

    return number_of(&r->side->own, &r->side->own_len, word, &number) &&
           cq_terms_add(&r->reading->own, number);
}

/* Transliteration costs more than all the rest, so each word has it once. */
static bool add_latin(text_reader *r, cq_str form)
{
    bool is_new;
    uint64_t *known = cq_map_add(&r->latin, form, &is_new);
    cq_buf latin = {0};
    bool is_done = known != NULL;

    if (is_done && is_new) {
        is_done = cq_translit_run(r->translit, form, &latin, NULL) == CQ_OK;
        if (is_done && cq_text_length(cq_buf_str(&latin)) >= LATIN_MIN) {
            is_done = add_common(r, 'w', cq_buf_str(&latin));
            if (is_done)
                *known =
                    r->reading->common.items[r->reading->common.len - 1] + UINT64_C(1);
        }
    } else if (is_done && *known > 0) {
        is_done = cq_terms_add(&r->reading->common, (uint32_t)(*known - 1));
    }
    cq_buf_release(&latin);
    return is_done;
}

/* Characters of a script without spaces count by twos. */
static bool add_character(text_reader *r, const cq_token *token)
{
    bool is_done = true;

    if (r->before.len > 0 && token->gap == CQ_GAP_NONE) {
        cq_buf_add_str(&r->before, token->key);
        is_done = r->before.failed == CQ_OK && add_own(r, cq_buf_str(&r->before));
    }
    cq_buf_reset(&r->before);
    cq_buf_add_str(&r->before, token->key);
    return is_done;
}

static bool add_token(text_reader *r, const cq_token *token)
{
    if (token->kind == CQ_TOKEN_CHARACTER)
        return add_character(r, token);
    cq_buf_reset(&r->before);
    switch (token->kind) {
    case CQ_TOKEN_WORD:
        return add_own(r, token->key) && add_latin(r, token->form);
    case CQ_TOKEN_NUMBER:
        return add_common(r, '#', token->form);
    case CQ_TOKEN_PLACEABLE:
        return add_common(r, '@', token->form);
    default:
        return true;
    }
}

/* ---- documents ------------------------------------------------------------------------
 */

static cq_status take_line(text_reader *r, cq_str line, cq_error *err)
{
    cq_status status = cq_analyzer_run(r->analyzer, line, &r->tokens, err);

    cq_buf_reset(&r->before);
    for (size_t i = 0; status == CQ_OK && i < r->tokens.len; i++)
        if (!add_token(r, &r->tokens.items[i]))
            status = cq_fail(err, CQ_E_NOMEM, "no memory for the words of a document");
    for (size_t at = 0; at < line.len;)
        r->reading->length += !cq_char_is_space(cq_text_next(line, &at));
    return status;
}

static cq_status take_text(text_reader *r, cq_str text, cq_error *err)
{
    cq_status status = CQ_OK;

    while (text.len > 0 && status == CQ_OK) {
        const char *end = memchr(text.ptr, '\n', text.len);
        size_t len = end ? (size_t)(end - text.ptr) : text.len;

        status = take_line(r, cq_str_slice(text, 0, len), err);
        text = cq_str_slice(text, len + (end ? 1 : 0), text.len);
    }
    cq_terms_sort(&r->reading->common);
    cq_terms_sort(&r->reading->own);
    return status;
}

static cq_status read_text(const char *path, const cq_lang *lang, cq_buf *text,
                           cq_error *err)
{
    cq_document *document = NULL;
    cq_status status = cq_document_open(path, lang, NULL, &document, err);
    cq_str piece;

    while (status == CQ_OK && text->len < TEXT_MAX) {
        status = cq_document_next(document, &piece, err);
        if (status == CQ_OK)
            cq_buf_add_str(text, piece);
    }
    cq_document_close(document);
    return status < 0 ? status : cq_buf_check(text, err);
}

/* A document that cannot be read is told and left without words. */
static cq_status read_one(text_reader *r, size_t i, const cq_lang *lang,
                          const cq_pairing_options *opts, cq_error *err)
{
    cq_buf text = {0};
    cq_error why = {0};
    cq_status status = read_text(r->side->from->paths[i], lang, &text, &why);

    r->reading = &r->side->readings[i];
    if (status == CQ_OK)
        status = take_text(r, cq_buf_str(&text), err);
    else if (status != CQ_E_INPUT && err)
        *err = why;
    if (status == CQ_E_INPUT && opts->notice)
        opts->notice(opts->context, &why);
    cq_buf_release(&text);
    return status == CQ_E_INPUT ? CQ_OK : status;
}

cq_status cq_pairing_read(cq_pairing *pairing, cq_shelf *side,
                          const cq_pairing_options *opts, uint64_t total, cq_error *err)
{
    text_reader r = {.pairing = pairing, .side = side};
    cq_lang unknown;
    const cq_lang *lang = side->from->lang;
    uint64_t before = side == &pairing->sides[0] ? 0 : pairing->sides[0].from->len;
    cq_status status = lang ? CQ_OK : cq_lang_parse(CQ_STR("und"), &unknown, err);

    lang = lang ? lang : &unknown;
    if (status == CQ_OK)
        status = cq_analyzer_open(lang, &r.analyzer, err);
    if (status == CQ_OK)
        status = cq_translit_open(&r.translit, err);
    for (size_t i = 0; i < side->from->len && status == CQ_OK; i++) {
        status = read_one(&r, i, lang, opts, err);
        if (status == CQ_OK && opts->progress.tick)
            status = opts->progress.tick(opts->progress.context, before + i + 1, total);
    }
    cq_analyzer_close(r.analyzer);
    cq_translit_close(r.translit);
    cq_map_release(&r.latin);
    cq_tokens_release(&r.tokens);
    cq_buf_release(&r.key);
    cq_buf_release(&r.before);
    return status;
}
