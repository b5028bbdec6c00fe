/* try.c -- a locale file put to the test: slips that no parser finds, and the samples
 * (<calque/locale.h>). */
#include <calque/locale.h>

#include "segment/segment.h"

#include <string.h>

/* What a locale file may say of sentences: the key, and the words it may hold if it is
 * not a list of anything. */
static const struct {
    const char *path, *words;
} known[] = {
    {"abbreviations", NULL},
    {"starters", ""},
    {"followers", ""},
    {"months", ""},
    {"lead_ins", ""},
    {"capitals", ""},
    {"numbered", ""},
    {"speech", ""},
    {"marks", NULL},
    {"quotes", ""},
    {"brackets", ""},
    {"bullets", ""},
    {"apostrophes", ""},
    {"word_ends", ""},
    {"samples", ""},
    {"colon", "no starter capital"},
    {"semicolon", "no starter capital"},
    {"ordinals", "yes no"},
    {"lower_after_end", "yes no"},
    {"spaces", "end no"},
    {"case", "yes no"},
    {"abbreviations/title", ""},
    {"abbreviations/never", ""},
    {"abbreviations/number", ""},
    {"abbreviations/month", ""},
    {"abbreviations/name", ""},
    {"abbreviations/final", ""},
    {"abbreviations/unit", ""},
    {"abbreviations/word", ""},
    {"abbreviations/none", ""},
    {"marks/stop", ""},
    {"marks/end", ""},
    {"marks/wide", ""},
    {"marks/ellipsis", ""},
    {"marks/colon", ""},
    {"marks/semicolon", ""},
    {"marks/none", ""},
};

typedef struct trying {
    cq_segmenter *segmenter;
    cq_trial_told *told;
    void *context;
    cq_buf text, want, got, slip;
    bool is_wrong;
} trying;

/* ---- slips ----------------------------------------------------------------------------
 */

/* "<before> "<word>"<after>"; no word when its ptr is NULL. */
static void tell_slip(trying *t, const cq_node *node, const char *before, cq_str word,
                      const char *after)
{
    cq_trial trial = {.kind = CQ_TRIAL_SLIP, .line = node->line, .column = node->column};

    cq_buf_reset(&t->slip);
    cq_buf_add_z(&t->slip, before);
    if (word.ptr) {
        cq_buf_add_z(&t->slip, *before ? " \"" : "\"");
        cq_buf_add_str(&t->slip, word);
        cq_buf_add_byte(&t->slip, '"');
    }
    cq_buf_add_z(&t->slip, after);
    trial.slip = t->slip.ptr;
    t->is_wrong = true;
    if (cq_buf_check(&t->slip, NULL) == CQ_OK)
        t->told(t->context, &trial);
}

static bool is_among(const char *words, cq_str word)
{
    while (*words) {
        size_t len = strcspn(words, " ");

        if (cq_str_equal((cq_str){words, len}, word))
            return true;
        words += len + (words[len] == ' ');
    }
    return false;
}

static const char *words_of(const char *prefix, cq_str key, bool *is_known)
{
    size_t len = strlen(prefix);

    *is_known = false;
    for (size_t i = 0; i < ARRAY_LEN(known); i++) {
        const char *path = known[i].path;

        if (strncmp(path, prefix, len) == 0 &&
            cq_str_equal(cq_str_from(path + len), key)) {
            *is_known = true;
            return known[i].words;
        }
    }
    return NULL;
}

/* An abbreviation ends in a mark; one that does not never comes to be looked up. */
static void check_abbreviation(trying *t, const cq_node *item)
{
    size_t at = item->text.len;

    if (item->text.len == 0 || memchr(item->text.ptr, ' ', item->text.len))
        return; /* one with a space ends its first part */
    while (at > 0 && ((unsigned char)item->text.ptr[--at] & 0xc0) == 0x80)
        ;
    if (cq_char_is_letter(cq_text_next(item->text, &at)))
        tell_slip(t, item, "", item->text,
                  " has no mark at its end, so no rule looks for it");
}

static void check_items(trying *t, const cq_node *list, const char *words, bool is_kind)
{
    const cq_node *item = list->kind == CQ_NODE_STRING ? list : list->first;

    for (; item; item = item == list ? NULL : item->next) {
        if (item->kind != CQ_NODE_STRING)
            tell_slip(t, item, "a string is expected here", (cq_str){0}, "");
        else if (item->is_joined)
            tell_slip(t, item, "a comma is missing: these strings are one,", item->text,
                      "");
        else if (*words && !is_among(words, item->text))
            tell_slip(t, item, "", item->text, " means nothing here");
        else if (is_kind)
            check_abbreviation(t, item);
    }
}

static void check_table(trying *t, const cq_node *table, const char *prefix)
{
    if (table->kind != CQ_NODE_TABLE) {
        tell_slip(t, table, "a table is expected here", (cq_str){0}, "");
        return;
    }
    for (const cq_node *entry = table->first; entry; entry = entry->next) {
        bool is_known;
        const char *words = words_of(prefix, entry->key, &is_known);

        if (!is_known)
            tell_slip(t, entry, "no rule reads the key", entry->key, "");
        else if (!words)
            check_table(t, entry,
                        cq_str_equal(entry->key, CQ_STR("marks")) ? "marks/"
                                                                  : "abbreviations/");
        else if (entry->kind == CQ_NODE_TABLE)
            tell_slip(t, entry, "a list is expected here", (cq_str){0}, "");
        else
            check_items(t, entry, words,
                        strcmp(prefix, "abbreviations/") == 0 &&
                            !cq_str_equal(entry->key, CQ_STR("none")));
    }
}

static void check_file(trying *t, const cq_node *root)
{
    for (const cq_node *entry = root->kind == CQ_NODE_TABLE ? root->first : NULL; entry;
         entry = entry->next) {
        if (cq_str_equal(entry->key, CQ_STR("segmentation")))
            check_table(t, entry, "");
        else if (!cq_str_equal(entry->key, CQ_STR("messages")))
            tell_slip(t, entry, "no rule reads the key", entry->key, "");
    }
}

/* ---- samples --------------------------------------------------------------------------
 */

/* What the sample wants, with '|' between trimmed sentences, and its text without. */
static void read_sample(trying *t, cq_str marked)
{
    cq_buf_reset(&t->text);
    cq_buf_reset(&t->want);
    for (size_t at = 0; at <= marked.len;) {
        const char *bar = memchr(marked.ptr + at, '|', marked.len - at);
        size_t end = bar ? (size_t)(bar - marked.ptr) : marked.len;
        cq_str part = cq_str_slice(marked, at, end);

        if (at > 0)
            cq_buf_add_z(&t->want, " |");
        cq_buf_add_str(&t->text, part);
        cq_buf_add_str(&t->want, cq_str_trim(part));
        at = end + 1;
    }
}

static cq_status split_sample(trying *t, cq_error *err)
{
    cq_sentence sentence;
    cq_status status;

    cq_buf_reset(&t->got);
    cq_segmenter_reset(t->segmenter);
    status = cq_segmenter_feed(t->segmenter, cq_buf_str(&t->text), true, err);
    while (status == CQ_OK) {
        status = cq_segmenter_next(t->segmenter, &sentence, err);
        if (status != CQ_OK)
            break;
        if (t->got.len > 0)
            cq_buf_add_z(&t->got, " |");
        cq_buf_add_str(&t->got, sentence.text);
    }
    return status == CQ_DONE ? cq_buf_check(&t->got, err) : status;
}

static cq_status try_sample(trying *t, const cq_node *sample, cq_error *err)
{
    cq_trial trial = {.line = sample->line, .column = sample->column};
    cq_status status = CQ_OK;

    if (sample->text.len == 0)
        return CQ_OK;
    read_sample(t, sample->text);
    status = cq_buf_check(&t->text, err);
    if (status == CQ_OK)
        status = cq_buf_check(&t->want, err);
    if (status == CQ_OK)
        status = split_sample(t, err);
    if (status != CQ_OK)
        return status;
    trial.want = cq_buf_str(&t->want);
    trial.got = cq_buf_str(&t->got);
    trial.kind = cq_str_equal(trial.want, trial.got) ? CQ_TRIAL_RIGHT : CQ_TRIAL_WRONG;
    t->is_wrong |= trial.kind == CQ_TRIAL_WRONG;
    t->told(t->context, &trial);
    return CQ_OK;
}

static cq_status try_samples(trying *t, const cq_node *samples, cq_error *err)
{
    cq_status status = CQ_OK;
    const cq_node *item;

    if (samples && samples->kind == CQ_NODE_STRING)
        return try_sample(t, samples, err);
    for (item = samples ? samples->first : NULL; item && status == CQ_OK;
         item = item->next)
        if (item->kind == CQ_NODE_STRING)
            status = try_sample(t, item, err);
    return status;
}

/* ---- the file -------------------------------------------------------------------------
 */

static cq_status lang_of(const cq_bundle *bundle, cq_lang *lang, cq_error *err)
{
    static const cq_lang root = {.tag = "root", .locale = "root"};

    if (cq_str_equal(bundle->root.key, CQ_STR("root"))) {
        *lang = root;
        return CQ_OK;
    }
    if (cq_lang_parse(bundle->root.key, lang, NULL) == CQ_OK)
        return CQ_OK;
    cq_fail_number(err, CQ_E_INPUT, 3, "\"%.*s\" is not a language tag",
                   (int)bundle->root.key.len, bundle->root.key.ptr);
    cq_fail_at(err, NULL, bundle->root.line, bundle->root.column);
    return CQ_E_INPUT;
}

cq_status cq_locale_try(const char *path, const char *folder, cq_trial_told *told,
                        void *context, cq_error *err)
{
    const cq_segmenter_options opts = {.locale_path = path, .locale_folder = folder};
    trying t = {.told = told, .context = context};
    cq_bundle bundle;
    cq_lang lang;
    cq_status status = cq_bundle_read(path, &bundle, err);

    if (status == CQ_DONE)
        status = cq_fail_number(err, CQ_E_INPUT, 8, "there is no such file");
    if (status == CQ_OK)
        status = lang_of(&bundle, &lang, err);
    if (status == CQ_OK)
        status = cq_segmenter_new(&lang, &opts, NULL, &t.segmenter, err);
    if (status == CQ_OK) {
        check_file(&t, &bundle.root);
        status = try_samples(&t, cq_node_find(&bundle.root, "segmentation/samples"), err);
    }
    if (status < 0)
        cq_fail_at(err, path, 0, 0);
    cq_segmenter_close(t.segmenter);
    cq_buf_release(&t.text);
    cq_buf_release(&t.want);
    cq_buf_release(&t.got);
    cq_buf_release(&t.slip);
    cq_bundle_release(&bundle);
    if (status != CQ_OK)
        return status;
    return t.is_wrong ? CQ_DONE : CQ_OK;
}
