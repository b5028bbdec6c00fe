/* Every kind of concordance against a plain scan: the definitions of docs/lookup.md,
 * "Concordance", over all texts, and the order of hits. */
#include "scratch.h"

#include "match/match.h"
#include "text/text.h"

#include <stdlib.h>
#include <string.h>

/* ---- a world of texts in many scripts -------------------------------------------------
 */

static const char *const words[] = {
    "the",
    "The",
    "according",
    "record",
    "cord",
    "Cords",
    "colour",
    "color",
    "café",
    "CAFÉ",
    "cafe\u0301",
    "Stra\u00dfe",
    "strasse",
    "E\ufb03cient",
    "3D",
    "mp3",
    "2010",
    "12,5",
    "don't",
    "l\u2019accord",
    "http://cord.example/a",
    "notes.txt",
    "a@b.de",
    "(",
    ")",
    "-",
    "well-known",
    "…",
    "\u4fdd\u5b58",
    "\u6587\u4ef6",
    "\u4fdd",
    "\u0e1a\u0e31\u0e19\u0e17\u0e36\u0e01",
    "\u0e41\u0e1f\u0e49\u0e21",
    "\u0e01",
    "\u304b\u3099",
    "\u304c",
    "\u306f",
    "\u0643\u064e\u062a\u064e\u0628",
    "\u0643\u062a\u0628",
    "\u0643\u0640\u062a\u0628",
    "ab\u200bcd",
    "abcd",
    "so\u00adft",
    "soft",
    "\U0001f44d\U0001f3fd",
    "\u0301x",
    "x\u0301\u0316y",
    "\uff21\uff22",
    "ab",
    "\u0915\u094d\u0937",
    "\u0915\u093f",
    "running",
    "runs",
    "run",
    "\u01c4",
    "\u212b",
    "aa*b",
};
static const char *const joints[] = {" ", " ",  " ",      " ",  "",
                                     ".", "  ", "\u00a0", "\n", ", "};

#define TEXTS 700u

typedef struct text {
    char bytes[200];
    cq_folded folded;
    uint64_t weight;
    unsigned first; /* number of the first equal text */
} text;

static text texts[TEXTS];
static cq_memory *memory;
static cq_folder *folder;
static cq_analyzer *analyzer, *other; /* a number's form lasts until the next run */
static cq_tokens tokens;

static void draw_text(unsigned *seed, unsigned most, char *out, size_t room)
{
    unsigned len = 1 + rnd(seed, most);
    size_t at = 0;

    out[0] = '\0';
    for (unsigned i = 0; i < len && at + 40 < room; i++)
        at += (size_t)snprintf(out + at, room - at, "%s%s",
                               i ? joints[rnd(seed, (unsigned)ARRAY_LEN(joints))] : "",
                               words[rnd(seed, (unsigned)ARRAY_LEN(words))]);
}

static void know_text(unsigned i)
{
    text *t = &texts[i];

    assert_ok(cq_folder_run(folder, cq_str_from(t->bytes), &t->folded, err));
    assert_ok(cq_analyzer_run(analyzer, cq_str_from(t->bytes), &tokens, err));
    t->weight = cq_match_total(&tokens);
    for (t->first = 0; strcmp(texts[t->first].bytes, t->bytes) != 0;)
        t->first++;
}

/* Two files, so that there are generations and runs of words to merge. */
static void import_texts(unsigned from, unsigned end, const char *name)
{
    cq_buf body = {0};

    for (unsigned i = from; i < end; i++) {
        cq_buf_add_format(&body,
                          "<tu tuid=\"%u\"><tuv xml:lang=\"en\"><seg>%s</seg></tuv>", i,
                          texts[i].bytes);
        cq_buf_add_z(&body, "<tuv xml:lang=\"fr\"><seg>x</seg></tuv></tu>\n");
    }
    scratch_tmx(name, body.ptr);
    must_import(memory, name);
    cq_buf_release(&body);
}

/* ---- the definitions ------------------------------------------------------------------
 */

static cq_str folded_of(const text *t) { return cq_buf_str(&t->folded.text); }

static bool is_whole(cq_str in, size_t start, size_t end)
{
    return cq_piece_parts(folder, in, start) && cq_piece_parts(folder, in, end);
}

static bool is_char(cq_str s, size_t at)
{
    return at == s.len || ((unsigned char)s.ptr[at] & 0xc0) != 0x80;
}

/* Level of a plain phrase, 2 for none. */
static int level_plain(const text *t, cq_str phrase, cq_str typed, bool exact)
{
    cq_str in = folded_of(t);
    int best = 2;

    for (size_t at = 0; at + phrase.len <= in.len; at++) {
        size_t start = at, end = at + phrase.len;

        if (memcmp(in.ptr + at, phrase.ptr, phrase.len) != 0)
            continue;
        cq_folded_range(&t->folded, &start, &end);
        if (exact &&
            !cq_text_same(cq_str_slice(cq_str_from(t->bytes), start, end), typed))
            continue;
        if (best > !is_whole(in, at, at + phrase.len))
            best = !is_whole(in, at, at + phrase.len);
    }
    return best;
}

static bool fits(cq_str pattern, cq_str in, size_t at)
{
    if (pattern.len == 0)
        return cq_piece_parts(folder, in, at);
    if (pattern.ptr[0] == '*') {
        pattern = cq_str_slice(pattern, 1, pattern.len);
        for (;; at++) {
            if (is_char(in, at) && fits(pattern, in, at))
                return true;
            if (at >= in.len || in.ptr[at] == ' ')
                return false;
        }
    }
    return at < in.len && in.ptr[at] == pattern.ptr[0] &&
           fits(cq_str_slice(pattern, 1, pattern.len), in, at + 1);
}

static int level_pattern(const text *t, cq_str phrase)
{
    cq_str in = folded_of(t);

    for (size_t at = 0; at < in.len; at++)
        if (is_char(in, at) && in.ptr[at] != ' ' && cq_piece_parts(folder, in, at) &&
            fits(phrase, in, at))
            return 0;
    return 2;
}

/* Levenshtein 1966, by the plain table. */
static size_t distance(const uint32_t *a, size_t a_len, const uint32_t *b, size_t b_len)
{
    size_t row[256];

    assert_true(b_len < ARRAY_LEN(row));
    for (size_t k = 0; k <= b_len; k++)
        row[k] = k;
    for (size_t i = 1; i <= a_len; i++) {
        size_t corner = row[0];

        row[0] = i;
        for (size_t k = 1; k <= b_len; k++) {
            size_t best = corner + (a[i - 1] != b[k - 1]);

            corner = row[k];
            best = best < row[k] + 1 ? best : row[k] + 1;
            row[k] = best < row[k - 1] + 1 ? best : row[k - 1] + 1;
        }
    }
    return row[b_len];
}

static size_t codes_of(cq_str s, uint32_t *codes)
{
    size_t len = 0;

    for (size_t at = 0; at < s.len;)
        codes[len++] = cq_text_next(s, &at);
    return len;
}

static int level_fuzzy(const text *t, cq_str phrase)
{
    uint32_t a[256], b[256];
    cq_str in = folded_of(t);
    size_t len = codes_of(phrase, a), most = len >= 16 ? 3 : len >= 8 ? 2 : len / 4;
    size_t best = most + 1;

    for (size_t start = 0; start < in.len; start++) {
        if (!is_char(in, start) || !cq_piece_parts(folder, in, start))
            continue;
        for (size_t end = start + 1; end <= in.len && end < start + 4 * (len + most);
             end++) {
            size_t edits;

            if (!is_char(in, end) || !cq_piece_parts(folder, in, end))
                continue;
            edits = distance(a, len, b, codes_of(cq_str_slice(in, start, end), b));
            best = edits < best ? edits : best;
        }
    }
    return best > most ? 9 : (int)best;
}

static bool has_row(const cq_tokens *in, const cq_tokens *row, size_t at)
{
    for (size_t i = 0; i < row->len; i++) {
        const cq_token *a = &in->items[at + i], *b = &row->items[i];
        bool by_form = b->kind == CQ_TOKEN_NUMBER || b->kind == CQ_TOKEN_PLACEABLE;

        if (a->kind != b->kind || !cq_str_equal(a->key, b->key) ||
            (by_form && !cq_str_equal(a->form, b->form)))
            return false;
    }
    return true;
}

static int level_inflected(const text *t, const char *phrase)
{
    cq_tokens row = {0};
    int level = 2;

    assert_ok(cq_analyzer_run(other, cq_str_from(phrase), &row, err));
    assert_ok(cq_analyzer_run(analyzer, cq_str_from(t->bytes), &tokens, err));
    for (size_t at = 0; at + row.len <= tokens.len; at++)
        if (has_row(&tokens, &row, at))
            level = 0;
    cq_tokens_release(&row);
    return level;
}

/* ---- comparing ------------------------------------------------------------------------
 */

typedef struct expected {
    int level;
    uint64_t weight;
    unsigned first, unit;
} expected;

static int by_order(const void *a, const void *b)
{
    const expected *x = a, *y = b;

    if (x->level != y->level)
        return x->level < y->level ? -1 : 1;
    if (x->weight != y->weight)
        return x->weight < y->weight ? -1 : 1;
    if (x->first != y->first)
        return x->first < y->first ? -1 : 1;
    return x->unit < y->unit ? -1 : x->unit > y->unit;
}

typedef struct told {
    uint64_t units[TEXTS];
    size_t len;
} told;

static cq_status take(void *context, const cq_concordance_hit *hit)
{
    told *t = context;

    assert_true(hit->ranges_len > 0 && hit->ranges[0].start == hit->start);
    for (size_t i = 0; i < hit->ranges_len; i++) {
        assert_true(hit->ranges[i].start < hit->ranges[i].end);
        assert_true(hit->ranges[i].end <= hit->source.len);
        assert_true(i == 0 || hit->ranges[i].start >= hit->ranges[i - 1].end);
    }
    t->units[t->len++] = hit->unit;
    return CQ_OK;
}

static int level_of(const text *t, const char *typed, cq_str phrase,
                    const cq_concordance_options *opts)
{
    if (opts->inflected)
        return level_inflected(t, typed);
    if (strchr(phrase.ptr, '*'))
        return level_pattern(t, phrase);
    if (opts->fuzzy)
        return level_fuzzy(t, phrase);
    return level_plain(t, phrase, cq_str_from(typed), opts->exact);
}

/* All words of a phrase: the worst of their levels. */
static int level_words(const text *t, const char *typed,
                       const cq_concordance_options *opts)
{
    char copy[256];
    int worst = 0;

    snprintf(copy, sizeof(copy), "%s", typed);
    for (char *word = strtok(copy, " "); word; word = strtok(NULL, " ")) {
        cq_folded folded = {0};
        int level;

        assert_ok(cq_folder_run(folder, cq_str_from(word), &folded, err));
        level = level_of(t, word, cq_buf_str(&folded.text), opts);
        worst = level > worst ? level : worst;
        cq_folded_release(&folded);
    }
    return worst;
}

static void compare(const char *typed, const cq_concordance_options *how)
{
    static told found;
    static expected wanted[TEXTS];
    cq_concordance_options opts = *how;
    cq_lang en = lang("en");
    cq_folded phrase = {0};
    size_t len = 0;

    assert_ok(cq_folder_run(folder, cq_str_from(typed), &phrase, err));
    for (unsigned i = 0; i < TEXTS; i++) {
        int level = opts.words
                        ? level_words(&texts[i], typed, &opts)
                        : level_of(&texts[i], typed, cq_buf_str(&phrase.text), &opts);

        if (level < (opts.fuzzy ? 9 : 2))
            wanted[len++] = (expected){level, texts[i].weight, texts[i].first, i + 1};
    }
    qsort(wanted, len, sizeof(*wanted), by_order);
    found.len = 0;
    opts.max_hits = how->max_hits ? how->max_hits : TEXTS;
    len = len < opts.max_hits ? len : opts.max_hits;
    assert_ok(cq_memory_concordance(memory, cq_str_from(typed), &en, NULL, &opts, take,
                                    &found, err));
    if (found.len != len)
        fail_msg("\"%s\": %zu hits, not %zu", typed, found.len, len);
    for (size_t i = 0; i < len; i++)
        if (found.units[i] != wanted[i].unit)
            fail_msg("\"%s\": hit %zu is unit %u, not %u", typed, i,
                     (unsigned)found.units[i], wanted[i].unit);
    cq_folded_release(&phrase);
}

/* ---- what is asked --------------------------------------------------------------------
 */

/* A part of some text, cut between characters of its folded form; no white space around,
 * and something between. */
static bool draw_part(unsigned *seed, char *out, size_t room)
{
    const text *t = &texts[rnd(seed, TEXTS)];
    cq_str in = folded_of(t);
    size_t start = rnd(seed, (unsigned)in.len), end = start + 1 + rnd(seed, 12);

    while (start < in.len && (!is_char(in, start) || in.ptr[start] == ' '))
        start++;
    end = end > in.len ? in.len : end;
    while (end < in.len && !is_char(in, end))
        end++;
    while (end > start && in.ptr[end - 1] == ' ')
        end--;
    if (end <= start || end - start >= room || memchr(in.ptr + start, '*', end - start))
        return false;
    memcpy(out, in.ptr + start, end - start);
    out[end - start] = '\0';
    return true;
}

static void test_plain(void **state)
{
    unsigned seed = 11;
    char phrase[256];

    (void)state;
    for (unsigned i = 0; i < 400; i++) {
        cq_concordance_options opts = {.max_hits = i % 3 ? 0 : 1 + rnd(&seed, 30)};

        if (draw_part(&seed, phrase, sizeof(phrase)))
            compare(phrase, &opts);
    }
}

/* As typed: a part of a text as it is, cut where characters as folding sees them end. */
static void test_exact(void **state)
{
    unsigned seed = 12;
    cq_concordance_options opts = {.exact = true};

    (void)state;
    for (unsigned i = 0; i < 300; i++) {
        const text *t = &texts[rnd(&seed, TEXTS)];
        size_t len = t->folded.text.len, start = rnd(&seed, (unsigned)len);
        size_t end = start + 1 + rnd(&seed, 9);
        char phrase[256];

        end = end > len ? len : end;
        while (!is_char(folded_of(t), start))
            start--;
        while (!is_char(folded_of(t), end))
            end++;
        cq_folded_range(&t->folded, &start, &end);
        if (end <= start || memchr(t->bytes + start, '*', end - start) ||
            memchr(" \n\xc2", t->bytes[start], 3) || strchr(" \n\xa0", t->bytes[end - 1]))
            continue;
        snprintf(phrase, sizeof(phrase), "%.*s", (int)(end - start), t->bytes + start);
        compare(phrase, &opts);
    }
}

static void test_words(void **state)
{
    unsigned seed = 13;
    char phrase[256], second[128];
    cq_concordance_options opts = {.words = true};

    (void)state;
    for (unsigned i = 0; i < 300; i++) {
        if (!draw_part(&seed, phrase, 120) || !draw_part(&seed, second, 120))
            continue;
        strcat(strcat(phrase, " "), second);
        compare(phrase, &opts);
    }
}

static void test_pattern(void **state)
{
    unsigned seed = 14;
    char part[128], phrase[256];

    (void)state;
    for (unsigned i = 0; i < 400; i++) {
        cq_concordance_options opts = {.words = i % 4 == 0};
        cq_str s;
        size_t at = 0;

        if (!draw_part(&seed, part, sizeof(part)))
            continue;
        s = cq_str_from(part);
        for (size_t k = 0; k <= s.len; k++) {
            if (is_char(s, k) && rnd(&seed, 4) == 0)
                phrase[at++] = '*';
            if (k < s.len && !(is_char(s, k) && is_char(s, k + 1) && rnd(&seed, 6) == 0))
                phrase[at++] = s.ptr[k];
        }
        phrase[at] = '\0';
        /* A pattern is of whole words, so white space at its ends says nothing. */
        if (strchr(phrase, '*') && strspn(phrase, "* ") < at &&
            !memchr(" \n\xc2", phrase[0], 3) && !strchr(" \n\xa0", phrase[at - 1]))
            compare(phrase, &opts);
    }
}

static void test_inflected(void **state)
{
    unsigned seed = 15;
    char phrase[256];
    cq_concordance_options opts = {.inflected = true};

    (void)state;
    for (unsigned i = 0; i < 200; i++) {
        snprintf(phrase, sizeof(phrase), "%s %s", words[rnd(&seed, 23)],
                 i % 2 ? "" : words[rnd(&seed, 23)]);
        if (!strchr("0123456789", phrase[0]))
            compare(phrase, &opts);
    }
}

static void test_fuzzy(void **state)
{
    unsigned seed = 16;
    char phrase[256];

    (void)state;
    for (unsigned i = 0; i < 120; i++) {
        cq_concordance_options opts = {.fuzzy = true, .words = i % 5 == 0};

        if (!draw_part(&seed, phrase, sizeof(phrase)))
            continue;
        if (rnd(&seed, 2) && (unsigned char)phrase[0] < 0x80 && phrase[0] != ' ')
            phrase[0] = 'q';
        compare(phrase, &opts);
    }
}

static int setup(void **state)
{
    unsigned seed = 5;
    cq_lang en = lang("en");

    if (scratch_setup(state) != 0)
        return -1;
    assert_ok(cq_folder_open(&folder, err));
    assert_ok(cq_analyzer_open(&en, &analyzer, err));
    assert_ok(cq_analyzer_open(&en, &other, err));
    for (unsigned i = 0; i < TEXTS; i++) {
        draw_text(&seed, i < 100 ? 2 : 12, texts[i].bytes, sizeof(texts[i].bytes));
        know_text(i);
    }
    memory = must_open("phrases", CQ_MEMORY_WRITE);
    import_texts(0, 400, "a.tmx");
    import_texts(400, 650, "b.tmx");
    import_texts(650, TEXTS, "c.tmx");
    must_verify(memory);
    return 0;
}

static int teardown(void **state)
{
    for (unsigned i = 0; i < TEXTS; i++)
        cq_folded_release(&texts[i].folded);
    cq_folder_close(folder);
    cq_analyzer_close(analyzer);
    cq_analyzer_close(other);
    cq_tokens_release(&tokens);
    cq_memory_close(memory);
    return scratch_teardown(state);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_plain),     cmocka_unit_test(test_exact),
        cmocka_unit_test(test_words),     cmocka_unit_test(test_pattern),
        cmocka_unit_test(test_inflected), cmocka_unit_test(test_fuzzy),
    };

    return cmocka_run_group_tests_name("memory/phrases", tests, setup, teardown);
}
