#include "cli.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

const cli_option cli_common_options[] = {
    {'m', "memory", "FILE",
     "the memory; default: $CALQUE_MEMORY, else "
     "$XDG_DATA_HOME/calque/default.calque"},
    {0, "color", "WHEN", "always, never or auto (only on a terminal; default)"},
    {'h', "help", NULL, "show this help"},
    {0, "version", NULL, "show the version and those of ICU, SQLite and libxml2"},
    {0, NULL, NULL, NULL},
};

/* A command line while it is read. */
typedef struct line_parser {
    cli_app *cli;
    const cli_option *tables[2];
    int argc;
    char **argv;
    int at;
    cli_args *args;
} line_parser;

static const cli_option *find_long(const line_parser *parser, const char *name,
                                   size_t len)
{
    for (size_t t = 0; t < 2; t++)
        for (const cli_option *o = parser->tables[t]; o && o->name; o++)
            if (strlen(o->name) == len && strncmp(o->name, name, len) == 0)
                return o;
    return NULL;
}

static const cli_option *find_short(const line_parser *parser, char letter)
{
    for (size_t t = 0; t < 2; t++)
        for (const cli_option *o = parser->tables[t]; o && o->name; o++)
            if (o->letter == letter)
                return o;
    return NULL;
}

static const char *nearest_option(const line_parser *parser, const char *name)
{
    const char *nearest = NULL;
    size_t best = SIZE_MAX;

    for (size_t t = 0; t < 2; t++)
        for (const cli_option *o = parser->tables[t]; o && o->name; o++)
            if (cli_is_nearer(name, o->name, &best))
                nearest = o->name;
    return nearest;
}

static int no_option(const line_parser *parser, const char *word)
{
    char *name = cli_format("%s", word + strspn(word, "-"));
    name[strcspn(name, "=")] = '\0';
    const char *guess = nearest_option(parser, name);
    char *shown = cli_format("%.*s", (int)strcspn(word, "="), word);
    char *meant = cli_format("--%s", guess ? guess : "");
    int status = cli_complain(
        parser->cli, CLI_MISUSED, 141, guess ? "no_option_guess" : "no_option",
        CLI_VALUES(CLI_TEXT("option", shown), CLI_TEXT("guess", meant)));

    free(meant);
    free(shown);
    free(name);
    return status;
}

static void give(cli_args *args, const cli_option *option, const char *value)
{
    args->given[args->given_len++] = (cli_given){.option = option, .value = value};
}

static int needs_value(const line_parser *parser, const char *word)
{
    return cli_complain(parser->cli, CLI_MISUSED, 142, "option_needs_value",
                        CLI_VALUES(CLI_TEXT("option", word)));
}

static int read_long(line_parser *parser, char *word)
{
    size_t len = strcspn(word + 2, "=");
    const char *value = word[2 + len] == '=' ? word + 2 + len + 1 : NULL;
    const cli_option *option = find_long(parser, word + 2, len);

    if (!option)
        return no_option(parser, word);
    if (!option->value && value) {
        char *shown = cli_format("--%s", option->name);
        int status = cli_complain(parser->cli, CLI_MISUSED, 143, "option_takes_none",
                                  CLI_VALUES(CLI_TEXT("option", shown)));
        free(shown);
        return status;
    }
    if (option->value && !value) {
        if (parser->at >= parser->argc)
            return needs_value(parser, word);
        value = parser->argv[parser->at++];
    }
    give(parser->args, option, value);
    return CLI_DONE;
}

/* "-x", "-xy" for two flags, "-xVALUE". */
static int read_short(line_parser *parser, char *word)
{
    for (char *c = word + 1; *c; c++) {
        const cli_option *option = find_short(parser, *c);

        if (!option)
            return no_option(parser, word);
        if (!option->value) {
            give(parser->args, option, NULL);
            continue;
        }
        if (c[1] == '\0' && parser->at >= parser->argc)
            return needs_value(parser, word);
        give(parser->args, option, c[1] ? c + 1 : parser->argv[parser->at++]);
        return CLI_DONE;
    }
    return CLI_DONE;
}

int cli_parse(cli_app *cli, const cli_option *own, int argc, char **argv, bool is_head,
              cli_args *args, int *used)
{
    line_parser parser = {.cli = cli,
                          .tables = {own, cli_common_options},
                          .argc = argc,
                          .argv = argv,
                          .args = args};
    size_t words = 1, most;
    int status = CLI_DONE;

    for (int i = 0; i < argc; i++)
        words += strlen(argv[i]) + 1; /* "-xyz" gives up to three */
    most = words;
    *args = (cli_args){.given = cli_alloc(most * sizeof(*args->given)),
                       .operands = cli_alloc(most * sizeof(*args->operands))};
    while (parser.at < argc && status == CLI_DONE) {
        char *word = argv[parser.at];
        bool is_operand = word[0] != '-' || word[1] == '\0';

        if (is_operand && is_head)
            break;
        parser.at++;
        if (is_operand) {
            args->operands[args->len++] = word;
        } else if (strcmp(word, "--") == 0) {
            while (!is_head && parser.at < argc)
                args->operands[args->len++] = argv[parser.at++];
            break;
        } else {
            status =
                word[1] == '-' ? read_long(&parser, word) : read_short(&parser, word);
        }
    }
    *used = parser.at;
    return status;
}

void cli_args_release(cli_args *args)
{
    free(args->given);
    free((void *)args->operands);
    *args = (cli_args){0};
}

static const cli_given *last_given(const cli_args *args, const char *name)
{
    for (size_t i = args->given_len; i-- > 0;)
        if (strcmp(args->given[i].option->name, name) == 0)
            return &args->given[i];
    return NULL;
}

bool cli_has(const cli_args *args, const char *name)
{
    return last_given(args, name) != NULL;
}

const char *cli_value(const cli_args *args, const char *name)
{
    const cli_given *given = last_given(args, name);

    return given ? given->value : NULL;
}

static int bad_value(cli_app *cli, const char *name, const char *value,
                     const char *wanted)
{
    char *option = cli_format("--%s", name);
    int status =
        cli_complain(cli, CLI_MISUSED, 144, "bad_value",
                     CLI_VALUES(CLI_TEXT("option", option), CLI_TEXT("value", value),
                                CLI_TEXT("wanted", wanted)));

    free(option);
    return status;
}

int cli_number(cli_app *cli, const cli_args *args, const char *name, int64_t low,
               int64_t high, int64_t *number)
{
    const char *value = cli_value(args, name);
    char *end = NULL;
    char wanted[64];

    if (!value)
        return CLI_DONE;
    errno = 0;
    long long read = strtoll(value, &end, 10);
    bool is_number = end != value && *end == '\0' && errno == 0 && value[0] != ' ';
    if (!is_number || read < low || read > high) {
        snprintf(wanted, sizeof(wanted), "%lld..%lld", (long long)low, (long long)high);
        return bad_value(cli, name, value, wanted);
    }
    *number = read;
    return CLI_DONE;
}

int cli_share(cli_app *cli, const cli_args *args, const char *name, double *share)
{
    const char *value = cli_value(args, name);
    char *end = NULL;

    if (!value)
        return CLI_DONE;
    double read = strtod(value, &end);
    if (end == value || *end != '\0' || !(read >= 0 && read <= 1))
        return bad_value(cli, name, value, "0..1");
    *share = read;
    return CLI_DONE;
}

int cli_unit(cli_app *cli, const char *word, uint64_t *unit)
{
    char *end = NULL;

    errno = 0;
    unsigned long long read = strtoull(word, &end, 10);
    if (word[0] < '0' || word[0] > '9' || *end != '\0' || errno != 0 || read > INT64_MAX)
        return cli_complain(cli, CLI_MISUSED, 144, "bad_value",
                            CLI_VALUES(CLI_TEXT("option", "UNIT"),
                                       CLI_TEXT("value", word),
                                       CLI_TEXT("wanted", "1, 2, 3...")));
    *unit = read;
    return CLI_DONE;
}

int cli_choice(cli_app *cli, const cli_args *args, const char *name, const char *words,
               int *choice)
{
    const char *value = cli_value(args, name);
    int place = 0;

    if (!value)
        return CLI_DONE;
    for (const char *word = words; *word; place++) {
        size_t len = strcspn(word, "|");
        if (strlen(value) == len && strncmp(value, word, len) == 0) {
            *choice = place;
            return CLI_DONE;
        }
        word += len + (word[len] == '|');
    }
    return bad_value(cli, name, value, words);
}

int cli_lang(cli_app *cli, const cli_args *args, const char *name, cq_lang *lang,
             bool *is_given)
{
    const char *value = cli_value(args, name);
    cq_error err = {0};

    if (is_given)
        *is_given = value != NULL;
    if (!value) {
        if (is_given)
            return CLI_DONE;
        char *option = cli_format("-%c", name[0]);
        int status = cli_complain(cli, CLI_MISUSED, 146, "lang_missing",
                                  CLI_VALUES(CLI_TEXT("option", option)));
        free(option);
        return status;
    }
    if (cli_valid(cli, value) != CLI_DONE)
        return CLI_MISUSED;
    if (cq_lang_parse(cli_str(value), lang, &err) < 0)
        return cli_report(cli, &err);
    return CLI_DONE;
}

int cli_valid(cli_app *cli, const char *word)
{
    cq_str text = cli_str(word);
    size_t good = cq_text_valid(text);

    if (good == text.len)
        return CLI_DONE;
    return cli_complain(
        cli, CLI_MISUSED, 147, "word_not_utf8",
        CLI_VALUES(
            CLI_NUMBER("byte", good + 1),
            (cq_value){.name = "good", .kind = CQ_VALUE_TEXT, .text = {word, good}}));
}

int cli_operands(cli_app *cli, const cli_args *args, size_t low, size_t high,
                 const char *what)
{
    if (args->len < low)
        return cli_complain(cli, CLI_MISUSED, 145, "operand_missing",
                            CLI_VALUES(CLI_TEXT("what", what)));
    if (args->len > high)
        return cli_complain(cli, CLI_MISUSED, 148, "operand_too_many",
                            CLI_VALUES(CLI_TEXT("word", args->operands[high])));
    return CLI_DONE;
}
