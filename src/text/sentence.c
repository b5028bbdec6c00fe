/* sentence.c -- ICU's sentence iterator over UTF-8. */
#include "icu.h"

#include <unicode/ubrk.h>
#include <unicode/uset.h>
#include <unicode/utext.h>

struct cq_breaks {
    UBreakIterator *iterator;
};

cq_status cq_breaks_open(const cq_lang *lang, cq_breaks **breaks, cq_error *err)
{
    UErrorCode code = U_ZERO_ERROR;
    cq_breaks *made;

    *breaks = NULL;
    made = cq_zalloc(sizeof(*made));
    if (!made)
        return cq_fail(err, CQ_E_NOMEM, "no memory for a sentence iterator");
    made->iterator = ubrk_open(UBRK_SENTENCE, lang->locale, NULL, 0, &code);
    if (U_FAILURE(code)) {
        cq_free(made);
        return cq_fail_icu(err, code, "cannot open ICU's sentence iterator");
    }
    *breaks = made;
    return CQ_OK;
}

void cq_breaks_close(cq_breaks *breaks)
{
    if (!breaks)
        return;
    ubrk_close(breaks->iterator);
    cq_free(breaks);
}

static void collect(UBreakIterator *iterator, size_t len, cq_buf *ends)
{
    size_t last = 0;

    ubrk_first(iterator);
    for (int32_t at = ubrk_next(iterator); at != UBRK_DONE; at = ubrk_next(iterator)) {
        last = (size_t)at;
        cq_buf_add(ends, &last, sizeof(last));
    }
    if (last != len)
        cq_buf_add(ends, &len, sizeof(len));
}

cq_status cq_breaks_run(cq_breaks *breaks, cq_str text, cq_buf *ends, cq_error *err)
{
    UText utext = UTEXT_INITIALIZER;
    UErrorCode code = U_ZERO_ERROR;

    if (text.len == 0)
        return CQ_OK;
    if (text.len > INT32_MAX)
        return cq_fail(err, CQ_E_ARG, "a paragraph of %zu bytes is too long", text.len);
    utext_openUTF8(&utext, text.ptr, (int64_t)text.len, &code);
    ubrk_setUText(breaks->iterator, &utext, &code);
    if (U_SUCCESS(code))
        collect(breaks->iterator, text.len, ends);
    utext_close(&utext);
    if (U_FAILURE(code))
        return cq_fail_icu(err, code, "cannot find sentences");
    return cq_buf_check(ends, err);
}

static void add_range(const USet *set, int32_t nth, cq_buf *codes, UErrorCode *code)
{
    UChar32 first, last;

    if (uset_getItem(set, nth, &first, &last, NULL, 0, code) != 0)
        return;
    for (uint32_t mark = (uint32_t)first; mark <= (uint32_t)last; mark++)
        cq_buf_add(codes, &mark, sizeof(mark));
}

cq_status cq_breaks_marks(cq_buf *codes, cq_error *err)
{
    /* ATerm, Sep, CR and LF of UAX #29; the property of UAX #44 has all of STerm. */
    static const UChar32 others[] = {'.',  0x2024, 0xfe52, 0xff0e, '\n',
                                     '\r', 0x85,   0x2028, 0x2029};
    UErrorCode code = U_ZERO_ERROR;
    USet *set = uset_openEmpty();

    if (!set)
        return cq_fail(err, CQ_E_NOMEM, "no memory for the end marks");
    uset_applyIntPropertyValue(set, UCHAR_S_TERM, 1, &code);
    for (size_t i = 0; i < ARRAY_LEN(others); i++)
        uset_add(set, others[i]);
    for (int32_t i = 0; U_SUCCESS(code) && i < uset_getItemCount(set); i++)
        add_range(set, i, codes, &code);
    uset_close(set);
    if (U_FAILURE(code))
        return cq_fail_icu(err, code, "cannot list the end marks");
    return cq_buf_check(codes, err);
}
