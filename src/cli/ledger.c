#include "exporting.h"

#include <string.h>

/* Words of the ledger: stable, like the keys of JSON. */
static const char *const parts[CQ_PARTS] = {
    [CQ_PART_UNIT] = "unit",           [CQ_PART_VARIANT] = "variant",
    [CQ_PART_ATTRIBUTE] = "attribute", [CQ_PART_PROPERTY] = "property",
    [CQ_PART_NOTE] = "note",           [CQ_PART_CODE] = "code",
    [CQ_PART_MARKUP] = "markup",       [CQ_PART_ORDER] = "order",
    [CQ_PART_TEXT] = "text",
};

static void write_line(cli_ledger *ledger)
{
    cq_sink sink = cli_target_sink(&ledger->target);

    if (sink.write(sink.context, ledger->line.ptr, ledger->line.len, &ledger->err) < 0)
        ledger->is_failed = true;
    ledger->line.len = 0;
}

int cli_ledger_open(cli_app *cli, const char *path, cli_ledger *ledger)
{
    *ledger = (cli_ledger){.is_open = path != NULL};
    if (!path)
        return CLI_DONE;
    ledger->is_json = cli_ends_in(path, ".json") || cli_ends_in(path, ".jsonl");
    int status = cli_target_open(cli, path, &ledger->target);
    ledger->is_open = status == CLI_DONE;
    if (ledger->is_open && !ledger->is_json) {
        cli_putz(&ledger->line,
                 "unit\torigin\tvariant\tlanguage\tchange\tpart\tname\twas\tnow\n");
        write_line(ledger);
    }
    return status;
}

static const char *change_of(const cq_loss *loss)
{
    if (loss->part == CQ_PART_ORDER || (loss->was.ptr && loss->now.ptr))
        return "changed";
    return loss->was.ptr ? "lost" : "added";
}

/* A cell of a table: what would end it is escaped, as in tables of texts. */
static void put_cell(cli_buf *line, cq_str text, char after)
{
    static const char escaped[] = "\t\n\r\\", letters[] = "tnr\\";

    for (size_t i = 0; i < text.len; i++) {
        const char *found = memchr(escaped, text.ptr[i], sizeof(escaped) - 1);
        if (found)
            cli_putf(line, "\\%c", letters[found - escaped]);
        else
            cli_put(line, (cq_str){text.ptr + i, 1});
    }
    cli_put(line, (cq_str){&after, 1});
}

static void put_number(cli_buf *line, uint64_t number)
{
    if (number)
        cli_putf(line, "%llu", (unsigned long long)number);
    cli_putz(line, "\t");
}

static void put_row(cli_buf *line, const cq_loss *loss)
{
    put_number(line, loss->unit);
    put_cell(line, loss->origin, '\t');
    put_number(line, loss->variant);
    put_cell(line, loss->lang, '\t');
    put_cell(line, cli_str(change_of(loss)), '\t');
    put_cell(line, cli_str(parts[loss->part]), '\t');
    put_cell(line, loss->name, '\t');
    put_cell(line, loss->was, '\t');
    put_cell(line, loss->now, '\n');
}

static void put_json(cli_buf *line, const cq_loss *loss)
{
    cli_json_open(line, NULL, '{');
    cli_json_number(line, "unit", loss->unit);
    cli_json_text(line, "origin", loss->origin);
    cli_json_number(line, "variant", loss->variant);
    cli_json_text(line, "language", loss->lang);
    cli_json_text(line, "change", cli_str(change_of(loss)));
    cli_json_text(line, "part", cli_str(parts[loss->part]));
    cli_json_text(line, "name", loss->name);
    cli_json_text(line, "was", loss->was);
    cli_json_text(line, "now", loss->now);
    cli_json_close(line, '}');
    cli_putz(line, "\n");
}

void cli_ledger_add(void *context, const cq_loss *loss)
{
    cli_ledger *ledger = context;

    if (!ledger->is_open || ledger->is_failed)
        return;
    if (ledger->is_json)
        put_json(&ledger->line, loss);
    else
        put_row(&ledger->line, loss);
    write_line(ledger);
}

int cli_ledger_close(cli_ledger *ledger, bool keep)
{
    int status = CLI_DONE;

    if (ledger->is_open) {
        cli_app *cli = ledger->target.cli;
        if (ledger->is_failed && !cli->is_write_failed)
            status = cli_report(cli, &ledger->err);
        int closed = cli_target_close(&ledger->target, keep && !ledger->is_failed);
        status = closed > status ? closed : status;
    }
    cli_buf_release(&ledger->line);
    ledger->is_open = false;
    return status;
}

void cli_say_losses(cli_app *cli, const cq_export_report *report, bool has_ledger)
{
    cli_buf list = {0};

    for (size_t i = 0; i < CQ_PARTS; i++) {
        char key[32];

        if (report->losses[i] == 0)
            continue;
        snprintf(key, sizeof(key), "losses_%s", parts[i]);
        if (list.len)
            cli_putz(&list, ", ");
        cli_putz(&list, cli_message(cli, key,
                                    CLI_VALUES(CLI_NUMBER("count", report->losses[i]))));
    }
    if (list.len) {
        cli_put(&list, (cq_str){"", 1});
        cli_say(cli, has_ledger ? "losses" : "losses_unnamed",
                CLI_VALUES(CLI_TEXT("list", list.ptr)));
    }
    cli_buf_release(&list);
}
