#include "prints.h"

#include "bloom.h"
#include "db.h"

#include <string.h>

#define PENDING_MAX ((size_t)1 << 19) /* entries gathered before a run is written */
#define BLOCK_BYTES 1000u /* of a row: some 130 entries, so that few are read in vain */
#define RUNS_MAX    64u   /* sizes at least double, so that fewer always do */
#define MERGE_SMALL 512u  /* runs up to this are always merged */
#define BLOOM_AFTER                                                                      \
    256u /* build it after entries / this many questions: it then pays                   \
          */

typedef struct entry {
    uint64_t print, id;
} entry;

typedef struct print_run {
    uint32_t generation;
    uint64_t entries, asked;
    cq_bloom bloom; /* {0} until it pays */
} print_run;

/* Pending entries stand packed, so that the table stays small: the fingerprint, then how
 * far the id is beyond `base`, from 1; 0 is a free slot. A fingerprint's upper bits say
 * where it belongs, from where on the next free slot is taken, so that the table is all
 * but sorted at any time. Equal fingerprints may stand several times. */
#define OFFSET_BITS (64 - CQ_PRINT_BITS)
#define OFFSET_MAX  (((uint64_t)1 << OFFSET_BITS) - 1)

struct cq_prints {
    uint64_t *slots;
    size_t len, capacity;
    uint64_t base;
    print_run runs[RUNS_MAX]; /* oldest first */
    size_t runs_len;
    bool is_loaded;
};

cq_prints *cq_prints_new(void) { return cq_zalloc(sizeof(cq_prints)); }

static void drop_runs(cq_prints *prints)
{
    for (size_t i = 0; i < prints->runs_len; i++)
        cq_bloom_release(&prints->runs[i].bloom);
    prints->runs_len = 0;
    prints->is_loaded = false;
}

void cq_prints_reset(cq_prints *prints)
{
    cq_free(prints->slots);
    prints->slots = NULL;
    prints->len = prints->capacity = 0;
    drop_runs(prints);
}

void cq_prints_free(cq_prints *prints)
{
    if (!prints)
        return;
    cq_prints_reset(prints);
    cq_free(prints);
}

static uint64_t mix(uint64_t x)
{
    x ^= x >> 31;
    x *= 0x9e3779b97f4a7c15u;
    x ^= x >> 29;
    x *= 0xbf58476d1ce4e5b9u;
    return x ^ x >> 32;
}

uint64_t cq_prints_mix(uint64_t print, uint64_t id)
{
    return mix(print * 0x94d049bb133111ebu + id);
}

/* ---- pending entries ------------------------------------------------------------------
 */

static uint64_t pack(entry item, uint64_t base)
{
    return item.print << OFFSET_BITS | (item.id - base);
}

static entry unpack(uint64_t slot, uint64_t base)
{
    return (entry){slot >> OFFSET_BITS, base + (slot & OFFSET_MAX)};
}

static bool can_pack(const cq_prints *prints, uint64_t id)
{
    return id > prints->base && id - prints->base <= OFFSET_MAX;
}

/* Where a fingerprint belongs in a table of so many slots, which are a power of two. */
static size_t home_of(uint64_t print, size_t capacity)
{
    return (size_t)(print * capacity >> CQ_PRINT_BITS);
}

static void place(uint64_t *slots, size_t capacity, uint64_t packed)
{
    size_t at = home_of(packed >> OFFSET_BITS, capacity);

    while (slots[at])
        at = (at + 1) & (capacity - 1);
    slots[at] = packed;
}

static cq_status grow_pending(cq_prints *prints, cq_error *err)
{
    size_t capacity = prints->capacity ? prints->capacity * 2 : 64;
    uint64_t *slots = cq_zalloc(capacity * sizeof(*slots));

    if (!slots)
        return cq_fail(err, CQ_E_NOMEM, "no memory for fingerprints");
    for (size_t i = 0; i < prints->capacity; i++)
        if (prints->slots[i])
            place(slots, capacity, prints->slots[i]);
    cq_free(prints->slots);
    prints->slots = slots;
    prints->capacity = capacity;
    return CQ_OK;
}

/* Move the pending entries to the front of the table and sort them, by insertion, since
 * they are nearly in order; it is no table any more then. */
static void sort_pending(cq_prints *prints)
{
    uint64_t *sorted = prints->slots;
    size_t len = 0;

    for (size_t i = 0; i < prints->capacity; i++) {
        uint64_t packed = prints->slots[i];
        size_t at = len;

        if (!packed)
            continue;
        for (; at > 0 && sorted[at - 1] > packed; at--)
            sorted[at] = sorted[at - 1];
        sorted[at] = packed;
        len++;
    }
}

/* ---- rows of a run --------------------------------------------------------------------
 */

/* Entries of a run, or of the sorted pending ones, in rising order. */
typedef struct source {
    sqlite3_stmt *stmt; /* NULL for pending entries */
    cq_reader block;
    const uint64_t *items, *end;
    uint64_t base;
    entry now;
    bool is_done;
} source;

/* cq_read_varint() without its call, for the loop that most of a second import is spent
 * in; what it cannot read fast it leaves to that. */
static inline uint64_t next_varint(cq_reader *block)
{
    const unsigned char *at = block->at;
    uint64_t value = 0;

    if (block->end - at < 10)
        return cq_read_varint(block);
    for (unsigned shift = 0; shift < 64; shift += 7) {
        unsigned char byte = *at++;

        value |= (uint64_t)(byte & 0x7f) << shift;
        if (byte < 0x80) {
            block->at = at;
            return value;
        }
    }
    return cq_read_varint(block);
}

static cq_status advance(cq_store *store, source *from, cq_error *err)
{
    cq_status status;

    if (!from->stmt) {
        from->is_done = from->items == from->end;
        if (!from->is_done)
            from->now = unpack(*from->items++, from->base);
        return CQ_OK;
    }
    if (from->block.at == from->block.end) {
        status = cq_store_step(store, from->stmt, err);
        from->is_done = status == CQ_DONE;
        if (status != CQ_OK)
            return status < 0 ? status : CQ_OK;
        from->now.print = cq_column_int(from->stmt, 0);
        from->block = cq_reader_over(cq_column_blob(from->stmt, 1));
    }
    from->now.print += next_varint(&from->block);
    from->now.id = next_varint(&from->block);
    return from->block.failed
               ? cq_store_damaged(store, "fingerprint row", from->now.print, err)
               : CQ_OK;
}

static cq_status open_run(cq_store *store, uint32_t generation, source *from,
                          cq_error *err)
{
    int rc = sqlite3_prepare_v2(
        store->db, "SELECT first, data FROM print WHERE generation = ?1 ORDER BY first",
        -1, &from->stmt, NULL);

    if (rc != SQLITE_OK)
        return cq_store_fail(store, rc, "read the memory", err);
    cq_bind_int(from->stmt, 1, generation);
    return advance(store, from, err);
}

typedef struct writer {
    uint32_t generation;
    uint64_t entries, first, last;
    cq_buf block;
} writer;

static cq_status write_block(cq_store *store, writer *to, cq_error *err)
{
    sqlite3_stmt *stmt;
    cq_status status = cq_buf_check(&to->block, err);

    if (status != CQ_OK || to->block.len == 0)
        return status;
    stmt = cq_store_stmt(store, STMT_PRINT_ADD, err);
    if (!stmt)
        return CQ_E_STORE;
    cq_bind_int(stmt, 1, to->generation);
    cq_bind_int(stmt, 2, to->first);
    cq_bind_blob(stmt, 3, cq_buf_str(&to->block));
    status = cq_store_run(store, stmt, err);
    cq_buf_reset(&to->block);
    return status;
}

static cq_status write_entry(cq_store *store, writer *to, entry item, cq_error *err)
{
    /* Equal prints stay in one block, so that one row has every answer. */
    if (to->block.len >= BLOCK_BYTES && item.print != to->last) {
        cq_status status = write_block(store, to, err);

        if (status != CQ_OK)
            return status;
    }
    if (to->block.len == 0)
        to->first = to->last = item.print;
    cq_buf_add_varint(&to->block, item.print - to->last);
    cq_buf_add_varint(&to->block, item.id);
    to->last = item.print;
    to->entries++;
    return CQ_OK;
}

/* ---- asking ---------------------------------------------------------------------------
 */

static cq_status load_runs(cq_store *store, cq_error *err)
{
    cq_prints *prints = store->prints;
    sqlite3_stmt *stmt = cq_store_stmt(store, STMT_RUNS, err);
    cq_status status;

    if (!stmt)
        return CQ_E_STORE;
    drop_runs(prints);
    while ((status = cq_store_step(store, stmt, err)) == CQ_OK) {
        if (prints->runs_len == RUNS_MAX) {
            sqlite3_reset(stmt);
            return cq_store_damaged(store, "too many fingerprint runs,", RUNS_MAX, err);
        }
        prints->runs[prints->runs_len++] =
            (print_run){.generation = (uint32_t)cq_column_int(stmt, 0),
                        .entries = cq_column_int(stmt, 1)};
    }
    prints->is_loaded = status == CQ_DONE;
    return status < 0 ? status : CQ_OK;
}

/* Without memory for it the run is simply asked. */
static cq_status build_bloom(cq_store *store, print_run *run, cq_error *err)
{
    source from = {0};
    cq_status status = CQ_OK;

    if (!cq_bloom_init(&run->bloom, run->entries))
        return CQ_OK;
    status = open_run(store, run->generation, &from, err);
    while (status == CQ_OK && !from.is_done) {
        cq_bloom_add(&run->bloom, from.now.print);
        status = advance(store, &from, err);
    }
    sqlite3_finalize(from.stmt);
    return status;
}

static cq_status ask_run(cq_store *store, print_run *run, uint64_t print,
                         cq_prints_fn each, void *context, bool *found, cq_error *err)
{
    sqlite3_stmt *stmt;
    cq_status status;
    cq_reader block;
    uint64_t at;

    if (!run->bloom.words && ++run->asked > run->entries / BLOOM_AFTER + 64) {
        status = build_bloom(store, run, err);
        if (status != CQ_OK)
            return status;
    }
    if (!cq_bloom_has(&run->bloom, print))
        return CQ_OK;
    stmt = cq_store_stmt(store, STMT_PRINT_FIND, err);
    if (!stmt)
        return CQ_E_STORE;
    cq_bind_int(stmt, 1, run->generation);
    cq_bind_int(stmt, 2, print);
    status = cq_store_step(store, stmt, err);
    if (status != CQ_OK)
        return status < 0 ? status : CQ_OK;
    at = cq_column_int(stmt, 0);
    block = cq_reader_over(cq_column_blob(stmt, 1));
    while (status == CQ_OK && !*found && block.at < block.end && !block.failed) {
        uint64_t id;

        at += next_varint(&block);
        id = next_varint(&block);
        if (at > print)
            break;
        if (at == print)
            status = each(context, id, found, err);
    }
    sqlite3_reset(stmt);
    return block.failed ? cq_store_damaged(store, "fingerprint row", print, err) : status;
}

static cq_status ask_pending(const cq_prints *prints, uint64_t print, cq_prints_fn each,
                             void *context, bool *found, cq_error *err)
{
    size_t at = home_of(print, prints->capacity);
    cq_status status = CQ_OK;

    while (prints->len > 0 && prints->slots[at] && !*found && status == CQ_OK) {
        entry item = unpack(prints->slots[at], prints->base);

        if (item.print == print)
            status = each(context, item.id, found, err);
        at = (at + 1) & (prints->capacity - 1);
    }
    return status;
}

cq_status cq_prints_find(cq_store *store, uint64_t print, cq_prints_fn each,
                         void *context, cq_error *err)
{
    cq_prints *prints = store->prints;
    bool found = false;
    cq_status status = CQ_OK;

    /* Outside a transaction another process may have changed the runs since. */
    if (!prints->is_loaded || !store->in_write)
        status = load_runs(store, err);
    if (status == CQ_OK)
        status = ask_pending(prints, print, each, context, &found, err);
    for (size_t i = 0; i < prints->runs_len && !found && status == CQ_OK; i++)
        status = ask_run(store, &prints->runs[i], print, each, context, &found, err);
    return status;
}

/* ---- adding ---------------------------------------------------------------------------
 */

cq_status cq_prints_add(cq_store *store, uint64_t print, uint64_t id, cq_error *err)
{
    cq_prints *prints = store->prints;
    cq_status status = CQ_OK;

    if (prints->len == PENDING_MAX || (prints->len > 0 && !can_pack(prints, id)))
        status = cq_prints_flush(store, err);
    if (prints->len == 0)
        prints->base = id - 1;
    if (status == CQ_OK && prints->len >= prints->capacity / 2)
        status = grow_pending(prints, err);
    if (status != CQ_OK)
        return status;
    place(prints->slots, prints->capacity, pack((entry){print, id}, prints->base));
    prints->len++;
    return CQ_OK;
}

static int compare_entries(const void *a, const void *b)
{
    const entry *left = a, *right = b;

    if (left->print != right->print)
        return left->print < right->print ? -1 : 1;
    return left->id < right->id ? -1 : left->id > right->id;
}

/* Runs from the newest on are merged while they are not twice as large as what came
 * together: sizes then fall at least by half, and each entry is rewritten log(n) times.
 */
static size_t first_to_merge(const cq_prints *prints)
{
    uint64_t sum = prints->len;
    size_t at = prints->runs_len;

    while (at > 0 && (prints->runs[at - 1].entries <= 2 * sum ||
                      prints->runs[at - 1].entries <= MERGE_SMALL))
        sum += prints->runs[--at].entries;
    return at;
}

static cq_status merge(cq_store *store, source *sources, size_t len, writer *to,
                       cq_error *err)
{
    for (;;) {
        source *least = NULL;
        cq_status status;

        for (size_t i = 0; i < len; i++)
            if (!sources[i].is_done &&
                (!least || compare_entries(&sources[i].now, &least->now) < 0))
                least = &sources[i];
        if (!least)
            return write_block(store, to, err);
        status = write_entry(store, to, least->now, err);
        if (status == CQ_OK)
            status = advance(store, least, err);
        if (status != CQ_OK)
            return status;
    }
}

static cq_status drop_run(cq_store *store, uint32_t generation, cq_error *err)
{
    static const statement drops[] = {STMT_PRINT_DROP, STMT_RUN_DROP};
    cq_status status = CQ_OK;

    for (size_t i = 0; i < ARRAY_LEN(drops) && status == CQ_OK; i++) {
        sqlite3_stmt *stmt = cq_store_stmt(store, drops[i], err);

        if (!stmt)
            return CQ_E_STORE;
        cq_bind_int(stmt, 1, generation);
        status = cq_store_run(store, stmt, err);
    }
    return status;
}

/* List the written run in place of those from `first` on. */
static cq_status list_run(cq_store *store, size_t first, const writer *to, cq_error *err)
{
    cq_prints *prints = store->prints;
    sqlite3_stmt *stmt;
    cq_status status = CQ_OK;

    for (size_t i = first; i < prints->runs_len && status == CQ_OK; i++)
        status = drop_run(store, prints->runs[i].generation, err);
    if (status != CQ_OK)
        return status;
    stmt = cq_store_stmt(store, STMT_RUN_ADD, err);
    if (!stmt)
        return CQ_E_STORE;
    cq_bind_int(stmt, 1, to->generation);
    cq_bind_int(stmt, 2, to->entries);
    status = cq_store_run(store, stmt, err);
    if (status != CQ_OK)
        return status;
    for (size_t i = first; i < prints->runs_len; i++)
        cq_bloom_release(&prints->runs[i].bloom);
    prints->runs_len = first;
    prints->runs[prints->runs_len++] =
        (print_run){.generation = to->generation, .entries = to->entries};
    return CQ_OK;
}

cq_status cq_prints_flush(cq_store *store, cq_error *err)
{
    cq_prints *prints = store->prints;
    source sources[RUNS_MAX + 1] = {0};
    writer to = {0};
    size_t first, len = 1;
    cq_status status = CQ_OK;

    if (prints->len == 0)
        return CQ_OK;
    if (!prints->is_loaded)
        status = load_runs(store, err);
    first = first_to_merge(prints);
    to.generation = (uint32_t)store->counts[COUNT_NEXT_RUN]++;
    sort_pending(prints);
    sources[0].items = prints->slots;
    sources[0].end = prints->slots + prints->len;
    sources[0].base = prints->base;
    if (status == CQ_OK)
        status = advance(store, &sources[0], err);
    for (size_t i = first; i < prints->runs_len && status == CQ_OK; i++)
        status = open_run(store, prints->runs[i].generation, &sources[len++], err);
    if (status == CQ_OK)
        status = merge(store, sources, len, &to, err);
    for (size_t i = 0; i < len; i++)
        sqlite3_finalize(sources[i].stmt);
    if (status == CQ_OK)
        status = list_run(store, first, &to, err);
    cq_buf_release(&to.block);
    cq_free(prints->slots);
    prints->slots = NULL;
    prints->len = prints->capacity = 0;
    return status;
}

cq_status cq_prints_sum(cq_store *store, uint64_t *len, uint64_t *sum, cq_error *err)
{
    cq_prints *prints = store->prints;
    cq_status status = load_runs(store, err);

    *len = *sum = 0;
    for (size_t i = 0; i < prints->runs_len && status == CQ_OK; i++) {
        source from = {0};

        status = open_run(store, prints->runs[i].generation, &from, err);
        for (; status == CQ_OK && !from.is_done; status = advance(store, &from, err)) {
            *sum += cq_prints_mix(from.now.print, from.now.id);
            ++*len;
        }
        sqlite3_finalize(from.stmt);
    }
    return status;
}
