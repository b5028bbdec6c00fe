#include "export.h"

/* The tag that most variants of the language bear, as written; as asked for when there is
 * none. */
static cq_status usual_tag(cq_exporter *out, cq_str *tag, cq_error *err)
{
    cq_store *store = out->memory->store;
    uint64_t count, best = 0;
    uint32_t id = 0;
    cq_status status;

    *tag = cq_str_from(out->source->tag);
    while ((status = cq_store_tag_count(store, &id, &count, err)) == CQ_OK) {
        cq_str name;
        cq_lang lang;

        status = cq_store_tag_get(store, id, &name, err);
        if (status != CQ_OK)
            return status;
        if (count <= best || cq_lang_parse(name, &lang, NULL) != CQ_OK ||
            cq_lang_match(out->source, &lang) == 0)
            continue;
        *tag = name;
        best = count;
    }
    return status < 0 ? status : CQ_OK;
}

/* What the first unit says: its own srclang, else the language of its first variant. */
static cq_status first_source(cq_exporter *out, cq_str *tag, cq_error *err)
{
    cq_store_origin origin = {0};
    cq_store_cursor cursor = {0};
    cq_store_unit row;
    const cq_unit *unit = &out->loaded.unit;
    cq_lang lang;
    cq_status status;

    *tag = (cq_str){0};
    status = cq_export_next_origin(out, &origin, err);
    if (status == CQ_OK)
        status = cq_store_unit_next(out->memory->store, origin.id, &cursor, &row, err);
    if (status == CQ_OK)
        status = cq_loaded_set(out->memory, &row, false, &out->loaded, err);
    if (status != CQ_OK)
        return status < 0 ? status : CQ_OK;
    *tag = cq_attr_find(unit->attrs, unit->attrs_len, "srclang");
    if (cq_lang_parse(*tag, &lang, NULL) != CQ_OK)
        *tag = unit->variants_len ? unit->variants[0].lang : (cq_str){0};
    return CQ_OK;
}

/* Nobody said which: the header, or the first unit. */
static cq_status guess_source(cq_exporter *out, bool is_alone, cq_str *tag, cq_error *err)
{
    cq_status status = CQ_OK;

    *tag = is_alone ? cq_attr_find(out->header.attrs, out->header.attrs_len, "srclang")
                    : (cq_str){0};
    if (cq_lang_parse(*tag, &out->found, NULL) != CQ_OK)
        status = first_source(out, tag, err);
    if (status == CQ_OK && cq_lang_parse(*tag, &out->found, NULL) == CQ_OK)
        out->source = &out->found;
    return status;
}

cq_status cq_export_find_source(cq_exporter *out, bool is_alone, cq_error *err)
{
    cq_tool tool = out->opts->tool;
    cq_status status = CQ_OK;
    cq_str tag = {0};

    out->source = out->opts->source;
    if (tool && !out->source)
        status = guess_source(out, is_alone, &tag, err);
    else if (tool && !cq_tmx_takes_tags_as_asked(tool))
        status = usual_tag(out, &tag, err);
    else if (out->source)
        tag = cq_str_from(out->source->tag);
    if (status != CQ_OK)
        return status;
    cq_buf_add_str(&out->source_tag, tag);
    for (size_t i = 0; tool && i < out->source_tag.len; i++)
        if (out->source_tag.ptr[i] == '_') /* as variants are written for tools */
            out->source_tag.ptr[i] = '-';
    out->form.source = cq_buf_str(&out->source_tag);
    return cq_buf_check(&out->source_tag, err);
}
