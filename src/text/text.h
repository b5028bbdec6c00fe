/* text.h -- what text is: languages, normal forms, tokens, transliteration, locale data.
 * The only module that knows ICU and libstemmer, and that UTF-16 exists; nobody else
 * includes their headers. What was stored is never changed here: keys are made beside it.
 *
 * Everything public of this module is in <calque/lang.h>, <calque/text.h>,
 * <calque/messages.h>. */
#ifndef CQ_TEXT_TEXT_H
#define CQ_TEXT_TEXT_H

#include "base/base.h"

#include <calque/explain.h>
#include <calque/lang.h>
#include <calque/locale.h>
#include <calque/messages.h>
#include <calque/text.h>

/* ---- forms (fold.c) -------------------------------------------------------------------
 */

/* Append `s` in NFC. */
cq_status cq_text_nfc(cq_str s, cq_buf *out, cq_error *err);

/* Whether two texts are canonically equivalent (equal in NFC). */
bool cq_text_same(cq_str a, cq_str b);

/* Append `s` folded for searching: NFKC_Casefold, then without combining marks (Arabic
 * and Hebrew points, accents), kashida and default ignorables; digits of any script as
 * ASCII. `map`, when not NULL, gets for each byte of the output the byte offset in `s` of
 * the character that it came from, as size_t, and one more for the end. */
cq_status cq_text_fold(cq_str s, cq_buf *out, cq_buf *map, cq_error *err);

/* ---- the searched form of many texts (search.c) ---------------------------------------
 */

/* Folds as cq_text_fold() does, and makes one space of each run of white space. Remembers
 * what becomes of each character. Belongs to one thread. */
typedef struct cq_folder cq_folder;

/* A text folded. {0} is empty. */
typedef struct cq_folded {
    cq_buf text;
    cq_buf map; /* as of cq_text_fold(); only when `is_mapped`, else byte n is byte n */
    bool is_mapped;
} cq_folded;

cq_status cq_folder_open(cq_folder **folder, cq_error *err);
void cq_folder_close(cq_folder *folder);
/* Replaces `out`. */
cq_status cq_folder_run(cq_folder *folder, cq_str s, cq_folded *out, cq_error *err);
void cq_folded_release(cq_folded *folded);
/* Turn a byte range of the folded text into that of the text: whole characters. */
void cq_folded_range(const cq_folded *folded, size_t *start, size_t *end);

/* A folded text is white space and pieces: a run of letters and digits; or one character
 * of another kind (a mark of punctuation, a character of a script without spaces); each
 * with the combining marks behind it. */
typedef enum cq_piece_kind {
    CQ_PIECE_NONE = 0, /* at the end */
    CQ_PIECE_MARKS,    /* marks with nothing to stand on */
    CQ_PIECE_WORD,
    CQ_PIECE_SINGLE,
} cq_piece_kind;

/* The next piece at or after byte *end (0 to begin). */
cq_piece_kind cq_piece_next(cq_folder *folder, cq_str folded, size_t *start, size_t *end);
/* Whether no piece goes across byte `at`, which begins a character. */
bool cq_piece_parts(cq_folder *folder, cq_str folded, size_t at);

/* ---- tokens (analyzer.c) --------------------------------------------------------------
 */

typedef enum cq_case {
    CQ_CASE_NONE = 0,
    CQ_CASE_LOWER,
    CQ_CASE_TITLE,
    CQ_CASE_UPPER,
    CQ_CASE_MIXED
} cq_case;
typedef enum cq_gap { CQ_GAP_NONE = 0, CQ_GAP_SPACE, CQ_GAP_OTHER } cq_gap;

/* White space is no token: it is the `gap` before one (one U+0020, or anything else). */
typedef struct cq_token {
    size_t start, end; /* byte range in the text */
    cq_token_kind kind;
    cq_case letter_case;
    cq_gap gap;
    cq_str
        key;     /* what the index compares: word stem of the case-folded form; the folded
                    character; "#" and a digit-count-free class for numbers; the mark itself
                    (quotes, dashes and their full-width forms folded to one of each kind) */
    cq_str form; /* the case-folded NFC form; for a number its value as "-1234.5", read
                    from any digits and separators */
    /* Room for a number of the caller's own, of this surface: 0 at first, kept while
     * cq_tokens.epoch stays the same. NULL for numbers, whose surfaces are too many. */
    uint64_t *note;
} cq_token;

typedef struct cq_tokens {
    size_t len, capacity;
    cq_token *items;
    cq_gap last_gap; /* white space after the last token */
    uint64_t epoch;  /* while it stays the same, a key at the same place with the same
                        length is the same key (but one analyzer's only) */
} cq_tokens;

/* Cuts texts of one language group into tokens. Own scanner over the Unicode Word_Break
 * property (UAX #29), so that it costs little; Han, Kana, Thai, Lao, Khmer and Burmese
 * one token a grapheme cluster. Language and script decide, the region never does. Keeps
 * a cache of word to stem. Belongs to one thread. */
typedef struct cq_analyzer cq_analyzer;

cq_status cq_analyzer_open(const cq_lang *lang, cq_analyzer **analyzer, cq_error *err);
void cq_analyzer_close(cq_analyzer *analyzer);

/* @param text    valid UTF-8
 * @param tokens  replaced; keys and forms are valid until the next call with `analyzer`
 */
cq_status cq_analyzer_run(cq_analyzer *analyzer, cq_str text, cq_tokens *tokens,
                          cq_error *err);
void cq_tokens_release(cq_tokens *tokens);

/* A number below 2^63 and above 0 that changes whenever tokens or keys may come out
 * otherwise: with ICU's and Unicode's version, what libstemmer makes of a set of words,
 * and the rules of our own. What was made with another one is not to be compared. */
cq_status cq_analyzer_fingerprint(uint64_t *fingerprint, cq_error *err);

/* ---- numbers (rewrite.c) --------------------------------------------------------------
 */

/**
 * Append a number of one text as the writer of another would have put it.
 * @param number  one number token of language `from`
 * @param like    one number token of language `to`: its digits, decimal mark and groups
 *                are followed; CLDR's for `to` where it shows none
 * @return CQ_OK; CQ_DONE when either is not a number; CQ_E_NOMEM
 */
cq_status cq_number_rewrite(const cq_lang *from, cq_str number, const cq_lang *to,
                            cq_str like, cq_buf *out, cq_error *err);

/* ---- other views ----------------------------------------------------------------------
 */

/* Append a Latin-letter, accent-free, lower-case rendering of a word in any script
 * ("Any-Latin; Latin-ASCII; Lower"), by which names and cognates are compared across
 * scripts. */
typedef struct cq_translit cq_translit;
cq_status cq_translit_open(cq_translit **translit, cq_error *err);
void cq_translit_close(cq_translit *translit);
cq_status cq_translit_run(cq_translit *translit, cq_str word, cq_buf *out, cq_error *err);

/* The language that is called so in English or in itself, whatever the case: "French",
 * "Deutsch", "Portuguese (Brazil)", "British English". Its tag is the short one. False
 * for none, and when memory is short. (langname.c) */
bool cq_lang_of_name(cq_str name, cq_lang *lang);
/* Whether CLDR knows the language by a name, so that one may believe that it is meant. */
bool cq_lang_has_name(const cq_lang *lang);

/* The same language in its other script, where letters stand for letters: Serbian alone.
 * False when there is none. (twin.c) */
bool cq_lang_twin(const cq_lang *lang, cq_lang *twin);
/* Append `s`, which is in one of the two scripts, in that of `twin`, and in NFC. */
cq_status cq_lang_rewrite(cq_str s, const cq_lang *twin, cq_buf *out, cq_error *err);

/* Code points in valid UTF-8. */
size_t cq_text_length(cq_str text);

/* Read one code point of valid UTF-8 at *at (< text.len) and step over it. */
static inline uint32_t cq_text_next(cq_str text, size_t *at)
{
    const unsigned char *s = (const unsigned char *)text.ptr + *at;

    if (s[0] < 0x80) {
        *at += 1;
        return s[0];
    }
    if (s[0] < 0xe0) {
        *at += 2;
        return (uint32_t)(s[0] & 0x1f) << 6 | (s[1] & 0x3f);
    }
    if (s[0] < 0xf0) {
        *at += 3;
        return (uint32_t)(s[0] & 0x0f) << 12 | (uint32_t)(s[1] & 0x3f) << 6 |
               (s[2] & 0x3f);
    }
    *at += 4;
    return (uint32_t)(s[0] & 0x07) << 18 | (uint32_t)(s[1] & 0x3f) << 12 |
           (uint32_t)(s[2] & 0x3f) << 6 | (s[3] & 0x3f);
}

/* Append a code point as UTF-8. */
void cq_text_put(cq_buf *out, uint32_t code);

/* Read `bytes` as UTF-8, or as UTF-16 when it opens with a byte order mark; append UTF-8
 * without the mark. Anything that is not valid text is CQ_E_INPUT with line and column
 * (docs/errors.md). */
cq_status cq_text_decode(cq_str bytes, cq_buf *out, cq_error *err);

/* ---- encodings (encoding.c) -----------------------------------------------------------
 */

/* Reads a stream in any encoding that ICU knows ("UTF-16LE", "windows-1251", "GB18030").
 * Strict: bytes that the encoding does not assign are refused, never replaced. */
typedef struct cq_converter cq_converter;

typedef struct cq_bad_bytes {
    unsigned char bytes[16]; /* the start of what is no character in the encoding */
    size_t len;
} cq_bad_bytes;

/* @return CQ_E_INPUT when no encoding has that name */
cq_status cq_converter_open(cq_str name, cq_converter **converter, cq_error *err);
void cq_converter_close(cq_converter *converter);

/* Append `bytes` as UTF-8 and step over them. A character may lie across pieces;
 * `is_last` with any piece, also an empty one, ends the text. CQ_OK when all is taken;
 * CQ_DONE when stopped just after bytes that are no character: `bad` holds them, they
 * gave no output, and the next call goes on with what is left. */
cq_status cq_converter_run(cq_converter *converter, cq_str *bytes, bool is_last,
                           cq_buf *out, cq_bad_bytes *bad, cq_error *err);

/* ---- detection (detect.c) ------------------------------------------------------------
 */

#define CQ_ENCODING_MAX 32 /* bytes of an encoding's name with its NUL */

/* Tell the encoding of a text that is not UTF-8: the one in which it looks like `lang`
 * and in none other. CQ_OK with its name; CQ_DONE when that is not clear, as for short
 * texts, or UTF-8 with a wrong byte in it; CQ_E_NOMEM, CQ_E_SYSTEM.
 * @param bytes  the beginning of the text, which may end inside a character */
cq_status cq_text_detect(cq_str bytes, const cq_lang *lang, char name[CQ_ENCODING_MAX],
                         cq_error *err);

/* ---- sentence candidates (sentence.c) -------------------------------------------------
 */

/* ICU's sentence iterator over one paragraph. Offsets are bytes of the text. */
typedef struct cq_breaks cq_breaks;
cq_status cq_breaks_open(const cq_lang *lang, cq_breaks **breaks, cq_error *err);
void cq_breaks_close(cq_breaks *breaks);
/* Appends the end of every candidate sentence as size_t, the last being text.len. */
cq_status cq_breaks_run(cq_breaks *breaks, cq_str text, cq_buf *ends, cq_error *err);
/* Appends, as uint32_t, each code point without which the iterator finds no end but the
 * last: Sentence_Terminal (UAX #44), full stops, and line ends. */
cq_status cq_breaks_marks(cq_buf *codes, cq_error *err);

/* Properties of a code point that deciding candidates needs; see UAX #44. */
bool cq_char_is_upper(uint32_t code); /* Uppercase or titlecase letter */
bool cq_char_is_lower(uint32_t code);
bool cq_char_is_letter(uint32_t code);    /* Alphabetic */
bool cq_char_is_digit(uint32_t code);     /* Nd */
bool cq_char_is_space(uint32_t code);     /* White_Space */
bool cq_char_is_mark(uint32_t code);      /* Mn, Mc, Me */
bool cq_char_is_dash(uint32_t code);      /* Pd */
bool cq_char_is_virama(uint32_t code);    /* Canonical_Combining_Class 9 */
bool cq_char_is_ideograph(uint32_t code); /* Han, Kana, Hangul excluded */
bool cq_char_is_picture(uint32_t code);   /* emoji (UTS 51) and what joins them */
uint32_t cq_char_to_lower(uint32_t code);

/* ---- regular expressions (regex.c) ----------------------------------------------------
 */

/* ICU regular expressions over UTF-8, with limits on time and stack, for SRX. */
typedef struct cq_regex cq_regex;
cq_status cq_regex_open(cq_str pattern, cq_regex **regex, cq_error *err);
void cq_regex_close(cq_regex *regex);
/* The text is borrowed until the next cq_regex_set(). */
cq_status cq_regex_set(cq_regex *regex, cq_str text, cq_error *err);
/* Next match at or after byte `from`: CQ_OK with its byte range, CQ_DONE for none,
 * CQ_E_INPUT when a limit is hit. */
cq_status cq_regex_find(cq_regex *regex, size_t from, size_t *start, size_t *end,
                        cq_error *err);
/* Whether all of the text matches: CQ_OK or CQ_DONE. */
cq_status cq_regex_matches(cq_regex *regex, cq_error *err);

/* ---- locale files (bundle.c) ----------------------------------------------------------
 */

/* The text form of ICU's resource bundles as a tree: what genrb compiles, read at run
 * time. Strict, and safe on any bytes: the depth and the length have ceilings. */
typedef enum cq_node_kind {
    CQ_NODE_ARRAY = 0, /* also empty braces */
    CQ_NODE_TABLE,
    CQ_NODE_STRING, /* or a number, as it is written */
} cq_node_kind;

typedef struct cq_node {
    cq_node_kind kind;
    cq_str key;            /* in a table */
    cq_str text;           /* of a string, escapes resolved */
    bool is_joined;        /* two strings with no comma between them, which are one */
    uint64_t line, column; /* of the key, or of the string; 1-based, column in bytes */
    struct cq_node *first, *next; /* what is inside; what follows in the same braces */
    size_t len;                   /* count of what is inside */
} cq_node;

typedef struct cq_bundle {
    cq_node root; /* its key is the name of the locale */
    cq_arena arena;
} cq_bundle;

#define CQ_BUNDLE_MAX ((size_t)4 << 20) /* bytes of a file */

/* @param text  valid UTF-8, borrowed for the call only
 * @param bundle  released by the caller; empty on failure
 * @return CQ_OK; CQ_E_INPUT with line and column; CQ_E_NOMEM */
cq_status cq_bundle_parse(cq_str text, cq_bundle *bundle, cq_error *err);
/* The same from a file. CQ_DONE when there is none of that name. */
cq_status cq_bundle_read(const char *path, cq_bundle *bundle, cq_error *err);
void cq_bundle_release(cq_bundle *bundle);
/* What stands at a path as "segmentation/starters" below `from`; NULL for nothing. */
const cq_node *cq_node_find(const cq_node *from, const char *path);

/* ---- locale data (locale.c) -----------------------------------------------------------
 */

/* The tables of locales/<language>.txt, compiled by genrb and linked in as ICU data, and
 * on top of each language's those of the user's own files, which are read as text. Found
 * with ICU's inheritance: fr_CA, fr, root. */
typedef struct cq_locale cq_locale;

/* The user's own locale files; NULL for none. */
typedef struct cq_locale_files {
    const char *folder; /* where <locale>.txt is looked for */
    const char *file;   /* one more, on top of these */
} cq_locale_files;

/* @param files  NULL for none; its strings are borrowed for the call only
 * @return CQ_OK; CQ_E_INPUT with file, line and column of what is wrong in one of the
 * user's files; CQ_E_ARG when `file` is for another language; CQ_E_NOMEM */
cq_status cq_locale_open(const cq_lang *lang, const cq_locale_files *files,
                         cq_locale **locale, cq_error *err);
void cq_locale_close(cq_locale *locale);
/* A string or each string of an array at a path as "segmentation/abbreviations/title":
 * `list` is set to `len` strings in UTF-8, both in `arena`. False when the locale has
 * none, or memory is short, which cq_locale_check() then tells. */
bool cq_locale_strings(cq_locale *locale, const char *path, cq_arena *arena,
                       cq_str **list, size_t *len);
/* The keys of a table at `path`, likewise. */
bool cq_locale_keys(cq_locale *locale, const char *path, cq_arena *arena, cq_str **list,
                    size_t *len);
/* CQ_OK, or CQ_E_NOMEM when an answer since cq_locale_open() was lost to want of memory.
 */
cq_status cq_locale_check(const cq_locale *locale, cq_error *err);

/* The files that the locale is made of, from root to the most special; a user's own comes
 * after the built-in one of the same name. */
size_t cq_locale_layers(const cq_locale *locale);
/* As cq_locale_strings(), of one of them alone. */
bool cq_locale_layer_strings(cq_locale *locale, size_t layer, const char *path,
                             cq_arena *arena, cq_str **list, size_t *len);
/* Its text as a tree, to find where something stands: borrowed until close, NULL when
 * memory is short. Built-in ones are read when first asked for. */
const cq_node *cq_locale_layer_tree(cq_locale *locale, size_t layer);
/* "locales/fr.txt", or the path of the user's file. */
const char *cq_locale_layer_file(const cq_locale *locale, size_t layer);

/* ---- CLDR (cldr.c) --------------------------------------------------------------------
 */

typedef enum cq_cldr {
    CQ_CLDR_MONTHS,       /* names of months, as in dates and alone; 24 */
    CQ_CLDR_SHORT_MONTHS, /* 12 */
    CQ_CLDR_QUOTES,       /* opener and closer of quotations, then of those inside them */
    CQ_CLDR_EXCEPTIONS,   /* words after which a stop ends no sentence, at most 512 */
} cq_cldr;

/* What ICU's copy of CLDR has, as strings in the arena; none where it has nothing. False
 * when memory is short or the data cannot be read. */
bool cq_cldr_list(const cq_lang *lang, cq_cldr what, cq_arena *arena, cq_str **list,
                  size_t *len);
/* The language's English name; empty when memory is short. */
cq_str cq_cldr_name(const cq_lang *lang, cq_arena *arena);

/* "ICU 72.1"; static. */
const char *cq_text_version(void);

#endif
