/* Language tags: any bytes are a tag or none, and a tag answers to itself. */
#include "fuzz.h"

#include <calque/lang.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len)
{
    cq_lang lang, again;

    if (cq_lang_parse(input_of(bytes, len), &lang, NULL) != CQ_OK)
        return 0;
    assert(strlen(lang.tag) == len && (len == 0 || memcmp(lang.tag, bytes, len) == 0));
    assert(lang.group[0] != '\0');
    assert(cq_lang_match(&lang, &lang) > 0);
    assert(cq_lang_parse(cq_str_from(lang.group), &again, NULL) == CQ_OK);
    assert(strcmp(again.group, lang.group) == 0);
    (void)cq_lang_is_rtl(&lang);
    return 0;
}
