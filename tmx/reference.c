/* reference.c -- entities of a document's own: never expanded, never loaded, kept as the
 * references that they are. */
#include "escape.h"
#include "reader.h"

#include <string.h>

void cq_tmx_on_entity(void *context, const xmlChar *name, int type,
                      const xmlChar *public_id, const xmlChar *system_id,
                      xmlChar *content)
{
    cq_tmx_reader *reader = context;

    (void)type, (void)public_id, (void)system_id, (void)content;
    if (reader->failure.status == CQ_OK &&
        !cq_map_add(&reader->entities, cq_str_from((const char *)name), NULL))
        cq_tmx_stop(reader, CQ_E_NOMEM, 0, "no memory to read an entity");
}

void cq_tmx_on_doctype(void *context, const xmlChar *name, const xmlChar *external,
                       const xmlChar *system)
{
    cq_tmx_reader *reader = context;

    (void)name;
    reader->has_doctype = true;
    reader->has_dtd = external || system;
    /* So that libxml2 leaves it to us to say what an unknown entity is. */
    reader->parser->hasExternalSubset = 1;
}

/* An entity without the text it was declared by is given it by libxml2, to free it. */
static xmlChar has_orig[] = "";

/* In a value: its name behind CQ_REFERENCE is what libxml2 then writes into the value. */
static xmlEntityPtr show_in_value(cq_tmx_reader *reader, const xmlChar *name)
{
    xmlEntityPtr shown = &reader->shown_in_value;
    char marked[256];

    snprintf(marked, sizeof(marked), "%c%s", CQ_REFERENCE, (const char *)name);
    *shown = (xmlEntity){
        .type = XML_ENTITY_DECL, .etype = XML_INTERNAL_GENERAL_ENTITY, .orig = has_orig};
    shown->name = xmlDictLookup(reader->parser->dict, (const xmlChar *)marked, -1);
    if (!shown->name)
        cq_tmx_stop(reader, CQ_E_NOMEM, 0, "no memory to read an entity");
    return shown->name ? shown : NULL;
}

/* Every entity is shown to libxml2 as one that it neither expands nor loads: in text as
 * an external one, which it tells of as a reference, in a value as one without content.
 */
xmlEntityPtr cq_tmx_on_get_entity(void *context, const xmlChar *name)
{
    static struct _xmlNode nothing = {.type = XML_TEXT_NODE};
    cq_tmx_reader *reader = context;
    xmlEntityPtr predefined = xmlGetPredefinedEntity(name);
    xmlEntityPtr shown = &reader->shown;

    if (predefined)
        return predefined;
    if (!cq_map_find(&reader->entities, cq_str_from((const char *)name)) &&
        !reader->has_dtd) {
        cq_tmx_unknown_entity(reader, (const char *)name);
        return NULL;
    }
    reader->has_reference = true;
    if (reader->parser->instate == XML_PARSER_ATTRIBUTE_VALUE)
        return show_in_value(reader, name);
    *shown = (xmlEntity){.type = XML_ENTITY_DECL,
                         .etype = XML_EXTERNAL_GENERAL_PARSED_ENTITY,
                         .name = name,
                         .orig = has_orig,
                         .checked = 2}; /* "parsed already" */
    shown->children = shown->last = &nothing;
    return shown;
}
