/* to_srx.c -- what a locale file says of sentences, as nearly as SRX 2.0 can say it.
 *
 * At each place the first rule that matches decides, so exceptions come first and what is
 * more special before what is less. SRX cannot count brackets, and knows nothing of a
 * list's last item or of the shape of a word; cq_srx_try() tells how much that costs. */
#include "segment/to_srx.h"

#include "segment/segment.h"

#include <string.h>

typedef struct writing {
    const cq_lexicon *lexicon;
    cq_locale *locale;
    cq_arena *arena;
    cq_srx_rule *rules;
    size_t len, capacity;
    cq_buf closers, marks; /* classes of characters, "[...]" */
    cq_buf starters;       /* what must not follow: "(?!...)", may be empty */
    bool is_short;         /* of memory */
} writing;

/* ---- expressions ----------------------------------------------------------------------
 */

static void add_literal(cq_buf *out, cq_str s)
{
    for (size_t at = 0; at < s.len;) {
        uint32_t code = cq_text_next(s, &at);

        if (code == ' ') {
            cq_buf_add_z(out, "\\s?");
            continue;
        }
        if (code < 0x80 && !cq_char_is_letter(code) && !cq_char_is_digit(code))
            cq_buf_add_byte(out, '\\');
        cq_text_put(out, code);
    }
}

/* Characters that have any of the signs, as a class; false when there are none. */
static bool add_class(const writing *w, unsigned signs, unsigned without, cq_buf *out)
{
    uint32_t codes[256];
    size_t len = 0;

    for (uint32_t code = 0x21; code < 0x20000 && len < 256; code++) {
        const uint64_t *sign = cq_intmap_find(&w->lexicon->signs, code);

        if (sign && (*sign & signs) && !(*sign & without) && code != ' ')
            codes[len++] = code;
    }
    cq_buf_add_byte(out, '[');
    for (size_t i = 0; i < len; i++) {
        if (codes[i] < 0x80)
            cq_buf_add_byte(out, '\\');
        cq_text_put(out, codes[i]);
    }
    cq_buf_add_byte(out, ']');
    return len > 0;
}

static void add_rule(writing *w, bool is_break, const cq_buf *before, const cq_buf *after)
{
    cq_srx_rule rule = {.is_break = is_break,
                        .before = cq_arena_copy(w->arena, cq_buf_str(before)),
                        .after = cq_arena_copy(w->arena, cq_buf_str(after))};

    if (cq_buf_check(before, NULL) != CQ_OK || cq_buf_check(after, NULL) != CQ_OK ||
        !rule.before.ptr || !rule.after.ptr ||
        !cq_grow(&w->rules, &w->capacity, w->len + 1, sizeof(*w->rules))) {
        w->is_short = true;
        return;
    }
    w->rules[w->len++] = rule;
}

/* A rule whose expressions hold <C> for closers, <M> for the marks and <S> for "unless a
 * starter comes". */
static void add_text(writing *w, bool is_break, const char *before, const char *after)
{
    const char *parts[2] = {before, after};
    cq_buf out[2] = {{0}, {0}};

    for (size_t i = 0; i < 2; i++)
        for (const char *at = parts[i]; *at; at++) {
            const cq_buf *filled = strncmp(at, "<C>", 3) == 0   ? &w->closers
                                   : strncmp(at, "<M>", 3) == 0 ? &w->marks
                                   : strncmp(at, "<S>", 3) == 0 ? &w->starters
                                                                : NULL;
            if (filled) {
                cq_buf_add_str(&out[i], cq_buf_str(filled));
                at += 2;
            } else {
                cq_buf_add_byte(&out[i], (unsigned char)*at);
            }
        }
    for (size_t i = 0; i < 2; i++)
        cq_buf_add(&out[i], "", 0);
    add_rule(w, is_break, &out[0], &out[1]);
    cq_buf_release(&out[0]);
    cq_buf_release(&out[1]);
}

static bool is_small(cq_str s)
{
    for (size_t at = 0; at < s.len;)
        if (cq_char_is_upper(cq_text_next(s, &at)))
            return false;
    return true;
}

/* Whether the word stands in the list before, as in a more general file. */
static bool is_repeated(const cq_str *words, size_t nth)
{
    for (size_t i = 0; i < nth; i++)
        if (cq_str_equal(words[i], words[nth]))
            return true;
    return false;
}

/* A choice of words, each once; those in small letters in any case. */
static void add_words(cq_buf *out, const cq_str *words, size_t len)
{
    bool is_first = true;

    for (int any = 1; any >= 0; any--) {
        bool is_open = false;

        for (size_t i = 0; i < len; i++) {
            if (words[i].len == 0 || is_small(words[i]) != (any == 1) ||
                is_repeated(words, i))
                continue;
            if (!is_first)
                cq_buf_add_byte(out, '|');
            if (!is_open)
                cq_buf_add_z(out, any ? "(?i:" : "(?:");
            add_literal(out, words[i]);
            is_first = false;
            is_open = true;
        }
        if (is_open)
            cq_buf_add_byte(out, ')');
    }
}

/* ---- abbreviations --------------------------------------------------------------------
 */

/* What the rules do after an abbreviation of a kind. */
static const struct {
    unsigned kinds;
    const char *after; /* no break before this */
} abbreviations[] = {
    {CQ_ABBR_TITLE | CQ_ABBR_NEVER, "\\s"},
    {CQ_ABBR_NAME, "\\s+<S>"},
    {CQ_ABBR_UNIT, "\\s+<S>"},
    {CQ_ABBR_NUMBER, "\\s+<S>"},
    {CQ_ABBR_FINAL | CQ_ABBR_MONTH, "\\s+[\\p{Ll}\\p{Nd}]"},
};

/* Whether the kind is the one that decides for the spelling. */
static bool is_of(const writing *w, cq_str spelling, unsigned kinds)
{
    char joined[CQ_WORD_MAX];
    size_t len = 0;
    unsigned found;

    for (size_t i = 0; i < spelling.len && len < sizeof(joined); i++)
        if (spelling.ptr[i] != ' ')
            joined[len++] = spelling.ptr[i];
    found = cq_lexicon_kinds(w->lexicon, (cq_str){joined, len});
    if (found & CQ_ABBR_WORD)
        return false;
    if (found & CQ_ABBR_UNIT && !(kinds & CQ_ABBR_UNIT))
        return false;
    if (found & CQ_ABBR_MONTH)
        return kinds & CQ_ABBR_MONTH;
    return found & kinds;
}

/* Inside an abbreviation with spaces: "z. B." */
static void add_inner(writing *w, cq_str spelling)
{
    for (size_t at = 1; at + 1 < spelling.len; at++) {
        cq_buf before = {0}, after = {0};

        if (spelling.ptr[at] != ' ')
            continue;
        cq_buf_add_z(&before, "\\b");
        add_literal(&before, cq_str_slice(spelling, 0, at));
        cq_buf_add_z(&after, "\\s");
        add_literal(&after, cq_str_slice(spelling, at + 1, spelling.len));
        add_rule(w, false, &before, &after);
        cq_buf_release(&before);
        cq_buf_release(&after);
    }
}

/* Fill `words` with the spellings of all files that are of a kind. */
static size_t gather(writing *w, unsigned kinds, cq_str *words, size_t room)
{
    size_t count = 0;

    for (size_t layer = 0; layer < cq_locale_layers(w->locale); layer++)
        for (size_t i = 0; i < CQ_LISTS; i++) {
            cq_str *list;
            size_t len = 0;

            if (!(cq_lexicon_lists[i].kinds & kinds) ||
                !cq_locale_layer_strings(w->locale, layer, cq_lexicon_lists[i].path,
                                         w->arena, &list, &len))
                continue;
            for (size_t k = 0; k < len && count < room; k++)
                if (is_of(w, list[k], kinds))
                    words[count++] = list[k];
        }
    return count;
}

static void add_abbreviations(writing *w)
{
    const size_t room = 4096;
    cq_str *words = cq_arena_alloc(w->arena, room * sizeof(*words));

    w->is_short |= !words;
    for (size_t i = 0; words && i < ARRAY_LEN(abbreviations); i++) {
        size_t len = gather(w, abbreviations[i].kinds, words, room);
        bool may_end =
            abbreviations[i].kinds == CQ_ABBR_UNIT && w->lexicon->lead_ins.len > 0;
        cq_buf before = {0};

        for (size_t k = 0; k < len; k++)
            add_inner(w, words[k]);
        cq_buf_add_z(&before, "(?<![\\p{L}\\p{M}])");
        if (abbreviations[i].kinds == CQ_ABBR_UNIT)
            cq_buf_add_z(&before, "(?<=\\p{Nd}\\s?)");
        cq_buf_add_z(&before, "(?:");
        add_words(&before, words, len);
        cq_buf_add_z(&before, ")");
        if (len > 0 && cq_buf_check(&before, NULL) == CQ_OK)
            add_text(w, false, before.ptr,
                     may_end ? "\\s+[\\p{Ll}\\p{Nd}]" : abbreviations[i].after);
        w->is_short |= cq_buf_check(&before, NULL) != CQ_OK;
        cq_buf_release(&before);
    }
}

/* ---- the rest -------------------------------------------------------------------------
 */

/* "(?!(?=\p{Lu})(?:...)\b)": no starter with a capital follows. */
static void prepare_starters(writing *w)
{
    cq_str *words =
        cq_arena_alloc(w->arena, (w->lexicon->starters.len + 1) * sizeof(*words));
    uint64_t *value;
    size_t at = 0, len = 0;
    cq_str word;

    w->is_short |= !words;
    while (words && cq_map_each(&w->lexicon->starters, &at, &word, &value))
        words[len++] = word;
    if (len == 0)
        return;
    cq_buf_add_z(&w->starters, "(?!(?=\\p{Lu})(?:");
    add_words(&w->starters, words, len);
    cq_buf_add_z(&w->starters, ")\\b)");
}

static void add_listed(writing *w, const char *path, const char *before, const char *lead)
{
    cq_buf after = {0}, head = {0};
    cq_str *list;
    size_t len = 0;

    if (!cq_locale_strings(w->locale, path, w->arena, &list, &len) || len == 0)
        return;
    cq_buf_add_z(&after, lead);
    cq_buf_add_z(&after, "(?:");
    add_words(&after, list, len);
    cq_buf_add_z(&after, ")");
    cq_buf_add_z(&head, before);
    add_rule(w, false, &head, &after);
    cq_buf_release(&after);
    cq_buf_release(&head);
}

static void add_numbers(writing *w)
{
    add_text(w, false, "^\\s*\\(?(?:\\p{Nd}{1,3}|\\p{L}|[ivxIVX]{1,4})[.)]{1,2}", "\\s");
    if (!w->lexicon->has_ordinals)
        return;
    add_listed(w, "segmentation/months", "\\b\\p{Nd}{1,2}\\.", "\\s+");
    add_text(w, false, "\\b\\p{Nd}{1,2}\\.", "\\s+<S>\\p{L}");
    add_text(w, false, "\\b\\p{Nd}{1,2}\\.", "\\s+\\p{Nd}{1,2}\\.");
}

/* Before a small letter. */
static void add_small(writing *w)
{
    if (w->lexicon->is_caseless)
        return;
    add_text(w, false, "\\b\\p{L}{1,3}\\.<C>*", "\\s+\\p{Ll}");
    add_text(w, false, "<M><C>+", "\\s+\\p{Ll}");
    add_text(w, false, "(?:\\.{2,}|\u2026)", "\\s+[\\p{Ll}\\p{Nd}]");
    if (!w->lexicon->lower_after_end)
        add_text(w, false, "[!?]", "\\s+\\p{Ll}");
}

static void add_clause(writing *w, cq_clause clause, const char *marks)
{
    if (clause == CQ_CLAUSE_CAPITAL)
        add_text(w, true, marks, "\\s+\\p{Lu}");
    if (clause == CQ_CLAUSE_STARTER && w->starters.len > 0) {
        add_text(w, false, marks, "\\s+<S>");
        add_text(w, true, marks, "\\s+\\p{Lu}");
    }
}

static void add_breaks(writing *w)
{
    cq_buf wide = {0}, bullets = {0}, before = {0}, after = {0};

    if (add_class(w, CQ_SIGN_WIDE, 0, &wide)) {
        cq_buf_add_str(&before, cq_buf_str(&wide));
        cq_buf_add_str(&before, cq_buf_str(&w->closers));
        cq_buf_add_z(&before, "+");
        if (before.ptr)
            add_listed(w, "segmentation/followers", before.ptr, "");
        cq_buf_reset(&before);
        cq_buf_add_str(&before, cq_buf_str(&wide));
        cq_buf_add_str(&before, cq_buf_str(&w->closers));
        cq_buf_add_z(&before, "*");
        cq_buf_add_z(&after, "(?!\\s*");
        cq_buf_add_str(&after, cq_buf_str(&w->closers));
        cq_buf_add_z(&after, "|\\s*");
        cq_buf_add_str(&after, cq_buf_str(&w->marks));
        cq_buf_add_z(&after, ")");
        add_rule(w, true, &before, &after);
    }
    add_text(w, true, "<M><C>*", "\\s");
    if (add_class(w, CQ_SIGN_BULLET, 0, &bullets)) {
        cq_buf_reset(&before);
        cq_buf_add_z(&before, "\\s");
        add_rule(w, true, &before, &bullets);
    }
    if (w->lexicon->ends_at_spaces) {
        add_listed(w, "segmentation/followers", "[\\p{Lo}\\p{M}]", "\\s+");
        add_text(w, true, "[\\p{Lo}\\p{M}]", "\\s+\\p{Lo}");
    }
    cq_buf_release(&wide);
    cq_buf_release(&bullets);
    cq_buf_release(&before);
    cq_buf_release(&after);
}

cq_status cq_srx_from_rules(cq_rules *rules, cq_arena *arena, cq_srx_rule **list,
                            size_t *len, cq_error *err)
{
    writing w = {.lexicon = cq_rules_lexicon(rules),
                 .locale = cq_rules_locale(rules),
                 .arena = arena};

    add_class(&w, CQ_SIGN_CLOSE, 0, &w.closers);
    add_class(&w, CQ_SIGN_MARK, CQ_SIGN_NONE, &w.marks);
    prepare_starters(&w);
    add_abbreviations(&w);
    add_numbers(&w);
    add_text(&w, false, "(?<![\\p{L}\\p{M}])\\p{Lu}\\.", "\\s+<S>");
    add_small(&w);
    add_text(&w, false, "<M><C>*", "\\s*(?:[,;:]|<M>)");
    add_clause(&w, w.lexicon->colon, ":");
    add_clause(&w, w.lexicon->semicolon, ";");
    add_breaks(&w);
    *list = cq_arena_alloc(arena, (w.len + 1) * sizeof(**list));
    *len = w.len;
    if (*list && w.len > 0)
        memcpy(*list, w.rules, w.len * sizeof(**list));
    if (!*list || cq_buf_check(&w.closers, NULL) != CQ_OK ||
        cq_buf_check(&w.marks, NULL) != CQ_OK || cq_buf_check(&w.starters, NULL) != CQ_OK)
        w.is_short = true;
    cq_buf_release(&w.closers);
    cq_buf_release(&w.marks);
    cq_buf_release(&w.starters);
    cq_free(w.rules);
    return w.is_short ? cq_fail(err, CQ_E_NOMEM, "no memory for SRX rules") : CQ_OK;
}

/* ---- how near it comes ----------------------------------------------------------------
 */

/* Whether the rules cut a sample where it says. */
static cq_status try_sample(cq_srx *srx, cq_str marked, bool *is_right, cq_error *err)
{
    cq_buf text = {0}, ends = {0}, got = {0}, want = {0};
    cq_status status;
    size_t from = 0;

    for (size_t at = 0; at < marked.len; at++) {
        if (marked.ptr[at] != '|') {
            cq_buf_add_byte(&text, (unsigned char)marked.ptr[at]);
            continue;
        }
        /* Where the sentence ends, its white space left out. */
        cq_str before = cq_str_trim(cq_buf_str(&text));
        size_t end = before.len ? (size_t)(before.ptr - text.ptr) + before.len : 0;

        cq_buf_add_format(&want, "%zu ", end);
    }
    status = cq_buf_check(&text, err);
    if (status == CQ_OK)
        status = cq_srx_run(srx, cq_buf_str(&text), &ends, err);
    for (size_t i = 0; status == CQ_OK && i + 1 < ends.len / sizeof(size_t); i++) {
        size_t end;
        cq_str piece;

        memcpy(&end, ends.ptr + i * sizeof(end), sizeof(end));
        piece = cq_str_trim(cq_str_slice(cq_buf_str(&text), from, end));
        if (piece.len > 0)
            cq_buf_add_format(&got, "%zu ", (size_t)(piece.ptr - text.ptr) + piece.len);
        from = end;
    }
    *is_right = cq_str_equal(cq_buf_str(&got), cq_buf_str(&want));
    cq_buf_release(&text);
    cq_buf_release(&ends);
    cq_buf_release(&got);
    cq_buf_release(&want);
    return status;
}

cq_status cq_srx_try(cq_rules *rules, cq_srx *srx, cq_srx_report *report, cq_error *err)
{
    cq_arena arena = {0};
    cq_str *list;
    size_t len = 0;
    cq_status status = CQ_OK;

    *report = (cq_srx_report){0};
    cq_locale_strings(cq_rules_locale(rules), "segmentation/samples", &arena, &list,
                      &len);
    for (size_t i = 0; i < len && status == CQ_OK; i++) {
        bool is_right = false;

        status = try_sample(srx, list[i], &is_right, err);
        report->samples++;
        report->reproduced += is_right;
    }
    cq_arena_release(&arena);
    return status;
}
