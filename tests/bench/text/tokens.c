/* tokens.c -- how fast texts become tokens, against ICU's word iterator in the same
 * process.
 *
 * Line by line, as an import does it, with the analyzer warm; each figure is the best of
 * several rounds, in processor time. The iterator is given the text as UTF-16, made
 * beforehand, and only counts its boundaries, so it has the easier task: no keys, no
 * forms, no numbers.
 *
 *     meson test -C build --benchmark --suite text -v */
#include "text/text.h"

#include <unicode/ubrk.h>
#include <unicode/ustring.h>

#include <stdlib.h>
#include <string.h>
#include <time.h>

#define ROUNDS 9
#define ENOUGH ((size_t)4 << 20) /* bytes; a shorter text is repeated */

typedef struct line {
    cq_str text;
    UChar *wide;
    int32_t wide_len;
} line;

typedef struct corpus {
    cq_buf bytes;
    line *lines;
    size_t len, capacity;
} corpus;

static double now(void)
{
    struct timespec time;

    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time);
    return (double)time.tv_sec + (double)time.tv_nsec / 1e9;
}

static bool read_file(const char *folder, const char *name, cq_buf *out)
{
    char path[512], piece[65536];
    size_t len;
    FILE *file;

    snprintf(path, sizeof(path), "%s/%s", folder, name);
    file = fopen(path, "rb");
    if (!file)
        return false;
    while ((len = fread(piece, 1, sizeof(piece), file)) > 0)
        cq_buf_add(out, piece, len);
    fclose(file);
    return out->len > 0 && cq_text_valid(cq_buf_str(out)) == out->len;
}

static void split(corpus *text)
{
    size_t once = text->bytes.len;

    cq_buf_reserve(&text->bytes, ENOUGH + once); /* or adding to itself would move it */
    while (text->bytes.len < ENOUGH)
        cq_buf_add(&text->bytes, text->bytes.ptr, once);
    for (size_t at = 0; at < text->bytes.len;) {
        const char *start = text->bytes.ptr + at;
        const char *end = memchr(start, '\n', text->bytes.len - at);
        size_t len = end ? (size_t)(end - start) : text->bytes.len - at;
        UErrorCode code = U_ZERO_ERROR;
        line made = {.text = {start, len}, .wide = malloc((len + 1) * sizeof(UChar))};

        if (!cq_grow(&text->lines, &text->capacity, text->len + 1, sizeof(made)) ||
            !made.wide)
            abort();
        u_strFromUTF8(made.wide, (int32_t)len + 1, &made.wide_len, start, (int32_t)len,
                      &code);
        text->lines[text->len++] = made;
        at += len + 1;
    }
}

static double analyze(cq_analyzer *analyzer, const corpus *text, size_t *count)
{
    cq_tokens tokens = {0};
    double start = now(), taken;

    *count = 0;
    for (size_t i = 0; i < text->len; i++) {
        if (cq_analyzer_run(analyzer, text->lines[i].text, &tokens, NULL) != CQ_OK)
            abort();
        *count += tokens.len;
    }
    taken = now() - start;
    cq_tokens_release(&tokens);
    return taken;
}

static double iterate(UBreakIterator *words, const corpus *text, size_t *count)
{
    double start = now();

    *count = 0;
    for (size_t i = 0; i < text->len; i++) {
        UErrorCode code = U_ZERO_ERROR;

        ubrk_setText(words, text->lines[i].wide, text->lines[i].wide_len, &code);
        while (ubrk_next(words) != UBRK_DONE)
            *count += 1;
    }
    return now() - start;
}

static void measure(const char *name, const char *tag, corpus *text)
{
    cq_lang lang;
    cq_analyzer *analyzer;
    UErrorCode code = U_ZERO_ERROR;
    UBreakIterator *words = ubrk_open(UBRK_WORD, tag, NULL, 0, &code);
    double ours = 1e9, theirs = 1e9, mb = (double)text->bytes.len / 1e6;
    size_t tokens = 0, pieces = 0;

    if (U_FAILURE(code) || cq_lang_parse(cq_str_from(tag), &lang, NULL) != CQ_OK ||
        cq_analyzer_open(&lang, &analyzer, NULL) != CQ_OK)
        abort();
    for (int round = 0; round < ROUNDS; round++) {
        double a = analyze(analyzer, text, &tokens), b = iterate(words, text, &pieces);

        ours = a < ours ? a : ours;
        theirs = b < theirs ? b : theirs;
    }
    printf("%-12s %8zu tokens %7.1f MB/s   ICU words %7.1f MB/s   ratio %.2f\n", name,
           tokens, mb / ours, mb / theirs, theirs / ours);
    cq_analyzer_close(analyzer);
    ubrk_close(words);
}

/* Words of random syllables, the frequent ones far more often, as in any text. */
static void invent(cq_buf *out)
{
    uint64_t seed = 1;

    while (out->len < ENOUGH) {
        uint32_t rank, syllables;

        seed = seed * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
        rank = (uint32_t)(seed >> 40) & 0xffff;
        rank = rank * rank / 0xffff * rank / 0xffff;
        syllables = 1 + rank % 4;
        for (uint32_t i = 0; i < syllables; i++, rank = rank * 31 + 7) {
            cq_buf_add_byte(out, (unsigned char)"bdfglmnprst"[rank % 11]);
            cq_buf_add_byte(out, (unsigned char)"aeiou"[rank / 11 % 5]);
        }
        cq_buf_add_z(out, seed >> 60 == 0 ? ".\n" : seed >> 60 == 1 ? ", " : " ");
    }
}

int main(void)
{
    static const struct {
        const char *name, *tag, *file;
    } texts[] = {
        {"English", "en", "align/steinbeck/tgt"}, {"German", "de", "align/tb-dev/src"},
        {"Russian", "ru", "udhr/rus.txt"},        {"Arabic", "ar", "udhr/arb.txt"},
        {"Hindi", "hi", "udhr/hin.txt"},          {"Chinese", "zh", "udhr/cmn_hans.txt"},
        {"Thai", "th", "udhr/tha.txt"},           {"Korean", "ko", "udhr/kor.txt"},
    };
    const char *folder = getenv("CALQUE_SHARED");
    corpus invented = {0};

    for (size_t i = 0; i < ARRAY_LEN(texts); i++) {
        corpus text = {0};

        if (read_file(folder ? folder : "../shared/data", texts[i].file, &text.bytes)) {
            split(&text);
            measure(texts[i].name, texts[i].tag, &text);
        } else {
            printf("%-12s skipped: no development data\n", texts[i].name);
        }
        for (size_t k = 0; k < text.len; k++)
            free(text.lines[k].wide);
        cq_free(text.lines);
        cq_buf_release(&text.bytes);
    }
    invent(&invented.bytes);
    split(&invented);
    measure("invented", "en", &invented);
    for (size_t k = 0; k < invented.len; k++)
        free(invented.lines[k].wide);
    cq_free(invented.lines);
    cq_buf_release(&invented.bytes);
    return 0;
}
