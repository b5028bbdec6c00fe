#include "scratch.h"

#include "text/text.h"

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
    {"inside a word", "en", NULL, "save", 2, 15, 19},
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

#define TEXTS 600u

/* Against the definition: the folded phrase stands in the folded text. */
static void test_complete(void **state)
{
    static char texts[TEXTS][256];
    cq_memory *memory = must_open("random", CQ_MEMORY_WRITE);
    cq_concordance_options opts = {.max_hits = 100000};
    cq_lang zh = lang("zh");
    cq_buf body = {0}, folded = {0}, phrase = {0};
    unsigned seed = 9;

    (void)state;
    for (unsigned i = 0; i < TEXTS; i++) {
        random_sentence(&seed, 8, texts[i], sizeof(texts[i]));
        cq_buf_add_format(
            &body, "<tu tuid=\"%u\"><tuv xml:lang=\"zh\"><seg>%s</seg></tuv></tu>\n", i,
            texts[i]);
    }
    scratch_tmx("random.tmx", body.ptr);
    must_import(memory, "random.tmx");
    for (unsigned i = 0; i < 200; i++) {
        char asked[64];
        hits found = {0};
        unsigned expected = 0;

        random_sentence(&seed, 2, asked, sizeof(asked));
        asked[strcspn(asked, ".,")] = '\0';
        cq_buf_reset(&phrase);
        assert_ok(cq_text_fold(cq_str_from(asked), &phrase, NULL, err));
        for (unsigned k = 0; k < TEXTS; k++) {
            cq_buf_reset(&folded);
            assert_ok(cq_text_fold(cq_str_from(texts[k]), &folded, NULL, err));
            expected += strstr(folded.ptr, phrase.ptr) != NULL;
        }
        assert_ok(cq_memory_concordance(memory, cq_str_from(asked), &zh, NULL, &opts,
                                        take, &found, err));
        if (found.len != expected)
            fail_msg("\"%s\": %u hits, not %u", asked, found.len, expected);
    }
    cq_buf_release(&body);
    cq_buf_release(&folded);
    cq_buf_release(&phrase);
    cq_memory_close(memory);
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
    struct CMUnitTest tests[ARRAY_LEN(cases) + 3] = {
        cmocka_unit_test(test_empty_phrase),
        cmocka_unit_test(test_stopped),
        cmocka_unit_test(test_complete),
    };

    for (size_t i = 0; i < ARRAY_LEN(cases); i++)
        tests[3 + i] = (struct CMUnitTest){
            .name = cases[i].name, .test_func = test_phrase, .initial_state = &cases[i]};
    return cmocka_run_group_tests(tests, setup, teardown);
}
