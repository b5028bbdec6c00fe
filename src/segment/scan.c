#include "segment/scan.h"

/* How many openers above a closer's own may be given up as never closed. More would let
 * one closer search a deep stack again and again. */
#define UNCLOSED_MAX 8

/* Pairs further apart are taken for two marks that do not belong together. */
#define PAIR_MAX ((size_t)4096)

/* Signs that make one site when they stand together. */
#define RUN (CQ_SIGN_MARK | CQ_SIGN_NONE)

void cq_sites_release(cq_sites *sites)
{
    cq_free(sites->items);
    cq_free(sites->open);
    *sites = (cq_sites){0};
}

/* ---- finding signs --------------------------------------------------------------------
 */

/* Offset of the next character that may be a sign, or text.len. */
static size_t next_sign(const cq_lexicon *lexicon, cq_str text, size_t at)
{
    const unsigned char *s = (const unsigned char *)text.ptr;

    while (at < text.len) {
        unsigned row = lexicon->leads[s[at]];

        if (row == 1 || (row > 1 && lexicon->seconds[row - 2][s[at + 1] & 0x3f]))
            break;
        /* No byte inside a character is a lead of any sign, so only the long ones need be
         * stepped over; where letters of two bytes and spaces mix, not to ask is faster.
         */
        at += s[at] < 0xe0 ? 1 : 3;
    }
    return at;
}

static bool add_site(cq_sites *sites, size_t start, size_t end, unsigned sign)
{
    cq_site *last = sites->len ? &sites->items[sites->len - 1] : NULL;

    if (last && (sign & RUN) && (last->sign & RUN) && last->end == start) {
        last->end = (uint32_t)end;
        last->sign |= (uint16_t)sign;
        last->is_many = true;
        return true;
    }
    if (!cq_grow(&sites->items, &sites->capacity, sites->len + 1, sizeof(*sites->items)))
        return false;
    sites->items[sites->len++] = (cq_site){.start = (uint32_t)start,
                                           .end = (uint32_t)end,
                                           .partner = CQ_SITE_ALONE,
                                           .sign = (uint16_t)sign};
    return true;
}

/* ---- matching pairs -------------------------------------------------------------------
 */

static bool is_word_char(const cq_lexicon *lexicon, uint32_t code)
{
    return cq_lexicon_look(lexicon, code) & CQ_CHAR_WORD;
}

static bool is_pair(const cq_lexicon *lexicon, uint32_t open, uint32_t close)
{
    for (size_t i = 0; i < lexicon->pairs_len; i++)
        if (lexicon->pairs[i].open == open && lexicon->pairs[i].close == close)
            return true;
    return false;
}

static uint32_t code_at(cq_str text, size_t at) { return cq_text_next(text, &at); }

/* Match the closer with the opener it belongs to, if that is near the top. */
static bool close_pair(const cq_lexicon *lexicon, cq_str text, cq_sites *sites,
                       size_t *depth, size_t closer)
{
    uint32_t close = code_at(text, sites->items[closer].start);

    for (size_t k = 1; k <= *depth && k <= UNCLOSED_MAX; k++) {
        uint32_t opener = sites->open[*depth - k];

        if (sites->items[closer].start - sites->items[opener].start > PAIR_MAX)
            return false;
        if (!is_pair(lexicon, code_at(text, sites->items[opener].start), close))
            continue;
        sites->items[opener].partner = (uint32_t)closer;
        sites->items[closer].partner = opener;
        *depth -= k;
        return true;
    }
    return false;
}

typedef enum side { SIDE_UNKNOWN, SIDE_OPEN, SIDE_CLOSE } side;

/* A sign that may open as well as close is told by its neighbours: an opener has space or
 * another opener before it and none after it. */
static side side_of(const cq_lexicon *lexicon, cq_str text, const cq_site *site)
{
    size_t start;
    uint32_t before = site->start ? cq_scan_before(text, site->start, &start) : ' ';
    uint32_t after = site->end < text.len ? code_at(text, site->end) : ' ';
    uint32_t bits = cq_lexicon_look(lexicon, before);
    bool is_free =
        (bits & CQ_CHAR_SPACE) || (bits & (CQ_SIGN_OPEN | CQ_SIGN_CLOSE)) == CQ_SIGN_OPEN;

    if (is_free)
        return cq_lexicon_look(lexicon, after) & CQ_CHAR_SPACE ? SIDE_UNKNOWN : SIDE_OPEN;
    return is_word_char(lexicon, after) ? SIDE_UNKNOWN : SIDE_CLOSE;
}

/* An apostrophe inside a word or at its end is no quotation mark, unless one is open. */
static bool is_in_word(const cq_lexicon *lexicon, cq_str text, const cq_site *site)
{
    size_t start;

    return site->start > 0 && site->end < text.len &&
           is_word_char(lexicon, cq_scan_before(text, site->start, &start)) &&
           is_word_char(lexicon, code_at(text, site->end));
}

static bool push_open(cq_sites *sites, size_t *depth, size_t opener)
{
    if (!cq_grow(&sites->open, &sites->open_capacity, *depth + 1, sizeof(*sites->open)))
        return false;
    sites->open[(*depth)++] = (uint32_t)opener;
    return true;
}

/* Decide whether the site opens or closes, and match it. Where its neighbours do not
 * tell, it closes what is open and else opens. */
static bool match_site(const cq_lexicon *lexicon, cq_str text, cq_sites *sites,
                       size_t *depth, size_t nth)
{
    cq_site *site = &sites->items[nth];
    side way = site->sign & CQ_SIGN_OPEN ? SIDE_OPEN : SIDE_CLOSE;

    if ((site->sign & CQ_SIGN_APOSTROPHE) && is_in_word(lexicon, text, site)) {
        site->sign &= (uint16_t) ~(CQ_SIGN_OPEN | CQ_SIGN_CLOSE);
        return true;
    }
    if ((site->sign & CQ_SIGN_OPEN) && (site->sign & CQ_SIGN_CLOSE))
        way = side_of(lexicon, text, site);
    if (way != SIDE_OPEN && close_pair(lexicon, text, sites, depth, nth))
        way = SIDE_CLOSE;
    if (way == SIDE_CLOSE) {
        site->sign &= (uint16_t)~CQ_SIGN_OPEN;
        return true;
    }
    site->sign &= (uint16_t)~CQ_SIGN_CLOSE;
    return push_open(sites, depth, nth);
}

cq_status cq_scan(const cq_lexicon *lexicon, cq_str text, cq_sites *sites, cq_error *err)
{
    size_t depth = 0;

    sites->len = 0;
    sites->has_foreign = false;
    for (size_t at = next_sign(lexicon, text, 0); at < text.len;
         at = next_sign(lexicon, text, at)) {
        size_t start = at;
        unsigned sign = cq_lexicon_look(lexicon, cq_text_next(text, &at)) & 0xffff;

        sites->has_foreign |= (sign & CQ_SIGN_FOREIGN) != 0;
        if (!(sign & ~(unsigned)(CQ_SIGN_FOREIGN | CQ_SIGN_FOLLOWER)))
            continue;
        if (!add_site(sites, start, at, sign) ||
            ((sign & (CQ_SIGN_OPEN | CQ_SIGN_CLOSE)) &&
             !match_site(lexicon, text, sites, &depth, sites->len - 1)))
            return cq_fail(err, CQ_E_NOMEM, "no memory to split %zu bytes", text.len);
    }
    return CQ_OK;
}
