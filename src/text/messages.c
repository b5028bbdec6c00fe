/* messages.c -- which language the program speaks, and its sentences. */
#include "locale.h"
#include "pattern.h"

#include <unicode/ures.h>

#include <stdlib.h>
#include <string.h>

struct cq_messages {
    cq_chain chain;
    char language[CQ_LANG_TAG_MAX]; /* of the messages, "en" for root's */
    cq_speech own, english;         /* English rules for what comes from root */
    cq_buf pattern, text;
    char key[128]; /* the answer when there is no better */
};

/* Whether the chain has messages of its own, not only root's. */
static bool has_messages(const cq_chain *chain)
{
    UResourceBundle *found = NULL;
    size_t nth = 0;

    found = cq_chain_find(chain, "messages", &nth);
    ures_close(found);
    return found && nth + 1 < chain->len;
}

/* Try one name as POSIX or BCP 47 writes it. CQ_DONE when we do not speak it. */
static cq_status try_locale(cq_messages *messages, cq_str name, cq_error *err)
{
    cq_lang lang;
    size_t len = 0;
    cq_status status;

    while (len < name.len && name.ptr[len] != '.' && name.ptr[len] != '@')
        len++;
    if (cq_lang_parse((cq_str){name.ptr, len}, &lang, NULL) != CQ_OK)
        return CQ_DONE;
    status = cq_chain_open(&messages->chain, lang.locale, err);
    if (status != CQ_OK)
        return status;
    if (strcmp(lang.language, "en") == 0 || has_messages(&messages->chain)) {
        snprintf(messages->language, sizeof(messages->language), "%s", lang.language);
        snprintf(messages->own.locale, sizeof(messages->own.locale), "%s", lang.locale);
        return CQ_OK;
    }
    cq_chain_close(&messages->chain);
    return CQ_DONE;
}

static const char *variable(const char *name)
{
    const char *value = getenv(name);

    return value && *value ? value : NULL;
}

/* As gettext: LC_ALL, LC_MESSAGES or LANG say the locale; unless that is "C", the list in
 * LANGUAGE goes before it. */
static cq_status try_environment(cq_messages *messages, cq_error *err)
{
    const char *locale = variable("LC_ALL"), *list = variable("LANGUAGE");

    if (!locale)
        locale = variable("LC_MESSAGES");
    if (!locale)
        locale = variable("LANG");
    if (!locale || strcmp(locale, "C") == 0 || strcmp(locale, "POSIX") == 0)
        return CQ_DONE;
    while (list && *list) {
        size_t len = strcspn(list, ":");
        cq_status status = try_locale(messages, (cq_str){list, len}, err);

        if (status != CQ_DONE)
            return status;
        list += len + (list[len] == ':');
    }
    return try_locale(messages, cq_str_from(locale), err);
}

cq_status cq_messages_open(const char *locale, cq_messages **messages, cq_error *err)
{
    cq_messages *made;
    cq_status status;

    *messages = NULL;
    made = cq_zalloc(sizeof(*made));
    if (!made)
        return cq_fail(err, CQ_E_NOMEM, "no memory for the program's messages");
    status =
        locale ? try_locale(made, cq_str_from(locale), err) : try_environment(made, err);
    if (status == CQ_DONE)
        status = try_locale(made, CQ_STR("en"), err);
    if (status != CQ_OK) {
        cq_messages_close(made);
        return status;
    }
    strcpy(made->own.rules_locale, made->own.locale);
    strcpy(made->english.locale, made->own.locale);
    strcpy(made->english.rules_locale, "en");
    *messages = made;
    return CQ_OK;
}

void cq_messages_close(cq_messages *messages)
{
    if (!messages)
        return;
    cq_chain_close(&messages->chain);
    cq_speech_release(&messages->own);
    cq_speech_release(&messages->english);
    cq_buf_release(&messages->pattern);
    cq_buf_release(&messages->text);
    cq_free(messages);
}

const char *cq_messages_locale(const cq_messages *messages) { return messages->language; }

/* Read the pattern of a key; `*is_root` tells that it is English. */
static bool find_pattern(cq_messages *messages, const char *key, bool *is_root)
{
    char path[sizeof("messages/") + sizeof(messages->key)];
    UErrorCode code = U_ZERO_ERROR;
    UResourceBundle *found;
    const UChar *text;
    int32_t len = 0;
    size_t nth = 0;

    snprintf(path, sizeof(path), "messages/%s", key);
    found = cq_chain_find(&messages->chain, path, &nth);
    if (!found)
        return false;
    *is_root = nth + 1 == messages->chain.len;
    text = ures_getString(found, &len, &code);
    cq_buf_reset(&messages->pattern);
    if (U_SUCCESS(code))
        cq_utf16_put(text, (size_t)len, &messages->pattern);
    ures_close(found);
    return U_SUCCESS(code) && cq_buf_check(&messages->pattern, NULL) == CQ_OK;
}

const char *cq_message(cq_messages *messages, const char *key, const cq_value *values,
                       size_t count)
{
    bool is_root = false;

    cq_buf_reset(&messages->text);
    if (strlen(key) < sizeof(messages->key) && find_pattern(messages, key, &is_root) &&
        cq_pattern_format(is_root ? &messages->english : &messages->own,
                          cq_buf_str(&messages->pattern), values, count, &messages->text))
        return messages->text.len ? messages->text.ptr : "";
    snprintf(messages->key, sizeof(messages->key), "%s", key);
    return messages->key;
}
