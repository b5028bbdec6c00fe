#include "icu.h"

#include <unicode/ustring.h>
#include <unicode/uvernum.h>

#include <string.h>

void cq_utf16_release(cq_utf16 *text)
{
    cq_free(text->ptr);
    *text = (cq_utf16){0};
}

bool cq_utf16_room(cq_utf16 *text, size_t units)
{
    return cq_grow(&text->ptr, &text->capacity, units, sizeof(*text->ptr));
}

cq_status cq_utf16_set(cq_utf16 *text, cq_str s, cq_error *err)
{
    int32_t len = 0;
    UErrorCode code = U_ZERO_ERROR;

    if (s.len > CQ_UTF16_MAX)
        return cq_fail(err, CQ_E_ARG, "a text of %zu bytes is too long", s.len);
    /* UTF-16 never has more units than UTF-8 has bytes. */
    if (!cq_utf16_room(text, s.len + 1))
        return cq_fail(err, CQ_E_NOMEM, "no memory for a text of %zu bytes", s.len);
    u_strFromUTF8(text->ptr, (int32_t)text->capacity, &len, s.len ? s.ptr : "",
                  (int32_t)s.len, &code);
    if (U_FAILURE(code))
        return cq_fail_icu(err, code, "cannot read a text as UTF-8");
    text->len = (size_t)len;
    return CQ_OK;
}

void cq_utf16_put(const UChar *units, size_t len, cq_buf *out)
{
    for (size_t i = 0; i < len;) {
        UChar32 code = cq_utf16_next(units, len, &i);
        cq_text_put(out, (code & ~0x7ff) == 0xd800 ? 0xfffd : (uint32_t)code);
    }
}

cq_status cq_fail_icu(cq_error *err, UErrorCode code, const char *what)
{
    if (code == U_MEMORY_ALLOCATION_ERROR)
        return cq_fail(err, CQ_E_NOMEM, "%s: no memory", what);
    return cq_fail(err, CQ_E_SYSTEM, "%s: ICU says %s", what, u_errorName(code));
}

const char *cq_text_version(void) { return "ICU " U_ICU_VERSION; }
