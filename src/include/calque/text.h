/* text.h -- small questions about text that a program with a terminal or an editor must
 * ask. */
#ifndef CALQUE_TEXT_H
#define CALQUE_TEXT_H

#include <calque/base.h>
#include <calque/lang.h>

#ifdef __cplusplus
extern "C" {
#endif

/* Bytes of `text` that are valid UTF-8 from its start; text.len when all of it is.
 * (Unicode 15, table 3-7: no surrogates, no overlong forms, nothing past U+10FFFF.) */
CQ_API size_t cq_text_valid(cq_str text);

/* Terminal columns that `text` takes: East Asian wide and emoji take two, combining marks
 * and format characters none (UAX #11). Control characters count as one. */
CQ_API size_t cq_text_columns(cq_str text);

/* Bytes of the first line when `text` is broken to `columns`: to a line end, or as many
 * words as have room, at least one, with the space after them. Text without spaces is
 * broken between its characters (UAX #14). */
CQ_API size_t cq_text_line(cq_str text, size_t columns);

/* Bytes of the first grapheme cluster of `text` (UAX #29); 0 for empty text. */
CQ_API size_t cq_text_grapheme(cq_str text);

#ifdef __cplusplus
}
#endif
#endif
