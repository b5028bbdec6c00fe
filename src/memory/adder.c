#include "session.h"

#include "vocabulary.h"

/* Postings held before a generation is written: import must stay under 300 MB in all. */
#define INDEX_MEMORY ((size_t)24 << 20)

#define NUMBERED_BITS 15

cq_status cq_adder_init(cq_adder *adder, cq_memory *memory, cq_error *err)
{
    *adder = (cq_adder){.memory = memory};
    adder->numbered = cq_zalloc(sizeof(*adder->numbered) << NUMBERED_BITS);
    adder->vocabulary = cq_vocabulary_new(memory);
    if (!adder->numbered || !adder->vocabulary)
        return cq_fail(err, CQ_E_NOMEM, "no memory to add units");
    return cq_index_builder_new(cq_memory_index(memory), INDEX_MEMORY, &adder->index,
                                err);
}

void cq_adder_release(cq_adder *adder)
{
    cq_index_builder_free(adder->index);
    cq_vocabulary_free(adder->vocabulary);
    cq_buf_release(&adder->record);
    cq_buf_release(&adder->tokens);
    cq_free(adder->elements);
    cq_free(adder->numbered);
    cq_free(adder->texts);
    cq_free(adder->tags);
    *adder = (cq_adder){0};
}

/* The store's number of a token. Most are of words seen before, whose keys stand where
 * they stood then: comparing two addresses is all it takes. */
static cq_status number_token(cq_adder *adder, uint32_t group, uint64_t epoch,
                              const cq_token *token, uint32_t *id, cq_error *err)
{
    uint64_t owner = epoch << 32 ^ (uint64_t)group << 8 ^ token->kind;
    uint64_t hash = ((uint64_t)(uintptr_t)token->key.ptr ^ owner << 48) *
                    UINT64_C(0x9e3779b97f4a7c15);
    cq_numbered *known = &adder->numbered[hash >> (64 - NUMBERED_BITS)];
    cq_status status;

    if (known->key == token->key.ptr && known->owner == owner &&
        known->len == token->key.len) {
        *id = known->token;
        return CQ_OK;
    }
    status = adder->is_looking ? cq_store_token_find(adder->memory->store, group,
                                                     token->kind, token->key, id, err)
                               : cq_store_token_add(adder->memory->store, group,
                                                    token->kind, token->key, id, err);
    if (status == CQ_OK)
        *known = (cq_numbered){token->key.ptr, owner, (uint32_t)token->key.len, *id};
    return status;
}

/* Cut a text into tokens and number them: into adder->tokens and adder->elements. */
static cq_status number_tokens(cq_adder *adder, cq_str group, uint32_t group_id,
                               cq_str text, uint64_t *weight, cq_error *err)
{
    cq_memory *memory = adder->memory;
    cq_tokens *tokens = &memory->tokens;
    cq_analyzer *analyzer;
    cq_status status = cq_memory_analyzer(memory, group, &analyzer, err);

    if (status == CQ_OK)
        status = cq_analyzer_run(analyzer, text, tokens, err);
    if (status == CQ_OK && !cq_grow(&adder->elements, &adder->elements_capacity,
                                    tokens->len + 1, sizeof(*adder->elements)))
        status = cq_fail(err, CQ_E_NOMEM, "no memory for %zu tokens", tokens->len);
    cq_buf_reset(&adder->tokens);
    *weight = 0;
    for (size_t i = 0; i < tokens->len && status == CQ_OK; i++) {
        cq_index_token *element = &adder->elements[i];

        element->weight = cq_match_weight(tokens->items[i].kind);
        *weight += element->weight;
        status = number_token(adder, group_id, tokens->epoch, &tokens->items[i],
                              &element->token, err);
        cq_buf_add_varint(&adder->tokens, element->token);
    }
    return status == CQ_OK ? cq_buf_check(&adder->tokens, err) : status;
}

static cq_status add_text(cq_adder *adder, const cq_language *language, cq_str text,
                          uint64_t *id, cq_error *err)
{
    cq_store *store = adder->memory->store;
    cq_store_text row = {.group = language->group_id, .text = text};
    cq_status status = cq_store_text_find(store, language->group_id, text, id, err);

    if (status != CQ_OK || *id)
        return status;
    status = cq_vocabulary_catch_up(adder->vocabulary, err);
    if (status == CQ_OK)
        status = number_tokens(adder, language->group, language->group_id, text,
                               &row.weight, err);
    row.tokens = cq_buf_str(&adder->tokens);
    if (status == CQ_OK)
        status = cq_store_text_add(store, &row, id, err);
    if (status == CQ_OK)
        status =
            cq_vocabulary_add(adder->vocabulary, row.group, text, &adder->memory->tokens,
                              adder->elements, adder->memory->tokens.len, err);
    if (status != CQ_OK)
        return status;
    return cq_index_add(adder->index, row.group, *id, adder->elements,
                        adder->memory->tokens.len, err);
}

cq_status cq_adder_prepare(cq_adder *adder, const cq_unit *unit, cq_error *err)
{
    cq_status status = CQ_OK;

    if (!cq_grow(&adder->texts, &adder->texts_capacity, unit->variants_len + 1,
                 sizeof(*adder->texts)) ||
        !cq_grow(&adder->tags, &adder->tags_capacity, unit->variants_len + 1,
                 sizeof(*adder->tags)))
        return cq_fail(err, CQ_E_NOMEM, "no memory for %zu variants", unit->variants_len);
    for (size_t i = 0; i < unit->variants_len; i++) {
        const cq_language *language;

        status =
            cq_memory_language(adder->memory, unit->variants[i].lang, &language, err);
        if (status == CQ_OK)
            status =
                add_text(adder, language, unit->variants[i].text, &adder->texts[i], err);
        if (status != CQ_OK)
            return status;
        adder->tags[i] = language->tag_id;
    }
    cq_buf_reset(&adder->record);
    status = cq_unit_encode(unit, &adder->record, err);
    adder->row = (cq_store_unit){.record = cq_buf_str(&adder->record),
                                 .texts = adder->texts,
                                 .tags = adder->tags,
                                 .variants = unit->variants_len};
    return status;
}

cq_status cq_adder_add(cq_adder *adder, const cq_unit *unit, uint64_t origin,
                       bool *is_new, cq_error *err)
{
    uint64_t id;
    cq_status status = cq_adder_prepare(adder, unit, err);

    adder->row.origin = origin;
    return status == CQ_OK
               ? cq_store_unit_add(adder->memory->store, &adder->row, &id, is_new, err)
               : status;
}

cq_status cq_adder_replace(cq_adder *adder, uint64_t id, const cq_unit *unit,
                           cq_error *err)
{
    cq_status status = cq_adder_prepare(adder, unit, err);

    adder->row.id = id;
    return status == CQ_OK ? cq_store_unit_replace(adder->memory->store, &adder->row, err)
                           : status;
}

static cq_status number_stored(cq_adder *adder, const cq_store_text *text,
                               uint64_t *weight, cq_error *err)
{
    cq_str group;
    cq_status status = cq_store_group_get(adder->memory->store, text->group, &group, err);

    if (status == CQ_DONE)
        return cq_fail_number(err, CQ_E_STORE, ERR_INDEX,
                              "the memory is damaged: no language group %u", text->group);
    return status == CQ_OK
               ? number_tokens(adder, group, text->group, text->text, weight, err)
               : status;
}

cq_status cq_adder_renew(cq_adder *adder, const cq_store_text *text, cq_error *err)
{
    cq_store_text row = *text;
    cq_status status = number_stored(adder, text, &row.weight, err);

    row.tokens = cq_buf_str(&adder->tokens);
    if (status == CQ_OK)
        status = cq_store_text_renew(adder->memory->store, &row, err);
    cq_vocabulary_renew(adder->vocabulary);
    if (status == CQ_OK)
        status = cq_vocabulary_add(adder->vocabulary, row.group, row.text,
                                   &adder->memory->tokens, adder->elements,
                                   adder->memory->tokens.len, err);
    return status == CQ_OK ? cq_index_add(adder->index, row.group, row.id,
                                          adder->elements, adder->memory->tokens.len, err)
                           : status;
}

cq_status cq_adder_is_current(cq_adder *adder, const cq_store_text *text,
                              bool *is_current, cq_error *err)
{
    uint64_t weight;
    cq_status status;

    adder->is_looking = true;
    status = number_stored(adder, text, &weight, err);
    *is_current = status == CQ_OK && weight == text->weight &&
                  cq_str_equal(cq_buf_str(&adder->tokens), text->tokens);
    return status;
}

cq_status cq_adder_finish(cq_adder *adder, cq_error *err)
{
    cq_status status = cq_vocabulary_finish(adder->vocabulary, err);

    return status == CQ_OK ? cq_index_flush(adder->index, err) : status;
}
