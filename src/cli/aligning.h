/* aligning.h -- what `calque align` does with one pair of files, shared by the single run
 * (align.c) and the batch (pairs.c). */
#ifndef CLI_ALIGNING_H
#define CLI_ALIGNING_H

#include "cli.h"

typedef enum cli_align_format {
    CLI_ALIGN_TMX = 0,
    CLI_ALIGN_TSV,
    CLI_ALIGN_JSON,
    CLI_ALIGN_BEADS,
    CLI_ALIGN_HTML
} cli_align_format;

typedef struct cli_aligning {
    cli_app *cli;
    cq_lang from, to;
    cq_align_options opts; /* without lexicon and progress */
    int format;            /* cli_align_format */
    bool is_format_given;
    size_t jobs;
    size_t shard, shards;     /* of a list: 1 of 1 for all of it */
    bool is_resumed;          /* pass over pairs that are done */
    const char *report_path;  /* NULL for none */
    const char *lexicon_path; /* NULL for none */
    cq_lexicon *lexicon;      /* what it holds; freed by the command */
    bool is_trained;          /* it is a lexicon, not a memory that knows a few pairs */
    const char *into_path;    /* NULL for none */
    cq_memory *into;          /* open while pairs are stored, or NULL */
    cli_reading reading;
    bool has_report; /* only tell what was stored; write nothing else */
    cq_bead *beads;  /* of --constrain; freed by the command */
    size_t beads_len, beads_capacity;
} cli_aligning;

#define CLI_ALIGN_FORMATS "tmx|tsv|json|beads|html" /* in the order above */

/* Whether sentences of this language stand side by side without a space. */
bool cli_is_unspaced(const cq_lang *lang);

/* cq_alignment_source() or cq_alignment_target() */
typedef cq_str (*cli_sentence_fn)(const cq_alignment *alignment, size_t k);

/* Write the page on which a person reviews an alignment (review.c). */
cq_status cli_write_review(const cli_aligning *run, const cq_alignment *alignment,
                           const char *source, const char *target, cq_sink sink,
                           cq_error *err);

/* Open a memory by path. CLI_DONE; CLI_FAILED after saying why. */
int cli_open_named(cli_app *cli, const char *path, cq_memory_mode mode,
                   cq_memory **memory);

/* Write what came out to `path` (NULL for stdout) and store it in `into` when that is
 * open. @return CLI_DONE; CLI_FAILED after saying why */
int cli_align_finish(cli_aligning *run, const cq_alignment *alignment, const char *source,
                     const char *target, const char *path);

/* Open run->lexicon from run->lexicon_path, where there is one (lexicon.c).
 * @return CLI_DONE; CLI_MISUSED or CLI_FAILED after saying why */
int cli_open_lexicon(cli_aligning *run);

/* Read a beads file (docs/alignment.md) into run->beads (beads.c).
 * @return CLI_DONE; CLI_MISUSED after saying why */
int cli_read_beads(cli_aligning *run, const char *path);

/* Align every pair of a list (pairs.c). Exit status. */
int cli_align_pairs(cli_aligning *run, const char *list);
/* Learn a lexicon from the pairs of a list and write it. Exit status. */
int cli_align_train(cli_aligning *run, const char *list, const char *path);

#endif
