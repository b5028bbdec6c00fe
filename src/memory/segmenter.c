/* segmenter.c -- opening a segmenter: the rules of locales/, or those of an SRX file. */
#include <calque/segment.h>

#include "segment/segment.h"
#include "tmx/tmx.h"

/* The rules of an SRX file that hold for the language, as segment/ wants them. */
static cq_status open_srx(const cq_lang *lang, const char *path, cq_srx **srx,
                          cq_error *err)
{
    cq_arena arena = {0};
    cq_tmx_srx_rule *read;
    cq_srx_rule *rules = NULL;
    size_t len;
    cq_status status = cq_tmx_srx_read(path, lang, &arena, &read, &len, err);

    if (status != CQ_OK)
        goto out;
    rules = cq_arena_alloc(&arena, (len + 1) * sizeof(*rules));
    if (!rules) {
        status = cq_fail(err, CQ_E_NOMEM, "no memory for %zu rules", len);
        goto out;
    }
    for (size_t i = 0; i < len; i++)
        rules[i] = (cq_srx_rule){
            .is_break = read[i].is_break,
            .before = read[i].before,
            .after = read[i].after,
            .line = read[i].line,
        };
    status = cq_srx_open(rules, len, srx, err);
    cq_fail_at(status == CQ_OK ? NULL : err, path, 0, 0);

out:
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
        cq_status status = open_srx(lang, opts->srx_path, &srx, err);

        if (status != CQ_OK)
            return status;
    }
    return cq_segmenter_new(lang, opts->paragraphs, srx, segmenter, err);
}
