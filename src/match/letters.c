/* letters.c -- how near two segments are letter by letter, to order what scores the same.
 *
 * Levenshtein's distance over the code points of NFC, 64 cells of a column at a time
 * (Myers 1999, "A fast bit-vector algorithm for approximate string matching"; blocks and
 * the distance of whole strings as in Hyyrö 2003). A column's differences down the table
 * are held as two bits a cell: `up` where a cell is one more than that above, `down`
 * where it is one less. */
#include "internal.h"

#include <string.h>

#define CELLS       64   /* of one block */
#define LETTERS_MAX 8192 /* code points; longer texts are not compared so */

void cq_letters_release(cq_letters *letters)
{
    cq_free(letters->slots);
    cq_free(letters->masks);
    cq_free(letters->up);
    cq_free(letters->down);
    cq_buf_release(&letters->composed);
    *letters = (cq_letters){0};
}

void cq_letters_forget(cq_letters *letters) { letters->is_ready = false; }

/* The slot of a code point, or the free one where it belongs. */
static cq_letter_slot *slot_of(const cq_letters *letters, uint32_t code)
{
    size_t mask = letters->slots_len - 1;
    size_t at = (size_t)(code * UINT32_C(0x9e3779b1)) & mask;

    while (letters->slots[at].place && letters->slots[at].code != code)
        at = (at + 1) & mask;
    return &letters->slots[at];
}

/* The text in NFC; ASCII as it stands. */
static cq_status compose(cq_letters *letters, cq_str *text, cq_error *err)
{
    size_t at = 0;
    cq_status status;

    while (at < text->len && (unsigned char)text->ptr[at] < 0x80)
        at++;
    if (at == text->len)
        return CQ_OK;
    cq_buf_reset(&letters->composed);
    status = cq_text_nfc(*text, &letters->composed, err);
    if (status == CQ_OK)
        status = cq_buf_check(&letters->composed, err);
    *text = cq_buf_str(&letters->composed);
    return status;
}

static bool grow(cq_letters *letters)
{
    size_t slots = 16;

    while (slots < 2 * letters->len)
        slots *= 2;
    letters->blocks = (letters->len + CELLS - 1) / CELLS;
    letters->slots_len = slots;
    return cq_grow(&letters->slots, &letters->slots_capacity, slots,
                   sizeof(*letters->slots)) &&
           cq_grow(&letters->up, &letters->up_capacity, letters->blocks,
                   sizeof(*letters->up)) &&
           cq_grow(&letters->down, &letters->down_capacity, letters->blocks,
                   sizeof(*letters->down));
}

/* Note, for each distinct code point of the query, where it stands: a bit a cell. Place 0
 * is of those that it lacks. */
static cq_status make_masks(cq_letters *letters, cq_str text, cq_error *err)
{
    size_t places = 1, row = 0;

    if (!grow(letters))
        return cq_fail(err, CQ_E_NOMEM, "no memory to compare letters");
    memset(letters->slots, 0, letters->slots_len * sizeof(*letters->slots));
    for (size_t at = 0; at < text.len; row++) {
        uint32_t code = cq_text_next(text, &at);
        cq_letter_slot *slot = slot_of(letters, code);

        if (slot->place == 0) {
            size_t words = (places + 1) * letters->blocks;

            if (!cq_grow(&letters->masks, &letters->masks_capacity, words,
                         sizeof(*letters->masks)))
                return cq_fail(err, CQ_E_NOMEM, "no memory to compare letters");
            if (places == 1)
                memset(letters->masks, 0, letters->blocks * sizeof(*letters->masks));
            memset(letters->masks + words - letters->blocks, 0,
                   letters->blocks * sizeof(*letters->masks));
            *slot = (cq_letter_slot){code, (uint32_t)places++};
        }
        letters->masks[slot->place * letters->blocks + row / CELLS] |= UINT64_C(1)
                                                                       << row % CELLS;
    }
    letters->is_ready = true;
    return CQ_OK;
}

/* Move one block a column on. `in` and the answer tell how a cell differs from that left
 * of it, just above the block and in its cell `last`: -1, 0 or 1. */
static int step(uint64_t equal, uint64_t *up, uint64_t *down, int in, unsigned last)
{
    uint64_t vertical = equal | *down, along, more, less;
    int out;

    if (in < 0)
        equal |= 1;
    along = (((equal & *up) + *up) ^ *up) | equal;
    more = *down | ~(along | *up);
    less = *up & along;
    out = (int)(more >> last & 1) - (int)(less >> last & 1);
    more = more << 1 | (in > 0);
    less = less << 1 | (in < 0);
    *up = less | ~(vertical | more);
    *down = more & vertical;
    return out;
}

/* Edits that turn the query into `text`; at least one of them is not empty. */
static size_t distance(cq_letters *letters, cq_str text)
{
    size_t edits = letters->len;
    unsigned last = (unsigned)((letters->len - 1) % CELLS);

    for (size_t b = 0; b < letters->blocks; b++) {
        letters->up[b] = UINT64_MAX;
        letters->down[b] = 0;
    }
    for (size_t at = 0; at < text.len;) {
        const cq_letter_slot *slot = slot_of(letters, cq_text_next(text, &at));
        const uint64_t *masks = letters->masks + slot->place * letters->blocks;
        int out = 1; /* the first row counts what is inserted before the query */

        for (size_t b = 0; b < letters->blocks; b++)
            out = step(masks[b], &letters->up[b], &letters->down[b], out,
                       b + 1 < letters->blocks ? CELLS - 1 : last);
        edits += (size_t)(ptrdiff_t)out;
    }
    return edits;
}

cq_status cq_matcher_letters(cq_matcher *matcher, cq_str text, int *share, cq_error *err)
{
    cq_letters *letters = &matcher->letters;
    cq_str query = matcher->a.text;
    cq_status status = CQ_OK;
    size_t len, longer;

    *share = 0;
    if (query.len > 4 * LETTERS_MAX || text.len > 4 * LETTERS_MAX)
        return CQ_OK;
    if (!letters->is_ready) {
        status = compose(letters, &query, err);
        letters->len = cq_text_length(query);
        if (status == CQ_OK && letters->len > 0 && letters->len <= LETTERS_MAX)
            status = make_masks(letters, query, err);
    }
    if (status == CQ_OK)
        status = compose(letters, &text, err);
    if (status != CQ_OK)
        return status;
    len = cq_text_length(text);
    longer = len > letters->len ? len : letters->len;
    if (longer > LETTERS_MAX || letters->len == 0)
        return CQ_OK;
    *share = (int)(10000 * (longer - distance(letters, text)) / longer);
    return CQ_OK;
}
