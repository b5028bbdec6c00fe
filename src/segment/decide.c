/* decide.c -- whether a sentence ends at a mark, by what stands around it
 * (docs/segmentation.md, "The procedure"). */
#include "segment/walk.h"

/* Characters up to the first words of the speaker in an exchange that is one sentence. */
#define EXCHANGE_MAX 80

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
            cq_around_is_starter(w, spot));
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
    bool is_sure = cq_around_is_starter(w, spot) || is_before_title(w, spot);
    size_t from;

    if (!is_fresh_word(w, spot))
        return cq_goes_on("no_space", 0);
    if (spot->sign & (CQ_SIGN_END | CQ_SIGN_ELLIPSIS) || spot->is_many)
        return before->kind == CQ_WORD_PLAIN ? cq_ends("missing_space", 0)
                                             : cq_goes_on("no_space", 0);
    if (cq_around_kinds(w, spot, &from) &
        (CQ_ABBR_TITLE | CQ_ABBR_NEVER | CQ_ABBR_NUMBER))
        return cq_goes_on("no_space", CQ_BY_ABBREVIATION);
    if ((before->kind == CQ_WORD_OTHER || before->kind == CQ_WORD_NUMBER) &&
        before->digits > 0 && !before->is_upper)
        return is_sure && word->kind == CQ_WORD_PLAIN && !cq_walk_is_first(w, before)
                   ? cq_ends("missing_space", 0)
                   : cq_goes_on("no_space", 0);
    if (is_word && (word->is_lower || word->kind == CQ_WORD_ROMAN) &&
        (!before->is_upper || is_sure))
        return cq_ends("missing_space", 0);
    return cq_goes_on("no_space", 0);
}

static cq_verdict decide_ellipsis(const cq_walk *w, const cq_spot *spot)
{
    unsigned by;

    if (w->first >= spot->mark)
        return cq_goes_on("ellipsis_start", 0);
    switch (spot->after) {
    case CQ_NEXT_UPPER:
        if (cq_around_has(w, &w->lexicon->capitals, &spot->word))
            return cq_goes_on("ellipsis", 0);
        return cq_ends("ellipsis_capital", 0);
    case CQ_NEXT_LETTER:
        if (spot->has_closer && cq_around_is_speaker(w, spot, &by))
            return cq_goes_on("speaker", by);
        return cq_ends("ellipsis_capital", 0);
    case CQ_NEXT_LOWER:
        return cq_around_begins_item(w, spot) ? cq_ends("list_item", 0)
                                              : cq_goes_on("ellipsis_small", 0);
    case CQ_NEXT_OTHER:
        return cq_ends("ellipsis_symbol", 0);
    default:
        return spot->has_dash ? cq_ends("ellipsis_item", 0) : cq_goes_on("ellipsis", 0);
    }
}

static cq_verdict decide_end(const cq_walk *w, const cq_spot *spot)
{
    size_t from;
    unsigned by;

    if (cq_around_kinds(w, spot, &from) & ~(unsigned)CQ_ABBR_HEAD)
        return cq_goes_on("mark_in_name", CQ_BY_ABBREVIATION);
    if (spot->has_closer && spot->after == CQ_NEXT_LETTER &&
        cq_around_is_speaker(w, spot, &by))
        return cq_goes_on("speaker", by);
    if (spot->after != CQ_NEXT_LOWER)
        return cq_ends("end_mark", 0);
    if (cq_around_begins_item(w, spot))
        return cq_ends("list_item", 0);
    if (spot->has_closer || spot->has_dash)
        return cq_goes_on("speaker", 0);
    if (w->lexicon->lower_after_end || spot->has_opener)
        return cq_ends("end_mark_before_small", CQ_BY_LOWER);
    return cq_goes_on("end_mark_before_small", CQ_BY_LOWER);
}

static cq_verdict decide_wide(const cq_walk *w, const cq_spot *spot)
{
    bool is_glued = spot->next == spot->end;
    unsigned by;

    if (spot->has_closer && cq_around_is_speaker(w, spot, &by))
        return cq_goes_on("speaker", by);
    if (spot->is_around && is_glued && spot->after == CQ_NEXT_LETTER)
        return cq_goes_on("brackets_inside", 0);
    return cq_ends("wide_mark", 0);
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
        return cq_ends("paragraph_end", 0);
    if (w->inside > 0)
        return cq_goes_on("open_pair", CQ_BY_PAIR);
    if (spot->after == CQ_NEXT_COMMA || spot->after == CQ_NEXT_MARK)
        return is_before_omission(w, spot) ? cq_ends("ellipsis_start", 0)
               : spot->has_opener          ? cq_ends("end_mark", 0)
                                           : cq_goes_on("before_comma", 0);
    if (is_remark(w, spot))
        return cq_goes_on("no_word", 0);
    if (spot->has_dash && w->depth > 0 && !is_new_after_dash(w, spot))
        return cq_goes_on("dash_in_quotation", 0);
    if (spot->sign & CQ_SIGN_WIDE)
        return decide_wide(w, spot);
    if (spot->next == spot->end)
        return decide_glued(w, spot);
    if (spot->sign & CQ_SIGN_NONE && !spot->is_many)
        return cq_goes_on("not_a_mark", 0);
    if (is_ellipsis)
        return decide_ellipsis(w, spot);
    if (spot->sign & CQ_SIGN_END)
        return decide_end(w, spot);
    return cq_decide_stop(w, spot);
}
