/* Runs the plain-text cases of tests/cases/segment: "== name", then "-- lang", "-- text"
 * and "-- segments", one sentence a line. The lines of a text are paragraphs. */
#include "helper.h"

#include <stdio.h>

typedef struct segment_case {
    cq_buf name, lang, text, want;
} segment_case;

static void test_case(void **state)
{
    segment_case *c = *state;
    const size_t pieces[] = {1, 5, 100000};

    for (size_t i = 0; i < ARRAY_LEN(pieces); i++) {
        cq_buf got = {0};

        split_into(c->lang.len ? c->lang.ptr : "en", CQ_PARAGRAPHS_LINE,
                   cq_buf_str(&c->text), pieces[i], &got);
        assert_string_equal(got.len ? got.ptr : "", c->want.len ? c->want.ptr : "");
        cq_buf_release(&got);
    }
}

/* One line of a case file, without its end. */
static void take_line(cq_str line, segment_case **now, cq_buf **part,
                      struct CMUnitTest *tests, size_t *len)
{
    if (cq_str_starts(line, CQ_STR("== "))) {
        *now = calloc(1, sizeof(**now));
        assert_non_null(*now);
        cq_buf_add_str(&(*now)->name, cq_str_slice(line, 3, line.len));
        tests[(*len)++] = (struct CMUnitTest){
            .name = (*now)->name.ptr, .test_func = test_case, .initial_state = *now};
        *part = NULL;
    } else if (cq_str_starts(line, CQ_STR("-- ")) && *now) {
        cq_str head = cq_str_slice(line, 3, line.len);

        *part = cq_str_equal(head, CQ_STR("lang"))       ? &(*now)->lang
                : cq_str_equal(head, CQ_STR("text"))     ? &(*now)->text
                : cq_str_equal(head, CQ_STR("segments")) ? &(*now)->want
                                                         : NULL;
        assert_non_null(*part);
    } else if (*part && line.len > 0) {
        if (*part == &(*now)->text && (*part)->len > 0)
            cq_buf_add_byte(*part, '\n');
        cq_buf_add_str(*part, line);
        if (*part == &(*now)->want)
            cq_buf_add_byte(*part, '|');
    }
}

static void read_cases(const char *path, struct CMUnitTest *tests, size_t *len)
{
    FILE *file = fopen(path, "r");
    segment_case *now = NULL;
    cq_buf *part = NULL;
    char line[4096];

    assert_non_null(file);
    while (fgets(line, sizeof(line), file))
        take_line((cq_str){line, strcspn(line, "\n")}, &now, &part, tests, len);
    fclose(file);
}

int main(int argc, char **argv)
{
    static struct CMUnitTest tests[2000];
    size_t len = 0;
    int failed;

    for (int i = 1; i < argc; i++)
        read_cases(argv[i], tests, &len);
    failed = _cmocka_run_group_tests("segment/cases", tests, len, NULL, NULL);
    for (size_t i = 0; i < len; i++) {
        segment_case *c = tests[i].initial_state;

        cq_buf_release(&c->name);
        cq_buf_release(&c->lang);
        cq_buf_release(&c->text);
        cq_buf_release(&c->want);
        free(c);
    }
    return failed;
}
