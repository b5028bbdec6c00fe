/* --repair: what is mended, and that whatever was done to a file every unit of it is
 * accounted for. */
#include "generate.h"
#include "scratch.h"
#include "tmx.h"

#include <stdlib.h>
#include <string.h>

typedef struct notices {
    size_t repaired, rejected;
    int first; /* number of the first repair or rejection */
    uint64_t line, column;
} notices;

static void note(void *context, const cq_notice *notice)
{
    notices *n = context;

    assert_true(notice->what->number > 0);
    assert_null(strchr(notice->what->message, '\n'));
    if (notice->kind == CQ_NOTICE_WARNING)
        return;
    if (n->repaired + n->rejected == 0) {
        n->first = notice->what->number;
        n->line = notice->what->line;
        n->column = notice->what->column;
    }
    n->repaired += notice->kind == CQ_NOTICE_REPAIRED;
    n->rejected += notice->kind == CQ_NOTICE_REJECTED;
}

/* Read a file with repair; units into *units, their texts joined by '|' into `texts`. */
static cq_status mend(cq_str file, notices *n, size_t *units, cq_buf *texts,
                      cq_error *err)
{
    cq_tmx_options opts = {.repair = true, .notice = note, .notice_context = n};
    cq_tmx_reader *reader;
    cq_unit unit = {0};
    cq_status status = cq_tmx_open(scratch_file(file), &opts, &reader, err);
    cq_tmx_progress at;

    *units = 0;
    if (status < 0)
        return status;
    while ((status = cq_tmx_read(reader, &unit, err)) == CQ_OK) {
        (*units)++;
        for (size_t i = 0; texts && i < unit.variants_len; i++) {
            cq_buf_add_str(texts, unit.variants[i].text);
            cq_buf_add_byte(texts, '|');
        }
    }
    at = cq_tmx_at(reader);
    assert_int_equal(at.repaired, n->repaired);
    assert_int_equal(at.rejected, n->rejected);
    cq_unit_release(&unit);
    cq_tmx_close(reader);
    return status;
}

#define HEAD                                                                             \
    "<?xml version=\"1.0\"?>\n<tmx version=\"1.4\">\n"                                   \
    "<header creationtool=\"t\" creationtoolversion=\"1\" segtype=\"sentence\" "         \
    "o-tmf=\"x\" adminlang=\"en\" srclang=\"en\" datatype=\"x\"/>\n<body>\n"
#define UNIT(seg) "<tu><tuv xml:lang=\"en\"><seg>" seg "</seg></tuv></tu>\n"
#define TAIL      "</body></tmx>\n"
#define WHOLE(s)  HEAD UNIT("one") s UNIT("last") TAIL

static struct repair_case {
    const char *name, *file;
    const char *texts; /* of all variants, a '|' behind each */
    size_t rejected;
    int number; /* of the first repair, 0 for none */
    uint64_t line, column;
} cases[] = {
    {"nothing to mend", WHOLE(UNIT("two")), "one|two|last|", 0, 0, 0, 0},
    {"ampersand", WHOLE(UNIT("a & b&c")), "one|a & b&c|last|", 0, 64, 6, 31},
    {"less-than", WHOLE(UNIT("a < b <3")), "one|a < b <3|last|", 0, 69, 6, 31},
    {"an entity of HTML", WHOLE(UNIT("a&eacute;b")),
     "one|a\xc3\xa9"
     "b|last|",
     0, 65, 6, 30},
    {"an unknown entity", WHOLE(UNIT("a&foo;b")), "one|a&foo;b|last|", 0, 64, 6, 30},
    {"a control character",
     WHOLE(UNIT("a\x07"
                "b")),
     "one|ab|last|", 0, 53, 6, 30},
    {"a reference to one", WHOLE(UNIT("a&#7;b")), "one|ab|last|", 0, 53, 6, 30},
    {"a stray byte", WHOLE(UNIT("caf\xe9")), "one|caf\xc3\xa9|last|", 0, 52, 6, 32},
    {"an attribute twice",
     WHOLE("<tu a=\"1\" a=\"2\"><tuv xml:lang=\"en\"><seg>x</seg></tuv></tu>"),
     "one|x|last|", 0, 70, 6, 1},
    {"no quotes", WHOLE("<tu><tuv xml:lang=en><seg>x</seg></tuv></tu>"), "one|x|last|", 0,
     71, 6, 5},
    {"a quote that never ends", WHOLE("<tu><tuv xml:lang=\"en><seg>x</seg></tuv></tu>"),
     "one|x|last|", 0, 71, 6, 5},
    {"crossed tags", WHOLE(UNIT("<hi>a<ph></hi></ph>")), "one|a|last|", 0, 63, 6, 38},
    {"missing end tags", WHOLE("<tu><tuv xml:lang=\"en\"><seg>x</tu>"), "one|x|last|", 0,
     63, 6, 30},
    {"a unit that never ends", WHOLE("<tu><tuv xml:lang=\"en\"><seg>x</seg></tuv>"),
     "one|x|last|", 0, 63, 6, 42},
    {"a unit cut in its text", WHOLE("<tu><tuv xml:lang=\"en\"><seg>x"), "one|last|", 1,
     63, 6, 30},
    {"a file cut in a text", HEAD UNIT("one") "<tu><tuv xml:lang=\"en\"><seg>x", "one|",
     1, 62, 6, 30},
    {"a file cut in a tag", HEAD UNIT("one") "<tu><tuv xml:la", "one|", 1, 68, 6, 5},
    {"a file cut between units", HEAD UNIT("one"), "one|", 0, 62, 6, 1},
    {"no language", WHOLE("<tu><tuv><seg>x</seg></tuv></tu>"), "one|last|", 1, 92, 6, 1},
    {"no header and no version", "<tmx><body>" UNIT("x") TAIL, "x|", 0, 0, 0, 0},
    {"no frame at all", UNIT("x") UNIT("y"), "x|y|", 0, 72, 1, 1},
    {"units after the end", WHOLE("") UNIT("x"), "one|last|x|", 0, 75, 8, 1},
    {"two files joined", WHOLE("") WHOLE(""), "one|last|one|last|", 0, 68, 8, 1},
    {"text after the end", WHOLE("") "garbage", "one|last|", 0, 75, 7, 14},
    {"a comment that never ends", WHOLE("<!-- " UNIT("x")), "one|x|last|", 0, 69, 6, 1},
    {"an unknown encoding",
     "<?xml version=\"1.0\" encoding=\"klingon\"?>\n<tmx><body>" UNIT("x") TAIL, "x|", 0,
     55, 1, 31},
    {"a wrong encoding",
     "<?xml version=\"1.0\" encoding=\"UTF-16\"?>\n<tmx><body>" UNIT("x") TAIL, "x|", 0,
     54, 1, 31},
    {"end of CDATA in text", WHOLE(UNIT("a]]>b")), "one|a]]>b|last|", 0, 0, 0, 0},
};

static void test_case(void **state)
{
    const struct repair_case *row = *state;
    cq_buf texts = {0};
    notices n = {0};
    cq_error err = {0};
    size_t units;

    assert_int_equal(mend(cq_str_from(row->file), &n, &units, &texts, &err), CQ_DONE);
    assert_string_equal(texts.ptr, row->texts);
    assert_int_equal(n.rejected, row->rejected);
    assert_int_equal(n.first, row->number);
    assert_int_equal(n.line, row->line);
    assert_int_equal(n.column, row->column);
    cq_buf_release(&texts);
}

static void test_not_tmx(void **state)
{
    cq_error err = {0};
    notices n = {0};
    size_t units;

    (void)state;
    assert_int_equal(mend(CQ_STR("<html><p>x</p></html>"), &n, &units, NULL, &err),
                     CQ_E_INPUT);
    assert_int_equal(err.number, 60);
}

/* A file comes in pieces, which may end anywhere: whole files need no repair. */
static void test_pieces(void **state)
{
    cq_buf file = {0};
    cq_error err = {0};
    notices n = {0};
    size_t units;

    (void)state;
    cq_buf_add_z(&file, HEAD);
    for (int i = 0; i < 20000; i++)
        cq_buf_add_format(&file,
                          "<tu tuid='%d'><!-- %.*s --><tuv xml:lang=\"en\"><seg>a &amp; "
                          "<![CDATA[b]]></seg></tuv></tu>\n",
                          i, i % 13, "=============");
    cq_buf_add_z(&file, TAIL);
    assert_int_equal(mend(cq_buf_str(&file), &n, &units, NULL, &err), CQ_DONE);
    assert_int_equal(units, 20000);
    assert_int_equal(n.repaired, 0);
    cq_buf_release(&file);
}

/* ---- by chance ----------------------------------------------------------------------
 */

static uint64_t next(uint64_t *state)
{
    uint64_t z = (*state += UINT64_C(0x9e3779b97f4a7c15));

    z = (z ^ (z >> 30)) * UINT64_C(0xbf58476d1ce4e5b9);
    z = (z ^ (z >> 27)) * UINT64_C(0x94d049bb133111eb);
    return z ^ (z >> 31);
}

/* Bytes flipped, cut, doubled, inserted. */
static void mutate(uint64_t *dice, cq_buf *file)
{
    static const char *const inserted[] = {"<",      ">",    "&",      "\"",   "'",
                                           "\x01",   "\xff", "</seg>", "<tu>", "]]>",
                                           "</tmx>", "/",    "=",      "\xc3"};

    for (size_t n = 1 + next(dice) % 4; n && file->len > 20; n--) {
        size_t at = next(dice) % file->len, len = 1 + next(dice) % 20;
        cq_buf whole = {0};

        if (len > file->len - at)
            len = file->len - at;
        cq_buf_add(&whole, file->ptr, at);
        switch (next(dice) % 4) {
        case 0:
            cq_buf_add_byte(&whole, (unsigned char)next(dice));
            len = 1;
            break;
        case 1:
            break;
        case 2:
            cq_buf_add(&whole, file->ptr + at, len);
            len = 0;
            break;
        default:
            cq_buf_add_z(&whole, inserted[next(dice) % ARRAY_LEN(inserted)]);
            len = 0;
        }
        cq_buf_add(&whole, file->ptr + at + len, file->len - at - len);
        cq_buf_release(file);
        *file = whole;
    }
}

/* How often "<tu" begins a tag: no letter of a longer name follows. Control characters,
 * which are left out, do not part a name. */
static size_t count_units(cq_str s)
{
    static const char letters[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
                                  "0123456789.-_:";
    char clean[8192];
    size_t count = 0, len = 0;

    for (size_t i = 0; i < s.len; i++)
        if ((unsigned char)s.ptr[i] >= 0x20 || (s.ptr[i] && strchr("\t\r\n", s.ptr[i])))
            clean[len++] = s.ptr[i];
    clean[len] = '\0';
    for (size_t i = 0; i + 3 <= len; i++)
        count += memcmp(clean + i, "<tu", 3) == 0 &&
                 (!clean[i + 3] || !strchr(letters, clean[i + 3]));
    return count;
}

static void base_file(uint64_t *dice, cq_buf *file)
{
    cq_buf_add_z(file, HEAD);
    for (size_t n = 1 + next(dice) % 5; n; n--)
        cq_buf_add_format(
            file,
            "<tu tuid=\"%d\">\n<prop type=\"x\">a &amp; b</prop>\n<tuv xml:lang=\"en\">"
            "<seg>Some <bpt i=\"1\">&lt;b></bpt>text<ept i=\"1\"/> %d</seg></tuv>\n"
            "<tuv xml:lang=\"de\"><seg>\xc3\x84nderung <hi>dort</hi></seg></tuv></tu>\n",
            (int)n, (int)n);
    cq_buf_add_z(file, TAIL);
}

static void test_mutations(void **state)
{
    const char *runs = getenv("CALQUE_RUNS"); /* a million by hand */
    uint64_t count = runs ? strtoull(runs, NULL, 10) : 5000;
    size_t refused = 0;

    (void)state;
    for (uint64_t seed = 1; seed <= count; seed++) {
        uint64_t dice = seed;
        cq_buf file = {0};
        cq_error err = {0};
        notices n = {0};
        size_t units;
        cq_status status;

        base_file(&dice, &file);
        mutate(&dice, &file);
        status = mend(cq_buf_str(&file), &n, &units, NULL, &err);
        if (status == CQ_E_INPUT)
            refused++;
        else if (status != CQ_DONE ||
                 units + n.rejected != count_units(cq_buf_str(&file)))
            fail_msg("seed %d: %d + %d units of %d (%s) in\n%s", (int)seed, (int)units,
                     (int)n.rejected, (int)count_units(cq_buf_str(&file)), err.message,
                     file.ptr);
        cq_buf_release(&file);
    }
    assert_true(refused * 100 <= count);
}

/* Well-formed files need no repair that loses a unit. */
static void test_generated(void **state)
{
    (void)state;
    for (uint64_t seed = 1; seed <= 500; seed++) {
        cq_buf file = {0};
        cq_error err = {0};
        notices n = {0};
        size_t units;

        generate_tmx(seed, &file);
        if (mend(cq_buf_str(&file), &n, &units, NULL, &err) != CQ_DONE)
            fail_msg("seed %d: %d:%d: %s", (int)seed, (int)err.line, (int)err.column,
                     err.message);
        assert_int_equal(n.rejected, 0);
        cq_buf_release(&file);
    }
}

int main(void)
{
    struct CMUnitTest tests[ARRAY_LEN(cases) + 4];
    size_t len = 0;
    int failed;

    for (; len < ARRAY_LEN(cases); len++)
        tests[len] = (struct CMUnitTest){.name = cases[len].name,
                                         .test_func = test_case,
                                         .initial_state = &cases[len]};
    tests[len++] = (struct CMUnitTest){.name = "not TMX", .test_func = test_not_tmx};
    tests[len++] = (struct CMUnitTest){.name = "pieces", .test_func = test_pieces};
    tests[len++] = (struct CMUnitTest){.name = "mutations", .test_func = test_mutations};
    tests[len++] = (struct CMUnitTest){.name = "generated", .test_func = test_generated};
    failed = cmocka_run_group_tests_name("repair", tests, NULL, NULL);
    scratch_remove();
    return failed;
}
