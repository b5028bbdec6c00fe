#include "cli.h"

#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <time.h>
#include <unistd.h>

#define PATIENCE 1.0 /* seconds of work before progress is shown */
#define REDRAW   0.2 /* seconds between two drawings */

void cli_terminal(cli_app *cli, const char *when)
{
    const char *no_color = getenv("NO_COLOR"), *term = getenv("TERM");
    bool is_dumb = !term || strcmp(term, "dumb") == 0;

    cli->is_terminal = isatty(STDOUT_FILENO);
    cli->is_watched = isatty(STDERR_FILENO);
    cli->is_coloured = cli->is_terminal && !is_dumb;
    if (when && strcmp(when, "always") == 0)
        cli->is_coloured = true;
    if ((when && strcmp(when, "never") == 0) || (no_color && *no_color))
        cli->is_coloured = false;
}

size_t cli_width(void)
{
    struct winsize size;
    const char *columns = getenv("COLUMNS");
    long wanted = columns ? strtol(columns, NULL, 10) : 0;

    if (wanted >= 20 && wanted <= 1000)
        return (size_t)wanted;
    if (ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col >= 20)
        return size.ws_col;
    return 80;
}

double cli_now(void)
{
    struct timespec now;

    clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)now.tv_sec + (double)now.tv_nsec / 1e9;
}

static void draw(cli_bar *bar, double elapsed, uint64_t done, uint64_t total)
{
    cli_buf line = {0};
    char left[32];

    cli_putz(&line, "\r\033[K");
    if (total > 0 && done > 0 && done <= total) {
        double rest = elapsed * (double)(total - done) / (double)done;
        unsigned long seconds = rest < 1e6 ? (unsigned long)(rest + 0.5) : 999999;
        double rate = elapsed > 0 ? (double)done / elapsed : 0;
        snprintf(left, sizeof(left), "%lu:%02lu", seconds / 60, seconds % 60);
        cli_put_seen(&line,
                     cli_str(cli_message(
                         bar->cli, bar->has_rate ? "progress_rate" : "progress",
                         CLI_VALUES(CLI_TEXT("name", bar->name),
                                    CLI_NUMBER("percent", done * 100 / total),
                                    CLI_REAL("rate", rate), CLI_TEXT("left", left)))));
    } else {
        cli_put_seen(&line, cli_str(cli_message(bar->cli, "progress_count",
                                                CLI_VALUES(CLI_TEXT("name", bar->name),
                                                           CLI_NUMBER("done", done)))));
    }
    fwrite(line.ptr, 1, line.len, stderr);
    cli_buf_release(&line);
}

static cq_status tick(void *context, uint64_t done, uint64_t total)
{
    cli_bar *bar = context;
    double now = cli_now(), last = bar->shown > 0 ? bar->shown : bar->start + PATIENCE;

    if (now < last + (bar->shown > 0 ? REDRAW : 0))
        return CQ_OK;
    draw(bar, now - bar->start, done, total);
    bar->shown = now;
    return CQ_OK;
}

void cli_bar_start(cli_bar *bar, cli_app *cli, const char *name)
{
    *bar = (cli_bar){.cli = cli, .name = name, .start = cli_now()};
}

cq_progress cli_bar_progress(cli_bar *bar)
{
    return bar->cli->is_watched ? (cq_progress){.tick = tick, .context = bar}
                                : (cq_progress){0};
}

void cli_bar_clear(cli_bar *bar)
{
    if (bar->shown > 0)
        fputs("\r\033[K", stderr);
    bar->shown = 0;
}
