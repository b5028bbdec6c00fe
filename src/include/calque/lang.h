/* lang.h -- language tags (BCP 47) and which of them answer to which.
 *
 * A tag is kept as it was written, and matched by what it means after CLDR's likely
 * subtags (UTS 35, "Likely Subtags"): case and '_' do not matter, zh-TW is zh-Hant, en
 * finds en-GB. */
#ifndef CALQUE_LANG_H
#define CALQUE_LANG_H

#include <calque/base.h>

#ifdef __cplusplus
extern "C" {
#endif

#define CQ_LANG_TAG_MAX 64

/* A value: copy it freely, nothing to release. */
typedef struct cq_lang {
    char tag[CQ_LANG_TAG_MAX]; /* as written, NUL-terminated */
    char group[24]; /* language and script that it means, as "en-Latn", "zh-Hant":
                       only equal groups ever match */
    char locale[CQ_LANG_TAG_MAX]; /* canonical ICU locale, as "zh_TW" */
    char language[12];            /* "zh" */
    char script[8];               /* "Hant" (likely, when not written) */
    char region[8];               /* "" when the tag names none */
} cq_lang;

/**
 * Read a language tag.
 * @return CQ_OK; CQ_E_ARG when it is no BCP 47 tag (after '_' is read as '-')
 */
CQ_API cq_status cq_lang_parse(cq_str tag, cq_lang *lang, cq_error *err);

/* How well a stored variant's language answers a request: 0 not at all, 1 other region,
 * 2 the request or the variant names no region, 3 same region or same tag. */
CQ_API int cq_lang_match(const cq_lang *wanted, const cq_lang *stored);

/* Whether text in this language runs from right to left. */
CQ_API bool cq_lang_is_rtl(const cq_lang *lang);

#ifdef __cplusplus
}
#endif
#endif
