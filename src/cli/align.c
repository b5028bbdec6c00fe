#include "aligning.h"

#include <stdlib.h>
#include <string.h>

static const cli_option options[] = {
    {'s', "source", "LANG", "language of SOURCE"},
    {'t', "target", "LANG", "language of TARGET"},
    {0, "sentences", NULL, "the texts have one sentence a line already"},
    CLI_PARAGRAPH_OPTIONS,
    CLI_READING_OPTIONS,
    {0, "constrain", "BEADS",
     "align around the beads that this file marks as fixed, which stay"},
    {0, "min-confidence", "X", "leave out beads below this confidence, 0 to 1"},
    {0, "force", NULL, "align texts also when they do not look like translations"},
    {0, "lexicon", "FILE",
     "words that are known: a lexicon of --train, or a memory to learn them from"},
    {0, "format", CLI_ALIGN_FORMATS, "what to write (default: as OUT ends, else tmx)"},
    {'o', "output", "OUT",
     "write to OUT, whole or not at all (default: standard output)"},
    {0, "into", "MEMORY", "also store the pairs in this memory"},
    {0, "pairs", "LIST",
     "align many: each line of LIST is SOURCE, tab, TARGET, tab, OUT"},
    {0, "train", "LIST", "learn a lexicon from the pairs of LIST and write it to OUT"},
    {0, "jobs", "N", "with a list: work on N pairs at a time (default: 1)"},
    {0, "shard", "I/N", "with a list: only the I-th of N shares of it"},
    {0, "resume", NULL,
     "with --pairs: pass over pairs whose OUT is newer than both texts"},
    {0, "report", "FILE",
     "with --pairs: write a table of how each pair came out to FILE"},
    {0, NULL, NULL, NULL},
};

/* ---- writing ------------------------------------------------------------------------
 */

bool cli_is_unspaced(const cq_lang *lang)
{
    static const char *const scripts[] = {"Hans", "Hant", "Hani", "Jpan",
                                          "Thai", "Laoo", "Khmr", "Mymr"};

    for (size_t i = 0; i < sizeof(scripts) / sizeof(scripts[0]); i++)
        if (strcmp(lang->script, scripts[i]) == 0)
            return true;
    return false;
}

/* The sentences of one side of a bead as one text. */
static void join(cli_buf *out, const cq_alignment *alignment, cli_sentence_fn sentence,
                 size_t first, size_t len, const cq_lang *lang)
{
    for (size_t k = first; k < first + len; k++) {
        if (k > first && !cli_is_unspaced(lang))
            cli_put(out, CQ_STR(" "));
        cli_put(out, sentence(alignment, k));
    }
}

/* A tab or line end inside a sentence would break the table: each becomes a space. */
static void put_cell(cli_buf *line, cli_buf *text)
{
    for (size_t i = 0; i < text->len; i++)
        if (text->ptr[i] == '\t' || text->ptr[i] == '\n' || text->ptr[i] == '\r')
            text->ptr[i] = ' ';
    cli_put(line, (cq_str){text->ptr, text->len});
    text->len = 0;
}

static void put_tsv(const cli_aligning *run, cli_buf *line, const cq_alignment *alignment,
                    const cq_bead *bead, cli_buf *text)
{
    cli_putf(line, "%.2f\t", bead->confidence);
    join(text, alignment, cq_alignment_source, bead->source, bead->source_len,
         &run->from);
    put_cell(line, text);
    cli_putz(line, "\t");
    join(text, alignment, cq_alignment_target, bead->target, bead->target_len, &run->to);
    put_cell(line, text);
    cli_putz(line, "\n");
}

static void put_numbers(cli_buf *line, const char *key, size_t first, size_t len)
{
    cli_json_open(line, key, '[');
    for (size_t k = first; k < first + len; k++)
        cli_json_number(line, NULL, k);
    cli_json_close(line, ']');
}

static void put_json(const cli_aligning *run, cli_buf *line,
                     const cq_alignment *alignment, const cq_bead *bead, cli_buf *text)
{
    cli_json_open(line, NULL, '{');
    put_numbers(line, "source", bead->source, bead->source_len);
    put_numbers(line, "target", bead->target, bead->target_len);
    cli_json_real(line, "confidence", bead->confidence, 4);
    if (bead->is_fixed)
        cli_json_bool(line, "fixed", true);
    cli_put(text, CQ_STR("")); /* an empty side is "", not null */
    join(text, alignment, cq_alignment_source, bead->source, bead->source_len,
         &run->from);
    cli_json_text(line, "source_text", (cq_str){text->len ? text->ptr : "", text->len});
    text->len = 0;
    join(text, alignment, cq_alignment_target, bead->target, bead->target_len, &run->to);
    cli_json_text(line, "target_text", (cq_str){text->len ? text->ptr : "", text->len});
    text->len = 0;
    cli_json_close(line, '}');
    cli_putz(line, "\n");
}

static void put_bead(cli_buf *line, const cq_bead *bead)
{
    put_numbers(line, NULL, bead->source, bead->source_len);
    cli_putz(line, ":");
    put_numbers(line, NULL, bead->target, bead->target_len);
    cli_putf(line, ":%.2f%s\n", bead->confidence, bead->is_fixed ? ":fixed" : "");
}

static cq_status write_lines(const cli_aligning *run, int format,
                             const cq_alignment *alignment, cq_sink sink, cq_error *err)
{
    const cq_bead *beads = NULL;
    size_t len = cq_alignment_beads(alignment, &beads);
    cli_buf line = {0}, text = {0};
    cq_status status = CQ_OK;

    for (size_t i = 0; i < len && status >= 0; i++) {
        line.len = 0;
        if (format == CLI_ALIGN_TSV)
            put_tsv(run, &line, alignment, &beads[i], &text);
        else if (format == CLI_ALIGN_JSON)
            put_json(run, &line, alignment, &beads[i], &text);
        else
            put_bead(&line, &beads[i]);
        status = sink.write(sink.context, line.ptr, line.len, err);
    }
    cli_buf_release(&text);
    cli_buf_release(&line);
    return status;
}

/* The format that the end of a file's name asks for. */
static int format_of(const char *path)
{
    static const struct {
        const char *ending;
        int format;
    } endings[] = {{".tsv", CLI_ALIGN_TSV},     {".txt", CLI_ALIGN_TSV},
                   {".json", CLI_ALIGN_JSON},   {".jsonl", CLI_ALIGN_JSON},
                   {".beads", CLI_ALIGN_BEADS}, {".html", CLI_ALIGN_HTML}};

    for (size_t i = 0; path && i < sizeof(endings) / sizeof(endings[0]); i++)
        if (cli_ends_in(path, endings[i].ending))
            return endings[i].format;
    return CLI_ALIGN_TMX;
}

static cq_status write_format(const cli_aligning *run, int format,
                              const cq_alignment *alignment, const char *source,
                              const char *target, cq_sink sink, uint64_t *replaced,
                              cq_error *err)
{
    if (format == CLI_ALIGN_TMX)
        return cq_alignment_write_tmx(alignment, sink, replaced, err);
    if (format == CLI_ALIGN_HTML)
        return cli_write_review(run, alignment, source, target, sink, err);
    return write_lines(run, format, alignment, sink, err);
}

/* Only text that is no TMX can have characters that XML cannot hold, as a form feed. */
static void tell_replaced(cli_app *cli, const char *path, uint64_t texts)
{
    char *list = cli_format(
        "%s", cli_message(cli, "losses_text", CLI_VALUES(CLI_NUMBER("count", texts))));

    cli_say(cli, "align_replaced",
            CLI_VALUES(CLI_TEXT("file", path ? path : "-"), CLI_TEXT("list", list)));
    free(list);
}

static int write_alignment(cli_aligning *run, const cq_alignment *alignment,
                           const char *source, const char *target, const char *path)
{
    int format = run->is_format_given ? run->format : format_of(path);
    cli_target out;
    cq_error err = {0};
    uint64_t replaced = 0;
    int status = cli_target_open(run->cli, path, &out);

    if (status != CLI_DONE)
        return status;
    cq_status written = write_format(run, format, alignment, source, target,
                                     cli_target_sink(&out), &replaced, &err);
    status = cli_target_finish(&out, written, &err);
    if (status == CLI_DONE && replaced > 0)
        tell_replaced(run->cli, path, replaced);
    return status;
}

static int store(cli_aligning *run, const cq_alignment *alignment, const char *source,
                 const char *target)
{
    char *name = cli_format("%s + %s", source, target);
    cq_import_report report = {0};
    cq_error err = {0};
    cli_buf line = {0};
    cq_status status = cq_alignment_store(alignment, run->into, name, &report, &err);

    if (status >= 0 && run->has_report) {
        cli_putz(&line, cli_message(run->cli, "align_stored",
                                    CLI_VALUES(CLI_TEXT("name", name),
                                               CLI_TEXT("memory", run->into_path),
                                               CLI_NUMBER("units", report.units),
                                               CLI_NUMBER("added", report.added))));
        cli_putz(&line, "\n");
        cli_write_buf(run->cli, &line);
        cli_buf_release(&line);
    }
    free(name);
    return status < 0 ? cli_report(run->cli, &err) : CLI_DONE;
}

int cli_align_finish(cli_aligning *run, const cq_alignment *alignment, const char *source,
                     const char *target, const char *path)
{
    int status = CLI_DONE;

    cli_tell_reading(run->cli, source, cq_alignment_source_facts(alignment));
    cli_tell_reading(run->cli, target, cq_alignment_target_facts(alignment));
    /* Stored first: an output that is there tells --resume that all is done. */
    if (run->into)
        status = store(run, alignment, source, target);
    return status == CLI_DONE && !run->has_report
               ? write_alignment(run, alignment, source, target, path)
               : status;
}

/* ---- one pair -----------------------------------------------------------------------
 */

int cli_open_named(cli_app *cli, const char *path, cq_memory_mode mode,
                   cq_memory **memory)
{
    cq_error err = {0};

    if (cq_memory_open(path, mode, memory, &err) >= 0)
        return CLI_DONE;
    cli_report(cli, &err);
    return CLI_FAILED;
}

static void tell_figures(cli_app *cli, const cq_alignment *alignment)
{
    cq_align_figures figures;

    cq_alignment_figures(alignment, &figures);
    cli_say(cli, "align_figures",
            CLI_VALUES(CLI_NUMBER("beads", figures.beads),
                       CLI_NUMBER("doubtful", figures.doubtful_beads),
                       CLI_REAL("percent", 100 * figures.doubtful_text)));
}

static int align_one(cli_aligning *run, const char *source, const char *target,
                     const char *path)
{
    cq_alignment *alignment = NULL;
    cq_align_options opts = run->opts;
    cq_error err = {0};
    cli_bar bar;
    int status = CLI_DONE;

    cli_bar_start(&bar, run->cli, source);
    opts.lexicon = run->lexicon;
    opts.progress = cli_bar_progress(&bar);
    cq_status aligned =
        cq_align_files(source, &run->from, target, &run->to, &opts, &alignment, &err);
    cli_bar_clear(&bar);
    if (aligned < 0)
        return cli_report(run->cli, &err);
    if (run->into_path)
        status = cli_open_named(run->cli, run->into_path, CQ_MEMORY_WRITE, &run->into);
    if (status == CLI_DONE)
        status = cli_align_finish(run, alignment, source, target, path);
    cq_memory_close(run->into);
    if (status == CLI_DONE)
        tell_figures(run->cli, alignment);
    cq_alignment_free(alignment);
    return status;
}

/* ---- the command --------------------------------------------------------------------
 */

/* "3/8": the third of eight shares. */
static int read_shard(cli_aligning *run, const cli_args *args)
{
    const char *value = cli_value(args, "shard");
    unsigned long shard, shards;
    int end = 0;

    run->shard = run->shards = 1;
    if (!value)
        return CLI_DONE;
    if (sscanf(value, "%5lu/%5lu%n", &shard, &shards, &end) != 2 || value[end] ||
        shard < 1 || shard > shards)
        return cli_complain(run->cli, CLI_MISUSED, 144, "bad_value",
                            CLI_VALUES(CLI_TEXT("option", "--shard"),
                                       CLI_TEXT("value", value),
                                       CLI_TEXT("wanted", "1/N..N/N")));
    run->shard = shard;
    run->shards = shards;
    return CLI_DONE;
}

static int read_options(cli_aligning *run, const cli_args *args)
{
    cli_app *cli = run->cli;
    cq_paragraphs paragraphs = CQ_PARAGRAPHS_LINE;
    int64_t jobs = 1;
    double min_confidence = 0;
    int status = cli_choice(cli, args, "format", CLI_ALIGN_FORMATS, &run->format);

    if (status == CLI_DONE)
        status = cli_paragraphs(cli, args, &paragraphs);
    if (status == CLI_DONE)
        status = cli_lang(cli, args, "source", &run->from, NULL);
    if (status == CLI_DONE)
        status = cli_lang(cli, args, "target", &run->to, NULL);
    if (status == CLI_DONE)
        status = cli_number(cli, args, "jobs", 1, 256, &jobs);
    run->jobs = (size_t)jobs;
    if (status == CLI_DONE)
        status = read_shard(run, args);
    if (status == CLI_DONE)
        status = cli_share(cli, args, "min-confidence", &min_confidence);
    if (status == CLI_DONE)
        status = cli_reading_read(cli, args, &run->reading);
    if (status == CLI_DONE && cli_has(args, "constrain"))
        status = cli_read_beads(run, cli_value(args, "constrain"));
    run->is_format_given = cli_has(args, "format");
    run->lexicon_path = cli_value(args, "lexicon");
    run->into_path = cli_value(args, "into");
    run->report_path = cli_value(args, "report");
    run->is_resumed = cli_has(args, "resume");
    if (status == CLI_DONE)
        status = cli_open_lexicon(run);
    run->has_report = run->into_path && !run->is_format_given &&
                      !cli_has(args, "output") && !cli_has(args, "pairs");
    run->opts = (cq_align_options){
        .is_split = cli_has(args, "sentences"),
        .paragraphs = paragraphs,
        .source_as = run->reading.first,
        .target_as = run->reading.second,
        .is_forced = cli_has(args, "force"),
        .min_confidence = min_confidence,
        .beads = run->beads,
        .beads_len = run->beads_len,
    };
    return status;
}

static int train(cli_aligning *run, const cli_args *args)
{
    int status = cli_operands(run->cli, args, 0, 0, "");

    return status != CLI_DONE ? status
                              : cli_align_train(run, cli_value(args, "train"),
                                                cli_value(args, "output"));
}

static int align_many(cli_aligning *run, const cli_args *args)
{
    int status;

    if (cli_has(args, "output"))
        return cli_complain(run->cli, CLI_MISUSED, 154, "pairs_name_outputs", NULL, 0);
    if (cli_has(args, "constrain"))
        return cli_complain(run->cli, CLI_MISUSED, 154, "constrain_for_one", NULL, 0);
    status = cli_operands(run->cli, args, 0, 0, "");
    return status != CLI_DONE ? status : cli_align_pairs(run, cli_value(args, "pairs"));
}

static int align(cli_app *cli, const cli_args *args)
{
    cli_aligning run = {.cli = cli};
    char *folder = cli_locale_folder();
    int status = read_options(&run, args);

    run.opts.locale_folder = folder;
    if (status == CLI_DONE && cli_has(args, "train")) {
        status = train(&run, args);
    } else if (status == CLI_DONE && cli_has(args, "pairs")) {
        status = align_many(&run, args);
    } else if (status == CLI_DONE) {
        status = cli_operands(cli, args, 2, 2, args->len == 1 ? "TARGET" : "SOURCE");
        if (status == CLI_DONE)
            status = align_one(&run, args->operands[0], args->operands[1],
                               cli_value(args, "output"));
    }
    cq_lexicon_free(run.lexicon);
    free(run.beads);
    free(folder);
    cli_reading_release(&run.reading);
    return status;
}

const cli_command cmd_align = {
    .name = "align",
    .synopsis = "calque align -s LANG -t LANG [--sentences] "
                "[--paragraphs=line|blank] [--unwrap] " CLI_READING_SYNOPSIS " "
                "[--constrain=BEADS] [--min-confidence=X] [--force] [--lexicon=FILE] "
                "[--format=" CLI_ALIGN_FORMATS "] [--into=MEMORY] [-o OUT] "
                "[--pairs=LIST] [--train=LIST] [--jobs=N] [--shard=I/N] [--resume] "
                "[--report=FILE] [SOURCE TARGET]",
    .summary = "pair the sentences of a text and its translation",
    .about =
        "Every sentence of both texts stands in exactly one bead, in order, with the "
        "confidence that just this bead is right, 0 to 1. TMX and --into take the beads "
        "with two sides. With --into, and neither -o nor --format, only a report is "
        "printed. A pair of texts that are no translations of each other is refused.\n"
        "The format html is a page on which a person reviews the beads: it needs no "
        "network, and saves TMX, TSV, or beads for --constrain.\n"
        "SOURCE and TARGET are plain text, Markdown, HTML, .docx or .odt.\n"
        "With --pairs the words are learned over the whole list first. One failing pair "
        "does not stop the others and is named at the end; the output is the same "
        "whatever --jobs and --shard are. --train only learns, and writes what it "
        "learned as a lexicon, which --lexicon then takes in place of learning.",
    .options = options,
    .example = "calque align -s en -t fr --format=tsv speech.en.txt speech.fr.txt\n"
               "calque align -s en -t fr speech.en.txt speech.fr.txt -o review.html\n"
               "calque align -s en -t fr --constrain=mended.beads speech.en.txt "
               "speech.fr.txt\n"
               "calque align -s en -t fr --into office.calque --pairs=list.tsv --jobs=4\n"
               "calque align -s en -t fr --train=list.tsv -o office.lexicon",
    .run = align,
};
