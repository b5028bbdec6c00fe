#include "escape.h"

#include <string.h>

/* How each byte is written: NULL as it is. In attributes `"` and white space are too. */
static const char *reference(unsigned char c, bool in_attribute)
{
    switch (c) {
    case '&':
        return "&amp;";
    case '<':
        return "&lt;";
    case '>':
        return "&gt;";
    case '\r':
        return "&#13;";
    case '"':
        return in_attribute ? "&quot;" : NULL;
    case '\t':
        return in_attribute ? "&#9;" : NULL;
    case '\n':
        return in_attribute ? "&#10;" : NULL;
    default:
        return NULL;
    }
}

static void escape(cq_buf *out, cq_str s, bool in_attribute)
{
    size_t plain = 0; /* where the run that needs no escape began */

    for (size_t i = 0; i < s.len; i++) {
        unsigned char c = (unsigned char)s.ptr[i];
        const char *written = c > '>' ? NULL : reference(c, in_attribute);

        if (!written)
            continue;
        cq_buf_add(out, s.ptr + plain, i - plain);
        cq_buf_add_z(out, written);
        plain = i + 1;
    }
    cq_buf_add(out, s.ptr + plain, s.len - plain);
}

void cq_xml_text(cq_buf *out, cq_str s)
{
    if (s.len)
        escape(out, s, false);
}

void cq_xml_attrs(cq_buf *out, const cq_attr *attrs, size_t len)
{
    for (size_t i = 0; i < len; i++) {
        cq_buf_add_byte(out, ' ');
        cq_buf_add_str(out, attrs[i].name);
        cq_buf_add_z(out, "=\"");
        if (attrs[i].value.len)
            escape(out, attrs[i].value, true);
        cq_buf_add_byte(out, '"');
    }
}
