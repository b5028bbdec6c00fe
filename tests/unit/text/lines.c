/* Texts broken into lines: at spaces, and beside wide characters where UAX #14 allows. */
#include "helper.h"

#include <string.h>

static struct lines_case {
    const char *name, *text;
    size_t columns;
    const char *lines; /* with | between them */
} lines_cases[] = {
    {"at spaces", "one two three", 7, "one two |three"},
    {"spaces at the end take no room", "one two three", 3, "one |two |three"},
    {"a word too long stands alone", "a incomprehensibilities b", 5,
     "a |incomprehensibilities |b"},
    {"an option is not parted", "see --as-stored here", 9, "see |--as-stored |here"},
    {"a path is not parted", "in usr/share/doc", 8, "in |usr/share/doc"},
    {"line ends", "one\ntwo", 80, "one\n|two"},
    {"an empty line", "one\n\ntwo", 80, "one\n|\n|two"},
    {"between ideographs", "\u4f60\u597d\u4e16\u754c", 4, "\u4f60\u597d|\u4e16\u754c"},
    {"no comma begins a line", "\u4f60\u597d\uff0c\u4e16\u754c", 4,
     "\u4f60|\u597d\uff0c|\u4e16\u754c"},
    {"no bracket ends a line", "\u4f60\u300c\u597d\u300d\u4e16", 4,
     "\u4f60|\u300c\u597d\u300d|\u4e16"},
    {"Latin beside Kana", "TEXT\u304b\u3089", 6, "TEXT\u304b|\u3089"},
    {"combining marks take no room", "e\u0301te\u0301 la\u0300", 6,
     "e\u0301te\u0301 la\u0300"},
    {"empty", "", 5, ""},
};

static void test_lines(void **state)
{
    const struct lines_case *row = *state;
    cq_str text = cq_str_from(row->text);
    cq_buf joined = {0};

    while (text.len > 0) {
        size_t len = cq_text_line(text, row->columns);

        assert_in_range(len, 1, text.len);
        if (joined.len > 0)
            cq_buf_add_byte(&joined, '|');
        cq_buf_add_str(&joined, cq_str_slice(text, 0, len));
        text = cq_str_slice(text, len, text.len);
    }
    assert_int_equal(joined.len, strlen(row->lines));
    if (joined.len > 0)
        assert_memory_equal(joined.ptr, row->lines, joined.len);
    cq_buf_release(&joined);
}

int main(void)
{
    struct CMUnitTest tests[ARRAY_LEN(lines_cases)];
    size_t len = 0;

    ADD(lines_cases, test_lines);
    return cmocka_run_group_tests_name("text/lines", tests, NULL, NULL);
}
