#include "tsv.h"

#include <string.h>

/* ---- records --------------------------------------------------------------------------
 */

cq_status cq_tsv_refuse(const cq_tsv *tsv, int number, size_t at, const char *message,
                        cq_error *err)
{
    cq_str before = cq_str_slice(cq_buf_str(&tsv->record), 0, at);
    uint64_t line = tsv->line, column = 1;

    for (size_t i = 0; i < before.len; i++) {
        line += before.ptr[i] == '\n';
        column = before.ptr[i] == '\n' ? 1 : column + 1;
    }
    cq_fail_number(err, CQ_E_INPUT, number, "%s", message);
    cq_fail_at(err, tsv->path, line, column);
    return CQ_E_INPUT;
}

static cq_quoting step(cq_quoting state, char c, char delimiter)
{
    if (c == '"' && state != CQ_IN_PLAIN)
        return state == CQ_IN_QUOTES ? CQ_AFTER_QUOTES
                                     : CQ_IN_QUOTES; /* doubled: in again */
    if (state == CQ_IN_QUOTES)
        return CQ_IN_QUOTES;
    if (c == delimiter)
        return CQ_CELL_BEGINS;
    return state == CQ_AFTER_QUOTES ? CQ_AFTER_QUOTES : CQ_IN_PLAIN;
}

/* Bytes of the piece that belong to the record, its line end not counted; all of them
 * when it does not end here. In quotes a line end is text. */
static size_t end_of_record(cq_tsv *tsv, cq_str piece)
{
    if (!tsv->dialect.has_quotes) {
        const char *end = piece.len ? memchr(piece.ptr, '\n', piece.len) : NULL;

        return end ? (size_t)(end - piece.ptr) : piece.len;
    }
    for (size_t i = 0; i < piece.len; i++) {
        if (piece.ptr[i] == '\n' && tsv->quoting != CQ_IN_QUOTES)
            return i;
        tsv->quoting = step(tsv->quoting, piece.ptr[i], tsv->dialect.delimiter);
    }
    return piece.len;
}

static void count_lines(cq_tsv *tsv, bool has_end)
{
    tsv->line = tsv->next;
    for (size_t i = 0; i < tsv->record.len; i++)
        tsv->next += tsv->record.ptr[i] == '\n';
    tsv->next += has_end;
}

/* The next record, in tsv->record. CQ_DONE after the last. */
static cq_status next_record(cq_tsv *tsv, cq_bytes *bytes, cq_error *err)
{
    cq_buf_reset(&tsv->record);
    tsv->quoting = CQ_CELL_BEGINS;
    for (;;) {
        size_t end = end_of_record(tsv, tsv->piece);
        bool has_end = end < tsv->piece.len;
        cq_status status;

        if (tsv->record.len + end > tsv->record.max) {
            count_lines(tsv, false);
            return cq_tsv_refuse(
                tsv, 67, 0,
                "a text is longer than 16 MB; a segment is a sentence or a paragraph",
                err);
        }
        cq_buf_add_str(&tsv->record, cq_str_slice(tsv->piece, 0, end));
        tsv->piece = cq_str_slice(tsv->piece, end + has_end, tsv->piece.len);
        if (has_end || (tsv->is_end && tsv->record.len)) {
            count_lines(tsv, has_end);
            return cq_buf_check(&tsv->record, err);
        }
        if (tsv->is_end)
            return CQ_DONE;
        status = cq_bytes_read(bytes, &tsv->piece, err);
        if (status < 0)
            return status;
        tsv->is_end = status == CQ_DONE;
        if (tsv->is_end)
            tsv->piece = (cq_str){0};
    }
}

/* ---- cells ----------------------------------------------------------------------------
 */

/* Append an unquoted cell. */
static void take_plain(cq_tsv *tsv, cq_str raw)
{
    static const char letters[] = "tnr\\", meant[] = "\t\n\r\\";
    size_t from = 0;

    for (size_t i = 0; tsv->dialect.has_escapes && i + 1 < raw.len; i++) {
        const char *found = raw.ptr[i] == '\\'
                                ? memchr(letters, raw.ptr[i + 1], sizeof(letters) - 1)
                                : NULL;

        if (!found)
            continue;
        cq_buf_add(&tsv->text, raw.ptr + from, i - from);
        cq_buf_add_byte(&tsv->text, (unsigned char)meant[found - letters]);
        from = ++i + 1;
    }
    cq_buf_add_str(&tsv->text, cq_str_slice(raw, from, raw.len));
}

/* Append a cell in quotes that begins at `at`; *end is where the next delimiter, or the
 * record's end, must be. */
static cq_status take_quoted(cq_tsv *tsv, cq_str record, size_t at, size_t *end,
                             cq_error *err)
{
    size_t i = at + 1;

    for (; i < record.len; i++) {
        if (record.ptr[i] == '"' && (i + 1 == record.len || record.ptr[i + 1] != '"'))
            break;
        i += record.ptr[i] == '"';
        cq_buf_add_byte(&tsv->text, (unsigned char)record.ptr[i]);
    }
    if (i == record.len)
        return cq_tsv_refuse(tsv, 83, at, "the quote that opens here never closes", err);
    *end = i + 1;
    if (*end < record.len && record.ptr[*end] != tsv->dialect.delimiter)
        return cq_tsv_refuse(
            tsv, 83, *end,
            "there is text after the quote that closes the cell; within quotes "
            "a quote is written twice",
            err);
    return CQ_OK;
}

static cq_status take_cell(cq_tsv *tsv, cq_str record, size_t at, size_t *end,
                           cq_error *err)
{
    const char *found;
    cq_cell *made;
    cq_status status = CQ_OK;

    if (!cq_grow(&tsv->cells, &tsv->cells_capacity, tsv->cells_len + 1,
                 sizeof(*tsv->cells)))
        return cq_fail(err, CQ_E_NOMEM, "no memory to read a table");
    made = &tsv->cells[tsv->cells_len++];
    *made = (cq_cell){.start = tsv->text.len, .at = at};
    if (tsv->dialect.has_quotes && at < record.len && record.ptr[at] == '"') {
        status = take_quoted(tsv, record, at, end, err);
    } else {
        found = at < record.len
                    ? memchr(record.ptr + at, tsv->dialect.delimiter, record.len - at)
                    : NULL;
        *end = found ? (size_t)(found - record.ptr) : record.len;
        take_plain(tsv, cq_str_slice(record, at, *end));
    }
    made->len = tsv->text.len - made->start;
    return status;
}

cq_status cq_tsv_split(cq_tsv *tsv, cq_error *err)
{
    cq_str record = cq_buf_str(&tsv->record);
    cq_status status = CQ_OK;
    size_t at = 0, end = 0;

    if (cq_str_ends(record, CQ_STR("\r")))
        record.len--;
    cq_buf_reset(&tsv->text);
    tsv->cells_len = 0;
    for (; at <= record.len && status == CQ_OK; at = end + 1)
        status = take_cell(tsv, record, at, &end, err);
    return status == CQ_OK ? cq_buf_check(&tsv->text, err) : status;
}

cq_str cq_tsv_cell(const cq_tsv *tsv, size_t number)
{
    const cq_cell *c = &tsv->cells[number];

    return (cq_str){c->len ? tsv->text.ptr + c->start : "", c->len};
}

/* ---- units ----------------------------------------------------------------------------
 */

static bool add_field(cq_unit *unit, cq_item_kind kind, cq_str type, cq_str text)
{
    cq_item *item = cq_items_add(&unit->arena, &unit->items, &unit->items_len, kind);

    if (!item)
        return false;
    item->text = cq_arena_copy(&unit->arena, text);
    return item->text.ptr &&
           (kind == CQ_ITEM_NOTE || cq_attrs_add(&unit->arena, &item->attrs,
                                                 &item->attrs_len, CQ_STR("type"), type));
}

/* A cell that is not empty, or the text of a table without a header row. */
static bool add_cell(cq_unit *unit, const cq_column *column, cq_str text)
{
    switch (column->kind) {
    case CQ_COLUMN_TEXT:
        return cq_unit_add_text(unit, column->what, text) != NULL;
    case CQ_COLUMN_NOTE:
        return add_field(unit, CQ_ITEM_NOTE, (cq_str){0}, text);
    case CQ_COLUMN_PROPERTY:
        return add_field(unit, CQ_ITEM_PROP, column->what, text);
    case CQ_COLUMN_ATTRIBUTE:
        return cq_attrs_add(&unit->arena, &unit->attrs, &unit->attrs_len, column->what,
                            text) != NULL;
    default:
        return true;
    }
}

static cq_status check_count(const cq_tsv *tsv, cq_error *err)
{
    char message[120];
    size_t wanted = tsv->columns.len, len = tsv->cells_len;
    bool is_pair = wanted == 2 && !tsv->dialect.has_quotes;

    if (len == wanted)
        return CQ_OK;
    if (len == 1 && is_pair)
        return cq_tsv_refuse(tsv, 80, tsv->record.len,
                             "the line has no tab between source and target", err);
    if (len > wanted && is_pair)
        return cq_tsv_refuse(
            tsv, 81, tsv->cells[2].at - 1,
            "the line has more than one tab, so it is not clear where the source "
            "ends",
            err);
    snprintf(message, sizeof(message),
             "the row has %zu cell%s, and the table %zu column%s", len,
             len == 1 ? "" : "s", wanted, wanted == 1 ? "" : "s");
    return cq_tsv_refuse(tsv, len < wanted ? 80 : 81,
                         len < wanted ? tsv->record.len : tsv->cells[wanted].at, message,
                         err);
}

/* Notes and properties first, as TMX has them, whatever the order of the columns. */
static cq_status make_unit(cq_tsv *tsv, cq_unit *unit, cq_error *err)
{
    bool is_pair = !tsv->dialect.has_escapes && !tsv->dialect.has_quotes;
    cq_status status = check_count(tsv, err);

    if (status != CQ_OK)
        return status;
    cq_unit_reset(unit);
    unit->line = tsv->line;
    unit->column = 1;
    for (size_t pass = 0; pass < 2; pass++)
        for (size_t i = 0; i < tsv->cells_len; i++) {
            const cq_column *column = &tsv->columns.items[i];
            cq_str text = cq_tsv_cell(tsv, i);
            bool is_text = column->kind == CQ_COLUMN_TEXT;

            if (is_text != (pass == 1) || (text.len == 0 && !(is_text && is_pair)))
                continue;
            if (!add_cell(unit, column, text))
                return cq_fail(err, CQ_E_NOMEM, "no memory to read a unit");
        }
    return CQ_OK;
}

cq_status cq_tsv_read(cq_tsv *tsv, cq_bytes *bytes, cq_unit *unit, cq_error *err)
{
    cq_unit_reset(unit);
    while (unit->variants_len == 0) {
        cq_status status = CQ_OK;

        if (!tsv->is_waiting)
            status = next_record(tsv, bytes, err);
        tsv->is_waiting = false;
        if (status != CQ_OK)
            return status;
        if (cq_str_trim(cq_buf_str(&tsv->record)).len == 0)
            continue;
        status = cq_tsv_split(tsv, err);
        if (status == CQ_OK && !tsv->is_settled) {
            status = cq_tsv_settle(tsv, err);
            if (status == CQ_OK)
                continue;
        }
        if (status == CQ_OK)
            status = make_unit(tsv, unit, err);
        if (status != CQ_OK)
            return status;
    }
    return CQ_OK;
}

bool cq_tsv_is_row_failure(const cq_error *err)
{
    return err->number == 80 || err->number == 81 || err->number == 83;
}

const cq_header *cq_tsv_header(const cq_tsv *tsv) { return &tsv->header; }

/* ---- opening --------------------------------------------------------------------------
 */

cq_status cq_tsv_open(const char *path, const cq_tmx_options *opts, cq_str start,
                      cq_tsv **out, cq_error *err)
{
    cq_tsv *tsv = cq_zalloc(sizeof(*tsv));

    *out = NULL;
    if (!tsv)
        return cq_fail(err, CQ_E_NOMEM, "no memory to read a table");
    tsv->path = path;
    tsv->opts = opts;
    tsv->next = 1;
    tsv->record.max = 2 * (size_t)CQ_SEGMENT_MAX + 1;
    tsv->dialect = cq_tsv_dialect(path, start);
    /* Without a tab it is CSV only when its first row says so: else a tab is missing. */
    if (tsv->dialect.has_quotes && !cq_tsv_is_csv_name(path) &&
        !cq_tsv_has_header(path, opts, start))
        tsv->dialect = (cq_dialect){.delimiter = '\t'};
    *out = tsv;
    return CQ_OK;
}

void cq_tsv_close(cq_tsv *tsv)
{
    if (!tsv)
        return;
    cq_columns_release(&tsv->columns);
    cq_buf_release(&tsv->record);
    cq_buf_release(&tsv->text);
    cq_free(tsv->cells);
    cq_free(tsv);
}
