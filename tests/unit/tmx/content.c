#include "content.h"

#include <libxml/parser.h>
#include <libxml/tree.h>
#include <stdlib.h>
#include <string.h>

static const char *const frames[] = {"tmx", "header", "body", "tu", "tuv"};

/* An element of TMX in which white space between its children is formatting. */
static bool is_frame(const xmlNode *node)
{
    const xmlNode *root = xmlDocGetRootElement(node->doc);

    if (!node->parent || (node->ns != root->ns && node->ns &&
                          (!root->ns || strcmp((const char *)node->ns->href,
                                               (const char *)root->ns->href) != 0)))
        return false;
    for (size_t i = 0; i < ARRAY_LEN(frames); i++)
        if (strcmp((const char *)node->name, frames[i]) == 0)
            return node->parent->type == XML_DOCUMENT_NODE || is_frame(node->parent);
    return false;
}

static void put_name(cq_buf *out, const xmlNs *ns, const xmlChar *name)
{
    cq_buf_add_format(out, "{%s}%s:%s", ns ? (const char *)ns->href : "",
                      ns && ns->prefix ? (const char *)ns->prefix : "",
                      (const char *)name);
}

static void put_value(cq_buf *out, const xmlAttr *attr)
{
    for (const xmlNode *part = attr->children; part; part = part->next)
        if (part->type == XML_ENTITY_REF_NODE)
            cq_buf_add_format(out, "[&%s]", (const char *)part->name);
        else
            cq_buf_add_z(out, (const char *)part->content);
}

static int by_text(const void *a, const void *b)
{
    return strcmp(*(char *const *)a, *(char *const *)b);
}

static void put_attrs(cq_buf *out, const xmlNode *node, bool is_root)
{
    char *lines[256];
    size_t len = 0;

    for (const xmlAttr *attr = node->properties; attr && len < ARRAY_LEN(lines);
         attr = attr->next) {
        cq_buf line = {0};

        if (is_root && !attr->ns && strcmp((const char *)attr->name, "version") == 0)
            continue;
        cq_buf_add_byte(&line, ' ');
        put_name(&line, attr->ns, attr->name);
        cq_buf_add_byte(&line, '=');
        put_value(&line, attr);
        lines[len++] = line.ptr;
    }
    for (const xmlNs *ns = node->nsDef; ns && len < ARRAY_LEN(lines); ns = ns->next) {
        cq_buf line = {0};

        cq_buf_add_format(&line, " xmlns:%s=%s",
                          ns->prefix ? (const char *)ns->prefix : "",
                          (const char *)ns->href);
        lines[len++] = line.ptr;
    }
    qsort(lines, len, sizeof(*lines), by_text);
    for (size_t i = 0; i < len; i++) {
        cq_buf_add_z(out, lines[i]);
        cq_free(lines[i]);
    }
}

static bool is_text(const xmlNode *node)
{
    return node->type == XML_TEXT_NODE || node->type == XML_CDATA_SECTION_NODE;
}

/* Neighbouring texts and CDATA sections are one; the last of them. */
static const xmlNode *put_text(cq_buf *out, const xmlNode *node, bool in_frame)
{
    cq_buf text = {0};
    cq_str shown;

    for (;; node = node->next) {
        cq_buf_add_z(&text, node->content ? (const char *)node->content : "");
        if (!node->next || !is_text(node->next))
            break;
    }
    shown = cq_buf_str(&text);
    if (in_frame)
        shown = cq_str_trim(shown);
    if (shown.len) {
        cq_buf_add_z(out, "text ");
        cq_buf_add_str(out, shown);
        cq_buf_add_byte(out, '\n');
    }
    cq_buf_release(&text);
    return node;
}

static void put_nodes(cq_buf *out, const xmlNode *node, bool in_frame)
{
    for (; node; node = node->next) {
        switch (node->type) {
        case XML_ELEMENT_NODE:
            put_name(out, node->ns, node->name);
            put_attrs(out, node, node->parent->type == XML_DOCUMENT_NODE);
            cq_buf_add_z(out, " (\n");
            put_nodes(out, node->children, is_frame(node));
            cq_buf_add_z(out, ")\n");
            break;
        case XML_TEXT_NODE:
        case XML_CDATA_SECTION_NODE:
            node = put_text(out, node, in_frame);
            break;
        case XML_COMMENT_NODE:
            cq_buf_add_format(out, "comment %s\n", (const char *)node->content);
            break;
        case XML_PI_NODE:
            cq_buf_add_format(out, "pi %s %s\n", (const char *)node->name,
                              node->content ? (const char *)node->content : "");
            break;
        case XML_ENTITY_REF_NODE:
            cq_buf_add_format(out, "reference %s\n", (const char *)node->name);
            break;
        default: /* the document type is told by its references alone */
            break;
        }
    }
}

bool content_of(cq_str file, cq_buf *out)
{
    xmlDoc *doc =
        xmlReadMemory(file.ptr, (int)file.len, NULL, NULL,
                      XML_PARSE_NONET | XML_PARSE_NOERROR | XML_PARSE_NOWARNING);

    if (!doc)
        return false;
    put_nodes(out, doc->children, false);
    xmlFreeDoc(doc);
    return true;
}
