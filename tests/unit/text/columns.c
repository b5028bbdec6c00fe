#include "helper.h"

#include <unicode/ubrk.h>
#include <unicode/utext.h>

static struct columns_case {
    const char *name, *text;
    size_t columns;
} columns_cases[] = {
    {"empty", "", 0},
    {"ASCII", "word", 4},
    {"accents composed", "\u00e9t\u00e9", 3},
    {"accents decomposed", "e\u0301te\u0301", 3},
    {"Han", "\u4f60\u597d", 4},
    {"full-width letter", "\uff21", 2},
    {"half-width Kana", "\uff76\uff9e", 2},
    {"Hangul", "\ud55c\uad6d", 4},
    {"Hangul by jamo", "\u1112\u1161\u11ab", 2},
    {"Thai vowel above", "\u0e01\u0e34", 1},
    {"Thai am takes its own column", "\u0e01\u0e33", 2},
    {"Devanagari vowel beside", "\u0915\u093f", 2},
    {"Arabic", "\u0643\u0650", 1},
    {"emoji", "\U0001f600", 2},
    {"emoji family", "\U0001f468\u200d\U0001f469\u200d\U0001f467", 2},
    {"emoji by variation selector", "\u2764\ufe0f", 2},
    {"text heart", "\u2764", 1},
    {"flag", "\U0001f1e9\U0001f1ea", 2},
    {"control characters", "a\tb\n", 4},
    {"CR LF", "\r\n", 2},
    {"zero width space", "a\u200bb", 2},
};

static void test_columns(void **state)
{
    const struct columns_case *row = *state;

    assert_int_equal(cq_text_columns(cq_str_from(row->text)), row->columns);
}

/* ICU's own iterator is the reference for UAX #29. */
static void test_graphemes(void **state)
{
    uint64_t seed = 3;
    cq_buf text = {0};
    UErrorCode code = U_ZERO_ERROR;
    UBreakIterator *reference = ubrk_open(UBRK_CHARACTER, "", NULL, 0, &code);

    (void)state;
    for (int n = 0; n < 20000; n++) {
        UText utext = UTEXT_INITIALIZER;
        size_t at = 0;

        random_text(&seed, 12, &text);
        utext_openUTF8(&utext, text.ptr, (int64_t)text.len, &code);
        ubrk_setUText(reference, &utext, &code);
        assert_true(U_SUCCESS(code));
        while (at < text.len) {
            at += cq_text_grapheme(cq_str_slice(cq_buf_str(&text), at, text.len));
            assert_int_equal(at, ubrk_next(reference));
        }
        utext_close(&utext);
    }
    assert_int_equal(cq_text_grapheme((cq_str){0}), 0);
    ubrk_close(reference);
    cq_buf_release(&text);
}

int main(void)
{
    struct CMUnitTest tests[ARRAY_LEN(columns_cases) + 1];
    size_t len = 0;

    ADD(columns_cases, test_columns);
    ADD_ONE("grapheme clusters are those of UAX #29", test_graphemes);
    return cmocka_run_group_tests_name("text/columns", tests, NULL, NULL);
}
