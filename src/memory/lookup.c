#include "looking.h"

#define PERCENT_DEFAULT 70
#define HITS_DEFAULT    5u

/* ---- candidates -----------------------------------------------------------------------
 */

/* Once enough better hits are known, what is weaker than the last needs no look; what
 * ties with it is decided by the order of hits. */
static void raise(const cq_looking *look, int *percent)
{
    const cq_ranking *ranking = &look->ranking;

    if (ranking->len == ranking->max &&
        ranking->items[ranking->len - 1].percent > *percent)
        *percent = ranking->items[ranking->len - 1].percent;
    if (*percent > 100)
        *percent = 100;
}

static cq_status score_text(cq_looking *look, const cq_store_text *text, int *percent,
                            cq_error *err)
{
    uint64_t id = text->id;
    int score;
    cq_status status =
        cq_analyzer_run(look->analyzer, text->text, &look->memory->tokens, err);

    if (status == CQ_OK)
        status = cq_matcher_score(look->memory->matcher, text->text,
                                  &look->memory->tokens, *percent, &score, err);
    if (status != CQ_OK || score < *percent)
        return status;
    status = cq_matcher_letters(look->memory->matcher, text->text, &look->letters, err);
    if (status != CQ_OK)
        return status;
    look->is_verbatim = cq_str_equal(text->text, look->query);
    status = cq_offer_text(look, id, score, err);
    raise(look, percent);
    return status;
}

static cq_status score_candidate(void *context, uint64_t id, uint64_t weight,
                                 uint64_t shared, int *percent, cq_error *err)
{
    cq_looking *look = context;
    cq_store_text text;
    cq_status status;

    (void)weight;
    (void)shared;
    status = cq_store_text_get(look->memory->store, id, &text, err);
    if (status == CQ_DONE)
        return CQ_OK; /* dropped since the index was written */
    return status == CQ_OK ? score_text(look, &text, percent, err) : status;
}

static cq_status ask_index(cq_looking *look, int percent, cq_index_fn each, void *context,
                           cq_index_cost *cost, cq_error *err)
{
    cq_index_query query = {.group = look->group,
                            .tokens = look->known,
                            .len = look->known_len,
                            .weight = look->weight,
                            .percent = percent};

    return cq_index_find(cq_memory_index(look->memory), &query, each, context, cost, err);
}

/* Every text of the language, without the index. Only those are left out whose weight
 * alone forbids the score, when it can be trusted. */
static cq_status ask_all(cq_looking *look, int percent, cq_error *err)
{
    cq_store_text text = {0};
    cq_status status;

    while ((status = cq_store_text_next(look->memory->store, look->group, text.id, &text,
                                        err)) == CQ_OK) {
        uint64_t lighter = text.weight < look->weight ? text.weight : look->weight;

        if (look->is_current &&
            (text.weight == 0 ||
             !cq_match_possible(look->weight, text.weight, lighter, percent)))
            continue;
        status = score_text(look, &text, &percent, err);
        if (status != CQ_OK)
            return status;
    }
    return status < 0 ? status : CQ_OK;
}

/* A query without a token (empty, or white space) is found only as it stands. */
static cq_status ask_same(cq_looking *look, cq_error *err)
{
    cq_store_text text = {.group = look->group, .text = look->query};
    cq_status status = cq_store_text_find(look->memory->store, &text, err);

    look->is_verbatim = true;
    return status == CQ_OK && text.id ? cq_offer_text(look, text.id, 100, err) : status;
}

/* ---- the query ------------------------------------------------------------------------
 */

static cq_status check_query(cq_str query, const cq_lookup_options *opts, cq_error *err)
{
    size_t valid;

    if (query.len > CQ_SEGMENT_MAX)
        return cq_fail_number(
            err, CQ_E_ARG, ERR_QUERY_LONG,
            "a text of %zu bytes is too long to look up; %u is the most", query.len,
            CQ_SEGMENT_MAX);
    valid = cq_text_valid(query);
    if (valid < query.len)
        return cq_fail_number(
            err, CQ_E_INPUT, ERR_QUERY_TEXT,
            "the text asked for is not valid UTF-8 at byte %zu (0x%02x)", valid + 1,
            (unsigned char)query.ptr[valid]);
    if (opts->min_percent < 0 || opts->min_percent > 101)
        return cq_fail_number(err, CQ_E_ARG, ERR_PERCENT,
                              "%d is no percentage from 1 to 101", opts->min_percent);
    if (opts->max_hits > CQ_HITS_MAX)
        return cq_fail_number(err, CQ_E_ARG, ERR_LIMIT,
                              "%zu hits are too many to ask for; %u is the most",
                              opts->max_hits, CQ_HITS_MAX);
    return CQ_OK;
}

static cq_status prepare(cq_looking *look, cq_error *err)
{
    cq_memory *memory = look->memory;
    cq_tokens *tokens = &memory->tokens;
    cq_status status =
        cq_memory_analyzer(memory, cq_str_from(look->from->group), &look->analyzer, err);

    if (status == CQ_OK && !memory->matcher)
        status = cq_matcher_new(&memory->matcher, err);
    if (status == CQ_OK)
        status = cq_analyzer_run(look->analyzer, look->query, tokens, err);
    if (status == CQ_OK)
        status = cq_matcher_set(memory->matcher, look->query, tokens, err);
    if (status != CQ_OK)
        return status;
    look->weight = cq_match_total(tokens);
    look->known = cq_alloc((tokens->len + 1) * sizeof(*look->known));
    if (!look->known)
        return cq_fail(err, CQ_E_NOMEM, "no memory for %zu tokens", tokens->len);
    for (size_t i = 0; i < tokens->len && status == CQ_OK; i++) {
        cq_index_token *token = &look->known[look->known_len];

        token->weight = cq_match_weight(tokens->items[i].kind);
        status = cq_store_token_find(memory->store, look->group, tokens->items[i].kind,
                                     tokens->items[i].key, &token->token, err);
        look->known_len += token->token != 0;
    }
    return status;
}

static cq_status search(cq_looking *look, const cq_lookup_options *opts, cq_error *err)
{
    int percent = opts->min_percent ? opts->min_percent : PERCENT_DEFAULT;
    cq_status status = cq_store_group(look->memory->store, cq_str_from(look->from->group),
                                      &look->group, err);

    if (status != CQ_OK || look->group == 0)
        return status;
    status = prepare(look, err);
    if (status != CQ_OK)
        return status;
    if (percent > 100)
        percent = 100;
    look->least = percent;
    if (look->weight == 0)
        return ask_same(look, err);
    status = cq_memory_is_current(look->memory, &look->is_current, err);
    if (status != CQ_OK)
        return status;
    return opts->exhaustive || !look->is_current
               ? ask_all(look, percent, err)
               : ask_index(look, percent, score_candidate, look, NULL, err);
}

/* Ask once more, for what is stored in the other script of the language. */
static cq_status search_twin(cq_looking *look, const cq_lookup_options *opts,
                             cq_error *err)
{
    cq_str query = look->query;
    const cq_lang *from = look->from;
    cq_status status;

    if (!opts->both_scripts || !cq_lang_twin(from, &look->twin))
        return CQ_OK;
    status = cq_lang_rewrite(query, &look->twin, &look->rewritten, err);
    if (status != CQ_OK)
        return status;
    cq_free(look->known);
    look->known = NULL;
    look->known_len = 0;
    look->is_rewritten = true;
    look->query = cq_buf_str(&look->rewritten);
    look->from = &look->twin;
    status = search(look, opts, err);
    look->query = query;
    look->from = from;
    return status;
}

/* ---- the answer -----------------------------------------------------------------------
 */

/* The query and its neighbours without their marks, in `plain` one after the other. */
static cq_status read_marks(cq_looking *look, cq_str query, const cq_lookup_options *opts,
                            cq_buf *plain, cq_error *err)
{
    cq_marks unused = {0};
    size_t ends[2];
    cq_status status = cq_marks_read(query, plain, &look->marks, err);

    ends[0] = plain->len;
    if (status == CQ_OK)
        status = cq_marks_read(opts->previous, plain, &unused, err);
    ends[1] = plain->len;
    if (status == CQ_OK)
        status = cq_marks_read(opts->next, plain, &unused, err);
    cq_marks_release(&unused);
    if (status != CQ_OK)
        return status;
    look->query = cq_str_slice(cq_buf_str(plain), 0, ends[0]);
    look->context.previous = cq_str_slice(cq_buf_str(plain), ends[0], ends[1]);
    look->context.next = cq_str_slice(cq_buf_str(plain), ends[1], plain->len);
    return CQ_OK;
}

cq_status cq_memory_lookup(cq_memory *memory, cq_str query, const cq_lang *from,
                           const cq_lang *to, const cq_lookup_options *opts,
                           cq_hits **hits, cq_error *err)
{
    static const cq_lookup_options defaults = {0};
    cq_looking look = {.memory = memory, .query = query, .from = from, .to = to};
    cq_buf plain = {0};
    cq_status status;

    *hits = NULL;
    if (!opts)
        opts = &defaults;
    status = check_query(query, opts, err);
    if (status != CQ_OK)
        return status;
    look.context = (cq_context){opts->previous, opts->next, opts->context};
    look.ranking.max = opts->max_hits ? opts->max_hits : HITS_DEFAULT;
    look.ranking.items = cq_alloc(look.ranking.max * sizeof(*look.ranking.items));
    if (!look.ranking.items)
        return cq_fail(err, CQ_E_NOMEM, "no memory for the hits");
    look.as_stored = opts->as_stored;
    look.pivot = opts->pivot;
    look.lays_out = opts->differences;
    if (opts->has_marks)
        status = read_marks(&look, query, opts, &plain, err);
    if (status == CQ_OK)
        status = cq_store_begin_read(memory->store, err);
    if (status == CQ_OK) {
        status = search(&look, opts, err);
        if (status == CQ_OK)
            status = search_twin(&look, opts, err);
        if (status == CQ_OK)
            status = cq_looking_answer(&look, opts->min_percent, hits, err);
        cq_store_end_read(memory->store);
    }
    cq_loaded_release(&look.loaded);
    cq_loaded_release(&look.other);
    cq_marks_release(&look.marks);
    cq_marks_release(&look.stored_marks);
    cq_buf_release(&plain);
    cq_buf_release(&look.rewritten);
    cq_free(look.holders);
    cq_free(look.known);
    cq_free(look.ranking.items);
    return status;
}

/* ---- what it costs --------------------------------------------------------------------
 */

static cq_status count_candidate(void *context, uint64_t id, uint64_t weight,
                                 uint64_t shared, int *percent, cq_error *err)
{
    uint64_t *scored = context;

    (void)id;
    (void)weight;
    (void)shared;
    (void)percent;
    (void)err;
    ++*scored;
    return CQ_OK;
}

static cq_status find_cost(cq_looking *look, int percent, cq_search_cost *cost,
                           cq_error *err)
{
    cq_index_cost spent = {0};
    uint64_t scored = 0;
    cq_status status = cq_store_group(look->memory->store, cq_str_from(look->from->group),
                                      &look->group, err);

    if (status == CQ_OK)
        status = cq_memory_is_current(look->memory, &look->is_current, err);
    if (status == CQ_OK && look->group != 0 && !look->is_current)
        return CQ_DONE;
    if (status == CQ_OK && look->group != 0)
        status = prepare(look, err);
    if (status == CQ_OK && look->group != 0)
        status = ask_index(look, percent, count_candidate, &scored, &spent, err);
    if (status == CQ_OK)
        *cost = (cq_search_cost){look->known_len, spent.lists, spent.postings,
                                 spent.candidates, scored};
    return status;
}

cq_status cq_memory_search_cost(cq_memory *memory, cq_str query, const cq_lang *from,
                                int percent, cq_search_cost *cost, cq_error *err)
{
    cq_looking look = {.memory = memory, .query = query, .from = from};
    cq_lookup_options opts = {.min_percent = percent};
    cq_status status = check_query(query, &opts, err);

    if (status == CQ_OK)
        status = cq_store_begin_read(memory->store, err);
    if (status != CQ_OK)
        return status;
    status = find_cost(&look, percent, cost, err);
    cq_store_end_read(memory->store);
    cq_free(look.known);
    return status;
}
