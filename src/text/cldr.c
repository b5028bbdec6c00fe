/* cldr.c -- what ICU's copy of CLDR knows of a language that a locale file may start
 * from. Nothing is taken from the user's own language or from root. */
#include "icu.h"

#include <unicode/udat.h>
#include <unicode/ulocdata.h>
#include <unicode/ures.h>

#include <string.h>

/* Append to the list; false when memory is short. */
static bool add(const UChar *units, int32_t len, cq_arena *arena, cq_str *list,
                size_t *count)
{
    cq_buf text = {0};

    cq_utf16_put(units, (size_t)len, &text);
    if (cq_buf_check(&text, NULL) == CQ_OK && text.len > 0)
        list[(*count)] = cq_arena_copy(arena, cq_buf_str(&text));
    cq_buf_release(&text);
    if (!list[*count].ptr)
        return false;
    (*count)++;
    return true;
}

static bool add_months(const cq_lang *lang, UDateFormatSymbolType type, cq_arena *arena,
                       cq_str *list, size_t *count)
{
    UErrorCode code = U_ZERO_ERROR;
    UDateFormat *format =
        udat_open(UDAT_NONE, UDAT_NONE, lang->locale, NULL, 0, NULL, 0, &code);
    UChar name[64];
    bool is_good = U_SUCCESS(code);

    for (int32_t month = 0; is_good && month < 12; month++) {
        int32_t len = udat_getSymbols(format, type, month, name, ARRAY_LEN(name), &code);

        is_good = U_SUCCESS(code) && add(name, len, arena, list, count);
    }
    udat_close(format);
    return is_good;
}

/* An opener and its closer in one string. */
static bool add_quotes(const cq_lang *lang, cq_arena *arena, cq_str *list, size_t *count)
{
    static const ULocaleDataDelimiterType pairs[][2] = {
        {ULOCDATA_QUOTATION_START, ULOCDATA_QUOTATION_END},
        {ULOCDATA_ALT_QUOTATION_START, ULOCDATA_ALT_QUOTATION_END}};
    UErrorCode code = U_ZERO_ERROR;
    ULocaleData *data = ulocdata_open(lang->locale, &code);
    bool is_good = U_SUCCESS(code);

    for (size_t i = 0; is_good && i < ARRAY_LEN(pairs); i++) {
        UChar pair[16];
        int32_t len = ulocdata_getDelimiter(data, pairs[i][0], pair, 8, &code);

        if (U_SUCCESS(code))
            len += ulocdata_getDelimiter(data, pairs[i][1], pair + len, 8, &code);
        is_good = U_SUCCESS(code) && add(pair, len, arena, list, count);
    }
    ulocdata_close(data);
    return is_good;
}

/* What CLDR calls sentence break suppressions. */
static bool add_exceptions(const cq_lang *lang, cq_arena *arena, cq_str *list,
                           size_t room, size_t *count)
{
    UErrorCode code = U_ZERO_ERROR;
    UResourceBundle *at =
        ures_openDirect(U_ICUDATA_NAME "-brkitr", lang->language, &code);
    bool is_good = true;

    at = ures_getByKey(at, "exceptions", at, &code);
    at = ures_getByKey(at, "SentenceBreak", at, &code);
    for (int32_t i = 0; U_SUCCESS(code) && is_good && i < ures_getSize(at); i++) {
        int32_t len = 0;
        const UChar *text = ures_getStringByIndex(at, i, &len, &code);

        is_good = *count == room || U_FAILURE(code) || add(text, len, arena, list, count);
    }
    ures_close(at);
    return is_good;
}

/* Whether the answer for the language would be its own: ICU's would else be that of
 * whoever sits at the keyboard. */
static bool is_known(const cq_lang *lang)
{
    UErrorCode code = U_ZERO_ERROR;

    ures_close(ures_open(NULL, lang->locale, &code));
    return U_SUCCESS(code) && code != U_USING_DEFAULT_WARNING;
}

bool cq_cldr_list(const cq_lang *lang, cq_cldr what, cq_arena *arena, cq_str **list,
                  size_t *len)
{
    const size_t room = 512;
    cq_str *made = cq_arena_alloc(arena, room * sizeof(*made));
    bool is_good = made != NULL;

    *list = made;
    *len = 0;
    if (!made)
        return false;
    memset(made, 0, room * sizeof(*made));
    if (!is_known(lang))
        return true;
    switch (what) {
    case CQ_CLDR_MONTHS:
        is_good = add_months(lang, UDAT_MONTHS, arena, made, len) &&
                  add_months(lang, UDAT_STANDALONE_MONTHS, arena, made, len);
        break;
    case CQ_CLDR_SHORT_MONTHS:
        is_good = add_months(lang, UDAT_SHORT_MONTHS, arena, made, len);
        break;
    case CQ_CLDR_QUOTES:
        is_good = add_quotes(lang, arena, made, len);
        break;
    case CQ_CLDR_EXCEPTIONS:
        is_good = add_exceptions(lang, arena, made, room, len);
        break;
    }
    return is_good;
}

cq_str cq_cldr_name(const cq_lang *lang, cq_arena *arena)
{
    UErrorCode code = U_ZERO_ERROR;
    UChar name[128];
    int32_t len = uloc_getDisplayName(lang->locale, "en", name, ARRAY_LEN(name), &code);
    cq_str list[1] = {{0}};
    size_t count = 0;

    return U_SUCCESS(code) && add(name, len, arena, list, &count) ? list[0] : (cq_str){0};
}
