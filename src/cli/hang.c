/* hang.c -- long text on a terminal, its later lines under its first. */
#include "cli.h"

#include <string.h>

#define LEAST 30u /* columns: in a narrower strip text is harder to read than broken */

/* A text with its escape sequences, what is left of it, and how it is shown just now. */
typedef struct hanging {
    cq_str left;
    cq_str style;     /* the sequence in force; empty for none */
    bool is_isolated; /* between FIRST STRONG ISOLATE and its end */
} hanging;

static bool begins(cq_str text, const char *with)
{
    return text.len >= strlen(with) && memcmp(text.ptr, with, strlen(with)) == 0;
}

/* Bytes of the escape sequence that `text` begins with, 0 for none. All are
 * cli_colour_code()'s: stored texts have none. */
static size_t escape_len(cq_str text)
{
    const char *end = begins(text, "\033") ? memchr(text.ptr, 'm', text.len) : NULL;

    return end ? (size_t)(end - text.ptr) + 1 : 0;
}

static cq_str take(hanging *h, size_t len)
{
    cq_str taken = {h->left.ptr, len};

    h->left = (cq_str){h->left.ptr + len, h->left.len - len};
    return taken;
}

/* Put `len` bytes of the text and the sequences among them; of the bytes only the first
 * `shown`, for no space is wanted where a line ends. */
static void put_line(hanging *h, cli_buf *buf, size_t shown, size_t len)
{
    for (size_t i = 0; h->left.len > 0;) {
        size_t escape = escape_len(h->left);
        cq_str taken;

        if (escape == 0 && i == len)
            return;
        if (begins(h->left, CLI_FSI) || begins(h->left, CLI_PDI))
            h->is_isolated = begins(h->left, CLI_FSI);
        taken = take(h, escape ? escape : 1);
        if (escape)
            h->style = begins(taken, "\033[0m") ? (cq_str){0} : taken;
        if (escape || i < shown)
            cli_put(buf, taken);
        i += escape == 0;
    }
}

/* Colours and isolates end with the line, and begin again on the next: a terminal orders
 * each line by itself, and an indent is not struck out. */
static void break_line(const cli_app *cli, const hanging *h, cli_buf *buf, size_t indent)
{
    if (h->style.len > 0)
        cli_putz(buf, cli_colour_code(cli, CLI_PLAIN));
    cli_putz(buf, h->is_isolated ? CLI_PDI "\n" : "\n");
    cli_pad(buf, indent);
    cli_putz(buf, h->is_isolated ? CLI_FSI : "");
    cli_put(buf, h->style);
}

static void put_without_escapes(cli_buf *buf, cq_str text)
{
    for (size_t i = 0, escape; i < text.len; i += escape ? escape : 1) {
        cq_str rest = {text.ptr + i, text.len - i};

        escape = escape_len(rest);
        if (escape == 0)
            cli_put(buf, (cq_str){rest.ptr, 1});
    }
}

void cli_hang(const cli_app *cli, cli_buf *buf, size_t start, size_t indent)
{
    size_t width = cli_width();
    cli_buf styled = {0}, plain = {0};
    hanging h = {0};
    cq_str rest;

    if (!cli->is_terminal || width < indent + LEAST)
        return;
    cli_put(&styled, (cq_str){buf->ptr + start, buf->len - start});
    buf->len = start;
    put_without_escapes(&plain, (cq_str){styled.ptr, styled.len});
    h.left = (cq_str){styled.ptr, styled.len};
    rest = (cq_str){plain.ptr, plain.len};
    while (rest.len > 0) {
        size_t len = cq_text_line(rest, width - indent), shown = len;

        while (shown > 0 && rest.ptr[shown - 1] == ' ')
            shown--;
        put_line(&h, buf, shown, len);
        rest = (cq_str){rest.ptr + len, rest.len - len};
        if (rest.len > 0)
            break_line(cli, &h, buf, indent);
    }
    cli_buf_release(&plain);
    cli_buf_release(&styled);
}
