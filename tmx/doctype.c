#include "doctype.h"

#include <libxml/parser.h>
#include <string.h>

/* Where a quoted string, comment or instruction that begins at `at` ends, else the next
 * byte; SIZE_MAX when it has no end. */
static size_t skip(cq_str s, size_t at)
{
    static const struct {
        const char *open, *close;
    } spans[] = {{"<!--", "-->"}, {"<?", "?>"}, {"\"", "\""}, {"'", "'"}};

    for (size_t i = 0; i < ARRAY_LEN(spans); i++) {
        cq_str rest = cq_str_slice(s, at, s.len), close = cq_str_from(spans[i].close);

        if (!cq_str_starts(rest, cq_str_from(spans[i].open)))
            continue;
        for (at += strlen(spans[i].open); at < s.len; at++)
            if (cq_str_starts(cq_str_slice(s, at, s.len), close))
                return at + close.len;
        return SIZE_MAX;
    }
    return at + 1;
}

static bool holds_tag(cq_str s)
{
    static const char *const tags[] = {"<tmx ",  "<tmx>", "<header ", "<header\n",
                                       "<body>", "<tu>",  "<tu "};

    for (size_t i = 0; i < s.len; i++)
        for (size_t k = 0; s.ptr[i] == '<' && k < ARRAY_LEN(tags); k++)
            if (cq_str_starts(cq_str_slice(s, i, s.len), cq_str_from(tags[k])))
                return true;
    return false;
}

/* Whether the document type ends at `at`, or its declarations begin. */
static bool ends_names(cq_str s, size_t at)
{
    while (at < s.len && (s.ptr[at] == ' ' || s.ptr[at] == '\t' || s.ptr[at] == '\n' ||
                          s.ptr[at] == '\r'))
        at++;
    return at < s.len && (s.ptr[at] == '>' || s.ptr[at] == '[');
}

/* Outside its own declarations a document type hardly holds tags, not even between
 * quotes: what looks like one is the document, of which a lost quote or '>' would make a
 * part, unless all ends behind the quote as it should. */
size_t cq_doctype_length(cq_str s)
{
    bool in_subset = false;

    for (size_t at = 1; at < s.len;) {
        size_t next = skip(s, at);

        if (!in_subset &&
            (s.ptr[at] == '<' || (next <= s.len && holds_tag(cq_str_slice(s, at, next)) &&
                                  !ends_names(s, next))))
            return 0;
        if (s.ptr[at] == '[' || s.ptr[at] == ']')
            in_subset = s.ptr[at] == '[';
        else if (s.ptr[at] == '>' && !in_subset)
            return at + 1;
        at = next;
    }
    return 0;
}

cq_str cq_doctype_find(cq_str prolog)
{
    size_t at = 0;

    while (at < prolog.len &&
           !cq_str_starts(cq_str_slice(prolog, at, prolog.len), CQ_STR("<!DOCTYPE")))
        at = skip(prolog, at);
    if (at >= prolog.len)
        return (cq_str){0};
    prolog = cq_str_slice(prolog, at, prolog.len);
    return cq_str_slice(prolog, 0, cq_doctype_length(prolog));
}

/* ---- reading --------------------------------------------------------------------------
 */

typedef struct declarations {
    cq_map *entities;
    bool has_dtd, is_broken;
    cq_status status;
} declarations;

static void on_doctype(void *context, const xmlChar *name, const xmlChar *external,
                       const xmlChar *system)
{
    declarations *d = context;

    (void)name;
    d->has_dtd = external || system;
}

static void on_entity(void *context, const xmlChar *name, int type,
                      const xmlChar *public_id, const xmlChar *system_id,
                      xmlChar *content)
{
    declarations *d = context;

    (void)type, (void)public_id, (void)system_id, (void)content;
    if (!cq_map_add(d->entities, cq_str_from((const char *)name), NULL))
        d->status = CQ_E_NOMEM;
}

static void on_error(void *context, xmlErrorPtr error)
{
    declarations *d = context;

    if (error->code == XML_ERR_NO_MEMORY)
        d->status = CQ_E_NOMEM;
    d->is_broken = d->is_broken || error->level >= XML_ERR_FATAL;
}

cq_status cq_doctype_read(cq_str doctype, cq_map *entities, bool *has_dtd, cq_error *err)
{
    static const char root[] = "<tmx/>";
    declarations d = {.entities = entities};
    xmlSAXHandler handler = {.initialized = XML_SAX2_MAGIC,
                             .internalSubset = on_doctype,
                             .entityDecl = on_entity,
                             .serror = on_error};
    xmlParserCtxtPtr parser = xmlCreatePushParserCtxt(&handler, &d, NULL, 0, NULL);

    if (!parser)
        return cq_fail(err, CQ_E_NOMEM, "no memory to read a document type");
    xmlCtxtUseOptions(parser, XML_PARSE_NONET);
    xmlParseChunk(parser, doctype.ptr, (int)doctype.len, 0);
    xmlParseChunk(parser, root, (int)sizeof(root) - 1, 1);
    xmlFreeDoc(parser->myDoc);
    xmlFreeParserCtxt(parser);
    if (d.status != CQ_OK)
        return cq_fail(err, d.status, "no memory to read a document type");
    *has_dtd = d.has_dtd;
    return d.is_broken ? CQ_DONE : CQ_OK;
}
