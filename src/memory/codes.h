/* codes.h -- the inline codes of a query against those of a unit: what a difference
 * costs, and where the query's codes belong in the stored rendering (docs/lookup.md,
 * "Codes"). */
#ifndef CQ_MEMORY_CODES_H
#define CQ_MEMORY_CODES_H

#include "session.h"

#include "unit/mark.h"

/* Points of a percentage that the difference of codes costs: one for each code that only
 * one side has, at least one where order, nesting or place differ, at most five. A query
 * without codes says nothing of them, and pays nothing.
 * @param compares_places  both texts are the same, byte by byte
 * @param scratch          reused from call to call */
cq_status cq_codes_cost(const cq_marks *query, bool compares_places,
                        const cq_variant *source, cq_marks *scratch, int *cost,
                        cq_error *err);

/**
 * Put the codes of the query where the rendering has those that they stand for.
 *
 * @param query   marks of the query, the b of `why`
 * @param source  marks of the stored source, the a of `why`
 * @param target  marks of the rendering, linked to the source's; with `text`
 * @param placed  replaced: the rendering's marks with the query's numbers, in reading
 *                order
 * @return CQ_OK; CQ_DONE when what is stored does not tell where they belong; CQ_E_NOMEM
 */
cq_status cq_codes_place(const cq_marks *query, const cq_marks *source,
                         const cq_marks *target, cq_str text, const cq_explanation *why,
                         size_t query_len, size_t source_len, cq_marks *placed,
                         cq_error *err);

#endif
