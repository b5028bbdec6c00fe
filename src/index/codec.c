#include "internal.h"

#include <string.h>

/* A block of a list (docs/file-format.md, "Postings"):
 *
 *   [total] 2 * count + is_last [first] [span] | skip table | runs
 *
 * total and first are varints that only the list's first block has (its part is 0; the
 * part of the others is first + 1). span, the last number less the first, is left out, as
 * are the runs, when count is 1. A run holds RUN postings as distances from its base: the
 * block's first number, or for later runs the number after the last one before. Its first
 * byte says how:
 *
 *   0..31  Elias-Fano with so many low bits: the low bits of all, in whole bytes; then
 * for each posting as many zeros as its high part is above the one before, and a one
 *          (Elias 1974; Ottaviano and Venturini 2014, of runs that adapt)
 *   255    a bit for each number from the base on
 *
 * Bits fill bytes from the lowest. The skip table has for each run but the first the last
 * number before it (4 bytes) and the place of its first byte after the table (2). */

#define BITMAP    255u
#define SKIP_SIZE 6u

static uint64_t load64(const unsigned char *at)
{
    uint64_t value = 0;

#if defined(__BYTE_ORDER__) && __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__
    memcpy(&value, at, sizeof(value));
#else
    for (unsigned i = 0; i < 8; i++)
        value |= (uint64_t)at[i] << (8 * i);
#endif
    return value;
}

static void store64(unsigned char *at, uint64_t value)
{
    for (unsigned i = 0; i < 8; i++)
        at[i] = (unsigned char)(value >> (8 * i));
}

static uint32_t load32(const unsigned char *at)
{
    return (uint32_t)at[0] | (uint32_t)at[1] << 8 | (uint32_t)at[2] << 16 |
           (uint32_t)at[3] << 24;
}

static uint32_t load16(const unsigned char *at) { return at[0] | (uint32_t)at[1] << 8; }

/* ---- writing --------------------------------------------------------------------------
 */

void cq_encoder_start(cq_encoder *encoder, uint64_t element, uint64_t total)
{
    encoder->row.token = element;
    encoder->total = total;
    encoder->is_first = true;
    encoder->len = 0;
}

static size_t put_varint(unsigned char *at, uint64_t value)
{
    size_t len = 0;

    for (; value > 0x7f; value >>= 7)
        at[len++] = (unsigned char)(value | 0x80);
    at[len++] = (unsigned char)value;
    return len;
}

/* Low bits for which Elias-Fano takes least: the logarithm of the mean distance. */
static uint32_t low_bits(uint32_t span, uint32_t count)
{
    uint32_t bits = 0;

    while (span / count >> (bits + 1))
        bits++;
    return bits;
}

/* Or 8 bytes at a bit's place; `bytes` are zero from there on. */
static void put_bits(unsigned char *bytes, size_t at, uint64_t value)
{
    unsigned char *byte = bytes + (at >> 3);

    store64(byte, load64(byte) | value << (at & 7));
}

static size_t put_bitmap(unsigned char *at, const uint32_t *numbers, uint32_t count,
                         uint32_t base)
{
    size_t len = (numbers[count - 1] - base) / 8 + 1;

    *at++ = BITMAP;
    memset(at, 0, len);
    for (uint32_t i = 0; i < count; i++) {
        uint32_t bit = numbers[i] - base;

        at[bit >> 3] |= (unsigned char)(1u << (bit & 7));
    }
    return 1 + len;
}

static size_t put_elias_fano(unsigned char *at, const uint32_t *numbers, uint32_t count,
                             uint32_t base, uint32_t bits)
{
    uint32_t span = numbers[count - 1] - base;
    uint32_t mask = (uint32_t)((UINT64_C(1) << bits) - 1);
    size_t low = ((size_t)count * bits + 7) / 8, high = (count + (span >> bits)) / 8 + 1;

    *at++ = (unsigned char)bits;
    memset(at, 0, low + high + 8);
    for (uint32_t i = 0; i < count && bits; i++)
        put_bits(at, (size_t)i * bits, (numbers[i] - base) & mask);
    for (uint32_t i = 0; i < count; i++) {
        uint32_t bit = ((numbers[i] - base) >> bits) + i;

        at[low + (bit >> 3)] |= (unsigned char)(1u << (bit & 7));
    }
    return 1 + low + high;
}

/* At most RUN_BYTES. */
static size_t put_run(unsigned char *at, const uint32_t *numbers, uint32_t count,
                      uint32_t base)
{
    uint32_t span = numbers[count - 1] - base, bits = low_bits(span, count);
    uint64_t elias_fano = (uint64_t)count * (bits + 1) + (span >> bits);

    return span <= elias_fano ? put_bitmap(at, numbers, count, base)
                              : put_elias_fano(at, numbers, count, base, bits);
}

/* Code as many runs as fit beside the header and the skip table. */
static size_t put_runs(cq_encoder *encoder, unsigned char *table, size_t *table_len,
                       size_t *runs_len)
{
    const uint32_t *numbers = encoder->numbers;
    size_t done = 0, room = BLOCK_MAX - 32;

    *table_len = *runs_len = 0;
    while (done < encoder->len) {
        uint32_t count =
            encoder->len - done < RUN ? (uint32_t)(encoder->len - done) : RUN;
        uint32_t base = done ? numbers[done - 1] + 1 : numbers[0];
        size_t len = put_run(encoder->runs + *runs_len, numbers + done, count, base);
        size_t skip = done ? SKIP_SIZE : 0;

        if (*table_len + skip + *runs_len + len > room)
            break;
        if (done) {
            unsigned char entry[8];

            store64(entry, (base - 1) | (uint64_t)*runs_len << 32);
            memcpy(table + *table_len, entry, SKIP_SIZE);
        }
        *table_len += skip;
        *runs_len += len;
        done += count;
    }
    return done;
}

static cq_status write_block(cq_encoder *encoder, bool is_end, cq_error *err)
{
    uint32_t *numbers = encoder->numbers;
    unsigned char table[BLOCK_POST / RUN * SKIP_SIZE], *blob = encoder->blob;
    size_t table_len, runs_len, at = 0;
    size_t count = put_runs(encoder, table, &table_len, &runs_len);
    bool is_last = is_end && count == encoder->len;

    encoder->row.part = encoder->is_first ? 0 : (uint64_t)numbers[0] + 1;
    if (encoder->is_first)
        at += put_varint(blob + at, encoder->total);
    at += put_varint(blob + at, 2 * count + is_last);
    if (encoder->is_first)
        at += put_varint(blob + at, numbers[0]);
    if (count > 1) {
        at += put_varint(blob + at, numbers[count - 1] - numbers[0]);
        memcpy(blob + at, table, table_len);
        memcpy(blob + at + table_len, encoder->runs, runs_len);
        at += table_len + runs_len;
    }
    encoder->is_first = false;
    encoder->len -= count;
    if (encoder->len)
        memmove(numbers, numbers + count, encoder->len * sizeof(*numbers));
    return encoder->io.put(encoder->io.context, encoder->row,
                           (cq_str){(const char *)blob, at}, err);
}

cq_status cq_encoder_add(cq_encoder *encoder, uint32_t number, cq_error *err)
{
    if (encoder->len == BLOCK_POST) {
        cq_status status = write_block(encoder, false, err);

        if (status != CQ_OK)
            return status;
    }
    encoder->numbers[encoder->len++] = number;
    return CQ_OK;
}

cq_status cq_encoder_end(cq_encoder *encoder, cq_error *err)
{
    while (encoder->len) {
        cq_status status = write_block(encoder, true, err);

        if (status != CQ_OK)
            return status;
    }
    return CQ_OK;
}

/* ---- reading --------------------------------------------------------------------------
 */

bool cq_block_open(cq_block *block, uint64_t part, cq_str blob)
{
    cq_reader reader = cq_reader_over(blob);
    uint64_t count, first = part - 1, span = 0;

    if (blob.len == 0 || blob.len > BLOCK_MAX)
        return false;
    block->total = part == 0 ? cq_read_varint(&reader) : 0;
    count = cq_read_varint(&reader);
    block->is_last = count & 1;
    count /= 2;
    if (part == 0)
        first = cq_read_varint(&reader);
    if (count > 1)
        span = cq_read_varint(&reader);
    if (reader.failed || count == 0 || count > BLOCK_POST || first >= NO_NUMBER ||
        span >= NO_NUMBER - first)
        return false;
    block->first = (uint32_t)first;
    block->last = (uint32_t)(first + span);
    block->count = (uint32_t)count;
    block->table = (size_t)(reader.at - (const unsigned char *)blob.ptr);
    block->body = block->table + (count - 1) / RUN * SKIP_SIZE;
    block->len = blob.len;
    if (block->body > blob.len)
        return false;
    memcpy(block->bytes, blob.ptr, blob.len);
    memset(block->bytes + blob.len, 0, 16);
    return true;
}

uint32_t cq_block_find(const cq_block *block, uint32_t number)
{
    uint32_t lo = 0, hi = cq_block_runs(block) - 1;

    /* The entry before run r + 1 tells the last number of run r. */
    while (lo < hi) {
        uint32_t middle = (lo + hi) / 2;

        if (load32(block->bytes + block->table + middle * SKIP_SIZE) >= number)
            hi = middle;
        else
            lo = middle + 1;
    }
    return lo;
}

/* One run as it lies in its block. */
typedef struct run_view {
    uint32_t count, base, bits;
    const unsigned char *low, *high, *end; /* the high bits, or the bitmap, from `high` */
} run_view;

static bool view_run(const cq_block *block, uint32_t run, run_view *view)
{
    size_t at = block->body;

    view->count = block->count - run * RUN < RUN ? block->count - run * RUN : RUN;
    view->base = block->first;
    if (run > 0) {
        const unsigned char *skip = block->bytes + block->table + (run - 1) * SKIP_SIZE;

        view->base = load32(skip) + 1;
        at += load16(skip + 4);
    }
    if (at >= block->len)
        return false;
    view->bits = block->bytes[at];
    view->low = block->bytes + at + 1;
    view->high = view->low;
    if (view->bits != BITMAP)
        view->high += ((size_t)view->count * view->bits + 7) / 8;
    view->end = block->bytes + block->len;
    return (view->bits < 32 || view->bits == BITMAP) && view->high < view->end;
}

static uint32_t read_bitmap(const run_view *view, uint32_t *numbers)
{
    uint64_t base = view->base;
    uint32_t count = 0;

    for (const unsigned char *at = view->high; at < view->end; at += 8, base += 64) {
        for (uint64_t word = load64(at); word; word &= word - 1) {
            numbers[count++] = (uint32_t)(base + (uint64_t)__builtin_ctzll(word));
            if (count == view->count)
                return base < NO_NUMBER - 64 ? count : 0;
        }
    }
    return 0; /* too few bits */
}

static uint32_t read_elias_fano(const run_view *view, uint32_t *numbers)
{
    uint32_t count = 0, bits = view->bits;
    uint64_t high = 0, mask = (UINT64_C(1) << bits) - 1, number = 0;

    for (const unsigned char *at = view->high; at < view->end; at += 8, high += 64) {
        for (uint64_t word = load64(at); word; word &= word - 1) {
            size_t place = (size_t)count * bits;
            uint64_t low = load64(view->low + (place >> 3)) >> (place & 7) & mask;

            number = view->base +
                     ((high + (uint64_t)__builtin_ctzll(word) - count) << bits) + low;
            numbers[count++] = (uint32_t)number;
            if (count == view->count)
                return number < NO_NUMBER ? count : 0;
        }
    }
    return 0;
}

uint32_t cq_block_run(const cq_block *block, uint32_t run, uint32_t *numbers)
{
    run_view view;

    if (block->count == 1) {
        numbers[0] = block->first;
        return 1;
    }
    if (!view_run(block, run, &view))
        return 0;
    return view.bits == BITMAP ? read_bitmap(&view, numbers)
                               : read_elias_fano(&view, numbers);
}

/* Whether one of the postings with this high part has these low bits: they are the ones
 * between the high-th zero and the next. */
static bool elias_fano_has(const run_view *view, uint32_t distance)
{
    uint64_t high = distance >> view->bits, mask = (UINT64_C(1) << view->bits) - 1;
    uint64_t low = distance & mask, zeros = 0, place = 0, word;
    const unsigned char *at = view->high;
    uint32_t i;

    for (;; at += 8, place += 64) { /* the word with the high-th zero */
        uint64_t more;

        if (at >= view->end)
            return false;
        word = load64(at);
        more = (uint64_t)__builtin_popcountll(~word);
        if (zeros + more >= high)
            break;
        zeros += more;
    }
    /* Step over the zeros still before it, and the ones among them. */
    for (uint64_t left = ~word; zeros < high; zeros++) {
        uint64_t after = (uint64_t)__builtin_ctzll(left) + 1;

        left &= left - 1;
        if (zeros + 1 == high)
            place += after;
    }
    for (i = (uint32_t)(place - high); i < view->count; i++, place++) {
        const unsigned char *byte = view->high + (place >> 3);
        size_t low_place = (size_t)i * view->bits;

        if (byte >= view->end || !(*byte >> (place & 7) & 1))
            return false;
        if ((load64(view->low + (low_place >> 3)) >> (low_place & 7) & mask) == low)
            return true;
    }
    return false;
}

bool cq_block_has(const cq_block *block, uint32_t number)
{
    run_view view;

    if (number < block->first || number > block->last)
        return false;
    if (number == block->first || number == block->last)
        return true;
    if (!view_run(block, cq_block_find(block, number), &view) || number < view.base)
        return false;
    if (view.bits != BITMAP)
        return elias_fano_has(&view, number - view.base);
    number -= view.base;
    return view.high + (number >> 3) < view.end &&
           (view.high[number >> 3] >> (number & 7) & 1);
}
