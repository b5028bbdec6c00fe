/* Markdown and HTML as they are written, and the text that a reader sees of them, one
 * paragraph a line. Expectations: CommonMark 0.31, GFM, HTML. */
#include "../rows.h"
#include "helper.h"

static struct kind_case {
    const char *name;
    cq_document_kind kind;
    const char *bytes, *text;
} cases[] = {
#define MD CQ_DOCUMENT_MARKDOWN
    {"headings of both kinds", MD, "# One *two* #\n\nThree\n=====\n## Four\n",
     "One two\nThree\nFour\n"},
    {"lines of a paragraph are one", MD, "One\ntwo.  \nThree\\\nfour\n\nFive\n",
     "One two. Three four\nFive\n"},
    {"items are paragraphs", MD, "- one\n- two\n  three\n\n  four\n1) five\n2) six\n",
     "one\ntwo three\nfour\nfive\nsix\n"},
    {"a number in a paragraph begins no item", MD, "It was\n1986. A year.\n",
     "It was 1986. A year.\n"},
    {"tasks", MD, "- [ ] open\n- [x] done\n", "open\ndone\n"},
    {"quotations in quotations", MD, "> one\n> > two\n> three\n", "one two three\n"},
    {"emphasis goes, lone marks stay", MD,
     "*a* __b__ ***c*** ~~d~~ 2 * 3 * 4 snake_case_name a*b ~e~\n",
     "a b c d 2 * 3 * 4 snake_case_name a*b ~e~\n"},
    {"links and images", MD,
     "[a](b (c) d) [e][f] [g] [h] ![i](j) <http://k.l>\n\n[f]: /x\n[G]: /y\n",
     "a e g [h] i http://k.l\n"},
    {"code keeps its marks", MD, "`*a*` ``b ` c`` `d\n", "*a* b ` c `d\n"},
    {"escapes and entities", MD, "\\*a\\* &amp; &eacute; &#8212; &#x41; &nothing; \\q\n",
     "*a* & \u00e9 \u2014 A &nothing; \\q\n"},
    {"tags go", MD, "a <b class=\"x\">c</b><br>d 1 < 2\n", "a c d 1 < 2\n"},
    {"tables", MD, "| a | b \\| c |\n|---|:-:|\n| d | **e** |\n\nf\n",
     "a\nb | c\nd\ne\nf\n"},
    {"code by lines", MD, "```c\nint a;\n# b\n```\n\n    c = 1\n\nd\n",
     "int a;\n# b\nc = 1\nd\n"},
    {"an open fence runs to the end", MD, "~~~\na\nb\n", "a\nb\n"},
    {"front matter and comments", MD, "---\ntitle: a\n---\nb\n<!-- c\n\nd -->\ne\n",
     "b e\n"},
    {"a rule, not an item", MD, "a\n\n* * *\n\nb\n", "a\nb\n"},
    {"footnotes", MD, "a[^1].\n\n[^1]: b\n", "a.\nb\n"},
    {"terms and what they mean", MD, "a\n:   b\n    c\n", "a\nb c\n"},
    {"nothing", MD, "", ""},
#define HTML CQ_DOCUMENT_HTML
    {"blocks are paragraphs", HTML,
     "<h1>a</h1><p>b\n  c <i>d</i>e<p>f<ul><li>g<li>h</ul><table><tr><td>i<td>j</table>k",
     "a\nb c de\nf\ng\nh\ni\nj\nk\n"},
    {"one break is a space, two part", HTML, "<p>a<br>b<br> <br/>c</p>", "a b\nc\n"},
    {"what is not seen", HTML,
     "<title>a</title><style>b</style><p>c<script>d</script><del>e</del>"
     "<ruby>f<rt>g</rt></ruby><span hidden>h</span>i</p><template>j</template>",
     "cfi\n"},
    {"marks of footnotes", HTML,
     "<p>a.<a href='#b' role='doc-noteref'><sup>1</sup></a></p><p id=b>c "
     "<a href='#a' role='doc-backlink'>\u21a9</a></p>",
     "a.\nc\n"},
    {"lines of <pre>", HTML, "<pre>a  b\nc</pre>d", "a  b\nc\nd\n"},
    {"entities", HTML, "<p>a &amp; &mdash; &#233; &lt;b&gt; &nbsp;</p><p>&nbsp;</p>",
     "a & \u2014 \u00e9 <b>\n"},
    {"tags that cross", HTML, "<p><b>a<i>b</b>c</i><div>d</div>e", "abc\nd\ne\n"},
    {"XHTML", HTML,
     "<?xml version=\"1.0\"?><html><body><p>a<br/>b</p><p/>c</body></html>", "a b\nc\n"},
    {"own entities are not expanded", HTML,
     "<!DOCTYPE html [<!ENTITY a \"bomb\">]><p>x &a; y</p>", NULL},
    {"an encoding that the page declares", HTML,
     "<meta http-equiv=Content-Type content='text/html; charset=windows-1251'><p>\xe0",
     "\u0430\n"},
    {"UTF-8 without a word on it", HTML, "<p>\xc3\xa9</p>", "\u00e9\n"},
    {"no HTML at all", HTML, "a", "a\n"},
};

static void test_kind(void **state)
{
    const struct kind_case *row = *state;
    cq_document_options opts = {.kind = row->kind};
    cq_buf text = {0};
    cq_error err = {0};

    write_file(cq_str_from(row->bytes), "");
    assert_int_equal(read_document(file_path, "en", &opts, &text, NULL, &err), CQ_OK);
    if (row->text)
        assert_string_equal(text_of(&text), row->text);
    else
        assert_null(strstr(text_of(&text), "bomb"));
    cq_buf_release(&text);
}

/* Sizes and nestings that would take a careless reader for ever. */
static struct hostile_case {
    const char *name;
    cq_document_kind kind;
    const char *unit; /* repeated */
    size_t count;
    int number; /* of the error; 0: it is read */
} hostile_cases[] = {
    {"brackets", MD, "[", 1000000, 0},
    {"brackets with targets", MD, "[](", 500000, 0},
    {"emphasis", MD, "*a _b ", 300000, 0},
    {"backticks", MD, "` `` ``` ", 100000, 0},
    {"tags without an end", MD, "<a ", 500000, 0},
    {"quotations", MD, ">", 1000000, 0},
    {"items", MD, "- ", 500000, 0},
    {"entities", MD, "&a", 500000, 0},
    {"pairs of emphasis", MD, "**a** ", 200000, 0},
    {"open elements", HTML, "<div>", 600, 168},
    {"end tags of nothing", HTML, "</b>", 500000, 0},
    {"paragraphs", HTML, "<p>a", 200000, 0},
    {"attributes", HTML, "<a b='c'>d</a>", 100000, 0},
    {"breaks", HTML, "<br>", 300000, 0},
};

static void test_hostile(void **state)
{
    const struct hostile_case *row = *state;
    cq_document_options opts = {.kind = row->kind};
    cq_buf bytes = {0}, text = {0};
    cq_error err = {0};

    for (size_t i = 0; i < row->count; i++)
        cq_buf_add_z(&bytes, row->unit);
    write_file(cq_buf_str(&bytes), "");
    assert_int_equal(read_document(file_path, "en", &opts, &text, NULL, &err),
                     row->number ? CQ_E_INPUT : CQ_OK);
    assert_int_equal(err.number, row->number);
    cq_buf_release(&bytes);
    cq_buf_release(&text);
}

static int teardown(void **state)
{
    (void)state;
    remove_file();
    return 0;
}

int main(void)
{
    struct CMUnitTest tests[ARRAY_LEN(cases) + ARRAY_LEN(hostile_cases)];
    size_t len = 0;

    ADD(cases, test_kind);
    ADD(hostile_cases, test_hostile);
    return cmocka_run_group_tests_name("document/kinds", tests, NULL, teardown);
}
