#include "internal.h"

/* One of the generations that are merged, read from front to back. Their ids follow each
 * other, so within a weight the texts of an earlier one come first: a text's new number
 * is its old one and an amount that is the same for all texts of its weight. */
typedef struct source {
    const cq_generation *generation;
    cq_classes classes;
    uint32_t *shifts; /* by class: new number - old number */
    size_t class;     /* of the posting stood on */
    bool is_ended;
    cq_list list; /* the list stood on, in the order of elements */
} source;

typedef struct merging {
    cq_index_io io;
    uint32_t group;
    source *sources;
    size_t len;
    cq_generation made;
    cq_classes classes;
    cq_encoder *encoder;
} merging;

static void release_merging(merging *m)
{
    for (size_t i = 0; m->sources && i < m->len; i++) {
        cq_free(m->sources[i].classes.items);
        cq_free(m->sources[i].shifts);
    }
    cq_free(m->sources);
    cq_free(m->classes.items);
    cq_free(m->encoder);
}

static cq_status open_source(merging *m, source *s, cq_error *err)
{
    cq_status status =
        cq_classes_read(m->io, m->group, s->generation, 0, UINT64_MAX, &s->classes, err);

    if (status != CQ_OK)
        return status;
    s->shifts = cq_alloc((s->classes.len + 1) * sizeof(*s->shifts));
    return s->shifts ? CQ_OK : cq_index_no_memory(err);
}

/* The least weight that a source has not passed; false when all are through. */
static bool next_weight(const merging *m, uint64_t *weight)
{
    bool any = false;

    for (size_t i = 0; i < m->len; i++) {
        const source *s = &m->sources[i];

        if (s->class == s->classes.len)
            continue;
        if (!any || s->classes.items[s->class].weight < *weight)
            *weight = s->classes.items[s->class].weight;
        any = true;
    }
    return any;
}

/* Number the texts of all anew: fills classes, shifts and the table of ids. */
static cq_status number_texts(merging *m, cq_ids *ids, cq_ids_writer *writer,
                              cq_error *err)
{
    uint64_t weight = 0;
    uint32_t number = 0;

    while (next_weight(m, &weight)) {
        cq_class *class;

        if (!cq_grow(&m->classes.items, &m->classes.capacity, m->classes.len + 1,
                     sizeof(*m->classes.items)))
            return cq_index_no_memory(err);
        class = &m->classes.items[m->classes.len++];
        *class = (cq_class){weight, number, 0};
        for (size_t i = 0; i < m->len; i++) {
            source *s = &m->sources[i];
            cq_class *old = &s->classes.items[s->class];

            if (s->class == s->classes.len || old->weight != weight)
                continue;
            s->shifts[s->class ++] = number - old->first;
            for (uint32_t n = 0; n < old->count; n++) {
                uint64_t id;
                cq_status status = cq_ids_get(&ids[i], old->first + n, &id, err);

                if (status == CQ_OK)
                    status = cq_ids_add(writer, id, err);
                if (status != CQ_OK)
                    return status;
            }
            number += old->count;
        }
        class->count = number - class->first;
    }
    return number == m->made.texts
               ? CQ_OK
               : cq_index_damaged(err, m->group, m->made.number, "number of texts");
}

static cq_status merge_tables(merging *m, cq_error *err)
{
    cq_ids *ids = cq_alloc(m->len * sizeof(*ids));
    cq_ids_writer writer = {.io = m->io, .group = m->group, .generation = m->made.number};
    cq_status status = ids ? CQ_OK : cq_index_no_memory(err);

    for (size_t i = 0; ids && i < m->len; i++)
        cq_ids_init(&ids[i], m->io, m->group, m->sources[i].generation);
    if (status == CQ_OK)
        status = number_texts(m, ids, &writer, err);
    if (status == CQ_OK)
        status = cq_ids_end(&writer, err);
    if (status == CQ_OK)
        status = cq_classes_write(m->io, m->group, m->made.number, &m->classes, err);
    cq_buf_release(&writer.blob);
    cq_free(ids);
    return status;
}

/* Stand on the first list at or after `element`. */
static cq_status open_list(merging *m, source *s, uint64_t element, cq_error *err)
{
    cq_index_row row = {m->group, s->generation->number, element, 0}, found;
    cq_str blob;
    cq_status status = m->io.next(m->io.context, row, &found, &blob, err);

    s->class = 0;
    if (status < 0)
        return status;
    s->is_ended = status == CQ_DONE;
    if (s->is_ended)
        return CQ_OK;
    if (found.part != 0)
        return cq_index_damaged(err, m->group, s->generation->number, "a list's start");
    status = cq_list_take(&s->list, m->io, found, blob, s->generation->texts, err);
    if (status == CQ_OK)
        status = cq_list_more(&s->list, err);
    if (status == CQ_OK)
        s->class = cq_classes_find(&s->classes, 0, cq_list_number(&s->list));
    return status;
}

static uint32_t new_number(const source *s)
{
    return cq_list_number(&s->list) + s->shifts[s->class];
}

/* Step over the posting that was taken. */
static cq_status step(source *s, cq_error *err)
{
    cq_status status = cq_list_next(&s->list, err);
    uint32_t number = cq_list_number(&s->list);
    const cq_class *class = &s->classes.items[s->class];

    if (status == CQ_OK && number != NO_NUMBER && number - class->first >= class->count)
        s->class = cq_classes_find(&s->classes, s->class, number);
    return status;
}

/* The source with the least new number, and the least of the others. */
static size_t find_least(source *const *at, size_t len, uint32_t *others)
{
    size_t best = 0;
    uint32_t least = new_number(at[0]);

    *others = NO_NUMBER;
    for (size_t i = 1; i < len; i++) {
        uint32_t number = new_number(at[i]);

        if (number < least) {
            *others = least;
            least = number;
            best = i;
        } else if (number < *others) {
            *others = number;
        }
    }
    return best;
}

/* Take what a source has below a number. */
static cq_status take_below(merging *m, source *s, uint32_t others, cq_error *err)
{
    cq_status status = CQ_OK;

    while (status == CQ_OK && cq_list_number(&s->list) != NO_NUMBER &&
           new_number(s) < others) {
        status = cq_encoder_add(m->encoder, new_number(s), err);
        if (status == CQ_OK)
            status = step(s, err);
    }
    return status;
}

/* Merge the lists of `element` that sources stand on, then stand on their next ones. */
static cq_status merge_list(merging *m, uint64_t element, source **at, cq_error *err)
{
    size_t len = 0, all;
    uint64_t total = 0;
    cq_status status = CQ_OK;

    for (size_t i = 0; i < m->len; i++) {
        source *s = &m->sources[i];

        if (s->is_ended || s->list.row.token != element)
            continue;
        at[len++] = s;
        total += s->list.block.total;
    }
    all = len;
    cq_encoder_start(m->encoder, element, total);
    while (len > 0 && status == CQ_OK) {
        uint32_t others;
        size_t best = find_least(at, len, &others);

        status = take_below(m, at[best], others, err);
        if (status == CQ_OK && cq_list_number(&at[best]->list) == NO_NUMBER) {
            source *done = at[best];

            at[best] = at[--len];
            at[len] = done;
        }
    }
    if (status == CQ_OK)
        status = cq_encoder_end(m->encoder, err);
    for (size_t i = 0; i < all && status == CQ_OK; i++)
        status = open_list(m, at[i], element + 1, err);
    return status;
}

static cq_status merge_lists(merging *m, cq_error *err)
{
    source **at = cq_alloc(m->len * sizeof(source *));
    cq_status status = at ? CQ_OK : cq_index_no_memory(err);

    for (size_t i = 0; i < m->len && status == CQ_OK; i++)
        status = open_list(m, &m->sources[i], ELEMENT_FIRST, err);
    while (status == CQ_OK) {
        uint64_t element = UINT64_MAX;

        for (size_t i = 0; i < m->len; i++)
            if (!m->sources[i].is_ended && m->sources[i].list.row.token < element)
                element = m->sources[i].list.row.token;
        if (element == UINT64_MAX)
            break;
        status = merge_list(m, element, at, err);
    }
    cq_free(at);
    return status;
}

static void sum_up(merging *m, const cq_generations *list, size_t from)
{
    cq_generation *made = &m->made;

    for (size_t i = 0; i < list->len; i++)
        if (list->items[i].number > made->number)
            made->number = list->items[i].number;
    made->number++;
    made->first_id = list->items[from].first_id;
    made->last_id = list->items[list->len - 1].last_id;
    for (size_t i = from; i < list->len; i++) {
        m->sources[i - from].generation = &list->items[i];
        made->texts += list->items[i].texts;
        made->postings += list->items[i].postings;
    }
}

cq_status cq_index_merge(cq_index_io io, uint32_t group, cq_generations *list,
                         size_t from, cq_error *err)
{
    merging m = {.io = io, .group = group, .len = list->len - from};
    cq_status status = CQ_OK;

    m.sources = cq_zalloc(m.len * sizeof(*m.sources));
    m.encoder = cq_zalloc(sizeof(*m.encoder));
    if (!m.sources || !m.encoder) {
        release_merging(&m);
        return cq_index_no_memory(err);
    }
    sum_up(&m, list, from);
    m.encoder->io = io;
    m.encoder->row = (cq_index_row){.group = group, .generation = m.made.number};
    for (size_t i = 0; i < m.len && status == CQ_OK; i++)
        status = open_source(&m, &m.sources[i], err);
    if (status == CQ_OK)
        status = merge_tables(&m, err);
    if (status == CQ_OK)
        status = merge_lists(&m, err);
    for (size_t i = from; i < list->len && status == CQ_OK; i++)
        status = io.erase(io.context, group, list->items[i].number, err);
    if (status == CQ_OK) {
        list->items[from] = m.made;
        list->len = from + 1;
    }
    release_merging(&m);
    return status;
}
