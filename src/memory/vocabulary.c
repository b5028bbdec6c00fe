#include "vocabulary.h"

#include "runs.h"

#include <stdlib.h>
#include <string.h>

#define MARK        CQ_WORD_MARK
#define PAIRS_MAX   300000u /* held before a run is written */
#define CHUNK_BYTES 125u    /* a longer piece is kept as parts */
#define CHUNK_STEP  60u     /* from one to the next */
#define ASKED_BYTES 64u     /* what is no longer than this lies within one of them */

/* ---- sets -----------------------------------------------------------------------------
 */

static int by_value(const void *a, const void *b)
{
    uint32_t x = *(const uint32_t *)a, y = *(const uint32_t *)b;

    return (x > y) - (x < y);
}

void cq_token_set_release(cq_token_set *set)
{
    cq_free(set->items);
    *set = (cq_token_set){0};
}

static cq_status no_memory(cq_error *err)
{
    return cq_fail(err, CQ_E_NOMEM, "no memory for the words");
}

/* Sorted with each token once. */
static void tidy(cq_token_set *set)
{
    size_t kept = 0;

    if (set->len > 1)
        qsort(set->items, set->len, sizeof(*set->items), by_value);
    for (size_t i = 0; i < set->len; i++)
        if (i == 0 || set->items[i] != set->items[kept - 1])
            set->items[kept++] = set->items[i];
    set->len = kept;
    set->is_all |= kept > CQ_TOKEN_SET_MAX;
}

static cq_status put_token(cq_token_set *set, uint32_t token, cq_error *err)
{
    if (set->len > 0 && set->items[set->len - 1] == token)
        return CQ_OK;
    if (!cq_grow(&set->items, &set->capacity, set->len + 1, sizeof(*set->items)))
        return no_memory(err);
    set->items[set->len++] = token;
    if (set->len > 4 * CQ_TOKEN_SET_MAX)
        tidy(set);
    return CQ_OK;
}

cq_status cq_token_set_join(cq_token_set *set, const cq_token_set *from, cq_error *err)
{
    cq_status status = CQ_OK;

    for (size_t i = 0; i < from->len && status == CQ_OK; i++)
        status = put_token(set, from->items[i], err);
    set->is_all |= from->is_all;
    tidy(set);
    return status;
}

/* ---- gathering ------------------------------------------------------------------------
 */

typedef struct pair {
    uint64_t group;
    uint32_t token;
    cq_str word;
} pair;

static int by_word(const void *a, const void *b)
{
    const pair *x = a, *y = b;
    int order;

    if (x->group != y->group)
        return x->group < y->group ? -1 : 1;
    order = cq_str_compare(x->word, y->word);
    return order ? order : (x->token > y->token) - (x->token < y->token);
}

struct cq_vocabulary {
    cq_memory *memory;
    cq_map pairs; /* group, token and word in one key */
    cq_folded folded;
    cq_buf key;
    bool is_caught_up; /* with texts of a program that knew no vocabulary */
    uint32_t *starts;  /* of the tokens of a stored text */
    size_t starts_capacity;
};

cq_vocabulary *cq_vocabulary_new(cq_memory *memory)
{
    cq_vocabulary *v = cq_zalloc(sizeof(*v));

    if (v)
        v->memory = memory;
    return v;
}

void cq_vocabulary_free(cq_vocabulary *v)
{
    if (!v)
        return;
    cq_map_release(&v->pairs);
    cq_folded_release(&v->folded);
    cq_buf_release(&v->key);
    cq_free(v->starts);
    cq_free(v);
}

/* The pairs of one group as a run. */
static cq_status write_group(cq_vocabulary *v, const pair *pairs, size_t len,
                             cq_error *err)
{
    uint32_t group = (uint32_t)pairs[0].group;
    cq_word_writer writer = {.memory = v->memory, .group = group, .made.number = 1};
    cq_word_runs list = {0};
    cq_status status = cq_word_runs_read(v->memory, group, &list, err);

    if (status == CQ_OK &&
        !cq_grow(&list.items, &list.capacity, list.len + 1, sizeof(*list.items)))
        status = no_memory(err);
    if (list.len > 0)
        writer.made.number = list.items[list.len - 1].number + 1;
    for (size_t i = 0; i < len && status == CQ_OK; i++)
        status = cq_word_writer_add(&writer, pairs[i].word, pairs[i].token, err);
    status = cq_word_writer_end(&writer, status, err);
    if (status == CQ_OK) {
        list.items[list.len++] = writer.made;
        status = cq_word_runs_merge(v->memory, group, &list, err);
    }
    if (status == CQ_OK)
        status = cq_word_runs_write(v->memory, group, &list, err);
    cq_free(list.items);
    return status;
}

static cq_status write_pairs(cq_vocabulary *v, cq_error *err)
{
    size_t len = 0, at = 0;
    pair *pairs = cq_alloc((v->pairs.len + 1) * sizeof(*pairs));
    cq_str key;
    uint64_t *value;
    cq_status status = pairs ? CQ_OK : no_memory(err);

    while (pairs && cq_map_each(&v->pairs, &at, &key, &value)) {
        cq_reader reader = cq_reader_over(key);

        pairs[len].group = cq_read_varint(&reader);
        pairs[len].token = (uint32_t)cq_read_varint(&reader);
        pairs[len++].word =
            (cq_str){(const char *)reader.at, (size_t)(reader.end - reader.at)};
    }
    if (len > 1)
        qsort(pairs, len, sizeof(*pairs), by_word);
    for (size_t i = 0, end; i < len && status == CQ_OK; i = end) {
        for (end = i; end < len && pairs[end].group == pairs[i].group;)
            end++;
        status = write_group(v, pairs + i, end - i, err);
    }
    cq_free(pairs);
    cq_map_reset(&v->pairs);
    return status;
}

/* Digits are all the same, so that numbers are few words. */
static void put_word(cq_buf *out, cq_str piece)
{
    for (size_t i = 0; i < piece.len; i++) {
        char byte = piece.ptr[i];

        cq_buf_add_byte(out, byte >= '0' && byte <= '9' ? '0' : (unsigned char)byte);
    }
}

static cq_status add_pair(cq_vocabulary *v, uint32_t group, uint32_t token, cq_str word,
                          cq_error *err)
{
    cq_buf_reset(&v->key);
    cq_buf_add_varint(&v->key, group);
    cq_buf_add_varint(&v->key, token);
    put_word(&v->key, word);
    if (cq_buf_check(&v->key, err) != CQ_OK)
        return CQ_E_NOMEM;
    return cq_map_add(&v->pairs, cq_buf_str(&v->key), NULL) ? CQ_OK : no_memory(err);
}

/* Back to where a character begins. */
static size_t floor_char(cq_str s, size_t at)
{
    while (at > 0 && at < s.len && ((unsigned char)s.ptr[at] & 0xc0) == 0x80)
        at--;
    return at;
}

void cq_vocabulary_key(cq_str piece, cq_buf *key)
{
    size_t end = CHUNK_BYTES < piece.len ? floor_char(piece, CHUNK_BYTES) : piece.len;

    put_word(key, cq_str_slice(piece, 0, end));
}

/* A long piece as parts that lie so close together that what is asked for is within one:
 * the first begins and the last ends where the piece does. */
static cq_status add_piece(cq_vocabulary *v, uint32_t group, uint32_t token, cq_str piece,
                           cq_error *err)
{
    cq_status status = CQ_OK;
    size_t start = 0, end;

    for (; status == CQ_OK; start = floor_char(piece, start + CHUNK_STEP)) {
        end = start + CHUNK_BYTES < piece.len ? floor_char(piece, start + CHUNK_BYTES)
                                              : piece.len;
        status = add_pair(v, group, token, cq_str_slice(piece, start, end), err);
        if (end == piece.len)
            break;
    }
    return status;
}

cq_status cq_vocabulary_add(cq_vocabulary *v, uint32_t group, cq_str text,
                            const uint32_t *starts, const cq_index_token *elements,
                            size_t len, cq_error *err)
{
    cq_folder *folder;
    cq_str folded;
    size_t start = 0, end = 0, token = 0;
    cq_status status = cq_memory_folder(v->memory, &folder, err);

    if (status == CQ_OK)
        status = cq_folder_run(folder, text, &v->folded, err);
    folded = cq_buf_str(&v->folded.text);
    while (status == CQ_OK && len > 0 && cq_piece_next(folder, folded, &start, &end)) {
        size_t from = start, to = end;

        /* The token in which the piece begins; any of the text's would do. */
        cq_folded_range(&v->folded, &from, &to);
        while (token + 1 < len && starts[token + 1] <= from)
            token++;
        status = add_piece(v, group, elements[token].token,
                           cq_str_slice(folded, start, end), err);
    }
    if (status == CQ_OK && v->pairs.len > PAIRS_MAX)
        status = write_pairs(v, err);
    return status;
}

/* ---- old memories ---------------------------------------------------------------------
 */

static cq_status add_stored(cq_vocabulary *v, const cq_store_text *text,
                            cq_index_token **elements, size_t *capacity, cq_error *err)
{
    cq_memory *memory = v->memory;
    cq_reader reader = cq_reader_over(text->tokens);
    cq_analyzer *analyzer;
    size_t len = 0;
    cq_str name;
    cq_status status = cq_store_group_get(memory->store, text->group, &name, err);

    if (status == CQ_OK)
        status = cq_memory_analyzer(memory, name, &analyzer, err);
    if (status == CQ_OK)
        status = cq_analyzer_run(analyzer, text->text, &memory->tokens, err);
    if (status == CQ_OK &&
        (!cq_grow(elements, capacity, text->tokens.len + 1, sizeof(**elements)) ||
         !cq_grow(&v->starts, &v->starts_capacity, text->tokens.len + 1,
                  sizeof(*v->starts))))
        status = no_memory(err);
    if (status != CQ_OK)
        return status < 0 ? status : cq_word_damaged(text->group, err);
    for (; reader.at < reader.end && !reader.failed; len++) {
        (*elements)[len].token = (uint32_t)cq_read_varint(&reader);
        v->starts[len] =
            len < memory->tokens.len ? (uint32_t)memory->tokens.items[len].start : 0;
    }
    return cq_vocabulary_add(v, text->group, text->text, v->starts, *elements, len, err);
}

/* Texts of one group from the id `until` on. */
static cq_status add_group(cq_vocabulary *v, uint32_t group, uint64_t until,
                           cq_error *err)
{
    cq_store_text text = {.id = until ? until - 1 : 0};
    cq_index_token *elements = NULL;
    size_t capacity = 0;
    cq_status status;

    while ((status = cq_store_text_next(v->memory->store, group, text.id, &text, err)) ==
           CQ_OK) {
        status = add_stored(v, &text, &elements, &capacity, err);
        if (status != CQ_OK)
            break;
    }
    cq_free(elements);
    return status < 0 ? status : CQ_OK;
}

cq_status cq_vocabulary_catch_up(cq_vocabulary *v, cq_error *err)
{
    cq_store *store = v->memory->store;
    uint64_t until;
    uint32_t group = 0;
    cq_status status;

    if (v->is_caught_up)
        return CQ_OK;
    status = cq_store_words_until(store, &until, err);
    if (status != CQ_OK)
        return status;
    v->is_caught_up = true;
    if (cq_store_next_text(store) <= (until ? until : 1))
        return CQ_OK;
    while ((status = cq_store_group_next(store, &group, err)) == CQ_OK) {
        status = add_group(v, group, until, err);
        if (status != CQ_OK)
            break;
    }
    return status < 0 ? status : CQ_OK;
}

void cq_vocabulary_renew(cq_vocabulary *v) { v->is_caught_up = true; }

cq_status cq_vocabulary_finish(cq_vocabulary *v, cq_error *err)
{
    cq_status status = write_pairs(v, err);

    if (status == CQ_OK && v->is_caught_up)
        cq_store_words_reach(v->memory->store, cq_store_next_text(v->memory->store));
    return status;
}

/* ---- asking ---------------------------------------------------------------------------
 */

/* Add the tokens of the words of a row in which the needle stands. */
static cq_status search_row(uint32_t group, cq_str data, cq_str needle, cq_token_set *set,
                            cq_error *err)
{
    cq_word_row r;
    size_t at, seen = 0, word = 0, of = 0; /* `of` words of the lists are stepped over */
    cq_reader lists;
    cq_status status = CQ_OK;

    if (!cq_word_row_open(data, &r))
        return cq_word_damaged(group, err);
    lists = cq_reader_over(r.lists);
    at = cq_str_find_from(r.words, needle, 0);
    while (at != SIZE_MAX && status == CQ_OK && !lists.failed) {
        /* The needle's first byte is in word number `word`, or is the mark before it. */
        for (; seen <= at; seen++)
            word += r.words.ptr[seen] == MARK;
        for (; of < word && !lists.failed && status == CQ_OK; of++) {
            uint64_t len = cq_read_varint(&lists);
            uint32_t token = 0;

            for (; len > 0 && !lists.failed && status == CQ_OK; len--) {
                token += (uint32_t)cq_read_varint(&lists);
                if (of + 1 == word)
                    status = put_token(set, token, err);
            }
        }
        at = cq_str_find_from(r.words, needle, at + 1);
    }
    return status == CQ_OK && lists.failed ? cq_word_damaged(group, err) : status;
}

/* Rows of a run in which a word may hold the piece: all, or for a word that begins with
 * it those around its place. */
static cq_status search_run(cq_memory *memory, uint32_t group, uint32_t number,
                            cq_str piece, bool starts, cq_str needle, cq_token_set *set,
                            cq_error *err)
{
    cq_buf first = {0};
    cq_str found, data;
    cq_status status = CQ_DONE;

    if (starts)
        status =
            cq_store_word_get(memory->store, group, number, piece, &found, &data, err);
    if (status == CQ_DONE)
        status = cq_store_word_next(memory->store, group, number, CQ_STR(""), &found,
                                    &data, err);
    while (status == CQ_OK && !set->is_all) {
        if (starts && cq_str_compare(found, piece) > 0 && !cq_str_starts(found, piece))
            break;
        status = search_row(group, data, needle, set, err);
        cq_buf_reset(&first);
        cq_buf_add_str(&first, found);
        if (status == CQ_OK)
            status = cq_buf_check(&first, err);
        if (status == CQ_OK)
            status = cq_store_word_next(memory->store, group, number, cq_buf_str(&first),
                                        &found, &data, err);
    }
    cq_buf_release(&first);
    return status < 0 ? status : CQ_OK;
}

cq_status cq_vocabulary_find(cq_memory *memory, uint32_t group, cq_str piece, bool starts,
                             bool ends, cq_token_set *set, cq_error *err)
{
    cq_buf needle = {0};
    cq_word_runs list = {0};
    cq_str wanted;
    cq_status status = cq_word_runs_read(memory, group, &list, err);

    if (piece.len > ASKED_BYTES) {
        piece = cq_str_slice(piece, 0, floor_char(piece, ASKED_BYTES));
        ends = false;
    }
    cq_buf_add_byte(&needle, (unsigned char)MARK);
    put_word(&needle, piece);
    cq_buf_add_byte(&needle, (unsigned char)MARK);
    if (status == CQ_OK)
        status = cq_buf_check(&needle, err);
    wanted = cq_str_slice(cq_buf_str(&needle), 1, status == CQ_OK ? piece.len + 1 : 1);
    for (size_t i = 0; i < list.len && status == CQ_OK && !set->is_all; i++)
        status = search_run(
            memory, group, list.items[i].number, wanted, starts,
            cq_str_slice(cq_buf_str(&needle), !starts, piece.len + 1 + ends), set, err);
    tidy(set);
    cq_buf_release(&needle);
    cq_free(list.items);
    return status;
}
