/* update.h -- which stored unit a unit of a changed file is the newer one of
 * (docs/tmx.md, "Update"). */
#ifndef CQ_MEMORY_UPDATE_H
#define CQ_MEMORY_UPDATE_H

#include "session.h"

typedef struct cq_updater cq_updater;

/* Gather the units of all origins that bear the name, as they stand before the import.
 * Takes some 50 bytes a unit. */
cq_status cq_updater_new(cq_memory *memory, cq_str name, cq_updater **updater,
                         cq_error *err);
void cq_updater_free(cq_updater *updater);

/* The stored unit that `unit` is to replace, 0 for none; it is not given again.
 * @param texts   of the variants of `unit`, as the store numbers them
 * @param header  of the file */
cq_status cq_updater_find(cq_updater *updater, const cq_unit *unit, const uint64_t *texts,
                          const cq_header *header, uint64_t *id, cq_error *err);
/* A unit of the file is equal to a stored one, which so is taken. */
void cq_updater_claim(cq_updater *updater, uint64_t id);

#endif
