#include "bloom.h"

#include "prints.h"

#define BLOCK_WORDS  8u
#define BLOCK_BITS   (BLOCK_WORDS * 64u)
#define BLOCKS_MAX   ((uint64_t)1 << 19)
#define BITS_A_ENTRY 10u
#define BITS_SET     4u /* by an entry: best for 6 bits of room, good for 10 */

bool cq_bloom_init(cq_bloom *bloom, uint64_t entries)
{
    uint64_t blocks = BLOCKS_MAX;

    if (entries < BLOCKS_MAX * BLOCK_BITS / BITS_A_ENTRY)
        blocks = entries * BITS_A_ENTRY / BLOCK_BITS + 1;
    *bloom =
        (cq_bloom){.words = cq_zalloc((size_t)blocks * BLOCK_WORDS * sizeof(uint64_t))};
    if (bloom->words)
        bloom->blocks = (size_t)blocks;
    return bloom->words;
}

void cq_bloom_release(cq_bloom *bloom)
{
    cq_free(bloom->words);
    *bloom = (cq_bloom){0};
}

static uint64_t *block_of(const cq_bloom *bloom, uint64_t print)
{
    return bloom->words + (size_t)(print * bloom->blocks >> CQ_PRINT_BITS) * BLOCK_WORDS;
}

/* Nine bits of it for each bit that is set. */
static uint64_t places_of(uint64_t print) { return cq_prints_mix(print, 0); }

void cq_bloom_add(cq_bloom *bloom, uint64_t print)
{
    uint64_t *block = block_of(bloom, print), places = places_of(print);

    for (unsigned i = 0; i < BITS_SET; i++, places /= BLOCK_BITS)
        block[places % BLOCK_BITS / 64] |= (uint64_t)1 << places % 64;
}

bool cq_bloom_has(const cq_bloom *bloom, uint64_t print)
{
    const uint64_t *block;
    uint64_t places = places_of(print);

    if (!bloom->words)
        return true;
    block = block_of(bloom, print);
    for (unsigned i = 0; i < BITS_SET; i++, places /= BLOCK_BITS)
        if (!(block[places % BLOCK_BITS / 64] >> places % 64 & 1))
            return false;
    return true;
}
