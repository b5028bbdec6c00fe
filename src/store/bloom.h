/* bloom.h -- most of the noes to "is this fingerprint in the run", out of memory.
 *
 * A blocked Bloom filter (Putze, Sanders and Singler 2007, "Cache-, hash- and
 * space-efficient Bloom filters"): all bits of an entry lie in one block, which is one
 * line of the processor's cache. The fingerprint's upper bits say in which, so that
 * filling it from a sorted run goes through memory in order. */
#ifndef CQ_STORE_BLOOM_H
#define CQ_STORE_BLOOM_H

#include "base/base.h"

/* {0} is none; it has every fingerprint. */
typedef struct cq_bloom {
    uint64_t *words;
    size_t blocks;
} cq_bloom;

/* For so many entries: 10 bits each, by which one no in eighty is a yes, and less above
 * the ceiling of 32 MB. False when memory is short. */
bool cq_bloom_init(cq_bloom *bloom, uint64_t entries);
void cq_bloom_release(cq_bloom *bloom);
/* @param print  of CQ_PRINT_BITS bits (prints.h) */
void cq_bloom_add(cq_bloom *bloom, uint64_t print);
/* False only for what was not added. */
bool cq_bloom_has(const cq_bloom *bloom, uint64_t print);

#endif
