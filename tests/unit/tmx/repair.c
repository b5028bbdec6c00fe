/* --repair: what is mended, and that what is well-formed is left alone. */
#include "../rows.h"
#include "generate.h"
#include "scratch.h"
#include "tmx.h"

#include <string.h>

typedef struct notices {
    size_t repaired, rejected, completed; /* completed: of those repaired */
    int first;                            /* number of the first repair or rejection */
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
    n->completed += notice->what->number == 73;
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
#define TUV(seg)  "<tuv xml:lang=\"en\"><seg>" seg "</seg></tuv>"
#define UNIT(seg) "<tu>" TUV(seg) "</tu>\n"
#define TAIL      "</body></tmx>\n"
#define WHOLE(s)  HEAD UNIT("one") s UNIT("last") TAIL
#define E_ACUTE   "\xc3\xa9" /* a letter that names may hold */

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
    {"no version", "<tmx><header srclang='en'/><body>" UNIT("x") TAIL, "x|", 0, 73, 1, 1},
    {"no header", "<tmx version='1.4'><body>" UNIT("x") TAIL, "x|", 0, 73, 1, 20},
    {"no srclang", "<tmx version='1.4'><header/><body>" UNIT("x") TAIL, "x|", 0, 73, 1,
     20},
    {"no frame at all", UNIT("x") UNIT("y"), "x|y|", 0, 72, 1, 1},
    {"units after the end", WHOLE("") UNIT("x"), "one|last|x|", 0, 75, 8, 1},
    {"two files joined", WHOLE("") WHOLE(""), "one|last|one|last|", 0, 68, 8, 1},
    {"text after the end", WHOLE("") "garbage", "one|last|", 0, 75, 8, 1},
    {"a comment that never ends", WHOLE("<!-- " UNIT("x")), "one|x|last|", 0, 69, 6, 1},
    {"an unknown encoding",
     "<?xml version=\"1.0\" encoding=\"klingon\"?>\n<tmx><body>" UNIT("x") TAIL, "x|", 0,
     55, 1, 31},
    {"a wrong encoding",
     "<?xml version=\"1.0\" encoding=\"UTF-16\"?>\n<tmx><body>" UNIT("x") TAIL, "x|", 0,
     54, 1, 31},
    {"a prefix declared away",
     WHOLE("<tu xmlns:p=\"\" xmlns:p=\"urn:a\">" TUV("x") "</tu>"), "one|x|last|", 0, 78,
     6, 1},
    {"a prefix declared twice",
     WHOLE("<tu xmlns:p=\"urn:b\" xmlns:p=\"urn:a\">" TUV("x") "</tu>"), "one|x|last|", 0,
     70, 6, 1},
    {"the namespace of xml under another name",
     WHOLE("<tu xmlns:p=\"http://www.w3.org/XML/1998/namespace\">" TUV("x") "</tu>"),
     "one|x|last|", 0, 78, 6, 1},
    {"the prefix xml, which may be declared",
     WHOLE("<tu xmlns:xml=\"http://www.w3.org/XML/1998/namespace\">" TUV("x") "</tu>"),
     "one|x|last|", 0, 0, 0, 0},
    {"a letter before the end of a tag",
     WHOLE("<tu><tuv xml:lang=\"en\"><seg" E_ACUTE ">x</seg></tuv></tu>"), "one|x|last|",
     0, 68, 6, 24},
    {"names that go on behind one of TMX",
     WHOLE("<tu" E_ACUTE
           "/>" UNIT("<ph" E_ACUTE " a='1'/>x<hi" E_ACUTE ">y</hi" E_ACUTE ">")),
     "one|xy|last|", 0, 0, 0, 0},
    {"an instruction with a colon in its name", "<?a: b?>" WHOLE("<?:?>"), "one|last|", 0,
     68, 1, 9},
    {"a declaration without a space that libxml2 does without",
     "<?xml version=\"1.0\" encoding=\"UTF-8\"standalone=\"yes\"?>"
     "<tmx version=\"1.4\"><header srclang=\"en\"/><body>" UNIT("x") TAIL,
     "x|", 0, 0, 0, 0},
    {"a tag in the name of a DTD",
     "<!DOCTYPE tmx SYSTEM \"<tu>.dtd\" ><tmx version=\"1.4\"><header srclang=\"en\"/>"
     "<body>" UNIT("x") TAIL,
     "x|", 0, 0, 0, 0},
    {"a name of a DTD that has lost its quote",
     "<!DOCTYPE tmx SYSTEM \"x.dtd><tmx version=\"1.4\"><header srclang=\"en\"/>"
     "<body>" UNIT("x") TAIL,
     "x|", 0, 68, 1, 1},
    {"a unit that lacks the prefix of the others",
     "<t:tmx xmlns:t=\"urn:t\" version=\"1.4\"><t:header srclang=\"en\"/><t:body>\n"
     "<tu><tuv><seg>x</seg></tuv></tu>" UNIT("y") "</t:body></t:tmx>",
     "y|", 1, 92, 2, 1},
    {"CDATA that hides variants",
     WHOLE("<tu><tuv xml:lang=\"en\"><seg><![CDATA[a</seg></tuv>" TUV(
         "<![CDATA[b]]>") "</tu>\n"),
     "one|<![CDATA[a|b|last|", 0, 69, 6, 29},
    {"end of CDATA in text", WHOLE(UNIT("a]]>b")), "one|a]]>b|last|", 0, 69, 6, 32},
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

/* ---- what needs no repair
 * --------------------------------------------------------------
 */

/* All that a file says: header and units, records and texts. */
static cq_status read_all(const char *path, bool repair, notices *n, cq_buf *content,
                          cq_error *err)
{
    cq_tmx_options opts = {.repair = repair, .notice = note, .notice_context = n};
    cq_tmx_reader *reader;
    cq_unit unit = {0};
    cq_status status = cq_tmx_open(path, &opts, &reader, err);

    if (status < 0)
        return status;
    while ((status = cq_tmx_read(reader, &unit, err)) == CQ_OK) {
        assert_int_equal(cq_unit_encode(&unit, content, err), CQ_OK);
        for (size_t i = 0; i < unit.variants_len; i++)
            cq_buf_add_str(content, unit.variants[i].text);
    }
    if (n->completed == 0)
        assert_int_equal(cq_header_encode(cq_tmx_header(reader), content, err), CQ_OK);
    cq_unit_release(&unit);
    cq_tmx_close(reader);
    return status;
}

/* Where the second begins to say something else. */
static const char *difference(cq_buf *a, cq_buf *b)
{
    size_t at = 0;
    static char shown[200];

    while (at < a->len && at < b->len && a->ptr[at] == b->ptr[at])
        at++;
    at = at > 40 ? at - 40 : 0;
    for (cq_buf *buf = a;; buf = b) {
        for (size_t i = 0; i < buf->len; i++)
            buf->ptr[i] = (unsigned char)buf->ptr[i] < ' ' ? '.' : buf->ptr[i];
        if (buf == b)
            break;
    }
    snprintf(shown, sizeof(shown), "%.80s | %.80s", at < a->len ? a->ptr + at : "",
             at < b->len ? b->ptr + at : "");
    return shown;
}

/* What is well-formed is the same with and without --repair, and nothing is told but what
 * others miss in a header; that is another one then, and left out here. */
static void compare(void *context, const char *path)
{
    cq_buf as_it_is = {0}, mended = {0};
    cq_error err = {0};
    notices n = {0};
    cq_status status;
    bool is_same;

    (void)context;
    if (read_all(path, false, &n, &as_it_is, &err) == CQ_DONE) {
        err = (cq_error){0};
        status = read_all(path, true, &n, &mended, &err);
        is_same = n.completed ? cq_str_starts(cq_buf_str(&as_it_is), cq_buf_str(&mended))
                              : cq_str_equal(cq_buf_str(&as_it_is), cq_buf_str(&mended));
        if (status != CQ_DONE || n.repaired > n.completed || n.rejected || !is_same)
            fail_msg("%s: %d repaired, %d rejected, first CQ-%03d at %d:%d (%s): %s",
                     path, (int)n.repaired, (int)n.rejected, n.first, (int)n.line,
                     (int)n.column, err.message, difference(&as_it_is, &mended));
    }
    cq_buf_release(&as_it_is);
    cq_buf_release(&mended);
}

static void test_generated(void **state)
{
    cq_buf file = {0};
    char folder[512];

    (void)state;
    for (uint64_t seed = 1; seed <= 2000; seed++) {
        cq_buf_reset(&file);
        generate_tmx(seed, &file);
        compare(NULL, scratch_file(cq_buf_str(&file)));
    }
    cq_buf_release(&file);
    scratch_each(scratch_own(), ".tmx", compare, NULL);
    snprintf(folder, sizeof(folder), "%s/data/tmx", scratch_shared());
    scratch_each(folder, ".tmx", compare, NULL);
}

int main(void)
{
    struct CMUnitTest tests[ARRAY_LEN(cases) + 3];
    size_t len = 0;
    int failed;

    ADD(cases, test_case);
    ADD_ONE("not TMX", test_not_tmx);
    ADD_ONE("pieces", test_pieces);
    ADD_ONE("generated", test_generated);
    failed = cmocka_run_group_tests_name("repair", tests, NULL, NULL);
    scratch_remove();
    return failed;
}
