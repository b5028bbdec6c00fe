/* chars.c -- properties of single code points (UAX #44). */
#include "text.h"

#include <unicode/uchar.h>
#include <unicode/uscript.h>

static bool has_type(uint32_t code, uint32_t mask)
{
    return (U_GET_GC_MASK((UChar32)code) & mask) != 0;
}

bool cq_char_is_upper(uint32_t code)
{
    return u_hasBinaryProperty((UChar32)code, UCHAR_UPPERCASE) ||
           u_charType((UChar32)code) == U_TITLECASE_LETTER;
}

bool cq_char_is_lower(uint32_t code)
{
    return u_hasBinaryProperty((UChar32)code, UCHAR_LOWERCASE);
}

bool cq_char_is_letter(uint32_t code)
{
    return u_hasBinaryProperty((UChar32)code, UCHAR_ALPHABETIC);
}

bool cq_char_is_digit(uint32_t code) { return has_type(code, U_GC_ND_MASK); }

bool cq_char_is_space(uint32_t code)
{
    if (code < 0x80)
        return code == ' ' || (code >= '\t' && code <= '\r');
    return u_hasBinaryProperty((UChar32)code, UCHAR_WHITE_SPACE);
}

bool cq_char_is_mark(uint32_t code) { return has_type(code, U_GC_M_MASK); }

bool cq_char_is_virama(uint32_t code) { return u_getCombiningClass((UChar32)code) == 9; }

bool cq_char_is_dash(uint32_t code) { return has_type(code, U_GC_PD_MASK); }

bool cq_char_is_picture(uint32_t code)
{
    if (code == 0x200d || code == 0xfe0f) /* ZERO WIDTH JOINER, VARIATION SELECTOR-16 */
        return true;
    return code >= 0x2600 &&
           (u_hasBinaryProperty((UChar32)code, UCHAR_EXTENDED_PICTOGRAPHIC) ||
            u_hasBinaryProperty((UChar32)code, UCHAR_EMOJI_PRESENTATION) ||
            u_hasBinaryProperty((UChar32)code, UCHAR_EMOJI_MODIFIER));
}

bool cq_char_is_ideograph(uint32_t code)
{
    UErrorCode status = U_ZERO_ERROR;
    UScriptCode script;

    if (u_hasBinaryProperty((UChar32)code, UCHAR_IDEOGRAPHIC))
        return true;
    script = uscript_getScript((UChar32)code, &status);
    return script == USCRIPT_HIRAGANA || script == USCRIPT_KATAKANA ||
           u_getIntPropertyValue((UChar32)code, UCHAR_WORD_BREAK) == U_WB_KATAKANA;
}

uint32_t cq_char_to_lower(uint32_t code) { return (uint32_t)u_tolower((UChar32)code); }
