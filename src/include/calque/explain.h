/* explain.h -- why two segments score as they do: tokens, edit script, percent
 * (docs/matching.md, "Score"). Also what a program needs to show a difference. */
#ifndef CALQUE_EXPLAIN_H
#define CALQUE_EXPLAIN_H

#include <calque/base.h>
#include <calque/lang.h>

#ifdef __cplusplus
extern "C" {
#endif

typedef enum cq_token_kind {
    CQ_TOKEN_WORD = 0,
    CQ_TOKEN_CHARACTER, /* of a script written without spaces: Han, Kana, Thai, Khmer, ...
                         */
    CQ_TOKEN_NUMBER,
    CQ_TOKEN_PUNCTUATION,
    CQ_TOKEN_SYMBOL,
    CQ_TOKEN_PLACEABLE, /* URL, e-mail address, file name */
} cq_token_kind;

typedef struct cq_scored_token {
    size_t start, end; /* byte range in its segment */
    cq_token_kind kind;
    uint32_t weight; /* by kind: what the index counts */
    uint32_t size;   /* what is kept when nothing differs; grows with a word's letters */
    cq_str key;      /* what the index compares: stem, number class, folded character */
    cq_str form;     /* what else makes two tokens the same: folded text, value */
} cq_scored_token;

typedef enum cq_edit_kind {
    CQ_EDIT_SAME = 0, /* same key; `differs` tells what is not the same */
    CQ_EDIT_REPLACE,
    CQ_EDIT_DELETE, /* token of a that b lacks */
    CQ_EDIT_INSERT, /* token of b that a lacks */
    CQ_EDIT_MOVE,   /* in both at another place: told twice, as a deletion (b is
                       CQ_NO_TOKEN) where it leaves and as an insertion where it arrives */
} cq_edit_kind;

/* What may differ between two tokens of one key. */
enum cq_differs {
    CQ_DIFFERS_FORM = 1, /* another form of the word, another value of the number */
    CQ_DIFFERS_CASE = 2,
    CQ_DIFFERS_SPELLING = 4, /* quotation marks, digits, width, points */
    CQ_DIFFERS_SPACE = 8,    /* white space before the token */
};

#define CQ_NO_TOKEN SIZE_MAX

typedef struct cq_edit {
    cq_edit_kind kind;
    size_t a, b;      /* token numbers, CQ_NO_TOKEN where that side has none */
    uint32_t kept;    /* of the tokens' size; 0 for all but CQ_EDIT_SAME */
    unsigned differs; /* flags of cq_differs */
} cq_edit;

/* A stretch of both segments. Together, pieces cover every byte of both, in order. */
typedef struct cq_piece {
    size_t a_start, a_end, b_start, b_end; /* bytes; one side may be empty */
    bool is_same; /* a reader sees no difference; pieces that are and are not take turns
                   */
} cq_piece;

/* percent = floor(100 * min(M / W, 3/4 * K / Z + 1/4 * M / W)), where W is the greater of
 * the weights, M `shared`, Z the greater of the sizes, K `kept`. */
typedef struct cq_explanation {
    int percent; /* 0 to 100 */
    uint32_t weight_a, weight_b;
    uint32_t shared; /* weight of the tokens that both have, in any order */
    uint32_t size_a, size_b;
    uint32_t edges; /* cost of other white space before and after all tokens */
    uint32_t kept;  /* by the script: what its edits keep, less `edges` */
    size_t a_len, b_len, edits_len;
    const cq_scored_token *a, *b;
    const cq_edit *edits; /* in reading order of both segments */
    size_t pieces_len;
    const cq_piece *pieces; /* word by word, and by letters in a word that is near */
} cq_explanation;

/* @param explanation  the caller frees it with cq_explanation_free(); NULL on failure
 * @return CQ_OK; CQ_E_INPUT when the segments are too long to lay out; CQ_E_NOMEM */
CQ_API cq_status cq_explain(const cq_lang *lang, cq_str a, cq_str b,
                            cq_explanation **explanation, cq_error *err);
CQ_API void cq_explanation_free(cq_explanation *explanation);

#ifdef __cplusplus
}
#endif
#endif
