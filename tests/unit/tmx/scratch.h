/* scratch.h -- files that a test writes, and the corpora it may read. */
#ifndef TESTS_TMX_SCRATCH_H
#define TESTS_TMX_SCRATCH_H

#include "base/base.h"
#include "unit/unit.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

/* Write `bytes` to a file of the system's temporary folder; its path, static and reused
 * by the next call. scratch_remove() at the end. */
const char *scratch_file(cq_str bytes);
void scratch_remove(void);

/* The whole file, freed by the caller; ptr NULL when it cannot be read. */
cq_buf scratch_read(const char *path);

/* A sink that appends to the cq_buf that is its context. */
cq_status scratch_sink(void *context, const void *bytes, size_t len, cq_error *err);

/* Call `each` for every file below `folder` whose name ends in `suffix`, in order of
 * name; how many there were. 0 when there is no such folder. */
size_t scratch_each(const char *folder, const char *suffix,
                    void (*each)(void *context, const char *path), void *context);

/* Folder of the shared development data, $CALQUE_SHARED or ../shared. */
const char *scratch_shared(void);

/* The folder tests/data/tmx. */
const char *scratch_own(void);

#endif
