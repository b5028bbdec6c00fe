/* scratch.h -- a folder for one test program, and stores filled by numbers: text `k` is
 * always the same, so that what should be found can be told. */
#ifndef TEST_STORE_SCRATCH_H
#define TEST_STORE_SCRATCH_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "store/store.h"

extern char scratch[64]; /* the folder */

int scratch_setup(void **state);
int scratch_teardown(void **state);
/* Path of a file in the folder; in a ring of eight buffers. */
const char *scratch_path(const char *name);
void scratch_write(const char *name, const void *bytes, size_t len);
/* Checksum of a file's bytes, 0 when it is absent. */
uint64_t scratch_sum(const char *name);

cq_store *must_open(const char *name, cq_store_mode mode);
void must_begin(cq_store *store);
void must_commit(cq_store *store);
uint64_t must_origin(cq_store *store, const char *name);
/* Add the unit of texts (1, a) and (2, b); the outcome is given back. */
cq_status try_unit(cq_store *store, uint64_t origin, unsigned a, unsigned b, uint64_t *id,
                   bool *is_new, cq_error *err);
uint64_t must_unit(cq_store *store, uint64_t origin, unsigned a, unsigned b, bool is_new);
/* Give a unit the texts (1, a) and (2, b). */
void must_replace(cq_store *store, uint64_t id, unsigned a, unsigned b);
/* Id of a text, 0 when it is not stored. */
uint64_t must_find(cq_store *store, uint32_t group, cq_str text);
cq_store_counts must_count(cq_store *store);
void must_verify(cq_store *store);

#define assert_ok(call)                                                                  \
    do {                                                                                 \
        cq_error assert_ok_err = {0}, *err = &assert_ok_err;                             \
        cq_status assert_ok_status = (call);                                             \
        if (assert_ok_status != CQ_OK)                                                   \
            fail_msg("%s: %d %s", #call, assert_ok_status, assert_ok_err.message);       \
    } while (0)

#endif
