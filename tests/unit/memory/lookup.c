#include "../rows.h"
#include "scratch.h"

#include <string.h>

/* ---- languages, order, context --------------------------------------------------------
 */

static const char units[] =
    "<tu><tuv xml:lang=\"en-GB\"><seg>The colour of the page</seg></tuv>"
    "<tuv xml:lang=\"fr\"><seg>La couleur de la page</seg></tuv></tu>\n"
    "<tu><tuv xml:lang=\"EN_us\"><seg>The color of the page</seg></tuv>"
    "<tuv xml:lang=\"fr-CA\"><seg>La couleur de la page (CA)</seg></tuv></tu>\n"
    "<tu changedate=\"20200101T000000Z\"><tuv xml:lang=\"en\"><seg>Save the "
    "file</seg></tuv><tuv xml:lang=\"fr\"><seg>Enregistrer</seg></tuv></tu>\n"
    "<tu changedate=\"20240101T000000Z\" changeid=\"ANNA\"><tuv "
    "xml:lang=\"en\"><seg>Save "
    "the file</seg></tuv><tuv xml:lang=\"fr\"><seg>Sauver</seg></tuv></tu>\n"
    "<tu changedate=\"20220101T000000Z\"><tuv xml:lang=\"en\"><seg>Save the "
    "file</seg></tuv><tuv xml:lang=\"fr\"><seg>Enregistrer</seg></tuv></tu>\n"
    "<tu><tuv xml:lang=\"zh-TW\"><seg>\xe5\x84\xb2\xe5\xad\x98\xe6\xaa\x94\xe6\xa1\x88"
    "</seg></tuv><tuv xml:lang=\"de\"><seg>Datei speichern</seg></tuv></tu>\n"
    "<tu><tuv xml:lang=\"zh-CN\"><seg>\xe4\xbf\x9d\xe5\xad\x98\xe6\x96\x87\xe4\xbb\xb6"
    "</seg></tuv><tuv xml:lang=\"de\"><seg>Datei sichern</seg></tuv></tu>\n"
    "<tu><tuv xml:lang=\"English\"><seg>odd tag</seg></tuv>"
    "<tuv xml:lang=\"fr\"><seg>drôle de code</seg></tuv></tu>\n"
    "<tu><tuv xml:lang=\"en\"><seg>Press <ph x=\"1\">&lt;b></ph>now</seg></tuv>"
    "<tuv xml:lang=\"de\"><seg>Jetzt <ph x=\"1\">&lt;b></ph>drücken</seg></tuv></tu>\n";

static cq_memory *shared;

static struct language_case {
    const char *name, *from, *to, *query;
    int percent;        /* 0: no hit */
    const char *target; /* of the first hit */
} language_cases[] = {
    {"en finds en-GB", "en", "fr", "The colour of the page", 100,
     "La couleur de la page"},
    {"en finds EN_us", "en", "fr", "The color of the page", 100,
     "La couleur de la page (CA)"},
    {"any direction", "fr", "en", "La couleur de la page", 100, "The colour of the page"},
    {"the later date first", "en", "fr", "Save the file", 100, "Sauver"},
    {"zh-TW finds zh-Hant", "zh-TW", "de",
     "\xe5\x84\xb2\xe5\xad\x98\xe6\xaa\x94\xe6\xa1\x88", 100, "Datei speichern"},
    {"zh-TW never finds zh-Hans", "zh-TW", "de",
     "\xe4\xbf\x9d\xe5\xad\x98\xe6\x96\x87\xe4\xbb\xb6", 0, NULL},
    {"zh is zh-Hans", "zh", "de", "\xe4\xbf\x9d\xe5\xad\x98\xe6\x96\x87\xe4\xbb\xb6", 100,
     "Datei sichern"},
    {"no rendering in that language", "en", "de", "Save the file", 0, NULL},
    {"a tag that is none is no English", "en", "fr", "odd tag", 0, NULL},
    {"codes are no text", "en", "de", "Press now", 100, "Jetzt drücken"},
    {"nothing alike", "en", "fr", "Seven wholly unrelated words stand right here", 0,
     NULL},
    {"an empty query", "en", "fr", "", 0, NULL},
    {"white space alone", "en", "fr", "   ", 0, NULL},
    {"a language that nobody stored", "sw", "fr", "The colour of the page", 0, NULL},
};

static void test_language(void **state)
{
    const struct language_case *row = *state;
    cq_hits *hits = must_lookup(shared, row->query, row->from, row->to, NULL);

    if (!row->percent) {
        assert_int_equal(hits->len, 0);
    } else {
        assert_true(hits->len > 0);
        assert_int_equal(hits->items[0].percent, row->percent);
        assert_str(hits->items[0].target, row->target);
    }
    cq_hits_free(hits);
}

static void test_one_rendering_shows_once(void **state)
{
    cq_hits *hits = must_lookup(shared, "Save the file", "en", "fr", NULL);

    (void)state;
    assert_int_equal(hits->len, 2);
    assert_str(hits->items[0].target, "Sauver");
    assert_str(hits->items[0].author, "ANNA");
    assert_str(hits->items[0].changed, "20240101T000000Z");
    assert_str(hits->items[0].origin, "a.tmx");
    assert_str(hits->items[1].target, "Enregistrer");
    assert_str(hits->items[1].changed, "20220101T000000Z");
    cq_hits_free(hits);
}

static void test_own_region_is_preferred(void **state)
{
    cq_lookup_options opts = {.min_percent = 50};
    cq_hits *hits = must_lookup(shared, "The colour of the page", "en-US", "fr", &opts);

    (void)state;
    assert_int_equal(hits->len, 2);
    assert_int_equal(hits->items[0].percent, 100);
    assert_true(hits->items[1].percent < 100);
    assert_str(hits->items[1].source_lang, "EN_us");
    cq_hits_free(hits);
}

static struct context_case {
    const char *name, *previous, *next;
    int percent;
    const char *target;
} context_cases[] = {
    {"no context", NULL, NULL, 100, "Sauver"},
    {"another context", "Something", "Else", 100, "Sauver"},
    {"an empty neighbour says nothing", "", "", 100, "Sauver"},
    {"the previous one", "The color of the page", NULL, 101, "Enregistrer"},
    {"both before one", "Save the file", "Save the file", 101, "Sauver"},
};

static void test_context(void **state)
{
    const struct context_case *row = *state;
    cq_lookup_options opts = {.previous = cq_str_from(row->previous),
                              .next = cq_str_from(row->next)};
    cq_hits *hits = must_lookup(shared, "Save the file", "en", "fr", &opts);

    assert_int_equal(hits->items[0].percent, row->percent);
    assert_int_equal(hits->items[0].kind,
                     row->percent > 100 ? CQ_HIT_CONTEXT : CQ_HIT_EXACT);
    assert_str(hits->items[0].target, row->target);
    cq_hits_free(hits);
}

/* A unit that two files have stands beside other units in each. */
static void test_context_in_another_file(void **state)
{
    cq_memory *memory = must_open("places", CQ_MEMORY_WRITE);
    cq_lookup_options opts = {.previous = CQ_STR("Only in b")};
    cq_hits *hits;

    (void)state;
    scratch_tmx("a.tmx", "<tu><tuv xml:lang=\"en\"><seg>First</seg></tuv></tu>\n"
                         "<tu><tuv xml:lang=\"en\"><seg>OK</seg></tuv>"
                         "<tuv xml:lang=\"fr\"><seg>D'accord</seg></tuv></tu>\n");
    scratch_tmx("b.tmx", "<tu><tuv xml:lang=\"en\"><seg>Only in b</seg></tuv></tu>\n"
                         "<tu><tuv xml:lang=\"en\"><seg>OK</seg></tuv>"
                         "<tuv xml:lang=\"fr\"><seg>D'accord</seg></tuv></tu>\n");
    must_import(memory, "a.tmx");
    must_import(memory, "b.tmx");
    hits = must_lookup(memory, "OK", "en", "fr", &opts);
    assert_int_equal(hits->len, 1);
    assert_int_equal(hits->items[0].percent, 101);
    cq_hits_free(hits);
    cq_memory_close(memory);
}

static void test_markup(void **state)
{
    cq_hits *hits = must_lookup(shared, "Press now", "en", "de", NULL);

    (void)state;
    assert_int_equal(hits->len, 1);
    assert_str(hits->items[0].source_markup, "Press <ph x=\"1\">&lt;b&gt;</ph>now");
    cq_hits_free(hits);
}

static void test_invalid_query(void **state)
{
    cq_lang en = lang("en"), fr = lang("fr");
    cq_hits *hits;
    cq_error err = {0};

    (void)state;
    assert_int_equal(
        cq_memory_lookup(shared, CQ_STR("a\xff"), &en, &fr, NULL, &hits, &err),
        CQ_E_INPUT);
    assert_int_equal(err.number, 120);
    assert_null(hits);
}

static void test_more_hits_than_there_may_be(void **state)
{
    cq_lookup_options opts = {.max_hits = CQ_HITS_MAX + 1};
    cq_lang en = lang("en"), fr = lang("fr");
    cq_hits *hits;
    cq_error err = {0};

    (void)state;
    assert_int_equal(cq_memory_lookup(shared, CQ_STR("a"), &en, &fr, &opts, &hits, &err),
                     CQ_E_ARG);
    assert_int_equal(err.number, 138);
    assert_null(hits);
}

/* The texts that share enough with the query are all those that a scan finds, and
 * those that share enough and yet score less. */
static void test_cost_of_a_search(void **state)
{
    cq_lang en = lang("en"), ru = lang("ru");
    cq_search_cost cost;
    cq_error err = {0};

    (void)state;
    assert_int_equal(
        cq_memory_search_cost(shared, CQ_STR("Save the file zzz"), &en, 50, &cost, &err),
        CQ_OK);
    assert_int_equal(cost.keys, 3);
    assert_true(cost.scored > 0 && cost.counted >= cost.scored);
    assert_true(cost.postings >= cost.scored);
    assert_int_equal(cq_memory_search_cost(shared, CQ_STR("Save"), &ru, 50, &cost, &err),
                     CQ_OK);
    assert_int_equal(cost.keys + cost.lists + cost.scored, 0);
}

/* ---- the same as a full scan ----------------------------------------------------------
 */

static void add_unit(cq_buf *out, unsigned *seed, unsigned words)
{
    static const char *const tags[] = {"en", "en-GB", "EN_us", "en-IE"};
    char a[512], b[512];

    random_sentence(seed, words, a, sizeof(a));
    random_sentence(seed, words, b, sizeof(b));
    cq_buf_add_format(out,
                      "<tu><tuv xml:lang=\"%s\"><seg>%s</seg></tuv>"
                      "<tuv xml:lang=\"%s\"><seg>%s</seg></tuv></tu>\n",
                      tags[rnd(seed, 4)], a, rnd(seed, 2) ? "fr" : "fr-CH", b);
}

static void compare_queries(cq_memory *memory, unsigned *seed, unsigned count)
{
    static const int least[] = {30, 50, 70, 70, 85, 100, 101};
    static const size_t limits[] = {1, 2, 5, 5, 40};

    for (unsigned i = 0; i < count; i++) {
        char query[512], previous[512];
        cq_lookup_options opts = {.min_percent = least[rnd(seed, 7)],
                                  .max_hits = limits[rnd(seed, 5)]};
        const char *from = rnd(seed, 3) ? "en-GB" : "fr";
        const char *to = from[0] == 'e' ? "fr-CH" : "en";

        random_sentence(seed, 10, query, sizeof(query));
        random_sentence(seed, 3, previous, sizeof(previous));
        if (rnd(seed, 2))
            opts.previous = cq_str_from(previous);
        must_equal_scan(memory, query, from, to, opts);
    }
}

/* Over a history of small and large imports, which make and merge generations. */
static void test_index_equals_scan(void **state)
{
    static const unsigned sizes[] = {1, 3, 400, 2, 50, 1500, 1, 1, 7};
    unsigned seed = 4;

    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(sizes); i++) {
        cq_memory *memory = must_open("history", CQ_MEMORY_WRITE);
        cq_buf body = {0};
        char name[32];

        for (unsigned k = 0; k < sizes[i]; k++)
            add_unit(&body, &seed, k % 5 ? 9 : 3);
        snprintf(name, sizeof(name), "history-%zu.tmx", i);
        scratch_tmx(name, body.ptr);
        must_import(memory, name);
        must_verify(memory);
        compare_queries(memory, &seed, 40);
        cq_buf_release(&body);
        cq_memory_close(memory);
    }
}

static int setup(void **state)
{
    if (scratch_setup(state) != 0)
        return -1;
    scratch_tmx("a.tmx", units);
    shared = must_open("shared", CQ_MEMORY_WRITE);
    must_import(shared, "a.tmx");
    return 0;
}

static int teardown(void **state)
{
    cq_memory_close(shared);
    return scratch_teardown(state);
}

int main(void)
{
    static const struct CMUnitTest plain[] = {
        cmocka_unit_test(test_one_rendering_shows_once),
        cmocka_unit_test(test_own_region_is_preferred),
        cmocka_unit_test(test_context_in_another_file),
        cmocka_unit_test(test_markup),
        cmocka_unit_test(test_invalid_query),
        cmocka_unit_test(test_more_hits_than_there_may_be),
        cmocka_unit_test(test_cost_of_a_search),
        cmocka_unit_test(test_index_equals_scan),
    };
    struct CMUnitTest
        tests[ARRAY_LEN(plain) + ARRAY_LEN(language_cases) + ARRAY_LEN(context_cases)];
    size_t len = ARRAY_LEN(plain);

    memcpy(tests, plain, sizeof(plain));
    ADD(language_cases, test_language);
    ADD(context_cases, test_context);
    return cmocka_run_group_tests(tests, setup, teardown);
}
