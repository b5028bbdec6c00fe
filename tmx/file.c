#include "file.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include <zlib.h>

#define RAW_SIZE ((size_t)64 * 1024)

struct cq_file {
    const char *path; /* as the user calls it, borrowed */
    int fd;
    bool is_gzip, is_end;
    bool in_member;       /* of gzip: between a member's first byte and its last */
    uint64_t done, total; /* bytes of the file as stored */
    z_stream zip;
    size_t start, end; /* what is left in raw */
    unsigned char raw[RAW_SIZE];
};

/* Fill raw[] again; start == end afterwards means the end of the file. */
static cq_status fill(cq_file *file, cq_error *err)
{
    ssize_t got;

    do
        got = read(file->fd, file->raw, sizeof(file->raw));
    while (got < 0 && errno == EINTR);
    if (got < 0)
        return cq_fail_errno(err, CQ_E_INPUT, 50, "cannot read", file->path);
    file->start = 0;
    file->end = (size_t)got;
    file->done += (uint64_t)got;
    return CQ_OK;
}

static void *zip_alloc(void *context, uInt items, uInt size)
{
    (void)context;
    return cq_alloc((size_t)items * size);
}

static void zip_free(void *context, void *ptr)
{
    (void)context;
    cq_free(ptr);
}

cq_status cq_file_open(const char *path, cq_file **out, cq_error *err)
{
    cq_status status = CQ_OK;
    cq_file *file = cq_zalloc(sizeof(*file));
    struct stat info;

    *out = NULL;
    if (!file)
        return cq_fail(err, CQ_E_NOMEM, "no memory to read a file");
    file->path = path;
    file->fd = strcmp(path, "-") == 0 ? STDIN_FILENO : open(path, O_RDONLY | O_CLOEXEC);
    if (file->fd < 0) {
        status = cq_fail_errno(err, CQ_E_INPUT, 50, "cannot open", path);
        goto out;
    }
    if (fstat(file->fd, &info) == 0 && S_ISREG(info.st_mode))
        file->total = (uint64_t)info.st_size;
    status = fill(file, err);
    if (status != CQ_OK)
        goto out;
    if (file->end >= 4 && memcmp(file->raw, "PK\3\4", 4) == 0) {
        status =
            cq_fail_number(err, CQ_E_INPUT, 57,
                           "this is a zip file; unpack it, then import what is in it");
        cq_fail_at(err, path, 1, 1);
        goto out;
    }
    if (file->end >= 2 && file->raw[0] == 0x1f && file->raw[1] == 0x8b) {
        file->zip.zalloc = zip_alloc;
        file->zip.zfree = zip_free;
        if (inflateInit2(&file->zip, 15 + 16) !=
            Z_OK) { /* 16: a gzip header, nothing else */
            status = cq_fail(err, CQ_E_NOMEM, "no memory to unpack a file");
            goto out;
        }
        file->is_gzip = true;
    }
    *out = file;
    return CQ_OK;

out:
    cq_file_close(file);
    return status;
}

void cq_file_close(cq_file *file)
{
    if (!file)
        return;
    if (file->is_gzip)
        inflateEnd(&file->zip);
    if (file->fd > STDIN_FILENO)
        close(file->fd);
    cq_free(file);
}

static cq_status damaged(const cq_file *file, const char *how, cq_error *err)
{
    cq_fail_number(err, CQ_E_INPUT, 51, "the gzip data %s", how);
    cq_fail_at(err, file->path, 0, 0);
    return CQ_E_INPUT;
}

/* One step of unpacking; *len may be 0 without an end. */
static cq_status unpack(cq_file *file, char *to, size_t room, size_t *len, cq_error *err)
{
    int result;

    file->zip.next_in = file->raw + file->start;
    file->zip.avail_in = (uInt)(file->end - file->start);
    file->zip.next_out = (unsigned char *)to;
    file->zip.avail_out = (uInt)(room < RAW_SIZE ? room : RAW_SIZE);
    *len = file->zip.avail_out;
    file->in_member = true;
    result = inflate(&file->zip, Z_NO_FLUSH);
    *len -= file->zip.avail_out;
    file->start = file->end - file->zip.avail_in;
    if (result == Z_STREAM_END) { /* members may follow each other (RFC 1952, 2.2) */
        file->in_member = false;
        inflateReset(&file->zip);
        return CQ_OK;
    }
    if (result == Z_OK || result == Z_BUF_ERROR)
        return CQ_OK;
    return damaged(file, "is damaged", err);
}

cq_status cq_file_read(cq_file *file, char *to, size_t room, size_t *len, cq_error *err)
{
    cq_status status = CQ_OK;

    *len = 0;
    while (*len == 0 && status == CQ_OK) {
        if (file->start == file->end && !file->is_end) {
            status = fill(file, err);
            file->is_end = file->start == file->end;
        }
        if (status != CQ_OK)
            return status;
        if (file->is_end && !file->in_member)
            return CQ_OK;
        if (file->is_gzip) {
            status = unpack(file, to, room, len, err);
            /* With no input left what was held back may still come out, but nothing else.
             */
            if (file->is_end && *len == 0 && file->in_member && status == CQ_OK)
                return damaged(file, "ends too early", err);
        } else {
            *len = file->end - file->start < room ? file->end - file->start : room;
            memcpy(to, file->raw + file->start, *len);
            file->start += *len;
        }
    }
    return status;
}

void cq_file_at(const cq_file *file, uint64_t *done, uint64_t *total)
{
    *done = file->done - (file->end - file->start);
    *total = file->total;
}
