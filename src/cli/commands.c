#include "cli.h"

#include <string.h>

/* In the order of the help: the memory's life first, then texts. */
const cli_command *const cli_commands[] = {
    &cmd_import, &cmd_export,      &cmd_edit,    &cmd_delete,  &cmd_reindex, &cmd_check,
    &cmd_lookup, &cmd_concordance, &cmd_explain, &cmd_segment, &cmd_locale,  &cmd_align,
    &cmd_pair,   &cmd_lexicon,     &cmd_stats,   &cmd_verify,  &cmd_help,    NULL,
};

const cli_command *cli_find_command(const char *name)
{
    for (size_t i = 0; cli_commands[i]; i++)
        if (strcmp(cli_commands[i]->name, name) == 0)
            return cli_commands[i];
    return NULL;
}

int cli_no_command(cli_app *cli, const char *name)
{
    const char *guess = NULL;
    size_t best = SIZE_MAX;

    for (size_t i = 0; cli_commands[i]; i++)
        if (cli_is_nearer(name, cli_commands[i]->name, &best))
            guess = cli_commands[i]->name;
    return cli_complain(
        cli, CLI_MISUSED, 140, guess ? "no_command_guess" : "no_command",
        CLI_VALUES(CLI_TEXT("command", name), CLI_TEXT("guess", guess ? guess : "")));
}
