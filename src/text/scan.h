/* scan.h -- the parts of the analyzer; for the files of src/text alone.
 *
 *   text --analyzer.c--> ranges and kinds --words.c--> keys and forms
 *              |
 *        classes.c says what a code point is, numbers.c and placeables.c how far one goes
 */
#ifndef CQ_TEXT_SCAN_H
#define CQ_TEXT_SCAN_H

#include "icu.h"

/* ---- classes.c ------------------------------------------------------------------------
 */

/* What the scanner must know of a code point. Values below CQ_CH_MARK are letters. */
typedef enum cq_char_class {
    CQ_CH_LETTER,
    CQ_CH_HEBREW, /* a letter after which '"' may stand inside a word (UAX #29, WB7b) */
    CQ_CH_MARK,   /* goes with what is before it (WB4) */
    CQ_CH_DIGIT,
    CQ_CH_JOINER, /* '_' and its like (ExtendNumLet) */
    CQ_CH_APOSTROPHE,
    CQ_CH_MIDDLE, /* inside a word only: middle dot, gershayim (MidLetter) */
    CQ_CH_PUNCTUATION,
    CQ_CH_SYMBOL,     /* and whatever is nothing else: controls, private use */
    CQ_CH_PICTOGRAPH, /* Extended_Pictographic: joined by ZWJ (UAX #29, GB11) */
    CQ_CH_FLAG,       /* regional indicator: two make a flag */
    CQ_CH_CHARACTER,  /* of a script without spaces: a token by itself */
    CQ_CH_SPACE,
} cq_char_class;

#define CQ_PAGES (0x110000 / 256)

/* Classes by pages of 256 code points, each made when first asked for. */
typedef struct cq_classes {
    uint8_t *pages[CQ_PAGES];
    bool failed; /* memory was short; the answer was CQ_CH_SYMBOL */
} cq_classes;

void cq_classes_release(cq_classes *classes);
const uint8_t *cq_classes_page(cq_classes *classes, uint32_t page); /* NULL: no memory */

static inline cq_char_class cq_class_of(cq_classes *classes, uint32_t code)
{
    const uint8_t *page = classes->pages[code >> 8];

    if (!page) {
        page = cq_classes_page(classes, code >> 8);
        if (!page)
            return CQ_CH_SYMBOL;
    }
    return (cq_char_class)page[code & 0xff];
}

/* ---- words.c --------------------------------------------------------------------------
 */

/* What becomes of a surface, remembered: all in one place, since a look at it is mostly
 * the time that memory takes to answer. */
typedef struct cq_word {
    cq_str key, form; /* often parts of `surface` */
    uint64_t note;    /* the caller's own (cq_token) */
    uint32_t len;     /* bytes of `surface` */
    cq_case letter_case;
    char surface[];
} cq_word;

typedef struct cq_word_slot {
    uint64_t hash;
    cq_word *word; /* NULL: free */
} cq_word_slot;

#define CQ_RECENT_WORDS                                                                  \
    2048u /* a power of two; small enough to stay in a core's cache                      \
           */

typedef struct cq_words {
    cq_word_slot *slots;                  /* open addressing, at most half full */
    cq_word_slot recent[CQ_RECENT_WORDS]; /* found last, by hash */
    size_t len, capacity;
    uint64_t epoch; /* how often all was forgotten */
    cq_arena arena;
    struct sb_stemmer *stemmer; /* NULL when the language has none */
    bool is_turkic;             /* I is the capital of dotless i */
    cq_utf16 source, a, b;      /* room to work in */
    cq_buf folded;
} cq_words;

cq_status cq_words_init(cq_words *words, const cq_lang *lang, cq_error *err);
void cq_words_release(cq_words *words);

/* Forget all when there are too many; whatever was found before is gone then. */
void cq_words_trim(cq_words *words);

/* @param kind  says how to make the key when `surface` is new; one surface has one kind
 * @param key   of a placeable: its class; NULL for other kinds
 * @return NULL on failure; valid until cq_words_trim() */
cq_word *cq_words_find(cq_words *words, cq_str surface, cq_token_kind kind,
                       const char *key, cq_error *err);

/* ---- numbers.c ------------------------------------------------------------------------
 */

/* How a language writes numbers, from CLDR. Its region is not asked: all texts of a group
 * are cut alike, or a text's tokens would depend on the tag that it came with. */
typedef struct cq_number_style {
    uint32_t decimal; /* separator */
} cq_number_style;

cq_status cq_number_style_init(cq_number_style *style, const cq_lang *lang,
                               cq_error *err);

/* One number, or the first of a chain of digits and separators that is none. */
typedef struct cq_number {
    size_t end;       /* byte past it */
    size_t chain_end; /* byte past the chain; past `end`, the rest is single integers */
    size_t decimal;   /* byte where the decimal separator stands, SIZE_MAX without one */
} cq_number;

/* Read from a digit at `at`. `plain`: take the digits alone. */
cq_number cq_number_scan(const cq_number_style *style, cq_classes *classes, cq_str text,
                         size_t at, bool plain);

/* Append the value as "-1234.5": ASCII digits, '.', no zeros that say nothing. */
void cq_number_value(cq_str text, size_t start, const cq_number *number, bool is_negative,
                     cq_buf *out);

/* ---- placeables.c ---------------------------------------------------------------------
 */

/* Byte past the address or file name that begins with the letter or digit at `at`, or
 * `at` when none does; `*key` is set to "url", "mail" or "file". */
size_t cq_placeable_at_word(cq_classes *classes, cq_str text, size_t at,
                            const char **key);

/* The same for a placeholder or a path that begins with a mark or symbol: "{}" or "file".
 * `is_glued`: something stands right before it. */
size_t cq_placeable_at_mark(cq_classes *classes, cq_str text, size_t at, bool is_glued,
                            const char **key);

#endif
