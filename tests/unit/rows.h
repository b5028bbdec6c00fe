/* rows.h -- tables of cases: every row is a test of its own, called by its name. Both
 * macros fill `struct CMUnitTest tests[]` from `size_t len` on. */
#ifndef TEST_ROWS_H
#define TEST_ROWS_H

#include "base/base.h"

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

#define ADD(cases, test)                                                                 \
    for (size_t row = 0; row < ARRAY_LEN(cases); row++)                                  \
        tests[len++] = (struct CMUnitTest)                                               \
        {                                                                                \
            .name = cases[row].name, .test_func = test, .initial_state = &cases[row]     \
        }
#define ADD_ONE(title, test)                                                             \
    tests[len++] = (struct CMUnitTest) { .name = title, .test_func = test }

#endif
