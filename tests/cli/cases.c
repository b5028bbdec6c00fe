/* cases.c -- runs plain-text cases over the built program.
 *
 *     cases CALQUE DATA FILE
 *
 * A case stands in FILE as
 *
 *     == what is true
 *     -- file NAME        a file in the folder that the case runs in; any number of them
 *     -- run              commands for sh, with calque in PATH
 *     -- stdin            what they read
 *     -- out              what they must print, all of it; nothing when there is no such
 * part
 *     -- err              the same for standard error
 *     -- out has          lines that must be somewhere in it, instead of all of it
 *     -- err has
 *     -- exit N           exit status of the last command; 0 when not given
 *     -- when             commands that fail where the case cannot run; it is then
 * skipped
 *     -- limit N          seconds it may take; 20 when not given
 *
 * Parts hold whole lines. Lines before the first case are remarks. Each case has a fresh
 * folder, an empty home, the C locale, and CALQUE_MEMORY=memory.calque there. $DATA is
 * the folder of sample texts, $SHARED the development data, which may not be there.
 * Prints TAP 13. */
#include <errno.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#define PARTS_MAX 24

typedef struct case_part {
    char *title; /* "run", "file a.txt" */
    char *text;
} case_part;

typedef struct test_case {
    char *name;
    case_part parts[PARTS_MAX];
    size_t len;
} test_case;

typedef struct case_place {
    char *folder, *work, *out, *err, *in;
} case_place;

static void stop(const char *what)
{
    printf("Bail out! %s: %s\n", what, strerror(errno));
    exit(1);
}

static void *or_stop(void *ptr)
{
    if (!ptr)
        stop("no memory");
    return ptr;
}

static char *join(const char *a, const char *b)
{
    char *joined = or_stop(malloc(strlen(a) + strlen(b) + 1));

    strcpy(joined, a);
    strcat(joined, b);
    return joined;
}

/* Ends with a NUL. `NULL` when the file cannot be read. */
static char *read_file(const char *path)
{
    FILE *file = fopen(path, "rb");
    size_t len = 0, capacity = 4096;
    char *text = or_stop(malloc(capacity + 1));

    if (!file) {
        free(text);
        return NULL;
    }
    for (size_t got; (got = fread(text + len, 1, capacity - len, file)) > 0;) {
        len += got;
        if (len == capacity) {
            capacity *= 2;
            text = or_stop(realloc(text, capacity + 1));
        }
    }
    text[len] = '\0';
    fclose(file);
    return text;
}

static void write_file(const char *path, const char *text)
{
    FILE *file = fopen(path, "wb");

    if (!file || fputs(text, file) < 0 || fclose(file) != 0)
        stop(path);
}

/* ---- reading cases ------------------------------------------------------------------
 */

static void add_line(test_case *found, char *line)
{
    case_part *last = found->len ? &found->parts[found->len - 1] : NULL;

    if (strncmp(line, "-- ", 3) == 0) {
        if (found->len == PARTS_MAX)
            stop("too many parts");
        found->parts[found->len++] = (case_part){join(line + 3, ""), join("", "")};
    } else if (last) {
        char *longer = join(last->text, line), *whole = join(longer, "\n");
        free(longer);
        free(last->text);
        last->text = whole;
    }
}

/* Blank lines at the end of a case belong to the space between cases. */
static void end_case(test_case *found)
{
    if (found->len == 0)
        return;
    char *text = found->parts[found->len - 1].text;
    for (size_t len = strlen(text); len > 0 && text[len - 1] == '\n'; len--)
        if (len == 1 || text[len - 2] == '\n')
            text[len - 1] = '\0';
        else
            break;
}

static test_case *read_cases(const char *path, size_t *len)
{
    test_case *cases = NULL;
    char *text = read_file(path);

    if (!text)
        stop(path);
    *len = 0;
    for (char *line = text; *line;) {
        size_t end = strcspn(line, "\n");
        char *next = line + end + (line[end] == '\n');
        line[end] = '\0';
        if (strncmp(line, "== ", 3) == 0) {
            if (*len > 0)
                end_case(&cases[*len - 1]);
            cases = or_stop(realloc(cases, (*len + 1) * sizeof(*cases)));
            cases[(*len)++] = (test_case){.name = join(line + 3, "")};
        } else if (*len > 0) {
            add_line(&cases[*len - 1], line);
        }
        line = next;
    }
    if (*len > 0)
        end_case(&cases[*len - 1]);
    free(text);
    return cases;
}

static const char *part_of(const test_case *test, const char *title)
{
    for (size_t i = 0; i < test->len; i++)
        if (strcmp(test->parts[i].title, title) == 0)
            return test->parts[i].text;
    return NULL;
}

/* The N of "-- exit N" and "-- limit N". */
static int number_of(const test_case *test, const char *word, int otherwise)
{
    size_t len = strlen(word);

    for (size_t i = 0; i < test->len; i++)
        if (strncmp(test->parts[i].title, word, len) == 0 &&
            test->parts[i].title[len] == ' ')
            return atoi(test->parts[i].title + len);
    return otherwise;
}

/* ---- running ------------------------------------------------------------------------
 */

static void set_environment(const case_place *place)
{
    char *memory = join(place->work, "/memory.calque");

    setenv("HOME", place->work, 1);
    setenv("CALQUE_MEMORY", memory, 1);
    setenv("LC_ALL", "C", 1);
    setenv("TERM", "dumb", 1);
    unsetenv("LANGUAGE");
    unsetenv("NO_COLOR");
    unsetenv("COLUMNS");
    unsetenv("XDG_DATA_HOME");
    free(memory);
}

/* Run `script` in the case's folder. @return exit status, 128 + signal, or -1 for one
 * that took longer than `limit` seconds */
static int run(const case_place *place, const char *script, int limit)
{
    int status = 0;
    pid_t child;

    fflush(
        stdout); /* else the child's freopen() would write what waits there once more */
    child = fork();
    if (child == 0) {
        setpgid(0, 0);
        set_environment(place);
        if (chdir(place->work) != 0 || !freopen(place->in, "rb", stdin) ||
            !freopen(place->out, "wb", stdout) || !freopen(place->err, "wb", stderr))
            _exit(126);
        execl("/bin/sh", "sh", "-c", script, (char *)NULL);
        _exit(127);
    }
    if (child < 0)
        stop("fork");
    for (int waited = 0; waitpid(child, &status, WNOHANG) == 0; waited++) {
        if (waited > limit * 200) {
            kill(-child, SIGKILL);
            waitpid(child, &status, 0);
            return -1;
        }
        nanosleep(&(struct timespec){.tv_nsec = 5000000}, NULL);
    }
    return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

/* ---- judging ------------------------------------------------------------------------
 */

static void show(const char *title, const char *text)
{
    printf("#   %s:\n", title);
    for (int lines = 0; *text && lines < 40; lines++) {
        size_t end = strcspn(text, "\n");
        printf("#   | %.*s\n", (int)end, text);
        text += end + (text[end] == '\n');
    }
}

static bool has_lines(const char *text, const char *wanted)
{
    char *copy = join(wanted, "");
    bool has_all = true;

    for (char *line = strtok(copy, "\n"); line; line = strtok(NULL, "\n")) {
        if (strstr(text, line))
            continue;
        printf("#   missing: %s\n", line);
        has_all = false;
    }
    free(copy);
    return has_all;
}

/* `all` must be the text, or every line of `some` in it. */
static bool check_text(const test_case *test, const char *all_title,
                       const char *some_title, const char *path)
{
    const char *all = part_of(test, all_title), *some = part_of(test, some_title);
    char *text = read_file(path);
    bool is_right = true;

    if (!text)
        stop(path);
    if (some)
        is_right = has_lines(text, some);
    else
        is_right = strcmp(text, all ? all : "") == 0;
    if (!is_right) {
        show(all_title, text);
        if (!some)
            show("wanted", all ? all : "");
    }
    free(text);
    return is_right;
}

static void prepare(const test_case *test, const case_place *place)
{
    const char *in = part_of(test, "stdin");

    if (mkdir(place->work, 0755) != 0)
        stop(place->work);
    write_file(place->in, in ? in : "");
    for (size_t i = 0; i < test->len; i++) {
        if (strncmp(test->parts[i].title, "file ", 5) != 0)
            continue;
        char *folder = join(place->work, "/");
        char *path = join(folder, test->parts[i].title + 5);
        write_file(path, test->parts[i].text);
        free(path);
        free(folder);
    }
}

static void remove_all(const char *path)
{
    char *command = join("chmod -R u+w ", path), *half = join(command, " && rm -rf ");
    char *whole = join(half, path);

    if (system(whole) != 0)
        stop(path);
    free(whole);
    free(half);
    free(command);
}

static bool run_case(const test_case *test, const case_place *place, size_t number)
{
    const char *when = part_of(test, "when"), *script = part_of(test, "run");
    int wanted = number_of(test, "exit", 0), limit = number_of(test, "limit", 20);

    prepare(test, place);
    if (when && run(place, when, limit) != 0) {
        printf("ok %zu - %s # SKIP not here: %.*s\n", number, test->name,
               (int)strcspn(when, "\n"), when);
        remove_all(place->work);
        return true;
    }
    int got = run(place, script ? script : "exit 125", limit);
    bool is_right = got == wanted;
    if (got == -1)
        printf("#   took more than %d seconds\n", limit);
    else if (!is_right)
        printf("#   exit status %d, not %d\n", got, wanted);
    is_right = check_text(test, "out", "out has", place->out) && is_right;
    is_right = check_text(test, "err", "err has", place->err) && is_right;
    printf("%s %zu - %s\n", is_right ? "ok" : "not ok", number, test->name);
    fflush(stdout);
    remove_all(place->work);
    return is_right;
}

static char *absolute(const char *path)
{
    char *found = realpath(path, NULL);

    if (!found)
        stop(path);
    return found;
}

/* PATH, DATA and SHARED for the scripts. */
static void set_paths(const char *calque, const char *data)
{
    char *program = absolute(calque), *samples = absolute(data);
    const char *named = getenv("CALQUE_SHARED");
    char *beside = join(samples, "/../../../shared");

    setenv("CALQUE", program, 1);
    *strrchr(program, '/') = '\0';
    char *start = join(program, ":"), *path = join(start, getenv("PATH"));
    setenv("PATH", path, 1);
    setenv("DATA", samples, 1);
    setenv("SHARED", named ? named : beside, 1);
    free(path);
    free(start);
    free(beside);
    free(samples);
    free(program);
}

int main(int argc, char **argv)
{
    char folder[] = "/tmp/calque-cases-XXXXXX";
    size_t len = 0, failed = 0;

    if (argc != 4) {
        fputs("cases CALQUE DATA FILE\n", stderr);
        return 2;
    }
    test_case *cases = read_cases(argv[3], &len);
    set_paths(argv[1], argv[2]);
    if (!mkdtemp(folder))
        stop(folder);
    case_place place = {.folder = folder,
                        .work = join(folder, "/work"),
                        .out = join(folder, "/out"),
                        .err = join(folder, "/err"),
                        .in = join(folder, "/in")};
    printf("TAP version 13\n1..%zu\n", len);
    fflush(stdout);
    for (size_t i = 0; i < len; i++)
        failed += !run_case(&cases[i], &place, i + 1);
    remove_all(folder);
    free(place.work);
    free(place.out);
    free(place.err);
    free(place.in);
    return failed > 0;
}
