/* Tests of base/map.c. */
#include "../rows.h"

#include <string.h>

#define MANY 20000

static cq_str key_of(size_t i, char *room, size_t size)
{
    return (cq_str){room, (size_t)snprintf(room, size, "key %zu", i)};
}

static void test_map(void **state)
{
    cq_map map = {0};
    char room[32];
    bool is_new;

    (void)state;
    assert_null(cq_map_find(&map, CQ_STR("key 0")));
    for (size_t i = 0; i < MANY; i++) {
        uint64_t *value = cq_map_add(&map, key_of(i, room, sizeof(room)), &is_new);

        assert_non_null(value);
        assert_true(is_new);
        assert_int_equal(*value, 0);
        *value = i * 3;
    }
    assert_int_equal(map.len, MANY);
    for (size_t i = 0; i < MANY; i++) {
        cq_str key = key_of(i, room, sizeof(room));

        assert_int_equal(*cq_map_find(&map, key), i * 3);
        assert_int_equal(*cq_map_add(&map, key, &is_new), i * 3);
        assert_false(is_new);
    }
    assert_int_equal(map.len, MANY);
    assert_null(cq_map_find(&map, CQ_STR("key")));
    cq_map_release(&map);
}

static struct key_case {
    const char *name;
    cq_str key, other; /* not the same */
} cases[] = {
    {"the empty key", {"", 0}, {"\0", 1}},
    {"the empty key without bytes", {NULL, 0}, {"a", 1}},
    {"a key with NUL", {"a\0b", 3}, {"a\0c", 3}},
    {"a prefix", {"ab", 2}, {"abc", 3}},
    {"characters of two bytes", {"\u00e9", 2}, {"\u00e8", 2}},
};

static void test_keys(void **state)
{
    const struct key_case *c = *state;
    cq_map map = {0};

    *cq_map_add(&map, c->key, NULL) = 7;
    assert_null(cq_map_find(&map, c->other));
    *cq_map_add(&map, c->other, NULL) = 8;
    assert_int_equal(*cq_map_find(&map, c->key), 7);
    assert_int_equal(*cq_map_find(&map, c->other), 8);
    assert_int_equal(map.len, 2);
    cq_map_release(&map);
}

static void test_walk(void **state)
{
    cq_map map = {0};
    unsigned char seen[100] = {0};
    char room[32];
    size_t at = 0, count = 0;
    cq_str key;
    uint64_t *value;

    (void)state;
    assert_false(cq_map_each(&map, &at, &key, &value));
    for (size_t i = 0; i < ARRAY_LEN(seen); i++)
        *cq_map_add(&map, key_of(i, room, sizeof(room)), NULL) = i;
    for (at = 0; cq_map_each(&map, &at, &key, &value); count++) {
        assert_true(cq_str_equal(key, key_of((size_t)*value, room, sizeof(room))));
        assert_int_equal(seen[*value]++, 0);
    }
    assert_int_equal(count, ARRAY_LEN(seen));
    cq_map_release(&map);
}

static void test_reset(void **state)
{
    cq_map map = {0};
    cq_intmap ints = {0};

    (void)state;
    cq_map_reset(&map);
    cq_intmap_reset(&ints);
    *cq_map_add(&map, CQ_STR("a"), NULL) = 1;
    *cq_intmap_add(&ints, 1, NULL) = 1;
    cq_map_reset(&map);
    cq_intmap_reset(&ints);
    assert_null(cq_map_find(&map, CQ_STR("a")));
    assert_null(cq_intmap_find(&ints, 1));
    assert_int_equal(*cq_map_add(&map, CQ_STR("a"), NULL), 0);
    assert_int_equal(*cq_intmap_add(&ints, 1, NULL), 0);
    cq_map_release(&map);
    cq_map_release(&map);
    cq_intmap_release(&ints);
    cq_intmap_release(&ints);
}

static void test_intmap(void **state)
{
    cq_intmap map = {0};
    bool is_new;

    (void)state;
    assert_null(cq_intmap_find(&map, 0));
    for (uint64_t i = 0; i < MANY; i++) {
        uint64_t *value = cq_intmap_add(&map, i << 32, &is_new); /* low bits all alike */

        assert_non_null(value);
        assert_true(is_new);
        assert_int_equal(*value, 0);
        *value = ~i;
    }
    for (uint64_t i = 0; i < MANY; i++) {
        assert_int_equal(*cq_intmap_find(&map, i << 32), ~i);
        assert_int_equal(*cq_intmap_add(&map, i << 32, &is_new), ~i);
        assert_false(is_new);
    }
    assert_null(cq_intmap_find(&map, 1));
    assert_int_equal(map.len, MANY);
    *cq_intmap_add(&map, UINT64_MAX - 1, NULL) = 5; /* the largest key */
    assert_int_equal(*cq_intmap_find(&map, UINT64_MAX - 1), 5);
    cq_intmap_release(&map);
}

/* Every allocation in turn fails once while 200 keys go in; what went in before is still
 * there, and the same add works when memory is back. */
static void test_map_without_memory(void **state)
{
    char room[32];

    (void)state;
    for (uint64_t nth = 1; nth < 12; nth++) {
        cq_map map = {0};

        cq_alloc_fail_at(nth);
        for (size_t i = 0; i < 200; i++) {
            cq_str key = key_of(i, room, sizeof(room));
            uint64_t *value = cq_map_add(&map, key, NULL);

            if (!value) {
                assert_int_equal(map.len, i);
                assert_null(cq_map_find(&map, key));
                if (i > 0) /* needs none */
                    assert_non_null(cq_map_add(&map, CQ_STR("key 0"), NULL));
                cq_alloc_fail_at(0);
                value = cq_map_add(&map, key, NULL);
            }
            assert_non_null(value);
            *value = i;
        }
        cq_alloc_fail_at(0);
        for (size_t i = 0; i < 200; i++)
            assert_int_equal(*cq_map_find(&map, key_of(i, room, sizeof(room))), i);
        cq_map_release(&map);
    }
}

static void test_intmap_without_memory(void **state)
{
    (void)state;
    for (uint64_t nth = 1; nth < 6; nth++) {
        cq_intmap map = {0};

        cq_alloc_fail_at(nth);
        for (uint64_t i = 0; i < 200; i++) {
            uint64_t *value = cq_intmap_add(&map, i, NULL);

            if (!value) {
                assert_int_equal(map.len, i);
                cq_alloc_fail_at(0);
                value = cq_intmap_add(&map, i, NULL);
            }
            assert_non_null(value);
            *value = i;
        }
        cq_alloc_fail_at(0);
        for (uint64_t i = 0; i < 200; i++)
            assert_int_equal(*cq_intmap_find(&map, i), i);
        cq_intmap_release(&map);
    }
}

int main(void)
{
    const struct CMUnitTest others[] = {
        cmocka_unit_test(test_map),
        cmocka_unit_test(test_walk),
        cmocka_unit_test(test_reset),
        cmocka_unit_test(test_intmap),
        cmocka_unit_test(test_map_without_memory),
        cmocka_unit_test(test_intmap_without_memory),
    };
    struct CMUnitTest tests[ARRAY_LEN(cases)];
    size_t len = 0;

    ADD(cases, test_keys);
    return cmocka_run_group_tests_name("keys", tests, NULL, NULL) +
           cmocka_run_group_tests_name("maps", others, NULL, NULL);
}
