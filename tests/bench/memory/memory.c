/* How fast a memory is filled, written out and asked, beside `xmllint --stream --noout`
 * over the same file and an exhaustive lookup of the same queries, in the same minute.
 *
 *   bench-memory import|export|large|lookup|add|growth [UNITS [PAIRS.tsv]]
 *
 * Units (40,000) are made by splicing pairs: those of tests/data/speech, or the first two
 * columns of a file, such as ../shared/data/books/help.py writes; 200,000 of those are
 * 60 MB. `large` takes so many and a file 36 times as large; `add` adds one unit to so
 * many and finds it; `growth` imports ten files of so many, one after the other. Times
 * are of the processor, so that other work on the machine counts little, and of the
 * clock, which tells what two threads gain. A ratio stands beside its limit. */
#include "base/base.h"

#include <calque/memory.h>

#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

typedef struct text_pairs {
    char **sources, **targets;
    size_t len;
} text_pairs;

static char folder[64];
static cq_error err;

static void must(cq_status status)
{
    if (status < 0) {
        fprintf(stderr, "bench-memory: %s\n", err.message);
        exit(3);
    }
}

static const char *path_of(const char *name)
{
    static char ring[4][128];
    static unsigned at;
    char *path = ring[at++ % 4];

    snprintf(path, sizeof(ring[0]), "%s/%s", folder, name);
    return path;
}

static double megabytes(const char *name)
{
    struct stat info;

    return stat(path_of(name), &info) == 0 ? (double)info.st_size / 1e6 : 0;
}

static double seconds(void)
{
    struct timespec now;

    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
    return (double)now.tv_sec + (double)now.tv_nsec / 1e9;
}

/* ---- the file -------------------------------------------------------------------------
 */

static void add_pair(text_pairs *pairs, char *source, char *target)
{
    pairs->sources = realloc(pairs->sources, (pairs->len + 1) * sizeof(*pairs->sources));
    pairs->targets = realloc(pairs->targets, (pairs->len + 1) * sizeof(*pairs->targets));
    pairs->sources[pairs->len] = source;
    pairs->targets[pairs->len++] = target;
}

static char *next_line(FILE *file)
{
    char *line = NULL;
    size_t room = 0;
    ssize_t len = file ? getline(&line, &room, file) : -1;

    if (len < 0) {
        free(line);
        return NULL;
    }
    line[strcspn(line, "\n")] = '\0';
    return line;
}

static void read_pairs(const char *tsv, text_pairs *pairs)
{
    FILE *source = fopen(tsv ? tsv : TEST_SOURCE_ROOT "/tests/data/speech/en.txt", "r");
    FILE *target = tsv ? NULL : fopen(TEST_SOURCE_ROOT "/tests/data/speech/fr.txt", "r");
    char *line;

    while ((line = next_line(source))) {
        char *other = tsv ? strchr(line, '\t') : next_line(target);

        if (tsv && other) {
            *other++ = '\0';
            other[strcspn(other, "\t")] = '\0';
        }
        if (other)
            add_pair(pairs, line, other);
    }
    if (pairs->len == 0) {
        fprintf(stderr, "bench-memory: no pairs to splice\n");
        exit(2);
    }
}

static unsigned rnd(unsigned below)
{
    static uint64_t state = 7;

    state = state * UINT64_C(6364136223846793005) + 1442695040888963407u;
    return (unsigned)(state >> 33) % below;
}

static const char *space_after(const char *text, size_t at)
{
    const char *space = strchr(text + at, ' ');

    return space ? space : text + strlen(text);
}

static void put_escaped(FILE *file, const char *text, size_t len)
{
    for (size_t i = 0; i < len; i++)
        if (text[i] == '&' || text[i] == '<')
            fputs(text[i] == '&' ? "&amp;" : "&lt;", file);
        else
            fputc(text[i], file);
}

/* Some words of one text and some of another. */
static void put_spliced(FILE *file, char **texts, size_t a, size_t b)
{
    const char *head = texts[a], *tail = texts[b];
    const char *cut = space_after(head, rnd((unsigned)strlen(head) + 1) / 2);
    const char *rest = space_after(tail, rnd((unsigned)strlen(tail) + 1) / 2);
    size_t len = strlen(rest);

    put_escaped(file, head, (size_t)(cut - head));
    /* Long paragraphs would make long units. */
    put_escaped(file, rest, len > 90 ? (size_t)(space_after(rest, 80) - rest) : len);
}

static void make_file(const text_pairs *pairs, unsigned units)
{
    FILE *file = fopen(path_of("bench.tmx"), "w");

    if (!file)
        exit(3);
    fputs("<?xml version=\"1.0\"?>\n<tmx version=\"1.4\"><header creationtool=\"b\" "
          "creationtoolversion=\"1\" segtype=\"sentence\" o-tmf=\"b\" adminlang=\"en\" "
          "srclang=\"en\" datatype=\"plaintext\"/>\n<body>\n",
          file);
    for (unsigned i = 0; i < units; i++) {
        size_t a = rnd((unsigned)pairs->len), b = rnd((unsigned)pairs->len);

        fprintf(file,
                "<tu tuid=\"%u\" creationdate=\"202%u0%u1%uT120000Z\" "
                "creationid=\"ANNA\"><tuv xml:lang=\"en\"><seg>",
                i, rnd(6), 1 + rnd(9), rnd(9));
        put_spliced(file, pairs->sources, a, b);
        fputs("</seg></tuv><tuv xml:lang=\"fr\"><seg>", file);
        put_spliced(file, pairs->targets, a, b);
        fputs("</seg></tuv></tu>\n", file);
    }
    fputs("</body></tmx>\n", file);
    fclose(file);
}

/* ---- measuring ------------------------------------------------------------------------
 */

typedef struct spent {
    double seconds, clock; /* of all processors, and of the clock */
    double megabytes;      /* resident */
    bool is_done;
} spent;

/* Run in a process of its own, so that its memory can be told. */
static spent measure(void (*run)(void))
{
    struct rusage used;
    struct timespec begin, end;
    int status;
    pid_t child;

    fflush(stdout);
    clock_gettime(CLOCK_MONOTONIC, &begin);
    child = fork();
    if (child == 0) {
        run();
        fflush(stdout);
        _exit(0);
    }
    if (child < 0 || wait4(child, &status, 0, &used) != child)
        exit(3);
    clock_gettime(CLOCK_MONOTONIC, &end);
    return (spent){
        (double)used.ru_utime.tv_sec + (double)used.ru_stime.tv_sec +
            (double)(used.ru_utime.tv_usec + used.ru_stime.tv_usec) / 1e6,
        (double)(end.tv_sec - begin.tv_sec) + (double)(end.tv_nsec - begin.tv_nsec) / 1e9,
        (double)used.ru_maxrss / 1e3, WIFEXITED(status) && WEXITSTATUS(status) == 0};
}

static void run_xmllint(void)
{
    execlp("xmllint", "xmllint", "--stream", "--noout", path_of("bench.tmx"),
           (char *)NULL);
    _exit(127);
}

/* The program itself, as people run it. */
static void run_import(void)
{
    if (!freopen("/dev/null", "w", stdout))
        _exit(3);
    execl(CALQUE, CALQUE, "-m", path_of("bench.calque"), "import", path_of("bench.tmx"),
          (char *)NULL);
    _exit(127);
}

static void run_export(void)
{
    execl(CALQUE, CALQUE, "-m", path_of("bench.calque"), "export", "-o",
          path_of("out.tmx"), (char *)NULL);
    _exit(127);
}

static void run_first_import(void)
{
    unlink(path_of("bench.calque"));
    run_import();
}

/* The quickest of some runs, since other work only ever makes one slower. */
static spent quickest(void (*run)(void))
{
    spent best = measure(run);

    for (unsigned i = 1; i < 5; i++) {
        spent next = measure(run);

        if (next.clock < best.clock)
            best = next;
    }
    return best;
}

static void print_cost(const char *what, spent cost, spent reference)
{
    printf("%-16s %6.2f s, %6.2f by the clock  %5.0f MB resident", what, cost.seconds,
           cost.clock, cost.megabytes);
    if (reference.is_done)
        printf("  %5.2f times xmllint, %.2f by the clock",
               cost.seconds / reference.seconds, cost.clock / reference.clock);
    printf("\n");
}

/* A ratio that shall not be above a limit. */
static void print_ratio(const char *what, double ratio, double limit)
{
    printf("  %-40s %5.2f, at most %.1f%s\n", what, ratio, limit,
           ratio <= limit ? "" : ": MISSED");
}

static void bench_import(void)
{
    spent reference = quickest(run_xmllint), first = quickest(run_first_import);
    double size = megabytes("bench.calque");
    spent again = quickest(run_import);

    printf("file             %6.1f MB, memory %.1f MB (%.2f times)\n",
           megabytes("bench.tmx"), size, size / megabytes("bench.tmx"));
    print_cost("xmllint", reference, reference);
    print_cost("import", first, reference);
    print_cost("import again", again, reference);
    print_ratio("import by xmllint, on the clock", first.clock / reference.clock, 5);
    print_ratio("import again by import, on the clock", again.clock / first.clock, 1);
    print_ratio("memory after it by memory", megabytes("bench.calque") / size, 1);
    print_ratio("memory by file", size / megabytes("bench.tmx"), 1.5);
}

static void bench_export(void)
{
    spent reference, cost;

    measure(run_import);
    reference = quickest(run_xmllint);
    cost = quickest(run_export);
    print_cost("xmllint", reference, reference);
    print_cost("export", cost, reference);
    print_ratio("export by xmllint, on the clock", cost.clock / reference.clock, 2);
}

#define LARGE 36u /* 2 GB to 60 MB */

static void bench_large(const text_pairs *pairs, unsigned units)
{
    static const char *const what[] = {"import", "export"};
    spent costs[2][2]; /* of the file, and of the large one; import and export */
    double sizes[2];

    for (unsigned i = 0; i < 2; i++) {
        unlink(path_of("bench.calque"));
        make_file(pairs, i ? units * LARGE : units);
        sizes[i] = megabytes("bench.tmx");
        printf("file             %6.1f MB\n", sizes[i]);
        costs[i][0] = measure(run_import);
        costs[i][1] = measure(run_export);
        for (unsigned k = 0; k < 2; k++)
            print_cost(what[k], costs[i][k], (spent){0});
    }
    for (unsigned k = 0; k < 2; k++) {
        spent small = costs[0][k], large = costs[1][k];

        printf("%s of the large file by that of the small one\n", what[k]);
        print_ratio("seconds a megabyte, on the clock",
                    large.clock / sizes[1] / (small.clock / sizes[0]), 1.3);
        print_ratio("megabytes resident", large.megabytes / small.megabytes, 1);
    }
}

/* ---- asking ---------------------------------------------------------------------------
 */

#define QUERIES 300u
#define SCANS   10u

static int compare_times(const void *a, const void *b)
{
    double left = *(const double *)a, right = *(const double *)b;

    return left < right ? -1 : left > right;
}

static double ask(cq_memory *memory, const char *query, bool exhaustive)
{
    cq_lookup_options opts = {.exhaustive = exhaustive};
    cq_lang en, fr;
    double begin;
    cq_hits *hits;

    must(cq_lang_parse(CQ_STR("en"), &en, &err));
    must(cq_lang_parse(CQ_STR("fr"), &fr, &err));
    begin = seconds();
    must(cq_memory_lookup(memory, cq_str_from(query), &en, &fr, &opts, &hits, &err));
    cq_hits_free(hits);
    return seconds() - begin;
}

static void make_query(const text_pairs *pairs, char *query, size_t room)
{
    FILE *file = fmemopen(query, room, "w");

    put_spliced(file, pairs->sources, rnd((unsigned)pairs->len),
                rnd((unsigned)pairs->len));
    fputc('\0', file);
    fclose(file);
    query[room - 1] = '\0';
}

static void bench_lookup(const text_pairs *pairs)
{
    static double times[QUERIES], scans[SCANS];
    cq_memory *memory;
    double first;

    measure(run_import);
    must(cq_memory_open(path_of("bench.calque"), CQ_MEMORY_READ, &memory, &err));
    for (unsigned i = 0; i < QUERIES; i++) {
        char query[4096] = "";

        make_query(pairs, query, sizeof(query));
        times[i] = ask(memory, query, false);
        if (i < SCANS)
            scans[i] = ask(memory, query, true);
    }
    first = times[0];
    qsort(times, QUERIES, sizeof(*times), compare_times);
    qsort(scans, SCANS, sizeof(*scans), compare_times);
    printf("lookup           first %.2f ms, median %.3f, 95th of 100 %.2f, worst %.2f\n",
           first * 1e3, times[QUERIES / 2] * 1e3, times[QUERIES * 95 / 100] * 1e3,
           times[QUERIES - 1] * 1e3);
    printf("exhaustive       median %.1f ms: %.0f times as long\n",
           scans[SCANS / 2] * 1e3, scans[SCANS / 2] / times[QUERIES / 2]);
    cq_memory_close(memory);
}

/* ---- growing --------------------------------------------------------------------------
 */

#define FILES 10u

static void bench_growth(const text_pairs *pairs, unsigned units)
{
    spent costs[FILES];

    for (unsigned i = 0; i < FILES; i++) {
        char what[32];

        make_file(pairs, units);
        costs[i] = measure(run_import);
        snprintf(what, sizeof(what), "file %u", i + 1);
        print_cost(what, costs[i], (spent){0});
    }
    print_ratio("last file by first, of the processor",
                costs[FILES - 1].seconds / costs[0].seconds, 1.3);
    print_ratio("last file by first, on the clock",
                costs[FILES - 1].clock / costs[0].clock, 1.3);
}

static const char added[] = "Nobody ever wrote just this sentence before today.";

static void run_add(void)
{
    FILE *file = fopen(path_of("one.tsv"), "w");
    cq_lang en, fr;
    cq_import_options opts = {.source = &en, .target = &fr};
    cq_import_report report;
    cq_memory *memory;
    cq_hits *hits;

    fprintf(file, "%s\tVoila.\n", added);
    fclose(file);
    must(cq_lang_parse(CQ_STR("en"), &en, &err));
    must(cq_lang_parse(CQ_STR("fr"), &fr, &err));
    must(cq_memory_open(path_of("bench.calque"), CQ_MEMORY_WRITE, &memory, &err));
    must(cq_memory_import(memory, path_of("one.tsv"), &opts, &report, &err));
    must(cq_memory_lookup(memory, cq_str_from(added), &en, &fr, NULL, &hits, &err));
    if (hits->len == 0 || hits->items[0].percent != 100)
        exit(1);
    cq_hits_free(hits);
    cq_memory_close(memory);
}

static void run_find(void)
{
    cq_memory *memory;

    must(cq_memory_open(path_of("bench.calque"), CQ_MEMORY_READ, &memory, &err));
    ask(memory, added, false);
    cq_memory_close(memory);
}

static void bench_add(void)
{
    spent cost;

    measure(run_import);
    cost = measure(run_add);
    printf("add and find     %.1f ms, %.1f by the clock%s\n", cost.seconds * 1e3,
           cost.clock * 1e3, cost.is_done ? "" : ": NOT FOUND");
    cost = measure(run_find);
    printf("first answer     %.1f ms, %.1f by the clock, %.0f MB resident\n",
           cost.seconds * 1e3, cost.clock * 1e3, cost.megabytes);
}

int main(int argc, char **argv)
{
    text_pairs pairs = {0};
    unsigned units = argc > 2 ? (unsigned)atoi(argv[2]) : 40000;
    char command[128];

    if (argc < 2)
        return 2;
    strcpy(folder, "/tmp/calque-bench-XXXXXX");
    if (!mkdtemp(folder))
        return 3;
    read_pairs(argc > 3 ? argv[3] : NULL, &pairs);
    make_file(&pairs, units);
    if (strcmp(argv[1], "import") == 0)
        bench_import();
    else if (strcmp(argv[1], "growth") == 0)
        bench_growth(&pairs, units);
    else if (strcmp(argv[1], "large") == 0)
        bench_large(&pairs, units);
    else if (strcmp(argv[1], "add") == 0)
        bench_add();
    else if (strcmp(argv[1], "export") == 0)
        bench_export();
    else
        bench_lookup(&pairs);
    snprintf(command, sizeof(command), "rm -rf '%s'", folder);
    return system(command);
}
