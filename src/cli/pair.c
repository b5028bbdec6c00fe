#include "cli.h"

#include <dirent.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#define DEPTH_MAX 64 /* folders in folders; links may go round in circles */

static const cli_option options[] = {
    {'s', "source", "LANG", "language of the documents in DIR-A"},
    {'t', "target", "LANG", "language of the documents in DIR-B"},
    {0, "by-name", NULL, "go by names alone, without reading the documents"},
    {0, "min-confidence", "X",
     "leave out pairs below this confidence, 0 to 1 (default: 0.5)"},
    {0, "out-dir", "DIR", "where the list says that alignments go (default: here)"},
    {'o', "output", "LIST",
     "write the list to LIST, whole or not at all (default: standard output)"},
    {0, NULL, NULL, NULL},
};

/* The files of a folder and all in it, in order of name. */
typedef struct folder {
    char **paths;
    const char **names; /* each in its path, after the folder's own */
    size_t len, capacity;
} folder;

typedef struct pairing_run {
    cli_app *cli;
    folder sides[2];
    cq_lang langs[2];
    bool has_lang[2];
    const char *out_dir; /* NULL for none */
    double min_confidence;
    char **outputs; /* of the pairs listed */
    size_t listed;
} pairing_run;

/* ---- folders ------------------------------------------------------------------------
 */

static int compare_names(const void *a, const void *b)
{
    return strcmp(*(char *const *)a, *(char *const *)b);
}

static void add_path(folder *f, char *path_take)
{
    if (f->len == f->capacity) {
        f->capacity = f->capacity * 2 + 64;
        f->paths = cli_realloc(f->paths, f->capacity * sizeof(*f->paths));
    }
    f->paths[f->len++] = path_take;
}

static int walk(cli_app *cli, folder *f, const char *path, int depth)
{
    DIR *dir = opendir(path);
    struct dirent *entry;
    int status = CLI_DONE;

    if (!dir)
        return cli_complain(
            cli, CLI_MISUSED, 150, "cannot_read",
            CLI_VALUES(CLI_TEXT("file", path), CLI_TEXT("why", strerror(errno))));
    while (status == CLI_DONE && (entry = readdir(dir))) {
        struct stat what;
        char *inner;

        if (entry->d_name[0] == '.')
            continue; /* "." and "..", and what is hidden */
        inner = cli_format("%s/%s", path, entry->d_name);
        if (stat(inner, &what) == 0 && S_ISREG(what.st_mode)) {
            add_path(f, inner);
            continue;
        }
        if (stat(inner, &what) == 0 && S_ISDIR(what.st_mode) && depth < DEPTH_MAX)
            status = walk(cli, f, inner, depth + 1);
        free(inner);
    }
    closedir(dir);
    return status;
}

static int open_folder(cli_app *cli, folder *f, const char *path)
{
    size_t len = strlen(path);
    int status;

    while (len > 1 && path[len - 1] == '/')
        len--;
    char *trimmed = cli_format("%.*s", (int)len, path);
    status = walk(cli, f, trimmed, 0);
    free(trimmed);
    if (status != CLI_DONE)
        return status;
    if (f->len > 0)
        qsort(f->paths, f->len, sizeof(*f->paths), compare_names);
    f->names = cli_alloc((f->len + 1) * sizeof(*f->names));
    for (size_t i = 0; i < f->len; i++)
        f->names[i] = f->paths[i] + len + 1;
    return CLI_DONE;
}

static void close_folder(folder *f)
{
    for (size_t i = 0; i < f->len; i++)
        free(f->paths[i]);
    free(f->paths);
    free((void *)f->names);
}

/* ---- the list -----------------------------------------------------------------------
 */

/* The alignment's file: called as the source, in one folder, so that none must be made.
 * Without what tells of its kind. */
static void put_output(const pairing_run *run, cli_buf *line, const char *name)
{
    const char *slash = strrchr(name, '/'), *base = slash ? slash + 1 : name;
    const char *dot = strrchr(base, '.');
    size_t len = dot && dot > base ? (size_t)(dot - name) : strlen(name);
    size_t start;

    if (run->out_dir)
        cli_putf(line, "%s/", run->out_dir);
    start = line->len;
    cli_put(line, (cq_str){name, len});
    for (size_t i = start; i < line->len; i++)
        if (line->ptr[i] == '/')
            line->ptr[i] = '-';
    /* "a.md" and "a.txt" are two documents. */
    for (size_t i = 0; i < run->sides[0].len; i++)
        if (run->sides[0].names[i] != name &&
            strncmp(run->sides[0].names[i], name, len) == 0 &&
            run->sides[0].names[i][len] == '.' &&
            !strchr(run->sides[0].names[i] + len, '/')) {
            cli_putf(line, "-%s", name + len + (name[len] == '.'));
            break;
        }
}

static bool is_taken(const pairing_run *run, const char *output)
{
    for (size_t i = 0; i < run->listed; i++)
        if (strcmp(run->outputs[i], output) == 0)
            return true;
    return false;
}

/* The same, but no pair's before: "a/b.txt" and "a-b.txt" are two documents too. */
static char *choose_output(const pairing_run *run, const char *name)
{
    cli_buf stem = {0};

    put_output(run, &stem, name);
    char *output = cli_format("%.*s.tmx", (int)stem.len, stem.ptr);
    for (int i = 2; is_taken(run, output); i++) {
        free(output);
        output = cli_format("%.*s-%d.tmx", (int)stem.len, stem.ptr, i);
    }
    cli_buf_release(&stem);
    return output;
}

/* Tabs and line ends would break the list. */
static bool is_listable(const char *path) { return !strpbrk(path, "\t\r\n"); }

static cq_status put_pair(pairing_run *run, const cq_document_pair *pair, cq_sink sink,
                          cq_error *err)
{
    const char *source = run->sides[0].paths[pair->source];
    const char *target = run->sides[1].paths[pair->target];
    cli_buf line = {0};

    if (pair->confidence < run->min_confidence || !is_listable(source) ||
        !is_listable(target))
        return CQ_OK;
    char *output = choose_output(run, run->sides[0].names[pair->source]);
    run->outputs[run->listed++] = output;
    cli_putf(&line, "%s\t%s\t%s\t%.2f\n", source, target, output, pair->confidence);
    cq_status status = sink.write(sink.context, line.ptr, line.len, err);
    cli_buf_release(&line);
    return status;
}

static int write_list(pairing_run *run, const cq_document_pair *pairs, size_t len,
                      const char *path)
{
    cli_target target;
    cq_error err = {0};
    cq_status written = CQ_OK;
    int status = cli_target_open(run->cli, path, &target);

    if (status != CLI_DONE)
        return status;
    run->outputs = cli_alloc((len + 1) * sizeof(*run->outputs));
    for (size_t i = 0; i < len && written >= 0; i++)
        written = put_pair(run, &pairs[i], cli_target_sink(&target), &err);
    return cli_target_finish(&target, written, &err);
}

/* ---- the command --------------------------------------------------------------------
 */

static void tell_unread(void *context, const cq_error *why)
{
    cli_print_error(context, why, NULL);
}

static int pair_folders(pairing_run *run, const cli_args *args)
{
    cq_collection sides[2];
    cq_document_pair *pairs = NULL;
    size_t len = 0;
    cq_error err = {0};
    cli_bar bar;

    for (int i = 0; i < 2; i++)
        sides[i] = (cq_collection){.paths = (const char *const *)run->sides[i].paths,
                                   .names = run->sides[i].names,
                                   .len = run->sides[i].len,
                                   .lang = run->has_lang[i] ? &run->langs[i] : NULL};
    cli_bar_start(&bar, run->cli, args->operands[0]);
    cq_pairing_options opts = {.is_by_name_only = cli_has(args, "by-name"),
                               .progress = cli_bar_progress(&bar),
                               .notice = tell_unread,
                               .context = run->cli};
    cq_status paired = cq_pair_documents(&sides[0], &sides[1], &opts, &pairs, &len, &err);
    cli_bar_clear(&bar);
    int status = paired < 0 ? cli_report(run->cli, &err)
                            : write_list(run, pairs, len, cli_value(args, "output"));
    cq_document_pairs_free(pairs);
    if (status == CLI_DONE)
        cli_say(run->cli, "pair_figures",
                CLI_VALUES(CLI_NUMBER("pairs", run->listed),
                           CLI_NUMBER("source", run->sides[0].len - run->listed),
                           CLI_NUMBER("target", run->sides[1].len - run->listed)));
    return status == CLI_DONE && run->listed == 0 ? CLI_NOTHING : status;
}

static int pair(cli_app *cli, const cli_args *args)
{
    pairing_run run = {.cli = cli, .min_confidence = 0.5};
    int status = cli_lang(cli, args, "source", &run.langs[0], &run.has_lang[0]);

    if (status == CLI_DONE)
        status = cli_lang(cli, args, "target", &run.langs[1], &run.has_lang[1]);
    if (status == CLI_DONE)
        status = cli_share(cli, args, "min-confidence", &run.min_confidence);
    if (status == CLI_DONE)
        status = cli_operands(cli, args, 2, 2, args->len == 1 ? "DIR-B" : "DIR-A");
    run.out_dir = cli_value(args, "out-dir");
    for (int i = 0; i < 2 && status == CLI_DONE; i++)
        status = open_folder(cli, &run.sides[i], args->operands[i]);
    if (status == CLI_DONE)
        status = pair_folders(&run, args);
    close_folder(&run.sides[0]);
    close_folder(&run.sides[1]);
    for (size_t i = 0; i < run.listed; i++)
        free(run.outputs[i]);
    free(run.outputs);
    return status;
}

const cli_command cmd_pair = {
    .name = "pair",
    .synopsis = "calque pair [-s LANG] [-t LANG] [--by-name] [--min-confidence=X] "
                "[--out-dir=DIR] [-o LIST] DIR-A DIR-B",
    .summary = "find which documents of two folders translate each other",
    .about =
        "Pairs documents whose names differ by a language alone, and others by what "
        "they say: numbers, names, words alike, lengths, and words that go together in "
        "the pairs that are certain. Prints a list for \"align --pairs\": SOURCE, "
        "TARGET, OUT and the confidence, with tabs between. Each document stands in "
        "one pair at most.",
    .options = options,
    .example = "calque pair -s en -t fr manual/en manual/fr -o list.tsv\n"
               "calque align -s en -t fr --pairs=list.tsv --jobs=4",
    .run = pair,
};
