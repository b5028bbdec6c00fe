#include "cli.h"

#include <errno.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

/* ---- buffer -------------------------------------------------------------------------
 */

void cli_buf_release(cli_buf *buf)
{
    free(buf->ptr);
    *buf = (cli_buf){0};
}

static void reserve(cli_buf *buf, size_t more)
{
    if (buf->capacity - buf->len >= more)
        return;
    size_t want = buf->len + more;
    buf->capacity = want + want / 2 + 64;
    buf->ptr = cli_realloc(buf->ptr, buf->capacity);
}

void cli_put(cli_buf *buf, cq_str bytes)
{
    if (bytes.len == 0)
        return;
    reserve(buf, bytes.len);
    memcpy(buf->ptr + buf->len, bytes.ptr, bytes.len);
    buf->len += bytes.len;
}

void cli_putz(cli_buf *buf, const char *z) { cli_put(buf, cli_str(z)); }

void cli_putf(cli_buf *buf, const char *format, ...)
{
    va_list args, again;

    va_start(args, format);
    va_copy(again, args);
    int len = vsnprintf(NULL, 0, format, args);
    if (len > 0) {
        reserve(buf, (size_t)len + 1);
        vsnprintf(buf->ptr + buf->len, (size_t)len + 1, format, again);
        buf->len += (size_t)len;
    }
    va_end(again);
    va_end(args);
}

void cli_pad(cli_buf *buf, size_t columns)
{
    while (columns-- > 0)
        cli_put(buf, CQ_STR(" "));
}

void cli_put_valid(cli_buf *buf, cq_str bytes)
{
    while (bytes.len > 0) {
        size_t good = cq_text_valid(bytes);
        cli_put(buf, (cq_str){bytes.ptr, good});
        if (good == bytes.len)
            return;
        cli_put(buf, CQ_STR("\xEF\xBF\xBD")); /* U+FFFD REPLACEMENT CHARACTER */
        bytes = (cq_str){bytes.ptr + good + 1, bytes.len - good - 1};
    }
}

/* The controls of ASCII and U+0080 to U+009F, which begin with C2 in UTF-8. */
static void put_without_controls(cli_buf *buf, cq_str text)
{
    size_t from = 0;

    for (size_t i = 0; i < text.len; i++) {
        unsigned char c = (unsigned char)text.ptr[i];
        bool is_c1 =
            c == 0xC2 && i + 1 < text.len && (unsigned char)text.ptr[i + 1] < 0xA0;

        if (c >= 0x20 && c != 0x7F && !is_c1)
            continue;
        cli_put(buf, (cq_str){text.ptr + from, i - from});
        if (is_c1)
            cli_put(buf, CQ_STR("\xE2\x90\xA6")); /* U+2426 SUBSTITUTE FORM TWO */
        else if (c == 0x7F)
            cli_put(buf, CQ_STR("\xE2\x90\xA1")); /* U+2421 SYMBOL FOR DELETE */
        else
            cli_put(buf, (cq_str){(char[]){'\xE2', '\x90', (char)(0x80 + c)}, 3});
        i += is_c1;
        from = i + 1;
    }
    cli_put(buf, (cq_str){text.ptr + from, text.len - from});
}

void cli_put_seen(cli_buf *buf, cq_str text)
{
    cli_buf valid = {0};

    if (cq_text_valid(text) == text.len) {
        put_without_controls(buf, text);
        return;
    }
    cli_put_valid(&valid, text);
    put_without_controls(buf, (cq_str){valid.ptr, valid.len});
    cli_buf_release(&valid);
}

/* Whether a character of `text` runs from right to left: the blocks that Unicode keeps
 * for such scripts (UAX #9, table 4), by their bytes. */
static bool has_rtl(cq_str text)
{
    for (size_t i = 0; i + 1 < text.len; i++) {
        unsigned char a = (unsigned char)text.ptr[i], b = (unsigned char)text.ptr[i + 1];
        unsigned char c = i + 2 < text.len ? (unsigned char)text.ptr[i + 2] : 0;

        if ((a == 0xD6 && b >= 0x90) || (a >= 0xD7 && a <= 0xDF)) /* U+0590 to U+07FF */
            return true;
        if (a == 0xE0 && b >= 0xA0 && b <= 0xA3) /* U+0800 to U+08FF */
            return true;
        if (a == 0xEF && ((b >= 0xAC && b <= 0xB7) || b == 0xB9 || b == 0xBA)) /* FB00 */
            return true;
        if (a == 0xF0 && ((b == 0x90 && c >= 0xA0) || (b == 0x9E && c >= 0xA0)))
            return true; /* U+10800 to U+10FFF, U+1E800 to U+1EFFF */
    }
    return false;
}

const char *cli_isolate(const cli_app *cli, cq_str text)
{
    return cli->is_terminal && has_rtl(text) ? CLI_FSI : "";
}

const char *cli_end_isolate(const cli_app *cli, cq_str text)
{
    return cli->is_terminal && has_rtl(text) ? CLI_PDI : "";
}

void cli_put_isolated(const cli_app *cli, cli_buf *buf, cq_str text)
{
    cli_putz(buf, cli_isolate(cli, text));
    cli_put_seen(buf, text);
    cli_putz(buf, cli_end_isolate(cli, text));
}

void cli_put_column(cli_buf *buf, cq_str text, size_t columns)
{
    size_t taken = cq_text_columns(text);

    cli_put_seen(buf, text);
    if (taken < columns)
        cli_pad(buf, columns - taken);
}

/* Removed and added differ in more than their colour, for those who do not see colours:
 * struck out and underlined. */
const char *cli_colour_code(const cli_app *cli, cli_colour colour)
{
    static const char *const codes[] = {
        [CLI_PLAIN] = "\033[0m",    [CLI_BOLD] = "\033[1m",
        [CLI_DIM] = "\033[2m",      [CLI_REMOVED] = "\033[31;9m",
        [CLI_ADDED] = "\033[32;4m", [CLI_FOUND] = "\033[1;33m",
    };

    return cli->is_coloured ? codes[colour] : "";
}

/* ---- standard output ----------------------------------------------------------------
 */

static void write_failed(cli_app *cli)
{
    if (!cli->is_write_failed)
        cli->write_errno = errno;
    cli->is_write_failed = true;
}

void cli_write(cli_app *cli, cq_str bytes)
{
    if (cli->is_write_failed || bytes.len == 0)
        return;
    if (fwrite(bytes.ptr, 1, bytes.len, stdout) != bytes.len)
        write_failed(cli);
}

void cli_write_buf(cli_app *cli, cli_buf *buf)
{
    cli_write(cli, (cq_str){buf->ptr, buf->len});
    buf->len = 0;
}

void cli_flush(cli_app *cli)
{
    if (!cli->is_write_failed && fflush(stdout) != 0)
        write_failed(cli);
}

int cli_end(cli_app *cli, int status)
{
    cli_flush(cli);
    if (!cli->is_write_failed)
        return status;
    if (cli->write_errno == EPIPE)
        return cli_complain(cli, CLI_FAILED, 157, "pipe_closed", NULL, 0);
    return cli_complain(
        cli, CLI_FAILED, 151, "cannot_write",
        CLI_VALUES(CLI_TEXT("file", "-"), CLI_TEXT("why", strerror(cli->write_errno))));
}
