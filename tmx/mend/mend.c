#include "tmx/mend.h"

#include "parts.h"

#include "tmx/doctype.h"

#include <string.h>

#define CDATA_MAX    ((size_t)17 * 1024 * 1024)
#define OWN_NAME_MAX ((size_t)4 * 1024) /* how far an element's end is looked for */

void cq_mend_tell(cq_mend *m, int number, const char *done, const char *format, ...)
{
    char message[200];
    cq_error what = {0};
    va_list args;

    va_start(args, format);
    vsnprintf(message, sizeof(message), format, args);
    va_end(args);
    cq_fail_number(&what, CQ_E_INPUT, number, "%s", message);
    cq_fail_at(&what, NULL, m->line, m->column);
    m->notice(m->context, &what, done);
}

void cq_mend_mark_here(cq_mend *m)
{
    if (!m->is_judging || m->is_over)
        return;
    if (!cq_grow(&m->marks, &m->marks_capacity, m->marks_len + 1, sizeof(*m->marks))) {
        m->failed = CQ_E_NOMEM;
        return;
    }
    m->marks[m->marks_len++] =
        (cq_mend_mark){m->written + m->out->len, m->line, m->column};
}

void cq_mend_eat(cq_mend *m, size_t len)
{
    const char *at = m->in.ptr + m->at, *end = at + len, *newline;

    while ((newline = memchr(at, '\n', (size_t)(end - at))) != NULL) {
        m->line++;
        m->column = 1;
        at = newline + 1;
    }
    m->column += (uint64_t)(end - at);
    m->at += len;
}

cq_str cq_mend_rest(const cq_mend *m)
{
    return cq_str_slice(cq_buf_str(&m->in), m->at, m->in.len);
}

size_t cq_mend_find(cq_str s, cq_str mark, size_t max)
{
    const char *found;

    if (s.len > max)
        s.len = max;
    for (size_t at = 0; at + mark.len <= s.len; at++) {
        found = memchr(s.ptr + at, mark.ptr[0], s.len - at - mark.len + 1);
        if (!found)
            return SIZE_MAX;
        at = (size_t)(found - s.ptr);
        if (memcmp(found, mark.ptr, mark.len) == 0)
            return at;
    }
    return SIZE_MAX;
}

/* ---- tokens -------------------------------------------------------------------------
 */

/* Whether more input could change what the token at the start of what is left is. */
static bool may_grow(const cq_mend *m, size_t max)
{
    return !m->is_last && cq_mend_rest(m).len < max;
}

/* A span from `open` to `close`. True when it was dealt with, or *wait is set. */
static bool span(cq_mend *m, cq_str open, cq_str close, size_t max,
                 void (*take)(cq_mend *, size_t), bool *wait)
{
    cq_str s = cq_mend_rest(m);
    size_t end;

    if (!cq_str_starts(s, open))
        return false;
    end = cq_mend_find(cq_str_slice(s, open.len, s.len), close, max);
    if (end != SIZE_MAX) {
        take(m, end + open.len);
        return true;
    }
    *wait = may_grow(m, max);
    return *wait;
}

static bool is_prefix_of(cq_str s, const char *z)
{
    return s.len < strlen(z) && memcmp(s.ptr, z, s.len) == 0;
}

/* Where the tag at the start of what is left ends: at a '>' or a '<' outside quotes;
 * SIZE_MAX when it goes on. */
static size_t tag_end(const cq_mend *m)
{
    cq_str s = cq_mend_rest(m);
    char quote = 0;

    for (size_t i = 1; i < s.len; i++) {
        if (quote)
            quote = s.ptr[i] == quote ? 0 : quote;
        else if (s.ptr[i] == '"' || s.ptr[i] == '\'')
            quote = s.ptr[i];
        else if (s.ptr[i] == '>' || (s.ptr[i] == '<' && i + 1 < s.len))
            return i;
    }
    return SIZE_MAX;
}

/* Whether the tag at the start of what is left bears a longer name than the one of TMX
 * that it begins with, and means it: it is empty, or what it opens or closes has
 * that name too. Else letters came behind a name by damage. */
static bool has_own_name(const cq_mend *m, cq_str name, bool is_end, bool *wait)
{
    cq_str s = cq_mend_rest(m);
    size_t at = is_end ? 2 : 1, end = tag_end(m), after = at + name.len;

    if (end == SIZE_MAX || s.ptr[end] != '>' ||
        (after < end && s.ptr[after] != '/' && cq_mend_skip_space(s, after) == after))
        return false;
    if (is_end)
        return cq_mend_is_open(m, name);
    if (s.ptr[end - 1] == '/')
        return true;
    for (size_t i = end; i + 2 + name.len < s.len && i < OWN_NAME_MAX; i++)
        if (s.ptr[i] == '<' && s.ptr[i + 1] == '/' &&
            memcmp(s.ptr + i + 2, name.ptr, name.len) == 0)
            return true;
    *wait = may_grow(m, OWN_NAME_MAX);
    return false;
}

/* The name of the tag at the start of what is left, behind `at` bytes. */
static cq_str name_of_tag(const cq_mend *m, size_t at, bool *wait)
{
    cq_str s = cq_str_slice(cq_mend_rest(m), at, cq_mend_rest(m).len);
    cq_str whole = {s.ptr, cq_xml_name_length(s)}, name = cq_mend_tag_name(m, s);

    return name.len < whole.len && has_own_name(m, whole, at == 2, wait) ? whole : name;
}

/* Deal with the '<' at the start of what is left; false to wait for more. */
static bool markup(cq_mend *m)
{
    cq_str s = cq_mend_rest(m), name;
    bool wait = false;
    size_t at = s.len > 1 && s.ptr[1] == '/' ? 2 : 1;

    if (!m->is_last && (s.len <= at || is_prefix_of(s, "<!--") ||
                        is_prefix_of(s, "<![CDATA[") || is_prefix_of(s, "<!DOCTYPE")))
        return false;
    if (span(m, CQ_STR("<!--"), CQ_STR("-->"), CQ_MEND_TOKEN_MAX, cq_mend_comment,
             &wait) ||
        span(m, CQ_STR("<![CDATA["), CQ_STR("]]>"), CDATA_MAX, cq_mend_cdata, &wait) ||
        span(m, CQ_STR("<?"), CQ_STR("?>"), CQ_MEND_TOKEN_MAX, cq_mend_instruction,
             &wait))
        return !wait;
    if (cq_str_starts(s, CQ_STR("<!DOCTYPE"))) {
        size_t len = cq_doctype_length(
            s.len > CQ_MEND_TOKEN_MAX ? cq_str_slice(s, 0, CQ_MEND_TOKEN_MAX) : s);

        if (len == 0 && may_grow(m, CQ_MEND_TOKEN_MAX))
            return false;
        cq_mend_doctype(m, len);
        return true;
    }
    name = name_of_tag(m, at, &wait);
    if (wait || (name.len && may_grow(m, CQ_MEND_TOKEN_MAX) && tag_end(m) == SIZE_MAX))
        return false;
    if (name.len == 0 && may_grow(m, CQ_XML_NAME_MAX) && cq_mend_is_cut_tag(m))
        return false;
    if (name.len == 0)
        cq_mend_bare_less(m);
    else if (at == 2)
        cq_mend_end_tag(m, name);
    else
        cq_mend_start_tag(m, name);
    return true;
}

/* Text is dealt with up to the last place where no reference can be cut. */
static bool plain(cq_mend *m)
{
    cq_str s = cq_mend_rest(m);
    const char *less = memchr(s.ptr, '<', s.len);
    size_t len = less ? (size_t)(less - s.ptr) : s.len;

    if (!less && !m->is_last) {
        size_t back = len > CQ_XML_NAME_MAX + 2 ? len - CQ_XML_NAME_MAX - 2 : 0;

        if (len < 4096)
            return false;
        for (size_t i = back; i < len; i++)
            if (s.ptr[i] == '&' || s.ptr[i] == ']')
                len = i;
    }
    cq_mend_text(m, len);
    return len > 0;
}

static void finish(cq_mend *m)
{
    size_t root_end;

    if (m->open_len > (m->has_body ? 2 : 1) || (m->is_root_own && !m->is_after_root)) {
        cq_mend_tell(m, 62, "what is open is closed", "the file ends too early");
        if (cq_mend_deepest(m) >= CQ_RANK_TU)
            cq_mend_reject_open(m, "the file ends inside it");
        while (m->open_len > (m->has_body ? 2 : 1))
            cq_mend_pop(m);
    }
    if (m->open_len && !m->has_body) {
        cq_mend_need_header(m);
        cq_mend_tell(m, 72, "added", "<body> is missing");
        cq_mend_open_plain(m, "body", CQ_RANK_HEADER_OR_BODY);
    }
    m->is_over = false;
    root_end = m->is_after_root ? m->tail_root : m->tail.len;
    if (m->open_len > 1)
        cq_mend_pop(m);
    cq_buf_add_str(m->out, cq_str_slice(cq_buf_str(&m->tail), 0, root_end));
    if (m->open_len)
        cq_mend_pop(m);
    cq_buf_add_str(m->out, cq_str_slice(cq_buf_str(&m->tail), root_end, m->tail.len));
}

/* ---- life ---------------------------------------------------------------------------
 */

cq_status cq_mend_open(cq_mend_purpose purpose, cq_mend_notice notice, void *context,
                       cq_mend **out, cq_error *err)
{
    cq_mend *m = cq_zalloc(sizeof(*m));

    *out = m;
    if (!m)
        return cq_fail(err, CQ_E_NOMEM, "no memory to repair a file");
    m->is_judging = purpose == CQ_MEND_TO_JUDGE;
    m->notice = notice;
    m->context = context;
    m->line = m->column = 1;
    return CQ_OK;
}

void cq_mend_close(cq_mend *m)
{
    if (!m)
        return;
    cq_buf_release(&m->in);
    cq_buf_release(&m->tail);
    cq_buf_release(&m->tag);
    cq_map_release(&m->entities);
    cq_free(m->marks);
    cq_free(m);
}

cq_status cq_mend_run(cq_mend *m, cq_str piece, bool is_last, cq_buf *out, cq_error *err)
{
    cq_status status;

    m->out = out;
    m->written -= out->len;
    m->is_last = is_last;
    cq_buf_add_str(&m->in, piece);
    status = cq_buf_check(&m->in, err);
    if (status != CQ_OK)
        return status;
    while (m->at < m->in.len)
        if (!(m->in.ptr[m->at] == '<' ? markup(m) : plain(m)))
            break;
    if (m->at) {
        memmove(m->in.ptr, m->in.ptr + m->at, m->in.len - m->at);
        cq_buf_cut(&m->in, m->in.len - m->at);
        m->at = 0;
    }
    if (is_last)
        finish(m);
    m->written += out->len;
    if (m->failed != CQ_OK)
        return cq_fail(err, CQ_E_NOMEM, "no memory to read a file");
    /* Other XML may have a <header> and a <body> too, as XLIFF does. */
    if (is_last && !m->is_judging && !m->is_root_own && !m->has_unit)
        return cq_fail_number(err, CQ_E_INPUT, 60,
                              "the file has no <tmx> and no units: it is no TMX file");
    status = cq_buf_check(&m->tail, err);
    if (status == CQ_OK)
        status = cq_buf_check(&m->tag, err);
    return status == CQ_OK ? cq_buf_check(out, err) : status;
}

void cq_mend_place(cq_mend *m, uint64_t offset, uint64_t *line, uint64_t *column)
{
    while (m->mark_at + 1 < m->marks_len && m->marks[m->mark_at + 1].offset < offset)
        m->mark_at++;
    *line = m->marks_len ? m->marks[m->mark_at].line : 1;
    *column = m->marks_len ? m->marks[m->mark_at].column : 1;
    if (m->mark_at < 4096)
        return;
    memmove(m->marks, m->marks + m->mark_at,
            (m->marks_len - m->mark_at) * sizeof(*m->marks));
    m->marks_len -= m->mark_at;
    m->mark_at = 0;
}
