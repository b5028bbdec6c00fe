#include "asking.h"

#include <stdlib.h>
#include <string.h>

static const cli_option options[] = {
    {'s', "source", "LANG", "language of the text"},
    {'t', "target", "LANG", "language of the rendering that is wanted"},
    {0, "min", "N", "leave out matches below N percent, 0 to 101 (default: 70)"},
    {0, "limit", "N", "show at most N matches (default: 5)"},
    {0, "previous", "TEXT", "the segment before the text: with it a match can be 101"},
    {0, "next", "TEXT", "the segment after the text"},
    {0, "context", "KEY",
     "name of the text's place, as another tool noted it: with it a match can be 101"},
    {0, "document", NULL,
     "standard input is one document: each line's neighbours are its "
     "context. The answer to a line is out once the next line is in"},
    {0, "pivot", "LANG",
     "also renderings by way of an equal text in this language, at a lower percentage"},
    {0, "fragments", NULL,
     "where nothing is near enough, show the longest parts of the text that are stored"},
    {0, "exhaustive", NULL, "score every unit instead of asking the index; same answer"},
    {0, "both-scripts", NULL,
     "find Serbian in either script, by rewriting the text letter for letter"},
    {0, "as-stored", NULL, "do not put the numbers of the text into renderings"},
    {0, "markup", NULL, "show inline codes as TMX instead of {1}...{/1} and {2/}"},
    {0, "literal", NULL, "{1}...{/1} and {2/} in the text are no codes but text"},
    {0, "jobs", "N",
     "answer N queries at a time, in the order asked; for files, not for a dialogue"},
    {0, "format", "text|json",
     "text for eyes, or one JSON object a query (default: text)"},
    {0, NULL, NULL, NULL},
};

typedef struct looking {
    cli_app *cli;
    cli_memories memories;
    cli_queue *queue; /* with several jobs; else NULL */
    size_t jobs;
    cli_asking asking;
    cq_lang pivot;
    cli_showing showing;
    bool is_json, is_document;
    bool is_found; /* any match for any query */
    cli_buf out;
} looking;

/* ---- queries ------------------------------------------------------------------------
 */

static int show(void *context, const cli_answer *answer)
{
    looking *run = context;
    const cq_hits *hits = answer->hits;
    int result = CLI_DONE;

    run->is_found = run->is_found || (hits && hits->len > 0) ||
                    (answer->fragments && answer->fragments->len > 0);
    if (answer->status < 0)
        result = cli_report(run->cli, &answer->err);
    else if (run->is_json)
        cli_json_answer(&run->out, &run->showing, answer);
    else
        cli_put_answer(run->cli, &run->out, &run->showing, answer);
    cli_write_buf(run->cli, &run->out);
    cli_flush(run->cli);
    return run->cli->is_write_failed ? CLI_FAILED : result;
}

/* Answer one query; `previous` and `next` have a NULL ptr where there is none. */
static int answer(looking *run, cq_str query, cq_str previous, cq_str next)
{
    cli_answer made = {.query = query};
    int result;

    if (run->queue)
        return cli_queue_put(run->queue, query, previous, next);
    run->asking.opts.previous = previous;
    run->asking.opts.next = next;
    cli_ask(&run->memories, &run->asking, &made);
    result = show(run, &made);
    cli_answer_release(&made);
    return result;
}

static int answer_operands(looking *run, const cli_args *args)
{
    cq_str previous = cli_str(cli_value(args, "previous"));
    cq_str next = cli_str(cli_value(args, "next"));
    int status = CLI_DONE;

    run->showing.queries = args->len > 1;
    for (size_t i = 0; i < args->len && status == CLI_DONE; i++) {
        if (run->is_document) {
            previous = cli_str(i > 0 ? args->operands[i - 1] : NULL);
            next = cli_str(i + 1 < args->len ? args->operands[i + 1] : NULL);
        }
        status = answer(run, cli_str(args->operands[i]), previous, next);
    }
    return status;
}

static int report_line(looking *run, const cq_error *err)
{
    cli_report(run->cli, err);
    return err->status == CQ_E_INPUT ? CLI_MISUSED : CLI_FAILED;
}

static int answer_lines(looking *run, cli_input *input)
{
    cq_error err = {0};
    cq_str line, none = {0};
    cq_status read = CQ_OK;
    int status = CLI_DONE;

    while (status == CLI_DONE) {
        read = cli_input_line(input, &line, &err);
        if (read != CQ_OK)
            break;
        status = answer(run, line, none, none);
    }
    return read < 0 ? report_line(run, &err) : status;
}

static void keep_line(cli_buf *kept, cq_str line)
{
    kept->len = 0;
    cli_put(kept, line);
    cli_put(kept, CQ_STR("\0")); /* so that an empty line has a ptr too */
    kept->len--;
}

static cq_str view(const cli_buf *kept) { return (cq_str){kept->ptr, kept->len}; }

/* One line behind the input: a line is answered when the one after it is known. A line
 * that cannot be read ends the document, after the answer to the one before it. */
static int answer_document(looking *run, cli_input *input)
{
    cq_error err = {0};
    cli_buf kept[3] = {{0}}; /* previous, current, next, in turn */
    size_t at = 0;
    cq_str line;
    cq_status read = cli_input_line(input, &line, &err);
    int status = CLI_DONE;

    if (read == CQ_OK)
        keep_line(&kept[0], line);
    while (read == CQ_OK && status == CLI_DONE) {
        cq_str previous = at > 0 ? view(&kept[(at + 2) % 3]) : (cq_str){0};
        cq_str next = {0};
        read = cli_input_line(input, &line, &err);
        if (read == CQ_OK) {
            keep_line(&kept[(at + 1) % 3], line);
            next = view(&kept[(at + 1) % 3]);
        }
        status = answer(run, view(&kept[at % 3]), previous, next);
        at++;
    }
    for (size_t i = 0; i < 3; i++)
        cli_buf_release(&kept[i]);
    return read < 0 ? report_line(run, &err) : status;
}

static int answer_input(looking *run)
{
    cli_input *input = NULL;
    int status = cli_input_open(run->cli, "-", &input);

    run->showing.queries = true;
    if (status == CLI_DONE)
        status =
            run->is_document ? answer_document(run, input) : answer_lines(run, input);
    cli_input_close(input);
    return status;
}

/* ---- the command --------------------------------------------------------------------
 */

static int read_options(looking *run, const cli_args *args)
{
    cli_app *cli = run->cli;
    int64_t min = 0, limit = 0, jobs = 1;
    int is_json = 0;
    bool has_pivot = false;
    int status = cli_choice(cli, args, "format", "text|json", &is_json);

    if (status == CLI_DONE)
        status = cli_lang(cli, args, "source", &run->asking.from, NULL);
    if (status == CLI_DONE)
        status = cli_lang(cli, args, "target", &run->asking.to, NULL);
    if (status == CLI_DONE)
        status = cli_lang(cli, args, "pivot", &run->pivot, &has_pivot);
    if (status == CLI_DONE)
        status = cli_number(cli, args, "min", 0, 101, &min);
    if (status == CLI_DONE)
        status = cli_number(cli, args, "limit", 1, CQ_HITS_MAX, &limit);
    if (status == CLI_DONE)
        status = cli_number(cli, args, "jobs", 1, 256, &jobs);
    for (size_t i = 0; i < args->len && status == CLI_DONE; i++)
        status = cli_valid(cli, args->operands[i]);
    if (status == CLI_DONE && cli_value(args, "previous"))
        status = cli_valid(cli, cli_value(args, "previous"));
    if (status == CLI_DONE && cli_value(args, "next"))
        status = cli_valid(cli, cli_value(args, "next"));
    if (status == CLI_DONE && cli_value(args, "context"))
        status = cli_valid(cli, cli_value(args, "context"));
    if (min == 0 && cli_has(args, "min"))
        min = 1; /* the library takes 0 for its default; below 1 nothing is alike */
    run->is_json = is_json;
    run->jobs = (size_t)jobs;
    run->is_document = cli_has(args, "document");
    run->showing.markup = cli_has(args, "markup");
    run->asking.fragments = run->showing.fragments = cli_has(args, "fragments");
    run->showing.memories = &run->memories;
    run->asking.opts =
        (cq_lookup_options){.min_percent = (int)min,
                            .max_hits = (size_t)limit,
                            .exhaustive = cli_has(args, "exhaustive"),
                            .pivot = has_pivot ? &run->pivot : NULL,
                            .differences = true,
                            .both_scripts = cli_has(args, "both-scripts"),
                            .has_marks = !cli_has(args, "literal"),
                            .as_stored = cli_has(args, "as-stored"),
                            .context = cli_str(cli_value(args, "context"))};
    return status;
}

/* --previous, --next and --context belong to one query. */
static int check_context(looking *run, const cli_args *args)
{
    bool has_context =
        cli_has(args, "previous") || cli_has(args, "next") || cli_has(args, "context");

    if (has_context && (args->len != 1 || run->is_document))
        return cli_complain(run->cli, CLI_MISUSED, 154, "context_for_one", NULL, 0);
    return CLI_DONE;
}

/* Threads open memories of their own; this one knows their names and where they are wrong
 * before any work is done. */
static int ask(looking *run, const cli_args *args)
{
    int status = cli_memories_open(run->cli, &run->memories), ended;

    if (status == CLI_DONE && run->jobs > 1)
        status =
            cli_queue_open(run->cli, run->jobs, &run->asking, show, run, &run->queue);
    if (status == CLI_DONE)
        status = args->len > 0 ? answer_operands(run, args) : answer_input(run);
    if (run->queue) {
        ended = cli_queue_end(run->queue);
        status = status == CLI_DONE ? ended : status;
    }
    cli_queue_close(run->queue);
    return status;
}

static int lookup(cli_app *cli, const cli_args *args)
{
    looking run = {.cli = cli};
    int status = read_options(&run, args);

    if (status == CLI_DONE)
        status = check_context(&run, args);
    if (status == CLI_DONE)
        status = ask(&run, args);
    if (status == CLI_DONE && !run.is_found) {
        status = CLI_NOTHING;
        cli_say(cli, "nothing_near",
                CLI_VALUES(CLI_NUMBER("percent", run.asking.opts.min_percent
                                                     ? run.asking.opts.min_percent
                                                     : 70)));
    }
    cli_memories_close(&run.memories);
    cli_buf_release(&run.out);
    return status;
}

const cli_command cmd_lookup = {
    .name = "lookup",
    .synopsis = "calque lookup -s LANG -t LANG [--min=N] [--limit=N] [--previous=TEXT] "
                "[--next=TEXT] [--context=KEY] [--document] [--pivot=LANG] "
                "[--fragments] [--exhaustive] [--both-scripts] [--as-stored] "
                "[--markup] [--literal] [--jobs=N] "
                "[--format=text|json] [TEXT...]",
    .summary = "find stored segments near a text",
    .about =
        "Each TEXT is one query. Without TEXT every line of standard input is one, and "
        "its answer is out before the next line is waited for, so that an editor can "
        "talk through a pipe; an empty line gets an empty answer.\n"
        "100 is the same text, 101 the same text beside the same neighbours; case, "
        "numbers and punctuation cost a little, words cost most. What a stored source "
        "has and the query lacks is struck out or stands in [-...-]; what only the "
        "query has is underlined or stands in {+...+}.\n"
        "Inline codes are marks: {1}...{/1} for a pair, {2/} for one that stands alone. "
        "Typed in the text, they are compared with the stored ones and placed into the "
        "rendering where that is certain. Where text and stored source differ in "
        "numbers, addresses or placeholders alone, the rendering is offered with those "
        "of the text.\n"
        "-m may be given more than once, with a penalty as in -m B.calque:5: the "
        "answers are ranked as one.",
    .options = options,
    .example = "calque lookup -s en -t fr \"Save the green file.\"\n"
               "calque lookup -s en -t fr --format=json < sentences.txt",
    .run = lookup,
};
