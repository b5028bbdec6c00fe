/* selector.h -- asking of one unit after the other whether a filter means it. */
#ifndef CQ_MEMORY_SELECTOR_H
#define CQ_MEMORY_SELECTOR_H

#include "session.h"

#include <calque/filter.h>

/* A filter made ready; {0} means every unit. */
typedef struct cq_selector {
    const cq_filter *filter; /* the caller's; NULL for none */
    int64_t since, before;   /* seconds since 1970, half open */
    cq_buf phrase;           /* folded */
    cq_buf text;             /* scratch */
} cq_selector;

/* @param filter  NULL for none; stays the caller's. CQ_E_ARG, CQ_E_INPUT as
 * cq_filter_check() */
cq_status cq_selector_init(cq_selector *selector, const cq_filter *filter, cq_error *err);
void cq_selector_release(cq_selector *selector);
/* Whether any condition is set. */
bool cq_selector_narrows(const cq_selector *selector);
/* @param unit  with the texts of its variants */
cq_status cq_selector_takes(cq_selector *selector, const cq_unit *unit, bool *takes,
                            cq_error *err);

#endif
