/* Scores: a percentage for any two texts, the same both ways, and 100 only for the same.
 */
#include "fuzz.h"

#include "text/text.h"

#include <string.h>

static int percent_of(const char *tag, cq_str a, cq_str b)
{
    cq_explanation *explanation;
    cq_lang lang;
    int percent;

    assert(cq_lang_parse(cq_str_from(tag), &lang, NULL) == CQ_OK);
    assert(cq_explain(&lang, a, b, &explanation, NULL) == CQ_OK);
    percent = explanation->percent;
    for (size_t i = 0; i < explanation->edits_len; i++) {
        const cq_edit *edit = &explanation->edits[i];

        assert(edit->a < explanation->a_len || edit->a == CQ_NO_TOKEN);
        assert(edit->b < explanation->b_len || edit->b == CQ_NO_TOKEN);
    }
    cq_explanation_free(explanation);
    return percent;
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len)
{
    static const char *const tags[] = {"en", "zh", "ar", "tr"};
    const char *tag = tags[len % ARRAY_LEN(tags)];
    cq_buf text = {0};

    /* Two texts with a line end between them; quadratic work is not what is looked for.
     */
    if (len < 2000 && cq_text_decode(input_of(bytes, len), &text, NULL) == CQ_OK &&
        text.len > 0 && memchr(text.ptr, '\n', text.len)) {
        size_t at = (size_t)((char *)memchr(text.ptr, '\n', text.len) - text.ptr);
        cq_str a = {text.ptr, at}, b = {text.ptr + at + 1, text.len - at - 1};
        int percent = percent_of(tag, a, b);

        assert(percent >= 0 && percent <= 100);
        assert(percent == percent_of(tag, b, a));
        assert((percent == 100) == cq_text_same(a, b));
    }
    cq_buf_release(&text);
    return 0;
}
