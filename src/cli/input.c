#include "cli.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define PIECE ((size_t)64 * 1024) /* bytes read at once */

typedef enum encoding { UNKNOWN = 0, UTF8, UTF16_LE, UTF16_BE } encoding;

struct cli_input {
    int fd;
    char *name;
    encoding encoding;
    bool is_at_end;     /* of the file */
    cli_buf raw;        /* UTF-16 not yet turned: part of a character */
    cli_buf text;       /* UTF-8 read; `at` of it is used up */
    size_t at, scanned; /* scanned: bytes after `at` known to hold no line end */
    uint64_t line;
};

int cli_input_open(cli_app *cli, const char *path, cli_input **input)
{
    bool is_stdin = strcmp(path, "-") == 0;
    int fd = is_stdin ? STDIN_FILENO : open(path, O_RDONLY | O_CLOEXEC);

    *input = NULL;
    if (fd < 0)
        return cli_complain(
            cli, CLI_MISUSED, 150, "cannot_read",
            CLI_VALUES(CLI_TEXT("file", path), CLI_TEXT("why", strerror(errno))));
    *input = cli_alloc(sizeof(**input));
    **input = (cli_input){.fd = fd, .name = cli_format("%s", path)};
    return CLI_DONE;
}

void cli_input_close(cli_input *input)
{
    if (!input)
        return;
    if (input->fd != STDIN_FILENO)
        close(input->fd);
    cli_buf_release(&input->raw);
    cli_buf_release(&input->text);
    free(input->name);
    free(input);
}

const char *cli_input_name(const cli_input *input) { return input->name; }
uint64_t cli_input_line_number(const cli_input *input) { return input->line; }

static cq_status fail(const cli_input *input, cq_status status, int number,
                      uint64_t column, const char *message, cq_error *err)
{
    if (err->status != CQ_OK)
        return status;
    *err = (cq_error){.status = status, .number = number, .column = column};
    err->line = column ? input->line : 0;
    snprintf(err->file, sizeof(err->file), "%s", input->name);
    snprintf(err->message, sizeof(err->message), "%s", message);
    return status;
}

/* ---- UTF-16 (RFC 2781) --------------------------------------------------------------
 */

static uint32_t unit_at(const cli_input *input, size_t at)
{
    const unsigned char *two = (const unsigned char *)input->raw.ptr + at;

    return input->encoding == UTF16_LE ? (uint32_t)two[0] | (uint32_t)two[1] << 8
                                       : (uint32_t)two[1] | (uint32_t)two[0] << 8;
}

static void put_code(cli_buf *buf, uint32_t code)
{
    char bytes[4];
    size_t len = code < 0x80 ? 1 : code < 0x800 ? 2 : code < 0x10000 ? 3 : 4;
    static const unsigned char lead[] = {0, 0, 0xC0, 0xE0, 0xF0};

    for (size_t i = len; i-- > 1; code >>= 6)
        bytes[i] = (char)(0x80 | (code & 0x3F));
    bytes[0] = (char)(lead[len == 1 ? 0 : len] | code);
    cli_put(buf, (cq_str){bytes, len});
}

static cq_status bad_utf16(cli_input *input, cq_error *err)
{
    for (size_t i = input->at; i < input->text.len; i++)
        input->line += input->text.ptr[i] == '\n';
    input->line++;
    return fail(input, CQ_E_INPUT, 2, 1,
                "half of a pair in UTF-16, without the other half", err);
}

static cq_status turn_utf16(cli_input *input, cq_error *err)
{
    size_t at = 0, len = input->raw.len;

    for (; at + 2 <= len; at += 2) {
        uint32_t code = unit_at(input, at);
        if (code >= 0xD800 && code < 0xDC00) {
            if (at + 4 > len)
                break;
            uint32_t low = unit_at(input, at + 2);
            if (low < 0xDC00 || low > 0xDFFF)
                return bad_utf16(input, err);
            code = 0x10000 + ((code - 0xD800) << 10) + (low - 0xDC00);
            at += 2;
        } else if (code >= 0xDC00 && code <= 0xDFFF) {
            return bad_utf16(input, err);
        }
        put_code(&input->text, code);
    }
    memmove(input->raw.ptr, input->raw.ptr + at, len - at);
    input->raw.len = len - at;
    if (input->is_at_end && input->raw.len > 0)
        return bad_utf16(input, err);
    return CQ_OK;
}

/* ---- reading ------------------------------------------------------------------------
 */

/* Decide by the first bytes, once there are three or the file ends. */
static void find_encoding(cli_input *input)
{
    const unsigned char *b = (const unsigned char *)input->raw.ptr;
    size_t len = input->raw.len, mark = 0;

    input->encoding = UTF8;
    if (len >= 2 && b[0] == 0xFF && b[1] == 0xFE) {
        input->encoding = UTF16_LE;
        mark = 2;
    } else if (len >= 2 && b[0] == 0xFE && b[1] == 0xFF) {
        input->encoding = UTF16_BE;
        mark = 2;
    } else if (len >= 3 && b[0] == 0xEF && b[1] == 0xBB && b[2] == 0xBF) {
        mark = 3;
    }
    memmove(input->raw.ptr, input->raw.ptr + mark, len - mark);
    input->raw.len = len - mark;
}

/* Whether the first bytes could still become a byte order mark. */
static bool is_start_of_mark(const cli_input *input)
{
    const unsigned char *b = (const unsigned char *)input->raw.ptr;
    size_t len = input->raw.len;

    if (len == 0)
        return true;
    if (len == 1)
        return b[0] == 0xEF || b[0] == 0xFE || b[0] == 0xFF;
    return len == 2 && b[0] == 0xEF && b[1] == 0xBB;
}

/* Read what there is and add it to `text`. */
static cq_status read_more(cli_input *input, cq_error *err)
{
    char bytes[PIECE];
    ssize_t got;

    do
        got = read(input->fd, bytes, sizeof(bytes));
    while (got < 0 && errno == EINTR);
    if (got < 0)
        return fail(input, CQ_E_INPUT, 150, 0, strerror(errno), err);
    input->is_at_end = got == 0;
    if (input->encoding == UTF8) {
        cli_put(&input->text, (cq_str){bytes, (size_t)got});
        return CQ_OK;
    }
    cli_put(&input->raw, (cq_str){bytes, (size_t)got});
    if (input->encoding == UNKNOWN) {
        if (!input->is_at_end && is_start_of_mark(input))
            return CQ_OK;
        if (input->raw.len > 0)
            find_encoding(input);
    }
    if (input->encoding != UTF8)
        return input->raw.ptr ? turn_utf16(input, err) : CQ_OK;
    cli_put(&input->text, (cq_str){input->raw.ptr, input->raw.len});
    cli_buf_release(&input->raw);
    return CQ_OK;
}

/* Drop what was used, so that the buffer holds one line and what was read with it. */
static void drop_used(cli_input *input)
{
    memmove(input->text.ptr, input->text.ptr + input->at, input->text.len - input->at);
    input->text.len -= input->at;
    input->at = 0;
}

/* The end of the line that begins at `at`; NULL when it is not there yet. */
static const char *find_end(cli_input *input)
{
    size_t left = input->text.len - input->at;
    const char *end = NULL;

    if (left > input->scanned)
        end = memchr(input->text.ptr + input->at + input->scanned, '\n',
                     left - input->scanned);
    input->scanned = left;
    return end;
}

static cq_status check_line(cli_input *input, cq_str line, cq_error *err)
{
    char message[80];
    size_t good = cq_text_valid(line);

    if (line.len > CQ_SEGMENT_MAX) {
        snprintf(message, sizeof(message), "this line has more than %u bytes",
                 (unsigned)CQ_SEGMENT_MAX);
        return fail(input, CQ_E_INPUT, 152, 1, message, err);
    }
    if (good < line.len) {
        snprintf(message, sizeof(message), "byte 0x%02X is not valid UTF-8",
                 (unsigned)(unsigned char)line.ptr[good]);
        return fail(input, CQ_E_INPUT, 1, good + 1, message, err);
    }
    return CQ_OK;
}

cq_status cli_input_line(cli_input *input, cq_str *line, cq_error *err)
{
    const char *end = find_end(input);

    while (!end && !input->is_at_end) {
        if (input->text.len - input->at > CQ_SEGMENT_MAX + 1u)
            break;
        if (input->at > 0)
            drop_used(input);
        cq_status status = read_more(input, err);
        if (status < 0)
            return status;
        end = find_end(input);
    }
    size_t left = input->text.len - input->at;
    if (!end && left == 0)
        return CQ_DONE;
    input->line++;
    input->scanned = 0;
    *line = (cq_str){input->text.ptr + input->at, left};
    if (end)
        line->len = (size_t)(end - line->ptr);
    input->at += line->len + (end ? 1 : 0);
    if (line->len > 0 && line->ptr[line->len - 1] == '\r')
        line->len--;
    return check_line(input, *line, err);
}
