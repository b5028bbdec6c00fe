#include "cli.h"

static const cli_option options[] = {{0, NULL, NULL, NULL}};

static int reindex(cli_app *cli, const cli_args *args)
{
    cq_memory *memory = NULL;
    cq_error err = {0};
    cli_bar bar;
    int status = cli_operands(cli, args, 0, 0, "");

    if (status == CLI_DONE)
        status = cli_open_memory(cli, CQ_MEMORY_WRITE, &memory);
    if (status != CLI_DONE)
        return status;
    cli_bar_start(&bar, cli, "reindex");
    cq_progress progress = cli_bar_progress(&bar);
    cq_status done = cq_memory_reindex(memory, &progress, &err);
    cli_bar_clear(&bar);
    if (done < 0)
        status = cli_report(cli, &err);
    cq_memory_close(memory);
    return status;
}

const cli_command cmd_reindex = {
    .name = "reindex",
    .synopsis = "calque reindex",
    .summary = "make the memory's index anew",
    .about =
        "Makes the index anew from the stored texts and gives free space back to the "
        "disk. It is due when a newer calque or ICU cuts words otherwise, which a "
        "lookup says then, and worth it after much was deleted. Killed in between, "
        "it has changed nothing.",
    .options = options,
    .example = "calque -m office.calque reindex",
    .run = reindex,
};
