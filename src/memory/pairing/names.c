/* names.c -- documents whose names differ by a language alone: "guide.en.md" and
 * "guide.fr.md", "en/guide.html" and "fr/guide.html", "de_guide.docx". */
#include "parts.h"

#include <ctype.h>
#include <string.h>

static bool is_letter(char c) { return isalpha((unsigned char)c) != 0; }

/* Whether a word is the name of the language: its tag, with '_' or '-', or its first
 * subtag. Where the language is unknown, what has the form of one: "en", "pt-br". */
static bool is_language(cq_str word, const cq_lang *lang)
{
    if (!lang) {
        bool is_short = word.len == 2 || (word.len == 5 && strchr("-_", word.ptr[2]));

        return is_short && is_letter(word.ptr[0]) && is_letter(word.ptr[1]);
    }
    if (word.len == strlen(lang->language) &&
        memcmp(word.ptr, lang->language, word.len) == 0)
        return true;
    if (word.len != strlen(lang->tag))
        return false;
    for (size_t i = 0; i < word.len; i++) {
        char c = lang->tag[i] == '_' ? '-' : (char)tolower((unsigned char)lang->tag[i]);

        if ((word.ptr[i] == '_' ? '-' : word.ptr[i]) != c)
            return false;
    }
    return true;
}

static bool is_separator(char c) { return c == '.' || c == '-' || c == '_'; }

/* Whether a name may end in this, after its dot; "guide.en" has a language and no ending.
 * Where languages are unknown, two letters are more often an ending ("md") than one. */
static bool is_ending(cq_str word, const cq_lang *lang)
{
    return word.len > 0 && word.len <= 8 && (!lang || !is_language(word, lang));
}

/* A name without its ending and without a language at its end or start. */
static cq_str strip(cq_str name, const cq_lang *lang)
{
    for (size_t at = name.len; at-- > 1;) {
        if (name.ptr[at] != '.')
            continue;
        if (is_ending(cq_str_slice(name, at + 1, name.len), lang))
            name.len = at;
        break;
    }
    /* "guide_pt_BR": the longest that is a language goes. */
    for (size_t at = 1; at + 1 < name.len; at++)
        if (is_separator(name.ptr[at]) &&
            is_language(cq_str_slice(name, at + 1, name.len), lang))
            return cq_str_slice(name, 0, at);
    for (size_t at = name.len; at-- > 1;)
        if (is_separator(name.ptr[at]) && is_language(cq_str_slice(name, 0, at), lang))
            return cq_str_slice(name, at + 1, name.len);
    return name;
}

/* What a document is called whatever its language: folders that are languages go. */
static void make_key(const char *name, const cq_lang *lang, cq_buf *small, cq_buf *key)
{
    cq_str rest;

    cq_buf_reset(small);
    cq_buf_reset(key);
    for (const char *at = name; *at; at++)
        cq_buf_add_byte(small, (unsigned char)tolower((unsigned char)*at));
    cq_buf_add_byte(small, '\0');
    rest = cq_str_slice(cq_buf_str(small), 0, small->len ? small->len - 1 : 0);
    for (;;) {
        const char *slash = rest.len ? memchr(rest.ptr, '/', rest.len) : NULL;
        cq_str part = slash ? cq_str_slice(rest, 0, (size_t)(slash - rest.ptr)) : rest;

        if (!slash) {
            cq_buf_add_str(key, strip(part, lang));
            return;
        }
        if (!is_language(part, lang)) {
            cq_buf_add_str(key, part);
            cq_buf_add_byte(key, '/');
        }
        rest = cq_str_slice(rest, part.len + 1, rest.len);
    }
}

/* The documents of a side by key: place + 1, or UINT64_MAX for a key of several. */
static cq_status gather(const cq_collection *from, cq_map *keys, cq_error *err)
{
    cq_buf small = {0}, key = {0};
    cq_status status = CQ_OK;

    for (size_t i = 0; i < from->len && status == CQ_OK; i++) {
        uint64_t *place;

        make_key(from->names[i], from->lang, &small, &key);
        status = cq_buf_check(&key, err);
        place = status == CQ_OK ? cq_map_add(keys, cq_buf_str(&key), NULL) : NULL;
        if (status == CQ_OK && !place)
            status = cq_fail(err, CQ_E_NOMEM, "no memory for the names of documents");
        if (place)
            *place = *place == 0 ? i + 1 : UINT64_MAX;
    }
    cq_buf_release(&small);
    cq_buf_release(&key);
    return status;
}

cq_status cq_pairing_names(cq_pairing *pairing, cq_error *err)
{
    cq_map keys[2] = {0};
    cq_status status = gather(pairing->sides[0].from, &keys[0], err);
    uint64_t *place;
    cq_str key;

    if (status == CQ_OK)
        status = gather(pairing->sides[1].from, &keys[1], err);
    for (size_t at = 0; status == CQ_OK && cq_map_each(&keys[0], &at, &key, &place);) {
        const uint64_t *other = cq_map_find(&keys[1], key);

        if (!other || *place == UINT64_MAX || *other == UINT64_MAX)
            continue;
        pairing->sides[0].readings[*place - 1].partner = (size_t)*other - 1;
        pairing->sides[1].readings[*other - 1].partner = (size_t)*place - 1;
    }
    cq_map_release(&keys[0]);
    cq_map_release(&keys[1]);
    return status;
}
