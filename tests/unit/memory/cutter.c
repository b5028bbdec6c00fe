#include "scratch.h"

#include "memory/cutter.h"

#include <string.h>

/* What a cutter and a numbering make of a text together is what the analyzer makes of it,
 * whatever was cut before, also where the cutter begins its numbers anew. */

typedef struct cutting {
    cq_cutter *cutter;
    cq_cuts cuts;
    cq_numbering numbering;
    cq_analyzer *analyzer;
    cq_tokens tokens;
} cutting;

static void open_cutting(cutting *c)
{
    cq_lang en = lang("en");

    *c = (cutting){0};
    assert_ok(cq_cutter_new(&c->cutter, err));
    assert_ok(cq_analyzer_open(&en, &c->analyzer, err));
}

static void close_cutting(cutting *c)
{
    cq_cutter_free(c->cutter);
    cq_cuts_release(&c->cuts);
    cq_numbering_release(&c->numbering);
    cq_analyzer_close(c->analyzer);
    cq_tokens_release(&c->tokens);
}

/* The tokens of text `at` of the cuts, by what the numbering has learned. */
static void assert_cut(cutting *c, size_t at, const char *text)
{
    const cq_cut_text *cut = &c->cuts.texts[at];

    assert_ok(cq_analyzer_run(c->analyzer, cq_str_from(text), &c->tokens, err));
    assert_int_equal(cut->len, c->tokens.len);
    for (size_t i = 0; i < cut->len; i++) {
        const cq_numbered *word = &c->numbering.words[c->cuts.tokens[cut->start + i]];

        assert_int_equal(word->kind, c->tokens.items[i].kind);
        assert_true(cq_str_equal((cq_str){word->key, word->len}, c->tokens.items[i].key));
    }
}

static void cut_batch(cutting *c, char texts[][512], size_t len)
{
    cq_cutter_start(c->cutter, &c->cuts);
    for (size_t i = 0; i < len; i++)
        assert_ok(cq_cutter_add(c->cutter, CQ_STR("en-Latn"), cq_str_from(texts[i]),
                                &c->cuts, err));
    assert_ok(cq_numbering_learn(&c->numbering, &c->cuts, err));
    for (size_t i = 0; i < len; i++)
        assert_cut(c, i, texts[i]);
}

static void test_cut_as_analyzed(void **state)
{
    char texts[40][512];
    unsigned seed = 3;
    cutting c;

    (void)state;
    open_cutting(&c);
    for (unsigned batch = 0; batch < 20; batch++) {
        for (size_t i = 0; i < ARRAY_LEN(texts); i++)
            random_sentence(&seed, 12, texts[i], sizeof(texts[i]));
        strcpy(texts[0], "");
        strcpy(texts[1], "On 3.5.2024, 1,234.5 of them weren't \u201cthere\u201d.");
        cut_batch(&c, texts, ARRAY_LEN(texts));
    }
    close_cutting(&c);
}

/* More distinct words than a cutter keeps numbers for. */
static void test_epochs(void **state)
{
    static char texts[64][512];
    unsigned word = 0;
    uint32_t epoch = 0;
    bool began_anew = false;
    cutting c;

    (void)state;
    open_cutting(&c);
    for (unsigned batch = 0; batch < 40; batch++) {
        for (size_t i = 0; i < ARRAY_LEN(texts); i++) {
            size_t len = 0;

            for (unsigned k = 0; k < 60; k++, word++)
                len += (size_t)snprintf(texts[i] + len, sizeof(texts[i]) - len, "x%x ",
                                        word);
        }
        cut_batch(&c, texts, ARRAY_LEN(texts));
        began_anew |= epoch && epoch != c.cuts.epoch;
        epoch = c.cuts.epoch;
    }
    assert_true(began_anew);
    close_cutting(&c);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_cut_as_analyzed),
        cmocka_unit_test(test_epochs),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
