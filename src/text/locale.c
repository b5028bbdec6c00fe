/* locale.c -- the tables of locales/, linked in as ICU data.
 *
 * Inheritance is walked here, key by key (fr_CA, fr, root): ICU's own would look in the
 * user's default locale before root, and Greek sentences would then be split by the rules
 * of whoever sits at the keyboard. */
#include "locale.h"

#include <unicode/udata.h>
#include <unicode/ures.h>
#include <unicode/ustring.h>

#include <string.h>

extern const struct {
    double aligned;
    uint8_t bytes[1];
} calque_dat; /* made by genccode */

static UResourceBundle *open_bundle(const char *name)
{
    UErrorCode code = U_ZERO_ERROR;
    UResourceBundle *bundle;

    udata_setAppData("calque", calque_dat.bytes, &code); /* again is no failure */
    code = U_ZERO_ERROR;
    bundle = ures_openDirect("calque", name, &code);
    if (U_SUCCESS(code))
        return bundle;
    ures_close(bundle);
    return NULL;
}

cq_status cq_chain_open(cq_chain *chain, const char *locale, cq_error *err)
{
    char name[CQ_LANG_TAG_MAX];

    *chain = (cq_chain){0};
    snprintf(name, sizeof(name), "%s", locale);
    name[strcspn(name, "@")] = '\0';
    while (name[0] && chain->len + 1 < ARRAY_LEN(chain->bundles)) {
        char *cut = strrchr(name, '_');

        chain->bundles[chain->len] = open_bundle(name);
        chain->len += chain->bundles[chain->len] != NULL;
        if (!cut)
            break;
        *cut = '\0';
    }
    chain->bundles[chain->len] = open_bundle("root");
    if (!chain->bundles[chain->len]) {
        cq_chain_close(chain);
        return cq_fail(err, CQ_E_SYSTEM, "the tables of languages cannot be opened");
    }
    chain->len++;
    return CQ_OK;
}

void cq_chain_close(cq_chain *chain)
{
    for (size_t i = 0; i < chain->len; i++)
        ures_close(chain->bundles[i]);
    *chain = (cq_chain){0};
}

/* The resource at a path as "a/b/c", NULL when the bundle has none. */
static UResourceBundle *walk(const UResourceBundle *bundle, const char *path)
{
    UErrorCode code = U_ZERO_ERROR;
    UResourceBundle *at = NULL;
    char step[64];

    while (*path && U_SUCCESS(code)) {
        size_t len = strcspn(path, "/");

        if (len >= sizeof(step))
            code = U_MISSING_RESOURCE_ERROR;
        memcpy(step, path, len < sizeof(step) ? len : 0);
        step[len < sizeof(step) ? len : 0] = '\0';
        at = ures_getByKey(at ? at : bundle, step, at, &code);
        path += len + (path[len] == '/');
    }
    if (U_SUCCESS(code) && at)
        return at;
    ures_close(at);
    return NULL;
}

UResourceBundle *cq_chain_find(const cq_chain *chain, const char *path, size_t *nth)
{
    for (size_t i = 0; i < chain->len; i++) {
        UResourceBundle *found = walk(chain->bundles[i], path);

        if (found) {
            if (nth)
                *nth = i;
            return found;
        }
    }
    return NULL;
}

/* ---- lists of strings -----------------------------------------------------------------
 */

struct cq_locale {
    cq_chain chain;
    cq_buf text;
    bool is_short; /* of memory, once */
};

cq_status cq_locale_open(const cq_lang *lang, cq_locale **locale, cq_error *err)
{
    cq_locale *made;
    cq_status status;

    *locale = NULL;
    made = cq_zalloc(sizeof(*made));
    if (!made)
        return cq_fail(err, CQ_E_NOMEM, "no memory for a language's tables");
    status = cq_chain_open(&made->chain, lang->locale, err);
    if (status != CQ_OK) {
        cq_free(made);
        return status;
    }
    *locale = made;
    return CQ_OK;
}

void cq_locale_close(cq_locale *locale)
{
    if (!locale)
        return;
    cq_chain_close(&locale->chain);
    cq_buf_release(&locale->text);
    cq_free(locale);
}

cq_status cq_locale_check(const cq_locale *locale, cq_error *err)
{
    return locale->is_short
               ? cq_fail(err, CQ_E_NOMEM, "no memory for a language's tables")
               : CQ_OK;
}

static bool keep(cq_locale *locale, const UChar *text, int32_t len, cq_arena *arena,
                 cq_str *kept)
{
    cq_buf_reset(&locale->text);
    cq_utf16_put(text, (size_t)len, &locale->text);
    cq_buf_add(&locale->text, "", 0);
    *kept = cq_buf_check(&locale->text, NULL) == CQ_OK
                ? cq_arena_copy(arena, cq_buf_str(&locale->text))
                : (cq_str){0};
    return kept->ptr != NULL;
}

/* One string, or each string of an array; `keys` asks for a table's keys instead. */
static bool collect(cq_locale *locale, UResourceBundle *found, bool keys, cq_arena *arena,
                    cq_str *list, size_t len)
{
    UResourceBundle *item = NULL;

    for (size_t i = 0; i < len; i++) {
        UErrorCode code = U_ZERO_ERROR;
        int32_t units = 0;

        item = ures_getByIndex(found, (int32_t)i, item, &code);
        if (keys) {
            const char *key = ures_getKey(item);

            list[i] = cq_arena_copy(arena, cq_str_from(key ? key : ""));
        } else {
            const UChar *text = ures_getString(item, &units, &code);

            if (U_FAILURE(code) || !keep(locale, text, units, arena, &list[i]))
                list[i].ptr = NULL;
        }
        if (U_FAILURE(code) || !list[i].ptr) {
            ures_close(item);
            return false;
        }
    }
    ures_close(item);
    return true;
}

static bool read_list(cq_locale *locale, const char *path, bool keys, cq_arena *arena,
                      cq_str **list, size_t *len)
{
    UResourceBundle *found = cq_chain_find(&locale->chain, path, NULL);
    bool is_list = false;

    if (!found)
        return false;
    if (keys ? ures_getType(found) == URES_TABLE : ures_getType(found) != URES_TABLE) {
        size_t count = (size_t)ures_getSize(found);
        cq_str *made = cq_arena_alloc(arena, (count ? count : 1) * sizeof(*made));

        is_list = made && collect(locale, found, keys, arena, made, count);
        if (is_list) {
            *list = made;
            *len = count;
        } else {
            locale->is_short = true;
        }
    }
    ures_close(found);
    return is_list;
}

bool cq_locale_strings(cq_locale *locale, const char *path, cq_arena *arena,
                       cq_str **list, size_t *len)
{
    return read_list(locale, path, false, arena, list, len);
}

bool cq_locale_keys(cq_locale *locale, const char *path, cq_arena *arena, cq_str **list,
                    size_t *len)
{
    return read_list(locale, path, true, arena, list, len);
}
