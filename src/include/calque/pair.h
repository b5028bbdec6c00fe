/* pair.h -- which documents of two collections translate each other (docs/pairing.md). */
#ifndef CALQUE_PAIR_H
#define CALQUE_PAIR_H

#include <calque/base.h>
#include <calque/lang.h>

#ifdef __cplusplus
extern "C" {
#endif

/* One collection. All borrowed. */
typedef struct cq_collection {
    const char *const *paths; /* where each document is */
    const char *const *names; /* what it is called: the path within the collection, with
                                 '/' between folders */
    size_t len;
    const cq_lang *lang; /* NULL when unknown */
} cq_collection;

typedef struct cq_document_pair {
    size_t source, target; /* places in the collections */
    double confidence;     /* 0 to 1: how likely they translate each other */
    bool is_by_name;       /* their names say so, too */
} cq_document_pair;

typedef struct cq_pairing_options {
    bool is_by_name_only; /* do not read the documents */
    cq_progress progress; /* documents read */
    /* Told of a document that cannot be read; it may still be paired by its name. */
    void (*notice)(void *context, const cq_error *why);
    void *context;
} cq_pairing_options;

/**
 * Pair the documents of two collections, each at most once.
 * @param opts   NULL for the defaults
 * @param pairs  in the order of the source collection; freed with
 * cq_document_pairs_free()
 * @return CQ_OK also when nothing is paired; CQ_E_NOMEM, CQ_E_SYSTEM, CQ_E_STOP
 */
CQ_API cq_status cq_pair_documents(const cq_collection *source,
                                   const cq_collection *target,
                                   const cq_pairing_options *opts,
                                   cq_document_pair **pairs, size_t *len, cq_error *err);
CQ_API void cq_document_pairs_free(cq_document_pair *pairs);

#ifdef __cplusplus
}
#endif
#endif
