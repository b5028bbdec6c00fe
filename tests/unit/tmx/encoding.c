/* Files in every encoding that a TMX file is likely to be in, as their declaration says
 * and against it. The bytes are iconv's, so that nobody checks himself. */
#include "../rows.h"
#include "scratch.h"
#include "tmx.h"

#include <iconv.h>
#include <string.h>

/* Append `text` in an encoding. */
static void encode(const char *encoding, const char *text, cq_buf *out)
{
    iconv_t to = iconv_open(encoding, "UTF-8");
    char piece[4096], copy[4096];
    char *in = copy, *at = piece;
    size_t left = strlen(text), room = sizeof(piece);

    assert_true(to != (iconv_t)-1);
    assert_true(left < sizeof(copy));
    memcpy(copy, text, left + 1);
    assert_true(iconv(to, &in, &left, &at, &room) != (size_t)-1);
    cq_buf_add(out, piece, sizeof(piece) - room);
    iconv_close(to);
}

/* A file of one unit, in English and another language. */
static void make(const char *declaration, const char *encoding, const char *lang,
                 const char *text, cq_buf *out)
{
    cq_buf file = {0};

    cq_buf_add_format(&file,
                      "%s<tmx version=\"1.4\"><header creationtool=\"t\" "
                      "creationtoolversion=\"1\" segtype=\"sentence\" o-tmf=\"x\" "
                      "adminlang=\"en\" srclang=\"en\" datatype=\"x\"/><body><tu><tuv "
                      "xml:lang=\"en\"><seg>Text.</seg></tuv><tuv xml:lang=\"%s\"><seg>%s"
                      "</seg></tuv></tu></body></tmx>",
                      declaration, lang, text);
    encode(encoding, file.ptr, out);
    cq_buf_release(&file);
}

typedef struct told {
    int number;
    char message[CQ_ERROR_TEXT_MAX];
    size_t count;
} told;

static void note(void *context, const cq_notice *notice)
{
    told *t = context;

    if (t->count++ == 0) {
        t->number = notice->what->number;
        snprintf(t->message, sizeof(t->message), "%s", notice->what->message);
    }
}

/* The text of the second variant; what is told first. */
static cq_status read_text(cq_str file, bool repair, cq_buf *text, told *t, cq_error *err)
{
    cq_tmx_options opts = {.repair = repair, .notice = note, .notice_context = t};
    cq_tmx_reader *reader;
    cq_unit unit = {0};
    cq_status status = cq_tmx_open(scratch_file(file), &opts, &reader, err);

    if (status < 0)
        return status;
    status = cq_tmx_read(reader, &unit, err);
    if (status == CQ_OK)
        cq_buf_add_str(text, unit.variants[unit.variants_len - 1].text);
    cq_buf_add_byte(text, '\0');
    cq_unit_release(&unit);
    cq_tmx_close(reader);
    return status;
}

/* ---- as declared ----------------------------------------------------------------------
 */

#define RUSSIAN                                                                          \
    "\u0421\u043e\u0445\u0440\u0430\u043d\u0438\u0442\u0435 "                            \
    "\u0444\u0430\u0439\u043b \u043d\u0430 \u0434\u0438\u0441\u043a"
#define FRENCH                                                                           \
    "L\u00e9gende \u00e0 la fen\u00eatre : \u00e7a ira, l\u00e0-bas, d\u00e9j\u00e0"
#define POLISH                                                                           \
    "Zapisz plik na \u0142\u0105czu, \u017ar\u00f3d\u0142o i \u015bcie\u017ck\u0119"
#define GREEK                                                                            \
    "\u0391\u03c0\u03bf\u03b8\u03ae\u03ba\u03b5\u03c5\u03c3\u03b7 "                      \
    "\u03b1\u03c1\u03c7\u03b5\u03af\u03bf\u03c5"
#define HEBREW  "\u05e9\u05de\u05d5\u05e8 \u05e7\u05d5\u05d1\u05e5"
#define ARABIC  "\u0627\u062d\u0641\u0638 \u0627\u0644\u0645\u0644\u0641"
#define TURKISH "Dosyay\u0131 kaydet: \u011f\u00fc\u015f\u0130"
#define BALTIC  "I\u0161saugoti fail\u0105 \u0117\u012f"
#define THAI    "\u0e1a\u0e31\u0e19\u0e17\u0e36\u0e01\u0e44\u0e1f\u0e25\u0e4c"
#define CHINESE                                                                          \
    "\u4fdd\u5b58\u6587\u4ef6\u3002\u8bf7\u9009\u62e9\u4e00\u4e2a\u540d\u79f0\uff0c"     \
    "\u7136\u540e\u70b9\u51fb\u786e\u5b9a"
#define TAIWAN "\u5132\u5b58\u6a94\u6848\u3002\u8acb\u9078\u64c7\u4e00\u500b\u540d\u7a31"
#define JAPANESE                                                                         \
    "\u30d5\u30a1\u30a4\u30eb\u3092\u4fdd\u5b58\u3057\u307e\u3059\u3002\u540d\u524d"     \
    "\u3092\u9078\u3093\u3067\u304f\u3060\u3055\u3044"
#define KOREAN "\ud30c\uc77c\uc744 \uc800\uc7a5\ud569\ub2c8\ub2e4"

static struct encoding_case {
    const char *name; /* as declared */
    const char *lang, *text;
} cases[] = {
    {"UTF-8", "ru", RUSSIAN},        {"utf-8", "zh", CHINESE},
    {"ISO-8859-1", "fr", FRENCH},    {"ISO-8859-2", "pl", POLISH},
    {"ISO-8859-5", "ru", RUSSIAN},   {"ISO-8859-6", "ar", ARABIC},
    {"ISO-8859-7", "el", GREEK},     {"ISO-8859-8", "he", HEBREW},
    {"ISO-8859-9", "tr", TURKISH},   {"ISO-8859-13", "lt", BALTIC},
    {"ISO-8859-15", "fr", FRENCH},   {"windows-1250", "pl", POLISH},
    {"windows-1251", "ru", RUSSIAN}, {"windows-1252", "fr", FRENCH},
    {"windows-1253", "el", GREEK},   {"windows-1254", "tr", TURKISH},
    {"windows-1255", "he", HEBREW},  {"windows-1256", "ar", ARABIC},
    {"windows-1257", "lt", BALTIC},  {"windows-874", "th", THAI},
    {"KOI8-R", "ru", RUSSIAN},       {"koi8-r", "ru", RUSSIAN},
    {"GB18030", "zh", CHINESE},      {"GBK", "zh", CHINESE},
    {"GB2312", "zh", CHINESE},       {"Big5", "zh-TW", TAIWAN},
    {"Shift_JIS", "ja", JAPANESE},   {"EUC-JP", "ja", JAPANESE},
    {"EUC-KR", "ko", KOREAN},        {"IBM850", "fr", FRENCH},
    {"macintosh", "fr", FRENCH},     {"windows-31j", "ja", JAPANESE},
};

static void test_declared(void **state)
{
    const struct encoding_case *row = *state;
    char declaration[100];
    cq_buf file = {0}, text = {0};
    cq_error err = {0};
    told t = {0};
    const char *iconv_name = strcmp(row->name, "windows-874") == 0   ? "CP874"
                             : strcmp(row->name, "windows-31j") == 0 ? "CP932"
                                                                     : row->name;

    snprintf(declaration, sizeof(declaration),
             "<?xml version=\"1.0\" encoding=\"%s\"?>\n", row->name);
    make(declaration, iconv_name, row->lang, row->text, &file);
    for (int repair = 0; repair < 2; repair++) {
        cq_buf_reset(&text);
        if (read_text(cq_buf_str(&file), repair, &text, &t, &err) != CQ_OK)
            fail_msg("%s", err.message);
        assert_string_equal(text.ptr, row->text);
        assert_int_equal(t.count, 0);
    }
    cq_buf_release(&file);
    cq_buf_release(&text);
}

static void test_references(void **state)
{
    static const char file[] =
        "<?xml version=\"1.0\" encoding=\"US-ASCII\"?><tmx version=\"1.4\"><header "
        "srclang=\"en\"/><body><tu><tuv xml:lang=\"fr\"><seg>caf&#xE9; &#128512;"
        "</seg></tuv></tu></body></tmx>";
    cq_buf text = {0};
    cq_error err = {0};
    told t = {0};

    (void)state;
    assert_int_equal(read_text(CQ_STR(file), false, &text, &t, &err), CQ_OK);
    assert_string_equal(text.ptr, "caf\u00e9 \U0001F600");
    cq_buf_release(&text);
}

/* UTF-16 either way, with a mark or a declaration, with both or with neither. */
static void test_utf16(void **state)
{
    static const struct {
        const char *encoding, *mark;
    } orders[] = {{"UTF-16LE", "\xff\xfe"}, {"UTF-16BE", "\xfe\xff"}};
    static const char *const declarations[] = {
        "",
        "<?xml version=\"1.0\"?>",
        "<?xml version=\"1.0\" encoding=\"UTF-16\"?>",
        "<!-- no declaration -->",
    };
    cq_error err = {0};
    told t = {0};

    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(orders); i++)
        for (size_t k = 0; k < 2 * ARRAY_LEN(declarations); k++) {
            cq_buf file = {0}, text = {0};

            if (k % 2)
                cq_buf_add(&file, orders[i].mark, 2);
            make(declarations[k / 2], orders[i].encoding, "ja", JAPANESE " \U0001F600",
                 &file);
            if (read_text(cq_buf_str(&file), false, &text, &t, &err) != CQ_OK)
                fail_msg("%s, case %zu: %s", orders[i].encoding, k, err.message);
            assert_string_equal(text.ptr, JAPANESE " \U0001F600");
            cq_buf_release(&file);
            cq_buf_release(&text);
        }
}

/* ---- against the declaration ----------------------------------------------------------
 */

static struct wrong_case {
    const char *name;
    const char *declared; /* "" for none */
    const char *encoding; /* that it is in; told, and read with --repair */
    const char *lang, *text;
    int number;
} wrongs[] = {
    {"UTF-8 called ISO-8859-1", "ISO-8859-1", "UTF-8", "ru", RUSSIAN, 54},
    {"UTF-8 called windows-1252", "windows-1252", "UTF-8", "fr", FRENCH, 54},
    {"UTF-8 called US-ASCII", "US-ASCII", "UTF-8", "fr", FRENCH, 54},
    {"UTF-8 called UTF-16", "UTF-16", "UTF-8", "fr", FRENCH, 54},
    {"UTF-8 called Shift_JIS", "Shift_JIS", "UTF-8", "ja", JAPANESE, 54},
    {"UTF-16 called UTF-8", "UTF-8", "UTF-16", "fr", FRENCH, 54},
    {"UTF-16 called ISO-8859-1", "ISO-8859-1", "UTF-16", "fr", FRENCH, 54},
    {"windows-1251 called UTF-8", "UTF-8", "windows-1251", "ru", RUSSIAN, 52},
    {"windows-1251 called nothing", "", "windows-1251", "ru", RUSSIAN, 52},
    {"windows-1252 called UTF-8", "UTF-8", "windows-1252", "fr",
     FRENCH ". \u00c9t\u00e9 comme hiver, \u0153uvre r\u00e9ussie\u2026", 52},
    {"Shift_JIS called UTF-8", "UTF-8", "Shift_JIS", "ja", JAPANESE, 52},
    {"KOI8-R called UTF-16", "UTF-16", "KOI8-R", "ru", RUSSIAN, 54},
    {"windows-1251 called US-ASCII", "US-ASCII", "windows-1251", "ru", RUSSIAN, 54},
    {"a name that nobody knows", "klingon", "windows-1251", "ru", RUSSIAN, 55},
};

static void test_wrong(void **state)
{
    const struct wrong_case *row = *state;
    char declaration[100] = "", looks[100];
    cq_buf file = {0}, text = {0};
    cq_error err = {0};
    told t = {0};

    if (*row->declared)
        snprintf(declaration, sizeof(declaration),
                 "<?xml version=\"1.0\" encoding=\"%s\"?>", row->declared);
    make(declaration, row->encoding, row->lang, row->text, &file);
    assert_int_equal(read_text(cq_buf_str(&file), false, &text, &t, &err), CQ_E_INPUT);
    assert_int_equal(err.number, row->number);
    assert_true(err.line == 1 && err.column > 0);
    snprintf(looks, sizeof(looks), row->number == 55 ? "reads it as %s" : "look like %s",
             row->encoding);
    if (!strstr(err.message, looks) || !strstr(err.message, "--repair"))
        fail_msg("%s", err.message);
    cq_buf_reset(&text);
    assert_int_equal(read_text(cq_buf_str(&file), true, &text, &t, NULL), CQ_OK);
    assert_string_equal(text.ptr, row->text);
    assert_int_equal(t.count, 1);
    assert_non_null(strstr(t.message, row->encoding));
    cq_buf_release(&file);
    cq_buf_release(&text);
}

int main(void)
{
    struct CMUnitTest tests[ARRAY_LEN(cases) + ARRAY_LEN(wrongs) + 2];
    size_t len = 0;
    int failed;

    ADD(cases, test_declared);
    ADD(wrongs, test_wrong);
    ADD_ONE("references", test_references);
    ADD_ONE("UTF-16", test_utf16);
    failed = cmocka_run_group_tests_name("encoding", tests, NULL, NULL);
    scratch_remove();
    return failed;
}
