/* feed.h -- the units of a file, read ahead and encoded by one thread, and cut into words
 * by another, while those before them are stored: together that takes longer than
 * storing them. */
#ifndef CQ_MEMORY_FEED_H
#define CQ_MEMORY_FEED_H

#include "session.h"

#include "tmx/tmx.h"

typedef struct cq_feed cq_feed;

/* @param opts  its notices are told on the caller's thread, within cq_feed_next(); where
 * it names languages, units come with variants in these only, and not when none is left
 */
cq_status cq_feed_open(const char *path, const cq_tmx_options *opts, cq_feed **feed,
                       cq_error *err);
/* Stops reading, wherever it is. */
void cq_feed_close(cq_feed *feed);

/* The next unit with its record, and its texts cut. As cq_tmx_read().
 * @param numbering  learns what the texts are cut into */
cq_status cq_feed_next(cq_feed *feed, cq_numbering *numbering, const cq_unit **unit,
                       cq_precut *precut, cq_error *err);
/* Whether texts are worth cutting ahead: not while the store has most of them. */
void cq_feed_expect_new(cq_feed *feed, bool are_new);
/* The header as a record: as it was before the first unit, and, once cq_feed_next() has
 * given CQ_DONE, with what came after the last. Valid until close. */
cq_str cq_feed_header(const cq_feed *feed);
/* Where the unit last given stands in the file. */
cq_tmx_progress cq_feed_at(const cq_feed *feed);

#endif
