/* reason.c -- what libxml2 complains of, in a translator's words. */
#include "excerpt.h"
#include "reader.h"

#include <libxml/xmlerror.h>
#include <string.h>

/* Lines come from libxml2; columns are counted in bytes back to the line's start, or on
 * from the last place told when that was on the same line, so that a file all on one line
 * costs no more than another. */
/* Where the parser is, or with `from` the last such byte before that. */
static const xmlChar *begin_at(const xmlParserInput *in, char from)
{
    const xmlChar *start = in->cur;

    if (!from)
        return start;
    while (start > in->base && *--start != (xmlChar)from)
        ;
    return start < in->cur && *start == (xmlChar)from ? start : in->cur;
}

static void place_of(cq_tmx_reader *reader, const xmlChar *at, uint64_t *line,
                     uint64_t *column)
{
    const xmlParserInput *in = reader->parser->input;
    const xmlChar *start = in->cur;
    uint64_t offset = (uint64_t)in->consumed + (uint64_t)(at - in->base);

    *line = (uint64_t)in->line;
    for (; start > at; start--)
        *line -= start[-1] == '\n';
    for (; start < at; start++)
        *line += *start == '\n';
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

void cq_tmx_place_now(cq_tmx_reader *reader, char from, uint64_t *line, uint64_t *column)
{
    place_of(reader, begin_at(reader->parser->input, from), line, column);
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

/* The byte that what is wrong began with; 0 for the very place where it was noticed. */
static char begin_of(const xmlError *error)
{
    switch (error->code) {
    case XML_ERR_TAG_NAME_MISMATCH:
    case XML_ERR_HYPHEN_IN_COMMENT:
    case XML_ERR_ATTRIBUTE_REDEFINED:
    case XML_ERR_ATTRIBUTE_NOT_STARTED:
    case XML_ERR_ATTRIBUTE_WITHOUT_VALUE:
    case XML_ERR_ATTRIBUTE_NOT_FINISHED:
    case XML_ERR_SPACE_REQUIRED:
    case XML_ERR_GT_REQUIRED:
    case XML_NS_ERR_EMPTY:
    case XML_NS_ERR_XML_NAMESPACE:
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

/* What libxml2's errors are to a translator, and what --repair does about them. */
static const struct reason {
    int code; /* xmlParserErrors */
    int number;
    bool is_shown; /* with the bytes that stand there */
    const char *what, *repair;
} reasons[] = {
    {XML_ERR_DOCUMENT_END, 75, true, "there is more after the end of <tmx>",
     "takes the units in it and leaves the rest out"},
    {XML_ERR_HYPHEN_IN_COMMENT, 77, true, "a comment has \"--\" in it", "leaves it out"},
    {XML_ERR_COMMENT_NOT_FINISHED, 77, true, "a comment has no end", "leaves it out"},
    {XML_ERR_DOCUMENT_EMPTY, 56, false, "the file holds no XML", NULL},
    {XML_ERR_DOCUMENT_START, 56, false, "the file holds no XML", NULL},
    {XML_ERR_NAME_REQUIRED, 64, true, "a bare \"&\", which XML writes &amp;",
     "sets this right"},
    {XML_ERR_ENTITYREF_SEMICOL_MISSING, 64, true, "a bare \"&\", which XML writes &amp;",
     "sets this right"},
    {XML_ERR_INVALID_CHAR, 53, true,
     "a reference to a control character, which cannot stand in XML", "takes it out"},
    {XML_ERR_INVALID_CHARREF, 53, true,
     "a reference to a control character, which cannot stand in XML", "takes it out"},
    {XML_ERR_INVALID_DEC_CHARREF, 64, true, "a bare \"&\", which XML writes &amp;",
     "sets this right"},
    {XML_ERR_INVALID_HEX_CHARREF, 64, true, "a bare \"&\", which XML writes &amp;",
     "sets this right"},
    {XML_ERR_LT_IN_ATTRIBUTE, 69, true, "a bare \"<\" in an attribute's value",
     "writes it as &lt;"},
    {XML_ERR_LT_REQUIRED, 69, true, "a bare \"<\", which XML writes &lt;",
     "sets this right"},
    {XML_ERR_MISPLACED_CDATA_END, 69, true,
     "\"]]>\" in the text, which XML writes ]]&gt;", "sets this right"},
    {XML_ERR_ATTRIBUTE_NOT_STARTED, 71, true,
     "an attribute's value has no quotes round it", "adds them"},
    {XML_ERR_ATTRIBUTE_WITHOUT_VALUE, 71, true, "an attribute has no value",
     "leaves it out"},
    {XML_ERR_ATTRIBUTE_NOT_FINISHED, 71, true,
     "an attribute's value has no closing quote", "adds it"},
    {XML_ERR_GT_REQUIRED, 68, true, "a tag is broken", "keeps what can be read of it"},
    {XML_ERR_SPACE_REQUIRED, 68, true, "a tag is broken", "keeps what can be read of it"},
    {XML_NS_ERR_EMPTY, 78, true, "a namespace is declared as none can be",
     "leaves the declaration out"},
    {XML_NS_ERR_XML_NAMESPACE, 78, true, "a namespace is declared as none can be",
     "leaves the declaration out"},
    {XML_NS_ERR_QNAME, 68, true, "a name has a colon too many", "takes it for text"},
};

/* A name that an error is about, with what is behind its colon. */
static void say_named(cq_tmx_reader *reader, const xmlError *error)
{
    const char *first = error->str1 ? error->str1 : "",
               *second = error->str2 ? error->str2 : "";

    if (error->code == XML_ERR_TAG_NAME_MISMATCH)
        cq_fail_number(
            &reader->failure, CQ_E_INPUT, 63,
            "<%.40s> of line %d is closed by </%.40s>; --repair sets this right", first,
            error->int1, second);
    else
        cq_fail_number(&reader->failure, CQ_E_INPUT, 70,
                       "the attribute %.40s%s%.40s stands twice in one tag; --repair "
                       "keeps the first",
                       first, *second ? ":" : "", second);
}

/* What stands at a place of the input; a tag from its beginning on. */
static const char *stands_at(const cq_tmx_reader *reader, const xmlChar *at,
                             char out[CQ_EXCERPT_MAX])
{
    const xmlParserInput *in = reader->parser->input;
    const xmlChar *begin = at < in->end && *at == '<' ? at : in->base;

    return cq_excerpt((cq_str){(const char *)begin, (size_t)(in->end - begin)},
                      (size_t)(at - begin), 0, out);
}

static void say(cq_tmx_reader *reader, const xmlError *error, const xmlChar *at)
{
    cq_error *failure = &reader->failure;
    char shown[CQ_EXCERPT_MAX];
    int code = is_bare_less(error) ? XML_ERR_LT_REQUIRED : error->code;
    size_t i = 0;

    if (code == XML_ERR_TAG_NAME_MISMATCH || code == XML_ERR_ATTRIBUTE_REDEFINED) {
        say_named(reader, error);
        return;
    }
    if (code == XML_ERR_DOCUMENT_END && reader->in_prolog) {
        cq_fail_number(failure, CQ_E_INPUT, 60,
                       "the file has no <tmx>: it is no TMX file");
        return;
    }
    if (code == XML_ERR_INTERNAL_ERROR && strstr(error->message, "Huge input")) {
        cq_fail_number(failure, CQ_E_INPUT, 76,
                       "a tag or comment is longer than 10 MB, which none is");
        return;
    }
    while (i < ARRAY_LEN(reasons) && reasons[i].code != code)
        i++;
    if (i == ARRAY_LEN(reasons))
        cq_fail_number(failure, CQ_E_INPUT, 68,
                       "this is no well-formed XML: %.*s, at " CQ_QUOTED
                       "; --repair saves what it can",
                       own_length(error->message), error->message,
                       stands_at(reader, at, shown));
    else if (reasons[i].is_shown)
        cq_fail_number(failure, CQ_E_INPUT, reasons[i].number,
                       "%s: " CQ_QUOTED "; --repair %s", reasons[i].what,
                       stands_at(reader, at, shown), reasons[i].repair);
    else
        cq_fail_number(failure, CQ_E_INPUT, reasons[i].number, "%s", reasons[i].what);
}

/* What an error is about. The end of a CDATA section in a text is noticed with the text
 * still ahead. */
static const xmlChar *begin_of_error(const cq_tmx_reader *reader, const xmlError *error)
{
    const xmlParserInput *in = reader->parser->input;
    const xmlChar *at = begin_at(in, begin_of(error));

    if (error->code == XML_ERR_MISPLACED_CDATA_END)
        while (at + 2 < in->end && memcmp(at, "]]>", 3) != 0)
            at++;
    return at;
}

void cq_tmx_reason(cq_tmx_reader *reader, const xmlError *error)
{
    uint64_t line, column;
    const xmlChar *at;

    if (reader->failure.status != CQ_OK)
        return;
    if (error->code == XML_ERR_NO_MEMORY || !reader->parser->input) {
        cq_fail(&reader->failure, CQ_E_NOMEM, "no memory to read a file");
        return;
    }
    if (is_cut_off(reader, error)) {
        cq_fail_number(
            &reader->failure, CQ_E_INPUT, 62,
            "the file ends inside %s; it was probably cut off, and --repair saves what "
            "is whole",
            open_element(reader));
        cq_bytes_place(reader->bytes, &line, &column);
    } else {
        at = begin_of_error(reader, error);
        say(reader, error, at);
        place_of(reader, at, &line, &column);
    }
    cq_fail_at(&reader->failure, reader->path, line, column);
}

void cq_tmx_unknown_entity(cq_tmx_reader *reader, const char *name)
{
    uint64_t line, column;

    cq_fail_number(&reader->failure, CQ_E_INPUT, 65,
                   "&%.40s; is an entity that neither XML nor this file knows; --repair "
                   "writes the character of that name, or keeps it as text",
                   name);
    cq_tmx_place_now(reader, '&', &line, &column);
    cq_fail_at(&reader->failure, reader->path, line, column);
}
