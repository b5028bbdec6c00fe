/* valid.h -- TMX files by chance that are valid against the DTD of a version: all that it
 * allows and nothing else. The same seed gives the same file. */
#ifndef TESTS_TMX_VALID_H
#define TESTS_TMX_VALID_H

#include "base/base.h"

/* Append one file of TMX 1.`minor` (1 to 4). */
void generate_valid(uint64_t seed, int minor, cq_buf *out);

#endif
