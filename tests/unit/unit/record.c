/* Units as bytes: what is written can be read back, equal units and only they are equal
 * bytes, and damage is told. */
#include "unit/unit.h"

#include "../rows.h"

static struct value_case {
    const char *name, *value;
    size_t bytes; /* that the value takes in a record */
} values[] = {
    {"a date", "20240131T235959Z", 6},
    {"the first that can be", "00000000T000000Z", 6},
    {"the last that can be", "99991231T235960Z", 6},
    {"a month too many", "20241331T235959Z", 17},
    {"an hour too many", "20240131T245959Z", 17},
    {"another form", "2024-01-31T23:59:59Z", 21},
    {"a letter in it", "2024O131T235959Z", 17},
    {"empty", "", 1},
    {"short", "x", 2},
};

static void build(cq_unit *unit, const char *date)
{
    cq_variant *variant;
    cq_item *item;
    cq_code *code;

    cq_unit_reset(unit);
    assert_non_null(cq_attrs_add(&unit->arena, &unit->attrs, &unit->attrs_len,
                                 CQ_STR("creationdate"), cq_str_from(date)));
    assert_non_null(cq_attrs_add(&unit->arena, &unit->attrs, &unit->attrs_len,
                                 CQ_STR("x-own"), CQ_STR("\xc3\xa9")));
    item = cq_items_add(&unit->arena, &unit->items, &unit->items_len, CQ_ITEM_PROP);
    assert_non_null(cq_attrs_add(&unit->arena, &item->attrs, &item->attrs_len,
                                 CQ_STR("type"), CQ_STR("domain")));
    item->text = CQ_STR("ships");
    variant = cq_unit_add_variant(unit, CQ_STR("en"));
    assert_non_null(cq_attrs_add(&unit->arena, &variant->attrs, &variant->attrs_len,
                                 CQ_STR("xml:lang"), CQ_STR("en")));
    assert_non_null(cq_items_add(&unit->arena, &variant->items, &variant->items_len,
                                 CQ_ITEM_SEGMENT));
    code = cq_variant_add_code(unit, variant, CQ_CODE_OPEN, 2, CQ_STR("<bpt i=\"1\"/>"));
    code->pair = 1;
    code =
        cq_variant_add_code(unit, variant, CQ_CODE_CLOSE, 300, CQ_STR("<ept i=\"1\"/>"));
    code->pair = 1;
    code->link = 70000;
    assert_non_null(cq_unit_add_text(unit, CQ_STR("ga"), CQ_STR("Long")));
}

static void test_value(void **state)
{
    const struct value_case *row = *state;
    cq_unit unit = {0}, copy = {0};
    cq_buf record = {0}, empty = {0}, again = {0};

    build(&unit, "");
    assert_int_equal(cq_unit_encode(&unit, &empty, NULL), CQ_OK);
    build(&unit, row->value);
    assert_int_equal(cq_unit_encode(&unit, &record, NULL), CQ_OK);
    assert_int_equal(record.len - empty.len + 1, row->bytes);
    assert_int_equal(cq_unit_decode(cq_buf_str(&record), &copy, NULL), CQ_OK);
    assert_true(cq_str_equal(cq_attr_find(copy.attrs, copy.attrs_len, "creationdate"),
                             cq_str_from(row->value)));
    assert_int_equal(copy.variants_len, 2);
    assert_int_equal(copy.variants[0].codes_len, 2);
    assert_int_equal(copy.variants[0].codes[1].at, 300);
    assert_int_equal(copy.variants[0].codes[1].link, 70000);
    assert_int_equal(copy.variants[0].codes[0].link, -1);
    assert_true(cq_str_equal(copy.variants[1].lang, CQ_STR("ga")));
    assert_true(cq_str_equal(copy.items[0].text, CQ_STR("ships")));
    assert_int_equal(cq_unit_encode(&copy, &again, NULL), CQ_OK);
    assert_true(cq_str_equal(cq_buf_str(&record), cq_buf_str(&again)));
    cq_unit_release(&unit);
    cq_unit_release(&copy);
    cq_buf_release(&record);
    cq_buf_release(&empty);
    cq_buf_release(&again);
}

/* Every record that is cut short is refused; one with a byte changed is refused or means
 * something else, and never harms. */
static void test_damage(void **state)
{
    cq_unit unit = {0}, copy = {0};
    cq_buf record = {0};

    (void)state;
    build(&unit, "20240131T235959Z");
    assert_int_equal(cq_unit_encode(&unit, &record, NULL), CQ_OK);
    for (size_t len = 0; len < record.len; len++) {
        cq_error err = {0};

        assert_int_equal(cq_unit_decode((cq_str){record.ptr, len}, &copy, &err),
                         CQ_E_STORE);
        assert_int_equal(copy.variants_len, 0);
    }
    for (size_t at = 0; at < record.len; at++)
        for (int bit = 0; bit < 8; bit++) {
            record.ptr[at] = (char)(record.ptr[at] ^ (1 << bit));
            cq_unit_decode(cq_buf_str(&record), &copy, NULL);
            record.ptr[at] = (char)(record.ptr[at] ^ (1 << bit));
        }
    cq_unit_release(&unit);
    cq_unit_release(&copy);
    cq_buf_release(&record);
}

static void test_header(void **state)
{
    cq_header header = {.is_present = true,
                        .around = {[CQ_AFTER_TMX] = CQ_STR("<!--x-->")}};
    cq_header copy = {0};
    cq_buf record = {0};

    (void)state;
    assert_non_null(cq_attrs_add(&header.arena, &header.tmx_attrs, &header.tmx_attrs_len,
                                 CQ_STR("version"), CQ_STR("1.1")));
    assert_non_null(cq_attrs_add(&header.arena, &header.attrs, &header.attrs_len,
                                 CQ_STR("srclang"), CQ_STR("*all*")));
    assert_int_equal(cq_header_encode(&header, &record, NULL), CQ_OK);
    assert_int_equal(cq_header_decode(cq_buf_str(&record), &copy, NULL), CQ_OK);
    assert_true(copy.is_present);
    assert_true(cq_str_equal(copy.version, CQ_STR("1.1")));
    assert_true(cq_str_equal(copy.around[CQ_AFTER_TMX], CQ_STR("<!--x-->")));
    assert_int_equal(cq_header_decode(CQ_STR("\x01"), &copy, NULL), CQ_E_STORE);
    assert_false(copy.is_present);
    cq_header_release(&header);
    cq_header_release(&copy);
    cq_buf_release(&record);
}

static void test_who_and_when(void **state)
{
    cq_unit unit = {0};
    cq_variant *variant;

    (void)state;
    build(&unit, "20240131T235959Z");
    variant = &unit.variants[0];
    assert_true(
        cq_str_equal(cq_unit_changed(&unit, variant), CQ_STR("20240131T235959Z")));
    assert_null(cq_unit_author(&unit, variant).ptr);
    assert_non_null(cq_attrs_add(&unit.arena, &variant->attrs, &variant->attrs_len,
                                 CQ_STR("changedate"), CQ_STR("20250101T000000Z")));
    assert_true(
        cq_str_equal(cq_unit_changed(&unit, variant), CQ_STR("20250101T000000Z")));
    cq_unit_release(&unit);
}

static void test_short_of_memory(void **state)
{
    cq_unit unit = {0};
    cq_buf record = {0};
    cq_status status = CQ_E_NOMEM;

    (void)state;
    build(&unit, "20240131T235959Z");
    assert_int_equal(cq_unit_encode(&unit, &record, NULL), CQ_OK);
    for (uint64_t n = 1; status != CQ_OK; n++) {
        cq_unit copy = {0};
        cq_buf again = {0};

        cq_alloc_fail_at(n);
        status = cq_unit_decode(cq_buf_str(&record), &copy, NULL);
        if (status == CQ_OK)
            status = cq_unit_encode(&copy, &again, NULL);
        cq_alloc_fail_at(0);
        assert_true(status == CQ_OK || status == CQ_E_NOMEM);
        cq_unit_release(&copy);
        cq_buf_release(&again);
    }
    cq_unit_release(&unit);
    cq_buf_release(&record);
}

int main(void)
{
    struct CMUnitTest tests[ARRAY_LEN(values) + 4] = {
        {.name = "damage", .test_func = test_damage},
        {.name = "header", .test_func = test_header},
        {.name = "who and when", .test_func = test_who_and_when},
        {.name = "short of memory", .test_func = test_short_of_memory}};
    size_t len = 4;

    ADD(values, test_value);
    return cmocka_run_group_tests_name("record", tests, NULL, NULL);
}
