#include "helper.h"

#include <string.h>

/* ---- tables ---------------------------------------------------------------------------
 */

static bool holds(const cq_str *list, size_t len, cq_str wanted)
{
    for (size_t i = 0; i < len; i++)
        if (cq_str_equal(list[i], wanted))
            return true;
    return false;
}

static void test_tables(void **state)
{
    cq_lang lang = lang_of("fr-CA");
    cq_locale *locale;
    cq_arena arena = {0};
    cq_str *list = NULL;
    size_t len = 0;

    (void)state;
    assert_int_equal(cq_locale_open(&lang, NULL, &locale, NULL), CQ_OK);
    assert_true(
        cq_locale_strings(locale, "messages/stats_languages", &arena, &list, &len));
    assert_int_equal(len, 1);
    assert_true(cq_str_equal(list[0], CQ_STR("Langues")));
    assert_true(cq_locale_keys(locale, "messages", &arena, &list, &len));
    assert_true(holds(list, len, CQ_STR("stats_sum")));
    assert_false(cq_locale_strings(locale, "messages", &arena, &list, &len));
    assert_false(cq_locale_strings(locale, "messages/no_such_key", &arena, &list, &len));
    assert_false(cq_locale_keys(locale, "nothing/at/all", &arena, &list, &len));
    assert_int_equal(cq_locale_check(locale, NULL), CQ_OK);
    cq_arena_release(&arena);
    cq_locale_close(locale);
}

/* A language without tables has root's, whatever the user's own locale is. */
static void test_root(void **state)
{
    cq_lang lang = lang_of("el");
    cq_locale *locale;
    cq_arena arena = {0};
    cq_str *list = NULL;
    size_t len = 0;

    (void)state;
    assert_int_equal(cq_locale_open(&lang, NULL, &locale, NULL), CQ_OK);
    assert_true(
        cq_locale_strings(locale, "messages/stats_languages", &arena, &list, &len));
    assert_true(cq_str_equal(list[0], CQ_STR("Languages")));
    cq_arena_release(&arena);
    cq_locale_close(locale);
}

static void test_allocation(void **state)
{
    cq_lang lang = lang_of("fr");

    (void)state;
    for (uint64_t nth = 1;; nth++) {
        cq_locale *locale;
        cq_arena arena = {0};
        cq_str *list = NULL;
        size_t len = 0;
        bool found = false;
        cq_status status;

        cq_alloc_fail_at(nth);
        status = cq_locale_open(&lang, NULL, &locale, NULL);
        if (status == CQ_OK) {
            found =
                cq_locale_strings(locale, "messages/about_import", &arena, &list, &len);
            status = cq_locale_check(locale, NULL);
            assert_int_equal(found, status == CQ_OK);
        }
        cq_alloc_fail_at(0);
        assert_true(status == CQ_OK || status == CQ_E_NOMEM);
        cq_arena_release(&arena);
        cq_locale_close(locale);
        if (found)
            break;
    }
}

/* ---- candidates for sentences ---------------------------------------------------------
 */

static void test_breaks(void **state)
{
    static const size_t want[] = {7, 20, 21};
    cq_lang lang = lang_of("fr");
    cq_breaks *breaks;
    cq_buf ends = {0};

    (void)state;
    assert_int_equal(cq_breaks_open(&lang, &breaks, NULL), CQ_OK);
    assert_int_equal(
        cq_breaks_run(breaks, CQ_STR("\u00c9t\u00e9. Voil\u00e0 tout. B"), &ends, NULL),
        CQ_OK);
    assert_int_equal(ends.len, 3 * sizeof(size_t));
    assert_memory_equal(ends.ptr, want, sizeof(want));
    cq_buf_reset(&ends);
    assert_int_equal(cq_breaks_run(breaks, CQ_STR(""), &ends, NULL), CQ_OK);
    assert_int_equal(ends.len, 0);
    cq_buf_release(&ends);
    cq_breaks_close(breaks);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_tables),
        cmocka_unit_test(test_root),
        cmocka_unit_test(test_allocation),
        cmocka_unit_test(test_breaks),
    };

    return cmocka_run_group_tests_name("text/locale", tests, NULL, NULL);
}
