#include "cli.h"

#include <stdlib.h>

static const cli_option options[] = {
    {'s', "source", "LANG",
     "table without a first row of languages: language of the first column. Else: keep "
     "only the variants of this language and that of -t"},
    {'t', "target", "LANG", "the same for the second column"},
    {0, "columns", "LIST",
     "which columns of a table to read, or what they are when no first row says it: "
     "languages, note, tuid and others, - to skip one"},
    {0, "encoding", "NAME",
     "encoding of the files (default: as they declare or show, else UTF-8)"},
    {0, "repair", NULL,
     "mend what is broken and say where, instead of refusing the file"},
    {0, "update", NULL,
     "let a unit take the place of its older state in the memory, and say so"},
    {0, "origin", "NAME",
     "name under which the units are kept (default: the file's name)"},
    {0, "format", "text|json", "how to report (default: text)"},
    {0, NULL, NULL, NULL},
};

/* One run of the command. */
typedef struct importing {
    cli_app *cli;
    cq_memory *memory;
    cq_import_options opts;
    cq_lang source, target;
    cli_bar bar;
    bool is_json;
} importing;

static void notice(void *context, const cq_notice *notice)
{
    importing *run = context;
    const char *key = NULL;

    switch (notice->kind) {
    case CQ_NOTICE_REPAIRED:
        key = "notice_repaired";
        break;
    case CQ_NOTICE_REJECTED:
        key = "notice_rejected";
        break;
    case CQ_NOTICE_REPLACED:
        key = "notice_replaced";
        break;
    default:
        key = "notice_warning";
        break;
    }
    cli_bar_clear(&run->bar);
    char *lead = cli_format("%s", cli_message(run->cli, key, NULL, 0));
    cli_print_error(run->cli, notice->what, lead);
    free(lead);
}

static void print_json(cli_buf *line, const char *path, const cq_import_report *report)
{
    cli_json_open(line, NULL, '{');
    cli_json_text(line, "file", cli_str(path));
    cli_json_number(line, "units", report->units);
    cli_json_number(line, "variants", report->variants);
    cli_json_number(line, "new", report->added);
    cli_json_number(line, "merged", report->merged);
    cli_json_number(line, "replaced", report->replaced);
    cli_json_number(line, "rejected", report->rejected);
    cli_json_number(line, "repaired", report->repaired);
    cli_json_real(line, "seconds", report->seconds, 3);
    cli_json_close(line, '}');
    cli_putz(line, "\n");
}

static void print_text(cli_app *cli, cli_buf *line, const char *path,
                       const cq_import_report *report)
{
    const char *text =
        cli_message(cli, "import_report",
                    CLI_VALUES(CLI_TEXT("file", path), CLI_NUMBER("units", report->units),
                               CLI_NUMBER("variants", report->variants),
                               CLI_NUMBER("added", report->added),
                               CLI_NUMBER("replaced", report->replaced),
                               CLI_NUMBER("merged", report->merged),
                               CLI_NUMBER("rejected", report->rejected),
                               CLI_NUMBER("repaired", report->repaired),
                               CLI_REAL("seconds", report->seconds)));

    cli_put_seen(line, cli_str(text));
    cli_putz(line, "\n");
}

static int import_file(importing *run, const char *path)
{
    cq_import_report report = {0};
    cq_error err = {0};
    cli_buf line = {0};

    cli_bar_start(&run->bar, run->cli, path);
    run->opts.progress = cli_bar_progress(&run->bar);
    cq_status status = cq_memory_import(run->memory, path, &run->opts, &report, &err);
    cli_bar_clear(&run->bar);
    if (status < 0)
        return cli_report(run->cli, &err);
    if (run->is_json)
        print_json(&line, path, &report);
    else
        print_text(run->cli, &line, path, &report);
    cli_write_buf(run->cli, &line);
    cli_flush(run->cli);
    cli_buf_release(&line);
    return CLI_DONE;
}

static int read_options(importing *run, const cli_args *args)
{
    static const char *const texts[] = {"columns", "encoding", "origin"};
    bool has_source = false, has_target = false;
    int is_json = 0;
    int status = cli_choice(run->cli, args, "format", "text|json", &is_json);

    if (status == CLI_DONE)
        status = cli_lang(run->cli, args, "source", &run->source, &has_source);
    if (status == CLI_DONE)
        status = cli_lang(run->cli, args, "target", &run->target, &has_target);
    if (status == CLI_DONE)
        status = cli_operands(run->cli, args, 1, SIZE_MAX, "FILE");
    run->is_json = is_json;
    for (size_t i = 0; i < sizeof(texts) / sizeof(*texts) && status == CLI_DONE; i++)
        if (cli_value(args, texts[i]))
            status = cli_valid(run->cli, cli_value(args, texts[i]));
    run->opts = (cq_import_options){
        .columns = cli_value(args, "columns"),
        .encoding = cli_value(args, "encoding"),
        .source = has_source ? &run->source : NULL,
        .target = has_target ? &run->target : NULL,
        .name = cli_value(args, "origin"),
        .repair = cli_has(args, "repair"),
        .update = cli_has(args, "update"),
        .notice = notice,
        .notice_context = run,
    };
    return status;
}

/* A file that is refused does not stop those after it: each is taken whole or not at all.
 * A memory that fails stops everything. */
static int import(cli_app *cli, const cli_args *args)
{
    importing run = {.cli = cli};
    int worst = read_options(&run, args);

    if (worst != CLI_DONE)
        return worst;
    worst = cli_open_memory(cli, CQ_MEMORY_WRITE, &run.memory);
    for (size_t i = 0; i < args->len && worst != CLI_FAILED; i++) {
        int status = import_file(&run, args->operands[i]);
        worst = status > worst ? status : worst;
    }
    cq_memory_close(run.memory);
    return worst;
}

const cli_command cmd_import = {
    .name = "import",
    .synopsis = "calque import [-s LANG] [-t LANG] [--columns=LIST] [--encoding=NAME] "
                "[--repair] [--update] [--origin=NAME] [--format=text|json] FILE...",
    .summary = "read TMX files and tables into the memory",
    .about =
        "Reads TMX 1.1 to 1.4b and tables (TSV, CSV), plain or gzip. The first row of a "
        "table names its columns; without one -s and -t say the languages of two, or "
        "--columns what each is. Each file is taken whole or not at all, also when the "
        "program is killed. A unit that the memory already holds is merged with it, so "
        "importing a file twice changes nothing. \"-\" is standard input. The memory is "
        "created when there is none.",
    .options = options,
    .example = "calque import office.tmx glossary.tmx.gz\n"
               "calque import -s en -t fr pairs.tsv\n"
               "calque import --columns=en,fr,-,note glossary.csv",
    .run = import,
};
