/* index.h -- which texts could score: compressed postings by generation
 * (docs/matching.md, "Index"; docs/file-format.md, "Postings").
 *
 * A text is a multiset of (token, occurrence number) elements with weights; its own
 * weight is their sum. New texts gather in a builder and become a generation; generations
 * of similar size merge, as in a log-structured merge tree. In a generation texts are
 * numbered by (weight, id), so that a range of weights is a range of numbers and postings
 * are small deltas.
 *
 * Storage is behind cq_index_io: named blobs, written in the caller's transaction. The
 * index keeps nothing in memory between calls but what an open generation list costs. */
#ifndef CQ_INDEX_INDEX_H
#define CQ_INDEX_INDEX_H

#include "base/base.h"

/* A row of storage. Rows of one (group, generation, token) are ordered by `part`. */
typedef struct cq_index_row {
    uint32_t group;      /* language group, as numbered by the store */
    uint32_t generation; /* 0: the list of generations itself */
    uint64_t token;      /* element; reserved values hold a generation's own tables */
    uint64_t part;       /* first text number of a block, or block number */
} cq_index_row;

typedef struct cq_index_io {
    void *context;
    cq_status (*put)(void *context, cq_index_row row, cq_str blob, cq_error *err);
    /* Row with the largest part <= row.part of the same (group, generation, token); its
     * part is stored in *part. Blob valid until the next call. CQ_DONE when there is
     * none. */
    cq_status (*get)(void *context, cq_index_row row, uint64_t *part, cq_str *blob,
                     cq_error *err);
    /* Walk all rows of (group, generation) in (token, part) order, from `row` on: the
     * first row at or after it, CQ_DONE at the end. */
    cq_status (*next)(void *context, cq_index_row row, cq_index_row *found, cq_str *blob,
                      cq_error *err);
    /* Drop every row of (group, generation). */
    cq_status (*erase)(void *context, uint32_t group, uint32_t generation, cq_error *err);
} cq_index_io;

/* ---- writing --------------------------------------------------------------------------
 */

typedef struct cq_index_builder cq_index_builder;

/* @param memory_max  bytes of postings to gather before a generation is written */
cq_status cq_index_builder_new(cq_index_io io, size_t memory_max,
                               cq_index_builder **builder, cq_error *err);
void cq_index_builder_free(cq_index_builder *builder);

typedef struct cq_index_token {
    uint32_t token;  /* id from the store's dictionary, above 0 */
    uint32_t weight; /* above 0, always the same for a token */
} cq_index_token;

/* Add a text; ids must rise within a group. Tokens in any order, repeated ones stand
 * repeated; a text of none is left out. May write a generation. After a failure the
 * caller rolls back and frees the builder. */
cq_status cq_index_add(cq_index_builder *builder, uint32_t group, uint64_t text,
                       const cq_index_token *tokens, size_t len, cq_error *err);
/* Write what is gathered and merge generations where due; before the caller commits. */
cq_status cq_index_flush(cq_index_builder *builder, cq_error *err);

/* ---- asking ---------------------------------------------------------------------------
 */

typedef struct cq_index_query {
    uint32_t group;
    const cq_index_token *tokens; /* of the query, those that the dictionary knows;
                                     repeated ones stand repeated */
    size_t len;
    uint64_t weight; /* of the whole query, tokens that nobody knows included */
    int percent;     /* least percent wanted, 1 to 100 */
} cq_index_query;

/* Told each text that shares enough weight to reach *percent, once; may raise *percent,
 * never lower it. The most promising come first (shared weight over the heavier text's),
 * so that with the wanted number of hits known raising it to the worst one's percent ends
 * the search soon. A text that was dropped from the store since may still be told: its id
 * must never be given to another. */
typedef cq_status (*cq_index_fn)(void *context, uint64_t text, uint64_t weight,
                                 uint64_t shared, int *percent, cq_error *err);

typedef struct cq_index_cost { /* for `explain` and the bench */
    uint64_t lists, postings, candidates, probes;
} cq_index_cost;

/**
 * Which texts of this group share at least weight M with these tokens and weigh between
 * lo and hi, where M, lo and hi follow from `percent`: every text that could score it,
 * none missed. This one function is what another database engine would answer in its own
 * way.
 * @param cost  may be NULL; added to
 */
cq_status cq_index_find(cq_index_io io, const cq_index_query *query, cq_index_fn each,
                        void *context, cq_index_cost *cost, cq_error *err);

/* A text is wanted when it holds at least one of these tokens. */
typedef struct cq_index_any {
    const uint32_t *tokens; /* each once */
    size_t len;
} cq_index_any;

/* Tells the texts that hold a token of every set, all texts when there are none, in the
 * order of (weight, id). Made once, asked again and again. */
typedef struct cq_index_walk cq_index_walk;

/**
 * @param until  the sets speak for texts with ids below; what lies beside later ones in a
 *               generation is told as if there were no sets
 * @param walk   freed with cq_index_walk_free(); NULL on failure. As large as a bit for
 *               each text of the group
 */
cq_status cq_index_walk_new(cq_index_io io, uint32_t group, const cq_index_any *sets,
                            size_t len, uint64_t until, cq_index_walk **walk,
                            cq_error *err);
/* CQ_DONE after the last. */
cq_status cq_index_walk_next(cq_index_walk *walk, uint64_t *text, uint64_t *weight,
                             cq_error *err);
void cq_index_walk_free(cq_index_walk *walk);
/* Texts in the lists of a token: those that hold it. */
cq_status cq_index_count(cq_index_io io, uint32_t group, uint32_t token, uint64_t *texts,
                         cq_error *err);
/* Texts of the group that are indexed. */
cq_status cq_index_texts(cq_index_io io, uint32_t group, uint64_t *texts, cq_error *err);

/* Check a group's rows: order, counts, sums; CQ_E_STORE names the first that is wrong.
 * Every posting is told once, so that the caller can hold them against the texts (a sum
 * of hashes of (token, occurrence) a text needs no order): a text that holds a token
 * three times gives three postings, occurrence 0, 1 and 2. */
cq_status cq_index_verify(cq_index_io io, uint32_t group,
                          cq_status (*posting)(void *context, uint32_t token,
                                               uint64_t text, uint32_t occurrence),
                          void *context, cq_error *err);

#endif
