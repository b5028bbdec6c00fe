/* columns.c -- what people see as one character, and how wide a terminal shows it. */
#include "icu.h"

#include <unicode/uchar.h>

/* Joining behaviour, of UAX #29's Grapheme_Cluster_Break. */
static int32_t break_of(uint32_t code)
{
    return u_getIntPropertyValue((UChar32)code, UCHAR_GRAPHEME_CLUSTER_BREAK);
}

static bool is_pictograph(uint32_t code)
{
    return u_hasBinaryProperty((UChar32)code, UCHAR_EXTENDED_PICTOGRAPHIC);
}

static bool is_control(int32_t value)
{
    return value == U_GCB_CONTROL || value == U_GCB_CR || value == U_GCB_LF;
}

/* Hangul syllables of jamo: GB6 to GB8. */
static bool is_one_syllable(int32_t before, int32_t after)
{
    switch (before) {
    case U_GCB_L:
        return after == U_GCB_L || after == U_GCB_V || after == U_GCB_LV ||
               after == U_GCB_LVT;
    case U_GCB_LV:
    case U_GCB_V:
        return after == U_GCB_V || after == U_GCB_T;
    case U_GCB_LVT:
    case U_GCB_T:
        return after == U_GCB_T;
    default:
        return false;
    }
}

/* What the rules must remember of a cluster. */
typedef struct cluster {
    int32_t last;      /* break_of() the last code point */
    bool is_picture;   /* a pictograph and only Extend after it, GB11 */
    bool picture_zwj;  /* and then a ZERO WIDTH JOINER */
    bool is_half_flag; /* one regional indicator so far, GB12 */
} cluster;

static cluster open_cluster(uint32_t code)
{
    int32_t value = break_of(code);

    return (cluster){.last = value,
                     .is_picture = is_pictograph(code),
                     .is_half_flag = value == U_GCB_REGIONAL_INDICATOR};
}

/* Whether `code` belongs to the cluster; the cluster then ends with it. */
static bool joins(cluster *c, uint32_t code)
{
    int32_t value = break_of(code);
    bool is_joined;

    if (is_control(c->last) || is_control(value))
        return false; /* CR LF is the caller's */
    is_joined = is_one_syllable(c->last, value) || value == U_GCB_EXTEND ||
                value == U_GCB_ZWJ || value == U_GCB_SPACING_MARK ||
                c->last == U_GCB_PREPEND || (c->picture_zwj && is_pictograph(code)) ||
                (c->is_half_flag && value == U_GCB_REGIONAL_INDICATOR);
    if (!is_joined)
        return false;
    c->picture_zwj = c->is_picture && value == U_GCB_ZWJ;
    c->is_picture = is_pictograph(code) || (c->is_picture && value == U_GCB_EXTEND);
    c->is_half_flag =
        c->last == U_GCB_PREPEND && value == U_GCB_REGIONAL_INDICATOR && !c->is_half_flag;
    c->last = value;
    return true;
}

size_t cq_text_grapheme(cq_str text)
{
    size_t at = 0;
    uint32_t code;
    cluster c;

    if (text.len == 0)
        return 0;
    code = cq_text_next(text, &at);
    if (code < 0x80 && at < text.len && (unsigned char)text.ptr[at] < 0x80)
        return code == '\r' && text.ptr[at] == '\n' ? 2 : 1;
    c = open_cluster(code);
    while (at < text.len) {
        size_t next = at;

        if (!joins(&c, cq_text_next(text, &next)))
            break;
        at = next;
    }
    return at;
}

#define VARIATION_EMOJI 0xfe0f

/* Columns of one code point by itself. */
static size_t width_of(uint32_t code)
{
    int32_t width = u_getIntPropertyValue((UChar32)code, UCHAR_EAST_ASIAN_WIDTH);
    int8_t type = u_charType((UChar32)code);

    if (type == U_CONTROL_CHAR)
        return 1;
    if (type == U_NON_SPACING_MARK || type == U_ENCLOSING_MARK || type == U_FORMAT_CHAR)
        return code == 0xad ? 1 : 0; /* a soft hyphen is shown by terminals */
    return width == U_EA_FULLWIDTH || width == U_EA_WIDE ? 2 : 1;
}

/* Whether a code point is drawn into what is before it: jamo into their syllable, skin
 * tones and joined pictures into their emoji. */
static bool is_absorbed(uint32_t before, uint32_t code)
{
    int32_t value = break_of(code);

    return value == U_GCB_V || value == U_GCB_T ||
           (value == U_GCB_EXTEND && width_of(code) == 2) ||
           (before == 0x200d && is_pictograph(code));
}

static size_t cluster_columns(cq_str text)
{
    size_t at = 0, columns = 0;
    uint32_t before = 0;

    while (at < text.len) {
        bool is_first = at == 0;
        uint32_t code = cq_text_next(text, &at);

        if (code == VARIATION_EMOJI && columns == 1)
            columns = 2;
        else if (is_first || !is_absorbed(before, code))
            columns += width_of(code);
        before = code;
    }
    return columns;
}

size_t cq_text_columns(cq_str text)
{
    size_t columns = 0;

    while (text.len > 0) {
        size_t len = cq_text_grapheme(text);

        columns += len == 1 ? 1 : cluster_columns(cq_str_slice(text, 0, len));
        text = cq_str_slice(text, len, text.len);
    }
    return columns;
}
