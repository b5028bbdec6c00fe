#include "session.h"

#include "vocabulary.h"

/* Postings held before a generation is written: just so many that a file of 60 MB needs
 * no merge, since a larger file shall take no more memory than such a one. */
#define INDEX_MEMORY ((size_t)32 << 20)

cq_status cq_adder_init(cq_adder *adder, cq_memory *memory, cq_error *err)
{
    *adder = (cq_adder){.memory = memory};
    adder->vocabulary = cq_vocabulary_new(memory);
    if (!adder->vocabulary)
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
    cq_cutter_free(adder->cutter);
    cq_cuts_release(&adder->cuts);
    cq_numbering_release(&adder->own);
    cq_numbering_release(&adder->fed);
    cq_free(adder->texts);
    cq_free(adder->tags);
    *adder = (cq_adder){0};
}

/* Ask for the store's number of a token. */
static cq_status ask_number(cq_adder *adder, uint32_t group, const cq_numbered *word,
                            uint32_t *number, cq_error *err)
{
    cq_store *store = adder->memory->store;
    cq_str key = {word->key, word->len};

    return adder->is_looking
               ? cq_store_token_find(store, group, word->kind, key, number, err)
               : cq_store_token_add(store, group, word->kind, key, number, err);
}

/* Number the tokens of a text that is cut: into adder->tokens and adder->elements. */
static cq_status number_tokens(cq_adder *adder, cq_numbering *numbering,
                               const cq_cuts *cuts, size_t text, uint32_t group,
                               uint64_t *weight, cq_error *err)
{
    const uint32_t *tokens = cuts->tokens + cuts->texts[text].start;
    size_t len = cuts->texts[text].len;
    cq_status status = CQ_OK;
    char *room;

    cq_buf_reset(&adder->tokens);
    room = cq_buf_reserve(&adder->tokens, len * CQ_VARINT32_MAX);
    if (!room || !cq_grow(&adder->elements, &adder->elements_capacity, len + 1,
                          sizeof(*adder->elements)))
        return cq_fail(err, CQ_E_NOMEM, "no memory for %zu tokens", len);
    *weight = 0;
    for (size_t i = 0; i < len && status == CQ_OK; i++) {
        cq_index_token *token = &numbering->items[tokens[i]];

        if (!token->token)
            status = ask_number(adder, group, &numbering->words[tokens[i]], &token->token,
                                err);
        adder->elements[i] = *token;
        *weight += token->weight;
        room += cq_varint_put(room, token->token);
    }
    adder->tokens.len = (size_t)(room - adder->tokens.ptr);
    adder->elements_len = len;
    return status;
}

/* Cut a text here, then number its tokens. */
static cq_status cut_text(cq_adder *adder, cq_str group, uint32_t group_id, cq_str text,
                          uint64_t *weight, cq_error *err)
{
    cq_status status = adder->cutter ? CQ_OK : cq_cutter_new(&adder->cutter, err);

    if (status != CQ_OK)
        return status;
    cq_cutter_start(adder->cutter, &adder->cuts);
    status = cq_cutter_add(adder->cutter, group, text, &adder->cuts, err);
    if (status == CQ_OK)
        status = cq_numbering_learn(&adder->own, &adder->cuts, err);
    return status == CQ_OK
               ? number_tokens(adder, &adder->own, &adder->cuts, 0, group_id, weight, err)
               : status;
}

/* Give the vocabulary those parts of a text that it has not seen. */
static cq_status add_words(cq_adder *adder, const cq_cuts *cuts, size_t text,
                           const cq_store_text *row, cq_error *err)
{
    const cq_cut_text *cut = &cuts->texts[text];
    cq_status status = CQ_OK;

    for (size_t i = 0; i < cut->parts_len && status == CQ_OK; i++) {
        const cq_cut_part *part = &cuts->parts[cut->parts + i];

        status = cq_vocabulary_add(adder->vocabulary, row->group,
                                   cq_str_slice(row->text, part->start, part->end),
                                   cuts->starts + part->starts,
                                   adder->elements + part->token, part->len, err);
    }
    return status;
}

/* @param variant  number of the text among those of `precut` */
static cq_status add_text(cq_adder *adder, const cq_language *language, cq_str text,
                          const cq_precut *precut, size_t variant, uint64_t *id,
                          cq_error *err)
{
    cq_store *store = adder->memory->store;
    cq_store_text row = {.group = language->group_id, .text = text};
    cq_status status = cq_store_text_find(store, &row, err);

    *id = row.id;
    adder->found += row.id != 0;
    adder->added += row.id == 0;
    if (status != CQ_OK || row.id)
        return status;
    status = cq_vocabulary_catch_up(adder->vocabulary, err);
    if (status == CQ_OK && precut && precut->cuts)
        status = number_tokens(adder, &adder->fed, precut->cuts, precut->first + variant,
                               row.group, &row.weight, err);
    else if (status == CQ_OK)
        status = cut_text(adder, language->group, row.group, text, &row.weight, err);
    row.tokens = cq_buf_str(&adder->tokens);
    if (status == CQ_OK)
        status = cq_store_text_add(store, &row, err);
    if (status == CQ_OK && precut && precut->cuts)
        status = add_words(adder, precut->cuts, precut->first + variant, &row, err);
    else if (status == CQ_OK)
        status = add_words(adder, &adder->cuts, 0, &row, err);
    if (status != CQ_OK)
        return status;
    *id = row.id;
    return cq_index_add(adder->index, row.group, row.id, adder->elements,
                        adder->elements_len, err);
}

cq_status cq_adder_prepare(cq_adder *adder, const cq_unit *unit, const cq_precut *precut,
                           cq_error *err)
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
            status = add_text(adder, language, unit->variants[i].text, precut, i,
                              &adder->texts[i], err);
        if (status != CQ_OK)
            return status;
        adder->tags[i] = language->tag_id;
    }
    cq_buf_reset(&adder->record);
    if (!precut)
        status = cq_unit_encode(unit, &adder->record, err);
    adder->row =
        (cq_store_unit){.record = precut ? precut->record : cq_buf_str(&adder->record),
                        .texts = adder->texts,
                        .tags = adder->tags,
                        .variants = unit->variants_len};
    return status;
}

cq_status cq_adder_add(cq_adder *adder, const cq_unit *unit, uint64_t origin,
                       bool *is_new, cq_error *err)
{
    uint64_t id;
    cq_status status = cq_adder_prepare(adder, unit, NULL, err);

    adder->row.origin = origin;
    return status == CQ_OK
               ? cq_store_unit_add(adder->memory->store, &adder->row, &id, is_new, err)
               : status;
}

cq_status cq_adder_replace(cq_adder *adder, uint64_t id, const cq_unit *unit,
                           cq_error *err)
{
    cq_status status = cq_adder_prepare(adder, unit, NULL, err);

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
    return status == CQ_OK ? cut_text(adder, group, text->group, text->text, weight, err)
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
        status = add_words(adder, &adder->cuts, 0, &row, err);
    return status == CQ_OK ? cq_index_add(adder->index, row.group, row.id,
                                          adder->elements, adder->elements_len, err)
                           : status;
}

cq_status cq_adder_is_current(cq_adder *adder, const cq_store_text *text,
                              bool *is_current, cq_error *err)
{
    uint64_t weight = 0;
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
