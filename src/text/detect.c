/* detect.c -- in which encoding a text is that does not say so: ICU's detector proposes,
 * beside a list of encodings that it does not know, and what the language writes decides.
 * A guess must be clear, since a wrong one would be a silent repair. */
#include "icu.h"

#include <unicode/uchar.h>
#include <unicode/ucsdet.h>
#include <unicode/ulocdata.h>
#include <unicode/uset.h>

#include <string.h>

#define SAMPLE_MAX     ((size_t)64 * 1024) /* bytes; what follows says nothing new */
#define SIGNS_MIN      12u /* fewer characters past ASCII are no evidence */
#define CANDIDATES_MAX 64u
#define RIVAL_LOSS     5u /* thousandths: what a rival must lack more */

/* Encodings that ICU's detector never names, and those it knows, which it may miss in
 * short texts. */
static const char *const usual[] = {
    "windows-1252", "windows-1250", "windows-1251", "windows-1253",   "windows-1254",
    "windows-1255", "windows-1256", "windows-1257", "windows-1258",   "windows-874",
    "ISO-8859-2",   "ISO-8859-5",   "ISO-8859-6",   "ISO-8859-7",     "ISO-8859-9",
    "ISO-8859-13",  "ISO-8859-15",  "KOI8-R",       "KOI8-U",         "IBM850",
    "IBM852",       "IBM866",       "macintosh",    "x-mac-cyrillic", "Shift_JIS",
    "EUC-JP",       "ISO-2022-JP",  "GB18030",      "Big5",           "EUC-KR",
    "UTF-16LE",     "UTF-16BE",
};

/* The characters that a language writes; see UTS 35, "Exemplars". */
typedef struct alphabet {
    USet *own, *borrowed; /* borrowed: letters of foreign words */
    bool is_large;        /* Han, kana or Hangul: no list of characters is complete */
} alphabet;

typedef struct guess {
    char name[CQ_ENCODING_MAX];
    uint64_t text;         /* hash of the sample as text: equal ones are no rivals */
    size_t signs;          /* characters past ASCII (with UTF-16 of all) */
    size_t points, doubts; /* 2 a sign of the language, 1 a borrowed one; 0 is a doubt */
} guess;

/* ---- the language ---------------------------------------------------------------------
 */

static void add_exemplars(ULocaleData *data, ULocaleDataExemplarSetType kind, USet *to)
{
    UErrorCode code = U_ZERO_ERROR;
    USet *set = ulocdata_getExemplarSet(data, NULL, USET_ADD_CASE_MAPPINGS, kind, &code);

    if (U_SUCCESS(code) && set)
        uset_addAll(to, set);
    uset_close(set);
}

static bool is_sign(const USet *set, UChar32 c)
{
    return uset_contains(set, c) || uset_contains(set, u_tolower(c));
}

static void alphabet_close(alphabet *known)
{
    uset_close(known->own);
    uset_close(known->borrowed);
    *known = (alphabet){0};
}

static cq_status alphabet_open(const cq_lang *lang, alphabet *known, cq_error *err)
{
    static const char large[] = "Hans Hant Hani Jpan Kore Hang";
    UErrorCode code = U_ZERO_ERROR;
    ULocaleData *data = ulocdata_open(lang->locale, &code);

    if (U_FAILURE(code))
        return cq_fail_icu(err, code, "cannot tell what the language writes");
    known->own = uset_openEmpty();
    known->borrowed = uset_openEmpty();
    add_exemplars(data, ULOCDATA_ES_STANDARD, known->own);
    add_exemplars(data, ULOCDATA_ES_PUNCTUATION, known->own);
    add_exemplars(data, ULOCDATA_ES_AUXILIARY, known->borrowed);
    known->is_large = lang->script[0] && strstr(large, lang->script) != NULL;
    ulocdata_close(data);
    return CQ_OK;
}

/* Marks that any language may use. */
static bool is_common_mark(UChar32 c)
{
    return (c >= 0x2010 && c <= 0x2026) || (c >= 0x3000 && c <= 0x3011) ||
           (c >= 0xff01 && c <= 0xff5e) || c == 0xa0 || c == 0xa7 || c == 0xa9 ||
           c == 0xab || c == 0xae || c == 0xb0 || c == 0xbb || c == 0x20ac ||
           c == 0x2116 || c == 0x2122;
}

/* ---- one candidate --------------------------------------------------------------------
 */

/* How well a character past ASCII becomes the language: 2 as its own, 1 as a guest, 0. */
static size_t points_of(const alphabet *known, UChar32 c)
{
    bool is_combining = c >= 0x300 && c < 0x370; /* what windows-1258 writes tones with */

    if (is_sign(known->own, c) || is_common_mark(c) || is_combining)
        return 2;
    return is_sign(known->borrowed, c) ||
           (known->is_large && cq_char_is_ideograph((uint32_t)c));
}

/* Whether `c` cannot well follow `before`: a capital inside a word of small letters, and
 * a dash at the head of one, are what the wrong one of two Cyrillic encodings gives. */
static bool is_odd_pair(UChar32 before, UChar32 c)
{
    return (u_islower(before) && u_isupper(c) && c >= 0x80) ||
           (before == 0x2014 && u_islower(c));
}

/* Count how much of a text looks like the language. */
static void weigh(const alphabet *known, cq_str text, bool with_ascii, guess *g)
{
    UChar32 before = ' ';

    for (size_t at = 0; at < text.len;) {
        UChar32 c = (UChar32)cq_text_next(text, &at);
        bool is_odd = is_odd_pair(before, c);

        before = c;
        if (c < 0x80 && !with_ascii)
            continue;
        size_t points = c >= 0x80                  ? points_of(known, c)
                        : c >= ' ' || u_isspace(c) ? 2u
                                                   : 0u;
        if (is_odd)
            points = 0;
        g->signs++;
        g->points += points;
        g->doubts += points == 0;
    }
}

/* @return CQ_DONE when the bytes are no text in this encoding */
static cq_status try_encoding(const alphabet *known, cq_str sample, guess *g,
                              cq_error *err)
{
    cq_converter *converter = NULL;
    cq_buf text = {0};
    cq_bad_bytes bad;
    cq_status status = cq_converter_open(cq_str_from(g->name), &converter, NULL);

    if (status == CQ_OK)
        status = cq_converter_run(converter, &sample, false, &text, &bad, err);
    else if (status == CQ_E_INPUT)
        status = CQ_DONE;
    if (status == CQ_OK) {
        g->text = cq_hash(text.ptr ? text.ptr : "", text.len, 0);
        weigh(known, cq_buf_str(&text), strncmp(g->name, "UTF-16", 6) == 0, g);
    }
    cq_converter_close(converter);
    cq_buf_release(&text);
    return status == CQ_E_NOMEM ? cq_fail(err, status, "no memory for an encoding")
                                : status;
}

static bool is_clear(const alphabet *known, const guess *g)
{
    return g->signs >= SIGNS_MIN && g->doubts <= g->signs / (known->is_large ? 5 : 20);
}

/* ---- all candidates -------------------------------------------------------------------
 */

static size_t add_name(guess *guesses, size_t len, const char *name)
{
    /* EBCDIC and the order of the eye, which no converter here turns round. */
    if (strncmp(name, "IBM4", 4) == 0 || strcmp(name, "ISO-8859-8") == 0 ||
        strncmp(name, "UTF-8", 5) == 0 || strlen(name) >= CQ_ENCODING_MAX ||
        len == CANDIDATES_MAX)
        return len;
    if (strcmp(name, "ISO-8859-1") == 0)
        name = "windows-1252"; /* what such files are: WHATWG Encoding, 4.2 */
    for (size_t i = 0; i < len; i++)
        if (strcmp(guesses[i].name, name) == 0)
            return len;
    guesses[len] = (guess){0};
    strcpy(guesses[len].name, name);
    return len + 1;
}

/* What the detector says, its best first, and then the rest of the list. */
static size_t name_candidates(cq_str sample, guess *guesses)
{
    UErrorCode code = U_ZERO_ERROR;
    UCharsetDetector *detector = ucsdet_open(&code);
    const UCharsetMatch **found = NULL;
    int32_t count = 0;
    size_t len = 0;
    size_t nuls = 0;

    ucsdet_setText(detector, sample.ptr, (int32_t)sample.len, &code);
    found = ucsdet_detectAll(detector, &count, &code);
    for (int32_t i = 0; U_SUCCESS(code) && i < count; i++) {
        const char *name = ucsdet_getName(found[i], &code);

        if (U_SUCCESS(code))
            len = add_name(guesses, len, name);
    }
    ucsdet_close(detector);
    for (size_t i = 0; i < sample.len; i++)
        nuls += sample.ptr[i] == '\0';
    for (size_t i = 0; i < ARRAY_LEN(usual); i++)
        if (strncmp(usual[i], "UTF-16", 6) != 0 || nuls > sample.len / 50)
            len = add_name(guesses, len, usual[i]);
    return len;
}

/* Whether the text is UTF-8 with a wrong byte here and there. Other encodings have valid
 * sequences too, but by chance, so that they seldom are letters of the language. */
static bool is_damaged_utf8(const alphabet *known, cq_str sample)
{
    size_t good = 0, bad = 0;

    while (sample.len > 0) {
        size_t valid = cq_text_valid(sample);
        cq_str part = cq_str_slice(sample, 0, valid);

        for (size_t at = 0; at < part.len;) {
            UChar32 c = (UChar32)cq_text_next(part, &at);

            good += c >= 0x80 && points_of(known, c) > 0;
        }
        if (valid == sample.len)
            break;
        bad++;
        sample = cq_str_slice(sample, valid + 1, sample.len);
    }
    return bad > 0 && good * 4 > bad;
}

/* What a guess lacks to be the language throughout, in thousandths. */
static size_t loss_of(const guess *g)
{
    return (2 * g->signs - g->points) * 500 / g->signs;
}

/* The candidate that looks most like the language, if all that read the sample otherwise
 * look clearly less like it. */
static const guess *choose(const alphabet *known, const guess *guesses, size_t len)
{
    const guess *best = NULL;

    for (size_t i = 0; i < len; i++)
        if (is_clear(known, &guesses[i]) &&
            (!best || loss_of(&guesses[i]) < loss_of(best)))
            best = &guesses[i];
    for (size_t i = 0; best && i < len; i++)
        if (guesses[i].text != best->text && is_clear(known, &guesses[i]) &&
            loss_of(&guesses[i]) < 2 * loss_of(best) + RIVAL_LOSS)
            return NULL;
    return best;
}

cq_status cq_text_detect(cq_str bytes, const cq_lang *lang, char name[CQ_ENCODING_MAX],
                         cq_error *err)
{
    cq_str sample =
        cq_str_slice(bytes, 0, bytes.len < SAMPLE_MAX ? bytes.len : SAMPLE_MAX);
    guess *guesses;
    alphabet known = {0};
    const guess *best;
    size_t named, len = 0;
    cq_status status = CQ_OK;

    if (sample.len == 0)
        return CQ_DONE;
    guesses = cq_zalloc(CANDIDATES_MAX * sizeof(*guesses));
    if (!guesses)
        return cq_fail(err, CQ_E_NOMEM, "no memory to tell an encoding");
    status = alphabet_open(lang, &known, err);
    named = status == CQ_OK && !is_damaged_utf8(&known, sample)
                ? name_candidates(sample, guesses)
                : 0;
    for (size_t i = 0; i < named && status >= 0; i++) {
        guess g = guesses[i];

        status = try_encoding(&known, sample, &g, err);
        if (status == CQ_OK)
            guesses[len++] = g;
    }
    if (status >= 0) {
        best = choose(&known, guesses, len);
        status = best ? CQ_OK : CQ_DONE;
        if (best)
            memcpy(name, best->name, sizeof(best->name));
    }
    alphabet_close(&known);
    cq_free(guesses);
    return status;
}
