#include "bytes.h"

#include "file.h"
#include "text/text.h"

#include <string.h>

#define RAW_SIZE        ((size_t)32 * 1024)
#define DECLARATION_MAX ((size_t)256) /* bytes in which an encoding must be declared */

struct cq_bytes {
    const char *path; /* borrowed */
    cq_file *file;
    cq_converter *converter; /* NULL: the file is UTF-8 */
    char encoding[64];       /* its name */
    uint64_t line, column;   /* of what the next piece begins with, 1-based */
    bool is_end, is_peeked;
    bool after_error; /* the good bytes before an error are out, next comes `late` */
    cq_error late;
    size_t held; /* bytes at the start of raw: a code point that was cut */
    cq_buf text; /* the current piece */
    char raw[RAW_SIZE];
};

/* ---- which encoding -------------------------------------------------------------------
 */

/* UTF-16 by its mark, or by how "<?" looks in it (XML 1.0, appendix F.1). */
static const char *utf16_name(cq_str start, size_t *mark)
{
    static const struct {
        const char *bytes, *name;
        size_t len, mark;
    } looks[] = {
        {"\xff\xfe", "UTF-16LE", 2, 2}, {"\xfe\xff", "UTF-16BE", 2, 2},
        {"<\0?\0", "UTF-16LE", 4, 0},   {"\0<\0?", "UTF-16BE", 4, 0},
        {"<\0t\0", "UTF-16LE", 4, 0},   {"\0<\0t", "UTF-16BE", 4, 0},
    };

    for (size_t i = 0; i < ARRAY_LEN(looks); i++)
        if (start.len >= looks[i].len &&
            memcmp(start.ptr, looks[i].bytes, looks[i].len) == 0) {
            *mark = looks[i].mark;
            return looks[i].name;
        }
    return NULL;
}

/* The encoding that the XML declaration names, empty when it names none. */
static cq_str declared(cq_str start)
{
    cq_str name = {0};
    const char *end, *at;

    if (start.len > DECLARATION_MAX)
        start.len = DECLARATION_MAX;
    if (!cq_str_starts(start, CQ_STR("<?xml")))
        return name;
    end = memchr(start.ptr, '>', start.len);
    if (!end)
        return name;
    for (at = start.ptr; at + 10 < end; at++) {
        char quote;

        if (memcmp(at, "encoding", 8) != 0)
            continue;
        at += 8;
        while (at < end && (*at == ' ' || *at == '=' || *at == '\t'))
            at++;
        quote = *at++;
        for (name.ptr = at; at < end && *at != quote; at++)
            name.len++;
        return name;
    }
    return name;
}

static bool is_called(cq_str name, const char *other)
{
    size_t len = strlen(other);

    if (name.len < len)
        return false;
    for (size_t i = 0; i < len; i++)
        if ((name.ptr[i] | 0x20) != (other[i] | 0x20))
            return false;
    return true;
}

/* UTF-16 whose declaration, read by its ASCII bytes alone, names something else. */
static cq_status check_declared(cq_bytes *bytes, cq_str start, cq_error *err)
{
    size_t phase = bytes->encoding[6] == 'B';
    char ascii[DECLARATION_MAX];
    size_t len = 0;
    cq_str name;

    while (len < sizeof(ascii) && 2 * len + phase < start.len) {
        ascii[len] = start.ptr[2 * len + phase];
        len++;
    }
    name = declared((cq_str){ascii, len});
    if (name.len && !is_called(name, "utf-16") && !is_called(name, "ucs-2") &&
        !is_called(name, "iso-10646-ucs-2") && !is_called(name, "utf16") &&
        !is_called(name, "unicode")) {
        cq_fail_number(err, CQ_E_INPUT, 54,
                       "the file says that it is %.*s, but its bytes look like UTF-16; "
                       "--repair reads them as that",
                       (int)(name.len < 60 ? name.len : 60), name.ptr);
        cq_fail_at(err, NULL, 1, (uint64_t)(name.ptr - ascii) + 1);
        return CQ_E_INPUT;
    }
    return cq_converter_open(cq_str_from(bytes->encoding), &bytes->converter, err);
}

static cq_status choose(cq_bytes *bytes, size_t len, size_t *mark, cq_error *err)
{
    cq_str start = {bytes->raw, len}, name;
    const char *utf16 = utf16_name(start, mark);

    if (utf16) {
        snprintf(bytes->encoding, sizeof(bytes->encoding), "%s", utf16);
        return check_declared(bytes, cq_str_slice(start, *mark, len), err);
    }
    if (cq_str_starts(start, CQ_STR("\xef\xbb\xbf"))) {
        *mark = 3;
        start = cq_str_slice(start, 3, start.len);
    }
    name = declared(start);
    if (name.len == 0 || is_called(name, "utf-8") || is_called(name, "utf8"))
        return CQ_OK;
    if (is_called(name, "utf-16") || is_called(name, "utf-32") ||
        is_called(name, "ucs-")) {
        cq_fail_number(err, CQ_E_INPUT, 54,
                       "the file says that it is %.*s, but its bytes look like %s; "
                       "--repair reads them as what they look like",
                       (int)name.len, name.ptr,
                       cq_text_valid(start) + 4 > start.len ? "UTF-8"
                                                            : "another encoding");
        cq_fail_at(err, NULL, 1, (uint64_t)(name.ptr - bytes->raw) - *mark + 1);
        return CQ_E_INPUT;
    }
    if (*mark) {
        cq_fail_number(
            err, CQ_E_INPUT, 54,
            "the file says that it is %.*s, but its byte order mark says UTF-8; "
            "--repair believes the mark",
            (int)(name.len < 60 ? name.len : 60), name.ptr);
        cq_fail_at(err, NULL, 1, (uint64_t)(name.ptr - bytes->raw) - *mark + 1);
        return CQ_E_INPUT;
    }
    snprintf(bytes->encoding, sizeof(bytes->encoding), "%.*s",
             (int)(name.len < 60 ? name.len : 60), name.ptr);
    if (cq_converter_open(name, &bytes->converter, NULL) == CQ_OK)
        return CQ_OK;
    cq_fail_number(err, CQ_E_INPUT, 55,
                   "the file says that it is in \"%.*s\", which is no "
                   "encoding that calque knows",
                   (int)(name.len < 60 ? name.len : 60), name.ptr);
    cq_fail_at(err, NULL, 1, (uint64_t)(name.ptr - bytes->raw) + 1);
    return CQ_E_INPUT;
}

/* ---- checking -------------------------------------------------------------------------
 */

static void step(cq_bytes *bytes, cq_str over)
{
    const char *at = over.ptr, *end = over.ptr + over.len;

    while (at < end) {
        const char *newline = memchr(at, '\n', (size_t)(end - at));

        if (!newline) {
            bytes->column += (uint64_t)(end - at);
            return;
        }
        bytes->line++;
        bytes->column = 1;
        at = newline + 1;
    }
}

/* Length of the part of `s` that holds only characters that XML 1.0 allows (2.2, Char):
 * no control characters but tab and line ends, no U+FFFE and U+FFFF. */
static size_t allowed(cq_str s)
{
    const unsigned char *at = (const unsigned char *)s.ptr, *end = at + s.len;

    for (; at < end; at++) {
        if (*at < 0x20 && *at != '\t' && *at != '\n' && *at != '\r')
            break;
        if (*at == 0xef && end - at >= 3 && at[1] == 0xbf && at[2] >= 0xbe)
            break;
    }
    return (size_t)(at - (const unsigned char *)s.ptr);
}

/* Keep the good part for this piece and the failure for the next call. */
static void refuse(cq_bytes *bytes, size_t good)
{
    cq_str shown = {bytes->text.ptr, good};

    cq_buf_cut(&bytes->text, good);
    step(bytes, shown);
    cq_fail_at(&bytes->late, bytes->path, bytes->line, bytes->column);
    bytes->after_error = true;
}

static void check_chars(cq_bytes *bytes)
{
    cq_str text = cq_buf_str(&bytes->text);
    size_t good = allowed(text), at = good;

    if (good == text.len)
        return;
    cq_fail_number(
        &bytes->late, CQ_E_INPUT, 53,
        "the control character U+%04X cannot stand in XML; --repair takes it out",
        (unsigned)cq_text_next(text, &at));
    refuse(bytes, good);
}

/* Bytes at the end that may be the start of a code point, at most three. */
static size_t cut_off(cq_str s, size_t valid)
{
    size_t left = s.len - valid;
    unsigned char lead;

    if (left == 0 || left > 3)
        return 0;
    lead = (unsigned char)s.ptr[valid];
    return (lead >= 0xc2 && lead < 0xe0 && left < 2) ||
                   (lead >= 0xe0 && lead < 0xf0 && left < 3) ||
                   (lead >= 0xf0 && lead < 0xf5)
               ? left
               : 0;
}

static cq_status take_utf8(cq_bytes *bytes, cq_str raw, cq_error *err)
{
    size_t valid = cq_text_valid(raw);
    size_t held = bytes->is_end ? 0 : cut_off(raw, valid);

    cq_buf_add(&bytes->text, raw.ptr, valid);
    if (cq_buf_check(&bytes->text, err) != CQ_OK)
        return CQ_E_NOMEM;
    check_chars(bytes);
    if (bytes->after_error)
        return CQ_OK;
    if (valid + held < raw.len) {
        cq_fail_number(
            &bytes->late, CQ_E_INPUT, 52,
            "the byte 0x%02X is no UTF-8; the file is damaged or in another encoding, "
            "and --repair reads such bytes as Windows-1252",
            (unsigned)(unsigned char)raw.ptr[valid]);
        refuse(bytes, bytes->text.len);
        return CQ_OK;
    }
    memmove(bytes->raw, raw.ptr + valid, held);
    bytes->held = held;
    return CQ_OK;
}

static void refuse_bytes(cq_bytes *bytes, const cq_bad_bytes *bad)
{
    char shown[16];
    size_t len = 0;

    shown[0] = '\0';
    for (size_t i = 0; i < bad->len && i < 4; i++)
        len += (size_t)snprintf(shown + len, sizeof(shown) - len, "%s%02X", i ? " " : "",
                                bad->bytes[i]);
    cq_fail_number(&bytes->late, CQ_E_INPUT, 52,
                   "the bytes %s are no character in %s, as which the file is declared; "
                   "--repair writes U+FFFD in their place",
                   shown, bytes->encoding);
    refuse(bytes, bytes->text.len);
}

static cq_status take_converted(cq_bytes *bytes, cq_str raw, cq_error *err)
{
    cq_bad_bytes bad;
    cq_status status =
        cq_converter_run(bytes->converter, &raw, bytes->is_end, &bytes->text, &bad, err);

    bytes->held = 0;
    if (status < 0)
        return status;
    check_chars(bytes);
    if (status == CQ_DONE && !bytes->after_error)
        refuse_bytes(bytes, &bad);
    return CQ_OK;
}

/* ---- the stream -----------------------------------------------------------------------
 */

static cq_status take_more(cq_bytes *bytes, size_t skip, size_t len, cq_error *err)
{
    cq_str raw = {bytes->raw + skip, len - skip};

    cq_buf_reset(&bytes->text);
    return bytes->converter ? take_converted(bytes, raw, err)
                            : take_utf8(bytes, raw, err);
}

static cq_status read_raw(cq_bytes *bytes, size_t *len, cq_error *err)
{
    size_t got;
    cq_status status = cq_file_read(bytes->file, bytes->raw + bytes->held,
                                    sizeof(bytes->raw) - bytes->held, &got, err);

    if (status != CQ_OK)
        return status;
    bytes->is_end = got == 0;
    *len = bytes->held + got;
    return CQ_OK;
}

cq_status cq_bytes_open(const char *path, cq_bytes **out, cq_error *err)
{
    cq_status status;
    size_t len = 0, mark = 0;
    cq_bytes *bytes = cq_zalloc(sizeof(*bytes));

    *out = NULL;
    if (!bytes)
        return cq_fail(err, CQ_E_NOMEM, "no memory to read a file");
    bytes->path = path;
    bytes->line = bytes->column = 1;
    status = cq_file_open(path, &bytes->file, err);
    /* A pipe may give a byte at a time, but the encoding must be told from the first few.
     */
    while (status == CQ_OK && len < DECLARATION_MAX && !bytes->is_end) {
        bytes->held = len;
        status = read_raw(bytes, &len, err);
    }
    bytes->held = 0;
    if (status == CQ_OK)
        status = choose(bytes, len, &mark, err);
    if (status == CQ_OK)
        status = take_more(bytes, mark, len, err);
    bytes->is_peeked = true;
    if (status != CQ_OK) {
        cq_fail_at(err, path, 0, 0);
        cq_bytes_close(bytes);
        return status;
    }
    *out = bytes;
    return CQ_OK;
}

void cq_bytes_close(cq_bytes *bytes)
{
    if (!bytes)
        return;
    cq_file_close(bytes->file);
    cq_converter_close(bytes->converter);
    cq_buf_release(&bytes->text);
    cq_free(bytes);
}

cq_status cq_bytes_peek(cq_bytes *bytes, cq_str *start, cq_error *err)
{
    if (bytes->text.len == 0 && bytes->after_error) {
        if (err && err->status == CQ_OK)
            *err = bytes->late;
        return bytes->late.status;
    }
    *start = cq_buf_str(&bytes->text);
    return CQ_OK;
}

cq_status cq_bytes_read(cq_bytes *bytes, cq_str *piece, cq_error *err)
{
    if (!bytes->is_peeked) {
        size_t len;
        cq_status status;

        if (bytes->after_error) {
            if (err && err->status == CQ_OK)
                *err = bytes->late;
            return bytes->late.status;
        }
        step(bytes, cq_buf_str(&bytes->text));
        if (bytes->is_end)
            return CQ_DONE;
        status = read_raw(bytes, &len, err);
        if (status == CQ_OK)
            status = take_more(bytes, 0, len, err);
        if (status != CQ_OK)
            return status;
    }
    bytes->is_peeked = false;
    *piece = cq_buf_str(&bytes->text);
    return CQ_OK;
}

void cq_bytes_place(const cq_bytes *bytes, uint64_t *line, uint64_t *column)
{
    *line = bytes->line;
    *column = bytes->column;
}

void cq_bytes_at(const cq_bytes *bytes, uint64_t *done, uint64_t *total)
{
    cq_file_at(bytes->file, done, total);
}
