/* lexicon.h -- what a language's locale file says of sentences, made ready for look-up;
 * internal to src/segment. The format is told in docs/segmentation.md, "The data".
 *
 * Nothing here names a language: all of it comes from the table `segmentation` of
 * locales/root.txt, to which locales/<language>.txt adds, and to this the user's own
 * files. */
#ifndef CQ_SEGMENT_LEXICON_H
#define CQ_SEGMENT_LEXICON_H

#include "base/base.h"
#include "text/text.h"

/* What an abbreviation means for a sentence end (docs/segmentation.md, "Kinds"). Bits,
 * since one spelling may be of several kinds. */
enum {
    CQ_ABBR_TITLE = 1 << 0,  /* before a name: never ends */
    CQ_ABBR_NEVER = 1 << 1,  /* leads on to what follows: never ends */
    CQ_ABBR_NUMBER = 1 << 2, /* goes before a number; else ends only before a starter */
    CQ_ABBR_NAME = 1 << 3,   /* part of a name: ends only before a starter */
    CQ_ABBR_FINAL = 1 << 4,  /* ends before a capital */
    CQ_ABBR_WORD = 1 << 5,   /* also an ordinary word, so ends before a capital */
    CQ_ABBR_MONTH = 1 << 6,  /* a month: follows ordinals, goes before numbers */
    CQ_ABBR_HEAD = 1 << 7,   /* an earlier part of an abbreviation with inner spaces */
    CQ_ABBR_UNIT = 1 << 9,   /* after a number: ends only before a starter */
    CQ_ABBR_TAIL = 1 << 8,   /* the last part of one */
};

/* The lists of abbreviations, in the order in which a later one wins. */
#define CQ_LISTS 9
typedef struct cq_lexicon_list {
    const char *path; /* in a locale file */
    unsigned kinds;   /* of what stands in it */
} cq_lexicon_list;
extern const cq_lexicon_list cq_lexicon_lists[CQ_LISTS];

/* What a character is to the scanner. Bits. */
enum {
    CQ_SIGN_STOP = 1 << 0,     /* full stop: also ends abbreviations */
    CQ_SIGN_END = 1 << 1,      /* ends a sentence when space follows: ! ? */
    CQ_SIGN_WIDE = 1 << 2,     /* ends it also without: ideographic and Indic marks */
    CQ_SIGN_ELLIPSIS = 1 << 3, /* one character of several dots */
    CQ_SIGN_OPEN = 1 << 4,     /* opens a bracket or quotation */
    CQ_SIGN_CLOSE = 1 << 5,
    CQ_SIGN_QUOTE = 1 << 6,  /* of a quotation rather than a bracket */
    CQ_SIGN_BULLET = 1 << 7, /* begins a list item */
    CQ_SIGN_COLON = 1 << 8,
    CQ_SIGN_SEMICOLON = 1 << 9,
    CQ_SIGN_NONE = 1 << 10,       /* no end mark here, whatever ICU says */
    CQ_SIGN_APOSTROPHE = 1 << 11, /* also stands inside words */
    CQ_SIGN_SPACE = 1 << 13,      /* a space, where it may end a sentence */
    CQ_SIGN_FOLLOWER = 1 << 14,   /* a word of `followers` begins with it */
    CQ_SIGN_FOREIGN = 1 << 12,    /* ends a sentence by ICU's word, named by no list */
};
#define CQ_SIGN_MARK (CQ_SIGN_STOP | CQ_SIGN_END | CQ_SIGN_WIDE | CQ_SIGN_ELLIPSIS)

/* What a character is by Unicode; above the CQ_SIGN_ bits. */
enum {
    CQ_CHAR_LETTER = 1 << 16,
    CQ_CHAR_UPPER = 1 << 17,
    CQ_CHAR_LOWER = 1 << 18,
    CQ_CHAR_DIGIT = 1 << 19,
    CQ_CHAR_SPACE = 1 << 20,
    CQ_CHAR_MARK = 1 << 21, /* combining */
    CQ_CHAR_DASH = 1 << 22,
    CQ_CHAR_PICTURE = 1 << 23,
};
#define CQ_CHAR_WORD (CQ_CHAR_LETTER | CQ_CHAR_DIGIT | CQ_CHAR_MARK)
#define CQ_PAGES     0x1100 /* of 256 code points each */

/* Where a colon or semicolon ends a sentence. */
typedef enum cq_clause {
    CQ_CLAUSE_NEVER = 0,
    CQ_CLAUSE_STARTER, /* before a capitalised starter */
    CQ_CLAUSE_CAPITAL, /* before any capital letter */
} cq_clause;

#define CQ_PAIRS_MAX 48

typedef struct cq_lexicon {
    cq_map
        abbreviations; /* spelling with its mark, without spaces -> CQ_ABBR_ bits: as
                          written in the low 16, in any case << 16, in capitals << 32 */
    cq_map starters;   /* lower-case words that commonly begin a sentence */
    cq_str *followers; /* words that, after an end mark, show that the sentence goes on;
                          sorted by bytes */
    size_t followers_len, followers_capacity;
    cq_arena words;   /* their bytes */
    cq_map months;    /* lower-case names of months */
    cq_map lead_ins;  /* lower-case words that begin an opening: "At 5 p.m. Mr. Gray" */
    cq_map numbered;  /* lower-case words that a plain number follows: "page" */
    cq_map speech;    /* verbs of speaking with which a clause after a quotation ends */
    cq_map capitals;  /* lower-case words that are written with a capital anywhere: "I" */
    cq_intmap signs;  /* code point -> CQ_SIGN_ bits */
    uint32_t **pages; /* the same and CQ_CHAR_ bits, by code point; filled when used */
    cq_intmap word_ends; /* letters in which an ordinary word ends; empty for all */
    struct {
        uint32_t open, close;
    } pairs[CQ_PAIRS_MAX];
    size_t pairs_len;
    /* Which bytes the scanner must look at: 0 none, 1 always, else 1 + row of `seconds`
     * that tells by the second byte. */
    unsigned char leads[256];
    unsigned char seconds[128][64];
    size_t seconds_len;
    cq_clause colon, semicolon;
    bool has_ordinals;    /* "12." is an ordinal number */
    bool lower_after_end; /* a sentence may begin in lower case after ! or ? */
    bool is_caseless;     /* small letters are no sign that a sentence goes on */
    bool ends_at_spaces;  /* no end marks are written: a space between words may end */
} cq_lexicon;

cq_status cq_lexicon_load(cq_locale *locale, cq_lexicon *lexicon, cq_error *err);
void cq_lexicon_release(cq_lexicon *lexicon);

/* CQ_ABBR_ bits of a spelling (with its mark, inner spaces left out), 0 for none. */
unsigned cq_lexicon_kinds(const cq_lexicon *lexicon, cq_str spelling);
/* The same of the spelling as it is listed, not in another case. */
unsigned cq_lexicon_kinds_as_written(const cq_lexicon *lexicon, cq_str spelling);

/* For cq_lexicon_look(): works the bits out, and keeps those of the page if memory
 * allows. */
uint32_t cq_lexicon_fill(const cq_lexicon *lexicon, uint32_t code);

/* CQ_SIGN_ and CQ_CHAR_ bits of a character. */
static inline uint32_t cq_lexicon_look(const cq_lexicon *lexicon, uint32_t code)
{
    const uint32_t *page = lexicon->pages[code >> 8];

    return page ? page[code & 0xff] : cq_lexicon_fill(lexicon, code);
}

/* Bytes of the shortest of `followers` with which the text begins; 0 for none. */
size_t cq_lexicon_follower(const cq_lexicon *lexicon, cq_str text);

/* Append `word` in lower case; false when it does not fit into `room` bytes. */
bool cq_lexicon_lower(cq_str word, char *to, size_t room, size_t *len);

/* Whether `words` (a map of lower-case words) has `word`, in any case. */
bool cq_lexicon_has(const cq_map *words, cq_str word);

#endif
