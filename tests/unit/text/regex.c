#include "helper.h"

static struct find_case {
    const char *name, *pattern, *text;
    size_t from;
    bool found;
    size_t start, end;
} find_cases[] = {
    {"literal", "b", "abc", 0, true, 1, 2},
    {"from further on", "b", "abcb", 2, true, 3, 4},
    {"not there", "x", "abc", 0, false, 0, 0},
    {"bytes, not characters", "b", "\u00e9\u4e00\U0001f600b", 0, true, 9, 10},
    {"begins after wide characters", "b", "\U0001f600b\u00e9b", 4, true, 4, 5},
    {"empty match at the end", "$", "ab", 2, true, 2, 2},
    {"look behind sees what is before `from`", "(?<=a)b", "ab", 1, true, 1, 2},
    {"classes know Unicode", "\\p{Lu}", "a\u00c9", 0, true, 1, 3},
    {"past the end", "a", "a", 2, false, 0, 0},
    {"empty text", "^", "", 0, true, 0, 0},
};

static cq_regex *open_over(const char *pattern, cq_str text)
{
    cq_regex *regex;

    assert_int_equal(cq_regex_open(cq_str_from(pattern), &regex, NULL), CQ_OK);
    assert_int_equal(cq_regex_set(regex, text, NULL), CQ_OK);
    return regex;
}

static void test_find(void **state)
{
    const struct find_case *row = *state;
    cq_regex *regex = open_over(row->pattern, cq_str_from(row->text));
    size_t start = 99, end = 99;
    cq_status status = cq_regex_find(regex, row->from, &start, &end, NULL);

    assert_int_equal(status, row->found ? CQ_OK : CQ_DONE);
    assert_int_equal(start, row->found ? row->start : 99);
    assert_int_equal(end, row->found ? row->end : 99);
    cq_regex_close(regex);
}

static void test_matches(void **state)
{
    cq_regex *regex = open_over("(?<=\u00e9)b+", CQ_STR("\u00e9bb b"));

    (void)state;
    assert_int_equal(cq_regex_matches(regex, NULL), CQ_DONE);
    assert_int_equal(cq_regex_set(regex, CQ_STR(""), NULL), CQ_OK);
    assert_int_equal(cq_regex_matches(regex, NULL), CQ_DONE);
    cq_regex_close(regex);
    regex = open_over("[a-z]{2}(-.*)?", CQ_STR("en-GB"));
    assert_int_equal(cq_regex_matches(regex, NULL), CQ_OK);
    cq_regex_close(regex);
}

static void test_bad_pattern(void **state)
{
    cq_regex *regex;
    cq_error err = {0};

    (void)state;
    assert_int_equal(cq_regex_open(CQ_STR("a(b"), &regex, &err), CQ_E_INPUT);
    assert_null(regex);
    assert_int_equal(err.number, 4);
}

/* Backtracking without end, in time and in depth, ends in an error. */
static void test_limits(void **state)
{
    cq_buf text = {0};
    size_t start, end;
    cq_error err = {0};
    cq_regex *regex;

    (void)state;
    while (text.len < 2000000)
        cq_buf_add_z(&text, "aaaaaaaaaa");
    regex = open_over("(a+)+b", cq_buf_str(&text));
    assert_int_equal(cq_regex_find(regex, 0, &start, &end, &err), CQ_E_INPUT);
    assert_int_equal(err.number, 5);
    cq_regex_close(regex);
    err = (cq_error){0};
    regex = open_over("(a|a)*b", cq_buf_str(&text));
    assert_int_equal(cq_regex_find(regex, 0, &start, &end, &err), CQ_E_INPUT);
    assert_int_equal(err.number, 5);
    cq_regex_close(regex);
    cq_buf_release(&text);
}

static void test_allocation(void **state)
{
    (void)state;
    for (uint64_t nth = 1;; nth++) {
        cq_regex *regex;
        cq_error err = {0};
        cq_status status;

        cq_alloc_fail_at(nth);
        status = cq_regex_open(CQ_STR("\u00e9+"), &regex, &err);
        if (status == CQ_OK)
            status = cq_regex_set(regex, CQ_STR("a longer text with \u00e9\u00e9"), &err);
        cq_alloc_fail_at(0);
        cq_regex_close(regex);
        if (status == CQ_OK)
            break;
        assert_int_equal(status, CQ_E_NOMEM);
    }
}

int main(void)
{
    struct CMUnitTest tests[ARRAY_LEN(find_cases) + 4];
    size_t len = 0;

    ADD(find_cases, test_find);
    ADD_ONE("anchored at a place", test_matches);
    ADD_ONE("a pattern that is none", test_bad_pattern);
    ADD_ONE("limits on time and stack", test_limits);
    ADD_ONE("every allocation failing", test_allocation);
    return cmocka_run_group_tests_name("text/regex", tests, NULL, NULL);
}
