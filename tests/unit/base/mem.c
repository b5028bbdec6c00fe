/* Tests of base/mem.c. */
#include "../rows.h"

#include <string.h>

static void test_sizes(void **state)
{
    char *bytes = cq_zalloc(100);

    (void)state;
    assert_non_null(bytes);
    for (size_t i = 0; i < 100; i++)
        assert_int_equal(bytes[i], 0);
    bytes[99] = 'x';
    bytes = cq_realloc(bytes, 5000);
    assert_non_null(bytes);
    assert_int_equal(bytes[99], 'x');
    cq_free(bytes);
    cq_free(NULL);
}

static void test_size_zero_is_an_object(void **state)
{
    void *a = cq_alloc(0), *b = cq_zalloc(0), *c = cq_realloc(NULL, 0);

    (void)state;
    assert_non_null(a);
    assert_non_null(b);
    assert_non_null(c);
    c = cq_realloc(c, 0);
    assert_non_null(c);
    cq_free(a);
    cq_free(b);
    cq_free(c);
}

static void test_size_beyond_all_objects(void **state)
{
    char *kept = cq_alloc(1);

    (void)state;
    *kept = 'k';
    assert_null(cq_alloc(SIZE_MAX));
    assert_null(cq_zalloc(SIZE_MAX));
    assert_null(cq_alloc((size_t)PTRDIFF_MAX + 1));
    assert_null(cq_realloc(kept, SIZE_MAX));
    assert_int_equal(*kept, 'k');
    cq_free(kept);
}

static void test_failing_on_order(void **state)
{
    void *first, *second;

    (void)state;
    cq_alloc_fail_at(2);
    first = cq_alloc(1);
    assert_non_null(first);
    assert_null(cq_alloc(1));
    assert_null(cq_zalloc(1)); /* and all after it */
    assert_null(cq_realloc(first, 2));
    assert_int_equal(cq_alloc_count(), 4);
    cq_alloc_fail_at(0);
    second = cq_alloc(1);
    assert_non_null(second);
    assert_int_equal(cq_alloc_count(), 0);
    cq_free(first);
    cq_free(second);
}

static struct grow_case {
    const char *name;
    size_t want, item;
    bool fits;
} cases[] = {
    {"nothing", 0, 8, true},
    {"one", 1, 8, true},
    {"many", 1000, 8, true},
    {"half of the address space in bytes", SIZE_MAX / 2 + 1, 1, false},
    {"a product that overflows", SIZE_MAX / 8 + 1, 8, false},
    {"all there is", SIZE_MAX, 1, false},
    {"all there is, of large items", SIZE_MAX, 4096, false},
};

static void test_grow(void **state)
{
    const struct grow_case *c = *state;
    char *array = NULL;
    size_t capacity = 0;

    assert_int_equal(cq_grow(&array, &capacity, c->want, c->item), c->fits);
    if (!c->fits || c->want == 0) {
        assert_null(array);
        assert_int_equal(capacity, 0);
    } else {
        assert_true(capacity >= c->want);
        memset(array, 'x', capacity * c->item);
    }
    cq_free(array);
}

static void test_grow_keeps_what_was_there(void **state)
{
    uint32_t *array = NULL;
    size_t capacity = 0, moves = 0;

    (void)state;
    for (uint32_t i = 0; i < 100000; i++) {
        size_t before = capacity;

        assert_true(cq_grow(&array, &capacity, i + 1, sizeof(*array)));
        array[i] = i;
        moves += capacity != before;
    }
    for (uint32_t i = 0; i < 100000; i++)
        assert_int_equal(array[i], i);
    assert_true(moves < 30); /* by half each time, not by one */
    cq_free(array);
}

static void test_grow_without_memory(void **state)
{
    char *array = NULL, *before;
    size_t capacity = 0, capacity_before;

    (void)state;
    assert_true(cq_grow(&array, &capacity, 10, 1));
    before = array;
    capacity_before = capacity;
    array[0] = 'x';
    cq_alloc_fail_at(1);
    assert_false(cq_grow(&array, &capacity, 10000, 1));
    assert_true(cq_grow(&array, &capacity, 10, 1)); /* nothing to do */
    cq_alloc_fail_at(0);
    assert_ptr_equal(array, before);
    assert_int_equal(capacity, capacity_before);
    assert_int_equal(array[0], 'x');
    cq_free(array);
}

int main(void)
{
    const struct CMUnitTest others[] = {
        cmocka_unit_test(test_sizes),
        cmocka_unit_test(test_size_zero_is_an_object),
        cmocka_unit_test(test_size_beyond_all_objects),
        cmocka_unit_test(test_failing_on_order),
        cmocka_unit_test(test_grow_keeps_what_was_there),
        cmocka_unit_test(test_grow_without_memory),
    };
    struct CMUnitTest tests[ARRAY_LEN(cases)];
    size_t len = 0;

    ADD(cases, test_grow);
    return cmocka_run_group_tests_name("grow", tests, NULL, NULL) +
           cmocka_run_group_tests_name("memory", others, NULL, NULL);
}
