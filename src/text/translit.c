/* translit.c -- words of any script in plain Latin letters. */
#include "icu.h"

#include <unicode/ustring.h>
#include <unicode/utrans.h>

#include <string.h>

#define PIECE_MAX  256               /* bytes that ICU gets at a time */
#define CACHE_MAX  ((size_t)1 << 16) /* words; then the cache is emptied */
#define CACHED_LEN 64                /* bytes of the longest word kept */

struct cq_translit {
    UTransliterator *rules;
    cq_utf16 source, work;
    cq_map cache; /* word to offset and length in `made` */
    cq_buf made;
};

cq_status cq_translit_open(cq_translit **translit, cq_error *err)
{
    static const char id[] = "Any-Latin; Latin-ASCII; Lower";
    UChar wide[sizeof(id)];
    UErrorCode code = U_ZERO_ERROR;
    cq_translit *made;

    *translit = NULL;
    made = cq_zalloc(sizeof(*made));
    if (!made)
        return cq_fail(err, CQ_E_NOMEM, "no memory for a transliterator");
    u_uastrcpy(wide, id);
    made->rules = utrans_openU(wide, -1, UTRANS_FORWARD, NULL, 0, NULL, &code);
    if (U_FAILURE(code)) {
        cq_free(made);
        return cq_fail_icu(err, code, "cannot open ICU's transliterator");
    }
    *translit = made;
    return CQ_OK;
}

void cq_translit_close(cq_translit *translit)
{
    if (!translit)
        return;
    utrans_close(translit->rules);
    cq_utf16_release(&translit->source);
    cq_utf16_release(&translit->work);
    cq_map_release(&translit->cache);
    cq_buf_release(&translit->made);
    cq_free(translit);
}

/* Transliterate what is in `source`, in more room as long as ICU asks for it. */
static cq_status run_piece(cq_translit *translit, cq_buf *out, cq_error *err)
{
    const cq_utf16 *source = &translit->source;
    cq_utf16 *work = &translit->work;
    size_t want = source->len * 4 + 64;

    for (;;) {
        UErrorCode code = U_ZERO_ERROR;
        int32_t len = (int32_t)source->len, limit = len;

        if (!cq_utf16_room(work, want))
            return cq_fail(err, CQ_E_NOMEM, "no memory to transliterate a word");
        memcpy(work->ptr, source->ptr, source->len * sizeof(*work->ptr));
        utrans_transUChars(translit->rules, work->ptr, &len, (int32_t)work->capacity, 0,
                           &limit, &code);
        if (code == U_BUFFER_OVERFLOW_ERROR && want < CQ_UTF16_MAX) {
            want = work->capacity * 2;
            continue;
        }
        if (U_FAILURE(code))
            return cq_fail_icu(err, code, "cannot transliterate a word");
        cq_utf16_put(work->ptr, (size_t)len, out);
        return cq_buf_check(out, err);
    }
}

static cq_status run_all(cq_translit *translit, cq_str word, cq_buf *out, cq_error *err)
{
    for (size_t start = 0, end; start < word.len; start = end) {
        cq_status status;

        end = word.len - start > PIECE_MAX ? start + PIECE_MAX : word.len;
        while (end < word.len && ((unsigned char)word.ptr[end] & 0xc0) == 0x80)
            end--;
        status = cq_utf16_set(&translit->source, cq_str_slice(word, start, end), err);
        if (status == CQ_OK)
            status = run_piece(translit, out, err);
        if (status != CQ_OK)
            return status;
    }
    return CQ_OK;
}

/* Most words of most texts are ASCII already. */
static bool run_ascii(cq_str word, cq_buf *out)
{
    for (size_t i = 0; i < word.len; i++)
        if ((unsigned char)word.ptr[i] >= 0x80)
            return false;
    for (size_t i = 0; i < word.len; i++) {
        char c = word.ptr[i];

        cq_buf_add_byte(out, (unsigned char)(c >= 'A' && c <= 'Z' ? c + 32 : c));
    }
    return true;
}

/* The cache holds offset << 16 | length; a word that it has no memory for is not kept. */
static void remember(cq_translit *translit, cq_str word, cq_str latin)
{
    size_t offset = translit->made.len;
    uint64_t *value;

    if (latin.len > UINT16_MAX)
        return;
    cq_buf_add_str(&translit->made, latin);
    value = cq_buf_check(&translit->made, NULL) == CQ_OK
                ? cq_map_add(&translit->cache, word, NULL)
                : NULL;
    if (value) {
        *value = (uint64_t)offset << 16 | latin.len;
        return;
    }
    cq_map_reset(&translit->cache);
    cq_buf_reset(&translit->made);
}

cq_status cq_translit_run(cq_translit *translit, cq_str word, cq_buf *out, cq_error *err)
{
    const uint64_t *known;
    size_t before = out->len;
    cq_status status;

    if (run_ascii(word, out))
        return cq_buf_check(out, err);
    known = cq_map_find(&translit->cache, word);
    if (known) {
        cq_buf_add(out, translit->made.ptr + (*known >> 16), *known & 0xffff);
        return cq_buf_check(out, err);
    }
    status = run_all(translit, word, out, err);
    if (status != CQ_OK || word.len > CACHED_LEN)
        return status;
    if (translit->cache.len >= CACHE_MAX) {
        cq_map_reset(&translit->cache);
        cq_buf_reset(&translit->made);
    }
    remember(translit, word, cq_str_slice(cq_buf_str(out), before, out->len));
    return CQ_OK;
}
