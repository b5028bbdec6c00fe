#include "cli.h"

#include <stdlib.h>
#include <string.h>

int cli_reading_read(cli_app *cli, const cli_args *args, cli_reading *reading)
{
    const char *encodings = cli_value(args, "encoding");
    int kind = 0;

    *reading = (cli_reading){0};
    int status = cli_choice(cli, args, "as", "auto|" CLI_READING_KINDS, &kind);
    if (status == CLI_DONE && encodings)
        status = cli_valid(cli, encodings);
    if (status != CLI_DONE)
        return status;
    reading->first.kind = reading->second.kind = (cq_document_kind)kind;
    if (encodings) {
        reading->names = cli_format("%s", encodings);
        char *comma = strchr(reading->names, ',');

        if (comma)
            *comma = '\0';
        reading->first.encoding = reading->names;
        reading->second.encoding = comma ? comma + 1 : reading->names;
    }
    return CLI_DONE;
}

int cli_paragraphs(cli_app *cli, const cli_args *args, cq_paragraphs *paragraphs)
{
    int is_blank = 0;
    int status = cli_choice(cli, args, "paragraphs", "line|blank", &is_blank);

    if (status == CLI_DONE && cli_has(args, "unwrap") && cli_has(args, "paragraphs"))
        return cli_complain(cli, CLI_MISUSED, 154, "unwrap_or_paragraphs", NULL, 0);
    *paragraphs = cli_has(args, "unwrap") ? CQ_PARAGRAPHS_UNWRAP
                  : is_blank              ? CQ_PARAGRAPHS_BLANK
                                          : CQ_PARAGRAPHS_LINE;
    return status;
}

void cli_reading_release(cli_reading *reading)
{
    free(reading->names);
    *reading = (cli_reading){0};
}

void cli_tell_reading(cli_app *cli, const char *path, cq_document_facts facts)
{
    if (facts.is_guessed)
        cli_say(cli, "encoding_guessed",
                CLI_VALUES(CLI_TEXT("file", path), CLI_TEXT("encoding", facts.encoding)));
}
