/* Text with inline codes: written here as <b> </b> <br/>, which the segmenter is told of
 * and never sees. */
#include "../rows.h"
#include "helper.h"

#define CODES_MAX 16

static struct code_case {
    const char *name, *text, *want; /* ranges with '|' after each */
} cases[] = {
    {"no codes", "One. Two.", "One.|Two.|"},
    {"a pair inside a sentence", "The <b>red</b> house. Two.",
     "The <b>red</b> house.|Two.|"},
    {"an end code at the break", "<b>One.</b> Two.", "<b>One.</b>|Two.|"},
    {"an end code after the space", "<b>One. </b>Two.", "<b>One. </b>|Two.|"},
    {"a start code at the break", "One.<b> Two.</b>", "One.|<b> Two.</b>|"},
    {"a start code before the next", "One. <b>Two.</b>", "One.|<b>Two.</b>|"},
    {"a code alone at the break", "One.<br/> Two.", "One.|<br/> Two.|"},
    {"end, alone, start", "<b>One.</b><br/><b>Two.</b>", "<b>One.</b><br/><b>Two.</b>|"},
    {"end, space, alone, start", "<b>One.</b> <br/><b>Two.</b>",
     "<b>One.</b>|<br/><b>Two.</b>|"},
    {"a pair over two sentences", "<b>One. Two.</b> Three.", "<b>One.|Two.</b>|Three.|"},
    {"a code inside an abbreviation", "z.<b> </b>B. so. Und.", "z.<b> </b>B. so.|Und.|"},
    {"a code between word and mark", "One<b>.</b> Two.", "One<b>.</b>|Two.|"},
    {"a stop inside a code", "One <b id='x. Y'>two</b>. Three.",
     "One <b id='x. Y'>two</b>.|Three.|"},
    {"codes and nothing else", "<b></b>", "<b></b>|"},
    {"codes at both ends", " <b> One. </b> ", "<b> One. </b>|"},
    {"nothing", "", ""},
};

static size_t find_codes(cq_str text, cq_inline_code *codes)
{
    size_t len = 0;

    for (size_t at = 0; at < text.len; at++) {
        size_t end = at;

        if (text.ptr[at] != '<')
            continue;
        while (text.ptr[end] != '>')
            end++;
        assert_true(len < CODES_MAX);
        codes[len++] = (cq_inline_code){
            .start = at,
            .end = end + 1,
            .role = text.ptr[at + 1] == '/'    ? CQ_CODE_ROLE_CLOSE
                    : text.ptr[end - 1] == '/' ? CQ_CODE_ROLE_ALONE
                                               : CQ_CODE_ROLE_OPEN,
        };
        at = end;
    }
    return len;
}

static cq_segmenter *open_german(void)
{
    cq_segmenter *segmenter;
    cq_lang lang;

    assert_int_equal(cq_lang_parse(CQ_STR("de"), &lang, NULL), CQ_OK);
    assert_int_equal(cq_segmenter_new(&lang, NULL, NULL, &segmenter, NULL), CQ_OK);
    return segmenter;
}

static void test_codes(void **state)
{
    const struct code_case *c = *state;
    cq_str text = cq_str_from(c->text);
    cq_inline_code codes[CODES_MAX];
    size_t codes_len = find_codes(text, codes), len;
    cq_segmenter *segmenter = open_german();
    cq_buf got = {0};
    cq_span *spans;

    for (int again = 0; again < 2; again++) {
        assert_int_equal(
            cq_segment(segmenter, text, codes, codes_len, &spans, &len, NULL), CQ_OK);
        cq_buf_reset(&got);
        for (size_t i = 0; i < len; i++) {
            cq_buf_add_str(&got, cq_str_slice(text, spans[i].start, spans[i].end));
            cq_buf_add_byte(&got, '|');
        }
        assert_string_equal(got.len ? got.ptr : "", c->want);
        cq_spans_free(spans);
    }
    cq_buf_release(&got);
    cq_segmenter_close(segmenter);
}

/* Codes that are kept beside the text have no bytes in it. */
static void test_empty_codes(void **state)
{
    const cq_inline_code codes[] = {{0, 0, CQ_CODE_ROLE_OPEN},
                                    {4, 4, CQ_CODE_ROLE_CLOSE},
                                    {5, 5, CQ_CODE_ROLE_ALONE}};
    cq_segmenter *segmenter = open_german();
    cq_span *spans;
    size_t len;

    (void)state;
    assert_int_equal(
        cq_segment(segmenter, CQ_STR("One. Two."), codes, 3, &spans, &len, NULL), CQ_OK);
    assert_int_equal(len, 2);
    assert_int_equal(spans[0].end, 4);
    assert_int_equal(spans[1].start, 5);
    assert_int_equal(spans[1].end, 9);
    cq_spans_free(spans);
    cq_segmenter_close(segmenter);
}

static void test_disorder(void **state)
{
    const cq_inline_code codes[] = {{3, 5, CQ_CODE_ROLE_OPEN},
                                    {2, 4, CQ_CODE_ROLE_CLOSE}};
    const cq_inline_code beyond = {3, 99, CQ_CODE_ROLE_OPEN};
    cq_segmenter *segmenter = open_german();
    cq_span *spans;
    size_t len;

    (void)state;
    assert_int_equal(
        cq_segment(segmenter, CQ_STR("One. Two."), codes, 2, &spans, &len, NULL),
        CQ_E_ARG);
    assert_int_equal(
        cq_segment(segmenter, CQ_STR("One. Two."), &beyond, 1, &spans, &len, NULL),
        CQ_E_ARG);
    assert_null(spans);
    cq_segmenter_close(segmenter);
}

static void test_allocation(void **state)
{
    const cq_inline_code code = {0, 3, CQ_CODE_ROLE_OPEN};
    cq_status status = CQ_E_NOMEM;

    (void)state;
    for (uint64_t nth = 1; status == CQ_E_NOMEM; nth++) {
        cq_segmenter *segmenter = open_german();
        cq_span *spans;
        size_t len;

        cq_alloc_fail_at(nth);
        status =
            cq_segment(segmenter, CQ_STR("<b>One. Two."), &code, 1, &spans, &len, NULL);
        cq_alloc_fail_at(0);
        assert_int_equal(len, status == CQ_OK ? 2 : 0);
        cq_spans_free(spans);
        cq_segmenter_close(segmenter);
    }
    assert_int_equal(status, CQ_OK);
}

int main(void)
{
    struct CMUnitTest tests[ARRAY_LEN(cases) + 4];
    size_t len = 0;

    ADD(cases, test_codes);
    tests[len++] = (struct CMUnitTest)cmocka_unit_test(test_empty_codes);
    tests[len++] = (struct CMUnitTest)cmocka_unit_test(test_disorder);
    tests[len++] = (struct CMUnitTest)cmocka_unit_test(test_allocation);
    return _cmocka_run_group_tests("segment/codes", tests, len, NULL, NULL);
}
