#include "escape.h"
#include "grammar.h"
#include "markup.h"
#include "reader.h"
#include "shape.h"

#include <string.h>

/* What becomes of an element while its content is walked. */
typedef enum element_fate {
    KEPT,
    UNTAGGED, /* its content stays */
    LITERAL,  /* its tags become text: within native code */
    GONE,     /* with all that is in it */
} element_fate;

typedef struct walk {
    cq_shaper *shaper;
    cq_buf *out;
    cq_str parent; /* of the whole */
    struct {
        cq_str name;
        element_fate fate;
        size_t inside; /* length of the output just after its start tag */
    } open[CQ_TMX_DEPTH_MAX];
    size_t depth;
} walk;

static cq_str parent_of(const walk *w)
{
    for (size_t i = w->depth; i > 0; i--)
        if (w->open[i - 1].fate == KEPT)
            return w->open[i - 1].name;
    return w->parent;
}

/* Elements whose text is native code, and elements that hold elements only. */
static bool is_native(cq_str name)
{
    return cq_grammar_has(CQ_STR("bpt ept it ph ut"), ' ', name);
}

static bool is_frame(const cq_shaper *a, cq_str name)
{
    const cq_grammar_element *rule = cq_grammar_find(name, a->grammar);

    return rule && !rule->has_text;
}

static void put_value(cq_shaper *a, cq_buf *out, cq_str name, cq_str value)
{
    cq_buf_add_byte(out, ' ');
    cq_buf_add_str(out, name);
    cq_buf_add_z(out, "=\"");
    if (a->shifts_x && cq_str_equal(name, CQ_STR("x")) && value.len < 10)
        cq_buf_add_format(out, "%d", atoi(value.ptr) + 1); /* ends with a quote */
    else
        cq_markup_plain(out, value);
    cq_buf_add_byte(out, '"');
}

static void put_attrs(cq_shaper *a, cq_buf *out, cq_str element, cq_str attrs)
{
    const cq_grammar_element *rule = cq_grammar_find(element, a->grammar);
    cq_grammar_attribute found;
    cq_str name, value;

    while (cq_markup_attr(&attrs, &name, &value))
        if (cq_grammar_attribute_of(rule, name, &found) &&
            cq_grammar_allows(&found, value))
            put_value(a, out, name, value);
}

/* Whether every attribute is there that the element cannot be without. */
static bool has_required(const cq_shaper *a, cq_str element, cq_str attrs)
{
    const cq_grammar_element *rule = cq_grammar_find(element, a->grammar);
    cq_grammar_attribute wanted;

    for (size_t at = 0; rule && cq_grammar_next(rule, &at, &wanted);) {
        cq_str rest = attrs, name, value;
        bool has = !wanted.is_required;

        while (!has && cq_markup_attr(&rest, &name, &value))
            has = cq_str_equal(name, wanted.name) && cq_grammar_allows(&wanted, value);
        if (!has)
            return false;
    }
    return true;
}

/* What becomes of an element; those that the frames are made of are never repeated. */
static element_fate fate_of(const walk *w, const cq_mark *mark)
{
    cq_str parent = parent_of(w);

    if (w->depth && w->open[w->depth - 1].fate == GONE)
        return GONE;
    if (cq_grammar_holds(w->shaper->grammar, parent, mark->name) &&
        !cq_grammar_has(CQ_STR("header body tu tuv seg"), ' ', mark->name) &&
        has_required(w->shaper, mark->name, mark->attrs) && w->depth < CQ_TMX_DEPTH_MAX)
        return KEPT;
    return is_frame(w->shaper, parent) ? GONE : is_native(parent) ? LITERAL : UNTAGGED;
}

static void start_element(walk *w, const cq_mark *mark)
{
    element_fate fate = fate_of(w, mark);

    if (fate == KEPT) {
        cq_buf_add_byte(w->out, '<');
        cq_buf_add_str(w->out, mark->name);
        put_attrs(w->shaper, w->out, mark->name, mark->attrs);
        cq_buf_add_z(w->out, mark->kind == CQ_MARK_EMPTY ? "/>" : ">");
    } else if (fate == LITERAL) {
        cq_xml_text(w->out, mark->raw);
    }
    if (mark->kind == CQ_MARK_EMPTY)
        return;
    if (w->depth < CQ_TMX_DEPTH_MAX) {
        w->open[w->depth].name = mark->name;
        w->open[w->depth].fate = fate;
        w->open[w->depth].inside = w->out->len;
    }
    w->depth++;
}

/* End an element as this module writes it: <ph/> when there is nothing inside. */
static void put_end(cq_buf *out, cq_str name, size_t inside)
{
    if (out->len == inside && inside > 0) {
        cq_buf_cut(out, out->len - 1);
        cq_buf_add_z(out, "/>");
        return;
    }
    cq_buf_add_z(out, "</");
    cq_buf_add_str(out, name);
    cq_buf_add_byte(out, '>');
}

static void end_element(walk *w, const cq_mark *mark)
{
    element_fate fate = UNTAGGED;

    if (w->depth == 0)
        return;
    if (--w->depth < CQ_TMX_DEPTH_MAX)
        fate = w->open[w->depth].fate;
    if (fate == LITERAL)
        cq_xml_text(w->out, mark->raw);
    if (fate == KEPT)
        put_end(w->out, mark->name, w->open[w->depth].inside);
}

static void other(walk *w, const cq_mark *mark)
{
    bool is_gone =
        w->depth && w->depth <= CQ_TMX_DEPTH_MAX && w->open[w->depth - 1].fate == GONE;

    if (is_gone || (mark->kind != CQ_MARK_REMARK && is_frame(w->shaper, parent_of(w))))
        return;
    if (mark->kind == CQ_MARK_REFERENCE)
        cq_markup_plain(w->out, mark->raw);
    else
        cq_buf_add_str(w->out, mark->raw);
}

void cq_shape_markup(cq_shaper *a, cq_str parent, cq_str markup, cq_buf *out)
{
    walk w = {.shaper = a, .out = out, .parent = parent};
    cq_mark mark;

    for (size_t at = 0; cq_markup_next(markup, &at, &mark);) {
        if (mark.kind == CQ_MARK_START || mark.kind == CQ_MARK_EMPTY)
            start_element(&w, &mark);
        else if (mark.kind == CQ_MARK_END)
            end_element(&w, &mark);
        else
            other(&w, &mark);
    }
}

/* ---- the codes of a segment -----------------------------------------------------------
 */

/* The first tag of a code; false when it has none. */
static bool first_tag(const cq_code *code, cq_mark *mark)
{
    size_t at = 0;

    return cq_markup_next(code->markup, &at, mark) &&
           (mark->kind == CQ_MARK_START || mark->kind == CQ_MARK_EMPTY ||
            mark->kind == CQ_MARK_END);
}

/* Which of the opening and closing codes have their other half, by `i` ("bpt", TMX 1.4b;
 * an ept that comes first closes nothing). One bool a code. */
static bool *find_pairs(cq_shaper *a, const cq_variant *given)
{
    bool *paired = cq_arena_alloc(&a->unit.arena, given->codes_len + 1);
    cq_map open = {0};

    if (!paired)
        return NULL;
    memset(paired, 0, given->codes_len + 1);
    for (size_t i = 0; i < given->codes_len && paired; i++) {
        const cq_code *code = &given->codes[i];
        bool is_open = code->kind == CQ_CODE_OPEN;
        cq_mark mark;
        uint64_t *at;

        if ((!is_open && code->kind != CQ_CODE_CLOSE) || !first_tag(code, &mark))
            continue;
        at = cq_map_add(&open, cq_markup_find(mark.attrs, "i"), NULL);
        if (!at) {
            paired = NULL;
        } else if (is_open) {
            *at = i + 1;
        } else if (*at) {
            paired[i] = paired[*at - 1] = true;
            *at = 0;
        }
    }
    cq_map_release(&open);
    return paired;
}

/* A native code under another name: what was its content stays. */
static void rename_code(cq_shaper *a, const cq_code *code, const cq_mark *tag,
                        const char *name, const char *extra)
{
    cq_buf *out = &a->markup;
    cq_str element = cq_str_from(name), inside = {0};
    size_t start;

    cq_buf_add_format(out, "<%s%s", name, extra);
    put_attrs(a, out, element, tag->attrs);
    if (tag->kind == CQ_MARK_START && code->markup.len > tag->raw.len) {
        inside = cq_str_slice(code->markup, tag->raw.len, code->markup.len);
        while (inside.len && inside.ptr[inside.len - 1] != '<')
            inside.len--; /* the end tag */
        inside.len -= inside.len > 0;
    }
    cq_buf_add_byte(out, '>');
    start = out->len;
    cq_shape_markup(a, element, inside, out);
    put_end(out, element, start);
}

/* An element of others with nothing in it keeps its place: as native code of a ph. */
static void wrap_code(cq_shaper *a, const cq_code *code)
{
    cq_buf_add_z(&a->markup, "<ph>");
    cq_xml_text(&a->markup, code->markup);
    cq_buf_add_z(&a->markup, "</ph>");
}

/* Make another code of one that may not stand as it is; false when it may. */
static bool change_code(cq_shaper *a, const cq_code *code, const cq_mark *tag,
                        bool is_paired)
{
    if (code->kind == CQ_CODE_OPEN && !is_paired)
        rename_code(a, code, tag, "it", " pos=\"begin\"");
    else if (code->kind == CQ_CODE_CLOSE && !is_paired)
        rename_code(a, code, tag, "it", " pos=\"end\"");
    else if (code->kind == CQ_CODE_ISOLATED && !has_required(a, tag->name, tag->attrs))
        rename_code(a, code, tag, "ph", "");
    else if (!cq_grammar_holds(a->grammar, CQ_STR("seg"), tag->name))
        wrap_code(a, code);
    else
        return false;
    return true;
}

static void fit_native(cq_shaper *a, const cq_code *code, bool is_paired)
{
    cq_mark tag;

    if (!first_tag(code, &tag) || !change_code(a, code, &tag, is_paired))
        cq_shape_markup(a, CQ_STR("seg"), code->markup, &a->markup);
}

/* The tags of an element with text, one code each, are kept or dropped together. */
typedef struct text_elements {
    cq_str names[CQ_TMX_DEPTH_MAX]; /* empty: dropped */
    size_t depth;
} text_elements;

static void open_text(cq_shaper *a, text_elements *open, const cq_mark *tag)
{
    cq_str parent = CQ_STR("seg"), name = {0};

    for (size_t i = open->depth < CQ_TMX_DEPTH_MAX ? open->depth : 0; i > 0; i--)
        if (open->names[i - 1].len) {
            parent = open->names[i - 1];
            break;
        }
    if (cq_grammar_holds(a->grammar, parent, tag->name) &&
        open->depth < CQ_TMX_DEPTH_MAX) {
        name = tag->name;
        cq_buf_add_byte(&a->markup, '<');
        cq_buf_add_str(&a->markup, name);
        put_attrs(a, &a->markup, name, tag->attrs);
        cq_buf_add_byte(&a->markup, '>');
    }
    if (open->depth < CQ_TMX_DEPTH_MAX)
        open->names[open->depth] = name;
    open->depth++;
}

static void close_text(cq_shaper *a, text_elements *open)
{
    if (open->depth == 0 || --open->depth >= CQ_TMX_DEPTH_MAX ||
        open->names[open->depth].len == 0)
        return;
    cq_buf_add_z(&a->markup, "</");
    cq_buf_add_str(&a->markup, open->names[open->depth]);
    cq_buf_add_byte(&a->markup, '>');
}

static void fit_code(cq_shaper *a, const cq_code *code, text_elements *open,
                     bool is_paired)
{
    cq_mark tag;
    bool is_reference =
        code->kind == CQ_CODE_MARKUP && cq_str_starts(code->markup, CQ_STR("&"));

    if (is_reference && (a->version || a->form.level == 1))
        cq_markup_plain(&a->markup, code->markup);
    else if (a->form.level == 1)
        return;
    else if (code->kind == CQ_CODE_TEXT_OPEN && first_tag(code, &tag))
        open_text(a, open, &tag);
    else if (code->kind == CQ_CODE_TEXT_CLOSE)
        close_text(a, open);
    else
        fit_native(a, code, is_paired);
}

void cq_shape_codes(cq_shaper *a, const cq_variant *given, cq_variant *variant)
{
    text_elements open;
    bool *paired = a->version ? find_pairs(a, given) : NULL;

    open.depth = 0;
    if (a->version && !paired)
        a->is_short = true;
    for (size_t i = 0; i < given->codes_len && !a->is_short; i++) {
        const cq_code *code = &given->codes[i];
        cq_code *copy;

        cq_buf_reset(&a->markup);
        fit_code(a, code, &open, paired && paired[i]);
        if (a->markup.failed != CQ_OK)
            a->is_short = true;
        if (!cq_str_equal(cq_buf_str(&a->markup), code->markup))
            cq_shape_tell(a, CQ_PART_CODE, cq_markup_name(code->markup), code->markup,
                          cq_buf_str(&a->markup));
        if (a->markup.len == 0)
            continue;
        copy = cq_variant_add_code(&a->unit, variant, code->kind, code->at,
                                   cq_buf_str(&a->markup));
        if (!copy)
            a->is_short = true;
    }
}
