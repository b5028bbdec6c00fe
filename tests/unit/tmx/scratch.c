#include "scratch.h"

#include <dirent.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static char path[64];

const char *scratch_file(cq_str bytes)
{
    FILE *file;

    snprintf(path, sizeof(path), "/tmp/calque-test-tmx-%d", (int)getpid());
    file = fopen(path, "wb");
    assert_non_null(file);
    assert_int_equal(fwrite(bytes.ptr ? bytes.ptr : "", 1, bytes.len, file), bytes.len);
    assert_int_equal(fclose(file), 0);
    return path;
}

void scratch_remove(void)
{
    if (path[0])
        unlink(path);
}

cq_buf scratch_read(const char *name)
{
    cq_buf buf = {0};
    FILE *file = fopen(name, "rb");
    char piece[4096];
    size_t got;

    if (!file)
        return buf;
    while ((got = fread(piece, 1, sizeof(piece), file)) > 0)
        cq_buf_add(&buf, piece, got);
    fclose(file);
    cq_buf_add(&buf, "", 0);
    return buf;
}

cq_status scratch_sink(void *context, const void *bytes, size_t len, cq_error *err)
{
    cq_buf_add(context, bytes, len);
    return cq_buf_check(context, err);
}

static int by_name(const struct dirent **a, const struct dirent **b)
{
    return strcmp((*a)->d_name, (*b)->d_name);
}

size_t scratch_each(const char *folder, const char *suffix,
                    void (*each)(void *context, const char *path), void *context)
{
    struct dirent **names;
    int len = scandir(folder, &names, NULL, by_name);
    size_t count = 0;

    for (int i = 0; i < len; i++) {
        char name[1024];

        snprintf(name, sizeof(name), "%s/%s", folder, names[i]->d_name);
        if (names[i]->d_name[0] != '.' &&
            cq_str_ends(cq_str_from(name), cq_str_from(suffix))) {
            each(context, name);
            count++;
        } else if (names[i]->d_name[0] != '.') {
            count += scratch_each(name, suffix, each, context);
        }
        free(names[i]);
    }
    if (len >= 0)
        free(names);
    return count;
}

const char *scratch_shared(void)
{
    const char *given = getenv("CALQUE_SHARED");

    return given ? given : TEST_SOURCE_ROOT "/../shared";
}

const char *scratch_own(void) { return TEST_SOURCE_ROOT "/tests/data/tmx"; }
