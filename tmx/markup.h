/* markup.h -- a walk through markup as this module writes it (escape.h): well-formed,
 * values in double quotes, no CDATA. For what is only kept as a string: codes and foreign
 * elements. */
#ifndef CQ_TMX_MARKUP_H
#define CQ_TMX_MARKUP_H

#include "base/base.h"

typedef enum cq_mark_kind {
    CQ_MARK_TEXT,
    CQ_MARK_START,
    CQ_MARK_EMPTY, /* <ph/> */
    CQ_MARK_END,
    CQ_MARK_REMARK,    /* a comment or processing instruction */
    CQ_MARK_REFERENCE, /* to an entity of the document's own: "&name;" */
} cq_mark_kind;

typedef struct cq_mark {
    cq_mark_kind kind;
    cq_str raw;   /* all of it */
    cq_str name;  /* of a tag, without a prefix */
    cq_str attrs; /* of a start or empty tag, for cq_markup_attr() */
} cq_mark;

/* The next mark at *at, which then is after it; false at the end. All strings are parts
 * of `markup`. */
bool cq_markup_next(cq_str markup, size_t *at, cq_mark *mark);

/* Take the first attribute off `attrs`; its value still escaped. False when there is
 * none. */
bool cq_markup_attr(cq_str *attrs, cq_str *name, cq_str *value);

/* The raw value of an attribute; ptr NULL when it is absent. */
cq_str cq_markup_find(cq_str attrs, const char *name);

/* What a code is called: the name of its first tag, or "comment", "instruction",
 * "entity". */
cq_str cq_markup_name(cq_str markup);

/* Append markup with references to entities of the document's own made text:
 * "&amp;name;". */
void cq_markup_plain(cq_buf *out, cq_str markup);

#endif
