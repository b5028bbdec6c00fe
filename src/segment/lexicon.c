#include "segment/lexicon.h"

#include <stdlib.h>
#include <string.h>

/* The longest abbreviation, in bytes; longer ones are no use and are refused. */
#define SPELLING_MAX 96

/* ---- look-up --------------------------------------------------------------------------
 */

bool cq_lexicon_lower(cq_str word, char *to, size_t room, size_t *len)
{
    size_t used = 0;

    for (size_t at = 0; at < word.len;) {
        uint32_t code = cq_text_next(word, &at);

        if (used + 4 > room)
            return false;
        code = code < 0x80 ? code + (code >= 'A' && code <= 'Z' ? 'a' - 'A' : 0)
                           : cq_char_to_lower(code);
        if (code < 0x80) {
            to[used++] = (char)code;
        } else if (code < 0x800) {
            to[used++] = (char)(0xc0 | code >> 6);
            to[used++] = (char)(0x80 | (code & 0x3f));
        } else if (code < 0x10000) {
            to[used++] = (char)(0xe0 | code >> 12);
            to[used++] = (char)(0x80 | (code >> 6 & 0x3f));
            to[used++] = (char)(0x80 | (code & 0x3f));
        } else {
            to[used++] = (char)(0xf0 | code >> 18);
            to[used++] = (char)(0x80 | (code >> 12 & 0x3f));
            to[used++] = (char)(0x80 | (code >> 6 & 0x3f));
            to[used++] = (char)(0x80 | (code & 0x3f));
        }
    }
    *len = used;
    return true;
}

static bool has_lower(cq_str word)
{
    for (size_t at = 0; at < word.len;)
        if (cq_char_is_lower(cq_text_next(word, &at)))
            return true;
    return false;
}

unsigned cq_lexicon_kinds_as_written(const cq_lexicon *lexicon, cq_str spelling)
{
    const uint64_t *bits = cq_map_find(&lexicon->abbreviations, spelling);

    return bits ? (unsigned)(*bits & 0xffff) : 0;
}

unsigned cq_lexicon_kinds(const cq_lexicon *lexicon, cq_str spelling)
{
    char lower[SPELLING_MAX];
    const uint64_t *bits = cq_map_find(&lexicon->abbreviations, spelling);
    unsigned kinds = bits ? (unsigned)(*bits & 0xffff) : 0;
    size_t len;

    if (kinds || !cq_lexicon_lower(spelling, lower, sizeof(lower), &len))
        return kinds;
    if (!cq_str_equal(spelling, (cq_str){lower, len}))
        bits = cq_map_find(&lexicon->abbreviations, (cq_str){lower, len});
    if (!bits)
        return 0;
    kinds = (unsigned)(*bits >> 16 & 0xffff);
    if (!kinds && *bits >> 32 && !has_lower(spelling))
        kinds = (unsigned)(*bits >> 32 & 0xffff);
    return kinds;
}

static uint32_t bits_of(const cq_lexicon *lexicon, uint32_t code)
{
    const uint64_t *sign = cq_intmap_find(&lexicon->signs, code);
    uint32_t bits = sign ? (uint32_t)*sign : 0;

    bits |= cq_char_is_letter(code) ? CQ_CHAR_LETTER : 0;
    bits |= cq_char_is_upper(code) ? CQ_CHAR_UPPER : 0;
    bits |= cq_char_is_lower(code) ? CQ_CHAR_LOWER : 0;
    bits |= cq_char_is_digit(code) ? CQ_CHAR_DIGIT : 0;
    bits |= cq_char_is_space(code) ? CQ_CHAR_SPACE : 0;
    bits |= cq_char_is_mark(code) ? CQ_CHAR_MARK : 0;
    bits |= cq_char_is_dash(code) ? CQ_CHAR_DASH : 0;
    bits |= cq_char_is_picture(code) ? CQ_CHAR_PICTURE : 0;
    return bits;
}

uint32_t cq_lexicon_fill(const cq_lexicon *lexicon, uint32_t code)
{
    uint32_t *page = cq_alloc(256 * sizeof(*page));

    if (!page)
        return bits_of(lexicon, code);
    for (uint32_t i = 0; i < 256; i++)
        page[i] = bits_of(lexicon, (code & ~(uint32_t)0xff) | i);
    lexicon->pages[code >> 8] = page;
    return page[code & 0xff];
}

bool cq_lexicon_has(const cq_map *words, cq_str word)
{
    char lower[SPELLING_MAX];
    size_t len;

    return words->len > 0 && cq_lexicon_lower(word, lower, sizeof(lower), &len) &&
           cq_map_find(words, (cq_str){lower, len});
}

/* How a word stands to a character in the order of the words: by its first bytes. */
static int compare_head(cq_str word, cq_str head)
{
    return cq_str_compare(
        cq_str_slice(word, 0, word.len < head.len ? word.len : head.len), head);
}

/* Of words that begin alike the shorter one stands before the longer one. */
size_t cq_lexicon_follower(const cq_lexicon *lexicon, cq_str text)
{
    size_t low = 0, high = lexicon->followers_len, head_len = 0;
    cq_str head;

    if (text.len > 0)
        cq_text_next(text, &head_len);
    head = cq_str_slice(text, 0, head_len);
    while (low < high) {
        size_t middle = low + (high - low) / 2;

        if (compare_head(lexicon->followers[middle], head) < 0)
            low = middle + 1;
        else
            high = middle;
    }
    for (; low < lexicon->followers_len; low++) {
        cq_str word = lexicon->followers[low];

        if (cq_str_starts(text, word))
            return word.len;
        if (compare_head(word, head) > 0)
            break;
    }
    return 0;
}

/* ---- loading --------------------------------------------------------------------------
 */

const cq_lexicon_list cq_lexicon_lists[CQ_LISTS] = {
    {"segmentation/abbreviations/title", CQ_ABBR_TITLE},
    {"segmentation/abbreviations/never", CQ_ABBR_NEVER},
    {"segmentation/abbreviations/number", CQ_ABBR_NUMBER},
    {"segmentation/abbreviations/month", CQ_ABBR_NUMBER | CQ_ABBR_MONTH},
    {"segmentation/abbreviations/name", CQ_ABBR_NAME},
    {"segmentation/abbreviations/final", CQ_ABBR_FINAL},
    {"segmentation/abbreviations/unit", CQ_ABBR_UNIT},
    {"segmentation/abbreviations/word", CQ_ABBR_WORD},
    {"segmentation/abbreviations/none", 0},
};

/* What a load carries along; `failed` remembers that memory was short. */
typedef struct loader {
    cq_lexicon *lexicon;
    cq_locale *locale;
    size_t layer; /* the file that own_strings() reads */
    cq_arena arena;
    cq_str *list; /* of the last strings() or own_strings() */
    size_t len;
    bool failed;
} loader;

/* The list at a path, from the most special file that has one. */
static bool strings(loader *load, const char *path)
{
    load->len = 0;
    return cq_locale_strings(load->locale, path, &load->arena, &load->list, &load->len) &&
           load->len > 0;
}

/* The list of one file: what is added to, rather than replaced. */
static bool own_strings(loader *load, const char *path)
{
    load->len = 0;
    return cq_locale_layer_strings(load->locale, load->layer, path, &load->arena,
                                   &load->list, &load->len) &&
           load->len > 0;
}

/* Set bits of a spelling; the kinds of a more general file give way. */
static void put(loader *load, cq_str spelling, unsigned shift, unsigned kinds)
{
    uint64_t *bits = cq_map_add(&load->lexicon->abbreviations, spelling, NULL);
    uint64_t kept = (uint64_t)(CQ_ABBR_HEAD | CQ_ABBR_TAIL) << shift;

    if (!bits) {
        load->failed = true;
        return;
    }
    if (!(kinds & (CQ_ABBR_HEAD | CQ_ABBR_TAIL | CQ_ABBR_WORD | CQ_ABBR_UNIT)))
        *bits &= ~((uint64_t)0xffff << shift) | kept;
    *bits |= (uint64_t)kinds << shift;
}

/* Whether it is one letter and its dot: in another case that is an initial. */
static bool is_letter_alone(cq_str spelling)
{
    size_t at = 0;

    if (spelling.len > 0)
        cq_text_next(spelling, &at);
    return at + 1 >= spelling.len;
}

/* A spelling in lower case stands for any case; capitals stand for themselves, and for a
 * text all in capitals. */
static void add_spelling(loader *load, cq_str spelling, unsigned kinds)
{
    char lower[SPELLING_MAX];
    size_t len;

    if (!cq_lexicon_lower(spelling, lower, sizeof(lower), &len))
        return;
    put(load, spelling, 0, kinds);
    if (is_letter_alone(spelling) && !(kinds & (CQ_ABBR_HEAD | CQ_ABBR_TAIL)))
        return;
    put(load, (cq_str){lower, len},
        cq_str_equal(spelling, (cq_str){lower, len}) ? 16 : 32, kinds);
}

/* "z. B." is looked up as "z.B."; its first parts are known as such, so that no sentence
 * ends after "z." when "B." follows. */
static void add_abbreviation(loader *load, cq_str text, unsigned kinds)
{
    char joined[SPELLING_MAX];
    size_t len = 0, part = 0, parts = 0;

    if (text.len >= sizeof(joined))
        return;
    for (size_t i = 0; i <= text.len; i++) {
        bool is_dot = i > 0 && i < text.len && text.ptr[i - 1] == '.' && len > part;
        bool is_space = i < text.len && text.ptr[i] == ' ';

        if ((is_dot || is_space) && len > part) {
            add_spelling(load, (cq_str){joined, len}, CQ_ABBR_HEAD);
            parts++;
            part = len;
        }
        if (i < text.len && !is_space)
            joined[len++] = text.ptr[i];
    }
    if (parts > 0 && len > part)
        add_spelling(load, (cq_str){joined + part, len - part}, CQ_ABBR_TAIL);
    add_spelling(load, (cq_str){joined, len}, kinds);
}

static void add_abbreviations(loader *load)
{
    for (size_t i = 0; i < CQ_LISTS; i++)
        if (own_strings(load, cq_lexicon_lists[i].path))
            for (size_t k = 0; k < load->len; k++)
                add_abbreviation(load, load->list[k], cq_lexicon_lists[i].kinds);
}

static void add_words(loader *load, const char *path, cq_map *words)
{
    char lower[SPELLING_MAX];
    size_t len;

    if (!own_strings(load, path))
        return;
    for (size_t i = 0; i < load->len; i++)
        if (cq_lexicon_lower(load->list[i], lower, sizeof(lower), &len) &&
            !cq_map_add(words, (cq_str){lower, len}, NULL))
            load->failed = true;
}

/* Let the scanner look at the first bytes of the character. */
static void mark_bytes(cq_lexicon *lexicon, uint32_t code)
{
    uint32_t lead = code < 0x800     ? 0xc0 | code >> 6
                    : code < 0x10000 ? 0xe0 | code >> 12
                                     : 0xf0 | code >> 18;
    uint32_t second = code < 0x800 ? code : code < 0x10000 ? code >> 6 : code >> 12;

    if (code < 0x80) {
        lexicon->leads[code] = 1;
        return;
    }
    if (lexicon->leads[lead] == 0)
        lexicon->leads[lead] = (unsigned char)(2 + lexicon->seconds_len++);
    lexicon->seconds[lexicon->leads[lead] - 2][second & 0x3f] = 1;
}

static void set_sign(loader *load, uint32_t code, unsigned clear, unsigned bits)
{
    uint64_t *sign = cq_intmap_add(&load->lexicon->signs, code, NULL);

    if (!sign) {
        load->failed = true;
        return;
    }
    *sign = (*sign & ~(uint64_t)clear) | bits;
    mark_bytes(load->lexicon, code);
}

static void add_signs(loader *load, const char *path, unsigned clear, unsigned bits)
{
    if (!own_strings(load, path))
        return;
    for (size_t i = 0; i < load->len; i++)
        for (size_t at = 0; at < load->list[i].len;)
            set_sign(load, cq_text_next(load->list[i], &at), clear, bits);
}

/* Pairs are strings of two characters; a language's own quotes replace root's. */
static void add_pairs(loader *load, const char *path, unsigned bits)
{
    cq_lexicon *lexicon = load->lexicon;

    if (!strings(load, path))
        return;
    for (size_t i = 0; i < load->len; i++) {
        size_t at = 0;
        uint32_t open, close;

        if (load->list[i].len < 2 || lexicon->pairs_len == CQ_PAIRS_MAX)
            continue;
        open = cq_text_next(load->list[i], &at);
        if (at == load->list[i].len)
            continue;
        close = cq_text_next(load->list[i], &at);
        lexicon->pairs[lexicon->pairs_len].open = open;
        lexicon->pairs[lexicon->pairs_len++].close = close;
        set_sign(load, open, 0, CQ_SIGN_OPEN | bits);
        set_sign(load, close, 0, CQ_SIGN_CLOSE | bits);
    }
}

/* Look-ups end at the first character where no word begins with it. */
static bool add_follower(loader *load, cq_str word)
{
    cq_lexicon *lexicon = load->lexicon;
    size_t at = 0;
    uint64_t *sign = cq_intmap_add(&lexicon->signs, cq_text_next(word, &at), NULL);

    word = cq_arena_copy(&lexicon->words, word);
    if (!sign || !word.ptr ||
        !cq_grow(&lexicon->followers, &lexicon->followers_capacity,
                 lexicon->followers_len + 1, sizeof(*lexicon->followers)))
        return false;
    *sign |= CQ_SIGN_FOLLOWER;
    lexicon->followers[lexicon->followers_len++] = word;
    return true;
}

static void add_followers(loader *load)
{
    if (!own_strings(load, "segmentation/followers"))
        return;
    for (size_t i = 0; i < load->len; i++)
        if (load->list[i].len > 0 && !add_follower(load, load->list[i]))
            load->failed = true;
}

static int compare_words(const void *left, const void *right)
{
    const cq_str *a = left, *b = right;

    return cq_str_compare(*a, *b);
}

static bool is_word(loader *load, const char *path, const char *word)
{
    return strings(load, path) && cq_str_equal(load->list[0], cq_str_from(word));
}

static cq_clause clause(loader *load, const char *path)
{
    if (is_word(load, path, "capital"))
        return CQ_CLAUSE_CAPITAL;
    return is_word(load, path, "starter") ? CQ_CLAUSE_STARTER : CQ_CLAUSE_NEVER;
}

/* What one file adds to those before it. */
static void add_layer(loader *load)
{
    cq_lexicon *lexicon = load->lexicon;
    const unsigned roles =
        CQ_SIGN_MARK | CQ_SIGN_COLON | CQ_SIGN_SEMICOLON | CQ_SIGN_NONE;

    add_abbreviations(load);
    add_words(load, "segmentation/starters", &lexicon->starters);
    add_words(load, "segmentation/months", &lexicon->months);
    add_words(load, "segmentation/lead_ins", &lexicon->lead_ins);
    add_words(load, "segmentation/capitals", &lexicon->capitals);
    add_words(load, "segmentation/numbered", &lexicon->numbered);
    add_words(load, "segmentation/speech", &lexicon->speech);
    add_followers(load);
    add_signs(load, "segmentation/marks/stop", roles, CQ_SIGN_STOP);
    add_signs(load, "segmentation/marks/ellipsis", roles, CQ_SIGN_ELLIPSIS);
    add_signs(load, "segmentation/marks/colon", roles, CQ_SIGN_COLON);
    add_signs(load, "segmentation/marks/semicolon", roles, CQ_SIGN_SEMICOLON);
    add_signs(load, "segmentation/marks/end", roles, CQ_SIGN_END);
    add_signs(load, "segmentation/marks/wide", roles, CQ_SIGN_END | CQ_SIGN_WIDE);
    add_signs(load, "segmentation/marks/none", roles, CQ_SIGN_NONE);
    add_signs(load, "segmentation/bullets", 0, CQ_SIGN_BULLET);
    add_signs(load, "segmentation/apostrophes", 0, CQ_SIGN_APOSTROPHE);
}

/* What the most special file that says it decides. */
static void set_choices(loader *load)
{
    cq_lexicon *lexicon = load->lexicon;

    add_pairs(load, "segmentation/quotes", CQ_SIGN_QUOTE);
    add_pairs(load, "segmentation/brackets", 0);
    lexicon->colon = clause(load, "segmentation/colon");
    lexicon->semicolon = clause(load, "segmentation/semicolon");
    lexicon->has_ordinals = is_word(load, "segmentation/ordinals", "yes");
    lexicon->lower_after_end = is_word(load, "segmentation/lower_after_end", "yes");
    lexicon->is_caseless = is_word(load, "segmentation/case", "no");
    lexicon->ends_at_spaces = is_word(load, "segmentation/spaces", "end");
    if (lexicon->ends_at_spaces)
        set_sign(load, ' ', 0, CQ_SIGN_SPACE);
    if (strings(load, "segmentation/word_ends"))
        for (size_t at = 0; at < load->list[0].len;)
            if (!cq_intmap_add(&lexicon->word_ends, cq_text_next(load->list[0], &at),
                               NULL))
                load->failed = true;
}

static cq_status add_locale(loader *load, cq_error *err)
{
    for (size_t nth = 0; nth < cq_locale_layers(load->locale); nth++) {
        load->layer = nth;
        add_layer(load);
    }
    set_choices(load);
    if (load->lexicon->followers_len > 1)
        qsort(load->lexicon->followers, load->lexicon->followers_len, sizeof(cq_str),
              compare_words);
    if (load->failed)
        return cq_fail(err, CQ_E_NOMEM, "no memory for the data of a language");
    return cq_locale_check(load->locale, err);
}

/* Marks that ICU knows and no list names: where one stands ICU is asked. */
static cq_status add_foreign(loader *load, cq_error *err)
{
    cq_buf codes = {0};
    cq_status status = cq_breaks_marks(&codes, err);

    for (size_t at = 0; status == CQ_OK && at < codes.len; at += sizeof(uint32_t)) {
        uint32_t code;

        memcpy(&code, codes.ptr + at, sizeof(code));
        if (!cq_intmap_find(&load->lexicon->signs, code))
            set_sign(load, code, 0, CQ_SIGN_FOREIGN);
    }
    cq_buf_release(&codes);
    if (status == CQ_OK && load->failed)
        status = cq_fail(err, CQ_E_NOMEM, "no memory for the end marks");
    return status;
}

cq_status cq_lexicon_load(cq_locale *locale, cq_lexicon *lexicon, cq_error *err)
{
    loader load = {.lexicon = lexicon, .locale = locale};
    cq_status status;

    *lexicon = (cq_lexicon){.pages = cq_zalloc(CQ_PAGES * sizeof(*lexicon->pages))};
    if (!lexicon->pages)
        return cq_fail(err, CQ_E_NOMEM, "no memory for the data of a language");
    status = add_locale(&load, err);
    if (status == CQ_OK)
        status = add_foreign(&load, err);
    cq_arena_release(&load.arena);
    if (status != CQ_OK)
        cq_lexicon_release(lexicon);
    return status;
}

void cq_lexicon_release(cq_lexicon *lexicon)
{
    for (size_t i = 0; lexicon->pages && i < CQ_PAGES; i++)
        cq_free(lexicon->pages[i]);
    cq_free(lexicon->pages);
    cq_map_release(&lexicon->abbreviations);
    cq_map_release(&lexicon->starters);
    cq_free(lexicon->followers);
    cq_arena_release(&lexicon->words);
    cq_map_release(&lexicon->months);
    cq_map_release(&lexicon->lead_ins);
    cq_map_release(&lexicon->capitals);
    cq_map_release(&lexicon->numbered);
    cq_map_release(&lexicon->speech);
    cq_intmap_release(&lexicon->signs);
    cq_intmap_release(&lexicon->word_ends);
    *lexicon = (cq_lexicon){0};
}
