/* SPDX-License-Identifier: Apache-2.0 */
/* Who answers for an address, on a bridge in network namespaces of the test's own and in either
 * family: nobody, one station, two, one after the other in turn, an interface that goes away, an
 * address of ours that is somebody else's, and no right to ask. */
#include "probes/address_watch.h"
#include "tests/lib/address_room.h"

#include <arpa/inet.h>
#include <unistd.h>

struct seen {
    unsigned calls;
    int trouble;
    bool stopped;
    unsigned believed, most;
    struct pb_address_tally tally;
};

/* The addresses of one family; a second one of our own. */
static const struct family {
    const char *address, *service, *own, *own_again;
} four = {"10.77.1.100", "10.77.1.100/24", "10.77.1.20/24", "10.77.1.21/24"},
  six = {"2001:db8:77::100", "2001:db8:77::100/64", "2001:db8:77::20/64", "2001:db8:77::21/64"};

static struct seen seen;
static struct pb_address_watch *watch;
static uv_timer_t tick;
static uv_loop_t loop;

static void on_state(void *context, int trouble, const struct pb_address_tally *tally)
{
    struct seen *what = context;

    what->calls++;
    what->trouble = trouble;
    what->believed = tally->believed;
    what->most = tally->believed > what->most ? tally->believed : what->most;
    what->tally = *tally;
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
static bool wait_for(int trouble, unsigned believed)
{
    uint64_t end_ns = uv_hrtime() + 12000000000u;

    while (uv_hrtime() < end_ns &&
           (seen.calls == 0 || seen.trouble != trouble || seen.believed != believed)) {
        uv_run(&loop, UV_RUN_ONCE);
    }
    return seen.trouble == trouble && seen.believed == believed;
}

static void turn_for(uint64_t ms)
{
    uint64_t end_ns = uv_hrtime() + ms * 1000000u;

    while (uv_hrtime() < end_ns) {
        uv_run(&loop, UV_RUN_ONCE);
    }
}

/* A room in which the address is about to be watched. */
static struct pb_ip make(const struct family *of)
{
    struct pb_ip address = {.family = of == &six ? AF_INET6 : AF_INET};

    room_make();
    inet_pton(address.family, of->address, address.bytes);
    return address;
}

static void start(const struct pb_ip *address)
{
    uv_loop_init(&loop);
    uv_timer_init(&loop, &tick);
    uv_timer_start(&tick, on_tick, 20, 20);
    watch = pb_address_watch_start(&loop, address, on_state, &seen);
}

/* Station a has the address, and is seen. */
static void start_with_one(const struct family *of)
{
    struct pb_ip address = make(of);

    room_change("add", NULL, of->own);
    room_change("add", "a", of->service);
    start(&address);
    cr_assert(wait_for(0, 1), "one station");
}

static void stop(void)
{
    pb_address_watch_stop(watch, on_stopped, &seen);
    uv_close((uv_handle_t *)&tick, NULL);
    uv_run(&loop, UV_RUN_DEFAULT);
    cr_assert(seen.stopped);
    cr_assert_eq(uv_loop_close(&loop), 0);
}

static void move_to_and_fro(const struct family *of)
{
    start_with_one(of);
    for (unsigned i = 0; i < 12; i++) { /* one between the two questions of most windows */
        room_change("del", i % 2 == 0 ? "a" : "b", of->service);
        room_change("add", i % 2 == 0 ? "b" : "a", of->service);
        turn_for(280);
    }
    turn_for(1000 * PB_ADDRESS_WINDOWS);
    cr_assert_eq(seen.most, 1, "two never answered at once");
    stop();
}

static bool is_named(const char *at)
{
    uint8_t station[6];

    room_station(at, station);
    for (unsigned i = 0; i < seen.tally.named_count; i++) {
        if (memcmp(seen.tally.named[i], station, 6) == 0) {
            return true;
        }
    }
    return false;
}

static void one_two_and_lost(const struct family *of)
{
    start_with_one(of);
    room_change("add", "b", of->service);
    cr_assert(wait_for(0, 2), "two stations");
    cr_assert(is_named("a") && is_named("b"), "both are named");
    room_change("del", "a", of->service);
    cr_assert(wait_for(0, 1), "one again");
    cr_assert(is_named("b") && !is_named("a"));
    room_change("del", NULL, of->own);
    cr_assert(wait_for(ENETUNREACH, 0), "not on the network");
    room_change("add", NULL, of->own_again);
    cr_assert(wait_for(0, 1), "back, by another address of ours");
    stop();
}

Test(address_watch, a_service_that_moves_to_and_fro_within_three_seconds_is_one_station)
{
    move_to_and_fro(&four);
}

Test(address_watch, a_service_that_moves_over_ipv6_is_one_station_too)
{
    move_to_and_fro(&six);
}

Test(address_watch, one_station_is_one_two_are_two_and_a_lost_network_is_said)
{
    one_two_and_lost(&four);
}

Test(address_watch, over_ipv6_one_station_is_one_two_are_two_and_a_lost_network_is_said)
{
    one_two_and_lost(&six);
}

/* Duplicate detection of our own address fails: it is station b's, and not for us to ask from. */
Test(address_watch, it_does_not_ask_from_an_address_that_is_somebody_elses)
{
    struct pb_ip address = make(&six);

    room_change("add", "a", six.service);
    room_change("add", "b", six.own);
    room_run("ip address add %s dev lan", six.own);
    room_run(
        "timeout 10 sh -c 'until ip -6 address show dev lan dadfailed | grep -q inet6; do :; "
        "done'");
    start(&address);
    cr_assert(wait_for(ENETUNREACH, 0));
    room_change("add", NULL, six.own_again);
    cr_assert(wait_for(0, 1), "but from another");
    stop();
}

static void try_without_right(const struct family *of)
{
    struct pb_ip address = make(of);

    cr_assert_eq(pb_address_try(&address), ENETUNREACH);
    room_change("add", NULL, of->own);
    cr_assert_eq(pb_address_try(&address), 0);
    cr_assert_eq(setresuid(65534, 65534, 65534), 0);
    cr_assert_eq(pb_address_try(&address), EPERM);
    start(&address);
    cr_assert(wait_for(EPERM, 0), "and said by the watch");
    stop();
}

Test(address_watch, a_missing_right_to_ask_is_no_missing_network)
{
    try_without_right(&four);
}

Test(address_watch, a_missing_right_to_ask_over_ipv6_is_no_missing_network)
{
    try_without_right(&six);
}
