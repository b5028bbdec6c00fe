/* parts.h -- what pairs documents: names (names.c), what texts of any language share and
 * what they say (texts.c), words that go together (words.c), scores and the choice
 * (match.c); pair.c puts them together. docs/pairing.md tells why. */
#ifndef CQ_MEMORY_PAIRING_PARTS_H
#define CQ_MEMORY_PAIRING_PARTS_H

#include "base/base.h"
#include "text/text.h"

#include <calque/pair.h>

#define CQ_NO_PAIR SIZE_MAX

/* A growing set of numbers; sorted, each once, after cq_terms_sort(). */
typedef struct cq_terms {
    uint32_t *items;
    size_t len, capacity;
} cq_terms;

bool cq_terms_add(cq_terms *terms, uint32_t term); /* false when memory is short */
void cq_terms_sort(cq_terms *terms);

typedef struct cq_reading {
    cq_terms
        common;   /* numbers, names, words by their Latin letters: one count for both */
    cq_terms own; /* words of the language, of this side alone */
    cq_terms learned; /* words that were found to go together: numbers after common's */
    double length;    /* code points without white space; 0 when it could not be read */
    size_t partner;   /* by name; CQ_NO_PAIR for none */
} cq_reading;

typedef struct cq_shelf { /* one side */
    const cq_collection *from;
    cq_reading *readings;
    size_t own_len;
    cq_map own; /* words to numbers */
} cq_shelf;

typedef struct cq_pairing {
    cq_shelf sides[2];
    cq_map common; /* terms of both sides to numbers */
    size_t common_len, learned_len;
    cq_document_pair *pairs; /* the best choice so far, in the order of the source */
    size_t len, capacity;
} cq_pairing;

/* names.c: set `partner` where the names of just two documents, one a side, say the same
 * but for the language. */
cq_status cq_pairing_names(cq_pairing *pairing, cq_error *err);

/* texts.c: read every document of a side. */
cq_status cq_pairing_read(cq_pairing *pairing, cq_shelf *side,
                          const cq_pairing_options *opts, uint64_t total, cq_error *err);

/* words.c: make `learned` of the words that go together in pairs beyond doubt. */
cq_status cq_pairing_learn(cq_pairing *pairing, cq_error *err);

/* match.c: score what shares anything, and choose: `pairs`. */
cq_status cq_pairing_match(cq_pairing *pairing, cq_error *err);

#endif
