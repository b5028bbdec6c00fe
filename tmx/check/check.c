/* check.c -- a file as a stream of events, each judged as it comes.
 *
 * What is no well-formed XML is mended on the way and told as an error, so that one stray
 * byte does not hide what else is wrong with the file; docs/tmx.md, "Repair", says how.
 */
#include "parts.h"

#include "tmx/parts.h"

#include <stdlib.h>
#include <string.h>

#define PIECE_MAX   ((size_t)8 * 1024)
#define TEXT_MAX    ((size_t)16 * 1024 * 1024)
#define WAITING_MAX ((size_t)1000)

/* ---- findings -------------------------------------------------------------------------
 */

/* From 200 on; docs/errors.md. What has a smaller number stops an import: an error. */
static cq_severity severity_of(int number)
{
    static const struct {
        short first, last;
        cq_severity severity;
    } ranges[] = {
        {90, 90, CQ_SEVERITY_WARNING},   {200, 207, CQ_SEVERITY_ERROR},
        {208, 208, CQ_SEVERITY_WARNING}, {209, 210, CQ_SEVERITY_NOTE},
        {220, 224, CQ_SEVERITY_ERROR},   {225, 227, CQ_SEVERITY_WARNING},
        {228, 228, CQ_SEVERITY_NOTE},    {230, 230, CQ_SEVERITY_ERROR},
        {231, 231, CQ_SEVERITY_NOTE},    {232, 233, CQ_SEVERITY_WARNING},
        {234, 234, CQ_SEVERITY_NOTE},    {235, 235, CQ_SEVERITY_WARNING},
        {236, 236, CQ_SEVERITY_NOTE},    {237, 238, CQ_SEVERITY_WARNING},
        {239, 240, CQ_SEVERITY_NOTE},    {250, 256, CQ_SEVERITY_WARNING},
        {257, 258, CQ_SEVERITY_NOTE},
    };

    for (size_t i = 0; i < ARRAY_LEN(ranges); i++)
        if (number >= ranges[i].first && number <= ranges[i].last)
            return ranges[i].severity;
    return CQ_SEVERITY_ERROR;
}

static void tell(cq_checker *checker, const cq_error *what)
{
    cq_finding finding = {severity_of(what->number), what};
    cq_check_report *report = &checker->report;

    *(finding.severity == CQ_SEVERITY_ERROR     ? &report->errors
      : finding.severity == CQ_SEVERITY_WARNING ? &report->warnings
                                                : &report->notes) += 1;
    if (checker->opts.finding)
        checker->opts.finding(checker->opts.context, &finding);
}

/* Tell what waits and stands before a place. */
static void tell_waiting(cq_checker *checker, uint64_t line, uint64_t column)
{
    size_t at = 0;

    for (; at < checker->waiting_len; at++) {
        const cq_error *what = &checker->waiting[at];

        if (what->line > line || (what->line == line && what->column > column))
            break;
        tell(checker, what);
    }
    checker->waiting_len -= at;
    if (at)
        memmove(checker->waiting, checker->waiting + at,
                checker->waiting_len * sizeof(*checker->waiting));
}

void cq_check_find(cq_checker *checker, int number, cq_check_place place,
                   const char *format, ...)
{
    char message[CQ_ERROR_TEXT_MAX];
    cq_error what = {0};
    va_list args;

    tell_waiting(checker, place.line, place.column);
    va_start(args, format);
    vsnprintf(message, sizeof(message), format, args);
    va_end(args);
    cq_fail_number(&what, CQ_E_INPUT, number, "%s", message);
    cq_fail_at(&what, checker->path, place.line, place.column);
    tell(checker, &what);
}

void cq_check_no_memory(cq_checker *checker) { checker->status = CQ_E_NOMEM; }

/* What import would refuse, or mend with --repair. Mending runs ahead of the parser, so
 * it waits until the parser has come as far. */
static void on_broken(void *context, const cq_error *what, const char *done)
{
    cq_checker *checker = context;
    cq_error *waiting;

    if (checker->is_over)
        return;
    if (checker->waiting_len == WAITING_MAX)
        tell_waiting(checker, UINT64_MAX, 0);
    if (!cq_grow(&checker->waiting, &checker->waiting_capacity, checker->waiting_len + 1,
                 sizeof(*waiting))) {
        cq_check_no_memory(checker);
        return;
    }
    waiting = &checker->waiting[checker->waiting_len++];
    *waiting = (cq_error){.line = what->line, .column = what->column};
    cq_fail_number(waiting, CQ_E_INPUT, what->number, "%.400s (--repair: %s)",
                   what->message, done);
    cq_fail_at(waiting, checker->path, 0, 0);
    checker->is_over = what->number == 60;
}

/* ---- events ---------------------------------------------------------------------------
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

static bool is_ignored(const cq_checker *checker)
{
    return checker->is_over || checker->status != CQ_OK;
}

static cq_str keep(cq_checker *checker, cq_str s)
{
    cq_str copy = cq_arena_copy(&checker->arena, s);

    if (!copy.ptr)
        cq_check_no_memory(checker);
    return copy;
}

/* The value as it is meant: libxml2 leaves "&#38;" for '&' as long as nothing is
 * expanded.
 */
static cq_str plain_value(cq_checker *checker, const xmlChar **at)
{
    cq_str value = {(const char *)at[3], (size_t)(at[4] - at[3])};
    cq_buf *out = &checker->value;
    size_t from = 0;

    if (!value.len || !memchr(value.ptr, '&', value.len))
        return keep(checker, value);
    cq_buf_reset(out);
    for (size_t i = 0; i + 5 <= value.len; i++)
        if (memcmp(value.ptr + i, "&#38;", 5) == 0) {
            cq_buf_add(out, value.ptr + from, i + 1 - from);
            from = i + 5;
        }
    cq_buf_add(out, value.ptr + from, value.len - from);
    return keep(checker, cq_buf_str(out));
}

/* A name with its prefix, in the arena. */
static cq_str full_name(cq_checker *checker, const xmlChar *prefix, const xmlChar *name)
{
    cq_buf_reset(&checker->name);
    if (prefix) {
        cq_buf_add_z(&checker->name, (const char *)prefix);
        cq_buf_add_byte(&checker->name, ':');
    }
    cq_buf_add_z(&checker->name, (const char *)name);
    return keep(checker, cq_buf_str(&checker->name));
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
        list[(*len)++].value = plain_value(checker, at);
    }
    if (checker->status != CQ_OK)
        *len = 0;
    return list;
}

static cq_str find(const cq_check_attribute *attributes, size_t len, const char *name)
{
    for (size_t i = 0; i < len; i++)
        if (cq_str_equal(attributes[i].name, cq_str_from(name)))
            return attributes[i].value;
    return (cq_str){0};
}

/* ---- units ----------------------------------------------------------------------------
 */

static void begin_unit(cq_checker *checker, const cq_check_attribute *attributes,
                       size_t len, cq_check_place place)
{
    cq_str srclang = find(attributes, len, "srclang");

    checker->report.units++;
    checker->in_unit = true;
    checker->unit_depth = checker->depth;
    checker->is_unit_cut = false;
    checker->unit = place;
    checker->unit_tuid = find(attributes, len, "tuid");
    checker->unit_srclang = srclang.ptr ? srclang : cq_buf_str(&checker->srclang);
    checker->variants_len = 0;
}

static void begin_variant(cq_checker *checker, const cq_check_attribute *attributes,
                          size_t len, cq_check_place place)
{
    size_t had = checker->variants_capacity;
    cq_check_variant *variant;
    cq_str lang = find(attributes, len, "xml:lang"), old = find(attributes, len, "lang");

    checker->report.variants++;
    if (!cq_grow(&checker->variants, &checker->variants_capacity,
                 checker->variants_len + 1, sizeof(*checker->variants))) {
        cq_check_no_memory(checker);
        return;
    }
    for (size_t i = had; i < checker->variants_capacity; i++)
        checker->variants[i] = (cq_check_variant){0};
    checker->in_variant = true;
    variant = &checker->variants[checker->variants_len++];
    *variant = (cq_check_variant){.place = place,
                                  .lang = lang.ptr ? lang : old,
                                  .codes = variant->codes,
                                  .codes_capacity = variant->codes_capacity};
    if (lang.ptr && old.ptr && !cq_str_equal(lang, old))
        cq_check_find(checker, 232, place,
                      "xml:lang says \"%.*s\" and lang says \"%.*s\"", CQ_SHOWN(lang),
                      CQ_SHOWN(old));
}

static cq_check_variant *open_variant(cq_checker *checker)
{
    return &checker->variants[checker->variants_len - 1];
}

static void add_code(cq_checker *checker, const cq_check_element *element,
                     const cq_check_attribute *attributes, size_t len)
{
    cq_check_variant *variant = open_variant(checker);

    if (!cq_grow(&variant->codes, &variant->codes_capacity, variant->codes_len + 1,
                 sizeof(*variant->codes))) {
        cq_check_no_memory(checker);
        return;
    }
    variant->codes[variant->codes_len++] =
        (cq_check_code){.name = element->name,
                        .pair = find(attributes, len, "i"),
                        .link = find(attributes, len, "x"),
                        .place = element->place};
}

/* Whether an element of that name is a code, and whether its text is code too. */
static bool is_code(const char *name, bool *is_native)
{
    static const char *const names[] = {"hi", "bpt", "ept", "it", "ph", "ut"};

    for (size_t i = 0; i < ARRAY_LEN(names); i++)
        if (strcmp(name, names[i]) == 0) {
            *is_native = i > 0;
            return true;
        }
    return false;
}

/* What the element begins for us, by where it stands. */
static void enter(cq_checker *checker, const cq_check_element *element,
                  const cq_check_attribute *attributes, size_t len)
{
    const char *outer = checker->depth > 1 ? checker->open[checker->depth - 2].name : "";
    bool is_native = false;

    if (strcmp(element->name, "header") == 0 && strcmp(outer, "tmx") == 0) {
        cq_buf_reset(&checker->srclang);
        cq_buf_add_str(&checker->srclang, find(attributes, len, "srclang"));
    } else if (strcmp(element->name, "tu") == 0 && strcmp(outer, "body") == 0 &&
               !checker->in_unit) {
        begin_unit(checker, attributes, len, element->place);
    } else if (strcmp(element->name, "tuv") == 0 && checker->in_unit &&
               checker->depth == checker->unit_depth + 1) {
        begin_variant(checker, attributes, len, element->place);
    } else if (strcmp(element->name, "seg") == 0 && checker->in_variant &&
               checker->depth == checker->unit_depth + 2) {
        checker->in_segment = open_variant(checker)->text.ptr == NULL;
        cq_buf_reset(&checker->text);
    } else if (checker->in_segment && is_code(element->name, &is_native)) {
        add_code(checker, element, attributes, len);
        if (is_native && checker->code_depth == 0)
            checker->code_depth = checker->depth;
    }
}

static void leave(cq_checker *checker)
{
    size_t depth = checker->depth;

    if (checker->code_depth == depth)
        checker->code_depth = 0;
    if (checker->in_segment && depth == checker->unit_depth + 2) {
        checker->in_segment = false;
        open_variant(checker)->text = keep(checker, cq_buf_str(&checker->text));
        cq_check_codes(checker, open_variant(checker));
    } else if (checker->in_variant && depth == checker->unit_depth + 1) {
        checker->in_variant = false;
    } else if (checker->in_unit && depth == checker->unit_depth) {
        if (!checker->is_unit_cut)
            cq_check_unit(checker);
        checker->in_unit = false;
        cq_arena_reset(&checker->arena);
    }
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
        cq_check_version(checker, find(list, len, "version"), place);
    rule = cq_check_child(checker, name, is_ours, place);
    element = &checker->open[checker->depth++];
    *element =
        (cq_check_element){.name = (const char *)el->name, .rule = rule, .place = place};
    if (rule) {
        cq_check_attributes(checker, element, list, len);
        enter(checker, element, list, len);
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

    if (is_ignored(checker))
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
    if (!is_ignored(checker))
        begin_element(checker, &el, place);
}

static void on_end(void *context, const xmlChar *name, const xmlChar *prefix,
                   const xmlChar *uri)
{
    cq_checker *checker = context;

    (void)name, (void)prefix, (void)uri;
    if (is_ignored(checker) || checker->depth == 0)
        return;
    if (!checker->in_unit || !checker->is_unit_cut)
        cq_check_whole(checker);
    leave(checker);
    checker->depth--;
}

static void on_text(void *context, const xmlChar *chars, int len)
{
    cq_checker *checker = context;
    cq_str s = {(const char *)chars, (size_t)len};

    if (is_ignored(checker))
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

    if (!is_ignored(checker) && strcmp((const char *)target, CQ_MEND_REJECT) == 0) {
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
        is_ignored(checker))
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

static xmlSAXHandler *handler(void)
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

/* ---- the stream -----------------------------------------------------------------------
 */

static cq_status start(cq_checker *checker, cq_error *err)
{
    cq_str begin = {0};
    cq_status status =
        cq_bytes_open(checker->path, on_broken, checker, &checker->bytes, err);

    if (status == CQ_OK)
        status = cq_bytes_peek(checker->bytes, &begin, err);
    if (status == CQ_OK)
        status = cq_mend_open(CQ_MEND_TO_JUDGE, on_broken, checker, &checker->mend, err);
    if (status == CQ_OK)
        status = cq_suspect_open(&checker->suspect, err);
    if (status != CQ_OK)
        return status;
    checker->text.max = TEXT_MAX;
    if (begin.len == 0 || !memchr(begin.ptr, '<', begin.len)) {
        cq_check_find(checker, cq_str_trim(begin).len ? 57 : 56, (cq_check_place){1, 1},
                      cq_str_trim(begin).len ? "this is no TMX file"
                                             : "the file is empty");
        checker->is_over = true;
    }
    checker->parser = xmlCreatePushParserCtxt(handler(), checker, NULL, 0, NULL);
    if (!checker->parser)
        return cq_fail(err, CQ_E_NOMEM, "no memory to read a file");
    xmlCtxtUseOptions(checker->parser, XML_PARSE_NONET | XML_PARSE_IGNORE_ENC);
    return CQ_OK;
}

static void parse(cq_checker *checker, cq_str piece, bool is_last)
{
    for (size_t at = 0; at < piece.len && !is_ignored(checker); at += PIECE_MAX) {
        size_t len = piece.len - at < PIECE_MAX ? piece.len - at : PIECE_MAX;

        xmlParseChunk(checker->parser, piece.ptr + at, (int)len, 0);
    }
    if (is_last && !is_ignored(checker))
        xmlParseChunk(checker->parser, "", 0, 1);
}

static cq_status tick(const cq_checker *checker)
{
    const cq_progress *progress = &checker->opts.progress;
    uint64_t done, total;

    if (!progress->tick)
        return CQ_OK;
    cq_bytes_at(checker->bytes, &done, &total);
    return progress->tick(progress->context, done, total);
}

static cq_status run(cq_checker *checker, cq_error *err)
{
    bool is_last = false;

    while (!is_last && !is_ignored(checker)) {
        cq_str piece = {0};
        cq_status status = cq_bytes_read(checker->bytes, &piece, err);

        if (status < 0)
            return status;
        is_last = status == CQ_DONE;
        cq_buf_reset(&checker->mended);
        status = cq_mend_run(checker->mend, piece, is_last, &checker->mended, err);
        if (status != CQ_OK)
            return status;
        parse(checker, cq_buf_str(&checker->mended), is_last);
        tell_waiting(checker, UINT64_MAX, 0);
        if (tick(checker) < 0)
            return cq_fail(err, CQ_E_STOP, "stopped");
    }
    if (checker->status != CQ_OK)
        return cq_fail(err, checker->status, "no memory to judge a file");
    return CQ_OK;
}

static void release(cq_checker *checker)
{
    if (checker->parser) {
        xmlFreeDoc(checker->parser->myDoc);
        xmlFreeParserCtxt(checker->parser);
    }
    cq_mend_close(checker->mend);
    cq_bytes_close(checker->bytes);
    cq_suspect_close(checker->suspect);
    for (size_t i = 0; i < checker->variants_capacity; i++)
        cq_free(checker->variants[i].codes);
    cq_free(checker->variants);
    cq_free(checker->waiting);
    cq_free(checker->parsed_languages);
    cq_buf_release(&checker->mended);
    cq_buf_release(&checker->name);
    cq_buf_release(&checker->value);
    cq_buf_release(&checker->srclang);
    cq_buf_release(&checker->text);
    cq_arena_release(&checker->arena);
    cq_intmap_release(&checker->seen);
    cq_intmap_release(&checker->tuids);
    cq_map_release(&checker->languages);
    cq_free(checker);
}

cq_status cq_tmx_check(const char *path, const cq_check_options *opts,
                       cq_check_report *report, cq_error *err)
{
    cq_checker *checker = cq_zalloc(sizeof(*checker));
    cq_status status;

    if (!checker)
        return cq_fail(err, CQ_E_NOMEM, "no memory to judge a file");
    checker->path = path;
    checker->version = CQ_TMX_1_4;
    if (opts)
        checker->opts = *opts;
    status = start(checker, err);
    if (status == CQ_OK)
        status = run(checker, err);
    if (status == CQ_OK)
        *report = checker->report;
    cq_fail_at(err, path, 0, 0);
    release(checker);
    return status;
}
