#include "model.h"

#define WHO_AND_WHEN                                                                     \
    "o-encoding datatype usagecount lastusagedate creationtool creationtoolversion "     \
    "creationdate creationid changedate changeid o-tmf"
#define INLINE "bpt ept it ph ut hi"

/* Of 1.4; what other versions have otherwise stands in the functions below. */
static const struct element {
    const char *name, *attrs, *required, *children;
} elements[] = {
    {"tmx", "version", "version", "header body"},
    {"header",
     "creationtool creationtoolversion segtype o-tmf adminlang srclang datatype "
     "o-encoding creationdate creationid changedate changeid",
     "creationtool creationtoolversion segtype o-tmf adminlang srclang datatype",
     "note prop ude"},
    {"body", "", "", "tu"},
    {"note", "xml:lang o-encoding lang", "", ""},
    {"prop", "type xml:lang o-encoding lang", "type", ""},
    {"ude", "name base", "name", "map"},
    {"map", "unicode code ent subst", "unicode", ""},
    {"tu", "tuid segtype srclang " WHO_AND_WHEN, "", "note prop tuv"},
    {"tuv", "xml:lang lang " WHO_AND_WHEN, "xml:lang", "note prop seg"},
    {"seg", "", "", INLINE},
    {"bpt", "i x type", "i", "sub"},
    {"ept", "i", "i", "sub"},
    {"it", "pos x type", "pos", "sub"},
    {"ph", "x assoc type", "", "sub"},
    {"ut", "x", "", "sub"},
    {"hi", "x type", "", INLINE},
    {"sub", "datatype type", "", INLINE},
};

static const struct element *find(cq_str name)
{
    for (size_t i = 0; i < ARRAY_LEN(elements); i++)
        if (cq_str_equal(name, cq_str_from(elements[i].name)))
            return &elements[i];
    return NULL;
}

bool cq_model_lists(const char *words, cq_str word)
{
    for (const char *at = words; *at;) {
        size_t len = 0;

        while (at[len] && at[len] != ' ')
            len++;
        if (cq_str_equal((cq_str){at, len}, word))
            return true;
        at += at[len] ? len + 1 : len;
    }
    return false;
}

bool cq_model_has_attr(int version, cq_str element, cq_str attr)
{
    const struct element *found = find(element);
    bool is_prop = cq_str_equal(element, CQ_STR("prop"));

    if (version < 13 && cq_str_equal(attr, CQ_STR("xml:lang")))
        return false; /* 1.3 brought it, and left `lang` to all but prop */
    if (version == 13 && is_prop && cq_str_equal(attr, CQ_STR("lang")))
        return false;
    if (version == 11 && cq_str_equal(element, CQ_STR("sub")))
        return false;
    return found && cq_model_lists(found->attrs, attr);
}

const char *cq_model_required(cq_str element)
{
    const struct element *found = find(element);

    return found ? found->required : "";
}

bool cq_model_has_child(int version, cq_str parent, cq_str child)
{
    const struct element *found = find(parent);
    bool is_sub = cq_str_equal(child, CQ_STR("sub"));

    if (version == 11 && cq_str_equal(child, CQ_STR("hi")))
        return false;
    if (version == 11 && is_sub && cq_str_equal(parent, CQ_STR("seg")))
        return true;
    if (version < 14 && is_sub && cq_str_equal(parent, CQ_STR("ut")))
        return false;
    return found && cq_model_lists(found->children, child);
}

bool cq_model_has_value(cq_str attr, cq_str value)
{
    if (cq_str_equal(attr, CQ_STR("segtype")))
        return cq_model_lists("block paragraph sentence phrase", value);
    if (cq_str_equal(attr, CQ_STR("pos")))
        return cq_model_lists("begin end", value);
    return true;
}
