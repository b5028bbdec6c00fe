/* flat.c -- time for each sentence pair as texts grow: 1,000, 10,000 and 100,000 pairs of
 * made-up text, each against the first, measured in the same process. */
#include "align/align.h"

#include <time.h>

static uint32_t draw(uint32_t *seed, uint32_t below)
{
    *seed = *seed * 1664525U + 1013904223U;
    return (*seed >> 8) % below;
}

/* A word by rank: half of all words are among the first twenty, as in real text. */
static void add_word(cq_buf *to, uint32_t *seed, const char *ending)
{
    uint32_t most = 20U << (2 * draw(seed, 6)), rank = draw(seed, most);

    for (uint32_t left = rank + 7; left > 0; left /= 20)
        cq_buf_add_format(to, "%c%c", "bdfgklmnprstvz"[left % 14], "aeiou"[left % 5]);
    cq_buf_add_format(to, "%s ", rank < 100 ? ending : "");
}

/* One side of the text: the same words, with other endings and now and then a sentence
 * less. */
static cq_str *make_side(size_t *len, bool is_target, cq_arena *arena)
{
    cq_str *sentences = cq_alloc(*len * sizeof(*sentences));
    uint32_t seed = 1;
    size_t made = 0;

    for (size_t k = 0; k < *len && sentences; k++) {
        cq_buf text = {0};

        for (uint32_t w = draw(&seed, 24) + 3; w > 0; w--)
            add_word(&text, &seed, is_target ? "or" : "en");
        if (!is_target || k % 37 != 5)
            sentences[made++] = cq_arena_copy(arena, cq_buf_str(&text));
        cq_buf_release(&text);
    }
    *len = made;
    return sentences;
}

static double run(size_t pairs)
{
    cq_arena arena = {0};
    cq_lang english = {0}, french = {0};
    size_t source_len = pairs, target_len = pairs, len = 0;
    cq_str *source = make_side(&source_len, false, &arena);
    cq_str *target = make_side(&target_len, true, &arena);
    cq_bead *beads = NULL;
    clock_t start = clock();

    cq_lang_parse(CQ_STR("en"), &english, NULL);
    cq_lang_parse(CQ_STR("fr"), &french, NULL);
    cq_align_request request = {
        .source = {.lang = &english, .sentences = source, .len = source_len},
        .target = {.lang = &french, .sentences = target, .len = target_len},
    };
    if (!source || !target || cq_align_run(&request, &beads, &len, NULL, NULL) < 0)
        return -1;
    cq_free(beads);
    cq_free(source);
    cq_free(target);
    cq_arena_release(&arena);
    return 1e6 * (double)(clock() - start) / CLOCKS_PER_SEC / (double)pairs;
}

int main(void)
{
    double first = 0;

    run(100); /* starts ICU */
    for (size_t pairs = 1000; pairs <= 100000; pairs *= 10) {
        double each = run(pairs);

        if (each < 0)
            return 1;
        if (pairs == 1000)
            first = each;
        printf("%7zu pairs: %6.1f us a pair, %.2f of the first\n", pairs, each,
               each / first);
    }
    return 0;
}
