/* SPDX-License-Identifier: Apache-2.0 */
/* The announcements of a server that serves, on a real interface, as the neighbour's own kernel
 * takes them: one that believes a stranger comes back, and nothing is said behind a shut gate. */
#include "monitord/agent/announce.h"
#include "tests/integration/monitord/agent_room.h"

#include <arpa/inet.h>
#include <string.h>

#define ADDRESS4 "192.0.2.100"
#define ADDRESS6 "2001:db8:77::100"
#define STRANGER "02:00:5e:10:00:66"

static int host_space, neighbour_space;
static uv_loop_t loop;
static uv_timer_t turn;
static struct md_worker worker;
static struct md_gate gate;
static struct md_announce announce;
static char mac[3 * MD_MAC_SIZE];

static void on_turn(uv_timer_t *timer)
{
    (void)timer; /* only turns the loop, so that a wait has a bound */
}

static bool link_is_ready(void *context)
{
    (void)context;
    return system("ip -o link show dev h0 | grep -q 'state UP'") == 0;
}

static void read_mac(void)
{
    struct md_packet packet;
    cr_assert_eq(md_packet_open(&packet, "h0", false, false), 0);
    snprintf(mac, sizeof mac, "%02x:%02x:%02x:%02x:%02x:%02x", packet.mac[0], packet.mac[1],
             packet.mac[2], packet.mac[3], packet.mac[4], packet.mac[5]);
    md_packet_close(&packet);
}

/* A host behind a gate that the agent keeps: nothing but the code under test stays silent. */
static void start(void)
{
    char command[300];
    struct md_gate_address address = {0};
    room_require_root();
    neighbour_space = room_new_space();
    host_space = room_new_space();
    snprintf(command, sizeof command,
             "ip link add h0 type veth peer name o0 netns /proc/%d/fd/%d; ip link set h0 up",
             getpid(), neighbour_space);
    room_shell(host_space, command);
    room_shell(neighbour_space,
               "ip address add 192.0.2.10/24 dev o0;"
               "ip address add 2001:db8:77::10/64 dev o0 nodad;"
               "ip link set o0 up");
    room_enter(host_space);
    cr_assert(room_wait(link_is_ready, NULL, 5000));
    read_mac();
    inet_pton(AF_INET, ADDRESS4, &address.address4);
    inet_pton(AF_INET6, ADDRESS6, &address.address6);
    cr_assert_eq(uv_loop_init(&loop), 0);
    cr_assert(md_worker_start(&worker, &loop));
    uv_timer_init(&loop, &turn);
    uv_timer_start(&turn, on_turn, 20, 20);
    md_gate_load_none(&gate, &address);
    md_announce_init(&announce, &loop, &worker, &gate, &address, "h0");
}

static void stop(void)
{
    md_worker_stop(&worker);
    md_announce_close(&announce);
    uv_close((uv_handle_t *)&turn, NULL);
    uv_run(&loop, UV_RUN_DEFAULT);
    cr_assert_eq(uv_loop_close(&loop), 0, "a handle was left open");
    md_gate_close(&gate);
}

/* Turns the loop until the condition holds; false after the time. */
static bool turn_until(bool (*condition)(void), int within_ms)
{
    fo_us end_us = pb_clock_us() + within_ms * FO_MS;
    while (!condition() && pb_clock_us() < end_us) {
        uv_run(&loop, UV_RUN_ONCE);
    }
    return condition();
}

static bool rounds_are_over(void)
{
    return announce.sent == 8; /* 1 and 2 and 2 of ARP, one each of neighbour discovery */
}

static bool refresh_is_sent(void)
{
    return announce.sent == 10;
}

static bool never(void)
{
    return false;
}

static void poison(void)
{
    room_shell(neighbour_space,
               "ip neigh replace " ADDRESS4 " lladdr " STRANGER
               " nud reachable dev o0;"
               "ip neigh replace " ADDRESS6 " lladdr " STRANGER " nud reachable dev o0");
    room_enter(host_space);
}

/* Whether the neighbour has this hardware address for both. */
static bool neighbour_has(const char *hardware)
{
    char command[300];
    snprintf(command, sizeof command,
             "ip neigh show " ADDRESS4
             " dev o0 | grep -q 'lladdr %s' &&"
             "ip neigh show " ADDRESS6 " dev o0 | grep -q 'lladdr %s'",
             hardware, hardware);
    room_enter(neighbour_space);
    bool has = system(command) == 0;
    room_enter(host_space);
    return has;
}

static bool neighbour_is_healed(void)
{
    return neighbour_has(mac);
}

Test(agent_announce, a_neighbour_that_believes_a_stranger_comes_back_while_it_is_served,
     .init = start, .fini = stop, .timeout = 30)
{
    md_gate_open_until(&gate, FO_NEVER);
    md_announce_start(&announce);
    cr_assert(turn_until(rounds_are_over, 3000));
    poison();
    cr_assert(neighbour_has(STRANGER));
    cr_assert(turn_until(neighbour_is_healed, MD_ANNOUNCE_REFRESH_MS + 1000));
    cr_assert(turn_until(refresh_is_sent, 1000), "one request and one advertisement");
    poison();
    cr_assert(turn_until(neighbour_is_healed, MD_ANNOUNCE_REFRESH_MS + 1000), "again and again");
}

Test(agent_announce, nothing_is_said_while_the_gate_is_shut, .init = start, .fini = stop,
     .timeout = 30)
{
    md_announce_start(&announce);
    cr_assert_not(turn_until(never, 500), "a gate that never opened");
    cr_assert_eq(announce.sent, 0);
    md_gate_open_until(&gate, FO_NEVER);
    md_announce_start(&announce);
    cr_assert(turn_until(rounds_are_over, 3000));
    md_gate_open_until(&gate, pb_clock_us() - 1); /* the lease has ended; nobody was told yet */
    poison();
    cr_assert_not(turn_until(never, MD_ANNOUNCE_REFRESH_MS + 1000));
    cr_assert_eq(announce.sent, 8);
    cr_assert(neighbour_has(STRANGER));
    md_gate_open_until(&gate, FO_NEVER);
    cr_assert(turn_until(neighbour_is_healed, MD_ANNOUNCE_REFRESH_MS + 1000), "it serves again");
}

Test(agent_announce, a_stop_ends_the_refresh, .init = start, .fini = stop, .timeout = 30)
{
    md_gate_open_until(&gate, FO_NEVER);
    md_announce_start(&announce);
    cr_assert(turn_until(rounds_are_over, 3000));
    md_announce_stop(&announce);
    cr_assert_not(turn_until(never, MD_ANNOUNCE_REFRESH_MS + 1000));
    cr_assert_eq(announce.sent, 8);
}
