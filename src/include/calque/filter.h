/* filter.h -- which units are meant: one set of conditions for all that works on a part
 * of a memory (export, delete). */
#ifndef CALQUE_FILTER_H
#define CALQUE_FILTER_H

#include <calque/base.h>
#include <calque/lang.h>

#ifdef __cplusplus
extern "C" {
#endif

typedef struct cq_filter_property {
    const char *type;  /* of <prop> */
    const char *value; /* NULL for any */
} cq_filter_property;

/* A unit is meant when one of its variants meets every condition that is set; what a
 * variant does not say itself, its unit says for it. A unit without variants meets those
 * that its unit can answer. Zero is no condition. Strings are the caller's,
 * NUL-terminated UTF-8. */
typedef struct cq_filter {
    const cq_lang *lang; /* of the variant, as cq_lang_match() has it */
    const char *author;  /* creationid or changeid, just so */
    const char *since;   /* changed (or else created) at this date or later */
    const char *before;  /* changed (or else created) earlier than this date */
    const cq_filter_property *properties; /* all of them; of variant or unit */
    size_t properties_len;
    const char *phrase; /* in the text; case, width and combining marks do not matter */
} cq_filter;

/* Whether the dates and the phrase of `filter` can be asked for. A date is TMX's
 * YYYYMMDDThhmmssZ or its head ("2024", "202405", "20240517"), with or without '-' and
 * ':'. @return CQ_OK; CQ_E_ARG, CQ_E_INPUT (phrase) */
CQ_API cq_status cq_filter_check(const cq_filter *filter, cq_error *err);

#ifdef __cplusplus
}
#endif
#endif
