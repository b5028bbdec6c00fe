#include "helper.h"

/* ---- folding --------------------------------------------------------------------------
 */

/* cq_text_fold() with each run of white space as one space: the definition. */
static void fold_plainly(cq_str text, cq_buf *out)
{
    cq_buf folded = {0};
    bool after_space = false;

    cq_buf_reset(out);
    assert_int_equal(cq_text_fold(text, &folded, NULL, NULL), CQ_OK);
    for (size_t at = 0; at < folded.len;) {
        uint32_t code = cq_text_next(cq_buf_str(&folded), &at);
        bool is_space = cq_char_is_space(code);

        if (!is_space)
            cq_text_put(out, code);
        else if (!after_space)
            cq_buf_add_byte(out, ' ');
        after_space = is_space;
    }
    cq_buf_release(&folded);
}

static void test_random(void **state)
{
    uint64_t seed = 8;
    cq_buf text = {0}, wanted = {0};
    cq_folded folded = {0};
    cq_folder *folder;

    (void)state;
    assert_int_equal(cq_folder_open(&folder, NULL), CQ_OK);
    for (int n = 0; n < 20000; n++) {
        size_t last = 0;

        random_text(&seed, 12, &text);
        fold_plainly(cq_buf_str(&text), &wanted);
        assert_int_equal(cq_folder_run(folder, cq_buf_str(&text), &folded, NULL), CQ_OK);
        assert_true(cq_str_equal(cq_buf_str(&folded.text), cq_buf_str(&wanted)));
        for (size_t at = 0; at < folded.text.len; at++) {
            size_t start = at, end = at + 1;

            cq_folded_range(&folded, &start, &end);
            assert_true(start >= last && start < end && end <= text.len);
            last = start;
        }
    }
    cq_folder_close(folder);
    cq_folded_release(&folded);
    cq_buf_release(&text);
    cq_buf_release(&wanted);
}

static struct space_case {
    const char *name, *text, *folded;
} space_cases[] = {
    {"one space", "A b", "a b"},
    {"two", "A  b", "a b"},
    {"line end and tab", "A\n\tb", "a b"},
    {"no-break and ideographic", "A\u00a0\u3000b", "a b"},
    {"a diaeresis alone is a space", "A \u00a8b", "a b"},
    {"at the ends", " \u00e9 ", " e "},
};

static void test_spaces(void **state)
{
    const struct space_case *row = *state;
    cq_folded folded = {0};
    cq_folder *folder;

    assert_int_equal(cq_folder_open(&folder, NULL), CQ_OK);
    assert_int_equal(cq_folder_run(folder, cq_str_from(row->text), &folded, NULL), CQ_OK);
    assert_string_equal(folded.text.ptr, row->folded);
    cq_folder_close(folder);
    cq_folded_release(&folded);
}

/* ---- pieces ---------------------------------------------------------------------------
 */

static struct piece_case {
    const char *name, *text, *pieces; /* parted by '|' */
} piece_cases[] = {
    {"words", "save the file", "save|the|file"},
    {"letters and digits are one", "mp3 3d 2010", "mp3|3d|2010"},
    {"marks of punctuation alone", "don't...", "don|'|t|.|.|."},
    {"Chinese by character", "\u4fdd\u5b58a", "\u4fdd|\u5b58|a"},
    {"Thai with its marks", "\u0e01\u0e35\u0e48\u0e01", "\u0e01\u0e35\u0e48|\u0e01"},
    {"a mark after a letter", "\u0915\u094d\u0937", "\u0915\u094d\u0937"},
    {"a mark after a space", "a \u3099b", "a|\u3099|b"},
    {"nothing", " ", ""},
};

/* Pieces are what no cut goes through, and what is between is white space. */
static void test_pieces(void **state)
{
    const struct piece_case *row = *state;
    cq_str text = cq_str_from(row->text);
    cq_buf pieces = {0};
    cq_folder *folder;
    size_t start = 0, end = 0;

    assert_int_equal(cq_folder_open(&folder, NULL), CQ_OK);
    while (cq_piece_next(folder, text, &start, &end)) {
        assert_true(cq_piece_parts(folder, text, start));
        assert_true(cq_piece_parts(folder, text, end));
        for (size_t at = start + 1; at < end; at++)
            if (((unsigned char)text.ptr[at] & 0xc0) != 0x80)
                assert_false(cq_piece_parts(folder, text, at));
        if (pieces.len)
            cq_buf_add_byte(&pieces, '|');
        cq_buf_add_str(&pieces, cq_str_slice(text, start, end));
    }
    cq_buf_add_byte(&pieces, '\0');
    assert_string_equal(pieces.ptr, row->pieces);
    cq_buf_release(&pieces);
    cq_folder_close(folder);
}

static void test_no_memory(void **state)
{
    bool is_done = false;

    (void)state;
    for (uint64_t nth = 1; !is_done; nth++) {
        cq_folded folded = {0};
        cq_folder *folder;
        cq_error err = {0};
        cq_status status;

        cq_alloc_fail_at(nth);
        status = cq_folder_open(&folder, &err);
        if (status == CQ_OK)
            status =
                cq_folder_run(folder, CQ_STR("\u00c9t\u00e9  e\u0301"), &folded, &err);
        cq_alloc_fail_at(0);
        is_done = status == CQ_OK;
        if (!is_done)
            assert_int_equal(err.status, CQ_E_NOMEM);
        cq_folder_close(folder);
        cq_folded_release(&folded);
    }
}

int main(void)
{
    struct CMUnitTest tests[ARRAY_LEN(space_cases) + ARRAY_LEN(piece_cases) + 2];
    size_t len = 0;

    ADD(space_cases, test_spaces);
    ADD(piece_cases, test_pieces);
    ADD_ONE("random texts as folded plainly", test_random);
    ADD_ONE("every allocation fails in turn", test_no_memory);
    return cmocka_run_group_tests_name("text/search", tests, NULL, NULL);
}
