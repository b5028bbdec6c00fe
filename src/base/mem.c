#include "base.h"

#include <stdlib.h>
#include <string.h>

static uint64_t fail_at;   /* 0: never */
static uint64_t allocated; /* since fail_at was set */

void cq_alloc_fail_at(uint64_t nth)
{
    fail_at = nth;
    allocated = 0;
}

uint64_t cq_alloc_count(void) { return allocated; }

static bool must_fail(size_t size)
{
    /* Threads count only while a test counts: two of them would race for nothing
     * otherwise. */
    if (fail_at != 0 && ++allocated >= fail_at)
        return true;
    return size > PTRDIFF_MAX; /* no object is larger: some sum went wrong */
}

void *cq_alloc(size_t size) { return must_fail(size) ? NULL : malloc(size ? size : 1); }

void *cq_zalloc(size_t size)
{
    return must_fail(size) ? NULL : calloc(1, size ? size : 1);
}

void *cq_realloc(void *ptr, size_t size)
{
    return must_fail(size) ? NULL : realloc(ptr, size ? size : 1);
}

void cq_free(void *ptr) { free(ptr); }

bool cq_grow(void *ptr_to_array, size_t *capacity, size_t want, size_t item)
{
    void *old, *grown;
    size_t room = *capacity + *capacity / 2;

    if (want <= *capacity)
        return true;
    if (room < want)
        room = want;
    if (room < 16)
        room = 16;
    if (room > SIZE_MAX / 2 / item)
        return false;
    /* memcpy, since the caller's pointer is to another type than void. */
    memcpy(&old, ptr_to_array, sizeof(old));
    grown = cq_realloc(old, room * item);
    if (!grown)
        return false;
    memcpy(ptr_to_array, &grown, sizeof(grown));
    *capacity = room;
    return true;
}
