/* record.c -- units and headers as bytes (docs/file-format.md, "Unit record").
 *
 * A list is its length and its items; a string is its length in bytes and these; numbers
 * are varints. Common attribute names are one number, dates take six bytes, and what few
 * units have is there only when a flag says so. Every field has one encoding only, so
 * equal units are equal bytes. */
#include "unit.h"

/* What a unit has besides variants, and a variant besides attributes and one segment. */
enum {
    UNIT_NAME = 1,
    UNIT_ATTRS = 2,
    UNIT_ITEMS = 4,
};
enum {
    VARIANT_NAME = 1,
    VARIANT_SEG_NAME = 2,
    VARIANT_SEG_ATTRS = 4,
    VARIANT_ITEMS = 8,
    VARIANT_CODES = 16,
};

/* Number of an attribute name in a record; 0 is for names that are spelt out. Appending
 * is a compatible change of the format, anything else is not. */
#define NAME(text)                                                                       \
    {                                                                                    \
        text, sizeof(text) - 1                                                           \
    }
static const cq_str names[] = {NAME(""),
                               NAME("xml:lang"),
                               NAME("lang"),
                               NAME("type"),
                               NAME("creationdate"),
                               NAME("creationid"),
                               NAME("changedate"),
                               NAME("changeid"),
                               NAME("tuid"),
                               NAME("srclang"),
                               NAME("datatype"),
                               NAME("segtype"),
                               NAME("usagecount"),
                               NAME("lastusagedate"),
                               NAME("creationtool"),
                               NAME("creationtoolversion"),
                               NAME("o-tmf"),
                               NAME("o-encoding"),
                               NAME("adminlang"),
                               NAME("version")};

static void put_str(cq_buf *out, cq_str s)
{
    cq_buf_add_varint(out, s.len);
    cq_buf_add_str(out, s);
}

#define DATE_LEN ((size_t)16)

/* The number that `len` digits at `at` are; false when one is none. */
static bool read_digits(const char *at, size_t len, unsigned *value)
{
    *value = 0;
    for (size_t i = 0; i < len; i++) {
        if (at[i] < '0' || at[i] > '9')
            return false;
        *value = *value * 10 + (unsigned)(at[i] - '0');
    }
    return true;
}

/* Year, month and so on of YYYYMMDDThhmmssZ, all in range. */
static const struct {
    size_t at, len;
    unsigned range;
} date_fields[] = {{0, 4, 10000}, {4, 2, 13},  {6, 2, 32},
                   {9, 2, 24},    {11, 2, 60}, {13, 2, 61}};

/* A date as one number below 2^40, one to one. */
static bool pack_date(cq_str s, uint64_t *packed)
{
    if (s.len != DATE_LEN || s.ptr[8] != 'T' || s.ptr[15] != 'Z')
        return false;
    *packed = 0;
    for (size_t i = 0; i < ARRAY_LEN(date_fields); i++) {
        unsigned value;

        if (!read_digits(s.ptr + date_fields[i].at, date_fields[i].len, &value) ||
            value >= date_fields[i].range)
            return false;
        *packed = *packed * date_fields[i].range + value;
    }
    return true;
}

/* An attribute's value: twice its length and its bytes, or 1 and a date in five bytes. */
static void put_value(cq_buf *out, cq_str value)
{
    uint64_t date;

    if (!pack_date(value, &date)) {
        cq_buf_add_varint(out, (uint64_t)value.len * 2);
        cq_buf_add_str(out, value);
        return;
    }
    cq_buf_add_varint(out, 1);
    for (unsigned i = 0; i < 5; i++)
        cq_buf_add_byte(out, (unsigned char)(date >> (8 * i)));
}

/* The commonest names come first. */
static size_t name_number(cq_str name)
{
    for (size_t number = 1; number < ARRAY_LEN(names); number++)
        if (cq_str_equal(name, names[number]))
            return number;
    return 0;
}

static void put_attrs(cq_buf *out, const cq_attr *attrs, size_t len)
{
    cq_buf_add_varint(out, len);
    for (size_t i = 0; i < len; i++) {
        size_t number = name_number(attrs[i].name);

        cq_buf_add_varint(out, number);
        if (number == 0)
            put_str(out, attrs[i].name);
        put_value(out, attrs[i].value);
    }
}

static void put_items(cq_buf *out, const cq_item *items, size_t len)
{
    cq_buf_add_varint(out, len);
    for (size_t i = 0; i < len; i++) {
        const cq_item *item = &items[i];

        cq_buf_add_varint(out, item->kind);
        if (item->kind == CQ_ITEM_VARIANT || item->kind == CQ_ITEM_SEGMENT)
            continue; /* variants stand in the order of their items */
        if (item->kind == CQ_ITEM_NOTE || item->kind == CQ_ITEM_PROP) {
            put_str(out, item->name);
            put_attrs(out, item->attrs, item->attrs_len);
        }
        put_str(out, item->text);
    }
}

static void put_codes(cq_buf *out, const cq_variant *variant)
{
    size_t last = 0;

    cq_buf_add_varint(out, variant->codes_len);
    for (size_t i = 0; i < variant->codes_len; i++) {
        const cq_code *code = &variant->codes[i];

        cq_buf_add_varint(out, code->kind);
        cq_buf_add_varint(out, code->at - last);
        cq_buf_add_varint(out, cq_zigzag(code->pair));
        cq_buf_add_varint(out, cq_zigzag(code->link));
        put_str(out, code->markup);
        last = code->at;
    }
}

static bool is_plain(const cq_variant *variant)
{
    return variant->items_len == 1 && variant->items[0].kind == CQ_ITEM_SEGMENT;
}

static void put_variant(cq_buf *out, const cq_variant *variant)
{
    unsigned flags = (variant->name.len ? VARIANT_NAME : 0) |
                     (variant->seg_name.len ? VARIANT_SEG_NAME : 0) |
                     (variant->seg_attrs_len ? VARIANT_SEG_ATTRS : 0) |
                     (is_plain(variant) ? 0 : VARIANT_ITEMS) |
                     (variant->codes_len ? VARIANT_CODES : 0);

    cq_buf_add_varint(out, flags);
    put_attrs(out, variant->attrs, variant->attrs_len);
    if (flags & VARIANT_NAME)
        put_str(out, variant->name);
    if (flags & VARIANT_SEG_NAME)
        put_str(out, variant->seg_name);
    if (flags & VARIANT_SEG_ATTRS)
        put_attrs(out, variant->seg_attrs, variant->seg_attrs_len);
    if (flags & VARIANT_ITEMS)
        put_items(out, variant->items, variant->items_len);
    if (flags & VARIANT_CODES)
        put_codes(out, variant);
}

cq_status cq_unit_encode(const cq_unit *unit, cq_buf *record, cq_error *err)
{
    unsigned flags = (unit->name.len ? UNIT_NAME : 0) |
                     (unit->attrs_len ? UNIT_ATTRS : 0) |
                     (unit->items_len != unit->variants_len ? UNIT_ITEMS : 0);

    cq_buf_add_varint(record, flags);
    if (flags & UNIT_NAME)
        put_str(record, unit->name);
    if (flags & UNIT_ATTRS)
        put_attrs(record, unit->attrs, unit->attrs_len);
    if (flags & UNIT_ITEMS)
        put_items(record, unit->items, unit->items_len);
    else
        cq_buf_add_varint(record, unit->variants_len);
    for (size_t i = 0; i < unit->variants_len; i++)
        put_variant(record, &unit->variants[i]);
    return cq_buf_check(record, err);
}

cq_status cq_header_encode(const cq_header *header, cq_buf *record, cq_error *err)
{
    cq_buf_add_varint(record, header->is_present);
    put_str(record, header->tmx_name);
    put_str(record, header->header_name);
    put_str(record, header->body_name);
    put_attrs(record, header->tmx_attrs, header->tmx_attrs_len);
    put_attrs(record, header->attrs, header->attrs_len);
    put_items(record, header->items, header->items_len);
    put_attrs(record, header->body_attrs, header->body_attrs_len);
    put_str(record, header->doctype);
    for (size_t i = 0; i < CQ_PLACES; i++)
        put_str(record, header->around[i]);
    return cq_buf_check(record, err);
}

/* ---- reading --------------------------------------------------------------------------
 */

typedef struct reading {
    cq_reader in;
    cq_arena *arena;
    bool is_short; /* of memory */
} reading;

static cq_str get_str(reading *r)
{
    return cq_read_bytes(&r->in, cq_read_varint(&r->in));
}

/* A list of `item` bytes each; every item takes at least one byte of the record, so a
 * length past its end is a broken record and never an allocation. */
static void *get_list(reading *r, size_t *len, size_t item)
{
    uint64_t count = cq_read_varint(&r->in);
    void *list;

    *len = 0;
    if (count > (uint64_t)(r->in.end - r->in.at))
        r->in.failed = true;
    if (r->in.failed || count == 0)
        return NULL;
    list = cq_arena_alloc(r->arena, cq_unit_room((size_t)count) * item);
    if (!list)
        r->is_short = r->in.failed = true;
    else
        *len = (size_t)count;
    return list;
}

/* The text of a packed date, in the arena. */
static cq_str unpack_date(reading *r, uint64_t packed)
{
    char *text = cq_arena_alloc(r->arena, DATE_LEN);

    if (!text) {
        r->is_short = r->in.failed = true;
        return (cq_str){0};
    }
    text[8] = 'T';
    text[15] = 'Z';
    for (size_t i = ARRAY_LEN(date_fields); i-- > 0;) {
        unsigned value = (unsigned)(packed % date_fields[i].range);

        packed /= date_fields[i].range;
        for (size_t k = date_fields[i].len; k-- > 0; value /= 10)
            text[date_fields[i].at + k] = (char)('0' + value % 10);
    }
    r->in.failed = r->in.failed || packed != 0;
    return (cq_str){text, DATE_LEN};
}

static cq_str get_value(reading *r)
{
    uint64_t head = cq_read_varint(&r->in), packed = 0;
    cq_str bytes;

    if (!(head & 1))
        return cq_read_bytes(&r->in, head / 2);
    bytes = cq_read_bytes(&r->in, 5);
    for (size_t i = 0; i < bytes.len; i++)
        packed |= (uint64_t)(unsigned char)bytes.ptr[i] << (8 * i);
    r->in.failed = r->in.failed || head != 1;
    return unpack_date(r, packed);
}

static cq_attr *get_attrs(reading *r, size_t *len)
{
    cq_attr *attrs = get_list(r, len, sizeof(*attrs));

    for (size_t i = 0; i < *len; i++) {
        uint64_t number = cq_read_varint(&r->in);

        if (number >= ARRAY_LEN(names))
            r->in.failed = true;
        else
            attrs[i].name = number ? names[number] : get_str(r);
        attrs[i].value = get_value(r);
        if (r->in.failed) {
            *len = 0;
            return NULL;
        }
    }
    return attrs;
}

static cq_item *get_items(reading *r, size_t *len, size_t *variants)
{
    cq_item *items = get_list(r, len, sizeof(*items));

    for (size_t i = 0; i < *len; i++) {
        uint64_t kind = cq_read_varint(&r->in);

        if (kind < CQ_ITEM_NOTE || kind > CQ_ITEM_MARKUP)
            r->in.failed = true;
        items[i] = (cq_item){.kind = (cq_item_kind)kind};
        if (kind == CQ_ITEM_VARIANT)
            items[i].variant = (*variants)++;
        if (kind == CQ_ITEM_NOTE || kind == CQ_ITEM_PROP) {
            items[i].name = get_str(r);
            items[i].attrs = get_attrs(r, &items[i].attrs_len);
        }
        if (kind != CQ_ITEM_VARIANT && kind != CQ_ITEM_SEGMENT)
            items[i].text = get_str(r);
        if (r->in.failed) {
            *len = 0;
            return NULL;
        }
    }
    return items;
}

static void get_codes(reading *r, cq_variant *variant)
{
    size_t at = 0;

    variant->codes = get_list(r, &variant->codes_len, sizeof(*variant->codes));
    for (size_t i = 0; i < variant->codes_len && !r->in.failed; i++) {
        cq_code *code = &variant->codes[i];

        code->kind = (cq_code_kind)cq_read_varint(&r->in);
        if (code->kind < CQ_CODE_OPEN || code->kind > CQ_CODE_MARKUP)
            r->in.failed = true;
        at += (size_t)cq_read_varint(&r->in);
        code->at = at;
        code->pair = (int32_t)cq_unzigzag(cq_read_varint(&r->in));
        code->link = (int32_t)cq_unzigzag(cq_read_varint(&r->in));
        code->markup = get_str(r);
    }
}

/* `count` items of one kind that nothing more is to be said of. */
static cq_item *plain_items(reading *r, cq_item_kind kind, size_t count, size_t *len)
{
    cq_item *items;

    *len = 0;
    if (count == 0 || r->in.failed)
        return NULL;
    items = cq_arena_alloc(r->arena, cq_unit_room(count) * sizeof(*items));
    if (!items) {
        r->is_short = r->in.failed = true;
        return NULL;
    }
    for (size_t i = 0; i < count; i++)
        items[i] = (cq_item){.kind = kind, .variant = kind == CQ_ITEM_VARIANT ? i : 0};
    *len = count;
    return items;
}

static void get_variant(reading *r, cq_variant *variant)
{
    uint64_t flags = cq_read_varint(&r->in);
    size_t none = 0;

    *variant = (cq_variant){0};
    variant->attrs = get_attrs(r, &variant->attrs_len);
    if (flags & VARIANT_NAME)
        variant->name = get_str(r);
    if (flags & VARIANT_SEG_NAME)
        variant->seg_name = get_str(r);
    if (flags & VARIANT_SEG_ATTRS)
        variant->seg_attrs = get_attrs(r, &variant->seg_attrs_len);
    if (flags & VARIANT_ITEMS)
        variant->items = get_items(r, &variant->items_len, &none);
    else
        variant->items = plain_items(r, CQ_ITEM_SEGMENT, 1, &variant->items_len);
    if (flags & VARIANT_CODES)
        get_codes(r, variant);
    variant->lang = cq_attr_find(variant->attrs, variant->attrs_len, "xml:lang");
    if (!variant->lang.ptr)
        variant->lang = cq_attr_find(variant->attrs, variant->attrs_len, "lang");
}

/* How many variants follow; their items are there already or said by their number. */
static size_t get_unit_items(reading *r, cq_unit *unit, bool has_items)
{
    uint64_t count;
    size_t variants = 0;

    if (has_items) {
        unit->items = get_items(r, &unit->items_len, &variants);
        return variants;
    }
    count = cq_read_varint(&r->in);
    if (count > (uint64_t)(r->in.end - r->in.at))
        r->in.failed = true;
    unit->items = plain_items(r, CQ_ITEM_VARIANT, (size_t)count, &unit->items_len);
    return unit->items_len;
}

static cq_status finish(const reading *r, const char *what, cq_error *err)
{
    if (r->is_short)
        return cq_fail(err, CQ_E_NOMEM, "no memory to read a stored %s", what);
    if (r->in.failed || r->in.at != r->in.end)
        return cq_fail(err, CQ_E_STORE, "a stored %s is damaged", what);
    return CQ_OK;
}

cq_status cq_unit_decode(cq_str record, cq_unit *unit, cq_error *err)
{
    reading r = {.in = cq_reader_over(record), .arena = &unit->arena};
    uint64_t flags = cq_read_varint(&r.in);
    size_t variants;
    cq_status status;

    cq_unit_reset(unit);
    if (flags & UNIT_NAME)
        unit->name = get_str(&r);
    if (flags & UNIT_ATTRS)
        unit->attrs = get_attrs(&r, &unit->attrs_len);
    variants = get_unit_items(&r, unit, flags & UNIT_ITEMS);
    if (variants && !r.in.failed) {
        unit->variants = cq_arena_alloc(&unit->arena,
                                        cq_unit_room(variants) * sizeof(*unit->variants));
        if (!unit->variants)
            r.is_short = r.in.failed = true;
    }
    for (size_t i = 0; i < variants && !r.in.failed; i++) {
        get_variant(&r, &unit->variants[i]);
        unit->variants_len++;
    }
    status = finish(&r, "unit", err);
    if (status != CQ_OK)
        cq_unit_reset(unit);
    return status;
}

cq_status cq_header_decode(cq_str record, cq_header *header, cq_error *err)
{
    reading r = {.in = cq_reader_over(record), .arena = &header->arena};
    size_t none = 0;
    cq_status status;

    cq_header_reset(header);
    header->is_present = cq_read_varint(&r.in) != 0;
    header->tmx_name = get_str(&r);
    header->header_name = get_str(&r);
    header->body_name = get_str(&r);
    header->tmx_attrs = get_attrs(&r, &header->tmx_attrs_len);
    header->version = cq_attr_find(header->tmx_attrs, header->tmx_attrs_len, "version");
    header->attrs = get_attrs(&r, &header->attrs_len);
    header->items = get_items(&r, &header->items_len, &none);
    header->body_attrs = get_attrs(&r, &header->body_attrs_len);
    header->doctype = get_str(&r);
    for (size_t i = 0; i < CQ_PLACES; i++)
        header->around[i] = get_str(&r);
    status = finish(&r, "header", err);
    if (status != CQ_OK)
        cq_header_reset(header);
    return status;
}
