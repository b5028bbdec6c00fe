/* Paragraphs as soft anchors: each row is a bead in two texts of six sentences whose
 * paragraphs end after the second, fourth and sixth. */
#include "../rows.h"
#include "texts.h"

#include "align/parts.h"

static const uint32_t paragraphs[] = {0, 0, 1, 1, 2, 2};

static cq_align_texts make_texts(void)
{
    return (cq_align_texts){
        .source = {.len = 6, .all = 6, .paragraphs = paragraphs},
        .target = {.len = 6, .all = 6, .paragraphs = paragraphs},
    };
}

static struct border_case {
    const char *name;
    cq_align_shape shape;
    size_t i, j; /* where it ends */
    int sign;    /* of its score */
} border_cases[] = {
    {"both end", {1, 1}, 2, 2, 1},
    {"only the source ends", {1, 1}, 2, 3, -1},
    {"only the target ends", {1, 1}, 3, 2, -1},
    {"neither ends", {1, 1}, 1, 3, 1},
    {"two sentences of a paragraph", {2, 1}, 2, 2, 1},
    {"across the end of one", {2, 1}, 3, 2, -1},
    {"across the end of one on both sides", {2, 2}, 3, 3, -1},
};

static void test_border(void **state)
{
    const struct border_case *c = *state;
    cq_align_texts texts = make_texts();
    cq_align_borders borders;
    float score;

    assert_int_equal(cq_align_borders_init(&borders, &texts, NULL), CQ_OK);
    score = cq_align_borders_score(&borders, c->shape, c->i, c->j);
    assert_true(c->sign > 0 ? score > 0 : score < 0);
    cq_align_borders_release(&borders);
}

/* Texts whose paragraphs have nothing to do with each other say so. */
static void test_fit(void **state)
{
    cq_align_texts texts = make_texts();
    cq_align_link items[200];
    cq_align_links links = {.items = items, .len = ARRAY_LEN(items)};
    cq_align_borders borders;
    cq_align_shape one = {1, 1};
    float before, after;

    (void)state;
    for (size_t k = 0; k < ARRAY_LEN(items); k++)
        items[k] = (cq_align_link){.source = (uint32_t)(k % 2 + 1),
                                   .target = (uint32_t)(k / 2 % 2 + 1),
                                   .weight = 1,
                                   .shape = CQ_SHAPE_ONE};
    assert_int_equal(cq_align_borders_init(&borders, &texts, NULL), CQ_OK);
    before = cq_align_borders_score(&borders, one, 2, 2);
    cq_align_borders_fit(&borders, &links);
    after = cq_align_borders_score(&borders, one, 2, 2);
    assert_true(before > 0.3F && after < 0.1F && after > -0.1F);
    cq_align_borders_release(&borders);
}

/* Without paragraphs on one side there is nothing to go by. */
static void test_unknown(void **state)
{
    cq_align_texts texts = make_texts();
    cq_align_borders borders;

    (void)state;
    texts.target.paragraphs = NULL;
    assert_int_equal(cq_align_borders_init(&borders, &texts, NULL), CQ_OK);
    assert_null(borders.ends[0]);
}

int main(void)
{
    struct CMUnitTest tests[ARRAY_LEN(border_cases) + 2] = {
        cmocka_unit_test(test_fit),
        cmocka_unit_test(test_unknown),
    };
    size_t len = 2;

    ADD(border_cases, test_border);
    return cmocka_run_group_tests_name("align/borders", tests, NULL, NULL);
}
