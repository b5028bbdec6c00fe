/* tsv.c -- a table of texts: `source<TAB>target`, a unit a line.
 *
 * A line end is LF or CRLF; an empty line says nothing and is passed over; anything else
 * with no tab or more than one is refused, since a text that holds a tab cannot be told
 * from two. */
#include "reader.h"

struct cq_tsv {
    const char *path; /* borrowed */
    cq_str source, target;
    cq_header header; /* none: TSV has no header */
    cq_str piece;     /* what is left of the current one */
    cq_buf line;
    uint64_t line_number;
    bool is_end;
    char tags[2][CQ_LANG_TAG_MAX];
};

cq_status cq_tsv_open(const cq_tmx_options *opts, const char *path, struct cq_tsv **out,
                      cq_error *err)
{
    struct cq_tsv *tsv = cq_zalloc(sizeof(*tsv));

    *out = NULL;
    if (!tsv)
        return cq_fail(err, CQ_E_NOMEM, "no memory to read a table");
    tsv->path = path;
    tsv->source = cq_str_from(opts->source->tag);
    tsv->target = cq_str_from(opts->target->tag);
    for (size_t i = 0; i < tsv->source.len; i++)
        tsv->tags[0][i] = tsv->source.ptr[i];
    for (size_t i = 0; i < tsv->target.len; i++)
        tsv->tags[1][i] = tsv->target.ptr[i];
    tsv->source.ptr = tsv->tags[0]; /* the caller's may be gone before us */
    tsv->target.ptr = tsv->tags[1];
    tsv->line.max = 2 * (size_t)CQ_SEGMENT_MAX + 1;
    *out = tsv;
    return CQ_OK;
}

void cq_tsv_close(struct cq_tsv *tsv)
{
    if (!tsv)
        return;
    cq_buf_release(&tsv->line);
    cq_free(tsv);
}

const cq_header *cq_tsv_header(const struct cq_tsv *tsv) { return &tsv->header; }

static cq_status refuse(const struct cq_tsv *tsv, int number, uint64_t column,
                        const char *message, cq_error *err)
{
    cq_fail_number(err, CQ_E_INPUT, number, "%s", message);
    cq_fail_at(err, tsv->path, tsv->line_number, column);
    return CQ_E_INPUT;
}

/* The next line without its end, in tsv->line. CQ_DONE after the last. */
static cq_status next_line(struct cq_tsv *tsv, cq_bytes *bytes, cq_error *err)
{
    cq_buf_reset(&tsv->line);
    for (;;) {
        cq_status status;

        for (size_t i = 0; i < tsv->piece.len; i++) {
            if (tsv->piece.ptr[i] != '\n')
                continue;
            cq_buf_add(&tsv->line, tsv->piece.ptr, i);
            tsv->piece = cq_str_slice(tsv->piece, i + 1, tsv->piece.len);
            return cq_buf_check(&tsv->line, err);
        }
        if (tsv->line.len + tsv->piece.len > 2u * CQ_SEGMENT_MAX) {
            tsv->line_number++;
            return refuse(
                tsv, 67, 1,
                "a text is longer than 16 MB; a segment is a sentence or a paragraph",
                err);
        }
        cq_buf_add_str(&tsv->line, tsv->piece);
        tsv->piece = (cq_str){0};
        if (tsv->is_end)
            return tsv->line.len ? cq_buf_check(&tsv->line, err) : CQ_DONE;
        status = cq_bytes_read(bytes, &tsv->piece, err);
        if (status < 0)
            return status;
        tsv->is_end = status == CQ_DONE;
    }
}

static cq_status split(struct cq_tsv *tsv, cq_unit *unit, cq_error *err)
{
    cq_str line = cq_buf_str(&tsv->line);
    size_t tab = line.len, tabs = 0;

    if (cq_str_ends(line, CQ_STR("\r")))
        line.len--;
    for (size_t i = 0; i < line.len; i++)
        if (line.ptr[i] == '\t' && tabs++ == 0)
            tab = i;
        else if (line.ptr[i] == '\t')
            return refuse(
                tsv, 81, i + 1,
                "the line has more than one tab, so it is not clear where the source "
                "ends",
                err);
    if (tabs == 0)
        return refuse(tsv, 80, line.len + 1,
                      "the line has no tab between source and target", err);
    unit->line = tsv->line_number;
    unit->column = 1;
    if (!cq_unit_add_text(unit, tsv->source, cq_str_slice(line, 0, tab)) ||
        !cq_unit_add_text(unit, tsv->target, cq_str_slice(line, tab + 1, line.len)))
        return cq_fail(err, CQ_E_NOMEM, "no memory to read a unit");
    return CQ_OK;
}

cq_status cq_tsv_read(struct cq_tsv *tsv, cq_bytes *bytes, cq_unit *unit, cq_error *err)
{
    cq_unit_reset(unit);
    for (;;) {
        cq_status status = next_line(tsv, bytes, err);

        if (status != CQ_OK)
            return status;
        tsv->line_number++;
        if (cq_str_trim(cq_buf_str(&tsv->line)).len)
            return split(tsv, unit, err);
    }
}
