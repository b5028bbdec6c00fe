/* explain.c -- where in the locale files the data of a decision stand. */
#include "segment/explain.h"

#include "segment/walk.h"

#include <string.h>

/* Bytes of text shown before and after a candidate. */
#define CONTEXT_MAX 24

/* Words of a spelling with spaces, joined. */
#define SPELLING_MAX 128

typedef struct search {
    cq_locale *locale;
    cq_arena *arena;
    cq_evidence found[CQ_EVIDENCE_MAX];
    size_t len;
    bool is_short; /* of memory */
} search;

/* Whether an item of a list is the one that was looked up. */
typedef bool is_it(cq_str item, cq_str wanted);

static size_t without_spaces(cq_str s, char *to, size_t room)
{
    size_t len = 0;

    for (size_t i = 0; i < s.len && len < room; i++)
        if (s.ptr[i] != ' ')
            to[len++] = s.ptr[i];
    return len;
}

static bool is_same_folded(cq_str a, cq_str b)
{
    char folded[2][SPELLING_MAX];
    size_t len[2];

    return cq_lexicon_lower(a, folded[0], sizeof(folded[0]), &len[0]) &&
           cq_lexicon_lower(b, folded[1], sizeof(folded[1]), &len[1]) &&
           cq_str_equal((cq_str){folded[0], len[0]}, (cq_str){folded[1], len[1]});
}

static bool is_word(cq_str item, cq_str wanted) { return is_same_folded(item, wanted); }

static bool is_exact(cq_str item, cq_str wanted) { return cq_str_equal(item, wanted); }

static bool is_spelling(cq_str item, cq_str wanted)
{
    char joined[SPELLING_MAX];
    size_t len = without_spaces(item, joined, sizeof(joined));

    return is_same_folded((cq_str){joined, len}, wanted);
}

/* The same for the first part of an abbreviation: "z." of "z. B." */
static bool begins_spelling(cq_str item, cq_str wanted)
{
    char joined[SPELLING_MAX];
    size_t len = without_spaces(item, joined, sizeof(joined));

    return len > wanted.len && is_same_folded((cq_str){joined, wanted.len}, wanted);
}

/* The first character of a pair; any character of a list of marks. */
static bool begins_with(cq_str item, cq_str wanted)
{
    return cq_str_starts(item, wanted);
}

static bool holds(cq_str item, cq_str wanted)
{
    for (size_t at = 0; at + wanted.len <= item.len; at++)
        if (cq_str_starts(cq_str_slice(item, at, item.len), wanted))
            return true;
    return false;
}

static bool is_any(cq_str item, cq_str wanted)
{
    (void)item;
    (void)wanted;
    return true;
}

static void add(search *s, size_t layer, const char *path, const cq_node *node,
                cq_str item)
{
    cq_evidence *made = &s->found[s->len];

    if (s->len == CQ_EVIDENCE_MAX)
        return;
    *made = (cq_evidence){.list = path + sizeof("segmentation/") - 1,
                          .item = cq_arena_copy(s->arena, item),
                          .file = cq_locale_layer_file(s->locale, layer),
                          .line = node->line,
                          .column = node->column};
    s->is_short |= !made->item.ptr;
    s->len += made->item.ptr != NULL;
}

static bool find_in_layer(search *s, size_t layer, const char *path, is_it *matches,
                          cq_str wanted)
{
    const cq_node *tree = cq_locale_layer_tree(s->locale, layer);
    const cq_node *list = tree ? cq_node_find(tree, path) : NULL, *item;

    s->is_short |= !tree;
    if (!list || list->kind == CQ_NODE_TABLE)
        return false;
    item = list->kind == CQ_NODE_STRING ? list : list->first;
    for (; item; item = item == list ? NULL : item->next)
        if (item->kind == CQ_NODE_STRING && matches(item->text, wanted)) {
            add(s, layer, path, item, matches == holds ? wanted : item->text);
            return true;
        }
    return false;
}

/* The most special file that has it. */
static bool find(search *s, const char *path, is_it *matches, cq_str wanted)
{
    for (size_t layer = cq_locale_layers(s->locale); layer-- > 0;)
        if (find_in_layer(s, layer, path, matches, wanted))
            return true;
    return false;
}

/* The lists of the most special file that names the abbreviation, at least in part. */
static void find_abbreviation(search *s, cq_str text, const cq_reason *reason)
{
    static is_it *const ways[] = {is_spelling, begins_spelling};
    char joined[SPELLING_MAX];
    size_t len = without_spaces(cq_str_slice(text, reason->from, reason->to), joined,
                                sizeof(joined));
    size_t before = s->len;

    for (size_t way = reason->by & CQ_BY_PARTS ? 1 : 0; way < ARRAY_LEN(ways); way++)
        for (size_t layer = cq_locale_layers(s->locale); layer-- > 0;) {
            for (size_t i = 0; i < CQ_LISTS; i++)
                find_in_layer(s, layer, cq_lexicon_lists[i].path, ways[way],
                              (cq_str){joined, len});
            if (s->len > before)
                return;
        }
}

/* A word of a list, or the part before its apostrophe. */
static void find_word(search *s, const char *path, cq_str word)
{
    size_t at = 0;

    if (find(s, path, is_word, word))
        return;
    while (at < word.len) {
        size_t start = at;
        uint32_t code = cq_text_next(word, &at);

        if ((code == '\'' || code == 0x2019 || code == 0x02bc) &&
            find(s, path, is_word, cq_str_slice(word, 0, start)))
            return;
    }
}

static cq_str char_at(cq_str text, size_t at)
{
    size_t next = at;

    if (at >= text.len)
        return (cq_str){0};
    cq_text_next(text, &next);
    return cq_str_slice(text, at, next);
}

/* The list that makes a mark of the character. */
static void find_mark(search *s, cq_str mark)
{
    static const char *const lists[] = {
        "segmentation/marks/none",  "segmentation/marks/wide",
        "segmentation/marks/end",   "segmentation/marks/semicolon",
        "segmentation/marks/colon", "segmentation/marks/ellipsis",
        "segmentation/marks/stop",
    };

    for (size_t i = 0; i < ARRAY_LEN(lists) && mark.len > 0; i++)
        if (find(s, lists[i], holds, mark))
            return;
}

static void find_all(search *s, cq_str text, const cq_reason *reason)
{
    static const struct {
        unsigned by;
        const char *path;
    } choices[] = {
        {CQ_BY_ORDINALS, "segmentation/ordinals"},
        {CQ_BY_LOWER, "segmentation/lower_after_end"},
        {CQ_BY_WORD_ENDS, "segmentation/word_ends"},
        {CQ_BY_COLON, "segmentation/colon"},
        {CQ_BY_SEMICOLON, "segmentation/semicolon"},
        {CQ_BY_SPACES, "segmentation/spaces"},
    };
    cq_str next = cq_str_slice(text, reason->next, reason->next_end);

    if (reason->by & (CQ_BY_ABBREVIATION | CQ_BY_PARTS))
        find_abbreviation(s, text, reason);
    if (reason->by & CQ_BY_STARTER)
        find_word(s, "segmentation/starters", next);
    if (reason->by & CQ_BY_MONTH)
        find_word(s, "segmentation/months", next);
    if (reason->by & CQ_BY_FOLLOWER)
        find(s, "segmentation/followers", is_exact, next);
    if (reason->by & CQ_BY_SPEECH)
        find(s, "segmentation/speech", is_exact, next);
    if (reason->by & CQ_BY_BULLET)
        find(s, "segmentation/bullets", holds, char_at(text, reason->mark));
    if ((reason->by & CQ_BY_PAIR) &&
        !find(s, "segmentation/quotes", begins_with, char_at(text, reason->opener)))
        find(s, "segmentation/brackets", begins_with, char_at(text, reason->opener));
    for (size_t i = 0; i < ARRAY_LEN(choices); i++)
        if (reason->by & choices[i].by)
            find(s, choices[i].path, is_any, (cq_str){0});
    if (s->len == 0)
        find_mark(s, char_at(text, reason->mark));
}

cq_status cq_explain_evidence(cq_locale *locale, cq_str text, const cq_reason *reason,
                              cq_arena *arena, const cq_evidence **list, size_t *len,
                              cq_error *err)
{
    search s = {.locale = locale, .arena = arena};
    cq_evidence *made;

    *list = NULL;
    *len = 0;
    find_all(&s, text, reason);
    made = cq_arena_alloc(arena, sizeof(s.found));
    if (s.is_short || !made)
        return cq_fail(err, CQ_E_NOMEM, "no memory to explain a sentence end");
    memcpy(made, s.found, sizeof(s.found));
    *list = made;
    *len = s.len;
    return CQ_OK;
}

void cq_explain_context(cq_str text, size_t at, cq_str *before, cq_str *after)
{
    size_t start = at > CONTEXT_MAX ? at - CONTEXT_MAX : 0;
    size_t end = text.len - at > CONTEXT_MAX ? at + CONTEXT_MAX : text.len;

    while (start < at && ((unsigned char)text.ptr[start] & 0xc0) == 0x80)
        start++;
    while (end > at && end < text.len && ((unsigned char)text.ptr[end] & 0xc0) == 0x80)
        end--;
    *before = cq_str_slice(text, start, at);
    *after = cq_str_slice(text, at, end);
}
