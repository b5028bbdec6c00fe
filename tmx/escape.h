/* escape.h -- text as XML 1.0 writes it, so that a parser reads back the very same
 * characters. */
#ifndef CQ_TMX_ESCAPE_H
#define CQ_TMX_ESCAPE_H

#include "base/base.h"
#include "unit/unit.h"

/* In an attribute's value "&" and this, a character that XML cannot hold, begin an entity
 * reference that was never expanded: "&" U+0002 "name;". */
#define CQ_REFERENCE '\x02'

/* Hand what has gathered to the sink once it is `at` bytes. */
cq_status cq_tmx_flush(cq_buf *out, cq_sink sink, size_t at, cq_error *err);

/* Append character data: & < > as entities, a carriage return as a reference (2.11). A
 * character that XML cannot hold becomes U+FFFD; how many did. */
size_t cq_xml_text(cq_buf *out, cq_str s);

/* Append attributes, each after a space; tabs and line ends as references (3.3.3). */
void cq_xml_attrs(cq_buf *out, const cq_attr *attrs, size_t len);
/* The part of an attribute after its name. */
void cq_xml_attr_value(cq_buf *out, cq_str value);

#define CQ_XML_NAME_MAX                                                                  \
    ((size_t)100) /* bytes; no name of a tag that means anything is longer */

/* Bytes of the name that `s` begins with (XML 1.0, production 5); 0 for none, and for one
 * that begins or ends with a colon, has two, or is longer than CQ_XML_NAME_MAX. name.c */
size_t cq_xml_name_length(cq_str s);
/* Bytes of the name of an instruction, in which colons mean nothing (production 17). */
size_t cq_xml_target_length(cq_str s);

/* Whether a code point may stand in XML (1.0, production 2). */
bool cq_xml_is_char(uint32_t c);

/* Bytes of the reference by number ("&#10;", "&#xA;") that `s` begins with, 0 when it is
 * none; `*code` is 0 when it is no code point. */
size_t cq_xml_number(cq_str s, uint32_t *code);

#endif
