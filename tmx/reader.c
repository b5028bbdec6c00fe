#include "reader.h"

#include "doctype.h"

#include <libxml/parserInternals.h>
#include <string.h>

/* What is handed to the parser at a time: small, since the units of one piece wait in a
 * queue. */
#define PIECE_MAX  ((size_t)8 * 1024)
#define PROLOG_MAX ((size_t)1024 * 1024)

static cq_status start_parser(cq_tmx_reader *reader, cq_error *err)
{
    reader->parser = xmlCreatePushParserCtxt(cq_tmx_handler(), reader, NULL, 0, NULL);
    if (!reader->parser)
        return cq_fail(err, CQ_E_NOMEM, "no memory to read a file");
    /* The bytes are UTF-8 by now, whatever the declaration says. HUGE stays off: its
     * ceilings on names, attributes and comments are wanted. */
    xmlCtxtUseOptions(reader->parser, XML_PARSE_NONET | XML_PARSE_IGNORE_ENC);
    reader->capture.max = reader->text.max = reader->stray.max = CQ_SEGMENT_MAX;
    reader->lead.max = reader->prolog.max = PROLOG_MAX;
    for (size_t i = 0; i < CQ_PLACES; i++)
        reader->around[i].max = PROLOG_MAX;
    reader->in_prolog = true;
    return CQ_OK;
}

/* With --repair, and no languages that a table would need, a tag further on will do. */
static bool is_xml(const cq_tmx_reader *reader, cq_str start)
{
    const cq_tmx_options *opts = &reader->opts;
    bool is_table = (opts->source && opts->target) || opts->columns;

    start = cq_str_trim(start);
    if (start.len && start.ptr[0] == '<')
        return true;
    return opts->repair && !is_table && start.len && memchr(start.ptr, '<', start.len);
}

void cq_tmx_tell(cq_tmx_reader *reader, cq_notice_kind kind, const cq_error *what)
{
    cq_error placed = *what;
    cq_notice notice = {kind, &placed};

    cq_fail_at(&placed, reader->path, 0, 0);
    if (kind == CQ_NOTICE_REPAIRED)
        reader->repaired++;
    if (kind == CQ_NOTICE_REJECTED)
        reader->rejected++;
    if (reader->opts.notice)
        reader->opts.notice(reader->opts.notice_context, &notice);
}

void cq_tmx_leave_out(cq_tmx_reader *reader, const cq_unit *unit, const char *why)
{
    cq_error what = {0};

    cq_fail_number(&what, CQ_E_INPUT, 92, "the unit is left out: %s", why);
    cq_fail_at(&what, NULL, unit->line, unit->column);
    cq_tmx_tell(reader, CQ_NOTICE_REJECTED, &what);
}

static void on_repair(void *context, const cq_error *what, const char *done)
{
    cq_error whole = {.line = what->line, .column = what->column};

    cq_fail_number(&whole, what->status, what->number, "%.400s; %s", what->message, done);
    cq_tmx_tell(context, CQ_NOTICE_REPAIRED, &whole);
}

/* The languages of its columns are known, or its first row says them. */
static bool is_table(const cq_tmx_reader *reader, cq_str start)
{
    const cq_tmx_options *opts = &reader->opts;

    return (opts->source && opts->target) || opts->columns ||
           cq_tsv_has_header(reader->path, opts, start);
}

static cq_status start(cq_tmx_reader *reader, cq_error *err)
{
    cq_str begin;
    bool repair = reader->opts.repair;
    cq_status status =
        cq_bytes_open_as(reader->path, reader->opts.encoding, repair ? on_repair : NULL,
                         reader, &reader->bytes, err);

    if (status == CQ_OK)
        status = cq_bytes_peek(reader->bytes, &begin, err);
    if (status != CQ_OK)
        return status;
    if (is_xml(reader, begin) && repair)
        status = cq_mend_open(CQ_MEND_TO_READ, on_repair, reader, &reader->mend, err);
    if (is_xml(reader, begin))
        return status == CQ_OK ? start_parser(reader, err) : status;
    if (cq_str_trim(begin).len == 0)
        status = cq_fail_number(err, CQ_E_INPUT, 56, "the file is empty");
    else if (is_table(reader, begin))
        return cq_tsv_open(reader->path, &reader->opts, begin, &reader->tsv, err);
    else
        status = cq_fail_number(
            err, CQ_E_INPUT, 57,
            "this is no TMX file; for a table of texts say which languages its columns "
            "are in, with -s and -t, --columns or a header row");
    cq_fail_at(err, reader->path, 1, 1);
    return status;
}

cq_status cq_tmx_open(const char *path, const cq_tmx_options *opts, cq_tmx_reader **out,
                      cq_error *err)
{
    cq_tmx_reader *reader = cq_zalloc(sizeof(*reader));
    cq_status status;

    *out = NULL;
    if (!reader)
        return cq_fail(err, CQ_E_NOMEM, "no memory to read a file");
    reader->path = path;
    if (opts)
        reader->opts = *opts;
    status = start(reader, err);
    if (status != CQ_OK) {
        cq_tmx_close(reader);
        return status;
    }
    *out = reader;
    return CQ_OK;
}

void cq_tmx_close(cq_tmx_reader *reader)
{
    if (!reader)
        return;
    if (reader->parser) {
        xmlFreeDoc(reader->parser->myDoc); /* libxml2 makes one for entity declarations */
        xmlFreeParserCtxt(reader->parser);
    }
    cq_mend_close(reader->mend);
    cq_buf_release(&reader->mended);
    cq_tsv_close(reader->tsv);
    cq_bytes_close(reader->bytes);
    cq_header_release(&reader->header);
    cq_unit_release(&reader->unit);
    for (size_t i = 0; i < reader->queue_capacity; i++)
        cq_unit_release(&reader->queue[i]);
    for (size_t i = 0; i < CQ_PLACES; i++)
        cq_buf_release(&reader->around[i]);
    cq_buf_release(&reader->prolog);
    cq_buf_release(&reader->capture);
    cq_buf_release(&reader->lead);
    cq_buf_release(&reader->text);
    cq_buf_release(&reader->stray);
    cq_buf_release(&reader->value);
    cq_map_release(&reader->entities);
    cq_free(reader->queue);
    cq_free(reader);
}

const cq_header *cq_tmx_header(const cq_tmx_reader *reader)
{
    return reader->tsv ? cq_tsv_header(reader->tsv) : &reader->header;
}

/* ---- the prolog -----------------------------------------------------------------------
 */

/* A document type that declares entities, or that references need, is kept; one that only
 * names a DTD says nothing that export would not. */
static cq_status keep_doctype(cq_tmx_reader *reader, cq_error *err)
{
    cq_error what = {0};
    cq_notice notice = {CQ_NOTICE_WARNING, &what};
    cq_header *header = &reader->header;

    if (header->doctype.len || (reader->entities.len == 0 && !reader->has_reference))
        return CQ_OK;
    header->doctype =
        cq_arena_copy(&header->arena, cq_doctype_find(cq_buf_str(&reader->prolog)));
    if (!header->doctype.ptr)
        return cq_fail(err, CQ_E_NOMEM, "no memory to read a header");
    cq_fail_number(&what, CQ_E_INPUT, 90,
                   "the file has entities of its own; they are kept as they stand and "
                   "never expanded");
    cq_fail_at(&what, reader->path, 1, 1);
    if (reader->opts.notice)
        reader->opts.notice(reader->opts.notice_context, &notice);
    return CQ_OK;
}

/* ---- the stream -----------------------------------------------------------------------
 */

static cq_status failed(cq_tmx_reader *reader, cq_error *err)
{
    cq_fail_at(&reader->failure, reader->path, 0, 0);
    if (err && err->status == CQ_OK)
        *err = reader->failure;
    return reader->failure.status;
}

static cq_status parse(cq_tmx_reader *reader, cq_str piece, cq_error *err)
{
    if (reader->in_prolog)
        cq_buf_add_str(&reader->prolog, piece);
    for (size_t at = 0; at < piece.len || reader->is_end; at += PIECE_MAX) {
        size_t len = piece.len - at < PIECE_MAX ? piece.len - at : PIECE_MAX;

        xmlParseChunk(reader->parser, piece.ptr ? piece.ptr + at : "", (int)len,
                      reader->is_end);
        if (reader->failure.status != CQ_OK || reader->is_end)
            break;
    }
    if (reader->in_prolog || reader->failure.status != CQ_OK)
        return CQ_OK;
    return keep_doctype(reader, err);
}

static cq_status end_document(cq_tmx_reader *reader, cq_error *err)
{
    if (!reader->has_body) {
        cq_fail_number(err, CQ_E_INPUT, 72,
                       "the file has no <body>, so it holds no units");
        cq_fail_at(err, reader->path, 1, 1);
        return CQ_E_INPUT;
    }
    cq_tmx_finish(reader);
    return reader->failure.status == CQ_OK ? CQ_OK : failed(reader, err);
}

/* Mend a piece; at the end of the file with what was waiting, which is parsed before the
 * parser is told of the end. */
static cq_status mend(cq_tmx_reader *reader, cq_str *piece, cq_error *err)
{
    bool is_end = reader->is_end;
    cq_status status;

    cq_buf_reset(&reader->mended);
    status = cq_mend_run(reader->mend, *piece, is_end, &reader->mended, err);
    *piece = cq_buf_str(&reader->mended);
    if (status == CQ_E_INPUT)
        cq_fail_at(err, reader->path, 1, 1);
    if (status != CQ_OK || !is_end)
        return status;
    reader->is_end = false;
    status = parse(reader, *piece, err);
    reader->is_end = true;
    *piece = (cq_str){0};
    return status;
}

/* Read on until there is a unit, an end or a failure. Units before a failure come first.
 */
static cq_status fill_queue(cq_tmx_reader *reader, cq_error *err)
{
    reader->queue_len = reader->queue_at = 0;
    while (reader->queue_len == 0) {
        cq_str piece = {0};
        cq_status status;

        if (reader->failure.status != CQ_OK)
            return failed(reader, err);
        if (reader->is_end)
            return CQ_DONE;
        status = cq_bytes_read(reader->bytes, &piece, &reader->failure);
        if (status < 0)
            continue;
        reader->is_end = status == CQ_DONE;
        if (reader->mend) {
            status = mend(reader, &piece, err);
            if (status != CQ_OK)
                return status;
        }
        status = parse(reader, piece, err);
        if (status == CQ_OK && reader->is_end && reader->failure.status == CQ_OK)
            status = end_document(reader, err);
        if (status != CQ_OK)
            return status;
    }
    return CQ_OK;
}

/* The next row of a table; with --repair one with too few or too many cells, or a quote
 * in the wrong place, is left out. */
static cq_status read_line(cq_tmx_reader *reader, cq_unit *unit, cq_error *err)
{
    for (;;) {
        cq_error what = {0}, line = {0};
        cq_status status = cq_tsv_read(reader->tsv, reader->bytes, unit, &line);

        if (status >= 0)
            return status;
        if (!reader->opts.repair || !cq_tsv_is_row_failure(&line)) {
            if (err && err->status == CQ_OK)
                *err = line;
            return status;
        }
        cq_fail_number(&what, CQ_E_INPUT, 92, "the unit is left out: %.400s",
                       line.message);
        cq_fail_at(&what, NULL, line.line, line.column);
        cq_tmx_tell(reader, CQ_NOTICE_REJECTED, &what);
    }
}

cq_status cq_tmx_read(cq_tmx_reader *reader, cq_unit *unit, cq_error *err)
{
    cq_unit spare;

    if (reader->tsv)
        return read_line(reader, unit, err);
    if (reader->queue_at == reader->queue_len) {
        cq_status status = fill_queue(reader, err);

        if (status != CQ_OK)
            return status;
    }
    spare = *unit; /* its arena serves the next unit of the queue */
    *unit = reader->queue[reader->queue_at];
    reader->queue[reader->queue_at++] = spare;
    return CQ_OK;
}

cq_tmx_progress cq_tmx_at(const cq_tmx_reader *reader)
{
    cq_tmx_progress progress = {.rejected = reader->rejected,
                                .repaired = reader->repaired};

    cq_bytes_at(reader->bytes, &progress.bytes, &progress.total);
    return progress;
}

const char *cq_tmx_version(void) { return "libxml2 " LIBXML_DOTTED_VERSION; }

/* ---- a segment alone ------------------------------------------------------------------
 */

/* The markup begins a line of its own, behind OPENING's last line. */
#define OPENING "<tmx version=\"1.4\"><header/><body><tu><tuv xml:lang=\"\"><seg\n>"
#define CLOSING "</seg></tuv></tu></body></tmx>"

static cq_status parse_segment(cq_tmx_reader *reader, cq_str markup, cq_error *err)
{
    cq_buf document = {0};
    cq_status status = start_parser(reader, err);

    reader->is_end = true;
    cq_buf_add_z(&document, OPENING);
    cq_buf_add_str(&document, markup);
    cq_buf_add_z(&document, CLOSING);
    if (status == CQ_OK)
        status = cq_buf_check(&document, err);
    if (status == CQ_OK)
        status = parse(reader, cq_buf_str(&document), err);
    if (status == CQ_OK && reader->failure.status != CQ_OK)
        status = failed(reader, err);
    if (status == CQ_OK)
        status = end_document(reader, err);
    cq_buf_release(&document);
    return status;
}

/* Whether there is one segment and nothing else: `markup` has not closed it. */
static bool is_segment_alone(const cq_tmx_reader *reader)
{
    const cq_unit *unit = &reader->queue[0];

    return reader->queue_len == 1 && unit->items_len == 1 && unit->variants_len == 1 &&
           unit->variants[0].items_len == 1;
}

cq_status cq_tmx_segment(cq_str markup, cq_unit *unit, cq_error *err)
{
    cq_tmx_reader *reader = cq_zalloc(sizeof(*reader));
    cq_error found = {0};
    cq_status status;

    if (!reader)
        return cq_fail(err, CQ_E_NOMEM, "no memory to read a segment");
    status = parse_segment(reader, markup, &found);
    if (status == CQ_OK && !is_segment_alone(reader))
        status = cq_fail_number(&found, CQ_E_INPUT, 63,
                                "the markup closes elements that it has not opened");
    if (status == CQ_OK)
        status = cq_tmx_read(reader, unit, &found);
    if (status != CQ_OK) {
        if (found.line > 0)
            found.line--;
        if (found.line == 1 && found.column > 1)
            found.column--;
        if (err && err->status == CQ_OK)
            *err = found;
    }
    cq_tmx_close(reader);
    return status;
}
