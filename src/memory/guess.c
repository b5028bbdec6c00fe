#include "guess.h"

#include <math.h>

#define TEXTS_LEAST 2    /* renderings that must be known, and that must have a word */
#define SHARE_LEAST 0.3  /* of the renderings that a word of the phrase's stands in */
#define LIFT_LEAST  4.0  /* times as often as in other texts */
#define GAP_COST    0.4  /* of a word between, in parts of one that is certain */
#define VALUE_LEAST 0.45 /* of a stretch */

struct cq_guess {
    cq_memory *memory;
    cq_analyzer *analyzer;
    uint32_t group;
    uint64_t all;     /* texts of the language */
    cq_intmap seen;   /* texts learned from */
    cq_intmap counts; /* token: texts of `seen` that have it */
    cq_intmap values; /* token: what it is worth in a stretch, in millionths */
};

static cq_status no_memory(cq_error *err)
{
    return cq_fail(err, CQ_E_NOMEM, "no memory to compare renderings");
}

cq_status cq_guess_new(cq_memory *memory, const cq_lang *lang, cq_guess **guess,
                       cq_error *err)
{
    cq_guess *g = cq_zalloc(sizeof(*g));
    cq_str group = cq_str_from(lang->group);
    cq_status status;

    *guess = NULL;
    if (!g)
        return no_memory(err);
    g->memory = memory;
    status = cq_store_group(memory->store, group, &g->group, err);
    if (status == CQ_OK)
        status = cq_memory_analyzer(memory, group, &g->analyzer, err);
    if (status == CQ_OK)
        status = cq_index_texts(cq_memory_index(memory), g->group, &g->all, err);
    if (status == CQ_OK)
        *guess = g;
    else
        cq_guess_free(g);
    return status;
}

void cq_guess_free(cq_guess *g)
{
    if (!g)
        return;
    cq_intmap_release(&g->seen);
    cq_intmap_release(&g->counts);
    cq_intmap_release(&g->values);
    cq_free(g);
}

static bool can_render(cq_token_kind kind)
{
    return kind == CQ_TOKEN_WORD || kind == CQ_TOKEN_CHARACTER;
}

/* The store's number of a token, 0 for one that says nothing. */
static cq_status number_of(cq_guess *g, const cq_token *token, uint32_t *id,
                           cq_error *err)
{
    *id = 0;
    return can_render(token->kind) ? cq_store_token_find(g->memory->store, g->group,
                                                         token->kind, token->key, id, err)
                                   : CQ_OK;
}

/* Count a token, once for the text that is being learned from. */
static cq_status count_token(cq_guess *g, cq_intmap *here, uint32_t id, cq_error *err)
{
    bool is_new;
    uint64_t *count;

    if (id == 0)
        return CQ_OK;
    if (!cq_intmap_add(here, id, &is_new))
        return no_memory(err);
    if (!is_new)
        return CQ_OK;
    count = cq_intmap_add(&g->counts, id, NULL);
    if (!count)
        return no_memory(err);
    ++*count;
    return CQ_OK;
}

cq_status cq_guess_learn(cq_guess *g, uint64_t text, cq_str rendering, cq_error *err)
{
    cq_tokens *tokens = &g->memory->query;
    cq_intmap here = {0};
    bool is_new;
    cq_status status;

    if (!cq_intmap_add(&g->seen, text, &is_new))
        return no_memory(err);
    if (!is_new)
        return CQ_OK;
    cq_intmap_reset(&g->values);
    status = cq_analyzer_run(g->analyzer, rendering, tokens, err);
    for (size_t i = 0; i < tokens->len && status == CQ_OK; i++) {
        uint32_t id;

        status = number_of(g, &tokens->items[i], &id, err);
        if (status == CQ_OK)
            status = count_token(g, &here, id, err);
    }
    cq_intmap_release(&here);
    return status;
}

/* What a token is worth: its share of the renderings, more where it is rare elsewhere; 0
 * when it may stand there by chance. */
static cq_status value_of(cq_guess *g, uint32_t id, double *value, cq_error *err)
{
    uint64_t *count = id ? cq_intmap_find(&g->counts, id) : NULL, texts, *known;
    bool is_new;
    double share, elsewhere, lift;
    cq_status status;

    *value = 0;
    if (!count)
        return CQ_OK;
    known = cq_intmap_add(&g->values, id, &is_new);
    if (!known)
        return no_memory(err);
    if (!is_new) {
        *value = (double)*known / 1e6;
        return CQ_OK;
    }
    status = cq_index_count(cq_memory_index(g->memory), g->group, id, &texts, err);
    if (status != CQ_OK)
        return status;
    share = (double)*count / (double)g->seen.len;
    elsewhere = ((double)texts + 0.5) / ((double)g->all + 1);
    lift = share / elsewhere;
    if (*count >= TEXTS_LEAST && share >= SHARE_LEAST && lift >= LIFT_LEAST)
        *value = share * fmin(log(lift) / log(LIFT_LEAST) / 2, 1.5);
    *known = (uint64_t)(*value * 1e6);
    return CQ_OK;
}

/* The stretch of the highest sum, in which a token without worth costs (Bentley 1984). */
cq_status cq_guess_find(cq_guess *g, cq_str rendering, cq_range *range, cq_error *err)
{
    cq_tokens *tokens = &g->memory->query;
    double sum = 0, best = 0;
    size_t start = 0;
    cq_status status;

    if (g->seen.len < TEXTS_LEAST)
        return CQ_DONE;
    status = cq_analyzer_run(g->analyzer, rendering, tokens, err);
    for (size_t i = 0; i < tokens->len && status == CQ_OK; i++) {
        uint32_t id;
        double value = 0;

        status = number_of(g, &tokens->items[i], &id, err);
        if (status == CQ_OK)
            status = value_of(g, id, &value, err);
        if (sum <= 0) {
            sum = 0;
            start = tokens->items[i].start;
        }
        sum += value > 0 ? value : -GAP_COST;
        if (value > 0 && sum > best) {
            best = sum;
            *range = (cq_range){start, tokens->items[i].end};
        }
    }
    if (status != CQ_OK)
        return status;
    return best >= VALUE_LEAST ? CQ_OK : CQ_DONE;
}
