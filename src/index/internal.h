/* internal.h -- what the files of this module share: how blocks are coded, how a list is
 * read, and a generation's own tables (docs/file-format.md, "Postings").
 *
 * An element is (token, occurrence from 0): the second "the" of a text is an element of
 * its own. Texts of a generation are numbered from 0 by (weight, id). */
#ifndef CQ_INDEX_INTERNAL_H
#define CQ_INDEX_INTERNAL_H

#include "index.h"

#define CQ_INDEX_FORMAT 1

/* ---- names of rows --------------------------------------------------------------------
 */

#define OCCURRENCE_BITS 24 /* a segment has at most 16 M tokens */
#define OCCURRENCE_MAX  ((UINT64_C(1) << OCCURRENCE_BITS) - 1)

static inline uint64_t cq_element(uint32_t token, uint32_t occurrence)
{
    return (uint64_t)token << OCCURRENCE_BITS | occurrence;
}

/* Token 0 is none: its elements are a generation's tables. */
#define TABLE_WEIGHTS UINT64_C(1) /* weight -> first number and count */
#define TABLE_IDS     UINT64_C(2) /* number -> text id */
#define ELEMENT_FIRST (UINT64_C(1) << OCCURRENCE_BITS)

/* Rows live in B-tree pages of 16 KiB, where a larger payload would overflow. */
#define BLOCK_MAX 3584

cq_status cq_index_damaged(cq_error *err, uint32_t group, uint32_t generation,
                           const char *what);
cq_status cq_index_no_memory(cq_error *err);

/* ---- coding of a list (codec.c) -------------------------------------------------------
 */

#define RUN        128  /* postings between two entries of the skip table */
#define BLOCK_POST 4096 /* most postings of a block */
#define RUN_BYTES                                                                        \
    ((RUN * 47) / 8 + 16) /* longest run, and what a wide read takes more                \
                           */

/* Writes the rows of one list after the other. */
typedef struct cq_encoder {
    cq_index_io io;
    cq_index_row row;
    uint64_t total; /* postings of the list, written into its first block */
    bool is_first;
    size_t len;
    uint32_t numbers[BLOCK_POST];
    unsigned char blob[BLOCK_MAX], runs[BLOCK_MAX + RUN_BYTES];
} cq_encoder;

void cq_encoder_start(cq_encoder *encoder, uint64_t element, uint64_t total);
/* Numbers rise. */
cq_status cq_encoder_add(cq_encoder *encoder, uint32_t number, cq_error *err);
cq_status cq_encoder_end(cq_encoder *encoder, cq_error *err);

/* One block opened, its runs decoded as asked. */
typedef struct cq_block {
    uint64_t total;          /* of the list; only in its first block */
    uint32_t first, last;    /* numbers of the first and last posting */
    uint32_t count;          /* postings of the block */
    bool is_last;            /* of its list */
    size_t table, body, len; /* places in bytes: skip table, runs, end */
    unsigned char bytes[BLOCK_MAX + RUN_BYTES];
} cq_block;

bool cq_block_open(cq_block *block, uint64_t part, cq_str blob);
static inline uint32_t cq_block_runs(const cq_block *block)
{
    return (block->count + RUN - 1) / RUN;
}
/* The run that holds the first posting >= number if the block has one. */
uint32_t cq_block_find(const cq_block *block, uint32_t number);
/* Decode a run into `numbers`; how many, 0 when the bits are damaged. */
uint32_t cq_block_run(const cq_block *block, uint32_t run, uint32_t *numbers);
/* Whether the block has `number`; touches a few words. */
bool cq_block_has(const cq_block *block, uint32_t number);

/* ---- reading a list (list.c) ----------------------------------------------------------
 */

#define NO_NUMBER UINT32_MAX /* after the last posting */

/* A list opened at one of its blocks. Either walked: seek, number, next; or probed. */
typedef struct cq_list {
    cq_index_io io;
    cq_index_row row; /* of the open block */
    uint32_t texts;   /* of the generation: all numbers are below */
    uint32_t run;     /* to decode next */
    uint32_t floor;   /* the numbers to come are not below */
    uint32_t at, len; /* in `numbers`; the same when nothing is stood on */
    uint32_t numbers[RUN];
    bool is_open;
    cq_block block;
} cq_list;

/* Open the first block; CQ_DONE when there is no such list. block.total is its length.
 * Stands before the first posting. */
cq_status cq_list_open(cq_list *list, cq_index_io io, cq_index_row row, uint32_t texts,
                       cq_error *err);
/* Take the block that a walk over rows has found: the list's first one. */
cq_status cq_list_take(cq_list *list, cq_index_io io, cq_index_row row, cq_str blob,
                       uint32_t texts, cq_error *err);
/* Stand on the first posting >= number, forwards only. */
cq_status cq_list_seek(cq_list *list, uint32_t number, cq_error *err);
/* Decode the next run and stand on its first posting. */
cq_status cq_list_more(cq_list *list, cq_error *err);

/* The posting stood on; NO_NUMBER at the end. */
static inline uint32_t cq_list_number(const cq_list *list)
{
    return list->at < list->len ? list->numbers[list->at] : NO_NUMBER;
}
static inline cq_status cq_list_next(cq_list *list, cq_error *err)
{
    return ++list->at < list->len ? CQ_OK : cq_list_more(list, err);
}
/* Whether the list has `number`; numbers rise from call to call. Not to be mixed with
 * walking. */
cq_status cq_list_has(cq_list *list, uint32_t number, bool *has, cq_error *err);

/* ---- generations (generation.c) -------------------------------------------------------
 */

typedef struct cq_generation {
    uint32_t number;
    uint32_t texts;
    uint64_t postings;
    uint64_t first_id, last_id; /* of its texts; generations follow each other in ids */
} cq_generation;

typedef struct cq_generations {
    cq_generation *items; /* by rising ids */
    size_t len, capacity;
} cq_generations;

cq_status cq_generations_read(cq_index_io io, uint32_t group, cq_generations *list,
                              cq_error *err);
cq_status cq_generations_write(cq_index_io io, uint32_t group, const cq_generations *list,
                               cq_error *err);

/* Texts of one weight: numbers first .. first + count - 1. */
typedef struct cq_class {
    uint64_t weight;
    uint32_t first, count;
} cq_class;

typedef struct cq_classes {
    cq_class *items; /* by rising weight */
    size_t len, capacity;
} cq_classes;

/* Those of weight lo..hi. */
cq_status cq_classes_read(cq_index_io io, uint32_t group, const cq_generation *generation,
                          uint64_t lo, uint64_t hi, cq_classes *classes, cq_error *err);
cq_status cq_classes_write(cq_index_io io, uint32_t group, uint32_t generation,
                           const cq_classes *classes, cq_error *err);
/* The class that holds `number`, at or after the one at `from`. */
static inline size_t cq_classes_find(const cq_classes *classes, size_t from,
                                     uint32_t number)
{
    size_t step = 1, lo = from;

    while (lo + step < classes->len && classes->items[lo + step].first <= number) {
        lo += step;
        step *= 2;
    }
    for (; step; step /= 2)
        if (lo + step < classes->len && classes->items[lo + step].first <= number)
            lo += step;
    return lo;
}

#define IDS_BLOCK 512 /* text ids of a row */

typedef struct cq_ids {
    cq_index_io io;
    uint32_t group;
    const cq_generation *generation;
    uint32_t block; /* that is read, UINT32_MAX for none */
    uint32_t len;
    uint64_t ids[IDS_BLOCK];
} cq_ids;

void cq_ids_init(cq_ids *ids, cq_index_io io, uint32_t group,
                 const cq_generation *generation);
cq_status cq_ids_get(cq_ids *ids, uint32_t number, uint64_t *id, cq_error *err);

typedef struct cq_ids_writer {
    cq_index_io io;
    uint32_t group, generation;
    uint32_t block, len;
    uint64_t last;
    cq_buf blob;
} cq_ids_writer;

cq_status cq_ids_add(cq_ids_writer *writer, uint64_t id, cq_error *err);
cq_status cq_ids_end(cq_ids_writer *writer, cq_error *err); /* write and release */

/* ---- merging (merge.c) ----------------------------------------------------------------
 */

/* Make one generation of those from `from` on; `list` is changed, but not written. */
cq_status cq_index_merge(cq_index_io io, uint32_t group, cq_generations *list,
                         size_t from, cq_error *err);

#endif
