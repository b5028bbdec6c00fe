#include "../rows.h"
#include "scratch.h"
#include "tmx.h"

#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>
#include <zlib.h>

#define HEAD                                                                             \
    "<?xml version=\"1.0\"?>\n<tmx version=\"1.4\">\n"                                   \
    "<header creationtool=\"t\" creationtoolversion=\"1\" segtype=\"sentence\" "         \
    "o-tmf=\"x\" adminlang=\"en\" srclang=\"en\" datatype=\"x\"/>\n<body>\n"
#define TUV_OPEN  "<tuv xml:lang=\"en\"><seg>"
#define UNIT(seg) "<tu>" TUV_OPEN seg "</seg></tuv></tu>\n"
#define TAIL      "</body></tmx>\n"
#define FILE(s)   HEAD UNIT("one") s TAIL

/* ---- what is refused, and where -----------------------------------------------------
 */

static struct refusal {
    const char *name, *file;
    int number;
    uint64_t line, column; /* of what is wrong, in bytes */
    size_t units;          /* given before */
} refusals[] = {
    {"empty", "", 56, 1, 1, 0},
    {"white space", " \n\n", 56, 1, 1, 0},
    {"plain text", "hello world\n", 57, 1, 1, 0},
    {"another root", "<xliff/>", 60, 1, 1, 0},
    {"no body", "<tmx>\n</tmx>", 72, 1, 1, 0},
    {"no language", FILE("<tu>\n <tuv><seg>x</seg></tuv></tu>"), 61, 7, 2, 1},
    {"cut in a segment", HEAD UNIT("one") "<tu><tuv xml:lang=\"en\"><seg>ab", 62, 6, 31,
     1},
    {"cut in a tag", HEAD UNIT("one") "<tu><tuv xml:la", 62, 6, 16, 1},
    {"cut between units", HEAD UNIT("one"), 62, 6, 1, 1},
    {"cut in the header", "<tmx version=\"1.4\">\n<header ", 62, 2, 9, 0},
    {"crossed tags", FILE("<tu><tuv xml:lang=\"en\"><seg><hi>a</seg></hi></tuv></tu>"),
     63, 6, 34, 1},
    {"bare ampersand", FILE(UNIT("a & b")), 64, 6, 31, 1},
    {"ampersand before a letter", FILE(UNIT("AT&T")), 64, 6, 31, 1},
    {"unknown entity", FILE(UNIT("a&nbsp;b")), 65, 6, 30, 1},
    {"bare less-than", FILE(UNIT("a < b")), 69, 6, 31, 1},
    {"less-than in a value", FILE("<tu tuid=\"a<b\"/>"), 69, 6, 12, 1},
    {"attribute twice", FILE("<tu tuid=\"1\" tuid=\"2\"/>"), 70, 6, 1, 1},
    {"no quotes", FILE("<tu tuid=1/>"), 71, 6, 1, 1},
    {"a prefix declared twice",
     "<tmx version=\"1.4\" xmlns:p=\"urn:a\"\n xmlns:p=\"urn:b\"><body/></tmx>", 70, 1, 1,
     0},
    {"a prefix declared away", FILE("<tu xmlns:p=\"\"/>"), 78, 6, 1, 1},
    {"a prefix declared away, then to mean something",
     FILE("<tu xmlns:p=\"\" xmlns:p=\"urn:a\"/>"), 78, 6, 1, 1},
    {"the namespace of xml under another name",
     FILE("<tu xmlns:p=\"http://www.w3.org/XML/1998/namespace\"/>"), 78, 6, 1, 1},
    {"another namespace under the name xml", FILE("<tu xmlns:xml=\"urn:a\"/>"), 78, 6, 1,
     1},
    {"the prefix xmlns declared", FILE("<tu xmlns:xmlns=\"urn:a\"/>"), 78, 6, 1, 1},
    {"the namespace of xmlns for all names",
     FILE("<tu xmlns=\"http://www.w3.org/2000/xmlns/\"/>"), 78, 6, 1, 1},
    {"two bodies", FILE("</body><body>"), 74, 6, 8, 1},
    {"more after the end", FILE("") UNIT("x"), 75, 7, 1, 1},
    {"comment that is none", FILE("<!-- a -- b -->"), 77, 6, 1, 1},
    {"control character", FILE(UNIT("a\x07")), 53, 6, 30, 1},
    {"reference to a control character", FILE(UNIT("a&#7;")), 53, 6, 30, 1},
    {"not UTF-8", FILE(UNIT("caf\xe9")), 52, 6, 32, 1},
    {"an encoding that nobody knows",
     "<?xml version=\"1.0\" encoding=\"klingon\"?>\n<tmx/>", 55, 1, 31, 0},
    {"UTF-16 that is none", "<?xml version=\"1.0\" encoding=\"UTF-16\"?>\n<tmx/>", 54, 1,
     31, 0},
    {"a character that ASCII has not",
     "<?xml version=\"1.0\" encoding=\"US-ASCII\"?>\n<tmx>\n<body>caf\xe9</body></tmx>",
     52, 3, 10, 0},
};

static cq_status read_all(const char *path, const cq_tmx_options *opts, size_t *units,
                          cq_error *err)
{
    cq_tmx_reader *reader;
    cq_unit unit = {0};
    cq_status status = cq_tmx_open(path, opts, &reader, err);

    *units = 0;
    if (status < 0)
        return status;
    while ((status = cq_tmx_read(reader, &unit, err)) == CQ_OK)
        (*units)++;
    cq_unit_release(&unit);
    cq_tmx_close(reader);
    return status;
}

static void test_refusal(void **state)
{
    const struct refusal *row = *state;
    const char *path = scratch_file(cq_str_from(row->file));
    cq_error err = {0};
    size_t units;

    assert_int_equal(read_all(path, NULL, &units, &err), CQ_E_INPUT);
    if (err.number != row->number)
        fail_msg("%d: %s", err.number, err.message);
    assert_int_equal(err.line, row->line);
    assert_int_equal(err.column, row->column);
    assert_int_equal(units, row->units);
    assert_string_equal(err.file, path);
    assert_null(strchr(err.message, '\n'));
}

/* ---- what is hardly meant so --------------------------------------------------------
 */

#define HIDING "<![CDATA[a</seg></tuv></tu>\n" UNIT("<![CDATA[b]]>")

static struct doubt {
    const char *name, *file;
    size_t warnings;
} doubts[] = {
    {"a unit in a unit", FILE("<tu><tu/></tu>"), 1},
    {"a segment in a segment", FILE(UNIT("a<seg>b</seg>")), 1},
    {"an instruction that has lost its end", FILE("<?a " UNIT("x") "<?b?>"), 1},
    {"a section of CDATA that has lost its end", FILE("<tu>" TUV_OPEN HIDING), 1},
    {"a section in a code that has lost its end",
     FILE("<tu>" TUV_OPEN
          "<ph><![CDATA[a</ph></seg></tuv></tu>\n" UNIT("<ph><![CDATA[b]]></ph>")),
     1},
    {"CDATA that speaks of units", FILE(UNIT("<![CDATA[<tu>]]>")), 0},
    {"CDATA that speaks of CDATA", FILE(UNIT("<![CDATA[<![CDATA[]]>")), 0},
    {"both in two segments", FILE(UNIT("<![CDATA[<tu>]]>") UNIT("<![CDATA[<![CDATA[]]>")),
     0},
};

static void count_warning(void *context, const cq_notice *notice)
{
    assert_int_equal(notice->kind, CQ_NOTICE_WARNING);
    assert_int_equal(notice->what->number, 91);
    ++*(size_t *)context;
}

static size_t count_warnings(cq_str file)
{
    size_t warnings = 0, units;
    cq_tmx_options opts = {.notice = count_warning, .notice_context = &warnings};
    cq_error err = {0};

    assert_int_equal(read_all(scratch_file(file), &opts, &units, &err), CQ_DONE);
    return warnings;
}

static void test_doubt(void **state)
{
    const struct doubt *row = *state;

    assert_int_equal(count_warnings(cq_str_from(row->file)), row->warnings);
}

/* A section comes in pieces, which may be cut anywhere. */
static void test_doubt_in_pieces(void **state)
{
    cq_buf file = {0};

    (void)state;
    for (int len = 250; len < 350; len++) {
        cq_buf_reset(&file);
        cq_buf_add_format(&file, HEAD "<tu>" TUV_OPEN "<![CDATA[%*s", len, "");
        cq_buf_add_z(&file, "</seg></tuv></tu>\n" UNIT("<![CDATA[b]]>") TAIL);
        assert_int_equal(count_warnings(cq_buf_str(&file)), 1);
    }
    cq_buf_release(&file);
}

/* ---- what a segment is read as ------------------------------------------------------
 */

static struct segment {
    const char *name, *markup;
    const char *text;  /* plain */
    const char *codes; /* "kind@offset" of each */
} segments[] = {
    {"text", "a b", "a b", ""},
    {"white space counts", " a\n ", " a\n ", ""},
    {"a carriage return by reference", "a&#13;b", "a\rb", ""},
    {"CDATA is text", "a<![CDATA[<b>]]>c", "a<b>c", ""},
    {"native code is no text", "a<ph x=\"1\">&lt;br></ph>b", "ab", "4@1"},
    {"a pair", "<bpt i=\"1\">(</bpt>a<ept i=\"1\">)</ept>", "a", "1@0 2@1"},
    {"an isolated code", "<it pos=\"begin\">(</it>a", "a", "3@0"},
    {"text of hi", "a <hi>b <hi>c</hi></hi>", "a b c", "5@2 5@4 6@5 6@5"},
    {"a sub-flow belongs to its code", "a<ph>x<sub>y</sub></ph>", "a", "4@1"},
    {"a foreign element with text", "a<g id=\"1\">b</g>", "ab", "5@1 6@2"},
    {"an empty foreign element", "a<x id=\"1\"/>b", "ab", "4@1"},
    {"an empty one inside another", "<g><x/></g>", "", "5@0 4@0 6@0"},
    {"a comment", "a<!--b-->c", "ac", "7@1"},
    {"an instruction", "a<?b?>c", "ac", "7@1"},
    {"Workbench: what style 6 encloses", "a<ut>{\\cs6\\f1 </ut>&lt;b><ut>}</ut>c", "ac",
     "4@1"},
    {"Workbench: other styles", "<ut>{\\b </ut>bold<ut>}</ut>", "bold", "4@0 4@4"},
    {"Workbench: style 61", "<ut>{\\cs61 </ut>t<ut>}</ut>", "t", "4@0 4@1"},
    {"Workbench: style 6 that never ends", "<ut>{\\cs6 </ut>text", "text", "4@0"},
    {"Workbench: two in a row",
     "<ut>{\\cs6 </ut>a<ut>}</ut>b<ut>{\\cs6 </ut>c<ut>}</ut>d", "bd", "4@0 4@1"},
};

static void test_segment(void **state)
{
    const struct segment *row = *state;
    cq_buf file = {0}, codes = {0}, markup = {0};
    cq_tmx_reader *reader;
    cq_unit unit = {0};
    const cq_variant *variant;

    cq_buf_add_format(&file,
                      HEAD "<tu><tuv xml:lang=\"en\"><seg>%s</seg></tuv></tu>" TAIL,
                      row->markup);
    assert_int_equal(cq_tmx_open(scratch_file(cq_buf_str(&file)), NULL, &reader, NULL),
                     CQ_OK);
    assert_int_equal(cq_tmx_read(reader, &unit, NULL), CQ_OK);
    assert_int_equal(unit.line, 5);
    assert_int_equal(unit.column, 1);
    variant = &unit.variants[0];
    assert_string_equal(variant->text.ptr, row->text);
    cq_buf_add(&codes, "", 0);
    for (size_t i = 0; i < variant->codes_len; i++)
        cq_buf_add_format(&codes, "%s%d@%d", i ? " " : "", (int)variant->codes[i].kind,
                          (int)variant->codes[i].at);
    assert_string_equal(codes.ptr, row->codes);
    cq_tmx_markup(variant, &markup);
    assert_int_equal(cq_tmx_read(reader, &unit, NULL), CQ_DONE);
    cq_tmx_close(reader);
    cq_unit_release(&unit);
    cq_buf_release(&file);
    cq_buf_release(&codes);
    cq_buf_release(&markup);
}

/* ---- encodings, gzip, TSV -----------------------------------------------------------
 */

static void test_gzip(void **state)
{
    static const char file[] = FILE(UNIT("two"));
    unsigned char packed[2048];
    z_stream zip = {.next_in = (unsigned char *)(uintptr_t)file,
                    .avail_in = sizeof(file) - 1,
                    .next_out = packed,
                    .avail_out = sizeof(packed)};
    cq_error err = {0};
    size_t units;

    (void)state;
    assert_int_equal(deflateInit2(&zip, 6, Z_DEFLATED, 31, 8, Z_DEFAULT_STRATEGY), Z_OK);
    assert_int_equal(deflate(&zip, Z_FINISH), Z_STREAM_END);
    deflateEnd(&zip);
    assert_int_equal(read_all(scratch_file((cq_str){(char *)packed, zip.total_out}), NULL,
                              &units, &err),
                     CQ_DONE);
    assert_int_equal(units, 2);
    assert_int_equal(read_all(scratch_file((cq_str){(char *)packed, zip.total_out / 2}),
                              NULL, &units, &err),
                     CQ_E_INPUT);
    assert_int_equal(err.number, 51);
}

static struct table {
    const char *name, *file;
    size_t len; /* of file when it holds NUL */
    int number; /* 0: read */
    uint64_t line, column;
    size_t units;
} tables[] = {
    {"two columns", "a\tb\nc\td\n", 0, 0, 0, 0, 2},
    {"no line end at the end", "a\tb", 0, 0, 0, 0, 1},
    {"CRLF and empty lines", "a\tb\r\n\r\nc\td\r\n", 0, 0, 0, 0, 2},
    {"an empty side", "a\t\n", 0, 0, 0, 0, 1},
    {"a byte order mark",
     "\xef\xbb\xbf"
     "a\tb\n",
     0, 0, 0, 0, 1},
    {"UTF-16",
     "\xff\xfe"
     "a\0\t\0b\0\n\0",
     10, 0, 0, 0, 1},
    {"no tab", "a\tb\nab\n", 0, 80, 2, 3, 1},
    {"two tabs", "a\tb\tc\n", 0, 81, 1, 4, 0},
    {"not UTF-8", "a\tb\nc\t\xe9\n", 0, 52, 2, 3, 1},
    {"a control character", "a\tb\nc\td\x01\n", 0, 53, 2, 4, 1},
};

static void test_table(void **state)
{
    const struct table *row = *state;
    cq_str file = {row->file, row->len ? row->len : strlen(row->file)};
    cq_lang source, target;
    cq_error err = {0};
    size_t units;
    cq_status status;

    assert_int_equal(cq_lang_parse(CQ_STR("en"), &source, NULL), CQ_OK);
    assert_int_equal(cq_lang_parse(CQ_STR("fr"), &target, NULL), CQ_OK);
    status =
        read_all(scratch_file(file),
                 &(cq_tmx_options){.source = &source, .target = &target}, &units, &err);
    if (row->number != err.number)
        fail_msg("%d: %s", err.number, err.message);
    assert_int_equal(status, row->number ? CQ_E_INPUT : CQ_DONE);
    assert_int_equal(err.line, row->line);
    assert_int_equal(err.column, row->column);
    assert_int_equal(units, row->units);
}

/* ---- hostile sizes ------------------------------------------------------------------
 */

static void repeat(cq_buf *out, const char *z, size_t times)
{
    while (times--)
        cq_buf_add_z(out, z);
}

static struct hostile {
    const char *name, *before, *repeated, *after;
    size_t times;
    int number;
} hostiles[] = {
    {"200,000 levels", HEAD "<tu>", "<a>", "", 200000, 66},
    {"200,000 levels of hi", HEAD "<tu><tuv xml:lang=\"en\"><seg>", "<hi>", "", 200000,
     66},
    {"a segment of 60 MB", HEAD "<tu><tuv xml:lang=\"en\"><seg>", "0123456789abcde ",
     "</seg></tuv></tu>" TAIL, 60u * 1024 * 64, 67},
    {"a value of 60 MB", HEAD "<tu tuid=\"", "0123456789abcde ", "\"/>" TAIL,
     60u * 1024 * 64, 76},
    {"a comment of 60 MB", HEAD "<!--", "0123456789abcde ", "-->" TAIL, 60u * 1024 * 64,
     76},
    {"an entity bomb",
     "<!DOCTYPE tmx [<!ENTITY a \"xxxxxxxxxx\"><!ENTITY b \"&a;&a;&a;&a;&a;&a;&a;\">"
     "<!ENTITY c \"&b;&b;&b;&b;&b;&b;\"><!ENTITY d \"&c;&c;&c;&c;&c;&c;\">]><tmx><body>",
     "<tu tuid=\"&d;\"><tuv xml:lang=\"en\"><seg>&d;</seg></tuv></tu>", "</body></tmx>",
     1000, 0},
    {"an entity without end",
     "<!DOCTYPE tmx [<!ENTITY a \"&b;\"><!ENTITY b \"&a;\">]><tmx><body>",
     "<tu><tuv xml:lang=\"en\"><seg>&a;</seg></tuv></tu>", "</body></tmx>", 10, 0},
};

static void test_hostile(void **state)
{
    const struct hostile *row = *state;
    cq_buf file = {0};
    cq_error err = {0};
    clock_t before;
    size_t units;

    cq_buf_add_z(&file, row->before);
    repeat(&file, row->repeated, row->times);
    cq_buf_add_z(&file, row->after);
    before = clock();
    read_all(scratch_file(cq_buf_str(&file)), NULL, &units, &err);
    assert_true((double)(clock() - before) / CLOCKS_PER_SEC < 5);
    if (err.number != row->number)
        fail_msg("%d: %s", err.number, err.message);
    assert_int_equal(units, row->number ? 0 : row->times);
    cq_buf_release(&file);
}

/* ---- short of memory ----------------------------------------------------------------
 */

static cq_status copy_file(const char *path, cq_buf *out, cq_error *err)
{
    cq_tmx_reader *reader;
    cq_tmx_writer *writer = NULL;
    cq_unit unit = {0};
    cq_status status = cq_tmx_open(path, NULL, &reader, err);

    if (status < 0)
        return status;
    while ((status = cq_tmx_read(reader, &unit, err)) == CQ_OK) {
        if (!writer)
            status = cq_tmx_writer_open((cq_sink){scratch_sink, out},
                                        cq_tmx_header(reader), NULL, &writer, err);
        if (status == CQ_OK)
            status = cq_tmx_write(writer, &unit, NULL, NULL, err);
        if (status < 0)
            break;
    }
    if (status == CQ_DONE && writer) {
        status = cq_tmx_writer_close(writer, err);
        writer = NULL;
    }
    cq_tmx_writer_abandon(writer);
    cq_unit_release(&unit);
    cq_tmx_close(reader);
    return status;
}

static void test_short_of_memory(void **state)
{
    char path[512];
    cq_buf whole = {0};

    (void)state;
    snprintf(path, sizeof(path), "%s/entities.tmx", scratch_own());
    assert_true(copy_file(path, &whole, NULL) >= 0);
    for (uint64_t n = 1;; n++) {
        cq_buf out = {0};
        cq_error err = {0};
        cq_status status;
        bool was_reached;

        cq_alloc_fail_at(n);
        status = copy_file(path, &out, &err);
        was_reached = cq_alloc_count() >= n;
        cq_alloc_fail_at(0);
        if (!was_reached) {
            assert_true(status >= 0);
            assert_true(cq_str_equal(cq_buf_str(&out), cq_buf_str(&whole)));
            cq_buf_release(&out);
            break;
        }
        assert_int_equal(status, CQ_E_NOMEM);
        cq_buf_release(&out);
    }
    cq_buf_release(&whole);
}

int main(void)
{
    struct CMUnitTest tests[ARRAY_LEN(refusals) + ARRAY_LEN(doubts) +
                            ARRAY_LEN(segments) + ARRAY_LEN(tables) +
                            ARRAY_LEN(hostiles) + 3];
    size_t len = 0;
    int failed;

    ADD(refusals, test_refusal);
    ADD(doubts, test_doubt);
    ADD(segments, test_segment);
    ADD(tables, test_table);
    ADD(hostiles, test_hostile);
    ADD_ONE("a doubt in pieces", test_doubt_in_pieces);
    ADD_ONE("gzip", test_gzip);
    ADD_ONE("short of memory", test_short_of_memory);
    failed = cmocka_run_group_tests_name("reader", tests, NULL, NULL);
    scratch_remove();
    return failed;
}
