/* bytes.h -- a file's bytes as checked UTF-8: opens files and standard input, unpacks
 * gzip, reads the encodings that XML may declare, and knows the line and column of
 * whatever it refuses. */
#ifndef CQ_TMX_BYTES_H
#define CQ_TMX_BYTES_H

#include "base/base.h"

typedef struct cq_bytes cq_bytes;

/* Told of what was wrong, with line and column, and what was done about it. */
typedef void (*cq_bytes_notice)(void *context, const cq_error *what, const char *done);

/* @param path    "-" for standard input; borrowed
 * @param notice  NULL to refuse what is broken; else it is mended and told: bytes that
 * are no UTF-8 are read as Windows-1252, what is no character in another encoding becomes
 * U+FFFD, characters that XML excludes are left out, a wrong or unknown declaration gives
 * way to what the bytes look like, gzip data that ends too early is a file that does */
cq_status cq_bytes_open(const char *path, cq_bytes_notice notice, void *context,
                        cq_bytes **bytes, cq_error *err);
/* The same for a file whose encoding is known, whatever it declares; NULL when it is not.
 * CQ_E_ARG when there is no encoding of that name. */
cq_status cq_bytes_open_as(const char *path, const char *encoding, cq_bytes_notice notice,
                           void *context, cq_bytes **bytes, cq_error *err);
void cq_bytes_close(cq_bytes *bytes);

/* First bytes of the text (up to some KB, decoded), without reading past them; valid
 * until the next read. */
cq_status cq_bytes_peek(cq_bytes *bytes, cq_str *start, cq_error *err);

/* The next piece of the text, valid until the next call: whole code points of valid UTF-8
 * without a byte order mark, every one a Char of XML 1.0 (section 2.2). CQ_DONE at the
 * end. CQ_E_INPUT with file, line and column, once all that stands before has been given.
 */
cq_status cq_bytes_read(cq_bytes *bytes, cq_str *piece, cq_error *err);

/* Line and column of the end of what was given, once cq_bytes_read() said CQ_DONE. */
void cq_bytes_place(const cq_bytes *bytes, uint64_t *line, uint64_t *column);

/* Bytes read so far and in all, of the file as stored; `total` 0 when unknown. */
void cq_bytes_at(const cq_bytes *bytes, uint64_t *done, uint64_t *total);

#endif
