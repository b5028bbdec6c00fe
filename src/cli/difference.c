#include "cli.h"

#include <string.h>

/* A stretch of neighbouring edits: the bytes of each side that it covers. */
typedef struct stretch {
    bool is_open;
    size_t a_start, a_end, b_start, b_end; /* empty when start == end */
} stretch;

typedef struct canvas {
    const cli_app *cli;
    cli_buf *out;
    cq_str a, b;
    size_t a_at, b_at; /* drawn up to here */
} canvas;

static cq_str part(cq_str text, size_t start, size_t end)
{
    return (cq_str){text.ptr + start, end - start};
}

static void put_marked(canvas *drawing, cq_str text, cli_colour colour,
                       const char *opening, const char *closing)
{
    bool is_coloured = drawing->cli->is_coloured;

    cli_putz(drawing->out, is_coloured ? cli_colour_code(drawing->cli, colour) : opening);
    cli_put_seen(drawing->out, text);
    cli_putz(drawing->out,
             is_coloured ? cli_colour_code(drawing->cli, CLI_PLAIN) : closing);
}

/* Draw a stretch after the white space before it: of `a` while `a` has part in it. */
static void draw_stretch(canvas *drawing, stretch *change)
{
    bool is_removed = change->a_end > change->a_start;
    bool is_added = change->b_end > change->b_start;

    if (!change->is_open)
        return;
    if (is_removed) {
        cli_put_seen(drawing->out, part(drawing->a, drawing->a_at, change->a_start));
        drawing->a_at = change->a_end;
        put_marked(drawing, part(drawing->a, change->a_start, change->a_end), CLI_REMOVED,
                   "[-", "-]");
    }
    if (is_added) {
        if (!is_removed)
            cli_put_seen(drawing->out, part(drawing->b, drawing->b_at, change->b_start));
        drawing->b_at = change->b_end;
        put_marked(drawing, part(drawing->b, change->b_start, change->b_end), CLI_ADDED,
                   "{+", "+}");
    }
    *change = (stretch){0};
}

static void widen(stretch *change, const cq_scored_token *a, const cq_scored_token *b)
{
    if (a) {
        if (change->a_end == change->a_start)
            change->a_start = a->start;
        change->a_end = a->end;
    }
    if (b) {
        if (change->b_end == change->b_start)
            change->b_start = b->start;
        change->b_end = b->end;
    }
    change->is_open = true;
}

/* Same key and same letters: nothing to show. */
static bool is_kept(const canvas *drawing, const cq_edit *edit, const cq_scored_token *a,
                    const cq_scored_token *b)
{
    return edit->kind == CQ_EDIT_SAME && a && b &&
           a->end - a->start == b->end - b->start &&
           memcmp(drawing->a.ptr + a->start, drawing->b.ptr + b->start,
                  a->end - a->start) == 0;
}

static void draw_edits(canvas *drawing, const cq_explanation *why)
{
    stretch change = {0};

    for (size_t i = 0; i < why->edits_len; i++) {
        const cq_edit *edit = &why->edits[i];
        const cq_scored_token *a = edit->a == CQ_NO_TOKEN ? NULL : &why->a[edit->a];
        const cq_scored_token *b = edit->b == CQ_NO_TOKEN ? NULL : &why->b[edit->b];

        if (!is_kept(drawing, edit, a, b)) {
            widen(&change, a, b);
            continue;
        }
        bool was_added = change.is_open && change.a_end == change.a_start;
        draw_stretch(drawing, &change);
        if (was_added && drawing->a_at == a->start) /* the space after an added word */
            cli_put_seen(drawing->out, part(drawing->b, drawing->b_at, b->start));
        cli_put_seen(drawing->out, part(drawing->a, drawing->a_at, a->end));
        drawing->a_at = a->end;
        drawing->b_at = b->end;
    }
    draw_stretch(drawing, &change);
    cli_put_seen(drawing->out, part(drawing->a, drawing->a_at, drawing->a.len));
}

cq_status cli_put_difference(const cli_app *cli, cli_buf *buf, const cq_lang *lang,
                             cq_str stored, cq_str wanted, cq_error *err)
{
    canvas drawing = {.cli = cli, .out = buf, .a = stored, .b = wanted};
    cq_explanation *why = NULL;

    cli_putz(buf, cli_isolate(cli, stored.len ? stored : wanted));
    cq_status status = cq_explain(lang, stored, wanted, &why, err);
    if (status >= 0)
        draw_edits(&drawing, why);
    if (status == CQ_E_INPUT) { /* too long to lay out (CQ-048) */
        cli_put_seen(buf, stored);
        *err = (cq_error){0};
        status = CQ_OK;
    }
    cli_putz(buf, cli_end_isolate(cli, stored.len ? stored : wanted));
    cq_explanation_free(why);
    return status;
}
