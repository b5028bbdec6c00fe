#include "align/school.h"

/* Beads that are learned from at most; of more, evenly spread ones. */
#define LESSONS_MAX 10000
#define SEED_WEIGHT 1.5F /* what is known counts for more than one bead */

cq_status cq_school_no_memory(const cq_school *s, cq_error *err)
{
    return cq_fail(err, CQ_E_NOMEM, "no memory to learn from %zu beads", s->lessons_len);
}

/* Whether the bead is a sentence that was not translated but copied. What it teaches is
 * known (words that are the same start with a count), and it would teach of all its words
 * that they never go without a counterpart. Marks are not meant, of which a sentence
 * may be made: they do have one. */
static bool is_copy(const cq_align_texts *texts, const cq_align_link *link)
{
    const cq_align_text *source = &texts->source, *target = &texts->target;
    size_t i = link->source - 1U, j = link->target - 1U, len, words = 0;

    if (link->shape != CQ_SHAPE_ONE)
        return false;
    len = cq_align_tokens(source, i);
    if (len != cq_align_tokens(target, j))
        return false;
    for (size_t k = 0; k < len; k++) {
        const cq_align_type *type = &source->types[source->tokens[source->first[i] + k]];

        if (type->concept != target->types[target->tokens[target->first[j] + k]].concept)
            return false;
        words += type->kind == CQ_TOKEN_WORD;
    }
    return words >= 2;
}

cq_status cq_school_take_lessons(cq_school *s, const cq_align_links *links, cq_error *err)
{
    const cq_align_texts *texts = s->texts;
    size_t all = links->len + texts->seeds;
    size_t stride = (all + LESSONS_MAX - 1) / LESSONS_MAX;

    s->lessons = cq_alloc((all + 1) * sizeof(*s->lessons));
    if (!s->lessons)
        return cq_school_no_memory(s, err);
    /* Whole stretches, so that words of one place are met more than once. */
    for (size_t k = 0; k < all; k++) {
        cq_school_lesson *to = &s->lessons[s->lessons_len];

        if (stride > 1 && (k / 64) % stride != 0)
            continue;
        if (k < links->len && is_copy(texts, &links->items[k]))
            continue;
        if (k < links->len) {
            const cq_align_link *link = &links->items[k];
            cq_align_shape shape = cq_align_shapes[link->shape];

            *to = (cq_school_lesson){.source = link->source - shape.source,
                                     .target = link->target - shape.target,
                                     .source_len = shape.source,
                                     .target_len = shape.target,
                                     .weight = link->weight};
        } else {
            *to = (cq_school_lesson){
                .source = (uint32_t)(texts->source.len + k - links->len),
                .target = (uint32_t)(texts->target.len + k - links->len),
                .source_len = 1,
                .target_len = 1,
                .weight = SEED_WEIGHT};
        }
        s->lessons_len++;
    }
    return CQ_OK;
}

size_t cq_school_tokens(const cq_align_text *text, size_t first, size_t len,
                        const uint32_t **tokens)
{
    size_t count = (size_t)(text->first[first + len] - text->first[first]);

    *tokens = text->tokens ? text->tokens + text->first[first] : NULL;
    return count < CQ_SCHOOL_TOKENS ? count : CQ_SCHOOL_TOKENS;
}
