/* frame.c -- the elements that are open: what a tag of TMX opens and closes, and what is
 * added where one is missing. */
#include "parts.h"

#include <string.h>

static cq_str local(cq_str name)
{
    const char *colon = name.len ? memchr(name.ptr, ':', name.len) : NULL;

    return colon ? cq_str_slice(name, (size_t)(colon - name.ptr) + 1, name.len) : name;
}

static cq_str prefix(cq_str name)
{
    return (cq_str){name.ptr, name.len - local(name).len};
}

/* Level of a name that bears the root's prefix, or none: the reader takes both for TMX's.
 */
static cq_mend_rank level_of(const cq_mend *m, cq_str name)
{
    static const struct {
        const char *name;
        cq_mend_rank level;
    } levels[] = {{"tmx", CQ_RANK_TMX},
                  {"header", CQ_RANK_HEADER_OR_BODY},
                  {"body", CQ_RANK_HEADER_OR_BODY},
                  {"tu", CQ_RANK_TU},
                  {"tuv", CQ_RANK_TUV},
                  {"seg", CQ_RANK_SEG}};

    if (m->open_len && prefix(name).len > 0 &&
        !cq_str_equal(prefix(name), prefix(cq_str_from(m->open[0].name))))
        return CQ_RANK_OTHER;
    for (size_t i = 0; i < ARRAY_LEN(levels); i++)
        if (cq_str_equal(local(name), cq_str_from(levels[i].name)))
            return levels[i].level;
    return CQ_RANK_OTHER;
}

bool cq_mend_is_known(const cq_mend *m, cq_str name)
{
    static const char *const names[] = {"note", "prop", "bpt", "ept", "it",
                                        "ph",   "ut",   "hi",  "sub"};

    if (level_of(m, name) != CQ_RANK_OTHER)
        return true;
    for (size_t i = 0; i < ARRAY_LEN(names); i++)
        if (cq_str_equal(local(name), cq_str_from(names[i])))
            return true;
    return false;
}

bool cq_mend_is_open(const cq_mend *m, cq_str name)
{
    for (size_t i = m->open_len; i > 0; i--)
        if (cq_str_equal(name, cq_str_from(m->open[i - 1].name)))
            return true;
    return false;
}

cq_mend_rank cq_mend_deepest(const cq_mend *m)
{
    for (size_t i = m->open_len; i > 0; i--)
        if (m->open[i - 1].level != CQ_RANK_OTHER)
            return m->open[i - 1].level;
    return CQ_RANK_OTHER;
}

/* ---- opening and closing ------------------------------------------------------------
 */

static void push(cq_mend *m, cq_str name, cq_mend_rank level)
{
    cq_mend_element *e = &m->open[m->open_len++];

    memcpy(e->name, name.ptr, name.len);
    e->name[name.len] = '\0';
    e->level = level;
    e->is_header = cq_str_equal(local(name), CQ_STR("header"));
}

void cq_mend_pop(cq_mend *m)
{
    const cq_mend_element *e = &m->open[--m->open_len];

    if (e->level == CQ_RANK_TUV)
        m->has_variant = true;
    cq_buf_add_format(cq_mend_out(m), "</%s>", e->name);
}

/* Close everything above `len`, telling of what was never closed by the file itself. */
static void close_to(cq_mend *m, size_t len)
{
    while (m->open_len > len) {
        cq_mend_tell(m, 63, "closed here", "<%s> was never closed",
                     m->open[m->open_len - 1].name);
        cq_mend_pop(m);
    }
}

/* How many elements stay open around one of that level. */
static size_t above_level(const cq_mend *m, cq_mend_rank level)
{
    size_t len = m->open_len;

    while (len &&
           (m->open[len - 1].level == CQ_RANK_OTHER || m->open[len - 1].level >= level))
        len--;
    return len;
}

void cq_mend_reject_open(cq_mend *m, const char *why)
{
    cq_buf_add_format(m->out, "<?" CQ_MEND_REJECT " %s?>", why);
}

/* A unit begins although another is open: that one is whole enough when it has a variant
 * and was cut between its elements. */
static void leave_unit(cq_mend *m)
{
    if (cq_mend_deepest(m) >= CQ_RANK_TUV || !m->has_variant)
        cq_mend_reject_open(m, "it has no end, and another unit begins inside it");
    close_to(m, above_level(m, CQ_RANK_TU));
}

void cq_mend_open_plain(cq_mend *m, const char *name, cq_mend_rank level)
{
    char whole[CQ_XML_NAME_MAX + 1];
    cq_str root = m->open_len ? prefix(cq_str_from(m->open[0].name)) : (cq_str){0};

    snprintf(whole, sizeof(whole), "%.*s%s", (int)root.len, root.ptr ? root.ptr : "",
             name);
    cq_buf_add_format(m->out, "<%s%s>", whole,
                      level == CQ_RANK_TMX ? " version=\"1.4\"" : "");
    push(m, cq_str_from(whole), level);
}

static void need_root(cq_mend *m)
{
    if (m->has_root)
        return;
    cq_mend_tell(m, 72, "added", "<tmx> is missing");
    m->has_root = true;
    cq_mend_open_plain(m, "tmx", CQ_RANK_TMX);
}

/* Something for inside <tmx> comes although that has ended, before there was a body. */
static void reopen_root(cq_mend *m, const char *what)
{
    if (!m->is_after_root || m->is_over)
        return;
    cq_mend_tell(m, 75, "taken in", "%s stands after the end of <tmx>", what);
    m->is_after_root = false;
}

/* Of the attributes that the DTD demands, "*all*" and "unknown" say nothing untrue. */
void cq_mend_need_header(cq_mend *m)
{
    char name[CQ_XML_NAME_MAX + 1];
    cq_str root = prefix(cq_str_from(m->open[0].name));

    if (m->has_header || m->is_judging)
        return;
    m->has_header = true;
    cq_mend_tell(m, 73, "added", "<header> is missing");
    snprintf(name, sizeof(name), "%.*sheader", (int)root.len, root.ptr);
    cq_buf_add_format(m->out,
                      "<%s creationtool=\"calque\" creationtoolversion=\"" CQ_VERSION
                      "\" segtype=\"sentence\" o-tmf=\"unknown\" adminlang=\"en\" "
                      "srclang=\"*all*\" datatype=\"unknown\"/>",
                      name);
}

/* A prefix that the root bears and does not declare would make all of it foreign. */
static void declare_prefix(cq_mend *m, cq_str root, const cq_mend_tag *t)
{
    char name[CQ_XML_NAME_MAX + 8];
    cq_str p = prefix(root);

    if (p.len == 0)
        return;
    snprintf(name, sizeof(name), "xmlns:%.*s", (int)p.len - 1, p.ptr);
    if (cq_mend_tag_has(t, cq_str_from(name)))
        return;
    cq_mend_tell(m, 72, "declared", "the prefix %.*s of <tmx> is not declared",
                 (int)p.len - 1, p.ptr);
    cq_buf_add_format(&m->tag, " %s=\"http://www.lisa.org/tmx20\"", name);
}

/* What a start tag of the frame lacks that others need. */
static void complete_tag(cq_mend *m, cq_str name, cq_mend_rank level, bool is_header,
                         const cq_mend_tag *t)
{
    if (level == CQ_RANK_TMX)
        declare_prefix(m, name, t);
    if (m->is_judging)
        return;
    if (level == CQ_RANK_TMX && !cq_mend_tag_has(t, CQ_STR("version"))) {
        cq_mend_tell(m, 73, "1.4 added", "<tmx> has no version");
        cq_buf_add_z(&m->tag, " version=\"1.4\"");
    }
    if (is_header && !cq_mend_tag_has(t, CQ_STR("srclang"))) {
        cq_mend_tell(m, 73, "\"*all*\" added", "<header> has no srclang");
        cq_buf_add_z(&m->tag, " srclang=\"*all*\"");
    }
}

static void need_body(cq_mend *m)
{
    need_root(m);
    reopen_root(m, "a unit");
    if (m->is_over) {
        cq_mend_tell(m, 75, "taken in", "a unit stands after the end of <body>");
        close_to(m, 2);
        m->is_root_own = m->is_root_own && !m->is_after_root; /* it has had its end */
        m->is_over = m->is_after_root = false;
        cq_buf_add_str(m->out, cq_buf_str(&m->tail));
        cq_buf_reset(&m->tail);
    }
    if (m->open_len > 1 && m->open[1].is_header)
        close_to(m, 1);
    if (m->has_body)
        return;
    close_to(m, 1);
    cq_mend_need_header(m);
    cq_mend_tell(m, 72, "added", "<body> is missing");
    m->has_body = true;
    cq_mend_open_plain(m, "body", CQ_RANK_HEADER_OR_BODY);
}

/* ---- tags -----------------------------------------------------------------------------
 */

/* Make room for an element of that level; false when its tag is left out. */
static bool make_room(cq_mend *m, cq_str name, cq_mend_rank level)
{
    bool is_body = cq_str_equal(local(name), CQ_STR("body"));

    switch (level) {
    case CQ_RANK_TMX:
        if (m->has_root) {
            cq_mend_tell(m, 75, "its tag is left out", "a second <tmx>");
            return false;
        }
        m->has_root = m->is_root_own = true;
        return true;
    case CQ_RANK_HEADER_OR_BODY:
        need_root(m);
        if (m->has_body || (!is_body && m->open_len > 1)) {
            cq_mend_tell(m, 74, "left out", "a second <%.*s>", (int)name.len, name.ptr);
            if (!is_body)
                memcpy(m->skip, name.ptr, name.len), m->skip[name.len] = '\0';
            return false;
        }
        reopen_root(m, is_body ? "<body>" : "<header>");
        close_to(m, 1);
        if (is_body)
            cq_mend_need_header(m);
        m->has_body = m->has_body || is_body;
        m->has_header = true;
        return true;
    case CQ_RANK_TU:
        if (cq_mend_deepest(m) >= CQ_RANK_TU)
            leave_unit(m);
        need_body(m);
        close_to(m, above_level(m, CQ_RANK_TU));
        m->has_variant = false;
        m->has_unit = true;
        cq_buf_add_format(m->out, "<?" CQ_MEND_AT " %llu %llu?>",
                          (unsigned long long)m->line, (unsigned long long)m->column);
        return true;
    case CQ_RANK_TUV:
    case CQ_RANK_SEG:
        close_to(m, above_level(m, level));
        return true;
    default:
        if (!m->has_root)
            cq_mend_tell(m, 60, "left out", "the file begins with <%.*s>, not with <tmx>",
                         (int)name.len, name.ptr);
        else if (m->is_after_root)
            cq_mend_tell(m, 75, "left out", "<%.*s> stands after the end of <tmx>",
                         (int)name.len, name.ptr);
        return m->open_len > 0 && !m->is_after_root;
    }
}

/* A variant or segment where TMX has none, or inside an element that is not TMX's, is no
 * more to us than any other element. */
static bool is_misplaced(const cq_mend *m, cq_mend_rank level)
{
    const cq_mend_element *inner = m->open_len ? &m->open[m->open_len - 1] : NULL;

    if (level != CQ_RANK_TUV && level != CQ_RANK_SEG)
        return false;
    return cq_mend_deepest(m) < (level == CQ_RANK_TUV ? CQ_RANK_TU : CQ_RANK_TUV) ||
           (inner && !cq_mend_is_known(m, cq_str_from(inner->name)));
}

void cq_mend_start_tag(cq_mend *m, cq_str name)
{
    cq_mend_tag t = {.s = cq_mend_rest(m)};
    cq_mend_rank level = level_of(m, name);
    bool is_body = level != CQ_RANK_OTHER && cq_str_equal(local(name), CQ_STR("body"));
    bool is_root_empty = false;

    if (is_misplaced(m, level))
        level = CQ_RANK_OTHER;
    if (t.s.len > CQ_MEND_TOKEN_MAX) {
        t.s.len = CQ_MEND_TOKEN_MAX;
        while ((t.s.ptr[t.s.len] & 0xc0) == 0x80) /* not within a character */
            t.s.len--;
    }
    cq_mend_read_tag(m, name, &t);
    if (!t.is_clean && !cq_mend_is_known(m, name)) {
        cq_mend_bare_less(m);
        return;
    }
    if (!t.is_clean)
        cq_mend_tell(m, 68, "what can be read of it is kept", "the tag <%.*s> is broken",
                     (int)name.len, name.ptr);
    if (level == CQ_RANK_TU || is_body)
        m->skip[0] = '\0'; /* whatever is skipped, it is no unit */
    if (!m->skip[0] && m->open_len < CQ_MEND_OPEN_MAX && make_room(m, name, level)) {
        complete_tag(m, name, level, level == CQ_RANK_HEADER_OR_BODY && !is_body, &t);
        cq_mend_mark_here(m);
        cq_buf_add_str(cq_mend_out(m), cq_buf_str(&m->tag));
        is_root_empty = t.is_empty && level == CQ_RANK_TMX;
        t.is_empty = t.is_empty && !is_root_empty; /* more may come */
        cq_buf_add_z(cq_mend_out(m), t.is_empty && !is_body ? "/>" : ">");
        if (!t.is_empty || is_body)
            push(m, name, level);
        m->is_over = m->is_over || (is_body && t.is_empty);
        m->is_after_root = m->is_after_root || is_root_empty;
    } else if (t.is_empty && cq_str_equal(name, cq_str_from(m->skip))) {
        m->skip[0] = '\0';
    }
    cq_mend_eat(m, t.at);
}

/* Units may still come after the end of <body> and even of <tmx>: both stay open until
 * the end of the file, and what stands behind them is held back. */
static void close_frame(cq_mend *m, cq_mend_rank level)
{
    if (level == CQ_RANK_TMX && m->has_body && !m->is_over)
        cq_mend_tell(m, 63, "closed here", "<body> was never closed");
    if (level == CQ_RANK_TMX) {
        m->is_after_root = true;
        m->tail_root = m->tail.len;
    }
    m->is_over = m->has_body;
}

/* Number of the open element that an end tag of that name closes, and 1; 0 for none. */
static size_t find_open(const cq_mend *m, cq_str name, cq_mend_rank level)
{
    size_t len = m->open_len;

    while (len && !cq_str_equal(name, cq_str_from(m->open[len - 1].name)) &&
           (level != CQ_RANK_OTHER || m->open[len - 1].level == CQ_RANK_OTHER))
        len--;
    if (len == 0 || !cq_str_equal(name, cq_str_from(m->open[len - 1].name)) ||
        (level == CQ_RANK_TMX && m->is_after_root) ||
        (level == CQ_RANK_HEADER_OR_BODY && m->is_over))
        return 0;
    return level == CQ_RANK_TMX && m->has_body ? 2 : len;
}

void cq_mend_end_tag(cq_mend *m, cq_str name)
{
    cq_str s = cq_mend_rest(m);
    cq_mend_rank level = level_of(m, name);
    size_t after = cq_mend_skip_space(s, 2 + name.len), len = find_open(m, name, level);
    bool is_whole = after < s.len && s.ptr[after] == '>';

    if (m->skip[0]) {
        if (cq_str_equal(name, cq_str_from(m->skip)))
            m->skip[0] = '\0';
    } else if (len == 0) {
        cq_mend_tell(m, 63, "left out", "</%.*s> closes nothing", (int)name.len,
                     name.ptr);
    } else {
        close_to(m, len);
        cq_mend_mark_here(m);
        if (level == CQ_RANK_TMX ||
            (level == CQ_RANK_HEADER_OR_BODY && !m->open[len - 1].is_header))
            close_frame(m, level);
        else
            cq_mend_pop(m);
    }
    if (!is_whole)
        cq_mend_tell(m, 68, "added", "the tag </%.*s> has no end", (int)name.len,
                     name.ptr);
    cq_mend_eat(m, is_whole ? after + 1 : 2 + name.len);
}
