/* prints.h -- finding a text by its bytes, without a B-tree of them.
 *
 * Of each text a fingerprint of CQ_PRINT_BITS bits is kept. New ones gather in a hash
 * table in memory; at the end of a transaction they become a sorted run, and runs of
 * similar size merge into one, so that writing stays sequential however large the memory
 * is (O'Neil et al. 1996, "The log-structured merge-tree"). While many are asked for, a
 * Bloom filter a run answers most of the noes. A fingerprint only proposes: the caller
 * compares bytes. */
#ifndef CQ_STORE_PRINTS_H
#define CQ_STORE_PRINTS_H

#include "base/base.h"

#define CQ_PRINT_BITS 40

typedef struct cq_prints cq_prints;

cq_prints *cq_prints_new(void); /* NULL when memory is short */
void cq_prints_free(cq_prints *prints);
/* Forget what is pending and which runs there are: at the begin of a transaction, and
 * when one is rolled back. */
void cq_prints_reset(cq_prints *prints);

struct cq_store;

/* Told each id that bears the fingerprint; *found ends the search. */
typedef cq_status (*cq_prints_fn)(void *context, uint64_t id, bool *found, cq_error *err);
cq_status cq_prints_find(struct cq_store *store, uint64_t print, cq_prints_fn each,
                         void *context, cq_error *err);
/* Add a fingerprint; may write a run. */
cq_status cq_prints_add(struct cq_store *store, uint64_t print, uint64_t id,
                        cq_error *err);
/* Write what is pending; before the commit. */
cq_status cq_prints_flush(struct cq_store *store, cq_error *err);
/* Number and order-free checksum of all stored fingerprints. */
cq_status cq_prints_sum(struct cq_store *store, uint64_t *len, uint64_t *sum,
                        cq_error *err);
/* What one fingerprint adds to that checksum. */
uint64_t cq_prints_mix(uint64_t print, uint64_t id);

#endif
