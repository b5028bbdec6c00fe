/* memory.h -- how an import, an export, a lookup, a concordance or an alignment is put
 * together from the modules below. Its public face is <calque/memory.h>, <calque/align.h>
 * and cq_segmenter_open(); nothing but them is used from above. */
#ifndef CQ_MEMORY_MEMORY_H
#define CQ_MEMORY_MEMORY_H

#include "base/base.h"

#include <calque/align.h>
#include <calque/memory.h>
#include <calque/segment.h>

#endif
