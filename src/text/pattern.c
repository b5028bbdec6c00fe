#include "pattern.h"

#include <unicode/unumberformatter.h>
#include <unicode/ustring.h>

#include <string.h>

#define DEPTH_MAX  8
#define DIGITS_MAX 128 /* UTF-16 units of a formatted number */

typedef struct reader {
    cq_speech *speech;
    cq_str s;
    size_t at;
    const cq_value *values;
    size_t count;
    const cq_value *plural; /* what '#' stands for, NULL outside plurals */
    int depth;
    cq_buf *out;
} reader;

static bool render(reader *r);

void cq_speech_release(cq_speech *speech)
{
    unum_close(speech->number);
    for (size_t i = 0; i < ARRAY_LEN(speech->rules); i++)
        uplrules_close(speech->rules[i]);
    speech->number = NULL;
    speech->rules[0] = speech->rules[1] = NULL;
}

/* ---- reading --------------------------------------------------------------------------
 */

static char peek(const reader *r) { return r->at < r->s.len ? r->s.ptr[r->at] : '\0'; }

static bool is_blank(char c) { return c == ' ' || c == '\t' || c == '\n' || c == '\r'; }

static void skip_blanks(reader *r)
{
    while (is_blank(peek(r)))
        r->at++;
}

static bool take(reader *r, char c)
{
    skip_blanks(r);
    if (peek(r) != c)
        return false;
    r->at++;
    return true;
}

/* A name, a type or a selector. */
static cq_str read_word(reader *r)
{
    size_t start;

    skip_blanks(r);
    start = r->at;
    while (r->at < r->s.len && !is_blank(peek(r)) && !strchr(",{}", peek(r)))
        r->at++;
    return cq_str_slice(r->s, start, r->at);
}

/* At an apostrophe: whether it opens quoted text. */
static bool opens_quote(const reader *r)
{
    char after = r->at + 1 < r->s.len ? r->s.ptr[r->at + 1] : '\0';

    return after == '{' || after == '}' || (after == '#' && r->plural);
}

/* Step over an apostrophe and what it quotes, and add that to `out` unless it is NULL. */
static void read_quote(reader *r, cq_buf *out)
{
    bool is_quoting = opens_quote(r);

    r->at++;
    if (!is_quoting) {
        r->at += peek(r) == '\'';
        if (out)
            cq_buf_add_byte(out, '\'');
        return;
    }
    while (r->at < r->s.len) {
        char c = r->s.ptr[r->at++];

        if (c == '\'' && peek(r) != '\'')
            return;
        r->at += c == '\'';
        if (out)
            cq_buf_add_byte(out, (unsigned char)c);
    }
}

/* Step over a message up to its closing brace. */
static bool skip_message(reader *r)
{
    int open = 1;

    while (r->at < r->s.len) {
        char c = peek(r);

        if (c == '\'') {
            read_quote(r, NULL);
            continue;
        }
        open += (c == '{') - (c == '}');
        if (open == 0)
            return true;
        r->at++;
    }
    return false;
}

static const cq_value *find_value(const reader *r, cq_str name)
{
    for (size_t i = 0; i < r->count; i++)
        if (cq_str_equal(cq_str_from(r->values[i].name), name))
            return &r->values[i];
    return NULL;
}

static double as_double(const cq_value *value)
{
    return value->kind == CQ_VALUE_REAL ? value->real : (double)value->number;
}

/* ---- numbers --------------------------------------------------------------------------
 */

static bool put_number(reader *r, const cq_value *value)
{
    UErrorCode code = U_ZERO_ERROR;
    UChar digits[DIGITS_MAX];
    int32_t len;

    if (!r->speech->number)
        r->speech->number =
            unum_open(UNUM_DECIMAL, NULL, 0, r->speech->locale, NULL, &code);
    if (value->kind == CQ_VALUE_REAL)
        len = unum_formatDouble(r->speech->number, value->real, digits, DIGITS_MAX, NULL,
                                &code);
    else
        len = unum_formatInt64(r->speech->number, value->number, digits, DIGITS_MAX, NULL,
                               &code);
    if (U_FAILURE(code))
        return false;
    cq_utf16_put(digits, (size_t)len, r->out);
    return true;
}

/* By one of ICU's number skeletons, as ".0" or "group-off". */
static bool put_by_skeleton(reader *r, const cq_value *value, cq_str skeleton)
{
    UErrorCode code = U_ZERO_ERROR;
    UChar wide[64], digits[DIGITS_MAX];
    int32_t len = 0;
    UNumberFormatter *formatter;
    UFormattedNumber *result;

    u_strFromUTF8(wide, (int32_t)ARRAY_LEN(wide), &len, skeleton.ptr,
                  (int32_t)skeleton.len, &code);
    formatter = unumf_openForSkeletonAndLocale(wide, len, r->speech->locale, &code);
    result = unumf_openResult(&code);
    if (value->kind == CQ_VALUE_REAL)
        unumf_formatDouble(formatter, value->real, result, &code);
    else
        unumf_formatInt(formatter, value->number, result, &code);
    len = unumf_resultToString(result, digits, DIGITS_MAX, &code);
    unumf_closeResult(result);
    unumf_close(formatter);
    if (U_FAILURE(code))
        return false;
    cq_utf16_put(digits, (size_t)len, r->out);
    return true;
}

/* After "{name, number": an optional style and the closing brace. */
static bool render_number(reader *r, const cq_value *value)
{
    cq_str style = {0};
    size_t start;

    if (take(r, ',')) {
        skip_blanks(r);
        start = r->at;
        while (r->at < r->s.len && peek(r) != '}')
            r->at++;
        style = cq_str_trim(cq_str_slice(r->s, start, r->at));
    }
    if (value->kind == CQ_VALUE_TEXT || !take(r, '}'))
        return false;
    if (style.len == 0)
        return put_number(r, value);
    if (cq_str_equal(style, CQ_STR("integer")))
        return put_by_skeleton(r, value, CQ_STR("precision-integer"));
    if (cq_str_equal(style, CQ_STR("percent")))
        return put_by_skeleton(r, value, CQ_STR("percent scale/100 precision-integer"));
    return cq_str_starts(style, CQ_STR("::")) &&
           put_by_skeleton(r, value, cq_str_slice(style, 2, style.len));
}

/* ---- choosing -------------------------------------------------------------------------
 */

/* The plural category of a number, as "one". */
static bool find_category(reader *r, UPluralType type, double number, char *name,
                          size_t room)
{
    UPluralRules **rules = &r->speech->rules[type == UPLURAL_TYPE_ORDINAL];
    UErrorCode code = U_ZERO_ERROR;
    UChar wide[16];
    int32_t len;

    if (!*rules)
        *rules = uplrules_openForType(r->speech->rules_locale, type, &code);
    len = uplrules_select(*rules, number, wide, (int32_t)ARRAY_LEN(wide), &code);
    if (U_FAILURE(code) || (size_t)len >= room)
        return false;
    u_UCharsToChars(wide, name, len);
    name[len] = '\0';
    return true;
}

static bool is_exactly(cq_str selector, const cq_value *value)
{
    char digits[24];

    if (value->kind != CQ_VALUE_NUMBER || selector.len < 2 || selector.ptr[0] != '=')
        return false;
    snprintf(digits, sizeof(digits), "=%lld", (long long)value->number);
    return cq_str_equal(selector, cq_str_from(digits));
}

/* How well a selector fits: 3 for the very number, 2 for the category, 1 for "other". */
static int fitness(cq_str selector, cq_str category, const cq_value *value)
{
    if (is_exactly(selector, value))
        return 3;
    if (cq_str_equal(selector, category))
        return 2;
    return cq_str_equal(selector, CQ_STR("other")) ? 1 : 0;
}

/* After "{name, plural,": cases and the closing brace. The best one is rendered. */
static bool render_choice(reader *r, const cq_value *value, cq_str category,
                          bool is_plural)
{
    size_t chosen = 0, end;
    int best = 0;
    const cq_value *outer = r->plural;
    bool is_good;

    if (is_plural)
        r->plural = value;
    while (!take(r, '}')) {
        cq_str selector = read_word(r);
        int fits = fitness(selector, category, value);

        if (selector.len == 0 || !take(r, '{'))
            return false;
        if (fits > best) {
            best = fits;
            chosen = r->at;
        }
        if (!skip_message(r) || !take(r, '}'))
            return false;
    }
    end = r->at;
    r->at = chosen;
    is_good = best > 0 && render(r);
    r->at = end;
    r->plural = outer;
    return is_good;
}

static bool render_argument(reader *r)
{
    cq_str name = read_word(r), type;
    const cq_value *value = find_value(r, name);
    char category[16] = "";
    bool is_plural, is_ordinal;

    if (!value)
        return false;
    if (take(r, '}')) {
        if (value->kind != CQ_VALUE_TEXT)
            return put_number(r, value);
        cq_buf_add_str(r->out, value->text);
        return true;
    }
    if (!take(r, ','))
        return false;
    type = read_word(r);
    if (cq_str_equal(type, CQ_STR("number")))
        return render_number(r, value);
    is_ordinal = cq_str_equal(type, CQ_STR("selectordinal"));
    is_plural = is_ordinal || cq_str_equal(type, CQ_STR("plural"));
    if (!take(r, ','))
        return false;
    if (cq_str_equal(type, CQ_STR("select")))
        return value->kind == CQ_VALUE_TEXT &&
               render_choice(r, value, value->text, false);
    return is_plural && value->kind != CQ_VALUE_TEXT &&
           find_category(r, is_ordinal ? UPLURAL_TYPE_ORDINAL : UPLURAL_TYPE_CARDINAL,
                         as_double(value), category, sizeof(category)) &&
           render_choice(r, value, cq_str_from(category), true);
}

/* A message up to its end or its closing brace, which is left. */
static bool render(reader *r)
{
    bool is_good = ++r->depth <= DEPTH_MAX;

    while (is_good && r->at < r->s.len && peek(r) != '}') {
        char c = peek(r);

        if (c == '\'') {
            read_quote(r, r->out);
        } else if (c == '{') {
            r->at++;
            is_good = render_argument(r);
        } else {
            r->at++;
            if (c == '#' && r->plural)
                is_good = put_number(r, r->plural);
            else
                cq_buf_add_byte(r->out, (unsigned char)c);
        }
    }
    r->depth--;
    return is_good;
}

bool cq_pattern_format(cq_speech *speech, cq_str pattern, const cq_value *values,
                       size_t count, cq_buf *out)
{
    reader r = {
        .speech = speech, .s = pattern, .values = values, .count = count, .out = out};

    return render(&r) && r.at == pattern.len && cq_buf_check(out, NULL) == CQ_OK;
}
