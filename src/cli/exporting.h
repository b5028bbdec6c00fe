/* exporting.h -- what the files of the export command share. */
#ifndef CLI_EXPORTING_H
#define CLI_EXPORTING_H

#include "cli.h"

/* ---- files (parts.c) ------------------------------------------------------------------
 */

/* Whether a file of that name is packed with gzip, and what is in it. */
bool cli_is_packed(const char *path);
cq_format cli_format_of(const char *path);

/* One file, or one after the other with numbers in their names. */
typedef struct cli_parts {
    cli_app *cli;
    cli_target target; /* the open one */
    const char *path;  /* from which the names are made */
    unsigned number;
    bool is_told; /* a failure was said */
} cli_parts;

/* CLI_DONE; CLI_FAILED after saying why */
int cli_parts_open(cli_app *cli, const char *path, bool is_split, cli_parts *parts);
/* A cq_export_options.next. */
cq_status cli_parts_next(void *parts, cq_sink *sink, cq_error *err);

/* ---- what is lost (ledger.c) ----------------------------------------------------------
 */

/* Where each difference between what is stored and what is written is named: a table
 * (TSV), or JSON Lines when the file's name ends in .json or .jsonl. */
typedef struct cli_ledger {
    cli_target target;
    bool is_open, is_json, is_failed;
    cli_buf line;
    cq_error err;
} cli_ledger;

/* @param path  NULL for none: cli_ledger_add() then does nothing. CLI_DONE, or CLI_FAILED
 * after saying why */
int cli_ledger_open(cli_app *cli, const char *path, cli_ledger *ledger);
/* A cq_export_options.loss; the ledger is its context. */
void cli_ledger_add(void *ledger, const cq_loss *loss);
/* Keep the file, or drop it. @return CLI_DONE; CLI_FAILED after saying why */
int cli_ledger_close(cli_ledger *ledger, bool keep);

/* One line on stderr: how much of what is stored is not written as it is; nothing when
 * all is. */
void cli_say_losses(cli_app *cli, const cq_export_report *report, bool has_ledger);

#endif
