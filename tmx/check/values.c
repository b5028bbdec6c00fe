/* values.c -- what attributes hold: dates, language tags, numbers. */
#include "parts.h"

#include <string.h>

#define LANGUAGES_MAX ((size_t)1024) /* remembered from unit to unit */

/* ---- languages ------------------------------------------------------------------------
 */

const cq_lang *cq_check_lang(cq_checker *checker, cq_str tag)
{
    uint64_t *known;
    bool is_new;
    cq_lang lang;

    if (!checker->in_unit && checker->languages_len > LANGUAGES_MAX) {
        cq_map_reset(&checker->languages);
        checker->languages_len = 0;
    }
    known = cq_map_add(&checker->languages, tag, &is_new);
    if (known && is_new && cq_lang_parse(tag, &lang, NULL) == CQ_OK) {
        if (!cq_grow(&checker->parsed_languages, &checker->languages_capacity,
                     checker->languages_len + 1, sizeof(lang))) {
            cq_check_no_memory(checker);
            return NULL;
        }
        checker->parsed_languages[checker->languages_len++] = lang;
        *known = checker->languages_len;
    }
    if (!known)
        cq_check_no_memory(checker);
    return known && *known ? &checker->parsed_languages[*known - 1] : NULL;
}

static void check_language(cq_checker *checker, cq_check_place place,
                           const cq_check_attribute *attribute)
{
    cq_str tag = attribute->value;
    bool is_all = cq_str_equal(attribute->name, CQ_STR("srclang")) &&
                  cq_str_equal(tag, CQ_STR("*all*"));

    if (is_all)
        return;
    if (!cq_check_lang(checker, tag))
        cq_check_find(checker, 230, place, "%.*s=\"%.*s\" is no language tag",
                      CQ_SHOWN(attribute->name), CQ_SHOWN(tag));
    else if (memchr(tag.ptr, '_', tag.len))
        cq_check_find(checker, 231, place,
                      "%.*s=\"%.*s\": language tags are written with \"-\", and some "
                      "tools read no other",
                      CQ_SHOWN(attribute->name), CQ_SHOWN(tag));
}

/* ---- dates ----------------------------------------------------------------------------
 */

typedef enum date_form { NO_DATE, OTHER_DATE, TMX_DATE } date_form;

/* The number that `len` digits from `at` on are; -1 when they are none. */
static int number_at(cq_str s, size_t at, size_t len)
{
    int number = 0;

    for (size_t i = at; i < at + len; i++) {
        if (i >= s.len || s.ptr[i] < '0' || s.ptr[i] > '9')
            return -1;
        number = number * 10 + (s.ptr[i] - '0');
    }
    return number;
}

static bool is_day(int year, int month, int day)
{
    static const int days[] = {31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
    bool is_leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);

    if (year < 0 || month < 1 || month > 12 || day < 1 || day > days[month - 1])
        return false;
    return month != 2 || day < 29 || is_leap;
}

static bool is_time(int hour, int minute, int second)
{
    return hour >= 0 && hour <= 23 && minute >= 0 && minute <= 59 && second >= 0 &&
           second <= 60; /* a leap second */
}

/* What may follow the seconds: nothing, a fraction, "Z" or an offset (ISO 8601, 4.2). */
static bool is_zone(cq_str s)
{
    size_t at = 0;

    if (s.len && (s.ptr[0] == '.' || s.ptr[0] == ','))
        for (at = 1; at < s.len && s.ptr[at] >= '0' && s.ptr[at] <= '9';)
            at++;
    s = cq_str_slice(s, at, s.len);
    if (s.len == 0 || cq_str_equal(s, CQ_STR("Z")))
        return at != 1;
    if (s.ptr[0] != '+' && s.ptr[0] != '-')
        return false;
    return number_at(s, 1, 2) >= 0 &&
           (s.len == 3 || (s.len == 5 && number_at(s, 3, 2) >= 0) ||
            (s.len == 6 && s.ptr[3] == ':' && number_at(s, 4, 2) >= 0));
}

/* TMX 1.4b asks for YYYYMMDDThhmmssZ, which is one of ISO 8601's forms. */
static date_form form_of(cq_str s)
{
    size_t dash = s.len > 4 && s.ptr[4] == '-', day_end = 8 + 2 * dash, colon, second_end;
    cq_str rest;

    if (!is_day(number_at(s, 0, 4), number_at(s, 4 + dash, 2),
                number_at(s, 6 + 2 * dash, 2)) ||
        (dash && s.ptr[7] != '-'))
        return NO_DATE;
    if (s.len == day_end)
        return OTHER_DATE;
    if (s.ptr[day_end] != 'T' && s.ptr[day_end] != ' ')
        return NO_DATE;
    colon = s.len > day_end + 3 && s.ptr[day_end + 3] == ':';
    second_end = day_end + 7 + 2 * colon;
    if (!is_time(number_at(s, day_end + 1, 2), number_at(s, day_end + 3 + colon, 2),
                 number_at(s, day_end + 5 + 2 * colon, 2)))
        return NO_DATE;
    rest = cq_str_slice(s, second_end, s.len);
    if (!dash && !colon && s.ptr[day_end] == 'T' && cq_str_equal(rest, CQ_STR("Z")))
        return TMX_DATE;
    return is_zone(rest) ? OTHER_DATE : NO_DATE;
}

static void check_date(cq_checker *checker, cq_check_place place,
                       const cq_check_attribute *attribute)
{
    date_form form = form_of(attribute->value);

    if (form == NO_DATE)
        cq_check_find(checker, 235, place, "%.*s=\"%.*s\" is no date",
                      CQ_SHOWN(attribute->name), CQ_SHOWN(attribute->value));
    if (form == OTHER_DATE)
        cq_check_find(
            checker, 236, place,
            "%.*s=\"%.*s\": TMX writes dates as 20020525T213000Z, and some tools "
            "read no other",
            CQ_SHOWN(attribute->name), CQ_SHOWN(attribute->value));
}

/* ---- all ------------------------------------------------------------------------------
 */

static void check_count(cq_checker *checker, cq_check_place place,
                        const cq_check_attribute *attribute)
{
    cq_str s = attribute->value;

    if (s.len == 0 || number_at(s, 0, s.len < 9 ? s.len : 9) < 0)
        cq_check_find(checker, 237, place, "%.*s=\"%.*s\" is no number",
                      CQ_SHOWN(attribute->name), CQ_SHOWN(s));
}

void cq_check_value(cq_checker *checker, const cq_check_element *element,
                    const cq_check_attribute *attribute)
{
    static const struct {
        const char *name;
        void (*check)(cq_checker *, cq_check_place, const cq_check_attribute *);
    } checks[] = {
        {"creationdate", check_date},  {"changedate", check_date},
        {"lastusagedate", check_date}, {"usagecount", check_count},
        {"xml:lang", check_language},  {"lang", check_language},
        {"adminlang", check_language}, {"srclang", check_language},
    };

    for (size_t i = 0; i < ARRAY_LEN(checks); i++)
        if (cq_str_equal(attribute->name, cq_str_from(checks[i].name)))
            checks[i].check(checker, element->place, attribute);
}
