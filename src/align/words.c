#include "align/words.h"

#include <stdlib.h>
#include <string.h>

static cq_status no_memory(const cq_lexicon *lexicon, cq_error *err)
{
    return cq_fail(err, CQ_E_NOMEM, "no memory for a lexicon of %zu pairs of words",
                   lexicon->pairs_len);
}

cq_status cq_lexicon_new(const cq_lang *source, const cq_lang *target,
                         cq_lexicon **lexicon, cq_error *err)
{
    cq_lexicon *made = *lexicon = cq_zalloc(sizeof(*made));

    if (!made)
        return cq_fail(err, CQ_E_NOMEM, "no memory for a lexicon");
    if (source)
        memcpy(made->group[0], source->group, sizeof(made->group[0]));
    if (target)
        memcpy(made->group[1], target->group, sizeof(made->group[1]));
    return CQ_OK;
}

static void release_index(cq_lexicon *lexicon)
{
    cq_free(lexicon->first);
    lexicon->first = NULL;
    for (int side = 0; side < 2; side++) {
        cq_free(lexicon->total[side]);
        lexicon->total[side] = NULL;
    }
}

void cq_lexicon_free(cq_lexicon *lexicon)
{
    if (!lexicon)
        return;
    release_index(lexicon);
    for (int side = 0; side < 2; side++) {
        cq_map_release(&lexicon->ids[side]);
        cq_free(lexicon->words[side]);
    }
    cq_intmap_release(&lexicon->pair_ids);
    cq_free(lexicon->pairs);
    cq_arena_release(&lexicon->arena);
    cq_free(lexicon);
}

/* ---- adding --------------------------------------------------------------------------
 */

cq_status cq_lexicon_add_word(cq_lexicon *lexicon, int side, cq_str key, uint64_t seen,
                              uint32_t *id, cq_error *err)
{
    bool is_new;
    uint64_t *at = cq_map_add(&lexicon->ids[side], key, &is_new);
    cq_lexicon_word *word;

    if (!at)
        return no_memory(lexicon, err);
    if (is_new) {
        cq_str copy = cq_arena_copy(&lexicon->arena, key);
        size_t len = lexicon->words_len[side];

        *at = len;
        if (!copy.ptr || !cq_grow(&lexicon->words[side], &lexicon->words_capacity[side],
                                  len + 1, sizeof(*word)))
            return no_memory(lexicon, err);
        lexicon->words[side][len] = (cq_lexicon_word){.key = copy};
        lexicon->words_len[side]++;
    }
    word = &lexicon->words[side][*at];
    word->seen += seen;
    *id = (uint32_t)*at;
    release_index(lexicon);
    return CQ_OK;
}

cq_status cq_lexicon_add_pair(cq_lexicon *lexicon, uint32_t source, uint32_t target,
                              uint64_t count, cq_error *err)
{
    bool is_new;
    uint64_t *at =
        cq_intmap_add(&lexicon->pair_ids, (uint64_t)source << 32 | target, &is_new);

    if (!at || (is_new && !cq_grow(&lexicon->pairs, &lexicon->pairs_capacity,
                                   lexicon->pairs_len + 1, sizeof(*lexicon->pairs))))
        return no_memory(lexicon, err);
    if (is_new) {
        *at = lexicon->pairs_len;
        lexicon->pairs[lexicon->pairs_len++] =
            (cq_lexicon_pair){.source = source, .target = target};
    }
    lexicon->pairs[*at].count += count;
    release_index(lexicon);
    return CQ_OK;
}

static cq_status merge_words(cq_lexicon *to, const cq_lexicon *from, int side,
                             uint32_t *ids, cq_error *err)
{
    cq_status status = CQ_OK;

    for (size_t k = 0; k < from->words_len[side] && status >= 0; k++) {
        const cq_lexicon_word *word = &from->words[side][k];

        status = cq_lexicon_add_word(to, side, word->key, word->seen, &ids[k], err);
    }
    return status;
}

cq_status cq_lexicon_merge(cq_lexicon *to, const cq_lexicon *from, cq_error *err)
{
    uint32_t *source = cq_alloc((from->words_len[0] + 1) * sizeof(*source));
    uint32_t *target = cq_alloc((from->words_len[1] + 1) * sizeof(*target));
    cq_status status = source && target ? CQ_OK : no_memory(from, err);

    if (status >= 0 && (strcmp(to->group[0], from->group[0]) != 0 ||
                        strcmp(to->group[1], from->group[1]) != 0))
        status =
            cq_fail_number(err, CQ_E_INPUT, 45,
                           "a lexicon for %s and %s does not go with one for %s "
                           "and %s",
                           from->group[0], from->group[1], to->group[0], to->group[1]);

    if (status >= 0)
        status = merge_words(to, from, 0, source, err);
    if (status >= 0)
        status = merge_words(to, from, 1, target, err);
    for (size_t k = 0; k < from->pairs_len && status >= 0; k++) {
        const cq_lexicon_pair *pair = &from->pairs[k];

        status = cq_lexicon_add_pair(to, source[pair->source], target[pair->target],
                                     pair->count, err);
    }
    cq_free(source);
    cq_free(target);
    return status;
}

/* ---- order ---------------------------------------------------------------------------
 */

typedef struct place {
    cq_str key;
    uint32_t id;
} place;

static int compare_places(const void *a, const void *b)
{
    const place *x = a, *y = b;

    return cq_str_compare(x->key, y->key);
}

/* Put the words of a side in the order of their bytes; `ids` tells where each went. */
static bool sort_words(cq_lexicon *lexicon, int side, uint32_t *ids)
{
    size_t len = lexicon->words_len[side];
    cq_lexicon_word *words = lexicon->words[side];
    cq_lexicon_word *sorted = cq_alloc((len + 1) * sizeof(*sorted));
    place *places = cq_alloc((len + 1) * sizeof(*places));
    bool has_memory = sorted && places;

    for (size_t k = 0; k < len && has_memory; k++)
        places[k] = (place){words[k].key, (uint32_t)k};
    if (has_memory && len > 0)
        qsort(places, len, sizeof(*places), compare_places);
    for (size_t k = 0; k < len && has_memory; k++) {
        sorted[k] = words[places[k].id];
        ids[places[k].id] = (uint32_t)k;
        *cq_map_find(&lexicon->ids[side], sorted[k].key) = k;
    }
    if (has_memory && len > 0)
        memcpy(words, sorted, len * sizeof(*words));
    cq_free(sorted);
    cq_free(places);
    return has_memory;
}

static int compare_pairs(const void *a, const void *b)
{
    const cq_lexicon_pair *x = a, *y = b;

    if (x->source != y->source)
        return x->source < y->source ? -1 : 1;
    return x->target < y->target ? -1 : x->target > y->target;
}

static bool sort_pairs(cq_lexicon *lexicon, const uint32_t *source,
                       const uint32_t *target)
{
    for (size_t k = 0; k < lexicon->pairs_len; k++) {
        lexicon->pairs[k].source = source[lexicon->pairs[k].source];
        lexicon->pairs[k].target = target[lexicon->pairs[k].target];
    }
    if (lexicon->pairs_len > 0)
        qsort(lexicon->pairs, lexicon->pairs_len, sizeof(*lexicon->pairs), compare_pairs);
    cq_intmap_reset(&lexicon->pair_ids);
    for (size_t k = 0; k < lexicon->pairs_len; k++) {
        const cq_lexicon_pair *pair = &lexicon->pairs[k];
        uint64_t *at = cq_intmap_add(&lexicon->pair_ids,
                                     (uint64_t)pair->source << 32 | pair->target, NULL);

        if (!at)
            return false;
        *at = k;
    }
    return true;
}

static bool index_pairs(cq_lexicon *lexicon)
{
    bool has_memory;

    lexicon->first = cq_zalloc((lexicon->words_len[0] + 2) * sizeof(*lexicon->first));
    has_memory = lexicon->first != NULL;
    for (int side = 0; side < 2 && has_memory; side++) {
        lexicon->total[side] =
            cq_zalloc((lexicon->words_len[side] + 1) * sizeof(*lexicon->total[side]));
        has_memory = lexicon->total[side] != NULL;
    }
    for (size_t k = 0; k < lexicon->pairs_len && has_memory; k++) {
        const cq_lexicon_pair *pair = &lexicon->pairs[k];

        lexicon->first[pair->source + 1]++;
        lexicon->total[0][pair->source] += cq_lexicon_worth(pair);
        lexicon->total[1][pair->target] += cq_lexicon_worth(pair);
    }
    for (size_t k = 0; k < lexicon->words_len[0] && has_memory; k++)
        lexicon->first[k + 1] += lexicon->first[k];
    return has_memory;
}

cq_status cq_lexicon_settle(cq_lexicon *lexicon, cq_error *err)
{
    uint32_t *source = cq_alloc((lexicon->words_len[0] + 1) * sizeof(*source));
    uint32_t *target = cq_alloc((lexicon->words_len[1] + 1) * sizeof(*target));
    bool is_done = source && target && sort_words(lexicon, 0, source) &&
                   sort_words(lexicon, 1, target) && sort_pairs(lexicon, source, target);

    release_index(lexicon);
    is_done = is_done && index_pairs(lexicon);
    cq_free(source);
    cq_free(target);
    if (is_done)
        return CQ_OK;
    release_index(lexicon);
    return no_memory(lexicon, err);
}

uint32_t cq_lexicon_find(const cq_lexicon *lexicon, int side, cq_str key)
{
    const uint64_t *at = cq_map_find(&lexicon->ids[side], key);

    return at ? (uint32_t)*at : UINT32_MAX;
}
