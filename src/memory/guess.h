/* guess.h -- where in a rendering a phrase was rendered, from the memory's own words:
 * what stands in the renderings of units that hold the phrase far more often than
 * elsewhere (docs/lookup.md, "Concordance"). */
#ifndef CQ_MEMORY_GUESS_H
#define CQ_MEMORY_GUESS_H

#include "session.h"

/* What is known of the renderings of one phrase. */
typedef struct cq_guess cq_guess;

cq_status cq_guess_new(cq_memory *memory, const cq_lang *lang, cq_guess **guess,
                       cq_error *err);
void cq_guess_free(cq_guess *guess);
/* Learn from the rendering of a unit that holds the phrase; the same text counts once. */
cq_status cq_guess_learn(cq_guess *guess, uint64_t text, cq_str rendering, cq_error *err);
/* The stretch of a rendering that is most likely the phrase's; CQ_DONE when none is. */
cq_status cq_guess_find(cq_guess *guess, cq_str rendering, cq_range *range,
                        cq_error *err);

#endif
