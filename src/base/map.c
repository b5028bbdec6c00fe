#include "base.h"

#include <assert.h>
#include <string.h>

struct cq_map_slot {
    uint64_t hash;
    cq_str key; /* ptr NULL: free */
    uint64_t value;
};

struct cq_intmap_slot {
    uint64_t key; /* UINT64_MAX: free */
    uint64_t value;
};

#define CAPACITY_MIN ((size_t)64)

static size_t next_capacity(size_t capacity)
{
    return capacity ? capacity * 2 : CAPACITY_MIN;
}

/* Linear probing at a load of at most one half. */
static struct cq_map_slot *slot_of(struct cq_map_slot *slots, size_t capacity, cq_str key,
                                   uint64_t hash)
{
    size_t at = (size_t)hash & (capacity - 1);

    while (slots[at].key.ptr &&
           !(slots[at].hash == hash && cq_str_equal(slots[at].key, key)))
        at = (at + 1) & (capacity - 1);
    return &slots[at];
}

uint64_t *cq_map_find(const cq_map *map, cq_str key)
{
    struct cq_map_slot *slot;

    if (map->len == 0)
        return NULL;
    slot = slot_of(map->slots, map->capacity, key, cq_hash(key.ptr, key.len, 0));
    return slot->key.ptr ? &slot->value : NULL;
}

static bool grow_map(cq_map *map)
{
    size_t capacity = next_capacity(map->capacity);
    struct cq_map_slot *slots;

    if (capacity > SIZE_MAX / 2 / sizeof(*slots))
        return false;
    slots = cq_zalloc(capacity * sizeof(*slots));
    if (!slots)
        return false;
    for (size_t i = 0; i < map->capacity; i++)
        if (map->slots[i].key.ptr)
            *slot_of(slots, capacity, map->slots[i].key, map->slots[i].hash) =
                map->slots[i];
    cq_free(map->slots);
    map->slots = slots;
    map->capacity = capacity;
    return true;
}

uint64_t *cq_map_add(cq_map *map, cq_str key, bool *is_new)
{
    uint64_t *value = cq_map_find(map, key);
    struct cq_map_slot *slot;
    uint64_t hash;
    cq_str copy;

    if (is_new)
        *is_new = !value;
    if (value)
        return value;
    if (map->len >= map->capacity / 2 && !grow_map(map))
        return NULL;
    copy = cq_arena_copy(&map->keys, key);
    if (!copy.ptr)
        return NULL;
    hash = cq_hash(key.ptr, key.len, 0);
    slot = slot_of(map->slots, map->capacity, key, hash);
    *slot = (struct cq_map_slot){.hash = hash, .key = copy};
    map->len++;
    return &slot->value;
}

bool cq_map_each(const cq_map *map, size_t *at, cq_str *key, uint64_t **value)
{
    for (; *at < map->capacity; (*at)++) {
        struct cq_map_slot *slot = &map->slots[*at];

        if (!slot->key.ptr)
            continue;
        *key = slot->key;
        *value = &slot->value;
        (*at)++;
        return true;
    }
    return false;
}

void cq_map_reset(cq_map *map)
{
    if (map->slots)
        memset(map->slots, 0, map->capacity * sizeof(*map->slots));
    map->len = 0;
    cq_arena_reset(&map->keys);
}

void cq_map_release(cq_map *map)
{
    cq_free(map->slots);
    cq_arena_release(&map->keys);
    *map = (cq_map){0};
}

static struct cq_intmap_slot *int_slot_of(struct cq_intmap_slot *slots, size_t capacity,
                                          uint64_t key)
{
    /* Multiplicative (Knuth, TAOCP 3, 6.4): the upper half depends on all of the key. */
    uint64_t hash = key * UINT64_C(0x9e3779b97f4a7c15);
    size_t at = (size_t)(hash ^ hash >> 32) & (capacity - 1);

    while (slots[at].key != UINT64_MAX && slots[at].key != key)
        at = (at + 1) & (capacity - 1);
    return &slots[at];
}

uint64_t *cq_intmap_find(const cq_intmap *map, uint64_t key)
{
    struct cq_intmap_slot *slot;

    if (map->len == 0)
        return NULL;
    slot = int_slot_of(map->slots, map->capacity, key);
    return slot->key == key ? &slot->value : NULL;
}

static bool grow_intmap(cq_intmap *map)
{
    size_t capacity = next_capacity(map->capacity);
    struct cq_intmap_slot *slots;

    if (capacity > SIZE_MAX / 2 / sizeof(*slots))
        return false;
    slots = cq_alloc(capacity * sizeof(*slots));
    if (!slots)
        return false;
    memset(slots, 0xff, capacity * sizeof(*slots)); /* every key UINT64_MAX */
    for (size_t i = 0; i < map->capacity; i++)
        if (map->slots[i].key != UINT64_MAX)
            *int_slot_of(slots, capacity, map->slots[i].key) = map->slots[i];
    cq_free(map->slots);
    map->slots = slots;
    map->capacity = capacity;
    return true;
}

uint64_t *cq_intmap_add(cq_intmap *map, uint64_t key, bool *is_new)
{
    uint64_t *value = cq_intmap_find(map, key);
    struct cq_intmap_slot *slot;

    assert(key != UINT64_MAX);
    if (is_new)
        *is_new = !value;
    if (value)
        return value;
    if (map->len >= map->capacity / 2 && !grow_intmap(map))
        return NULL;
    slot = int_slot_of(map->slots, map->capacity, key);
    *slot = (struct cq_intmap_slot){.key = key};
    map->len++;
    return &slot->value;
}

void cq_intmap_reset(cq_intmap *map)
{
    if (map->slots)
        memset(map->slots, 0xff, map->capacity * sizeof(*map->slots));
    map->len = 0;
}

void cq_intmap_release(cq_intmap *map)
{
    cq_free(map->slots);
    *map = (cq_intmap){0};
}
