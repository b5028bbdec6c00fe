#include "answer.h"

cq_answer *cq_answer_new(size_t hits)
{
    cq_answer *made = cq_zalloc(sizeof(*made));

    if (!made)
        return NULL;
    made->items = cq_arena_alloc(&made->arena, (hits + 1) * sizeof(*made->items));
    made->ranked = cq_arena_alloc(&made->arena, (hits + 1) * sizeof(*made->ranked));
    if (!made->items || !made->ranked) {
        cq_hits_free(&made->public);
        return NULL;
    }
    return made;
}

void cq_hits_free(cq_hits *hits)
{
    cq_answer *made = (cq_answer *)(void *)hits;

    if (!made)
        return;
    for (size_t i = 0; i < made->parts_len; i++)
        cq_hits_free(made->parts[i]);
    cq_arena_release(&made->arena);
    cq_free(made);
}
