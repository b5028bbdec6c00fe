/* SRX: rules from any file that can be read cut a text within the limits set on them. */
#include "fuzz.h"

#include <calque/segment.h>

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len)
{
    const cq_segmenter_options opts = {.srx_path = fuzz_file(input_of(bytes, len))};
    cq_segmenter *segmenter = NULL;
    cq_sentence sentence;
    cq_lang lang;

    assert(cq_lang_parse(CQ_STR("en"), &lang, NULL) == CQ_OK);
    if (cq_segmenter_open(&lang, &opts, &segmenter, NULL) == CQ_OK) {
        cq_str text =
            CQ_STR("Mr. Smith went. \"He left,\" she said. 5.4 km e.g. this? Yes!\n");
        cq_status status = cq_segmenter_feed(segmenter, text, true, NULL);

        while (status == CQ_OK) {
            status = cq_segmenter_next(segmenter, &sentence, NULL);
            if (status == CQ_OK)
                assert(sentence.start < sentence.end && sentence.end <= text.len);
        }
    }
    cq_segmenter_close(segmenter);
    fuzz_file_remove();
    return 0;
}
