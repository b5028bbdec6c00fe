#include "aligning.h"

#include <string.h>

static const cli_option options[] = {
    {'o', "output", "OUT",
     "write to OUT, whole or not at all (default: standard output)"},
    {0, NULL, NULL, NULL},
};

/* ---- of an alignment ----------------------------------------------------------------
 */

/* Whether a file begins as SQLite's do. */
static bool is_memory(const char *path)
{
    static const char magic[] = "SQLite format 3";
    char head[sizeof(magic)] = {0};
    FILE *file = fopen(path, "rb");
    bool is_same = false;

    if (!file)
        return false;
    is_same = fread(head, 1, sizeof(head), file) == sizeof(head) &&
              memcmp(head, magic, sizeof(head)) == 0;
    fclose(file);
    return is_same;
}

int cli_open_lexicon(cli_aligning *run)
{
    cq_memory *memory = NULL;
    cq_error err = {0};
    cq_status status;
    int result = CLI_DONE;

    if (!run->lexicon_path)
        return CLI_DONE;
    run->is_trained = !is_memory(run->lexicon_path);
    if (run->is_trained) {
        status =
            cq_lexicon_read(run->lexicon_path, &run->from, &run->to, &run->lexicon, &err);
    } else {
        result = cli_open_named(run->cli, run->lexicon_path, CQ_MEMORY_READ, &memory);
        if (result != CLI_DONE)
            return result;
        status = cq_lexicon_new(&run->from, &run->to, &run->lexicon, &err);
        if (status >= 0)
            status =
                cq_lexicon_learn_memory(run->lexicon, memory, &run->from, &run->to, &err);
        cq_memory_close(memory);
    }
    if (status >= 0)
        status = cq_lexicon_settle(run->lexicon, &err);
    return status < 0 ? cli_report(run->cli, &err) : CLI_DONE;
}

/* ---- the command --------------------------------------------------------------------
 */

/* Read all files into one lexicon, which takes its languages from the first. */
static cq_status read_all(const cli_args *args, cq_lexicon **lexicon, cq_error *err)
{
    cq_status status = cq_lexicon_read(args->operands[1], NULL, NULL, lexicon, err);

    for (size_t i = 2; i < args->len && status >= 0; i++) {
        cq_lexicon *other = NULL;

        status = cq_lexicon_read(args->operands[i], NULL, NULL, &other, err);
        if (status >= 0)
            status = cq_lexicon_merge(*lexicon, other, err);
        if (status < 0 && err->file[0] == '\0')
            snprintf(err->file, sizeof(err->file), "%s", args->operands[i]);
        cq_lexicon_free(other);
    }
    return status;
}

static int merge(cli_app *cli, const cli_args *args)
{
    cq_lexicon *lexicon = NULL;
    cq_error err = {0};
    cli_target target;
    int status = CLI_DONE;

    if (read_all(args, &lexicon, &err) < 0)
        status = cli_report(cli, &err);
    if (status == CLI_DONE)
        status = cli_target_open(cli, cli_value(args, "output"), &target);
    if (status == CLI_DONE) {
        cq_status written = cq_lexicon_write(lexicon, cli_target_sink(&target), &err);

        status = cli_target_finish(&target, written, &err);
    }
    cq_lexicon_free(lexicon);
    return status;
}

static int lexicon(cli_app *cli, const cli_args *args)
{
    int status = cli_operands(cli, args, 2, SIZE_MAX, args->len == 0 ? "merge" : "FILE");

    if (status == CLI_DONE && strcmp(args->operands[0], "merge") != 0)
        status = cli_complain(cli, CLI_MISUSED, 144, "bad_value",
                              CLI_VALUES(CLI_TEXT("option", "lexicon"),
                                         CLI_TEXT("value", args->operands[0]),
                                         CLI_TEXT("wanted", "merge")));
    return status == CLI_DONE ? merge(cli, args) : status;
}

const cli_command cmd_lexicon = {
    .name = "lexicon",
    .synopsis = "calque lexicon merge [-o OUT] FILE...",
    .summary = "put lexicons of parts together",
    .about =
        "Adds up lexicons that 'calque align --train' wrote. What comes out is the "
        "lexicon of all their texts together, whatever the order: so a large list can "
        "be learned from in parts, on many machines.",
    .options = options,
    .example = "calque lexicon merge part1.lexicon part2.lexicon -o all.lexicon",
    .run = lexicon,
};
