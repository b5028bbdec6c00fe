/* segment.h -- sentences: ICU's candidates and calque's own, decided with the data of
 * locales/ (rules.c), or cut by an SRX file (srx.c). The public face is
 * <calque/segment.h>; what other modules need besides stands here. */
#ifndef CQ_SEGMENT_SEGMENT_H
#define CQ_SEGMENT_SEGMENT_H

#include "base/base.h"
#include "text/text.h"

#include <calque/segment.h>

/* Decides one paragraph: appends the end of every sentence to `ends` as size_t, the last
 * being text.len; ranges tile the paragraph. */
typedef struct cq_rules cq_rules;
/* @param files  the user's own locale files, NULL for none; CQ_E_INPUT for a bad one */
cq_status cq_rules_open(const cq_lang *lang, const cq_locale_files *files,
                        cq_rules **rules, cq_error *err);
void cq_rules_close(cq_rules *rules);
cq_status cq_rules_run(cq_rules *rules, cq_str paragraph, cq_buf *ends, cq_error *err);

/* Why one candidate was decided as it was. Offsets are bytes of the paragraph; ranges are
 * empty where the rule has no use for them. */
typedef struct cq_reason {
    size_t at;   /* where the sentence ends, or would */
    size_t mark; /* where the marks before it begin */
    bool ends;
    const char *rule;      /* its name, static: cq_candidate.rule */
    unsigned by;           /* CQ_BY_ bits (walk.h): what of the locale file decided */
    size_t from, to;       /* the abbreviation */
    size_t next, next_end; /* the word after the mark */
    size_t opener;         /* the quote or bracket that is open */
} cq_reason;

/* From now on append a cq_reason to `reasons` for every candidate, in order; NULL for no
 * more. The buffer must outlive its use. */
void cq_rules_watch(cq_rules *rules, cq_buf *reasons);

struct cq_lexicon;
const struct cq_lexicon *cq_rules_lexicon(const cq_rules *rules);
/* What the rules come from; borrowed until close. */
cq_locale *cq_rules_locale(const cq_rules *rules);

/* The same by SRX 2.0: the first rule that matches at a place decides. What an SRX file
 * says is handed in as lists, since only tmx/ reads XML. */
typedef struct cq_srx_rule {
    bool is_break;
    cq_str before, after; /* ICU regular expressions */
    uint64_t line;
} cq_srx_rule;
typedef struct cq_srx cq_srx;
cq_status cq_srx_open(const cq_srx_rule *rules, size_t len, cq_srx **srx, cq_error *err);
void cq_srx_close(cq_srx *srx);
cq_status cq_srx_run(cq_srx *srx, cq_str paragraph, cq_buf *ends, cq_error *err);

/* A segmenter over given SRX rules (`srx` is taken); cq_segmenter_open() itself is put
 * together in memory/, which reads the file through tmx/. NULL for calque's own rules.
 * `opts` may be NULL; its srx_path is not looked at. */
cq_status cq_segmenter_new(const cq_lang *lang, const cq_segmenter_options *opts,
                           cq_srx *srx_take, cq_segmenter **segmenter, cq_error *err);

#endif
