#include "align/align.h"

#include "session.h"

#define SEEDS_MAX ((size_t)200000) /* pairs that are learned from */
#define CLASS     ((size_t)2000)   /* pairs that are learned from at a time */

typedef struct seed_list {
    cq_memory *memory;
    const cq_lang *source, *target;
    cq_seed *items;
    size_t len, capacity;
    cq_arena arena;
    size_t learned; /* pairs of classes before */
    cq_lexicon *lexicon;
} seed_list;

/* The variant that answers `wanted` best; SIZE_MAX for none. */
static cq_status pick(seed_list *seeds, const cq_store_unit *unit, const cq_lang *wanted,
                      size_t not, size_t *variant, cq_error *err)
{
    int best = 0;

    *variant = SIZE_MAX;
    for (size_t i = 0; i < unit->variants; i++) {
        const cq_language *language;
        cq_status status =
            cq_memory_language_of(seeds->memory, unit->tags[i], &language, err);
        int match;

        if (status != CQ_OK)
            return status;
        match = language->is_valid ? cq_lang_match(wanted, &language->lang) : 0;
        if (i != not &&match > best) {
            best = match;
            *variant = i;
        }
    }
    return CQ_OK;
}

static cq_status copy_text(seed_list *seeds, uint64_t id, cq_str *copy, cq_error *err)
{
    cq_store_text text;
    cq_status status = cq_store_text_get(seeds->memory->store, id, &text, err);

    if (status != CQ_OK)
        return status;
    *copy = cq_arena_copy(&seeds->arena, text.text);
    return copy->ptr ? CQ_OK : cq_fail(err, CQ_E_NOMEM, "no memory for the lexicon");
}

static cq_status add_seed(seed_list *seeds, const cq_store_unit *unit, cq_error *err)
{
    size_t source, target;
    cq_seed seed = {0};
    cq_status status = pick(seeds, unit, seeds->source, SIZE_MAX, &source, err);

    if (status == CQ_OK && source != SIZE_MAX)
        status = pick(seeds, unit, seeds->target, source, &target, err);
    if (status != CQ_OK || source == SIZE_MAX || target == SIZE_MAX)
        return status;
    status = copy_text(seeds, unit->texts[source], &seed.source, err);
    if (status == CQ_OK)
        status = copy_text(seeds, unit->texts[target], &seed.target, err);
    if (status != CQ_OK)
        return status < 0 ? status : CQ_OK;
    if (!cq_grow(&seeds->items, &seeds->capacity, seeds->len + 1, sizeof(*seeds->items)))
        return cq_fail(err, CQ_E_NOMEM, "no memory for the lexicon");
    seeds->items[seeds->len++] = seed;
    return CQ_OK;
}

/* Learn from what was gathered, and make room for the next class. */
static cq_status teach(seed_list *seeds, cq_error *err)
{
    cq_status status = cq_lexicon_learn(seeds->lexicon, seeds->source, seeds->target,
                                        seeds->items, seeds->len, err);

    seeds->learned += seeds->len;
    seeds->len = 0;
    cq_arena_reset(&seeds->arena);
    return status;
}

static cq_status walk_origin(seed_list *seeds, uint64_t origin, cq_error *err)
{
    cq_store_cursor cursor = {0};
    cq_store_unit unit;
    cq_status status = CQ_OK;

    while (status == CQ_OK && seeds->learned < SEEDS_MAX &&
           (status = cq_store_unit_next(seeds->memory->store, origin, &cursor, &unit,
                                        err)) == CQ_OK) {
        if (unit.origin == origin)
            status = add_seed(seeds, &unit, err);
        if (status == CQ_OK && seeds->len == CLASS)
            status = teach(seeds, err);
    }
    return status == CQ_DONE ? CQ_OK : status;
}

static cq_status walk_units(seed_list *seeds, cq_error *err)
{
    cq_store_origin origin = {0};
    cq_status status = CQ_OK;

    while (status == CQ_OK && seeds->learned < SEEDS_MAX &&
           (status = cq_store_origin_next(seeds->memory->store, origin.id, &origin,
                                          err)) == CQ_OK)
        status = walk_origin(seeds, origin.id, err);
    if (status >= 0)
        status = teach(seeds, err);
    return status;
}

cq_status cq_lexicon_learn_memory(cq_lexicon *lexicon, cq_memory *memory,
                                  const cq_lang *source, const cq_lang *target,
                                  cq_error *err)
{
    seed_list seeds = {
        .memory = memory, .source = source, .target = target, .lexicon = lexicon};
    cq_status status = cq_store_begin_read(memory->store, err);

    if (status != CQ_OK)
        return status;
    status = walk_units(&seeds, err);
    cq_store_end_read(memory->store);
    cq_free(seeds.items);
    cq_arena_release(&seeds.arena);
    return status < 0 ? status : CQ_OK;
}
