/* What a typed text offers to a rendering: marks come out and go in again at their
 * places, and a number is written like any other, or refused. */
#include "fuzz.h"

#include "text/text.h"
#include "unit/mark.h"

#include <string.h>

static void check_marks(cq_str typed)
{
    cq_marks marks = {0};
    cq_buf plain = {0}, again = {0};

    assert(cq_marks_read(typed, &plain, &marks, NULL) == CQ_OK);
    cq_marks_write(cq_buf_str(&plain), &marks, &again);
    assert(cq_str_equal(cq_buf_str(&again), typed));
    assert(cq_marks_alike(marks.items, marks.items, marks.len));
    cq_marks_release(&marks);
    cq_buf_release(&plain);
    cq_buf_release(&again);
}

static void check_number(cq_str number, cq_str like)
{
    static const char *const tags[] = {"en", "de-CH", "ar", "hi", "es"};
    cq_lang from, to;
    cq_buf out = {0};
    cq_status status;

    assert(cq_lang_parse(cq_str_from(tags[number.len % 5]), &from, NULL) == CQ_OK);
    assert(cq_lang_parse(cq_str_from(tags[like.len % 5]), &to, NULL) == CQ_OK);
    status = cq_number_rewrite(&from, number, &to, like, &out, NULL);
    assert(status == CQ_OK || status == CQ_DONE);
    assert(cq_text_valid(cq_buf_str(&out)) == out.len);
    cq_buf_release(&out);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len)
{
    cq_buf text = {0};

    if (len < 10000 && cq_text_decode(input_of(bytes, len), &text, NULL) == CQ_OK &&
        text.len > 0) {
        const char *end = memchr(text.ptr, '\n', text.len);
        size_t at = end ? (size_t)(end - text.ptr) : text.len;

        check_marks(cq_buf_str(&text));
        if (end)
            check_number(cq_str_slice(cq_buf_str(&text), 0, at),
                         cq_str_slice(cq_buf_str(&text), at + 1, text.len));
    }
    cq_buf_release(&text);
    return 0;
}
