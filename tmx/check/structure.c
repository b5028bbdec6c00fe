/* structure.c -- what the DTDs say: which elements stand where, and which attributes they
 * have. */
#include "parts.h"

/* The innermost open element; NULL outside <tmx>. */
static cq_check_element *innermost(cq_checker *checker)
{
    return checker->depth ? &checker->open[checker->depth - 1] : NULL;
}

static const char *version_name(unsigned version)
{
    switch (version) {
    case CQ_TMX_1_1:
        return "1.1";
    case CQ_TMX_1_2:
        return "1.2";
    case CQ_TMX_1_3:
        return "1.3";
    default:
        return "1.4";
    }
}

void cq_check_version(cq_checker *checker, cq_str version, cq_check_place place)
{
    checker->version = CQ_TMX_1_4;
    if (!version.ptr) /* the grammar tells that it is missing */
        return;
    for (unsigned bit = CQ_TMX_1_1; bit <= CQ_TMX_1_4; bit *= 2)
        if (cq_str_equal(version, cq_str_from(version_name(bit)))) {
            checker->version = bit;
            return;
        }
    if (cq_str_equal(version, CQ_STR("1.4a")) || cq_str_equal(version, CQ_STR("1.4b")))
        cq_check_find(
            checker, 208, place,
            "version=\"%.*s\": files of TMX 1.4a and 1.4b say \"1.4\", and some "
            "tools load no other",
            CQ_SHOWN(version));
    else
        cq_check_find(checker, 208, place,
                      "version=\"%.*s\" is no version of TMX; judged as 1.4",
                      CQ_SHOWN(version));
}

/* ---- elements -------------------------------------------------------------------------
 */

/* The place of a child among its parent's steps, CQ_GRAMMAR_STEPS when it has none. */
static size_t step_of(const cq_grammar_element *parent, cq_str name)
{
    size_t i = 0;

    while (i < CQ_GRAMMAR_STEPS &&
           (!parent->steps[i].names ||
            !cq_grammar_has(cq_str_from(parent->steps[i].names), ' ', name)))
        i++;
    return i;
}

static void check_place(cq_checker *checker, cq_check_element *parent, cq_str name,
                        cq_check_place place)
{
    size_t step = step_of(parent->rule, name);
    bool is_late = false;

    if (step == CQ_GRAMMAR_STEPS) {
        cq_check_find(checker, 201, place, "<%.*s> cannot stand in <%s>", CQ_SHOWN(name),
                      parent->name);
        return;
    }
    for (size_t i = step + 1; i < CQ_GRAMMAR_STEPS; i++)
        is_late = is_late || parent->counts[i] > 0;
    if (is_late)
        cq_check_find(checker, 202, place,
                      "<%.*s> stands too late in <%s>: it comes first", CQ_SHOWN(name),
                      parent->name);
    else if (parent->counts[step] == parent->rule->steps[step].max)
        cq_check_find(checker, 202, place, "<%s> has a second <%.*s>", parent->name,
                      CQ_SHOWN(name));
    if (parent->counts[step] < parent->rule->steps[step].max)
        parent->counts[step]++;
}

const cq_grammar_element *cq_check_child(cq_checker *checker, cq_str name, bool is_ours,
                                         cq_check_place place)
{
    cq_check_element *parent = innermost(checker);
    const cq_grammar_element *rule = cq_grammar_find(name, checker->version);

    if (parent && !parent->rule)
        return NULL;
    if (!is_ours || !cq_grammar_is_known(name)) {
        cq_check_find(checker, 200, place, "<%.*s> is no element of TMX", CQ_SHOWN(name));
        return NULL;
    }
    if (!rule) {
        cq_check_find(checker, 201, place, "TMX %s has no <%.*s> yet",
                      version_name(checker->version), CQ_SHOWN(name));
        return cq_grammar_find(name, CQ_TMX_ANY);
    }
    if (parent)
        check_place(checker, parent, name, place);
    if (checker->version == CQ_TMX_1_4 && cq_str_equal(name, CQ_STR("ut")))
        cq_check_find(checker, 209, place,
                      "<ut> is deprecated: what it stands for, other tools cannot know");
    return rule;
}

void cq_check_text(cq_checker *checker, cq_check_place place)
{
    cq_check_element *inner = innermost(checker);

    if (!inner || !inner->rule || inner->rule->has_text || inner->is_text_told)
        return;
    inner->is_text_told = true;
    cq_check_find(checker, 204, place,
                  "text stands in <%s>, where only elements may stand", inner->name);
}

void cq_check_whole(cq_checker *checker)
{
    cq_check_element *inner = innermost(checker);

    for (size_t i = 0; inner->rule && i < CQ_GRAMMAR_STEPS; i++)
        if (inner->counts[i] < inner->rule->steps[i].min)
            cq_check_find(checker, 203, inner->place, "<%s> has no <%s>", inner->name,
                          inner->rule->steps[i].names);
}

/* ---- attributes -----------------------------------------------------------------------
 */

static bool is_given(cq_str name, const cq_check_attribute *attributes, size_t len)
{
    for (size_t i = 0; i < len; i++)
        if (cq_str_equal(name, attributes[i].name))
            return true;
    return false;
}

static void check_attribute(cq_checker *checker, const cq_check_element *element,
                            const cq_check_attribute *attribute)
{
    cq_grammar_attribute rule;
    size_t at = 0;

    while (cq_grammar_next(element->rule, &at, &rule)) {
        if (!cq_str_equal(rule.name, attribute->name))
            continue;
        if (!cq_grammar_allows(&rule, attribute->value))
            cq_check_find(checker, 207, element->place,
                          "%.*s=\"%.*s\" in <%s>: it may be %.*s", CQ_SHOWN(rule.name),
                          CQ_SHOWN(attribute->value), element->name,
                          CQ_SHOWN(rule.values));
        if (checker->version >= CQ_TMX_1_3 &&
            cq_str_equal(attribute->name, CQ_STR("lang")))
            cq_check_find(checker, 209, element->place,
                          "lang is deprecated since TMX 1.3: write xml:lang");
        return;
    }
    cq_check_find(checker, 206, element->place, "<%s> has no attribute %.*s in TMX %s",
                  element->name, CQ_SHOWN(attribute->name),
                  version_name(checker->version));
}

void cq_check_attributes(cq_checker *checker, const cq_check_element *element,
                         const cq_check_attribute *attributes, size_t len)
{
    cq_grammar_attribute rule;
    size_t at = 0;

    for (size_t i = 0; i < len; i++) {
        check_attribute(checker, element, &attributes[i]);
        cq_check_value(checker, element, &attributes[i]);
    }
    while (cq_grammar_next(element->rule, &at, &rule))
        if (rule.is_required && !is_given(rule.name, attributes, len))
            cq_check_find(checker, 205, element->place, "<%s> lacks its %.*s",
                          element->name, CQ_SHOWN(rule.name));
}
