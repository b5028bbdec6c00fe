/* rules.c -- where a sentence ends: one pass over ICU's candidates and calque's own, each
 * decided by what stands around it (docs/segmentation.md, "The procedure"). */
#include "segment/segment.h"

#include "segment/walk.h"

#include <string.h>

/* Characters of the longest quotation that holds a sentence together. */
#define QUOTATION_MAX 300

struct cq_rules {
    cq_locale *locale; /* where the lexicon comes from */
    cq_lexicon lexicon;
    cq_breaks *breaks;
    cq_buf candidates; /* ICU's, as size_t */
    cq_sites sites;
    cq_buf *reasons; /* NULL when nobody asks */
};

/* ---- the pass -------------------------------------------------------------------------
 */

/* Move w->first on to the first letter or digit of the sentence, at most to `limit`.
 * Never goes back, so that all calls together read each byte once. */
static void find_first(cq_walk *w, size_t limit)
{
    while (w->first < limit) {
        size_t next = w->first;
        uint32_t code = cq_text_next(w->text, &next);

        if ((cq_lexicon_look(w->lexicon, code) & CQ_CHAR_LETTER) ||
            (cq_lexicon_look(w->lexicon, code) & CQ_CHAR_DIGIT))
            return;
        w->first = next;
    }
}

static void end_sentence(cq_walk *w, size_t at)
{
    cq_buf_add(w->ends, &at, sizeof(at));
    w->start = w->first = at;
}

/* Note why a candidate was decided as it was. `at` is where the sentence would end. */
static void tell(const cq_walk *w, const cq_spot *spot, size_t at, cq_verdict v)
{
    cq_reason reason = {.at = at,
                        .mark = spot->mark,
                        .ends = v.ends,
                        .rule = v.rule,
                        .by = v.by,
                        .next = spot->word.start,
                        .next_end = spot->word.end,
                        .opener = w->opener};

    if (!w->reasons)
        return;
    if (v.by & CQ_BY_ABBREVIATION) {
        cq_around_kinds(w, spot, &reason.from);
        reason.to = spot->mark;
        cq_text_next(w->text, &reason.to);
    }
    if (v.by & CQ_BY_PARTS) {
        reason.from = spot->before.start;
        reason.to = spot->word.end;
    }
    if (v.by & CQ_BY_FOLLOWER) {
        reason.next = spot->next;
        reason.next_end = spot->next + cq_around_follower(w, spot);
    }
    if (v.by & CQ_BY_SPEECH)
        reason.next_end = cq_around_speech(w, spot, &reason.next);
    cq_buf_add(w->reasons, &reason, sizeof(reason));
}

/* The same where nothing was looked at but the sign itself. */
static void tell_site(const cq_walk *w, const cq_site *site, size_t at, bool ends,
                      const char *rule, unsigned by)
{
    const cq_spot spot = {.mark = site->start, .end = site->end};

    tell(w, &spot, at, (cq_verdict){ends, rule, by});
}

/* Whether a quotation is speech of its own rather than part of the sentence around it:
 * introduced by a colon, or so long that it is read sentence by sentence. */
static bool is_own_speech(const cq_walk *w, const cq_site *open)
{
    size_t at = open->start, end = w->sites[open->partner].start, start;
    uint32_t before;

    if (!(open->sign & CQ_SIGN_QUOTE))
        return false;
    if (w->text.ptr[at - 1] == ' ')
        at--;
    before =
        at > 0 ? cq_lexicon_look(w->lexicon, cq_scan_before(w->text, at, &start)) : 0;
    if (before & CQ_SIGN_COLON)
        return true;
    at = open->start;
    for (size_t k = 0; k < QUOTATION_MAX && at < end; k++)
        cq_text_next(w->text, &at);
    return at < end;
}

static void enter(cq_walk *w, size_t nth)
{
    cq_site *site = &w->sites[nth];

    if (site->partner == CQ_SITE_ALONE)
        return;
    find_first(w, site->start);
    site->is_inside = w->first < site->start && !is_own_speech(w, site);
    if (site->is_inside && w->inside++ == 0)
        w->opener = site->start;
    w->depth++;
}

static void leave(cq_walk *w, size_t nth)
{
    if (w->sites[nth].partner == CQ_SITE_ALONE)
        return;
    w->inside -= w->sites[w->sites[nth].partner].is_inside;
    w->depth--;
}

/* Whether a closer may follow `end`: at once, or after one space as in French. */
static bool is_next_closer(const cq_walk *w, const cq_site *site, size_t end)
{
    size_t at = end;

    if (!(site->sign & CQ_SIGN_CLOSE))
        return false;
    if (site->start == end)
        return true;
    return site->partner != CQ_SITE_ALONE &&
           (cq_lexicon_look(w->lexicon, cq_text_next(w->text, &at)) & CQ_CHAR_SPACE) &&
           at == site->start;
}

/* One dot after another with a space between: ". . ." */
static bool is_spaced_dot(const cq_walk *w, const cq_spot *spot, const cq_site *site)
{
    return (spot->sign & CQ_SIGN_MARK) == CQ_SIGN_STOP && !spot->has_closer &&
           (site->sign & CQ_SIGN_MARK) == CQ_SIGN_STOP && !site->is_many &&
           site->start == spot->end + 1 && w->text.ptr[spot->end] == ' ';
}

/* A full stop inside a number, a file name, an address: nothing else needs to be known.
 * Most stops of such texts leave here. */
static bool is_inner_stop(const cq_walk *w, const cq_site *site)
{
    size_t at = site->end;
    uint32_t next;

    if (site->sign != CQ_SIGN_STOP || site->is_many || at == w->text.len)
        return false;
    next = cq_lexicon_look(w->lexicon, cq_text_next(w->text, &at));
    if (next & CQ_CHAR_LOWER)
        return true;
    return (next & CQ_CHAR_DIGIT) && site->start > 0 &&
           w->text.ptr[site->start - 1] >= '0' && w->text.ptr[site->start - 1] <= '9';
}

/* Gather the marks from site `nth` on with their closers, and decide. Returns the number
 * of the first site that was not used. Of four spaced dots after a word the first is the
 * full stop, and the others an omission with which the next sentence begins. */
static size_t pass_mark(cq_walk *w, size_t nth)
{
    cq_site *site = &w->sites[nth];
    cq_spot spot = {.mark = site->start,
                    .end = site->end,
                    .sign = site->sign,
                    .is_many = site->is_many};
    const size_t first_end = site->end;
    unsigned spaced = 0; /* dots with a space before, after the first mark */
    cq_verdict v;

    for (nth++; nth < w->len; nth++) {
        site = &w->sites[nth];
        if (is_next_closer(w, site, spot.end)) {
            leave(w, nth);
            spot.has_closer = true;
            spot.has_bracket |= !(site->sign & CQ_SIGN_QUOTE);
            spot.is_around |= !(site->sign & CQ_SIGN_QUOTE) &&
                              site->partner != CQ_SITE_ALONE &&
                              w->sites[site->partner].is_inside;
        } else if ((site->sign & CQ_SIGN_MARK) &&
                   (site->start == spot.end || is_spaced_dot(w, &spot, site))) {
            spaced += site->start > spot.end;
            spot.sign |= site->sign;
            spot.is_many = true;
        } else {
            break;
        }
        spot.end = site->end;
    }
    find_first(w, spot.mark);
    if (!(spot.sign & CQ_SIGN_WIDE))
        spot.before = cq_spot_word_before(w->lexicon, w->text, w->start, spot.mark);
    spot.end = cq_after_marks(w, &spot);
    while (nth < w->len && w->sites[nth].start < spot.end)
        nth++;
    cq_spot_look_on(w->lexicon, w->text, &spot);
    v = cq_after_is_source(w, &spot, nth) ? (cq_verdict){false, "before_source", 0}
                                          : cq_decide(w, &spot);
    if (spot.next > w->covered)
        w->covered = spot.next;
    if (w->first >= spot.mark && spot.after != CQ_NEXT_END)
        v = (cq_verdict){false, "no_word", 0};
    if (spaced >= 3 && spot.before.kind == CQ_WORD_PLAIN && spot.after != CQ_NEXT_END) {
        spot.end = first_end;
        spot.next = first_end + 1;
    }
    tell(w, &spot, spot.end, v);
    w->is_end_told = spot.after == CQ_NEXT_END;
    if (v.ends && w->first < spot.mark && spot.after != CQ_NEXT_END)
        end_sentence(w, spot.next);
    return nth;
}

/* Whether the character before `at` can be the last of a list marker: a digit, a letter
 * alone or one of which Roman numbers are made. Most words are told by it. */
static bool may_end_marker(cq_str text, size_t at)
{
    unsigned char last = at > 0 ? (unsigned char)text.ptr[at - 1] : 0;
    unsigned char small = last | 0x20, before;

    if ((last >= '0' && last <= '9') || small == 'i' || small == 'v' || small == 'x')
        return true;
    before = at > 1 ? (unsigned char)text.ptr[at - 2] | 0x20 : 0;
    return small >= 'a' && small <= 'z' && !(before >= 'a' && before <= 'z');
}

/* At the last character of what may be a list marker: remember the one that begins a
 * sentence, and begin a new one before that which continues the list. */
static bool pass_marker(cq_walk *w, const cq_site *site)
{
    cq_word word;
    size_t start;
    cq_marker marker;

    if (!may_end_marker(w->text, site->start))
        return false;
    word = cq_spot_word_before(w->lexicon, w->text, w->start, site->start);
    start = word.start;
    if (word.kind != CQ_WORD_NUMBER && word.kind != CQ_WORD_LETTER &&
        word.kind != CQ_WORD_ROMAN)
        return false;
    if (start > 0 && w->text.ptr[start - 1] == '(')
        start--;
    marker = cq_marker_at(w->lexicon, w->text, start);
    if (!marker.is_marker)
        return false;
    find_first(w, word.start);
    if (cq_walk_is_first(w, &word)) {
        w->item = marker;
        if (site->sign & CQ_SIGN_MARK)
            tell_site(w, site, site->end, false, "list_marker", 0);
        return true;
    }
    if (w->inside > marker.has_open || !cq_marker_follows(&w->item, &marker) ||
        cq_spot_skip_space(w->lexicon, w->text, w->item.end) >= start)
        return false; /* with nothing between, "J. K." are initials */
    if (start > 0 &&
        !(cq_lexicon_look(w->lexicon, (unsigned char)w->text.ptr[start - 1]) &
          CQ_CHAR_SPACE))
        return false;
    tell_site(w, site, start, true, "list_next", 0);
    end_sentence(w, start);
    w->item = marker;
    return true;
}

static void pass_bullet(cq_walk *w, const cq_site *site)
{
    size_t before;

    find_first(w, site->start);
    if (w->inside == 0 && w->first < site->start &&
        (cq_lexicon_look(w->lexicon, cq_scan_before(w->text, site->start, &before)) &
         CQ_CHAR_SPACE)) {
        tell_site(w, site, site->start, true, "bullet", CQ_BY_BULLET);
        end_sentence(w, site->start);
    }
}

/* Whether the space stands between two words of a script that has no case. */
static bool is_between_words(const cq_walk *w, const cq_spot *spot)
{
    size_t start;
    uint32_t before =
        cq_lexicon_look(w->lexicon, cq_scan_before(w->text, spot->mark, &start));

    return (before & (CQ_CHAR_LETTER | CQ_CHAR_MARK)) &&
           !(before & (CQ_CHAR_UPPER | CQ_CHAR_LOWER)) && spot->after == CQ_NEXT_LETTER &&
           !spot->has_opener && !spot->has_dash;
}

/* A space in a language without end marks: it ends a sentence between two words of its
 * script, unless the next is one that goes on. */
static void pass_space(cq_walk *w, const cq_site *site)
{
    cq_spot spot = {.mark = site->start, .end = site->start, .sign = CQ_SIGN_WIDE};
    cq_verdict v = {true, "space_between_words", CQ_BY_SPACES};

    if (site->start == 0 || w->inside > 0)
        return;
    cq_spot_look_on(w->lexicon, w->text, &spot);
    find_first(w, site->start);
    if (!is_between_words(w, &spot) || w->first >= site->start)
        v = (cq_verdict){false, "space_elsewhere", 0};
    else if (cq_around_follower(w, &spot) > 0)
        v = (cq_verdict){false, "follower", CQ_BY_FOLLOWER};
    tell(w, &spot, spot.end, v);
    if (v.ends)
        end_sentence(w, spot.next);
}

static void pass_clause(cq_walk *w, const cq_site *site)
{
    bool is_colon = site->sign & CQ_SIGN_COLON;
    cq_clause clause = is_colon ? w->lexicon->colon : w->lexicon->semicolon;
    cq_spot spot = {.mark = site->start, .end = site->end, .sign = site->sign};
    cq_verdict v = {false, is_colon ? "colon" : "semicolon",
                    is_colon ? CQ_BY_COLON : CQ_BY_SEMICOLON};

    if (w->inside > 0 || (clause == CQ_CLAUSE_NEVER && !w->reasons))
        return;
    cq_spot_look_on(w->lexicon, w->text, &spot);
    if (spot.next == spot.end || spot.after == CQ_NEXT_END)
        return;
    if (clause != CQ_CLAUSE_NEVER && spot.after == CQ_NEXT_UPPER &&
        !(is_colon && spot.has_opener) &&
        (clause == CQ_CLAUSE_CAPITAL || spot.has_dash ||
         cq_around_is_starter(w, &spot))) {
        v.ends = true;
        v.by |= clause == CQ_CLAUSE_STARTER && !spot.has_dash ? CQ_BY_STARTER : 0;
    }
    tell(w, &spot, spot.end, v);
    if (v.ends)
        end_sentence(w, spot.next);
}

/* Whether the bracket at `at` is the mouth of a smiley that stands alone: " :)" " ;-)" */
static bool is_mouth(cq_str text, size_t at)
{
    if (at > 0 && text.ptr[at - 1] == '-')
        at--;
    return at > 1 && memchr(":;=", text.ptr[at - 1], 3) && text.ptr[at - 2] == ' ';
}

/* A smiley may stand for the end mark: before a capital it ends the sentence. */
static void pass_smiley(cq_walk *w, const cq_site *site)
{
    cq_spot spot = {.mark = site->start, .end = site->end};

    cq_spot_look_on(w->lexicon, w->text, &spot);
    find_first(w, site->start);
    if (spot.next == spot.end || spot.after != CQ_NEXT_UPPER || w->first >= site->start)
        return;
    tell(w, &spot, spot.end, (cq_verdict){true, "smiley", 0});
    end_sentence(w, spot.next);
}

/* Speech that breaks off with a dash ends its sentence, if another clearly begins. */
static void pass_closer(cq_walk *w, size_t nth)
{
    const cq_site *site = &w->sites[nth];
    cq_spot spot = {.mark = site->start, .end = site->end};
    size_t before;

    leave(w, nth);
    if (site->partner == CQ_SITE_ALONE && w->inside == 0 &&
        is_mouth(w->text, site->start)) {
        pass_smiley(w, site);
        return;
    }
    if (!(site->sign & CQ_SIGN_QUOTE) || w->inside > 0 || site->start == 0 ||
        !(cq_lexicon_look(w->lexicon, cq_scan_before(w->text, site->start, &before)) &
          CQ_CHAR_DASH))
        return;
    cq_spot_look_on(w->lexicon, w->text, &spot);
    if (spot.next > spot.end && spot.after == CQ_NEXT_UPPER &&
        cq_around_is_starter(w, &spot)) {
        tell(w, &spot, spot.end, (cq_verdict){true, "broken_speech", CQ_BY_STARTER});
        end_sentence(w, spot.next);
    }
}

static size_t pass_site(cq_walk *w, size_t nth)
{
    cq_site *site = &w->sites[nth];

    if (((site->sign & CQ_SIGN_STOP && !site->is_many) ||
         (site->sign & CQ_SIGN_CLOSE && w->text.ptr[site->start] == ')')) &&
        pass_marker(w, site)) {
        w->covered = cq_spot_skip_space(w->lexicon, w->text, w->item.end);
        if (site->sign & CQ_SIGN_MARK)
            return nth + 1;
    }
    if (is_inner_stop(w, site)) {
        tell_site(w, site, site->end, false, "inside_word", 0);
        return nth + 1;
    }
    if (site->sign & (CQ_SIGN_MARK | CQ_SIGN_NONE))
        return pass_mark(w, nth);
    if (site->sign & CQ_SIGN_OPEN)
        enter(w, nth);
    else if (site->sign & CQ_SIGN_CLOSE)
        pass_closer(w, nth);
    else if (site->sign & CQ_SIGN_BULLET)
        pass_bullet(w, site);
    else if (site->sign & (CQ_SIGN_COLON | CQ_SIGN_SEMICOLON))
        pass_clause(w, site);
    else if (site->sign & CQ_SIGN_SPACE)
        pass_space(w, site);
    return nth + 1;
}

/* ICU's candidates after marks that no list of ours names, and after line ends. */
static size_t pass_candidates(cq_walk *w, const size_t *candidates, size_t len,
                              size_t limit)
{
    size_t used = 0;

    for (; used < len && candidates[used] <= limit; used++) {
        size_t at = candidates[used];

        if (at <= w->covered || at <= w->start || at >= w->text.len || w->inside > 0)
            continue;
        find_first(w, at);
        if (w->first < at) {
            const cq_spot spot = {.mark = at, .end = at};

            tell(w, &spot, at, (cq_verdict){true, "icu", 0});
            end_sentence(w, at);
        }
    }
    return used;
}

static void pass(cq_walk *w, const size_t *candidates, size_t len)
{
    size_t nth = 0;

    while (nth < w->len) {
        size_t used = pass_candidates(w, candidates, len, w->sites[nth].start);

        if (used) /* there may be no candidates, and then no pointer to them */
            candidates += used;
        len -= used;
        nth = pass_site(w, nth);
    }
    pass_candidates(w, candidates, len, w->text.len);
    if (w->start < w->text.len) {
        const cq_spot spot = {.mark = w->text.len, .end = w->text.len};

        if (!w->is_end_told)
            tell(w, &spot, spot.end, (cq_verdict){true, "paragraph_end", 0});
        end_sentence(w, w->text.len);
    }
}

/* ---- the object -----------------------------------------------------------------------
 */

cq_status cq_rules_open(const cq_lang *lang, const cq_locale_files *files,
                        cq_rules **rules, cq_error *err)
{
    cq_rules *made = cq_zalloc(sizeof(*made));
    cq_status status;

    *rules = NULL;
    if (!made)
        return cq_fail(err, CQ_E_NOMEM, "no memory for the rules of \"%s\"", lang->tag);
    status = cq_locale_open(lang, files, &made->locale, err);
    if (status == CQ_OK)
        status = cq_lexicon_load(made->locale, &made->lexicon, err);
    if (status == CQ_OK)
        status = cq_breaks_open(lang, &made->breaks, err);
    if (status != CQ_OK) {
        cq_rules_close(made);
        return status;
    }
    *rules = made;
    return CQ_OK;
}

void cq_rules_watch(cq_rules *rules, cq_buf *reasons) { rules->reasons = reasons; }

const cq_lexicon *cq_rules_lexicon(const cq_rules *rules) { return &rules->lexicon; }

cq_locale *cq_rules_locale(const cq_rules *rules) { return rules->locale; }

void cq_rules_close(cq_rules *rules)
{
    if (!rules)
        return;
    cq_locale_close(rules->locale);
    cq_lexicon_release(&rules->lexicon);
    cq_breaks_close(rules->breaks);
    cq_buf_release(&rules->candidates);
    cq_sites_release(&rules->sites);
    cq_free(rules);
}

cq_status cq_rules_run(cq_rules *rules, cq_str paragraph, cq_buf *ends, cq_error *err)
{
    cq_walk w = {.lexicon = &rules->lexicon,
                 .text = paragraph,
                 .ends = ends,
                 .reasons = rules->reasons};
    cq_status status;

    if (paragraph.len >= UINT32_MAX)
        return cq_fail(err, CQ_E_ARG, "a paragraph of %zu bytes is too long",
                       paragraph.len);
    cq_buf_reset(&rules->candidates);
    status = cq_scan(&rules->lexicon, paragraph, &rules->sites, err);
    /* Elsewhere every candidate of ICU's stands at a site, where it is decided anyway. */
    if (status == CQ_OK && rules->sites.has_foreign)
        status = cq_breaks_run(rules->breaks, paragraph, &rules->candidates, err);
    if (status != CQ_OK)
        return status;
    w.sites = rules->sites.items;
    w.len = rules->sites.len;
    pass(&w, (const size_t *)(const void *)rules->candidates.ptr,
         rules->candidates.len / sizeof(size_t));
    if (rules->reasons && status == CQ_OK)
        status = cq_buf_check(rules->reasons, err);
    return status == CQ_OK ? cq_buf_check(ends, err) : status;
}
