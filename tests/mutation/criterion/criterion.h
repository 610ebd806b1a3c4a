/* SPDX-License-Identifier: Apache-2.0 */
/* The part of Criterion that unit tests of pure code use, for the mutants only: each test is a fork
 * of one program that holds them all, so that five hundred tests take a second and not a minute.
 * What it does not know does not compile. tests/mutation/unit.c runs the tests; tests/mutation/run
 * puts this folder before the real header. */
#ifndef TESTS_MUTATION_CRITERION_H
#define TESTS_MUTATION_CRITERION_H

#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct mutation_test {
    const char *suite, *name;
    void (*run)(void);
    void (*init)(void);
    int signal; /* that must end it; 0 none */
    struct mutation_test *next;
};
void mutation_add(struct mutation_test *test);
/* Ends the test as failed. */
_Noreturn void mutation_fail(const char *file, int line, const char *text);

#define Test(suite_, name_, ...)                                                           \
    static void suite_##_##name_##_run(void);                                              \
    __attribute__((constructor)) static void suite_##_##name_##_add(void)                  \
    {                                                                                      \
        static struct mutation_test test = {                                               \
            .suite = #suite_, .name = #name_, .run = suite_##_##name_##_run, __VA_ARGS__}; \
        mutation_add(&test);                                                               \
    }                                                                                      \
    static void suite_##_##name_##_run(void)

#define MUTATION_CHECK(condition) \
    ((condition) ? (void)0 : mutation_fail(__FILE__, __LINE__, #condition))

#define cr_assert(condition, ...) MUTATION_CHECK(condition)
#define cr_assert_not(condition, ...) MUTATION_CHECK(!(condition))
#define cr_assert_eq(a, b, ...) MUTATION_CHECK((a) == (b))
#define cr_assert_neq(a, b, ...) MUTATION_CHECK((a) != (b))
#define cr_assert_lt(a, b, ...) MUTATION_CHECK((a) < (b))
#define cr_assert_leq(a, b, ...) MUTATION_CHECK((a) <= (b))
#define cr_assert_gt(a, b, ...) MUTATION_CHECK((a) > (b))
#define cr_assert_geq(a, b, ...) MUTATION_CHECK((a) >= (b))
#define cr_assert_null(a, ...) MUTATION_CHECK((a) == NULL)
#define cr_assert_not_null(a, ...) MUTATION_CHECK((a) != NULL)
#define cr_assert_str_eq(a, b, ...) MUTATION_CHECK(strcmp((a), (b)) == 0)
#define cr_assert_str_neq(a, b, ...) MUTATION_CHECK(strcmp((a), (b)) != 0)
#define cr_assert_arr_eq(a, b, size, ...) MUTATION_CHECK(memcmp((a), (b), (size)) == 0)
#define cr_assert_fail(...) mutation_fail(__FILE__, __LINE__, "cr_assert_fail")
#define cr_expect cr_assert
#define cr_expect_not cr_assert_not
#define cr_expect_eq cr_assert_eq
#define cr_expect_gt cr_assert_gt
#define cr_expect_null cr_assert_null

#endif
