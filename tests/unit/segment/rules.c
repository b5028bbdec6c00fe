/* Which rule decides: the reasons that are given for each end mark. */
#include "../rows.h"
#include "helper.h"

static struct rule_case {
    const char *name, *tag, *text, *want; /* "+" ends, "-" goes on, by mark */
} cases[] = {
    {"a title", "en", "Dr. Gray", "-abbreviation that never ends;+end of the paragraph;"},
    {"etc. before a capital", "en", "Pens etc. The end",
     "+abbreviation that may end;+end of the paragraph;"},
    {"a country before a starter", "en", "the U.S. It is",
     "-no space;+starter after an abbreviation;+end of the paragraph;"},
    {"a country in a name", "en", "the U.S. Army",
     "-no space;-abbreviation in a name;+end of the paragraph;"},
    {"an initial", "en", "by E. Smith", "-initial;+end of the paragraph;"},
    {"an ordinal", "de", "am 12. Abend", "-ordinal;+end of the paragraph;"},
    {"a date", "de", "am 12. Juni", "-date;+end of the paragraph;"},
    {"an end mark and a word", "en", "Why? Because", "+end mark;+end of the paragraph;"},
    {"an ordinary end", "en", "Go on. Stop", "+full stop;+end of the paragraph;"},
    {"brackets", "en", "He (so. Such) went",
     "-inside a quotation or brackets;+end of the paragraph;"},
    {"no space", "en", "the end.Next one", "+missing space;+end of the paragraph;"},
    {"a mark of its own", "zh", "\u597d\u3002\u5427",
     "+mark that needs no space;+end of the paragraph;"},
    {"the last mark", "en", "The end.", "+end of the paragraph;"},
    {"a colon", "en", "Note: He", "-colon;+end of the paragraph;"},
    {"a number", "en", "at 3.50 or",
     "-inside a number, a name or an address;+end of the paragraph;"},
    {"a list", "en", "1) one 2) two", "+next item of the list;+end of the paragraph;"},
    {"a bullet", "en", "one \u2022 two", "+bullet;+end of the paragraph;"},
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
