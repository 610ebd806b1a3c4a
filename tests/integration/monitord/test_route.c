/* SPDX-License-Identifier: Apache-2.0 */
/* The default route in a network namespace of the test's own: replaced, read back, refused. */
#include "monitord/executor/route.h"

#include <arpa/inet.h>
#include <criterion/criterion.h>
#include <errno.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static void run(const char *command)
{
    cr_assert_eq(system(command), 0, "%s", command);
}

static void make_room(void)
{
    if (unshare(CLONE_NEWNET) != 0) {
        cr_skip_test("no right to make a network namespace: %s", strerror(errno));
    }
    run("ip link add line-a type veth peer name far-a && ip link add line-b type veth peer name "
        "far-b && ip addr add 10.77.11.2/24 dev line-a && ip addr add 10.77.12.2/24 dev line-b && "
        "for i in line-a far-a line-b far-b; do ip link set $i up; done");
}

static struct in_addr address(const char *text)
{
    struct in_addr result;

    cr_assert_eq(inet_pton(AF_INET, text, &result), 1);
    return result;
}

static bool shows(const char *part)
{
    char line[512] = "";
    FILE *pipe = popen("ip route show default", "re");
    size_t length = fread(line, 1, sizeof(line) - 1, pipe);

    line[length] = '\0';
    pclose(pipe);
    return strstr(line, part) != NULL;
}

Test(route, the_default_route_goes_by_one_line_and_then_by_the_other)
{
    make_room();
    cr_assert_not(md_route_is("line-a", address("10.77.11.1")));
    cr_assert_eq(md_route_replace("line-a", address("10.77.11.1")), 0);
    cr_assert(shows("via 10.77.11.1 dev line-a"));
    cr_assert(md_route_is("line-a", address("10.77.11.1")));
    cr_assert_eq(md_route_replace("line-b", address("10.77.12.1")), 0);
    cr_assert(shows("via 10.77.12.1 dev line-b"));
    cr_assert_not(shows("line-a"), "two default routes");
    cr_assert_not(md_route_is("line-a", address("10.77.11.1")));
    cr_assert_eq(md_route_replace("line-b", address("10.77.12.1")), 0, "doing it twice is well");
}

Test(route, what_the_kernel_refuses_is_said)
{
    make_room();
    cr_assert_eq(md_route_replace("no-such-line", address("10.77.11.1")), -ENODEV);
    cr_assert_eq(md_route_replace("line-a", address("10.99.0.1")), -ENETUNREACH);
    run("ip link set line-a down");
    cr_assert_lt(md_route_replace("line-a", address("10.77.11.1")), 0);
}
