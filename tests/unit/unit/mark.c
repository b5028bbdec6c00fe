/* Codes as marks: how they are numbered, which rendering's code stands for which, and
 * what of a typed text is a mark. */
#include "unit/mark.h"

#include "../rows.h"

#include <stdlib.h>
#include <string.h>

static void assert_text(cq_buf *made, const char *expected)
{
    cq_buf_add_byte(made, '\0');
    assert_int_equal(cq_buf_check(made, NULL), CQ_OK);
    assert_string_equal((const char *)made->ptr, expected);
    cq_buf_cut(made, made->len - 1);
}

/* A segment in short: b open, e close, i isolated, p standalone, h text; each followed by
 * @i and @x as digits or "-", then by a letter that stands for its markup. Other letters
 * are text. */
static void build(cq_unit *unit, const char *codes, const char *text)
{
    cq_variant *variant = cq_unit_add_text(unit, CQ_STR("en"), cq_str_from(text));
    size_t at = 0;

    assert_non_null(variant);
    for (const char *c = codes; *c;) {
        static const char letters[] = "beiph";
        static const cq_code_kind kinds[] = {CQ_CODE_OPEN, CQ_CODE_CLOSE,
                                             CQ_CODE_ISOLATED, CQ_CODE_STANDALONE,
                                             CQ_CODE_TEXT_OPEN};
        const char *kind = strchr(letters, *c);

        if (!kind) {
            at++;
            c++;
            continue;
        }
        cq_code *code = cq_variant_add_code(unit, variant, kinds[kind - letters], at,
                                            (cq_str){c + 3, 1});
        assert_non_null(code);
        code->pair = c[1] == '-' ? -1 : c[1] - '0';
        code->link = c[2] == '-' ? -1 : c[2] - '0';
        c += 4;
    }
}

static struct of_case {
    const char *name, *codes, *text, *marked;
} of_cases[] = {
    {"a pair and one alone", "o b1-a o e1-b o p--c", "ooo", "o{1}o{/1}o{2/}"},
    {"pairs that overlap", "b1-ao b2-bo e1-co e2-d", "ooo", "{1}o{2}o{/1}o{/2}"},
    {"the same @i twice in turn", "b1-aoe1-bb1-aoe1-b", "oo", "{1}o{/1}{2}o{/2}"},
    {"an end without a beginning", "oe1-b", "o", "o{1/}"},
    {"a beginning without an end", "b1-ao", "o", "{1/}o"},
    {"an isolated end", "oi1-b", "o", "o{1/}"},
    {"hi is text", "h--ao", "o", "o"},
};

static void test_of(void **state)
{
    const struct of_case *row = *state;
    char codes[64] = "";
    cq_unit unit = {0};
    cq_marks marks = {0};
    cq_buf shown = {0};

    for (const char *c = row->codes; *c; c++)
        if (*c != ' ')
            strncat(codes, c, 1);
    build(&unit, codes, row->text);
    assert_int_equal(cq_marks_of(&unit.variants[0], &marks, NULL), CQ_OK);
    cq_marks_write(unit.variants[0].text, &marks, &shown);
    assert_text(&shown, row->marked);
    cq_buf_release(&shown);
    cq_marks_release(&marks);
    cq_unit_release(&unit);
}

static struct link_case {
    const char *name, *source, *target, *marked;
} link_cases[] = {
    {"by @x, in another order", "p-1ap-2bX", "p-2bXp-1a", "{2/}X{1/}X"},
    {"by @x, though @i differs", "b17aXe1-bb28aXe2-b", "b18aXe1-bb27aXe2-b",
     "{2}X{/2}{1}X{/1}"},
    {"by @i", "b1-aXe1-cb2-bXe2-c", "b2-bXe2-cb1-aXe1-c", "{2}X{/2}{1}X{/1}"},
    {"by markup", "p--aXp--bX", "p--bXp--aX", "{2/}X{1/}X"},
    {"the same markup in reading order", "p--aXp--aX", "Xp--aXp--a", "X{1/}X{2/}"},
    {"the only one of its kind", "p--aX", "Xp--z", "X{1/}X"},
    {"two others are not told apart", "p--ap--bX", "p--yp--zX", "{3/}{4/}XX"},
    {"an @x that the source lacks", "p-1aX", "p-2aX", "{2/}XX"},
    {"more codes than the source", "X", "p--aX", "{1/}XX"},
};

static void test_link(void **state)
{
    const struct link_case *row = *state;
    cq_unit unit = {0};
    cq_marks source = {0}, target = {0};
    cq_buf shown = {0};

    build(&unit, row->source, "XX");
    build(&unit, row->target, "XX");
    assert_int_equal(cq_marks_of(&unit.variants[0], &source, NULL), CQ_OK);
    assert_int_equal(cq_marks_of(&unit.variants[1], &target, NULL), CQ_OK);
    assert_int_equal(cq_marks_link(&source, &target, NULL), CQ_OK);
    cq_marks_write(CQ_STR("XX"), &target, &shown);
    assert_text(&shown, row->marked);
    cq_buf_release(&shown);
    cq_marks_release(&source);
    cq_marks_release(&target);
    cq_unit_release(&unit);
}

static struct read_case {
    const char *name, *typed, *plain;
    size_t marks;
} read_cases[] = {
    {"a pair", "Press {1}OK{/1}.", "Press OK.", 2},
    {"one alone", "Line{7/}", "Line", 1},
    {"a placeholder is text", "{1} of {2} files", "{1} of {2} files", 0},
    {"an end without a beginning is text", "a{/1}b", "a{/1}b", 0},
    {"crossed pairs", "{1}a{2}b{/1}c{/2}", "abc", 4},
    {"a number too many", "{0/}{12345/}{01/}", "{0/}{12345/}{01/}", 0},
    {"zeros before an end", "{3}a{/03}", "{3}a{/03}", 0},
    {"other braces", "{}{/}{a}{1", "{}{/}{a}{1", 0},
    {"a beginning twice", "{1}a{1}b{/1}", "{1}ab", 2},
};

static void test_read(void **state)
{
    const struct read_case *row = *state;
    cq_marks marks = {0};
    cq_buf plain = {0}, again = {0};

    assert_int_equal(cq_marks_read(cq_str_from(row->typed), &plain, &marks, NULL), CQ_OK);
    assert_text(&plain, row->plain);
    assert_int_equal(marks.len, row->marks);
    cq_marks_write(cq_buf_str(&plain), &marks, &again);
    assert_text(&again, row->typed);
    for (size_t at = 0; at < plain.len; at++)
        assert_int_equal(row->typed[cq_marks_place(&marks, at, false)], plain.ptr[at]);
    for (size_t end = 1; end <= plain.len; end++)
        assert_int_equal(row->typed[cq_marks_place(&marks, end, true) - 1],
                         plain.ptr[end - 1]);
    cq_buf_release(&plain);
    cq_buf_release(&again);
    cq_marks_release(&marks);
}

static struct alike_case {
    const char *name, *a, *b;
    bool is_alike;
} alike_cases[] = {
    {"other numbers", "{1}x{/1}{2/}", "{5}{/5}x{3/}", true},
    {"other order", "{1}x{/1}{2/}", "{2/}{1}x{/1}", false},
    {"other nesting", "{1}{2}{/2}{/1}", "{1}{2}{/1}{/2}", false},
};

static void test_alike(void **state)
{
    const struct alike_case *row = *state;
    cq_marks a = {0}, b = {0};
    cq_buf plain = {0};

    assert_int_equal(cq_marks_read(cq_str_from(row->a), &plain, &a, NULL), CQ_OK);
    assert_int_equal(cq_marks_read(cq_str_from(row->b), &plain, &b, NULL), CQ_OK);
    assert_int_equal(a.len, b.len);
    assert_int_equal(cq_marks_alike(a.items, b.items, a.len), row->is_alike);
    cq_buf_release(&plain);
    cq_marks_release(&a);
    cq_marks_release(&b);
}

static void test_no_memory(void **state)
{
    cq_status status = CQ_E_NOMEM;

    (void)state;
    for (size_t n = 1; status == CQ_E_NOMEM; n++) {
        cq_marks marks = {0};
        cq_buf plain = {0};

        cq_alloc_fail_at(n);
        status = cq_marks_read(CQ_STR("{1}a{/1}"), &plain, &marks, NULL);
        cq_alloc_fail_at(0);
        cq_buf_release(&plain);
        cq_marks_release(&marks);
    }
    assert_int_equal(status, CQ_OK);
}

int main(void)
{
    struct CMUnitTest tests[64];
    size_t len = 0;

    ADD(of_cases, test_of);
    ADD(link_cases, test_link);
    ADD(read_cases, test_read);
    ADD(alike_cases, test_alike);
    tests[len++] = (struct CMUnitTest)cmocka_unit_test(test_no_memory);
    return _cmocka_run_group_tests("unit/mark", tests, len, NULL, NULL);
}
