/* helper.h -- what the tests of segment/ share. */
#ifndef TESTS_SEGMENT_HELPER_H
#define TESTS_SEGMENT_HELPER_H

#include "segment/segment.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

/* Append the sentences of a text, each with '|' after it, fed in pieces of `piece` bytes.
 */
static inline void split_into(const char *tag, cq_paragraphs mode, cq_str text,
                              size_t piece, cq_buf *out)
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
        size_t len = text.len - at < piece ? text.len - at : piece;
        cq_status status;

        is_last = at + len == text.len;
        assert_int_equal(
            cq_segmenter_feed(segmenter, cq_str_slice(text, at, at + len), is_last, &err),
            CQ_OK);
        at += len;
        while ((status = cq_segmenter_next(segmenter, &s, &err)) == CQ_OK) {
            cq_buf_add_str(out, s.text);
            cq_buf_add_byte(out, '|');
        }
        assert_int_equal(status, CQ_DONE);
    }
    cq_segmenter_close(segmenter);
}

#endif
