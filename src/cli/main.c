#include "cli.h"

#ifdef __GLIBC__
#include <malloc.h>
#endif
#include <signal.h>
#include <stdlib.h>

static void add_memories(cli_app *cli, const cli_args *args)
{
    for (size_t i = 0; i < args->given_len; i++) {
        if (args->given[i].option->letter != 'm')
            continue;
        cli->memory = args->given[i].value;
        cli->memories =
            cli_realloc(cli->memories, (cli->memories_len + 1) * sizeof(*cli->memories));
        cli->memories[cli->memories_len++] = cli->memory;
    }
}

/* What the common options say. True when one of them was all that was asked. */
static bool apply_common(cli_app *cli, const cli_args *args, const cli_command *command,
                         int *status)
{
    int when = 2;
    const char *const words[] = {"always", "never", "auto"};

    *status = cli_choice(cli, args, "color", "always|never|auto", &when);
    if (*status != CLI_DONE)
        return true;
    if (cli_has(args, "color"))
        cli_terminal(cli, words[when]);
    add_memories(cli, args);
    if (cli_has(args, "help")) {
        cli_print_help(cli, command);
        return true;
    }
    if (cli_has(args, "version")) {
        cli_write(cli, cli_str(cq_version()));
        cli_write(cli, CQ_STR("\n"));
        return true;
    }
    return false;
}

/* "--help" counts even where the rest of the line is wrong or missing. */
static int run_command(cli_app *cli, const char *name, int argc, char **argv)
{
    const cli_command *command = cli_find_command(name);
    cli_args args = {0};
    int status = CLI_DONE, used = 0;

    if (!command)
        return cli_no_command(cli, name);
    cli->command = command->name;
    status = cli_parse(cli, command->options, argc, argv, false, &args, &used);
    if (status == CLI_DONE && !apply_common(cli, &args, command, &status))
        status = command->run(cli, &args);
    cli_args_release(&args);
    return status;
}

static int run(cli_app *cli, int argc, char **argv)
{
    cli_args args = {0};
    int status = CLI_DONE, used = 0;

    status = cli_parse(cli, NULL, argc, argv, true, &args, &used);
    if (status == CLI_DONE && !apply_common(cli, &args, NULL, &status)) {
        if (used < argc)
            status = run_command(cli, argv[used], argc - used - 1, argv + used + 1);
        else
            status = cli_complain(cli, CLI_MISUSED, 149, "no_command_given", NULL, 0);
    }
    cli_args_release(&args);
    return status;
}

/* Give large arrays back to the system when they are freed. Left to itself, glibc begins
 * to keep them in the heap, where what outlives them lies between, and an import's memory
 * grows with the file. */
static void keep_memory_small(void)
{
#ifdef __GLIBC__
    mallopt(M_MMAP_THRESHOLD, 2 << 20);
#endif
}

int main(int argc, char **argv)
{
    cli_app cli = {0};
    cq_error err = {0};

    keep_memory_small();
    /* A reader that has gone is a failed write, told like any other (EPIPE). */
    signal(SIGPIPE, SIG_IGN);
    if (cq_messages_open(NULL, &cli.messages, &err) < 0)
        return cli_report(&cli, &err);
    cli_terminal(&cli, NULL);
    int status = cli_end(&cli, run(&cli, argc - 1, argv + (argc > 0)));
    cq_messages_close(cli.messages);
    free(cli.memories);
    return status;
}
