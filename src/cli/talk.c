#include "cli.h"

#include <stdlib.h>
#include <string.h>

cq_str cli_str(const char *z) { return (cq_str){z, z ? strlen(z) : 0}; }

const char *cli_message(cli_app *cli, const char *key, const cq_value *values,
                        size_t count)
{
    return cli->messages ? cq_message(cli->messages, key, values, count) : key;
}

const char *cli_translate(cli_app *cli, const char *key, const char *english)
{
    const char *text = cli_message(cli, key, NULL, 0);

    return strcmp(text, key) == 0 ? english : text;
}

/* Values of the user's (file names, arguments) may hold anything; they must not command
 * the terminal. */
static void print_line(const char *lead, const char *text)
{
    cli_buf line = {0};

    cli_putz(&line, lead);
    cli_put_seen(&line, cli_str(text));
    cli_putz(&line, "\n");
    fwrite(line.ptr, 1, line.len, stderr);
    cli_buf_release(&line);
}

void cli_say(cli_app *cli, const char *key, const cq_value *values, size_t count)
{
    print_line("calque: ", cli_message(cli, key, values, count));
}

int cli_complain(cli_app *cli, int status, int number, const char *key,
                 const cq_value *values, size_t count)
{
    char *text = cli_format("%s [CQ-%03d]", cli_message(cli, key, values, count), number);

    print_line("calque: ", text);
    free(text);
    bool is_form = (number >= 140 && number < 150 && number != 147) || number == 154;
    if (is_form) {
        char *command = cli->command ? cli_format(" %s", cli->command) : NULL;
        cli_say(cli, "see_help", CLI_VALUES(CLI_TEXT("command", command ? command : "")));
        free(command);
    }
    return status;
}

/* The library's messages are English with the offending value in them. Who reads another
 * language gets what the number means there first, and the exact words in brackets. */
static void put_message(cli_app *cli, cli_buf *line, const cq_error *err)
{
    char key[32];

    snprintf(key, sizeof(key), "error_%03d", err->number);
    const char *known = err->number ? cli_translate(cli, key, NULL) : NULL;
    if (known && strcmp(known, err->message) != 0) {
        cli_put_seen(line, cli_str(known));
        cli_putz(line, " (");
        cli_put_seen(line, cli_str(err->message));
        cli_putz(line, ")");
    } else {
        cli_put_seen(line, cli_str(err->message));
    }
    if (err->number)
        cli_putf(line, " [CQ-%03d]", err->number);
}

void cli_put_error(cli_app *cli, cli_buf *line, const cq_error *err, const char *lead)
{
    if (err->file[0]) {
        cli_put_seen(line, cli_str(err->file));
        if (err->line)
            cli_putf(line, ":%llu", (unsigned long long)err->line);
        if (err->line && err->column)
            cli_putf(line, ":%llu", (unsigned long long)err->column);
    } else {
        cli_putz(line, "calque");
        if (err->line && err->column)
            cli_putf(line, ": %llu:%llu", (unsigned long long)err->line,
                     (unsigned long long)err->column);
    }
    cli_putz(line, ": ");
    if (lead) {
        cli_put_seen(line, cli_str(lead));
        cli_putz(line, ": ");
    }
    put_message(cli, line, err);
    cli_putz(line, "\n");
}

void cli_print_error(cli_app *cli, const cq_error *err, const char *lead)
{
    cli_buf line = {0};

    cli_put_error(cli, &line, err, lead);
    fwrite(line.ptr, 1, line.len, stderr);
    cli_buf_release(&line);
}

int cli_report(cli_app *cli, const cq_error *err)
{
    cli_print_error(cli, err, NULL);
    switch (err->status) {
    case CQ_E_ARG:
    case CQ_E_INPUT:
        return CLI_MISUSED;
    default:
        return CLI_FAILED;
    }
}
