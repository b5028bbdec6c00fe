/* What a difference looks like: [-gone-]{+come+}, the rest is the same. */
#include "match/match.h"

#include "../rows.h"

#include <stddef.h>
#include <string.h>

static struct pieces_case {
    const char *name, *lang, *a, *b, *shown;
} pieces_cases[] = {
    {"nothing differs", "en", "Save it.", "Save it.", "Save it."},
    {"both empty", "en", "", "", ""},
    {"all is new", "en", "", "Save it.", "{+Save it.+}"},
    {"all is gone", "en", "Save it.", "", "[-Save it.-]"},
    {"a word for another", "en", "the red file", "the green file",
     "the [-red-]{+green+} file"},
    {"words for others", "en", "the old red file", "the new green file",
     "the [-old-]{+new+} [-red-]{+green+} file"},
    {"a word goes with the space after it", "en", "the red file", "the file",
     "the [-red -]file"},
    {"a word comes with the space after it", "en", "the file", "the red file",
     "the {+red +}file"},
    {"the first word goes", "en", "Now save it", "save it", "[-Now -]save it"},
    {"the last word goes", "en", "save it now", "save it", "save it[- now-]"},
    {"letters of a word", "en", "two colours", "two colors", "two colo[-u-]rs"},
    {"letters of a stem", "en", "organise", "organize", "organi[-s-]{+z+}e"},
    {"an unlike word is shown whole", "en", "disk", "sled", "[-disk-]{+sled+}"},
    {"case", "en", "Save", "save", "[-S-]{+s+}ave"},
    {"a number is shown whole", "en", "1,000 files", "1,500 files",
     "[-1,000-]{+1,500+} files"},
    {"two spaces", "en", "save  it", "save it", "save[-  -]{+ +}it"},
    {"a space at the end", "en", "save it ", "save it", "save it[- -]"},
    {"a moved word", "en", "now save it", "save it now", "[-now -]save it{+ now+}"},
    {"composed and decomposed are the same", "fr", "\u00e9t\u00e9", "e\u0301te\u0301",
     "\u00e9t\u00e9"},
    {"an accent goes with its letter", "fr", "cote\u0301s", "cotes",
     "cot[-e\u0301-]{+e+}s"},
    /* U+0915 KA, U+094D VIRAMA, U+0937 SSA are one sign */
    {"a conjunct is not parted", "hi", "\u0930\u0915\u094d\u0937\u093e\u0928",
     "\u0930\u0924\u094d\u0937\u093e\u0928",
     "\u0930[-\u0915\u094d\u0937\u093e-]{+\u0924\u094d\u0937\u093e+}\u0928"},
    {"Arabic", "ar", "\u0627\u0644\u0643\u062a\u0627\u0628",
     "\u0627\u0644\u0643\u062a\u0628", "\u0627\u0644\u0643\u062a[-\u0627-]\u0628"},
    {"a Hebrew point goes with its letter", "he", "\u05e9\u05b8\u05dc\u05d5\u05dd",
     "\u05e9\u05dc\u05d5\u05dd", "[-\u05e9\u05b8-]{+\u05e9+}\u05dc\u05d5\u05dd"},
    {"Chinese, character by character", "zh", "\u4fdd\u5b58\u6587\u4ef6\u5939",
     "\u4fdd\u5b58\u6587\u4ef6", "\u4fdd\u5b58\u6587\u4ef6[-\u5939-]"},
    {"Thai, mark and vowel with their consonant", "th", "\u0e19\u0e49\u0e33",
     "\u0e19\u0e33", "[-\u0e19\u0e49\u0e33-]{+\u0e19\u0e33+}"},
    {"an emoji with its skin tone", "en", "ok \U0001F44D\U0001F3FD", "ok \U0001F44D",
     "ok [-\U0001F44D\U0001F3FD-]{+\U0001F44D+}"},
};

static void add_marked(cq_buf *shown, const char *opening, cq_str text,
                       const char *closing)
{
    if (text.len == 0)
        return;
    cq_buf_add_str(shown, cq_str_from(opening));
    cq_buf_add_str(shown, text);
    cq_buf_add_str(shown, cq_str_from(closing));
}

static void show(const cq_explanation *e, cq_str a, cq_str b, cq_buf *shown)
{
    for (size_t i = 0; i < e->pieces_len; i++) {
        const cq_piece *piece = &e->pieces[i];
        cq_str gone = cq_str_slice(a, piece->a_start, piece->a_end);
        cq_str come = cq_str_slice(b, piece->b_start, piece->b_end);

        if (piece->is_same)
            cq_buf_add(shown, gone.ptr, gone.len);
        if (!piece->is_same) {
            add_marked(shown, "[-", gone, "-]");
            add_marked(shown, "{+", come, "+}");
        }
    }
}

/* Pieces cover both sides in order, same and changed in turn; what is said to be the same
 * looks so. */
static void check(const cq_explanation *e, cq_str a, cq_str b)
{
    size_t a_at = 0, b_at = 0;

    for (size_t i = 0; i < e->pieces_len; i++) {
        const cq_piece *piece = &e->pieces[i];

        assert_int_equal(piece->a_start, a_at);
        assert_int_equal(piece->b_start, b_at);
        assert_true(piece->a_end >= a_at && piece->b_end >= b_at);
        assert_true(piece->a_end > a_at || piece->b_end > b_at);
        a_at = piece->a_end;
        b_at = piece->b_end;
        if (i > 0)
            assert_true(piece->is_same != piece[-1].is_same);
        if (piece->is_same)
            assert_true(cq_text_same(cq_str_slice(a, piece->a_start, a_at),
                                     cq_str_slice(b, piece->b_start, b_at)));
    }
    assert_int_equal(a_at, a.len);
    assert_int_equal(b_at, b.len);
}

static void test_pieces(void **state)
{
    const struct pieces_case *c = *state;
    cq_str a = cq_str_from(c->a), b = cq_str_from(c->b);
    cq_explanation *e;
    cq_buf shown = {0};
    cq_lang lang;

    assert_int_equal(cq_lang_parse(cq_str_from(c->lang), &lang, NULL), CQ_OK);
    assert_int_equal(cq_explain(&lang, a, b, &e, NULL), CQ_OK);
    show(e, a, b, &shown);
    cq_buf_add_byte(&shown, 0);
    assert_string_equal(shown.ptr, c->shown);
    check(e, a, b);
    cq_explanation_free(e);
    cq_buf_release(&shown);
    assert_int_equal(cq_explain(&lang, b, a, &e, NULL), CQ_OK);
    check(e, b, a);
    cq_explanation_free(e);
}

static unsigned draw(unsigned *seed, unsigned below)
{
    *seed = *seed * 1103515245u + 12345u;
    return (*seed >> 16) % below;
}

static void write_random(unsigned *seed, cq_buf *text)
{
    static const char *const bits[] = {"a",      "b",      "ab",       " ",      "  ",
                                       "e",      "\u0301", "\u00e9",   "1",      ",",
                                       "\u6587", "\u0915", "\u094d",   "\u0937", "\u200d",
                                       "word",   "words",  "www.a.org"};

    cq_buf_reset(text);
    for (unsigned left = draw(seed, 14); left; left--)
        cq_buf_add_z(text, bits[draw(seed, ARRAY_LEN(bits))]);
}

static void test_random(void **state)
{
    cq_buf a = {0}, b = {0};
    unsigned seed = 11;
    cq_lang lang;

    (void)state;
    assert_int_equal(cq_lang_parse(CQ_STR("hi"), &lang, NULL), CQ_OK);
    for (unsigned round = 0; round < 500; round++) {
        cq_explanation *e;

        write_random(&seed, &a);
        write_random(&seed, &b);
        assert_int_equal(cq_explain(&lang, cq_buf_str(&a), cq_buf_str(&b), &e, NULL),
                         CQ_OK);
        check(e, cq_buf_str(&a), cq_buf_str(&b));
        cq_explanation_free(e);
    }
    cq_buf_release(&a);
    cq_buf_release(&b);
}

int main(void)
{
    static const struct CMUnitTest others[] = {cmocka_unit_test(test_random)};
    struct CMUnitTest tests[ARRAY_LEN(pieces_cases)];
    size_t len = 0;

    ADD(pieces_cases, test_pieces);
    return cmocka_run_group_tests(tests, NULL, NULL) +
           cmocka_run_group_tests(others, NULL, NULL);
}
