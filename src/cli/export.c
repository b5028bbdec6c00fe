#include "exporting.h"

#include <string.h>

static const cli_option options[] = {
    {'s', "source", "LANG",
     "only units that have this language, and of these only the "
     "variants asked for; with --for the source, and all others are targets"},
    {'t', "target", "LANG", "the same for a second language"},
    {0, "origin", "NAME", "only units that came from this file"},
    CLI_FILTER_OPTIONS,
    {0, "format", "tmx|tsv|csv",
     "TMX or a table (default: as FILE's name ends, else tmx)"},
    {0, "columns", "LIST",
     "columns of a table: languages, note, tuid, created, changed, author, prop:TYPE and "
     "others, separated by commas"},
    {0, "split", "N", "write files of N units, numbered: all-001.tmx, all-002.tmx"},
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
     "write to FILE, whole or not at all, packed when its name ends in .gz (default: "
     "standard output)"},
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

static int conflict(cli_app *cli, const char *key, const char *option)
{
    return cli_complain(cli, CLI_MISUSED, 154, key,
                        CLI_VALUES(CLI_TEXT("option", option)));
}

/* What is written, and into how many files. */
static int read_format(cli_app *cli, const cli_args *args, cq_export_options *opts)
{
    static const char *const of_tmx[] = {"tmx", "level", "for"};
    const char *path = cli_value(args, "output");
    int format = (int)cli_format_of(path);
    int64_t split = 0;
    int status = cli_choice(cli, args, "format", "tmx|tsv|csv", &format);

    if (status == CLI_DONE)
        status = cli_number(cli, args, "split", 1, INT64_MAX, &split);
    if (status == CLI_DONE && cli_value(args, "columns"))
        status = cli_valid(cli, cli_value(args, "columns"));
    if (status != CLI_DONE)
        return status;
    opts->format = (cq_format)format;
    opts->columns = cli_value(args, "columns");
    opts->split = (uint64_t)split;
    opts->gzip = cli_is_packed(path);
    if (opts->format == CQ_FORMAT_TMX)
        return opts->columns ? conflict(cli, "only_for_tables", "--columns") : CLI_DONE;
    for (size_t i = 0; i < sizeof(of_tmx) / sizeof(*of_tmx); i++)
        if (cli_value(args, of_tmx[i])) {
            char name[16];
            snprintf(name, sizeof(name), "--%s", of_tmx[i]);
            return conflict(cli, "only_for_tmx", name);
        }
    return CLI_DONE;
}

static bool is_stdout(const char *path) { return !path || strcmp(path, "-") == 0; }

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
    if (status == CLI_DONE)
        status = read_form(cli, args, opts);
    if (status == CLI_DONE)
        status = read_format(cli, args, opts);
    if (status == CLI_DONE && opts->split && is_stdout(cli_value(args, "output")))
        status = conflict(cli, "split_needs_output", "--split");
    return status;
}

/* Write all, into one file or several. */
static int write_units(cli_app *cli, cq_memory *memory, cli_parts *parts,
                       cq_export_options *opts, cq_export_report *report)
{
    cq_error err = {0};
    cli_bar bar;

    cli_bar_start(&bar, cli, "export");
    opts->progress = cli_bar_progress(&bar);
    cq_status written =
        cq_memory_export(memory, cli_target_sink(&parts->target), opts, report, &err);
    cli_bar_clear(&bar);
    if (written >= 0)
        return CLI_DONE;
    return cli->is_write_failed || parts->is_told ? CLI_FAILED : cli_report(cli, &err);
}

/* Tell how much; a stdout that failed is told by cli_end(). */
static int tell(cli_app *cli, const cq_export_options *opts, const cli_filter *filter,
                const cq_export_report *report, bool has_ledger)
{
    /* An origin that the memory knows may hold no units: all of it was written. */
    bool is_narrowed = opts->source || opts->target || cli_filter_narrows(filter);

    cli_say_losses(cli, report, has_ledger);
    if (cli->is_watched)
        cli_say(cli, "export_report",
                CLI_VALUES(CLI_NUMBER("units", report->units),
                           CLI_NUMBER("variants", report->variants)));
    return is_narrowed && report->units == 0 ? CLI_NOTHING : CLI_DONE;
}

static int export_units(cli_app *cli, cq_memory *memory, const cli_args *args,
                        const cli_filter *filter, const cq_export_options *asked)
{
    cq_export_options opts = *asked; /* with what lives only here */
    cli_parts parts;
    cli_ledger ledger;
    cq_export_report report = {0};
    int status = cli_parts_open(cli, cli_value(args, "output"), opts.split > 0, &parts);

    if (status != CLI_DONE)
        return status;
    status = cli_ledger_open(cli, cli_value(args, "ledger"), &ledger);
    if (ledger.is_open) {
        opts.loss = cli_ledger_add;
        opts.loss_context = &ledger;
    }
    opts.next = cli_parts_next;
    opts.next_context = &parts;
    if (status == CLI_DONE)
        status = write_units(cli, memory, &parts, &opts, &report);
    bool has_ledger = ledger.is_open;
    int named = cli_ledger_close(&ledger, status == CLI_DONE);
    status = named > status ? named : status;
    int closed = cli_target_close(&parts.target, status == CLI_DONE);
    status = closed > status ? closed : status;
    return status == CLI_DONE ? tell(cli, &opts, filter, &report, has_ledger) : status;
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
                "[--format=tmx|tsv|csv] [--columns=LIST] [--split=N] "
                "[--tmx=VERSION] "
                "[--level=1|2] [--for=TOOL] [--ledger=FILE] [-o FILE]",
    .summary = "write the memory as TMX or as a table",
    .about =
        "Writes TMX 1.4b in UTF-8, unit after unit, with everything that an import "
        "brought in: variants, inline codes, attributes, notes and properties.\n\n"
        "Tables (TSV, CSV) begin with a row that names their columns. In TSV a tab, "
        "line end or backslash in a text stands as \\t, \\n, \\r, \\\\.\n\n"
        "With --tmx, --level or --for, and in a table, something may have to be left "
        "out or changed; one line then says how much, and --ledger names each, unit by "
        "unit.",
    .options = options,
    .example = "calque export -s en -t fr -o all.tmx\n"
               "calque export -s en -t de --for=omegat --ledger=lost.tsv -o tm/auto.tmx\n"
               "calque export -s en -t fr --columns=source,target,note -o all.csv\n"
               "calque export --split=50000 -o all.tmx.gz",
    .run = export,
};
