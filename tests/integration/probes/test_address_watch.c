/* SPDX-License-Identifier: Apache-2.0 */
/* Who answers for an address, on a bridge in network namespaces of the test's own: nobody, one
 * station, two, one after the other in turn, and an interface that goes away. */
#include "probes/address_watch.h"

#include <arpa/inet.h>
#include <criterion/criterion.h>
#include <errno.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

struct seen {
    unsigned calls;
    bool on_network, stopped;
    unsigned believed, most;
};

static void run(const char *command)
{
    cr_assert_eq(system(command), 0, "%s", command);
}

/* A bridge with us on it; two stations wait in spaces of their own, which end with the test's. */
static bool make_room(void)
{
    if (unshare(CLONE_NEWNET | CLONE_NEWNS) != 0) {
        return false;
    }
    run("mount --make-rprivate / && mount -t tmpfs none /run && mkdir -p /run/netns");
    run("ip link add lan type bridge forward_delay 0 && ip link set lan up && ip addr add "
        "10.77.1.20/24 dev lan");
    run("for s in a b; do ip netns add $s && ip link add to-$s type veth peer name eth netns $s && "
        "ip link set to-$s master lan up && ip -n $s link set eth up; done");
    return true;
}

static struct seen seen;
static struct pb_address_watch *watch;
static uv_timer_t tick;
static uv_loop_t loop;

static void on_state(void *context, bool on_network, const struct pb_address_tally *tally)
{
    struct seen *what = context;

    what->calls++;
    what->on_network = on_network;
    what->believed = tally->believed;
    what->most = tally->believed > what->most ? tally->believed : what->most;
}

static void on_stopped(void *context)
{
    ((struct seen *)context)->stopped = true;
}

static void on_tick(uv_timer_t *timer)
{
    (void)timer;
}

/* Turns the loop until it is as wanted, at most 12 s. */
static bool wait_for(bool on_network, unsigned believed)
{
    uint64_t end_ns = uv_hrtime() + 12000000000u;

    while (uv_hrtime() < end_ns &&
           (seen.calls == 0 || seen.on_network != on_network || seen.believed != believed)) {
        uv_run(&loop, UV_RUN_ONCE);
    }
    return seen.on_network == on_network && seen.believed == believed;
}

static void turn_for(uint64_t ms)
{
    uint64_t end_ns = uv_hrtime() + ms * 1000000u;

    while (uv_hrtime() < end_ns) {
        uv_run(&loop, UV_RUN_ONCE);
    }
}

/* Station a has the address, and is seen. */
static void start(void)
{
    struct in_addr address;

    if (!make_room()) {
        cr_skip_test("no right to make a network namespace: %s", strerror(errno));
    }
    inet_pton(AF_INET, "10.77.1.100", &address);
    uv_loop_init(&loop);
    uv_timer_init(&loop, &tick);
    uv_timer_start(&tick, on_tick, 20, 20);
    run("ip -n a addr add 10.77.1.100/24 dev eth");
    watch = pb_address_watch_start(&loop, address, on_state, &seen);
    cr_assert(wait_for(true, 1), "one station");
}

static void stop(void)
{
    pb_address_watch_stop(watch, on_stopped, &seen);
    uv_close((uv_handle_t *)&tick, NULL);
    uv_run(&loop, UV_RUN_DEFAULT);
    cr_assert(seen.stopped);
    cr_assert_eq(uv_loop_close(&loop), 0);
}

Test(address_watch, a_service_that_moves_to_and_fro_within_three_seconds_is_one_station)
{
    start();
    for (unsigned i = 0; i < 12; i++) { /* one between the two questions of most windows */
        run(i % 2 == 0 ? "ip -n a addr del 10.77.1.100/24 dev eth && "
                         "ip -n b addr add 10.77.1.100/24 dev eth"
                       : "ip -n b addr del 10.77.1.100/24 dev eth && "
                         "ip -n a addr add 10.77.1.100/24 dev eth");
        turn_for(280);
    }
    turn_for(1000 * PB_ADDRESS_WINDOWS);
    cr_assert_eq(seen.most, 1, "two never answered at once");
    stop();
}

Test(address_watch, one_station_is_one_two_are_two_and_a_lost_network_is_said)
{
    start();
    run("ip -n b addr add 10.77.1.100/24 dev eth");
    cr_assert(wait_for(true, 2), "two stations");
    run("ip -n a addr del 10.77.1.100/24 dev eth");
    cr_assert(wait_for(true, 1), "one again");
    run("ip addr del 10.77.1.20/24 dev lan");
    cr_assert(wait_for(false, 0), "not on the network");
    run("ip addr add 10.77.1.21/24 dev lan");
    cr_assert(wait_for(true, 1), "back, by another address of ours");
    stop();
}
