/* regex.c -- ICU regular expressions with byte offsets and limits.
 *
 * The text is turned into UTF-16 once: ICU's matcher is several times slower over UTF-8.
 * Offsets are translated through two tables, which ASCII text does without. */
#include "icu.h"

#include <unicode/uregex.h>

#include <string.h>

#define TIME_LIMIT  1000              /* of ICU's units, each some milliseconds at most */
#define STACK_LIMIT (8 * 1024 * 1024) /* bytes, of the heap, for backtracking */

struct cq_regex {
    URegularExpression *rule;
    cq_utf16 text;
    size_t bytes;                /* of the text */
    bool is_ascii;               /* offsets are the same in both */
    uint32_t *unit_of, *byte_of; /* tables, unless is_ascii */
    size_t unit_of_room, byte_of_room;
};

cq_status cq_regex_open(cq_str pattern, cq_regex **regex, cq_error *err)
{
    cq_utf16 wide = {0};
    UErrorCode code = U_ZERO_ERROR;
    UParseError place = {0};
    cq_regex *made;
    cq_status status;

    *regex = NULL;
    made = cq_zalloc(sizeof(*made));
    if (!made)
        return cq_fail(err, CQ_E_NOMEM, "no memory for a regular expression");
    status = cq_utf16_set(&wide, pattern, err);
    if (status == CQ_OK) {
        made->rule = uregex_open(wide.ptr, (int32_t)wide.len, 0, &place, &code);
        uregex_setTimeLimit(made->rule, TIME_LIMIT, &code);
        uregex_setStackLimit(made->rule, STACK_LIMIT, &code);
        if (code == U_MEMORY_ALLOCATION_ERROR)
            status = cq_fail_icu(err, code, "cannot read a regular expression");
        else if (U_FAILURE(code))
            status =
                cq_fail_number(err, CQ_E_INPUT, 4,
                               "\"%.*s\" is no regular expression: %s at character %d",
                               pattern.len > 200 ? 200 : (int)pattern.len,
                               pattern.len ? pattern.ptr : "", u_errorName(code),
                               place.offset < 0 ? 1 : place.offset + 1);
    }
    cq_utf16_release(&wide);
    if (status != CQ_OK) {
        cq_regex_close(made);
        return status;
    }
    *regex = made;
    return CQ_OK;
}

void cq_regex_close(cq_regex *regex)
{
    if (!regex)
        return;
    uregex_close(regex->rule);
    cq_utf16_release(&regex->text);
    cq_free(regex->unit_of);
    cq_free(regex->byte_of);
    cq_free(regex);
}

/* ---- offsets --------------------------------------------------------------------------
 */

static void fill_tables(cq_regex *regex, cq_str text)
{
    uint32_t unit = 0;

    for (size_t at = 0; at < text.len;) {
        size_t start = at;
        uint32_t code = cq_text_next(text, &at);

        for (size_t i = start; i < at; i++)
            regex->unit_of[i] = unit;
        regex->byte_of[unit++] = (uint32_t)start;
        if (code > 0xffff)
            regex->byte_of[unit++] = (uint32_t)start;
    }
    regex->unit_of[text.len] = unit;
    regex->byte_of[unit] = (uint32_t)text.len;
}

static int64_t to_unit(const cq_regex *regex, size_t byte)
{
    return (int64_t)(regex->is_ascii ? byte : regex->unit_of[byte]);
}

static size_t to_byte(const cq_regex *regex, int64_t unit)
{
    return regex->is_ascii ? (size_t)unit : regex->byte_of[unit];
}

cq_status cq_regex_set(cq_regex *regex, cq_str text, cq_error *err)
{
    UErrorCode code = U_ZERO_ERROR;
    cq_status status = cq_utf16_set(&regex->text, text, err);

    if (status != CQ_OK)
        return status;
    regex->bytes = text.len;
    regex->is_ascii = regex->text.len == text.len;
    if (!regex->is_ascii) {
        if (!cq_grow(&regex->unit_of, &regex->unit_of_room, text.len + 1,
                     sizeof(*regex->unit_of)) ||
            !cq_grow(&regex->byte_of, &regex->byte_of_room, regex->text.len + 1,
                     sizeof(*regex->byte_of)))
            return cq_fail(err, CQ_E_NOMEM, "no memory to search %zu bytes", text.len);
        fill_tables(regex, text);
    }
    uregex_setText(regex->rule, regex->text.ptr, (int32_t)regex->text.len, &code);
    return U_SUCCESS(code) ? CQ_OK : cq_fail_icu(err, code, "cannot search a text");
}

/* ---- matching -------------------------------------------------------------------------
 */

static cq_status answer(UBool found, UErrorCode code, cq_error *err)
{
    if (U_SUCCESS(code))
        return found ? CQ_OK : CQ_DONE;
    if (code == U_REGEX_TIME_OUT)
        return cq_fail_number(err, CQ_E_INPUT, 5,
                              "a regular expression takes too long on this text");
    if (code == U_REGEX_STACK_OVERFLOW)
        return cq_fail_number(err, CQ_E_INPUT, 5,
                              "a regular expression needs too much memory on this text");
    return cq_fail_icu(err, code, "cannot match a regular expression");
}

cq_status cq_regex_find(cq_regex *regex, size_t from, size_t *start, size_t *end,
                        cq_error *err)
{
    UErrorCode code = U_ZERO_ERROR;
    UBool found;
    int64_t first, last;
    cq_status status;

    if (from > regex->bytes)
        return CQ_DONE;
    found = uregex_find64(regex->rule, to_unit(regex, from), &code);
    status = answer(found, code, err);
    if (status != CQ_OK)
        return status;
    first = uregex_start64(regex->rule, 0, &code);
    last = uregex_end64(regex->rule, 0, &code);
    if (U_FAILURE(code))
        return cq_fail_icu(err, code, "cannot match a regular expression");
    *start = to_byte(regex, first);
    *end = to_byte(regex, last);
    return CQ_OK;
}

cq_status cq_regex_matches(cq_regex *regex, cq_error *err)
{
    UErrorCode code = U_ZERO_ERROR;
    UBool found = uregex_matches64(regex->rule, 0, &code);

    return answer(found, code, err);
}
