#include "../rows.h"
#include "scratch.h"

#include "tmx.h"

#define HEAD(cascade)                                                                    \
    "<srx version=\"2.0\" xmlns=\"http://www.lisa.org/srx20\">"                          \
    "<header segmentsubflows=\"yes\" cascade=\"" cascade "\"/><body>\n<languagerules>\n" \
    "<languagerule languagerulename=\"Default\">\n"                                      \
    "<rule break=\"no\"><beforebreak>Mr\\.</beforebreak><afterbreak>\\s</afterbreak>"    \
    "</rule>\n</languagerule>\n"                                                         \
    "<languagerule languagerulename=\"French\">\n"                                       \
    "<rule break=\"yes\"><beforebreak>[.?!]</beforebreak><afterbreak/></rule>\n"         \
    "<rule><afterbreak>&lt;br></afterbreak></rule>\n</languagerule>\n</languagerules>"

#define MAPS                                                                             \
    "<maprules>\n<languagemap languagepattern=\"fr.*\" languagerulename=\"French\"/>\n"  \
    "<languagemap languagepattern=\"de_CH\" languagerulename=\"French\"/>\n"             \
    "<languagemap languagepattern=\".*\" languagerulename=\"Default\"/>\n</maprules>"

#define TAIL "</body></srx>"

/* Rules as "yes 7 [.?!]|" for break, line, before and after, one a line. */
static struct srx_case {
    const char *name, *file, *lang;
    const char *rules; /* NULL: refused, with number and place below */
    int number;
    uint64_t line;
} cases[] = {
    {"the first map alone without cascade", HEAD("no") MAPS TAIL, "fr-FR",
     "yes 7 [.?!]|\nyes 8 |<br>\n", 0, 0},
    {"every map in order with cascade", HEAD("yes") MAPS TAIL, "fr",
     "yes 7 [.?!]|\nyes 8 |<br>\nno 4 Mr\\.|\\s\n", 0, 0},
    {"case does not matter", HEAD("no") MAPS TAIL, "FR", "yes 7 [.?!]|\nyes 8 |<br>\n", 0,
     0},
    {"a pattern means all of the tag", HEAD("no") MAPS TAIL, "nfr", "no 4 Mr\\.|\\s\n", 0,
     0},
    {"hyphen and underscore are one", HEAD("no") MAPS TAIL, "de-CH",
     "yes 7 [.?!]|\nyes 8 |<br>\n", 0, 0},
    {"no map, no rules", HEAD("no") "<maprules/>" TAIL, "en", "", 0, 0},
    {"a map within a maprule, as SRX 1.0 has it",
     HEAD("no") "<maprules><maprule maprulename=\"Default\"><languagemap "
                "languagepattern=\"en\" "
                "languagerulename=\"Default\"/></maprule></maprules>" TAIL,
     "en", "no 4 Mr\\.|\\s\n", 0, 0},
    {"a map to no rules",
     HEAD("no") "<maprules>\n<languagemap languagepattern=\".*\" languagerulename=\"X\"/>"
                "</maprules>" TAIL,
     "en", NULL, 96, 11},
    {"no maps", HEAD("no") TAIL, "en", NULL, 95, 1},
    {"not SRX", "<tmx/>", "en", NULL, 95, 1},
    {"not XML", "<srx>\n<body>\n</srx>", "en", NULL, 94, 3},
    {"empty", "", "en", NULL, 94, 1},
    {"a map without pattern", HEAD("no") "<maprules>\n<languagemap/></maprules>" TAIL,
     "en", NULL, 95, 11},
    {"a pattern that is none",
     HEAD("no") "<maprules>\n<languagemap languagepattern=\"(\" "
                "languagerulename=\"Default\"/></maprules>" TAIL,
     "en", NULL, 4, 11},
    {"entities of its own",
     "<!DOCTYPE srx [<!ENTITY a \"x\"><!ENTITY b "
     "\"&a;&a;\">]><srx><body>&b;</body></srx>",
     "en", NULL, 94, 1},
    {"not UTF-8", "<srx>\n<body>\xe9</body></srx>", "en", NULL, 52, 2},
};

static void test_srx(void **state)
{
    const struct srx_case *row = *state;
    const char *path = scratch_file(cq_str_from(row->file));
    cq_arena arena = {0};
    cq_tmx_srx_rule *rules;
    cq_buf shown = {0};
    cq_error err = {0};
    cq_lang lang;
    size_t len;
    cq_status status;

    assert_int_equal(cq_lang_parse(cq_str_from(row->lang), &lang, NULL), CQ_OK);
    status = cq_tmx_srx_read(path, &lang, &arena, &rules, &len, &err);
    if (!row->rules) {
        assert_int_equal(status, CQ_E_INPUT);
        assert_int_equal(err.number, row->number);
        assert_int_equal(err.line, row->line);
        assert_string_equal(err.file, path);
    } else {
        assert_int_equal(status, CQ_OK);
        for (size_t i = 0; i < len; i++)
            cq_buf_add_format(&shown, "%s %d %s|%s\n", rules[i].is_break ? "yes" : "no",
                              (int)rules[i].line, rules[i].before.ptr,
                              rules[i].after.ptr);
        assert_string_equal(shown.len ? shown.ptr : "", row->rules);
    }
    cq_buf_release(&shown);
    cq_arena_release(&arena);
}

static void test_short_of_memory(void **state)
{
    const char *path = scratch_file(CQ_STR(HEAD("yes") MAPS TAIL));
    cq_status status = CQ_E_NOMEM;
    cq_lang lang;

    (void)state;
    assert_int_equal(cq_lang_parse(CQ_STR("fr"), &lang, NULL), CQ_OK);
    for (uint64_t n = 1; status != CQ_OK; n++) {
        cq_arena arena = {0};
        cq_tmx_srx_rule *rules;
        size_t len;

        cq_alloc_fail_at(n);
        status = cq_tmx_srx_read(path, &lang, &arena, &rules, &len, NULL);
        cq_alloc_fail_at(0);
        assert_true(status == CQ_OK || status == CQ_E_NOMEM);
        assert_int_equal(len, status == CQ_OK ? 3 : 0);
        cq_arena_release(&arena);
    }
}

int main(void)
{
    struct CMUnitTest tests[ARRAY_LEN(cases) + 1] = {
        {.name = "short of memory", .test_func = test_short_of_memory}};
    int failed;
    size_t len = 1;

    ADD(cases, test_srx);
    failed = cmocka_run_group_tests_name("srx", tests, NULL, NULL);
    scratch_remove();
    return failed;
}
