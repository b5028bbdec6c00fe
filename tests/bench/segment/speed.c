/* speed.c -- how fast text becomes sentences, against ICU's sentence iterator alone in
 * the same process.
 *
 * The text goes through a segmenter in pieces of 64 KiB as from a file. The iterator is
 * given one line at a time, as UTF-8 where it stands, and as UTF-16 made beforehand, and
 * only counts its boundaries. Each figure is the best of several rounds, in processor
 * time.
 *
 *     meson test -C build --benchmark --suite segment -v */
#include "segment/segment.h"

#include <unicode/ubrk.h>
#include <unicode/ustring.h>

#include <stdlib.h>
#include <string.h>
#include <time.h>

#define ROUNDS 5
#define ENOUGH ((size_t)4 << 20) /* bytes; a shorter text is repeated */
#define PIECE  ((size_t)1 << 16)

static double now(void)
{
    struct timespec time;

    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time);
    return (double)time.tv_sec + (double)time.tv_nsec / 1e9;
}

static bool read_file(const char *folder, const char *name, cq_buf *out)
{
    char path[512], piece[65536];
    size_t len, once;
    FILE *file;

    snprintf(path, sizeof(path), "%s/%s.txt", folder, name);
    file = fopen(path, "rb");
    if (!file)
        return false;
    while ((len = fread(piece, 1, sizeof(piece), file)) > 0)
        cq_buf_add(out, piece, len);
    fclose(file);
    once = out->len;
    while (once > 0 && out->len < ENOUGH && out->failed == CQ_OK)
        if (cq_buf_reserve(out, once)) {
            memcpy(out->ptr + out->len, out->ptr, once);
            out->len += once;
        }
    return once > 0;
}

static size_t run_calque(cq_segmenter *segmenter, cq_str text)
{
    cq_error err = {0};
    cq_sentence sentence;
    size_t count = 0;

    cq_segmenter_reset(segmenter);
    for (size_t at = 0; at < text.len;) {
        size_t end = at + PIECE < text.len ? at + PIECE : text.len;

        cq_segmenter_feed(segmenter, cq_str_slice(text, at, end), end == text.len, &err);
        while (cq_segmenter_next(segmenter, &sentence, &err) == CQ_OK)
            count++;
        at = end;
    }
    return count;
}

static size_t count_breaks(UBreakIterator *iterator)
{
    size_t count = 0;

    ubrk_first(iterator);
    while (ubrk_next(iterator) != UBRK_DONE)
        count++;
    return count;
}

static size_t run_utf8(UBreakIterator *iterator, cq_str text)
{
    size_t count = 0;

    for (size_t at = 0; at < text.len;) {
        const char *found = memchr(text.ptr + at, '\n', text.len - at);
        size_t end = found ? (size_t)(found - text.ptr) : text.len;
        UText line = UTEXT_INITIALIZER;
        UErrorCode code = U_ZERO_ERROR;

        utext_openUTF8(&line, text.ptr + at, (int64_t)(end - at), &code);
        ubrk_setUText(iterator, &line, &code);
        count += count_breaks(iterator);
        utext_close(&line);
        at = end + 1;
    }
    return count;
}

static size_t run_utf16(UBreakIterator *iterator, const UChar *text, int32_t len)
{
    size_t count = 0;

    for (int32_t at = 0; at < len;) {
        const UChar *found = u_memchr(text + at, '\n', len - at);
        int32_t end = found ? (int32_t)(found - text) : len;
        UErrorCode code = U_ZERO_ERROR;

        ubrk_setText(iterator, text + at, end - at, &code);
        count += count_breaks(iterator);
        at = end + 1;
    }
    return count;
}

static bool measure(const char *name, cq_str text)
{
    double best[3] = {1e9, 1e9, 1e9}; /* calque, UTF-8, UTF-16; seconds */
    size_t counts[3] = {0};
    UErrorCode code = U_ZERO_ERROR;
    UBreakIterator *iterator = ubrk_open(UBRK_SENTENCE, name, NULL, 0, &code);
    UChar *wide = malloc((text.len + 1) * sizeof(*wide));
    cq_segmenter *segmenter = NULL;
    cq_error err = {0};
    cq_lang lang;
    int32_t len = 0;
    bool is_ready = wide && cq_lang_parse(cq_str_from(name), &lang, &err) == CQ_OK &&
                    cq_segmenter_new(&lang, NULL, NULL, &segmenter, &err) == CQ_OK;

    if (is_ready)
        u_strFromUTF8(wide, (int32_t)text.len, &len, text.ptr, (int32_t)text.len, &code);
    is_ready = is_ready && U_SUCCESS(code);
    for (int round = 0; is_ready && round < ROUNDS; round++)
        for (int kind = 0; kind < 3; kind++) {
            double start = now(), took;

            counts[kind] = kind == 0   ? run_calque(segmenter, text)
                           : kind == 1 ? run_utf8(iterator, text)
                                       : run_utf16(iterator, wide, len);
            took = now() - start;
            best[kind] = took < best[kind] ? took : best[kind];
        }
    if (is_ready)
        printf("%s  calque %4.0f MB/s (%zu sentences)  ICU %4.0f (%zu)  UTF-16 %4.0f  "
               "ratio %.2f, %.2f to UTF-16\n",
               name, (double)text.len / best[0] / 1e6, counts[0],
               (double)text.len / best[1] / 1e6, counts[1],
               (double)text.len / best[2] / 1e6, best[1] / best[0], best[2] / best[0]);
    cq_segmenter_close(segmenter);
    ubrk_close(iterator);
    free(wide);
    return is_ready;
}

int main(int argc, char **argv)
{
    static const char *const names[] = {"en", "fr", "es", "ru", "ar", "zh", "th"};
    bool is_good = true;

    for (int folder = 1; folder < argc; folder++)
        for (size_t i = 0; i < ARRAY_LEN(names); i++) {
            cq_buf text = {0};

            if (read_file(argv[folder], names[i], &text))
                is_good &= measure(names[i], cq_buf_str(&text));
            cq_buf_release(&text);
        }
    return is_good ? 0 : 1;
}
