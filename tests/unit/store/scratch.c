#include "scratch.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

char scratch[64];

int scratch_setup(void **state)
{
    (void)state;
    strcpy(scratch, "/tmp/calque-store-XXXXXX");
    return mkdtemp(scratch) ? 0 : -1;
}

int scratch_teardown(void **state)
{
    char command[128];

    (void)state;
    snprintf(command, sizeof(command), "rm -rf '%s'", scratch);
    return system(command);
}

const char *scratch_path(const char *name)
{
    static char ring[8][256];
    static unsigned at;
    char *path = ring[at++ % 8];

    snprintf(path, sizeof(ring[0]), "%s/%s", scratch, name);
    return path;
}

void scratch_write(const char *name, const void *bytes, size_t len)
{
    FILE *file = fopen(scratch_path(name), "wb");

    assert_non_null(file);
    assert_int_equal(fwrite(bytes, 1, len, file), len);
    fclose(file);
}

uint64_t scratch_sum(const char *name)
{
    FILE *file = fopen(scratch_path(name), "rb");
    unsigned char bytes[65536];
    uint64_t sum = 1;
    size_t len;

    if (!file)
        return 0;
    while ((len = fread(bytes, 1, sizeof(bytes), file)) > 0)
        sum = cq_hash(bytes, len, sum);
    fclose(file);
    return sum;
}

cq_store *must_open(const char *name, cq_store_mode mode)
{
    cq_store *store;

    assert_ok(cq_store_open(scratch_path(name), mode, &store, err));
    return store;
}

void must_begin(cq_store *store) { assert_ok(cq_store_begin(store, err)); }
void must_commit(cq_store *store) { assert_ok(cq_store_commit(store, err)); }

uint64_t must_origin(cq_store *store, const char *name)
{
    uint64_t id;

    assert_ok(cq_store_origin_add(store, cq_str_from(name), CQ_STR("header"), &id, err));
    assert_int_not_equal(id, 0);
    return id;
}

static cq_status try_text(cq_store *store, const char *group, unsigned k, uint64_t *id,
                          cq_error *err)
{
    char text[64], tokens[] = {1, 2, 3};
    cq_store_text row = {.weight = 30, .tokens = {tokens, 3}};
    cq_status status = cq_store_group(store, cq_str_from(group), &row.group, err);

    row.text = (cq_str){text, (size_t)snprintf(text, sizeof(text), "text number %u", k)};
    if (status == CQ_OK)
        status = cq_store_text_find(store, &row, err);
    if (status == CQ_OK && row.id == 0)
        status = cq_store_text_add(store, &row, err);
    *id = row.id;
    return status;
}

/* The unit of texts (1, a) and (2, b), in `texts` and `tags`. */
static cq_status make_unit(cq_store *store, unsigned a, unsigned b, uint64_t *texts,
                           uint32_t *tags, cq_store_unit *unit, cq_error *err)
{
    cq_status status = try_text(store, "en-Latn", a, &texts[0], err);

    unit->record = CQ_STR("record");
    unit->texts = texts;
    unit->tags = tags;
    unit->variants = 2;

    if (status == CQ_OK)
        status = try_text(store, "fr-Latn", b, &texts[1], err);
    if (status == CQ_OK)
        status = cq_store_tag(store, CQ_STR("en"), &tags[0], err);
    if (status == CQ_OK)
        status = cq_store_tag(store, CQ_STR("fr-CA"), &tags[1], err);
    return status;
}

cq_status try_unit(cq_store *store, uint64_t origin, unsigned a, unsigned b, uint64_t *id,
                   bool *is_new, cq_error *err)
{
    uint64_t texts[2];
    uint32_t tags[2];
    cq_store_unit unit = {.origin = origin};
    cq_status status = make_unit(store, a, b, texts, tags, &unit, err);

    return status == CQ_OK ? cq_store_unit_add(store, &unit, id, is_new, err) : status;
}

void must_replace(cq_store *store, uint64_t id, unsigned a, unsigned b)
{
    uint64_t texts[2];
    uint32_t tags[2];
    cq_store_unit unit = {.id = id};

    assert_ok(make_unit(store, a, b, texts, tags, &unit, err));
    assert_ok(cq_store_unit_replace(store, &unit, err));
}

uint64_t must_unit(cq_store *store, uint64_t origin, unsigned a, unsigned b, bool is_new)
{
    uint64_t id;
    bool was_new;

    assert_ok(try_unit(store, origin, a, b, &id, &was_new, err));
    assert_int_equal(was_new, is_new);
    return id;
}

uint64_t must_find(cq_store *store, uint32_t group, cq_str text)
{
    cq_store_text row = {.group = group, .text = text};

    assert_ok(cq_store_text_find(store, &row, err));
    return row.id;
}

cq_store_counts must_count(cq_store *store)
{
    cq_store_counts counts;

    assert_ok(cq_store_begin_read(store, err));
    assert_ok(cq_store_count(store, &counts, err));
    cq_store_end_read(store);
    return counts;
}

static void tell(void *context, const char *problem)
{
    ++*(unsigned *)context;
    print_error("%s\n", problem);
}

void must_verify(cq_store *store)
{
    unsigned problems = 0;

    assert_ok(cq_store_begin_read(store, err));
    assert_ok(cq_store_verify(store, tell, &problems, err));
    cq_store_end_read(store);
    assert_int_equal(problems, 0);
}
