#include "internal.h"

static cq_status damaged(const cq_list *list, cq_error *err)
{
    return cq_index_damaged(err, list->row.group, list->row.generation, "postings");
}

static void end(cq_list *list)
{
    list->is_ended = true;
    list->at = list->len = 0;
}

static cq_status decode(cq_list *list, uint32_t run, cq_error *err)
{
    list->run = run;
    list->at = 0;
    list->len = cq_block_run(&list->block, run, list->numbers);
    if (list->len == 0 || list->numbers[list->len - 1] >= list->texts)
        return damaged(list, err);
    return CQ_OK;
}

static cq_status take_block(cq_list *list, cq_str blob, cq_error *err)
{
    list->blocks++;
    if (!cq_block_open(&list->block, list->row.part, blob))
        return damaged(list, err);
    return CQ_OK;
}

cq_status cq_list_take(cq_list *list, cq_index_io io, cq_index_row row, cq_str blob,
                       uint32_t texts, cq_error *err)
{
    cq_status status;

    list->io = io;
    list->row = row;
    list->texts = texts;
    list->is_open = true;
    list->is_ended = false;
    status = take_block(list, blob, err);
    return status == CQ_OK ? decode(list, 0, err) : status;
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
    if (status == CQ_DONE || found.token != row.token) {
        end(list);
        return CQ_OK;
    }
    list->row = found;
    status = take_block(list, blob, err);
    return status == CQ_OK ? decode(list, 0, err) : status;
}

cq_status cq_list_more(cq_list *list, cq_error *err)
{
    if (list->is_ended)
        return CQ_OK;
    if (list->run + 1 < cq_block_runs(&list->block))
        return decode(list, list->run + 1, err);
    return next_block(list, err);
}

/* Open the last block that begins at `number` or before; it is not before this one. */
static cq_status seek_block(cq_list *list, uint32_t number, cq_error *err)
{
    cq_index_row row = list->row;
    uint64_t part;
    cq_str blob;
    cq_status status;

    row.part = (uint64_t)number + 1;
    status = list->io.get(list->io.context, row, &part, &blob, err);
    if (status == CQ_DONE)
        return damaged(list, err);
    if (status != CQ_OK || part == list->row.part)
        return status;
    list->row.part = part;
    return take_block(list, blob, err);
}

/* Whether the last run of the open block is decoded and ends before `number`. */
static bool is_past_block(const cq_list *list, uint32_t number)
{
    return list->run + 1 == cq_block_runs(&list->block) &&
           list->numbers[list->len - 1] < number;
}

static cq_status step_to(cq_list *list, uint32_t number, cq_error *err)
{
    if (list->len == 0 || list->numbers[list->len - 1] < number)
        return cq_list_more(list, err);
    while (list->numbers[list->at] < number)
        list->at++;
    return CQ_OK;
}

cq_status cq_list_seek(cq_list *list, uint32_t number, cq_error *err)
{
    uint32_t run;
    cq_status status = CQ_OK;

    if (list->is_ended || list->numbers[list->at] >= number)
        return CQ_OK;
    if (list->numbers[list->len - 1] >= number)
        return step_to(list, number, err);
    run = cq_block_find(&list->block, number);
    if (run + 1 == cq_block_runs(&list->block)) {
        /* Perhaps in the last run, perhaps in a later block. */
        if (!is_past_block(list, number) && run != list->run)
            status = decode(list, run, err);
        if (status == CQ_OK && is_past_block(list, number)) {
            uint64_t part = list->row.part;

            status = seek_block(list, number, err);
            if (status != CQ_OK)
                return status;
            if (list->row.part == part) /* no block begins before it: the next one */
                return next_block(list, err);
            status = decode(list, cq_block_find(&list->block, number), err);
        }
    } else {
        status = decode(list, run, err);
    }
    return status == CQ_OK ? step_to(list, number, err) : status;
}
