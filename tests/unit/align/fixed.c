/* Each row: beads of the harbour's text that a person fixed, and all beads around them.
 */
#include "../rows.h"
#include "texts.h"

static struct fixed_case {
    const char *name, *fixed, *beads; /* NULL: refused */
} fixed_cases[] = {
    {"what was right anyway", "3-4:3-4",
     "0-1:0-1 1-2:1-2 2-3:2-3 3-4:3-4 4-5:4-5 5-6:5-6 6-7:6-7 7-8:7-8 8-9:8-9 9-10:9-10"},
    {"two joined: the neighbours stay", "3-5:3-5",
     "0-1:0-1 1-2:1-2 2-3:2-3 3-5:3-5 5-6:5-6 6-7:6-7 7-8:7-8 8-9:8-9 9-10:9-10"},
    {"more than beads hold otherwise", "1-8:1-8", "0-1:0-1 1-8:1-8 8-9:8-9 9-10:9-10"},
    {"against all reason", "0-1:8-9",
     "0-0:0-1 0-0:1-2 0-0:2-3 0-0:3-4 0-0:4-5 0-0:5-6 0-0:6-7 0-0:7-8 0-1:8-9 "
     "1-2:9-9 2-3:9-9 3-4:9-9 4-5:9-9 5-6:9-9 6-7:9-9 7-8:9-9 8-9:9-9 9-10:9-10"},
    {"one side alone", "2-3:0-0",
     "0-1:0-1 1-2:1-2 2-2:2-3 2-3:3-3 3-4:3-4 4-5:4-5 5-6:5-6 6-7:6-7 7-8:7-8 8-9:8-9 "
     "9-10:9-10"},
    {"two sentences of the other side alone", "0-0:4-6",
     "0-1:0-1 1-2:1-2 2-3:2-3 3-4:3-4 4-4:4-6 4-5:6-6 5-6:6-6 6-7:6-7 7-8:7-8 8-9:8-9 "
     "9-10:9-10"},
    {"all of it", "0-10:0-10", "0-10:0-10"},
    {"first and last", "0-1:0-1 9-10:9-10",
     "0-1:0-1 1-2:1-2 2-3:2-3 3-4:3-4 4-5:4-5 5-6:5-6 6-7:6-7 7-8:7-8 8-9:8-9 9-10:9-10"},
    {"next to each other", "4-5:4-6 5-6:6-7",
     "0-1:0-1 1-2:1-2 2-3:2-3 3-4:3-4 4-5:4-6 5-6:6-7 6-7:7-7 7-8:7-8 8-9:8-9 9-10:9-10"},
    {"out of order", "5-6:5-6 4-5:4-5", NULL},
    {"crossing", "4-5:5-6 5-6:4-5", NULL},
    {"past the end", "9-11:9-10", NULL},
    {"far past the end", "4000000000-4000000001:9-10", NULL},
};

static size_t read_fixed(const char *text, cq_bead *beads)
{
    size_t len = 0;

    while (*text) {
        char *end;
        cq_bead *bead = &beads[len++];

        *bead = (cq_bead){.is_fixed = true};
        bead->source = strtoul(text, &end, 10);
        bead->source_len = strtoul(end + 1, &end, 10) - bead->source;
        bead->target = strtoul(end + 1, &end, 10);
        bead->target_len = strtoul(end + 1, &end, 10) - bead->target;
        text = end + (*end == ' ');
    }
    return len;
}

static void test_fixed(void **state)
{
    const struct fixed_case *c = *state;
    cq_str source[SENTENCES_MAX], target[SENTENCES_MAX];
    cq_lang en = lang_of("en"), de = lang_of("de");
    cq_bead fixed[8], *beads;
    cq_align_request request = {
        .source = {.lang = &en, .sentences = source},
        .target = {.lang = &de, .sentences = target},
        .beads = fixed,
        .beads_len = read_fixed(c->fixed, fixed),
    };
    size_t len;
    cq_buf text = {0};
    cq_error err = {0};
    cq_status status;

    request.source.len = split(HARBOUR_EN, source);
    request.target.len = split(HARBOUR_DE, target);
    status = cq_align_run(&request, &beads, &len, NULL, &err);
    if (!c->beads) {
        assert_int_equal(status, CQ_E_INPUT);
        assert_int_equal(err.number, 41);
        return;
    }
    assert_int_equal(status, CQ_OK);
    check_beads(beads, len, request.source.len, request.target.len);
    print_beads(beads, len, &text);
    assert_string_equal(text.ptr, c->beads);
    cq_buf_release(&text);
    cq_free(beads);
}

int main(void)
{
    struct CMUnitTest tests[ARRAY_LEN(fixed_cases)];
    size_t len = 0;

    ADD(fixed_cases, test_fixed);
    return cmocka_run_group_tests_name("align/fixed", tests, NULL, NULL);
}
