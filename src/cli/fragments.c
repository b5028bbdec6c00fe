#include "asking.h"

static void put_json(cli_buf *out, const cli_memories *memories, cq_str query,
                     const cq_fragment *part)
{
    cli_json_open(out, NULL, '{');
    cli_json_text(out, "kind", part->percent ? CQ_STR("unit") : CQ_STR("phrase"));
    cli_json_number(out, "start", part->start);
    cli_json_number(out, "end", part->end);
    cli_json_text(out, "text",
                  (cq_str){query.ptr + part->start, part->end - part->start});
    if (part->percent)
        cli_json_number(out, "percent", (uint64_t)part->percent);
    cli_json_text(out, "source", part->source);
    cli_json_text(out, "target", part->target);
    cli_json_text(out, "source_lang", part->source_lang);
    cli_json_text(out, "target_lang", part->target_lang);
    cli_json_number(out, "unit", part->unit);
    cli_json_text(out, "origin", part->origin);
    cli_json_ranges(out, "found", &part->in_source, 1);
    cli_json_ranges(out, "rendered", &part->rendered, part->rendered.end > 0);
    cli_json_memory(out, memories, part->memory, NULL, 0);
    cli_json_close(out, '}');
}

void cli_json_fragments(cli_buf *out, const cli_memories *memories,
                        const cli_answer *answer)
{
    const cq_fragments *fragments = answer->fragments;

    cli_json_open(out, "fragments", '[');
    for (size_t i = 0; fragments && i < fragments->len; i++)
        put_json(out, memories, answer->hits->query, &fragments->items[i]);
    cli_json_close(out, ']');
}

static void put_side(const cli_app *cli, cli_buf *out, cq_str text, cq_range range,
                     size_t column)
{
    bool is_part = range.end > 0 && range.end - range.start < text.len;
    size_t start = out->len;

    cli_putz(out, cli_isolate(cli, text));
    cli_put_marked(cli, out, text, &range, is_part, 0, text.len);
    cli_putz(out, cli_end_isolate(cli, text));
    cli_hang(cli, out, start, column);
    cli_putz(out, "\n");
}

/*        phrase   Save the [red file] now.
 *                 Enregistrez le [fichier rouge].
 *                 office.tmx (#12)  */
static void put_part(cli_app *cli, cli_buf *out, const cli_memories *memories,
                     const cq_fragment *part, size_t column)
{
    const char *kind =
        cli_message(cli, part->percent ? "kind_part" : "kind_phrase", NULL, 0);

    if (part->percent)
        cli_putf(out, "%s%3d %%  ", cli_colour_code(cli, CLI_BOLD), part->percent);
    else
        cli_pad(out, 7);
    cli_put_column(out, cli_str(kind), column);
    cli_putz(out, cli_colour_code(cli, CLI_PLAIN));
    put_side(cli, out, part->source, part->in_source, column + 7);
    cli_pad(out, column + 7);
    put_side(cli, out, part->target, part->rendered, column + 7);
    cli_pad(out, column + 7);
    cli_put_also(cli, out, memories, &(cq_also){part->memory, part->unit, part->origin});
}

void cli_put_fragments(cli_app *cli, cli_buf *out, const cli_memories *memories,
                       const cli_answer *answer, size_t column)
{
    const cq_fragments *fragments = answer->fragments;

    for (size_t i = 0; fragments && i < fragments->len; i++)
        put_part(cli, out, memories, &fragments->items[i], column);
}
