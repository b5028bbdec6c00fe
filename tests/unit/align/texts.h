/* texts.h -- what the tests of align/ share: a small text in two languages, written for
 * them, with a bar between sentences, and beads as "4-6:5-6": first sentence and end, of
 * source and target. */
#ifndef TEST_ALIGN_TEXTS_H
#define TEST_ALIGN_TEXTS_H

#include "align/align.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#define HARBOUR_EN                                                                       \
    "The harbour of Lerwick|The harbour lies on the eastern side of the island.|"        \
    "In 1897 the old pier was destroyed by a storm.|"                                    \
    "Captain Magnus Halcrow wrote to the council the next morning.|"                     \
    "He asked for 400 pounds, a crane and twelve men.|"                                  \
    "Nobody answered for three months, and when the answer came it was no.|"             \
    "Halcrow then sold his own boat.|"                                                   \
    "With the money he bought stone and timber in Bergen.|"                              \
    "The new pier was opened on 5 June 1899 by his daughter Christina.|"                 \
    "It still stands today."

#define HARBOUR_DE                                                                       \
    "Der Hafen von Lerwick|Der Hafen liegt auf der Ostseite der Insel.|"                 \
    "1897 zerstörte ein Sturm den alten Pier.|"                                         \
    "Kapitän Magnus Halcrow schrieb am nächsten Morgen an den Rat.|"                   \
    "Er bat um 400 Pfund, einen Kran und zwölf Männer.|"                               \
    "Drei Monate lang antwortete niemand, und als die Antwort kam, hieß sie nein.|"     \
    "Da verkaufte Halcrow sein eigenes Boot.|"                                           \
    "Mit dem Geld kaufte er in Bergen Steine und Holz.|"                                 \
    "Der neue Pier wurde am 5. Juni 1899 von seiner Tochter Christina eröffnet.|"       \
    "Er steht noch heute."

#define SENTENCES_MAX 64

static inline size_t split(const char *text, cq_str *sentences)
{
    size_t len = 0;

    while (*text) {
        size_t end = strcspn(text, "|");
        assert_true(len < SENTENCES_MAX);
        sentences[len++] = (cq_str){text, end};
        text += end + (text[end] == '|');
    }
    return len;
}

static inline cq_lang lang_of(const char *tag)
{
    cq_lang lang;

    assert_int_equal(cq_lang_parse(cq_str_from(tag), &lang, NULL), CQ_OK);
    return lang;
}

/* Every sentence in just one bead, in order; confidences are probabilities. */
static inline void check_beads(const cq_bead *beads, size_t len, size_t source,
                               size_t target)
{
    size_t i = 0, j = 0;

    for (size_t k = 0; k < len; k++) {
        assert_int_equal(beads[k].source, i);
        assert_int_equal(beads[k].target, j);
        assert_true(beads[k].source_len + beads[k].target_len > 0);
        assert_true(beads[k].confidence >= 0 && beads[k].confidence <= 1);
        i += beads[k].source_len;
        j += beads[k].target_len;
    }
    assert_int_equal(i, source);
    assert_int_equal(j, target);
}

static inline void print_beads(const cq_bead *beads, size_t len, cq_buf *text)
{
    for (size_t k = 0; k < len; k++)
        cq_buf_add_format(text, "%s%zu-%zu:%zu-%zu", k ? " " : "", beads[k].source,
                          beads[k].source + beads[k].source_len, beads[k].target,
                          beads[k].target + beads[k].target_len);
}

#endif
