/* bytes_parts.h -- a file's bytes on their way to UTF-8, shared by bytes.c (the stream,
 * and what no text may hold) and encoding.c (which encoding the file is in). */
#ifndef CQ_TMX_BYTES_PARTS_H
#define CQ_TMX_BYTES_PARTS_H

#include "bytes.h"
#include "file.h"
#include "text/text.h"

#define CQ_BYTES_RAW ((size_t)32 * 1024)

struct cq_bytes {
    const char *path; /* borrowed */
    cq_file *file;
    cq_converter *converter;     /* NULL: the file is UTF-8 */
    char encoding[64];           /* its name */
    char looks[CQ_ENCODING_MAX]; /* what the first bytes look like when they are not what
                                    they should be; "" when that is not clear */
    cq_bytes_notice notice;      /* NULL: strict */
    void *context;
    uint64_t line, column; /* of what the next piece begins with, 1-based */
    bool is_end, is_peeked;
    bool after_error; /* the good bytes before an error are out, next comes `late` */
    cq_error late;
    size_t held; /* bytes at the start of raw: a code point that was cut */
    cq_buf text; /* the current piece */
    char raw[CQ_BYTES_RAW];
};

/* ---- encoding.c -----------------------------------------------------------------------
 */

/* Choose by the first `len` bytes, in `raw`: what they show and what they declare. A
 * declaration that cannot be true is refused, or with --repair told and passed over.
 * @param mark  0; set to the bytes of a byte order mark, which is no text */
cq_status cq_encoding_choose(cq_bytes *bytes, size_t len, size_t *mark, cq_error *err);
/* The same when the caller knows it. CQ_E_ARG when there is none of that name. */
cq_status cq_encoding_take(cq_bytes *bytes, cq_str name, size_t len, size_t *mark,
                           cq_error *err);

#endif
