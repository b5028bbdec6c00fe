/* decide.c -- whether a sentence ends at a mark, by what stands around it
 * (docs/segmentation.md, "The procedure"). */
#include "segment/walk.h"

static cq_verdict ends(const char *rule, unsigned by)
{
    return (cq_verdict){true, rule, by};
}

static cq_verdict goes_on(const char *rule, unsigned by)
{
    return (cq_verdict){false, rule, by};
}

/* ---- words around ---------------------------------------------------------------------
 */

/* Another initial is no starter, even if a word has only that letter ("A. I. Rabin" in
 * Swedish). */
bool cq_decide_is_starter(const cq_walk *w, const cq_spot *spot)
{
    if (spot->word.kind == CQ_WORD_LETTER && spot->word.end < w->text.len &&
        w->text.ptr[spot->word.end] == '.')
        return false;
    return cq_around_has(w, &w->lexicon->starters, &spot->word);
}

size_t cq_decide_follower(const cq_walk *w, const cq_spot *spot)
{
    size_t at = spot->next;

    if (at == w->text.len)
        return 0;
    if (!(cq_lexicon_look(w->lexicon, cq_text_next(w->text, &at)) & CQ_SIGN_FOLLOWER))
        return 0;
    return cq_lexicon_follower(w->lexicon,
                               cq_str_slice(w->text, spot->next, w->text.len));
}

/* Whether the word has the shape of an ordinary word rather than of something cut short.
 */
static bool is_full_word(const cq_walk *w, const cq_word *word)
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

/* Whether the next word begins a list item: the first of a list, or the one after the
 * last. */
static bool begins_item(const cq_walk *w, const cq_spot *spot)
{
    cq_marker marker = cq_marker_at(w->lexicon, w->text, spot->next);

    return cq_marker_is_first(&marker) || cq_marker_follows(&w->item, &marker);
}

/* ---- deciding a full stop -------------------------------------------------------------
 */

static cq_verdict decide_abbreviation(const cq_walk *w, const cq_spot *spot,
                                      unsigned kinds)
{
    bool is_capital = spot->after == CQ_NEXT_UPPER || spot->after == CQ_NEXT_LETTER;

    if (kinds & (CQ_ABBR_TITLE | CQ_ABBR_NEVER))
        return goes_on("abbreviation that never ends", CQ_BY_ABBREVIATION);
    if (spot->after == CQ_NEXT_LOWER)
        return goes_on("abbreviation before a small letter", CQ_BY_ABBREVIATION);
    if (spot->after == CQ_NEXT_DIGIT)
        return goes_on("abbreviation before a number", CQ_BY_ABBREVIATION);
    if (kinds & CQ_ABBR_NUMBER && spot->word.kind == CQ_WORD_ROMAN)
        return goes_on("abbreviation before a number", CQ_BY_ABBREVIATION);
    if (spot->has_dash && !is_capital)
        return goes_on("abbreviation before a dash", CQ_BY_ABBREVIATION);
    if (kinds & (CQ_ABBR_FINAL | CQ_ABBR_WORD | CQ_ABBR_MONTH))
        return ends("abbreviation that may end", CQ_BY_ABBREVIATION);
    return cq_decide_is_starter(w, spot)
               ? ends("starter after an abbreviation", CQ_BY_ABBREVIATION | CQ_BY_STARTER)
               : goes_on("abbreviation in a name", CQ_BY_ABBREVIATION);
}

/* An initial, or letters with dots between, that no list knows. */
static cq_verdict decide_initial(const cq_walk *w, const cq_spot *spot)
{
    if (spot->after == CQ_NEXT_LOWER || spot->after == CQ_NEXT_DIGIT)
        return goes_on("initial", 0);
    if (spot->before.kind == CQ_WORD_LETTER && cq_walk_is_first(w, &spot->before))
        return goes_on("initial at the start", 0);
    if (spot->before.is_cased && spot->after == CQ_NEXT_LETTER)
        return ends("initial before another script", 0);
    if (spot->has_opener || spot->after == CQ_NEXT_OTHER)
        return ends("initial before an opener", 0);
    return cq_decide_is_starter(w, spot) ? ends("starter after an initial", CQ_BY_STARTER)
                                         : goes_on("initial", 0);
}

/* A day or month number before the next part of a date: "27. 10. 2014". */
static bool is_in_date(const cq_spot *spot)
{
    return spot->before.digits <= 2 && spot->before.value >= 1 &&
           spot->before.value <= 31 && spot->word.kind == CQ_WORD_NUMBER &&
           (spot->word.value <= 12 || spot->word.digits == 4);
}

static cq_verdict decide_number(const cq_walk *w, const cq_spot *spot)
{
    const cq_word *word = &spot->before;

    if (cq_walk_is_first(w, word) && word->digits <= 3 && !spot->has_closer)
        return goes_on("list marker", 0);
    if (spot->after == CQ_NEXT_LOWER)
        return begins_item(w, spot) ? ends("list item", 0) : goes_on("number", 0);
    if (!w->lexicon->has_ordinals)
        return ends("number", 0);
    if (spot->after == CQ_NEXT_DIGIT)
        return is_in_date(spot) ? goes_on("date", 0) : ends("number", 0);
    if (cq_around_has(w, &w->lexicon->months, &spot->word))
        return goes_on("date", CQ_BY_MONTH);
    if (word->digits > 2 || spot->has_opener || spot->has_dash ||
        cq_decide_is_starter(w, spot))
        return ends("number", CQ_BY_STARTER);
    return goes_on("ordinal", CQ_BY_ORDINALS);
}

static cq_verdict decide_word(const cq_walk *w, const cq_spot *spot)
{
    switch (spot->after) {
    case CQ_NEXT_LOWER:
        if (begins_item(w, spot))
            return ends("list item", 0);
        if (spot->has_closer)
            return goes_on("closer before a small letter", 0);
        return is_full_word(w, &spot->before)
                   ? ends("word before a small letter", CQ_BY_WORD_ENDS)
                   : goes_on("before a small letter", CQ_BY_WORD_ENDS);
    case CQ_NEXT_DIGIT:
        return is_full_word(w, &spot->before) || spot->before.letters == 0 ||
                       spot->has_closer || begins_item(w, spot) ||
                       !spot->before.is_cased || spot->before.letters > 2
                   ? ends("before a number", 0)
                   : goes_on("short word before a number", 0);
    case CQ_NEXT_OTHER:
        return ends("before a symbol", 0);
    default:
        return ends("full stop", 0);
    }
}

/* "3.4.2.", which numbers a section, or "4.5.", a date without its year. */
static bool is_dotted_number(const cq_walk *w, const cq_word *word)
{
    unsigned digits = 0; /* of the last part */

    if (word->kind != CQ_WORD_OTHER || word->digits == 0 || word->letters > 0)
        return false;
    for (size_t at = word->start; at < word->end;) {
        uint32_t code = cq_text_next(w->text, &at);

        if (code != '.' && !(cq_lexicon_look(w->lexicon, code) & CQ_CHAR_DIGIT))
            return false;
        digits = code == '.' ? 0 : digits + 1;
    }
    return digits < 3;
}

static cq_verdict decide_stop(const cq_walk *w, const cq_spot *spot)
{
    const cq_word *word = &spot->before;
    size_t from;
    unsigned kinds = cq_around_kinds(w, spot, &from);

    if ((kinds & CQ_ABBR_HEAD) && cq_around_is_head(w, spot))
        return goes_on("inside an abbreviation", CQ_BY_PARTS);
    kinds &= ~(unsigned)CQ_ABBR_HEAD;
    if ((kinds & CQ_ABBR_UNIT) && cq_around_follows_number(w, word))
        kinds = CQ_ABBR_NAME;
    kinds &= ~(unsigned)CQ_ABBR_UNIT;
    if (kinds & CQ_ABBR_WORD)
        kinds &= CQ_ABBR_WORD | CQ_ABBR_NUMBER;
    if (kinds && !spot->has_closer && kinds != CQ_ABBR_WORD)
        return decide_abbreviation(w, spot, kinds);
    if (kinds && spot->has_bracket && spot->after == CQ_NEXT_LOWER)
        return goes_on("abbreviation in brackets", CQ_BY_ABBREVIATION);
    if (spot->has_closer)
        return decide_word(w, spot);
    if (is_dotted_number(w, word)) {
        if (cq_walk_is_first(w, word))
            return goes_on("section number", 0);
        if (w->lexicon->has_ordinals && spot->after == CQ_NEXT_LOWER)
            return goes_on("date", CQ_BY_ORDINALS);
    }
    switch (word->kind) {
    case CQ_WORD_LETTER:
    case CQ_WORD_DOTTED:
        return decide_initial(w, spot);
    case CQ_WORD_NUMBER:
        return decide_number(w, spot);
    case CQ_WORD_ROMAN:
        if (cq_walk_is_first(w, word))
            return goes_on("list marker", 0);
        if (w->lexicon->has_ordinals && word->is_upper && !word->is_lower)
            return spot->after != CQ_NEXT_LOWER && cq_decide_is_starter(w, spot)
                       ? ends("number", CQ_BY_STARTER)
                       : goes_on("ordinal", CQ_BY_ORDINALS);
        return decide_word(w, spot);
    default:
        return decide_word(w, spot);
    }
}

/* ---- deciding other marks -------------------------------------------------------------
 */

/* No space after the mark: a forgotten one, or the inside of a number, an address, a file
 * name. */
static cq_verdict decide_glued(const cq_walk *w, const cq_spot *spot)
{
    const cq_word *before = &spot->before, *word = &spot->word;
    char after = word->end < w->text.len ? w->text.ptr[word->end] : ' ';
    bool is_word =
        before->kind == CQ_WORD_PLAIN && before->is_lower && before->letters > 2;

    if (spot->after != CQ_NEXT_UPPER || spot->has_dash || after == '@' || after == '/' ||
        after == '(' || after == '_' || after == ':')
        return goes_on("no space", 0);
    if (spot->sign & (CQ_SIGN_END | CQ_SIGN_ELLIPSIS) || spot->is_many)
        return before->kind == CQ_WORD_PLAIN && word->kind == CQ_WORD_PLAIN
                   ? ends("missing space", 0)
                   : goes_on("no space", 0);
    if (is_word && word->kind == CQ_WORD_PLAIN && word->is_lower &&
        (!before->is_upper || cq_decide_is_starter(w, spot)))
        return ends("missing space", 0);
    return goes_on("no space", 0);
}

static cq_verdict decide_ellipsis(const cq_walk *w, const cq_spot *spot)
{
    if (w->first >= spot->mark)
        return goes_on("ellipsis at the start", 0);
    switch (spot->after) {
    case CQ_NEXT_UPPER:
    case CQ_NEXT_LETTER:
        return ends("ellipsis before a capital", 0);
    case CQ_NEXT_LOWER:
        return begins_item(w, spot) ? ends("list item", 0)
                                    : goes_on("ellipsis before a small letter", 0);
    case CQ_NEXT_OTHER:
        return ends("ellipsis before a symbol", 0);
    default:
        return spot->has_dash ? ends("ellipsis before an item", 0)
                              : goes_on("ellipsis", 0);
    }
}

static cq_verdict decide_end(const cq_walk *w, const cq_spot *spot)
{
    size_t from;

    if (cq_around_kinds(w, spot, &from) & ~(unsigned)CQ_ABBR_HEAD)
        return goes_on("mark in a name", CQ_BY_ABBREVIATION);
    if (spot->after != CQ_NEXT_LOWER)
        return ends("end mark", 0);
    if (begins_item(w, spot))
        return ends("list item", 0);
    if (spot->has_closer || spot->has_dash)
        return goes_on("words of the speaker", 0);
    if (w->lexicon->lower_after_end || spot->has_opener)
        return ends("end mark before a small letter", CQ_BY_LOWER);
    return goes_on("end mark before a small letter", CQ_BY_LOWER);
}

static cq_verdict decide_wide(const cq_walk *w, const cq_spot *spot)
{
    bool is_glued = spot->next == spot->end;

    if (spot->has_closer && is_glued && cq_decide_follower(w, spot) > 0)
        return goes_on("words of the speaker", CQ_BY_FOLLOWER);
    if (spot->is_around && is_glued && spot->after == CQ_NEXT_LETTER)
        return goes_on("brackets inside a sentence", 0);
    return ends("mark that needs no space", 0);
}

cq_verdict cq_decide(const cq_walk *w, const cq_spot *spot)
{
    bool is_ellipsis =
        (spot->sign & CQ_SIGN_ELLIPSIS) || (spot->is_many && !(spot->sign & CQ_SIGN_END));

    if (spot->after == CQ_NEXT_END)
        return ends("end of the paragraph", 0);
    if (w->inside > 0)
        return goes_on("inside a quotation or brackets", CQ_BY_PAIR);
    if (spot->after == CQ_NEXT_COMMA || spot->after == CQ_NEXT_MARK)
        return spot->has_opener ? ends("end mark", 0)
                                : goes_on("before a comma or mark", 0);
    if (spot->has_dash && w->depth > 0)
        return goes_on("dash in a quotation", 0);
    if (spot->sign & CQ_SIGN_WIDE)
        return decide_wide(w, spot);
    if (spot->next == spot->end)
        return decide_glued(w, spot);
    if (spot->sign & CQ_SIGN_NONE && !spot->is_many)
        return goes_on("no end mark in this language", 0);
    if (is_ellipsis)
        return decide_ellipsis(w, spot);
    if (spot->sign & CQ_SIGN_END)
        return decide_end(w, spot);
    return decide_stop(w, spot);
}
