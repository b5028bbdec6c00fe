#include "../rows.h"
#include "scratch.h"

#include <string.h>

/* A memory of every format that was released is opened here, asked, exported and added
 * to. It was made by `calque -m format-N.calque import format-N.tmx`. */
static struct format_case {
    const char *name;
} formats[] = {{"format-1"}};

static void copy_file(const char *from, const char *to)
{
    FILE *in = fopen(from, "rb"), *out = fopen(to, "wb");
    char bytes[65536];
    size_t len;

    assert_non_null(in);
    assert_non_null(out);
    while ((len = fread(bytes, 1, sizeof(bytes), in)) > 0)
        assert_int_equal(fwrite(bytes, 1, len, out), len);
    fclose(in);
    fclose(out);
}

/* The stored memory and its TMX, in the scratch folder. */
static void fetch(const char *name, char *memory, char *tmx, size_t room)
{
    char from[512];

    snprintf(memory, room, "%s.calque", name);
    snprintf(tmx, room, "%s.tmx", name);
    snprintf(from, sizeof(from), TEST_SOURCE_ROOT "/tests/data/memory/%s", memory);
    copy_file(from, scratch_path(memory));
    snprintf(from, sizeof(from), TEST_SOURCE_ROOT "/tests/data/memory/%s", tmx);
    copy_file(from, scratch_path(tmx));
}

static void assert_answers(cq_memory *memory)
{
    cq_hits *hits = must_lookup(memory, "Please return all books.", "en-GB", "ar", NULL);

    assert_int_equal(hits->len, 1);
    assert_int_equal(hits->items[0].percent, 100);
    cq_hits_free(hits);
    hits = must_lookup(memory, "The library opens at 9.30 on Tuesday.", "en", "fr", NULL);
    assert_int_equal(hits->len, 1);
    assert_true(hits->items[0].percent >= 70 && hits->items[0].percent < 100);
    cq_hits_free(hits);
}

static cq_status count_hit(void *context, const cq_concordance_hit *hit)
{
    (void)hit;
    ++*(unsigned *)context;
    return CQ_OK;
}

/* A memory without words, or with those of later texts only, is searched all the same. */
static void assert_holds(cq_memory *memory, const char *phrase, unsigned units)
{
    cq_lang en = lang("en");
    unsigned found = 0;

    assert_ok(cq_memory_concordance(memory, cq_str_from(phrase), &en, NULL, NULL,
                                    count_hit, &found, err));
    assert_int_equal(found, units);
}

static void test_format(void **state)
{
    const struct format_case *row = *state;
    char name[64], tmx[64];
    cq_memory *old, *fresh;
    cq_buf before, after;

    fetch(row->name, name, tmx, sizeof(name));
    old = must_open(name, CQ_MEMORY_READ);
    must_verify(old);
    assert_answers(old);
    assert_holds(old, "ret", 2);
    before = must_export(old, NULL);
    cq_memory_close(old);

    fresh = must_open("fresh", CQ_MEMORY_WRITE);
    must_import(fresh, tmx);
    after = must_export(fresh, NULL);
    assert_true(cq_str_equal(cq_buf_str(&before), cq_buf_str(&after)));
    cq_memory_close(fresh);

    old = must_open(name, CQ_MEMORY_WRITE);
    assert_int_equal(must_import(old, tmx).added, 0);
    scratch_tmx("more.tmx", "<tu><tuv xml:lang=\"en\"><seg>A new one</seg></tuv></tu>\n");
    assert_int_equal(must_import(old, "more.tmx").added, 1);
    must_verify(old);
    assert_answers(old);
    assert_holds(old, "e", 4);
    assert_holds(old, "ret", 2);
    assert_holds(old, "new o", 1);
    cq_memory_close(old);
    cq_buf_release(&before);
    cq_buf_release(&after);
}

int main(void)
{
    struct CMUnitTest tests[ARRAY_LEN(formats)];
    size_t len = 0;

    ADD(formats, test_format);
    return cmocka_run_group_tests(tests, scratch_setup, scratch_teardown);
}
