#include "escape.h"

#include "text/text.h"

/* NameStartChar of XML 1.0 (production 4); with `inside` NameChar. */
static bool is_name_char(uint32_t c, bool inside)
{
    static const uint32_t starts[][2] = {
        {':', ':'},       {'A', 'Z'},       {'_', '_'},       {'a', 'z'},
        {0xc0, 0xd6},     {0xd8, 0xf6},     {0xf8, 0x2ff},    {0x370, 0x37d},
        {0x37f, 0x1fff},  {0x200c, 0x200d}, {0x2070, 0x218f}, {0x2c00, 0x2fef},
        {0x3001, 0xd7ff}, {0xf900, 0xfdcf}, {0xfdf0, 0xfffd}, {0x10000, 0xeffff},
    };

    for (size_t i = 0; i < ARRAY_LEN(starts); i++)
        if (c >= starts[i][0] && c <= starts[i][1])
            return true;
    return inside && (c == '-' || c == '.' || (c >= '0' && c <= '9') || c == 0xb7 ||
                      (c >= 0x300 && c <= 0x36f) || c == 0x203f || c == 0x2040);
}

size_t cq_xml_name_length(cq_str s)
{
    size_t at = 0, colons = 0;

    while (at < s.len) {
        size_t next = at;

        /* What stands behind a colon begins as a name does (Namespaces in XML, 4). */
        if (!is_name_char(cq_text_next(s, &next), at > 0 && s.ptr[at - 1] != ':'))
            break;
        colons += s.ptr[at] == ':';
        at = next;
    }
    if (at == 0 || at > CQ_XML_NAME_MAX || colons > 1 || s.ptr[0] == ':' ||
        s.ptr[at - 1] == ':')
        return 0;
    return at;
}

size_t cq_xml_target_length(cq_str s)
{
    size_t at = 0, next = 0;

    while (next < s.len && is_name_char(cq_text_next(s, &next), at > 0))
        at = next;
    return at;
}

bool cq_xml_is_char(uint32_t c)
{
    return c == '\t' || c == '\n' || c == '\r' || (c >= 0x20 && c < 0xd800) ||
           (c >= 0xe000 && c < 0xfffe) || (c >= 0x10000 && c <= 0x10ffff);
}

size_t cq_xml_number(cq_str s, uint32_t *code)
{
    size_t at = 2;
    bool is_hex = s.len > 2 && s.ptr[2] == 'x';
    uint64_t value = 0;
    size_t first;

    at += is_hex;
    for (first = at; at < s.len && at < first + 10; at++) {
        char c = s.ptr[at];
        int digit = c >= '0' && c <= '9'             ? c - '0'
                    : is_hex && c >= 'a' && c <= 'f' ? c - 'a' + 10
                    : is_hex && c >= 'A' && c <= 'F' ? c - 'A' + 10
                                                     : -1;
        if (digit < 0)
            break;
        value = value * (is_hex ? 16 : 10) + (unsigned)digit;
    }
    *code = value > 0x10ffff ? 0 : (uint32_t)value;
    return at > first && at < s.len && s.ptr[at] == ';' ? at + 1 : 0;
}
