/* Tests of base/str.c. */
#include "../rows.h"

#include <string.h>

static struct compare_case {
    const char *name;
    cq_str a, b;
    int order; /* sign */
} cases[] = {
    {"both empty", {NULL, 0}, {"", 0}, 0},
    {"empty comes first", {NULL, 0}, {"a", 1}, -1},
    {"a prefix comes first", {"ab", 2}, {"abc", 3}, -1},
    {"equal", {"abc", 3}, {"abc", 3}, 0},
    {"bytes are unsigned", {"\xc3\xa9", 2}, {"z", 1}, 1},
    {"NUL is a byte like others", {"a\0b", 3}, {"a\0c", 3}, -1},
    {"NUL at the end counts", {"a\0", 2}, {"a", 1}, 1},
};

static void test_compare(void **state)
{
    const struct compare_case *c = *state;
    int order = cq_str_compare(c->a, c->b), back = cq_str_compare(c->b, c->a);

    assert_int_equal((order > 0) - (order < 0), c->order);
    assert_int_equal((back > 0) - (back < 0), -c->order);
    assert_int_equal(cq_str_equal(c->a, c->b), c->order == 0);
}

static void test_from(void **state)
{
    (void)state;
    assert_int_equal(cq_str_from(NULL).len, 0);
    assert_null(cq_str_from(NULL).ptr);
    assert_int_equal(cq_str_from("").len, 0);
    assert_int_equal(cq_str_from("abc").len, 3);
}

static void test_slice(void **state)
{
    (void)state;
    assert_true(cq_str_equal(cq_str_slice(CQ_STR("abcd"), 1, 3), CQ_STR("bc")));
    assert_int_equal(cq_str_slice(CQ_STR("abcd"), 4, 4).len, 0);
    assert_null(cq_str_slice((cq_str){0}, 0, 0).ptr);
}

static void test_starts_and_ends(void **state)
{
    const cq_str s = CQ_STR("memory.tmx.gz"), none = {0};

    (void)state;
    assert_true(cq_str_starts(s, CQ_STR("memory")));
    assert_true(cq_str_starts(s, s));
    assert_true(cq_str_starts(s, none));
    assert_true(cq_str_starts(none, none));
    assert_false(cq_str_starts(s, CQ_STR("Memory")));
    assert_false(cq_str_starts(CQ_STR("mem"), s));
    assert_true(cq_str_ends(s, CQ_STR(".gz")));
    assert_true(cq_str_ends(s, s));
    assert_true(cq_str_ends(s, none));
    assert_true(cq_str_ends(none, none));
    assert_false(cq_str_ends(s, CQ_STR(".tmx")));
    assert_false(cq_str_ends(CQ_STR("gz"), s));
}

static void test_trim(void **state)
{
    (void)state;
    assert_true(cq_str_equal(cq_str_trim(CQ_STR(" \t\r\n\v\f a b \n")), CQ_STR("a b")));
    assert_true(cq_str_equal(cq_str_trim(CQ_STR("a")), CQ_STR("a")));
    assert_int_equal(cq_str_trim(CQ_STR(" \n ")).len, 0);
    assert_int_equal(cq_str_trim((cq_str){0}).len, 0);
    /* U+00A0 NO-BREAK SPACE is not ASCII and stays. */
    assert_int_equal(cq_str_trim(CQ_STR("\u00a0a")).len, 3);
}

static void test_find(void **state)
{
    cq_str s = CQ_STR("abababc");

    (void)state;
    assert_ptr_equal(cq_str_find(s, CQ_STR("a")), s.ptr);
    assert_ptr_equal(cq_str_find(s, CQ_STR("ababc")), s.ptr + 2);
    assert_ptr_equal(cq_str_find(s, s), s.ptr);
    assert_null(cq_str_find(s, CQ_STR("ac")));
    assert_null(cq_str_find(s, CQ_STR("abababcd")));
    assert_null(cq_str_find((cq_str){0}, CQ_STR("a")));
    assert_ptr_equal(cq_str_find(cq_str_slice(s, 0, 6), CQ_STR("bab")), s.ptr + 1);
    assert_null(cq_str_find(cq_str_slice(s, 0, 6), CQ_STR("c")));
}

/* The values are in people's files: they may never change. */
static void test_hash_is_stable(void **state)
{
    (void)state;
    assert_int_equal(cq_hash("", 0, 0), 0);
    assert_int_equal(cq_hash("calque", 6, 0), UINT64_C(0xaa365871910e6656));
    assert_int_equal(cq_hash("calque", 6, 1), UINT64_C(0x1451d5d3b969cd1));
    assert_int_equal(cq_hash("translation memory", 18, 0), UINT64_C(0x506470f75456bc0c));
    assert_int_equal(cq_hash(NULL, 0, 0), cq_hash("", 0, 0));
}

static void test_hash_tells_lengths_apart(void **state)
{
    const char zeros[32] = {0};

    (void)state;
    for (size_t a = 0; a < sizeof(zeros); a++)
        for (size_t b = 0; b < a; b++)
            assert_true(cq_hash(zeros, a, 0) != cq_hash(zeros, b, 0));
}

/* Each input bit should change about half of the output bits ("avalanche"). */
static void test_hash_spreads_every_bit(void **state)
{
    unsigned char bytes[21] = "sentences and beads.";
    const uint64_t base = cq_hash(bytes, sizeof(bytes), 0);

    (void)state;
    for (size_t bit = 0; bit < 8 * sizeof(bytes); bit++) {
        uint64_t changed;

        bytes[bit / 8] ^= (unsigned char)(1u << (bit % 8));
        changed = base ^ cq_hash(bytes, sizeof(bytes), 0);
        bytes[bit / 8] ^= (unsigned char)(1u << (bit % 8));
        assert_in_range(__builtin_popcountll(changed), 12, 52);
    }
}

int main(void)
{
    const struct CMUnitTest others[] = {
        cmocka_unit_test(test_from),
        cmocka_unit_test(test_slice),
        cmocka_unit_test(test_starts_and_ends),
        cmocka_unit_test(test_trim),
        cmocka_unit_test(test_find),
        cmocka_unit_test(test_hash_is_stable),
        cmocka_unit_test(test_hash_tells_lengths_apart),
        cmocka_unit_test(test_hash_spreads_every_bit),
    };
    struct CMUnitTest tests[ARRAY_LEN(cases)];
    size_t len = 0;

    ADD(cases, test_compare);
    return cmocka_run_group_tests_name("compare", tests, NULL, NULL) +
           cmocka_run_group_tests_name("strings", others, NULL, NULL);
}
