/* docx.c -- Word's .docx (ECMA-376 part 1, "WordprocessingML"): the body's paragraphs in
 * the order of reading, each footnote after the paragraph that refers to it. What tracked
 * changes deleted is left out, what they inserted is text. */
#include "parts.h"

#include <string.h>

#define PATH_MAX_LEN 256

typedef enum notes { FOOTNOTES, ENDNOTES, NOTES } notes;

typedef struct docx_reading {
    cq_paragraph_list *list;
    cq_paragraph_list own[NOTES]; /* lines of all notes of a kind */
    cq_map places[NOTES];         /* of a note by its number: start << 32 | length */
    cq_paragraph_list *to;        /* what is being filled */
    bool has_body; /* <w:document>, not what a spreadsheet has in its place */
    size_t depth;
    size_t hidden;     /* depth of the element whose content is no text, 0 for none */
    size_t properties; /* depth of <w:pPr> */
    bool is_joined;    /* the end of this paragraph was deleted: the next goes on in it */
    bool is_text;      /* in <w:t> */
    int note;          /* while notes are read, their kind; -1 */
    uint64_t note_start;
    char number[24]; /* of the note that is open */
} docx_reading;

/* ---- finding the parts ----------------------------------------------------------------
 */

/* What a relationships file (ECMA-376 part 2, 6.5) says of the kind asked for. */
typedef struct relation {
    const char *kind; /* end of its type, as "/footnotes" */
    char target[PATH_MAX_LEN];
} relation;

static void on_relation(void *context, cq_xml_name name,
                        const cq_xml_attributes *attributes)
{
    relation *r = context;
    cq_str type = cq_xml_attribute(attributes, "Type");
    cq_str target = cq_xml_attribute(attributes, "Target");

    if (strcmp(name.local, "Relationship") != 0 || !target.ptr || r->target[0] ||
        target.len >= sizeof(r->target) || !cq_str_ends(type, cq_str_from(r->kind)))
        return;
    memcpy(r->target, target.ptr, target.len);
    r->target[target.len] = '\0';
}

/* The path, in the zip file, of what `from` in folder `base` relates to. Without a word
 * on it, the usual place. */
static cq_status find_part(cq_zip *zip, const char *from, const char *base,
                           const char *kind, const char *usual, char path[PATH_MAX_LEN],
                           cq_error *err)
{
    static const cq_xml_handler handler = {.start = on_relation};
    relation r = {.kind = kind};
    cq_status status = cq_xml_read(zip, from, &handler, &r, err);
    bool is_absolute = r.target[0] == '/';

    if (status < 0)
        return status;
    if (!r.target[0])
        snprintf(path, PATH_MAX_LEN, "%s", usual);
    else
        snprintf(path, PATH_MAX_LEN, "%s%s", is_absolute ? "" : base,
                 r.target + is_absolute);
    return CQ_OK;
}

/* ---- text -----------------------------------------------------------------------------
 */

/* Names whose content is no text of the document: what was deleted or moved away, the
 * second form of what old programs cannot show, and the reading of Han characters. */
static bool is_hidden(const char *name)
{
    static const char *const names[] = {"del", "moveFrom",  "Fallback",
                                        "rt",  "instrText", "delInstrText"};

    for (size_t i = 0; i < ARRAY_LEN(names); i++)
        if (strcmp(name, names[i]) == 0)
            return true;
    return false;
}

/* Elements that stand for a character. */
static void add_character(docx_reading *r, const char *name)
{
    static const struct {
        const char *name, *text;
    } characters[] = {{"tab", " "},
                      {"br", " "},
                      {"cr", " "},
                      {"noBreakHyphen", "\u2011"},
                      {"ptab", " "}};

    for (size_t i = 0; i < ARRAY_LEN(characters); i++)
        if (strcmp(name, characters[i].name) == 0)
            cq_paragraphs_add(r->to, cq_str_from(characters[i].text));
}

static void refer(docx_reading *r, notes kind, const cq_xml_attributes *attributes)
{
    cq_str id = cq_xml_attribute(attributes, "id");
    uint64_t *place = id.len ? cq_map_find(&r->places[kind], id) : NULL;

    if (!place)
        return;
    cq_paragraphs_after(r->to, cq_str_slice(cq_buf_str(&r->own[kind].text), *place >> 32,
                                            (*place >> 32) + (*place & UINT32_MAX)));
    *place = 0; /* referred to again, it is said but once */
}

static void open_note(docx_reading *r, const cq_xml_attributes *attributes)
{
    cq_str id = cq_xml_attribute(attributes, "id");

    snprintf(r->number, sizeof(r->number), "%.*s", id.len < 20 ? (int)id.len : 20,
             id.ptr ? id.ptr : "");
    r->note_start = r->to->text.len;
}

static void close_note(docx_reading *r)
{
    uint64_t *place = cq_map_add(&r->places[r->note], cq_str_from(r->number), NULL);

    if (!place)
        r->to->failed = CQ_E_NOMEM;
    else if (r->to->text.len <= UINT32_MAX)
        *place = r->note_start << 32 | (r->to->text.len - r->note_start);
}

static void start_known(docx_reading *r, const char *name,
                        const cq_xml_attributes *attributes)
{
    if (strcmp(name, "p") == 0) {
        if (!r->is_joined)
            cq_paragraphs_begin(r->to);
        r->is_joined = false;
    } else if (strcmp(name, "pPr") == 0) {
        r->properties = r->depth;
    } else if (strcmp(name, "t") == 0) {
        r->is_text = true;
    } else if (strcmp(name, "footnoteReference") == 0 && r->note < 0) {
        refer(r, FOOTNOTES, attributes);
    } else if (strcmp(name, "endnoteReference") == 0 && r->note < 0) {
        refer(r, ENDNOTES, attributes);
    } else if (r->note >= 0 &&
               (strcmp(name, "footnote") == 0 || strcmp(name, "endnote") == 0)) {
        open_note(r, attributes);
    } else {
        add_character(r, name);
    }
}

static void on_start(void *context, cq_xml_name name, const cq_xml_attributes *attributes)
{
    docx_reading *r = context;

    r->depth++;
    if (r->hidden)
        return;
    if (r->depth == 1 && strcmp(name.local, "document") == 0)
        r->has_body = true;
    if (r->properties && strcmp(name.local, "del") == 0)
        r->is_joined = true;
    if (is_hidden(name.local))
        r->hidden = r->depth;
    else if (!r->properties)
        start_known(r, name.local, attributes);
}

static void on_end(void *context, cq_xml_name name)
{
    docx_reading *r = context;

    if (r->hidden == r->depth)
        r->hidden = 0;
    else if (r->properties == r->depth)
        r->properties = 0;
    else if (!r->hidden && !r->properties) {
        if (strcmp(name.local, "p") == 0 && !r->is_joined)
            cq_paragraphs_end(r->to);
        else if (strcmp(name.local, "t") == 0)
            r->is_text = false;
        else if (r->note >= 0 && (strcmp(name.local, "footnote") == 0 ||
                                  strcmp(name.local, "endnote") == 0))
            close_note(r);
    }
    r->depth--;
}

static void on_text(void *context, cq_str text)
{
    docx_reading *r = context;

    if (r->is_text && !r->hidden)
        cq_paragraphs_add(r->to, text);
}

/* ---- the document ---------------------------------------------------------------------
 */

static cq_status read_part(docx_reading *r, cq_zip *zip, const char *path,
                           cq_paragraph_list *to, int note, cq_error *err)
{
    static const cq_xml_handler handler = {on_start, on_end, on_text};
    cq_status status;

    r->to = to;
    r->note = note;
    r->depth = r->hidden = r->properties = 0;
    r->is_joined = r->is_text = false;
    status = cq_xml_read(zip, path, &handler, r, err);
    while (to->depth > 0) /* one whose end was deleted, at the end of all */
        cq_paragraphs_end(to);
    if (status >= 0) {
        cq_status checked = cq_paragraphs_check(to, err);

        status = checked < 0 ? checked : status;
    }
    return status;
}

static cq_status read_notes(docx_reading *r, cq_zip *zip, const char *relations,
                            const char *base, cq_error *err)
{
    static const struct {
        const char *kind, *usual;
    } parts[NOTES] = {{"/footnotes", "word/footnotes.xml"},
                      {"/endnotes", "word/endnotes.xml"}};
    cq_status status = CQ_OK;

    for (int i = 0; i < NOTES && status >= 0; i++) {
        char path[PATH_MAX_LEN];

        status =
            find_part(zip, relations, base, parts[i].kind, parts[i].usual, path, err);
        if (status >= 0)
            status = read_part(r, zip, path, &r->own[i], i, err);
    }
    return status < 0 ? status : CQ_OK;
}

static cq_status read_all(docx_reading *r, cq_zip *zip, cq_error *err)
{
    char path[PATH_MAX_LEN], base[PATH_MAX_LEN] = "", relations[2 * PATH_MAX_LEN];
    const char *slash;
    cq_status status = find_part(zip, "_rels/.rels", "", "/officeDocument",
                                 "word/document.xml", path, err);

    if (status < 0)
        return status;
    slash = strrchr(path, '/');
    if (slash)
        snprintf(base, sizeof(base), "%.*s", (int)(slash - path) + 1, path);
    snprintf(relations, sizeof(relations), "%s_rels/%s.rels", base, path + strlen(base));
    status = read_notes(r, zip, relations, base, err);
    if (status == CQ_OK)
        status = read_part(r, zip, path, r->list, -1, err);
    if (status == CQ_DONE || (status == CQ_OK && !r->has_body))
        return cq_fail_number(err, CQ_E_INPUT, ERR_MEMBER,
                              "this is no Word document: it has no %s",
                              status == CQ_DONE ? path : "<w:document>");
    return status;
}

cq_status cq_docx_read(cq_zip *zip, cq_paragraph_list *list, cq_error *err)
{
    docx_reading r = {.list = list};
    cq_status status = read_all(&r, zip, err);

    for (int i = 0; i < NOTES; i++) {
        cq_paragraphs_release(&r.own[i]);
        cq_map_release(&r.places[i]);
    }
    return status;
}
