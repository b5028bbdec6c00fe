#include "cli.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

const char *cli_option_topic(const char *command, const cli_option *option)
{
    static const cli_option filter[] = {CLI_FILTER_OPTIONS};
    static const cli_option reading[] = {CLI_PARAGRAPH_OPTIONS, CLI_READING_OPTIONS};

    for (size_t i = 0; i < sizeof(filter) / sizeof(*filter); i++)
        if (strcmp(option->help, filter[i].help) == 0)
            return "filter";
    for (size_t i = 0; i < sizeof(reading) / sizeof(*reading); i++)
        if (strcmp(option->help, reading[i].help) == 0)
            return "reading";
    return command;
}

/* "TYPE" or "TYPE=VALUE"; both in one string that is the filter's. */
static cq_filter_property read_property(const char *word)
{
    char *type = cli_format("%s", word);
    char *value = strchr(type, '=');

    if (value)
        *value++ = '\0';
    return (cq_filter_property){type, value};
}

static int read_properties(cli_app *cli, const cli_args *args, cli_filter *filter)
{
    for (size_t i = 0; i < args->given_len; i++) {
        const cli_given *given = &args->given[i];

        if (strcmp(given->option->name, "property") != 0)
            continue;
        if (cli_valid(cli, given->value) != CLI_DONE)
            return CLI_MISUSED;
        filter->properties =
            cli_realloc(filter->properties, (filter->conditions.properties_len + 1) *
                                                sizeof(*filter->properties));
        filter->properties[filter->conditions.properties_len++] =
            read_property(given->value);
    }
    filter->conditions.properties = filter->properties;
    return CLI_DONE;
}

int cli_filter_read(cli_app *cli, const cli_args *args, cli_filter *filter)
{
    static const char *const texts[] = {"author", "since", "before", "phrase"};
    cq_error err = {0};
    bool has_lang = false;

    *filter = (cli_filter){0};
    int status = cli_lang(cli, args, "lang", &filter->lang, &has_lang);
    for (size_t i = 0; i < sizeof(texts) / sizeof(*texts) && status == CLI_DONE; i++)
        if (cli_value(args, texts[i]))
            status = cli_valid(cli, cli_value(args, texts[i]));
    if (status == CLI_DONE)
        status = read_properties(cli, args, filter);
    if (status != CLI_DONE)
        return status;
    filter->conditions.lang = has_lang ? &filter->lang : NULL;
    filter->conditions.author = cli_value(args, "author");
    filter->conditions.since = cli_value(args, "since");
    filter->conditions.before = cli_value(args, "before");
    filter->conditions.phrase = cli_value(args, "phrase");
    return cq_filter_check(&filter->conditions, &err) < 0 ? cli_report(cli, &err)
                                                          : CLI_DONE;
}

bool cli_filter_narrows(const cli_filter *filter)
{
    const cq_filter *set = &filter->conditions;

    return set->lang || set->author || set->since || set->before || set->phrase ||
           set->properties_len;
}

void cli_filter_release(cli_filter *filter)
{
    for (size_t i = 0; i < filter->conditions.properties_len; i++)
        free((void *)(uintptr_t)filter->properties[i].type);
    free(filter->properties);
    *filter = (cli_filter){0};
}
