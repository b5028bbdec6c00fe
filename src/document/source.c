/* source.c -- the bytes of a file or of standard input, as they come. */
#include "parts.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#define PIECE     ((size_t)64 * 1024) /* bytes read at once */
#define HEAD_LEN  1024                /* bytes in which HTML says its encoding */
#define START_LEN 8                   /* bytes that tell what kind of file it is */

struct cq_source {
    int file;
    bool is_end;
    char *bytes; /* PIECE of them */
    size_t len;  /* peeked at and not yet given */
};

cq_status cq_source_open(const char *path, cq_source **source, cq_error *err)
{
    bool is_stdin = strcmp(path, "-") == 0;
    cq_source *s = cq_zalloc(sizeof(*s));

    *source = NULL;
    if (!s)
        return cq_fail(err, CQ_E_NOMEM, "no memory to read a file");
    s->file = is_stdin ? STDIN_FILENO : open(path, O_RDONLY | O_CLOEXEC);
    s->bytes = cq_alloc(PIECE);
    if (!s->bytes || s->file < 0) {
        cq_status status =
            s->bytes
                ? cq_fail_errno(err, CQ_E_INPUT, ERR_OPEN, "cannot open the file", path)
                : cq_fail(err, CQ_E_NOMEM, "no memory to read a file");

        cq_source_close(s);
        return status;
    }
    *source = s;
    return CQ_OK;
}

void cq_source_close(cq_source *source)
{
    if (!source)
        return;
    if (source->file > STDIN_FILENO)
        close(source->file);
    cq_free(source->bytes);
    cq_free(source);
}

/* Read once, after what is there already. */
static cq_status read_more(cq_source *source, cq_error *err)
{
    ssize_t got;

    do
        got = read(source->file, source->bytes + source->len, PIECE - source->len);
    while (got < 0 && errno == EINTR);
    if (got < 0)
        return cq_fail_errno(err, CQ_E_INPUT, ERR_OPEN, "cannot read the file", NULL);
    source->is_end = got == 0;
    source->len += (size_t)got;
    return CQ_OK;
}

cq_status cq_source_next(cq_source *source, cq_str *piece, cq_error *err)
{
    if (source->len == 0 && !source->is_end) {
        cq_status status = read_more(source, err);

        if (status != CQ_OK)
            return status;
    }
    *piece = (cq_str){source->bytes, source->len};
    source->len = 0;
    return piece->len > 0 ? CQ_OK : CQ_DONE;
}

/* Whether bytes could be the start of a zip file or of an old office file: only
 * then more are waited for, since someone may be typing. */
static bool may_be_packed(cq_str start)
{
    static const cq_str marks[] = {{"PK\x03\x04", 4}, {"\xd0\xcf\x11\xe0", 4}};

    for (size_t i = 0; i < ARRAY_LEN(marks); i++)
        if (cq_str_starts(start, marks[i]) || cq_str_starts(marks[i], start))
            return true;
    return false;
}

cq_status cq_source_peek(cq_source *source, cq_str *start, cq_error *err)
{
    while (source->len < START_LEN && !source->is_end) {
        cq_status status = read_more(source, err);

        if (status != CQ_OK)
            return status;
        if (!may_be_packed((cq_str){source->bytes, source->len}))
            break;
    }
    *start = (cq_str){source->bytes, source->len};
    return CQ_OK;
}

cq_status cq_source_head(cq_source *source, cq_buf *start, cq_error *err)
{
    while (source->len < HEAD_LEN && !source->is_end) {
        cq_status status = read_more(source, err);

        if (status != CQ_OK)
            return status;
    }
    cq_buf_add(start, source->bytes, source->len);
    return cq_buf_check(start, err);
}

cq_status cq_source_rest(cq_source *source, cq_buf *bytes, cq_error *err)
{
    cq_str piece;
    cq_status status;

    while ((status = cq_source_next(source, &piece, err)) == CQ_OK) {
        cq_buf_add_str(bytes, piece);
        if (bytes->failed == CQ_E_INPUT)
            return cq_fail_number(err, CQ_E_INPUT, ERR_TOO_LARGE,
                                  "the file is larger than %zu MB", bytes->max >> 20);
        if (bytes->failed != CQ_OK)
            break;
    }
    return status < 0 ? status : cq_buf_check(bytes, err);
}
