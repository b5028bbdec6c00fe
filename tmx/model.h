/* model.h -- what the DTDs of TMX 1.1 to 1.4 allow, as one table. The versions differ in
 * little: where the language of a text stands, hi, and sub (docs/tmx.md, "Versions"). */
#ifndef CQ_TMX_MODEL_H
#define CQ_TMX_MODEL_H

#include "base/base.h"

/* Versions are written 11 to 14. Names are those of TMX, without a prefix. */
bool cq_model_has_attr(int version, cq_str element, cq_str attr);
/* The attributes without which the element cannot be, separated by spaces; "" for none.
 */
const char *cq_model_required(cq_str element);
/* Whether `child` may stand in `parent`. */
bool cq_model_has_child(int version, cq_str parent, cq_str child);
/* Whether the value is one of those that the attribute may have; most may have any. */
bool cq_model_has_value(cq_str attr, cq_str value);
/* Whether a word stands in a list of words separated by spaces. */
bool cq_model_lists(const char *words, cq_str word);

#endif
