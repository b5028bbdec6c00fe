#include "wordcheck.h"

#include "runs.h"
#include "vocabulary.h"

#include <stdlib.h>

struct cq_wordcheck {
    cq_memory *memory;
    cq_folder *folder;
    cq_map words;    /* where in `lists` its last list begins */
    uint32_t *lists; /* each: where the word's list before it begins, length, tokens; the
                        first number is none's */
    size_t len, capacity;
    cq_folded folded;
    cq_buf key;
};

static cq_status no_memory(cq_error *err)
{
    return cq_fail(err, CQ_E_NOMEM, "no memory to verify words");
}

static cq_status put(cq_wordcheck *c, uint64_t number, cq_error *err)
{
    if (!cq_grow(&c->lists, &c->capacity, c->len + 1, sizeof(*c->lists)))
        return no_memory(err);
    c->lists[c->len++] = (uint32_t)number;
    return CQ_OK;
}

static cq_status add_word(cq_wordcheck *c, cq_str word, cq_reader *lists, cq_error *err)
{
    uint64_t *place = cq_map_add(&c->words, word, NULL), len = cq_read_varint(lists);
    uint32_t token = 0;
    size_t start = c->len;
    cq_status status = place ? put(c, *place, err) : no_memory(err);

    if (status == CQ_OK)
        status = put(c, len, err);
    for (; len > 0 && status == CQ_OK && !lists->failed; len--) {
        token += (uint32_t)cq_read_varint(lists);
        status = put(c, token, err);
    }
    if (status == CQ_OK)
        *place = start;
    return status;
}

static cq_status add_row(cq_wordcheck *c, uint32_t group, cq_str data, cq_error *err)
{
    cq_word_row row;
    cq_reader lists;
    size_t at = 1;
    cq_status status = CQ_OK;

    if (!cq_word_row_open(data, &row))
        return cq_word_damaged(group, err);
    lists = cq_reader_over(row.lists);
    for (uint64_t i = 0; i < row.len && status == CQ_OK && !lists.failed; i++) {
        static const char mark = CQ_WORD_MARK;
        size_t end = cq_str_find_from(row.words, (cq_str){&mark, 1}, at);

        if (end == SIZE_MAX)
            return cq_word_damaged(group, err);
        status = add_word(c, cq_str_slice(row.words, at, end), &lists, err);
        at = end + 1;
    }
    return status == CQ_OK && lists.failed ? cq_word_damaged(group, err) : status;
}

static cq_status add_run(cq_wordcheck *c, uint32_t group, uint32_t run, cq_error *err)
{
    cq_buf first = {0};
    cq_str found, data;
    cq_status status;

    while ((status = cq_store_word_next(c->memory->store, group, run, cq_buf_str(&first),
                                        &found, &data, err)) == CQ_OK) {
        status = add_row(c, group, data, err);
        cq_buf_reset(&first);
        cq_buf_add_str(&first, found);
        if (status == CQ_OK)
            status = cq_buf_check(&first, err);
        if (status != CQ_OK)
            break;
    }
    cq_buf_release(&first);
    return status < 0 ? status : CQ_OK;
}

cq_status cq_wordcheck_new(cq_memory *memory, uint32_t group, cq_wordcheck **check,
                           cq_error *err)
{
    cq_wordcheck *c = cq_zalloc(sizeof(*c));
    cq_word_runs runs = {0};
    cq_status status;

    *check = NULL;
    if (!c)
        return no_memory(err);
    c->memory = memory;
    status = cq_memory_folder(memory, &c->folder, err);
    if (status == CQ_OK)
        status = put(c, 0, err);
    if (status == CQ_OK)
        status = cq_word_runs_read(memory, group, &runs, err);
    for (size_t i = 0; i < runs.len && status == CQ_OK; i++)
        status = add_run(c, group, runs.items[i].number, err);
    cq_free(runs.items);
    if (status == CQ_OK)
        *check = c;
    else
        cq_wordcheck_free(c);
    return status;
}

void cq_wordcheck_free(cq_wordcheck *c)
{
    if (!c)
        return;
    cq_map_release(&c->words);
    cq_folded_release(&c->folded);
    cq_buf_release(&c->key);
    cq_free(c->lists);
    cq_free(c);
}

static int by_value(const void *a, const void *b)
{
    uint32_t x = *(const uint32_t *)a, y = *(const uint32_t *)b;

    return (x > y) - (x < y);
}

static bool has_one(const cq_wordcheck *c, cq_str word, const uint32_t *tokens,
                    size_t len)
{
    const uint64_t *place = cq_map_find(&c->words, word);

    for (size_t at = place ? (size_t)*place : 0; at; at = c->lists[at])
        for (uint32_t i = 0; i < c->lists[at + 1]; i++)
            if (bsearch(&c->lists[at + 2 + i], tokens, len, sizeof(*tokens), by_value))
                return true;
    return false;
}

cq_status cq_wordcheck_text(cq_wordcheck *c, cq_str text, const uint32_t *tokens,
                            size_t len, bool *is_right, cq_error *err)
{
    size_t start = 0, end = 0;
    cq_str folded;
    cq_status status = cq_folder_run(c->folder, text, &c->folded, err);

    *is_right = true;
    folded = cq_buf_str(&c->folded.text);
    while (status == CQ_OK && *is_right && len > 0 &&
           cq_piece_next(c->folder, folded, &start, &end)) {
        cq_buf_reset(&c->key);
        cq_vocabulary_key(cq_str_slice(folded, start, end), &c->key);
        status = cq_buf_check(&c->key, err);
        *is_right = status == CQ_OK && has_one(c, cq_buf_str(&c->key), tokens, len);
    }
    return status;
}
