/* locale.c -- what is known of a language: the built-in tables, and on top of them the
 * user's own files; each from root to the most special. */
#include "locale.h"

#include <string.h>

/* ---- the sources ----------------------------------------------------------------------
 */

extern const struct {
    double aligned;
    char bytes[1];
} calque_sources_txt; /* made by genccode: for each file a form feed, its path, and it */

bool cq_locale_source(const char *name, cq_str *text)
{
    const char *at = calque_sources_txt.bytes;
    char wanted[CQ_LANG_TAG_MAX + 8];

    snprintf(wanted, sizeof(wanted), "/%s.txt", name);
    while (at[0] == '\f' && at[1] != '\n') {
        cq_str path = {at + 1, strcspn(at + 1, "\n")};
        const char *start = path.ptr + path.len + 1;

        at = start + strcspn(start, "\f");
        if (cq_str_ends(path, cq_str_from(wanted))) {
            *text = (cq_str){start, (size_t)(at - start)};
            return true;
        }
    }
    return false;
}

/* ---- layers ---------------------------------------------------------------------------
 */

#define LAYERS_MAX 24 /* three for each of a chain's bundles */

typedef struct layer {
    char name[CQ_LANG_TAG_MAX]; /* "fr_CA" */
    UResourceBundle *compiled;  /* NULL for the user's own */
    cq_bundle source;           /* of a built-in one, empty until asked for */
    bool is_read;               /* `source` is there */
    char *file;
} layer;

struct cq_locale {
    layer layers[LAYERS_MAX]; /* root first */
    size_t len;
    cq_buf text;
    bool is_short; /* of memory, once */
};

static cq_status fail_short(cq_error *err)
{
    return cq_fail(err, CQ_E_NOMEM, "no memory for a language's tables");
}

static char *format_path(const char *folder, const char *name)
{
    size_t room = strlen(folder) + strlen(name) + sizeof("/.txt");
    char *path = cq_alloc(room);

    if (path)
        snprintf(path, room, "%s/%s.txt", folder, name);
    return path;
}

/* Whether the file's own name for its language is `name`, or another word for it. */
static bool is_called(const cq_bundle *bundle, const char *name)
{
    cq_lang lang;

    return cq_str_equal(bundle->root.key, cq_str_from(name)) ||
           (strcmp(name, "root") != 0 &&
            cq_lang_parse(bundle->root.key, &lang, NULL) == CQ_OK &&
            strcmp(lang.locale, name) == 0);
}

static layer *add_layer(cq_locale *locale, const char *name)
{
    layer *made = &locale->layers[locale->len++];

    snprintf(made->name, sizeof(made->name), "%s", name);
    return made;
}

static cq_status add_compiled(cq_locale *locale, const char *name, cq_error *err)
{
    UResourceBundle *compiled = cq_compiled_open(name);
    layer *made;

    if (!compiled)
        return CQ_OK;
    made = add_layer(locale, name);
    made->compiled = compiled;
    made->file = format_path("locales", name);
    return made->file ? CQ_OK : fail_short(err);
}

/* The file of a folder, if it is there. */
static cq_status add_own(cq_locale *locale, const char *folder, const char *name,
                         cq_error *err)
{
    char *path = format_path(folder, name);
    cq_bundle bundle = {0};
    layer *made;
    cq_status status = path ? cq_bundle_read(path, &bundle, err) : fail_short(err);

    if (status == CQ_OK && !is_called(&bundle, name)) {
        status = cq_fail_number(err, CQ_E_INPUT, 9,
                                "the file is called %s.txt, but says that it is \"%.*s\"",
                                name, (int)bundle.root.key.len, bundle.root.key.ptr);
        cq_fail_at(err, path, bundle.root.line, bundle.root.column);
        cq_bundle_release(&bundle);
    }
    if (status != CQ_OK) {
        cq_free(path);
        return status == CQ_DONE ? CQ_OK : status;
    }
    made = add_layer(locale, name);
    made->source = bundle;
    made->is_read = true;
    made->file = path;
    return CQ_OK;
}

/* The one file that was named, on top of those of its language. */
static cq_status add_named(cq_locale *locale, const char *file, cq_bundle *take,
                           const char *name, cq_error *err)
{
    layer *made;

    if (take->root.key.ptr == NULL || !is_called(take, name))
        return CQ_OK;
    made = add_layer(locale, name);
    made->source = *take;
    made->is_read = true;
    *take = (cq_bundle){0};
    made->file = cq_alloc(strlen(file) + 1);
    if (!made->file)
        return fail_short(err);
    strcpy(made->file, file);
    return CQ_OK;
}

/* All layers of one name. */
static cq_status add_name(cq_locale *locale, const char *name,
                          const cq_locale_files *files, cq_bundle *named, cq_error *err)
{
    cq_status status = add_compiled(locale, name, err);

    if (status == CQ_OK && files->folder)
        status = add_own(locale, files->folder, name, err);
    if (status == CQ_OK && files->file)
        status = add_named(locale, files->file, named, name, err);
    return status;
}

/* root, fr, fr_CA. */
static cq_status add_chain(cq_locale *locale, const char *name,
                           const cq_locale_files *files, cq_bundle *named, cq_error *err)
{
    cq_status status = add_name(locale, "root", files, named, err);

    for (size_t len = strcspn(name, "_@"); status == CQ_OK && len > 0;) {
        char part[CQ_LANG_TAG_MAX];

        snprintf(part, sizeof(part), "%.*s", (int)len, name);
        if (strcmp(part, "root") != 0 && locale->len + 3 < LAYERS_MAX)
            status = add_name(locale, part, files, named, err);
        if (name[len] != '_')
            break;
        len += 1 + strcspn(name + len + 1, "_@");
    }
    return status;
}

static cq_status read_named(const char *file, cq_bundle *named, cq_error *err)
{
    cq_status status = cq_bundle_read(file, named, err);

    if (status == CQ_DONE) {
        status = cq_fail_number(err, CQ_E_INPUT, 8, "there is no such file");
        cq_fail_at(err, file, 0, 0);
    }
    return status;
}

cq_status cq_locale_open(const cq_lang *lang, const cq_locale_files *files,
                         cq_locale **locale, cq_error *err)
{
    static const cq_locale_files none = {0};
    cq_bundle named = {0};
    cq_status status = CQ_OK;
    cq_locale *made;

    *locale = NULL;
    if (!files)
        files = &none;
    made = cq_zalloc(sizeof(*made));
    if (!made)
        return fail_short(err);
    if (files->file)
        status = read_named(files->file, &named, err);
    if (status == CQ_OK)
        status = add_chain(made, lang->locale, files, &named, err);
    if (status == CQ_OK && named.root.key.ptr) {
        status =
            cq_fail_number(err, CQ_E_ARG, 9, "the file is for \"%.*s\", not for \"%s\"",
                           (int)named.root.key.len, named.root.key.ptr, lang->tag);
        cq_fail_at(err, files->file, named.root.line, named.root.column);
    }
    if (status == CQ_OK && (made->len == 0 || !made->layers[0].compiled))
        status = cq_fail(err, CQ_E_SYSTEM, "the tables of languages cannot be opened");
    cq_bundle_release(&named);
    if (status != CQ_OK) {
        cq_locale_close(made);
        return status;
    }
    *locale = made;
    return CQ_OK;
}

void cq_locale_close(cq_locale *locale)
{
    if (!locale)
        return;
    for (size_t i = 0; i < locale->len; i++) {
        ures_close(locale->layers[i].compiled);
        cq_bundle_release(&locale->layers[i].source);
        cq_free(locale->layers[i].file);
    }
    cq_buf_release(&locale->text);
    cq_free(locale);
}

cq_status cq_locale_check(const cq_locale *locale, cq_error *err)
{
    return locale->is_short ? fail_short(err) : CQ_OK;
}

size_t cq_locale_layers(const cq_locale *locale) { return locale->len; }

const char *cq_locale_layer_file(const cq_locale *locale, size_t nth)
{
    return locale->layers[nth].file;
}

const cq_node *cq_locale_layer_tree(cq_locale *locale, size_t nth)
{
    layer *at = &locale->layers[nth];
    cq_str text;

    if (!at->is_read)
        at->is_read = cq_locale_source(at->name, &text) &&
                      cq_bundle_parse(text, &at->source, NULL) == CQ_OK;
    return at->is_read ? &at->source.root : NULL;
}

/* ---- lists of strings -----------------------------------------------------------------
 */

static bool keep(cq_locale *locale, const UChar *text, int32_t len, cq_arena *arena,
                 cq_str *kept)
{
    cq_buf_reset(&locale->text);
    cq_utf16_put(text, (size_t)len, &locale->text);
    cq_buf_add(&locale->text, "", 0);
    *kept = cq_buf_check(&locale->text, NULL) == CQ_OK
                ? cq_arena_copy(arena, cq_buf_str(&locale->text))
                : (cq_str){0};
    return kept->ptr != NULL;
}

/* One string, or each string of an array; `keys` asks for a table's keys instead. */
static bool collect(cq_locale *locale, UResourceBundle *found, bool keys, cq_arena *arena,
                    cq_str *list, size_t len)
{
    UResourceBundle *item = NULL;

    for (size_t i = 0; i < len; i++) {
        UErrorCode code = U_ZERO_ERROR;
        int32_t units = 0;

        item = ures_getByIndex(found, (int32_t)i, item, &code);
        if (keys) {
            const char *key = ures_getKey(item);

            list[i] = cq_arena_copy(arena, cq_str_from(key ? key : ""));
        } else {
            const UChar *text = ures_getString(item, &units, &code);

            if (U_FAILURE(code) || !keep(locale, text, units, arena, &list[i]))
                list[i].ptr = NULL;
        }
        if (U_FAILURE(code) || !list[i].ptr) {
            ures_close(item);
            return false;
        }
    }
    ures_close(item);
    return true;
}

/* The same from a tree. */
static bool collect_nodes(const cq_node *found, bool keys, cq_arena *arena, cq_str *list)
{
    const cq_node *item = found->kind == CQ_NODE_STRING ? found : found->first;
    size_t len = 0;

    for (; item; item = found->kind == CQ_NODE_STRING ? NULL : item->next) {
        cq_str text = keys ? item->key : item->text;

        list[len] = cq_arena_copy(arena, text.ptr ? text : CQ_STR(""));
        if (!list[len++].ptr)
            return false;
    }
    return true;
}

/* Make room for `count` strings. */
static cq_str *room_for(cq_locale *locale, cq_arena *arena, size_t count)
{
    cq_str *made = cq_arena_alloc(arena, (count ? count : 1) * sizeof(*made));

    locale->is_short |= !made;
    return made;
}

static bool read_compiled(cq_locale *locale, UResourceBundle *bundle, const char *path,
                          bool keys, cq_arena *arena, cq_str **list, size_t *len)
{
    UResourceBundle *found = cq_compiled_find(bundle, path);
    bool is_list = false;

    if (!found)
        return false;
    if (keys == (ures_getType(found) == URES_TABLE)) {
        size_t count = (size_t)ures_getSize(found);
        cq_str *made = room_for(locale, arena, count);

        is_list = made && collect(locale, found, keys, arena, made, count);
        locale->is_short |= !is_list;
        if (is_list) {
            *list = made;
            *len = count;
        }
    }
    ures_close(found);
    return is_list;
}

static bool read_tree(cq_locale *locale, const cq_node *tree, const char *path, bool keys,
                      cq_arena *arena, cq_str **list, size_t *len)
{
    const cq_node *found = cq_node_find(tree, path);
    size_t count = found && found->kind != CQ_NODE_STRING ? found->len : 1;
    cq_str *made;

    if (!found || count == 0 || keys != (found->kind == CQ_NODE_TABLE))
        return false; /* what is left empty in a frame says nothing */
    made = room_for(locale, arena, count);
    if (!made || !collect_nodes(found, keys, arena, made)) {
        locale->is_short = true;
        return false;
    }
    *list = made;
    *len = count;
    return true;
}

static bool read_layer(cq_locale *locale, size_t nth, const char *path, bool keys,
                       cq_arena *arena, cq_str **list, size_t *len)
{
    const layer *at = &locale->layers[nth];

    return at->compiled
               ? read_compiled(locale, at->compiled, path, keys, arena, list, len)
               : read_tree(locale, &at->source.root, path, keys, arena, list, len);
}

static bool read_any(cq_locale *locale, const char *path, bool keys, cq_arena *arena,
                     cq_str **list, size_t *len)
{
    for (size_t nth = locale->len; nth-- > 0;)
        if (read_layer(locale, nth, path, keys, arena, list, len) || locale->is_short)
            return !locale->is_short;
    return false;
}

bool cq_locale_layer_strings(cq_locale *locale, size_t nth, const char *path,
                             cq_arena *arena, cq_str **list, size_t *len)
{
    return read_layer(locale, nth, path, false, arena, list, len);
}

bool cq_locale_strings(cq_locale *locale, const char *path, cq_arena *arena,
                       cq_str **list, size_t *len)
{
    return read_any(locale, path, false, arena, list, len);
}

bool cq_locale_keys(cq_locale *locale, const char *path, cq_arena *arena, cq_str **list,
                    size_t *len)
{
    return read_any(locale, path, true, arena, list, len);
}
