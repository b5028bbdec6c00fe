/* around.c -- the words around a mark, looked up in the lists of the language. */
#include "segment/walk.h"

/* Characters of the longest clause that says who speaks, in scripts without case. */
#define SPEAKER_MAX 24

/* Words that an abbreviation written with spaces may have before its last one. */
#define PARTS_MAX 3

/* Kinds that say something alone, without the other parts of the abbreviation. */
#define WHOLE (~(unsigned)(CQ_ABBR_HEAD | CQ_ABBR_TAIL))

bool cq_around_has(const cq_walk *w, const cq_map *words, const cq_word *word)
{
    cq_str s = cq_str_slice(w->text, word->start, word->end);
    size_t at = 0;

    if (cq_lexicon_has(words, s))
        return true;
    while (at < s.len) {
        size_t start = at;

        if (cq_lexicon_look(w->lexicon, cq_text_next(s, &at)) & CQ_SIGN_APOSTROPHE)
            return start > 0 && cq_lexicon_has(words, cq_str_slice(s, 0, start));
    }
    return false;
}

static size_t join(char *to, size_t len, size_t room, cq_str s)
{
    for (size_t i = 0; i < s.len && len < room; i++)
        to[len++] = s.ptr[i];
    return len;
}

/* Kinds of `tail` with the words before it: "B." after "z." is "z.B.". */
static unsigned kinds_joined(const cq_walk *w, size_t start, size_t end,
                             size_t *joined_from)
{
    size_t from = start;

    for (int k = 0; k < PARTS_MAX && from > 0; k++) {
        char joined[CQ_WORD_MAX];
        size_t len = 0, space;
        unsigned kinds;

        if (!(cq_lexicon_look(w->lexicon, cq_scan_before(w->text, from, &space)) &
              CQ_CHAR_SPACE))
            return 0;
        from = cq_spot_word_before(w->lexicon, w->text, w->start, space).start;
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
        if (kinds & WHOLE) {
            *joined_from = from;
            return kinds;
        }
    }
    return 0;
}

/* Where what is written close to a number begins: "km" of "10km"; the word's start if
 * none. */
static size_t after_digits(const cq_walk *w, const cq_word *word)
{
    size_t at = word->start, next = at;

    while (next < word->end &&
           (cq_lexicon_look(w->lexicon, cq_text_next(w->text, &next)) & CQ_CHAR_DIGIT))
        at = next;
    return at;
}

/* Where the last part of a word begins after '/', '-' or an apostrophe; its start if
 * none. One letter after an apostrophe is an ending: "it's". */
static size_t last_part(const cq_walk *w, const cq_word *word)
{
    size_t at = word->end;

    for (unsigned letters = 0; at > word->start; letters++) {
        size_t start;
        uint32_t code = cq_scan_before(w->text, at, &start);

        if (code == '/' || code == '-')
            return at;
        if (cq_lexicon_look(w->lexicon, code) & CQ_SIGN_APOSTROPHE)
            return letters > 1 ? at : word->start;
        at = start;
    }
    return word->start;
}

/* Kinds of the last part of a word, which begins at `*from`; 0 when it has no parts. */
static unsigned kinds_of_part(const cq_walk *w, const cq_word *word, size_t end,
                              size_t *from)
{
    const unsigned measures = CQ_ABBR_UNIT | CQ_ABBR_FINAL | CQ_ABBR_NAME | CQ_ABBR_WORD;
    size_t part = after_digits(w, word);
    unsigned allowed = part > word->start ? measures : ~0u;

    if (part == word->start)
        part = last_part(w, word);
    if (part == word->start || part == word->end)
        return 0;
    *from = part;
    return cq_lexicon_kinds(w->lexicon, cq_str_slice(w->text, part, end)) & allowed;
}

/* Whether the word is in capitals while the text around it is not, so that it is no
 * abbreviation that is listed in small letters: the agency "AP." is not "ap." */
static bool is_acronym(const cq_spot *spot)
{
    return spot->before.kind == CQ_WORD_PLAIN && spot->before.is_upper &&
           !spot->before.is_lower && spot->word.is_lower;
}

unsigned cq_around_kinds(const cq_walk *w, const cq_spot *spot, size_t *from)
{
    const cq_word *word = &spot->before;
    size_t end = spot->mark;
    unsigned kinds, joined = 0;

    *from = word->start;
    if (word->kind == CQ_WORD_EMPTY)
        return 0;
    cq_text_next(w->text, &end);
    kinds = is_acronym(spot)
                ? cq_lexicon_kinds_as_written(w->lexicon,
                                              cq_str_slice(w->text, word->start, end))
                : cq_lexicon_kinds(w->lexicon, cq_str_slice(w->text, word->start, end));
    if (kinds & CQ_ABBR_TAIL)
        joined = kinds_joined(w, word->start, end, from);
    if (joined)
        return joined;
    if (!(kinds & WHOLE))
        kinds |= kinds_of_part(w, word, end, from);
    return kinds & ~(unsigned)CQ_ABBR_TAIL;
}

bool cq_around_is_head(const cq_walk *w, const cq_spot *spot)
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

bool cq_around_follows_number(const cq_walk *w, const cq_word *word)
{
    size_t at = word->start, start;

    if (at == 0)
        return false;
    if (cq_lexicon_look(w->lexicon, cq_scan_before(w->text, at, &start)) & CQ_CHAR_SPACE)
        at = start;
    return at > 0 && (cq_lexicon_look(w->lexicon, cq_scan_before(w->text, at, &start)) &
                      CQ_CHAR_DIGIT);
}

/* ---- the next word --------------------------------------------------------------------
 */

/* Another initial is no starter, even if a word has only that letter ("A. I. Rabin" in
 * Swedish). */
bool cq_around_is_starter(const cq_walk *w, const cq_spot *spot)
{
    if (spot->word.kind == CQ_WORD_LETTER && spot->word.end < w->text.len &&
        w->text.ptr[spot->word.end] == '.')
        return false;
    return cq_around_has(w, &w->lexicon->starters, &spot->word);
}

size_t cq_around_follower(const cq_walk *w, const cq_spot *spot)
{
    size_t at = spot->next;

    if (at == w->text.len)
        return 0;
    if (!(cq_lexicon_look(w->lexicon, cq_text_next(w->text, &at)) & CQ_SIGN_FOLLOWER))
        return 0;
    return cq_lexicon_follower(w->lexicon,
                               cq_str_slice(w->text, spot->next, w->text.len));
}

bool cq_around_is_follower(const cq_walk *w, const cq_spot *spot)
{
    size_t len = cq_around_follower(w, spot), end = spot->next + len;

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

size_t cq_around_speech(const cq_walk *w, const cq_spot *spot, size_t *start)
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

bool cq_around_is_speaker(const cq_walk *w, const cq_spot *spot, unsigned *by)
{
    size_t start;

    *by = CQ_BY_FOLLOWER;
    if (spot->next == spot->end ? cq_around_follower(w, spot) > 0
                                : cq_around_is_follower(w, spot))
        return true;
    *by = CQ_BY_SPEECH;
    return cq_around_speech(w, spot, &start) > 0;
}

bool cq_around_begins_item(const cq_walk *w, const cq_spot *spot)
{
    cq_marker marker = cq_marker_at(w->lexicon, w->text, spot->next);

    return cq_marker_is_first(&marker) || cq_marker_follows(&w->item, &marker);
}
