/* markdown.c -- the blocks of Markdown (CommonMark 0.31, sections 4 and 5; GitHub's
 * tables and footnotes): headings, list items, quotations, table cells and lines of code
 * are paragraphs each. Front matter and definitions of links are no text. */
#include "parts.h"

#include <ctype.h>
#include <string.h>

typedef struct markdown_reading {
    cq_paragraph_list *list;
    cq_map labels; /* of link definitions, in small letters */
    cq_buf block;  /* lines of the open paragraph, parted by LF */
    char fence;    /* character of the open code fence, 0 for none */
    size_t fence_len;
    bool is_in_list; /* so that an indented line is no code */
    bool is_in_table;
    bool is_in_comment;
    cq_error *err;
    cq_status status;
} markdown_reading;

/* ---- lines ----------------------------------------------------------------------------
 */

/* Take the next line, without its end; false at the end of the text. */
static bool take_line(cq_str *text, cq_str *line)
{
    const char *end;

    if (text->len == 0)
        return false;
    end = memchr(text->ptr, '\n', text->len);
    *line = cq_str_slice(*text, 0, end ? (size_t)(end - text->ptr) : text->len);
    *text = cq_str_slice(*text, line->len + (end ? 1 : 0), text->len);
    if (cq_str_ends(*line, CQ_STR("\r")))
        line->len--;
    return true;
}

static size_t indent_of(cq_str line)
{
    size_t columns = 0;

    for (size_t i = 0; i < line.len && (line.ptr[i] == ' ' || line.ptr[i] == '\t'); i++)
        columns = line.ptr[i] == '\t' ? (columns / 4 + 1) * 4 : columns + 1;
    return columns;
}

/* How often `c` stands at the start. */
static size_t run_of(cq_str line, char c)
{
    size_t len = 0;

    while (len < line.len && line.ptr[len] == c)
        len++;
    return len;
}

static cq_str skip(cq_str line, size_t len)
{
    return cq_str_slice(line, len < line.len ? len : line.len, line.len);
}

/* Whether the line has nothing but `c` (at least `least` times) and white space. */
static bool is_made_of(cq_str line, char c, size_t least)
{
    size_t count = 0;

    for (size_t i = 0; i < line.len; i++) {
        count += line.ptr[i] == c;
        if (line.ptr[i] != c && line.ptr[i] != ' ' && line.ptr[i] != '\t')
            return false;
    }
    return count >= least;
}

/* CommonMark 4.1 */
static bool is_rule(cq_str line)
{
    return is_made_of(line, '*', 3) || is_made_of(line, '-', 3) ||
           is_made_of(line, '_', 3);
}

/* Bytes of the mark that a list item begins with, with the space after it (5.2). */
static size_t item_mark(cq_str line)
{
    size_t at = 0;

    if (line.len == 0)
        return 0;
    if (memchr("-+*", line.ptr[0], 3)) {
        at = 1;
    } else {
        while (at < line.len && at < 9 && isdigit((unsigned char)line.ptr[at]))
            at++;
        if (at == 0 || at == line.len || (line.ptr[at] != '.' && line.ptr[at] != ')'))
            return 0;
        at++;
    }
    if (at < line.len && line.ptr[at] != ' ' && line.ptr[at] != '\t')
        return 0;
    return at < line.len ? at + 1 : at;
}

/* ---- paragraphs -----------------------------------------------------------------------
 */

static void put(markdown_reading *m, cq_str text)
{
    if (m->status != CQ_OK)
        return;
    cq_paragraphs_begin(m->list);
    m->status = cq_markdown_inline(text, &m->labels, m->list, m->err);
    cq_paragraphs_end(m->list);
}

static void put_as_it_is(markdown_reading *m, cq_str text)
{
    cq_paragraphs_begin(m->list);
    cq_paragraphs_add(m->list, text);
    cq_paragraphs_end(m->list);
}

static void end_block(markdown_reading *m)
{
    if (m->block.len > 0)
        put(m, cq_buf_str(&m->block));
    cq_buf_cut(&m->block, 0);
}

/* ---- tables (GitHub Flavored Markdown, 4.10) ------------------------------------------
 */

/* The line under the heads of a table: "| --- | :-: |". */
static bool is_table_rule(cq_str line)
{
    bool has_dash = false, has_bar = false;

    for (size_t i = 0; i < line.len; i++) {
        if (!strchr("|-: \t", line.ptr[i]))
            return false;
        has_dash = has_dash || line.ptr[i] == '-';
        has_bar = has_bar || line.ptr[i] == '|';
    }
    return has_dash && has_bar;
}

static void put_row(markdown_reading *m, cq_str line)
{
    size_t start;

    line = cq_str_trim(line);
    start = run_of(line, '|') > 0;
    for (size_t at = start; at <= line.len; at++) {
        if (at < line.len && line.ptr[at] == '\\') {
            at++;
            continue;
        }
        if (at < line.len && line.ptr[at] != '|')
            continue;
        put(m, cq_str_trim(cq_str_slice(line, start, at)));
        start = at + 1;
    }
}

/* ---- definitions ----------------------------------------------------------------------
 */

/* "[label]: target" (4.7): the label, and what comes after the colon. */
static bool find_definition(cq_str line, cq_str *label, cq_str *rest)
{
    const char *end;
    size_t len;

    line = cq_str_trim(line);
    if (line.len < 4 || line.ptr[0] != '[')
        return false;
    end = memchr(line.ptr, ']', line.len);
    len = end ? (size_t)(end - line.ptr) : line.len;
    if (len + 1 >= line.len || len < 2 || line.ptr[len + 1] != ':')
        return false;
    *label = cq_str_slice(line, 1, len);
    *rest = cq_str_trim(cq_str_slice(line, len + 2, line.len));
    return true;
}

static cq_status collect_labels(markdown_reading *m, cq_str text)
{
    cq_buf small = {0};
    cq_str line, label, rest;
    cq_status status = CQ_OK;

    while (status == CQ_OK && take_line(&text, &line)) {
        if (!find_definition(line, &label, &rest) || label.ptr[0] == '^')
            continue;
        cq_buf_cut(&small, 0);
        for (size_t i = 0; i < label.len; i++)
            cq_buf_add_byte(&small, (unsigned char)tolower((unsigned char)label.ptr[i]));
        status = cq_buf_check(&small, m->err);
        if (status == CQ_OK && !cq_map_add(&m->labels, cq_buf_str(&small), NULL))
            status = cq_fail(m->err, CQ_E_NOMEM, "no memory for a document");
    }
    cq_buf_release(&small);
    return status;
}

/* A footnote's text is a paragraph; a link's target is none. */
static bool take_definition(markdown_reading *m, cq_str line)
{
    cq_str label, rest;

    if (!find_definition(line, &label, &rest))
        return false;
    if (label.ptr[0] == '^') {
        end_block(m);
        cq_buf_add_str(&m->block, rest);
        return true;
    }
    return m->block.len == 0;
}

/* ---- code -----------------------------------------------------------------------------
 */

/* Fences (4.5). True when the line was one, or stood between two. */
static bool take_fenced(markdown_reading *m, cq_str line)
{
    cq_str mark = cq_str_trim(line);
    char c = mark.len > 0 ? mark.ptr[0] : 0;
    size_t len = c == '`' || c == '~' ? run_of(mark, c) : 0;

    if (m->fence) {
        if (c == m->fence && len >= m->fence_len && len == mark.len)
            m->fence = 0;
        else
            put_as_it_is(m, line);
        return true;
    }
    if (len < 3 || (c == '`' && memchr(mark.ptr + len, '`', mark.len - len)))
        return false;
    end_block(m);
    m->fence = c;
    m->fence_len = len;
    return true;
}

/* ---- blocks ---------------------------------------------------------------------------
 */

/* Step over the marks of quotations and list items; a new item ends what was open. */
static cq_str take_marks(markdown_reading *m, cq_str line)
{
    for (;;) {
        cq_str inner = skip(line, run_of(line, ' '));
        size_t mark;

        if (indent_of(line) > 3 && !m->is_in_list)
            return line;
        if (inner.len > 0 && inner.ptr[0] == '>') {
            line = skip(inner, 1);
            continue;
        }
        mark = is_rule(inner) ? 0 : item_mark(inner);
        /* An empty item does not interrupt a paragraph, nor does a number but 1. */
        if (mark == 0 || (m->block.len > 0 && !m->is_in_list &&
                          (mark >= inner.len || (isdigit((unsigned char)inner.ptr[0]) &&
                                                 (inner.ptr[0] != '1' || mark > 3)))))
            return line;
        end_block(m);
        m->is_in_list = true;
        line = skip(inner, mark);
        if (cq_str_starts(line, CQ_STR("[ ] ")) || cq_str_starts(line, CQ_STR("[x] ")) ||
            cq_str_starts(line, CQ_STR("[X] ")))
            line = skip(line, 4);
    }
}

/* "## Heading ##" (4.2) */
static bool take_heading(markdown_reading *m, cq_str line)
{
    size_t level = run_of(line, '#');
    cq_str text;

    if (level == 0 || level > 6 ||
        (level < line.len && line.ptr[level] != ' ' && line.ptr[level] != '\t'))
        return false;
    end_block(m);
    text = cq_str_trim(skip(line, level));
    while (text.len > 0 && text.ptr[text.len - 1] == '#')
        text.len--;
    put(m, cq_str_trim(text));
    return true;
}

static void take_text(markdown_reading *m, cq_str line)
{
    if (m->block.len > 0)
        cq_buf_add_byte(&m->block, '\n');
    cq_buf_add_str(&m->block, line);
}

/* A comment may run over blank lines, which would end a paragraph. */
static bool take_comment(markdown_reading *m, cq_str line)
{
    static const char open[] = "<!--", close[] = "-->";
    bool is_open = m->is_in_comment;
    size_t at = 0;

    if (!is_open && !cq_str_starts(cq_str_trim(line), CQ_STR("<!--")))
        return false;
    while (at < line.len) {
        const char *wanted = is_open ? close : open;

        if (cq_str_starts(skip(line, at), cq_str_from(wanted))) {
            at += strlen(wanted);
            is_open = !is_open;
        } else {
            at++;
        }
    }
    m->is_in_comment = is_open;
    return true;
}

static void take_block_line(markdown_reading *m, cq_str line, cq_str next)
{
    cq_str inner;

    if (take_comment(m, line) || take_fenced(m, line))
        return;
    line = take_marks(m, line);
    inner = cq_str_trim(line);
    if (inner.len == 0) {
        end_block(m);
        m->is_in_table = false;
    } else if (indent_of(line) > 3 && m->block.len == 0 && !m->is_in_list) {
        put_as_it_is(m, line);
    } else if (m->is_in_table ||
               (memchr(inner.ptr, '|', inner.len) && is_table_rule(next))) {
        end_block(m);
        if (!is_table_rule(inner))
            put_row(m, inner);
        m->is_in_table = true;
    } else if (take_heading(m, inner)) {
        return;
    } else if (m->block.len > 0 && cq_str_starts(inner, CQ_STR(": "))) {
        end_block(m); /* what a term means (PHP Markdown Extra) */
        take_text(m, skip(inner, 2));
    } else if (is_rule(inner) || (m->block.len > 0 && is_made_of(inner, '=', 1)) ||
               (m->block.len > 0 && is_made_of(inner, '-', 2))) {
        end_block(m);
    } else if (!take_definition(m, inner)) {
        take_text(m, line);
    }
}

/* "---" at the very start opens a head for programs (YAML) that ends with another. */
static cq_str skip_front_matter(cq_str text)
{
    cq_str rest = text, line;

    if (!take_line(&rest, &line) || !cq_str_equal(cq_str_trim(line), CQ_STR("---")))
        return text;
    while (take_line(&rest, &line)) {
        line = cq_str_trim(line);
        if (cq_str_equal(line, CQ_STR("---")) || cq_str_equal(line, CQ_STR("...")))
            return rest;
    }
    return text;
}

cq_status cq_markdown_read(cq_str text, cq_paragraph_list *list, cq_error *err)
{
    markdown_reading m = {.list = list, .err = err};
    cq_str line;

    text = skip_front_matter(text);
    m.status = collect_labels(&m, text);
    while (m.status == CQ_OK && take_line(&text, &line)) {
        cq_str rest = text, next = {0};

        /* A line at the margin after a blank one ends a list. */
        if (m.block.len == 0 && cq_str_trim(line).len > 0 && indent_of(line) == 0 &&
            item_mark(line) == 0)
            m.is_in_list = false;
        take_line(&rest, &next);
        take_block_line(&m, line, cq_str_trim(next));
    }
    end_block(&m);
    if (m.status == CQ_OK)
        m.status = cq_buf_check(&m.block, err);
    if (m.status == CQ_OK)
        m.status = cq_paragraphs_check(list, err);
    cq_buf_release(&m.block);
    cq_map_release(&m.labels);
    return m.status;
}
