#include "tmx.h"

#include <zlib.h>

#define OUT_SIZE ((size_t)64 * 1024)

struct cq_gzip {
    cq_sink to;
    z_stream z;
    unsigned char out[OUT_SIZE];
};

static void *allocate(void *opaque, uInt items, uInt size)
{
    (void)opaque;
    return cq_zalloc((size_t)items * size);
}

static void release(void *opaque, void *ptr)
{
    (void)opaque;
    cq_free(ptr);
}

cq_status cq_gzip_open(cq_sink to, cq_gzip **out, cq_error *err)
{
    cq_gzip *gzip = cq_zalloc(sizeof(*gzip));

    *out = NULL;
    if (!gzip)
        return cq_fail(err, CQ_E_NOMEM, "no memory to compress a file");
    gzip->to = to;
    gzip->z.zalloc = allocate;
    gzip->z.zfree = release;
    /* 15 bits of window, and 16 for a gzip header, which bears no name and no time: the
     * same units are the same bytes. */
    if (deflateInit2(&gzip->z, Z_DEFAULT_COMPRESSION, Z_DEFLATED, 15 + 16, 8,
                     Z_DEFAULT_STRATEGY) != Z_OK) {
        cq_free(gzip);
        return cq_fail(err, CQ_E_NOMEM, "no memory to compress a file");
    }
    *out = gzip;
    return CQ_OK;
}

static cq_status deflate_on(cq_gzip *gzip, int flush, cq_error *err)
{
    int result;

    do {
        cq_status status = CQ_OK;

        gzip->z.next_out = gzip->out;
        gzip->z.avail_out = OUT_SIZE;
        result = deflate(&gzip->z, flush);
        if (gzip->z.avail_out < OUT_SIZE)
            status = gzip->to.write(gzip->to.context, gzip->out,
                                    OUT_SIZE - gzip->z.avail_out, err);
        if (status != CQ_OK)
            return status;
    } while (gzip->z.avail_in || (flush == Z_FINISH && result != Z_STREAM_END));
    return CQ_OK;
}

static cq_status write_gzip(void *context, const void *bytes, size_t len, cq_error *err)
{
    cq_gzip *gzip = context;
    const unsigned char *at = bytes;

    while (len) {
        uInt piece = len < OUT_SIZE ? (uInt)len : (uInt)OUT_SIZE;
        cq_status status;

        gzip->z.next_in = (unsigned char *)(uintptr_t)at; /* zlib only reads it */
        gzip->z.avail_in = piece;
        status = deflate_on(gzip, Z_NO_FLUSH, err);
        if (status != CQ_OK)
            return status;
        at += piece;
        len -= piece;
    }
    return CQ_OK;
}

cq_sink cq_gzip_sink(cq_gzip *gzip)
{
    return (cq_sink){.write = write_gzip, .context = gzip};
}

cq_status cq_gzip_close(cq_gzip *gzip, cq_error *err)
{
    cq_status status = deflate_on(gzip, Z_FINISH, err);

    cq_gzip_abandon(gzip);
    return status;
}

void cq_gzip_abandon(cq_gzip *gzip)
{
    if (!gzip)
        return;
    deflateEnd(&gzip->z);
    cq_free(gzip);
}
