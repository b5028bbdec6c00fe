/* Tests of base/error.c. */
#include "../rows.h"

#include <string.h>

#include <errno.h>

static struct message_case {
    const char *name, *value, *message;
} cases[] = {
    {"a plain value", "en", "no \"en\" here"},
    {"characters outside ASCII stay", "f\u00fcr", "no \"f\u00fcr\" here"},
    {"a line end does not break the line", "a\nb\r\nc", "no \"a?b??c\" here"},
    {"an escape sequence is disarmed", "\x1b[31mred", "no \"?[31mred\" here"},
    {"delete and bell", "\x7f\a", "no \"??\" here"},
};

static void test_message(void **state)
{
    const struct message_case *c = *state;
    cq_error err = {0};

    assert_int_equal(cq_fail(&err, CQ_E_ARG, "no \"%s\" here", c->value), CQ_E_ARG);
    assert_int_equal(err.status, CQ_E_ARG);
    assert_int_equal(err.number, 0);
    assert_string_equal(err.message, c->message);
}

static void test_first_failure_stays(void **state)
{
    cq_error err = {0};

    (void)state;
    assert_int_equal(cq_fail_number(&err, CQ_E_INPUT, 61, "first %d", 1), CQ_E_INPUT);
    assert_int_equal(cq_fail(&err, CQ_E_NOMEM, "second"), CQ_E_NOMEM);
    assert_int_equal(err.status, CQ_E_INPUT);
    assert_int_equal(err.number, 61);
    assert_string_equal(err.message, "first 1");
}

static void test_no_error_wanted(void **state)
{
    (void)state;
    assert_int_equal(cq_fail(NULL, CQ_E_STORE, "x"), CQ_E_STORE);
    assert_int_equal(cq_fail_number(NULL, CQ_E_STORE, 100, "x"), CQ_E_STORE);
    assert_int_equal(cq_fail_errno(NULL, CQ_E_SYSTEM, 0, "x", "y"), CQ_E_SYSTEM);
    cq_fail_at(NULL, "file", 1, 2);
}

static void test_first_place_stays(void **state)
{
    cq_error err = {0};

    (void)state;
    cq_fail(&err, CQ_E_INPUT, "odd");
    cq_fail_at(&err, NULL, 0, 0);
    assert_string_equal(err.file, "");
    assert_int_equal(err.line, 0);
    cq_fail_at(&err, NULL, 41, 7);        /* the parser knows the line ... */
    cq_fail_at(&err, "office.tmx", 0, 0); /* ... and the layer above the file */
    cq_fail_at(&err, "other.tmx", 1, 1);
    assert_string_equal(err.file, "office.tmx");
    assert_int_equal(err.line, 41);
    assert_int_equal(err.column, 7);
}

static void test_errno(void **state)
{
    cq_error err = {0};

    (void)state;
    errno = ENOENT;
    assert_int_equal(cq_fail_errno(&err, CQ_E_SYSTEM, 140, "cannot open", "a.txt"),
                     CQ_E_SYSTEM);
    assert_string_equal(err.message, "cannot open: No such file or directory");
    assert_string_equal(err.file, "a.txt");
    assert_int_equal(err.number, 140);
}

/* A value of 2-byte characters, so long that the message must be cut; `shift` moves the
 * cut to every place within a character. */
static void test_long_message_is_cut_between_characters(void **state)
{
    char value[2 * CQ_ERROR_TEXT_MAX + 1];

    (void)state;
    for (size_t i = 0; i + 1 < sizeof(value); i += 2)
        memcpy(value + i, "\u0436", 2);
    value[sizeof(value) - 1] = '\0';
    for (int shift = 0; shift < 3; shift++) {
        cq_error err = {0};
        size_t len, cut;

        cq_fail(&err, CQ_E_INPUT, "%.*s%s", shift, "abc", value);
        len = strlen(err.message);
        cut = len - strlen("...");
        assert_in_range(len, CQ_ERROR_TEXT_MAX - 2, CQ_ERROR_TEXT_MAX - 1);
        assert_string_equal(err.message + cut, "...");
        assert_int_equal((cut - (size_t)shift) % 2, 0);
    }
}

static void test_long_path_keeps_its_end(void **state)
{
    char path[CQ_ERROR_FILE_MAX + 100];

    (void)state;
    memset(path, 'd', sizeof(path));
    strcpy(path + sizeof(path) - sizeof("/\u0436.tmx"), "/\u0436.tmx");
    for (size_t cut = 0; cut < 2; cut++) {
        cq_error err = {0};

        cq_fail_at(&err, path + cut, 0, 0);
        assert_int_equal(strlen(err.file), CQ_ERROR_FILE_MAX - 1);
        assert_memory_equal(err.file, "...d", 4);
        assert_string_equal(err.file + strlen(err.file) - 7, "/\u0436.tmx");
    }
}

static void test_long_path_of_wide_characters(void **state)
{
    char path[2 * CQ_ERROR_FILE_MAX + 1];

    (void)state;
    for (size_t i = 0; i + 1 < sizeof(path); i += 2)
        memcpy(path + i, "\u0436", 2);
    path[sizeof(path) - 1] = '\0';
    for (size_t shorter = 0; shorter < 2; shorter++) {
        cq_error err = {0};

        path[sizeof(path) - 1 - shorter] = shorter ? 'x' : '\0';
        path[sizeof(path) - 1] = '\0';
        cq_fail_at(&err, path, 0, 0);
        assert_memory_equal(err.file, "...\u0436", 5);
    }
}

int main(void)
{
    const struct CMUnitTest others[] = {
        cmocka_unit_test(test_first_failure_stays),
        cmocka_unit_test(test_no_error_wanted),
        cmocka_unit_test(test_first_place_stays),
        cmocka_unit_test(test_errno),
        cmocka_unit_test(test_long_message_is_cut_between_characters),
        cmocka_unit_test(test_long_path_keeps_its_end),
        cmocka_unit_test(test_long_path_of_wide_characters),
    };
    struct CMUnitTest tests[ARRAY_LEN(cases)];
    size_t len = 0;

    ADD(cases, test_message);
    return cmocka_run_group_tests_name("messages", tests, NULL, NULL) +
           cmocka_run_group_tests_name("errors", others, NULL, NULL);
}
