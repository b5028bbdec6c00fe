/* How much the first suggestion leaves to do: units of a real memory are held out one at
 * a time, each ranking picks the unit it holds the nearest, and that unit's target is
 * edited into the known one.
 *
 *   bench-effort PAIRS.tsv LANG [OPTION...]
 *
 * PAIRS.tsv has source<TAB>target lines; LANG is the language of the source. Options:
 *   --reverse      take the second column as the source
 *   --queries=N    units held out (2000), spread evenly
 *   --least=N      leave out queries for which neither word distance nor OmegaT's first
 *                  score nor calque has N percent (60)
 *
 * Sixty lines in a row count as a document; even documents are for tuning, odd ones for
 * reporting, and are told apart. Edits are Levenshtein's over the characters of the
 * longer target. The rankings, on the same units:
 *
 *   word     words, numbers and marks as they stand, edit distance
 *   stem, form, full   what OmegaT shows ("Matches", OmegaT 6 manual): stemmed words
 *            without stop words, words, and all tokens with white space in lower case;
 *            each 100 * (longer - distance) / longer
 *   omegat   these three in turn, by which it orders
 *   calque   percent, then letters
 *   best     the least that any of the units costs
 *
 * Where units tie, the mean of their edits counts. */
#include "match/match.h"
#include "text/text.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define DOCUMENT  60 /* lines */
#define POOL      200
#define TOKEN_MAX 2000

enum { WORD, STEM, FORM, FULL, OMEGAT, CALQUE, RANKINGS };
static const char *const ranking_names[] = {"word", "stem",   "form",
                                            "full", "omegat", "calque"};

/* Those whose percent people see. */
static const size_t shown[] = {WORD, OMEGAT, CALQUE};

/* A token sequence, as numbers of a dictionary. */
typedef struct sequence {
    uint32_t *items;
    size_t len;
} sequence;

typedef struct unit {
    cq_str source, target;
    size_t document;
    uint64_t weight;
    sequence keys, words, stems, forms, full;
} unit;

typedef struct bench {
    cq_analyzer *analyzer;
    cq_matcher *sources, *targets; /* the query's source, its target */
    cq_map dictionary;
    cq_tokens tokens;
    unit *units;
    size_t len, capacity;
    bool is_english;
    cq_error err;
    /* by key: the units that hold it */
    uint32_t **holders;
    size_t *holders_len;
    uint32_t *weights; /* of a key's token */
} bench;

static void must(cq_status status, const bench *b)
{
    if (status < 0) {
        fprintf(stderr, "bench-effort: %s\n", b->err.message);
        exit(3);
    }
}

static void *grab(size_t count, size_t size)
{
    void *made = calloc(count + 1, size);

    if (!made) {
        fprintf(stderr, "bench-effort: no memory\n");
        exit(3);
    }
    return made;
}

/* ---- units ----------------------------------------------------------------------------
 */

/* Number of a string among those of its class, from 1. */
static uint32_t number_of(bench *b, char class, cq_str s)
{
    char bytes[256];
    size_t len = s.len < sizeof(bytes) - 1 ? s.len : sizeof(bytes) - 1;
    uint64_t *value;
    bool is_new;

    bytes[0] = class;
    memcpy(bytes + 1, s.ptr, len);
    value = cq_map_add(&b->dictionary, (cq_str){bytes, len + 1}, &is_new);
    if (!value)
        exit(3);
    if (is_new)
        *value = b->dictionary.len;
    return (uint32_t)*value;
}

static void push(sequence *s, uint32_t item) { s->items[s->len++] = item; }

/* Lucene's English stop words, which OmegaT's tokenizer leaves out when it stems. */
static bool is_stop_word(cq_str word)
{
    static const char *const words = " a an and are as at be but by for if in into is it "
                                     "no not of on or such that the "
                                     "their then there these they this to was will with ";
    char asked[16];

    if (word.len > sizeof(asked) - 3)
        return false;
    snprintf(asked, sizeof(asked), " %.*s ", (int)word.len, word.ptr);
    return strstr(words, asked) != NULL;
}

static bool has_digit(cq_str s)
{
    for (size_t i = 0; i < s.len; i++)
        if (s.ptr[i] >= '0' && s.ptr[i] <= '9')
            return true;
    return false;
}

static void add_token(bench *b, unit *u, const cq_token *token, cq_str gap)
{
    cq_str surface = cq_str_slice(u->source, token->start, token->end);
    uint32_t key = number_of(b, (char)('A' + token->kind), token->key);
    bool is_word = (token->kind == CQ_TOKEN_WORD || token->kind == CQ_TOKEN_CHARACTER) &&
                   !has_digit(surface);

    push(&u->keys, key);
    push(&u->words, number_of(b, 's', surface));
    if (gap.len)
        push(&u->full, number_of(b, 's', gap));
    push(&u->full, number_of(b, 'f', token->form));
    if (is_word)
        push(&u->forms, number_of(b, 's', surface));
    if (is_word && !(b->is_english && is_stop_word(token->form)))
        push(&u->stems, key);
}

static void cut(bench *b, unit *u)
{
    size_t at = 0, len;

    must(cq_analyzer_run(b->analyzer, u->source, &b->tokens, &b->err), b);
    len = b->tokens.len;
    u->weight = cq_match_total(&b->tokens);
    for (sequence *s = &u->keys; s <= &u->full; s++)
        s->items = grab(2 * len, sizeof(*s->items));
    for (size_t i = 0; i < len; i++) {
        const cq_token *token = &b->tokens.items[i];

        add_token(b, u, token, cq_str_slice(u->source, at, token->start));
        at = token->end;
    }
}

static cq_str copy(const char *text, size_t len)
{
    char *made = grab(len, 1);

    memcpy(made, text, len);
    return (cq_str){made, len};
}

static void read_units(bench *b, const char *path, bool is_reverse)
{
    FILE *file = fopen(path, "r");
    char *line = NULL;
    size_t size = 0, number = 0;
    cq_map seen = {0};

    if (!file) {
        perror(path);
        exit(2);
    }
    for (; getline(&line, &size, file) > 0; number++) {
        char *tab = strchr(line, '\t');
        cq_str first, second;
        bool is_new;

        if (!tab)
            continue;
        first = (cq_str){line, (size_t)(tab - line)};
        second = (cq_str){tab + 1, strcspn(tab + 1, "\t\n")};
        if (is_reverse) {
            cq_str swapped = first;

            first = second;
            second = swapped;
        }
        if (!cq_map_add(&seen, first, &is_new))
            exit(3);
        if (!is_new || first.len == 0 || first.len > TOKEN_MAX)
            continue;
        if (!cq_grow(&b->units, &b->capacity, b->len + 1, sizeof(*b->units)))
            exit(3);
        b->units[b->len] = (unit){.source = copy(first.ptr, first.len),
                                  .target = copy(second.ptr, second.len),
                                  .document = number / DOCUMENT};
        cut(b, &b->units[b->len++]);
    }
    cq_map_release(&seen);
    free(line);
    fclose(file);
}

/* Which units hold a key. */
static void make_lists(bench *b)
{
    size_t keys = b->dictionary.len + 1;

    b->holders = grab(keys, sizeof(*b->holders));
    b->holders_len = grab(keys, sizeof(*b->holders_len));
    for (size_t pass = 0; pass < 2; pass++) {
        for (size_t i = 0; pass && i < keys; i++) {
            b->holders[i] = grab(b->holders_len[i], sizeof(**b->holders));
            b->holders_len[i] = 0;
        }
        for (size_t i = 0; i < b->len; i++)
            for (size_t k = 0; k < b->units[i].keys.len; k++) {
                uint32_t key = b->units[i].keys.items[k];

                if (pass)
                    b->holders[key][b->holders_len[key]] = (uint32_t)i;
                b->holders_len[key]++;
            }
    }
}

/* ---- rankings -------------------------------------------------------------------------
 */

static size_t distance(const sequence *a, const sequence *b)
{
    static size_t row[4 * TOKEN_MAX + 1];

    for (size_t j = 0; j <= b->len; j++)
        row[j] = j;
    for (size_t i = 1; i <= a->len; i++) {
        size_t diagonal = row[0];

        row[0] = i;
        for (size_t j = 1; j <= b->len; j++) {
            size_t above = row[j], best = diagonal + (a->items[i - 1] != b->items[j - 1]);

            best = above + 1 < best ? above + 1 : best;
            row[j] = row[j - 1] + 1 < best ? row[j - 1] + 1 : best;
            diagonal = above;
        }
    }
    return row[b->len];
}

static int similarity(const sequence *a, const sequence *b)
{
    size_t longer = a->len > b->len ? a->len : b->len;

    return longer ? (int)(100 * (longer - distance(a, b)) / longer) : 0;
}

typedef struct choice {
    long best;    /* rank of the first */
    double edits; /* of those that tie, added */
    size_t ties;
    int percent; /* as its users see it */
} choice;

static void offer(choice *c, long rank, int percent, double edits)
{
    if (c->ties == 0 || rank > c->best)
        *c = (choice){rank, edits, 1, percent};
    else if (rank == c->best)
        *c = (choice){rank, c->edits + edits, c->ties + 1, percent};
}

static void offer_unit(bench *b, const unit *query, const unit *u, double edits,
                       choice choices[RANKINGS])
{
    int word = similarity(&query->words, &u->words);
    int stem = similarity(&query->stems, &u->stems);
    int form = similarity(&query->forms, &u->forms);
    int full = similarity(&query->full, &u->full), percent, letters;

    must(cq_analyzer_run(b->analyzer, u->source, &b->tokens, &b->err), b);
    must(cq_matcher_score(b->sources, u->source, &b->tokens, 0, &percent, &b->err), b);
    must(cq_matcher_letters(b->sources, u->source, &letters, &b->err), b);
    offer(&choices[WORD], word, word, edits);
    offer(&choices[STEM], stem, stem, edits);
    offer(&choices[FORM], form, form, edits);
    offer(&choices[FULL], full, full, edits);
    offer(&choices[OMEGAT], (stem * 101L + form) * 101 + full, stem, edits);
    offer(&choices[CALQUE], percent * 10001L + letters, percent, edits);
}

/* ---- queries --------------------------------------------------------------------------
 */

typedef struct near_unit {
    double share;
    uint32_t unit;
} near_unit;

static int by_share(const void *a, const void *b)
{
    const near_unit *x = a, *y = b;

    if (x->share != y->share)
        return x->share > y->share ? -1 : 1;
    return (x->unit > y->unit) - (x->unit < y->unit);
}

/* Weight that both have, in any order; `counts` is all 0, before and after. */
static uint64_t shared(const bench *b, const unit *x, const unit *y, uint32_t *counts)
{
    uint64_t weight = 0;

    for (size_t i = 0; i < x->keys.len; i++)
        counts[x->keys.items[i]]++;
    for (size_t i = 0; i < y->keys.len; i++)
        if (counts[y->keys.items[i]]) {
            counts[y->keys.items[i]]--;
            weight += b->weights[y->keys.items[i]];
        }
    for (size_t i = 0; i < x->keys.len; i++)
        counts[x->keys.items[i]] = 0;
    return weight;
}

/* The units that share most with the query: all rankings choose among them. */
static size_t make_pool(const bench *b, size_t query, near_unit *pool, uint32_t *counts,
                        unsigned char *is_seen)
{
    const unit *q = &b->units[query];
    size_t len = 0;

    is_seen[query] = 1;
    for (size_t i = 0; i < q->keys.len; i++) {
        uint32_t key = q->keys.items[i];

        for (size_t k = 0; k < b->holders_len[key]; k++) {
            uint32_t at = b->holders[key][k];
            const unit *u = &b->units[at];
            uint64_t heavier = u->weight > q->weight ? u->weight : q->weight;
            uint64_t lighter = u->weight > q->weight ? q->weight : u->weight;

            if (is_seen[at] || 3 * lighter < heavier)
                continue;
            is_seen[at] = 1;
            pool[len].share = (double)shared(b, q, u, counts) / (double)heavier;
            pool[len++].unit = at;
        }
    }
    is_seen[query] = 0;
    for (size_t i = 0; i < len; i++)
        is_seen[pool[i].unit] = 0;
    qsort(pool, len, sizeof(*pool), by_share);
    return len < POOL ? len : POOL;
}

/* Sums over the queries of one half. */
typedef struct result {
    size_t queries;
    double edits[RANKINGS], best;
    double band_edits[RANKINGS][11]; /* by the nearest ten percent */
    size_t band_queries[RANKINGS][11];
} result;

static void ask(bench *b, size_t query, const near_unit *pool, size_t len, int least,
                result *r)
{
    const unit *q = &b->units[query];
    choice choices[RANKINGS] = {{0}};
    double best = 1;
    int nearest = 0;

    must(cq_analyzer_run(b->analyzer, q->source, &b->tokens, &b->err), b);
    must(cq_matcher_set(b->sources, q->source, &b->tokens, &b->err), b);
    must(cq_matcher_set(b->targets, q->target, &b->tokens, &b->err), b);
    for (size_t i = 0; i < len; i++) {
        const unit *u = &b->units[pool[i].unit];
        int share;

        must(cq_matcher_letters(b->targets, u->target, &share, &b->err), b);
        offer_unit(b, q, u, 1 - share / 10000.0, choices);
        best = 1 - share / 10000.0 < best ? 1 - share / 10000.0 : best;
    }
    for (size_t i = 0; i < ARRAY_LEN(shown); i++)
        nearest =
            choices[shown[i]].percent > nearest ? choices[shown[i]].percent : nearest;
    if (nearest < least)
        return;
    r->queries++;
    r->best += best;
    for (size_t i = 0; i < RANKINGS; i++) {
        double edits = choices[i].edits / (double)choices[i].ties;
        size_t band = (size_t)(choices[i].percent + 5) / 10;

        r->edits[i] += edits;
        r->band_edits[i][band] += edits;
        r->band_queries[i][band]++;
    }
}

static void report(const result *r, const char *name)
{
    if (r->queries == 0)
        return;
    printf("%s: %zu queries, edits in %%:", name, r->queries);
    for (size_t i = 0; i < RANKINGS; i++)
        printf(" %s %.2f", ranking_names[i], 100 * r->edits[i] / (double)r->queries);
    printf(" best %.2f\n", 100 * r->best / (double)r->queries);
    for (size_t i = 0; i < ARRAY_LEN(shown); i++) {
        printf("  %s:", ranking_names[shown[i]]);
        for (size_t band = 6; band <= 10; band++)
            if (r->band_queries[shown[i]][band])
                printf("  %zu0 %% %.1f (%zu)", band,
                       100 * r->band_edits[shown[i]][band] /
                           (double)r->band_queries[shown[i]][band],
                       r->band_queries[shown[i]][band]);
        printf("\n");
    }
}

static void hold_out(bench *b, size_t queries, int least)
{
    near_unit *pool = grab(b->len, sizeof(*pool));
    uint32_t *counts = grab(b->dictionary.len + 1, sizeof(*counts));
    unsigned char *is_seen = grab(b->len, 1);
    result halves[2] = {{0}};

    for (size_t i = 0; i < queries && i < b->len; i++) {
        size_t query = queries < b->len ? i * b->len / queries : i;
        size_t len = make_pool(b, query, pool, counts, is_seen);

        if (b->units[query].keys.len > 1 && len > 0)
            ask(b, query, pool, len, least, &halves[b->units[query].document % 2]);
    }
    report(&halves[0], "tuning");
    report(&halves[1], "report");
}

static size_t option(int argc, char **argv, const char *name, size_t otherwise)
{
    for (int i = 1; i < argc; i++)
        if (strncmp(argv[i], name, strlen(name)) == 0)
            return (size_t)strtoul(argv[i] + strlen(name), NULL, 10);
    return otherwise;
}

int main(int argc, char **argv)
{
    static bench b;
    bool is_reverse = false;
    cq_lang lang;

    if (argc < 3) {
        printf("usage: bench-effort PAIRS.tsv LANG [--reverse] [--queries=N] "
               "[--least=N]\n");
        return 0;
    }
    for (int i = 3; i < argc; i++)
        is_reverse |= strcmp(argv[i], "--reverse") == 0;
    must(cq_lang_parse(cq_str_from(argv[2]), &lang, &b.err), &b);
    must(cq_analyzer_open(&lang, &b.analyzer, &b.err), &b);
    must(cq_matcher_new(&b.sources, &b.err), &b);
    must(cq_matcher_new(&b.targets, &b.err), &b);
    b.is_english = strcmp(lang.language, "en") == 0;
    read_units(&b, argv[1], is_reverse);
    b.weights = grab(b.dictionary.len + 1, sizeof(*b.weights));
    for (size_t i = 0; i < b.len; i++) {
        must(cq_analyzer_run(b.analyzer, b.units[i].source, &b.tokens, &b.err), &b);
        for (size_t k = 0; k < b.tokens.len; k++)
            b.weights[b.units[i].keys.items[k]] = cq_match_weight(b.tokens.items[k].kind);
    }
    make_lists(&b);
    hold_out(&b, option(argc, argv, "--queries=", 2000),
             (int)option(argc, argv, "--least=", 60));
    return 0;
}
