#include "internal.h"

#include <string.h>

/* A block of a list (docs/file-format.md, "Postings"):
 *
 *   [total] count [first] bits | skip table | gaps
 *
 * total and first are varints that only the list's first block has (its part is 0; the
 * part of the others is first + 1). A gap is the number of texts left out since the
 * posting before, in a Rice code (Rice 1979; Witten, Moffat and Bell 1999, 3.3): gap >>
 * bits in unary ones, a zero, then the low bits; 15 ones mean that all 32 bits follow.
 * Bits fill bytes from the lowest. The skip table has for each run of RUN postings but
 * the first the last number before it and the place of its first bit. */

#define UNARY_MAX 15u
#define SKIP_SIZE 6u /* 4 bytes of number, 2 of place */

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

static void store32(unsigned char *at, uint32_t value)
{
    for (unsigned i = 0; i < 4; i++)
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

static uint32_t gap_bits(uint32_t gap, uint32_t bits)
{
    uint32_t ones = gap >> bits;

    return ones < UNARY_MAX ? ones + 1 + bits : UNARY_MAX + 32;
}

/* The parameter for which gaps of this mean take least: 2^bits near 0.69 of the mean. */
static uint32_t best_bits(uint64_t span, size_t count)
{
    uint64_t mean = count ? span * 69 / 100 / count : 0;
    uint32_t bits = 0;

    while (bits < 31 && mean >> (bits + 1))
        bits++;
    return bits;
}

static size_t put_varint(unsigned char *at, uint64_t value)
{
    size_t len = 0;

    for (; value > 0x7f; value >>= 7)
        at[len++] = (unsigned char)(value | 0x80);
    at[len++] = (unsigned char)value;
    return len;
}

/* How many of the gathered postings fit a block: as many bits as are left beside the
 * header and the skip table. */
static size_t fitting(const cq_encoder *encoder, uint32_t bits)
{
    size_t room = 8 * (BLOCK_MAX - 32), used = 0, count = 1;

    for (; count < encoder->len; count++) {
        uint32_t gap = encoder->numbers[count] - encoder->numbers[count - 1] - 1;
        size_t more = gap_bits(gap, bits) + (count % RUN == 0 ? 8 * SKIP_SIZE : 0);

        if (used + more > room)
            break;
        used += more;
    }
    return count;
}

typedef struct bit_writer {
    unsigned char *bytes;
    size_t at; /* bits */
} bit_writer;

static void put_bits(bit_writer *writer, uint64_t value, uint32_t len)
{
    while (len > 0) {
        uint32_t used = (uint32_t)(writer->at & 7);
        uint32_t take = 8 - used < len ? 8 - used : len;

        writer->bytes[writer->at >> 3] |=
            (unsigned char)((value & ((1u << take) - 1)) << used);
        writer->at += take;
        value >>= take;
        len -= take;
    }
}

static void put_gap(bit_writer *writer, uint32_t gap, uint32_t bits)
{
    uint32_t ones = gap >> bits;

    if (ones >= UNARY_MAX)
        put_bits(writer, (uint64_t)gap << UNARY_MAX | ((1u << UNARY_MAX) - 1),
                 UNARY_MAX + 32);
    else
        put_bits(writer,
                 (uint64_t)(gap & ((UINT64_C(1) << bits) - 1)) << (ones + 1) |
                     ((1u << ones) - 1),
                 ones + 1 + bits);
}

static size_t put_block(cq_encoder *encoder, size_t count, uint32_t bits)
{
    const uint32_t *numbers = encoder->numbers;
    unsigned char *blob = encoder->blob, *table;
    size_t at = 0;
    bit_writer writer = {0};

    if (encoder->is_first)
        at += put_varint(blob + at, encoder->total);
    at += put_varint(blob + at, count);
    if (encoder->is_first)
        at += put_varint(blob + at, numbers[0]);
    blob[at++] = (unsigned char)bits;
    table = blob + at;
    writer.bytes = table + (count - 1) / RUN * SKIP_SIZE;
    memset(writer.bytes, 0, sizeof(encoder->blob) - (size_t)(writer.bytes - blob));
    for (size_t i = 1; i < count; i++) {
        if (i % RUN == 0) {
            store32(table, numbers[i - 1]);
            table[4] = (unsigned char)writer.at;
            table[5] = (unsigned char)(writer.at >> 8);
            table += SKIP_SIZE;
        }
        put_gap(&writer, numbers[i] - numbers[i - 1] - 1, bits);
    }
    return (size_t)(writer.bytes - blob) + (writer.at + 7) / 8;
}

static cq_status write_block(cq_encoder *encoder, cq_error *err)
{
    uint32_t *numbers = encoder->numbers;
    uint64_t span = numbers[encoder->len - 1] - numbers[0];
    uint32_t bits = best_bits(span - (encoder->len - 1), encoder->len - 1);
    size_t count = fitting(encoder, bits), len = put_block(encoder, count, bits);

    encoder->row.part = encoder->is_first ? 0 : (uint64_t)numbers[0] + 1;
    encoder->is_first = false;
    encoder->len -= count;
    if (encoder->len)
        memmove(numbers, numbers + count, encoder->len * sizeof(*numbers));
    return encoder->io.put(encoder->io.context, encoder->row,
                           (cq_str){(const char *)encoder->blob, len}, err);
}

cq_status cq_encoder_add(cq_encoder *encoder, uint32_t number, cq_error *err)
{
    if (encoder->len == BLOCK_POST) {
        cq_status status = write_block(encoder, err);

        if (status != CQ_OK)
            return status;
    }
    encoder->numbers[encoder->len++] = number;
    return CQ_OK;
}

cq_status cq_encoder_end(cq_encoder *encoder, cq_error *err)
{
    while (encoder->len) {
        cq_status status = write_block(encoder, err);

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
    uint64_t count, first = part - 1, bits;
    cq_str byte;

    if (blob.len == 0 || blob.len > BLOCK_MAX)
        return false;
    block->total = part == 0 ? cq_read_varint(&reader) : 0;
    count = cq_read_varint(&reader);
    if (part == 0)
        first = cq_read_varint(&reader);
    byte = cq_read_bytes(&reader, 1);
    if (reader.failed || count == 0 || count > BLOCK_POST || first >= NO_NUMBER)
        return false;
    bits = (unsigned char)byte.ptr[0];
    block->first = (uint32_t)first;
    block->count = (uint32_t)count;
    block->bits = (uint32_t)bits;
    block->table = (size_t)(reader.at - (const unsigned char *)blob.ptr);
    block->body = block->table + (count - 1) / RUN * SKIP_SIZE;
    block->len = blob.len;
    if (bits > 31 || block->body > blob.len)
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

uint32_t cq_block_run(const cq_block *block, uint32_t run, uint32_t *numbers)
{
    uint32_t count = block->count - run * RUN < RUN ? block->count - run * RUN : RUN;
    uint32_t bits = block->bits, i = 0;
    uint64_t mask = (UINT64_C(1) << bits) - 1, number = block->first;
    const unsigned char *body = block->bytes + block->body;
    size_t at = 0, end = 8 * (block->len - block->body);

    if (run == 0) {
        numbers[i++] = block->first;
    } else {
        const unsigned char *skip = block->bytes + block->table + (run - 1) * SKIP_SIZE;

        number = load32(skip);
        at = load16(skip + 4);
        if (at > end)
            return 0;
    }
    for (; i < count; i++) {
        uint64_t word = load64(body + (at >> 3)) >> (at & 7);
        uint32_t ones = (uint32_t)__builtin_ctzll(~word | UINT64_C(1) << UNARY_MAX);

        if (ones < UNARY_MAX) {
            number += ((uint64_t)ones << bits) + (word >> (ones + 1) & mask) + 1;
            at += ones + 1 + bits;
        } else {
            number += (word >> UNARY_MAX & UINT32_MAX) + 1;
            at += UNARY_MAX + 32;
        }
        numbers[i] = (uint32_t)number;
    }
    return at <= end && number < NO_NUMBER ? count : 0;
}
