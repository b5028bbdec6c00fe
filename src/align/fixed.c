#include "align/parts.h"

#include <string.h>

static cq_status no_memory(const cq_align_request *request, cq_error *err)
{
    return cq_fail(err, CQ_E_NOMEM, "no memory to keep beads of %zu sentences",
                   request->source.len + request->target.len);
}

/* ---- what is fixed -------------------------------------------------------------------
 */

static cq_status refuse(const cq_bead *bead, const char *why, cq_error *err)
{
    return cq_fail_number(err, CQ_E_INPUT, 41,
                          "the fixed bead of %zu sentences from %zu and %zu from %zu %s",
                          bead->source_len, bead->source, bead->target_len, bead->target,
                          why);
}

/* One side of a bead begins no earlier than `*taken`, which moves to its end. */
static cq_status check_side(const cq_bead *bead, size_t first, size_t len, size_t all,
                            uint32_t *taken, cq_error *err)
{
    if (len == 0)
        return CQ_OK;
    if (first < *taken)
        return refuse(bead, "does not come after the one before it", err);
    if (first > all || len > all - first)
        return refuse(bead, "ends after the texts", err);
    *taken = (uint32_t)(first + len);
    return CQ_OK;
}

static uint8_t shape_of(const cq_bead *bead)
{
    for (uint8_t k = CQ_SHAPE_ONE; k < CQ_ALIGN_SHAPES; k++)
        if (bead->source_len == cq_align_shapes[k].source &&
            bead->target_len == cq_align_shapes[k].target)
            return k;
    return CQ_SHAPE_NONE;
}

/* Close the stretch that is free before a bead of two sides, add the bead's own and open
 * the next. */
static void part(cq_align_frame *frame, const cq_bead *bead)
{
    cq_align_stretch *free = &frame->stretches[frame->len - 1], *fixed = free + 1,
                     *next = free + 2;

    *fixed = (cq_align_stretch){.source = (uint32_t)bead->source,
                                .target = (uint32_t)bead->target,
                                .source_end = (uint32_t)(bead->source + bead->source_len),
                                .target_end = (uint32_t)(bead->target + bead->target_len),
                                .shape = shape_of(bead),
                                .is_fixed = true};
    *next = (cq_align_stretch){.source = fixed->source_end,
                               .target = fixed->target_end,
                               .source_end = free->source_end,
                               .target_end = free->target_end};
    free->source_end = fixed->source;
    free->target_end = fixed->target;
    frame->len += 2;
}

static cq_status find_stretches(cq_align_frame *frame, const cq_align_request *request,
                                cq_error *err)
{
    uint32_t source = 0, target = 0;

    frame->stretches[frame->len++] =
        (cq_align_stretch){.source_end = (uint32_t)request->source.len,
                           .target_end = (uint32_t)request->target.len};
    for (size_t k = 0; k < request->beads_len; k++) {
        const cq_bead *bead = &request->beads[k];
        cq_status status;

        if (!bead->is_fixed)
            continue;
        frame->is_any = true;
        status = check_side(bead, bead->source, bead->source_len, request->source.len,
                            &source, err);
        if (status >= 0)
            status = check_side(bead, bead->target, bead->target_len, request->target.len,
                                &target, err);
        if (status < 0)
            return status;
        if (bead->source_len > 0 && bead->target_len > 0)
            part(frame, bead);
    }
    return CQ_OK;
}

static void mark(uint32_t *of, size_t first, size_t len, uint32_t stretch, bool is_added)
{
    for (size_t k = first; k < first + len; k++)
        of[k] = is_added ? of[k] | stretch : stretch;
}

static cq_status mark_sentences(cq_align_frame *frame, const cq_align_request *request,
                                cq_error *err)
{
    frame->of[0] = cq_alloc((request->source.len + 1) * sizeof(*frame->of[0]));
    frame->of[1] = cq_alloc((request->target.len + 1) * sizeof(*frame->of[1]));
    if (!frame->of[0] || !frame->of[1])
        return no_memory(request, err);
    for (uint32_t k = 0; k < frame->len; k++) {
        const cq_align_stretch *s = &frame->stretches[k];

        mark(frame->of[0], s->source, s->source_end - s->source, k, false);
        mark(frame->of[1], s->target, s->target_end - s->target, k, false);
    }
    for (size_t k = 0; k < request->beads_len; k++) {
        const cq_bead *bead = &request->beads[k];

        if (!bead->is_fixed || (bead->source_len > 0 && bead->target_len > 0))
            continue;
        mark(frame->of[0], bead->source, bead->source_len, CQ_ALIGN_ALONE, true);
        mark(frame->of[1], bead->target, bead->target_len, CQ_ALIGN_ALONE, true);
    }
    return CQ_OK;
}

cq_status cq_align_frame_init(cq_align_frame *frame, const cq_align_request *request,
                              cq_error *err)
{
    cq_status status;

    *frame = (cq_align_frame){0};
    frame->stretches = cq_alloc((2 * request->beads_len + 1) * sizeof(*frame->stretches));
    if (!frame->stretches)
        return no_memory(request, err);
    status = find_stretches(frame, request, err);
    if (status >= 0 && frame->is_any)
        status = mark_sentences(frame, request, err);
    if (status < 0)
        cq_align_frame_release(frame);
    return status;
}

void cq_align_frame_release(cq_align_frame *frame)
{
    cq_free(frame->stretches);
    cq_free(frame->of[0]);
    cq_free(frame->of[1]);
    *frame = (cq_align_frame){0};
}

/* ---- what may be ---------------------------------------------------------------------
 */

/* Whether the `len` sentences before `end` are all of one kind. */
static bool are_all(const uint32_t *end, size_t len, uint32_t kind)
{
    while (len > 0 && end[-(ptrdiff_t)len] == kind)
        len--;
    return len == 0;
}

bool cq_align_frame_checks(const cq_align_frame *frame, size_t shape, size_t i, size_t j)
{
    cq_align_shape size = cq_align_shapes[shape];
    const uint32_t *of_source = frame->of[0] + i, *of_target = frame->of[1] + j;
    const cq_align_stretch *in;
    uint32_t both;

    both = size.source > 0 ? of_source[-1] : of_target[-1];
    if (!are_all(of_source, size.source, both) || !are_all(of_target, size.target, both))
        return false;
    if (both & CQ_ALIGN_ALONE)
        return shape < CQ_SHAPE_ONE;
    in = &frame->stretches[both];
    if (!in->is_fixed)
        return true;
    return in->shape == CQ_SHAPE_NONE ? shape < CQ_SHAPE_ONE : shape == in->shape;
}

/* ---- the fixed beads in the answer ---------------------------------------------------
 */

/* The fixed bead that holds a sentence of a side; NULL for none. Sentences are asked for
 * in order; `*at` is where the search goes on. */
static const cq_bead *fixed_at(const cq_align_request *request, size_t *at,
                               bool is_target, size_t sentence)
{
    for (; *at < request->beads_len; ++*at) {
        const cq_bead *bead = &request->beads[*at];
        size_t first = is_target ? bead->target : bead->source;
        size_t len = is_target ? bead->target_len : bead->source_len;

        if (bead->is_fixed && len > 0 && first + len > sentence)
            return first <= sentence ? bead : NULL;
    }
    return NULL;
}

/* A fixed bead takes the place of the first bead that stands for a part of it. */
static bool is_first_part(const cq_bead *bead, const cq_bead *fixed)
{
    return fixed->source_len > 0 ? bead->source_len > 0 && bead->source == fixed->source
                                 : bead->target == fixed->target;
}

/* Sides that are empty stand where the text goes on. */
static void renumber(cq_bead *beads, size_t len)
{
    size_t source = 0, target = 0;

    for (size_t k = 0; k < len; k++) {
        beads[k].source = source;
        beads[k].target = target;
        source += beads[k].source_len;
        target += beads[k].target_len;
    }
}

void cq_align_frame_restore(const cq_align_request *request, cq_bead *beads,
                            size_t *beads_len)
{
    size_t len = 0, at[2] = {0, 0};

    for (size_t k = 0; k < *beads_len; k++) {
        bool is_target = beads[k].source_len == 0;
        const cq_bead *fixed = fixed_at(request, &at[is_target], is_target,
                                        is_target ? beads[k].target : beads[k].source);

        if (fixed && !is_first_part(&beads[k], fixed))
            continue;
        beads[len] = fixed ? *fixed : beads[k];
        if (fixed)
            beads[len].confidence = 1;
        len++;
    }
    renumber(beads, len);
    *beads_len = len;
}
