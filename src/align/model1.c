#include "align/school.h"

#include <math.h>
#include <string.h>

#define MISS_MAX    0.95  /* of all words: some always have a counterpart */
#define ALONE_PRIOR 3.0F  /* tokens of each type, by which it starts as the others are */
#define ROUNDS      3     /* more sharpen what chance began */
#define DISCOUNT    0.3F  /* of each count: one bead alone proves little */
#define OFTEN_MAX   0.05F /* as often as "the" is in English, or a comma */

/* How often a type comes anyway. One that fills the text (a form, a table that says one
 * thing a thousand times) is no more usual in the language for that, or finding it on
 * both sides would mean nothing. */
float cq_school_often(const cq_school *s, int side, uint32_t type)
{
    const cq_align_text *text = side ? &s->texts->target : &s->texts->source;
    float share = (float)((text->types[type].count + 0.5) / (s->tokens[side] + 1));

    return fminf(share, OFTEN_MAX);
}

size_t cq_school_types(const cq_school *s, int direction)
{
    return direction ? s->texts->source.types_len : s->texts->target.types_len;
}

/* Expected counts of a lesson in one direction: 0 targets from sources, 1 the reverse. */
static void expect(cq_school *s, const cq_school_lesson *l, int direction)
{
    const uint32_t *source, *target, *given, *pairs = s->pairs + l->pairs;
    size_t p = cq_school_tokens(&s->texts->source, l->source, l->source_len, &source);
    size_t q = cq_school_tokens(&s->texts->target, l->target, l->target_len, &target);
    size_t to = direction ? p : q, from = direction ? q : p;
    float sum[CQ_SCHOOL_TOKENS], scale;

    if (p == 0 || q == 0)
        return;
    given = direction ? source : target;
    for (size_t k = 0; k < to; k++)
        sum[k] = 0;
    scale = (float)(1 - s->miss[direction]) / (float)from;
    for (size_t a = 0; a < p; a++)
        for (size_t b = 0; b < q; b++)
            if (pairs[a * q + b] != CQ_SCHOOL_NONE)
                sum[direction ? a : b] += s->t[direction][pairs[a * q + b]];
    for (size_t k = 0; k < to; k++) {
        float none =
            s->alone[direction][given[k]] * cq_school_often(s, !direction, given[k]);
        float whole = none + scale * sum[k];

        s->missed[direction][given[k]] += l->weight * none / whole;
        s->seen[direction][given[k]] += l->weight;
        sum[k] = l->weight * scale / whole;
    }
    for (size_t a = 0; a < p; a++)
        for (size_t b = 0; b < q; b++) {
            uint32_t at = pairs[a * q + b];
            float part;

            if (at == CQ_SCHOOL_NONE)
                continue;
            part = s->t[direction][at] * sum[direction ? a : b];
            s->count[direction][at] += part;
            s->total[direction][direction ? target[b] : source[a]] += part;
        }
}

void cq_school_expect(cq_school *s, int direction)
{
    size_t bytes = cq_school_types(s, direction) * sizeof(float);

    memset(s->total[direction], 0, cq_school_types(s, !direction) * sizeof(float));
    memset(s->missed[direction], 0, bytes);
    memset(s->seen[direction], 0, bytes);
    for (size_t k = 0; k < s->lessons_len; k++)
        expect(s, &s->lessons[k], direction);
}

static void maximize(cq_school *s, int direction)
{
    for (size_t k = 0; k < s->cells_len; k++) {
        cq_school_cell *c = &s->cells[k];
        s->total[direction][direction ? c->target : c->source] += c->prior;
    }
    for (size_t k = 0; k < s->cells_len; k++) {
        cq_school_cell *c = &s->cells[k];
        float total = s->total[direction][direction ? c->target : c->source];
        float count =
            fmaxf(s->count[direction][k] - DISCOUNT, 0) + c->prior + c->known[direction];

        total += s->known_total[direction][direction ? c->target : c->source];
        s->t[direction][k] = count / (total + 0.5F);
        s->count[direction][k] = 0;
    }
}

static void start(cq_school *s)
{
    for (size_t k = 0; k < s->cells_len; k++) {
        cq_school_cell *c = &s->cells[k];

        for (int d = 0; d < 2; d++) {
            float total = s->known_total[d][d ? c->target : c->source];

            if (s->lessons_len == 0)
                s->t[d][k] = (c->prior + c->known[d]) / (c->prior + total + 1);
            else
                s->t[d][k] = cq_school_often(s, !d, d ? c->source : c->target) +
                             0.3F * c->prior + c->known[d] / (total + 1);
        }
    }
}

/* What the lexicon beforehand knows of the words that have no counterpart. */
static void miss_known(cq_school *s, int direction)
{
    const cq_align_text *text = direction ? &s->texts->source : &s->texts->target;
    const cq_lexicon *known = s->texts->known;

    for (size_t t = 0; t < text->types_len; t++) {
        const cq_lexicon_word *word;
        float scale, explained;

        if (text->types[t].word == UINT32_MAX)
            continue;
        word = &known->words[!direction][text->types[t].word];
        scale = (float)word->seen > 1000.0F * CQ_SCHOOL_KNOWN_MAX
                    ? CQ_SCHOOL_KNOWN_MAX / (float)word->seen
                    : 0.001F;
        s->seen[direction][t] += (float)word->seen * scale;
        explained = fminf((float)known->total[!direction][text->types[t].word],
                          0.95F * (float)word->seen);
        s->missed[direction][t] += ((float)word->seen - explained) * scale;
    }
}

/* How often tokens have no counterpart, in all and of each type. A type that was not met
 * is taken to be like those met once or twice. */
static void fit_alone(cq_school *s, int direction)
{
    size_t types = cq_school_types(s, direction);
    double missed = 5, seen = 10, rare_missed = 5 * CQ_SCHOOL_MISS_START, rare_seen = 5;
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
    usual = (float)(s->is_first ? CQ_SCHOOL_MISS_START : rare_missed / rare_seen);
    for (size_t t = 0; t < types; t++)
        s->alone[direction][t] = (s->missed[direction][t] + ALONE_PRIOR * usual) /
                                 (s->seen[direction][t] + ALONE_PRIOR);
}

/* Words that are known start as they are known, not as all others do. */
static void start_alone(cq_school *s, int direction)
{
    const cq_align_text *text = direction ? &s->texts->source : &s->texts->target;
    size_t types = cq_school_types(s, direction);
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
    s->miss[direction] = all > 0 ? (double)(missed / all) : CQ_SCHOOL_MISS_START;
}

void cq_school_learn(cq_school *s)
{
    start(s);
    for (int direction = 0; direction < 2; direction++)
        for (size_t t = 0; t < cq_school_types(s, direction); t++)
            s->alone[direction][t] = (float)s->miss[direction];
    if (s->texts->known)
        for (int direction = 0; direction < 2; direction++)
            start_alone(s, direction);
    for (size_t round = 0; round < ROUNDS && s->lessons_len > 0; round++)
        for (int direction = 0; direction < 2; direction++) {
            cq_school_expect(s, direction);
            maximize(s, direction);
            fit_alone(s, direction);
        }
}
