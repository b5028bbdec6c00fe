#include "../rows.h"
#include "scratch.h"

#include "memory/session.h"

#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

/* Whatever happened to a memory, the index finds what a scan finds: files come, units
 * change and go, the index is made anew, writers are killed. */

static void compare_queries(cq_memory *memory, unsigned *seed, unsigned count)
{
    static const int least[] = {30, 50, 70, 70, 85, 100};
    static const size_t limits[] = {1, 2, 5, 40};

    for (unsigned i = 0; i < count; i++) {
        char query[512];
        cq_lookup_options opts = {.min_percent = least[rnd(seed, 6)],
                                  .max_hits = limits[rnd(seed, 4)]};
        const char *from = rnd(seed, 3) ? "en" : "fr";
        const char *to = from[0] == 'e' ? "fr" : "en";

        random_sentence(seed, 10, query, sizeof(query));
        must_equal_scan(memory, query, from, to, opts);
    }
}

/* The same over several memories and by way of another language. */
static void compare_several(cq_memory *memory, cq_memory *other, unsigned *seed)
{
    const cq_asked asked[] = {{memory, (int)rnd(seed, 8)}, {other, (int)rnd(seed, 8)}};
    cq_lang en = lang("en"), fr = lang("fr");

    for (unsigned i = 0; i < 4; i++) {
        char query[512];
        cq_lookup_options opts = {.min_percent = 40 + (int)rnd(seed, 40),
                                  .max_hits = 1 + rnd(seed, 6)};
        cq_hits *fast, *slow;

        if (i % 2)
            opts.pivot = &fr;
        random_sentence(seed, 8, query, sizeof(query));
        assert_ok(cq_memories_lookup(asked, 2, cq_str_from(query), &en,
                                     opts.pivot ? &en : &fr, &opts, &fast, err));
        opts.exhaustive = true;
        assert_ok(cq_memories_lookup(asked, 2, cq_str_from(query), &en,
                                     opts.pivot ? &en : &fr, &opts, &slow, err));
        assert_same_hits(fast, slow, query);
        cq_hits_free(fast);
        cq_hits_free(slow);
    }
}

/* ---- concordance ----------------------------------------------------------------------
 */

typedef struct places {
    uint64_t units[4000];
    size_t len;
} places;

static cq_status note_place(void *context, const cq_concordance_hit *hit)
{
    places *found = context;

    found->units[found->len++ % ARRAY_LEN(found->units)] = hit->unit;
    return CQ_OK;
}

static void note_make(cq_memory *memory, uint64_t make)
{
    assert_ok(cq_store_begin(memory->store, err));
    assert_ok(cq_store_note_put(memory->store, "analyzer", make, err));
    assert_ok(cq_store_commit(memory->store, err));
}

/* Concordance by the index against one that reads all texts, as it does where the index
 * is of another make. */
static void compare_phrases(cq_memory *memory, unsigned *seed)
{
    static places fast[6], slow;
    char phrases[ARRAY_LEN(fast)][512] = {{0}};
    cq_concordance_options opts = {.max_hits = 3000};
    cq_lang en = lang("en");
    unsigned first = *seed;
    uint64_t own = 0;

    for (size_t i = 0; i < ARRAY_LEN(fast); i++) {
        size_t cut;

        random_sentence(seed, 2, phrases[i], sizeof(phrases[i]));
        cut = 1 + rnd(seed, 9);
        while (((unsigned char)phrases[i][cut] & 0xc0) == 0x80)
            cut++;
        phrases[i][cut] = '\0';
        opts.fuzzy = i == 0;
        opts.words = i == 1;
        fast[i].len = 0;
        assert_ok(cq_memory_concordance(memory, cq_str_from(phrases[i]), &en, NULL, &opts,
                                        note_place, &fast[i], err));
    }
    assert_ok(cq_store_begin_read(memory->store, err));
    assert_ok(cq_store_note_get(memory->store, "analyzer", &own, err));
    cq_store_end_read(memory->store);
    note_make(memory, 1);
    for (size_t i = 0; i < ARRAY_LEN(fast); i++) {
        slow.len = 0;
        opts.fuzzy = i == 0;
        opts.words = i == 1;
        assert_ok(cq_memory_concordance(memory, cq_str_from(phrases[i]), &en, NULL, &opts,
                                        note_place, &slow, err));
        if (slow.len != fast[i].len ||
            memcmp(slow.units, fast[i].units, slow.len * sizeof(*slow.units)) != 0)
            fail_msg("\"%s\" (%u): %zu units by the index, %zu by scan", phrases[i],
                     first, fast[i].len, slow.len);
    }
    note_make(memory, own);
}

/* ---- random changes -------------------------------------------------------------------
 */

static void import_some(cq_memory *memory, unsigned *seed, unsigned units)
{
    cq_import_options opts = {.update = rnd(seed, 2)};
    cq_import_report report;
    cq_buf body = {0};
    char name[32];

    for (unsigned i = 0; i < units; i++) {
        char a[512], b[512], tuid[32] = "";

        random_sentence(seed, i % 4 ? 9 : 3, a, sizeof(a));
        random_sentence(seed, 6, b, sizeof(b));
        if (rnd(seed, 2))
            snprintf(tuid, sizeof(tuid), " tuid=\"%u\"", rnd(seed, 100));
        cq_buf_add_format(&body,
                          "<tu%s creationid=\"U%u\" changedate=\"20%u0101T000000Z\">"
                          "<tuv xml:lang=\"en\"><seg>%s</seg></tuv>"
                          "<tuv xml:lang=\"fr\"><seg>%s</seg></tuv></tu>\n",
                          tuid, rnd(seed, 5), 10 + rnd(seed, 20), a, b);
    }
    snprintf(name, sizeof(name), "%u.tmx", rnd(seed, 6));
    scratch_tmx(name, units ? body.ptr : "");
    assert_ok(cq_memory_import(memory, scratch_path(name), &opts, &report, err));
    assert_int_equal(report.units, report.added + report.merged);
    assert_true(report.replaced <= report.added);
    cq_buf_release(&body);
}

/* Ids up to the greatest that there can be, so that some are there and some are not. */
static uint64_t any_unit(cq_memory *memory, unsigned *seed)
{
    uint64_t next = 0;

    assert_ok(cq_store_begin_read(memory->store, err));
    assert_ok(cq_store_note_get(memory->store, "next_unit", &next, err));
    cq_store_end_read(memory->store);
    return 1 + rnd(seed, (unsigned)next + 1);
}

static void edit_some(cq_memory *memory, unsigned *seed)
{
    cq_lang en = lang("en"), fr = lang("fr");
    char text[512];
    cq_change change = {.kind = CQ_CHANGE_TEXT, .lang = rnd(seed, 2) ? &en : &fr};

    for (unsigned i = rnd(seed, 20); i > 0; i--) {
        cq_error err = {0};

        random_sentence(seed, 8, text, sizeof(text));
        change.value = rnd(seed, 9) ? cq_str_from(text) : (cq_str){0};
        if (cq_memory_edit(memory, any_unit(memory, seed), &change, 1, &err) != CQ_OK)
            assert_int_equal(err.status, CQ_E_ARG);
    }
}

static void delete_some(cq_memory *memory, unsigned *seed)
{
    uint64_t ids[] = {any_unit(memory, seed), any_unit(memory, seed)};
    char author[8], origin[32];
    cq_filter filter = {.author = author};
    cq_delete_options opts = {0};
    cq_delete_report foreseen, report;
    cq_error failure = {0};

    snprintf(author, sizeof(author), "U%u", rnd(seed, 5));
    snprintf(origin, sizeof(origin), "%u.tmx", rnd(seed, 6));
    if (rnd(seed, 3) == 0) {
        opts.units = ids;
        opts.units_len = 2;
    } else if (rnd(seed, 2)) {
        opts.filter = &filter;
    }
    if (!opts.units_len && (!opts.filter || rnd(seed, 2)))
        opts.origin = origin;
    opts.is_dry = true;
    if (cq_memory_delete(memory, &opts, &foreseen, &failure) != CQ_OK) {
        assert_int_equal(failure.status, CQ_E_ARG);
        return;
    }
    opts.is_dry = false;
    assert_ok(cq_memory_delete(memory, &opts, &report, err));
    assert_int_equal(report.deleted, foreseen.deleted);
    assert_int_equal(report.kept, foreseen.kept);
}

static void change_some(cq_memory *memory, unsigned *seed)
{
    switch (rnd(seed, 9)) {
    case 0:
    case 1:
        delete_some(memory, seed);
        break;
    case 2:
    case 3:
        edit_some(memory, seed);
        break;
    case 4:
        assert_ok(cq_memory_reindex(memory, NULL, err));
        break;
    default:
        import_some(memory, seed, rnd(seed, 7) ? rnd(seed, 30) : 600);
    }
}

static void test_index_equals_scan(void **state)
{
    /* CALQUE_LONG: seconds to go on for, from another seed each time. */
    const char *asked = getenv("CALQUE_LONG");
    time_t start = time(NULL), end = start + (asked ? atol(asked) : 0);
    unsigned seed = asked ? (unsigned)start : 77;
    cq_memory *other = must_open("other", CQ_MEMORY_WRITE);

    (void)state;
    if (asked)
        print_message("seed %u\n", seed);
    import_some(other, &seed, 200);
    for (unsigned turn = 0; turn < 60 || time(NULL) < end; turn++) {
        cq_memory *memory = must_open("changes", CQ_MEMORY_WRITE);

        change_some(memory, &seed);
        must_verify(memory);
        compare_queries(memory, &seed, 12);
        compare_several(memory, other, &seed);
        if (turn % 4 == 0)
            compare_phrases(memory, &seed);
        cq_memory_close(memory);
    }
    cq_memory_close(other);
}

static void test_killed_while_changing(void **state)
{
    unsigned seed = 5;

    (void)state;
    for (unsigned time = 0; time < 25; time++) {
        struct timespec wait = {.tv_nsec = (long)(rnd(&seed, 4000) + 1) * 10000};
        unsigned work = seed;
        cq_memory *memory;
        pid_t child = fork();

        assert_true(child >= 0);
        if (child == 0) {
            memory = must_open("killed", CQ_MEMORY_WRITE);
            for (;;)
                change_some(memory, &work);
        }
        nanosleep(&wait, NULL);
        kill(child, SIGKILL);
        assert_int_equal(waitpid(child, NULL, 0), child);
        memory = must_open("killed", CQ_MEMORY_WRITE);
        must_verify(memory);
        compare_queries(memory, &seed, 3);
        cq_memory_close(memory);
    }
}

/* ---- readers beside a writer ----------------------------------------------------------
 */

#define RENDERINGS 40u

static void write_renderings(const char *name, unsigned file)
{
    cq_buf body = {0};

    for (unsigned i = 0; i < RENDERINGS; i++)
        cq_buf_add_format(&body,
                          "<tu><tuv xml:lang=\"en\"><seg>One text</seg></tuv>"
                          "<tuv xml:lang=\"fr\"><seg>%u, %u</seg></tuv></tu>\n",
                          file, i);
    scratch_tmx(name, body.ptr);
    cq_buf_release(&body);
}

static void import_renderings_for_ever(void)
{
    cq_memory *memory = must_open("beside", CQ_MEMORY_WRITE);

    for (unsigned file = 1;; file++) {
        write_renderings("beside.tmx", file);
        must_import(memory, "beside.tmx");
    }
}

/* Every answer is that of a moment between two imports, never of one within. */
static void test_reader_beside_a_writer(void **state)
{
    cq_lookup_options opts = {.max_hits = 100000};
    size_t most = 0;
    cq_memory *memory = must_open("beside", CQ_MEMORY_WRITE);
    pid_t child;

    (void)state;
    write_renderings("beside.tmx", 0);
    must_import(memory, "beside.tmx");
    cq_memory_close(memory);
    child = fork();
    assert_true(child >= 0);
    if (child == 0)
        import_renderings_for_ever();
    memory = must_open("beside", CQ_MEMORY_READ);
    for (unsigned time = 0; time < 400 && most < 25 * RENDERINGS; time++) {
        cq_hits *hits = must_lookup(memory, "One text", "en", "fr", &opts);

        assert_int_equal(hits->len % RENDERINGS, 0);
        assert_true(hits->len >= most);
        most = hits->len;
        cq_hits_free(hits);
    }
    cq_memory_close(memory);
    kill(child, SIGKILL);
    assert_int_equal(waitpid(child, NULL, 0), child);
    memory = must_open("beside", CQ_MEMORY_READ);
    must_verify(memory);
    cq_memory_close(memory);
}

/* ---- an index of another make ---------------------------------------------------------
 */

/* Make the index wrong, as one of other words is: no text has any. `make` is noted as
 * what made it, 0 for nothing noted. */
static void spoil(const char *name, uint64_t make)
{
    cq_memory *memory = must_open(name, CQ_MEMORY_WRITE);
    cq_store_text text = {0};

    assert_ok(cq_store_begin(memory->store, err));
    assert_ok(cq_store_forget_tokens(memory->store, err));
    while (cq_store_text_next(memory->store, 0, text.id, &text, NULL) == CQ_OK) {
        cq_store_text row = text;

        row.weight = 0;
        row.tokens = (cq_str){0};
        assert_ok(cq_store_text_renew(memory->store, &row, err));
    }
    assert_ok(cq_store_note_put(memory->store, "analyzer", make, err));
    assert_ok(cq_store_commit(memory->store, err));
    cq_memory_close(memory);
}

static cq_status count_hit(void *context, const cq_concordance_hit *hit)
{
    (void)hit;
    ++*(unsigned *)context;
    return CQ_OK;
}

static void assert_answers(cq_memory *memory)
{
    cq_lang zh = lang("zh"), en = lang("en");
    cq_hits *hits = must_lookup(memory, "The house is very old", "en", "zh", NULL);
    unsigned count = 0;

    assert_int_equal(hits->len, 1);
    assert_int_equal(hits->items[0].percent, 100);
    cq_hits_free(hits);
    hits = must_lookup(memory, "The house is old", "en", "zh", NULL);
    assert_int_equal(hits->len, 1);
    assert_true(hits->items[0].percent >= 70);
    cq_hits_free(hits);
    assert_ok(cq_memory_concordance(memory, CQ_STR("\u623f\u5b50"), &zh, &en, NULL,
                                    count_hit, &count, err));
    assert_int_equal(count, 1);
}

static const char house[] =
    "<tu><tuv xml:lang=\"en\"><seg>The house is very old</seg></tuv>"
    "<tuv xml:lang=\"zh\"><seg>\u623f\u5b50\u5f88\u65e7</seg></tuv></tu>\n"
    "<tu><tuv xml:lang=\"en\"><seg>To go</seg></tuv></tu>\n";

static struct stale_case {
    const char *name;
    uint64_t make;
    bool by_import; /* else by cq_memory_reindex() */
} stale_cases[] = {
    {"another make, mended by an import", 1, true},
    {"another make, mended by reindex", 1, false},
    {"unknown make, mended by an import", 0, true},
    {"unknown make, mended by reindex", 0, false},
};

static void test_stale(void **state)
{
    const struct stale_case *row = *state;
    cq_memory *memory = must_open(row->name, CQ_MEMORY_WRITE);

    scratch_tmx("house.tmx", house);
    must_import(memory, "house.tmx");
    assert_false(cq_memory_is_stale(memory));
    cq_memory_close(memory);
    spoil(row->name, row->make);
    memory = must_open(row->name, CQ_MEMORY_READ);
    assert_true(cq_memory_is_stale(memory));
    assert_answers(memory);
    cq_memory_close(memory);
    memory = must_open(row->name, CQ_MEMORY_WRITE);
    if (row->by_import)
        must_import(memory, "house.tmx");
    else
        assert_ok(cq_memory_reindex(memory, NULL, err));
    assert_false(cq_memory_is_stale(memory));
    assert_answers(memory);
    must_verify(memory);
    cq_memory_close(memory);
}

static uint64_t count_dropped(cq_memory *memory)
{
    cq_store_counts counts;

    assert_ok(cq_store_begin_read(memory->store, err));
    assert_ok(cq_store_count(memory->store, &counts, err));
    cq_store_end_read(memory->store);
    return counts.dropped;
}

/* An index that nobody vouches for, but which is right, is only noted as such: what is
 * dropped would not stay through a new one. */
static void test_right_index_of_unknown_make(void **state)
{
    cq_memory *memory = must_open("unknown", CQ_MEMORY_WRITE);
    uint64_t ids[] = {2};
    cq_delete_options opts = {.units = ids, .units_len = 1};

    (void)state;
    scratch_tmx("house.tmx", house);
    must_import(memory, "house.tmx");
    assert_ok(cq_memory_delete(memory, &opts, NULL, err));
    assert_int_equal(count_dropped(memory), 1);
    assert_ok(cq_store_begin(memory->store, err));
    assert_ok(cq_store_note_put(memory->store, "analyzer", 0, err));
    assert_ok(cq_store_commit(memory->store, err));
    assert_true(cq_memory_is_stale(memory));
    assert_answers(memory);
    scratch_tmx("none.tmx", "");
    must_import(memory, "none.tmx");
    assert_false(cq_memory_is_stale(memory));
    assert_int_equal(count_dropped(memory), 1);
    assert_ok(cq_memory_reindex(memory, NULL, err));
    assert_int_equal(count_dropped(memory), 0);
    assert_answers(memory);
    must_verify(memory);
    cq_memory_close(memory);
}

static void test_edit_keeps_to_what_files_can_hold(void **state)
{
    const cq_str texts[] = {CQ_STR("a\0b"), CQ_STR("a\x01"), CQ_STR("\xff")};
    cq_memory *memory = must_open("edit", CQ_MEMORY_WRITE);
    cq_lang en = lang("en");

    (void)state;
    scratch_tmx("edit.tmx", "<tu><tuv xml:lang=\"en\"><seg>One</seg></tuv></tu>");
    must_import(memory, "edit.tmx");
    for (size_t i = 0; i < ARRAY_LEN(texts); i++) {
        cq_change change = {.kind = CQ_CHANGE_TEXT, .lang = &en, .value = texts[i]};

        assert_int_equal(cq_memory_edit(memory, 1, &change, 1, NULL), CQ_E_INPUT);
    }
    cq_memory_close(memory);
}

static void test_missing_words_are_told(void **state)
{
    cq_memory *memory = must_open("words", CQ_MEMORY_WRITE);
    uint64_t wrong;

    (void)state;
    scratch_tmx("house.tmx", house);
    must_import(memory, "house.tmx");
    must_verify(memory);
    assert_ok(cq_store_begin(memory->store, err));
    assert_ok(cq_store_word_erase(memory->store, 1, 1, err));
    assert_ok(cq_store_commit(memory->store, err));
    assert_ok(cq_memory_verify(memory, NULL, NULL, &wrong, err));
    assert_int_equal(wrong, 1);
    cq_memory_close(memory);
}

/* After most of a memory went the index is made anew by itself. */
static void test_sparse_index_is_made_anew(void **state)
{
    cq_memory *memory = must_open("sparse", CQ_MEMORY_WRITE);
    cq_filter filter = {.phrase = "long"};
    cq_delete_options opts = {.filter = &filter};
    cq_delete_report report;
    cq_buf body = {0};

    (void)state;
    for (unsigned i = 0; i < 6000; i++)
        cq_buf_add_format(&body, "<tu><tuv xml:lang=\"en\"><seg>%s %u</seg></tuv></tu>\n",
                          i % 3 ? "A long walk" : "A talk", i);
    scratch_tmx("walks.tmx", body.ptr);
    must_import(memory, "walks.tmx");
    assert_ok(cq_memory_delete(memory, &opts, &report, err));
    assert_int_equal(report.deleted, 4000);
    assert_int_equal(count_dropped(memory), 4000);
    scratch_tmx("house.tmx", house);
    must_import(memory, "house.tmx");
    filter.phrase = "talk";
    assert_ok(cq_memory_delete(memory, &opts, &report, err));
    assert_int_equal(report.deleted, 2000);
    assert_int_equal(count_dropped(memory), 0);
    assert_answers(memory);
    must_verify(memory);
    cq_buf_release(&body);
    cq_memory_close(memory);
}

int main(void)
{
    static const struct CMUnitTest plain[] = {
        cmocka_unit_test(test_index_equals_scan),
        cmocka_unit_test(test_killed_while_changing),
        cmocka_unit_test(test_reader_beside_a_writer),
        cmocka_unit_test(test_right_index_of_unknown_make),
        cmocka_unit_test(test_sparse_index_is_made_anew),
        cmocka_unit_test(test_edit_keeps_to_what_files_can_hold),
        cmocka_unit_test(test_missing_words_are_told),
    };
    struct CMUnitTest tests[ARRAY_LEN(plain) + ARRAY_LEN(stale_cases)];

    size_t len = ARRAY_LEN(plain);

    memcpy(tests, plain, sizeof(plain));
    ADD(stale_cases, test_stale);
    return cmocka_run_group_tests(tests, scratch_setup, scratch_teardown);
}
