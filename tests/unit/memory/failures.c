#include "../rows.h"
#include "scratch.h"

#include <calque/align.h>

#include <string.h>
#include <unistd.h>

static const char units[] = "<tu><tuv xml:lang=\"en\"><seg>Save the file</seg></tuv>"
                            "<tuv xml:lang=\"fr\"><seg>Enregistrer</seg></tuv></tu>\n"
                            "<tu><tuv xml:lang=\"en\"><seg>Open the file</seg></tuv>"
                            "<tuv xml:lang=\"fr\"><seg>Ouvrir</seg></tuv></tu>\n";

/* The same file later. */
static const char changed[] = "<tu changedate=\"20240101T000000Z\"><tuv "
                              "xml:lang=\"en\"><seg>Save the file</seg></tuv>"
                              "<tuv xml:lang=\"fr\"><seg>Sauvegarder</seg></tuv></tu>\n";

static cq_status swallow(void *context, const void *bytes, size_t len, cq_error *err)
{
    (void)context;
    (void)bytes;
    (void)len;
    (void)err;
    return CQ_OK;
}

static cq_status take(void *context, const cq_concordance_hit *hit)
{
    (void)context;
    (void)hit;
    return CQ_OK;
}

static cq_status do_import(cq_memory *memory, cq_error *err)
{
    cq_import_report report;

    return cq_memory_import(memory, scratch_path("more.tmx"), NULL, &report, err);
}

/* The file that setup() imported, one text of it changed. */
static cq_status do_update(cq_memory *memory, cq_error *err)
{
    cq_import_options opts = {.update = true};
    cq_import_report report;

    return cq_memory_import(memory, scratch_path("a.tmx"), &opts, &report, err);
}

static cq_status do_edit(cq_memory *memory, cq_error *err)
{
    cq_lang en = lang("en");
    cq_change changes[] = {
        {.kind = CQ_CHANGE_MARKUP, .lang = &en, .value = CQ_STR("Open <ph/>this file")},
        {.kind = CQ_CHANGE_PROPERTY, .name = CQ_STR("job"), .value = CQ_STR("7")},
        {.kind = CQ_CHANGE_ATTRIBUTE, .name = CQ_STR("tuid"), .value = CQ_STR("9")}};

    return cq_memory_edit(memory, 2, changes, ARRAY_LEN(changes), err);
}

static cq_status do_delete(cq_memory *memory, cq_error *err)
{
    cq_filter filter = {.phrase = "close all"};
    cq_delete_options opts = {.filter = &filter};
    cq_delete_report report;

    return cq_memory_delete(memory, &opts, &report, err);
}

static cq_status do_reindex(cq_memory *memory, cq_error *err)
{
    return cq_memory_reindex(memory, NULL, err);
}

static cq_status do_export(cq_memory *memory, cq_error *err)
{
    return cq_memory_export(memory, (cq_sink){swallow, NULL}, NULL, NULL, err);
}

static cq_status do_lookup(cq_memory *memory, cq_error *err)
{
    cq_lang en = lang("en"), fr = lang("fr");
    cq_hits *hits;
    cq_status status =
        cq_memory_lookup(memory, CQ_STR("Save the files"), &en, &fr, NULL, &hits, err);

    if (status == CQ_OK)
        assert_int_equal(hits->len, 1);
    cq_hits_free(hits);
    return status;
}

static cq_status do_concordance(cq_memory *memory, cq_error *err)
{
    cq_lang en = lang("en"), fr = lang("fr");

    return cq_memory_concordance(memory, CQ_STR("f\xc3\xadle"), &en, &fr, NULL, take,
                                 NULL, err);
}

static cq_status do_searches(cq_memory *memory, cq_error *err)
{
    static const cq_concordance_options ways[] = {{.words = true, .renderings = true},
                                                  {.exact = true},
                                                  {.inflected = true},
                                                  {.fuzzy = true, .in_target = true}};
    cq_lang en = lang("en"), fr = lang("fr");
    cq_status status = CQ_OK;

    for (size_t i = 0; i < ARRAY_LEN(ways) && status == CQ_OK; i++)
        status = cq_memory_concordance(memory, CQ_STR("the files"), &en, &fr, &ways[i],
                                       take, NULL, err);
    if (status == CQ_OK)
        status = cq_memory_concordance(memory, CQ_STR("f*e the"), &en, &fr, NULL, take,
                                       NULL, err);
    return status;
}

static cq_status do_several(cq_memory *memory, cq_error *err)
{
    const cq_asked asked[] = {{memory, 0}, {memory, 3}};
    cq_lang en = lang("en"), fr = lang("fr");
    cq_lookup_options opts = {.pivot = &fr, .min_percent = 50};
    cq_hits *hits;
    cq_fragments *fragments = NULL;
    cq_status status = cq_memories_lookup(asked, 2, CQ_STR("Save the files"), &en, &fr,
                                          &opts, &hits, err);

    if (status == CQ_OK) {
        assert_true(hits->len > 0);
        assert_int_equal(hits->items[0].also_len, 1);
    }
    cq_hits_free(hits);
    if (status == CQ_OK)
        status = cq_memories_lookup(asked, 2, CQ_STR("Save the files"), &en, &en, &opts,
                                    &hits, err);
    if (status == CQ_OK)
        cq_hits_free(hits);
    if (status == CQ_OK)
        status = cq_memories_concordance(asked, 2, CQ_STR("the"), &en, &fr, NULL, take,
                                         NULL, err);
    if (status == CQ_OK)
        status = cq_memories_fragments(asked, 2, CQ_STR("We open the file and go on"),
                                       &en, &fr, &fragments, err);
    cq_fragments_free(fragments);
    return status;
}

/* A caller who wants no message. */
static cq_status do_untold(cq_memory *memory, cq_error *err)
{
    cq_status status = do_lookup(memory, NULL);

    (void)err;
    return status == CQ_OK ? do_several(memory, NULL) : status;
}

static cq_status do_stats(cq_memory *memory, cq_error *err)
{
    cq_stats *stats;
    cq_status status = cq_memory_stats(memory, &stats, err);

    cq_stats_free(stats);
    return status;
}

static cq_status do_verify(cq_memory *memory, cq_error *err)
{
    uint64_t wrong;
    cq_status status = cq_memory_verify(memory, NULL, NULL, &wrong, err);

    if (status == CQ_OK)
        assert_int_equal(wrong, 0);
    return status;
}

static struct action {
    const char *name;
    cq_status (*run)(cq_memory *memory, cq_error *err);
} actions[] = {
    {"import", do_import},           {"export", do_export},   {"lookup", do_lookup},
    {"concordance", do_concordance}, {"stats", do_stats},     {"verify", do_verify},
    {"update", do_update},           {"edit", do_edit},       {"delete", do_delete},
    {"reindex", do_reindex},         {"verified", do_verify}, {"searches", do_searches},
    {"several", do_several},         {"untold", do_untold},
};

/* Every allocation fails in turn, in a memory that is opened anew each time. */
static void test_failing(void **state)
{
    const struct action *action = *state;
    cq_status status = CQ_E_NOMEM;
    uint64_t n;

    for (n = 1; status != CQ_OK && n < 20000; n += n < 400 ? 1 : 7) {
        cq_memory *memory;
        cq_error err = {0};

        cq_alloc_fail_at(n);
        status = cq_memory_open(scratch_path("memory"), CQ_MEMORY_WRITE, &memory, &err);
        if (status == CQ_OK)
            status = action->run(memory, &err);
        cq_alloc_fail_at(0);
        if (status != CQ_OK) {
            assert_int_equal(status, CQ_E_NOMEM);
            assert_true(action->run == do_untold || err.status == CQ_E_NOMEM);
        }
        cq_memory_close(memory);
    }
    assert_int_equal(status, CQ_OK);
}

static int setup(void **state)
{
    cq_memory *memory;

    if (scratch_setup(state) != 0)
        return -1;
    scratch_tmx("a.tmx", units);
    scratch_tmx("more.tmx",
                "<tu><tuv xml:lang=\"en\"><seg>Close all files now, please.</seg></tuv>"
                "<tuv xml:lang=\"ru\"><seg>Закрыть</seg></tuv></tu>\n");
    memory = must_open("memory", CQ_MEMORY_WRITE);
    must_import(memory, "a.tmx");
    cq_memory_close(memory);
    scratch_tmx("a.tmx", changed);
    return 0;
}

int main(void)
{
    struct CMUnitTest tests[ARRAY_LEN(actions)];
    size_t len = 0;

    ADD(actions, test_failing);
    return cmocka_run_group_tests(tests, setup, scratch_teardown);
}
