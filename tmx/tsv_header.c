#include "tsv.h"

#include <string.h>

/* ---- the dialect ----------------------------------------------------------------------
 */

bool cq_tsv_is_csv_name(const char *path)
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

cq_dialect cq_tsv_dialect(const char *path, cq_str start)
{
    cq_str line = first_line(start);
    bool has_tab = line.len && memchr(line.ptr, '\t', line.len);

    if (cq_tsv_is_csv_name(path) || !has_tab)
        return (cq_dialect){.delimiter = delimiter_of(line), .has_quotes = true};
    return (cq_dialect){.delimiter = '\t'};
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

/* Whether the user named that language, so that it is no chance. */
static bool is_asked(const cq_tmx_options *opts, const cq_lang *lang)
{
    return opts->columns || (opts->source && cq_lang_match(opts->source, lang) > 0) ||
           (opts->target && cq_lang_match(opts->target, lang) > 0);
}

/* A short word above a column may be a language's code by chance, as "key" and "ref" are
 * of languages that hardly anybody has a table in. */
static bool is_chance(const cq_tmx_options *opts, const cq_column *column)
{
    return column->kind == CQ_COLUMN_TEXT && column->what.len < 4 &&
           !cq_lang_has_name(&column->lang) && !is_asked(opts, &column->lang);
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

        if (!cq_column_read(cq_tsv_cell(tsv, i), opts->source, opts->target, &column) ||
            is_chance(opts, &column)) {
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

/* Name the columns that are skipped, as far as they have names. */
static void tell_unknown(const cq_tsv *tsv, size_t unknown)
{
    cq_error what = {0};
    cq_notice notice = {CQ_NOTICE_WARNING, &what};
    char list[200] = "";
    size_t len = 0, told = 0;

    if (unknown == 0 || !tsv->opts->notice || tsv->opts->columns)
        return;
    for (size_t i = 0; i < tsv->columns.len; i++) {
        cq_str name = cq_str_trim(cq_tsv_cell(tsv, i));

        if (tsv->columns.items[i].kind != CQ_COLUMN_SKIPPED || name.len == 0 ||
            len + name.len + 8 > sizeof(list))
            continue;
        len += (size_t)snprintf(list + len, sizeof(list) - len, "%s\"%.*s\"",
                                told ? ", " : "", (int)name.len, name.ptr);
        told++;
    }
    if (told == 0)
        return;
    cq_fail_number(&what, CQ_E_INPUT, 85,
                   "the column%s %s %s not read: %s no language and no name that calque "
                   "knows; --columns chooses what is read",
                   told == 1 ? "" : "s", list, told == 1 ? "is" : "are",
                   told == 1 ? "it is" : "they are");
    cq_fail_at(&what, tsv->path, tsv->line, 1);
    tsv->opts->notice(tsv->opts->notice_context, &notice);
}

cq_status cq_tsv_settle(cq_tsv *tsv, cq_error *err)
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
        status = cq_tsv_refuse(
            tsv, 57, 0,
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

bool cq_tsv_has_header(const char *path, const cq_tmx_options *opts, cq_str start)
{
    cq_tsv tsv = {.path = path, .opts = opts, .line = 1};
    cq_columns named = {0};
    size_t unknown;
    bool has_header = false;

    start = first_line(start);
    tsv.dialect = cq_tsv_dialect(path, start);
    cq_buf_add_str(&tsv.record, start);
    if (cq_buf_check(&tsv.record, NULL) == CQ_OK && cq_tsv_split(&tsv, NULL) == CQ_OK &&
        read_names(&tsv, &named, &unknown, NULL) == CQ_OK)
        has_header = tsv.cells_len > 1 && is_header(&named, unknown, opts);
    cq_columns_release(&named);
    cq_buf_release(&tsv.record);
    cq_buf_release(&tsv.text);
    cq_free(tsv.cells);
    return has_header;
}
