/* lang.c -- language tags: BCP 47 (RFC 5646) for their form, CLDR for what they mean. */
#include "icu.h"

#include <unicode/uloc.h>
#include <unicode/ures.h>
#include <unicode/ustring.h>

#include <ctype.h>
#include <string.h>
#include <strings.h>

static bool is_alpha(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }
static bool is_digit(char c) { return c >= '0' && c <= '9'; }

/* A tag must open with a language of two or three letters (none longer is registered), or
 * be one of the old "i-" tags; what follows must be subtags of one to eight letters and
 * digits. The fine structure is ICU's to check. */
static bool is_shaped(const char *tag)
{
    size_t first = strcspn(tag, "-"), len = 0;

    if (first != 2 && first != 3 && strncasecmp(tag, "i-", 2) != 0)
        return false;
    for (size_t i = 0; i < first; i++)
        if (!is_alpha(tag[i]))
            return false;
    for (const char *at = tag;; at++) {
        if (*at == '-' || *at == '\0') {
            if (len < 1 || len > 8)
                return false;
            if (*at == '\0')
                return true;
            len = 0;
        } else if (is_alpha(*at) || is_digit(*at)) {
            len++;
        } else {
            return false;
        }
    }
}

/* What CLDR now calls a language: "ger" is "de", "iw" is "he", "sh" is "sr_Latn"
 * (supplementalMetadata.xml, languageAlias). False when it keeps its name. */
static bool find_alias(const char *language, char *name, size_t room)
{
    UErrorCode code = U_ZERO_ERROR;
    UResourceBundle *bundle = ures_openDirect(NULL, "metadata", &code);
    const UChar *text;
    int32_t len = 0, written = 0;

    ures_getByKey(bundle, "alias", bundle, &code);
    ures_getByKey(bundle, "language", bundle, &code);
    ures_getByKey(bundle, language, bundle, &code);
    text = ures_getStringByKey(bundle, "replacement", &len, &code);
    if (U_SUCCESS(code))
        u_strToUTF8(name, (int32_t)room, &written, text, len, &code);
    ures_close(bundle);
    return U_SUCCESS(code) && code != U_STRING_NOT_TERMINATED_WARNING;
}

/* Replace the language of `locale` by its present name. A script that the new name brings
 * along gives way to one that the tag wrote. */
static bool modernize(char *locale, size_t room)
{
    char language[ULOC_LANG_CAPACITY], name[64], script[ULOC_SCRIPT_CAPACITY];
    char made[CQ_LANG_TAG_MAX * 2];
    UErrorCode code = U_ZERO_ERROR;
    const char *rest = locale + strcspn(locale, "_@");

    uloc_getLanguage(locale, language, sizeof(language), &code);
    uloc_getScript(locale, script, sizeof(script), &code);
    if (U_FAILURE(code))
        return false;
    if (strcmp(language, "no") == 0)
        strcpy(name, "nb"); /* CLDR has them as two; nobody translates between them */
    else if (!find_alias(language, name, sizeof(name)))
        strcpy(name, language);
    if (script[0])
        name[strcspn(name, "_")] = '\0';
    if ((size_t)snprintf(made, sizeof(made), "%s%s", name, rest) >= room)
        return false;
    strcpy(locale, made);
    return true;
}

/* Language and script after likely subtags. */
static bool fill(cq_lang *lang)
{
    char full[ULOC_FULLNAME_CAPACITY];
    UErrorCode code = U_ZERO_ERROR;

    uloc_getLanguage(lang->locale, lang->language, sizeof(lang->language), &code);
    uloc_getCountry(lang->locale, lang->region, sizeof(lang->region), &code);
    if (lang->language[0] ==
        '\0') { /* "und": unknown, which likely subtags would make English */
        snprintf(lang->language, sizeof(lang->language), "und");
        uloc_getScript(lang->locale, lang->script, sizeof(lang->script), &code);
        snprintf(lang->group, sizeof(lang->group), "und%s%s", lang->script[0] ? "-" : "",
                 lang->script);
        return U_SUCCESS(code);
    }
    uloc_addLikelySubtags(lang->locale, full, sizeof(full), &code);
    if (U_FAILURE(code))
        return false;
    uloc_getScript(full, lang->script, sizeof(lang->script), &code);
    snprintf(lang->group, sizeof(lang->group), "%s%s%s", lang->language,
             lang->script[0] ? "-" : "", lang->script);
    return U_SUCCESS(code) && code != U_STRING_NOT_TERMINATED_WARNING &&
           lang->language[0] != '\0';
}

static cq_status refuse(cq_str tag, cq_error *err)
{
    int shown = tag.len > 80 ? 80 : (int)tag.len;

    return cq_fail_number(err, CQ_E_ARG, 3, "\"%.*s\" is not a language tag", shown,
                          tag.len ? tag.ptr : "");
}

cq_status cq_lang_parse(cq_str tag, cq_lang *lang, cq_error *err)
{
    char dashed[CQ_LANG_TAG_MAX];
    cq_lang made = {0};
    UErrorCode code = U_ZERO_ERROR;
    int32_t parsed = 0;

    if (tag.len == 0 || tag.len >= sizeof(dashed) || memchr(tag.ptr, '\0', tag.len))
        return refuse(tag, err);
    memcpy(made.tag, tag.ptr, tag.len);
    memcpy(dashed, made.tag, sizeof(dashed));
    for (char *at = dashed; *at; at++)
        if (*at == '_')
            *at = '-';
    if (!is_shaped(dashed))
        return refuse(tag, err);
    uloc_forLanguageTag(dashed, made.locale, sizeof(made.locale), &parsed, &code);
    if (U_FAILURE(code) || code == U_STRING_NOT_TERMINATED_WARNING ||
        (size_t)parsed != tag.len)
        return refuse(tag, err);
    if (!modernize(made.locale, sizeof(made.locale)) || !fill(&made))
        return refuse(tag, err);
    *lang = made;
    return CQ_OK;
}

int cq_lang_match(const cq_lang *wanted, const cq_lang *stored)
{
    if (strcmp(wanted->group, stored->group) != 0)
        return 0;
    if (strcmp(wanted->region, stored->region) == 0)
        return 3;
    return wanted->region[0] && stored->region[0] ? 1 : 2;
}

bool cq_lang_is_rtl(const cq_lang *lang)
{
    char locale[ULOC_FULLNAME_CAPACITY];

    snprintf(locale, sizeof(locale), "%s_%s", lang->language, lang->script);
    return uloc_isRightToLeft(locale);
}
