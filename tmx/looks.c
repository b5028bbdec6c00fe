#include "looks.h"

#include <string.h>

#define LANGUAGES_MAX ((size_t)8) /* that are tried */

const char *cq_looks_utf16(cq_str start, size_t *mark)
{
    static const struct {
        const char *bytes, *name;
        size_t len, mark;
    } looks[] = {
        {"\xff\xfe", "UTF-16LE", 2, 2}, {"\xfe\xff", "UTF-16BE", 2, 2},
        {"<\0?\0", "UTF-16LE", 4, 0},   {"\0<\0?", "UTF-16BE", 4, 0},
        {"<\0t\0", "UTF-16LE", 4, 0},   {"\0<\0t", "UTF-16BE", 4, 0},
        {"<\0!\0", "UTF-16LE", 4, 0},   {"\0<\0!", "UTF-16BE", 4, 0},
    };

    for (size_t i = 0; i < ARRAY_LEN(looks); i++)
        if (start.len >= looks[i].len &&
            memcmp(start.ptr, looks[i].bytes, looks[i].len) == 0) {
            *mark = looks[i].mark;
            return looks[i].name;
        }
    /* A table has no "<", but no text has U+0000 either. */
    if (start.len < 4 || (!start.ptr[0] == !start.ptr[1]) ||
        !start.ptr[0] != !start.ptr[2] || !start.ptr[1] != !start.ptr[3])
        return NULL;
    *mark = 0;
    return start.ptr[0] ? "UTF-16LE" : "UTF-16BE";
}

cq_str cq_looks_declared(cq_str start)
{
    cq_str name = {0};
    const char *end, *at;

    if (start.len > CQ_DECLARATION_MAX)
        start.len = CQ_DECLARATION_MAX;
    if (!cq_str_starts(start, CQ_STR("<?xml")))
        return name;
    end = memchr(start.ptr, '>', start.len);
    if (!end)
        return name;
    for (at = start.ptr; at + 10 < end; at++) {
        char quote;

        if (memcmp(at, "encoding", 8) != 0)
            continue;
        at += 8;
        while (at < end && (*at == ' ' || *at == '=' || *at == '\t'))
            at++;
        quote = *at++;
        for (name.ptr = at; at < end && *at != quote; at++)
            name.len++;
        return name;
    }
    return name;
}

bool cq_looks_called(cq_str name, const char *other)
{
    size_t len = strlen(other);

    if (name.len < len)
        return false;
    for (size_t i = 0; i < len; i++)
        if ((name.ptr[i] | 0x20) != (other[i] | 0x20))
            return false;
    return true;
}

bool cq_looks_utf8(cq_str start, size_t *sequences)
{
    size_t valid = cq_text_valid(start);

    *sequences = 0;
    for (size_t i = 0; i < valid; i++)
        *sequences += (unsigned char)start.ptr[i] >= 0xc0;
    return start.len - valid < 4;
}

/* The value of the next xml:lang or lang; *at moves behind it. Empty at the end. */
static cq_str next_language(cq_str s, size_t *at)
{
    for (size_t i = *at; i + 6 < s.len; i++) {
        const char *end;

        if (memcmp(s.ptr + i, "lang=", 5) != 0 ||
            (s.ptr[i + 5] != '"' && s.ptr[i + 5] != '\''))
            continue;
        *at = i + 6;
        end = memchr(s.ptr + *at, s.ptr[i + 5], s.len - *at);
        if (end)
            return cq_str_slice(s, *at, (size_t)(end - s.ptr));
    }
    return (cq_str){0};
}

/* English says little about encodings: it is ASCII in nearly all of them. */
static bool is_new_language(const cq_lang *lang, cq_lang *tried, size_t *len)
{
    if (*len == LANGUAGES_MAX || strcmp(lang->language, "en") == 0)
        return false;
    for (size_t i = 0; i < *len; i++)
        if (strcmp(tried[i].group, lang->group) == 0)
            return false;
    tried[(*len)++] = *lang;
    return true;
}

cq_status cq_looks_like(cq_str start, char name[CQ_ENCODING_MAX], cq_error *err)
{
    cq_lang lang, tried[LANGUAGES_MAX];
    size_t at = 0, len = 0;
    cq_str tag;

    for (tag = next_language(start, &at); tag.len; tag = next_language(start, &at)) {
        cq_status status;

        if (cq_lang_parse(tag, &lang, NULL) != CQ_OK ||
            !is_new_language(&lang, tried, &len))
            continue;
        status = cq_text_detect(start, &lang, name, err);
        if (status != CQ_DONE)
            return status;
    }
    return CQ_DONE;
}
