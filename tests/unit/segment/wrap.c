/* Hard-wrapped text: over which line ends a paragraph goes on, whatever the pieces in
 * which it comes; and why sentences end. */
#include "../rows.h"
#include "helper.h"

static struct wrap_case {
    const char *name, *tag, *text, *want;
} cases[] = {
    {"lines that were full go on", "en",
     "The committee met on the fifth of May and decided that the\n"
     "report of Dr.\n"
     "Gray will be read by all members. The next meeting is in\n"
     "the town hall.\n",
     "The committee met on the fifth of May and decided that the report of Dr.|"
     "Gray will be read by all members.|The next meeting is in the town hall.|"},
    {"a title without an end mark", "en",
     "Of the Matters in Hand\n"
     "The committee met on the fifth of May and decided that the\n"
     "report will be read by all members of the board\n",
     "Of the Matters in Hand|The committee met on the fifth of May and decided that the "
     "report will be read by all members of the board|"},
    {"a short last line ends a paragraph", "en",
     "The committee met on the fifth of May and decided that the\n"
     "report will be read\n"
     "Members of the board who cannot come may send in a letter\n"
     "before that day\n",
     "The committee met on the fifth of May and decided that the report will be read|"
     "Members of the board who cannot come may send in a letter before that day|"},
    {"items of a list", "en",
     "What the members of the board have to bring on that day is\n"
     "this:\n"
     "- the report of the last meeting that was held in Geneva,\n"
     "  with its annexes\n"
     "- a pen\n"
     "1. the letter\n"
     "2. the list of members\n",
     "What the members of the board have to bring on that day is this:|"
     "- the report of the last meeting that was held in Geneva, with its annexes|- a pen|"
     "1. the letter|2. the list of members|"},
    {"a line that begins small", "en", "short line\nthat goes on\n",
     "short line that goes on|"},
    {"an address", "en", "Jane Doe\nMain Street 5\nSpringfield\n",
     "Jane Doe|Main Street 5|Springfield|"},
    {"an indented first line", "en",
     "The committee met on the fifth of May, and it has decided\n"
     "    Members of the board who cannot come may send a letter\n",
     "The committee met on the fifth of May, and it has decided|"
     "Members of the board who cannot come may send a letter|"},
    {"blank lines", "en", "one\n\ntwo\n \t\nthree", "one|two|three|"},
    {"a hyphen at the line's end", "en",
     "The members of the board must all be there for that well-\n"
     "known old story\n",
     "The members of the board must all be there for that well-known old story|"},
    {"scripts without spaces", "zh",
     "\u8be5\u59d4\u5458\u4f1a\u4e5f\u5728\u4e94\u6708\u4e94\u65e5\u5f00\u4f1a\u5e76"
     "\u51b3\u5b9a"
     "\u8be5"
     "\u62a5\u544a\u5c06\u7531\u6240\n"
     "\u6709\u6210\u5458\u9605\u8bfb\u3002\u5b8c\u3002\n",
     "\u8be5\u59d4\u5458\u4f1a\u4e5f\u5728\u4e94\u6708\u4e94\u65e5\u5f00\u4f1a\u5e76"
     "\u51b3\u5b9a"
     "\u8be5"
     "\u62a5\u544a\u5c06\u7531\u6240\u6709\u6210\u5458\u9605\u8bfb\u3002|\u5b8c\u3002|"},
    {"line ends of Windows", "en", "short line\r\nthat goes on\r\n\r\nNext\r\n",
     "short line that goes on|Next|"},
};

static void test_wrap(void **state)
{
    const struct wrap_case *c = *state;
    const size_t pieces[] = {1, 5, 100000};

    for (size_t i = 0; i < ARRAY_LEN(pieces); i++) {
        cq_buf got = {0};

        split_into(c->tag, CQ_PARAGRAPHS_UNWRAP, cq_str_from(c->text), pieces[i], &got);
        assert_string_equal(got.ptr, c->want);
        cq_buf_release(&got);
    }
}

/* ---- why ------------------------------------------------------------------------------
 */

static struct why_case {
    const char *name, *tag, *text;
    const char *want; /* of each candidate: + or -, offset, and lists with items */
} whys[] = {
    {"kinds of abbreviation", "en", "Mr. X. cf. y etc. Z",
     "-3 abbreviations/title=Mr.;-6 marks/stop=.;-10 abbreviations/never=cf.;"
     "+17 abbreviations/final=etc.;+19;"},
    {"two items decide", "en", "the U.S. It is",
     "-6 marks/stop=.;+8 abbreviations/name=U.S. starters=it;+14;"},
    {"parts of an abbreviation", "de", "etwa z. B. so",
     "-7 abbreviations/never=z.B.;-10 abbreviations/never=z.B.;+13;"},
    {"any case", "en", "MR. X", "-3 abbreviations/title=Mr.;+5;"},
    {"a month, and an ordinal", "de", "am 5. Mai, am 5. Abend",
     "-5 months=Mai;-16 ordinals=yes;+22;"},
    {"an open pair", "en", "He (so. So) is", "-7 brackets=();+14;"},
    {"words by which it goes on", "ja", "\u300c\u306f\u3002\u300d\u3068",
     "-12 followers=\u3068;+15;"},
    {"a mark of the language", "hi", "\u0915\u0964 \u0915", "+6 marks/wide=\u0964;+10;"},
    {"an elided starter", "fr", "J. Il", "-2 marks/stop=.;+5;"},
};

static void test_why(void **state)
{
    const struct why_case *c = *state;
    cq_segmenter *segmenter;
    cq_sentence sentence;
    cq_lang lang;
    cq_buf got = {0};

    assert_int_equal(cq_lang_parse(cq_str_from(c->tag), &lang, NULL), CQ_OK);
    assert_int_equal(cq_segmenter_new(&lang, &(cq_segmenter_options){.explains = true},
                                      NULL, &segmenter, NULL),
                     CQ_OK);
    assert_int_equal(cq_segmenter_feed(segmenter, cq_str_from(c->text), true, NULL),
                     CQ_OK);
    while (cq_segmenter_next(segmenter, &sentence, NULL) == CQ_OK) {
        const cq_candidate *list;
        size_t len;

        assert_int_equal(cq_segmenter_explain(segmenter, &list, &len, NULL), CQ_OK);
        for (size_t i = 0; i < len; i++) {
            assert_true(list[i].at > sentence.start && list[i].at <= sentence.end);
            cq_buf_add_format(&got, "%c%d", list[i].ends ? '+' : '-', (int)list[i].at);
            for (size_t k = 0; k < list[i].evidence_len; k++) {
                const cq_evidence *e = &list[i].evidence[k];

                assert_true(e->line > 0);
                cq_buf_add_format(&got, " %s=%.*s", e->list, (int)e->item.len,
                                  e->item.ptr);
            }
            cq_buf_add_byte(&got, ';');
        }
    }
    assert_string_equal(got.ptr, c->want);
    cq_buf_release(&got);
    cq_segmenter_close(segmenter);
}

int main(void)
{
    struct CMUnitTest tests[ARRAY_LEN(cases) + ARRAY_LEN(whys)];
    size_t len = 0;

    ADD(cases, test_wrap);
    ADD(whys, test_why);
    return _cmocka_run_group_tests("segment/wrap", tests, len, NULL, NULL);
}
