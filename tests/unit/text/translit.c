#include "helper.h"

static struct latin_case {
    const char *name, *word, *latin;
} latin_cases[] = {
    {"empty", "", ""},
    {"ASCII", "Word", "word"},
    {"accents", "\u00c9t\u00e9", "ete"},
    {"Russian", "\u041c\u043e\u0441\u043a\u0432\u0430", "moskva"},
    {"Serbian is the same in both scripts", "\u0411\u0435\u043e\u0433\u0440\u0430\u0434",
     "beograd"},
    {"Greek", "\u0391\u03b8\u03ae\u03bd\u03b1", "athena"},
    {"Chinese", "\u5317\u4eac", "bei jing"},
    {"Katakana", "\u30c6\u30b9\u30c8", "tesuto"},
    {"Arabic", "\u0628\u0627\u0628", "bab"},
    {"Hangul", "\ud55c\uad6d", "hangug"},
};

static void test_latin(void **state)
{
    const struct latin_case *row = *state;
    cq_translit *translit;
    cq_buf out = {0};

    assert_int_equal(cq_translit_open(&translit, NULL), CQ_OK);
    for (int again = 0; again < 2; again++) { /* the second from the cache */
        cq_buf_reset(&out);
        cq_buf_add_z(&out, ">");
        assert_int_equal(cq_translit_run(translit, cq_str_from(row->word), &out, NULL),
                         CQ_OK);
        assert_string_equal(out.ptr + 1, row->latin);
    }
    cq_buf_release(&out);
    cq_translit_close(translit);
}

static void test_long(void **state)
{
    cq_translit *translit;
    cq_buf word = {0}, out = {0};

    (void)state;
    while (word.len < 100000)
        cq_buf_add_z(&word, "\u0430\u4e00\u0301");
    assert_int_equal(cq_translit_open(&translit, NULL), CQ_OK);
    assert_int_equal(cq_translit_run(translit, cq_buf_str(&word), &out, NULL), CQ_OK);
    assert_true(out.len > 10000);
    cq_buf_release(&word);
    cq_buf_release(&out);
    cq_translit_close(translit);
}

static void test_allocation(void **state)
{
    (void)state;
    for (uint64_t nth = 1;; nth++) {
        cq_translit *translit;
        cq_buf out = {0};
        cq_error err = {0};
        cq_status status;

        cq_alloc_fail_at(nth);
        status = cq_translit_open(&translit, &err);
        if (status == CQ_OK)
            status = cq_translit_run(translit, CQ_STR("\u0430\u4e00"), &out, &err);
        cq_alloc_fail_at(0);
        if (status != CQ_OK)
            assert_int_equal(status, CQ_E_NOMEM);
        cq_translit_close(translit);
        cq_buf_release(&out);
        if (nth > 20)
            break;
    }
}

int main(void)
{
    struct CMUnitTest tests[ARRAY_LEN(latin_cases) + 2];
    size_t len = 0;

    ADD(latin_cases, test_latin);
    ADD_ONE("a long word goes in pieces", test_long);
    ADD_ONE("every allocation failing", test_allocation);
    return cmocka_run_group_tests_name("text/translit", tests, NULL, NULL);
}
