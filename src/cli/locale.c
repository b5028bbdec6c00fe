#include "cli.h"

#include <stdlib.h>
#include <string.h>

static const cli_option options[] = {
    {'l', "lang", "LANG", "learn: language of the text"},
    {0, "min", "N", "learn: how often a word must stand with a stop (default: 5)"},
    {0, "format", "text|json",
     "lines to read, or one JSON object a line (default: text)"},
    {0, NULL, NULL, NULL},
};

/* ---- check ----------------------------------------------------------------------------
 */

typedef struct checking {
    cli_app *cli;
    const char *file;
    bool is_json;
    uint64_t right, wrong, slips;
    cli_buf out;
} checking;

static void put_place(checking *run, const cq_trial *trial)
{
    cli_putf(&run->out, "%s:%llu:%llu: ", run->file, (unsigned long long)trial->line,
             (unsigned long long)trial->column);
}

/* The two lines of a sample under each other, so that the eye finds the difference. */
static void put_wrong(checking *run, const cq_trial *trial)
{
    cli_app *cli = run->cli;

    put_place(run, trial);
    cli_put(&run->out, cli_str(cli_message(cli, "locale_wrong", NULL, 0)));
    cli_putz(&run->out, "\n    + ");
    cli_put_isolated(cli, &run->out, trial->want);
    cli_putz(&run->out, "\n    - ");
    cli_put_isolated(cli, &run->out, trial->got);
    cli_putz(&run->out, "\n");
}

static void put_json(checking *run, const cq_trial *trial)
{
    static const char *const kinds[] = {"right", "wrong", "slip"};
    cli_buf *out = &run->out;

    cli_json_open(out, NULL, '{');
    cli_json_text(out, "file", cli_str(run->file));
    cli_json_number(out, "line", trial->line);
    cli_json_number(out, "column", trial->column);
    cli_json_text(out, "kind", cli_str(kinds[trial->kind]));
    if (trial->kind == CQ_TRIAL_SLIP) {
        cli_json_text(out, "slip", cli_str(trial->slip));
    } else {
        cli_json_text(out, "want", trial->want);
        cli_json_text(out, "got", trial->got);
    }
    cli_json_close(out, '}');
    cli_putz(out, "\n");
}

static void take_trial(void *context, const cq_trial *trial)
{
    checking *run = context;

    run->right += trial->kind == CQ_TRIAL_RIGHT;
    run->wrong += trial->kind == CQ_TRIAL_WRONG;
    run->slips += trial->kind == CQ_TRIAL_SLIP;
    if (run->is_json) {
        put_json(run, trial);
    } else if (trial->kind == CQ_TRIAL_WRONG) {
        put_wrong(run, trial);
    } else if (trial->kind == CQ_TRIAL_SLIP) {
        put_place(run, trial);
        cli_putz(&run->out, trial->slip);
        cli_putz(&run->out, "\n");
    }
    cli_write_buf(run->cli, &run->out);
}

static int check_file(cli_app *cli, const char *file, bool is_json)
{
    checking run = {.cli = cli, .file = file, .is_json = is_json};
    char *folder = cli_locale_folder();
    cq_error err = {0};
    cq_status status = cq_locale_try(file, folder, take_trial, &run, &err);

    free(folder);
    if (status >= 0 && !is_json) {
        cli_put(&run.out, cli_str(cli_message(
                              cli, "locale_sum",
                              CLI_VALUES(CLI_TEXT("file", file),
                                         CLI_NUMBER("samples", run.right + run.wrong),
                                         CLI_NUMBER("wrong", run.wrong),
                                         CLI_NUMBER("slips", run.slips)))));
        cli_putz(&run.out, "\n");
        cli_write_buf(cli, &run.out);
    }
    cli_buf_release(&run.out);
    if (status < 0)
        return cli_report(cli, &err);
    return status == CQ_DONE ? CLI_NOTHING : CLI_DONE;
}

static int check(cli_app *cli, const cli_args *args, bool is_json)
{
    int worst = CLI_DONE;

    for (size_t i = 1; i < args->len && !cli->is_write_failed; i++) {
        int status = check_file(cli, args->operands[i], is_json);

        worst = status > worst ? status : worst;
    }
    return worst;
}

/* ---- new and show ---------------------------------------------------------------------
 */

static int parse_lang(cli_app *cli, const char *tag, cq_lang *lang)
{
    cq_error err = {0};

    return cq_lang_parse(cli_str(tag), lang, &err) < 0 ? cli_report(cli, &err) : CLI_DONE;
}

static int new_frame(cli_app *cli, const char *tag)
{
    cli_target target;
    cq_error err = {0};
    cq_lang lang;
    int status = parse_lang(cli, tag, &lang);

    if (status == CLI_DONE)
        status = cli_target_open(cli, NULL, &target);
    if (status != CLI_DONE)
        return status;
    cq_status written = cq_locale_frame(&lang, cli_target_sink(&target), &err);
    return cli_target_finish(&target, written, &err);
}

/* The built-in file of a language, or of the next more general one that has a file. */
static int show(cli_app *cli, const char *tag)
{
    char name[CQ_LANG_TAG_MAX];
    cq_str text;
    cq_lang lang;
    int status = CLI_DONE;

    snprintf(name, sizeof(name), "%s", tag);
    if (strcmp(tag, "root") != 0) {
        status = parse_lang(cli, tag, &lang);
        if (status == CLI_DONE)
            snprintf(name, sizeof(name), "%s", lang.locale);
    }
    while (status == CLI_DONE && !cq_locale_source(name, &text)) {
        char *cut = strrchr(name, '_');

        if (!cut) {
            cli_say(cli, "no_locale", CLI_VALUES(CLI_TEXT("lang", tag)));
            return CLI_NOTHING;
        }
        *cut = '\0';
    }
    if (status == CLI_DONE)
        cli_write(cli, text);
    return status;
}

/* ---- learn ----------------------------------------------------------------------------
 */

static int read_corpus(cli_app *cli, const cq_lang *lang, cq_learner *learner,
                       const char *path)
{
    static const cq_document_options as = {0};
    cq_document *document = NULL;
    cq_error err = {0};
    cq_status status = cq_document_open(path, lang, &as, &document, &err);
    int result = CLI_DONE;

    while (status == CQ_OK) {
        cq_str piece = {0};
        cq_status read = cq_document_next(document, &piece, &err);

        status = read < 0 ? read : cq_learner_feed(learner, piece, read == CQ_DONE, &err);
        if (read == CQ_DONE)
            break;
    }
    if (status < 0) {
        if (!err.file[0])
            snprintf(err.file, sizeof(err.file), "%s", path);
        result = cli_report(cli, &err);
    }
    cq_document_close(document);
    return result;
}

static void put_proposal_json(cli_buf *out, const cq_proposal *p)
{
    cli_json_open(out, NULL, '{');
    cli_json_text(out, "abbreviation", p->spelling);
    cli_json_text(out, "kind", cli_str(p->kind));
    cli_json_real(out, "score", p->score, 3);
    cli_json_number(out, "with_stop", p->with);
    cli_json_number(out, "without_stop", p->without);
    cli_json_number(out, "before_small", p->before_small);
    cli_json_number(out, "before_capital", p->before_capital);
    cli_json_number(out, "before_number", p->before_number);
    cli_json_number(out, "after_number", p->after_number);
    cli_json_close(out, '}');
    cli_putz(out, "\n");
}

/* As lines to paste: a list for each kind, and the figures as notes. */
static void put_proposals(cli_app *cli, cli_buf *out, const cq_proposal *list, size_t len)
{
    for (size_t i = 0; i < len; i++) {
        const cq_proposal *p = &list[i];
        bool is_first = i == 0 || strcmp(list[i - 1].kind, p->kind) != 0;

        if (is_first)
            cli_putf(out, "            %s {\n", p->kind);
        cli_putf(out, "                \"%.*s\", // ", (int)p->spelling.len,
                 p->spelling.ptr);
        cli_put(out,
                cli_str(cli_message(cli, "learn_figures",
                                    CLI_VALUES(CLI_NUMBER("with", p->with),
                                               CLI_NUMBER("without", p->without),
                                               CLI_NUMBER("small", p->before_small),
                                               CLI_NUMBER("capital", p->before_capital),
                                               CLI_NUMBER("number", p->before_number),
                                               CLI_REAL("score", p->score)))));
        cli_putz(out, "\n");
        if (i + 1 == len || strcmp(list[i + 1].kind, p->kind) != 0)
            cli_putz(out, "            }\n");
    }
}

static int propose(cli_app *cli, cq_learner *learner, int64_t min, bool is_json)
{
    const cq_proposal *list = NULL;
    cq_error err = {0};
    cli_buf out = {0};
    size_t len = 0;

    if (cq_learner_propose(learner, (uint64_t)min, &list, &len, &err) < 0)
        return cli_report(cli, &err);
    if (len == 0) {
        cli_say(cli, "nothing_learned",
                CLI_VALUES(CLI_NUMBER("words", cq_learner_words(learner))));
        return CLI_NOTHING;
    }
    if (is_json)
        for (size_t i = 0; i < len; i++)
            put_proposal_json(&out, &list[i]);
    else
        put_proposals(cli, &out, list, len);
    cli_write_buf(cli, &out);
    cli_buf_release(&out);
    return CLI_DONE;
}

static int learn(cli_app *cli, const cli_args *args, bool is_json)
{
    cq_learner *learner = NULL;
    char *folder = cli_locale_folder();
    cq_error err = {0};
    cq_lang lang;
    int64_t min = 0;
    int status = cli_lang(cli, args, "lang", &lang, NULL);

    if (status == CLI_DONE)
        status = cli_number(cli, args, "min", 1, 1000000, &min);
    if (status == CLI_DONE && cq_learner_open(&lang, folder, &learner, &err) < 0)
        status = cli_report(cli, &err);
    for (size_t i = 1; status == CLI_DONE && i < args->len; i++)
        status = read_corpus(cli, &lang, learner, args->operands[i]);
    if (status == CLI_DONE)
        status = propose(cli, learner, min, is_json);
    cq_learner_close(learner);
    free(folder);
    return status;
}

/* ---- the command ----------------------------------------------------------------------
 */

static int locale(cli_app *cli, const cli_args *args)
{
    static const char *const words[] = {"check", "learn", "new", "show"};
    const char *word = args->len ? args->operands[0] : "";
    size_t which = 0;
    int is_json = 0;
    int status = cli_operands(cli, args, 1, SIZE_MAX, "check|learn|new|show");

    if (status == CLI_DONE)
        status = cli_choice(cli, args, "format", "text|json", &is_json);
    if (status != CLI_DONE)
        return status;
    while (which < 4 && strcmp(word, words[which]) != 0)
        which++;
    if (which == 4)
        return cli_complain(cli, CLI_MISUSED, 144, "bad_value",
                            CLI_VALUES(CLI_TEXT("option", "locale"),
                                       CLI_TEXT("value", word),
                                       CLI_TEXT("wanted", "check, learn, new, show")));
    status = which < 2 ? cli_operands(cli, args, 2, SIZE_MAX, "FILE")
                       : cli_operands(cli, args, 2, 2, "LANG");
    if (status != CLI_DONE)
        return status;
    switch (which) {
    case 0:
        return check(cli, args, is_json);
    case 1:
        return learn(cli, args, is_json);
    case 2:
        return new_frame(cli, args->operands[1]);
    default:
        return show(cli, args->operands[1]);
    }
}

const cli_command cmd_locale = {
    .name = "locale",
    .synopsis = "calque locale check|learn|new|show [-l LANG] [--min=N] "
                "[--format=text|json] FILE...|LANG",
    .summary = "try, start or extend the data of a language",
    .about =
        "\"check FILE...\" looks for slips in locale files, splits their sample "
        "sentences and shows each that comes out otherwise.\n"
        "\"new LANG\" prints a locale file to fill in, \"show LANG\" the one that is "
        "built in.\n"
        "\"learn -l LANG CORPUS...\" proposes abbreviations that raw text shows, as "
        "lines to paste, with figures; those that are known already are left out. Judge "
        "each: the list that it stands in is a guess.\n"
        "A file of your own works without a build: with \"calque segment "
        "--locale=FILE\", or as <language>.txt in $XDG_CONFIG_HOME/calque/locales, on "
        "top of the built-in one.",
    .options = options,
    .example = "calque locale new cy >cy.txt\n"
               "calque locale check cy.txt\n"
               "calque locale learn -l cy corpus.txt",
    .run = locale,
};
