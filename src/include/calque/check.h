/* check.h -- judging a TMX file: what is wrong with it, without a memory.
 *
 * Streams, in memory that does not grow with the file; nothing is fetched, no DTD is
 * read. docs/tmx.md, "Judging a file", lists what is looked for. */
#ifndef CALQUE_CHECK_H
#define CALQUE_CHECK_H

#include <calque/base.h>

#ifdef __cplusplus
extern "C" {
#endif

typedef enum cq_severity {
    CQ_SEVERITY_NOTE = 0, /* worth knowing; other tools may mind */
    CQ_SEVERITY_WARNING,  /* allowed, but hardly meant, or something will be lost */
    CQ_SEVERITY_ERROR,    /* not what the standard allows */
} cq_severity;

typedef struct cq_finding {
    cq_severity severity;
    const cq_error *what; /* file, line, column, number and message; valid during the
                             call */
} cq_finding;

typedef struct cq_check_options {
    /* Told of everything that is found, roughly in the order of the file; may be NULL. */
    void (*finding)(void *context, const cq_finding *finding);
    void *context;
    cq_progress progress; /* bytes of the file as stored on disk */
} cq_check_options;

typedef struct cq_check_report {
    uint64_t units, variants;
    uint64_t errors, warnings, notes; /* findings */
} cq_check_report;

/**
 * Judge a TMX file (1.1 to 1.4b), plain or gzip: whether it is well-formed, valid against
 * the DTD of the version it declares, and keeps the rules that no DTD can say.
 * @param path    "-" for standard input
 * @param opts    NULL to count only
 * @param report  filled on success
 * @return CQ_OK whatever was found; CQ_E_INPUT when the file cannot be opened or read;
 * CQ_E_STOP, CQ_E_NOMEM
 */
CQ_API cq_status cq_tmx_check(const char *path, const cq_check_options *opts,
                              cq_check_report *report, cq_error *err);

#ifdef __cplusplus
}
#endif
#endif
