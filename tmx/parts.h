/* parts.h -- what the files that make units of XML events share: build.c (the document
 * and its units), doubt.c (what is hardly meant so), element.c (names and attributes),
 * capture.c (what is copied as markup) and inline.c (the codes in a segment). */
#ifndef CQ_TMX_PARTS_H
#define CQ_TMX_PARTS_H

#include "escape.h"
#include "reader.h"

#include <string.h>

static inline cq_str cq_xml_str(const xmlChar *s) { return cq_str_from((const char *)s); }

static inline bool cq_xml_is(const xmlChar *name, const char *other)
{
    return strcmp((const char *)name, other) == 0;
}

static inline bool cq_tmx_is_blank(cq_str s) { return cq_str_trim(s).len == 0; }

/* An element as SAX tells it. */
typedef struct cq_tmx_element {
    const xmlChar *name, *prefix, *uri;
    int namespaces_len, attributes_len;
    const xmlChar **namespaces, **attributes;
} cq_tmx_element;

/* ---- build.c --------------------------------------------------------------------------
 */

void cq_tmx_stop_short(cq_tmx_reader *reader);
/* A text that is too long, or that memory was short for. */
void cq_tmx_check_buf(cq_tmx_reader *reader, cq_buf *buf);

/* ---- doubt.c --------------------------------------------------------------------------
 */

/* A unit or variant where TMX has none, or a segment in a segment, is kept as any markup,
 * and nobody would find it. */
void cq_tmx_warn_of_misplaced(cq_tmx_reader *reader, const cq_tmx_element *el);
/* An instruction or a CDATA section that has lost its end runs on to that of another, and
 * hides what stands between them. */
void cq_tmx_watch_instruction(cq_tmx_reader *reader, const xmlChar *data);
void cq_tmx_watch_cdata(cq_tmx_reader *reader, cq_str piece);

/* ---- element.c ------------------------------------------------------------------------
 */

void cq_tmx_add_name(cq_buf *out, const xmlChar *prefix, const xmlChar *name);
/* Copy a name with its prefix; empty (not NULL) without a prefix when `only_prefixed`. */
cq_str cq_tmx_full_name(cq_tmx_reader *reader, cq_arena *arena, const xmlChar *prefix,
                        const xmlChar *name, bool only_prefixed);
/* A value as it is meant: as long as nothing is expanded, libxml2 writes "&#38;" for each
 * '&' of a value. In `scratch` when it changes; that may have failed. */
cq_str cq_tmx_plain_value(cq_str value, cq_buf *scratch);
/* An attribute's value, and a namespace's name, as meant; valid until the next call. */
cq_str cq_tmx_value(cq_tmx_reader *reader, const xmlChar **attribute);
cq_str cq_tmx_uri(cq_tmx_reader *reader, const xmlChar *uri);
/* Namespace declarations first, then attributes, in document order. */
void cq_tmx_read_attrs(cq_tmx_reader *reader, cq_arena *arena, const cq_tmx_element *el,
                       cq_attr **attrs, size_t *len);
/* The attribute as a number, -1 when it is absent or none. */
int32_t cq_tmx_number(const cq_tmx_element *el, const char *name);
/* Whether an element is TMX's of that name: in no namespace, or in the one of <tmx>. */
bool cq_tmx_is(const cq_tmx_reader *reader, const cq_tmx_element *el, const char *name);

/* ---- capture.c ------------------------------------------------------------------------
 */

void cq_tmx_add_start_tag(cq_tmx_reader *reader, const cq_tmx_element *el);
void cq_tmx_add_end_tag(cq_tmx_reader *reader, const xmlChar *prefix,
                        const xmlChar *name);
void cq_tmx_begin_capture(cq_tmx_reader *reader, const cq_tmx_element *el,
                          const char *kind);
/* An item of the header, unit or variant; NULL when memory is short. */
cq_item *cq_tmx_add_item(cq_tmx_reader *reader, cq_tmx_place place, cq_item_kind kind);
cq_arena *cq_tmx_arena(cq_tmx_reader *reader, cq_tmx_place place);
void cq_tmx_add_markup(cq_tmx_reader *reader, cq_str markup);
/* Text between elements is formatting unless there is more than white space in it. */
void cq_tmx_flush_stray(cq_tmx_reader *reader);

/* ---- inline.c -------------------------------------------------------------------------
 */

cq_code *cq_tmx_add_code(cq_tmx_reader *reader, cq_code_kind kind, cq_str markup);
void cq_tmx_open_inline(cq_tmx_reader *reader, const cq_tmx_element *el);
void cq_tmx_close_inline(cq_tmx_reader *reader, const xmlChar *prefix,
                         const xmlChar *name);
/* The code that was copied is whole. */
void cq_tmx_end_code(cq_tmx_reader *reader);

#endif
