/* The first byte says what the rest is read as; whatever it is, the text that comes out
 * is valid UTF-8. */
#include "fuzz.h"

#include "document/document.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len)
{
    static const char *const encodings[] = {NULL, "windows-1251", "Shift_JIS", "UTF-16"};
    cq_document_options opts = {0};
    cq_document *document;
    cq_lang lang;
    cq_str piece;

    if (len == 0 || cq_lang_parse(CQ_STR("ru"), &lang, NULL) != CQ_OK)
        return 0;
    opts.kind = (cq_document_kind)(bytes[0] % (CQ_DOCUMENT_ODT + 1));
    opts.encoding = encodings[bytes[0] / 8 % ARRAY_LEN(encodings)];
    if (cq_document_open(fuzz_file(input_of(bytes + 1, len - 1)), &lang, &opts, &document,
                         NULL) == CQ_OK) {
        while (cq_document_next(document, &piece, NULL) == CQ_OK)
            assert(piece.len > 0 && cq_text_valid(piece) == piece.len);
        cq_document_close(document);
    }
    fuzz_file_remove();
    return 0;
}
