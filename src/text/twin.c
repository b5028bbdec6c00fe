/* twin.c -- Serbian in its two scripts, letter for letter (Pravopis srpskoga jezika; the
 * same pairs as ISO 9 and CLDR's Serbian-Latin/BGN have for these letters).
 *
 * From Latin, "lj", "nj" and "dž" are one letter always: the few words in which they are
 * two ("injekcija") come out misspelt, which a fuzzy match bears. */
#include "icu.h"

#include <unicode/uchar.h>

#include <string.h>

typedef struct letter_pair {
    uint32_t cyrillic;
    const char *latin;
} letter_pair;

/* Small letters; capitals follow from them. Those of two Latin letters first. */
static const letter_pair pairs[] = {
    {0x0459, "lj"},     {0x045a, "nj"},     {0x045f, "d\u017e"}, {0x0430, "a"},
    {0x0431, "b"},      {0x0432, "v"},      {0x0433, "g"},       {0x0434, "d"},
    {0x0452, "\u0111"}, {0x0435, "e"},      {0x0436, "\u017e"},  {0x0437, "z"},
    {0x0438, "i"},      {0x0458, "j"},      {0x043a, "k"},       {0x043b, "l"},
    {0x043c, "m"},      {0x043d, "n"},      {0x043e, "o"},       {0x043f, "p"},
    {0x0440, "r"},      {0x0441, "s"},      {0x0442, "t"},       {0x045b, "\u0107"},
    {0x0443, "u"},      {0x0444, "f"},      {0x0445, "h"},       {0x0446, "c"},
    {0x0447, "\u010d"}, {0x0448, "\u0161"},
};

bool cq_lang_twin(const cq_lang *lang, cq_lang *twin)
{
    bool is_cyrillic = strcmp(lang->script, "Cyrl") == 0;

    if (strcmp(lang->language, "sr") != 0)
        return false;
    return cq_lang_parse(is_cyrillic ? CQ_STR("sr-Latn") : CQ_STR("sr-Cyrl"), twin,
                         NULL) == CQ_OK;
}

/* ---- to Cyrillic ----------------------------------------------------------------------
 */

/* Bytes of `text` that are the letters `latin` in any case, 0 when it has others. */
static size_t match_latin(cq_str text, const char *latin)
{
    cq_str wanted = cq_str_from(latin);
    size_t at = 0;

    for (size_t i = 0; i < wanted.len;) {
        if (at == text.len ||
            cq_char_to_lower(cq_text_next(text, &at)) != cq_text_next(wanted, &i))
            return 0;
    }
    return at;
}

static size_t put_cyrillic(cq_str text, cq_buf *out)
{
    size_t at = 0;
    uint32_t first = cq_text_next(text, &at);

    for (size_t i = 0; i < ARRAY_LEN(pairs); i++) {
        size_t len = match_latin(text, pairs[i].latin);

        if (len == 0)
            continue;
        cq_text_put(out, cq_char_to_lower(first) == first
                             ? pairs[i].cyrillic
                             : (uint32_t)u_toupper((UChar32)pairs[i].cyrillic));
        return len;
    }
    cq_text_put(out, first);
    return at;
}

/* ---- to Latin -------------------------------------------------------------------------
 */

/* "Љубав" is "Ljubav", "ЉУБАВ" is "LJUBAV": the letter after tells. */
static bool goes_on_in_capitals(cq_str text, size_t at)
{
    return at < text.len && cq_char_is_upper(cq_text_next(text, &at));
}

static size_t put_latin(cq_str text, cq_buf *out)
{
    size_t at = 0, from = 0;
    uint32_t code = cq_text_next(text, &at), letter = cq_char_to_lower(code);
    const char *latin = NULL;
    cq_str written;

    for (size_t i = 0; i < ARRAY_LEN(pairs) && !latin; i++)
        if (pairs[i].cyrillic == letter)
            latin = pairs[i].latin;
    if (!latin) {
        cq_text_put(out, code);
        return at;
    }
    written = cq_str_from(latin);
    for (bool is_first = true; from < written.len; is_first = false) {
        uint32_t next = cq_text_next(written, &from);
        bool is_capital = code != letter && (is_first || goes_on_in_capitals(text, at));

        cq_text_put(out, is_capital ? (uint32_t)u_toupper((UChar32)next) : next);
    }
    return at;
}

cq_status cq_lang_rewrite(cq_str s, const cq_lang *twin, cq_buf *out, cq_error *err)
{
    bool to_cyrillic = strcmp(twin->script, "Cyrl") == 0;
    cq_buf composed = {0};
    cq_str text;
    cq_status status = cq_text_nfc(s, &composed, err);

    if (status == CQ_OK)
        status = cq_buf_check(&composed, err);
    text = cq_buf_str(&composed);
    while (status == CQ_OK && text.len > 0) {
        size_t len = to_cyrillic ? put_cyrillic(text, out) : put_latin(text, out);

        text = cq_str_slice(text, len, text.len);
    }
    cq_buf_release(&composed);
    return status == CQ_OK ? cq_buf_check(out, err) : status;
}
