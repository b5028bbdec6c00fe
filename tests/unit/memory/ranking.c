#include "scratch.h"

#include "memory/ranking.h"

#include <string.h>

#define HITS 60u

static cq_ranked random_hit(unsigned *seed, unsigned unit)
{
    cq_ranked hit = {.percent = 90 + (int)rnd(seed, 12),
                     .neighbours = (int)rnd(seed, 3),
                     .region = 2 + (int)rnd(seed, 5),
                     .letters = (int)rnd(seed, 3),
                     .unit = unit,
                     .target_text = 1 + rnd(seed, 15)};

    snprintf(hit.changed, sizeof(hit.changed), "%u", 2020 + rnd(seed, 3));
    return hit;
}

/* The definition: sorted, of equal targets the first, then the first `max`. */
static size_t define(cq_ranked *hits, size_t len, size_t max)
{
    size_t kept = 0;

    for (size_t i = 1; i < len; i++)
        for (size_t k = i; k > 0 && cq_ranked_compare(&hits[k], &hits[k - 1]) < 0; k--) {
            cq_ranked swapped = hits[k];

            hits[k] = hits[k - 1];
            hits[k - 1] = swapped;
        }
    for (size_t i = 0; i < len && kept < max; i++) {
        bool is_seen = false;

        for (size_t k = 0; k < kept; k++)
            is_seen |= hits[k].target_text == hits[i].target_text;
        if (!is_seen)
            hits[kept++] = hits[i];
    }
    return kept;
}

static void test_any_order_gives_the_same(void **state)
{
    unsigned seed = 1;

    (void)state;
    for (unsigned time = 0; time < 400; time++) {
        cq_ranked all[HITS], kept[HITS];
        cq_ranking ranking = {.items = kept, .max = 1 + rnd(&seed, 20)};
        size_t expected;

        for (unsigned i = 0; i < HITS; i++) {
            all[i] = random_hit(&seed, i);
            cq_ranking_offer(&ranking, &all[i]);
        }
        expected = define(all, HITS, ranking.max);
        assert_int_equal(ranking.len, expected);
        for (size_t i = 0; i < expected; i++)
            assert_int_equal(kept[i].unit, all[i].unit);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_any_order_gives_the_same)};

    return cmocka_run_group_tests(tests, NULL, NULL);
}
