/* TMX and tables: whatever is read can be stored and written, and reads back equal;
 * written for another version, level or tool it can be read too. */
#include "fuzz.h"

#include "tmx/tmx.h"

static cq_status add_bytes(void *context, const void *bytes, size_t len, cq_error *err)
{
    cq_buf_add(context, bytes, len);
    return cq_buf_check(context, err);
}

/* All that a unit holds: its record and the texts beside it. */
static void add_content(const cq_unit *unit, cq_buf *content)
{
    assert(cq_unit_encode(unit, content, NULL) == CQ_OK);
    for (size_t i = 0; i < unit->variants_len; i++) {
        cq_buf_add_varint(content, unit->variants[i].text.len);
        cq_buf_add_str(content, unit->variants[i].text);
    }
}

/* Read a file to its end; its units' content, and all of it written again as TMX.
 * @param form  NULL for all that the units have */
static cq_status read_all(cq_str input, bool repair, const cq_tmx_form *form,
                          cq_buf *content, cq_buf *written)
{
    cq_tmx_options opts = {.repair = repair};
    cq_tmx_reader *reader = NULL;
    cq_tmx_writer *writer = NULL;
    cq_unit unit = {0};
    cq_lang source, target;
    cq_status status;

    assert(cq_lang_parse(CQ_STR("en"), &source, NULL) == CQ_OK);
    assert(cq_lang_parse(CQ_STR("fr"), &target, NULL) == CQ_OK);
    opts.source = &source;
    opts.target = &target;
    status = cq_tmx_open(fuzz_file(input), &opts, &reader, NULL);
    while (status == CQ_OK) {
        status = cq_tmx_read(reader, &unit, NULL);
        if (status != CQ_OK)
            break;
        if (!writer)
            assert(cq_tmx_writer_open((cq_sink){add_bytes, written},
                                      cq_tmx_header(reader), form, &writer,
                                      NULL) == CQ_OK);
        add_content(&unit, content);
        assert(cq_tmx_write(writer, &unit, NULL, NULL, NULL) >= 0);
    }
    if (writer)
        assert(cq_tmx_writer_close(writer, NULL) == CQ_OK);
    cq_unit_release(&unit);
    cq_tmx_close(reader);
    fuzz_file_remove();
    return status;
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len)
{
    cq_buf content = {0}, written = {0}, again = {0}, rewritten = {0};
    cq_str input = input_of(bytes, len);
    const cq_tmx_form form = {
        .version = 11 + (int)(len / 2 % 4),
        .level = len % 5 == 0,
        .tool = (cq_tool)(len % CQ_TOOL_LOKALIZE), /* which takes English sources only */
        .source = CQ_STR("en"),
        .target = CQ_STR("fr"),
    };

    if (read_all(input, len % 2 == 1, NULL, &content, &written) == CQ_DONE &&
        written.len > 0) {
        assert(read_all(cq_buf_str(&written), false, NULL, &again, &rewritten) ==
               CQ_DONE);
        assert(cq_str_equal(cq_buf_str(&written), cq_buf_str(&rewritten)));
        cq_buf_reset(&rewritten);
        assert(read_all(cq_buf_str(&written), false, &form, &again, &rewritten) ==
               CQ_DONE);
        if (rewritten.len)
            assert(read_all(cq_buf_str(&rewritten), false, NULL, &again, &written) ==
                   CQ_DONE);
    }
    cq_buf_release(&content);
    cq_buf_release(&written);
    cq_buf_release(&again);
    cq_buf_release(&rewritten);
    return 0;
}
