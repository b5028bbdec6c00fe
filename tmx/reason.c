/* reason.c -- what libxml2 complains of, in a translator's words. */
#include "reader.h"

#include <libxml/xmlerror.h>
#include <string.h>

/* Lines come from libxml2; columns are counted in bytes back to the line's start, or on
 * from the last place told when that was on the same line, so that a file all on one line
 * costs no more than another. */
void cq_tmx_place_now(cq_tmx_reader *reader, char from, uint64_t *line, uint64_t *column)
{
    const xmlParserInput *in = reader->parser->input;
    const xmlChar *at = in->cur, *start = at;
    uint64_t offset, newlines = 0;

    while (from && start > in->base && *--start != (xmlChar)from)
        ;
    if (from && start < at && *start == (xmlChar)from)
        for (; at > start; at--)
            newlines += at[-1] == '\n';
    offset = (uint64_t)in->consumed + (uint64_t)(at - in->base);
    *line = (uint64_t)in->line - newlines;
    *column = in->col > 0 ? (uint64_t)in->col : 1;
    if (*line == reader->known_line && offset >= reader->known_offset) {
        *column = reader->known_column + (offset - reader->known_offset);
    } else {
        for (start = at; start > in->base && start[-1] != '\n'; start--)
            ;
        if (start > in->base || in->consumed == 0)
            *column = (uint64_t)(at - start) + 1;
    }
    reader->known_offset = offset;
    reader->known_line = *line;
    reader->known_column = *column;
}

void cq_tmx_stop(cq_tmx_reader *reader, cq_status status, int number, const char *message)
{
    uint64_t line = 0, column = 0;

    if (number)
        cq_fail_number(&reader->failure, status, number, "%s", message);
    else
        cq_fail(&reader->failure, status, "%s", message);
    if (reader->parser->input)
        cq_tmx_place_now(reader, reader->in_tag ? '<' : 0, &line, &column);
    cq_fail_at(&reader->failure, reader->path, line, column);
    /* Not xmlStopParser(): it frees the input that attributes still point into. Callbacks
     * ignore the rest of the piece, and parse() gives no more. */
}

static const char *open_element(const cq_tmx_reader *reader)
{
    static const char *const names[] = {
        [CQ_IN_DOCUMENT] = "",       [CQ_IN_TMX] = "<tmx>",
        [CQ_IN_HEADER] = "<header>", [CQ_IN_BODY] = "<body>",
        [CQ_IN_UNIT] = "<tu>",       [CQ_IN_VARIANT] = "<tuv>",
        [CQ_IN_SEGMENT] = "<seg>",   [CQ_IN_FIELD] = "a note or property",
    };

    return names[reader->place];
}

/* The parser's own message without its line end and closing dot. */
static int own_length(const char *message)
{
    size_t len = strcspn(message, "\n");

    while (len && (message[len - 1] == '.' || message[len - 1] == ' '))
        len--;
    return (int)(len < 200 ? len : 200);
}

/* The parser waits for what is not whole yet, so that a cut file fails only at its very
 * end, and with it anything that it says then; but it also waits for the ';' of a bare
 * '&', with tags behind that. */
static bool is_cut_off(const cq_tmx_reader *reader, const xmlError *error)
{
    const xmlParserInput *in = reader->parser->input;
    bool is_ampersand = error->code == XML_ERR_NAME_REQUIRED ||
                        error->code == XML_ERR_ENTITYREF_SEMICOL_MISSING;

    if (!reader->is_end || reader->place == CQ_IN_DOCUMENT)
        return false;
    return !is_ampersand || !memchr(in->cur, '<', (size_t)(in->end - in->cur));
}

/* "<" before anything but a name, as in "a < b". */
static bool is_bare_less(const xmlError *error)
{
    return error->code == XML_ERR_NAME_REQUIRED &&
           strncmp(error->message, "StartTag", 8) == 0;
}

static void say(cq_tmx_reader *reader, const xmlError *error)
{
    cq_error *failure = &reader->failure;
    const char *first = error->str1 ? error->str1 : "",
               *second = error->str2 ? error->str2 : "";

    switch (is_bare_less(error) ? XML_ERR_LT_REQUIRED : error->code) {
    case XML_ERR_DOCUMENT_END:
        if (reader->in_prolog) {
            cq_fail_number(failure, CQ_E_INPUT, 60,
                           "the file has no <tmx>: it is no TMX file");
            break;
        }
        cq_fail_number(
            failure, CQ_E_INPUT, 75,
            "there is more after the end of <tmx>; --repair takes the units in "
            "it and leaves the rest out");
        break;
    case XML_ERR_INTERNAL_ERROR:
        if (!strstr(error->message, "Huge input"))
            goto other;
        cq_fail_number(failure, CQ_E_INPUT, 76,
                       "a tag or comment is longer than 10 MB, which none is");
        break;
    case XML_ERR_HYPHEN_IN_COMMENT:
    case XML_ERR_COMMENT_NOT_FINISHED:
        cq_fail_number(failure, CQ_E_INPUT, 77,
                       "a comment has \"--\" in it or no end; --repair leaves it out");
        break;
    case XML_ERR_DOCUMENT_EMPTY:
    case XML_ERR_DOCUMENT_START:
        cq_fail_number(failure, CQ_E_INPUT, 56, "the file holds no XML");
        break;
    case XML_ERR_TAG_NAME_MISMATCH:
        cq_fail_number(
            failure, CQ_E_INPUT, 63,
            "<%.40s> of line %d is closed by </%.40s>; --repair sets this right", first,
            error->int1, second);
        break;
    case XML_ERR_NAME_REQUIRED:
    case XML_ERR_ENTITYREF_SEMICOL_MISSING:
        cq_fail_number(
            failure, CQ_E_INPUT, 64,
            "a bare \"&\" stands in the text, which XML writes &amp;; --repair sets this "
            "right");
        break;
    case XML_ERR_INVALID_CHAR:
    case XML_ERR_INVALID_CHARREF:
        cq_fail_number(
            failure, CQ_E_INPUT, 53,
            "a character reference names a control character, which cannot stand in "
            "XML; --repair takes it out");
        break;
    case XML_ERR_LT_IN_ATTRIBUTE:
    case XML_ERR_LT_REQUIRED:
        cq_fail_number(
            failure, CQ_E_INPUT, 69,
            "a bare \"<\" stands where XML writes &lt;; --repair sets this right");
        break;
    case XML_ERR_ATTRIBUTE_REDEFINED:
        cq_fail_number(failure, CQ_E_INPUT, 70,
                       "the attribute %.40s%s%.40s stands twice in one tag; --repair "
                       "keeps the first",
                       first, *second ? ":" : "", second);
        break;
    case XML_ERR_ATTRIBUTE_NOT_STARTED:
    case XML_ERR_ATTRIBUTE_WITHOUT_VALUE:
        cq_fail_number(failure, CQ_E_INPUT, 71,
                       "an attribute's value has no quotes round it; --repair adds them");
        break;
    default:
    other:
        cq_fail_number(failure, CQ_E_INPUT, 68, "this is no well-formed XML: %.*s",
                       own_length(error->message), error->message);
    }
}

/* The byte that what is wrong began with; 0 for the very place where it was noticed. */
static char begin_of(const xmlError *error)
{
    switch (error->code) {
    case XML_ERR_TAG_NAME_MISMATCH:
    case XML_ERR_ATTRIBUTE_REDEFINED:
    case XML_ERR_ATTRIBUTE_NOT_STARTED:
    case XML_ERR_ATTRIBUTE_WITHOUT_VALUE:
    case XML_ERR_GT_REQUIRED:
        return '<';
    case XML_ERR_NAME_REQUIRED:
        return is_bare_less(error) ? '<' : '&';
    case XML_ERR_ENTITYREF_SEMICOL_MISSING:
    case XML_ERR_INVALID_CHAR: /* by reference: others never get here */
    case XML_ERR_INVALID_CHARREF:
    case XML_ERR_INVALID_DEC_CHARREF:
    case XML_ERR_INVALID_HEX_CHARREF:
        return '&';
    default:
        return 0;
    }
}

void cq_tmx_reason(cq_tmx_reader *reader, const xmlError *error)
{
    uint64_t line, column;

    if (reader->failure.status != CQ_OK)
        return;
    if (error->code == XML_ERR_NO_MEMORY)
        cq_fail(&reader->failure, CQ_E_NOMEM, "no memory to read a file");
    else if (is_cut_off(reader, error))
        cq_fail_number(
            &reader->failure, CQ_E_INPUT, 62,
            "the file ends inside %s; it was probably cut off, and --repair saves what "
            "is whole",
            open_element(reader));
    else
        say(reader, error);
    if (is_cut_off(reader, error))
        cq_bytes_place(reader->bytes, &line, &column);
    else
        cq_tmx_place_now(reader, begin_of(error), &line, &column);
    cq_fail_at(&reader->failure, reader->path, line, column);
}

void cq_tmx_unknown_entity(cq_tmx_reader *reader, const char *name)
{
    char message[160];

    snprintf(message, sizeof(message),
             "&%.40s; is an entity that neither XML nor this file knows; --repair writes "
             "the character of that name, or keeps it as text",
             name);
    cq_tmx_stop(reader, CQ_E_INPUT, 65, message);
}
