/* The stream around the rules: paragraphs, ranges, pieces, windows, bad bytes, short
 * memory. */
#include "segment/segment.h"

#include "../rows.h"
#include <stdlib.h>
#include <string.h>

/* All sentences of `input` as "start-end@paragraph text|", fed in pieces of `piece`
 * bytes; at the end "!line:column" when it fails. */
static void run(const char *tag, cq_paragraphs mode, cq_str input, size_t piece,
                cq_buf *out)
{
    cq_segmenter *segmenter;
    cq_sentence s;
    cq_error err = {0};
    cq_lang lang;
    size_t at = 0;

    assert_int_equal(cq_lang_parse(cq_str_from(tag), &lang, &err), CQ_OK);
    assert_int_equal(cq_segmenter_new(&lang, &(cq_segmenter_options){.paragraphs = mode},
                                      NULL, &segmenter, &err),
                     CQ_OK);
    for (bool is_last = false; !is_last;) {
        size_t len = input.len - at < piece ? input.len - at : piece;
        cq_status status;

        is_last = at + len == input.len;
        assert_int_equal(cq_segmenter_feed(segmenter, cq_str_slice(input, at, at + len),
                                           is_last, &err),
                         CQ_OK);
        at += len;
        for (;;) {
            status = cq_segmenter_next(segmenter, &s, &err);
            if (status != CQ_OK)
                break;
            cq_buf_add_format(out, "%d-%d@%d ", (int)s.start, (int)s.end,
                              (int)s.paragraph);
            cq_buf_add_str(out, s.text);
            cq_buf_add_byte(out, '|');
        }
        if (status < 0) {
            cq_buf_add_format(out, "!%d:%d", (int)err.line, (int)err.column);
            break;
        }
        assert_int_equal(status, CQ_DONE);
    }
    cq_buf_add_byte(out, '\0');
    cq_segmenter_close(segmenter);
}

static struct stream_case {
    const char *name, *tag;
    cq_paragraphs mode;
    const char *input, *want;
} cases[] = {
    {"nothing", "en", CQ_PARAGRAPHS_LINE, "", ""},
    {"two sentences", "en", CQ_PARAGRAPHS_LINE, "One. Two.", "0-4@0 One.|5-9@0 Two.|"},
    {"line ends", "en", CQ_PARAGRAPHS_LINE, "a\nb\r\nc\rd\n",
     "0-1@0 a|2-3@1 b|5-6@2 c|7-8@3 d|"},
    {"separators of Unicode", "en", CQ_PARAGRAPHS_LINE, "a\u2028b\u2029c\302\205d",
     "0-1@0 a|4-5@1 b|8-9@2 c|11-12@3 d|"},
    {"empty lines count", "en", CQ_PARAGRAPHS_LINE, "\n\na\n \nb", "2-3@2 a|6-7@4 b|"},
    {"blank lines separate", "en", CQ_PARAGRAPHS_BLANK,
     "One\ntwo.\r\n\r\nThree.\n\n\nFour", "0-8@0 One two.|12-18@1 Three.|21-25@2 Four|"},
    {"a line of spaces is blank", "en", CQ_PARAGRAPHS_BLANK, "\n a\n \t\nb\n",
     "2-3@0 a|7-8@1 b|"},
    {"a joined line end is one space", "en", CQ_PARAGRAPHS_BLANK, "a\r\nbut. Cat\u2028d",
     "0-7@0 a but.|8-15@0 Cat d|"},
    {"a byte order mark is skipped", "en", CQ_PARAGRAPHS_LINE, "\357\273\277One. Two.",
     "3-7@0 One.|8-12@0 Two.|"},
    {"a later one is text", "en", CQ_PARAGRAPHS_LINE, "a\357\273\277",
     "0-4@0 a\357\273\277|"},
    {"a bad byte after sentences", "en", CQ_PARAGRAPHS_LINE, "One. Two\nThree. F\xff.",
     "0-4@0 One.|5-8@0 Two|9-15@1 Three.|!2:9"},
    {"a bad byte alone", "en", CQ_PARAGRAPHS_LINE, "\x80", "!1:1"},
    {"cut off inside a character", "en", CQ_PARAGRAPHS_LINE, "a\n\xe2\x80",
     "0-1@0 a|!2:1"},
    {"surrogates are no text", "en", CQ_PARAGRAPHS_LINE, "\xed\xa0\x80", "!1:1"},
};

static void test_stream(void **state)
{
    const struct stream_case *c = *state;
    const size_t pieces[] = {1, 2, 3, 7, 1000};

    for (size_t i = 0; i < ARRAY_LEN(pieces); i++) {
        cq_buf out = {0};

        run(c->tag, c->mode, cq_str_from(c->input), pieces[i], &out);
        assert_string_equal(out.ptr, c->want);
        cq_buf_release(&out);
    }
}

static void test_nul(void **state)
{
    cq_buf out = {0};

    (void)state;
    run("en", CQ_PARAGRAPHS_LINE, CQ_STR("a\0b. C"), 2, &out);
    assert_memory_equal(out.ptr, "0-4@0 a\0b.|5-6@0 C|", 20);
    cq_buf_release(&out);
}

int main(void)
{
    struct CMUnitTest tests[ARRAY_LEN(cases) + 1];
    size_t len = 0;

    ADD(cases, test_stream);
    tests[len++] = (struct CMUnitTest)cmocka_unit_test(test_nul);
    return _cmocka_run_group_tests("segment/segmenter", tests, len, NULL, NULL);
}
