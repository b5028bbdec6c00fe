#include "document.h"

#include "parts.h"

#include <string.h>
#include <strings.h>

#define PIECE ((size_t)64 * 1024) /* bytes given at once of what was read whole */

struct cq_document {
    const char *path; /* borrowed from `name` */
    cq_str name;
    cq_arena arena;
    cq_lang lang;
    const char *encoding; /* asked for, or NULL */
    char declared[CQ_ENCODING_MAX];
    cq_document_kind kind;
    cq_source *source;
    cq_decoder *decoder;    /* of text, Markdown and HTML */
    cq_paragraph_list list; /* of all but text, once `is_read` */
    bool is_read;
    size_t given; /* bytes of the list's text */
};

/* ---- what kind it is ------------------------------------------------------------------
 */

static cq_document_kind kind_of_name(const char *path)
{
    static const struct {
        const char *ending;
        cq_document_kind kind;
    } endings[] = {
        {".docx", CQ_DOCUMENT_DOCX},   {".docm", CQ_DOCUMENT_DOCX},
        {".dotx", CQ_DOCUMENT_DOCX},   {".odt", CQ_DOCUMENT_ODT},
        {".ott", CQ_DOCUMENT_ODT},     {".html", CQ_DOCUMENT_HTML},
        {".htm", CQ_DOCUMENT_HTML},    {".xhtml", CQ_DOCUMENT_HTML},
        {".md", CQ_DOCUMENT_MARKDOWN}, {".markdown", CQ_DOCUMENT_MARKDOWN},
    };
    size_t len = strlen(path);

    for (size_t i = 0; i < ARRAY_LEN(endings); i++) {
        size_t end = strlen(endings[i].ending);

        if (len > end && strcasecmp(path + len - end, endings[i].ending) == 0)
            return endings[i].kind;
    }
    return CQ_DOCUMENT_TEXT;
}

static bool is_packed(cq_document_kind kind)
{
    return kind == CQ_DOCUMENT_DOCX || kind == CQ_DOCUMENT_ODT;
}

/* Files that would only look like text in some odd encoding. */
static cq_status refuse_foreign(cq_str start, cq_document_kind kind, cq_error *err)
{
    static const struct {
        cq_str start;
        const char *what;
    } foreign[] = {
        {{"\xd0\xcf\x11\xe0", 4},
         "an old Word file (.doc), or one locked by a password: save it as .docx "
         "without"},
        {{"%PDF-", 5}, "a PDF: take its text out first, as pdftotext does"},
        {{"{\\rtf", 5}, "rich text (RTF): save it as .docx or .odt"},
    };

    for (size_t i = 0; i < ARRAY_LEN(foreign); i++)
        if (cq_str_starts(start, foreign[i].start))
            return cq_fail_number(err, CQ_E_INPUT, ERR_KIND, "this is %s",
                                  foreign[i].what);
    if (is_packed(kind) && !cq_str_starts(start, CQ_STR("PK")))
        return cq_fail_number(err, CQ_E_INPUT, ERR_KIND,
                              "this is no %s document: it is not a zip file",
                              kind == CQ_DOCUMENT_DOCX ? "Word" : "OpenDocument");
    return CQ_OK;
}

static cq_status find_kind(cq_document *d, cq_document_kind asked, cq_error *err)
{
    cq_str start;
    cq_status status = cq_source_peek(d->source, &start, err);

    if (status != CQ_OK)
        return status;
    d->kind = asked != CQ_DOCUMENT_ANY ? asked : kind_of_name(d->path);
    /* Which of the two it is, is seen once it is open. */
    if (asked == CQ_DOCUMENT_ANY && cq_str_starts(start, CQ_STR("PK\x03\x04")) &&
        !is_packed(d->kind))
        d->kind = CQ_DOCUMENT_ANY;
    return asked == CQ_DOCUMENT_TEXT ? CQ_OK : refuse_foreign(start, d->kind, err);
}

/* ---- opening --------------------------------------------------------------------------
 */

static cq_status start(cq_document *d, const cq_document_options *opts, cq_error *err)
{
    cq_status status = cq_source_open(d->path, &d->source, err);

    if (status == CQ_OK)
        status = find_kind(d, opts->kind, err);
    d->encoding = opts->encoding;
    if (status == CQ_OK &&
        (d->kind == CQ_DOCUMENT_TEXT || d->kind == CQ_DOCUMENT_MARKDOWN))
        status = cq_decoder_open(d->source, d->encoding, &d->lang, &d->decoder, err);
    return status;
}

/* A failure without a file gets this one's name. */
static cq_status place(const cq_document *d, cq_status status, cq_error *err)
{
    if (status == CQ_E_INPUT && err && !err->file[0])
        snprintf(err->file, sizeof(err->file), "%s", d->path);
    return status;
}

cq_status cq_document_open(const char *path, const cq_lang *lang,
                           const cq_document_options *opts, cq_document **document,
                           cq_error *err)
{
    static const cq_document_options defaults = {0};
    cq_document *d = cq_zalloc(sizeof(*d));
    cq_status status;

    *document = NULL;
    if (!d)
        return cq_fail(err, CQ_E_NOMEM, "no memory to read a document");
    d->name = cq_arena_copy(&d->arena, cq_str_from(path));
    d->path = d->name.ptr;
    d->lang = *lang;
    status = d->path ? start(d, opts ? opts : &defaults, err)
                     : cq_fail(err, CQ_E_NOMEM, "no memory to read a document");
    if (status != CQ_OK) {
        if (d->path)
            place(d, status, err);
        cq_document_close(d);
        return status;
    }
    *document = d;
    return CQ_OK;
}

void cq_document_close(cq_document *document)
{
    if (!document)
        return;
    cq_decoder_close(document->decoder);
    cq_source_close(document->source);
    cq_paragraphs_release(&document->list);
    cq_arena_release(&document->arena);
    cq_free(document);
}

cq_document_facts cq_document_about(const cq_document *document)
{
    const cq_decoder *decoder = document->decoder;

    return (cq_document_facts){
        .kind = document->kind,
        .encoding = decoder ? cq_decoder_encoding(decoder) : "",
        .is_guessed = decoder && cq_decoder_is_guessed(decoder),
        .has_paragraphs = document->kind != CQ_DOCUMENT_TEXT,
        .skipped = decoder ? cq_decoder_skipped(decoder) : 0,
    };
}

/* ---- reading --------------------------------------------------------------------------
 */

static cq_status read_markdown(cq_document *d, cq_error *err)
{
    cq_buf text = {.max = CQ_MARKUP_BYTES_MAX};
    cq_status status = cq_decoder_rest(d->decoder, &text, err);

    if (status == CQ_OK)
        status = cq_markdown_read(cq_buf_str(&text), &d->list, err);
    cq_buf_release(&text);
    return status;
}

static cq_status read_html(cq_document *d, cq_error *err)
{
    cq_buf text = {.max = CQ_MARKUP_BYTES_MAX};
    const char *encoding = d->encoding;
    cq_status status = cq_source_head(d->source, &d->list.text, err);

    if (!encoding && cq_html_encoding(cq_buf_str(&d->list.text), d->declared))
        encoding = d->declared;
    cq_buf_cut(&d->list.text, 0);
    if (status == CQ_OK)
        status = cq_decoder_open(d->source, encoding, &d->lang, &d->decoder, err);
    if (status == CQ_OK && encoding != d->encoding)
        cq_decoder_doubt(d->decoder);
    if (status == CQ_OK)
        status = cq_decoder_rest(d->decoder, &text, err);
    if (status == CQ_OK)
        status = cq_html_read(cq_buf_str(&text), &d->list, err);
    cq_buf_release(&text);
    return status == CQ_E_ARG ? CQ_E_INPUT : status;
}

/* ODF 1.3 part 2, 3.3: a file called "mimetype" says what the package is. */
static cq_status find_packed_kind(cq_document *d, cq_zip *zip, cq_error *err)
{
    cq_str type;
    cq_status status = cq_zip_find(zip, "mimetype", err);

    if (status == CQ_OK)
        status = cq_zip_next(zip, &type, err);
    if (status == CQ_OK &&
        cq_str_starts(type, CQ_STR("application/vnd.oasis.opendocument."
                                   "text")))
        d->kind = CQ_DOCUMENT_ODT;
    if (status >= 0 && d->kind == CQ_DOCUMENT_ANY)
        status = cq_zip_find(zip, "[Content_Types].xml", err);
    if (status == CQ_OK && d->kind == CQ_DOCUMENT_ANY)
        d->kind = CQ_DOCUMENT_DOCX;
    if (status >= 0 && d->kind == CQ_DOCUMENT_ANY)
        return cq_fail_number(err, CQ_E_INPUT, ERR_KIND,
                              "this zip file is neither a Word nor an OpenDocument text");
    return status < 0 ? status : CQ_OK;
}

static cq_status read_packed(cq_document *d, cq_error *err)
{
    cq_buf bytes = {.max = CQ_PACKED_BYTES_MAX};
    cq_zip *zip = NULL;
    cq_status status = cq_source_rest(d->source, &bytes, err);

    if (status == CQ_OK)
        status = cq_zip_open(cq_buf_str(&bytes), &zip, err);
    if (status == CQ_OK && d->kind == CQ_DOCUMENT_ANY)
        status = find_packed_kind(d, zip, err);
    if (status == CQ_OK)
        status = d->kind == CQ_DOCUMENT_ODT ? cq_odt_read(zip, &d->list, err)
                                            : cq_docx_read(zip, &d->list, err);
    cq_zip_close(zip);
    cq_buf_release(&bytes);
    return status;
}

static cq_status read_whole(cq_document *d, cq_error *err)
{
    d->list.text.max = d->list.open.max = d->list.after.max = CQ_TEXT_BYTES_MAX;
    d->is_read = true;
    if (d->kind == CQ_DOCUMENT_MARKDOWN)
        return read_markdown(d, err);
    return d->kind == CQ_DOCUMENT_HTML ? read_html(d, err) : read_packed(d, err);
}

/* A slice of what was read whole, cut between characters. */
static cq_status give(cq_document *d, cq_str *piece)
{
    cq_str text = cq_buf_str(&d->list.text);
    size_t end = text.len - d->given > PIECE ? d->given + PIECE : text.len;

    if (d->given == text.len)
        return CQ_DONE;
    while (end < text.len && ((unsigned char)text.ptr[end] & 0xc0) == 0x80)
        end++;
    *piece = cq_str_slice(text, d->given, end);
    d->given = end;
    return CQ_OK;
}

cq_status cq_document_next(cq_document *document, cq_str *piece, cq_error *err)
{
    cq_status status = CQ_OK;

    if (document->kind == CQ_DOCUMENT_TEXT)
        return place(document, cq_decoder_next(document->decoder, piece, err), err);
    if (!document->is_read)
        status = read_whole(document, err);
    return status == CQ_OK ? give(document, piece) : place(document, status, err);
}
