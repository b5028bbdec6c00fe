#include "asking.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* "B.calque:5" as path and penalty, unless a file has just that name. */
static int read_penalty(char *name)
{
    char *colon = strrchr(name, ':'), *end = NULL;
    long penalty;

    if (!colon || colon[1] < '0' || colon[1] > '9' || access(name, F_OK) == 0)
        return 0;
    penalty = strtol(colon + 1, &end, 10);
    if (*end || penalty > 100)
        return 0;
    *colon = '\0';
    return (int)penalty;
}

/* What -m names, else the default. The caller frees both. */
static char **list_names(const cli_app *cli, size_t *len)
{
    char **names = cli_alloc((cli->memories_len + 1) * sizeof(*names));

    for (*len = 0; *len < cli->memories_len; ++*len)
        names[*len] = cli_format("%s", cli->memories[*len]);
    if (*len == 0)
        names[(*len)++] = cli_memory_path(cli);
    return names;
}

int cli_memories_open(cli_app *cli, cli_memories *memories)
{
    const char *named = cli->memory;
    int status = CLI_DONE;
    size_t len;

    memories->names = list_names(cli, &len);
    memories->asked = cli_alloc(len * sizeof(*memories->asked));
    for (memories->len = 0; memories->len < len && status == CLI_DONE;) {
        cq_asked *asked = &memories->asked[memories->len];
        char *name = memories->names[memories->len++];

        *asked = (cq_asked){.memory = NULL};
        if (cli->memories_len > 0) {
            asked->penalty = read_penalty(name);
            cli->memory = name;
        }
        status = memories->is_again ? cli_open_memory(cli, CQ_MEMORY_READ, &asked->memory)
                                    : cli_open_searched(cli, &asked->memory);
    }
    cli->memory = named;
    for (size_t i = memories->len; i < len; i++)
        free(memories->names[i]);
    return status;
}

void cli_memories_close(cli_memories *memories)
{
    for (size_t i = 0; i < memories->len; i++) {
        cq_memory_close(memories->asked[i].memory);
        free(memories->names[i]);
    }
    free(memories->asked);
    free(memories->names);
    *memories = (cli_memories){0};
}

void cli_put_memory(const cli_app *cli, cli_buf *out, const cli_memories *memories,
                    size_t memory)
{
    if (memories->len < 2)
        return;
    cli_put_isolated(cli, out, cli_str(memories->names[memory]));
    cli_putz(out, ": ");
}

void cli_put_also(const cli_app *cli, cli_buf *out, const cli_memories *memories,
                  const cq_also *also)
{
    cli_putz(out, cli_colour_code(cli, CLI_DIM));
    cli_put_memory(cli, out, memories, also->memory);
    cli_put_isolated(cli, out, also->origin);
    cli_putf(out, " (#%llu)%s\n", (unsigned long long)also->unit,
             cli_colour_code(cli, CLI_PLAIN));
}

void cli_json_memory(cli_buf *out, const cli_memories *memories, size_t memory,
                     const cq_also *also, size_t also_len)
{
    if (memories->len < 2)
        return;
    cli_json_text(out, "memory", cli_str(memories->names[memory]));
    cli_json_open(out, "also", '[');
    for (size_t i = 0; i < also_len; i++) {
        cli_json_open(out, NULL, '{');
        cli_json_text(out, "memory", cli_str(memories->names[also[i].memory]));
        cli_json_number(out, "unit", also[i].unit);
        cli_json_text(out, "origin", also[i].origin);
        cli_json_close(out, '}');
    }
    cli_json_close(out, ']');
}

void cli_ask(const cli_memories *memories, const cli_asking *asking, cli_answer *answer)
{
    answer->status = CQ_OK;
    answer->err = (cq_error){0};
    answer->hits = NULL;
    answer->fragments = NULL;
    if (answer->query.len == 0)
        return;
    answer->status =
        cq_memories_lookup(memories->asked, memories->len, answer->query, &asking->from,
                           &asking->to, &asking->opts, &answer->hits, &answer->err);
    if (answer->status >= 0 && asking->fragments && answer->hits->len == 0)
        answer->status = cq_memories_fragments(
            memories->asked, memories->len, answer->hits->query, &asking->from,
            &asking->to, &answer->fragments, &answer->err);
}

void cli_answer_release(cli_answer *answer)
{
    cq_hits_free(answer->hits);
    cq_fragments_free(answer->fragments);
    answer->hits = NULL;
    answer->fragments = NULL;
}
