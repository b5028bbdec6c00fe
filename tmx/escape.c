#include "escape.h"

#include <string.h>

/* Where a byte cannot stand as it is. */
enum { TEXT = 1, VALUE = 2, BOTH = 3 };

static const unsigned char special[256] = {
    [0x00] = BOTH,  [0x01] = BOTH, [0x02] = BOTH, [0x03] = BOTH, [0x04] = BOTH,
    [0x05] = BOTH,  [0x06] = BOTH, [0x07] = BOTH, [0x08] = BOTH, ['\t'] = VALUE,
    ['\n'] = VALUE, [0x0b] = BOTH, [0x0c] = BOTH, ['\r'] = BOTH, [0x0e] = BOTH,
    [0x0f] = BOTH,  [0x10] = BOTH, [0x11] = BOTH, [0x12] = BOTH, [0x13] = BOTH,
    [0x14] = BOTH,  [0x15] = BOTH, [0x16] = BOTH, [0x17] = BOTH, [0x18] = BOTH,
    [0x19] = BOTH,  [0x1a] = BOTH, [0x1b] = BOTH, [0x1c] = BOTH, [0x1d] = BOTH,
    [0x1e] = BOTH,  [0x1f] = BOTH, ['&'] = BOTH,  ['<'] = BOTH,  ['>'] = BOTH,
    ['"'] = VALUE,  [0xef] = BOTH,
};

#define REPLACEMENT "\xef\xbf\xbd" /* U+FFFD */

/* U+FFFE and U+FFFF are the only characters beyond ASCII that XML excludes. */
static bool is_noncharacter(const char *at, const char *end)
{
    return end - at >= 3 && (unsigned char)at[1] == 0xbf && (unsigned char)at[2] >= 0xbe;
}

/* Write the special character at `at`; how many bytes it took. Adds to `lost` when XML
 * cannot hold it. */
static size_t put_special(cq_buf *out, const char *at, const char *end, size_t *lost)
{
    switch ((unsigned char)*at) {
    case '&':
        cq_buf_add_z(out, "&amp;");
        return 1;
    case '<':
        cq_buf_add_z(out, "&lt;");
        return 1;
    case '>':
        cq_buf_add_z(out, "&gt;");
        return 1;
    case '"':
        cq_buf_add_z(out, "&quot;");
        return 1;
    case '\t':
    case '\n':
    case '\r':
        cq_buf_add_format(out, "&#%d;", *at);
        return 1;
    case 0xef:
        if (!is_noncharacter(at, end)) {
            cq_buf_add_byte(out, 0xef);
            return 1;
        }
        cq_buf_add_z(out, REPLACEMENT);
        (*lost)++;
        return 3;
    default:
        cq_buf_add_z(out, REPLACEMENT);
        (*lost)++;
        return 1;
    }
}

/* How many characters could not be written. */
static size_t escape(cq_buf *out, cq_str s, unsigned where)
{
    size_t lost = 0;
    const char *at = s.ptr, *end = s.len ? at + s.len : at, *from = at;

    while (at < end) {
        if (!(special[(unsigned char)*at] & where)) {
            at++;
            continue;
        }
        cq_buf_add(out, from, (size_t)(at - from));
        if (where == VALUE && *at == '&' && end - at > 1 && at[1] == CQ_REFERENCE) {
            cq_buf_add_byte(out, '&');
            at += 2;
        } else {
            at += put_special(out, at, end, &lost);
        }
        from = at;
    }
    if (at > from)
        cq_buf_add(out, from, (size_t)(at - from));
    return lost;
}

size_t cq_xml_text(cq_buf *out, cq_str s) { return escape(out, s, TEXT); }

void cq_xml_attr_value(cq_buf *out, cq_str value)
{
    cq_buf_add(out, "=\"", 2);
    escape(out, value, VALUE);
    cq_buf_add_byte(out, '"');
}

void cq_xml_attrs(cq_buf *out, const cq_attr *attrs, size_t len)
{
    for (size_t i = 0; i < len; i++) {
        cq_buf_add_byte(out, ' ');
        cq_buf_add_str(out, attrs[i].name);
        cq_xml_attr_value(out, attrs[i].value);
    }
}

cq_status cq_tmx_flush(cq_buf *out, cq_sink sink, size_t at, cq_error *err)
{
    cq_status status = cq_buf_check(out, err);

    if (status != CQ_OK || out->len < at || out->len == 0)
        return status;
    status = sink.write(sink.context, out->ptr, out->len, err);
    cq_buf_reset(out);
    return status;
}
