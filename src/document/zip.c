/* zip.c -- files in a zip file, by libarchive, which nobody else knows. Office files are
 * small and their parts wanted by name, so that the archive is walked anew for each. */
#include "parts.h"

#include <archive.h>
#include <archive_entry.h>
#include <string.h>

#define MEMBERS_MAX 100000u /* entries; no office file has as many */

struct cq_zip {
    cq_str bytes;
    struct archive *archive; /* NULL between two walks */
    size_t given;            /* bytes of the present member */
};

static cq_status fail_zip(cq_zip *zip, cq_error *err)
{
    const char *why = zip->archive ? archive_error_string(zip->archive) : NULL;

    return cq_fail_number(err, CQ_E_INPUT, ERR_ZIP, "the zip file is damaged: %s",
                          why ? why : "it cannot be read");
}

cq_status cq_zip_open(cq_str bytes, cq_zip **zip, cq_error *err)
{
    *zip = cq_zalloc(sizeof(**zip));
    if (!*zip)
        return cq_fail(err, CQ_E_NOMEM, "no memory to read a zip file");
    (*zip)->bytes = bytes;
    return CQ_OK;
}

void cq_zip_close(cq_zip *zip)
{
    if (!zip)
        return;
    archive_read_free(zip->archive);
    cq_free(zip);
}

/* Begin a walk. */
static cq_status rewind_zip(cq_zip *zip, cq_error *err)
{
    archive_read_free(zip->archive);
    zip->archive = archive_read_new();
    zip->given = 0;
    if (!zip->archive)
        return cq_fail(err, CQ_E_NOMEM, "no memory to read a zip file");
    if (archive_read_support_format_zip_seekable(zip->archive) != ARCHIVE_OK ||
        archive_read_open_memory(zip->archive, zip->bytes.ptr, zip->bytes.len) !=
            ARCHIVE_OK)
        return fail_zip(zip, err);
    return CQ_OK;
}

cq_status cq_zip_find(cq_zip *zip, const char *name, cq_error *err)
{
    cq_status status = rewind_zip(zip, err);

    for (size_t i = 0; status == CQ_OK; i++) {
        struct archive_entry *entry;
        int result = archive_read_next_header(zip->archive, &entry);
        const char *its_name;

        if (result == ARCHIVE_EOF)
            return CQ_DONE;
        if ((result != ARCHIVE_OK && result != ARCHIVE_WARN) || i == MEMBERS_MAX)
            return fail_zip(zip, err);
        its_name = archive_entry_pathname(entry);
        if (!its_name || strcmp(its_name, name) != 0)
            continue;
        if (archive_entry_is_encrypted(entry))
            return cq_fail_number(err, CQ_E_INPUT, ERR_ENCRYPTED,
                                  "%s in it is locked by a password", name);
        return CQ_OK;
    }
    return status;
}

cq_status cq_zip_next(cq_zip *zip, cq_str *piece, cq_error *err)
{
    const void *block;
    size_t len;
    la_int64_t offset;
    int result = archive_read_data_block(zip->archive, &block, &len, &offset);

    if (result == ARCHIVE_EOF)
        return CQ_DONE;
    if (result != ARCHIVE_OK && result != ARCHIVE_WARN)
        return fail_zip(zip, err);
    zip->given += len;
    if (zip->given > CQ_MEMBER_BYTES_MAX)
        return cq_fail_number(err, CQ_E_INPUT, ERR_TOO_LARGE,
                              "a file in it unpacks to more than %zu MB",
                              CQ_MEMBER_BYTES_MAX >> 20);
    *piece = (cq_str){block, len};
    return CQ_OK;
}
