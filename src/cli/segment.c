#include "cli.h"

static const cli_option options[] = {
    {'l', "lang", "LANG", "language of the text"},
    {0, "srx", "FILE", "SRX 2.0 rules to use instead of calque's own"},
    {0, "paragraphs", "line|blank",
     "line: every line is a paragraph; blank: blank lines "
     "separate paragraphs, other line ends are spaces "
     "(default: line)"},
    {0, "format", "text|json",
     "one sentence, or one JSON object, a line (default: text)"},
    {0, NULL, NULL, NULL},
};

typedef struct cutting {
    cli_app *cli;
    cq_segmenter *segmenter;
    bool is_json, has_many;
    cli_buf out;
} cutting;

static void put_sentence(cutting *run, const cli_input *input,
                         const cq_sentence *sentence)
{
    size_t skipped = cli_input_skipped(input);

    if (!run->is_json) {
        cli_put(&run->out, sentence->text);
        cli_putz(&run->out, "\n");
        return;
    }
    cli_json_open(&run->out, NULL, '{');
    if (run->has_many)
        cli_json_text(&run->out, "file", cli_str(cli_input_name(input)));
    cli_json_text(&run->out, "text", sentence->text);
    cli_json_number(&run->out, "start", sentence->start + skipped);
    cli_json_number(&run->out, "end", sentence->end + skipped);
    cli_json_number(&run->out, "paragraph", sentence->paragraph);
    cli_json_close(&run->out, '}');
    cli_putz(&run->out, "\n");
}

/* Sentences leave as soon as they are known: on a pipe the next piece may be long in
 * coming. */
static cq_status drain(cutting *run, const cli_input *input, cq_error *err)
{
    cq_sentence sentence;
    cq_status status;

    while ((status = cq_segmenter_next(run->segmenter, &sentence, err)) == CQ_OK) {
        put_sentence(run, input, &sentence);
        if (run->out.len > 32768)
            cli_write_buf(run->cli, &run->out);
    }
    cli_write_buf(run->cli, &run->out);
    cli_flush(run->cli);
    return status;
}

static int cut(cutting *run, const char *path)
{
    cli_input *input = NULL;
    cq_error err = {0};
    cq_status status = CQ_OK;
    int result = cli_input_open(run->cli, path, &input);

    if (result != CLI_DONE)
        return result;
    cq_segmenter_reset(run->segmenter);
    while (status >= 0 && !run->cli->is_write_failed) {
        cq_str piece = {0};
        cq_status read = cli_input_piece(input, &piece, &err);
        bool is_last = read == CQ_DONE;
        status =
            read < 0 ? read : cq_segmenter_feed(run->segmenter, piece, is_last, &err);
        cq_status drained = drain(run, input, status < 0 ? NULL : &err);
        status = status < 0 ? status : drained;
        if (is_last)
            break;
    }
    if (status < 0) {
        if (!err.file[0])
            snprintf(err.file, sizeof(err.file), "%s", path);
        result = cli_report(run->cli, &err);
    }
    cli_input_close(input);
    return result;
}

static int read_options(cutting *run, const cli_args *args, cq_lang *lang,
                        cq_segmenter_options *opts)
{
    int is_json = 0, paragraphs = 0;
    int status = cli_choice(run->cli, args, "format", "text|json", &is_json);

    if (status == CLI_DONE)
        status = cli_choice(run->cli, args, "paragraphs", "line|blank", &paragraphs);
    if (status == CLI_DONE)
        status = cli_lang(run->cli, args, "lang", lang, NULL);
    run->is_json = is_json;
    run->has_many = args->len > 1;
    *opts = (cq_segmenter_options){
        .paragraphs = paragraphs ? CQ_PARAGRAPHS_BLANK : CQ_PARAGRAPHS_LINE,
        .srx_path = cli_value(args, "srx"),
    };
    return status;
}

static int segment(cli_app *cli, const cli_args *args)
{
    cutting run = {.cli = cli};
    cq_segmenter_options opts;
    cq_lang lang;
    cq_error err = {0};
    int worst = read_options(&run, args, &lang, &opts);

    if (worst != CLI_DONE)
        return worst;
    if (cq_segmenter_open(&lang, &opts, &run.segmenter, &err) < 0)
        return cli_report(cli, &err);
    if (args->len == 0)
        worst = cut(&run, "-");
    for (size_t i = 0; i < args->len && !cli->is_write_failed; i++) {
        int status = cut(&run, args->operands[i]);
        worst = status > worst ? status : worst;
    }
    cq_segmenter_close(run.segmenter);
    cli_buf_release(&run.out);
    return worst;
}

const cli_command cmd_segment = {
    .name = "segment",
    .synopsis = "calque segment -l LANG [--srx=FILE] [--paragraphs=line|blank] "
                "[--format=text|json] [FILE...]",
    .summary = "split text into sentences",
    .about =
        "Prints one sentence a line. With JSON each has its byte range in the input as "
        "UTF-8 and the number of its paragraph, counted from 0; the ranges and what "
        "lies between them are the input. Without FILE, or with \"-\", reads standard "
        "input.",
    .options = options,
    .example = "calque segment -l en speech.txt\n"
               "calque segment -l ru --paragraphs=blank --format=json book.txt",
    .run = segment,
};
