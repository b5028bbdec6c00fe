/* table.c -- what the table of commands says, for scripts to compare with the manual, the
 * completions and the translations.
 *
 *     table commands            names, one a line
 *     table synopsis COMMAND
 *     table options COMMAND     long names, the common ones too
 *     table untranslated LANG   keys of the help that a language lacks */
#include "cli.h"

#include <stdlib.h>
#include <string.h>

static const cli_command *command_of(const char *name)
{
    const cli_command *command = cli_find_command(name);

    if (command)
        return command;
    fprintf(stderr, "no command %s\n", name);
    exit(2);
}

static void print_options(const cli_option *options)
{
    for (const cli_option *o = options; o->name; o++)
        printf("--%s\n", o->name);
}

static int lacking(cq_messages *messages, const char *kind, const char *command,
                   const char *option)
{
    char key[128];

    snprintf(key, sizeof(key), "%s_%s%s%s", kind, command, *option ? "_" : "", option);
    if (strcmp(cq_message(messages, key, NULL, 0), key) != 0)
        return 0;
    printf("%s\n", key);
    return 1;
}

static int untranslated(const char *lang)
{
    cq_messages *messages = NULL;
    cq_error err = {0};
    int count = 0;

    if (cq_messages_open(lang, &messages, &err) < 0)
        return 2;
    for (size_t i = 0; cli_commands[i]; i++) {
        const cli_command *command = cli_commands[i];
        count += lacking(messages, "summary", command->name, "");
        count += lacking(messages, "about", command->name, "");
        for (const cli_option *o = command->options; o->name; o++)
            count +=
                lacking(messages, "help", cli_option_topic(command->name, o), o->name);
    }
    for (const cli_option *o = cli_common_options; o->name; o++)
        count += lacking(messages, "help", "common", o->name);
    cq_messages_close(messages);
    return count > 0;
}

int main(int argc, char **argv)
{
    const char *what = argc > 1 ? argv[1] : "";

    if (strcmp(what, "commands") == 0) {
        for (size_t i = 0; cli_commands[i]; i++)
            puts(cli_commands[i]->name);
    } else if (strcmp(what, "synopsis") == 0 && argc == 3) {
        puts(command_of(argv[2])->synopsis);
    } else if (strcmp(what, "options") == 0 && argc == 3) {
        print_options(command_of(argv[2])->options);
        print_options(cli_common_options);
    } else if (strcmp(what, "untranslated") == 0 && argc == 3) {
        return untranslated(argv[2]);
    } else {
        return 2;
    }
    return 0;
}
