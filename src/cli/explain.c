#include "asking.h"

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

#define DIFFERENCES 4
#define ASKED       70 /* percent that the index is asked for, or what A and B have */

typedef struct explaining {
    cli_app *cli;
    cq_lang lang;
    cq_str a, b;
    cq_explanation *why;
    cli_memories memories;
    cq_search_cost *costs; /* of each memory */
    bool *are_known;       /* an index that is out of date is not asked */
    cli_buf out;
} explaining;

static const char *const difference_names[DIFFERENCES] = {"form", "case", "spelling",
                                                          "space"};

static cq_str text_of(cq_str text, const cq_scored_token *token)
{
    return (cq_str){text.ptr + token->start, token->end - token->start};
}

static uint32_t greater(uint32_t a, uint32_t b) { return a > b ? a : b; }

/* How often each key stands in the query is part of what the index is asked: the second
 * "the" is an element of its own. */
static size_t keys_shared(const cq_explanation *why)
{
    size_t shared = 0;

    for (size_t i = 0; i < why->edits_len; i++)
        shared += why->edits[i].kind == CQ_EDIT_SAME ||
                  (why->edits[i].kind == CQ_EDIT_MOVE && why->edits[i].a != CQ_NO_TOKEN);
    return shared;
}

/* The percentage up to which the index finds b for a (docs/matching.md, "The bound"). */
static uint32_t bound_of(const cq_explanation *why)
{
    uint32_t heavier = greater(why->weight_a, why->weight_b);

    return heavier ? (uint32_t)((uint64_t)why->shared * 100 / heavier) : 0;
}

/* What the memories are asked for, so that B would be among the texts scored. */
static int asked_for(const cq_explanation *why)
{
    int percent = why->percent < ASKED ? why->percent : ASKED;

    return percent < 1 ? 1 : percent;
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
        cli_json_text(out, "form", tokens[i].form);
        cli_json_number(out, "weight", tokens[i].weight);
        cli_json_number(out, "size", tokens[i].size);
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

static void put_differs(cli_buf *out, unsigned differs)
{
    cli_json_open(out, "differs", '[');
    for (size_t i = 0; i < DIFFERENCES; i++)
        if (differs & (1u << i))
            cli_json_text(out, NULL, cli_str(difference_names[i]));
    cli_json_close(out, ']');
}

static void put_json_edits(cli_buf *out, const cq_explanation *why)
{
    cli_json_open(out, "edits", '[');
    for (size_t i = 0; i < why->edits_len; i++) {
        cli_json_open(out, NULL, '{');
        cli_json_text(out, "kind", cli_str(edit_kinds[why->edits[i].kind]));
        put_place(out, "a", why->edits[i].a);
        put_place(out, "b", why->edits[i].b);
        cli_json_number(out, "kept", why->edits[i].kept);
        put_differs(out, why->edits[i].differs);
        cli_json_close(out, '}');
    }
    cli_json_close(out, ']');
}

static void put_json_costs(cli_buf *out, const explaining *run)
{
    cli_json_open(out, "asked", '[');
    for (size_t i = 0; i < run->memories.len; i++) {
        const cq_search_cost *cost = &run->costs[i];

        if (!run->are_known[i])
            continue;
        cli_json_open(out, NULL, '{');
        cli_json_text(out, "memory", cli_str(run->memories.names[i]));
        cli_json_number(out, "percent", (uint64_t)asked_for(run->why));
        cli_json_number(out, "keys", cost->keys);
        cli_json_number(out, "lists", cost->lists);
        cli_json_number(out, "postings", cost->postings);
        cli_json_number(out, "counted", cost->counted);
        cli_json_number(out, "scored", cost->scored);
        cli_json_close(out, '}');
    }
    cli_json_close(out, ']');
}

static void put_json(explaining *run)
{
    cli_buf *out = &run->out;
    cq_str a = run->a, b = run->b;
    const cq_explanation *why = run->why;

    cli_json_open(out, NULL, '{');
    cli_json_text(out, "a", a);
    cli_json_text(out, "b", b);
    cli_json_number(out, "percent", (uint64_t)why->percent);
    cli_json_number(out, "weight_a", why->weight_a);
    cli_json_number(out, "weight_b", why->weight_b);
    cli_json_number(out, "shared", why->shared);
    cli_json_number(out, "size_a", why->size_a);
    cli_json_number(out, "size_b", why->size_b);
    cli_json_number(out, "edges", why->edges);
    cli_json_number(out, "kept", why->kept);
    cli_json_number(out, "keys", why->a_len);
    cli_json_number(out, "keys_shared", keys_shared(why));
    cli_json_number(out, "found_up_to", bound_of(why));
    if (run->memories.len > 0)
        put_json_costs(out, run);
    put_json_tokens(out, "tokens_a", a, why->a, why->a_len);
    put_json_tokens(out, "tokens_b", b, why->b, why->b_len);
    put_json_edits(out, why);
    cli_json_close(out, '}');
    cli_putz(out, "\n");
}

/* ---- table --------------------------------------------------------------------------
 */

enum { EDIT, A, B, KIND, WEIGHT, SIZE, KEPT, COLUMNS };

/* One row, all its cells on the heap. */
typedef struct table_row {
    char *cells[COLUMNS];
    bool is_marked; /* something differs */
} table_row;

static char *copy_text(cq_str text)
{
    return cli_format("%.*s", (int)text.len, text.ptr);
}

/* "same", or what differs between tokens of one key: "form, space". */
static char *edit_name(cli_app *cli, const cq_explanation *why, const cq_edit *edit)
{
    cli_buf names = {0};

    for (size_t i = 0; i < DIFFERENCES; i++) {
        const char *name = difference_names[i];

        if (!(edit->differs & (1u << i)))
            continue;
        if (1u << i == CQ_DIFFERS_FORM && why->a[edit->a].kind == CQ_TOKEN_NUMBER)
            name = "value";
        char *key = cli_format("differs_%s", name);
        cli_putz(&names, names.len ? ", " : "");
        cli_putz(&names, cli_translate(cli, key, name));
        free(key);
    }
    if (names.len == 0) {
        char *key = cli_format("edit_%s", edit_kinds[edit->kind]);
        cli_putz(&names, cli_translate(cli, key, edit_kinds[edit->kind]));
        free(key);
    }
    char *name = copy_text((cq_str){names.ptr, names.len});
    cli_buf_release(&names);
    return name;
}

static table_row edit_row(cli_app *cli, cq_str a, cq_str b, const cq_explanation *why,
                          const cq_edit *edit)
{
    static const cq_scored_token none = {0};
    const cq_scored_token *x = edit->a == CQ_NO_TOKEN ? &none : &why->a[edit->a];
    const cq_scored_token *y = edit->b == CQ_NO_TOKEN ? &none : &why->b[edit->b];
    const char *kind = token_kinds[edit->a == CQ_NO_TOKEN ? y->kind : x->kind];
    char *key = cli_format("token_%s", kind);
    table_row row = {.is_marked = edit->kind != CQ_EDIT_SAME || edit->differs};

    row.cells[EDIT] = edit_name(cli, why, edit);
    row.cells[A] = copy_text(x == &none ? CQ_STR("-") : text_of(a, x));
    row.cells[B] = copy_text(y == &none ? CQ_STR("-") : text_of(b, y));
    row.cells[KIND] = copy_text(cli_str(cli_translate(cli, key, kind)));
    row.cells[WEIGHT] = cli_format("%u", greater(x->weight, y->weight));
    row.cells[SIZE] = cli_format("%u", greater(x->size, y->size));
    row.cells[KEPT] = cli_format("%u", edit->kept);
    free(key);
    return row;
}

static table_row title_row(cli_app *cli)
{
    static const char *const titles[COLUMNS] = {[EDIT] = "explain_edit",
                                                [KIND] = "explain_kind",
                                                [WEIGHT] = "explain_weight",
                                                [SIZE] = "explain_size",
                                                [KEPT] = "explain_kept"};
    table_row row = {
        .cells = {[A] = copy_text(CQ_STR("A")), [B] = copy_text(CQ_STR("B"))}};

    for (size_t c = 0; c < COLUMNS; c++)
        if (titles[c])
            row.cells[c] = copy_text(cli_str(cli_message(cli, titles[c], NULL, 0)));
    return row;
}

/* Numbers are set to the right; rows where something differs stand out. */
static void put_row(cli_app *cli, cli_buf *out, const table_row *row,
                    const size_t widths[COLUMNS])
{
    if (row->is_marked)
        cli_putz(out, cli_colour_code(cli, CLI_BOLD));
    for (size_t c = 0; c < COLUMNS; c++) {
        cq_str text = cli_str(row->cells[c]);
        size_t spaces = widths[c] - cq_text_columns(text);
        if (c > 0)
            cli_pad(out, 2);
        if (c >= WEIGHT)
            cli_pad(out, spaces);
        cli_put_isolated(cli, out, text);
        if (c < WEIGHT)
            cli_pad(out, spaces);
    }
    if (row->is_marked)
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
            size_t columns = cq_text_columns(cli_str(rows[i].cells[c]));
            widths[c] = columns > widths[c] ? columns : widths[c];
        }
    for (size_t i = 0; i < len; i++) {
        put_row(cli, out, &rows[i], widths);
        for (size_t c = 0; c < COLUMNS; c++)
            free(rows[i].cells[c]);
    }
    free(rows);
}

/* ---- sums ---------------------------------------------------------------------------
 */

static void put_sums(cli_app *cli, cli_buf *out, const cq_explanation *why)
{
    uint32_t heavier = greater(why->weight_a, why->weight_b);
    uint32_t larger = greater(why->size_a, why->size_b);

    cli_put_seen(out,
                 cli_str(cli_message(cli, "explain_shared",
                                     CLI_VALUES(CLI_NUMBER("a", why->weight_a),
                                                CLI_NUMBER("b", why->weight_b),
                                                CLI_NUMBER("shared", why->shared)))));
    cli_putz(out, "\n");
    cli_put_seen(out, cli_str(cli_message(cli, "explain_in_order",
                                          CLI_VALUES(CLI_NUMBER("a", why->size_a),
                                                     CLI_NUMBER("b", why->size_b),
                                                     CLI_NUMBER("kept", why->kept),
                                                     CLI_NUMBER("edges", why->edges)))));
    if (heavier == 0 || larger == 0) {
        cli_putf(out, "\n%d %%\n", why->percent);
        return;
    }
    double common = (double)why->shared / heavier, kept = (double)why->kept / larger;
    cli_putf(out, "\n100 * min(%u/%u, 3/4 * %u/%u + 1/4 * %u/%u)", why->shared, heavier,
             why->kept, larger, why->shared, heavier);
    cli_putf(out, " = min(%.1f, %.1f) = %s%d %%%s\n", 100 * common,
             75 * kept + 25 * common, cli_colour_code(cli, CLI_BOLD), why->percent,
             cli_colour_code(cli, CLI_PLAIN));
}

static void put_bound(cli_app *cli, cli_buf *out, const cq_explanation *why)
{
    if (why->weight_a == 0 || why->weight_b == 0)
        return;
    cli_put_seen(out,
                 cli_str(cli_message(cli, "explain_index",
                                     CLI_VALUES(CLI_NUMBER("keys", why->a_len),
                                                CLI_NUMBER("shared", keys_shared(why)),
                                                CLI_NUMBER("percent", bound_of(why))))));
    cli_putz(out, "\n");
}

static void put_costs(explaining *run)
{
    for (size_t i = 0; i < run->memories.len; i++) {
        const cq_search_cost *cost = &run->costs[i];

        if (!run->are_known[i])
            continue;
        cli_put_seen(&run->out, cli_str(cli_message(
                                    run->cli, "explain_asked",
                                    CLI_VALUES(CLI_TEXT("memory", run->memories.names[i]),
                                               CLI_NUMBER("percent", asked_for(run->why)),
                                               CLI_NUMBER("keys", cost->keys),
                                               CLI_NUMBER("lists", cost->lists),
                                               CLI_NUMBER("postings", cost->postings),
                                               CLI_NUMBER("counted", cost->counted),
                                               CLI_NUMBER("scored", cost->scored)))));
        cli_putz(&run->out, "\n");
    }
}

static void put_text(explaining *run)
{
    put_table(run->cli, &run->out, run->a, run->b, run->why);
    cli_putz(&run->out, "\n");
    put_sums(run->cli, &run->out, run->why);
    put_bound(run->cli, &run->out, run->why);
    put_costs(run);
}

/* ---- the command --------------------------------------------------------------------
 */

/* The memories that -m names; none without. */
static int ask_memories(explaining *run)
{
    cq_error err = {0};
    int status;

    if (run->cli->memories_len == 0)
        return CLI_DONE;
    status = cli_memories_open(run->cli, &run->memories);
    if (status != CLI_DONE)
        return status;
    run->costs = cli_alloc(run->memories.len * sizeof(*run->costs));
    run->are_known = cli_alloc(run->memories.len * sizeof(*run->are_known));
    for (size_t i = 0; i < run->memories.len; i++) {
        cq_status asked =
            cq_memory_search_cost(run->memories.asked[i].memory, run->a, &run->lang,
                                  asked_for(run->why), &run->costs[i], &err);

        if (asked < 0)
            return cli_report(run->cli, &err);
        run->are_known[i] = asked == CQ_OK;
    }
    return CLI_DONE;
}

static int explain_to(explaining *run, bool is_json)
{
    cq_error err = {0};
    int status;

    if (cq_explain(&run->lang, run->a, run->b, &run->why, &err) < 0)
        return cli_report(run->cli, &err);
    status = ask_memories(run);
    if (status != CLI_DONE)
        return status;
    if (is_json)
        put_json(run);
    else
        put_text(run);
    cli_write_buf(run->cli, &run->out);
    return CLI_DONE;
}

static int explain(cli_app *cli, const cli_args *args)
{
    explaining run = {.cli = cli};
    int is_json = 0;
    int status = cli_choice(cli, args, "format", "text|json", &is_json);

    if (status == CLI_DONE)
        status = cli_lang(cli, args, "lang", &run.lang, NULL);
    if (status == CLI_DONE)
        status = cli_operands(cli, args, 2, 2, args->len == 1 ? "B" : "A");
    for (size_t i = 0; i < 2 && status == CLI_DONE; i++)
        status = cli_valid(cli, args->operands[i]);
    if (status != CLI_DONE)
        return status;
    run.a = cli_str(args->operands[0]);
    run.b = cli_str(args->operands[1]);
    status = explain_to(&run, is_json);
    cli_memories_close(&run.memories);
    cq_explanation_free(run.why);
    cli_buf_release(&run.out);
    free(run.costs);
    free(run.are_known);
    return status;
}

const cli_command cmd_explain = {
    .name = "explain",
    .synopsis = "calque explain -l LANG [--format=text|json] A B",
    .summary = "show why two segments score as they do",
    .about =
        "Prints the edit script that turns A into B: token beside token with class, "
        "weight, size and what of it is kept, the sums, the percent that comes of them, "
        "and up to which percentage the index would find B for A. No memory is needed; "
        "with -m, also what that memory's index does to find what is like A.",
    .options = options,
    .example = "calque explain -l en \"Save the red file.\" \"Save the green files.\"",
    .run = explain,
};
