#include "escape.h"
#include "shape.h"
#include "tmx.h"

/* Bytes that gather before the sink is called. */
#define FLUSH_AT ((size_t)64 * 1024)

struct cq_tmx_writer {
    cq_sink sink;
    cq_buf out;
    const cq_header *header; /* of the file */
    bool is_own;             /* calque's own header, not an origin's */
    int version;             /* of TMX, 11 to 14 */
    cq_shaper *shaper;       /* NULL when all can be written as it is */
    void (*loss)(void *context, const cq_loss *loss); /* may be NULL */
    void *loss_context;
    cq_buf text; /* one that lost characters */
};

static void open_tag(cq_buf *out, cq_str name, const char *usual, const cq_attr *attrs,
                     size_t len)
{
    cq_buf_add_byte(out, '<');
    if (name.len)
        cq_buf_add_str(out, name);
    else
        cq_buf_add_z(out, usual);
    cq_xml_attrs(out, attrs, len);
}

static void close_tag(cq_buf *out, cq_str name, const char *usual)
{
    cq_buf_add_z(out, "</");
    if (name.len)
        cq_buf_add_str(out, name);
    else
        cq_buf_add_z(out, usual);
    cq_buf_add_byte(out, '>');
}

size_t cq_tmx_markup(const cq_variant *variant, cq_buf *out)
{
    size_t at = 0, lost = 0;

    for (size_t i = 0; i < variant->codes_len; i++) {
        const cq_code *code = &variant->codes[i];
        size_t end = code->at;

        if (end < at || end > variant->text.len) /* in a damaged memory */
            end = variant->text.len;
        lost += cq_xml_text(out, cq_str_slice(variant->text, at, end));
        cq_buf_add_str(out, code->markup);
        at = end;
    }
    return lost + cq_xml_text(out, cq_str_slice(variant->text, at, variant->text.len));
}

static void write_field(cq_buf *out, const cq_item *item, const char *indent)
{
    const char *usual = item->kind == CQ_ITEM_NOTE ? "note" : "prop";

    cq_buf_add_z(out, indent);
    if (item->kind == CQ_ITEM_MARKUP) {
        cq_buf_add_str(out, item->text);
    } else {
        open_tag(out, item->name, usual, item->attrs, item->attrs_len);
        cq_buf_add_byte(out, '>');
        cq_xml_text(out, item->text);
        close_tag(out, item->name, usual);
    }
    cq_buf_add_byte(out, '\n');
}

/* ---- the header -----------------------------------------------------------------------
 */

static void write_own_header(cq_tmx_writer *writer, cq_str srclang)
{
    cq_attr attrs[] = {
        {CQ_STR("creationtool"), CQ_STR("calque")},
        {CQ_STR("creationtoolversion"), CQ_STR(CQ_VERSION)},
        {CQ_STR("segtype"), CQ_STR("sentence")},
        {CQ_STR("o-tmf"), CQ_STR("calque")},
        {CQ_STR("adminlang"), CQ_STR("en")},
        {CQ_STR("srclang"), srclang.len ? srclang : CQ_STR("*all*")},
        {CQ_STR("datatype"), CQ_STR("plaintext")},
    };

    open_tag(&writer->out, (cq_str){0}, "header", attrs, ARRAY_LEN(attrs));
    cq_buf_add_z(&writer->out, "/>\n");
}

static void write_header(cq_buf *out, const cq_header *header)
{
    open_tag(out, header->header_name, "header", header->attrs, header->attrs_len);
    if (header->items_len == 0) {
        cq_buf_add_z(out, "/>\n");
        return;
    }
    cq_buf_add_z(out, ">\n");
    for (size_t i = 0; i < header->items_len; i++)
        write_field(out, &header->items[i], "  ");
    close_tag(out, header->header_name, "header");
    cq_buf_add_byte(out, '\n');
}

static void write_around(cq_buf *out, cq_str markup)
{
    cq_buf_add_str(out, markup);
    if (markup.len)
        cq_buf_add_byte(out, '\n');
}

/* <tmx> as it was, but for its version. */
static void write_root(cq_buf *out, const cq_header *header, int number)
{
    const char version[] = {'1', '.', (char)('0' + number % 10), '\0'};
    bool has_version = false;

    open_tag(out, header->tmx_name, "tmx", NULL, 0);
    for (size_t i = 0; i < header->tmx_attrs_len; i++) {
        cq_attr attr = header->tmx_attrs[i];

        if (cq_str_equal(attr.name, CQ_STR("version"))) {
            attr.value = cq_str_from(version);
            has_version = true;
        }
        cq_xml_attrs(out, &attr, 1);
    }
    if (!has_version)
        cq_buf_add_format(out, " version=\"%s\"", version);
    cq_buf_add_z(out, ">\n");
}

static void write_start(cq_tmx_writer *writer, cq_str srclang)
{
    const cq_header *header = writer->header;
    cq_buf *out = &writer->out;

    cq_buf_add_z(out, "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n");
    write_around(out, header->doctype);
    write_around(out, header->around[CQ_BEFORE_TMX]);
    write_root(out, header, writer->version);
    write_around(out, header->around[CQ_BEFORE_HEADER]);
    if (writer->is_own)
        write_own_header(writer, srclang);
    else
        write_header(out, header);
    write_around(out, header->around[CQ_BEFORE_BODY]);
    open_tag(out, header->body_name, "body", header->body_attrs, header->body_attrs_len);
    cq_buf_add_z(out, ">\n");
}

static cq_status start(cq_tmx_writer *writer, const cq_tmx_form *form, cq_error *err)
{
    cq_status status = CQ_OK;

    if (cq_shaper_needed(form)) {
        writer->shaper = cq_zalloc(sizeof(*writer->shaper));
        if (!writer->shaper)
            return cq_fail(err, CQ_E_NOMEM, "no memory to write a file");
        status = cq_shaper_init(writer->shaper, form, err);
        if (status == CQ_OK)
            status =
                cq_shape_header(writer->shaper, writer->header, &writer->header, err);
    }
    if (status != CQ_OK)
        return status;
    write_start(writer, writer->shaper ? writer->shaper->form.source : form->source);
    return cq_tmx_flush(&writer->out, writer->sink, FLUSH_AT, err);
}

cq_status cq_tmx_writer_open(cq_sink sink, const cq_header *header,
                             const cq_tmx_form *form, cq_tmx_writer **out, cq_error *err)
{
    static const cq_header none;
    static const cq_tmx_form usual;
    cq_tmx_writer *writer = cq_zalloc(sizeof(*writer));
    cq_status status;

    *out = NULL;
    if (!writer)
        return cq_fail(err, CQ_E_NOMEM, "no memory to write a file");
    writer->sink = sink;
    writer->is_own = !header || !header->is_present;
    writer->header = header ? header : &none;
    writer->version = form && form->version ? form->version : 14;
    writer->loss = form ? form->loss : NULL;
    writer->loss_context = form ? form->loss_context : NULL;
    status = start(writer, form ? form : &usual, err);
    if (status != CQ_OK) {
        cq_tmx_writer_abandon(writer);
        return status;
    }
    *out = writer;
    return CQ_OK;
}

/* ---- units ----------------------------------------------------------------------------
 */

/* How many characters of its text could not be written. */
static size_t put_variant(cq_buf *out, const cq_variant *variant)
{
    size_t lost = 0;

    cq_buf_add_z(out, "  ");
    open_tag(out, variant->name, "tuv", variant->attrs, variant->attrs_len);
    cq_buf_add_byte(out, '>');
    if (variant->items_len > 1)
        cq_buf_add_byte(out, '\n');
    for (size_t i = 0; i < variant->items_len; i++) {
        if (variant->items[i].kind != CQ_ITEM_SEGMENT) {
            write_field(out, &variant->items[i], "    ");
            continue;
        }
        cq_buf_add_z(out, variant->items_len > 1 ? "    " : "");
        open_tag(out, variant->seg_name, "seg", variant->seg_attrs,
                 variant->seg_attrs_len);
        cq_buf_add_byte(out, '>');
        lost += cq_tmx_markup(variant, out);
        close_tag(out, variant->seg_name, "seg");
        cq_buf_add_z(out, variant->items_len > 1 ? "\n" : "");
    }
    cq_buf_add_z(out, variant->items_len > 1 ? "  " : "");
    close_tag(out, variant->name, "tuv");
    cq_buf_add_byte(out, '\n');
    return lost;
}

void cq_shape_put_variant(cq_buf *out, const cq_variant *variant)
{
    put_variant(out, variant);
}

/* A text as it was and as it is, with U+FFFD for what XML cannot hold; only texts that
 * were never XML have that. */
static void tell_replaced(cq_tmx_writer *writer, const cq_variant *variant, size_t number)
{
    cq_loss loss = {.variant = number + 1,
                    .lang = variant->lang,
                    .part = CQ_PART_TEXT,
                    .was = variant->text};

    cq_buf_reset(&writer->text);
    for (size_t at = 0; at < variant->text.len;) {
        uint32_t code = cq_text_next(variant->text, &at);

        cq_text_put(&writer->text, cq_xml_is_char(code) ? code : 0xfffd);
    }
    loss.now = cq_buf_str(&writer->text);
    if (writer->text.failed != CQ_OK)
        writer->out.failed = writer->text.failed;
    else
        writer->loss(writer->loss_context, &loss);
}

/* Declare on the unit what its own <tmx> declared and the written one does not. */
static void write_namespaces(cq_tmx_writer *writer, const cq_header *origin)
{
    for (size_t i = 0; i < origin->tmx_attrs_len; i++) {
        const cq_attr *attr = &origin->tmx_attrs[i];
        cq_str said;

        if (!cq_str_starts(attr->name, CQ_STR("xmlns")))
            continue;
        said = (cq_str){0};
        for (size_t k = 0; k < writer->header->tmx_attrs_len; k++)
            if (cq_str_equal(writer->header->tmx_attrs[k].name, attr->name))
                said = writer->header->tmx_attrs[k].value;
        if (!cq_str_equal(said, attr->value))
            cq_xml_attrs(&writer->out, attr, 1);
    }
}

/* @param writer  knows the namespaces of the file; with `origin` NULL it may be too */
static void put_unit(cq_buf *out, const cq_unit *unit, const bool *wanted,
                     cq_tmx_writer *writer, const cq_header *origin)
{
    for (size_t i = 0; i < unit->items_len; i++)
        if (unit->items[i].kind == CQ_ITEM_LEAD)
            write_around(out, unit->items[i].text);
    open_tag(out, unit->name, "tu", unit->attrs, unit->attrs_len);
    if (origin)
        write_namespaces(writer, origin);
    cq_buf_add_z(out, ">\n");
    for (size_t i = 0; i < unit->items_len; i++) {
        const cq_item *item = &unit->items[i];

        if (item->kind == CQ_ITEM_LEAD)
            continue;
        if (item->kind != CQ_ITEM_VARIANT)
            write_field(out, item, "  ");
        else if ((!wanted || wanted[item->variant]) &&
                 put_variant(out, &unit->variants[item->variant]) && writer &&
                 writer->loss)
            tell_replaced(writer, &unit->variants[item->variant], item->variant);
    }
    close_tag(out, unit->name, "tu");
    cq_buf_add_byte(out, '\n');
}

void cq_shape_put_unit(cq_buf *out, const cq_unit *unit)
{
    put_unit(out, unit, NULL, NULL, NULL);
}

cq_status cq_tmx_write(cq_tmx_writer *writer, const cq_unit *unit,
                       const cq_header *origin, const bool *wanted, cq_error *err)
{
    cq_buf *out = &writer->out;
    bool is_bound = writer->shaper && writer->shaper->version;

    if (writer->shaper) {
        cq_status status = cq_shape_unit(writer->shaper, unit, wanted, &unit, err);

        if (status != CQ_OK)
            return status;
        wanted = NULL;
    }
    put_unit(out, unit, wanted, writer, is_bound ? NULL : origin);
    return cq_tmx_flush(&writer->out, writer->sink, FLUSH_AT, err);
}

cq_status cq_tmx_writer_close(cq_tmx_writer *writer, cq_error *err)
{
    const cq_header *header = writer->header;
    cq_buf *out = &writer->out;
    cq_status status;

    write_around(out, header->around[CQ_AFTER_UNITS]);
    close_tag(out, header->body_name, "body");
    cq_buf_add_byte(out, '\n');
    write_around(out, header->around[CQ_AFTER_BODY]);
    close_tag(out, header->tmx_name, "tmx");
    cq_buf_add_byte(out, '\n');
    write_around(out, header->around[CQ_AFTER_TMX]);
    status = cq_tmx_flush(&writer->out, writer->sink, 1, err);
    cq_tmx_writer_abandon(writer);
    return status;
}

void cq_tmx_writer_abandon(cq_tmx_writer *writer)
{
    if (!writer)
        return;
    if (writer->shaper)
        cq_shaper_release(writer->shaper);
    cq_free(writer->shaper);
    cq_buf_release(&writer->out);
    cq_buf_release(&writer->text);
    cq_free(writer);
}
