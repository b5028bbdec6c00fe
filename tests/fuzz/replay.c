/* replay.c -- run a fuzz target over every file of the folders that are named. */
#include "fuzz.h"

#include <dirent.h>

static bool replay_file(const char *path)
{
    FILE *file = fopen(path, "rb");
    cq_buf bytes = {0};
    char piece[4096];
    size_t len;
    bool is_read;

    if (!file)
        return false;
    for (len = fread(piece, 1, sizeof(piece), file); len > 0;
         len = fread(piece, 1, sizeof(piece), file))
        cq_buf_add(&bytes, piece, len);
    is_read = !ferror(file) && cq_buf_check(&bytes, NULL) == CQ_OK;
    fclose(file);
    if (is_read) {
        fprintf(stderr, "%s\n", path);
        LLVMFuzzerTestOneInput((const uint8_t *)bytes.ptr, bytes.len);
    }
    cq_buf_release(&bytes);
    return is_read;
}

int main(int argc, char **argv)
{
    size_t count = 0;

    LLVMFuzzerTestOneInput((const uint8_t *)"", 0);
    for (int i = 1; i < argc; i++) {
        DIR *folder = opendir(argv[i]);

        if (!folder) {
            fprintf(stderr, "no folder %s\n", argv[i]);
            return 1;
        }
        for (struct dirent *entry = readdir(folder); entry; entry = readdir(folder)) {
            char path[4096];

            if (entry->d_name[0] == '.')
                continue;
            snprintf(path, sizeof(path), "%s/%s", argv[i], entry->d_name);
            if (!replay_file(path)) {
                fprintf(stderr, "cannot read %s\n", path);
                return 1;
            }
            count++;
        }
        closedir(folder);
    }
    fprintf(stderr, "%zu inputs\n", count);
    return count > 0 ? 0 : 1;
}
