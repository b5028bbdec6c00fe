#include "helper.h"
#include "text/pattern.h"

#include <stdlib.h>
#include <string.h>

/* ---- patterns -------------------------------------------------------------------------
 */

static const cq_value values[] = {
    {.name = "none", .kind = CQ_VALUE_NUMBER, .number = 0},
    {.name = "one", .kind = CQ_VALUE_NUMBER, .number = 1},
    {.name = "many", .kind = CQ_VALUE_NUMBER, .number = 12345},
    {.name = "five", .kind = CQ_VALUE_NUMBER, .number = 5},
    {.name = "half", .kind = CQ_VALUE_REAL, .real = 0.5},
    {.name = "who", .kind = CQ_VALUE_TEXT, .text = {"{Zo\u00eb}", 6}},
    {.name = "yes", .kind = CQ_VALUE_TEXT, .text = {"yes", 3}},
};

static struct pattern_case {
    const char *name, *locale, *pattern;
    const char *text; /* NULL: refused */
} pattern_cases[] = {
    {"plain", "en", "plain", "plain"},
    {"text as it is", "en", "Hello {who}!", "Hello {Zo\u00eb}!"},
    {"blanks inside", "en", "{ who }", "{Zo\u00eb}"},
    {"number by locale", "en", "{many}", "12,345"},
    {"number in German", "de", "{many}", "12.345"},
    {"number in French", "fr", "{many, number}", "12\u202f345"},
    {"number in Arabic digits", "ar-EG", "{many}",
     "\u0661\u0662\u066c\u0663\u0664\u0665"},
    {"real", "de", "{half}", "0,5"},
    {"percent", "en", "{half, number, percent}", "50%"},
    {"integer", "en", "{many, number, integer}", "12,345"},
    {"skeleton", "en", "{half, number, ::.00} {many,number,::group-off}", "0.50 12345"},
    {"singular", "en", "{one, plural, one {# unit} other {# units}}", "1 unit"},
    {"plural", "en", "{many, plural, one {# unit} other {# units}}", "12,345 units"},
    {"English nought is plural", "en", "{none, plural, one {# unit} other {# units}}",
     "0 units"},
    {"French nought is singular", "fr", "{none, plural, one {# mot} other {# mots}}",
     "0 mot"},
    {"Russian five", "ru", "{five, plural, one {a} few {b} many {c} other {d}}", "c"},
    {"exact number first", "en", "{none, plural, other {x} =0 {nothing}}", "nothing"},
    {"ordinal", "en", "{one, selectordinal, one {#st} other {#th}}", "1st"},
    {"select", "en", "{yes, select, no {a} yes {b} other {c}}", "b"},
    {"select other", "en", "{who, select, no {a} other {c}}", "c"},
    {"nested", "en",
     "{yes, select, yes {{one, plural, one {# {who}} other {}}} other {}}",
     "1 {Zo\u00eb}"},
    {"no # outside plurals", "en", "#{one}", "#1"},
    {"apostrophes", "en", "don't '{who}' it''s '{'''", "don't {who} it's {'"},
    {"quoted #", "en", "{one, plural, one {'#' #} other {}}", "# 1"},
    {"unknown name", "en", "{nobody}", NULL},
    {"open brace", "en", "{who", NULL},
    {"closing brace", "en", "a}b", NULL},
    {"no other", "en", "{many, plural, one {x}}", NULL},
    {"unknown type", "en", "{many, date}", NULL},
    {"text is no number", "en", "{who, number}", NULL},
    {"number is no select", "en", "{one, select, other {x}}", NULL},
    {"case without message", "en", "{one, plural, one", NULL},
};

static void test_pattern(void **state)
{
    const struct pattern_case *row = *state;
    cq_speech speech = {0};
    cq_buf out = {0};
    bool is_good;

    snprintf(speech.locale, sizeof(speech.locale), "%s", row->locale);
    snprintf(speech.rules_locale, sizeof(speech.rules_locale), "%s", row->locale);
    is_good = cq_pattern_format(&speech, cq_str_from(row->pattern), values,
                                ARRAY_LEN(values), &out);
    assert_int_equal(is_good, row->text != NULL);
    if (row->text)
        assert_string_equal(out.ptr, row->text);
    cq_buf_release(&out);
    cq_speech_release(&speech);
}

static void test_deep(void **state)
{
    cq_speech speech = {.locale = "en", .rules_locale = "en"};
    cq_buf pattern = {0}, out = {0};

    (void)state;
    for (int i = 0; i < 100000; i++)
        cq_buf_add_z(&pattern, "{yes, select, other {");
    for (int i = 0; i < 100000; i++)
        cq_buf_add_z(&pattern, "}}");
    assert_false(cq_pattern_format(&speech, cq_buf_str(&pattern), values,
                                   ARRAY_LEN(values), &out));
    cq_buf_release(&pattern);
    cq_buf_release(&out);
    cq_speech_release(&speech);
}

/* ---- which language -------------------------------------------------------------------
 */

static struct choice_case {
    const char *name;
    const char *locale; /* NULL: ask the environment */
    const char *lc_all, *lc_messages, *language, *lang;
    const char *chosen;
} choice_cases[] = {
    {"POSIX name", "fr_FR.UTF-8", "", "", "", "", "fr"},
    {"BCP 47 name", "fr-CA", "", "", "", "", "fr"},
    {"modifier", "fr_FR@euro", "", "", "", "", "fr"},
    {"a language that we do not speak", "tlh", "", "", "", "", "en"},
    {"no name at all", "...", "", "", "", "", "en"},
    {"empty environment", NULL, "", "", "", "", "en"},
    {"LANG", NULL, "", "", "", "fr_FR.UTF-8", "fr"},
    {"LC_MESSAGES before LANG", NULL, "", "en_GB.UTF-8", "", "fr_FR.UTF-8", "en"},
    {"LC_ALL before all", NULL, "fr_BE", "en_GB", "", "en_US", "fr"},
    {"LANGUAGE is a list", NULL, "", "", "tlh:fr:en", "en_US.UTF-8", "fr"},
    {"English in LANGUAGE is a choice", NULL, "", "", "en:fr", "fr_FR.UTF-8", "en"},
    {"LANGUAGE says nothing in C", NULL, "C", "", "fr", "", "en"},
    {"C.UTF-8 is English", NULL, "", "", "", "C.UTF-8", "en"},
};

static void test_choice(void **state)
{
    const struct choice_case *row = *state;
    cq_messages *messages;

    setenv("LC_ALL", row->lc_all, 1);
    setenv("LC_MESSAGES", row->lc_messages, 1);
    setenv("LANGUAGE", row->language, 1);
    setenv("LANG", row->lang, 1);
    assert_int_equal(cq_messages_open(row->locale, &messages, NULL), CQ_OK);
    assert_string_equal(cq_messages_locale(messages), row->chosen);
    cq_messages_close(messages);
}

static void test_message(void **state)
{
    cq_messages *messages;
    const cq_value wrong[] = {{.name = "wrong", .kind = CQ_VALUE_NUMBER, .number = 2000}};

    (void)state;
    assert_int_equal(cq_messages_open("fr", &messages, NULL), CQ_OK);
    assert_string_equal(cq_message(messages, "verify_sum", wrong, 1),
                        "2\u202f000 choses ne vont pas.");
    assert_string_equal(cq_message(messages, "no_such_key", NULL, 0), "no_such_key");
    assert_string_equal(cq_message(messages, "verify_sum", NULL, 0), "verify_sum");
    cq_messages_close(messages);
}

/* ---- the languages against English ----------------------------------------------------
 */

static const char *const complete[] = {"fr"}; /* languages that lack nothing */

/* Texts that the program itself has in English. */
static bool is_of_program(cq_str key)
{
    static const char *const heads[] = {"help_", "summary_", "about_", "error_"};

    for (size_t i = 0; i < ARRAY_LEN(heads); i++)
        if (cq_str_starts(key, cq_str_from(heads[i])))
            return true;
    return false;
}

static cq_str pattern_of(cq_locale *locale, cq_str key, cq_arena *arena)
{
    char path[160];
    cq_str *list = NULL;
    size_t len = 0;

    snprintf(path, sizeof(path), "messages/%.*s", (int)key.len, key.ptr);
    return cq_locale_strings(locale, path, arena, &list, &len) ? list[0] : (cq_str){0};
}

/* The names of a pattern's arguments: a word after '{' that '}' or ',' follows. */
static void names_of(cq_str pattern, cq_map *names)
{
    for (size_t at = 0; at < pattern.len; at++) {
        size_t start = at + 1, end = start;

        if (pattern.ptr[at] != '{')
            continue;
        while (end < pattern.len &&
               ((pattern.ptr[end] | 32) >= 'a' && (pattern.ptr[end] | 32) <= 'z'))
            end++;
        if (end > start && end < pattern.len && strchr("},", pattern.ptr[end]))
            assert_non_null(cq_map_add(names, cq_str_slice(pattern, start, end), NULL));
    }
}

static void check_names(cq_str key, cq_str english, cq_str other)
{
    cq_map a = {0}, b = {0};
    cq_str name;
    uint64_t *ignored;

    names_of(english, &a);
    names_of(other, &b);
    for (size_t at = 0; cq_map_each(&a, &at, &name, &ignored);)
        if (!cq_map_find(&b, name))
            fail_msg("%.*s: {%.*s} is lost", (int)key.len, key.ptr, (int)name.len,
                     name.ptr);
    for (size_t at = 0; cq_map_each(&b, &at, &name, &ignored);)
        if (!cq_map_find(&a, name))
            fail_msg("%.*s: {%.*s} is unknown", (int)key.len, key.ptr, (int)name.len,
                     name.ptr);
    cq_map_release(&a);
    cq_map_release(&b);
}

/* Whether every argument can be put in, be it a number or a text. */
static void check_formats(const char *locale, cq_str key, cq_str pattern)
{
    cq_map names = {0};
    cq_value given[32];
    size_t len = 0;
    cq_str name;
    uint64_t *ignored;
    cq_speech speech = {0};
    cq_buf out = {0};

    names_of(pattern, &names);
    for (size_t at = 0; cq_map_each(&names, &at, &name, &ignored); len++)
        given[len] = (cq_value){.name = name.ptr, .kind = CQ_VALUE_NUMBER, .number = 2};
    snprintf(speech.locale, sizeof(speech.locale), "%s", locale);
    snprintf(speech.rules_locale, sizeof(speech.rules_locale), "%s", locale);
    if (!cq_pattern_format(&speech, pattern, given, len, &out))
        fail_msg("%s: %.*s is malformed", locale, (int)key.len, key.ptr);
    cq_buf_release(&out);
    cq_speech_release(&speech);
    cq_map_release(&names);
}

static void test_languages(void **state)
{
    cq_lang english = lang_of("en");
    cq_locale *root;
    cq_arena arena = {0};
    cq_str *keys = NULL;
    size_t len = 0, missing = 0;

    (void)state;
    assert_int_equal(cq_locale_open(&english, NULL, &root, NULL), CQ_OK);
    assert_true(cq_locale_keys(root, "messages", &arena, &keys, &len));
    for (size_t i = 0; i < len; i++)
        check_formats("en", keys[i], pattern_of(root, keys[i], &arena));
    for (size_t n = 0; n < ARRAY_LEN(complete); n++) {
        cq_lang lang = lang_of(complete[n]);
        cq_locale *locale;
        cq_str *own = NULL;
        size_t own_len = 0;

        assert_int_equal(cq_locale_open(&lang, NULL, &locale, NULL), CQ_OK);
        assert_true(cq_locale_keys(locale, "messages", &arena, &own, &own_len));
        for (size_t i = 0; i < own_len; i++) {
            cq_str pattern = pattern_of(locale, own[i], &arena);
            cq_str first = pattern_of(root, own[i], &arena);

            check_formats(complete[n], own[i], pattern);
            if (first.ptr)
                check_names(own[i], first, pattern);
            else if (!is_of_program(own[i]))
                fail_msg("%s: nobody asks for %.*s", complete[n], (int)own[i].len,
                         own[i].ptr);
        }
        for (size_t i = 0; i < len; i++) {
            size_t k = 0;

            while (k < own_len && !cq_str_equal(own[k], keys[i]))
                k++;
            if (k < own_len)
                continue;
            print_error("%s lacks %.*s\n", complete[n], (int)keys[i].len, keys[i].ptr);
            missing++;
        }
        cq_locale_close(locale);
    }
    assert_int_equal(missing, 0);
    cq_arena_release(&arena);
    cq_locale_close(root);
}

static void test_allocation(void **state)
{
    const cq_value wrong[] = {{.name = "wrong", .kind = CQ_VALUE_NUMBER, .number = 2}};

    (void)state;
    for (uint64_t nth = 1;; nth++) {
        cq_messages *messages;
        cq_status status;
        bool is_said = false;

        cq_alloc_fail_at(nth);
        status = cq_messages_open("fr", &messages, NULL);
        assert_true(status == CQ_OK || status == CQ_E_NOMEM);
        if (status == CQ_OK)
            is_said =
                strcmp(cq_message(messages, "verify_sum", wrong, 1), "verify_sum") != 0;
        cq_alloc_fail_at(0);
        cq_messages_close(messages);
        if (is_said)
            break;
    }
}

int main(void)
{
    struct CMUnitTest tests[ARRAY_LEN(pattern_cases) + ARRAY_LEN(choice_cases) + 4];
    size_t len = 0;

    ADD(pattern_cases, test_pattern);
    ADD(choice_cases, test_choice);
    ADD_ONE("nesting without end is refused", test_deep);
    ADD_ONE("a message in French", test_message);
    ADD_ONE("every language has what English has", test_languages);
    ADD_ONE("every allocation failing", test_allocation);
    return cmocka_run_group_tests_name("text/messages", tests, NULL, NULL);
}
