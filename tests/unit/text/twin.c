#include "helper.h"

static struct twin_case {
    const char *name, *cyrillic, *latin;
} twin_cases[] = {
    {"empty", "", ""},
    {"every small letter",
     "\u0430\u0431\u0432\u0433\u0434\u0452\u0435\u0436\u0437\u0438\u0458\u043a\u043b"
     "\u0459\u043c\u043d"
     "\u045a\u043e\u043f\u0440\u0441\u0442\u045b\u0443\u0444\u0445\u0446\u0447\u045f"
     "\u0448",
     "abvgd\u0111e\u017ezijklljmnnjoprst\u0107ufhc\u010dd\u017e\u0161"},
    {"a capital of two letters", "\u0409\u0443\u0431\u0430\u0432", "Ljubav"},
    {"all capitals", "\u0409\u0423\u0411\u0410\u0412", "LJUBAV"},
    {"a capital in the other", "\u0402\u0443\u0440\u0452\u0435\u0432\u043e",
     "\u0110ur\u0111evo"},
    {"digits and marks", "\u0411\u0440. 12 (\u0430)!", "Br. 12 (a)!"},
};

static void rewrite(const char *text, const char *tag, cq_buf *out)
{
    cq_lang twin;

    assert_int_equal(cq_lang_parse(cq_str_from(tag), &twin, NULL), CQ_OK);
    cq_buf_add_z(out, ">");
    assert_int_equal(cq_lang_rewrite(cq_str_from(text), &twin, out, NULL), CQ_OK);
    cq_buf_add_byte(out, 0);
}

static void test_twin(void **state)
{
    const struct twin_case *row = *state;
    cq_buf out = {0};

    rewrite(row->cyrillic, "sr-Latn", &out);
    assert_string_equal(out.ptr + 1, row->latin);
    cq_buf_reset(&out);
    rewrite(row->latin, "sr-Cyrl", &out);
    assert_string_equal(out.ptr + 1, row->cyrillic);
    cq_buf_release(&out);
}

static void test_decomposed(void **state)
{
    cq_buf out = {0};

    (void)state;
    rewrite("c\u030caj dz\u030cep", "sr-Cyrl", &out);
    assert_string_equal(out.ptr + 1, "\u0447\u0430\u0458 \u045f\u0435\u043f");
    cq_buf_release(&out);
}

static void test_languages(void **state)
{
    static const char *const tags[][2] = {{"sr", "sr-Latn"},    {"sr-RS", "sr-Latn"},
                                          {"sr-ME", "sr-Cyrl"}, {"sh", "sr-Cyrl"},
                                          {"hr", NULL},         {"ru", NULL}};

    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(tags); i++) {
        cq_lang lang, twin;

        assert_int_equal(cq_lang_parse(cq_str_from(tags[i][0]), &lang, NULL), CQ_OK);
        assert_int_equal(cq_lang_twin(&lang, &twin), tags[i][1] != NULL);
        if (tags[i][1])
            assert_string_equal(twin.group, tags[i][1]);
    }
}

static void test_no_memory(void **state)
{
    bool is_done = false;
    cq_lang twin;

    (void)state;
    assert_int_equal(cq_lang_parse(CQ_STR("sr-Cyrl"), &twin, NULL), CQ_OK);
    for (uint64_t nth = 1; !is_done; nth++) {
        cq_buf out = {0};
        cq_status status;

        cq_alloc_fail_at(nth);
        status = cq_lang_rewrite(CQ_STR("\u010daj"), &twin, &out, NULL);
        cq_alloc_fail_at(0);
        is_done = status == CQ_OK;
        if (!is_done)
            assert_int_equal(status, CQ_E_NOMEM);
        cq_buf_release(&out);
    }
}

int main(void)
{
    struct CMUnitTest tests[ARRAY_LEN(twin_cases) + 3];
    size_t len = 0;

    ADD(twin_cases, test_twin);
    ADD_ONE("decomposed letters", test_decomposed);
    ADD_ONE("which languages have a twin", test_languages);
    ADD_ONE("every allocation failing", test_no_memory);
    return cmocka_run_group_tests_name("text/twin", tests, NULL, NULL);
}
