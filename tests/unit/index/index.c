/* The index against a plain scan: whatever the history of generations, whatever is asked,
 * the same texts come back. */
#include "index/index.h"
#include "../rows.h"
#include "rows.h"

#include <stddef.h>

/* ---- a small world of texts -----------------------------------------------------------
 */

typedef struct text {
    uint64_t id, weight;
    cq_index_token *tokens;
    size_t len;
    bool is_indexed;
} text;

typedef struct world {
    struct rows rows;
    text *texts;
    size_t len, capacity;
    uint64_t seed;
    uint64_t next_id;
} world;

/* Steele, Lea and Flood 2014 (SplitMix64). */
static uint64_t draw(world *w, uint64_t below)
{
    uint64_t z = (w->seed += UINT64_C(0x9e3779b97f4a7c15));

    z = (z ^ (z >> 30)) * UINT64_C(0xbf58476d1ce4e5b9);
    z = (z ^ (z >> 27)) * UINT64_C(0x94d049bb133111eb);
    return (z ^ (z >> 31)) % below;
}

/* Frequent tokens are the low ones, roughly as Zipf has it. */
static cq_index_token draw_token(world *w, uint64_t vocabulary)
{
    uint64_t high = 1 + draw(w, vocabulary);
    uint32_t token = (uint32_t)(1 + draw(w, high));
    static const uint32_t weights[] = {12, 3, 12, 8, 6, 12, 12};

    return (cq_index_token){token, weights[token % ARRAY_LEN(weights)]};
}

static void release_world(world *w)
{
    for (size_t i = 0; i < w->len; i++)
        free(w->texts[i].tokens);
    free(w->texts);
    rows_release(&w->rows);
}

static text *add_text(world *w, const cq_index_token *tokens, size_t len)
{
    text *t;

    if (w->len == w->capacity) {
        w->capacity = w->capacity ? 2 * w->capacity : 16;
        w->texts = realloc(w->texts, w->capacity * sizeof(*w->texts));
    }
    t = &w->texts[w->len++];
    *t = (text){.id = w->next_id += 1 + draw(w, 3), .len = len};
    t->tokens = malloc((len + 1) * sizeof(*t->tokens));
    if (len)
        memcpy(t->tokens, tokens, len * sizeof(*tokens));
    for (size_t i = 0; i < len; i++)
        t->weight += tokens[i].weight;
    return t;
}

/* A new text, or an earlier one with some tokens changed, dropped or repeated. */
static void draw_text(world *w, uint64_t vocabulary, uint64_t longest)
{
    cq_index_token tokens[64];
    size_t len = draw(w, longest + 1);

    for (size_t i = 0; i < len; i++)
        tokens[i] = draw_token(w, vocabulary);
    if (w->len && draw(w, 3)) {
        const text *old = &w->texts[draw(w, w->len)];

        len = old->len;
        memcpy(tokens, old->tokens, len * sizeof(*tokens));
        for (uint64_t edits = draw(w, 4); edits && len; edits--) {
            size_t at = draw(w, len);

            if (draw(w, 2))
                tokens[at] = draw_token(w, vocabulary);
            else
                tokens[at] = tokens[--len];
        }
        if (len && len < 60 && draw(w, 4) == 0) {
            tokens[len] = tokens[draw(w, len)];
            len++;
        }
    }
    add_text(w, tokens, len);
}

/* Index what is not yet, in one builder. */
static void index_world(world *w, size_t memory_max)
{
    cq_error err = {0};
    cq_index_builder *builder;

    assert_int_equal(cq_index_builder_new(rows_io(&w->rows), memory_max, &builder, &err),
                     CQ_OK);
    for (size_t i = 0; i < w->len; i++) {
        text *t = &w->texts[i];

        if (t->is_indexed)
            continue;
        assert_int_equal(cq_index_add(builder, 1, t->id, t->tokens, t->len, &err), CQ_OK);
        t->is_indexed = true;
    }
    assert_int_equal(cq_index_flush(builder, &err), CQ_OK);
    cq_index_builder_free(builder);
}

/* ---- the plain scan -------------------------------------------------------------------
 */

static int by_token(const void *a, const void *b)
{
    uint32_t x = ((const cq_index_token *)a)->token,
             y = ((const cq_index_token *)b)->token;

    return (x > y) - (x < y);
}

static uint64_t common(const text *a, const cq_index_token *tokens, size_t len)
{
    cq_index_token *x = malloc((a->len + 1) * sizeof(*x)),
                   *y = malloc((len + 1) * sizeof(*y));
    uint64_t shared = 0;

    memcpy(x, a->tokens, a->len * sizeof(*x));
    memcpy(y, tokens, len * sizeof(*y));
    qsort(x, a->len, sizeof(*x), by_token);
    qsort(y, len, sizeof(*y), by_token);
    for (size_t i = 0, j = 0; i < a->len && j < len;) {
        if (x[i].token == y[j].token) {
            shared += x[i].weight;
            i++;
            j++;
        } else if (x[i].token < y[j].token) {
            i++;
        } else {
            j++;
        }
    }
    free(x);
    free(y);
    return shared;
}

/* What was told, checked against the scan as it comes. */
typedef struct check {
    world *world;
    const cq_index_query *query;
    size_t told;
    uint64_t last_shared, last_heavier;
    size_t raise_after; /* texts told until the percentage is raised; 0 never */
    int raise_to;
    unsigned char *seen; /* by place in the world */
} check;

static text *text_of(world *w, uint64_t id)
{
    size_t lo = 0, hi = w->len;

    while (lo < hi) {
        size_t middle = (lo + hi) / 2;

        if (w->texts[middle].id < id)
            lo = middle + 1;
        else
            hi = middle;
    }
    return lo < w->len && w->texts[lo].id == id ? &w->texts[lo] : NULL;
}

static uint64_t heavier(const check *c, uint64_t weight)
{
    return weight > c->query->weight ? weight : c->query->weight;
}

static cq_status told(void *context, uint64_t id, uint64_t weight, uint64_t shared,
                      int *percent, cq_error *err)
{
    check *c = context;
    text *t = text_of(c->world, id);

    (void)err;
    assert_non_null(t);
    assert_int_equal(c->seen[t - c->world->texts], 0);
    c->seen[t - c->world->texts] = 1;
    assert_int_equal(weight, t->weight);
    assert_int_equal(shared, common(t, c->query->tokens, c->query->len));
    assert_true(shared * 100 >= heavier(c, weight) * (uint64_t)*percent);
    if (c->query->percent >= 66 && c->told)
        assert_true(shared * c->last_heavier <= c->last_shared * heavier(c, weight));
    c->last_shared = shared;
    c->last_heavier = heavier(c, weight);
    c->told++;
    if (c->told == c->raise_after && *percent < c->raise_to)
        *percent = c->raise_to;
    return CQ_OK;
}

/* Ask, and hold the answer against all texts: what reaches the least percentage must have
 * been told, or, once it was raised, what reaches the raised one. */
static void ask(world *w, const cq_index_query *query, size_t raise_after, int raise_to)
{
    cq_error err = {0};
    check c = {.world = w,
               .query = query,
               .raise_after = raise_after,
               .raise_to = raise_to,
               .seen = calloc(w->len + 1, 1)};
    int percent;

    assert_int_equal(cq_index_find(rows_io(&w->rows), query, told, &c, NULL, &err),
                     CQ_OK);
    percent = raise_after && c.told >= raise_after && raise_to > query->percent
                  ? raise_to
                  : query->percent;
    for (size_t i = 0; i < w->len; i++) {
        uint64_t shared = common(&w->texts[i], query->tokens, query->len);
        bool could = shared > 0 &&
                     shared * 100 >= heavier(&c, w->texts[i].weight) * (uint64_t)percent;

        if (w->texts[i].is_indexed && could)
            assert_int_equal(c.seen[i], 1);
    }
    free(c.seen);
}

static void ask_random(world *w, uint64_t vocabulary)
{
    cq_index_token tokens[64];
    const text *near = &w->texts[draw(w, w->len)];
    cq_index_query query = {.group = 1, .tokens = tokens};
    int percent = (int)(1 + draw(w, 100));

    for (size_t i = 0; i < near->len; i++) {
        cq_index_token token = near->tokens[i];

        if (draw(w, 8) == 0)
            token = draw_token(w, vocabulary);
        query.weight += token.weight;
        if (draw(w, 12) != 0) /* else one that the dictionary does not know */
            tokens[query.len++] = token;
    }
    query.percent = percent;
    ask(w, &query, draw(w, 2) ? 1 + draw(w, 6) : 0, (int)(1 + draw(w, 100)));
}

/* ---- histories ------------------------------------------------------------------------
 */

static struct history {
    const char *name;
    uint64_t seed, vocabulary, longest;
    size_t rounds, texts; /* imports, and texts of each at most */
    size_t memory_max;    /* of the builder */
    size_t queries;       /* after each import */
} histories[] = {
    {"one import", 1, 300, 30, 1, 2000, 1 << 24, 150},
    {"many imports of one text", 2, 60, 12, 120, 1, 1 << 24, 6},
    {"many imports", 3, 200, 25, 30, 100, 1 << 24, 10},
    {"a builder that is always full", 4, 200, 25, 3, 300, 1, 30},
    {"a builder of few texts", 5, 100, 20, 4, 600, 30000, 40},
    {"few tokens, much repeated", 6, 6, 40, 5, 300, 1 << 24, 40},
    {"one token", 7, 1, 8, 4, 50, 1 << 24, 30},
    {"one- and two-token texts", 8, 50, 2, 5, 400, 1 << 20, 60},
    {"large vocabulary", 9, 20000, 20, 4, 800, 1 << 22, 30},
};

static void test_history(void **state)
{
    const struct history *h = *state;
    world w = {.seed = h->seed};

    for (size_t round = 0; round < h->rounds; round++) {
        size_t count = 1 + draw(&w, h->texts);

        for (size_t i = 0; i < count; i++)
            draw_text(&w, h->vocabulary, h->longest);
        index_world(&w, h->memory_max);
        for (size_t i = 0; i < h->queries; i++)
            ask_random(&w, h->vocabulary);
    }
    release_world(&w);
}

/* ---- every threshold and every rounding edge ------------------------------------------
 */

static void test_edges(void **state)
{
    world w = {.seed = 11};
    cq_index_token tokens[40];

    (void)state;
    for (uint32_t len = 1; len <= 40; len++) {
        for (uint32_t i = 0; i < len; i++)
            tokens[i] = (cq_index_token){i + 1, 1 + i % 3};
        add_text(&w, tokens, len);
    }
    index_world(&w, 1 << 20);
    for (uint32_t len = 1; len <= 40; len++) {
        for (int percent = 1; percent <= 100; percent++) {
            cq_index_query query = {1, w.texts[len - 1].tokens, len,
                                    w.texts[len - 1].weight, percent};

            ask(&w, &query, 0, 0);
        }
    }
    release_world(&w);
}

/* Long lists: many blocks, dense and sparse, and numbers far apart. */
static void test_long_lists(void **state)
{
    world w = {.seed = 12};

    (void)state;
    for (uint32_t i = 0; i < 60000; i++) {
        cq_index_token tokens[] = {{1, 3},
                                   {2 + i % 7, 12},
                                   {10 + (uint32_t)draw(&w, 50), 12},
                                   {100 + (uint32_t)draw(&w, 30000), 12},
                                   {1, 3}};

        add_text(&w, tokens, 3 + draw(&w, 3));
    }
    index_world(&w, 1 << 20);
    for (size_t i = 0; i < 12; i++) {
        const text *t = &w.texts[draw(&w, w.len)];
        cq_index_query query = {1, t->tokens, t->len, t->weight,
                                (int)(20 + draw(&w, 80))};

        ask(&w, &query, 0, 0);
    }
    release_world(&w);
}

/* A query of more lists than stay open. */
static void test_long_texts(void **state)
{
    world w = {.seed = 13};
    cq_index_token *tokens = malloc(3000 * sizeof(*tokens));

    (void)state;
    for (uint32_t i = 0; i < 40; i++) {
        for (uint32_t k = 0; k < 3000; k++)
            tokens[k] = draw_token(&w, k % 40 < i ? 100000 : 2000);
        add_text(&w, tokens, 3000 - i);
    }
    index_world(&w, 1 << 30);
    for (int percent = 30; percent <= 100; percent += 10) {
        const text *t = &w.texts[draw(&w, w.len)];
        cq_index_query query = {1, t->tokens, t->len, t->weight, percent};

        ask(&w, &query, 0, 0);
    }
    free(tokens);
    release_world(&w);
}

/* ---- small things ---------------------------------------------------------------------
 */

static void test_nothing(void **state)
{
    world w = {.seed = 1};
    cq_index_token token = {7, 12};
    cq_index_query query = {1, NULL, 0, 0, 70};

    (void)state;
    ask(&w, &query, 0, 0); /* nothing asked of nothing */
    query = (cq_index_query){1, &token, 1, 12, 70};
    ask(&w, &query, 0, 0);
    add_text(&w, NULL, 0);
    index_world(&w, 1 << 20);
    assert_int_equal(w.rows.len, 0); /* a text without a token leaves no trace */
    add_text(&w, &token, 1);
    index_world(&w, 1 << 20);
    ask(&w, &query, 0, 0);
    query.group = 2;
    w.texts[1].is_indexed = false; /* not in that group */
    ask(&w, &query, 0, 0);
    release_world(&w);
}

static bool has_any(const text *t, const uint32_t *tokens, size_t len)
{
    for (size_t i = 0; i < t->len; i++)
        for (size_t k = 0; k < len; k++)
            if (t->tokens[i].token == tokens[k])
                return true;
    return false;
}

/* Texts with a token of each set, by weight and id; each told once. What lies in a
 * generation with an id from `until` on is told in any case. */
static void check_walk(world *w, const cq_index_any *sets, size_t len, uint64_t until)
{
    cq_index_walk *walk;
    cq_error err = {0};
    uint64_t id, weight, last_id = 0, last_weight = 0;
    size_t told = 0, wanted = 0;

    for (size_t i = 0; i < w->len; i++) {
        bool has = w->texts[i].len > 0;

        for (size_t k = 0; k < len; k++)
            has = has && has_any(&w->texts[i], sets[k].tokens, sets[k].len);
        wanted += has;
    }
    assert_int_equal(
        cq_index_walk_new(rows_io(&w->rows), 1, sets, len, until, &walk, &err), CQ_OK);
    while (cq_index_walk_next(walk, &id, &weight, &err) == CQ_OK) {
        const text *t = text_of(w, id);
        bool has = true;

        assert_non_null(t);
        assert_int_equal(weight, t->weight);
        assert_true(weight > last_weight || (weight == last_weight && id > last_id));
        for (size_t k = 0; k < len; k++)
            has = has && has_any(t, sets[k].tokens, sets[k].len);
        told += has;
        last_id = id;
        last_weight = weight;
    }
    assert_int_equal(told, wanted);
    cq_index_walk_free(walk);
}

static void test_walk(void **state)
{
    world w = {.seed = 21};

    (void)state;
    for (size_t round = 0; round < 6; round++) {
        for (size_t i = 0; i < 300; i++)
            draw_text(&w, 60, 12);
        index_world(&w, 1 << 20);
    }
    check_walk(&w, NULL, 0, UINT64_MAX);
    for (uint32_t a = 1; a < 60; a += 3) {
        uint32_t first[] = {a, 1 + a / 2}, second[] = {1 + a / 3, a + 1, 59, 1000};
        const cq_index_any sets[] = {{second, 4}, {first, 2}, {first, 1}};

        for (size_t len = 1; len <= 3; len++)
            check_walk(&w, sets, len, UINT64_MAX);
        check_walk(&w, sets, 3, w.len / 2);
    }
    release_world(&w);
}

static void test_count(void **state)
{
    world w = {.seed = 22};
    cq_error err = {0};

    (void)state;
    for (size_t round = 0; round < 3; round++) {
        for (size_t i = 0; i < 100; i++)
            draw_text(&w, 20, 12);
        index_world(&w, 1 << 20);
    }
    for (uint32_t token = 1; token < 25; token++) {
        uint64_t texts, wanted = 0;

        for (size_t i = 0; i < w.len; i++)
            wanted += has_any(&w.texts[i], &token, 1);
        assert_int_equal(cq_index_count(rows_io(&w.rows), 1, token, &texts, &err), CQ_OK);
        assert_int_equal(texts, wanted);
    }
    release_world(&w);
}

/* ---- verify ---------------------------------------------------------------------------
 */

static cq_status sum_posting(void *context, uint32_t token, uint64_t id,
                             uint32_t occurrence)
{
    world *w = context;
    text *t = text_of(w, id);
    uint32_t has = 0;

    assert_non_null(t);
    for (size_t i = 0; i < t->len; i++)
        has += t->tokens[i].token == token;
    assert_true(occurrence < has);
    w->seed++;
    return CQ_OK;
}

static void test_verify(void **state)
{
    world w = {.seed = 31};
    cq_error err = {0};
    uint64_t postings = 0;

    (void)state;
    for (size_t round = 0; round < 5; round++) {
        for (size_t i = 0; i < 400; i++)
            draw_text(&w, 100, 30);
        index_world(&w, 1 << 20);
    }
    for (size_t i = 0; i < w.len; i++)
        postings += w.texts[i].len;
    w.seed = 0;
    assert_int_equal(cq_index_verify(rows_io(&w.rows), 1, sum_posting, &w, &err), CQ_OK);
    assert_int_equal(w.seed, postings);
    release_world(&w);
}

static cq_status any_posting(void *context, uint32_t token, uint64_t id,
                             uint32_t occurrence)
{
    (void)context;
    (void)token;
    (void)id;
    (void)occurrence;
    return CQ_OK;
}

static cq_status any_text(void *context, uint64_t id, uint64_t weight, uint64_t shared,
                          int *percent, cq_error *err)
{
    (void)context;
    (void)id;
    (void)weight;
    (void)shared;
    (void)percent;
    (void)err;
    return CQ_OK;
}

/* Whatever a row is turned into, nothing crashes and a failure is a failure. */
static void test_damage(void **state)
{
    world w = {.seed = 32};
    size_t refused = 0;

    (void)state;
    for (size_t i = 0; i < 1500; i++)
        draw_text(&w, 40, 30);
    index_world(&w, 1 << 24);
    for (size_t round = 0; round < 3000; round++) {
        struct row *row = &w.rows.items[draw(&w, w.rows.len)];
        size_t at = draw(&w, row->len), len = row->len;
        const text *t = &w.texts[draw(&w, w.len)];
        cq_index_query query = {1, t->tokens, t->len, t->weight, 60};
        char old = row->bytes[at];
        cq_error err = {0};
        cq_status status;

        if (draw(&w, 4) == 0)
            row->len = at;
        else
            row->bytes[at] = (char)draw(&w, 256);
        status = cq_index_find(rows_io(&w.rows), &query, any_text, NULL, NULL, &err);
        assert_true(status == CQ_OK || status == CQ_E_STORE || status == CQ_E_NOMEM);
        status = cq_index_verify(rows_io(&w.rows), 1, any_posting, NULL, &(cq_error){0});
        assert_true(status == CQ_OK || status == CQ_E_STORE);
        refused += status == CQ_E_STORE;
        row->bytes[at] = old;
        row->len = len;
    }
    assert_true(refused > 1000);
    release_world(&w);
}

/* ---- short memory ---------------------------------------------------------------------
 */

static cq_status walk_all(struct rows *rows, uint32_t token, cq_error *err)
{
    const cq_index_any set = {&token, 1};
    cq_index_walk *walk;
    uint64_t id, weight, texts;
    cq_status status =
        cq_index_walk_new(rows_io(rows), 1, &set, 1, UINT64_MAX, &walk, err);

    while (status == CQ_OK)
        status = cq_index_walk_next(walk, &id, &weight, err);
    cq_index_walk_free(walk);
    return status == CQ_DONE ? cq_index_count(rows_io(rows), 1, token, &texts, err)
                             : status;
}

static void test_no_memory(void **state)
{
    world w = {.seed = 41};
    bool is_done = false;

    (void)state;
    for (size_t i = 0; i < 60; i++)
        draw_text(&w, 20, 12);
    index_world(&w, 1 << 20);
    for (uint64_t nth = 1; !is_done; nth++) {
        cq_index_builder *builder = NULL;
        cq_error err = {0};
        struct rows made = {0};
        const text *t = &w.texts[20];
        cq_index_query query = {1, t->tokens, t->len, t->weight, 60};
        uint32_t token = t->tokens[0].token;
        cq_status status;

        cq_alloc_fail_at(nth);
        status = cq_index_builder_new(rows_io(&made), 6000, &builder, &err);
        for (size_t i = 0; i < w.len && status == CQ_OK; i++)
            status = cq_index_add(builder, 1, w.texts[i].id, w.texts[i].tokens,
                                  w.texts[i].len, &err);
        if (status == CQ_OK)
            status = cq_index_flush(builder, &err);
        cq_index_builder_free(builder);
        if (status == CQ_OK)
            status = cq_index_find(rows_io(&made), &query, any_text, NULL, NULL, &err);
        if (status == CQ_OK)
            status = walk_all(&made, token, &err);
        if (status == CQ_OK)
            status = cq_index_verify(rows_io(&made), 1, any_posting, NULL, &err);
        cq_alloc_fail_at(0);
        is_done = status == CQ_OK;
        if (!is_done)
            assert_int_equal(status, CQ_E_NOMEM);
        rows_release(&made);
    }
    release_world(&w);
}

int main(void)
{
    static const struct CMUnitTest others[] = {
        cmocka_unit_test(test_edges),      cmocka_unit_test(test_long_lists),
        cmocka_unit_test(test_long_texts), cmocka_unit_test(test_nothing),
        cmocka_unit_test(test_walk),       cmocka_unit_test(test_count),
        cmocka_unit_test(test_verify),     cmocka_unit_test(test_damage),
        cmocka_unit_test(test_no_memory),
    };
    struct CMUnitTest tests[ARRAY_LEN(histories)];
    size_t len = 0;

    ADD(histories, test_history);
    return cmocka_run_group_tests(tests, NULL, NULL) +
           cmocka_run_group_tests(others, NULL, NULL);
}
