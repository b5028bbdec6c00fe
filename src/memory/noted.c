#include "noted.h"

#include "tmx/tmx.h"

#include <stdio.h>
#include <string.h>
#include <strings.h>

/* How a property says what stood there. */
typedef enum form {
    FORM_TEXT,
    FORM_SEGMENT, /* "<seg>...</seg>" as markup */
    FORM_PAIR,    /* "source | target" */
    FORM_MD5,     /* of the text in lower case, in hexadecimal digits */
    FORM_CRC,     /* CRC-32 of the text, decimal, or hexadecimal as XTM's XLIFF has it */
    FORM_KEY,     /* opaque: equal or not */
} form;

static const struct noted {
    const char *type; /* letter case does not matter */
    cq_place_kind place;
    form form;
} table[] = {
    {"x-context-pre", CQ_PLACE_PREVIOUS, FORM_SEGMENT},
    {"x-context-post", CQ_PLACE_NEXT, FORM_SEGMENT},
    {"x-ContextPre", CQ_PLACE_PREVIOUS, FORM_TEXT},
    {"x-ContextPost", CQ_PLACE_NEXT, FORM_TEXT},
    {"context_prev", CQ_PLACE_PREVIOUS, FORM_TEXT},
    {"context_next", CQ_PLACE_NEXT, FORM_TEXT},
    {"x-previous-source-text", CQ_PLACE_PREVIOUS, FORM_TEXT},
    {"x-next-source-text", CQ_PLACE_NEXT, FORM_TEXT},
    {"x-previous-crc", CQ_PLACE_PREVIOUS, FORM_CRC},
    {"x-next-crc", CQ_PLACE_NEXT, FORM_CRC},
    {"previousMd5Segment", CQ_PLACE_PREVIOUS, FORM_TEXT},
    {"nextMd5Segment", CQ_PLACE_NEXT, FORM_TEXT},
    {"previousMd5Checksum", CQ_PLACE_PREVIOUS, FORM_MD5},
    {"nextMd5Checksum", CQ_PLACE_NEXT, FORM_MD5},
    {"x-ContextContent", CQ_PLACE_PREVIOUS, FORM_PAIR},
    {"prev", CQ_PLACE_PREVIOUS, FORM_TEXT},
    {"next", CQ_PLACE_NEXT, FORM_TEXT},
    {"x-prev", CQ_PLACE_PREVIOUS, FORM_TEXT},
    {"x-next", CQ_PLACE_NEXT, FORM_TEXT},
    {"x-Context", CQ_PLACE_KEY, FORM_KEY},
    {"context", CQ_PLACE_KEY, FORM_KEY},
    {"x-IdContext", CQ_PLACE_KEY, FORM_KEY},
    {"id", CQ_PLACE_KEY, FORM_KEY},
    {"tmgr:context", CQ_PLACE_KEY, FORM_KEY},
};

static const struct noted *find_row(cq_str type)
{
    for (size_t i = 0; i < ARRAY_LEN(table); i++)
        if (strlen(table[i].type) == type.len &&
            strncasecmp(table[i].type, type.ptr, type.len) == 0)
            return &table[i];
    return NULL;
}

static bool same_hex(cq_str said, const char *hex)
{
    return said.len == strlen(hex) && strncasecmp(said.ptr, hex, said.len) == 0;
}

static cq_status check_md5(cq_str said, cq_str wanted, bool *is_it, cq_error *err)
{
    cq_buf lower = {0};
    char hex[CQ_MD5_HEX];
    cq_status status;

    for (size_t at = 0; at < wanted.len;)
        cq_text_put(&lower, cq_char_to_lower(cq_text_next(wanted, &at)));
    status = cq_buf_check(&lower, err);
    if (status == CQ_OK) {
        cq_tmx_md5(cq_buf_str(&lower), hex);
        *is_it = same_hex(said, hex);
    }
    cq_buf_release(&lower);
    return status;
}

static bool check_crc(cq_str said, cq_str wanted)
{
    uint32_t sum = cq_tmx_crc32(wanted);
    char digits[16];

    snprintf(digits, sizeof(digits), "%u", (unsigned)sum);
    if (same_hex(said, digits))
        return true;
    snprintf(digits, sizeof(digits), "%x", (unsigned)sum);
    return same_hex(said, digits);
}

/* Trados Studio; the source may have a bar of its own. */
static bool check_pair(cq_str said, cq_str wanted)
{
    static const char bar[] = " | ";

    for (size_t at = 0; at + 3 <= said.len; at++)
        if (memcmp(said.ptr + at, bar, 3) == 0 &&
            cq_text_same(cq_str_slice(said, 0, at), wanted))
            return true;
    return cq_text_same(said, wanted);
}

static cq_status check_segment(cq_str said, cq_str wanted, bool *is_it, cq_error *err)
{
    cq_buf plain = {0};
    cq_status status = cq_tmx_plain(said, &plain, err);

    if (status >= 0)
        *is_it = cq_text_same(status == CQ_OK ? cq_buf_str(&plain) : said, wanted);
    cq_buf_release(&plain);
    return status < 0 ? status : CQ_OK;
}

static cq_status check(form how, cq_str said, cq_str wanted, bool *is_it, cq_error *err)
{
    switch (how) {
    case FORM_SEGMENT:
        return check_segment(said, wanted, is_it, err);
    case FORM_MD5:
        return check_md5(said, wanted, is_it, err);
    case FORM_CRC:
        *is_it = check_crc(said, wanted);
        return CQ_OK;
    case FORM_PAIR:
        *is_it = check_pair(said, wanted);
        return CQ_OK;
    case FORM_KEY:
        *is_it = cq_str_equal(said, wanted);
        return CQ_OK;
    default:
        *is_it = cq_text_same(said, wanted);
        return CQ_OK;
    }
}

static cq_status read_items(const cq_item *items, size_t len, const cq_str *wanted,
                            bool *is_noted, cq_error *err)
{
    cq_status status = CQ_OK;

    for (size_t i = 0; i < len && status == CQ_OK; i++) {
        const struct noted *row;

        if (items[i].kind != CQ_ITEM_PROP)
            continue;
        row = find_row(cq_attr_find(items[i].attrs, items[i].attrs_len, "type"));
        if (row && wanted[row->place].len && !is_noted[row->place])
            status = check(row->form, items[i].text, wanted[row->place],
                           &is_noted[row->place], err);
    }
    return status;
}

cq_status cq_noted_find(const cq_unit *unit, const cq_str wanted[CQ_PLACE_KINDS],
                        bool is_noted[CQ_PLACE_KINDS], cq_error *err)
{
    cq_status status = read_items(unit->items, unit->items_len, wanted, is_noted, err);

    for (size_t i = 0; i < unit->variants_len && status == CQ_OK; i++)
        status = read_items(unit->variants[i].items, unit->variants[i].items_len, wanted,
                            is_noted, err);
    return status;
}

/* A sum, since the order in which properties stand says nothing. */
static uint64_t hash_items(const cq_item *items, size_t len)
{
    uint64_t sum = 0;

    for (size_t i = 0; i < len; i++) {
        const struct noted *row;

        if (items[i].kind != CQ_ITEM_PROP)
            continue;
        row = find_row(cq_attr_find(items[i].attrs, items[i].attrs_len, "type"));
        if (row)
            sum += cq_hash(items[i].text.ptr, items[i].text.len,
                           (uint64_t)(row - table) + 1);
    }
    return sum;
}

uint64_t cq_noted_hash(const cq_unit *unit)
{
    uint64_t sum = hash_items(unit->items, unit->items_len);

    for (size_t i = 0; i < unit->variants_len; i++)
        sum += hash_items(unit->variants[i].items, unit->variants[i].items_len);
    return sum;
}
