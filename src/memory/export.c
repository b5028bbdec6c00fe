#include "export.h"

#define TICK_UNITS 512u /* progress is told once in so many units */

/* A difference that the writer tells: say of which unit, count, and pass it on. */
static void lose(void *context, const cq_loss *loss)
{
    cq_exporter *out = context;
    cq_loss told = *loss;

    if (out->loaded.id == 0 && out->is_header_told)
        return; /* of another file with the same header */
    told.unit = out->loaded.id;
    told.origin = cq_buf_str(&out->origin_name);
    out->report.losses[loss->part]++;
    if (out->opts->loss)
        out->opts->loss(out->opts->loss_context, &told);
}

/* Load an origin's name and header. */
static cq_status take_origin(cq_exporter *out, const cq_store_origin *origin,
                             cq_error *err)
{
    cq_status status;

    cq_buf_reset(&out->header_record);
    cq_buf_reset(&out->origin_name);
    cq_buf_add_str(&out->header_record, origin->header);
    cq_buf_add_str(&out->origin_name, origin->name);
    status = cq_buf_check(&out->header_record, err);
    if (status == CQ_OK)
        status = cq_buf_check(&out->origin_name, err);
    return status == CQ_OK
               ? cq_header_decode(cq_buf_str(&out->header_record), &out->header, err)
               : status;
}

/* Whether the unit has what was asked for; fills out->wanted. */
static cq_status choose(cq_exporter *out, bool *is_wanted, size_t *count, cq_error *err)
{
    const cq_lang *source = out->source, *target = out->opts->target;
    bool has_source = !source, has_target = !target;
    bool takes_others = !target && (!source || out->opts->tool);
    size_t len = out->loaded.variants;

    *count = 0;
    if (!cq_grow(&out->wanted, &out->wanted_capacity, len + 1, sizeof(*out->wanted)))
        return cq_fail(err, CQ_E_NOMEM, "no memory for a unit");
    for (size_t i = 0; i < len; i++) {
        const cq_language *language;
        bool is_source, is_target;
        cq_status status =
            cq_memory_language_of(out->memory, out->loaded.tags[i], &language, err);

        if (status != CQ_OK)
            return status;
        is_source =
            source && language->is_valid && cq_lang_match(source, &language->lang) > 0;
        is_target =
            target && language->is_valid && cq_lang_match(target, &language->lang) > 0;
        has_source |= is_source;
        has_target |= is_target;
        out->wanted[i] = is_source || is_target || takes_others;
        *count += out->wanted[i];
    }
    *is_wanted = has_source && has_target;
    return CQ_OK;
}

static cq_status write_unit(cq_exporter *out, const cq_store_unit *row,
                            const cq_header *header, cq_error *err)
{
    bool is_wanted = true, is_narrowed = out->source || out->opts->target;
    size_t count = row->variants;
    uint64_t lost = out->report.losses[CQ_PART_VARIANT];
    cq_status status = cq_loaded_set(out->memory, row, true, &out->loaded, err);

    if (status == CQ_OK)
        status = cq_selector_takes(&out->selector, &out->loaded.unit, &is_wanted, err);
    if (status == CQ_OK && is_wanted && is_narrowed)
        status = choose(out, &is_wanted, &count, err);
    if (status != CQ_OK || !is_wanted)
        return status;
    status = cq_export_put(out, header, is_narrowed ? out->wanted : NULL, err);
    if (status != CQ_OK) /* or nothing was left of it */
        return status < 0 ? status : CQ_OK;
    out->report.units++;
    out->report.variants += count - (out->report.losses[CQ_PART_VARIANT] - lost);
    return CQ_OK;
}

static cq_status tick(cq_exporter *out, cq_error *err)
{
    const cq_progress *progress = &out->opts->progress;

    if (!progress->tick || out->report.units % TICK_UNITS != 0)
        return CQ_OK;
    if (progress->tick(progress->context, out->report.units, out->total) < 0)
        return cq_fail(err, CQ_E_STOP, "the export was stopped");
    return CQ_OK;
}

/* @param is_alone  the origin gives the file its header, and shared units are its own */
static cq_status write_origin(cq_exporter *out, uint64_t origin, bool is_alone,
                              cq_error *err)
{
    cq_store_cursor cursor = {0};
    cq_store_unit row;
    cq_status status;

    while ((status = cq_store_unit_next(out->memory->store, origin, &cursor, &row,
                                        err)) == CQ_OK) {
        /* In a file of several origins each unit stands once, with its own origin. */
        if (!is_alone && row.origin != origin)
            continue;
        status = write_unit(out, &row,
                            is_alone && row.origin == origin ? NULL : &out->header, err);
        if (status == CQ_OK)
            status = tick(out, err);
        if (status != CQ_OK)
            return status;
    }
    return status < 0 ? status : CQ_OK;
}

cq_status cq_export_next_origin(cq_exporter *out, cq_store_origin *origin, cq_error *err)
{
    const char *name = out->opts->origin;
    cq_status status;

    do
        status = cq_store_origin_next(out->memory->store, origin->id, origin, err);
    while (status == CQ_OK && name && !cq_str_equal(origin->name, cq_str_from(name)));
    return status;
}

/* Number of the origins asked for; their units are counted too. */
static cq_status count_origins(cq_exporter *out, size_t *len, uint64_t *only,
                               cq_error *err)
{
    cq_store_origin origin = {0};
    cq_status status;

    *len = 0;
    *only = 0;
    while ((status = cq_export_next_origin(out, &origin, err)) == CQ_OK) {
        ++*len;
        *only = origin.id;
        out->total += origin.units;
    }
    if (status == CQ_DONE && out->opts->origin && *len == 0)
        return cq_fail_number(err, CQ_E_ARG, ERR_NO_ORIGIN,
                              "the memory has no origin \"%s\"", out->opts->origin);
    return status < 0 ? status : CQ_OK;
}

/* A table has no header, and a file of several origins has calque's own. */
static void lose_header(cq_exporter *out, bool is_alone)
{
    bool is_table = out->opts->format != CQ_FORMAT_TMX;

    if (!is_table && (is_alone || !out->opts->loss))
        return;
    out->loaded.id = 0;
    out->is_header_told = false;
    cq_tmx_lose_header(&out->header, &out->form);
    out->is_header_told = true;
}

static cq_status write_origins(cq_exporter *out, bool is_alone, cq_error *err)
{
    cq_store_origin origin = {0};
    cq_status status;

    while ((status = cq_export_next_origin(out, &origin, err)) == CQ_OK) {
        if (!is_alone) /* else it is loaded, and the writer holds on to it */
            status = take_origin(out, &origin, err);
        if (status == CQ_OK)
            lose_header(out, is_alone);
        if (status == CQ_OK)
            status = write_origin(out, origin.id, is_alone, err);
        if (status != CQ_OK)
            return status;
    }
    return status < 0 ? status : CQ_OK;
}

/* Entities that units refer to must be declared where the units go. One file has room for
 * one document type, so two origins with different ones cannot share it. */
static cq_status join_doctypes(cq_exporter *out, cq_error *err)
{
    cq_store_origin origin = {0};
    cq_status status;

    while ((status = cq_export_next_origin(out, &origin, err)) == CQ_OK) {
        status = take_origin(out, &origin, err);
        if (status != CQ_OK)
            return status;
        if (out->header.doctype.len == 0 ||
            cq_str_equal(out->header.doctype, cq_buf_str(&out->doctype)))
            continue;
        if (out->doctype.len)
            return cq_fail_number(
                err, CQ_E_ARG, ERR_TWO_DOCTYPES,
                "\"%.*s\" and another origin declare different entities, "
                "so they cannot stand in one file",
                (int)(origin.name.len < 100 ? origin.name.len : 100), origin.name.ptr);
        cq_buf_add_str(&out->doctype, out->header.doctype);
    }
    cq_buf_reset(&out->origin_name); /* the document type is nobody's alone */
    out->joint.doctype = cq_buf_str(&out->doctype);
    return status < 0 ? status : cq_buf_check(&out->doctype, err);
}

/* The header of the file: that of the only origin, or calque's own. */
static cq_status prepare(cq_exporter *out, bool *is_alone, cq_error *err)
{
    const cq_export_options *opts = out->opts;
    cq_store_origin origin;
    size_t len;
    uint64_t only;
    cq_status status = count_origins(out, &len, &only, err);

    *is_alone = len == 1;
    if (status == CQ_OK && *is_alone)
        status = cq_store_origin_get(out->memory->store, only, &origin, err);
    if (status == CQ_OK && *is_alone)
        status = take_origin(out, &origin, err);
    else if (status == CQ_OK)
        status = join_doctypes(out, err);
    if (status != CQ_OK)
        return status;
    out->form = (cq_tmx_form){
        .target = opts->target ? cq_str_from(opts->target->tag) : (cq_str){0},
        .version = opts->version,
        .level = opts->level,
        .tool = opts->tool,
        .loss = lose,
        .loss_context = out,
    };
    return cq_export_find_source(out, *is_alone, err);
}

static cq_status write_all(cq_exporter *out, cq_error *err)
{
    bool is_alone;
    cq_status status = prepare(out, &is_alone, err);

    if (status != CQ_OK)
        return status;
    out->file_header = is_alone ? &out->header : &out->joint;
    status = cq_export_find_columns(out, err);
    if (status == CQ_OK)
        status = cq_export_begin_file(out, err);
    if (status == CQ_OK)
        status = write_origins(out, is_alone, err);
    return status == CQ_OK ? cq_export_end_file(out, err) : status;
}

cq_status cq_memory_export(cq_memory *memory, cq_sink sink, const cq_export_options *opts,
                           cq_export_report *report, cq_error *err)
{
    static const cq_export_options defaults = {0};
    cq_exporter out = {.memory = memory, .opts = opts ? opts : &defaults, .sink = sink};
    cq_status status = cq_selector_init(&out.selector, out.opts->filter, err);

    if (status == CQ_OK)
        status = cq_store_begin_read(memory->store, err);
    if (status == CQ_OK) {
        status = write_all(&out, err);
        cq_store_end_read(memory->store);
    }
    if (status == CQ_OK && report)
        *report = out.report;
    cq_export_abandon_file(&out);
    cq_selector_release(&out.selector);
    cq_loaded_release(&out.loaded);
    cq_header_release(&out.header);
    cq_buf_release(&out.header_record);
    cq_buf_release(&out.origin_name);
    cq_buf_release(&out.source_tag);
    cq_buf_release(&out.doctype);
    cq_free(out.wanted);
    return status;
}
