#include "icu.h"

#include <unicode/ucnv.h>
#include <unicode/ucnv_err.h>

#include <string.h>

#define PIVOT_LEN 2048 /* UTF-16 units converted at a time */

struct cq_converter {
    UConverter *from;
    UChar pivot[PIVOT_LEN];
    uint16_t lead; /* half of a surrogate pair that the piece before ended in, or 0 */
};

cq_status cq_converter_open(cq_str name, cq_converter **converter, cq_error *err)
{
    char z[64];
    UErrorCode code = U_ZERO_ERROR;
    cq_converter *c;

    *converter = NULL;
    if (name.len >= sizeof(z) || memchr(name.ptr, ',', name.len))
        return cq_fail(err, CQ_E_INPUT, "no encoding has so long a name");
    memcpy(z, name.ptr, name.len);
    z[name.len] = '\0';
    c = cq_zalloc(sizeof(*c));
    if (!c)
        return cq_fail(err, CQ_E_NOMEM, "no memory for an encoding");
    c->from = ucnv_open(z, &code);
    if (U_SUCCESS(code))
        ucnv_setToUCallBack(c->from, UCNV_TO_U_CALLBACK_STOP, NULL, NULL, NULL, &code);
    if (U_FAILURE(code)) {
        cq_converter_close(c);
        if (code == U_MEMORY_ALLOCATION_ERROR)
            return cq_fail(err, CQ_E_NOMEM, "no memory for an encoding");
        return cq_fail(err, CQ_E_INPUT, "no encoding is called \"%s\"", z);
    }
    *converter = c;
    return CQ_OK;
}

void cq_converter_close(cq_converter *converter)
{
    if (!converter)
        return;
    if (converter->from)
        ucnv_close(converter->from);
    cq_free(converter);
}

/* Append UTF-16 as UTF-8; a pair may lie across two calls. */
static void put_units(cq_converter *c, size_t len, cq_buf *out)
{
    for (size_t i = 0; i < len; i++) {
        uint32_t unit = c->pivot[i];

        if (c->lead && U16_IS_TRAIL(unit)) {
            cq_text_put(out, (uint32_t)U16_GET_SUPPLEMENTARY(c->lead, unit));
            c->lead = 0;
            continue;
        }
        if (c->lead)
            cq_text_put(out, 0xfffd);
        c->lead = U16_IS_LEAD(unit) ? (uint16_t)unit : 0;
        if (!c->lead)
            cq_text_put(out, U16_IS_TRAIL(unit) ? 0xfffd : unit);
    }
}

static bool is_bad_sequence(UErrorCode code)
{
    return code == U_INVALID_CHAR_FOUND || code == U_ILLEGAL_CHAR_FOUND ||
           code == U_TRUNCATED_CHAR_FOUND || code == U_ILLEGAL_ESCAPE_SEQUENCE ||
           code == U_UNSUPPORTED_ESCAPE_SEQUENCE;
}

static void take_bad_sequence(cq_converter *c, cq_bad_bytes *bad)
{
    UErrorCode code = U_ZERO_ERROR;
    int8_t len = (int8_t)sizeof(bad->bytes);

    ucnv_getInvalidChars(c->from, (char *)bad->bytes, &len, &code);
    bad->len = U_SUCCESS(code) && len > 0 ? (size_t)len : 0;
}

cq_status cq_converter_run(cq_converter *converter, cq_str *bytes, bool is_last,
                           cq_buf *out, cq_bad_bytes *bad, cq_error *err)
{
    const char *at = bytes->ptr, *end = bytes->len ? at + bytes->len : at;
    UErrorCode code;

    do {
        UChar *to = converter->pivot;

        code = U_ZERO_ERROR;
        ucnv_toUnicode(converter->from, &to, converter->pivot + PIVOT_LEN, &at, end, NULL,
                       is_last, &code);
        put_units(converter, (size_t)(to - converter->pivot), out);
    } while (code == U_BUFFER_OVERFLOW_ERROR && out->failed == CQ_OK);
    *bytes = (cq_str){at, (size_t)(end - at)};
    if (is_bad_sequence(code)) {
        take_bad_sequence(converter, bad);
        return CQ_DONE;
    }
    if (U_FAILURE(code) && code != U_BUFFER_OVERFLOW_ERROR)
        return cq_fail_icu(err, code, "cannot convert a text");
    return cq_buf_check(out, err);
}
