/* store.h -- the memory's file: the only module that knows SQLite (docs/file-format.md).
 *
 * Holds origins, units, distinct texts, tokens and index rows; decides nothing about
 * matching. Several processes may read while one writes; a write is a transaction from
 * cq_store_begin() to cq_store_commit(), and anything that interrupts it leaves the file
 * as before. A cq_store belongs to one thread at a time. Borrowed strings are valid until
 * the next call of the same function unless said otherwise.
 *
 * Every function that touches the file can fail with CQ_E_STORE (CQ-100 to CQ-119 of
 * docs/errors.md, with the path in err->file) and CQ_E_NOMEM. After a failure inside a
 * transaction the caller rolls back. */
#ifndef CQ_STORE_STORE_H
#define CQ_STORE_STORE_H

#include "base/base.h"

typedef struct cq_store cq_store;

typedef enum cq_store_mode { CQ_STORE_READ, CQ_STORE_WRITE } cq_store_mode;

#define CQ_STORE_FORMAT 2 /* number of the newest schema that this program writes */

/* READ of an empty file is an empty memory. WRITE makes the folder; the file itself comes
 * to be with the first cq_store_begin(). CQ_E_STORE when it is absent (READ), is no
 * memory, is newer than CQ_STORE_FORMAT, is locked or cannot be read. */
cq_status cq_store_open(const char *path, cq_store_mode mode, cq_store **store,
                        cq_error *err);
void cq_store_close(cq_store *store); /* rolls back an open transaction */

cq_status cq_store_begin(cq_store *store, cq_error *err);
/* A transaction that changed nothing leaves the file's bytes alone. A failed commit rolls
 * back. */
cq_status cq_store_commit(cq_store *store, cq_error *err);
/* A file that came to be with this transaction is gone again. */
void cq_store_rollback(cq_store *store);
/* A read that must see one state of the file, however many calls it takes. May nest, and
 * stand inside a transaction. */
cq_status cq_store_begin_read(cq_store *store, cq_error *err);
void cq_store_end_read(cq_store *store);

/* ---- origins --------------------------------------------------------------------------
 */

/* Id of the origin with just this name and header, added when there is none. What stands
 * after the last unit is not known yet when a file is begun: it comes with
 * cq_store_origin_update() and takes no part in finding the origin again. */
cq_status cq_store_origin_add(cq_store *store, cq_str name, cq_str header, uint64_t *id,
                              cq_error *err);
/* Change the header that cq_store_origin_get() gives. */
cq_status cq_store_origin_update(cq_store *store, uint64_t id, cq_str header,
                                 cq_error *err);
typedef struct cq_store_origin {
    uint64_t id, units; /* units: own ones and shared ones */
    cq_str name, header;
} cq_store_origin;
/* CQ_DONE when there is none of that id. */
cq_status cq_store_origin_get(cq_store *store, uint64_t id, cq_store_origin *origin,
                              cq_error *err);
/* Next origin after `after` (0 to begin); CQ_DONE at the end. */
cq_status cq_store_origin_next(cq_store *store, uint64_t after, cq_store_origin *origin,
                               cq_error *err);

/* ---- languages ------------------------------------------------------------------------
 */

/* Number of a language group ("en-Latn"), of a tag as written; 1-based. Inside a
 * transaction added when absent, else 0 then. */
cq_status cq_store_group(cq_store *store, cq_str group, uint32_t *id, cq_error *err);
cq_status cq_store_tag(cq_store *store, cq_str tag, uint32_t *id, cq_error *err);
/* Borrowed until the store is closed or rolled back; CQ_DONE when there is none. */
cq_status cq_store_group_get(cq_store *store, uint32_t id, cq_str *group, cq_error *err);
cq_status cq_store_tag_get(cq_store *store, uint32_t id, cq_str *tag, cq_error *err);

/* ---- texts: distinct (group, bytes) ---------------------------------------------------
 */

typedef struct cq_store_text {
    uint64_t id;
    uint32_t group;
    uint64_t weight; /* sum of token weights */
    cq_str text;
    cq_str tokens;  /* token ids as varints, in reading order */
    uint64_t print; /* fingerprint of group and text, once it was looked for */
} cq_store_text;

/* Look for a text by `group` and `text`: sets `id`, 0 when it is not stored, and `print`.
 */
cq_status cq_store_text_find(cq_store *store, cq_store_text *text, cq_error *err);
/* Add the text that cq_store_text_find() just did not find, and set its `id`; ids rise.
 * It belongs to the next unit added, which must be new and hold it. */
cq_status cq_store_text_add(cq_store *store, cq_store_text *text, cq_error *err);
/* CQ_DONE when there is none of that id. */
cq_status cq_store_text_get(cq_store *store, uint64_t id, cq_store_text *text,
                            cq_error *err);
/* Next text of a group, 0 for any, after id `after`; CQ_DONE at the end. */
cq_status cq_store_text_next(cq_store *store, uint32_t group, uint64_t after,
                             cq_store_text *text, cq_error *err);

/* ---- units ----------------------------------------------------------------------------
 */

typedef struct cq_store_unit {
    uint64_t id, origin;
    cq_str record;         /* cq_unit_encode() */
    const uint64_t *texts; /* text of each variant */
    const uint32_t *tags;  /* language tag of each variant */
    size_t variants;
} cq_store_unit;

/* Add a unit, or find the equal one (same record, texts and tags): `*is_new` says which.
 * An equal unit of another origin also becomes a unit of `unit->origin`, at this place of
 * it. Units are added one origin after the other. */
cq_status cq_store_unit_add(cq_store *store, const cq_store_unit *unit, uint64_t *id,
                            bool *is_new, cq_error *err);
/* Id of the unit that cq_store_unit_add() would find to be equal, 0 for none. */
cq_status cq_store_unit_equal(cq_store *store, const cq_store_unit *unit, uint64_t *id,
                              cq_error *err);
/* CQ_DONE when there is none of that id. */
cq_status cq_store_unit_get(cq_store *store, uint64_t id, cq_store_unit *unit,
                            cq_error *err);

/* A place among the units of an origin or of the whole memory; {0} to begin. */
typedef struct cq_store_cursor {
    uint64_t at, sub;
} cq_store_cursor;
/* Walk the units of an origin in the order they were read. CQ_DONE at the end. */
cq_status cq_store_unit_next(cq_store *store, uint64_t origin, cq_store_cursor *cursor,
                             cq_store_unit *unit, cq_error *err);
/* The unit before a place; CQ_DONE when there is none. A unit's place in its own origin
 * is {its id, 0}; the one after a place is given by cq_store_unit_next(). */
cq_status cq_store_unit_before(cq_store *store, uint64_t origin, cq_store_cursor place,
                               cq_store_unit *found, cq_error *err);
/* The place of a unit in the next origin after *origin (0 to begin) that shares it with
 * its own; CQ_DONE at the end. */
cq_status cq_store_place_next(cq_store *store, uint64_t unit, uint64_t *origin,
                              cq_store_cursor *place, cq_error *err);
/* The units that hold a text, each once, in an order of the store's own; CQ_DONE. */
cq_status cq_store_holder_next(cq_store *store, uint64_t text, cq_store_cursor *cursor,
                               uint64_t *unit, cq_error *err);
/* Where a unit stands in an origin; CQ_DONE when it does not. */
cq_status cq_store_place(cq_store *store, const cq_store_unit *unit, uint64_t origin,
                         cq_store_cursor *place, cq_error *err);

/* Changes. Each leaves the texts that no unit holds any more dropped: they are gone, and
 * what still names their ids (index, fingerprints) is to be passed over. The ids are
 * never given again. CQ_DONE when there is no such unit. */

/* Take a unit away from every origin. */
cq_status cq_store_unit_remove(cq_store *store, uint64_t id, cq_error *err);
/* Take a unit out of one origin; when no other has it, it is removed. CQ_DONE also when
 * it does not stand there. */
cq_status cq_store_unit_leave(cq_store *store, uint64_t id, uint64_t origin,
                              cq_error *err);
/* Give unit->id other content; its id and its places stay, unit->origin is not looked at.
 * Texts that were added since the last unit are this one's. */
cq_status cq_store_unit_replace(cq_store *store, const cq_store_unit *unit,
                                cq_error *err);
/* Make a unit one of this origin too, behind what was added last, unless it is already.
 */
cq_status cq_store_unit_share(cq_store *store, const cq_store_unit *unit, uint64_t origin,
                              cq_error *err);
/* Forget an origin when it has no unit. */
cq_status cq_store_origin_drop(cq_store *store, uint64_t id, cq_error *err);

/* Next dropped text after *id (0 to begin) whose tokens the index still has; CQ_DONE. */
cq_status cq_store_dropped_next(cq_store *store, uint64_t *id, uint32_t *group,
                                cq_str *tokens, cq_error *err);

/* ---- tokens ---------------------------------------------------------------------------
 */

/* Id of a token (kind and key) in a group, 0 when absent. */
cq_status cq_store_token_find(cq_store *store, uint32_t group, uint32_t kind, cq_str key,
                              uint32_t *id, cq_error *err);
/* The same, added when absent. Ids are dense and rise, so that frequent tokens are small.
 */
cq_status cq_store_token_add(cq_store *store, uint32_t group, uint32_t kind, cq_str key,
                             uint32_t *id, cq_error *err);

/* ---- index rows (the shape of index/index.h, which this module does not include) ------
 * Values are below 2^63. */

cq_status cq_store_row_put(cq_store *store, uint32_t group, uint32_t generation,
                           uint64_t token, uint64_t part, cq_str blob, cq_error *err);
/* Row with the largest part <= `part`; CQ_DONE when there is none. */
cq_status cq_store_row_get(cq_store *store, uint32_t group, uint32_t generation,
                           uint64_t token, uint64_t part, uint64_t *found, cq_str *blob,
                           cq_error *err);
/* First row of the generation at or after (*token, *part), which then are that row's. */
cq_status cq_store_row_next(cq_store *store, uint32_t group, uint32_t generation,
                            uint64_t *token, uint64_t *part, cq_str *blob, cq_error *err);
cq_status cq_store_row_erase(cq_store *store, uint32_t group, uint32_t generation,
                             cq_error *err);

/* ---- tokens and index anew
 * -------------------------------------------------------------
 */

/* A number that the file keeps under a name; 0 when it has none. */
cq_status cq_store_note_get(cq_store *store, const char *name, uint64_t *value,
                            cq_error *err);
cq_status cq_store_note_put(cq_store *store, const char *name, uint64_t value,
                            cq_error *err);
/* Forget every token, index row and fingerprint, and what was dropped; then each text is
 * to be given to cq_store_text_renew(). */
cq_status cq_store_forget_tokens(cq_store *store, cq_error *err);
/* Give text->id its tokens and weight, and its fingerprint. */
cq_status cq_store_text_renew(cq_store *store, const cq_store_text *text, cq_error *err);
/* Give the file's free space back to the disk; outside a transaction. What goes wrong
 * leaves the memory as it was. */
cq_status cq_store_shrink(cq_store *store, cq_error *err);

/* ---- words: rows of a vocabulary, in sorted runs (memory/vocabulary.c fills them) -----
 * A memory that an older program made has none until this one adds a text. */

cq_status cq_store_word_put(cq_store *store, uint32_t group, uint32_t run, cq_str first,
                            cq_str data, cq_error *err);
/* The row of the run with the greatest first word <= `first`; CQ_DONE when there is none.
 * `*found` is borrowed as `*data` is. */
cq_status cq_store_word_get(cq_store *store, uint32_t group, uint32_t run, cq_str first,
                            cq_str *found, cq_str *data, cq_error *err);
/* The row after it: the least first word > `after`. */
cq_status cq_store_word_next(cq_store *store, uint32_t group, uint32_t run, cq_str after,
                             cq_str *found, cq_str *data, cq_error *err);
cq_status cq_store_word_erase(cq_store *store, uint32_t group, uint32_t run,
                              cq_error *err);
/* The id that the vocabulary was brought up to: words of texts with lower ids are in it.
 * Setting it counts as a change. Inside a transaction `*next` is the id of the next new
 * text. */
cq_status cq_store_words_until(cq_store *store, uint64_t *until, cq_error *err);
void cq_store_words_reach(cq_store *store, uint64_t until);
uint64_t cq_store_next_text(const cq_store *store);

/* ---- the whole ------------------------------------------------------------------------
 */

typedef struct cq_store_counts {
    uint64_t units, variants, texts, origins, file_bytes;
    uint64_t dropped; /* texts that are gone, but not from the index */
} cq_store_counts;
cq_status cq_store_count(cq_store *store, cq_store_counts *counts, cq_error *err);
/* Variants of each tag: next tag after *tag (0 to begin); CQ_DONE. */
cq_status cq_store_tag_count(cq_store *store, uint32_t *tag, uint64_t *variants,
                             cq_error *err);
/* Next group after *group (0 to begin); CQ_DONE. */
cq_status cq_store_group_next(cq_store *store, uint32_t *group, cq_error *err);
/* SQLite's own check and this schema's invariants; each problem is told. */
cq_status cq_store_verify(cq_store *store,
                          void (*each)(void *context, const char *problem), void *context,
                          cq_error *err);
/* "SQLite 3.40.1"; static. */
const char *cq_store_version(void);

#endif
