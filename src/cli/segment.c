#include "cli.h"

#include <stdlib.h>

static const cli_option options[] = {
    {'l', "lang", "LANG", "language of the text"},
    {0, "locale", "FILE", "a locale file of your own, on top of the built-in ones"},
    {0, "srx", "FILE", "SRX 2.0 rules to use instead of calque's own"},
    CLI_PARAGRAPH_OPTIONS,
    {0, "explain", NULL,
     "after each sentence, every place in it where one could end: what was decided, by "
     "which rule, and where that stands in the locale file"},
    {0, "to-srx", NULL,
     "write the rules of the language as SRX 2.0 instead, and tell how many of its "
     "samples "
     "that reproduces"},
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

/* Columns for the text before and after a candidate. */
#define BEFORE_WIDTH 14
#define AFTER_WIDTH  12

static void put_evidence(cutting *run, const cq_evidence *evidence)
{
    cli_putf(&run->out, "  %s \"", evidence->list);
    cli_put_isolated(run->cli, &run->out, evidence->item);
    cli_putf(&run->out, "\" %s:%llu", evidence->file, (unsigned long long)evidence->line);
}

/* The last columns of a text, whole characters. */
static cq_str tail_of(cq_str text, size_t columns)
{
    while (text.len > 0 && cq_text_columns(text) > columns) {
        size_t step = cq_text_grapheme(text);

        text = (cq_str){text.ptr + step, text.len - step};
    }
    return text;
}

static cq_str head_of(cq_str text, size_t columns)
{
    size_t len = 0;

    while (len < text.len) {
        cq_str rest = {text.ptr + len, text.len - len};
        size_t step = cq_text_grapheme(rest);

        if (cq_text_columns((cq_str){text.ptr, len + step}) > columns)
            break;
        len += step;
    }
    return (cq_str){text.ptr, len};
}

/* What the rule says, in the user's language. */
static const char *rule_text(cli_app *cli, const char *rule)
{
    char key[64];

    snprintf(key, sizeof(key), "rule_%s", rule);
    return cli_message(cli, key, NULL, 0);
}

/* "  + came at 2 p.m.| He stayed   abbreviation that may end  final "p.m." file:line" */
static void put_candidate(cutting *run, const cq_candidate *c)
{
    cq_str before = tail_of(c->before, BEFORE_WIDTH);

    cli_putf(&run->out, "  %s%c%s ",
             cli_colour_code(run->cli, c->ends ? CLI_FOUND : CLI_DIM),
             c->ends ? '+' : '-', cli_colour_code(run->cli, CLI_PLAIN));
    cli_pad(&run->out, BEFORE_WIDTH - cq_text_columns(before));
    cli_put_isolated(run->cli, &run->out, before);
    cli_putz(&run->out, "|");
    cli_put_column(&run->out, head_of(c->after, AFTER_WIDTH), AFTER_WIDTH);
    cli_putf(&run->out, "  %s", rule_text(run->cli, c->rule));
    for (size_t i = 0; i < c->evidence_len; i++)
        put_evidence(run, &c->evidence[i]);
    cli_putz(&run->out, "\n");
}

static void put_candidate_json(cutting *run, size_t skipped, const cq_candidate *c)
{
    cli_buf *out = &run->out;

    cli_json_open(out, NULL, '{');
    cli_json_number(out, "at", c->at + skipped);
    cli_json_bool(out, "ends", c->ends);
    cli_json_text(out, "before", c->before);
    cli_json_text(out, "after", c->after);
    cli_json_text(out, "rule", cli_str(c->rule));
    cli_json_open(out, "evidence", '[');
    for (size_t i = 0; i < c->evidence_len; i++) {
        cli_json_open(out, NULL, '{');
        cli_json_text(out, "list", cli_str(c->evidence[i].list));
        cli_json_text(out, "item", c->evidence[i].item);
        cli_json_text(out, "file", cli_str(c->evidence[i].file));
        cli_json_number(out, "line", c->evidence[i].line);
        cli_json_close(out, '}');
    }
    cli_json_close(out, ']');
    cli_json_close(out, '}');
}

/* Why the sentence just given stands as it does. */
static cq_status put_why(cutting *run, cq_segmenter *segmenter, size_t skipped,
                         cq_error *err)
{
    const cq_candidate *list;
    size_t len;
    cq_status status = cq_segmenter_explain(segmenter, &list, &len, err);

    if (status < 0)
        return status;
    if (run->is_json)
        cli_json_open(&run->out, "candidates", '[');
    for (size_t i = 0; i < len; i++)
        if (run->is_json)
            put_candidate_json(run, skipped, &list[i]);
        else
            put_candidate(run, &list[i]);
    if (run->is_json)
        cli_json_close(&run->out, ']');
    return CQ_OK;
}

static cq_status put_sentence(cutting *run, cq_segmenter *segmenter, const char *path,
                              size_t skipped, const cq_sentence *sentence, cq_error *err)
{
    cq_status status = CQ_OK;

    if (!run->is_json) {
        cli_put(&run->out, sentence->text);
        cli_putz(&run->out, "\n");
        return run->opts.explains ? put_why(run, segmenter, skipped, err) : CQ_OK;
    }
    cli_json_open(&run->out, NULL, '{');
    if (run->has_many)
        cli_json_text(&run->out, "file", cli_str(path));
    cli_json_text(&run->out, "text", sentence->text);
    cli_json_number(&run->out, "start", sentence->start + skipped);
    cli_json_number(&run->out, "end", sentence->end + skipped);
    cli_json_number(&run->out, "paragraph", sentence->paragraph);
    if (run->opts.explains)
        status = put_why(run, segmenter, skipped, err);
    cli_json_close(&run->out, '}');
    cli_putz(&run->out, "\n");
    return status;
}

/* Sentences leave as soon as they are known: on a pipe the next piece may be long in
 * coming. */
static cq_status drain(cutting *run, cq_segmenter *segmenter, const char *path,
                       size_t skipped, cq_error *err)
{
    cq_sentence sentence;
    cq_status status;

    while ((status = cq_segmenter_next(segmenter, &sentence, err)) == CQ_OK) {
        status = put_sentence(run, segmenter, path, skipped, &sentence, err);
        if (status < 0)
            break;
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
    int is_json = 0;
    cq_paragraphs paragraphs = CQ_PARAGRAPHS_LINE;
    int status = cli_choice(run->cli, args, "format", "text|json", &is_json);

    if (status == CLI_DONE)
        status = cli_paragraphs(run->cli, args, &paragraphs);
    if (status == CLI_DONE)
        status = cli_lang(run->cli, args, "lang", &run->lang, NULL);
    if (status == CLI_DONE)
        status = cli_reading_read(run->cli, args, &run->reading);
    if (status == CLI_DONE && cli_has(args, "explain") && cli_has(args, "srx"))
        return cli_complain(run->cli, CLI_MISUSED, 154, "explain_own_rules", NULL, 0);
    run->is_json = is_json;
    run->has_many = args->len > 1;
    run->opts = (cq_segmenter_options){
        .paragraphs = paragraphs,
        .explains = cli_has(args, "explain"),
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

static int write_srx(cutting *run)
{
    cli_app *cli = run->cli;
    cli_target target;
    cq_srx_report report;
    cq_error err = {0};
    int status = cli_target_open(cli, NULL, &target);

    if (status != CLI_DONE)
        return status;
    cq_status written = cq_segmenter_write_srx(&run->lang, &run->opts,
                                               cli_target_sink(&target), &report, &err);
    if (written >= 0)
        cli_say(cli, "srx_report",
                CLI_VALUES(CLI_NUMBER("samples", report.samples),
                           CLI_NUMBER("reproduced", report.reproduced)));
    return cli_target_finish(&target, written, &err);
}

static int segment(cli_app *cli, const cli_args *args)
{
    cutting run = {.cli = cli};
    cq_error err = {0};
    char *folder = cli_locale_folder();
    int worst = read_options(&run, args);

    run.opts.locale_folder = folder;
    if (worst == CLI_DONE && cli_has(args, "to-srx")) {
        worst = write_srx(&run);
        free(folder);
        cli_reading_release(&run.reading);
        return worst;
    }
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
                "[--paragraphs=line|blank] [--unwrap] [--explain] "
                "[--to-srx] " CLI_READING_SYNOPSIS " [--format=text|json] [FILE...]",
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
