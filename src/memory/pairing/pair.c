#include <calque/pair.h>

#include "parts.h"

#define ROUNDS                                                                           \
    4 /* of learning words and matching again; the pairs hardly change after             \
       */

static cq_status open_side(cq_shelf *side, const cq_collection *from, cq_error *err)
{
    side->from = from;
    if (from->len >= UINT32_MAX)
        return cq_fail(err, CQ_E_ARG, "%zu documents are too many", from->len);
    side->readings = cq_zalloc((from->len + 1) * sizeof(*side->readings));
    if (!side->readings)
        return cq_fail(err, CQ_E_NOMEM, "no memory for %zu documents", from->len);
    for (size_t i = 0; i < from->len; i++)
        side->readings[i].partner = CQ_NO_PAIR;
    return CQ_OK;
}

static void release_side(cq_shelf *side)
{
    for (size_t i = 0; side->readings && i < side->from->len; i++) {
        cq_free(side->readings[i].common.items);
        cq_free(side->readings[i].own.items);
        cq_free(side->readings[i].learned.items);
    }
    cq_free(side->readings);
    cq_map_release(&side->own);
}

static cq_status pair(cq_pairing *pairing, const cq_pairing_options *opts, cq_error *err)
{
    uint64_t total = pairing->sides[0].from->len + pairing->sides[1].from->len;
    cq_status status = cq_pairing_names(pairing, err);

    for (int side = 0; side < 2 && status == CQ_OK && !opts->is_by_name_only; side++)
        status = cq_pairing_read(pairing, &pairing->sides[side], opts, total, err);
    if (status == CQ_OK)
        status = cq_pairing_match(pairing, err);
    for (int i = 0; i < ROUNDS && status == CQ_OK && !opts->is_by_name_only; i++) {
        status = cq_pairing_learn(pairing, err);
        if (status == CQ_OK)
            status = cq_pairing_match(pairing, err);
    }
    return status;
}

cq_status cq_pair_documents(const cq_collection *source, const cq_collection *target,
                            const cq_pairing_options *opts, cq_document_pair **pairs,
                            size_t *len, cq_error *err)
{
    static const cq_pairing_options defaults = {0};
    cq_pairing pairing = {0};
    cq_status status = open_side(&pairing.sides[0], source, err);

    *pairs = NULL;
    *len = 0;
    if (status == CQ_OK)
        status = open_side(&pairing.sides[1], target, err);
    if (status == CQ_OK)
        status = pair(&pairing, opts ? opts : &defaults, err);
    if (status == CQ_OK) {
        *pairs = pairing.pairs;
        *len = pairing.len;
    } else {
        cq_free(pairing.pairs);
    }
    release_side(&pairing.sides[0]);
    release_side(&pairing.sides[1]);
    cq_map_release(&pairing.common);
    return status;
}

void cq_document_pairs_free(cq_document_pair *pairs) { cq_free(pairs); }
