/* Locale files: any bytes are a tree or refused with their place, and a tree that can be
 * read, however odd, splits a text into ranges that are true and in order. */
#include "fuzz.h"

#include <calque/locale.h>
#include <calque/segment.h>

#include "text/text.h"

static void ignore(void *context, const cq_trial *trial)
{
    (void)context;
    assert(trial->line > 0 && trial->column > 0);
}

static void segment(const char *path, const char *tag)
{
    const cq_segmenter_options opts = {.locale_path = path};
    cq_str text =
        CQ_STR("Mr. Smith went. \"He left,\" (she said. 5.4 km e.g. this? Yes!\n");
    cq_segmenter *segmenter = NULL;
    cq_sentence sentence;
    cq_lang lang;
    uint64_t before = 0;

    assert(cq_lang_parse(cq_str_from(tag), &lang, NULL) == CQ_OK);
    if (cq_segmenter_open(&lang, &opts, &segmenter, NULL) != CQ_OK)
        return;
    assert(cq_segmenter_feed(segmenter, text, true, NULL) == CQ_OK);
    while (cq_segmenter_next(segmenter, &sentence, NULL) == CQ_OK) {
        assert(sentence.start >= before && sentence.start < sentence.end);
        assert(sentence.end <= text.len);
        before = sentence.end;
    }
    cq_segmenter_close(segmenter);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len)
{
    const char *path = fuzz_file(input_of(bytes, len));
    cq_error err = {0};

    if (cq_locale_try(path, NULL, ignore, NULL, &err) < 0)
        assert(err.status != CQ_OK && err.message[0]);
    segment(path, "en");
    segment(path, "fr");
    fuzz_file_remove();
    return 0;
}
