#include "scratch.h"

#include <signal.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

/* The size of each import, so that some end before they are killed and some do not. In
 * the same transaction a few units of the file before change and some go. */
#define UNITS    4000u
#define REPLACED 300u
#define REMOVED  200u

static unsigned read_files(cq_store *store)
{
    return (unsigned)must_count(store).origins;
}

static void import_for_ever(void)
{
    cq_store *store = must_open("killed", CQ_STORE_WRITE);

    for (unsigned file = 0;; file++) {
        unsigned first = read_files(store) * UNITS;
        char name[32];
        uint64_t origin;

        snprintf(name, sizeof(name), "%u.tmx", first / UNITS);
        must_begin(store);
        origin = must_origin(store, name);
        for (unsigned i = 0; i < UNITS; i++)
            must_unit(store, origin, first + i, first + i, true);
        for (unsigned i = 1; i <= REPLACED && first; i++)
            must_replace(store, first - i, first - i, first - i + 1000000);
        for (unsigned i = 1; i <= REMOVED && first; i++)
            assert_ok(cq_store_unit_remove(store, first - REPLACED - i, err));
        must_commit(store);
    }
}

static void test_killed_at_any_moment(void **state)
{
    unsigned seed = 20260907;

    (void)state;
    for (unsigned time = 0; time < 25; time++) {
        struct timespec wait = {0};
        pid_t child = fork();
        cq_store *store;
        cq_store_counts counts;
        unsigned changed;

        assert_true(child >= 0);
        if (child == 0) {
            import_for_ever();
            _exit(1);
        }
        seed = seed * 1103515245u + 12345u;
        wait.tv_nsec = (long)(seed >> 8) % 60000000;
        nanosleep(&wait, NULL);
        kill(child, SIGKILL);
        assert_int_equal(waitpid(child, NULL, 0), child);
        if (access(scratch_path("killed"), F_OK) != 0)
            continue;
        store = must_open("killed", CQ_STORE_READ);
        counts = must_count(store);
        changed = counts.origins ? (unsigned)counts.origins - 1 : 0;
        assert_int_equal(counts.units, counts.origins * UNITS - changed * REMOVED);
        assert_int_equal(counts.texts, 2 * counts.units);
        assert_int_equal(counts.dropped, changed * (2 * REMOVED + REPLACED));
        must_verify(store);
        cq_store_close(store);
        assert_int_not_equal(access(scratch_path("killed-wal"), F_OK), 0);
        assert_int_not_equal(access(scratch_path("killed-shm"), F_OK), 0);
        assert_int_not_equal(access(scratch_path("killed-journal"), F_OK), 0);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_killed_at_any_moment),
    };

    return cmocka_run_group_tests(tests, scratch_setup, scratch_teardown);
}
