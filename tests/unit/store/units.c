#include "scratch.h"

#include "store/prints.h"

#include <string.h>

static cq_str numbered(char *text, unsigned k)
{
    return (cq_str){text, (size_t)sprintf(text, "text number %u", k)};
}

static void test_texts_are_found_over_many_runs(void **state)
{
    cq_store *store = must_open("runs", CQ_STORE_WRITE);
    unsigned added = 0;
    uint32_t group;
    char text[64];

    (void)state;
    for (unsigned time = 1; time <= 40; time++) {
        uint64_t origin;

        must_begin(store);
        origin = must_origin(store, "a.tmx");
        for (unsigned i = 0; i < time * time; i++, added++)
            must_unit(store, origin, added, added, true);
        for (unsigned i = 0; i < added; i += 7)
            must_unit(store, origin, i, i, false);
        must_commit(store);
    }
    must_verify(store);
    assert_ok(cq_store_begin_read(store, err));
    assert_ok(cq_store_group(store, CQ_STR("en-Latn"), &group, err));
    for (unsigned i = 0; i < added + 500; i++) {
        uint64_t id = must_find(store, group, numbered(text, i));
        cq_store_text found;

        assert_int_equal(id != 0, i < added);
        if (id == 0)
            continue;
        assert_ok(cq_store_text_get(store, id, &found, err));
        assert_true(cq_str_equal(found.text, numbered(text, i)));
        assert_int_equal(found.group, group);
    }
    cq_store_end_read(store);
    cq_store_close(store);
}

/* Pairs of numbers by which units are told, in an origin's order. */
static void assert_walk(cq_store *store, uint64_t origin, const uint64_t *ids, size_t len)
{
    cq_store_cursor cursor = {0};
    cq_store_unit unit;
    size_t at = 0;
    cq_error err = {0};
    cq_status status;

    while ((status = cq_store_unit_next(store, origin, &cursor, &unit, &err)) == CQ_OK) {
        assert_true(at < len);
        assert_int_equal(unit.id, ids[at++]);
        assert_int_equal(unit.variants, 2);
    }
    assert_int_equal(status, CQ_DONE);
    assert_int_equal(at, len);
}

/* What comes before each place is the unit that the walk gave before it. */
static void assert_befores(cq_store *store, uint64_t origin, const uint64_t *ids,
                           size_t len)
{
    cq_store_cursor cursor = {0};

    for (size_t i = 0; i < len; i++) {
        cq_store_unit unit;
        cq_status status;

        assert_ok(cq_store_unit_next(store, origin, &cursor, &unit, err));
        status = cq_store_unit_before(store, origin, cursor, &unit, NULL);
        assert_int_equal(status, i ? CQ_OK : CQ_DONE);
        if (i)
            assert_int_equal(unit.id, ids[i - 1]);
    }
}

static cq_status count_id(void *context, uint64_t id, bool *found, cq_error *e)
{
    uint64_t *wanted = context; /* the id, and how often it was met */

    (void)e;
    wanted[1] += id == wanted[0];
    *found = false;
    return CQ_OK;
}

/* Ids that lie far apart, or fall, as when a memory with gaps is indexed anew; equal
 * fingerprints; the first and the last that there are. */
static void test_fingerprints_of_any_ids(void **state)
{
    static const uint64_t prints[] = {0, 0, ((uint64_t)1 << CQ_PRINT_BITS) - 1, 7};
    static const uint64_t ids[] = {900, 5, (uint64_t)1 << 24 | 5, (uint64_t)1 << 40, 600};
    cq_store *store = must_open("prints", CQ_STORE_WRITE);
    uint64_t len, sum, expected = 0, total = 0;

    (void)state;
    must_begin(store);
    for (size_t i = 0; i < ARRAY_LEN(ids); i++) {
        for (size_t k = 0; k < ARRAY_LEN(prints); k++) {
            assert_ok(cq_prints_add(store, prints[k], ids[i] + k, err));
            expected += cq_prints_mix(prints[k], ids[i] + k);
            total++;
        }
    }
    for (int is_flushed = 0; is_flushed < 2; is_flushed++) {
        for (size_t i = 0; i < ARRAY_LEN(ids); i++) {
            for (size_t k = 0; k < ARRAY_LEN(prints); k++) {
                uint64_t wanted[] = {ids[i] + k, 0};

                assert_ok(cq_prints_find(store, prints[k], count_id, wanted, err));
                assert_int_equal(wanted[1], 1);
            }
        }
        assert_ok(cq_prints_flush(store, err));
    }
    assert_ok(cq_prints_sum(store, &len, &sum, err));
    assert_true(len == total && sum == expected);
    cq_store_rollback(store);
    cq_store_close(store);
}

static void test_equal_units_merge_in_their_places(void **state)
{
    cq_store *store = must_open("merge", CQ_STORE_WRITE);
    uint64_t a, b, in_a[6], in_b[7];
    cq_store_origin origin;
    cq_store_cursor place;
    cq_store_unit found;
    uint64_t at = 0;

    (void)state;
    must_begin(store);
    a = must_origin(store, "a.tmx");
    for (unsigned i = 0; i < 4; i++)
        in_a[i] = must_unit(store, a, i, 0, true);
    must_unit(store, a, 2, 0, false);
    must_commit(store);

    must_begin(store);
    b = must_origin(store, "b.tmx");
    in_b[0] = must_unit(store, b, 3, 0, false);
    in_b[1] = must_unit(store, b, 1, 0, false);
    in_b[2] = must_unit(store, b, 9, 0, true);
    in_b[3] = must_unit(store, b, 2, 0, false);
    must_unit(store, b, 1, 0, false);
    in_b[4] = must_unit(store, b, 10, 3, true);
    must_commit(store);

    must_begin(store);
    assert_int_equal(must_origin(store, "a.tmx"), a);
    in_a[4] = must_unit(store, a, 11, 0, true);
    in_a[5] = must_unit(store, a, 10, 3, false);
    assert_int_equal(must_origin(store, "b.tmx"), b);
    in_b[5] = must_unit(store, b, 0, 0, false);
    in_b[6] = must_unit(store, b, 12, 0, true);
    must_commit(store);

    assert_int_equal(in_b[0], in_a[3]);
    assert_ok(cq_store_begin_read(store, err));
    assert_walk(store, a, in_a, 6);
    assert_walk(store, b, in_b, 7);
    assert_ok(cq_store_origin_get(store, b, &origin, err));
    assert_int_equal(origin.units, 7);
    assert_befores(store, a, in_a, 6);
    assert_befores(store, b, in_b, 7);
    assert_ok(cq_store_place_next(store, in_a[1], &at, &place, err));
    assert_int_equal(at, b);
    assert_ok(cq_store_unit_before(store, b, place, &found, err));
    assert_int_equal(found.id, in_b[0]);
    assert_int_equal(cq_store_place_next(store, in_a[1], &at, &place, NULL), CQ_DONE);
    cq_store_end_read(store);
    must_verify(store);
    cq_store_close(store);
}

static size_t holders(cq_store *store, uint64_t text, uint64_t *ids)
{
    cq_store_cursor cursor = {0};
    size_t len = 0;

    while (cq_store_holder_next(store, text, &cursor, &ids[len], NULL) == CQ_OK)
        len++;
    return len;
}

static void test_removed_units_are_gone(void **state)
{
    cq_store *store = must_open("remove", CQ_STORE_WRITE);
    uint64_t origin, shared, ids[8], held[8], text;
    cq_store_unit unit;
    uint32_t group, tag = 0;

    (void)state;
    must_begin(store);
    origin = must_origin(store, "a.tmx");
    for (unsigned i = 0; i < 5; i++)
        ids[i] = must_unit(store, origin, 7, i, true);
    shared = must_origin(store, "b.tmx");
    must_unit(store, shared, 7, 1, false);
    must_commit(store);

    must_begin(store);
    assert_ok(cq_store_unit_remove(store, ids[0], err));
    assert_ok(cq_store_unit_remove(store, ids[1], err));
    must_commit(store);
    must_verify(store);
    assert_ok(cq_store_begin_read(store, err));
    assert_walk(store, origin, ids + 2, 3);
    assert_walk(store, shared, ids, 0);
    assert_int_equal(cq_store_unit_get(store, ids[1], &unit, NULL), CQ_DONE);
    assert_ok(cq_store_group(store, CQ_STR("en-Latn"), &group, err));
    text = must_find(store, group, CQ_STR("text number 7"));
    assert_int_equal(holders(store, text, held), 3);
    assert_int_equal(must_count(store).variants, 6);
    assert_ok(cq_store_tag_count(store, &tag, &text, err));
    assert_int_equal(text, 3);
    cq_store_end_read(store);

    must_begin(store);
    ids[0] = must_unit(store, must_origin(store, "a.tmx"), 7, 0, true);
    must_commit(store);
    must_verify(store);
    cq_store_close(store);
}

static void test_a_thousand_twins(void **state)
{
    cq_store *store = must_open("twins", CQ_STORE_WRITE);
    uint64_t origin, text, unit;
    cq_store_cursor cursor = {0};
    unsigned found = 0;
    uint32_t group;

    (void)state;
    must_begin(store);
    origin = must_origin(store, "a.tmx");
    for (unsigned i = 0; i < 1000; i++)
        must_unit(store, origin, 0, i, true);
    for (unsigned i = 0; i < 1000; i++)
        must_unit(store, origin, 0, i, false);
    must_commit(store);
    must_verify(store);
    assert_ok(cq_store_begin_read(store, err));
    assert_ok(cq_store_group(store, CQ_STR("en-Latn"), &group, err));
    text = must_find(store, group, CQ_STR("text number 0"));
    while (cq_store_holder_next(store, text, &cursor, &unit, NULL) == CQ_OK)
        found++;
    assert_int_equal(found, 1000);
    cq_store_end_read(store);
    cq_store_close(store);
}

static void test_unit_without_variants(void **state)
{
    cq_store *store = must_open("bare", CQ_STORE_WRITE);
    cq_store_unit unit = {.record = CQ_STR("x")};
    uint64_t id;
    bool is_new;

    (void)state;
    must_begin(store);
    unit.origin = must_origin(store, "a.tmx");
    assert_ok(cq_store_unit_add(store, &unit, &id, &is_new, err));
    assert_true(is_new);
    assert_ok(cq_store_unit_add(store, &unit, &id, &is_new, err));
    assert_false(is_new);
    must_commit(store);
    must_verify(store);
    must_begin(store);
    assert_ok(cq_store_unit_remove(store, id, err));
    must_commit(store);
    must_verify(store);
    cq_store_close(store);
}

static void test_tokens_and_rows(void **state)
{
    cq_store *store = must_open("tokens", CQ_STORE_WRITE);
    uint32_t group, one, two, found;
    uint64_t token = 0, part = 0;
    cq_str blob;

    (void)state;
    must_begin(store);
    assert_ok(cq_store_group(store, CQ_STR("en-Latn"), &group, err));
    assert_ok(cq_store_token_add(store, group, 0, CQ_STR("save"), &one, err));
    assert_ok(cq_store_token_add(store, group, 3, CQ_STR("save"), &two, err));
    assert_int_not_equal(one, two);
    assert_ok(cq_store_token_add(store, group, 0, CQ_STR("save"), &found, err));
    assert_int_equal(found, one);
    assert_ok(cq_store_row_put(store, group, 1, 5, 0, CQ_STR("a"), err));
    assert_ok(cq_store_row_put(store, group, 1, 5, 70, CQ_STR("b"), err));
    assert_ok(cq_store_row_put(store, group, 1, 6, 0, CQ_STR("c"), err));
    assert_ok(cq_store_row_put(store, group, 2, 5, 9, CQ_STR("d"), err));
    must_commit(store);
    cq_store_close(store);

    store = must_open("tokens", CQ_STORE_READ);
    assert_ok(cq_store_begin_read(store, err));
    assert_ok(cq_store_token_find(store, group, 3, CQ_STR("save"), &found, err));
    assert_int_equal(found, two);
    assert_ok(cq_store_token_find(store, group + 1, 3, CQ_STR("save"), &found, err));
    assert_int_equal(found, 0);
    assert_ok(cq_store_row_get(store, group, 1, 5, 69, &part, &blob, err));
    assert_true(cq_str_equal(blob, CQ_STR("a")) && part == 0);
    assert_ok(cq_store_row_get(store, group, 1, 5, 70, &part, &blob, err));
    assert_true(cq_str_equal(blob, CQ_STR("b")) && part == 70);
    assert_int_equal(cq_store_row_get(store, group, 1, 7, 70, &part, &blob, NULL),
                     CQ_DONE);
    token = 5;
    part = 71;
    assert_ok(cq_store_row_next(store, group, 1, &token, &part, &blob, err));
    assert_true(token == 6 && part == 0 && cq_str_equal(blob, CQ_STR("c")));
    part++;
    assert_int_equal(cq_store_row_next(store, group, 1, &token, &part, &blob, NULL),
                     CQ_DONE);
    cq_store_end_read(store);
    cq_store_close(store);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_texts_are_found_over_many_runs),
        cmocka_unit_test(test_fingerprints_of_any_ids),
        cmocka_unit_test(test_equal_units_merge_in_their_places),
        cmocka_unit_test(test_removed_units_are_gone),
        cmocka_unit_test(test_a_thousand_twins),
        cmocka_unit_test(test_unit_without_variants),
        cmocka_unit_test(test_tokens_and_rows),
    };

    return cmocka_run_group_tests(tests, scratch_setup, scratch_teardown);
}
