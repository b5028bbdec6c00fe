#include "align/parts.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* Words that begin alike are compared letter by letter; when more than BUCKET_MAX do,
 * only those that begin alike for longer. */
#define PREFIX_MIN  3
#define BUCKET_MAX  64
#define LETTERS_MIN 4
#define LETTERS_MAX 32
#define LIKE_MIN    0.7F

typedef struct name {
    cq_str latin;
    uint32_t type;
} name;

static int compare_names(const void *a, const void *b)
{
    const name *x = a, *y = b;
    int order = cq_str_compare(x->latin, y->latin);

    return order ? order : x->type < y->type ? -1 : x->type > y->type;
}

/* Twice the longest common subsequence over both lengths (Melamed 1999 divides by the
 * longer), one row at a time. */
static float likeness(cq_str a, cq_str b)
{
    uint8_t row[LETTERS_MAX + 1] = {0};
    size_t a_len = a.len < LETTERS_MAX ? a.len : LETTERS_MAX;
    size_t b_len = b.len < LETTERS_MAX ? b.len : LETTERS_MAX;

    for (size_t i = 0; i < a_len; i++) {
        uint8_t corner = 0;

        for (size_t j = 0; j < b_len; j++) {
            uint8_t above = row[j + 1];

            if (a.ptr[i] == b.ptr[j])
                row[j + 1] = (uint8_t)(corner + 1);
            else if (row[j] > row[j + 1])
                row[j + 1] = row[j];
            corner = above;
        }
    }
    return 2.0F * (float)row[b_len] / (float)(a_len + b_len);
}

static bool add_pair(cq_align_pairs *pairs, uint32_t source, uint32_t target, float like)
{
    if (!cq_grow(&pairs->items, &pairs->capacity, pairs->len + 1, sizeof(*pairs->items)))
        return false;
    pairs->items[pairs->len++] = (cq_align_pair){source, target, like};
    return true;
}

/* First name that does not come before `prefix`; with `is_after`, first that neither
 * comes before nor begins so. */
static size_t bound(const name *names, size_t len, cq_str prefix, bool is_after)
{
    size_t low = 0, high = len;

    while (low < high) {
        size_t middle = low + (high - low) / 2;
        cq_str s = names[middle].latin;
        int order;

        if (s.len > prefix.len)
            s.len = prefix.len;
        order = cq_str_compare(s, prefix);
        if (order < 0 || (is_after && order == 0))
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

static bool add_like(cq_align_pairs *pairs, const cq_align_text *target,
                     const name *names, size_t len, const cq_align_type *type,
                     uint32_t source)
{
    cq_str latin = type->latin;
    size_t start, end, prefix = PREFIX_MIN;

    if (latin.len < LETTERS_MIN)
        return true;
    do {
        start = bound(names, len, cq_str_slice(latin, 0, prefix), false);
        end = bound(names, len, cq_str_slice(latin, 0, prefix), true);
    } while (end - start > BUCKET_MAX && ++prefix <= latin.len);
    if (end - start > BUCKET_MAX)
        end = start + BUCKET_MAX;
    for (size_t k = start; k < end; k++) {
        float like;

        if (target->types[names[k].type].concept == type->concept ||
            names[k].latin.len < LETTERS_MIN)
            continue;
        like = likeness(latin, names[k].latin);
        if (like >= LIKE_MIN && !add_pair(pairs, source, names[k].type, like * 0.99F))
            return false;
    }
    return true;
}

static bool find_pairs(const cq_align_texts *texts, cq_align_pairs *pairs,
                       uint32_t *by_concept, name *names)
{
    const cq_align_text *source = &texts->source, *target = &texts->target;
    size_t len = 0;

    memset(by_concept, 0xFF, (texts->concepts.len + 1) * sizeof(*by_concept));
    for (uint32_t t = 0; t < target->types_len; t++) {
        by_concept[target->types[t].concept] = t;
        if (target->types[t].latin.len >= LETTERS_MIN)
            names[len++] = (name){target->types[t].latin, t};
    }
    qsort(names, len, sizeof(*names), compare_names);
    for (uint32_t s = 0; s < source->types_len; s++) {
        const cq_align_type *type = &source->types[s];
        uint32_t same = by_concept[type->concept];

        if (same != UINT32_MAX && !add_pair(pairs, s, same, 1))
            return false;
        if (!add_like(pairs, target, names, len, type, s))
            return false;
    }
    return true;
}

cq_status cq_align_cognates(const cq_align_texts *texts, cq_align_pairs *pairs,
                            cq_error *err)
{
    uint32_t *by_concept = cq_alloc((texts->concepts.len + 1) * sizeof(*by_concept));
    name *names = cq_alloc((texts->target.types_len + 1) * sizeof(*names));
    bool is_done;

    *pairs = (cq_align_pairs){0};
    is_done = by_concept && names && find_pairs(texts, pairs, by_concept, names);
    cq_free(by_concept);
    cq_free(names);
    if (is_done)
        return CQ_OK;
    cq_free(pairs->items);
    *pairs = (cq_align_pairs){0};
    return cq_fail(err, CQ_E_NOMEM, "no memory to compare %zu words",
                   texts->source.types_len + texts->target.types_len);
}
