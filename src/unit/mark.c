#include "mark.h"

#include <stdio.h>
#include <string.h>

#define NUMBER_MAX 9999u
#define MARK_MAX   16 /* bytes of a mark and its NUL */

void cq_marks_release(cq_marks *marks)
{
    cq_free(marks->items);
    *marks = (cq_marks){0};
}

static cq_status push(cq_marks *marks, cq_mark mark, cq_error *err)
{
    if (!cq_grow(&marks->items, &marks->capacity, marks->len + 1, sizeof(*marks->items)))
        return cq_fail(err, CQ_E_NOMEM, "no memory for the codes of a segment");
    marks->items[marks->len++] = mark;
    return CQ_OK;
}

/* ---- of a variant ---------------------------------------------------------------------
 */

static bool has_mark(const cq_code *code)
{
    return code->kind == CQ_CODE_OPEN || code->kind == CQ_CODE_CLOSE ||
           code->kind == CQ_CODE_ISOLATED || code->kind == CQ_CODE_STANDALONE;
}

/* The last opening code of the pair that still waits for its end. */
static cq_mark *find_opening(const cq_marks *marks, const cq_code *closing)
{
    for (size_t i = marks->len; i-- > 0;) {
        cq_mark *mark = &marks->items[i];

        if (mark->code->kind == CQ_CODE_OPEN && mark->kind == CQ_MARK_ALONE &&
            mark->code->pair == closing->pair)
            return mark;
    }
    return NULL;
}

cq_status cq_marks_of(const cq_variant *variant, cq_marks *marks, cq_error *err)
{
    unsigned number = 0;

    marks->len = 0;
    if (variant->codes_len > CQ_MARKS_LIMIT)
        return CQ_OK;
    for (size_t i = 0; i < variant->codes_len; i++) {
        const cq_code *code = &variant->codes[i];
        cq_mark mark = {.kind = CQ_MARK_ALONE, .at = code->at, .code = code};
        cq_mark *opening = NULL;
        cq_status status;

        if (!has_mark(code))
            continue;
        if (code->kind == CQ_CODE_CLOSE)
            opening = find_opening(marks, code);
        if (opening) { /* it only stood alone until now */
            opening->kind = CQ_MARK_OPEN;
            mark.kind = CQ_MARK_CLOSE;
        }
        mark.number = opening ? opening->number : ++number;
        status = push(marks, mark, err);
        if (status != CQ_OK)
            return status;
    }
    return CQ_OK;
}

/* ---- source and rendering -------------------------------------------------------------
 */

typedef bool (*same_fn)(const cq_mark *a, const cq_mark *b);

static bool same_link(const cq_mark *a, const cq_mark *b)
{
    return a->code->link >= 0 && a->code->link == b->code->link;
}

static bool have_no_link(const cq_mark *a, const cq_mark *b)
{
    return a->code->link < 0 && b->code->link < 0;
}

static bool same_pair(const cq_mark *a, const cq_mark *b)
{
    return have_no_link(a, b) && a->kind == CQ_MARK_OPEN && a->code->pair >= 0 &&
           a->code->pair == b->code->pair;
}

static bool same_markup(const cq_mark *a, const cq_mark *b)
{
    return have_no_link(a, b) && cq_str_equal(a->code->markup, b->code->markup);
}

/* What is left once all others have found theirs. */
static bool same_kind(const cq_mark *a, const cq_mark *b) { return have_no_link(a, b); }

typedef struct linking {
    const cq_marks *source;
    cq_marks *target;
    bool used[CQ_MARKS_LIMIT];      /* of the source */
    unsigned given[CQ_MARKS_LIMIT]; /* of the target; 0 for none yet */
} linking;

static bool is_free(const linking *all, size_t source, cq_mark_kind kind)
{
    return !all->used[source] && all->source->items[source].kind == kind;
}

static void link_by(linking *all, same_fn same)
{
    for (size_t j = 0; j < all->target->len; j++) {
        const cq_mark *mark = &all->target->items[j];

        if (all->given[j] || mark->kind == CQ_MARK_CLOSE)
            continue;
        for (size_t i = 0; i < all->source->len; i++)
            if (is_free(all, i, mark->kind) && same(&all->source->items[i], mark)) {
                all->used[i] = true;
                all->given[j] = all->source->items[i].number;
                break;
            }
    }
}

static size_t count_left(const linking *all, cq_mark_kind kind, bool of_source)
{
    const cq_marks *marks = of_source ? all->source : all->target;
    size_t left = 0;

    for (size_t i = 0; i < marks->len; i++)
        left += marks->items[i].kind == kind &&
                !(of_source ? all->used[i] : all->given[i] != 0);
    return left;
}

static bool is_lone(const linking *all, cq_mark_kind kind)
{
    return count_left(all, kind, true) == 1 && count_left(all, kind, false) == 1;
}

/* Write the numbers down, those of the closing halves too. */
static void number_target(linking *all)
{
    unsigned next = 0, renumbered[CQ_MARKS_LIMIT + 1] = {0};

    for (size_t i = 0; i < all->source->len; i++)
        if (all->source->items[i].number > next)
            next = all->source->items[i].number;
    for (size_t j = 0; j < all->target->len; j++) {
        cq_mark *mark = &all->target->items[j];

        if (mark->kind != CQ_MARK_CLOSE)
            renumbered[mark->number] = all->given[j] ? all->given[j] : ++next;
        mark->number = renumbered[mark->number];
    }
}

cq_status cq_marks_link(const cq_marks *source, cq_marks *target, cq_error *err)
{
    linking *all;

    if (target->len == 0)
        return CQ_OK;
    all = cq_zalloc(sizeof(*all));
    if (!all)
        return cq_fail(err, CQ_E_NOMEM, "no memory for the codes of a segment");
    all->source = source;
    all->target = target;
    link_by(all, same_link);
    link_by(all, same_pair);
    link_by(all, same_markup);
    if (is_lone(all, CQ_MARK_OPEN) || is_lone(all, CQ_MARK_ALONE))
        link_by(all, same_kind);
    number_target(all);
    cq_free(all);
    return CQ_OK;
}

/* ---- typed and written ----------------------------------------------------------------
 */

/* A mark at the head of `text`; its length, 0 when there is none. */
static size_t scan_mark(cq_str text, cq_mark *mark)
{
    size_t at = 1, first;
    unsigned number = 0;

    *mark = (cq_mark){.kind = CQ_MARK_OPEN};
    if (text.len < 3 || text.ptr[0] != '{')
        return 0;
    if (text.ptr[at] == '/') {
        mark->kind = CQ_MARK_CLOSE;
        at++;
    }
    first = at;
    while (at < text.len && text.ptr[at] >= '0' && text.ptr[at] <= '9' &&
           number <= NUMBER_MAX)
        number = number * 10 + (unsigned)(text.ptr[at++] - '0');
    if (number == 0 || number > NUMBER_MAX || text.ptr[first] == '0')
        return 0;
    if (at < text.len && text.ptr[at] == '/' && mark->kind == CQ_MARK_OPEN) {
        mark->kind = CQ_MARK_ALONE;
        at++;
    }
    mark->number = number;
    return at < text.len && text.ptr[at] == '}' ? at + 1 : 0;
}

/* Whether the next half of that number closes. */
static bool is_closed(cq_str rest, unsigned number)
{
    cq_mark mark;

    for (size_t at = 0; at < rest.len;) {
        const char *brace = memchr(rest.ptr + at, '{', rest.len - at);
        size_t len;

        if (!brace)
            return false;
        at = (size_t)(brace - rest.ptr);
        len = scan_mark(cq_str_slice(rest, at, rest.len), &mark);
        if (len && mark.number == number && mark.kind != CQ_MARK_ALONE)
            return mark.kind == CQ_MARK_CLOSE;
        at += len ? len : 1;
    }
    return false;
}

static bool is_open(const cq_marks *marks, unsigned number)
{
    for (size_t i = marks->len; i-- > 0;)
        if (marks->items[i].number == number && marks->items[i].kind != CQ_MARK_ALONE)
            return marks->items[i].kind == CQ_MARK_OPEN;
    return false;
}

static bool is_mark(const cq_marks *marks, const cq_mark *mark, cq_str rest)
{
    switch (mark->kind) {
    case CQ_MARK_OPEN:
        return is_closed(rest, mark->number);
    case CQ_MARK_CLOSE:
        return is_open(marks, mark->number);
    default:
        return true;
    }
}

cq_status cq_marks_read(cq_str typed, cq_buf *plain, cq_marks *marks, cq_error *err)
{
    size_t before = plain->len, at = 0, looked_at = 0;

    marks->len = 0;
    while (at < typed.len) {
        const char *brace = memchr(typed.ptr + at, '{', typed.len - at);
        size_t next = brace ? (size_t)(brace - typed.ptr) : typed.len, len = 0;
        cq_mark mark;
        cq_status status;

        cq_buf_add_str(plain, cq_str_slice(typed, at, next));
        at = next;
        if (at == typed.len)
            break;
        if (looked_at < CQ_MARKS_LIMIT)
            len = scan_mark(cq_str_slice(typed, at, typed.len), &mark);
        looked_at += len > 0;
        if (len == 0 ||
            !is_mark(marks, &mark, cq_str_slice(typed, at + len, typed.len))) {
            cq_buf_add_byte(plain, '{');
            at++;
            continue;
        }
        at += len;
        mark.at = plain->len - before;
        status = push(marks, mark, err);
        if (status != CQ_OK)
            return status;
    }
    return cq_buf_check(plain, err);
}

static size_t write_mark(const cq_mark *mark, char shown[MARK_MAX])
{
    return (size_t)snprintf(shown, MARK_MAX, "{%s%u%s}",
                            mark->kind == CQ_MARK_CLOSE ? "/" : "", mark->number,
                            mark->kind == CQ_MARK_ALONE ? "/" : "");
}

size_t cq_marks_place(const cq_marks *marks, size_t at, bool is_end)
{
    size_t place = at;
    char shown[MARK_MAX];

    for (size_t i = 0; i < marks->len; i++)
        if (marks->items[i].at < at || (!is_end && marks->items[i].at == at))
            place += write_mark(&marks->items[i], shown);
    return place;
}

void cq_marks_write(cq_str text, const cq_marks *marks, cq_buf *out)
{
    size_t at = 0;

    for (size_t i = 0; i < marks->len; i++) {
        const cq_mark *mark = &marks->items[i];
        char shown[MARK_MAX];
        size_t len = write_mark(mark, shown);

        cq_buf_add_str(out, cq_str_slice(text, at, mark->at));
        cq_buf_add(out, shown, len);
        at = mark->at;
    }
    cq_buf_add_str(out, cq_str_slice(text, at, text.len));
}

/* Where a mark's pair began, which tells it from others whatever its number. */
static size_t opening_of(const cq_mark *marks, size_t i)
{
    if (marks[i].kind != CQ_MARK_CLOSE)
        return i;
    for (size_t k = i; k-- > 0;)
        if (marks[k].kind == CQ_MARK_OPEN && marks[k].number == marks[i].number)
            return k;
    return i;
}

bool cq_marks_alike(const cq_mark *a, const cq_mark *b, size_t len)
{
    for (size_t i = 0; i < len; i++)
        if (a[i].kind != b[i].kind || opening_of(a, i) != opening_of(b, i))
            return false;
    return true;
}
