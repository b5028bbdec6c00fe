#include "asking.h"

void cli_json_ranges(cli_buf *out, const char *key, const cq_range *ranges, size_t len)
{
    cli_json_open(out, key, '[');
    for (size_t i = 0; i < len; i++) {
        cli_json_open(out, NULL, '[');
        cli_json_number(out, NULL, ranges[i].start);
        cli_json_number(out, NULL, ranges[i].end);
        cli_json_close(out, ']');
    }
    cli_json_close(out, ']');
}

void cli_put_marked(const cli_app *cli, cli_buf *out, cq_str text, const cq_range *ranges,
                    size_t len, size_t from, size_t end)
{
    for (size_t i = 0; i < len && ranges[i].start < end; i++) {
        size_t start = ranges[i].start, stop = ranges[i].end < end ? ranges[i].end : end;

        if (start < from)
            continue;
        cli_put_seen(out, (cq_str){text.ptr + from, start - from});
        cli_putz(out, cli->is_coloured ? cli_colour_code(cli, CLI_FOUND) : "[");
        cli_put_seen(out, (cq_str){text.ptr + start, stop - start});
        cli_putz(out, cli->is_coloured ? cli_colour_code(cli, CLI_PLAIN) : "]");
        from = stop;
    }
    cli_put_seen(out, (cq_str){text.ptr + from, end - from});
}
