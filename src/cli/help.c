#include "cli.h"

#include <stdlib.h>
#include <string.h>

#define INDENT     2
#define OPTION_MAX 24

/* Append `text` broken to `width` columns, later lines indented. */
static void put_wrapped(cli_buf *buf, const char *text, size_t indent, size_t width)
{
    cq_str rest = cli_str(text);

    for (bool is_first = true; rest.len > 0; is_first = false) {
        size_t len = cq_text_line(rest, width - indent), end = len;

        while (end > 0 && (rest.ptr[end - 1] == ' ' || rest.ptr[end - 1] == '\n'))
            end--;
        if (!is_first) {
            cli_putz(buf, "\n");
            cli_pad(buf, end > 0 ? indent : 0);
        }
        cli_put(buf, (cq_str){rest.ptr, end});
        rest = (cq_str){rest.ptr + len, rest.len - len};
    }
    cli_putz(buf, "\n");
}

static void put_title(cli_app *cli, cli_buf *buf, const char *key, const char *english)
{
    cli_putf(buf, "\n%s", cli_colour_code(cli, CLI_BOLD));
    cli_putz(buf, cli_translate(cli, key, english));
    cli_putf(buf, "%s\n", cli_colour_code(cli, CLI_PLAIN));
}

/* "-s, --source LANG" */
static char *spell(const cli_option *option)
{
    const char *space = option->value ? " " : "";
    const char *value = option->value ? option->value : "";

    if (option->letter)
        return cli_format("-%c, --%s%s%s", option->letter, option->name, space, value);
    return cli_format("    --%s%s%s", option->name, space, value);
}

/* Columns that the options take, the few apart that are wider than OPTION_MAX. */
static size_t widest(const cli_option *options, size_t least)
{
    for (const cli_option *o = options; o && o->name; o++) {
        char *spelt = spell(o);
        size_t columns = strlen(spelt);
        free(spelt);
        if (columns <= OPTION_MAX && columns > least)
            least = columns;
    }
    return least;
}

static void put_options(cli_app *cli, cli_buf *buf, const char *command,
                        const cli_option *options, size_t column)
{
    for (const cli_option *o = options; o && o->name; o++) {
        char *spelt = spell(o);
        char *key = cli_format("help_%s_%s", cli_option_topic(command, o), o->name);

        cli_pad(buf, INDENT);
        cli_put_column(buf, cli_str(spelt), column);
        if (strlen(spelt) > column) { /* its help begins on a line of its own */
            cli_putz(buf, "\n");
            cli_pad(buf, INDENT + column);
        }
        cli_pad(buf, 2);
        put_wrapped(buf, cli_translate(cli, key, o->help), INDENT + column + 2, 80);
        free(key);
        free(spelt);
    }
}

/* What follows the name of the command hangs under its first option. */
static void put_synopsis(cli_buf *buf, const cli_command *command)
{
    size_t head = strlen("calque ") + strlen(command->name);
    size_t indent = head + (command->synopsis[head] == ' ');

    cli_put(buf, (cq_str){command->synopsis, indent});
    put_wrapped(buf, command->synopsis + indent, indent, 80);
}

static void put_command_help(cli_app *cli, cli_buf *buf, const cli_command *command)
{
    size_t column = widest(cli_common_options, widest(command->options, 0));
    char *summary = cli_format("summary_%s", command->name);
    char *about = cli_format("about_%s", command->name);

    put_synopsis(buf, command);
    cli_putz(buf, "\n");
    put_wrapped(buf, cli_translate(cli, summary, command->summary), 0, 80);
    cli_putz(buf, "\n");
    put_wrapped(buf, cli_translate(cli, about, command->about), 0, 80);
    put_title(cli, buf, "title_options", "Options");
    put_options(cli, buf, command->name, command->options, column);
    put_options(cli, buf, "common", cli_common_options, column);
    put_title(cli, buf, "title_example", "Example");
    cli_pad(buf, INDENT);
    put_wrapped(buf, command->example, INDENT, 1000);
    free(about);
    free(summary);
}

static void put_program_help(cli_app *cli, cli_buf *buf)
{
    cli_putz(buf, "calque [-m MEMORY] COMMAND [OPTIONS] [ARGUMENTS]\n\n");
    put_wrapped(buf,
                cli_translate(cli, "about_calque",
                              "A multilingual translation memory: keeps translated "
                              "sentences in one file and finds them again."),
                0, 80);
    put_title(cli, buf, "title_commands", "Commands");
    for (size_t i = 0; cli_commands[i]; i++) {
        char *key = cli_format("summary_%s", cli_commands[i]->name);
        cli_pad(buf, INDENT);
        cli_put_column(buf, cli_str(cli_commands[i]->name), 13);
        put_wrapped(buf, cli_translate(cli, key, cli_commands[i]->summary), INDENT + 13,
                    80);
        free(key);
    }
    put_title(cli, buf, "title_options", "Options");
    put_options(cli, buf, "common", cli_common_options, widest(cli_common_options, 0));
    cli_putz(buf, "\n");
    put_wrapped(buf,
                cli_translate(cli, "about_more",
                              "\"calque help COMMAND\" tells more about a command. Exit "
                              "status: 0 done, 1 nothing found, 2 misused or unreadable "
                              "input, 3 the memory or the system failed."),
                0, 80);
}

void cli_print_help(cli_app *cli, const cli_command *command)
{
    cli_buf buf = {0};

    if (command)
        put_command_help(cli, &buf, command);
    else
        put_program_help(cli, &buf);
    cli_write_buf(cli, &buf);
    cli_buf_release(&buf);
}

/* ---- the command --------------------------------------------------------------------
 */

static int help(cli_app *cli, const cli_args *args)
{
    const cli_command *command = NULL;
    int status = cli_operands(cli, args, 0, 1, "COMMAND");

    if (status != CLI_DONE)
        return status;
    if (args->len == 1) {
        command = cli_find_command(args->operands[0]);
        if (!command)
            return cli_no_command(cli, args->operands[0]);
    }
    cli_print_help(cli, command);
    return CLI_DONE;
}

static const cli_option options[] = {{0, NULL, NULL, NULL}};

const cli_command cmd_help = {
    .name = "help",
    .synopsis = "calque help [COMMAND]",
    .summary = "explain a command",
    .about =
        "Prints what a command does, its options with their defaults, and an example. "
        "Without COMMAND, lists the commands.",
    .options = options,
    .example = "calque help lookup",
    .run = help,
};
