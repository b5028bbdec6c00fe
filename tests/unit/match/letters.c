/* Letters against the plain table of Levenshtein's distance. */
#include "match/match.h"

#include "../rows.h"

#include <stddef.h>
#include <stdlib.h>
#include <string.h>

/* The share of `b` for the query `a`. */
static int share_of(cq_str a, cq_str b)
{
    cq_matcher *matcher;
    cq_tokens none = {0};
    int share = -1;

    assert_int_equal(cq_matcher_new(&matcher, NULL), CQ_OK);
    assert_int_equal(cq_matcher_set(matcher, a, &none, NULL), CQ_OK);
    assert_int_equal(cq_matcher_letters(matcher, b, &share, NULL), CQ_OK);
    cq_matcher_free(matcher);
    return share;
}

/* Shares are 10,000 * (longer - edits) / longer, counted by hand. */
static struct letters_case {
    const char *name, *a, *b;
    int share;
} letters_cases[] = {
    {"same", "kitten", "kitten", 10000},
    {"three edits of seven", "kitten", "sitting", 5714},
    {"nothing alike", "abc", "xyz", 0},
    {"empty query", "", "abc", 0},
    {"empty text", "abc", "", 0},
    {"composed and decomposed", "\u00e9t\u00e9", "e\u0301te\u0301", 10000},
    {"Hangul in syllables and in jamo", "\ud55c", "\u1112\u1161\u11ab", 10000},
    {"a supplementary character is one", "\U0001F600a", "\U0001F600b", 5000},
    {"one of three ideographs", "\u6587\u4ef6\u5939", "\u6587\u4ef6\u67b6", 6666},
};

static void test_case(void **state)
{
    const struct letters_case *c = *state;
    cq_str a = cq_str_from(c->a), b = cq_str_from(c->b);

    assert_int_equal(share_of(a, b), c->share);
    assert_int_equal(share_of(b, a), c->share);
}

static unsigned draw(unsigned *seed, unsigned below)
{
    *seed = *seed * 1103515245u + 12345u;
    return (*seed >> 16) % below;
}

static size_t plain_distance(cq_str a, cq_str b)
{
    size_t *row = calloc(b.len + 1, sizeof(*row)), edits;

    for (size_t j = 0; j <= b.len; j++)
        row[j] = j;
    for (size_t i = 1; i <= a.len; i++) {
        size_t diagonal = row[0];

        row[0] = i;
        for (size_t j = 1; j <= b.len; j++) {
            size_t above = row[j], best = diagonal + (a.ptr[i - 1] != b.ptr[j - 1]);

            best = above + 1 < best ? above + 1 : best;
            row[j] = row[j - 1] + 1 < best ? row[j - 1] + 1 : best;
            diagonal = above;
        }
    }
    edits = row[b.len];
    free(row);
    return edits;
}

/* Lengths around the blocks of 64 count most. */
static void test_random(void **state)
{
    char a[300], b[300];
    unsigned seed = 7;

    (void)state;
    for (unsigned round = 0; round < 3000; round++) {
        size_t a_len = 1 + draw(&seed, round % 3 ? 80 : 300), b_len = a_len, longer;
        unsigned letters = 2 + draw(&seed, 6);

        for (size_t i = 0; i < a_len; i++)
            a[i] = (char)('a' + draw(&seed, letters));
        memcpy(b, a, a_len);
        for (unsigned edits = draw(&seed, 20); edits; edits--)
            b[draw(&seed, (unsigned)b_len)] = (char)('a' + draw(&seed, letters));
        if (draw(&seed, 2))
            b_len = 1 + draw(&seed, (unsigned)b_len);
        longer = a_len > b_len ? a_len : b_len;
        assert_int_equal(
            share_of((cq_str){a, a_len}, (cq_str){b, b_len}),
            10000 * (longer - plain_distance((cq_str){a, a_len}, (cq_str){b, b_len})) /
                longer);
    }
}

/* One query, many texts: what an earlier one left behind does not count. */
static void test_reuse(void **state)
{
    static const char *const texts[] = {"\u00e9clair", "", "eclair", "\u00e9clairs"};
    static const int shares[] = {10000, 0, 8333, 8571};
    cq_tokens none = {0};
    cq_matcher *matcher;

    (void)state;
    assert_int_equal(cq_matcher_new(&matcher, NULL), CQ_OK);
    assert_int_equal(cq_matcher_set(matcher, CQ_STR("x"), &none, NULL), CQ_OK);
    for (size_t i = 0; i < ARRAY_LEN(texts); i++) {
        int share;

        assert_int_equal(cq_matcher_letters(matcher, cq_str_from(texts[i]), &share, NULL),
                         CQ_OK);
        assert_int_equal(share, 0);
    }
    assert_int_equal(cq_matcher_set(matcher, CQ_STR("\u00e9clair"), &none, NULL), CQ_OK);
    for (size_t i = 0; i < ARRAY_LEN(texts); i++) {
        int share;

        assert_int_equal(cq_matcher_letters(matcher, cq_str_from(texts[i]), &share, NULL),
                         CQ_OK);
        assert_int_equal(share, shares[i]);
    }
    cq_matcher_free(matcher);
}

static void test_too_long(void **state)
{
    char *a = malloc(9000);

    (void)state;
    memset(a, 'a', 9000);
    assert_int_equal(share_of((cq_str){a, 8192}, (cq_str){a, 8192}), 10000);
    assert_int_equal(share_of((cq_str){a, 8193}, (cq_str){a, 8192}), 0);
    assert_int_equal(share_of((cq_str){a, 8192}, (cq_str){a, 8193}), 0);
    free(a);
}

static void test_no_memory(void **state)
{
    cq_tokens none = {0};
    bool is_done = false;

    (void)state;
    for (uint64_t nth = 1; !is_done; nth++) {
        cq_matcher *matcher;
        cq_error err = {0};
        cq_status status;
        int share;

        assert_int_equal(cq_matcher_new(&matcher, NULL), CQ_OK);
        assert_int_equal(cq_matcher_set(matcher, CQ_STR("\u00e9t\u00e9"), &none, NULL),
                         CQ_OK);
        cq_alloc_fail_at(nth);
        status = cq_matcher_letters(matcher, CQ_STR("e\u0301te"), &share, &err);
        cq_alloc_fail_at(0);
        is_done = status == CQ_OK;
        if (!is_done)
            assert_int_equal(status, CQ_E_NOMEM);
        assert_int_equal(cq_matcher_letters(matcher, CQ_STR("e\u0301te"), &share, NULL),
                         CQ_OK);
        assert_int_equal(share, 6666);
        cq_matcher_free(matcher);
    }
}

int main(void)
{
    static const struct CMUnitTest others[] = {
        cmocka_unit_test(test_random),
        cmocka_unit_test(test_reuse),
        cmocka_unit_test(test_too_long),
        cmocka_unit_test(test_no_memory),
    };
    struct CMUnitTest tests[ARRAY_LEN(letters_cases)];
    size_t len = 0;

    ADD(letters_cases, test_case);
    return cmocka_run_group_tests(tests, NULL, NULL) +
           cmocka_run_group_tests(others, NULL, NULL);
}
