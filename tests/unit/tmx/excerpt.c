/* What messages show of a place. */
#include "excerpt.h"

#include "../rows.h"

#include <string.h>

static struct excerpt_case {
    const char *name, *text, *at; /* at: what begins at the place */
    size_t bad;
    const char *shown;
} cases[] = {
    {"a byte that is no UTF-8", "Caf\xe9 noir", "\xe9", 1, "Caf\\xE9 noir"},
    {"a byte that looks like UTF-8 and is bad all the same", "a\xc3\xa9", "\xc3", 2,
     "a\\xC3\\xA9"},
    {"other bytes that are none", "\xff\x81z\xe2\x82", "z", 0, "\\xFF\\x81z\\xE2\\x82"},
    {"a control character", "a\x07z", "\x07", 0, "a\\u0007z"},
    {"what cannot be seen", "a\xe2\x80\x8b\xe2\x80\xae\xef\xbb\xbfz", "z", 0,
     "a\\u200B\\u202E\\uFEFFz"},
    {"U+FFFE", "a\xef\xbf\xbez", "z", 0, "a\\uFFFEz"},
    {"a tab", "a\tz", "z", 0, "a\\tz"},
    {"one line", "one\ntwo\nthree", "two", 0, "two"},
    {"of text what is behind a tag", "<tuv><seg>Tom & Jerry</seg>", "&", 0,
     "Tom & Jerry</seg>"},
    {"of tags whole ones", "<seg>a & b</seg></tuv><tuv xml:lang=\"en\">", "&", 0,
     "a & b</seg></tuv>"},
    {"a long tag is cut", "<tu tuid=1 creationdate=\"20020101T163812Z\">", "<", 0,
     "<tu tuid=1 creationdate=\"2002010"},
    {"sixteen bytes before, thirty-two behind",
     "01234567890123456789|0123456789012345678901234567890123456789", "|", 0,
     "4567890123456789|0123456789012345678901234567890"},
    {"whole characters before and behind",
     "\xc3\xa9\xc3\xa9\xc3\xa9\xc3\xa9\xc3\xa9\xc3\xa9\xc3\xa9\xc3\xa9z|y"
     "\xc3\xa9\xc3\xa9\xc3\xa9\xc3\xa9\xc3\xa9\xc3\xa9\xc3\xa9\xc3\xa9"
     "\xc3\xa9\xc3\xa9\xc3\xa9\xc3\xa9\xc3\xa9\xc3\xa9\xc3\xa9\xc3\xa9",
     "|", 0,
     "\xc3\xa9\xc3\xa9\xc3\xa9\xc3\xa9\xc3\xa9\xc3\xa9\xc3\xa9z|y"
     "\xc3\xa9\xc3\xa9\xc3\xa9\xc3\xa9\xc3\xa9\xc3\xa9\xc3\xa9\xc3\xa9"
     "\xc3\xa9\xc3\xa9\xc3\xa9\xc3\xa9\xc3\xa9\xc3\xa9\xc3\xa9"},
    {"the end of the text", "abc", "", 0, "abc"},
    {"nothing", "", "", 0, ""},
};

static void test_case(void **state)
{
    const struct excerpt_case *row = *state;
    const char *at = strstr(row->text, row->at);
    char shown[CQ_EXCERPT_MAX];

    if (!*row->at)
        at = row->text + strlen(row->text);
    assert_non_null(at);
    cq_excerpt(cq_str_from(row->text), (size_t)(at - row->text), row->bad, shown);
    assert_string_equal(shown, row->shown);
}

static void test_longest(void **state)
{
    char text[64], shown[CQ_EXCERPT_MAX];

    (void)state;
    memset(text, '\x01', sizeof(text));
    cq_excerpt((cq_str){text, sizeof(text)}, 30, 2, shown);
    assert_true(strlen(shown) < sizeof(shown));
}

static void test_character(void **state)
{
    char shown[CQ_EXCERPT_MAX];

    (void)state;
    assert_string_equal(cq_shown_character(cq_windows_1252(0x80), shown), "\xe2\x82\xac");
    assert_string_equal(cq_shown_character(cq_windows_1252(0xe9), shown), "\xc3\xa9");
    assert_string_equal(cq_shown_character(cq_windows_1252(0x81), shown), "\\u0081");
}

int main(void)
{
    struct CMUnitTest tests[ARRAY_LEN(cases) + 2];
    size_t len = 0;

    ADD(cases, test_case);
    ADD_ONE("the longest", test_longest);
    ADD_ONE("a character", test_character);
    return cmocka_run_group_tests_name("excerpt", tests, NULL, NULL);
}
