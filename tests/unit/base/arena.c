/* Tests of base/arena.c. */
#include <base/base.h>

#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

#include <stdalign.h>

static void test_everything_is_aligned_and_apart(void **state)
{
    cq_arena arena = {0};
    unsigned char *parts[2000];
    size_t sum = 0;

    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(parts); i++) {
        parts[i] = cq_arena_alloc(&arena, i % 70);
        assert_non_null(parts[i]);
        assert_int_equal((uintptr_t)parts[i] % alignof(max_align_t), 0);
        memset(parts[i], (int)(i % 251), i % 70);
        sum += i % 70;
    }
    for (size_t i = 0; i < ARRAY_LEN(parts); i++)
        for (size_t k = 0; k < i % 70; k++)
            assert_int_equal(parts[i][k], i % 251);
    assert_int_equal(arena.used, sum);
    cq_arena_release(&arena);
}

static void test_copy(void **state)
{
    cq_arena arena = {0};
    char text[] = "a\0b";
    cq_str copy = cq_arena_copy(&arena, (cq_str){text, 3});
    cq_str none = cq_arena_copy(&arena, (cq_str){0});

    (void)state;
    text[0] = 'x';
    assert_int_equal(copy.len, 3);
    assert_memory_equal(copy.ptr, "a\0b", 4);
    assert_int_equal(none.len, 0);
    assert_non_null(none.ptr); /* there, and empty */
    assert_string_equal(none.ptr, "");
    cq_arena_release(&arena);
}

static void test_larger_than_a_block(void **state)
{
    const size_t large = (size_t)3 << 20;
    cq_arena arena = {0};
    char *small = cq_arena_alloc(&arena, 10), *big = cq_arena_alloc(&arena, large);

    (void)state;
    assert_non_null(small);
    assert_non_null(big);
    memset(small, 's', 10);
    memset(big, 'b', large);
    assert_int_equal(small[9], 's');
    cq_arena_release(&arena);
}

static void test_hostile_sizes(void **state)
{
    cq_arena arena = {0};
    const size_t sizes[] = {SIZE_MAX, SIZE_MAX - 1, SIZE_MAX - 64, SIZE_MAX / 2 + 1};

    (void)state;
    for (int round = 0; round < 2; round++) { /* without and with a block */
        for (size_t i = 0; i < ARRAY_LEN(sizes); i++) {
            assert_null(cq_arena_alloc(&arena, sizes[i]));
            assert_null(cq_arena_copy(&arena, (cq_str){"", sizes[i]}).ptr);
        }
        assert_non_null(cq_arena_alloc(&arena, 1));
    }
    cq_arena_release(&arena);
}

static void test_reset_keeps_one_block(void **state)
{
    cq_arena arena = {0};

    (void)state;
    cq_arena_reset(&arena); /* of an empty one */
    for (int i = 0; i < 100; i++)
        assert_non_null(cq_arena_alloc(&arena, 1000));
    cq_arena_reset(&arena);
    assert_int_equal(arena.used, 0);
    cq_alloc_fail_at(1);
    assert_non_null(cq_arena_alloc(&arena, 1000)); /* from the block that stayed */
    cq_alloc_fail_at(0);
    cq_arena_release(&arena);
    cq_arena_release(&arena);
}

static void test_without_memory(void **state)
{
    cq_arena arena = {0};
    char *kept;

    (void)state;
    cq_alloc_fail_at(1);
    assert_null(cq_arena_alloc(&arena, 1));
    assert_null(cq_arena_copy(&arena, CQ_STR("x")).ptr);
    cq_alloc_fail_at(0);
    kept = cq_arena_alloc(&arena, 4);
    assert_non_null(kept);
    memcpy(kept, "kept", 4);
    cq_alloc_fail_at(1);
    assert_null(cq_arena_alloc(&arena, 100000));
    assert_non_null(cq_arena_alloc(&arena, 8)); /* the block still has room */
    cq_alloc_fail_at(0);
    assert_memory_equal(kept, "kept", 4);
    assert_int_equal(arena.used, 12);
    cq_arena_release(&arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_everything_is_aligned_and_apart),
        cmocka_unit_test(test_copy),
        cmocka_unit_test(test_larger_than_a_block),
        cmocka_unit_test(test_hostile_sizes),
        cmocka_unit_test(test_reset_keeps_one_block),
        cmocka_unit_test(test_without_memory),
    };

    return cmocka_run_group_tests_name("arenas", tests, NULL, NULL);
}
