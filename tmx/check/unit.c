/* unit.c -- a unit as a whole: its id, its languages, and whether it is translated. */
#include "parts.h"

#include <string.h>

static void check_tuid(cq_checker *checker)
{
    cq_str tuid = checker->unit_tuid;
    uint64_t key, *line;
    bool is_new;

    if (!tuid.ptr || tuid.len == 0)
        return;
    key = cq_hash(tuid.ptr, tuid.len, 0);
    key = key == UINT64_MAX ? 0 : key;
    if (checker->tuids.len >= CQ_CHECK_TUIDS_MAX) {
        if (!checker->is_tuid_limit_told)
            cq_check_find(
                checker, 239, checker->unit,
                "more than %zu units have a tuid: from here on only those of the "
                "first are looked for again",
                CQ_CHECK_TUIDS_MAX);
        checker->is_tuid_limit_told = true;
        line = cq_intmap_find(&checker->tuids, key);
        is_new = false;
        if (!line)
            return;
    } else {
        line = cq_intmap_add(&checker->tuids, key, &is_new);
        if (!line) {
            cq_check_no_memory(checker);
            return;
        }
    }
    if (is_new)
        *line = checker->unit.line;
    else
        cq_check_find(checker, 238, checker->unit,
                      "tuid=\"%.*s\" is that of the unit in line %llu too",
                      CQ_SHOWN(tuid), (unsigned long long)*line);
}

/* ---- languages ------------------------------------------------------------------------
 */

static bool is_same_tag(cq_str a, cq_str b)
{
    if (a.len != b.len)
        return false;
    for (size_t i = 0; i < a.len; i++) {
        char x = a.ptr[i], y = b.ptr[i];

        x = x >= 'A' && x <= 'Z' ? (char)(x + 32) : x;
        y = y >= 'A' && y <= 'Z' ? (char)(y + 32) : y;
        if (x != y)
            return false;
    }
    return true;
}

/* How well the variant answers the unit's source language: 4 for the same tag, else as
 * cq_lang_match(). */
static int nearness(cq_checker *checker, const cq_check_variant *variant)
{
    const cq_lang *found;
    cq_lang wanted;

    if (!variant->lang.ptr)
        return 0;
    if (is_same_tag(variant->lang, checker->unit_srclang))
        return 4;
    found = cq_check_lang(checker, checker->unit_srclang);
    if (!found)
        return 0;
    wanted = *found; /* the next look-up may move it */
    found = cq_check_lang(checker, variant->lang);
    return found ? cq_lang_match(&wanted, found) : 0;
}

/* The variant that the others translate: the one in srclang, else the first. */
static size_t source_of(cq_checker *checker)
{
    cq_str srclang = checker->unit_srclang;
    size_t best = 0;
    int best_nearness = 0;

    if (srclang.len == 0 || cq_str_equal(srclang, CQ_STR("*all*")))
        return 0;
    for (size_t i = 0; i < checker->variants_len; i++) {
        int near = nearness(checker, &checker->variants[i]);

        if (near > best_nearness) {
            best_nearness = near;
            best = i;
        }
    }
    if (best_nearness == 0)
        cq_check_find(checker, 233, checker->unit,
                      "no variant is in the source language \"%.*s\"", CQ_SHOWN(srclang));
    else if (best_nearness < 4)
        cq_check_find(
            checker, 234, checker->unit,
            "the source language is \"%.*s\", but its variant says \"%.*s\", and "
            "some tools look for the very same",
            CQ_SHOWN(srclang), CQ_SHOWN(checker->variants[best].lang));
    return best;
}

static void check_twins(cq_checker *checker)
{
    cq_intmap_reset(&checker->seen);
    for (size_t i = 0; i < checker->variants_len; i++) {
        const cq_check_variant *variant = &checker->variants[i];
        char lower[CQ_LANG_TAG_MAX];
        uint64_t key;
        bool is_new = true;

        if (!variant->lang.ptr || variant->lang.len >= sizeof(lower))
            continue;
        for (size_t k = 0; k < variant->lang.len; k++) {
            char c = variant->lang.ptr[k];

            lower[k] = c >= 'A' && c <= 'Z' ? (char)(c + 32) : c;
        }
        key = cq_hash(lower, variant->lang.len, 0);
        if (!cq_intmap_add(&checker->seen, key == UINT64_MAX ? 0 : key, &is_new))
            cq_check_no_memory(checker);
        if (!is_new)
            cq_check_find(checker, 240, variant->place,
                          "the unit has another variant in \"%.*s\"",
                          CQ_SHOWN(variant->lang));
    }
}

/* ---- texts ----------------------------------------------------------------------------
 */

static bool has_letter(cq_str text)
{
    for (size_t at = 0; at < text.len;)
        if (cq_char_is_letter(cq_text_next(text, &at)))
            return true;
    return false;
}

/* Regions of one language may well say the same. */
static bool is_same_language(cq_checker *checker, cq_str a, cq_str b)
{
    const cq_lang *found = a.ptr ? cq_check_lang(checker, a) : NULL;
    cq_lang first;

    if (!found)
        return a.ptr && b.ptr && is_same_tag(a, b);
    first = *found;
    found = b.ptr ? cq_check_lang(checker, b) : NULL;
    return found &&
           cq_str_equal(cq_str_from(first.language), cq_str_from(found->language));
}

static void check_translated(cq_checker *checker, const cq_check_variant *source,
                             const cq_check_variant *target)
{
    cq_str text = cq_str_trim(target->text);

    if (text.len == 0 || !cq_str_equal(text, cq_str_trim(source->text)) ||
        !has_letter(text) || is_same_language(checker, source->lang, target->lang))
        return;
    if (memchr(text.ptr, ' ', text.len))
        cq_check_find(
            checker, 251, target->place,
            "the variant \"%.*s\" says the same as \"%.*s\": it is not translated",
            CQ_SHOWN(target->lang), CQ_SHOWN(source->lang));
    else
        cq_check_find(checker, 258, target->place,
                      "\"%.*s\" is the same in \"%.*s\" and \"%.*s\"", CQ_SHOWN(text),
                      CQ_SHOWN(source->lang), CQ_SHOWN(target->lang));
}

static void check_texts(cq_checker *checker, const cq_check_variant *variant)
{
    const cq_lang *lang =
        variant->lang.ptr ? cq_check_lang(checker, variant->lang) : NULL;

    if (variant->text.ptr && cq_str_trim(variant->text).len == 0 &&
        variant->codes_len == 0)
        cq_check_find(checker, 250, variant->place, "the variant \"%.*s\" is empty",
                      CQ_SHOWN(variant->lang));
    if (variant->text.len)
        cq_check_suspect(checker, variant, lang);
}

void cq_check_unit(cq_checker *checker)
{
    size_t source;

    check_tuid(checker);
    if (checker->variants_len == 0)
        return;
    source = source_of(checker);
    check_twins(checker);
    if (checker->variants_len == 1)
        cq_check_find(checker, 252, checker->unit,
                      "the unit has one variant only, so nothing is translated");
    for (size_t i = 0; i < checker->variants_len; i++) {
        check_texts(checker, &checker->variants[i]);
        if (i == source)
            continue;
        check_translated(checker, &checker->variants[source], &checker->variants[i]);
        cq_check_links(checker, &checker->variants[source], &checker->variants[i]);
    }
}
