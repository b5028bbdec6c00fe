#include "internal.h"

static cq_status damaged(const cq_list *list, cq_error *err)
{
    return cq_index_damaged(err, list->row.group, list->row.generation, "postings");
}

static cq_status take_block(cq_list *list, cq_str blob, cq_error *err)
{
    if (!cq_block_open(&list->block, list->row.part, blob) ||
        list->block.last >= list->texts)
        return damaged(list, err);
    list->run = 0;
    list->at = list->len = 0;
    return CQ_OK;
}

cq_status cq_list_take(cq_list *list, cq_index_io io, cq_index_row row, cq_str blob,
                       uint32_t texts, cq_error *err)
{
    list->io = io;
    list->row = row;
    list->texts = texts;
    list->is_open = true;
    list->floor = 0;
    return take_block(list, blob, err);
}

cq_status cq_list_open(cq_list *list, cq_index_io io, cq_index_row row, uint32_t texts,
                       cq_error *err)
{
    cq_str blob;
    uint64_t part;
    cq_status status;

    list->is_open = false;
    row.part = 0;
    status = io.get(io.context, row, &part, &blob, err);
    return status == CQ_OK ? cq_list_take(list, io, row, blob, texts, err) : status;
}

/* Open the block after this one. */
static cq_status next_block(cq_list *list, cq_error *err)
{
    cq_index_row row = list->row, found;
    cq_str blob;
    cq_status status;

    row.part++;
    status = list->io.next(list->io.context, row, &found, &blob, err);
    if (status < 0)
        return status;
    if (status == CQ_DONE || found.token != row.token || found.part <= list->block.last)
        return damaged(list, err);
    list->row = found;
    return take_block(list, blob, err);
}

/* Open the last block that begins at `number` or before, when that is a later one. */
static cq_status seek_block(cq_list *list, uint32_t number, cq_error *err)
{
    cq_index_row row = list->row;
    uint64_t part;
    cq_str blob;
    cq_status status;

    row.part = (uint64_t)number + 1;
    status = list->io.get(list->io.context, row, &part, &blob, err);
    if (status == CQ_DONE || (status == CQ_OK && part < list->row.part))
        return damaged(list, err);
    if (status != CQ_OK || part == list->row.part)
        return status;
    list->row.part = part;
    return take_block(list, blob, err);
}

/* Numbers rise within the run and from run to run, whatever the bytes were: others count
 * on it. */
static bool is_rising(cq_list *list)
{
    const uint32_t *numbers = list->numbers;
    uint32_t len = list->len, falls = 0;

    if (len == 0 || numbers[0] < list->floor || numbers[len - 1] > list->block.last)
        return false;
    for (uint32_t i = 1; i < len; i++)
        falls += numbers[i] <= numbers[i - 1];
    list->floor = numbers[len - 1] + 1;
    return falls == 0;
}

cq_status cq_list_more(cq_list *list, cq_error *err)
{
    list->at = list->len = 0;
    if (list->run == cq_block_runs(&list->block)) {
        cq_status status = CQ_OK;

        if (list->block.is_last)
            return CQ_OK;
        status = next_block(list, err);
        if (status != CQ_OK)
            return status;
    }
    list->len = cq_block_run(&list->block, list->run++, list->numbers);
    return is_rising(list) ? CQ_OK : damaged(list, err);
}

cq_status cq_list_seek(cq_list *list, uint32_t number, cq_error *err)
{
    cq_status status = CQ_OK;

    if (list->at == list->len || list->numbers[list->len - 1] < number) {
        if (list->block.last < number && !list->block.is_last)
            status = seek_block(list, number, err);
        if (status != CQ_OK)
            return status;
        if (list->block.last < number)
            list->run = cq_block_runs(&list->block);
        else if (cq_block_find(&list->block, number) >= list->run)
            list->run = cq_block_find(&list->block, number);
        status = cq_list_more(list, err);
    }
    while (status == CQ_OK && cq_list_number(list) < number)
        status = cq_list_next(list, err);
    return status;
}

cq_status cq_list_has(cq_list *list, uint32_t number, bool *has, cq_error *err)
{
    if (list->block.last < number && !list->block.is_last) {
        cq_status status = seek_block(list, number, err);

        if (status != CQ_OK)
            return status;
    }
    *has = cq_block_has(&list->block, number);
    return CQ_OK;
}
