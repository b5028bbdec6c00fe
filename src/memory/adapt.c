#include "adapt.h"

#include <string.h>

/* A number or placeable of the stored source and what the query has in its place. */
typedef struct change {
    cq_token_kind kind;
    cq_str was, is;     /* forms: a number's value, a placeable as written */
    cq_str written;     /* in the query */
    size_t times, seen; /* in the source; in the rendering */
} change;

typedef struct adapting {
    cq_memory *memory;
    const cq_adapting *ask;
    cq_arena *arena;
    change *changes;
    size_t changes_len, changes_capacity;
    cq_token *tokens; /* of the rendering that were found among the changes */
    size_t *which;    /* change of each */
    size_t tokens_len, tokens_capacity, which_capacity;
    bool is_other; /* something else differs, or it is not certain what stands where */
} adapting;

static cq_status no_memory(cq_error *err)
{
    return cq_fail(err, CQ_E_NOMEM, "no memory to adapt a rendering");
}

static bool is_replaceable(cq_token_kind kind)
{
    return kind == CQ_TOKEN_NUMBER || kind == CQ_TOKEN_PLACEABLE;
}

/* ---- what changed ---------------------------------------------------------------------
 */

/* Cut a text; its numbers and placeables are handed to `each` in reading order. */
typedef cq_status (*each_fn)(adapting *work, const cq_token *token, cq_error *err);

static cq_status cut(adapting *work, const cq_lang *lang, cq_str text, each_fn each,
                     cq_error *err)
{
    cq_analyzer *analyzer;
    cq_tokens *tokens = &work->memory->tokens;
    cq_status status =
        cq_memory_analyzer(work->memory, cq_str_from(lang->group), &analyzer, err);

    if (status == CQ_OK)
        status = cq_analyzer_run(analyzer, text, tokens, err);
    for (size_t i = 0; i < tokens->len && status == CQ_OK && !work->is_other; i++)
        if (is_replaceable(tokens->items[i].kind))
            status = each(work, &tokens->items[i], err);
    return status;
}

static cq_status keep(adapting *work, cq_str s, cq_str *copy, cq_error *err)
{
    *copy = cq_arena_copy(work->arena, s);
    return copy->ptr ? CQ_OK : no_memory(err);
}

static cq_status note_source(adapting *work, const cq_token *token, cq_error *err)
{
    change *made;

    if (!cq_grow(&work->changes, &work->changes_capacity, work->changes_len + 1,
                 sizeof(*work->changes)))
        return no_memory(err);
    made = &work->changes[work->changes_len++];
    *made = (change){.kind = token->kind};
    return keep(work, token->form, &made->was, err);
}

/* The query's numbers and placeables pair with the source's in order. */
static cq_status note_query(adapting *work, const cq_token *token, cq_error *err)
{
    change *made = NULL;
    cq_status status;

    for (size_t i = 0; i < work->changes_len && !made; i++)
        if (work->changes[i].is.ptr == NULL)
            made = &work->changes[i];
    if (!made || made->kind != token->kind) {
        work->is_other = true;
        return CQ_OK;
    }
    status = keep(work, token->form, &made->is, err);
    made->written = cq_str_slice(work->ask->query, token->start, token->end);
    return status;
}

static cq_str piece(cq_str text, const cq_tokens *tokens, size_t i)
{
    return cq_str_slice(text, tokens->items[i].start, tokens->items[i].end);
}

static cq_str gap_before(cq_str text, const cq_tokens *tokens, size_t i)
{
    return cq_str_slice(text, i ? tokens->items[i - 1].end : 0,
                        i < tokens->len ? tokens->items[i].start : text.len);
}

/* Whether two texts are the same, token by token, but for numbers and placeables. */
static bool differ_in_values(cq_str a, const cq_tokens *in_a, cq_str b,
                             const cq_tokens *in_b)
{
    bool is_so = in_a->len == in_b->len;

    for (size_t i = 0; i < in_a->len && is_so; i++)
        is_so = in_a->items[i].kind == in_b->items[i].kind &&
                (is_replaceable(in_a->items[i].kind) ||
                 cq_text_same(piece(a, in_a, i), piece(b, in_b, i)));
    for (size_t i = 0; i <= in_a->len && is_so; i++)
        is_so = cq_str_equal(gap_before(a, in_a, i), gap_before(b, in_b, i));
    return is_so;
}

/* This first, since it is seldom so. */
static cq_status compare(adapting *work, bool *is_so, cq_error *err)
{
    const cq_adapting *ask = work->ask;
    cq_tokens *source = &work->memory->query, *query = &work->memory->tokens;
    cq_analyzer *analyzer;
    cq_status status =
        cq_memory_analyzer(work->memory, cq_str_from(ask->from->group), &analyzer, err);

    if (status == CQ_OK)
        status = cq_analyzer_run(analyzer, ask->source, source, err);
    if (status == CQ_OK)
        status = cq_analyzer_run(analyzer, ask->query, query, err);
    *is_so = status == CQ_OK && differ_in_values(ask->source, source, ask->query, query);
    return status;
}

static bool same_was(const change *a, const change *b)
{
    return a->kind == b->kind && cq_str_equal(a->was, b->was);
}

/* One entry a value, with how often the source has it. A value that became two, or has
 * no partner in the query, is not certain. */
static void gather(adapting *work)
{
    size_t kept = 0;

    for (size_t i = 0; i < work->changes_len && !work->is_other; i++) {
        change *at = &work->changes[i];
        size_t k = 0;

        while (k < kept && !same_was(&work->changes[k], at))
            k++;
        if (!at->is.ptr || (k < kept && !cq_str_equal(work->changes[k].is, at->is))) {
            work->is_other = true;
        } else if (k < kept) {
            work->changes[k].times++;
        } else {
            at->times = 1;
            work->changes[kept++] = *at;
        }
    }
    work->changes_len = kept;
}

/* ---- the rendering --------------------------------------------------------------------
 */

static cq_status note_target(adapting *work, const cq_token *token, cq_error *err)
{
    size_t k = 0;

    while (k < work->changes_len && !(work->changes[k].kind == token->kind &&
                                      cq_str_equal(work->changes[k].was, token->form)))
        k++;
    if (k == work->changes_len)
        return CQ_OK;
    work->changes[k].seen++;
    if (cq_str_equal(work->changes[k].was, work->changes[k].is))
        return CQ_OK;
    if (!cq_grow(&work->tokens, &work->tokens_capacity, work->tokens_len + 1,
                 sizeof(*work->tokens)) ||
        !cq_grow(&work->which, &work->which_capacity, work->tokens_len + 1,
                 sizeof(*work->which)))
        return no_memory(err);
    work->which[work->tokens_len] = k;
    work->tokens[work->tokens_len++] = *token;
    return CQ_OK;
}

static bool is_certain(const adapting *work)
{
    for (size_t k = 0; k < work->changes_len; k++) {
        const change *at = &work->changes[k];

        if (!cq_str_equal(at->was, at->is) && at->seen != at->times)
            return false;
    }
    return work->tokens_len > 0;
}

static cq_status put_value(adapting *work, const change *at, cq_str like, cq_buf *out,
                           cq_error *err)
{
    cq_status status = CQ_DONE;

    if (at->kind == CQ_TOKEN_NUMBER)
        status = cq_number_rewrite(work->ask->from, at->written, work->ask->to, like, out,
                                   err);
    if (status == CQ_DONE)
        cq_buf_add_str(out, at->written);
    return status < 0 ? status : CQ_OK;
}

/* The text anew, the codes moving with what they stand before; codes inside what is
 * replaced come after it. */
static cq_status replace(adapting *work, cq_variant *target, cq_code *codes, cq_buf *out,
                         cq_error *err)
{
    size_t at = 0, code = 0;
    cq_status status = CQ_OK;

    for (size_t i = 0; i <= work->tokens_len && status == CQ_OK; i++) {
        bool is_last = i == work->tokens_len;
        size_t start = is_last ? target->text.len : work->tokens[i].start;
        size_t end = is_last ? target->text.len : work->tokens[i].end;

        for (; code < target->codes_len && codes[code].at <= start; code++)
            codes[code].at = codes[code].at - at + out->len;
        cq_buf_add_str(out, cq_str_slice(target->text, at, start));
        if (!is_last)
            status = put_value(work, &work->changes[work->which[i]],
                               cq_str_slice(target->text, start, end), out, err);
        for (; code < target->codes_len && codes[code].at < end; code++)
            codes[code].at = out->len;
        at = end;
    }
    return status == CQ_OK ? cq_buf_check(out, err) : status;
}

static cq_status rebuild(adapting *work, cq_variant *target, cq_error *err)
{
    cq_buf text = {0};
    cq_str copy;
    cq_code *codes =
        cq_arena_alloc(work->arena, (target->codes_len + 1) * sizeof(*codes));
    cq_status status;

    if (!codes)
        return no_memory(err);
    if (target->codes_len)
        memcpy(codes, target->codes, target->codes_len * sizeof(*codes));
    status = replace(work, target, codes, &text, err);
    if (status == CQ_OK) {
        status = keep(work, cq_buf_str(&text), &copy, err);
        if (status == CQ_OK) {
            target->text = copy;
            target->codes = codes;
        }
    }
    cq_buf_release(&text);
    return status;
}

static cq_status adapt(adapting *work, cq_variant *target, cq_error *err)
{
    const cq_adapting *ask = work->ask;
    bool is_so;
    cq_status status = compare(work, &is_so, err);

    if (status == CQ_OK && !is_so)
        return CQ_DONE;
    if (status == CQ_OK)
        status = cut(work, ask->from, ask->source, note_source, err);
    if (status == CQ_OK)
        status = cut(work, ask->from, ask->query, note_query, err);
    if (status == CQ_OK)
        gather(work);
    if (status == CQ_OK)
        status = cut(work, ask->to, target->text, note_target, err);
    if (status != CQ_OK)
        return status;
    return work->is_other || !is_certain(work) ? CQ_DONE : rebuild(work, target, err);
}

cq_status cq_adapt(cq_memory *memory, const cq_adapting *ask, cq_variant *target,
                   cq_arena *arena, cq_error *err)
{
    adapting work = {.memory = memory, .ask = ask, .arena = arena};
    cq_status status = adapt(&work, target, err);

    cq_free(work.changes);
    cq_free(work.tokens);
    cq_free(work.which);
    return status;
}
