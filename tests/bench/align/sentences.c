/* sentences.c -- align two files of one sentence a line and print the beads, for
 * measuring: sentences SOURCE-LANG TARGET-LANG SOURCE TARGET [SEEDS.tsv]. How far
 * they agree, seconds and memory on stderr. */
#include "align/align.h"

#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <time.h>

typedef struct lines {
    char *bytes;
    cq_str *items;
    size_t len;
} lines;

static bool read_lines(const char *path, lines *to)
{
    FILE *file = fopen(path, "rb");
    size_t len = 0, capacity = 0;

    if (!file)
        return false;
    for (;;) {
        size_t got;
        if (!cq_grow(&to->bytes, &capacity, len + 65536, 1))
            return false;
        got = fread(to->bytes + len, 1, 65536, file);
        len += got;
        if (got == 0)
            break;
    }
    fclose(file);
    capacity = 0;
    for (char *at = to->bytes; at < to->bytes + len;) {
        char *end = memchr(at, '\n', (size_t)(to->bytes + len - at));
        if (!end)
            end = to->bytes + len;
        if (!cq_grow(&to->items, &capacity, to->len + 1, sizeof(*to->items)))
            return false;
        to->items[to->len++] = (cq_str){at, (size_t)(end - at)};
        at = end + 1;
    }
    return true;
}

static void print_side(size_t first, size_t len)
{
    putchar('[');
    for (size_t k = 0; k < len; k++)
        printf(k ? ",%zu" : "%zu", first + k);
    putchar(']');
}

static cq_seed *read_seeds(lines *seeds)
{
    cq_seed *pairs = calloc(seeds->len + 1, sizeof(*pairs));
    size_t len = 0;

    for (size_t k = 0; k < seeds->len; k++) {
        cq_str s = seeds->items[k];
        const char *tab = memchr(s.ptr, '\t', s.len);
        if (!tab)
            continue;
        pairs[len++] = (cq_seed){{s.ptr, (size_t)(tab - s.ptr)},
                                 {tab + 1, s.len - (size_t)(tab - s.ptr) - 1}};
    }
    seeds->len = len;
    return pairs;
}

int main(int argc, char **argv)
{
    lines source = {0}, target = {0}, seeds = {0};
    cq_lang languages[2];
    cq_error err = {0};
    cq_bead *beads;
    double agreement;
    size_t len;
    struct timespec start, end;
    struct rusage usage;

    if (argc < 5 || !read_lines(argv[3], &source) || !read_lines(argv[4], &target) ||
        (argc > 5 && !read_lines(argv[5], &seeds)))
        return 2;
    for (int k = 0; k < 2; k++)
        if (cq_lang_parse(cq_str_from(argv[1 + k]), &languages[k], &err) < 0)
            return 2;
    clock_gettime(CLOCK_MONOTONIC, &start);
    cq_align_request request = {
        .source = {.lang = &languages[0], .sentences = source.items, .len = source.len},
        .target = {.lang = &languages[1], .sentences = target.items, .len = target.len},
    };
    request.seeds = read_seeds(&seeds);
    request.seeds_len = seeds.len;
    if (cq_align_run(&request, &beads, &len, &agreement, &err) < 0) {
        fprintf(stderr, "%s\n", err.message);
        return 1;
    }
    clock_gettime(CLOCK_MONOTONIC, &end);
    for (size_t k = 0; k < len; k++) {
        print_side(beads[k].source, beads[k].source_len);
        putchar(':');
        print_side(beads[k].target, beads[k].target_len);
        printf(":%.3f\n", beads[k].confidence);
    }
    getrusage(RUSAGE_SELF, &usage);
    fprintf(stderr, "%zu x %zu sentences, agreement %.3f, %.3f s, %ld KB\n", source.len,
            target.len, agreement,
            (double)(end.tv_sec - start.tv_sec) +
                1e-9 * (double)(end.tv_nsec - start.tv_nsec),
            usage.ru_maxrss);
    cq_free(beads);
    cq_free(source.bytes);
    cq_free(source.items);
    cq_free(target.bytes);
    cq_free(target.items);
    return 0;
}
