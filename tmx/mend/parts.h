/* parts.h -- the state of a file that is being mended, shared by mend.c (the stream and
 * its tokens), frame.c (the elements that are open), tag.c (a start tag) and text.c (all
 * that is no tag). */
#ifndef CQ_TMX_MEND_PARTS_H
#define CQ_TMX_MEND_PARTS_H

#include "tmx/escape.h"
#include "tmx/mend.h"

#define CQ_MEND_TOKEN_MAX                                                                \
    ((size_t)1024 * 1024) /* a tag or comment that is longer is text */
#define CQ_MEND_ATTRS_MAX ((size_t)256)
#define CQ_MEND_OPEN_MAX                                                                 \
    ((size_t)250) /* more than the reader allows, so that it is who refuses */

/* How deep a name stands in TMX; 0 for all others. */
typedef enum cq_mend_rank {
    CQ_RANK_OTHER = 0,
    CQ_RANK_TMX,
    CQ_RANK_HEADER_OR_BODY,
    CQ_RANK_TU,
    CQ_RANK_TUV,
    CQ_RANK_SEG,
} cq_mend_rank;

typedef struct cq_mend_element {
    char name[CQ_XML_NAME_MAX + 1];
    cq_mend_rank level;
    bool is_header;
} cq_mend_element;

/* Where a tag or text of the output stood in the input. */
typedef struct cq_mend_mark {
    uint64_t offset; /* in all output */
    uint64_t line, column;
} cq_mend_mark;

struct cq_mend {
    bool is_judging;
    cq_mend_notice notice;
    void *context;
    cq_buf in;             /* what is not yet understood */
    size_t at;             /* start of the next token in `in` */
    uint64_t line, column; /* of it */
    bool is_last;
    cq_buf *out;
    cq_mend_element open[CQ_MEND_OPEN_MAX];
    size_t open_len;
    bool has_doctype, has_dtd; /* dtd: one outside, which may declare any entity */
    cq_map entities;           /* those that the document declares itself */
    bool has_root, has_header, has_body,
        has_variant;    /* variant: the open unit has a whole one */
    bool has_unit;      /* the file has any */
    bool is_root_own;   /* the file has a <tmx> */
    bool is_over;       /* after </body>: what comes is held back in `tail` */
    bool is_after_root; /* after </tmx>, which stands at `tail_root` of `tail` */
    char skip[CQ_XML_NAME_MAX + 1]; /* inside a second header: until its end tag */
    cq_buf tail;
    size_t tail_root;
    cq_buf tag; /* the start tag that is being read */

    uint64_t written; /* bytes of output in earlier runs, less what `out` held then */
    cq_mend_mark *marks;
    size_t marks_len, marks_capacity, mark_at; /* mark_at: of the last place asked for */
    cq_status failed;                          /* memory was short */
};

/* ---- mend.c ---------------------------------------------------------------------------
 */

/* Tell what is wrong at the place of the next token, and what was done about it. */
void cq_mend_tell(cq_mend *m, int number, const char *done, const char *format, ...)
    CQ_PRINTF(4, 5);
/* What is written next comes from the next token. */
void cq_mend_mark_here(cq_mend *m);
/* Step over `len` bytes of input. */
void cq_mend_eat(cq_mend *m, size_t len);
/* Where what is mended goes. */
static inline cq_buf *cq_mend_out(cq_mend *m) { return m->is_over ? &m->tail : m->out; }
/* The input that is left; valid until more is added. */
cq_str cq_mend_rest(const cq_mend *m);
/* Where `mark` begins in `s`, SIZE_MAX when nowhere within `max`. */
size_t cq_mend_find(cq_str s, cq_str mark, size_t max);

/* ---- frame.c --------------------------------------------------------------------------
 */

/* Whether a name is so much TMX's that a tag of it is believed however broken. */
bool cq_mend_is_known(const cq_mend *m, cq_str name);
/* Whether an element of that name is open. */
bool cq_mend_is_open(const cq_mend *m, cq_str name);
/* Level of the innermost open element of TMX. */
cq_mend_rank cq_mend_deepest(const cq_mend *m);

/* Deal with the tag at the start of what is left. */
void cq_mend_start_tag(cq_mend *m, cq_str name);
void cq_mend_end_tag(cq_mend *m, cq_str name);
/* Close the innermost element. */
void cq_mend_pop(cq_mend *m);
/* Open an element of TMX that the file lacks; `name` without prefix. */
void cq_mend_open_plain(cq_mend *m, const char *name, cq_mend_rank level);
/* Add a header to a file that has none, unless it is judged. */
void cq_mend_need_header(cq_mend *m);
/* Let the reader leave out the open unit. */
void cq_mend_reject_open(cq_mend *m, const char *why);

/* ---- tag.c ----------------------------------------------------------------------------
 */

typedef struct cq_mend_tag {
    cq_str s;  /* from '<' on */
    size_t at; /* where reading stands, at last behind the tag */
    cq_str names[CQ_MEND_ATTRS_MAX];
    size_t names_len;
    bool is_empty; /* ends in "/>" */
    bool is_clean; /* nothing had to be guessed */
} cq_mend_tag;

bool cq_mend_tag_has(const cq_mend_tag *t, cq_str name);

/* The name of a tag. A letter beyond ASCII that follows a name of TMX is taken for none
 * of it: most come there by damage (but see mend.c, has_own_name()). */
cq_str cq_mend_tag_name(const cq_mend *m, cq_str s);
/* Read a start tag into m->tag, without its end. */
void cq_mend_read_tag(cq_mend *m, cq_str name, cq_mend_tag *t);
size_t cq_mend_skip_space(cq_str s, size_t at);

/* ---- text.c ---------------------------------------------------------------------------
 */

/* Write the reference that `s` begins with, mended; bytes taken. */
size_t cq_mend_reference(cq_mend *m, cq_str s, cq_buf *out);
/* Text of the document, `len` bytes: all before a '<' or the end. */
void cq_mend_text(cq_mend *m, size_t len);
/* Whether a tag may begin here, of which there is no more than all that is left. */
bool cq_mend_is_cut_tag(const cq_mend *m);
/* The '<' at the start of what is left is text. */
void cq_mend_bare_less(cq_mend *m);
/* What stands at the start of what is left; its closing mark begins at `end`. */
void cq_mend_comment(cq_mend *m, size_t end);
void cq_mend_instruction(cq_mend *m, size_t end);
void cq_mend_cdata(cq_mend *m, size_t end);
/* The document type of `len` bytes, 0 when it has no end. */
void cq_mend_doctype(cq_mend *m, size_t len);

#endif
