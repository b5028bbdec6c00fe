/* Tests of base/buf.c: buffers and readers. */
#include "../rows.h"

#include <string.h>

static void test_adds(void **state)
{
    cq_buf buf = {0};

    (void)state;
    cq_buf_add(&buf, "ab", 2);
    cq_buf_add(&buf, NULL, 0);
    cq_buf_add_str(&buf, CQ_STR("c\0d"));
    cq_buf_add_str(&buf, (cq_str){0});
    cq_buf_add_z(&buf, "ef");
    cq_buf_add_byte(&buf, 0xff);
    cq_buf_add_format(&buf, "%s-%d", "g", 12);
    cq_buf_add_format(&buf, "%s", "");
    assert_int_equal(cq_buf_check(&buf, NULL), CQ_OK);
    assert_int_equal(buf.len, 12);
    assert_memory_equal(buf.ptr, "abc\0def\xffg-12", 13); /* NUL after it */
    assert_true(cq_str_equal(cq_buf_str(&buf), CQ_STR("abc\0def\xffg-12")));
    cq_buf_release(&buf);
    assert_null(buf.ptr);
    assert_int_equal(buf.len, 0);
    cq_buf_release(&buf);
}

static void test_reserve_and_cut(void **state)
{
    cq_buf buf = {0};
    char *room = cq_buf_reserve(&buf, 100);

    (void)state;
    assert_non_null(room);
    memset(room, 'x', 100);
    buf.len += 100;
    cq_buf_cut(&buf, 200); /* nothing there to cut */
    assert_int_equal(buf.len, 100);
    cq_buf_cut(&buf, 3);
    assert_string_equal(buf.ptr, "xxx");
    cq_buf_add_z(&buf, "y");
    assert_string_equal(buf.ptr, "xxxy");
    cq_buf_reset(&buf);
    assert_int_equal(buf.len, 0);
    assert_string_equal(buf.ptr, "");
    cq_buf_release(&buf);
    cq_buf_reset(&buf);
    cq_buf_cut(&buf, 0);
}

static void test_ceiling(void **state)
{
    cq_buf buf = {.max = 5};
    cq_error err = {0};

    (void)state;
    cq_buf_add_z(&buf, "12345");
    assert_int_equal(cq_buf_check(&buf, &err), CQ_OK);
    cq_buf_add_byte(&buf, '6');
    cq_buf_add(&buf, NULL, 0); /* ignored, like all that follows */
    assert_int_equal(buf.len, 5);
    assert_int_equal(cq_buf_check(&buf, &err), CQ_E_INPUT);
    assert_string_equal(err.message, "a text is longer than the ceiling of 5 bytes");
    cq_buf_reset(&buf); /* forgets the failure, not the ceiling */
    cq_buf_add_z(&buf, "123");
    assert_int_equal(cq_buf_check(&buf, NULL), CQ_OK);
    cq_buf_add_z(&buf, "456");
    assert_int_equal(cq_buf_check(&buf, NULL), CQ_E_INPUT);
    assert_string_equal(buf.ptr, "123");
    cq_buf_release(&buf);
    assert_int_equal(buf.max, 5);
}

static void test_hostile_sizes(void **state)
{
    const size_t sizes[] = {CQ_BUF_MAX + 1, SIZE_MAX / 2, SIZE_MAX - 1, SIZE_MAX};

    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(sizes); i++) {
        cq_buf buf = {0};

        cq_buf_add_z(&buf, "kept");
        assert_null(cq_buf_reserve(&buf, sizes[i]));
        assert_int_equal(cq_buf_check(&buf, NULL), CQ_E_INPUT);
        assert_string_equal(buf.ptr, "kept");
        cq_buf_release(&buf);
    }
}

static void test_without_memory(void **state)
{
    cq_buf buf = {0};
    cq_error err = {0};

    (void)state;
    cq_alloc_fail_at(2);
    cq_buf_add_z(&buf, "kept");
    assert_null(cq_buf_reserve(&buf, 1000));
    cq_buf_add_z(&buf, "ignored");
    cq_buf_add_format(&buf, "%d", 1);
    cq_buf_add_varint(&buf, 1);
    cq_alloc_fail_at(0);
    assert_string_equal(buf.ptr, "kept");
    assert_int_equal(cq_buf_check(&buf, &err), CQ_E_NOMEM);
    assert_int_equal(err.status, CQ_E_NOMEM);
    cq_buf_release(&buf);
    assert_int_equal(cq_buf_check(&buf, NULL), CQ_OK);
}

/* Expected bytes from the DWARF 4 specification, figure 22, and by hand. */
static struct varint_case {
    const char *name;
    uint64_t value;
    cq_str bytes;
} varints[] = {
    {"varint 0", 0, {"\0", 1}},
    {"varint 2", 2, {"\x02", 1}},
    {"varint 127", 127, {"\x7f", 1}},
    {"varint 128", 128, {"\x80\x01", 2}},
    {"varint 129", 129, {"\x81\x01", 2}},
    {"varint 12857", 12857, {"\xb9\x64", 2}},
    {"varint 2^63", UINT64_C(1) << 63, {"\x80\x80\x80\x80\x80\x80\x80\x80\x80\x01", 10}},
    {"varint 2^64-1", UINT64_MAX, {"\xff\xff\xff\xff\xff\xff\xff\xff\xff\x01", 10}},
};

static void test_varint(void **state)
{
    const struct varint_case *c = *state;
    cq_buf buf = {0};
    cq_reader reader;

    cq_buf_add_varint(&buf, c->value);
    assert_true(cq_str_equal(cq_buf_str(&buf), c->bytes));
    reader = cq_reader_over(c->bytes);
    assert_int_equal(cq_read_varint(&reader), c->value);
    assert_false(reader.failed);
    assert_ptr_equal(reader.at, reader.end);
    for (size_t cut = 0; cut < c->bytes.len; cut++) { /* all that is shorter fails */
        reader = cq_reader_over(cq_str_slice(c->bytes, 0, cut));
        assert_int_equal(cq_read_varint(&reader), 0);
        assert_true(reader.failed);
    }
    cq_buf_release(&buf);
}

static void test_varint_of_more_than_64_bits(void **state)
{
    const cq_str texts[] = {
        CQ_STR("\xff\xff\xff\xff\xff\xff\xff\xff\xff\x02"),
        CQ_STR("\x80\x80\x80\x80\x80\x80\x80\x80\x80\x80\x01"),
        CQ_STR("\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\x01"),
    };

    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(texts); i++) {
        cq_reader reader = cq_reader_over(texts[i]);

        assert_int_equal(cq_read_varint(&reader), 0);
        assert_true(reader.failed);
        assert_int_equal(cq_read_varint(&reader), 0); /* and so do all after it */
        assert_null(cq_read_bytes(&reader, 0).ptr);
    }
}

static void test_read_bytes(void **state)
{
    cq_reader reader = cq_reader_over(CQ_STR("abcdef"));

    (void)state;
    assert_true(cq_str_equal(cq_read_bytes(&reader, 2), CQ_STR("ab")));
    assert_true(cq_str_equal(cq_read_bytes(&reader, 0), CQ_STR("")));
    assert_true(cq_str_equal(cq_read_bytes(&reader, 4), CQ_STR("cdef")));
    assert_false(reader.failed);
    assert_int_equal(cq_read_bytes(&reader, 1).len, 0);
    assert_true(reader.failed);
    reader = cq_reader_over(CQ_STR("abc"));
    assert_null(cq_read_bytes(&reader, UINT64_MAX).ptr);
    assert_true(reader.failed);
    reader = cq_reader_over((cq_str){0});
    assert_int_equal(cq_read_bytes(&reader, 0).len, 0);
    assert_false(reader.failed);
    assert_int_equal(cq_read_varint(&reader), 0);
    assert_true(reader.failed);
}

static void test_zigzag(void **state)
{
    const int64_t values[] = {0, -1, 1, -2, 2, INT64_MAX, INT64_MIN};
    const uint64_t codes[] = {0, 1, 2, 3, 4, UINT64_MAX - 1, UINT64_MAX};

    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(values); i++) {
        assert_int_equal(cq_zigzag(values[i]), codes[i]);
        assert_true(cq_unzigzag(codes[i]) == values[i]);
    }
}

int main(void)
{
    const struct CMUnitTest others[] = {
        cmocka_unit_test(test_adds),
        cmocka_unit_test(test_reserve_and_cut),
        cmocka_unit_test(test_ceiling),
        cmocka_unit_test(test_hostile_sizes),
        cmocka_unit_test(test_without_memory),
        cmocka_unit_test(test_varint_of_more_than_64_bits),
        cmocka_unit_test(test_read_bytes),
        cmocka_unit_test(test_zigzag),
    };
    struct CMUnitTest tests[ARRAY_LEN(varints)];
    size_t len = 0;

    ADD(varints, test_varint);
    return cmocka_run_group_tests_name("varints", tests, NULL, NULL) +
           cmocka_run_group_tests_name("buffers", others, NULL, NULL);
}
