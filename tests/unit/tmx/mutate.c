/* Files changed by chance: bytes flipped, cut, doubled, inserted, in samples of what
 * tools write, in generated files and in plain ones. Whatever was done,
 *
 * - a file that reads as it is reads the same with --repair, and nothing is told (unless
 * an instruction or CDATA section that lost its end hides a unit, which --repair finds);
 * - one that is refused is refused with a place, and --repair says what it changes;
 * - with --repair every unit is read or told as left out: together they are as many as
 *   there are "<tu" tags in the bytes, those in comments and CDATA aside;
 * - `check` finds an error where import would refuse.
 *
 *     CALQUE_RUNS=1000000 build/tests/unit/tmx/test-tmx-mutate
 *
 * tries a million; CALQUE_SEED says with which to begin. */
#include "generate.h"
#include "scratch.h"
#include "tmx.h"

#include <calque/check.h>
#include <stdlib.h>
#include <string.h>

#define FILE_MAX ((size_t)16 * 1024)

/* ---- changing -------------------------------------------------------------------------
 */

/* SplitMix64 (Steele, Lea and Flood 2014). */
static uint64_t next(uint64_t *state)
{
    uint64_t z = (*state += UINT64_C(0x9e3779b97f4a7c15));

    z = (z ^ (z >> 30)) * UINT64_C(0xbf58476d1ce4e5b9);
    z = (z ^ (z >> 27)) * UINT64_C(0x94d049bb133111eb);
    return z ^ (z >> 31);
}

static void change(uint64_t *dice, cq_buf *file)
{
    static const char *const inserted[] = {
        "<",      ">",       "&", "\"", "'",    "\x01", "\xff", "</seg>", "<tu>", "]]>",
        "</tmx>", "</body>", "/", "=",  "\xc3", "-->",  "<!--", "&#0;",   "&x;",  "<x>",
    };
    size_t at = next(dice) % file->len, len = 1 + next(dice) % 20;
    cq_buf whole = {0};

    if (len > file->len - at)
        len = file->len - at;
    cq_buf_add(&whole, file->ptr, at);
    switch (next(dice) % 5) {
    case 0:
        cq_buf_add_byte(&whole, (unsigned char)next(dice));
        len = 1;
        break;
    case 1:
        break;
    case 2:
        cq_buf_add(&whole, file->ptr + at, len);
        len = 0;
        break;
    case 3:
        len = next(dice) % 8 == 0 ? file->len - at : len; /* now and then all the rest */
        break;
    default:
        cq_buf_add_z(&whole, inserted[next(dice) % ARRAY_LEN(inserted)]);
        len = 0;
    }
    cq_buf_add(&whole, file->ptr + at + len, file->len - at - len);
    cq_buf_release(file);
    *file = whole;
}

/* ---- what is changed ------------------------------------------------------------------
 */

#define SAMPLES_MAX 200

static cq_buf samples[SAMPLES_MAX];
static size_t samples_len;

/* Samples in which ASCII is ASCII, so that tags can be counted by bytes. */
static void collect(void *context, const char *path)
{
    cq_buf file = scratch_read(path);

    (void)context;
    if (file.len > 20 && file.len < FILE_MAX && !memchr(file.ptr, '\0', file.len) &&
        samples_len < SAMPLES_MAX)
        samples[samples_len++] = file;
    else
        cq_buf_release(&file);
}

static void add_plain(uint64_t *dice, cq_buf *file)
{
    cq_buf_add_z(file, "<?xml version=\"1.0\"?>\n<tmx version=\"1.4\">\n"
                       "<header creationtool=\"t\" creationtoolversion=\"1\" "
                       "segtype=\"sentence\" o-tmf=\"x\" adminlang=\"en\" "
                       "srclang=\"en\" datatype=\"x\"/>\n<body>\n");
    for (size_t n = 1 + next(dice) % 5; n; n--)
        cq_buf_add_format(
            file,
            "<tu tuid=\"%d\">\n<prop type=\"x\">a &amp; b</prop>\n<tuv xml:lang=\"en\">"
            "<seg>Some <bpt i=\"1\">&lt;b></bpt>text<ept i=\"1\"/> %d</seg></tuv>\n"
            "<tuv xml:lang=\"de\"><seg>\xc3\x84nderung <hi>dort</hi></seg></tuv></tu>\n",
            (int)n, (int)n);
    cq_buf_add_z(file, "</body></tmx>\n");
}

static void make(uint64_t seed, cq_buf *file)
{
    uint64_t dice = seed;
    size_t kind = next(&dice) % 3;

    if (kind == 0 && samples_len)
        cq_buf_add_str(file, cq_buf_str(&samples[next(&dice) % samples_len]));
    else if (kind == 1)
        generate_tmx(next(&dice) % 2000, file);
    else
        add_plain(&dice, file);
    for (size_t n = 1 + next(&dice) % 4; n && file->len > 20; n--)
        change(&dice, file);
}

/* ---- counting -------------------------------------------------------------------------
 */

static bool starts(const char *at, const char *with)
{
    return strncmp(at, with, strlen(with)) == 0;
}

/* Where what begins at `at` with `open` ends; `at` when it does not begin there, or has
 * no end. */
static size_t end_of(const char *clean, size_t at, const char *open, const char *close)
{
    const char *end =
        starts(clean + at, open) ? strstr(clean + at + strlen(open), close) : NULL;

    return end ? (size_t)(end - clean) + strlen(close) : at;
}

/* How often "<tu" begins a tag: no letter of a longer name follows. Control characters
 * are left out, so that they do not part a name. Comments, CDATA and document types hold
 * no tags, but where they begin and end is open to opinion once a file is broken, and so
 * is whether a letter past ASCII is of the name: `all` counts what one could hold for a
 * unit, else only what nobody could hold for anything else. */
static size_t count_units(cq_str s, bool all)
{
    static const char letters[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
                                  "0123456789.-_:";
    static char clean[2 * FILE_MAX];
    size_t count = 0, len = 0, hidden = 0;

    for (size_t i = 0; i < s.len; i++)
        if ((unsigned char)s.ptr[i] >= 0x20 || (s.ptr[i] && strchr("\t\r\n", s.ptr[i])))
            clean[len++] = s.ptr[i];
    clean[len] = '\0';
    for (size_t i = 0; i < len; i++) {
        size_t comment = end_of(clean, i, "<!--", "-->"),
               cdata = end_of(clean, i, "<![CDATA[", "]]>"),
               doctype = end_of(clean, i, "<!DOCTYPE", "<tmx");

        hidden = comment > hidden ? comment : hidden;
        hidden = cdata > hidden ? cdata : hidden;
        hidden = doctype > hidden ? doctype : hidden;
        count += starts(clean + i, "<tu") &&
                 (!clean[i + 3] || !strchr(letters, clean[i + 3])) &&
                 (all || (i >= hidden && (unsigned char)clean[i + 3] < 0x80));
    }
    return count;
}

/* Whether a document type begins here that declares something. */
static bool declares(cq_str s)
{
    const char *end = memchr(s.ptr, '>', s.len), *open = memchr(s.ptr, '[', s.len);

    return cq_str_starts(s, CQ_STR("<!DOCTYPE")) && open && (!end || open < end);
}

/* With namespaces, or texts in a document type, it takes more than bytes
 * to tell what is a unit. */
static bool is_countable(cq_str s)
{
    for (size_t i = 0; i + 9 < s.len; i++)
        if (starts(s.ptr + i, "<t:") || declares(cq_str_slice(s, i, s.len)) ||
            starts(s.ptr + i, "xmlns=") || starts(s.ptr + i, "xmlns ="))
            return false;
    return true;
}

/* ---- reading --------------------------------------------------------------------------
 */

typedef struct reading {
    cq_status status;
    cq_error err;
    cq_buf content; /* records and texts */
    size_t units, repaired, rejected, warned, completed;
} reading;

static void note(void *context, const cq_notice *notice)
{
    reading *r = context;

    assert_true(notice->what->number > 0);
    assert_true(notice->what->line > 0 && notice->what->column > 0);
    assert_null(strchr(notice->what->message, '\n'));
    r->repaired += notice->kind == CQ_NOTICE_REPAIRED;
    r->completed += notice->what->number == 73;
    r->rejected += notice->kind == CQ_NOTICE_REJECTED;
    r->warned += notice->kind == CQ_NOTICE_WARNING;
}

static void read_file(const char *path, bool repair, reading *r)
{
    cq_tmx_options opts = {.repair = repair, .notice = note, .notice_context = r};
    cq_tmx_reader *reader;
    cq_unit unit = {0};

    r->status = cq_tmx_open(path, &opts, &reader, &r->err);
    if (r->status < 0)
        return;
    while ((r->status = cq_tmx_read(reader, &unit, &r->err)) == CQ_OK) {
        r->units++;
        assert_int_equal(cq_unit_encode(&unit, &r->content, &r->err), CQ_OK);
        for (size_t i = 0; i < unit.variants_len; i++)
            cq_buf_add_str(&r->content, unit.variants[i].text);
    }
    if (r->completed == 0)
        assert_int_equal(cq_header_encode(cq_tmx_header(reader), &r->content, NULL),
                         CQ_OK);
    cq_unit_release(&unit);
    cq_tmx_close(reader);
}

/* ---- what must hold -------------------------------------------------------------------
 */

typedef struct figures {
    size_t files, whole, refused; /* refused: even with --repair */
    size_t units, rejected, repaired;
} figures;

static const char *verdict(const reading *as_it_is, const reading *mended,
                           const cq_check_report *report, cq_str file)
{
    cq_str before = cq_buf_str(&as_it_is->content), after = cq_buf_str(&mended->content);
    /* A header that was completed is another one, and left out of `after`. */
    bool is_same =
        mended->completed ? cq_str_starts(before, after) : cq_str_equal(before, after);
    bool is_told =
        mended->repaired + mended->rejected > mended->completed || mended->status < 0;

    if (as_it_is->status == CQ_E_INPUT &&
        (as_it_is->err.line == 0 || as_it_is->err.column == 0 ||
         as_it_is->err.number == 0))
        return "refused without a place";
    if (as_it_is->status == CQ_E_INPUT && !is_told)
        return "mended without a word";
    if (as_it_is->status == CQ_E_INPUT && report->errors == 0)
        return "refused, but judged good";
    if (as_it_is->status == CQ_DONE && as_it_is->warned == 0 &&
        mended->units + mended->rejected <= as_it_is->units && (is_told || !is_same))
        return "good, but mended";
    if (mended->status == CQ_DONE && is_countable(file) &&
        (mended->units + mended->rejected < count_units(file, false) ||
         mended->units + mended->rejected > count_units(file, true)))
        return "not every unit is told";
    if (mended->status != CQ_DONE && mended->status != CQ_E_INPUT)
        return "neither read nor refused";
    return NULL;
}

static void try(uint64_t seed, figures *sum)
{
    cq_buf file = {0};
    reading as_it_is = {0}, mended = {0};
    cq_check_report report = {0};
    const char *path, *wrong;

    make(seed, &file);
    path = scratch_file(cq_buf_str(&file));
    read_file(path, false, &as_it_is);
    read_file(path, true, &mended);
    assert_int_equal(cq_tmx_check(path, NULL, &report, NULL), CQ_OK);
    wrong = verdict(&as_it_is, &mended, &report, cq_buf_str(&file));
    if (wrong) {
        fwrite(file.ptr, 1, file.len, stdout);
        fail_msg(
            "seed %llu, the file above: %s; as it is %d (%d:%d %s [CQ-%03d]), mended "
            "%d (%s), %zu + %zu units of %zu, %zu repairs",
            (unsigned long long)seed, wrong, as_it_is.status, (int)as_it_is.err.line,
            (int)as_it_is.err.column, as_it_is.err.message, as_it_is.err.number,
            mended.status, mended.err.message, mended.units, mended.rejected,
            count_units(cq_buf_str(&file), false), mended.repaired);
    }
    sum->files++;
    sum->whole += as_it_is.status == CQ_DONE;
    sum->refused += mended.status < 0;
    sum->units += mended.units;
    sum->rejected += mended.rejected;
    sum->repaired += mended.repaired;
    cq_buf_release(&file);
    cq_buf_release(&as_it_is.content);
    cq_buf_release(&mended.content);
}

static void test_mutations(void **state)
{
    const char *runs = getenv("CALQUE_RUNS"), *first = getenv("CALQUE_SEED");
    uint64_t count = runs ? strtoull(runs, NULL, 10) : 4000;
    uint64_t seed = first ? strtoull(first, NULL, 10) : 1;
    char folder[512];
    figures sum = {0};

    (void)state;
    scratch_each(scratch_own(), ".tmx", collect, NULL);
    snprintf(folder, sizeof(folder), "%s/data/tmx", scratch_shared());
    if (runs) /* the suite is the same with and without them */
        scratch_each(folder, ".tmx", collect, NULL);
    for (uint64_t end = seed + count; seed < end; seed++)
        try(seed, &sum);
    print_message(
        "%zu files, %zu of them whole, %zu refused even with --repair; %zu units "
        "and %zu left out, %zu repairs\n",
        sum.files, sum.whole, sum.refused, sum.units, sum.rejected, sum.repaired);
    assert_true(sum.refused * 50 <= sum.files);
    while (samples_len)
        cq_buf_release(&samples[--samples_len]);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        {.name = "mutations", .test_func = test_mutations},
    };
    int failed = cmocka_run_group_tests_name("mutate", tests, NULL, NULL);

    scratch_remove();
    return failed;
}
