/* .docx and .odt: the samples of tests/data/document, and packages made to do harm. */
#include "../rows.h"
#include "helper.h"

#include <archive.h>
#include <archive_entry.h>

static void test_samples(void **state)
{
    static const char want[] =
        "The old bell of the harbour\n"
        "In 1912 the town bought a bell for 350 crowns. It weighs 1,200 kg and hangs "
        "above "
        "the north gate. Every ship that arrives hears it.\n"
        "The receipt is kept in the town hall.\n"
        "Ring once for fog.\nRing twice for fire.\nYear\nKeeper\n1947\nAnna Berg\n"
        "Today nobody rings it by hand. A small motor does the work. Visitors may climb "
        "the "
        "tower on Sundays.\n";
    cq_document_facts facts;
    cq_buf text = {0};
    cq_error err = {0};

    (void)state;
    assert_int_equal(read_document(TEST_SOURCE_ROOT "/tests/data/document/bell.en.docx",
                                   "en", NULL, &text, &facts, &err),
                     CQ_OK);
    assert_string_equal(text_of(&text), want);
    assert_int_equal(facts.kind, CQ_DOCUMENT_DOCX);
    assert_true(facts.has_paragraphs);
    cq_buf_reset(&text);
    assert_int_equal(read_document(TEST_SOURCE_ROOT "/tests/data/document/bell.fr.odt",
                                   "fr", NULL, &text, &facts, &err),
                     CQ_OK);
    assert_int_equal(facts.kind, CQ_DOCUMENT_ODT);
    assert_non_null(
        strstr(text_of(&text), "l\u2019entend.\nLe re\u00e7u est gard\u00e9"));
    assert_non_null(strstr(text_of(&text), "fait le travail. Le dimanche"));
    cq_buf_release(&text);
}

/* ---- packages that are made here ------------------------------------------------------
 */

#define WORD(body)                                                                       \
    "<w:document xmlns:w=\"http://schemas.openxmlformats.org/wordprocessingml/2006/"     \
    "main\"><w:body>" body "</w:body></w:document>"
#define ODT(body)                                                                        \
    "<o:document-content xmlns:o=\"urn:oasis:names:tc:opendocument:xmlns:office:1.0\" "  \
    "xmlns:t=\"urn:oasis:names:tc:opendocument:xmlns:text:1.0\"><o:body><o:text>" body   \
    "</o:text></o:body></o:document-content>"

static struct packed_case {
    const char *name, *member, *content;
    const char *text; /* NULL: refused */
    int number;
} cases[] = {
    {"a paragraph whose end was deleted goes on in the next", "word/document.xml",
     WORD("<w:p><w:pPr><w:rPr><w:del w:id='1'/></w:rPr></w:pPr><w:r><w:t>a "
          "</w:t></w:r></w:p><w:p><w:r><w:t>b</w:t></w:r></w:p>"),
     "a b\n", 0},
    {"what was moved away", "word/document.xml",
     WORD("<w:p><w:moveFrom><w:r><w:t>a</w:t></w:r></w:moveFrom></w:p>"
          "<w:p><w:moveTo><w:r><w:t>a</w:t></w:r></w:moveTo></w:p>"),
     "a\n", 0},
    {"a text box stands after its paragraph, and once", "word/document.xml",
     WORD("<w:p><w:r><w:t>a</w:t></w:r><w:r><mc:AlternateContent xmlns:mc='m'><mc:Choice>"
          "<w:txbxContent><w:p><w:r><w:t>b</w:t></w:r></w:p></w:txbxContent></mc:Choice>"
          "<mc:Fallback><w:p><w:r><w:t>b</w:t></w:r></w:p></mc:Fallback>"
          "</mc:AlternateContent></w:r><w:r><w:t>c</w:t></w:r></w:p>"),
     "ac\nb\n", 0},
    {"tabs, breaks and hyphens", "word/document.xml",
     WORD(
         "<w:p><w:r><w:t>a</w:t><w:tab/><w:t>b</w:t><w:br/><w:t>c</w:t><w:noBreakHyphen/>"
         "<w:t>d</w:t></w:r></w:p>"),
     "a b c\u2011d\n", 0},
    {"codes of fields are no text", "word/document.xml",
     WORD("<w:p><w:r><w:instrText>PAGE</w:instrText></w:r><w:r><w:t>7</w:t></w:r></w:p>"),
     "7\n", 0},
    {"white space folds in ODF", "content.xml",
     ODT("<t:p>a\n  b<t:s t:c='3'/>c<t:tab/>d<t:line-break/>e</t:p>"), "a b c d e\n", 0},
    {"an entity bomb", "word/document.xml",
     "<!DOCTYPE w [<!ENTITY a 'b'><!ENTITY c '&a;&a;'>]>" WORD("<w:p/>"), NULL, 169},
    {"a file of the system", "word/document.xml",
     "<!DOCTYPE w [<!ENTITY a SYSTEM 'file:///etc/passwd'>]>" WORD("<w:p/>"), NULL, 169},
    {"broken XML", "word/document.xml", "<w:document>", NULL, 164},
    {"no document in it", "readme.txt", "a", NULL, 164},
    {"a spreadsheet", "content.xml",
     "<o:document-content xmlns:o='urn:oasis:names:tc:opendocument:xmlns:office:1.0'/>",
     NULL, 164},
    {"what is in the place of a document", "word/document.xml",
     "<workbook xmlns='x'><p><t>a</t></p></workbook>", NULL, 164},
    {"locked by a password", "META-INF/manifest.xml",
     "<m:manifest xmlns:m='x'><m:file-entry><m:encryption-data/></m:file-entry>"
     "</m:manifest>",
     NULL, 167},
};

static void add_member(struct archive *archive, const char *name, cq_str content,
                       size_t times)
{
    struct archive_entry *entry = archive_entry_new();

    archive_entry_set_pathname(entry, name);
    archive_entry_set_filetype(entry, AE_IFREG);
    archive_entry_set_perm(entry, 0644);
    archive_entry_set_size(entry, (la_int64_t)(content.len * times));
    assert_int_equal(archive_write_header(archive, entry), ARCHIVE_OK);
    for (size_t i = 0; i < times; i++)
        assert_int_equal(archive_write_data(archive, content.ptr, content.len),
                         content.len);
    archive_entry_free(entry);
}

/* A zip file of one member, `content` so many times. */
static const char *write_zip(const char *member, cq_str content, size_t times,
                             const char *ending)
{
    struct archive *archive = archive_write_new();

    write_file((cq_str){0}, ending);
    archive_write_set_format_zip(archive);
    assert_int_equal(archive_write_open_filename(archive, file_path), ARCHIVE_OK);
    add_member(archive, member, content, times);
    assert_int_equal(archive_write_close(archive), ARCHIVE_OK);
    archive_write_free(archive);
    return file_path;
}

static const char *ending_of(const char *member)
{
    return strncmp(member, "word", 4) == 0 || strcmp(member, "readme.txt") == 0 ? ".docx"
                                                                                : ".odt";
}

static void test_packed(void **state)
{
    const struct packed_case *row = *state;
    cq_buf text = {0};
    cq_error err = {0};
    cq_status status;

    write_zip(row->member, cq_str_from(row->content), 1, ending_of(row->member));
    status = read_document(file_path, "en", NULL, &text, NULL, &err);
    assert_int_equal(err.number, row->number);
    assert_int_equal(status, row->text ? CQ_OK : CQ_E_INPUT);
    if (row->text)
        assert_string_equal(text_of(&text), row->text);
    else
        assert_string_equal(err.file, file_path);
    cq_buf_release(&text);
    remove_file();
}

/* 300 MB of spaces in 300 KB. */
static void test_bomb(void **state)
{
    cq_buf spaces = {0}, text = {0};
    cq_error err = {0};

    (void)state;
    for (size_t i = 0; i < 1 << 20; i++)
        cq_buf_add_byte(&spaces, ' ');
    write_zip("word/document.xml", cq_buf_str(&spaces), 300, ".docx");
    assert_int_equal(read_document(file_path, "en", NULL, &text, NULL, &err), CQ_E_INPUT);
    assert_true(err.number == 166 || err.number == 164);
    cq_buf_release(&spaces);
    cq_buf_release(&text);
    remove_file();
}

/* A sample cut off anywhere is refused or read, never worse. */
static void test_cut(void **state)
{
    FILE *file = fopen(TEST_SOURCE_ROOT "/tests/data/document/bell.en.docx", "rb");
    char bytes[4096];
    size_t len;

    (void)state;
    assert_non_null(file);
    len = fread(bytes, 1, sizeof(bytes), file);
    fclose(file);
    for (size_t cut = 0; cut < len; cut += 7) {
        cq_buf text = {0};
        cq_error err = {0};

        write_file((cq_str){bytes, cut}, ".docx");
        if (read_document(file_path, "en", NULL, &text, NULL, &err) != CQ_OK)
            assert_in_range(err.number, 160, 169);
        cq_buf_release(&text);
    }
    remove_file();
}

static struct other_case {
    const char *name;
    cq_str bytes;
    const char *ending;
    int number;
} other_cases[] = {
    {"an old Word file", {"\xd0\xcf\x11\xe0\xa1\xb1", 6}, ".docx", 165},
    {"the same under another name", {"\xd0\xcf\x11\xe0\xa1\xb1", 6}, ".doc", 165},
    {"a PDF", {"%PDF-1.7\n", 9}, ".txt", 165},
    {"rich text", {"{\\rtf1 a}", 9}, "", 165},
    {"plain text called .docx", {"Hello.", 6}, ".docx", 165},
    {"an empty .odt", {"", 0}, ".odt", 165},
    {"the start of a zip file", {"PK\x03\x04....", 8}, "", 163},
};

static void test_other(void **state)
{
    const struct other_case *row = *state;
    cq_buf text = {0};
    cq_error err = {0};

    write_file(row->bytes, row->ending);
    assert_int_equal(read_document(file_path, "en", NULL, &text, NULL, &err), CQ_E_INPUT);
    assert_int_equal(err.number, row->number);
    cq_buf_release(&text);
    remove_file();
}

/* Allocations of ours; libxml2 and libarchive have their own. */
static void test_failing(void **state)
{
    const char *path = *state;
    cq_status status = CQ_E_NOMEM;

    for (uint64_t n = 1; status != CQ_OK && n < 5000; n++) {
        cq_buf text = {0};
        cq_error err = {0};

        cq_alloc_fail_at(n);
        status = read_document(path, "de", NULL, &text, NULL, &err);
        cq_alloc_fail_at(0);
        if (status != CQ_OK)
            assert_int_equal(err.status, CQ_E_NOMEM);
        cq_buf_release(&text);
    }
    assert_int_equal(status, CQ_OK);
}

int main(void)
{
    static char docx[] = TEST_SOURCE_ROOT "/tests/data/document/bell.en.docx";
    static char odt[] = TEST_SOURCE_ROOT "/tests/data/document/bell.fr.odt";
    static char markdown[] = TEST_SOURCE_ROOT "/tests/data/document/bell.de.md";
    static char html[] = TEST_SOURCE_ROOT "/tests/data/document/bell.ru.html";
    struct CMUnitTest tests[ARRAY_LEN(cases) + ARRAY_LEN(other_cases) + 7] = {
        {.name = "samples", .test_func = test_samples},
        {.name = "a zip bomb", .test_func = test_bomb},
        {.name = "cut off", .test_func = test_cut},
        {.name = "failing: .docx", .test_func = test_failing, .initial_state = docx},
        {.name = "failing: .odt", .test_func = test_failing, .initial_state = odt},
        {.name = "failing: Markdown",
         .test_func = test_failing,
         .initial_state = markdown},
        {.name = "failing: HTML", .test_func = test_failing, .initial_state = html},
    };
    size_t len = 7;

    ADD(cases, test_packed);
    ADD(other_cases, test_other);
    return cmocka_run_group_tests_name("document/packed", tests, NULL, NULL);
}
