/* SPDX-License-Identifier: Apache-2.0 */
/* The assertion hook: what a failed assertion of the engine tells the shell, and that code behind a
 * failed assertion never runs. It asserts nothing about any rule. */
#include "failover/assert.h"

#include <criterion/criterion.h>
#include <setjmp.h>
#include <signal.h>
#include <string.h>

static jmp_buf escape;
static const char *failed_file;
static const char *failed_text;
static int failed_line;

static void hook_escape(const char *file, int line, const char *text)
{
    failed_file = file;
    failed_line = line;
    failed_text = text;
    longjmp(escape, 1);
}

static void hook_returning(const char *file, int line, const char *text)
{
    (void)file;
    (void)line;
    (void)text;
}

Test(assert, a_true_condition_calls_nobody)
{
    fo_assert_set_hook(hook_escape);
    failed_text = NULL;
    if (setjmp(escape) == 0) {
        FO_ASSERT(2 > 1);
    }
    cr_assert_null(failed_text);
}

Test(assert, a_false_condition_reaches_the_hook_with_its_place)
{
    fo_assert_set_hook(hook_escape);
    volatile int line = 0;
    if (setjmp(escape) == 0) {
        line = __LINE__ + 1;
        FO_ASSERT(1 > 2);
        cr_assert_fail("code behind a failed assertion ran");
    }
    cr_assert_str_eq(failed_text, "1 > 2");
    cr_assert_eq(failed_line, line);
    cr_assert(strstr(failed_file, "test_assert.c") != NULL);
}

static sigjmp_buf trapped;
static void on_trap(int number)
{
    siglongjmp(trapped, number);
}

Test(assert, without_a_hook_it_traps)
{
    signal(SIGILL, on_trap);
    fo_assert_set_hook(NULL);
    int number = sigsetjmp(trapped, 1);
    if (number == 0) {
        FO_ASSERT(1 > 2);
        cr_assert_fail("code behind a failed assertion ran");
    }
    cr_assert_eq(number, SIGILL);
}

Test(assert, a_hook_that_returns_does_not_let_the_engine_go_on, .signal = SIGILL)
{
    fo_assert_set_hook(hook_returning);
    FO_ASSERT(1 > 2);
}
