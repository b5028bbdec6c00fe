/* segmenter.c -- opening a segmenter: the rules of locales/, or those of an SRX file. */
#include <calque/segment.h>

#include "segment/segment.h"
#include "segment/to_srx.h"

#include "tmx/tmx.h"

static cq_status open_srx(const char *path, const cq_lang *lang, cq_srx **srx,
                          cq_error *err)
{
    cq_arena arena = {0};
    cq_tmx_srx_rule *read = NULL;
    cq_srx_rule *rules = NULL;
    size_t len = 0;
    cq_status status = cq_tmx_srx_read(path, lang, &arena, &read, &len, err);

    if (status == CQ_OK) {
        rules = cq_arena_alloc(&arena, (len + 1) * sizeof(*rules));
        if (!rules)
            status = cq_fail(err, CQ_E_NOMEM, "no memory for %zu SRX rules", len);
    }
    for (size_t i = 0; rules && i < len; i++)
        rules[i] = (cq_srx_rule){.is_break = read[i].is_break,
                                 .before = read[i].before,
                                 .after = read[i].after,
                                 .line = read[i].line};
    if (status == CQ_OK)
        status = cq_srx_open(rules, len, srx, err);
    if (status != CQ_OK)
        cq_fail_at(err, path, 0, 0);
    cq_arena_release(&arena);
    return status;
}

cq_status cq_segmenter_open(const cq_lang *lang, const cq_segmenter_options *opts,
                            cq_segmenter **segmenter, cq_error *err)
{
    static const cq_segmenter_options defaults = {0};
    cq_srx *srx = NULL;

    *segmenter = NULL;
    if (!opts)
        opts = &defaults;
    if (opts->srx_path) {
        cq_status status = open_srx(opts->srx_path, lang, &srx, err);

        if (status != CQ_OK)
            return status;
    }
    return cq_segmenter_new(lang, opts, srx, segmenter, err);
}

/* ---- SRX out --------------------------------------------------------------------------
 */

static cq_status write_rules(const cq_lang *lang, const cq_srx_rule *rules, size_t len,
                             cq_arena *arena, cq_sink sink, cq_error *err)
{
    cq_tmx_srx_rule *written = cq_arena_alloc(arena, (len + 1) * sizeof(*written));

    if (!written)
        return cq_fail(err, CQ_E_NOMEM, "no memory for %zu SRX rules", len);
    for (size_t i = 0; i < len; i++)
        written[i] = (cq_tmx_srx_rule){.is_break = rules[i].is_break,
                                       .before = rules[i].before,
                                       .after = rules[i].after};
    return cq_tmx_srx_write(written, len, lang, sink, err);
}

cq_status cq_segmenter_write_srx(const cq_lang *lang, const cq_segmenter_options *opts,
                                 cq_sink sink, cq_srx_report *report, cq_error *err)
{
    const cq_locale_files files = {.folder = opts ? opts->locale_folder : NULL,
                                   .file = opts ? opts->locale_path : NULL};
    cq_rules *rules = NULL;
    cq_srx_rule *list = NULL;
    cq_srx *srx = NULL;
    cq_arena arena = {0};
    size_t len = 0;
    cq_status status = cq_rules_open(lang, &files, &rules, err);

    if (status == CQ_OK)
        status = cq_srx_from_rules(rules, &arena, &list, &len, err);
    if (status == CQ_OK)
        status = cq_srx_open(list, len, &srx, err);
    if (status == CQ_OK)
        status = cq_srx_try(rules, srx, report, err);
    if (status == CQ_OK)
        status = write_rules(lang, list, len, &arena, sink, err);
    cq_srx_close(srx);
    cq_rules_close(rules);
    cq_arena_release(&arena);
    return status;
}
