#include "align/parts.h"

#include <math.h>

/* Passes with a lexicon; the first has only what looks alike. */
#define PASSES 3

typedef struct job {
    cq_align_texts texts;
    cq_align_frame frame;
    cq_align_model model;
    cq_align_lengths *lengths;
    cq_align_borders borders;
    cq_align_band band;
    cq_align_pairs cognates;
    cq_align_lexicon lexicon;
    cq_align_links links;
    cq_align_lattice lattice;
} job;

static void release(job *j)
{
    cq_align_lattice_release(&j->lattice);
    cq_free(j->links.items);
    cq_align_lexicon_release(&j->lexicon);
    cq_free(j->cognates.items);
    cq_align_band_release(&j->band);
    cq_align_lengths_free(j->lengths);
    cq_align_borders_release(&j->borders);
    cq_align_frame_release(&j->frame);
    cq_align_texts_release(&j->texts);
}

static cq_status tell(const cq_align_request *request, uint64_t thousandths)
{
    if (!request->progress.tick)
        return CQ_OK;
    return request->progress.tick(request->progress.context, thousandths, 1000);
}

/* One pass: learn from the links of the pass before, then weigh all beads anew. */
static cq_status pass(job *j, size_t number, cq_error *err)
{
    cq_align_counts counts;
    cq_status status =
        cq_align_lexicon_learn(&j->lexicon, &j->texts, &j->cognates, &j->links, err);

    if (status < 0)
        return status;
    cq_align_lengths_set(j->lengths, &j->model);
    status = cq_align_lattice_run(&j->lattice, &j->texts, &j->frame, &j->band, &j->model,
                                  j->lengths, &j->borders, &j->lexicon, &counts, err);
    if (status < 0)
        return status;
    j->links.len = 0;
    status = cq_align_lattice_links(&j->lattice, 0.2, &j->links, err);
    if (status < 0 || number + 1 == PASSES)
        return status;
    cq_align_model_fit_shapes(&j->model, &counts);
    cq_align_borders_fit(&j->borders, &j->links);
    cq_align_model_fit_lengths(&j->model, &j->texts, &j->links);
    cq_align_lattice_narrow(&j->lattice, 1e-5, 1);
    cq_align_lattice_release(&j->lattice);
    return CQ_OK;
}

static cq_status run(job *j, const cq_align_request *request, cq_bead **beads,
                     size_t *beads_len, double *agreement, cq_error *err)
{
    cq_status status = cq_align_frame_init(&j->frame, request, err);

    if (status >= 0)
        status = cq_align_texts_init(&j->texts, request, err);
    if (status >= 0)
        status = cq_align_lengths_new(&j->texts, &j->lengths, err);
    if (status >= 0)
        status = cq_align_borders_init(&j->borders, &j->texts, err);
    if (status >= 0)
        status = cq_align_cognates(&j->texts, &j->cognates, err);
    if (status < 0)
        return status;
    cq_align_model_init(&j->model, &j->texts);
    cq_align_lengths_set(j->lengths, &j->model);
    status = tell(request, 100);
    if (status >= 0)
        status = cq_align_band_find(&j->band, &j->texts, &j->frame, &j->model, j->lengths,
                                    err);
    cq_align_model_trust(&j->model);
    for (size_t k = 0; k < PASSES && status >= 0; k++) {
        status = tell(request, 200 + 800 * k / PASSES);
        if (status >= 0)
            status = pass(j, k, err);
    }
    if (status >= 0)
        status = cq_align_lattice_decode(&j->lattice, beads, beads_len, agreement, err);
    if (status >= 0 && request->teach && *agreement >= CQ_ALIGN_AGREEMENT_MIN)
        status = cq_align_lexicon_teach(request->teach, &j->texts, &j->cognates,
                                        &j->links, err);
    if (status < 0) {
        cq_free(*beads);
        *beads = NULL;
        *beads_len = 0;
        return status;
    }
    cq_align_frame_restore(request, *beads, beads_len);
    return CQ_OK;
}

cq_status cq_align_run(const cq_align_request *request, cq_bead **beads,
                       size_t *beads_len, double *agreement, cq_error *err)
{
    job j = {0};
    double found = 1;
    cq_status status;

    *beads = NULL;
    *beads_len = 0;
    if (request->source.len >= UINT32_MAX / 2 || request->target.len >= UINT32_MAX / 2)
        return cq_fail_number(err, CQ_E_INPUT, 40, "more than %u sentences on one side",
                              UINT32_MAX / 2);
    status = run(&j, request, beads, beads_len, &found, err);
    release(&j);
    if (status >= 0 && agreement)
        *agreement = found;
    return status;
}
