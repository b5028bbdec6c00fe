/* Plain text: encodings, marks, places of what is refused. */
#include "../rows.h"
#include "helper.h"

static struct stream_case {
    const char *name;
    cq_str bytes;
    const char *encoding; /* asked for */
    const char *text;     /* what comes before a failure too */
    int number;
    unsigned line, column;
} cases[] = {
    {"UTF-8", {"a\xc3\xa9\n", 4}, NULL, "a\u00e9\n", 0, 0, 0},
    {"UTF-8 with a mark",
     {"\xef\xbb\xbf"
      "a",
      4},
     NULL,
     "a",
     0,
     0,
     0},
    {"a wrong byte", {"a\nb\xe9 c", 6}, NULL, "a\nb", 1, 2, 2},
    {"a character cut off at the end", {"a\xc3", 2}, NULL, "a", 1, 1, 2},
    {"UTF-16LE with a mark",
     {"\xff\xfe"
      "a\0\xe9\0",
      6},
     NULL,
     "a\u00e9",
     0,
     0,
     0},
    {"UTF-16BE with a mark",
     {"\xfe\xff\0a\xd8\x3d\xde\x00", 8},
     NULL,
     "a\U0001f600",
     0,
     0,
     0},
    {"half of a pair",
     {"\xff\xfe"
      "a\0\n\0b\0\x3d\xd8"
      "c\0",
      12},
     NULL,
     "a\nb",
     2,
     2,
     3},
    {"UTF-16 cut off",
     {"\xff\xfe"
      "a\0b",
      5},
     NULL,
     "a",
     2,
     1,
     3},
    {"UTF-32LE with a mark", {"\xff\xfe\0\0a\0\0\0", 8}, NULL, "a", 0, 0, 0},
    {"said to be Latin-1", {"\xe9", 1}, "latin1", "\u00e9", 0, 0, 0},
    {"said to be UTF-8", {"\xe9", 1}, "utf8", "", 1, 1, 1},
    {"said, with a mark",
     {"\xff\xfe"
      "a\0",
      4},
     "UTF-16",
     "a",
     0,
     0,
     0},
    {"bytes that Shift JIS lacks",
     {"ab\n\xb1\x81 ", 5},
     "Shift_JIS",
     "ab\n\uff71",
     161,
     2,
     2},
    {"no encoding", {"a", 1}, "klingon", "", 162, 0, 0},
    {"NUL is text", {"a\0b", 3}, NULL, "a", 0, 0, 0},
    {"nothing", {"", 0}, NULL, "", 0, 0, 0},
};

static void test_stream(void **state)
{
    const struct stream_case *row = *state;
    cq_document_options opts = {.encoding = row->encoding};
    cq_buf text = {0};
    cq_error err = {0};
    cq_status status;

    write_file(row->bytes, ".txt");
    status = read_document(file_path, "en", &opts, &text, NULL, &err);
    assert_int_equal(err.number, row->number);
    assert_int_equal(status == CQ_OK, row->number == 0);
    assert_string_equal(text_of(&text), row->text);
    assert_int_equal(err.line, row->line);
    assert_int_equal(err.column, row->column);
    cq_buf_release(&text);
    remove_file();
}

int main(void)
{
    struct CMUnitTest tests[ARRAY_LEN(cases)];
    size_t len = 0;

    ADD(cases, test_stream);
    return cmocka_run_group_tests_name("document/stream", tests, NULL, NULL);
}
