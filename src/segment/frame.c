/* frame.c -- a locale file to fill in (<calque/locale.h>). */
#include <calque/locale.h>

#include "segment/segment.h"

/* Columns of a line of strings. */
#define LINE_MAX_BYTES 92

/* Lists of abbreviations, each with what belongs into it. */
static const struct {
    const char *key, *note;
} kinds[] = {
    {"title", "Before a name; no sentence ends here: Dr., Mr."},
    {"never", "Lead on to what follows, so no sentence ends here: e.g., cf., vs."},
    {"number", "Stand before a number: p., No., Art."},
    {"month", "Months and days of the week: Jan., Mon."},
    {"unit", "After a number they end only before one of `starters`: km., yr."},
    {"name", "Parts of names: end only before one of `starters`: Inc., U.S."},
    {"final", "May end a sentence: do before a capital letter: etc., p.m."},
    {"word", "Also ordinary words, so they end before a capital letter: no., art."},
};

static void add_note(cq_buf *out, const char *indent, const char *note)
{
    cq_buf_add_format(out, "%s// %s\n", indent, note);
}

/* A quotation mark or backslash in a string is escaped. */
static void add_string(cq_buf *out, cq_str s)
{
    cq_buf_add_byte(out, '"');
    for (size_t i = 0; i < s.len; i++) {
        if (s.ptr[i] == '"' || s.ptr[i] == '\\')
            cq_buf_add_byte(out, '\\');
        cq_buf_add_byte(out, (unsigned char)s.ptr[i]);
    }
    cq_buf_add_byte(out, '"');
}

static bool is_repeated(const cq_str *list, size_t nth)
{
    for (size_t i = 0; i < nth; i++)
        if (cq_str_equal(list[i], list[nth]))
            return true;
    return false;
}

/* Strings in lines, each once and a comma after it. */
static void add_list(cq_buf *out, const char *indent, const cq_str *list, size_t len)
{
    size_t line = 0;

    for (size_t i = 0; i < len; i++) {
        if (is_repeated(list, i))
            continue;
        if (line > 0 && line + list[i].len + 4 > LINE_MAX_BYTES) {
            cq_buf_add_byte(out, '\n');
            line = 0;
        }
        cq_buf_add_z(out, line > 0 ? " " : indent);
        add_string(out, list[i]);
        cq_buf_add_byte(out, ',');
        line += list[i].len + 4;
    }
    if (line > 0)
        cq_buf_add_byte(out, '\n');
}

static void add_key(cq_buf *out, const char *key, const cq_str *list, size_t len)
{
    cq_buf_add_format(out, "        %s {\n", key);
    add_list(out, "            ", list, len);
    cq_buf_add_z(out, "        }\n");
}

static bool ends_in_stop(cq_str s) { return s.len > 0 && s.ptr[s.len - 1] == '.'; }

/* CLDR's exceptions as a note: each is to be judged, since some are ordinary words. */
static void add_exceptions(cq_buf *out, const cq_str *list, size_t len)
{
    if (len == 0)
        return;
    add_note(out, "            ",
             "CLDR names these. Put each where it belongs; leave out ordinary words.");
    add_list(out, "            //   ", list, len);
}

static void add_abbreviations(cq_buf *out, const cq_str *months, size_t months_len,
                              const cq_str *exceptions, size_t exceptions_len)
{
    add_note(out, "        ",
             "Abbreviations by kind, with their mark, as they are written.");
    cq_buf_add_z(out, "        abbreviations {\n");
    add_exceptions(out, exceptions, exceptions_len);
    for (size_t i = 0; i < ARRAY_LEN(kinds); i++) {
        add_note(out, "            ", kinds[i].note);
        cq_buf_add_format(out, "            %s {\n", kinds[i].key);
        for (size_t k = 0;
             cq_str_equal(cq_str_from(kinds[i].key), CQ_STR("month")) && k < months_len;
             k++)
            if (ends_in_stop(months[k]))
                add_list(out, "                ", &months[k], 1);
        cq_buf_add_z(out, "            }\n");
    }
    cq_buf_add_z(out, "        }\n");
}

static void add_rest(cq_buf *out)
{
    cq_buf_add_z(
        out, "        // Fifty to two hundred words with which sentences most often "
             "begin, in\n"
             "        // small letters: pronouns, articles, prepositions, conjunctions.\n"
             "        starters {\n"
             "        }\n"
             "        // yes: \"12.\" is an ordinal number, as in German.\n"
             "        ordinals { \"no\" }\n"
             "        // Where a colon or semicolon ends a sentence: no, starter (before "
             "one of\n"
             "        // `starters` with a capital), capital (before any capital).\n"
             "        colon { \"no\" }\n"
             "        semicolon { \"starter\" }\n"
             "        // Each text with | before every sentence but the first. `calque "
             "locale\n"
             "        // check` splits them and says which come out otherwise.\n"
             "        samples {\n"
             "        }\n"
             "    }\n"
             "}\n");
}

cq_status cq_locale_frame(const cq_lang *lang, cq_sink sink, cq_error *err)
{
    static const cq_cldr asked[] = {CQ_CLDR_EXCEPTIONS, CQ_CLDR_SHORT_MONTHS,
                                    CQ_CLDR_QUOTES, CQ_CLDR_MONTHS};
    cq_str *lists[ARRAY_LEN(asked)] = {0}, name;
    size_t lens[ARRAY_LEN(asked)] = {0};
    cq_arena arena = {0};
    cq_buf out = {0};
    bool is_good = true;
    cq_status status;

    for (size_t i = 0; is_good && i < ARRAY_LEN(asked); i++)
        is_good = cq_cldr_list(lang, asked[i], &arena, &lists[i], &lens[i]);
    name = cq_cldr_name(lang, &arena);
    is_good &= name.ptr != NULL;
    cq_buf_add_format(&out, "// %.*s. What a list lacks comes from more general files: ",
                      (int)name.len, name.ptr ? name.ptr : "");
    cq_buf_add_format(&out, "root, then the language.\n%s {\n    segmentation {\n",
                      lang->locale);
    add_note(&out, "        ", "Source: (a dictionary, a standard, your own knowledge)");
    if (is_good) {
        add_abbreviations(&out, lists[1], lens[1], lists[0], lens[0]);
        add_note(&out, "        ", "Opener and closer of quotations.");
        add_key(&out, "quotes", lists[2], lens[2]);
        add_note(&out, "        ", "Names of months, for dates such as \"12. June\".");
        add_key(&out, "months", lists[3], lens[3]);
    }
    add_rest(&out);
    status = is_good ? cq_buf_check(&out, err)
                     : cq_fail(err, CQ_E_NOMEM, "no memory for a locale file");
    if (status == CQ_OK)
        status = sink.write(sink.context, out.ptr, out.len, err);
    cq_buf_release(&out);
    cq_arena_release(&arena);
    return status;
}
