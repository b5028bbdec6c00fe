/* codes.c -- the codes of segments: what pairs inside one, and what matches across the
 * variants of a unit (TMX 1.4b, "Content markup"). */
#include "parts.h"

#include <string.h>

/* What is known of an `i` in a segment, as bits. */
enum { HAS_BPT = 1, HAS_EPT = 2 };

/* Ordinal numbers as the standard wants them; UINT64_MAX for anything else. */
static uint64_t number_of(cq_str s)
{
    uint64_t number = 0;

    if (s.len == 0 || s.len > 18)
        return UINT64_MAX;
    for (size_t i = 0; i < s.len; i++) {
        if (s.ptr[i] < '0' || s.ptr[i] > '9')
            return UINT64_MAX;
        number = number * 10 + (uint64_t)(s.ptr[i] - '0');
    }
    return number;
}

/* A key for a value however it is written: numbers by what they mean. */
static uint64_t key_of(cq_str s, uint64_t seed)
{
    uint64_t number = number_of(s);
    uint64_t key = number == UINT64_MAX ? cq_hash(s.ptr, s.len, seed)
                                        : cq_hash(&number, sizeof(number), seed + 1);

    return key == UINT64_MAX ? 0 : key;
}

static uint64_t *seen(cq_checker *checker, uint64_t key)
{
    uint64_t *value = cq_intmap_add(&checker->seen, key, NULL);

    if (!value)
        cq_check_no_memory(checker);
    return value;
}

static bool is_half(const cq_check_code *code, const char *name)
{
    return code->pair.ptr && strcmp(code->name, name) == 0;
}

static void check_halves(cq_checker *checker, const cq_check_code *code)
{
    bool is_open = is_half(code, "bpt");
    uint64_t *known = seen(checker, key_of(code->pair, 0));

    if (!known)
        return;
    if (number_of(code->pair) == UINT64_MAX)
        cq_check_find(checker, 224, code->place, "<%s i=\"%.*s\">: i is no number",
                      code->name, CQ_SHOWN(code->pair));
    if (*known & (is_open ? HAS_BPT : HAS_EPT))
        cq_check_find(checker, 223, code->place,
                      "<%s i=\"%.*s\"> stands twice in the segment", code->name,
                      CQ_SHOWN(code->pair));
    else if (is_open && (*known & HAS_EPT))
        cq_check_find(checker, 222, code->place,
                      "<bpt i=\"%.*s\"> stands after the <ept> that closes it",
                      CQ_SHOWN(code->pair));
    *known |= is_open ? HAS_BPT : HAS_EPT;
}

static void check_alone(cq_checker *checker, const cq_check_code *code)
{
    uint64_t *known = seen(checker, key_of(code->pair, 0));

    if (!known || *known == (HAS_BPT | HAS_EPT))
        return;
    if (*known == HAS_BPT)
        cq_check_find(checker, 220, code->place,
                      "<bpt i=\"%.*s\"> has no <ept> in the segment",
                      CQ_SHOWN(code->pair));
    else
        cq_check_find(checker, 221, code->place,
                      "<ept i=\"%.*s\"> has no <bpt> in the segment",
                      CQ_SHOWN(code->pair));
}

/* Each `x` once for a kind of code: what else should tell two of them apart? */
static void check_link(cq_checker *checker, const cq_check_code *code)
{
    uint64_t *known;

    if (number_of(code->link) == UINT64_MAX)
        cq_check_find(checker, 225, code->place, "<%s x=\"%.*s\">: x is no number",
                      code->name, CQ_SHOWN(code->link));
    known = seen(checker, key_of(code->link, cq_hash(code->name, strlen(code->name), 7)));
    if (known && *known == 1)
        cq_check_find(checker, 226, code->place,
                      "<%s x=\"%.*s\"> stands twice in the segment, so neither can be "
                      "told in the translation",
                      code->name, CQ_SHOWN(code->link));
    if (known)
        (*known)++;
}

void cq_check_codes(cq_checker *checker, const cq_check_variant *variant)
{
    if (variant->codes_len == 0)
        return;
    cq_intmap_reset(&checker->seen);
    for (size_t i = 0; i < variant->codes_len; i++)
        if (is_half(&variant->codes[i], "bpt") || is_half(&variant->codes[i], "ept"))
            check_halves(checker, &variant->codes[i]);
    for (size_t i = 0; i < variant->codes_len; i++)
        if (is_half(&variant->codes[i], "bpt") || is_half(&variant->codes[i], "ept"))
            check_alone(checker, &variant->codes[i]);
    cq_intmap_reset(&checker->seen);
    for (size_t i = 0; i < variant->codes_len; i++)
        if (variant->codes[i].link.ptr)
            check_link(checker, &variant->codes[i]);
}

/* ---- across variants ------------------------------------------------------------------
 */

/* Codes of `from` whose `x` is nowhere in `in`; told once, of the first. */
static void check_missing(cq_checker *checker, const cq_check_variant *from,
                          const cq_check_variant *in)
{
    const cq_check_code *first = NULL;
    size_t missing = 0;

    cq_intmap_reset(&checker->seen);
    for (size_t i = 0; i < in->codes_len; i++)
        if (in->codes[i].link.ptr)
            seen(checker, key_of(in->codes[i].link, 0));
    for (size_t i = 0; i < from->codes_len; i++) {
        const cq_check_code *code = &from->codes[i];

        if (!code->link.ptr || cq_intmap_find(&checker->seen, key_of(code->link, 0)))
            continue;
        first = first ? first : code;
        missing++;
    }
    if (missing == 1)
        cq_check_find(checker, 227, first->place,
                      "<%s x=\"%.*s\"> has no counterpart in the variant \"%.*s\"",
                      first->name, CQ_SHOWN(first->link), CQ_SHOWN(in->lang));
    if (missing > 1)
        cq_check_find(checker, 227, first->place,
                      "<%s x=\"%.*s\"> and %zu more codes have no counterpart in the "
                      "variant \"%.*s\"",
                      first->name, CQ_SHOWN(first->link), missing - 1,
                      CQ_SHOWN(in->lang));
}

static bool has_link(const cq_check_variant *variant)
{
    for (size_t i = 0; i < variant->codes_len; i++)
        if (variant->codes[i].link.ptr)
            return true;
    return false;
}

void cq_check_links(cq_checker *checker, const cq_check_variant *source,
                    const cq_check_variant *target)
{
    if (has_link(source) || has_link(target)) {
        check_missing(checker, source, target);
        check_missing(checker, target, source);
    } else if (source->codes_len != target->codes_len) {
        cq_check_find(checker, 228, target->place,
                      "codes in the variant \"%.*s\": %zu, in \"%.*s\": %zu",
                      CQ_SHOWN(target->lang), target->codes_len, CQ_SHOWN(source->lang),
                      source->codes_len);
    }
}
