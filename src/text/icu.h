/* icu.h -- between UTF-8 and ICU's UTF-16; for the files of src/text alone. */
#ifndef CQ_TEXT_ICU_H
#define CQ_TEXT_ICU_H

#include "text.h"

#include <unicode/utf16.h>
#include <unicode/utypes.h>

/* A growing UTF-16 string. {0} is empty; contents are kept until the next write. */
typedef struct cq_utf16 {
    UChar *ptr;
    size_t len, capacity; /* code units */
} cq_utf16;

/* The most bytes that a text may have to be turned into UTF-16, whose lengths ICU counts
 * in 32 bits; the result of a normal form may be 18 times as long. */
#define CQ_UTF16_MAX ((size_t)INT32_MAX / 20)

void cq_utf16_release(cq_utf16 *text);

/* Room for `units` in all; false when memory is short. */
bool cq_utf16_room(cq_utf16 *text, size_t units);

/* Set to a valid UTF-8 text; CQ_E_ARG when it is longer than CQ_UTF16_MAX. */
cq_status cq_utf16_set(cq_utf16 *text, cq_str s, cq_error *err);

/* Read one code point at *at and step over it; a lone surrogate is itself. */
static inline UChar32 cq_utf16_next(const UChar *units, size_t len, size_t *at)
{
    UChar32 code = units[(*at)++];

    if ((code & 0xfc00) == 0xd800 && *at < len && (units[*at] & 0xfc00) == 0xdc00)
        code = 0x10000 + ((code - 0xd800) << 10) + (units[(*at)++] - 0xdc00);
    return code;
}

/* Append UTF-16 as UTF-8; a lone surrogate becomes U+FFFD. */
void cq_utf16_put(const UChar *units, size_t len, cq_buf *out);

/* A failure of ICU: CQ_E_NOMEM for want of memory, else CQ_E_SYSTEM (its data files). */
cq_status cq_fail_icu(cq_error *err, UErrorCode code, const char *what);

/* ---- normal forms (fold.c) ------------------------------------------------------------
 */

typedef enum cq_form {
    CQ_FORM_NFC,
    CQ_FORM_NFKC_CASEFOLD, /* also drops default ignorables */
} cq_form;

/* Normalise `from` into `to`, in linear time: after CQ_MARKS_MAX marks without a base the
 * text is cut as by UAX #15, "Stream-Safe Text Format", since sorting longer runs is
 * quadratic. */
cq_status cq_utf16_normalize(const cq_utf16 *from, cq_form form, cq_utf16 *to,
                             cq_error *err);
#define CQ_MARKS_MAX 30

#endif
