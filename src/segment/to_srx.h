/* to_srx.h -- calque's data for a language as SRX rules. */
#ifndef CQ_SEGMENT_TO_SRX_H
#define CQ_SEGMENT_TO_SRX_H

#include "segment/segment.h"
#include "segment/spot.h"

/* The rules, in the order that decides; in the arena. */
cq_status cq_srx_from_rules(cq_rules *rules, cq_arena *arena, cq_srx_rule **list,
                            size_t *len, cq_error *err);

/* How many samples of the language `srx` cuts as they say. */
cq_status cq_srx_try(cq_rules *rules, cq_srx *srx, cq_srx_report *report, cq_error *err);

#endif
