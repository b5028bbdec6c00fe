/* The judge of files: one row a rule, and what the DTDs themselves say of many files. */
#include "../rows.h"
#include "generate.h"
#include "scratch.h"
#include "valid.h"

#include <calque/check.h>
#include <libxml/parser.h>
#include <libxml/valid.h>
#include <string.h>

/* Findings as "205 2:1, 235 6:1": number, line, column. */
static void note(void *context, const cq_finding *finding)
{
    cq_buf *found = context;
    const cq_error *what = finding->what;

    assert_null(strchr(what->message, '\n'));
    assert_true(what->line > 0 && what->column > 0);
    cq_buf_add_format(found, "%s%d %d:%d", found->len ? ", " : "", what->number,
                      (int)what->line, (int)what->column);
}

static cq_check_report judge(cq_str file, cq_buf *found)
{
    cq_check_options opts = {.finding = note, .context = found};
    cq_check_report report = {0};
    cq_error err = {0};

    cq_buf_reset(found);
    if (cq_tmx_check(scratch_file(file), &opts, &report, &err) != CQ_OK)
        fail_msg("%s", err.message);
    cq_buf_add_byte(found, '\0');
    return report;
}

#define HEADER(srclang)                                                                  \
    "<header creationtool=\"t\" creationtoolversion=\"1\" segtype=\"sentence\" "         \
    "o-tmf=\"x\" adminlang=\"en\" srclang=\"" srclang "\" datatype=\"x\"/>"
#define OF(version, units)                                                               \
    "<?xml version=\"1.0\"?>\n<tmx version=\"" version                                   \
    "\">\n" HEADER("en") "\n<body>\n" units "</body>\n</tmx>\n"
#define WHOLE(units)   OF("1.4", units)
#define TUV(lang, seg) "<tuv xml:lang=\"" lang "\">\n<seg>" seg "</seg></tuv>\n"
/* The unit begins in line 5, its variants in 6 and 8, their segments in 7 and 9. */
#define PAIR(a, b)      WHOLE("<tu>\n" TUV("en", a) TUV("fr", b) "</tu>\n")
#define FRENCH(lang, b) WHOLE("<tu>\n" TUV("en", "The house.") TUV(lang, b) "</tu>\n")
#define ATTRIBUTE(a)                                                                     \
    WHOLE("<tu " a ">\n" TUV("en", "The house.") TUV("fr", "La maison.") "</tu>\n")

static struct check_case {
    const char *name, *file, *found;
} cases[] = {
    {"a good file", PAIR("The house.", "La maison."), ""},
    {"codes in pairs",
     PAIR("a <bpt i=\"1\" x=\"1\"/>b<ept i=\"1\"/>",
          "c <bpt i=\"2\" x=\"1\"/>d<ept i=\"2\"/>"),
     ""},
    {"pairs may overlap",
     PAIR("<bpt i=\"1\" x=\"1\"/>a<bpt i=\"2\" x=\"2\"/>b<ept i=\"1\"/>c<ept i=\"2\"/>",
          "<bpt i=\"1\" x=\"2\"/>e<bpt i=\"2\" x=\"1\"/>d<ept i=\"2\"/>c<ept i=\"1\"/>"),
     ""},

    /* structure */
    {"an element that is not TMX's", PAIR("a <x id=\"1\"/>", "b"), "200 7:8"},
    {"only the outermost foreign element is told", WHOLE("<e><f><g/></f></e>\n"),
     "200 5:1"},
    {"a variant in a wrong place", WHOLE("<tuv xml:lang=\"en\">\n<seg>a</seg></tuv>\n"),
     "201 5:1"},
    {"an element in a wrong place", WHOLE("<seg>x</seg>\n"), "201 5:1"},
    {"hi is younger than 1.1",
     OF("1.1", "<tu>\n<tuv lang=\"en\">\n<seg><hi>a</hi></seg></tuv>\n<tuv "
               "lang=\"fr\">\n<seg><hi>b</hi></seg></tuv>\n</tu>\n"),
     "201 7:6, 201 9:6"},
    {"sub in a segment of 1.1",
     OF("1.1", "<tu>\n<tuv lang=\"en\">\n<seg>a <sub>x</sub></seg></tuv>\n<tuv "
               "lang=\"fr\">\n<seg>b <sub>y</sub></seg></tuv>\n</tu>\n"),
     ""},
    {"sub in a segment of 1.4", PAIR("a <sub>x</sub>", "b <sub>y</sub>"),
     "201 7:8, 201 9:8"},
    {"a property after the variants",
     WHOLE("<tu>\n" TUV("en", "a") TUV("fr", "b") "<prop type=\"x\">y</prop></tu>\n"),
     "202 10:1"},
    {"a second segment",
     WHOLE("<tu>\n" TUV("en", "a") "<tuv xml:lang=\"fr\">\n<seg>b</seg>\n<seg>c</seg>\n"
                                   "</tuv></tu>\n"),
     "202 10:1"},
    {"a variant without a segment",
     WHOLE("<tu>\n" TUV("en", "a") "<tuv xml:lang=\"fr\">\n</tuv></tu>\n"), "203 8:1"},
    {"a unit without variants", WHOLE("<tu>\n</tu>\n"), "203 5:1"},
    {"no header", "<tmx version=\"1.4\"><body/></tmx>", "203 1:1"},
    {"text between elements", WHOLE("x <tu>\n" TUV("en", "a") TUV("fr", "b") "</tu>\n"),
     "204 4:7"},
    {"an attribute that is missing",
     WHOLE("<tu>\n" TUV("en", "a") TUV("fr", "b <bpt/><ept i=\"1\"/>") "</tu>\n"),
     "205 9:8, 221 9:14, 228 8:1"},
    {"no version", "<tmx>" HEADER("en") "<body/></tmx>", "205 1:1"},
    {"an attribute that TMX does not know", ATTRIBUTE("author=\"x\""), "206 5:1"},
    {"xml:lang is younger than 1.2",
     OF("1.2", "<tu>\n" TUV("en", "a") TUV("fr", "b") "</tu>\n"),
     "206 6:1, 205 6:1, 206 8:1, 205 8:1"},
    {"a value that is none", ATTRIBUTE("segtype=\"word\""), "207 5:1"},
    {"which end of an isolated code",
     PAIR("a <it pos=\"start\"/>", "b <it pos=\"end\"/>"), "207 7:8"},
    {"version 1.4b", OF("1.4b", "<tu>\n" TUV("en", "a") TUV("fr", "b") "</tu>\n"),
     "208 2:1"},
    {"version 2.0", OF("2.0", "<tu>\n" TUV("en", "a") TUV("fr", "b") "</tu>\n"),
     "208 2:1"},
    {"ut is deprecated", PAIR("a <ut>x</ut>", "b <ut>x</ut>"), "209 7:8, 209 9:8"},
    {"a namespace",
     "<t:tmx xmlns:t=\"urn:t\" version=\"1.4\"><t:header creationtool=\"t\" "
     "creationtoolversion=\"1\" segtype=\"sentence\" o-tmf=\"x\" adminlang=\"en\" "
     "srclang=\"en\" datatype=\"x\"/><t:body/></t:tmx>",
     "210 1:1"},
    {"a wrong map",
     "<tmx version=\"1.4\">\n<header creationtool=\"t\" creationtoolversion=\"1\" "
     "segtype=\"sentence\" o-tmf=\"x\" adminlang=\"en\" srclang=\"en\" datatype=\"x\">\n"
     "<ude name=\"x\"><map code=\"#x1\"/></ude></header><body/></tmx>",
     "205 3:15"},

    /* codes */
    {"opened, never closed", PAIR("<bpt i=\"1\"/>a", "b <ph/>"), "220 7:6"},
    {"closed, never opened", PAIR("a<ept i=\"1\"/>", "b <ph/>"), "221 7:7"},
    {"closed before opened", PAIR("<ept i=\"1\"/>a<bpt i=\"1\"/>", "b <ph/><ph/>"),
     "222 7:19"},
    {"opened twice",
     PAIR("<bpt i=\"1\"/>a<bpt i=\"1\"/>b<ept i=\"1\"/>", "b <ph/><ph/><ph/>"),
     "223 7:19"},
    {"closed twice",
     PAIR("<bpt i=\"1\"/>a<ept i=\"1\"/>b<ept i=\"1\"/>", "b <ph/><ph/><ph/>"),
     "223 7:32"},
    {"01 is 1", PAIR("<bpt i=\"01\"/>a<ept i=\"1\"/>", "b <ph/><ph/>"), ""},
    {"a pair by letters", PAIR("<bpt i=\"a\"/>a<ept i=\"a\"/>", "b <ph/><ph/>"),
     "224 7:6, 224 7:19"},
    {"x is a number", PAIR("a <ph x=\"one\"/>", "b <ph x=\"one\"/>"), "225 7:8, 225 9:8"},
    {"x twice", PAIR("<ph x=\"1\"/>a<ph x=\"1\"/>", "<ph x=\"1\"/>b"), "226 7:18"},
    {"x of another kind", PAIR("<ph x=\"1\"/>a<hi x=\"1\">b</hi>", "<ph x=\"1\"/>b"), ""},
    {"x without its counterpart", PAIR("a <ph x=\"1\"/>", "b <ph x=\"2\"/>"),
     "227 7:8, 227 9:8"},
    {"another number of codes", PAIR("a <ph/>", "b"), "228 8:1"},

    /* languages and other values */
    {"no language tag", FRENCH("francais de France", "La maison."), "230 8:1"},
    {"an underscore", FRENCH("fr_FR", "La maison."), "231 8:1"},
    {"two languages",
     WHOLE("<tu>\n" TUV("en", "a") "<tuv xml:lang=\"fr\" lang=\"de\">\n<seg>b</seg></tuv>"
                                   "</tu>\n"),
     "209 8:1, 232 8:1"},
    {"no source", WHOLE("<tu>\n" TUV("de", "a") TUV("fr", "b") "</tu>\n"), "233 5:1"},
    {"the source of a unit of its own",
     WHOLE("<tu srclang=\"de\">\n" TUV("de", "a") TUV("fr", "b") "</tu>\n"), ""},
    {"any source",
     WHOLE("<tu srclang=\"*all*\">\n" TUV("de", "a") TUV("fr", "b") "</tu>\n"), ""},
    {"the source in a region", WHOLE("<tu>\n" TUV("en-GB", "a") TUV("fr", "b") "</tu>\n"),
     "234 5:1"},
    {"case does not matter", WHOLE("<tu>\n" TUV("EN", "a") TUV("fr", "b") "</tu>\n"), ""},
    {"a good date", ATTRIBUTE("creationdate=\"20240229T235959Z\""), ""},
    {"the 13th month", ATTRIBUTE("creationdate=\"20241301T000000Z\""), "235 5:1"},
    {"no leap year", ATTRIBUTE("changedate=\"20230229T000000Z\""), "235 5:1"},
    {"no date at all", ATTRIBUTE("lastusagedate=\"yesterday\""), "235 5:1"},
    {"the 25th hour", ATTRIBUTE("changedate=\"20230228T250000Z\""), "235 5:1"},
    {"an empty date", ATTRIBUTE("changedate=\"\""), "235 5:1"},
    {"a date with dashes", ATTRIBUTE("changedate=\"2002-05-25T21:30:00Z\""), "236 5:1"},
    {"a day alone", ATTRIBUTE("changedate=\"20020525\""), "236 5:1"},
    {"a date with an offset", ATTRIBUTE("changedate=\"2002-05-25T21:30:00.5+02:00\""),
     "236 5:1"},
    {"no number", ATTRIBUTE("usagecount=\"often\""), "237 5:1"},
    {"a tuid twice",
     WHOLE("<tu tuid=\"1\">\n" TUV("en", "a") TUV(
         "fr", "b") "</tu>\n<tu tuid=\"1\">\n" TUV("en", "c") TUV("fr", "d") "</tu>\n"),
     "238 11:1"},
    {"a language twice",
     WHOLE("<tu>\n" TUV("en", "a") TUV("fr", "b") TUV("FR", "c") "</tu>\n"), "240 10:1"},

    /* texts */
    {"an empty variant", PAIR("a", " "), "250 8:1"},
    {"a variant of codes alone", PAIR("<ph/>", "<ph/>"), ""},
    {"not translated", PAIR("The house.", "The house."), "251 8:1"},
    {"one word may be the same", PAIR("Restaurant", "Restaurant"), "258 8:1"},
    {"numbers are the same", PAIR("1 234", "1 234"), ""},
    {"regions may say the same",
     WHOLE("<tu>\n" TUV("en", "The house.") TUV("en-GB", "The house.") "</tu>\n"), ""},
    {"text in codes is no text", PAIR("The <ph>house</ph>", "La <ph>house</ph>"), ""},
    {"one variant", WHOLE("<tu>\n" TUV("en", "a") "</tu>\n"), "252 5:1"},
    {"e acute read as windows-1252", FRENCH("fr", "Un caf\xc3\x83\xc2\xa9."), "253 8:1"},
    {"an apostrophe read as windows-1252",
     FRENCH("fr", "L\xc3\xa2\xe2\x82\xac\xe2\x84\xa2"
                  "eau."),
     "253 8:1"},
    {"Cyrillic read as windows-1251", /* "Привет", by its bytes */
     FRENCH("ru", "\xd0\xa0\xd1\x9f\xd0\xa1\xd0\x82\xd0\xa0\xd1\x91\xd0\xa0\xd0\x86"
                  "\xd0\xa0\xc2\xb5\xd0\xa1\xe2\x80\x9a"),
     "253 8:1"},
    {"windows-1251 read as windows-1252", /* "Привет" */
     FRENCH("ru", "\xc3\x8f\xc3\xb0\xc3\xa8\xc3\xa2\xc3\xa5\xc3\xb2"), "253 8:1"},
    {"capitals before closing quotes are no damage",
     FRENCH("fr", "\xc2\xab\xc2\xa0"
                  "CAF\xc3\x89\xc2\xbb, \xc2\xab\xc2\xa0"
                  "CAF\xc3\x89\xc2\xbb, caf\xc3\xa9\xc2\xbb\xe2\x80\xa6 "
                  "l\xe2\x80\x99\xc3\xa9t\xc3\xa9 "
                  "d\xe2\x80\x99\xc3\xa9quipe"),
     ""},
    {"Cyrillic capitals before dashes are no damage",
     FRENCH("ru", "\xd0\xa1\xd0\xa1\xd0\xa1\xd0\xa0\xe2\x80\x93\xd0\xa1\xd0\xa8\xd0\x90, "
                  "\xd0\xa1\xd0\xa1\xd0\xa1\xd0\xa0\xe2\x80\x93\xd0\xa1\xd0\xa8\xd0\x90"),
     ""},
    {"a character that was lost", FRENCH("fr", "La mais\xef\xbf\xbdn."), "254 8:1"},
    {"a control character",
     FRENCH("fr", "L\xc2\x92"
                  "eau."),
     "255 8:1"},
    {"question marks", FRENCH("ru", "??? ????"), "256 8:1"},
    {"questions", FRENCH("fr", "Quoi??? Vraiment???"), ""},
    {"escaped twice", FRENCH("fr", "Pain &amp;amp; vin."), "257 8:1"},

    {"an entity of its own",
     "<!DOCTYPE tmx [<!ENTITY a 'b'>]>\n<tmx version=\"1.4\">" HEADER(
         "en") "<body><tu tuid=\"&a;\">" TUV("en", "&a;")
         TUV("fr", "b &a;") "</tu></body></tmx>",
     "90 2:1"},

    /* broken files: judged to their end all the same */
    {"a bare ampersand hides nothing", PAIR("a & b", ""), "64 7:8, 250 8:1"},
    {"a control character hides nothing", PAIR("a \x07", ""), "53 7:8, 250 8:1"},
    {"places stay right behind repairs", PAIR("& & &", "<x/> <bpt i=\"1\"/>"),
     "64 7:6, 64 7:8, 64 7:10, 200 9:6, 220 9:11, 228 8:1"},
    {"no TMX", "<html/>", "60 1:1"},
    {"no XML", "a\tb\n", "57 1:1"},
    {"nothing", "", "56 1:1"},
    {"a file that ends early",
     "<tmx version=\"1.4\">\n" HEADER("en") "\n\n<body>\n<tu>\n" TUV("en",
                                                                     "a") "<tuv xml:la",
     "68 8:1, 205 8:1, 92 5:1, 62 8:12"},
};

static void test_case(void **state)
{
    const struct check_case *row = *state;
    cq_buf found = {0};

    judge(cq_str_from(row->file), &found);
    assert_string_equal(found.ptr, row->found);
    cq_buf_release(&found);
}

/* ---- as the DTDs say ------------------------------------------------------------------
 */

static void hush(void *context, const char *format, ...) { (void)context, (void)format; }

/* What libxml2 says with the DTD of the version: 1 valid, 0 not, -1 no such version. */
static int is_valid(const char *folder, const char *path)
{
    static const char *const versions[] = {"1.1", "1.2", "1.3", "1.4"};
    xmlDocPtr doc = xmlReadFile(
        path, NULL, XML_PARSE_NONET | XML_PARSE_NOERROR | XML_PARSE_NOWARNING);
    xmlValidCtxtPtr valid = xmlNewValidCtxt();
    xmlDtdPtr dtd = NULL;
    int result = -1;

    if (doc) {
        xmlChar *version =
            xmlGetProp(xmlDocGetRootElement(doc), (const xmlChar *)"version");

        for (size_t i = 0; version && i < ARRAY_LEN(versions); i++)
            if (strcmp((const char *)version, versions[i]) == 0) {
                char name[600];

                snprintf(name, sizeof(name), "%s/tmx1%c.dtd", folder, versions[i][2]);
                dtd = xmlParseDTD(NULL, (const xmlChar *)name);
            }
        xmlFree(version);
    }
    valid->error = valid->warning = hush;
    if (dtd)
        result = xmlValidateDtd(valid, doc, dtd);
    xmlFreeDtd(dtd);
    xmlFreeValidCtxt(valid);
    xmlFreeDoc(doc);
    return result;
}

/* Whether there is a finding of those that a DTD can say: errors of structure, a
 * namespace, which to a DTD is an attribute. */
static void note_invalid(void *context, const cq_finding *finding)
{
    bool *is_invalid = context;
    int number = finding->what->number;

    *is_invalid = *is_invalid || (number < 208 && number != 90) || number == 210;
}

static void compare(void *context, const char *path)
{
    bool is_invalid = false;
    cq_check_options opts = {.finding = note_invalid, .context = &is_invalid};
    cq_check_report report;
    int result = is_valid(context, path);

    assert_int_equal(cq_tmx_check(path, &opts, &report, NULL), CQ_OK);
    if (result >= 0 && result == is_invalid)
        fail_msg("%s: the DTD says %s:\n%s", path, result ? "valid" : "not valid",
                 scratch_read(path).ptr);
}

/* What a DTD allows, the grammar allows: no finding that a DTD can say. */
static void test_valid(void **state)
{
    cq_buf file = {0};

    (void)state;
    for (uint64_t seed = 1; seed <= 1000; seed++) {
        bool is_invalid = false;
        cq_check_options opts = {.finding = note_invalid, .context = &is_invalid};
        cq_check_report report;

        cq_buf_reset(&file);
        generate_valid(seed, 1 + (int)(seed % 4), &file);
        assert_int_equal(
            cq_tmx_check(scratch_file(cq_buf_str(&file)), &opts, &report, NULL), CQ_OK);
        assert_false(is_invalid);
    }
    cq_buf_release(&file);
}

static void test_dtds(void **state)
{
    char folder[512], name[600];
    cq_buf file = {0};
    FILE *dtd;

    (void)state;
    snprintf(folder, sizeof(folder), "%s/data/tmx/dtd", scratch_shared());
    snprintf(name, sizeof(name), "%s/tmx14.dtd", folder);
    dtd = fopen(name, "r");
    if (!dtd) {
        print_message("no DTDs in %s: skipped\n", folder);
        skip();
    }
    fclose(dtd);
    for (size_t i = 0; i < ARRAY_LEN(cases); i++)
        compare(folder, scratch_file(cq_str_from(cases[i].file)));
    snprintf(name, sizeof(name), "%s/data/tmx", scratch_shared());
    scratch_each(name, ".tmx", compare, folder);
    for (uint64_t seed = 1; seed <= 300; seed++) {
        cq_buf_reset(&file);
        generate_tmx(seed, &file);
        compare(folder, scratch_file(cq_buf_str(&file)));
        cq_buf_reset(&file);
        generate_valid(seed, 1 + (int)(seed % 4), &file);
        assert_true(is_valid(folder, scratch_file(cq_buf_str(&file))));
    }
    cq_buf_release(&file);
}

/* ---- no memory ------------------------------------------------------------------------
 */

static void test_no_memory(void **state)
{
    const char *path = scratch_file(cq_str_from(
        PAIR("<bpt i=\"1\" x=\"1\"/>a & b<ept i=\"1\"/>", "caf\xc3\x83\xc2\xa9")));
    cq_check_report whole = {0}, report = {0};

    (void)state;
    assert_int_equal(cq_tmx_check(path, NULL, &whole, NULL), CQ_OK);
    for (uint64_t n = 1;; n++) {
        cq_error err = {0};
        cq_status status;
        bool was_reached;

        cq_alloc_fail_at(n);
        status = cq_tmx_check(path, NULL, &report, &err);
        was_reached = cq_alloc_count() >= n;
        cq_alloc_fail_at(0);
        if (!was_reached)
            break;
        assert_int_equal(status, CQ_E_NOMEM);
    }
    assert_memory_equal(&whole, &report, sizeof(whole));
}

static void test_unreadable(void **state)
{
    cq_check_report report;
    cq_error err = {0};

    (void)state;
    assert_int_equal(cq_tmx_check("/no/such/file.tmx", NULL, &report, &err), CQ_E_INPUT);
    assert_int_equal(err.number, 50);
}

int main(void)
{
    struct CMUnitTest tests[ARRAY_LEN(cases) + 4];
    size_t len = 0;
    int failed;

    ADD(cases, test_case);
    ADD_ONE("valid files", test_valid);
    ADD_ONE("as the DTDs say", test_dtds);
    ADD_ONE("no memory", test_no_memory);
    ADD_ONE("unreadable", test_unreadable);
    failed = cmocka_run_group_tests_name("check", tests, NULL, NULL);
    scratch_remove();
    return failed;
}
