/* html.c -- HTML read for the text that a reader sees: each block is a paragraph.
 * libxml2's parser takes what browsers take; scripts are never run, nothing is fetched.
 */
#include "parts.h"

#include <libxml/HTMLparser.h>
#include <libxml/parserInternals.h>
#include <string.h>
#include <strings.h>

#define HTML_DEPTH_MAX 512u /* as browsers; keeps libxml2's walks up the tree short */

typedef struct html_reading {
    cq_paragraph_list *list;
    xmlParserCtxtPtr parser;
    size_t depth;
    size_t hidden;   /* depth of the element that hides all in it, 0 for none */
    size_t pre;      /* open <pre> and <textarea> */
    unsigned breaks; /* <br> in a row, with nothing but white space between */
    bool is_too_deep;
} html_reading;

static bool is_one_of(const char *name, const char *const *names, size_t len)
{
    for (size_t i = 0; i < len; i++)
        if (strcasecmp(name, names[i]) == 0)
            return true;
    return false;
}

/* What stands in a line of text (HTML, 4.5 and 10.2); all else is a block. */
static bool is_inline(const char *name)
{
    static const char *const names[] = {
        "a",      "abbr",  "acronym", "b",      "bdi",    "bdo", "big",  "cite",
        "code",   "data",  "dfn",     "em",     "font",   "i",   "img",  "ins",
        "kbd",    "label", "mark",    "nobr",   "q",      "rb",  "ruby", "s",
        "samp",   "small", "span",    "strike", "strong", "sub", "sup",  "time",
        "tt",     "u",     "var",     "wbr",    "br",     "del", "rt",   "rp",
        "script", "style", "map",     "area",   "input",
    };

    return is_one_of(name, names, ARRAY_LEN(names));
}

/* What a reader does not see, or not as text of the page. */
static bool is_hidden(const char *name, const xmlChar **attributes)
{
    static const char *const names[] = {
        "head",     "script", "style",  "template", "noscript", "svg",
        "iframe",   "object", "canvas", "audio",    "video",    "math",
        "datalist", "applet", "rt",     "rp",       "del",
    };

    for (size_t i = 0; attributes && attributes[i]; i += 2) {
        const char *value = attributes[i + 1] ? (const char *)attributes[i + 1] : "";

        if (strcasecmp((const char *)attributes[i], "hidden") == 0)
            return true;
        if (strcasecmp((const char *)attributes[i], "role") == 0 &&
            (strcmp(value, "doc-noteref") == 0 || strcmp(value, "doc-backlink") == 0))
            return true; /* the number of a footnote and the way back: DPUB-ARIA 1.1 */
    }
    return is_one_of(name, names, ARRAY_LEN(names));
}

static bool keeps_lines(const char *name)
{
    return strcasecmp(name, "pre") == 0 || strcasecmp(name, "textarea") == 0;
}

static void end_paragraph(html_reading *r)
{
    cq_paragraphs_end(r->list);
    cq_paragraphs_begin(r->list);
    r->breaks = 0;
}

/* A <br> is a space, since a sentence may go on after it; two in a row part paragraphs.
 */
static void break_line(html_reading *r)
{
    if (++r->breaks > 1)
        end_paragraph(r);
    else
        cq_paragraphs_flow(r->list, CQ_STR(" "));
}

static void on_start(void *context, const xmlChar *name, const xmlChar **attributes)
{
    html_reading *r = context;
    const char *z = (const char *)name;

    if (++r->depth > HTML_DEPTH_MAX) {
        r->is_too_deep = true;
        xmlStopParser(r->parser);
        return;
    }
    if (r->hidden)
        return;
    if (!is_inline(z))
        end_paragraph(r);
    if (is_hidden(z, attributes))
        r->hidden = r->depth;
    else if (strcasecmp(z, "br") == 0)
        break_line(r);
    r->pre += keeps_lines(z);
}

static void on_end(void *context, const xmlChar *name)
{
    html_reading *r = context;
    const char *z = (const char *)name;

    if (r->hidden && r->depth == r->hidden)
        r->hidden = 0;
    else if (!r->hidden)
        r->pre -= r->pre > 0 && keeps_lines(z);
    if (!r->hidden && !is_inline(z))
        end_paragraph(r);
    r->depth -= r->depth > 0;
}

/* Inside <pre> every line is one. */
static void add_lines(html_reading *r, cq_str text)
{
    for (size_t at = 0; at < text.len;) {
        const char *end = memchr(text.ptr + at, '\n', text.len - at);
        size_t stop = end ? (size_t)(end - text.ptr) : text.len;

        cq_paragraphs_add(r->list, cq_str_slice(text, at, stop));
        if (end)
            end_paragraph(r);
        at = stop + 1;
    }
}

static void on_text(void *context, const xmlChar *bytes, int len)
{
    html_reading *r = context;
    cq_str text = {(const char *)bytes, (size_t)len};

    if (r->hidden)
        return;
    if (r->pre) {
        add_lines(r, text);
        return;
    }
    if (cq_str_trim(text).len > 0)
        r->breaks = 0;
    cq_paragraphs_flow(r->list, text);
}

static cq_status parse(html_reading *r, cq_str text, cq_error *err)
{
    xmlSAXHandler sax = {.startElement = on_start,
                         .endElement = on_end,
                         .characters = on_text,
                         .ignorableWhitespace = on_text};
    xmlParserCtxtPtr parser = htmlCreateMemoryParserCtxt(text.ptr, (int)text.len);

    if (!parser)
        return cq_fail(err, CQ_E_NOMEM, "no memory to read HTML");
    r->parser = parser;
    *parser->sax = sax;
    parser->userData = r;
    /* The bytes are UTF-8 by now, whatever the page says. */
    htmlCtxtUseOptions(parser, HTML_PARSE_RECOVER | HTML_PARSE_NONET |
                                   HTML_PARSE_NOERROR | HTML_PARSE_NOWARNING |
                                   HTML_PARSE_IGNORE_ENC);
    xmlSwitchEncoding(parser, XML_CHAR_ENCODING_UTF8);
    htmlParseDocument(parser);
    if (r->is_too_deep) {
        cq_fail_number(err, CQ_E_INPUT, ERR_TOO_DEEP,
                       "elements are nested more than %u deep", HTML_DEPTH_MAX);
        cq_fail_at(err, NULL, (uint64_t)parser->input->line, 0);
    }
    xmlFreeDoc(parser->myDoc);
    htmlFreeParserCtxt(parser);
    return r->is_too_deep ? CQ_E_INPUT : CQ_OK;
}

cq_status cq_html_read(cq_str text, cq_paragraph_list *list, cq_error *err)
{
    html_reading r = {.list = list};
    cq_status status;

    if (text.len == 0)
        return CQ_OK;
    cq_paragraphs_begin(list);
    status = parse(&r, text, err);
    cq_paragraphs_end(list);
    return status == CQ_OK ? cq_paragraphs_check(list, err) : status;
}

/* ---- encodings and entities -----------------------------------------------------------
 */

static size_t find_word(cq_str s, const char *word)
{
    size_t len = strlen(word);

    for (size_t at = 0; at + len <= s.len; at++)
        if (strncasecmp(s.ptr + at, word, len) == 0)
            return at + len;
    return 0;
}

/* The name after "charset" or "encoding": a '=' and quotes, or none. */
static bool take_name(cq_str s, char name[CQ_ENCODING_MAX])
{
    static const char letters[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
                                  "0123456789-_:.";
    size_t at = 0, len = 0;

    while (at < s.len && memchr(" \t\r\n", s.ptr[at], 4))
        at++;
    if (at == s.len || s.ptr[at++] != '=')
        return false;
    while (at < s.len && memchr(" \t\r\n\"'", s.ptr[at], 6))
        at++;
    while (at < s.len && len + 1 < CQ_ENCODING_MAX &&
           memchr(letters, s.ptr[at], sizeof(letters) - 1))
        name[len++] = s.ptr[at++];
    name[len] = '\0';
    return len > 0;
}

bool cq_html_encoding(cq_str start, char name[CQ_ENCODING_MAX])
{
    cq_str head = cq_str_slice(start, 0, start.len < 1024 ? start.len : 1024);
    size_t at = 0;
    bool is_found = false;

    if (cq_str_starts(cq_str_trim(head), CQ_STR("<?xml"))) {
        size_t after = find_word(head, "encoding");

        is_found = after > 0 && take_name(cq_str_slice(head, after, head.len), name);
    }
    while (!is_found) {
        size_t next = find_word(cq_str_slice(head, at, head.len), "charset");

        if (next == 0)
            return false;
        at += next;
        is_found = take_name(cq_str_slice(head, at, head.len), name);
    }
    /* WHATWG Encoding, 4.2: what says Latin-1 is Windows'. And a page that could be read
     * up to here in ASCII is not in UTF-16, whatever it says. */
    if (strcasecmp(name, "iso-8859-1") == 0 || strcasecmp(name, "us-ascii") == 0 ||
        strcasecmp(name, "latin1") == 0)
        strcpy(name, "windows-1252");
    else if (strncasecmp(name, "utf-16", 6) == 0)
        strcpy(name, "UTF-8");
    return true;
}

bool cq_html_entity(cq_str name, cq_buf *out)
{
    char z[32];
    const htmlEntityDesc *entity;

    if (name.len == 0 || name.len >= sizeof(z))
        return false;
    memcpy(z, name.ptr, name.len);
    z[name.len] = '\0';
    entity = htmlEntityLookup((const xmlChar *)z);
    if (entity)
        cq_text_put(out, entity->value);
    return entity != NULL;
}
