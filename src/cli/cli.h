/* cli.h -- the program's frame: commands and options, talk on stderr, data on stdout.
 *
 * One command is one file with one entry, `const cli_command cmd_<name>`; main.c only
 * finds it. Commands know nothing but <calque.h> and what stands here. Memory that cannot
 * be had ends the program with exit status 3: nothing is lost by it, because only the
 * library changes files, and it survives being killed. */
#ifndef CLI_CLI_H
#define CLI_CLI_H

#include <calque.h>

#include <stdio.h>

/* Exit statuses of the contract. */
enum {
    CLI_DONE = 0,
    CLI_NOTHING = 1, /* nothing found, or a check found something wrong */
    CLI_MISUSED = 2, /* or input that could not be read */
    CLI_FAILED = 3,  /* the memory or the system */
};

/* The program while it runs one command. */
typedef struct cli_app {
    cq_messages *messages;
    const char *memory;    /* of the last -m, or NULL */
    const char **memories; /* of every -m, in order */
    size_t memories_len;
    const char *command;  /* name, for hints; NULL before it is known */
    bool is_coloured;     /* stdout takes colours */
    bool is_terminal;     /* stdout is a terminal */
    bool is_watched;      /* stderr is a terminal */
    bool is_write_failed; /* stdout; later output is dropped */
    int write_errno;
} cli_app;

/* ---- options (options.c) --------------------------------------------------------------
 */

typedef struct cli_option {
    char letter;       /* 0 for none */
    const char *name;  /* long name without dashes; NULL ends a table */
    const char *value; /* what the value is called in the help; NULL for a flag */
    const char *help;  /* English; other languages by key (cli_help_key) */
} cli_option;

typedef struct cli_given {
    const cli_option *option;
    const char *value; /* NULL for a flag */
} cli_given;

/* A parsed command line; borrows argv. */
typedef struct cli_args {
    cli_given *given;
    size_t given_len;
    const char **operands;
    size_t len;
} cli_args;

/* Options that every command takes: -m, --color, -h, --version. */
extern const cli_option cli_common_options[];

/**
 * Read `argv` against two tables, GNU style: "--name=value", "--name value", "-n value",
 * "-nvalue", flags in one word, "--" ends options, operands anywhere.
 * @param own      the command's table, or NULL
 * @param is_head  stop before the first operand (what stands before COMMAND)
 * @param args     released with cli_args_release()
 * @param used     number of words read
 * @return CLI_DONE; CLI_MISUSED after saying why
 */
int cli_parse(cli_app *cli, const cli_option *own, int argc, char **argv, bool is_head,
              cli_args *args, int *used);
void cli_args_release(cli_args *args);

bool cli_has(const cli_args *args, const char *name);
/* The last value given, or NULL. */
const char *cli_value(const cli_args *args, const char *name);

/* Each of these gives CLI_DONE, or CLI_MISUSED after saying why. */

/* A whole number in [low, high]; `*number` stays as it is when not given. */
int cli_number(cli_app *cli, const cli_args *args, const char *name, int64_t low,
               int64_t high, int64_t *number);
/* A number from 0 to 1; `*share` stays as it is when not given. */
int cli_share(cli_app *cli, const cli_args *args, const char *name, double *share);
/* One of `words` ("text|json"); `*choice` is its place, and stays when not given. */
int cli_choice(cli_app *cli, const cli_args *args, const char *name, const char *words,
               int *choice);
/* A language tag. `*is_given` tells whether there is one; NULL when there must be. */
int cli_lang(cli_app *cli, const cli_args *args, const char *name, cq_lang *lang,
             bool *is_given);
/* Between `low` and `high` operands, each valid UTF-8; `what` names the first. */
int cli_operands(cli_app *cli, const cli_args *args, size_t low, size_t high,
                 const char *what);
/* A unit's number, as hits show it. */
int cli_unit(cli_app *cli, const char *word, uint64_t *unit);
/* A word of the command line that must be valid UTF-8. */
int cli_valid(cli_app *cli, const char *word);

/* ---- which units (filters.c) ----------------------------------------------------------
 */

/* Rows of a command's table; cli_filter_read() reads what is given of them. */
#define CLI_FILTER_OPTIONS                                                               \
    {'l', "lang", "LANG", "only units with a variant in this language"},                 \
        {0, "author", "NAME", "only what NAME made or changed"},                         \
        {0, "since", "DATE",                                                             \
         "only what was changed on DATE or later: 2024, 2024-05, 2024-05-17"},           \
        {0, "before", "DATE", "only what was changed earlier than DATE"},                \
        {0, "property", "TYPE[=VALUE]",                                                  \
         "only what has such a property; may be given several times"},                   \
    {                                                                                    \
        0, "phrase", "TEXT", "only what has TEXT in it, whatever the case"               \
    }

/* The part of an option's translation key that says whose it is: the command's name, or
 * "filter" for the rows above, which are translated once for all commands. */
const char *cli_option_topic(const char *command, const cli_option *option);

typedef struct cli_filter {
    cq_filter conditions;
    cq_lang lang;
    cq_filter_property *properties;
} cli_filter;

/* Borrows from argv; to be released also after a failure, and not to be moved.
 * @return CLI_DONE; CLI_MISUSED after saying why */
int cli_filter_read(cli_app *cli, const cli_args *args, cli_filter *filter);
/* Whether any condition was given. */
bool cli_filter_narrows(const cli_filter *filter);
void cli_filter_release(cli_filter *filter);

/* ---- commands (commands.c) ------------------------------------------------------------
 */

typedef struct cli_command {
    const char *name, *synopsis, *summary;
    const char *about;                              /* paragraphs of the help, English */
    const cli_option *options;                      /* own ones; ends with a NULL name */
    const char *example;                            /* command lines, one a line */
    int (*run)(cli_app *cli, const cli_args *args); /* exit status */
} cli_command;

extern const cli_command *const cli_commands[]; /* ends with NULL */

extern const cli_command cmd_import, cmd_export, cmd_edit, cmd_delete, cmd_reindex,
    cmd_lookup, cmd_explain, cmd_concordance, cmd_segment, cmd_locale, cmd_align,
    cmd_pair, cmd_lexicon, cmd_check, cmd_stats, cmd_verify, cmd_help;

/* @return NULL when there is no such command */
const cli_command *cli_find_command(const char *name);
/* Says that there is none, and what may have been meant. CLI_MISUSED. */
int cli_no_command(cli_app *cli, const char *name);

/* Print the help of a command, or of the program for NULL (help.c). */
void cli_print_help(cli_app *cli, const cli_command *command);

/* ---- guesses (guess.c) ----------------------------------------------------------------
 */

/* Whether `word` is near enough to `candidate` to be meant, nearer than `*best`, which
 * starts at SIZE_MAX and is brought down. */
bool cli_is_nearer(const char *word, const char *candidate, size_t *best);

/* ---- talk (talk.c) --------------------------------------------------------------------
 */

#define CLI_TEXT(key, z)                                                                 \
    ((cq_value){.name = (key), .kind = CQ_VALUE_TEXT, .text = cli_str(z)})
#define CLI_NUMBER(key, n)                                                               \
    ((cq_value){.name = (key), .kind = CQ_VALUE_NUMBER, .number = (int64_t)(n)})
#define CLI_REAL(key, x) ((cq_value){.name = (key), .kind = CQ_VALUE_REAL, .real = (x)})
#define CLI_VALUES(...)                                                                  \
    (const cq_value[]){__VA_ARGS__},                                                     \
        sizeof((const cq_value[]){__VA_ARGS__}) / sizeof(cq_value)

cq_str cli_str(const char *z);

/* A message of locales/ by key; valid until the next. */
const char *cli_message(cli_app *cli, const char *key, const cq_value *values,
                        size_t count);
/* Text that the program holds in English itself, in the user's language when `key` has a
 * translation. Valid until the next message. */
const char *cli_translate(cli_app *cli, const char *key, const char *english);

/* One line on stderr: "calque: <message>". */
void cli_say(cli_app *cli, const char *key, const cq_value *values, size_t count);
/* The same with a number of docs/errors.md. @return `status` */
int cli_complain(cli_app *cli, int status, int number, const char *key,
                 const cq_value *values, size_t count);
typedef struct cli_buf cli_buf;
/* Append "file:line:column: message [CQ-061]" with the parts that are there, as a line.
 * `lead` stands before the message; NULL for none. */
void cli_put_error(cli_app *cli, cli_buf *line, const cq_error *err, const char *lead);
/* The same on stderr. */
void cli_print_error(cli_app *cli, const cq_error *err, const char *lead);
/* The same, and the exit status that belongs to err->status. */
int cli_report(cli_app *cli, const cq_error *err);

/* ---- memory and files (files.c) -------------------------------------------------------
 */

void *cli_alloc(size_t size);
void *cli_realloc(void *ptr, size_t size);
/* printf() into a string that the caller frees. */
char *cli_format(const char *format, ...) CQ_PRINTF(1, 2);

/**
 * Open the memory that -m, $CALQUE_MEMORY, $XDG_DATA_HOME or $HOME names, in this order.
 * @return CLI_DONE; CLI_FAILED after saying why
 */
int cli_open_memory(cli_app *cli, cq_memory_mode mode, cq_memory **memory);
/* The same to search in: says when its index cannot be asked. */
int cli_open_searched(cli_app *cli, cq_memory **memory);
/* Its path; the caller frees it. NULL when nothing names one. */
char *cli_memory_path(const cli_app *cli);
/* Where the user's own locale files stand: $XDG_CONFIG_HOME/calque/locales, else that of
 * $HOME/.config. The caller frees it; NULL when nothing names one. */
char *cli_locale_folder(void);

/* Whether something stands before `suffix` at the end of a path. */
bool cli_ends_in(const char *path, const char *suffix);

/* A file to write whole or not at all: what is written goes to a file beside `path` that
 * takes its place at the end. Without a path, or with "-", stdout. What is no regular
 * file (/dev/null, a pipe) is written in place. */
typedef struct cli_target {
    cli_app *cli;
    FILE *file;
    char *path, *part; /* part: NULL when written in place */
} cli_target;

/* Whether it would be, since it is there and no regular file, "-", or no path. */
bool cli_is_written_in_place(const char *path);
int cli_target_open(cli_app *cli, const char *path, cli_target *target);
cq_sink cli_target_sink(cli_target *target);
/* Keep what was written, or drop it. @return CLI_DONE; CLI_FAILED after saying why */
int cli_target_close(cli_target *target, bool keep);
/* The same after a library's writing: what failed is said, and nothing of it kept. */
int cli_target_finish(cli_target *target, cq_status written, const cq_error *err);

/* ---- output (output.c) ----------------------------------------------------------------
 */

/* A growing string of bytes. {0} is empty. */
struct cli_buf {
    char *ptr;
    size_t len, capacity;
};

void cli_buf_release(cli_buf *buf);
void cli_put(cli_buf *buf, cq_str bytes);
void cli_putz(cli_buf *buf, const char *z);
void cli_putf(cli_buf *buf, const char *format, ...) CQ_PRINTF(2, 3);
void cli_pad(cli_buf *buf, size_t columns);
/* Valid UTF-8 whatever `bytes` hold: what is not becomes U+FFFD. */
void cli_put_valid(cli_buf *buf, cq_str bytes);
/* Text for eyes: controls become their pictures (U+2400 and on), so that a segment stays
 * on its line and cannot command the terminal. */
void cli_put_seen(cli_buf *buf, cq_str text);
/* The same; on a terminal, text with right-to-left characters is isolated (FIRST STRONG
 * ISOLATE, POP DIRECTIONAL ISOLATE; UAX #9), so that it does not turn what stands around
 * it. The first two give the marks, or "" where none are needed. */
#define CLI_FSI "\xE2\x81\xA8" /* U+2068 FIRST STRONG ISOLATE */
#define CLI_PDI "\xE2\x81\xA9" /* U+2069 POP DIRECTIONAL ISOLATE */
const char *cli_isolate(const cli_app *cli, cq_str text);
const char *cli_end_isolate(const cli_app *cli, cq_str text);
void cli_put_isolated(const cli_app *cli, cli_buf *buf, cq_str text);
/* On a terminal, break what stands in `buf` from byte `start` on, a text that begins in
 * column `indent`, to lines that do so too (hang.c). Elsewhere a text is one line. */
void cli_hang(const cli_app *cli, cli_buf *buf, size_t start, size_t indent);
/* `text` and spaces up to `columns` of a terminal. */
void cli_put_column(cli_buf *buf, cq_str text, size_t columns);

typedef enum cli_colour {
    CLI_PLAIN = 0,
    CLI_BOLD,
    CLI_DIM,
    CLI_REMOVED,
    CLI_ADDED,
    CLI_FOUND
} cli_colour;
/* The escape sequence that begins a colour, or ends it (CLI_PLAIN); "" without colours.
 */
const char *cli_colour_code(const cli_app *cli, cli_colour colour);

/* Write to stdout through its buffer. Failures are kept for cli_end(). */
void cli_write(cli_app *cli, cq_str bytes);
/* Write and empty the buffer. */
void cli_write_buf(cli_app *cli, cli_buf *buf);
void cli_flush(cli_app *cli);
/* Flush stdout; CLI_FAILED after saying so when anything could not be written, else
 * `status`. */
int cli_end(cli_app *cli, int status);

/* ---- JSON Lines (json.c) --------------------------------------------------------------
 * RFC 8259. Each call adds what it names, and the comma where one is due. `key` is NULL
 * inside an array. */

void cli_json_open(cli_buf *buf, const char *key, char bracket); /* '{' or '[' */
void cli_json_close(cli_buf *buf, char bracket);                 /* '}' or ']' */
void cli_json_text(cli_buf *buf, const char *key, cq_str text);  /* null for a NULL ptr */
void cli_json_number(cli_buf *buf, const char *key, uint64_t number);
void cli_json_real(cli_buf *buf, const char *key, double real, int digits);
void cli_json_bool(cli_buf *buf, const char *key, bool is_true);
void cli_json_null(cli_buf *buf, const char *key);

/* ---- input (input.c) ------------------------------------------------------------------
 */

/* A file or standard input by lines, as UTF-8: UTF-16 with a byte order mark is turned, a
 * mark is left out. */
typedef struct cli_input cli_input;

/* @param path  "-" for standard input. CLI_DONE; CLI_MISUSED after saying why */
int cli_input_open(cli_app *cli, const char *path, cli_input **input);
void cli_input_close(cli_input *input);
/* What stands in messages: the path. */
const char *cli_input_name(const cli_input *input);
/* The next line without its end (LF or CRLF); valid until the next call. Reads no further
 * than it must, so that someone who waits for an answer gets it. CQ_OK, CQ_DONE;
 * CQ_E_INPUT with line and column for what is not UTF-8 or longer than CQ_SEGMENT_MAX. */
cq_status cli_input_line(cli_input *input, cq_str *line, cq_error *err);
uint64_t cli_input_line_number(const cli_input *input); /* of the last line; 1-based */

/* ---- documents (reading.c) ------------------------------------------------------------
 */

/* How to read a document, and the second of a pair: options of every command that reads
 * some. */
typedef struct cli_reading {
    cq_document_options first, second;
    char *names; /* of the encodings */
} cli_reading;

#define CLI_READING_KINDS    "text|markdown|html|docx|odt"
#define CLI_READING_SYNOPSIS "[--as=auto|" CLI_READING_KINDS "] [--encoding=NAME]"
/* What is a paragraph of plain text. */
#define CLI_PARAGRAPH_OPTIONS                                                            \
    {0, "paragraphs", "line|blank",                                                      \
     "line: every line is a paragraph; blank: blank lines separate paragraphs, other "   \
     "line ends are spaces (default: line)"},                                            \
    {                                                                                    \
        0, "unwrap", NULL,                                                               \
            "join the lines of hard-wrapped text where a paragraph goes on; blank "      \
            "lines, list items and short lines end one"                                  \
    }
/* @return CLI_DONE; CLI_MISUSED after saying why */
int cli_paragraphs(cli_app *cli, const cli_args *args, cq_paragraphs *paragraphs);

#define CLI_READING_OPTIONS                                                              \
    {0, "as", "auto|" CLI_READING_KINDS,                                                 \
     "what kind of document it is (default: auto, as its name ends and what it holds)"}, \
    {                                                                                    \
        0, "encoding", "NAME",                                                           \
            "encoding of the text (default: what the file says, else UTF-8, else what "  \
            "its bytes clearly are); of two texts as NAME,NAME"                          \
    }

/* @return CLI_DONE; CLI_MISUSED after saying why */
int cli_reading_read(cli_app *cli, const cli_args *args, cli_reading *reading);
void cli_reading_release(cli_reading *reading);
/* Say on stderr in which encoding a document was read, when nobody said it before. */
void cli_tell_reading(cli_app *cli, const char *path, cq_document_facts facts);

/* ---- the terminal (terminal.c) --------------------------------------------------------
 */

/* Find out what stdout and stderr are. `when` is "always", "never" or "auto" (colour on a
 * terminal, unless NO_COLOR is set: no-color.org). */
void cli_terminal(cli_app *cli, const char *when);
size_t cli_width(void); /* columns of the terminal on stdout, 80 when unknown */

/* Progress on stderr, when that is a terminal and the work takes over a second. */
typedef struct cli_bar {
    cli_app *cli;
    const char *name;    /* of what is worked on */
    double start, shown; /* seconds; shown: 0 when nothing is on the line */
    bool has_rate;       /* what is counted are pairs, so many a second */
} cli_bar;

void cli_bar_start(cli_bar *bar, cli_app *cli, const char *name);
cq_progress cli_bar_progress(cli_bar *bar);
void cli_bar_clear(cli_bar *bar); /* wipe the line; safe at any time */
double cli_now(void);             /* seconds of a clock that only goes forward */

/* ---- showing a difference (difference.c) ----------------------------------------------
 */

/* What must change in `stored` (a of the pieces) to make `wanted`: removed and added
 * parts in colour, or as [-removed-]{+added+}. `pieces` NULL shows `stored` as it is. */
void cli_put_difference(const cli_app *cli, cli_buf *buf, cq_str stored, cq_str wanted,
                        const cq_piece *pieces, size_t len);

/* The pieces that are not the same, as [{"source": [start, end], "query": [start, end]}].
 */
void cli_json_difference(cli_buf *buf, const char *key, const cq_piece *pieces,
                         size_t len);

#endif
