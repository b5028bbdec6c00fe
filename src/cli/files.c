#include "cli.h"

#include <errno.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* ---- allocation ---------------------------------------------------------------------
 */

static void *or_end(void *ptr)
{
    if (ptr)
        return ptr;
    fputs("calque: out of memory\n", stderr);
    exit(CLI_FAILED);
}

void *cli_alloc(size_t size) { return or_end(malloc(size ? size : 1)); }

void *cli_realloc(void *ptr, size_t size)
{
    return or_end(realloc(ptr, size ? size : 1));
}

char *cli_format(const char *format, ...)
{
    va_list args, again;

    va_start(args, format);
    va_copy(again, args);
    int len = vsnprintf(NULL, 0, format, args);
    char *text = cli_alloc((size_t)(len < 0 ? 0 : len) + 1);
    text[0] = '\0';
    if (len > 0)
        vsnprintf(text, (size_t)len + 1, format, again);
    va_end(again);
    va_end(args);
    return text;
}

/* ---- the memory ---------------------------------------------------------------------
 */

/* What the XDG Base Directory Specification 0.8 calls a base directory, with `rest` in
 * it; a relative path there is to be ignored. */
static char *base_path(const char *variable, const char *in_home, const char *rest)
{
    const char *base = getenv(variable), *home = getenv("HOME");

    if (base && base[0] == '/')
        return cli_format("%s/%s", base, rest);
    return home && *home ? cli_format("%s/%s/%s", home, in_home, rest) : NULL;
}

char *cli_locale_folder(void)
{
    return base_path("XDG_CONFIG_HOME", ".config", "calque/locales");
}

char *cli_memory_path(const cli_app *cli)
{
    const char *named = cli->memory ? cli->memory : getenv("CALQUE_MEMORY");

    if (named && (cli->memory || *named))
        return cli_format("%s", named);
    return base_path("XDG_DATA_HOME", ".local/share", "calque/default.calque");
}

int cli_open_memory(cli_app *cli, cq_memory_mode mode, cq_memory **memory)
{
    char *path = cli_memory_path(cli);
    cq_error err = {0};
    int status = CLI_DONE;

    *memory = NULL;
    if (!path)
        return cli_complain(cli, CLI_FAILED, 153, "no_memory_path", NULL, 0);
    if (cq_memory_open(path, mode, memory, &err) < 0) {
        /* Misuse of another kind: a memory that is none is never the command line's form.
         */
        cli_report(cli, &err);
        status = CLI_FAILED;
    } else if (mode == CQ_MEMORY_WRITE && cq_memory_is_stale(*memory)) {
        cli_say(cli, "memory_renewed", NULL, 0);
    }
    free(path);
    return status;
}

int cli_open_searched(cli_app *cli, cq_memory **memory)
{
    int status = cli_open_memory(cli, CQ_MEMORY_READ, memory);

    if (status == CLI_DONE && cq_memory_is_stale(*memory))
        cli_say(cli, "memory_stale", NULL, 0);
    return status;
}

/* ---- files to write -----------------------------------------------------------------
 */

static int cannot_write(const cli_target *target, int number)
{
    return cli_complain(
        target->cli, CLI_FAILED, 151, "cannot_write",
        CLI_VALUES(CLI_TEXT("file", target->path), CLI_TEXT("why", strerror(number))));
}

bool cli_ends_in(const char *path, const char *suffix)
{
    size_t len = strlen(path), suffix_len = strlen(suffix);

    return len > suffix_len && strcmp(path + len - suffix_len, suffix) == 0;
}

bool cli_is_written_in_place(const char *path)
{
    struct stat found;

    return !path || strcmp(path, "-") == 0 ||
           (stat(path, &found) == 0 && !S_ISREG(found.st_mode));
}

int cli_target_open(cli_app *cli, const char *path, cli_target *target)
{
    *target = (cli_target){.cli = cli, .file = stdout};
    if (!path || strcmp(path, "-") == 0)
        return CLI_DONE;
    target->path = cli_format("%s", path);
    if (!cli_is_written_in_place(path))
        target->part = cli_format("%s.part%ld", path, (long)getpid());
    target->file = fopen(target->part ? target->part : path, "wb");
    if (target->file)
        return CLI_DONE;
    int status = cannot_write(target, errno);
    free(target->part);
    free(target->path);
    *target = (cli_target){.cli = cli};
    return status;
}

static cq_status write_target(void *context, const void *bytes, size_t len, cq_error *err)
{
    cli_target *target = context;
    cli_app *cli = target->cli;

    if (target->file == stdout) {
        cli_write(cli, (cq_str){bytes, len});
        if (!cli->is_write_failed)
            return CQ_OK;
    } else if (fwrite(bytes, 1, len, target->file) == len) {
        return CQ_OK;
    }
    if (err && err->status == CQ_OK) {
        *err = (cq_error){.status = CQ_E_SYSTEM};
        snprintf(err->message, sizeof(err->message), "cannot write: %s", strerror(errno));
    }
    return CQ_E_SYSTEM;
}

cq_sink cli_target_sink(cli_target *target)
{
    return (cq_sink){.write = write_target, .context = target};
}

/* fsync() before rename(), or a crash of the machine could leave an empty file under the
 * old name. */
static int finish(cli_target *target)
{
    int fd = fileno(target->file);

    if (fflush(target->file) != 0 || (target->part && fsync(fd) != 0))
        return errno;
    if (target->part && rename(target->part, target->path) != 0)
        return errno;
    return 0;
}

int cli_target_close(cli_target *target, bool keep)
{
    int status = CLI_DONE;

    if (!target->file || target->file == stdout)
        return cli_end(target->cli, CLI_DONE);
    if (keep) {
        int number = finish(target);
        if (number)
            status = cannot_write(target, number);
    }
    if (fclose(target->file) != 0 && keep && status == CLI_DONE)
        status = cannot_write(target, errno);
    if (target->part && (!keep || status != CLI_DONE))
        unlink(target->part);
    free(target->part);
    free(target->path);
    *target = (cli_target){.cli = target->cli};
    return status;
}

int cli_target_finish(cli_target *target, cq_status written, const cq_error *err)
{
    int status = CLI_DONE;

    if (written < 0 && !target->cli->is_write_failed)
        status = cli_report(target->cli, err);
    int closed = cli_target_close(target, written >= 0);
    return closed > status ? closed : status;
}
