#include "escape.h"
#include "markup.h"
#include "shape.h"
#include "tsv.h"

#include <string.h>

#define FLUSH_AT ((size_t)64 * 1024)

struct cq_tsv_writer {
    cq_sink sink;
    cq_dialect dialect;
    cq_columns columns;
    cq_buf out;
    cq_map known; /* tag to column, SIZE_MAX for none */
    /* Of the unit: the column of each variant, or SIZE_MAX; its variants by column, and
     * where those of each column begin. */
    size_t *places, *sorted, *starts;
    size_t places_capacity, sorted_capacity, starts_capacity;
    cq_tmx_form form; /* who is told of what a table cannot hold */
    cq_loss loss;
    cq_buf name, was;
};

/* What stands for a byte that would end a cell; NULL for one that stands for itself. */
static const char *escape_of(char c, cq_dialect dialect, bool is_quoted)
{
    if ((unsigned char)c < 0x20 && c != '\t' && c != '\n' && c != '\r')
        return "\xef\xbf\xbd"; /* as in XML: what came from plain text that was aligned */
    if (is_quoted && c == '"')
        return "\"\"";
    if (!dialect.has_escapes)
        return NULL;
    return c == '\t'   ? "\\t"
           : c == '\n' ? "\\n"
           : c == '\r' ? "\\r"
           : c == '\\' ? "\\\\"
                       : NULL;
}

/* Append a cell as the dialect writes it. */
static void append_cell(cq_buf *out, cq_str text, cq_dialect dialect)
{
    bool is_quoted = false;
    size_t from = 0;

    for (size_t i = 0; i < text.len && dialect.has_quotes && !is_quoted; i++)
        is_quoted = text.ptr[i] == dialect.delimiter || text.ptr[i] == '"' ||
                    text.ptr[i] == '\n' || text.ptr[i] == '\r';
    if (is_quoted)
        cq_buf_add_byte(out, '"');
    for (size_t i = 0; i < text.len; i++) {
        const char *escape = escape_of(text.ptr[i], dialect, is_quoted);

        if (!escape)
            continue;
        cq_buf_add(out, text.ptr + from, i - from);
        cq_buf_add_z(out, escape);
        from = i + 1;
    }
    cq_buf_add_str(out, cq_str_slice(text, from, text.len));
    if (is_quoted)
        cq_buf_add_byte(out, '"');
}

static void end_cell(cq_tsv_writer *writer, size_t column)
{
    if (column + 1 < writer->columns.len)
        cq_buf_add_byte(&writer->out, (unsigned char)writer->dialect.delimiter);
    else
        cq_buf_add_z(&writer->out, writer->dialect.has_quotes ? "\r\n" : "\n");
}

cq_status cq_tsv_writer_open(cq_sink sink, bool is_csv, const cq_columns *columns,
                             const cq_tmx_form *form, cq_tsv_writer **out, cq_error *err)
{
    cq_tsv_writer *writer = cq_zalloc(sizeof(*writer));
    cq_status status = CQ_OK;

    *out = NULL;
    if (!writer)
        return cq_fail(err, CQ_E_NOMEM, "no memory to write a file");
    writer->sink = sink;
    writer->form = *form;
    writer->dialect = (cq_dialect){
        .delimiter = is_csv ? ',' : '\t', .has_quotes = is_csv, .has_escapes = !is_csv};
    for (size_t i = 0; i < columns->len && status == CQ_OK; i++)
        status = cq_columns_add(&writer->columns, columns->items[i], err);
    for (size_t i = 0; i < columns->len && status == CQ_OK; i++) {
        cq_str name;

        cq_buf_reset(&writer->name);
        cq_buf_add_z(&writer->name, cq_column_prefix(&columns->items[i], &name));
        cq_buf_add_str(&writer->name, name);
        append_cell(&writer->out, cq_buf_str(&writer->name), writer->dialect);
        end_cell(writer, i);
        status = cq_buf_check(&writer->name, err);
    }
    if (status != CQ_OK) {
        cq_tsv_writer_abandon(writer);
        return status;
    }
    *out = writer;
    return CQ_OK;
}

/* ---- where each variant goes ----------------------------------------------------------
 */

/* The column for a tag: the one that bears just it, else the nearest. */
static size_t place_of(const cq_tsv_writer *writer, cq_str tag)
{
    size_t best = SIZE_MAX;
    int rank = 0;
    cq_lang lang;
    bool is_lang = cq_lang_parse(tag, &lang, NULL) == CQ_OK;

    for (size_t i = 0; i < writer->columns.len; i++) {
        const cq_column *column = &writer->columns.items[i];
        int fit;

        if (column->kind != CQ_COLUMN_TEXT)
            continue;
        fit = cq_str_equal(column->what, tag) ? 4
              : is_lang                       ? cq_lang_match(&column->lang, &lang)
                                              : 0;
        if (fit > rank) {
            best = i;
            rank = fit;
        }
    }
    return best;
}

static bool find_place(cq_tsv_writer *writer, cq_str tag, size_t *place)
{
    bool is_new = false;
    uint64_t *known = cq_map_add(&writer->known, tag, &is_new);

    if (!known)
        return false;
    if (is_new)
        *known = place_of(writer, tag);
    *place = (size_t)*known;
    return true;
}

/* Which texts the table has of the unit, each in its column; how many rows they take. */
static cq_status place_variants(cq_tsv_writer *writer, const cq_unit *unit,
                                const bool *wanted, size_t *rows, cq_error *err)
{
    size_t columns = writer->columns.len, len = unit->variants_len, *starts;

    *rows = 0;
    if (!cq_grow(&writer->places, &writer->places_capacity, len + 1, sizeof(size_t)) ||
        !cq_grow(&writer->sorted, &writer->sorted_capacity, len + 1, sizeof(size_t)) ||
        !cq_grow(&writer->starts, &writer->starts_capacity, columns + 2, sizeof(size_t)))
        return cq_fail(err, CQ_E_NOMEM, "no memory to write a unit");
    starts = writer->starts;
    memset(starts, 0, (columns + 2) * sizeof(*starts));
    for (size_t i = 0; i < len; i++) {
        size_t *place = &writer->places[i];

        *place = SIZE_MAX;
        if ((wanted && !wanted[i]) || unit->variants[i].text.len == 0)
            continue;
        if (!find_place(writer, unit->variants[i].lang, place))
            return cq_fail(err, CQ_E_NOMEM, "no memory to write a unit");
        if (*place != SIZE_MAX)
            starts[*place + 2]++;
    }
    for (size_t i = 2; i < columns + 2; i++) {
        *rows = starts[i] > *rows ? starts[i] : *rows;
        starts[i] += starts[i - 1];
    }
    /* While they are sorted in, starts[c + 1] is where the next of column c goes; in the
     * end that is where column c + 1 begins. */
    for (size_t i = 0; i < len; i++)
        if (writer->places[i] != SIZE_MAX)
            writer->sorted[starts[writer->places[i] + 1]++] = i;
    return CQ_OK;
}

/* ---- rows -----------------------------------------------------------------------------
 */

/* The text of a column in a row: where it has fewer texts than the unit has rows, the
 * first stands again. */
static cq_str text_of(const cq_tsv_writer *writer, const cq_unit *unit, size_t column,
                      size_t row)
{
    size_t start = writer->starts[column], end = writer->starts[column + 1];

    if (start == end)
        return (cq_str){0};
    return unit->variants[writer->sorted[start + row < end ? start + row : start]].text;
}

/* The note or property that a column shows: the first that says anything, since an empty
 * cell says nothing. */
static const cq_item *field_of(const cq_unit *unit, const cq_column *column)
{
    bool is_note = column->kind == CQ_COLUMN_NOTE;

    for (size_t i = 0; i < unit->items_len; i++) {
        const cq_item *item = &unit->items[i];

        if (item->text.len == 0)
            continue;
        if (is_note ? item->kind == CQ_ITEM_NOTE
                    : (item->kind == CQ_ITEM_PROP &&
                       cq_str_equal(cq_attr_find(item->attrs, item->attrs_len, "type"),
                                    column->what)))
            return item;
    }
    return NULL;
}

/* Who and when stands with the unit or, in other tools' files, with a variant: that of
 * the last column, which is the translation. */
static cq_str attribute_of(const cq_tsv_writer *writer, const cq_unit *unit,
                           const cq_column *column)
{
    cq_str value = cq_attr_find(unit->attrs, unit->attrs_len, column->what.ptr);
    size_t placed = writer->starts[writer->columns.len];

    if (!value.len && placed) {
        const cq_variant *variant = &unit->variants[writer->sorted[placed - 1]];

        value = cq_attr_find(variant->attrs, variant->attrs_len, column->what.ptr);
    }
    return value.len ? value : (cq_str){0};
}

/* In a table the document's own entities are text. */
static cq_str without_references(cq_tsv_writer *writer, cq_str value)
{
    if (!value.len || !memchr(value.ptr, CQ_REFERENCE, value.len))
        return value;
    cq_buf_reset(&writer->was);
    for (size_t i = 0; i < value.len; i++)
        if (value.ptr[i] != CQ_REFERENCE)
            cq_buf_add_byte(&writer->was, (unsigned char)value.ptr[i]);
    return cq_buf_str(&writer->was);
}

static void put_cell(cq_tsv_writer *writer, const cq_unit *unit, size_t number,
                     size_t row, uint64_t id, cq_str origin)
{
    const cq_column *column = &writer->columns.items[number];
    const cq_item *item;
    cq_str text = {0};

    switch (column->kind) {
    case CQ_COLUMN_TEXT:
        text = text_of(writer, unit, number, row);
        break;
    case CQ_COLUMN_NOTE:
    case CQ_COLUMN_PROPERTY:
        item = field_of(unit, column);
        text = item ? item->text : text;
        break;
    case CQ_COLUMN_ATTRIBUTE:
        text = without_references(writer, attribute_of(writer, unit, column));
        break;
    case CQ_COLUMN_UNIT:
        cq_buf_add_format(&writer->out, "%llu", (unsigned long long)id);
        break;
    case CQ_COLUMN_ORIGIN:
        text = origin;
        break;
    default:
        break;
    }
    append_cell(&writer->out, text, writer->dialect);
}

/* ---- what a table cannot hold ---------------------------------------------------------
 */

static void tell(cq_tsv_writer *writer, cq_part part, cq_str name, cq_str was, cq_str now)
{
    writer->loss.part = part;
    writer->loss.name = name;
    writer->loss.was = was.ptr || now.ptr ? was : CQ_STR("");
    writer->loss.now = now;
    writer->form.loss(writer->form.loss_context, &writer->loss);
}

static void tell_attr(cq_tsv_writer *writer, const char *element, cq_str attr, cq_str was,
                      cq_str now)
{
    cq_buf_reset(&writer->name);
    cq_buf_add_z(&writer->name, element);
    cq_buf_add_byte(&writer->name, '@');
    cq_buf_add_str(&writer->name, attr);
    tell(writer, CQ_PART_ATTRIBUTE, cq_buf_str(&writer->name), was, now);
}

static bool has_column(const cq_tsv_writer *writer, cq_column_kind kind, cq_str what)
{
    for (size_t i = 0; i < writer->columns.len; i++)
        if (writer->columns.items[i].kind == kind &&
            cq_str_equal(writer->columns.items[i].what, what))
            return true;
    return false;
}

/* Notes, properties and markup, but for what a column shows of the unit (NULL: of a
 * variant, of which no column shows any). */
static void tell_items(cq_tsv_writer *writer, const cq_unit *unit, const cq_item *items,
                       size_t len, const char *element)
{
    for (size_t i = 0; i < len; i++) {
        const cq_item *item = &items[i];
        cq_str type = cq_attr_find(item->attrs, item->attrs_len, "type");
        bool is_note = item->kind == CQ_ITEM_NOTE, is_prop = item->kind == CQ_ITEM_PROP;
        cq_column column = {is_note ? CQ_COLUMN_NOTE : CQ_COLUMN_PROPERTY,
                            is_note ? CQ_STR("") : type,
                            {.tag = ""}};
        bool is_shown = (is_note || is_prop) && unit &&
                        has_column(writer, column.kind, column.what) &&
                        field_of(unit, &column) == item;

        if (item->kind == CQ_ITEM_MARKUP || item->kind == CQ_ITEM_LEAD)
            tell(writer, CQ_PART_MARKUP,
                 cq_str_from(item->kind == CQ_ITEM_LEAD ? "body" : element), item->text,
                 (cq_str){0});
        if (!is_note && !is_prop)
            continue;
        for (size_t k = 0; k < item->attrs_len; k++)
            if (is_note || !cq_str_equal(item->attrs[k].name, CQ_STR("type")))
                tell_attr(writer, is_note ? "note" : "prop", item->attrs[k].name,
                          item->attrs[k].value, (cq_str){0});
        if (!is_shown)
            tell(writer, is_note ? CQ_PART_NOTE : CQ_PART_PROPERTY,
                 is_note ? cq_str_from(element) : type, item->text, (cq_str){0});
    }
}

static void tell_codes(cq_tsv_writer *writer, const cq_variant *variant)
{
    for (size_t i = 0; i < variant->codes_len; i++)
        tell(writer, CQ_PART_CODE, cq_markup_name(variant->codes[i].markup),
             variant->codes[i].markup, (cq_str){0});
}

static void tell_variant(cq_tsv_writer *writer, const cq_variant *variant, size_t place)
{
    const cq_str lang = CQ_STR("xml:lang"), none = {0};

    if (place == SIZE_MAX) {
        cq_buf_reset(&writer->was);
        cq_shape_put_variant(&writer->was, variant);
        tell(writer, CQ_PART_VARIANT, CQ_STR("tuv"),
             cq_str_trim(cq_buf_str(&writer->was)), none);
        return;
    }
    for (size_t i = 0; i < variant->attrs_len; i++) {
        const cq_attr *attr = &variant->attrs[i];
        cq_str tag = writer->columns.items[place].what;

        if (!cq_str_equal(attr->name, lang))
            tell_attr(writer, "tuv", attr->name, attr->value, none);
        else if (!cq_str_equal(attr->value, tag))
            tell_attr(writer, "tuv", lang, attr->value, tag);
    }
    for (size_t i = 0; i < variant->seg_attrs_len; i++)
        tell_attr(writer, "seg", variant->seg_attrs[i].name, variant->seg_attrs[i].value,
                  none);
    if (!cq_attr_find(variant->attrs, variant->attrs_len, "xml:lang").ptr)
        tell_attr(writer, "tuv", lang, none, writer->columns.items[place].what);
    tell_items(writer, NULL, variant->items, variant->items_len, "tuv");
    tell_codes(writer, variant);
}

/* An attribute that a column shows: of the unit as it is, else it moves there. */
static void tell_shown(cq_tsv_writer *writer, const cq_unit *unit,
                       const cq_column *column)
{
    cq_str own = cq_attr_find(unit->attrs, unit->attrs_len, column->what.ptr);
    cq_str shown = without_references(writer, attribute_of(writer, unit, column));

    if (own.ptr ? !shown.ptr || !cq_str_equal(own, shown) : shown.ptr != NULL)
        tell_attr(writer, "tu", column->what, own, shown);
}

static void tell_unit(cq_tsv_writer *writer, const cq_unit *unit, const bool *wanted)
{
    const cq_str none = {0};

    for (size_t i = 0; i < unit->attrs_len; i++)
        if (!has_column(writer, CQ_COLUMN_ATTRIBUTE, unit->attrs[i].name))
            tell_attr(writer, "tu", unit->attrs[i].name, unit->attrs[i].value, none);
    for (size_t i = 0; i < writer->columns.len; i++)
        if (writer->columns.items[i].kind == CQ_COLUMN_ATTRIBUTE)
            tell_shown(writer, unit, &writer->columns.items[i]);
    tell_items(writer, unit, unit->items, unit->items_len, "tu");
    for (size_t i = 0; i < unit->variants_len; i++) {
        if (wanted && !wanted[i])
            continue;
        writer->loss.variant = i + 1;
        writer->loss.lang = unit->variants[i].lang;
        tell_variant(writer, &unit->variants[i], writer->places[i]);
    }
    writer->loss.variant = 0;
    writer->loss.lang = none;
}

/* ---- units ----------------------------------------------------------------------------
 */

cq_status cq_tsv_write(cq_tsv_writer *writer, const cq_unit *unit, const bool *wanted,
                       uint64_t id, cq_str origin, cq_error *err)
{
    size_t rows;
    cq_status status = place_variants(writer, unit, wanted, &rows, err);

    if (status != CQ_OK)
        return status;
    if (rows == 0) {
        cq_buf_reset(&writer->was);
        cq_shape_put_unit(&writer->was, unit);
        if (writer->form.loss)
            tell(writer, CQ_PART_UNIT, CQ_STR("tu"),
                 cq_str_trim(cq_buf_str(&writer->was)), (cq_str){0});
        return CQ_DONE;
    }
    for (size_t row = 0; row < rows; row++)
        for (size_t i = 0; i < writer->columns.len; i++) {
            put_cell(writer, unit, i, row, id, origin);
            end_cell(writer, i);
        }
    if (writer->form.loss)
        tell_unit(writer, unit, wanted);
    return cq_tmx_flush(&writer->out, writer->sink, FLUSH_AT, err);
}

cq_status cq_tsv_writer_close(cq_tsv_writer *writer, cq_error *err)
{
    cq_status status = cq_tmx_flush(&writer->out, writer->sink, 1, err);

    cq_tsv_writer_abandon(writer);
    return status;
}

void cq_tsv_writer_abandon(cq_tsv_writer *writer)
{
    if (!writer)
        return;
    cq_columns_release(&writer->columns);
    cq_buf_release(&writer->out);
    cq_buf_release(&writer->name);
    cq_buf_release(&writer->was);
    cq_map_release(&writer->known);
    cq_free(writer->places);
    cq_free(writer->sorted);
    cq_free(writer->starts);
    cq_free(writer);
}
