/* looking.h -- one lookup while it runs: what the files share that find texts (lookup.c),
 * offer the units that hold them (offer.c) and fill the hits (hits.c). */
#ifndef CQ_MEMORY_LOOKING_H
#define CQ_MEMORY_LOOKING_H

#include "answer.h"
#include "context.h"

#include "unit/mark.h"

typedef struct cq_looking {
    cq_memory *memory;
    cq_str query;
    const cq_lang *from, *to;
    const cq_lang *pivot; /* NULL for none */
    cq_context context;
    cq_ranking ranking;
    cq_marks marks, stored_marks; /* of the query; of the unit looked at */
    bool is_verbatim;             /* the text looked at is the query, byte by byte */
    int letters;                  /* of that text, as cq_matcher_letters() */
    int least;                    /* percent that a hit must have */
    bool as_stored;
    bool lays_out;     /* how each source differs */
    bool is_rewritten; /* the query stands in the other script of its language */
    cq_lang twin;      /* the language in that script */
    cq_buf rewritten;  /* the query in it */
    uint32_t group;    /* of the source, as the store numbers it */
    uint64_t weight;   /* of the query */
    bool is_current;   /* index and stored weights are to be trusted */
    cq_analyzer *analyzer;
    cq_index_token *known; /* tokens of the query that the dictionary has */
    size_t known_len;
    cq_loaded loaded, other; /* other: reached by way of the pivot */
    uint64_t *holders;       /* units of one text */
    size_t holders_capacity;
} cq_looking;

/* Offer the units that hold a text, which scores `percent` and whose letters are
 * look->letters, to the ranking. */
cq_status cq_offer_text(cq_looking *look, uint64_t text, int percent, cq_error *err);

/* The ranked hits that have `min_percent`, as they are given away. */
cq_status cq_looking_answer(cq_looking *look, int min_percent, cq_hits **hits,
                            cq_error *err);

#endif
