#include "helper.h"

#include <string.h>

/* Text that is written in an encoding by ICU, so that the samples can be read here. */
static struct detect_case {
    const char *name, *lang, *text;
    const char *encoding; /* what the bytes are made in */
    const char *found;    /* NULL: not clear */
} cases[] = {
    {"Russian in windows-1251", "ru", "Сегодня никто не звонит в него рукой.",
     "windows-1251", "windows-1251"},
    {"Russian in KOI8-R", "ru", "Сегодня никто не звонит в него рукой.", "KOI8-R",
     "KOI8-R"},
    {"Russian of MS-DOS", "ru", "Сегодня никто не звонит в него рукой.", "IBM866",
     "IBM866"},
    {"French in Latin-1", "fr",
     "L’été dernier, à Évry, où l’élève était déjà là, elle a été reçue à la mairie près "
     "du théâtre; le procès-verbal a été signé.",
     "windows-1252", "windows-1252"},
    {"Polish in Latin-2", "pl", "Zażółć gęślą jaźń, żółwie śpią, a ćmy się kłócą.",
     "ISO-8859-2", "ISO-8859-2"},
    {"Greek, which two encodings read alike", "el", "Σήμερα κανείς δεν τη χτυπά.",
     "windows-1253", "ISO-8859-7"},
    {"Arabic", "ar", "يوم الأحد يمكن للزوار صعود البرج.", "windows-1256", "windows-1256"},
    {"Thai, whose bytes also look like UTF-8 here and there", "th",
     "วันอาทิตย์ผู้มาเยือนขึ้นไปบนหอคอยได้", "windows-874", "windows-874"},
    {"Japanese in Shift JIS", "ja", "日曜日には見学者が塔に登れる。鐘は鳴らさない。",
     "Shift_JIS", "Shift_JIS"},
    {"Japanese in EUC-JP", "ja", "日曜日には見学者が塔に登れる。鐘は鳴らさない。",
     "EUC-JP", "EUC-JP"},
    {"Chinese in GB 18030", "zh",
     "今天没有人用手敲钟，小马达做这件事，游客周日可以登塔。", "GB18030", "GB18030"},
    {"English in UTF-16 without a mark", "en", "Today nobody rings it by hand.",
     "UTF-16LE", "UTF-16LE"},
    {"too short to tell", "fr", "Déjà vu à Évry.", "windows-1252", NULL},
    {"UTF-8 needs no guess", "ru", "Сегодня никто не звонит в него рукой.", "UTF-8",
     NULL},
    {"another language than it is said to be", "th",
     "Сегодня никто не звонит в него рукой.", "windows-1251", NULL},
};

/* The bytes of `text` in an encoding: each code point is looked for among all strings of
 * up to four bytes that the converter reads as it, which is slow and needs no second
 * converter. */
static void put_encoded(const char *encoding, cq_str text, cq_buf *out)
{
    cq_converter *converter;
    bool is_wide = strncmp(encoding, "UTF-16", 6) == 0;

    assert_int_equal(cq_converter_open(cq_str_from(encoding), &converter, NULL), CQ_OK);
    for (size_t at = 0; at < text.len;) {
        uint32_t code = cq_text_next(text, &at), tried = is_wide ? code << 8 : 0;
        bool is_found = false;

        for (; !is_found && tried < 0x1000000; tried++) {
            char bytes[2] = {(char)(tried & 0xff), (char)(tried >> 8)};
            size_t len = tried > 0xff || is_wide ? 2 : 1;
            cq_str piece = {bytes, len};
            cq_bad_bytes bad;
            cq_buf read = {0};
            size_t first = 0;

            if (is_wide) {
                bytes[0] = (char)(code & 0xff);
                bytes[1] = (char)(code >> 8);
            }
            is_found =
                cq_converter_run(converter, &piece, true, &read, &bad, NULL) == CQ_OK &&
                read.len > 0 && cq_text_next(cq_buf_str(&read), &first) == code &&
                first == read.len;
            if (is_found)
                cq_buf_add(out, bytes, len);
            cq_buf_release(&read);
        }
        assert_true(is_found);
    }
    cq_converter_close(converter);
}

static void test_detect(void **state)
{
    const struct detect_case *row = *state;
    cq_lang lang = lang_of(row->lang);
    char name[CQ_ENCODING_MAX] = "";
    cq_buf bytes = {0};

    if (strcmp(row->encoding, "UTF-8") == 0)
        cq_buf_add_z(&bytes, row->text);
    else
        put_encoded(row->encoding, cq_str_from(row->text), &bytes);
    assert_int_equal(cq_text_detect(cq_buf_str(&bytes), &lang, name, NULL),
                     row->found ? CQ_OK : CQ_DONE);
    assert_string_equal(name, row->found ? row->found : "");
    cq_buf_release(&bytes);
}

/* A long text with one wrong byte is damaged UTF-8, not something else. */
static void test_damaged(void **state)
{
    cq_lang lang = lang_of("ru");
    char name[CQ_ENCODING_MAX];
    cq_buf bytes = {0};

    (void)state;
    for (int i = 0; i < 50; i++)
        cq_buf_add_z(&bytes, i == 30 ? "\xd0 " : "Сегодня никто не звонит. ");
    assert_int_equal(cq_text_detect(cq_buf_str(&bytes), &lang, name, NULL), CQ_DONE);
    cq_buf_release(&bytes);
}

static void test_failing(void **state)
{
    cq_lang lang = lang_of("ru");
    char name[CQ_ENCODING_MAX];
    cq_buf bytes = {0};
    cq_status status = CQ_E_NOMEM;

    (void)state;
    put_encoded("windows-1251", CQ_STR("Сегодня никто не звонит."), &bytes);
    for (uint64_t n = 1; status != CQ_OK && n < 1000; n++) {
        cq_error err = {0};

        cq_alloc_fail_at(n);
        status = cq_text_detect(cq_buf_str(&bytes), &lang, name, &err);
        cq_alloc_fail_at(0);
        if (status != CQ_OK)
            assert_int_equal(err.status, CQ_E_NOMEM);
    }
    assert_int_equal(status, CQ_OK);
    cq_buf_release(&bytes);
}

int main(void)
{
    struct CMUnitTest tests[ARRAY_LEN(cases) + 2];
    size_t len = 0;

    ADD(cases, test_detect);
    ADD_ONE("damaged UTF-8", test_damaged);
    ADD_ONE("every allocation fails in turn", test_failing);
    return cmocka_run_group_tests_name("text/detect", tests, NULL, NULL);
}
