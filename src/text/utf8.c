/* utf8.c -- reading and writing UTF-8, and the border where text enters. */
#include "text.h"

#include <string.h>

/* Length of the valid sequence at `at`, 0 when there is none (Unicode 15, table 3-7). */
static size_t sequence_at(const unsigned char *at, size_t room)
{
    unsigned char lead = at[0], low = 0x80, high = 0xbf;
    size_t len;

    if (lead < 0x80)
        return 1;
    if (lead < 0xc2 || lead > 0xf4)
        return 0;
    len = lead < 0xe0 ? 2 : lead < 0xf0 ? 3 : 4;
    if (room < len)
        return 0;
    if (lead == 0xe0)
        low = 0xa0; /* overlong */
    else if (lead == 0xed)
        high = 0x9f; /* surrogates */
    else if (lead == 0xf0)
        low = 0x90; /* overlong */
    else if (lead == 0xf4)
        high = 0x8f; /* past U+10FFFF */
    if (at[1] < low || at[1] > high)
        return 0;
    for (size_t i = 2; i < len; i++)
        if ((at[i] & 0xc0) != 0x80)
            return 0;
    return len;
}

#define BLOCK 64 /* bytes */

/* Whether the bytes of a block are valid as far as they go, given the three before it,
 * which are. Without a branch, so that compilers do many bytes at a time. */
static bool is_block_valid(const unsigned char *s)
{
    unsigned char wrong = 0;

    for (int i = 0; i < BLOCK; i++) {
        unsigned char byte = s[i], last = s[i - 1];
        bool goes_on = (byte & 0xc0) == 0x80;
        bool must_go_on = (last >= 0xc2) | (s[i - 2] >= 0xe0) | (s[i - 3] >= 0xf0);
        bool is_never = ((byte & 0xfe) == 0xc0) | (byte > 0xf4);
        bool is_low = ((last == 0xe0) & (byte < 0xa0)) | ((last == 0xf0) & (byte < 0x90));
        bool is_high =
            ((last == 0xed) & (byte > 0x9f)) | ((last == 0xf4) & (byte > 0x8f));

        wrong |= (unsigned char)((goes_on ^ must_go_on) | is_never | is_low | is_high);
    }
    return !wrong;
}

/* Bytes of the character cut off by `end`; 0 when it is whole. */
static size_t cut_at(const unsigned char *end)
{
    return end[-1] >= 0xc2 ? 1 : end[-2] >= 0xe0 ? 2 : end[-3] >= 0xf0 ? 3 : 0;
}

size_t cq_text_valid(cq_str text)
{
    const unsigned char *bytes = (const unsigned char *)text.ptr;
    size_t at = 0;

    while (at < text.len) {
        uint64_t eight;
        size_t len, room = text.len - at;

        if (room >= sizeof(eight)) {
            memcpy(&eight, bytes + at, sizeof(eight));
            if (!(eight & UINT64_C(0x8080808080808080))) {
                at += sizeof(eight);
                continue;
            }
        }
        if (at >= 3 && room >= BLOCK && is_block_valid(bytes + at)) {
            at += BLOCK;
            at -= cut_at(bytes + at);
            continue;
        }
        len = sequence_at(bytes + at, room);
        if (len == 0)
            return at;
        at += len;
    }
    return at;
}

void cq_text_put(cq_buf *out, uint32_t code)
{
    unsigned char bytes[4];
    size_t len;

    if (code < 0x80) {
        bytes[0] = (unsigned char)code;
        len = 1;
    } else if (code < 0x800) {
        bytes[0] = (unsigned char)(0xc0 | code >> 6);
        len = 2;
    } else if (code < 0x10000) {
        bytes[0] = (unsigned char)(0xe0 | code >> 12);
        len = 3;
    } else {
        bytes[0] = (unsigned char)(0xf0 | code >> 18);
        len = 4;
    }
    for (size_t i = len; i-- > 1; code >>= 6)
        bytes[i] = (unsigned char)(0x80 | (code & 0x3f));
    cq_buf_add(out, bytes, len);
}

size_t cq_text_length(cq_str text)
{
    size_t len = 0;

    for (size_t i = 0; i < text.len; i++)
        len += ((unsigned char)text.ptr[i] & 0xc0) != 0x80;
    return len;
}

/* ---- the border -----------------------------------------------------------------------
 */

/* Line and column (in units of `unit` bytes given as bytes) of byte `at`. Lines end with
 * LF, CR LF or CR. `low` is the offset of a unit's low byte, so UTF-16 is counted too. */
static void place_of(cq_str bytes, size_t at, size_t unit, size_t low, cq_error *err)
{
    const unsigned char *s = (const unsigned char *)bytes.ptr;
    uint64_t line = 1;
    size_t start = 0;
    unsigned previous = 0;

    for (size_t i = 0; i + unit <= at; i += unit) {
        unsigned code = unit == 1 ? s[i] : (unsigned)(s[i + 1 - low] << 8 | s[i + low]);

        if (code == '\n' && previous == '\r') {
            start = i + unit;
        } else if (code == '\n' || code == '\r') {
            line++;
            start = i + unit;
        }
        previous = code;
    }
    cq_fail_at(err, NULL, line, at - start + 1);
}

static cq_status decode_utf8(cq_str bytes, cq_buf *out, cq_error *err)
{
    size_t valid = cq_text_valid(bytes);

    if (valid < bytes.len) {
        cq_fail_number(err, CQ_E_INPUT, 1, "byte 0x%02X is not valid UTF-8",
                       (unsigned)(unsigned char)bytes.ptr[valid]);
        place_of(bytes, valid, 1, 0, err);
        return CQ_E_INPUT;
    }
    if (cq_str_starts(bytes, CQ_STR("\xef\xbb\xbf")))
        bytes = cq_str_slice(bytes, 3, bytes.len);
    cq_buf_add_str(out, bytes);
    return cq_buf_check(out, err);
}

/* `low` is 0 for little endian, 1 for big endian: where a unit's low byte stands. */
static cq_status decode_utf16(cq_str bytes, size_t low, cq_buf *out, cq_error *err)
{
    const unsigned char *s = (const unsigned char *)bytes.ptr;
    size_t at = 2; /* past the byte order mark */

    while (at + 2 <= bytes.len) {
        uint32_t code = (uint32_t)(s[at + 1 - low] << 8 | s[at + low]);
        size_t next = at + 2;

        if (code >= 0xd800 && code < 0xdc00 && next + 2 <= bytes.len) {
            uint32_t trail = (uint32_t)(s[next + 1 - low] << 8 | s[next + low]);

            if (trail >= 0xdc00 && trail < 0xe000) {
                code = 0x10000 + ((code - 0xd800) << 10) + (trail - 0xdc00);
                next += 2;
            }
        }
        if (code >= 0xd800 && code < 0xe000) {
            cq_fail_number(err, CQ_E_INPUT, 2,
                           "0x%04X is half of a pair in UTF-16, without the other half",
                           (unsigned)code);
            place_of(bytes, at, 2, low, err);
            return CQ_E_INPUT;
        }
        cq_text_put(out, code);
        at = next;
    }
    if (at < bytes.len) {
        cq_fail_number(err, CQ_E_INPUT, 2,
                       "UTF-16 text ends in the middle of a character");
        place_of(bytes, at, 2, low, err);
        return CQ_E_INPUT;
    }
    return cq_buf_check(out, err);
}

cq_status cq_text_decode(cq_str bytes, cq_buf *out, cq_error *err)
{
    size_t before = out->len;
    cq_status status;

    if (cq_str_starts(bytes, CQ_STR("\xff\xfe")))
        status = decode_utf16(bytes, 0, out, err);
    else if (cq_str_starts(bytes, CQ_STR("\xfe\xff")))
        status = decode_utf16(bytes, 1, out, err);
    else
        status = decode_utf8(bytes, out, err);
    if (status != CQ_OK)
        cq_buf_cut(out, before);
    return status;
}
