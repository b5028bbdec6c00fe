/* cutter.h -- texts cut into numbered tokens, away from the store, so that a thread of
 * its own can do it.
 *
 *   cutter (any one thread):   text -> numbers of its own, each new token spelt out once
 *   numbering (with the store): the cutter's number -> the store's, asked once a token
 *
 * What a cutter has spelt out must reach the numbering in the order in which it was. */
#ifndef CQ_MEMORY_CUTTER_H
#define CQ_MEMORY_CUTTER_H

#include "base/base.h"
#include "index/index.h"
#include "text/text.h"

/* A token that the cutter met for the first time. */
typedef struct cq_cut_word {
    size_t key; /* offset in `keys` */
    uint32_t len;
    cq_token_kind kind;
} cq_cut_word;

/* A stretch of a text that no piece (text.h) goes across the ends of, and in which the
 * cutter has not seen just these words: what the vocabulary has to be given. */
typedef struct cq_cut_part {
    size_t start, end; /* bytes of the text */
    size_t token, len; /* tokens of the text */
    size_t starts;     /* of these, in `starts` */
} cq_cut_part;

typedef struct cq_cut_text {
    size_t start, len;       /* in `tokens` */
    size_t parts, parts_len; /* in `parts` */
} cq_cut_text;

/* What a cutter made of some texts. {0} is empty. */
typedef struct cq_cuts {
    uint32_t epoch; /* numbers of another epoch are others */
    uint32_t first; /* number of words[0]; those after it rise by one */
    cq_cut_word *words;
    cq_cut_text *texts; /* in the order in which they were added */
    uint32_t *tokens;   /* the cutter's numbers, from 1, in reading order */
    cq_cut_part *parts;
    uint32_t *starts; /* where tokens of parts begin, in bytes from the part's start */
    size_t words_len, words_capacity, texts_len, texts_capacity, tokens_len,
        tokens_capacity, parts_len, parts_capacity, starts_len, starts_capacity;
    cq_buf keys;
} cq_cuts;

void cq_cuts_release(cq_cuts *cuts);

typedef struct cq_cutter cq_cutter;

cq_status cq_cutter_new(cq_cutter **cutter, cq_error *err);
void cq_cutter_free(cq_cutter *cutter);
/* Empty `cuts` for the texts to come. */
void cq_cutter_start(cq_cutter *cutter, cq_cuts *cuts);
/* Cut a text of a language group, as cq_language_group() names it, and add it. */
cq_status cq_cutter_add(cq_cutter *cutter, cq_str group, cq_str text, cq_cuts *cuts,
                        cq_error *err);

/* A token as it must be told to the store. */
typedef struct cq_numbered {
    const char *key; /* in the numbering's arena */
    uint32_t len;
    cq_token_kind kind;
} cq_numbered;

/* By the cutter's number; 0 is unused. What every token is asked for is apart from what
 * only a new one is, so that it stays in the cache. */
typedef struct cq_numbering {
    uint32_t epoch;
    cq_index_token *items; /* token: the store's number, 0 until asked for */
    cq_numbered *words;
    size_t len, items_capacity, words_capacity;
    cq_arena arena;
} cq_numbering;

void cq_numbering_release(cq_numbering *numbering);
/* Take over what is new in `cuts`. Of one cutter, each cuts once, in order. */
cq_status cq_numbering_learn(cq_numbering *numbering, const cq_cuts *cuts, cq_error *err);

#endif
