/* odt.c -- OpenDocument text, .odt (ODF 1.3 part 3): paragraphs and headings in the order
 * of the file, each note after the paragraph that it stands in. What tracked changes
 * deleted, comments, and the numbers that a program puts before items are left out. */
#include "parts.h"

#include <string.h>

typedef struct odt_reading {
    cq_paragraph_list *list;
    size_t depth;
    size_t hidden; /* depth of the element whose content is no text, 0 for none */
    bool has_text; /* <office:text> was seen */
} odt_reading;

static bool is_hidden(const char *name)
{
    static const char *const names[] = {"tracked-changes",
                                        "annotation",
                                        "note-citation",
                                        "number",
                                        "ruby-text",
                                        "forms",
                                        "title",
                                        "desc",
                                        "script",
                                        "event-listeners",
                                        "covered-table-cell"};

    for (size_t i = 0; i < ARRAY_LEN(names); i++)
        if (strcmp(name, names[i]) == 0)
            return true;
    return false;
}

static bool is_paragraph(const char *name)
{
    return strcmp(name, "p") == 0 || strcmp(name, "h") == 0;
}

/* <text:s text:c="3"/>: spaces that do not fold (ODF 1.3, 6.1.3). For sentences one is as
 * good as many. */
static void add_character(odt_reading *r, const char *name)
{
    if (strcmp(name, "s") == 0 || strcmp(name, "tab") == 0 ||
        strcmp(name, "line-break") == 0)
        cq_paragraphs_flow(r->list, CQ_STR(" "));
}

static void on_start(void *context, cq_xml_name name, const cq_xml_attributes *attributes)
{
    odt_reading *r = context;

    (void)attributes;
    r->depth++;
    if (r->hidden)
        return;
    if (strcmp(name.local, "text") == 0 &&
        cq_str_ends(cq_str_from(name.space), CQ_STR("office:1.0")))
        r->has_text = true;
    if (is_hidden(name.local))
        r->hidden = r->depth;
    else if (is_paragraph(name.local))
        cq_paragraphs_begin(r->list);
    else
        add_character(r, name.local);
}

static void on_end(void *context, cq_xml_name name)
{
    odt_reading *r = context;

    if (r->hidden == r->depth)
        r->hidden = 0;
    else if (!r->hidden && is_paragraph(name.local))
        cq_paragraphs_end(r->list);
    r->depth--;
}

static void on_text(void *context, cq_str text)
{
    odt_reading *r = context;

    if (!r->hidden)
        cq_paragraphs_flow(r->list, text);
}

/* ODF 1.3 part 2, 4.8.4: the manifest says which files are encrypted. */
static void on_manifest(void *context, cq_xml_name name,
                        const cq_xml_attributes *attributes)
{
    bool *is_encrypted = context;

    (void)attributes;
    if (strcmp(name.local, "encryption-data") == 0)
        *is_encrypted = true;
}

cq_status cq_odt_read(cq_zip *zip, cq_paragraph_list *list, cq_error *err)
{
    static const cq_xml_handler manifest = {.start = on_manifest};
    static const cq_xml_handler content = {on_start, on_end, on_text};
    odt_reading r = {.list = list};
    bool is_encrypted = false;
    cq_status status =
        cq_xml_read(zip, "META-INF/manifest.xml", &manifest, &is_encrypted, err);

    if (status >= 0 && is_encrypted)
        return cq_fail_number(err, CQ_E_INPUT, ERR_ENCRYPTED,
                              "the document is locked by a password");
    if (status >= 0)
        status = cq_xml_read(zip, "content.xml", &content, &r, err);
    if (status < 0)
        return status;
    if (status == CQ_DONE || !r.has_text)
        return cq_fail_number(err, CQ_E_INPUT, ERR_MEMBER,
                              "this is no OpenDocument text: it has no %s",
                              status == CQ_DONE ? "content.xml" : "<office:text>");
    return cq_paragraphs_check(list, err);
}
