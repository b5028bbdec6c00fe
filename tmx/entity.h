/* entity.h -- the names that HTML gives to characters. */
#ifndef CQ_TMX_ENTITY_H
#define CQ_TMX_ENTITY_H

#include "base/base.h"

/* The code point of "nbsp", "eacute" and the like (HTML 4.01, 24), 0 for no such name. */
uint32_t cq_entity_find(cq_str name);

#endif
