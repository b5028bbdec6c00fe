#include "align/words.h"

#include "session.h"

#include <calque/align.h>

#include <stdio.h>
#include <string.h>

/* The file is text (docs/alignment.md, "The lexicon"):
 *
 *     calque lexicon 1 <tab> en-Latn <tab> fr-Latn
 *     s <tab> 12500 <tab> bharbour         a source word: how often it was seen
 *     t <tab> 14000 <tab> bport            a target word
 *     p <tab> 9870 <tab> 0 <tab> 0         a pair, by place among the words
 */
#define MAGIC       "calque lexicon 1"
#define FILE_MAX    ((size_t)1 << 30) /* bytes */
#define WRITE_BYTES ((size_t)65536)

/* ---- writing --------------------------------------------------------------------------
 */

static void put_key(cq_buf *line, cq_str key)
{
    for (size_t i = 0; i < key.len; i++)
        switch (key.ptr[i]) {
        case '\t':
            cq_buf_add_z(line, "\\t");
            break;
        case '\n':
            cq_buf_add_z(line, "\\n");
            break;
        case '\\':
            cq_buf_add_z(line, "\\\\");
            break;
        default:
            cq_buf_add_byte(line, (unsigned char)key.ptr[i]);
        }
}

static cq_status flush(cq_buf *lines, size_t least, cq_sink sink, cq_error *err)
{
    cq_status status = cq_buf_check(lines, err);

    if (status < 0 || lines->len < least || lines->len == 0)
        return status;
    status = sink.write(sink.context, lines->ptr, lines->len, err);
    cq_buf_reset(lines);
    return status;
}

static cq_status write_words(const cq_lexicon *lexicon, int side, cq_buf *lines,
                             cq_sink sink, cq_error *err)
{
    cq_status status = CQ_OK;

    for (size_t k = 0; k < lexicon->words_len[side] && status == CQ_OK; k++) {
        const cq_lexicon_word *word = &lexicon->words[side][k];

        cq_buf_add_format(lines, "%c\t%llu\t", side ? 't' : 's',
                          (unsigned long long)word->seen);
        put_key(lines, word->key);
        cq_buf_add_byte(lines, '\n');
        status = flush(lines, WRITE_BYTES, sink, err);
    }
    return status;
}

cq_status cq_lexicon_write(cq_lexicon *lexicon, cq_sink sink, cq_error *err)
{
    cq_buf lines = {0};
    cq_status status = cq_lexicon_settle(lexicon, err);

    cq_buf_add_format(&lines, MAGIC "\t%s\t%s\n", lexicon->group[0], lexicon->group[1]);
    for (int side = 0; side < 2 && status == CQ_OK; side++)
        status = write_words(lexicon, side, &lines, sink, err);
    for (size_t k = 0; k < lexicon->pairs_len && status == CQ_OK; k++) {
        const cq_lexicon_pair *pair = &lexicon->pairs[k];

        cq_buf_add_format(&lines, "p\t%llu\t%u\t%u\n", (unsigned long long)pair->count,
                          pair->source, pair->target);
        status = flush(&lines, WRITE_BYTES, sink, err);
    }
    if (status == CQ_OK)
        status = flush(&lines, 0, sink, err);
    cq_buf_release(&lines);
    return status;
}

/* ---- reading --------------------------------------------------------------------------
 */

typedef struct lexicon_reader {
    cq_lexicon *lexicon;
    cq_buf key;
} lexicon_reader;

static bool take_key(lexicon_reader *r, cq_str field)
{
    cq_buf_reset(&r->key);
    for (size_t i = 0; i < field.len; i++) {
        char byte = field.ptr[i];

        if (byte == '\\') {
            if (++i == field.len || !memchr("tn\\", field.ptr[i], 3))
                return false;
            byte = field.ptr[i] == 't' ? '\t' : field.ptr[i] == 'n' ? '\n' : '\\';
        }
        cq_buf_add_byte(&r->key, (unsigned char)byte);
    }
    return r->key.len > 0;
}

static bool take_number(cq_str field, uint64_t most, uint64_t *number)
{
    *number = 0;
    for (size_t i = 0; i < field.len; i++) {
        unsigned digit = (unsigned char)field.ptr[i] - (unsigned)'0';

        if (digit > 9 || *number > (most - digit) / 10)
            return false;
        *number = *number * 10 + digit;
    }
    return field.len > 0;
}

/* Cut a line at its tabs; false when there are not just so many fields. */
static bool cut(cq_str line, cq_str *fields, size_t wanted)
{
    for (size_t k = 0; k < wanted; k++) {
        const char *tab = line.len > 0 ? memchr(line.ptr, '\t', line.len) : NULL;
        size_t len = tab ? (size_t)(tab - line.ptr) : line.len;

        if ((tab == NULL) != (k + 1 == wanted))
            return false;
        fields[k] = cq_str_slice(line, 0, len);
        line = cq_str_slice(line, tab ? len + 1 : len, line.len);
    }
    return true;
}

/* Each of these gives CQ_DONE for a line that is none. */

static cq_status read_pair(lexicon_reader *r, cq_str line, cq_error *err)
{
    cq_str fields[4];
    uint64_t count, source, target;

    if (!cut(line, fields, 4) || !take_number(fields[1], INT64_MAX, &count) ||
        !take_number(fields[2], UINT32_MAX, &source) ||
        !take_number(fields[3], UINT32_MAX, &target) ||
        source >= r->lexicon->words_len[0] || target >= r->lexicon->words_len[1])
        return CQ_DONE;
    return cq_lexicon_add_pair(r->lexicon, (uint32_t)source, (uint32_t)target, count,
                               err);
}

static cq_status read_word(lexicon_reader *r, cq_str line, int side, cq_error *err)
{
    cq_str fields[3];
    uint64_t seen;
    uint32_t id;
    cq_status status;

    if (!cut(line, fields, 3) || !take_number(fields[1], INT64_MAX, &seen) ||
        !take_key(r, fields[2]))
        return CQ_DONE;
    status = cq_buf_check(&r->key, err);
    return status < 0 ? status
                      : cq_lexicon_add_word(r->lexicon, side, cq_buf_str(&r->key), seen,
                                            &id, err);
}

static cq_status read_line(lexicon_reader *r, cq_str line, cq_error *err)
{
    if (cq_str_starts(line, CQ_STR("s\t")))
        return read_word(r, line, 0, err);
    if (cq_str_starts(line, CQ_STR("t\t")))
        return read_word(r, line, 1, err);
    return cq_str_starts(line, CQ_STR("p\t")) ? read_pair(r, line, err) : CQ_DONE;
}

static cq_status refuse(cq_error *err, uint64_t line, const char *what)
{
    cq_fail_number(err, CQ_E_INPUT, 44, "%s", what);
    cq_fail_at(err, NULL, line, 0);
    return CQ_E_INPUT;
}

/* The languages must be those wanted, where some are. */
static cq_status read_head(lexicon_reader *r, cq_str line, cq_error *err)
{
    cq_str fields[3];

    if (!cut(line, fields, 3) || !cq_str_equal(fields[0], CQ_STR(MAGIC)))
        return refuse(err, 1, "this is no lexicon");
    for (int side = 0; side < 2; side++) {
        char *group = r->lexicon->group[side];

        if (fields[1 + side].len == 0 ||
            fields[1 + side].len >= sizeof(r->lexicon->group[side]))
            return refuse(err, 1, "this is no lexicon");
        if (*group && !cq_str_equal(fields[1 + side], cq_str_from(group)))
            return cq_fail_number(err, CQ_E_INPUT, 45,
                                  "the lexicon is for %.*s and %.*s, not for %s and %s",
                                  (int)fields[1].len, fields[1].ptr, (int)fields[2].len,
                                  fields[2].ptr, r->lexicon->group[0],
                                  r->lexicon->group[1]);
        memcpy(group, fields[1 + side].ptr, fields[1 + side].len);
    }
    return CQ_OK;
}

static cq_status read_lines(lexicon_reader *r, cq_str text, cq_error *err)
{
    cq_status status = CQ_OK;

    for (uint64_t number = 1; text.len > 0 && status == CQ_OK; number++) {
        const char *end = memchr(text.ptr, '\n', text.len);
        size_t stop = end ? (size_t)(end - text.ptr) : text.len;
        cq_str line = cq_str_slice(text, 0, stop);

        if (!end)
            return refuse(err, number, "the lexicon ends in the middle of a line");
        status = number == 1 ? read_head(r, line, err) : read_line(r, line, err);
        if (status == CQ_DONE)
            return refuse(err, number, "the lexicon is damaged here");
        text = cq_str_slice(text, stop + 1, text.len);
    }
    return status;
}

static cq_status read_bytes(FILE *file, const char *path, cq_buf *bytes, cq_error *err)
{
    size_t got = 1;

    bytes->max = FILE_MAX;
    while (got > 0) {
        char *to = cq_buf_reserve(bytes, WRITE_BYTES);

        if (!to)
            break;
        got = fread(to, 1, WRITE_BYTES, file);
        bytes->len += got;
    }
    if (ferror(file))
        return cq_fail_errno(err, CQ_E_INPUT, ERR_READ_FILE, "cannot read the file",
                             path);
    return cq_buf_check(bytes, err);
}

static cq_status read_file(cq_lexicon *lexicon, const char *path, cq_error *err)
{
    lexicon_reader r = {.lexicon = lexicon};
    cq_buf bytes = {0};
    FILE *file = fopen(path, "rb");
    cq_status status;

    if (!file)
        return cq_fail_errno(err, CQ_E_INPUT, ERR_READ_FILE, "cannot open the file",
                             path);
    status = read_bytes(file, path, &bytes, err);
    fclose(file);
    if (status == CQ_OK && bytes.len == 0)
        status = refuse(err, 1, "this is no lexicon");
    else if (status == CQ_OK)
        status = read_lines(&r, cq_buf_str(&bytes), err);
    cq_buf_release(&bytes);
    cq_buf_release(&r.key);
    if (status < 0 && status != CQ_E_NOMEM)
        cq_fail_at(err, path, 0, 0);
    return status;
}

cq_status cq_lexicon_read(const char *path, const cq_lang *source, const cq_lang *target,
                          cq_lexicon **lexicon, cq_error *err)
{
    cq_status status = cq_lexicon_new(source, target, lexicon, err);

    if (status == CQ_OK)
        status = read_file(*lexicon, path, err);
    if (status == CQ_OK)
        return CQ_OK;
    cq_lexicon_free(*lexicon);
    *lexicon = NULL;
    return status;
}
