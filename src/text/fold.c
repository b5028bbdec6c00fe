/* fold.c -- normal forms, and the form in which texts are searched. */
#include "icu.h"

#include <unicode/uchar.h>
#include <unicode/unorm2.h>
#include <unicode/uscript.h>

#include <string.h>

/* ---- normal forms ---------------------------------------------------------------------
 */

static const UNormalizer2 *normalizer(cq_form form, UErrorCode *code)
{
    return form == CQ_FORM_NFC ? unorm2_getNFCInstance(code)
                               : unorm2_getNFKCCasefoldInstance(code);
}

/* End of the piece that begins at `start` and can be normalised in linear time: it has no
 * more than CQ_MARKS_MAX marks in a row. */
static size_t piece_end(const cq_utf16 *text, size_t start)
{
    size_t at = start, marks = 0;

    while (at < text->len) {
        size_t here = at;
        UChar32 code = cq_utf16_next(text->ptr, text->len, &at);
        marks = code >= 0x300 && u_getCombiningClass(code) != 0 ? marks + 1 : 0;
        if (marks > CQ_MARKS_MAX)
            return here;
    }
    return text->len;
}

/* Append the normal form of `len` units. */
static cq_status add_piece(const UNormalizer2 *norm, const UChar *units, size_t len,
                           cq_utf16 *to, cq_error *err)
{
    size_t want = to->len + len + len / 4 + 16;

    for (;;) {
        UErrorCode code = U_ZERO_ERROR;
        int32_t made;

        if (!cq_utf16_room(to, want))
            return cq_fail(err, CQ_E_NOMEM, "no memory to normalize a text");
        made = unorm2_normalize(norm, units, (int32_t)len, to->ptr + to->len,
                                (int32_t)(to->capacity - to->len), &code);
        if (code == U_BUFFER_OVERFLOW_ERROR) {
            want = to->len + (size_t)made + 1;
            continue;
        }
        if (U_FAILURE(code))
            return cq_fail_icu(err, code, "cannot normalize a text");
        to->len += (size_t)made;
        return CQ_OK;
    }
}

cq_status cq_utf16_normalize(const cq_utf16 *from, cq_form form, cq_utf16 *to,
                             cq_error *err)
{
    UErrorCode code = U_ZERO_ERROR;
    const UNormalizer2 *norm = normalizer(form, &code);

    if (U_FAILURE(code))
        return cq_fail_icu(err, code, "cannot load normal forms");
    to->len = 0;
    for (size_t start = 0; start < from->len;) {
        size_t end = piece_end(from, start);
        cq_status status = add_piece(norm, from->ptr + start, end - start, to, err);

        if (status != CQ_OK)
            return status;
        start = end;
    }
    return CQ_OK;
}

/* Whether every code point is below U+0300: such text is in NFC as it is. */
static bool is_plainly_nfc(cq_str s)
{
    for (size_t i = 0; i < s.len; i++)
        if ((unsigned char)s.ptr[i] >= 0xcc)
            return false;
    return true;
}

cq_status cq_text_nfc(cq_str s, cq_buf *out, cq_error *err)
{
    cq_utf16 from = {0}, to = {0};
    cq_status status;

    if (is_plainly_nfc(s)) {
        cq_buf_add_str(out, s);
        return cq_buf_check(out, err);
    }
    status = cq_utf16_set(&from, s, err);
    if (status == CQ_OK)
        status = cq_utf16_normalize(&from, CQ_FORM_NFC, &to, err);
    if (status == CQ_OK) {
        cq_utf16_put(to.ptr, to.len, out);
        status = cq_buf_check(out, err);
    }
    cq_utf16_release(&from);
    cq_utf16_release(&to);
    return status;
}

bool cq_text_same(cq_str a, cq_str b)
{
    cq_buf x = {0}, y = {0};
    bool same = cq_str_equal(a, b);

    if (!same && !(is_plainly_nfc(a) && is_plainly_nfc(b)))
        same = cq_text_nfc(a, &x, NULL) == CQ_OK && cq_text_nfc(b, &y, NULL) == CQ_OK &&
               cq_str_equal(cq_buf_str(&x), cq_buf_str(&y));
    cq_buf_release(&x);
    cq_buf_release(&y);
    return same;
}

/* ---- the searched form ----------------------------------------------------------------
 */

#define DAKUTEN      0x3099 /* combining, voices a Kana: another letter, no accent */
#define HANDAKUTEN   0x309a
#define BREVE        0x0306
#define CYRILLIC_I   0x0438
#define TATWEEL      0x0640
#define DOTLESS_I    0x0131
#define LONG_SOLIDUS 0x0338 /* makes "not equal" of "equal" */

/* Whether a mark is an accent or a point that readers do without. Vowel signs of Indic
 * scripts, Thai tones and the like are marks as well, but words lose their sense. */
static bool is_dropped_mark(UChar32 code, UChar32 before)
{
    UErrorCode status = U_ZERO_ERROR;
    UScriptCode script;

    if (code < 0x300 || !(U_GET_GC_MASK(code) & (U_GC_MN_MASK | U_GC_ME_MASK)))
        return false;
    if (code == DAKUTEN || code == HANDAKUTEN || code == LONG_SOLIDUS ||
        (code == BREVE && before == CYRILLIC_I))
        return false;
    script = uscript_getScript(code, &status);
    return script == USCRIPT_INHERITED || script == USCRIPT_ARABIC ||
           script == USCRIPT_HEBREW || script == USCRIPT_SYRIAC ||
           script == USCRIPT_CYRILLIC || script == USCRIPT_GREEK;
}

/* One code point after NFKC_Casefold and without accents: digits become ASCII, marks that
 * are typed in several ways become one. */
static UChar32 simplify(UChar32 code)
{
    int32_t digit;

    if (code < 0x80)
        return code;
    switch (code) {
    case DOTLESS_I:
        return 'i';
    case 0x2018: /* left and right single quotation mark, low-9, reversed-9 */
    case 0x2019:
    case 0x201a:
    case 0x201b:
    case 0x02bc:
        return '\''; /* modifier letter apostrophe */
    case 0x201c:     /* left and right double quotation mark, low-9, reversed-9 */
    case 0x201d:
    case 0x201e:
    case 0x201f:
    case 0x00ab: /* guillemets */
    case 0x00bb:
        return '"';
    default:
        break;
    }
    if (code == 0x2212 || U_GET_GC_MASK(code) & U_GC_PD_MASK)
        return '-';
    digit = u_charDigitValue(code);
    return digit >= 0 ? '0' + digit : code;
}

typedef struct folder {
    const UNormalizer2 *folded, *decomposed, *composed;
    cq_utf16 source, a, b;
} folder;

static cq_status open_folder(folder *f, cq_error *err)
{
    UErrorCode code = U_ZERO_ERROR;

    f->folded = unorm2_getNFKCCasefoldInstance(&code);
    f->decomposed = unorm2_getNFDInstance(&code);
    f->composed = unorm2_getNFCInstance(&code);
    return U_SUCCESS(code) ? CQ_OK : cq_fail_icu(err, code, "cannot load normal forms");
}

static void release_folder(folder *f)
{
    cq_utf16_release(&f->source);
    cq_utf16_release(&f->a);
    cq_utf16_release(&f->b);
}

/* Drop and simplify in place what was decomposed. */
static void strip(cq_utf16 *text)
{
    size_t kept = 0;
    UChar32 base = 0;

    for (size_t at = 0; at < text->len;) {
        UChar32 code = cq_utf16_next(text->ptr, text->len, &at);
        if (code == TATWEEL || is_dropped_mark(code, base))
            continue;
        if (u_getCombiningClass(code) == 0)
            base = code;
        code = simplify(code);
        U16_APPEND_UNSAFE(text->ptr, kept, code); /* never longer than what was read */
    }
    text->len = kept;
}

/* Append the folded form of `len` units, at most CQ_MARKS_MAX marks in a row. */
static cq_status fold_piece(folder *f, const UChar *units, size_t len, cq_buf *out,
                            cq_error *err)
{
    cq_status status;

    f->a.len = f->b.len = 0;
    status = add_piece(f->folded, units, len, &f->a, err);
    if (status == CQ_OK)
        status = add_piece(f->decomposed, f->a.ptr, f->a.len, &f->b, err);
    if (status != CQ_OK)
        return status;
    strip(&f->b);
    f->a.len = 0;
    status = add_piece(f->composed, f->b.ptr, f->b.len, &f->a, err);
    if (status == CQ_OK)
        cq_utf16_put(f->a.ptr, f->a.len, out);
    return status;
}

/* End of the cluster at `start`: up to the next character that no form joins to what is
 * before it. */
static size_t cluster_end(const folder *f, size_t start)
{
    const cq_utf16 *text = &f->source;
    size_t at = start, marks = 0;

    cq_utf16_next(text->ptr, text->len, &at);
    while (at < text->len && marks < CQ_MARKS_MAX) {
        size_t next = at;
        UChar32 code = cq_utf16_next(text->ptr, text->len, &next);

        if (code < 0x300 || unorm2_hasBoundaryBefore(f->folded, code))
            break;
        marks++;
        at = next;
    }
    return at;
}

static void map_to(cq_buf *map, const cq_buf *out, size_t from, size_t offset)
{
    for (size_t i = from; i < out->len; i++)
        cq_buf_add(map, &offset, sizeof(offset));
}

static bool is_inert(UChar32 code)
{
    return code < 0x80 || (code >= 0x3400 && code < 0xa000);
}

/* Fold one code point that nothing joins, where that takes no normalizing: ASCII, Han,
 * and what is in NFKC_Casefold already, up to `*folded_until`, and cannot be taken apart.
 */
static bool fold_alone(folder *f, size_t at, size_t *folded_until, cq_buf *out)
{
    const cq_utf16 *text = &f->source;
    UErrorCode status = U_ZERO_ERROR;
    UChar32 code = text->ptr[at];
    UChar parts[4];

    if (is_inert(code)) {
        cq_text_put(out, (uint32_t)(code >= 'A' && code <= 'Z' ? code + 32 : code));
        return true;
    }
    if (at >= *folded_until)
        *folded_until =
            at + (size_t)unorm2_spanQuickCheckYes(f->folded, text->ptr + at,
                                                  (int32_t)(text->len - at), &status);
    if (at >= *folded_until || (code & ~0x7ff) == 0xd800 ||
        unorm2_getDecomposition(f->decomposed, code, parts, (int32_t)ARRAY_LEN(parts),
                                &status) >= 0 ||
        U_FAILURE(status))
        return false;
    if (code != TATWEEL && !is_dropped_mark(code, 0))
        cq_text_put(out, (uint32_t)simplify(code));
    return true;
}

/* Fold cluster by cluster, so that each byte knows where it came from. */
static cq_status fold_clusters(folder *f, cq_buf *out, cq_buf *map, cq_error *err)
{
    const cq_utf16 *text = &f->source;
    size_t offset = 0; /* of `at` in UTF-8 */
    size_t folded_until = 0;

    for (size_t at = 0; at < text->len;) {
        size_t end = cluster_end(f, at), before = out->len, bytes = 0;

        if (end > at + 1 || !fold_alone(f, at, &folded_until, out)) {
            cq_status status = fold_piece(f, text->ptr + at, end - at, out, err);

            if (status != CQ_OK)
                return status;
        }
        map_to(map, out, before, offset);
        while (at < end) {
            UChar32 code = cq_utf16_next(text->ptr, end, &at);

            bytes += code < 0x80 ? 1 : code < 0x800 ? 2 : code < 0x10000 ? 3 : 4;
        }
        offset += bytes;
    }
    cq_buf_add(map, &offset, sizeof(offset));
    return cq_buf_check(map, err);
}

static cq_status fold_whole(folder *f, cq_buf *out, cq_error *err)
{
    for (size_t start = 0; start < f->source.len;) {
        size_t end = piece_end(&f->source, start);
        cq_status status = fold_piece(f, f->source.ptr + start, end - start, out, err);

        if (status != CQ_OK)
            return status;
        start = end;
    }
    return CQ_OK;
}

static bool fold_ascii(cq_str s, cq_buf *out)
{
    char *room;

    for (size_t i = 0; i < s.len; i++)
        if ((unsigned char)s.ptr[i] >= 0x80)
            return false;
    room = cq_buf_reserve(out, s.len);
    if (!room)
        return true;
    for (size_t i = 0; i < s.len; i++)
        room[i] = s.ptr[i] >= 'A' && s.ptr[i] <= 'Z' ? (char)(s.ptr[i] + 32) : s.ptr[i];
    room[s.len] = '\0';
    out->len += s.len;
    return true;
}

cq_status cq_text_fold(cq_str s, cq_buf *out, cq_buf *map, cq_error *err)
{
    folder f = {0};
    cq_status status;

    if (fold_ascii(s, out)) {
        for (size_t i = 0; map && i <= s.len; i++)
            cq_buf_add(map, &i, sizeof(i));
        status = cq_buf_check(out, err);
        return status == CQ_OK && map ? cq_buf_check(map, err) : status;
    }
    status = open_folder(&f, err);
    if (status == CQ_OK)
        status = cq_utf16_set(&f.source, s, err);
    if (status == CQ_OK)
        status = map ? fold_clusters(&f, out, map, err) : fold_whole(&f, out, err);
    release_folder(&f);
    return status == CQ_OK ? cq_buf_check(out, err) : status;
}
