/* Which documents translate each other: by names, and by what they say. */
#include "../rows.h"
#include "scratch.h"

#include <calque/pair.h>

#include <string.h>

static struct name_case {
    const char *name;
    const char *source, *target; /* names */
    const char *from, *to;       /* languages; NULL for unknown */
    bool is_pair;
} name_cases[] = {
    {"a language before the ending", "guide.en.md", "guide.fr.md", "en", "fr", true},
    {"other endings", "guide.en.docx", "guide.fr.odt", "en", "fr", true},
    {"a folder a language", "en/a/guide.md", "fr/a/guide.md", "en", "fr", true},
    {"the same name", "a/guide.md", "a/guide.md", "en", "fr", true},
    {"a language at one side alone", "guide.md", "guide_fr.md", "en", "fr", true},
    {"a language first", "en_guide.md", "fr-guide.md", "en", "fr", true},
    {"a region", "guide_pt_BR.md", "guide-pt-PT.md", "pt-BR", "pt-PT", true},
    {"capitals", "Guide.EN.md", "guide.fr.MD", "en", "fr", true},
    {"a language that is the ending", "guide.en", "guide.fr", "en", "fr", true},
    {"unknown languages", "guide.en.md", "guide.pt-br.md", NULL, NULL, true},
    {"another folder", "a/guide.md", "b/guide.md", "en", "fr", false},
    {"a word that only ends like a language", "green.md", "grefr.md", "en", "fr", false},
    {"another language than it is said to be", "guide.de.md", "guide.fr.md", "en", "fr",
     false},
    {"another name", "guide.en.md", "guides.fr.md", "en", "fr", false},
};

static void test_name(void **state)
{
    const struct name_case *row = *state;
    cq_lang from = lang(row->from ? row->from : "und"),
            to = lang(row->to ? row->to : "und");
    const char *const none[] = {"absent"};
    cq_collection source = {none, &row->source, 1, row->from ? &from : NULL};
    cq_collection target = {none, &row->target, 1, row->to ? &to : NULL};
    cq_pairing_options opts = {.is_by_name_only = true};
    cq_document_pair *pairs;
    size_t len;

    assert_int_equal(cq_pair_documents(&source, &target, &opts, &pairs, &len, NULL),
                     CQ_OK);
    assert_int_equal(len, row->is_pair);
    if (len > 0)
        assert_true(pairs[0].is_by_name && pairs[0].confidence > 0.5);
    cq_document_pairs_free(pairs);
}

/* The sample texts under names that say nothing. */
#define DATA TEST_SOURCE_ROOT "/tests/data/"
static const char *const source_paths[] = {DATA "notice/en.txt", DATA "speech/en.txt",
                                           DATA "document/bell.en.docx"};
static const char *const source_names[] = {"x", "y", "z"};
static const char *const target_paths[] = {DATA "document/bell.ru.html",
                                           DATA "notice/pl.txt", DATA "speech/ru.txt"};
static const char *const target_names[] = {"1", "2", "3"};

static cq_status pair_samples(cq_document_pair **pairs, size_t *len, cq_error *err)
{
    cq_lang en = lang("en"), ru = lang("ru");
    cq_collection source = {source_paths, source_names, 3, &en};
    cq_collection target = {target_paths, target_names, 3, &ru};

    return cq_pair_documents(&source, &target, NULL, pairs, len, err);
}

static void test_content(void **state)
{
    static const size_t wanted[] = {1, 2, 0};
    cq_document_pair *pairs;
    size_t len;

    (void)state;
    assert_int_equal(pair_samples(&pairs, &len, NULL), CQ_OK);
    assert_int_equal(len, 3);
    for (size_t i = 0; i < len; i++) {
        assert_int_equal(pairs[i].source, i);
        assert_int_equal(pairs[i].target, wanted[i]);
        assert_false(pairs[i].is_by_name);
    }
    cq_document_pairs_free(pairs);
}

static void count_notice(void *context, const cq_error *why)
{
    assert_int_equal(why->status, CQ_E_INPUT);
    ++*(int *)context;
}

/* A document that cannot be read is told, and nothing else is lost. */
static void test_unread(void **state)
{
    static const char *const paths[] = {"absent", DATA "speech/en.txt"};
    int told = 0;
    cq_lang en = lang("en"), ru = lang("ru");
    cq_collection source = {paths, source_names, 2, &en};
    cq_collection target = {target_paths, target_names, 3, &ru};
    cq_pairing_options opts = {.notice = count_notice, .context = &told};
    cq_document_pair *pairs;
    size_t len;

    (void)state;
    assert_int_equal(cq_pair_documents(&source, &target, &opts, &pairs, &len, NULL),
                     CQ_OK);
    assert_int_equal(told, 1);
    assert_int_equal(len, 1);
    assert_int_equal(pairs[0].target, 2);
    cq_document_pairs_free(pairs);
}

static void test_empty(void **state)
{
    cq_collection nothing = {0};
    cq_document_pair *pairs;
    size_t len;

    (void)state;
    assert_int_equal(cq_pair_documents(&nothing, &nothing, NULL, &pairs, &len, NULL),
                     CQ_OK);
    assert_int_equal(len, 0);
    cq_document_pairs_free(pairs);
}

static void test_failing(void **state)
{
    cq_status status = CQ_E_NOMEM;

    (void)state;
    for (uint64_t n = 1; status != CQ_OK && n < 20000; n += n < 200 ? 1 : 13) {
        cq_document_pair *pairs;
        size_t len;
        cq_error err = {0};

        cq_alloc_fail_at(n);
        status = pair_samples(&pairs, &len, &err);
        cq_alloc_fail_at(0);
        if (status != CQ_OK)
            assert_int_equal(err.status, CQ_E_NOMEM);
        cq_document_pairs_free(pairs);
    }
    assert_int_equal(status, CQ_OK);
}

int main(void)
{
    struct CMUnitTest tests[ARRAY_LEN(name_cases) + 4] = {
        cmocka_unit_test(test_content),
        cmocka_unit_test(test_unread),
        cmocka_unit_test(test_empty),
        cmocka_unit_test(test_failing),
    };
    size_t len = 4;

    ADD(name_cases, test_name);
    return cmocka_run_group_tests_name("memory/pairing", tests, NULL, NULL);
}
