#include "cli.h"

#include <string.h>

static cq_str part(cq_str text, size_t start, size_t end)
{
    return (cq_str){text.ptr + start, end - start};
}

static void put_marked(const cli_app *cli, cli_buf *out, cq_str text, cli_colour colour,
                       const char *opening, const char *closing)
{
    if (text.len == 0)
        return;
    cli_putz(out, cli->is_coloured ? cli_colour_code(cli, colour) : opening);
    cli_put_seen(out, text);
    cli_putz(out, cli->is_coloured ? cli_colour_code(cli, CLI_PLAIN) : closing);
}

static void put_removed(const cli_app *cli, cli_buf *out, cq_str text)
{
    put_marked(cli, out, text, CLI_REMOVED, "[-", "-]");
}

static void put_added(const cli_app *cli, cli_buf *out, cq_str text)
{
    put_marked(cli, out, text, CLI_ADDED, "{+", "+}");
}

/* Bytes of the spaces that end a text of more than spaces. */
static size_t last_spaces(cq_str text)
{
    size_t len = text.len;

    while (len > 0 && text.ptr[len - 1] == ' ')
        len--;
    return len ? text.len - len : 0;
}

/* The space that goes or comes with a word stands outside of its mark. */
static void put_change(const cli_app *cli, cli_buf *out, cq_str removed, cq_str added)
{
    cq_str alone = removed.len ? removed : added;
    size_t spaces = removed.len && added.len ? 0 : last_spaces(alone);

    put_removed(cli, out, part(removed, 0, removed.len - spaces * (removed.len > 0)));
    put_added(cli, out, part(added, 0, added.len - spaces * (added.len > 0)));
    cli_put_seen(out, part(alone, alone.len - spaces, alone.len));
}

void cli_put_difference(const cli_app *cli, cli_buf *buf, cq_str stored, cq_str wanted,
                        const cq_piece *pieces, size_t len)
{
    cli_putz(buf, cli_isolate(cli, stored.len ? stored : wanted));
    if (!pieces) /* too long to lay out */
        cli_put_seen(buf, stored);
    for (size_t i = 0; i < len; i++) {
        cq_str a = part(stored, pieces[i].a_start, pieces[i].a_end);
        cq_str b = part(wanted, pieces[i].b_start, pieces[i].b_end);

        if (pieces[i].is_same)
            cli_put_seen(buf, a);
        else
            put_change(cli, buf, a, b);
    }
    cli_putz(buf, cli_end_isolate(cli, stored.len ? stored : wanted));
}

static void put_range(cli_buf *out, const char *key, size_t start, size_t end)
{
    cli_json_open(out, key, '[');
    cli_json_number(out, NULL, start);
    cli_json_number(out, NULL, end);
    cli_json_close(out, ']');
}

void cli_json_difference(cli_buf *buf, const char *key, const cq_piece *pieces,
                         size_t len)
{
    if (!pieces) {
        cli_json_null(buf, key);
        return;
    }
    cli_json_open(buf, key, '[');
    for (size_t i = 0; i < len; i++) {
        if (pieces[i].is_same)
            continue;
        cli_json_open(buf, NULL, '{');
        put_range(buf, "source", pieces[i].a_start, pieces[i].a_end);
        put_range(buf, "query", pieces[i].b_start, pieces[i].b_end);
        cli_json_close(buf, '}');
    }
    cli_json_close(buf, ']');
}
