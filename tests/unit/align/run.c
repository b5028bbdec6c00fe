/* Each row: two texts, one sentence between bars, and the beads that a person would make
 * of them. The texts were written for this test. */
#include "../rows.h"
#include "texts.h"

#include <math.h>
#include <time.h>

static struct run_case {
    const char *name, *source_lang, *source, *target_lang, *target, *beads;
} run_cases[] = {
    {"nothing on both sides", "en", "", "de", "", ""},
    {"nothing on the left", "en", "", "de", "Eins.|Zwei.", "0-0:0-1 0-0:1-2"},
    {"nothing on the right", "en", "One.|Two.", "de", "", "0-1:0-0 1-2:0-0"},
    {"one and one", "en", "Good morning.", "de", "Guten Morgen.", "0-1:0-1"},
    {"one after the other", "en", HARBOUR_EN, "de", HARBOUR_DE,
     "0-1:0-1 1-2:1-2 2-3:2-3 3-4:3-4 4-5:4-5 5-6:5-6 6-7:6-7 7-8:7-8 8-9:8-9 9-10:9-10"},
    {"one becomes two", "en", HARBOUR_EN, "fr",
     "Le port de Lerwick|Le port se trouve du côté est de l'île.|"
     "En 1897, une tempête détruisit la vieille jetée.|"
     "Le capitaine Magnus Halcrow écrivit le lendemain matin au conseil.|"
     "Il demandait 400 livres, une grue et douze hommes.|"
     "Pendant trois mois, personne ne répondit.|Quand la réponse arriva, c'était non.|"
     "Halcrow vendit alors son propre bateau.|"
     "Avec l'argent, il acheta de la pierre et du bois à Bergen.|"
     "La nouvelle jetée fut inaugurée le 5 juin 1899 par sa fille Christina.|"
     "Elle est toujours debout.",
     "0-1:0-1 1-2:1-2 2-3:2-3 3-4:3-4 4-5:4-5 5-6:5-7 6-7:7-8 7-8:8-9 8-9:9-10 "
     "9-10:10-11"},
    {"two become one", "en", HARBOUR_EN, "es",
     "El puerto de Lerwick|El puerto está en el lado oriental de la isla.|"
     "En 1897 una tormenta destruyó el viejo muelle.|"
     "El capitán Magnus Halcrow escribió al consejo a la mañana siguiente.|"
     "Pidió 400 libras, una grúa y doce hombres.|"
     "Nadie contestó durante tres meses, y cuando llegó la respuesta fue que no.|"
     "Halcrow vendió entonces su propio barco y con el dinero compró piedra y madera en "
     "Bergen.|"
     "El nuevo muelle fue inaugurado el 5 de junio de 1899 por su hija Christina.|"
     "Todavía sigue en pie.",
     "0-1:0-1 1-2:1-2 2-3:2-3 3-4:3-4 4-5:4-5 5-6:5-6 6-8:6-7 8-9:7-8 9-10:8-9"},
    {"three lines are missing", "en", HARBOUR_EN, "ru",
     "Гавань Леруика|Гавань лежит на восточной стороне острова.|"
     "В 1897 году шторм разрушил старый причал.|"
     "На следующее утро капитан Магнус Халкроу написал в совет.|"
     "Новый причал открыла 5 июня 1899 года его дочь Кристина.|"
     "Он стоит и сегодня.",
     "0-1:0-1 1-2:1-2 2-3:2-3 3-4:3-4 4-5:4-4 5-6:4-4 6-7:4-4 7-8:4-4 8-9:4-5 9-10:5-6"},
    {"a footnote stands elsewhere", "en",
     HARBOUR_EN "|* A pound of 1897 was worth about 150 of today.", "de",
     "Der Hafen von Lerwick|Der Hafen liegt auf der Ostseite der Insel.|"
     "1897 zerstörte ein Sturm den alten Pier.|"
     "Kapitän Magnus Halcrow schrieb am nächsten Morgen an den Rat.|"
     "Er bat um 400 Pfund, einen Kran und zwölf Männer.|"
     "* Ein Pfund von 1897 war etwa 150 heutige Pfund wert.|"
     "Drei Monate lang antwortete niemand, und als die Antwort kam, hieß sie nein.|"
     "Da verkaufte Halcrow sein eigenes Boot.|"
     "Mit dem Geld kaufte er in Bergen Steine und Holz.|"
     "Der neue Pier wurde am 5. Juni 1899 von seiner Tochter Christina eröffnet.|"
     "Er steht noch heute.",
     "0-1:0-1 1-2:1-2 2-3:2-3 3-4:3-4 4-5:4-5 5-5:5-6 5-6:6-7 6-7:7-8 7-8:8-9 8-9:9-10 "
     "9-10:10-11 10-11:11-11"},
    {"a list of names and numbers", "en",
     "Stations and their heights|1. Old Bridge: 212 m|2. Mill Pond: 198 m|"
     "3. Saint Anne: 187 m|4. Weir: 165 m|5. Ferry House: 140 m|Sources: survey of 2021",
     "fr",
     "Les stations et leur altitude|1. Vieux Pont : 212 m|2. Étang du Moulin : 198 m|"
     "4. Barrage : 165 m|5. Maison du Passeur : 140 m|Sources : relevé de 2021",
     "0-1:0-1 1-2:1-2 2-3:2-3 3-4:3-3 4-5:3-4 5-6:4-5 6-7:5-6"},
    {"verse", "en",
     "The wind came down the valley|and knocked at every door.|"
     "“Who sleeps,” it asked, “who wakes here?”|It had not asked before.|"
     "The miller's wife was waking,|the miller slept like stone.|"
     "“Come in,” she said, “or leave us;|but do not stand alone.”",
     "de",
     "Der Wind kam ab vom Tale|und klopft' an jede Tür.|"
     "„Wer schläft“, so fragt' er, „wer wacht hier?“|Das fragt' er nie dafür.|"
     "Des Müllers Frau war wachend,|der Müller schlief wie Stein.|"
     "„Komm“, sprach sie, „oder lass uns;|doch steh nicht so allein.“",
     "0-1:0-1 1-2:1-2 2-3:2-3 3-4:3-4 4-5:4-5 5-6:5-6 6-7:6-7 7-8:7-8"},
    {"one becomes five", "en",
     "The harbour lies on the eastern side of the island.|"
     "In 1897 the old pier was destroyed by a storm.|"
     "Captain Halcrow asked the council for 400 pounds, a crane, twelve men, two boats "
     "and "
     "a cook.|"
     "Nobody answered for three months, and when the answer came it was no.|"
     "The new pier was opened on 5 June 1899 by his daughter Christina.",
     "de",
     "Der Hafen liegt auf der Ostseite der Insel.|"
     "1897 zerstörte ein Sturm den alten Pier.|"
     "Kapitän Halcrow bat den Rat um 400 Pfund.|Er bat um einen Kran.|"
     "Er bat um zwölf Männer.|Er bat um zwei Boote.|Und er bat um einen Koch.|"
     "Drei Monate lang antwortete niemand, und als die Antwort kam, hieß sie nein.|"
     "Der neue Pier wurde am 5. Juni 1899 von seiner Tochter Christina eröffnet.",
     "0-1:0-1 1-2:1-2 2-3:2-7 3-4:7-8 4-5:8-9"},
    {"five become one", "en",
     "The harbour lies on the eastern side of the island.|"
     "In 1897 the old pier was destroyed by a storm.|"
     "Captain Halcrow asked the council for 400 pounds.|He asked for a crane.|"
     "He asked for twelve men.|He asked for two boats.|And he asked for a cook.|"
     "Nobody answered for three months, and when the answer came it was no.|"
     "The new pier was opened on 5 June 1899 by his daughter Christina.",
     "de",
     "Der Hafen liegt auf der Ostseite der Insel.|"
     "1897 zerstörte ein Sturm den alten Pier.|"
     "Kapitän Halcrow bat den Rat um 400 Pfund, einen Kran, zwölf Männer, zwei Boote und "
     "einen Koch.|"
     "Drei Monate lang antwortete niemand, und als die Antwort kam, hieß sie nein.|"
     "Der neue Pier wurde am 5. Juni 1899 von seiner Tochter Christina eröffnet.",
     "0-1:0-1 1-2:1-2 2-7:2-3 7-8:3-4 8-9:4-5"},
    {"told freely, without a name or a number", "en",
     "When the old woman died, nobody knew what to do with the house.|"
     "It had stood empty on most days anyway, and the garden had long belonged to the "
     "birds.|"
     "Her nephew came once, looked at the roof and left again.|"
     "The neighbours took the apples.|"
     "In winter the window of the kitchen broke, and snow lay on the table like a cloth.|"
     "A girl from the next street began to go there in the afternoons because it was "
     "quiet.|"
     "She read what she found, letters mostly, and a book about bees.|"
     "By spring she knew more of the dead woman than anybody had known of the living "
     "one.",
     "de",
     "Die alte Frau war tot.|Mit dem Haus wusste niemand etwas anzufangen.|"
     "An den meisten Tagen war es ohnehin leer gewesen.|"
     "Den Garten hatten längst die Vögel.|"
     "Einmal kam ihr Neffe, besah sich das Dach und fuhr wieder ab.|"
     "Die Äpfel holten sich die Nachbarn.|"
     "Im Winter zersprang das Küchenfenster.|Der Schnee lag wie ein Tuch auf dem Tisch.|"
     "Ein Mädchen aus der Nebenstraße fing an, nachmittags hinzugehen, weil es dort so "
     "still war.|"
     "Sie las, was sie fand, meistens Briefe und ein Buch über Bienen.|"
     "Im Frühling wusste sie von der Toten mehr, als irgendwer von der Lebenden gewusst "
     "hatte.",
     "0-1:0-2 1-2:2-4 2-3:4-5 3-4:5-6 4-5:6-8 5-6:8-9 6-7:9-10 7-8:10-11"},
    {"a table, a row is missing", "en",
     "Station\tHeight\tBuilt|Old Bridge\t212\t1871|Mill Pond\t198\t1902|"
     "Saint Anne\t187\t1888|Weir\t165\t1911|Ferry House\t140\t1894|Total\t902\t",
     "fr",
     "Station\tAltitude\tConstruction|Vieux Pont\t212\t1871|Étang du Moulin\t198\t1902|"
     "Barrage\t165\t1911|Maison du Passeur\t140\t1894|Total\t902\t",
     "0-1:0-1 1-2:1-2 2-3:2-3 3-4:3-3 4-5:3-4 5-6:4-5 6-7:5-6"},
};

static void test_run(void **state)
{
    const struct run_case *c = *state;
    cq_str source[SENTENCES_MAX], target[SENTENCES_MAX];
    cq_lang source_lang = lang_of(c->source_lang), target_lang = lang_of(c->target_lang);
    cq_align_request request = {
        .source = {.lang = &source_lang, .sentences = source},
        .target = {.lang = &target_lang, .sentences = target},
    };
    cq_bead *beads;
    size_t len;
    cq_buf text = {0};

    request.source.len = split(c->source, source);
    request.target.len = split(c->target, target);
    assert_int_equal(cq_align_run(&request, &beads, &len, NULL, NULL), CQ_OK);
    check_beads(beads, len, request.source.len, request.target.len);
    print_beads(beads, len, &text);
    assert_string_equal(text.len ? text.ptr : "", c->beads);
    cq_buf_release(&text);
    cq_free(beads);
}

/* ---- any texts -----------------------------------------------------------------------
 */

/* Small numbers that look random and are the same everywhere. */
static uint32_t draw(uint32_t *seed, uint32_t below)
{
    *seed = *seed * 1664525U + 1013904223U;
    return (*seed >> 8) % below;
}

/* Sentences of made-up words; the same seed gives the same text. */
static cq_str *make_text(size_t len, uint32_t seed, uint32_t words, cq_arena *arena)
{
    cq_str *sentences = cq_alloc((len + 1) * sizeof(*sentences));

    assert_non_null(sentences);
    for (size_t k = 0; k < len; k++) {
        cq_buf text = {0};

        for (uint32_t w = draw(&seed, words) + 1; w > 0; w--)
            cq_buf_add_format(&text, "w%ux%u ", draw(&seed, 9), draw(&seed, 70));
        if (k % 3 == 0)
            cq_buf_add_format(&text, "Mc%u", draw(&seed, 900));
        sentences[k] = cq_arena_copy(arena, cq_buf_str(&text));
        assert_non_null(sentences[k].ptr);
        cq_buf_release(&text);
    }
    return sentences;
}

static double run_pair(const cq_str *source, size_t source_len, const cq_str *target,
                       size_t target_len, size_t *ones, double *share)
{
    cq_lang lang = lang_of("en"), other = lang_of("de");
    cq_align_request request = {
        .source = {.lang = &lang, .sentences = source, .len = source_len},
        .target = {.lang = &other, .sentences = target, .len = target_len},
    };
    clock_t start = clock();
    cq_bead *beads;
    size_t len;

    assert_int_equal(cq_align_run(&request, &beads, &len, share, NULL), CQ_OK);
    check_beads(beads, len, source_len, target_len);
    *ones = 0;
    for (size_t k = 0; k < len; k++)
        *ones += beads[k].source_len == 1 && beads[k].target_len == 1;
    cq_free(beads);
    return (double)(clock() - start) / CLOCKS_PER_SEC;
}

static void test_any_sizes(void **state)
{
    static const size_t sizes[][2] = {{1, 2},   {7, 1},    {1, 40},   {60, 3},
                                      {33, 34}, {200, 90}, {17, 600}, {900, 900}};
    (void)state;
    for (size_t k = 0; k < ARRAY_LEN(sizes); k++) {
        cq_arena arena = {0};
        cq_str *source = make_text(sizes[k][0], 7, 12, &arena);
        cq_str *target = make_text(sizes[k][1], 99 + (uint32_t)k, 30, &arena);
        size_t ones;
        double share;

        run_pair(source, sizes[k][0], target, sizes[k][1], &ones, &share);
        cq_free(source);
        cq_free(target);
        cq_arena_release(&arena);
    }
}

static void test_same_text(void **state)
{
    cq_arena arena = {0};
    cq_str *text = make_text(3000, 5, 15, &arena);
    size_t ones;
    double share;

    (void)state;
    run_pair(text, 3000, text, 3000, &ones, &share);
    assert_int_equal(ones, 3000);
    cq_free(text);
    cq_arena_release(&arena);
}

/* A chapter of 700 sentences that only one side has. */
static void test_missing_chapter(void **state)
{
    cq_arena arena = {0};
    cq_str *text = make_text(3000, 11, 15, &arena),
           *cut = make_text(3000, 11, 15, &arena);
    size_t ones;
    double share;

    (void)state;
    memmove(cut + 1000, cut + 1700, 1300 * sizeof(*cut));
    run_pair(text, 3000, cut, 2300, &ones, &share);
    assert_true(ones >= 2295);
    run_pair(cut, 2300, text, 3000, &ones, &share);
    assert_true(ones >= 2295);
    cq_free(text);
    cq_free(cut);
    cq_arena_release(&arena);
}

/* ---- beads of every shape ------------------------------------------------------------
 */

typedef struct shaper {
    cq_arena arena;
    const cq_str *text;
    cq_str side[2][4000];
    size_t len[2];
    cq_bead wanted[200];
    size_t wanted_len;
} shaper;

/* Sentences first..end-1 as one, from word boundary to word boundary near `from` and `to`
 * (hundredths of the bytes). */
static void add_part(shaper *s, int side, size_t first, size_t end, size_t from,
                     size_t to)
{
    cq_buf text = {0};
    size_t a, b;

    for (size_t k = first; k < end; k++)
        cq_buf_add_str(&text, s->text[k]);
    a = text.len * from / 100;
    b = text.len * to / 100;
    while (a > 0 && a < text.len && text.ptr[a - 1] != ' ')
        a++;
    while (b > 0 && b < text.len && text.ptr[b - 1] != ' ')
        b++;
    s->side[side][s->len[side]] =
        cq_arena_copy(&s->arena, cq_str_slice(cq_buf_str(&text), a, b));
    assert_non_null(s->side[side][s->len[side]++].ptr);
    cq_buf_release(&text);
}

/* `count` sentences from `first` on, cut anew into `source` and `target` parts: so that
 * no part of one side is the whole of parts of the other. */
static void add_shape(shaper *s, size_t first, size_t count, size_t source, size_t target)
{
    s->wanted[s->wanted_len++] = (cq_bead){.source = s->len[0],
                                           .source_len = source,
                                           .target = s->len[1],
                                           .target_len = target};
    for (size_t k = 0; k < source; k++)
        add_part(s, 0, first, first + count, 100 * k / source, 100 * (k + 1) / source);
    if (source == target) /* told in the other order */
        for (size_t k = target; k-- > 0;)
            add_part(s, 1, first, first + count, 100 * k / target,
                     100 * (k + 1) / target);
    else
        for (size_t k = 0; k < target; k++)
            add_part(s, 1, first, first + count, 100 * k / target,
                     100 * (k + 1) / target);
}

static bool has_bead(const cq_bead *beads, size_t len, const cq_bead *wanted)
{
    for (size_t k = 0; k < len; k++)
        if (beads[k].source == wanted->source && beads[k].target == wanted->target &&
            beads[k].source_len == wanted->source_len &&
            beads[k].target_len == wanted->target_len)
            return true;
    return false;
}

static void test_shapes(void **state)
{
    static const size_t shapes[][2] = {{1, 2}, {2, 1}, {2, 2}, {1, 3}, {3, 1}, {2, 3},
                                       {3, 2}, {1, 4}, {4, 1}, {1, 5}, {5, 1}};
    static shaper s;
    cq_lang lang = lang_of("en"), other = lang_of("de");
    cq_align_request request = {
        .source = {.lang = &lang, .sentences = s.side[0]},
        .target = {.lang = &other, .sentences = s.side[1]},
    };
    cq_str *text = make_text(2200, 21, 15, &s.arena);
    cq_bead *beads;
    size_t len, found[ARRAY_LEN(shapes)] = {0};

    (void)state;
    s.text = text;
    for (size_t k = 0; k + 20 <= 2200; k += 20) {
        const size_t *shape = shapes[k / 20 % ARRAY_LEN(shapes)];

        for (size_t i = k; i < k + 16; i++) {
            add_part(&s, 0, i, i + 1, 0, 100);
            add_part(&s, 1, i, i + 1, 0, 100);
        }
        add_shape(&s, k + 16, 4, shape[0], shape[1]);
    }
    request.source.len = s.len[0];
    request.target.len = s.len[1];
    assert_int_equal(cq_align_run(&request, &beads, &len, NULL, NULL), CQ_OK);
    check_beads(beads, len, s.len[0], s.len[1]);
    for (size_t k = 0; k < s.wanted_len; k++)
        found[k % ARRAY_LEN(shapes)] += has_bead(beads, len, &s.wanted[k]);
    for (size_t k = 0; k < ARRAY_LEN(shapes); k++)
        if (found[k] < 9) /* of ten */
            fail_msg("%zu-%zu: only %zu of 10 found", shapes[k][0], shapes[k][1],
                     found[k]);
    cq_free(beads);
    cq_free(text);
    cq_arena_release(&s.arena);
}

/* ---- a free translation
 * ----------------------------------------------------------------
 */

/* Part of a sentence as each side says it: `words` words, two in three of which have a
 * counterpart, made up so that nothing looks alike. */
static void add_words(cq_buf *source, cq_buf *target, uint32_t *seed, uint32_t words)
{
    for (uint32_t w = 0; w < words; w++) {
        uint32_t word = draw(seed, 1U << (2 + draw(seed, 9)));

        cq_buf_add_format(source, "%c%c%c ", "bcdfg"[word % 5], "aeiou"[word / 5 % 5],
                          "klmnp"[word / 25 % 5]);
        if (draw(seed, 3) == 0)
            word = draw(seed, 2000);
        if (draw(seed, 8) > 0)
            cq_buf_add_format(target, "%c%c%c%c ", "vwxyz"[word / 25 % 5],
                              "qrsth"[word % 5], "aeiou"[word / 5 % 5], "jq"[word % 2]);
    }
}

static cq_str keep_text(cq_arena *arena, cq_buf *text)
{
    cq_str kept = cq_arena_copy(arena, cq_buf_str(text));

    assert_non_null(kept.ptr);
    cq_buf_reset(text);
    return kept;
}

/* Two hundred sentences, half of which the translator parted in two or three, no names
 * and no numbers: taken for what it is, and most beads found. */
static void test_told_freely(void **state)
{
    static cq_str side[2][800];
    static cq_bead wanted[200];
    cq_arena arena = {0};
    cq_lang lang = lang_of("en"), other = lang_of("de");
    cq_align_request request = {.source = {.lang = &lang, .sentences = side[0]},
                                .target = {.lang = &other, .sentences = side[1]}};
    cq_buf text[2] = {0};
    cq_bead *beads;
    double agreement;
    size_t len, found = 0;
    uint32_t seed = 3;

    (void)state;
    for (size_t k = 0; k < ARRAY_LEN(wanted); k++) {
        uint32_t parts = draw(&seed, 2) ? 1 : 2 + draw(&seed, 3) / 2;

        wanted[k] = (cq_bead){.source = request.source.len++,
                              .source_len = 1,
                              .target = request.target.len,
                              .target_len = parts};
        for (uint32_t p = 0; p < parts; p++) {
            add_words(&text[0], &text[1], &seed, 4 + draw(&seed, 16));
            side[1][request.target.len++] = keep_text(&arena, &text[1]);
        }
        side[0][k] = keep_text(&arena, &text[0]);
    }
    assert_int_equal(cq_align_run(&request, &beads, &len, &agreement, NULL), CQ_OK);
    check_beads(beads, len, request.source.len, request.target.len);
    assert_true(agreement > CQ_ALIGN_AGREEMENT_MIN);
    for (size_t k = 0; k < ARRAY_LEN(wanted); k++)
        found += has_bead(beads, len, &wanted[k]);
    assert_true(found >= 150);
    cq_free(beads);
    cq_buf_release(&text[0]);
    cq_buf_release(&text[1]);
    cq_arena_release(&arena);
}

/* A text that one side has alone, of hundreds of sentences, before or after the rest. */
static void test_front_and_end(void **state)
{
    cq_arena arena = {0};
    cq_str *front = make_text(400, 77, 15, &arena),
           *text = make_text(900, 11, 15, &arena);
    cq_str *both = cq_alloc(1300 * sizeof(*both));
    size_t ones;
    double share;

    (void)state;
    assert_non_null(both);
    memcpy(both, front, 400 * sizeof(*both));
    memcpy(both + 400, text, 900 * sizeof(*both));
    run_pair(both, 1300, text, 900, &ones, &share);
    assert_true(ones >= 895);
    run_pair(text + 500, 400, both, 1300, &ones, &share);
    assert_true(ones >= 395);
    run_pair(both, 800, text, 400, &ones, &share);
    assert_true(ones >= 395);
    memcpy(both, text, 900 * sizeof(*both));
    memcpy(both + 900, front, 400 * sizeof(*both));
    run_pair(both, 1300, text, 900, &ones, &share);
    assert_true(ones >= 895);
    run_pair(text, 300, both, 1300, &ones, &share);
    assert_true(ones >= 295);
    cq_free(front);
    cq_free(text);
    cq_free(both);
    cq_arena_release(&arena);
}

static void test_agreement(void **state)
{
    static const char *harbour = HARBOUR_EN;
    static const char *other =
        "Ein Brief an die Nachbarn|Seit gestern fehlt unsere Katze.|"
        "Sie ist grau und hört auf den Namen Mitzi.|Wer sie sieht, "
        "möge bitte anrufen, gern auch spät.|Danke!";
    cq_str source[SENTENCES_MAX], target[SENTENCES_MAX];
    cq_lang en = lang_of("en"), de = lang_of("de");
    cq_align_request request = {
        .source = {.lang = &en, .sentences = source, .len = split(harbour, source)},
        .target = {.lang = &de, .sentences = target},
    };
    double agreement, chance;
    cq_bead *beads;
    size_t len;

    (void)state;
    request.target.len = split(run_cases[4].target, target);
    assert_int_equal(cq_align_run(&request, &beads, &len, &agreement, NULL), CQ_OK);
    assert_true(agreement > 0.9);
    cq_free(beads);
    request.target.len = split(other, target);
    assert_int_equal(cq_align_run(&request, &beads, &len, &chance, NULL), CQ_OK);
    assert_true(chance < agreement - 0.2);
    cq_free(beads);
    request.target.len = 0;
    assert_int_equal(cq_align_run(&request, &beads, &len, &agreement, NULL), CQ_OK);
    assert_true(agreement >= 1);
    cq_free(beads);
}

/* Known pairs make the right answer more certain. */
static void test_seeds(void **state)
{
    const cq_seed seeds[] = {
        {CQ_STR("сегодня"), CQ_STR("today")},
        {CQ_STR("причал"), CQ_STR("pier")},
        {CQ_STR("шторм"), CQ_STR("storm")},
        {CQ_STR("остров"), CQ_STR("island")},
        {CQ_STR("следующее утро"), CQ_STR("next morning")},
    };
    cq_str source[SENTENCES_MAX], target[SENTENCES_MAX];
    cq_lang ru = lang_of("ru"), en = lang_of("en");
    cq_align_request request = {
        .source = {.lang = &ru, .sentences = source},
        .target = {.lang = &en, .sentences = target},
    };
    double agreement[2];

    (void)state;
    request.source.len = split(run_cases[7].target, source);
    request.target.len = split(run_cases[7].source, target);
    for (size_t k = 0; k < 2; k++) {
        cq_bead *beads;
        size_t len;

        assert_int_equal(cq_align_run(&request, &beads, &len, &agreement[k], NULL),
                         CQ_OK);
        check_beads(beads, len, request.source.len, request.target.len);
        cq_free(beads);
        request.seeds = seeds;
        request.seeds_len = ARRAY_LEN(seeds);
    }
    assert_true(agreement[1] > agreement[0]);
}

/* Texts of nothing but the same lines: every line with its own, and in no time. */
static void test_twins(void **state)
{
    static const char *form[2][4] = {
        {"Name:", "Address:", "Yes", "I agree to the terms."},
        {"Nom :", "Adresse :", "Oui", "J'accepte."}};
    size_t len = 20000, ones;
    cq_str *twins = cq_alloc(len * sizeof(*twins)),
           *others = cq_alloc(len * sizeof(*others));
    double share;

    (void)state;
    assert_non_null(twins);
    assert_non_null(others);
    for (size_t k = 0; k < len; k++)
        twins[k] = CQ_STR("The same again and again.");
    assert_true(run_pair(twins, len, twins, len, &ones, &share) < 60);
    assert_int_equal(ones, len);
    assert_true(share > 0.9);
    assert_true(run_pair(twins, len, twins, 9, &ones, &share) < 60);
    for (size_t k = 0; k < len; k++) {
        twins[k] = cq_str_from(form[0][k % 4]);
        others[k] = cq_str_from(form[1][k % 4]);
    }
    assert_true(run_pair(twins, len, others, len, &ones, &share) < 60);
    assert_true(ones >= len - 4);
    assert_true(share > 0.9);
    cq_free(twins);
    cq_free(others);
}

static void test_huge_sentence(void **state)
{
    size_t len = 8000000, ones;
    double share;
    char *bytes = cq_alloc(len);
    cq_str huge[3] = {CQ_STR("Before."), {bytes, len}, CQ_STR("After.")};

    (void)state;
    assert_non_null(bytes);
    for (size_t k = 0; k < len; k++)
        bytes[k] = k % 7 == 6 ? ' ' : (char)('a' + k % 23);
    assert_true(run_pair(huge, 3, huge, 3, &ones, &share) < 5);
    cq_free(bytes);
}

static void test_empty_sentences(void **state)
{
    cq_str blank[6] = {{0}, {"", 0}, CQ_STR(" "), CQ_STR("A word."), {0}, CQ_STR("\n")};
    size_t ones;
    double share;

    (void)state;
    run_pair(blank, 6, blank, 6, &ones, &share);
    run_pair(blank, 6, blank, 2, &ones, &share);
}

/* Every allocation fails in turn: no leak (valgrind sees), no result, one error. */
static void test_no_memory(void **state)
{
    cq_lang lang = lang_of("en"), other = lang_of("fr");
    cq_str source[SENTENCES_MAX], target[SENTENCES_MAX];
    cq_seed seed = {CQ_STR("harbour"), CQ_STR("port")};
    cq_bead fixed = {
        .source = 2, .target = 2, .source_len = 1, .target_len = 1, .is_fixed = true};
    uint32_t paragraphs[SENTENCES_MAX] = {0, 0, 1, 1, 2, 2, 3, 3, 4, 4, 5};
    cq_align_request request = {
        .source = {.lang = &lang, .sentences = source, .paragraphs = paragraphs},
        .target = {.lang = &other, .sentences = target, .paragraphs = paragraphs},
        .seeds = &seed,
        .seeds_len = 1,
        .beads = &fixed,
        .beads_len = 1,
    };
    cq_status status = CQ_E_NOMEM;

    (void)state;
    request.source.len = split(run_cases[5].source, source);
    request.target.len = split(run_cases[5].target, target);
    for (uint64_t nth = 1; status != CQ_OK; nth++) {
        cq_error err = {0};
        cq_bead *beads = NULL;
        size_t len = 0;

        cq_alloc_fail_at(nth);
        status = cq_align_run(&request, &beads, &len, NULL, &err);
        cq_alloc_fail_at(0);
        assert_true(status == CQ_OK || status == CQ_E_NOMEM);
        assert_true((status == CQ_OK) == (beads != NULL));
        assert_true((status == CQ_OK) == (err.status == CQ_OK));
        cq_free(beads);
    }
}

static cq_status stop_late(void *context, uint64_t done, uint64_t total)
{
    uint64_t *last = context;

    assert_true(done >= *last && done <= total);
    *last = done;
    return done > 500 ? CQ_E_STOP : CQ_OK;
}

static void test_stopped(void **state)
{
    cq_lang lang = lang_of("en");
    cq_str one = CQ_STR("One.");
    uint64_t last = 0;
    cq_align_request request = {
        .source = {.lang = &lang, .sentences = &one, .len = 1},
        .target = {.lang = &lang, .sentences = &one, .len = 1},
        .progress = {stop_late, &last},
    };
    cq_bead *beads;
    size_t len;

    (void)state;
    assert_int_equal(cq_align_run(&request, &beads, &len, NULL, NULL), CQ_E_STOP);
    assert_null(beads);
}

#define FIXED 13

int main(void)
{
    struct CMUnitTest tests[ARRAY_LEN(run_cases) + FIXED] = {
        cmocka_unit_test(test_any_sizes),       cmocka_unit_test(test_same_text),
        cmocka_unit_test(test_missing_chapter), cmocka_unit_test(test_twins),
        cmocka_unit_test(test_huge_sentence),   cmocka_unit_test(test_empty_sentences),
        cmocka_unit_test(test_no_memory),       cmocka_unit_test(test_stopped),
        cmocka_unit_test(test_front_and_end),   cmocka_unit_test(test_shapes),
        cmocka_unit_test(test_agreement),       cmocka_unit_test(test_seeds),
        cmocka_unit_test(test_told_freely),
    };
    size_t len = FIXED;

    ADD(run_cases, test_run);
    return cmocka_run_group_tests_name("align/run", tests, NULL, NULL);
}
