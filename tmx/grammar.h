/* grammar.h -- the DTDs of TMX 1.1 to 1.4 as data: which element may stand where, and
 * which attributes it has. */
#ifndef CQ_TMX_GRAMMAR_H
#define CQ_TMX_GRAMMAR_H

#include "base/base.h"

/* Versions of TMX, as bits. */
enum {
    CQ_TMX_1_1 = 1,
    CQ_TMX_1_2 = 2,
    CQ_TMX_1_3 = 4,
    CQ_TMX_1_4 = 8,
    CQ_TMX_ANY = 15,
};

/* What may come next inside an element: any of `names`, between `min` and `max` times. */
typedef struct cq_grammar_step {
    const char *names; /* parted by spaces; NULL ends the list */
    unsigned min, max;
} cq_grammar_step;

#define CQ_GRAMMAR_STEPS 3

typedef struct cq_grammar_element {
    const char *name;
    unsigned versions;
    bool has_text; /* mixed content: text, and the first step in any order */
    /* Parted by spaces: "name", "name!" when it is required, "name=a|b" when only these
     * values are allowed, "name!=a|b". */
    const char *attributes;
    cq_grammar_step steps[CQ_GRAMMAR_STEPS];
} cq_grammar_element;

/* The element's rule in a version; NULL when that version has none. */
const cq_grammar_element *cq_grammar_find(cq_str name, unsigned version);
/* Whether any version has an element of that name. */
bool cq_grammar_is_known(cq_str name);

/* Whether `word` is one of `words`, which `part` parts. */
bool cq_grammar_has(cq_str words, char part, cq_str word);

/* Whether an element may stand in another; both by their names. */
bool cq_grammar_holds(unsigned version, cq_str parent, cq_str child);

/* An attribute as a rule names it. */
typedef struct cq_grammar_attribute {
    cq_str name;
    cq_str values; /* parted by '|'; len 0 for any */
    bool is_required;
} cq_grammar_attribute;

/* The next attribute of a rule; start with *at = 0; false at the end. */
bool cq_grammar_next(const cq_grammar_element *rule, size_t *at,
                     cq_grammar_attribute *attribute);

/* What a rule says of an attribute; false when the element does not have it. */
bool cq_grammar_attribute_of(const cq_grammar_element *rule, cq_str name,
                             cq_grammar_attribute *attribute);
/* Whether it may have this value. */
bool cq_grammar_allows(const cq_grammar_attribute *attribute, cq_str value);

#endif
