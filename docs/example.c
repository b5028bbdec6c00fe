/* example.c -- libcalque in sixty lines: split a text, pair it with its translation, keep
 * the pairs, find a changed sentence again.
 *     cc example.c $(pkg-config --cflags --libs calque) && ./a.out ENGLISH FRENCH MEMORY
 */
#include <calque.h>

#include <stdio.h>
#include <string.h>

static int stop(const cq_error *err)
{
    fprintf(stderr, "%s: %s\n", err->file, err->message);
    return 1;
}

static void show(const cq_hits *hits)
{
    for (size_t i = 0; i < hits->len; i++) {
        const cq_hit *hit = &hits->items[i];
        printf("%d %%: %.*s\n      %.*s\n", hit->percent, (int)hit->source.len,
               hit->source.ptr, (int)hit->target.len, hit->target.ptr);
    }
}

int main(int argc, char **argv)
{
    const char *changed = "A warning that stops at a river is not a warning.";
    cq_error err = {0}; /* holds the first failure; nothing to release */
    cq_lang english, french;
    cq_alignment *pairs = NULL;
    cq_memory *memory = NULL;
    cq_hits *hits = NULL;
    cq_import_report report;
    cq_status status;

    status = argc == 4 ? cq_lang_parse(CQ_STR("en"), &english, &err) : CQ_E_ARG;
    if (status == CQ_OK)
        status = cq_lang_parse(CQ_STR("fr"), &french, &err);
    if (status == CQ_OK) /* sentences are cut and paired here */
        status = cq_align_files(argv[1], &english, argv[2], &french, NULL, &pairs, &err);
    if (status == CQ_OK) {
        printf("%zu and %zu sentences\n", cq_alignment_source_len(pairs),
               cq_alignment_target_len(pairs));
        status = cq_memory_open(argv[3], CQ_MEMORY_WRITE, &memory, &err);
    }
    if (status == CQ_OK)
        status = cq_alignment_store(pairs, memory, "example", &report, &err);
    if (status == CQ_OK) {
        cq_lookup_options options = {.min_percent = 50, .max_hits = 1};
        status = cq_memory_lookup(memory, (cq_str){changed, strlen(changed)}, &english,
                                  &french, &options, &hits, &err);
    }
    if (status == CQ_OK)
        show(hits);
    cq_hits_free(hits);
    cq_memory_close(memory);
    cq_alignment_free(pairs);
    return status == CQ_OK ? 0 : stop(&err);
}
