/* Import and export give back what a file says (docs/tmx.md, "The equality"): generated
 * files beside each other in one memory, each out again by its origin. */
#include "scratch.h"

#include "tests/unit/tmx/content.h"
#include "tests/unit/tmx/generate.h"
#include "tests/unit/tmx/valid.h"

#include <stdio.h>
#include <string.h>

#define FILES   300
#define REFUSED UINT64_MAX

static void make(uint64_t seed, cq_buf *file)
{
    if (seed % 2)
        generate_tmx(seed, file);
    else
        generate_valid(seed, 1 + (int)(seed / 2 % 4), file);
}

static const char *name_of(uint64_t seed)
{
    static char name[40];

    snprintf(name, sizeof(name), "%llu.tmx", (unsigned long long)seed);
    return name;
}

static void must_write(const char *name, cq_str bytes)
{
    FILE *file = fopen(scratch_path(name), "wb");

    assert_non_null(file);
    assert_int_equal(fwrite(bytes.ptr, 1, bytes.len, file), bytes.len);
    assert_int_equal(fclose(file), 0);
}

static cq_status add_bytes(void *context, const void *bytes, size_t len, cq_error *err)
{
    cq_buf_add(context, bytes, len);
    return cq_buf_check(context, err);
}

/* How many units there were; now and then the generator repeats an attribute. */
static uint64_t read_file(cq_memory *memory, const char *name)
{
    cq_import_report report;
    cq_error err = {0};
    cq_status status = cq_memory_import(memory, scratch_path(name), NULL, &report, &err);

    if (status != CQ_OK)
        assert_int_equal(err.number, 70);
    return status == CQ_OK ? report.units : REFUSED;
}

/* @return false when the file holds equal units, of which one is kept */
static bool must_come_back(cq_memory *memory, uint64_t seed, uint64_t units)
{
    cq_export_options opts = {.origin = name_of(seed)};
    cq_export_report report = {0};
    cq_buf file = {0}, again = {0}, before = {0}, after = {0};

    make(seed, &file);
    assert_ok(
        cq_memory_export(memory, (cq_sink){add_bytes, &again}, &opts, &report, err));
    if (report.units == units) {
        assert_true(content_of(cq_buf_str(&file), &before));
        assert_true(content_of(cq_buf_str(&again), &after));
        if (!cq_str_equal(cq_buf_str(&before), cq_buf_str(&after)))
            fail_msg("file %llu does not come back equal", (unsigned long long)seed);
    }
    cq_buf_release(&file);
    cq_buf_release(&again);
    cq_buf_release(&before);
    cq_buf_release(&after);
    return report.units == units;
}

static void test_generated(void **state)
{
    cq_memory *memory = must_open("carry.calque", CQ_MEMORY_WRITE);
    uint64_t units[FILES + 1];
    size_t with_twins = 0;

    (void)state;
    for (uint64_t seed = 1; seed <= FILES; seed++) {
        cq_buf file = {0};

        make(seed, &file);
        must_write(name_of(seed), cq_buf_str(&file));
        units[seed] = read_file(memory, name_of(seed));
        remove(scratch_path(name_of(seed)));
        cq_buf_release(&file);
    }
    for (uint64_t seed = 1; seed <= FILES; seed++)
        with_twins +=
            units[seed] != REFUSED && !must_come_back(memory, seed, units[seed]);
    assert_true(with_twins < FILES / 5);
    must_verify(memory);
    cq_memory_close(memory);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        {.name = "generated files", .test_func = test_generated},
    };

    return cmocka_run_group_tests_name("carry", tests, scratch_setup, scratch_teardown);
}
