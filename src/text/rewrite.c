/* rewrite.c -- a number of one text as the writer of another would have put it. */
#include "scan.h"

#include <unicode/uchar.h>
#include <unicode/unum.h>

/* A number taken to pieces. */
typedef struct parts {
    cq_str sign;               /* as it stands, empty for none */
    cq_buf digits;             /* values 0 to 9, a byte each */
    size_t whole;              /* of them, before the decimal mark */
    uint32_t zero;             /* the script's digit zero */
    uint32_t group, point;     /* marks, 0 for none */
    size_t primary, secondary; /* digits in the last group and in those before */
} parts;

/* What CLDR says of a locale, region included: "1.234,5" in de, "1’234.5" in de-CH. */
typedef struct custom {
    uint32_t group, point;
    size_t primary, secondary;
    size_t least; /* digits in front of the last group before it is parted off */
} custom;

static uint32_t symbol(const UNumberFormat *format, UNumberFormatSymbol which,
                       uint32_t otherwise)
{
    UErrorCode code = U_ZERO_ERROR;
    UChar text[8];

    return unum_getSymbol(format, which, text, (int32_t)ARRAY_LEN(text), &code) == 1 &&
                   U_SUCCESS(code)
               ? text[0]
               : otherwise;
}

static size_t attribute(const UNumberFormat *format, UNumberFormatAttribute which,
                        size_t otherwise)
{
    int32_t value = unum_getAttribute(format, which);

    return value > 0 ? (size_t)value : otherwise;
}

/* Not in Spanish or Polish, which part off a group from five digits on. */
static bool parts_thousand(UNumberFormat *format)
{
    UErrorCode code = U_ZERO_ERROR;
    UChar text[16];

    unum_setAttribute(format, UNUM_MINIMUM_GROUPING_DIGITS, -2); /* as CLDR has it */
    return unum_formatInt64(format, 1000, text, (int32_t)ARRAY_LEN(text), NULL, &code) >
           4;
}

static cq_status load_custom(const cq_lang *lang, custom *rules, cq_error *err)
{
    UErrorCode code = U_ZERO_ERROR;
    UNumberFormat *format = unum_open(UNUM_DECIMAL, NULL, 0, lang->locale, NULL, &code);

    if (U_FAILURE(code))
        return cq_fail_icu(err, code, "cannot load a language's numbers");
    *rules = (custom){
        .group = symbol(format, UNUM_GROUPING_SEPARATOR_SYMBOL, ','),
        .point = symbol(format, UNUM_DECIMAL_SEPARATOR_SYMBOL, '.'),
        .primary = attribute(format, UNUM_GROUPING_SIZE, 3),
        .least = parts_thousand(format) ? 1 : 2,
    };
    rules->secondary = attribute(format, UNUM_SECONDARY_GROUPING_SIZE, rules->primary);
    unum_close(format);
    return CQ_OK;
}

static void take(parts *number, cq_str text, size_t start, const cq_number *scanned)
{
    size_t run = 0;

    number->sign = cq_str_slice(text, 0, start);
    for (size_t at = start; at < scanned->end;) {
        size_t mark = at;
        uint32_t code = cq_text_next(text, &at);
        int32_t value = u_charDigitValue((UChar32)code);

        if (value >= 0) {
            number->zero = code - (uint32_t)value;
            cq_buf_add_byte(&number->digits, (unsigned char)value);
            run++;
        } else if (mark == scanned->decimal) {
            number->point = code;
            number->whole = number->digits.len;
            break;
        } else {
            number->secondary = number->group ? run : 0;
            number->group = code;
            run = 0;
        }
    }
    if (number->point == 0)
        number->whole = number->digits.len;
    number->primary = run;
}

/* The digits after the decimal mark. */
static void take_fraction(parts *number, cq_str text, const cq_number *scanned)
{
    size_t at = scanned->decimal;

    cq_text_next(text, &at);
    while (at < scanned->end)
        cq_buf_add_byte(&number->digits, (unsigned char)u_charDigitValue(
                                             (UChar32)cq_text_next(text, &at)));
}

/* CQ_DONE when the text is not one number. */
static cq_status parse(const cq_lang *lang, cq_str text, parts *number, cq_error *err)
{
    cq_number_style style;
    cq_classes classes = {0};
    cq_number scanned;
    size_t start = 0;
    cq_status status = cq_number_style_init(&style, lang, err);

    if (status != CQ_OK)
        return status;
    for (size_t at = 0; at < text.len; start = at)
        if (u_charDigitValue((UChar32)cq_text_next(text, &at)) >= 0)
            break;
    if (start == text.len)
        return CQ_DONE;
    scanned = cq_number_scan(&style, &classes, text, start, false);
    cq_classes_release(&classes);
    if (scanned.end != text.len)
        return CQ_DONE;
    take(number, text, start, &scanned);
    if (number->point)
        take_fraction(number, text, &scanned);
    return cq_buf_check(&number->digits, err);
}

/* Whether a mark stands before digit `i` of `whole`. */
static bool is_parted(size_t i, size_t whole, const custom *rules)
{
    size_t left = whole - i;

    if (i == 0 || left < rules->primary || rules->secondary == 0)
        return false;
    return (left - rules->primary) % rules->secondary == 0;
}

/* What `like` shows goes before what CLDR says. */
static bool has_groups(const parts *number, const parts *like, custom *rules)
{
    if (like->group) {
        rules->group = like->group;
        rules->primary = like->primary;
        rules->secondary = like->secondary ? like->secondary : rules->secondary;
        if (like->whole == rules->primary + 1)
            rules->least = 1;
    } else if (like->whole > rules->primary || number->group == 0) {
        return false;
    }
    return number->whole >= rules->primary + rules->least;
}

static void write(const parts *number, const parts *like, custom rules, cq_buf *out)
{
    bool is_grouped = has_groups(number, like, &rules);

    if (like->point)
        rules.point = like->point;
    else if (rules.point == rules.group)
        rules.point = rules.group == '.' ? ',' : '.';
    cq_buf_add_str(out, number->sign.len && like->sign.len ? like->sign : number->sign);
    for (size_t i = 0; i < number->digits.len; i++) {
        if (i == number->whole)
            cq_text_put(out, rules.point);
        else if (is_grouped && i < number->whole && is_parted(i, number->whole, &rules))
            cq_text_put(out, rules.group);
        cq_text_put(out, like->zero + (unsigned char)number->digits.ptr[i]);
    }
}

cq_status cq_number_rewrite(const cq_lang *from, cq_str number, const cq_lang *to,
                            cq_str like, cq_buf *out, cq_error *err)
{
    parts taken = {0}, pattern = {0};
    custom rules = {0};
    cq_status status = parse(from, number, &taken, err);

    if (status == CQ_OK)
        status = parse(to, like, &pattern, err);
    if (status == CQ_OK)
        status = load_custom(to, &rules, err);
    if (status == CQ_OK) {
        write(&taken, &pattern, rules, out);
        status = cq_buf_check(out, err);
    }
    cq_buf_release(&taken.digits);
    cq_buf_release(&pattern.digits);
    return status;
}
