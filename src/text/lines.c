/* lines.c -- where a text may be broken into lines. */
#include "text.h"

#include <unicode/ubrk.h>
#include <unicode/uchar.h>
#include <unicode/utext.h>

static bool is_wide(uint32_t code)
{
    int32_t width = u_getIntPropertyValue((UChar32)code, UCHAR_EAST_ASIAN_WIDTH);

    return width == U_EA_FULLWIDTH || width == U_EA_WIDE;
}

/* After a space, or beside a wide character; UAX #14 would also part "--option" and
 * "path/name", which people type. */
static bool is_place(cq_str text, size_t at)
{
    size_t before = at;
    uint32_t code;

    if (at == text.len)
        return true;
    do
        before--;
    while (before > 0 && ((unsigned char)text.ptr[before] & 0xc0) == 0x80);
    code = cq_text_next(text, &before);
    return u_isUWhiteSpace((UChar32)code) || is_wide(code) ||
           is_wide(cq_text_next(text, &at));
}

static size_t without_space(cq_str text, size_t end)
{
    while (end > 0 && (text.ptr[end - 1] == ' ' || text.ptr[end - 1] == '\n'))
        end--;
    return end;
}

static size_t find_line(UBreakIterator *breaks, cq_str text, size_t columns)
{
    size_t last = 0, taken = 0, measured = 0;

    for (;;) {
        int32_t next = ubrk_next(breaks);
        size_t at = next == UBRK_DONE ? text.len : (size_t)next, end;

        if (!is_place(text, at))
            continue;
        end = without_space(text, at);
        if (end > measured) {
            taken += cq_text_columns(cq_str_slice(text, measured, end));
            measured = end;
        }
        if (taken > columns && last > 0)
            return last;
        last = at;
        if (at == text.len || ubrk_getRuleStatus(breaks) >= UBRK_LINE_HARD)
            return at;
    }
}

size_t cq_text_line(cq_str text, size_t columns)
{
    UErrorCode code = U_ZERO_ERROR;
    UText units = UTEXT_INITIALIZER;
    UBreakIterator *breaks = ubrk_open(UBRK_LINE, "", NULL, 0, &code);
    size_t len = text.len;

    utext_openUTF8(&units, text.ptr, (int64_t)text.len, &code);
    ubrk_setUText(breaks, &units, &code);
    if (U_SUCCESS(code) && text.len > 0)
        len = find_line(breaks, text, columns);
    ubrk_close(breaks);
    utext_close(&units);
    return len;
}
