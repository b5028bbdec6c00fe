/* srx.c -- splitting by SRX 2.0: at each place in the text the first rule whose two
 * expressions match around it decides (SRX 2.0, section 4.2). */
#include "segment/segment.h"

#include <string.h>

/* After a match the next is looked for from one character on, since matches may overlap
 * (initials, one after another); but at most this many bytes before its end, so that a
 * long run is not read again from each of its characters. */
#define OVERLAP_MAX ((size_t)64)

typedef struct compiled {
    cq_regex *regex; /* what stands before the place, looking ahead to what is after it */
    bool is_break;
    uint64_t line;
} compiled;

struct cq_srx {
    compiled *rules;
    size_t len;
    cq_buf decided; /* one byte for each place: 0 open, else a decision */
};

enum { OPEN = 0, BREAK = 1, NO_BREAK = 2 };

/* Java, in which many rule files were tried, lets a look-behind have any length; ICU
 * wants a bound. One of this many characters is beyond any rule. */
#define LOOK_BEHIND "100"

/* Append the pattern with bounds for '*', '+' and "{n,}" inside look-behinds. */
static void bound_look_behind(cq_str pattern, cq_buf *out)
{
    size_t depth = 0, behind = 0; /* of groups; that of the look-behind, 0 for none */
    bool is_class = false;

    for (size_t at = 0; at < pattern.len; at++) {
        char c = pattern.ptr[at];
        cq_str rest = cq_str_slice(pattern, at, pattern.len);

        cq_buf_add_byte(out, (unsigned char)c);
        if (c == '\\' && at + 1 < pattern.len) {
            cq_buf_add_byte(out, (unsigned char)pattern.ptr[++at]);
        } else if (is_class) {
            is_class = c != ']';
        } else if (c == '[') {
            is_class = true;
        } else if (c == '(') {
            depth++;
            if (!behind && (cq_str_starts(rest, CQ_STR("(?<=")) ||
                            cq_str_starts(rest, CQ_STR("(?<!"))))
                behind = depth;
        } else if (c == ')') {
            behind = behind == depth ? 0 : behind;
            depth -= depth > 0;
        } else if (behind && (c == '*' || c == '+')) {
            cq_buf_cut(out, out->len - 1);
            cq_buf_add_z(out, c == '*' ? "{0," LOOK_BEHIND "}" : "{1," LOOK_BEHIND "}");
        } else if (behind && c == ',' && at + 1 < pattern.len &&
                   pattern.ptr[at + 1] == '}') {
            cq_buf_add_z(out, LOOK_BEHIND);
        }
    }
}

static cq_status compile(const cq_srx_rule *rule, compiled *to, cq_error *err)
{
    cq_buf pattern = {0}, bounded = {0};
    cq_error inner = {0};
    cq_status status;

    cq_buf_add_z(&pattern, "(?:");
    cq_buf_add_str(&pattern, rule->before);
    cq_buf_add_z(&pattern, ")");
    if (rule->after.len > 0) {
        cq_buf_add_z(&pattern, "(?=");
        cq_buf_add_str(&pattern, rule->after);
        cq_buf_add_z(&pattern, ")");
    }
    to->is_break = rule->is_break;
    to->line = rule->line;
    bound_look_behind(cq_buf_str(&pattern), &bounded);
    status = cq_buf_check(&pattern, err);
    if (status == CQ_OK)
        status = cq_buf_check(&bounded, err);
    if (status == CQ_OK)
        status = cq_regex_open(cq_buf_str(&bounded), &to->regex, &inner);
    cq_buf_release(&pattern);
    cq_buf_release(&bounded);
    if (status == CQ_E_NOMEM)
        return cq_fail(err, status, "no memory for the SRX rules");
    if (status != CQ_OK) {
        cq_fail_number(err, CQ_E_INPUT, 20, "SRX rule: %s", inner.message);
        cq_fail_at(err, NULL, rule->line, 0);
        return CQ_E_INPUT;
    }
    return CQ_OK;
}

cq_status cq_srx_open(const cq_srx_rule *rules, size_t len, cq_srx **srx, cq_error *err)
{
    cq_srx *made = cq_zalloc(sizeof(*made));
    cq_status status = CQ_OK;

    *srx = NULL;
    if (made)
        made->rules = cq_zalloc((len + 1) * sizeof(*made->rules));
    if (!made || !made->rules)
        status = cq_fail(err, CQ_E_NOMEM, "no memory for %zu SRX rules", len);
    for (size_t i = 0; status == CQ_OK && i < len; i++) {
        status = compile(&rules[i], &made->rules[i], err);
        made->len++;
    }
    if (status != CQ_OK) {
        cq_srx_close(made);
        return status;
    }
    *srx = made;
    return CQ_OK;
}

void cq_srx_close(cq_srx *srx)
{
    if (!srx)
        return;
    for (size_t i = 0; i < srx->len; i++)
        cq_regex_close(srx->rules[i].regex);
    cq_free(srx->rules);
    cq_buf_release(&srx->decided);
    cq_free(srx);
}

/* Where to look for the match after [start, end): never inside a character. */
static size_t next_from(cq_str text, size_t start, size_t end)
{
    size_t from = start;

    if (start == text.len)
        return text.len + 1;
    cq_text_next(text, &from);
    if (end > OVERLAP_MAX && end - OVERLAP_MAX > from) {
        from = end - OVERLAP_MAX;
        while (((unsigned char)text.ptr[from] & 0xc0) == 0x80)
            from++;
    }
    return from;
}

/* Let one rule decide all places that no earlier rule has. */
static cq_status apply(const compiled *rule, cq_str text, char *decided, cq_error *err)
{
    cq_error inner = {0};
    size_t from = 0, start, end;
    cq_status status = cq_regex_set(rule->regex, text, &inner);

    while (status == CQ_OK && from <= text.len) {
        status = cq_regex_find(rule->regex, from, &start, &end, &inner);
        if (status != CQ_OK)
            break;
        if (decided[end] == OPEN)
            decided[end] = rule->is_break ? BREAK : NO_BREAK;
        from = next_from(text, start, end);
    }
    if (status >= CQ_OK)
        return CQ_OK;
    return cq_fail_number(err, status, status == CQ_E_INPUT ? 21 : 0,
                          "the SRX rule on line %llu: %s", (unsigned long long)rule->line,
                          inner.message);
}

cq_status cq_srx_run(cq_srx *srx, cq_str paragraph, cq_buf *ends, cq_error *err)
{
    cq_status status = CQ_OK;
    char *decided;

    cq_buf_reset(&srx->decided);
    decided = cq_buf_reserve(&srx->decided, paragraph.len + 1);
    if (!decided)
        return cq_buf_check(&srx->decided, err);
    memset(decided, OPEN, paragraph.len + 1);
    for (size_t i = 0; status == CQ_OK && i < srx->len; i++)
        status = apply(&srx->rules[i], paragraph, decided, err);
    if (status != CQ_OK)
        return status;
    for (size_t at = 1; at < paragraph.len; at++)
        if (decided[at] == BREAK)
            cq_buf_add(ends, &at, sizeof(at));
    if (paragraph.len > 0)
        cq_buf_add(ends, &paragraph.len, sizeof(paragraph.len));
    return cq_buf_check(ends, err);
}
