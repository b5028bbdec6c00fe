#include "scratch.h"

#include <stdlib.h>
#include <string.h>

static char folder[64];

int scratch_setup(void **state)
{
    (void)state;
    strcpy(folder, "/tmp/calque-memory-XXXXXX");
    return mkdtemp(folder) ? 0 : -1;
}

int scratch_teardown(void **state)
{
    char command[128];

    (void)state;
    snprintf(command, sizeof(command), "rm -rf '%s'", folder);
    return system(command);
}

const char *scratch_path(const char *name)
{
    static char ring[16][256];
    static unsigned at;
    char *path = ring[at++ % 16];

    snprintf(path, sizeof(ring[0]), "%s/%s", folder, name);
    return path;
}

void scratch_tmx(const char *name, const char *units)
{
    FILE *file = fopen(scratch_path(name), "w");

    assert_non_null(file);
    fprintf(file,
            "<?xml version=\"1.0\"?>\n<tmx version=\"1.4\"><header creationtool=\"t\" "
            "creationtoolversion=\"1\" segtype=\"sentence\" o-tmf=\"t\" adminlang=\"en\" "
            "srclang=\"en\" datatype=\"plaintext\"/><body>\n%s</body></tmx>\n",
            units);
    fclose(file);
}

cq_lang lang(const char *tag)
{
    cq_lang made;

    assert_ok(cq_lang_parse(cq_str_from(tag), &made, err));
    return made;
}

cq_memory *must_open(const char *name, cq_memory_mode mode)
{
    cq_memory *memory;

    assert_ok(cq_memory_open(scratch_path(name), mode, &memory, err));
    return memory;
}

cq_import_report must_import(cq_memory *memory, const char *name)
{
    cq_import_report report;

    assert_ok(cq_memory_import(memory, scratch_path(name), NULL, &report, err));
    assert_int_equal(report.units, report.added + report.merged + report.rejected);
    return report;
}

cq_hits *must_lookup(cq_memory *memory, const char *query, const char *from,
                     const char *to, const cq_lookup_options *opts)
{
    cq_lang source = lang(from), target = lang(to);
    cq_hits *hits;

    assert_ok(
        cq_memory_lookup(memory, cq_str_from(query), &source, &target, opts, &hits, err));
    return hits;
}

static void tell(void *context, const char *problem)
{
    (void)context;
    print_error("%s\n", problem);
}

void assert_same_hits(const cq_hits *a, const cq_hits *b, const char *query)
{
    if (a->len != b->len)
        fail_msg("\"%s\": %zu hits by the index, %zu by scan", query, a->len, b->len);
    for (size_t i = 0; i < a->len; i++) {
        const cq_hit *x = &a->items[i], *y = &b->items[i];

        if (x->unit != y->unit || x->percent != y->percent ||
            !cq_str_equal(x->source, y->source) || !cq_str_equal(x->target, y->target))
            fail_msg(
                "\"%s\": hit %zu is %d%% of unit %d by the index, %d%% of %d by scan",
                query, i, x->percent, (int)x->unit, y->percent, (int)y->unit);
    }
}

void must_equal_scan(cq_memory *memory, const char *query, const char *from,
                     const char *to, cq_lookup_options opts)
{
    cq_hits *fast, *slow;

    opts.exhaustive = false;
    fast = must_lookup(memory, query, from, to, &opts);
    opts.exhaustive = true;
    slow = must_lookup(memory, query, from, to, &opts);
    assert_same_hits(fast, slow, query);
    cq_hits_free(fast);
    cq_hits_free(slow);
}

void must_verify(cq_memory *memory)
{
    uint64_t wrong;

    assert_ok(cq_memory_verify(memory, tell, NULL, &wrong, err));
    assert_int_equal(wrong, 0);
}

static cq_status append(void *context, const void *bytes, size_t len, cq_error *err)
{
    (void)err;
    cq_buf_add(context, bytes, len);
    return CQ_OK;
}

cq_buf must_export(cq_memory *memory, const cq_export_options *opts)
{
    cq_buf out = {0};
    cq_export_report report;

    assert_ok(cq_memory_export(memory, (cq_sink){append, &out}, opts, &report, err));
    return out;
}

unsigned rnd(unsigned *seed, unsigned below)
{
    *seed = *seed * 1103515245u + 12345u;
    return (*seed >> 8) % below;
}

size_t random_sentence(unsigned *seed, unsigned words, char *out, size_t room)
{
    static const char *const vocabulary[] = {
        "the",    "the",   "a",      "file",        "files",        "Save",
        "save",   "opens", "open",   "1.234",       "12",           "dialog",
        "button", "click", "to",     "of",          "in",           "menu",
        "cell",   "text",  "Prüfen", "caf\xc3\xa9", "\xe4\xbf\x9d", "\xe5\xad\x98",
        "page",   "print",
    };
    unsigned len = 1 + rnd(seed, words);
    size_t at = 0;

    out[0] = '\0';
    for (unsigned i = 0; i < len && at + 16 < room; i++)
        at += (size_t)snprintf(out + at, room - at, "%s%s%s", i ? " " : "",
                               vocabulary[rnd(seed, (unsigned)ARRAY_LEN(vocabulary))],
                               i + 1 == len ? (rnd(seed, 3) ? "." : "")
                                            : (rnd(seed, 9) ? "" : ","));
    return at;
}
