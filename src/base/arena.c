#include "base.h"

#include <stdalign.h>
#include <string.h>

#define BLOCK_MIN ((size_t)4096)
#define BLOCK_MAX ((size_t)1 << 20)

struct cq_arena_block {
    struct cq_arena_block *older;
    size_t used, size;
    alignas(max_align_t) char bytes[];
};

static struct cq_arena_block *add_block(cq_arena *arena, size_t size)
{
    size_t want = arena->block ? arena->block->size * 2 : BLOCK_MIN;
    struct cq_arena_block *block;

    if (want > BLOCK_MAX)
        want = BLOCK_MAX;
    if (want < size)
        want = size;
    if (want > SIZE_MAX - sizeof(*block))
        return NULL;
    block = cq_alloc(sizeof(*block) + want);
    if (!block)
        return NULL;
    block->older = arena->block;
    block->used = 0;
    block->size = want;
    arena->block = block;
    return block;
}

static void *take(cq_arena *arena, size_t size, size_t align)
{
    struct cq_arena_block *block = arena->block;
    size_t at = block ? (block->used + align - 1) & ~(align - 1) : 0;

    if (!block || at > block->size || size > block->size - at) {
        block = add_block(arena, size);
        at = 0;
    }
    if (!block)
        return NULL;
    block->used = at + size;
    arena->used += size;
    return block->bytes + at;
}

void *cq_arena_alloc(cq_arena *arena, size_t size)
{
    return take(arena, size, alignof(max_align_t));
}

cq_str cq_arena_copy(cq_arena *arena, cq_str s)
{
    char *copy = s.len < SIZE_MAX ? take(arena, s.len + 1, 1) : NULL;

    if (!copy)
        return (cq_str){0};
    if (s.len)
        memcpy(copy, s.ptr, s.len);
    copy[s.len] = '\0';
    return (cq_str){copy, s.len};
}

static void free_blocks(struct cq_arena_block *block)
{
    while (block) {
        struct cq_arena_block *older = block->older;

        cq_free(block);
        block = older;
    }
}

void cq_arena_reset(cq_arena *arena)
{
    arena->used = 0;
    if (!arena->block)
        return;
    free_blocks(arena->block->older); /* the newest is the largest, or near enough */
    arena->block->older = NULL;
    arena->block->used = 0;
}

void cq_arena_release(cq_arena *arena)
{
    free_blocks(arena->block);
    *arena = (cq_arena){0};
}
