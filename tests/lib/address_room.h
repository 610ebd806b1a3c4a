/* SPDX-License-Identifier: Apache-2.0 */
/* A bridge with us on it, in network namespaces of the test's own, and two stations a and b that
 * take and give up addresses of either family by order. It ends with the test. Used by the tests
 * of the address watch. */
#ifndef TESTS_LIB_ADDRESS_ROOM_H
#define TESTS_LIB_ADDRESS_ROOM_H

#include <criterion/criterion.h>
#include <errno.h>
#include <sched.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

__attribute__((format(printf, 1, 2))) static inline void room_run(const char *format, ...)
{
    char command[512];
    va_list arguments;

    va_start(arguments, format);
    vsnprintf(command, sizeof(command), format, arguments);
    va_end(arguments);
    cr_assert_eq(system(command), 0, "%s", command);
}

/* Skips the test when there is no right to make it. */
static inline void room_make(void)
{
    if (unshare(CLONE_NEWNET | CLONE_NEWNS) != 0) {
        cr_skip_test("no right to make a network namespace: %s", strerror(errno));
    }
    room_run("mount --make-rprivate / && mount -t tmpfs none /run && mkdir -p /run/netns");
    room_run("ip link add lan type bridge forward_delay 0 && ip link set lan up");
    room_run(
        "for s in a b; do ip netns add $s && ip link add to-$s type veth peer name eth netns "
        "$s && ip link set to-$s master lan up && ip -n $s link set eth up; done");
}

/* verb: add or del; at: a, b, or NULL for us; address with its prefix. Without duplicate detection,
 * as a host does that does not care who else has it. */
static inline void room_change(const char *verb, const char *at, const char *address)
{
    bool six = strchr(address, ':') != NULL && strcmp(verb, "add") == 0;

    room_run("ip %s%s address %s %s dev %s %s", at != NULL ? "-n " : "", at != NULL ? at : "", verb,
             address, at != NULL ? "eth" : "lan", six ? "nodad" : "");
}

/* The hardware address of station a or b. */
static inline void room_station(const char *at, uint8_t station[6])
{
    char command[128];
    unsigned byte[6];
    FILE *pipe;

    snprintf(command, sizeof(command), "ip netns exec %s cat /sys/class/net/eth/address", at);
    pipe = popen(command, "r");
    cr_assert_not_null(pipe);
    cr_assert_eq(fscanf(pipe, "%x:%x:%x:%x:%x:%x", &byte[0], &byte[1], &byte[2], &byte[3], &byte[4],
                        &byte[5]),
                 6);
    pclose(pipe);
    for (unsigned i = 0; i < 6; i++) {
        station[i] = (uint8_t)byte[i];
    }
}

#endif
