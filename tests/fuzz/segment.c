/* Sentences: the ranges are true and in order, and do not depend on how the bytes came.
 */
#include "fuzz.h"

#include <calque/segment.h>
#include <string.h>

/* Start, end and paragraph of every sentence, as they come. */
static cq_status segment(const char *tag, cq_paragraphs paragraphs, cq_str input,
                         size_t piece, cq_buf *ranges)
{
    const cq_segmenter_options opts = {.paragraphs = paragraphs};
    cq_segmenter *segmenter;
    cq_status status = CQ_OK;
    uint64_t before = 0;
    cq_lang lang;

    assert(cq_lang_parse(cq_str_from(tag), &lang, NULL) == CQ_OK);
    assert(cq_segmenter_open(&lang, &opts, &segmenter, NULL) == CQ_OK);
    for (size_t at = 0; status >= 0;) {
        size_t end = input.len - at > piece ? at + piece : input.len;
        bool is_last = end == input.len;
        cq_sentence s;

        status =
            cq_segmenter_feed(segmenter, cq_str_slice(input, at, end), is_last, NULL);
        for (cq_status next = CQ_OK; next == CQ_OK;) {
            next = cq_segmenter_next(segmenter, &s, NULL);
            if (next < 0)
                status = next;
            if (next != CQ_OK)
                break;
            assert(s.start >= before && s.start < s.end && s.end <= input.len);
            assert(s.text.len > 0);
            if (paragraphs == CQ_PARAGRAPHS_LINE)
                assert(cq_str_equal(s.text,
                                    cq_str_slice(input, (size_t)s.start, (size_t)s.end)));
            before = s.end;
            cq_buf_add_format(ranges, "%ju %ju %ju\n", (uintmax_t)s.start,
                              (uintmax_t)s.end, (uintmax_t)s.paragraph);
        }
        at = end;
        if (is_last)
            break;
    }
    cq_segmenter_close(segmenter);
    return status < 0 ? status : CQ_OK;
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len)
{
    static const char *const tags[] = {"en", "de", "zh", "ar", "fr", "ru", "es", "hy"};
    const char *tag = tags[len % ARRAY_LEN(tags)];
    cq_paragraphs paragraphs = (cq_paragraphs)(len % 3);
    cq_str input = input_of(bytes, len);
    cq_buf whole = {0}, pieces = {0};
    cq_status status = segment(tag, paragraphs, input, SIZE_MAX, &whole);

    assert(segment(tag, paragraphs, input, 1 + len % 7, &pieces) == status);
    assert(cq_str_equal(cq_buf_str(&whole), cq_buf_str(&pieces)));
    cq_buf_release(&whole);
    cq_buf_release(&pieces);
    return 0;
}
