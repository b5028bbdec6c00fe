/* langname.c -- languages by their names, as people write them above columns. */
#include "icu.h"

#include <unicode/uchar.h>
#include <unicode/uldnames.h>
#include <unicode/uloc.h>
#include <unicode/ustring.h>

#include <string.h>

#define NAME_MAX_BYTES ((size_t)48) /* no language has a longer one */

typedef struct wanted {
    const cq_utf16 *name;
    ULocaleDisplayNames *english; /* with "British English" for "English (UK)" */
} wanted;

static bool is_same(const wanted *w, const UChar *name, int32_t len, UErrorCode code)
{
    return U_SUCCESS(code) && len > 0 && (size_t)len == w->name->len &&
           u_strncasecmp(name, w->name->ptr, len, U_FOLD_CASE_DEFAULT) == 0;
}

/* Whether a locale is called so: in English, in English shortly, or in its own language.
 */
static bool is_called(const wanted *w, const char *locale)
{
    UErrorCode code = U_ZERO_ERROR;
    UChar name[128];
    int32_t len = uloc_getDisplayName(locale, "en", name, ARRAY_LEN(name), &code);

    if (is_same(w, name, len, code))
        return true;
    code = U_ZERO_ERROR;
    len = uldn_localeDisplayName(w->english, locale, name, ARRAY_LEN(name), &code);
    if (is_same(w, name, len, code))
        return true;
    code = U_ZERO_ERROR;
    len = uloc_getDisplayName(locale, locale, name, ARRAY_LEN(name), &code);
    return is_same(w, name, len, code);
}

bool cq_lang_of_name(cq_str name, cq_lang *lang)
{
    UErrorCode code = U_ZERO_ERROR;
    cq_utf16 units = {0};
    wanted w = {.name = &units};
    char tag[CQ_LANG_TAG_MAX] = "";

    if (name.len == 0 || name.len > NAME_MAX_BYTES ||
        cq_utf16_set(&units, name, NULL) != CQ_OK)
        return false;
    w.english = uldn_open("en", ULDN_DIALECT_NAMES, &code);
    for (int32_t i = 0; U_SUCCESS(code) && !tag[0] && i < uloc_countAvailable(); i++)
        if (is_called(&w, uloc_getAvailable(i)))
            snprintf(tag, sizeof(tag), "%s", uloc_getAvailable(i));
    uldn_close(w.english);
    cq_utf16_release(&units);
    for (char *c = tag; *c; c++)
        *c = *c == '_' ? '-' : *c;
    return tag[0] && cq_lang_parse(cq_str_from(tag), lang, NULL) == CQ_OK;
}

bool cq_lang_has_name(const cq_lang *lang)
{
    UErrorCode code = U_ZERO_ERROR;
    UChar name[128];
    char ascii[CQ_LANG_TAG_MAX];
    int32_t len =
        uloc_getDisplayLanguage(lang->locale, "en", name, ARRAY_LEN(name), &code);

    /* What has no name is called by its code. */
    if (U_FAILURE(code) || len <= 0)
        return false;
    if ((size_t)len != strlen(lang->language))
        return true;
    u_UCharsToChars(name, ascii, len);
    return memcmp(ascii, lang->language, (size_t)len) != 0;
}
