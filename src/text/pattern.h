/* pattern.h -- ICU's MessageFormat patterns with named arguments; for the files of
 * src/text alone. ICU's C interface has numbered arguments only, so the patterns are read
 * here:
 *
 *     {name}  {name, number}  {name, number, percent}  {name, number, ::SKELETON}
 *     {name, plural, =0 {...} one {...} other {# ...}}   selectordinal likewise
 *     {name, select, yes {...} other {...}}
 *
 * Apostrophes quote as ICU has it: '' is one, '{ ... ' is text up to the next. */
#ifndef CQ_TEXT_PATTERN_H
#define CQ_TEXT_PATTERN_H

#include "icu.h"

#include <unicode/unum.h>
#include <unicode/upluralrules.h>

/* What formatting needs of a locale, opened when first asked for. */
typedef struct cq_speech {
    char locale[CQ_LANG_TAG_MAX];       /* whose numbers are written */
    char rules_locale[CQ_LANG_TAG_MAX]; /* whose plural rules hold */
    UNumberFormat *number;
    UPluralRules *rules[2]; /* by UPluralType */
} cq_speech;

void cq_speech_release(cq_speech *speech);

/* Append a pattern with its arguments put in. False when the pattern is malformed, asks
 * for an argument that is not there, or memory is short; `out` may then hold a part. */
bool cq_pattern_format(cq_speech *speech, cq_str pattern, const cq_value *values,
                       size_t count, cq_buf *out);

#endif
