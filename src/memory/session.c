#include "session.h"

#include <string.h>

cq_status cq_memory_open(const char *path, cq_memory_mode mode, cq_memory **out,
                         cq_error *err)
{
    cq_memory *memory = cq_zalloc(sizeof(*memory));
    cq_status status;

    *out = NULL;
    if (!memory)
        return cq_fail(err, CQ_E_NOMEM, "no memory to open the memory");
    memory->mode = mode;
    status = cq_store_open(path, mode == CQ_MEMORY_WRITE ? CQ_STORE_WRITE : CQ_STORE_READ,
                           &memory->store, err);
    if (status != CQ_OK) {
        cq_memory_close(memory);
        return status;
    }
    *out = memory;
    return CQ_OK;
}

void cq_memory_forget(cq_memory *memory)
{
    cq_map_release(&memory->languages);
    cq_free(memory->known);
    cq_arena_release(&memory->arena);
    memory->known = NULL;
    memory->known_len = memory->known_capacity = 0;
}

void cq_memory_close(cq_memory *memory)
{
    if (!memory)
        return;
    cq_store_close(memory->store);
    cq_memory_forget(memory);
    for (size_t i = 0; i < memory->analyzers_len; i++) {
        cq_analyzer_close(memory->analyzers[i].analyzer);
        cq_free((void *)(uintptr_t)memory->analyzers[i].group.ptr);
    }
    cq_free(memory->analyzers);
    cq_matcher_free(memory->matcher);
    cq_folder_close(memory->folder);
    cq_tokens_release(&memory->tokens);
    cq_tokens_release(&memory->query);
    cq_buf_release(&memory->ids);
    cq_free(memory);
}

/* ---- languages ------------------------------------------------------------------------
 */

/* What a tag that is none is a group of: itself, whatever its case. */
static cq_str own_group(cq_arena *arena, cq_str tag)
{
    cq_str copy = cq_arena_copy(arena, tag);
    char *at = (char *)(uintptr_t)copy.ptr;

    for (size_t i = 0; at && i < copy.len; i++)
        if (at[i] >= 'A' && at[i] <= 'Z')
            at[i] = (char)(at[i] - 'A' + 'a');
    return copy;
}

cq_str cq_language_group(cq_arena *arena, cq_str tag, cq_lang *lang, bool *is_valid)
{
    *is_valid = cq_lang_parse(tag, lang, NULL) == CQ_OK;
    return *is_valid ? cq_str_from(lang->group) : own_group(arena, tag);
}

static cq_language *make_language(cq_memory *memory, cq_str tag)
{
    cq_language *language = cq_arena_alloc(&memory->arena, sizeof(*language));

    if (!language)
        return NULL;
    memset(language, 0, sizeof(*language));
    language->group =
        cq_language_group(&memory->arena, tag, &language->lang, &language->is_valid);
    return language->group.ptr || tag.len == 0 ? language : NULL;
}

cq_status cq_memory_language(cq_memory *memory, cq_str tag, const cq_language **out,
                             cq_error *err)
{
    uint64_t *place = cq_map_find(&memory->languages, tag);
    cq_language *language;
    cq_status status = CQ_OK;

    if (place) {
        language = memory->known[*place];
    } else {
        language = make_language(memory, tag);
        if (!language || !cq_grow(&memory->known, &memory->known_capacity,
                                  memory->known_len + 1, sizeof(*memory->known)))
            return cq_fail(err, CQ_E_NOMEM, "no memory for a language tag");
        place = cq_map_add(&memory->languages, tag, NULL);
        if (!place)
            return cq_fail(err, CQ_E_NOMEM, "no memory for a language tag");
        *place = memory->known_len;
        memory->known[memory->known_len++] = language;
    }
    /* What was absent may have come since. */
    if (!language->tag_id)
        status = cq_store_tag(memory->store, tag, &language->tag_id, err);
    if (status == CQ_OK && !language->group_id)
        status = cq_store_group(memory->store, language->group, &language->group_id, err);
    *out = language;
    return status;
}

cq_status cq_memory_language_of(cq_memory *memory, uint32_t tag_id,
                                const cq_language **language, cq_error *err)
{
    cq_str tag;
    cq_status status = cq_store_tag_get(memory->store, tag_id, &tag, err);

    if (status == CQ_DONE)
        return cq_fail_number(err, CQ_E_STORE, ERR_INDEX,
                              "the memory is damaged: no language tag %u", tag_id);
    return status == CQ_OK ? cq_memory_language(memory, tag, language, err) : status;
}

/* One for a group, not a tag: the tokens of a text must not depend on which tag came
 * first. */
cq_status cq_memory_analyzer(cq_memory *memory, cq_str group, cq_analyzer **analyzer,
                             cq_error *err)
{
    cq_group_analyzer made = {0};
    cq_lang lang = {0};
    char *name;
    cq_status status;

    for (size_t i = 0; i < memory->analyzers_len; i++)
        if (cq_str_equal(memory->analyzers[i].group, group)) {
            *analyzer = memory->analyzers[i].analyzer;
            return CQ_OK;
        }
    if (cq_lang_parse(group, &lang, NULL) != CQ_OK)
        lang = (cq_lang){0};
    name = cq_alloc(group.len + 1);
    if (!name || !cq_grow(&memory->analyzers, &memory->analyzers_capacity,
                          memory->analyzers_len + 1, sizeof(*memory->analyzers))) {
        cq_free(name);
        return cq_fail(err, CQ_E_NOMEM, "no memory for an analyzer");
    }
    status = cq_analyzer_open(&lang, &made.analyzer, err);
    if (status != CQ_OK) {
        cq_free(name);
        return status;
    }
    memcpy(name, group.ptr, group.len);
    made.group = (cq_str){name, group.len};
    memory->analyzers[memory->analyzers_len++] = made;
    *analyzer = made.analyzer;
    return CQ_OK;
}

cq_status cq_memory_folder(cq_memory *memory, cq_folder **folder, cq_error *err)
{
    cq_status status = memory->folder ? CQ_OK : cq_folder_open(&memory->folder, err);

    *folder = memory->folder;
    return status;
}

/* ---- transactions ---------------------------------------------------------------------
 */

cq_status cq_memory_begin_as_is(cq_memory *memory, cq_error *err)
{
    if (memory->mode != CQ_MEMORY_WRITE)
        return cq_fail(err, CQ_E_ARG, "the memory was opened for reading only");
    cq_memory_forget(memory);
    return cq_store_begin(memory->store, err);
}

cq_status cq_memory_begin(cq_memory *memory, cq_error *err)
{
    cq_status status = cq_memory_begin_as_is(memory, err);

    if (status != CQ_OK)
        return status;
    status = cq_memory_renew_stale(memory, err);
    return status == CQ_OK ? status : cq_memory_end(memory, status, err);
}

cq_status cq_memory_end(cq_memory *memory, cq_status status, cq_error *err)
{
    if (status == CQ_OK)
        status = cq_store_commit(memory->store, err);
    if (status != CQ_OK) {
        cq_store_rollback(memory->store);
        cq_memory_forget(memory);
    }
    return status;
}

/* ---- the index's rows -----------------------------------------------------------------
 */

static cq_status put_row(void *context, cq_index_row row, cq_str blob, cq_error *err)
{
    return cq_store_row_put(context, row.group, row.generation, row.token, row.part, blob,
                            err);
}

static cq_status get_row(void *context, cq_index_row row, uint64_t *part, cq_str *blob,
                         cq_error *err)
{
    return cq_store_row_get(context, row.group, row.generation, row.token, row.part, part,
                            blob, err);
}

static cq_status next_row(void *context, cq_index_row row, cq_index_row *found,
                          cq_str *blob, cq_error *err)
{
    cq_status status = cq_store_row_next(context, row.group, row.generation, &row.token,
                                         &row.part, blob, err);

    if (status == CQ_OK)
        *found = row;
    return status;
}

static cq_status erase_rows(void *context, uint32_t group, uint32_t generation,
                            cq_error *err)
{
    return cq_store_row_erase(context, group, generation, err);
}

cq_index_io cq_memory_index(cq_memory *memory)
{
    return (cq_index_io){.context = memory->store,
                         .put = put_row,
                         .get = get_row,
                         .next = next_row,
                         .erase = erase_rows};
}
