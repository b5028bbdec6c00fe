/* The sample sentences of every file in locales/: each text is split where the file says.
 */
#include "helper.h"

typedef struct sample {
    char *tag, *marked; /* with '|' where it is split */
} sample;

static void test_sample(void **state)
{
    const sample *s = *state;
    cq_buf text = {0}, want = {0}, got = {0};

    for (const char *at = s->marked; *at; at += strcspn(at, "|"), at += *at == '|') {
        cq_str part = {at, strcspn(at, "|")};

        cq_buf_add_str(&text, part);
        cq_buf_add_str(&want, cq_str_trim(part));
        cq_buf_add_byte(&want, '|');
    }
    split_into(s->tag, CQ_PARAGRAPHS_LINE, cq_buf_str(&text), text.len, &got);
    assert_string_equal(got.ptr, want.ptr);
    cq_buf_release(&text);
    cq_buf_release(&want);
    cq_buf_release(&got);
}

static char *copy(cq_str s)
{
    char *z = calloc(1, s.len + 1);

    assert_non_null(z);
    memcpy(z, s.ptr, s.len);
    return z;
}

/* Add the samples of one language to `tests`. */
static size_t add(const char *tag, struct CMUnitTest *tests, size_t room)
{
    cq_arena arena = {0};
    cq_locale *locale;
    cq_error err = {0};
    cq_lang lang;
    cq_str *list;
    size_t len = 0;

    assert_int_equal(cq_lang_parse(cq_str_from(tag), &lang, &err), CQ_OK);
    assert_int_equal(cq_locale_open(&lang, NULL, &locale, &err), CQ_OK);
    cq_locale_strings(locale, "segmentation/samples", &arena, &list, &len);
    assert_true(len <= room);
    for (size_t i = 0; i < len; i++) {
        sample *s = calloc(1, sizeof(*s));
        cq_buf name = {0};

        assert_non_null(s);
        s->tag = copy(cq_str_from(tag));
        s->marked = copy(list[i]);
        cq_buf_add_format(&name, "%s: %s", tag, s->marked);
        tests[i] = (struct CMUnitTest){.name = copy(cq_buf_str(&name)),
                                       .test_func = test_sample,
                                       .initial_state = s};
        cq_buf_release(&name);
    }
    cq_locale_close(locale);
    cq_arena_release(&arena);
    return len;
}

int main(int argc, char **argv)
{
    static struct CMUnitTest tests[4000];
    size_t len = 0;
    int failed;

    for (int i = 1; i < argc; i++)
        if (strcmp(argv[i], "root") != 0)
            len += add(argv[i], tests + len, ARRAY_LEN(tests) - len);
    failed = _cmocka_run_group_tests("segment/samples", tests, len, NULL, NULL);
    for (size_t i = 0; i < len; i++) {
        sample *s = tests[i].initial_state;
        void *name;

        memcpy(&name, &tests[i].name, sizeof(name));
        free(name);
        free(s->tag);
        free(s->marked);
        free(s);
    }
    return failed;
}
