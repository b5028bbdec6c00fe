/* concordance.c -- how long a search for a phrase takes in an open memory.
 *
 * usage: bench-concordance MEMORY SOURCE TARGET [--words|--fuzzy|--inflected] PHRASE...
 *
 * Each phrase is sought as the command does it, for the first 20 hits with their
 * renderings marked, in milliseconds of the process's own time: the first time, and the
 * median of the six that follow. */
#include "base/base.h"

#include <calque/memory.h>

#include <stdlib.h>
#include <string.h>
#include <time.h>

#define RUNS 7

static cq_error err;

static void must(cq_status status)
{
    if (status < 0) {
        fprintf(stderr, "bench-concordance: %s\n", err.message);
        exit(3);
    }
}

static double milliseconds(void)
{
    struct timespec now;

    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
    return (double)now.tv_sec * 1e3 + (double)now.tv_nsec / 1e6;
}

static int compare_times(const void *a, const void *b)
{
    double left = *(const double *)a, right = *(const double *)b;

    return left < right ? -1 : left > right;
}

static cq_status count(void *context, const cq_concordance_hit *hit)
{
    size_t *hits = context;

    (void)hit;
    ++*hits;
    return CQ_OK;
}

static void measure(cq_memory *memory, const cq_lang *from, const cq_lang *to,
                    const cq_concordance_options *opts, const char *phrase)
{
    double times[RUNS];
    size_t hits = 0;

    for (size_t i = 0; i < RUNS; i++) {
        double begin = milliseconds();

        hits = 0;
        must(cq_memory_concordance(memory, cq_str_from(phrase), from, to, opts, count,
                                   &hits, &err));
        times[i] = milliseconds() - begin;
    }
    qsort(times + 1, RUNS - 1, sizeof(*times), compare_times);
    printf("%-32s %3zu hits, first %8.2f ms, median %8.2f\n", phrase, hits, times[0],
           times[RUNS / 2]);
}

int main(int argc, char **argv)
{
    cq_concordance_options opts = {.max_hits = 20, .renderings = true};
    cq_memory *memory;
    cq_lang from, to;

    if (argc < 5)
        return 2;
    must(cq_lang_parse(cq_str_from(argv[2]), &from, &err));
    must(cq_lang_parse(cq_str_from(argv[3]), &to, &err));
    must(cq_memory_open(argv[1], CQ_MEMORY_READ, &memory, &err));
    for (int i = 4; i < argc; i++) {
        if (strcmp(argv[i], "--words") == 0)
            opts.words = true;
        else if (strcmp(argv[i], "--fuzzy") == 0)
            opts.fuzzy = true;
        else if (strcmp(argv[i], "--inflected") == 0)
            opts.inflected = true;
        else
            measure(memory, &from, &to, &opts, argv[i]);
    }
    cq_memory_close(memory);
    return 0;
}
