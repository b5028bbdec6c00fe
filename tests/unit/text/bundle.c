/* The text form of resource bundles, as ICU's genrb reads it. */
#include "helper.h"

#include <string.h>

/* The tree as one line: strings in quotes, arrays in brackets, tables in braces. */
static void show(const cq_node *node, cq_buf *out)
{
    if (node->kind == CQ_NODE_STRING) {
        cq_buf_add_byte(out, '\'');
        cq_buf_add_str(out, node->text);
        cq_buf_add_byte(out, '\'');
        return;
    }
    cq_buf_add_byte(out, node->kind == CQ_NODE_TABLE ? '{' : '[');
    for (const cq_node *item = node->first; item; item = item->next) {
        if (item != node->first)
            cq_buf_add_byte(out, ' ');
        if (node->kind == CQ_NODE_TABLE) {
            cq_buf_add_str(out, item->key);
            cq_buf_add_byte(out, '=');
        }
        show(item, out);
    }
    cq_buf_add_byte(out, node->kind == CQ_NODE_TABLE ? '}' : ']');
}

static struct good_case {
    const char *name, *text, *want;
} good_cases[] = {
    {"a string", "a { b { \"c\" } }", "a={b='c'}"},
    {"a word without quotes", "a { b { c } }", "a={b='c'}"},
    {"an array", "a { b { \"c\", \"d\", } }", "a={b=['c' 'd']}"},
    {"no comma after the last", "a{b{\"c\",\"d\"}}", "a={b=['c' 'd']}"},
    {"one string with a comma is a list", "a { b { \"c\", } }", "a={b=['c']}"},
    {"empty braces", "a { b { } }", "a={b=[]}"},
    {"an empty string", "a { b { \"\" } }", "a={b=''}"},
    {"tables in tables", "a { b { c { \"d\" } e { \"f\" } } }", "a={b={c='d' e='f'}}"},
    {"a key in quotes", "a { \"b c\" { \"d\" } }", "a={b c='d'}"},
    {"lists in lists", "a { b { { \"c\", \"d\" }, { \"e\", } } }",
     "a={b=[['c' 'd'] ['e']]}"},
    {"types that say what is seen", "a:table { b:array { \"c\" } d:string { \"e\" } }",
     "a={b='c' d='e'}"},
    {"numbers", "a { b:int { 5 } c:intvector { 1, 2 } }", "a={b='5' c=['1' '2']}"},
    {"no fallback", "a:table(nofallback) { b { \"c\" } }", "a={b='c'}"},
    {"comments", "// one\na { /* two\n */ b { \"//c\" } // three\n}", "a={b='//c'}"},
    {"strings side by side are one", "a { b { \"c\" \n \"d\" } }", "a={b='cd'}"},
    {"escapes", "a { b { \"\\\"\\\\\\u00e9\\U0001f600\\x41\\ud83d\\ude00\\q\" } }",
     "a={b='\"\\\u00e9\U0001f600A\U0001f600q'}"},
    {"a line end in a string", "a { b { \"c\nd\" } }", "a={b='c\nd'}"},
    {"all scripts", "a { b { \"\u0928\u092e\", \"\u4f60\" } }",
     "a={b=['\u0928\u092e' '\u4f60']}"},
};

static void test_good(void **state)
{
    const struct good_case *c = *state;
    cq_bundle bundle;
    cq_buf out = {0};
    cq_error err = {0};

    assert_int_equal(cq_bundle_parse(cq_str_from(c->text), &bundle, &err), CQ_OK);
    cq_buf_add_str(&out, bundle.root.key);
    cq_buf_add_byte(&out, '=');
    show(&bundle.root, &out);
    assert_string_equal(out.ptr, c->want);
    cq_buf_release(&out);
    cq_bundle_release(&bundle);
}

static struct bad_case {
    const char *name, *text;
    int number;
    uint64_t line, column;
} bad_cases[] = {
    {"nothing at all", "", 6, 1, 1},
    {"only a comment", "// none\n", 6, 2, 1},
    {"no name", "{ }", 6, 1, 1},
    {"no brace after the name", "a \"b\"", 6, 1, 3},
    {"a string where a table must be", "a { \"b\" }", 6, 1, 1},
    {"the end is missing", "a { b { \"c\" }", 6, 1, 14},
    {"a list that does not end", "a {\n  b { \"c\", \"d\"", 6, 2, 15},
    {"no comma between words", "a { b { c, d e } }", 6, 1, 14},
    {"two closing braces too many", "a { b { \"c\" } } }", 6, 1, 17},
    {"a string without end", "a {\n b { \"c } }", 6, 2, 6},
    {"a comment without end", "a { /* b", 6, 1, 5},
    {"a key twice", "a {\n b { \"c\" }\n b { \"d\" }\n}", 6, 3, 2},
    {"a type that is none", "a { b:binary { 00 } }", 6, 1, 7},
    {"a type left out", "a { b: { 1 } }", 6, 1, 8},
    {"half an escape", "a { b { \"\\u00\" } }", 6, 1, 10},
    {"half a pair", "a { b { \"\\ud83d.\" } }", 6, 1, 10},
    {"beyond the last character", "a { b { \"\\U00110000\" } }", 6, 1, 10},
    {"an escape at the end", "a { b { \"\\", 6, 1, 10},
    {"braces too deep", "a{b{c{d{e{f{g{h{i{j{k{l{m{n{o{p{q{r{s{\"t\"", 7, 1, 35},
};

static void test_bad(void **state)
{
    const struct bad_case *c = *state;
    cq_bundle bundle;
    cq_error err = {0};

    assert_int_equal(cq_bundle_parse(cq_str_from(c->text), &bundle, &err), CQ_E_INPUT);
    assert_int_equal(err.number, c->number);
    assert_int_equal(err.line, c->line);
    assert_int_equal(err.column, c->column);
    assert_null(bundle.root.first);
}

static void test_places(void **state)
{
    cq_bundle bundle;
    const cq_node *node;

    (void)state;
    assert_int_equal(
        cq_bundle_parse(
            CQ_STR("fr {\n    s {\n        t { \"\u00e9\", \"b\" \"c\", }\n    }\n}\n"),
            &bundle, NULL),
        CQ_OK);
    node = cq_node_find(&bundle.root, "s/t");
    assert_non_null(node);
    assert_int_equal(node->line, 3);
    assert_int_equal(node->column, 9);
    assert_int_equal(node->len, 2);
    assert_false(node->first->is_joined);
    assert_int_equal(node->first->next->line, 3);
    assert_int_equal(node->first->next->column, 19);
    assert_true(node->first->next->is_joined);
    assert_null(cq_node_find(&bundle.root, "s/u"));
    assert_null(cq_node_find(&bundle.root, "s/t/u"));
    cq_bundle_release(&bundle);
}

/* Reading takes time in proportion: a megabyte of keys, of strings, of openers. */
static void test_large(void **state)
{
    static const char *const units[] = {"{\"v\"}\n", "{\"v\",\"w\"}", "{}"};

    (void)state;
    for (size_t u = 0; u < ARRAY_LEN(units); u++) {
        cq_bundle bundle;
        cq_buf text = {0};
        size_t count = 0;

        cq_buf_add_z(&text, "a {");
        for (; text.len < ((size_t)1 << 20); count++)
            cq_buf_add_format(&text, "k%zu%s", count, units[u]);
        cq_buf_add_z(&text, "}");
        assert_int_equal(cq_bundle_parse(cq_buf_str(&text), &bundle, NULL), CQ_OK);
        assert_int_equal(bundle.root.len, count);
        cq_bundle_release(&bundle);
        cq_buf_release(&text);
    }
}

static void test_allocation(void **state)
{
    cq_status status = CQ_E_NOMEM;

    (void)state;
    for (uint64_t nth = 1; status == CQ_E_NOMEM; nth++) {
        cq_bundle bundle;

        cq_alloc_fail_at(nth);
        status = cq_bundle_parse(CQ_STR("a { b { c { \"d\", \"e\" } } f { \"g\" } }"),
                                 &bundle, NULL);
        cq_alloc_fail_at(0);
        if (status == CQ_OK)
            assert_int_equal(bundle.root.len, 2);
        else
            assert_null(bundle.root.first);
        cq_bundle_release(&bundle);
    }
    assert_int_equal(status, CQ_OK);
}

int main(void)
{
    struct CMUnitTest tests[ARRAY_LEN(good_cases) + ARRAY_LEN(bad_cases) + 3];
    size_t len = 0;

    ADD(good_cases, test_good);
    ADD(bad_cases, test_bad);
    ADD_ONE("every string has its place", test_places);
    ADD_ONE("a large file", test_large);
    ADD_ONE("memory runs out", test_allocation);
    return _cmocka_run_group_tests("text/bundle", tests, len, NULL, NULL);
}
