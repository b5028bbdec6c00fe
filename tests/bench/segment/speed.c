/* speed.c -- how fast text becomes sentences, against ICU's sentence iterator alone in
 * the same process.
 *
 * Both are given the same UTF-8 and say where in it the sentences end. The text goes
 * through a segmenter in pieces of 64 KiB as from a file; a piece as long goes to ICU by
 * each of its two ways, line by line: made UTF-16, where it is fastest, and the ends
 * counted back into bytes; or as UTF-8 where it stands. A third figure is of the iterator
 * over UTF-16 made beforehand, which nobody has who reads files. Each is the best of
 * several rounds, in processor time; `ratio` is to the faster of ICU's two ways.
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

/* Bytes of UTF-16 as UTF-8; half a pair counts for two of its four. */
static size_t bytes_of(const UChar *text, int32_t start, int32_t end)
{
    size_t bytes = 0;

    for (; start < end; start++)
        bytes += 1u + (text[start] >= 0x80) + (text[start] >= 0x800) -
                 (size_t)U16_IS_SURROGATE(text[start]);
    return bytes;
}

/* The byte at which every sentence of a line ends is added to `sum`, so that it is really
 * found. */
static size_t add_ends(UBreakIterator *iterator, const UChar *line, size_t start,
                       uint64_t *sum)
{
    size_t count = 0;
    int32_t last = ubrk_first(iterator);

    for (int32_t at = ubrk_next(iterator); at != UBRK_DONE; at = ubrk_next(iterator)) {
        start += bytes_of(line, last, at);
        last = at;
        *sum += start;
        count++;
    }
    return count;
}

/* From UTF-8 to byte offsets, in pieces that end with a line. */
static size_t run_converted(UBreakIterator *iterator, cq_str text, UChar *wide)
{
    size_t count = 0;
    uint64_t sum = 0;

    for (size_t at = 0; at < text.len;) {
        size_t stop = at + PIECE < text.len ? at + PIECE : text.len;
        int32_t len = 0;
        UErrorCode code = U_ZERO_ERROR;

        while (stop < text.len && text.ptr[stop - 1] != '\n')
            stop++;
        u_strFromUTF8(wide, (int32_t)(stop - at), &len, text.ptr + at,
                      (int32_t)(stop - at), &code);
        for (int32_t from = 0; from < len;) {
            const UChar *found = u_memchr(wide + from, '\n', len - from);
            int32_t end = found ? (int32_t)(found - wide) : len;

            ubrk_setText(iterator, wide + from, end - from, &code);
            count += add_ends(iterator, wide + from, at, &sum);
            at += bytes_of(wide, from, end) + 1;
            from = end + 1;
        }
        at = stop;
    }
    return sum > 0 ? count : 0;
}

/* The ways of run(). */
enum { CALQUE, CONVERTED, UTF8, UTF16, WAYS };

typedef struct bench {
    cq_segmenter *segmenter;
    UBreakIterator *iterator;
    cq_str text;
    UChar *wide;  /* the text as UTF-16 */
    UChar *piece; /* room for as much */
    int32_t len;  /* of `wide` */
} bench;

static size_t run(const bench *b, int way)
{
    switch (way) {
    case CALQUE:
        return run_calque(b->segmenter, b->text);
    case CONVERTED:
        return run_converted(b->iterator, b->text, b->piece);
    case UTF8:
        return run_utf8(b->iterator, b->text);
    default:
        return run_utf16(b->iterator, b->wide, b->len);
    }
}

static void print_rounds(const bench *b, const char *name)
{
    double rate[WAYS] = {0}; /* MB/s */
    size_t counts[WAYS] = {0};

    for (int round = 0; round < ROUNDS; round++)
        for (int way = 0; way < WAYS; way++) {
            double start = now(), reached;

            counts[way] = run(b, way);
            reached = (double)b->text.len / 1e6 / (now() - start);
            rate[way] = reached > rate[way] ? reached : rate[way];
        }
    printf("%s  calque %4.0f MB/s (%zu sentences)  ICU %4.0f (%zu), as UTF-8 %4.0f, "
           "ratio %.2f  UTF-16 made beforehand %4.0f, ratio %.2f\n",
           name, rate[CALQUE], counts[CALQUE], rate[CONVERTED], counts[CONVERTED],
           rate[UTF8],
           rate[CALQUE] / (rate[UTF8] > rate[CONVERTED] ? rate[UTF8] : rate[CONVERTED]),
           rate[UTF16], rate[CALQUE] / rate[UTF16]);
}

static bool measure(const char *name, cq_str text)
{
    UErrorCode code = U_ZERO_ERROR;
    cq_error err = {0};
    cq_lang lang;
    bench b = {.iterator = ubrk_open(UBRK_SENTENCE, name, NULL, 0, &code),
               .text = text,
               .wide = malloc((text.len + 1) * sizeof(UChar)),
               .piece = malloc((text.len + 1) * sizeof(UChar))};
    bool is_ready = b.wide && b.piece &&
                    cq_lang_parse(cq_str_from(name), &lang, &err) == CQ_OK &&
                    cq_segmenter_new(&lang, NULL, NULL, &b.segmenter, &err) == CQ_OK;

    if (is_ready)
        u_strFromUTF8(b.wide, (int32_t)text.len, &b.len, text.ptr, (int32_t)text.len,
                      &code);
    is_ready = is_ready && U_SUCCESS(code);
    if (is_ready)
        print_rounds(&b, name);
    cq_segmenter_close(b.segmenter);
    ubrk_close(b.iterator);
    free(b.wide);
    free(b.piece);
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
