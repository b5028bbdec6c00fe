/* What is read and written again says the same: over what tools wrote (../shared, when it
 * is there), over our own samples, and over files that a generator makes. */
#include "content.h"
#include "generate.h"
#include "scratch.h"
#include "tmx.h"
#include "valid.h"

#include <stdlib.h>
#include <string.h>

/* As the store does it: a record and the texts beside it. */
static void through_record(const cq_unit *unit, cq_unit *copy)
{
    static cq_buf record, again; /* a decoded unit borrows from its record */
    cq_error err = {0};

    cq_buf_reset(&record);
    cq_buf_reset(&again);
    assert_int_equal(cq_unit_encode(unit, &record, &err), CQ_OK);
    assert_int_equal(cq_unit_decode(cq_buf_str(&record), copy, &err), CQ_OK);
    assert_int_equal(copy->variants_len, unit->variants_len);
    for (size_t i = 0; i < unit->variants_len; i++)
        copy->variants[i].text = unit->variants[i].text;
    assert_int_equal(cq_unit_encode(copy, &again, &err), CQ_OK);
    assert_true(cq_str_equal(cq_buf_str(&record), cq_buf_str(&again)));
}

/* Read all units, write them with the header that a second reading would find complete.
 */
static cq_status again(const char *path, cq_buf *out, size_t *units, cq_error *err)
{
    cq_tmx_reader *reader;
    cq_tmx_writer *writer = NULL;
    cq_unit unit = {0}, copy = {0};
    cq_header header = {0};
    cq_buf record = {0};
    cq_status status = cq_tmx_open(path, NULL, &reader, err);

    *units = 0;
    if (status < 0)
        return status;
    while ((status = cq_tmx_read(reader, &unit, err)) == CQ_OK)
        (*units)++;
    if (status == CQ_DONE) {
        assert_int_equal(cq_header_encode(cq_tmx_header(reader), &record, err), CQ_OK);
        assert_int_equal(cq_header_decode(cq_buf_str(&record), &header, err), CQ_OK);
    }
    cq_tmx_close(reader);
    if (status < 0)
        goto out;
    assert_int_equal(cq_tmx_open(path, NULL, &reader, err), CQ_OK);
    assert_int_equal(
        cq_tmx_writer_open((cq_sink){scratch_sink, out}, &header, NULL, &writer, err),
        CQ_OK);
    while (cq_tmx_read(reader, &unit, err) == CQ_OK) {
        through_record(&unit, &copy);
        assert_int_equal(cq_tmx_write(writer, &copy, NULL, NULL, err), CQ_OK);
    }
    assert_int_equal(cq_tmx_writer_close(writer, err), CQ_OK);
    cq_tmx_close(reader);

out:
    cq_unit_release(&unit);
    cq_unit_release(&copy);
    cq_header_release(&header);
    cq_buf_release(&record);
    return status;
}

static void check_equal(const char *path, cq_str before, cq_str after)
{
    size_t line = 0, at = 0;

    if (cq_str_equal(before, after))
        return;
    for (; at < before.len && at < after.len && before.ptr[at] == after.ptr[at]; at++)
        if (before.ptr[at] == '\n')
            line = at + 1;
    fail_msg("%s does not come back equal, from\n%.200s\nin place of\n%.200s", path,
             after.ptr + line, before.ptr + line);
}

/* Well-formed files come back equal, all others are refused with a place. */
static void check(void *context, const char *path)
{
    cq_buf file = scratch_read(path), written = {0}, before = {0}, after = {0};
    bool is_xml = content_of(cq_buf_str(&file), &before);
    cq_error err = {0};
    size_t units;
    cq_status status = again(path, &written, &units, &err);

    (void)context;
    if (!is_xml) {
        assert_int_equal(status, CQ_E_INPUT);
        assert_true(err.line > 0 && err.column > 0 && err.number > 0);
    } else {
        if (status != CQ_DONE)
            fail_msg("%s:%d:%d: %s", path, (int)err.line, (int)err.column, err.message);
        assert_true(content_of(cq_buf_str(&written), &after));
        check_equal(path, cq_buf_str(&before), cq_buf_str(&after));
    }
    cq_buf_release(&file);
    cq_buf_release(&written);
    cq_buf_release(&before);
    cq_buf_release(&after);
}

static void test_shared(void **state)
{
    char folder[512];

    (void)state;
    snprintf(folder, sizeof(folder), "%s/data/tmx", scratch_shared());
    if (scratch_each(folder, ".tmx", check, NULL) == 0) {
        print_message("no files in %s: skipped\n", folder);
        skip();
    }
}

static void test_own(void **state)
{
    (void)state;
    assert_true(scratch_each(scratch_own(), ".tmx", check, NULL) > 5);
}

static void test_generated(void **state)
{
    const char *runs = getenv("CALQUE_RUNS"); /* many more by hand */
    uint64_t count = runs ? strtoull(runs, NULL, 10) : 2000;
    cq_buf file = {0};

    (void)state;
    for (uint64_t seed = 1; seed <= count; seed++) {
        cq_buf_reset(&file);
        generate_tmx(seed, &file);
        check(NULL, scratch_file(cq_buf_str(&file)));
        cq_buf_reset(&file);
        generate_valid(seed, 1 + (int)(seed % 4), &file);
        check(NULL, scratch_file(cq_buf_str(&file)));
    }
    cq_buf_release(&file);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        {.name = "files that tools wrote", .test_func = test_shared},
        {.name = "our own samples", .test_func = test_own},
        {.name = "generated files", .test_func = test_generated},
    };
    int failed = cmocka_run_group_tests_name("roundtrip", tests, NULL, NULL);

    scratch_remove();
    return failed;
}
