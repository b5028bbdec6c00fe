/* element.c -- names and attributes of an element as SAX tells it. */
#include "parts.h"

void cq_tmx_add_name(cq_buf *out, const xmlChar *prefix, const xmlChar *name)
{
    if (prefix) {
        cq_buf_add_z(out, (const char *)prefix);
        cq_buf_add_byte(out, ':');
    }
    cq_buf_add_z(out, (const char *)name);
}

cq_str cq_tmx_full_name(cq_tmx_reader *reader, cq_arena *arena, const xmlChar *prefix,
                        const xmlChar *name, bool only_prefixed)
{
    cq_str empty = {0}, first = prefix ? cq_xml_str(prefix) : empty;
    cq_str last = cq_xml_str(name);
    size_t at = prefix ? first.len + 1 : 0; /* of the name proper */
    char *copy;

    if (only_prefixed && !prefix)
        return empty;
    copy = cq_arena_alloc(arena, at + last.len + 1);
    if (!copy) {
        cq_tmx_stop_short(reader);
        return empty;
    }
    if (prefix) {
        memcpy(copy, first.ptr, first.len);
        copy[first.len] = ':';
    }
    memcpy(copy + at, last.ptr, last.len + 1);
    return (cq_str){copy, at + last.len};
}

cq_str cq_tmx_plain_value(cq_str value, cq_buf *scratch)
{
    size_t from = 0;

    if (!value.len || !memchr(value.ptr, '&', value.len))
        return value;
    cq_buf_reset(scratch);
    for (size_t i = 0; i + 5 <= value.len; i++)
        if (memcmp(value.ptr + i, "&#38;", 5) == 0) {
            cq_buf_add(scratch, value.ptr + from, i + 1 - from);
            from = i + 5;
            i += 4;
        }
    cq_buf_add(scratch, value.ptr + from, value.len - from);
    return cq_buf_str(scratch);
}

/* Valid until the next call. */
static cq_str plain_value(cq_tmx_reader *reader, cq_str value)
{
    value = cq_tmx_plain_value(value, &reader->value);
    if (reader->value.failed != CQ_OK)
        cq_tmx_stop_short(reader);
    return value;
}

cq_str cq_tmx_value(cq_tmx_reader *reader, const xmlChar **attribute)
{
    return plain_value(reader, (cq_str){(const char *)attribute[3],
                                        (size_t)(attribute[4] - attribute[3])});
}

cq_str cq_tmx_uri(cq_tmx_reader *reader, const xmlChar *uri)
{
    return plain_value(reader, cq_xml_str(uri));
}

/* Namespace declarations first, then attributes, in document order. Attributes that an
 * internal subset supplies by default (the last of `attributes`) are not of the document.
 */
void cq_tmx_read_attrs(cq_tmx_reader *reader, cq_arena *arena, const cq_tmx_element *el,
                       cq_attr **attrs, size_t *len)
{
    const xmlChar *xmlns = (const xmlChar *)"xmlns";

    for (int i = 0; i < el->namespaces_len; i++) {
        const xmlChar *prefix = el->namespaces[2 * i];
        cq_str name = prefix ? cq_tmx_full_name(reader, arena, xmlns, prefix, false)
                             : cq_xml_str(xmlns);

        if (!cq_attrs_add(arena, attrs, len, name,
                          cq_tmx_uri(reader, el->namespaces[2 * i + 1])))
            cq_tmx_stop_short(reader);
    }
    for (int i = 0; i < el->attributes_len; i++) {
        const xmlChar **at = el->attributes + 5 * i;
        cq_str name = cq_tmx_full_name(reader, arena, at[1], at[0], false);

        if (!cq_attrs_add(arena, attrs, len, name, cq_tmx_value(reader, at)))
            cq_tmx_stop_short(reader);
    }
}

static bool find_attr(const cq_tmx_element *el, const char *name, cq_str *value)
{
    for (int i = 0; i < el->attributes_len; i++) {
        const xmlChar **at = el->attributes + 5 * i;

        if (!at[1] && cq_xml_is(at[0], name)) {
            *value = (cq_str){(const char *)at[3], (size_t)(at[4] - at[3])};
            return true;
        }
    }
    return false;
}

int32_t cq_tmx_number(const cq_tmx_element *el, const char *name)
{
    cq_str value;
    int32_t number = 0;

    if (!find_attr(el, name, &value) || value.len == 0 || value.len > 9)
        return -1;
    for (size_t i = 0; i < value.len; i++) {
        if (value.ptr[i] < '0' || value.ptr[i] > '9')
            return -1;
        number = number * 10 + (value.ptr[i] - '0');
    }
    return number;
}

/* An element of TMX is in no namespace, or in the one that <tmx> is in. */
static bool is_ours(const cq_tmx_reader *reader, const cq_tmx_element *el)
{
    if (!el->uri)
        return !el->prefix;
    return cq_str_equal(cq_xml_str(el->uri), reader->root_uri);
}

bool cq_tmx_is(const cq_tmx_reader *reader, const cq_tmx_element *el, const char *name)
{
    return cq_xml_is(el->name, name) && is_ours(reader, el);
}
