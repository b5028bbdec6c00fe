/* adapt.h -- a stored rendering with the numbers and placeables of the query
 * (docs/lookup.md, "Adaptation"). */
#ifndef CQ_MEMORY_ADAPT_H
#define CQ_MEMORY_ADAPT_H

#include "session.h"

/* What is asked: the query and the stored source in `from`, and what to adapt. */
typedef struct cq_adapting {
    const cq_lang *from, *to; /* of the source as asked, of the rendering as stored */
    cq_str query, source;
} cq_adapting;

/**
 * Where source and query differ in numbers and placeables alone, replace those of the
 * rendering by the query's, by value and in the rendering's own number format.
 *
 * @param target  its text and codes are replaced by what `arena` owns
 * @param arena   of the answer
 * @return CQ_OK; CQ_DONE, with target as it was, when they differ in more, when nothing
 * would change, or when it is not certain what would stand where: a value that the
 * rendering has more or less often than the source, or that became two; CQ_E_NOMEM
 */
cq_status cq_adapt(cq_memory *memory, const cq_adapting *ask, cq_variant *target,
                   cq_arena *arena, cq_error *err);

#endif
