#include "asking.h"

#include <stdlib.h>

/* ---- JSON ---------------------------------------------------------------------------
 */

/* What was done to the stored rendering for the query. */
static void put_json_fit(cli_buf *out, const cq_hit *hit)
{
    if (hit->stored.ptr) {
        cli_json_bool(out, "adapted", true);
        cli_json_number(out, "adapted_percent", (uint64_t)hit->adapted_percent);
        cli_json_text(out, "target_stored", hit->stored);
    }
    if (hit->source_marked.len > 0)
        cli_json_text(out, "source_marked", hit->source_marked);
    if (hit->target_marked.len > 0)
        cli_json_text(out, "target_marked", hit->target_marked);
    if (hit->codes != CQ_CODES_NONE)
        cli_json_text(out, "codes",
                      cli_str(hit->codes == CQ_CODES_PLACED ? "placed" : "unplaced"));
}

static void put_json_pivot(cli_buf *out, const cq_hit *hit)
{
    if (!hit->pivot_unit)
        return;
    cli_json_open(out, "pivot", '{');
    cli_json_text(out, "lang", hit->pivot_lang);
    cli_json_text(out, "text", hit->pivot);
    cli_json_number(out, "unit", hit->pivot_unit);
    cli_json_close(out, '}');
}

static void put_json_hit(const cli_memories *memories, cli_buf *out, const cq_hit *hit)
{
    static const char *const kinds[] = {
        [CQ_HIT_FUZZY] = "fuzzy", [CQ_HIT_EXACT] = "exact", [CQ_HIT_CONTEXT] = "context"};

    cli_json_open(out, NULL, '{');
    cli_json_number(out, "percent", (uint64_t)hit->percent);
    cli_json_text(out, "kind", cli_str(kinds[hit->kind]));
    cli_json_text(out, "source", hit->source);
    cli_json_text(out, "target", hit->target);
    if (hit->source_markup.len > 0)
        cli_json_text(out, "source_markup", hit->source_markup);
    if (hit->target_markup.len > 0)
        cli_json_text(out, "target_markup", hit->target_markup);
    cli_json_text(out, "source_lang", hit->source_lang);
    cli_json_text(out, "target_lang", hit->target_lang);
    cli_json_number(out, "unit", hit->unit);
    cli_json_text(out, "origin", hit->origin);
    cli_json_text(out, "changed", hit->changed);
    cli_json_text(out, "author", hit->author);
    cli_json_difference(out, "difference", hit->pieces, hit->pieces_len);
    put_json_fit(out, hit);
    put_json_pivot(out, hit);
    cli_json_memory(out, memories, hit->memory, hit->also, hit->also_len);
    cli_json_close(out, '}');
}

void cli_json_answer(cli_buf *out, const cli_showing *how, const cli_answer *answer)
{
    cq_str query = answer->query;
    const cq_hits *hits = answer->hits;

    cli_json_open(out, NULL, '{');
    cli_json_text(out, "query", query.ptr ? query : CQ_STR(""));
    cli_json_open(out, "matches", '[');
    for (size_t i = 0; hits && i < hits->len; i++)
        put_json_hit(how->memories, out, &hits->items[i]);
    cli_json_close(out, ']');
    if (how->fragments)
        cli_json_fragments(out, how->memories, answer);
    cli_json_close(out, '}');
    cli_putz(out, "\n");
}

/* ---- text ---------------------------------------------------------------------------
 */

/* 20240501T120000Z as "2024-05-01"; other dates as they were written. */
static void put_date(cli_buf *out, cq_str date)
{
    bool is_tmx = date.len >= 8;

    for (size_t i = 0; is_tmx && i < 8; i++)
        is_tmx = date.ptr[i] >= '0' && date.ptr[i] <= '9';
    if (is_tmx && (date.len == 8 || date.ptr[8] == 'T'))
        cli_putf(out, "%.4s-%.2s-%.2s", date.ptr, date.ptr + 4, date.ptr + 6);
    else
        cli_put_seen(out, date);
}

static const char *kind_of(cli_app *cli, cq_hit_kind kind)
{
    switch (kind) {
    case CQ_HIT_CONTEXT:
        return cli_message(cli, "kind_context", NULL, 0);
    case CQ_HIT_EXACT:
        return cli_message(cli, "kind_exact", NULL, 0);
    default:
        return cli_message(cli, "kind_fuzzy", NULL, 0);
    }
}

static size_t kind_columns(cli_app *cli)
{
    size_t most = 0;

    for (cq_hit_kind kind = CQ_HIT_FUZZY; kind <= CQ_HIT_CONTEXT; kind++) {
        size_t columns = cq_text_columns(cli_str(kind_of(cli, kind)));
        most = columns > most ? columns : most;
    }
    return most;
}

static void put_fit(cli_app *cli, cli_buf *out, const cq_hit *hit)
{
    if (hit->stored.ptr) {
        cli_putz(out, ", ");
        cli_putz(out,
                 cli_message(cli, "hit_adapted",
                             CLI_VALUES(CLI_NUMBER("percent", hit->adapted_percent))));
    }
    if (hit->codes == CQ_CODES_UNPLACED) {
        cli_putz(out, ", ");
        cli_putz(out, cli_message(cli, "hit_unplaced", NULL, 0));
    }
}

static void put_pivot(cli_app *cli, cli_buf *out, const cq_hit *hit)
{
    char *lang, *unit;

    if (!hit->pivot_unit)
        return;
    lang = cli_format("%.*s", (int)hit->pivot_lang.len, hit->pivot_lang.ptr);
    unit = cli_format("%llu", (unsigned long long)hit->pivot_unit);
    cli_putz(out, ", ");
    cli_putz(out,
             cli_message(cli, "hit_pivot",
                         CLI_VALUES(CLI_TEXT("lang", lang), CLI_TEXT("unit", unit))));
    free(lang);
    free(unit);
}

/* Codes are shown where the text itself shows no difference. */
static void put_source(cli_app *cli, cli_buf *out, const cli_showing *how, cq_str query,
                       const cq_hit *hit)
{
    cq_str shown = how->markup ? hit->source_markup : hit->source_marked;
    bool is_same = hit->pieces_len == 1 && hit->pieces[0].is_same;

    if (is_same && hit->source_marked.len > 0)
        cli_put_isolated(cli, out, shown);
    else
        cli_put_difference(cli, out, hit->source, query, hit->pieces, hit->pieces_len);
}

static cq_str shown_target(const cli_showing *how, const cq_hit *hit)
{
    cq_str shown = how->markup ? hit->target_markup : hit->target_marked;

    return shown.len > 0 ? shown : hit->target;
}

static void put_about(cli_app *cli, cli_buf *out, const cli_showing *how,
                      const cq_hit *hit)
{
    cli_putz(out, cli_colour_code(cli, CLI_DIM));
    cli_put_memory(cli, out, how->memories, hit->memory);
    cli_put_isolated(cli, out, hit->origin);
    if (hit->changed.len > 0) {
        cli_putz(out, ", ");
        put_date(out, hit->changed);
    }
    if (hit->author.len > 0) {
        cli_putz(out, ", ");
        cli_put_isolated(cli, out, hit->author);
    }
    cli_putf(out, " (#%llu)", (unsigned long long)hit->unit);
    put_fit(cli, out, hit);
    put_pivot(cli, out, hit);
    cli_putf(out, "%s\n", cli_colour_code(cli, CLI_PLAIN));
}

/*  88 %  fuzzy    Save the [-red-]{+green+} file.
 *                 Enregistrez le fichier rouge.
 *                 office.tmx, 2024-05-01, anna (#12)  */
static void put_hit(cli_app *cli, cli_buf *out, const cli_showing *how, cq_str query,
                    const cq_hit *hit, size_t kinds)
{
    size_t column = 7 + kinds + 2, start;

    cli_putf(out, "%s%3d %%  ", cli_colour_code(cli, CLI_BOLD), hit->percent);
    cli_put_column(out, cli_str(kind_of(cli, hit->kind)), kinds + 2);
    cli_putz(out, cli_colour_code(cli, CLI_PLAIN));
    start = out->len;
    put_source(cli, out, how, query, hit);
    cli_hang(cli, out, start, column);
    cli_putz(out, "\n");
    cli_pad(out, column);
    start = out->len;
    cli_put_isolated(cli, out, shown_target(how, hit));
    cli_hang(cli, out, start, column);
    cli_putz(out, "\n");
    cli_pad(out, column);
    put_about(cli, out, how, hit);
    for (size_t i = 0; i < hit->also_len; i++) {
        cli_pad(out, column);
        cli_put_also(cli, out, how->memories, &hit->also[i]);
    }
}

void cli_put_answer(cli_app *cli, cli_buf *out, const cli_showing *how,
                    const cli_answer *answer)
{
    size_t kinds = kind_columns(cli);
    const cq_hits *hits = answer->hits;

    if (how->queries) {
        cli_putz(out, "> ");
        cli_put_isolated(cli, out, answer->query);
        cli_putz(out, "\n");
    }
    for (size_t i = 0; hits && i < hits->len; i++)
        put_hit(cli, out, how, answer->query, &hits->items[i], kinds);
    cli_put_fragments(cli, out, how->memories, answer, kinds + 2);
    if (how->queries)
        cli_putz(out, "\n");
}
