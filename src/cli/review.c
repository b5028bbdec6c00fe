/* review.c -- an alignment as a page for a person to go through: the data here, the page
 * itself in review/, put into the program when it is built. */
#include "aligning.h"

#include <stdlib.h>
#include <string.h>

extern const char review_html[], review_css[], review_js[]; /* made by review/embed.c */
extern const size_t review_html_len, review_css_len, review_js_len;

#define FLUSH ((size_t)64 * 1024) /* bytes gathered before they are written */

typedef struct page {
    const cli_aligning *run;
    cq_sink sink;
    cq_status status;
    cq_error *err;
    cli_buf data; /* JSON that waits */
} page;

static void put(page *p, cq_str bytes)
{
    if (p->status >= 0)
        p->status = p->sink.write(p->sink.context, bytes.ptr, bytes.len, p->err);
}

/* JSON inside <script>: no '<' may stand in it, lest a text end the element. */
static void put_data(page *p)
{
    cq_str left = {p->data.ptr, p->data.len};

    while (left.len > 0) {
        const char *less = memchr(left.ptr, '<', left.len);
        size_t len = less ? (size_t)(less - left.ptr) : left.len;

        put(p, (cq_str){left.ptr, len});
        if (less)
            put(p, CQ_STR("\\u003c"));
        len += less != NULL;
        left = (cq_str){left.ptr + len, left.len - len};
    }
    p->data.len = 0;
}

/* Between two values, where a comma is put by what stands before. */
static void put_data_now_and_then(page *p)
{
    char last = p->data.len ? p->data.ptr[p->data.len - 1] : '\0';

    if (p->data.len < FLUSH)
        return;
    p->data.len--;
    put_data(p);
    cli_put(&p->data, (cq_str){&last, 1});
}

/* ---- what the page is told ----------------------------------------------------------
 */

static const char *name_of(const char *path)
{
    const char *slash = strrchr(path, '/');

    return slash ? slash + 1 : path;
}

static void put_side(page *p, const char *key, const cq_alignment *alignment,
                     cli_sentence_fn sentence, size_t len, const cq_lang *lang,
                     const char *path)
{
    cli_json_open(&p->data, key, '{');
    cli_json_text(&p->data, "name", cli_str(name_of(path)));
    cli_json_text(&p->data, "lang", cli_str(lang->tag));
    cli_json_text(&p->data, "dir", cli_str(cq_lang_is_rtl(lang) ? "rtl" : "ltr"));
    cli_json_bool(&p->data, "space", !cli_is_unspaced(lang));
    cli_json_open(&p->data, "sentences", '[');
    for (size_t k = 0; k < len; k++) {
        cli_json_text(&p->data, NULL, sentence(alignment, k));
        put_data_now_and_then(p);
    }
    cli_json_close(&p->data, ']');
    cli_json_close(&p->data, '}');
}

static void put_bead(page *p, cq_bead bead)
{
    cli_json_open(&p->data, NULL, '[');
    cli_json_number(&p->data, NULL, bead.source);
    cli_json_number(&p->data, NULL, bead.source_len);
    cli_json_number(&p->data, NULL, bead.target);
    cli_json_number(&p->data, NULL, bead.target_len);
    cli_json_real(&p->data, NULL, bead.confidence, 4);
    cli_json_number(&p->data, NULL, bead.is_fixed);
    cli_json_close(&p->data, ']');
    put_data_now_and_then(p);
}

/* Every sentence stands in a bead of the page, also where --min-confidence left some out:
 * those are alone, and doubtful. */
static void put_beads(page *p, const cq_alignment *alignment)
{
    const cq_bead *beads = NULL;
    size_t len = cq_alignment_beads(alignment, &beads);
    size_t source = 0, target = 0;

    cli_json_open(&p->data, "beads", '[');
    for (size_t i = 0; i <= len; i++) {
        size_t next_source =
            i < len ? beads[i].source : cq_alignment_source_len(alignment);
        size_t next_target =
            i < len ? beads[i].target : cq_alignment_target_len(alignment);

        for (; source < next_source; source++)
            put_bead(p, (cq_bead){.source = source, .source_len = 1, .target = target});
        for (; target < next_target; target++)
            put_bead(p, (cq_bead){.source = source, .target = target, .target_len = 1});
        if (i == len)
            break;
        put_bead(p, beads[i]);
        source += beads[i].source_len;
        target += beads[i].target_len;
    }
    cli_json_close(&p->data, ']');
}

/* What the page says, in the user's language; the page fills in what stands in braces. */
static void put_words(page *p)
{
    static const char *const keys[] = {
        "title",         "bar",      "beads",        "tools",      "previous",
        "next",          "undo",     "redo",         "save_beads", "save_tmx",
        "save_tsv",      "help",     "about",        "close",      "up",
        "down",          "split",    "merge",        "confirm",    "nothing",
        "fixed",         "doubtful", "bead",         "count",      "doubtful_of",
        "none_doubtful", "merged",   "was_split",    "moved",      "was_fixed",
        "was_freed",     "undone",   "redone",       "saved",      "restored",
        "key_step",      "key_side", "key_doubtful", "key_next",
    };

    cli_json_open(&p->data, "words", '{');
    for (size_t i = 0; i < sizeof(keys) / sizeof(keys[0]); i++) {
        char *key = cli_format("page_%s", keys[i]);

        cli_json_text(
            &p->data, keys[i],
            cli_str(cli_message(
                p->run->cli, key,
                CLI_VALUES(CLI_TEXT("percent", "{percent}"),
                           CLI_TEXT("source", "{source}"), CLI_TEXT("target", "{target}"),
                           CLI_TEXT("state", "{state}"),
                           CLI_TEXT("doubtful", "{doubtful}"),
                           CLI_TEXT("beads", "{beads}"), CLI_TEXT("n", "{n}"),
                           CLI_TEXT("all", "{all}"), CLI_TEXT("file", "{file}")))));
        free(key);
    }
    cli_json_close(&p->data, '}');
}

/* What the saved files are called: as the source document, without its ending. */
static void put_name(page *p, const char *path)
{
    const char *name = name_of(path), *dot = strrchr(name, '.');
    size_t len = dot && dot > name ? (size_t)(dot - name) : strlen(name);

    cli_json_text(&p->data, "name",
                  strcmp(path, "-") == 0 ? CQ_STR("alignment") : (cq_str){name, len});
}

static void put_version(page *p)
{
    const char *version = cq_version() + strlen("calque ");

    cli_json_text(&p->data, "version", (cq_str){version, strcspn(version, " ")});
}

cq_status cli_write_review(const cli_aligning *run, const cq_alignment *alignment,
                           const char *source, const char *target, cq_sink sink,
                           cq_error *err)
{
    page p = {.run = run, .sink = sink, .err = err};
    char *lang = cli_format("%s", cli_message(run->cli, "page_lang", NULL, 0));
    cq_lang shown = {0};
    bool is_rtl =
        cq_lang_parse(cli_str(lang), &shown, NULL) >= 0 && cq_lang_is_rtl(&shown);
    char *head =
        cli_format("<!DOCTYPE html>\n<html lang=\"%s\" dir=\"%s\">\n<head>\n"
                   "<meta charset=\"utf-8\">\n"
                   "<meta name=\"viewport\" content=\"width=device-width\">\n"
                   "<meta http-equiv=\"Content-Security-Policy\" content=\""
                   "default-src 'none'; style-src 'unsafe-inline'; "
                   "script-src 'unsafe-inline'\">\n<title>calque</title>\n<style>\n",
                   lang, is_rtl ? "rtl" : "ltr");

    put(&p, cli_str(head));
    put(&p, (cq_str){review_css, review_css_len});
    put(&p, CQ_STR("</style>\n</head>\n<body>\n"));
    put(&p, (cq_str){review_html, review_html_len});
    put(&p, CQ_STR("<script type=\"application/json\" id=\"data\">"));
    cli_json_open(&p.data, NULL, '{');
    put_name(&p, source);
    put_version(&p);
    cli_json_text(&p.data, "lang", cli_str(lang));
    cli_json_text(&p.data, "dir", cli_str(is_rtl ? "rtl" : "ltr"));
    cli_json_real(&p.data, "doubtful", CQ_BEAD_DOUBTFUL, 2);
    put_words(&p);
    put_side(&p, "source", alignment, cq_alignment_source,
             cq_alignment_source_len(alignment), &run->from, source);
    put_side(&p, "target", alignment, cq_alignment_target,
             cq_alignment_target_len(alignment), &run->to, target);
    put_beads(&p, alignment);
    cli_json_close(&p.data, '}');
    put_data(&p);
    put(&p, CQ_STR("</script>\n<script>\n"));
    put(&p, (cq_str){review_js, review_js_len});
    put(&p, CQ_STR("</script>\n</body>\n</html>\n"));
    cli_buf_release(&p.data);
    free(head);
    free(lang);
    return p.status;
}
