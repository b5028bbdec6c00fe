/* feed.h -- the units of a file, read ahead by a thread of their own while those before
 * them are stored: parsing takes nearly as long as all the rest of an import. */
#ifndef CQ_MEMORY_FEED_H
#define CQ_MEMORY_FEED_H

#include "session.h"

#include "tmx/tmx.h"

typedef struct cq_feed cq_feed;

/* @param opts  its notices are told on the caller's thread, within cq_feed_next() */
cq_status cq_feed_open(const char *path, const cq_tmx_options *opts, cq_feed **feed,
                       cq_error *err);
/* Stops reading, wherever it is. */
void cq_feed_close(cq_feed *feed);

/* The next unit, the caller's to change until the next call. As cq_tmx_read(). */
cq_status cq_feed_next(cq_feed *feed, cq_unit **unit, cq_error *err);
/* The header as a record: as it was before the first unit, and, once cq_feed_next() has
 * given CQ_DONE, with what came after the last. Valid until close. */
cq_str cq_feed_header(const cq_feed *feed);
/* Where the unit last given stands in the file. */
cq_tmx_progress cq_feed_at(const cq_feed *feed);

#endif
