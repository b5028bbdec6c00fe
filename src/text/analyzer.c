/* analyzer.c -- cuts text into tokens in one pass (docs/tokens.md).
 *
 * UAX #29's word rules, changed where a translator's token is another: no word goes
 * across
 * '.' or ':', numbers are read whole, and scripts without spaces give a token a grapheme
 * cluster. Nothing is looked at more than a few times, whatever the text. */
#include "scan.h"

#include <string.h>

struct cq_analyzer {
    cq_classes classes;
    cq_words words;
    cq_number_style numbers;
    cq_arena values; /* forms of numbers, for one run */
    cq_buf value;
    bool elides; /* the apostrophe ends a word: l'accord is l' and accord */
};

/* The state of one run. */
typedef struct scan {
    cq_analyzer *analyzer;
    cq_classes *classes;
    cq_str text;
    size_t at;
    size_t plain_until; /* digits before this byte are single integers */
    cq_tokens *tokens;
    cq_gap gap; /* before the token at `at` */
    cq_error *err;
} scan;

cq_status cq_analyzer_open(const cq_lang *lang, cq_analyzer **analyzer, cq_error *err)
{
    static const char eliding[][4] = {"fr", "it", "ca", "oc", "wa", "lij", "pms", "scn"};
    cq_analyzer *made;
    cq_status status;

    *analyzer = NULL;
    made = cq_zalloc(sizeof(*made));
    if (!made)
        return cq_fail(err, CQ_E_NOMEM, "no memory for an analyzer");
    for (size_t i = 0; i < ARRAY_LEN(eliding); i++)
        made->elides |= strcmp(lang->language, eliding[i]) == 0;
    status = cq_words_init(&made->words, lang, err);
    if (status == CQ_OK)
        status = cq_number_style_init(&made->numbers, lang, err);
    if (status == CQ_OK && !cq_classes_page(&made->classes, 0))
        status = cq_fail(err, CQ_E_NOMEM, "no memory for an analyzer");
    if (status != CQ_OK) {
        cq_analyzer_close(made);
        return status;
    }
    *analyzer = made;
    return CQ_OK;
}

void cq_analyzer_close(cq_analyzer *analyzer)
{
    if (!analyzer)
        return;
    cq_classes_release(&analyzer->classes);
    cq_words_release(&analyzer->words);
    cq_arena_release(&analyzer->values);
    cq_buf_release(&analyzer->value);
    cq_free(analyzer);
}

void cq_tokens_release(cq_tokens *tokens)
{
    cq_free(tokens->items);
    *tokens = (cq_tokens){0};
}

/* ---- looking --------------------------------------------------------------------------
 */

/* Class of the code point at `at`, which is stepped over; CQ_CH_SPACE at the end. */
static inline cq_char_class step(scan *s, size_t *at, uint32_t *code)
{
    if (*at >= s->text.len) {
        *code = 0;
        return CQ_CH_SPACE;
    }
    *code = cq_text_next(s->text, at);
    return cq_class_of(s->classes, *code);
}

static inline bool is_letter(cq_char_class class) { return class <= CQ_CH_HEBREW; }

static size_t skip_marks(scan *s, size_t at)
{
    for (;;) {
        size_t next = at;
        uint32_t code;

        if (step(s, &next, &code) != CQ_CH_MARK)
            return at;
        at = next;
    }
}

static bool letter_follows(scan *s, size_t at, cq_char_class *class)
{
    uint32_t code;

    *class = step(s, &at, &code);
    return is_letter(*class);
}

/* Byte past the ASCII letters and digits at `at`. Only a shortcut: the loops that use it
 * would take the same steps one by one. */
static size_t skip_plain(const scan *s, size_t at)
{
    const uint8_t *ascii = s->classes->pages[0];

    while (at < s->text.len) {
        unsigned char byte = (unsigned char)s->text.ptr[at];

        if (byte >= 0x80 || (ascii[byte] != CQ_CH_LETTER && ascii[byte] != CQ_CH_DIGIT))
            break;
        at++;
    }
    return at;
}

/* Step over the white space at s->at and remember what it was. */
static void skip_space(scan *s)
{
    size_t start = s->at;

    for (;;) {
        size_t next = s->at;
        uint32_t code;

        if (next >= s->text.len || step(s, &next, &code) != CQ_CH_SPACE)
            break;
        s->at = next;
    }
    if (s->at == start)
        s->gap = CQ_GAP_NONE;
    else
        s->gap =
            s->at - start == 1 && s->text.ptr[start] == ' ' ? CQ_GAP_SPACE : CQ_GAP_OTHER;
}

/* ---- giving ---------------------------------------------------------------------------
 */

static cq_token *add_token(scan *s, size_t end, cq_token_kind kind)
{
    cq_tokens *tokens = s->tokens;
    cq_token *token;

    if (tokens->len == tokens->capacity &&
        !cq_grow(&tokens->items, &tokens->capacity, tokens->len + 1,
                 sizeof(*tokens->items))) {
        cq_fail(s->err, CQ_E_NOMEM, "no memory for %zu tokens", tokens->len + 1);
        return NULL;
    }
    token = &tokens->items[tokens->len++];
    token->start = s->at;
    token->end = end;
    token->kind = kind;
    token->gap = s->gap;
    s->at = end;
    return token;
}

/* A token whose key and form are looked up by its surface; `key` as in cq_words_find().
 */
static cq_status give_keyed(scan *s, size_t end, cq_token_kind kind, const char *key)
{
    cq_str surface = cq_str_slice(s->text, s->at, end);
    cq_word *word = cq_words_find(&s->analyzer->words, surface, kind, key, s->err);
    cq_token *token = word ? add_token(s, end, kind) : NULL;

    if (!token)
        return CQ_E_NOMEM;
    token->key = word->key;
    token->form = word->form;
    token->letter_case = word->letter_case;
    token->note = &word->note;
    return CQ_OK;
}

static cq_status give(scan *s, size_t end, cq_token_kind kind)
{
    return give_keyed(s, end, kind, NULL);
}

/* Whether the last token is a mark after which something new begins. */
static bool follows_opener(const scan *s)
{
    const cq_token *last = &s->tokens->items[s->tokens->len - 1];

    return (last->kind == CQ_TOKEN_PUNCTUATION || last->kind == CQ_TOKEN_SYMBOL) &&
           last->key.ptr[0] && strchr("([{=<>*/:\"'", last->key.ptr[0]);
}

/* ---- words ----------------------------------------------------------------------------
 */

/* Byte past the word that goes on at `at`, after a letter, a joiner or a mark. */
static size_t word_end(scan *s, size_t at, cq_char_class last)
{
    const uint8_t *ascii = s->classes->pages[0];

    for (;;) {
        size_t next = skip_plain(s, at);
        uint32_t code;
        cq_char_class class, after;

        if (next > at)
            last = (cq_char_class)ascii[(unsigned char)s->text.ptr[next - 1]];
        at = next;
        class = step(s, &next, &code);
        switch (class) {
        case CQ_CH_MARK:
            break;
        case CQ_CH_LETTER:
        case CQ_CH_HEBREW:
        case CQ_CH_DIGIT:
        case CQ_CH_JOINER:
            last = class;
            break;
        case CQ_CH_APOSTROPHE:
        case CQ_CH_MIDDLE:
            if (!is_letter(last) || !letter_follows(s, next, &after))
                return at;
            if (class == CQ_CH_APOSTROPHE && s->analyzer->elides)
                return next;
            break;
        default:
            if (code != '"' || last != CQ_CH_HEBREW || !letter_follows(s, next, &after) ||
                after != CQ_CH_HEBREW)
                return at;
        }
        at = next;
    }
}

/* Whether what follows a word could make it the head of an address or a file name. */
static bool may_be_placeable(const scan *s, size_t end)
{
    if (end + 1 >= s->text.len || (unsigned char)s->text.ptr[end + 1] <= ' ')
        return false;
    switch (s->text.ptr[end]) {
    case '.':
    case ':':
    case '@':
    case '/':
    case '\\':
    case '-':
    case '+':
        return true;
    default:
        return false;
    }
}

static cq_status give_word(scan *s, size_t next, cq_char_class class)
{
    size_t end = word_end(s, next, class);

    if (may_be_placeable(s, end)) {
        const char *key;
        size_t far = cq_placeable_at_word(s->classes, s->text, s->at, &key);

        if (far > end)
            return give_keyed(s, skip_marks(s, far), CQ_TOKEN_PLACEABLE, key);
    }
    return give(s, end, CQ_TOKEN_WORD);
}

/* '_' alone, or a run of it, is a mark; with letters or digits it is a word. */
static cq_status give_joined(scan *s, size_t next)
{
    size_t end = word_end(s, next, CQ_CH_JOINER);

    for (size_t at = s->at; at < end;) {
        uint32_t code;
        cq_char_class class = step(s, &at, &code);

        if (is_letter(class) || class == CQ_CH_DIGIT)
            return give(s, end, CQ_TOKEN_WORD);
    }
    return give(s, end, CQ_TOKEN_PUNCTUATION);
}

/* ---- numbers --------------------------------------------------------------------------
 */

static cq_status give_number(scan *s, size_t digits, bool is_negative)
{
    cq_analyzer *analyzer = s->analyzer;
    bool plain = digits < s->plain_until;
    cq_number number =
        cq_number_scan(&analyzer->numbers, s->classes, s->text, digits, plain);
    cq_token *token;

    if (number.chain_end > number.end)
        s->plain_until = number.chain_end;
    cq_buf_reset(&analyzer->value);
    cq_number_value(s->text, digits, &number, is_negative, &analyzer->value);
    if (cq_buf_check(&analyzer->value, s->err) != CQ_OK)
        return CQ_E_NOMEM;
    token = add_token(s, skip_marks(s, number.end), CQ_TOKEN_NUMBER);
    if (!token)
        return CQ_E_NOMEM;
    token->key = CQ_STR("#");
    token->note = NULL;
    token->letter_case = CQ_CASE_NONE;
    token->form = cq_arena_copy(&analyzer->values, cq_buf_str(&analyzer->value));
    return token->form.ptr ? CQ_OK
                           : cq_fail(s->err, CQ_E_NOMEM, "no memory for a number");
}

/* A digit opens a number, unless it opens a name as "3d.txt". */
static cq_status give_digits(scan *s)
{
    size_t far = s->at;
    const char *key;

    if (s->gap != CQ_GAP_NONE || s->tokens->len == 0)
        far = cq_placeable_at_word(s->classes, s->text, s->at, &key);
    if (far > s->at)
        return give_keyed(s, skip_marks(s, far), CQ_TOKEN_PLACEABLE, key);
    return give_number(s, s->at, false);
}

/* A minus is part of its number unless something stands right before it: "-5", "(-5)",
 * but "10-5" and "COVID-19" are not negative. */
static bool is_sign(scan *s, size_t next, uint32_t code)
{
    const cq_tokens *tokens = s->tokens;
    uint32_t ignored;

    if (code != '-' && code != 0x2212)
        return false;
    if (step(s, &next, &ignored) != CQ_CH_DIGIT)
        return false;
    return s->gap != CQ_GAP_NONE || tokens->len == 0 || follows_opener(s);
}

/* ---- marks, symbols, characters -------------------------------------------------------
 */

/* A run of one mark is one token. */
static size_t run_end(scan *s, size_t at, uint32_t mark)
{
    for (;;) {
        size_t next = at;
        uint32_t code;

        step(s, &next, &code);
        if (next == at || code != mark)
            return skip_marks(s, at);
        at = next;
    }
}

/* A grapheme cluster that opens with a symbol (UAX #29, GB11 to GB13). */
static size_t symbol_end(scan *s, size_t at, cq_char_class class)
{
    for (;;) {
        size_t end = skip_marks(s, at), next = end;
        bool is_joined =
            end >= 3 && end > at && memcmp(s->text.ptr + end - 3, "\xe2\x80\x8d", 3) == 0;
        uint32_t code;
        cq_char_class after = step(s, &next, &code);

        if (class == CQ_CH_FLAG && after == CQ_CH_FLAG && end == at)
            return skip_marks(s, next);
        if (class != CQ_CH_PICTOGRAPH || after != CQ_CH_PICTOGRAPH || !is_joined)
            return end;
        at = next;
    }
}

static bool opens_placeable(uint32_t code)
{
    switch (code) {
    case '{':
    case '$':
    case '%':
    case '&':
    case '/':
    case '~':
    case '.':
    case '\\':
        return true;
    default:
        return false;
    }
}

static cq_status next_token(scan *s)
{
    size_t next = s->at;
    uint32_t code;
    cq_char_class class = step(s, &next, &code);

    if (opens_placeable(code)) {
        bool is_glued = s->gap == CQ_GAP_NONE && s->tokens->len > 0 && !follows_opener(s);
        const char *key;
        size_t end = cq_placeable_at_mark(s->classes, s->text, s->at, is_glued, &key);

        if (end > s->at)
            return give_keyed(s, skip_marks(s, end), CQ_TOKEN_PLACEABLE, key);
    }
    switch (class) {
    case CQ_CH_LETTER:
    case CQ_CH_HEBREW:
        return give_word(s, next, class);
    case CQ_CH_DIGIT:
        return give_digits(s);
    case CQ_CH_JOINER:
        return give_joined(s, next);
    case CQ_CH_CHARACTER:
        return give(s, skip_marks(s, next), CQ_TOKEN_CHARACTER);
    case CQ_CH_APOSTROPHE:
    case CQ_CH_MIDDLE:
    case CQ_CH_PUNCTUATION:
        if (is_sign(s, next, code))
            return give_number(s, next, true);
        return give(s, run_end(s, next, code), CQ_TOKEN_PUNCTUATION);
    case CQ_CH_MARK:
        return give(s, skip_marks(s, next), CQ_TOKEN_SYMBOL);
    default:
        if (is_sign(s, next, code))
            return give_number(s, next, true);
        return give(s, symbol_end(s, next, class), CQ_TOKEN_SYMBOL);
    }
}

cq_status cq_analyzer_run(cq_analyzer *analyzer, cq_str text, cq_tokens *tokens,
                          cq_error *err)
{
    scan s = {.analyzer = analyzer,
              .classes = &analyzer->classes,
              .text = text,
              .tokens = tokens,
              .err = err};
    cq_status status = CQ_OK;

    cq_words_trim(&analyzer->words);
    cq_arena_reset(&analyzer->values);
    analyzer->classes.failed = false;
    tokens->len = 0;
    for (;;) {
        skip_space(&s);
        if (s.at >= text.len || status != CQ_OK)
            break;
        status = next_token(&s);
    }
    tokens->last_gap = s.gap;
    tokens->epoch = analyzer->words.epoch;
    if (status == CQ_OK && analyzer->classes.failed)
        status = cq_fail(err, CQ_E_NOMEM, "no memory for an analyzer");
    if (status != CQ_OK)
        tokens->len = 0;
    return status;
}
