#include "cli.h"

#include <stdlib.h>

static const cli_option options[] = {
    {'l', "lang", "LANG", "language of both texts"},
    {0, "format", "text|json", "a table, or one JSON object (default: text)"},
    {0, NULL, NULL, NULL},
};

static const char *const token_kinds[] = {
    [CQ_TOKEN_WORD] = "word",     [CQ_TOKEN_CHARACTER] = "character",
    [CQ_TOKEN_NUMBER] = "number", [CQ_TOKEN_PUNCTUATION] = "punctuation",
    [CQ_TOKEN_SYMBOL] = "symbol", [CQ_TOKEN_PLACEABLE] = "placeable"};

static const char *const edit_kinds[] = {[CQ_EDIT_SAME] = "same",
                                         [CQ_EDIT_REPLACE] = "replace",
                                         [CQ_EDIT_DELETE] = "delete",
                                         [CQ_EDIT_INSERT] = "insert",
                                         [CQ_EDIT_MOVE] = "move"};

static cq_str text_of(cq_str text, const cq_scored_token *token)
{
    return (cq_str){text.ptr + token->start, token->end - token->start};
}

/* ---- JSON ---------------------------------------------------------------------------
 */

static void put_json_tokens(cli_buf *out, const char *key, cq_str text,
                            const cq_scored_token *tokens, size_t len)
{
    cli_json_open(out, key, '[');
    for (size_t i = 0; i < len; i++) {
        cli_json_open(out, NULL, '{');
        cli_json_text(out, "text", text_of(text, &tokens[i]));
        cli_json_number(out, "start", tokens[i].start);
        cli_json_number(out, "end", tokens[i].end);
        cli_json_text(out, "kind", cli_str(token_kinds[tokens[i].kind]));
        cli_json_text(out, "key", tokens[i].key);
        cli_json_number(out, "weight", tokens[i].weight);
        cli_json_close(out, '}');
    }
    cli_json_close(out, ']');
}

static void put_place(cli_buf *out, const char *key, size_t token)
{
    if (token == CQ_NO_TOKEN)
        cli_json_null(out, key);
    else
        cli_json_number(out, key, token);
}

static void put_json(cli_buf *out, cq_str a, cq_str b, const cq_explanation *why)
{
    cli_json_open(out, NULL, '{');
    cli_json_text(out, "a", a);
    cli_json_text(out, "b", b);
    cli_json_number(out, "percent", (uint64_t)why->percent);
    cli_json_number(out, "weight_a", why->weight_a);
    cli_json_number(out, "weight_b", why->weight_b);
    cli_json_number(out, "shared", why->shared);
    cli_json_number(out, "cost", why->cost);
    cli_json_number(out, "tail", why->tail);
    put_json_tokens(out, "tokens_a", a, why->a, why->a_len);
    put_json_tokens(out, "tokens_b", b, why->b, why->b_len);
    cli_json_open(out, "edits", '[');
    for (size_t i = 0; i < why->edits_len; i++) {
        cli_json_open(out, NULL, '{');
        cli_json_text(out, "kind", cli_str(edit_kinds[why->edits[i].kind]));
        put_place(out, "a", why->edits[i].a);
        put_place(out, "b", why->edits[i].b);
        cli_json_number(out, "cost", why->edits[i].cost);
        cli_json_close(out, '}');
    }
    cli_json_close(out, ']');
    cli_json_close(out, '}');
    cli_putz(out, "\n");
}

/* ---- table --------------------------------------------------------------------------
 */

#define COLUMNS 5

/* One row: edit, token of A, token of B, weight, cost. */
typedef struct table_row {
    cq_str a, b;
    char *edit, *weight, *cost;
} table_row;

static cq_str cell(const table_row *row, size_t column)
{
    switch (column) {
    case 0:
        return cli_str(row->edit);
    case 1:
        return row->a;
    case 2:
        return row->b;
    case 3:
        return cli_str(row->weight);
    default:
        return cli_str(row->cost);
    }
}

static table_row edit_row(cli_app *cli, cq_str a, cq_str b, const cq_explanation *why,
                          const cq_edit *edit)
{
    table_row row = {.a = CQ_STR("-"), .b = CQ_STR("-")};
    char *key = cli_format("edit_%s", edit_kinds[edit->kind]);
    uint32_t weight = 0;

    if (edit->a != CQ_NO_TOKEN) {
        row.a = text_of(a, &why->a[edit->a]);
        weight = why->a[edit->a].weight;
    }
    if (edit->b != CQ_NO_TOKEN) {
        row.b = text_of(b, &why->b[edit->b]);
        weight = why->b[edit->b].weight > weight ? why->b[edit->b].weight : weight;
    }
    row.edit = cli_format("%s", cli_translate(cli, key, edit_kinds[edit->kind]));
    row.weight = cli_format("%u", weight);
    row.cost = cli_format("%u", edit->cost);
    free(key);
    return row;
}

static table_row title_row(cli_app *cli)
{
    return (table_row){
        .edit = cli_format("%s", cli_message(cli, "explain_edit", NULL, 0)),
        .a = CQ_STR("A"),
        .b = CQ_STR("B"),
        .weight = cli_format("%s", cli_message(cli, "explain_weight", NULL, 0)),
        .cost = cli_format("%s", cli_message(cli, "explain_cost", NULL, 0)),
    };
}

/* Numbers are set to the right, and the costs that make the percent stand out. */
static void put_row(cli_app *cli, cli_buf *out, const table_row *row,
                    const size_t widths[COLUMNS], bool is_marked)
{
    if (is_marked)
        cli_putz(out, cli_colour_code(cli, CLI_BOLD));
    for (size_t c = 0; c < COLUMNS; c++) {
        cq_str text = cell(row, c);
        size_t spaces = widths[c] - cq_text_columns(text);
        if (c > 0)
            cli_pad(out, 2);
        if (c >= 3)
            cli_pad(out, spaces);
        cli_put_isolated(cli, out, text);
        if (c < 3)
            cli_pad(out, spaces);
    }
    if (is_marked)
        cli_putz(out, cli_colour_code(cli, CLI_PLAIN));
    cli_putz(out, "\n");
}

static void put_table(cli_app *cli, cli_buf *out, cq_str a, cq_str b,
                      const cq_explanation *why)
{
    size_t len = why->edits_len + 1, widths[COLUMNS] = {0};
    table_row *rows = cli_alloc(len * sizeof(*rows));

    rows[0] = title_row(cli);
    for (size_t i = 1; i < len; i++)
        rows[i] = edit_row(cli, a, b, why, &why->edits[i - 1]);
    for (size_t i = 0; i < len; i++)
        for (size_t c = 0; c < COLUMNS; c++) {
            size_t columns = cq_text_columns(cell(&rows[i], c));
            widths[c] = columns > widths[c] ? columns : widths[c];
        }
    for (size_t i = 0; i < len; i++) {
        put_row(cli, out, &rows[i], widths, i > 0 && why->edits[i - 1].cost > 0);
        free(rows[i].edit);
        free(rows[i].weight);
        free(rows[i].cost);
    }
    free(rows);
}

static void put_text(cli_app *cli, cli_buf *out, cq_str a, cq_str b,
                     const cq_explanation *why)
{
    uint32_t most = why->weight_a > why->weight_b ? why->weight_a : why->weight_b;

    put_table(cli, out, a, b, why);
    cli_putz(out, "\n");
    cli_put_seen(out, cli_str(cli_message(cli, "explain_sum",
                                          CLI_VALUES(CLI_NUMBER("a", why->weight_a),
                                                     CLI_NUMBER("b", why->weight_b),
                                                     CLI_NUMBER("shared", why->shared),
                                                     CLI_NUMBER("cost", why->cost),
                                                     CLI_NUMBER("tail", why->tail)))));
    cli_putf(out, "\n100 * (%u - %u + %u) / (2 * %u) = %s%d %%%s\n", most, why->cost,
             why->shared, most, cli_colour_code(cli, CLI_BOLD), why->percent,
             cli_colour_code(cli, CLI_PLAIN));
}

static int explain(cli_app *cli, const cli_args *args)
{
    cq_explanation *why = NULL;
    cq_error err = {0};
    cq_lang lang;
    cli_buf out = {0};
    int is_json = 0;
    int status = cli_choice(cli, args, "format", "text|json", &is_json);

    if (status == CLI_DONE)
        status = cli_lang(cli, args, "lang", &lang, NULL);
    if (status == CLI_DONE)
        status = cli_operands(cli, args, 2, 2, args->len == 1 ? "B" : "A");
    for (size_t i = 0; i < 2 && status == CLI_DONE; i++)
        status = cli_valid(cli, args->operands[i]);
    if (status != CLI_DONE)
        return status;
    cq_str a = cli_str(args->operands[0]), b = cli_str(args->operands[1]);
    if (cq_explain(&lang, a, b, &why, &err) < 0)
        return cli_report(cli, &err);
    if (is_json)
        put_json(&out, a, b, why);
    else
        put_text(cli, &out, a, b, why);
    cli_write_buf(cli, &out);
    cli_buf_release(&out);
    cq_explanation_free(why);
    return CLI_DONE;
}

const cli_command cmd_explain = {
    .name = "explain",
    .synopsis = "calque explain -l LANG [--format=text|json] A B",
    .summary = "show why two segments score as they do",
    .about =
        "Prints the edit script that turns A into B: token beside token with weight and "
        "cost, the sums, and the percent that comes of them. No memory is needed.",
    .options = options,
    .example = "calque explain -l en \"Save the red file.\" \"Save the green files.\"",
    .run = explain,
};
