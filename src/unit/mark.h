/* mark.h -- inline codes as a reader sees and types them: {1} ... {/1} for a pair, {2/}
 * for one that stands alone (docs/tmx.md, "Codes as marks").
 *
 * Only codes of the text's own make a mark: bpt, ept, it, ph, ut. The tags of hi and of
 * foreign elements, comments and the like make none: what they hold is text. */
#ifndef CQ_UNIT_MARK_H
#define CQ_UNIT_MARK_H

#include "unit.h"

/* A segment with more codes is shown without marks. */
#define CQ_MARKS_LIMIT 1000u

typedef enum cq_mark_kind { CQ_MARK_OPEN, CQ_MARK_CLOSE, CQ_MARK_ALONE } cq_mark_kind;

typedef struct cq_mark {
    cq_mark_kind kind;
    unsigned number;     /* from 1; the two ends of a pair share it */
    size_t at;           /* byte of the plain text before which it stands */
    const cq_code *code; /* NULL for a mark that was typed */
} cq_mark;

/* In reading order; {0} is empty. */
typedef struct cq_marks {
    cq_mark *items;
    size_t len, capacity;
} cq_marks;

void cq_marks_release(cq_marks *marks);

/* The marks of a variant's codes, numbered from 1 in reading order. A code that opens or
 * closes without its other half (by `pair`) stands alone. Codes are borrowed. */
cq_status cq_marks_of(const cq_variant *variant, cq_marks *marks, cq_error *err);

/* Give each mark of a rendering the number of the source's code that it stands for: the
 * same @x; else, where neither has one, the same @i of a pair, the same markup in reading
 * order, or the only one of its kind that is left on either side. Others get numbers that
 * the source does not use. */
cq_status cq_marks_link(const cq_marks *source, cq_marks *target, cq_error *err);

/* Take the marks out of a typed text. {N} and {/N} are marks only as a pair, {N/} always;
 * N is 1 to 9999. Appends the plain text; `marks` is replaced. */
cq_status cq_marks_read(cq_str typed, cq_buf *plain, cq_marks *marks, cq_error *err);

/* Byte of the text with its marks where byte `at` of the plain one stands; of marks that
 * stand just there, `is_end` stays before, else behind. */
size_t cq_marks_place(const cq_marks *marks, size_t at, bool is_end);

/* Append the text with its marks. */
void cq_marks_write(cq_str text, const cq_marks *marks, cq_buf *out);

/* Whether both have the same kinds of marks in the same order and nesting; numbers as
 * such do not matter. */
bool cq_marks_alike(const cq_mark *a, const cq_mark *b, size_t len);

#endif
