/* suspect.c -- texts that look as if their bytes had been read in a wrong encoding.
 *
 * The common accident is UTF-8 read as an encoding of one byte a letter: "Ã©" for "é". It
 * shows when the letters, taken back to that encoding's bytes, are UTF-8 again. Single
 * letters can do that by chance ("«CAFÉ»" has the bytes of one character of UTF-8 in
 * windows-1252), so sequences are weighed, and closing marks behind a capital letter do
 * not count. */
#include "parts.h"

#include <string.h>

#define CODES_MAX ((size_t)0x2600) /* past the last code point of the encodings below */
#define ENOUGH    2                /* weight of what is told */

static const struct misreading {
    const char *name;
    const char *strong; /* lead bytes of which one sequence is enough */
    const char *leads;  /* those that count at all; "" for all */
    bool in_rows;       /* a sequence counts only beside another */
} misreadings[] = {
    /* C2, C3: Latin-1; E2: typographic marks. */
    {"windows-1252", "\xc2\xc3", "", false},
    /* Capital letters before marks are common in Cyrillic: only runs are told. */
    {"windows-1251", "", "", true},
    {"windows-1250", "", "\xc2\xc3\xc4\xc5\xe2", false},
    /* An apostrophe and an accented letter are a sequence (French), so few leads count.
     */
    {"macintosh", "", "\xc3\xe2", false},
    {"IBM850", "\xc3", "\xc2\xc3\xe2", false},
};

struct cq_suspect {
    /* The byte of each code point in each encoding, 0 when it has none or is ASCII. */
    unsigned char bytes[ARRAY_LEN(misreadings)][CODES_MAX];
};

static cq_status fill(unsigned char *bytes, const char *name, cq_error *err)
{
    cq_converter *converter = NULL;
    cq_buf letter = {0};
    cq_status status = cq_converter_open(cq_str_from(name), &converter, err);

    for (unsigned byte = 0x80; byte <= 0xff && status == CQ_OK; byte++) {
        char one = (char)byte;
        cq_str from = {&one, 1};
        cq_bad_bytes bad;
        size_t at = 0;
        uint32_t code;

        cq_buf_reset(&letter);
        status = cq_converter_run(converter, &from, false, &letter, &bad, err);
        if (status == CQ_DONE || letter.len == 0) { /* not assigned */
            status = status == CQ_DONE ? CQ_OK : status;
            continue;
        }
        code = cq_text_next(cq_buf_str(&letter), &at);
        if (code >= 0x80 && code < CODES_MAX)
            bytes[code] = (unsigned char)byte;
    }
    cq_buf_release(&letter);
    cq_converter_close(converter);
    return status;
}

cq_status cq_suspect_open(cq_suspect **out, cq_error *err)
{
    cq_status status = CQ_OK;
    cq_suspect *suspect = cq_zalloc(sizeof(*suspect));

    *out = NULL;
    if (!suspect)
        return cq_fail(err, CQ_E_NOMEM, "no memory to judge texts");
    for (size_t i = 0; i < ARRAY_LEN(misreadings) && status == CQ_OK; i++)
        status = fill(suspect->bytes[i], misreadings[i].name, err);
    if (status != CQ_OK) {
        cq_suspect_close(suspect);
        return status;
    }
    *out = suspect;
    return CQ_OK;
}

void cq_suspect_close(cq_suspect *suspect) { cq_free(suspect); }

/* ---- UTF-8 read as something else -----------------------------------------------------
 */

static unsigned byte_of(const unsigned char *bytes, uint32_t code)
{
    return code < CODES_MAX ? bytes[code] : 0;
}

/* Marks that close a quotation or a sentence, or part one. */
static bool is_closing(uint32_t code)
{
    static const uint32_t marks[] = {
        0xbb,   /* RIGHT-POINTING DOUBLE ANGLE QUOTATION MARK */
        0xab,   /* LEFT-POINTING DOUBLE ANGLE QUOTATION MARK */
        0xb7,   /* MIDDLE DOT */
        0x2013, /* EN DASH */
        0x2014, /* EM DASH */
        0x2018, /* LEFT SINGLE QUOTATION MARK */
        0x2019, /* RIGHT SINGLE QUOTATION MARK */
        0x201c, /* LEFT DOUBLE QUOTATION MARK */
        0x201d, /* RIGHT DOUBLE QUOTATION MARK */
        0x2026, /* HORIZONTAL ELLIPSIS */
        0x203a, /* SINGLE RIGHT-POINTING ANGLE QUOTATION MARK */
        0xae,   /* REGISTERED SIGN */
        0x2122, /* TRADE MARK SIGN */
    };

    for (size_t i = 0; i < ARRAY_LEN(marks); i++)
        if (marks[i] == code)
            return true;
    return false;
}

/* A sequence of UTF-8 that letters spell by their bytes. */
typedef struct sequence {
    size_t end;    /* in the text */
    unsigned lead; /* byte */
    size_t len;    /* bytes; 0 for none */
    bool is_marks; /* nothing but closing marks behind the lead */
} sequence;

static sequence sequence_at(const unsigned char *bytes, cq_str text, size_t at)
{
    sequence found = {.end = at, .is_marks = true};
    unsigned lead = byte_of(bytes, cq_text_next(text, &found.end));
    size_t len = lead >= 0xf0 && lead < 0xf5   ? 4
                 : lead >= 0xe0 && lead < 0xf0 ? 3
                 : lead >= 0xc2 && lead < 0xe0 ? 2
                                               : 0;

    for (size_t i = 1; i < len; i++) {
        uint32_t code = found.end < text.len ? cq_text_next(text, &found.end) : 0;
        unsigned byte = byte_of(bytes, code);

        if (byte < 0x80 || byte > 0xbf || (i == 1 && lead == 0xe0 && byte < 0xa0))
            return found;
        found.is_marks = found.is_marks && is_closing(code);
    }
    found.lead = lead;
    found.len = len;
    return found;
}

static unsigned weight_of(const struct misreading *how, const sequence *s, bool is_beside,
                          uint32_t before)
{
    bool counts = !*how->leads || strchr(how->leads, (int)s->lead);

    if (s->len == 0 || !counts || (how->in_rows && !is_beside && s->len < 3))
        return 0;
    if (s->is_marks && !is_beside && (s->len > 2 || cq_char_is_letter(before)))
        return 0;
    return s->len > 2 || strchr(how->strong, (int)s->lead) ? ENOUGH : 1;
}

static bool is_misread(const struct misreading *how, const unsigned char *bytes,
                       cq_str text)
{
    unsigned weight = 0;
    bool is_beside = false;
    uint32_t before = ' ';

    for (size_t at = 0; at < text.len && weight < ENOUGH;) {
        size_t next = at;
        uint32_t code = cq_text_next(text, &next);
        sequence s = {.end = next};

        if (code >= 0x80)
            s = sequence_at(bytes, text, at);
        weight += weight_of(how, &s, is_beside, before);
        is_beside = s.len > 0;
        before = code;
        at = s.len ? s.end : next;
    }
    return weight >= ENOUGH;
}

/* ---- other signs ----------------------------------------------------------------------
 */

/* What is counted in one walk over a text. */
typedef struct signs {
    size_t letters, latin1; /* latin1: U+00C0 to U+00FF */
    size_t marks, others;   /* marks: '?'; others: neither that nor a space */
    bool has_replacement, has_control, is_ascii;
    cq_str escape; /* the first "&lt;" and the like that was escaped twice */
} signs;

static cq_str escape_at(cq_str text, size_t at)
{
    static const char *const names[] = {"amp", "lt", "gt", "quot", "apos", "nbsp"};
    size_t end = at + 1;
    cq_str name, none = {0};

    while (end < text.len && end < at + 8 && text.ptr[end] != ';')
        end++;
    if (end == text.len || text.ptr[end] != ';')
        return none;
    name = cq_str_slice(text, at + 1, end);
    for (size_t i = 0; i < ARRAY_LEN(names); i++)
        if (cq_str_equal(name, cq_str_from(names[i])))
            return cq_str_slice(text, at, end + 1);
    if (name.len > 1 && name.ptr[0] == '#' && name.ptr[1] >= '0' && name.ptr[1] <= '9')
        return cq_str_slice(text, at, end + 1);
    return none;
}

static signs read_signs(cq_str text)
{
    signs s = {.is_ascii = true};

    for (size_t at = 0; at < text.len;) {
        size_t start = at;
        uint32_t code = cq_text_next(text, &at);

        s.marks += code == '?';
        s.others += code > ' ' && code != '?';
        if (code < 0x80) { /* nearly all of most files */
            s.letters += (code | 0x20) >= 'a' && (code | 0x20) <= 'z';
            s.has_control = s.has_control || code == 0x7f;
            if (code == '&' && s.escape.len == 0)
                s.escape = escape_at(text, start);
            continue;
        }
        s.is_ascii = false;
        s.letters += cq_char_is_letter(code);
        s.latin1 += code >= 0xc0 && code <= 0xff;
        s.has_replacement = s.has_replacement || code == 0xfffd;
        s.has_control = s.has_control || (code < 0xa0 && code != 0x85);
    }
    return s;
}

/* Cyrillic, Greek and the like of one byte a letter, read as Latin-1, are accented
 * capitals and small letters all over. */
static bool is_wrong_script(const signs *s, const cq_lang *lang)
{
    return lang && strcmp(lang->script, "Latn") != 0 && s->letters >= 4 &&
           s->latin1 * 3 >= s->letters * 2;
}

static void tell_misread(cq_checker *checker, const cq_check_variant *variant,
                         const char *how)
{
    cq_str text = variant->text;
    size_t len = 0;

    while (len < text.len && len < 60) {
        size_t next = len;

        cq_text_next(text, &next);
        if (next > 60)
            break;
        len = next;
    }
    cq_check_find(checker, 253, variant->place, "\"%.*s\" looks like %s", (int)len,
                  text.ptr, how);
}

void cq_check_suspect(cq_checker *checker, const cq_check_variant *variant,
                      const cq_lang *lang)
{
    cq_str text = variant->text;
    signs s = read_signs(text);
    char how[80];
    size_t i = 0;

    while (!s.is_ascii && i < ARRAY_LEN(misreadings) &&
           !is_misread(&misreadings[i], checker->suspect->bytes[i], text))
        i++;
    if (!s.is_ascii && i < ARRAY_LEN(misreadings)) {
        snprintf(how, sizeof(how), "UTF-8 that was read as %s", misreadings[i].name);
        tell_misread(checker, variant, how);
    } else if (is_wrong_script(&s, lang)) {
        tell_misread(checker, variant, "another script that was read as windows-1252");
    }
    if (s.has_replacement)
        cq_check_find(checker, 254, variant->place,
                      "U+FFFD stands for a character that was lost");
    if (s.has_control)
        cq_check_find(
            checker, 255, variant->place,
            "a control character of U+007F to U+009F: perhaps windows-1252 that "
            "was read as ISO-8859-1");
    if (s.marks >= 3 && s.marks > s.others)
        cq_check_find(checker, 256, variant->place,
                      "question marks stand where letters should");
    if (s.escape.len)
        cq_check_find(checker, 257, variant->place,
                      "\"%.*s\" is part of the text: was it escaped twice?",
                      CQ_SHOWN(s.escape));
}
