/* How fast the index is: builds one in memory and asks it, beside a plain scan over the
 * same texts in the same process.
 *
 *   bench-index                         200,000 made-up texts, and queries near them
 *   bench-index TEXTS.tsv QUERIES LANG  texts of a file's first column (splice.py)
 *
 * Options: --percent=N (70), --scans=N queries also scanned plainly (20). */
#include "index/index.h"
#include "../unit/index/rows.h"
#include "match/match.h"
#include "text/text.h"

#include <stdio.h>
#include <time.h>

typedef struct text {
    uint32_t start, len; /* in tokens */
    uint32_t weight;
} text;

typedef struct bench {
    struct rows rows;
    cq_analyzer *analyzer;
    cq_tokens cut;
    cq_map dictionary; /* kind and key -> token */
    cq_index_token *tokens;
    size_t tokens_len, tokens_capacity;
    text *texts;
    size_t len, capacity;
    uint64_t bytes; /* of the texts */
    cq_error err;
} bench;

/* Of this process alone: other work on the machine does not count. */
static double seconds(void)
{
    struct timespec now;

    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
    return (double)now.tv_sec + (double)now.tv_nsec / 1e9;
}

static void must(cq_status status, const bench *b)
{
    if (status < 0) {
        fprintf(stderr, "bench-index: %s\n", b->err.message);
        exit(3);
    }
}

/* Token of a key; a new number when `is_adding`, else 0 for an unknown one. */
static uint32_t token_of(bench *b, const cq_token *token, bool is_adding)
{
    char bytes[256];
    size_t len = token->key.len < 250 ? token->key.len : 250;
    uint64_t *value;
    bool is_new;

    bytes[0] = (char)token->kind;
    memcpy(bytes + 1, token->key.ptr, len);
    if (!is_adding) {
        value = cq_map_find(&b->dictionary, (cq_str){bytes, len + 1});
        return value ? (uint32_t)*value : 0;
    }
    value = cq_map_add(&b->dictionary, (cq_str){bytes, len + 1}, &is_new);
    if (is_new)
        *value = b->dictionary.len;
    return (uint32_t)*value;
}

static void add_text(bench *b, const cq_index_token *tokens, size_t len)
{
    text t = {(uint32_t)b->tokens_len, (uint32_t)len, 0};

    cq_grow(&b->tokens, &b->tokens_capacity, b->tokens_len + len, sizeof(*tokens));
    cq_grow(&b->texts, &b->capacity, b->len + 1, sizeof(t));
    for (size_t i = 0; i < len; i++) {
        b->tokens[b->tokens_len++] = tokens[i];
        t.weight += tokens[i].weight;
    }
    b->texts[b->len++] = t;
}

/* Tokens of a line; unknown ones have token 0 when not adding. */
static size_t cut_line(bench *b, cq_str line, cq_index_token *tokens, size_t max,
                       bool is_adding)
{
    size_t len = 0;

    must(cq_analyzer_run(b->analyzer, line, &b->cut, &b->err), b);
    for (; len < b->cut.len && len < max; len++) {
        const cq_token *token = &b->cut.items[len];

        tokens[len] =
            (cq_index_token){token_of(b, token, is_adding), cq_match_weight(token->kind)};
    }
    return len;
}

#define TOKENS_MAX 4096

static void read_texts(bench *b, const char *path)
{
    FILE *file = fopen(path, "r");
    char *line = NULL;
    size_t size = 0;
    static cq_index_token tokens[TOKENS_MAX];

    if (!file) {
        perror(path);
        exit(2);
    }
    while (getline(&line, &size, file) > 0) {
        cq_str source = {line, strcspn(line, "\t\n")};

        b->bytes += source.len;
        add_text(b, tokens, cut_line(b, source, tokens, TOKENS_MAX, true));
    }
    free(line);
    fclose(file);
}

/* ---- made-up texts --------------------------------------------------------------------
 */

static uint64_t seed = 1;

static uint64_t draw(uint64_t below)
{
    uint64_t z = (seed += UINT64_C(0x9e3779b97f4a7c15));

    z = (z ^ (z >> 30)) * UINT64_C(0xbf58476d1ce4e5b9);
    z = (z ^ (z >> 27)) * UINT64_C(0x94d049bb133111eb);
    return (z ^ (z >> 31)) % below;
}

/* Frequency about 1 / rank: draw a power of two, then a rank up to it. */
static cq_index_token draw_token(void)
{
    uint32_t token = (uint32_t)(1 + draw(UINT64_C(1) << draw(17)));

    return (cq_index_token){token, token == 1 || token == 3 ? 3 : 12};
}

static size_t draw_near(bench *b, cq_index_token *tokens)
{
    const text *t = &b->texts[draw(b->len)];

    memcpy(tokens, b->tokens + t->start, t->len * sizeof(*tokens));
    for (uint64_t edits = 1 + draw(5); edits && t->len; edits--)
        tokens[draw(t->len)] = draw_token();
    return t->len;
}

static void make_texts(bench *b, size_t count)
{
    static cq_index_token tokens[TOKENS_MAX];

    while (b->len < count) {
        size_t len = 4 + draw(20) + draw(20);

        if (b->len > 1000 && draw(2))
            len = draw_near(b, tokens);
        else
            for (size_t i = 0; i < len; i++)
                tokens[i] = draw_token();
        b->bytes += 6 * len;
        add_text(b, tokens, len);
    }
}

/* ---- asking ---------------------------------------------------------------------------
 */

typedef struct answer {
    uint64_t texts, checksum;
} answer;

static cq_status count_text(void *context, uint64_t id, uint64_t weight, uint64_t shared,
                            int *percent, cq_error *err)
{
    answer *a = context;

    (void)percent;
    (void)err;
    a->texts++;
    a->checksum += id * 31 + weight * 7 + shared;
    return CQ_OK;
}

/* The same answer from all texts: shared weight by a count for each token. */
static answer scan(const bench *b, const cq_index_query *query, uint16_t *counts)
{
    answer a = {0};

    for (size_t i = 0; i < query->len; i++)
        counts[query->tokens[i].token]++;
    for (size_t n = 0; n < b->len; n++) {
        const text *t = &b->texts[n];
        const cq_index_token *tokens = b->tokens + t->start;
        uint64_t heavier = t->weight > query->weight ? t->weight : query->weight;
        uint64_t lighter = t->weight > query->weight ? query->weight : t->weight;
        uint64_t needed = heavier * (uint64_t)query->percent, shared = 0;

        if (lighter * 100 < needed)
            continue;
        for (size_t i = 0; i < t->len; i++) {
            if (counts[tokens[i].token]) {
                counts[tokens[i].token]--;
                shared += tokens[i].weight;
            }
        }
        for (size_t i = 0; i < t->len; i++)
            counts[tokens[i].token] = 0;
        for (size_t i = 0; i < query->len; i++)
            counts[query->tokens[i].token] = 0;
        for (size_t i = 0; i < query->len; i++)
            counts[query->tokens[i].token]++;
        if (shared * 100 >= needed && shared)
            count_text(&a, n + 1, t->weight, shared, NULL, NULL);
    }
    for (size_t i = 0; i < query->len; i++)
        counts[query->tokens[i].token] = 0;
    return a;
}

static int by_value(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;

    return (x > y) - (x < y);
}

typedef struct result {
    double *times;
    size_t len, capacity;
    double scan_time, same_time; /* of the queries that were scanned */
    size_t scans;
    cq_index_cost cost;
    uint64_t texts, reads;
} result;

static void ask(bench *b, const cq_index_query *query, size_t scans, uint16_t *counts,
                result *r)
{
    answer found = {0};
    uint64_t reads = b->rows.reads;
    double start = seconds(), took;

    must(cq_index_find(rows_io(&b->rows), query, count_text, &found, &r->cost, &b->err),
         b);
    took = seconds() - start;
    r->reads += b->rows.reads - reads;
    r->texts += found.texts;
    cq_grow(&r->times, &r->capacity, r->len + 1, sizeof(*r->times));
    r->times[r->len++] = took;
    if (r->len <= scans) {
        answer plain;

        start = seconds();
        plain = scan(b, query, counts);
        r->scan_time += seconds() - start;
        r->same_time += took;
        r->scans++;
        if (plain.texts != found.texts || plain.checksum != found.checksum) {
            fprintf(stderr, "bench-index: query %zu: %llu texts, the scan has %llu\n",
                    r->len, (unsigned long long)found.texts,
                    (unsigned long long)plain.texts);
            exit(1);
        }
    }
}

static void report(result *r, int percent)
{
    double sum = (double)r->len;

    if (r->len == 0)
        return;
    qsort(r->times, r->len, sizeof(*r->times), by_value);
    printf("percent %d: %zu queries, ms p50 %.3f p95 %.3f max %.3f; a query: %.0f "
           "postings, %.0f candidates, %.0f probes, %.1f texts, %.0f rows",
           percent, r->len, 1e3 * r->times[r->len / 2], 1e3 * r->times[r->len * 95 / 100],
           1e3 * r->times[r->len - 1], (double)r->cost.postings / sum,
           (double)r->cost.candidates / sum, (double)r->cost.probes / sum,
           (double)r->texts / sum, (double)r->reads / sum);
    if (r->scans)
        printf("; scan %.1f ms, %.0f times the index",
               1e3 * r->scan_time / (double)r->scans, r->scan_time / r->same_time);
    printf("\n");
    free(r->times);
}

static void drop_unknown(cq_index_query *query, cq_index_token *tokens, size_t len)
{
    query->tokens = tokens;
    query->len = 0;
    query->weight = 0;
    for (size_t i = 0; i < len; i++) {
        query->weight += tokens[i].weight;
        if (tokens[i].token)
            tokens[query->len++] = tokens[i];
    }
}

static void ask_all(bench *b, const char *path, int percent, size_t scans)
{
    FILE *file = path ? fopen(path, "r") : NULL;
    static cq_index_token tokens[TOKENS_MAX];
    uint16_t *counts = calloc(b->dictionary.len + (1 << 17) + 2, sizeof(*counts));
    result r = {0};
    char *line = NULL;
    size_t size = 0;

    for (size_t i = 0; path ? getline(&line, &size, file) > 0 : i < 300; i++) {
        cq_index_query query = {.group = 1, .percent = percent};
        cq_str source = {line, line ? strcspn(line, "\n") : 0};
        size_t len =
            path ? cut_line(b, source, tokens, TOKENS_MAX, false) : draw_near(b, tokens);

        drop_unknown(&query, tokens, len);
        ask(b, &query, scans, counts, &r);
    }
    report(&r, percent);
    free(line);
    free(counts);
    if (file)
        fclose(file);
}

static void build(bench *b, size_t memory_max)
{
    cq_index_builder *builder;
    double start = seconds(), took;

    must(cq_index_builder_new(rows_io(&b->rows), memory_max, &builder, &b->err), b);
    for (size_t i = 0; i < b->len; i++)
        must(cq_index_add(builder, 1, i + 1, b->tokens + b->texts[i].start,
                          b->texts[i].len, &b->err),
             b);
    must(cq_index_flush(builder, &b->err), b);
    took = seconds() - start;
    cq_index_builder_free(builder);
    printf("%zu texts, %zu tokens: built in %.2f s, %.0f ns a token; %.2f bytes a token, "
           "%.2f of the texts' bytes; %zu rows\n",
           b->len, b->tokens_len, took, 1e9 * took / (double)b->tokens_len,
           (double)b->rows.bytes / (double)b->tokens_len,
           (double)b->rows.bytes / (double)b->bytes, b->rows.len);
}

int main(int argc, char **argv)
{
    static bench b;
    const char *names[3] = {0};
    int named = 0, percent = 0;
    size_t scans = 20;

    for (int i = 1; i < argc; i++) {
        if (strncmp(argv[i], "--percent=", 10) == 0)
            percent = atoi(argv[i] + 10);
        else if (strncmp(argv[i], "--scans=", 8) == 0)
            scans = strtoul(argv[i] + 8, NULL, 10);
        else if (named < 3)
            names[named++] = argv[i];
    }
    if (named == 3) {
        cq_lang lang;

        must(cq_lang_parse(cq_str_from(names[2]), &lang, &b.err), &b);
        must(cq_analyzer_open(&lang, &b.analyzer, &b.err), &b);
        read_texts(&b, names[0]);
    } else {
        make_texts(&b, 200000);
    }
    build(&b, 64 << 20);
    if (percent) {
        ask_all(&b, names[1], percent, scans);
    } else {
        static const int percents[] = {85, 70, 60, 50, 30};

        for (size_t i = 0; i < ARRAY_LEN(percents); i++)
            ask_all(&b, names[1], percents[i], scans);
    }
    cq_analyzer_close(b.analyzer);
    cq_tokens_release(&b.cut);
    cq_map_release(&b.dictionary);
    cq_free(b.tokens);
    cq_free(b.texts);
    rows_release(&b.rows);
    return 0;
}
