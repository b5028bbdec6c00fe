/* placeables.c -- what is copied into a translation rather than translated: addresses,
 * file names, placeholders of programs.
 *
 * Every look ahead has a bound, or is taken whole when it succeeds, so that no text costs
 * more than a bounded number of looks a byte. */
#include "scan.h"

#include <stdlib.h>
#include <string.h>

#define NAME_MAX_LEN 255 /* bytes of a file or host name */
#define LOCAL_MAX    64  /* bytes before '@' (RFC 5321, 4.5.3.1.1) */
#define HOLDER_MAX   40  /* bytes of a placeholder */

/* Endings that make a name a file's. Sorted. */
static const char *const extensions[] = {
    "7z",   "aac",  "apk",   "asp",  "aspx",  "avi",  "bak",  "bat",  "bin",  "bmp",
    "bz2",  "cfg",  "chm",   "conf", "cpp",   "css",  "csv",  "dat",  "dll",  "dmg",
    "doc",  "docx", "dtd",   "epub", "exe",   "flac", "gif",  "gz",   "htm",  "html",
    "icns", "ico",  "idml",  "inc",  "ini",   "iso",  "jar",  "java", "jpeg", "jpg",
    "js",   "json", "jsp",   "key",  "lnk",   "log",  "lua",  "md",   "mkv",  "mov",
    "mp3",  "mp4",  "mpeg",  "mpg",  "msi",   "odg",  "odp",  "ods",  "odt",  "ogg",
    "otf",  "pdf",  "php",   "pl",   "png",   "po",   "pot",  "ppt",  "pptx", "ps1",
    "psd",  "py",   "rar",   "rb",   "rpm",   "rtf",  "sdf",  "sh",   "sql",  "srt",
    "srx",  "svg",  "swf",   "sys",  "tar",   "tbx",  "tex",  "tgz",  "tif",  "tiff",
    "tmp",  "tmx",  "ts",    "tsv",  "ttf",   "txt",  "vbs",  "wav",  "webm", "webp",
    "wmv",  "woff", "xhtml", "xlf",  "xliff", "xls",  "xlsx", "xml",  "xsd",  "xsl",
    "xslt", "yaml", "yml",   "zip",
};

/* Domains that make a name a host's when it is written in lower case. Sorted. */
static const char *const domains[] = {
    "at", "au",  "be", "biz", "br",  "ca",     "ch",  "cn", "com", "cz",   "de",
    "dk", "edu", "es", "eu",  "fi",  "fr",     "gov", "gr", "hu",  "info", "int",
    "io", "it",  "jp", "kr",  "mil", "museum", "net", "nl", "no",  "nz",   "org",
    "pl", "pt",  "ro", "ru",  "se",  "tr",     "tw",  "ua", "uk",  "us",
};

static int compare(const void *key, const void *item)
{
    return strcmp(key, *(const char *const *)item);
}

/* Whether a word stands in a sorted list, in all upper or all lower case; `lower_only`:
 * in lower case alone. */
static bool is_listed(cq_str word, const char *const *list, size_t len, bool lower_only)
{
    char lower[8];
    size_t upper = 0;

    if (word.len == 0 || word.len >= sizeof(lower))
        return false;
    for (size_t i = 0; i < word.len; i++) {
        bool is_upper = word.ptr[i] >= 'A' && word.ptr[i] <= 'Z';

        upper += is_upper || (word.ptr[i] >= '0' && word.ptr[i] <= '9');
        lower[i] = (char)(word.ptr[i] + (is_upper ? 32 : 0));
    }
    lower[word.len] = '\0';
    if (strcmp(lower, "mp3") != 0 && strcmp(lower, "mp4") != 0 &&
        strcmp(lower, "ps1") != 0 && strcmp(lower, "7z") != 0 && upper != 0 &&
        (lower_only || upper != word.len))
        return false;
    return bsearch(lower, list, len, sizeof(*list), compare) != NULL;
}

static bool is_alnum(char c)
{
    return (c >= '0' && c <= '9') || ((c | 32) >= 'a' && (c | 32) <= 'z');
}

static bool has_at(cq_str text, size_t at, const char *literal)
{
    return at <= text.len &&
           cq_str_starts(cq_str_slice(text, at, text.len), cq_str_from(literal));
}

/* ---- addresses ------------------------------------------------------------------------
 */

/* Whether a code point ends an address: white space, brackets and quotes that go round
 * it, marks of scripts that are written without spaces. */
static bool ends_address(cq_classes *classes, uint32_t code)
{
    cq_char_class class;

    if (code < 0x80)
        return code <= ' ' || code == 0x7f || strchr("<>\"`{}|\\^", (char)code) != NULL;
    class = cq_class_of(classes, code);
    return class == CQ_CH_SPACE || class == CQ_CH_CHARACTER ||
           class == CQ_CH_PUNCTUATION || class == CQ_CH_APOSTROPHE;
}

/* Byte past the address that goes on at `at`: without the marks that end a sentence, and
 * without a closing bracket that was not opened in it. */
static size_t address_end(cq_classes *classes, cq_str text, size_t at)
{
    size_t end = at;
    long open = 0;

    while (at < text.len) {
        uint32_t code = cq_text_next(text, &at);

        if (ends_address(classes, code))
            break;
        if (code == '(' || code == '[')
            open++;
        if ((code == ')' || code == ']') && --open < 0)
            break;
        if (code >= 0x80 || !strchr(".,;:!?'*~([", (char)code))
            end = at;
    }
    return end;
}

static size_t scan_url(cq_classes *classes, cq_str text, size_t at)
{
    static const char *const heads[] = {"www.", "mailto:", "tel:"};
    size_t scheme = at, end;

    while (scheme < text.len && scheme - at < 16 &&
           (is_alnum(text.ptr[scheme]) || strchr("+-.", text.ptr[scheme])) &&
           text.ptr[scheme])
        scheme++;
    for (size_t i = 0; i < ARRAY_LEN(heads) && !has_at(text, scheme, "://"); i++)
        if (has_at(text, at, heads[i])) {
            end = address_end(classes, text, at + strlen(heads[i]));
            return end > at + strlen(heads[i]) ? end : at;
        }
    if (scheme == at || !has_at(text, scheme, "://"))
        return at;
    end = address_end(classes, text, scheme + 3);
    return end > scheme + 3 ? end : at;
}

/* local@domain, the domain with a dot inside (RFC 5321; quoted local parts are left out).
 */
static size_t scan_mail(cq_str text, size_t start)
{
    size_t at = start, label, dots = 0;

    while (at < text.len && at - start < LOCAL_MAX &&
           (is_alnum(text.ptr[at]) ||
            (text.ptr[at] && strchr(".!#$%&*+/=?^_~-", text.ptr[at]))))
        at++;
    if (at == start || at >= text.len || text.ptr[at] != '@')
        return start;
    label = ++at;
    while (at < text.len && at - label < NAME_MAX_LEN) {
        size_t from = at;

        while (at < text.len && (is_alnum(text.ptr[at]) || text.ptr[at] == '-'))
            at++;
        if (at == from)
            return start;
        if (at + 1 >= text.len || text.ptr[at] != '.' || !is_alnum(text.ptr[at + 1]))
            return dots ? at : start;
        dots++;
        at++;
    }
    return start;
}

/* ---- names ----------------------------------------------------------------------------
 */

/* Byte past the letters, digits and marks of names at `at`; `*dot` is set to the last '.'
 * among them, SIZE_MAX for none, `*slash` to the first '/' or '\'. */
static size_t name_end(cq_classes *classes, cq_str text, size_t at, size_t *dot,
                       size_t *slash)
{
    size_t start = at, end = at;

    *dot = *slash = SIZE_MAX;
    while (at < text.len && at - start < NAME_MAX_LEN) {
        size_t here = at;
        uint32_t code = cq_text_next(text, &at);
        cq_char_class class = cq_class_of(classes, code);

        if (class == CQ_CH_LETTER || class == CQ_CH_DIGIT || class == CQ_CH_JOINER) {
            end = at;
        } else if (code == '.') {
            *dot = here;
        } else if (code == '/' || code == '\\') {
            *slash = *slash == SIZE_MAX ? here : *slash;
        } else if (class != CQ_CH_MARK && code != '-' && code != '~' && code != '+') {
            break;
        }
    }
    if (*dot != SIZE_MAX && *dot >= end) /* the one that ends the sentence */
        for (*dot = end - 1; *dot > start && text.ptr[*dot] != '.'; *dot -= 1)
            continue;
    if (*dot != SIZE_MAX && text.ptr[*dot] != '.')
        *dot = SIZE_MAX;
    return end;
}

/* "notes.txt", "src/text.html"; "example.com/a?b" goes on as an address. */
static size_t scan_name(cq_classes *classes, cq_str text, size_t start, const char **key)
{
    size_t dot, slash, end = name_end(classes, text, start, &dot, &slash);
    size_t host_end = slash < end ? slash : end, host_dot = host_end;

    if (dot == SIZE_MAX || dot == start)
        return start;
    while (host_dot > start && text.ptr[host_dot - 1] != '.')
        host_dot--;
    if (host_dot > start + 1 && is_listed(cq_str_slice(text, host_dot, host_end), domains,
                                          ARRAY_LEN(domains), true)) {
        *key = "url";
        return slash < end ? address_end(classes, text, start) : end;
    }
    *key = "file";
    return is_listed(cq_str_slice(text, dot + 1, end), extensions, ARRAY_LEN(extensions),
                     false)
               ? end
               : start;
}

/* "/usr/bin", "~/notes", "../a", "C:\\Windows": two steps at least, or a known ending. */
static size_t scan_path(cq_classes *classes, cq_str text, size_t start)
{
    static const char *const heads[] = {"/", "~/", "./", "../", "\\\\"};
    size_t at = start, dot, slash, end;

    for (size_t i = 0; i < ARRAY_LEN(heads); i++)
        if (has_at(text, start, heads[i]))
            at = start + strlen(heads[i]);
    if (at == start && is_alnum(text.ptr[start]) && has_at(text, start + 1, ":\\"))
        at = start + 3;
    if (at == start || at >= text.len || !is_alnum(text.ptr[at]))
        return start;
    end = name_end(classes, text, at, &dot, &slash);
    if (slash < end || at - start > 1)
        return end;
    return dot < end && is_listed(cq_str_slice(text, dot + 1, end), extensions,
                                  ARRAY_LEN(extensions), false)
               ? end
               : start;
}

/* ---- placeholders ---------------------------------------------------------------------
 */

/* Byte past the letters, digits and marks of a placeholder's name. */
static size_t holder_end(cq_str text, size_t at)
{
    size_t start = at;

    while (at < text.len && at - start < HOLDER_MAX &&
           (is_alnum(text.ptr[at]) || (text.ptr[at] && strchr("_.:-", text.ptr[at]))))
        at++;
    return at;
}

/* "{0}", "${name}", "{{name}}". */
static size_t scan_braces(cq_str text, size_t start)
{
    size_t open = start + (text.ptr[start] == '$'), depth = 0, at, end;

    for (at = open; at < text.len && text.ptr[at] == '{' && depth < 2; at++)
        depth++;
    end = holder_end(text, at);
    if (depth == 0 || end == at)
        return start;
    for (at = end; at < text.len && text.ptr[at] == '}' && depth > 0; at++)
        depth--;
    return depth == 0 ? at : start;
}

/* "%s", "%1$d", "%-5.2f", "%(name)s", "%@" of printf() and its kin. */
static size_t scan_percent(cq_str text, size_t start)
{
    size_t at = start + 1, end;

    if (at < text.len && text.ptr[at] == '(') {
        at = holder_end(text, at + 1);
        if (at >= text.len || text.ptr[at] != ')')
            return start;
        at++;
    }
    for (end = at; end < text.len && end - at < 12 &&
                   ((text.ptr[end] >= '0' && text.ptr[end] <= '9') ||
                    (text.ptr[end] && strchr("$+-#.*", text.ptr[end])));)
        end++;
    at = end;
    while (at < text.len && at - end < 2 && (text.ptr[at] == 'l' || text.ptr[at] == 'h'))
        at++;
    if (at >= text.len || !text.ptr[at] || !strchr("diouxXeEfFgGcsp@", text.ptr[at]))
        return start;
    at++;
    return at < text.len && (is_alnum(text.ptr[at]) || (text.ptr[at] & 0x80)) ? start
                                                                              : at;
}

/* "&amp;", "&#160;". */
static size_t scan_entity(cq_str text, size_t start)
{
    size_t at = start + 1, first;

    at += at < text.len && text.ptr[at] == '#';
    first = at;
    while (at < text.len && at - first < 8 && is_alnum(text.ptr[at]))
        at++;
    return at > first + 1 && at < text.len && text.ptr[at] == ';' ? at + 1 : start;
}

size_t cq_placeable_at_mark(cq_classes *classes, cq_str text, size_t at, bool is_glued,
                            const char **key)
{
    size_t end = at;

    *key = "{}";
    switch (text.ptr[at]) {
    case '{':
    case '$':
        return scan_braces(text, at);
    case '%':
        return is_glued ? at : scan_percent(text, at);
    case '&':
        return scan_entity(text, at);
    case '/':
    case '~':
    case '.':
    case '\\':
        *key = "file";
        if (!is_glued)
            end = scan_path(classes, text, at);
        return end;
    default:
        return at;
    }
}

size_t cq_placeable_at_word(cq_classes *classes, cq_str text, size_t at, const char **key)
{
    size_t end = scan_url(classes, text, at);

    *key = "url";
    if (end > at)
        return end;
    *key = "mail";
    end = scan_mail(text, at);
    if (end > at)
        return end;
    *key = "file";
    end = scan_path(classes, text, at);
    return end > at ? end : scan_name(classes, text, at, key);
}
