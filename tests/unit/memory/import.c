#include "scratch.h"

#include <string.h>

static const char three[] =
    "<tu tuid=\"1\"><note>n</note><tuv xml:lang=\"en\"><seg>One</seg></tuv>"
    "<tuv xml:lang=\"fr\"><seg>Un</seg></tuv></tu>\n"
    "<tu tuid=\"2\"><tuv xml:lang=\"en\"><seg>Two</seg></tuv>"
    "<tuv xml:lang=\"fr\"><seg>Deux</seg></tuv></tu>\n"
    "<tu tuid=\"3\"><tuv xml:lang=\"en\"><seg>Three</seg></tuv>"
    "<tuv xml:lang=\"de\"><seg>Drei</seg></tuv></tu>\n";

static void test_counts(void **state)
{
    cq_memory *memory = must_open("counts", CQ_MEMORY_WRITE);
    cq_import_report report;
    cq_stats *stats;

    (void)state;
    scratch_tmx("a.tmx", three);
    report = must_import(memory, "a.tmx");
    assert_int_equal(report.units, 3);
    assert_int_equal(report.variants, 6);
    assert_int_equal(report.added, 3);
    report = must_import(memory, "a.tmx");
    assert_int_equal(report.added, 0);
    assert_int_equal(report.merged, 3);
    assert_ok(cq_memory_stats(memory, &stats, err));
    assert_int_equal(stats->units, 3);
    assert_int_equal(stats->variants, 6);
    assert_int_equal(stats->languages_len, 3);
    assert_str(stats->languages[0].name, "en");
    assert_int_equal(stats->languages[0].count, 3);
    assert_int_equal(stats->origins_len, 1);
    assert_str(stats->origins[0].name, "a.tmx");
    assert_int_equal(stats->origins[0].count, 3);
    cq_stats_free(stats);
    must_verify(memory);
    cq_memory_close(memory);
}

static void test_origins_stay_apart(void **state)
{
    cq_memory *memory = must_open("origins", CQ_MEMORY_WRITE);
    cq_export_options opts = {.origin = "b.tmx"};
    cq_buf first, second;
    cq_error refused = {0};

    (void)state;
    scratch_tmx("a.tmx", three);
    scratch_tmx("b.tmx",
                "<tu tuid=\"0\"><tuv xml:lang=\"en\"><seg>Zero</seg></tuv></tu>\n"
                "<tu tuid=\"2\"><tuv xml:lang=\"en\"><seg>Two</seg></tuv>"
                "<tuv xml:lang=\"fr\"><seg>Deux</seg></tuv></tu>\n");
    must_import(memory, "a.tmx");
    assert_int_equal(must_import(memory, "b.tmx").merged, 1);
    first = must_export(memory, &opts);
    assert_non_null(strstr(first.ptr, "Zero"));
    assert_non_null(strstr(first.ptr, "Deux"));
    assert_null(strstr(first.ptr, "Drei"));
    assert_true(strstr(first.ptr, "Zero") < strstr(first.ptr, "Deux"));

    opts.origin = "c.tmx";
    assert_int_equal(cq_memory_export(memory, (cq_sink){0}, &opts, NULL, &refused),
                     CQ_E_ARG);
    assert_int_equal(refused.number, 122);
    second = must_export(memory, NULL);
    assert_non_null(strstr(second.ptr, "Drei"));
    assert_ptr_equal(strstr(strstr(second.ptr, "Deux") + 1, "Deux"), NULL);
    cq_buf_release(&first);
    cq_buf_release(&second);
    cq_memory_close(memory);
}

static void test_export_by_languages(void **state)
{
    cq_memory *memory = must_open("languages", CQ_MEMORY_WRITE);
    cq_lang en = lang("en-US"), de = lang("de");
    cq_export_options opts = {.source = &en, .target = &de};
    cq_buf out;

    (void)state;
    scratch_tmx("a.tmx", three);
    must_import(memory, "a.tmx");
    out = must_export(memory, &opts);
    assert_null(strstr(out.ptr, "Deux"));
    assert_non_null(strstr(out.ptr, "Drei"));
    cq_buf_release(&out);
    cq_memory_close(memory);
}

/* What is exported and imported again is the same file again. */
static void test_round_trip(void **state)
{
    cq_memory *memory = must_open("round-a", CQ_MEMORY_WRITE);
    cq_buf first, second;
    FILE *file;

    (void)state;
    scratch_tmx("a.tmx", three);
    must_import(memory, "a.tmx");
    first = must_export(memory, NULL);
    cq_memory_close(memory);
    file = fopen(scratch_path("again.tmx"), "w");
    assert_non_null(file);
    fwrite(first.ptr, 1, first.len, file);
    fclose(file);
    memory = must_open("round-b", CQ_MEMORY_WRITE);
    must_import(memory, "again.tmx");
    second = must_export(memory, NULL);
    assert_true(cq_str_equal(cq_buf_str(&first), cq_buf_str(&second)));
    cq_buf_release(&first);
    cq_buf_release(&second);
    cq_memory_close(memory);
}

static void test_only_wanted_languages(void **state)
{
    cq_memory *memory = must_open("wanted", CQ_MEMORY_WRITE);
    cq_lang de = lang("de");
    cq_import_options opts = {.source = &de};
    cq_import_report report;

    (void)state;
    scratch_tmx("a.tmx", three);
    assert_ok(cq_memory_import(memory, scratch_path("a.tmx"), &opts, &report, err));
    assert_int_equal(report.units, 3);
    assert_int_equal(report.rejected, 2);
    assert_int_equal(report.variants, 1);
    must_verify(memory);
    cq_memory_close(memory);
}

static void test_broken_file_changes_nothing(void **state)
{
    cq_memory *memory = must_open("broken", CQ_MEMORY_WRITE);
    cq_import_report report;
    cq_stats *stats;
    cq_error refused = {0};

    (void)state;
    scratch_tmx("a.tmx", three);
    scratch_tmx("bad.tmx",
                "<tu><tuv xml:lang=\"ru\"><seg>x</seg></tuv></tu><tu><tuv></nothing>");
    must_import(memory, "a.tmx");
    assert_int_equal(
        cq_memory_import(memory, scratch_path("bad.tmx"), NULL, &report, &refused),
        CQ_E_INPUT);
    assert_true(refused.line > 0);
    assert_ok(cq_memory_stats(memory, &stats, err));
    assert_int_equal(stats->units, 3);
    assert_int_equal(stats->languages_len, 3);
    cq_stats_free(stats);
    must_import(memory, "a.tmx");
    must_verify(memory);
    cq_memory_close(memory);
}

static cq_status stop(void *context, uint64_t done, uint64_t total)
{
    (void)context;
    (void)done;
    (void)total;
    return CQ_E_STOP;
}

static void test_stopped_import_changes_nothing(void **state)
{
    cq_memory *memory = must_open("stopped", CQ_MEMORY_WRITE);
    cq_import_options opts = {.progress = {.tick = stop}};
    cq_import_report report;
    cq_buf body = {0};

    (void)state;
    for (unsigned i = 0; i < 2000; i++)
        cq_buf_add_format(&body, "<tu><tuv xml:lang=\"en\"><seg>%u</seg></tuv></tu>\n",
                          i);
    scratch_tmx("long.tmx", body.ptr);
    assert_int_equal(
        cq_memory_import(memory, scratch_path("long.tmx"), &opts, &report, NULL),
        CQ_E_STOP);
    assert_null(fopen(scratch_path("stopped"), "r"));
    cq_buf_release(&body);
    cq_memory_close(memory);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_counts),
        cmocka_unit_test(test_origins_stay_apart),
        cmocka_unit_test(test_export_by_languages),
        cmocka_unit_test(test_round_trip),
        cmocka_unit_test(test_only_wanted_languages),
        cmocka_unit_test(test_broken_file_changes_nothing),
        cmocka_unit_test(test_stopped_import_changes_nothing),
    };

    return cmocka_run_group_tests(tests, scratch_setup, scratch_teardown);
}
