/* What is stored and what an export tells give just what it writes: nothing is lost that
 * the ledger does not name. Held over the files that tools wrote (../shared, when it is
 * there), our own samples and generated files, for every version, level and tool. */
#include "../rows.h"
#include "escape.h"
#include "generate.h"
#include "markup.h"
#include "scratch.h"
#include "tmx.h"

#include <libxml/parser.h>
#include <libxml/valid.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* ---- facts: what a unit or header says, a line each
 * ------------------------------------
 */

typedef struct facts {
    char **lines;
    size_t len, capacity;
} facts;

static void add_fact(facts *to, size_t variant, cq_part part, cq_str name, cq_str value)
{
    cq_buf line = {0};

    cq_buf_add_format(&line, "%zu %d ", variant, (int)part);
    cq_buf_add_str(&line, name);
    cq_buf_add_byte(&line, ' ');
    cq_buf_add_str(&line, value);
    assert_true(cq_grow(&to->lines, &to->capacity, to->len + 1, sizeof(*to->lines)));
    to->lines[to->len++] = line.ptr;
}

/* The same for the value of an attribute, as XML writes it. */
static void add_value(facts *to, size_t variant, cq_str name, cq_str value)
{
    cq_buf escaped = {0};

    cq_xml_attr_value(&escaped, value);
    add_fact(to, variant, CQ_PART_ATTRIBUTE, name, cq_buf_str(&escaped));
    cq_buf_release(&escaped);
}

static void drop_fact(facts *from, size_t variant, cq_part part, cq_str name,
                      cq_str value)
{
    facts sought = {0};
    size_t i = 0;

    if (part == CQ_PART_ATTRIBUTE)
        add_value(&sought, variant, name, value);
    else
        add_fact(&sought, variant, part, name, value);
    while (i < from->len && strcmp(from->lines[i], sought.lines[0]) != 0)
        i++;
    if (i == from->len)
        fail_msg("the ledger names what was not there: %s", sought.lines[0]);
    cq_free(from->lines[i]);
    from->lines[i] = from->lines[--from->len];
    cq_free(sought.lines[0]);
    cq_free(sought.lines);
}

static int by_text(const void *a, const void *b)
{
    return strcmp(*(char *const *)a, *(char *const *)b);
}

static void release_facts(facts *all)
{
    for (size_t i = 0; i < all->len; i++)
        cq_free(all->lines[i]);
    cq_free(all->lines);
    *all = (facts){0};
}

static void check_same(const char *what, facts *wanted, facts *found)
{
    if (wanted->len)
        qsort(wanted->lines, wanted->len, sizeof(*wanted->lines), by_text);
    if (found->len)
        qsort(found->lines, found->len, sizeof(*found->lines), by_text);
    for (size_t i = 0; i < wanted->len || i < found->len; i++) {
        const char *left = i < wanted->len ? wanted->lines[i] : "nothing";
        const char *right = i < found->len ? found->lines[i] : "nothing";

        if (strcmp(left, right) != 0)
            fail_msg("%s: the ledger promises %.300s, the file has %.300s", what, left,
                     right);
    }
}

static void add_attrs(facts *to, size_t variant, const char *element,
                      const cq_attr *attrs, size_t len)
{
    for (size_t i = 0; i < len; i++) {
        char name[256];

        snprintf(name, sizeof(name), "%s@%.*s", element, (int)attrs[i].name.len,
                 attrs[i].name.ptr);
        add_value(to, variant, cq_str_from(name), attrs[i].value);
    }
}

static void add_text(facts *to, size_t variant, cq_str text)
{
    cq_buf escaped = {0};

    cq_xml_text(&escaped, text);
    add_fact(to, variant, CQ_PART_NOTE, CQ_STR("text"), cq_buf_str(&escaped));
    cq_buf_release(&escaped);
}

static bool has_remark(cq_str markup)
{
    cq_mark mark;

    for (size_t at = 0; cq_markup_next(markup, &at, &mark);)
        if (mark.kind == CQ_MARK_REMARK)
            return true;
    return false;
}

static void add_items(facts *to, size_t variant, const char *element,
                      const cq_item *items, size_t len)
{
    for (size_t i = 0; i < len; i++) {
        const cq_item *item = &items[i];
        bool is_prop = item->kind == CQ_ITEM_PROP;

        if (item->kind == CQ_ITEM_LEAD)
            add_fact(to, variant, CQ_PART_MARKUP, CQ_STR("body"), item->text);
        if (item->kind == CQ_ITEM_MARKUP)
            add_fact(to, variant, CQ_PART_MARKUP, cq_str_from(element), item->text);
        if (!is_prop && item->kind != CQ_ITEM_NOTE)
            continue;
        add_attrs(to, variant, is_prop ? "prop" : "note", item->attrs, item->attrs_len);
        add_text(to, variant, item->text);
    }
}

/* Markup that is written; a note or property that has become plain is read as one. */
static void add_markup(facts *to, const cq_loss *loss)
{
    cq_mark tag;
    cq_str name, value;
    size_t at = 0;
    bool is_field = cq_markup_next(loss->now, &at, &tag) &&
                    (cq_str_starts(tag.raw, CQ_STR("<note")) ||
                     cq_str_starts(tag.raw, CQ_STR("<prop")));
    cq_str inside = cq_str_slice(loss->now, at, loss->now.len);

    if (!is_field || has_remark(inside)) {
        add_fact(to, loss->variant, CQ_PART_MARKUP, loss->name, loss->now);
        return;
    }
    while (cq_markup_attr(&tag.attrs, &name, &value)) {
        cq_buf full = {0}, quoted = {0};

        cq_buf_add_format(&full, "%.*s@%.*s", (int)tag.name.len, tag.name.ptr,
                          (int)name.len, name.ptr);
        cq_buf_add_format(&quoted, "=\"%.*s\"", (int)value.len, value.ptr);
        add_fact(to, loss->variant, CQ_PART_ATTRIBUTE, cq_buf_str(&full),
                 cq_buf_str(&quoted));
        cq_buf_release(&full);
        cq_buf_release(&quoted);
    }
    while (inside.len && inside.ptr[inside.len - 1] != '<')
        inside.len--; /* the end tag */
    inside.len -= inside.len > 0;
    add_fact(to, loss->variant, CQ_PART_NOTE, CQ_STR("text"), inside);
}

/* ---- losses: what the ledger says of the unit being written ---------------------------
 */

typedef struct losses {
    cq_loss *items;
    size_t len, capacity;
    cq_arena arena;
} losses;

static cq_str keep(losses *to, cq_str s)
{
    return s.ptr ? cq_arena_copy(&to->arena, s) : s;
}

static void collect(void *context, const cq_loss *loss)
{
    losses *to = context;

    assert_true(cq_grow(&to->items, &to->capacity, to->len + 1, sizeof(*to->items)));
    to->items[to->len++] = (cq_loss){
        .variant = loss->variant,
        .lang = keep(to, loss->lang),
        .part = loss->part,
        .name = keep(to, loss->name),
        .was = keep(to, loss->was),
        .now = keep(to, loss->now),
    };
}

static void forget(losses *all)
{
    all->len = 0;
    cq_arena_reset(&all->arena);
}

static bool is_lost(const losses *all, size_t variant)
{
    for (size_t i = 0; i < all->len; i++)
        if (all->items[i].part == CQ_PART_VARIANT && all->items[i].variant == variant)
            return true;
    return false;
}

/* A whole note or property; its other attributes are told apart. */
static void drop_field(facts *from, const cq_loss *loss)
{
    cq_buf text = {0};

    cq_buf_add(&text, "", 0);
    cq_xml_text(&text, loss->was);
    drop_fact(from, loss->variant, CQ_PART_NOTE, CQ_STR("text"), cq_buf_str(&text));
    if (loss->part == CQ_PART_PROPERTY && loss->name.ptr)
        drop_fact(from, loss->variant, CQ_PART_ATTRIBUTE, CQ_STR("prop@type"),
                  loss->name);
    cq_buf_release(&text);
}

static void apply(facts *to, const losses *all)
{
    for (size_t i = 0; i < all->len; i++) {
        const cq_loss *loss = &all->items[i];

        if (loss->part == CQ_PART_NOTE || loss->part == CQ_PART_PROPERTY)
            drop_field(to, loss);
        if (loss->part != CQ_PART_ATTRIBUTE && loss->part != CQ_PART_MARKUP)
            continue;
        if (loss->was.ptr)
            drop_fact(to, loss->variant, loss->part, loss->name, loss->was);
        if (loss->now.ptr && loss->part == CQ_PART_ATTRIBUTE)
            add_value(to, loss->variant, loss->name, loss->now);
        else if (loss->now.ptr)
            add_markup(to, loss);
    }
}

/* A segment as it must be written: each code that the ledger names gives way to what it
 * says, at its place. */
static void add_segment(facts *to, size_t number, const cq_variant *variant,
                        const losses *all)
{
    cq_buf segment = {0};
    size_t at = 0, next = 0;

    for (size_t i = 0; i < variant->codes_len; i++) {
        cq_str markup = variant->codes[i].markup;

        while (next < all->len && (all->items[next].part != CQ_PART_CODE ||
                                   all->items[next].variant != number))
            next++;
        cq_xml_text(&segment, cq_str_slice(variant->text, at, variant->codes[i].at));
        if (next < all->len && cq_str_equal(all->items[next].was, markup))
            markup = all->items[next++].now;
        cq_buf_add_str(&segment, markup);
        at = variant->codes[i].at;
    }
    cq_xml_text(&segment, cq_str_slice(variant->text, at, variant->text.len));
    while (next < all->len &&
           (all->items[next].part != CQ_PART_CODE || all->items[next].variant != number))
        next++;
    assert_int_equal(next, all->len); /* every code that is named was there */
    add_fact(to, number, CQ_PART_CODE, CQ_STR("seg"), cq_buf_str(&segment));
    cq_buf_release(&segment);
}

/* ---- units and headers ----------------------------------------------------------------
 */

/* @param numbers  of the variants, from 1; NULL for those of the original */
static void add_unit(facts *to, const cq_unit *unit, const size_t *numbers,
                     const losses *all)
{
    add_attrs(to, 0, "tu", unit->attrs, unit->attrs_len);
    add_items(to, 0, "tu", unit->items, unit->items_len);
    for (size_t i = 0; i < unit->variants_len; i++) {
        const cq_variant *variant = &unit->variants[i];
        size_t number = numbers ? numbers[i] : i + 1;

        if (is_lost(all, number))
            continue;
        add_attrs(to, number, "tuv", variant->attrs, variant->attrs_len);
        add_attrs(to, number, "seg", variant->seg_attrs, variant->seg_attrs_len);
        add_items(to, number, "tuv", variant->items, variant->items_len);
        add_segment(to, number, variant, all);
    }
}

static void add_header(facts *to, const cq_header *header, bool with_attrs)
{
    for (size_t i = 0; i < header->tmx_attrs_len; i++)
        if (!cq_str_equal(header->tmx_attrs[i].name, CQ_STR("version")))
            add_attrs(to, 0, "tmx", &header->tmx_attrs[i], 1);
    if (with_attrs)
        add_attrs(to, 0, "header", header->attrs, header->attrs_len);
    add_attrs(to, 0, "body", header->body_attrs, header->body_attrs_len);
    add_items(to, 0, "header", header->items, header->items_len);
    if (header->doctype.len)
        add_fact(to, 0, CQ_PART_MARKUP, CQ_STR("tmx"), header->doctype);
    for (size_t i = 0; i < CQ_PLACES; i++)
        if (header->around[i].len)
            add_fact(to, 0, CQ_PART_MARKUP, CQ_STR("tmx"), header->around[i]);
}

/* ---- one file in one form -------------------------------------------------------------
 */

/* What the file must say: the original's facts with the ledger applied. */
typedef struct written {
    facts said;
    size_t *numbers; /* of the variants, in the order in which they are written */
} written;

typedef struct promises {
    written *items;
    size_t len, capacity;
} promises;

static size_t *written_order(const cq_unit *unit, const losses *all)
{
    size_t *numbers = cq_zalloc((unit->variants_len + 1) * sizeof(*numbers)), len = 0;

    for (size_t i = 1; i <= unit->variants_len; i++)
        if (!is_lost(all, i))
            numbers[len++] = i;
    for (size_t i = 0; i < all->len; i++) {
        char *at = (char *)(uintptr_t)all->items[i].now.ptr;

        if (all->items[i].part != CQ_PART_ORDER || !at)
            continue;
        for (len = 0; *at; len++)
            numbers[len] = strtoul(at, &at, 10);
    }
    return numbers;
}

static written *add_promise(promises *to)
{
    assert_true(cq_grow(&to->items, &to->capacity, to->len + 1, sizeof(*to->items)));
    to->items[to->len] = (written){0};
    return &to->items[to->len++];
}

static void release_promises(promises *all)
{
    for (size_t i = 0; i < all->len; i++) {
        release_facts(&all->items[i].said);
        cq_free(all->items[i].numbers);
    }
    cq_free(all->items);
}

static void write_units(cq_tmx_reader *reader, cq_tmx_writer *writer, losses *all,
                        promises *to)
{
    cq_unit unit = {0};
    cq_error err = {0};

    while (cq_tmx_read(reader, &unit, &err) == CQ_OK) {
        cq_status status;

        forget(all);
        status = cq_tmx_write(writer, &unit, NULL, NULL, &err);
        assert_true(status >= 0);
        if (status == CQ_DONE) {
            assert_int_equal(all->items[all->len - 1].part, CQ_PART_UNIT);
        } else {
            written *promise = add_promise(to);

            add_unit(&promise->said, &unit, NULL, all);
            apply(&promise->said, all);
            promise->numbers = written_order(&unit, all);
        }
    }
    cq_unit_release(&unit);
}

static void check_file(const char *what, cq_str file, const promises *all)
{
    static const losses none;
    cq_tmx_reader *reader;
    cq_unit unit = {0};
    cq_error err = {0};
    cq_status status = cq_tmx_open(scratch_file(file), NULL, &reader, &err);
    size_t at = 1;

    assert_int_equal(status, CQ_OK);
    while ((status = cq_tmx_read(reader, &unit, &err)) == CQ_OK) {
        facts found = {0};

        assert_true(at < all->len);
        add_unit(&found, &unit, all->items[at].numbers, &none);
        check_same(what, &all->items[at++].said, &found);
        release_facts(&found);
    }
    if (status < 0)
        fail_msg("%s: what was written cannot be read: %s", what, err.message);
    assert_int_equal(at, all->len);
    cq_unit_release(&unit);
    cq_tmx_close(reader);
}

/* The DTD of a version among the shared data; NULL when it is not there. */
static xmlDtd *dtd_of(int version)
{
    static xmlDtd *known[15];
    char path[512];

    snprintf(path, sizeof(path), "%s/data/tmx/dtd/tmx%d.dtd", scratch_shared(), version);
    if (!known[version] && access(path, R_OK) == 0)
        known[version] = xmlParseDTD(NULL, (const xmlChar *)path);
    return known[version];
}

static void check_valid(const char *what, cq_str file, int version)
{
    xmlDtd *dtd = dtd_of(version ? version : 14);
    xmlDoc *doc = xmlReadMemory(file.ptr, (int)file.len, NULL, NULL, XML_PARSE_NONET);
    xmlValidCtxt *context = xmlNewValidCtxt();

    assert_non_null(doc);
    assert_non_null(context);
    if (dtd && !xmlValidateDtd(context, doc, dtd))
        fail_msg("%s: not valid:\n%.*s", what, (int)file.len, file.ptr);
    xmlFreeValidCtxt(context);
    xmlFreeDoc(doc);
}

static bool load_header(const char *path, cq_header *header, cq_buf *record,
                        cq_buf tags[2])
{
    cq_tmx_reader *reader;
    cq_unit unit = {0};
    cq_error err = {0};
    cq_status status = cq_tmx_open(path, NULL, &reader, &err);

    if (status < 0)
        return false;
    while ((status = cq_tmx_read(reader, &unit, &err)) == CQ_OK) {
        if (tags[0].len || unit.variants_len == 0)
            continue;
        cq_buf_add_str(&tags[0], unit.variants[0].lang);
        cq_buf_add_str(&tags[1], unit.variants[unit.variants_len - 1].lang);
    }
    if (status == CQ_DONE) {
        assert_int_equal(cq_header_encode(cq_tmx_header(reader), record, &err), CQ_OK);
        assert_int_equal(cq_header_decode(cq_buf_str(record), header, &err), CQ_OK);
    }
    cq_unit_release(&unit);
    cq_tmx_close(reader);
    return status == CQ_DONE;
}

static void write_file(const char *path, const cq_header *header, cq_tmx_form form)
{
    losses all = {0};
    promises to = {0};
    cq_buf out = {0};
    cq_tmx_reader *reader;
    cq_tmx_writer *writer;
    cq_error err = {0};
    char what[640];
    cq_status status;

    snprintf(what, sizeof(what), "%s (version %d, level %d, tool %d)", path, form.version,
             form.level, (int)form.tool);
    form.loss = collect;
    form.loss_context = &all;
    status =
        cq_tmx_writer_open((cq_sink){scratch_sink, &out}, header, &form, &writer, &err);
    if (status == CQ_E_ARG) /* Lokalize, from another language than English */
        goto out;
    assert_int_equal(status, CQ_OK);
    add_header(&add_promise(&to)->said, header, header->is_present);
    apply(&to.items[0].said, &all);
    assert_int_equal(cq_tmx_open(path, NULL, &reader, &err), CQ_OK);
    write_units(reader, writer, &all, &to);
    cq_tmx_close(reader);
    assert_int_equal(cq_tmx_writer_close(writer, &err), CQ_OK);
    if (form.version || form.tool)
        check_valid(what, cq_buf_str(&out), form.version);
    check_file(what, cq_buf_str(&out), &to);

out:
    release_promises(&to);
    cq_free(all.items);
    cq_arena_release(&all.arena);
    cq_buf_release(&out);
}

static void check(void *context, const char *path)
{
    const cq_tmx_form *form = context;
    cq_header header = {0};
    cq_buf record = {0}, tags[2] = {0};
    char own[512];

    snprintf(own, sizeof(own), "%s", path);
    if (load_header(path, &header, &record, tags)) {
        cq_tmx_form full = *form;

        full.source = cq_buf_str(&tags[0]);
        full.target = cq_buf_str(&tags[1]);
        write_file(own, &header, full);
    }
    cq_header_release(&header);
    cq_buf_release(&record);
    cq_buf_release(&tags[0]);
    cq_buf_release(&tags[1]);
}

/* ---- the tests ------------------------------------------------------------------------
 */

static struct form_case {
    const char *name;
    cq_tmx_form form;
} forms[] = {
    {"TMX 1.1", {.version = 11}},
    {"TMX 1.2", {.version = 12}},
    {"TMX 1.3", {.version = 13}},
    {"TMX 1.4", {.version = 14}},
    {"level 1", {.level = 1}},
    {"TMX 1.1, level 1", {.version = 11, .level = 1}},
    {"for OmegaT", {.tool = CQ_TOOL_OMEGAT}},
    {"for Trados", {.tool = CQ_TOOL_TRADOS}},
    {"for memoQ", {.tool = CQ_TOOL_MEMOQ}},
    {"for Okapi", {.tool = CQ_TOOL_OKAPI}},
    {"for Lokalize", {.tool = CQ_TOOL_LOKALIZE}},
    {"for Weblate", {.tool = CQ_TOOL_WEBLATE}},
    {"for Weblate, TMX 1.1, level 1",
     {.version = 11, .level = 1, .tool = CQ_TOOL_WEBLATE}},
};

/* ---- tables: a file of one unit, which comes back as one row
 * ---------------------------
 */

static void add_column(cq_columns *columns, cq_column_kind kind, cq_str what)
{
    cq_column column = {.kind = kind, .what = what};

    for (size_t i = 0; i < columns->len; i++)
        if (columns->items[i].kind == kind && cq_str_equal(columns->items[i].what, what))
            return;
    (void)cq_lang_parse(what, &column.lang, NULL);
    assert_int_equal(cq_columns_add(columns, column, NULL), CQ_OK);
}

/* Columns for all texts of a unit and some of the rest; false when a tag cannot head one,
 * or one language has several texts, which take as many rows. */
static bool choose_columns(const cq_unit *unit, cq_columns *columns)
{
    cq_lang lang;

    for (size_t i = 0; i < unit->variants_len; i++) {
        size_t len = columns->len;

        add_column(columns, CQ_COLUMN_TEXT, unit->variants[i].lang);
        if (cq_lang_parse(unit->variants[i].lang, &lang, NULL) != CQ_OK ||
            columns->len == len)
            return false;
    }
    add_column(columns, CQ_COLUMN_NOTE, CQ_STR(""));
    add_column(columns, CQ_COLUMN_PROPERTY, CQ_STR("client"));
    add_column(columns, CQ_COLUMN_PROPERTY, CQ_STR("p"));
    add_column(columns, CQ_COLUMN_ATTRIBUTE, CQ_STR("tuid"));
    add_column(columns, CQ_COLUMN_ATTRIBUTE, CQ_STR("changedate"));
    return unit->variants_len > 0;
}

static void check_row(const char *path, const cq_unit *unit, bool is_csv)
{
    losses all = {0};
    promises to = {0};
    cq_columns columns = {0};
    cq_tsv_writer *writer;
    cq_tmx_form form = {.loss = collect, .loss_context = &all};
    cq_buf out = {0};

    if (choose_columns(unit, &columns)) {
        add_promise(&to); /* of a header, which tables do not have */
        assert_int_equal(cq_tsv_writer_open((cq_sink){scratch_sink, &out}, is_csv,
                                            &columns, &form, &writer, NULL),
                         CQ_OK);
        if (cq_tsv_write(writer, unit, NULL, 1, CQ_STR(""), NULL) == CQ_OK) {
            written *row = add_promise(&to);

            add_unit(&row->said, unit, NULL, &all);
            apply(&row->said, &all);
            row->numbers = written_order(unit, &all);
        }
        assert_int_equal(cq_tsv_writer_close(writer, NULL), CQ_OK);
        if (to.len > 1)
            check_file(path, cq_buf_str(&out), &to);
    }
    cq_columns_release(&columns);
    release_promises(&to);
    cq_free(all.items);
    cq_arena_release(&all.arena);
    cq_buf_release(&out);
}

static void check_rows(void *context, const char *path)
{
    size_t *rows = context;
    cq_tmx_reader *reader;
    cq_unit unit = {0};

    if (cq_tmx_open(path, NULL, &reader, NULL) < 0)
        return;
    while (cq_tmx_read(reader, &unit, NULL) == CQ_OK)
        check_row(path, &unit, ++*rows % 2);
    cq_unit_release(&unit);
    cq_tmx_close(reader);
}

static void test_tables(void **state)
{
    char path[512];
    cq_buf file = {0};
    size_t rows = 0;

    (void)state;
    snprintf(path, sizeof(path), "%s/data/tmx", scratch_shared());
    scratch_each(scratch_own(), ".tmx", check_rows, &rows);
    scratch_each(path, ".tmx", check_rows, &rows);
    assert_true(rows > 10);
    for (uint64_t seed = 1; seed <= 200; seed++) {
        const char *scratch;

        cq_buf_reset(&file);
        generate_tmx(seed, &file);
        scratch = scratch_file(cq_buf_str(&file));
        snprintf(path, sizeof(path), "%s.tmx", scratch);
        assert_int_equal(rename(scratch, path), 0);
        check_rows(&rows, path);
        unlink(path);
    }
    cq_buf_release(&file);
}

static void test_files(void **state)
{
    struct form_case *row = *state;
    char folder[512];

    assert_true(scratch_each(scratch_own(), ".tmx", check, &row->form) > 5);
    snprintf(folder, sizeof(folder), "%s/data/tmx", scratch_shared());
    if (scratch_each(folder, ".tmx", check, &row->form) == 0)
        print_message("no files in %s: left out\n", folder);
}

static void test_generated(void **state)
{
    const char *runs = getenv("CALQUE_RUNS"); /* many more by hand */
    uint64_t count = runs ? strtoull(runs, NULL, 10) : 2000;
    cq_buf file = {0};

    (void)state;
    for (uint64_t seed = 1; seed <= count; seed++) {
        cq_buf_reset(&file);
        generate_tmx(seed, &file);
        check(&forms[seed % ARRAY_LEN(forms)].form, scratch_file(cq_buf_str(&file)));
    }
    cq_buf_release(&file);
}

static cq_status convert(const char *path, const cq_tmx_form *form, cq_buf *out,
                         cq_error *err)
{
    cq_tmx_reader *reader;
    cq_tmx_writer *writer = NULL;
    cq_unit unit = {0};
    cq_status status = cq_tmx_open(path, NULL, &reader, err);

    if (status == CQ_OK)
        status = cq_tmx_read(reader, &unit, err);
    if (status == CQ_OK)
        status = cq_tmx_writer_open((cq_sink){scratch_sink, out}, cq_tmx_header(reader),
                                    form, &writer, err);
    while (status == CQ_OK) {
        status = cq_tmx_write(writer, &unit, NULL, NULL, err);
        if (status >= 0)
            status = cq_tmx_read(reader, &unit, err);
    }
    if (status == CQ_DONE)
        status = cq_tmx_writer_close(writer, err);
    else
        cq_tmx_writer_abandon(writer);
    cq_unit_release(&unit);
    cq_tmx_close(reader);
    return status;
}

static void test_short_of_memory(void **state)
{
    const cq_tmx_form form = {
        .tool = CQ_TOOL_OKAPI, .source = CQ_STR("en"), .target = CQ_STR("de")};
    char path[512];
    cq_buf whole = {0};
    bool was_reached = true;

    (void)state;
    snprintf(path, sizeof(path), "%s/order.tmx", scratch_own());
    assert_int_equal(convert(path, &form, &whole, NULL), CQ_OK);
    for (uint64_t n = 1; was_reached; n++) {
        cq_buf out = {0};
        cq_error err = {0};
        cq_status status;

        cq_alloc_fail_at(n);
        status = convert(path, &form, &out, &err);
        was_reached = cq_alloc_count() >= n;
        cq_alloc_fail_at(0);
        assert_int_equal(status, was_reached ? CQ_E_NOMEM : CQ_OK);
        if (!was_reached)
            assert_true(cq_str_equal(cq_buf_str(&out), cq_buf_str(&whole)));
        cq_buf_release(&out);
    }
    cq_buf_release(&whole);
}

int main(void)
{
    struct CMUnitTest tests[ARRAY_LEN(forms) + 3];
    size_t len = 0;
    int failed;

    ADD(forms, test_files);
    ADD_ONE("generated files", test_generated);
    ADD_ONE("tables", test_tables);
    ADD_ONE("short of memory", test_short_of_memory);
    failed = cmocka_run_group_tests_name("shape", tests, NULL, NULL);
    scratch_remove();
    return failed;
}
