#include "internal.h"

#include <stdlib.h>
#include <string.h>

#define PAGE ((size_t)1024) /* tokens */

/* New texts as they came, by language group. A token stands in `tokens` by its local
 * number, so that a generation of a few texts costs nothing in the size of the
 * dictionary, and, since frequent tokens come early, mostly by one byte: all that is held
 * is written without a merge. */
typedef struct gathered {
    uint32_t group;
    struct gathered_text {
        uint64_t id, weight;
        size_t start; /* in tokens */
    } * texts;
    size_t texts_len, texts_capacity;
    cq_buf tokens; /* local numbers as varints */
    size_t postings;
    /* By token. Tokens are dense and the frequent ones low, so that pages of them stay in
     * the cache where a hash table would be all over it. */
    struct local_token {
        uint32_t number; /* local, + 1; 0 for a token that is not there */
        uint32_t count;
    } * *pages;
    size_t pages_len, pages_used;
    uint32_t *distinct; /* token by local number */
    size_t distinct_len, distinct_capacity;
    uint64_t added; /* postings of the group since the builder was made */
} gathered;

struct cq_index_builder {
    cq_index_io io;
    size_t memory_max;
    gathered *groups;
    size_t groups_len, groups_capacity;
    size_t latest; /* group asked last */
    cq_encoder *encoder;
};

cq_status cq_index_builder_new(cq_index_io io, size_t memory_max,
                               cq_index_builder **builder, cq_error *err)
{
    cq_index_builder *made = cq_zalloc(sizeof(*made));

    *builder = NULL;
    if (made)
        made->encoder = cq_zalloc(sizeof(*made->encoder));
    if (!made || !made->encoder) {
        cq_free(made);
        return cq_index_no_memory(err);
    }
    made->io = io;
    made->memory_max = memory_max;
    *builder = made;
    return CQ_OK;
}

static void release_gathered(gathered *g)
{
    cq_free(g->texts);
    cq_buf_release(&g->tokens);
    cq_free(g->distinct);
    for (size_t i = 0; i < g->pages_len; i++)
        cq_free(g->pages[i]);
    cq_free(g->pages);
    *g = (gathered){.group = g->group, .added = g->added};
}

void cq_index_builder_free(cq_index_builder *builder)
{
    if (!builder)
        return;
    for (size_t i = 0; i < builder->groups_len; i++)
        release_gathered(&builder->groups[i]);
    cq_free(builder->groups);
    cq_free(builder->encoder);
    cq_free(builder);
}

/* ---- gathering ------------------------------------------------------------------------
 */

/* NULL when memory is short. */
static gathered *gather_for(cq_index_builder *builder, uint32_t group)
{
    if (builder->latest < builder->groups_len &&
        builder->groups[builder->latest].group == group)
        return &builder->groups[builder->latest];
    for (size_t i = 0; i < builder->groups_len; i++) {
        if (builder->groups[i].group == group) {
            builder->latest = i;
            return &builder->groups[i];
        }
    }
    if (!cq_grow(&builder->groups, &builder->groups_capacity, builder->groups_len + 1,
                 sizeof(*builder->groups)))
        return NULL;
    builder->latest = builder->groups_len++;
    builder->groups[builder->latest] = (gathered){.group = group};
    return &builder->groups[builder->latest];
}

/* Bytes that gathering takes. */
static size_t held(const gathered *g)
{
    return g->tokens.len + g->texts_len * sizeof(*g->texts) +
           g->pages_len * sizeof(*g->pages) + g->pages_used * PAGE * sizeof(**g->pages) +
           g->distinct_len * sizeof(*g->distinct);
}

/* Bytes that writing takes more: open_writing(). */
static size_t to_write(const gathered *g)
{
    return (g->postings + g->texts_len + g->distinct_len) * sizeof(uint32_t) +
           g->distinct_len * sizeof(size_t);
}

/* What is known of a token; NULL when memory is short. */
static struct local_token *local_of(gathered *g, uint32_t token)
{
    size_t page = token / PAGE, len = g->pages_len;

    if (page >= len) {
        if (!cq_grow(&g->pages, &g->pages_len, page + 1, sizeof(*g->pages)))
            return NULL;
        memset(g->pages + len, 0, (g->pages_len - len) * sizeof(*g->pages));
    }
    if (!g->pages[page]) {
        g->pages[page] = cq_zalloc(PAGE * sizeof(**g->pages));
        if (!g->pages[page])
            return NULL;
        g->pages_used++;
    }
    return &g->pages[page][token % PAGE];
}

static uint32_t next_local(const char **at)
{
    uint32_t local = 0;

    for (unsigned shift = 0;; shift += 7) {
        unsigned char byte = (unsigned char)*(*at)++;

        local |= (uint32_t)(byte & 0x7f) << shift;
        if (byte < 0x80)
            return local;
    }
}

static bool add_token(gathered *g, uint32_t token)
{
    struct local_token *local = local_of(g, token);

    if (!local)
        return false;
    if (local->number == 0) {
        if (!cq_grow(&g->distinct, &g->distinct_capacity, g->distinct_len + 1,
                     sizeof(*g->distinct)))
            return false;
        g->distinct[g->distinct_len++] = token;
        local->number = (uint32_t)g->distinct_len;
    }
    local->count++;
    g->tokens.len += cq_varint_put(g->tokens.ptr + g->tokens.len, local->number - 1);
    return true;
}

/* The same of a token that is there, by its local number. */
static struct local_token *known(const gathered *g, uint32_t local)
{
    uint32_t token = g->distinct[local];

    return &g->pages[token / PAGE][token % PAGE];
}

/* Take back the tokens of a text that was not added. */
static void drop_tokens(gathered *g, size_t start)
{
    for (const char *at = g->tokens.ptr + start, *end = g->tokens.ptr + g->tokens.len;
         at < end;)
        known(g, next_local(&at))->count--;
    cq_buf_cut(&g->tokens, start);
}

static bool add_text(gathered *g, uint64_t text, const cq_index_token *tokens, size_t len)
{
    size_t start = g->tokens.len;
    uint64_t weight = 0;

    if (!cq_grow(&g->texts, &g->texts_capacity, g->texts_len + 1, sizeof(*g->texts)))
        return false;
    if (len > SIZE_MAX / CQ_VARINT32_MAX ||
        !cq_buf_reserve(&g->tokens, len * CQ_VARINT32_MAX)) {
        g->tokens.failed = CQ_OK;
        return false;
    }
    for (size_t i = 0; i < len; i++) {
        if (!add_token(g, tokens[i].token)) {
            drop_tokens(g, start);
            return false;
        }
        weight += tokens[i].weight;
    }
    g->texts[g->texts_len++] = (struct gathered_text){text, weight, start};
    g->postings += len;
    g->added += len;
    return true;
}

/* ---- writing a generation -------------------------------------------------------------
 */

typedef struct writing {
    cq_index_io io;
    gathered *g;
    cq_generation generation;
    uint32_t *order;  /* number -> text as gathered */
    uint32_t *lists;  /* numbers, list after list, repeated where a text repeats */
    uint32_t *sorted; /* local numbers of tokens by rising token */
    size_t *starts;   /* by local number: where its list begins */
    cq_encoder *encoder;
} writing;

static cq_status open_writing(writing *w, cq_error *err)
{
    const gathered *g = w->g;

    w->order = cq_alloc((g->texts_len + 1) * sizeof(*w->order));
    w->lists = cq_alloc((g->postings + 1) * sizeof(*w->lists));
    w->sorted = cq_alloc((g->distinct_len + 1) * sizeof(*w->sorted));
    w->starts = cq_alloc((g->distinct_len + 1) * sizeof(*w->starts));
    if (!w->order || !w->lists || !w->sorted || !w->starts)
        return cq_index_no_memory(err);
    return CQ_OK;
}

static void close_writing(writing *w)
{
    cq_free(w->order);
    cq_free(w->lists);
    cq_free(w->sorted);
    cq_free(w->starts);
}

/* Sort 32-bit values by 64-bit keys, stable: radix by bytes, those that all keys share
 * left out. */
typedef uint64_t (*key_fn)(const gathered *g, uint32_t value);

static void radix_sort(const gathered *g, key_fn key, uint32_t *values, uint32_t *spare,
                       size_t len)
{
    uint64_t any = 0, all = UINT64_MAX;

    for (size_t i = 0; i < len; i++) {
        any |= key(g, values[i]);
        all &= key(g, values[i]);
    }
    for (unsigned shift = 0; shift < 64; shift += 8) {
        size_t places[256] = {0}, at = 0;

        if (((any ^ all) >> shift & 0xff) == 0)
            continue;
        for (size_t i = 0; i < len; i++)
            places[key(g, values[i]) >> shift & 0xff]++;
        for (size_t i = 0; i < 256; i++) {
            size_t count = places[i];

            places[i] = at;
            at += count;
        }
        for (size_t i = 0; i < len; i++)
            spare[places[key(g, values[i]) >> shift & 0xff]++] = values[i];
        memcpy(values, spare, len * sizeof(*values));
    }
}

static uint64_t weight_key(const gathered *g, uint32_t text)
{
    return g->texts[text].weight;
}

static uint64_t token_key(const gathered *g, uint32_t local)
{
    return g->distinct[local];
}

static cq_status sort_all(writing *w, cq_error *err)
{
    const gathered *g = w->g;
    size_t most = g->texts_len > g->distinct_len ? g->texts_len : g->distinct_len;
    uint32_t *spare = cq_alloc((most + 1) * sizeof(*spare));

    if (!spare)
        return cq_index_no_memory(err);
    for (size_t i = 0; i < g->texts_len; i++)
        w->order[i] = (uint32_t)i;
    for (size_t i = 0; i < g->distinct_len; i++)
        w->sorted[i] = (uint32_t)i;
    radix_sort(g, weight_key, w->order, spare, g->texts_len);
    radix_sort(g, token_key, w->sorted, spare, g->distinct_len);
    cq_free(spare);
    return CQ_OK;
}

static size_t text_end(const gathered *g, size_t text)
{
    return text + 1 < g->texts_len ? g->texts[text + 1].start : g->tokens.len;
}

/* Deal the numbers out into the lists. */
static void fill_lists(writing *w)
{
    const gathered *g = w->g;
    size_t at = 0;

    for (size_t i = 0; i < g->distinct_len; i++) {
        w->starts[w->sorted[i]] = at;
        at += known(g, w->sorted[i])->count;
    }
    for (size_t n = 0; n < g->texts_len; n++) {
        const char *token = g->tokens.ptr + g->texts[w->order[n]].start;
        const char *end = g->tokens.ptr + text_end(g, w->order[n]);

        while (token < end)
            w->lists[w->starts[next_local(&token)]++] = (uint32_t)n;
    }
    for (size_t i = 0; i < g->distinct_len; i++)
        w->starts[i] -= known(g, (uint32_t)i)->count;
}

static cq_status write_tables(const writing *w, cq_error *err)
{
    const gathered *g = w->g;
    cq_classes classes = {0};
    cq_ids_writer ids = {
        .io = w->io, .group = g->group, .generation = w->generation.number};
    cq_status status = CQ_OK, ended;

    for (size_t n = 0; n < g->texts_len; n++) {
        uint64_t weight = g->texts[w->order[n]].weight;

        if (classes.len == 0 || classes.items[classes.len - 1].weight != weight) {
            if (!cq_grow(&classes.items, &classes.capacity, classes.len + 1,
                         sizeof(*classes.items))) {
                status = cq_index_no_memory(err);
                break;
            }
            classes.items[classes.len++] = (cq_class){weight, (uint32_t)n, 0};
        }
        classes.items[classes.len - 1].count++;
    }
    if (status == CQ_OK)
        status = cq_classes_write(w->io, g->group, w->generation.number, &classes, err);
    for (size_t n = 0; n < g->texts_len && status == CQ_OK; n++)
        status = cq_ids_add(&ids, g->texts[w->order[n]].id, err);
    ended = status == CQ_OK ? cq_ids_end(&ids, err) : (cq_buf_release(&ids.blob), status);
    cq_free(classes.items);
    return ended;
}

/* A list with repeated numbers becomes one list an occurrence: the first of each run,
 * then of what is left again the first of each run. */
static cq_status write_token(writing *w, uint32_t local, cq_error *err)
{
    uint32_t *list = w->lists + w->starts[local], token = w->g->distinct[local];
    size_t len = known(w->g, local)->count;

    for (uint32_t occurrence = 0; len > 0; occurrence++) {
        size_t left = 0;
        cq_status status = CQ_OK;
        uint32_t last = NO_NUMBER;
        uint64_t total = 0;

        for (size_t i = 0; i < len; i++)
            total += i == 0 || list[i] != list[i - 1];
        cq_encoder_start(w->encoder, cq_element(token, occurrence), total);
        for (size_t i = 0; i < len && status == CQ_OK; i++) {
            uint32_t number = list[i];

            if (number == last)
                list[left++] = number;
            else
                status = cq_encoder_add(w->encoder, number, err);
            last = number;
        }
        if (status == CQ_OK)
            status = cq_encoder_end(w->encoder, err);
        if (status != CQ_OK)
            return status;
        len = left;
    }
    return CQ_OK;
}

static uint32_t next_generation(const cq_generations *list)
{
    uint32_t highest = 0;

    for (size_t i = 0; i < list->len; i++)
        if (list->items[i].number > highest)
            highest = list->items[i].number;
    return highest + 1;
}

static cq_status write_generation(cq_index_builder *builder, gathered *g, uint32_t number,
                                  cq_generation *made, cq_error *err)
{
    writing w = {.io = builder->io, .g = g, .encoder = builder->encoder};
    cq_status status = open_writing(&w, err);

    w.generation = (cq_generation){.number = number,
                                   .texts = (uint32_t)g->texts_len,
                                   .postings = g->postings,
                                   .first_id = g->texts[0].id,
                                   .last_id = g->texts[g->texts_len - 1].id};
    w.encoder->io = builder->io;
    w.encoder->row = (cq_index_row){.group = g->group, .generation = number};
    if (status == CQ_OK)
        status = sort_all(&w, err);
    if (status == CQ_OK)
        status = write_tables(&w, err);
    if (status == CQ_OK)
        fill_lists(&w);
    for (size_t i = 0; i < g->distinct_len && status == CQ_OK; i++)
        status = write_token(&w, w.sorted[i], err);
    close_writing(&w);
    *made = w.generation;
    return status;
}

/* The earliest generation from which on all shall be one: the later ones together are as
 * large as it, or a quarter when it is small. So generations halve at least from each to
 * the next, a handful in all, and a posting is copied once a doubling. */
#define SMALL_GENERATION UINT64_C(65536)

static size_t merge_from(const cq_generations *list)
{
    size_t from = list->len - 1;
    uint64_t later = 0;

    for (size_t i = list->len; i-- > 0;) {
        uint64_t size = list->items[i].postings;

        if (i + 1 < list->len && later >= (size < SMALL_GENERATION ? size / 4 : size))
            from = i;
        later += size;
    }
    return from;
}

/* While an import goes on nobody asks the index, so that generations can wait until there
 * are some of like size to be made one: a posting is then copied once in three doublings.
 */
#define FAN_IN 8u

static size_t merge_under_way(const cq_generations *list)
{
    size_t from = list->len - 1;
    uint64_t newest = list->items[from].postings;

    while (from > 0 && list->items[from - 1].postings <= 2 * newest)
        from--;
    return list->len - from >= FAN_IN ? from : list->len - 1;
}

/* At the end of an import as many generations are made one as come to four times of what
 * was added: a query asks each of them, and an import still costs a constant a text. */
static size_t merge_at_end(const cq_generations *list, uint64_t added)
{
    size_t from = merge_from(list);
    uint64_t all = 0;

    for (size_t i = list->len; i-- > 0;) {
        all += list->items[i].postings;
        if (i < from && all <= 4 * added)
            from = i;
    }
    return from;
}

static cq_status flush_group(cq_index_builder *builder, gathered *g, bool is_end,
                             cq_error *err)
{
    cq_generations list = {0};
    cq_status status;

    if (g->texts_len == 0)
        return CQ_OK;
    status = cq_generations_read(builder->io, g->group, &list, err);
    if (status == CQ_OK &&
        !cq_grow(&list.items, &list.capacity, list.len + 1, sizeof(*list.items)))
        status = cq_index_no_memory(err);
    if (status == CQ_OK)
        status = write_generation(builder, g, next_generation(&list),
                                  &list.items[list.len], err);
    list.len += status == CQ_OK;
    while (status == CQ_OK) {
        size_t from = is_end ? merge_at_end(&list, g->added) : merge_under_way(&list);

        if (from + 1 >= list.len)
            break;
        status = cq_index_merge(builder->io, g->group, &list, from, err);
    }
    if (status == CQ_OK)
        status = cq_generations_write(builder->io, g->group, &list, err);
    if (status == CQ_OK)
        release_gathered(g);
    cq_free(list.items);
    return status;
}

/* Bytes of all groups, and those that writing one of them takes. */
static size_t footprint(const cq_index_builder *builder)
{
    size_t all = 0, most = 0;

    for (size_t i = 0; i < builder->groups_len; i++) {
        const gathered *g = &builder->groups[i];

        all += held(g);
        if (to_write(g) > most)
            most = to_write(g);
    }
    return all + most;
}

/* Write the largest groups until the rest is half of the ceiling. */
static cq_status make_room(cq_index_builder *builder, cq_error *err)
{
    for (;;) {
        gathered *largest = NULL;
        cq_status status;

        for (size_t i = 0; i < builder->groups_len; i++) {
            gathered *g = &builder->groups[i];

            if (!largest || held(g) > held(largest))
                largest = g;
        }
        if (footprint(builder) <= builder->memory_max / 2 || !largest ||
            largest->texts_len == 0)
            return CQ_OK;
        status = flush_group(builder, largest, false, err);
        if (status != CQ_OK)
            return status;
    }
}

cq_status cq_index_add(cq_index_builder *builder, uint32_t group, uint64_t text,
                       const cq_index_token *tokens, size_t len, cq_error *err)
{
    gathered *g;

    if (len == 0)
        return CQ_OK; /* shares nothing with anyone */
    g = gather_for(builder, group);
    if (!g || g->texts_len >= NO_NUMBER / 2 || !add_text(g, text, tokens, len))
        return cq_index_no_memory(err);
    return footprint(builder) > builder->memory_max ? make_room(builder, err) : CQ_OK;
}

cq_status cq_index_flush(cq_index_builder *builder, cq_error *err)
{
    cq_status status = CQ_OK;

    for (size_t i = 0; i < builder->groups_len && status == CQ_OK; i++)
        status = flush_group(builder, &builder->groups[i], true, err);
    return status;
}
