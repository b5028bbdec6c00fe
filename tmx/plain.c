/* plain.c -- the text of a segment that stands as markup in a property. */
#include "tmx.h"

#include <libxml/parser.h>
#include <libxml/tree.h>

#include <string.h>

#define PLAIN_MAX (1u << 20) /* bytes of markup; a neighbour's text is shorter */

static bool is_native_code(const xmlNode *node)
{
    static const char *const names[] = {"bpt", "ept", "it", "ph", "ut"};

    for (size_t i = 0; i < ARRAY_LEN(names); i++)
        if (strcmp((const char *)node->name, names[i]) == 0)
            return true;
    return false;
}

/* Children one after the other; the parser bounds the depth, so going down may be a call.
 */
static void put_text(const xmlNode *node, cq_buf *out)
{
    for (; node; node = node->next) {
        if (node->type == XML_TEXT_NODE || node->type == XML_CDATA_SECTION_NODE)
            cq_buf_add_z(out, (const char *)node->content);
        else if (node->type == XML_ELEMENT_NODE && !is_native_code(node))
            put_text(node->children, out);
    }
}

cq_status cq_tmx_plain(cq_str markup, cq_buf *out, cq_error *err)
{
    xmlDoc *doc;

    if (!cq_str_starts(markup, CQ_STR("<seg")) || markup.len > PLAIN_MAX)
        return CQ_DONE;
    doc = xmlReadMemory(markup.ptr, (int)markup.len, NULL, "UTF-8",
                        XML_PARSE_NONET | XML_PARSE_NOERROR | XML_PARSE_NOWARNING |
                            XML_PARSE_COMPACT);
    if (!doc)
        return CQ_DONE;
    put_text(xmlDocGetRootElement(doc)->children, out);
    xmlFreeDoc(doc);
    return cq_buf_check(out, err);
}
