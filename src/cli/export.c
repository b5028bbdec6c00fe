#include "cli.h"

static const cli_option options[] = {
    {'s', "source", "LANG",
     "only units that have this language, and of these only the "
     "variants asked for"},
    {'t', "target", "LANG", "the same for a second language"},
    {0, "origin", "NAME", "only units that came from this file"},
    CLI_FILTER_OPTIONS,
    {'o', "output", "FILE",
     "write to FILE, whole or not at all (default: standard output)"},
    {0, NULL, NULL, NULL},
};

static int read_options(cli_app *cli, const cli_args *args, cq_lang langs[2],
                        cli_filter *filter, cq_export_options *opts)
{
    bool has_source = false, has_target = false;
    int status = cli_lang(cli, args, "source", &langs[0], &has_source);

    if (status == CLI_DONE)
        status = cli_lang(cli, args, "target", &langs[1], &has_target);
    if (status == CLI_DONE)
        status = cli_filter_read(cli, args, filter);
    if (status == CLI_DONE)
        status = cli_operands(cli, args, 0, 0, "");
    *opts = (cq_export_options){
        .source = has_source ? &langs[0] : NULL,
        .target = has_target ? &langs[1] : NULL,
        .origin = cli_value(args, "origin"),
        .filter = &filter->conditions,
    };
    return status;
}

/* Write all, then tell how much; a stdout that failed is told by cli_end(). */
static int write_units(cli_app *cli, cq_memory *memory, const cli_args *args,
                       cq_export_options *opts, bool is_narrowed)
{
    cli_target target;
    cq_export_report report = {0};
    cq_error err = {0};
    cli_bar bar;
    int status = cli_target_open(cli, cli_value(args, "output"), &target);

    if (status != CLI_DONE)
        return status;
    cli_bar_start(&bar, cli, "export");
    opts->progress = cli_bar_progress(&bar);
    cq_status written =
        cq_memory_export(memory, cli_target_sink(&target), opts, &report, &err);
    cli_bar_clear(&bar);
    if (written < 0 && !cli->is_write_failed)
        status = cli_report(cli, &err);
    int closed = cli_target_close(&target, written >= 0);
    status = closed > status ? closed : status;
    if (status == CLI_DONE && cli->is_watched)
        cli_say(cli, "export_report",
                CLI_VALUES(CLI_NUMBER("units", report.units),
                           CLI_NUMBER("variants", report.variants)));
    return status == CLI_DONE && is_narrowed && report.units == 0 ? CLI_NOTHING : status;
}

static int export(cli_app *cli, const cli_args *args)
{
    cq_lang langs[2];
    cli_filter filter = {0};
    cq_export_options opts;
    cq_memory *memory = NULL;
    int status = read_options(cli, args, langs, &filter, &opts);

    if (status == CLI_DONE)
        status = cli_open_memory(cli, CQ_MEMORY_READ, &memory);
    if (status == CLI_DONE)
        status = write_units(cli, memory, args, &opts,
                             opts.source || opts.target || opts.origin ||
                                 cli_filter_narrows(&filter));
    cq_memory_close(memory);
    cli_filter_release(&filter);
    return status;
}

const cli_command cmd_export = {
    .name = "export",
    .synopsis = "calque export [-s LANG] [-t LANG] [--origin=NAME] [FILTER...] [-o FILE]",
    .summary = "write the memory as TMX",
    .about = "Writes TMX 1.4b in UTF-8, unit after unit, with everything that an import "
             "brought in: variants, inline codes, attributes, notes and properties.",
    .options = options,
    .example = "calque export -s en -t fr -o all.tmx\n"
               "calque export | gzip > all.tmx.gz",
    .run = export,
};
