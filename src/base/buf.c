#include "base.h"

#include <string.h>

void cq_buf_release(cq_buf *buf)
{
    size_t max = buf->max;

    cq_free(buf->ptr);
    *buf = (cq_buf){.max = max};
}

void cq_buf_reset(cq_buf *buf)
{
    buf->len = 0;
    buf->failed = CQ_OK;
    if (buf->ptr)
        buf->ptr[0] = '\0';
}

char *cq_buf_reserve(cq_buf *buf, size_t len)
{
    size_t max = buf->max ? buf->max : CQ_BUF_MAX;

    if (buf->failed != CQ_OK)
        return NULL;
    if (len > max || buf->len > max - len) {
        buf->failed = CQ_E_INPUT;
        return NULL;
    }
    if (!cq_grow(&buf->ptr, &buf->capacity, buf->len + len + 1, 1)) {
        buf->failed = CQ_E_NOMEM;
        return NULL;
    }
    return buf->ptr + buf->len;
}

void cq_buf_add(cq_buf *buf, const void *bytes, size_t len)
{
    char *room = cq_buf_reserve(buf, len);

    if (!room)
        return;
    if (len)
        memcpy(room, bytes, len);
    buf->len += len;
    buf->ptr[buf->len] = '\0';
}

void cq_buf_add_str(cq_buf *buf, cq_str s) { cq_buf_add(buf, s.ptr, s.len); }

void cq_buf_add_z(cq_buf *buf, const char *z) { cq_buf_add(buf, z, strlen(z)); }

void cq_buf_add_byte(cq_buf *buf, unsigned char byte)
{
    char *room = cq_buf_reserve(buf, 1);

    if (!room)
        return;
    room[0] = (char)byte;
    room[1] = '\0';
    buf->len++;
}

void cq_buf_add_format(cq_buf *buf, const char *format, ...)
{
    va_list args, again;
    int len;
    char *room;

    va_start(args, format);
    va_copy(again, args);
    len = vsnprintf(NULL, 0, format, args);
    /* Negative for more than INT_MAX bytes: above any ceiling. */
    room = cq_buf_reserve(buf, len < 0 ? SIZE_MAX : (size_t)len);
    if (room) {
        vsnprintf(room, (size_t)len + 1, format, again);
        buf->len += (size_t)len;
    }
    va_end(again);
    va_end(args);
}

void cq_buf_add_varint(cq_buf *buf, uint64_t value)
{
    char bytes[CQ_VARINT_MAX];

    cq_buf_add(buf, bytes, cq_varint_put(bytes, value));
}

void cq_buf_cut(cq_buf *buf, size_t len)
{
    if (len >= buf->len)
        return;
    buf->len = len;
    buf->ptr[len] = '\0';
}

cq_status cq_buf_check(const cq_buf *buf, cq_error *err)
{
    if (buf->failed == CQ_E_INPUT)
        return cq_fail(err, CQ_E_INPUT, "a text is longer than the ceiling of %zu bytes",
                       buf->max ? buf->max : CQ_BUF_MAX);
    if (buf->failed != CQ_OK)
        return cq_fail(err, buf->failed, "no memory for a text of %zu bytes", buf->len);
    return CQ_OK;
}

uint64_t cq_read_varint(cq_reader *reader)
{
    uint64_t value = 0;

    for (unsigned shift = 0; !reader->failed && reader->at < reader->end; shift += 7) {
        unsigned char byte = *reader->at++;

        if (shift == 63 && byte > 1) /* the tenth byte has room for one bit */
            break;
        value |= (uint64_t)(byte & 0x7f) << shift;
        if (!(byte & 0x80))
            return value;
    }
    reader->failed = true;
    return 0;
}

cq_str cq_read_bytes(cq_reader *reader, uint64_t len)
{
    cq_str s = {(const char *)reader->at, (size_t)len};

    if (reader->failed || len > (uint64_t)(reader->end - reader->at)) {
        reader->failed = true;
        return (cq_str){0};
    }
    reader->at += len;
    return s;
}
