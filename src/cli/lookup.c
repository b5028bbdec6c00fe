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
    bool is_json, is_stream, is_document, shows_markup;
    bool is_found; /* any match for any query */
    cli_buf out;
} looking;

/* ---- JSON ---------------------------------------------------------------------------
 */

/* What was done to the stored rendering for the query. */
static void put_json_fit(cli_buf *out, const cq_hit *hit)
{
    if (hit->stored.ptr) {
        cli_json_bool(out, "adapted", true);
        cli_json_number(out, "adapted_percent", (uint64_t)hit->adapted_percent);
        cli_json_text(out, "target_stored", hit->stored);
    }
    if (hit->source_marked.len > 0)
        cli_json_text(out, "source_marked", hit->source_marked);
    if (hit->target_marked.len > 0)
        cli_json_text(out, "target_marked", hit->target_marked);
    if (hit->codes != CQ_CODES_NONE)
        cli_json_text(out, "codes",
                      cli_str(hit->codes == CQ_CODES_PLACED ? "placed" : "unplaced"));
}

static void put_json_pivot(cli_buf *out, const cq_hit *hit)
{
    if (!hit->pivot_unit)
        return;
    cli_json_open(out, "pivot", '{');
    cli_json_text(out, "lang", hit->pivot_lang);
    cli_json_text(out, "text", hit->pivot);
    cli_json_number(out, "unit", hit->pivot_unit);
    cli_json_close(out, '}');
}

static void put_json_hit(const looking *run, cli_buf *out, const cq_hit *hit)
{
    static const char *const kinds[] = {
        [CQ_HIT_FUZZY] = "fuzzy", [CQ_HIT_EXACT] = "exact", [CQ_HIT_CONTEXT] = "context"};

    cli_json_open(out, NULL, '{');
    cli_json_number(out, "percent", (uint64_t)hit->percent);
    cli_json_text(out, "kind", cli_str(kinds[hit->kind]));
    cli_json_text(out, "source", hit->source);
    cli_json_text(out, "target", hit->target);
    if (hit->source_markup.len > 0)
        cli_json_text(out, "source_markup", hit->source_markup);
    if (hit->target_markup.len > 0)
        cli_json_text(out, "target_markup", hit->target_markup);
    cli_json_text(out, "source_lang", hit->source_lang);
    cli_json_text(out, "target_lang", hit->target_lang);
    cli_json_number(out, "unit", hit->unit);
    cli_json_text(out, "origin", hit->origin);
    cli_json_text(out, "changed", hit->changed);
    cli_json_text(out, "author", hit->author);
    cli_json_difference(out, "difference", hit->pieces, hit->pieces_len);
    put_json_fit(out, hit);
    put_json_pivot(out, hit);
    cli_json_memory(out, &run->memories, hit->memory, hit->also, hit->also_len);
    cli_json_close(out, '}');
}

static void put_json(looking *run, const cli_answer *answer)
{
    cq_str query = answer->query;
    const cq_hits *hits = answer->hits;

    cli_json_open(&run->out, NULL, '{');
    cli_json_text(&run->out, "query", query.ptr ? query : CQ_STR(""));
    cli_json_open(&run->out, "matches", '[');
    for (size_t i = 0; hits && i < hits->len; i++)
        put_json_hit(run, &run->out, &hits->items[i]);
    cli_json_close(&run->out, ']');
    if (run->asking.fragments)
        cli_json_fragments(&run->out, &run->memories, answer);
    cli_json_close(&run->out, '}');
    cli_putz(&run->out, "\n");
}

/* ---- text ---------------------------------------------------------------------------
 */

/* 20240501T120000Z as "2024-05-01"; other dates as they were written. */
static void put_date(cli_buf *out, cq_str date)
{
    bool is_tmx = date.len >= 8;

    for (size_t i = 0; is_tmx && i < 8; i++)
        is_tmx = date.ptr[i] >= '0' && date.ptr[i] <= '9';
    if (is_tmx && (date.len == 8 || date.ptr[8] == 'T'))
        cli_putf(out, "%.4s-%.2s-%.2s", date.ptr, date.ptr + 4, date.ptr + 6);
    else
        cli_put_seen(out, date);
}

static const char *kind_of(cli_app *cli, cq_hit_kind kind)
{
    switch (kind) {
    case CQ_HIT_CONTEXT:
        return cli_message(cli, "kind_context", NULL, 0);
    case CQ_HIT_EXACT:
        return cli_message(cli, "kind_exact", NULL, 0);
    default:
        return cli_message(cli, "kind_fuzzy", NULL, 0);
    }
}

static size_t kind_columns(cli_app *cli)
{
    size_t most = 0;

    for (cq_hit_kind kind = CQ_HIT_FUZZY; kind <= CQ_HIT_CONTEXT; kind++) {
        size_t columns = cq_text_columns(cli_str(kind_of(cli, kind)));
        most = columns > most ? columns : most;
    }
    return most;
}

static void put_fit(looking *run, const cq_hit *hit)
{
    if (hit->stored.ptr) {
        cli_putz(&run->out, ", ");
        cli_putz(&run->out,
                 cli_message(run->cli, "hit_adapted",
                             CLI_VALUES(CLI_NUMBER("percent", hit->adapted_percent))));
    }
    if (hit->codes == CQ_CODES_UNPLACED) {
        cli_putz(&run->out, ", ");
        cli_putz(&run->out, cli_message(run->cli, "hit_unplaced", NULL, 0));
    }
}

static void put_pivot(looking *run, const cq_hit *hit)
{
    char *lang, *unit;

    if (!hit->pivot_unit)
        return;
    lang = cli_format("%.*s", (int)hit->pivot_lang.len, hit->pivot_lang.ptr);
    unit = cli_format("%llu", (unsigned long long)hit->pivot_unit);
    cli_putz(&run->out, ", ");
    cli_putz(&run->out,
             cli_message(run->cli, "hit_pivot",
                         CLI_VALUES(CLI_TEXT("lang", lang), CLI_TEXT("unit", unit))));
    free(lang);
    free(unit);
}

/* Codes are shown where the text itself shows no difference. */
static void put_source(looking *run, cq_str query, const cq_hit *hit)
{
    cq_str shown = run->shows_markup ? hit->source_markup : hit->source_marked;
    bool is_same = hit->pieces_len == 1 && hit->pieces[0].is_same;

    if (is_same && hit->source_marked.len > 0)
        cli_put_isolated(run->cli, &run->out, shown);
    else
        cli_put_difference(run->cli, &run->out, hit->source, query, hit->pieces,
                           hit->pieces_len);
}

static cq_str shown_target(const looking *run, const cq_hit *hit)
{
    cq_str shown = run->shows_markup ? hit->target_markup : hit->target_marked;

    return shown.len > 0 ? shown : hit->target;
}

static void put_about(looking *run, const cq_hit *hit)
{
    cli_buf *out = &run->out;

    cli_putz(out, cli_colour_code(run->cli, CLI_DIM));
    cli_put_memory(run->cli, out, &run->memories, hit->memory);
    cli_put_isolated(run->cli, out, hit->origin);
    if (hit->changed.len > 0) {
        cli_putz(out, ", ");
        put_date(out, hit->changed);
    }
    if (hit->author.len > 0) {
        cli_putz(out, ", ");
        cli_put_isolated(run->cli, out, hit->author);
    }
    cli_putf(out, " (#%llu)", (unsigned long long)hit->unit);
    put_fit(run, hit);
    put_pivot(run, hit);
    cli_putf(out, "%s\n", cli_colour_code(run->cli, CLI_PLAIN));
}

/*  88 %  fuzzy    Save the [-red-]{+green+} file.
 *                 Enregistrez le fichier rouge.
 *                 office.tmx, 2024-05-01, anna (#12)  */
static void put_hit(looking *run, cq_str query, const cq_hit *hit, size_t kinds)
{
    size_t column = 7 + kinds + 2, start;
    cli_buf *out = &run->out;

    cli_putf(out, "%s%3d %%  ", cli_colour_code(run->cli, CLI_BOLD), hit->percent);
    cli_put_column(out, cli_str(kind_of(run->cli, hit->kind)), kinds + 2);
    cli_putz(out, cli_colour_code(run->cli, CLI_PLAIN));
    start = out->len;
    put_source(run, query, hit);
    cli_hang(run->cli, out, start, column);
    cli_putz(out, "\n");
    cli_pad(out, column);
    start = out->len;
    cli_put_isolated(run->cli, out, shown_target(run, hit));
    cli_hang(run->cli, out, start, column);
    cli_putz(out, "\n");
    cli_pad(out, column);
    put_about(run, hit);
    for (size_t i = 0; i < hit->also_len; i++) {
        cli_pad(out, column);
        cli_put_also(run->cli, out, &run->memories, &hit->also[i]);
    }
}

static void put_text(looking *run, const cli_answer *answer)
{
    size_t kinds = kind_columns(run->cli);
    const cq_hits *hits = answer->hits;

    if (run->is_stream) { /* several answers: say to what, and end each with a blank line
                           */
        cli_putz(&run->out, "> ");
        cli_put_isolated(run->cli, &run->out, answer->query);
        cli_putz(&run->out, "\n");
    }
    for (size_t i = 0; hits && i < hits->len; i++)
        put_hit(run, answer->query, &hits->items[i], kinds);
    cli_put_fragments(run->cli, &run->out, &run->memories, answer, kinds + 2);
    if (run->is_stream)
        cli_putz(&run->out, "\n");
}

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
        put_json(run, answer);
    else
        put_text(run, answer);
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

    run->is_stream = args->len > 1;
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

    run->is_stream = true;
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
        status = cli_number(cli, args, "limit", 1, 1000000, &limit);
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
    run->shows_markup = cli_has(args, "markup");
    run->asking.fragments = cli_has(args, "fragments");
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
