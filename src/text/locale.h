/* locale.h -- a locale's bundles from the most to the least special; for the files of
 * src/text alone. */
#ifndef CQ_TEXT_LOCALE_H
#define CQ_TEXT_LOCALE_H

#include "icu.h"

#include <unicode/ures.h>

typedef struct cq_chain {
    UResourceBundle *bundles[8]; /* the last is root */
    size_t len;
} cq_chain;

/* @param locale  an ICU locale, as "fr_CA"; one that we have no tables for has root alone
 */
cq_status cq_chain_open(cq_chain *chain, const char *locale, cq_error *err);
void cq_chain_close(cq_chain *chain);

/* The first bundle's resource at a path as "messages/import"; NULL when none has it. The
 * caller closes it with ures_close(). `nth`, unless NULL, is set to the bundle's number.
 */
UResourceBundle *cq_chain_find(const cq_chain *chain, const char *path, size_t *nth);

/* One built-in bundle, as "fr"; NULL when there is none. */
UResourceBundle *cq_compiled_open(const char *name);
/* What stands at a path in it; NULL for nothing. The caller closes both. */
UResourceBundle *cq_compiled_find(const UResourceBundle *bundle, const char *path);

#endif
