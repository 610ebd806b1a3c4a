/* SPDX-License-Identifier: Apache-2.0 */
/* A few network namespaces and cables for the agent's tests, made by the test itself and gone with
 * it. It needs root and says so; it waits for conditions with a bound, never for a time. */
#ifndef TESTS_INTEGRATION_MONITORD_AGENT_ROOM_H
#define TESTS_INTEGRATION_MONITORD_AGENT_ROOM_H

#include "probes/clock.h"

#include <criterion/criterion.h>
#include <fcntl.h>
#include <poll.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

static inline void room_require_root(void)
{
    if (geteuid() != 0) {
        cr_skip_test("network namespaces need root");
    }
}

/* A new, empty network namespace; the caller is in it afterwards. */
static inline int room_new_space(void)
{
    cr_assert_eq(unshare(CLONE_NEWNET), 0, "unshare");
    int fd = open("/proc/self/ns/net", O_RDONLY | O_CLOEXEC);
    cr_assert_geq(fd, 0);
    cr_assert_eq(system("ip link set lo up"), 0);
    return fd;
}

static inline void room_enter(int space)
{
    cr_assert_eq(setns(space, CLONE_NEWNET), 0, "setns");
}

static inline void room_shell(int space, const char *command)
{
    room_enter(space);
    cr_assert_eq(system(command), 0, "%s", command);
}

/* Waits until condition(context) is true; false after within_ms. */
static inline bool room_wait(bool (*condition)(void *context), void *context, int within_ms)
{
    fo_us end_us = pb_clock_us() + within_ms * FO_MS;
    while (!condition(context)) {
        if (pb_clock_us() > end_us) {
            return false;
        }
        poll(NULL, 0, 2);
    }
    return true;
}

#endif
