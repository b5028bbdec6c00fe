#include "cli.h"

#include <stdlib.h>
#include <string.h>

#define LIMIT 10   /* findings of a kind that are shown of a file, unless asked */
#define KINDS 1000 /* numbers of docs/errors.md have three digits */

static const cli_option options[] = {
    {0, "severity", "note|warning|error",
     "leave out what is less severe; it does not count either (default: note)"},
    {0, "limit", "N",
     "findings of a kind to show of each file, 0 for all (default: 10, in JSON all)"},
    {0, "format", "text|json",
     "a line or a JSON object for each finding (default: text)"},
    {0, NULL, NULL, NULL},
};

/* One run of the command. */
typedef struct checking {
    cli_app *cli;
    cli_bar bar;
    cli_buf line;
    const char *path;
    bool is_json;
    cq_severity least;
    uint64_t limit;         /* UINT64_MAX for none */
    uint64_t counts[KINDS]; /* of the present file, by number */
} checking;

static const char *const names[] = {"note", "warning", "error"};

static void put_json(checking *run, const cq_finding *finding)
{
    const cq_error *what = finding->what;
    char code[16];

    snprintf(code, sizeof(code), "CQ-%03d", what->number);
    cli_json_open(&run->line, NULL, '{');
    cli_json_text(&run->line, "file", cli_str(run->path));
    cli_json_number(&run->line, "line", what->line);
    cli_json_number(&run->line, "column", what->column);
    cli_json_text(&run->line, "severity", cli_str(names[finding->severity]));
    cli_json_text(&run->line, "code", cli_str(code));
    cli_json_text(&run->line, "message", cli_str(what->message));
    cli_json_close(&run->line, '}');
    cli_putz(&run->line, "\n");
}

static void put_text(checking *run, const cq_finding *finding)
{
    char key[32];

    snprintf(key, sizeof(key), "check_%s", names[finding->severity]);
    char *lead = cli_format("%s", cli_message(run->cli, key, NULL, 0));
    cli_put_error(run->cli, &run->line, finding->what, lead);
    free(lead);
}

static void finding(void *context, const cq_finding *found)
{
    checking *run = context;
    int number = found->what->number;

    if (found->severity < run->least || number < 0 || number >= KINDS ||
        ++run->counts[number] > run->limit)
        return;
    cli_bar_clear(&run->bar);
    if (run->is_json)
        put_json(run, found);
    else
        put_text(run, found);
    cli_write_buf(run->cli, &run->line);
}

/* What was found too often to be shown each time. */
static void put_rest(checking *run)
{
    for (int number = 0; number < KINDS && !run->is_json; number++) {
        char code[16];

        if (run->counts[number] <= run->limit)
            continue;
        snprintf(code, sizeof(code), "CQ-%03d", number);
        cli_put_seen(&run->line,
                     cli_str(cli_message(
                         run->cli, "check_more",
                         CLI_VALUES(CLI_TEXT("file", run->path),
                                    CLI_NUMBER("more", run->counts[number] - run->limit),
                                    CLI_TEXT("code", code)))));
        cli_putz(&run->line, "\n");
    }
}

static void put_sum(checking *run, const cq_check_report *report)
{
    uint64_t warnings = run->least <= CQ_SEVERITY_WARNING ? report->warnings : 0;
    uint64_t notes = run->least <= CQ_SEVERITY_NOTE ? report->notes : 0;

    put_rest(run);
    if (!run->is_json) {
        const char *text = cli_message(
            run->cli, "check_sum",
            CLI_VALUES(CLI_TEXT("file", run->path), CLI_NUMBER("units", report->units),
                       CLI_NUMBER("findings", report->errors + warnings + notes),
                       CLI_NUMBER("errors", report->errors),
                       CLI_NUMBER("warnings", warnings), CLI_NUMBER("notes", notes)));
        cli_put_seen(&run->line, cli_str(text));
        cli_putz(&run->line, "\n");
    }
    cli_write_buf(run->cli, &run->line);
}

static int check_file(checking *run, const char *path)
{
    cq_check_options opts = {.finding = finding, .context = run};
    cq_check_report report = {0};
    cq_error err = {0};

    run->path = path;
    memset(run->counts, 0, sizeof(run->counts));
    cli_bar_start(&run->bar, run->cli, path);
    opts.progress = cli_bar_progress(&run->bar);
    cq_status status = cq_tmx_check(path, &opts, &report, &err);
    cli_bar_clear(&run->bar);
    if (status < 0)
        return cli_report(run->cli, &err);
    put_sum(run, &report);
    cli_flush(run->cli);
    bool is_wrong = report.errors || (report.warnings && run->least < CQ_SEVERITY_ERROR);
    return is_wrong ? CLI_NOTHING : CLI_DONE;
}

static int check(cli_app *cli, const cli_args *args)
{
    checking run = {.cli = cli};
    int is_json = 0, least = 0;
    int64_t limit = -1;
    int worst = cli_choice(cli, args, "format", "text|json", &is_json);

    if (worst == CLI_DONE)
        worst = cli_choice(cli, args, "severity", "note|warning|error", &least);
    if (worst == CLI_DONE)
        worst = cli_number(cli, args, "limit", 0, INT32_MAX, &limit);
    if (worst == CLI_DONE)
        worst = cli_operands(cli, args, 1, SIZE_MAX, "FILE");
    if (worst != CLI_DONE)
        return worst;
    run.is_json = is_json;
    run.least = (cq_severity)least;
    if (limit < 0)
        limit = is_json ? 0 : LIMIT;
    run.limit = limit ? (uint64_t)limit : UINT64_MAX;
    for (size_t i = 0; i < args->len && worst != CLI_FAILED; i++) {
        int status = check_file(&run, args->operands[i]);
        worst = status > worst ? status : worst;
    }
    cli_buf_release(&run.line);
    return worst;
}

const cli_command cmd_check = {
    .name = "check",
    .synopsis = "calque check [--severity=note|warning|error] [--limit=N] "
                "[--format=text|json] FILE...",
    .summary = "judge TMX files: what is wrong with them, and where",
    .about =
        "Says of each file, without a memory, whether it is well-formed XML, whether it "
        "is valid against the DTD of the version that it declares, and whether it keeps "
        "the rules that no DTD can say: codes in pairs, languages, dates, doubled ids, "
        "texts that are empty, not translated or look damaged. A line for each finding: "
        "an error is what the standard does not allow; a warning is allowed but hardly "
        "meant; a note is what other tools may mind. Exit status 1 when there are errors "
        "or warnings; notes alone give 0.",
    .options = options,
    .example = "calque check office.tmx\n"
               "calque check --severity=error *.tmx",
    .run = check,
};
