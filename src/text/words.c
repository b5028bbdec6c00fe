/* words.c -- from a surface to its key, form and case, remembered in a table, since texts
 * say the same words again and again. */
#include "scan.h"

#include <libstemmer.h>
#include <unicode/uchar.h>
#include <unicode/uscript.h>
#include <unicode/ustring.h>

#include <string.h>

#define WORDS_MAX ((size_t)1 << 16) /* then the table is emptied */
#define BYTES_MAX ((size_t)1 << 24) /* of all words; the same */
#define STEM_MAX  100               /* bytes; longer is no word of any language */
#define SLOTS_MIN ((size_t)1 << 12)

cq_status cq_words_init(cq_words *words, const cq_lang *lang, cq_error *err)
{
    const char *language = lang->language;

    words->slots = cq_zalloc(SLOTS_MIN * sizeof(*words->slots));
    if (!words->slots)
        return cq_fail(err, CQ_E_NOMEM, "no memory for a table of words");
    words->capacity = SLOTS_MIN;
    if (strcmp(language, "nb") == 0 || strcmp(language, "nn") == 0)
        language = "no";
    words->stemmer = sb_stemmer_new(language, "UTF_8");
    words->is_turkic = strcmp(language, "tr") == 0 || strcmp(language, "az") == 0;
    return CQ_OK;
}

void cq_words_release(cq_words *words)
{
    cq_free(words->slots);
    cq_arena_release(&words->arena);
    if (words->stemmer)
        sb_stemmer_delete(words->stemmer);
    cq_utf16_release(&words->source);
    cq_utf16_release(&words->a);
    cq_utf16_release(&words->b);
    cq_buf_release(&words->folded);
    *words = (cq_words){0};
}

void cq_words_trim(cq_words *words)
{
    if (words->len < WORDS_MAX && words->arena.used < BYTES_MAX)
        return;
    memset(words->slots, 0, words->capacity * sizeof(*words->slots));
    memset(words->recent, 0, sizeof(words->recent));
    words->len = 0;
    words->epoch++;
    cq_arena_reset(&words->arena);
}

/* ---- case -----------------------------------------------------------------------------
 */

static cq_case case_of(cq_str surface)
{
    size_t upper = 0, lower = 0;
    bool opens_upper = false;

    for (size_t at = 0; at < surface.len;) {
        uint32_t code = cq_text_next(surface, &at);

        if (cq_char_is_upper(code)) {
            opens_upper |= upper + lower == 0;
            upper++;
        } else if (cq_char_is_lower(code)) {
            lower++;
        }
    }
    if (upper == 0)
        return lower ? CQ_CASE_LOWER : CQ_CASE_NONE;
    if (lower == 0 && upper > 1)
        return CQ_CASE_UPPER;
    return opens_upper && upper == 1 ? CQ_CASE_TITLE : CQ_CASE_MIXED;
}

/* ---- forms ----------------------------------------------------------------------------
 */

#define CAPITAL_DOTTED_I 0x0130
#define DOTLESS_I        0x0131
#define DOT_ABOVE        0x0307
#define TATWEEL          0x0640

/* Turkish and Azeri have two letters where case folding has one. */
static void fold_turkic_i(cq_utf16 *text)
{
    size_t kept = 0;

    for (size_t i = 0; i < text->len; i++) {
        UChar unit = text->ptr[i];

        if (unit == 'I' && i + 1 < text->len && text->ptr[i + 1] == DOT_ABOVE) {
            unit = 'i';
            i++;
        } else if (unit == 'I') {
            unit = DOTLESS_I;
        } else if (unit == CAPITAL_DOTTED_I) {
            unit = 'i';
        }
        text->ptr[kept++] = unit;
    }
    text->len = kept;
}

/* Points of Arabic and Hebrew are written or left out at will, kashida stretches a line,
 * Armenian marks of stress and question stand inside their word. */
static bool is_optional(UChar32 code)
{
    UErrorCode status = U_ZERO_ERROR;
    UScriptCode script;

    if (code < 0x55b)
        return false;
    if (code == TATWEEL || code == 0x55b || code == 0x55c || code == 0x55e)
        return true;
    if (u_charType(code) != U_NON_SPACING_MARK)
        return false;
    script = uscript_getScript(code, &status);
    return script == USCRIPT_ARABIC || script == USCRIPT_HEBREW ||
           script == USCRIPT_SYRIAC || (code >= 0x64b && code <= 0x670);
}

static void strip_optional(cq_utf16 *text)
{
    size_t kept = 0;

    for (size_t at = 0; at < text->len;) {
        UChar32 code = cq_utf16_next(text->ptr, text->len, &at);
        if (code == 0x2019 || code == 0x02bc)
            code = '\'';
        if (!is_optional(code))
            U16_APPEND_UNSAFE(text->ptr, kept, code);
    }
    text->len = kept;
}

static cq_status set_source(cq_words *words, cq_str surface, cq_error *err)
{
    cq_status status = cq_utf16_set(&words->source, surface, err);

    if (status == CQ_OK && words->is_turkic)
        fold_turkic_i(&words->source);
    return status;
}

/* Leave the case-folded NFC form in `words->folded` (UTS 18 and Unicode 15, D145 apart
 * from characters with iota below). */
static cq_status make_form(cq_words *words, cq_error *err)
{
    UErrorCode code = U_ZERO_ERROR;
    int32_t len;
    cq_status status = cq_utf16_normalize(&words->source, CQ_FORM_NFC, &words->a, err);

    if (status != CQ_OK)
        return status;
    /* A full case folding has at most three units for one (CaseFolding.txt). */
    if (!cq_utf16_room(&words->b, words->a.len * 3 + 1))
        return cq_fail(err, CQ_E_NOMEM, "no memory to fold a word");
    len = u_strFoldCase(
        words->b.ptr, (int32_t)words->b.capacity, words->a.ptr, (int32_t)words->a.len,
        words->is_turkic ? U_FOLD_CASE_EXCLUDE_SPECIAL_I : U_FOLD_CASE_DEFAULT, &code);
    if (U_FAILURE(code))
        return cq_fail_icu(err, code, "cannot fold a word");
    words->b.len = (size_t)len;
    status = cq_utf16_normalize(&words->b, CQ_FORM_NFC, &words->a, err);
    cq_buf_reset(&words->folded);
    cq_utf16_put(words->a.ptr, words->a.len, &words->folded);
    return status == CQ_OK ? cq_buf_check(&words->folded, err) : status;
}

/* Leave the compatible folded form without optional marks in `words->folded`. */
static cq_status make_key(cq_words *words, cq_error *err)
{
    cq_status status =
        cq_utf16_normalize(&words->source, CQ_FORM_NFKC_CASEFOLD, &words->a, err);

    if (status != CQ_OK)
        return status;
    strip_optional(&words->a);
    cq_buf_reset(&words->folded);
    cq_utf16_put(words->a.ptr, words->a.len, &words->folded);
    return cq_buf_check(&words->folded, err);
}

/* ---- marks ----------------------------------------------------------------------------
 */

/* The one mark for all that mean the same; 0 when a mark stands for itself alone. */
static char kind_of_mark(uint32_t code)
{
    switch (code) {
    case 0x2018: /* single quotation marks, high and low, and the single guillemets */
    case 0x2019:
    case 0x201a:
    case 0x201b:
    case 0x2039:
    case 0x203a:
        return '\'';
    case 0x201c: /* double quotation marks, guillemets */
    case 0x201d:
    case 0x201e:
    case 0x201f:
    case 0x00ab:
    case 0x00bb:
    case 0x300c: /* corner brackets, white and half-width ones */
    case 0x300d:
    case 0x300e:
    case 0x300f:
    case 0xff62:
    case 0xff63:
    case 0x301d: /* double prime quotation marks */
    case 0x301e:
    case 0x301f:
        return '"';
    case 0x3002: /* ideographic full stop, half-width one */
    case 0xff61:
        return '.';
    case 0x2212:
        return '-';
    default:
        return cq_char_is_dash(code) ? '-' : 0;
    }
}

/* Key of one mark or of a run of the same mark: the mark, or an ellipsis. */
static cq_status make_mark(cq_words *words, cq_str surface, cq_error *err)
{
    size_t at = 0;
    uint32_t code = cq_text_next(surface, &at);
    char kind = kind_of_mark(code);
    bool is_run = at < surface.len && surface.ptr[at] == surface.ptr[0];
    cq_status status;

    cq_buf_reset(&words->folded);
    if (code == 0x2026 || code == 0x22ef || (code == '.' && is_run)) {
        cq_buf_add_z(&words->folded, "...");
    } else if (kind) {
        cq_buf_add_byte(&words->folded, (unsigned char)kind);
    } else {
        status = cq_utf16_set(&words->source, cq_str_slice(surface, 0, at), err);
        return status == CQ_OK ? make_key(words, err) : status;
    }
    return cq_buf_check(&words->folded, err);
}

/* ---- the table ------------------------------------------------------------------------
 */

static cq_status stem(cq_words *words, cq_str folded, cq_str *key, cq_error *err)
{
    const sb_symbol *made;

    *key = folded;
    if (!words->stemmer || folded.len > STEM_MAX)
        return CQ_OK;
    made =
        sb_stemmer_stem(words->stemmer, (const sb_symbol *)folded.ptr, (int)folded.len);
    if (!made)
        return cq_fail(err, CQ_E_NOMEM, "no memory to stem a word");
    if (sb_stemmer_length(words->stemmer) > 0)
        *key = (cq_str){(const char *)made, (size_t)sb_stemmer_length(words->stemmer)};
    return CQ_OK;
}

static cq_str surface_of(const cq_word *word)
{
    return (cq_str){word->surface, word->len};
}

/* Keep a key or a form: most are their word, or the head of it. */
static cq_status keep(cq_words *words, const cq_word *word, cq_str s, cq_str *kept,
                      cq_error *err)
{
    if (cq_str_starts(surface_of(word), s))
        *kept = (cq_str){word->surface, s.len};
    else
        *kept = cq_arena_copy(&words->arena, s);
    return kept->ptr ? CQ_OK : cq_fail(err, CQ_E_NOMEM, "no memory to keep a word");
}

/* ASCII words, most of all in most texts, need no ICU. False when `surface` is none. */
static bool fold_ascii(cq_words *words, cq_str surface)
{
    cq_buf_reset(&words->folded);
    for (size_t i = 0; i < surface.len; i++) {
        unsigned char byte = (unsigned char)surface.ptr[i];

        if (byte >= 0x80 || (byte == 'I' && words->is_turkic))
            return false;
        cq_buf_add_byte(&words->folded,
                        byte >= 'A' && byte <= 'Z' ? (unsigned char)(byte + 32) : byte);
    }
    return true;
}

static cq_status fill_word(cq_words *words, cq_word *word, cq_token_kind kind,
                           cq_error *err)
{
    bool is_ascii = fold_ascii(words, surface_of(word));
    cq_str key;
    cq_status status = cq_buf_check(&words->folded, err);

    if (status == CQ_OK && !is_ascii) {
        status = set_source(words, surface_of(word), err);
        if (status == CQ_OK)
            status = make_form(words, err);
    }
    if (status == CQ_OK)
        status = keep(words, word, cq_buf_str(&words->folded), &word->form, err);
    if (status == CQ_OK && kind == CQ_TOKEN_PUNCTUATION)
        status = make_mark(words, surface_of(word), err);
    else if (status == CQ_OK && !is_ascii)
        status = make_key(words, err);
    if (status != CQ_OK)
        return status;
    key = words->folded.len ? cq_buf_str(&words->folded) : word->form;
    if (kind == CQ_TOKEN_WORD)
        status = stem(words, key, &key, err);
    word->letter_case = case_of(surface_of(word));
    return status == CQ_OK ? keep(words, word, key, &word->key, err) : status;
}

/* A placeable's key is its class; its form keeps the case, which addresses need. */
static cq_status fill_placeable(cq_words *words, cq_word *word, cq_str key, cq_error *err)
{
    cq_status status;

    cq_buf_reset(&words->folded);
    status = cq_text_nfc(surface_of(word), &words->folded, err);
    if (status == CQ_OK)
        status = keep(words, word, cq_buf_str(&words->folded), &word->form, err);
    return status == CQ_OK ? keep(words, word, key, &word->key, err) : status;
}

static bool is_surface(const cq_word *word, cq_str surface)
{
    return word->len == surface.len &&
           memcmp(word->surface, surface.ptr, surface.len) == 0;
}

static cq_word_slot *slot_of(cq_word_slot *slots, size_t capacity, cq_str surface,
                             uint64_t hash)
{
    size_t at = (size_t)hash & (capacity - 1);

    while (slots[at].word &&
           !(slots[at].hash == hash && is_surface(slots[at].word, surface)))
        at = (at + 1) & (capacity - 1);
    return &slots[at];
}

static bool grow_table(cq_words *words)
{
    size_t capacity = words->capacity * 2;
    cq_word_slot *slots;

    if (capacity > SIZE_MAX / 2 / sizeof(*slots))
        return false;
    slots = cq_zalloc(capacity * sizeof(*slots));
    if (!slots)
        return false;
    for (size_t i = 0; i < words->capacity; i++) {
        size_t at = (size_t)words->slots[i].hash & (capacity - 1);

        while (words->slots[i].word && slots[at].word)
            at = (at + 1) & (capacity - 1);
        if (words->slots[i].word)
            slots[at] = words->slots[i];
    }
    cq_free(words->slots);
    words->slots = slots;
    words->capacity = capacity;
    return true;
}

static cq_word *add_word(cq_words *words, cq_str surface, uint64_t hash,
                         cq_token_kind kind, const char *key, cq_error *err)
{
    cq_word *word;
    cq_status status;

    if (words->len * 2 >= words->capacity && !grow_table(words)) {
        cq_fail(err, CQ_E_NOMEM, "no memory for a table of words");
        return NULL;
    }
    word = cq_arena_alloc(&words->arena, sizeof(*word) + surface.len);
    if (!word) {
        cq_fail(err, CQ_E_NOMEM, "no memory to keep a word");
        return NULL;
    }
    *word = (cq_word){.len = (uint32_t)surface.len};
    memcpy(word->surface, surface.ptr, surface.len);
    status = kind == CQ_TOKEN_PLACEABLE
                 ? fill_placeable(words, word, cq_str_from(key), err)
                 : fill_word(words, word, kind, err);
    if (status != CQ_OK)
        return NULL;
    *slot_of(words->slots, words->capacity, surface, hash) = (cq_word_slot){hash, word};
    words->len++;
    return word;
}

static uint64_t eight_at(const char *at)
{
    uint64_t value;

    memcpy(&value, at, sizeof(value));
    return value;
}

static uint32_t four_at(const char *at)
{
    uint32_t value;

    memcpy(&value, at, sizeof(value));
    return value;
}

/* Only for this table, never stored: words are short, so the ends of what is read overlap
 * instead of being taken byte by byte. */
static uint64_t hash_of(cq_str s)
{
    uint64_t hash = s.len * UINT64_C(0x9e3779b97f4a7c15), tail;

    for (; s.len > 8; s = cq_str_slice(s, 8, s.len)) {
        hash = (hash ^ eight_at(s.ptr)) * UINT64_C(0xff51afd7ed558ccd);
        hash ^= hash >> 32;
    }
    if (s.len >= 4)
        tail = (uint64_t)four_at(s.ptr) << 32 | four_at(s.ptr + s.len - 4);
    else
        tail = (uint64_t)(unsigned char)s.ptr[0] << 16 |
               (uint64_t)(unsigned char)s.ptr[s.len / 2] << 8 |
               (unsigned char)s.ptr[s.len - 1];
    hash = (hash ^ tail) * UINT64_C(0xc4ceb9fe1a85ec53);
    return hash ^ hash >> 29;
}

cq_word *cq_words_find(cq_words *words, cq_str surface, cq_token_kind kind,
                       const char *key, cq_error *err)
{
    uint64_t hash = hash_of(surface);
    cq_word_slot *recent = &words->recent[(hash >> 32) & (CQ_RECENT_WORDS - 1)];
    cq_word *word = recent->word;

    if (word && recent->hash == hash && is_surface(word, surface))
        return word;
    word = slot_of(words->slots, words->capacity, surface, hash)->word;
    if (!word)
        word = add_word(words, surface, hash, kind, key, err);
    if (word)
        *recent = (cq_word_slot){hash, word};
    return word;
}
