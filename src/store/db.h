/* db.h -- what the files of store/ share: the connection, its prepared statements and the
 * counters of an open transaction. */
#ifndef CQ_STORE_DB_H
#define CQ_STORE_DB_H

#include "store.h"

#include "prints.h"

#include <sqlite3.h>

/* Numbers of docs/errors.md. */
enum {
    ERR_ABSENT = 100,
    ERR_NO_DATABASE = 101,
    ERR_NOT_OURS = 102,
    ERR_NEWER = 103,
    ERR_LOCKED = 104,
    ERR_PERMISSION = 105,
    ERR_FULL = 106,
    ERR_DAMAGED = 107,
    ERR_IO = 108,
    ERR_READ_ONLY = 109,
    ERR_JOURNAL = 110,
    ERR_FOLDER = 111,
    ERR_REPLACED = 112,
    ERR_TOO_MANY = 113,
};

#define CQ_STORE_BUSY_MS     5000       /* wait so long for another program that writes */
#define STORE_APPLICATION_ID 0x63616c71 /* "calq" */

typedef enum statement {
#define STATEMENT(name, sql) STMT_##name,
#include "statements.def"
#undef STATEMENT
    STMT_COUNT
} statement;

/* Counters that are kept in the table `meta` and changed in memory while a transaction
 * lasts. */
typedef enum counter {
    COUNT_UNITS,
    COUNT_VARIANTS,
    COUNT_TEXTS,
    COUNT_NEXT_TEXT,
    COUNT_NEXT_UNIT,
    COUNT_NEXT_TOKEN,
    COUNT_NEXT_RUN,
    COUNT_DROPPED,
    COUNT_WORDS_UNTIL,
    COUNT_LEN
} counter;

/* A small table of names that is held in memory: language groups, tags. */
typedef struct name_table {
    cq_map ids;    /* name to id */
    cq_str *by_id; /* bytes in `arena`; index 0 unused */
    size_t len, capacity;
    cq_arena arena;
} name_table;

/* The origin that units are being added to. */
typedef struct current_origin {
    uint64_t id;          /* 0: none */
    uint64_t first, last; /* span of own units of this transaction, 0 when none yet */
    uint64_t anchor;      /* last own unit of any transaction */
    uint64_t number;      /* of the next shared unit after `anchor` */
    int64_t added;        /* units, own and shared, not yet counted in its row */
} current_origin;

/* A statement that is kept open between calls, because callers walk row by row. */
typedef struct open_walk {
    bool is_open;
    uint64_t of, at, sub; /* what it walks; the last value that it gave */
} open_walk;

struct cq_store {
    sqlite3 *db;
    sqlite3_stmt *stmts[STMT_COUNT];
    char *path;
    cq_store_mode mode;
    bool is_stand_in; /* db is an empty one in RAM: the file is absent or empty */
    bool is_created;  /* the file came to be with the open transaction */
    bool is_filled;   /* the open transaction began with no schema */
    bool in_write, is_changed;
    unsigned readers; /* depth of cq_store_begin_read() */
    uint64_t device, inode;
    uint64_t counts[COUNT_LEN], saved[COUNT_LEN];
    uint64_t fresh; /* texts from here on belong to the next unit */
    name_table groups, tags;
    int64_t *tag_added; /* variants by tag, not yet counted in its row */
    size_t tag_capacity;
    cq_map tokens;
    cq_prints *prints;
    current_origin origin;
    open_walk text_walk, unit_walk, holder_walk;
    cq_buf key, blob, held; /* scratch */
    uint64_t *texts;        /* arrays of the unit last given */
    uint32_t *tag_ids;
    size_t texts_capacity, tag_ids_capacity;
};

/* ---- db.c -----------------------------------------------------------------------------
 */

/* The failure that SQLite just told, in a user's words. */
cq_status cq_store_fail(cq_store *store, int rc, const char *doing, cq_error *err);
/* A row that is not what this program writes. */
cq_status cq_store_damaged(cq_store *store, const char *what, uint64_t id, cq_error *err);

/* The prepared statement, reset; NULL on failure. */
sqlite3_stmt *cq_store_stmt(cq_store *store, statement which, cq_error *err);
/* CQ_OK with a row, CQ_DONE without (the statement is then reset). */
cq_status cq_store_step(cq_store *store, sqlite3_stmt *stmt, cq_error *err);
/* Run a statement that gives no row. */
cq_status cq_store_run(cq_store *store, sqlite3_stmt *stmt, cq_error *err);
cq_status cq_store_exec(cq_store *store, const char *sql, cq_error *err);

static inline void cq_bind_int(sqlite3_stmt *stmt, int at, uint64_t value)
{
    sqlite3_bind_int64(stmt, at, (sqlite3_int64)value);
}
/* The bytes are borrowed until the statement is reset. */
void cq_bind_blob(sqlite3_stmt *stmt, int at, cq_str bytes);
static inline uint64_t cq_column_int(sqlite3_stmt *stmt, int at)
{
    return (uint64_t)sqlite3_column_int64(stmt, at);
}
cq_str cq_column_blob(sqlite3_stmt *stmt, int at);

/* The file of `suffix` beside the memory ("-wal"): its size, or -1 when absent. */
int64_t cq_store_beside(const cq_store *store, const char *suffix);

/* ---- connect.c ------------------------------------------------------------------------
 */

/* Connect as the mode asks, or to an empty memory in RAM that stands for a file that is
 * absent or empty. */
cq_status cq_store_attach(cq_store *store, cq_error *err);
cq_status cq_store_connect_write(cq_store *store, bool *is_empty, cq_error *err);
cq_status cq_store_connect_stand_in(cq_store *store, cq_error *err);
void cq_store_disconnect(cq_store *store);
/* An open statement keeps its transaction from ending. */
void cq_store_reset_statements(cq_store *store);
/* Whether another file bears the path than the one that is open. */
bool cq_store_is_replaced(const cq_store *store);

/* ---- schema.c -------------------------------------------------------------------------
 */

/* Whether the file has no schema yet; fails when it is no memory or too new. */
cq_status cq_store_schema_check(cq_store *store, bool *is_empty, cq_error *err);
/* Create the schema, or bring an older one up to date; inside a transaction. */
cq_status cq_store_schema_update(cq_store *store, bool is_empty, cq_error *err);

/* ---- transaction.c --------------------------------------------------------------------
 */

/* Move the log into the file, so that none is left to grow. A reader that still needs
 * the old state only delays this. */
void cq_store_checkpoint(cq_store *store);

/* ---- names.c --------------------------------------------------------------------------
 */

void cq_store_names_forget(cq_store *store);
cq_status cq_store_names_save(cq_store *store, cq_error *err);
cq_status cq_store_tag_added(cq_store *store, uint32_t tag, int64_t variants,
                             cq_error *err);

/* ---- origin.c -------------------------------------------------------------------------
 */

cq_status cq_store_origin_use(cq_store *store, uint64_t id, cq_error *err);
cq_status cq_store_origin_save(cq_store *store, cq_error *err);

/* ---- text.c ---------------------------------------------------------------------------
 */

/* The fingerprint of a text, below 2^CQ_PRINT_BITS. */
uint64_t cq_store_text_print(uint32_t group, cq_str text);
void cq_store_walks_end(cq_store *store);

/* ---- unit.c ---------------------------------------------------------------------------
 */

cq_status cq_store_unit_read(cq_store *store, sqlite3_stmt *stmt, cq_store_unit *unit,
                             cq_error *err);
/* Text and tag of each variant as varints, absolute, so that equal units have equal
 * bytes: into store->blob. */
cq_status cq_store_variants_encode(cq_store *store, const cq_store_unit *unit,
                                   cq_error *err);
/* 31 bits by which equal units are found among those that hold one text. */
uint64_t cq_store_unit_mark(cq_str variants, cq_str record);
/* Whether no variant before this one has the same text. */
bool cq_store_is_first_of(const cq_store_unit *unit, size_t variant);
/* Rows for the texts that did not come with this unit. */
cq_status cq_store_holders_add(cq_store *store, const cq_store_unit *unit, uint64_t id,
                               uint64_t mark, cq_error *err);
cq_status cq_store_tags_count(cq_store *store, const cq_store_unit *unit, int64_t by,
                              cq_error *err);
/* The unit that brought a text, 0 for none. */
cq_status cq_store_unit_of_text(cq_store *store, uint64_t text, uint64_t *unit,
                                cq_error *err);
/* Where an origin shares a unit; CQ_DONE when it does not. */
cq_status cq_store_shared_place(cq_store *store, uint64_t unit, uint64_t origin,
                                cq_store_cursor *place, cq_error *err);

/* ---- change.c -------------------------------------------------------------------------
 */

/* cq_store_dropped_next(), with the fingerprint. */
cq_status cq_store_dropped_read(cq_store *store, uint64_t *id, uint32_t *group,
                                uint64_t *print, cq_str *tokens, cq_error *err);

#endif
