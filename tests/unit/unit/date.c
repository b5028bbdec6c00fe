#include "unit/unit.h"

#include "../rows.h"

#include <stddef.h>
#include <stdint.h>
#include <string.h>

static struct date_case {
    const char *name, *text;
    const char *from, *to; /* as TMX writes them; NULL for no date */
} cases[] = {
    {"TMX", "20240131T120000Z", "20240131T120000Z", "20240131T120001Z"},
    {"TMX without zone", "20240131T120000", "20240131T120000Z", "20240131T120001Z"},
    {"extended", "2024-01-31T12:00:00Z", "20240131T120000Z", "20240131T120001Z"},
    {"a space for T", "2024-01-31 12:00:00", "20240131T120000Z", "20240131T120001Z"},
    {"parts of a second", "2024-01-31T12:00:00.123Z", "20240131T120000Z",
     "20240131T120001Z"},
    {"a zone", "2024-01-31T00:30:00+02:00", "20240130T223000Z", "20240130T223001Z"},
    {"a zone to the west", "20240131T233000-0130", "20240201T010000Z",
     "20240201T010001Z"},
    {"minutes", "2024-01-31T12:05", "20240131T120500Z", "20240131T120600Z"},
    {"a day", "20240131", "20240131T000000Z", "20240201T000000Z"},
    {"a month", "2024-02", "20240201T000000Z", "20240301T000000Z"},
    {"the last month", "2023-12", "20231201T000000Z", "20240101T000000Z"},
    {"a year", "2024", "20240101T000000Z", "20250101T000000Z"},
    {"a leap day", "2024-02-29", "20240229T000000Z", "20240301T000000Z"},
    {"the end of a century", "1900-02-28", "19000228T000000Z", "19000301T000000Z"},
    {"Trados' first day", "19000101T000000Z", "19000101T000000Z", "19000101T000001Z"},
    {"spaces around", " 20240131 ", "20240131T000000Z", "20240201T000000Z"},
    {"nothing", "", NULL, NULL},
    {"words", "yesterday", NULL, NULL},
    {"month 13", "20241301", NULL, NULL},
    {"day first", "31.01.2024", NULL, NULL},
    {"something after it", "20240131T120000Z and more", NULL, NULL},
    {"half a time", "20240131T12", NULL, NULL},
    {"hour 25", "20240131T250000Z", NULL, NULL},
};

static void test_date(void **state)
{
    const struct date_case *row = *state;
    char from[CQ_DATE_TEXT_MAX], to[CQ_DATE_TEXT_MAX];
    int64_t start = 0, end = 0;

    if (!row->from) {
        assert_false(cq_date_read(cq_str_from(row->text), &start, &end));
        return;
    }
    assert_true(cq_date_read(cq_str_from(row->text), &start, &end));
    cq_date_write(start, from);
    cq_date_write(end, to);
    assert_string_equal(from, row->from);
    assert_string_equal(to, row->to);
}

/* Every day of four centuries, after which the calendar begins again (ISO 8601). */
static void test_days(void **state)
{
    char text[CQ_DATE_TEXT_MAX], again[CQ_DATE_TEXT_MAX];
    int64_t from, to, day = 24 * 60 * 60;

    (void)state;
    assert_true(cq_date_read(CQ_STR("1970-01-01"), &from, &to));
    assert_int_equal(from, 0);
    for (int64_t at = -135140 * day; at < 10957 * day; at += day) {
        cq_date_write(at, text);
        assert_true(cq_date_read(cq_str_from(text), &from, &to));
        assert_int_equal(from, at);
        cq_date_write(from, again);
        assert_string_equal(text, again);
    }
}

int main(void)
{
    struct CMUnitTest tests[ARRAY_LEN(cases) + 1];
    size_t len = 0;

    ADD(cases, test_date);
    ADD_ONE("every day", test_days);
    return cmocka_run_group_tests_name("date", tests, NULL, NULL);
}
