#include "markup.h"

#include <string.h>

/* Offset of `sought` from `at` on, or the end. */
static size_t find(cq_str s, size_t at, cq_str sought)
{
    for (; at + sought.len <= s.len; at++)
        if (memcmp(s.ptr + at, sought.ptr, sought.len) == 0)
            return at;
    return s.len;
}

static size_t past(cq_str s, size_t at, cq_str sought)
{
    size_t found = find(s, at, sought);

    return found < s.len ? found + sought.len : s.len;
}

/* End of a tag: '>' may stand in a value. */
static size_t end_of_tag(cq_str s, size_t at)
{
    bool in_value = false;

    for (; at < s.len; at++) {
        in_value ^= s.ptr[at] == '"';
        if (s.ptr[at] == '>' && !in_value)
            return at + 1;
    }
    return s.len;
}

/* Bytes of "&name;" at the start of `s`, 0 when it is a character's: &amp; and the like
 * (XML 1.0, 4.6), or one by number. */
static size_t reference(cq_str s)
{
    static const char *const characters[] = {"&amp;", "&lt;", "&gt;", "&quot;", "&apos;"};

    if (s.len < 3 || s.ptr[0] != '&' || s.ptr[1] == '#')
        return 0;
    for (size_t i = 0; i < ARRAY_LEN(characters); i++)
        if (cq_str_starts(s, cq_str_from(characters[i])))
            return 0;
    return past(s, 1, CQ_STR(";"));
}

static void read_tag(cq_str raw, cq_mark *mark)
{
    bool is_end = cq_str_starts(raw, CQ_STR("</"));
    bool is_empty = !is_end && cq_str_ends(raw, CQ_STR("/>"));
    size_t start = is_end ? 2 : 1, end = start, stop = raw.len - (is_empty ? 2 : 1);

    while (end < stop && !strchr(" \t\n\r", raw.ptr[end])) {
        if (raw.ptr[end] == ':')
            start = end + 1;
        end++;
    }
    mark->kind = is_end ? CQ_MARK_END : is_empty ? CQ_MARK_EMPTY : CQ_MARK_START;
    mark->name = cq_str_slice(raw, start, end);
    mark->attrs = cq_str_slice(raw, end, stop < end ? end : stop);
}

static size_t end_of_text(cq_str s, size_t at)
{
    while (at < s.len && s.ptr[at] != '<' && reference(cq_str_slice(s, at, s.len)) == 0)
        at++;
    return at;
}

bool cq_markup_next(cq_str markup, size_t *at, cq_mark *mark)
{
    cq_str rest = cq_str_slice(markup, *at, markup.len);
    size_t len = reference(rest);

    *mark = (cq_mark){0};
    if (rest.len == 0)
        return false;
    if (len) {
        mark->kind = CQ_MARK_REFERENCE;
    } else if (rest.ptr[0] != '<') {
        len = end_of_text(rest, 0);
    } else if (cq_str_starts(rest, CQ_STR("<!--"))) {
        mark->kind = CQ_MARK_REMARK;
        len = past(rest, 4, CQ_STR("-->"));
    } else if (cq_str_starts(rest, CQ_STR("<?"))) {
        mark->kind = CQ_MARK_REMARK;
        len = past(rest, 2, CQ_STR("?>"));
    } else {
        len = end_of_tag(rest, 1);
        read_tag(cq_str_slice(rest, 0, len), mark);
    }
    mark->raw = cq_str_slice(rest, 0, len);
    *at += len;
    return true;
}

bool cq_markup_attr(cq_str *attrs, cq_str *name, cq_str *value)
{
    cq_str s = cq_str_trim(*attrs);
    size_t equals = find(s, 0, CQ_STR("=\"")), end;

    if (equals == s.len)
        return false;
    end = find(s, equals + 2, CQ_STR("\""));
    *name = cq_str_slice(s, 0, equals);
    *value = cq_str_slice(s, equals + 2, end);
    *attrs = cq_str_slice(s, end < s.len ? end + 1 : end, s.len);
    return true;
}

cq_str cq_markup_find(cq_str attrs, const char *name)
{
    cq_str found, value;

    while (cq_markup_attr(&attrs, &found, &value))
        if (cq_str_equal(found, cq_str_from(name)))
            return value;
    return (cq_str){0};
}

cq_str cq_markup_name(cq_str markup)
{
    cq_mark mark;
    size_t at = 0;

    if (!cq_markup_next(markup, &at, &mark) || mark.kind == CQ_MARK_REFERENCE)
        return CQ_STR("entity");
    if (mark.kind == CQ_MARK_REMARK)
        return cq_str_starts(markup, CQ_STR("<?")) ? CQ_STR("instruction")
                                                   : CQ_STR("comment");
    return mark.name;
}

void cq_markup_plain(cq_buf *out, cq_str markup)
{
    for (size_t at = 0; at < markup.len; at++) {
        cq_buf_add_byte(out, (unsigned char)markup.ptr[at]);
        if (reference(cq_str_slice(markup, at, markup.len)))
            cq_buf_add_z(out, "amp;");
    }
}
