/* Each row: a text, and its tokens as "kind:key" (or "kind:key=form" where the form is
 * not the key), one space between. Kinds: w word, c character, n number, p punctuation, s
 * symbol, @ placeable. */
#include "helper.h"
#include "text/icu.h"

#include <unicode/unorm2.h>
#include <unicode/ustring.h>

#include <string.h>

static struct token_case {
    const char *name, *lang, *text, *tokens;
} token_cases[] = {
    {"words are stemmed", "en", "Saving files", "w:save=saving w:file=files"},
    {"an apostrophe inside a word", "en", "don't", "w:don't"},
    {"a printed apostrophe has the same key", "en", "don\u2019t", "w:don't=don\u2019t"},
    {"a hyphen parts words", "en", "well-known", "w:well p:- w:known"},
    {"a missing space after a full stop", "en", "end.Next", "w:end p:. w:next"},
    {"letters and digits", "en", "MP3 3D", "w:mp3 n:#=3 w:d"},
    {"underscores join", "en", "a_b __", "w:a_b p:_=__"},
    {"repeated marks", "en", "?!?? ...", "p:? p:! p:?=?? p:..."},
    {"ellipsis and dots are one", "en", "\u2026 ..", "p:...=\u2026 p:...=.."},
    {"quotes are one kind", "en", "\u201ca\u201d \u00aba\u00bb",
     "p:\"=\u201c w:a p:\"=\u201d p:\"=\u00ab w:a p:\"=\u00bb"},
    {"dashes are one kind", "en", "- \u2013 \u2014", "p:- p:-=\u2013 p:-=\u2014"},
    {"symbols", "en", "5 % \u20ac", "n:#=5 p:% s:\u20ac"},
    {"NFC and decomposed are one", "fr", "e\u0301te\u0301 \u00e9t\u00e9",
     "w:\u00e9t\u00e9 w:\u00e9t\u00e9"},
    {"soft hyphen is not there", "en", "exam\u00adple", "w:exampl=exam\u00adple"},
    {"full-width letters", "en", "\uff21\uff22", "w:ab=\uff41\uff42"},

    {"elision in French", "fr", "L\u2019accord", "w:l'=l\u2019 w:accord"},
    {"elision in Italian", "it", "dell'acqua", "w:dell' w:acqua"},
    {"German sharp s", "de", "Stra\u00dfe STRASSE", "w:strass=strasse w:strass=strasse"},
    {"Turkish i with and without dot", "tr", "I\u015eIK \u0130L I\u0307L",
     "w:\u0131\u015f\u0131k w:il w:il"},
    {"Azeri i", "az", "I \u0130", "w:\u0131 w:i"},
    {"Vietnamese in both normal forms", "vi", "ti\u1ebfng tie\u0302\u0301ng",
     "w:ti\u1ebfng w:ti\u1ebfng"},
    {"Arabic kashida and points", "ar",
     "\u0643\u0640\u062a\u0627\u0628 \u0643\u0650\u062a\u064e\u0627\u0628",
     "w:\u0643\u062a\u0627\u0628=\u0643\u0640\u062a\u0627\u0628 "
     "w:\u0643\u062a\u0627\u0628=\u0643\u0650\u062a\u064e\u0627\u0628"},
    {"Arabic presentation form", "ar", "\ufefb", "w:\u0644\u0627=\ufefb"},
    {"Persian word with a non-joiner", "fa", "\u0645\u06cc\u200c\u0631\u0648\u0645",
     "w:\u0645\u06cc\u0631\u0648\u0645=\u0645\u06cc\u200c\u0631\u0648\u0645"},
    {"Hebrew points", "he", "\u05e9\u05c1\u05b8\u05dc\u05d5\u05b9\u05dd",
     "w:\u05e9\u05dc\u05d5\u05dd=\u05e9\u05b8\u05c1\u05dc\u05d5\u05b9\u05dd"},
    {"Hebrew acronym", "he", "\u05e6\u05d4\"\u05dc", "w:\u05e6\u05d4\"\u05dc"},
    {"Armenian question mark in its word", "hy", "\u056b\u0576\u0579\u055e",
     "w:\u056b\u0576\u0579=\u056b\u0576\u0579\u055e"},
    {"Devanagari conjunct", "hi", "\u0915\u094d\u0937\u0947\u0924\u094d\u0930",
     "w:\u0915\u094d\u0937\u0947\u0924\u094d\u0930"},
    {"Hangul words are parted by spaces", "ko", "\ud55c\uad6d\uc5b4 \ubb38\uc7a5",
     "w:\ud55c\uad6d\uc5b4 w:\ubb38\uc7a5"},
    {"Chinese by character", "zh", "\u4f60\u597d\u3002", "c:\u4f60 c:\u597d p:.=\u3002"},
    {"full-width comma", "zh", "\uff0c", "p:,=\uff0c"},
    {"half-width Kana", "ja", "\uff76\uff9e\u30fc", "c:\u30ac=\uff76\uff9e c:\u30fc"},
    {"Thai by grapheme", "th", "\u0e01\u0e33\u0e25\u0e31\u0e07",
     "c:\u0e01\u0e4d\u0e32=\u0e01\u0e33 c:\u0e25\u0e31 c:\u0e07"},
    {"Latin word inside Chinese", "zh", "\u7528PDF\u6587", "c:\u7528 w:pdf c:\u6587"},

    {"groups and decimals", "en", "1,234,567.89", "n:#=1234567.89"},
    {"French number", "fr", "1\u202f234,50", "n:#=1234.5"},
    {"Swiss number", "de-CH", "1\u2019234.5", "n:#=1234.5"},
    {"Indian groups", "hi", "12,34,567", "n:#=1234567"},
    {"Arabic digits and separators", "ar", "\u0661\u066c\u0662\u0663\u0664\u066b\u0665",
     "n:#=1234.5"},
    {"Devanagari digits", "hi", "\u0967\u0968", "n:#=12"},
    {"three digits after a comma are a group in English", "en", "1,234", "n:#=1234"},
    {"three digits after a comma are a fraction in German", "de", "1,234", "n:#=1.234"},
    {"the region does not change a number", "de-CH", "1,234 1.234", "n:#=1.234 n:#=1234"},
    {"three digits after a full stop are a group in German", "de", "1.234", "n:#=1234"},
    {"three digits after a zero are a fraction", "de", "0.125", "n:#=0.125"},
    {"two digits after a comma are a fraction", "en", "1,25", "n:#=1.25"},
    {"zeros that say nothing", "en", "007.50", "n:#=7.5"},
    {"nought", "en", "0 0.0 000", "n:#=0 n:#=0 n:#=0"},
    {"version", "en", "1.2.34", "n:#=1 p:. n:#=2 p:. n:#=34"},
    {"list of numbers", "en", "1,2,3", "n:#=1 p:, n:#=2 p:, n:#=3"},
    {"number at the end of a sentence", "en", "in 1999.", "w:in n:#=1999 p:."},
    {"minus", "en", "-5 (\u22125)", "n:#=-5 p:( n:#=-5 p:)"},
    {"a hyphen is no minus", "en", "10-5 x-5", "n:#=10 p:- n:#=5 w:x p:- n:#=5"},
    {"date", "en", "2020-01-05", "n:#=2020 p:- n:#=1 p:- n:#=5"},

    {"web address", "en", "See https://example.com/a(b)?c=d#e.",
     "w:see @:url=https://example.com/a(b)?c=d#e p:."},
    {"web address in brackets", "en", "(http://a.org/)", "p:( @:url=http://a.org/ p:)"},
    {"web address before Chinese", "zh", "\u89c1http://a.cn/b\u3002",
     "c:\u89c1 @:url=http://a.cn/b p:.=\u3002"},
    {"address without a scheme", "en", "www.example.org, example.com/x",
     "@:url=www.example.org p:, @:url=example.com/x"},
    {"address after a word and a colon", "en", "URL:http://a.b",
     "w:url p:: @:url=http://a.b"},
    {"scheme alone", "en", "http:// x", "w:http p:: p:/=// w:x"},
    {"mail address", "en", "<first-name.last@ex-a.co.uk>.",
     "s:< @:mail=first-name.last@ex-a.co.uk s:> p:."},
    {"no mail address", "en", "me@home", "w:me p:@ w:home"},
    {"file names", "en", "README.TXT notes.pdf. 3d.png",
     "@:file=README.TXT @:file=notes.pdf p:. @:file=3d.png"},
    {"file name with accents", "fr", "\u00e9t\u00e9.doc", "@:file=\u00e9t\u00e9.doc"},
    {"paths", "en", "/usr/bin ~/a ../b C:\\Temp\\x src/a.xml",
     "@:file=/usr/bin @:file=~/a @:file=../b @:file=C:\\Temp\\x @:file=src/a.xml"},
    {"a slash between words is no path", "en", "and/or /x", "w:and p:/ w:or p:/ w:x"},
    {"abbreviations are no file names", "en", "e.g. U.S.A. ASP.NET",
     "w:e p:. w:g p:. w:u p:. w:s p:. w:a p:. w:asp p:. w:net"},
    {"placeholders", "en", "%s of {0}: ${a.b} %1$d, {{x}} &amp; %(n)s",
     "@:{}=%s w:of @:{}={0} p:: @:{}=${a.b} @:{}=%1$d p:, @:{}={{x}} @:{}=&amp; "
     "@:{}=%(n)s"},
    {"no placeholders", "en", "50% off, 5 % de {a b} &c",
     "n:#=50 p:% w:off p:, n:#=5 p:% "
     "w:de p:{ w:a w:b p:} p:& w:c"},

    {"emoji with a skin tone", "en", "\U0001f44d\U0001f3fd", "s:\U0001f44d\U0001f3fd"},
    {"flags", "en", "\U0001f1e9\U0001f1ea\U0001f1eb\U0001f1f7",
     "s:\U0001f1e9\U0001f1ea s:\U0001f1eb\U0001f1f7"},
    {"mark without a base", "en", "\u0301", "s:\u0301"},
    {"only white space", "en", " \t\u3000\u2029", ""},
    {"empty", "en", "", ""},
};

static const char kind_letters[] = "wcnps@";

static void describe(const cq_tokens *tokens, cq_buf *out)
{
    for (size_t i = 0; i < tokens->len; i++) {
        const cq_token *token = &tokens->items[i];

        cq_buf_add_format(out, "%s%c:", i ? " " : "", kind_letters[token->kind]);
        cq_buf_add_str(out, token->key);
        if (!cq_str_equal(token->key, token->form)) {
            cq_buf_add_byte(out, '=');
            cq_buf_add_str(out, token->form);
        }
    }
    cq_buf_add(out, "", 0);
}

static cq_analyzer *open_for(const char *tag)
{
    cq_lang lang;
    cq_analyzer *analyzer;

    assert_int_equal(cq_lang_parse(cq_str_from(tag), &lang, NULL), CQ_OK);
    assert_int_equal(cq_analyzer_open(&lang, &analyzer, NULL), CQ_OK);
    return analyzer;
}

static void test_tokens(void **state)
{
    const struct token_case *row = *state;
    cq_analyzer *analyzer = open_for(row->lang);
    cq_tokens tokens = {0};
    cq_buf said = {0};

    for (int again = 0; again < 2; again++) { /* the second from the cache */
        cq_buf_reset(&said);
        assert_int_equal(cq_analyzer_run(analyzer, cq_str_from(row->text), &tokens, NULL),
                         CQ_OK);
        describe(&tokens, &said);
        assert_string_equal(said.ptr, row->tokens);
    }
    cq_buf_release(&said);
    cq_tokens_release(&tokens);
    cq_analyzer_close(analyzer);
}

static struct case_case {
    const char *name, *text;
    cq_case letter_case;
} case_cases[] = {
    {"lower", "word", CQ_CASE_LOWER},
    {"title", "Word", CQ_CASE_TITLE},
    {"upper", "WORD", CQ_CASE_UPPER},
    {"mixed", "iPhone", CQ_CASE_MIXED},
    {"camel", "JavaScript", CQ_CASE_MIXED},
    {"one capital is a title", "A", CQ_CASE_TITLE},
    {"title letter", "\u01c5a", CQ_CASE_TITLE},
    {"none", "\u05d0", CQ_CASE_NONE},
};

static void test_case(void **state)
{
    const struct case_case *row = *state;
    cq_analyzer *analyzer = open_for("en");
    cq_tokens tokens = {0};

    assert_int_equal(cq_analyzer_run(analyzer, cq_str_from(row->text), &tokens, NULL),
                     CQ_OK);
    assert_int_equal(tokens.len, 1);
    assert_int_equal(tokens.items[0].letter_case, row->letter_case);
    cq_tokens_release(&tokens);
    cq_analyzer_close(analyzer);
}

static void test_gaps(void **state)
{
    cq_analyzer *analyzer = open_for("en");
    cq_tokens tokens = {0};

    (void)state;
    assert_int_equal(
        cq_analyzer_run(analyzer, CQ_STR(" a b,  c\u00a0d\n"), &tokens, NULL), CQ_OK);
    assert_int_equal(tokens.len, 5);
    assert_int_equal(tokens.items[0].gap, CQ_GAP_SPACE);
    assert_int_equal(tokens.items[1].gap, CQ_GAP_SPACE);
    assert_int_equal(tokens.items[2].gap, CQ_GAP_NONE);
    assert_int_equal(tokens.items[3].gap, CQ_GAP_OTHER);
    assert_int_equal(tokens.items[4].gap, CQ_GAP_OTHER);
    assert_int_equal(tokens.last_gap, CQ_GAP_OTHER);
    cq_tokens_release(&tokens);
    cq_analyzer_close(analyzer);
}

/* Every byte that is not white space stands in exactly one token. */
static void check_lossless(cq_str text, const cq_tokens *tokens)
{
    size_t at = 0;

    for (size_t i = 0; i <= tokens->len; i++) {
        size_t end = i < tokens->len ? tokens->items[i].start : text.len;

        assert_true(end >= at);
        while (at < end)
            assert_true(cq_char_is_space(cq_text_next(text, &at)));
        assert_int_equal(at, end);
        if (i == tokens->len)
            break;
        assert_true(tokens->items[i].end > at && tokens->items[i].end <= text.len);
        assert_true(tokens->items[i].key.len > 0 && tokens->items[i].form.len > 0);
        at = tokens->items[i].end;
    }
}

static void test_random(void **state)
{
    static const char *const tags[] = {"en", "tr", "fr", "ar", "zh", "de"};
    uint64_t seed = 1;
    cq_buf text = {0};
    cq_tokens tokens = {0};

    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(tags); i++) {
        cq_analyzer *analyzer = open_for(tags[i]);

        for (int n = 0; n < 2000; n++) {
            random_text(&seed, 40, &text);
            assert_int_equal(cq_analyzer_run(analyzer, cq_buf_str(&text), &tokens, NULL),
                             CQ_OK);
            check_lossless(cq_buf_str(&text), &tokens);
        }
        cq_analyzer_close(analyzer);
    }
    cq_buf_release(&text);
    cq_tokens_release(&tokens);
}

static void decompose(cq_str text, cq_buf *out)
{
    UErrorCode code = U_ZERO_ERROR;
    const UNormalizer2 *nfd = unorm2_getNFDInstance(&code);
    UChar wide[1024], apart[4096];
    int32_t len = 0;

    u_strFromUTF8(wide, (int32_t)ARRAY_LEN(wide), &len, text.ptr, (int32_t)text.len,
                  &code);
    len = unorm2_normalize(nfd, wide, len, apart, (int32_t)ARRAY_LEN(apart), &code);
    assert_true(U_SUCCESS(code));
    cq_buf_reset(out);
    cq_utf16_put(apart, (size_t)len, out);
    cq_buf_add(out, "", 0);
}

static void assert_same_tokens(const cq_tokens *a, const cq_tokens *b)
{
    assert_int_equal(a->len, b->len);
    for (size_t i = 0; i < a->len; i++) {
        assert_int_equal(a->items[i].kind, b->items[i].kind);
        assert_int_equal(a->items[i].gap, b->items[i].gap);
        assert_int_equal(a->items[i].letter_case, b->items[i].letter_case);
        assert_true(cq_str_equal(a->items[i].key, b->items[i].key));
        assert_true(cq_str_equal(a->items[i].form, b->items[i].form));
    }
}

/* Composed or decomposed, a text has the same tokens. */
static void test_equivalent(void **state)
{
    uint64_t seed = 11;
    cq_buf text = {0}, composed = {0}, apart = {0};
    cq_tokens a = {0}, b = {0};
    cq_analyzer *one = open_for("vi"), *other = open_for("vi");

    (void)state;
    for (int n = 0; n < 20000; n++) {
        random_text(&seed, 20, &text);
        cq_buf_reset(&composed);
        assert_int_equal(cq_text_nfc(cq_buf_str(&text), &composed, NULL), CQ_OK);
        decompose(cq_buf_str(&text), &apart);
        assert_int_equal(cq_analyzer_run(one, cq_buf_str(&composed), &a, NULL), CQ_OK);
        assert_int_equal(cq_analyzer_run(other, cq_buf_str(&apart), &b, NULL), CQ_OK);
        assert_same_tokens(&a, &b);
    }
    cq_analyzer_close(one);
    cq_analyzer_close(other);
    cq_tokens_release(&a);
    cq_tokens_release(&b);
    cq_buf_release(&text);
    cq_buf_release(&composed);
    cq_buf_release(&apart);
}

/* ASCII goes a shorter way; the same text with Greek letters and Arabic digits in place
 * of ASCII's is cut at the same places. */
static void test_shortcut(void **state)
{
    static const char alphabet[] = "abAB019 ,'_!\"";
    uint64_t seed = 5;
    cq_buf ascii = {0}, other = {0};
    cq_tokens a = {0}, b = {0};
    cq_analyzer *analyzer = open_for("en");

    (void)state;
    for (int n = 0; n < 20000; n++) {
        size_t len = random_of(&seed) % 16;

        cq_buf_reset(&ascii);
        cq_buf_reset(&other);
        for (size_t i = 0; i < len; i++) {
            char c = alphabet[random_of(&seed) % (sizeof(alphabet) - 1)];

            cq_buf_add_byte(&ascii, (unsigned char)c);
            cq_text_put(&other, c >= '0' && c <= '9' ? 0x660u + (uint32_t)(c - '0')
                                : (c | 32) >= 'a' && (c | 32) <= 'z' ? (uint32_t)c + 0x350
                                                                     : (uint32_t)c);
        }
        assert_int_equal(cq_analyzer_run(analyzer, cq_buf_str(&ascii), &a, NULL), CQ_OK);
        assert_int_equal(cq_analyzer_run(analyzer, cq_buf_str(&other), &b, NULL), CQ_OK);
        assert_int_equal(a.len, b.len);
        for (size_t i = 0; i < a.len; i++) {
            assert_int_equal(a.items[i].kind, b.items[i].kind);
            assert_int_equal(a.items[i].end, cq_text_length(cq_str_slice(
                                                 cq_buf_str(&other), 0, b.items[i].end)));
        }
    }
    cq_analyzer_close(analyzer);
    cq_tokens_release(&a);
    cq_tokens_release(&b);
    cq_buf_release(&ascii);
    cq_buf_release(&other);
}

/* What could be quadratic: the test's own time limit is the judge. */
static void test_hostile(void **state)
{
    static const char *const units[] = {
        "\u0301\u0316",
        "a",
        "1,",
        "1",
        ".",
        "1.5\u00a0",
        "'",
        "a'",
        "\U0001f600\u200d",
        "\U0001f1e9",
        "_",
        "\u0e31",
        "-",
        "a\u0316\u0301",
        "@",
        "http://",
        "/a",
        "a.",
    };
    cq_analyzer *analyzer = open_for("en");
    cq_tokens tokens = {0};
    cq_buf text = {0};

    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(units); i++) {
        cq_buf_reset(&text);
        while (text.len < 1000000)
            cq_buf_add_z(&text, units[i]);
        assert_int_equal(cq_analyzer_run(analyzer, cq_buf_str(&text), &tokens, NULL),
                         CQ_OK);
        check_lossless(cq_buf_str(&text), &tokens);
    }
    cq_buf_release(&text);
    cq_tokens_release(&tokens);
    cq_analyzer_close(analyzer);
}

static void test_allocation(void **state)
{
    static const char text[] = "Stra\u00dfe 1.234 \u4f60\u597d, na\u00efve words \u2026";
    cq_lang lang;

    (void)state;
    assert_int_equal(cq_lang_parse(CQ_STR("de"), &lang, NULL), CQ_OK);
    for (uint64_t nth = 1;; nth++) {
        cq_analyzer *analyzer;
        cq_tokens tokens = {0};
        cq_error err = {0};
        cq_status status;

        cq_alloc_fail_at(nth);
        status = cq_analyzer_open(&lang, &analyzer, &err);
        if (status == CQ_OK)
            status = cq_analyzer_run(analyzer, CQ_STR(text), &tokens, &err);
        cq_alloc_fail_at(0);
        if (status != CQ_OK) {
            assert_int_equal(status, CQ_E_NOMEM);
            assert_int_equal(err.status, CQ_E_NOMEM);
            assert_int_equal(tokens.len, 0);
        }
        if (analyzer) /* it is as it was: the same text goes through now */
            assert_int_equal(cq_analyzer_run(analyzer, CQ_STR(text), &tokens, NULL),
                             CQ_OK);
        cq_tokens_release(&tokens);
        cq_analyzer_close(analyzer);
        if (status == CQ_OK)
            break;
    }
}

int main(void)
{
    struct CMUnitTest tests[ARRAY_LEN(token_cases) + ARRAY_LEN(case_cases) + 6];
    size_t len = 0;

    ADD(token_cases, test_tokens);
    ADD(case_cases, test_case);
    ADD_ONE("white space is the gap before a token", test_gaps);
    ADD_ONE("composed and decomposed texts have the same tokens", test_equivalent);
    ADD_ONE("the shortcut for ASCII changes nothing", test_shortcut);
    ADD_ONE("no text is lost, whatever it is", test_random);
    ADD_ONE("a megabyte of anything is quick", test_hostile);
    ADD_ONE("every allocation failing", test_allocation);
    return cmocka_run_group_tests_name("text/analyzer", tests, NULL, NULL);
}
