/* SPDX-License-Identifier: Apache-2.0 */
/* Tests of the need for a switchover: when there is one, and for whom. */
#include "failover/lease_voter.h"
#include "failover/need.h"
#include "tests/lib/engine_fixture.h"

static uint16_t cause(void)
{
    return fo_need_find(&world.engine).cause;
}

Test(need, a_well_site_needs_nothing)
{
    world_begin();
    cr_assert_eq(cause(), FO_REASON_NONE);
    cr_assert_eq(world.engine.need.cause, FO_REASON_NONE);
}

Test(need, after_a_cold_start_the_preferred_server_is_chosen)
{
    struct fo_policy policy = fixture_policy();
    policy.servers[0].preferred = false;
    policy.servers[1].preferred = true;
    world_begin_empty(&policy);
    agent_start(0);
    agent_start(1);
    step_until(gate_is_open(1), 5 * FO_SECOND);
    cr_assert_eq(seen(FO_REASON_SWITCHOVER_STARTED)->why, FO_REASON_MONITOR_RESTARTED);
}

Test(need, the_other_is_chosen_when_the_preferred_does_not_come)
{
    struct fo_policy policy = fixture_policy();
    world_begin_empty(&policy);
    agent_start(1);
    step_for(8 * FO_SECOND);
    cr_assert_not(told(FO_COMMAND_CHOOSE), "it may come up a little later");
    step_until(gate_is_open(1), 10 * FO_SECOND);
}

Test(need, the_other_is_chosen_at_once_when_the_preferred_says_it_cannot)
{
    struct fo_policy policy = fixture_policy();
    world_begin_empty(&policy);
    agent_start(0);
    agent_health(0, FO_HEALTH_FAILED);
    agent_start(1);
    step_until(gate_is_open(1), 4 * FO_SECOND);
}

Test(need, nobody_is_chosen_while_nobody_is_there)
{
    struct fo_policy policy = fixture_policy();
    world_begin_empty(&policy);
    step_for(FO_MINUTE);
    cr_assert_not(told(FO_COMMAND_CHOOSE));
}

/* Nothing passes between the monitor and a server; the two servers hear each other. */
static void cut_from_us(uint8_t server, bool yes)
{
    world.cut[server][FO_VOTER_M] = world.cut[FO_VOTER_M][server] = yes;
}

Test(need, a_first_choice_needs_the_word_of_its_peer_or_its_silence)
{
    struct fo_policy policy = fixture_policy();
    world_begin_empty(&policy);
    agent_start(0);
    agent_start(1);
    cut_from_us(0, true); /* it could hold; its peer hears that it does not */
    step_until(gate_is_open(1), 20 * FO_SECOND);
    cr_assert_eq(seen(FO_REASON_SWITCHOVER_STARTED)->why, FO_REASON_MONITOR_RESTARTED);
}

Test(need, a_first_choice_beside_one_that_lapses_waits_until_no_vote_reaches_it)
{
    world_begin();
    world.cut[0][FO_VOTER_M] = world.cut[1][0] = true;
    step_until(!gate_is_open(0), 2 * FO_SECOND);
    monitor_die();
    world.policy.servers[0].preferred = false;
    world.policy.servers[1].preferred = true; /* and ready: chosen as soon as it may be */
    monitor_restart();
    fo_us at_us = world.now_us;
    step_until(gate_is_open(1), 20 * FO_SECOND);
    cr_assert_gt(world.now_us - at_us, world.policy.take_over_us, "its peer may yet reach it");
    cr_assert(seen(FO_REASON_BLOCKED_ONE_WITNESS));
}

Test(need, one_that_serves_where_only_its_peer_hears_it_is_let_be_over_a_restart_of_ours)
{
    world_begin();
    cut_from_us(0, true);
    step_for(5 * FO_SECOND);
    cr_assert(gate_is_open(0), "on the vote of its peer");
    monitor_die();
    monitor_restart();
    step_for(FO_MINUTE);
    cr_assert(gate_is_open(0));
    cr_assert_eq(world.engine.active, 0);
    cr_assert_eq(cause(), FO_REASON_NONE);
    agent_health(0, FO_HEALTH_FAILED);
    step_until(gate_is_open(1), 3 * FO_SECOND);
}

Test(need, a_service_that_fails_where_only_the_peer_hears_it_moves_at_once)
{
    world_begin();
    cut_from_us(0, true);
    step_for(5 * FO_SECOND);
    cr_assert(gate_is_open(0));
    cr_assert_null(seen(FO_REASON_SWITCHOVER_STARTED), "a fault of a line moves nothing");
    agent_health(0, FO_HEALTH_FAILED);
    step_until(!gate_is_open(0), FO_SECOND);
    step_until(gate_is_open(1), FO_SECOND);
    cr_assert_eq(seen(FO_REASON_SWITCHOVER_STARTED)->why, FO_REASON_SERVICE_FAILED);
    step_until(seen(FO_REASON_SWITCHOVER_VERIFIED), 10 * FO_SECOND);
    cut_from_us(0, false);
    agent_health(0, FO_HEALTH_OK);
    step_for(FO_MINUTE);
    cr_assert(gate_is_open(1), "it stands by");
}

Test(need, an_agent_that_leaves_where_only_its_peer_hears_it_hands_over)
{
    world_begin();
    cut_from_us(0, true);
    step_for(5 * FO_SECOND);
    fixture_agent(0, (struct fo_agent_event){.kind = FO_AGENT_LEAVE});
    step_until(gate_is_open(1), 2 * FO_SECOND);
    cr_assert_eq(seen(FO_REASON_SWITCHOVER_STARTED)->why, FO_REASON_OPERATOR_ORDER);
}

Test(need, one_that_hears_us_and_is_heard_by_its_peer_alone_drains_when_its_power_ends)
{
    world_begin();
    world.cut[0][FO_VOTER_M] = true;
    step_for(5 * FO_SECOND);
    cr_assert(gate_is_open(0));
    world.devices[UPS_A].status = FO_UPS(OB) | FO_UPS(LB);
    step_until(gate_is_open(1), 20 * FO_SECOND);
    cr_assert_eq(seen(FO_REASON_SWITCHOVER_STARTED)->why, FO_REASON_UPS_LOW);
    cr_assert_null(seen(FO_REASON_DRAIN_TIMEOUT));
}

Test(need, a_server_that_no_vote_can_reach_is_left)
{
    world_begin();
    world.cut[0][FO_VOTER_M] = world.cut[1][0] = true; /* it hears us, and its peer hears it */
    step_until(!gate_is_open(0), 2 * FO_SECOND);
    step_until(gate_is_open(1), 5 * FO_SECOND);
    cr_assert_eq(seen(FO_REASON_SWITCHOVER_STARTED)->why, FO_REASON_SERVER_DEAF);
    step_for(FO_MINUTE);
    cr_assert(gate_is_open(1) && !gate_is_open(0));
}

Test(need, a_lapse_where_only_the_peer_hears_it_heals_itself)
{
    world_begin();
    world.cut[0][FO_VOTER_M] = world.cut[1][0] = true;
    step_until(!gate_is_open(0), 2 * FO_SECOND);
    step_for(world.policy.take_over_us / 2);
    world.cut[1][0] = false;
    step_until(gate_is_open(0), FO_SECOND);
    step_for(FO_MINUTE);
    cr_assert_null(seen(FO_REASON_SWITCHOVER_STARTED));
}

Test(need, an_agent_that_leaves_in_order_hands_over)
{
    world_begin();
    fixture_agent(0, (struct fo_agent_event){.kind = FO_AGENT_LEAVE});
    step_until(gate_is_open(1), 5 * FO_SECOND);
    cr_assert_eq(seen(FO_REASON_SWITCHOVER_STARTED)->why, FO_REASON_OPERATOR_ORDER);
}

Test(need, a_chosen_server_that_does_not_claim_is_left_after_a_while)
{
    world_begin();
    world.alive[0] = false;
    world.gate_us[0] = 0;
    step_for(100 * FO_MS);
    agent_start(0); /* a new process: abstains, then claims; here its clock is unwell */
    fixture_agent(0, (struct fo_agent_event){.kind = FO_AGENT_CLOCK, .well = false});
    step_until(gate_is_open(1), 10 * FO_SECOND);
}

/* The process of an agent dies without a word; systemd has the next one up before a death is seen.
 */
static void agent_crash(uint8_t server)
{
    world.alive[server] = false;
    world.gate_us[server] = 0;
    step_for(100 * FO_MS);
    agent_start(server);
}

Test(need, an_agent_that_crashes_is_left_before_its_next_process_may_claim)
{
    world_begin();
    fo_us at_us = world.now_us;
    agent_crash(0);
    step_until(gate_is_open(1), 2 * FO_SECOND);
    cr_assert_lt(world.now_us - at_us, fo_voter_abstention_us(&world.policy.lease));
    cr_assert_eq(seen(FO_REASON_SWITCHOVER_STARTED)->why, FO_REASON_SERVICE_FAILED);
    step_for(FO_MINUTE);
    cr_assert(gate_is_open(1) && !gate_is_open(0));
}

Test(need, an_agent_that_crashes_while_it_serves_alone_is_not_left_before_its_gate_has_surely_shut)
{
    static const bool marks[][2] = {{true, false}, {false, true}};
    for (unsigned i = 0; i < sizeof marks / sizeof marks[0]; i++) {
        world_begin();
        world.engine.servers[0].alone = marks[i][0]; /* of its last beat: no vote stood behind it */
        world.engine.servers[0].forced = marks[i][1];
        world.cut[0][FO_VOTER_M] = true; /* no later beat of that process */
        world.alive[0] = false;
        world.gate_us[0] = 0;
        step_for(100 * FO_MS);
        world.cut[0][FO_VOTER_M] = false;
        agent_start(0);
        step_for(world.policy.lease.lease_us);
        cr_assert_null(seen(FO_REASON_SWITCHOVER_STARTED));
    }
}

Test(need, an_agent_that_crashes_beside_no_standby_gets_its_lease_back)
{
    world_begin();
    agent_health(1, FO_HEALTH_FAILED);
    step_for(5 * FO_SECOND);
    agent_crash(0);
    step_until(gate_is_open(0), 5 * FO_SECOND);
    step_for(FO_MINUTE);
    cr_assert(gate_is_open(0));
}

Test(need, a_standby_whose_agent_crashes_moves_nothing)
{
    world_begin();
    agent_crash(1);
    step_for(FO_MINUTE);
    cr_assert(gate_is_open(0));
    cr_assert_null(seen(FO_REASON_SWITCHOVER_STARTED));
}

Test(need, checks_are_recorded_once_and_again_when_they_change)
{
    world_begin();
    give_order((struct fo_order){.kind = FO_ORDER_HOLD, .person = CHIEF});
    host_die(0);
    step_until(seen(FO_REASON_BLOCKED_OPERATOR_HOLD), 2 * FO_SECOND);
    step_for(FO_MINUTE);
    cr_assert_leq(seen_count(FO_REASON_BLOCKED_OPERATOR_HOLD), 3U);
    cr_assert_eq(world.engine.need.cause, FO_REASON_SERVER_DEAD);
    give_order((struct fo_order){.kind = FO_ORDER_RELEASE, .person = CHIEF});
    step_until(gate_is_open(1), 2 * FO_SECOND);
    cr_assert_eq(world.engine.need.cause, FO_REASON_NONE);
}

Test(need, a_need_that_passes_leaves_nothing)
{
    world_begin();
    give_order((struct fo_order){.kind = FO_ORDER_HOLD, .person = CHIEF});
    world.devices[UPS_A].status = FO_UPS(OB) | FO_UPS(LB);
    step_until(world.engine.need.cause == FO_REASON_UPS_LOW, 15 * FO_SECOND);
    world.devices[UPS_A].status = FO_UPS(OL);
    step_until(world.engine.need.cause == FO_REASON_NONE, 5 * FO_SECOND);
}

Test(need, the_only_server_left_serves_again_when_it_is_well)
{
    world_begin();
    host_die(1);
    step_for(10 * FO_SECOND);
    agent_health(0, FO_HEALTH_FAILED);
    step_for(20 * FO_SECOND);
    cr_assert_not(gate_is_open(0));
    agent_health(0, FO_HEALTH_OK);
    step_until(gate_is_open(0), 5 * FO_SECOND);
}

Test(need, a_dead_active_that_comes_back_alone_serves_again)
{
    world_begin();
    host_die(1);
    step_for(10 * FO_SECOND);
    host_die(0);
    step_for(FO_MINUTE);
    world.host_ok[0] = true;
    agent_start(0);
    step_until(gate_is_open(0), 20 * FO_SECOND);
}

Test(need, a_monitor_that_restarts_beside_a_dead_active_moves_on_without_waiting)
{
    world_begin();
    host_die(0);
    monitor_die();
    step_for(2 * FO_SECOND);
    monitor_restart();
    mark();
    step_until(gate_is_open(1), 3 * FO_SECOND);
}

Test(need, even_a_first_choice_asks_for_the_proof_that_the_site_demands)
{
    struct fo_policy policy = fixture_policy();
    policy.servers[0].fence_available = true;
    policy.servers[0].fence_required = true;
    world_begin_empty(&policy);
    agent_start(1);
    step_until(told(FO_COMMAND_FENCE), 15 * FO_SECOND);
    cr_assert_not(gate_is_open(1));
    step_until(gate_is_open(1), 3 * FO_SECOND);
}

Test(need, of_two_preferred_servers_the_first_is_chosen)
{
    struct fo_policy policy = fixture_policy();
    policy.servers[1].preferred = true;
    world_begin_with(&policy);
    cr_assert(gate_is_open(0));
}

Test(need, one_that_is_chosen_and_has_not_held_yet_is_waited_for)
{
    struct fo_policy policy = fixture_policy();
    world_begin_empty(&policy);
    world.engine.monitor.choice = 0;
    cr_assert_eq(world.engine.active, FO_NONE);
    cr_assert_eq(cause(), FO_REASON_NONE);
}

Test(need, the_one_that_released_is_not_chosen_again_while_a_person_holds_everything)
{
    world_begin();
    host_die(1);
    agent_health(0, FO_HEALTH_FAILED);
    step_for(2 * FO_SECOND);
    give_order((struct fo_order){.kind = FO_ORDER_HOLD, .person = CHIEF, .second = FO_NONE});
    agent_health(0, FO_HEALTH_OK);
    step_for(10 * FO_SECOND);
    cr_assert_not(gate_is_open(0));
    give_order((struct fo_order){.kind = FO_ORDER_RELEASE, .person = CHIEF, .second = FO_NONE});
    step_until(gate_is_open(0), 10 * FO_SECOND);
}

/* The checks of a blocked need are recorded anew only when it is another need. */
Test(need, another_target_or_a_need_never_looked_at_is_recorded_anew)
{
    world_begin();
    give_order((struct fo_order){.kind = FO_ORDER_HOLD, .person = CHIEF, .second = FO_NONE});
    host_die(0);
    step_until(world.engine.need.cause == FO_REASON_SERVER_DEAD, 3 * FO_SECOND);
    world.engine.out = &world.out;
    const struct {
        uint8_t from, target;
        bool looked;
        bool again;
    } kept[] = {
        {0, 1, true, false}, {FO_NONE, 1, true, false}, {0, 0, true, true}, {0, 1, false, true}};
    for (unsigned i = 0; i < sizeof kept / sizeof kept[0]; i++) {
        world.out.record_count = 0;
        world.engine.need.from = kept[i].from;
        world.engine.need.target = kept[i].target;
        world.engine.need.looked = kept[i].looked;
        world.engine.need.noted_us = world.engine.now_us;
        cr_assert_not(fo_need_look(&world.engine));
        cr_assert_eq(world.out.record_count > 0, kept[i].again, "%u", i);
    }
    world.engine.out = NULL;
}

/* ---- one direction dead ---------------------------------------------------------------------- */

static void deafen(uint8_t server, bool yes)
{
    world.cut[FO_VOTER_M][server] = world.cut[1 - server][server] = yes;
}

Test(need, a_server_that_hears_nobody_is_left_although_it_is_heard)
{
    world_begin();
    deafen(0, true);
    step_until(!gate_is_open(0), 2 * FO_SECOND);
    step_until(gate_is_open(1), 5 * FO_SECOND);
    cr_assert_eq(seen(FO_REASON_SWITCHOVER_STARTED)->why, FO_REASON_SERVER_DEAF);
    step_until(seen(FO_REASON_SWITCHOVER_VERIFIED), 10 * FO_SECOND);
    cr_assert_eq(world.engine.active, 1);
    const struct fo_incident *incident = incident_of(FO_REASON_SERVER_DEAF);
    cr_assert(incident != NULL, "people are told, and that it was moved stands in it");
    cr_assert_eq(incident->did, FO_REASON_SWITCHOVER_VERIFIED);
    step_for(FO_MINUTE);
    cr_assert(gate_is_open(1));
    deafen(0, false);
    step_until(!fo_condition_holds(&world.engine, FO_REASON_SERVER_DEAF,
                                   (struct fo_subject){FO_SUBJECT_SERVER, 0}),
               2 * FO_SECOND);
    cr_assert(gate_is_open(1), "it stands by");
}

Test(need, a_server_that_is_deaf_for_less_than_a_take_over_gets_its_lease_back)
{
    world_begin();
    deafen(0, true);
    step_until(!gate_is_open(0), 2 * FO_SECOND);
    step_for(world.policy.take_over_us - 100 * FO_MS);
    cr_assert_eq(cause(), FO_REASON_NONE);
    deafen(0, false);
    step_until(gate_is_open(0), FO_SECOND);
    step_for(FO_MINUTE);
    cr_assert_null(seen(FO_REASON_SWITCHOVER_STARTED));
    cr_assert_null(incident_of(FO_REASON_SERVER_DEAF));
}

Test(need, a_server_that_hears_us_and_waits_for_our_vote_is_not_left)
{
    struct fo_policy policy = fixture_policy();
    policy.take_over_us = 200 * FO_MS; /* shorter than a voter abstains */
    world_begin_with(&policy);
    host_die(1);
    monitor_die();
    step_for(2 * FO_SECOND);
    monitor_restart(); /* it abstains, and the other voter is gone */
    unsigned waited = 0;
    for (fo_us end_us = world.now_us + FO_MINUTE; world.now_us < end_us && !gate_is_open(0);) {
        step_for(10 * FO_MS);
        cr_assert_eq(cause(), FO_REASON_NONE);
        waited += world.engine.servers[0].claim == FO_CLAIM_WANT ? 1 : 0;
    }
    cr_assert_gt(waited * 10 * FO_MS, world.policy.take_over_us);
    cr_assert_null(incident_of(FO_REASON_SERVER_DEAF));
}

Test(need, a_restart_of_ours_takes_the_word_of_a_deaf_server_not_back)
{
    struct fo_subject server = {FO_SUBJECT_SERVER, 0};
    world_begin();
    deafen(0, true);
    step_until(fo_condition_holds(&world.engine, FO_REASON_SERVER_DEAF, server), 10 * FO_SECOND);
    step_until(gate_is_open(1), 5 * FO_SECOND);
    monitor_die();
    monitor_restart();
    for (fo_us end_us = world.now_us + FO_MINUTE; world.now_us < end_us;) {
        step_for(100 * FO_MS);
        cr_assert(fo_condition_holds(&world.engine, FO_REASON_SERVER_DEAF, server));
    }
}

Test(need, when_nobody_hears_us_it_is_our_own_sending_and_nobody_is_left)
{
    struct fo_subject server = {FO_SUBJECT_SERVER, 0};
    world_begin();
    world.cut[FO_VOTER_M][0] = world.cut[FO_VOTER_M][1] = true;
    world.cut[0][1] = world.cut[1][0] = true;
    step_until(!gate_is_open(0), 2 * FO_SECOND);
    step_for(FO_MINUTE);
    cr_assert_null(seen(FO_REASON_SWITCHOVER_STARTED));
    cr_assert_not(fo_condition_holds(&world.engine, FO_REASON_SERVER_DEAF, server));
}

Test(need, a_deaf_server_stays_one_when_the_witness_of_our_sending_goes)
{
    struct fo_subject server = {FO_SUBJECT_SERVER, 0};
    world_begin();
    deafen(0, true);
    step_until(fo_condition_holds(&world.engine, FO_REASON_SERVER_DEAF, server), 10 * FO_SECOND);
    host_die(1);
    step_for(FO_MINUTE);
    cr_assert(fo_condition_holds(&world.engine, FO_REASON_SERVER_DEAF, server));
}
