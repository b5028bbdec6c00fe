/* vocabulary.h -- which texts can hold a piece of a word.
 *
 * Tokens are stems, so "cord" cannot be asked of the index for "according". The
 * vocabulary has every piece (cq_piece_next()) of every folded text, digits as '0', and
 * beside it a token of each text that has it. So the texts whose words hold "cord" are
 * among those that have one of the tokens beside the words that hold it. It is kept in
 * sorted runs that merge as the index's generations do (docs/file-format.md, "Words"). */
#ifndef CQ_MEMORY_VOCABULARY_H
#define CQ_MEMORY_VOCABULARY_H

#include "session.h"

/* ---- writing --------------------------------------------------------------------------
 */

/* Gathers what new texts add; within the store's transaction. */
typedef struct cq_vocabulary cq_vocabulary;

cq_vocabulary *cq_vocabulary_new(cq_memory *memory); /* NULL when memory is short */
void cq_vocabulary_free(cq_vocabulary *vocabulary);
/* Add a text, or a part of one that no piece goes across the ends of.
 * @param starts    where each token begins, from the first byte of the first one on
 * @param elements  the numbers of the tokens, in reading order */
cq_status cq_vocabulary_add(cq_vocabulary *vocabulary, uint32_t group, cq_str text,
                            const uint32_t *starts, const cq_index_token *elements,
                            size_t len, cq_error *err);
/* Before the first new text of a transaction: what is missing is read again, once. Uses
 * memory->tokens. */
cq_status cq_vocabulary_catch_up(cq_vocabulary *vocabulary, cq_error *err);
/* Instead: all texts are about to be added anew. */
void cq_vocabulary_renew(cq_vocabulary *vocabulary);
/* Write what is gathered; before the commit. */
cq_status cq_vocabulary_finish(cq_vocabulary *vocabulary, cq_error *err);

/* Append the word under which a piece is kept, or the first part of a long one. */
void cq_vocabulary_key(cq_str piece, cq_buf *key);

/* ---- asking ---------------------------------------------------------------------------
 */

/* Tokens of which a text has at least one; or, with `is_all`, any text. */
typedef struct cq_token_set {
    uint32_t *items; /* rising */
    size_t len, capacity;
    bool is_all;
} cq_token_set;

#define CQ_TOKEN_SET_MAX                                                                 \
    4096u /* so many lists take longer to read than to do without                        \
           */

void cq_token_set_release(cq_token_set *set);
/* Add `from` to `set`. */
cq_status cq_token_set_join(cq_token_set *set, const cq_token_set *from, cq_error *err);

/**
 * The tokens of texts that hold a piece; also some of texts that do not.
 * @param piece          a piece of a folded text, or a part of one
 * @param starts, ends   whether the text's piece starts, ends with it
 * @param set            added to
 */
cq_status cq_vocabulary_find(cq_memory *memory, uint32_t group, cq_str piece, bool starts,
                             bool ends, cq_token_set *set, cq_error *err);

#endif
