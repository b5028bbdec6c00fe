/* A number as the writer of the other text would have put it. */
#include "helper.h"

static struct rewrite_case {
    const char *name, *from, *number, *to, *like, *written;
} rewrite_cases[] = {
    {"as it is", "en", "5", "fr", "3", "5"},
    {"a year", "en", "2024", "de", "1999", "2024"},
    {"a decimal comma", "en", "0.75", "de", "1,5", "0,75"},
    {"zeros at the end say how exact", "en", "5.00", "de", "1,5", "5,00"},
    {"groups after the pattern", "en", "12,345", "fr", "1\u202f234", "12\u202f345"},
    {"groups after CLDR", "en", "12,500", "de", "500", "12.500"},
    {"groups after CLDR, by region", "en", "12,500.5", "de-CH", "500", "12’500.5"},
    {"a pattern without groups", "en", "12,500", "de", "1500", "12500"},
    {"a smaller number loses its mark", "en", "950", "de", "1.500", "950"},
    {"four digits as the pattern has them", "en", "1,500", "es", "2.300", "1.500"},
    {"four digits as Spanish has them", "en", "1,500", "es", "300", "1500"},
    {"Arabic digits", "en", "1,234.5", "ar", "٢٬٠٠٠", "١٬٢٣٤٫٥"},
    {"from Arabic digits", "ar", "١٬٢٣٤٫٥", "en", "2,000", "1,234.5"},
    {"Indian groups", "en", "1,234,567", "hi", "12,34,567", "12,34,567"},
    {"Devanagari digits", "en", "42", "hi", "१०", "४२"},
    {"a minus", "en", "-7", "fr", "−3", "−7"},
    {"a minus that the pattern lacks", "en", "-7", "fr", "3", "-7"},
    {"full-width digits", "en", "12", "ja", "３", "１２"},
    {"a comma is the German decimal mark", "en", "1,234.5", "de", "9,000", "1.234,5"},
    {"no number", "en", "a", "de", "1", NULL},
    {"no pattern", "en", "1", "de", "a", NULL},
};

static void test_rewrite(void **state)
{
    const struct rewrite_case *row = *state;
    cq_lang from, to;
    cq_buf out = {0};
    cq_status status;

    assert_int_equal(cq_lang_parse(cq_str_from(row->from), &from, NULL), CQ_OK);
    assert_int_equal(cq_lang_parse(cq_str_from(row->to), &to, NULL), CQ_OK);
    status = cq_number_rewrite(&from, cq_str_from(row->number), &to,
                               cq_str_from(row->like), &out, NULL);
    assert_int_equal(status, row->written ? CQ_OK : CQ_DONE);
    if (row->written)
        assert_true(cq_str_equal(cq_buf_str(&out), cq_str_from(row->written)));
    cq_buf_release(&out);
}

int main(void)
{
    struct CMUnitTest tests[ARRAY_LEN(rewrite_cases)];
    size_t len = 0;

    ADD(rewrite_cases, test_rewrite);
    return cmocka_run_group_tests_name("text/rewrite", tests, NULL, NULL);
}
