#include "helper.h"

static struct valid_case {
    const char *name;
    cq_str bytes;
    size_t valid;
} valid_cases[] = {
    {"empty", {"", 0}, 0},
    {"ASCII", {"abcdefghij", 10}, 10},
    {"NUL is text", {"a\0b", 3}, 3},
    {"two, three, four bytes", {"\xc3\xa9\xe2\x82\xac\xf0\x9f\x98\x80", 9}, 9},
    {"Latin-1", {"caf\xe9 au lait", 12}, 3},
    {"lone continuation", {"abcdefgh\x80", 9}, 8},
    {"overlong slash", {"\xc0\xaf", 2}, 0},
    {"overlong in three bytes", {"a\xe0\x9f\xbf", 4}, 1},
    {"overlong in four bytes", {"\xf0\x8f\xbf\xbf", 4}, 0},
    {"surrogate", {"\xed\xa0\x80", 3}, 0},
    {"last before the surrogates", {"\xed\x9f\xbf", 3}, 3},
    {"U+10FFFF", {"\xf4\x8f\xbf\xbf", 4}, 4},
    {"past U+10FFFF", {"\xf4\x90\x80\x80", 4}, 0},
    {"five bytes", {"\xf8\x88\x80\x80\x80", 5}, 0},
    {"cut off", {"ab\xe2\x82", 4}, 2},
    {"second byte missing", {"\xe2\x28\xa1", 3}, 0},
};

static void test_valid(void **state)
{
    const struct valid_case *row = *state;

    assert_int_equal(cq_text_valid(row->bytes), row->valid);
}

static void test_all_code_points(void **state)
{
    cq_buf text = {0};
    size_t at = 0;

    (void)state;
    for (uint32_t code = 0; code < 0x110000; code++)
        if (code < 0xd800 || code > 0xdfff)
            cq_text_put(&text, code);
    assert_int_equal(cq_buf_check(&text, NULL), CQ_OK);
    assert_int_equal(cq_text_valid(cq_buf_str(&text)), text.len);
    assert_int_equal(cq_text_length(cq_buf_str(&text)), 0x110000 - 0x800);
    for (uint32_t code = 0; code < 0x110000; code++)
        if (code < 0xd800 || code > 0xdfff)
            assert_int_equal(cq_text_next(cq_buf_str(&text), &at), code);
    assert_int_equal(at, text.len);
    cq_buf_release(&text);
}

/* As cq_text_valid(), a few bytes at a time: never a whole block of it. */
static size_t valid_piecewise(cq_str text)
{
    size_t at = 0, valid = 1;

    while (at < text.len && valid > 0) {
        size_t end = at + 4 < text.len ? at + 4 : text.len;

        valid = cq_text_valid(cq_str_slice(text, at, end));
        at += valid;
    }
    return at;
}

/* Every byte of a long text replaced by every other in turn: what is found many bytes at
 * a time is what is found a character at a time. */
static void test_one_wrong_byte(void **state)
{
    static const char line[] = "caf\u00e9 \u0628\u064a\u062a \u6c34\u3002 \U0001f600 "
                               "\xed\x9f\xbf\xee\x80\x80\U0010ffff \u0e19\u0e49\u0e33; ";
    cq_buf text = {0};
    cq_str s;

    (void)state;
    while (text.len < 200)
        cq_buf_add_z(&text, line);
    assert_int_equal(cq_buf_check(&text, NULL), CQ_OK);
    s = cq_buf_str(&text);
    for (size_t at = 0; at < s.len; at++) {
        char kept = text.ptr[at];

        for (int byte = 0; byte < 256; byte++) {
            text.ptr[at] = (char)byte;
            assert_int_equal(cq_text_valid(s), valid_piecewise(s));
        }
        text.ptr[at] = kept;
    }
    assert_int_equal(cq_text_valid(s), s.len);
    cq_buf_release(&text);
}

static struct decode_case {
    const char *name;
    cq_str bytes;
    const char *text; /* NULL: refused */
    int number;       /* of the error, with its place */
    unsigned line, column;
} decode_cases[] = {
    {"UTF-8", {"caf\xc3\xa9", 5}, "caf\xc3\xa9", 0, 0, 0},
    {"UTF-8 with a mark",
     {"\xef\xbb\xbf"
      "a",
      4},
     "a",
     0,
     0,
     0},
    {"UTF-16, little end first",
     {"\xff\xfe"
      "a\0\xac\x20=\xd8\0\xde",
      10},
     "a\xe2\x82\xac\xf0\x9f\x98\x80",
     0,
     0,
     0},
    {"UTF-16, big end first",
     {"\xfe\xff\0a\x20\xac\xd8=\xde\0", 10},
     "a\xe2\x82\xac\xf0\x9f\x98\x80",
     0,
     0,
     0},
    {"mark alone", {"\xff\xfe", 2}, "", 0, 0, 0},
    {"bad byte on the third line", {"a\nb\r\ncd\xe9", 8}, NULL, 1, 3, 3},
    {"bad byte after a mark",
     {"\xef\xbb\xbf"
      "a\xff",
      5},
     NULL,
     1,
     1,
     5},
    {"lone carriage returns end lines", {"a\rb\rc\xff", 6}, NULL, 1, 3, 2},
    {"lone lead",
     {"\xff\xfe"
      "a\0\n\0\0\xd8"
      "b\0",
      10},
     NULL,
     2,
     2,
     1},
    {"lone trail", {"\xfe\xff\xdc\0", 4}, NULL, 2, 1, 3},
    {"half a unit",
     {"\xff\xfe"
      "a\0b",
      5},
     NULL,
     2,
     1,
     5},
};

static void test_decode(void **state)
{
    const struct decode_case *row = *state;
    cq_buf out = {0};
    cq_error err = {0};
    cq_status status;

    cq_buf_add_z(&out, ">");
    status = cq_text_decode(row->bytes, &out, &err);
    if (row->text) {
        assert_int_equal(status, CQ_OK);
        assert_string_equal(out.ptr + 1, row->text);
    } else {
        assert_int_equal(status, CQ_E_INPUT);
        assert_string_equal(out.ptr, ">");
        assert_int_equal(err.number, row->number);
        assert_int_equal(err.line, row->line);
        assert_int_equal(err.column, row->column);
    }
    cq_buf_release(&out);
}

int main(void)
{
    struct CMUnitTest tests[ARRAY_LEN(valid_cases) + ARRAY_LEN(decode_cases) + 2];
    size_t len = 0;

    ADD(valid_cases, test_valid);
    ADD(decode_cases, test_decode);
    ADD_ONE("every code point there and back", test_all_code_points);
    ADD_ONE("one wrong byte anywhere", test_one_wrong_byte);
    return cmocka_run_group_tests_name("text/utf8", tests, NULL, NULL);
}
