#include "cli.h"

#include <stdlib.h>
#include <string.h>

static const cli_option options[] = {
    {'l', "lang", "LANG", "the variant to change (default: the unit itself)"},
    {0, "text", "TEXT", "its text; a variant that is not there is added"},
    {0, "markup", "TMX", "its text with inline codes, as TMX writes them"},
    {0, "remove", NULL, "take the variant away"},
    {0, "property", "TYPE[=VALUE]",
     "set a property, or take it away; may be given several times"},
    {0, "attribute", "NAME[=VALUE]",
     "set an attribute, or take it away; may be given several times"},
    {0, NULL, NULL, NULL},
};

typedef struct editing {
    cli_app *cli;
    cq_lang lang;
    cq_change *changes;
    size_t len;
} editing;

static cq_change *add_change(editing *run, cq_change_kind kind, bool has_lang)
{
    cq_change *change;

    run->changes = cli_realloc(run->changes, (run->len + 1) * sizeof(*run->changes));
    change = &run->changes[run->len++];
    *change = (cq_change){.kind = kind, .lang = has_lang ? &run->lang : NULL};
    return change;
}

/* Read "NAME=VALUE", or "NAME" to take it away. */
static void read_pair(const char *word, cq_change *change)
{
    const char *mark = strchr(word, '=');

    change->name = (cq_str){word, mark ? (size_t)(mark - word) : strlen(word)};
    change->value = mark ? cli_str(mark + 1) : (cq_str){0};
}

/* In the order given, as far as they do not exclude each other. */
static int read_changes(editing *run, const cli_args *args, bool has_lang)
{
    static const struct {
        const char *name;
        cq_change_kind kind;
    } kinds[] = {{"text", CQ_CHANGE_TEXT},
                 {"markup", CQ_CHANGE_MARKUP},
                 {"remove", CQ_CHANGE_TEXT},
                 {"property", CQ_CHANGE_PROPERTY},
                 {"attribute", CQ_CHANGE_ATTRIBUTE}};

    for (size_t i = 0; i < args->given_len; i++) {
        const cli_given *given = &args->given[i];

        for (size_t k = 0; k < sizeof(kinds) / sizeof(*kinds); k++) {
            cq_change *change;

            if (strcmp(given->option->name, kinds[k].name) != 0)
                continue;
            if (given->value && cli_valid(run->cli, given->value) != CLI_DONE)
                return CLI_MISUSED;
            change = add_change(run, kinds[k].kind, has_lang);
            if (k < 3)
                change->value = given->value ? cli_str(given->value) : (cq_str){0};
            else
                read_pair(given->value, change);
        }
    }
    return CLI_DONE;
}

/* A text needs a language, only one of the three can be meant, and something must be. */
static int check_changes(editing *run, const cli_args *args, bool has_lang)
{
    int texts = cli_has(args, "text") + cli_has(args, "markup") + cli_has(args, "remove");

    if (texts > 1)
        return cli_complain(run->cli, CLI_MISUSED, 154, "edit_one_text", NULL, 0);
    if (texts == 1 && !has_lang)
        return cli_lang(run->cli, args, "lang", &run->lang, NULL);
    if (run->len == 0)
        return cli_complain(run->cli, CLI_MISUSED, 145, "operand_missing",
                            CLI_VALUES(CLI_TEXT("what", "--text")));
    return CLI_DONE;
}

static int read_options(editing *run, const cli_args *args, uint64_t *unit)
{
    bool has_lang = false;
    int status = cli_lang(run->cli, args, "lang", &run->lang, &has_lang);

    if (status == CLI_DONE)
        status = cli_operands(run->cli, args, 1, 1, "UNIT");
    if (status == CLI_DONE)
        status = cli_unit(run->cli, args->operands[0], unit);
    if (status == CLI_DONE)
        status = read_changes(run, args, has_lang);
    return status == CLI_DONE ? check_changes(run, args, has_lang) : status;
}

static int edit(cli_app *cli, const cli_args *args)
{
    editing run = {.cli = cli};
    cq_memory *memory = NULL;
    cq_error err = {0};
    uint64_t unit = 0;
    int status = read_options(&run, args, &unit);

    if (status == CLI_DONE)
        status = cli_open_memory(cli, CQ_MEMORY_WRITE, &memory);
    if (status == CLI_DONE &&
        cq_memory_edit(memory, unit, run.changes, run.len, &err) < 0)
        status = cli_report(cli, &err);
    cq_memory_close(memory);
    free(run.changes);
    return status;
}

const cli_command cmd_edit = {
    .name = "edit",
    .synopsis = "calque edit [-l LANG] [--text=TEXT | --markup=TMX | --remove] "
                "[--property=TYPE[=VALUE]] [--attribute=NAME[=VALUE]] UNIT",
    .summary = "change a unit of the memory",
    .about =
        "Changes one unit, whose number \"lookup --format=json\" shows: the text of a "
        "variant, a property, an attribute such as changedate. The unit keeps its "
        "number and its place, and is found under its new text at once. Nothing else "
        "is changed: a date is only what you set.",
    .options = options,
    .example = "calque edit 17 -l fr --text='Enregistrer le fichier'\n"
               "calque edit 17 --property=status=approved --attribute=changeid=ANNA",
    .run = edit,
};
