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
        cq_str form = cq_arena_copy(arena, token->form);

        if (!key.ptr || !form.ptr)
            return NULL;
        copy[i] = (cq_scored_token){.start = token->start,
                                    .end = token->end,
                                    .kind = token->kind,
                                    .weight = cq_match_weight(token->kind),
                                    .size = cq_match_size(token),
                                    .key = key,
                                    .form = form};
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
        cq_edit edit = {CQ_EDIT_SAME, CQ_NO_TOKEN, CQ_NO_TOKEN, 0, 0};

        if (step != STEP_INSERT)
            edit.a = --i;
        if (step != STEP_DELETE)
            edit.b = --j;
        if (step == STEP_PAIR)
            edit.kept = cq_match_kept(a, i, b, j, &edit.differs);
        else
            edit.kind = step == STEP_DELETE ? CQ_EDIT_DELETE : CQ_EDIT_INSERT;
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

static bool is_change(const cq_edit *edit)
{
    return edit->kind == CQ_EDIT_DELETE || edit->kind == CQ_EDIT_INSERT;
}

static cq_token_kind kind_of(const cq_matcher *matcher, const cq_edit *edit)
{
    return edit->kind == CQ_EDIT_DELETE ? matcher->a.tokens[edit->a].kind
                                        : matcher->b.tokens[edit->b].kind;
}

/* The next edit from `at` on of that kind, in the same run of changes; `end` for none. */
static size_t next_of(const cq_edit *edits, size_t at, size_t end, cq_edit_kind kind)
{
    while (at < end && edits[at].kind != kind)
        at++;
    return at;
}

/* Put the deleted tokens of a run of changes against the inserted ones of their kind, in
 * order: both are then one edit. Appends to `out`. */
static size_t fuse_run(const cq_matcher *matcher, const cq_edit *edits, size_t end,
                       cq_edit *out)
{
    size_t gone = next_of(edits, 0, end, CQ_EDIT_DELETE), len = 0;
    size_t come = next_of(edits, 0, end, CQ_EDIT_INSERT);

    while (gone < end) {
        size_t fit = come;

        while (fit < end &&
               kind_of(matcher, &edits[fit]) != kind_of(matcher, &edits[gone]))
            fit = next_of(edits, fit + 1, end, CQ_EDIT_INSERT);
        if (fit == end) {
            out[len++] = edits[gone];
        } else {
            for (; come < fit; come = next_of(edits, come + 1, end, CQ_EDIT_INSERT))
                out[len++] = edits[come];
            out[len++] = (cq_edit){CQ_EDIT_REPLACE, edits[gone].a, edits[fit].b, 0, 0};
            come = next_of(edits, fit + 1, end, CQ_EDIT_INSERT);
        }
        gone = next_of(edits, gone + 1, end, CQ_EDIT_DELETE);
    }
    for (; come < end; come = next_of(edits, come + 1, end, CQ_EDIT_INSERT))
        out[len++] = edits[come];
    return len;
}

static size_t fuse(const cq_matcher *matcher, const cq_edit *edits, size_t len,
                   cq_edit *out)
{
    size_t made = 0;

    for (size_t at = 0; at < len;) {
        size_t end = at;

        while (end < len && is_change(&edits[end]))
            end++;
        made += fuse_run(matcher, edits + at, end - at, out + made);
        for (at = end; at < len && !is_change(&edits[at]); at++)
            out[made++] = edits[at];
    }
    return made;
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
    cq_edit *fused = cq_arena_alloc(&work->made->arena, (room + 1) * sizeof(*edits));
    uint64_t size_a = matcher->a.sums[matcher->a.len];
    uint64_t size_b = matcher->b.sums[matcher->b.len], distance;
    cq_status status;

    if (!edits || !fused)
        return no_memory(err);
    status = trace_script(work, size_a + size_b, &distance, err);
    if (status != CQ_OK)
        return status;
    first = walk(matcher, &work->trace, edits, room);
    open->weight_a = (uint32_t)matcher->a.weight;
    open->weight_b = (uint32_t)matcher->b.weight;
    open->shared = (uint32_t)cq_match_shared(matcher);
    open->size_a = (uint32_t)size_a;
    open->size_b = (uint32_t)size_b;
    open->edges = cq_match_edges(&matcher->a, &matcher->b);
    open->kept = (uint32_t)cq_match_kept_of(matcher, distance);
    mark_moves(matcher, edits + first, room - first);
    open->edits = fused;
    open->edits_len = fuse(matcher, edits + first, room - first, fused);
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
    if (status == CQ_OK)
        status = fill(work, err);
    return status == CQ_OK ? cq_match_pieces(a, b, open, &work->made->arena,
                                             &open->pieces, &open->pieces_len, err)
                           : status;
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
