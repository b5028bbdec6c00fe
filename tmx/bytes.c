#include "bytes_parts.h"

#include "excerpt.h"
#include "looks.h"

#include <string.h>

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

/* Whether none of eight bytes can be below 0x20 or 0xef, told by the borrow of each
 * byte's subtraction (Mycroft 1987); where one is, those above it may seem so too. */
static bool is_plain(const unsigned char *at)
{
    const uint64_t each = UINT64_C(0x0101010101010101);
    uint64_t bytes, marks;

    memcpy(&bytes, at, sizeof(bytes));
    marks = bytes ^ each * 0xef;
    return ((((bytes - each * 0x20) & ~bytes) | ((marks - each) & ~marks)) &
            each * 0x80) == 0;
}

/* Length of the part of `s` that holds only characters that XML 1.0 allows (2.2, Char):
 * no control characters but tab and line ends, no U+FFFE and U+FFFF. */
static size_t allowed(cq_str s)
{
    const unsigned char *at = (const unsigned char *)s.ptr, *end;

    if (s.len == 0) /* where the pointer may be NULL */
        return 0;
    for (end = at + s.len; at < end; at++) {
        while (end - at > 8 && is_plain(at))
            at += 8;
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

/* What XML excludes: control characters, and U+FFFE and U+FFFF. */
static const char *kind_of(unsigned code)
{
    return code < 0x20 ? "control character" : "character";
}

static void mend_chars(cq_bytes *bytes);

static void check_chars(cq_bytes *bytes)
{
    cq_str text = cq_buf_str(&bytes->text);
    size_t good = allowed(text), at = good;
    char shown[CQ_EXCERPT_MAX];
    unsigned code;

    if (good == text.len)
        return;
    if (bytes->notice) {
        mend_chars(bytes);
        return;
    }
    code = cq_text_next(text, &at);
    cq_fail_number(&bytes->late, CQ_E_INPUT, 53,
                   "the %s U+%04X cannot stand in XML: " CQ_QUOTED "; --repair takes it "
                   "out",
                   kind_of(code), code, cq_excerpt(text, good, 0, shown));
    refuse(bytes, good);
}

/* ---- mending ------------------------------------------------------------------------
 */

/* A walk over the piece, so that places cost one pass however many are told. */
typedef struct walk {
    size_t at;
    uint64_t line, column;
} walk;

static void tell_at(cq_bytes *bytes, walk *w, size_t at, int number, const char *done,
                    const char *format, ...) CQ_PRINTF(6, 7);
static void tell_at(cq_bytes *bytes, walk *w, size_t at, int number, const char *done,
                    const char *format, ...)
{
    cq_error what = {0};
    char message[120];
    va_list args;
    const char *text = bytes->text.ptr;

    va_start(args, format);
    vsnprintf(message, sizeof(message), format, args);
    va_end(args);

    for (; w->at < at; w->at++) {
        w->line += text[w->at] == '\n';
        w->column = text[w->at] == '\n' ? 1 : w->column + 1;
    }
    cq_fail_number(&what, CQ_E_INPUT, number, "%s", message);
    cq_fail_at(&what, bytes->path, w->line, w->column);
    bytes->notice(bytes->context, &what, done);
}

static size_t cut_off(cq_str s, size_t valid);

static cq_status mend_utf8(cq_bytes *bytes, cq_str raw, cq_error *err)
{
    walk w = {0, bytes->line, bytes->column};
    size_t held = 0;
    char done[80], shown[CQ_EXCERPT_MAX];
    uint32_t code;

    while (raw.len) {
        size_t valid = cq_text_valid(raw);

        cq_buf_add(&bytes->text, raw.ptr, valid);
        raw = cq_str_slice(raw, valid, raw.len);
        held = bytes->is_end ? 0 : cut_off(raw, 0);
        if (raw.len == held || cq_buf_check(&bytes->text, err) != CQ_OK)
            break;
        code = cq_windows_1252((unsigned char)raw.ptr[0]);
        snprintf(done, sizeof(done), "read as " CQ_QUOTED ", as in Windows-1252",
                 cq_shown_character(code, shown));
        tell_at(bytes, &w, bytes->text.len, 52, done, "the byte 0x%02X is no UTF-8",
                (unsigned char)raw.ptr[0]);
        cq_text_put(&bytes->text, code);
        raw = cq_str_slice(raw, 1, raw.len);
        held = 0;
    }
    if (held)
        memmove(bytes->raw, raw.ptr, held);
    bytes->held = held;
    return cq_buf_check(&bytes->text, err);
}

/* Leave out what XML excludes. */
static void mend_chars(cq_bytes *bytes)
{
    cq_str text = cq_buf_str(&bytes->text);
    walk w = {0, bytes->line, bytes->column};
    size_t to = allowed(text), from = to;

    while (from < text.len) {
        size_t next = from;
        unsigned code = cq_text_next(text, &next);
        size_t good;

        /* The place is counted in what was there, so tell before anything is moved. */
        tell_at(bytes, &w, to, 53, "left out", "the %s U+%04X cannot stand in XML",
                kind_of(code), code);
        good = allowed(cq_str_slice(text, next, text.len));
        memmove(bytes->text.ptr + to, text.ptr + next, good);
        to += good;
        from = next + good;
    }
    cq_buf_cut(&bytes->text, to);
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

/* The byte at `at` is no UTF-8. */
static void refuse_byte(cq_bytes *bytes, cq_str raw, size_t at)
{
    unsigned char byte = (unsigned char)raw.ptr[at];
    char shown[CQ_EXCERPT_MAX], read_as[CQ_EXCERPT_MAX];

    cq_excerpt(raw, at, 1, shown);
    if (bytes->looks[0])
        cq_fail_number(&bytes->late, CQ_E_INPUT, 52,
                       "the byte 0x%02X is no UTF-8: " CQ_QUOTED "; the bytes look like "
                       "%s, as which --repair reads the file",
                       (unsigned)byte, shown, bytes->looks);
    else
        cq_fail_number(
            &bytes->late, CQ_E_INPUT, 52,
            "the byte 0x%02X is no UTF-8: " CQ_QUOTED "; the file is damaged or in "
            "another encoding, and --repair reads such bytes as Windows-1252, this one "
            "as " CQ_QUOTED,
            (unsigned)byte, shown, cq_shown_character(cq_windows_1252(byte), read_as));
    refuse(bytes, bytes->text.len);
}

static cq_status take_utf8(cq_bytes *bytes, cq_str raw, cq_error *err)
{
    size_t valid = cq_text_valid(raw);
    size_t held = bytes->is_end ? 0 : cut_off(raw, valid);

    if (bytes->notice) {
        cq_status status = mend_utf8(bytes, raw, err);

        check_chars(bytes);
        return status;
    }
    cq_buf_add(&bytes->text, raw.ptr, valid);
    if (cq_buf_check(&bytes->text, err) != CQ_OK)
        return CQ_E_NOMEM;
    check_chars(bytes);
    if (bytes->after_error)
        return CQ_OK;
    if (valid + held < raw.len) {
        refuse_byte(bytes, raw, valid);
        return CQ_OK;
    }
    memmove(bytes->raw, raw.ptr + valid, held);
    bytes->held = held;
    return CQ_OK;
}

/* Bytes as "the byte 0x81 is" or "the bytes 0x81 0x20 are". */
static void name_bytes(const cq_bad_bytes *bad, char *out, size_t size)
{
    size_t len = (size_t)snprintf(out, size, "the byte%s", bad->len == 1 ? "" : "s");

    for (size_t i = 0; i < bad->len && i < 4; i++)
        len += (size_t)snprintf(out + len, size - len, " 0x%02X", bad->bytes[i]);
    snprintf(out + len, size - len, " %s", bad->len == 1 ? "is" : "are");
}

static void refuse_bytes(cq_bytes *bytes, const cq_bad_bytes *bad)
{
    cq_str text = cq_buf_str(&bytes->text);
    cq_str before = cq_str_slice(text, text.len > 64 ? text.len - 64 : 0, text.len);
    char named[48], shown[CQ_EXCERPT_MAX], line[64 + sizeof(bad->bytes)];

    name_bytes(bad, named, sizeof(named));
    if (before.len) /* else the pointer may be NULL */
        memcpy(line, before.ptr, before.len);
    memcpy(line + before.len, bad->bytes, bad->len);
    cq_excerpt((cq_str){line, before.len + bad->len}, before.len, bad->len, shown);
    cq_fail_number(&bytes->late, CQ_E_INPUT, 52,
                   "%s no character in %s, as which the file is declared: " CQ_QUOTED "; "
                   "--repair writes U+FFFD instead",
                   named, bytes->encoding, shown);
    refuse(bytes, bytes->text.len);
}

static cq_status take_converted(cq_bytes *bytes, cq_str raw, cq_error *err)
{
    cq_bad_bytes bad;
    walk w = {0, bytes->line, bytes->column};
    char named[48];
    cq_status status;

    bytes->held = 0;
    do {
        status = cq_converter_run(bytes->converter, &raw, bytes->is_end, &bytes->text,
                                  &bad, err);
        if (status == CQ_DONE && bytes->notice) {
            name_bytes(&bad, named, sizeof(named));
            tell_at(bytes, &w, bytes->text.len, 52, "U+FFFD written",
                    "%s no character in %s", named, bytes->encoding);
            cq_text_put(&bytes->text, 0xfffd);
        }
    } while (status == CQ_DONE && bytes->notice);
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
    cq_error what = {0};
    cq_status status = cq_file_read(bytes->file, bytes->raw + bytes->held,
                                    sizeof(bytes->raw) - bytes->held, &got, &what);

    if (status == CQ_E_INPUT && what.number == 51 && bytes->notice) {
        /* What follows says where it ends. */
        bytes->notice(bytes->context, &what, "what is whole is read");
        got = 0;
    } else if (status != CQ_OK) {
        if (err && err->status == CQ_OK)
            *err = what;
        return status;
    }
    bytes->is_end = got == 0;
    *len = bytes->held + got;
    return CQ_OK;
}

cq_status cq_bytes_open(const char *path, cq_bytes_notice notice, void *context,
                        cq_bytes **out, cq_error *err)
{
    return cq_bytes_open_as(path, NULL, notice, context, out, err);
}

cq_status cq_bytes_open_as(const char *path, const char *encoding, cq_bytes_notice notice,
                           void *context, cq_bytes **out, cq_error *err)
{
    cq_status status;
    size_t len = 0, mark = 0;
    cq_bytes *bytes = cq_zalloc(sizeof(*bytes));

    *out = NULL;
    if (!bytes)
        return cq_fail(err, CQ_E_NOMEM, "no memory to read a file");
    bytes->path = path;
    bytes->notice = notice;
    bytes->context = context;
    bytes->line = bytes->column = 1;
    status = cq_file_open(path, &bytes->file, err);
    /* A pipe may give a byte at a time, but the encoding must be told from the first few.
     */
    while (status == CQ_OK && len < CQ_DECLARATION_MAX && !bytes->is_end) {
        bytes->held = len;
        status = read_raw(bytes, &len, err);
    }
    bytes->held = 0;
    if (status == CQ_OK)
        status = encoding
                     ? cq_encoding_take(bytes, cq_str_from(encoding), len, &mark, err)
                     : cq_encoding_choose(bytes, len, &mark, err);
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
