/* wanted.h -- the parts of a phrase, for phrase.c and places.c alone. */
#ifndef CQ_MEMORY_WANTED_H
#define CQ_MEMORY_WANTED_H

#include "phrase.h"

/* A stretch of the phrase without a '*'. */
typedef struct cq_literal {
    cq_str folded;
    cq_str source; /* the same as it was typed */
    /* Of the text looked at: sought at `from`, first found at `found`, SIZE_MAX for
     * nowhere before the next white space. The same holds for any start up to `until`, so
     * that no text is gone through twice. */
    size_t from, found, until;
    bool is_known;
} cq_literal;

/* What must stand together: the phrase, or one of its words. */
typedef struct cq_wanted {
    cq_literal *literals;
    size_t len;
    bool is_pattern, opens, closes; /* has a '*'; begins, ends with one */
    size_t edits;                   /* fuzzy: the most that may differ */
    uint32_t *codes;                /* fuzzy: code points of the folded literal */
    size_t codes_len;
} cq_wanted;

/* A word of an inflected phrase. */
typedef struct cq_stem {
    cq_token_kind kind;
    cq_str key;
    cq_str form;    /* what must be equal besides: of numbers, addresses; else ptr NULL */
    uint32_t token; /* the store's number, 0 when it has none */
} cq_stem;

struct cq_phrase {
    cq_memory *memory;
    cq_str group; /* name of the language group */
    cq_concordance_options opts;
    cq_folder *folder;
    cq_analyzer *analyzer;
    cq_arena arena;
    cq_str source;
    cq_folded folded; /* the phrase */
    cq_wanted *parts;
    size_t parts_len;
    cq_stem *stems;
    size_t stems_len;
    int levels;
    /* of the text looked at */
    cq_folded text;
    cq_range *ranges;
    size_t ranges_len, ranges_capacity;
    struct cq_cell *cells; /* fuzzy: two columns */
    size_t cells_capacity;
};

/* The code point at *at of valid UTF-8 is stepped over; its place is no middle of one. */
static inline size_t cq_char_end(cq_str s, size_t at)
{
    do
        at++;
    while (at < s.len && ((unsigned char)s.ptr[at] & 0xc0) == 0x80);
    return at;
}

#endif
