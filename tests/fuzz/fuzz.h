/* fuzz.h -- what the fuzz targets share. A target is one function over bytes; it asserts
 * what must hold for all of them. `meson compile fuzz-NAME` with clang gives it to
 * libFuzzer; in every build replay.c runs it over the files of corpus/NAME, where finds
 * are kept. */
#ifndef CQ_TESTS_FUZZ_H
#define CQ_TESTS_FUZZ_H

#include "base/base.h"

#undef NDEBUG /* a release build, too, must hold what a target asserts */
#include <assert.h>

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len);

static inline cq_str input_of(const uint8_t *bytes, size_t len)
{
    return (cq_str){(const char *)bytes, len};
}

/* Write the input to a file of its own, since some readers open paths; gone again with
 * fuzz_file_remove(). */
const char *fuzz_file(cq_str input);
void fuzz_file_remove(void);

#endif
