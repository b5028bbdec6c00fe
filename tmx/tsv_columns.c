#include "tsv.h"

#include "text/text.h"

#include <string.h>

static const struct {
    const char *name;
    cq_column_kind kind;
    const char *what;
} named[] = {
    {"-", CQ_COLUMN_SKIPPED, ""},
    {"note", CQ_COLUMN_NOTE, ""},
    {"tuid", CQ_COLUMN_ATTRIBUTE, "tuid"},
    {"created", CQ_COLUMN_ATTRIBUTE, "creationdate"},
    {"creator", CQ_COLUMN_ATTRIBUTE, "creationid"},
    {"changed", CQ_COLUMN_ATTRIBUTE, "changedate"},
    {"author", CQ_COLUMN_ATTRIBUTE, "changeid"},
    {"usage", CQ_COLUMN_ATTRIBUTE, "usagecount"},
    {"unit", CQ_COLUMN_UNIT, ""},
    {"origin", CQ_COLUMN_ORIGIN, ""},
};

#define PROPERTY "prop:"

/* Equal but for the case of ASCII letters. */
static bool is_called(cq_str name, const char *other)
{
    if (name.len != strlen(other))
        return false;
    for (size_t i = 0; i < name.len; i++)
        if ((name.ptr[i] >= 'A' && name.ptr[i] <= 'Z' ? name.ptr[i] + 32 : name.ptr[i]) !=
            other[i])
            return false;
    return true;
}

static bool read_text(cq_str name, const cq_lang *source, const cq_lang *target,
                      cq_column *column)
{
    const cq_lang *meant = source && is_called(name, "source")   ? source
                           : target && is_called(name, "target") ? target
                                                                 : NULL;

    column->kind = CQ_COLUMN_TEXT;
    column->what = name;
    if (!meant && cq_lang_parse(name, &column->lang, NULL) == CQ_OK)
        return true;
    if (meant)
        column->lang = *meant;
    else if (!cq_lang_of_name(name, &column->lang))
        return false;
    column->what = cq_str_from(column->lang.tag);
    return true;
}

bool cq_column_read(cq_str name, const cq_lang *source, const cq_lang *target,
                    cq_column *column)
{
    cq_str property = CQ_STR(PROPERTY);

    *column = (cq_column){0};
    name = cq_str_trim(name);
    for (size_t i = 0; i < ARRAY_LEN(named); i++)
        if (is_called(name, named[i].name)) {
            column->kind = named[i].kind;
            column->what = cq_str_from(named[i].what);
            return true;
        }
    if (cq_str_starts(name, property) && name.len > property.len) {
        column->kind = CQ_COLUMN_PROPERTY;
        column->what = cq_str_slice(name, property.len, name.len);
        return true;
    }
    return read_text(name, source, target, column);
}

const char *cq_column_prefix(const cq_column *column, cq_str *what)
{
    *what = column->what;
    if (column->kind == CQ_COLUMN_TEXT)
        return "";
    if (column->kind == CQ_COLUMN_PROPERTY)
        return PROPERTY;
    for (size_t i = 0; i < ARRAY_LEN(named); i++)
        if (named[i].kind == column->kind &&
            cq_str_equal(column->what, cq_str_from(named[i].what)))
            *what = cq_str_from(named[i].name);
    return "";
}

cq_status cq_columns_add(cq_columns *columns, cq_column column, cq_error *err)
{
    column.what = cq_arena_copy(&columns->arena, column.what);
    if (!column.what.ptr || !cq_grow(&columns->items, &columns->capacity,
                                     columns->len + 1, sizeof(*columns->items)))
        return cq_fail(err, CQ_E_NOMEM, "no memory for the columns of a table");
    columns->items[columns->len++] = column;
    return CQ_OK;
}

cq_status cq_columns_read(cq_str list, const cq_lang *source, const cq_lang *target,
                          cq_columns *columns, cq_error *err)
{
    cq_status status = CQ_OK;

    for (size_t start = 0, end; start <= list.len && status == CQ_OK; start = end + 1) {
        cq_column column;
        cq_str name;

        for (end = start; end < list.len && list.ptr[end] != ',';)
            end++;
        name = cq_str_slice(list, start, end);
        if (!cq_column_read(name, source, target, &column))
            return cq_fail_number(err, CQ_E_ARG, 84,
                                  "\"%.*s\" is neither a language tag nor the name of a "
                                  "column",
                                  (int)(name.len < 100 ? name.len : 100), name.ptr);
        status = cq_columns_add(columns, column, err);
    }
    return status;
}

void cq_columns_release(cq_columns *columns)
{
    cq_free(columns->items);
    cq_arena_release(&columns->arena);
    *columns = (cq_columns){0};
}
