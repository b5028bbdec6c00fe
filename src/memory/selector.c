#include "selector.h"

#include "phrase.h"

/* ---- dates ----------------------------------------------------------------------------
 */

/* When a date begins; none given leaves *from alone. */
static cq_status read_date(const char *date, int64_t *from, cq_error *err)
{
    int64_t to;

    if (date && !cq_date_read(cq_str_from(date), from, &to))
        return cq_fail_number(err, CQ_E_ARG, ERR_DATE,
                              "\"%s\" is no date such as 2024-05-17 or 20240517T120000Z",
                              date);
    return CQ_OK;
}

/* ---- making ready ---------------------------------------------------------------------
 */

static cq_status fold_phrase(cq_selector *selector, cq_str phrase, cq_error *err)
{
    cq_status status = cq_phrase_check(phrase, err);

    if (status != CQ_OK)
        return status;
    status = cq_text_fold(phrase, &selector->phrase, NULL, err);
    if (status == CQ_OK && selector->phrase.len == 0)
        status = cq_fail_number(err, CQ_E_ARG, ERR_NO_PHRASE,
                                "the phrase is empty: there is nothing to search for");
    return status;
}

cq_status cq_selector_init(cq_selector *selector, const cq_filter *filter, cq_error *err)
{
    cq_status status = CQ_OK;

    *selector = (cq_selector){.filter = filter, .since = INT64_MIN, .before = INT64_MAX};
    if (!filter)
        return CQ_OK;
    status = read_date(filter->since, &selector->since, err);
    if (status == CQ_OK)
        status = read_date(filter->before, &selector->before, err);
    if (status == CQ_OK && filter->phrase)
        status = fold_phrase(selector, cq_str_trim(cq_str_from(filter->phrase)), err);
    return status;
}

void cq_selector_release(cq_selector *selector)
{
    cq_buf_release(&selector->phrase);
    cq_buf_release(&selector->text);
    *selector = (cq_selector){0};
}

bool cq_selector_narrows(const cq_selector *selector)
{
    const cq_filter *filter = selector->filter;

    return filter && (filter->lang || filter->author || filter->since || filter->before ||
                      filter->properties_len || filter->phrase);
}

cq_status cq_filter_check(const cq_filter *filter, cq_error *err)
{
    cq_selector selector;
    cq_status status = cq_selector_init(&selector, filter, err);

    cq_selector_release(&selector);
    return status;
}

/* ---- the conditions -------------------------------------------------------------------
 */

static bool is_author(const cq_attr *attrs, size_t len, cq_str author)
{
    return cq_str_equal(cq_attr_find(attrs, len, "changeid"), author) ||
           cq_str_equal(cq_attr_find(attrs, len, "creationid"), author);
}

static bool has_author(const cq_unit *unit, const cq_variant *variant, const char *author)
{
    cq_str wanted = cq_str_from(author);

    return is_author(variant->attrs, variant->attrs_len, wanted) ||
           is_author(unit->attrs, unit->attrs_len, wanted);
}

static bool is_in_time(const cq_selector *selector, const cq_unit *unit,
                       const cq_variant *variant)
{
    int64_t from, to;

    return cq_date_read(cq_unit_changed(unit, variant), &from, &to) &&
           from >= selector->since && from < selector->before;
}

static bool has_property(const cq_item *items, size_t len,
                         const cq_filter_property *wanted)
{
    for (size_t i = 0; i < len; i++)
        if (items[i].kind == CQ_ITEM_PROP &&
            cq_str_equal(cq_attr_find(items[i].attrs, items[i].attrs_len, "type"),
                         cq_str_from(wanted->type)) &&
            (!wanted->value || cq_str_equal(items[i].text, cq_str_from(wanted->value))))
            return true;
    return false;
}

static bool has_properties(const cq_filter *filter, const cq_unit *unit,
                           const cq_variant *variant)
{
    for (size_t i = 0; i < filter->properties_len; i++) {
        const cq_filter_property *wanted = &filter->properties[i];

        if (!has_property(variant->items, variant->items_len, wanted) &&
            !has_property(unit->items, unit->items_len, wanted))
            return false;
    }
    return true;
}

static bool answers_language(const cq_lang *wanted, cq_str tag)
{
    cq_lang lang;

    return cq_lang_parse(tag, &lang, NULL) == CQ_OK && cq_lang_match(wanted, &lang) > 0;
}

static cq_status has_phrase(cq_selector *selector, cq_str text, bool *has, cq_error *err)
{
    cq_status status;

    cq_buf_reset(&selector->text);
    status = cq_text_fold(text, &selector->text, NULL, err);
    *has = status == CQ_OK &&
           cq_str_find(cq_buf_str(&selector->text), cq_buf_str(&selector->phrase));
    return status;
}

static cq_status takes_variant(cq_selector *selector, const cq_unit *unit,
                               const cq_variant *variant, bool *takes, cq_error *err)
{
    const cq_filter *filter = selector->filter;

    *takes =
        (!filter->lang || answers_language(filter->lang, variant->lang)) &&
        (!filter->author || has_author(unit, variant, filter->author)) &&
        ((!filter->since && !filter->before) || is_in_time(selector, unit, variant)) &&
        has_properties(filter, unit, variant);
    return *takes && filter->phrase ? has_phrase(selector, variant->text, takes, err)
                                    : CQ_OK;
}

cq_status cq_selector_takes(cq_selector *selector, const cq_unit *unit, bool *takes,
                            cq_error *err)
{
    static const cq_variant none = {0};
    cq_status status = CQ_OK;

    *takes = !cq_selector_narrows(selector);
    if (unit->variants_len == 0 && !*takes)
        status = takes_variant(selector, unit, &none, takes, err);
    for (size_t i = 0; i < unit->variants_len && !*takes && status == CQ_OK; i++)
        status = takes_variant(selector, unit, &unit->variants[i], takes, err);
    return status;
}
