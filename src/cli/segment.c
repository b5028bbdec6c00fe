#include "cli.h"

#include <stdlib.h>

static const cli_option options[] = {
    {'l', "lang", "LANG", "language of the text"},
    {0, "locale", "FILE", "a locale file of your own, on top of the built-in ones"},
    {0, "srx", "FILE", "SRX 2.0 rules to use instead of calque's own"},
    {0, "paragraphs", "line|blank",
     "line: every line is a paragraph; blank: blank lines "
     "separate paragraphs, other line ends are spaces "
     "(default: line)"},
    CLI_READING_OPTIONS,
    {0, "format", "text|json",
     "one sentence, or one JSON object, a line (default: text)"},
    {0, NULL, NULL, NULL},
};

typedef struct cutting {
    cli_app *cli;
    cq_lang lang;
    cq_segmenter *segmenter;  /* of plain text */
    cq_segmenter *paragraphs; /* of documents that have paragraphs; NULL until needed */
    cq_segmenter_options opts;
    cli_reading reading;
    bool is_json, has_many;
    cli_buf out;
} cutting;

static void put_sentence(cutting *run, const char *path, size_t skipped,
                         const cq_sentence *sentence)
{
    if (!run->is_json) {
        cli_put(&run->out, sentence->text);
        cli_putz(&run->out, "\n");
        return;
    }
    cli_json_open(&run->out, NULL, '{');
    if (run->has_many)
        cli_json_text(&run->out, "file", cli_str(path));
    cli_json_text(&run->out, "text", sentence->text);
    cli_json_number(&run->out, "start", sentence->start + skipped);
    cli_json_number(&run->out, "end", sentence->end + skipped);
    cli_json_number(&run->out, "paragraph", sentence->paragraph);
    cli_json_close(&run->out, '}');
    cli_putz(&run->out, "\n");
}

/* Sentences leave as soon as they are known: on a pipe the next piece may be long in
 * coming. */
static cq_status drain(cutting *run, cq_segmenter *segmenter, const char *path,
                       size_t skipped, cq_error *err)
{
    cq_sentence sentence;
    cq_status status;

    while ((status = cq_segmenter_next(segmenter, &sentence, err)) == CQ_OK) {
        put_sentence(run, path, skipped, &sentence);
        if (run->out.len > 32768)
            cli_write_buf(run->cli, &run->out);
    }
    cli_write_buf(run->cli, &run->out);
    cli_flush(run->cli);
    return status;
}

/* The segmenter for a document: in what has paragraphs, each is a line. */
static cq_status pick_segmenter(cutting *run, const cq_document *document,
                                cq_segmenter **segmenter, cq_error *err)
{
    bool has_paragraphs = cq_document_about(document).has_paragraphs;
    cq_segmenter **wanted = has_paragraphs ? &run->paragraphs : &run->segmenter;
    cq_segmenter_options opts = run->opts;

    if (has_paragraphs)
        opts.paragraphs = CQ_PARAGRAPHS_LINE;
    if (!*wanted && cq_segmenter_open(&run->lang, &opts, wanted, err) < 0)
        return err->status;
    *segmenter = *wanted;
    cq_segmenter_reset(*segmenter);
    return CQ_OK;
}

static cq_status cut_pieces(cutting *run, const char *path, cq_document *document,
                            cq_segmenter *segmenter, cq_error *err)
{
    cq_status status = CQ_OK;
    bool is_told = false;

    while (status >= 0 && !run->cli->is_write_failed) {
        cq_str piece = {0};
        cq_status read = cq_document_next(document, &piece, err);
        bool is_last = read == CQ_DONE;
        cq_document_facts facts = cq_document_about(document);
        if (facts.is_guessed && !is_told)
            cli_tell_reading(run->cli, path, facts);
        is_told = is_told || facts.is_guessed;
        status = read < 0 ? read : cq_segmenter_feed(segmenter, piece, is_last, err);
        cq_status drained =
            drain(run, segmenter, path, facts.skipped, status < 0 ? NULL : err);
        status = status < 0 ? status : drained;
        if (is_last)
            break;
    }
    return status;
}

static int cut(cutting *run, const char *path)
{
    cq_document *document = NULL;
    cq_segmenter *segmenter = NULL;
    cq_error err = {0};
    int result = CLI_DONE;
    cq_status status =
        cq_document_open(path, &run->lang, &run->reading.first, &document, &err);

    if (status >= 0)
        status = pick_segmenter(run, document, &segmenter, &err);
    if (status >= 0)
        status = cut_pieces(run, path, document, segmenter, &err);
    if (status < 0) {
        if (!err.file[0] && err.status == CQ_E_INPUT)
            snprintf(err.file, sizeof(err.file), "%s", path);
        result = cli_report(run->cli, &err);
    }
    cq_document_close(document);
    return result;
}

static int read_options(cutting *run, const cli_args *args)
{
    int is_json = 0, paragraphs = 0;
    int status = cli_choice(run->cli, args, "format", "text|json", &is_json);

    if (status == CLI_DONE)
        status = cli_choice(run->cli, args, "paragraphs", "line|blank", &paragraphs);
    if (status == CLI_DONE)
        status = cli_lang(run->cli, args, "lang", &run->lang, NULL);
    if (status == CLI_DONE)
        status = cli_reading_read(run->cli, args, &run->reading);
    run->is_json = is_json;
    run->has_many = args->len > 1;
    run->opts = (cq_segmenter_options){
        .paragraphs = paragraphs ? CQ_PARAGRAPHS_BLANK : CQ_PARAGRAPHS_LINE,
        .srx_path = cli_value(args, "srx"),
        .locale_path = cli_value(args, "locale"),
    };
    return status;
}

static int cut_all(cutting *run, const cli_args *args)
{
    int worst = CLI_DONE;

    if (args->len == 0)
        return cut(run, "-");
    for (size_t i = 0; i < args->len && !run->cli->is_write_failed; i++) {
        int status = cut(run, args->operands[i]);

        worst = status > worst ? status : worst;
    }
    return worst;
}

static int segment(cli_app *cli, const cli_args *args)
{
    cutting run = {.cli = cli};
    cq_error err = {0};
    char *folder = cli_locale_folder();
    int worst = read_options(&run, args);

    run.opts.locale_folder = folder;
    if (worst == CLI_DONE &&
        cq_segmenter_open(&run.lang, &run.opts, &run.segmenter, &err) < 0)
        worst = cli_report(cli, &err);
    if (worst == CLI_DONE)
        worst = cut_all(&run, args);
    free(folder);
    cq_segmenter_close(run.segmenter);
    cq_segmenter_close(run.paragraphs);
    cli_reading_release(&run.reading);
    cli_buf_release(&run.out);
    return worst;
}

const cli_command cmd_segment = {
    .name = "segment",
    .synopsis = "calque segment -l LANG [--locale=FILE] [--srx=FILE] "
                "[--paragraphs=line|blank] " CLI_READING_SYNOPSIS
                " [--format=text|json] [FILE...]",
    .summary = "split text into sentences",
    .about =
        "Prints one sentence a line. With JSON each has its byte range in the input as "
        "UTF-8 and the number of its paragraph, counted from 0; the ranges and what "
        "lies between them are the input. Without FILE, or with \"-\", reads standard "
        "input.\n"
        "Of Markdown, HTML, .docx and .odt the text is read, a paragraph a line; byte "
        "ranges are then those of that text.",
    .options = options,
    .example = "calque segment -l en speech.txt\n"
               "calque segment -l ru --paragraphs=blank --format=json book.txt",
    .run = segment,
};
