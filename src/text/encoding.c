#include "text.h"

#include <unicode/ucnv.h>
#include <unicode/ucnv_err.h>
#include <unicode/ustring.h>

#define PIVOT_LEN 1024 /* UTF-16 units */

struct cq_converter {
    UConverter *from, *to;
    UChar pivot[PIVOT_LEN]; /* between the two, kept by ucnv_convertEx() from call to call
                             */
    UChar *pivot_source, *pivot_target;
};

cq_status cq_converter_open(cq_str name, cq_converter **out, cq_error *err)
{
    cq_converter *converter = cq_zalloc(sizeof(*converter));
    char label[64];
    UErrorCode code = U_ZERO_ERROR;

    *out = NULL;
    if (!converter)
        return cq_fail(err, CQ_E_NOMEM, "no memory for a converter");
    snprintf(label, sizeof(label), "%.*s", (int)(name.len < 63 ? name.len : 63),
             name.ptr);
    converter->from = ucnv_open(label, &code);
    converter->to = ucnv_open("UTF-8", &code);
    if (U_SUCCESS(code))
        ucnv_setToUCallBack(converter->from, UCNV_TO_U_CALLBACK_STOP, NULL, NULL, NULL,
                            &code);
    if (U_SUCCESS(code))
        ucnv_setFromUCallBack(converter->to, UCNV_FROM_U_CALLBACK_STOP, NULL, NULL, NULL,
                              &code);
    if (U_FAILURE(code)) {
        cq_converter_close(converter);
        return cq_fail_number(err, CQ_E_INPUT, 3, "no encoding is called \"%s\"", label);
    }
    converter->pivot_source = converter->pivot_target = converter->pivot;
    *out = converter;
    return CQ_OK;
}

void cq_converter_close(cq_converter *converter)
{
    if (!converter)
        return;
    ucnv_close(converter->from);
    ucnv_close(converter->to);
    cq_free(converter);
}

static cq_status refused(cq_converter *converter, size_t *bad, cq_error *err)
{
    char bytes[16] = {0};
    int8_t len = (int8_t)sizeof(bytes);
    UErrorCode code = U_ZERO_ERROR;
    cq_buf shown = {.max = 64};
    cq_status status;

    ucnv_getInvalidChars(converter->from, bytes, &len, &code);
    *bad = U_SUCCESS(code) && len > 0 ? (size_t)len : 1;
    for (int8_t i = 0; i < len; i++)
        cq_buf_add_format(&shown, " %02X", (unsigned)(unsigned char)bytes[i]);
    status =
        cq_fail_number(err, CQ_E_INPUT, 4, "bytes%s are not text in %s",
                       shown.ptr ? shown.ptr : "", ucnv_getName(converter->from, &code));
    cq_buf_release(&shown);
    return status;
}

cq_status cq_converter_run(cq_converter *converter, cq_str bytes, bool is_last,
                           cq_buf *out, size_t *bad, cq_error *err)
{
    const char *source = bytes.ptr, *end = bytes.ptr + bytes.len;
    UErrorCode code;

    *bad = 0;
    do {
        char *room = cq_buf_reserve(out, bytes.len + 64);
        char *target = room;

        if (!room)
            return cq_buf_check(out, err);
        code = U_ZERO_ERROR;
        ucnv_convertEx(converter->to, converter->from, &target, room + bytes.len + 64,
                       &source, end, converter->pivot, &converter->pivot_source,
                       &converter->pivot_target, converter->pivot + PIVOT_LEN, false,
                       is_last, &code);
        out->len += (size_t)(target - room);
        out->ptr[out->len] = '\0';
    } while (code == U_BUFFER_OVERFLOW_ERROR);
    if (code == U_MEMORY_ALLOCATION_ERROR)
        return cq_fail(err, CQ_E_NOMEM, "no memory to convert a text");
    if (U_FAILURE(code))
        return refused(converter, bad, err);
    return CQ_OK;
}
