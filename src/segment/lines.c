#include "segment/lines.h"

#include "segment/spot.h"

#include <calque/text.h>

#include <string.h>

/* Columns from which on a block is held to be wrapped; in a narrower one (an address, a
 * poem) a line goes on only where the next begins small. */
#define WIDTH_MIN 40

size_t cq_line_end_at(cq_str s, size_t at)
{
    const unsigned char *p = (const unsigned char *)s.ptr + at;
    size_t room = s.len - at;

    switch (p[0]) {
    case '\r':
        return room > 1 && p[1] == '\n' ? 2 : 1;
    case '\n':
    case '\v':
    case '\f':
        return 1;
    case 0xc2:
        return room > 1 && p[1] == 0x85 ? 2 : 0;
    case 0xe2:
        return room > 2 && p[1] == 0x80 && (p[2] == 0xa8 || p[2] == 0xa9) ? 3 : 0;
    default:
        return 0;
    }
}

/* Whether one of eight bytes can begin a line end: it is below 0x0e, 0xc2 or 0xe2. */
static bool may_hold_end(uint64_t eight)
{
    const uint64_t ones = UINT64_C(0x0101010101010101), tops = ones << 7;
    uint64_t low = (eight - ones * 0x0e) & ~eight;
    uint64_t lead = (eight | ones * 0x20) ^ ones * 0xe2;

    return ((low | ((lead - ones) & ~lead)) & tops) != 0;
}

size_t cq_line_find_end(cq_str s, size_t at)
{
    while (at < s.len) {
        uint64_t eight;
        size_t stop = s.len - at > sizeof(eight) ? at + sizeof(eight) : s.len;

        if (stop - at == sizeof(eight)) {
            memcpy(&eight, s.ptr + at, sizeof(eight));
            if (!may_hold_end(eight)) {
                at = stop;
                continue;
            }
        }
        for (; at < stop; at++)
            if (cq_line_end_at(s, at) > 0)
                return at;
    }
    return s.len;
}

bool cq_line_is_blank(cq_str line)
{
    for (size_t at = 0; at < line.len;)
        if (!cq_char_is_space(cq_text_next(line, &at)))
            return false;
    return true;
}

/* ---- joining --------------------------------------------------------------------------
 */

/* What stands between two lines of a wrapped text, after `out`. */
static void add_joint(cq_buf *out, cq_str rest)
{
    cq_str before = cq_buf_str(out);
    size_t at = 0, start;
    uint32_t last, first;

    if (before.len == 0 || rest.len == 0)
        return;
    last = cq_scan_before(before, before.len, &start);
    first = cq_text_next(rest, &at);
    if (cq_spot_is_spaceless(last) && cq_spot_is_spaceless(first))
        return;
    if ((last == '-' || last == 0x2010 || last == 0xad) && start > 0 &&
        cq_char_is_letter(cq_scan_before(before, start, &start)) &&
        cq_char_is_letter(first))
        return;
    cq_buf_add_byte(out, ' ');
}

void cq_line_join(cq_str text, bool is_wrapped, cq_buf *out)
{
    for (size_t at = 0; at < text.len;) {
        size_t end = cq_line_find_end(text, at);
        cq_str line = cq_str_slice(text, at, end);

        cq_buf_add_str(out, is_wrapped ? cq_str_trim(line) : line);
        at = end;
        if (at == text.len)
            return;
        at += cq_line_end_at(text, at);
        if (!is_wrapped)
            cq_buf_add_byte(out, ' ');
        while (is_wrapped && at < text.len &&
               (text.ptr[at] == ' ' || text.ptr[at] == '\t'))
            at++;
        if (is_wrapped)
            add_joint(out, cq_str_slice(text, at, text.len));
    }
}

/* ---- hard-wrapped text ----------------------------------------------------------------
 */

size_t cq_wrap_width(cq_str block)
{
    size_t width = 0;

    for (size_t at = 0; at < block.len;) {
        size_t end = cq_line_find_end(block, at);
        size_t columns = cq_text_columns(cq_str_slice(block, at, end));

        width = columns > width ? columns : width;
        at = end + (end < block.len ? cq_line_end_at(block, end) : 0);
    }
    return width;
}

static size_t indent_of(cq_str line)
{
    size_t at = 0;

    while (at < line.len && (line.ptr[at] == ' ' || line.ptr[at] == '\t'))
        at++;
    return at;
}

/* A bullet or list marker at the start of the line, or a dash with space after it. */
static bool begins_item(const cq_lexicon *lexicon, cq_str line)
{
    size_t at = indent_of(line), next = at;
    uint32_t bits;

    if (at == line.len)
        return false;
    bits = cq_lexicon_look(lexicon, cq_text_next(line, &next));
    if (bits & CQ_SIGN_BULLET || cq_marker_at(lexicon, line, at).is_marker)
        return true;
    return (bits & CQ_CHAR_DASH || line.ptr[at] == '*') &&
           cq_spot_skip_space(lexicon, line, next) > next;
}

/* Columns of the first word: a single character where no spaces are written. */
static size_t first_word(cq_str line)
{
    size_t at = 0;

    while (at < line.len) {
        size_t next = at;
        uint32_t code = cq_text_next(line, &next);

        if (cq_char_is_space(code))
            break;
        at = next;
        if (cq_spot_is_spaceless(code))
            break;
    }
    return cq_text_columns(cq_str_slice(line, 0, at));
}

/* Whether the line ends with an end mark or colon, closers after it left aside. */
static bool ends_marked(const cq_lexicon *lexicon, cq_str line)
{
    size_t at = line.len;
    uint32_t bits = CQ_SIGN_CLOSE;

    while (at > 0 && (bits & (CQ_SIGN_CLOSE | CQ_CHAR_SPACE)) && !(bits & CQ_SIGN_MARK)) {
        size_t start;

        bits = cq_lexicon_look(lexicon, cq_scan_before(line, at, &start));
        at = start;
    }
    return bits & (CQ_SIGN_MARK | CQ_SIGN_COLON);
}

static bool begins_small(const cq_lexicon *lexicon, cq_str line)
{
    uint32_t bits = CQ_SIGN_OPEN;

    for (size_t at = 0; at < line.len && (bits & CQ_SIGN_OPEN);)
        bits = cq_lexicon_look(lexicon, cq_text_next(line, &at));
    return bits & CQ_CHAR_LOWER;
}

bool cq_wrap_goes_on(const cq_lexicon *lexicon, size_t width, cq_str line, cq_str next)
{
    size_t indent = indent_of(line), next_indent = indent_of(next);
    bool is_marked = ends_marked(lexicon, line);
    bool would_fit;

    next = cq_str_slice(next, next_indent, next.len);
    would_fit = cq_text_columns(line) + 1 + first_word(next) <= width - width / 10;
    if (begins_item(lexicon, next) && (is_marked || would_fit))
        return false;
    if (next_indent > indent + 1 && !begins_item(lexicon, line))
        return false;
    if (!is_marked && begins_small(lexicon, next))
        return true;
    return width >= WIDTH_MIN && !would_fit;
}
