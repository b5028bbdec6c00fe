/* segmenter.c -- opening a segmenter: the rules of locales/, or those of an SRX file. */
#include <calque/segment.h>

#include "segment/segment.h"

cq_status cq_segmenter_open(const cq_lang *lang, const cq_segmenter_options *opts,
                            cq_segmenter **segmenter, cq_error *err)
{
    static const cq_segmenter_options defaults = {0};

    *segmenter = NULL;
    if (!opts)
        opts = &defaults;
    if (opts->srx_path)
        return cq_fail(err, CQ_E_ARG, "\"%s\": SRX files cannot be read in this build",
                       opts->srx_path);
    return cq_segmenter_new(lang, opts->paragraphs, NULL, segmenter, err);
}
