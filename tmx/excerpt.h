/* excerpt.h -- a few characters round a place, for messages: what stands there, visibly.
 */
#ifndef CQ_TMX_EXCERPT_H
#define CQ_TMX_EXCERPT_H

#include "base/base.h"

#define CQ_EXCERPT_MAX 200 /* bytes with the NUL */

/* In a format: an excerpt between quotation marks that XML has no use for. */
#define CQ_QUOTED "\xe2\x80\x9c%s\xe2\x80\x9d" /* U+201C, U+201D */

/* Write what stands at `at` of `s`, and some characters of the same line on either side.
 * The `bad` bytes at `at`, and all others that are no UTF-8, are shown as \xE9;
 * characters that one would not see as \u200B. `s` need hold no more than the line.
 *
 * @return out */
const char *cq_excerpt(cq_str s, size_t at, size_t bad, char out[CQ_EXCERPT_MAX]);

/* A character as excerpts show it, in `out`. */
const char *cq_shown_character(uint32_t code, char out[CQ_EXCERPT_MAX]);

/* What Windows-1252 has at a byte; U+0081 and the like where it has nothing. */
uint32_t cq_windows_1252(unsigned char byte);

#endif
