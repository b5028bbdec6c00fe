/* helper.h -- what the tests of text share. */
#ifndef TEST_TEXT_HELPER_H
#define TEST_TEXT_HELPER_H

#include "text/text.h"

#include "../rows.h"

static inline cq_lang lang_of(const char *tag)
{
    cq_lang lang;

    assert_int_equal(cq_lang_parse(cq_str_from(tag), &lang, NULL), CQ_OK);
    return lang;
}

/* The same numbers on every run. */
static inline uint32_t random_of(uint64_t *seed)
{
    *seed = *seed * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
    return (uint32_t)(*seed >> 33);
}

/* Up to `most` code points, from all corners that the rules of Unicode speak of. */
static inline void random_text(uint64_t *seed, size_t most, cq_buf *out)
{
    static const uint32_t bases[] = {
        0x0,     0x20,    0x2c,    0x30,    0x41,    0x61,    0xa0,     0x300,
        0x3a9,   0x430,   0x5d0,   0x627,   0x64b,   0x660,   0x915,    0x940,
        0xe01,   0xe31,   0x1100,  0x1160,  0x11a8,  0x2000,  0x2010,   0x3040,
        0x3099,  0x4e00,  0xac00,  0xd7b0,  0xe000,  0xfb00,  0xff00,   0xff70,
        0x110bd, 0x1d165, 0x1f1e6, 0x1f3f0, 0x1f600, 0xe0020, 0x10fff0,
    };
    size_t len = random_of(seed) % (most + 1);

    cq_buf_reset(out);
    for (size_t i = 0; i < len; i++)
        cq_text_put(out,
                    bases[random_of(seed) % ARRAY_LEN(bases)] + random_of(seed) % 16);
    cq_buf_add(out, "", 0);
}

#endif
