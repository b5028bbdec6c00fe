/* answer.h -- the hits of one lookup as they are given away, and how they were ranked. */
#ifndef CQ_MEMORY_ANSWER_H
#define CQ_MEMORY_ANSWER_H

#include "ranking.h"

typedef struct cq_answer {
    cq_hits public;    /* first: the caller's pointer is ours */
    cq_hit *items;     /* of `public` */
    cq_ranked *ranked; /* of each hit */
    cq_arena arena;    /* of all */
    cq_hits **parts;   /* answers whose strings these hits borrow; may be NULL */
    size_t parts_len;
} cq_answer;

/* With room for so many hits; NULL when memory is short. */
cq_answer *cq_answer_new(size_t hits);

#endif
