#include "shape.h"

#include <string.h>

/* What tools ask for beyond a valid file (docs/tmx.md, "For other tools"). */
static const struct needs {
    bool exact_tags; /* languages are compared letter by letter: one variant a language
                        asked for, with the tag asked for */
    bool known_tags; /* one language that is none refuses the file */
    bool x_from_one;
    bool english_source;
} needs[] = {
    [CQ_TOOL_OMEGAT] = {.x_from_one = true},
    [CQ_TOOL_TRADOS] = {.exact_tags = true},
    [CQ_TOOL_MEMOQ] = {0},
    [CQ_TOOL_OKAPI] = {.exact_tags = true},
    [CQ_TOOL_LOKALIZE] = {.exact_tags = true, .english_source = true},
    [CQ_TOOL_WEBLATE] = {.exact_tags = true, .known_tags = true},
};

bool cq_tmx_takes_tags_as_asked(cq_tool tool) { return needs[tool].exact_tags; }

cq_status cq_shape_begin_tool(cq_shaper *a, cq_error *err)
{
    cq_tmx_form *form = &a->form;

    a->has_source =
        form->source.len && cq_lang_parse(form->source, &a->source, NULL) == CQ_OK;
    a->has_target =
        form->target.len && cq_lang_parse(form->target, &a->target, NULL) == CQ_OK;
    if (!needs[form->tool].english_source)
        return CQ_OK;
    if (!a->has_source || strcmp(a->source.language, "en") != 0)
        return cq_fail_number(
            err, CQ_E_ARG, 82,
            "Lokalize reads memories from English only, not from \"%.*s\"",
            (int)(form->source.len < 100 ? form->source.len : 100),
            form->source.ptr ? form->source.ptr : "");
    form->source = CQ_STR("en");
    return CQ_OK;
}

/* ---- tags -----------------------------------------------------------------------------
 */

/* xs:language (XML Schema 2, 3.3.3), by which OmegaT holds xml:lang. */
static bool is_xml_language(cq_str tag)
{
    size_t part = 0;
    bool is_first = true;

    for (size_t i = 0; i < tag.len; i++) {
        char c = tag.ptr[i];
        bool is_letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');

        if (c == '-' && part > 0) {
            part = 0;
            is_first = false;
        } else if ((!is_letter && (is_first || c < '0' || c > '9')) || ++part > 8) {
            return false;
        }
    }
    return part > 0;
}

typedef enum variant_role { ROLE_OTHER, ROLE_SOURCE, ROLE_TARGET, ROLES } variant_role;

static uint64_t find_role(const cq_shaper *a, cq_str tag)
{
    cq_lang lang;
    uint64_t rank;

    if (a->form.source.len && cq_str_equal(tag, a->form.source))
        return 4 * ROLES + ROLE_SOURCE;
    if (a->form.target.len && cq_str_equal(tag, a->form.target))
        return 4 * ROLES + ROLE_TARGET;
    if (cq_lang_parse(tag, &lang, NULL) != CQ_OK)
        return ROLE_OTHER;
    rank = a->has_source ? (uint64_t)cq_lang_match(&a->source, &lang) : 0;
    if (rank > 0)
        return rank * ROLES + ROLE_SOURCE;
    rank = a->has_target ? (uint64_t)cq_lang_match(&a->target, &lang) : 0;
    return rank > 0 ? rank * ROLES + ROLE_TARGET : ROLE_OTHER;
}

/* What a variant is to the file, and how well it answers the tag asked for (1 to 4). */
static variant_role role_of(cq_shaper *a, cq_str tag, int *rank)
{
    bool is_new = false;
    uint64_t *known = cq_map_add(&a->roles, tag, &is_new);

    *rank = 0;
    if (!known) {
        a->is_short = true;
        return ROLE_OTHER;
    }
    if (is_new)
        *known = find_role(a, tag);
    *rank = (int)(*known / ROLES);
    return (variant_role)(*known % ROLES);
}

cq_str cq_shape_tag(cq_shaper *a, cq_str lang)
{
    cq_lang known;
    int rank;
    variant_role role = role_of(a, lang, &rank);

    if (needs[a->form.tool].exact_tags && role == ROLE_SOURCE)
        return a->form.source;
    if (needs[a->form.tool].exact_tags && role == ROLE_TARGET)
        return a->form.target;
    cq_buf_reset(&a->value);
    cq_buf_add_str(&a->value, lang);
    for (size_t i = 0; i < a->value.len; i++)
        if (a->value.ptr[i] == '_')
            a->value.ptr[i] = '-';
    if (a->value.failed != CQ_OK)
        a->is_short = true;
    lang = cq_buf_str(&a->value);
    if (!is_xml_language(lang) ||
        (needs[a->form.tool].known_tags && cq_lang_parse(lang, &known, NULL) != CQ_OK))
        return (cq_str){0};
    return lang;
}

/* ---- which variants -------------------------------------------------------------------
 */

static void tell_lost(cq_shaper *a, const cq_unit *given, size_t number)
{
    const cq_variant *variant = &given->variants[number];

    a->loss.variant = number + 1;
    a->loss.lang = variant->lang;
    cq_buf_reset(&a->markup);
    cq_shape_put_variant(&a->markup, variant);
    cq_shape_tell(a, CQ_PART_VARIANT, CQ_STR("tuv"), cq_str_trim(cq_buf_str(&a->markup)),
                  (cq_str){0});
    a->loss.variant = 0;
    a->loss.lang = (cq_str){0};
}

static bool has_segment(const cq_variant *variant)
{
    for (size_t i = 0; i < variant->items_len; i++)
        if (variant->items[i].kind == CQ_ITEM_SEGMENT)
            return true;
    return false;
}

/* The variants that play source and target best; the first of equals. */
static void find_best(cq_shaper *a, const cq_unit *given, const bool *wanted,
                      size_t best[ROLES])
{
    int ranks[ROLES] = {0}, rank;

    for (size_t i = 0; i < given->variants_len; i++) {
        variant_role role = role_of(a, given->variants[i].lang, &rank);

        if ((wanted && !wanted[i]) || !has_segment(&given->variants[i]) ||
            rank <= ranks[role])
            continue;
        best[role] = i;
        ranks[role] = rank;
    }
}

static bool is_lost(cq_shaper *a, const cq_variant *variant, size_t number,
                    const size_t best[ROLES])
{
    int rank;
    variant_role role = role_of(a, variant->lang, &rank);

    if (a->version && !has_segment(variant))
        return true;
    if (!a->form.tool)
        return false;
    if (needs[a->form.tool].exact_tags && role != ROLE_OTHER)
        return number != best[role];
    return cq_shape_tag(a, variant->lang).len == 0;
}

/* Source first, then target, then the others, each as they stood. */
static size_t arrange(cq_shaper *a, const cq_unit *given, size_t *order, size_t len)
{
    static const variant_role roles[] = {ROLE_SOURCE, ROLE_TARGET, ROLE_OTHER};
    size_t *sorted = cq_arena_alloc(&a->unit.arena, (len + 1) * sizeof(*sorted)), at = 0;
    int rank;

    if (!sorted) {
        a->is_short = true;
        return 0;
    }
    for (size_t r = 0; r < ARRAY_LEN(roles); r++)
        for (size_t i = 0; i < len; i++)
            if (role_of(a, given->variants[order[i]].lang, &rank) == roles[r])
                sorted[at++] = order[i];
    memcpy(order, sorted, len * sizeof(*order));
    return len;
}

static void tell_order(cq_shaper *a, const size_t *order, size_t len)
{
    bool is_same = true;

    for (size_t i = 1; i < len; i++)
        is_same = is_same && order[i - 1] < order[i];
    if (is_same)
        return;
    cq_buf_reset(&a->markup);
    for (size_t i = 0; i < len; i++)
        cq_buf_add_format(&a->markup, "%s%zu", i ? " " : "", order[i] + 1);
    cq_shape_tell(a, CQ_PART_ORDER, CQ_STR("tuv"), (cq_str){0}, cq_buf_str(&a->markup));
}

size_t cq_shape_choose(cq_shaper *a, const cq_unit *given, const bool *wanted,
                       size_t *order)
{
    size_t best[ROLES] = {0}, len = 0;

    a->shifts_x = false;
    find_best(a, given, wanted, best);
    for (size_t i = 0; i < given->variants_len; i++) {
        const cq_variant *variant = &given->variants[i];

        if (wanted && !wanted[i])
            continue;
        if (is_lost(a, variant, i, best)) {
            tell_lost(a, given, i);
            continue;
        }
        order[len++] = i;
        for (size_t k = 0; k < variant->codes_len && needs[a->form.tool].x_from_one; k++)
            a->shifts_x = a->shifts_x || variant->codes[k].link == 0;
    }
    if (a->form.tool && len > 1)
        len = arrange(a, given, order, len);
    tell_order(a, order, len);
    return len;
}
