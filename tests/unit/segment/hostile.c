/* What no text is like but an input may be: a megabyte of one thing, memory that runs
 * out, and any bytes at all. */
#include "../rows.h"
#include "helper.h"

#include <time.h>

#define MEGABYTE ((size_t)1 << 20)

static double seconds(void)
{
    struct timespec t;

    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec + (double)t.tv_nsec * 1e-9;
}

/* Count sentences; the ranges must rise, hold the text they say, and leave only space
 * out. */
static size_t check(const char *tag, cq_paragraphs mode, cq_str text, size_t piece)
{
    cq_segmenter *segmenter;
    cq_sentence s;
    cq_error err = {0};
    cq_lang lang;
    size_t at = 0, count = 0, last = 0;
    bool is_last = false;

    assert_int_equal(cq_lang_parse(cq_str_from(tag), &lang, &err), CQ_OK);
    assert_int_equal(cq_segmenter_new(&lang, &(cq_segmenter_options){.paragraphs = mode},
                                      NULL, &segmenter, &err),
                     CQ_OK);
    while (!is_last) {
        size_t len = text.len - at < piece ? text.len - at : piece;
        cq_status status;

        is_last = at + len == text.len;
        assert_int_equal(
            cq_segmenter_feed(segmenter, cq_str_slice(text, at, at + len), is_last, &err),
            CQ_OK);
        at += len;
        while ((status = cq_segmenter_next(segmenter, &s, &err)) == CQ_OK) {
            assert_true(s.start >= last && s.end > s.start && s.end <= text.len);
            assert_true(mode != CQ_PARAGRAPHS_LINE ||
                        cq_str_equal(s.text, cq_str_slice(text, s.start, s.end)));
            for (size_t i = last; i < s.start; i++)
                assert_true((unsigned char)text.ptr[i] <= ' ' ||
                            (unsigned char)text.ptr[i] >= 0x80);
            last = s.end;
            count++;
        }
        assert_int_equal(status, CQ_DONE);
    }
    for (size_t i = last; i < text.len; i++)
        assert_true((unsigned char)text.ptr[i] <= ' ' ||
                    (unsigned char)text.ptr[i] >= 0x80);
    cq_segmenter_close(segmenter);
    return count;
}

static struct hostile_case {
    const char *name, *unit; /* repeated to more than one window */
} cases[] = {
    {"dots", "."},
    {"dots and spaces", ". "},
    {"spaces", " "},
    {"closed brackets", ")"},
    {"open brackets", "("},
    {"pairs of brackets", "()"},
    {"brackets and dots", "(. "},
    {"closers after dots", ".) "},
    {"straight quotes", "\""},
    {"quotes in pairs", "\" \"."},
    {"apostrophes", "'"},
    {"guillemets", "\u00ab"},
    {"ends without words", "! ? "},
    {"initials", "A. "},
    {"dotted letters", "a.b."},
    {"numbers", "1. "},
    {"list markers", "1) "},
    {"bullets", "\u2022 "},
    {"abbreviations", "Dr. "},
    {"parts of abbreviations", "z. B. "},
    {"one letter", "x"},
    {"combining marks", "\u0301"},
    {"emoji", "\U0001f600"},
    {"ideographs", "\u6c49"},
    {"ideographic ends", "\u3002"},
    {"brackets of notes", "x. [1] "},
    {"brackets of notes without a space", "x.[1]"},
    {"notes", "word.11 12 "},
    {"raised notes", "x.\u00b9"},
    {"smileys", "x :) "},
    {"quotations and speakers", "\u201c\u6c49\uff1f\u201d\u6c49"},
    {"colons", ": "},
    {"dashes", "- "},
    {"marks that only ICU knows", "\u1c7e "},
};

/* Each within a second or so, and no slower with more: a quadratic one would take hours.
 */
static void test_linear(void **state)
{
    const struct hostile_case *c = *state;
    const char *tags[] = {"en", "zh"};
    cq_buf text = {0};

    while (text.len < MEGABYTE + MEGABYTE / 4)
        cq_buf_add_z(&text, c->unit);
    for (size_t i = 0; i < ARRAY_LEN(tags); i++) {
        double start = seconds();

        check(tags[i], CQ_PARAGRAPHS_LINE, cq_buf_str(&text), 65536);
        assert_true(seconds() - start < 10);
    }
    cq_buf_release(&text);
}

/* A small generator, so that a failure can be repeated (Marsaglia 2003). */
static uint32_t next_random(uint32_t *state)
{
    *state ^= *state << 13;
    *state ^= *state >> 17;
    *state ^= *state << 5;
    return *state;
}

/* Texts made of what the rules look at: every range true, and the same for any pieces. */
static void test_random(void **state)
{
    static const char *const parts[] = {
        "Dr.",    " ",      "a",      "The",    ".",      "...",        "!",
        "?",      "\"",     "'",      "(",      ")",      "[1]",        "1",
        "12.",    "z. B. ", "U.S. ",  "\u2026", "\u201e", "\u201c",     "\u201d",
        "\u00ab", "\u00bb", "\u3002", "\u300c", "\u300d", "\u6c49",     "\n",
        "\r\n",   "\u2028", "\n\n",   "-",      "\u2014", "\u2022 ",    "etc. ",
        "\u0627", "\u061f", "\u0964", ":",      ";",      "x@y.z",      "1)",
        ":)",     "\u00b9", "(!)",    "p.m. ",  "6a.m. ", "bin\u2019s", "Art. ",
        "Mr. ",   "AP. ",   "5o.",    "b. ",    "\u1c7e", "\U0001f600", "\u0301",
        "\u00a0", "\t"};
    static const char *const tags[] = {"en", "de", "fr", "ru", "zh",
                                       "ja", "ar", "hy", "th"};
    uint32_t seed = 2463534242;

    (void)state;
    for (int round = 0; round < 900; round++) {
        const cq_paragraphs modes[] = {CQ_PARAGRAPHS_LINE, CQ_PARAGRAPHS_BLANK,
                                       CQ_PARAGRAPHS_UNWRAP};
        cq_paragraphs mode = modes[(size_t)(round / 9) % ARRAY_LEN(modes)];
        const char *tag = tags[(size_t)round % ARRAY_LEN(tags)];
        cq_buf text = {0}, whole = {0}, single = {0};

        for (uint32_t n = next_random(&seed) % 120; n > 0; n--)
            cq_buf_add_z(&text, parts[next_random(&seed) % ARRAY_LEN(parts)]);
        check(tag, mode, cq_buf_str(&text), 100000);
        split_into(tag, mode, cq_buf_str(&text), 100000, &whole);
        split_into(tag, mode, cq_buf_str(&text), 1, &single);
        assert_true(cq_str_equal(cq_buf_str(&whole), cq_buf_str(&single)));
        cq_buf_release(&text);
        cq_buf_release(&whole);
        cq_buf_release(&single);
    }
}

/* A paragraph of several windows is split the same whatever the pieces are. */
static void test_windows(void **state)
{
    cq_buf text = {0}, whole = {0}, pieces = {0};

    (void)state;
    for (int i = 0; text.len < 2 * MEGABYTE + 12345; i++)
        cq_buf_add_format(&text, "Sentence %d is like any \u00e9 other. ", i);
    split_into("en", CQ_PARAGRAPHS_LINE, cq_buf_str(&text), text.len, &whole);
    split_into("en", CQ_PARAGRAPHS_LINE, cq_buf_str(&text), 4099, &pieces);
    assert_true(cq_str_equal(cq_buf_str(&whole), cq_buf_str(&pieces)));
    cq_buf_reset(&pieces);
    split_into("en", CQ_PARAGRAPHS_BLANK, cq_buf_str(&text), 4099, &pieces);
    assert_true(cq_str_equal(cq_buf_str(&whole), cq_buf_str(&pieces)));
    cq_buf_release(&text);
    cq_buf_release(&whole);
    cq_buf_release(&pieces);
}

/* Open, feed and take with the nth allocation failing. True when all went well. */
static bool run_short(uint64_t nth, const cq_lang *lang)
{
    cq_segmenter *segmenter = NULL;
    cq_error err = {0};
    cq_sentence s;
    cq_status status;

    cq_alloc_fail_at(nth);
    status =
        cq_segmenter_new(lang, &(cq_segmenter_options){.paragraphs = CQ_PARAGRAPHS_BLANK},
                         NULL, &segmenter, &err);
    if (status == CQ_OK)
        status = cq_segmenter_feed(segmenter,
                                   CQ_STR("Dr. A (b) said \"No\".\nYes \u1c7e x.\n\nEnd"),
                                   true, &err);
    while (status == CQ_OK)
        status = cq_segmenter_next(segmenter, &s, &err);
    cq_alloc_fail_at(0);
    cq_segmenter_close(segmenter);
    assert_true(status == CQ_DONE || status == CQ_E_NOMEM);
    return status == CQ_DONE;
}

static void test_memory(void **state)
{
    cq_error err = {0};
    cq_lang lang;
    bool has_failed = false;

    (void)state;
    assert_int_equal(cq_lang_parse(CQ_STR("hy"), &lang, &err), CQ_OK);
    for (uint64_t nth = 1; !run_short(nth, &lang) || !has_failed; nth++) {
        has_failed = true;
        assert_true(nth < 100000);
    }
}

int main(void)
{
    struct CMUnitTest tests[ARRAY_LEN(cases) + 3];
    size_t len = 0;

    ADD(cases, test_linear);
    tests[len++] = (struct CMUnitTest)cmocka_unit_test(test_random);
    tests[len++] = (struct CMUnitTest)cmocka_unit_test(test_windows);
    tests[len++] = (struct CMUnitTest)cmocka_unit_test(test_memory);
    return _cmocka_run_group_tests("segment/hostile", tests, len, NULL, NULL);
}
