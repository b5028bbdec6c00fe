#include "scratch.h"

#include <sqlite3.h>
#include <string.h>

/* Units that come, are shared, change, leave an origin and go, at random, held against a
 * model: which texts a unit has, and which units each origin has in which order. */

#define UNITS   400u
#define ORIGINS 3u

typedef struct model {
    cq_store *store;
    uint64_t origin[ORIGINS];
    struct model_unit {
        uint64_t id; /* 0: gone */
        unsigned a, b;
    } units[UNITS];
    unsigned len;
    unsigned order[ORIGINS][UNITS]; /* places in `units` */
    unsigned order_len[ORIGINS];
    unsigned seed, next_text;
} model;

static unsigned rnd(model *m, unsigned below)
{
    m->seed = m->seed * 1103515245u + 12345u;
    return (m->seed >> 8) % below;
}

static bool stands_in(const model *m, unsigned origin, unsigned unit)
{
    for (unsigned i = 0; i < m->order_len[origin]; i++)
        if (m->order[origin][i] == unit)
            return true;
    return false;
}

static void take_out(model *m, unsigned origin, unsigned unit)
{
    unsigned kept = 0;

    for (unsigned i = 0; i < m->order_len[origin]; i++)
        if (m->order[origin][i] != unit)
            m->order[origin][kept++] = m->order[origin][i];
    m->order_len[origin] = kept;
}

static bool is_anywhere(const model *m, unsigned unit)
{
    for (unsigned i = 0; i < ORIGINS; i++)
        if (stands_in(m, i, unit))
            return true;
    return false;
}

/* A unit that is there, UNITS for none. */
static unsigned any_unit(model *m)
{
    for (unsigned tries = 0; tries < 20 && m->len; tries++) {
        unsigned unit = rnd(m, m->len);

        if (m->units[unit].id)
            return unit;
    }
    return UNITS;
}

static void add(model *m, unsigned origin)
{
    struct model_unit *unit = &m->units[m->len];

    if (m->len == UNITS)
        return;
    /* Source texts come again and again, so that texts have many holders. */
    *unit = (struct model_unit){.a = rnd(m, 12), .b = m->next_text++};
    unit->id = must_unit(m->store, m->origin[origin], unit->a, unit->b, true);
    m->order[origin][m->order_len[origin]++] = m->len++;
}

static void add_again(model *m, unsigned origin)
{
    unsigned unit = any_unit(m);

    if (unit == UNITS)
        return;
    assert_int_equal(
        must_unit(m->store, m->origin[origin], m->units[unit].a, m->units[unit].b, false),
        m->units[unit].id);
    if (!stands_in(m, origin, unit))
        m->order[origin][m->order_len[origin]++] = unit;
}

static void replace(model *m)
{
    unsigned unit = any_unit(m);

    if (unit == UNITS)
        return;
    m->units[unit].a = rnd(m, 12);
    m->units[unit].b = m->next_text++;
    must_replace(m->store, m->units[unit].id, m->units[unit].a, m->units[unit].b);
}

static void leave(model *m, unsigned origin)
{
    unsigned unit = any_unit(m);
    cq_status status;

    if (unit == UNITS)
        return;
    status = cq_store_unit_leave(m->store, m->units[unit].id, m->origin[origin], NULL);
    assert_int_equal(status, stands_in(m, origin, unit) ? CQ_OK : CQ_DONE);
    take_out(m, origin, unit);
    if (!is_anywhere(m, unit))
        m->units[unit].id = 0;
}

static void remove_unit(model *m)
{
    unsigned unit = any_unit(m);

    if (unit == UNITS)
        return;
    assert_ok(cq_store_unit_remove(m->store, m->units[unit].id, err));
    for (unsigned i = 0; i < ORIGINS; i++)
        take_out(m, i, unit);
    m->units[unit].id = 0;
}

static void assert_order(model *m, unsigned origin)
{
    cq_store_cursor cursor = {0};
    cq_store_unit row, before;
    cq_store_origin found;

    for (unsigned i = 0; i < m->order_len[origin]; i++) {
        cq_store_cursor place;

        assert_ok(cq_store_unit_next(m->store, m->origin[origin], &cursor, &row, err));
        assert_int_equal(row.id, m->units[m->order[origin][i]].id);
        assert_ok(cq_store_place(m->store, &row, m->origin[origin], &place, err));
        assert_int_equal(place.at, cursor.at);
        assert_int_equal(place.sub, cursor.sub);
        if (i == 0)
            continue;
        assert_ok(cq_store_unit_before(m->store, m->origin[origin], place, &before, err));
        assert_int_equal(before.id, m->units[m->order[origin][i - 1]].id);
    }
    assert_int_equal(cq_store_unit_next(m->store, m->origin[origin], &cursor, &row, NULL),
                     CQ_DONE);
    assert_ok(cq_store_origin_get(m->store, m->origin[origin], &found, err));
    assert_int_equal(found.units, m->order_len[origin]);
}

/* Every text that a unit has is found, with its holders; every other one is gone. */
static void assert_texts(model *m)
{
    uint32_t group;

    assert_ok(cq_store_group(m->store, CQ_STR("fr-Latn"), &group, err));
    for (unsigned b = 0; b < m->next_text; b++) {
        char text[64];
        uint64_t id, holder, expected = 0;
        cq_store_cursor cursor = {0};

        for (unsigned i = 0; i < m->len; i++)
            if (m->units[i].id && m->units[i].b == b)
                expected = m->units[i].id;
        snprintf(text, sizeof(text), "text number %u", b);
        id = must_find(m->store, group, cq_str_from(text));
        assert_int_equal(id != 0, expected != 0);
        if (!id)
            continue;
        assert_ok(cq_store_holder_next(m->store, id, &cursor, &holder, err));
        assert_int_equal(holder, expected);
        assert_int_equal(cq_store_holder_next(m->store, id, &cursor, &holder, NULL),
                         CQ_DONE);
    }
}

static void assert_all(model *m)
{
    unsigned units = 0;

    for (unsigned i = 0; i < m->len; i++)
        units += m->units[i].id != 0;
    assert_int_equal(must_count(m->store).units, units);
    must_verify(m->store);
    assert_ok(cq_store_begin_read(m->store, err));
    for (unsigned i = 0; i < ORIGINS; i++)
        assert_order(m, i);
    assert_texts(m);
    cq_store_end_read(m->store);
}

static void change(model *m)
{
    unsigned origin = rnd(m, ORIGINS);

    switch (rnd(m, 8)) {
    case 0:
    case 1:
    case 2:
        add(m, origin);
        break;
    case 3:
    case 4:
        add_again(m, origin);
        break;
    case 5:
        replace(m);
        break;
    case 6:
        leave(m, origin);
        break;
    default:
        remove_unit(m);
        break;
    }
}

static void test_random_changes(void **state)
{
    static const char *const names[ORIGINS] = {"a.tmx", "b.tmx", "c.tmx"};
    static model m = {.seed = 11};

    (void)state;
    m.store = must_open("change", CQ_STORE_WRITE);
    for (unsigned time = 0; time < 60; time++) {
        model before = m;

        must_begin(m.store);
        for (unsigned i = 0; i < ORIGINS; i++)
            m.origin[i] = must_origin(m.store, names[i]);
        for (unsigned i = rnd(&m, 15); i > 0; i--)
            change(&m);
        if (time > 0 && rnd(&m, 5) == 0) {
            cq_store_rollback(m.store);
            before.seed = m.seed;
            m = before;
        } else {
            must_commit(m.store);
        }
        assert_all(&m);
    }
    cq_store_close(m.store);
}

static void test_text_ids_are_never_given_again(void **state)
{
    cq_store *store = must_open("ids", CQ_STORE_WRITE);
    uint32_t group;
    uint64_t origin, unit, first, second;

    (void)state;
    must_begin(store);
    origin = must_origin(store, "a.tmx");
    unit = must_unit(store, origin, 1, 1, true);
    assert_ok(cq_store_group(store, CQ_STR("fr-Latn"), &group, err));
    first = must_find(store, group, CQ_STR("text number 1"));
    must_commit(store);
    must_begin(store);
    assert_ok(cq_store_unit_remove(store, unit, err));
    must_commit(store);
    assert_int_equal(must_count(store).dropped, 2);
    assert_int_equal(must_count(store).texts, 0);
    must_begin(store);
    must_unit(store, origin, 1, 1, true);
    second = must_find(store, group, CQ_STR("text number 1"));
    assert_true(second > first + 1);
    must_commit(store);
    must_verify(store);
    cq_store_close(store);
}

static void test_an_origin_without_units_goes(void **state)
{
    cq_store *store = must_open("origins", CQ_STORE_WRITE);
    cq_store_origin found;
    uint64_t a, b, unit;

    (void)state;
    must_begin(store);
    a = must_origin(store, "a.tmx");
    unit = must_unit(store, a, 1, 1, true);
    b = must_origin(store, "b.tmx");
    must_unit(store, b, 2, 2, true);
    must_commit(store);
    must_begin(store);
    assert_ok(cq_store_unit_leave(store, unit, a, err));
    assert_ok(cq_store_origin_drop(store, a, err));
    assert_ok(cq_store_origin_drop(store, b, err));
    must_commit(store);
    assert_int_equal(must_count(store).origins, 1);
    assert_int_equal(cq_store_origin_get(store, a, &found, NULL), CQ_DONE);
    must_verify(store);
    cq_store_close(store);
}

/* What could not be done is not counted, before the rollback and after it. */
static void test_a_failure_counts_nothing(void **state)
{
    cq_store *store = must_open("failing", CQ_STORE_WRITE);
    cq_store_counts before, after;
    uint64_t unit;
    sqlite3 *db;

    (void)state;
    must_begin(store);
    unit = must_unit(store, must_origin(store, "a.tmx"), 1, 1, true);
    must_commit(store);
    cq_store_close(store);
    assert_int_equal(sqlite3_open(scratch_path("failing"), &db), SQLITE_OK);
    assert_int_equal(sqlite3_exec(db,
                                  "CREATE TRIGGER stuck BEFORE DELETE ON text BEGIN "
                                  "SELECT RAISE(FAIL, 'stuck'); END",
                                  NULL, NULL, NULL),
                     SQLITE_OK);
    sqlite3_close(db);

    store = must_open("failing", CQ_STORE_WRITE);
    must_begin(store);
    before = must_count(store);
    assert_true(cq_store_unit_remove(store, unit, NULL) < 0);
    after = must_count(store);
    assert_int_equal(after.units, before.units);
    assert_int_equal(after.variants, before.variants);
    assert_int_equal(after.texts, before.texts);
    assert_int_equal(after.dropped, before.dropped);
    cq_store_rollback(store);
    must_verify(store);
    cq_store_close(store);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_a_failure_counts_nothing),
        cmocka_unit_test(test_random_changes),
        cmocka_unit_test(test_text_ids_are_never_given_again),
        cmocka_unit_test(test_an_origin_without_units_goes),
    };

    return cmocka_run_group_tests(tests, scratch_setup, scratch_teardown);
}
