#include "grammar.h"

#include <string.h>

#define MANY   UINT32_MAX
#define OLD    (CQ_TMX_1_1 | CQ_TMX_1_2) /* lang, not xml:lang */
#define NEW    (CQ_TMX_1_3 | CQ_TMX_1_4)
#define SINCE2 (CQ_TMX_1_2 | NEW)

#define SEGTYPES "block|paragraph|sentence|phrase"
#define HISTORY  "creationdate creationid changedate changeid"
#define USE                                                                              \
    "o-encoding datatype usagecount lastusagedate creationtool creationtoolversion "     \
    "o-tmf "

/* TMX 1.1 (1998), 1.2 (2000), 1.3 (2001) and 1.4 (2002, with 1.4a and 1.4b), LISA OSCAR.
 * Of several rows for a name the first that holds for the version counts. */
static const cq_grammar_element elements[] = {
    {"tmx", CQ_TMX_ANY, false, "version!", {{"header", 1, 1}, {"body", 1, 1}}},
    {"header",
     CQ_TMX_ANY,
     false,
     "creationtool! creationtoolversion! segtype!=" SEGTYPES
     " o-tmf! adminlang! srclang! datatype! o-encoding " HISTORY,
     {{"note prop ude", 0, MANY}}},
    {"body", CQ_TMX_ANY, false, "", {{"tu", 0, MANY}}},
    {"note", OLD, true, "o-encoding lang", {{0}}},
    {"note", NEW, true, "o-encoding xml:lang lang", {{0}}},
    {"prop", OLD, true, "type! lang o-encoding", {{0}}},
    {"prop", CQ_TMX_1_3, true, "type! xml:lang o-encoding", {{0}}},
    {"prop", CQ_TMX_1_4, true, "type! xml:lang o-encoding lang", {{0}}},
    {"ude", CQ_TMX_ANY, false, "name! base", {{"map", 1, MANY}}},
    {"map", CQ_TMX_ANY, false, "unicode! code ent subst", {{0}}},
    {"tu",
     CQ_TMX_ANY,
     false,
     "tuid srclang segtype=" SEGTYPES " " USE HISTORY,
     {{"note prop", 0, MANY}, {"tuv", 1, MANY}}},
    {"tuv", OLD, false, "lang! " USE HISTORY, {{"note prop", 0, MANY}, {"seg", 1, 1}}},
    {"tuv",
     NEW,
     false,
     "xml:lang! lang " USE HISTORY,
     {{"note prop", 0, MANY}, {"seg", 1, 1}}},
    {"seg", CQ_TMX_1_1, true, "", {{"bpt ept it ph ut sub", 0, MANY}}},
    {"seg", SINCE2, true, "", {{"bpt ept it ph ut hi", 0, MANY}}},
    {"bpt", CQ_TMX_ANY, true, "i! x type", {{"sub", 0, MANY}}},
    {"ept", CQ_TMX_ANY, true, "i!", {{"sub", 0, MANY}}},
    {"it", CQ_TMX_ANY, true, "pos!=begin|end x type", {{"sub", 0, MANY}}},
    {"ph", CQ_TMX_ANY, true, "assoc x type", {{"sub", 0, MANY}}},
    {"ut", CQ_TMX_1_4, true, "x", {{"sub", 0, MANY}}},
    {"ut", CQ_TMX_ANY, true, "x", {{0}}},
    {"sub", CQ_TMX_1_1, true, "", {{"bpt ept it ph ut", 0, MANY}}},
    {"sub", SINCE2, true, "datatype type", {{"bpt ept it ph ut hi", 0, MANY}}},
    {"hi", SINCE2, true, "x type", {{"bpt ept it ph ut hi", 0, MANY}}},
};

const cq_grammar_element *cq_grammar_find(cq_str name, unsigned version)
{
    for (size_t i = 0; i < ARRAY_LEN(elements); i++)
        if ((elements[i].versions & version) &&
            cq_str_equal(name, cq_str_from(elements[i].name)))
            return &elements[i];
    return NULL;
}

bool cq_grammar_is_known(cq_str name) { return cq_grammar_find(name, CQ_TMX_ANY); }

bool cq_grammar_has(cq_str words, char part, cq_str word)
{
    while (words.len) {
        const char *end = memchr(words.ptr, part, words.len);
        size_t len = end ? (size_t)(end - words.ptr) : words.len;

        if (cq_str_equal(cq_str_slice(words, 0, len), word))
            return true;
        words = cq_str_slice(words, len + (end != NULL), words.len);
    }
    return false;
}

bool cq_grammar_next(const cq_grammar_element *rule, size_t *at,
                     cq_grammar_attribute *attribute)
{
    const char *word = rule->attributes + *at;
    size_t len = strcspn(word, " "), name_len = strcspn(word, " !=");

    if (len == 0)
        return false;
    *at += len + (word[len] == ' ');
    attribute->name = (cq_str){word, name_len};
    attribute->is_required = word[name_len] == '!';
    name_len += attribute->is_required;
    attribute->values = word[name_len] == '='
                            ? (cq_str){word + name_len + 1, len - name_len - 1}
                            : (cq_str){0};
    return true;
}

bool cq_grammar_holds(unsigned version, cq_str parent, cq_str child)
{
    const cq_grammar_element *rule = cq_grammar_find(parent, version);

    for (size_t i = 0; rule && i < CQ_GRAMMAR_STEPS && rule->steps[i].names; i++)
        if (cq_grammar_has(cq_str_from(rule->steps[i].names), ' ', child))
            return true;
    return false;
}

bool cq_grammar_attribute_of(const cq_grammar_element *rule, cq_str name,
                             cq_grammar_attribute *attribute)
{
    for (size_t at = 0; rule && cq_grammar_next(rule, &at, attribute);)
        if (cq_str_equal(attribute->name, name))
            return true;
    return false;
}

bool cq_grammar_allows(const cq_grammar_attribute *attribute, cq_str value)
{
    return attribute->values.len == 0 || cq_grammar_has(attribute->values, '|', value);
}
