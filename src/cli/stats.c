#include "cli.h"

#include <stdlib.h>

static const cli_option options[] = {
    {0, "format", "text|json", "a table, or one JSON object (default: text)"},
    {0, NULL, NULL, NULL},
};

static void put_json_rows(cli_buf *out, const char *key, const char *name,
                          const char *count, const cq_stats_row *rows, size_t len)
{
    cli_json_open(out, key, '[');
    for (size_t i = 0; i < len; i++) {
        cli_json_open(out, NULL, '{');
        cli_json_text(out, name, rows[i].name);
        cli_json_number(out, count, rows[i].count);
        cli_json_close(out, '}');
    }
    cli_json_close(out, ']');
}

static void put_json(cli_buf *out, const char *path, const cq_stats *counts)
{
    cli_json_open(out, NULL, '{');
    cli_json_text(out, "memory", cli_str(path));
    cli_json_number(out, "bytes", counts->file_bytes);
    cli_json_number(out, "units", counts->units);
    cli_json_number(out, "variants", counts->variants);
    cli_json_number(out, "texts", counts->texts);
    put_json_rows(out, "languages", "language", "variants", counts->languages,
                  counts->languages_len);
    put_json_rows(out, "origins", "origin", "units", counts->origins,
                  counts->origins_len);
    cli_json_close(out, '}');
    cli_putz(out, "\n");
}

/* ---- table --------------------------------------------------------------------------
 */

static void put_rows(cli_app *cli, cli_buf *out, const char *title,
                     const cq_stats_row *rows, size_t len)
{
    size_t widest = 12;

    for (size_t i = 0; i < len; i++) {
        size_t columns = cq_text_columns(rows[i].name);
        widest = columns > widest ? columns : widest;
    }
    cli_putf(out, "\n%s", cli_colour_code(cli, CLI_BOLD));
    cli_putz(out, cli_message(cli, title, NULL, 0));
    cli_putf(out, "%s\n", cli_colour_code(cli, CLI_PLAIN));
    for (size_t i = 0; i < len; i++) {
        cli_pad(out, 2);
        cli_put_isolated(cli, out, rows[i].name);
        cli_pad(out, widest - cq_text_columns(rows[i].name));
        cli_putf(out, "  %10llu\n", (unsigned long long)rows[i].count);
    }
}

static void put_text(cli_app *cli, cli_buf *out, const char *path, const cq_stats *counts)
{
    cli_put_seen(out, cli_str(path));
    cli_putz(out, "\n");
    cli_put_seen(out,
                 cli_str(cli_message(
                     cli, "stats_sum",
                     CLI_VALUES(CLI_NUMBER("units", counts->units),
                                CLI_NUMBER("variants", counts->variants),
                                CLI_NUMBER("texts", counts->texts),
                                CLI_NUMBER("kib", (counts->file_bytes + 1023) / 1024)))));
    cli_putz(out, "\n");
    put_rows(cli, out, "stats_languages", counts->languages, counts->languages_len);
    put_rows(cli, out, "stats_origins", counts->origins, counts->origins_len);
}

static int stats(cli_app *cli, const cli_args *args)
{
    cq_memory *memory = NULL;
    cq_stats *counts = NULL;
    cq_error err = {0};
    cli_buf out = {0};
    int is_json = 0;
    int status = cli_choice(cli, args, "format", "text|json", &is_json);

    if (status == CLI_DONE)
        status = cli_operands(cli, args, 0, 0, "");
    if (status == CLI_DONE)
        status = cli_open_memory(cli, CQ_MEMORY_READ, &memory);
    if (status != CLI_DONE)
        return status;
    if (cq_memory_stats(memory, &counts, &err) < 0) {
        status = cli_report(cli, &err);
    } else {
        char *path = cli_memory_path(cli);
        if (is_json)
            put_json(&out, path, counts);
        else
            put_text(cli, &out, path, counts);
        free(path);
    }
    cli_write_buf(cli, &out);
    cli_buf_release(&out);
    cq_stats_free(counts);
    cq_memory_close(memory);
    return status;
}

const cli_command cmd_stats = {
    .name = "stats",
    .synopsis = "calque stats [--format=text|json]",
    .summary = "count what the memory holds",
    .about = "Prints the number of units, of variants in each language and of units from "
             "each file, and the size of the memory.",
    .options = options,
    .example = "calque -m office.calque stats",
    .run = stats,
};
