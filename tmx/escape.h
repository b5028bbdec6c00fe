/* escape.h -- text as XML 1.0 writes it, so that a parser reads back the very same
 * characters. */
#ifndef CQ_TMX_ESCAPE_H
#define CQ_TMX_ESCAPE_H

#include "base/base.h"
#include "unit/unit.h"

/* Append character data: & < > as entities, a carriage return as a reference (2.11). */
void cq_xml_text(cq_buf *out, cq_str s);

/* Append attributes, each after a space; tabs and line ends as references (3.3.3). */
void cq_xml_attrs(cq_buf *out, const cq_attr *attrs, size_t len);

#endif
