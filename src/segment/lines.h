/* lines.h -- line ends, and lines that a paragraph goes on over; internal to
 * src/segment. */
#ifndef CQ_SEGMENT_LINES_H
#define CQ_SEGMENT_LINES_H

#include "segment/lexicon.h"

/* Bytes of the line end at `at` (< s.len), 0 when there is none: LF, CR LF, CR, VT, FF,
 * NEL and the line and paragraph separators (Unicode 15, 5.8). */
size_t cq_line_end_at(cq_str s, size_t at);

/* First byte at or after `at` that may begin a line end, or s.len. */
size_t cq_line_find_end(cq_str s, size_t at);

bool cq_line_is_blank(cq_str line);

/* Append the lines of `text` as one: each line end becomes a space. With `is_wrapped` the
 * space around it goes, and between characters of scripts that write no spaces, or after
 * a hyphen, nothing takes its place. */
void cq_line_join(cq_str text, bool is_wrapped, cq_buf *out);

/* ---- hard-wrapped text ----------------------------------------------------------------
 */

/* Columns of the widest line of a block: the width to which it was wrapped. */
size_t cq_wrap_width(cq_str block);

/* Whether a paragraph goes on from `line` (not blank) to the line after it, both without
 * their ends: the first word of `next` would not have fitted, or begins small, and no
 * item begins there. */
bool cq_wrap_goes_on(const cq_lexicon *lexicon, size_t width, cq_str line, cq_str next);

#endif
