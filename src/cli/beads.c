#include "aligning.h"

#include <stdlib.h>
#include <string.h>

/* A line of a beads file (docs/alignment.md, "The beads file") as it is read. */
typedef struct line_reader {
    cq_str rest;
    bool is_wrong;
} line_reader;

static bool is_blank(char byte) { return byte == ' ' || byte == '\t' || byte == '\r'; }

static void drop(line_reader *line, size_t bytes)
{
    line->rest = (cq_str){line->rest.ptr + bytes, line->rest.len - bytes};
}

static void skip_blanks(line_reader *line)
{
    while (line->rest.len > 0 && is_blank(*line->rest.ptr))
        drop(line, 1);
}

static bool take_byte(line_reader *line, char byte)
{
    skip_blanks(line);
    if (line->rest.len == 0 || *line->rest.ptr != byte)
        return false;
    drop(line, 1);
    return true;
}

static void expect_byte(line_reader *line, char byte)
{
    if (!take_byte(line, byte))
        line->is_wrong = true;
}

static bool is_digit(const line_reader *line)
{
    return line->rest.len > 0 && *line->rest.ptr >= '0' && *line->rest.ptr <= '9';
}

static size_t take_number(line_reader *line)
{
    size_t number = 0;

    skip_blanks(line);
    if (!is_digit(line))
        line->is_wrong = true;
    for (; is_digit(line); drop(line, 1))
        number = number < UINT32_MAX ? number * 10 + (size_t)(*line->rest.ptr - '0')
                                     : number; /* too far for any text */
    return number;
}

/* "[4,5]": numbers in a row. */
static void take_side(line_reader *line, size_t *first, size_t *len)
{
    expect_byte(line, '[');
    *first = *len = 0;
    if (take_byte(line, ']') || line->is_wrong)
        return;
    *first = take_number(line);
    *len = 1;
    while (!line->is_wrong && take_byte(line, ','))
        if (take_number(line) != *first + (*len)++)
            line->is_wrong = true;
    expect_byte(line, ']');
}

/* The confidence, which may be anything short of a colon, and the mark. */
static void take_mark(line_reader *line, cq_bead *bead)
{
    const char *end;

    skip_blanks(line);
    if (line->rest.len == 0)
        return;
    expect_byte(line, ':');
    end = line->rest.len > 0 ? memchr(line->rest.ptr, ':', line->rest.len) : NULL;
    if (!end || line->is_wrong)
        return;
    drop(line, (size_t)(end - line->rest.ptr) + 1);
    skip_blanks(line);
    while (line->rest.len > 0 && is_blank(line->rest.ptr[line->rest.len - 1]))
        line->rest.len--;
    bead->is_fixed = line->rest.len == 5 && memcmp(line->rest.ptr, "fixed", 5) == 0;
    line->is_wrong = !bead->is_fixed;
}

static bool read_bead(line_reader line, cq_bead *bead)
{
    *bead = (cq_bead){.confidence = 1};
    take_side(&line, &bead->source, &bead->source_len);
    expect_byte(&line, ':');
    take_side(&line, &bead->target, &bead->target_len);
    take_mark(&line, bead);
    return !line.is_wrong;
}

/* Add the bead of a line, if it has one. */
static cq_status add_line(cli_aligning *run, cq_str text, cq_error *err)
{
    line_reader line = {.rest = text};

    skip_blanks(&line);
    if (line.rest.len == 0 || *line.rest.ptr == '#')
        return CQ_OK;
    if (run->beads_len == run->beads_capacity) {
        run->beads_capacity = run->beads_capacity * 2 + 64;
        run->beads = cli_realloc(run->beads, run->beads_capacity * sizeof(*run->beads));
    }
    if (read_bead(line, &run->beads[run->beads_len])) {
        run->beads_len++;
        return CQ_OK;
    }
    *err = (cq_error){.status = CQ_E_INPUT, .number = 42};
    snprintf(err->message, sizeof(err->message),
             "\"%.*s\" is no bead: [4,5]:[3]:0.93 is one",
             text.len < 60 ? (int)text.len : 60, text.ptr);
    return CQ_E_INPUT;
}

int cli_read_beads(cli_aligning *run, const char *path)
{
    cli_input *input = NULL;
    cq_error err = {0};
    cq_str line;
    cq_status status;
    int result = cli_input_open(run->cli, path, &input);

    if (result != CLI_DONE)
        return result;
    while ((status = cli_input_line(input, &line, &err)) == CQ_OK) {
        status = add_line(run, line, &err);
        if (status < 0) {
            snprintf(err.file, sizeof(err.file), "%s", cli_input_name(input));
            err.line = cli_input_line_number(input);
            break;
        }
    }
    if (status < 0)
        result = cli_report(run->cli, &err);
    cli_input_close(input);
    return result;
}
