#include "base.h"

#include <errno.h>
#include <string.h>

static void record(cq_error *err, cq_status status, int number, const char *format,
                   va_list args)
{
    if (!err || err->status != CQ_OK)
        return;
    err->status = status;
    err->number = number;
    vsnprintf(err->message, sizeof(err->message), format, args);
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

void cq_fail_at(cq_error *err, const char *file, uint64_t line, uint64_t column)
{
    if (!err)
        return;
    if (file && err->file[0] == '\0')
        snprintf(err->file, sizeof(err->file), "%s", file);
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
