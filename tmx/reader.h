/* reader.h -- the state of a TMX file that is being read, shared by reader.c (the
 * stream), build.c (from XML events to units) and reason.c (what went wrong, in plain
 * words). */
#ifndef CQ_TMX_READER_H
#define CQ_TMX_READER_H

#include "bytes.h"
#include "mend.h"
#include "tmx.h"
#include "tsv.h"

#include <libxml/parser.h>

#define CQ_TMX_DEPTH_MAX 200 /* open elements */

/* Where the parser stands: what the innermost open element that calque knows is. */
typedef enum cq_tmx_place {
    CQ_IN_DOCUMENT,
    CQ_IN_TMX,
    CQ_IN_HEADER,
    CQ_IN_BODY,
    CQ_IN_UNIT,
    CQ_IN_VARIANT,
    CQ_IN_SEGMENT,
    CQ_IN_FIELD, /* a note or prop, in what `outer` says */
} cq_tmx_place;

/* An open element inside a segment whose content is text (hi, or an unknown one). */
typedef struct cq_tmx_inline {
    size_t code;   /* number of its opening code */
    bool is_known; /* hi: never written as an empty tag */
} cq_tmx_inline;

/* What was seen of the CDATA sections since the last tag. */
typedef struct cq_tmx_cdata {
    char tail[16]; /* of the piece before */
    size_t tail_len;
    bool has_open, has_unit, is_told; /* open: what begins such a section */
} cq_tmx_cdata;

struct cq_tmx_reader {
    const char *path; /* borrowed */
    cq_tmx_options opts;
    cq_bytes *bytes;
    cq_mend *mend; /* NULL without --repair */
    cq_buf mended;
    uint64_t rejected, repaired;
    uint64_t unit_line, unit_column; /* of the unit that begins, when mended */
    bool is_rejected;                /* the open unit is to be left out */
    char why[160];
    cq_tsv *tsv; /* not NULL: the file is a table and nothing below is used */

    xmlParserCtxtPtr parser;
    cq_error failure; /* from within a callback, or the parser's first */
    bool is_end;

    cq_tmx_place place, outer;
    size_t depth;
    bool in_tag;   /* a start tag is being told */
    cq_buf prolog; /* bytes before <tmx>, until it begins */
    bool in_prolog;
    cq_str root_uri; /* namespace of <tmx>, in header.arena; ptr NULL for none */
    bool has_body;
    cq_map entities; /* names that the internal subset declares */
    xmlEntity shown; /* what the parser is told of any of them in text */
    xmlEntity shown_in_value;
    bool has_doctype, has_dtd; /* dtd: it names one outside, which is never read */
    bool has_reference;        /* to an entity that XML itself does not know */

    /* A foreign element or a code that is being copied as markup; depth 0: nothing is. */
    cq_buf capture;
    size_t capture_depth,
        capture_open;     /* capture_open: length just after a start tag's '>' */
    const char *captured; /* kind of what is captured, a key of build.c */
    int32_t pair, link;
    bool has_ut; /* in the open segment */

    cq_header header;
    cq_buf around[CQ_PLACES];
    cq_buf lead; /* of the next unit */
    cq_unit unit;
    cq_variant *variant; /* the open one, in `unit` */
    cq_item *field;      /* the open note or prop */
    cq_buf text;         /* of the open segment or field */
    cq_buf stray;        /* text between elements */
    cq_tmx_cdata cdata;
    cq_buf value; /* of an attribute */
    cq_tmx_inline stack[CQ_TMX_DEPTH_MAX];
    size_t stack_len;

    uint64_t known_offset, known_line, known_column; /* of the last place told */

    cq_unit *queue; /* finished units; units and their arenas are used again and again */
    size_t queue_len, queue_capacity, queue_at;
};

/* build.c: the SAX handler that fills a reader. */
xmlSAXHandler *cq_tmx_handler(void);
/* End of document: what is left of what stood around the units goes into the header. */
void cq_tmx_finish(cq_tmx_reader *reader);
/* The place of the byte that the parser is at, or with `from` of the last such byte
 * before it: '<' for the tag that it is in. */
void cq_tmx_place_now(cq_tmx_reader *reader, char from, uint64_t *line, uint64_t *column);
/* Stop the parser with a failure at its present place. */
void cq_tmx_stop(cq_tmx_reader *reader, cq_status status, int number,
                 const char *message);

/* reference.c: callbacks of the handler. */
void cq_tmx_on_doctype(void *context, const xmlChar *name, const xmlChar *external,
                       const xmlChar *system);
void cq_tmx_on_entity(void *context, const xmlChar *name, int type,
                      const xmlChar *public_id, const xmlChar *system_id,
                      xmlChar *content);
xmlEntityPtr cq_tmx_on_get_entity(void *context, const xmlChar *name);

/* workbench.c: Trados Workbench writes <ut>{\\cs6\\f1 </ut>CODE<ut>}</ut>, where what
 * stands between is code (docs/tmx.md). Each such pair and what it encloses become one
 * code of the variant, whose text is still in `text`. False when memory is short. */
bool cq_tmx_join_internal(cq_unit *unit, cq_variant *variant, cq_buf *text,
                          cq_buf *scratch);

/* Tell the caller, and count. */
void cq_tmx_tell(cq_tmx_reader *reader, cq_notice_kind kind, const cq_error *what);

/* reason.c: say the parser's own complaint in plain words, with its place. */
void cq_tmx_reason(cq_tmx_reader *reader, const xmlError *error);
void cq_tmx_unknown_entity(cq_tmx_reader *reader, const char *name);

#endif
