/* fit.h -- what a hit offers for the query: the stored rendering with the query's numbers
 * and inline codes, as far as it is certain where they belong (docs/lookup.md). */
#ifndef CQ_MEMORY_FIT_H
#define CQ_MEMORY_FIT_H

#include "session.h"

#include "unit/mark.h"

typedef struct cq_fitting {
    const cq_lang *from;
    cq_str query;          /* plain */
    const cq_marks *marks; /* of the query */
    bool adapts;           /* numbers and placeables too */
    bool lays_out;         /* what differs from the query */
} cq_fitting;

/* Fill the texts of a hit whose percent is set. Strings are the arena's. */
cq_status cq_fit(cq_memory *memory, const cq_fitting *ask, const cq_loaded *loaded,
                 size_t source, size_t target, cq_arena *arena, cq_hit *hit,
                 cq_error *err);

#endif
