/* after.c -- what stands after the marks and still goes with the sentence before: numbers
 * of notes, omissions, smileys, pictures, a source in brackets. */
#include "segment/walk.h"

#include <string.h>

/* Raised digits after the mark are the number of a note. */
static size_t skip_raised(const cq_walk *w, size_t end)
{
    for (size_t at = end; at < w->text.len; end = at) {
        uint32_t code = cq_text_next(w->text, &at);

        if (code != 0xb9 && code != 0xb2 && code != 0xb3 &&
            !(code >= 0x2070 && code < 0x207a))
            break;
    }
    return end;
}

/* Numbers of notes that stand after the mark: "[2, 3]", "11 12". Only where a word went
 * before and a capital follows. */
static size_t skip_notes(const cq_walk *w, const cq_spot *spot)
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

/* Where square brackets that begin at `at` end, if numbers of notes stand in them or an
 * omission: "[17]", "[...]"; else `at`. */
static size_t note_end(const cq_walk *w, size_t at)
{
    if (at >= w->text.len || w->text.ptr[at] != '[')
        return at;
    for (size_t k = at + 1; k < w->text.len && k - at < 24;) {
        uint32_t code = cq_text_next(w->text, &k);

        if (code == ']')
            return k;
        if (!(code >= '0' && code <= '9') && code != ',' && code != ' ' && code != '.' &&
            code != 0x2026 && !(cq_lexicon_look(w->lexicon, code) & CQ_CHAR_DASH))
            break;
    }
    return at;
}

/* Such brackets after the mark, each with a space before it or none: they go with the
 * sentence before, if a space or nothing follows. */
static size_t skip_brackets(const cq_walk *w, size_t end)
{
    for (size_t at = end;;) {
        size_t open = at + (at < w->text.len && w->text.ptr[at] == ' ');
        size_t close = note_end(w, open), next = close;

        if (close == open)
            return end;
        at = close;
        if (at == w->text.len ||
            (cq_lexicon_look(w->lexicon, cq_text_next(w->text, &next)) & CQ_CHAR_SPACE))
            end = at;
    }
}

/* A smiley after the marks: it says how the sentence before is meant. */
static size_t skip_smiley(const cq_walk *w, size_t end)
{
    static const char *const smileys[] = {":-)", ";-)", ":-(", ":)", ";)",
                                          ":(",  ":D",  ":-D", "=)", ":P"};
    size_t at = end;

    if (at < w->text.len && w->text.ptr[at] == ' ')
        at++;
    if (at == w->text.len || !memchr(":;=", w->text.ptr[at], 3))
        return end;
    for (size_t i = 0; i < ARRAY_LEN(smileys); i++) {
        cq_str rest = cq_str_slice(w->text, at, w->text.len);
        size_t after = at + strlen(smileys[i]);

        if (cq_str_starts(rest, cq_str_from(smileys[i])) &&
            (after == w->text.len || w->text.ptr[after] == ' '))
            return after;
    }
    return end;
}

/* The same for pictures up to the end of the paragraph; before more text they may as well
 * begin an item. */
static size_t skip_pictures(const cq_walk *w, size_t end)
{
    size_t last = end;

    for (size_t at = end; at < w->text.len;) {
        uint32_t bits = cq_lexicon_look(w->lexicon, cq_text_next(w->text, &at));

        if (bits & CQ_CHAR_PICTURE)
            last = at;
        else if (!(bits & CQ_CHAR_SPACE))
            return end;
    }
    return last;
}

bool cq_after_is_source(const cq_walk *w, const cq_spot *spot, size_t nth)
{
    const cq_site *close;

    if (!spot->has_closer || nth >= w->len || w->sites[nth].start != spot->next ||
        w->sites[nth].partner == CQ_SITE_ALONE || (w->sites[nth].sign & CQ_SIGN_QUOTE))
        return false;
    close = &w->sites[w->sites[nth].partner];
    return w->sites[nth].partner + 1 < w->len && close[1].start == close->end &&
           (close[1].sign & CQ_SIGN_MARK);
}

size_t cq_after_marks(const cq_walk *w, const cq_spot *spot)
{
    size_t end = spot->end;

    if (end < w->text.len && w->text.ptr[end] >= '0' && w->text.ptr[end] <= '9')
        end = skip_notes(w, spot);
    end = skip_raised(w, end);
    if (w->inside == 0)
        end = skip_brackets(w, end);
    return skip_pictures(w, skip_smiley(w, end));
}
