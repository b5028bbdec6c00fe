/* codes.c -- sentences of a text with inline codes, which are no part of it and are never
 * cut. Where a code stands at a break it goes where SRX 2.0 puts it by default (section
 * 5.2, formathandle): an end code with what is before, others with what follows. */
#include <calque/segment.h>

#include "segment/segment.h"

/* The codes in order, and how far they are given to sentences. */
typedef struct coded {
    cq_str text;
    const cq_inline_code *codes;
    size_t len;
    size_t next;    /* the first code that is in no range yet */
    size_t removed; /* bytes of the codes before `next` */
} coded;

static cq_status check(cq_str text, const cq_inline_code *codes, size_t len,
                       cq_error *err)
{
    size_t at = 0;

    for (size_t i = 0; i < len; i++) {
        if (codes[i].start < at || codes[i].end < codes[i].start ||
            codes[i].end > text.len)
            return cq_fail(err, CQ_E_ARG,
                           "inline code %zu does not stand after the one before it", i);
        at = codes[i].end;
    }
    return CQ_OK;
}

static cq_status strip(cq_str text, const cq_inline_code *codes, size_t len,
                       cq_buf *plain, cq_error *err)
{
    size_t at = 0;

    for (size_t i = 0; i < len; i++) {
        cq_buf_add_str(plain, cq_str_slice(text, at, codes[i].start));
        at = codes[i].end;
    }
    cq_buf_add_str(plain, cq_str_slice(text, at, text.len));
    return cq_buf_check(plain, err);
}

/* Where a code stands in the text without codes. */
static size_t plain_at(const coded *c) { return c->codes[c->next].start - c->removed; }

static void step(coded *c)
{
    c->removed += c->codes[c->next].end - c->codes[c->next].start;
    c->next++;
}

/* The range in the coded text of [start, end) in the plain one. */
static cq_span range_of(coded *c, size_t start, size_t end)
{
    cq_span range;
    bool has_code = c->next < c->len && plain_at(c) <= start;

    range.start = has_code ? c->codes[c->next].start : start + c->removed;
    while (c->next < c->len && plain_at(c) < end)
        step(c);
    range.end = end + c->removed;
    return range;
}

/* End codes that stand before the next sentence belong to this one. */
static void take_closers(coded *c, size_t limit, cq_span *range)
{
    while (c->next < c->len && plain_at(c) <= limit &&
           c->codes[c->next].role == CQ_CODE_ROLE_CLOSE) {
        range->end = c->codes[c->next].end;
        step(c);
    }
}

static bool add_range(cq_buf *ranges, cq_span range)
{
    cq_buf_add(ranges, &range, sizeof(range));
    return ranges->failed == CQ_OK;
}

static cq_status collect(cq_segmenter *segmenter, coded *c, cq_buf *ranges, cq_error *err)
{
    cq_span last = {0};
    cq_sentence sentence;
    bool has_last = false;
    cq_status status;

    while ((status = cq_segmenter_next(segmenter, &sentence, err)) == CQ_OK) {
        if (has_last) {
            take_closers(c, (size_t)sentence.start, &last);
            add_range(ranges, last);
        }
        last = range_of(c, (size_t)sentence.start, (size_t)sentence.end);
        has_last = true;
    }
    if (status < 0)
        return status;
    if (c->next < c->len) { /* what is left goes with the last sentence */
        last.start = has_last ? last.start : c->codes[c->next].start;
        last.end = c->codes[c->len - 1].end;
        has_last = true;
    }
    if (has_last)
        add_range(ranges, last);
    return cq_buf_check(ranges, err);
}

cq_status cq_segment(cq_segmenter *segmenter, cq_str text, const cq_inline_code *codes,
                     size_t codes_len, cq_span **ranges, size_t *len, cq_error *err)
{
    coded c = {.text = text, .codes = codes, .len = codes_len};
    cq_buf plain = {0}, found = {0};
    cq_status status = check(text, codes, codes_len, err);

    *ranges = NULL;
    *len = 0;
    if (status == CQ_OK)
        status = strip(text, codes, codes_len, &plain, err);
    if (status == CQ_OK) {
        cq_segmenter_reset(segmenter);
        status = cq_segmenter_feed(segmenter, cq_buf_str(&plain), true, err);
    }
    if (status == CQ_OK)
        status = collect(segmenter, &c, &found, err);
    cq_buf_release(&plain);
    if (status != CQ_OK) {
        cq_buf_release(&found);
        return status;
    }
    *len = found.len / sizeof(cq_span);
    *ranges = (cq_span *)(void *)found.ptr; /* from cq_alloc(), as cq_spans_free() says */
    return CQ_OK;
}

void cq_spans_free(cq_span *ranges) { cq_free(ranges); }
