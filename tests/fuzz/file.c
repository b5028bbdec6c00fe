#include "fuzz.h"

#include <stdlib.h>
#include <unistd.h>

static char path[64];

const char *fuzz_file(cq_str input)
{
    ssize_t written;
    int file;

    snprintf(path, sizeof(path), "/tmp/calque-fuzz-XXXXXX");
    file = mkstemp(path);
    if (file < 0)
        abort();
    written = write(file, input.ptr, input.len);
    if (written < 0 || (size_t)written != input.len)
        abort();
    close(file);
    return path;
}

void fuzz_file_remove(void) { unlink(path); }
