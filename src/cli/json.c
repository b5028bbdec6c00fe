#include "cli.h"

#include <math.h>

/* A comma is due after anything but an opening bracket, a key and the start of the line.
 */
static void begin(cli_buf *buf, const char *key)
{
    char last = buf->len ? buf->ptr[buf->len - 1] : '{';

    if (last != '{' && last != '[' && last != ':' && last != '\n')
        cli_put(buf, CQ_STR(","));
    if (key)
        cli_putf(buf, "\"%s\":", key);
}

void cli_json_open(cli_buf *buf, const char *key, char bracket)
{
    begin(buf, key);
    cli_put(buf, (cq_str){&bracket, 1});
}

void cli_json_close(cli_buf *buf, char bracket) { cli_put(buf, (cq_str){&bracket, 1}); }

static const char *escape_of(unsigned char c)
{
    switch (c) {
    case '"':
        return "\\\"";
    case '\\':
        return "\\\\";
    case '\n':
        return "\\n";
    case '\r':
        return "\\r";
    case '\t':
        return "\\t";
    default:
        return NULL;
    }
}

static void put_escaped(cli_buf *buf, cq_str text)
{
    size_t from = 0;

    for (size_t i = 0; i < text.len; i++) {
        unsigned char c = (unsigned char)text.ptr[i];
        if (c >= 0x20 && c != '"' && c != '\\')
            continue;
        cli_put(buf, (cq_str){text.ptr + from, i - from});
        from = i + 1;
        if (escape_of(c))
            cli_putz(buf, escape_of(c));
        else
            cli_putf(buf, "\\u%04x", c);
    }
    cli_put(buf, (cq_str){text.ptr + from, text.len - from});
}

void cli_json_text(cli_buf *buf, const char *key, cq_str text)
{
    cli_buf valid = {0};

    if (!text.ptr) {
        cli_json_null(buf, key);
        return;
    }
    begin(buf, key);
    cli_put(buf, CQ_STR("\""));
    if (cq_text_valid(text) == text.len) {
        put_escaped(buf, text);
    } else { /* a file name of other bytes */
        cli_put_valid(&valid, text);
        put_escaped(buf, (cq_str){valid.ptr, valid.len});
        cli_buf_release(&valid);
    }
    cli_put(buf, CQ_STR("\""));
}

void cli_json_number(cli_buf *buf, const char *key, uint64_t number)
{
    begin(buf, key);
    cli_putf(buf, "%llu", (unsigned long long)number);
}

void cli_json_real(cli_buf *buf, const char *key, double real, int digits)
{
    begin(buf, key);
    cli_putf(buf, "%.*f", digits, isfinite(real) ? real : 0.0);
}

void cli_json_bool(cli_buf *buf, const char *key, bool is_true)
{
    begin(buf, key);
    cli_putz(buf, is_true ? "true" : "false");
}

void cli_json_null(cli_buf *buf, const char *key)
{
    begin(buf, key);
    cli_put(buf, CQ_STR("null"));
}
