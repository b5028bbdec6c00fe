/* noted.h -- what other tools noted, as properties, of where a segment stood
 * (docs/tmx.md, "Context that other tools stored"). */
#ifndef CQ_MEMORY_NOTED_H
#define CQ_MEMORY_NOTED_H

#include "session.h"

typedef enum cq_place_kind {
    CQ_PLACE_PREVIOUS,
    CQ_PLACE_NEXT,
    CQ_PLACE_KEY,
    CQ_PLACE_KINDS
} cq_place_kind;

/* Set is_noted[k] where a property of the unit, or of any of its variants, says that
 * wanted[k] stood there. What is empty is never noted. */
cq_status cq_noted_find(const cq_unit *unit, const cq_str wanted[CQ_PLACE_KINDS],
                        bool is_noted[CQ_PLACE_KINDS], cq_error *err);

/* A number that is the same for units which note the same context; 0 for none. */
uint64_t cq_noted_hash(const cq_unit *unit);

#endif
