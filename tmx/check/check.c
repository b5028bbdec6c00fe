/* check.c -- a file as a stream.
 *
 * What is no well-formed XML is mended on the way and told as an error, so that one stray
 * byte does not hide what else is wrong with the file; docs/tmx.md, "Repair", says how.
 */
#include "parts.h"

#include <string.h>

#define PIECE_MAX ((size_t)8 * 1024)
#define TEXT_MAX  ((size_t)16 * 1024 * 1024)

static cq_status start(cq_checker *checker, cq_error *err)
{
    cq_str begin = {0};
    cq_status status =
        cq_bytes_open(checker->path, cq_check_broken, checker, &checker->bytes, err);

    if (status == CQ_OK)
        status = cq_bytes_peek(checker->bytes, &begin, err);
    if (status == CQ_OK)
        status =
            cq_mend_open(CQ_MEND_TO_JUDGE, cq_check_broken, checker, &checker->mend, err);
    if (status == CQ_OK)
        status = cq_suspect_open(&checker->suspect, err);
    if (status != CQ_OK)
        return status;
    checker->text.max = TEXT_MAX;
    if (begin.len == 0 || !memchr(begin.ptr, '<', begin.len)) {
        cq_check_find(checker, cq_str_trim(begin).len ? 57 : 56, (cq_check_place){1, 1},
                      cq_str_trim(begin).len ? "this is no TMX file"
                                             : "the file is empty");
        checker->is_over = true;
    }
    checker->parser = xmlCreatePushParserCtxt(cq_check_handler(), checker, NULL, 0, NULL);
    if (!checker->parser)
        return cq_fail(err, CQ_E_NOMEM, "no memory to read a file");
    xmlCtxtUseOptions(checker->parser, XML_PARSE_NONET | XML_PARSE_IGNORE_ENC);
    return CQ_OK;
}

static void parse(cq_checker *checker, cq_str piece, bool is_last)
{
    for (size_t at = 0; at < piece.len && !cq_check_is_ignored(checker);
         at += PIECE_MAX) {
        size_t len = piece.len - at < PIECE_MAX ? piece.len - at : PIECE_MAX;

        xmlParseChunk(checker->parser, piece.ptr + at, (int)len, 0);
    }
    if (is_last && !cq_check_is_ignored(checker))
        xmlParseChunk(checker->parser, "", 0, 1);
}

static cq_status tick(const cq_checker *checker)
{
    const cq_progress *progress = &checker->opts.progress;
    uint64_t done, total;

    if (!progress->tick)
        return CQ_OK;
    cq_bytes_at(checker->bytes, &done, &total);
    return progress->tick(progress->context, done, total);
}

static cq_status run(cq_checker *checker, cq_error *err)
{
    bool is_last = false;

    while (!is_last && !cq_check_is_ignored(checker)) {
        cq_str piece = {0};
        cq_status status = cq_bytes_read(checker->bytes, &piece, err);

        if (status < 0)
            return status;
        is_last = status == CQ_DONE;
        cq_buf_reset(&checker->mended);
        status = cq_mend_run(checker->mend, piece, is_last, &checker->mended, err);
        if (status != CQ_OK)
            return status;
        parse(checker, cq_buf_str(&checker->mended), is_last);
        cq_check_tell_waiting(checker, UINT64_MAX, 0);
        if (tick(checker) < 0)
            return cq_fail(err, CQ_E_STOP, "stopped");
    }
    if (checker->status != CQ_OK)
        return cq_fail(err, checker->status, "no memory to judge a file");
    return CQ_OK;
}

static void release(cq_checker *checker)
{
    if (checker->parser) {
        xmlFreeDoc(checker->parser->myDoc);
        xmlFreeParserCtxt(checker->parser);
    }
    cq_mend_close(checker->mend);
    cq_bytes_close(checker->bytes);
    cq_suspect_close(checker->suspect);
    for (size_t i = 0; i < checker->variants_capacity; i++)
        cq_free(checker->variants[i].codes);
    cq_free(checker->variants);
    cq_free(checker->waiting);
    cq_free(checker->parsed_languages);
    cq_buf_release(&checker->mended);
    cq_buf_release(&checker->name);
    cq_buf_release(&checker->value);
    cq_buf_release(&checker->srclang);
    cq_buf_release(&checker->text);
    cq_arena_release(&checker->arena);
    cq_intmap_release(&checker->seen);
    cq_intmap_release(&checker->tuids);
    cq_map_release(&checker->languages);
    cq_free(checker);
}

cq_status cq_tmx_check(const char *path, const cq_check_options *opts,
                       cq_check_report *report, cq_error *err)
{
    cq_checker *checker = cq_zalloc(sizeof(*checker));
    cq_status status;

    if (!checker)
        return cq_fail(err, CQ_E_NOMEM, "no memory to judge a file");
    checker->path = path;
    checker->version = CQ_TMX_1_4;
    if (opts)
        checker->opts = *opts;
    status = start(checker, err);
    if (status == CQ_OK)
        status = run(checker, err);
    if (status == CQ_OK)
        *report = checker->report;
    cq_fail_at(err, path, 0, 0);
    release(checker);
    return status;
}
