/* escape.h -- text as XML 1.0 writes it, so that a parser reads back the very same
 * characters. */
#ifndef CQ_TMX_ESCAPE_H
#define CQ_TMX_ESCAPE_H

#include "base/base.h"
#include "unit/unit.h"

/* In an attribute's value "&" and this, a character that XML cannot hold, begin an entity
 * reference that was never expanded: "&" U+0002 "name;". */
#define CQ_REFERENCE '\x02'

/* Append character data: & < > as entities, a carriage return as a reference (2.11). A
 * character that XML cannot hold becomes U+FFFD. */
void cq_xml_text(cq_buf *out, cq_str s);

/* Append attributes, each after a space; tabs and line ends as references (3.3.3). */
void cq_xml_attrs(cq_buf *out, const cq_attr *attrs, size_t len);
/* The part of an attribute after its name. */
void cq_xml_attr_value(cq_buf *out, cq_str value);

#endif
