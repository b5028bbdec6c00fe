/* SRX 2.0: the first rule that matches at a place decides. */
#include "../rows.h"
#include "helper.h"

#define RULES_MAX 4

static struct srx_case {
    const char *name, *text, *want;
    struct {
        bool is_break;
        const char *before, *after;
    } rules[RULES_MAX];
} cases[] = {
    {"no rule, no break", "A. B. C", "A. B. C|", {{false, NULL, NULL}}},
    {"a break rule", "One. Two! Three", "One.| Two!| Three|", {{true, "[.!]", "\\s"}}},
    {"an earlier exception wins",
     "Mr. X came. He left.",
     "Mr. X came.| He left.|",
     {{false, "\\bMr\\.", "\\s"}, {true, "\\.", "\\s"}}},
    {"a later exception is too late",
     "Mr. X came. He left.",
     "Mr.| X came.| He left.|",
     {{true, "\\.", "\\s"}, {false, "\\bMr\\.", "\\s"}}},
    {"matches may overlap",
     "by A. B. C. Doe. End.",
     "by A. B. C. Doe. |End.|",
     {{false, "\\s[A-Z]\\.\\s", ""}, {true, "\\.\\s", ""}, {false, "x", "y"}}},
    {"an empty expression matches everywhere", "abc", "a|b|c|", {{true, "", ""}}},
    {"after alone", "ab;cd", "ab|;cd|", {{true, "", ";"}}},
    {"never inside a character", "\u00e9\u00e8x", "\u00e9|\u00e8|x|", {{true, "", ""}}},
    {"a look-behind of any length, as Java has it",
     "w. XVI wieku. Tak. XY",
     "w. XVI wieku.| Tak.| XY|",
     {{false, "\\bw\\.", "\\s[XVI]+(?<=[XVI]+)"}, {true, "\\.", "\\s(?<=\\.\\s{1,})"}}},
    {"no break at the ends", ".a.", ".|a.|", {{true, "\\.", ""}}},
};

static cq_status open_rules(const struct srx_case *c, cq_srx **srx, cq_error *err)
{
    cq_srx_rule rules[RULES_MAX];
    size_t len = 0;

    for (; len < RULES_MAX && c->rules[len].before; len++)
        rules[len] = (cq_srx_rule){.is_break = c->rules[len].is_break,
                                   .before = cq_str_from(c->rules[len].before),
                                   .after = cq_str_from(c->rules[len].after),
                                   .line = 10 + len};
    return cq_srx_open(rules, len, srx, err);
}

static void test_srx(void **state)
{
    const struct srx_case *c = *state;
    cq_buf ends = {0}, got = {0};
    cq_error err = {0};
    cq_srx *srx;
    size_t start = 0;

    assert_int_equal(open_rules(c, &srx, &err), CQ_OK);
    assert_int_equal(cq_srx_run(srx, cq_str_from(c->text), &ends, &err), CQ_OK);
    for (size_t i = 0; i < ends.len / sizeof(size_t); i++) {
        size_t end;

        memcpy(&end, ends.ptr + i * sizeof(end), sizeof(end));
        cq_buf_add(&got, c->text + start, end - start);
        cq_buf_add_byte(&got, '|');
        start = end;
    }
    assert_string_equal(got.ptr, c->want);
    cq_srx_close(srx);
    cq_buf_release(&ends);
    cq_buf_release(&got);
}

static void test_bad_rule(void **state)
{
    const struct srx_case bad = {"", "", "", {{true, "a", "b"}, {true, "(", ""}}};
    cq_error err = {0};
    cq_srx *srx;

    (void)state;
    assert_int_equal(open_rules(&bad, &srx, &err), CQ_E_INPUT);
    assert_null(srx);
    assert_int_equal(err.number, 20);
    assert_int_equal(err.line, 11);
}

/* Nested quantifiers that never match are stopped by the limits, not waited for. */
static void test_runaway(void **state)
{
    const struct srx_case bad = {"", "", "", {{true, "(a+)+b", ""}}};
    cq_buf text = {0}, ends = {0};
    cq_error err = {0};
    cq_srx *srx;

    (void)state;
    for (int i = 0; i < 5000; i++)
        cq_buf_add_byte(&text, 'a');
    assert_int_equal(open_rules(&bad, &srx, &err), CQ_OK);
    assert_int_equal(cq_srx_run(srx, cq_buf_str(&text), &ends, &err), CQ_E_INPUT);
    assert_int_equal(err.number, 21);
    cq_srx_close(srx);
    cq_buf_release(&text);
    cq_buf_release(&ends);
}

/* A segmenter works with SRX rules as with calque's own; the white space that they leave
 * at the start of a segment is no part of it. */
static void test_segmenter(void **state)
{
    cq_segmenter *segmenter;
    cq_sentence s;
    cq_error err = {0};
    cq_lang lang;
    cq_srx *srx;

    (void)state;
    assert_int_equal(cq_lang_parse(CQ_STR("en"), &lang, &err), CQ_OK);
    assert_int_equal(open_rules(&cases[1], &srx, &err), CQ_OK);
    assert_int_equal(cq_segmenter_new(&lang, NULL, srx, &segmenter, &err), CQ_OK);
    assert_int_equal(cq_segmenter_feed(segmenter, CQ_STR("One. Two"), true, &err), CQ_OK);
    assert_int_equal(cq_segmenter_next(segmenter, &s, &err), CQ_OK);
    assert_int_equal(s.end, 4);
    assert_int_equal(cq_segmenter_next(segmenter, &s, &err), CQ_OK);
    assert_int_equal(s.start, 5);
    assert_int_equal(cq_segmenter_next(segmenter, &s, &err), CQ_DONE);
    cq_segmenter_close(segmenter);
}

int main(void)
{
    struct CMUnitTest tests[ARRAY_LEN(cases) + 3];
    size_t len = 0;

    ADD(cases, test_srx);
    tests[len++] = (struct CMUnitTest)cmocka_unit_test(test_bad_rule);
    tests[len++] = (struct CMUnitTest)cmocka_unit_test(test_runaway);
    tests[len++] = (struct CMUnitTest)cmocka_unit_test(test_segmenter);
    return _cmocka_run_group_tests("segment/srx", tests, len, NULL, NULL);
}
