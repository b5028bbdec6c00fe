/* file.h -- the raw bytes of a file or of standard input, unpacked when they are gzip
 * (RFC 1952). With gzip.c the only file
 * that knows zlib. */
#ifndef CQ_TMX_FILE_H
#define CQ_TMX_FILE_H

#include "base/base.h"

typedef struct cq_file cq_file;

cq_status cq_file_open(const char *path, cq_file **file, cq_error *err);
void cq_file_close(cq_file *file);

/* Up to `room` bytes into `to`; *len 0 at the end only. CQ_E_INPUT when the file cannot
 * be read or the gzip data is damaged or cut off. */
cq_status cq_file_read(cq_file *file, char *to, size_t room, size_t *len, cq_error *err);

void cq_file_at(const cq_file *file, uint64_t *done, uint64_t *total);

#endif
