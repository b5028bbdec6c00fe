#include "cli.h"

static const cli_option options[] = {
    {0, "format", "text|json",
     "a line for each thing that is wrong, or one JSON object "
     "(default: text)"},
    {0, NULL, NULL, NULL},
};

typedef struct verifying {
    cli_app *cli;
    bool is_json;
    cli_buf problems;
} verifying;

static void problem(void *context, const char *text)
{
    verifying *run = context;

    if (run->is_json) {
        cli_json_text(&run->problems, NULL, cli_str(text));
        return;
    }
    cli_put_seen(&run->problems, cli_str(text));
    cli_putz(&run->problems, "\n");
    cli_write_buf(run->cli, &run->problems);
}

static void put_json(cli_buf *out, const cli_buf *problems, uint64_t wrong)
{
    cli_json_open(out, NULL, '{');
    cli_json_bool(out, "sound", wrong == 0);
    cli_json_number(out, "wrong", wrong);
    cli_json_open(out, "problems", '[');
    cli_put(out, (cq_str){problems->ptr, problems->len});
    cli_json_close(out, ']');
    cli_json_close(out, '}');
    cli_putz(out, "\n");
}

static int check(verifying *run, cq_memory *memory)
{
    cli_app *cli = run->cli;
    cq_error err = {0};
    cli_buf out = {0};
    uint64_t wrong = 0;

    if (cq_memory_verify(memory, problem, run, &wrong, &err) < 0)
        return cli_report(cli, &err);
    if (run->is_json) {
        put_json(&out, &run->problems, wrong);
    } else {
        cli_putz(&out,
                 cli_message(cli, "verify_sum", CLI_VALUES(CLI_NUMBER("wrong", wrong))));
        cli_putz(&out, "\n");
    }
    cli_write_buf(cli, &out);
    cli_buf_release(&out);
    return wrong > 0 ? CLI_NOTHING : CLI_DONE;
}

static int verify(cli_app *cli, const cli_args *args)
{
    verifying run = {.cli = cli};
    cq_memory *memory = NULL;
    int is_json = 0;
    int status = cli_choice(cli, args, "format", "text|json", &is_json);

    if (status == CLI_DONE)
        status = cli_operands(cli, args, 0, 0, "");
    if (status == CLI_DONE)
        status = cli_open_memory(cli, CQ_MEMORY_READ, &memory);
    if (status != CLI_DONE)
        return status;
    run.is_json = is_json;
    status = check(&run, memory);
    cq_memory_close(memory);
    cli_buf_release(&run.problems);
    return status;
}

const cli_command cmd_verify = {
    .name = "verify",
    .synopsis = "calque verify [--format=text|json]",
    .summary = "check the memory for damage",
    .about = "Checks the file as SQLite sees it, the index against the units, and the "
             "counts. Exit status 1 when anything is wrong; each thing is named.",
    .options = options,
    .example = "calque -m office.calque verify",
    .run = verify,
};
