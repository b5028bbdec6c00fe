#include "align/parts.h"
#include "align/words.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* Beads that are learned from at most; of more, evenly spread ones. */
#define LESSONS_MAX 10000
#define SIDE_TOKENS 120 /* of one side of a bead */
/* Share of the words that have no counterpart: before anything is learned only what looks
 * alike has one. */
#define MISS_START  0.95
#define MISS_MAX    0.95
#define ALONE_PRIOR 3.0F /* tokens of each type, by which it starts as the others are */
#define SEED_WEIGHT 1.5F /* what is known counts for more than one bead */
#define ROUNDS      3
#define KNOWN_MAX   20.0F  /* count that a word brings along at most */
#define KNOWN_MIN   0.003F /* share of it below which a pair is chance */
#define DISCOUNT    0.3F   /* of each count: one bead alone proves little */
#define ONCE_LIMIT  20     /* sixteenths of a bead: pairs met less are not learned */
#define OFTEN_MAX   0.05F  /* as often as "the" is in English, or a comma */
#define RATIO_MIN   2.0F   /* entries that say less in both directions are left out */

/* A pair of types while it is learned. */
typedef struct cell {
    uint32_t source, target;
    float prior;    /* count that it has for its look */
    float known[2]; /* counts that it brings along: of target by source, the reverse */
} cell;

#define NONE UINT32_MAX

typedef struct lesson {
    uint32_t source, target; /* first sentences */
    uint8_t source_len, target_len;
    float weight;
    uint64_t pairs; /* where those of its tokens start, by source token */
} lesson;

/* A token of the source in a lesson. */
typedef struct place {
    uint32_t lesson;
    uint32_t token;
} place;

typedef struct school {
    const cq_align_texts *texts;
    lesson *lessons;
    size_t lessons_len;
    cell *cells;
    size_t cells_len, cells_capacity;
    float *t[2];      /* of each cell: probability of target by source, and the reverse */
    float *count[2];  /* of each cell: expected in this round */
    uint32_t *at;     /* of one source type: its cell with each target type */
    uint32_t *met;    /* of one source type: sixteenths of a bead with each target type */
    uint64_t *firsts; /* of each source type: its first place */
    place *places;
    uint32_t *pairs; /* cell of each pair of tokens of each lesson, or NONE */
    float *total[2]; /* of the counts of each source type, of each target type */
    double tokens[2];
    double miss[2];
    bool is_first;              /* no beads yet, at most seeds */
    float *alone[2];            /* as in the lexicon, by type of target and of source */
    float *missed[2], *seen[2]; /* tokens of each: without counterpart, and all */
    float *known_total[2]; /* of the counts that each source, each target brings along */
} school;

static cq_status no_memory(const school *s, cq_error *err)
{
    return cq_fail(err, CQ_E_NOMEM, "no memory to learn from %zu beads", s->lessons_len);
}

/* ---- lessons -------------------------------------------------------------------------
 */

/* Whether the bead is a sentence that was not translated but copied. What it teaches is
 * known (words that are the same start with a count), and it would teach of all its words
 * that they never go without a counterpart. Marks are not meant, of which a sentence
 * may be made: they do have one. */
static bool is_copy(const cq_align_texts *texts, const cq_align_link *link)
{
    const cq_align_text *source = &texts->source, *target = &texts->target;
    size_t i = link->source - 1U, j = link->target - 1U, len, words = 0;

    if (link->shape != CQ_SHAPE_ONE)
        return false;
    len = cq_align_tokens(source, i);
    if (len != cq_align_tokens(target, j))
        return false;
    for (size_t k = 0; k < len; k++) {
        const cq_align_type *type = &source->types[source->tokens[source->first[i] + k]];

        if (type->concept != target->types[target->tokens[target->first[j] + k]].concept)
            return false;
        words += type->kind == CQ_TOKEN_WORD;
    }
    return words >= 2;
}

static cq_status take_lessons(school *s, const cq_align_links *links, cq_error *err)
{
    const cq_align_texts *texts = s->texts;
    size_t all = links->len + texts->seeds;
    size_t stride = (all + LESSONS_MAX - 1) / LESSONS_MAX;

    s->lessons = cq_alloc((all + 1) * sizeof(*s->lessons));
    if (!s->lessons)
        return no_memory(s, err);
    /* Whole stretches, so that words of one place are met more than once. */
    for (size_t k = 0; k < all; k++) {
        lesson *to = &s->lessons[s->lessons_len];

        if (stride > 1 && (k / 64) % stride != 0)
            continue;
        if (k < links->len && is_copy(texts, &links->items[k]))
            continue;
        if (k < links->len) {
            const cq_align_link *link = &links->items[k];
            cq_align_shape shape = cq_align_shapes[link->shape];

            *to = (lesson){.source = link->source - shape.source,
                           .target = link->target - shape.target,
                           .source_len = shape.source,
                           .target_len = shape.target,
                           .weight = link->weight};
        } else {
            *to = (lesson){.source = (uint32_t)(texts->source.len + k - links->len),
                           .target = (uint32_t)(texts->target.len + k - links->len),
                           .source_len = 1,
                           .target_len = 1,
                           .weight = SEED_WEIGHT};
        }
        s->lessons_len++;
    }
    return CQ_OK;
}

static size_t side_tokens(const cq_align_text *text, size_t first, size_t len,
                          const uint32_t **tokens)
{
    size_t count = (size_t)(text->first[first + len] - text->first[first]);

    *tokens = text->tokens ? text->tokens + text->first[first] : NULL;
    return count < SIDE_TOKENS ? count : SIDE_TOKENS;
}

/* ---- cells ---------------------------------------------------------------------------
 */

/* The cell of the source type that is being looked at; made when it is not there. */
static bool find_cell(school *s, uint32_t source, uint32_t target, uint32_t *found)
{
    *found = s->at[target];
    if (*found != NONE)
        return true;
    if (!cq_grow(&s->cells, &s->cells_capacity, s->cells_len + 1, sizeof(*s->cells)))
        return false;
    *found = s->at[target] = (uint32_t)s->cells_len++;
    s->cells[*found] = (cell){.source = source, .target = target};
    return true;
}

static float prior_of(const school *s, const cq_align_pair *pair)
{
    uint8_t kind = s->texts->source.types[pair->source].kind;

    if (pair->likeness >= 1)
        return kind == CQ_TOKEN_CHARACTER ? 0.5F : 1.0F;
    return (pair->likeness - 0.6F) * 1.5F;
}

/* The pairs from `*k` on of a source type. */
static bool add_cognates(school *s, uint32_t source, const cq_align_pairs *cognates,
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
static float known_scale(const school *s, int side, uint32_t word)
{
    float total = (float)s->texts->known->total[side][word] / 1000.0F;

    return total > KNOWN_MAX ? KNOWN_MAX / total : 1;
}

static void known_totals(school *s, int side)
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

static bool add_known_pair(school *s, uint32_t source, uint32_t target,
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
static bool add_known(school *s, uint32_t source, const uint32_t *types)
{
    const cq_lexicon *known = s->texts->known;
    uint32_t word = s->texts->source.types[source].word;

    if (!known || word == UINT32_MAX)
        return true;
    for (uint64_t k = known->first[word]; k < known->first[word + 1]; k++) {
        uint32_t target = types[known->pairs[k].target];

        if (target != NONE && !add_known_pair(s, source, target, &known->pairs[k]))
            return false;
    }
    return true;
}

/* @return NULL also when no lexicon is known beforehand: then `*has_memory` stays */
static uint32_t *known_types(school *s, bool *has_memory)
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
static bool list_places(school *s)
{
    size_t types = s->texts->source.types_len, places = 0, pairs = 0;
    const uint32_t *tokens;

    s->firsts = cq_zalloc((types + 2) * sizeof(*s->firsts));
    if (!s->firsts)
        return false;
    for (size_t k = 0; k < s->lessons_len; k++) {
        lesson *l = &s->lessons[k];
        size_t q = side_tokens(&s->texts->target, l->target, l->target_len, &tokens);
        size_t p = side_tokens(&s->texts->source, l->source, l->source_len, &tokens);

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
        const lesson *l = &s->lessons[k];
        size_t p = side_tokens(&s->texts->source, l->source, l->source_len, &tokens);

        for (uint32_t a = 0; a < p; a++)
            s->places[s->firsts[tokens[a] + 1]++] = (place){k, a};
    }
    return s->places && s->pairs;
}

/* The target tokens of a lesson in which a place is, and how often they count. */
static size_t beside(const school *s, const place *at, const uint32_t **tokens,
                     unsigned *count)
{
    const lesson *l = &s->lessons[at->lesson];

    *count = (unsigned)(l->weight * 16.0F);
    return side_tokens(&s->texts->target, l->target, l->target_len, tokens);
}

static bool read_place(school *s, uint32_t source, const place *at)
{
    const uint32_t *target;
    unsigned count;
    size_t q = beside(s, at, &target, &count);
    uint32_t *to = s->pairs + s->lessons[at->lesson].pairs + q * at->token;

    for (size_t b = 0; b < q; b++) {
        to[b] = s->at[target[b]];
        if (to[b] == NONE && s->met[target[b]] >= ONCE_LIMIT &&
            !find_cell(s, source, target[b], &to[b]))
            return false;
    }
    return true;
}

/* One source type at a time, so that what is known of its pairs is near together. */
static bool read_places(school *s, uint32_t source)
{
    const place *start = s->places + s->firsts[source];
    const place *end = s->places + s->firsts[source + 1];
    const uint32_t *target;
    unsigned count;

    for (const place *at = start; at < end; at++) {
        size_t q = beside(s, at, &target, &count);

        for (size_t b = 0; b < q; b++)
            s->met[target[b]] += count;
    }
    for (const place *at = start; at < end; at++)
        if (!read_place(s, source, at))
            return false;
    for (const place *at = start; at < end; at++) {
        size_t q = beside(s, at, &target, &count);

        for (size_t b = 0; b < q; b++)
            s->met[target[b]] = 0;
    }
    return true;
}

static bool make_cells(school *s)
{
    for (int k = 0; k < 2; k++) {
        s->t[k] = cq_alloc((s->cells_len + 1) * sizeof(*s->t[k]));
        s->count[k] = cq_zalloc((s->cells_len + 1) * sizeof(*s->count[k]));
        if (!s->t[k] || !s->count[k])
            return false;
    }
    return true;
}

static cq_status find_cells(school *s, const cq_align_pairs *cognates, cq_error *err)
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
            s->at[s->cells[k].target] = NONE;
    }
    cq_free(types);
    return has_memory && make_cells(s) ? CQ_OK : no_memory(s, err);
}

/* ---- expectation and maximization (Brown et al. 1993, model 1) -----------------------
 */

/* How often a type comes anyway. One that fills the text (a form, a table that says one
 * thing a thousand times) is no more usual in the language for that, or finding it on
 * both sides would mean nothing. */
static float often(const school *s, int side, uint32_t type)
{
    const cq_align_text *text = side ? &s->texts->target : &s->texts->source;
    float share = (float)((text->types[type].count + 0.5) / (s->tokens[side] + 1));

    return fminf(share, OFTEN_MAX);
}

static size_t types_of(const school *s, int direction)
{
    return direction ? s->texts->source.types_len : s->texts->target.types_len;
}

/* Expected counts of a lesson in one direction: 0 targets from sources, 1 the reverse. */
static void expect(school *s, const lesson *l, int direction)
{
    const uint32_t *source, *target, *given, *pairs = s->pairs + l->pairs;
    size_t p = side_tokens(&s->texts->source, l->source, l->source_len, &source);
    size_t q = side_tokens(&s->texts->target, l->target, l->target_len, &target);
    size_t to = direction ? p : q, from = direction ? q : p;
    float sum[SIDE_TOKENS], scale;

    if (p == 0 || q == 0)
        return;
    given = direction ? source : target;
    for (size_t k = 0; k < to; k++)
        sum[k] = 0;
    scale = (float)(1 - s->miss[direction]) / (float)from;
    for (size_t a = 0; a < p; a++)
        for (size_t b = 0; b < q; b++)
            if (pairs[a * q + b] != NONE)
                sum[direction ? a : b] += s->t[direction][pairs[a * q + b]];
    for (size_t k = 0; k < to; k++) {
        float none = s->alone[direction][given[k]] * often(s, !direction, given[k]);
        float whole = none + scale * sum[k];

        s->missed[direction][given[k]] += l->weight * none / whole;
        s->seen[direction][given[k]] += l->weight;
        sum[k] = l->weight * scale / whole;
    }
    for (size_t a = 0; a < p; a++)
        for (size_t b = 0; b < q; b++) {
            uint32_t at = pairs[a * q + b];
            float part;

            if (at == NONE)
                continue;
            part = s->t[direction][at] * sum[direction ? a : b];
            s->count[direction][at] += part;
            s->total[direction][direction ? target[b] : source[a]] += part;
        }
}

static void expect_all(school *s, int direction)
{
    size_t bytes = types_of(s, direction) * sizeof(float);

    memset(s->total[direction], 0, types_of(s, !direction) * sizeof(float));
    memset(s->missed[direction], 0, bytes);
    memset(s->seen[direction], 0, bytes);
    for (size_t k = 0; k < s->lessons_len; k++)
        expect(s, &s->lessons[k], direction);
}

static void maximize(school *s, int direction)
{
    for (size_t k = 0; k < s->cells_len; k++) {
        cell *c = &s->cells[k];
        s->total[direction][direction ? c->target : c->source] += c->prior;
    }
    for (size_t k = 0; k < s->cells_len; k++) {
        cell *c = &s->cells[k];
        float total = s->total[direction][direction ? c->target : c->source];
        float count =
            fmaxf(s->count[direction][k] - DISCOUNT, 0) + c->prior + c->known[direction];

        total += s->known_total[direction][direction ? c->target : c->source];
        s->t[direction][k] = count / (total + 0.5F);
        s->count[direction][k] = 0;
    }
}

static void start(school *s)
{
    for (size_t k = 0; k < s->cells_len; k++) {
        cell *c = &s->cells[k];

        for (int d = 0; d < 2; d++) {
            float total = s->known_total[d][d ? c->target : c->source];

            if (s->lessons_len == 0)
                s->t[d][k] = (c->prior + c->known[d]) / (c->prior + total + 1);
            else
                s->t[d][k] = often(s, !d, d ? c->source : c->target) + 0.3F * c->prior +
                             c->known[d] / (total + 1);
        }
    }
}

/* What the lexicon beforehand knows of the words that have no counterpart. */
static void miss_known(school *s, int direction)
{
    const cq_align_text *text = direction ? &s->texts->source : &s->texts->target;
    const cq_lexicon *known = s->texts->known;

    for (size_t t = 0; t < text->types_len; t++) {
        const cq_lexicon_word *word;
        float scale, explained;

        if (text->types[t].word == UINT32_MAX)
            continue;
        word = &known->words[!direction][text->types[t].word];
        scale = (float)word->seen > 1000.0F * KNOWN_MAX ? KNOWN_MAX / (float)word->seen
                                                        : 0.001F;
        s->seen[direction][t] += (float)word->seen * scale;
        explained = fminf((float)known->total[!direction][text->types[t].word],
                          0.95F * (float)word->seen);
        s->missed[direction][t] += ((float)word->seen - explained) * scale;
    }
}

/* How often tokens have no counterpart, in all and of each type. A type that was not met
 * is taken to be like those met once or twice. */
static void fit_alone(school *s, int direction)
{
    size_t types = types_of(s, direction);
    double missed = 5, seen = 10, rare_missed = 5 * MISS_START, rare_seen = 5;
    float usual;

    if (s->texts->known)
        miss_known(s, direction);
    for (size_t t = 0; t < types; t++) {
        missed += s->missed[direction][t];
        seen += s->seen[direction][t];
        if (s->seen[direction][t] < 2.5F) {
            rare_missed += s->missed[direction][t];
            rare_seen += s->seen[direction][t];
        }
    }
    s->miss[direction] = fmin(fmax(missed / seen, 0.1), MISS_MAX);
    usual = (float)(s->is_first ? MISS_START : rare_missed / rare_seen);
    for (size_t t = 0; t < types; t++)
        s->alone[direction][t] = (s->missed[direction][t] + ALONE_PRIOR * usual) /
                                 (s->seen[direction][t] + ALONE_PRIOR);
}

/* Words that are known start as they are known, not as all others do. */
static void start_alone(school *s, int direction)
{
    const cq_align_text *text = direction ? &s->texts->source : &s->texts->target;
    size_t types = types_of(s, direction);
    float missed = 0, all = 0;

    memset(s->missed[direction], 0, types * sizeof(float));
    memset(s->seen[direction], 0, types * sizeof(float));
    miss_known(s, direction);
    for (size_t t = 0; t < types; t++) {
        float *alone = &s->alone[direction][t];

        *alone = (s->missed[direction][t] + ALONE_PRIOR * *alone) /
                 (s->seen[direction][t] + ALONE_PRIOR);
        missed += *alone * (float)text->types[t].count;
        all += (float)text->types[t].count;
    }
    s->miss[direction] = all > 0 ? (double)(missed / all) : MISS_START;
}

static void learn(school *s)
{
    start(s);
    for (int direction = 0; direction < 2; direction++)
        for (size_t t = 0; t < types_of(s, direction); t++)
            s->alone[direction][t] = (float)s->miss[direction];
    if (s->texts->known)
        for (int direction = 0; direction < 2; direction++)
            start_alone(s, direction);
    for (size_t round = 0; round < ROUNDS && s->lessons_len > 0; round++)
        for (int direction = 0; direction < 2; direction++) {
            expect_all(s, direction);
            maximize(s, direction);
            fit_alone(s, direction);
        }
}

/* ---- the result ----------------------------------------------------------------------
 */

static bool is_worth(const school *s, size_t k)
{
    return s->t[0][k] > RATIO_MIN * often(s, 1, s->cells[k].target) ||
           s->t[1][k] > RATIO_MIN * often(s, 0, s->cells[k].source);
}

static cq_status give(school *s, cq_align_lexicon *lexicon, cq_error *err)
{
    size_t types = s->texts->source.types_len, len = 0;

    for (size_t k = 0; k < s->cells_len; k++)
        len += is_worth(s, k);
    lexicon->first = cq_zalloc((types + 2) * sizeof(*lexicon->first));
    lexicon->entries = cq_alloc((len + 1) * sizeof(*lexicon->entries));
    if (!lexicon->first || !lexicon->entries)
        return no_memory(s, err);
    for (size_t k = 0; k < s->cells_len; k++)
        if (is_worth(s, k))
            lexicon->first[s->cells[k].source + 2]++;
    for (size_t t = 0; t < types; t++)
        lexicon->first[t + 2] += lexicon->first[t + 1];
    for (size_t k = 0; k < s->cells_len; k++) {
        const cell *c = &s->cells[k];

        if (!is_worth(s, k))
            continue;
        lexicon->entries[lexicon->first[c->source + 1]++] =
            (cq_align_entry){.target = c->target,
                             .forward = s->t[0][k] / often(s, 1, c->target),
                             .backward = s->t[1][k] / often(s, 0, c->source)};
    }
    lexicon->types = types;
    lexicon->len = len;
    memcpy(lexicon->miss, s->miss, sizeof(lexicon->miss));
    for (int k = 0; k < 2; k++) {
        lexicon->alone[k] = s->alone[k];
        s->alone[k] = NULL;
    }
    return CQ_OK;
}

static void release_school(school *s)
{
    cq_free(s->lessons);
    cq_free(s->cells);
    cq_free(s->at);
    cq_free(s->met);
    cq_free(s->firsts);
    cq_free(s->places);
    cq_free(s->pairs);
    for (int k = 0; k < 2; k++) {
        cq_free(s->t[k]);
        cq_free(s->count[k]);
        cq_free(s->total[k]);
        cq_free(s->known_total[k]);
        cq_free(s->alone[k]);
        cq_free(s->missed[k]);
        cq_free(s->seen[k]);
    }
}

static bool make_tables(school *s)
{
    bool is_made = true;

    for (int k = 0; k < 2 && is_made; k++) {
        s->known_total[k] = cq_zalloc((types_of(s, !k) + 1) * sizeof(float));
        s->total[k] = cq_alloc((types_of(s, !k) + 1) * sizeof(float));
        s->alone[k] = cq_alloc((types_of(s, k) + 1) * sizeof(float));
        s->missed[k] = cq_alloc((types_of(s, k) + 1) * sizeof(float));
        s->seen[k] = cq_alloc((types_of(s, k) + 1) * sizeof(float));
        is_made =
            s->known_total[k] && s->total[k] && s->alone[k] && s->missed[k] && s->seen[k];
    }
    return is_made;
}

static void set_up(school *s, const cq_align_texts *texts, const cq_align_links *links)
{
    *s = (school){.texts = texts, .miss = {0.5, 0.5}};
    s->is_first = links->len == 0;
    if (links->len + texts->seeds == 0)
        s->miss[0] = s->miss[1] = MISS_START;
    s->tokens[0] = (double)texts->source.tokens_len;
    s->tokens[1] = (double)texts->target.tokens_len;
}

static cq_status go_to_school(school *s, const cq_align_pairs *cognates,
                              const cq_align_links *links, cq_error *err)
{
    cq_status status = make_tables(s) ? take_lessons(s, links, err) : no_memory(s, err);

    if (status >= 0)
        status = find_cells(s, cognates, err);
    if (status >= 0)
        learn(s);
    return status;
}

cq_status cq_align_lexicon_learn(cq_align_lexicon *lexicon, const cq_align_texts *texts,
                                 const cq_align_pairs *cognates,
                                 const cq_align_links *links, cq_error *err)
{
    school s;
    cq_align_lexicon made = {0};
    cq_status status;

    set_up(&s, texts, links);
    status = go_to_school(&s, cognates, links, err);
    if (status >= 0)
        status = give(&s, &made, err);
    release_school(&s);
    if (status < 0) {
        cq_align_lexicon_release(&made);
        return status;
    }
    cq_align_lexicon_release(lexicon);
    *lexicon = made;
    return CQ_OK;
}

/* ---- teaching ------------------------------------------------------------------------
 */

#define TEACH_MIN 30 /* thousandths: less of a pair of words is chance */

static uint64_t thousandths(float count) { return (uint64_t)(count * 1000.0F + 0.5F); }

static cq_status teach_words(const school *s, cq_lexicon *lexicon, int side,
                             uint32_t *ids, cq_error *err)
{
    const cq_align_text *text = side ? &s->texts->target : &s->texts->source;
    cq_status status = CQ_OK;

    for (size_t t = 0; t < text->types_len && status >= 0; t++)
        status = cq_lexicon_add_word(lexicon, side, text->types[t].key,
                                     thousandths(s->seen[!side][t]), &ids[t], err);
    return status;
}

static cq_status teach(const school *s, cq_lexicon *lexicon, uint32_t *source,
                       uint32_t *target, cq_error *err)
{
    cq_status status = teach_words(s, lexicon, 0, source, err);

    if (status >= 0)
        status = teach_words(s, lexicon, 1, target, err);
    for (size_t k = 0; k < s->cells_len && status >= 0; k++) {
        const cell *c = &s->cells[k];
        uint64_t count = thousandths((s->count[0][k] + s->count[1][k]) / 2);

        if (count >= TEACH_MIN)
            status = cq_lexicon_add_pair(lexicon, source[c->source], target[c->target],
                                         count, err);
    }
    return status;
}

cq_status cq_align_lexicon_teach(cq_lexicon *lexicon, const cq_align_texts *texts,
                                 const cq_align_pairs *cognates,
                                 const cq_align_links *links, cq_error *err)
{
    uint32_t *source = cq_alloc((texts->source.types_len + 1) * sizeof(*source));
    uint32_t *target = cq_alloc((texts->target.types_len + 1) * sizeof(*target));
    school s;
    cq_status status;

    set_up(&s, texts, links);
    status =
        source && target ? go_to_school(&s, cognates, links, err) : no_memory(&s, err);
    for (int direction = 0; direction < 2 && status >= 0; direction++)
        expect_all(&s, direction);
    if (status >= 0)
        status = teach(&s, lexicon, source, target, err);
    release_school(&s);
    cq_free(source);
    cq_free(target);
    return status;
}

cq_status cq_lexicon_learn(cq_lexicon *lexicon, const cq_lang *source,
                           const cq_lang *target, const cq_seed *seeds, size_t seeds_len,
                           cq_error *err)
{
    cq_align_request request = {.source = {.lang = source},
                                .target = {.lang = target},
                                .seeds = seeds,
                                .seeds_len = seeds_len,
                                .teach = lexicon};
    cq_align_texts texts;
    cq_align_pairs cognates = {0};
    cq_align_links none = {0};
    cq_status status = cq_align_texts_init(&texts, &request, err);

    if (status < 0)
        return status;
    status = cq_align_cognates(&texts, &cognates, err);
    if (status >= 0)
        status = cq_align_lexicon_teach(lexicon, &texts, &cognates, &none, err);
    cq_free(cognates.items);
    cq_align_texts_release(&texts);
    return status;
}

void cq_align_lexicon_release(cq_align_lexicon *lexicon)
{
    cq_free(lexicon->first);
    cq_free(lexicon->entries);
    cq_free(lexicon->alone[0]);
    cq_free(lexicon->alone[1]);
    *lexicon = (cq_align_lexicon){0};
}
