#include "excerpt.h"

#include "text/text.h"

#include <string.h>

#define BEFORE ((size_t)16) /* bytes shown of what stands before the place */
#define BEHIND ((size_t)32) /* and behind */

#define SHOWN_MAX ((size_t)12) /* bytes of one character as shown, with a NUL */

uint32_t cq_windows_1252(unsigned char byte)
{
    static const uint16_t high[] = {
        0x20ac, 0x81,   0x201a, 0x192,  0x201e, 0x2026, 0x2020, 0x2021,
        0x2c6,  0x2030, 0x160,  0x2039, 0x152,  0x8d,   0x17d,  0x8f,
        0x90,   0x2018, 0x2019, 0x201c, 0x201d, 0x2022, 0x2013, 0x2014,
        0x2dc,  0x2122, 0x161,  0x203a, 0x153,  0x9d,   0x17e,  0x178,
    };

    return byte >= 0x80 && byte < 0xa0 ? high[byte - 0x80] : byte;
}

/* Controls, and the format characters that would turn or vanish on a terminal. */
static bool is_unseen(uint32_t c)
{
    return c < 0x20 || (c >= 0x7f && c < 0xa0) || c == 0xad || c == 0x61c ||
           (c >= 0x200b && c <= 0x200f) || (c >= 0x2028 && c <= 0x202e) ||
           (c >= 0x2060 && c <= 0x206f) || c == 0xfeff || (c & 0xfffe) == 0xfffe;
}

static bool is_line_end(char c) { return c == '\n' || c == '\r'; }

/* A character begins, not goes on. */
static bool is_begin(char c) { return ((unsigned char)c & 0xc0) != 0x80; }

/* One character, or one byte that is none, of `s` at *at; bytes written. */
static size_t put(cq_str s, size_t *at, bool is_bad, char *out, size_t room)
{
    size_t begin = *at;
    uint32_t c;

    if (is_bad || cq_text_valid(cq_str_slice(
                      s, begin, s.len < begin + 4 ? s.len : begin + 4)) == 0) {
        ++*at;
        return (size_t)snprintf(out, room, "\\x%02X", (unsigned char)s.ptr[begin]);
    }
    c = cq_text_next(s, at);
    if (c == '\t')
        return (size_t)snprintf(out, room, "\\t");
    if (is_unseen(c))
        return (size_t)snprintf(out, room, "\\u%04X", (unsigned)c);
    memcpy(out, s.ptr + begin, *at - begin);
    return *at - begin;
}

/* Where the excerpt begins: behind a tag that ends before `at`, and with a character. */
static size_t begin_of(cq_str s, size_t at)
{
    size_t from = at;

    while (from > 0 && at - from < BEFORE && !is_line_end(s.ptr[from - 1]) &&
           s.ptr[from - 1] != '>')
        from--;
    while (from < at && !is_begin(s.ptr[from]))
        from++;
    return from;
}

/* Where the excerpt ends: not within a tag that begins behind `end`, nor a character. */
static size_t end_of(cq_str s, size_t end)
{
    size_t to = end, tag = 0;

    for (; to < s.len && to - end < BEHIND && !is_line_end(s.ptr[to]); to++) {
        if (s.ptr[to] == '<')
            tag = to;
        if (s.ptr[to] == '>')
            tag = 0;
    }
    if (tag > end)
        return tag;
    while (to < s.len && to > end && !is_begin(s.ptr[to]))
        to--;
    return to;
}

const char *cq_excerpt(cq_str s, size_t at, size_t bad, char out[CQ_EXCERPT_MAX])
{
    size_t from = begin_of(s, at), to = end_of(s, at + bad), len = 0;

    while (from < to && len + SHOWN_MAX < CQ_EXCERPT_MAX)
        len += put(cq_str_slice(s, 0, to), &from, from >= at && from < at + bad,
                   out + len, CQ_EXCERPT_MAX - len);
    out[len] = '\0';
    return out;
}

const char *cq_shown_character(uint32_t code, char out[CQ_EXCERPT_MAX])
{
    cq_buf utf8 = {0};

    cq_text_put(&utf8, code);
    cq_excerpt(cq_buf_str(&utf8), 0, 0, out);
    cq_buf_release(&utf8);
    return out;
}
