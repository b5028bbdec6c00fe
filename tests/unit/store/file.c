#include "../rows.h"
#include "scratch.h"

#include <sqlite3.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

/* ---- what is no memory ----------------------------------------------------------------
 */

static void run_sql(const char *name, const char *sql)
{
    sqlite3 *db;

    assert_int_equal(sqlite3_open(scratch_path(name), &db), SQLITE_OK);
    assert_int_equal(sqlite3_exec(db, sql, NULL, NULL, NULL), SQLITE_OK);
    sqlite3_close(db);
}

static void make_garbage(const char *name)
{
    char bytes[20000];

    memset(bytes, 'x', sizeof(bytes));
    scratch_write(name, bytes, sizeof(bytes));
}

static void make_foreign(const char *name) { run_sql(name, "CREATE TABLE t(x)"); }

static void make_newer(const char *name)
{
    cq_store *store = must_open(name, CQ_STORE_WRITE);

    must_begin(store);
    must_commit(store);
    cq_store_close(store);
    run_sql(name, "PRAGMA user_version = 99");
}

static void make_cut(const char *name)
{
    cq_store *store = must_open(name, CQ_STORE_WRITE);
    uint64_t origin;

    must_begin(store);
    origin = must_origin(store, "a.tmx");
    for (unsigned i = 0; i < 2000; i++)
        must_unit(store, origin, i, i, true);
    must_commit(store);
    cq_store_close(store);
    assert_int_equal(truncate(scratch_path(name), 30000), 0);
}

static void make_folder(const char *name)
{
    assert_int_equal(mkdir(scratch_path(name), 0777), 0);
}

static void make_nothing(const char *name) { (void)name; }

static struct refusal {
    const char *name;
    void (*make)(const char *name);
    cq_store_mode mode;
    int number;
} refusals[] = {
    {"absent", make_nothing, CQ_STORE_READ, 100},
    {"garbage", make_garbage, CQ_STORE_READ, 101},
    {"garbage to write", make_garbage, CQ_STORE_WRITE, 101},
    {"another program's", make_foreign, CQ_STORE_READ, 102},
    {"another program's to write", make_foreign, CQ_STORE_WRITE, 102},
    {"newer", make_newer, CQ_STORE_READ, 103},
    {"newer to write", make_newer, CQ_STORE_WRITE, 103},
    {"cut", make_cut, CQ_STORE_READ, 107},
    {"folder", make_folder, CQ_STORE_READ, 111},
    {"folder to write", make_folder, CQ_STORE_WRITE, 111},
};

static void test_refusal(void **state)
{
    const struct refusal *refusal = *state;
    cq_store *store;
    cq_error err = {0};
    uint64_t sum;

    refusal->make(refusal->name);
    sum = scratch_sum(refusal->name);
    assert_int_equal(
        cq_store_open(scratch_path(refusal->name), refusal->mode, &store, &err),
        CQ_E_STORE);
    assert_null(store);
    assert_int_equal(err.number, refusal->number);
    assert_string_equal(err.file, scratch_path(refusal->name));
    assert_true(scratch_sum(refusal->name) == sum);
}

/* ---- coming to be, and not ------------------------------------------------------------
 */

static void test_rolled_back_file_is_gone(void **state)
{
    cq_store *store = must_open("sub/folder/new", CQ_STORE_WRITE);

    (void)state;
    assert_int_not_equal(access(scratch_path("sub/folder/new"), F_OK), 0);
    must_begin(store);
    must_unit(store, must_origin(store, "a.tmx"), 1, 1, true);
    cq_store_rollback(store);
    assert_int_not_equal(access(scratch_path("sub/folder/new"), F_OK), 0);
    assert_int_equal(must_count(store).units, 0);
    must_begin(store);
    must_unit(store, must_origin(store, "a.tmx"), 1, 1, true);
    must_commit(store);
    assert_int_equal(must_count(store).units, 1);
    must_verify(store);
    cq_store_close(store);
    assert_int_not_equal(access(scratch_path("sub/folder/new-wal"), F_OK), 0);
    assert_int_not_equal(access(scratch_path("sub/folder/new-shm"), F_OK), 0);
    assert_int_not_equal(access(scratch_path("sub/folder/new-journal"), F_OK), 0);
}

static void test_empty_file_is_an_empty_memory(void **state)
{
    cq_store *reader, *writer;

    (void)state;
    scratch_write("empty", "", 0);
    reader = must_open("empty", CQ_STORE_READ);
    assert_int_equal(must_count(reader).units, 0);
    must_verify(reader);
    writer = must_open("empty", CQ_STORE_WRITE);
    must_begin(writer);
    must_unit(writer, must_origin(writer, "a.tmx"), 1, 1, true);
    must_commit(writer);
    assert_int_equal(must_count(reader).units, 1);
    cq_store_close(reader);
    cq_store_close(writer);
}

static void test_second_time_changes_no_byte(void **state)
{
    cq_store *store;
    uint64_t sum = 0;

    (void)state;
    for (unsigned time = 0; time < 3; time++) {
        uint64_t origin;

        store = must_open("twice", CQ_STORE_WRITE);
        must_begin(store);
        origin = must_origin(store, "a.tmx");
        for (unsigned i = 0; i < 3000; i++)
            must_unit(store, origin, i, i / 2, time == 0);
        must_commit(store);
        cq_store_close(store);
        if (time > 0)
            assert_true(sum == scratch_sum("twice"));
        sum = scratch_sum("twice");
    }
}

static void test_reader_keeps_its_state(void **state)
{
    cq_store *writer = must_open("readers", CQ_STORE_WRITE), *one, *two;
    uint64_t origin;

    (void)state;
    must_begin(writer);
    origin = must_origin(writer, "a.tmx");
    must_unit(writer, origin, 1, 1, true);
    must_commit(writer);
    one = must_open("readers", CQ_STORE_READ);
    two = must_open("readers", CQ_STORE_READ);
    assert_ok(cq_store_begin_read(one, err));
    assert_int_equal(must_count(one).units, 1);
    must_begin(writer);
    for (unsigned i = 2; i < 20000; i++)
        must_unit(writer, origin, i, i, true);
    assert_int_equal(must_count(two).units, 1);
    must_commit(writer);
    assert_int_equal(must_count(one).units, 1);
    assert_int_equal(must_count(two).units, 19999);
    cq_store_end_read(one);
    assert_int_equal(must_count(one).units, 19999);
    must_verify(one);
    cq_store_close(one);
    cq_store_close(two);
    cq_store_close(writer);
    assert_int_not_equal(access(scratch_path("readers-wal"), F_OK), 0);
}

static void test_locked(void **state)
{
    cq_store *one = must_open("locked", CQ_STORE_WRITE), *two;
    cq_error err = {0};

    (void)state;
    must_begin(one);
    must_commit(one);
    two = must_open("locked", CQ_STORE_WRITE);
    must_begin(one);
    assert_int_equal(cq_store_begin(two, &err), CQ_E_STORE);
    assert_int_equal(err.number, 104);
    cq_store_rollback(one);
    must_begin(two);
    must_commit(two);
    cq_store_close(one);
    cq_store_close(two);
}

/* ---- without permission (as nobody, when we are root) ---------------------------------
 */

static int as_nobody(int (*run)(void))
{
    pid_t child = fork();
    int status;

    assert_true(child >= 0);
    if (child == 0) {
        if (geteuid() == 0 && setuid(65534) != 0)
            _exit(99);
        _exit(run());
    }
    assert_int_equal(waitpid(child, &status, 0), child);
    assert_true(WIFEXITED(status));
    return WEXITSTATUS(status);
}

static int read_in_read_only_folder(void)
{
    cq_store *store;
    cq_store_counts counts;
    cq_error err = {0};

    if (cq_store_open(scratch_path("fixed/memory"), CQ_STORE_READ, &store, &err) !=
            CQ_OK ||
        cq_store_begin_read(store, &err) != CQ_OK ||
        cq_store_count(store, &counts, &err) != CQ_OK) {
        print_error("%s\n", err.message);
        return 1;
    }
    cq_store_end_read(store);
    cq_store_close(store);
    return counts.units == 1 ? 0 : 2;
}

static int write_in_read_only_folder(void)
{
    cq_store *store;
    cq_error err = {0};

    if (cq_store_open(scratch_path("fixed/new"), CQ_STORE_WRITE, &store, &err) !=
            CQ_E_STORE ||
        err.number != 105)
        return 1;
    err = (cq_error){0};
    if (cq_store_open(scratch_path("fixed/memory"), CQ_STORE_WRITE, &store, &err) ==
            CQ_OK &&
        cq_store_begin(store, &err) == CQ_OK)
        return 2;
    return err.number == 109 ? 0 : err.number;
}

static int read_unreadable(void)
{
    cq_store *store;
    cq_error err = {0};

    if (cq_store_open(scratch_path("fixed/memory"), CQ_STORE_READ, &store, &err) !=
        CQ_E_STORE)
        return 1;
    return err.number == 105 ? 0 : err.number;
}

static void test_permissions(void **state)
{
    cq_store *store = must_open("fixed/memory", CQ_STORE_WRITE);

    (void)state;
    must_begin(store);
    must_unit(store, must_origin(store, "a.tmx"), 1, 1, true);
    must_commit(store);
    cq_store_close(store);
    assert_int_equal(chmod(scratch, 0755), 0);
    assert_int_equal(chmod(scratch_path("fixed/memory"), 0444), 0);
    assert_int_equal(chmod(scratch_path("fixed"), 0555), 0);
    assert_int_equal(as_nobody(read_in_read_only_folder), 0);
    assert_int_equal(as_nobody(write_in_read_only_folder), 0);
    assert_int_equal(chmod(scratch_path("fixed/memory"), 0), 0);
    assert_int_equal(as_nobody(read_unreadable), 0);
    assert_int_equal(chmod(scratch_path("fixed"), 0755), 0);
}

/* ---- no memory ------------------------------------------------------------------------
 */

static cq_status session(const char *path, cq_error *err)
{
    cq_store *store;
    uint64_t origin, id;
    bool is_new;
    cq_status status = cq_store_open(path, CQ_STORE_WRITE, &store, err);

    if (status == CQ_OK)
        status = cq_store_begin(store, err);
    if (status == CQ_OK)
        status = cq_store_origin_add(store, CQ_STR("a"), CQ_STR("header"), &origin, err);
    for (unsigned i = 0; i < 40 && status == CQ_OK; i++)
        status = try_unit(store, origin, i, i, &id, &is_new, err);
    if (status == CQ_OK)
        status = cq_store_commit(store, err);
    cq_store_close(store);
    return status;
}

static void test_allocation_failures(void **state)
{
    cq_status status = CQ_E_NOMEM;

    (void)state;
    for (uint64_t n = 1; status != CQ_OK && n < 2000; n++) {
        cq_error err = {0};

        cq_alloc_fail_at(n);
        status = session(scratch_path("short"), &err);
        cq_alloc_fail_at(0);
        if (status != CQ_OK) {
            assert_int_equal(err.status, CQ_E_NOMEM);
            assert_int_not_equal(access(scratch_path("short"), F_OK), 0);
        }
    }
    assert_int_equal(status, CQ_OK);
}

int main(void)
{
    struct CMUnitTest tests[ARRAY_LEN(refusals) + 7] = {
        cmocka_unit_test(test_rolled_back_file_is_gone),
        cmocka_unit_test(test_empty_file_is_an_empty_memory),
        cmocka_unit_test(test_second_time_changes_no_byte),
        cmocka_unit_test(test_reader_keeps_its_state),
        cmocka_unit_test(test_locked),
        cmocka_unit_test(test_permissions),
        cmocka_unit_test(test_allocation_failures),
    };
    size_t len = 7;

    ADD(refusals, test_refusal);
    return cmocka_run_group_tests(tests, scratch_setup, scratch_teardown);
}
