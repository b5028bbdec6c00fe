/* digest.c -- the checksums by which some tools note a neighbour. */
#include "tmx.h"

#include <md5.h>
#include <zlib.h>

void cq_tmx_md5(cq_str text, char hex[CQ_MD5_HEX])
{
    MD5_CTX context;

    MD5Init(&context);
    MD5Update(&context, (const uint8_t *)text.ptr, text.len);
    MD5End(&context, hex);
}

uint32_t cq_tmx_crc32(cq_str text)
{
    return (uint32_t)crc32_z(0, (const unsigned char *)text.ptr, text.len);
}
