#include "exporting.h"

#include <string.h>

static const cli_option options[] = {
    {'s', "source", "LANG",
     "only units that have this language, and of these only the "
     "variants asked for; with --for the source, and all others are targets"},
    {'t', "target", "LANG", "the same for a second language"},
    {0, "origin", "NAME", "only units that came from this file"},
    CLI_FILTER_OPTIONS,
    {0, "tmx", "VERSION",
     "1.1, 1.2, 1.3 or 1.4: write no more than the DTD of that version allows"},
    {0, "level", "1|2", "1: plain text, without inline codes (default: 2)"},
    {0, "for", "TOOL",
     "write what omegat, trados, memoq, okapi, lokalize or weblate needs to load the "
     "file"},
    {0, "ledger", "FILE",
     "name each thing that is not written as it is stored: a table, or JSON Lines when "
     "FILE ends in .jsonl"},
    {'o', "output", "FILE",
     "write to FILE, whole or not at all (default: standard output)"},
    {0, NULL, NULL, NULL},
};

#define TOOLS "omegat|trados|memoq|okapi|lokalize|weblate" /* in the order of cq_tool */

static int read_form(cli_app *cli, const cli_args *args, cq_export_options *opts)
{
    int version = -11, tool = -1, level = 0;
    int status = cli_choice(cli, args, "tmx", "1.1|1.2|1.3|1.4", &version);

    if (status == CLI_DONE)
        status = cli_choice(cli, args, "level", "2|1", &level);
    if (status == CLI_DONE)
        status = cli_choice(cli, args, "for", TOOLS, &tool);
    opts->version = version + 11;
    opts->level = level;
    opts->tool = (cq_tool)(tool + 1);
    return status;
}

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
    return status == CLI_DONE ? read_form(cli, args, opts) : status;
}

/* Write all to the target. */
static int write_units(cli_app *cli, cq_memory *memory, cli_target *target,
                       cq_export_options *opts, cq_export_report *report)
{
    cq_error err = {0};
    cli_bar bar;

    cli_bar_start(&bar, cli, "export");
    opts->progress = cli_bar_progress(&bar);
    cq_status written =
        cq_memory_export(memory, cli_target_sink(target), opts, report, &err);
    cli_bar_clear(&bar);
    if (written >= 0)
        return CLI_DONE;
    return cli->is_write_failed ? CLI_FAILED : cli_report(cli, &err);
}

/* Tell how much; a stdout that failed is told by cli_end(). */
static int tell(cli_app *cli, const cq_export_options *opts, const cli_filter *filter,
                const cq_export_report *report, bool has_ledger)
{
    bool is_narrowed =
        opts->source || opts->target || opts->origin || cli_filter_narrows(filter);

    cli_say_losses(cli, report, has_ledger);
    if (cli->is_watched)
        cli_say(cli, "export_report",
                CLI_VALUES(CLI_NUMBER("units", report->units),
                           CLI_NUMBER("variants", report->variants)));
    return is_narrowed && report->units == 0 ? CLI_NOTHING : CLI_DONE;
}

static int export_units(cli_app *cli, cq_memory *memory, const cli_args *args,
                        const cli_filter *filter, cq_export_options *opts)
{
    cli_target target;
    cli_ledger ledger;
    cq_export_report report = {0};
    int status = cli_target_open(cli, cli_value(args, "output"), &target);

    if (status != CLI_DONE)
        return status;
    status = cli_ledger_open(cli, cli_value(args, "ledger"), &ledger);
    if (ledger.is_open) {
        opts->loss = cli_ledger_add;
        opts->loss_context = &ledger;
    }
    if (status == CLI_DONE)
        status = write_units(cli, memory, &target, opts, &report);
    bool has_ledger = ledger.is_open;
    int named = cli_ledger_close(&ledger, status == CLI_DONE);
    status = named > status ? named : status;
    int closed = cli_target_close(&target, status == CLI_DONE);
    status = closed > status ? closed : status;
    return status == CLI_DONE ? tell(cli, opts, filter, &report, has_ledger) : status;
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
        status = export_units(cli, memory, args, &filter, &opts);
    cq_memory_close(memory);
    cli_filter_release(&filter);
    return status;
}

const cli_command cmd_export = {
    .name = "export",
    .synopsis = "calque export [-s LANG] [-t LANG] [--origin=NAME] [FILTER...] "
                "[--tmx=VERSION] "
                "[--level=1|2] [--for=TOOL] [--ledger=FILE] [-o FILE]",
    .summary = "write the memory as TMX",
    .about = "Writes TMX 1.4b in UTF-8, unit after unit, with everything that an import "
             "brought in: variants, inline codes, attributes, notes and properties.\n\n"
             "With --tmx, --level or --for something may have to be left out or changed; "
             "one line then says how much, and --ledger names each, unit by unit.",
    .options = options,
    .example = "calque export -s en -t fr -o all.tmx\n"
               "calque export -s en -t de --for=omegat --ledger=lost.tsv -o tm/auto.tmx\n"
               "calque export | gzip > all.tmx.gz",
    .run = export,
};
