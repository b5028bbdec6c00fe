#include "scratch.h"

#include "store/bloom.h"
#include "store/prints.h"

static struct bloom_case {
    const char *name;
    uint64_t entries;
    unsigned wrong_max; /* yeses among 100,000 that were not added */
} cases[] = {
    {"no entry", 0, 0},
    {"one entry", 1, 100},
    {"a hundred", 100, 3000},
    {"half a million", 500000, 2000},
};

static uint64_t print_of(uint64_t number)
{
    return cq_hash(&number, sizeof(number), 1) >> (64 - CQ_PRINT_BITS);
}

static void test_bloom(void **state)
{
    const struct bloom_case *c = *state;
    cq_bloom bloom;
    unsigned wrong = 0;

    assert_true(cq_bloom_init(&bloom, c->entries));
    for (uint64_t i = 0; i < c->entries; i++)
        cq_bloom_add(&bloom, print_of(i));
    for (uint64_t i = 0; i < c->entries; i++)
        assert_true(cq_bloom_has(&bloom, print_of(i)));
    for (uint64_t i = 0; i < 100000; i++)
        wrong += cq_bloom_has(&bloom, print_of(c->entries + i));
    assert_in_range(wrong, 0, c->wrong_max);
    cq_bloom_release(&bloom);
}

/* The first and the last fingerprint lie in the first and the last block. */
static void test_ends(void **state)
{
    uint64_t last = ((uint64_t)1 << CQ_PRINT_BITS) - 1;
    cq_bloom bloom;

    (void)state;
    assert_true(cq_bloom_init(&bloom, (uint64_t)1 << 40));
    cq_bloom_add(&bloom, 0);
    cq_bloom_add(&bloom, last);
    assert_true(cq_bloom_has(&bloom, 0) && cq_bloom_has(&bloom, last));
    assert_false(cq_bloom_has(&bloom, last / 2));
    cq_bloom_release(&bloom);
}

static void test_none_says_yes(void **state)
{
    cq_bloom bloom = {0};

    (void)state;
    assert_true(cq_bloom_has(&bloom, 7));
    cq_bloom_release(&bloom);
}

static void test_no_memory(void **state)
{
    cq_bloom bloom;

    (void)state;
    cq_alloc_fail_at(1);
    assert_false(cq_bloom_init(&bloom, 100));
    cq_alloc_fail_at(0);
    assert_true(cq_bloom_has(&bloom, 7));
    cq_bloom_release(&bloom);
}

int main(void)
{
    struct CMUnitTest tests[ARRAY_LEN(cases) + 3] = {
        cmocka_unit_test(test_ends),
        cmocka_unit_test(test_none_says_yes),
        cmocka_unit_test(test_no_memory),
    };

    for (size_t i = 0; i < ARRAY_LEN(cases); i++)
        tests[i + 3] = (struct CMUnitTest){
            .name = cases[i].name, .test_func = test_bloom, .initial_state = &cases[i]};
    return cmocka_run_group_tests(tests, scratch_setup, scratch_teardown);
}
