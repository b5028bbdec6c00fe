/* memory.h -- a translation memory: stored units and the ways to ask for them.
 *
 * One cq_memory belongs to one thread at a time; several may open the same file. A
 * failure leaves the file as it was before the call. */
#ifndef CALQUE_MEMORY_H
#define CALQUE_MEMORY_H

#include <calque/base.h>
#include <calque/explain.h>
#include <calque/filter.h>
#include <calque/lang.h>

#ifdef __cplusplus
extern "C" {
#endif

#define CQ_SEGMENT_MAX                                                                   \
    (16u * 1024 * 1024) /* bytes of one segment; longer ones are refused */

typedef struct cq_memory cq_memory;

typedef enum cq_memory_mode {
    CQ_MEMORY_READ = 0,  /* must exist; nothing is ever written */
    CQ_MEMORY_WRITE = 1, /* created when absent, with its folder */
} cq_memory_mode;

/* @return CQ_OK; CQ_E_STORE when the file is absent (READ), no memory, of a newer
 * version, locked or not readable; CQ_E_NOMEM */
CQ_API cq_status cq_memory_open(const char *path, cq_memory_mode mode, cq_memory **memory,
                                cq_error *err);
CQ_API void cq_memory_close(cq_memory *memory);

/* Whether the index was made by another version of calque, ICU or Snowball, whose words
 * may be others. Answers are right all the same, but each is a scan of the whole memory;
 * the next call that writes, or cq_memory_reindex(), makes the index anew. */
CQ_API bool cq_memory_is_stale(cq_memory *memory);
/* Make the index anew in one transaction, without what is gone, and give free space back
 * to the disk. @param progress  texts; may be NULL */
CQ_API cq_status cq_memory_reindex(cq_memory *memory, const cq_progress *progress,
                                   cq_error *err);

/* ---- import and export ----------------------------------------------------------------
 */

typedef enum cq_notice_kind {
    CQ_NOTICE_WARNING = 0, /* worth knowing, nothing changed */
    CQ_NOTICE_REPAIRED,    /* input was mended (only with `repair`) */
    CQ_NOTICE_REJECTED,    /* a unit was left out: broken, or in no language asked for */
    CQ_NOTICE_REPLACED,    /* a stored unit gave way to this one (only with `update`) */
} cq_notice_kind;

typedef struct cq_notice {
    cq_notice_kind kind;
    const cq_error
        *what; /* file, line, column, number and message; valid during the call */
} cq_notice;

typedef struct cq_import_options {
    const cq_lang *source, *target; /* TSV: languages of the columns. TMX: NULL, or keep
                                       only variants that match either */
    const char *columns; /* of a table, names separated by commas (docs/tmx.md, "Tables");
                            NULL for those of its header row, or source and target */
    const char *encoding; /* NULL for the one that the file says or shows */
    const char *name;     /* name of the origin; NULL for the file's own */
    bool repair;          /* mend what is broken and say so, instead of refusing */
    bool update; /* units take the places of their older states (docs/tmx.md, "Update") */
    void (*notice)(void *context, const cq_notice *notice); /* may be NULL */
    void *notice_context;
    cq_progress progress; /* bytes of the file as stored on disk */
} cq_import_options;

typedef struct cq_import_report {
    uint64_t units;    /* read; = added + merged + rejected */
    uint64_t variants; /* of the units read */
    uint64_t added, merged, rejected;
    uint64_t replaced; /* of `added`: in the place of an older state */
    uint64_t repaired; /* places */
    double seconds;
} cq_import_report;

/**
 * Read a TMX (1.1 to 1.4b) or TSV file, plain or gzip, and store its units in one
 * transaction.
 * @param path    "-" for standard input
 * @param opts    NULL for the defaults
 * @param report  filled on success
 * @return CQ_OK; CQ_E_INPUT with file, line and column; CQ_E_ARG, CQ_E_STORE, CQ_E_NOMEM
 */
CQ_API cq_status cq_memory_import(cq_memory *memory, const char *path,
                                  const cq_import_options *opts, cq_import_report *report,
                                  cq_error *err);

/* Programs that a file can be made for: what each needs to load it at all (docs/tmx.md,
 * "For other tools"). */
typedef enum cq_tool {
    CQ_TOOL_ANY = 0,
    CQ_TOOL_OMEGAT,
    CQ_TOOL_TRADOS,
    CQ_TOOL_MEMOQ,
    CQ_TOOL_OKAPI,
    CQ_TOOL_LOKALIZE,
    CQ_TOOL_WEBLATE,
} cq_tool;

/* What of a unit, or of what stands around the units, an export could not write as it
 * was. */
typedef enum cq_part {
    CQ_PART_UNIT = 0,
    CQ_PART_VARIANT,
    CQ_PART_ATTRIBUTE, /* name: "tuv@changeid" */
    CQ_PART_PROPERTY,  /* name: its type */
    CQ_PART_NOTE,
    CQ_PART_CODE,   /* name: "bpt", "comment", "entity"; was and now are TMX */
    CQ_PART_MARKUP, /* of others, as XML */
    CQ_PART_ORDER,  /* now: numbers of the variants as written, or empty */
    CQ_PART_TEXT,   /* of a variant: characters that XML cannot hold became U+FFFD */
    CQ_PARTS
} cq_part;

/* One difference between what is stored and what is written. What was and is no more is
 * lost; what is and was not had to be added; else it was changed. All strings are valid
 * during the call. */
typedef struct cq_loss {
    uint64_t unit;  /* id in this memory; 0 for header and surroundings */
    cq_str origin;  /* name of the file it came from */
    size_t variant; /* number of the variant, from 1; 0 for the unit itself */
    cq_str lang;    /* of the variant, as stored */
    cq_part part;
    cq_str name;
    cq_str was, now; /* ptr NULL: was not there, is not there */
} cq_loss;

typedef enum cq_format { CQ_FORMAT_TMX = 0, CQ_FORMAT_TSV, CQ_FORMAT_CSV } cq_format;

typedef struct cq_export_options {
    const cq_lang *source,
        *target;             /* units that have both; only these variants. NULL for all */
    const char *origin;      /* name of an origin, NULL for all */
    const cq_filter *filter; /* which units; NULL for all */
    cq_progress progress;    /* units */
    cq_format format;
    const char *columns; /* of a table, names separated by commas (docs/tmx.md, "Tables");
                            NULL for source and target, or all languages there are */
    bool gzip;           /* pack what is written */
    int version;         /* 11 to 14: no more than the DTD of TMX 1.1 to 1.4 allows;
                            0: 1.4, and all that was read */
    int level;           /* 1: plain text, without codes; 0: as it is */
    cq_tool tool;        /* without `source` the units tell which language is the source,
                            without `target` all others are targets */
    void (*loss)(void *context, const cq_loss *loss); /* may be NULL */
    void *loss_context;
    uint64_t split; /* units a file, 0 for one file of all */
    /* With `split`: end the file that was written, and say where the next one goes. */
    cq_status (*next)(void *context, cq_sink *sink, cq_error *err);
    void *next_context;
} cq_export_options;

typedef struct cq_export_report {
    uint64_t units, variants;
    uint64_t losses[CQ_PARTS]; /* how many were told of each part */
} cq_export_report;

/* Write TMX or a table as UTF-8, streaming (docs/tmx.md); without `version`, `level` and
 * `tool` 1.4b with all that was read. CQ_E_ARG when there is no such origin, or when the
 * tool cannot take the source language. */
CQ_API cq_status cq_memory_export(cq_memory *memory, cq_sink sink,
                                  const cq_export_options *opts, cq_export_report *report,
                                  cq_error *err);

/* ---- deleting and editing -------------------------------------------------------------
 */

/* Which units: those that meet everything that is set; something must be. */
typedef struct cq_delete_options {
    const uint64_t *units; /* ids, as hits have them; NULL for any */
    size_t units_len;
    const char
        *origin; /* taken out of this origin only; others that share a unit keep it */
    const cq_filter *filter; /* NULL for none */
    bool is_dry;             /* only tell; a memory opened for reading will do */
    /* Told each unit and its first text, valid during the call; may be NULL. */
    void (*each)(void *context, uint64_t unit, cq_str text);
    void *context;
} cq_delete_options;

typedef struct cq_delete_report {
    uint64_t deleted; /* units that are gone */
    uint64_t kept;    /* taken out of the origin, but other origins have them too */
} cq_delete_report;

/* Delete units in one transaction, with what was only theirs. CQ_E_ARG when nothing is
 * set, or there is no such origin or unit. */
CQ_API cq_status cq_memory_delete(cq_memory *memory, const cq_delete_options *opts,
                                  cq_delete_report *report, cq_error *err);

typedef enum cq_change_kind {
    CQ_CHANGE_TEXT = 0, /* of the variant in `lang`, which is added when there is none;
                           plain, without codes. NULL takes the variant away */
    CQ_CHANGE_MARKUP,   /* the same as TMX has it inside <seg> */
    CQ_CHANGE_PROPERTY, /* `name` is its type; others of that type go */
    CQ_CHANGE_ATTRIBUTE,
} cq_change_kind;

typedef struct cq_change {
    cq_change_kind kind;
    const cq_lang
        *lang; /* of the variant; NULL for the unit's own property or attribute */
    cq_str name;
    cq_str value; /* ptr NULL takes away */
} cq_change;

/* Change a unit in one transaction; its id and its place in its origins stay. CQ_E_ARG
 * when there is no such unit or variant; CQ_E_INPUT for text or markup that no TMX file
 * could hold. */
CQ_API cq_status cq_memory_edit(cq_memory *memory, uint64_t unit,
                                const cq_change *changes, size_t len, cq_error *err);

/* ---- lookup ---------------------------------------------------------------------------
 */

typedef enum cq_hit_kind { CQ_HIT_FUZZY = 0, CQ_HIT_EXACT, CQ_HIT_CONTEXT } cq_hit_kind;

/* What became of the query's inline codes in a rendering. */
typedef enum cq_codes_fit {
    CQ_CODES_NONE = 0, /* the query has none */
    CQ_CODES_PLACED,   /* `target_marked` bears them */
    CQ_CODES_UNPLACED, /* what is stored does not tell where they belong */
} cq_codes_fit;

/* Where else a rendering stands. */
typedef struct cq_also {
    size_t memory; /* place among those that were asked */
    uint64_t unit;
    cq_str origin;
} cq_also;

typedef struct cq_hit {
    int percent; /* 0 to 101 (101: exact in context) */
    cq_hit_kind kind;
    cq_str source, target; /* plain text; the target is adapted when `stored` is there */
    cq_str stored; /* the target as stored, when the query's numbers and placeables stand
                      in `target`; else ptr NULL */
    int adapted_percent; /* of the adapted rendering; 0 when it is not adapted */
    cq_str source_marked,
        target_marked; /* text with its codes as marks, "{1}OK{/1}{2/}" (docs/tmx.md,
                          "Codes as marks"); len 0 when there are none */
    cq_codes_fit codes;
    cq_str source_markup,
        target_markup; /* TMX content of <seg>; len 0 when there are no codes */
    cq_str source_lang, target_lang; /* tags as written */
    cq_str origin;                   /* name of the file it came from */
    cq_str changed; /* YYYYMMDDThhmmssZ or as written; ptr NULL for none */
    cq_str author;  /* ptr NULL for none */
    uint64_t unit;  /* id in this memory */
    size_t pieces_len;
    const cq_piece *pieces;   /* with `differences`: a is `source`, b the query, between
                                 whose pieces its marks lie; NULL for texts too long */
    cq_str pivot, pivot_lang; /* the equal text of another language by which the target
                                 was reached; ptr NULL for none */
    uint64_t pivot_unit;      /* that has it with the target; 0 for none */
    size_t memory;            /* its place among those that were asked, from 0 */
    const cq_also *also;      /* the same rendering in other memories, in their order */
    size_t also_len;
} cq_hit;

typedef struct cq_hits {
    size_t len;
    const cq_hit *items; /* best first */
    cq_str query;        /* as it was compared: without marks */
} cq_hits;

#define CQ_HITS_MAX 100000u /* of one lookup */

typedef struct cq_lookup_options {
    int min_percent;       /* weaker matches are left out; 0 for the default of 70 */
    size_t max_hits;       /* at most CQ_HITS_MAX; 0 for the default of 5 */
    bool exhaustive;       /* score every text instead of asking the index */
    bool has_marks;        /* codes stand in the query and its neighbours as marks */
    bool differences;      /* lay out how each source differs from the query */
    bool both_scripts;     /* Serbian: also what is stored in its other script, for 1
                              percent less; no pieces are laid out for that */
    bool as_stored;        /* offer renderings without the query's numbers */
    const cq_lang *pivot;  /* also renderings by way of an equal text in this language;
                              NULL for none */
    cq_str previous, next; /* neighbours of the query, ptr NULL when unknown */
    cq_str context;        /* name of the query's place as a tool noted it in a property
                              (docs/tmx.md), ptr NULL when unknown */
} cq_lookup_options;

/**
 * Find the stored segments nearest to `query`, best first (docs/matching.md, "Score";
 * docs/lookup.md, "Order of hits").
 *
 * @param query  one segment of valid UTF-8, at most CQ_SEGMENT_MAX bytes
 * @param opts   NULL for the defaults
 * @param hits   set to a list that the caller frees with cq_hits_free(), NULL on failure
 * @return CQ_OK even when nothing is near enough; CQ_E_ARG, CQ_E_STORE, CQ_E_NOMEM
 */
CQ_API cq_status cq_memory_lookup(cq_memory *memory, cq_str query, const cq_lang *from,
                                  const cq_lang *to, const cq_lookup_options *opts,
                                  cq_hits **hits, cq_error *err);
CQ_API void cq_hits_free(cq_hits *hits);

/* What the index does to find the texts near a query (docs/matching.md, "Index"). */
typedef struct cq_search_cost {
    size_t keys;              /* of the query, those that the memory knows */
    uint64_t lists, postings; /* opened; read */
    uint64_t counted;         /* texts whose common weight was counted */
    uint64_t scored;          /* of them, those that share enough to be scored */
} cq_search_cost;

/**
 * Ask the index alone, without a limit that would end the search sooner.
 *
 * @param percent  1 to 100
 * @return CQ_OK; CQ_DONE when lookup would not ask the index, as another program or
 * another ICU made it; CQ_E_ARG, CQ_E_STORE, CQ_E_NOMEM
 */
CQ_API cq_status cq_memory_search_cost(cq_memory *memory, cq_str query,
                                       const cq_lang *from, int percent,
                                       cq_search_cost *cost, cq_error *err);

/* One of several memories that are asked together. */
typedef struct cq_asked {
    cq_memory *memory;
    int penalty; /* percent that each of its hits is worth less, 0 to 100 */
} cq_asked;

/**
 * The same over several memories, as one ranked answer: a rendering that several have
 * shows once, as its best hit, with the others beside it (docs/lookup.md, "Several
 * memories"). For memories the same arguments hold as for one.
 */
CQ_API cq_status cq_memories_lookup(const cq_asked *asked, size_t len, cq_str query,
                                    const cq_lang *from, const cq_lang *to,
                                    const cq_lookup_options *opts, cq_hits **hits,
                                    cq_error *err);

/* ---- concordance ----------------------------------------------------------------------
 */

typedef struct cq_range {
    size_t start, end; /* bytes, half open */
} cq_range;

typedef struct cq_concordance_hit {
    uint64_t unit;
    cq_str source,
        target; /* plain text; target.ptr NULL when no target language was asked */
    cq_str source_lang, target_lang, origin;
    size_t start, end;      /* of the first place, in the text that was searched */
    const cq_range *ranges; /* all places in that text, by rising start */
    size_t ranges_len;
    cq_range rendered; /* with `renderings`: where the other side has it, as far as it can
                          be guessed; else empty */
    int level;         /* 0: whole words; 1: parts of words; or how many letters differ */
    uint64_t weight;   /* of the text that was searched */
    size_t memory;     /* as in cq_hit */
    const cq_also *also;
    size_t also_len;
} cq_concordance_hit;

typedef struct cq_concordance_options {
    size_t max_hits; /* 0 for the default of 50 */
    bool in_target;  /* search the target side, `to`, and show `from` beside it */
    bool words;      /* all words of the phrase, anywhere in the text */
    bool exact;      /* case, accents and width count; canonical equivalents are equal */
    bool inflected;  /* words in any form: by their stems */
    bool fuzzy;      /* a letter in four may differ */
    bool whole;      /* whole words only */
    bool renderings; /* guess where the phrase was rendered */
} cq_concordance_options;

/* Told each hit in turn; its strings are valid during the call. CQ_E_STOP ends the
 * search. */
typedef cq_status (*cq_concordance_fn)(void *context, const cq_concordance_hit *hit);

/**
 * Find the units whose source holds `phrase`, in the order of docs/lookup.md,
 * "Concordance". Case, width, accents and Arabic marks do not matter, nor whether it
 * begins and ends inside words. A `*` stands for any characters but white space, and the
 * phrase then for whole words.
 * @param to  NULL for any unit, else only those with a rendering in that language
 * @return CQ_OK; CQ_E_ARG (also for an empty phrase), CQ_E_INPUT, CQ_E_STORE, CQ_E_NOMEM;
 *         what `each` returned, if below 0
 */
CQ_API cq_status cq_memory_concordance(cq_memory *memory, cq_str phrase,
                                       const cq_lang *from, const cq_lang *to,
                                       const cq_concordance_options *opts,
                                       cq_concordance_fn each, void *context,
                                       cq_error *err);

/* The same over several memories. A unit whose texts another memory has too is told once,
 * where it comes first. */
CQ_API cq_status cq_memories_concordance(const cq_asked *asked, size_t len, cq_str phrase,
                                         const cq_lang *from, const cq_lang *to,
                                         const cq_concordance_options *opts,
                                         cq_concordance_fn each, void *context,
                                         cq_error *err);

/* ---- fragments ------------------------------------------------------------------------
 */

/* A part of a text that is stored: a whole unit, or a phrase within one. */
typedef struct cq_fragment {
    size_t start, end; /* bytes of the text asked for */
    int percent;       /* how near a whole unit is to this part; 0 for a phrase */
    cq_str source, target, source_lang, target_lang, origin; /* of the unit */
    cq_range in_source;                                      /* where it stands there */
    cq_range rendered; /* in target, as far as it can be guessed; else empty */
    uint64_t unit;
    size_t memory; /* place among those that were asked */
} cq_fragment;

typedef struct cq_fragments {
    size_t len;
    const cq_fragment *items; /* units first, then phrases; the longest first */
} cq_fragments;

/**
 * The longest parts of a text that are stored with a rendering (docs/lookup.md,
 * "Fragments"); they do not overlap.
 * @param query      valid UTF-8, plain
 * @param fragments  the caller frees it with cq_fragments_free(); NULL on failure
 * @return as cq_memory_lookup()
 */
CQ_API cq_status cq_memories_fragments(const cq_asked *asked, size_t len, cq_str query,
                                       const cq_lang *from, const cq_lang *to,
                                       cq_fragments **fragments, cq_error *err);
CQ_API void cq_fragments_free(cq_fragments *fragments);

/* ---- the memory itself ----------------------------------------------------------------
 */

typedef struct cq_stats_row {
    cq_str name;    /* language tag as written, or name of an origin; valid until freed */
    uint64_t count; /* variants of that language, units of that origin */
} cq_stats_row;

typedef struct cq_stats {
    uint64_t units, variants, texts; /* texts: distinct (language, text) */
    uint64_t file_bytes;
    size_t languages_len, origins_len;
    const cq_stats_row *languages, *origins; /* most frequent first */
} cq_stats;

CQ_API cq_status cq_memory_stats(cq_memory *memory, cq_stats **stats, cq_error *err);
CQ_API void cq_stats_free(cq_stats *stats);

/**
 * Check SQLite's integrity, the index against the units, and the counts.
 * @param each     told every thing that is wrong; may be NULL
 * @param wrong    number of things found
 */
CQ_API cq_status cq_memory_verify(cq_memory *memory,
                                  void (*each)(void *context, const char *problem),
                                  void *context, uint64_t *wrong, cq_error *err);

#ifdef __cplusplus
}
#endif
#endif
