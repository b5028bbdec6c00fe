/* numbers.c -- how far a number goes, and what it is worth.
 *
 * A chain is digits of any script with single separators between them. It is one number
 * when it can be read as one (docs/tokens.md, "Numbers"):
 *
 *     1 234 567,89      groups of three (or two, as in India, before a last of three),
 *     12,34,567.5       all parted by one mark, then at most one decimal mark
 *     1234.5  0,25      a decimal mark alone
 *     1,234             could be either: a decimal if `,` is the language's decimal mark,
 *                       else a group
 *
 * Any other chain (1.2.3, 192.168.0.1, 12.05.2020) is several integers and marks. */
#include "scan.h"

#include <unicode/uchar.h>
#include <unicode/uloc.h>
#include <unicode/unum.h>

#include <string.h>

#define ARABIC_DECIMAL   0x066b
#define ARABIC_THOUSANDS 0x066c
#define RUNS_MAX         24 /* more groups than that are no number anybody writes */
#define GROUP_MAX        4  /* a longer run of digits is counted as this long */

cq_status cq_number_style_init(cq_number_style *style, const cq_lang *lang, cq_error *err)
{
    UErrorCode code = U_ZERO_ERROR;
    char group[ULOC_FULLNAME_CAPACITY];
    UNumberFormat *format;
    UChar symbol[8];

    snprintf(group, sizeof(group), "%s%s%s", lang->language, lang->script[0] ? "_" : "",
             lang->script);
    format = unum_open(UNUM_DECIMAL, NULL, 0, group, NULL, &code);

    style->decimal = '.';
    if (U_SUCCESS(code) && unum_getSymbol(format, UNUM_DECIMAL_SEPARATOR_SYMBOL, symbol,
                                          (int32_t)ARRAY_LEN(symbol), &code) == 1)
        style->decimal = symbol[0];
    unum_close(format);
    return U_SUCCESS(code) ? CQ_OK
                           : cq_fail_icu(err, code, "cannot load a language's numbers");
}

typedef enum separator { SEP_NONE, SEP_EITHER, SEP_GROUP, SEP_DECIMAL } separator;

static separator separator_of(uint32_t code)
{
    switch (code) {
    case '.':
    case ',':
    case 0xff0e: /* full-width full stop, comma */
    case 0xff0c:
        return SEP_EITHER;
    case '\'':
    case 0x2019: /* right single quotation mark */
    case ARABIC_THOUSANDS:
    case 0x00a0: /* no-break space, thin space, narrow no-break space */
    case 0x2009:
    case 0x202f:
        return SEP_GROUP;
    case ARABIC_DECIMAL:
        return SEP_DECIMAL;
    default:
        return SEP_NONE;
    }
}

/* The runs of one chain. */
typedef struct chain {
    size_t runs;
    size_t end[RUNS_MAX];         /* byte past each run */
    unsigned len[RUNS_MAX];       /* digits in it, at most GROUP_MAX */
    size_t at[RUNS_MAX];          /* where the separator before it stands; at[0] unused */
    uint32_t separator[RUNS_MAX]; /* before it */
    bool opens_with_zero;
    size_t chain_end;
} chain;

static size_t skip_digits(cq_classes *classes, cq_str text, size_t at, unsigned *len)
{
    *len = 0;
    while (at < text.len) {
        size_t next = at;

        if (cq_class_of(classes, cq_text_next(text, &next)) != CQ_CH_DIGIT)
            break;
        at = next;
        *len += *len < GROUP_MAX;
    }
    return at;
}

static void scan_chain(cq_classes *classes, cq_str text, size_t at, chain *c)
{
    size_t first = at;

    c->runs = 0;
    c->opens_with_zero = u_charDigitValue((UChar32)cq_text_next(text, &first)) == 0;
    c->separator[0] = 0;
    c->at[0] = at;
    for (;;) {
        size_t next, mark;
        unsigned len;
        size_t end = skip_digits(classes, text, at, &len);

        if (len == 0)
            break;
        c->chain_end = end;
        if (c->runs < RUNS_MAX) {
            c->end[c->runs] = end;
            c->len[c->runs] = len;
        }
        c->runs++;
        mark = next = end;
        if (end == text.len)
            break;
        uint32_t code = cq_text_next(text, &next);

        if (separator_of(code) == SEP_NONE)
            break;
        if (c->runs < RUNS_MAX) {
            c->separator[c->runs] = code;
            c->at[c->runs] = mark;
        }
        at = next;
    }
}

/* Whether runs 0 to `last` are groups parted by one mark. */
static bool are_groups(const chain *c, size_t last)
{
    if (c->len[0] > 3 || c->len[last] != 3 || c->opens_with_zero ||
        separator_of(c->separator[1]) == SEP_DECIMAL)
        return false;
    for (size_t i = 1; i <= last; i++)
        if (c->separator[i] != c->separator[1] || c->len[i] < 2 || c->len[i] > 3)
            return false;
    return true;
}

static bool is_decimal_mark(const cq_number_style *style, const chain *c)
{
    uint32_t mark = c->separator[1];
    uint32_t plain = mark == 0xff0e ? '.' : mark == 0xff0c ? ',' : mark;

    switch (separator_of(mark)) {
    case SEP_DECIMAL:
        return true;
    case SEP_EITHER:
        return !are_groups(c, 1) || plain == style->decimal;
    default:
        return false;
    }
}

/* Runs that make the number at the chain's head: all of them, or only the first. Sets
 * which one comes after a decimal mark, 0 for none. */
static size_t runs_of_number(const cq_number_style *style, const chain *c,
                             size_t *fraction)
{
    size_t last = c->runs - 1;

    *fraction = 0;
    if (c->runs > RUNS_MAX || last == 0)
        return 1;
    if (last == 1) {
        if (is_decimal_mark(style, c))
            *fraction = 1;
        return *fraction || are_groups(c, 1) ? 2 : 1;
    }
    if (are_groups(c, last))
        return c->runs;
    if (are_groups(c, last - 1) && c->separator[last] != c->separator[1] &&
        separator_of(c->separator[last]) != SEP_GROUP) {
        *fraction = last;
        return c->runs;
    }
    return 1;
}

cq_number cq_number_scan(const cq_number_style *style, cq_classes *classes, cq_str text,
                         size_t at, bool plain)
{
    cq_number number = {.decimal = SIZE_MAX};
    chain c = {0};
    size_t runs, fraction;

    if (plain) {
        unsigned len;

        number.end = number.chain_end = skip_digits(classes, text, at, &len);
        return number;
    }
    scan_chain(classes, text, at, &c);
    runs = runs_of_number(style, &c, &fraction);
    number.end = c.end[runs - 1];
    number.chain_end = c.chain_end;
    if (fraction)
        number.decimal = c.at[fraction];
    return number;
}

void cq_number_value(cq_str text, size_t start, const cq_number *number, bool is_negative,
                     cq_buf *out)
{
    size_t sign = out->len, whole = sign + is_negative, keep;

    if (is_negative)
        cq_buf_add_byte(out, '-');
    for (size_t at = start; at < number->end;) {
        int32_t digit;

        if (at == number->decimal) {
            if (out->len == whole)
                cq_buf_add_byte(out, '0');
            cq_buf_add_byte(out, '.');
        }
        digit = u_charDigitValue((UChar32)cq_text_next(text, &at));
        if (digit > 0 || (digit == 0 && out->len > whole))
            cq_buf_add_byte(out, (unsigned char)('0' + digit));
    }
    if (out->failed != CQ_OK)
        return;
    if (out->len == whole)
        cq_buf_add_byte(out, '0');
    if (number->decimal == SIZE_MAX)
        return;
    for (keep = out->len; out->ptr[keep - 1] == '0'; keep--)
        continue;
    cq_buf_cut(out, out->ptr[keep - 1] == '.' ? keep - 1 : keep);
}
