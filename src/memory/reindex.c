#include "session.h"

#define TICK_TEXTS 1024u /* progress is told once in so many texts */

/* Tokens are stored, so they are worth only what made them: another ICU may cut or fold
 * otherwise, another libstemmer stem otherwise. The file notes a fingerprint of all that;
 * where it is another, or none, the index is not asked until it is made anew. */

/* ---- whose index it is ----------------------------------------------------------------
 */

static cq_status own_fingerprint(cq_memory *memory, uint64_t *fingerprint, cq_error *err)
{
    uint64_t made = memory->fingerprint;
    cq_status status = CQ_OK;

    if (made == 0) {
        status = cq_analyzer_fingerprint(&made, err);
        for (unsigned kind = 0; kind <= CQ_TOKEN_PLACEABLE; kind++) {
            uint32_t weight = cq_match_weight((cq_token_kind)kind);

            made = cq_hash(&weight, sizeof(weight), made) >> 1;
        }
    }
    if (status == CQ_OK)
        *fingerprint = memory->fingerprint = made ? made : 1;
    return status;
}

cq_status cq_memory_is_current(cq_memory *memory, bool *is_current, cq_error *err)
{
    uint64_t own = 0, noted = 0, next_text = 0;
    cq_status status = own_fingerprint(memory, &own, err);

    if (status == CQ_OK)
        status = cq_store_note_get(memory->store, "analyzer", &noted, err);
    if (status == CQ_OK && noted != own)
        status = cq_store_note_get(memory->store, "next_text", &next_text, err);
    /* In a memory that never had a text there is nothing to be wrong. */
    *is_current = noted == own || next_text <= 1;
    return status;
}

bool cq_memory_is_stale(cq_memory *memory)
{
    bool is_current = true;

    if (cq_store_begin_read(memory->store, NULL) != CQ_OK)
        return false;
    if (cq_memory_is_current(memory, &is_current, NULL) != CQ_OK)
        is_current = true;
    cq_store_end_read(memory->store);
    return !is_current;
}

/* ---- making it anew -------------------------------------------------------------------
 */

typedef struct renewing {
    cq_memory *memory;
    const cq_progress *progress; /* NULL for none */
    cq_adder adder;
    uint64_t done, total; /* texts */
} renewing;

static cq_status tick(renewing *r, cq_error *err)
{
    if (++r->done % TICK_TEXTS != 0 || !r->progress || !r->progress->tick)
        return CQ_OK;
    if (r->progress->tick(r->progress->context, r->done, r->total) < 0)
        return cq_fail(err, CQ_E_STOP, "the work was stopped");
    return CQ_OK;
}

/* Whether every text has the tokens that it would get now, as after an update that
 * changed nothing for these languages: then the index is right as it is. */
static cq_status compare_all(renewing *r, bool *is_same, cq_error *err)
{
    cq_store_text text = {0};
    cq_status status = cq_adder_init(&r->adder, r->memory, err);

    *is_same = true;
    while (status == CQ_OK && *is_same &&
           (status = cq_store_text_next(r->memory->store, 0, text.id, &text, err)) ==
               CQ_OK)
        status = cq_adder_is_current(&r->adder, &text, is_same, err);
    cq_adder_release(&r->adder);
    return status < 0 ? status : CQ_OK;
}

static cq_status renew_texts(renewing *r, cq_error *err)
{
    cq_store_text text = {0};
    cq_status status;

    while ((status = cq_store_text_next(r->memory->store, 0, text.id, &text, err)) ==
           CQ_OK) {
        status = cq_adder_renew(&r->adder, &text, err);
        if (status == CQ_OK)
            status = tick(r, err);
        if (status != CQ_OK)
            return status;
    }
    return status < 0 ? status : cq_adder_finish(&r->adder, err);
}

static cq_status note_own(cq_memory *memory, cq_error *err)
{
    uint64_t own = 0;
    cq_status status = own_fingerprint(memory, &own, err);

    return status == CQ_OK ? cq_store_note_put(memory->store, "analyzer", own, err)
                           : status;
}

static cq_status renew_all(renewing *r, cq_error *err)
{
    cq_store_counts counts;
    cq_status status = cq_store_count(r->memory->store, &counts, err);

    if (status == CQ_OK)
        r->total = counts.texts;
    if (status == CQ_OK)
        status = cq_store_forget_tokens(r->memory->store, err);
    if (status == CQ_OK)
        status = cq_adder_init(&r->adder, r->memory, err);
    if (status == CQ_OK)
        status = renew_texts(r, err);
    cq_adder_release(&r->adder);
    return status == CQ_OK ? note_own(r->memory, err) : status;
}

cq_status cq_memory_renew_stale(cq_memory *memory, cq_error *err)
{
    renewing r = {.memory = memory};
    uint64_t own = 0, noted = 0;
    bool is_same = true;
    cq_status status = own_fingerprint(memory, &own, err);

    if (status == CQ_OK)
        status = cq_store_note_get(memory->store, "analyzer", &noted, err);
    if (status != CQ_OK || noted == own)
        return status;
    status = compare_all(&r, &is_same, err);
    if (status != CQ_OK)
        return status;
    return is_same ? note_own(memory, err) : renew_all(&r, err);
}

/* Rebuilding costs as much as the texts that are left, and as many at least have gone
 * since the last time: so it costs a constant a text that goes. */
#define SPARSE_MIN 4096u

cq_status cq_memory_renew_sparse(cq_memory *memory, cq_error *err)
{
    renewing r = {.memory = memory};
    cq_store_counts counts;
    cq_status status = cq_store_count(memory->store, &counts, err);

    if (status != CQ_OK || counts.dropped < SPARSE_MIN || counts.dropped < counts.texts)
        return status;
    return renew_all(&r, err);
}

cq_status cq_memory_reindex(cq_memory *memory, const cq_progress *progress, cq_error *err)
{
    renewing r = {.memory = memory, .progress = progress};
    cq_status status = cq_memory_begin_as_is(memory, err);

    if (status != CQ_OK)
        return status;
    status = cq_memory_end(memory, renew_all(&r, err), err);
    return status == CQ_OK ? cq_store_shrink(memory->store, err) : status;
}
