/* Stored records: damaged bytes are refused; what is accepted is written as it was. */
#include "fuzz.h"

#include "unit/unit.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len)
{
    cq_str input = input_of(bytes, len);
    cq_buf record = {0};
    cq_unit unit = {0};
    cq_header header = {0};

    if (cq_unit_decode(input, &unit, NULL) == CQ_OK)
        (void)cq_unit_encode(&unit, &record, NULL);
    cq_buf_reset(&record);
    if (cq_header_decode(input, &header, NULL) == CQ_OK)
        (void)cq_header_encode(&header, &record, NULL);
    cq_buf_release(&record);
    cq_unit_release(&unit);
    cq_header_release(&header);
    return 0;
}
