#include "helper.h"

static struct lang_case {
    const char *name, *tag;
    const char *group, *region; /* group NULL: refused */
} lang_cases[] = {
    {"a language", "en", "en-Latn", ""},
    {"case and underscore do not matter", "EN_us", "en-Latn", "US"},
    {"Taiwan writes traditional Chinese", "zh-TW", "zh-Hant", "TW"},
    {"Hong Kong writes traditional Chinese", "zh_hk", "zh-Hant", "HK"},
    {"Chinese is simplified by default", "zh", "zh-Hans", ""},
    {"a written script wins", "zh-Hans-TW", "zh-Hans", "TW"},
    {"Serbian is Cyrillic by default", "sr", "sr-Cyrl", ""},
    {"Serbian in Latin letters", "sr-Latn-RS", "sr-Latn", "RS"},
    {"Montenegro writes Latin letters", "sr-ME", "sr-Latn", "ME"},
    {"Serbo-Croatian is Serbian in Latin letters", "sh", "sr-Latn", ""},
    {"a written script beats the alias", "sh-Cyrl", "sr-Cyrl", ""},
    {"three-letter code", "deu", "de-Latn", ""},
    {"bibliographic three-letter code", "ger-AT", "de-Latn", "AT"},
    {"Bokmal by three letters", "nob", "nb-Latn", ""},
    {"Norwegian is Bokmal", "no-NO", "nb-Latn", "NO"},
    {"old code of Hebrew", "iw", "he-Hebr", ""},
    {"old code of Indonesian", "in", "id-Latn", ""},
    {"extended language", "zh-yue", "yue-Hant", ""},
    {"extended language for Mandarin", "zh-cmn-Hant", "zh-Hant", ""},
    {"region of numbers", "es-419", "es-Latn", "419"},
    {"variant", "de-CH-1996", "de-Latn", "CH"},
    {"extension", "de-DE-u-co-phonebk", "de-Latn", "DE"},
    {"grandfathered tag", "i-klingon", "tlh", ""},
    {"unknown language", "qqq", "qqq", ""},
    {"undetermined", "und", "und", ""},
    {"undetermined, of a known script", "und-Cyrl", "und-Cyrl", ""},
    {"English by name", "English", NULL, NULL},
    {"words", "english language", NULL, NULL},
    {"empty", "", NULL, NULL},
    {"digit first", "1x", NULL, NULL},
    {"star", "*", NULL, NULL},
    {"all languages of TMX", "*all*", NULL, NULL},
    {"private use alone", "x-foo", NULL, NULL},
    {"empty subtag", "en--US", NULL, NULL},
    {"hyphen at the end", "en-", NULL, NULL},
    {"long subtag", "en-abcdefghi", NULL, NULL},
    {"one letter", "e", NULL, NULL},
    {"POSIX locale", "fr_FR.UTF-8", NULL, NULL},
    {"letters that are not ASCII", "fr\xc3\xa9", NULL, NULL},
    {"space after", "en ", NULL, NULL},
    {"too long",
     "en-aaaaaaaa-bbbbbbbb-cccccccc-dddddddd-eeeeeeee-ffffffff-gggggggg-hhhhhhhh", NULL,
     NULL},
};

static struct name_case {
    const char *name, *called;
    const char *tag; /* NULL: no language is called so */
} name_cases[] = {
    {"in English", "French", "fr"},
    {"whatever the case", "FRENCH", "fr"},
    {"in the language itself",
     "fran\xc3\xa7"
     "ais",
     "fr"},
    {"in letters that are not Latin",
     "\xd1\x80\xd1\x83\xd1\x81\xd1\x81\xd0\xba\xd0\xb8\xd0\xb9", "ru"},
    {"with a region", "Portuguese (Brazil)", "pt-BR"},
    {"of a region", "British English", "en-GB"},
    {"with a script", "Chinese (Simplified)", "zh-Hans"},
    {"of a script", "Simplified Chinese", "zh-Hans"},
    {"a tag is no name", "fr", NULL},
    {"a word", "Comment", NULL},
    {"the beginning of a name", "Fren", NULL},
    {"nothing", "", NULL},
    {"more than a name", "French and German and all the other languages of Europe", NULL},
};

static void test_name(void **state)
{
    const struct name_case *row = *state;
    cq_lang lang;
    bool is_found = cq_lang_of_name(cq_str_from(row->called), &lang);

    assert_int_equal(is_found, row->tag != NULL);
    if (is_found)
        assert_string_equal(lang.tag, row->tag);
}

/* Words that stand above columns, and languages that CLDR has a name for. */
static void test_has_name(void **state)
{
    static const char *const named[] = {"en", "DE", "fr-CA", "quc", "deu", "zh-Hant"},
                             *const unnamed[] = {"key", "ref", "tgt", "qqq"};
    cq_lang lang;

    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(named); i++) {
        assert_int_equal(cq_lang_parse(cq_str_from(named[i]), &lang, NULL), CQ_OK);
        assert_true(cq_lang_has_name(&lang));
    }
    for (size_t i = 0; i < ARRAY_LEN(unnamed); i++) {
        assert_int_equal(cq_lang_parse(cq_str_from(unnamed[i]), &lang, NULL), CQ_OK);
        assert_false(cq_lang_has_name(&lang));
    }
}

static void test_parse(void **state)
{
    const struct lang_case *row = *state;
    cq_lang lang = {.group = "untouched"};
    cq_error err = {0};
    cq_status status = cq_lang_parse(cq_str_from(row->tag), &lang, &err);

    if (!row->group) {
        assert_int_equal(status, CQ_E_ARG);
        assert_int_equal(err.number, 3);
        assert_string_equal(lang.group, "untouched");
        return;
    }
    assert_int_equal(status, CQ_OK);
    assert_string_equal(lang.tag, row->tag);
    assert_string_equal(lang.group, row->group);
    assert_string_equal(lang.region, row->region);
}

static void test_nul(void **state)
{
    cq_lang lang;
    cq_error err = {0};

    (void)state;
    assert_int_equal(cq_lang_parse((cq_str){"en\0us", 5}, &lang, &err), CQ_E_ARG);
}

static struct match_case {
    const char *name, *wanted, *stored;
    int rank;
} match_cases[] = {
    {"same tag", "en", "en", 3},
    {"same meaning", "zh-TW", "ZH_hant_tw", 3},
    {"same region, other case", "en-GB", "EN_gb", 3},
    {"request without region", "en", "en-GB", 2},
    {"variant without region", "en-GB", "en", 2},
    {"other region", "en-GB", "en-US", 1},
    {"Taiwan finds Hong Kong", "zh-TW", "zh-HK", 1},
    {"Taiwan never finds simplified", "zh-TW", "zh-CN", 0},
    {"Chinese is not traditional", "zh", "zh-TW", 0},
    {"scripts part", "sr", "sr-Latn", 0},
    {"another language", "de", "nl", 0},
};

static void test_match(void **state)
{
    const struct match_case *row = *state;
    cq_lang wanted, stored;

    assert_int_equal(cq_lang_parse(cq_str_from(row->wanted), &wanted, NULL), CQ_OK);
    assert_int_equal(cq_lang_parse(cq_str_from(row->stored), &stored, NULL), CQ_OK);
    assert_int_equal(cq_lang_match(&wanted, &stored), row->rank);
}

static struct rtl_case {
    const char *name, *tag;
    bool is_rtl;
} rtl_cases[] = {
    {"Arabic runs right to left", "ar-EG", true},
    {"Hebrew runs right to left", "he", true},
    {"Persian runs right to left", "fa", true},
    {"Azeri in Iran runs right to left", "az-IR", true},
    {"Azeri runs left to right", "az", false},
    {"English runs left to right", "en", false},
};

static void test_rtl(void **state)
{
    const struct rtl_case *row = *state;
    cq_lang lang;

    assert_int_equal(cq_lang_parse(cq_str_from(row->tag), &lang, NULL), CQ_OK);
    assert_int_equal(cq_lang_is_rtl(&lang), row->is_rtl);
}

int main(void)
{
    struct CMUnitTest tests[ARRAY_LEN(lang_cases) + ARRAY_LEN(match_cases) +
                            ARRAY_LEN(rtl_cases) + ARRAY_LEN(name_cases) + 2];
    size_t len = 0;

    ADD(lang_cases, test_parse);
    ADD(match_cases, test_match);
    ADD(rtl_cases, test_rtl);
    ADD(name_cases, test_name);
    ADD_ONE("NUL inside", test_nul);
    ADD_ONE("languages that CLDR knows by name", test_has_name);
    return cmocka_run_group_tests_name("text/lang", tests, NULL, NULL);
}
