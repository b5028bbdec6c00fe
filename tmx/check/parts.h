/* parts.h -- the state of a file that is being judged, shared by check.c (the stream),
 * events.c (what the parser meets), frame.c (where an element stands), finding.c (what is
 * told), structure.c (what the DTD says), values.c (what attributes hold), codes.c (the
 * codes of a segment and of a unit), unit.c (a unit as a whole) and suspect.c (texts that
 * look damaged). */
#ifndef CQ_TMX_CHECK_PARTS_H
#define CQ_TMX_CHECK_PARTS_H

#include "text/text.h"
#include "tmx/bytes.h"
#include "tmx/grammar.h"
#include "tmx/mend.h"

#include <calque/check.h>
#include <libxml/parser.h>

#define CQ_CHECK_DEPTH_MAX ((size_t)200)     /* open elements, as the reader allows */
#define CQ_CHECK_TUIDS_MAX ((size_t)1 << 21) /* remembered, at 32 bytes or so each */

typedef struct cq_check_place {
    uint64_t line, column;
} cq_check_place;

/* An open element. */
typedef struct cq_check_element {
    const char *name;               /* of the parser's dictionary */
    const cq_grammar_element *rule; /* NULL: not TMX's, and nothing in it is judged */
    unsigned counts[CQ_GRAMMAR_STEPS];
    cq_check_place place;
    bool is_text_told;
} cq_check_element;

/* A bpt, ept, it, ph, hi or ut in a segment. */
typedef struct cq_check_code {
    const char *name;
    cq_str pair, link; /* @i and @x as written, in the unit's arena; ptr NULL for none */
    cq_check_place place;
} cq_check_code;

typedef struct cq_check_variant {
    cq_check_place place;
    cq_str lang; /* as written; ptr NULL for none */
    cq_str text; /* without codes; ptr NULL when there was no <seg> */
    cq_check_code *codes;
    size_t codes_len, codes_capacity;
} cq_check_variant;

typedef struct cq_checker {
    const char *path; /* borrowed */
    cq_check_options opts;
    cq_check_report report;
    cq_bytes *bytes;
    cq_mend *mend;
    cq_buf mended;
    xmlParserCtxtPtr parser;
    xmlEntity shown; /* what the parser is told of an entity of the file's own */
    bool is_entity_told;
    cq_status status; /* the first failure of our own */
    bool is_over;     /* there is no sense in judging on */

    cq_error *waiting; /* findings of what is mended ahead of the parser */
    size_t waiting_len, waiting_capacity;

    unsigned version; /* one bit */
    const char *uri;  /* namespace of <tmx>, of the parser's dictionary */
    cq_check_element open[CQ_CHECK_DEPTH_MAX];
    size_t depth;
    cq_buf name, value; /* of an attribute */

    cq_buf srclang; /* of the header; its len 0 for none */
    bool has_root, in_unit, in_variant, in_segment;
    size_t unit_depth; /* that of the unit's element */
    bool is_unit_cut;  /* its end is missing, so that it cannot be judged as a whole */
    size_t code_depth; /* elements open around here, from a native code on */
    cq_check_place unit;
    cq_str unit_tuid, unit_srclang;
    cq_check_variant *variants; /* those past the length keep their memory */
    size_t variants_len, variants_capacity;
    cq_buf text;
    cq_arena arena; /* strings of the unit */
    cq_intmap seen; /* scratch of codes.c */

    cq_intmap tuids; /* hash to line */
    bool is_tuid_limit_told;
    cq_map languages; /* tag as written to its place in `parsed_languages`, and 1 */
    cq_lang *parsed_languages;
    size_t languages_len, languages_capacity;
    struct cq_suspect *suspect;
} cq_checker;

/* ---- finding.c ------------------------------------------------------------------------
 */

/* Tell of a finding; its number tells how severe it is. */
void cq_check_find(cq_checker *checker, int number, cq_check_place place,
                   const char *format, ...) CQ_PRINTF(4, 5);
/* What import would refuse, or mend with --repair: `context` is the checker. */
void cq_check_broken(void *context, const cq_error *what, const char *done);
/* Tell what waits and stands before a place. */
void cq_check_tell_waiting(cq_checker *checker, uint64_t line, uint64_t column);
void cq_check_no_memory(cq_checker *checker);
/* For "%.*s": a value of the file, not all of it when it is long. */
#define CQ_SHOWN(s) (int)((s).len < 60 ? (s).len : 60), (s).ptr ? (s).ptr : ""

/* ---- events.c -------------------------------------------------------------------------
 */

/* The SAX handler that judges; its context is the checker. */
xmlSAXHandler *cq_check_handler(void);
/* Whether there is no sense in judging on, or no memory. */
bool cq_check_is_ignored(const cq_checker *checker);
/* A copy in the unit's arena; ptr NULL when memory is short, which is noted. */
cq_str cq_check_keep(cq_checker *checker, cq_str s);

/* An attribute, its name with prefix. */
typedef struct cq_check_attribute {
    cq_str name, value;
} cq_check_attribute;

/* ---- frame.c --------------------------------------------------------------------------
 */

/* The value of the attribute of that name; ptr NULL when there is none. */
cq_str cq_check_value_of(const cq_check_attribute *attributes, size_t len,
                         const char *name);
/* What the innermost element begins for us, by where it stands, and what its end ends. */
void cq_check_enter(cq_checker *checker, const cq_check_element *element,
                    const cq_check_attribute *attributes, size_t len);
void cq_check_leave(cq_checker *checker);

/* ---- structure.c ----------------------------------------------------------------------
 */

/* The version that the root names; ptr NULL for none. */
void cq_check_version(cq_checker *checker, cq_str version, cq_check_place place);
/* A child of the innermost element: whether it may stand there. Its rule, NULL when it is
 * not TMX's. */
const cq_grammar_element *cq_check_child(cq_checker *checker, cq_str name, bool is_ours,
                                         cq_check_place place);
void cq_check_attributes(cq_checker *checker, const cq_check_element *element,
                         const cq_check_attribute *attributes, size_t len);
/* Text that is not blank, in the innermost element. */
void cq_check_text(cq_checker *checker, cq_check_place place);
/* The innermost element ends: what it lacks. */
void cq_check_whole(cq_checker *checker);

/* ---- values.c -------------------------------------------------------------------------
 */

/* What an attribute of TMX holds, where the standard says what it may. */
void cq_check_value(cq_checker *checker, const cq_check_element *element,
                    const cq_check_attribute *attribute);
/* A tag's language; NULL when it is none. Valid until the next unit begins. */
const cq_lang *cq_check_lang(cq_checker *checker, cq_str tag);

/* ---- codes.c --------------------------------------------------------------------------
 */

/* The codes of a segment by themselves: pairs, numbers. */
void cq_check_codes(cq_checker *checker, const cq_check_variant *variant);
/* Those of a translation beside those of its source. */
void cq_check_links(cq_checker *checker, const cq_check_variant *source,
                    const cq_check_variant *target);

/* ---- unit.c ---------------------------------------------------------------------------
 */

/* The unit is whole. */
void cq_check_unit(cq_checker *checker);

/* ---- suspect.c ------------------------------------------------------------------------
 */

/* How texts look whose bytes were read in a wrong encoding. */
typedef struct cq_suspect cq_suspect;

cq_status cq_suspect_open(cq_suspect **suspect, cq_error *err);
void cq_suspect_close(cq_suspect *suspect);
void cq_check_suspect(cq_checker *checker, const cq_check_variant *variant,
                      const cq_lang *lang);

#endif
