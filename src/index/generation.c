#include "internal.h"

cq_status cq_index_damaged(cq_error *err, uint32_t group, uint32_t generation,
                           const char *what)
{
    return cq_fail_number(err, CQ_E_STORE, 118,
                          "the index is damaged: %s of group %u, generation %u", what,
                          (unsigned)group, (unsigned)generation);
}

cq_status cq_index_no_memory(cq_error *err)
{
    return cq_fail(err, CQ_E_NOMEM, "no memory for the index");
}

/* ---- the list of generations ----------------------------------------------------------
 */

static cq_index_row list_row(uint32_t group) { return (cq_index_row){.group = group}; }

static bool read_generation(cq_reader *reader, cq_generation *generation)
{
    uint64_t number = cq_read_varint(reader), texts = cq_read_varint(reader);

    generation->postings = cq_read_varint(reader);
    generation->first_id = cq_read_varint(reader);
    generation->last_id = generation->first_id + cq_read_varint(reader);
    generation->number = (uint32_t)number;
    generation->texts = (uint32_t)texts;
    return !reader->failed && number > 0 && number <= UINT32_MAX && texts < NO_NUMBER &&
           generation->last_id >= generation->first_id;
}

cq_status cq_generations_read(cq_index_io io, uint32_t group, cq_generations *list,
                              cq_error *err)
{
    cq_str blob;
    uint64_t part, len;
    cq_reader reader;
    cq_status status = io.get(io.context, list_row(group), &part, &blob, err);

    list->len = 0;
    if (status < 0)
        return status;
    if (status == CQ_DONE)
        return CQ_OK;
    reader = cq_reader_over(blob);
    if (cq_read_varint(&reader) != CQ_INDEX_FORMAT)
        return cq_index_damaged(err, group, 0, "format");
    len = cq_read_varint(&reader);
    if (reader.failed || len > blob.len)
        return cq_index_damaged(err, group, 0, "list");
    if (!cq_grow(&list->items, &list->capacity, (size_t)len + 1, sizeof(*list->items)))
        return cq_index_no_memory(err);
    for (; list->len < len; list->len++)
        if (!read_generation(&reader, &list->items[list->len]))
            return cq_index_damaged(err, group, 0, "list");
    return CQ_OK;
}

cq_status cq_generations_write(cq_index_io io, uint32_t group, const cq_generations *list,
                               cq_error *err)
{
    cq_buf blob = {0};
    cq_status status;

    cq_buf_add_varint(&blob, CQ_INDEX_FORMAT);
    cq_buf_add_varint(&blob, list->len);
    for (size_t i = 0; i < list->len; i++) {
        const cq_generation *generation = &list->items[i];

        cq_buf_add_varint(&blob, generation->number);
        cq_buf_add_varint(&blob, generation->texts);
        cq_buf_add_varint(&blob, generation->postings);
        cq_buf_add_varint(&blob, generation->first_id);
        cq_buf_add_varint(&blob, generation->last_id - generation->first_id);
    }
    status = cq_buf_check(&blob, err);
    if (status == CQ_OK)
        status = io.put(io.context, list_row(group), cq_buf_str(&blob), err);
    cq_buf_release(&blob);
    return status;
}

/* ---- weights --------------------------------------------------------------------------
 *
 * Rows (TABLE_WEIGHTS, part = weight of the first class): number of the first text, then
 * for each class the weight above the class before (0 for the first) and the count. */

static cq_status add_class(cq_classes *classes, uint64_t weight, uint64_t first,
                           uint64_t count, cq_error *err)
{
    if (!cq_grow(&classes->items, &classes->capacity, classes->len + 1,
                 sizeof(*classes->items)))
        return cq_index_no_memory(err);
    classes->items[classes->len++] = (cq_class){weight, (uint32_t)first, (uint32_t)count};
    return CQ_OK;
}

/* Read a row's classes within lo..hi; CQ_DONE when it goes past hi. */
static cq_status read_classes(uint64_t weight, cq_str blob, uint64_t lo, uint64_t hi,
                              const cq_generation *generation, cq_classes *classes,
                              cq_error *err)
{
    cq_reader reader = cq_reader_over(blob);
    uint64_t first = cq_read_varint(&reader);

    while (reader.at < reader.end) {
        uint64_t more = cq_read_varint(&reader), count = cq_read_varint(&reader);
        cq_status status = CQ_OK;

        if (reader.failed || count == 0 || first > generation->texts ||
            count > generation->texts - first)
            return CQ_E_STORE;
        weight += more;
        if (weight > hi)
            return CQ_DONE;
        if (weight >= lo)
            status = add_class(classes, weight, first, count, err);
        if (status != CQ_OK)
            return status;
        first += count;
    }
    return CQ_OK;
}

cq_status cq_classes_read(cq_index_io io, uint32_t group, const cq_generation *generation,
                          uint64_t lo, uint64_t hi, cq_classes *classes, cq_error *err)
{
    cq_index_row row = {group, generation->number, TABLE_WEIGHTS, lo}, found = row;
    cq_str blob;
    cq_status status = io.get(io.context, row, &found.part, &blob, err);

    classes->len = 0;
    if (status == CQ_DONE)
        status = io.next(io.context, row, &found, &blob, err);
    while (status == CQ_OK && found.token == TABLE_WEIGHTS) {
        status = read_classes(found.part, blob, lo, hi, generation, classes, err);
        if (status == CQ_E_STORE)
            return cq_index_damaged(err, group, generation->number, "weights");
        if (status != CQ_OK)
            break;
        row.part = found.part + 1;
        status = io.next(io.context, row, &found, &blob, err);
    }
    return status < 0 ? status : CQ_OK;
}

cq_status cq_classes_write(cq_index_io io, uint32_t group, uint32_t generation,
                           const cq_classes *classes, cq_error *err)
{
    cq_index_row row = {group, generation, TABLE_WEIGHTS, 0};
    cq_buf blob = {0};
    cq_status status = CQ_OK;

    for (size_t i = 0; i < classes->len && status == CQ_OK; i++) {
        const cq_class *class = &classes->items[i];

        if (blob.len == 0) {
            row.part = class->weight;
            cq_buf_add_varint(&blob, class->first);
        }
        cq_buf_add_varint(&blob, blob.len && row.part != class->weight
                                     ? class->weight - class[-1].weight
                                     : 0);
        cq_buf_add_varint(&blob, class->count);
        if (blob.len < BLOCK_MAX - 32 && i + 1 < classes->len)
            continue;
        status = cq_buf_check(&blob, err);
        if (status == CQ_OK)
            status = io.put(io.context, row, cq_buf_str(&blob), err);
        cq_buf_reset(&blob);
    }
    cq_buf_release(&blob);
    return status;
}

/* ---- ids ------------------------------------------------------------------------------
 *
 * Rows (TABLE_IDS, part = number / IDS_BLOCK): zigzag differences, the first from 0. */

void cq_ids_init(cq_ids *ids, cq_index_io io, uint32_t group,
                 const cq_generation *generation)
{
    ids->io = io;
    ids->group = group;
    ids->generation = generation;
    ids->block = UINT32_MAX;
    ids->len = 0;
}

static cq_status read_ids(cq_ids *ids, uint32_t block, cq_error *err)
{
    cq_index_row row = {ids->group, ids->generation->number, TABLE_IDS, block};
    cq_str blob;
    uint64_t part, id = 0;
    cq_reader reader;
    cq_status status = ids->io.get(ids->io.context, row, &part, &blob, err);

    if (status < 0)
        return status;
    if (status == CQ_DONE || part != block)
        return cq_index_damaged(err, ids->group, ids->generation->number, "text ids");
    reader = cq_reader_over(blob);
    for (ids->len = 0; ids->len < IDS_BLOCK && reader.at < reader.end; ids->len++) {
        id += (uint64_t)cq_unzigzag(cq_read_varint(&reader));
        ids->ids[ids->len] = id;
    }
    if (reader.failed)
        return cq_index_damaged(err, ids->group, ids->generation->number, "text ids");
    ids->block = block;
    return CQ_OK;
}

cq_status cq_ids_get(cq_ids *ids, uint32_t number, uint64_t *id, cq_error *err)
{
    uint32_t block = number / IDS_BLOCK, at = number % IDS_BLOCK;

    if (block != ids->block) {
        cq_status status = read_ids(ids, block, err);

        if (status != CQ_OK)
            return status;
    }
    if (at >= ids->len)
        return cq_index_damaged(err, ids->group, ids->generation->number, "text ids");
    *id = ids->ids[at];
    return CQ_OK;
}

static cq_status write_ids(cq_ids_writer *writer, cq_error *err)
{
    cq_index_row row = {writer->group, writer->generation, TABLE_IDS, writer->block++};
    cq_status status = cq_buf_check(&writer->blob, err);

    if (status == CQ_OK)
        status = writer->io.put(writer->io.context, row, cq_buf_str(&writer->blob), err);
    cq_buf_reset(&writer->blob);
    writer->len = 0;
    writer->last = 0;
    return status;
}

cq_status cq_ids_add(cq_ids_writer *writer, uint64_t id, cq_error *err)
{
    cq_buf_add_varint(&writer->blob, cq_zigzag((int64_t)(id - writer->last)));
    writer->last = id;
    return ++writer->len < IDS_BLOCK ? CQ_OK : write_ids(writer, err);
}

cq_status cq_ids_end(cq_ids_writer *writer, cq_error *err)
{
    cq_status status = writer->len ? write_ids(writer, err) : CQ_OK;

    cq_buf_release(&writer->blob);
    return status;
}
