/* segmenter.c -- sentences out of a stream: finds paragraphs, has them split by the rules
 * or by SRX, and keeps count of bytes. */
#include "segment/explain.h"
#include "segment/lines.h"

#include <string.h>

/* A paragraph is split in windows of this many bytes, so that memory does not grow with
 * one that never ends. All sentences of a window but the last are given out; the last is
 * read again with what follows it. A sentence as long as the window is cut at a space. */
#define WINDOW ((size_t)1 << 20)

static const char byte_order_mark[] = "\xef\xbb\xbf";

/* Lines of hard-wrapped text up to a blank one. */
typedef struct block {
    size_t start, end; /* in the input's buffer */
    size_t next;       /* first byte after its blank line */
    size_t width;      /* columns */
    bool is_whole;     /* false when it was cut at a window's end */
} block;

struct cq_segmenter {
    cq_rules *rules; /* or srx, which goes before them */
    cq_srx *srx;
    cq_paragraphs mode;

    cq_buf input;    /* fed and not yet dropped */
    uint64_t base;   /* offset of input's first byte in the whole input */
    size_t at;       /* in `input`: start of what is not given out yet */
    size_t line_at;  /* start of the line that is being looked at */
    size_t looked;   /* from `line_at` to here there is no line end */
    size_t checked;  /* valid UTF-8 up to here */
    bool is_last;    /* the end of `input` is the end of all */
    bool is_invalid; /* the byte at `checked` is not UTF-8 */
    bool is_started; /* a byte order mark has been looked for */

    block block; /* that `at` is in (CQ_PARAGRAPHS_UNWRAP) */

    cq_buf flat;         /* the window with line ends as spaces (unless lines are
                            paragraphs) */
    cq_buf ends;         /* of the window's sentences, as size_t from its start */
    size_t window;       /* its length in bytes */
    size_t given;        /* count of `ends` given out */
    size_t limit;        /* count of `ends` to be given out */
    size_t from;         /* where the next sentence starts, from the window's start */
    size_t after;        /* in `input`: where to go on behind the window */
    bool ends_paragraph; /* the window does */
    bool has_text;       /* the paragraph has, in this window or one before */
    cq_buf reasons;      /* cq_reason of the window's candidates, if they are asked for */
    size_t told;         /* count of `reasons` that belong to sentences given out ... */
    size_t telling;      /* ... and how many of these to the last one */
    cq_candidate *candidates; /* of the last sentence */
    size_t candidates_capacity;
    cq_arena evidence; /* theirs */
    cq_buf text;       /* the sentence given out (unless lines are paragraphs) */

    uint64_t paragraph;  /* number of the one being read */
    uint64_t line;       /* 1-based number of the line that holds input[0] ... */
    uint64_t line_start; /* ... and where it starts in the whole input */
};

/* Keep line number and start up to date for the bytes that leave the buffer. */
static void count_lines(cq_segmenter *seg, size_t end)
{
    cq_str s = {seg->input.ptr, end};

    for (size_t at = cq_line_find_end(s, 0); at < end; at = cq_line_find_end(s, at + 1)) {
        bool is_pair = s.ptr[at] == '\r' && at + 1 < seg->input.len &&
                       seg->input.ptr[at + 1] == '\n';

        if (s.ptr[at] == '\n' || (s.ptr[at] == '\r' && !is_pair)) {
            seg->line++;
            seg->line_start = seg->base + at + 1;
        }
    }
}

/* ---- life -----------------------------------------------------------------------------
 */

cq_status cq_segmenter_new(const cq_lang *lang, const cq_segmenter_options *opts,
                           cq_srx *srx_take, cq_segmenter **segmenter, cq_error *err)
{
    cq_status status = CQ_OK;
    cq_segmenter *made = cq_zalloc(sizeof(*made));
    cq_locale_files files = {0};

    *segmenter = NULL;
    if (!made) {
        cq_srx_close(srx_take);
        return cq_fail(err, CQ_E_NOMEM, "no memory for a segmenter");
    }
    if (opts) {
        made->mode = opts->paragraphs;
        files =
            (cq_locale_files){.folder = opts->locale_folder, .file = opts->locale_path};
    }
    made->srx = srx_take;
    made->line = 1;
    /* Wrapped lines are told by the language's bullets and list markers. */
    if (!srx_take || made->mode == CQ_PARAGRAPHS_UNWRAP)
        status = cq_rules_open(lang, &files, &made->rules, err);
    if (status == CQ_OK && opts && opts->explains && !srx_take)
        cq_rules_watch(made->rules, &made->reasons);
    if (status != CQ_OK) {
        cq_segmenter_close(made);
        return status;
    }
    *segmenter = made;
    return CQ_OK;
}

void cq_segmenter_close(cq_segmenter *segmenter)
{
    if (!segmenter)
        return;
    cq_rules_close(segmenter->rules);
    cq_srx_close(segmenter->srx);
    cq_buf_release(&segmenter->input);
    cq_buf_release(&segmenter->flat);
    cq_buf_release(&segmenter->ends);
    cq_buf_release(&segmenter->text);
    cq_buf_release(&segmenter->reasons);
    cq_arena_release(&segmenter->evidence);
    cq_free(segmenter->candidates);
    cq_free(segmenter);
}

void cq_segmenter_reset(cq_segmenter *segmenter)
{
    cq_segmenter kept = *segmenter;

    /* The rules hold on to the address of `reasons`, which stays. */
    *segmenter = (cq_segmenter){
        .rules = kept.rules,
        .srx = kept.srx,
        .mode = kept.mode,
        .input = kept.input,
        .flat = kept.flat,
        .ends = kept.ends,
        .text = kept.text,
        .reasons = kept.reasons,
        .candidates = kept.candidates,
        .candidates_capacity = kept.candidates_capacity,
        .evidence = kept.evidence,
        .line = 1,
    };
    cq_buf_reset(&segmenter->input);
    cq_buf_reset(&segmenter->flat);
    cq_buf_reset(&segmenter->ends);
    cq_buf_reset(&segmenter->text);
    cq_buf_reset(&segmenter->reasons);
}

/* ---- input ----------------------------------------------------------------------------
 */

/* Whether the bytes from `at` on can be the beginning of a character. */
static bool is_cut_short(cq_str s, size_t at)
{
    unsigned char lead = (unsigned char)s.ptr[at];
    size_t len = lead < 0xc2   ? 0
                 : lead < 0xe0 ? 2
                 : lead < 0xf0 ? 3
                 : lead < 0xf5 ? 4
                               : 0;

    if (s.len - at >= len)
        return false;
    for (size_t i = at + 1; i < s.len; i++)
        if (((unsigned char)s.ptr[i] & 0xc0) != 0x80)
            return false;
    return true;
}

/* Drop what has been given out, once that is most of the buffer: so each byte is moved
 * only a few times, however small the pieces are. */
static void drop_used(cq_segmenter *seg)
{
    size_t rest = seg->input.len - seg->at;

    if (seg->at < rest || seg->given < seg->limit || seg->after > seg->at)
        return;
    count_lines(seg, seg->at);
    if (rest > 0)
        memmove(seg->input.ptr, seg->input.ptr + seg->at, rest);
    seg->base += seg->at;
    seg->block.start -= seg->block.start < seg->at ? seg->block.start : seg->at;
    seg->block.end -= seg->block.end < seg->at ? seg->block.end : seg->at;
    seg->block.next -= seg->block.next < seg->at ? seg->block.next : seg->at;
    seg->line_at -= seg->at;
    seg->looked -= seg->at;
    seg->checked -= seg->at;
    seg->after = 0;
    seg->at = 0;
    cq_buf_cut(&seg->input, rest);
}

cq_status cq_segmenter_feed(cq_segmenter *segmenter, cq_str bytes, bool is_last,
                            cq_error *err)
{
    cq_str rest;
    size_t valid, before;
    cq_status status;

    if (segmenter->is_last || segmenter->is_invalid)
        return bytes.len == 0 || segmenter->is_invalid
                   ? CQ_OK
                   : cq_fail(err, CQ_E_ARG, "the input has ended before this piece");
    drop_used(segmenter);
    before = segmenter->input.len;
    cq_buf_add_str(&segmenter->input, bytes);
    status = cq_buf_check(&segmenter->input, err);
    if (status != CQ_OK) {
        segmenter->input.failed = CQ_OK;
        cq_buf_cut(&segmenter->input, before);
        return status;
    }
    rest = cq_str_slice(cq_buf_str(&segmenter->input), segmenter->checked,
                        segmenter->input.len);
    valid = rest.len ? cq_text_valid(rest) : 0;
    segmenter->is_last = is_last;
    if (valid < rest.len && (is_last || !is_cut_short(rest, valid)))
        segmenter->is_invalid = true;
    segmenter->checked += valid;
    return CQ_OK;
}

/* What may be read: all that is valid. */
static cq_str readable(const cq_segmenter *seg)
{
    return (cq_str){seg->input.ptr, seg->checked};
}

static bool is_complete(const cq_segmenter *seg)
{
    return seg->is_last || seg->is_invalid;
}

/* ---- windows --------------------------------------------------------------------------
 */

/* Find where the line at `line_at` ends. False when that cannot be known yet. */
static bool find_line(cq_segmenter *seg, size_t *end, size_t *next)
{
    cq_str s = readable(seg);
    size_t found = cq_line_find_end(s, seg->looked);

    *end = *next = seg->looked = found;
    if (found < s.len) {
        *next += cq_line_end_at(s, found);
        return is_complete(seg) || *next < s.len || s.ptr[found] != '\r';
    }
    /* The first bytes of a line end may be here already. */
    for (int k = 0; k < 2 && seg->looked > seg->line_at; k++)
        seg->looked--;
    return is_complete(seg);
}

/* Find where the paragraph at `at` ends: with its line or, with CQ_PARAGRAPHS_BLANK,
 * before a blank one. False when that is not known yet, or not in the window. */
static bool find_block(cq_segmenter *seg, size_t *end, size_t *next)
{
    while (find_line(seg, end, next)) {
        bool is_end = *next == *end; /* of the input */

        if (seg->mode == CQ_PARAGRAPHS_LINE || is_end)
            return true;
        if (cq_line_is_blank(cq_str_slice(readable(seg), seg->line_at, *end))) {
            *end = seg->line_at;
            return true;
        }
        seg->line_at = seg->looked = *next;
        if (seg->line_at - seg->at > WINDOW)
            break;
    }
    return false;
}

/* A window's end inside a paragraph that does not end before it: at most WINDOW bytes,
 * between two characters. */
static size_t window_end(cq_str s, size_t at)
{
    size_t end = at + WINDOW;

    while (end > at && ((unsigned char)s.ptr[end] & 0xc0) == 0x80)
        end--;
    return end;
}

/* Find the block of lines at `at`, up to a blank one, or as much as a window holds. False
 * when that is not known yet. */
static bool open_block(cq_segmenter *seg)
{
    cq_str s = readable(seg);
    size_t end, next;

    if (find_block(seg, &end, &next)) {
        seg->block = (block){.end = end, .next = next, .is_whole = true};
    } else {
        if (s.len - seg->at <= WINDOW)
            return false;
        end = window_end(s, seg->at);
        seg->block = (block){.end = end, .next = end};
    }
    seg->block.start = seg->at;
    seg->block.width = cq_wrap_width(cq_str_slice(s, seg->at, end));
    return true;
}

/* The next line of the block after the one that ends at `end`; false when there is none.
 */
static bool next_line(const cq_segmenter *seg, size_t end, size_t *start, size_t *stop)
{
    cq_str lines = {seg->input.ptr, seg->block.end};

    if (end == lines.len)
        return false;
    *start = end + cq_line_end_at(lines, end);
    *stop = cq_line_find_end(lines, *start);
    return *start < lines.len;
}

/* The same for hard-wrapped text: the lines of the block over which the paragraph goes
 * on. */
static bool find_wrapped(cq_segmenter *seg, size_t *end, size_t *next)
{
    cq_str s = readable(seg);
    size_t line = seg->at, start, stop;

    if (seg->at >= seg->block.end && !open_block(seg))
        return false;
    *end = cq_line_find_end((cq_str){s.ptr, seg->block.end}, line);
    while (next_line(seg, *end, &start, &stop)) {
        if (!cq_wrap_goes_on(cq_rules_lexicon(seg->rules), seg->block.width,
                             cq_str_slice(s, line, *end), cq_str_slice(s, start, stop))) {
            *next = start;
            return true;
        }
        line = start;
        *end = stop;
    }
    *next = seg->block.next;
    if (seg->block.is_whole)
        return true;
    /* The block was cut where a window ends: begin a new one with this paragraph. */
    if (seg->at == seg->block.start)
        return false;
    seg->block.end = seg->at;
    return find_wrapped(seg, end, next);
}

static bool find_paragraph(cq_segmenter *seg, size_t *end, size_t *next)
{
    return seg->mode == CQ_PARAGRAPHS_UNWRAP ? find_wrapped(seg, end, next)
                                             : find_block(seg, end, next);
}

/* Where a sentence too long for a window is cut: after its last space, if that is in the
 * second half. */
static size_t cut_end(cq_str window)
{
    size_t at = window.len;

    while (at > window.len / 2) {
        at--;
        if (window.ptr[at] == ' ')
            return at + 1;
    }
    return window.len;
}

/* The window with every byte of a line end as a space, so that offsets stay; of a wrapped
 * line as a tab, which ends no sentence in languages where a space does. */
static cq_str flatten(cq_segmenter *seg, cq_str window)
{
    cq_buf_reset(&seg->flat);
    cq_buf_add_str(&seg->flat, window);
    if (seg->flat.failed != CQ_OK)
        return window;
    for (size_t at = cq_line_find_end(window, 0); at < window.len;) {
        size_t len = cq_line_end_at(window, at);

        memset(seg->flat.ptr + at, seg->mode == CQ_PARAGRAPHS_UNWRAP ? '\t' : ' ', len);
        at = cq_line_find_end(window, at + len);
    }
    return cq_buf_str(&seg->flat);
}

/* Split input[at, end). `is_whole`: the paragraph ends there, else its last sentence is
 * kept for the next window. */
static cq_status split(cq_segmenter *seg, size_t end, size_t next, bool is_whole,
                       cq_error *err)
{
    cq_str window = cq_str_slice(readable(seg), seg->at, end);
    cq_str flat = window;
    const size_t *ends;
    cq_status status;

    if (seg->mode != CQ_PARAGRAPHS_LINE)
        flat = flatten(seg, window);
    cq_buf_reset(&seg->ends);
    cq_buf_reset(&seg->reasons);
    seg->told = seg->telling = 0;
    status = cq_buf_check(&seg->flat, err);
    if (status == CQ_OK && window.len > 0)
        status = seg->srx ? cq_srx_run(seg->srx, flat, &seg->ends, err)
                          : cq_rules_run(seg->rules, flat, &seg->ends, err);
    if (status != CQ_OK)
        return status;
    seg->given = seg->from = 0;
    seg->limit = seg->ends.len / sizeof(size_t);
    seg->window = window.len;
    seg->after = next;
    seg->ends_paragraph = is_whole;
    if (is_whole)
        return CQ_OK;
    if (seg->is_invalid && end == seg->checked) {
        seg->limit -= seg->limit > 0;
        seg->after = end;
        return CQ_OK;
    }
    if (seg->limit > 1) {
        seg->limit--;
    } else {
        size_t cut = cut_end(flat);

        memcpy(seg->ends.ptr, &cut, sizeof(cut));
    }
    ends = (const size_t *)(const void *)seg->ends.ptr;
    seg->after = seg->at + ends[seg->limit - 1];
    return CQ_OK;
}

/* Split the next window: CQ_OK; CQ_DONE when there is nothing (yet) to split. */
static cq_status next_window(cq_segmenter *seg, cq_error *err)
{
    cq_str s = readable(seg);
    size_t end = 0, next = 0;
    bool is_found;

    if (!seg->is_started) {
        cq_str head = cq_str_slice(s, 0, s.len < 3 ? s.len : 3);

        if (head.len < 3 && !is_complete(seg))
            return CQ_DONE;
        if (cq_str_equal(head, cq_str_from(byte_order_mark)))
            seg->at = seg->line_at = seg->looked = 3;
        seg->is_started = true;
    }
    is_found = find_paragraph(seg, &end, &next);
    if (is_found && end - seg->at <= WINDOW) {
        if (end == s.len && end == next && end == seg->at)
            return CQ_DONE;
        return split(seg, end, next, !(seg->is_invalid && next == s.len && end == next),
                     err);
    }
    if (s.len - seg->at <= WINDOW)
        return CQ_DONE;
    return split(seg, window_end(s, seg->at), 0, false, err);
}

static cq_status fail_invalid(const cq_segmenter *seg, cq_error *err)
{
    cq_segmenter count = *seg;

    count_lines(&count, seg->checked);
    cq_fail_number(err, CQ_E_INPUT, 1, "byte 0x%02X is not valid UTF-8",
                   (unsigned)(unsigned char)seg->input.ptr[seg->checked]);
    cq_fail_at(err, NULL, count.line, seg->base + seg->checked - count.line_start + 1);
    return CQ_E_INPUT;
}

/* ---- output ---------------------------------------------------------------------------
 */

/* Cut white space off both ends. */
static void trim(cq_str s, size_t *start, size_t *end)
{
    while (*start < *end) {
        size_t next = *start;

        if (!cq_char_is_space(cq_text_next(s, &next)))
            break;
        *start = next;
    }
    while (*start < *end) {
        size_t last = *end - 1, next;

        while (last > *start && ((unsigned char)s.ptr[last] & 0xc0) == 0x80)
            last--;
        next = last;
        if (!cq_char_is_space(cq_text_next(s, &next)))
            break;
        *end = last;
    }
}

/* The sentence's text as one line. */
static cq_status unfold(cq_segmenter *seg, cq_str raw, cq_str *text, cq_error *err)
{
    cq_status status;

    cq_buf_reset(&seg->text);
    cq_line_join(raw, seg->mode == CQ_PARAGRAPHS_UNWRAP, &seg->text);
    status = cq_buf_check(&seg->text, err);
    *text = cq_buf_str(&seg->text);
    return status;
}

static cq_reason reason_at(const cq_segmenter *seg, size_t nth)
{
    cq_reason reason;

    memcpy(&reason, seg->reasons.ptr + nth * sizeof(reason), sizeof(reason));
    return reason;
}

/* The reasons up to the end of the sentence that is given out are its own. */
static void tell_reasons(cq_segmenter *seg)
{
    size_t len = seg->reasons.len / sizeof(cq_reason), first = seg->told;

    while (seg->told < len && reason_at(seg, seg->told).at <= seg->from)
        seg->told++;
    seg->telling = seg->told - first;
}

/* The next sentence of the window; CQ_DONE when it has no more. */
static cq_status give(cq_segmenter *seg, cq_sentence *sentence, cq_error *err)
{
    const size_t *ends = (const size_t *)(const void *)seg->ends.ptr;
    cq_str s = readable(seg);

    while (seg->given < seg->limit) {
        size_t start = seg->at + seg->from, end = seg->at + ends[seg->given];
        cq_str text = cq_str_slice(s, start, end);

        trim(s, &start, &end);
        if (start < end) {
            text = cq_str_slice(s, start, end);
            if (seg->mode != CQ_PARAGRAPHS_LINE) {
                cq_status status = unfold(seg, text, &text, err);

                if (status != CQ_OK)
                    return status;
            }
            *sentence = (cq_sentence){.text = text,
                                      .start = seg->base + start,
                                      .end = seg->base + end,
                                      .paragraph = seg->paragraph};
        }
        seg->from = ends[seg->given++];
        tell_reasons(seg);
        if (start < end)
            return CQ_OK;
    }
    return CQ_DONE;
}

/* Leave the window that has been given out. */
static void leave_window(cq_segmenter *seg)
{
    cq_str window = cq_str_slice(readable(seg), seg->at, seg->at + seg->from);

    seg->has_text |= !cq_line_is_blank(window);
    if (seg->ends_paragraph) {
        seg->paragraph += seg->mode == CQ_PARAGRAPHS_LINE || seg->has_text;
        seg->has_text = false;
    }
    seg->at = seg->line_at = seg->looked = seg->after;
    seg->given = seg->limit = seg->from = 0;
    seg->ends_paragraph = false;
}

cq_status cq_segmenter_next(cq_segmenter *segmenter, cq_sentence *sentence, cq_error *err)
{
    for (;;) {
        cq_status status = give(segmenter, sentence, err);

        if (status != CQ_DONE)
            return status;
        if (segmenter->after > segmenter->at)
            leave_window(segmenter);
        status = next_window(segmenter, err);
        if (status == CQ_DONE && segmenter->is_invalid)
            return fail_invalid(segmenter, err);
        if (status != CQ_OK)
            return status;
    }
}

/* ---- why ------------------------------------------------------------------------------
 */

cq_status cq_segmenter_explain(cq_segmenter *seg, const cq_candidate **list, size_t *len,
                               cq_error *err)
{
    cq_str window = cq_str_slice(readable(seg), seg->at, seg->at + seg->window);
    cq_str text = seg->mode == CQ_PARAGRAPHS_LINE ? window : cq_buf_str(&seg->flat);

    *list = NULL;
    *len = 0;
    cq_arena_reset(&seg->evidence);
    if (!cq_grow(&seg->candidates, &seg->candidates_capacity, seg->telling + 1,
                 sizeof(*seg->candidates)))
        return cq_fail(err, CQ_E_NOMEM, "no memory to explain a sentence end");
    for (size_t i = 0; i < seg->telling; i++) {
        cq_reason reason = reason_at(seg, seg->told - seg->telling + i);
        cq_candidate *made = &seg->candidates[i];
        cq_status status;

        *made = (cq_candidate){.at = seg->base + seg->at + reason.at,
                               .ends = reason.ends,
                               .rule = reason.rule};
        cq_explain_context(text, reason.at, &made->before, &made->after);
        status = cq_explain_evidence(cq_rules_locale(seg->rules), text, &reason,
                                     &seg->evidence, &made->evidence, &made->evidence_len,
                                     err);
        if (status != CQ_OK)
            return status;
    }
    *list = seg->candidates;
    *len = seg->telling;
    return CQ_OK;
}
