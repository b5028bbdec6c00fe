/* session.h -- what the files of memory/ share: an open memory, its languages and
 * analyzers, loading a unit, and storing one. */
#ifndef CQ_MEMORY_SESSION_H
#define CQ_MEMORY_SESSION_H

#include "memory.h"

#include "cutter.h"

#include "index/index.h"
#include "match/match.h"
#include "store/store.h"
#include "text/text.h"
#include "unit/unit.h"

/* Numbers of docs/errors.md. */
enum {
    ERR_QUERY_TEXT = 120,
    ERR_QUERY_LONG = 121,
    ERR_NO_ORIGIN = 122,
    ERR_INDEX = 124,
    ERR_READ_FILE = 125,
    ERR_BOTH_STDIN = 126,
    ERR_PERCENT = 127,
    ERR_NO_PHRASE = 128,
    ERR_TWO_DOCTYPES = 129,
    ERR_DATE = 130,
    ERR_TEXT_TOO_LARGE = 166, /* as src/document says it */
    ERR_NO_UNIT = 131,
    ERR_DELETE_ALL = 132,
    ERR_NO_VARIANT = 133,
    ERR_MANY_VARIANTS = 134,
    ERR_NAME = 135,
    ERR_CONTROL = 136,
    ERR_REPLACED = 137,
    ERR_LIMIT = 138,
};

/* A language tag as variants bear it. Tags that are none ("English") are a group of their
 * own, in lower case, so that they are kept and match themselves. */
typedef struct cq_language {
    cq_lang lang; /* of a valid tag */
    bool is_valid;
    cq_str group;    /* "en-Latn" */
    uint32_t tag_id; /* of the store, 0 when it does not have it */
    uint32_t group_id;
} cq_language;

typedef struct cq_group_analyzer {
    cq_str group;
    cq_analyzer *analyzer;
} cq_group_analyzer;

struct cq_memory {
    cq_store *store;
    cq_memory_mode mode;
    cq_map languages; /* tag to place in `known`, from 0 */
    cq_language **known;
    size_t known_len, known_capacity;
    cq_arena arena; /* of the languages */
    cq_group_analyzer *analyzers;
    size_t analyzers_len, analyzers_capacity;
    cq_matcher *matcher; /* made when first asked for */
    cq_folder *folder;   /* likewise */
    cq_tokens tokens;    /* of the text looked at last */
    cq_tokens query;
    cq_buf ids;           /* token ids of that text as varints */
    uint64_t fingerprint; /* of analyzers and weights, 0 until asked for */
};

/* ---- session.c ------------------------------------------------------------------------
 */

/* The group of a tag as written: its language and script, or, of a tag that is none,
 * itself in lower case. `lang` is set for a valid one. ptr NULL when memory is short. */
cq_str cq_language_group(cq_arena *arena, cq_str tag, cq_lang *lang, bool *is_valid);
/* The language of a tag as written; inside a transaction the store learns it. Valid until
 * the next rollback. */
cq_status cq_memory_language(cq_memory *memory, cq_str tag, const cq_language **language,
                             cq_error *err);
/* The same by the store's number; CQ_E_STORE when there is none. */
cq_status cq_memory_language_of(cq_memory *memory, uint32_t tag_id,
                                const cq_language **language, cq_error *err);
/* Forget which languages the store knows: after a rollback. */
void cq_memory_forget(cq_memory *memory);
/* A transaction, in which the index is this program's: one that is another's is made anew
 * first. cq_memory_end() commits when `status` is CQ_OK, else it rolls back and
 * gives `status` back. */
cq_status cq_memory_begin(cq_memory *memory, cq_error *err);
/* The same with the index as it is. */
cq_status cq_memory_begin_as_is(cq_memory *memory, cq_error *err);
cq_status cq_memory_end(cq_memory *memory, cq_status status, cq_error *err);
cq_status cq_memory_analyzer(cq_memory *memory, cq_str group, cq_analyzer **analyzer,
                             cq_error *err);
/* Whether index and stored tokens are those that this program would make, as they stand
 * now; else nothing may be concluded from them. */
cq_status cq_memory_is_current(cq_memory *memory, bool *is_current, cq_error *err);
/* The one that folds all texts of this memory. */
cq_status cq_memory_folder(cq_memory *memory, cq_folder **folder, cq_error *err);
/* Rows of the index, in the store. */
cq_index_io cq_memory_index(cq_memory *memory);

/* ---- loaded.c -------------------------------------------------------------------------
 */

/* A whole unit out of the store, and what it owns. {0} is empty. */
typedef struct cq_loaded {
    cq_unit unit;
    uint64_t id, origin;
    uint64_t *texts; /* of each variant */
    uint32_t *tags;
    size_t variants, texts_capacity, tags_capacity;
    cq_buf record;
} cq_loaded;

/* Take over a row of the store. With `with_texts` the variants have their plain texts. */
cq_status cq_loaded_set(cq_memory *memory, const cq_store_unit *row, bool with_texts,
                        cq_loaded *loaded, cq_error *err);
/* CQ_DONE when there is no such unit. */
cq_status cq_loaded_get(cq_memory *memory, uint64_t id, bool with_texts,
                        cq_loaded *loaded, cq_error *err);
/* The same of a unit that another row names: CQ_E_STORE when it is not there. */
cq_status cq_loaded_named(cq_memory *memory, uint64_t id, bool with_texts,
                          cq_loaded *loaded, cq_error *err);
void cq_loaded_release(cq_loaded *loaded);

/* ---- adder.c --------------------------------------------------------------------------
 */

/* Adds units within the store's open transaction. */
typedef struct cq_adder {
    cq_memory *memory;
    cq_index_builder *index;
    bool is_looking; /* tokens that the store lacks are not added: they are number 0 */
    struct cq_vocabulary *vocabulary;
    cq_cutter *cutter; /* for what did not come cut; made when first asked for */
    cq_cuts cuts;
    cq_numbering own, fed; /* numbers of that cutter, and of the one that fed cuts */
    cq_buf record, tokens;
    cq_index_token *elements;
    size_t elements_len, elements_capacity;
    uint64_t found, added; /* texts that the store had, and had not */
    uint64_t *texts;
    uint32_t *tags;
    size_t texts_capacity, tags_capacity;
    cq_store_unit row; /* of the unit prepared last; its arrays are those above */
} cq_adder;

cq_status cq_adder_init(cq_adder *adder, cq_memory *memory, cq_error *err);
void cq_adder_release(cq_adder *adder);
/* What was done for a unit elsewhere. */
typedef struct cq_precut {
    const cq_cuts *cuts; /* learned by adder->fed; NULL when its texts are not cut */
    size_t first;        /* of its texts, one for each variant */
    cq_str record;       /* cq_unit_encode() */
} cq_precut;

/* Add what of a unit's texts is new, and make adder->row of it. The unit must then be
 * added, or take the place of a stored one. @param precut  NULL for nothing */
cq_status cq_adder_prepare(cq_adder *adder, const cq_unit *unit, const cq_precut *precut,
                           cq_error *err);
/* Prepare a unit and add it. */
cq_status cq_adder_add(cq_adder *adder, const cq_unit *unit, uint64_t origin,
                       bool *is_new, cq_error *err);
/* Give a stored unit other content; its id and places stay. */
cq_status cq_adder_replace(cq_adder *adder, uint64_t id, const cq_unit *unit,
                           cq_error *err);
/* Give a text that is stored its tokens, weight and postings again; by rising ids. */
cq_status cq_adder_renew(cq_adder *adder, const cq_store_text *text, cq_error *err);
/* Whether a stored text has the tokens and weight that it would get now. */
cq_status cq_adder_is_current(cq_adder *adder, const cq_store_text *text,
                              bool *is_current, cq_error *err);
/* Write the index; before the commit. */
cq_status cq_adder_finish(cq_adder *adder, cq_error *err);

/* ---- reindex.c ------------------------------------------------------------------------
 */

/* In a transaction: make tokens, index and fingerprints anew when they are not this
 * program's. */
cq_status cq_memory_renew_stale(cq_memory *memory, cq_error *err);
/* The same when so many texts are dropped that the index is mostly theirs. */
cq_status cq_memory_renew_sparse(cq_memory *memory, cq_error *err);

#endif
