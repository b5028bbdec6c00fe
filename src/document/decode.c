/* decode.c -- bytes to UTF-8. What the caller or a byte order mark says holds; else the
 * text is UTF-8 unless it cannot be and clearly is something else (cq_text_detect()).
 *
 * It streams: as long as all is ASCII nothing is decided, and nothing needs to be. */
#include "parts.h"

#include <string.h>
#include <strings.h>

#define WINDOW   ((size_t)256 * 1024) /* bytes that are waited for to tell an encoding */
#define UTF8_MIN 4u /* characters: fewer could be UTF-8 by chance, as two of GBK's */

typedef enum decoder_state {
    AT_START = 0, /* no byte seen */
    IN_ASCII,     /* nothing but ASCII so far: UTF-8 unless shown otherwise */
    IN_UTF8,
    IN_OTHER, /* through `converter` */
} decoder_state;

struct cq_decoder {
    cq_source *source; /* borrowed */
    cq_lang lang;
    decoder_state state;
    char encoding[CQ_ENCODING_MAX];
    bool is_said, is_doubted, is_guessed, is_end;
    size_t skipped;
    cq_converter *converter;
    size_t unit, low; /* bytes of a unit, and which of them holds a line feed */
    cq_buf raw;       /* bytes that wait: the window, the start, half a character */
    cq_buf text;      /* of the piece given last */
    uint64_t line;    /* of the first byte in `raw`, 0-based */
    uint64_t column;  /* bytes before it on its line */
    cq_error failure; /* found after the piece given last; told at the next call */
};

/* ---- places ---------------------------------------------------------------------------
 */

/* Step over bytes that were taken. Lines end with LF, CR LF or a CR alone; where the last
 * stands at the end of a piece, the LF that may follow only counts a column. */
static void step(cq_decoder *d, const char *bytes, size_t len)
{
    for (size_t i = 0; i + d->unit <= len; i += d->unit) {
        bool is_end = bytes[i + d->low] == '\n';

        for (size_t k = 0; k < d->unit && is_end; k++)
            is_end = k == d->low || bytes[i + k] == '\0';
        d->column += d->unit;
        if (is_end) {
            d->line++;
            d->column = 0;
        }
    }
}

static void fail_here(cq_decoder *d)
{
    cq_fail_at(&d->failure, NULL, d->line + 1, d->column + 1);
}

/* ---- opening --------------------------------------------------------------------------
 */

static cq_status use(cq_decoder *d, const char *name, cq_error *err)
{
    cq_status status;

    snprintf(d->encoding, sizeof(d->encoding), "%s", name);
    if (strcmp(name, "UTF-8") == 0) {
        d->state = IN_UTF8;
        return CQ_OK;
    }
    status = cq_converter_open(cq_str_from(name), &d->converter, NULL);
    if (status == CQ_E_NOMEM)
        return cq_fail(err, status, "no memory for an encoding");
    if (status != CQ_OK)
        return cq_fail_number(err, CQ_E_ARG, ERR_ENCODING,
                              "no encoding is called \"%.80s\"", name);
    d->state = IN_OTHER;
    d->unit = strncmp(name, "UTF-16", 6) == 0   ? 2
              : strncmp(name, "UTF-32", 6) == 0 ? 4
                                                : 1;
    d->low = strstr(name, "BE") ? d->unit - 1 : 0;
    return CQ_OK;
}

cq_status cq_decoder_open(cq_source *source, const char *encoding, const cq_lang *lang,
                          cq_decoder **decoder, cq_error *err)
{
    cq_decoder *d = cq_zalloc(sizeof(*d));
    cq_status status = CQ_OK;

    *decoder = NULL;
    if (!d)
        return cq_fail(err, CQ_E_NOMEM, "no memory to read a text");
    d->source = source;
    d->lang = *lang;
    d->unit = 1;
    d->is_said = encoding != NULL;
    if (encoding && strcasecmp(encoding, "utf8") != 0 &&
        strcasecmp(encoding, "utf-8") != 0)
        status = use(d, encoding, err);
    if (status != CQ_OK) {
        cq_decoder_close(d);
        return status;
    }
    d->state = AT_START;
    *decoder = d;
    return CQ_OK;
}

void cq_decoder_close(cq_decoder *decoder)
{
    if (!decoder)
        return;
    cq_converter_close(decoder->converter);
    cq_buf_release(&decoder->raw);
    cq_buf_release(&decoder->text);
    cq_free(decoder);
}

void cq_decoder_doubt(cq_decoder *decoder) { decoder->is_doubted = true; }

const char *cq_decoder_encoding(const cq_decoder *decoder)
{
    return decoder->encoding[0] ? decoder->encoding : "UTF-8";
}

bool cq_decoder_is_guessed(const cq_decoder *decoder) { return decoder->is_guessed; }
size_t cq_decoder_skipped(const cq_decoder *decoder) { return decoder->skipped; }

/* ---- reading bytes --------------------------------------------------------------------
 */

/* Add what the source has to `raw`. */
static cq_status read_more(cq_decoder *d, cq_error *err)
{
    cq_str piece;
    cq_status status = cq_source_next(d->source, &piece, err);

    if (status < 0)
        return status;
    d->is_end = status == CQ_DONE;
    cq_buf_add_str(&d->raw, piece);
    return cq_buf_check(&d->raw, err);
}

/* The first `len` bytes of `raw` are done with. */
static void drop(cq_decoder *d, size_t len)
{
    step(d, d->raw.ptr, len);
    memmove(d->raw.ptr, d->raw.ptr + len, d->raw.len - len);
    cq_buf_cut(&d->raw, d->raw.len - len);
}

/* ---- the start ------------------------------------------------------------------------
 */

static const struct {
    const char *name;
    cq_str mark;
} marks[] = {
    {"UTF-8", {"\xef\xbb\xbf", 3}},
    {"UTF-32LE", {"\xff\xfe\0\0", 4}}, /* before the mark that it begins with */
    {"UTF-32BE", {"\0\0\xfe\xff", 4}},
    {"UTF-16LE", {"\xff\xfe", 2}},
    {"UTF-16BE", {"\xfe\xff", 2}},
};

/* Whether more bytes could still make a mark of these. */
static bool may_become_mark(cq_str start)
{
    for (size_t i = 0; i < ARRAY_LEN(marks); i++)
        if (start.len < marks[i].mark.len && cq_str_starts(marks[i].mark, start))
            return true;
    return false;
}

/* Bytes at the end that may be the start of a character in UTF-8. */
static size_t unfinished(cq_str s)
{
    size_t left = s.len - cq_text_valid(s);
    unsigned char lead = left ? (unsigned char)s.ptr[s.len - left] : 0;

    if (left == 0 || left > 3 || lead < 0xc2 || lead > 0xf4)
        return 0;
    return left < (lead < 0xe0 ? 2u : lead < 0xf0 ? 3u : 4u) ? left : 0;
}

static bool may_be_utf8(cq_str s) { return cq_text_valid(s) + unfinished(s) == s.len; }

/* Wait for enough bytes to tell what they are. */
static cq_status fill_window(cq_decoder *d, cq_error *err)
{
    cq_status status = CQ_OK;

    while (!d->is_end && d->raw.len < WINDOW && status == CQ_OK)
        status = read_more(d, err);
    return status;
}

/* Whether bytes are UTF-8, with so many characters past ASCII that it is no chance. */
static bool is_surely_utf8(cq_str s)
{
    size_t characters = 0;

    if (!may_be_utf8(s))
        return false;
    for (size_t i = 0; i < s.len; i++)
        characters += (unsigned char)s.ptr[i] >= 0xc0;
    return characters >= UTF8_MIN;
}

/* Many a page was made UTF-8 later than its declaration was written. */
static cq_status doubt(cq_decoder *d, cq_error *err)
{
    cq_status status = fill_window(d, err);

    if (status != CQ_OK || !is_surely_utf8(cq_buf_str(&d->raw)))
        return status;
    cq_converter_close(d->converter);
    d->converter = NULL;
    d->unit = 1;
    d->is_guessed = true;
    return use(d, "UTF-8", err);
}

/* A mark tells the encoding, unless the caller did; in any case it is no text. */
static cq_status find_mark(cq_decoder *d, cq_error *err)
{
    cq_status status = CQ_OK;

    while (!d->is_end && status == CQ_OK && may_become_mark(cq_buf_str(&d->raw)))
        status = read_more(d, err);
    if (status != CQ_OK)
        return status;
    d->state = d->converter ? IN_OTHER : d->is_said ? IN_UTF8 : IN_ASCII;
    for (size_t i = 0; i < ARRAY_LEN(marks); i++) {
        const char *name = marks[i].name;

        if (!cq_str_starts(cq_buf_str(&d->raw), marks[i].mark) ||
            (d->converter && strncasecmp(d->encoding, name, 6) != 0))
            continue;
        if (i == 0)
            d->skipped = marks[i].mark.len;
        drop(d, marks[i].mark.len);
        d->column = 0;
        cq_converter_close(d->converter);
        d->converter = NULL;
        return use(d, name, err);
    }
    return d->is_doubted && d->converter ? doubt(d, err) : CQ_OK;
}

/* ---- ASCII, or not --------------------------------------------------------------------
 */

/* NUL and ESC are ASCII, but no text has them: UTF-16 and ISO-2022 do. */
static bool is_plain_ascii(cq_str s)
{
    for (size_t i = 0; i < s.len; i++) {
        unsigned char byte = (unsigned char)s.ptr[i];

        if (byte >= 0x80 || byte == 0 || byte == 0x1b)
            return false;
    }
    return true;
}

/* The first byte past ASCII came. */
static cq_status decide(cq_decoder *d, cq_error *err)
{
    cq_str bytes = cq_buf_str(&d->raw);
    char name[CQ_ENCODING_MAX];
    cq_status status = CQ_OK;
    bool has_control =
        memchr(bytes.ptr, '\0', bytes.len) || memchr(bytes.ptr, 0x1b, bytes.len);

    if (!has_control && may_be_utf8(bytes)) {
        d->state = IN_UTF8;
        return CQ_OK;
    }
    status = fill_window(d, err);
    if (status == CQ_OK)
        status = cq_text_detect(cq_buf_str(&d->raw), &d->lang, name, err);
    if (status < 0)
        return status;
    d->is_guessed = status == CQ_OK;
    return use(d, d->is_guessed ? name : "UTF-8", err);
}

/* ---- pieces ---------------------------------------------------------------------------
 */

static cq_status take_utf8(cq_decoder *d)
{
    cq_str bytes = cq_buf_str(&d->raw);
    size_t valid = cq_text_valid(bytes);

    cq_buf_reset(&d->text);
    cq_buf_add(&d->text, bytes.ptr, valid);
    drop(d, valid);
    bytes = cq_buf_str(&d->raw);
    if (bytes.len > 0 && (d->is_end || unfinished(bytes) < bytes.len)) {
        cq_fail_number(&d->failure, CQ_E_INPUT, 1, "byte 0x%02X is not valid UTF-8",
                       (unsigned)(unsigned char)bytes.ptr[0]);
        fail_here(d);
    }
    return CQ_OK;
}

static void fail_bytes(cq_decoder *d, const cq_bad_bytes *bad)
{
    char shown[3 * sizeof(bad->bytes) + 1] = "";

    for (size_t i = 0; i < bad->len; i++)
        snprintf(shown + 3 * i, sizeof(shown) - 3 * i, " %02X", (unsigned)bad->bytes[i]);
    if (d->unit == 2 && !(d->is_end && d->raw.len < 2))
        cq_fail_number(&d->failure, CQ_E_INPUT, 2,
                       "half of a pair in UTF-16, without the other half");
    else if (d->unit == 2)
        cq_fail_number(&d->failure, CQ_E_INPUT, 2,
                       "UTF-16 text ends in the middle of a character");
    else
        cq_fail_number(&d->failure, CQ_E_INPUT, ERR_BYTES,
                       "the bytes%s are no character in %s", shown, d->encoding);
    fail_here(d);
}

static cq_status take_other(cq_decoder *d, cq_error *err)
{
    cq_str left = cq_buf_str(&d->raw);
    cq_bad_bytes bad = {0};
    cq_status status;
    size_t taken;

    cq_buf_reset(&d->text);
    status = cq_converter_run(d->converter, &left, d->is_end, &d->text, &bad, err);
    if (status < 0)
        return status;
    taken = d->raw.len - left.len;
    if (status == CQ_OK) {
        drop(d, taken);
        return CQ_OK;
    }
    /* The first of the bad bytes may have been in the piece before. */
    if (bad.len <= taken)
        drop(d, taken - bad.len);
    else if (d->unit == 1 && d->column >= bad.len - taken)
        d->column -= bad.len - taken;
    fail_bytes(d, &bad);
    return CQ_OK;
}

static cq_status take(cq_decoder *d, cq_error *err)
{
    cq_status status = CQ_OK;

    if (d->state == AT_START)
        status = find_mark(d, err);
    if (status == CQ_OK && d->state == IN_ASCII && !is_plain_ascii(cq_buf_str(&d->raw)))
        status = decide(d, err);
    if (status != CQ_OK)
        return status;
    return d->state == IN_OTHER ? take_other(d, err) : take_utf8(d);
}

cq_status cq_decoder_next(cq_decoder *decoder, cq_str *piece, cq_error *err)
{
    cq_decoder *d = decoder;
    cq_status status = CQ_OK;

    cq_buf_reset(&d->text);
    while (d->text.len == 0 && status == CQ_OK) {
        if (d->failure.status != CQ_OK) {
            if (err && err->status == CQ_OK)
                *err = d->failure;
            return d->failure.status;
        }
        if (d->is_end)
            return CQ_DONE;
        status = read_more(d, err);
        if (status == CQ_OK)
            status = take(d, err);
    }
    *piece = cq_buf_str(&d->text);
    return status;
}

cq_status cq_decoder_rest(cq_decoder *decoder, cq_buf *text, cq_error *err)
{
    cq_str piece;
    cq_status status;

    while ((status = cq_decoder_next(decoder, &piece, err)) == CQ_OK) {
        cq_buf_add_str(text, piece);
        if (text->failed == CQ_E_INPUT)
            return cq_fail_number(err, CQ_E_INPUT, ERR_TOO_LARGE,
                                  "the file is larger than %zu MB", text->max >> 20);
        if (text->failed != CQ_OK)
            break;
    }
    return status < 0 ? status : cq_buf_check(text, err);
}
