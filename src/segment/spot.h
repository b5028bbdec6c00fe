/* spot.h -- what stands around an end mark: the word before it, closers after it, the
 * next word; and list markers. Internal to src/segment. */
#ifndef CQ_SEGMENT_SPOT_H
#define CQ_SEGMENT_SPOT_H

#include "segment/scan.h"

/* How far back a word is followed, in bytes: so far that every abbreviation, address and
 * initial is seen whole, and so near that a text without spaces is not read twice. */
#define CQ_WORD_MAX 96

typedef enum cq_word_kind {
    CQ_WORD_EMPTY = 0, /* space, an opener or nothing before the mark */
    CQ_WORD_LETTER,    /* one letter: an initial, or a list marker */
    CQ_WORD_DOTTED,    /* letters with dots between: "U.S", "J.-P" */
    CQ_WORD_NUMBER,    /* ASCII or other digits alone */
    CQ_WORD_ROMAN,     /* "IV", "xii" */
    CQ_WORD_PLAIN,     /* letters alone, hyphens and apostrophes among them */
    CQ_WORD_OTHER,     /* anything else: "x10", "3,50", "a@b", "/" */
} cq_word_kind;

typedef struct cq_word {
    size_t start, end;
    cq_word_kind kind;
    unsigned letters, digits; /* count */
    uint32_t value;           /* of a number of at most 6 digits */
    bool is_upper;            /* begins with a capital */
    bool is_cased;            /* has a letter that is a capital or a small one */
    bool is_lower;            /* has a small letter */
    bool has_hyphen;          /* after a letter or digit */
} cq_word;

typedef enum cq_next {
    CQ_NEXT_END = 0, /* of the paragraph */
    CQ_NEXT_UPPER,
    CQ_NEXT_LOWER,
    CQ_NEXT_LETTER, /* without case */
    CQ_NEXT_DIGIT,
    CQ_NEXT_MARK,  /* an end mark */
    CQ_NEXT_COMMA, /* what cannot begin a sentence: , ; : and closers */
    CQ_NEXT_OTHER,
} cq_next;

typedef struct cq_spot {
    size_t mark;   /* where the marks begin */
    size_t end;    /* after the marks and the closers that belong to them */
    size_t next;   /* first byte after the space, == end when there is none */
    unsigned sign; /* CQ_SIGN_ bits of all marks */
    bool is_many;  /* more than one mark */
    bool has_closer, has_bracket; /* a closer follows the marks; one that is no quote */
    bool is_around; /* a bracket that closes was opened inside the sentence */
    cq_word before;
    bool has_opener, has_dash; /* stand between `next` and the next word */
    cq_next after;
    cq_word word; /* the next word; empty when `after` is no letter or digit, and after
                     marks that ask for none (CQ_SIGN_WIDE) */
} cq_spot;

/* The word that ends at `at`, back to a space or an opener, at most to `from`. */
cq_word cq_spot_word_before(const cq_lexicon *lexicon, cq_str text, size_t from,
                            size_t at);

/* The word that starts at `at`, up to a space or a sign (dots between letters belong). */
cq_word cq_spot_word_at(const cq_lexicon *lexicon, cq_str text, size_t at);

/* Fill in what follows `spot->end`. */
void cq_spot_look_on(const cq_lexicon *lexicon, cq_str text, cq_spot *spot);

/* Whether words are written without spaces with this character: Han, Kana, Thai, Lao,
 * Burmese, Khmer. */
bool cq_spot_is_spaceless(uint32_t code);

size_t cq_spot_skip_space(const cq_lexicon *lexicon, cq_str text, size_t at);

/* ---- list markers ---------------------------------------------------------------------
 */

/* "1." "2)" "(a)" "iv.)": how it is written, and its place in its list. A letter may be
 * a Roman number too, so both readings are kept. */
typedef struct cq_marker {
    bool is_marker;
    bool has_open, has_dot, has_close; /* ( . ) */
    bool is_number, is_upper;
    uint32_t value;    /* 1 for "1" and "a"; 0 when the letters are Roman only */
    uint32_t roman;    /* 0 when they are not */
    size_t start, end; /* of all of it, the mark included */
} cq_marker;

/* The marker whose letters or digits begin at or just after `at`. It must be followed by
 * space. */
cq_marker cq_marker_at(const cq_lexicon *lexicon, cq_str text, size_t at);

/* Whether `next` is the item after `last` in the same list. */
bool cq_marker_follows(const cq_marker *last, const cq_marker *next);

/* Whether it can be the first of a list. */
bool cq_marker_is_first(const cq_marker *marker);

#endif
