/* phrase.h -- what a concordance looks for: where it stands in a text, and which texts
 * can hold it (docs/lookup.md, "Concordance").
 *
 * A text holds a phrase at a level: 0 is best. A phrase has whole words at 0 and begins
 * or ends inside one at 1; a fuzzy one has as many edits as its level says. */
#ifndef CQ_MEMORY_PHRASE_H
#define CQ_MEMORY_PHRASE_H

#include "vocabulary.h"

typedef struct cq_phrase cq_phrase;

/* Whether it can be looked for: CQ_OK; CQ_E_INPUT, CQ_E_ARG */
cq_status cq_phrase_check(cq_str phrase, cq_error *err);

/**
 * @param lang    of the texts to search
 * @param phrase  valid UTF-8
 * @param opts    how: words, exact, inflected, fuzzy
 * @return CQ_OK; CQ_E_ARG when nothing is left to look for; CQ_E_STORE, CQ_E_NOMEM
 */
cq_status cq_phrase_new(cq_memory *memory, const cq_lang *lang, cq_str phrase,
                        const cq_concordance_options *opts, cq_phrase **out,
                        cq_error *err);
void cq_phrase_free(cq_phrase *phrase);

int cq_phrase_levels(const cq_phrase *phrase);

/* Where the phrase stands in a text. Owned by the phrase, until the next find. */
typedef struct cq_places {
    int level;
    const cq_range *ranges; /* by rising start; at least one */
    size_t len;
} cq_places;

/* CQ_DONE when the text does not hold it. */
cq_status cq_phrase_find(cq_phrase *phrase, cq_str text, cq_places *places,
                         cq_error *err);

/* A walk over all texts that hold the phrase at `level` or a better one, and some others.
 */
cq_status cq_phrase_walk(cq_phrase *phrase, uint32_t group, int level,
                         cq_index_walk **walk, cq_error *err);

#endif
