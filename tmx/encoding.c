/* encoding.c -- which encoding a file is in: what its bytes show, and what it declares.
 */
#include "bytes_parts.h"

#include "looks.h"

#include <string.h>

/* A declaration that cannot be true: refused, or told and passed over.
 * @param looks  what the bytes look like, and are read as with --repair */
static cq_status wrong_declaration(cq_bytes *bytes, cq_str name, uint64_t column,
                                   const char *looks, cq_error *err)
{
    cq_error what = {0};
    char done[80];
    const char *part = bytes->notice ? "" : "; --repair reads it as ",
               *as = bytes->notice ? "" : looks;
    int len = (int)(name.len < 60 ? name.len : 60);

    if (name.len)
        cq_fail_number(&what, CQ_E_INPUT, 54,
                       "the file says that it is %.*s, but its bytes look like %s%s%s",
                       len, name.ptr, looks, part, as);
    else
        cq_fail_number(&what, CQ_E_INPUT, 54,
                       "the file is UTF-8, since it names no other encoding, but its "
                       "bytes look like %s%s%s",
                       looks, part, as);
    cq_fail_at(&what, bytes->path, 1, column);
    if (!bytes->notice) {
        if (err && err->status == CQ_OK)
            *err = what;
        return CQ_E_INPUT;
    }
    snprintf(done, sizeof(done), "read as %s", looks);
    bytes->notice(bytes->context, &what, done);
    return CQ_OK;
}

static cq_status unknown_encoding(cq_bytes *bytes, cq_str name, uint64_t column,
                                  const char *looks, cq_error *err)
{
    cq_error what = {0};
    char done[80];

    snprintf(done, sizeof(done), "read as %s", looks);
    cq_fail_number(&what, CQ_E_INPUT, 55,
                   "the file says that it is in \"%.*s\", which is no encoding that "
                   "calque knows%s%s",
                   (int)(name.len < 60 ? name.len : 60), name.ptr,
                   bytes->notice ? "" : "; --repair reads it as ",
                   bytes->notice ? "" : looks);
    cq_fail_at(&what, bytes->path, 1, column);
    if (!bytes->notice) {
        if (err && err->status == CQ_OK)
            *err = what;
        return CQ_E_INPUT;
    }
    bytes->notice(bytes->context, &what, done);
    return CQ_OK;
}

/* UTF-16 whose declaration, read by its ASCII bytes alone, names something else. */
static cq_status check_declared(cq_bytes *bytes, cq_str start, cq_error *err)
{
    size_t phase = bytes->encoding[6] == 'B';
    char ascii[CQ_DECLARATION_MAX];
    size_t len = 0;
    cq_str name;

    while (len < sizeof(ascii) && 2 * len + phase < start.len) {
        ascii[len] = start.ptr[2 * len + phase];
        len++;
    }
    name = cq_looks_declared((cq_str){ascii, len});
    if (name.len && !cq_looks_called(name, "utf-16") && !cq_looks_called(name, "ucs-2") &&
        !cq_looks_called(name, "iso-10646-ucs-2") && !cq_looks_called(name, "utf16") &&
        !cq_looks_called(name, "unicode")) {
        if (wrong_declaration(bytes, name, (uint64_t)(name.ptr - ascii) + 1, "UTF-16",
                              err) < 0)
            return CQ_E_INPUT;
    }
    return cq_converter_open(cq_str_from(bytes->encoding), &bytes->converter, err);
}

/* Set what the bytes look like when they are not what they should be; "" when that is not
 * clear. */
static cq_status look(cq_bytes *bytes, cq_str start, cq_error *err)
{
    cq_status status = cq_looks_like(start, bytes->looks, err);

    if (status == CQ_DONE)
        bytes->looks[0] = '\0';
    return status < 0 ? status : CQ_OK;
}

/* Read on in the encoding that the bytes look like, which is UTF-8 for "". */
static cq_status use_looks(cq_bytes *bytes, cq_error *err)
{
    snprintf(bytes->encoding, sizeof(bytes->encoding), "%s", bytes->looks);
    return bytes->looks[0]
               ? cq_converter_open(cq_str_from(bytes->looks), &bytes->converter, err)
               : CQ_OK;
}

/* UTF-8 by its own word. Without --repair the first byte that is none is refused in its
 * place, with what it looks like. */
static cq_status check_utf8(cq_bytes *bytes, cq_str start, cq_str name, cq_error *err)
{
    size_t sequences;
    cq_status status;

    if (cq_looks_utf8(start, &sequences))
        return CQ_OK;
    status = look(bytes, start, err);
    if (status != CQ_OK || !bytes->notice || !bytes->looks[0])
        return status;
    status = wrong_declaration(bytes, name,
                               name.len ? (uint64_t)(name.ptr - start.ptr) + 1 : 1,
                               bytes->looks, err);
    return status == CQ_OK ? use_looks(bytes, err) : status;
}

/* Whether bytes that are UTF-8 can hardly be what they are said to be. A character of
 * another encoding may be a sequence of UTF-8 by chance, several in a row only in those
 * that write characters in pairs of bytes too. */
static bool is_really_utf8(cq_str start, cq_str name)
{
    static const char *const pairs[] = {"gb",       "big5",     "shift", "sjis",
                                        "euc",      "x-sjis",   "ms_",   "cp9",
                                        "iso-2022", "windows-9"};
    size_t sequences, enough = cq_looks_called(name, "us-ascii") ? 1 : 3;

    for (size_t i = 0; i < ARRAY_LEN(pairs); i++)
        if (cq_looks_called(name, pairs[i]))
            enough = 24;
    return cq_looks_utf8(start, &sequences) && sequences >= enough;
}

/* Whether the first bytes are text in the declared encoding, as far as they go. */
static cq_status try_declared(cq_str start, cq_str name, cq_error *err)
{
    cq_converter *converter = NULL;
    cq_buf text = {0};
    cq_bad_bytes bad;
    cq_status status = cq_converter_open(name, &converter, err);

    if (status == CQ_OK)
        status = cq_converter_run(converter, &start, false, &text, &bad, err);
    cq_converter_close(converter);
    cq_buf_release(&text);
    return status;
}

/* What an eight-bit file declares that is not UTF-8. */
static cq_status choose_declared(cq_bytes *bytes, cq_str start, cq_str name,
                                 bool has_mark, cq_error *err)
{
    uint64_t column = (uint64_t)(name.ptr - start.ptr) + 1;
    bool is_wide = cq_looks_called(name, "utf-16") || cq_looks_called(name, "utf-32") ||
                   cq_looks_called(name, "ucs-");
    size_t sequences;
    cq_status status = try_declared(start, name, NULL);

    if (status == CQ_E_NOMEM)
        return cq_fail(err, status, "no memory to read a file");
    snprintf(bytes->encoding, sizeof(bytes->encoding), "%.*s",
             (int)(name.len < 60 ? name.len : 60), name.ptr);
    if (has_mark || (is_wide && cq_looks_utf8(start, &sequences)) ||
        (status >= 0 && is_really_utf8(start, name)) ||
        (status == CQ_DONE && cq_looks_utf8(start, &sequences)))
        return wrong_declaration(bytes, name, column, "UTF-8", err);
    if (status == CQ_OK && !is_wide)
        return cq_converter_open(name, &bytes->converter, err);
    if (!cq_looks_utf8(start, &sequences) && look(bytes, start, err) != CQ_OK)
        return CQ_E_NOMEM;
    if (status == CQ_E_INPUT || status == CQ_E_ARG)
        status = unknown_encoding(bytes, name, column,
                                  bytes->looks[0] ? bytes->looks : "UTF-8", err);
    else if (bytes->looks[0] || is_wide)
        status = wrong_declaration(bytes, name, column,
                                   bytes->looks[0] ? bytes->looks : "windows-1252", err);
    else /* damaged here or there: refused, or mended, in its place */
        return cq_converter_open(name, &bytes->converter, err);
    return status == CQ_OK ? use_looks(bytes, err) : status;
}

cq_status cq_encoding_choose(cq_bytes *bytes, size_t len, size_t *mark, cq_error *err)
{
    cq_str start = {bytes->raw, len}, name;
    const char *utf16 = cq_looks_utf16(start, mark);

    if (utf16) {
        snprintf(bytes->encoding, sizeof(bytes->encoding), "%s", utf16);
        return check_declared(bytes, cq_str_slice(start, *mark, len), err);
    }
    if (cq_str_starts(start, CQ_STR("\xef\xbb\xbf"))) {
        *mark = 3;
        start = cq_str_slice(start, 3, start.len);
    }
    name = cq_looks_declared(start);
    if (name.len == 0 || cq_looks_called(name, "utf-8") || cq_looks_called(name, "utf8"))
        return check_utf8(bytes, start, name, err);
    return choose_declared(bytes, start, name, *mark > 0, err);
}

cq_status cq_encoding_take(cq_bytes *bytes, cq_str name, size_t len, size_t *mark,
                           cq_error *err)
{
    cq_str start = {bytes->raw, len};
    int shown = (int)(name.len < 60 ? name.len : 60);
    const char *look = NULL;

    if (cq_looks_called(name, "utf-8") || cq_looks_called(name, "utf8")) {
        *mark = cq_str_starts(start, CQ_STR("\xef\xbb\xbf")) ? 3 : 0;
        return CQ_OK;
    }
    if (cq_looks_called(name, "utf-16")) /* which of the two, the bytes know best */
        look = cq_looks_utf16(start, mark);
    snprintf(bytes->encoding, sizeof(bytes->encoding), "%.*s",
             look ? (int)strlen(look) : shown, look ? look : name.ptr);
    if (cq_converter_open(cq_str_from(bytes->encoding), &bytes->converter, NULL) == CQ_OK)
        return CQ_OK;
    return cq_fail_number(err, CQ_E_ARG, 86, "\"%.*s\" is no encoding that calque knows",
                          shown, name.ptr);
}
