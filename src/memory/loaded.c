#include "session.h"

#include <string.h>

static cq_status load_texts(cq_memory *memory, cq_loaded *loaded, cq_error *err)
{
    for (size_t i = 0; i < loaded->variants; i++) {
        cq_store_text text;
        cq_status status = cq_store_text_get(memory->store, loaded->texts[i], &text, err);

        if (status == CQ_DONE)
            return cq_fail_number(err, CQ_E_STORE, ERR_INDEX,
                                  "the memory is damaged: unit %llu lacks a text",
                                  (unsigned long long)loaded->id);
        if (status != CQ_OK)
            return status;
        loaded->unit.variants[i].text = cq_arena_copy(&loaded->unit.arena, text.text);
        if (!loaded->unit.variants[i].text.ptr)
            return cq_fail(err, CQ_E_NOMEM, "no memory for a unit");
    }
    return CQ_OK;
}

cq_status cq_loaded_set(cq_memory *memory, const cq_store_unit *row, bool with_texts,
                        cq_loaded *loaded, cq_error *err)
{
    cq_status status;

    if (!cq_grow(&loaded->texts, &loaded->texts_capacity, row->variants + 1,
                 sizeof(*loaded->texts)) ||
        !cq_grow(&loaded->tags, &loaded->tags_capacity, row->variants + 1,
                 sizeof(*loaded->tags)))
        return cq_fail(err, CQ_E_NOMEM, "no memory for a unit");
    loaded->id = row->id;
    loaded->origin = row->origin;
    loaded->variants = row->variants;
    if (row->variants) {
        memcpy(loaded->texts, row->texts, row->variants * sizeof(*row->texts));
        memcpy(loaded->tags, row->tags, row->variants * sizeof(*row->tags));
    }
    cq_buf_reset(&loaded->record);
    cq_buf_add_str(&loaded->record, row->record);
    status = cq_buf_check(&loaded->record, err);
    if (status == CQ_OK)
        status = cq_unit_decode(cq_buf_str(&loaded->record), &loaded->unit, err);
    if (status != CQ_OK)
        return status;
    if (loaded->unit.variants_len != row->variants)
        return cq_fail_number(err, CQ_E_STORE, ERR_INDEX,
                              "the memory is damaged: unit %llu has %zu texts for %zu "
                              "variants",
                              (unsigned long long)row->id, row->variants,
                              loaded->unit.variants_len);
    return with_texts ? load_texts(memory, loaded, err) : CQ_OK;
}

cq_status cq_loaded_get(cq_memory *memory, uint64_t id, bool with_texts,
                        cq_loaded *loaded, cq_error *err)
{
    cq_store_unit row;
    cq_status status = cq_store_unit_get(memory->store, id, &row, err);

    return status == CQ_OK ? cq_loaded_set(memory, &row, with_texts, loaded, err)
                           : status;
}

cq_status cq_loaded_named(cq_memory *memory, uint64_t id, bool with_texts,
                          cq_loaded *loaded, cq_error *err)
{
    cq_status status = cq_loaded_get(memory, id, with_texts, loaded, err);

    return status != CQ_DONE ? status
                             : cq_fail_number(err, CQ_E_STORE, ERR_INDEX,
                                              "the memory is damaged: no unit %llu",
                                              (unsigned long long)id);
}

void cq_loaded_release(cq_loaded *loaded)
{
    cq_unit_release(&loaded->unit);
    cq_free(loaded->texts);
    cq_free(loaded->tags);
    cq_buf_release(&loaded->record);
    *loaded = (cq_loaded){0};
}
