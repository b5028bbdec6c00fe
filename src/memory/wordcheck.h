/* wordcheck.h -- a vocabulary held against the texts, for `calque verify`: all of one
 * language group's words in memory. */
#ifndef CQ_MEMORY_WORDCHECK_H
#define CQ_MEMORY_WORDCHECK_H

#include "session.h"

typedef struct cq_wordcheck cq_wordcheck;

cq_status cq_wordcheck_new(cq_memory *memory, uint32_t group, cq_wordcheck **check,
                           cq_error *err);
void cq_wordcheck_free(cq_wordcheck *check);
/* Whether each piece of a text has a token of the text beside it.
 * @param tokens  of the text, rising */
cq_status cq_wordcheck_text(cq_wordcheck *check, cq_str text, const uint32_t *tokens,
                            size_t len, bool *is_right, cq_error *err);

#endif
