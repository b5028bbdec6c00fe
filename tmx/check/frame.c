/* frame.c -- where in the file an element stands: units, variants, segments and the codes
 * in them. */
#include "parts.h"

#include <string.h>

cq_str cq_check_value_of(const cq_check_attribute *attributes, size_t len,
                         const char *name)
{
    for (size_t i = 0; i < len; i++)
        if (cq_str_equal(attributes[i].name, cq_str_from(name)))
            return attributes[i].value;
    return (cq_str){0};
}

static void begin_unit(cq_checker *checker, const cq_check_attribute *attributes,
                       size_t len, cq_check_place place)
{
    cq_str srclang = cq_check_value_of(attributes, len, "srclang");

    checker->report.units++;
    checker->in_unit = true;
    checker->unit_depth = checker->depth;
    checker->is_unit_cut = false;
    checker->unit = place;
    checker->unit_tuid = cq_check_value_of(attributes, len, "tuid");
    checker->unit_srclang = srclang.ptr ? srclang : cq_buf_str(&checker->srclang);
    checker->variants_len = 0;
}

static void begin_variant(cq_checker *checker, const cq_check_attribute *attributes,
                          size_t len, cq_check_place place)
{
    size_t had = checker->variants_capacity;
    cq_check_variant *variant;
    cq_str lang = cq_check_value_of(attributes, len, "xml:lang"),
           old = cq_check_value_of(attributes, len, "lang");

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
                        .pair = cq_check_value_of(attributes, len, "i"),
                        .link = cq_check_value_of(attributes, len, "x"),
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

void cq_check_enter(cq_checker *checker, const cq_check_element *element,
                    const cq_check_attribute *attributes, size_t len)
{
    const char *outer = checker->depth > 1 ? checker->open[checker->depth - 2].name : "";
    bool is_native = false;

    if (strcmp(element->name, "header") == 0 && strcmp(outer, "tmx") == 0) {
        cq_buf_reset(&checker->srclang);
        cq_buf_add_str(&checker->srclang, cq_check_value_of(attributes, len, "srclang"));
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

void cq_check_leave(cq_checker *checker)
{
    size_t depth = checker->depth;

    if (checker->code_depth == depth)
        checker->code_depth = 0;
    if (checker->in_segment && depth == checker->unit_depth + 2) {
        checker->in_segment = false;
        open_variant(checker)->text = cq_check_keep(checker, cq_buf_str(&checker->text));
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
