/* SPDX-License-Identifier: Apache-2.0 */
/* Tests of "are we ourselves cut off?". */
#include "failover/condition.h"
#include "failover/record.h"
#include "tests/lib/engine_fixture.h"

static void cut_monitor(bool cut)
{
    for (unsigned i = 0; i < FO_SERVERS; i++) {
        world.cut[FO_VOTER_M][i] = cut;
        world.cut[i][FO_VOTER_M] = cut;
        world.host_ok[i] = !cut;
        world.target_ok[i][0] = !cut;
        world.target_ok[i][1] = !cut;
    }
    for (unsigned i = 0; i < WORLD_DEVICES; i++) {
        world.devices[i].answers = !cut;
    }
    world.answers_silent = cut;
}

Test(network, everything_silent_at_once_is_our_own_network)
{
    world_begin();
    cut_monitor(true);
    step_until(incident_of(FO_REASON_MONITOR_NETWORK), 6 * FO_SECOND);
    step_for(FO_MINUTE);
    cr_assert_not(told(FO_COMMAND_CHOOSE), "no switchover");
    cr_assert_not(incident_of(FO_REASON_BOTH_SERVERS_DEAD));
    cr_assert(gate_is_open(0), "the servers go on by each other's grants");
    cr_assert_gt(paged(CHIEF, TERMINAL), 0U);
    cr_assert(is_blocked(FO_REASON_BLOCKED_OWN_NETWORK));
    cr_assert_leq(incident_of(FO_REASON_MONITOR_NETWORK)->severity, 2);
    cut_monitor(false);
    step_until(!incident_of(FO_REASON_MONITOR_NETWORK), 2 * FO_MINUTE);
    step_until(open_incidents() == 0, 2 * FO_MINUTE);
    cr_assert_eq(look()->services[CALLS].state, FO_STATE_OK);
}

Test(network, a_restart_of_ours_does_not_end_the_cut)
{
    world_begin();
    cut_monitor(true);
    step_until(incident_of(FO_REASON_MONITOR_NETWORK), 6 * FO_SECOND);
    step_for(FO_SECOND);
    monitor_die();
    monitor_restart();
    for (unsigned i = 0; i < 100; i++) {
        step_for(50 * FO_MS);
        cr_assert(fo_condition_holds(&world.engine, FO_REASON_MONITOR_NETWORK,
                                     fo_subject_of(FO_SUBJECT_MONITOR, 0)));
    }
}

Test(network, an_interface_down_blocks_switchovers)
{
    world_begin();
    world.net_ok = false;
    step_until(incident_of(FO_REASON_MONITOR_NETWORK), 3 * FO_SECOND);
    host_die(0);
    step_for(10 * FO_SECOND);
    cr_assert_not(told(FO_COMMAND_CHOOSE));
    world.net_ok = true;
    step_until(gate_is_open(1), 3 * FO_SECOND);
}

Test(network, one_of_two_interfaces_down_is_an_alarm_and_no_block)
{
    world_begin();
    give_probe(FO_PROBE_OWN_NETWORK, 1, 0, true);
    give_probe(FO_PROBE_OWN_NETWORK, 1, 0, false);
    cr_assert_eq(incident_of(FO_REASON_MONITOR_NETWORK)->severity, 3);
    cr_assert_not(is_blocked(FO_REASON_BLOCKED_OWN_NETWORK));
    world.net_ok = false;
    step_until(is_blocked(FO_REASON_BLOCKED_OWN_NETWORK), 2 * FO_SECOND);
    cr_assert_eq(incident_of(FO_REASON_MONITOR_NETWORK)->severity, 2);
}

Test(network, a_probe_that_could_not_be_made_says_nothing_of_the_interface)
{
    world_begin();
    give((struct fo_event){.kind = FO_EVENT_PROBE,
                           .probe = {.kind = FO_PROBE_OWN_NETWORK, .quality = FO_ABSENT}});
    cr_assert_eq(open_incidents(), 0);
}
