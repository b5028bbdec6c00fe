#include "cli.h"

#include <stdlib.h>

static const cli_option options[] = {
    {0, "origin", "NAME", "only from this file; other files that have a unit keep it"},
    CLI_FILTER_OPTIONS,
    {0, "dry-run", NULL, "only show what would be deleted"},
    {0, "format", "text|json", "how to report (default: text)"},
    {0, NULL, NULL, NULL},
};

/* One run of the command. */
typedef struct deleting {
    cli_app *cli;
    cli_filter filter;
    cq_delete_options opts;
    uint64_t *units;
    bool is_json;
    cli_buf line;
} deleting;

static void show_unit(void *context, uint64_t unit, cq_str text)
{
    deleting *run = context;
    cli_buf *line = &run->line;

    if (run->is_json) {
        cli_json_open(line, NULL, '{');
        cli_json_number(line, "unit", unit);
        cli_json_text(line, "text", text);
        cli_json_close(line, '}');
    } else {
        cli_putf(line, "%llu  ", (unsigned long long)unit);
        cli_put_isolated(run->cli, line, text);
    }
    cli_putz(line, "\n");
    cli_write_buf(run->cli, line);
}

static void report(deleting *run, const cq_delete_report *done)
{
    cli_buf *line = &run->line;

    if (run->is_json) {
        cli_json_open(line, NULL, '{');
        cli_json_number(line, "deleted", done->deleted);
        cli_json_number(line, "kept", done->kept);
        cli_json_bool(line, "dry_run", run->opts.is_dry);
        cli_json_close(line, '}');
    } else {
        cli_putz(line,
                 cli_message(run->cli, run->opts.is_dry ? "delete_dry" : "delete_report",
                             CLI_VALUES(CLI_NUMBER("deleted", done->deleted),
                                        CLI_NUMBER("kept", done->kept))));
    }
    cli_putz(line, "\n");
    cli_write_buf(run->cli, line);
}

static int read_units(deleting *run, const cli_args *args)
{
    run->units = cli_alloc(args->len * sizeof(*run->units));
    for (size_t i = 0; i < args->len; i++) {
        int status = cli_unit(run->cli, args->operands[i], &run->units[i]);

        if (status != CLI_DONE)
            return status;
    }
    run->opts.units = run->units;
    run->opts.units_len = args->len;
    return CLI_DONE;
}

static int read_options(deleting *run, const cli_args *args)
{
    int is_json = 0;
    int status = cli_choice(run->cli, args, "format", "text|json", &is_json);

    if (status == CLI_DONE && cli_value(args, "origin"))
        status = cli_valid(run->cli, cli_value(args, "origin"));
    if (status == CLI_DONE)
        status = cli_filter_read(run->cli, args, &run->filter);
    if (status == CLI_DONE)
        status = read_units(run, args);
    run->is_json = is_json;
    run->opts.origin = cli_value(args, "origin");
    run->opts.filter = &run->filter.conditions;
    run->opts.is_dry = cli_has(args, "dry-run");
    run->opts.each = run->opts.is_dry ? show_unit : NULL;
    run->opts.context = run;
    return status;
}

static int delete_units(deleting *run)
{
    cq_delete_report done = {0};
    cq_memory *memory = NULL;
    cq_error err = {0};
    int status = cli_open_memory(
        run->cli, run->opts.is_dry ? CQ_MEMORY_READ : CQ_MEMORY_WRITE, &memory);

    if (status == CLI_DONE && cq_memory_delete(memory, &run->opts, &done, &err) < 0)
        status = cli_report(run->cli, &err);
    cq_memory_close(memory);
    if (status != CLI_DONE)
        return status;
    report(run, &done);
    return done.deleted + done.kept > 0 ? CLI_DONE : CLI_NOTHING;
}

static int run_delete(cli_app *cli, const cli_args *args)
{
    deleting run = {.cli = cli};
    int status = read_options(&run, args);

    if (status == CLI_DONE)
        status = delete_units(&run);
    cli_filter_release(&run.filter);
    cli_buf_release(&run.line);
    free(run.units);
    return status;
}

const cli_command cmd_delete = {
    .name = "delete",
    .synopsis = "calque delete [--origin=NAME] [FILTER...] [--dry-run] "
                "[--format=text|json] [UNIT...]",
    .summary = "take units out of the memory",
    .about = "Deletes the units that meet everything that is given: their numbers, as "
             "\"lookup --format=json\" shows them, the file they came from, and filters. "
             "With --origin, a unit that other files have too stays with these. All or "
             "nothing is deleted, also when the program is killed.",
    .options = options,
    .example = "calque delete --author=robot --before=2024 --dry-run\n"
               "calque delete --origin=draft.tmx",
    .run = run_delete,
};
