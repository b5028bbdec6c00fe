/* xml.c -- the XML files of office documents, streamed out of the zip file into libxml2.
 * None of them may have a document type (ECMA-376 part 2, 6.2.5; ODF needs none), so that
 * there are no entities to expand and nothing to fetch. */
#include "parts.h"

#include <libxml/parser.h>
#include <string.h>

#define ATTRIBUTE_FIELDS                                                                 \
    5 /* local name, prefix, namespace, start and end of the value                       \
       */

typedef struct xml_reading {
    const cq_xml_handler *handler;
    void *context;
    xmlParserCtxtPtr parser;
    size_t depth;
    int number; /* of the failure found in a callback, 0 for none */
    const char *why;
} xml_reading;

static void stop(xml_reading *r, int number, const char *why)
{
    if (!r->number) {
        r->number = number;
        r->why = why;
    }
    xmlStopParser(r->parser);
}

static cq_xml_name name_of(const xmlChar *local, const xmlChar *space)
{
    return (cq_xml_name){space ? (const char *)space : "", (const char *)local};
}

static void on_start(void *context, const xmlChar *local, const xmlChar *prefix,
                     const xmlChar *space, int spaces_len, const xmlChar **spaces,
                     int len, int defaulted, const xmlChar **items)
{
    xml_reading *r = context;
    cq_xml_attributes attributes = {items, (size_t)len};

    (void)prefix;
    (void)spaces_len;
    (void)spaces;
    (void)defaulted;
    if (++r->depth > CQ_DEPTH_MAX)
        stop(r, ERR_TOO_DEEP, "elements are nested too deep");
    else
        r->handler->start(r->context, name_of(local, space), &attributes);
}

static void on_end(void *context, const xmlChar *local, const xmlChar *prefix,
                   const xmlChar *space)
{
    xml_reading *r = context;

    (void)prefix;
    r->depth--;
    if (r->handler->end)
        r->handler->end(r->context, name_of(local, space));
}

static void on_text(void *context, const xmlChar *text, int len)
{
    xml_reading *r = context;

    if (r->handler->text)
        r->handler->text(r->context, (cq_str){(const char *)text, (size_t)len});
}

static void on_doctype(void *context, const xmlChar *name, const xmlChar *external,
                       const xmlChar *system)
{
    (void)name;
    (void)external;
    (void)system;
    stop(context, ERR_DECLARED, "it declares a document type, which no office file may");
}

cq_str cq_xml_attribute(const cq_xml_attributes *attributes, const char *local)
{
    const xmlChar *const *items = attributes->items;

    for (size_t i = 0; i < attributes->len; i++, items += ATTRIBUTE_FIELDS)
        if (strcmp((const char *)items[0], local) == 0)
            return (cq_str){(const char *)items[3], (size_t)(items[4] - items[3])};
    return (cq_str){0};
}

static cq_status fail_xml(const xml_reading *r, const char *name, cq_error *err)
{
    const xmlError *last = xmlCtxtGetLastError(r->parser);
    const char *why = last && last->message ? last->message : "it is empty";
    int line = r->parser->input ? r->parser->input->line : 0;

    if (r->number)
        return cq_fail_number(err, CQ_E_INPUT, r->number, "line %d of %s in it: %s", line,
                              name, r->why);
    if (last && last->code == XML_ERR_NO_MEMORY)
        return cq_fail(err, CQ_E_NOMEM, "no memory to read XML");
    return cq_fail_number(err, CQ_E_INPUT, ERR_MEMBER,
                          "line %d of %s in it is no well-formed XML: %.*s",
                          last ? last->line : line, name, (int)strcspn(why, "\n"), why);
}

static cq_status parse(xml_reading *r, cq_zip *zip, const char *name, cq_error *err)
{
    cq_status status;
    cq_str piece;

    while ((status = cq_zip_next(zip, &piece, err)) == CQ_OK)
        for (size_t at = 0; at < piece.len;) {
            size_t len = piece.len - at < 65536 ? piece.len - at : 65536;

            if (xmlParseChunk(r->parser, piece.ptr + at, (int)len, 0) != 0 || r->number)
                return fail_xml(r, name, err);
            at += len;
        }
    if (status < 0)
        return status;
    if (xmlParseChunk(r->parser, "", 0, 1) != 0)
        return fail_xml(r, name, err);
    return CQ_OK;
}

cq_status cq_xml_read(cq_zip *zip, const char *name, const cq_xml_handler *handler,
                      void *context, cq_error *err)
{
    xmlSAXHandler sax = {.initialized = XML_SAX2_MAGIC,
                         .startElementNs = on_start,
                         .endElementNs = on_end,
                         .characters = on_text,
                         .ignorableWhitespace = on_text,
                         .cdataBlock = on_text,
                         .internalSubset = on_doctype};
    xml_reading r = {.handler = handler, .context = context};
    cq_status status = cq_zip_find(zip, name, err);

    if (status != CQ_OK)
        return status;
    r.parser = xmlCreatePushParserCtxt(&sax, &r, NULL, 0, NULL);
    if (!r.parser)
        return cq_fail(err, CQ_E_NOMEM, "no memory to read XML");
    xmlCtxtUseOptions(r.parser,
                      XML_PARSE_NONET | XML_PARSE_NOERROR | XML_PARSE_NOWARNING);
    status = parse(&r, zip, name, err);
    xmlFreeDoc(r.parser->myDoc);
    xmlFreeParserCtxt(r.parser);
    return status;
}
