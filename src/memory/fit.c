#include "fit.h"

#include "adapt.h"
#include "codes.h"

#include "tmx/tmx.h"

/* Longer texts are offered without the query's codes. */
#define TOGETHER_MAX (64u * 1024)

typedef struct fitting {
    cq_memory *memory;
    const cq_fitting *ask;
    const cq_variant *source;
    cq_variant target; /* as offered */
    cq_arena *arena;
    cq_explanation *why; /* a: source, b: query; NULL when nothing needs it */
    cq_marks source_marks, target_marks, placed;
    cq_hit *hit;
} fitting;

static cq_status keep(fitting *work, cq_str s, cq_str *copy, cq_error *err)
{
    *copy = cq_arena_copy(work->arena, s);
    return copy->ptr ? CQ_OK : cq_fail(err, CQ_E_NOMEM, "no memory for the hits");
}

static cq_status keep_buf(fitting *work, const cq_buf *text, cq_str *copy, cq_error *err)
{
    cq_status status = cq_buf_check(text, err);

    return status == CQ_OK ? keep(work, cq_buf_str(text), copy, err) : status;
}

static cq_status keep_markup(fitting *work, const cq_variant *variant, cq_str *copy,
                             cq_error *err)
{
    cq_buf markup = {0};
    cq_status status = CQ_OK;

    if (variant->codes_len > 0) {
        cq_tmx_markup(variant, &markup);
        status = keep_buf(work, &markup, copy, err);
    }
    cq_buf_release(&markup);
    return status;
}

static cq_status keep_marked(fitting *work, cq_str text, const cq_marks *marks,
                             cq_str *copy, cq_error *err)
{
    cq_buf marked = {0};
    cq_status status = CQ_OK;

    if (marks->len > 0) {
        cq_marks_write(text, marks, &marked);
        status = keep_buf(work, &marked, copy, err);
    }
    cq_buf_release(&marked);
    return status;
}

/* Placing codes asks what became of the text around them. */
static cq_status explain(fitting *work, cq_error *err)
{
    cq_analyzer *analyzer;
    cq_error why = {0};
    cq_status status;

    if ((work->ask->marks->len == 0 && !work->ask->lays_out) ||
        work->source->text.len + work->ask->query.len > TOGETHER_MAX)
        return CQ_OK;
    status = cq_memory_analyzer(work->memory, cq_str_from(work->ask->from->group),
                                &analyzer, err);
    if (status != CQ_OK)
        return status;
    status = cq_match_explain(analyzer, work->source->text, work->ask->query, &work->why,
                              &why);
    if (status == CQ_E_INPUT && work->ask->marks->len == 0)
        return CQ_OK; /* too unlike to lay out */
    if (status < 0 && err && err->status == CQ_OK)
        *err = why;
    return status;
}

/* The pieces of source and query as it was typed. */
static cq_status lay_out(fitting *work, cq_error *err)
{
    const cq_marks *marks = work->ask->marks;
    cq_piece *pieces;

    if (!work->ask->lays_out || !work->why)
        return CQ_OK;
    pieces = cq_arena_alloc(work->arena, (work->why->pieces_len + 1) * sizeof(*pieces));
    if (!pieces)
        return cq_fail(err, CQ_E_NOMEM, "no memory for the hits");
    for (size_t i = 0; i < work->why->pieces_len; i++) {
        cq_piece *piece = &pieces[i];
        bool is_empty;

        *piece = work->why->pieces[i];
        is_empty = piece->b_start == piece->b_end;
        piece->b_start = cq_marks_place(marks, piece->b_start, is_empty);
        piece->b_end = cq_marks_place(marks, piece->b_end, true);
    }
    work->hit->pieces = pieces;
    work->hit->pieces_len = work->why->pieces_len;
    return CQ_OK;
}

static cq_status adapt(fitting *work, const cq_lang *to, cq_error *err)
{
    cq_adapting ask = {work->ask->from, to, work->ask->query, work->source->text};
    cq_hit *hit = work->hit;
    int cost;
    cq_status status = CQ_DONE;

    if (hit->percent < 100 && work->ask->adapts)
        status = cq_adapt(work->memory, &ask, &work->target, work->arena, err);
    if (status != CQ_OK)
        return status < 0 ? status : CQ_OK;
    status = cq_codes_cost(work->ask->marks, false, work->source, &work->source_marks,
                           &cost, err);
    hit->adapted_percent = 100 - cost;
    hit->stored = hit->target;
    hit->target = work->target.text;
    return status;
}

static cq_status place_codes(fitting *work, cq_error *err)
{
    const cq_marks *query = work->ask->marks;
    cq_status status = CQ_DONE;

    if (query->len == 0)
        return CQ_OK;
    if (work->why)
        status = cq_codes_place(query, &work->source_marks, &work->target_marks,
                                work->target.text, work->why, work->ask->query.len,
                                work->source->text.len, &work->placed, err);
    work->hit->codes = status == CQ_OK ? CQ_CODES_PLACED : CQ_CODES_UNPLACED;
    return status < 0 ? status : CQ_OK;
}

static cq_status mark(fitting *work, cq_error *err)
{
    const cq_marks *shown = &work->target_marks;
    cq_status status = cq_marks_of(work->source, &work->source_marks, err);

    if (status == CQ_OK)
        status = cq_marks_of(&work->target, &work->target_marks, err);
    if (status == CQ_OK)
        status = cq_marks_link(&work->source_marks, &work->target_marks, err);
    if (status == CQ_OK)
        status = place_codes(work, err);
    if (work->hit->codes == CQ_CODES_PLACED)
        shown = &work->placed;
    if (status == CQ_OK)
        status = keep_marked(work, work->source->text, &work->source_marks,
                             &work->hit->source_marked, err);
    if (status == CQ_OK)
        status =
            keep_marked(work, work->target.text, shown, &work->hit->target_marked, err);
    return status;
}

static cq_status fit(fitting *work, const cq_lang *to, cq_error *err)
{
    cq_hit *hit = work->hit;
    cq_status status = keep(work, work->source->text, &hit->source, err);

    if (status == CQ_OK)
        status = keep(work, work->target.text, &hit->target, err);
    if (status == CQ_OK)
        status = keep_markup(work, work->source, &hit->source_markup, err);
    if (status == CQ_OK)
        status = explain(work, err);
    if (status == CQ_OK)
        status = lay_out(work, err);
    if (status == CQ_OK)
        status = adapt(work, to, err);
    if (status == CQ_OK)
        status = keep_markup(work, &work->target, &hit->target_markup, err);
    return status == CQ_OK ? mark(work, err) : status;
}

cq_status cq_fit(cq_memory *memory, const cq_fitting *ask, const cq_loaded *loaded,
                 size_t source, size_t target, cq_arena *arena, cq_hit *hit,
                 cq_error *err)
{
    fitting work = {.memory = memory,
                    .ask = ask,
                    .source = &loaded->unit.variants[source],
                    .target = loaded->unit.variants[target],
                    .arena = arena,
                    .hit = hit};
    const cq_language *language;
    cq_status status =
        cq_memory_language_of(memory, loaded->tags[target], &language, err);

    if (status == CQ_OK)
        status = fit(&work, &language->lang, err);
    cq_explanation_free(work.why);
    cq_marks_release(&work.source_marks);
    cq_marks_release(&work.target_marks);
    cq_marks_release(&work.placed);
    return status;
}
