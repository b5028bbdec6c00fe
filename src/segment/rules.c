/* rules.c -- where a sentence ends: one pass over ICU's candidates and calque's own, each
 * decided by what stands around it (docs/segmentation.md, "The procedure"). */
#include "segment/segment.h"

#include "segment/spot.h"

/* Words that an abbreviation written with spaces may have before its last one. */
#define PARTS_MAX 3

/* Characters of the longest word of `followers` that is looked for. */
#define FOLLOWER_MAX 9

struct cq_rules {
    cq_lexicon lexicon;
    cq_breaks *breaks;
    cq_buf candidates; /* ICU's, as size_t */
    cq_sites sites;
    cq_rules_watcher *watcher; /* NULL for none */
    void *watcher_context;
};

/* A decision and the rule that made it. */
typedef struct verdict {
    bool ends;
    const char *rule;
} verdict;

static verdict ends(const char *rule) { return (verdict){true, rule}; }
static verdict goes_on(const char *rule) { return (verdict){false, rule}; }

/* The state of one pass over a paragraph. */
typedef struct walk {
    const cq_lexicon *lexicon;
    cq_str text;
    cq_site *sites;
    size_t len; /* of sites */
    cq_buf *ends;
    const cq_rules *rules; /* for its watcher */
    size_t start;          /* of the sentence being read */
    size_t first;          /* its first letter or digit, or how far there is none */
    size_t inside;         /* count of open pairs around which the sentence goes on */
    size_t depth;          /* count of all open pairs */
    size_t covered;        /* up to here ICU's candidates are decided */
    cq_marker item;        /* the list marker that the last item began with */
} walk;

/* ---- words around ---------------------------------------------------------------------
 */

static bool has_word(const walk *w, const cq_map *words, const cq_word *word)
{
    cq_str s = cq_str_slice(w->text, word->start, word->end);
    size_t at = 0;

    if (cq_lexicon_has(words, s))
        return true;
    /* An elided article or a contraction: "L'", "It's". */
    while (at < s.len) {
        size_t start = at;

        if (cq_lexicon_look(w->lexicon, cq_text_next(s, &at)) & CQ_SIGN_APOSTROPHE)
            return start > 0 && cq_lexicon_has(words, cq_str_slice(s, 0, start));
    }
    return false;
}

/* Whether the next word commonly begins a sentence. Another initial does not, even if a
 * word has only that letter ("A. I. Rabin" in Swedish). */
static bool is_starter(const walk *w, const cq_spot *spot)
{
    if (spot->word.kind == CQ_WORD_LETTER && spot->word.end < w->text.len &&
        w->text.ptr[spot->word.end] == '.')
        return false;
    return has_word(w, &w->lexicon->starters, &spot->word);
}

static size_t join(char *to, size_t len, size_t room, cq_str s)
{
    for (size_t i = 0; i < s.len && len < room; i++)
        to[len++] = s.ptr[i];
    return len;
}

/* Kinds of `tail` with the words before it: "B." after "z." is "z.B.". */
static unsigned kinds_joined(const walk *w, size_t start, size_t end)
{
    size_t from = start;

    for (int k = 0; k < PARTS_MAX && from > 0; k++) {
        char joined[CQ_WORD_MAX];
        size_t len = 0, space;
        unsigned kinds;

        if (!(cq_lexicon_look(w->lexicon, cq_scan_before(w->text, from, &space)) &
              CQ_CHAR_SPACE))
            return 0;
        from = cq_spot_word_before(w->lexicon, w->text, space).start;
        if (from == space || end - from > sizeof(joined))
            return 0;
        for (size_t at = from; at < end;) {
            size_t next = at;

            if (!(cq_lexicon_look(w->lexicon, cq_text_next(w->text, &next)) &
                  CQ_CHAR_SPACE))
                len = join(joined, len, sizeof(joined), cq_str_slice(w->text, at, next));
            at = next;
        }
        kinds = cq_lexicon_kinds(w->lexicon, (cq_str){joined, len});
        if (kinds & ~(unsigned)(CQ_ABBR_HEAD | CQ_ABBR_TAIL))
            return kinds;
    }
    return 0;
}

/* Where the last part of a word begins after '/', '-' or an apostrophe; its start if
 * none. */
static size_t last_part(const walk *w, const cq_word *word)
{
    size_t at = word->end;

    while (at > word->start) {
        size_t start;
        uint32_t code = cq_scan_before(w->text, at, &start);

        if (code == '/' || code == '-' ||
            (cq_lexicon_look(w->lexicon, code) & CQ_SIGN_APOSTROPHE))
            return at;
        at = start;
    }
    return word->start;
}

/* What the word before the mark is as an abbreviation, one mark included. */
static unsigned kinds_of(const walk *w, const cq_spot *spot)
{
    const cq_word *word = &spot->before;
    size_t end = spot->mark;
    unsigned kinds, joined = 0;

    if (word->kind == CQ_WORD_EMPTY)
        return 0;
    cq_text_next(w->text, &end);
    kinds = cq_lexicon_kinds(w->lexicon, cq_str_slice(w->text, word->start, end));
    if (kinds & CQ_ABBR_TAIL)
        joined = kinds_joined(w, word->start, end);
    if (joined)
        return joined;
    if (!(kinds & ~(unsigned)(CQ_ABBR_HEAD | CQ_ABBR_TAIL))) {
        size_t part = last_part(w, word);

        if (part > word->start && part < word->end)
            kinds |= cq_lexicon_kinds(w->lexicon, cq_str_slice(w->text, part, end));
    }
    return kinds & ~(unsigned)CQ_ABBR_TAIL;
}

/* Whether the word before and the next one are parts of one abbreviation: "z." and "B.".
 */
static bool is_head(const walk *w, const cq_spot *spot)
{
    char joined[CQ_WORD_MAX * 2 + 8];
    size_t len, end = spot->word.end, after = spot->mark;

    if (spot->word.kind == CQ_WORD_EMPTY || spot->has_opener || spot->has_dash)
        return false;
    cq_text_next(w->text, &after);
    if (end < w->text.len && w->text.ptr[end] == '.')
        end++;
    len =
        join(joined, 0, sizeof(joined), cq_str_slice(w->text, spot->before.start, after));
    len = join(joined, len, sizeof(joined), cq_str_slice(w->text, spot->word.start, end));
    return cq_lexicon_kinds(w->lexicon, (cq_str){joined, len}) != 0;
}

/* Whether the word has the shape of an ordinary word rather than of something cut short.
 */
static bool is_full_word(const walk *w, const cq_word *word)
{
    size_t start;

    if (word->kind == CQ_WORD_OTHER && word->digits > 0)
        return true;
    if (word->kind != CQ_WORD_PLAIN && word->kind != CQ_WORD_ROMAN)
        return false;
    if (word->letters < 4)
        return false;
    return w->lexicon->word_ends.len == 0 ||
           cq_intmap_find(&w->lexicon->word_ends,
                          cq_char_to_lower(cq_scan_before(w->text, word->end, &start)));
}

static bool is_first_word(const walk *w, const cq_word *word)
{
    return w->first >= word->start;
}

/* Whether the next word begins a list item: the first of a list, or the one after the
 * last. */
static bool begins_item(const walk *w, const cq_spot *spot)
{
    cq_marker marker = cq_marker_at(w->lexicon, w->text, spot->next);

    return cq_marker_is_first(&marker) || cq_marker_follows(&w->item, &marker);
}

/* ---- deciding a full stop -------------------------------------------------------------
 */

static verdict decide_abbreviation(const walk *w, const cq_spot *spot, unsigned kinds)
{
    bool is_capital = spot->after == CQ_NEXT_UPPER || spot->after == CQ_NEXT_LETTER;

    if (kinds & (CQ_ABBR_TITLE | CQ_ABBR_NEVER))
        return goes_on("abbreviation that never ends");
    if (spot->after == CQ_NEXT_LOWER)
        return goes_on("abbreviation before a small letter");
    if (spot->after == CQ_NEXT_DIGIT)
        return goes_on("abbreviation before a number");
    if (kinds & CQ_ABBR_NUMBER && spot->word.kind == CQ_WORD_ROMAN)
        return goes_on("abbreviation before a number");
    if (spot->has_dash && !is_capital)
        return goes_on("abbreviation before a dash");
    if (kinds & (CQ_ABBR_FINAL | CQ_ABBR_WORD | CQ_ABBR_MONTH))
        return ends("abbreviation that may end");
    return is_starter(w, spot) ? ends("starter after an abbreviation")
                               : goes_on("abbreviation in a name");
}

/* An initial, or letters with dots between, that no list knows. */
static verdict decide_initial(const walk *w, const cq_spot *spot)
{
    if (spot->after == CQ_NEXT_LOWER || spot->after == CQ_NEXT_DIGIT)
        return goes_on("initial");
    if (spot->before.kind == CQ_WORD_LETTER && is_first_word(w, &spot->before))
        return goes_on("initial at the start");
    if (spot->before.is_cased && spot->after == CQ_NEXT_LETTER)
        return ends("initial before another script");
    if (spot->has_opener || spot->after == CQ_NEXT_OTHER)
        return ends("initial before an opener");
    return is_starter(w, spot) ? ends("starter after an initial") : goes_on("initial");
}

/* A day or month number before the next part of a date: "27. 10. 2014". */
static bool is_in_date(const cq_spot *spot)
{
    return spot->before.digits <= 2 && spot->before.value >= 1 &&
           spot->before.value <= 31 && spot->word.kind == CQ_WORD_NUMBER &&
           (spot->word.value <= 12 || spot->word.digits == 4);
}

static verdict decide_number(const walk *w, const cq_spot *spot)
{
    const cq_word *word = &spot->before;

    if (is_first_word(w, word) && word->digits <= 3 && !spot->has_closer)
        return goes_on("list marker");
    if (spot->after == CQ_NEXT_LOWER)
        return begins_item(w, spot) ? ends("list item") : goes_on("number");
    if (!w->lexicon->has_ordinals)
        return ends("number");
    if (spot->after == CQ_NEXT_DIGIT)
        return is_in_date(spot) ? goes_on("date") : ends("number");
    if (has_word(w, &w->lexicon->months, &spot->word))
        return goes_on("date");
    if (word->digits > 2 || spot->has_opener || spot->has_dash || is_starter(w, spot))
        return ends("number");
    return goes_on("ordinal");
}

static verdict decide_word(const walk *w, const cq_spot *spot)
{
    switch (spot->after) {
    case CQ_NEXT_LOWER:
        if (begins_item(w, spot))
            return ends("list item");
        if (spot->has_closer)
            return goes_on("closer before a small letter");
        return is_full_word(w, &spot->before) ? ends("word before a small letter")
                                              : goes_on("before a small letter");
    case CQ_NEXT_DIGIT:
        return is_full_word(w, &spot->before) || spot->before.letters == 0 ||
                       spot->has_closer || begins_item(w, spot) ||
                       !spot->before.is_cased || spot->before.letters > 2
                   ? ends("before a number")
                   : goes_on("short word before a number");
    case CQ_NEXT_OTHER:
        return ends("before a symbol");
    default:
        return ends("full stop");
    }
}

/* Whether a number goes before the word: "5 km", "1898 g.". */
static bool follows_number(const walk *w, const cq_word *word)
{
    size_t at = word->start, start;

    if (at == 0)
        return false;
    if (cq_lexicon_look(w->lexicon, cq_scan_before(w->text, at, &start)) & CQ_CHAR_SPACE)
        at = start;
    return at > 0 && (cq_lexicon_look(w->lexicon, cq_scan_before(w->text, at, &start)) &
                      CQ_CHAR_DIGIT);
}

static verdict decide_stop(const walk *w, const cq_spot *spot)
{
    const cq_word *word = &spot->before;
    unsigned kinds = kinds_of(w, spot);

    if ((kinds & CQ_ABBR_HEAD) && is_head(w, spot))
        return goes_on("inside an abbreviation");
    kinds &= ~(unsigned)CQ_ABBR_HEAD;
    if ((kinds & CQ_ABBR_UNIT) && follows_number(w, word))
        kinds = CQ_ABBR_NAME;
    kinds &= ~(unsigned)CQ_ABBR_UNIT;
    if (kinds & CQ_ABBR_WORD)
        kinds &= CQ_ABBR_WORD | CQ_ABBR_NUMBER;
    if (kinds && !spot->has_closer && kinds != CQ_ABBR_WORD)
        return decide_abbreviation(w, spot, kinds);
    if (kinds && spot->has_bracket && spot->after == CQ_NEXT_LOWER)
        return goes_on("abbreviation in brackets");
    if (spot->has_closer)
        return decide_word(w, spot);
    switch (word->kind) {
    case CQ_WORD_LETTER:
    case CQ_WORD_DOTTED:
        return decide_initial(w, spot);
    case CQ_WORD_NUMBER:
        return decide_number(w, spot);
    case CQ_WORD_ROMAN:
        if (is_first_word(w, word))
            return goes_on("list marker");
        if (w->lexicon->has_ordinals && word->is_upper && !word->is_lower)
            return spot->after != CQ_NEXT_LOWER && is_starter(w, spot)
                       ? ends("number")
                       : goes_on("ordinal");
        return decide_word(w, spot);
    default:
        return decide_word(w, spot);
    }
}

/* ---- deciding other marks -------------------------------------------------------------
 */

/* No space after the mark: a forgotten one, or the inside of a number, an address, a file
 * name. */
static verdict decide_glued(const walk *w, const cq_spot *spot)
{
    const cq_word *before = &spot->before, *word = &spot->word;
    char after = word->end < w->text.len ? w->text.ptr[word->end] : ' ';
    bool is_word =
        before->kind == CQ_WORD_PLAIN && before->is_lower && before->letters > 2;

    if (spot->after != CQ_NEXT_UPPER || spot->has_dash || after == '@' || after == '/' ||
        after == '(' || after == '_' || after == ':')
        return goes_on("no space");
    if (spot->sign & (CQ_SIGN_END | CQ_SIGN_ELLIPSIS) || spot->is_many)
        return before->kind == CQ_WORD_PLAIN && word->kind == CQ_WORD_PLAIN
                   ? ends("missing space")
                   : goes_on("no space");
    if (is_word && word->kind == CQ_WORD_PLAIN && word->is_lower &&
        (!before->is_upper || is_starter(w, spot)))
        return ends("missing space");
    return goes_on("no space");
}

static verdict decide_ellipsis(const walk *w, const cq_spot *spot)
{
    if (w->first >= spot->mark)
        return goes_on("ellipsis at the start");
    switch (spot->after) {
    case CQ_NEXT_UPPER:
    case CQ_NEXT_LETTER:
        return ends("ellipsis before a capital");
    case CQ_NEXT_LOWER:
        return begins_item(w, spot) ? ends("list item")
                                    : goes_on("ellipsis before a small letter");
    case CQ_NEXT_OTHER:
        return ends("ellipsis before a symbol");
    default:
        return spot->has_dash ? ends("ellipsis before an item") : goes_on("ellipsis");
    }
}

static verdict decide_end(const walk *w, const cq_spot *spot)
{
    if (kinds_of(w, spot) & ~(unsigned)CQ_ABBR_HEAD)
        return goes_on("mark in a name");
    if (spot->after != CQ_NEXT_LOWER)
        return ends("end mark");
    if (begins_item(w, spot))
        return ends("list item");
    if (spot->has_closer || spot->has_dash)
        return goes_on("words of the speaker");
    if (w->lexicon->lower_after_end || spot->has_opener)
        return ends("end mark before a small letter");
    return goes_on("end mark before a small letter");
}

/* Whether what follows is one of the words that go on after a quotation, where no space
 * shows how long they are. */
static bool is_follower(const walk *w, const cq_spot *spot)
{
    size_t at = spot->next;

    if (at == w->text.len)
        return false;
    if (!(cq_lexicon_look(w->lexicon, cq_text_next(w->text, &at)) & CQ_SIGN_FOLLOWER))
        return false;
    at = spot->next;
    for (int k = 0; k < FOLLOWER_MAX && at < w->text.len; k++) {
        cq_text_next(w->text, &at);
        if (cq_map_find(&w->lexicon->followers, cq_str_slice(w->text, spot->next, at)))
            return true;
    }
    return false;
}

static verdict decide_wide(const walk *w, const cq_spot *spot)
{
    bool is_glued = spot->next == spot->end;

    if (spot->has_closer && is_glued && is_follower(w, spot))
        return goes_on("words of the speaker");
    if (spot->is_around && is_glued && spot->after == CQ_NEXT_LETTER)
        return goes_on("brackets inside a sentence");
    return ends("mark that needs no space");
}

static verdict decide(const walk *w, const cq_spot *spot)
{
    bool is_ellipsis =
        (spot->sign & CQ_SIGN_ELLIPSIS) || (spot->is_many && !(spot->sign & CQ_SIGN_END));

    if (spot->after == CQ_NEXT_END)
        return goes_on("end of the paragraph");
    if (w->inside > 0)
        return goes_on("inside a quotation or brackets");
    if (spot->after == CQ_NEXT_COMMA || spot->after == CQ_NEXT_MARK)
        return spot->has_opener ? ends("end mark") : goes_on("before a comma or mark");
    if (spot->has_dash && w->depth > 0)
        return goes_on("dash in a quotation");
    if (spot->sign & CQ_SIGN_WIDE)
        return decide_wide(w, spot);
    if (spot->next == spot->end)
        return decide_glued(w, spot);
    if (spot->sign & CQ_SIGN_NONE && !spot->is_many)
        return goes_on("no end mark in this language");
    if (is_ellipsis)
        return decide_ellipsis(w, spot);
    if (spot->sign & CQ_SIGN_END)
        return decide_end(w, spot);
    return decide_stop(w, spot);
}

/* ---- the pass -------------------------------------------------------------------------
 */

/* Move w->first on to the first letter or digit of the sentence, at most to `limit`.
 * Never goes back, so that all calls together read each byte once. */
static void find_first(walk *w, size_t limit)
{
    while (w->first < limit) {
        size_t next = w->first;
        uint32_t code = cq_text_next(w->text, &next);

        if ((cq_lexicon_look(w->lexicon, code) & CQ_CHAR_LETTER) ||
            (cq_lexicon_look(w->lexicon, code) & CQ_CHAR_DIGIT))
            return;
        w->first = next;
    }
}

static void end_sentence(walk *w, size_t at)
{
    cq_buf_add(w->ends, &at, sizeof(at));
    w->start = w->first = at;
}

static void enter(walk *w, size_t nth)
{
    cq_site *site = &w->sites[nth];

    if (site->partner == CQ_SITE_ALONE)
        return;
    find_first(w, site->start);
    site->is_inside = w->first < site->start;
    w->inside += site->is_inside;
    w->depth++;
}

static void leave(walk *w, size_t nth)
{
    if (w->sites[nth].partner == CQ_SITE_ALONE)
        return;
    w->inside -= w->sites[w->sites[nth].partner].is_inside;
    w->depth--;
}

/* Whether a closer may follow `end`: at once, or after one space as in French. */
static bool is_next_closer(const walk *w, const cq_site *site, size_t end)
{
    size_t at = end;

    if (!(site->sign & CQ_SIGN_CLOSE))
        return false;
    if (site->start == end)
        return true;
    return site->partner != CQ_SITE_ALONE &&
           (cq_lexicon_look(w->lexicon, cq_text_next(w->text, &at)) & CQ_CHAR_SPACE) &&
           at == site->start;
}

/* One dot after another with a space between: ". . ." */
static bool is_spaced_dot(const walk *w, const cq_spot *spot, const cq_site *site)
{
    return (spot->sign & CQ_SIGN_MARK) == CQ_SIGN_STOP && !spot->has_closer &&
           (site->sign & CQ_SIGN_MARK) == CQ_SIGN_STOP && site->start == spot->end + 1 &&
           w->text.ptr[spot->end] == ' ';
}

/* Numbers of notes that stand after the mark: "[2, 3]", "11 12". Only where a word went
 * before and a capital follows. */
static size_t skip_notes(const walk *w, const cq_spot *spot)
{
    size_t at = spot->end, last = at;
    bool is_word = spot->before.kind == CQ_WORD_PLAIN && spot->before.is_lower;

    if (!is_word && spot->before.kind != CQ_WORD_EMPTY)
        return spot->end;
    while (at < w->text.len && at - spot->end < 24 &&
           ((w->text.ptr[at] >= '0' && w->text.ptr[at] <= '9') ||
            w->text.ptr[at] == ',' ||
            (w->text.ptr[at] == ' ' && at == last && at > spot->end))) {
        at++;
        if (w->text.ptr[at - 1] >= '0' && w->text.ptr[at - 1] <= '9')
            last = at;
    }
    if (last == spot->end || cq_spot_skip_space(w->lexicon, w->text, last) == last)
        return spot->end;
    at = cq_spot_skip_space(w->lexicon, w->text, last);
    if (at == w->text.len ||
        !(cq_lexicon_look(w->lexicon, cq_text_next(w->text, &at)) & CQ_CHAR_UPPER))
        return spot->end;
    return last;
}

/* Numbers of notes or an omission in square brackets, after the mark or a space: "[17]",
 * "[...]". They go with the sentence before. */
static size_t skip_brackets(const walk *w, size_t end)
{
    size_t at = end;

    if (at < w->text.len && w->text.ptr[at] == ' ')
        at++;
    if (at >= w->text.len || w->text.ptr[at] != '[')
        return end;
    for (size_t k = at + 1; k < w->text.len && k - at < 24;) {
        uint32_t code = cq_text_next(w->text, &k);

        if (code == ']')
            return k == w->text.len ||
                           (cq_lexicon_look(w->lexicon, (unsigned char)w->text.ptr[k]) &
                            CQ_CHAR_SPACE)
                       ? skip_brackets(w, k)
                       : end;
        if (!(code >= '0' && code <= '9') && code != ',' && code != ' ' && code != '.' &&
            code != 0x2026 && !(cq_lexicon_look(w->lexicon, code) & CQ_CHAR_DASH))
            break;
    }
    return end;
}

/* Whether brackets with the source of a quotation come next, and the end mark after them:
 * "..." (Smith 55). */
static bool is_before_source(const walk *w, const cq_spot *spot, size_t nth)
{
    const cq_site *close;

    if (!spot->has_closer || nth >= w->len || w->sites[nth].start != spot->next ||
        w->sites[nth].partner == CQ_SITE_ALONE || (w->sites[nth].sign & CQ_SIGN_QUOTE))
        return false;
    close = &w->sites[w->sites[nth].partner];
    return w->sites[nth].partner + 1 < w->len && close[1].start == close->end &&
           (close[1].sign & CQ_SIGN_MARK);
}

/* A full stop inside a number, a file name, an address: nothing else needs to be known.
 * Most stops of such texts leave here. */
static bool is_inner_stop(const walk *w, const cq_site *site)
{
    size_t at = site->end;
    uint32_t next;

    if (site->sign != CQ_SIGN_STOP || site->is_many || at == w->text.len)
        return false;
    next = cq_lexicon_look(w->lexicon, cq_text_next(w->text, &at));
    if (next & CQ_CHAR_LOWER)
        return true;
    return (next & CQ_CHAR_DIGIT) && site->start > 0 &&
           w->text.ptr[site->start - 1] >= '0' && w->text.ptr[site->start - 1] <= '9';
}

/* Gather the marks from site `nth` on with their closers, and decide. Returns the number
 * of the first site that was not used. Of four spaced dots after a word the first is the
 * full stop, and the others an omission with which the next sentence begins. */
static size_t pass_mark(walk *w, size_t nth)
{
    cq_site *site = &w->sites[nth];
    cq_spot spot = {.mark = site->start,
                    .end = site->end,
                    .sign = site->sign,
                    .is_many = site->is_many};
    const size_t first_end = site->end;
    unsigned spaced = 0; /* dots with a space before, after the first mark */
    verdict v;

    for (nth++; nth < w->len; nth++) {
        site = &w->sites[nth];
        if (is_next_closer(w, site, spot.end)) {
            leave(w, nth);
            spot.has_closer = true;
            spot.has_bracket |= !(site->sign & CQ_SIGN_QUOTE);
            spot.is_around |= !(site->sign & CQ_SIGN_QUOTE) &&
                              site->partner != CQ_SITE_ALONE &&
                              w->sites[site->partner].is_inside;
        } else if ((site->sign & CQ_SIGN_MARK) &&
                   (site->start == spot.end || is_spaced_dot(w, &spot, site))) {
            spaced += site->start > spot.end;
            spot.sign |= site->sign;
            spot.is_many = true;
        } else {
            break;
        }
        spot.end = site->end;
    }
    find_first(w, spot.mark);
    if (!(spot.sign & CQ_SIGN_WIDE))
        spot.before = cq_spot_word_before(w->lexicon, w->text, spot.mark);
    if (spot.end < w->text.len && w->text.ptr[spot.end] >= '0' &&
        w->text.ptr[spot.end] <= '9')
        spot.end = skip_notes(w, &spot);
    if (w->inside == 0)
        spot.end = skip_brackets(w, spot.end);
    while (nth < w->len && w->sites[nth].start < spot.end)
        nth++;
    cq_spot_look_on(w->lexicon, w->text, &spot);
    v = is_before_source(w, &spot, nth) ? goes_on("before a source") : decide(w, &spot);
    if (spot.next > w->covered)
        w->covered = spot.next;
    if (w->rules->watcher)
        w->rules->watcher(w->rules->watcher_context, spot.mark, v.ends, v.rule);
    if (v.ends && w->first < spot.mark)
        end_sentence(w, spaced >= 3 && spot.before.kind == CQ_WORD_PLAIN ? first_end + 1
                                                                         : spot.next);
    return nth;
}

/* At the last character of what may be a list marker: remember the one that begins a
 * sentence, and begin a new one before that which continues the list. */
static bool pass_marker(walk *w, const cq_site *site)
{
    cq_word word = cq_spot_word_before(w->lexicon, w->text, site->start);
    size_t start = word.start;
    cq_marker marker;

    if (word.kind != CQ_WORD_NUMBER && word.kind != CQ_WORD_LETTER &&
        word.kind != CQ_WORD_ROMAN)
        return false;
    if (start > 0 && w->text.ptr[start - 1] == '(')
        start--;
    marker = cq_marker_at(w->lexicon, w->text, start);
    if (!marker.is_marker)
        return false;
    find_first(w, word.start);
    if (is_first_word(w, &word)) {
        w->item = marker;
        return true;
    }
    if (w->inside > marker.has_open || !cq_marker_follows(&w->item, &marker))
        return false;
    if (start > 0 &&
        !(cq_lexicon_look(w->lexicon, (unsigned char)w->text.ptr[start - 1]) &
          CQ_CHAR_SPACE))
        return false;
    end_sentence(w, start);
    w->item = marker;
    return true;
}

static void pass_bullet(walk *w, const cq_site *site)
{
    size_t before;

    find_first(w, site->start);
    if (w->inside == 0 && w->first < site->start &&
        (cq_lexicon_look(w->lexicon, cq_scan_before(w->text, site->start, &before)) &
         CQ_CHAR_SPACE))
        end_sentence(w, site->start);
}

/* A space in a language without end marks: it ends a sentence between two words of its
 * script, unless the next is one that goes on. */
static void pass_space(walk *w, const cq_site *site)
{
    cq_spot spot = {.mark = site->start, .end = site->start, .sign = CQ_SIGN_WIDE};
    size_t start;
    uint32_t before;

    if (site->start == 0 || w->inside > 0)
        return;
    before = cq_lexicon_look(w->lexicon, cq_scan_before(w->text, site->start, &start));
    cq_spot_look_on(w->lexicon, w->text, &spot);
    find_first(w, site->start);
    if ((before & (CQ_CHAR_LETTER | CQ_CHAR_MARK)) &&
        !(before & (CQ_CHAR_UPPER | CQ_CHAR_LOWER)) && spot.after == CQ_NEXT_LETTER &&
        !spot.has_opener && !spot.has_dash && w->first < site->start &&
        !is_follower(w, &spot))
        end_sentence(w, spot.next);
}

static void pass_clause(walk *w, const cq_site *site)
{
    cq_clause clause =
        site->sign & CQ_SIGN_COLON ? w->lexicon->colon : w->lexicon->semicolon;
    cq_spot spot = {.mark = site->start, .end = site->end, .sign = site->sign};

    if (clause == CQ_CLAUSE_NEVER || w->inside > 0)
        return;
    cq_spot_look_on(w->lexicon, w->text, &spot);
    if (spot.next > spot.end && spot.after == CQ_NEXT_UPPER &&
        (clause == CQ_CLAUSE_CAPITAL || spot.has_dash || is_starter(w, &spot)))
        end_sentence(w, spot.next);
}

/* Speech that breaks off with a dash ends its sentence, if another clearly begins. */
static void pass_closer(walk *w, size_t nth)
{
    const cq_site *site = &w->sites[nth];
    cq_spot spot = {.mark = site->start, .end = site->end};
    size_t before;

    leave(w, nth);
    if (!(site->sign & CQ_SIGN_QUOTE) || w->inside > 0 || site->start == 0 ||
        !(cq_lexicon_look(w->lexicon, cq_scan_before(w->text, site->start, &before)) &
          CQ_CHAR_DASH))
        return;
    cq_spot_look_on(w->lexicon, w->text, &spot);
    if (spot.next > spot.end && spot.after == CQ_NEXT_UPPER && is_starter(w, &spot))
        end_sentence(w, spot.next);
}

static size_t pass_site(walk *w, size_t nth)
{
    cq_site *site = &w->sites[nth];

    if (((site->sign & CQ_SIGN_STOP && !site->is_many) ||
         (site->sign & CQ_SIGN_CLOSE && w->text.ptr[site->start] == ')')) &&
        pass_marker(w, site)) {
        w->covered = cq_spot_skip_space(w->lexicon, w->text, w->item.end);
        if (site->sign & CQ_SIGN_MARK)
            return nth + 1;
    }
    if (is_inner_stop(w, site))
        return nth + 1;
    if (site->sign & (CQ_SIGN_MARK | CQ_SIGN_NONE))
        return pass_mark(w, nth);
    if (site->sign & CQ_SIGN_OPEN)
        enter(w, nth);
    else if (site->sign & CQ_SIGN_CLOSE)
        pass_closer(w, nth);
    else if (site->sign & CQ_SIGN_BULLET)
        pass_bullet(w, site);
    else if (site->sign & (CQ_SIGN_COLON | CQ_SIGN_SEMICOLON))
        pass_clause(w, site);
    else if (site->sign & CQ_SIGN_SPACE)
        pass_space(w, site);
    return nth + 1;
}

/* ICU's candidates after marks that no list of ours names, and after line ends. */
static size_t pass_candidates(walk *w, const size_t *candidates, size_t len, size_t limit)
{
    size_t used = 0;

    for (; used < len && candidates[used] <= limit; used++) {
        size_t at = candidates[used];

        if (at <= w->covered || at <= w->start || at >= w->text.len || w->inside > 0)
            continue;
        find_first(w, at);
        if (w->first < at)
            end_sentence(w, at);
    }
    return used;
}

static void pass(walk *w, const size_t *candidates, size_t len)
{
    size_t nth = 0;

    while (nth < w->len) {
        size_t used = pass_candidates(w, candidates, len, w->sites[nth].start);

        if (used) /* there may be no candidates, and then no pointer to them */
            candidates += used;
        len -= used;
        nth = pass_site(w, nth);
    }
    pass_candidates(w, candidates, len, w->text.len);
    if (w->start < w->text.len)
        end_sentence(w, w->text.len);
}

/* ---- the object -----------------------------------------------------------------------
 */

cq_status cq_rules_open(const cq_lang *lang, cq_rules **rules, cq_error *err)
{
    cq_rules *made = cq_zalloc(sizeof(*made));
    cq_status status;

    *rules = NULL;
    if (!made)
        return cq_fail(err, CQ_E_NOMEM, "no memory for the rules of \"%s\"", lang->tag);
    status = cq_lexicon_load(lang, &made->lexicon, err);
    if (status == CQ_OK)
        status = cq_breaks_open(lang, &made->breaks, err);
    if (status != CQ_OK) {
        cq_rules_close(made);
        return status;
    }
    *rules = made;
    return CQ_OK;
}

void cq_rules_watch(cq_rules *rules, cq_rules_watcher *watcher, void *context)
{
    rules->watcher = watcher;
    rules->watcher_context = context;
}

void cq_rules_close(cq_rules *rules)
{
    if (!rules)
        return;
    cq_lexicon_release(&rules->lexicon);
    cq_breaks_close(rules->breaks);
    cq_buf_release(&rules->candidates);
    cq_sites_release(&rules->sites);
    cq_free(rules);
}

cq_status cq_rules_run(cq_rules *rules, cq_str paragraph, cq_buf *ends, cq_error *err)
{
    walk w = {
        .lexicon = &rules->lexicon, .text = paragraph, .ends = ends, .rules = rules};
    cq_status status;

    if (paragraph.len >= UINT32_MAX)
        return cq_fail(err, CQ_E_ARG, "a paragraph of %zu bytes is too long",
                       paragraph.len);
    cq_buf_reset(&rules->candidates);
    status = cq_scan(&rules->lexicon, paragraph, &rules->sites, err);
    /* Elsewhere every candidate of ICU's stands at a site, where it is decided anyway. */
    if (status == CQ_OK && rules->sites.has_foreign)
        status = cq_breaks_run(rules->breaks, paragraph, &rules->candidates, err);
    if (status != CQ_OK)
        return status;
    w.sites = rules->sites.items;
    w.len = rules->sites.len;
    pass(&w, (const size_t *)(const void *)rules->candidates.ptr,
         rules->candidates.len / sizeof(size_t));
    return cq_buf_check(ends, err);
}
