#include "asking.h"

#define INDENT 4 /* of what stands below a hit */

static const cli_option options[] = {
    {'s', "source", "LANG", "language of the phrase"},
    {'t', "target", "LANG", "only units with a rendering in this language, and show it"},
    {0, "in", "source|target", "side that holds the phrase (default: source)"},
    {0, "words", NULL, "all words of the phrase, wherever they stand in the text"},
    {0, "exact", NULL, "as it is typed: case, accents, points and width count"},
    {0, "inflected", NULL, "its words in any form: by their stems"},
    {0, "fuzzy", NULL, "nearly the phrase: a letter in four may differ"},
    {0, "limit", "N", "show at most N units (default: 50)"},
    {0, "format", "text|json", "text for eyes, or one JSON object a hit (default: text)"},
    {0, NULL, NULL, NULL},
};

typedef struct seeking {
    cli_app *cli;
    cli_memories memories;
    bool is_json, in_target;
    uint64_t found;
    cli_buf out;
} seeking;

static void put_json(const seeking *run, cli_buf *out, const cq_concordance_hit *hit)
{
    cli_json_open(out, NULL, '{');
    cli_json_number(out, "unit", hit->unit);
    cli_json_text(out, "source", hit->source);
    cli_json_text(out, "target", hit->target);
    cli_json_text(out, "source_lang", hit->source_lang);
    if (hit->target.ptr)
        cli_json_text(out, "target_lang", hit->target_lang);
    cli_json_text(out, "origin", hit->origin);
    cli_json_number(out, "start", hit->start);
    cli_json_number(out, "end", hit->end);
    cli_json_text(out, "in", run->in_target ? CQ_STR("target") : CQ_STR("source"));
    cli_json_ranges(out, "ranges", hit->ranges, hit->ranges_len);
    if (hit->rendered.end > 0)
        cli_json_ranges(out, "rendered", &hit->rendered, 1);
    cli_json_memory(out, &run->memories, hit->memory, hit->also, hit->also_len);
    cli_json_close(out, '}');
    cli_putz(out, "\n");
}

/* The end of `text` that fits into `columns`, cut between characters as people see them.
 */
static cq_str tail(cq_str text, size_t columns)
{
    size_t taken = cq_text_columns(text);

    while (taken > columns && text.len > 0) {
        size_t step = cq_text_grapheme(text);
        taken -= cq_text_columns((cq_str){text.ptr, step});
        text = (cq_str){text.ptr + step, text.len - step};
    }
    return text;
}

static cq_str head(cq_str text, size_t columns)
{
    size_t taken = 0, at = 0;

    while (at < text.len) {
        size_t step = cq_text_grapheme((cq_str){text.ptr + at, text.len - at});
        taken += cq_text_columns((cq_str){text.ptr + at, step});
        if (taken > columns)
            break;
        at += step;
    }
    return (cq_str){text.ptr, at};
}

/* Key word in context: what was found stands in the same column in every line. On a
 * terminal the whole line is one isolate, so that right-to-left text keeps its order. */
static void put_context(seeking *run, const cq_concordance_hit *hit, cq_str text)
{
    cli_app *cli = run->cli;
    cli_buf *out = &run->out;
    size_t width = cli_width(), side = width > 60 ? (width - 20) / 2 : 20;
    cq_str before = {text.ptr, hit->start};
    cq_str after = {text.ptr + hit->end, text.len - hit->end};
    bool is_cut = cq_text_columns(before) > side;
    size_t until = hit->end + head(after, side).len;

    before = tail(before, is_cut ? side - 1 : side);
    cli_pad(out, side - cq_text_columns(before) - is_cut);
    cli_putz(out, cli_isolate(cli, text));
    cli_putz(out, is_cut ? "\xE2\x80\xA6" : ""); /* U+2026 HORIZONTAL ELLIPSIS */
    cli_put_seen(out, before);
    cli_put_marked(cli, out, text, hit->ranges, hit->ranges_len, hit->start, until);
    cli_putz(out, until < text.len ? "\xE2\x80\xA6" : "");
    cli_putz(out, cli_end_isolate(cli, text));
    cli_putz(out, "\n");
}

static void put_text(seeking *run, const cq_concordance_hit *hit)
{
    cli_app *cli = run->cli;
    cli_buf *out = &run->out;
    cq_str other = run->in_target ? hit->source : hit->target;

    put_context(run, hit, run->in_target ? hit->target : hit->source);
    if (other.ptr) {
        size_t start;

        cli_pad(out, INDENT);
        start = out->len;
        cli_putz(out, cli_isolate(cli, other));
        cli_put_marked(cli, out, other, &hit->rendered, hit->rendered.end > 0, 0,
                       other.len);
        cli_putz(out, cli_end_isolate(cli, other));
        cli_hang(cli, out, start, INDENT);
        cli_putz(out, "\n");
    }
    cli_pad(out, INDENT);
    cli_putz(out, cli_colour_code(cli, CLI_DIM));
    cli_put_memory(cli, out, &run->memories, hit->memory);
    cli_put_isolated(cli, out, hit->origin);
    cli_putf(out, " (#%llu)%s\n", (unsigned long long)hit->unit,
             cli_colour_code(cli, CLI_PLAIN));
    for (size_t i = 0; i < hit->also_len; i++) {
        cli_pad(out, INDENT);
        cli_put_also(cli, out, &run->memories, &hit->also[i]);
    }
}

static cq_status each(void *context, const cq_concordance_hit *hit)
{
    seeking *run = context;

    run->found++;
    if (run->is_json)
        put_json(run, &run->out, hit);
    else
        put_text(run, hit);
    cli_write_buf(run->cli, &run->out);
    return run->cli->is_write_failed ? CQ_E_STOP : CQ_OK;
}

/* What the command line asks for. */
typedef struct concordance_request {
    cq_lang from, to;
    bool has_to;
    cq_concordance_options opts;
} concordance_request;

static int read_options(seeking *run, const cli_args *args, concordance_request *request)
{
    cli_app *cli = run->cli;
    int64_t limit = 0;
    int is_json = 0, in_target = 0;
    int status = cli_choice(cli, args, "format", "text|json", &is_json);

    if (status == CLI_DONE)
        status = cli_choice(cli, args, "in", "source|target", &in_target);
    if (status == CLI_DONE)
        status = cli_lang(cli, args, "source", &request->from, NULL);
    if (status == CLI_DONE)
        status = cli_lang(cli, args, "target", &request->to,
                          in_target ? NULL : &request->has_to);
    if (status == CLI_DONE)
        status = cli_number(cli, args, "limit", 1, 1000000000, &limit);
    if (status == CLI_DONE)
        status = cli_operands(cli, args, 1, 1, "PHRASE");
    if (status == CLI_DONE)
        status = cli_valid(cli, args->operands[0]);
    if (status == CLI_DONE &&
        cli_has(args, "exact") + cli_has(args, "inflected") + cli_has(args, "fuzzy") > 1)
        status = cli_complain(cli, CLI_MISUSED, 154, "one_kind_of_search", NULL, 0);
    request->has_to |= in_target != 0;
    request->opts = (cq_concordance_options){.max_hits = (size_t)limit,
                                             .in_target = in_target != 0,
                                             .words = cli_has(args, "words"),
                                             .exact = cli_has(args, "exact"),
                                             .inflected = cli_has(args, "inflected"),
                                             .fuzzy = cli_has(args, "fuzzy"),
                                             .renderings = true};
    run->is_json = is_json;
    run->in_target = in_target != 0;
    return status;
}

static int concordance(cli_app *cli, const cli_args *args)
{
    seeking run = {.cli = cli};
    concordance_request request = {.has_to = false};
    cq_error err = {0};
    int status = read_options(&run, args, &request);

    if (status == CLI_DONE)
        status = cli_memories_open(cli, &run.memories);
    if (status == CLI_DONE) {
        cq_status sought = cq_memories_concordance(
            run.memories.asked, run.memories.len, cli_str(args->operands[0]),
            &request.from, request.has_to ? &request.to : NULL, &request.opts, each, &run,
            &err);
        if (sought < 0 && sought != CQ_E_STOP)
            status = cli_report(cli, &err);
    }
    if (status == CLI_DONE && run.found == 0) {
        status = CLI_NOTHING;
        cli_say(cli, "nothing_holds", CLI_VALUES(CLI_TEXT("phrase", args->operands[0])));
    }
    cli_memories_close(&run.memories);
    cli_buf_release(&run.out);
    return status;
}

const cli_command cmd_concordance = {
    .name = "concordance",
    .synopsis =
        "calque concordance -s LANG [-t LANG] [--in=source|target] [--words] [--exact] "
        "[--inflected] [--fuzzy] [--limit=N] [--format=text|json] PHRASE",
    .summary = "show where a phrase stands in the stored texts",
    .about =
        "Finds every unit whose source, or target with --in, holds PHRASE, in any "
        "script. Case, width, accents and points do not matter, nor whether the phrase "
        "begins and ends inside words; where it does not comes first, and shorter texts "
        "before longer ones.\n"
        "A * stands for any characters but white space, and makes the phrase stand for "
        "whole words: colo*r, *berechtigt, save * file.\n"
        "-m may be given more than once, with a penalty as in -m B.calque:5.",
    .options = options,
    .example = "calque concordance -s en -t fr \"human rights\"",
    .run = concordance,
};
