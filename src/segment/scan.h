/* scan.h -- the places in a paragraph at which anything about sentences can be decided:
 * end marks, openers and closers, bullets; internal to src/segment. */
#ifndef CQ_SEGMENT_SCAN_H
#define CQ_SEGMENT_SCAN_H

#include "segment/lexicon.h"

#define CQ_SITE_ALONE UINT32_MAX

/* One sign, or a run of end marks that stand together. */
typedef struct cq_site {
    uint32_t start, end; /* byte range in the paragraph */
    uint32_t partner;    /* of a matched opener or closer: number of the other site; else
                            CQ_SITE_ALONE */
    uint16_t sign;       /* CQ_SIGN_ bits; all those in a run */
    bool is_many;        /* more than one mark in the run */
    bool is_inside;      /* of an opener: a sentence goes on around the pair */
} cq_site;

typedef struct cq_sites {
    cq_site *items;
    size_t len, capacity;
    bool has_foreign; /* there is a mark of which only ICU knows */
    uint32_t *open;   /* stack of openers not matched yet */
    size_t open_capacity;
} cq_sites;

void cq_sites_release(cq_sites *sites);

/* Replace `sites` by those of `text` (valid UTF-8, less than 4 GiB), openers and closers
 * matched. Linear. */
cq_status cq_scan(const cq_lexicon *lexicon, cq_str text, cq_sites *sites, cq_error *err);

/* The character that ends before `at` (> 0), and where it starts. */
static inline uint32_t cq_scan_before(cq_str text, size_t at, size_t *start)
{
    size_t from = at - 1;

    while (from > 0 && ((unsigned char)text.ptr[from] & 0xc0) == 0x80)
        from--;
    *start = from;
    return (unsigned char)text.ptr[from] < 0x80 ? (unsigned char)text.ptr[from]
                                                : cq_text_next(text, &from);
}

#endif
