/* shape.h -- units and headers as a version of TMX, a level or a tool can hold them. What
 * that changes is told difference by difference, so that the original and what was told
 * give just what is written (tests/unit/tmx/shape.c holds it). */
#ifndef CQ_TMX_SHAPE_H
#define CQ_TMX_SHAPE_H

#include "text/text.h"
#include "tmx.h"

typedef struct cq_shaper {
    cq_tmx_form form;
    int version;      /* of the DTD that holds, 11 to 14; 0 for none */
    unsigned grammar; /* the same as grammar.h has it */
    cq_lang source, target;
    bool has_source, has_target; /* their tags are language tags */
    cq_map roles;                /* of tags (shape_tool.c) */
    bool shifts_x;               /* of the open unit: x begins with 0 and must not */
    cq_unit unit;                /* the shaped one */
    cq_header header;            /* the shaped one */
    cq_loss loss;                /* variant and lang of what is being shaped */
    cq_buf markup, value, name;
    bool is_short; /* of memory */
} cq_shaper;

/* Whether a form needs one at all. */
bool cq_shaper_needed(const cq_tmx_form *form);
/* CQ_E_ARG when the tool cannot take the source language. */
cq_status cq_shaper_init(cq_shaper *shaper, const cq_tmx_form *form, cq_error *err);
void cq_shaper_release(cq_shaper *shaper);

/* Both give what is valid until the next call; strings are shared with what was given.
 * CQ_DONE for a unit of which nothing is left. */
cq_status cq_shape_header(cq_shaper *shaper, const cq_header *given,
                          const cq_header **shaped, cq_error *err);
cq_status cq_shape_unit(cq_shaper *shaper, const cq_unit *given, const bool *wanted,
                        const cq_unit **shaped, cq_error *err);

/* ---- shared by the files of this part -------------------------------------------------
 */

/* Tell a difference. */
void cq_shape_tell(cq_shaper *shaper, cq_part part, cq_str name, cq_str was, cq_str now);

/* writer.c: a whole unit or variant as TMX, for what is lost as a whole. */
void cq_shape_put_unit(cq_buf *out, const cq_unit *unit);
void cq_shape_put_variant(cq_buf *out, const cq_variant *variant);

/* shape_codes.c: the codes of a variant; its text stays. */
void cq_shape_codes(cq_shaper *shaper, const cq_variant *given, cq_variant *variant);
/* Append what may stand of `markup` in `parent`. */
void cq_shape_markup(cq_shaper *shaper, cq_str parent, cq_str markup, cq_buf *out);

/* shape_tool.c: what tools need beyond the DTD. */
cq_status cq_shape_begin_tool(cq_shaper *shaper, cq_error *err);
/* The tag for a variant of the file: as asked for, or with '-' for '_'. Empty when the
 * tool refuses files with such a tag. */
cq_str cq_shape_tag(cq_shaper *shaper, cq_str lang);
/* Which variants to write, and in which order: their numbers in `order`, which has room
 * for all. Tells those that are lost. */
size_t cq_shape_choose(cq_shaper *shaper, const cq_unit *given, const bool *wanted,
                       size_t *order);

#endif
