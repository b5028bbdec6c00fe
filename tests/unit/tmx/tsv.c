/* Tables: what a row says, what is refused and where, and that what is written is read
 * again. Expectations: RFC 4180 for CSV; docs/tmx.md, "Tables". */
#include "tsv.h"
#include "../rows.h"
#include "scratch.h"
#include "tmx.h"

#include <string.h>

/* ---- reading
 * ---------------------------------------------------------------------------
 */

/* "en=Hi|fr=Salut|tuid=1|note=x|client=y", a line a unit. */
static void show_unit(const cq_unit *unit, cq_buf *out)
{
    size_t start = out->len;

    for (size_t i = 0; i < unit->variants_len; i++) {
        cq_buf_add_z(out, out->len > start ? "|" : "");
        cq_buf_add_str(out, unit->variants[i].lang);
        cq_buf_add_byte(out, '=');
        cq_buf_add_str(out, unit->variants[i].text);
    }
    for (size_t i = 0; i < unit->attrs_len; i++) {
        cq_buf_add_byte(out, '|');
        cq_buf_add_str(out, unit->attrs[i].name);
        cq_buf_add_byte(out, '=');
        cq_buf_add_str(out, unit->attrs[i].value);
    }
    for (size_t i = 0; i < unit->items_len; i++) {
        const cq_item *item = &unit->items[i];

        if (item->kind == CQ_ITEM_VARIANT)
            continue;
        cq_buf_add_byte(out, '|');
        if (item->kind == CQ_ITEM_PROP)
            cq_buf_add_str(out, cq_attr_find(item->attrs, item->attrs_len, "type"));
        else
            cq_buf_add_z(out, "note");
        cq_buf_add_byte(out, '=');
        cq_buf_add_str(out, item->text);
    }
    cq_buf_add_byte(out, '\n');
}

static cq_status read_all(const char *path, const cq_tmx_options *opts, cq_buf *out,
                          cq_error *err)
{
    cq_tmx_reader *reader;
    cq_unit unit = {0};
    cq_status status = cq_tmx_open(path, opts, &reader, err);

    while (status == CQ_OK) {
        status = cq_tmx_read(reader, &unit, err);
        if (status == CQ_OK)
            show_unit(&unit, out);
    }
    cq_unit_release(&unit);
    cq_tmx_close(reader);
    return status == CQ_DONE ? cq_buf_check(out, err) : status;
}

static void parse_langs(cq_lang langs[2])
{
    assert_int_equal(cq_lang_parse(CQ_STR("en"), &langs[0], NULL), CQ_OK);
    assert_int_equal(cq_lang_parse(CQ_STR("fr"), &langs[1], NULL), CQ_OK);
}

static struct table_case {
    const char *name, *text;
    bool has_langs; /* en and fr are asked for */
    const char *columns;
    const char *units;
    int number; /* of the failure */
    uint64_t line, column;
} tables[] = {
    /* no first row of languages: nothing in a text means anything else */
    {"source and target", "a\tb\nc\td\n", true, NULL, "en=a|fr=b\nen=c|fr=d\n", 0, 0, 0},
    {"a backslash is a backslash", "C:\\new\t\\t\n", true, NULL, "en=C:\\new|fr=\\t\n", 0,
     0, 0},
    {"a quote is a quote", "\"a\"\t\"b\n", true, NULL, "en=\"a\"|fr=\"b\n", 0, 0, 0},
    {"an empty target", "a\t\n", true, NULL, "en=a|fr=\n", 0, 0, 0},
    {"columns by place", "1\ta\tb\tx\n", false, "tuid,en,fr,note",
     "en=a|fr=b|tuid=1|note=x\n", 0, 0, 0},
    {"a column by place is skipped", "1\ta\tb\n", false, "-,en,fr", "en=a|fr=b\n", 0, 0,
     0},
    {"source and target by name", "b\ta\n", true, "target,source", "fr=b|en=a\n", 0, 0,
     0},
    {"no tab", "a\tb\nab\n", true, NULL, "en=a|fr=b\n", 80, 2, 3},
    {"two tabs", "a\tb\tc\n", true, NULL, "", 81, 1, 4},
    {"no languages", "a\tb\n", false, NULL, "", 57, 1, 1},
    {"a column of no name", "a\tb\n", false, "en,what", "", 84, 0, 0},
    /* with a first row of languages */
    {"languages in the first row", "en\tfr\na\tb\n", false, NULL, "en=a|fr=b\n", 0, 0, 0},
    {"they are kept as they stand", "EN_us\tfr-CA\na\tb\n", true, NULL,
     "EN_us=a|fr-CA=b\n", 0, 0, 0},
    {"words that are languages", "No\tJa\n", true, NULL, "en=No|fr=Ja\n", 0, 0, 0},
    {"source and target in it", "Target\tSource\nb\ta\n", true, NULL, "fr=b|en=a\n", 0, 0,
     0},
    {"languages by name",
     "English,fran\xc3\xa7"
     "ais,Comment\na,b,c\n",
     false, NULL, "en=a|fr=b\n", 0, 0, 0},
    {"languages by name that were asked for", "Comment,French,English\nc,b,a\n", true,
     NULL, "fr=b|en=a\n", 0, 0, 0},
    {"a word that is a language by chance", "key,en,fr\n1,a,b\n", false, NULL,
     "en=a|fr=b\n", 0, 0, 0},
    {"the same when it is asked for", "key,en,fr\n1,a,b\n", false, "key,en",
     "key=1|en=a\n", 0, 0, 0},
    {"three languages", "en\tfr\tde\na\tb\tc\n", false, NULL, "en=a|fr=b|de=c\n", 0, 0,
     0},
    {"an empty cell is no text", "en\tfr\tde\na\t\tc\n", false, NULL, "en=a|de=c\n", 0, 0,
     0},
    {"a row without texts", "en\tfr\n\t\na\tb\n", false, NULL, "en=a|fr=b\n", 0, 0, 0},
    {"escapes", "en\tfr\na\\tb\\nc\\rd\\\\e\\x\t\\\n", false, NULL,
     "en=a\tb\nc\rd\\e\\x|fr=\\\n", 0, 0, 0},
    {"all about a unit",
     "tuid\ten\tfr\tnote\tcreated\tcreator\tchanged\tauthor\tusage\tprop:client\tunit\n"
     "1\ta\tb\tn\t2\t3\t4\t5\t6\tc\t9\n",
     false, NULL,
     "en=a|fr=b|tuid=1|creationdate=2|creationid=3|changedate=4|changeid=5|usagecount=6|"
     "note=n|client=c\n",
     0, 0, 0},
    {"an unknown column is skipped", "en\tfr\tWhat?\na\tb\tc\n", false, NULL,
     "en=a|fr=b\n", 0, 0, 0},
    {"columns are chosen by name", "en\tfr\tde\na\tb\tc\n", false, "de,en", "en=a|de=c\n",
     0, 0, 0},
    {"the nearest language is chosen", "en-GB\ten-US\tfr\na\tb\tc\n", false, "en-US,fr",
     "en-US=b|fr=c\n", 0, 0, 0},
    {"too few cells", "en\tfr\tde\na\tb\n", false, NULL, "", 80, 2, 4},
    {"too many cells", "en\tfr\tde\na\tb\tc\td\n", false, NULL, "", 81, 2, 7},
    /* CSV */
    {"CSV by its first row", "en,fr\r\na,b\r\n", false, NULL, "en=a|fr=b\n", 0, 0, 0},
    {"quotes", "en,fr\n\"a,b\",\"c\"\n", false, NULL, "en=a,b|fr=c\n", 0, 0, 0},
    {"a doubled quote", "en,fr\n\"a \"\"b\"\"\",\"\"\"\"\n", false, NULL,
     "en=a \"b\"|fr=\"\n", 0, 0, 0},
    {"a quote inside an open cell", "en,fr\n5\" disk,a\"\"b\nc,d\n", false, NULL,
     "en=5\" disk|fr=a\"\"b\nen=c|fr=d\n", 0, 0, 0},
    {"a line end in quotes", "en,fr\n\"a\r\nb\",c\nd,e\n", false, NULL,
     "en=a\r\nb|fr=c\nen=d|fr=e\n", 0, 0, 0},
    {"no escapes", "en,fr\na\\n,b\n", false, NULL, "en=a\\n|fr=b\n", 0, 0, 0},
    {"semicolons", "en;fr\n1,5;2\n", false, NULL, "en=1,5|fr=2\n", 0, 0, 0},
    {"no line end at the end", "en,fr\na,\"b\"", false, NULL, "en=a|fr=b\n", 0, 0, 0},
    {"a quote that never closes", "en,fr\na,b\nc,\"d\ne,f\n", false, NULL, "en=a|fr=b\n",
     83, 3, 3},
    {"text after a quote", "en,fr\n\"a\n\" b,c\n", false, NULL, "", 83, 3, 2},
    {"too few cells in CSV", "en,fr,de\na,b\n", false, NULL, "", 80, 2, 4},
};

static void test_table(void **state)
{
    const struct table_case *row = *state;
    cq_lang langs[2];
    cq_buf units = {0};
    cq_error err = {0};
    cq_tmx_options opts = {.columns = row->columns};
    cq_status status;

    parse_langs(langs);
    if (row->has_langs) {
        opts.source = &langs[0];
        opts.target = &langs[1];
    }
    cq_buf_add(&units, "", 0);
    status = read_all(scratch_file(cq_str_from(row->text)), &opts, &units, &err);
    if (err.number != row->number)
        fail_msg("CQ-%03d %s", err.number, err.message);
    assert_int_equal(status < 0, row->number != 0);
    assert_string_equal(units.len ? units.ptr : "", row->units);
    assert_int_equal(err.line, row->line);
    assert_int_equal(err.column, row->column);
    cq_buf_release(&units);
}

static struct encoding_case {
    const char *name, *encoding;
    const char *bytes;
    size_t len;
    int number;
} encodings[] = {
    {"UTF-16LE by its mark", NULL,
     "\xff\xfe"
     "e\0n\0\t\0f\0r\0\n\0\x1f\x04\t\0b\0\n\0",
     22, 0},
    {"UTF-16BE by its looks", NULL, "\0e\0n\0\t\0f\0r\0\n\x04\x1f\0\t\0b\0\n", 20, 0},
    {"UTF-16 said, by its looks", "UTF-16", "e\0n\0\t\0f\0r\0\n\0\x1f\x04\t\0b\0\n\0", 20,
     0},
    {"KOI8-R", "koi8-r", "en\tfr\n\xf0\tb\n", 10, 0},
    {"windows-1251", "windows-1251", "en\tfr\n\xcf\tb\n", 10, 0},
    {"UTF-8 said, with a mark", "utf-8",
     "\xef\xbb\xbf"
     "en\tfr\n\xd0\x9f\tb\n",
     14, 0},
    {"not said", NULL, "en\tfr\n\xcf\tb\n", 10, 52},
    {"no encoding", "klingon", "en\tfr\n\xcf\tb\n", 10, 86},
};

static void test_encoding(void **state)
{
    const struct encoding_case *row = *state;
    const cq_tmx_options opts = {.encoding = row->encoding};
    cq_buf units = {0};
    cq_error err = {0};

    read_all(scratch_file((cq_str){row->bytes, row->len}), &opts, &units, &err);
    assert_int_equal(err.number, row->number);
    if (!row->number)
        assert_string_equal(units.ptr, "en=\xd0\x9f|fr=b\n");
    cq_buf_release(&units);
}

/* ---- what is written is read again ----------------------------------------------------
 */

/* xorshift64 (Marsaglia 2003). */
static uint64_t draw(uint64_t *state)
{
    *state ^= *state << 13;
    *state ^= *state >> 7;
    return *state ^= *state << 17;
}

static void random_text(uint64_t *state, cq_buf *out)
{
    static const char *const parts[] = {
        "a", "b",   ",",    ";", "\t",       "\n",           "\r", "\"", "\\",
        " ", "\\n", "\r\n", "'", "\xc3\xa9", "\xe2\x80\xa8", "en", "="};

    cq_buf_reset(out);
    cq_buf_add_byte(out, 'x'); /* never empty, which would be no text */
    for (size_t n = draw(state) % 8; n; n--)
        cq_buf_add_z(out, parts[draw(state) % ARRAY_LEN(parts)]);
}

static void random_unit(uint64_t *state, cq_unit *unit, cq_buf *text)
{
    static const char *const langs[] = {"en", "fr", "zh-Hant"};

    cq_unit_reset(unit);
    random_text(state, text);
    assert_non_null(cq_attrs_add(&unit->arena, &unit->attrs, &unit->attrs_len,
                                 CQ_STR("tuid"), cq_buf_str(text)));
    for (size_t i = 0; i < ARRAY_LEN(langs); i++) {
        if (i > 0 && draw(state) % 3 == 0)
            continue;
        random_text(state, text);
        assert_non_null(cq_unit_add_text(unit, cq_str_from(langs[i]), cq_buf_str(text)));
    }
}

static cq_status write_table(bool is_csv, uint64_t seed, cq_buf *shown, cq_buf *out,
                             cq_error *err)
{
    cq_columns columns = {0};
    cq_tsv_writer *writer = NULL;
    cq_tmx_form form = {0};
    cq_unit unit = {0};
    cq_buf text = {0};
    cq_status status =
        cq_columns_read(CQ_STR("en,fr,zh-Hant,tuid"), NULL, NULL, &columns, err);

    if (status == CQ_OK)
        status = cq_tsv_writer_open((cq_sink){scratch_sink, out}, is_csv, &columns, &form,
                                    &writer, err);
    for (size_t i = 0; i < 20 && status == CQ_OK; i++) {
        random_unit(&seed, &unit, &text);
        show_unit(&unit, shown);
        status = cq_tsv_write(writer, &unit, NULL, i, CQ_STR(""), err);
    }
    if (status == CQ_OK)
        status = cq_tsv_writer_close(writer, err);
    else
        cq_tsv_writer_abandon(writer);
    cq_columns_release(&columns);
    cq_unit_release(&unit);
    cq_buf_release(&text);
    return status;
}

static void test_round_trip(void **state)
{
    const cq_tmx_options opts = {0};

    (void)state;
    for (uint64_t seed = 1; seed <= 400; seed++) {
        cq_buf shown = {0}, out = {0}, again = {0};
        cq_error err = {0};

        assert_int_equal(write_table(seed % 2, seed * 7919, &shown, &out, &err), CQ_OK);
        if (read_all(scratch_file(cq_buf_str(&out)), &opts, &again, &err) != CQ_OK)
            fail_msg("%d:%d %s", (int)err.line, (int)err.column, err.message);
        assert_string_equal(shown.ptr, again.ptr);
        cq_buf_release(&shown);
        cq_buf_release(&out);
        cq_buf_release(&again);
    }
}

/* A column with several texts: a row each, and what has fewer stands again. */
static void test_twins(void **state)
{
    const cq_tmx_form form = {0};
    cq_columns columns = {0};
    cq_tsv_writer *writer;
    cq_unit unit = {0};
    cq_buf out = {0};

    (void)state;
    assert_int_equal(cq_columns_read(CQ_STR("en,de"), NULL, NULL, &columns, NULL), CQ_OK);
    assert_int_equal(cq_tsv_writer_open((cq_sink){scratch_sink, &out}, true, &columns,
                                        &form, &writer, NULL),
                     CQ_OK);
    cq_unit_add_text(&unit, CQ_STR("de-AT"), CQ_STR("1"));
    cq_unit_add_text(&unit, CQ_STR("en"), CQ_STR("one"));
    cq_unit_add_text(&unit, CQ_STR("de"), CQ_STR("2"));
    cq_unit_add_text(&unit, CQ_STR("fr"), CQ_STR("un"));
    assert_int_equal(cq_tsv_write(writer, &unit, NULL, 1, CQ_STR(""), NULL), CQ_OK);
    assert_int_equal(cq_tsv_writer_close(writer, NULL), CQ_OK);
    assert_string_equal(out.ptr, "en,de\r\none,1\r\none,2\r\n");
    cq_columns_release(&columns);
    cq_unit_release(&unit);
    cq_buf_release(&out);
}

static cq_status write_unit(const cq_unit *unit, cq_buf *out, cq_error *err)
{
    const cq_tmx_form form = {0};
    cq_columns columns = {0};
    cq_tsv_writer *writer = NULL;
    cq_status status = cq_columns_read(CQ_STR("en,fr"), NULL, NULL, &columns, err);

    if (status == CQ_OK)
        status = cq_tsv_writer_open((cq_sink){scratch_sink, out}, false, &columns, &form,
                                    &writer, err);
    if (status == CQ_OK)
        status = cq_tsv_write(writer, unit, NULL, 1, CQ_STR(""), err);
    if (status == CQ_OK)
        status = cq_tsv_writer_close(writer, err);
    else
        cq_tsv_writer_abandon(writer);
    cq_columns_release(&columns);
    return status;
}

static void test_short_of_memory(void **state)
{
    const cq_tmx_options opts = {.columns = "en,tuid"};
    const char *path = scratch_file(CQ_STR("en,fr,tuid\na,\"b\",1\n\"c\",d,2\n"));
    bool was_reached = true;
    cq_unit unit = {0};

    (void)state;
    cq_unit_add_text(&unit, CQ_STR("en"), CQ_STR("a"));
    for (uint64_t n = 1; was_reached; n++) {
        cq_buf read = {0}, written = {0};
        cq_error err = {0};
        cq_status status;

        cq_alloc_fail_at(n);
        status = read_all(path, &opts, &read, &err);
        was_reached = cq_alloc_count() >= n;
        assert_int_equal(status, was_reached ? CQ_E_NOMEM : CQ_OK);
        cq_alloc_fail_at(n);
        err = (cq_error){0};
        status = write_unit(&unit, &written, &err);
        assert_int_equal(status, cq_alloc_count() >= n ? CQ_E_NOMEM : CQ_OK);
        cq_alloc_fail_at(0);
        cq_buf_release(&read);
        cq_buf_release(&written);
    }
    cq_unit_release(&unit);
}

int main(void)
{
    struct CMUnitTest tests[ARRAY_LEN(tables) + ARRAY_LEN(encodings) + 3];
    size_t len = 0;
    int failed;

    ADD(tables, test_table);
    ADD(encodings, test_encoding);
    ADD_ONE("what is written is read again", test_round_trip);
    ADD_ONE("several texts of a language", test_twins);
    ADD_ONE("short of memory", test_short_of_memory);
    failed = cmocka_run_group_tests_name("tsv", tests, NULL, NULL);
    scratch_remove();
    return failed;
}
