#include "adapt.h"

#include <string.h>

/* A text with more numbers and placeables is a table: nothing of it is adapted. */
#define VALUES_MAX 1000u
#define GROUP_MARK '\'' /* parts groups in every language */

/* A number or placeable of the stored source and what the query has in its place. */
typedef struct change {
    cq_token_kind kind;
    cq_str was, is; /* forms: a number's value, a placeable as written */
    cq_str written; /* in the query */
    size_t times;   /* the rendering has the value; counted at the first that has it */
} change;

/* A number or placeable of the rendering that is one of the source's. */
typedef struct found {
    cq_token token;
    size_t change; /* the first with this value */
} found;

typedef struct adapting {
    cq_memory *memory;
    const cq_adapting *ask;
    cq_arena *arena;
    cq_str target;   /* the rendering as it is read, of the same length */
    change *changes; /* in the order of the source */
    size_t changes_len, changes_capacity;
    found *found; /* in the order of the rendering */
    size_t found_len, found_capacity;
    size_t rendered;  /* numbers and placeables of the rendering */
    bool is_in_order; /* and they are those of the source, one by one */
    bool is_other;    /* something else differs, or a value has no partner */
} adapting;

static cq_status no_memory(cq_error *err)
{
    return cq_fail(err, CQ_E_NOMEM, "no memory to adapt a rendering");
}

static bool is_replaceable(cq_token_kind kind)
{
    return kind == CQ_TOKEN_NUMBER || kind == CQ_TOKEN_PLACEABLE;
}

/* ---- groups parted by a space ---------------------------------------------------------
 */

static bool is_digit(cq_str s, size_t at)
{
    return at < s.len && s.ptr[at] >= '0' && s.ptr[at] <= '9';
}

/* Whether a plain space could part the groups of a number: "1 234,5". In a text it mostly
 * stands between two numbers, so elsewhere it is never read so (docs/tokens.md). */
static bool parts_groups(cq_str s, size_t at)
{
    return s.ptr[at] == ' ' && at > 0 && is_digit(s, at - 1) && is_digit(s, at + 1) &&
           is_digit(s, at + 2) && is_digit(s, at + 3) && !is_digit(s, at + 4);
}

static bool has_groups(cq_str s)
{
    for (size_t i = 0; i < s.len; i++)
        if (parts_groups(s, i))
            return true;
    return false;
}

/* The text with such spaces as a mark that does part groups; of the same length. */
static cq_status join_groups(cq_arena *arena, cq_str text, cq_str *joined, cq_error *err)
{
    char *copy = cq_arena_alloc(arena, text.len + 1);

    if (!copy)
        return no_memory(err);
    for (size_t i = 0; i < text.len; i++)
        copy[i] = parts_groups(text, i) ? GROUP_MARK : text.ptr[i];
    *joined = (cq_str){copy, text.len};
    return CQ_OK;
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

    if (work->changes_len == VALUES_MAX) {
        work->is_other = true;
        return CQ_OK;
    }
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

/* ---- the rendering --------------------------------------------------------------------
 */

static bool same_was(const change *a, const change *b)
{
    return a->kind == b->kind && cq_str_equal(a->was, b->was);
}

static bool is_changed(const change *at) { return !cq_str_equal(at->was, at->is); }

static bool is_of(const change *at, const cq_token *token)
{
    return at->kind == token->kind && cq_str_equal(at->was, token->form);
}

static cq_status note_target(adapting *work, const cq_token *token, cq_error *err)
{
    size_t k = 0, place = work->rendered++;

    work->is_in_order = work->is_in_order && place < work->changes_len &&
                        is_of(&work->changes[place], token);
    while (k < work->changes_len && !is_of(&work->changes[k], token))
        k++;
    if (k == work->changes_len)
        return CQ_OK;
    if (!cq_grow(&work->found, &work->found_capacity, work->found_len + 1,
                 sizeof(*work->found)))
        return no_memory(err);
    work->found[work->found_len++] = (found){*token, k};
    work->changes[k].times++;
    return CQ_OK;
}

/* Whether a value that changes becomes one other wherever it stands, and the rendering
 * has it as often as the source. */
static bool is_certain_by_value(const adapting *work)
{
    for (size_t i = 0; i < work->changes_len; i++) {
        const change *at = &work->changes[i], *first = work->changes;
        size_t times = 0;

        while (!same_was(first, at))
            first++;
        for (size_t k = 0; k < work->changes_len; k++)
            times += same_was(&work->changes[k], at);
        if (!cq_str_equal(first->is, at->is) || (is_changed(at) && times != first->times))
            return false;
    }
    return true;
}

/* Whether the values from `first` to `last` read the same from behind: then a rendering
 * may have turned them round. */
static bool is_mirrored(const adapting *work, size_t first, size_t last)
{
    for (; first < last; first++, last--)
        if (!same_was(&work->changes[first], &work->changes[last]))
            return false;
    return true;
}

/* Whether the rendering has just the source's values in the source's order, and none that
 * becomes two could have changed places with its like. */
static bool is_certain_by_place(const adapting *work)
{
    if (!work->is_in_order || work->rendered != work->changes_len)
        return false;
    for (size_t i = 0; i < work->changes_len; i++)
        for (size_t k = i + 1; k < work->changes_len; k++)
            if (same_was(&work->changes[i], &work->changes[k]) &&
                !cq_str_equal(work->changes[i].is, work->changes[k].is) &&
                is_mirrored(work, i, k))
                return false;
    return true;
}

/* Keep of what was found what has to be replaced. @return whether it is certain */
static bool choose(adapting *work)
{
    bool by_place = is_certain_by_place(work);
    size_t kept = 0;

    if (!by_place && !is_certain_by_value(work))
        return false;
    for (size_t i = 0; i < work->found_len; i++) {
        size_t at = by_place ? i : work->found[i].change;

        if (is_changed(&work->changes[at]))
            work->found[kept++] = (found){work->found[i].token, at};
    }
    work->found_len = kept;
    return kept > 0;
}

/* @param stored  what stands there; `like` is the same as it was read */
static cq_status put_value(adapting *work, const change *at, cq_str stored, cq_str like,
                           cq_buf *out, cq_error *err)
{
    cq_status status = CQ_DONE;
    size_t start = out->len;

    if (at->kind == CQ_TOKEN_NUMBER)
        status = cq_number_rewrite(work->ask->from, at->written, work->ask->to, like, out,
                                   err);
    if (status == CQ_DONE)
        cq_buf_add_str(out, at->written);
    if (status == CQ_OK && !cq_str_equal(stored, like))
        for (size_t i = start; i < out->len; i++)
            if (out->ptr[i] == GROUP_MARK)
                out->ptr[i] = ' ';
    return status < 0 ? status : CQ_OK;
}

/* The text anew, the codes moving with what they stand before; codes inside what is
 * replaced come after it. */
static cq_status replace(adapting *work, cq_variant *target, cq_code *codes, cq_buf *out,
                         cq_error *err)
{
    size_t at = 0, code = 0;
    cq_status status = CQ_OK;

    for (size_t i = 0; i <= work->found_len && status == CQ_OK; i++) {
        bool is_last = i == work->found_len;
        size_t start = is_last ? target->text.len : work->found[i].token.start;
        size_t end = is_last ? target->text.len : work->found[i].token.end;

        for (; code < target->codes_len && codes[code].at <= start; code++)
            codes[code].at = codes[code].at - at + out->len;
        cq_buf_add_str(out, cq_str_slice(target->text, at, start));
        if (!is_last)
            status = put_value(work, &work->changes[work->found[i].change],
                               cq_str_slice(target->text, start, end),
                               cq_str_slice(work->target, start, end), out, err);
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
    for (size_t i = 0; i < work->changes_len; i++)
        work->is_other |= work->changes[i].is.ptr == NULL;
    if (status == CQ_OK)
        status = cut(work, ask->to, work->target, note_target, err);
    if (status != CQ_OK)
        return status;
    return work->is_other || !choose(work) ? CQ_DONE : rebuild(work, target, err);
}

static cq_status adapt_text(cq_memory *memory, const cq_adapting *ask, cq_str read,
                            cq_variant *target, cq_arena *arena, cq_error *err)
{
    adapting work = {.memory = memory,
                     .ask = ask,
                     .arena = arena,
                     .target = read,
                     .is_in_order = true};
    cq_status status = adapt(&work, target, err);

    cq_free(work.changes);
    cq_free(work.found);
    return status;
}

/* Where a space may part groups, it is read so, or nothing is adapted: "1 234" is not to
 * be taken for a 1. */
cq_status cq_adapt(cq_memory *memory, const cq_adapting *ask, cq_variant *target,
                   cq_arena *arena, cq_error *err)
{
    cq_adapting joined = *ask;
    cq_str read;
    cq_status status;

    if (!has_groups(ask->query) && !has_groups(ask->source) && !has_groups(target->text))
        return adapt_text(memory, ask, target->text, target, arena, err);
    status = join_groups(arena, ask->query, &joined.query, err);
    if (status == CQ_OK)
        status = join_groups(arena, ask->source, &joined.source, err);
    if (status == CQ_OK)
        status = join_groups(arena, target->text, &read, err);
    return status == CQ_OK ? adapt_text(memory, &joined, read, target, arena, err)
                           : status;
}
