/* doctype.h -- a document type as text: where it ends, and which entities it declares.
 * Nothing that it names is ever fetched. */
#ifndef CQ_TMX_DOCTYPE_H
#define CQ_TMX_DOCTYPE_H

#include "base/base.h"

/* The whole <!DOCTYPE ...> in what stands before the root; len 0 for none. */
cq_str cq_doctype_find(cq_str prolog);

/* Bytes of the <!DOCTYPE ...> that `s` begins with, 0 when it has no end. */
size_t cq_doctype_length(cq_str s);

/* Read a document type's own declarations.
 * @param entities  the names that they declare are added
 * @param has_dtd   set when it names a DTD outside, which may declare more
 * @return CQ_OK; CQ_DONE when it is not well-formed; CQ_E_NOMEM */
cq_status cq_doctype_read(cq_str doctype, cq_map *entities, bool *has_dtd, cq_error *err);

#endif
