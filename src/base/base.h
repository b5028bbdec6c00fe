/* base.h -- the ground that every module stands on: status and errors, memory, byte
 * strings, growing buffers, arenas, maps, hashes and variable-length integers. Knows the
 * C library alone.
 *
 * All allocation of the project goes through cq_alloc() and friends, so that tests can
 * make any of them fail. Whatever grows from input has a ceiling. */
#ifndef CQ_BASE_BASE_H
#define CQ_BASE_BASE_H

#include <calque/base.h>

#include <stdarg.h>
#include <stdio.h>

#define ARRAY_LEN(array) (sizeof(array) / sizeof((array)[0]))

/* ---- errors (error.c) -------------------------------------------------------------- */

/* Record a failure and return `status`. The first one stays: a later call leaves `err`
 * alone. `err` may be NULL. The message has the offending value in it and no final dot;
 * it becomes one line: control characters turn to '?', and what is too long ends in
 * "..." between two characters. */
cq_status cq_fail(cq_error *err, cq_status status, const char *format, ...)
    CQ_PRINTF(3, 4);

/* The same with a number of docs/errors.md. */
cq_status cq_fail_number(cq_error *err, cq_status status, int number, const char *format,
                         ...) CQ_PRINTF(4, 5);

/* Add where, if no place was recorded yet. `file` may be NULL; line and column 0 for
 * unknown. Of a path that is too long the end stays, after "...". */
void cq_fail_at(cq_error *err, const char *file, uint64_t line, uint64_t column);

/* The failure of a system call, from errno: `what` as "cannot open". */
cq_status cq_fail_errno(cq_error *err, cq_status status, int number, const char *what,
                        const char *file);

/* ---- memory (mem.c) ---------------------------------------------------------------- */

void *cq_alloc(size_t size);              /* NULL when short; never for size 0 */
void *cq_zalloc(size_t size);             /* zeroed */
void *cq_realloc(void *ptr, size_t size); /* like realloc(), `ptr` untouched on NULL */
void cq_free(void *ptr);                  /* NULL is fine */

/* Grow an array to hold `want` items of `item` bytes, at least by half. `*ptr` and
 * `*capacity` change only on success. False when memory is short or sizes overflow. */
bool cq_grow(void *ptr_to_array, size_t *capacity, size_t want, size_t item);

/* For tests: let the `nth` allocation from now on fail (1 is the next), and all after it
 * until called again; 0 never. Per process, not thread-safe. */
void cq_alloc_fail_at(uint64_t nth);
uint64_t cq_alloc_count(void); /* allocations tried since; not counted after a 0 */

/* ---- strings (str.c) --------------------------------------------------------------- */

static inline cq_str cq_str_from(const char *z)
{
    return z ? (cq_str){z, __builtin_strlen(z)} : (cq_str){0};
}
/* Bytes `start` to `end` of s; start <= end <= s.len. */
static inline cq_str cq_str_slice(cq_str s, size_t start, size_t end)
{
    return (cq_str){s.ptr ? s.ptr + start : NULL, end - start};
}
bool cq_str_equal(cq_str a, cq_str b);
int cq_str_compare(cq_str a, cq_str b); /* by bytes, as memcmp() then length */
bool cq_str_starts(cq_str s, cq_str prefix);
bool cq_str_ends(cq_str s, cq_str suffix);
/* Where `what`, which is not empty, first stands in `s`; NULL when it does not. */
const char *cq_str_find(cq_str s, cq_str what);
/* The same from byte `from` on, as a byte; SIZE_MAX for nowhere. */
static inline size_t cq_str_find_from(cq_str s, cq_str what, size_t from)
{
    const char *found =
        from < s.len ? cq_str_find(cq_str_slice(s, from, s.len), what) : NULL;

    return found ? (size_t)(found - s.ptr) : SIZE_MAX;
}
cq_str cq_str_trim(cq_str s); /* without ASCII white space at both ends */
/* Not for adversaries. Stable between versions and machines: it is stored in files. */
uint64_t cq_hash(const void *bytes, size_t len, uint64_t seed);

/* ---- buffers (buf.c) --------------------------------------------------------------- */

/* A growing byte string. Remembers its first failure and ignores what follows, so any
 * number of adds may go unchecked until cq_buf_check(). {0} with `max` 0 may grow to
 * CQ_BUF_MAX. */
typedef struct cq_buf {
    char *ptr; /* NUL-terminated whenever len > 0 */
    size_t len, capacity;
    size_t max; /* ceiling in bytes; 0 for CQ_BUF_MAX */
    cq_status failed;
} cq_buf;

#define CQ_BUF_MAX ((size_t)1 << 30)

void cq_buf_release(cq_buf *buf);
void cq_buf_reset(cq_buf *buf); /* empty, memory kept, failure forgotten */
void cq_buf_add(cq_buf *buf, const void *bytes, size_t len);
void cq_buf_add_str(cq_buf *buf, cq_str s);
void cq_buf_add_z(cq_buf *buf, const char *z);
void cq_buf_add_byte(cq_buf *buf, unsigned char byte);
void cq_buf_add_format(cq_buf *buf, const char *format, ...) CQ_PRINTF(2, 3);
void cq_buf_add_varint(cq_buf *buf, uint64_t value); /* LEB128, 1 to 10 bytes */
/* Room for `len` more bytes at the end, NULL when it failed; the caller writes and adds
 * to len. */
char *cq_buf_reserve(cq_buf *buf, size_t len);
void cq_buf_cut(cq_buf *buf, size_t len); /* drop all past len */
static inline cq_str cq_buf_str(const cq_buf *buf)
{
    return (cq_str){buf->ptr, buf->len};
}
/* CQ_OK, or the remembered failure: out of memory, or the ceiling (CQ_E_INPUT). */
cq_status cq_buf_check(const cq_buf *buf, cq_error *err);

#define CQ_VARINT_MAX   10u /* bytes */
#define CQ_VARINT32_MAX 5u  /* of a number below 2^32 */
/* Write a number as LEB128 into room for so many bytes; how many it took. */
static inline size_t cq_varint_put(char *to, uint64_t value)
{
    size_t len = 0;

    for (; value > 0x7f; value >>= 7)
        to[len++] = (char)(0x80 | (value & 0x7f));
    to[len++] = (char)value;
    return len;
}

/* A reader over bytes; a read past the end sets `failed`, and from then on all reads give
 * 0 or empty, so that one look at the end is enough. */
typedef struct cq_reader {
    const unsigned char *at, *end;
    bool failed;
} cq_reader;

static inline cq_reader cq_reader_over(cq_str s)
{
    const char *start = s.ptr ? s.ptr : "";

    return (cq_reader){(const unsigned char *)start, (const unsigned char *)start + s.len,
                       false};
}
uint64_t cq_read_varint(cq_reader *reader);            /* more than 64 bits fail */
cq_str cq_read_bytes(cq_reader *reader, uint64_t len); /* borrowed from what is read */
static inline uint64_t cq_zigzag(int64_t v)
{
    return ((uint64_t)v << 1) ^ (uint64_t)(v >> 63);
}
static inline int64_t cq_unzigzag(uint64_t v)
{
    return (int64_t)(v >> 1) ^ -(int64_t)(v & 1);
}

/* ---- arenas (arena.c) -------------------------------------------------------------- */

/* Many small things with one end of life. {0} is empty. */
typedef struct cq_arena {
    struct cq_arena_block *block;
    size_t used; /* bytes given out in all */
} cq_arena;

/* Aligned for any type; NULL when memory is short. */
void *cq_arena_alloc(cq_arena *arena, size_t size);
cq_str cq_arena_copy(cq_arena *arena, cq_str s); /* NUL after it; ptr NULL when short */
void cq_arena_reset(cq_arena *arena);            /* forget all, keep the newest block */
void cq_arena_release(cq_arena *arena);

/* ---- maps (map.c) ------------------------------------------------------------------ */

/* Byte strings to 64-bit values; the keys are copied. {0} is empty. */
typedef struct cq_map {
    struct cq_map_slot *slots;
    size_t len, capacity; /* capacity is a power of two */
    cq_arena keys;
} cq_map;

/* The value of `key`, to be read or changed; NULL when absent. Valid until the next
 * add. */
uint64_t *cq_map_find(const cq_map *map, cq_str key);
/* The value of `key`, added with value 0 when absent (`*is_new` then true; may be NULL);
 * NULL when memory is short. */
uint64_t *cq_map_add(cq_map *map, cq_str key, bool *is_new);
/* Walk in no order: start with *at = 0; false at the end. */
bool cq_map_each(const cq_map *map, size_t *at, cq_str *key, uint64_t **value);
void cq_map_reset(cq_map *map);
void cq_map_release(cq_map *map);

/* Integers to integers; key UINT64_MAX is not allowed. */
typedef struct cq_intmap {
    struct cq_intmap_slot *slots;
    size_t len, capacity; /* capacity is a power of two */
} cq_intmap;

uint64_t *cq_intmap_find(const cq_intmap *map, uint64_t key);
uint64_t *cq_intmap_add(cq_intmap *map, uint64_t key, bool *is_new);
void cq_intmap_reset(cq_intmap *map);
void cq_intmap_release(cq_intmap *map);

#endif
