/* messages.h -- the interface's messages in the user's language, from locales/.
 *
 * A message is an ICU MessageFormat pattern (plural and select included) found by key; a
 * key that a language lacks is taken from English. */
#ifndef CALQUE_MESSAGES_H
#define CALQUE_MESSAGES_H

#include <calque/base.h>

#ifdef __cplusplus
extern "C" {
#endif

typedef struct cq_messages cq_messages; /* belongs to one thread */

typedef enum cq_value_kind {
    CQ_VALUE_NUMBER,
    CQ_VALUE_REAL,
    CQ_VALUE_TEXT
} cq_value_kind;

/* A named argument of a pattern. */
typedef struct cq_value {
    const char *name; /* as in "{units, plural, ...}" */
    cq_value_kind kind;
    int64_t number;
    double real;
    cq_str text; /* UTF-8 */
} cq_value;

/**
 * Open the messages of a locale.
 * @param locale  as POSIX or BCP 47 writes it ("fr_FR.UTF-8", "fr"); NULL reads LC_ALL,
 *                LC_MESSAGES, LANGUAGE and LANG as gettext does; unknown ones give
 * English
 */
CQ_API cq_status cq_messages_open(const char *locale, cq_messages **messages,
                                  cq_error *err);
CQ_API void cq_messages_close(cq_messages *messages);

/* The locale in use, as "fr"; valid until cq_messages_close(). */
CQ_API const char *cq_messages_locale(const cq_messages *messages);

/**
 * Format one message.
 * @return NUL-terminated UTF-8, valid until the next call with `messages`; the key itself
 * when nobody has the message or memory is short, so that there is always something to
 * show
 */
CQ_API const char *cq_message(cq_messages *messages, const char *key,
                              const cq_value *values, size_t count);

#ifdef __cplusplus
}
#endif
#endif
