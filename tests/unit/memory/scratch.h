/* scratch.h -- a folder for one test program, TMX files made of a few words, and calls
 * that must succeed. */
#ifndef TEST_MEMORY_SCRATCH_H
#define TEST_MEMORY_SCRATCH_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/base.h"

#include <calque/memory.h>

int scratch_setup(void **state);
int scratch_teardown(void **state);
/* Path of a file in the folder; in a ring of sixteen buffers. */
const char *scratch_path(const char *name);
/* Write a TMX file: header, the given units, end. */
void scratch_tmx(const char *name, const char *units);

cq_lang lang(const char *tag);
cq_memory *must_open(const char *name, cq_memory_mode mode);
cq_import_report must_import(cq_memory *memory, const char *name);
cq_hits *must_lookup(cq_memory *memory, const char *query, const char *from,
                     const char *to, const cq_lookup_options *opts);
/* Hits of an index and of a scan are the same, in the same order. */
void assert_same_hits(const cq_hits *by_index, const cq_hits *by_scan, const char *query);
/* Look up by the index and by a scan, which must say the same. */
void must_equal_scan(cq_memory *memory, const char *query, const char *from,
                     const char *to, cq_lookup_options opts);
void must_verify(cq_memory *memory);
/* The whole export as text; the caller releases it. */
cq_buf must_export(cq_memory *memory, const cq_export_options *opts);

/* A stream of numbers that is the same everywhere. */
unsigned rnd(unsigned *seed, unsigned below);
/* A sentence of up to `words` words out of a small vocabulary, often one said before. */
size_t random_sentence(unsigned *seed, unsigned words, char *out, size_t room);

#define assert_str(str, expected)                                                        \
    do {                                                                                 \
        cq_str assert_str_got = (str);                                                   \
        if (!cq_str_equal(assert_str_got, cq_str_from(expected)))                        \
            fail_msg("\"%.*s\" is not \"%s\"", (int)assert_str_got.len,                  \
                     assert_str_got.ptr, expected);                                      \
    } while (0)

#define assert_ok(call)                                                                  \
    do {                                                                                 \
        cq_error assert_ok_err = {0}, *err = &assert_ok_err;                             \
        cq_status assert_ok_status = (call);                                             \
        if (assert_ok_status != CQ_OK)                                                   \
            fail_msg("%s: %d %s:%d %s", #call, assert_ok_status, assert_ok_err.file,     \
                     (int)assert_ok_err.line, assert_ok_err.message);                    \
    } while (0)

#endif
