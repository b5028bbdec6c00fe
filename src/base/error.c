#include "base.h"

#include <errno.h>
#include <string.h>

static bool is_control(char c) { return (unsigned char)c < ' ' || c == 0x7f; }

/* Whether UTF-8 may be cut before `c`: it does not continue a character. */
static bool starts_char(char c) { return ((unsigned char)c & 0xc0) != 0x80; }

/* One line, whatever values went into it; `len` is what it would be with room for all. */
static void tidy(char *message, size_t size, size_t len)
{
    if (len >= size) {
        size_t end = size - sizeof("...");

        while (end > 0 && !starts_char(message[end]))
            end--;
        memcpy(message + end, "...", sizeof("..."));
    }
    for (char *c = message; *c; c++)
        if (is_control(*c))
            *c = '?';
}

CQ_PRINTF(4, 0)
static void record(cq_error *err, cq_status status, int number, const char *format,
                   va_list args)
{
    int len;

    if (!err || err->status != CQ_OK)
        return;
    err->status = status;
    err->number = number;
    len = vsnprintf(err->message, sizeof(err->message), format, args);
    tidy(err->message, sizeof(err->message), len < 0 ? 0 : (size_t)len);
}

cq_status cq_fail(cq_error *err, cq_status status, const char *format, ...)
{
    va_list args;

    va_start(args, format);
    record(err, status, 0, format, args);
    va_end(args);
    return status;
}

cq_status cq_fail_number(cq_error *err, cq_status status, int number, const char *format,
                         ...)
{
    va_list args;

    va_start(args, format);
    record(err, status, number, format, args);
    va_end(args);
    return status;
}

static void copy_path(char *to, size_t size, const char *path)
{
    size_t len = strlen(path);

    if (len < size) {
        memcpy(to, path, len + 1);
        return;
    }
    path += len - (size - sizeof("..."));
    while (!starts_char(*path))
        path++;
    snprintf(to, size, "...%s", path);
}

void cq_fail_at(cq_error *err, const char *file, uint64_t line, uint64_t column)
{
    if (!err)
        return;
    if (file && err->file[0] == '\0')
        copy_path(err->file, sizeof(err->file), file);
    if (err->line == 0) {
        err->line = line;
        err->column = column;
    }
}

cq_status cq_fail_errno(cq_error *err, cq_status status, int number, const char *what,
                        const char *file)
{
    int cause = errno;

    cq_fail_number(err, status, number, "%s: %s", what, strerror(cause));
    cq_fail_at(err, file, 0, 0);
    return status;
}
