#include "helper.h"

#include <string.h>

static struct fold_case {
    const char *name, *text, *folded;
} fold_cases[] = {
    {"empty", "", ""},
    {"ASCII", "Hello, World 1", "hello, world 1"},
    {"accents", "\u00c9t\u00e9 na\u00efve", "ete naive"},
    {"decomposed accents", "E\u0301te\u0301", "ete"},
    {"German sharp s", "Stra\u00dfe", "strasse"},
    {"ligature", "\ufb01n", "fin"},
    {"full-width", "\uff21\uff22\uff0c\uff11", "ab,1"},
    {"Greek", "\u1f08\u03b8\u03ae\u03bd\u03b1\u03c2",
     "\u03b1\u03b8\u03b7\u03bd\u03b1\u03c3"},
    {"Russian yo is ye", "\u0401\u043b\u043a\u0430", "\u0435\u043b\u043a\u0430"},
    {"Russian short i is another letter", "\u043c\u043e\u0439", "\u043c\u043e\u0439"},
    {"Turkish i", "I\u0131\u0130i", "iiii"},
    {"Arabic points and kashida", "\u0643\u0640\u0650\u062a\u064e\u0627\u0628",
     "\u0643\u062a\u0627\u0628"},
    {"Arabic digits", "\u0661\u0662", "12"},
    {"Hebrew points", "\u05e9\u05c1\u05b8\u05dc\u05d5\u05b9\u05dd",
     "\u05e9\u05dc\u05d5\u05dd"},
    {"Devanagari keeps its vowel signs", "\u0915\u093f\u0941\u094d",
     "\u0915\u093f\u0941\u094d"},
    {"Thai keeps its tones", "\u0e19\u0e49\u0e33", "\u0e19\u0e49\u0e4d\u0e32"},
    {"voiced Kana is another letter", "\u304c\u304b\u3099", "\u304c\u304c"},
    {"half-width voiced Kana", "\uff76\uff9e", "\u30ac"},
    {"Hangul stays whole", "\ud55c\u1112\u1161\u11ab", "\ud55c\ud55c"},
    {"not equal is not equal", "\u2260", "\u2260"},
    {"soft hyphen and non-joiner go", "a\u00adb\u200cc", "abc"},
    {"quotes and dashes", "\u201ca\u201d \u2019 \u2013", "\"a\" ' -"},
    {"emoji", "\U0001f600", "\U0001f600"},
};

static void test_fold(void **state)
{
    const struct fold_case *row = *state;
    cq_buf out = {0}, again = {0}, map = {0};

    cq_buf_add(&out, "", 0);
    assert_int_equal(cq_text_fold(cq_str_from(row->text), &out, NULL, NULL), CQ_OK);
    assert_string_equal(out.ptr, row->folded);
    assert_int_equal(cq_text_fold(cq_str_from(row->text), &again, &map, NULL), CQ_OK);
    assert_true(cq_str_equal(cq_buf_str(&out), cq_buf_str(&again)));
    assert_int_equal(map.len, (out.len + 1) * sizeof(size_t));
    cq_buf_release(&out);
    cq_buf_release(&again);
    cq_buf_release(&map);
}

static void test_map(void **state)
{
    static const size_t want[] = {0, 0, 3, 4, 6, 9, 9, 9, 12};
    cq_buf out = {0}, map = {0};

    (void)state;
    assert_int_equal(cq_text_fold(CQ_STR("\ufb01n\u00e9e\u0301\u4e00"), &out, &map, NULL),
                     CQ_OK);
    assert_string_equal(out.ptr, "finee\u4e00");
    assert_int_equal(map.len, (out.len + 1) * sizeof(size_t));
    assert_memory_equal(map.ptr, want, sizeof(want));
    cq_buf_release(&out);
    cq_buf_release(&map);
}

/* Folding twice is folding once; with and without a map it is the same; the map goes
 * forward. */
static void test_random(void **state)
{
    uint64_t seed = 7;
    cq_buf text = {0}, a = {0}, b = {0}, map = {0};

    (void)state;
    for (int n = 0; n < 20000; n++) {
        size_t last = 0;

        random_text(&seed, 12, &text);
        cq_buf_reset(&a);
        cq_buf_reset(&b);
        cq_buf_reset(&map);
        assert_int_equal(cq_text_fold(cq_buf_str(&text), &a, NULL, NULL), CQ_OK);
        assert_int_equal(cq_text_fold(cq_buf_str(&text), &b, &map, NULL), CQ_OK);
        assert_true(cq_str_equal(cq_buf_str(&a), cq_buf_str(&b)));
        for (size_t i = 0; i < map.len; i += sizeof(size_t)) {
            size_t offset;

            memcpy(&offset, map.ptr + i, sizeof(offset));
            assert_true(offset >= last && offset <= text.len);
            last = offset;
        }
        assert_int_equal(last, text.len);
        cq_buf_reset(&b);
        assert_int_equal(cq_text_fold(cq_buf_str(&a), &b, NULL, NULL), CQ_OK);
        assert_true(cq_str_equal(cq_buf_str(&a), cq_buf_str(&b)));
    }
    cq_buf_release(&text);
    cq_buf_release(&a);
    cq_buf_release(&b);
    cq_buf_release(&map);
}

static struct same_case {
    const char *name, *a, *b;
    bool same;
} same_cases[] = {
    {"equal", "abc", "abc", true},
    {"composed and decomposed", "\u00e9", "e\u0301", true},
    {"Vietnamese", "ti\u1ebfng", "tie\u0302\u0301ng", true},
    {"order of marks", "a\u0316\u0301", "a\u0301\u0316", true},
    {"Angstrom sign", "\u212b", "\u00c5", true},
    {"Hangul", "\uac00", "\u1100\u1161", true},
    {"case differs", "a", "A", false},
    {"white space differs", "a b", "a  b", false},
    {"compatibility is not enough", "\ufb01", "fi", false},
    {"accent differs", "\u00e9", "e", false},
};

static void test_same(void **state)
{
    const struct same_case *row = *state;

    assert_int_equal(cq_text_same(cq_str_from(row->a), cq_str_from(row->b)), row->same);
}

/* A million marks in the order that sorting likes least; the time limit is the judge. */
static void test_hostile(void **state)
{
    cq_buf text = {0}, out = {0}, map = {0};

    (void)state;
    cq_buf_add_z(&text, "a");
    while (text.len < 1000000)
        cq_buf_add_z(&text, "\u0301\u0316");
    assert_int_equal(cq_text_nfc(cq_buf_str(&text), &out, NULL), CQ_OK);
    cq_buf_reset(&out);
    assert_int_equal(cq_text_fold(cq_buf_str(&text), &out, NULL, NULL), CQ_OK);
    assert_string_equal(out.ptr, "a");
    cq_buf_reset(&out);
    assert_int_equal(cq_text_fold(cq_buf_str(&text), &out, &map, NULL), CQ_OK);
    assert_string_equal(out.ptr, "a");
    cq_buf_release(&text);
    cq_buf_release(&out);
    cq_buf_release(&map);
}

static void test_allocation(void **state)
{
    cq_str text = CQ_STR("\u00c9t\u00e9 \u4e00\ufb01 and some more of it");

    (void)state;
    for (uint64_t nth = 1;; nth++) {
        cq_buf out = {0}, map = {0}, nfc = {0};
        cq_error err = {0};
        cq_status status;

        cq_alloc_fail_at(nth);
        status = cq_text_fold(text, &out, &map, &err);
        if (status == CQ_OK)
            status = cq_text_nfc(CQ_STR("e\u0301"), &nfc, &err);
        cq_alloc_fail_at(0);
        cq_buf_release(&out);
        cq_buf_release(&map);
        cq_buf_release(&nfc);
        if (status == CQ_OK)
            break;
        assert_int_equal(status, CQ_E_NOMEM);
        assert_int_equal(err.status, CQ_E_NOMEM);
    }
}

int main(void)
{
    struct CMUnitTest tests[ARRAY_LEN(fold_cases) + ARRAY_LEN(same_cases) + 4];
    size_t len = 0;

    ADD(fold_cases, test_fold);
    ADD(same_cases, test_same);
    ADD_ONE("the map leads back to where a byte came from", test_map);
    ADD_ONE("folding random text twice is folding it once", test_random);
    ADD_ONE("a megabyte of marks is quick", test_hostile);
    ADD_ONE("every allocation failing", test_allocation);
    return cmocka_run_group_tests_name("text/fold", tests, NULL, NULL);
}
