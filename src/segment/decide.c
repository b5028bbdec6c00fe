/* decide.c -- whether a sentence ends at a mark, by what stands around it
 * (docs/segmentation.md, "The procedure"). */
#include "segment/walk.h"

/* Characters of the longest clause that says who speaks, in scripts without case. */
#define SPEAKER_MAX 24

/* Characters up to the first words of the speaker in an exchange that is one sentence. */
#define EXCHANGE_MAX 80

/* Bytes and words of the longest opening that is_lead_in() takes for one. */
#define LEAD_IN_MAX   48
#define LEAD_IN_WORDS 6

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

/* Whether the whole next word is one of `followers`. */
static bool is_follower_next(const cq_walk *w, const cq_spot *spot)
{
    size_t len = cq_decide_follower(w, spot), end = spot->next + len;

    return len > 0 &&
           (end == w->text.len ||
            !(cq_lexicon_look(w->lexicon, cq_text_next(w->text, &end)) & CQ_CHAR_WORD));
}

/* Whether `text` ends with a word of `speech`: a whole word, but for Han and other
 * letters that no space parts. */
static bool ends_with_speech(const cq_walk *w, cq_str text, size_t *start)
{
    size_t at = 0, next = 0, before;
    uint64_t *unused;
    cq_str word;

    while (cq_map_each(&w->lexicon->speech, &at, &word, &unused)) {
        if (word.len > text.len)
            continue;
        *start = text.len - word.len;
        if (!cq_str_equal(cq_str_slice(text, *start, text.len), word))
            continue;
        next = 0;
        if (*start == 0 || cq_spot_is_spaceless(cq_text_next(word, &next)) ||
            !(cq_lexicon_look(w->lexicon, cq_scan_before(text, *start, &before)) &
              CQ_CHAR_WORD))
            return true;
    }
    return false;
}

size_t cq_decide_speech(const cq_walk *w, const cq_spot *spot, size_t *start)
{
    size_t at = spot->next;

    if (w->lexicon->speech.len == 0 || !spot->has_closer)
        return 0;
    for (int k = 0; k < SPEAKER_MAX && at < w->text.len; k++) {
        size_t next = at;
        uint32_t code = cq_text_next(w->text, &next);
        uint32_t bits = cq_lexicon_look(w->lexicon, code);

        if (!(bits & (CQ_CHAR_WORD | CQ_CHAR_SPACE)) || (bits & CQ_SIGN_MARK))
            break;
        at = next;
    }
    if (!ends_with_speech(w, cq_str_slice(w->text, spot->next, at), start))
        return 0;
    *start += spot->next;
    return at;
}

/* Whether what follows a quotation says who speaks. */
static bool is_speaker_next(const cq_walk *w, const cq_spot *spot, unsigned *by)
{
    size_t start;

    *by = CQ_BY_FOLLOWER;
    if (spot->next == spot->end ? cq_decide_follower(w, spot) > 0
                                : is_follower_next(w, spot))
        return true;
    *by = CQ_BY_SPEECH;
    return cq_decide_speech(w, spot, &start) > 0;
}

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

/* Whether the next word begins a list item: the first of a list, or the one after the
 * last. */
static bool begins_item(const cq_walk *w, const cq_spot *spot)
{
    cq_marker marker = cq_marker_at(w->lexicon, w->text, spot->next);

    return cq_marker_is_first(&marker) || cq_marker_follows(&w->item, &marker);
}

/* ---- deciding a full stop -------------------------------------------------------------
 */

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
        return goes_on("abbreviation_never", CQ_BY_ABBREVIATION);
    if (spot->after == CQ_NEXT_LOWER)
        return goes_on("abbreviation_small", CQ_BY_ABBREVIATION);
    if (spot->after == CQ_NEXT_DIGIT)
        return goes_on("abbreviation_number", CQ_BY_ABBREVIATION);
    if (kinds & CQ_ABBR_NUMBER && spot->word.kind == CQ_WORD_ROMAN)
        return goes_on("abbreviation_number", CQ_BY_ABBREVIATION);
    if (spot->has_dash && !is_capital)
        return goes_on("abbreviation_dash", CQ_BY_ABBREVIATION);
    if (is_follower_next(w, spot))
        return goes_on("follower", CQ_BY_FOLLOWER);
    if (kinds & CQ_ABBR_FINAL && is_capital && !cq_decide_is_starter(w, spot) &&
        is_lead_in(w, spot))
        return goes_on("lead_in", CQ_BY_ABBREVIATION);
    if (kinds & (CQ_ABBR_FINAL | CQ_ABBR_WORD | CQ_ABBR_MONTH))
        return ends("abbreviation_final", CQ_BY_ABBREVIATION);
    return cq_decide_is_starter(w, spot)
               ? ends("abbreviation_starter", CQ_BY_ABBREVIATION | CQ_BY_STARTER)
               : goes_on("abbreviation_name", CQ_BY_ABBREVIATION);
}

/* An initial, or letters with dots between, that no list knows. */
static cq_verdict decide_initial(const cq_walk *w, const cq_spot *spot)
{
    if (spot->after == CQ_NEXT_LOWER || spot->after == CQ_NEXT_DIGIT)
        return goes_on("initial", 0);
    if (spot->before.kind == CQ_WORD_LETTER && cq_walk_is_first(w, &spot->before))
        return goes_on("initial_start", 0);
    if (spot->before.is_cased && spot->after == CQ_NEXT_LETTER &&
        !w->lexicon->is_caseless)
        return ends("initial_script", 0);
    if (spot->has_opener || spot->after == CQ_NEXT_OTHER)
        return ends("initial_opener", 0);
    return cq_decide_is_starter(w, spot) ? ends("initial_starter", CQ_BY_STARTER)
                                         : goes_on("initial", 0);
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
        return goes_on("list_marker", 0);
    if (spot->after == CQ_NEXT_LOWER)
        return begins_item(w, spot) ? ends("list_item", 0) : goes_on("number", 0);
    if (!w->lexicon->has_ordinals)
        return ends("number", 0);
    if (spot->after == CQ_NEXT_DIGIT)
        return is_in_date(spot) ? goes_on("date", 0) : ends("number", 0);
    if (cq_around_has(w, &w->lexicon->months, &spot->word))
        return goes_on("date", CQ_BY_MONTH);
    if (is_plain_number(w, word))
        return ends("number", 0);
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
            return ends("list_item", 0);
        if (spot->has_closer)
            return goes_on("closer_before_small", 0);
        return is_full_word(w, &spot->before) ? ends("word_before_small", CQ_BY_WORD_ENDS)
                                              : goes_on("before_small", CQ_BY_WORD_ENDS);
    case CQ_NEXT_DIGIT:
        return is_full_word(w, &spot->before) || spot->before.letters == 0 ||
                       spot->has_closer || begins_item(w, spot) ||
                       !spot->before.is_cased || spot->before.letters > 2
                   ? ends("before_number", 0)
                   : goes_on("short_before_number", 0);
    case CQ_NEXT_OTHER:
        return ends("before_symbol", 0);
    default:
        return ends("full_stop", 0);
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
        return goes_on("abbreviation_part", CQ_BY_PARTS);
    kinds &= ~(unsigned)CQ_ABBR_HEAD;
    if ((kinds & CQ_ABBR_UNIT) && cq_around_follows_number(w, word))
        kinds = w->lexicon->lead_ins.len > 0 ? CQ_ABBR_FINAL : CQ_ABBR_NAME;
    kinds &= ~(unsigned)CQ_ABBR_UNIT;
    if (kinds & CQ_ABBR_WORD)
        kinds &= CQ_ABBR_WORD | CQ_ABBR_NUMBER;
    if (kinds && !spot->has_closer && kinds != CQ_ABBR_WORD)
        return decide_abbreviation(w, spot, kinds);
    if (kinds && spot->has_bracket && spot->after == CQ_NEXT_LOWER)
        return goes_on("abbreviation_brackets", CQ_BY_ABBREVIATION);
    if (spot->has_closer)
        return decide_word(w, spot);
    if (is_dotted_number(w, word)) {
        if (cq_walk_is_first(w, word))
            return goes_on("section_number", 0);
        if (w->lexicon->has_ordinals && spot->after == CQ_NEXT_LOWER)
            return goes_on("date", CQ_BY_ORDINALS);
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
            return goes_on("list_marker", 0);
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

/* Whether the next word can begin a sentence that a space was left out before. */
static bool is_fresh_word(const cq_walk *w, const cq_spot *spot)
{
    size_t end = spot->word.end;
    char after = end < w->text.len ? w->text.ptr[end] : ' ';

    if (spot->after != CQ_NEXT_UPPER || spot->has_dash || after == '@' || after == '/' ||
        after == '(' || after == '_' || after == ':')
        return false;
    return spot->word.kind == CQ_WORD_PLAIN || spot->word.kind == CQ_WORD_ROMAN ||
           (spot->word.kind == CQ_WORD_LETTER && after == ' ' &&
            cq_decide_is_starter(w, spot));
}

/* Whether the next word is a title with its full stop: "Mr." */
static bool is_before_title(const cq_walk *w, const cq_spot *spot)
{
    size_t end = spot->word.end + 1;

    return end <= w->text.len &&
           (cq_lexicon_kinds(w->lexicon, cq_str_slice(w->text, spot->word.start, end)) &
            CQ_ABBR_TITLE);
}

/* No space after the mark: a forgotten one, or the inside of a number, an address, a file
 * name. */
static cq_verdict decide_glued(const cq_walk *w, const cq_spot *spot)
{
    const cq_word *before = &spot->before, *word = &spot->word;
    bool is_word =
        before->kind == CQ_WORD_PLAIN && before->is_lower && before->letters > 2;
    bool is_sure = cq_decide_is_starter(w, spot) || is_before_title(w, spot);
    size_t from;

    if (!is_fresh_word(w, spot))
        return goes_on("no_space", 0);
    if (spot->sign & (CQ_SIGN_END | CQ_SIGN_ELLIPSIS) || spot->is_many)
        return before->kind == CQ_WORD_PLAIN ? ends("missing_space", 0)
                                             : goes_on("no_space", 0);
    if (cq_around_kinds(w, spot, &from) &
        (CQ_ABBR_TITLE | CQ_ABBR_NEVER | CQ_ABBR_NUMBER))
        return goes_on("no_space", CQ_BY_ABBREVIATION);
    if ((before->kind == CQ_WORD_OTHER || before->kind == CQ_WORD_NUMBER) &&
        before->digits > 0 && !before->is_upper)
        return is_sure && word->kind == CQ_WORD_PLAIN && !cq_walk_is_first(w, before)
                   ? ends("missing_space", 0)
                   : goes_on("no_space", 0);
    if (is_word && (word->is_lower || word->kind == CQ_WORD_ROMAN) &&
        (!before->is_upper || is_sure))
        return ends("missing_space", 0);
    return goes_on("no_space", 0);
}

static cq_verdict decide_ellipsis(const cq_walk *w, const cq_spot *spot)
{
    unsigned by;

    if (w->first >= spot->mark)
        return goes_on("ellipsis_start", 0);
    switch (spot->after) {
    case CQ_NEXT_UPPER:
        if (cq_around_has(w, &w->lexicon->capitals, &spot->word))
            return goes_on("ellipsis", 0);
        return ends("ellipsis_capital", 0);
    case CQ_NEXT_LETTER:
        if (spot->has_closer && is_speaker_next(w, spot, &by))
            return goes_on("speaker", by);
        return ends("ellipsis_capital", 0);
    case CQ_NEXT_LOWER:
        return begins_item(w, spot) ? ends("list_item", 0) : goes_on("ellipsis_small", 0);
    case CQ_NEXT_OTHER:
        return ends("ellipsis_symbol", 0);
    default:
        return spot->has_dash ? ends("ellipsis_item", 0) : goes_on("ellipsis", 0);
    }
}

static cq_verdict decide_end(const cq_walk *w, const cq_spot *spot)
{
    size_t from;
    unsigned by;

    if (cq_around_kinds(w, spot, &from) & ~(unsigned)CQ_ABBR_HEAD)
        return goes_on("mark_in_name", CQ_BY_ABBREVIATION);
    if (spot->has_closer && spot->after == CQ_NEXT_LETTER &&
        is_speaker_next(w, spot, &by))
        return goes_on("speaker", by);
    if (spot->after != CQ_NEXT_LOWER)
        return ends("end_mark", 0);
    if (begins_item(w, spot))
        return ends("list_item", 0);
    if (spot->has_closer || spot->has_dash)
        return goes_on("speaker", 0);
    if (w->lexicon->lower_after_end || spot->has_opener)
        return ends("end_mark_before_small", CQ_BY_LOWER);
    return goes_on("end_mark_before_small", CQ_BY_LOWER);
}

static cq_verdict decide_wide(const cq_walk *w, const cq_spot *spot)
{
    bool is_glued = spot->next == spot->end;
    unsigned by;

    if (spot->has_closer && is_speaker_next(w, spot, &by))
        return goes_on("speaker", by);
    if (spot->is_around && is_glued && spot->after == CQ_NEXT_LETTER)
        return goes_on("brackets_inside", 0);
    return ends("wide_mark", 0);
}

/* Whether the next sentence begins with an omission: "loud. ...and then" */
static bool is_before_omission(const cq_walk *w, const cq_spot *spot)
{
    size_t at = spot->next;
    unsigned dots = 0;
    uint32_t bits = 0;

    if (spot->next == spot->end || spot->before.kind != CQ_WORD_PLAIN)
        return false;
    while (at < w->text.len && dots < 4) {
        bits = cq_lexicon_look(w->lexicon, cq_text_next(w->text, &at));
        if (!(bits & (CQ_SIGN_STOP | CQ_SIGN_ELLIPSIS)))
            break;
        dots += bits & CQ_SIGN_ELLIPSIS ? 3 : 1;
    }
    return dots == 3 && (bits & CQ_CHAR_LETTER);
}

/* Whether the words about the speaker end before a dash in a quotation, with a full stop
 * and a capital after it. A short exchange stays one sentence: "Going? - she asked. -
 * Now!"
 */
static bool is_new_after_dash(const cq_walk *w, const cq_spot *spot)
{
    return (spot->sign & CQ_SIGN_MARK) == CQ_SIGN_STOP && !spot->is_many &&
           spot->after == CQ_NEXT_UPPER && spot->before.kind == CQ_WORD_PLAIN &&
           cq_text_length(cq_str_slice(w->text, w->start, spot->mark)) > EXCHANGE_MAX;
}

/* "(!)", "(?)" and nothing after it: a remark, not an end. */
static bool is_remark(const cq_walk *w, const cq_spot *spot)
{
    size_t start;

    return spot->has_bracket && (spot->sign & CQ_SIGN_END) && spot->mark > w->start &&
           (cq_lexicon_look(w->lexicon, cq_scan_before(w->text, spot->end, &start)) &
            CQ_SIGN_CLOSE) &&
           (cq_lexicon_look(w->lexicon, cq_scan_before(w->text, spot->mark, &start)) &
            (CQ_SIGN_OPEN | CQ_SIGN_QUOTE)) == CQ_SIGN_OPEN;
}

cq_verdict cq_decide(const cq_walk *w, const cq_spot *spot)
{
    bool is_ellipsis =
        (spot->sign & CQ_SIGN_ELLIPSIS) || (spot->is_many && !(spot->sign & CQ_SIGN_END));

    if (spot->after == CQ_NEXT_END)
        return ends("paragraph_end", 0);
    if (w->inside > 0)
        return goes_on("open_pair", CQ_BY_PAIR);
    if (spot->after == CQ_NEXT_COMMA || spot->after == CQ_NEXT_MARK)
        return is_before_omission(w, spot) ? ends("ellipsis_start", 0)
               : spot->has_opener          ? ends("end_mark", 0)
                                           : goes_on("before_comma", 0);
    if (is_remark(w, spot))
        return goes_on("no_word", 0);
    if (spot->has_dash && w->depth > 0 && !is_new_after_dash(w, spot))
        return goes_on("dash_in_quotation", 0);
    if (spot->sign & CQ_SIGN_WIDE)
        return decide_wide(w, spot);
    if (spot->next == spot->end)
        return decide_glued(w, spot);
    if (spot->sign & CQ_SIGN_NONE && !spot->is_many)
        return goes_on("not_a_mark", 0);
    if (is_ellipsis)
        return decide_ellipsis(w, spot);
    if (spot->sign & CQ_SIGN_END)
        return decide_end(w, spot);
    return decide_stop(w, spot);
}
