/* SPDX-License-Identifier: Apache-2.0 */
/* Tests of what silence means: dead by two witnesses, a line fault, both dead, no standby. */
#include "failover/condition.h"
#include "failover/record.h"
#include "failover/verdict.h"
#include "tests/lib/engine_fixture.h"

static void cut(uint8_t a, uint8_t b, bool yes)
{
    world.cut[a][b] = yes;
    world.cut[b][a] = yes;
}

static uint8_t hearing(unsigned server)
{
    return world.engine.servers[server].hearing;
}

Test(verdict, our_silence_alone_is_a_line_fault_and_moves_nothing)
{
    world_begin();
    cut(FO_VOTER_M, 0, true);
    step_until(incident_of(FO_REASON_SERVER_HEARTBEAT_PATH), 6 * FO_SECOND);
    cr_assert_eq(hearing(0), FO_HEARING_PATH);
    step_for(FO_MINUTE);
    cr_assert(gate_is_open(0));
    cr_assert_not(told(FO_COMMAND_CHOOSE));
    cr_assert_eq(look()->servers[0].role, FO_ROLE_ACTIVE);
    cr_assert_eq(look()->servers[0].state, FO_STATE_DEGRADED);
    cr_assert_eq(look()->services[CALLS].state, FO_STATE_OK);
    cut(FO_VOTER_M, 0, false);
    step_until(!incident_of(FO_REASON_SERVER_HEARTBEAT_PATH), FO_MINUTE);
}

Test(verdict, two_witnesses_make_a_death)
{
    world_begin();
    host_die(0);
    step_until(hearing(0) == FO_HEARING_DEAD, FO_SECOND);
    cr_assert(incident_of(FO_REASON_SERVER_DEAD), "at once, because it served");
    cr_assert_eq(look()->servers[0].state, FO_STATE_DOWN);
    cr_assert_eq(look()->servers[0].role, FO_ROLE_UNKNOWN);
}

Test(verdict, a_server_cut_off_from_all_is_dead_to_all)
{
    world_begin();
    cut(FO_VOTER_M, 0, true);
    cut(FO_VOTER_S, 0, true);
    step_until(gate_is_open(1), 2 * FO_SECOND);
    cr_assert_not(gate_is_open(0), "its gate shut by itself before");
    cut(FO_VOTER_M, 0, false);
    cut(FO_VOTER_S, 0, false);
    step_for(10 * FO_SECOND);
    cr_assert(gate_is_open(1));
    cr_assert_eq(world.engine.active, 1);
    step_until(open_incidents() == 0, 2 * FO_MINUTE);
}

Test(verdict, a_dead_standby_is_an_alarm_after_a_moment)
{
    world_begin();
    host_die(1);
    step_until(hearing(1) == FO_HEARING_DEAD, FO_SECOND);
    cr_assert_eq(open_incidents(), 0);
    step_until(incident_of(FO_REASON_SERVER_DEAD), 4 * FO_SECOND);
    step_until(child_of(FO_REASON_SERVER_DEAD, FO_REASON_REDUNDANCY_LOST), FO_SECOND);
    cr_assert_not(told(FO_COMMAND_CHOOSE));
    cr_assert_eq(look()->services[CALLS].state, FO_STATE_DEGRADED);
    cr_assert_eq(look()->services[CALLS].reason, FO_REASON_REDUNDANCY_LOST);
    cr_assert(is_blocked(FO_REASON_BLOCKED_NO_STANDBY));
    world.host_ok[1] = true;
    agent_start(1);
    step_until(open_incidents() == 0, 2 * FO_MINUTE);
    cr_assert_eq(look()->services[CALLS].state, FO_STATE_OK);
}

Test(verdict, a_short_restart_of_the_standby_alarms_nobody)
{
    world_begin();
    world.alive[1] = false;
    step_for(2 * FO_SECOND);
    agent_start(1);
    step_for(10 * FO_SECOND);
    cr_assert_eq(open_incidents(), 0);
}

Test(verdict, both_gone_while_we_hear_others_calls_people_at_once)
{
    world_begin();
    host_die(0);
    host_die(1);
    step_until(incident_of(FO_REASON_BOTH_SERVERS_DEAD), 6 * FO_SECOND);
    cr_assert_not(told(FO_COMMAND_CHOOSE), "no promotion");
    step_for(FO_SECOND);
    cr_assert_gt(paged(CHIEF, TERMINAL), 0U);
    cr_assert_eq(look()->servers[1].state, FO_STATE_DOWN);
    cr_assert_eq(look()->servers[1].reason, FO_REASON_BOTH_SERVERS_DEAD);
    cr_assert_not(incident_of(FO_REASON_SERVER_UNREACHABLE));
    world.host_ok[0] = true;
    world.host_ok[1] = true;
    agent_start(0);
    agent_start(1);
    step_until(gate_is_open(0) || gate_is_open(1), 20 * FO_SECOND);
    step_until(!incident_of(FO_REASON_BOTH_SERVERS_DEAD), 2 * FO_MINUTE);
}

Test(verdict, silent_agents_on_answering_hosts_are_unreachable_not_dead)
{
    world_begin();
    world.alive[0] = false;
    world.alive[1] = false;
    step_until(incident_of(FO_REASON_SERVER_UNREACHABLE), 6 * FO_SECOND);
    cr_assert_not(incident_of(FO_REASON_BOTH_SERVERS_DEAD));
    cr_assert_eq(look()->servers[0].reason, FO_REASON_SERVER_UNREACHABLE);
    cr_assert_eq(look()->servers[0].state, FO_STATE_UNKNOWN);
}

Test(verdict, without_anything_else_to_hear_both_dead_waits_longer)
{
    struct fo_policy policy = fixture_policy();
    policy.device_count = 0;
    policy.line_count = 0;
    policy.service_count = 1;
    policy.services[CALLS].checked = false;
    world_begin_empty(&policy);
    agent_start(0);
    agent_start(1);
    step_until(gate_is_open(0), 5 * FO_SECOND);
    host_die(0);
    host_die(1);
    step_for(5 * FO_SECOND);
    cr_assert_not(incident_of(FO_REASON_BOTH_SERVERS_DEAD));
    step_until(incident_of(FO_REASON_BOTH_SERVERS_DEAD), 8 * FO_SECOND);
}

Test(verdict, a_stall_of_ours_is_not_their_silence)
{
    world_begin();
    world.monitor_alive = false; /* the process stands still; the others go on */
    step_for(2 * FO_SECOND);
    world.monitor_alive = true;
    give_self(FO_SELF_STALL, 0, 2 * FO_SECOND);
    step_for(100 * FO_MS);
    cr_assert_neq(hearing(0), FO_HEARING_DEAD);
    cr_assert_not(told(FO_COMMAND_CHOOSE));
    step_for(10 * FO_SECOND);
    cr_assert_not(told(FO_COMMAND_CHOOSE));
    cr_assert(gate_is_open(0));
}

Test(verdict, a_server_never_heard_is_an_alarm_some_time_after_the_start)
{
    struct fo_policy policy = fixture_policy();
    world_begin_empty(&policy);
    world.probing = true;
    agent_start(0);
    step_until(gate_is_open(0), 15 * FO_SECOND);
    step_until(incident_of(FO_REASON_SERVER_DEAD) || incident_of(FO_REASON_SERVER_UNREACHABLE),
               20 * FO_SECOND);
    cr_assert_eq(look()->services[CALLS].state, FO_STATE_DEGRADED);
}

Test(verdict, a_standby_whose_service_has_failed_is_no_standby)
{
    world_begin();
    agent_health(1, FO_HEALTH_FAILED);
    step_until(incident_of(FO_REASON_REDUNDANCY_LOST), 5 * FO_SECOND);
    cr_assert(is_blocked(FO_REASON_BLOCKED_STANDBY_UNHEALTHY));
    cr_assert_not(fo_verdict_is_ready(&world.engine, 1));
    agent_health(1, FO_HEALTH_OK);
    step_until(!incident_of(FO_REASON_REDUNDANCY_LOST), FO_MINUTE);
}

Test(verdict, a_restart_of_ours_is_no_recovery_of_both)
{
    world_begin();
    host_die(0);
    host_die(1);
    step_until(incident_of(FO_REASON_BOTH_SERVERS_DEAD), 10 * FO_SECOND);
    step_for(FO_SECOND);
    monitor_die();
    monitor_restart();
    mark();
    step_for(FO_MINUTE);
    cr_assert_not(seen(FO_REASON_INCIDENT_RECOVERED));
    cr_assert(incident_of(FO_REASON_BOTH_SERVERS_DEAD));
}

Test(verdict, what_gets_worse_is_not_told_as_a_recovery)
{
    world_begin();
    host_die(1);
    step_for(2 * FO_MINUTE);
    cut(FO_VOTER_M, 0, true); /* its host still answers */
    step_until(incident_of(FO_REASON_SERVER_UNREACHABLE), 10 * FO_SECOND);
    step_for(2 * FO_MINUTE);
    world.host_ok[0] = false;
    mark();
    step_for(FO_MINUTE);
    cr_assert(incident_of(FO_REASON_BOTH_SERVERS_DEAD));
    cr_assert_not(seen(FO_REASON_INCIDENT_RECOVERED));
}

Test(verdict, a_silence_that_turns_out_to_be_a_death_is_not_over)
{
    world_begin();
    world.alive[0] = false;
    world.alive[1] = false;
    step_until(incident_of(FO_REASON_SERVER_UNREACHABLE), 6 * FO_SECOND);
    step_for(2 * FO_MINUTE);
    agent_start(1);
    step_until(hearing(0) == FO_HEARING_DEAD, 10 * FO_SECOND);
    step_for(FO_MINUTE);
    cr_assert(fo_condition_holds(&world.engine, FO_REASON_SERVER_UNREACHABLE,
                                 fo_subject_of(FO_SUBJECT_SERVER, 0)));
    agent_start(0);
    step_until(open_incidents() == 0, 2 * FO_MINUTE);
}

Test(verdict, a_death_stays_one_over_a_restart_of_ours)
{
    world_begin();
    host_die(1);
    step_until(incident_of(FO_REASON_SERVER_DEAD), 6 * FO_SECOND);
    step_for(FO_SECOND);
    cut(FO_VOTER_M, 0, true); /* nobody is left to say so again */
    monitor_die();
    monitor_restart();
    step_for(FO_MINUTE);
    cr_assert(fo_condition_holds(&world.engine, FO_REASON_SERVER_DEAD,
                                 fo_subject_of(FO_SUBJECT_SERVER, 1)));
}

Test(verdict, a_standby_that_leaves_is_no_standby)
{
    world_begin();
    cr_assert(fo_verdict_is_ready(&world.engine, 1));
    fixture_agent(1, (struct fo_agent_event){.kind = FO_AGENT_LEAVE});
    step_until(world.engine.servers[1].leaving, FO_SECOND);
    cr_assert_not(fo_verdict_is_ready(&world.engine, 1));
}

Test(verdict, a_server_whose_word_that_it_is_well_was_missed_is_well_since_it_is_heard)
{
    world_begin();
    world.engine.servers[1].hearing = FO_HEARING_SILENT;
    world.engine.servers[1].healthy_us = FO_NEVER;
    world.engine.out = &world.out;
    world.out.record_count = world.out.command_count = 0;
    fo_verdict_run(&world.engine);
    world.engine.out = NULL;
    cr_assert_eq(hearing(1), FO_HEARING_WELL);
    cr_assert_eq(world.engine.servers[1].healthy_us, world.engine.now_us);
}
