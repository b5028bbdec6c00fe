#include "align/school.h"

#include <string.h>

#define RATIO_MIN 2.0F /* entries that say less in both directions are left out */

static bool is_worth(const cq_school *s, size_t k)
{
    return s->t[0][k] > RATIO_MIN * cq_school_often(s, 1, s->cells[k].target) ||
           s->t[1][k] > RATIO_MIN * cq_school_often(s, 0, s->cells[k].source);
}

static cq_status give(cq_school *s, cq_align_lexicon *lexicon, cq_error *err)
{
    size_t types = s->texts->source.types_len, len = 0;

    for (size_t k = 0; k < s->cells_len; k++)
        len += is_worth(s, k);
    lexicon->first = cq_zalloc((types + 2) * sizeof(*lexicon->first));
    lexicon->entries = cq_alloc((len + 1) * sizeof(*lexicon->entries));
    if (!lexicon->first || !lexicon->entries)
        return cq_school_no_memory(s, err);
    for (size_t k = 0; k < s->cells_len; k++)
        if (is_worth(s, k))
            lexicon->first[s->cells[k].source + 2]++;
    for (size_t t = 0; t < types; t++)
        lexicon->first[t + 2] += lexicon->first[t + 1];
    for (size_t k = 0; k < s->cells_len; k++) {
        const cq_school_cell *c = &s->cells[k];

        if (!is_worth(s, k))
            continue;
        lexicon->entries[lexicon->first[c->source + 1]++] =
            (cq_align_entry){.target = c->target,
                             .forward = s->t[0][k] / cq_school_often(s, 1, c->target),
                             .backward = s->t[1][k] / cq_school_often(s, 0, c->source)};
    }
    lexicon->types = types;
    lexicon->len = len;
    memcpy(lexicon->miss, s->miss, sizeof(lexicon->miss));
    for (int k = 0; k < 2; k++) {
        lexicon->alone[k] = s->alone[k];
        s->alone[k] = NULL;
    }
    return CQ_OK;
}

static void release_school(cq_school *s)
{
    cq_free(s->lessons);
    cq_free(s->cells);
    cq_free(s->at);
    cq_free(s->met);
    cq_free(s->firsts);
    cq_free(s->places);
    cq_free(s->pairs);
    for (int k = 0; k < 2; k++) {
        cq_free(s->t[k]);
        cq_free(s->count[k]);
        cq_free(s->total[k]);
        cq_free(s->known_total[k]);
        cq_free(s->alone[k]);
        cq_free(s->missed[k]);
        cq_free(s->seen[k]);
    }
}

static bool make_tables(cq_school *s)
{
    bool is_made = true;

    for (int k = 0; k < 2 && is_made; k++) {
        s->known_total[k] = cq_zalloc((cq_school_types(s, !k) + 1) * sizeof(float));
        s->total[k] = cq_alloc((cq_school_types(s, !k) + 1) * sizeof(float));
        s->alone[k] = cq_alloc((cq_school_types(s, k) + 1) * sizeof(float));
        s->missed[k] = cq_alloc((cq_school_types(s, k) + 1) * sizeof(float));
        s->seen[k] = cq_alloc((cq_school_types(s, k) + 1) * sizeof(float));
        is_made =
            s->known_total[k] && s->total[k] && s->alone[k] && s->missed[k] && s->seen[k];
    }
    return is_made;
}

static void set_up(cq_school *s, const cq_align_texts *texts, const cq_align_links *links)
{
    *s = (cq_school){.texts = texts, .miss = {0.5, 0.5}};
    s->is_first = links->len == 0;
    if (links->len + texts->seeds == 0)
        s->miss[0] = s->miss[1] = CQ_SCHOOL_MISS_START;
    s->tokens[0] = (double)texts->source.tokens_len;
    s->tokens[1] = (double)texts->target.tokens_len;
}

static cq_status go_to_school(cq_school *s, const cq_align_pairs *cognates,
                              const cq_align_links *links, cq_error *err)
{
    cq_status status = make_tables(s) ? cq_school_take_lessons(s, links, err)
                                      : cq_school_no_memory(s, err);

    if (status >= 0)
        status = cq_school_find_cells(s, cognates, err);
    if (status >= 0)
        cq_school_learn(s);
    return status;
}

cq_status cq_align_lexicon_learn(cq_align_lexicon *lexicon, const cq_align_texts *texts,
                                 const cq_align_pairs *cognates,
                                 const cq_align_links *links, cq_error *err)
{
    cq_school s;
    cq_align_lexicon made = {0};
    cq_status status;

    set_up(&s, texts, links);
    status = go_to_school(&s, cognates, links, err);
    if (status >= 0)
        status = give(&s, &made, err);
    release_school(&s);
    if (status < 0) {
        cq_align_lexicon_release(&made);
        return status;
    }
    cq_align_lexicon_release(lexicon);
    *lexicon = made;
    return CQ_OK;
}

/* ---- teaching ------------------------------------------------------------------------
 */

#define TEACH_MIN 30 /* thousandths: less of a pair of words is chance */

static uint64_t thousandths(float count) { return (uint64_t)(count * 1000.0F + 0.5F); }

static cq_status teach_words(const cq_school *s, cq_lexicon *lexicon, int side,
                             uint32_t *ids, cq_error *err)
{
    const cq_align_text *text = side ? &s->texts->target : &s->texts->source;
    cq_status status = CQ_OK;

    for (size_t t = 0; t < text->types_len && status >= 0; t++)
        status = cq_lexicon_add_word(lexicon, side, text->types[t].key,
                                     thousandths(s->seen[!side][t]), &ids[t], err);
    return status;
}

static cq_status teach(const cq_school *s, cq_lexicon *lexicon, uint32_t *source,
                       uint32_t *target, cq_error *err)
{
    cq_status status = teach_words(s, lexicon, 0, source, err);

    if (status >= 0)
        status = teach_words(s, lexicon, 1, target, err);
    for (size_t k = 0; k < s->cells_len && status >= 0; k++) {
        const cq_school_cell *c = &s->cells[k];
        uint64_t count = thousandths((s->count[0][k] + s->count[1][k]) / 2);

        if (count >= TEACH_MIN)
            status = cq_lexicon_add_pair(lexicon, source[c->source], target[c->target],
                                         count, err);
    }
    return status;
}

cq_status cq_align_lexicon_teach(cq_lexicon *lexicon, const cq_align_texts *texts,
                                 const cq_align_pairs *cognates,
                                 const cq_align_links *links, cq_error *err)
{
    uint32_t *source = cq_alloc((texts->source.types_len + 1) * sizeof(*source));
    uint32_t *target = cq_alloc((texts->target.types_len + 1) * sizeof(*target));
    cq_school s;
    cq_status status;

    set_up(&s, texts, links);
    status = source && target ? go_to_school(&s, cognates, links, err)
                              : cq_school_no_memory(&s, err);
    for (int direction = 0; direction < 2 && status >= 0; direction++)
        cq_school_expect(&s, direction);
    if (status >= 0)
        status = teach(&s, lexicon, source, target, err);
    release_school(&s);
    cq_free(source);
    cq_free(target);
    return status;
}

cq_status cq_lexicon_learn(cq_lexicon *lexicon, const cq_lang *source,
                           const cq_lang *target, const cq_seed *seeds, size_t seeds_len,
                           cq_error *err)
{
    cq_align_request request = {.source = {.lang = source},
                                .target = {.lang = target},
                                .seeds = seeds,
                                .seeds_len = seeds_len,
                                .teach = lexicon};
    cq_align_texts texts;
    cq_align_pairs cognates = {0};
    cq_align_links none = {0};
    cq_status status = cq_align_texts_init(&texts, &request, err);

    if (status < 0)
        return status;
    status = cq_align_cognates(&texts, &cognates, err);
    if (status >= 0)
        status = cq_align_lexicon_teach(lexicon, &texts, &cognates, &none, err);
    cq_free(cognates.items);
    cq_align_texts_release(&texts);
    return status;
}

void cq_align_lexicon_release(cq_align_lexicon *lexicon)
{
    cq_free(lexicon->first);
    cq_free(lexicon->entries);
    cq_free(lexicon->alone[0]);
    cq_free(lexicon->alone[1]);
    *lexicon = (cq_align_lexicon){0};
}
