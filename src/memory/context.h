/* context.h -- what stood around a segment: the units beside it in its file, and what
 * other tools noted as properties (docs/lookup.md, "Context"). */
#ifndef CQ_MEMORY_CONTEXT_H
#define CQ_MEMORY_CONTEXT_H

#include "session.h"

/* What is known of the query's place; ptr NULL for what is not. */
typedef struct cq_context {
    cq_str previous, next; /* neighbours */
    cq_str key;            /* a name of the place, as a tool noted it */
} cq_context;

/* How much of what is given, empty texts apart, holds for a unit's variant: 0 to 3. */
cq_status cq_context_count(const cq_context *context, cq_memory *memory,
                           const cq_loaded *loaded, size_t variant, int *count,
                           cq_error *err);

#endif
