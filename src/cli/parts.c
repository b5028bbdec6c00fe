#include "exporting.h"

#include <stdlib.h>
#include <string.h>

bool cli_is_packed(const char *path) { return path && cli_ends_in(path, ".gz"); }

cq_format cli_format_of(const char *path)
{
    static const struct {
        const char *suffix;
        cq_format format;
    } known[] = {{".tsv", CQ_FORMAT_TSV},
                 {".tsv.gz", CQ_FORMAT_TSV},
                 {".csv", CQ_FORMAT_CSV},
                 {".csv.gz", CQ_FORMAT_CSV}};

    for (size_t i = 0; path && i < sizeof(known) / sizeof(*known); i++)
        if (cli_ends_in(path, known[i].suffix))
            return known[i].format;
    return CQ_FORMAT_TMX;
}

/* "all.tmx.gz" and 2: "all-002.tmx.gz". */
static char *numbered(const char *path, unsigned number)
{
    const char *slash = strrchr(path, '/');
    const char *name = slash ? slash + 1 : path, *dot;
    size_t stem = strlen(path) - (cli_is_packed(path) ? strlen(".gz") : 0);

    for (dot = path + stem; dot > name && (dot == path + stem || *dot != '.');)
        dot--;
    if (dot > name)
        stem = (size_t)(dot - path);
    return cli_format("%.*s-%03u%s", (int)stem, path, number, path + stem);
}

int cli_parts_open(cli_app *cli, const char *path, bool is_split, cli_parts *parts)
{
    *parts = (cli_parts){.cli = cli, .path = is_split ? path : NULL, .number = 1};
    if (!is_split)
        return cli_target_open(cli, path, &parts->target);
    char *first = numbered(path, 1);
    int status = cli_target_open(cli, first, &parts->target);
    free(first);
    return status;
}

cq_status cli_parts_next(void *context, cq_sink *sink, cq_error *err)
{
    cli_parts *parts = context;
    int status = cli_target_close(&parts->target, true);

    if (status == CLI_DONE) {
        char *name = numbered(parts->path, ++parts->number);
        status = cli_target_open(parts->cli, name, &parts->target);
        free(name);
    }
    *sink = cli_target_sink(&parts->target);
    if (status == CLI_DONE)
        return CQ_OK;
    parts->is_told = true;
    *err = (cq_error){.status = CQ_E_SYSTEM};
    return CQ_E_SYSTEM;
}
