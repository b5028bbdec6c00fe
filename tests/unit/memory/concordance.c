#include "../rows.h"
#include "scratch.h"

#include <string.h>

static const char units[] =
    "<tu><tuv xml:lang=\"en\"><seg>The Café is unsaved</seg></tuv>"
    "<tuv xml:lang=\"fr\"><seg>Un</seg></tuv></tu>\n"
    "<tu><tuv xml:lang=\"en\"><seg>E\xef\xac\x83"
    "cient CAFE\xcc\x81S</seg></tuv>"
    "<tuv xml:lang=\"de\"><seg>Zwei</seg></tuv></tu>\n"
    "<tu><tuv "
    "xml:lang=\"zh\"><seg>\xe4\xbf\x9d\xe5\xad\x98\xe6\x96\x87\xe4\xbb\xb6\xe3\x80"
    "\x82</seg></tuv><tuv xml:lang=\"en\"><seg>Save</seg></tuv></tu>\n"
    "<tu><tuv xml:lang=\"ar\"><seg>\xd9\x83\xd9\x8e\xd8\xaa\xd9\x8e\xd8\xa8\xd9\x8e"
    "</seg></tuv><tuv xml:lang=\"en\"><seg>He wrote</seg></tuv></tu>\n";

static struct phrase_case {
    const char *name, *from, *to, *phrase;
    unsigned hits;
    size_t start, end; /* of the first */
} cases[] = {
    {"a word", "en", NULL, "the", 1, 0, 3},
    {"inside a word", "en", NULL, "unsav", 1, 13, 18},
    {"a whole word first", "en", NULL, "save", 2, 0, 4},
    {"with a rendering", "en", "fr", "caf", 1, 4, 7},
    {"accents and case do not matter", "en", NULL, "cafe", 2, 4, 9},
    {"a part of a ligature is all of it", "en", NULL, "effi", 1, 0, 4},
    {"two Chinese characters", "zh", "en", "\xe6\x96\x87\xe4\xbb\xb6", 1, 6, 12},
    {"in another order", "zh", "en", "\xe4\xbb\xb6\xe6\x96\x87", 0, 0, 0},
    {"Arabic without its points", "ar", "en", "\xd9\x83\xd8\xaa\xd8\xa8", 1, 0, 12},
    {"nowhere", "en", NULL, "xyzzy", 0, 0, 0},
    {"no such language", "sw", NULL, "the", 0, 0, 0},
};

static cq_memory *shared;

typedef struct hits {
    unsigned len;
    size_t start, end;
    uint64_t units; /* sum of ids */
} hits;

static cq_status take(void *context, const cq_concordance_hit *hit)
{
    hits *found = context;

    if (found->len++ == 0) {
        found->start = hit->start;
        found->end = hit->end;
    }
    assert_true(hit->end <= hit->source.len && hit->start < hit->end);
    found->units += hit->unit;
    return CQ_OK;
}

static void test_phrase(void **state)
{
    const struct phrase_case *row = *state;
    cq_lang from = lang(row->from), to = lang(row->to ? row->to : "en");
    hits found = {0};

    assert_ok(cq_memory_concordance(shared, cq_str_from(row->phrase), &from,
                                    row->to ? &to : NULL, NULL, take, &found, err));
    assert_int_equal(found.len, row->hits);
    assert_int_equal(found.start, row->start);
    assert_int_equal(found.end, row->end);
}

static void test_empty_phrase(void **state)
{
    cq_lang en = lang("en");
    cq_error err = {0};

    (void)state;
    assert_int_equal(
        cq_memory_concordance(shared, CQ_STR("  "), &en, NULL, NULL, take, NULL, &err),
        CQ_E_ARG);
    assert_int_equal(err.number, 128);
}

static cq_status stop_at_once(void *context, const cq_concordance_hit *hit)
{
    (void)hit;
    ++*(unsigned *)context;
    return CQ_E_STOP;
}

static void test_stopped(void **state)
{
    cq_lang en = lang("en");
    unsigned told = 0;

    (void)state;
    assert_int_equal(cq_memory_concordance(shared, CQ_STR("e"), &en, NULL, NULL,
                                           stop_at_once, &told, NULL),
                     CQ_E_STOP);
    assert_int_equal(told, 1);
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
    struct CMUnitTest tests[ARRAY_LEN(cases) + 2] = {
        cmocka_unit_test(test_empty_phrase),
        cmocka_unit_test(test_stopped),
    };
    size_t len = 2;

    ADD(cases, test_phrase);
    return cmocka_run_group_tests(tests, setup, teardown);
}
