/* learn.c -- abbreviations that raw text shows (<calque/locale.h>, "learning"). */
#include <calque/locale.h>

#include "segment/segment.h"
#include "segment/spot.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* Distinct words that are counted; a new one beyond is not. */
#define TYPES_MAX ((size_t)2 << 20)

/* Bytes of a word that may be an abbreviation. */
#define TYPE_MAX_BYTES 48

/* Text is read by lines; a line longer than this is cut at a space. */
#define CHUNK_MAX ((size_t)1 << 20)

/* Kiss and Strunk 2006, section 4.1: how likely a stop follows an abbreviation, and the
 * score from which a word is held to be one. */
#define P_ABBREVIATION 0.99
#define SCORE_MIN      0.3

/* What is counted of a word in any case. */
typedef struct type {
    cq_str key;     /* in small letters, no final stop; in the map's arena */
    cq_str capital; /* as first met with a capital; empty while never */
    uint64_t with, without;
    uint64_t with_capital;          /* of `with`, those that begin with a capital */
    uint64_t small, capital_inside; /* how it begins when no stop goes before */
    uint64_t before_small, before_capital, before_number, after_number;
    uint64_t before_starter; /* of before_capital, before a word mostly written small */
} type;

struct cq_learner {
    cq_locale *locale;
    cq_lexicon lexicon;
    cq_map numbers; /* of types, by key */
    type *types;
    size_t len, capacity;
    uint64_t words, stops; /* counts of all */
    cq_arena arena;        /* spellings */
    cq_buf pending;        /* of the line not read yet */
    uint64_t line;         /* 1-based, of its start */
    cq_proposal *proposals;
    size_t proposals_capacity;
};

/* One word of the text. */
typedef struct item {
    cq_word word;
    bool has_stop;     /* just one, and not part of an ellipsis */
    bool is_candidate; /* letters, with stops and hyphens inside */
} item;

cq_status cq_learner_open(const cq_lang *lang, const char *folder, cq_learner **learner,
                          cq_error *err)
{
    const cq_locale_files files = {.folder = folder};
    cq_learner *made = cq_zalloc(sizeof(*made));
    cq_status status;

    *learner = NULL;
    if (!made)
        return cq_fail(err, CQ_E_NOMEM, "no memory to learn from text");
    made->line = 1;
    status = cq_locale_open(lang, &files, &made->locale, err);
    if (status == CQ_OK)
        status = cq_lexicon_load(made->locale, &made->lexicon, err);
    if (status != CQ_OK) {
        cq_learner_close(made);
        return status;
    }
    *learner = made;
    return CQ_OK;
}

void cq_learner_close(cq_learner *learner)
{
    if (!learner)
        return;
    if (learner->lexicon.pages)
        cq_lexicon_release(&learner->lexicon);
    cq_locale_close(learner->locale);
    cq_map_release(&learner->numbers);
    cq_arena_release(&learner->arena);
    cq_buf_release(&learner->pending);
    cq_free(learner->types);
    cq_free(learner->proposals);
    cq_free(learner);
}

/* ---- counting -------------------------------------------------------------------------
 */

/* The type of a word, made when it is new; NULL when there are too many, or it is too
 * long. `*is_short` when memory is. */
static type *type_of(cq_learner *learner, cq_str word, bool *is_short)
{
    char lower[TYPE_MAX_BYTES];
    size_t len;
    uint64_t *number;
    bool is_new = false;

    if (!cq_lexicon_lower(word, lower, sizeof(lower), &len))
        return NULL;
    number = cq_map_find(&learner->numbers, (cq_str){lower, len});
    if (number)
        return &learner->types[*number];
    if (learner->len == TYPES_MAX)
        return NULL;
    if (cq_grow(&learner->types, &learner->capacity, learner->len + 1,
                sizeof(*learner->types))) {
        cq_str key = cq_arena_copy(&learner->arena, (cq_str){lower, len});

        number = key.ptr ? cq_map_add(&learner->numbers, key, &is_new) : NULL;
        if (number) {
            *number = learner->len;
            learner->types[learner->len] = (type){.key = key};
            return &learner->types[learner->len++];
        }
    }
    *is_short = true;
    return NULL;
}

static bool is_mostly_small(const cq_learner *learner, cq_str word)
{
    char lower[TYPE_MAX_BYTES];
    const uint64_t *number;
    const type *found;
    size_t len;

    if (cq_lexicon_has(&learner->lexicon.starters, word))
        return true;
    if (!cq_lexicon_lower(word, lower, sizeof(lower), &len))
        return false;
    number = cq_map_find(&learner->numbers, (cq_str){lower, len});
    found = number ? &learner->types[*number] : NULL;
    return found && found->small > 4 * found->capital_inside && found->small > 4;
}

/* What follows a word with a stop. */
static void count_next(const cq_learner *learner, cq_str text, type *t, const item *next)
{
    cq_str word = cq_str_slice(text, next->word.start, next->word.end);

    if (next->word.digits > 0 && next->word.letters == 0)
        t->before_number++;
    else if (next->word.is_upper) {
        t->before_capital++;
        t->before_starter += is_mostly_small(learner, word);
    } else if (next->word.is_lower) {
        t->before_small++;
    }
}

static cq_status count_item(cq_learner *learner, cq_str text, const item *before,
                            const item *at, const item *next)
{
    cq_str word = cq_str_slice(text, at->word.start, at->word.end);
    bool is_short = false;
    type *t = at->is_candidate ? type_of(learner, word, &is_short) : NULL;

    learner->words++;
    learner->stops += at->has_stop;
    if (is_short)
        return CQ_E_NOMEM;
    if (!t)
        return CQ_OK;
    if (at->word.is_upper && !t->capital.ptr) {
        t->capital = cq_arena_copy(&learner->arena, word);
        if (!t->capital.ptr)
            return CQ_E_NOMEM;
    }
    if (before && !before->has_stop) {
        t->small += !at->word.is_upper;
        t->capital_inside += at->word.is_upper;
    }
    if (!at->has_stop) {
        t->without++;
        return CQ_OK;
    }
    t->with++;
    t->with_capital += at->word.is_upper;
    t->after_number += before && before->word.digits > 0 && !before->has_stop;
    if (next)
        count_next(learner, text, t, next);
    return CQ_OK;
}

/* ---- reading --------------------------------------------------------------------------
 */

static uint32_t look_at(const cq_learner *learner, cq_str text, size_t at)
{
    return at < text.len ? cq_lexicon_look(&learner->lexicon, cq_text_next(text, &at))
                         : 0;
}

/* The word between two spaces, without what stands around it. */
static item read_item(const cq_learner *learner, cq_str text, size_t start, size_t end)
{
    item made = {0};
    size_t last = start, after, first = end;

    for (size_t at = start; at < end;) {
        size_t from = at;

        if (cq_lexicon_look(&learner->lexicon, cq_text_next(text, &at)) & CQ_CHAR_WORD) {
            first = from < first ? from : first;
            last = at;
        }
    }
    if (first >= last)
        return made;
    made.word = cq_spot_word_at(&learner->lexicon, text, first);
    made.is_candidate =
        made.word.end == last && made.word.letters > 0 &&
        (made.word.kind == CQ_WORD_PLAIN || made.word.kind == CQ_WORD_DOTTED ||
         made.word.kind == CQ_WORD_ROMAN);
    made.word.end = last;
    after = last;
    if (look_at(learner, text, last) & CQ_SIGN_STOP) {
        cq_text_next(text, &after);
        made.has_stop = !(look_at(learner, text, after) & (CQ_SIGN_MARK | CQ_CHAR_WORD));
    }
    return made;
}

/* Count the words of one line, each with its neighbours. */
static cq_status read_line(cq_learner *learner, cq_str line)
{
    item items[3] = {{{0}, false, false}}; /* the one before, the one counted, the next */
    size_t held = 0;
    cq_status status = CQ_OK;

    for (size_t at = 0; at < line.len && status == CQ_OK;) {
        size_t start = cq_spot_skip_space(&learner->lexicon, line, at), end = start;
        item next;

        while (end < line.len) {
            size_t step = end;

            if (cq_lexicon_look(&learner->lexicon, cq_text_next(line, &step)) &
                CQ_CHAR_SPACE)
                break;
            end = step;
        }
        next = read_item(learner, line, start, end);
        at = end;
        if (next.word.end == 0)
            continue;
        items[0] = items[1];
        items[1] = items[2];
        items[2] = next;
        if (++held > 1)
            status = count_item(learner, line, held > 2 ? &items[0] : NULL, &items[1],
                                &items[2]);
    }
    if (held > 0 && status == CQ_OK)
        status = count_item(learner, line, held > 1 ? &items[1] : NULL, &items[2], NULL);
    return status;
}

/* Read the lines of text[0, end). */
static cq_status read_lines(cq_learner *learner, cq_str text, cq_error *err)
{
    size_t valid = cq_text_valid(text);

    for (size_t at = 0; at < text.len;) {
        const char *found = memchr(text.ptr + at, '\n', text.len - at);
        size_t end = found ? (size_t)(found - text.ptr) : text.len;

        if (valid < end) {
            cq_fail_number(err, CQ_E_INPUT, 1, "byte 0x%02X is not valid UTF-8",
                           (unsigned)(unsigned char)text.ptr[valid]);
            cq_fail_at(err, NULL, learner->line, valid - at + 1);
            return CQ_E_INPUT;
        }
        if (read_line(learner, cq_str_slice(text, at, end)) != CQ_OK)
            return cq_fail(err, CQ_E_NOMEM, "no memory to count words");
        learner->line += found != NULL;
        at = end + (found != NULL);
    }
    return CQ_OK;
}

/* How far the pending bytes are whole lines; a very long line is cut at a space. */
static size_t whole_lines(cq_str text)
{
    size_t at = text.len;

    while (at > 0 && text.ptr[at - 1] != '\n')
        at--;
    if (at > 0 || text.len < CHUNK_MAX)
        return at;
    for (at = text.len; at > 0 && text.ptr[at - 1] != ' '; at--)
        ;
    return at;
}

cq_status cq_learner_feed(cq_learner *learner, cq_str bytes, bool is_last, cq_error *err)
{
    size_t end, rest;
    cq_status status;

    cq_buf_add_str(&learner->pending, bytes);
    status = cq_buf_check(&learner->pending, err);
    if (status != CQ_OK)
        return status;
    end = is_last ? learner->pending.len : whole_lines(cq_buf_str(&learner->pending));
    status = read_lines(learner, (cq_str){learner->pending.ptr, end}, err);
    rest = learner->pending.len - end;
    if (end > 0 && rest > 0)
        memmove(learner->pending.ptr, learner->pending.ptr + end, rest);
    cq_buf_cut(&learner->pending, rest);
    if (is_last)
        learner->line = 1;
    return status;
}

uint64_t cq_learner_words(const cq_learner *learner) { return learner->words; }

/* ---- judging --------------------------------------------------------------------------
 */

/* Letters of a word and the stops inside it. */
static void measure(cq_str key, unsigned *letters, unsigned *stops)
{
    *letters = *stops = 0;
    for (size_t at = 0; at < key.len;) {
        uint32_t code = cq_text_next(key, &at);

        *stops += code == '.';
        *letters += code != '.';
    }
}

/* Kiss and Strunk 2006, section 4.1: a likelihood ratio after Dunning, times factors for
 * being short, for stops inside, and against standing without a stop. */
static double score_of(const cq_learner *learner, const type *t)
{
    double p = (double)learner->stops / (double)learner->words;
    double with = (double)t->with, without = (double)t->without;
    unsigned letters, stops;
    double ratio;

    measure(t->key, &letters, &stops);
    ratio = 2 * (with * log(P_ABBREVIATION) + without * log(1 - P_ABBREVIATION) -
                 with * log(p) - without * log(1 - p));
    return ratio * exp(-(double)letters) * (stops + 1) *
           pow(letters ? letters : 1, -without);
}

/* The list that the words around suggest. */
static const char *kind_of(const type *t)
{
    uint64_t seen = t->before_small + t->before_capital + t->before_number;
    bool is_capital = t->with_capital * 2 > t->with;

    if (t->before_number * 2 > seen)
        return "number";
    if (t->after_number * 2 > t->with)
        return "unit";
    if (t->before_starter * 4 > seen || seen * 2 < t->with)
        return "final";
    return is_capital && t->before_capital * 2 > seen ? "title" : "never";
}

static int compare(const void *left, const void *right)
{
    const cq_proposal *a = left, *b = right;
    int order = strcmp(a->kind, b->kind);

    if (order != 0)
        return order;
    if (a->score != b->score)
        return a->score < b->score ? 1 : -1;
    return cq_str_compare(a->spelling, b->spelling);
}

static bool is_proposed(const cq_learner *learner, const type *t, uint64_t min_count)
{
    char spelling[TYPE_MAX_BYTES + 1];

    if (t->with < min_count || t->with <= t->without)
        return false;
    memcpy(spelling, t->key.ptr, t->key.len);
    spelling[t->key.len] = '.';
    return cq_lexicon_kinds(&learner->lexicon, (cq_str){spelling, t->key.len + 1}) == 0 &&
           score_of(learner, t) >= SCORE_MIN;
}

/* The spelling that is seen more, with its stop. */
static cq_str spell(cq_learner *learner, const type *t)
{
    cq_str word = t->with_capital * 2 > t->with && t->capital.ptr ? t->capital : t->key;
    char spelling[TYPE_MAX_BYTES * 4];

    memcpy(spelling, word.ptr, word.len);
    spelling[word.len] = '.';
    return cq_arena_copy(&learner->arena, (cq_str){spelling, word.len + 1});
}

cq_status cq_learner_propose(cq_learner *learner, uint64_t min_count,
                             const cq_proposal **list, size_t *len, cq_error *err)
{
    size_t count = 0;

    for (size_t i = 0; i < learner->len; i++) {
        const type *t = &learner->types[i];
        cq_str spelling;

        if (!is_proposed(learner, t, min_count ? min_count : 5))
            continue;
        spelling = spell(learner, t);
        if (!spelling.ptr || !cq_grow(&learner->proposals, &learner->proposals_capacity,
                                      count + 1, sizeof(*learner->proposals)))
            return cq_fail(err, CQ_E_NOMEM, "no memory for %zu proposals", count + 1);
        learner->proposals[count++] = (cq_proposal){.spelling = spelling,
                                                    .kind = kind_of(t),
                                                    .score = score_of(learner, t),
                                                    .with = t->with,
                                                    .without = t->without,
                                                    .before_small = t->before_small,
                                                    .before_capital = t->before_capital,
                                                    .before_number = t->before_number,
                                                    .after_number = t->after_number};
    }
    if (count > 1)
        qsort(learner->proposals, count, sizeof(*learner->proposals), compare);
    *list = learner->proposals;
    *len = count;
    return CQ_OK;
}
