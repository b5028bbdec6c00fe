/* The judge of files: whatever the bytes are, it comes to an end, tells each finding in
 * one line, and counts what it tells. */
#include "fuzz.h"

#include <calque/check.h>
#include <string.h>

static void count(void *context, const cq_finding *finding)
{
    uint64_t *found = context;

    assert(finding->what->number > 0 && !strchr(finding->what->message, '\n'));
    (*found)++;
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len)
{
    uint64_t found = 0;
    cq_check_options opts = {.finding = count, .context = &found};
    cq_check_report report = {0};

    assert(cq_tmx_check(fuzz_file(input_of(bytes, len)), &opts, &report, NULL) == CQ_OK);
    assert(found == report.errors + report.warnings + report.notes);
    fuzz_file_remove();
    return 0;
}
