/* Text: what the border lets in can be folded, normalized and cut into tokens. */
#include "fuzz.h"

#include "text/text.h"

#include <string.h>

static void check_fold(cq_str text)
{
    cq_buf folded = {0}, map = {0}, again = {0};
    size_t before = 0;

    assert(cq_text_fold(text, &folded, &map, NULL) == CQ_OK);
    assert(map.len == (folded.len + 1) * sizeof(size_t));
    for (size_t i = 0; i <= folded.len; i++) {
        size_t at;

        memcpy(&at, map.ptr + i * sizeof(at), sizeof(at));
        assert(at >= before && at <= text.len);
        before = at;
    }
    assert(cq_text_fold(cq_buf_str(&folded), &again, NULL, NULL) == CQ_OK);
    cq_buf_release(&folded);
    cq_buf_release(&map);
    cq_buf_release(&again);
}

static void check_nfc(cq_str text)
{
    cq_buf once = {0}, twice = {0};

    assert(cq_text_nfc(text, &once, NULL) == CQ_OK);
    assert(cq_text_nfc(cq_buf_str(&once), &twice, NULL) == CQ_OK);
    assert(cq_str_equal(cq_buf_str(&once), cq_buf_str(&twice)));
    assert(cq_text_same(text, cq_buf_str(&once)));
    cq_buf_release(&once);
    cq_buf_release(&twice);
}

static void check_tokens(const char *tag, cq_str text)
{
    cq_analyzer *analyzer;
    cq_tokens tokens = {0};
    cq_lang lang;
    size_t before = 0;

    assert(cq_lang_parse(cq_str_from(tag), &lang, NULL) == CQ_OK);
    assert(cq_analyzer_open(&lang, &analyzer, NULL) == CQ_OK);
    assert(cq_analyzer_run(analyzer, text, &tokens, NULL) == CQ_OK);
    for (size_t i = 0; i < tokens.len; i++) {
        const cq_token *token = &tokens.items[i];

        assert(token->start >= before && token->start < token->end);
        assert(token->end <= text.len);
        before = token->end;
    }
    cq_tokens_release(&tokens);
    cq_analyzer_close(analyzer);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len)
{
    static const char *const tags[] = {"en", "tr", "zh", "ar", "th", "sw"};
    cq_buf text = {0};

    if (cq_text_decode(input_of(bytes, len), &text, NULL) == CQ_OK) {
        check_fold(cq_buf_str(&text));
        check_nfc(cq_buf_str(&text));
        check_tokens(tags[len % ARRAY_LEN(tags)], cq_buf_str(&text));
    }
    cq_buf_release(&text);
    return 0;
}
