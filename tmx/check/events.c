/* events.c -- what the parser meets, each element judged as it comes. */
#include "parts.h"

#include "tmx/parts.h"

#include <string.h>

/* ---- places and values ----------------------------------------------------------------
 */

static cq_check_place place_at(cq_checker *checker, const xmlChar *at)
{
    const xmlParserInput *in = checker->parser->input;
    cq_check_place place;

    cq_mend_place(checker->mend, (uint64_t)in->consumed + (uint64_t)(at - in->base),
                  &place.line, &place.column);
    return place;
}

/* Of the tag that the parser has just read. */
static cq_check_place here(cq_checker *checker)
{
    return place_at(checker, checker->parser->input->cur);
}

/* Of a text, which is a part of the input that the parser has not stepped over yet, or a
 * copy of what it has. */
static cq_check_place place_of_text(cq_checker *checker, const xmlChar *text)
{
    const xmlParserInput *in = checker->parser->input;

    return text >= in->base && text < in->end ? place_at(checker, text + 1)
                                              : here(checker);
}

bool cq_check_is_ignored(const cq_checker *checker)
{
    return checker->is_over || checker->status != CQ_OK;
}

cq_str cq_check_keep(cq_checker *checker, cq_str s)
{
    cq_str copy = cq_arena_copy(&checker->arena, s);

    if (!copy.ptr)
        cq_check_no_memory(checker);
    return copy;
}

static cq_str value_of(const xmlChar **attribute)
{
    return (cq_str){(const char *)attribute[3], (size_t)(attribute[4] - attribute[3])};
}

/* A name with its prefix, in the arena. */
static cq_str full_name(cq_checker *checker, const xmlChar *prefix, const xmlChar *name)
{
    cq_buf_reset(&checker->name);
    cq_tmx_add_name(&checker->name, prefix, name);
    return cq_check_keep(checker, cq_buf_str(&checker->name));
}

static bool is_of_root(const cq_checker *checker, const xmlChar *uri)
{
    return uri && checker->uri && strcmp((const char *)uri, checker->uri) == 0;
}

/* Copies of all attributes, in the arena: to a DTD a namespace is one too. That of TMX
 * itself is told otherwise. NULL when memory is short or there are none. */
static cq_check_attribute *read_attributes(cq_checker *checker, const cq_tmx_element *el,
                                           size_t *len)
{
    size_t most = (size_t)el->namespaces_len + (size_t)el->attributes_len;
    cq_check_attribute *list =
        most ? cq_arena_alloc(&checker->arena, most * sizeof(*list)) : NULL;

    *len = 0;
    if (most && !list)
        cq_check_no_memory(checker);
    for (int i = 0; list && i < el->namespaces_len; i++)
        if (el->namespaces[2 * i] && !is_of_root(checker, el->namespaces[2 * i + 1]))
            list[(*len)++].name =
                full_name(checker, (const xmlChar *)"xmlns", el->namespaces[2 * i]);
    for (size_t i = 0; list && i < *len; i++)
        list[i].value = CQ_STR("");
    for (int i = 0; list && i < el->attributes_len; i++) {
        const xmlChar **at = el->attributes + 5 * i;

        list[*len].name = full_name(checker, at[1], at[0]);
        list[(*len)++].value =
            cq_check_keep(checker, cq_tmx_plain_value(value_of(at), &checker->value));
    }
    if (checker->value.failed != CQ_OK)
        cq_check_no_memory(checker);
    if (checker->status != CQ_OK)
        *len = 0;
    return list;
}

/* ---- SAX callbacks --------------------------------------------------------------------
 */

static void begin_root(cq_checker *checker, const cq_tmx_element *el,
                       cq_check_place place)
{
    checker->has_root = true;
    if (strcmp((const char *)el->name, "tmx") != 0) {
        cq_check_find(checker, 60, place,
                      "the file begins with <%.60s>, not with <tmx>: it is no TMX file",
                      (const char *)el->name);
        checker->is_over = true;
    } else if (el->uri || el->prefix) {
        checker->uri = (const char *)el->uri;
        cq_check_find(checker, 210, place,
                      "the elements are in a namespace, which TMX 1.4 and most tools do "
                      "not know");
    }
}

/* An element begins, and its parent is whole enough to tell whether it may. */
static void begin_element(cq_checker *checker, const cq_tmx_element *el,
                          cq_check_place place)
{
    cq_str name = cq_str_from((const char *)el->name);
    bool is_ours = el->uri ? is_of_root(checker, el->uri) : !el->prefix;
    size_t len;
    const cq_check_attribute *list = read_attributes(checker, el, &len);
    cq_check_element *element;
    const cq_grammar_element *rule;

    if (checker->depth == 0)
        cq_check_version(checker, cq_check_value_of(list, len, "version"), place);
    rule = cq_check_child(checker, name, is_ours, place);
    element = &checker->open[checker->depth++];
    *element =
        (cq_check_element){.name = (const char *)el->name, .rule = rule, .place = place};
    if (rule) {
        cq_check_attributes(checker, element, list, len);
        cq_check_enter(checker, element, list, len);
    }
    if (!checker->in_unit)
        cq_arena_reset(&checker->arena);
}

static void on_start(void *context, const xmlChar *name, const xmlChar *prefix,
                     const xmlChar *uri, int namespaces_len, const xmlChar **namespaces,
                     int attributes_len, int defaulted_len, const xmlChar **attributes)
{
    cq_checker *checker = context;
    cq_tmx_element el = {
        name,       prefix,    uri, namespaces_len, attributes_len - defaulted_len,
        namespaces, attributes};
    cq_check_place place;

    if (cq_check_is_ignored(checker))
        return;
    place = here(checker);
    if (checker->depth == CQ_CHECK_DEPTH_MAX) {
        cq_check_find(checker, 66, place,
                      "elements are nested more than 200 deep, which no TMX file is");
        checker->is_over = true;
        return;
    }
    if (checker->depth == 0)
        begin_root(checker, &el, place);
    if (!cq_check_is_ignored(checker))
        begin_element(checker, &el, place);
}

static void on_end(void *context, const xmlChar *name, const xmlChar *prefix,
                   const xmlChar *uri)
{
    cq_checker *checker = context;

    (void)name, (void)prefix, (void)uri;
    if (cq_check_is_ignored(checker) || checker->depth == 0)
        return;
    if (!checker->in_unit || !checker->is_unit_cut)
        cq_check_whole(checker);
    cq_check_leave(checker);
    checker->depth--;
}

static void on_text(void *context, const xmlChar *chars, int len)
{
    cq_checker *checker = context;
    cq_str s = {(const char *)chars, (size_t)len};

    if (cq_check_is_ignored(checker))
        return;
    if (checker->in_segment && checker->code_depth == 0) {
        cq_buf_add_str(&checker->text, s);
        if (checker->text.failed == CQ_E_INPUT) {
            cq_check_find(checker, 67, here(checker),
                          "a text is longer than 16 MB; a segment is a sentence or a "
                          "paragraph");
            cq_buf_reset(&checker->text);
        } else if (checker->text.failed != CQ_OK) {
            cq_check_no_memory(checker);
        }
    } else if (cq_str_trim(s).len) {
        cq_check_text(checker, place_of_text(checker, chars));
    }
}

static void on_instruction(void *context, const xmlChar *target, const xmlChar *data)
{
    cq_checker *checker = context;

    if (!cq_check_is_ignored(checker) &&
        strcmp((const char *)target, CQ_MEND_REJECT) == 0) {
        checker->is_unit_cut = true;
        cq_check_find(checker, 92, checker->unit, "the unit cannot be saved: %.200s",
                      (const char *)data);
    }
}

static void on_doctype(void *context, const xmlChar *name, const xmlChar *external,
                       const xmlChar *system)
{
    cq_checker *checker = context;

    (void)name, (void)external, (void)system;
    /* So that libxml2 leaves it to us to say what an entity is. */
    checker->parser->hasExternalSubset = 1;
}

/* An entity of the file's own is shown to libxml2 as one that it neither expands nor
 * loads (reference.c); mending has left none that is not declared. */
static xmlEntityPtr on_get_entity(void *context, const xmlChar *name)
{
    static struct _xmlNode nothing = {.type = XML_TEXT_NODE};
    static xmlChar has_orig[] = "";
    cq_checker *checker = context;
    xmlEntityPtr predefined = xmlGetPredefinedEntity(name);
    bool in_value = checker->parser->instate == XML_PARSER_ATTRIBUTE_VALUE;

    if (predefined)
        return predefined;
    if (!checker->is_entity_told)
        cq_check_find(
            checker, 90, here(checker),
            "&%.60s; is an entity of the file's own, which is never expanded: its "
            "text is lost to most tools",
            (const char *)name);
    checker->is_entity_told = true;
    checker->shown = (xmlEntity){.type = XML_ENTITY_DECL,
                                 .etype = in_value ? XML_INTERNAL_GENERAL_ENTITY
                                                   : XML_EXTERNAL_GENERAL_PARSED_ENTITY,
                                 .name = name,
                                 .orig = has_orig,
                                 .checked = 2}; /* "parsed already" */
    if (!in_value)
        checker->shown.children = checker->shown.last = &nothing;
    return &checker->shown;
}

static void on_reference(void *context, const xmlChar *name)
{
    static const xmlChar open[] = "&", close[] = ";";

    on_text(context, open, 1);
    on_text(context, name, (int)strlen((const char *)name));
    on_text(context, close, 1);
}

static void on_error(void *context, xmlErrorPtr error)
{
    cq_checker *checker = context;
    size_t len = strcspn(error->message, "\n");

    if ((error->level < XML_ERR_FATAL && error->code != XML_NS_ERR_QNAME) ||
        cq_check_is_ignored(checker))
        return;
    if (error->code == XML_ERR_NO_MEMORY) {
        cq_check_no_memory(checker);
        return;
    }
    if (!checker->has_root)
        cq_check_find(checker, 60, here(checker),
                      "the file has no <tmx>: it is no TMX file");
    else
        cq_check_find(checker, 68, here(checker), "this is no well-formed XML: %.*s",
                      (int)(len < 200 ? len : 200), error->message);
    checker->is_over = true;
}

xmlSAXHandler *cq_check_handler(void)
{
    static xmlSAXHandler sax = {
        /* libxml2 copies it, but asks for it without const */
        .initialized = XML_SAX2_MAGIC,
        .startElementNs = on_start,
        .endElementNs = on_end,
        .characters = on_text,
        .ignorableWhitespace = on_text,
        .cdataBlock = on_text,
        .processingInstruction = on_instruction,
        .internalSubset = on_doctype,
        .getEntity = on_get_entity,
        .reference = on_reference,
        .serror = on_error,
    };

    return &sax;
}
