/* context.h -- what stood around a segment: the units beside it in its file, and what
 * other tools noted as properties (docs/lookup.md, "Context"). */
#ifndef CQ_MEMORY_CONTEXT_H
#define CQ_MEMORY_CONTEXT_H

#include "session.h"

/* The neighbours asked for; ptr NULL when unknown. */
typedef struct cq_context {
    cq_str previous, next;
} cq_context;

/* How many of the neighbours given, empty ones apart, stand beside a unit's variant: 0 to
 * 2. */
cq_status cq_context_count(const cq_context *context, cq_memory *memory,
                           const cq_loaded *loaded, size_t variant, int *count,
                           cq_error *err);

#endif
