/* chain.c -- the tables of locales/, linked in as ICU data.
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

UResourceBundle *cq_compiled_open(const char *name)
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

        chain->bundles[chain->len] = cq_compiled_open(name);
        chain->len += chain->bundles[chain->len] != NULL;
        if (!cut)
            break;
        *cut = '\0';
    }
    chain->bundles[chain->len] = cq_compiled_open("root");
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

UResourceBundle *cq_compiled_find(const UResourceBundle *bundle, const char *path)
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
        UResourceBundle *found = cq_compiled_find(chain->bundles[i], path);

        if (found) {
            if (nth)
                *nth = i;
            return found;
        }
    }
    return NULL;
}
