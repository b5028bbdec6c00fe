/* generate.h -- TMX files by chance: everything that the DTD of 1.4b allows and the usual
 * deviations from it. The same seed gives the same file. */
#ifndef TESTS_TMX_GENERATE_H
#define TESTS_TMX_GENERATE_H

#include "base/base.h"

/* Append one well-formed file. */
void generate_tmx(uint64_t seed, cq_buf *out);

#endif
