#include "segment/spot.h"

#define OPENERS_MAX 8 /* that may stand before a word */

size_t cq_spot_skip_space(const cq_lexicon *lexicon, cq_str text, size_t at)
{
    while (at < text.len) {
        size_t next = at;

        if (!(cq_lexicon_look(lexicon, cq_text_next(text, &next)) & CQ_CHAR_SPACE))
            break;
        at = next;
    }
    return at;
}

bool cq_spot_is_spaceless(uint32_t code)
{
    return cq_char_is_ideograph(code) || (code >= 0x3000 && code < 0x3100) ||
           (code >= 0xff00 && code < 0xff61) || (code >= 0x0e00 && code < 0x0f00) ||
           (code >= 0x1000 && code < 0x10a0) || (code >= 0x1780 && code < 0x1800);
}

/* ---- words ----------------------------------------------------------------------------
 */

static bool is_hyphen(uint32_t code)
{
    return code == '-' || code == 0x2010 || code == 0x2011;
}

static bool ends_word(const cq_lexicon *lexicon, uint32_t code)
{
    uint32_t bits = cq_lexicon_look(lexicon, code);

    if (bits & (CQ_CHAR_SPACE | CQ_SIGN_BULLET | CQ_SIGN_END | CQ_SIGN_ELLIPSIS))
        return true;
    if (bits & CQ_SIGN_APOSTROPHE)
        return false;
    if (bits & (CQ_SIGN_OPEN | CQ_SIGN_CLOSE))
        return true;
    return (bits & CQ_CHAR_DASH) && !is_hyphen(code);
}

/* Letters of which Roman numbers under 40 are made. */
static bool is_roman(cq_str word)
{
    for (size_t i = 0; i < word.len; i++) {
        char c = (char)(word.ptr[i] | 0x20);

        if (c != 'i' && c != 'v' && c != 'x')
            return false;
    }
    return word.len > 1 && word.len <= 7;
}

/* Whether one letter is a syllable or a word by itself: Hangul, Han, Kana. */
static bool is_syllable(uint32_t code)
{
    return (code >= 0xac00 && code < 0xd7a4) || cq_char_is_ideograph(code);
}

static cq_word_kind kind_of(cq_str text, const cq_word *word, unsigned dots,
                            unsigned others)
{
    size_t at = word->start;

    if (word->start == word->end)
        return CQ_WORD_EMPTY;
    if (others > 0 || (word->digits > 0 && word->letters + dots > 0))
        return CQ_WORD_OTHER;
    if (word->digits > 0)
        return CQ_WORD_NUMBER;
    if (dots > 0) /* the parts of an address or a file name are longer */
        return word->letters <= 2 * dots + 3 ? CQ_WORD_DOTTED : CQ_WORD_OTHER;
    if (word->letters == 1)
        return is_syllable(cq_text_next(text, &at)) ? CQ_WORD_PLAIN : CQ_WORD_LETTER;
    if (is_roman(cq_str_slice(text, word->start, word->end)))
        return CQ_WORD_ROMAN;
    return CQ_WORD_PLAIN;
}

/* Read the properties of a word whose range is known. */
static void measure(const cq_lexicon *lexicon, cq_str text, cq_word *word)
{
    unsigned dots = 0, others = 0;
    bool is_first = true;

    for (size_t at = word->start; at < word->end;) {
        uint32_t code = cq_text_next(text, &at), bits = cq_lexicon_look(lexicon, code);

        if (bits & CQ_CHAR_LETTER) {
            word->letters++;
            word->is_upper |= is_first && (bits & CQ_CHAR_UPPER);
            word->is_cased |= (bits & (CQ_CHAR_UPPER | CQ_CHAR_LOWER)) != 0;
            word->is_lower |= (bits & CQ_CHAR_LOWER) != 0;
            is_first = false;
        } else if (bits & CQ_CHAR_DIGIT) {
            word->digits++;
            if (code < 0x80 && word->digits < 7)
                word->value = word->value * 10 + (code - '0');
            is_first = false;
        } else if (bits & CQ_SIGN_STOP) {
            dots++;
        } else if (is_hyphen(code)) {
            word->has_hyphen |= word->letters + word->digits > 0;
        } else if (!(bits & (CQ_CHAR_MARK | CQ_SIGN_APOSTROPHE))) {
            others++;
        }
    }
    word->kind = kind_of(text, word, dots, others);
}

cq_word cq_spot_word_before(const cq_lexicon *lexicon, cq_str text, size_t from,
                            size_t at)
{
    cq_word word = {.start = at, .end = at};

    while (word.start > from && at - word.start < CQ_WORD_MAX) {
        size_t start;

        if (ends_word(lexicon, cq_scan_before(text, word.start, &start)))
            break;
        word.start = start;
    }
    measure(lexicon, text, &word);
    return word;
}

cq_word cq_spot_word_at(const cq_lexicon *lexicon, cq_str text, size_t at)
{
    cq_word word = {.start = at, .end = at};
    size_t last = at;

    while (last < text.len && last - at < CQ_WORD_MAX) {
        size_t next = last;
        uint32_t code = cq_text_next(text, &next);

        if (ends_word(lexicon, code))
            break;
        last = next;
        if ((cq_lexicon_look(lexicon, code) & CQ_CHAR_LETTER) ||
            (cq_lexicon_look(lexicon, code) & CQ_CHAR_DIGIT) ||
            (cq_lexicon_look(lexicon, code) & CQ_CHAR_MARK))
            word.end = last;
    }
    measure(lexicon, text, &word);
    return word;
}

/* ---- what follows ---------------------------------------------------------------------
 */

/* The numero sign counts as a comma: a number goes on with it. */
static cq_next class_of(const cq_lexicon *lexicon, uint32_t code)
{
    uint32_t bits = cq_lexicon_look(lexicon, code);

    if (bits & CQ_CHAR_UPPER)
        return CQ_NEXT_UPPER;
    if (bits & CQ_CHAR_LOWER)
        return lexicon->is_caseless ? CQ_NEXT_LETTER : CQ_NEXT_LOWER;
    if (bits & CQ_CHAR_DIGIT)
        return CQ_NEXT_DIGIT;
    if (bits & CQ_CHAR_LETTER)
        return CQ_NEXT_LETTER;
    if (bits & (CQ_SIGN_MARK | CQ_SIGN_NONE))
        return CQ_NEXT_MARK;
    if ((bits & (CQ_SIGN_COLON | CQ_SIGN_SEMICOLON | CQ_SIGN_CLOSE)) || code == ',' ||
        code == 0x3001 || code == 0x060c || code == 0xff0c || code == 0x2116)
        return CQ_NEXT_COMMA;
    return CQ_NEXT_OTHER;
}

/* Whether the character may stand before the first word of a sentence: openers, also the
 * inverted marks, and a quote that could be either. */
static bool leads_in(const cq_lexicon *lexicon, uint32_t code)
{
    return (cq_lexicon_look(lexicon, code) & CQ_SIGN_OPEN) || code == 0xa1 ||
           code == 0xbf;
}

void cq_spot_look_on(const cq_lexicon *lexicon, cq_str text, cq_spot *spot)
{
    size_t at = spot->next = cq_spot_skip_space(lexicon, text, spot->end);

    spot->after = CQ_NEXT_END;
    spot->word = (cq_word){.start = at, .end = at};
    for (int k = 0; at < text.len && k < OPENERS_MAX; k++) {
        size_t next = at;
        uint32_t code = cq_text_next(text, &next);

        if (leads_in(lexicon, code)) {
            spot->has_opener = true;
        } else if (code == ',' && next < text.len && text.ptr[next] == ',') {
            spot->has_opener = true; /* ,, typed for a low quotation mark */
            next++;
        } else if (cq_lexicon_look(lexicon, code) & CQ_CHAR_DASH) {
            spot->has_dash = true;
        } else {
            spot->after = class_of(lexicon, code);
            if (spot->after >= CQ_NEXT_UPPER && spot->after <= CQ_NEXT_DIGIT &&
                !(spot->sign & CQ_SIGN_WIDE))
                spot->word = cq_spot_word_at(lexicon, text, at);
            return;
        }
        at = cq_spot_skip_space(lexicon, text, next);
    }
    if (at < text.len)
        spot->after = CQ_NEXT_OTHER;
}

/* ---- list markers ---------------------------------------------------------------------
 */

static uint32_t roman_value(cq_str letters)
{
    static const struct {
        char letters[5];
        uint32_t value;
    } ones[] = {{"viii", 8}, {"vii", 7}, {"iii", 3}, {"iv", 4}, {"vi", 6},
                {"ix", 9},   {"ii", 2},  {"v", 5},   {"i", 1}};
    uint32_t value = 0;
    size_t at = 0;

    for (; at < letters.len && at < 3 && (letters.ptr[at] | 0x20) == 'x'; at++)
        value += 10;
    if (at == letters.len)
        return value;
    for (size_t k = 0; k < ARRAY_LEN(ones); k++) {
        size_t i = 0;

        while (ones[k].letters[i] && at + i < letters.len &&
               (letters.ptr[at + i] | 0x20) == ones[k].letters[i])
            i++;
        if (!ones[k].letters[i] && at + i == letters.len)
            return value + ones[k].value;
    }
    return 0;
}

/* Value of the letters or digits of a marker; false when they can be none. */
static bool read_value(const cq_word *word, cq_str text, cq_marker *marker)
{
    cq_str letters = cq_str_slice(text, word->start, word->end);
    char first = letters.len ? letters.ptr[0] : 0;

    marker->is_number = word->kind == CQ_WORD_NUMBER;
    marker->is_upper = word->is_upper;
    if (marker->is_number) {
        marker->value = word->value;
        return word->digits <= 3 && word->value > 0;
    }
    if (word->kind == CQ_WORD_LETTER && letters.len == 1)
        marker->value = (uint32_t)((first | 0x20) - 'a' + 1);
    if (word->kind == CQ_WORD_ROMAN || letters.len == 1)
        marker->roman = roman_value(letters);
    return marker->value > 0 || marker->roman > 0;
}

cq_marker cq_marker_at(const cq_lexicon *lexicon, cq_str text, size_t at)
{
    cq_marker marker = {.start = at};
    cq_word word;

    if (at < text.len && text.ptr[at] == '(') {
        marker.has_open = true;
        at++;
    }
    word = (cq_word){.start = at, .end = at};
    while (word.end < text.len && word.end - at < 8 &&
           ((text.ptr[word.end] >= '0' && text.ptr[word.end] <= '9') ||
            ((text.ptr[word.end] | 0x20) >= 'a' && (text.ptr[word.end] | 0x20) <= 'z')))
        word.end++;
    measure(lexicon, text, &word);
    if (!read_value(&word, text, &marker))
        return marker;
    at = word.end;
    if (at < text.len && text.ptr[at] == '.') {
        marker.has_dot = true;
        at++;
    }
    if (at < text.len && text.ptr[at] == ')') {
        marker.has_close = true;
        at++;
    }
    marker.end = at;
    marker.is_marker = (marker.has_dot || marker.has_close) &&
                       (!marker.has_open || marker.has_close) &&
                       cq_spot_skip_space(lexicon, text, at) > at;
    return marker;
}

bool cq_marker_follows(const cq_marker *last, const cq_marker *next)
{
    if (!last->is_marker || !next->is_marker || last->has_open != next->has_open ||
        last->has_dot != next->has_dot || last->has_close != next->has_close ||
        last->is_number != next->is_number || last->is_upper != next->is_upper)
        return false;
    return (last->value > 0 && next->value == last->value + 1) ||
           (last->roman > 0 && next->roman == last->roman + 1);
}

bool cq_marker_is_first(const cq_marker *marker)
{
    return marker->is_marker && (marker->value == 1 || marker->roman == 1);
}
