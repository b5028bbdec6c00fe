/* inline.c -- one paragraph of Markdown as the text that a reader sees (CommonMark 0.31,
 * section 6). Two passes, each linear: the first finds which brackets and marks of
 * emphasis belong together, the second copies what is text. */
#include "parts.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#define CODE_MAX ((size_t)64 * 1024) /* bytes that a code span is looked for in */

typedef struct inline_reading {
    cq_str s;
    const cq_map *labels;
    cq_paragraph_list *list;
    uint32_t *other; /* of a bracket, the place of its partner + 1; of a mark that is
                        dropped, 1; else 0 */
    cq_buf brackets; /* places of those that are open, as uint32_t */
    cq_buf marks[3]; /* the same, of '*', '_' and '~' */
    bool has_no_gt;  /* no '>' further on */
    cq_buf small;    /* a label in small letters */
} inline_reading;

/* ---- the first pass -------------------------------------------------------------------
 */

static size_t depth_of(const cq_buf *stack) { return stack->len / sizeof(uint32_t); }

static void push(cq_buf *stack, size_t place)
{
    uint32_t narrow = (uint32_t)place;

    cq_buf_add(stack, &narrow, sizeof(narrow));
}

static uint32_t top(const cq_buf *stack)
{
    uint32_t place;

    memcpy(&place, stack->ptr + stack->len - sizeof(place), sizeof(place));
    return place;
}

static void pop(cq_buf *stack) { cq_buf_cut(stack, stack->len - sizeof(uint32_t)); }

static size_t run_at(cq_str s, size_t at)
{
    size_t end = at;

    while (end < s.len && s.ptr[end] == s.ptr[at])
        end++;
    return end - at;
}

/* Where the code span that begins at `at` has its closing backticks; 0 for none (6.1). */
static size_t code_end(cq_str s, size_t at)
{
    size_t len = run_at(s, at), end = at + len;

    while (end < s.len && end - at < CODE_MAX) {
        if (s.ptr[end] != '`') {
            end++;
            continue;
        }
        if (run_at(s, end) == len)
            return end;
        end += run_at(s, end);
    }
    return 0;
}

static bool is_space_at(cq_str s, size_t at)
{
    return at >= s.len || isspace((unsigned char)s.ptr[at]);
}

/* Letters, digits, and all that is not ASCII. */
static bool is_word_at(cq_str s, size_t at)
{
    return at < s.len &&
           (isalnum((unsigned char)s.ptr[at]) || (unsigned char)s.ptr[at] >= 0x80);
}

static bool is_mark_at(cq_str s, size_t at)
{
    return at < s.len && ispunct((unsigned char)s.ptr[at]);
}

/* A run of '*', '_' or '~' (6.2): what may open and close emphasis finds its partner and
 * both are dropped. A lone '~' is one; so is '_' inside a word. */
static void pair_marks(inline_reading *r, size_t at, size_t len)
{
    cq_str s = r->s;
    char c = s.ptr[at];
    cq_buf *stack = &r->marks[c == '*' ? 0 : c == '_' ? 1 : 2];
    size_t before = at > 0 ? at - 1 : s.len, after = at + len;
    bool opens =
        !is_space_at(s, after) &&
        (!is_mark_at(s, after) || is_space_at(s, before) || is_mark_at(s, before));
    bool closes =
        !is_space_at(s, before) &&
        (!is_mark_at(s, before) || is_space_at(s, after) || is_mark_at(s, after));

    if (c == '~' && len != 2)
        return;
    if (c == '_' && is_word_at(s, before) && is_word_at(s, after))
        return;
    for (size_t i = 0; i < len; i++) {
        if (closes && depth_of(stack) > 0) {
            r->other[top(stack)] = r->other[at + i] = 1;
            pop(stack);
        } else if (opens) {
            push(stack, at + i);
        }
    }
}

static void pair_bracket(inline_reading *r, size_t at)
{
    static const char openers[] = "[(", closers[] = "])";
    char c = r->s.ptr[at];

    if (strchr(openers, c)) {
        push(&r->brackets, at);
        return;
    }
    while (depth_of(&r->brackets) > 0) {
        uint32_t open = top(&r->brackets);

        pop(&r->brackets);
        if (strchr(closers, c) - closers != strchr(openers, r->s.ptr[open]) - openers)
            continue;
        r->other[open] = (uint32_t)at + 1;
        return;
    }
}

/* Whether `c` stands for itself after a backslash: ASCII punctuation (2.4). */
static bool is_escape(cq_str s, size_t at)
{
    return s.ptr[at] == '\\' && is_mark_at(s, at + 1);
}

static void find_partners(inline_reading *r)
{
    cq_str s = r->s;

    for (size_t at = 0; at < s.len;) {
        size_t len = 1;

        if (is_escape(s, at)) {
            len = 2;
        } else if (s.ptr[at] == '`') {
            size_t end = code_end(s, at);

            len = run_at(s, at);
            if (end)
                len += end - at;
        } else if (strchr("*_~", s.ptr[at]) && s.ptr[at]) {
            len = run_at(s, at);
            pair_marks(r, at, len);
        } else if (strchr("[]()", s.ptr[at]) && s.ptr[at]) {
            pair_bracket(r, at);
        }
        at += len;
    }
}

/* ---- the second pass ------------------------------------------------------------------
 */

static void put(inline_reading *r, size_t start, size_t end)
{
    cq_paragraphs_flow(r->list, cq_str_slice(r->s, start, end));
}

static bool is_label(inline_reading *r, size_t start, size_t end)
{
    cq_buf_cut(&r->small, 0);
    for (size_t i = start; i < end; i++)
        cq_buf_add_byte(&r->small, (unsigned char)tolower((unsigned char)r->s.ptr[i]));
    return cq_map_find(r->labels, cq_buf_str(&r->small)) != NULL;
}

/* What a bracket that opens at `at` is: where what follows its text ends (the target, or
 * the label), or 0 when it is no link (6.3). */
static size_t link_end(inline_reading *r, size_t at)
{
    cq_str s = r->s;
    size_t close = r->other[at] ? r->other[at] - 1u : 0;

    if (!close)
        return 0;
    if (close + 1 < s.len && (s.ptr[close + 1] == '(' || s.ptr[close + 1] == '[') &&
        r->other[close + 1])
        return r->other[close + 1];
    return is_label(r, at + 1, close) ? close + 1 : 0;
}

/* "<http://a.b>" and "<a@b.c>" are text, other tags are none (6.5, 6.6). */
static size_t take_tag(inline_reading *r, size_t at)
{
    cq_str s = r->s, inner;
    const char *end = r->has_no_gt ? NULL : memchr(s.ptr + at, '>', s.len - at);
    char c = at + 1 < s.len ? s.ptr[at + 1] : ' ';

    r->has_no_gt = !end;
    if (!end || !(isalpha((unsigned char)c) || memchr("/!?", c, 3)))
        return 0;
    inner = cq_str_slice(s, at + 1, (size_t)(end - s.ptr));
    if (!memchr(inner.ptr, ' ', inner.len) &&
        (memchr(inner.ptr, ':', inner.len) || memchr(inner.ptr, '@', inner.len)))
        put(r, at + 1, at + 1 + inner.len);
    else if (cq_str_starts(inner, CQ_STR("br")))
        cq_paragraphs_flow(r->list, CQ_STR(" "));
    return inner.len + 2;
}

/* "&amp;", "&#8212;", "&#x2014;" (2.5) */
static size_t take_entity(inline_reading *r, size_t at)
{
    cq_str s = cq_str_slice(r->s, at, at + 40 < r->s.len ? at + 40 : r->s.len);
    const char *end = memchr(s.ptr, ';', s.len);
    cq_buf text = {0};
    size_t len = end ? (size_t)(end - s.ptr) : 0;

    if (len < 2)
        return 0;
    if (s.ptr[1] == '#') {
        bool is_hex = s.ptr[2] == 'x' || s.ptr[2] == 'X';
        unsigned long code = strtoul(s.ptr + (is_hex ? 3 : 2), NULL, is_hex ? 16 : 10);

        if (code > 0 && code < 0x110000 && (code & 0x1ff800) != 0xd800)
            cq_text_put(&text, (uint32_t)code);
    } else {
        cq_html_entity(cq_str_slice(s, 1, len), &text);
    }
    cq_paragraphs_add(r->list, cq_buf_str(&text));
    len = text.len > 0 ? len + 1 : 0;
    cq_buf_release(&text);
    return len;
}

static size_t take_code(inline_reading *r, size_t at)
{
    size_t len = run_at(r->s, at), end = code_end(r->s, at), start = at + len;

    if (!end) {
        put(r, at, at + len);
        return len;
    }
    put(r, start, end);
    return end + len - at;
}

/* A link's text stays and its target goes; a reference to a footnote goes. */
static size_t take_bracket(inline_reading *r, size_t at)
{
    size_t close = r->other[at] ? r->other[at] - 1u : 0;

    if (close > at + 1 && r->s.ptr[at + 1] == '^')
        return close + 1 - at;
    if (!link_end(r, at)) {
        put(r, at, at + 1);
        return 1;
    }
    /* At the closing bracket, go on after the target. */
    r->other[close] = (uint32_t)link_end(r, at);
    return 1;
}

static size_t take_special(inline_reading *r, size_t at)
{
    cq_str s = r->s;

    switch (s.ptr[at]) {
    case '\\':
        if (is_escape(s, at))
            put(r, at + 1, at + 2);
        else if (at + 1 < s.len && s.ptr[at + 1] != '\n')
            put(r, at, at + 1);
        return is_escape(s, at) ? 2 : 1;
    case '`':
        return take_code(r, at);
    case '<':
        return take_tag(r, at);
    case '&':
        return take_entity(r, at);
    case '!': /* an image: its text is what stands for it */
        return at + 1 < s.len && s.ptr[at + 1] == '[' && link_end(r, at + 1) ? 1 : 0;
    case '[':
        return take_bracket(r, at);
    case ']':
        return r->other[at] ? r->other[at] - at : 0;
    default:
        return r->other[at] == 1 && strchr("*_~", s.ptr[at]) ? 1 : 0;
    }
}

static void copy(inline_reading *r)
{
    cq_str s = r->s;
    size_t start = 0, at = 0;

    while (at < s.len) {
        if (!memchr("\\`<&![]*_~", s.ptr[at], 10)) {
            at++;
            continue;
        }
        put(r, start, at);
        size_t len = take_special(r, at);
        start = at + len;
        at += len > 0 ? len : 1;
    }
    put(r, start < s.len ? start : s.len, s.len);
}

cq_status cq_markdown_inline(cq_str markdown, const cq_map *labels,
                             cq_paragraph_list *list, cq_error *err)
{
    inline_reading r = {.s = markdown, .labels = labels, .list = list};
    cq_status status = CQ_OK;

    if (markdown.len == 0)
        return CQ_OK;
    r.other = cq_zalloc((markdown.len + 1) * sizeof(*r.other));
    if (!r.other)
        return cq_fail(err, CQ_E_NOMEM, "no memory for a document");
    find_partners(&r);
    copy(&r);
    status = cq_buf_check(&r.brackets, err);
    for (size_t i = 0; i < ARRAY_LEN(r.marks); i++) {
        if (status == CQ_OK)
            status = cq_buf_check(&r.marks[i], err);
        cq_buf_release(&r.marks[i]);
    }
    cq_free(r.other);
    cq_buf_release(&r.brackets);
    cq_buf_release(&r.small);
    return status;
}
