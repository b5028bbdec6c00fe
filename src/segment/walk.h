/* walk.h -- one pass over a paragraph: what is known at a place (rules.c moves it on),
 * and what follows from it for a sentence end (decide.c, stop.c). Internal to
 * src/segment. */
#ifndef CQ_SEGMENT_WALK_H
#define CQ_SEGMENT_WALK_H

#include "segment/spot.h"

/* What of a locale file a decision rests on; bits. With none it rests on the procedure
 * alone, and on the list that names the mark. */
enum {
    CQ_BY_ABBREVIATION = 1 << 0, /* the word before the mark, in a list of a kind */
    CQ_BY_STARTER = 1 << 1,      /* the next word is one of `starters` */
    CQ_BY_MONTH = 1 << 2,        /* the next word is one of `months` */
    CQ_BY_FOLLOWER = 1 << 3,     /* what follows is one of `followers` */
    CQ_BY_ORDINALS = 1 << 4,
    CQ_BY_LOWER = 1 << 5, /* lower_after_end */
    CQ_BY_WORD_ENDS = 1 << 6,
    CQ_BY_COLON = 1 << 7,
    CQ_BY_SEMICOLON = 1 << 8,
    CQ_BY_SPACES = 1 << 9,
    CQ_BY_BULLET = 1 << 10,
    CQ_BY_SPEECH = 1 << 13, /* a clause that ends with one of `speech` follows */
    CQ_BY_PARTS = 1 << 12,  /* both words around the mark, parts of one abbreviation */
    CQ_BY_PAIR = 1 << 11,   /* the opener that is not closed yet */
};

/* A decision, and the rule that made it. */
typedef struct cq_verdict {
    bool ends;
    const char *rule; /* its name, static: cq_candidate.rule */
    unsigned by;      /* CQ_BY_ bits */
} cq_verdict;

typedef struct cq_walk {
    const cq_lexicon *lexicon;
    cq_str text;
    cq_site *sites;
    size_t len; /* of sites */
    cq_buf *ends;
    cq_buf *reasons;  /* cq_reason of each decision; NULL when nobody asks */
    size_t start;     /* of the sentence being read */
    size_t first;     /* its first letter or digit, or how far there is none */
    size_t inside;    /* count of open pairs around which the sentence goes on */
    size_t depth;     /* count of all open pairs */
    size_t opener;    /* where the innermost pair counted in `inside` opened, once */
    size_t covered;   /* up to here ICU's candidates are decided */
    bool is_end_told; /* the end of the paragraph is decided by a mark before it */
    cq_marker item;   /* the list marker that the last item began with */
} cq_walk;

static inline bool cq_walk_is_first(const cq_walk *walk, const cq_word *word)
{
    return walk->first >= word->start;
}

/* ---- deciding (decide.c, stop.c) ------------------------------------------------------
 */

static inline cq_verdict cq_ends(const char *rule, unsigned by)
{
    return (cq_verdict){true, rule, by};
}

static inline cq_verdict cq_goes_on(const char *rule, unsigned by)
{
    return (cq_verdict){false, rule, by};
}

/* Whether a sentence ends with the marks of `spot`. */
cq_verdict cq_decide(const cq_walk *walk, const cq_spot *spot);

/* The same for one full stop with space after it, where no pair is open. */
cq_verdict cq_decide_stop(const cq_walk *walk, const cq_spot *spot);

/* ---- what goes with the sentence before (after.c) -------------------------------------
 */

/* Where the marks of `spot` end with the notes, smileys and pictures behind them. */
size_t cq_after_marks(const cq_walk *walk, const cq_spot *spot);

/* Whether brackets with the source of a quotation come next, the site `nth`, and the end
 * mark after them: "..." (Smith 55). */
bool cq_after_is_source(const cq_walk *walk, const cq_spot *spot, size_t nth);

/* ---- words around a mark (around.c) ---------------------------------------------------
 */

/* Whether `words` has the word, or the part before its apostrophe: "L'", "It's". */
bool cq_around_has(const cq_walk *walk, const cq_map *words, const cq_word *word);

/* CQ_ABBR_ bits of what stands before the mark, one mark included; `*from` is where the
 * abbreviation found begins, with the words that belong to it. */
unsigned cq_around_kinds(const cq_walk *walk, const cq_spot *spot, size_t *from);

/* Whether the word before and the next one are parts of one abbreviation: "z." and "B.".
 */
bool cq_around_is_head(const cq_walk *walk, const cq_spot *spot);

/* Whether a number goes before the word: "5 km", "1898 g.". */
bool cq_around_follows_number(const cq_walk *walk, const cq_word *word);

/* Whether the next word commonly begins a sentence. */
bool cq_around_is_starter(const cq_walk *walk, const cq_spot *spot);

/* Whether the next word begins a list item: the first of a list, or the one after the
 * last. */
bool cq_around_begins_item(const cq_walk *walk, const cq_spot *spot);

/* Bytes of the word of `followers` at spot->next: one of those that go on after a
 * quotation, where no space shows how long they are. 0 for none. */
size_t cq_around_follower(const cq_walk *walk, const cq_spot *spot);

/* Whether the whole next word is one of `followers`. */
bool cq_around_is_follower(const cq_walk *walk, const cq_spot *spot);

/* Where the clause ends that begins at spot->next and says who spoke what was quoted
 * before; `*start` is where its word of `speech` begins. 0 when there is none. */
size_t cq_around_speech(const cq_walk *walk, const cq_spot *spot, size_t *start);

/* Whether what follows a quotation says who speaks; `*by` is set to what tells. */
bool cq_around_is_speaker(const cq_walk *walk, const cq_spot *spot, unsigned *by);

#endif
