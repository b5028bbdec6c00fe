#include "base.h"

#include <string.h>

bool cq_str_equal(cq_str a, cq_str b)
{
    return a.len == b.len && (a.len == 0 || memcmp(a.ptr, b.ptr, a.len) == 0);
}

int cq_str_compare(cq_str a, cq_str b)
{
    size_t len = a.len < b.len ? a.len : b.len;
    int order = len ? memcmp(a.ptr, b.ptr, len) : 0;

    if (order != 0)
        return order;
    return (a.len > b.len) - (a.len < b.len);
}

bool cq_str_starts(cq_str s, cq_str prefix)
{
    return s.len >= prefix.len && cq_str_equal((cq_str){s.ptr, prefix.len}, prefix);
}

bool cq_str_ends(cq_str s, cq_str suffix)
{
    return s.len >= suffix.len &&
           cq_str_equal(cq_str_slice(s, s.len - suffix.len, s.len), suffix);
}

static bool is_space(char c) { return c == ' ' || (c >= '\t' && c <= '\r'); }

/* The byte of `what` to look for first: one that is none of the most frequent. */
static size_t anchor(cq_str what)
{
    for (size_t i = 0; i < what.len; i++)
        if (!memchr(" \xff"
                    "etaoinsr",
                    what.ptr[i], 10))
            return i;
    return 0;
}

const char *cq_str_find(cq_str s, cq_str what)
{
    size_t ahead = anchor(what);

    for (size_t at = 0; at <= s.len && s.len - at >= what.len; at++) {
        const char *found =
            memchr(s.ptr + at + ahead, what.ptr[ahead], s.len - at - what.len + 1);

        if (!found)
            return NULL;
        at = (size_t)(found - s.ptr) - ahead;
        if (memcmp(s.ptr + at, what.ptr, what.len) == 0)
            return s.ptr + at;
    }
    return NULL;
}

cq_str cq_str_trim(cq_str s)
{
    while (s.len && is_space(s.ptr[0])) {
        s.ptr++;
        s.len--;
    }
    while (s.len && is_space(s.ptr[s.len - 1]))
        s.len--;
    return s;
}

/* Mixing in the manner of MurmurHash3's finalizer (Appleby 2011), eight bytes at a time,
 * read as little endian so that a memory file means the same everywhere. */
static uint64_t mix(uint64_t h)
{
    h ^= h >> 33;
    h *= UINT64_C(0xff51afd7ed558ccd);
    h ^= h >> 33;
    h *= UINT64_C(0xc4ceb9fe1a85ec53);
    return h ^ (h >> 33);
}

static uint64_t read_le(const unsigned char *at, size_t len)
{
    uint64_t value = 0;

    for (size_t i = 0; i < len; i++)
        value |= (uint64_t)at[i] << (8 * i);
    return value;
}

/* read_le() of eight bytes, spelt out: compilers make one load of this, and of the loop
 * they do not. */
static uint64_t read_eight(const unsigned char *at)
{
    return (uint64_t)at[0] | (uint64_t)at[1] << 8 | (uint64_t)at[2] << 16 |
           (uint64_t)at[3] << 24 | (uint64_t)at[4] << 32 | (uint64_t)at[5] << 40 |
           (uint64_t)at[6] << 48 | (uint64_t)at[7] << 56;
}

uint64_t cq_hash(const void *bytes, size_t len, uint64_t seed)
{
    const unsigned char *at = bytes;
    uint64_t h = mix(seed ^ (len * UINT64_C(0x9e3779b97f4a7c15)));

    for (; len >= 8; at += 8, len -= 8)
        h = mix(h ^ read_eight(at)) + UINT64_C(0x9e3779b97f4a7c15);
    /* Where there are eight bytes, the last ones are the upper part of them. */
    if (len && at - (const unsigned char *)bytes >= 8)
        h = mix(h ^ (read_eight(at + len - 8) >> 8 * (8 - len)));
    else if (len)
        h = mix(h ^ read_le(at, len));
    return mix(h);
}
