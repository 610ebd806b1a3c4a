/* SPDX-License-Identifier: Apache-2.0 */
/* The one way in which a test signals a process. kill() takes 0 and negative numbers to mean "a
 * whole group" and "everybody": a pid that a race or a failed fork left at -1 would end, as root,
 * every process of the machine the tests run on. */
#ifndef TESTS_LIB_SIGNAL_CHILD_H
#define TESTS_LIB_SIGNAL_CHILD_H

#include <criterion/criterion.h>
#include <signal.h>
#include <sys/types.h>

/* Signals one process; fails the test when `pid` names none. Returns what kill() returns. */
static inline int signal_child(pid_t pid, int number)
{
    cr_assert_gt(pid, 1, "no process to signal: pid %ld", (long)pid);
    return kill(pid, number);
}

#endif
