/* looks.h -- in which encoding a file is: what its first bytes declare, and what they
 * look like. */
#ifndef CQ_TMX_LOOKS_H
#define CQ_TMX_LOOKS_H

#include "base/base.h"
#include "text/text.h"

#define CQ_DECLARATION_MAX                                                               \
    ((size_t)256) /* bytes in which an encoding must be declared                         \
                   */

/* "UTF-16LE" or "UTF-16BE" by the mark, whose length is set, or by how "<?" looks in it
 * (XML 1.0, appendix F.1); NULL for all others. */
const char *cq_looks_utf16(cq_str start, size_t *mark);

/* The encoding that the XML declaration names, empty when it names none. */
cq_str cq_looks_declared(cq_str start);

/* Whether the name of an encoding begins so; case does not matter. */
bool cq_looks_called(cq_str name, const char *other);

/* Whether bytes that may end inside a character are UTF-8; `sequences` counts what is
 * past ASCII. */
bool cq_looks_utf8(cq_str start, size_t *sequences);

/* The encoding, other than UTF-8, in which the bytes are text of a language that the file
 * itself names: CQ_OK; CQ_DONE when that is not clear. */
cq_status cq_looks_like(cq_str start, char name[CQ_ENCODING_MAX], cq_error *err);

#endif
