#include "session.h"

#include "wordcheck.h"

#include <stdlib.h>
#include <string.h>

/* The index is held against the texts by a checksum of all (text, token, occurrence),
 * which needs no order and no memory; only when it differs nothing more is known than
 * that. */

typedef struct verifier {
    cq_memory *memory;
    void (*each)(void *context, const char *problem);
    void *context;
    uint64_t wrong;
    uint64_t postings, sum; /* as the index says, of one group */
    uint32_t *tokens;       /* of one text, sorted */
    size_t tokens_capacity;
} verifier;

static void tell(void *context, const char *problem)
{
    verifier *v = context;

    v->wrong++;
    if (v->each)
        v->each(v->context, problem);
}

static uint64_t mix(uint64_t text, uint32_t token, uint32_t occurrence)
{
    uint64_t x = text * 0x9e3779b97f4a7c15u + ((uint64_t)token << 24 ^ occurrence);

    x = (x ^ x >> 32) * 0xd6e8feb86659fd93u;
    return x ^ x >> 29;
}

static cq_status add_posting(void *context, uint32_t token, uint64_t text,
                             uint32_t occurrence)
{
    verifier *v = context;

    v->postings++;
    v->sum += mix(text, token, occurrence);
    return CQ_OK;
}

static int compare_tokens(const void *a, const void *b)
{
    uint32_t left = *(const uint32_t *)a, right = *(const uint32_t *)b;

    return left < right ? -1 : left > right;
}

/* The numbers of a text's tokens, rising, in v->tokens. */
static cq_status sort_tokens(verifier *v, cq_str tokens, size_t *len, cq_error *err)
{
    cq_reader reader = cq_reader_over(tokens);

    *len = 0;
    if (!cq_grow(&v->tokens, &v->tokens_capacity, tokens.len + 1, sizeof(*v->tokens)))
        return cq_fail(err, CQ_E_NOMEM, "no memory to verify a text");
    while (reader.at < reader.end && !reader.failed)
        v->tokens[(*len)++] = (uint32_t)cq_read_varint(&reader);
    if (*len > 1)
        qsort(v->tokens, *len, sizeof(*v->tokens), compare_tokens);
    return CQ_OK;
}

/* What the index should say of a text. */
static cq_status expect_text(verifier *v, uint64_t id, cq_str tokens, uint64_t *postings,
                             uint64_t *sum, cq_error *err)
{
    uint32_t occurrence = 0;
    size_t len;
    cq_status status = sort_tokens(v, tokens, &len, err);

    if (status != CQ_OK)
        return status;
    for (size_t i = 0; i < len; i++) {
        occurrence = i > 0 && v->tokens[i] == v->tokens[i - 1] ? occurrence + 1 : 0;
        *sum += mix(id, v->tokens[i], occurrence);
    }
    *postings += len;
    return CQ_OK;
}

/* What the index should say of all texts of a group, and of those that are dropped since
 * it was written. */
static cq_status expect_group(verifier *v, uint32_t group, uint64_t *postings,
                              uint64_t *sum, cq_error *err)
{
    cq_store_text text = {0};
    uint64_t dropped = 0;
    uint32_t of;
    cq_str tokens;
    cq_status status;

    while ((status = cq_store_text_next(v->memory->store, group, text.id, &text, err)) ==
           CQ_OK) {
        status = expect_text(v, text.id, text.tokens, postings, sum, err);
        if (status != CQ_OK)
            return status;
    }
    while (status >= 0 && (status = cq_store_dropped_next(v->memory->store, &dropped, &of,
                                                          &tokens, err)) == CQ_OK) {
        if (of == group)
            status = expect_text(v, dropped, tokens, postings, sum, err);
        if (status != CQ_OK)
            return status;
    }
    return status < 0 ? status : CQ_OK;
}

static void complain(verifier *v, const char *format, ...) CQ_PRINTF(2, 3);

static void complain(verifier *v, const char *format, ...)
{
    char line[CQ_ERROR_TEXT_MAX + 64];
    va_list args;

    va_start(args, format);
    vsnprintf(line, sizeof(line), format, args);
    va_end(args);
    tell(v, line);
}

/* Texts with lower ids than `until` have their words in the vocabulary. */
static cq_status check_words(verifier *v, uint32_t group, cq_str name, uint64_t until,
                             cq_error *err)
{
    cq_store_text text = {0};
    cq_wordcheck *check;
    bool is_right = true;
    cq_status status = cq_wordcheck_new(v->memory, group, &check, err);

    while (status == CQ_OK && is_right &&
           (status = cq_store_text_next(v->memory->store, group, text.id, &text, err)) ==
               CQ_OK &&
           text.id < until) {
        size_t len;

        status = sort_tokens(v, text.tokens, &len, err);
        if (status == CQ_OK)
            status = cq_wordcheck_text(check, text.text, v->tokens, len, &is_right, err);
    }
    cq_wordcheck_free(check);
    if (!is_right)
        complain(v, "words of %.*s: one of text %llu is missing", (int)name.len, name.ptr,
                 (unsigned long long)text.id);
    return status < 0 ? status : CQ_OK;
}

static cq_status verify_words(verifier *v, uint32_t group, cq_str name, cq_error *err)
{
    cq_error found = {0};
    uint64_t until;
    cq_status status = cq_store_words_until(v->memory->store, &until, err);

    if (status != CQ_OK || until == 0)
        return status;
    status = check_words(v, group, name, until, &found);
    if (status == CQ_E_STORE) {
        complain(v, "words of %.*s: %s", (int)name.len, name.ptr, found.message);
        return CQ_OK;
    }
    return status < 0 ? cq_fail(err, status, "%s", found.message) : CQ_OK;
}

static cq_status verify_group(verifier *v, uint32_t group, cq_error *err)
{
    uint64_t postings = 0, sum = 0;
    cq_error found = {0};
    cq_str name;
    cq_status status = cq_store_group_get(v->memory->store, group, &name, err);

    if (status != CQ_OK)
        return status < 0 ? status : CQ_OK;
    v->postings = v->sum = 0;
    status = cq_index_verify(cq_memory_index(v->memory), group, add_posting, v, &found);
    if (status == CQ_E_STORE) {
        complain(v, "index of %.*s: %s", (int)name.len, name.ptr, found.message);
        return CQ_OK;
    }
    if (status < 0)
        return cq_fail(err, status, "%s", found.message);
    status = expect_group(v, group, &postings, &sum, err);
    if (status != CQ_OK)
        return status;
    if (postings != v->postings || sum != v->sum)
        complain(v, "index of %.*s: %llu postings do not fit the %llu of its texts",
                 (int)name.len, name.ptr, (unsigned long long)v->postings,
                 (unsigned long long)postings);
    return verify_words(v, group, name, err);
}

cq_status cq_memory_verify(cq_memory *memory,
                           void (*each)(void *context, const char *problem),
                           void *context, uint64_t *wrong, cq_error *err)
{
    verifier v = {.memory = memory, .each = each, .context = context};
    uint32_t group = 0;
    cq_status status = cq_store_begin_read(memory->store, err);

    if (status != CQ_OK)
        return status;
    status = cq_store_verify(memory->store, tell, &v, err);
    while (status == CQ_OK && v.wrong == 0 &&
           (status = cq_store_group_next(memory->store, &group, err)) == CQ_OK)
        status = verify_group(&v, group, err);
    cq_store_end_read(memory->store);
    cq_free(v.tokens);
    if (status < 0)
        return status;
    *wrong = v.wrong;
    return CQ_OK;
}
