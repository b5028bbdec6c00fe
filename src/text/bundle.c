/* bundle.c -- the text form of ICU's resource bundles, which locale files are written in,
 * as a tree. Follows ICU's genrb (ICU User Guide, "Resource Management", and its
 * bnf_rb.txt): tables, arrays, strings, numbers, comments and escapes; what no locale
 * file needs (binary, alias, import, include) is refused. */
#include "text.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#define DEPTH_MAX 16 /* of nested braces */

typedef enum token_kind {
    TOKEN_END,
    TOKEN_OPEN,
    TOKEN_CLOSE,
    TOKEN_COMMA,
    TOKEN_COLON,
    TOKEN_STRING
} token_kind;

typedef struct token {
    token_kind kind;
    cq_str text; /* of a string, in the arena */
    bool is_joined;
    uint64_t line, column;
} token;

typedef struct parser {
    cq_str text;
    size_t at;
    uint64_t line;
    size_t line_start;
    cq_arena *arena;
    cq_buf piece;   /* the string that is being read */
    cq_map keys;    /* number of the table and key: each only once */
    uint64_t table; /* number of the last table begun */
    token ahead;    /* read and not yet taken */
    cq_error *err;
} parser;

static cq_status fail(parser *p, uint64_t line, uint64_t column, const char *what)
{
    cq_fail_number(p->err, CQ_E_INPUT, 6, "%s", what);
    cq_fail_at(p->err, NULL, line, column);
    return CQ_E_INPUT;
}

static cq_status fail_memory(parser *p)
{
    return cq_fail(p->err, CQ_E_NOMEM, "no memory to read a locale file");
}

/* ---- tokens ---------------------------------------------------------------------------
 */

static uint64_t column_of(const parser *p, size_t at) { return at - p->line_start + 1; }

/* Step over one character, and count lines. */
static uint32_t step(parser *p)
{
    uint32_t code = cq_text_next(p->text, &p->at);

    if (code == '\n') {
        p->line++;
        p->line_start = p->at;
    }
    return code;
}

static bool is_next(const parser *p, const char *z)
{
    cq_str rest = cq_str_slice(p->text, p->at, p->text.len);

    return cq_str_starts(rest, cq_str_from(z));
}

/* White space and comments. */
static cq_status skip_blank(parser *p)
{
    while (p->at < p->text.len) {
        size_t next = p->at;

        if (is_next(p, "//")) {
            while (p->at < p->text.len && p->text.ptr[p->at] != '\n')
                p->at++;
        } else if (is_next(p, "/*")) {
            uint64_t line = p->line, column = column_of(p, p->at);

            p->at += 2;
            while (p->at < p->text.len && !is_next(p, "*/"))
                step(p);
            if (p->at == p->text.len)
                return fail(p, line, column, "this comment has no end");
            p->at += 2;
        } else if (cq_char_is_space(cq_text_next(p->text, &next))) {
            step(p);
        } else {
            break;
        }
    }
    return CQ_OK;
}

/* Read up to `most` digits of a base. */
static uint32_t read_digits(parser *p, int base, int most, int *count)
{
    uint32_t value = 0;

    for (*count = 0; *count < most && p->at < p->text.len; (*count)++, p->at++) {
        char c = p->text.ptr[p->at];
        int digit = c >= '0' && c <= '9' ? c - '0' : (c | 0x20) - 'a' + 10;

        if (digit < 0 || digit >= base || (digit >= 10 && (c | 0x20) < 'a'))
            break;
        value = value * (uint32_t)base + (uint32_t)digit;
    }
    return value;
}

/* "\u00e9", "\U0001F600", "\x41": 0 digits or a lone surrogate are an error. */
static cq_status read_code(parser *p, uint32_t letter, uint64_t column)
{
    int count, wanted = letter == 'u' ? 4 : letter == 'U' ? 8 : 2;
    uint32_t code = read_digits(p, 16, wanted, &count);

    if (count < (letter == 'x' ? 1 : wanted))
        return fail(p, p->line, column, "an escape ends before its last digit");
    if (code >= 0xd800 && code < 0xdc00 && is_next(p, "\\u")) {
        p->at += 2;
        uint32_t low = read_digits(p, 16, 4, &count);
        code = count == 4 && low >= 0xdc00 && low < 0xe000
                   ? 0x10000 + ((code - 0xd800) << 10) + (low - 0xdc00)
                   : 0xd800;
    }
    if (code > 0x10ffff || (code >= 0xd800 && code < 0xe000))
        return fail(p, p->line, column, "an escape names no character");
    cq_text_put(&p->piece, code);
    return CQ_OK;
}

static cq_status read_escape(parser *p)
{
    static const char from[] = "abefnrtv", to[] = "\a\b\033\f\n\r\t\v";
    uint64_t column = column_of(p, p->at) - 1;
    uint32_t letter;
    const char *found;

    if (p->at == p->text.len)
        return fail(p, p->line, column, "the file ends inside an escape");
    letter = step(p);
    if (letter == 'u' || letter == 'U' || letter == 'x')
        return read_code(p, letter, column);
    found = letter > 0 && letter < 0x80 ? strchr(from, (int)letter) : NULL;
    cq_text_put(&p->piece, found ? (unsigned char)to[found - from] : letter);
    return CQ_OK;
}

/* From the quotation mark on; strings with nothing but space between are one. */
static cq_status read_quoted(parser *p, token *t)
{
    for (;;) {
        uint64_t line = p->line, column = column_of(p, p->at);
        cq_status status = CQ_OK;
        uint32_t code;

        step(p);
        for (code = 0; p->at < p->text.len && status == CQ_OK;) {
            code = step(p);
            if (code == '"')
                break;
            if (code == '\\')
                status = read_escape(p);
            else
                cq_text_put(&p->piece, code);
            code = 0;
        }
        if (status == CQ_OK && code != '"')
            return fail(p, line, column, "this string has no closing quotation mark");
        if (status == CQ_OK)
            status = skip_blank(p);
        if (status != CQ_OK || p->at == p->text.len || p->text.ptr[p->at] != '"')
            return status;
        t->is_joined = true;
    }
}

static bool ends_bare(parser *p)
{
    size_t next = p->at;
    uint32_t code = cq_text_next(p->text, &next);

    return code == '{' || code == '}' || code == ',' || code == ':' || code == '"' ||
           cq_char_is_space(code) || is_next(p, "//") || is_next(p, "/*");
}

static cq_status read_string(parser *p, token *t)
{
    cq_status status = CQ_OK;

    t->kind = TOKEN_STRING;
    cq_buf_reset(&p->piece);
    if (p->text.ptr[p->at] == '"') {
        status = read_quoted(p, t);
    } else {
        while (status == CQ_OK && p->at < p->text.len && !ends_bare(p)) {
            uint32_t code = step(p);

            if (code == '\\')
                status = read_escape(p);
            else
                cq_text_put(&p->piece, code);
        }
    }
    if (status != CQ_OK)
        return status;
    cq_buf_add(&p->piece, "", 0);
    if (cq_buf_check(&p->piece, NULL) != CQ_OK)
        return fail_memory(p);
    t->text = cq_arena_copy(p->arena, cq_buf_str(&p->piece));
    return t->text.ptr ? CQ_OK : fail_memory(p);
}

/* Read the next token into p->ahead. */
static cq_status advance(parser *p)
{
    static const char signs[] = "{},:";
    token t = {0};
    const char *sign;
    cq_status status = skip_blank(p);

    if (status != CQ_OK)
        return status;
    t.line = p->line;
    t.column = column_of(p, p->at);
    if (p->at < p->text.len) {
        char c = p->text.ptr[p->at];

        sign = c ? strchr(signs, c) : NULL;
        if (sign) {
            t.kind = (token_kind)(TOKEN_OPEN + (sign - signs));
            p->at++;
        } else {
            status = read_string(p, &t);
        }
    }
    p->ahead = t;
    return status;
}

/* ---- the tree -------------------------------------------------------------------------
 */

static cq_status fail_ahead(parser *p, const char *what)
{
    return fail(p, p->ahead.line, p->ahead.column, what);
}

static cq_status take(parser *p, token_kind kind, const char *what)
{
    return p->ahead.kind == kind ? advance(p) : fail_ahead(p, what);
}

static cq_node *add_node(parser *p, cq_node *to, cq_node **last)
{
    cq_node *made = cq_arena_alloc(p->arena, sizeof(*made));

    if (!made)
        return NULL;
    *made = (cq_node){.line = p->ahead.line, .column = p->ahead.column};
    if (*last)
        (*last)->next = made;
    else
        to->first = made;
    *last = made;
    to->len++;
    return made;
}

static cq_status parse_body(parser *p, cq_node *node, int depth);

/* ":type", of which only those that a locale file may use. */
static cq_status parse_type(parser *p)
{
    static const char *const types[] = {
        "table", "table(nofallback)", "array", "string", "int", "integer", "intvector"};
    cq_status status = advance(p);

    if (status != CQ_OK || p->ahead.kind != TOKEN_STRING)
        return status != CQ_OK ? status : fail_ahead(p, "a type must follow the colon");
    for (size_t i = 0; i < ARRAY_LEN(types); i++)
        if (cq_str_equal(p->ahead.text, cq_str_from(types[i])))
            return advance(p);
    return fail_ahead(p, "no locale file has a use for this type");
}

/* A key may stand only once in its table. */
static cq_status note_key(parser *p, uint64_t table, const token *key)
{
    bool is_new = false;

    cq_buf_reset(&p->piece);
    cq_buf_add(&p->piece, &table, sizeof(table));
    cq_buf_add_str(&p->piece, key->text);
    if (cq_buf_check(&p->piece, NULL) != CQ_OK ||
        !cq_map_add(&p->keys, cq_buf_str(&p->piece), &is_new))
        return fail_memory(p);
    return is_new ? CQ_OK : fail(p, key->line, key->column, "this key stands here twice");
}

/* The key in p->ahead and what belongs to it, `node` being made for it. */
static cq_status parse_entry(parser *p, uint64_t table, cq_node *node, int depth)
{
    cq_status status = note_key(p, table, &p->ahead);

    node->key = p->ahead.text;
    if (status == CQ_OK)
        status = advance(p);
    if (status == CQ_OK && p->ahead.kind == TOKEN_COLON)
        status = parse_type(p);
    if (status == CQ_OK)
        status = take(p, TOKEN_OPEN, "an opening brace must follow the key");
    return status == CQ_OK ? parse_body(p, node, depth + 1) : status;
}

/* Entries up to the closing brace; the first key has been taken into `first`. */
static cq_status parse_table(parser *p, cq_node *node, const token *first, int depth)
{
    uint64_t table = ++p->table;
    cq_node *last = NULL, *entry;
    token after = p->ahead;
    cq_status status;

    node->kind = CQ_NODE_TABLE;
    entry = add_node(p, node, &last);
    if (!entry)
        return fail_memory(p);
    entry->line = first->line;
    entry->column = first->column;
    entry->key = first->text;
    status = note_key(p, table, first);
    if (status == CQ_OK && after.kind == TOKEN_COLON)
        status = parse_type(p);
    if (status == CQ_OK)
        status = take(p, TOKEN_OPEN, "an opening brace must follow the key");
    if (status == CQ_OK)
        status = parse_body(p, entry, depth + 1);
    while (status == CQ_OK && p->ahead.kind == TOKEN_STRING) {
        entry = add_node(p, node, &last);
        status = entry ? parse_entry(p, table, entry, depth) : fail_memory(p);
    }
    return status == CQ_OK ? take(p, TOKEN_CLOSE, "a key or a closing brace is expected")
                           : status;
}

static void set_string(cq_node *node, const token *t)
{
    node->kind = CQ_NODE_STRING;
    node->text = t->text;
    node->is_joined = t->is_joined;
    if (!node->key.ptr) {
        node->line = t->line;
        node->column = t->column;
    }
}

/* Items up to the closing brace, a comma after each string; the first string has been
 * taken into `first`, unless that is NULL. */
static cq_status parse_array(parser *p, cq_node *node, const token *first, int depth)
{
    cq_node *last = NULL, *item;
    cq_status status = CQ_OK;

    node->kind = CQ_NODE_ARRAY;
    if (first) {
        item = add_node(p, node, &last);
        if (!item)
            return fail_memory(p);
        set_string(item, first);
        status = take(p, TOKEN_COMMA, "a comma is expected");
    }
    while (status == CQ_OK && p->ahead.kind != TOKEN_CLOSE) {
        token t = p->ahead;

        item = add_node(p, node, &last);
        if (!item)
            return fail_memory(p);
        if (t.kind == TOKEN_STRING) {
            set_string(item, &t);
            status = advance(p);
        } else {
            if (t.kind == TOKEN_COLON)
                status = parse_type(p);
            if (status == CQ_OK)
                status = take(p, TOKEN_OPEN, "a string or a closing brace is expected");
            if (status == CQ_OK)
                status = parse_body(p, item, depth + 1);
        }
        if (status == CQ_OK && p->ahead.kind == TOKEN_COMMA)
            status = advance(p);
        else if (status == CQ_OK && t.kind == TOKEN_STRING &&
                 p->ahead.kind != TOKEN_CLOSE)
            status = fail_ahead(p, "a comma or a closing brace is expected");
    }
    return status == CQ_OK ? advance(p) : status;
}

/* What stands in braces, the opening one taken; its kind is told by what comes first. */
static cq_status parse_body(parser *p, cq_node *node, int depth)
{
    token first = p->ahead;
    cq_status status = CQ_OK;

    if (depth > DEPTH_MAX) {
        cq_fail_number(p->err, CQ_E_INPUT, 7, "braces are nested more than %d deep",
                       DEPTH_MAX);
        cq_fail_at(p->err, NULL, first.line, first.column);
        return CQ_E_INPUT;
    }
    if (first.kind != TOKEN_STRING)
        return parse_array(p, node, NULL, depth);
    status = advance(p);
    if (status != CQ_OK)
        return status;
    switch (p->ahead.kind) {
    case TOKEN_CLOSE:
        set_string(node, &first);
        return advance(p);
    case TOKEN_COMMA:
        return parse_array(p, node, &first, depth);
    case TOKEN_OPEN:
    case TOKEN_COLON:
        return parse_table(p, node, &first, depth);
    default:
        return fail_ahead(p, "a comma, a brace or a colon is expected");
    }
}

cq_status cq_bundle_parse(cq_str text, cq_bundle *bundle, cq_error *err)
{
    parser p = {.text = text, .line = 1, .arena = &bundle->arena, .err = err};
    cq_status status = CQ_OK;

    *bundle = (cq_bundle){0};
    if (text.len > CQ_BUNDLE_MAX)
        return cq_fail_number(err, CQ_E_INPUT, 7, "a locale file of more than %zu bytes",
                              CQ_BUNDLE_MAX);
    status = advance(&p);
    if (status == CQ_OK && p.ahead.kind != TOKEN_STRING)
        status = fail_ahead(&p, "a locale file begins with the name of its language");
    if (status == CQ_OK) {
        bundle->root.line = p.ahead.line;
        bundle->root.column = p.ahead.column;
        status = parse_entry(&p, 0, &bundle->root, 0);
    }
    if (status == CQ_OK && bundle->root.kind == CQ_NODE_STRING)
        status = fail(&p, bundle->root.line, bundle->root.column,
                      "a table is expected, not a string");
    if (status == CQ_OK && p.ahead.kind != TOKEN_END)
        status = fail_ahead(&p, "there is more after the last closing brace");
    cq_buf_release(&p.piece);
    cq_map_release(&p.keys);
    if (status != CQ_OK)
        cq_bundle_release(bundle);
    return status;
}

void cq_bundle_release(cq_bundle *bundle)
{
    cq_arena_release(&bundle->arena);
    *bundle = (cq_bundle){0};
}

const cq_node *cq_node_find(const cq_node *from, const char *path)
{
    const cq_node *at = from;

    while (at && *path) {
        cq_str key = {path, strcspn(path, "/")};

        at = at->kind == CQ_NODE_TABLE ? at->first : NULL;
        while (at && !cq_str_equal(at->key, key))
            at = at->next;
        path += key.len + (path[key.len] == '/');
    }
    return at;
}

/* ---- files ----------------------------------------------------------------------------
 */

/* All bytes of a file, as long as they may be a locale file. */
static cq_status read_all(FILE *file, cq_buf *bytes, cq_error *err)
{
    bool is_long = false;
    size_t len = 1;

    while (len > 0 && !is_long) {
        char *to = cq_buf_reserve(bytes, 65536);

        if (!to)
            return cq_buf_check(bytes, err);
        len = fread(to, 1, 65536, file);
        bytes->len += len;
        is_long = bytes->len > CQ_BUNDLE_MAX;
    }
    if (is_long)
        return cq_fail_number(err, CQ_E_INPUT, 7, "a locale file of more than %zu bytes",
                              CQ_BUNDLE_MAX);
    return ferror(file) ? cq_fail_number(err, CQ_E_INPUT, 8, "cannot read the file: %s",
                                         strerror(errno))
                        : CQ_OK;
}

cq_status cq_bundle_read(const char *path, cq_bundle *bundle, cq_error *err)
{
    cq_buf bytes = {0}, text = {0};
    FILE *file = fopen(path, "rb");
    cq_status status;

    *bundle = (cq_bundle){0};
    if (!file && errno == ENOENT)
        return CQ_DONE;
    status = file ? read_all(file, &bytes, err)
                  : cq_fail_number(err, CQ_E_INPUT, 8, "cannot open the file: %s",
                                   strerror(errno));
    if (file)
        fclose(file);
    if (status == CQ_OK)
        status = cq_text_decode(cq_buf_str(&bytes), &text, err);
    if (status == CQ_OK)
        status = cq_buf_check(&text, err);
    if (status == CQ_OK)
        status = cq_bundle_parse(cq_buf_str(&text), bundle, err);
    cq_buf_release(&bytes);
    cq_buf_release(&text);
    if (status != CQ_OK)
        cq_fail_at(err, path, 0, 0);
    return status;
}
