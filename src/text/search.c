/* search.c -- the searched form of many texts, quickly, and the pieces that words of it
 * are (docs/tokens.md, "Searching"; docs/lookup.md, "Concordance"). */
#include "scan.h"

#include <unicode/unorm2.h>

#include <string.h>

/* What becomes of one code point that nothing joins: filled when first met. */
typedef struct folded_code {
    uint8_t is_known, starts; /* starts: nothing joins it to what is before it */
    uint8_t len;              /* NOT_HELD when `bytes` has no room for it */
    char bytes[13];
} folded_code;

#define NOT_HELD 255

struct cq_folder {
    const UNormalizer2 *norm;
    folded_code *pages[CQ_PAGES];
    cq_classes classes;
    cq_buf one;
};

cq_status cq_folder_open(cq_folder **folder, cq_error *err)
{
    UErrorCode code = U_ZERO_ERROR;
    cq_folder *made = cq_zalloc(sizeof(*made));

    *folder = NULL;
    if (!made)
        return cq_fail(err, CQ_E_NOMEM, "no memory to fold texts");
    made->norm = unorm2_getNFKCCasefoldInstance(&code);
    if (U_FAILURE(code)) {
        cq_folder_close(made);
        return cq_fail_icu(err, code, "cannot load normal forms");
    }
    *folder = made;
    return CQ_OK;
}

void cq_folder_close(cq_folder *folder)
{
    if (!folder)
        return;
    for (size_t i = 0; i < CQ_PAGES; i++)
        cq_free(folder->pages[i]);
    cq_classes_release(&folder->classes);
    cq_buf_release(&folder->one);
    cq_free(folder);
}

/* ---- folding --------------------------------------------------------------------------
 */

static cq_status learn(cq_folder *f, cq_str alone, uint32_t code, folded_code *entry,
                       cq_error *err)
{
    cq_status status;

    cq_buf_reset(&f->one);
    status = cq_text_fold(alone, &f->one, NULL, err);
    if (status != CQ_OK)
        return status;
    entry->starts = code < 0x300 || unorm2_hasBoundaryBefore(f->norm, (UChar32)code);
    entry->len = NOT_HELD;
    if (f->one.len <= sizeof(entry->bytes)) {
        entry->len = (uint8_t)f->one.len;
        if (f->one.len)
            memcpy(entry->bytes, f->one.ptr, f->one.len);
    }
    entry->is_known = 1;
    return CQ_OK;
}

/* The code point at *at, which is stepped over. */
static cq_status look(cq_folder *f, cq_str text, size_t *at, const folded_code **entry,
                      cq_error *err)
{
    size_t start = *at;
    uint32_t code = cq_text_next(text, at);
    folded_code **page = &f->pages[code >> 8];
    folded_code *found;
    cq_status status = CQ_OK;

    if (!*page)
        *page = cq_zalloc(256 * sizeof(**page));
    if (!*page)
        return cq_fail(err, CQ_E_NOMEM, "no memory to fold texts");
    found = &(*page)[code & 0xff];
    if (!found->is_known)
        status = learn(f, cq_str_slice(text, start, *at), code, found, err);
    *entry = found;
    return status;
}

static bool is_space(cq_folder *f, cq_str folded, size_t at)
{
    return cq_class_of(&f->classes, cq_text_next(folded, &at)) == CQ_CH_SPACE;
}

/* Make one space of the white space that `out` got since `from`, and of what is before
 * it. What folds to a space among others (U+00A8) is met here as well. */
static void join_spaces(cq_folder *f, cq_buf *out, size_t from)
{
    cq_str added = cq_buf_str(out);
    size_t kept = from;

    for (size_t at = from; at < added.len;) {
        size_t start = at;
        bool space = is_space(f, added, at);

        cq_text_next(added, &at);
        if (!space) {
            memmove(out->ptr + kept, out->ptr + start, at - start);
            kept += at - start;
        } else if (kept == 0 || out->ptr[kept - 1] != ' ') {
            out->ptr[kept++] = ' ';
        }
    }
    cq_buf_cut(out, kept);
}

/* Fold the cluster at *at: up to the next character that no form joins to what is before
 * it, as in cq_text_fold(). */
static cq_status fold_cluster(cq_folder *f, cq_str text, size_t *at, cq_buf *out,
                              cq_error *err)
{
    const folded_code *entry = NULL, *after = NULL;
    size_t start = *at, end, next, marks = 0;
    cq_status status = look(f, text, at, &entry, err);

    for (end = next = *at; status == CQ_OK && next < text.len && marks < CQ_MARKS_MAX;
         marks++) {
        status = look(f, text, &next, &after, err);
        if (status != CQ_OK || after->starts)
            break;
        end = next;
    }
    *at = end;
    if (status != CQ_OK)
        return status;
    if (marks == 0 && entry->len != NOT_HELD) {
        cq_buf_add(out, entry->bytes, entry->len);
        return CQ_OK;
    }
    return cq_text_fold(cq_str_slice(text, start, end), out, NULL, err);
}

/* ASCII, which most text is, without tables. False where that will not do: another byte,
 * or white space to be joined, after which offsets shift. */
static bool fold_ascii(cq_str s, cq_buf *out)
{
    char *to = cq_buf_reserve(out, s.len);
    unsigned char seen = 0;
    bool after_space = false;

    if (!to)
        return true;
    for (size_t i = 0; i < s.len; i++) {
        unsigned char byte = (unsigned char)s.ptr[i];
        bool space = byte == ' ' || (byte >= '\t' && byte <= '\r');

        if (space && after_space)
            return false;
        seen |= byte;
        after_space = space;
        to[i] = (char)(space ? ' ' : byte + (unsigned)(byte >= 'A' && byte <= 'Z') * 32u);
    }
    to[s.len] = '\0';
    out->len += seen < 0x80 ? s.len : 0;
    return seen < 0x80;
}

cq_status cq_folder_run(cq_folder *f, cq_str s, cq_folded *out, cq_error *err)
{
    cq_status status = CQ_OK;

    cq_buf_reset(&out->text);
    cq_buf_reset(&out->map);
    out->is_mapped = !fold_ascii(s, &out->text);
    for (size_t at = 0; out->is_mapped && at < s.len && status == CQ_OK;) {
        size_t offset = at, before = out->text.len;

        status = fold_cluster(f, s, &at, &out->text, err);
        if (out->text.failed == CQ_OK)
            join_spaces(f, &out->text, before);
        for (size_t i = before; i < out->text.len; i++)
            cq_buf_add(&out->map, &offset, sizeof(offset));
    }
    if (out->is_mapped)
        cq_buf_add(&out->map, &s.len, sizeof(s.len));
    if (status == CQ_OK)
        status = cq_buf_check(&out->text, err);
    return status == CQ_OK ? cq_buf_check(&out->map, err) : status;
}

void cq_folded_release(cq_folded *folded)
{
    cq_buf_release(&folded->text);
    cq_buf_release(&folded->map);
    *folded = (cq_folded){0};
}

void cq_folded_range(const cq_folded *folded, size_t *start, size_t *end)
{
    const size_t *map = (const size_t *)(const void *)folded->map.ptr;
    size_t last = *end;

    if (!folded->is_mapped)
        return;
    /* A character that folds to several, such as U+FB01 for "fi", is given whole. */
    while (last > *start && last < folded->text.len && map[last] == map[last - 1])
        last++;
    *start = map[*start];
    *end = map[last];
}

/* ---- pieces ---------------------------------------------------------------------------
 */

static cq_piece_kind kind_at(cq_folder *f, cq_str folded, size_t *at)
{
    switch (cq_class_of(&f->classes, cq_text_next(folded, at))) {
    case CQ_CH_SPACE:
        return CQ_PIECE_NONE;
    case CQ_CH_MARK:
        return CQ_PIECE_MARKS;
    case CQ_CH_LETTER:
    case CQ_CH_HEBREW:
    case CQ_CH_DIGIT:
    case CQ_CH_JOINER:
        return CQ_PIECE_WORD;
    default:
        return CQ_PIECE_SINGLE;
    }
}

cq_piece_kind cq_piece_next(cq_folder *f, cq_str folded, size_t *start, size_t *end)
{
    size_t at = *end, next;
    cq_piece_kind first = CQ_PIECE_NONE, kind;

    while (first == CQ_PIECE_NONE && at < folded.len) {
        *start = at;
        first = kind_at(f, folded, &at);
    }
    if (first == CQ_PIECE_NONE)
        return first;
    for (*end = next = at; next < folded.len; *end = next) {
        kind = kind_at(f, folded, &next);
        if (kind != CQ_PIECE_MARKS && !(kind == CQ_PIECE_WORD && first == CQ_PIECE_WORD))
            break;
    }
    return first;
}

bool cq_piece_parts(cq_folder *f, cq_str folded, size_t at)
{
    size_t next = at;
    cq_piece_kind kind, before = CQ_PIECE_MARKS;

    if (at == 0 || at >= folded.len)
        return true;
    kind = kind_at(f, folded, &next);
    if (kind != CQ_PIECE_MARKS && kind != CQ_PIECE_WORD)
        return true;
    while (at > 0 && before == CQ_PIECE_MARKS) {
        do
            at--;
        while (at > 0 && ((unsigned char)folded.ptr[at] & 0xc0) == 0x80);
        next = at;
        before = kind_at(f, folded, &next);
        if (kind == CQ_PIECE_MARKS)
            break;
    }
    return kind == CQ_PIECE_MARKS ? before == CQ_PIECE_NONE : before != CQ_PIECE_WORD;
}
