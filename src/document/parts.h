/* parts.h -- what the files of this module share. */
#ifndef CQ_DOCUMENT_PARTS_H
#define CQ_DOCUMENT_PARTS_H

#include "document.h"

#define CQ_TEXT_BYTES_MAX   ((size_t)256 << 20) /* of text that a document gives */
#define CQ_PACKED_BYTES_MAX ((size_t)256 << 20) /* of a .docx or .odt as it is */
#define CQ_MEMBER_BYTES_MAX ((size_t)256 << 20) /* of one file in it, unpacked */
#define CQ_MARKUP_BYTES_MAX ((size_t)64 << 20)  /* of Markdown and HTML */
#define CQ_DEPTH_MAX        250u /* open elements: libxml2 itself stops at 256 */

/* Errors of this module (docs/errors.md). */
enum {
    ERR_OPEN = 125,      /* the file cannot be opened or read */
    ERR_BYTES = 161,     /* no character in the encoding */
    ERR_ENCODING = 162,  /* no such encoding */
    ERR_ZIP = 163,       /* damaged, or cut off */
    ERR_MEMBER = 164,    /* a file that must be inside is not, or is broken */
    ERR_KIND = 165,      /* another kind of file than it should be */
    ERR_TOO_LARGE = 166, /* a ceiling */
    ERR_ENCRYPTED = 167, /* by a password */
    ERR_TOO_DEEP = 168,  /* nested elements */
    ERR_DECLARED = 169,  /* a document type where none may be */
};

/* ---- source.c ------------------------------------------------------------------------
 */

typedef struct cq_source cq_source;

/* @param path  "-" for standard input; borrowed until close */
cq_status cq_source_open(const char *path, cq_source **source, cq_error *err);
void cq_source_close(cq_source *source);
/* What there is to read, at least a byte; CQ_DONE at the end. Valid until the next call.
 */
cq_status cq_source_next(cq_source *source, cq_str *piece, cq_error *err);
/* Look at the first bytes, up to eight, which cq_source_next() will give again. */
cq_status cq_source_peek(cq_source *source, cq_str *start, cq_error *err);
/* Append the start of what cq_source_next() will give, for a look at it: at least 1,024
 * bytes when there are as many. */
cq_status cq_source_head(cq_source *source, cq_buf *start, cq_error *err);
/* All that is left, up to the ceiling of `bytes`. */
cq_status cq_source_rest(cq_source *source, cq_buf *bytes, cq_error *err);

/* ---- decode.c ------------------------------------------------------------------------
 */

typedef struct cq_decoder cq_decoder;

/* @param encoding  its name, or NULL to find out; @param lang  see cq_text_detect() */
cq_status cq_decoder_open(cq_source *source, const char *encoding, const cq_lang *lang,
                          cq_decoder **decoder, cq_error *err);
/* The encoding is only what the text declares of itself: where the bytes are UTF-8 beyond
 * doubt, they are read as that, and it is a guess. Before anything is read. */
void cq_decoder_doubt(cq_decoder *decoder);
void cq_decoder_close(cq_decoder *decoder);
/* The next piece as valid UTF-8 without a byte order mark; CQ_DONE; CQ_E_INPUT with line
 * and column. */
cq_status cq_decoder_next(cq_decoder *decoder, cq_str *piece, cq_error *err);
cq_status cq_decoder_rest(cq_decoder *decoder, cq_buf *text, cq_error *err);
const char *cq_decoder_encoding(const cq_decoder *decoder);
bool cq_decoder_is_guessed(const cq_decoder *decoder);
size_t cq_decoder_skipped(const cq_decoder *decoder);

/* ---- paragraphs.c --------------------------------------------------------------------
 */

/* Gathers paragraphs, one a line of `text`. One may begin inside another (a footnote, a
 * text box): it then follows the one that it stands in. */
typedef struct cq_paragraph_list {
    cq_buf text;
    cq_buf open;   /* texts of the paragraphs that are open, one after the other */
    size_t *start; /* where in `open` each begins */
    size_t depth, capacity;
    cq_buf after; /* lines that wait for the outermost one to end */
    cq_status failed;
} cq_paragraph_list;

void cq_paragraphs_release(cq_paragraph_list *list);
void cq_paragraphs_begin(cq_paragraph_list *list);
/* Text of the innermost open paragraph, as it is but for line ends and tabs, which are
 * spaces; without one, nothing. */
void cq_paragraphs_add(cq_paragraph_list *list, cq_str text);
/* The same, with white space (ASCII) folded to one space, as HTML and ODF have it. */
void cq_paragraphs_flow(cq_paragraph_list *list, cq_str text);
void cq_paragraphs_end(cq_paragraph_list *list);
/* Lines that stand after the innermost open paragraph. */
void cq_paragraphs_after(cq_paragraph_list *list, cq_str lines);
/* CQ_OK, or what failed: memory, or the ceiling. */
cq_status cq_paragraphs_check(const cq_paragraph_list *list, cq_error *err);

/* ---- zip.c: the only file that knows libarchive --------------------------------------
 */

typedef struct cq_zip cq_zip;

/* @param bytes  a zip file; borrowed until close */
cq_status cq_zip_open(cq_str bytes, cq_zip **zip, cq_error *err);
void cq_zip_close(cq_zip *zip);
/* Go to the file called `name`; CQ_DONE when there is none. */
cq_status cq_zip_find(cq_zip *zip, const char *name, cq_error *err);
/* The next piece of it, valid until the next call; CQ_DONE at its end. */
cq_status cq_zip_next(cq_zip *zip, cq_str *piece, cq_error *err);

/* ---- xml.c ---------------------------------------------------------------------------
 */

typedef struct cq_xml_name {
    const char *space, *local; /* namespace, "" for none */
} cq_xml_name;

typedef struct cq_xml_attributes {
    const void *items;
    size_t len;
} cq_xml_attributes;

typedef struct cq_xml_handler { /* `end` and `text` may be NULL */
    void (*start)(void *context, cq_xml_name name, const cq_xml_attributes *attributes);
    void (*end)(void *context, cq_xml_name name);
    void (*text)(void *context, cq_str text);
} cq_xml_handler;

/* The value of the attribute with that local name, whatever its namespace: not decoded
 * further, valid in the callback; ptr NULL when absent. */
cq_str cq_xml_attribute(const cq_xml_attributes *attributes, const char *local);

/* Read a file of a zip file. CQ_DONE when it is not there; CQ_E_INPUT for what is no
 * well-formed XML, has a document type (no office file may), or is nested too deep. */
cq_status cq_xml_read(cq_zip *zip, const char *name, const cq_xml_handler *handler,
                      void *context, cq_error *err);

/* ---- kinds ---------------------------------------------------------------------------
 * Each appends the paragraphs of what it is given. */

/* Append one paragraph of Markdown as plain text (inline.c): marks of emphasis, links and
 * code go, what they enclose stays. @param labels  of the links that the text defines */
cq_status cq_markdown_inline(cq_str markdown, const cq_map *labels,
                             cq_paragraph_list *list, cq_error *err);

cq_status cq_markdown_read(cq_str text, cq_paragraph_list *list, cq_error *err);
cq_status cq_html_read(cq_str text, cq_paragraph_list *list, cq_error *err);
cq_status cq_docx_read(cq_zip *zip, cq_paragraph_list *list, cq_error *err);
cq_status cq_odt_read(cq_zip *zip, cq_paragraph_list *list, cq_error *err);

/* The encoding that the head of an HTML or XML file declares, in `name`; false for none.
 * (WHATWG HTML, 13.2.3.2, "prescan": the first 1,024 bytes.) */
bool cq_html_encoding(cq_str start, char name[CQ_ENCODING_MAX]);
/* Append what HTML's "&NAME;" stands for; false when HTML knows none. */
bool cq_html_entity(cq_str name, cq_buf *out);

#endif
