/* stop.c -- whether a sentence ends at a full stop: abbreviations, initials, numbers,
 * ordinary words (docs/segmentation.md, "The procedure"). */
#include "segment/walk.h"

/* Bytes and words of the longest opening that is_lead_in() takes for one. */
#define LEAD_IN_MAX   48
#define LEAD_IN_WORDS 6

/* Whether the word is digits with an ending of a few small letters, which may be an
 * ordinal or a unit: "5o", "2as", "10km". */
static bool is_counted(const cq_walk *w, const cq_word *word)
{
    uint32_t bits = CQ_CHAR_DIGIT, last;

    if (word->digits == 0 || word->letters == 0 || word->letters > 3)
        return false;
    for (size_t at = word->start; at < word->end;) {
        last = bits;
        bits = cq_lexicon_look(w->lexicon, cq_text_next(w->text, &at));
        if (!(bits & CQ_CHAR_LOWER) && !(bits & last & CQ_CHAR_DIGIT))
            return false;
    }
    return true;
}

/* Whether the word has the shape of an ordinary word rather than of something cut short.
 */
static bool is_full_word(const cq_walk *w, const cq_word *word)
{
    size_t start;

    if (word->kind == CQ_WORD_OTHER && word->digits > 0)
        return !is_counted(w, word);
    if (word->kind != CQ_WORD_PLAIN && word->kind != CQ_WORD_ROMAN)
        return false;
    if (word->letters < 4)
        return false;
    return w->lexicon->word_ends.len == 0 ||
           cq_intmap_find(&w->lexicon->word_ends,
                          cq_char_to_lower(cq_scan_before(w->text, word->end, &start)));
}

/* Whether the sentence so far is no more than an opening such as "At 5" or "On Monday at
 * 6" before the abbreviation of a time: then a name after it is the subject. */
static bool is_lead_in(const cq_walk *w, const cq_spot *spot)
{
    unsigned words = 0;
    bool is_in_word = false;
    cq_word first;

    if (w->lexicon->lead_ins.len == 0 || spot->mark - w->first > LEAD_IN_MAX ||
        !cq_around_follows_number(w, &spot->before))
        return false;
    first = cq_spot_word_at(w->lexicon, w->text, w->first);
    if (!cq_around_has(w, &w->lexicon->lead_ins, &first))
        return false;
    for (size_t at = w->first; at < spot->mark;) {
        uint32_t bits = cq_lexicon_look(w->lexicon, cq_text_next(w->text, &at));

        words += (bits & CQ_CHAR_SPACE) && is_in_word;
        is_in_word = !(bits & CQ_CHAR_SPACE);
    }
    return words < LEAD_IN_WORDS;
}

static cq_verdict decide_abbreviation(const cq_walk *w, const cq_spot *spot,
                                      unsigned kinds)
{
    bool is_capital = spot->after == CQ_NEXT_UPPER || spot->after == CQ_NEXT_LETTER;

    if (kinds & (CQ_ABBR_TITLE | CQ_ABBR_NEVER))
        return cq_goes_on("abbreviation_never", CQ_BY_ABBREVIATION);
    if (spot->after == CQ_NEXT_LOWER)
        return cq_goes_on("abbreviation_small", CQ_BY_ABBREVIATION);
    if (spot->after == CQ_NEXT_DIGIT)
        return cq_goes_on("abbreviation_number", CQ_BY_ABBREVIATION);
    if (kinds & CQ_ABBR_NUMBER && spot->word.kind == CQ_WORD_ROMAN)
        return cq_goes_on("abbreviation_number", CQ_BY_ABBREVIATION);
    if (spot->has_dash && !is_capital)
        return cq_goes_on("abbreviation_dash", CQ_BY_ABBREVIATION);
    if (cq_around_is_follower(w, spot))
        return cq_goes_on("follower", CQ_BY_FOLLOWER);
    if (kinds & CQ_ABBR_FINAL && is_capital && !cq_around_is_starter(w, spot) &&
        is_lead_in(w, spot))
        return cq_goes_on("lead_in", CQ_BY_ABBREVIATION);
    if (kinds & (CQ_ABBR_FINAL | CQ_ABBR_WORD | CQ_ABBR_MONTH))
        return cq_ends("abbreviation_final", CQ_BY_ABBREVIATION);
    return cq_around_is_starter(w, spot)
               ? cq_ends("abbreviation_starter", CQ_BY_ABBREVIATION | CQ_BY_STARTER)
               : cq_goes_on("abbreviation_name", CQ_BY_ABBREVIATION);
}

/* An initial, or letters with dots between, that no list knows. */
static cq_verdict decide_initial(const cq_walk *w, const cq_spot *spot)
{
    if (spot->after == CQ_NEXT_LOWER || spot->after == CQ_NEXT_DIGIT)
        return cq_goes_on("initial", 0);
    if (spot->before.kind == CQ_WORD_LETTER && cq_walk_is_first(w, &spot->before))
        return cq_goes_on("initial_start", 0);
    if (spot->before.is_cased && spot->after == CQ_NEXT_LETTER &&
        !w->lexicon->is_caseless)
        return cq_ends("initial_script", 0);
    if (spot->has_opener || spot->after == CQ_NEXT_OTHER)
        return cq_ends("initial_opener", 0);
    return cq_around_is_starter(w, spot) ? cq_ends("initial_starter", CQ_BY_STARTER)
                                         : cq_goes_on("initial", 0);
}

/* A day or month number before the next part of a date: "27. 10. 2014". */
static bool is_in_date(const cq_spot *spot)
{
    return spot->before.digits <= 2 && spot->before.value >= 1 &&
           spot->before.value <= 31 && spot->word.kind == CQ_WORD_NUMBER &&
           (spot->word.value <= 12 || spot->word.digits == 4);
}

/* Whether the number begins what is quoted, or the first item after a colon. */
static bool is_inner_marker(const cq_walk *w, const cq_word *word)
{
    size_t at = word->start, start;
    uint32_t bits = 0;

    if (at > w->start)
        bits = cq_lexicon_look(w->lexicon, cq_scan_before(w->text, at, &start));
    if ((bits & CQ_SIGN_OPEN) && (bits & CQ_SIGN_QUOTE))
        return true;
    if (!(bits & CQ_CHAR_SPACE) || start <= w->start || word->value != 1)
        return false;
    return cq_lexicon_look(w->lexicon, cq_scan_before(w->text, start, &at)) &
           CQ_SIGN_COLON;
}

/* Whether the number cannot be an ordinal: "4-1", or after a word such as "page" or the
 * abbreviation of one. */
static bool is_plain_number(const cq_walk *w, const cq_word *word)
{
    cq_word last;
    size_t end = word->start, start;

    if (word->has_hyphen)
        return true;
    if (end <= w->start ||
        !(cq_lexicon_look(w->lexicon, cq_scan_before(w->text, end, &start)) &
          CQ_CHAR_SPACE))
        return false;
    last = cq_spot_word_before(w->lexicon, w->text, w->start, start);
    return cq_around_has(w, &w->lexicon->numbered, &last) ||
           (cq_lexicon_kinds(w->lexicon, cq_str_slice(w->text, last.start, last.end)) &
            CQ_ABBR_NUMBER);
}

static cq_verdict decide_number(const cq_walk *w, const cq_spot *spot)
{
    const cq_word *word = &spot->before;

    if (!spot->has_closer && word->digits <= 3 &&
        (cq_walk_is_first(w, word) || is_inner_marker(w, word)))
        return cq_goes_on("list_marker", 0);
    if (spot->after == CQ_NEXT_LOWER)
        return cq_around_begins_item(w, spot) ? cq_ends("list_item", 0)
                                              : cq_goes_on("number", 0);
    if (!w->lexicon->has_ordinals)
        return cq_ends("number", 0);
    if (spot->after == CQ_NEXT_DIGIT)
        return is_in_date(spot) ? cq_goes_on("date", 0) : cq_ends("number", 0);
    if (cq_around_has(w, &w->lexicon->months, &spot->word))
        return cq_goes_on("date", CQ_BY_MONTH);
    if (is_plain_number(w, word))
        return cq_ends("number", 0);
    if (word->digits > 2 || spot->has_opener || spot->has_dash ||
        cq_around_is_starter(w, spot))
        return cq_ends("number", CQ_BY_STARTER);
    return cq_goes_on("ordinal", CQ_BY_ORDINALS);
}

static cq_verdict decide_word(const cq_walk *w, const cq_spot *spot)
{
    switch (spot->after) {
    case CQ_NEXT_LOWER:
        if (cq_around_begins_item(w, spot))
            return cq_ends("list_item", 0);
        if (spot->has_closer)
            return cq_goes_on("closer_before_small", 0);
        return is_full_word(w, &spot->before)
                   ? cq_ends("word_before_small", CQ_BY_WORD_ENDS)
                   : cq_goes_on("before_small", CQ_BY_WORD_ENDS);
    case CQ_NEXT_DIGIT:
        return is_full_word(w, &spot->before) || spot->before.letters == 0 ||
                       spot->has_closer || cq_around_begins_item(w, spot) ||
                       !spot->before.is_cased || spot->before.letters > 2
                   ? cq_ends("before_number", 0)
                   : cq_goes_on("short_before_number", 0);
    case CQ_NEXT_OTHER:
        return cq_ends("before_symbol", 0);
    default:
        return cq_ends("full_stop", 0);
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

cq_verdict cq_decide_stop(const cq_walk *w, const cq_spot *spot)
{
    const cq_word *word = &spot->before;
    size_t from;
    unsigned kinds = cq_around_kinds(w, spot, &from);

    if ((kinds & CQ_ABBR_HEAD) && cq_around_is_head(w, spot))
        return cq_goes_on("abbreviation_part", CQ_BY_PARTS);
    kinds &= ~(unsigned)CQ_ABBR_HEAD;
    if ((kinds & CQ_ABBR_UNIT) && cq_around_follows_number(w, word))
        kinds = w->lexicon->lead_ins.len > 0 ? CQ_ABBR_FINAL : CQ_ABBR_NAME;
    kinds &= ~(unsigned)CQ_ABBR_UNIT;
    if (kinds & CQ_ABBR_WORD)
        kinds &= CQ_ABBR_WORD | CQ_ABBR_NUMBER;
    if (kinds && !spot->has_closer && kinds != CQ_ABBR_WORD)
        return decide_abbreviation(w, spot, kinds);
    if (kinds && spot->has_bracket && spot->after == CQ_NEXT_LOWER)
        return cq_goes_on("abbreviation_brackets", CQ_BY_ABBREVIATION);
    if (spot->has_closer)
        return decide_word(w, spot);
    if (is_dotted_number(w, word)) {
        if (cq_walk_is_first(w, word))
            return cq_goes_on("section_number", 0);
        if (w->lexicon->has_ordinals && spot->after == CQ_NEXT_LOWER)
            return cq_goes_on("date", CQ_BY_ORDINALS);
    }
    switch (word->kind) {
    case CQ_WORD_LETTER:
        /* No initial is small: it is a variable, or a word as in Irish and Turkish. */
        if (word->is_cased && !word->is_upper && !w->lexicon->is_caseless &&
            spot->after != CQ_NEXT_LOWER && spot->after != CQ_NEXT_DIGIT &&
            !cq_walk_is_first(w, word))
            return decide_word(w, spot);
        return decide_initial(w, spot);
    case CQ_WORD_DOTTED:
        return decide_initial(w, spot);
    case CQ_WORD_NUMBER:
        return decide_number(w, spot);
    case CQ_WORD_ROMAN:
        if (cq_walk_is_first(w, word))
            return cq_goes_on("list_marker", 0);
        if (w->lexicon->has_ordinals && word->is_upper && !word->is_lower)
            return spot->after != CQ_NEXT_LOWER && cq_around_is_starter(w, spot)
                       ? cq_ends("number", CQ_BY_STARTER)
                       : cq_goes_on("ordinal", CQ_BY_ORDINALS);
        return decide_word(w, spot);
    default:
        return decide_word(w, spot);
    }
}
