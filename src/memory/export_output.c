#include "export.h"

/* ---- the columns of a table -----------------------------------------------------------
 */

static cq_status add_language(cq_exporter *out, cq_str tag, cq_error *err)
{
    cq_column column = {.kind = CQ_COLUMN_TEXT, .what = tag};

    /* A tag that is no language ("English") has a column of its own all the same. */
    (void)cq_lang_parse(tag, &column.lang, NULL);
    return cq_columns_add(&out->columns, column, err);
}

/* Every tag that a variant bears. */
static cq_status add_all_languages(cq_exporter *out, cq_error *err)
{
    cq_store *store = out->memory->store;
    uint32_t id = 0;
    uint64_t count;
    cq_status status;

    while ((status = cq_store_tag_count(store, &id, &count, err)) == CQ_OK) {
        cq_str tag;

        if (count == 0)
            continue;
        status = cq_store_tag_get(store, id, &tag, err);
        if (status == CQ_OK)
            status = add_language(out, tag, err);
        if (status != CQ_OK)
            return status;
    }
    return status < 0 ? status : CQ_OK;
}

cq_status cq_export_find_columns(cq_exporter *out, cq_error *err)
{
    const cq_export_options *opts = out->opts;
    cq_status status = CQ_OK;

    if (opts->format == CQ_FORMAT_TMX)
        return CQ_OK;
    if (opts->columns)
        return cq_columns_read(cq_str_from(opts->columns), opts->source, opts->target,
                               &out->columns, err);
    if (!opts->source && !opts->target)
        return add_all_languages(out, err);
    if (opts->source)
        status = add_language(out, cq_str_from(opts->source->tag), err);
    if (status == CQ_OK && opts->target)
        status = add_language(out, cq_str_from(opts->target->tag), err);
    return status;
}

/* ---- files ----------------------------------------------------------------------------
 */

cq_status cq_export_begin_file(cq_exporter *out, cq_error *err)
{
    cq_sink sink = out->sink;
    cq_status status = CQ_OK;

    out->in_file = 0;
    out->loaded.id = 0;
    if (out->opts->gzip)
        status = cq_gzip_open(sink, &out->gzip, err);
    if (status != CQ_OK)
        return status;
    if (out->gzip)
        sink = cq_gzip_sink(out->gzip);
    if (out->opts->format != CQ_FORMAT_TMX)
        return cq_tsv_writer_open(sink, out->opts->format == CQ_FORMAT_CSV, &out->columns,
                                  &out->form, &out->table, err);
    status = cq_tmx_writer_open(sink, out->file_header, &out->form, &out->writer, err);
    out->is_header_told = true;
    return status;
}

cq_status cq_export_end_file(cq_exporter *out, cq_error *err)
{
    cq_status status = out->table ? cq_tsv_writer_close(out->table, err)
                                  : cq_tmx_writer_close(out->writer, err);

    out->table = NULL;
    out->writer = NULL;
    if (status == CQ_OK && out->gzip) {
        status = cq_gzip_close(out->gzip, err);
        out->gzip = NULL;
    }
    return status;
}

static cq_status next_file(cq_exporter *out, cq_error *err)
{
    cq_status status = cq_export_end_file(out, err);

    if (status == CQ_OK)
        status = out->opts->next(out->opts->next_context, &out->sink, err);
    return status == CQ_OK ? cq_export_begin_file(out, err) : status;
}

cq_status cq_export_put(cq_exporter *out, const cq_header *origin, const bool *wanted,
                        cq_error *err)
{
    const cq_unit *unit = &out->loaded.unit;
    uint64_t id = out->loaded.id;
    cq_status status = CQ_OK;

    if (out->opts->split && out->in_file == out->opts->split)
        status = next_file(out, err);
    out->loaded.id = id;
    if (status != CQ_OK)
        return status;
    status = out->table ? cq_tsv_write(out->table, unit, wanted, id,
                                       cq_buf_str(&out->origin_name), err)
                        : cq_tmx_write(out->writer, unit, origin, wanted, err);
    out->in_file += status == CQ_OK;
    return status;
}

void cq_export_abandon_file(cq_exporter *out)
{
    cq_tmx_writer_abandon(out->writer);
    cq_tsv_writer_abandon(out->table);
    cq_gzip_abandon(out->gzip);
    cq_columns_release(&out->columns);
}
