/* SPDX-License-Identifier: Apache-2.0 */
/* Two whole agents and a monitor on two real networks: who answers for the service address while
 * one of them is killed, frozen, cut off, robbed of its gate, or asked to leave. The client asks by
 * ARP every 5 ms; an answer of the old one after the first of the new one is a failure of every
 * test. */
#include "tests/integration/monitord/agent_world.h"
#include "tests/lib/signal_child.h"

static struct world world;

static void start(void)
{
    world_make(&world);
    world_serve(&world);
}

static void world_make_here(void)
{
    world_make(&world);
}

static void stop(void)
{
    if (world.directory[0] != '\0') {
        world_end(&world);
    }
}

/* From the last answer of the one to the first of the other. */
static fo_us dark_us(unsigned from, unsigned to)
{
    return world.first_us[to] - world.last_us[from];
}

/* Promise, and five beats for the verdict, the grant and a tired test machine. */
static fo_us bound_us(void)
{
    const struct fo_lease_params *lease = &world.config[0].lease;
    return fo_lease_promise_us(lease, lease->lease_us) + 5 * lease->beat_us;
}

/* `to` takes over from `from`, and from then on only `to` answers. */
static void expect_takeover(unsigned from, unsigned to, fo_us within_us)
{
    cr_assert(world_watch_until(&world, to, 5000), "nobody took over");
    fo_us dark = dark_us(from, to);
    cr_log_info("dark for %lld us\n", (long long)dark);
    world_watch(&world, 600);
    cr_assert_lt(world.last_us[from], world.first_us[to], "both servers answered");
    cr_assert_eq(world.changes, 1);
    cr_assert_lt(dark, within_us);
}

Test(agent_pair, the_secondary_serves_within_the_bound_when_the_primary_agent_is_killed,
     .init = start, .fini = stop, .timeout = 90)
{
    world_watch(&world, 200);
    signal_child(world.agent[FO_VOTER_P], SIGKILL);
    expect_takeover(FO_VOTER_P, FO_VOTER_S, bound_us());
    /* the address is still on P's interface: it is the kernel's gate that keeps it silent */
    room_shell(world.space[FO_VOTER_P], "ip address show dev lan1 | grep -q " WORLD_SERVICE);
}

Test(agent_pair, a_frozen_agent_does_not_answer_when_it_thaws, .init = start, .fini = stop,
     .timeout = 90)
{
    world_watch(&world, 200);
    signal_child(world.agent[FO_VOTER_P], SIGSTOP);
    cr_assert(world_watch_until(&world, FO_VOTER_S, 5000));
    signal_child(world.agent[FO_VOTER_P], SIGCONT);
    expect_takeover(FO_VOTER_P, FO_VOTER_S, bound_us());
    cr_assert(world_wait_says(&world, FO_VOTER_P, "claim", "none", 5000));
    cr_assert(world_wait_says(&world, FO_VOTER_P, "gate", "shut", 5000));
}

Test(agent_pair, an_agent_that_is_told_to_stop_hands_over_and_leaves_its_gate_shut, .init = start,
     .fini = stop, .timeout = 90)
{
    world_watch(&world, 200);
    signal_child(world.agent[FO_VOTER_P], SIGTERM);
    expect_takeover(FO_VOTER_P, FO_VOTER_S, 150 * FO_MS * WORLD_SLOW);
    cr_assert_eq(world_reap(&world, FO_VOTER_P), 0);
    room_shell(world.space[FO_VOTER_P], "! ip address show dev lan1 | grep -q " WORLD_SERVICE);
    room_shell(world.space[FO_VOTER_P],
               "tc filter show dev lan1 ingress | grep -q noroshi_gate && "
               "tc filter show dev lan1 egress | grep -q noroshi_gate");
}

Test(agent_pair, a_planned_hand_over_is_dark_for_a_moment_only, .init = start, .fini = stop,
     .timeout = 90)
{
    world_watch(&world, 200);
    world_order(&world, 'S');
    expect_takeover(FO_VOTER_P, FO_VOTER_S, 150 * FO_MS * WORLD_SLOW);
    world_forget(&world);
    world_order(&world, 'P');
    cr_assert(world_watch_until(&world, FO_VOTER_P, 5000), "the way back failed");
    world_watch(&world, 200);
    cr_assert_eq(world.changes, 1);
}

Test(agent_pair, without_the_monitor_the_primary_serves_on_and_is_not_moved, .init = start,
     .fini = stop, .timeout = 90)
{
    signal_child(world.monitor, SIGKILL);
    waitpid(world.monitor, NULL, 0);
    world.monitor = 0;
    world_watch(&world, 1500);
    cr_assert_eq(world.answers[FO_VOTER_S], 0);
    world_forget(&world);
    world_watch(&world, 300);
    cr_assert_gt(world.answers[FO_VOTER_P], 10);
}

Test(agent_pair, a_primary_cut_off_from_both_is_shut_before_the_other_serves, .init = start,
     .fini = stop, .timeout = 90)
{
    world_watch(&world, 200);
    /* the client still reaches it: only the heartbeats are cut */
    room_shell(world.space[FO_VOTER_P],
               "nft 'add table inet cut; add chain inet cut in { type filter hook input priority "
               "0; }; add rule inet cut in udp dport 7320 drop; add chain inet cut out { type "
               "filter hook output priority 0; }; add rule inet cut out udp dport 7320 drop'");
    expect_takeover(FO_VOTER_P, FO_VOTER_S, bound_us());
    room_shell(world.space[FO_VOTER_P], "nft delete table inet cut");
    world_forget(&world);
    world_watch(&world, 800);
    cr_assert_eq(world.answers[FO_VOTER_P], 0, "it came back by itself");
    cr_assert_gt(world.answers[FO_VOTER_S], 20);
}

Test(agent_pair, a_gate_that_is_flushed_ends_the_service_here_and_calls_people,
     .init = world_make_here, .fini = stop, .timeout = 90)
{
    world_write(&world, "alarm", "#!/bin/sh\ncat >>${0}.json\n", 0755);
    world.config[FO_VOTER_P].alarm_command = world_path(&world, "alarm");
    world_serve(&world);
    world_watch(&world, 200);
    room_shell(world.space[FO_VOTER_P], "tc qdisc del dev lan1 clsact");
    cr_assert(world_watch_until(&world, FO_VOTER_S, 5000), "nobody took over");
    world_watch(&world, 300);
    cr_assert_lt(world.last_us[FO_VOTER_P], world.first_us[FO_VOTER_S]);
    cr_assert(world_wait_says(&world, FO_VOTER_P, "gate", "shut", 5000), "the gate is back");
    char command[200];
    snprintf(command, sizeof command,
             "for i in $(seq 100); do grep -q gate_lost %s/alarm.json && exit 0; sleep 0.05; done; "
             "exit 1",
             world.directory);
    room_shell(world.space[FO_VOTER_P], command);
}
