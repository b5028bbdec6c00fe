/* unit.h -- what a translation unit is: everything that TMX can say of one, with text,
 * codes and metadata kept apart, so that matching never sees a code as a word and export
 * never loses one.
 *
 * A unit holds items in document order: notes, properties, variants, and markup of
 * others. A variant holds the same and one segment: plain text, with codes that stand at
 * places in it. Nothing here knows XML: markup travels as a string that only tmx/ makes
 * and reads.
 *
 * A unit owns all its strings in one arena; cq_unit_reset() makes it ready for the next
 * one, so that a stream of units costs no allocation. Ordering and equality are by
 * content alone. */
#ifndef CQ_UNIT_UNIT_H
#define CQ_UNIT_UNIT_H

#include "base/base.h"

typedef struct cq_attr {
    cq_str name;  /* as written, prefix included: "xml:lang", "x-foo", "xmlns:ex" */
    cq_str value; /* normalised as XML 1.0, 3.3.3 says; entity references, which are never
                     expanded, stand as "&" U+0002 "name;" */
} cq_attr;

typedef enum cq_item_kind {
    CQ_ITEM_NOTE = 1,
    CQ_ITEM_PROP,
    CQ_ITEM_VARIANT, /* of a unit only */
    CQ_ITEM_SEGMENT, /* of a variant only: where its <seg> stands among the others */
    CQ_ITEM_LEAD,    /* of a unit only: markup that stood before its <tu> in the body */
    CQ_ITEM_MARKUP,  /* a foreign element, comment, processing instruction or stray text,
                        or a  note or prop with elements inside: `text` is XML content */
} cq_item_kind;

typedef struct cq_item {
    cq_item_kind kind;
    cq_attr *attrs; /* of a note or prop, in document order */
    size_t attrs_len;
    cq_str name;    /* element name when it bears a prefix ("t:note"), else empty */
    cq_str text;    /* plain text of a note or prop; markup of the rest */
    size_t variant; /* CQ_ITEM_VARIANT: number of it */
} cq_item;

typedef enum cq_code_kind {
    CQ_CODE_OPEN = 1,   /* bpt */
    CQ_CODE_CLOSE,      /* ept */
    CQ_CODE_ISOLATED,   /* it */
    CQ_CODE_STANDALONE, /* ph, ut, empty foreign elements */
    CQ_CODE_TEXT_OPEN,  /* start tag of hi or of a foreign element with text */
    CQ_CODE_TEXT_CLOSE, /* its end tag */
    CQ_CODE_MARKUP, /* comment, processing instruction, entity reference, CDATA mark */
} cq_code_kind;

typedef struct cq_code {
    cq_code_kind kind;
    size_t at;     /* byte offset in the plain text before which it stands */
    int32_t pair;  /* @i, -1 for none */
    int32_t link;  /* @x, -1 for none */
    cq_str markup; /* as TMX: "<bpt i=\"1\">&lt;b&gt;</bpt>", "<hi>", "</hi>" */
} cq_code;

typedef struct cq_variant {
    cq_str lang; /* value of xml:lang (or of lang, when only that is there), as written */
    cq_attr *attrs; /* of <tuv>, in document order, the language included */
    size_t attrs_len;
    cq_item *items;
    size_t items_len;
    cq_attr *seg_attrs; /* of <seg>, as rarely seen */
    size_t seg_attrs_len;
    cq_str name,
        seg_name; /* element names as written when they bear a prefix, else empty */
    cq_str text; /* plain text: without native codes and sub-flows, with the text of hi */
    cq_code *codes; /* by `at`, then in document order */
    size_t codes_len;
} cq_variant;

typedef struct cq_unit {
    cq_str name; /* of <tu> as written when it bears a prefix, else empty */
    cq_attr *attrs;
    size_t attrs_len;
    cq_item *items;
    size_t items_len;
    cq_variant *variants;
    size_t variants_len;
    uint64_t line,
        column;     /* where it began in its file, 0 when unknown; no part of equality */
    cq_arena arena; /* owns everything above */
} cq_unit;

/* Places outside header and units where comments and the like may stand. */
typedef enum cq_place {
    CQ_BEFORE_TMX,
    CQ_BEFORE_HEADER, /* in <tmx> */
    CQ_BEFORE_BODY,   /* in <tmx> */
    CQ_AFTER_UNITS,   /* in <body> */
    CQ_AFTER_BODY,    /* in <tmx> */
    CQ_AFTER_TMX,
    CQ_PLACES
} cq_place;

/* The header that units came with, and what stood around the body: kept once an origin.
 */
typedef struct cq_header {
    cq_str version;     /* tmx@version, as it stands in tmx_attrs; ptr NULL when absent */
    cq_attr *tmx_attrs; /* of <tmx>, in document order (namespaces included) */
    size_t tmx_attrs_len;
    cq_attr *attrs; /* of <header> */
    size_t attrs_len;
    cq_item *items; /* notes, props, ude and others as markup, in order */
    size_t items_len;
    cq_attr *body_attrs;
    size_t body_attrs_len;
    cq_str doctype; /* whole <!DOCTYPE ...>, kept only when it has an internal subset */
    cq_str around[CQ_PLACES]; /* comments, instructions, foreign elements, as markup */
    cq_str tmx_name, header_name,
        body_name;   /* as written when they bear a prefix, else empty */
    bool is_present; /* false when the file had no <header> */
    cq_arena arena;  /* owns everything above */
} cq_header;

void cq_unit_reset(cq_unit *unit);
void cq_unit_release(cq_unit *unit);
void cq_header_reset(cq_header *header);
void cq_header_release(cq_header *header);

/* Building, in document order; strings are copied into the arena. Each returns NULL when
 * memory is short. Pointers into the arrays are valid until the next call that grows the
 * same array. */
/* Arrays in an arena have room for a power of two of items, at least four, so that their
 * length alone tells when they are full. */
static inline size_t cq_unit_room(size_t len)
{
    size_t room = 4;

    while (room < len && room <= SIZE_MAX / 2)
        room *= 2;
    return room;
}

cq_attr *cq_attrs_add(cq_arena *arena, cq_attr **attrs, size_t *len, cq_str name,
                      cq_str value);
cq_item *cq_items_add(cq_arena *arena, cq_item **items, size_t *len, cq_item_kind kind);
/* Also adds the item; attributes, xml:lang among them, and the CQ_ITEM_SEGMENT, without
 * which there is no <seg>, are the caller's to add. */
cq_variant *cq_unit_add_variant(cq_unit *unit, cq_str lang);
/* A whole variant as calque makes it itself: a language and a text. */
cq_variant *cq_unit_add_text(cq_unit *unit, cq_str lang, cq_str text);
cq_code *cq_variant_add_code(cq_unit *unit, cq_variant *variant, cq_code_kind kind,
                             size_t at, cq_str markup);

/* The attribute's value; ptr NULL when absent. */
cq_str cq_attr_find(const cq_attr *attrs, size_t len, const char *name);

/* Who and when: the variant's own word first, then the unit's; ptr NULL when neither
 * says. */
cq_str cq_unit_changed(const cq_unit *unit, const cq_variant *variant);
cq_str cq_unit_author(const cq_unit *unit, const cq_variant *variant);

/* ---- dates (date.c) -------------------------------------------------------------------
 */

#define CQ_DATE_TEXT_MAX 32

/* Read a date as tools write it: ISO 8601, basic or extended ("20240131T120000Z",
 * "2024-01-31T12:00:00+02:00", "2024-01-31 12:00", "20240131", "2024-01", "2024");
 * without a zone it is UTC. The text names the time from *from until before *to, in
 * seconds since 1970. False when it is no date. */
bool cq_date_read(cq_str text, int64_t *from, int64_t *to);
/* Write it as TMX does: YYYYMMDDThhmmssZ. For years 0 to 9999. */
void cq_date_write(int64_t seconds, char out[CQ_DATE_TEXT_MAX]);

/* ---- records (record.c) ---------------------------------------------------------------
 */

/* Encode all of a unit but the plain texts of its variants and its place
 * (docs/file-format.md, "Unit record"). Equal units and only they give equal bytes and
 * equal texts. */
cq_status cq_unit_encode(const cq_unit *unit, cq_buf *record, cq_error *err);
/* Decode into `unit` (reset first); the caller then sets variants[k].text. Strings are
 * borrowed from `record` until the next reset. CQ_E_STORE when the record is not one. */
cq_status cq_unit_decode(cq_str record, cq_unit *unit, cq_error *err);
cq_status cq_header_encode(const cq_header *header, cq_buf *record, cq_error *err);
cq_status cq_header_decode(cq_str record, cq_header *header, cq_error *err);

#endif
