#include "runs.h"

#include <string.h>

#define MARK    CQ_WORD_MARK
#define ROW_MAX 3500u /* bytes: a row stays in its page */

static cq_status no_memory(cq_error *err)
{
    return cq_fail(err, CQ_E_NOMEM, "no memory for the words");
}

/* ---- the list of runs -----------------------------------------------------------------
 */

cq_status cq_word_damaged(uint32_t group, cq_error *err)
{
    return cq_fail_number(err, CQ_E_STORE, ERR_INDEX,
                          "the memory is damaged: words of language group %u", group);
}

cq_status cq_word_runs_read(cq_memory *memory, uint32_t group, cq_word_runs *list,
                            cq_error *err)
{
    cq_str found, data;
    cq_status status =
        cq_store_word_get(memory->store, group, 0, CQ_STR(""), &found, &data, err);
    cq_reader reader;
    uint64_t len;

    list->len = 0;
    if (status != CQ_OK)
        return status < 0 ? status : CQ_OK;
    reader = cq_reader_over(data);
    len = cq_read_varint(&reader);
    if (len > data.len)
        return cq_word_damaged(group, err);
    if (!cq_grow(&list->items, &list->capacity, (size_t)len + 2, sizeof(*list->items)))
        return no_memory(err);
    for (; list->len < len; list->len++) {
        list->items[list->len].number = (uint32_t)cq_read_varint(&reader);
        list->items[list->len].words = cq_read_varint(&reader);
    }
    return reader.failed ? cq_word_damaged(group, err) : CQ_OK;
}

cq_status cq_word_runs_write(cq_memory *memory, uint32_t group, const cq_word_runs *list,
                             cq_error *err)
{
    cq_buf data = {0};
    cq_status status;

    cq_buf_add_varint(&data, list->len);
    for (size_t i = 0; i < list->len; i++) {
        cq_buf_add_varint(&data, list->items[i].number);
        cq_buf_add_varint(&data, list->items[i].words);
    }
    status = cq_buf_check(&data, err);
    if (status == CQ_OK)
        status = cq_store_word_put(memory->store, group, 0, CQ_STR(""), cq_buf_str(&data),
                                   err);
    cq_buf_release(&data);
    return status;
}

/* ---- writing a run --------------------------------------------------------------------
 *
 * A row: number of words, bytes of the next part; a mark, and behind each word a mark;
 * then of each word how many tokens, and these as differences. */

static cq_status write_row(cq_word_writer *w, cq_error *err)
{
    cq_status status;

    if (w->row_words == 0)
        return CQ_OK;
    cq_buf_reset(&w->row);
    cq_buf_add_varint(&w->row, w->row_words);
    cq_buf_add_varint(&w->row, w->words.len);
    cq_buf_add_str(&w->row, cq_buf_str(&w->words));
    cq_buf_add_str(&w->row, cq_buf_str(&w->lists));
    status = cq_buf_check(&w->row, err);
    if (status == CQ_OK)
        status = cq_buf_check(&w->first, err);
    if (status == CQ_OK)
        status = cq_store_word_put(w->memory->store, w->group, w->made.number,
                                   cq_buf_str(&w->first), cq_buf_str(&w->row), err);
    w->made.words += w->row_words;
    w->row_words = 0;
    cq_buf_reset(&w->words);
    cq_buf_reset(&w->lists);
    return status;
}

static cq_status end_word(cq_word_writer *w, cq_error *err)
{
    cq_status status = CQ_OK;
    uint32_t before = 0;

    if (!w->has_word)
        return CQ_OK;
    w->has_word = false;
    if (w->words.len + w->lists.len + w->word.len + 5 * w->len > ROW_MAX)
        status = write_row(w, err);
    if (w->row_words++ == 0) {
        cq_buf_reset(&w->first);
        cq_buf_add_str(&w->first, cq_buf_str(&w->word));
        cq_buf_add_byte(&w->words, (unsigned char)MARK);
    }
    cq_buf_add_str(&w->words, cq_buf_str(&w->word));
    cq_buf_add_byte(&w->words, (unsigned char)MARK);
    cq_buf_add_varint(&w->lists, w->len);
    for (size_t i = 0; i < w->len; i++) {
        cq_buf_add_varint(&w->lists, w->tokens[i] - before);
        before = w->tokens[i];
    }
    return status;
}

cq_status cq_word_writer_add(cq_word_writer *w, cq_str word, uint32_t token,
                             cq_error *err)
{
    cq_status status = CQ_OK;

    if (!w->has_word || !cq_str_equal(cq_buf_str(&w->word), word)) {
        status = end_word(w, err);
        cq_buf_reset(&w->word);
        cq_buf_add_str(&w->word, word);
        w->has_word = true;
        w->len = 0;
    }
    if (w->len > 0 && w->tokens[w->len - 1] == token)
        return status;
    if (!cq_grow(&w->tokens, &w->capacity, w->len + 1, sizeof(*w->tokens)))
        return no_memory(err);
    w->tokens[w->len++] = token;
    return status;
}

cq_status cq_word_writer_end(cq_word_writer *w, cq_status status, cq_error *err)
{
    if (status == CQ_OK)
        status = end_word(w, err);
    if (status == CQ_OK)
        status = write_row(w, err);
    cq_buf_release(&w->first);
    cq_buf_release(&w->words);
    cq_buf_release(&w->lists);
    cq_buf_release(&w->row);
    cq_buf_release(&w->word);
    cq_free(w->tokens);
    return status;
}

/* ---- reading a row --------------------------------------------------------------------
 */

bool cq_word_row_open(cq_str data, cq_word_row *out)
{
    cq_reader reader = cq_reader_over(data);
    uint64_t bytes;

    out->len = cq_read_varint(&reader);
    bytes = cq_read_varint(&reader);
    out->words = cq_read_bytes(&reader, bytes);
    out->lists = (cq_str){(const char *)reader.at, (size_t)(reader.end - reader.at)};
    return !reader.failed && out->words.len > out->len && out->len > 0;
}

/* ---- merging --------------------------------------------------------------------------
 */

/* A run while it is read word by word. */
typedef struct run_reader {
    uint32_t run;
    cq_buf first, data;
    cq_word_row row;
    size_t at;      /* in row.words */
    cq_reader list; /* in row.lists */
    cq_str word;
    uint64_t left; /* tokens of the word */
    uint32_t token;
    bool is_done;
} run_reader;

static cq_status read_row(cq_memory *memory, uint32_t group, run_reader *r, cq_error *err)
{
    cq_str found, data;
    cq_status status = cq_store_word_next(memory->store, group, r->run,
                                          cq_buf_str(&r->first), &found, &data, err);

    r->is_done = status == CQ_DONE;
    if (status != CQ_OK)
        return status < 0 ? status : CQ_OK;
    cq_buf_reset(&r->first);
    cq_buf_add_str(&r->first, found);
    cq_buf_reset(&r->data);
    cq_buf_add_str(&r->data, data);
    status = cq_buf_check(&r->data, err);
    if (status == CQ_OK)
        status = cq_buf_check(&r->first, err);
    if (status == CQ_OK && !cq_word_row_open(cq_buf_str(&r->data), &r->row))
        status = cq_word_damaged(group, err);
    r->at = 1;
    r->list = cq_reader_over(r->row.lists);
    return status;
}

/* Step to the next pair. */
static cq_status next_pair(cq_memory *memory, uint32_t group, run_reader *r,
                           cq_error *err)
{
    const char *end;

    if (r->left == 0) {
        if (r->at >= r->row.words.len) {
            cq_status status = read_row(memory, group, r, err);

            if (status != CQ_OK || r->is_done)
                return status;
        }
        end = memchr(r->row.words.ptr + r->at, MARK, r->row.words.len - r->at);
        if (!end)
            return cq_word_damaged(group, err);
        r->word =
            (cq_str){r->row.words.ptr + r->at, (size_t)(end - r->row.words.ptr) - r->at};
        r->at += r->word.len + 1;
        r->left = cq_read_varint(&r->list);
        r->token = 0;
    }
    r->token += (uint32_t)cq_read_varint(&r->list);
    if (r->list.failed || r->left == 0)
        return cq_word_damaged(group, err);
    r->left--;
    return CQ_OK;
}

static run_reader *least_of(run_reader *readers, size_t len)
{
    run_reader *least = NULL;

    for (size_t i = 0; i < len; i++) {
        int order;

        if (readers[i].is_done)
            continue;
        order = least ? cq_str_compare(readers[i].word, least->word) : -1;
        if (order < 0 || (order == 0 && readers[i].token < least->token))
            least = &readers[i];
    }
    return least;
}

/* Make one run of those from `from` on. */
static cq_status merge_runs(cq_memory *memory, uint32_t group, cq_word_runs *list,
                            size_t from, cq_error *err)
{
    size_t len = list->len - from;
    cq_word_writer writer = {.memory = memory, .group = group};
    run_reader *readers = cq_zalloc(len * sizeof(*readers)), *least;
    cq_status status = readers ? CQ_OK : no_memory(err);

    writer.made.number = list->items[list->len - 1].number + 1;
    for (size_t i = 0; i < len && status == CQ_OK; i++) {
        readers[i].run = list->items[from + i].number;
        status = next_pair(memory, group, &readers[i], err);
    }
    while (status == CQ_OK && (least = least_of(readers, len))) {
        status = cq_word_writer_add(&writer, least->word, least->token, err);
        if (status == CQ_OK)
            status = next_pair(memory, group, least, err);
    }
    status = cq_word_writer_end(&writer, status, err);
    for (size_t i = 0; i < len && readers; i++) {
        if (status == CQ_OK)
            status = cq_store_word_erase(memory->store, group, readers[i].run, err);
        cq_buf_release(&readers[i].first);
        cq_buf_release(&readers[i].data);
    }
    cq_free(readers);
    list->len = from;
    list->items[list->len++] = writer.made;
    return status;
}

cq_status cq_word_runs_merge(cq_memory *memory, uint32_t group, cq_word_runs *list,
                             cq_error *err)
{
    size_t from = list->len - 1;
    uint64_t words = list->items[from].words;

    while (from > 0 && list->items[from - 1].words <= 2 * words)
        words += list->items[--from].words;
    return from + 1 < list->len ? merge_runs(memory, group, list, from, err) : CQ_OK;
}
