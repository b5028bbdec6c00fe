/* Which rule decides: the reasons that are given for each end mark. */
#include "../rows.h"
#include "helper.h"

static struct rule_case {
    const char *name, *tag, *text, *want; /* "+" ends, "-" goes on, by mark */
} cases[] = {
    {"a title", "en", "Dr. Gray", "-abbreviation_never;+paragraph_end;"},
    {"etc. before a capital", "en", "Pens etc. The end",
     "+abbreviation_final;+paragraph_end;"},
    {"a country before a starter", "en", "the U.S. It is",
     "-no_space;+abbreviation_starter;+paragraph_end;"},
    {"a country in a name", "en", "the U.S. Army",
     "-no_space;-abbreviation_name;+paragraph_end;"},
    {"an initial", "en", "by E. Smith", "-initial;+paragraph_end;"},
    {"an ordinal", "de", "am 12. Abend", "-ordinal;+paragraph_end;"},
    {"a date", "de", "am 12. Juni", "-date;+paragraph_end;"},
    {"an end mark and a word", "en", "Why? Because", "+end_mark;+paragraph_end;"},
    {"an ordinary end", "en", "Go on. Stop", "+full_stop;+paragraph_end;"},
    {"brackets", "en", "He (so. Such) went", "-open_pair;+paragraph_end;"},
    {"no space", "en", "the end.Next one", "+missing_space;+paragraph_end;"},
    {"a mark of its own", "zh", "\u597d\u3002\u5427", "+wide_mark;+paragraph_end;"},
    {"the last mark", "en", "The end.", "+paragraph_end;"},
    {"a colon", "en", "Note: He", "-colon;+paragraph_end;"},
    {"a number", "en", "at 3.50 or", "-inside_word;+paragraph_end;"},
    {"a list", "en", "1) one 2) two", "+list_next;+paragraph_end;"},
    {"a bullet", "en", "one \u2022 two", "+bullet;+paragraph_end;"},
};

static void test_rule(void **state)
{
    const struct rule_case *c = *state;
    cq_buf ends = {0}, reasons = {0}, told = {0};
    cq_error err = {0};
    cq_rules *rules;
    size_t known;
    cq_lang lang;

    assert_int_equal(cq_lang_parse(cq_str_from(c->tag), &lang, &err), CQ_OK);
    assert_int_equal(cq_rules_open(&lang, NULL, &rules, &err), CQ_OK);
    cq_rules_watch(rules, &reasons);
    assert_int_equal(cq_rules_run(rules, cq_str_from(c->text), &ends, &err), CQ_OK);
    for (size_t at = 0; at < reasons.len; at += sizeof(cq_reason)) {
        cq_reason reason;

        memcpy(&reason, reasons.ptr + at, sizeof(reason));
        cq_buf_add_format(&told, "%c%s;", reason.ends ? '+' : '-', reason.rule);
    }
    assert_string_equal(told.ptr, c->want);
    cq_rules_watch(rules, NULL);
    known = reasons.len;
    assert_int_equal(cq_rules_run(rules, cq_str_from(c->text), &ends, &err), CQ_OK);
    assert_int_equal(reasons.len, known);
    cq_rules_close(rules);
    cq_buf_release(&ends);
    cq_buf_release(&reasons);
    cq_buf_release(&told);
}

int main(void)
{
    struct CMUnitTest tests[ARRAY_LEN(cases)];
    size_t len = 0;

    ADD(cases, test_rule);
    return _cmocka_run_group_tests("segment/rules", tests, ARRAY_LEN(cases), NULL, NULL);
}
