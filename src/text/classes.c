/* classes.c -- what the scanner knows of each code point (UAX #29, UAX #14, UAX #44). */
#include "scan.h"

#include <unicode/uchar.h>
#include <unicode/uscript.h>

/* Scripts written without spaces between words: ideographs, Kana, and those that line
 * breaking calls complex (Thai, Lao, Khmer, Burmese and their neighbours). */
static bool is_unspaced(UChar32 code, int32_t word_break)
{
    UErrorCode status = U_ZERO_ERROR;
    UScriptCode script;

    if (u_hasBinaryProperty(code, UCHAR_IDEOGRAPHIC) || word_break == U_WB_KATAKANA ||
        u_getIntPropertyValue(code, UCHAR_LINE_BREAK) == U_LB_COMPLEX_CONTEXT)
        return true;
    script = uscript_getScript(code, &status);
    return (script == USCRIPT_HIRAGANA || script == USCRIPT_KATAKANA ||
            script == USCRIPT_BOPOMOFO || script == USCRIPT_YI) &&
           u_hasBinaryProperty(code, UCHAR_ALPHABETIC);
}

/* ZERO WIDTH SPACE parts Khmer words and is White_Space no more; it goes with what is
 * before it, as other format characters do. */
static bool is_attached(UChar32 code, int32_t word_break)
{
    return code == 0x200b || word_break == U_WB_EXTEND || word_break == U_WB_ZWJ ||
           word_break == U_WB_FORMAT ||
           u_getIntPropertyValue(code, UCHAR_GRAPHEME_CLUSTER_BREAK) ==
               U_GCB_SPACING_MARK;
}

static bool is_colon(UChar32 code)
{
    return code == ':' || code == 0xfe13 || code == 0xfe55 || code == 0xff1a;
}

static cq_char_class class_by_word_break(UChar32 code, int32_t word_break)
{
    switch (word_break) {
    case U_WB_HEBREW_LETTER:
        return CQ_CH_HEBREW;
    case U_WB_ALETTER:
        return CQ_CH_LETTER;
    case U_WB_EXTENDNUMLET:
        return U_GET_GC_MASK(code) & U_GC_Z_MASK ? CQ_CH_SPACE : CQ_CH_JOINER;
    case U_WB_MIDLETTER:
        return is_colon(code) ? CQ_CH_PUNCTUATION : CQ_CH_MIDDLE;
    case U_WB_SINGLE_QUOTE:
        return CQ_CH_APOSTROPHE;
    case U_WB_REGIONAL_INDICATOR:
        return CQ_CH_FLAG;
    default:
        break;
    }
    if (U_GET_GC_MASK(code) & U_GC_P_MASK)
        return CQ_CH_PUNCTUATION;
    if (u_hasBinaryProperty(code, UCHAR_EXTENDED_PICTOGRAPHIC))
        return CQ_CH_PICTOGRAPH;
    return u_hasBinaryProperty(code, UCHAR_ALPHABETIC) ? CQ_CH_LETTER : CQ_CH_SYMBOL;
}

static cq_char_class find_class(UChar32 code)
{
    int32_t word_break = u_getIntPropertyValue(code, UCHAR_WORD_BREAK);

    if (u_hasBinaryProperty(code, UCHAR_WHITE_SPACE))
        return CQ_CH_SPACE;
    if (is_attached(code, word_break))
        return CQ_CH_MARK;
    if (U_GET_GC_MASK(code) & U_GC_ND_MASK)
        return CQ_CH_DIGIT;
    if (is_unspaced(code, word_break))
        return CQ_CH_CHARACTER;
    if (code == 0x2019) /* MidNumLet, and the apostrophe that is printed */
        return CQ_CH_APOSTROPHE;
    return class_by_word_break(code, word_break);
}

const uint8_t *cq_classes_page(cq_classes *classes, uint32_t page)
{
    uint8_t *made = cq_alloc(256);

    if (!made) {
        classes->failed = true;
        return NULL;
    }
    for (uint32_t i = 0; i < 256; i++)
        made[i] = (uint8_t)find_class((UChar32)(page << 8 | i));
    classes->pages[page] = made;
    return made;
}

void cq_classes_release(cq_classes *classes)
{
    for (size_t i = 0; i < CQ_PAGES; i++) {
        cq_free(classes->pages[i]);
        classes->pages[i] = NULL;
    }
}
