/* explain.h -- where in the locale files the data of a decision stand; internal to
 * src/segment. */
#ifndef CQ_SEGMENT_EXPLAIN_H
#define CQ_SEGMENT_EXPLAIN_H

#include "segment/segment.h"

#define CQ_EVIDENCE_MAX 4

/* The items that `reason` rests on, from the most special file that has them; in the
 * arena. @param text  the paragraph that the reason speaks of */
cq_status cq_explain_evidence(cq_locale *locale, cq_str text, const cq_reason *reason,
                              cq_arena *arena, const cq_evidence **list, size_t *len,
                              cq_error *err);

/* A few words of the text on either side of a place, whole characters. */
void cq_explain_context(cq_str text, size_t at, cq_str *before, cq_str *after);

#endif
