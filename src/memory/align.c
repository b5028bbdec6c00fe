#include "align/align.h"

#include "sentences.h"

#include "tmx/tmx.h"

#include <string.h>

/* Of either side, for a verdict on whether they are translations of each other. */
#define TELLING_SENTENCES 20
#define TELLING_BYTES     2000.0

struct cq_alignment {
    cq_lang source_lang, target_lang;
    cq_sentences source, target;
    cq_bead *beads;
    size_t beads_len;
    cq_align_figures figures;
};

void cq_alignment_free(cq_alignment *alignment)
{
    if (!alignment)
        return;
    cq_sentences_release(&alignment->source);
    cq_sentences_release(&alignment->target);
    cq_free(alignment->beads);
    cq_free(alignment);
}

size_t cq_alignment_beads(const cq_alignment *alignment, const cq_bead **beads)
{
    *beads = alignment->beads;
    return alignment->beads_len;
}

cq_str cq_alignment_source(const cq_alignment *alignment, size_t k)
{
    return k < alignment->source.len ? alignment->source.sentences[k] : (cq_str){0};
}

cq_str cq_alignment_target(const cq_alignment *alignment, size_t k)
{
    return k < alignment->target.len ? alignment->target.sentences[k] : (cq_str){0};
}

size_t cq_alignment_source_len(const cq_alignment *alignment)
{
    return alignment->source.len;
}

size_t cq_alignment_target_len(const cq_alignment *alignment)
{
    return alignment->target.len;
}

cq_document_facts cq_alignment_source_facts(const cq_alignment *alignment)
{
    return alignment->source.facts;
}

cq_document_facts cq_alignment_target_facts(const cq_alignment *alignment)
{
    return alignment->target.facts;
}

void cq_alignment_figures(const cq_alignment *alignment, cq_align_figures *figures)
{
    *figures = alignment->figures;
}

/* ---- how it came out ------------------------------------------------------------------
 */

static double bytes_of(const cq_sentences *side, size_t first, size_t len)
{
    double bytes = 0;

    for (size_t k = first; k < first + len; k++)
        bytes += (double)side->sentences[k].len;
    return bytes;
}

static cq_align_figures count_beads(const cq_alignment *made)
{
    cq_align_figures figures = {.source_len = made->source.len,
                                .target_len = made->target.len,
                                .beads = made->beads_len};
    double all = bytes_of(&made->source, 0, made->source.len) +
                 bytes_of(&made->target, 0, made->target.len);
    double doubtful = 0, sum = 0;

    for (size_t k = 0; k < made->beads_len; k++) {
        const cq_bead *bead = &made->beads[k];

        sum += bead->confidence;
        if (bead->confidence >= CQ_BEAD_DOUBTFUL)
            continue;
        figures.doubtful_beads++;
        doubtful += bytes_of(&made->source, bead->source, bead->source_len) +
                    bytes_of(&made->target, bead->target, bead->target_len);
    }
    figures.doubtful_text = all > 0 ? doubtful / all : 0;
    figures.confidence = made->beads_len > 0 ? sum / (double)made->beads_len : 1;
    return figures;
}

static void leave_out(cq_alignment *made, double min_confidence)
{
    size_t len = 0;

    for (size_t k = 0; k < made->beads_len; k++)
        if (made->beads[k].confidence >= min_confidence)
            made->beads[len++] = made->beads[k];
    made->beads_len = len;
}

/* In short texts chance may hide what they have in common, and a translation that is
 * refused is worse than a nonsense that is aligned. */
static bool is_telling(const cq_sentences *side)
{
    return side->len >= TELLING_SENTENCES &&
           bytes_of(side, 0, side->len) >= TELLING_BYTES;
}

static cq_status check_agreement(const cq_alignment *made, double agreement,
                                 const char *source, const char *target, cq_error *err)
{
    if (!is_telling(&made->source) || !is_telling(&made->target) ||
        agreement >= CQ_ALIGN_AGREEMENT_MIN)
        return CQ_OK;
    return cq_fail_number(
        err, CQ_E_INPUT, 43,
        "%s and %s do not look like translations of each other: %d %% of "
        "the sentences found a counterpart",
        source, target, (int)(100 * agreement));
}

/* ---- aligning -------------------------------------------------------------------------
 */

static cq_status pair(cq_alignment *made, const cq_align_options *opts, double *agreement,
                      cq_error *err)
{
    cq_align_request request = {
        .source = {.lang = &made->source_lang,
                   .sentences = made->source.sentences,
                   .len = made->source.len,
                   .paragraphs = opts->is_split ? NULL : made->source.paragraphs},
        .target = {.lang = &made->target_lang,
                   .sentences = made->target.sentences,
                   .len = made->target.len,
                   .paragraphs = opts->is_split ? NULL : made->target.paragraphs},
        .lexicon = opts->lexicon,
        .teach = opts->teach,
        .beads = opts->beads,
        .beads_len = opts->beads_len,
        .progress = opts->progress,
    };

    return cq_align_run(&request, &made->beads, &made->beads_len, agreement, err);
}

cq_status cq_align_files(const char *source, const cq_lang *source_lang,
                         const char *target, const cq_lang *target_lang,
                         const cq_align_options *opts, cq_alignment **alignment,
                         cq_error *err)
{
    static const cq_align_options defaults = {0};
    cq_alignment *made;
    double agreement = 1;
    cq_status status;

    *alignment = NULL;
    if (!opts)
        opts = &defaults;
    if (strcmp(source, "-") == 0 && strcmp(target, "-") == 0)
        return cq_fail_number(err, CQ_E_ARG, ERR_BOTH_STDIN,
                              "only one of the two texts can come from standard input");
    made = cq_zalloc(sizeof(*made));
    if (!made)
        return cq_fail(err, CQ_E_NOMEM, "no memory to align");
    made->source_lang = *source_lang;
    made->target_lang = *target_lang;
    status = cq_sentences_read(source, source_lang, &opts->source_as, opts, &made->source,
                               err);
    if (status == CQ_OK)
        status = cq_sentences_read(target, target_lang, &opts->target_as, opts,
                                   &made->target, err);
    if (status == CQ_OK)
        status = pair(made, opts, &agreement, err);
    if (status == CQ_OK && !opts->is_forced && opts->beads_len == 0)
        status = check_agreement(made, agreement, source, target, err);
    if (status != CQ_OK) {
        cq_alignment_free(made);
        return status;
    }
    made->figures = count_beads(made);
    leave_out(made, opts->min_confidence);
    *alignment = made;
    return CQ_OK;
}

/* ---- beads as units -------------------------------------------------------------------
 */

/* Whether sentences of this language follow each other without a space. */
static bool is_unspaced(const cq_lang *lang)
{
    static const char scripts[][5] = {"Hans", "Hant", "Hani", "Jpan",
                                      "Thai", "Laoo", "Khmr", "Mymr"};

    for (size_t i = 0; i < ARRAY_LEN(scripts); i++)
        if (strcmp(lang->script, scripts[i]) == 0)
            return true;
    return false;
}

static cq_status join(const cq_sentences *side, size_t first, size_t len,
                      const cq_lang *lang, cq_buf *text, cq_error *err)
{
    cq_buf_reset(text);
    for (size_t i = 0; i < len; i++) {
        cq_str sentence = side->sentences[first + i];

        if (text->len > 0 && sentence.len > 0 && !is_unspaced(lang))
            cq_buf_add_byte(text, ' ');
        cq_buf_add_str(text, sentence);
    }
    return cq_buf_check(text, err);
}

static cq_status add_variant(cq_unit *unit, const cq_lang *lang, const cq_buf *text,
                             cq_error *err)
{
    cq_str tag = cq_str_from(lang->tag);
    cq_variant *variant = cq_unit_add_variant(unit, tag);

    if (!variant ||
        !cq_attrs_add(&unit->arena, &variant->attrs, &variant->attrs_len,
                      CQ_STR("xml:lang"), tag) ||
        !cq_items_add(&unit->arena, &variant->items, &variant->items_len,
                      CQ_ITEM_SEGMENT))
        return cq_fail(err, CQ_E_NOMEM, "no memory for a unit");
    variant->text = cq_arena_copy(&unit->arena, cq_buf_str(text));
    return variant->text.ptr ? CQ_OK : cq_fail(err, CQ_E_NOMEM, "no memory for a unit");
}

static cq_status add_confidence(cq_unit *unit, double confidence, cq_error *err)
{
    cq_item *prop =
        cq_items_add(&unit->arena, &unit->items, &unit->items_len, CQ_ITEM_PROP);
    char number[16];

    snprintf(number, sizeof(number), "%.2f", confidence);
    if (!prop || !cq_attrs_add(&unit->arena, &prop->attrs, &prop->attrs_len,
                               CQ_STR("type"), CQ_STR("x-confidence")))
        return cq_fail(err, CQ_E_NOMEM, "no memory for a unit");
    prop->text = cq_arena_copy(&unit->arena, cq_str_from(number));
    return prop->text.ptr ? CQ_OK : cq_fail(err, CQ_E_NOMEM, "no memory for a unit");
}

/* The unit of a bead; CQ_DONE when a side has no text. */
static cq_status make_unit(const cq_alignment *from, const cq_bead *bead, cq_buf *text,
                           cq_unit *unit, cq_error *err)
{
    cq_status status;

    cq_unit_reset(unit);
    status = add_confidence(unit, bead->confidence, err);
    if (status == CQ_OK)
        status = join(&from->source, bead->source, bead->source_len, &from->source_lang,
                      text, err);
    if (status == CQ_OK && text->len == 0)
        return CQ_DONE;
    if (status == CQ_OK)
        status = add_variant(unit, &from->source_lang, text, err);
    if (status == CQ_OK)
        status = join(&from->target, bead->target, bead->target_len, &from->target_lang,
                      text, err);
    if (status == CQ_OK && text->len == 0)
        return CQ_DONE;
    return status == CQ_OK ? add_variant(unit, &from->target_lang, text, err) : status;
}

static cq_status make_header(const cq_alignment *from, cq_header *header, cq_error *err)
{
    const cq_attr attrs[] = {
        {CQ_STR("creationtool"), CQ_STR("calque")},
        {CQ_STR("creationtoolversion"), CQ_STR(CQ_VERSION)},
        {CQ_STR("segtype"), CQ_STR("sentence")},
        {CQ_STR("o-tmf"), CQ_STR("calque")},
        {CQ_STR("adminlang"), CQ_STR("en")},
        {CQ_STR("srclang"), cq_str_from(from->source_lang.tag)},
        {CQ_STR("datatype"), CQ_STR("plaintext")},
    };

    for (size_t i = 0; i < ARRAY_LEN(attrs); i++)
        if (!cq_attrs_add(&header->arena, &header->attrs, &header->attrs_len,
                          attrs[i].name, attrs[i].value))
            return cq_fail(err, CQ_E_NOMEM, "no memory for a header");
    if (!cq_attrs_add(&header->arena, &header->tmx_attrs, &header->tmx_attrs_len,
                      CQ_STR("version"), CQ_STR("1.4")))
        return cq_fail(err, CQ_E_NOMEM, "no memory for a header");
    header->version = header->tmx_attrs[0].value;
    header->is_present = true;
    return CQ_OK;
}

/* Told every unit in turn. */
typedef cq_status (*unit_fn)(void *context, const cq_unit *unit, cq_error *err);

static cq_status each_unit(const cq_alignment *from, unit_fn each, void *context,
                           cq_error *err)
{
    cq_unit unit = {0};
    cq_buf text = {0};
    cq_status status = CQ_OK;

    for (size_t i = 0; i < from->beads_len && status == CQ_OK; i++) {
        const cq_bead *bead = &from->beads[i];

        if (bead->source_len == 0 || bead->target_len == 0)
            continue;
        status = make_unit(from, bead, &text, &unit, err);
        if (status == CQ_OK)
            status = each(context, &unit, err);
        else if (status == CQ_DONE)
            status = CQ_OK;
    }
    cq_unit_release(&unit);
    cq_buf_release(&text);
    return status;
}

static cq_status write_unit(void *context, const cq_unit *unit, cq_error *err)
{
    return cq_tmx_write(context, unit, NULL, NULL, err);
}

/* All that a form without bounds can lose are characters of texts. */
static void count_loss(void *context, const cq_loss *loss)
{
    *(uint64_t *)context += loss->part == CQ_PART_TEXT;
}

cq_status cq_alignment_write_tmx(const cq_alignment *alignment, cq_sink sink,
                                 uint64_t *replaced, cq_error *err)
{
    uint64_t texts = 0;
    cq_tmx_form form = {.loss = count_loss, .loss_context = &texts};
    cq_header header = {0};
    cq_tmx_writer *writer = NULL;
    cq_status status = make_header(alignment, &header, err);

    if (status == CQ_OK)
        status = cq_tmx_writer_open(sink, &header, &form, &writer, err);
    if (status == CQ_OK)
        status = each_unit(alignment, write_unit, writer, err);
    if (status == CQ_OK)
        status = cq_tmx_writer_close(writer, err);
    else
        cq_tmx_writer_abandon(writer);
    cq_header_release(&header);
    if (status == CQ_OK && replaced)
        *replaced = texts;
    return status;
}

/* ---- storing --------------------------------------------------------------------------
 */

typedef struct storing {
    cq_adder adder;
    uint64_t origin;
    cq_import_report report;
} storing;

static cq_status store_unit(void *context, const cq_unit *unit, cq_error *err)
{
    storing *to = context;
    bool is_new;
    cq_status status = cq_adder_add(&to->adder, unit, to->origin, &is_new, err);

    to->report.units++;
    to->report.variants += unit->variants_len;
    *(is_new ? &to->report.added : &to->report.merged) += 1;
    return status;
}

static cq_status add_origin(const cq_alignment *alignment, cq_store *store,
                            const char *name, uint64_t *origin, cq_error *err)
{
    cq_header header = {0};
    cq_buf record = {0};
    cq_status status = make_header(alignment, &header, err);

    if (status == CQ_OK)
        status = cq_header_encode(&header, &record, err);
    if (status == CQ_OK)
        status = cq_store_origin_add(store, cq_str_from(name), cq_buf_str(&record),
                                     origin, err);
    cq_header_release(&header);
    cq_buf_release(&record);
    return status;
}

cq_status cq_alignment_store(const cq_alignment *alignment, cq_memory *memory,
                             const char *name, cq_import_report *report, cq_error *err)
{
    storing to = {0};
    cq_status status = cq_memory_begin(memory, err);

    if (status != CQ_OK)
        return status;
    status = cq_adder_init(&to.adder, memory, err);
    if (status == CQ_OK)
        status = add_origin(alignment, memory->store, name, &to.origin, err);
    if (status == CQ_OK)
        status = each_unit(alignment, store_unit, &to, err);
    if (status == CQ_OK)
        status = cq_adder_finish(&to.adder, err);
    cq_adder_release(&to.adder);
    status = cq_memory_end(memory, status, err);
    if (status == CQ_OK && report)
        *report = to.report;
    return status;
}
