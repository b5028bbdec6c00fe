/* srx.c -- segmentation rules in SRX 1.0 and 2.0: which rules hold for a language, in the
 * order that decides. The file is small, so it is read as a tree. */
#include "bytes.h"
#include "tmx.h"

#include <libxml/parser.h>
#include <libxml/tree.h>
#include <string.h>

#define SRX_MAX  ((size_t)16 * 1024 * 1024) /* bytes of a file of rules */
#define RULE_MAX ((size_t)64 * 1024)        /* bytes of one expression */

typedef struct srx_reading {
    const char *path;
    const cq_lang *lang;
    cq_arena *arena;
    cq_tmx_srx_rule *rules;
    size_t len, capacity;
    bool is_cascade;
} srx_reading;

static cq_status refuse(srx_reading *r, const xmlNode *at, int number, cq_error *err,
                        const char *message)
{
    cq_fail_number(err, CQ_E_INPUT, number, "%s", message);
    cq_fail_at(err, r->path, at ? (uint64_t)xmlGetLineNo(at) : 1, at ? 0 : 1);
    return CQ_E_INPUT;
}

/* ---- walking ------------------------------------------------------------------------
 */

static bool is_named(const xmlNode *node, const char *name)
{
    return node->type == XML_ELEMENT_NODE && strcmp((const char *)node->name, name) == 0;
}

/* The first child of that name, whatever its namespace: SRX is written with and without.
 */
static xmlNode *child(const xmlNode *parent, const char *name)
{
    for (xmlNode *node = parent ? parent->children : NULL; node; node = node->next)
        if (is_named(node, name))
            return node;
    return NULL;
}

/* The next node in document order within `top`. */
static xmlNode *following(xmlNode *node, const xmlNode *top)
{
    if (node->type == XML_ELEMENT_NODE && node->children)
        return node->children;
    while (node != top && !node->next)
        node = node->parent;
    return node == top ? NULL : node->next;
}

/* An attribute's value in the arena; ptr NULL when absent (or memory is short, `short`
 * set). */
static cq_str attribute(srx_reading *r, xmlNode *node, const char *name, bool *is_short)
{
    xmlChar *value = xmlGetNoNsProp(node, (const xmlChar *)name);
    cq_str copy = {0};

    if (!value)
        return copy;
    copy = cq_arena_copy(r->arena, cq_str_from((const char *)value));
    *is_short = *is_short || !copy.ptr;
    xmlFree(value);
    return copy;
}

static cq_str content(srx_reading *r, const xmlNode *node, bool *is_short)
{
    xmlChar *text = node ? xmlNodeGetContent(node) : NULL;
    cq_str copy = cq_arena_copy(r->arena, cq_str_from((const char *)text));

    *is_short = *is_short || !copy.ptr;
    xmlFree(text);
    return copy;
}

/* ---- which languages a pattern means ------------------------------------------------
 */

static cq_status matches(cq_regex *regex, const char *tag, char separator, bool *yes,
                         cq_error *err)
{
    char code[CQ_LANG_TAG_MAX];
    size_t len = strlen(tag);
    cq_status status;

    for (size_t i = 0; i < len; i++)
        code[i] = tag[i] == '-' || tag[i] == '_' ? separator : tag[i];
    status = cq_regex_set(regex, (cq_str){code, len}, err);
    if (status == CQ_OK)
        status = cq_regex_matches(regex, err);
    *yes = *yes || status == CQ_OK;
    return status < 0 ? status : CQ_OK;
}

/* Whether a languagepattern means the language: all of the tag, whatever its case, with
 * '-' or '_' between its parts, since files are written either way. */
static cq_status speaks(srx_reading *r, const xmlNode *map, cq_str pattern, bool *yes,
                        cq_error *err)
{
    cq_buf whole = {.max = RULE_MAX};
    cq_regex *regex = NULL;
    cq_status status;

    *yes = false;
    cq_buf_add_z(&whole, "(?i)");
    cq_buf_add_str(&whole, pattern);
    status = cq_buf_check(&whole, err);
    if (status == CQ_OK)
        status = cq_regex_open(cq_buf_str(&whole), &regex, err);
    if (status == CQ_OK)
        status = matches(regex, r->lang->tag, '-', yes, err);
    if (status == CQ_OK)
        status = matches(regex, r->lang->tag, '_', yes, err);
    if (status < 0)
        cq_fail_at(err, r->path, (uint64_t)xmlGetLineNo(map), 0);
    cq_regex_close(regex);
    cq_buf_release(&whole);
    return status;
}

/* ---- rules --------------------------------------------------------------------------
 */

static cq_status add_rule(srx_reading *r, xmlNode *node, cq_error *err)
{
    bool is_short = false;
    cq_str breaks = attribute(r, node, "break", &is_short);
    cq_tmx_srx_rule rule = {
        .is_break = !cq_str_equal(breaks, CQ_STR("no")), /* SRX 2.0: "yes" unless said */
        .before = content(r, child(node, "beforebreak"), &is_short),
        .after = content(r, child(node, "afterbreak"), &is_short),
        .line = (uint64_t)xmlGetLineNo(node),
    };

    if (rule.before.len > RULE_MAX || rule.after.len > RULE_MAX)
        return refuse(r, node, 97, err, "the rule is longer than 64 KB");
    if (is_short || !cq_grow(&r->rules, &r->capacity, r->len + 1, sizeof(*r->rules)))
        return cq_fail(err, CQ_E_NOMEM, "no memory for segmentation rules");
    r->rules[r->len++] = rule;
    return CQ_OK;
}

static cq_status add_rules(srx_reading *r, const xmlNode *body, xmlNode *map, cq_str name,
                           cq_error *err)
{
    xmlNode *all = child(body, "languagerules");

    for (xmlNode *node = all ? all->children : NULL; node; node = node->next) {
        bool is_short = false;
        cq_str its_name = {0};
        cq_status status = CQ_OK;

        if (is_named(node, "languagerule"))
            its_name = attribute(r, node, "languagerulename", &is_short);
        if (is_short)
            return cq_fail(err, CQ_E_NOMEM, "no memory for segmentation rules");
        if (!its_name.ptr || !cq_str_equal(its_name, name))
            continue;
        for (xmlNode *rule = node->children; rule && status == CQ_OK; rule = rule->next)
            if (is_named(rule, "rule"))
                status = add_rule(r, rule, err);
        return status;
    }
    return refuse(r, map, 96, err,
                  "the languagemap names a languagerule that is not in the file");
}

/* Every languagemap in order: all that match (cascade), or the first alone (SRX 2.0,
 * 3.3). */
static cq_status collect(srx_reading *r, const xmlNode *body, cq_error *err)
{
    xmlNode *maps = child(body, "maprules");

    if (!maps)
        return refuse(r, body, 95, err, "the SRX file has no <maprules>");
    for (xmlNode *node = maps; node; node = following(node, maps)) {
        bool is_short = false, yes;
        cq_str pattern, name;
        cq_status status;

        if (!is_named(node, "languagemap"))
            continue;
        pattern = attribute(r, node, "languagepattern", &is_short);
        name = attribute(r, node, "languagerulename", &is_short);
        if (is_short)
            return cq_fail(err, CQ_E_NOMEM, "no memory for segmentation rules");
        if (!pattern.ptr || !name.ptr)
            return refuse(r, node, 95, err,
                          "<languagemap> needs languagepattern and languagerulename");
        status = speaks(r, node, pattern, &yes, err);
        if (status == CQ_OK && yes)
            status = add_rules(r, body, node, name, err);
        if (status != CQ_OK || (yes && !r->is_cascade))
            return status;
    }
    return CQ_OK;
}

/* ---- the file -----------------------------------------------------------------------
 */

static cq_status read_file(const char *path, cq_buf *out, cq_error *err)
{
    cq_bytes *bytes;
    cq_str piece;
    cq_status status = cq_bytes_open(path, NULL, NULL, &bytes, err);

    if (status < 0)
        return status;
    while ((status = cq_bytes_read(bytes, &piece, err)) == CQ_OK)
        cq_buf_add_str(out, piece);
    cq_bytes_close(bytes);
    if (status == CQ_DONE)
        status = cq_buf_check(out, err);
    if (status < 0)
        cq_fail_at(err, path, 1, 1);
    return status;
}

static cq_status not_well_formed(srx_reading *r, xmlParserCtxt *parser, cq_error *err)
{
    const xmlError *last = xmlCtxtGetLastError(parser);
    const char *message = last && last->message ? last->message : "it is empty";

    if (last && last->code == XML_ERR_NO_MEMORY)
        return cq_fail(err, CQ_E_NOMEM, "no memory to read XML");
    cq_fail_number(err, CQ_E_INPUT, 94, "the SRX file is no well-formed XML: %.*s",
                   (int)strcspn(message, "\n"), message);
    cq_fail_at(err, r->path, last && last->line > 0 ? (uint64_t)last->line : 1,
               last && last->int2 > 0 ? (uint64_t)last->int2 : 1);
    return CQ_E_INPUT;
}

static cq_status read_tree(srx_reading *r, const xmlDoc *doc, cq_error *err)
{
    xmlNode *root = xmlDocGetRootElement(doc);
    xmlNode *header = child(root, "header"), *body = child(root, "body");
    bool is_short = false;
    cq_str cascade;

    /* Own entities could stand for each other without end, and no SRX needs them. */
    if (doc->intSubset && doc->intSubset->entities)
        return refuse(r, root, 94, err,
                      "the SRX file declares entities, which rules may not");
    if (!root || !is_named(root, "srx") || !body)
        return refuse(r, root, 95, err,
                      "this is no SRX file: it has no <srx> with a <body>");
    cascade = header ? attribute(r, header, "cascade", &is_short) : (cq_str){0};
    if (is_short)
        return cq_fail(err, CQ_E_NOMEM, "no memory for segmentation rules");
    r->is_cascade = cq_str_equal(cascade, CQ_STR("yes"));
    return collect(r, body, err);
}

static cq_status parse(srx_reading *r, cq_str text, cq_error *err)
{
    xmlParserCtxt *parser = xmlNewParserCtxt();
    xmlDoc *doc = NULL;
    cq_status status;

    if (!parser)
        return cq_fail(err, CQ_E_NOMEM, "no memory to read XML");
    doc = xmlCtxtReadMemory(parser, text.ptr, (int)text.len, NULL, NULL,
                            XML_PARSE_NONET | XML_PARSE_IGNORE_ENC | XML_PARSE_NOERROR |
                                XML_PARSE_NOWARNING | XML_PARSE_NOCDATA);
    status = doc ? read_tree(r, doc, err) : not_well_formed(r, parser, err);
    xmlFreeDoc(doc);
    xmlFreeParserCtxt(parser);
    return status;
}

cq_status cq_tmx_srx_read(const char *path, const cq_lang *lang, cq_arena *arena,
                          cq_tmx_srx_rule **rules, size_t *len, cq_error *err)
{
    srx_reading r = {.path = path, .lang = lang, .arena = arena};
    cq_buf text = {.max = SRX_MAX};
    cq_status status = read_file(path, &text, err);

    *rules = NULL;
    *len = 0;
    if (status >= 0)
        status = parse(&r, cq_buf_str(&text), err);
    if (status == CQ_OK && r.len) {
        *rules = cq_arena_alloc(arena, r.len * sizeof(*r.rules));
        if (*rules)
            memcpy(*rules, r.rules, r.len * sizeof(*r.rules));
        else
            status = cq_fail(err, CQ_E_NOMEM, "no memory for segmentation rules");
    }
    *len = status == CQ_OK ? r.len : 0;
    cq_free(r.rules);
    cq_buf_release(&text);
    return status;
}
