#include "internal.h"

/* One byte a cell: 16,000 unlike tokens against as many, or any length of near ones. */
#define CELLS_MAX ((size_t)256 << 20)

struct explanation {
    cq_explanation open; /* first: what the caller holds */
    cq_arena arena;
};

struct work {
    cq_analyzer *analyzer;
    cq_tokens tokens;
    cq_matcher *matcher;
    cq_trace trace;
    struct explanation *made;
};

static cq_status no_memory(cq_error *err)
{
    return cq_fail(err, CQ_E_NOMEM, "no memory to lay out the difference");
}

static const cq_scored_token *copy_tokens(cq_arena *arena, const cq_tokens *tokens)
{
    cq_scored_token *copy =
        cq_arena_alloc(arena, (tokens->len + 1) * sizeof(cq_scored_token));

    for (size_t i = 0; copy && i < tokens->len; i++) {
        const cq_token *token = &tokens->items[i];
        cq_str key = cq_arena_copy(arena, token->key);

        if (!key.ptr)
            return NULL;
        copy[i] = (cq_scored_token){.start = token->start,
                                    .end = token->end,
                                    .kind = token->kind,
                                    .weight = cq_match_weight(token->kind),
                                    .key = key};
    }
    return copy;
}

/* Follow the trace from the last cell back to the first, filling `edits` from its end. */
static size_t walk(const cq_matcher *matcher, const cq_trace *trace, cq_edit *edits,
                   size_t room)
{
    const cq_side *a = &matcher->a, *b = &matcher->b;
    size_t i = a->len, j = b->len, at = room;

    while (i > 0 || j > 0) {
        unsigned char step = trace->cells[trace->starts[i] + (j - trace->firsts[i])];
        cq_edit edit = {CQ_EDIT_REPLACE, CQ_NO_TOKEN, CQ_NO_TOKEN, 0};

        if (step != STEP_INSERT)
            edit.a = --i;
        if (step != STEP_DELETE)
            edit.b = --j;
        if (step == STEP_DELETE) {
            edit.kind = CQ_EDIT_DELETE;
            edit.cost = cq_match_weight(a->tokens[i].kind);
        } else if (step == STEP_INSERT) {
            edit.kind = CQ_EDIT_INSERT;
            edit.cost = cq_match_weight(b->tokens[j].kind);
        } else {
            if (a->ids[i] != 0 && a->ids[i] == b->ids[j])
                edit.kind = CQ_EDIT_SAME;
            edit.cost = cq_match_pair(a, i, b, j);
        }
        edits[--at] = edit;
    }
    return at;
}

/* Deleted tokens that were inserted elsewhere, first with first. `seen` counts, by id,
 * those that stand on the other side and have no partner yet. */
static void mark_moves(cq_matcher *matcher, cq_edit *edits, size_t len)
{
    const cq_side *a = &matcher->a, *b = &matcher->b;
    uint32_t *gone = matcher->counts, *come = matcher->seen;

    for (size_t k = 0; k < matcher->ids_len; k++)
        gone[k] = come[k] = 0;
    for (size_t k = 0; k < len; k++) {
        if (edits[k].kind == CQ_EDIT_DELETE)
            gone[a->ids[edits[k].a]]++;
        else if (edits[k].kind == CQ_EDIT_INSERT && b->ids[edits[k].b] != 0)
            come[b->ids[edits[k].b]]++;
    }
    for (size_t k = 0; k < matcher->ids_len; k++)
        gone[k] = come[k] = gone[k] < come[k] ? gone[k] : come[k];
    for (size_t k = 0; k < len; k++) {
        uint32_t *left = NULL;

        if (edits[k].kind == CQ_EDIT_DELETE)
            left = &gone[a->ids[edits[k].a]];
        else if (edits[k].kind == CQ_EDIT_INSERT)
            left = &come[b->ids[edits[k].b]];
        if (left && *left > 0) {
            edits[k].kind = CQ_EDIT_MOVE;
            --*left;
        }
    }
}

static cq_status trace_script(struct work *work, uint64_t limit, uint64_t *distance,
                              cq_error *err)
{
    size_t rows = work->matcher->a.len + 1;
    cq_trace *trace = &work->trace;

    *distance = cq_match_within(work->matcher, limit, 0);
    trace->cells_max = CELLS_MAX;
    trace->starts = cq_alloc(rows * sizeof(*trace->starts));
    trace->firsts = cq_alloc(rows * sizeof(*trace->firsts));
    if (!trace->starts || !trace->firsts)
        return no_memory(err);
    if (!cq_match_distance(work->matcher, *distance, trace, distance))
        return !trace->is_full
                   ? no_memory(err)
                   : cq_fail_number(
                         err, CQ_E_INPUT, 48,
                         "segments of %zu and %zu tokens are too long and too unlike "
                         "to lay out their difference",
                         work->matcher->a.len, work->matcher->b.len);
    return CQ_OK;
}

static cq_status fill(struct work *work, cq_error *err)
{
    cq_matcher *matcher = work->matcher;
    cq_explanation *open = &work->made->open;
    size_t room = matcher->a.len + matcher->b.len, first;
    cq_edit *edits = cq_arena_alloc(&work->made->arena, (room + 1) * sizeof(*edits));
    uint64_t distance,
        all = matcher->a.sums[matcher->a.len] + matcher->b.sums[matcher->b.len];
    cq_status status;

    if (!edits)
        return no_memory(err);
    status = trace_script(work, all, &distance, err);
    if (status != CQ_OK)
        return status;
    first = walk(matcher, &work->trace, edits, room);
    open->weight_a = (uint32_t)matcher->a.sums[matcher->a.len];
    open->weight_b = (uint32_t)matcher->b.sums[matcher->b.len];
    open->shared = (uint32_t)cq_match_shared(matcher);
    open->tail = cq_match_tail(&matcher->a, &matcher->b);
    open->cost = (uint32_t)distance + open->tail;
    open->edits = edits + first;
    open->edits_len = room - first;
    mark_moves(matcher, edits + first, room - first);
    return CQ_OK;
}

static cq_status explain(struct work *work, cq_str a, cq_str b, cq_error *err)
{
    cq_explanation *open = &work->made->open;
    cq_status status = cq_analyzer_run(work->analyzer, a, &work->tokens, err);

    if (status == CQ_OK)
        status = cq_matcher_set(work->matcher, a, &work->tokens, err);
    if (status != CQ_OK)
        return status;
    open->a = copy_tokens(&work->made->arena, &work->tokens);
    open->a_len = work->tokens.len;
    status = cq_analyzer_run(work->analyzer, b, &work->tokens, err);
    if (status != CQ_OK)
        return status;
    open->b = copy_tokens(&work->made->arena, &work->tokens);
    open->b_len = work->tokens.len;
    if (!open->a || !open->b)
        return no_memory(err);
    status = cq_matcher_score(work->matcher, b, &work->tokens, 0, &open->percent, err);
    return status == CQ_OK ? fill(work, err) : status;
}

cq_status cq_match_explain(cq_analyzer *analyzer, cq_str a, cq_str b,
                           cq_explanation **made, cq_error *err)
{
    struct work work = {.analyzer = analyzer};
    cq_status status = cq_matcher_new(&work.matcher, err);

    *made = NULL;
    if (status == CQ_OK) {
        work.made = cq_zalloc(sizeof(*work.made));
        status = work.made ? explain(&work, a, b, err) : no_memory(err);
    }
    if (status == CQ_OK)
        *made = &work.made->open;
    else if (work.made)
        cq_explanation_free(&work.made->open);
    cq_matcher_free(work.matcher);
    cq_tokens_release(&work.tokens);
    cq_free(work.trace.cells);
    cq_free(work.trace.starts);
    cq_free(work.trace.firsts);
    return status;
}

cq_status cq_explain(const cq_lang *lang, cq_str a, cq_str b, cq_explanation **made,
                     cq_error *err)
{
    cq_analyzer *analyzer = NULL;
    cq_status status = cq_analyzer_open(lang, &analyzer, err);

    *made = NULL;
    if (status == CQ_OK)
        status = cq_match_explain(analyzer, a, b, made, err);
    cq_analyzer_close(analyzer);
    return status;
}

void cq_explanation_free(cq_explanation *made)
{
    struct explanation *whole = (struct explanation *)made;

    if (!whole)
        return;
    cq_arena_release(&whole->arena);
    cq_free(whole);
}
