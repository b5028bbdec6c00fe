/* base.h -- what every call of libcalque shares: strings, status, errors, progress.
 *
 * Text is UTF-8 with a length in bytes; it may hold NUL. A cq_str only borrows its bytes;
 * each function says how long. Zero is success, negative is failure, positive is a normal
 * answer that is not a value. Nothing in the library prints, exits or aborts. */
#ifndef CALQUE_BASE_H
#define CALQUE_BASE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

#if defined(__GNUC__)
#define CQ_API                __attribute__((visibility("default")))
#define CQ_PRINTF(nth, first) __attribute__((format(printf, nth, first)))
#else
#define CQ_API
#define CQ_PRINTF(nth, first)
#endif

typedef enum cq_status {
    CQ_OK = 0,
    CQ_DONE = 1,      /* no more of what was asked for; not a failure */
    CQ_E_NOMEM = -1,  /* out of memory; the object is as it was */
    CQ_E_ARG = -2,    /* the caller asked for what cannot be (exit 2) */
    CQ_E_INPUT = -3,  /* a text or file is not what it should be (exit 2) */
    CQ_E_STORE = -4,  /* the memory could not be read or written (exit 3) */
    CQ_E_SYSTEM = -5, /* the operating system refused (exit 3) */
    CQ_E_STOP = -6,   /* a callback of the caller asked to stop; nothing was changed */
} cq_status;

/* A borrowed view of UTF-8 (or, where said, of any bytes). */
typedef struct cq_str {
    const char *ptr; /* may be NULL when len is 0 */
    size_t len;      /* bytes */
} cq_str;

#define CQ_STR(literal) ((cq_str){(literal), sizeof(literal) - 1})

#define CQ_ERROR_TEXT_MAX 512
#define CQ_ERROR_FILE_MAX 256

/* What went wrong, in an object that the caller owns and that needs no release. {0} is
 * empty. The first failure stays; outer layers only add where. */
typedef struct cq_error {
    cq_status status;
    int number;                   /* of docs/errors.md ("CQ-061" is 61), 0 for none */
    uint64_t line, column;        /* 1-based, column in bytes; 0 when there is no place */
    char file[CQ_ERROR_FILE_MAX]; /* "" when no file is concerned */
    char message[CQ_ERROR_TEXT_MAX]; /* one line of plain English, no final dot */
} cq_error;

/* Writes bytes somewhere; all of them or a failure. */
typedef struct cq_sink {
    cq_status (*write)(void *context, const void *bytes, size_t len, cq_error *err);
    void *context;
} cq_sink;

/* Told now and then during long work; may return CQ_E_STOP. `total` is 0 when unknown. */
typedef struct cq_progress {
    cq_status (*tick)(void *context, uint64_t done, uint64_t total);
    void *context;
} cq_progress;

/* Versions as "calque 0.1.0 (ICU 72.1, SQLite 3.40.1, libxml2 2.9.14)"; static. */
CQ_API const char *cq_version(void);

#ifdef __cplusplus
}
#endif
#endif
