#include "tsv.h"

#include <string.h>

/* Where a walk through a record with quotes is. */
typedef enum quoting { CELL_BEGINS, IN_PLAIN, IN_QUOTES, AFTER_QUOTES } quoting;

/* A cell of the record that was read last. */
typedef struct cell {
    size_t start, len; /* in `text` */
    size_t at;         /* where it began in the record */
} cell;

struct cq_tsv {
    const char *path; /* borrowed */
    const cq_tmx_options *opts;
    cq_dialect dialect;
    cq_columns columns;
    bool is_settled;  /* the columns are known */
    bool is_waiting;  /* the record that was read first is a unit */
    cq_header header; /* none: tables have no header */
    cq_str piece;     /* what is left of the current one */
    bool is_end;
    cq_buf record;   /* without its line end */
    uint64_t line;   /* where it began */
    uint64_t next;   /* where the next one begins */
    quoting quoting; /* while a record is gathered */
    cq_buf text;     /* of its cells */
    cell *cells;
    size_t cells_len, cells_capacity;
};

/* ---- the dialect ----------------------------------------------------------------------
 */

static bool is_csv_name(const char *path)
{
    cq_str name = cq_str_from(path);

    if (cq_str_ends(name, CQ_STR(".gz")))
        name.len -= 3;
    return cq_str_ends(name, CQ_STR(".csv")) || cq_str_ends(name, CQ_STR(".CSV"));
}

static cq_str first_line(cq_str start)
{
    const char *end = start.len ? memchr(start.ptr, '\n', start.len) : NULL;

    if (end)
        start.len = (size_t)(end - start.ptr);
    if (cq_str_ends(start, CQ_STR("\r")))
        start.len--;
    return start;
}

/* What stands most often between cells: a comma, a semicolon where the comma is part of
 * numbers, or a tab. */
static char delimiter_of(cq_str line)
{
    static const char all[] = {',', ';', '\t'};
    size_t counts[sizeof(all)] = {0}, best = 0;
    bool in_quotes = false;

    for (size_t i = 0; i < line.len; i++) {
        in_quotes ^= line.ptr[i] == '"';
        for (size_t k = 0; k < sizeof(all) && !in_quotes; k++)
            counts[k] += line.ptr[i] == all[k];
    }
    for (size_t k = 1; k < sizeof(all); k++)
        if (counts[k] > counts[best])
            best = k;
    return all[best];
}

static cq_dialect dialect_of(const char *path, cq_str line)
{
    bool has_tab = line.len && memchr(line.ptr, '\t', line.len);

    if (is_csv_name(path) || !has_tab)
        return (cq_dialect){.delimiter = delimiter_of(line), .has_quotes = true};
    return (cq_dialect){.delimiter = '\t'};
}

/* ---- records --------------------------------------------------------------------------
 */

static cq_status refuse(const cq_tsv *tsv, int number, size_t at, const char *message,
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

static quoting step(quoting state, char c, char delimiter)
{
    if (c == '"' && state != IN_PLAIN)
        return state == IN_QUOTES ? AFTER_QUOTES : IN_QUOTES; /* doubled: in again */
    if (state == IN_QUOTES)
        return IN_QUOTES;
    if (c == delimiter)
        return CELL_BEGINS;
    return state == AFTER_QUOTES ? AFTER_QUOTES : IN_PLAIN;
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
        if (piece.ptr[i] == '\n' && tsv->quoting != IN_QUOTES)
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
    tsv->quoting = CELL_BEGINS;
    for (;;) {
        size_t end = end_of_record(tsv, tsv->piece);
        bool has_end = end < tsv->piece.len;
        cq_status status;

        if (tsv->record.len + end > tsv->record.max) {
            count_lines(tsv, false);
            return refuse(
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
        return refuse(tsv, 83, at, "the quote that opens here never closes", err);
    *end = i + 1;
    if (*end < record.len && record.ptr[*end] != tsv->dialect.delimiter)
        return refuse(tsv, 83, *end,
                      "there is text after the quote that closes the cell; within quotes "
                      "a quote is written twice",
                      err);
    return CQ_OK;
}

static cq_status take_cell(cq_tsv *tsv, cq_str record, size_t at, size_t *end,
                           cq_error *err)
{
    const char *found;
    cell *made;
    cq_status status = CQ_OK;

    if (!cq_grow(&tsv->cells, &tsv->cells_capacity, tsv->cells_len + 1,
                 sizeof(*tsv->cells)))
        return cq_fail(err, CQ_E_NOMEM, "no memory to read a table");
    made = &tsv->cells[tsv->cells_len++];
    *made = (cell){.start = tsv->text.len, .at = at};
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

/* The record's cells. */
static cq_status split(cq_tsv *tsv, cq_error *err)
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

static cq_str cell_text(const cq_tsv *tsv, size_t number)
{
    const cell *c = &tsv->cells[number];

    return (cq_str){c->len ? tsv->text.ptr + c->start : "", c->len};
}

/* ---- which columns --------------------------------------------------------------------
 */

/* Whether one column has a text of the language, another than `not`. */
static bool has_language(const cq_columns *columns, const cq_lang *lang, size_t not,
                         size_t *found)
{
    for (size_t i = 0; i < columns->len; i++)
        if (i != not &&columns->items[i].kind == CQ_COLUMN_TEXT &&
            cq_lang_match(lang, &columns->items[i].lang) > 0) {
            *found = i;
            return true;
        }
    return false;
}

/* Whether columns of these names are what was asked for: the first row is then a header.
 */
static bool is_header(const cq_columns *columns, size_t unknown,
                      const cq_tmx_options *opts)
{
    size_t texts = 0, found = SIZE_MAX;

    for (size_t i = 0; i < columns->len; i++)
        texts += columns->items[i].kind == CQ_COLUMN_TEXT;
    if (!opts->source || !opts->target)
        return texts > 1 || (texts == 1 && unknown == 0);
    return has_language(columns, opts->source, SIZE_MAX, &found) &&
           has_language(columns, opts->target, found, &found);
}

/* Read the cells of the record as names of columns; what is none is skipped. */
static cq_status read_names(cq_tsv *tsv, cq_columns *columns, size_t *unknown,
                            cq_error *err)
{
    const cq_tmx_options *opts = tsv->opts;
    cq_status status = CQ_OK;

    *unknown = 0;
    for (size_t i = 0; i < tsv->cells_len && status == CQ_OK; i++) {
        cq_column column;

        if (!cq_column_read(cell_text(tsv, i), opts->source, opts->target, &column)) {
            column = (cq_column){0};
            ++*unknown;
        }
        status = cq_columns_add(columns, column, err);
    }
    return status;
}

/* How well a column of the table is the one that was chosen, 0 not at all. */
static int fits(const cq_column *column, const cq_column *chosen)
{
    if (column->kind != chosen->kind)
        return 0;
    if (cq_str_equal(column->what, chosen->what))
        return 4;
    return column->kind == CQ_COLUMN_TEXT ? cq_lang_match(&chosen->lang, &column->lang)
                                          : 0;
}

/* Skip all columns but the chosen ones; false when one of these is not in the table. */
static bool keep_chosen(cq_columns *columns, const cq_columns *chosen, cq_buf *kept)
{
    cq_buf_reset(kept);
    for (size_t i = 0; i < columns->len; i++)
        cq_buf_add_byte(kept, 0);
    for (size_t k = 0; k < chosen->len && kept->failed == CQ_OK; k++) {
        size_t best = SIZE_MAX;
        int rank = 0;

        for (size_t i = 0; i < columns->len; i++)
            if (fits(&columns->items[i], &chosen->items[k]) > rank) {
                best = i;
                rank = fits(&columns->items[i], &chosen->items[k]);
            }
        if (best == SIZE_MAX && chosen->items[k].kind != CQ_COLUMN_SKIPPED)
            return false;
        if (best != SIZE_MAX)
            kept->ptr[best] = 1;
    }
    for (size_t i = 0; i < columns->len && i < kept->len; i++)
        if (!kept->ptr[i])
            columns->items[i].kind = CQ_COLUMN_SKIPPED;
    return true;
}

static void swap(cq_columns *a, cq_columns *b)
{
    cq_columns other = *a;

    *a = *b;
    *b = other;
}

/* With --columns these are chosen from those that a header row names; without one they
 * say in order what the cells are. */
static cq_status settle_chosen(cq_tsv *tsv, cq_columns *named, bool *has_header,
                               cq_error *err)
{
    cq_columns chosen = {0};
    cq_buf kept = {0};
    cq_status status = cq_columns_read(cq_str_from(tsv->opts->columns), tsv->opts->source,
                                       tsv->opts->target, &chosen, err);

    if (status == CQ_OK) {
        *has_header = keep_chosen(named, &chosen, &kept);
        swap(&tsv->columns, *has_header ? named : &chosen);
        status = cq_buf_check(&kept, err);
    }
    cq_columns_release(&chosen);
    cq_buf_release(&kept);
    return status;
}

/* Without a header row: source, then target. */
static cq_status settle_pair(cq_tsv *tsv, cq_error *err)
{
    const cq_lang *langs[] = {tsv->opts->source, tsv->opts->target};
    cq_status status = CQ_OK;

    for (size_t i = 0; i < ARRAY_LEN(langs) && status == CQ_OK; i++)
        status = cq_columns_add(&tsv->columns,
                                (cq_column){.kind = CQ_COLUMN_TEXT,
                                            .what = cq_str_from(langs[i]->tag),
                                            .lang = *langs[i]},
                                err);
    return status;
}

static void tell_unknown(const cq_tsv *tsv, size_t unknown)
{
    cq_error what = {0};
    cq_notice notice = {CQ_NOTICE_WARNING, &what};

    if (unknown == 0 || !tsv->opts->notice || tsv->opts->columns)
        return;
    cq_fail_number(
        &what, CQ_E_INPUT, 85,
        "%zu of the %zu columns have names that are neither languages nor known; "
        "they are not read",
        unknown, tsv->columns.len);
    cq_fail_at(&what, tsv->path, tsv->line, 1);
    tsv->opts->notice(tsv->opts->notice_context, &notice);
}

/* Learn the columns from the first record, which is a header row or a unit. */
static cq_status settle(cq_tsv *tsv, cq_error *err)
{
    const cq_tmx_options *opts = tsv->opts;
    cq_columns named = {0};
    size_t unknown;
    bool has_header = false;
    cq_status status = read_names(tsv, &named, &unknown, err);

    if (status == CQ_OK && opts->columns) {
        status = settle_chosen(tsv, &named, &has_header, err);
    } else if (status == CQ_OK && is_header(&named, unknown, opts)) {
        has_header = true;
        swap(&tsv->columns, &named);
        tell_unknown(tsv, unknown);
    } else if (status == CQ_OK && opts->source && opts->target) {
        status = settle_pair(tsv, err);
    } else if (status == CQ_OK) {
        status =
            refuse(tsv, 57, 0,
                   "this is no TMX file; for a table of texts say which languages its "
                   "columns are in, with -s and -t, --columns or a header row",
                   err);
    }
    tsv->dialect.has_escapes = has_header && !tsv->dialect.has_quotes;
    tsv->is_waiting = !has_header;
    tsv->is_settled = true;
    cq_columns_release(&named);
    return status;
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
        return refuse(tsv, 80, tsv->record.len,
                      "the line has no tab between source and target", err);
    if (len > wanted && is_pair)
        return refuse(
            tsv, 81, tsv->cells[2].at - 1,
            "the line has more than one tab, so it is not clear where the source "
            "ends",
            err);
    snprintf(message, sizeof(message), "the row has %zu cells, and the table %zu columns",
             len, wanted);
    return refuse(tsv, len < wanted ? 80 : 81,
                  len < wanted ? tsv->record.len : tsv->cells[wanted].at, message, err);
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
            cq_str text = cell_text(tsv, i);
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
        status = split(tsv, err);
        if (status == CQ_OK && !tsv->is_settled) {
            status = settle(tsv, err);
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
    tsv->dialect = dialect_of(path, first_line(start));
    /* Without a tab it is CSV only when its first row says so: else a tab is missing. */
    if (tsv->dialect.has_quotes && !is_csv_name(path) &&
        !cq_tsv_has_header(path, opts, start))
        tsv->dialect = (cq_dialect){.delimiter = '\t'};
    *out = tsv;
    return CQ_OK;
}

bool cq_tsv_has_header(const char *path, const cq_tmx_options *opts, cq_str start)
{
    cq_tsv tsv = {.path = path, .opts = opts, .line = 1};
    cq_columns named = {0};
    size_t unknown;
    bool has_header = false;

    start = first_line(start);
    tsv.dialect = dialect_of(path, start);
    cq_buf_add_str(&tsv.record, start);
    if (cq_buf_check(&tsv.record, NULL) == CQ_OK && split(&tsv, NULL) == CQ_OK &&
        read_names(&tsv, &named, &unknown, NULL) == CQ_OK)
        has_header = tsv.cells_len > 1 && is_header(&named, unknown, opts);
    cq_columns_release(&named);
    cq_buf_release(&tsv.record);
    cq_buf_release(&tsv.text);
    cq_free(tsv.cells);
    return has_header;
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
