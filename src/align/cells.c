#include "align/school.h"

#include <string.h>

#define KNOWN_MIN  0.003F /* share of it below which a pair is chance */
#define ONCE_LIMIT 20     /* sixteenths of a bead: pairs met less are not learned */

/* The cell of the source type that is being looked at; made when it is not there. */
static bool find_cell(cq_school *s, uint32_t source, uint32_t target, uint32_t *found)
{
    *found = s->at[target];
    if (*found != CQ_SCHOOL_NONE)
        return true;
    if (!cq_grow(&s->cells, &s->cells_capacity, s->cells_len + 1, sizeof(*s->cells)))
        return false;
    *found = s->at[target] = (uint32_t)s->cells_len++;
    s->cells[*found] = (cq_school_cell){.source = source, .target = target};
    return true;
}

static float prior_of(const cq_school *s, const cq_align_pair *pair)
{
    uint8_t kind = s->texts->source.types[pair->source].kind;

    if (pair->likeness >= 1)
        return kind == CQ_TOKEN_CHARACTER ? 0.5F : 1.0F;
    return (pair->likeness - 0.6F) * 1.5F;
}

/* The pairs from `*k` on of a source type. */
static bool add_cognates(cq_school *s, uint32_t source, const cq_align_pairs *cognates,
                         size_t *k)
{
    for (; *k < cognates->len && cognates->items[*k].source == source; ++*k) {
        const cq_align_pair *pair = &cognates->items[*k];
        uint32_t at;

        if (!find_cell(s, pair->source, pair->target, &at))
            return false;
        s->cells[at].prior = prior_of(s, pair);
    }
    return true;
}

/* How much of a count of the lexicon beforehand is taken: enough to decide, and little
 * enough for the texts to object. */
static float known_scale(const cq_school *s, int side, uint32_t word)
{
    float total = (float)s->texts->known->total[side][word] / 1000.0F;

    return total > CQ_SCHOOL_KNOWN_MAX ? CQ_SCHOOL_KNOWN_MAX / total : 1;
}

static void known_totals(cq_school *s, int side)
{
    const cq_align_text *text = side ? &s->texts->target : &s->texts->source;

    for (size_t t = 0; t < text->types_len; t++) {
        uint32_t word = text->types[t].word;

        s->known_total[side][t] = word == UINT32_MAX
                                      ? 0
                                      : (float)s->texts->known->total[side][word] /
                                            1000.0F * known_scale(s, side, word);
    }
}

static bool add_known_pair(cq_school *s, uint32_t source, uint32_t target,
                           const cq_lexicon_pair *pair)
{
    float count = (float)cq_lexicon_worth(pair) / 1000.0F;
    float forward = count * known_scale(s, 0, pair->source);
    float backward = count * known_scale(s, 1, pair->target);
    uint32_t at;

    if (forward < KNOWN_MIN * s->known_total[0][source] &&
        backward < KNOWN_MIN * s->known_total[1][target])
        return true;
    if (!find_cell(s, source, target, &at))
        return false;
    s->cells[at].known[0] = forward;
    s->cells[at].known[1] = backward;
    return true;
}

/* Cells for the pairs of the lexicon beforehand whose words are both in the texts;
 * `types` are the target types of its words. */
static bool add_known(cq_school *s, uint32_t source, const uint32_t *types)
{
    const cq_lexicon *known = s->texts->known;
    uint32_t word = s->texts->source.types[source].word;

    if (!known || word == UINT32_MAX)
        return true;
    for (uint64_t k = known->first[word]; k < known->first[word + 1]; k++) {
        uint32_t target = types[known->pairs[k].target];

        if (target != CQ_SCHOOL_NONE &&
            !add_known_pair(s, source, target, &known->pairs[k]))
            return false;
    }
    return true;
}

/* @return NULL also when no lexicon is known beforehand: then `*has_memory` stays */
static uint32_t *known_types(cq_school *s, bool *has_memory)
{
    const cq_lexicon *known = s->texts->known;
    const cq_align_text *target = &s->texts->target;
    uint32_t *types;

    if (!known)
        return NULL;
    known_totals(s, 0);
    known_totals(s, 1);
    types = cq_alloc((known->words_len[1] + 1) * sizeof(*types));
    *has_memory = types != NULL;
    if (!types)
        return NULL;
    memset(types, 0xFF, known->words_len[1] * sizeof(*types));
    for (uint32_t t = 0; t < target->types_len; t++)
        if (target->types[t].word != UINT32_MAX)
            types[target->types[t].word] = t;
    return types;
}

/* List the places of the tokens of each source type in the lessons, and make room for
 * the cells of all pairs. */
static bool list_places(cq_school *s)
{
    size_t types = s->texts->source.types_len, places = 0, pairs = 0;
    const uint32_t *tokens;

    s->firsts = cq_zalloc((types + 2) * sizeof(*s->firsts));
    if (!s->firsts)
        return false;
    for (size_t k = 0; k < s->lessons_len; k++) {
        cq_school_lesson *l = &s->lessons[k];
        size_t q = cq_school_tokens(&s->texts->target, l->target, l->target_len, &tokens);
        size_t p = cq_school_tokens(&s->texts->source, l->source, l->source_len, &tokens);

        l->pairs = pairs;
        pairs += p * q;
        places += p;
        for (size_t a = 0; a < p; a++)
            s->firsts[tokens[a] + 2]++;
    }
    for (size_t t = 0; t < types; t++)
        s->firsts[t + 2] += s->firsts[t + 1];
    s->places = cq_alloc((places + 1) * sizeof(*s->places));
    s->pairs = cq_alloc((pairs + 1) * sizeof(*s->pairs));
    for (uint32_t k = 0; k < s->lessons_len && s->places; k++) {
        const cq_school_lesson *l = &s->lessons[k];
        size_t p = cq_school_tokens(&s->texts->source, l->source, l->source_len, &tokens);

        for (uint32_t a = 0; a < p; a++)
            s->places[s->firsts[tokens[a] + 1]++] = (cq_school_place){k, a};
    }
    return s->places && s->pairs;
}

/* The target tokens of a lesson in which a place is, and how often they count. */
static size_t beside(const cq_school *s, const cq_school_place *at,
                     const uint32_t **tokens, unsigned *count)
{
    const cq_school_lesson *l = &s->lessons[at->lesson];

    *count = (unsigned)(l->weight * 16.0F);
    return cq_school_tokens(&s->texts->target, l->target, l->target_len, tokens);
}

static bool read_place(cq_school *s, uint32_t source, const cq_school_place *at)
{
    const uint32_t *target;
    unsigned count;
    size_t q = beside(s, at, &target, &count);
    uint32_t *to = s->pairs + s->lessons[at->lesson].pairs + q * at->token;

    for (size_t b = 0; b < q; b++) {
        to[b] = s->at[target[b]];
        if (to[b] == CQ_SCHOOL_NONE && s->met[target[b]] >= ONCE_LIMIT &&
            !find_cell(s, source, target[b], &to[b]))
            return false;
    }
    return true;
}

/* One source type at a time, so that what is known of its pairs is near together. */
static bool read_places(cq_school *s, uint32_t source)
{
    const cq_school_place *start = s->places + s->firsts[source];
    const cq_school_place *end = s->places + s->firsts[source + 1];
    const uint32_t *target;
    unsigned count;

    for (const cq_school_place *at = start; at < end; at++) {
        size_t q = beside(s, at, &target, &count);

        for (size_t b = 0; b < q; b++)
            s->met[target[b]] += count;
    }
    for (const cq_school_place *at = start; at < end; at++)
        if (!read_place(s, source, at))
            return false;
    for (const cq_school_place *at = start; at < end; at++) {
        size_t q = beside(s, at, &target, &count);

        for (size_t b = 0; b < q; b++)
            s->met[target[b]] = 0;
    }
    return true;
}

static bool make_cells(cq_school *s)
{
    for (int k = 0; k < 2; k++) {
        s->t[k] = cq_alloc((s->cells_len + 1) * sizeof(*s->t[k]));
        s->count[k] = cq_zalloc((s->cells_len + 1) * sizeof(*s->count[k]));
        if (!s->t[k] || !s->count[k])
            return false;
    }
    return true;
}

cq_status cq_school_find_cells(cq_school *s, const cq_align_pairs *cognates,
                               cq_error *err)
{
    size_t targets = s->texts->target.types_len, cognate = 0;
    bool has_memory = true;
    uint32_t *types = known_types(s, &has_memory);

    s->at = cq_alloc((targets + 1) * sizeof(*s->at));
    s->met = cq_zalloc((targets + 1) * sizeof(*s->met));
    has_memory = has_memory && s->at && s->met && list_places(s);
    if (has_memory)
        memset(s->at, 0xFF, targets * sizeof(*s->at));
    for (uint32_t t = 0; t < s->texts->source.types_len && has_memory; t++) {
        size_t start = s->cells_len;

        has_memory = add_cognates(s, t, cognates, &cognate) && add_known(s, t, types) &&
                     read_places(s, t);
        for (size_t k = start; k < s->cells_len; k++)
            s->at[s->cells[k].target] = CQ_SCHOOL_NONE;
    }
    cq_free(types);
    return has_memory && make_cells(s) ? CQ_OK : cq_school_no_memory(s, err);
}
