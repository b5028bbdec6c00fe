/* Locale files of a user's own: tried, and learned from text, also when memory is short.
 */
#include "helper.h"

#include <calque/locale.h>

#include <stdlib.h>
#include <unistd.h>

static const char file_text[] =
    "de { segmentation {\n"
    "    abbreviations { never { \"vorl.\", } titel { \"x.\" } }\n"
    "    samples { \"Das vorl. Ende. |Ja.\", \"Nein. Ja.\", }\n"
    "} }\n";

/* The file, written anew; the caller frees the path. */
static char *write_file(void)
{
    char *path = strdup("/tmp/calque-locale-XXXXXX");
    int fd = mkstemp(path);

    assert_true(fd >= 0);
    assert_int_equal(write(fd, file_text, sizeof(file_text) - 1), sizeof(file_text) - 1);
    close(fd);
    return path;
}

static void count(void *context, const cq_trial *trial)
{
    ((size_t *)context)[trial->kind]++;
}

static void test_try(void **state)
{
    char *path = write_file();
    cq_status status = CQ_E_NOMEM;
    size_t counts[3];

    (void)state;
    for (uint64_t nth = 1; status == CQ_E_NOMEM; nth++) {
        cq_error err = {0};

        memset(counts, 0, sizeof(counts));
        cq_alloc_fail_at(nth);
        status = cq_locale_try(path, NULL, count, counts, &err);
        cq_alloc_fail_at(0);
        assert_true(status >= 0 || err.message[0]);
    }
    assert_int_equal(status, CQ_DONE);
    assert_int_equal(counts[CQ_TRIAL_RIGHT], 1);
    assert_int_equal(counts[CQ_TRIAL_WRONG], 1);
    assert_int_equal(counts[CQ_TRIAL_SLIP], 1);
    unlink(path);
    free(path);
}

static cq_status learn(size_t piece, cq_buf *got)
{
    static const char line[] = "We went to rst. 5 by a car, and by car to an inn of kvr. "
                               "Lee, but an inn is a car.\n";
    cq_learner *learner = NULL;
    const cq_proposal *list = NULL;
    size_t len = 0;
    cq_lang lang;
    cq_error err = {0};
    cq_status status;

    assert_int_equal(cq_lang_parse(CQ_STR("en"), &lang, NULL), CQ_OK);
    status = cq_learner_open(&lang, NULL, &learner, &err);
    for (int i = 0; i < 8 && status == CQ_OK; i++)
        for (size_t at = 0; at < sizeof(line) - 1 && status == CQ_OK; at += piece) {
            size_t end = at + piece < sizeof(line) - 1 ? at + piece : sizeof(line) - 1;

            status = cq_learner_feed(learner, (cq_str){line + at, end - at},
                                     i == 7 && end == sizeof(line) - 1, &err);
        }
    if (status == CQ_OK)
        status = cq_learner_propose(learner, 0, &list, &len, &err);
    for (size_t i = 0; i < len; i++)
        cq_buf_add_format(got, "%s %.*s %d;", list[i].kind, (int)list[i].spelling.len,
                          list[i].spelling.ptr, (int)list[i].with);
    cq_learner_close(learner);
    return status;
}

/* The same whatever the pieces. */
static void test_learn(void **state)
{
    static const size_t pieces[] = {1, 7, 1000};

    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(pieces); i++) {
        cq_buf got = {0};

        assert_int_equal(learn(pieces[i], &got), CQ_OK);
        assert_string_equal(got.ptr, "never kvr. 8;number rst. 8;");
        cq_buf_release(&got);
    }
}

static void test_learn_allocation(void **state)
{
    cq_status status = CQ_E_NOMEM;

    (void)state;
    for (uint64_t nth = 1; status == CQ_E_NOMEM; nth++) {
        cq_buf got = {0};

        cq_alloc_fail_at(nth);
        status = learn(1000, &got);
        cq_alloc_fail_at(0);
        cq_buf_release(&got);
    }
    assert_int_equal(status, CQ_OK);
}

static cq_status keep(void *context, const void *bytes, size_t len, cq_error *err)
{
    cq_buf_add(context, bytes, len);
    return cq_buf_check(context, err);
}

/* A frame can be read, and its months are the language's. */
static void test_frame(void **state)
{
    cq_status status = CQ_E_NOMEM;
    cq_lang lang;

    (void)state;
    assert_int_equal(cq_lang_parse(CQ_STR("gl"), &lang, NULL), CQ_OK);
    for (uint64_t nth = 1; status == CQ_E_NOMEM; nth++) {
        cq_buf out = {0};
        cq_bundle bundle;

        cq_alloc_fail_at(nth);
        status = cq_locale_frame(&lang, (cq_sink){keep, &out}, NULL);
        cq_alloc_fail_at(0);
        if (status == CQ_OK) {
            const cq_node *months;

            assert_int_equal(cq_bundle_parse(cq_buf_str(&out), &bundle, NULL), CQ_OK);
            months = cq_node_find(&bundle.root, "segmentation/months");
            assert_non_null(months);
            assert_true(cq_str_equal(months->first->text, CQ_STR("xaneiro")));
            cq_bundle_release(&bundle);
        }
        cq_buf_release(&out);
    }
    assert_int_equal(status, CQ_OK);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_try),
        cmocka_unit_test(test_learn),
        cmocka_unit_test(test_learn_allocation),
        cmocka_unit_test(test_frame),
    };

    return cmocka_run_group_tests_name("segment/locale", tests, NULL, NULL);
}
